"""Spin-flavor evolution against slabs and a Runge-Kutta script; compile time apart."""

import time

import numpy as np
import pytest

from munu import flavors, media
from munu.couplings import Couplings
from munu.media import fields
from munu.propagation import evolve, majorana
from munu.units import MeV, km

from . import baselines
from .page import shown
from .test_speed import SLOW, cpu

pytestmark = pytest.mark.bench
RANGE = (1e3 * km, 1e6 * km)
MOMENTS = Couplings.majorana(1e-12, 7e-13, 4e-13)


def hamiltonian(name="profile_a", ordering="NO"):
    medium = media.get(name).with_(field=fields.dipole("5e9G", "1000km"))
    return majorana(medium, MOMENTS, flavors.mixing("nufit-5.2", ordering).with_(delta=0.0))


def milliseconds(H, E, tol):
    # the refit of a table, which tells its spread, is a second run
    evolve(H, RANGE, E[:1], tol=tol, spread=False)
    return cpu(lambda: evolve(H, RANGE, E, tol=tol, workers=1, spread=False), 3) / E.size * 1e3


@pytest.mark.parametrize("ordering", ["NO", pytest.param("IO", marks=pytest.mark.long)])
def test_two_hundred_energies(ordering, rows):
    """Profile A, 3e6 rad, all 36 entries at tol 1e-4, within 1e-5 of tol 1e-6: 1 s of CPU."""
    H, E = hamiltonian(ordering=ordering), np.geomspace(1, 100, 200) * MeV
    each, alone = milliseconds(H, E, 1e-4), milliseconds(H, E[100:101], 1e-4)
    best = evolve(H, RANGE, E, tol=1e-6).probabilities
    worst = np.abs(evolve(H, RANGE, E, tol=1e-4).probabilities - best).max()
    rows.speed(f"200 energies of profile A, {ordering}, tol 1e-4 (error {worst:.0e}), an energy",
               each * 1e-3, "one energy alone", alone * 1e-3)
    assert worst < 1e-5
    assert each < SLOW * 5 and each < 2 * alone


@pytest.mark.long
@pytest.mark.parametrize(("name", "tol", "budget"), [
    ("fischer_3s", 5e-5, 10), ("mesa15", 5e-5, 5), ("mesa15", 1e-5, 5)])
def test_tables(name, tol, budget, rows):
    """Shocks and shells, from the smooth refit."""
    E = np.geomspace(2, 60, 60) * MeV
    each, smooth = (milliseconds(H, E, tol) for H in (hamiltonian(name), hamiltonian()))
    rows.speed(f"`{name}`, an energy, tol {tol:g}, one fit of the table", each * 1e-3,
               "profile A, a power of the radius", smooth * 1e-3)
    assert each < SLOW * budget and each < 20 * smooth


def test_against_slabs_and_runge_kutta(rows):
    """The same probabilities by exponentials of slabs (compiled LAPACK) and by DOP853."""
    H, E = hamiltonian(), 15 * MeV
    each = milliseconds(H, np.full(20, E), 1e-4)
    best = evolve(H, RANGE, E, tol=1e-7).probabilities[0]
    count = 20000
    start = time.process_time()
    slabs = baselines.slabs(H, RANGE, E, count)
    slab_seconds = time.process_time() - start
    worst = np.abs(slabs - best).max()
    short = (2e4 * km, 2.05e4 * km)
    start = time.process_time()
    kutta = baselines.dop853(H, short, E)
    kutta_seconds = time.process_time() - start
    np.testing.assert_allclose(kutta, evolve(H, short, E, tol=1e-7).probabilities[0], atol=1e-5)
    # the steps of Runge-Kutta follow the phase
    phase = np.ptp(np.linalg.eigvalsh(H(2e4 * km, E))) * (short[1] - short[0])
    rows.speed("spin-flavor evolution, profile A, one energy, all 36 probabilities (3e6 rad)",
               each * 1e-3, f"{count} midpoint slabs in NumPy, to {worst:.0e}", slab_seconds)
    rows.speed("the same", each * 1e-3, f"DOP853, {phase:.0f} rad scaled by the phase",
               kutta_seconds * 3e6 / phase)
    assert worst < 1e-2
    assert slab_seconds / each * 1e3 > 50


@pytest.mark.long
def test_against_numpy_batched_over_energies_and_nodes(rows):
    """What a NumPy version does on each panel at the least, without blocks and phases.

    All of it together takes twice the compiled time at 200 energies of profile A; at few energies
    each panel costs the calls, and that is what is held here.
    """
    from munu.propagation.evolution import _grids

    H, D = hamiltonian(), _grids()[1]
    r = 3000 * km * np.exp(0.02 * _grids()[0])
    ratios = []
    for E in (np.geomspace(1, 100, 200) * MeV, np.array([15 * MeV])):
        made = evolve(H, RANGE, E, tol=1e-4, workers=1)
        seconds = cpu(lambda E=E: evolve(H, RANGE, E, tol=1e-4, workers=1), 5)
        panel = cpu(lambda E=E: baselines.batched_panel(H, r, E, D), 5)
        # in step with each other, all energies wait for the one with the most panels
        least = panel * made.tried.max()
        ratios.append(least / seconds)
        rows.speed(f"profile A, tol 1e-4, {E.size} at a time", seconds,
                   f"the same algorithm in NumPy, batched, {made.tried.max()} panels of "
                   f"{shown(panel)}", least)
    assert ratios[1] > 5
