"""Estimates of the mass that a moment makes."""

import numpy as np
import pytest

from munu import models
from munu.constants import alpha
from munu.errors import DomainError, UnknownName
from munu.models import naturalness
from munu.units import GeV, TeV, eV, keV


@pytest.mark.parametrize("form", naturalness.FORMS)
def test_mass_and_moment_are_inverse(form):
    mu = np.geomspace(1e-16, 1e-9, 5)
    for Lambda in (0.5 * TeV, 30 * TeV):
        m = naturalness.mass(mu, Lambda, form)
        np.testing.assert_allclose(naturalness.mu_max(m, Lambda, form), mu, rtol=1e-12)


def test_the_talks_are_a_factor_two_apart():
    a, b = (naturalness.mass(1e-11, 1 * TeV, f) for f in ("talk_a", "talk_b"))
    assert a == pytest.approx(2 * b, rel=1e-12)


def test_voloshin_gains_a_loop():
    """The mass is alpha/4 pi of talk A's estimate: keV, where its slide read literally has GeV."""
    m = naturalness.mass(1e-11, 1 * TeV, "voloshin")
    assert m == pytest.approx(alpha / (4 * np.pi) * naturalness.mass(1e-11, 1 * TeV, "talk_a"),
                              rel=1e-12)
    assert m / keV == pytest.approx(11.4, rel=5e-3)
    literal = 33.699582960824664 * GeV
    assert m < 1e-5 * literal
    # grows with both, where the slide divides
    assert naturalness.mass(2e-11, 3 * TeV, "voloshin") == pytest.approx(18 * m, rel=1e-12)


def test_a_dirac_neutrino_of_1_eV():
    assert naturalness.mu_max(eV, 1 * TeV, "dirac_naive") == pytest.approx(3.5e-15, rel=0.01)
    assert naturalness.mu_max(eV, 1 * TeV, "dirac") == pytest.approx(1e-14, rel=0.08)


def test_only_a_logarithm_is_sure():
    """A cut-off squared tightens faster than the logarithm."""
    logarithms = np.log(1e5 / 246.22) / np.log(1e3 / 246.22)
    for form, ratio in (("dirac_naive", 1e4), ("dirac", logarithms)):
        low, high = (naturalness.mu_max(eV, x * TeV, form) for x in (1, 100))
        assert low / high == pytest.approx(ratio, rel=1e-4), form


def test_majorana_pairs():
    """The antisymmetric moment needs the difference of two Yukawas squared."""
    mu = {p: naturalness.mu_max(eV, 1 * TeV, "majorana", pair=p) for p in ("emu", "etau", "mutau")}
    assert mu["emu"] == pytest.approx(1.13e-6, rel=0.01)
    assert mu["etau"] < mu["mutau"] < mu["emu"]
    assert mu["mutau"] == pytest.approx(4.0e-9, rel=0.01)
    # 1/|m_a^2 - m_b^2|: e-tau is the sum of the two others, as inverses
    assert 1 / mu["etau"] == pytest.approx(1 / mu["mutau"] + 1 / mu["emu"], rel=1e-9)


def test_majorana_binds_at_10_to_100_TeV():
    """Against 1e-11 mu_B and 0.3 eV, as the paper's abstract says."""
    Lambda = np.array([1.0, 10.0, 100.0]) * TeV
    assert (naturalness.mu_max(0.3 * eV, Lambda, "majorana", pair="mutau") > 1e-11).tolist() == [
        True, True, False]


def test_it_is_no_model():
    assert "naturalness" not in models.names()


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: naturalness.mu_max(eV, TeV, "bell"), UnknownName, "estimate"),
    (lambda: naturalness.mu_max(-eV, TeV), DomainError, r"m = -.* must be at least 0"),
    (lambda: naturalness.mu_max(eV, 0.0), DomainError, "Lambda = 0 must be above 0"),
    (lambda: naturalness.mu_max(eV, 100 * GeV), DomainError, "above the electroweak"),
    (lambda: naturalness.mu_max(eV, TeV, "majorana", pair="ee"), UnknownName, "pair"),
    (lambda: naturalness.mass(-1e-11, TeV), DomainError, "mu = -1e-11 must be at least 0")])
def test_a_slip_is_one_line(call, error, said):
    with pytest.raises(error, match=said):
        call()
