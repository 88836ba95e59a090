"""S1 with R2~: at degeneracy no mass and twice the moment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu import models
from munu.errors import DomainError, UnknownName
from munu.units import GeV, MeV, TeV, eV, keV

POINT = {"m_S1": 1 * TeV, "y1": 0.05, "y2": 1.0}


def both(**changes):
    return models.get("leptoquark_voloshin", **(POINT | changes))


@given(st.floats(0.3, 50), st.floats(-1, 1), st.floats(0.01, 3))
def test_at_degeneracy_the_mass_is_zero_and_the_moment_doubled(m, y1, y2):
    made = both(m_S1=m * TeV, m_R2=m * TeV, y1=y1, y2=y2)
    alone = models.get("leptoquark", m_LQ=m * TeV, y1=y1, y2=y2)
    assert not made.neutrino_mass()
    assert made.moment == pytest.approx(2 * alone.moment, rel=1e-12)


@given(st.floats(1.001, 30))
def test_a_heavy_partner_leaves_one_leptoquark(up):
    made = both(m_R2=up * TeV)
    alone = models.get("leptoquark", m_LQ=1 * TeV, y1=0.05, y2=1.0)
    assert alone.moment < made.moment < 2 * alone.moment
    assert made.moment == pytest.approx(
        alone.moment + models.get("leptoquark", m_LQ=up * TeV, y1=0.05, y2=1.0).moment)
    cut = models.get("leptoquark", m_LQ=1 * TeV, y1=0.05, y2=1.0, Lambda=up * TeV)
    # R2~ is the cut-off
    assert made.neutrino_mass() == pytest.approx(cut.neutrino_mass(), rel=2e-3)


@given(st.floats(0.2, 5), st.floats(0.2, 5))
def test_the_mass_is_that_of_both_loops_at_any_scale(scale, up):
    """The scale of each loop cancels in the difference."""
    made = both(m_R2=up * TeV)
    one, other = (models.get("leptoquark", m_LQ=m, y1=0.05, y2=1.0, mu_R=scale * TeV)
                  .neutrino_mass() for m in (1 * TeV, up * TeV))
    assert made.neutrino_mass() == pytest.approx(one - other, rel=1e-9, abs=1e-9 * MeV)


def test_a_per_mille_of_splitting():
    made = both(m_R2=1.001 * TeV)
    assert made.neutrino_mass() / keV == pytest.approx(7.9, rel=0.02)
    assert made.moment == pytest.approx(2.69e-11, rel=0.01)


def test_gauge_interactions_alone_leave_keV():
    made = both()
    assert 1 < made.neutrino_mass() / keV < 10
    alone = models.get("leptoquark", m_LQ=1 * TeV, y1=0.05, y2=1.0)
    assert made.tuning() < 1e-2 * alone.tuning()


def test_exchanging_the_two_turns_the_mass():
    a, b = both(m_R2=1.3 * TeV), both(m_S1=1.3 * TeV, m_R2=1 * TeV)
    assert a.neutrino_mass() == pytest.approx(-b.neutrino_mass())
    assert a.moment == pytest.approx(b.moment)


def test_portal_cut_and_bad_input():
    made = both(M_N=2 * MeV, nature="majorana")
    portal = made.couplings()
    assert portal.mu == pytest.approx(made.moment) and pytest.approx(2 * MeV) == portal.M_N
    assert made.constraints()[0].violated and not both(m_S1=2 * TeV).constraints()[0].violated
    many = both(m_S1=np.linspace(1, 3, 4) * TeV)
    assert many.moment.shape == many.neutrino_mass().shape == many.tuning().shape == (4,)
    with pytest.raises(DomainError, match="one point"):
        many.couplings()
    with pytest.raises(DomainError, match="M_N above 0"):
        both(M_N=0.0).tuning()
    with pytest.raises(UnknownName):
        both(flavor="muon")
    with pytest.raises(DomainError, match="perturbative"):
        both(y1=4.0)
    assert both(m_nu=0.1 * eV).tuning() < made.tuning() * np.sqrt(2)
    assert made.m_S1 == pytest.approx(1000 * GeV)
