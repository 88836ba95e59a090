"""Bounds beside each other: sizes of one over those of another, where both speak."""

import numpy as np
import pytest

from munu import atlas
from munu.atlas import ratios
from munu.units import MeV, keV


def test_a_bound_over_itself_is_one_and_over_its_double_a_half():
    one = atlas.get("charm2_numu")
    same = ratios.compared(one, one, "mu")
    assert same.ratio == pytest.approx(np.ones(same.M_N.size)) and same.apart == 1
    twice = one.with_(name="twice", upper=2 * one.upper)
    assert ratios.compared(one, twice, "mu").median == pytest.approx(0.5)
    assert ratios.compared(twice, one, "mu").apart == pytest.approx(2)


def test_masses_that_only_one_knows_are_not_compared():
    """LSND's collaboration spoke of massless neutrinos; a curve that begins at 1 MeV is another."""
    assert ratios.compared(atlas.get("lsnd_2001"), atlas.get("lsnd"), "universal") is None
    light = ratios.compared(atlas.get("charm_ii_1995"), atlas.bound("borexino", "mu"), "mu")
    assert list(light.M_N) == [0.0]


def test_ours_stand_beside_what_others_made_of_the_same_data():
    found = ratios.ours()
    for r in found:
        assert r.one.ours and not r.other.ours and r.other.meta["probe"] == r.one.meta["probe"]
        assert 0 < r.least <= r.median <= r.most
        low = max(x.axis.min() for x in (r.one, r.other) if x.axis is not None)
        assert r.M_N.min() >= low * (1 - 1e-9) or r.M_N[0] == 0
    by_name = {r.other.name: r for r in found}
    # Borexino's curve on a flavor of its own: the massless edge is met to some per cent
    assert by_name["borexino_numu"].ratio[0] == pytest.approx(1.05, abs=0.06)


def test_two_authors_of_one_star_are_apart():
    """4.5e-12 of M5, 1.2e-12 of omega Centauri."""
    (found,) = ratios.spread(["viaux_2013_m5", "capozzi_raffelt_2020_omega_cen"], "e")
    assert found.apart == pytest.approx(4.5 / 1.2, rel=1e-6)
    assert found.M_N[0] in (0.0, 1 * keV) and found.M_N.size == 1 and found.M_N[0] < MeV
