"""Commands as processes that are killed: ``python -m tests.laws.killing SEED KILLS FOLDER NAMES``.

munu is loaded once and every process forked from here, so that a random moment falls into its
work and not into its loading; each step of writing a file is drawn out, and every second kill
falls between two of them.  One JSON object on stdout says what was found.
"""

import contextlib
import io
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from munu.cli.__main__ import main
from munu.events import output

# a part in a tenth of a second
output.PART = output.BLOCK

STEPS = ("write", "writelines", "flush", "close", "truncate", "replace", "rename", "unlink",
         "chmod")
LEPTOQUARK = ["model", "leptoquark", "y1=0.05", "y2=1", "--scan"]
# command: what it wrote before, and what it writes when it is killed
RUNS = {
    "figure": (["figure", "xenonnt_spectrum", "--out", "."],) * 2,
    "limit": (["limit", "xenonnt", "--out", "a.ecsv"],
              ["limit", "xenonnt", "--mass", "0,50keV", "--out", "a.ecsv"]),
    "scan": ([*LEPTOQUARK, "m_LQ=1TeV:5TeV:3", "--out", "a.csv"],
             [*LEPTOQUARK, "m_LQ=1TeV:5TeV:30", "--out", "a.csv"]),
    "events": (["sample", "miniboone", "--n", "2000", "--out", "a.parquet", "--overwrite"],
               ["sample", "miniboone", "--n", "100000", "--out", "a.parquet", "--overwrite"]),
    "parts": (None, ["sample", "miniboone", "--n", "130000", "--out", "made"]),
    "template": (None, ["data", "template", "probe", "--out", "mine"]),
}


def slowly(told):
    """A profiler that waits before each step of writing a file, and tells of the first."""
    first = [told]

    def step(frame, event, called):
        if event == "c_call" and called.__name__ in STEPS and isinstance(
                called.__self__, (io.FileIO, io.BufferedWriter, io.TextIOWrapper, type(os))):
            while first:
                os.close(first.pop())
            time.sleep(0.01)

    return step


def drawn_out(words, folder):
    """Such a process, and what is at its end when the first file is written."""
    ears, told = os.pipe()
    child = started(words, folder, told)
    os.close(told)
    return child, ears


def writes(ears):
    """Wait for the first step of writing, or for the end."""
    os.read(ears, 1)
    os.close(ears)


def started(words, folder, told=None):
    """A process of its own that runs the command in a folder."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        if told is not None:
            sys.setprofile(slowly(told))
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        code = main(words)
    finally:
        os._exit(code)


def ended(child):
    """Its exit code, or the signal that ended it as a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def files(folder):
    """Every file by its place in the folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file()}


def killed(name, place, rng, kills):
    """What was wrong after each of the kills, and how many hit a running process."""
    before, words = RUNS[name]
    wrong, hits, parts = [], 0, 0
    reference = place / "reference"
    reference.mkdir(parents=True)
    begun = time.monotonic()
    child, ears = drawn_out(words, reference)
    writes(ears)
    before_it = time.monotonic() - begun
    assert ended(child) == 0
    length, new = time.monotonic() - begun, files(reference)
    work = place / "work"
    work.mkdir()
    for i in range(kills):
        if before and (i == 0 or name != "figure"):
            assert ended(started(before, work)) == 0
        old = files(work)
        child, ears = drawn_out(words, work)
        if i % 2 == 0:
            writes(ears)
            time.sleep(rng.uniform(0, length - before_it))
        else:
            os.close(ears)
            time.sleep(rng.uniform(0, length))
        os.kill(child, signal.SIGKILL)
        hits += ended(child) == -signal.SIGKILL
        for path, text in files(work).items():
            parts += path.endswith(".part")
            if not path.endswith(".part") and text not in (old.get(path), new[path]):
                wrong.append(f"{path} is neither old nor new after kill {i}")
        code = ended(started(words, work))
        # of a template that is whole already the next run says so
        if code not in ((0, 2) if name == "template" else (0,)):
            wrong.append(f"the run after kill {i} ended with {code}")
        if files(work) != new:
            wrong.append(f"after kill {i} and a run there are {sorted(files(work))}")
        if before is None:
            for path in files(work):
                (work / path).unlink()
    return {"wrong": wrong, "hits": hits, "parts": parts, "seconds": round(length, 3)}


def together(place):
    """Three at once in one folder: the files of each are those of one alone."""
    words, wrong = RUNS["figure"][1], []
    alone = files(place / "figure" / "reference")
    place = place / "together"
    place.mkdir()
    codes = [ended(x) for x in [started(words, place) for _ in range(3)]]
    if any(codes) or files(place) != alone:
        wrong.append(f"three at once ended with {codes} and left {sorted(files(place))}")
    return {"wrong": wrong}


if __name__ == "__main__":
    seed, kills, place = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    names = sys.argv[4:]
    # loaded and read once, for all that are forked
    (place / "first").mkdir()
    os.chdir(place / "first")
    with contextlib.redirect_stdout(io.StringIO()):
        assert all(main(words) == 0 for _, words in map(RUNS.get, names))
    found = {name: killed(name, place / name, random.Random(f"{seed} {name}"), kills)
             for name in names}
    print(json.dumps(found | ({"together": together(place)} if "figure" in names else {})))
