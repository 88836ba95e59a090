"""Speed of models: many points at a time, as a ratio to a loop over points; memory of a scan."""

import subprocess
import sys
import time

import numpy as np
import pytest

from munu import _plugins, models
from munu.units import TeV
from tests.laws.points import some

from .test_speed import cpu

pytestmark = pytest.mark.bench
POINTS, FEW = 10**5, 500
SCAN = """
from munu.atlas.answers import answers
found = answers("su2h", {"f": "0.01:1:1000", "m_h1": "100GeV:400GeV:1000"}, f_prime=0.1,
                m_H1="500GeV", sin2alpha=1)
found.to_table("scan.ecsv")
# of this program alone: ru_maxrss begins with that of the process which started it
held = next(x for x in open('/proc/self/status') if x.startswith('VmHWM'))
print(len(found), int(held.split()[1]) * 1024)
"""


def observables(made):
    """Everything that the leptoquark predicts, and what excludes it."""
    return [made.moment, made.neutrino_mass(), made.tuning(), made.delta_a_mu(),
            *made.wilson_coefficients().values(), *made.ratios_RD().values(), made.B_to_K_nunu(),
            *(c.violated for c in made.constraints())]


@pytest.mark.long
def test_many_leptoquarks(rows):
    """10^5 points with all observables in 2 s of CPU; the loop gives the same numbers."""
    rng = np.random.default_rng(1)
    box = {"m_LQ": rng.uniform(1, 5, POINTS) * TeV, **{
        k: rng.uniform(0, 3, POINTS) for k in ("y1", "y2", "y_R", "y_L_mu", "y_R_mu")}}
    seconds = cpu(lambda: observables(models.get("leptoquark", **box)), 3)
    start = time.process_time()
    one = [observables(models.get("leptoquark", **{k: x[i] for k, x in box.items()}))
           for i in range(FEW)]
    loop = (time.process_time() - start) * POINTS / FEW
    many = observables(models.get("leptoquark", **{k: x[:FEW] for k, x in box.items()}))
    np.testing.assert_allclose(np.array([np.broadcast_to(x, FEW) for x in many]).T, one, rtol=1e-12)
    rows.speed("100 000 points of the leptoquark, all observables and constraints", seconds,
               "a loop over points", loop)
    assert seconds < 2
    assert loop / seconds > 20


@pytest.mark.long
@pytest.mark.parametrize("name", models.names())
def test_every_model_answers_many_points(name, rows):
    """All questions and constraints of 20 000 points, against a loop over points."""
    cls, n, few = _plugins.load("models", name).model, 20_000, 40
    box = some(cls, np.random.default_rng(3), few)
    wide = {k: np.tile(x, n // few) if isinstance(x, np.ndarray) else x for k, x in box.items()}
    points = [{k: x[i] if isinstance(x, np.ndarray) else x for k, x in box.items()}
              for i in range(few)]
    loop = cpu(lambda: [cls(**x).answers() for x in points], 3) * n / few
    seconds = cpu(lambda: cls(**wide).answers(), 3)
    rows.speed(f"`{name}`, all questions and constraints of 20 000 points", seconds,
               "point by point", loop)
    # the loops of spin_symmetry are integrals of their own at every point
    assert loop / seconds > (5 if name == "spin_symmetry" else 60)


@pytest.mark.long
@pytest.mark.slow
def test_a_million_points_in_two_hundred_megabytes(tmp_path, rows):
    """Python, NumPy, all columns, and the table on disk."""
    done = subprocess.run([sys.executable, "-c", SCAN], cwd=tmp_path, check=True, text=True,
                          capture_output=True)
    points, peak = map(int, done.stdout.split())
    table = (tmp_path / "scan.ecsv").stat().st_size
    rows.speed("1 000 000 points of `su2h`, nine columns and the table on disk: greatest memory",
               f"{peak / 1e6:.0f} MB", f"the table itself: {table / 1e6:.0f} MB")
    assert points == 10**6 and peak < 200e6
    assert table > 1e8
