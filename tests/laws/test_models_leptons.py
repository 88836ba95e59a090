"""Charged leptons in models of moments: g - 2, decays to a photon, universality."""

import numpy as np
import pytest
from scipy.integrate import quad

from munu import _data, models
from munu.constants import G_F, alpha, m_mu, m_tau
from munu.errors import UnknownName
from munu.models import _dipoles, _g2, _mixing, _singlet
from munu.units import GeV, MeV, TeV, eV, s


def constraint(model, observable):
    return next(c for c in model.constraints() if c.observable.startswith(observable))


# ---- measured moments

def test_every_row_of_the_listing_is_one_of_three_kinds():
    table = _data.load("bounds/lepton_moments")
    for r in table.rows():
        if r["kind"] == "measurement":
            assert r["value"] != 0 and r["plus"] > 0 and r["minus"] > 0
        elif r["kind"] == "interval":
            assert r["low"] < r["high"] and r["level"] > 0
        else:
            assert r["kind"] == "upper" and r["high"] > 0 and r["level"] > 0
    assert {x: len(_g2.measured(x)) for x in _g2.LEPTONS} == {"e": 13, "mu": 17, "tau": 13}
    # each is about alpha/2 pi
    for x in ("e", "mu"):
        values = [r["value"] for r in _g2.measured(x)]
        np.testing.assert_allclose(values, alpha / (2 * np.pi), rtol=5e-3)


def test_the_muon_s_band_is_that_of_the_listing():
    row = _g2.measured("mu", used=True)[0]
    assert (row["value"], row["plus"]) == (pytest.approx(116592071.5e-11, rel=1e-12),
                                           pytest.approx(14.5e-11))
    assert _g2.WP25.value == pytest.approx(38.5e-11, rel=1e-6)
    assert _g2.WP25.value < _g2.WP25.error


def test_two_atoms_leave_two_electrons():
    """They disagree by 5 errors; the band holds what either allows."""
    left = _g2.electron_left()
    (a, e_a), (b, e_b) = left["Cs"], left["Rb"]
    assert a < 0 < b and (b - a) / np.hypot(e_a, e_b) > 4
    band = _g2.electron(np.array([a - 3 * e_a, a, 0.0, b, b + 3 * e_b]))
    assert list(band.violated) == [True, False, False, False, True]


def test_no_other_lepton():
    with pytest.raises(UnknownName, match="lepton"):
        _g2.measured("pi")


@pytest.mark.parametrize(("name", "given"), [
    ("su2h", {"f": 0.1, "f_prime": 0.1, "sin2alpha": 0.1, "m_h1": "200GeV", "m_H1": "210GeV"}),
    ("spin_symmetry", {"m_h": "300GeV", "m_plus": "200GeV", "mu_3": "500GeV", "f_etau": 0.1})])
def test_who_predicts_moments_of_leptons_is_held_against_all_three(name, given):
    made = models.get(name, **given)
    for x in _g2.LEPTONS:
        found = constraint(made, f"delta_a_{x} ")
        assert found.predicted == pytest.approx(made.delta_a(x)) and not found.violated
        assert found.low < 0 < found.high and found.source


def test_a_millicharge_of_the_muon_shows_in_its_moment():
    """Delta a = (alpha/2 pi) 2 epsilon; of 1e-3 2.3e-6, of 1e-13 nothing."""
    made = [models.get("millicharge", generator="Lmu-Ltau", epsilon=x) for x in (1e-3, 1e-13)]
    assert [bool(constraint(m, "delta_a_mu").violated) for m in made] == [True, False]
    assert not constraint(made[0], "delta_a_tau").violated


# ---- decays to a photon

def test_the_photon_s_width_is_that_of_the_portal():
    """(1/2) mu nubar sigma F N is c = mu/2, and Gamma = mu^2 M^3/16 pi, one chirality."""
    c = 1e-9 / GeV
    rate = _dipoles.branching("tau", c, 0.0) / _dipoles.LIFETIMES["tau"]
    assert rate == pytest.approx((2 * c) ** 2 * m_tau**3 / (16 * np.pi), rel=1e-12)
    assert _dipoles.LIFETIMES["tau"] / s == pytest.approx(290.3e-15, rel=1e-6)


