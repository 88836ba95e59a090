"""Laws of recoiling protons: the neutral current sees no flavor and misses what is sterile."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu.constants import m_p
from munu.detectors import supernova
from munu.kinematics import recoil_range
from munu.processes import proton_scattering as ps
from munu.rates.recoil import dR_dT
from munu.sources import burst
from munu.units import MeV, cm

EDGES = np.array([0.0, 0.2, 0.5, 1.0, 10.0]) * MeV
E = np.linspace(0, 60, 41) * MeV
parts = st.floats(0.0, 1.0)


@cache
def left():
    """The neutronization burst at 10 kpc before anything converts, at the middles of E."""
    return burst.burst().fluence(0.5 * (E[1:] + E[:-1]), "-10ms:50ms", "10kpc")


def recoils(F):
    return supernova.proton_recoils("juno", EDGES, F, ps.dsigma_dT_six, E_edges=E)


def conversion(nu, nubar):
    """Mixes three flavors by rotations, neutrinos and antineutrinos apart."""
    P = np.zeros((6, 6))
    for at, (a, b, c) in ((0, nu), (3, nubar)):
        one = np.eye(3)
        for (i, j), p in zip(((0, 1), (0, 2), (1, 2)), (a, b, c), strict=True):
            turn = np.eye(3)
            turn[[i, j], [i, j]], turn[[i, j], [j, i]] = 1 - p, p
            one = one @ turn
        P[at:at + 3, at:at + 3] = one
    return P


@given(nu=st.tuples(parts, parts, parts), nubar=st.tuples(parts, parts, parts))
def test_active_conversion_is_not_seen(nu, nubar):
    F = burst.arriving(left(), conversion(nu, nubar))
    assert recoils(F) == pytest.approx(recoils(left()), rel=1e-10)


@given(p=parts, pbar=parts)
def test_adiabatic_conversion_is_not_seen_but_by_the_charged_current(p, pbar):
    F = burst.arriving(left(), burst.adiabatic(p, pbar))
    assert recoils(F) == pytest.approx(recoils(left()), rel=1e-10)


def test_the_charged_current_sees_what_protons_do_not():
    F = burst.arriving(left(), burst.adiabatic(0.0, 0.0))
    ibd = [supernova.counts("juno", "ibd_formula", E, x).sum() for x in (left(), F)]
    assert abs(ibd[1] / ibd[0] - 1) > 0.1


@given(sterile=parts)
def test_a_dirac_flip_takes_away_its_sterile_part(sterile):
    """A moment turns a Dirac neutrino right-handed, and such a one scatters nothing."""
    F = burst.arriving(left(), (1 - sterile) * np.eye(6))
    assert recoils(F) == pytest.approx((1 - sterile) * recoils(left()), rel=1e-10, abs=1e-12)


# a Majorana transition moment turns a flavor into an antineutrino of another one
FLIP = np.zeros((6, 6))
FLIP[[0, 4], [4, 0]] = FLIP[[1, 3], [3, 1]] = FLIP[[2, 5], [5, 2]] = 1


@given(flipped=st.floats(0.05, 1.0))
def test_a_majorana_flip_moves_weak_magnetism_alone(flipped):
    F = burst.arriving(left(), (1 - flipped) * np.eye(6) + flipped * FLIP)
    before, after = recoils(left()), recoils(F)
    excess = left()[:3].sum(axis=0) - left()[3:].sum(axis=0)
    assert excess.sum() > 0
    # more neutrinos than antineutrinos leave, and neutrinos scatter more
    assert np.all(after[1:] < before[1:])
    x = float(E[-1])
    nu, nubar = (ps.sigma(x, antineutrino=anti) for anti in (False, True))
    assert np.all(np.abs(after / before - 1) < (nu - nubar) / nubar)

    # without the interference nothing moves at all
    def blind(T, E_nu):
        mean = ps.dsigma_dT_six(T, E_nu).mean(axis=0)
        return np.stack([mean] * 6)

    same = [supernova.proton_recoils("juno", EDGES, x, blind, E_edges=E) for x in (left(), F)]
    assert same[1] == pytest.approx(same[0], rel=1e-10)


@given(flipped=parts)
def test_as_many_antineutrinos_as_neutrinos_hide_a_majorana_flip(flipped):
    half = 0.5 * (left() + left()[[3, 4, 5, 0, 1, 2]])
    F = burst.arriving(half, (1 - flipped) * np.eye(6) + flipped * FLIP)
    assert recoils(F) == pytest.approx(recoils(half), rel=1e-10)


@given(x=st.floats(1.0, 300.0), t=st.floats(1e-6, 1.0))
def test_positive_up_to_the_end_point_and_zero_above(x, t):
    energy = x * MeV
    top = float(recoil_range(energy, 0.0, m_p)[1])
    for anti in (False, True):
        assert ps.dsigma_dT(t * top * (1 - 1e-9), energy, antineutrino=anti) > 0
        assert not ps.dsigma_dT((1 + t) * top * (1 + 1e-9), energy, antineutrino=anti)
    assert ps.dsigma_dT(t * top * (1 - 1e-9), energy) \
        > ps.dsigma_dT(t * top * (1 - 1e-9), energy, antineutrino=True)


def test_moments_of_a_source_give_the_same_spectrum():
    """The way of the recoil rates: terms folded with a source, no integral over energy."""
    source, T = burst.source(), np.array([0.1, 0.4, 1.0, 2.0]) * MeV
    folded = dR_dT(ps.terms(T), source) * MeV
    for t, wanted in zip(T, folded, strict=True):
        bin_ = t * np.array([0.999, 1.001])
        made = supernova.proton_recoils(
            supernova.Detector("one", {"proton": 1.0}), bin_, source.flux, ps.dsigma_dT_six,
            E_edges=np.linspace(0, 100, 1001) * MeV)
        assert made[0] / np.diff(bin_)[0] * MeV == pytest.approx(wanted, rel=1e-4)


@given(scale=st.floats(1e-3, 1e3))
def test_counts_are_linear_in_fluence_and_protons(scale):
    once = recoils(left())
    assert recoils(scale * left()) == pytest.approx(scale * once, rel=1e-10)
    many = supernova.Detector("many", {"proton": 1.44e33 * scale})
    made = supernova.proton_recoils(many, EDGES, left(), ps.dsigma_dT_six, E_edges=E)
    assert made == pytest.approx(scale * once, rel=1e-10)


def test_fluence_in_any_unit_of_area():
    """Counts are pure numbers of a size that a person can check: 1e12 nu/cm^2 of 15 MeV."""
    narrow = np.array([14.9, 15.1]) * MeV
    F = np.zeros((6, 1))
    F[1] = 1e12 / cm**2 / (0.2 * MeV)
    made = supernova.proton_recoils("juno", [0, 5 * MeV], F, ps.dsigma_dT_six, E_edges=narrow)
    assert made[0] == pytest.approx(1.44e33 * 1e12 * ps.sigma(15 * MeV) / cm**2, rel=1e-3)
