"""Zee and spin symmetry: antisymmetric moments, symmetric masses, loops by other ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from munu import models
from munu.constants import m_tau
from munu.errors import DomainError
from munu.models import spin_symmetry
from munu.units import GeV, eV

couplings = st.lists(st.complex_numbers(max_magnitude=1), min_size=12, max_size=12)
NAMES = ["f_emu", "f_etau", "f_mutau", "Y_ee", "Y_emu", "Y_etau", "Y_mue", "Y_mumu", "Y_mutau",
         "Y_taue", "Y_taumu", "Y_tautau"]
ZEE = {"m_h": 200 * GeV, "m_H": 500 * GeV, "sin2alpha": 1.0}
SPIN = {"m_h": 300 * GeV, "m_plus": 200 * GeV, "mu_3": 500 * GeV}


@given(couplings)
def test_zee_moments_are_antisymmetric_and_masses_symmetric(x):
    made = models.get("zee", **ZEE, **dict(zip(NAMES, x, strict=True)))
    mu, M = made.moment, made.neutrino_mass()
    assert np.allclose(mu, -mu.T, rtol=1e-12, atol=0) and np.allclose(M, M.T, rtol=1e-12, atol=0)
    assert made.couplings().nature == "majorana"


@given(couplings, st.lists(st.floats(0, 6.2), min_size=3, max_size=3))
def test_zee_rephasing_leptons_rephases_both_matrices(x, phases):
    """L_i to e^{i a_i} L_i with f and Y following."""
    given_ = dict(zip(NAMES, x, strict=True))
    p = dict(zip(("e", "mu", "tau"), np.exp(1j * np.array(phases)), strict=True))
    turned = dict(given_)
    for i, j in (("e", "mu"), ("e", "tau"), ("mu", "tau")):
        turned[f"f_{i}{j}"] = given_[f"f_{i}{j}"] * p[i] * p[j]
    for l in p:
        for j in p:
            turned[f"Y_{l}{j}"] = given_[f"Y_{l}{j}"] * p[j] / p[l]
    P = np.array(list(p.values()))
    for what in ("moment", "neutrino_mass"):
        a, b = (getattr(models.get("zee", **ZEE, **g), what) for g in (given_, turned))
        a, b = (z() if callable(z) else z for z in (a, b))
        assert np.allclose(b, a * np.outer(P, P), rtol=1e-10, atol=1e-25 + 1e-12 * abs(a).max())


def test_zee_element_by_element():
    """One coupling of each kind against the sum written out."""
    made = models.get("zee", **ZEE, f_etau=0.3, f_mutau=0.2, Y_taumu=0.5, Y_taue=0.7)
    r = [m_tau**2 / (m * GeV) ** 2 for m in (200, 500)]

    def J(r):
        return quad(lambda x: x / (1 - x + r * x), 0, 1, points=[1 - r], limit=400)[0]

    D = J(r[0]) / (200 * GeV) ** 2 - J(r[1]) / (500 * GeV) ** 2
    expected = 2 * made.m_e * m_tau * D * (0.3 * 0.5 - 0.2 * 0.7) / (32 * np.pi**2)
    assert made.moment[0, 1] == pytest.approx(expected, rel=1e-6)
    log = np.log((500 / 200) ** 2)
    mass = m_tau * log * (0.3 * 0.5 + 0.2 * 0.7) / (32 * np.pi**2)
    assert made.neutrino_mass()[0, 1] == pytest.approx(mass, rel=1e-3)
    assert made.neutrino_mass()[0, 0] == pytest.approx(
        2 * m_tau * log * 0.3 * 0.7 / (32 * np.pi**2), rel=1e-3)


def test_zee_without_symmetry_has_no_moment_to_speak_of():
    made = models.get("zee", **ZEE, f_etau=1.0, Y_taumu=1.0)
    at = 0.05 * eV / abs(made.neutrino_mass()[0, 1]) * abs(made.moment[0, 1])
    assert at == pytest.approx(5e-18, rel=0.1)


def test_zee_degenerate_scalars_make_nothing():
    made = models.get("zee", m_h=300 * GeV, m_H=300 * GeV, sin2alpha=1.0, f_etau=1.0, Y_taumu=1.0)
    assert not made.moment.any() and not made.neutrino_mass().any()
    with pytest.raises(DomainError, match="at most m_H"):
        models.get("zee", m_h=301 * GeV, m_H=300 * GeV, sin2alpha=1.0)


def test_zee_of_many_points():
    m = np.linspace(120, 400, 6) * GeV
    made = models.get("zee", m_h=m, m_H=500 * GeV, sin2alpha=0.5, f_etau=0.1, Y_taumu=0.1j)
    for i in range(6):
        one = models.get("zee", m_h=m[i], m_H=500 * GeV, sin2alpha=0.5, f_etau=0.1, Y_taumu=0.1j)
        assert made.moment[i] == pytest.approx(one.moment)
        assert made.neutrino_mass()[i] == pytest.approx(one.neutrino_mass())
        assert made.tuning()[i] == pytest.approx(one.tuning())
    with pytest.raises(DomainError, match="one point"):
        made.couplings()


# masses over the W mass: about it, and a factor of 30 around it
@pytest.mark.parametrize("m_h,m_plus,m_zero", [(3.7, 2.5, 2.5), (3.7, 1.2, 6.0), (30, 1.5, 20),
                                               (1.5, 30, 4)])
def test_two_loops_in_both_orders(m_h, m_plus, m_zero):
    def inside(y, K2):
        return (y**2 * (1 - y) / (y * m_plus**2 + (1 - y) * m_zero**2 + y * (1 - y) * K2)
                * K2 / ((K2 + 1) * (K2 + m_h**2)))

    def first_y(t):
        K2 = np.exp(t)
        return K2 * quad(lambda y: inside(y, K2), 0, 1, points=[0.99], limit=200)[0]

    def first_K2(y):
        return quad(lambda t: np.exp(t) * inside(y, np.exp(t)), -18, 32, limit=200)[0]

    one = quad(first_y, -18, 32, limit=200)[0]
    other = quad(first_K2, 0, 1, limit=200)[0]
    ours = spin_symmetry.two_loop(m_h, m_plus, m_zero, 1.0)
    assert ours == pytest.approx(one, rel=1e-6)
    assert ours == pytest.approx(other, rel=1e-6)


def test_the_vertex_at_rest_and_far_away():
    assert spin_symmetry.vertex(0.0, 1.0, 1.0) == pytest.approx(1 / 12, rel=1e-10)
    assert 1e8 * spin_symmetry.vertex(1e8, 1.0, 1.0) == pytest.approx(0.5, rel=1e-6)
    flat = dblquad(lambda y, x: y**2 * (1 - y) / (y + 4 * (1 - y)) / 2, -1, 1, 0, 1)[0]
    assert spin_symmetry.vertex(0.0, 1.0, 2.0) == pytest.approx(flat, rel=1e-9)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_spin_symmetry_moments_follow_f(a, b, c):
    made = models.get("spin_symmetry", **SPIN, f_emu=a, f_etau=b, f_mutau=c)
    mu = made.moment
    assert np.allclose(mu, -mu.T) and np.allclose(made.neutrino_mass(), made.neutrino_mass().T)
    one = models.get("spin_symmetry", **SPIN, f_emu=1.0).moment[0, 1]
    assert mu[[0, 0, 1], [1, 2, 2]] == pytest.approx(one * np.array([a, b, c]), abs=1e-25)


def test_spin_symmetry_reaches_what_the_talk_says():
    """About 1e-12 mu_B, and a mass of nu_e nu_mu below an eV."""
    made = models.get("spin_symmetry", **SPIN, f_emu=0.1)
    assert 1e-12 < made.moment[0, 1] < 1e-11
    assert abs(made.neutrino_mass()[0, 1]) < 1 * eV


def test_spin_symmetry_decouples_and_takes_many_points():
    m = np.array([1, 10, 100])
    made = models.get("spin_symmetry", m_h=300 * m * GeV, m_plus=200 * m * GeV, mu_3=500 * GeV,
                      f_emu=0.1)
    mu = made.moment[:, 0, 1]
    assert mu[1] / mu[0] < 0.05 and mu[2] / mu[1] < 0.02
    for i in range(3):
        one = models.get("spin_symmetry", m_h=300 * m[i] * GeV, m_plus=200 * m[i] * GeV,
                         mu_3=500 * GeV, f_emu=0.1)
        assert mu[i] == pytest.approx(one.moment[0, 1])
    with pytest.raises(DomainError, match="one point"):
        made.couplings()
    assert made.tuning().shape == (3,)
