"""Work that kills its process, and scans that are killed: ``python -m tests.laws.scanning SEED
KILLS FOLDER``, one JSON object on stdout.

munu is loaded once and every run forked from here, so that a random moment falls into its work.
"""

import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.laws.killing import drawn_out, ended, files, main, started, writes

PLAN = """
model: leptoquark
parameters: {y2: 1}
points:
  sobol: {n: 3600, seed: 5, over: {m_LQ: 1TeV:9TeV, y1: 0.1:3.7}}
chunk: 150
"""


@dataclass(frozen=True)
class Dies:
    """A part in which the process ends, the first times that it is asked."""

    folder: str
    part: int
    times: int
    how: str = "killed"

    def __call__(self, k):
        """Some bytes, or nothing any more."""
        if k == self.part:
            seen = len(list(Path(self.folder).iterdir()))
            if seen < self.times:
                Path(self.folder, f"{seen}").touch()
                os.kill(os.getpid(), signal.SIGKILL) if self.how == "killed" else os._exit(7)
        return b"part %d" % k


@dataclass(frozen=True)
class Fails:
    """A part that cannot be."""

    def __call__(self, k):
        """An error of munu that is made of several words."""
        from munu.errors import UnknownName

        raise UnknownName("probe", "xenont", ["xenonnt"])


@dataclass(frozen=True)
class Slow:
    """Parts that take their time, all but the first, and say that they have begun."""

    folder: str

    def __call__(self, k):
        """Some bytes, after a minute."""
        Path(self.folder, f"{k}").write_text(str(os.getpid()))
        time.sleep(60 if k else 0)
        return b""


def done(folder):
    """The parts that are there, each with the time of its making."""
    return {p: p.stat().st_mtime_ns for p in folder.rglob("part-*.parquet")}


def killed(place, rng, kills, words):
    """One scan that is killed again and again and ends at last: what was wrong, how many kills
    hit it at work, and the parts that were there after each."""
    reference = place / "reference"
    reference.mkdir(parents=True)
    begun = time.monotonic()
    assert ended(started([*words, "--out", "made"], reference)) == 0
    length, whole = time.monotonic() - begun, files(reference)
    each = length / len(done(reference))
    work = place / "work"
    work.mkdir()
    wrong, hits, left = [], 0, []
    for i in range(kills):
        before = done(work)
        # every second one falls between two steps of writing a file, which are drawn out
        child, ears = drawn_out([*words, "--out", "made"], work) if i % 2 else \
            (started([*words, "--out", "made"], work), None)
        if ears is not None:
            writes(ears)
        wanted, begun = len(before) + rng.randrange(4), time.monotonic()
        while len(done(work)) < wanted and time.monotonic() - begun < 60:
            time.sleep(each / 20)
        time.sleep(rng.uniform(0, 3 * each))
        os.kill(child, signal.SIGKILL)
        hits += ended(child) == -signal.SIGKILL
        for path, text in files(work).items():
            if not path.endswith(".part") and text != whole.get(path):
                wrong.append(f"{path} is no whole file after kill {i}")
        for path, at in before.items():
            if not path.is_file() or path.stat().st_mtime_ns != at:
                wrong.append(f"{path.name} was done before kill {i} and was made again")
        left.append(len(done(work)))
    code = ended(started([*words, "--out", "made"], work))
    if code or files(work) != whole:
        wrong.append(f"the last run ended with {code} and left {sorted(files(work))}")
    return {"wrong": wrong, "hits": hits, "parts": left, "seconds": round(length, 3)}


if __name__ == "__main__":
    seed, kills, place = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    plan = place / "plan.yaml"
    plan.write_text(PLAN)
    (place / "first").mkdir()
    os.chdir(place / "first")
    # loaded and read once, for all that are forked
    words = ["scan", "run", str(plan), "--executor", "serial"]
    sys.stdout, out = sys.stderr, sys.stdout
    assert main([*words, "--out", "made"]) == 0
    print(json.dumps(killed(place / "killed", random.Random(seed), kills, words)), file=out)
