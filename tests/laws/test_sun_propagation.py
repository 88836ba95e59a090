"""The Sun as a medium, and what a moment in its field turns nu_e into."""

import numpy as np
import pytest

from munu import flavors, media
from munu.couplings import Couplings
from munu.errors import DomainError, UnknownName
from munu.media import fields, sun
from munu.propagation import evolve, majorana
from munu.propagation import solar as born
from munu.propagation.evolution import mass_basis
from munu.propagation.hamiltonian import moment_matrix
from munu.sources import solar
from munu.units import MeV, cm, km

MIXING = flavors.mixing("nufit-6.0")
STAR = media.get("sun")
R = sun.radius()
E = np.array([1.0, 3.0, 5.0, 8.0, 10.0, 15.0]) * MeV
NOTHING = np.zeros((3, 3))


def fading(B, width=0.15):
    """A field of the Sun that fades outwards, B gauss at the centre."""
    return lambda r: B * fields.MU_B_PER_GAUSS * np.exp(
        -((np.asarray(r, dtype=float) / (width * R)) ** 2))


def to_nubar_e(moments, B, mixing=MIXING, star=STAR, E=E, **more):
    return born.conversion(star.with_(field=fading(B)), moments, mixing, E, **more)[:, 3]


# ---- the medium --------------------------------------------------------------------------

@pytest.mark.parametrize("model", sun.MODELS)
def test_electrons_are_those_of_the_table(model):
    """Three digits of a decimal logarithm: 7e-4."""
    star = media.get("sun", model=model)
    r, n, Y = sun.rows(model)
    off = np.log(star.density(r) * star.Y_e(r) / n)
    assert off.std() < 1e-3 and np.abs(off).max() < 5e-3
    assert np.abs(star.Y_e(r) - Y).max() < 0.02
    assert np.all(np.diff(star.density(np.linspace(0.01 * R, star.r_max, 4000))) < 0)


@pytest.mark.parametrize("model", sun.MODELS)
def test_hydrogen_was_burnt_inside(model):
    star = media.get("sun", model=model)
    center, middle, surface = star.Y_e(np.array([star.r_min, 0.4 * R, star.r_max]))
    assert 0.66 < center < 0.69 < 0.84 < middle < surface < 0.88
    assert np.diff(star.Y_e(np.linspace(star.r_min, star.r_max, 500))).min() > -1e-3


@pytest.mark.parametrize("model", sun.MODELS)
def test_the_matter_is_one_solar_mass(model):
    """Zones inside and another model outside, joined: what both weigh is a check to 1 %."""
    from munu.units import N_A, g

    star = media.get("sun", model=model)
    r = np.linspace(star.r_min, star.r_max, 20001)
    total = np.trapezoid(4 * np.pi * r**2 * star.density(r), r) * g / N_A
    assert total / sun.mass() == pytest.approx(1, abs=1e-2)


def test_a_model_that_is_not_there():
    with pytest.raises(UnknownName, match="gs98"):
        media.get("sun", model="gs99")
    with pytest.raises(DomainError, match="deviation"):
        media.get("sun", deviation=0.0)


# ---- where they are made -----------------------------------------------------------------

@pytest.mark.parametrize("component", ["b8", "pp", "hep", "be7_862"])
def test_the_average_over_birthplaces_is_exact_for_polynomials(component):
    from munu import _data

    x = _data.load("fluxes/solar_production_gs98")["r_over_rsun"]
    weight = solar.production(component, "GS98")[2]
    r, w = born.birthplaces(component, "gs98", 6)
    assert w.min() > 0
    for n in range(12):
        assert w @ (r / R) ** n == pytest.approx(weight @ x**n, rel=1e-9)


def test_eight_birthplaces_are_enough():
    few, many = (to_nubar_e(Couplings.majorana(1e-12), 1e7, nodes=n, E=E[::2]) for n in (8, 14))
    np.testing.assert_allclose(few, many, rtol=5e-3)


# ---- without a moment --------------------------------------------------------------------

def test_no_moment_no_antineutrino():
    P = born.conversion(STAR.with_(field=fading(1e9)), NOTHING, MIXING, E)
    assert P[:, 3:].max() == 0
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-9)


@pytest.mark.parametrize("model", sun.MODELS)
def test_survival_is_the_adiabatic_one(model):
    """sources.solar leaves theta_13 in vacuum, which is 1.1e-3 at 15 MeV."""
    P = born.conversion(media.get("sun", model=model), NOTHING, MIXING, E, model=model,
                        tol=1e-6)[:, 0]
    np.testing.assert_allclose(P, solar.P_ee(E, "b8", model, MIXING), atol=1.3e-3)
    assert np.abs(P - solar.P_ee(E, "b8", model, MIXING))[:2].max() < 5e-4


