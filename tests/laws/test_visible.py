"""What a neutrino leaves to the electron or positron that is seen."""

import numpy as np
import pytest

from munu import _data
from munu.detectors import supernova, visible
from munu.errors import UnknownName
from munu.units import MeV, cm

E = np.linspace(1, 100, 100) * MeV


@pytest.mark.parametrize("channel", visible.KNOWN)
def test_a_share_rises_with_energy_and_jumps_where_it_is_said(channel):
    made = np.array([visible.above(channel, E, cut * MeV) for cut in (5, 20, 50)])
    assert np.all(np.diff(made, axis=0) <= 1e-12) and np.all((made >= 0) & (made <= 1 + 1e-12))
    assert made[0, -1] == pytest.approx(1)
    for at in visible.breaks(channel, 50 * MeV):
        low, high = visible.above(channel, at * np.array([1 - 1e-9, 1 + 1e-9]), 50 * MeV)
        assert high > low + 0.05


def test_the_groups_are_about_the_other_tables_total():
    """Two papers: a fit in four groups, and the table whose total is counted."""
    for channel, row in (("nu_e_oxygen", 0), ("nubar_e_oxygen", 3)):
        for energy in (40.0, 70.0, 100.0):
            total = sum(10 ** (r["a"] + r["b"] * d + r["c"] * d**2)
                        for r in _data.load("targets/oxygen_excitations").rows()
                        if r["channel"] == channel
                        for d in [np.log10(energy**0.25 - (r["E_loss"] / MeV) ** 0.25)])
            table = supernova.cross_section(channel, [energy * MeV])[row, 0]
            assert 0.6 < total * cm**2 / table < 1.6


def test_a_positron_has_less_than_its_neutrino():
    made = visible.positron(E)
    assert np.all(made < E) and made[0] == 0
    # the recoil of the neutron at a right angle
    assert 60 * MeV - visible.positron(60 * MeV) == pytest.approx(4.82 * MeV, rel=0.02)
    with pytest.raises(UnknownName, match="visible"):
        visible.above("electron", E, 0.0)
