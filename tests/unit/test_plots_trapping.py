"""Figures of plasmas and decays: each draws, and its numbers are those of the formulas."""

import numpy as np
import pytest

from munu import _data, media, models, plots
from munu.media.plasma import Plasma
from munu.plots import decay_lifetime, trapping
from munu.processes import radiative_decay
from munu.units import K, MeV, cm, g, keV, s

NAMES = ("decay_lifetime", "dispersion", "trapping")


@pytest.fixture(scope="module")
def made():
    return {name: plots.draw(name) for name in NAMES}


def column(figure, key, **wanted):
    here = np.ones(len(figure.columns[key][1]), dtype=bool)
    for k, value in wanted.items():
        here &= np.array(figure.columns[k][1]) == value
    assert here.any()
    return np.array(figure.columns[key][1])[here]


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_keeps_its_numbers(tmp_path, made, name):
    paths = plots.save(made[name], tmp_path, ("svg",))
    table = _data.read(next(p for p in paths if p.suffix == ".ecsv"))
    assert len(table) > 100 and set(table.columns) == set(made[name].columns)
    assert made[name].caption and made[name].papers


def test_lines_of_equal_lifetime(made):
    f = made["decay_lifetime"]
    for nature in ("dirac", "majorana"):
        tau = radiative_decay.lifetime(column(f, "M_N", nature=nature) * MeV,
                                       column(f, "mu", nature=nature), nature)
        np.testing.assert_allclose(tau / s, column(f, "lifetime", nature=nature), rtol=1e-12)
    assert decay_lifetime.age() / s == pytest.approx(4.35e17, rel=5e-3)


def test_photons_of_the_flash(made):
    f, who = made["dispersion"], {"zone": "red giant, flash"}
    zone = Plasma.of(1e6 * g / cm**3, 1e8 * K, 0.5)
    for kind in "TL":
        omega, k, K2 = (column(f, x, polarization=kind, **who) for x in ("omega", "k", "K2"))
        np.testing.assert_allclose(omega**2 - k**2, K2, atol=1e-9 * omega.max()**2)
        assert omega[0] * keV == pytest.approx(zone.omega_p[0], rel=1e-6)
    assert omega[-1] == pytest.approx(k[-1])
    assert k[-1] * keV == pytest.approx(zone.k_max[0], rel=1e-6)
    heaviest = column(f, "K2", polarization="T", **who)
    assert np.all(np.diff(heaviest) > 0) and heaviest[-1] * keV**2 < zone.m_T[0]**2


def test_contours_of_trapping(made):
    """At a contour the star has lost what it says, whatever the scalar's mass."""
    f, found = made["trapping"], []
    for curve in ("limit weaker by 2", "limit weaker by 10", "every zone closed"):
        x, m, y = (column(f, k, panel="plane", curve=curve)
                   for k in ("strength", "m_phi", "product"))
        np.testing.assert_allclose(y, x * m**2)
        found.append((m[3], y[3]))
    m, y = np.array([*found, found[-1]]).T
    at = models.get("light_scalar", m_phi=m * keV, y_nu=y / 1e-9 * [1, 1, 1.001, 0.99], y_e=1e-9)
    _, volume, zones = media.get("red_giant").zones(trapping.FINE)
    left = trapping.trapping.left(zones, volume, at.mass_in(zones))
    # between nodes of the curve it is a power law
    np.testing.assert_allclose(left[:2] ** -0.5, [2, 10], rtol=0.02)
    assert left[2] == 0 < left[3]
    # the flash zone closes before the core does, the thin edge after all
    one = models.get("light_scalar", m_phi=1 * keV, y_nu=1e-3, y_e=1e-3).least_coupling()
    x = y / m**2
    assert one < x[0] < 0.2 * x[2]
