"""Laws of S1: decoupling, phases, scales that cancel, loops against their integrals."""

import numpy as np
import pytest
from scipy.integrate import dblquad, quad

from munu import models
from munu.constants import m_mu
from munu.errors import DomainError, UnitError, UnknownName
from munu.models import _b_decays, _scalar
from munu.units import GeV, MeV, TeV

AT = {"m_LQ": TeV, "y1": 0.05, "y2": 1.0}


def s1(**changes):
    return models.get("leptoquark", **{**AT, **changes})


@pytest.mark.parametrize("r", [1e-20, 1e-8, 1.75e-5, 0.3, 0.9999, 1.0, 1.0001, 1.3, 40.0, 1e8,
                               1e20])
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_the_loop_is_its_integral(n, r):
    """In y = -ln(1 - x) below r = 1 and y = ln(1 + (r - 1) x) above, where nothing is steep."""
    if r < 1:
        low = -np.log(r) + 40
        wanted = quad(lambda y: (1 - np.exp(-y)) ** n / (1 + r * np.expm1(y)), 0, low,
                      points=[min(-np.log(r), low)], epsabs=0, epsrel=1e-11, limit=400)[0]
    elif r == 1:
        wanted = 1 / (n + 1)
    else:
        wanted = quad(lambda y: (np.expm1(y) / (r - 1)) ** n / (r - 1), 0, np.log(r), epsabs=0,
                      epsrel=1e-11)[0]
    assert _scalar.K(n, r) == pytest.approx(wanted, rel=1e-9)


def test_the_moment_is_a_momentum_integral():
    """Both diagrams, Wick-rotated, before any Feynman parameter."""
    r = 0.2

    def diagram(x, k):
        # int d^4k/(pi^2) ... -> int k^3 dk; parameter of the doubled propagator
        return 2 * k**3 * 2 * x * (1 / (k**2 + x * r + (1 - x)) ** 3)

    value = dblquad(diagram, 0, np.inf, 0, 1, epsabs=1e-10)[0]
    assert value == pytest.approx(_scalar.J(r), rel=1e-6)


def test_decoupling():
    heavy, heavier = s1(m_LQ=1e3 * TeV), s1(m_LQ=1e4 * TeV)
    logs = np.log((heavier.m_LQ / heavy.m_b) ** 2) - 1, np.log((heavy.m_LQ / heavy.m_b) ** 2) - 1
    assert heavier.moment / heavy.moment == pytest.approx(1e-2 * logs[0] / logs[1], rel=1e-6)
    R = s1(m_LQ=1e4 * TeV, y2=3.0, y_R=1.0).ratios_RD()
    assert R["R_D_ratio"] == pytest.approx(1, abs=1e-5)
    assert R["R_Dstar_ratio"] == pytest.approx(1, abs=1e-5)


def test_the_scale_cancels_between_two_masses():
    """Running mu_R moves every mass by the same: a difference of two m_LQ knows no scale."""
    def apart(scale):
        return (s1(mu_R=scale, m_LQ=2 * TeV).neutrino_mass() - s1(mu_R=scale).neutrino_mass())

    assert apart(100 * GeV) == pytest.approx(apart(10 * TeV), rel=1e-12)
    assert s1(mu_R=100 * GeV).neutrino_mass() != pytest.approx(s1().neutrino_mass(), rel=0.1)


def test_a_common_phase_of_the_couplings_is_nothing():
    phase = np.exp(0.7j)
    made = s1(y2=1.0 + 0j, y_R=0.5 + 0j).ratios_RD()
    turned = s1(y2=phase, y_R=0.5 * phase).ratios_RD()
    assert turned["R_D"] == pytest.approx(made["R_D"], rel=1e-12)
    assert turned["R_Dstar"] == pytest.approx(made["R_Dstar"], rel=1e-12)


def test_a_right_handed_neutrino_only_adds():
    rng = np.random.default_rng(1)
    y1, y_R = rng.uniform(0, 2, (2, 100))
    R = s1(y1=y1, y2=0.0, y_R=y_R).ratios_RD()
    assert np.all(R["R_D_ratio"] >= 1) and np.all(R["R_Dstar_ratio"] >= 1)
    np.testing.assert_allclose(R["R_D_ratio"], R["R_Dstar_ratio"], rtol=1e-12)


def test_g_minus_2_of_the_top_loop_is_its_integral():
    made = s1(y_L_mu=1.0, y_R_mu=1e-3)
    t, M = made.m_t, made.m_LQ
    inner = quad(lambda x: (2 / 3 * x**2 + (x**2 - x) / 3) / (t**2 * x + M**2 * (1 - x)) * M**2,
                 0, 1, epsrel=1e-12)[0]
    assert made.delta_a_mu() == pytest.approx(3 * m_mu * t * 1e-3 * inner / (8 * np.pi**2 * M**2),
                                              rel=1e-9)
    assert made.delta_a_mu() > 0


