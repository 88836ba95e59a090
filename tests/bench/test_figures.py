"""What the map costs, as ratios to an empty figure and to one drawing of itself."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from munu import plots
from munu.plots import _labels

pytestmark = pytest.mark.bench
SLOW = 4
PARTS = str(Path(__file__).parent / "map_parts.py")

EMPTY = """
import sys
from munu.plots import _style
fig, ax = _style.new(7.6, 5.6)
with _style.saving(fig):
    for kind in ("pdf", "png"):
        fig.savefig(f"{sys.argv[1]}/empty.{kind}")
"""


def child(*arguments, times=3):
    """Least CPU time of a process of its own, on one thread, everything compiled [s]."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env["OPENBLAS_NUM_THREADS"] = "1"

    def run():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], env=env, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    run()
    return min(run() for _ in range(times))


@pytest.mark.long
def test_the_map_from_the_command_line(tmp_path, rows):
    """Imports, limits, labels, two files and the numbers: at most 6 empty figures."""
    whole = child("-m", "munu.cli", "map", "--out", str(tmp_path))
    empty = child("-c", EMPTY, str(tmp_path))
    rows.speed("`munu map` from the shell, one thread: imports, bounds, labels, pdf, png, numbers",
               whole, "an empty figure in the same style, imports, pdf, png", empty)
    assert whole < SLOW * 3
    assert whole / empty < 6


@pytest.mark.long
def test_where_the_time_of_the_map_goes(tmp_path, rows):
    """The parts make up the whole process; labels cost less than files and imports."""
    found, whole = [], child("-m", "munu.cli", "map", "--out", str(tmp_path))
    for _ in range(3):
        done = subprocess.run([sys.executable, PARTS, str(tmp_path)], check=True, text=True,
                              capture_output=True, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
        found.append(json.loads(done.stdout.splitlines()[-1]))
    parts = min(found, key=lambda x: sum(x.values()))
    rows.parts(parts)
    assert sum(parts.values()) == pytest.approx(whole, rel=0.3)
    assert parts["labels"] < 0.5 * sum(parts.values())


@pytest.mark.long
def test_labels(monkeypatch, rows):
    """All labels of the map, text measured and layout made: at most 4 drawings of the map."""
    seconds = []
    place = _labels.place

    def timed(*args, **kwargs):
        start = time.process_time()
        made = place(*args, **kwargs)
        seconds.append(time.process_time() - start)
        return made

    monkeypatch.setattr(_labels, "place", timed)
    for _ in range(3):
        fig = plots.draw("map").fig
    once = np.inf
    for _ in range(3):
        start = time.process_time()
        fig.canvas.draw()
        once = min(once, time.process_time() - start)
    rows.speed("labels of the map, layout included", min(seconds), "one drawing of the map by Agg",
               once)
    assert min(seconds) / once < 4
