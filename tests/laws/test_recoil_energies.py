"""Counts in bins against an independent dense quadrature: whatever was chosen, it is resolved."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

import munu
from munu import sources
from munu.detectors.quenching import lindhard
from munu.detectors.response import Efficiency
from munu.errors import DomainError
from munu.probes.recoil import gaussian
from munu.processes import electron_scattering, nuclear_scattering
from munu.rates.recoil import dR_dT
from munu.targets import atom, material, nucleus
from munu.targets.atom import ELECTRON
from munu.units import keV, kg, yr

REACTOR = sources.get("reactor", power="3 GW", distance="20 m")
CHROMIUM = sources.get("monoenergetic", E_nu="0.75 MeV", flux="1e13 cm^-2 s^-1")
SUN = sources.get("solar")
ELECTRONS = electron_scattering.reaction(ELECTRON, per_mass=32 * material("Ge").per_mass())
SHELLS = electron_scattering.reaction(atom("Xe"))
NUCLEI = nuclear_scattering.reaction(nucleus("Ge74"))
EXPOSURE = 100 * kg * yr


def dense(source, reaction, edges, sigma, low, high, observed=lambda T: T, after=None,
          before=None, n=60_000, M_N=0.0):
    """Midpoints, many; bins by the normal distribution, an efficiency after smearing in slices."""
    x = np.linspace(np.log(low), np.log(high), n + 1)
    T = np.exp(0.5 * (x[1:] + x[:-1]))
    rate = dR_dT(reaction.dipole_terms(T, munu.DipolePortal(1e-11, M_N)), source)
    weight = rate * T * np.diff(x) * reaction.per_mass * EXPOSURE
    E = observed(T)
    if before is not None:
        weight = weight * before(E)
    width = sigma(E)
    out = []
    for a, b in pairwise(edges):
        near = (np.abs(E - 0.5 * (a + b)) < 0.5 * (b - a) + 9 * width)
        e, s, w = E[near], width[near], weight[near]
        if after is None:
            cuts, passed = [a, b], [1.0]
        else:
            # the steps of the efficiency, each between its nodes
            cuts = np.unique([a, b, *after[0][(after[0] > a) & (after[0] < b)]])
            passed = [after[1](0.5 * (p + q)) for p, q in pairwise(cuts)]
        out.append(sum(k * np.sum(w * (norm.cdf((q - e) / s) - norm.cdf((p - e) / s)))
                       for (p, q), k in zip(pairwise(cuts), passed, strict=True)))
    return np.array(out)


def counted(source, reaction, edges, sigma, M_N=0.0, **more):
    made = gaussian(source, reaction, edges, EXPOSURE, sigma, **more)
    return made.counts(reaction.dipole_terms(made.T, munu.DipolePortal(1e-11, M_N)))


def step(at, low=0.2, high=0.9):
    """An efficiency with a jump, and the same as a function."""
    return (Efficiency(np.array([at, at * (1 + 1e-9)]), np.array([low, high])),
            lambda E: np.where(at > E, low, high))


# one number a case: simple values, which a search begins with, test nothing here
cases = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def some_bins(rng, start):
    """Up to eight bins side by side, from a thousandth to a third of their energy wide."""
    widths = start * 10 ** rng.uniform(-3, -0.5, rng.integers(1, 9))
    return np.cumsum([start, *widths]) * keV


def resolution(a, b, c):
    return lambda E: (a + b * np.sqrt(np.asarray(E) / keV) + c * np.asarray(E) / keV) * keV


def some_resolution(rng, start):
    return resolution(start * 10 ** rng.uniform(-4, -1), *rng.uniform(0, [0.1, 0.03])
                      * rng.integers(0, 2, 2))


def above(edges, sigma):
    return min(edges[-1] + 12 * float(sigma(3 * edges[-1])), 40 * edges[-1])


@settings(max_examples=max(settings().max_examples // 4, 8))
@given(cases, st.sampled_from([REACTOR, CHROMIUM]), st.sampled_from([ELECTRONS, SHELLS]))
def test_electrons_in_any_bins_with_any_resolution(rng, source, reaction):
    start = 10 ** rng.uniform(0, 2.6)
    edges, sigma = some_bins(rng, start), some_resolution(rng, start)
    low, high = 0.3 * edges[0], above(edges, sigma)
    got = counted(source, reaction, edges, sigma, low=low)
    wanted = dense(source, reaction, edges, sigma, low, high)
    np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-6 * wanted.max())


@settings(max_examples=max(settings().max_examples // 8, 6))
@given(cases, st.floats(0.05, 0.95), st.sampled_from(["reconstructed", "true"]))
def test_an_edge_of_the_efficiency_anywhere(rng, where, of):
    start = 10 ** rng.uniform(0, 1.5)
    edges, sigma = some_bins(rng, start), some_resolution(rng, start)
    at = edges[0] + where * (edges[-1] - edges[0])
    table, passed = step(at)
    low, high = 0.3 * edges[0], above(edges, sigma)
    got = counted(REACTOR, ELECTRONS, edges, sigma, low=low, efficiency=table, efficiency_in=of)
    wanted = dense(REACTOR, ELECTRONS, edges, sigma, low, high, n=150_000,
                   **({"after": (np.array([at]), passed)} if of == "reconstructed" else
                      {"before": passed}))
    np.testing.assert_allclose(got, wanted, rtol=1e-3)


@settings(max_examples=max(settings().max_examples // 8, 6))
@given(cases, st.booleans())
def test_quenched_nuclei_in_any_bins(rng, cut):
    start = rng.uniform(0.1, 0.3)
    edges, sigma = some_bins(rng, start), some_resolution(rng, start)
    low, high = 0.05 * keV, 3.2 * keV
    table, passed = step(rng.uniform(0.1, 0.3) * keV)

    def observed(T):
        return T * lindhard(T, Z=32, A=72.63, k=0.162)

    more = {"efficiency": table, "efficiency_in": "true"} if cut else {}
    got = counted(REACTOR, NUCLEI, edges, sigma, low=low, high=high, observed=observed, **more)
    wanted = dense(REACTOR, NUCLEI, edges, sigma, low, high, observed,
                   before=passed if cut else None, n=150_000)
    np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-6 * wanted.max())


@settings(max_examples=max(settings().max_examples // 4, 8))
@given(cases, st.sampled_from([CHROMIUM, SUN]))
def test_recoils_of_a_line_begin_and_end_anywhere(rng, source):
    """With the mass of N they move through the bins: no cell is in or out as a whole."""
    start = 10 ** rng.uniform(0, 2.5)
    edges = np.linspace(start, start * rng.uniform(1.3, 8), rng.integers(2, 10)) * keV
    sigma, M_N = resolution(start * 10 ** rng.uniform(-3, -1), 0, 0), rng.uniform(200, 420) * keV
    low, high = 0.3 * edges[0], above(edges, sigma)
    got = counted(source, ELECTRONS, edges, sigma, M_N, low=low)
    wanted = dense(source, ELECTRONS, edges, sigma, low, high, M_N=M_N)
    np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-3 * wanted.max() + 1e-30)


def test_a_coarse_resolution_brings_down_recoils_from_far_above():
    edges, sigma = np.array([1.0, 2.0, 4.0]) * keV, resolution(0, 0, 0.25)
    got = counted(REACTOR, ELECTRONS, edges, sigma, low=0.3 * keV)
    np.testing.assert_allclose(got, dense(REACTOR, ELECTRONS, edges, sigma, 0.3 * keV, 4e3 * keV),
                               rtol=1e-3)


def test_narrow_bins_hold_what_the_moment_scatters():
    """1000 kg yr of germanium, free electrons, the Sun: 116 bins of 0.25 keV, sigma 50 eV."""
    edges = np.linspace(1, 30, 117) * keV
    made = gaussian(sources.get("solar"), ELECTRONS, edges, 1000 * kg * yr,
                    lambda E: 0.05 * keV + 0 * E, low=0.6 * keV)
    got = made.counts(ELECTRONS.dipole_terms(made.T, munu.DipolePortal(1e-11, 0.0)))
    assert got[-3] == pytest.approx(0.0994, abs=5e-5)
    # smooth from bin to bin: nothing of the nodes is left
    assert np.abs(np.diff(got[8:] * edges[9:], n=2)).max() < 2e-3 * got[8] * edges[9]


def test_what_no_matrix_can_hold_is_refused():
    edges = np.linspace(1, 1000, 20_000) * keV
    with pytest.raises(DomainError, match="take wider or fewer bins"):
        gaussian(REACTOR, ELECTRONS, edges, 1.0, lambda E: 1e-4 * keV + 0 * E, low=0.5 * keV)


def test_the_recoils_of_a_line_end_where_they_end():
    """Neutrinos of 0.75 MeV: recoils up to 559.3 keV, in one bin of 100 keV without resolution."""
    top = 2 * 750**2 / (510.99895 + 2 * 750)
    edges, sigma = np.array([500.0, 600.0]) * keV, resolution(1e-3, 0, 0)
    got = counted(CHROMIUM, ELECTRONS, edges, sigma, low=400 * keV)
    # 1/T - 1/E of the moment, in closed form
    alone = counted(CHROMIUM, ELECTRONS, np.array([500.0, 550.0]) * keV, sigma, low=400 * keV)

    def integral(high):
        return np.log(high / 500) - (high - 500) / 750

    assert got[0] / alone[0] == pytest.approx(integral(top) / integral(550), rel=1e-6)
