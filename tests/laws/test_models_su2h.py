"""SU(2)_H: what the symmetry forbids, what breaking it costs, what comes along."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from munu import models
from munu.constants import m_mu, m_tau
from munu.errors import DomainError, UnknownName
from munu.models import _lep, _oblique, _universality, su2h
from munu.units import GeV, eV

mass = st.floats(90, 2000)
angle = st.floats(-1, 1)
POINT = {"f": 0.05, "f_prime": 0.2, "sin2alpha": 1.0, "m_h1": 200 * GeV, "m_H1": 500 * GeV}


def point(**changes):
    return models.get("su2h", **(POINT | changes))


@given(mass, st.floats(1.001, 4), angle)
def test_the_symmetric_limit_has_a_moment_and_no_mass(m, up, s):
    made = point(m_h1=m * GeV, m_H1=m * up * GeV, sin2alpha=s)
    full = point(m_h1=m * GeV, m_H1=m * up * GeV)
    assert not made.neutrino_mass()
    assert full.moment > 0
    assert made.moment == pytest.approx(s * full.moment, rel=1e-12, abs=1e-40)


@given(st.floats(1e-6, 0.5), st.floats(1e-6, 0.5))
def test_exchanging_the_diagrams_turns_the_mass_and_keeps_the_moment(a, b):
    one = {"m_h1": (200 + a) * GeV, "m_h2": (200 + b) * GeV}
    other = {"m_h1": one["m_h2"], "m_h2": one["m_h1"]}
    assert point(**one).moment == pytest.approx(point(**other).moment, rel=1e-12)
    assert point(**one).neutrino_mass() == pytest.approx(
        -point(**other).neutrino_mass(), rel=1e-9, abs=1e-9 * eV)


def test_the_mass_is_linear_in_the_splitting():
    mass = [abs(point(m_h2=200 * np.sqrt(1 + d) * GeV).neutrino_mass()) for d in (1e-6, 1e-5)]
    assert mass[1] / mass[0] == pytest.approx(10, rel=1e-4)
    # -d B0/d ln m^2 = 1
    close = 0.05 * 0.2 * m_tau * 1e-6 / (32 * np.pi**2)
    assert mass[0] == pytest.approx(close, rel=1e-3)


def test_a_large_moment_allows_a_splitting_of_millionths():
    """1e-11 mu_B and 0.05 eV."""
    scale = 1e-11 / point().moment
    made = point(f=0.05 * scale, m_h2=200 * np.sqrt(1 + 1e-6) * GeV)
    allowed = 1e-6 / made.tuning()
    assert made.moment == pytest.approx(1e-11, rel=1e-4)
    assert allowed == pytest.approx(1.7e-6, rel=0.03)


@given(st.floats(0, 6.2), st.floats(0, 6.2))
def test_phases_of_couplings_are_only_a_phase(a, b):
    made, plain = point(f=0.05 * np.exp(1j * a), f_prime=0.2 * np.exp(1j * b)), point()
    assert abs(made.moment) == pytest.approx(abs(plain.moment), rel=1e-12)
    assert made.moment == pytest.approx(plain.moment * np.exp(1j * (a + b)), rel=1e-12)
    assert made.delta_a_mu() == pytest.approx(plain.delta_a_mu(), rel=1e-12)
    matrix = made.couplings().mu
    assert np.allclose(matrix, -matrix.T)


def test_heavy_scalars_decouple():
    far = [point(m_h1=m * 200 * GeV, m_H1=m * 500 * GeV, m_phi1=m * 100 * GeV) for m in (1, 100)]
    assert abs(far[1].moment) < 1e-3 * abs(far[0].moment)
    assert abs(far[1].delta_a_mu()) < 1.1e-4 * abs(far[0].delta_a_mu())
    assert far[1].tau_pairs()["ratio"] == pytest.approx(1, abs=1e-4)
    assert far[1].universality()["g_tau/g_mu"] == pytest.approx(1, abs=1e-7)


def test_no_mixing_no_moment():
    assert not point(sin2alpha=0.0).moment
    assert point(m_h1=500 * GeV).moment == pytest.approx(0, abs=1e-30)


@given(st.floats(1, 40))
def test_mixing_from_the_cubic_coupling_diagonalizes(mu_c):
    """The eigenvalues of the mass matrix are the masses that it was made for."""
    v = 246 * GeV
    s = su2h.sin2alpha(mu_c * GeV, v, 200 * GeV, 500 * GeV)
    made = point(mu_c=mu_c * GeV, sin2alpha=None, v_S=v)
    assert made.mixing[0] == pytest.approx(s)
    singlet, doublet = next(iter(made._parts()))
    eta = (singlet * 200**2 + doublet * 500**2) * GeV**2
    phi = (doublet * 200**2 + singlet * 500**2) * GeV**2
    cross = mu_c * GeV * v / np.sqrt(2)
    found = np.sqrt(np.linalg.eigvalsh([[eta, cross], [cross, phi]])) / GeV
    assert found == pytest.approx([200, 500], rel=1e-9)


def test_more_mixing_than_the_masses_allow_is_refused():
    with pytest.raises(DomainError, match="m_H\\^2 - m_h\\^2"):
        _ = point(mu_c=2000 * GeV, sin2alpha=None).moment


def integral(m_l, inside, M, charged):
    """g - 2 of one leg by a Feynman parameter, unit coupling, no flip."""
    r = (inside / M) ** 2
    if charged:
        value = quad(lambda x: -(x - 2 * x**2 + x**3) / (1 - x + r * x), 0, 1)[0]
    else:
        value = quad(lambda x: (x**2 - x**3) / (1 - x + r * x), 0, 1, points=[0.999], limit=200)[0]
    return (m_l / M) ** 2 * value / (16 * np.pi**2)


def test_all_legs_of_the_muon():
    made = point(m_phi2=130 * GeV, h3=0.3, sin2alpha=0.6, doublet="h")
    c = (1 - 0.8) / 2
    legs = (0.2**2 * integral(m_mu, m_tau, 130 * GeV, False)
            + 0.3**2 * integral(m_mu, m_tau, 100 * GeV, False)
            + sum((0.05**2 * a + 0.3**2 * b) * integral(m_mu, 0, m * GeV, True)
                  for m, a, b in ((200, c, 1 - c), (500, 1 - c, c))))
    assert made.delta_a_mu() == pytest.approx(legs, rel=1e-7)


@given(mass, st.floats(0, 1.5))
def test_neutral_scalars_alone_make_it_positive(m, f_prime):
    assert point(f=0.0, f_prime=f_prime, m_phi1=m * GeV).delta_a_mu() >= 0
    assert point(f=0.5, f_prime=0.0, m_phi1=m * GeV).delta_a_mu() < 0


def test_the_leptons_scale_with_their_masses_squared():
    """With f' alone and equal doublets the electron has what the muon has."""
    made = point(f=0.0)
    ratio = made.delta_a("mu") / made.delta_a("e")
    assert ratio == pytest.approx((made.m_mu / made.m_e) ** 2, rel=1e-12)
    # two families inside, less two charged legs
    one = made.m_tau**2 * 0.2**2 / (48 * np.pi**2)
    charged = (0.5 / 200**2 + 0.5 / 500**2) / GeV**2
    assert made.delta_a("tau") == pytest.approx(
        2 * one / (100 * GeV) ** 2 - one * charged, rel=1e-4)
    with pytest.raises(UnknownName):
        made.delta_a("muon")


