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
from .test_speed import SLOW, cpu, say

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


@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_two_hundred_energies(ordering):
    """Profile A, 3e6 rad, all 36 entries at tol 1e-4, within 1e-5 of tol 1e-6: 1 s of CPU."""
    H, E = hamiltonian(ordering=ordering), np.geomspace(1, 100, 200) * MeV
    each = milliseconds(H, E, 1e-4)
    best = evolve(H, RANGE, E, tol=1e-6).probabilities
    worst = np.abs(evolve(H, RANGE, E, tol=1e-4).probabilities - best).max()
    say(f"profile A, {ordering}, tol 1e-4: {each:.2f} ms an energy, {each / 5:.2f} s for 200, "
        f"error {worst:.1e}")
    assert worst < 1e-5
    assert each < SLOW * 5


@pytest.mark.parametrize(("name", "tol", "budget"), [
    ("fischer_3s", 5e-5, 10), ("mesa15", 5e-5, 5), ("mesa15", 1e-5, 5)])
def test_tables(name, tol, budget):
    """Shocks and shells, from the smooth refit."""
    each = milliseconds(hamiltonian(name), np.geomspace(2, 60, 60) * MeV, tol)
    say(f"{name}, tol {tol:g}: {each:.1f} ms an energy")
    assert each < SLOW * budget


def test_against_slabs_and_runge_kutta():
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
    say(f"one energy of profile A: {each:.2f} ms; {count} midpoint slabs {slab_seconds:.1f} s "
        f"(error {worst:.0e}), ratio {slab_seconds / each * 1e3:.0f}; DOP853 {kutta_seconds:.1f} "
        f"s for {phase:.0f} of 3e6 rad, ratio of the whole "
        f"{kutta_seconds * 3e6 / phase / each * 1e3:.0e}")
    assert worst < 1e-2
    assert slab_seconds / each * 1e3 > 50


def test_against_numpy_batched_over_energies_and_nodes():
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
        say(f"{E.size} energies: compiled {1e3 * seconds:.1f} ms; NumPy in batches "
            f"{1e3 * panel:.1f} ms a panel, {made.tried.max()} panels, {1e3 * least:.0f} ms: "
            f"ratio {ratios[-1]:.0f}")
    assert ratios[1] > 5
