"""Nucleons that break up: the lepton's part by explicit matrices, the elastic limit, integrals."""

import numpy as np
import pytest
from scipy.integrate import dblquad

from munu import DipolePortal
from munu.errors import DomainError, UnknownName
from munu.probes._skimming import rock
from munu.processes import deep_inelastic, upscattering, weak_deep_inelastic
from munu.processes._dipole import dipole_coefficients_sachs
from munu.targets import structure_functions
from munu.targets.nucleus import PROTON
from munu.units import EeV, GeV, PeV, cm

from .dirac import GAMMA, GAMMA5, METRIC, slash

m = PROTON.mass / GeV
ROCK = rock()


def leptons(k, p, M):
    """Sum over spins of the current ubar_N sigma_ab q^b P_L u times itself, indices up."""
    q, left = k - p, 0.5 * (np.eye(4) - GAMMA5)
    a = slash(q)
    vertex = [0.5j * (g @ a - a @ g) @ left for g in GAMMA]
    barred = [GAMMA[0] @ v.conj().T @ GAMMA[0] for v in vertex]
    return np.array([[np.trace((slash(p) + M * np.eye(4)) @ v @ slash(k) @ b).real
                      for b in barred] for v in vertex])


@pytest.mark.parametrize("seed", range(4))
def test_the_bracket_is_the_contraction_of_both_tensors(seed):
    rng = np.random.default_rng(seed)
    E, M, nu, R = 30.0, 2.0 * rng.random(), 1 + 10 * rng.random(), 0.5 * rng.random()
    low, high = deep_inelastic.window(nu * GeV, E * GeV, (M * GeV) ** 2, np.inf)
    Q2 = np.exp(rng.uniform(np.log(low), np.log(high))) / GeV**2
    E_N, x = E - nu, Q2 / (2 * m * nu)
    p = np.sqrt(E_N**2 - M**2)
    cosine = (2 * E * E_N - M**2 - Q2) / (2 * E * p)
    k, P = np.array([E, 0, 0, E]), np.array([m, 0, 0, 0])
    N = np.array([E_N, p * np.sqrt(1 - cosine**2), 0, p * cosine])
    q = k - N
    assert q @ METRIC @ q == pytest.approx(-Q2, rel=1e-9)
    # W_1 (-g + qq/q^2) + W_2/m^2 PP with P across q, of nu W_2 = F_2 = 1
    across = P + q * (m * nu / Q2)
    W2 = 1 / nu
    W1 = W2 * (1 + nu**2 / Q2) / (1 + R)
    W = W1 * (-METRIC - np.outer(q, q) / Q2) + W2 / m**2 * np.outer(across, across)
    lowered = METRIC @ leptons(k, N, M) @ METRIC
    made = np.einsum("ab,ab->", lowered, W)
    bracket = deep_inelastic.bracket(*(a * GeV**n for a, n in ((Q2, 2), (nu, 1), (E, 1),
                                                               (M**2, 2))), R) / GeV**4
    assert 0.0 < x < 1.0 and made / (bracket * W2) == pytest.approx(1, rel=1e-6)


def test_a_nucleon_that_stays_whole_is_the_elastic_one():
    """Structure functions of a proton with form factors give its recoil spectrum."""
    E, M2, T = 2 * GeV, (0.3 * GeV) ** 2, 0.4 * GeV
    G_E, G_M, mass = 0.7, 2.1, PROTON.mass
    Q2, tau = 2 * mass * T, T / (2 * mass)
    A = (G_E**2 + tau * G_M**2) / (1 + tau)
    made = 2 * mass * A * deep_inelastic.bracket(Q2, T, E, M2, G_E**2 / (tau * G_M**2)) \
        / (4 * E**2 * Q2**2)
    c = dipole_coefficients_sachs(T, 0.3 * GeV, mass, G_E, G_M)
    assert made == pytest.approx(c[0] + c[1] / E + c[2] / E**2, rel=1e-12)


@pytest.mark.parametrize("E, M", [
    (1e9, 300), *(pytest.param(*a, marks=pytest.mark.long) for a in ((20, 0.3), (1e3, 0.3),
                                                                     (1e9, 10)))])
def test_the_whole_is_the_integral_of_its_parts(E, M):
    portal = DipolePortal(1e-9, M * GeV, "tau")
    low, high = np.log(0.16), np.log(E - M * (1 + 1e-12))

    def ends(t):
        a, b = deep_inelastic.window(np.exp(t) * GeV, E * GeV, (M * GeV) ** 2, 5000 * GeV**2)
        return (np.log(a / GeV**2), np.log(b / GeV**2)) if b > a else (0.0, 0.0)

    def value(u, t):
        Q2, nu = np.exp(u) * GeV**2, np.exp(t) * GeV
        return deep_inelastic.d2sigma(Q2, nu, E * GeV, portal, ROCK) * Q2 * nu

    with np.errstate(all="ignore"):
        made = dblquad(value, low, high, lambda t: ends(t)[0], lambda t: ends(t)[1],
                       epsrel=1e-3)[0]
    assert deep_inelastic.sigma(E * GeV, portal, ROCK) == pytest.approx(made, rel=2e-3)


