"""Speed of scans: what parts cost over the bare answers; a million points that are killed."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from munu import models, scans
from munu.atlas import verdict
from munu.atlas.answers import answers
from munu.scans.work import Work

from .test_speed import cpu, say

pytestmark = [pytest.mark.bench, pytest.mark.long]
GRID = {"m_LQ": "1TeV:10TeV:100", "y1": "0.01:1:100", "y2": "0.01:1:100"}
FEW = 20
SEED = int(os.environ.get("MUNU_SEED", time.time_ns() % 10**9))


def plan(*against, grid=GRID, chunk=10_000):
    return scans.of({"model": "leptoquark", "points": {"grid": grid}, "chunk": chunk,
                     "against": list(against)})


def test_parts_cost_little_more_than_the_answers_in_them():
    """Columns, the bytes of a file and its checksum, beside the columns alone in memory."""
    grid = {**GRID, "m_LQ": "1TeV:10TeV:10"}
    work = Work(json.dumps(plan(grid=grid).configuration()))
    bare = cpu(lambda: answers("leptoquark", grid), 3)
    parts = cpu(lambda: [work(k) for k in range(10)], 3)
    box = plan(grid=grid).points.take(0, 100_000)
    start = time.process_time()
    for i in range(FEW):
        models.get("leptoquark", **{k: x[i] for k, x in box.items()}).answers()
    loop = (time.process_time() - start) * 1e5 / FEW
    say(f"10^5 leptoquarks in parts: {1e5 / parts:.1e} points a second of one core; the answers "
        f"alone {1e5 / bare:.1e}; point by point {1e5 / loop:.1e}; ratios {parts / bare:.2f}, "
        f"{loop / parts:.0f}")
    assert parts / bare < 3
    assert loop / parts > 50


def test_verdicts_cost_little_more_than_the_model():
    """Sizes over the bounds of every recoil probe, beside ``verdict`` at single points."""
    grid = {**GRID, "m_LQ": "1TeV:10TeV:10"}
    work = Work(json.dumps(plan("recoils", grid=grid).configuration()))
    parts = cpu(lambda: [work(k) for k in range(10)], 3)
    box = plan(grid=grid).points.take(0, 100_000)
    points = [models.get("leptoquark", **{k: x[i] for k, x in box.items()})
              for i in np.linspace(0, 99_999, FEW).astype(int)]
    verdict(points[0])
    start = time.process_time()
    for x in points:
        verdict(x)
    loop = (time.process_time() - start) * 1e5 / FEW
    say(f"10^5 leptoquarks against every recoil probe: {1e5 / parts:.1e} points a second of one "
        f"core; by verdict point by point {1e5 / loop:.1e}; ratio {loop / parts:.0f}")
    assert loop / parts > 50


@pytest.mark.slow
def test_a_million_points_killed_five_times(tmp_path):
    """Against every recoil probe with two processes: at most five minutes, flat memory, and byte
    for byte the scan that nobody disturbed."""
    (tmp_path / "plan.yaml").write_text(json.dumps(dict(plan("recoils").said) | {
        "points": {"grid": GRID}, "level": None}))

    def runner(out):
        return subprocess.Popen([sys.executable, "-m", "munu", "scan", "run", "plan.yaml", "--out",
                                 out, "--workers", "2"], cwd=tmp_path, stdout=subprocess.DEVNULL)

    def parts(out):
        return len(list((tmp_path / out).glob("part-*.parquet")))

    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    assert runner("undisturbed").wait() == 0
    seconds, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rng, hits = random.Random(SEED), 0
    for _ in range(5):
        one, wanted = runner("killed"), parts("killed") + rng.randrange(20)
        while parts("killed") < wanted and one.poll() is None:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 1))
        one.send_signal(signal.SIGKILL)
        hits += one.wait() == -signal.SIGKILL
    left = parts("killed")
    assert runner("killed").wait() == 0
    whole, other = ({p.name: p.read_bytes() for p in (tmp_path / x).iterdir()}
                    for x in ("undisturbed", "killed"))
    say(f"10^6 leptoquarks against every recoil probe, two processes: {seconds:.0f} s, "
        f"{used:.0f} s of CPU; MUNU_SEED={SEED}, killed {hits} times, {left} of 100 parts there "
        f"then; identical: {whole == other}")
    assert whole == other and hits > 0
    assert used < 300


MEMORY = """
import json, sys
from munu import scans
plan = json.loads(sys.argv[1])
scans.run(plan, "made", executor="serial")
# of this program alone: ru_maxrss begins with that of the process which started it
held = next(x for x in open('/proc/self/status') if x.startswith('VmHWM'))
print(int(held.split()[1]) * 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_points(tmp_path):
    """Twice the points, the same peak; the last part of ten million is made like any other."""
    peaks = []
    for n in (20, 40):
        said = {"model": "leptoquark", "points": {"grid": {**GRID, "m_LQ": f"1TeV:9TeV:{n}"}}}
        folder = tmp_path / str(n)
        folder.mkdir()
        done = subprocess.run([sys.executable, "-c", MEMORY, json.dumps(said)], cwd=folder,
                              check=True, text=True, capture_output=True)
        peaks.append(int(done.stdout))
    ten = scans.of({"model": "leptoquark", "parameters": {"y2": 1}, "chunk": 10_000, "points": {
        "sobol": {"n": 10**7, "over": {"m_LQ": "1TeV:9TeV", "y1": "0.1:1"}}}})
    seconds = cpu(lambda: Work(json.dumps(ten.configuration()))(999), 1)
    say(f"2e5 and 4e5 points in parts: peaks {peaks[0] / 1e6:.0f} and {peaks[1] / 1e6:.0f} MB; "
        f"the last part of 10^7 in {seconds:.2f} s of CPU")
    assert peaks[1] < 1.1 * peaks[0] and peaks[1] < 300e6
