"""A light scalar in a degenerate core."""

import numpy as np
import pytest
from scipy.integrate import quad

from munu import models
from munu.constants import m_e
from munu.errors import DomainError, UnknownName
from munu.models import _scalar
from munu.models import light_scalar as ls
from munu.units import cm, g, keV

RHO = 1e6 * g / cm**3
POINT = {"m_phi": 1 * keV, "y_nu": 1e-3, "y_e": 1e-3}
# what g - 2 of the electron lets pass
QUIET = POINT | {"y_e": 3e-6}


@pytest.mark.parametrize("x", [1e-4, 9.99e-3, 1.01e-2, 0.8, 30.0])
def test_the_scalar_density_is_the_integral_of_m_over_E(x):
    n_e = (x * m_e) ** 3 / (3 * np.pi**2)
    value, _ = quad(lambda p: p**2 / np.hypot(1, p), 0, x, epsrel=1e-13, epsabs=0)
    # near 1e-2 the closed form has lost six digits
    assert ls.scalar_density(n_e) == pytest.approx(m_e**3 * value / np.pi**2, rel=1e-9)
    assert ls.scalar_density(n_e) < n_e * (1 + 1e-9)


def test_slow_electrons_all_count():
    n_e = (1e-3 * m_e) ** 3
    assert ls.scalar_density(n_e) == pytest.approx(n_e, rel=1e-4)
    assert ls.plasma_frequency(n_e) == pytest.approx(
        np.sqrt(4 * np.pi / 137.036 * n_e / m_e), rel=1e-4)


def test_the_core_of_a_red_giant():
    x = models.get("light_scalar", **POINT)
    assert x.plasma_frequency() / keV == pytest.approx(18.0, rel=1e-3)
    x_F = ls.fermi_momentum(x.n_e) / m_e
    less = 3 / x_F**3 * quad(lambda p: p**2 / np.hypot(1, p), 0, x_F)[0]
    assert ls.scalar_density(x.n_e) / x.n_e == pytest.approx(less, rel=1e-9)
    assert less == pytest.approx(0.855, abs=5e-4)
    assert x.least_coupling() == pytest.approx(4.6e-6, rel=0.02)


def test_it_closes_at_the_least_coupling():
    least = models.get("light_scalar", **POINT).least_coupling()
    y = np.sqrt(least) * np.array([0.999, 1.001])
    x = models.get("light_scalar", m_phi=1 * keV, y_nu=y, y_e=y)
    assert x.closes().tolist() == [False, True]
    np.testing.assert_allclose(x.margin(), y**2 / least, rtol=1e-12)
    # either sign of the product
    assert models.get("light_scalar", m_phi=1 * keV, y_nu=-y[1], y_e=y[1]).closes()


def test_nucleons_count_too():
    bare = models.get("light_scalar", **POINT)
    both = models.get("light_scalar", **POINT, y_N=1e-3)
    ratio = both.neutrino_mass() / bare.neutrino_mass()
    assert ratio == pytest.approx(1 + 2 / 0.85478, rel=1e-4)


def test_the_mass_falls_with_the_scalars():
    x = models.get("light_scalar", y_nu=1e-3, y_e=1e-3, m_phi=np.array([1.0, 10.0]) * keV)
    assert x.neutrino_mass()[0] / x.neutrino_mass()[1] == pytest.approx(100, rel=1e-12)


def test_constraints_and_slips():
    assert [c.violated for c in models.get("light_scalar", **QUIET, radius="1e9cm").constraints()
            ] == [False, False, False]
    strong = models.get("light_scalar", **POINT | {"y_e": 1.0}, radius=1e-9 * cm)
    assert [c.violated for c in strong.constraints()] == [True, True, True]
    with pytest.raises(DomainError, match="says nothing of couplings"):
        models.get("light_scalar", **POINT).couplings()
    with pytest.raises(DomainError, match="at most 1"):
        models.get("light_scalar", **POINT, Y_e=1.2)
    with pytest.raises(DomainError, match="above 0"):
        models.get("light_scalar", **POINT, rho=-RHO)


@pytest.mark.parametrize("ratio", [1e-8, 1e-3, 0.3, 1.0, 10.0, 1e3])
def test_g_minus_2_of_a_light_scalar_is_its_integral(ratio):
    """The photon on the lepton inside, the scalar of any mass."""
    def inside(x):
        u = np.exp(x)
        return u**3 * (2 - u) / (u**2 + (1 - u) * ratio**2)

    value, _ = quad(inside, -40, 0, points=[min(np.log(ratio), -0.5)], epsabs=0, epsrel=1e-11,
                    limit=400)
    assert ls.g2_real(0.1, m_e, ratio * m_e) == pytest.approx(0.01 * value / (8 * np.pi**2),
                                                             rel=1e-8)


def test_a_heavy_scalar_is_the_loop_of_the_other_models():
    heavy = 1e3 * m_e
    assert ls.g2_real(1.0, m_e, heavy) == pytest.approx(
        _scalar.g2_neutral(m_e, m_e, heavy, 2.0, 1.0), rel=1e-5)


def test_g_minus_2_of_the_electron_bounds_the_scalar():
    """1e-3 is four orders too much in g - 2; 3 y^2/16 pi^2 below 6.5e-13 is y below 5.9e-6."""
    first = models.get("light_scalar", **POINT).constraints()[0]
    assert first.observable == "delta_a_e [1]" and first.violated
    assert first.predicted > 1e4 * first.high
    y = np.array([5.8e-6, 5.95e-6])
    many = models.get("light_scalar", m_phi=1 * keV, y_nu=1e-3, y_e=y).constraints()[0]
    assert list(many.violated) == [False, True]
    with pytest.raises(UnknownName, match="lepton"):
        models.get("light_scalar", **POINT).delta_a("pi")
