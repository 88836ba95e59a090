"""R-parity violation: its loops by quadrature, and the antisymmetry that its moment rests on."""

import numpy as np
import pytest
from scipy.integrate import quad

from munu import models
from munu.constants import G_F, alpha, mu_B
from munu.errors import DomainError, UnknownName
from munu.models import rpv
from munu.units import GeV, MeV, TeV, eV

POINT = {"lambda1": 0.1, "lambda2": 0.2, "M": 0.8 * TeV, "A": 1.3 * TeV, "M_R": 1.1 * TeV,
         "A_j": 0.4 * TeV}
COLORS = {"lambda": 1, "lambda_prime": 3}


def loop(m_f, m_mix, A, M_L, M_R, integrand):
    """Left-right element of a loop over the eigenstates of the sfermions, by quadrature."""
    squares, vectors = np.linalg.eigh(np.array([[M_L**2, m_mix * A], [m_mix * A, M_R**2]]) / GeV**2)
    return sum(vectors[0, i] * vectors[1, i]
               * quad(lambda x, s=s: integrand(x, s, (m_f / GeV) ** 2), 0, 1,
                      epsabs=0, epsrel=1e-12, limit=400)[0]
               for i, s in enumerate(squares)) * m_f


def J_over_M2(x, M2, m2):
    return x / ((1 - x) * M2 + x * m2)


def logarithm(x, M2, m2):
    return -np.log((1 - x) * m2 + x * M2)


@pytest.mark.parametrize("coupling", ["lambda", "lambda_prime"])
def test_moment_and_mass_are_the_loops_summed_over_the_sfermions(coupling):
    x = models.get("rpv", **POINT, coupling=coupling)
    args = [(x.m_j, x.m_k, x.A, x.M, x.M_R), (x.m_k, x.m_j, x.A_j, x.M, x.M_R)]
    j, k = (loop(*a, J_over_M2) / GeV**2 for a in args)
    mu = np.sqrt(4 * np.pi * alpha) * 0.02 * (j - k) / (16 * np.pi**2) / mu_B
    assert abs(x.moment) == pytest.approx(abs(mu), rel=1e-6)
    j, k = (loop(*a, logarithm) for a in args)
    mass = COLORS[coupling] * 0.02 * (j + k) / (16 * np.pi**2)
    assert abs(x.neutrino_mass()) == pytest.approx(abs(mass), rel=1e-6)


def test_one_family_makes_a_mass_and_no_moment():
    x = models.get("rpv", **POINT | {"A_j": POINT["A"]}, coupling="lambda_prime", j="b", k="b")
    assert abs(x.moment) < 1e-12 * rpv.estimate(0.02, x.m_j, x.A, x.M)
    assert abs(x.neutrino_mass()) > 1 * eV


def test_the_same_point_named_the_other_way_round():
    """lambda_ajk lambda_bkj is lambda_bkj lambda_ajk: moment antisymmetric, mass symmetric."""
    x = models.get("rpv", **POINT, nu_a="mu", nu_b="tau", coupling="lambda_prime")
    y = models.get("rpv", **POINT | {"A": x.A_j, "A_j": x.A}, nu_a="tau", nu_b="mu",
                   coupling="lambda_prime", j=x.k, k=x.j)
    assert y.moment == pytest.approx(-x.moment, rel=1e-12)
    assert y.neutrino_mass() == pytest.approx(x.neutrino_mass(), rel=1e-12)
    np.testing.assert_allclose(x.couplings().mu, y.couplings().mu, rtol=1e-12)
    np.testing.assert_allclose(x.couplings().mu, -x.couplings().mu.T)


def test_equal_sfermions_leave_the_logarithm_of_two_families():
    r"""mu to e P m_j m_k A ln(m_k^2/m_j^2)/(16 pi^2 M^4)."""
    x = models.get("rpv", lambda1=0.1, lambda2=0.1, M=20 * TeV, A=1 * TeV)
    says = (np.sqrt(4 * np.pi * alpha) * 0.01 * x.m_j * x.m_k * x.A
            * 2 * np.log(x.m_k / x.m_j) / (16 * np.pi**2 * x.M**4) / mu_B)
    assert abs(x.moment) == pytest.approx(abs(says), rel=1e-4)
    assert abs(x.moment) < rpv.estimate(0.01, x.m_j, x.A, x.M)


