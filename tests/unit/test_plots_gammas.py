"""Figures of gamma rays of SN1987A: their numbers are those of the probe."""

import numpy as np
import pytest

import munu
from munu import DipolePortal, plots, probes
from munu.errors import DomainError
from munu.units import MeV, s


def test_what_arrives_is_what_the_probe_predicts():
    figure = plots.draw("supernova_arrival", mu=1e-13)
    M, nature, what, x, value = (np.array(figure.columns[k][1])
                                 for k in ("M_N", "nature", "quantity", "x", "value"))
    rows = (M == 10) & (nature == "dirac") & (what == "flux")
    seen = probes.get("sn1987a_gammas").setting.seen
    made = probes.get("sn1987a_gammas").predict(
        DipolePortal(1e-13, 10 * MeV, "e", nature="dirac")).components["photons"].values[2]
    # in cm^2 and s, in a bin of 2.048 s at 100 s
    i = int(np.searchsorted(seen.edges, 100 * s))
    assert np.interp(100, x[rows], value[rows]) == pytest.approx(made[i] / (63 * 2.048), rel=0.01)
    assert figure.caption and figure.papers
    with pytest.raises(DomainError, match="one N"):
        plots.draw("supernova_arrival", flavor="universal")


@pytest.mark.long
def test_the_region_is_that_of_the_limit():
    figure = plots.draw("gamma_region", points=3)
    region, edge, M, mu = (np.array(figure.columns[k][1]) for k in ("region", "edge", "M_N", "mu"))
    found = munu.limit("sn1987a_gammas", M_N=M[0] * MeV, flavor="e", nature="dirac",
                       expected=False)
    for name in ("e, dirac", "likelihood, e, dirac"):
        rows = (region == name) & np.isclose(M, M[0])
        assert sorted(mu[rows]) == pytest.approx([found.excluded[0][0].low,
                                                  found.excluded[0][0].high], rel=1e-6)
        assert edge[rows].tolist() == ["low", "high"]
    closed = (region == "e, dirac") & (M > 251)
    assert closed.sum() == 2 and len(set(mu[closed])) == 1
