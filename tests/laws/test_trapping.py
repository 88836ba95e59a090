"""Neutrinos that a star makes heavy: what is left of its loss, zone by zone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from munu import models
from munu.errors import DomainError
from munu.media.plasma import Plasma
from munu.processes import compton, free_free, plasmon_decay
from munu.rates import trapping
from munu.units import K, cm, g, keV

# the benchmark zones of a red giant, mean and flash, and a thin shell about them
RHO, T = np.array([1e6, 2e5, 1e4]) * g / cm**3, np.array([1e8, 1e8, 6e7]) * K
VOLUME = np.array([1.0, 4.0, 30.0])
STAR = Plasma.of(RHO, T, 0.5)
ZONES = [Plasma.of(r, t, 0.5) for r, t in zip(RHO, T, strict=True)]


def left(mass, electric=0.0):
    return trapping.left(STAR, VOLUME, mass, electric)


def test_no_mass_changes_nothing_and_a_great_one_closes_all():
    assert left(np.zeros(3)) == 1
    assert left(0.5001 * STAR.m_T) == 0
    assert left(0.4999 * STAR.m_T) > 0
    assert trapping.loss_left(RHO, T, np.full(3, 0.5), VOLUME, 0.3 * STAR.m_T) \
        == left(0.3 * STAR.m_T)


@settings(max_examples=5)
@given(st.lists(st.floats(0, 0.6), min_size=3, max_size=3), st.floats(0, 1))
def test_zones_add_up(share, electric):
    """The star is its zones; a mass never multiplies the loss by more than the root of 2."""
    mass = np.array(share) * STAR.m_T
    per_zone = [plasmon_decay.by_pair(z, [m], electric)[0]
                for z, m in zip(ZONES, mass, strict=True)]
    free = [plasmon_decay.by_moment(z, 0.0)[0, 0] for z in ZONES]
    whole = left(mass, electric)
    assert 0 <= whole <= np.sqrt(2)
    assert whole == pytest.approx(np.dot(VOLUME, per_zone) / np.dot(VOLUME, free), rel=1e-12,
                                  abs=1e-15)
    assert whole == pytest.approx((1 - electric) * left(mass) + electric * left(mass, 1.0),
                                  rel=1e-12, abs=1e-15)


# from 0.5 on the nodes in momentum do not know where the threshold falls
@pytest.mark.parametrize(("share", "within"), [(0.2, 1e-4), (0.495, 5e-3), (0.505, 5e-3),
                                               (0.52, 1.5e-2)])
def test_the_loss_to_a_massive_pair_is_its_integral(share, within):
    """One zone by midpoints without end; from 0.5 on transverse photons are open in part."""
    zone, m = ZONES[0], share * ZONES[0].omega_p[0]
    whole = 0.0
    for kind, states, end in (("T", 2, 45 * zone.temperature[0]), ("L", 1, zone.k_max[0])):
        k = end * (np.arange(5_000) + 0.5) / 5_000
        omega, K2, Z = (x[0] for x in zone.mode(kind, k[None]))
        width = plasmon_decay.pair_width(omega, K2, 1.0, 0.0, m, m, mu_B=1.0)
        whole += states * np.sum(k**2 / (2 * np.pi**2) * Z * omega * width
                                 / np.expm1(omega / zone.temperature[0])) * end / k.size
    assert plasmon_decay.by_pair(zone, [m])[0] == pytest.approx(whole, rel=within)


def test_an_electric_moment_only_loses():
    """It falls with the mass from the first; a magnetic one rises before it falls."""
    share = np.linspace(0, 0.5, 26)[:, None]
    magnetic, electric = (left(share * STAR.m_T, e) for e in (0.0, 1.0))
    assert np.all(np.diff(electric) < 0) and electric[-1] == 0
    assert magnetic.argmax() > 5 and 1.2 < magnetic.max() < np.sqrt(2)
    # both begin as 1 +- 6 m^2/K^2
    assert (magnetic[1] - 1) / (1 - electric[1]) == pytest.approx(1, rel=0.1)


def test_thin_zones_close_last():
    """What makes the mass falls faster with density than the plasmon's: no one coupling closes."""
    x = models.get("light_scalar", m_phi=1 * keV, y_nu=1e-3, y_e=1e-3, rho=RHO, temperature=T)
    least = x.least_coupling()
    assert np.all(np.diff(least) > 0) and least[2] > 5 * least[0]
    for k in range(3):
        at = models.get("light_scalar", m_phi=1 * keV, y_nu=1e-3, y_e=1e3 * least[k] * 1.0001)
        assert np.sum(2 * at.mass_in(STAR) > STAR.m_T) == k + 1
        assert (left(at.mass_in(STAR)) == 0) == (k == 2)


def test_scattering_goes_on_in_closed_zones():
    """Nothing is added where plasmons decay; beyond, it falls with the mass and never jumps up."""
    share = np.array([0.3, 0.499, 0.501, 0.7, 1.0, 2.0, 1e3])[:, None]
    more = trapping.scattered(STAR, VOLUME, share * STAR.m_T)
    assert more[0] == more[1] == 0 and more[-1] == 0
    assert np.all(np.diff(more[2:]) < 0) and 0 < more[2] < 0.02
    # zone by zone it is that of N with the mass of the pair
    m = np.array([0.6, 0.1, 0.55]) * STAR.m_T
    one = sum(x.by_moment(z, 2 * a)[0, 0] * v for z, a, v in zip(ZONES, m, VOLUME, strict=True)
              for x in (compton, free_free) if 2 * a > z.m_T[0])
    free = sum(plasmon_decay.by_moment(z, 0.0)[0, 0] * v
               for z, v in zip(ZONES, VOLUME, strict=True))
    assert trapping.scattered(STAR, VOLUME, m) == pytest.approx(one / free, rel=0.03)
    assert trapping.scattered(STAR, VOLUME, np.zeros(3)) == 0


@pytest.mark.parametrize(("volume", "mass", "electric", "said"), [
    (VOLUME, np.zeros(2), 0.0, "3 zones"), (VOLUME[:2], np.zeros(3), 0.0, "3 zones"),
    (VOLUME, np.array([0, 0, -1.0]), 0.0, "mass"), (0 * VOLUME, np.zeros(3), 0.0, "lose nothing"),
    (VOLUME, np.zeros(3), 1.5, "between 0 and 1"), (VOLUME, 0.0, 0.0, "3 zones")])
def test_no_star(volume, mass, electric, said):
    with pytest.raises(DomainError, match=said):
        trapping.left(STAR, volume, mass, electric)
