"""Neutrinos on free protons: the cross section, its recoils in a detector, Birks' law."""

from functools import partial
from itertools import pairwise
from math import pi

import numpy as np
import pytest
from scipy.integrate import quad

from munu.constants import G_F, constant, m_p
from munu.detectors import birks, supernova
from munu.detectors.birks import Birks
from munu.detectors.response import Efficiency
from munu.errors import DomainError, MunuError, UnknownName
from munu.kinematics import recoil_range
from munu.processes import proton_scattering as ps
from munu.sources import burst
from munu.units import GeV, MeV, cm, erg, g, keV

PAULI = [np.array(x, dtype=complex) for x in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]],
                                              [[1, 0], [0, -1]])]
GAMMA = [np.kron(PAULI[2], np.eye(2)), *(np.kron(1j * PAULI[1], s) for s in PAULI)]
GAMMA_5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
METRIC = np.array([1.0, -1.0, -1.0, -1.0])


def slashed(p):
    return sum(g * x * y for g, x, y in zip(GAMMA, METRIC, p, strict=True))


def by_traces(T, E, F_1, F_2, G_A, m, anti):
    """dsigma/dT by explicit Dirac matrices: no algebra done by hand."""
    after = E - T
    c = 1 - m * T / (E * after)
    k = np.array([E, 0, 0, E])
    k_out = after * np.array([1, np.sqrt(1 - c**2), 0, c])
    p, q = np.array([m, 0, 0, 0]), k - k_out
    p_out = p + q

    def hadron(mu):
        sigma_q = sum(0.5j * (GAMMA[mu] @ GAMMA[nu] - GAMMA[nu] @ GAMMA[mu]) * METRIC[nu] * q[nu]
                      for nu in range(4))
        return F_1 * GAMMA[mu] + 1j * F_2 / (2 * m) * sigma_q - G_A * GAMMA[mu] @ GAMMA_5

    first, last = (k_out, k) if anti else (k, k_out)
    H = [hadron(mu) for mu in range(4)]
    bar = [GAMMA[0] @ h.conj().T @ GAMMA[0] for h in H]
    V = [GAMMA[mu] @ (np.eye(4) - GAMMA_5) for mu in range(4)]
    total = 0.0
    for mu in range(4):
        for nu in range(4):
            # the second vertex conjugated: (1 + gamma_5) gamma = gamma (1 - gamma_5)
            lepton = np.trace(slashed(last) @ V[mu] @ slashed(first) @ V[nu])
            proton = np.trace((slashed(p_out) + m * np.eye(4)) @ H[mu]
                              @ (slashed(p) + m * np.eye(4)) @ bar[nu])
            total += METRIC[mu] * METRIC[nu] * lepton * proton
    square = 0.5 * G_F**2 / 2 * total
    assert abs(square.imag) < 1e-9 * abs(square)
    return square.real / (32 * pi * m * E**2)


@pytest.mark.parametrize("anti", [False, True])
@pytest.mark.parametrize(("E", "part"), [(5, 0.5), (30, 0.2), (60, 0.95), (400, 0.6)])
@pytest.mark.parametrize("form", [(0.0227, 0.9973, 0.638), (0.3, 0.0, 0.7), (0.1, -1.2, 0.0)])
def test_the_formula_is_that_of_the_traces(E, part, anti, form):
    E = E * MeV
    T = part * float(recoil_range(E, 0.0, m_p)[1])
    c = ps.coefficients(T, *form, m_p, antineutrino=anti)
    mine = G_F**2 * m_p / pi * sum(x / E**k for k, x in enumerate(c))
    assert mine == pytest.approx(by_traces(T, E, *form, m_p, anti), rel=1e-9)


@pytest.mark.parametrize("anti", [False, True])
def test_a_point_without_weak_magnetism(anti):
    E, T, g_V, g_A = 50 * MeV, 3 * MeV, 0.3, -0.6 if anti else 0.6
    c = ps.coefficients(T, g_V, 0.0, 0.6, m_p, antineutrino=anti)
    point = 0.5 * ((g_V + g_A) ** 2 + (g_V - g_A) ** 2 * (1 - T / E) ** 2
                   + (g_A**2 - g_V**2) * m_p * T / E**2)
    assert sum(x / E**k for k, x in enumerate(c)) == pytest.approx(point, rel=1e-12)


