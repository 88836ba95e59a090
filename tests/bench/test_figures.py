"""What the map costs, as ratios to an empty figure and to one drawing of itself."""

import os
import resource
import subprocess
import sys
import time

import numpy as np
import pytest

from munu import plots
from munu.plots import _labels

pytestmark = pytest.mark.bench
SLOW = 4

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
def test_the_map_from_the_command_line(tmp_path):
    """Imports, limits, labels, two files and the numbers: at most 6 empty figures."""
    whole = child("-m", "munu.cli", "map", "--out", str(tmp_path))
    empty = child("-c", EMPTY, str(tmp_path))
    print(f"\n  munu map: {whole:.2f} s; an empty figure in the same style, pdf and png: "
          f"{empty:.2f} s; ratio {whole / empty:.1f}")
    assert whole < SLOW * 3
    assert whole / empty < 6


@pytest.mark.long
def test_labels(monkeypatch):
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
    print(f"\n  labels of the map: {min(seconds):.3f} s; one drawing of it: {once:.3f} s; ratio "
          f"{min(seconds) / once:.1f}")
    assert min(seconds) / once < 4
