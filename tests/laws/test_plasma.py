"""Plasmas: limits in which all is known, dispersion against its own equation, decays."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from munu import constants
from munu.errors import DomainError
from munu.media import _fermi
from munu.media.plasma import Plasma, bend, frequency, scalar_density
from munu.processes import off_shell, plasmon_decay
from munu.units import K, MeV, cm, g, keV

from .dirac import squared

GCC = g / cm**3
M_E, ALPHA = constants.m_e, constants.alpha
ZONES = [(150, 1.344 * keV, 0.68), (1e4, 8.617 * keV, 0.5), (1e6, 8.617 * keV, 0.5),
         (1e6, 0.1 * keV, 0.5), (1e9, 100 * keV, 0.5), (3e14, 30 * MeV, 0.3), (1.0, 2 * MeV, 0.5)]


def zones():
    rho, T, Y = np.array(ZONES).T
    return Plasma.of(rho * GCC, T, Y)


def test_densities_come_back():
    """From density to chemical potential and back, from the Sun to a supernova."""
    made = zones()
    np.testing.assert_allclose(_fermi.density(made.temperature, made.mu_e, M_E), made.n_e,
                               rtol=1e-10)


@pytest.mark.parametrize("j", range(len(ZONES)))
def test_the_plasma_frequency_is_its_integral(j):
    """The same integral by another quadrature."""
    made = zones()
    T, mu = made.temperature[j], made.mu_e[j]

    def integrand(x):
        p = T * np.sinh(x)
        E = np.hypot(p, M_E)
        both = sum(_fermi.occupation((E - sign * mu) / T) for sign in (1, -1))
        return T * np.cosh(x) * p * p / E * (1 - (p / E) ** 2 / 3) * both

    surface = np.arcsinh(np.sqrt(max(mu**2 - M_E**2, 0.0)) / T)
    top = np.arcsinh((max(mu, M_E) + 60 * T + np.sqrt(120 * M_E * T)) / T)
    parts = [0, *(surface + np.linspace(-1, 1, 9) if surface > 1 else ()), top]
    parts = sorted(x for x in parts if 0 <= x <= top)
    whole = sum(quad(integrand, a, b, epsrel=1e-10, limit=400)[0]
                for a, b in pairwise(parts))
    assert made.omega_p[j] ** 2 == pytest.approx(4 * ALPHA / np.pi * whole, rel=1e-8)


def test_cold_hot_and_dilute():
    """4 pi alpha n/m where electrons are slow, 4 alpha p_F^3/3 pi E_F where cold, e^2 T^2/9 hot."""
    n = (1e-3 * GCC) * 0.5 / constants.amu
    assert frequency(1e-3 * GCC, 1e5 * K, 0.5) ** 2 == pytest.approx(
        4 * np.pi * ALPHA * n / M_E, rel=1e-4)
    n = 1e6 * GCC * 0.5 / constants.amu
    p_F = np.cbrt(3 * np.pi**2 * n)
    assert frequency(1e6 * GCC, 1e5 * K, 0.5) ** 2 == pytest.approx(
        4 * ALPHA * p_F**3 / (3 * np.pi * np.hypot(p_F, M_E)), rel=1e-6)
    hot = 100 * MeV
    assert frequency(1.0 * GCC, hot, 0.5) ** 2 == pytest.approx(
        4 * np.pi * ALPHA * hot**2 / 9, rel=1e-3)


def test_photons_obey_their_dispersion():
    """What ``mode`` gives is the root of the equation in omega, either polarization."""
    made = zones()
    for j in range(len(ZONES)):
        wp, v = made.omega_p[j], made.v[j]
        for x in (0.1, 0.7, 0.97):
            k = x * made.k_max[j]
            T, L = (made.mode(p, np.full((len(ZONES), 1), k))[0][j, 0] for p in "TL")
            T_root = brentq(lambda w, k=k, wp=wp, v=v: w * w - k * k - wp * wp * (
                1 + 0.5 * bend(v * v * k * k / w**2)), k, 3 * (k + wp), xtol=1e-14 * wp)
            L_root = brentq(lambda w, k=k, wp=wp, v=v: w * w - (v * k) ** 2 - wp * wp * (
                1 - bend(v * v * k * k / w**2)), max(k, 0.9 * wp), 3 * (k + wp), xtol=1e-14 * wp)
            assert pytest.approx(T_root, rel=1e-10) == T
            assert pytest.approx(L_root, rel=1e-8) == L


def test_the_transverse_residue_is_a_derivative():
    """Z = 2 omega/(d/d omega)(omega^2 - k^2 - Pi_T) with the polarization function itself."""
    made = zones()
    wp, v = made.omega_p, made.v
    k = 1.3 * wp

    def pi_T(w):
        x = v * k / w
        return 1.5 * wp**2 / v**2 * (w / k) ** 2 * (
            1 - (1 - x**2) / (2 * x) * np.log((1 + x) / (1 - x)))

    w, _, Z = (a[:, 0] for a in made.mode("T", k[:, None]))
    h = 1e-4 * w
    slope = (pi_T(w + h) - pi_T(w - h)) / (2 * h)
    # the difference itself cancels where electrons are slow
    np.testing.assert_allclose(Z, 2 * w / (2 * w - slope), rtol=2e-5)


def test_the_polarizations_meet_at_rest():
    """At k = 0 both are the plasma frequency with residue 1; far out K is m_T."""
    made = zones()
    for kind in ("T", "L"):
        w, _, Z = made.mode(kind, 1e-6 * made.omega_p[:, None])
        np.testing.assert_allclose(w[:, 0], made.omega_p, rtol=1e-9)
        np.testing.assert_allclose(Z, 1.0, rtol=1e-6)
    k = 1e4 * made.omega_p[:, None]
    _, K2, Z = made.mode("T", k)
    np.testing.assert_allclose(np.sqrt(K2)[:, 0], made.m_T, rtol=1e-6)
    np.testing.assert_allclose(Z, 1.0, rtol=1e-6)
    assert np.all(made.mode("L", 1.001 * made.k_max[:, None])[2] == 0)


def test_a_mass_closes_the_decay():
    """Q falls with M_N, starts flat and is 0 from the transverse photon's mass on."""
    rho, T, Y = ZONES[2]
    top = Plasma.of(rho * GCC, T, Y).m_T[0]
    M = np.array([0.0, 1e-6, 0.3, 0.6, 0.9, 1.0, 1.5]) * top
    Q = plasmon_decay.energy_loss_rate(rho * GCC, T, Y, 1e-12, M)
    assert Q[1] == pytest.approx(Q[0], rel=1e-9)
    assert np.all(np.diff(Q) <= 0) and Q[4] > 0 and Q[6] == 0
    assert plasmon_decay.energy_loss_rate(rho * GCC, T, Y, 3e-12) == pytest.approx(9 * Q[0])


