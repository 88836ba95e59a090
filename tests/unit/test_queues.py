"""Scripts of queues: what a user reads and submits computes the parts of a scan, whole and once."""

import json
import os
import shlex
import stat
import subprocess
import sys

import pytest

from munu import scans
from munu.errors import DomainError, NotInstalled
from munu.scans import executors
from munu.scans.executors import Job, _queue
from tests.unit.command import answer, run

PLAN = {"model": "leptoquark", "parameters": {"y2": 1}, "chunk": 3,
        "points": {"grid": {"m_LQ": "1TeV:5TeV:5", "y1": [0.05, 0.5]}}}
QUEUES = ("slurm", "htcondor")


def job(folder, missing=range(10), **how):
    return Job(**{"folder": folder, "missing": tuple(missing), "points": 30, "name": "mine",
                  "python": sys.executable} | how)


def written(queue, made, **options):
    """The text of the first file."""
    return executors.get(queue, options, "submitter")(made).files[0].read_text()


def test_slurm_and_htcondor_are_the_queues():
    assert set(QUEUES) <= set(executors.names("submitter"))
    assert all(executors.about(q) for q in QUEUES)


@pytest.mark.parametrize("queue", QUEUES)
def test_the_tasks_of_a_queue_make_the_scan(tmp_path, queue):
    """As the queue would: bash, the number of a task, a folder of its own."""
    folder = tmp_path / "mine"
    held = scans.prepared(PLAN, folder)
    made = executors.get(queue, {"tasks": 2}, "submitter")(
        job(folder.resolve(), held.wanted(), points=len(held)))
    script = next(x for x in made.files if x.suffix == ".sh")
    for task in ("0", "1", "1"):
        given = [] if queue == "slurm" else [task]
        done = subprocess.run(["bash", str(script), *given], capture_output=True, text=True,
                              cwd=tmp_path, check=False, timeout=120, env=os.environ | {
                                  "SLURM_ARRAY_TASK_ID": task,
                                  "PYTHONPATH": os.pathsep.join(sys.path)})
        assert done.returncode == 0, done.stderr
    scans.run(PLAN, tmp_path / "here", executor="serial")
    assert scans.open(folder).status().whole
    for part in (tmp_path / "here").glob("*.parquet"):
        assert (folder / part.name).read_bytes() == part.read_bytes()


def test_a_script_of_slurm(tmp_path):
    text = written("slurm", job(tmp_path), tasks=4, at_once=2, time="2:00:00", memory="2G",
                   partition="short", account=1234567)
    head = dict(x[len("#SBATCH --"):].split("=", 1) for x in text.splitlines()
                if x.startswith("#SBATCH --"))
    assert head["array"] == "0-3%2" and head["time"] == "2:00:00" and head["mem"] == "2G"
    assert head["partition"] == "short" and head["account"] == "1234567"
    assert head["output"] == f"{tmp_path}/submit/slurm-%A_%a.out"
    # options stand before the first command, or Slurm does not see them
    lines = text.splitlines()
    assert lines[0] == "#!/bin/bash"
    assert max(i for i, x in enumerate(lines) if x.startswith("#SBATCH")) < lines.index(
        "set -euo pipefail")


def test_only_tasks_with_something_to_do_are_submitted(tmp_path):
    made = job(tmp_path, missing=[1, 5, 6, 9])
    assert "--array=1-2\n" in written("slurm", made, tasks=4)
    assert "queue task from (\n1\n2\n)" in written("htcondor", made, tasks=4)
    assert "queue 10" in written("htcondor", job(tmp_path), tasks=50)
    assert _queue.ranges([0, 1, 2, 7, 9, 10]) == "0-2,7,9-10"


