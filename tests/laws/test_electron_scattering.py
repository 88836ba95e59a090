"""Cross sections: where they vanish, what they sum to, how they scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

import munu
from munu.constants import M_W, alpha, m_e, mu_B, sin2_theta_W_0
from munu.kinematics import M_N_max, recoil_range
from munu.processes import electron_scattering as es
from munu.processes.process import pure_state
from munu.targets import atom, electron
from munu.units import MeV, cm, keV

energies = st.floats(0.02, 50).map(lambda x: x * MeV)
fractions = st.floats(0.001, 0.999)
flavors = st.sampled_from(["e", "mu", "tau"])
signs = st.booleans()


@given(energies, fractions, fractions)
def test_positive_inside_and_exactly_zero_outside(E, f, g):
    M = f * M_N_max(E, m_e)
    low, high = recoil_range(E, M, m_e)
    portal = munu.DipolePortal(1e-10, M, "e")
    inside = low + g * (high - low)
    assert es.dsigma_dT(inside, E, portal, flavor="e") >= 0
    assert es.dsigma_dT(low * 0.999, E, portal, flavor="e") == 0
    assert es.dsigma_dT(high * 1.001, E, portal, flavor="e") == 0


@given(energies, fractions)
def test_M_N_to_zero(E, g):
    T = g * recoil_range(E, 0.0, m_e)[1]
    light = es.dsigma_dT(T, E, munu.DipolePortal(1e-10, 1e-9 * E, "e"), flavor="e")
    none = alpha * (1e-10 * mu_B) ** 2 * (1 / T - 1 / E)
    assert light == pytest.approx(none, rel=1e-9, abs=1e-12 * none)


@given(energies, fractions, st.floats(0.1, 10))
def test_power_of_mu(E, g, factor):
    T = g * recoil_range(E, 0.0, m_e)[1]
    one, other = (es.dsigma_dT(T, E, munu.DipolePortal(x, 0.0, "mu"), flavor="mu")
                  for x in (1e-11, factor * 1e-11))
    assert other == pytest.approx(factor**2 * one, rel=1e-12)


@given(st.floats(0.3, 20).map(lambda x: x * MeV), st.floats(0.2, 0.95))
def test_integral_is_the_total(E, f):
    M = f * M_N_max(E, m_e)
    low, high = recoil_range(E, M, m_e)
    portal = munu.DipolePortal(1.0, M, "e")
    value = quad(lambda x: np.exp(x) * es.dsigma_dT(np.exp(x), E, portal, flavor="e"),
                 np.log(low), np.log(high), epsabs=0, epsrel=1e-9)[0]
    assert value / (alpha * mu_B**2) == pytest.approx(es.sigma(E, M), rel=1e-6)


@given(energies, flavors, signs)
def test_weak_integral_is_the_total(E, flavor, anti):
    high = recoil_range(E, 0.0, m_e)[1]
    value = quad(lambda t: es.dsigma_dT_sm(t, E, flavor=flavor, antineutrino=anti), 1e-12 * high,
                 high, epsabs=0, epsrel=1e-10)[0]
    assert value == pytest.approx(es.sigma_sm(E, flavor=flavor, antineutrino=anti), rel=1e-8)


@given(energies, fractions, flavors, signs)
def test_mu_to_zero_is_the_standard_model(E, g, flavor, anti):
    T = g * recoil_range(E, 0.0, m_e)[1]
    none = munu.DipolePortal(0.0, 0.0, flavor)
    assert es.dsigma_dT_total(T, E, none, flavor=flavor, antineutrino=anti) == \
        es.dsigma_dT_sm(T, E, flavor=flavor, antineutrino=anti)


@given(energies, fractions, flavors, st.floats(-1, 1))
def test_charge_radius_is_a_shift_of_the_weak_angle(E, g, flavor, x):
    r"""s^2 -> s^2 (1 + M_W^2 <r^2>/3) with the tree-level relation that defines M_W here."""
    T, r2 = g * recoil_range(E, 0.0, m_e)[1], x * 1e-32 * cm**2
    with_r2 = es.dsigma_dT_total(T, E, munu.Couplings(r2=r2), flavor=flavor)
    shift = es.delta_gV_r2(r2) / 2
    moved = es.dsigma_dT_sm(T, E, flavor=flavor, sin2_theta_W=sin2_theta_W_0 + shift)
    assert with_r2 == pytest.approx(moved, rel=1e-10)


def test_charge_radius_coefficient_against_the_W_mass():
    """2/3 M_W^2 s^2 with s^2 = pi alpha/(sqrt2 G_F M_W^2), the tree relation."""
    r2 = 1e-33 * cm**2
    s2 = np.pi * alpha / (np.sqrt(2) * munu.constants.G_F * M_W**2)
    assert es.delta_gV_r2(r2) == pytest.approx(2 / 3 * M_W**2 * s2 * r2, rel=1e-12)
    assert es.delta_gV_r2(r2) / (r2 / cm**2) == pytest.approx(2.380e30, rel=1e-3)


def test_antineutrinos_exchange_the_chiralities():
    g_V, g_A = es.couplings_sm("e")
    T, E = 1 * keV, 3 * MeV
    ratio = es.dsigma_dT_sm(T, E, flavor="e", antineutrino=True) / es.dsigma_dT_sm(
        T, E, flavor="e")

    def bracket(a):
        return ((g_V + a) ** 2 + (g_V - a) ** 2 * (1 - T / E) ** 2
                + (a**2 - g_V**2) * m_e * T / E**2)

    assert ratio == pytest.approx(bracket(-g_A) / bracket(g_A), rel=1e-12)


def test_radiative_couplings_differ_by_flavor_as_the_charge_radii_do():
    """(alpha/3 pi) ln(m_mu^2/m_e^2) between nu_e and nu_mu on top of the charged current."""
    from munu.constants import m_mu

    shift = es.couplings_sm("e", radiative=True)[0] - es.couplings_sm("mu", radiative=True)[0] - 1
    assert shift == pytest.approx(-alpha / (3 * np.pi) * np.log(m_mu**2 / m_e**2) * 1.0, rel=1e-6)


@given(energies, fractions, st.floats(-1e-12, 1e-12))
def test_charges_add_linear_and_square(E, g, q):
    T = g * recoil_range(E, 0.0, m_e)[1]

    def rate(x):
        return es.dsigma_dT_total(T, E, munu.Couplings(charge=x), flavor="e")

    even = (rate(q) + rate(-q)) / 2 - rate(0.0)
    pure = np.pi * alpha**2 * q**2 / (m_e * T**2) * (
        1 + (1 - T / E) ** 2 - m_e * T / E**2)
    assert even == pytest.approx(pure, rel=1e-6, abs=1e-9 * rate(0.0))


def test_flavor_changing_charge_radii_add_without_interference():
    T, E = 2 * keV, 1 * MeV
    off = np.zeros((3, 3))
    off[0, 1] = off[1, 0] = 1e-31 * cm**2
    rates = [es.dsigma_dT_total(T, E, munu.Couplings(r2=s * off), flavor="e") for s in (1, -1)]
    assert rates[0] == pytest.approx(rates[1], rel=1e-13)
    assert rates[0] > es.dsigma_dT_sm(T, E, flavor="e")


@given(st.floats(0.001, 100).map(lambda x: x * keV))
def test_shells_count_between_none_and_all(T):
    xenon = atom("Xe")
    assert 0 <= xenon.electrons(T) <= 54
    assert atom("Xe", "free").electrons(T) == 54
    assert xenon.electrons(2 * T) >= xenon.electrons(T)


def test_stepping_is_a_fraction_of_the_free_electrons():
    portal = munu.DipolePortal(1e-11, 0.0, "e")
    bound = es.dsigma_dT(5 * keV, 1 * MeV, portal, atom("Xe"), flavor="e")
    free = es.dsigma_dT(5 * keV, 1 * MeV, portal, electron, flavor="e")
    assert bound / free == pytest.approx(48 / 54, rel=1e-12)


# ---- interference, against explicit Dirac matrices ---------------------------------------

G = np.zeros((4, 4, 4), dtype=complex)
G[0] = np.diag([1, 1, -1, -1])
for k, sigma in enumerate(([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]), start=1):
    G[k, :2, 2:] = sigma
    G[k, 2:, :2] = -np.array(sigma)
G5 = 1j * G[0] @ G[1] @ G[2] @ G[3]
METRIC = np.array([1.0, -1, -1, -1])
ONE = np.eye(4)


def slash(p):
    return np.einsum("m,mab->ab", METRIC * p, G)


def traced(T, E, M, m, g_V, g_A):
    """Spin-summed |dipole|^2, |weak|^2 and their product, all couplings stripped."""
    k, p = np.array([E, 0, 0, E]), np.array([m, 0, 0, 0])
    e_out = m + T
    p_out = np.sqrt(e_out**2 - m**2)
    E_N = E - T
    k_out = np.sqrt(E_N**2 - M**2)
    cos = (E**2 + p_out**2 - k_out**2) / (2 * E * p_out)
    p2 = np.array([e_out, p_out * np.sqrt(1 - cos**2), 0, p_out * cos])
    k2 = k + p - p2
    q = k - k2
    q2 = np.sum(METRIC * q * q)
    sigma = 0.5j * (np.einsum("mab,nbc->mnac", G, G) - np.einsum("nab,mbc->mnac", G, G))
    left = (ONE - G5) / 2
    # the photon's end: i sigma^{mn} q_n on nu_L; the weak end gamma^m P_L
    dipole = np.einsum("mnab,n->mab", sigma, METRIC * q) @ left * 1j / q2
    weak = np.einsum("mab,bc->mac", G, left)
    e_em, e_weak = G, np.einsum("mab,bc->mac", G, g_V * ONE - g_A * G5)
    nu_in, nu_out = slash(k), slash(k2) + M * ONE
    e_in, e_outm = slash(p) + m * ONE, slash(p2) + m * ONE

    def bar(x):
        return G[0] @ np.swapaxes(x.conj(), -1, -2) @ G[0]

    def product(a, ea, b, eb):
        total = 0
        for i in range(4):
            for j in range(4):
                n = np.trace(nu_out @ a[i] @ nu_in @ bar(b[j]))
                e = np.trace(e_outm @ ea[i] @ e_in @ bar(eb[j]))
                total += METRIC[i] * METRIC[j] * n * e
        return total

    return (product(dipole, e_em, dipole, e_em).real, product(weak, e_weak, weak, e_weak).real,
            product(dipole, e_em, weak, e_weak))


@pytest.mark.parametrize(("E", "f", "g"), [(0.862, 0.7, 0.3), (3.0, 0.4, 0.6), (12.0, 0.8, 0.5),
                                           (0.4, 0.3, 0.9)])
@pytest.mark.parametrize("flavor", ["e", "mu"])
def test_interference_against_explicit_dirac_matrices(E, f, g, flavor):
    """Size of the dipole-weak product relative to the pure terms, by traces."""
    E = E * MeV
    M = f * M_N_max(E, m_e)
    low, high = recoil_range(E, M, m_e)
    T = np.array([low + g * (high - low)])
    g_V, g_A = es.couplings_sm(flavor)
    dd, _, cross = traced(T[0] / MeV, E / MeV, M / MeV, m_e / MeV, g_V, g_A)
    mu, U = 1e-11, 1e-3
    portal = munu.DipolePortal(mu, M, flavor, mixing=tuple(U if n == flavor else 0
                                                           for n in ("e", "mu", "tau")))
    state = pure_state(flavor, False)
    ours = sum(t.dsigma_dT(E, state)[0] for t in es.interference_terms(T, portal))
    pure = es.dsigma_dT(T, E, portal, flavor=flavor)[0]
    # L_weak = -sqrt2 G_F (nubar gamma P_L nu)(ebar gamma (g_V - g_A gamma_5) e), times U
    ratio = np.sqrt(2) * munu.constants.G_F * U / (mu * mu_B * np.sqrt(4 * np.pi * alpha))
    by_trace = abs(2 * cross) * ratio * MeV / dd * pure
    assert abs(ours) == pytest.approx(by_trace, rel=1e-6)


def test_interference_vanishes_with_M_N_and_follows_the_phase():
    T, E = np.array([10 * keV]), 0.8 * MeV
    state = pure_state("e", False)

    def size(M, U):
        portal = munu.DipolePortal(1e-11, M, "e", mixing=(U, 0, 0))
        return sum((t.dsigma_dT(E, state)[0] for t in es.interference_terms(T, portal)), 0.0)

    assert size(0.0, 1e-3) == 0
    assert size(0.1 * keV, 1e-3) == pytest.approx(0.5 * size(0.2 * keV, 1e-3), rel=1e-4)
    assert size(0.1 * MeV, -1e-3) == pytest.approx(-size(0.1 * MeV, 1e-3), rel=1e-12)
    assert abs(size(0.1 * MeV, 1e-3j)) < 1e-12 * abs(size(0.1 * MeV, 1e-3))


# ---- what an electron shows of a supernova ------------------------------------------------

def test_the_share_of_recoils_is_the_integral_of_the_spectrum():
    from scipy.integrate import quad

    for flavor, bar in (("e", False), ("e", True), ("mu", False), ("tau", True)):
        for E in (2 * MeV, 20 * MeV):
            whole = es.sigma_sm(E, flavor=flavor, antineutrino=bar)
            for T in (0.1 * E, 0.7 * E):
                below = quad(lambda t, E=E, f=flavor, b=bar: float(es.dsigma_dT_sm(
                    t, E, flavor=f, antineutrino=b)), 1e-9 * MeV, T, epsrel=1e-10)[0]
                share = es.recoil_share(T, E, flavor=flavor, antineutrino=bar)
                assert share == pytest.approx(below / whole, rel=1e-7)
    assert es.recoil_share(0.0, 5 * MeV, flavor="e") == 0
    assert es.recoil_share(9 * MeV, 5 * MeV, flavor="e") == 1


def _fluence(E):
    x = np.asarray(E) / MeV
    return np.stack([1e10 * x**2 * np.exp(-x / k) for k in (2, 3, 3, 2.5, 3, 3)]) / (cm**2 * MeV)


def test_electrons_of_a_supernova_are_all_counted_once():
    """Bins of the electron's energy hold what bins of the neutrino's hold; one bin densely."""
    from munu import flavors
    from munu.detectors import supernova

    edges = np.linspace(0, 100, 51) * MeV
    ours = supernova.electron_recoils("hyper_kamiokande", edges, _fluence, es.recoil_share_six)
    theirs = supernova.counts("hyper_kamiokande", "electron", edges, _fluence)
    assert ours.sum() == pytest.approx(theirs.sum(), rel=1e-10)
    assert ours[0] > 2 * theirs[0] and ours[10] < theirs[10]
    E = (np.arange(2000) + 0.5) / 20 * MeV
    T = (4 + (np.arange(200) + 0.5) / 100) * MeV
    total = supernova.cross_section("electron", E) * _fluence(E)
    dense = sum(
        np.sum(es.dsigma_dT_sm(T[:, None], E, flavor=f, antineutrino=bar)
               / es.sigma_sm(E, flavor=f, antineutrino=bar) * total[i])
        for i, (bar, f) in enumerate((b, f) for b in (False, True) for f in flavors.NAMES))
    size = supernova.DETECTORS["hyper_kamiokande"].targets["electron"]
    assert ours[2] == pytest.approx(dense * size * (0.01 * MeV) * (0.05 * MeV), rel=1e-3)


def test_a_threshold_of_electrons_cuts_them():
    from munu.detectors import supernova
    from munu.errors import MunuError

    edges = np.array([0, 4, 6, 100]) * MeV
    all_, some = (supernova.electron_recoils("hyper_kamiokande", edges, _fluence,
                                             es.recoil_share_six, threshold=t, efficiency=e)
                  for t, e in (("0 MeV", None), ("4 MeV", 0.5)))
    np.testing.assert_allclose(some, [0, 0.5 * all_[1], 0.5 * all_[2]], rtol=1e-9)
    for bad, said in (({"threshold": "-1 MeV"}, "at least 0"), ({"efficiency": 2.0}, "lie in")):
        with pytest.raises(MunuError, match=said):
            supernova.electron_recoils("hyper_kamiokande", edges, _fluence, es.recoil_share_six,
                                       **bad)
    with pytest.raises(MunuError, match="electron"):
        supernova.electron_recoils("juno", edges, _fluence, es.recoil_share_six)
    with pytest.raises(MunuError, match="above 0"):
        es.recoil_share(1 * MeV, 0.0, flavor="e")