@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_survival_is_that_of_three_flavors_in_matter(ordering):
    mixing = flavors.mixing("nufit-6.0", ordering)
    H = majorana(STAR, NOTHING, mixing)
    r, w = born.birthplaces()
    share = [[np.abs(mass_basis(H, x, e)[0, :3]) ** 2 for x in r] for e in E]
    adiabatic = np.einsum("exk,x,k->e", share, w, np.abs(mixing.U[0]) ** 2)
    P = born.conversion(STAR, NOTHING, mixing, E, tol=1e-6)[:, 0]
    np.testing.assert_allclose(P, adiabatic, atol=3e-5)


# ---- with one ----------------------------------------------------------------------------

@pytest.mark.long
@pytest.mark.parametrize("moments", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_conversion_grows_as_the_square_of_moment_and_of_field(moments):
    one = to_nubar_e(Couplings.majorana(*(1e-12 * m for m in moments)), 1e7)
    two = to_nubar_e(Couplings.majorana(*(2e-12 * m for m in moments)), 1e7)
    same = to_nubar_e(Couplings.majorana(*(2e-12 * m for m in moments)), 5e6)
    np.testing.assert_allclose(two / one, 4, rtol=1e-2)
    np.testing.assert_allclose(same, one, rtol=1e-6)


def test_the_sign_of_a_moment_or_of_the_field_does_not_matter():
    some = E[[1, 4]]
    one, minus, back = (to_nubar_e(Couplings.majorana(s * 1e-12, s * 4e-13, s * -3e-13), B, E=some)
                        for s, B in ((1, 3e7), (-1, 3e7), (1, -3e7)))
    np.testing.assert_allclose(minus, one, rtol=1e-5)
    np.testing.assert_allclose(back, one, rtol=1e-5)


@pytest.mark.parametrize(("moments", "ordering"), [
    # where all three are there, each is
    pytest.param(x, ordering, marks=[] if (x, ordering) in (
        ((1, 1j, 0.5), "NO"), ((1, 0.4, -2), "IO")) else pytest.mark.long)
    for x in ((1, 0, 0), (0, 1, 0), (0, 0, 2), (1, 1j, 0.5), (1, 0.4, -2))
    for ordering in ("NO", "IO")])
def test_the_closed_form_is_the_limit_of_small_moments(moments, ordering):
    """Two independent ways: transport of amplitudes, and one linear system at birth."""
    mixing = flavors.mixing("nufit-6.0", ordering)
    held = Couplings.majorana(*(1e-12 * m for m in moments))
    r, w = born.birthplaces()
    B = 3e6
    closed = born.leading(STAR.with_(field=fading(B)), held, mixing, E, r) @ w
    evolved = to_nubar_e(held, B, mixing)
    np.testing.assert_allclose(evolved, closed, rtol=2e-3, atol=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("moments", [(1, 0, 0), (1, -0.5, 0.3), (1, 1j, 0.5)])
@pytest.mark.parametrize("at", [0.55, 0.75, 0.85])
def test_thin_matter_turns_a_state_into_its_own_antistate(moments, at):
    """A shell of field in the envelope: two independent ways again, far from any birthplace."""
    star = STAR.with_(field=lambda r: 1e6 * fields.MU_B_PER_GAUSS * np.exp(
        -(((np.asarray(r, dtype=float) / R - at) / 0.04) ** 2)))
    held = Couplings.majorana(*(1e-12 * m for m in moments))
    some = E[[2, 4]]
    evolved = born.conversion(star, held, MIXING, some)[:, 3]
    np.testing.assert_allclose(evolved, born.envelope(star, held, MIXING, some), rtol=1e-2,
                               atol=3e-10)
    assert born.leading(star, held, MIXING, some, 0.05 * R).max() < 1e-3 * evolved.min()


def test_the_closed_form_fails_as_the_square_of_the_angle():
    held = Couplings.majorana(1e-12)
    r, w = born.birthplaces()
    short = [1 - (to_nubar_e(held, B, E=E[-1:]) / (born.leading(
        STAR.with_(field=fading(B)), held, MIXING, E[-1:], r) @ w))[0] for B in (1e7, 3e7)]
    assert short[1] / short[0] == pytest.approx(9, rel=0.1)


def test_stretches_joined_are_the_whole_path():
    star = STAR.with_(field=fading(1e8))
    held = Couplings.majorana(1e-12, -5e-13)
    r, w = born.birthplaces(nodes=3)
    whole = sum(x * evolve(majorana(star, held, MIXING), (a, star.r_max), E,
                           tol=1e-7).mass_probabilities for a, x in zip(r, w, strict=True))
    share = np.abs(MIXING.U[0]) ** 2
    np.testing.assert_allclose(born.conversion(star, held, MIXING, E, nodes=3)[:, 3],
                               whole[:, 0, 3:] @ share, rtol=1e-4)


def test_runge_kutta_of_two_flavors_agrees():
    """Four states written out by hand, from one birthplace through the field and out of it."""
    from math import sqrt

    from scipy.integrate import solve_ivp

    from munu.constants import G_F

    mixing = MIXING.with_(s13=1e-12)
    width, B, start, end = 0.04, 1e7, 0.05 * R, 0.15 * R
    field = fading(B, width)
    theta, apart = np.arcsin(sqrt(mixing.s12)), mixing.dm21 / (4 * 10 * MeV)
    vacuum = apart * np.array([[-np.cos(2 * theta), np.sin(2 * theta)],
                               [np.sin(2 * theta), np.cos(2 * theta)]])
    spin = np.array([[0, 1], [-1, 0]]) * 1e-12

    def H(r):
        n, Y = STAR.density(r), STAR.Y_e(r)
        matter = sqrt(2) * G_F * n * np.diag([Y - (1 - Y) / 2, -(1 - Y) / 2])
        return np.block([[vacuum + matter, spin * field(r)],
                         [spin.T * field(r), vacuum - matter]])

    psi = solve_ivp(lambda x, y: -1j * km * (H(x * km) @ y), (start / km, end / km),
                    np.array([1, 0, 0, 0], dtype=complex), method="DOP853", rtol=1e-8,
                    atol=1e-11).y[:, -1]
    states = np.linalg.eigh(H(end)[2:, 2:])[1]
    P = np.abs(states.T @ psi[2:]) ** 2 @ [np.cos(theta) ** 2, np.sin(theta) ** 2]
    # the mu_emu' of two flavors
    c, s = sqrt(1 - mixing.s23), sqrt(mixing.s23)
    held = Couplings.majorana(1e-12 * c, -1e-12 * s)
    made = born.leading(STAR.with_(field=field), held, mixing, 10 * MeV, start)
    assert float(made[0, 0]) == pytest.approx(P, rel=5e-3)


# ---- slips -------------------------------------------------------------------------------

def test_a_closed_form_needs_a_field():
    with pytest.raises(DomainError, match="no field"):
        born.leading(STAR, Couplings.majorana(1e-12), MIXING, E, 0.05 * R)
    with pytest.raises(DomainError, match="no field"):
        born.envelope(STAR, Couplings.majorana(1e-12), MIXING, E)


def test_a_medium_that_ends_before_all_are_born():
    with pytest.raises(DomainError, match="beyond the end"):
        born.conversion(STAR.with_(r_max=0.1 * R), NOTHING, MIXING, E)
    with pytest.raises(DomainError, match="nodes"):
        born.birthplaces(nodes=0)


def test_the_center_holds_a_hundred_moles_of_electrons():
    """The table's first row: log10(n_e cm^3/N_A) = 2.004."""
    from munu.units import N_A

    n_e = STAR.density(STAR.r_min) * STAR.Y_e(STAR.r_min) * cm**3 / N_A
    assert np.log10(n_e) == pytest.approx(2.004, abs=1.5e-3)


def test_two_steps_of_a_closed_form_make_it_larger():
    """Vacuum's half of sin^2 2 theta_12 in place of adiabatic passage, and the levels at birth
    added without their interference: 1.4 times 1.3 at 10 MeV, more below."""
    star, at = STAR.with_(field=fading(1e4)), 0.05 * R
    c23, s23 = np.sqrt(1 - MIXING.s23), np.sqrt(MIXING.s23)
    held = Couplings.majorana(emu=1e-12 * c23, etau=-1e-12 * s23)
    mu, H = moment_matrix(held, MIXING, "majorana").conj().T, majorana(star, NOTHING, MIXING)
    half = 2 * MIXING.s12 * (1 - MIXING.s12)
    found = []
    for energy in (6 * MeV, 10 * MeV, 15 * MeV):
        h, states = H(at, energy), mass_basis(H, at, energy)
        nu, bar = states[:3, :3], states[3:, 3:]
        levels = [np.einsum("aj,ab,bj->j", x.conj(), block, x).real
                  for x, block in ((nu, h[:3, :3]), (bar, h[3:, 3:]))]
        A = bar.conj().T @ mu @ nu / (levels[1][:, None] - levels[0]) * star.field(at)
        together, apart = np.abs(A @ nu[0].conj()) ** 2, np.abs(A) ** 2 @ np.abs(nu[0]) ** 2
        ours = born.leading(star, held, MIXING, [energy], [at])[0, 0]
        assert ours == pytest.approx(np.abs(MIXING.U[0]) ** 2 @ together, rel=1e-6)
        found.append((half * together.sum() / ours, apart.sum() / together.sum()))
    assert found[1] == pytest.approx((1.41, 1.32), rel=0.02)
    product = [a * b for a, b in found]
    assert product == pytest.approx([2.3, 1.86, 1.64], rel=0.03)