def test_one_flavor_gives_back_g_minus_2():
    """c = e a/4 m where both leptons are one."""
    def loop(m, same, flip):
        return 3e-9 * same + 2e-7 * flip

    y = (0.3, -0.2)
    c_R, c_L = _dipoles.coefficients(loop, m_mu, y, y)
    a = 4 * m_mu * (c_R + c_L) / 2 / np.sqrt(4 * np.pi * alpha)
    # |y_L|^2 and |y_R|^2 make one chirality each
    assert a == pytest.approx(3e-9 * (0.09 + 0.04) / 2 + 2e-7 * -0.06, rel=1e-12)


def test_tau_to_mu_gamma_excludes_the_leptoquark_s_point_of_g_minus_2():
    made = models.get("leptoquark", m_LQ=1.5 * TeV, y1=0.05, y2=2.0, y_R_mu=2e-3)
    found = constraint(made, "BR(tau -> mu gamma)")
    assert found.predicted == pytest.approx(4.9e-7, rel=0.01) and found.high == 4.2e-8
    assert found.excludes and found.source == "PDG2026" and found.level == 0.9


def test_tau_to_mu_gamma_is_the_integral_of_the_top():
    """The bracket of g - 2, by itself; the phase of a coupling is nothing."""
    made = models.get("leptoquark", m_LQ=1.5 * TeV, y1=0.05, y2=2.0, y_R_mu=2e-3)
    t, M = made.m_t, made.m_LQ
    inner = quad(lambda x: (2 / 3 * x**2 + (x**2 - x) / 3) / (t**2 * x + M**2 * (1 - x)) * M**2,
                 0, 1, epsrel=1e-12)[0]
    c = 3 * np.sqrt(4 * np.pi * alpha) * t * 4e-3 * inner / (32 * np.pi**2 * M**2)
    expected = _dipoles.LIFETIMES["tau"] * m_tau**3 * c**2 / (4 * np.pi)
    assert made.lepton_decay("tau", "mu") == pytest.approx(expected, rel=1e-9)
    turned = models.get("leptoquark", m_LQ=1.5 * TeV, y1=0.05, y2=2j, y_R_mu=2e-3)
    assert turned.lepton_decay("tau", "mu") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("given", "decay"), [
    ({"flavor": "e", "y_R_mu": 1e-3}, "mu -> e gamma"),
    ({"flavor": "e", "y_R": 1.0}, "tau -> e gamma"),
    ({"flavor": "mu", "y_R": 1.0}, "tau -> mu gamma"),
    ({"flavor": "tau", "y_L_mu": 1.0}, "tau -> mu gamma")])
def test_couplings_of_two_flavors_make_one_decay(given, decay):
    """To quarks alike: charm by V_cb where y_R is the other."""
    made = models.get("leptoquark", m_LQ=2 * TeV, y1=0.0, y2=1.0, **given)
    rates = {c.observable: float(c.predicted) for c in made.constraints() if "gamma" in
             c.observable}
    assert len(rates) == 3 and [k for k, x in rates.items() if x > 0] == [f"BR({decay}) [1]"]


def test_one_flavor_alone_decays_to_no_photon():
    made = models.get("leptoquark", m_LQ=2 * TeV, y1=0.05, y2=1.0, y_R=1.0)
    assert all(abs(c.predicted) < 1e-300 for c in made.constraints() if "gamma" in c.observable)


