"""What the early Universe makes by a moment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import cumulative_simpson, quad, simpson

from munu.errors import DomainError
from munu.media import early_universe
from munu.rates import _flip, freeze_out
from munu.units import GeV, MeV, TeV


@pytest.mark.parametrize("r", [0.0, 0.1, 1.0, 5.0, 30.0])
@pytest.mark.parametrize("fermion", [True, False])
def test_heavy_charges_leave(r, fermion):
    """The weight of a charge is its number density, by another quadrature."""
    def n(y):
        E = np.hypot(y, r)
        return y * y * np.exp(-E) / (1 + np.exp(-E) if fermion else -np.expm1(-E))

    whole = quad(n, 1e-12, 80 + r, epsabs=0, limit=200)[0]
    massless = quad(lambda y: y * y / (np.exp(y) + (1 if fermion else -1)), 1e-12, 80)[0]
    made = _flip._weight(np.array([r]), fermion)[0]
    assert made == pytest.approx(whole / massless, rel=1e-6)


def test_decoupling_is_where_the_rate_meets_the_expansion():
    for mu in (1e-12, 3e-12, 1e-11, 3e-11, 1e-10):
        T = freeze_out.T_dec(mu)
        assert freeze_out.flip_rate(T, mu) == pytest.approx(early_universe.H(T), rel=1e-4)


def test_decoupling_goes_with_mu_squared_where_nothing_leaves():
    """g and the charges hardly change between 5 and 40 GeV: the exponent is -2 within 5 %."""
    mu = np.array([2.1e-12, 2.6e-12, 3.2e-12])
    slope = np.polyfit(np.log(mu), np.log(freeze_out.T_dec(mu)), 1)[0]
    assert slope == pytest.approx(-2, rel=0.05)


def test_entropy_dilutes_a_number_that_stays():
    """The relic's number over entropy is fixed at T: what it adds falls as g_s^(-4/3)."""
    for T in (1 * GeV, 20 * GeV):
        mu = np.exp(np.interp(np.log(T), *freeze_out._followed()) * -0.5) / np.sqrt(
            _flip.HARD_THERMAL_LOOPS) / freeze_out.constants.mu_B
        ratio = freeze_out.relic(T, 2) / freeze_out.relic(10 * MeV, 2)
        assert freeze_out.delta_N_eff(mu, 1) == pytest.approx(
            (ratio * 10.75 / early_universe.g_s(10 * MeV)) ** (4 / 3), rel=1e-6)


def test_three_right_handed_neutrinos_never_add_less():
    """0.144 if they decoupled at the hottest: less is a bound on reheating and is refused."""
    assert freeze_out.delta_N_eff(9e-13) == pytest.approx(0.144, abs=2e-3)
    with pytest.raises(DomainError, match="reheating, not on mu"):
        freeze_out.moment_of(0.107)


@given(st.floats(-12, -10.2))
def test_less_reheating_makes_less(log_mu):
    """Rising in T_RH, linear where little is made.

    Slow decoupling adds as much as decoupling at once, or more: some is made below T_dec, where
    g_s is smaller (2.55 times as much where T_dec is 0.33 GeV).
    """
    mu = 10**log_mu
    grid = np.geomspace(4 * MeV, 280 * GeV, 12)
    made = np.array([freeze_out.delta_N_eff(mu, 3, T_RH=float(x)) for x in grid])
    assert np.all(np.diff(made) >= -1e-14)
    low = [freeze_out.delta_N_eff(1e-3 * mu, 3, T_RH=5 * GeV * x) for x in (1, 2)]
    assert 1.5 < low[1] / low[0] < 2.5
    if freeze_out.T_dec(mu) < 10 * GeV:
        assert 0.98 < made[-1] / freeze_out.delta_N_eff(mu, 3) < 2.6


def test_moment_and_number_are_inverse():
    for delta in (0.15, 0.2, 0.3, 1.0):
        assert freeze_out.delta_N_eff(freeze_out.moment_of(delta)) == pytest.approx(delta, rel=2e-3)


@given(st.floats(-14, -9.5), st.floats(np.log10(5 * MeV / GeV), np.log10(280)), st.integers(1, 3))
def test_slow_moment_and_number_are_inverse(log_mu, log_T, n):
    T = 10**log_T * GeV
    delta = freeze_out.delta_N_eff(10**log_mu, n, T_RH=T)
    assert freeze_out.moment_of(delta, n, T_RH=T) / 10**log_mu == pytest.approx(1, rel=1e-6)


def test_slow_decoupling_asks_for_less_moment():
    """By another quadrature, of D exp(-tau) over the rate, at the moment that is found."""
    slow = freeze_out.moment_of(0.285, T_RH=200 * GeV)
    x = np.linspace(np.log(1.0001 * MeV), np.log(200 * GeV), 40001)
    # the entropy of a comoving volume stays: dt H is not -dT/T where particles leave
    shrunk = np.gradient(np.log(early_universe.g_s(np.exp(x)) ** (1 / 3) * np.exp(x)), x)
    met = freeze_out.flip_rate(np.exp(x), slow) / early_universe.H(np.exp(x)) * shrunk
    tau = cumulative_simpson(met, x=x, initial=0)
    share = (10.75 / early_universe.g_s(np.exp(x))) ** (4 / 3)
    assert 3 * simpson(share * np.exp(-tau) * met, x=x) == pytest.approx(0.285, rel=5e-4)
    assert slow * 1e12 == pytest.approx(6.57, rel=1e-3)
    assert freeze_out.moment_of(0.285) * 1e11 == pytest.approx(1.88, rel=2e-3)
    # where little is made it goes with the root, and below what decoupling at once can add
    few = [freeze_out.moment_of(x, T_RH=20 * GeV) for x in (1e-8, 4e-8)]
    assert few[1] / few[0] == pytest.approx(2, rel=1e-5)


def test_freeze_in_goes_with_mu_squared_however_little_is_made():
    little = [freeze_out.delta_N_eff(mu, T_RH=20 * GeV) for mu in (1e-20, 1e-16)]
    assert little[1] / little[0] == pytest.approx(1e8, rel=1e-6)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: freeze_out.moment_of(3.5, T_RH=200 * GeV), "not among .* to 3.01"),
    (lambda: freeze_out.moment_of(0.0, T_RH=200 * GeV), "not among"),
    (lambda: freeze_out.moment_of(0.285, T_RH=MeV), "at least 4 MeV"),
    (lambda: freeze_out.moment_of(0.285, T_RH=TeV), "280 GeV|282 GeV"),
    (lambda: freeze_out.moment_of(0.285, 0, T_RH=GeV), "at least 1"),
    (lambda: freeze_out.T_dec(1e-3), "below 1 MeV"), (lambda: freeze_out.T_dec(np.nan), "finite"),
    (lambda: freeze_out.delta_N_eff(1e-14), "give T_RH"),
    (lambda: freeze_out.delta_N_eff(1e-11, 0), "at least 1"),
    (lambda: freeze_out.delta_N_eff(1e-11, T_RH=TeV), "280 GeV|282 GeV"),
    (lambda: freeze_out.delta_N_eff(1e-11, T_RH=2 * MeV), "at least 4 MeV"),
    (lambda: early_universe.g_s(0.1 * MeV), "must lie between")])
def test_outside_what_is_known(call, said):
    with pytest.raises(DomainError, match=said):
        call()