def test_opposite_trilinears_leave_the_moment_and_take_the_mass():
    given = {"lambda1": 0.1, "lambda2": 0.1, "M": 1 * TeV, "A": 1 * TeV}
    same, opposite = (models.get("rpv", **given, A_j=A) for A in (1 * TeV, -1 * TeV))
    assert abs(opposite.neutrino_mass()) < 1e-4 * abs(same.neutrino_mass())
    assert abs(opposite.moment) > 4 * abs(same.moment)


def test_equal_masses_are_no_gap():
    """Through A to 0 the moment is linear in A, where the sfermions become one."""
    A = np.array([1e-6, 1e-3, 1.0, 100.0]) * GeV
    mu = models.get("rpv", lambda1=0.1, lambda2=0.1, M=1 * TeV, A=A).moment / A
    np.testing.assert_allclose(mu / mu[0], 1, rtol=2e-4)
    np.testing.assert_allclose(mu[:3] / mu[0], 1, rtol=1e-7)


def test_it_decouples():
    M = np.array([3.0, 30.0]) * TeV
    x = models.get("rpv", lambda1=0.1, lambda2=0.1, M=M, A=1 * TeV)
    assert x.moment[1] / x.moment[0] == pytest.approx(1e-4, rel=1e-2)
    assert x.neutrino_mass()[1] / x.neutrino_mass()[0] == pytest.approx(1e-2, rel=0.4)


def test_the_talks_estimate():
    assert rpv.estimate(0.01, 1.77693 * GeV, TeV, TeV) == pytest.approx(2.0434824641632018e-16,
                                                                       rel=1e-6)


def test_phases_of_the_couplings_are_those_of_the_moment():
    x = models.get("rpv", **POINT)
    y = models.get("rpv", **POINT | {"lambda1": 0.1j})
    assert y.moment == pytest.approx(1j * x.moment, rel=1e-12)
    assert y.couplings().mu[0, 1] == pytest.approx(1j * x.couplings().mu[0, 1], rel=1e-12)


@pytest.mark.parametrize(("changes", "error", "said"), [
    ({"j": "b"}, UnknownName, "family j"), ({"nu_a": "tau"}, DomainError, "antisymmetric"),
    ({"coupling": "lambdaprime"}, UnknownName, "lambda_prime"),
    ({"lambda1": 4.0}, DomainError, "perturbative"),
    ({"A": 1e6 * TeV}, DomainError, "tachyon"), ({"M": "800"}, ValueError, "unit"),
    ({"nu_b": "x"}, UnknownName, "flavor")])
def test_a_slip_is_one_line(changes, error, said):
    with pytest.raises(error, match=said):
        models.get("rpv", **POINT | changes)


def test_its_constraints():
    mass, *decays, cut = models.get("rpv", **POINT, M_min=1 * TeV).constraints()
    assert mass.violated and cut.violated and cut.status == "user"
    assert [c.observable for c in decays] == ["g_tau/g_mu [1]", "g_tau/g_e [1]"]
    quiet = models.get("rpv", **POINT | {"lambda1": 1e-5, "lambda2": 1e-3}).constraints()
    assert len(quiet) == 3 and not any(c.violated for c in quiet)
    quarks = models.get("rpv", **POINT | {"coupling": "lambda_prime", "j": "b", "k": "s"})
    assert len(quarks.constraints()) == 1


def test_a_light_slepton_shows_in_tau_decays():
    """Each coupling by itself, as a charged singlet: |lambda|^2 v^2/4 M^2 for its pair."""
    at = {"lambda1": 0.3, "lambda2": 0.0, "M": 200 * GeV, "A": 0.0}
    found = models.get("rpv", **at).constraints()
    shift = 0.09 / (4 * np.sqrt(2) * G_F * (200 * GeV) ** 2)
    # lambda_{mu tau mu}: tau to mu, and g_tau/g_e
    assert found[1].predicted == pytest.approx(1.0) and found[2].predicted == pytest.approx(
        1 + shift)
    swapped = models.get("rpv", **at | {"lambda1": 0.0, "lambda2": 0.3}).constraints()
    # lambda_{e mu tau}: mu to e, which stands below both ratios
    assert swapped[1].predicted == swapped[2].predicted == pytest.approx(1 - shift)
    assert swapped[2].violated
    assert models.get("rpv", **POINT).m_k / MeV == pytest.approx(105.658, rel=1e-5)