def traced(omega, k, m_1, m_2, mu, eps, polarization):
    """Width of a plasmon from explicit Dirac matrices, over all directions of the pair."""
    K2 = omega**2 - k**2
    mass, q = np.sqrt(K2), np.array([omega, 0, 0, k])
    p = np.sqrt((K2 - (m_1 + m_2) ** 2) * (K2 - (m_1 - m_2) ** 2)) / (2 * mass)
    e = np.array([0, 1, 0, 0.0]) if polarization == "T" else np.array([k, 0, 0, omega]) / mass
    cosines, weights = np.polynomial.legendre.leggauss(4)
    total = 0.0
    for c, w in zip(cosines, weights, strict=True):
        for phi in np.arange(4) * np.pi / 2 + 0.1:
            s = np.sqrt(1 - c * c)
            n = p * np.array([s * np.cos(phi), s * np.sin(phi), c])
            both = []
            for m, x in ((m_1, n), (m_2, -n)):
                E = np.hypot(p, m)
                both += [np.array([omega * E + k * x[2], mass * x[0], mass * x[1],
                                   omega * x[2] + k * E]) / mass, m]
            total += w / 8 * squared(q, e, *both, mu, eps)
    return total * p / (8 * np.pi * mass * omega)


@pytest.mark.parametrize("polarization", ["T", "L"])
@pytest.mark.parametrize(("m_1", "m_2", "mu", "eps"), [
    (0, 0, 1, 0), (1.1, 1.1, 1, 0), (1.1, 1.1, 0, 1), (0.6, 1.9, 1, 0.4), (2.1, 0.3, 0.3, 1),
    (0, 2.0, 1, 1)])
def test_two_masses_by_explicit_matrices(m_1, m_2, mu, eps, polarization):
    """A plasmon to two massive neutrinos: the closed width is the sum over spins."""
    omega, k = 3.0 * keV, 1.2 * keV
    seen = plasmon_decay.pair_width(omega, omega**2 - k**2, mu, eps, m_1 * keV, m_2 * keV)
    assert seen == pytest.approx(constants.mu_B**2 * traced(
        omega, k, m_1 * keV, m_2 * keV, mu, eps, polarization), rel=1e-12)