def test_mu_to_e_gamma_of_a_singlet_is_the_known_ratio():
    """alpha |f_etau f_mutau|^2/(768 pi G_F^2 m^4) of mu -> e nu nu, whose width is G_F^2 m^5/
    192 pi^3 to half a per cent."""
    f, m = 0.02, 400 * GeV
    made = models.get("spin_symmetry", m_h=m, m_plus=m, mu_3=m, f_etau=f, f_mutau=f)
    expected = alpha * f**4 / (768 * np.pi * G_F**2 * m**4)
    assert constraint(made, "BR(mu -> e gamma)").predicted == pytest.approx(expected, rel=6e-3)
    one = models.get("spin_symmetry", m_h=m, m_plus=m, mu_3=m, f_etau=f)
    assert abs(constraint(one, "BR(mu -> e gamma)").predicted) < 1e-300


def test_a_singlet_s_g_minus_2_is_the_other_models():
    """With f_mutau alone it is that of SU(2)_H without doublets."""
    made = models.get("su2h", f=0.3, f_prime=0.0, sin2alpha=0.0, m_h1="250GeV", m_H1="250GeV")
    f = {"emu": 0.0, "etau": 0.0, "mutau": 0.3}
    assert _singlet.delta_a("mu", f, 1 / (250 * GeV) ** 2) == pytest.approx(made.delta_a_mu())


@pytest.mark.parametrize(("pair", "moved"), [
    ("f_emu", {"g_tau/g_mu": -1, "g_tau/g_e": -1}), ("f_etau", {"g_tau/g_mu": 1}),
    ("f_mutau", {"g_tau/g_e": 1})])
@pytest.mark.parametrize("name", ["zee", "spin_symmetry"])
def test_a_singlet_breaks_universality_by_its_pair(name, pair, moved):
    at = {"zee": {"m_h": "300GeV", "m_H": "300GeV", "sin2alpha": 0.1},
          "spin_symmetry": {"m_h": "300GeV", "m_plus": "300GeV", "mu_3": "1GeV"}}[name]
    made = models.get(name, **at, **{pair: 0.2})
    shift = 0.04 / (4 * np.sqrt(2) * G_F * (300 * GeV) ** 2)
    for ratio in ("g_tau/g_mu", "g_tau/g_e"):
        assert constraint(made, ratio).predicted == pytest.approx(
            1 + moved.get(ratio, 0) * shift, rel=1e-9)


def test_the_zee_singlet_is_taken_where_it_is_weaker():
    made = models.get("zee", m_h="200GeV", m_H="500GeV", sin2alpha=0.0, f_etau=0.3)
    assert made.inverse_m2 == pytest.approx(1 / (500 * GeV) ** 2)
    mixed = models.get("zee", m_h="200GeV", m_H="500GeV", sin2alpha=1.0, f_etau=0.3)
    assert mixed.inverse_m2 == pytest.approx((1 / 200**2 + 1 / 500**2) / 2 / GeV**2)


# ---- T, B and B_c, mixing

def test_T_of_a_split_doublet_excludes():
    """Scalars of 200 and 500 GeV beside 100 GeV: T = 1.97, the fit has 0.00 +- 0.06."""
    made = models.get("su2h", f=0.05, f_prime=0.2, sin2alpha=1.0, m_h1="200GeV", m_H1="500GeV")
    found = constraint(made, "T ")
    assert found.predicted == pytest.approx(1.97, abs=0.01)
    assert found.excludes and found.status == "hard" and found.source == "PDG2024"
    assert (found.low, found.high) == (pytest.approx(-0.12), pytest.approx(0.12))
    own = constraint(models.get("su2h", f=0.05, f_prime=0.2, sin2alpha=1.0, m_h1="200GeV",
                                m_H1="500GeV", T_max=2.0), "T ")
    assert own.status == "user" and not own.violated