@pytest.mark.parametrize("anti", [False, True])
def test_at_low_energy_it_is_the_formula_of_beacom_farr_and_vogel(anti):
    def off(E):
        T = 0.7 * recoil_range(E, 0.0, m_p)[1]
        c_v, _, c_a = ps.form_factors(0.0)
        x = m_p * T / (2 * E**2)
        leading = G_F**2 * m_p / pi * ((1 - x) * c_v**2 + (1 + x) * c_a**2)
        return float(ps.dsigma_dT(T, E, antineutrino=anti) / leading) - 1

    # what is left out is of first order in E/m_p
    assert abs(off(0.1 * MeV)) < 1e-3
    assert off(0.2 * MeV) / off(0.1 * MeV) == pytest.approx(2, rel=2e-3)


def test_total_cross_section_is_the_integral():
    for anti in (False, True):
        for E in (3 * MeV, 40 * MeV, 200 * MeV):
            top = float(recoil_range(E, 0.0, m_p)[1])
            by_quad = quad(lambda t, E=E, anti=anti, top=top: float(
                ps.dsigma_dT(t * top, E, antineutrino=anti)), 1e-12, 1, epsabs=0)[0] * top
            assert ps.sigma(E, antineutrino=anti) == pytest.approx(by_quad, rel=1e-8)
    assert ps.sigma(0.0) == pytest.approx(0.0, abs=1e-99)


def test_above_the_end_point_nothing():
    E = np.array([0.0, 10.0, 30.0]) * MeV
    T = 1.0001 * recoil_range(30 * MeV, 0.0, m_p)[1]
    assert not np.any(ps.dsigma_dT(T, E))
    assert ps.dsigma_dT(0.9998 * T, E)[2] > 0


def test_neutrinos_beat_antineutrinos_by_weak_magnetism():
    """By nine per cent at 20 MeV; the vector coupling alone would make a fifth of one."""
    def asymmetry(E):
        nu, nubar = ps.sigma(E), ps.sigma(E, antineutrino=True)
        return (nu - nubar) / (nu + nubar)

    F_1, F_2, G_A = ps.form_factors(0.0)
    # leading order: 2 y G_A G_M against c_v^2 (1 - x) + c_a^2 (1 + x), x = m T/2E^2 in (0, 1)
    E = 0.5 * MeV
    leading = 4 * E / m_p * G_A * (F_1 + F_2) / (F_1**2 + 3 * G_A**2)
    assert asymmetry(E) == pytest.approx(leading, rel=5e-3)
    assert 0.08 < 2 * asymmetry(20 * MeV) < 0.1


def test_form_factors():
    mu = {n: constant(f"mu_{n}_over_mu_N").value for n in "pn"}
    s2w = 0.23
    found = ps.form_factors(0.0, sin2_theta_W=s2w, g_A=1.3, Delta_s=-0.1)
    weak = 0.5 - 2 * s2w
    anomalous = weak * (mu["p"] - 1) - 0.5 * mu["n"]
    assert found == pytest.approx((weak, anomalous, 0.7))
    assert ps.form_factors(GeV**2, g_A=1.0, M_A=1 * GeV)[2] == pytest.approx(0.125)
    assert ps.sigma(20 * MeV, Delta_s=-0.1) > ps.sigma(20 * MeV) > ps.sigma(20 * MeV, Delta_s=0.1)
    # at a supernova's momenta the form factors matter by a per cent
    hard = partial(ps.sigma, 30 * MeV, M_A=1e3 * GeV)
    assert 0.002 < hard() / ps.sigma(30 * MeV) - 1 < 0.01


def test_bad_energies_are_refused():
    for T, E in ((0.0, 10 * MeV), (MeV, -MeV), (float("nan"), MeV)):
        with pytest.raises(DomainError):
            ps.dsigma_dT(T, E)
    with pytest.raises(DomainError):
        ps.form_factors(-1.0 * MeV**2)


# ---- recoils in a detector -----------------------------------------------------------------

EMISSION = burst.alpha_fit(np.array([6, 4, 4, 5, 4, 4]) * 1e52 * erg,
                           np.array([11, 16, 16, 14, 16, 16]) * MeV, 2.5)
EDGES = np.array([0.0, 0.3, 1.1, 2.0, 6.0]) * MeV
RANGE = np.linspace(0, 80, 81) * MeV


def fluence(E):
    return EMISSION.fluence(E, "10kpc")


def quenched(T):
    return T**2 / (T + 2 * MeV)


def brute(low, high, E_max=80 * MeV, seen=lambda T: 1.0):
    """The energy outside, the recoil inside, trapezoids: between true recoils."""
    E = np.linspace(0.99 * np.sqrt(0.5 * m_p * low), E_max, 3001)[1:]
    top = np.clip(recoil_range(E, 0.0, m_p)[1], low, high)
    T = low + (top - low)[:, None] * np.linspace(0, 1, 301)
    T = np.maximum(T, 1e-9 * MeV)
    F, total = fluence(E), 0.0
    for anti in (False, True):
        value = ps.dsigma_dT(T * (1 - 1e-12), E[:, None], antineutrino=anti) * seen(T)
        inner = np.trapezoid(value, T, axis=1)
        total += np.trapezoid(inner * F[3 * anti:3 * anti + 3].sum(axis=0), E)
    return supernova.DETECTORS["juno"].targets["proton"] * total


