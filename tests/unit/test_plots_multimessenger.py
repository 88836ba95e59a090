"""The reach of the next supernova as a figure: its edges are those of the command."""

import numpy as np
import pytest

import munu
from munu import plots
from munu.ray import Ray
from munu.units import MeV


@pytest.mark.long
def test_an_edge_of_the_figure_is_that_of_the_limit():
    # both at 0.01 to 1000 MeV, so that 3.16 MeV is the middle of three
    figure = plots.draw("multimessenger", points=3)
    region, M, mu = (np.array(figure.columns[k][1]) for k in ("region", "M_N", "mu"))
    here = (region == "fermi_lat") & np.isclose(M, 10**0.5)
    found = munu.limit("galactic_supernova_decays", Ray.portal(10**0.5 * MeV, "e", "dirac"))
    (island,) = found.excluded[0]
    assert np.sort(mu[here]) == pytest.approx([island.low, island.high], rel=0.02)
    assert {"natural, talk_a", "natural, voloshin"} < set(region) and figure.papers