def test_the_cross_section_goes_over_to_that_of_a_massless_N():
    at = [float(deep_inelastic.sigma(1 * PeV, DipolePortal(1e-9, M * GeV, "mu"), "C12"))
          for M in (0.0, 1e-6, 1e-3, 1.0)]
    assert at[1] == pytest.approx(at[0], rel=1e-3) and at[2] == pytest.approx(at[0], rel=1e-2)
    assert at[3] < at[2] < 1.01 * at[0]


def test_without_energy_nothing_is_broken():
    made = deep_inelastic.sigma(np.array([0.0, 1e-300, 0.1, 10.0]) * GeV,
                                DipolePortal(1e-8, 0.1 * GeV, "mu"), "H2O")
    assert not made[:3].any() and made[3] > 0


def test_it_begins_with_the_first_pion_and_ends_with_the_mass():
    portal = DipolePortal(1e-9, 0.5 * GeV, "mu")
    assert deep_inelastic.sigma(0.14 * GeV, portal, "C12") == 0.0
    E = 0.5 * GeV + 0.151 * GeV
    assert deep_inelastic.sigma(0.99 * E, portal, "C12") == 0.0
    assert deep_inelastic.sigma(3 * GeV, portal, "C12") > 0
    hard = deep_inelastic.sigma(100 * GeV, portal, "C12", nu_min=50 * GeV)
    assert 0 < hard < 0.2 * deep_inelastic.sigma(100 * GeV, portal, "C12")
    assert deep_inelastic.sigma(100 * GeV, portal, "C12", nu_min=99.6 * GeV) == 0.0


def test_at_one_EeV_it_is_several_times_the_part_of_whole_nuclei():
    portal = DipolePortal(1e-9, 10 * GeV, "tau")
    broken, frozen = (deep_inelastic.sigma(1 * EeV, portal, ROCK, small_x=x)
                      for x in deep_inelastic.SMALL_X)
    whole = upscattering.sigma(1 * EeV, portal, ROCK, screening=True)
    assert 2 < broken / whole < 6 and 0.7 < frozen / broken < 1


def test_real_photons_are_the_limit_of_small_momentum_transfer():
    W2 = (200 * GeV) ** 2
    Q2 = np.array([1e-8, 1e-6, 1e-4]) * GeV**2
    F = structure_functions.F2_proton(Q2 / (W2 + Q2 - PROTON.mass**2), Q2) / Q2
    assert pytest.approx(F[0], rel=1e-3) == F
    # microbarn: 4 pi^2 alpha F_2/Q^2, as photoproduction at HERA has it
    sigma = 4 * np.pi**2 / 137.036 * F[0] / (1e-30 * cm**2)
    assert 150 < sigma < 190


def test_structure_functions_end_where_x_does():
    Q2 = 10 * GeV**2
    assert structure_functions.F2_proton([0.0, 1.0], Q2) == pytest.approx([0, 0], abs=0)
    assert structure_functions.F2_proton(0.1, 0.0) == 0.0
    x = np.array([0.0014, 0.04])
    near = [structure_functions.shadowing(x * (1 + s), 56.0) for s in (-1e-9, 1e-9)]
    assert near[0] == pytest.approx(near[1], rel=3e-3)
    with pytest.raises(DomainError, match="at least that of protons"):
        structure_functions.F2_nucleus(0.1, Q2, 7.0, 6.0)


@pytest.mark.parametrize("more, said", [
    ({"small_x": "low"}, "small_x"), ({"R": -0.1}, "R = "), ({"Q2_max": 0.0}, "Q2_max"),
    ({"nu_min": -1.0}, "nu_min"), ({"flavor": "x"}, "flavor")])
def test_what_cannot_be_is_one_line(more, said):
    with pytest.raises((DomainError, UnknownName), match=said) as err:
        deep_inelastic.sigma(1 * GeV, DipolePortal(1e-9, 0.1 * GeV, "mu"), "C12", **more)
    assert "\n" not in str(err.value)


def test_the_weak_cross_section_is_known_in_its_range_alone():
    E = np.geomspace(1e4, 1e12, 30) * GeV
    both = weak_deep_inelastic.sigma(E)
    assert np.all(np.diff(both) > 0)
    parts = [weak_deep_inelastic.sigma(E, current=c) for c in ("charged", "neutral")]
    assert both == pytest.approx(sum(parts), rel=1e-12)
    for bad in (9e3 * GeV, 1.1e12 * GeV):
        with pytest.raises(DomainError, match="1e4 to 1e12 GeV"):
            weak_deep_inelastic.sigma(bad)
