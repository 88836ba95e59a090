"""A scan survives whatever ends it: nothing is lost, nothing done twice, nothing mixed."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from munu import _parts, scans
from munu.errors import DataError, DomainError, NotConverged, UnknownName
from munu.scans import executors, plan
from munu.scans.work import Work
from tests.laws.scanning import PLAN, Dies, Fails, Slow

EFFORT = int(os.environ.get("MUNU_EFFORT", "60"))
SEED = int(os.environ.get("MUNU_SEED", time.time_ns() % 10**9))
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="killed as POSIX kills")
SMALL = {"model": "leptoquark", "parameters": {"y2": 1},
         "points": {"grid": {"y1": [0.1, 3.6], "m_LQ": "1TeV:5TeV:30"}}, "chunk": 15}


def files(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def serial(given, folder, **how):
    return scans.run(given, folder, executor="serial", **how)


@pytest.fixture
def whole(tmp_path):
    """A small scan that is done, and its files."""
    serial(SMALL, tmp_path / "whole")
    return tmp_path / "whole", files(tmp_path / "whole")


def local(work, parts, workers=2):
    return dict(executors.get("local", {"workers": workers})(work, parts))


# ---- killed --------------------------------------------------------------------------------------


def test_five_times_killed_is_as_if_never(tmp_path):
    kills = 5
    print(f"MUNU_SEED={SEED}, {kills} kills")
    done = subprocess.run([sys.executable, "-m", "tests.laws.scanning", str(SEED), str(kills),
                           str(tmp_path)], cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(found)
    assert not found["wrong"], (SEED, found)
    assert found["hits"] > 0, "nothing was running any more"
    assert found["parts"][-1] > 0, "nothing was done yet"


def test_a_worker_that_is_lost_costs_its_part_alone(tmp_path):
    seen = tmp_path / "seen"
    seen.mkdir()
    made = local(Dies(str(seen), 2, 2), range(6), workers=1)
    assert made == {k: b"part %d" % k for k in range(6)} and len(list(seen.iterdir())) == 2


@pytest.mark.long
def test_a_part_that_ends_every_worker_is_put_aside(tmp_path):
    out = []
    with pytest.raises(NotConverged, match=r"1 part .* 3 times \(part 1: exit code 7\).*memory"):
        for k, _ in executors.get("local", {"workers": 1})(
                Dies(str(tmp_path), 1, 99, "exit"), range(5)):
            out.append(k)
    assert sorted(out) == [0, 2, 3, 4]


def test_an_error_of_a_worker_is_that_of_munu():
    with pytest.raises(UnknownName, match="no probe named 'xenont'; did you mean 'xenonnt'"):
        local(Fails(), range(3), workers=1)


def test_workers_end_with_whoever_asked(tmp_path):
    code = ("import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
            "from munu.scans import executors; from tests.laws.scanning import Slow\n"
            "next(executors.get('local', {'workers': 2})(Slow(sys.argv[2]), range(1, 5)))")
    runner = subprocess.Popen([sys.executable, "-c", code, str(ROOT), str(tmp_path)])
    begun = time.monotonic()
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() - begun < 60:
        time.sleep(0.05)
    workers = [int(p.read_text() or 0) for p in tmp_path.iterdir()]
    runner.kill()
    runner.wait()
    assert len(workers) == 2
    begun = time.monotonic()
    while any(alive(pid) for pid in workers) and time.monotonic() - begun < 20:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)


def test_workers_end_where_nobody_takes_what_they_make(tmp_path):
    asked = executors.get("local", {"workers": 1})(Slow(str(tmp_path)), range(4))
    assert next(asked) == (0, b"")
    begun = time.monotonic()
    while not (tmp_path / "1").is_file() and time.monotonic() - begun < 60:
        time.sleep(0.02)
    asked.close()
    pid, begun = int((tmp_path / "0").read_text()), time.monotonic()
    while alive(pid) and time.monotonic() - begun < 20:
        time.sleep(0.02)
    assert not alive(pid)


def alive(pid):
    """Whether a process is there and no zombie."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


# ---- other executors, the same bits --------------------------------------------------------------


def test_processes_make_the_bytes_of_one(whole, tmp_path):
    scans.run(SMALL, tmp_path / "local", workers=2)
    assert files(tmp_path / "local") == whole[1]


def test_a_part_is_the_same_whoever_makes_it_and_whenever(whole):
    folder, before = whole
    work = Work(json.dumps(dict(scans.open(folder).configuration)))
    for k in (3, 0, 2, 3):
        assert work(k) == before[f"part-{k:06d}.parquet"]