def test_a_description_of_htcondor(tmp_path):
    text = written("htcondor", job(tmp_path), tasks=4, memory="3GB", at_once=10)
    said = dict(x.split(" = ", 1) for x in text.splitlines() if " = " in x)
    assert said["executable"] == f"{tmp_path}/submit/htcondor.sh"
    assert said["arguments"] == "$(task)" and said["task"] == "$(Process)"
    assert said["request_memory"] == "3GB" and said["max_materialize"] == "10"
    assert (tmp_path / "submit" / "htcondor.sh").stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("queue", QUEUES)
@pytest.mark.parametrize("name", ["two words", "a;touch b", "$(HOME)", "100%a", "a'b", "a\nb"])
def test_an_odd_folder_is_refused(tmp_path, queue, name):
    with pytest.raises(DomainError, match="letters, digits"):
        executors.get(queue, {}, "submitter")(job(tmp_path / name))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("queue", QUEUES)
def test_an_interpreter_with_a_space_is_quoted(tmp_path, queue):
    made = executors.get(queue, {}, "submitter")(job(tmp_path, python="/opt/my python/bin/python"))
    script = next(x for x in made.files if x.suffix == ".sh")
    last = script.read_text().splitlines()[-1]
    assert shlex.split(last)[:2] == ["exec", "/opt/my python/bin/python"]


@pytest.mark.parametrize(("queue", "options", "words"), [
    ("slurm", {"time": "soon"}, "time = 'soon'"), ("slurm", {"partition": "a b"}, "partition"),
    ("slurm", {"partition": "x\n#SBATCH --uid=0"}, "partition"),
    ("slurm", {"tasks": 0}, "tasks = 0 must be a whole number, at least 1"),
    ("slurm", {"memory": "2 apples"}, "mem"), ("slurm", {"at_once": 0}, "at_once"),
    ("slurm", {"account": "--wrap"}, "account"), ("slurm", {"partion": "x"}, "partition"),
    ("htcondor", {"memory": "2GB\nuniverse = local"}, "memory"),
    ("htcondor", {"retries": -1}, "retries"), ("htcondor", {"group": "$(x)"}, "group")])
def test_options_that_no_queue_takes(queue, options, words):
    with pytest.raises(DomainError, match=words):
        executors.get(queue, options, "submitter")


@pytest.mark.parametrize(("queue", "program", "said"), [
    ("slurm", "sbatch", "4711"), ("htcondor", "condor_submit", "4711.0 - 4711.3")])
def test_a_script_is_sent_where_that_is_asked(tmp_path, monkeypatch, queue, program, said):
    send = executors.get(queue, {"send": True}, "submitter")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with pytest.raises(DomainError, match=f"{program} is not on this machine"):
        send(job(tmp_path / "one"))
    fake = tmp_path / "bin" / program
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\necho {said}\ntest -f \"$2\"\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    assert send(job(tmp_path / "two")).sent == said
    fake.write_text("#!/bin/sh\necho 'no such partition' >&2\nexit 1\n")
    with pytest.raises(DomainError, match="no such partition"):
        send(job(tmp_path / "three"))


def test_from_the_command_line(tmp_path, capsys):
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps(PLAN))
    made = answer(capsys, "scan", "submit", path, "--out", tmp_path / "mine", "--to", "slurm",
                  "--option", "tasks=3", "--option", "time=60")
    assert made["submit"].startswith("sbatch ") and made["missing"] == 4
    text = (tmp_path / "mine" / "submit" / "slurm.sh").read_text()
    assert "#SBATCH --array=0-2\n" in text and "#SBATCH --time=60\n" in text


def test_without_dask_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(NotInstalled, match=r"run: pip install 'munu\[scan\]'"):
        next(executors.get("dask", {"workers": 1})(bytes, [0]))


def test_a_folder_that_a_queue_misreads_is_refused_before_it_is_made(capsys, tmp_path):
    path, odd = tmp_path / "plan.yaml", tmp_path / "a b"
    path.write_text(json.dumps(PLAN))
    code, _, err = run(capsys, "scan", "submit", str(path), "--out", str(odd), "--to", "slurm")
    assert code == 2 and "misread" in err and err.count("\n") == 1 and not odd.exists()