@given(st.floats(1e-11, 3e-9), mass)
def test_the_strip_runs_through_the_model(delta, m):
    """f' from g - 2 and f sin 2 alpha from the moment make both."""
    f_prime = su2h.f_prime(delta, m * GeV)
    if f_prime > 3:
        return
    fs = su2h.f_sin2alpha(1e-11, f_prime, 200 * GeV, 500 * GeV)
    made = point(f=1e-3, f_prime=f_prime, m_phi1=m * GeV)
    assert made.delta_a_mu() + 1e-6 * m_mu**2 * sum(
        0.5 / (x * GeV) ** 2 for x in (200, 500)) / (96 * np.pi**2) == pytest.approx(delta)
    assert made.moment * fs / 1e-3 == pytest.approx(1e-11)


def test_g2_of_2021_needs_what_tau_pairs_forbid():
    made = point(f_prime=su2h.f_prime(2.5e-9, 100 * GeV))
    assert made.f_prime == pytest.approx(1.03, rel=0.005)
    flags = {c.observable: c.violated for c in made.constraints()}
    assert flags["sigma(e+ e- -> tau+ tau-) over the Standard Model [1]"]
    # the symmetry has to go: a heavy phi_1
    apart = point(f_prime=made.f_prime, m_phi1=2000 * GeV, m_phi2=100 * GeV)
    assert apart.delta_a_mu() == pytest.approx(made.delta_a_mu(), rel=1e-12)
    assert apart.tau_pairs()["ratio"] == pytest.approx(1, abs=0.02)