def test_counts_against_brute_force():
    made = supernova.proton_recoils("juno", EDGES, fluence, ps.dsigma_dT_six, E_edges=RANGE)
    for i in range(4):
        assert made[i] == pytest.approx(brute(EDGES[i], EDGES[i + 1]), rel=1e-4)


def test_quenched_counts_against_brute_force():
    """Visible energies, a threshold inside a bin and an efficiency that rises."""
    curve = Efficiency(np.array([0.2, 0.7]) * MeV, np.array([0.1, 0.9]))
    bins = np.array([0.1, 0.5, 1.5]) * MeV
    made = supernova.proton_recoils("juno", bins, fluence, ps.dsigma_dT_six, E_edges=RANGE,
                                    quenching=quenched, threshold="0.25 MeV", efficiency=curve)

    def recoil(v):
        return 0.5 * (v + np.sqrt(v**2 + 8 * MeV * v))

    for got, (low, high) in zip(made, ((0.25, 0.5), (0.5, 1.5)), strict=True):
        cuts = [recoil(x * MeV) for x in (low, 0.7, high) if low <= x <= high]
        wanted = sum(brute(a, b, seen=lambda T: curve(quenched(T)))
                     for a, b in pairwise(cuts))
        assert got == pytest.approx(wanted, rel=1e-4)


def test_all_recoils_are_the_total_cross_section():
    def rate(e):
        F = fluence([e * MeV])[:, 0] * cm**2 * MeV
        return F[:3].sum() * ps.sigma(e * MeV) / cm**2 \
            + F[3:].sum() * ps.sigma(e * MeV, antineutrino=True) / cm**2

    made = supernova.proton_recoils("juno", [0, 20 * MeV], fluence, ps.dsigma_dT_six,
                                    E_edges=RANGE)
    wanted = 1.44e33 * quad(rate, 0, 80, epsabs=0, epsrel=1e-8)[0]
    assert made.sum() == pytest.approx(wanted, rel=1e-6)


def test_a_fluence_given_as_an_array_is_flat_in_its_bins():
    E = np.array([10.0, 30.0, 50.0]) * MeV
    given = np.outer([1, 2, 3, 4, 5, 6], [1.0, 0.3]) * 1e9 / (cm**2 * MeV)
    as_array, as_function = (supernova.proton_recoils(
        "juno", EDGES, F, ps.dsigma_dT_six, E_edges=E)
        for F in (given, lambda x: given[:, (x > E[1]).astype(int)]))
    assert as_array == pytest.approx(as_function, rel=1e-12)
    # refining the bins changes nothing but the quadrature
    fine = np.linspace(10, 50, 41) * MeV
    refined = supernova.proton_recoils("juno", EDGES, np.repeat(given, 20, axis=1),
                                       ps.dsigma_dT_six, E_edges=fine)
    assert as_array == pytest.approx(refined, rel=1e-5)


def test_a_quenching_only_moves_the_bins():
    plain = supernova.proton_recoils("juno", EDGES, fluence, ps.dsigma_dT_six, threshold=1 * MeV)
    half = supernova.proton_recoils("juno", 0.5 * EDGES, fluence, ps.dsigma_dT_six,
                                    quenching=lambda T: 0.5 * T, threshold=0.5 * MeV)
    assert half == pytest.approx(plain, rel=1e-10)
    assert plain[0] == pytest.approx(0.0, abs=1e-12) and plain[1] > 0
    third = supernova.proton_recoils("juno", EDGES, fluence, ps.dsigma_dT_six, efficiency=1 / 3,
                                     threshold=1 * MeV)
    assert third == pytest.approx(plain / 3, rel=1e-12)


def test_bins_above_every_recoil_are_empty():
    far = np.array([50.0, 60.0]) * MeV
    for how in (None, quenched):
        assert not supernova.proton_recoils("juno", far, fluence, ps.dsigma_dT_six,
                                            quenching=how).any()


def test_water_recoils_by_its_hydrogen():
    tank = supernova.water("tank", "1000 t")
    ratio = tank.targets["proton"] / 1.44e33
    one, other = (supernova.proton_recoils(d, EDGES, fluence, ps.dsigma_dT_six)
                  for d in (tank, "juno"))
    assert one == pytest.approx(ratio * other, rel=1e-12)


