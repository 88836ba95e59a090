"""A light scalar in a degenerate core."""

import numpy as np
import pytest
from scipy.integrate import quad

from munu import models
from munu.constants import m_e
from munu.errors import DomainError, UnknownName
from munu.media.plasma import Plasma
from munu.models import _scalar
from munu.models import light_scalar as ls
from munu.units import K, cm, g, keV

RHO = 1e6 * g / cm**3
POINT = {"m_phi": 1 * keV, "y_nu": 1e-3, "y_e": 1e-3}
# what g - 2 of the electron lets pass
QUIET = POINT | {"y_e": 3e-6}


def test_the_core_of_a_red_giant():
    """4.6e-6 would close a plasmon at rest; the heaviest asks 4.7 % more."""
    x = models.get("light_scalar", **POINT)
    core = Plasma.of(RHO, 1e8 * K, 0.5)
    at_rest = core.omega_p[0] * keV**2 / (2 * core.n_s[0])
    assert at_rest == pytest.approx(4.6e-6, rel=0.01)
    assert x.least_coupling() == pytest.approx(1.0467 * at_rest, rel=1e-4)
    assert x.heaviest_plasmon() == core.m_T[0]


def test_zones_of_a_star_are_cores():
    """Many zones at once, one by one, and as points of the model."""
    rho, T = np.array([1e4, 2e5, 1e6]) * g / cm**3, np.array([1e8, 9e7, 8e7]) * K
    zones = Plasma.of(rho, T, 0.5)
    many = models.get("light_scalar", **POINT, y_N=1e-4, rho=rho, temperature=T)
    one = models.get("light_scalar", **POINT, y_N=1e-4)
    np.testing.assert_allclose(one.mass_in(zones), many.neutrino_mass(), rtol=1e-13)
    assert many.closes().shape == (3,)
    y = np.array([[1e-5], [1e-4]])
    grid = models.get("light_scalar", m_phi=np.array([1, 2, 3]) * keV, y_nu=y, y_e=1e-3)
    np.testing.assert_allclose(grid.mass_in(zones)[1, 2], one.mass_in(zones)
                               * 0.1 / 9 * zones.n_s / (zones.n_s + 0.1 * rho / one.amu))


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
    nucleons = RHO / bare.amu
    assert ratio == pytest.approx(1 + nucleons / bare.scalar_density(), rel=1e-12)
    assert bare.scalar_density() / nucleons == pytest.approx(0.853 / 2, rel=1e-3)


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