def test_a_scalar_frees_B_c_from_its_helicity():
    """C_S = 0.1 doubles the rate; a lifetime of B_c excludes what R(D) alone would bear."""
    from munu.models import _b_decays

    plain = _b_decays.bc_to_taunu(V_cb=0.0411)
    assert plain == pytest.approx(0.02, rel=0.15)
    assert _b_decays.bc_to_taunu(C_SR=0.1, V_cb=0.0411) / plain == pytest.approx(2.0, rel=0.05)
    # only the difference of scalars is a pseudoscalar
    assert _b_decays.bc_to_taunu(C_SR=0.3, C_SL=0.3, V_cb=0.0411) == pytest.approx(plain)
    # a right-handed neutrino is the mirror image of the left-handed one
    assert _b_decays.bc_to_taunu(-1.0, N_VR=1.2, N_S=0.1, V_cb=0.0411) == pytest.approx(
        _b_decays.bc_to_taunu(0.2, C_SL=0.1, V_cb=0.0411))
    strong = models.get("leptoquark", m_LQ=1.5 * TeV, y1=0.0, y2=-3.0, y_R=3.0)
    assert constraint(strong, "BR(B_c").excludes
    none = models.get("leptoquark", m_LQ=1.5 * TeV, y1=0.0, y2=0.0)
    assert constraint(none, "BR(B_c").predicted == pytest.approx(plain)
    assert not constraint(none, "BR(B_c").violated


def test_what_Belle_II_saw_excludes_nothing_but_too_much():
    above, seen = (c for c in models.get("leptoquark", m_LQ=2 * TeV, y1=0.0,
                                         y2=0.0).constraints() if "K+" in c.observable)
    assert not above.violated and seen.violated and not seen.excludes
    assert above.high == pytest.approx(2.3e-5 + 2 * 7.1e-6) == seen.high


def test_both_leptoquarks_share_what_S1_does():
    at = {"y1": 0.05, "y2": 3.0}
    one = models.get("leptoquark", m_LQ=1.6 * TeV, **at)
    two = models.get("leptoquark_voloshin", m_S1=1.6 * TeV, **at)
    assert two.ratios_RD()["R_D"] == pytest.approx(one.ratios_RD()["R_D"])
    assert constraint(two, "R_tau").excludes and constraint(one, "R_tau").excludes


def test_mixing_is_held_against_the_listing():
    """theta^2 of 1e-7 in kaon decays is a hundred times the limit; the seesaw's own is below."""
    made = [models.get("seesaw", M_1="300MeV", M_2="2TeV", M_3="3TeV", m_lightest="0.01eV",
                       z12=z) for z in (0.0, 5j)]
    quiet, loud = (constraint(m, "|U_eN|^2") for m in made)
    assert not quiet.violated and loud.excludes
    theta2 = np.abs(made[1].theta[0, 0]) ** 2
    assert loud.predicted == pytest.approx(theta2 / 1e-9)
    # where no range holds a mass nothing is said
    assert abs(_mixing.over_limit("e", [1.0], [1 * eV])) < 1e-300
    many = models.get("seesaw", M_1=np.array([100.0, 300.0]) * MeV, M_2="2TeV", M_3="3TeV")
    assert np.shape(constraint(many, "|U_muN|^2").predicted) == (2,)
    with pytest.raises(UnknownName, match="flavor"):
        _mixing.rows("x")


# ---- what is left out is said

@pytest.mark.parametrize("name", models.names())
def test_every_model_says_what_it_does_not(name):
    from munu import _plugins

    cls = _plugins.factory("models", name)
    assert cls.unsaid and all(x and "\n" not in x for x in cls.unsaid)


def test_an_answer_says_it_too():
    from munu import atlas

    found = atlas.answer.answer("zee", m_h="200GeV", m_H="500GeV", sin2alpha=0.1)
    assert "not said: " in str(found) and found.as_dict()["unsaid"] == list(found.unsaid)


def test_the_printed_form_of_the_leptoquark_stands_beside_ours():
    from munu.models.leptoquark import talk_form

    ours = models.get("leptoquark", m_LQ=1 * TeV, y1=0.05, y2=1.0)
    theirs = talk_form(0.05, 1 * TeV)
    assert theirs == pytest.approx(-2.97e-11, rel=2e-3)
    # twice, and the logarithm without its -1
    L = 2 * np.log(1 * TeV / ours.m_b)
    assert -theirs / ours.moment == pytest.approx(2 * L / (L - 1), rel=1e-3)
