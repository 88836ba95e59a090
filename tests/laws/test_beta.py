"""Beta decays inside a detector: their spectra are densities, and those that others computed."""

import numpy as np
import pytest

from munu.detectors import beta
from munu.errors import DomainError
from munu.probes.darwin import Q, Z
from munu.units import keV

# XENON1T's released shape of the double beta decay of 136Xe, per keV, 1 over 1 to 209 keV
# (XENON1T2020, Zenodo 4088778)
RELEASED = {30: 0.0012366, 60: 0.0025583, 81: 0.0035288}


@pytest.mark.parametrize("made", [
    lambda T: beta.allowed(T), lambda T: beta.allowed(T, 500 * keV, 38),
    lambda T: beta.two_neutrino(T, 300 * keV, 0)])
def test_a_spectrum_is_a_density(made):
    from scipy.integrate import quad

    end = next(Q for Q in (beta.Q_TRITIUM, 300 * keV, 500 * keV) if made(1.0001 * Q) == 0)
    whole = quad(lambda x: float(made(x * end)) * end, 0, 1, limit=200, epsrel=1e-8)[0]
    assert whole == pytest.approx(1, abs=1e-5)
    assert made(0.0) == 0 and np.all(made(np.linspace(0.01, 0.99, 50) * end) > 0)


def test_without_a_charge_the_double_beta_spectrum_is_a_polynomial():
    """F = 1: the integral over the share of one electron in closed form, by Gauss-Legendre."""
    x, w = np.polynomial.legendre.leggauss(60)
    m = 510.99895 * keV

    def by_hand(K):
        one = 0.5 * K * (1 + x)

        def phase(T):
            return np.sqrt(T * (T + 2 * m)) * (T + m)
        return (300 * keV - K) ** 5 * K * np.sum(w * phase(one) * phase(K - one))

    K = np.array([20, 100, 250]) * keV
    ours = beta.two_neutrino(K, 300 * keV, 0)
    theirs = np.array([by_hand(k) for k in K])
    np.testing.assert_allclose(ours / ours[0], theirs / theirs[0], rtol=1e-3)


def test_the_fermi_function_of_helium_is_the_one_without_relativity():
    T = np.array([0.5, 5, 18]) * keV
    m, alpha = 510.99895 * keV, 1 / 137.036
    eta = 2 * alpha * (T + m) / np.sqrt(T * (T + 2 * m))
    plain = 2 * np.pi * eta / (1 - np.exp(-2 * np.pi * eta))
    np.testing.assert_allclose(beta.fermi(T, 2), plain, rtol=3e-3)
    np.testing.assert_allclose(beta.fermi(T, 0), 1, rtol=1e-12)


def test_the_shape_of_136Xe_is_the_released_one():
    T = np.linspace(1, 209, 1041) * keV
    norm = np.trapezoid(beta.two_neutrino(T, Q, Z), T)
    for E, value in RELEASED.items():
        assert beta.two_neutrino(E * keV, Q, Z) / norm * keV == pytest.approx(value, rel=3e-3)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: beta.allowed(1 * keV, 0.0), "above 0"), (lambda: beta.fermi(0.0, 2), "above 0"),
    (lambda: beta.fermi(1 * keV, 200), "between 0 and 100"),
    (lambda: beta.two_neutrino(1 * keV, -1.0, 56), "above 0"),
    (lambda: beta.allowed(float("nan")), "finite")])
def test_a_decay_that_cannot_be(call, said):
    with pytest.raises(DomainError, match=said):
        call()