def test_forms_are_rates():
    """No coefficient makes a rate below 0."""
    rng = np.random.default_rng(2)
    C = rng.normal(size=(5, 2000)) + 1j * rng.normal(size=(5, 2000))
    D, Dstar = _b_decays.ratios(*C)
    assert D.min() > 0 and Dstar.min() > 0


def test_many_points_are_each_point():
    m, y = np.array([1, 2, 3]) * TeV, np.array([0.1, 0.2, 0.3])
    many = s1(m_LQ=m, y1=y, y_R=0.4)
    for i in range(3):
        one = s1(m_LQ=m[i], y1=y[i], y_R=0.4)
        assert many.moment[i] == pytest.approx(one.moment, rel=1e-14)
        assert many.ratios_RD()["R_D"][i] == pytest.approx(one.ratios_RD()["R_D"], rel=1e-14)
    with pytest.raises(DomainError, match="one point"):
        many.couplings()


def test_colliders_flag_what_the_user_says():
    cut = {c.observable: c for c in s1(m_LQ_min=2 * TeV).constraints()}["m_LQ [GeV]"]
    assert cut.violated and cut.status == "user"
    assert not s1(m_LQ=3 * TeV, m_LQ_min=2 * TeV).constraints()[0].violated


@pytest.mark.parametrize(("given", "error", "said"), [
    ({"y1": 3.6}, DomainError, "not perturbative"), ({"y2": 4j}, DomainError, "sqrt"),
    ({"m_LQ": "1"}, UnitError, "no unit"), ({"m_LQ": -TeV}, DomainError, "above 0"),
    ({"m_LQ": "1kpc"}, UnitError, "not of the kind"), ({"y1": np.nan}, DomainError, "finite"),
    ({"y1": []}, DomainError, "not empty"), ({"y1": "x"}, UnitError, "number"),
    ({"flavor": "tua"}, UnknownName, "did you mean 'tau'"), ({"mLQ": 1}, UnknownName, "m_LQ"),
    ({"Lambda": "500GeV"}, DomainError, "above m_LQ"), ({"nature": "major"}, UnknownName, "dirac"),
    ({"V_cb": 2.0}, DomainError, "at most 1")])
def test_one_line_for_every_slip(given, error, said):
    with pytest.raises(error, match=said):
        s1(**given).couplings()


def test_a_massless_n_has_no_tuning():
    with pytest.raises(DomainError, match="M_N above 0"):
        s1(M_N=0.0).tuning()
    assert abs(s1(M_N="0MeV").couplings().M_N) < 1e-300
    assert s1(M_N=1 * MeV).tuning() > 1e3


def test_a_muon_s_coupling_has_one_name():
    at = {"y1": 0.05, "y_R_mu": 3e-3, "flavor": "mu"}
    a, b = s1(**at, y2=1.0), s1(**at, y2=0.0, y_L_mu=1.0)
    assert a.delta_a_mu() == pytest.approx(b.delta_a_mu()) and a.delta_a_mu() > 0
    assert a.moment == pytest.approx(b.moment)
    with pytest.raises(DomainError, match="one coupling"):
        s1(**at, y2=1.0, y_L_mu=1.0)


def test_a_neutrino_of_another_flavor_only_adds():
    """b to c tau nu_mu interferes with nothing."""
    R = s1(y1=0.0, y2=1.5, y_R=1.5, flavor="mu").ratios_RD()
    assert R["R_D_ratio"] > 1 and R["R_Dstar_ratio"] > 1
    turned = s1(y1=0.0, y2=1.5, y_R=-1.5, flavor="mu").ratios_RD()
    assert turned["R_D_ratio"] == pytest.approx(R["R_D_ratio"], rel=1e-12)
    tau = [s1(y1=0.0, y2=1.5, y_R=y).ratios_RD()["R_D_ratio"] for y in (1.5, -1.5)]
    assert abs(tau[0] - tau[1]) > 0.1


def test_a_decoupled_leptoquark_is_not_excluded():
    """The Standard Model misses R(D*): that speaks against no model."""
    found = s1(m_LQ=100 * TeV, y1=1e-6, y2=1e-6).constraints()
    assert any(c.violated for c in found) and not any(c.excludes for c in found)


def test_y2_that_explains_RDstar_alone_is_excluded_by_the_Z():
    at = {"m_LQ": 1.5 * TeV, "y1": 0.0, "m_LQ_min": TeV}
    wrong = {c.observable: bool(c.excludes) for c in s1(**at, y2=3.1).constraints()}
    assert wrong["R_tau of the Z [1]"]
    assert not any(c.excludes for c in s1(**at, y2=1.0).constraints())
