"""Two bodies: windows, thresholds and their inverses."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from munu.constants import m_e
from munu.errors import DomainError
from munu.kinematics import E_nu_min, M_N_max, recoil_range, threshold
from munu.units import MeV

energies = st.floats(0.01, 100).map(lambda x: x * MeV)
fractions = st.floats(0.01, 0.99)


@given(energies, fractions)
def test_the_window_is_the_inverse_of_the_least_energy(E, f):
    M = f * M_N_max(E, m_e)
    for T in recoil_range(E, M, m_e):
        assume(T > 0)
        # at the edge E_min(T) is stationary on one side: compare T, not E
        assert E_nu_min(T, M, m_e) == pytest.approx(E, rel=1e-6)


@given(energies, fractions)
def test_product_of_the_edges(E, f):
    M = f * M_N_max(E, m_e)
    low, high = recoil_range(E, M, m_e)
    assert low * high == pytest.approx(M**4 / (4 * m_e * (m_e + 2 * E)), rel=1e-12)
    assert 0 < low <= high


@given(energies)
def test_threshold_and_heaviest_N_are_inverse(E):
    assert threshold(M_N_max(E, m_e), m_e) == pytest.approx(E, rel=1e-12)


@given(energies)
def test_massless_window_starts_at_zero(E):
    low, high = recoil_range(E, 0.0, m_e)
    assert low == 0 and high == pytest.approx(2 * E**2 / (m_e + 2 * E), rel=1e-12)


def test_below_threshold_is_an_empty_window():
    assert recoil_range(0.1 * MeV, 1 * MeV, m_e) == (0, 0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0, 0.0])
def test_a_recoil_must_be_positive(bad):
    with pytest.raises(DomainError):
        E_nu_min(bad, 0.0, m_e)


def test_a_recoil_array_broadcasts():
    T = np.array([1e-3, 1e-2]) * MeV
    assert E_nu_min(T, np.array([[0.0], [0.1], [0.2]]) * MeV, m_e).shape == (3, 2)
