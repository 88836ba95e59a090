"""Figures of the early Universe: the numbers behind them are those of the solver."""

import numpy as np
import pytest

from munu import plots
from munu.rates import late_decay
from munu.units import MeV


def test_the_evolution_ends_where_the_solver_does():
    figure = plots.draw("cosmo_evolution", M_N=10 * MeV, mu=3e-12)
    line, value = (np.array(figure.columns[k][1]) for k in ("line", "value"))
    ends = [value[line == f"N_eff {w} N"][-1] for w in ("with", "without")]
    assert ends[0] - ends[1] == pytest.approx(
        late_decay.delta_N_eff(10 * MeV, 3e-12, "majorana"), abs=1e-5)
    shares = [value[line == f"share of {k}"] for k in ("bath", "nu", "N")]
    np.testing.assert_allclose(sum(shares), 1, rtol=1e-12)
    assert (shares[2] / (1 - shares[2])).max() == pytest.approx(
        late_decay.outcome(10 * MeV, 3e-12, "majorana").greatest_share, rel=1e-6)
    # photons over neutrinos, once electrons are gone
    warm, cold = (value[line == f"T of {k} without N"][-1] for k in ("photons", "neutrinos"))
    assert cold / warm == pytest.approx((4 / 11) ** (1 / 3), rel=5e-3)
    assert figure.caption and figure.papers


def test_the_region_has_the_bound_on_its_edge():
    figure = plots.draw("cosmo_region", points=21)
    region, M, mu = (np.array(figure.columns[k][1]) for k in ("region", "M_N", "mu"))
    inner = (region == "majorana, 100 GeV") & (M > 2) & (M < 30) & (mu < 2e-11)
    assert inner.sum() > 5
    made = late_decay.delta_N_eff(M[inner] * MeV, mu[inner], "majorana", 3)
    np.testing.assert_allclose(made, 0.107, rtol=0.15)
    assert M[region == "dirac, 100 GeV"].max() > M[region == "majorana, 100 GeV"].max()
    assert figure.caption and figure.papers
