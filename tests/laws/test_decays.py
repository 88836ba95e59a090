"""N to a neutrino and a photon: what a moving N's photons and neutrinos must obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from munu.errors import DomainError
from munu.processes import radiative_decay as decay
from munu.units import MeV

from .dirac import squared

NATURES = ("dirac", "majorana")
boosts = st.floats(1e-3, 6)
helicities = st.floats(-1, 1)


def shares(E_N, M_N, nature, h):
    """Number and mean energy of photons and neutrinos."""
    p = np.sqrt(E_N**2 - M_N**2)
    low, high = 0.5 * (E_N - p), 0.5 * (E_N + p)
    return [[quad(lambda E, k=k, f=f: E**k * f(E, E_N, M_N, nature, helicity=h), low, high)[0]
             for k in (0, 1)] for f in (decay.photon_spectrum, decay.neutrino_spectrum)]


@given(boosts, st.sampled_from(NATURES), helicities)
def test_one_photon_one_neutrino_and_all_energy(log_boost, nature, h):
    M_N = 7 * MeV
    E_N = M_N * np.cosh(log_boost)
    (n, photon), (m, neutrino) = shares(E_N, M_N, nature, h)
    assert (n, m) == pytest.approx((1, 1), rel=1e-9)
    assert photon + neutrino == pytest.approx(E_N, rel=1e-9)


def test_dirac_photons_go_backward():
    """A fast Dirac N gives a third of its energy to the photon, a Majorana N half."""
    E_N, M_N = 1e4 * MeV, 1 * MeV
    assert shares(E_N, M_N, "dirac", 1.0)[0][1] == pytest.approx(E_N / 3, rel=1e-6)
    assert shares(E_N, M_N, "majorana", 1.0)[0][1] == pytest.approx(E_N / 2, rel=1e-6)
    # unpolarized: flat, whatever the nature
    assert shares(E_N, M_N, "dirac", 0.0)[0][1] == pytest.approx(E_N / 2, rel=1e-6)


@given(boosts, st.floats(-1, 1))
def test_energy_and_angle_are_one(log_boost, cosine):
    """The photon of a given angle at rest, boosted: its energy and its angle in the laboratory."""
    M_N = 3 * MeV
    gamma, beta = np.cosh(log_boost), np.tanh(log_boost)
    E = 0.5 * M_N * gamma * (1 + beta * cosine)
    lab = (cosine + beta) / (1 + beta * cosine)
    assert decay.photon_angle(E, gamma * M_N, M_N) == pytest.approx(lab, abs=1e-6)


def fly(E_N, M_N, asymmetry, h, n, seed):
    """Four-vectors of photons and neutrinos of n decays of an N that moves along z, by hand."""
    rng = np.random.default_rng(seed)
    slope = asymmetry * h
    # the inverse of the cumulative (1 + c)/2 + slope (c^2 - 1)/4
    u = rng.random(n)
    c = 2 * u - 1 if slope == 0 else (np.sqrt((1 - slope) ** 2 + 4 * slope * u) - 1) / slope
    s, phi = np.sqrt(1 - c * c), 2 * np.pi * rng.random(n)
    axis = np.array([s * np.cos(phi), s * np.sin(phi), c])
    gamma, boost = E_N / M_N, np.sqrt((E_N / M_N) ** 2 - 1)
    out = []
    for along in (axis, -axis):
        E, (x, y, z) = np.full(n, M_N / 2), M_N / 2 * along
        out.append(np.array([gamma * E + boost * z, x, y, gamma * z + boost * E]))
    return out


@pytest.mark.parametrize(("nature", "h"), [("dirac", 1.0), ("dirac", -0.4), ("majorana", 1.0)])
def test_a_swarm_of_decays(nature, h):
    """Thrown decays: momentum adds up to N's, energies and angles fall as the spectra say."""
    E_N, M_N, n = 11 * MeV, 4 * MeV, 60_000
    photons, neutrinos = fly(E_N, M_N, {"dirac": -1, "majorana": 0}[nature], h, n, seed=5)
    whole = np.array([E_N, 0, 0, np.sqrt(E_N**2 - M_N**2)])
    np.testing.assert_allclose(photons + neutrinos, whole[:, None] + np.zeros(n),
                               atol=1e-12 * E_N, rtol=1e-12)
    for kind, energies, directions in (
            (photons, decay.photon_spectrum, decay.photon_directions),
            (neutrinos, decay.neutrino_spectrum, decay.neutrino_directions)):
        cosine = kind[3] / np.hypot(np.hypot(kind[1], kind[2]), kind[3])
        for seen, density, low, high in ((kind[0], energies, 0, E_N),
                                         (cosine, directions, -1, 1)):
            edges = np.linspace(low, high, 13)
            counts, _ = np.histogram(seen, edges)
            mid = 0.5 * (edges[1:] + edges[:-1])[:, None] + np.diff(edges)[:, None] * (
                np.arange(400) - 199.5) / 400
            wanted = n * density(mid, E_N, M_N, nature, helicity=h).mean(axis=1) * np.diff(edges)
            assert np.all(np.abs(counts - wanted) < 5 * np.sqrt(wanted + 1) + 1e-3 * n)
            assert np.sum((counts - wanted) ** 2 / (wanted + 1)) < 40
        np.testing.assert_allclose(decay.photon_angle(kind[0], E_N, M_N), cosine, atol=1e-9)


