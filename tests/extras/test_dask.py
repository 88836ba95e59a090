"""Scans on workers of Dask: the same dataset to the last bit, lost workers, memory that is flat."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from munu import scans
from munu.errors import DomainError, NotConverged
from munu.scans import executors
from munu.scans.plan import of
from munu.scans.work import Work

pytestmark = pytest.mark.extras
pytest.importorskip("distributed")

LEPTOQUARK = {"model": "leptoquark", "parameters": {"nature": "dirac"},
              "against": ["xenonnt", "red_giants", "xenonnt_2022"],
              "points": {"sobol": {"n": 400, "seed": 4, "over": {
                  "m_LQ": "1TeV:5TeV", "y1": "0.05:3.7", "y2": "0.05:3.7"}}}, "chunk": 50}


def files(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def test_two_workers_give_the_same_dataset_to_the_last_bit(tmp_path):
    scans.run(LEPTOQUARK, tmp_path / "here", executor="serial")
    scans.run(LEPTOQUARK, tmp_path / "dask", executor="dask", workers=2)
    here, there = files(tmp_path / "here"), files(tmp_path / "dask")
    assert here == there and len(here) >= 8


@dataclass(frozen=True)
class Deadly:
    """Part 3 ends its worker as often as its file says; the others give their number."""

    folder: str
    times: int

    def __call__(self, k):
        if k == 3:
            done = len(os.listdir(self.folder))
            if done < self.times:
                open(os.path.join(self.folder, str(done)), "w").close()
                os.kill(os.getpid(), signal.SIGKILL)
        return bytes([k])


def test_a_part_whose_worker_was_lost_is_computed_again(tmp_path):
    pool = executors.get("dask", {"workers": 2})
    assert dict(pool(Deadly(str(tmp_path), 1), range(8))) == {k: bytes([k]) for k in range(8)}
    assert len(os.listdir(tmp_path)) == 1


def test_a_part_that_kills_always_is_put_aside_and_the_others_are_there(tmp_path):
    pool, made = executors.get("dask", {"workers": 2}), {}
    with pytest.raises(NotConverged, match="part 3: its worker was lost"):
        for k, content in pool(Deadly(str(tmp_path), 1000), range(8)):
            made[k] = content
    assert made == {k: bytes([k]) for k in range(8) if k != 3}


@dataclass(frozen=True)
class Large:
    """A megabyte a part."""

    def __call__(self, k):
        return bytes(1 << 20)


def test_memory_holds_a_few_parts():
    """A hundred thousand parts of a megabyte: the first three hundred are made, nothing stays."""
    stream = executors.get("dask", {"workers": 2})(Large(), range(100_000))
    assert grown(stream, 300, 50) < 60e6


@pytest.mark.long
def test_ten_million_points():
    """They are planned at once, and the first million runs in flat memory."""
    plan = of(LEPTOQUARK | {"chunk": 10_000, "points": {"sobol": LEPTOQUARK["points"]["sobol"] | {
        "n": 10_000_000, "over": {"m_LQ": "1TeV:5TeV", "y1": "0.05:3.5", "y2": "0.05:3.5"}}}})
    assert len(plan) == 10_000_000 and plan.parts == 1000
    work = Work(json.dumps(plan.configuration()))
    stream = executors.get("dask", {"workers": 2})(work, range(plan.parts))
    assert grown(stream, 100, 20) < 60e6


def grown(stream, many, first):
    """How much this process and its workers have grown since the first parts [bytes]."""
    import psutil

    mine, seen = psutil.Process(), []
    for _ in range(many):
        next(stream)
        seen.append(sum(p.memory_info().rss for p in (mine, *mine.children(recursive=True))))
    stream.close()
    return max(seen[first:]) - seen[first]


@dataclass(frozen=True)
class Slow:
    """The first part is there at once, the others never."""

    def __call__(self, k):
        time.sleep(600 if k else 0)
        return b""


def test_a_stream_that_is_closed_ends_its_workers():
    """In the midst of parts, as Ctrl-C does; nobody waits for them."""
    import psutil

    stream = executors.get("dask", {"workers": 2})(Slow(), range(1000))
    next(stream)
    began = psutil.Process().children(recursive=True)
    assert began
    start = time.monotonic()
    stream.close()
    assert time.monotonic() - start < 60
    left = [p for p in began if p.is_running() and "spawn_main" in " ".join(p.cmdline())]
    assert not psutil.wait_procs(left, timeout=10)[1]


def test_a_scheduler_at_an_address(tmp_path):
    """As on a cluster: a scheduler and a worker that somebody else started."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1",
                      dashboard_address="127.0.0.1:0") as cluster:
        plan = LEPTOQUARK | {"chunk": 200}
        scans.run(plan, tmp_path / "dask", executor="dask", address=cluster.scheduler_address)
    scans.run(plan, tmp_path / "here", executor="serial")
    assert files(tmp_path / "here") == files(tmp_path / "dask")


def test_no_scheduler_answers(monkeypatch):
    from munu.scans.executors import dask

    monkeypatch.setattr(dask, "_PATIENCE", 1)
    with pytest.raises(DomainError, match="no scheduler of Dask answers at"):
        next(executors.get("dask", {"address": "tcp://127.0.0.1:9"})(Large(), [0]))


@pytest.mark.parametrize(("options", "words"), [
    ({"workers": 2, "address": "tcp://a:1"}, "leave workers out"), ({"workers": 0}, "at least 1"),
    ({"address": "host:8786"}, "tcp://host:8786")])
def test_options_that_cannot_be(options, words):
    with pytest.raises(DomainError, match=words):
        executors.get("dask", options)


def test_from_the_command_line(tmp_path):
    """Workers of a command are no commands themselves."""
    plan = tmp_path / "plan.yaml"
    plan.write_text(json.dumps(LEPTOQUARK | {"chunk": 200}))
    done = subprocess.run([sys.executable, "-m", "munu", "scan", "run", str(plan), "--out",
                           str(tmp_path / "mine"), "--executor", "dask", "--workers", "2"],
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert scans.open(tmp_path / "mine").status().whole