def test_a_chiral_moment_is_half_of_each():
    """With a massless partner both forms of the operator meet: mu^2 + eps^2 is N's mu^2."""
    K2, m = (5 * keV) ** 2, np.array([0, 1, 3, 4.99, 5.1]) * keV
    np.testing.assert_allclose(
        plasmon_decay.pair_width(7 * keV, K2, 3e-12, 4e-12, m),
        plasmon_decay.width(7 * keV, K2, 5e-12, m), rtol=1e-12)


@pytest.mark.parametrize(("electric", "power"), [(0.0, 0.5), (1.0, 1.5)])
def test_a_pair_closes_with_its_phase_space(electric, power):
    """Near threshold as beta by a magnetic moment, as beta^3 by an electric one; then exactly 0."""
    mu, eps = np.sqrt(1 - electric), np.sqrt(electric)
    K2, beta2 = keV**2, np.array([1e-4, 1e-6])
    near, nearer = plasmon_decay.pair_width(keV, K2, mu, eps, *[0.5 * keV * np.sqrt(1 - beta2)] * 2)
    assert nearer / near == pytest.approx(0.01**power, rel=1e-3)
    assert plasmon_decay.pair_width(keV, K2, mu, eps, 0.5 * keV, 0.5 * keV) == 0
    # the greatest of beta (3 - 2 beta^2) is the root of 2, where beta^2 is a half
    m = 0.5 * keV * np.sqrt(1 - np.linspace(0, 1, 2001))
    most = (plasmon_decay.pair_width(keV, K2, mu, eps, m, m)
            / plasmon_decay.pair_width(keV, K2, 1)).max()
    assert most == pytest.approx(1.0 if electric else np.sqrt(2), rel=1e-9)


def test_scalar_density():
    """Cold: m^3/2 pi^2 [x sqrt(1 + x^2) - arsinh x]; dilute all count; hot: m T^2/6."""
    for x in (0.1, 0.8, 30.0):
        rho = (x * M_E) ** 3 / (3 * np.pi**2) * constants.amu / 0.5
        cold = M_E**3 / (2 * np.pi**2) * (x * np.hypot(1, x) - np.arcsinh(x))
        # T^2/E_F^2 is left of the temperature
        assert scalar_density(rho, 1e-6 * M_E * x**2, 0.5) == pytest.approx(cold, rel=1e-8)
    made = Plasma.of(1e-6 * GCC, 0.01 * keV, 0.5)
    assert made.n_s == pytest.approx(made.n_e, rel=1e-4)
    hot = 300 * MeV
    assert scalar_density(1.0 * GCC, hot, 0.5) == pytest.approx(M_E * hot**2 / 6, rel=1e-4)
    assert np.all(zones().n_s[:5] < zones().n_e[:5])


@pytest.mark.parametrize(("j", "all_", "transverse", "narrow"), [
    (1, 1.0, 0.981, 0.981), (2, 1.0, 0.849, 1.0)])
def test_photons_of_no_width_are_plasmons(j, all_, transverse, narrow):
    """At M_N = 0 the integral over K^2 is plasmon decay: horizontal branch and red giant."""
    made = Plasma.of(*(x * f for x, f in zip(ZONES[j], (GCC, 1, 1), strict=True)))
    on = plasmon_decay.by_moment(made, 0.0)[0, 0]

    def ratio(**how):
        return off_shell.by_moment(made, 0.0, **how)[0, 0] / on

    assert ratio() == pytest.approx(all_, abs=5e-3)
    assert ratio(longitudinal=False) == pytest.approx(transverse, abs=2e-3)
    assert ratio(scale=1e-6) == pytest.approx(narrow, abs=2e-3)


def test_far_above_threshold_the_loss_goes_with_the_width():
    """What is far off shell is made one scatter at a time: linear in the width, cut as e^(-M/T)."""
    made = Plasma.of(1e4 * GCC, 8.617 * keV, 0.5)
    M = np.array([20.0, 100.0, 200.0]) * keV
    one, two = (off_shell.by_moment(made, M, scale=s)[:, 0] for s in (1.0, 2.0))
    np.testing.assert_allclose(two, 2 * one, rtol=1e-3)
    assert np.log(one[2] / one[1]) == pytest.approx(-100 / 8.617, rel=0.2)


@pytest.mark.parametrize(("rho", "T", "Y", "named"), [
    (1.0, 0.0, 0.5, "temperature"), (-1.0, 1.0, 0.5, "rho"), (1.0, 1.0, 1.2, "Y_e"),
    (np.nan, 1.0, 0.5, "rho"), (1.0, np.inf, 0.5, "T"), ([], 1.0, 0.5, "rho")])
def test_no_plasma(rho, T, Y, named):
    with pytest.raises(DomainError, match=named):
        frequency(rho, T, Y)