def test_universality_bounds_the_singlet():
    """A few per mille: f below 0.15 or so at 300 GeV."""
    made = point(f=np.linspace(0, 0.5, 501), sin2alpha=0.0, m_h1=300 * GeV)
    allowed = made.f[~next(c for c in made.constraints() if "g_mu" in c.observable).violated]
    assert 0.1 < allowed.max() < 0.2


def test_split_doublets_move_T():
    """Complex neutral scalars and no mixing: T vanishes with equal masses only."""
    alike = point(sin2alpha=0.0, m_H1=100 * GeV, m_h1=90 * GeV)
    assert alike.T() == pytest.approx(0, abs=1e-12)
    assert point(sin2alpha=0.0).T() > 1
    cut = point(T_max=0.1).constraints()
    assert next(c for c in cut if c.observable == "T [1]").violated


def vacuum(M2_charged, m_0):
    """T by the currents' loops, mass matrix of (phi+, eta+) and a complex neutral."""
    u = m_0**2 * np.exp(np.linspace(-20, 19, 1951))
    D = np.zeros((u.size, 3, 3))
    D[:, :2, :2] = np.linalg.inv(u[:, None, None] * np.eye(2) + M2_charged)
    D[:, 2, 2] = 1 / (u + m_0**2)
    T1, T3 = np.zeros((3, 3)), np.diag([0.5, 0, -0.5])
    T1[0, 2] = T1[2, 0] = 0.5
    one = np.trace(T3 @ D @ T3 @ D - T1 @ D @ T1 @ D, axis1=1, axis2=2)
    return np.trapezoid(u**3 * one, np.log(u))


@pytest.mark.parametrize("s", [0.0, 0.6, 1.0])
def test_T_is_the_loop_of_the_currents(s):
    """Isospin currents at rest, any mixing with a singlet, against the closed form."""
    singlet = (1 + np.sqrt(1 - s**2)) / 2
    m = np.array([2.0, 5.0])
    R = np.array([[np.sqrt(1 - singlet), np.sqrt(singlet)],
                  [np.sqrt(singlet), -np.sqrt(1 - singlet)]])
    mixed = vacuum(R @ np.diag(m**2) @ R.T, 1.0)
    plain = vacuum(np.diag([4.0, 25.0]), 1.0)
    closed = [_oblique.T_mixed(2.0, 5.0, x, 1.0, 1.0) for x in (1 - singlet, 1.0)]
    assert mixed / plain == pytest.approx(closed[0] / closed[1], rel=1e-6)


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_F_is_symmetric_positive_and_an_integral(a, b):
    value = _oblique.F(a, b)
    assert value == pytest.approx(_oblique.F(b, a), rel=1e-12)
    x, y = a**2, b**2
    exact = quad(lambda t: np.exp(3 * t) * (x - y)**2
                 / ((np.exp(t) + x) * (np.exp(t) + y))**2 / 2, -40, 45, limit=400)[0]
    assert value == pytest.approx(exact, rel=1e-6, abs=1e-12)