@given(st.floats(0, 6), st.sampled_from(NATURES), helicities)
def test_directions_are_one_decay(log_boost, nature, h):
    """Their integral is 1 at any boost, N at rest included; photon and neutrino are mirrored."""
    E_N = 3 * MeV * np.cosh(log_boost)
    # evenly spread where N rests
    c_star, w = np.polynomial.legendre.leggauss(8)
    beta = np.tanh(log_boost)
    c, jacobian = (c_star + beta) / (1 + beta * c_star), (1 - beta**2) / (1 + beta * c_star) ** 2
    for directions, sign in ((decay.photon_directions, 1), (decay.neutrino_directions, -1)):
        n = directions(c, E_N, 3 * MeV, nature, helicity=h) * jacobian
        assert w @ n == pytest.approx(1, rel=1e-9)
        assert w @ (n * c_star) == pytest.approx(
            sign * h * decay.asymmetry(nature) / 3, rel=1e-6, abs=1e-6)


@given(st.complex_numbers(min_magnitude=0.1, max_magnitude=3))
def test_both_forms_of_the_operator(lam):
    """mu nubar_L sigma N_R is mu/2 of either form for Dirac; i Im and Re of mu for Majorana."""
    M, mu = 2 * MeV, lam * 1e-11
    assert decay.rate(M, 0.0, mu / 2, mu / 2) == pytest.approx(decay.width(M, abs(mu), "dirac"))
    assert decay.rate(M, 0.0, 1j * mu.imag, mu.real) == pytest.approx(
        decay.width(M, abs(mu), "majorana"))


@given(st.floats(0, 0.999))
def test_a_massive_daughter(ratio):
    """The photon's energy cubed: 8 pi Gamma = mu^2 (2 E_gamma)^3, and 0 for the lighter state."""
    m_i, m_j = 2 * MeV, 2 * MeV * ratio
    momentum = (m_i**2 - m_j**2) / (2 * m_i)
    assert decay.rate(m_i, m_j, 3e-12, 4e-12) == pytest.approx(
        (5e-12 * decay._mu_B) ** 2 * (2 * momentum) ** 3 / (8 * np.pi))
    assert decay.rate(m_j, m_i, 3e-12, 4e-12) == 0


@given(st.floats(1.0001, 3), st.floats(0.1, 100))
def test_a_neutrino_shines_only_in_a_dense_medium(n, E):
    """Positive between 0 and 2E/(n + 1), 0 at both ends and for n at most 1; quadratic in mu."""
    top = 2 * E / (n + 1) * MeV
    w = np.linspace(0, 1, 11) * top
    made = decay.cherenkov_rate(w, E * MeV, n, 1e-10)
    assert np.all(made[1:-1] > 0) and made[0] == 0
    assert abs(made[-1]) < 1e-9 * made.max()
    assert not np.any(decay.cherenkov_rate(w, E * MeV, 1 / n, 1e-10))
    np.testing.assert_allclose(decay.cherenkov_rate(w, E * MeV, n, 3e-10)[1:-1], 9 * made[1:-1])


@pytest.mark.parametrize(("E", "w", "n"), [(5.0, 1.0, 1.2), (2.0, 0.7, 1.05), (9.0, 3.0, 1.9)])
def test_cherenkov_photons_by_explicit_matrices(E, w, n):
    """|M|^2 of both transverse photons, summed over the helicity of the neutrino that leaves."""
    k = n * w
    cosine = (k * k - w * w + 2 * E * w) / (2 * E * k)
    p = E * np.array([1, np.sqrt(1 - cosine**2), 0, cosine])
    q = np.array([w, 0, 0, k])
    whole = sum(squared(q, e, p - q, 0.0, p, 0.0, 1.0, 0.0)
                for e in (np.array([0, 1.0, 0, 0]), np.array([0, 0, 1.0, 0])))
    # half for one helicity that comes in, residue 1/n^2; over the directions of the photon the
    # delta of energy leaves 1/(2 E k), and dk is n d omega
    flux = 2 * E * 2 * w * 2 * E * k
    rate = 0.5 * whole / n**2 * n * k**2 / (2 * np.pi * flux)
    assert decay.cherenkov_rate(w * MeV, E * MeV, n, 1.0) == pytest.approx(
        decay._mu_B**2 * rate * MeV**2, rel=1e-12)


def test_soft_cherenkov_photons():
    """Far below the neutrino's energy: mu^2 omega^2 (n^2 - 1)^2/(4 pi n^2)."""
    w, n = 1e-6 * MeV, 1.33
    soft = (1e-10 * decay._mu_B) ** 2 * w**2 * (n * n - 1) ** 2 / (4 * np.pi * n * n)
    assert decay.cherenkov_rate(w, 10 * MeV, n, 1e-10) == pytest.approx(soft, rel=1e-6)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: decay.photon_spectrum(1.0, 2.0, 1.0), "nature is needed"),
    (lambda: decay.photon_spectrum(1.0, 1.0, 1.0, "dirac"), "E_N must be above"),
    (lambda: decay.photon_spectrum(1.0, 2.0, 1.0, "dirac", helicity=2), "helicity = 2 must be"),
    (lambda: decay.photon_directions(0.0, 2.0, 1.0), "nature is needed"),
    (lambda: decay.photon_directions(0.0, 0.9, 1.0, "dirac"), "E_N must be at least"),
    (lambda: decay.photon_directions(1.1, 2.0, 1.0, "dirac"), "cosine"),
    (lambda: decay.neutrino_directions(0.0, 2.0, 0.0, "dirac"), "M_N"),
    (lambda: decay.neutrino_directions(0.0, 2.0, 1.0, "dirac", helicity=-2), "between -1 and 1"),
    (lambda: decay.photon_angle(0.0, 2.0, 1.0), "E_gamma must be above 0"),
    (lambda: decay.cherenkov_rate(-1.0, 1.0, 1.3, 1e-10), "omega")])
def test_what_cannot_decay(call, said):
    with pytest.raises(DomainError, match=said):
        call()
