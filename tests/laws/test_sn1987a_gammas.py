"""Gamma rays of SN1987A: photons by band and time, and what the counts exclude."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import munu
from munu import DipolePortal, probes
from munu._arrays import gauss_panels
from munu.errors import DomainError, UnknownName
from munu.inference.along import misfit
from munu.inference.study import study
from munu.probes import Counts
from munu.rates import _arriving, arrivals
from munu.ray import Ray
from munu.units import MeV, cm, kpc, s

D, R = 51.4 * kpc, 3e12 * cm
BANDS = [(4.1 * MeV, 6.4 * MeV), (10 * MeV, 25 * MeV), (25 * MeV, 100 * MeV)]
EDGES = np.linspace(-151.552, 223.232, 184) * s
E_N = np.linspace(10.5, 400, 60) * MeV
DN_DE = 1e55 / MeV * (E_N / MeV) ** 2 * np.exp(-E_N / (40 * MeV))
M = 10 * MeV
PROBE, WINDOW = (probes.get("sn1987a_gammas", criterion=c) for c in ("likelihood", "window"))
RAY = Ray.portal(M, "e", "dirac")
# of papers, on a grid of 0.1 in the logarithm: nu_e, one window
SHEET = {0.1: 6e-14, 1: 2e-14, 10: 6e-15, 50: 3e-15, 100: 3e-15, 200: 5e-15}


def arriving(edges=EDGES, M_N=M, nature="dirac", **changed):
    given = {"E_N": E_N, "dN_dE": DN_DE, "distance": D, "radius": R} | changed
    return _arriving.photons(BANDS, edges, M_N=M_N, nature=nature, **given)


@pytest.fixture(scope="module")
def expected():
    return PROBE.expected(RAY)


def seeing(counts):
    return replace(PROBE, measured=Counts(PROBE.measured.axes, counts))


@pytest.mark.parametrize(("M_N", "tau", "nature"), [(1, 3e8, "majorana"), (10, 1e6, "dirac"),
                                                    (10, 10.0, "dirac")])
def test_bands_and_windows_are_the_fluence_integrated(M_N, tau, nature):
    times = np.array([0, 20.48, 102.4, 223.232]) * s
    made = arriving(times, M_N * MeV, nature).fluence(tau * s)
    for band, row in zip(BANDS, made, strict=True):
        E, w = gauss_panels(np.geomspace(*band, 7), 4)
        want = [np.sum(w * arrivals.photon_fluence(E, E_N, DN_DE, M_N * MeV, tau * s, D, R,
                                                   np.array(t), nature))
                for t in pairwise(times)]
        # windows in which next to nothing comes hang on where the star ends
        assert row == pytest.approx(np.array(want), rel=1e-3, abs=1e-3 * sum(want))


def test_nothing_before_the_light_front_and_windows_add():
    for tau in (1e8 * s, 30 * s):
        fine = arriving().fluence(tau)
        assert np.all(fine[:, EDGES[1:] <= 1e-9 * s] == 0)
        assert np.all(fine[:, 10 + np.flatnonzero(EDGES > 0)[:20]] > 0)
        whole = arriving(EDGES[[0, -1]]).fluence(tau)[:, 0]
        assert fine.sum(axis=1) == pytest.approx(whole, rel=1e-12)
    # of light N some arrive by two paths, and all at the latest when light by way of N would
    times = np.array([0, 1, 223, 1e4, 1e8, 1e13, 1e20]) * s
    for m in (1e-3, 1e-4):
        got = arriving(times, m * MeV).fluence(1e12 * s)
        whole = arriving(times[[0, -1]], m * MeV).fluence(1e12 * s)[:, 0]
        assert np.all(got >= -1e-12 * whole[:, None]) and np.all(got[:, 1] > 0)
        assert got.sum(axis=1) == pytest.approx(whole, rel=1e-9)
    # a window that begins before the front sees what one that begins there does
    early, late = (arriving(np.array([t, 50]) * s).fluence(30 * s) for t in (-70, 0))
    assert early == pytest.approx(late, rel=1e-15)


def test_it_falls_as_the_square_of_the_distance():
    near, far = (arriving(distance=d).fluence(1e6 * s) for d in (D, 10 * D))
    assert near == pytest.approx(100 * far, rel=1e-6)


def test_a_massless_n_sends_nothing():
    """At one moment the rate goes as M^3, and the age at which a decay comes in time as 1/M; of
    the lightest N all that decay on the way do, at an age of d M/p."""
    sums = [arriving(M_N=m * MeV).fluence(1e6 * s * (10 / m) ** 3).sum()
            for m in (1e-1, 1e-2, 1e-5, 1e-6)]
    assert sums[0] == pytest.approx(1e2 * sums[1], rel=0.01)
    assert sums[2] == pytest.approx(1e4 * sums[3], rel=0.01)
    assert not arriving(M_N=0.0).fluence(1 * s).any()
    for probe in (PROBE, WINDOW):
        found = munu.limit(probe, M_N=0.0)
        assert found.excluded == ((),) and "no" in found.solver
    assert PROBE.predict(DipolePortal(1e-11, 0.0, "e")).components["photons"].total == 0


def test_decays_by_monte_carlo():
    """Paths, angles at rest and boosts: counts by band and time."""
    rng, n = np.random.default_rng(3), 400_000
    grid, tau = np.array([60.0, 140.0]) * MeV, 100 * s
    E = rng.uniform(*grid, n)
    p = np.sqrt(E**2 - M**2)
    path = rng.exponential(p / M * tau)
    # a photon of a Dirac N of positive helicity: (1 - c)/2
    cosine = 1 - 2 * np.sqrt(rng.uniform(size=n))
    energy, along = 0.5 * (E + p * cosine), 0.5 * (E * cosine + p)
    late = path * (E / p - along / energy)
    seen = (path > R)
    times = np.array([-1, 0, 3, 10, 40, 200]) * s
    made = arriving(times, E_N=grid, dN_dE=np.full(2, n / np.diff(grid)[0])).fluence(tau)
    for band, want in zip(BANDS, made * 4 * np.pi * D**2, strict=True):
        here = seen & (energy > band[0]) & (energy < band[1])
        counts = np.histogram(late[here], times)[0]
        assert np.all(np.abs(counts - want) < 4 * np.sqrt(want) + 3e-3 * want.sum()), (counts, want)


def test_counts_of_the_data():
    """Two readings of one instrument: 1349 and 1421 in the window, neither of them 1393."""
    for data, total, missing in (("oberauer93", 1349, 0), ("chupp89", 1421, 1)):
        seen = probes.get("sn1987a_gammas", data=data).setting.seen
        assert seen.counts[2, seen.edges[:-1] > -1e-9 * s].sum() == total
        assert np.count_nonzero(seen.weight == 0) == missing
        assert np.any(np.abs(seen.edges) < 1e-9 * s)
    with pytest.raises(DomainError, match="same data"):
        munu.limit([PROBE, probes.get("sn1987a_gammas", data="chupp89")], RAY)
    assert WINDOW.measured.value == pytest.approx(3 * np.sqrt(1393) / 63, rel=1e-12)


def test_long_lives_go_as_the_fourth_power_and_short_ones_leave_nothing(expected):
    low, high = expected.where(0)
    x = np.array([0.0, 0.3, 1.0, 2.0]) * 3 * low
    made = expected.values(x, np.zeros(4, dtype=int)).sum(axis=1)
    assert made[1:] == pytest.approx(made[2] * np.array([0.3, 1, 2]) ** 4, rel=1e-3)
    assert made[0] == 0
    assert expected.values(np.array([high]), np.zeros(1, dtype=int)).sum() < 1e-9


def test_between_nodes_it_is_what_is_predicted(expected):
    for x in (7.3e-15, 4.1e-13, 5.77e-11):
        made = PROBE.predict(DipolePortal(x, M, "e", nature="dirac")).components["photons"]
        kept = expected.values(np.array([x]), np.zeros(1, dtype=int))[0]
        assert kept.sum() == pytest.approx(made.total, rel=3e-3)
        some = made.values.ravel() > 1e-3 * made.values.max()
        assert kept[some] == pytest.approx(made.values.ravel()[some], rel=1e-2)


def test_the_profile_is_the_least_of_six_norms(expected):
    """Against a direct minimization over straight lines."""
    from scipy.optimize import minimize

    st = study((PROBE,), RAY)
    sizes = np.array([0.0, 7e-15])
    got = misfit(st, st.data)(sizes, np.zeros(2, dtype=int))
    u = np.linspace(0, 1, 183)
    lines = np.stack([1 - u, u])
    want = []
    for x in sizes:
        signal = expected.values(np.array([x]), np.zeros(1, dtype=int)).reshape(3, 183)

        def value(theta, n, S):
            mean = theta @ lines + S
            return 2 * np.sum(mean - n + np.where(n > 0, n * np.log(np.maximum(n, 1) / mean), 0))

        want.append(sum(
            minimize(value, np.full(2, n.mean()), (n, S), method="Nelder-Mead",
                     bounds=[(1e-3, None)] * 2, options={"xatol": 1e-9, "fatol": 1e-11}).fun
            for n, S in zip(PROBE.measured.counts, signal, strict=True)))
    assert got == pytest.approx(want, rel=1e-9)


def test_a_median_experiment_without_a_signal(expected):
    none = sum(b.template for b in expected.backgrounds.values()).reshape(3, 183)
    # the lines are those of the data
    assert none.sum(axis=1) == pytest.approx(PROBE.measured.counts.sum(axis=1), rel=1e-9)
    found = munu.limit(seeing(none), RAY)
    assert found.best_fit[0] == 0
    assert found.value == pytest.approx(found.expected.value, rel=1e-6)


def test_a_signal_that_is_there_is_found(expected):
    none = sum(b.template for b in expected.backgrounds.values())
    for x in (2e-14, 3e-12):
        signal = expected.values(np.array([x]), np.zeros(1, dtype=int))[0]
        found = munu.limit(seeing((none + signal).reshape(3, 183)), RAY, expected=False)
        assert found.best_fit[0] == pytest.approx(x, rel=1e-3)
        assert found.lower[0] < x < found.value and not found.contains(M, 0.0)


def test_what_is_excluded_is_closed_above():
    found, one = (munu.limit(p, RAY, expected=False) for p in (PROBE, WINDOW))
    for x in (found, one):
        (i,) = x.excluded[0]
        assert i.low < 1e-12 < i.high < 1e-9 and not i.high_ends
        assert not x.contains(M, 2 * i.high) and not x.contains(M, 0.5 * i.low)
    assert abs(np.log10(one.value / SHEET[10])) < 0.12
    three = munu.limit(PROBE, RAY, level=0.9973, expected=False)
    assert found.value < three.value


@pytest.mark.long
@pytest.mark.parametrize("M_N", [m for m in SHEET if m != 10])
def test_the_lower_edge_of_one_window(M_N):
    found = munu.limit(WINDOW, M_N=M_N * MeV, flavor="e", nature="dirac")
    assert abs(np.log10(found.value / SHEET[M_N])) < 0.12
    muon = munu.limit(WINDOW, M_N=M_N * MeV, flavor="mu", nature="dirac")
    assert found.value < muon.value < 2 * found.value


@pytest.mark.long
def test_the_region_closes_before_n_is_too_heavy():
    found = munu.limit(PROBE, M_N=np.array([250, 400]) * MeV, flavor="e", nature="dirac",
                       expected=False)
    assert found.excluded[0] and not found.excluded[1]


def test_what_cannot_be_asked():
    for M_N, nature in ((M, None), (np.array([0, M]), None)):
        with pytest.raises(DomainError, match="what N decays to"):
            munu.limit(PROBE, M_N=M_N, flavor="e", nature=nature)
    with pytest.raises(DomainError, match="what N decays to"):
        PROBE.predict(DipolePortal(1e-12, M, "e"))
    with pytest.raises(DomainError, match="portal to N alone"):
        munu.limit(PROBE, "emu=1")
    with pytest.raises(DomainError, match="portal to N alone"):
        PROBE.predict(munu.Couplings.majorana(1e-12))
    for option in ({"radius": "60 kpc"}, {"radius": "0 cm"}, {"duration": "0 s"},
                   {"distance": "1 MeV"}):
        with pytest.raises(DomainError):
            probes.get("sn1987a_gammas", **option)
    for option in ({"data": "chupp"}, {"criterion": "windows"}, {"core": "fischer"}):
        with pytest.raises((DomainError, UnknownName)):
            probes.get("sn1987a_gammas", **option)


@pytest.mark.long
def test_no_size_beyond_all_that_couplings_may_have_is_excluded():
    """Where all N decay in the star only at a size that no portal may have, the data end there."""
    found = munu.limit("sn1987a_gammas", M_N=1e-3 * MeV, flavor="e", nature="dirac", expected=False)
    (island,) = found.excluded[0]
    assert island.high == pytest.approx(1e-3) and island.high_ends
    both = munu.limit(["sn1987a_gammas", "sn1987a_neutrinos"], M_N=1e-3 * MeV, flavor="e",
                      nature="dirac", expected=False)
    (joint,) = both.excluded[0]
    assert joint.high == island.high and joint.high_ends


def test_a_reading_that_a_criterion_does_not_use_is_refused():
    with pytest.raises(DomainError, match="changes nothing of the criterion window"):
        probes.get("sn1987a_gammas", criterion="window", data="chupp89")