# ---- files ---------------------------------------------------------------------------------------


def test_a_part_that_is_cut_short_or_altered_is_made_again(whole):
    folder, before = whole
    rng = random.Random(SEED)
    print(f"MUNU_SEED={SEED}")
    held = scans.open(folder)

    def cut(text):
        return text[:rng.randrange(len(text))]

    def flipped(text):
        at = rng.randrange(len(text))
        return text[:at] + bytes([text[at] ^ (1 << rng.randrange(8))]) + text[at + 1:]

    for k in range(max(12, EFFORT // 5)):
        path = held.path(k % 4)
        text = (cut, flipped)[k // 4 % 2](before[path.name])
        path.write_bytes(text)
        try:
            columns, header = held.part(k % 4)
        except DataError:
            assert held.wanted() == (k % 4,)
        else:
            # a bit that says nothing: what is read is what was written
            path.write_bytes(before[path.name])
            assert header == held.part(k % 4)[1]
            for name, (unit, x) in held.part(k % 4)[0].items():
                assert (columns[name][0], columns[name][1].tobytes()) == (unit, x.tobytes()) \
                    or (x.dtype == object and columns[name][1].tolist() == x.tolist())
        path.write_bytes(before[path.name])
    held.path(0).write_bytes(b"")
    held.path(1).write_bytes(before[held.path(2).name])
    held.path(3).unlink()
    status = held.status()
    assert (status.done, status.broken, status.missing) == (1, (0, 1), (3,))
    serial(folder, folder)
    assert files(folder) == before


def test_on_a_full_disk_what_is_done_stays(whole, tmp_path, monkeypatch):
    folder, room = tmp_path / "full", [2]
    kept = Path.write_bytes

    def full(path, content):
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        room[0] -= 1
        return kept(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataError, match=r"No space left.*what is done is kept"):
        serial(SMALL, folder)
    monkeypatch.undo()
    assert scans.open(folder).wanted() == (2, 3)
    assert not list(folder.glob(".munu*"))
    serial(SMALL, folder)
    assert files(folder) == whole[1]


@pytest.mark.long
def test_a_file_that_may_not_grow_is_no_part(whole, tmp_path):
    """A limit of the system's own, in a process of its own."""
    code = ("import resource, signal, sys; from munu.cli.__main__ import main\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n"
            "sys.exit(main(sys.argv[1:]))")
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps(SMALL))
    done = subprocess.run([sys.executable, "-c", code, "scan", "run", str(path), "--out",
                           str(tmp_path / "out"), "--executor", "serial"],
                          text=True, capture_output=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert "File too large" in done.stderr and "what is done is kept" in done.stderr
    assert [*files(tmp_path / "out")] == ["_parts.json"]
    serial(SMALL, tmp_path / "out")
    assert files(tmp_path / "out") == whole[1]


# ---- two at once, and another plan ---------------------------------------------------------------


def test_the_second_runner_says_so_and_computes_nothing(tmp_path, monkeypatch):
    held = scans.prepared(SMALL, tmp_path / "out")
    monkeypatch.setattr(Work, "__call__", lambda self, k: pytest.fail("it computes"))
    with _parts.opened(tmp_path / "out", held.configuration, held.parts, scans.dataset.NAME):
        assert held.status().running
        for second in (lambda: serial(SMALL, tmp_path / "out"),
                       lambda: scans.part(tmp_path / "out", [0])):
            with pytest.raises(DataError, match="is being written by another process"):
                second()
    assert not held.status().running and held.wanted() == (0, 1, 2, 3)
    # tasks of a queue share a folder, and share it with no runner
    with _parts.shared(tmp_path / "out"), _parts.shared(tmp_path / "out"), \
            pytest.raises(DataError, match="is being written by another process"):
        serial(SMALL, tmp_path / "out")


@pytest.mark.parametrize(("change", "said"), [
    ({"chunk": 10}, "parts = 4 there, 6 here"), ({"parameters": {"y2": 0.9}}, "parameters = "),
    ({"points": {"grid": {"m_LQ": "1TeV:5TeV:30", "y1": [0.1, 3.6]}}}, "laid = "),
    ({"points": {"grid": {"y1": [0.1, 3.5], "m_LQ": "1TeV:5TeV:30"}}}, "points = ")])
def test_a_changed_plan_meets_no_part_of_the_old(whole, change, said):
    folder, before = whole
    with pytest.raises(DomainError, match=f"parts of another run .{said}"):
        serial({**SMALL, **change}, folder)
    assert files(folder) == before


def test_changed_code_meets_no_part_of_the_old(whole, monkeypatch):
    folder, before = whole
    text = json.dumps(dict(scans.open(folder).configuration))
    for module in (plan, scans.dataset, scans.work):
        monkeypatch.setattr(module, "code", lambda: "another")
    with pytest.raises(DomainError, match=r"munu = .* there, another here"):
        serial(SMALL, folder)
    with pytest.raises(DomainError, match="not that of the scan"):
        Work(text)(0)
    with pytest.raises(DomainError, match="not that of the scan"):
        scans.open(folder).path(0).unlink()
        scans.part(folder, [0])
    scans.open(folder).path(0).write_bytes(before["part-000000.parquet"])
    assert scans.open(folder).status().older and files(folder) == before
    # it is read, as what it is
    assert len(scans.open(folder).columns()["error"][1]) == 60
    monkeypatch.undo()
    other = {**SMALL, "parameters": {"y2": 0.9}}
    serial(other, folder, overwrite=True)
    assert scans.open(folder).configuration["parameters"] == {"y2": 0.9}
    assert all(x != files(folder)[n] for n, x in before.items())


# ---- at length -----------------------------------------------------------------------------------


def heard():
    """What a shell starts in the background does not hear Ctrl-C, nor do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def command(*words, **how):
    return subprocess.Popen([sys.executable, "-m", "munu", "scan", *map(str, words)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            preexec_fn=heard, **how)


@pytest.mark.long
def test_processes_are_killed_with_their_runner(tmp_path):
    """Runner and workers killed as the machine would, five times, the last runs to its end."""
    rng = random.Random(SEED)
    print(f"MUNU_SEED={SEED}")
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.replace("n: 3600", "n: 180000").replace("chunk: 150", "chunk: 6000"))
    begun = time.monotonic()
    assert command("run", path, "--out", tmp_path / "reference", "--workers", 2).wait() == 0
    length, kills = time.monotonic() - begun, 0
    for _ in range(5):
        runner = command("run", path, "--out", tmp_path / "out", "--workers", 2)
        time.sleep(rng.uniform(0.2, 1) * length / 2)
        runner.send_signal(signal.SIGKILL)
        kills += runner.wait() == -signal.SIGKILL
    assert kills > 1
    assert command("run", path, "--out", tmp_path / "out", "--workers", 2).wait() == 0
    assert files(tmp_path / "out") == files(tmp_path / "reference")


@pytest.mark.long
def test_workers_are_killed_under_their_runner(tmp_path):
    """As a machine does that wants memory: the runner lives, and ends with the same bytes."""
    rng = random.Random(SEED)
    print(f"MUNU_SEED={SEED}")
    path, killed = tmp_path / "plan.yaml", 0
    path.write_text(PLAN.replace("n: 3600", "n: 180000").replace("chunk: 150", "chunk: 6000"))
    assert command("run", path, "--out", tmp_path / "reference", "--executor", "serial").wait() == 0
    runner = command("run", path, "--out", tmp_path / "out", "--workers", 2)
    while runner.poll() is None:
        time.sleep(rng.uniform(0.3, 2))
        # fewer than end a part for good
        if killed < 2 and list((tmp_path / "out").glob("part*")) and (found := children(runner)):
            os.kill(rng.choice(found), signal.SIGKILL)
            killed += 1
    said = runner.stderr.read()
    assert (runner.returncode, killed) == (0, 2), said
    assert said.count("it is computed again") == 2
    assert files(tmp_path / "out") == files(tmp_path / "reference")


def children(runner):
    """Processes that a process has started, by all of its threads."""
    try:
        return [int(pid) for task in Path(f"/proc/{runner.pid}/task").iterdir()
                for pid in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


@pytest.mark.long
def test_one_stop_ends_it_and_keeps_what_is_done(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.replace("n: 3600", "n: 600000").replace("chunk: 150", "chunk: 6000"))
    runner = command("run", path, "--out", tmp_path / "out", "--workers", 2)
    begun = time.monotonic()
    while len(list((tmp_path / "out").glob("part*"))) < 3 and time.monotonic() - begun < 120:
        time.sleep(0.05)
    runner.send_signal(signal.SIGINT)
    begun = time.monotonic()
    assert runner.wait(20) == 130 and time.monotonic() - begun < 5
    assert runner.stderr.read() == "munu: stopped\n"
    status = scans.open(tmp_path / "out").status()
    assert status.done >= 3 and not status.broken and not status.running
