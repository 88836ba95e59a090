"""N to a neutrino and a photon: what a moving N's photons and neutrinos must obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from munu.errors import DomainError
from munu.processes import radiative_decay as decay
from munu.units import MeV

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


def test_soft_cherenkov_photons():
    """Far below the neutrino's energy: mu^2 omega^2 (n^2 - 1)^2/(4 pi n^2)."""
    w, n = 1e-6 * MeV, 1.33
    soft = (1e-10 * decay._mu_B) ** 2 * w**2 * (n * n - 1) ** 2 / (4 * np.pi * n * n)
    assert decay.cherenkov_rate(w, 10 * MeV, n, 1e-10) == pytest.approx(soft, rel=1e-6)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: decay.photon_spectrum(1.0, 2.0, 1.0), "nature is needed"),
    (lambda: decay.photon_spectrum(1.0, 1.0, 1.0, "dirac"), "E_N must be above"),
    (lambda: decay.photon_spectrum(1.0, 2.0, 1.0, "dirac", helicity=2), "between -1 and 1"),
    (lambda: decay.photon_angle(0.0, 2.0, 1.0), "E_gamma must be above 0"),
    (lambda: decay.cherenkov_rate(-1.0, 1.0, 1.3, 1e-10), "omega")])
def test_what_cannot_decay(call, said):
    with pytest.raises(DomainError, match=said):
        call()
