"""Speed of models: many points at a time, as a ratio to a loop over points."""

import time

import numpy as np
import pytest

from munu import models
from munu.units import TeV

from .test_speed import cpu, say

pytestmark = pytest.mark.bench
POINTS, FEW = 10**5, 500


def observables(made):
    """Everything that the leptoquark predicts, and what excludes it."""
    return [made.moment, made.neutrino_mass(), made.tuning(), made.delta_a_mu(),
            *made.wilson_coefficients().values(), *made.ratios_RD().values(), made.B_to_K_nunu(),
            *(c.violated for c in made.constraints())]


def test_many_leptoquarks():
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
    say(f"10^5 leptoquarks, all observables: {seconds:.2f} s; point by point {loop:.0f} s; "
        f"ratio {loop / seconds:.0f}")
    assert seconds < 2
    assert loop / seconds > 20
