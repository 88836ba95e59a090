"""The figure of detectors along the beams of the LHC."""

import numpy as np
import pytest

import munu
from munu import plots
from munu.units import MeV


@pytest.mark.long
def test_the_figure_is_what_the_probes_say():
    made = plots.draw("forward_reach", flavor="tau", points=5)
    region, M, mu = (np.asarray(made.columns[n][1]) for n in ("region", "M_N", "mu"))
    at = np.flatnonzero((region == "flare, all") & np.isclose(M, 1e3))
    (mass,), (size,) = M[at], mu[at]
    assert size == pytest.approx(munu.limit("flare", M_N=mass * MeV, flavor="tau",
                                            nature="dirac").value, rel=1e-5)
    # electrons alone reach no further, and a published curve stands beside
    alone = mu[region == "flare, electrons"]
    assert np.all(alone >= mu[region == "flare, all"][:alone.size] * (1 - 1e-6))
    assert "donut_nutau" in region and "Ismail2021" in made.papers