def test_a_fierz_turn_halves():
    """(a_L b_R)(c_R d_L) is half the product of currents, of commuting spinors."""
    rng = np.random.default_rng(1)
    sigma = [np.eye(2), [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]]
    a, b, c, d = rng.normal(size=(4, 2)) + 1j * rng.normal(size=(4, 2))
    left = (a.conj() @ b) * (c.conj() @ d)
    # a, d left-handed, b, c right-handed: sigma-bar and sigma
    right = sum(sign * (a.conj() @ (sign * np.asarray(s)) @ d) * (c.conj() @ np.asarray(s) @ b)
                for s, sign in zip(sigma, (1, -1, -1, -1), strict=True))
    assert right / 2 == pytest.approx(left)
    f, m = 0.3, 300 * GeV
    v2 = 1 / (np.sqrt(2) * point().G_F)
    # amplitude over the Standard Model's 4 G_F/sqrt 2
    assert _universality.shift(f, 1 / m**2) == pytest.approx(f**2 / (2 * m**2) / (2 / v2))


@given(st.floats(0, 1), mass, st.floats(180, 210))
def test_tau_pairs_integrate_their_angles(f_prime, m, energy):
    def rate(c, f):
        A = _lep.amplitudes(c, f, m * GeV, energy * GeV)
        return ((A["LL"]**2 + A["RR"]**2) * (1 + c)**2
                + (A["LR"]**2 + A["RL"]**2) * (1 - c)**2) * GeV**4
    total, plain = (quad(rate, -1, 1, args=(f,), epsabs=0, epsrel=1e-10)[0]
                    for f in (f_prime, 0.0))
    ahead = quad(rate, 0, 1, args=(f_prime,), epsabs=0, epsrel=1e-10)[0]
    assert _lep.ratio(f_prime, m * GeV, energy * GeV) == pytest.approx(total / plain, rel=1e-8)
    assert _lep.asymmetry(f_prime, m * GeV, energy * GeV) == pytest.approx(
        2 * ahead / total - 1, abs=1e-8)


def test_photon_alone_has_no_asymmetry():
    """At low energy the Z is gone."""
    assert _lep.asymmetry(0.0, 100 * GeV, 0.1 * GeV) == pytest.approx(0, abs=1e-4)
    assert _lep.asymmetry(0.0, 100 * GeV, 35 * GeV) < -0.05


def test_many_points_at_once():
    made = point(m_h1=np.linspace(150, 250, 7) * GeV, f=0.05)
    for i, m in enumerate(made.m_h1):
        one = point(m_h1=m)
        assert made.moment[i] == pytest.approx(one.moment)
        assert made.delta_a_mu()[i] == pytest.approx(one.delta_a_mu())
        assert made.T()[i] == pytest.approx(one.T())
    with pytest.raises(DomainError, match="one point"):
        made.couplings()


@pytest.mark.parametrize("bad,words", [
    ({"f": 5}, "perturbative"), ({"m_h1": 600 * GeV}, "at most"), ({"sin2alpha": 1.5}, "at most"),
    ({"sin2alpha": None}, "one of the two"), ({"mu_c": 1 * GeV}, "one of the two"),
    ({"m_phi1": -1.0}, "above 0")])
def test_bad_points_are_refused_in_one_line(bad, words):
    with pytest.raises(DomainError, match=words) as err:
        point(**bad)
    assert "\n" not in str(err.value)


def test_bad_words_and_signs():
    with pytest.raises(UnknownName, match="munu"):
        point(normalisation="babu")
    with pytest.raises(UnknownName):
        point(doublet="x")
    with pytest.raises(DomainError, match="delta_a_mu = -1e-10 must be at least 0"):
        su2h.f_prime(-1e-10, 100 * GeV)


def test_the_printed_normalisation_is_twice_ours():
    assert point(normalisation="bjl").moment == pytest.approx(2 * point().moment)


def test_light_charged_scalars_are_flagged():
    flags = [(c.status, bool(c.violated)) for c in point(m_h1=85 * GeV).constraints()
             if c.observable == "m_h+ [GeV]"]
    assert flags == [("hard", False), ("user", True)]