def test_what_cannot_be_is_refused():
    call = partial(supernova.proton_recoils, T_edges=EDGES, fluence=fluence,
                   dsigma_dT=ps.dsigma_dT_six)
    with pytest.raises(UnknownName, match="proton"):
        call("dune")
    for bad in ({"quenching": lambda T: 0.1 * MeV + 0 * T}, {"quenching": lambda T: -T},
                {"quenching": lambda T: np.sin(T / MeV) * MeV + MeV},
                {"quenching": lambda T: 1.0 * MeV}, {"quenching": lambda T: T * np.nan},
                {"threshold": -1.0}, {"efficiency": 1.5}, {"E_edges": [10 * MeV]},
                {"T_edges": [2 * MeV, MeV]}, {"fluence": np.ones((6, 3))},
                {"fluence": lambda E: -np.ones((6, E.size))}):
        with pytest.raises(DomainError):
            call("juno", **bad)


# ---- Birks -------------------------------------------------------------------------------

STOPPING = Birks(np.array([0.01, 0.08, 0.5, 2.0, 10.0]) * MeV,
                 np.array([300.0, 800.0, 400.0, 150.0, 45.0]) * MeV / cm, 0.01 * cm / MeV)


@pytest.mark.parametrize("T", [0.004, 0.05, 0.5, 1.7, 9.9])
def test_birks_against_quadrature(T):
    def light(t):
        S = np.interp(t, STOPPING.T / MeV, STOPPING.dE_dx / (MeV / cm))
        return 1 / (1 + 0.01 * S)

    nodes = [x for x in STOPPING.T / MeV if x < T]
    assert STOPPING(T * MeV) / MeV == pytest.approx(
        quad(light, 0, T, points=nodes or None, epsrel=1e-11)[0], rel=1e-9)


def test_birks_increases_and_never_adds_light():
    T = np.linspace(0, 10, 500) * MeV
    seen = STOPPING(T)
    assert np.all(np.diff(seen) > 0) and np.all(seen <= T)
    plain = Birks(STOPPING.T, STOPPING.dE_dx, 0.0)
    assert plain(T) / MeV == pytest.approx(T / MeV, rel=1e-12)
    made = supernova.proton_recoils("juno", np.array([0.1, 1.0]) * MeV, fluence, ps.dsigma_dT_six,
                                    E_edges=np.linspace(0, 65, 66) * MeV, quenching=STOPPING)
    assert 0 < made[0] < supernova.proton_recoils("juno", np.array([0.1, 20.0]) * MeV, fluence,
                                                  ps.dsigma_dT_six)[0]


def test_birks_refuses():
    with pytest.raises(DomainError, match="known up to 10 MeV"):
        STOPPING(11 * MeV)
    one = MeV / cm
    for T, S, kB in (([MeV, MeV], [one, one], 0.0), ([0, MeV], [one, one], 0.0),
                     ([MeV], [one, one], 0.0), ([keV, MeV], [one, -one], 0.0),
                     ([keV, MeV], [one, one], -1.0)):
        with pytest.raises(DomainError):
            Birks(T, S, kB)


def test_light_of_protons_by_the_table_of_pstar():
    """Against a plain integral of the table; the electronic column, no light is lost at kB = 0."""
    kB = 0.0098 * cm / MeV
    made = birks.protons(kB)
    T = np.geomspace(0.05, 17.0, 12) * MeV
    fine = np.geomspace(1e-7 * MeV, T[-1], 40001)
    loss = 1 / (1 + kB * np.interp(fine, made.T, made.dE_dx))
    light = np.concatenate([[0.0], np.cumsum(0.5 * (loss[1:] + loss[:-1]) * np.diff(fine))])
    np.testing.assert_allclose(made(T), np.interp(T, fine, light), rtol=2e-3)
    np.testing.assert_allclose(birks.protons(0.0)(T), T, rtol=1e-12)
    np.testing.assert_allclose(birks.protons("0.0098cm/MeV")(T), made(T), rtol=1e-12)
    # 1 MeV in water: 260.8 MeV cm^2/g
    water = birks.protons(kB, "water", 1 * g / cm**3)
    assert np.interp(MeV, water.T, water.dE_dx) / (MeV / cm) == pytest.approx(260.8, rel=1e-3)
    fast = 0.2 * MeV < T
    assert np.all(np.diff(made(T[fast]) / T[fast]) > 0), "the faster, the less is quenched"
    for wrong, said in (({"material": "LAB2"}, "no material of a stopping"),
                        ({"density": "0g/cm^3"}, "above 0"), ({"kB": "5 cm"}, "kB"),
                        ({"kB": np.array([1.0, 2.0])}, "one number")):
        with pytest.raises(MunuError, match=said):
            birks.protons(**{"kB": kB, **wrong})
