"""The figure of the highest energies: edges are those of limits, lines those of formulas."""

import numpy as np
import pytest

import munu
from munu import DipolePortal, plots, probes
from munu.probes._skimming import rock
from munu.processes import deep_inelastic
from munu.units import GeV, MeV, cm


@pytest.mark.long
def test_edges_and_lines_are_those_of_what_is_asked():
    figure = plots.draw("uhe_reach", points=3, mass="10 GeV")
    panel, line, x, y = (np.array(figure.columns[k][1]) for k in ("panel", "line", "x", "y"))
    here = (panel == "icecube") & np.isclose(x, 100)
    found = munu.limit(probes.get("icecube", efficiency=1.0), M_N=100 * MeV, flavor="mu",
                       nature="dirac", expected=False)
    (island,) = found.excluded[0]
    assert np.sort(y[here]) == pytest.approx([island.low, island.high], rel=1e-3)
    broken = (line == "nucleons broken up") & (x > 1e4)
    made = deep_inelastic.sigma(x[broken] * GeV, DipolePortal(1e-9, 10 * GeV, "mu"), rock())
    assert y[broken] == pytest.approx(made / cm**2, rel=1e-9)
    assert {"grand", "icecube", "icecube_numu", "donut_nutau"} < set(panel) and figure.papers
