"""Decays on the way from a star: when they arrive, how many, with what energy."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu._arrays import gauss_panels
from munu.errors import DomainError
from munu.rates import arrivals
from munu.units import MeV, cm, keV, kpc, s

D, R = 51.4 * kpc, 3e12 * cm
E_N = np.linspace(10.5, 400, 60) * MeV
DN_DE = 1e50 / MeV * (E_N / MeV) ** 2 * np.exp(-E_N / (40 * MeV))
M = 10 * MeV
LONG = 1e3 * D
KINDS = (arrivals.photon_fluence, arrivals.neutrino_fluence)
NATURES = ("dirac", "majorana")


def fluence(f, E, window, tau=30 * s, nature="dirac", **changed):
    d, r = changed.pop("distance", D), changed.pop("radius", R)
    return f(E, changed.pop("E_N", E_N), changed.pop("dN_dE", DN_DE), changed.pop("M_N", M), tau,
             d, r, np.asarray(window), nature, **changed)


def integral(f, window, power=0, top=400 * MeV, **changed):
    """Over all energies, with breaks where the kernel has one, at M/2."""
    m = changed.get("M_N", M)
    low = np.geomspace(m**2 / (4 * top) / 4, m / 2, 25)
    E, w = gauss_panels(np.concatenate([low, np.geomspace(m / 2, top, 60)[1:]]), 6)
    return np.sum(w * E**power * fluence(f, E, window, **changed))


@given(st.floats(0.01, 0.99), st.floats(-3, 7), st.floats(-20, -0.001))
def test_a_path_and_its_delay_are_inverse(x, log_boost, log_path):
    """Over twenty powers of ten, where differences of the paths themselves are lost."""
    E = M * (1 + 10**log_boost)
    p = np.sqrt((E - M) * (E + M))
    E_gamma = M**2 / (2 * (E + p)) + x * p
    path = 10**log_path * D
    late = arrivals.delay(path, E_gamma, E, M, D)
    # near the detector the delay may fall again: there the inverse is the first of two paths
    back = arrivals.decay_path(late, E_gamma, E, M, D)
    assert back <= path * (1 + 1e-9)
    assert arrivals.delay(back, E_gamma, E, M, D) == pytest.approx(late, rel=1e-6)
    if path < 1e-3 * D:
        assert back == pytest.approx(path, rel=1e-9)


def test_delay_is_that_of_a_triangle():
    """Where nothing cancels: sides by the law of cosines."""
    E, E_gamma, d = 12 * MeV, 4 * MeV, 1 * kpc
    p = np.sqrt(E**2 - M**2)
    cosine = (2 * E * E_gamma - M**2) / (2 * E_gamma * p)
    for path in np.array([0.1, 0.5, 0.9]) * d:
        other = -path * cosine + np.sqrt(d**2 - path**2 * (1 - cosine**2))
        assert arrivals.delay(path, E_gamma, E, M, d) == pytest.approx(
            path * E / p + other - d, rel=1e-9)


def test_nothing_before_the_light_front_and_windows_add():
    E = np.array([5, 30, 90]) * MeV
    for f in KINDS:
        assert np.all(fluence(f, E, [-10 * s, 0.0]) == 0)
        t = np.array([0, 1e-6, 1, 223, 1e7, LONG / s]) * s
        parts = [fluence(f, E, pair) for pair in pairwise(t)]
        assert np.all(parts[2] > 0)
        assert np.sum(parts, axis=0) == pytest.approx(fluence(f, E, [-s, LONG]), rel=1e-12)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_windows_add_where_the_latest_do_not_come_from_nearest_to_us(share):
    """N of a keV: its delay falls again near the detector."""
    E, light, d = np.array([10, 25]) * MeV, 1 * keV, 51.4 * kpc
    N, flat = np.linspace(20, 60, 41) * MeV, np.ones(41) / MeV
    latest = [arrivals.delay(np.linspace(0.01, 1, 999) * d, e, 40 * MeV, light, d).max()
              for e in E]
    assert latest[0] > arrivals.delay(d, E[0], 40 * MeV, light, d)

    def seen(begin, end):
        return arrivals.photon_fluence(E, N, flat, light, d * light / (40 * MeV), d, 1 * s,
                                       np.array([begin, end]), "majorana")

    between, end = share * min(latest), 3 * max(latest)
    assert seen(0.0, between) + seen(between, end) == pytest.approx(seen(0.0, end), rel=1e-12)


@pytest.mark.parametrize("nature", NATURES)
def test_photon_and_neutrino_have_the_energy_of_what_decays_outside(nature):
    """After all time; each is one a decay."""
    tau = 200 * s
    nodes, w = gauss_panels(E_N, 8)
    length = np.sqrt(nodes**2 - M**2) * tau / M
    out = w * np.interp(nodes, E_N, DN_DE) * (np.exp(-R / length) - np.exp(-D / length)) \
        / (4 * np.pi * D**2)
    number = [integral(f, [0.0, LONG], tau=tau, nature=nature) for f in KINDS]
    assert number == pytest.approx(2 * [out.sum()], rel=1e-4)
    energy = sum(integral(f, [0.0, LONG], 1, tau=tau, nature=nature) for f in KINDS)
    assert energy == pytest.approx(np.sum(out * nodes), rel=1e-4)


def test_far_away_it_falls_as_the_square_of_the_distance():
    E, window = np.array([20, 60]) * MeV, [0.0, 100 * s]
    near, far = (fluence(arrivals.photon_fluence, E, window, distance=d) for d in (D, 10 * D))
    assert near == pytest.approx(100 * far, rel=1e-8)


def test_a_light_n_arrives_with_light_and_a_massless_one_does_not_decay():
    """At one lifetime L = p tau/M grows: fewer decay, with no delay left, up to the detector."""
    E = 50 * MeV
    shares = []
    for m in (1e-2, 1e-3, 1e-5):
        got, whole = (fluence(arrivals.photon_fluence, E, [0.0, t], M_N=m * MeV, tau=1e5 * s,
                              radius=0.0) for t in (s, LONG))
        shares.append(got / whole)
    assert 0.05 < shares[0] < 0.2 < shares[1] < 0.9
    assert shares[2] == pytest.approx(1, rel=1e-6)
    assert fluence(arrivals.photon_fluence, E, [0.0, s], M_N=0.0) == 0
    tiny = [fluence(arrivals.photon_fluence, E, [0.0, LONG], M_N=m * MeV, tau=1 * s)
            for m in (1e-15, 1e-16)]
    assert tiny[0] == pytest.approx(10 * tiny[1], rel=1e-3)


def test_one_energy_by_the_textbook():
    """A narrow line: the box times the difference of exponentials with L1 = 2 p E c t/M^2."""
    E0, tau, t, E = 100 * MeV, 300 * s, 223 * s, 40 * MeV
    line = E0 * (1 + np.array([-1e-6, 0, 1e-6]))
    number = np.array([0, 1e56, 0]) / (1e-6 * E0)
    p = np.sqrt(E0**2 - M**2)
    length = p * tau / M
    for nature, weight in (("dirac", 1 - (2 * E - E0) / p), ("majorana", 1.0)):
        got = fluence(arrivals.photon_fluence, E, [0.0, t], tau=tau, nature=nature, E_N=line,
                      dN_dE=number)
        want = 1e56 / (4 * np.pi * D**2) / p * weight * (
            np.exp(-R / length) - np.exp(-2 * p * E * t / M**2 / length))
        assert got == pytest.approx(want, rel=2e-6)


@pytest.mark.parametrize("boost, tau", [(1.02, 0.3), (1.5, 0.4), (8.0, 0.05)])
def test_a_monte_carlo_of_decays(boost, tau):
    """Positions, angles at rest, boosts and a sphere around the star, in units of its radius."""
    rng, n = np.random.default_rng(7), 400_000
    m, d, r = 1 * MeV, 1 * kpc, 0.05 * kpc
    grid = m * boost * np.array([1.0, 1.3])
    E = rng.uniform(*grid, n)
    p = np.sqrt(E**2 - m**2)
    path = rng.exponential(p / m * tau * d)
    cos0 = 2 * np.sqrt(rng.uniform(size=n)) - 1  # (1 + c)/2: a neutrino of a Dirac N
    phi = rng.uniform(0, 2 * np.pi, n)
    k = 0.5 * m * np.array([np.ones(n), np.sqrt(1 - cos0**2) * np.cos(phi),
                            np.sqrt(1 - cos0**2) * np.sin(phi), cos0])
    energy, along = (E * k[0] + p * k[3]) / m, (E * k[3] + p * k[0]) / m
    way = np.array([k[1], k[2], along]) / energy
    to = -path * way[2] + np.sqrt(np.maximum(d**2 - path**2 * (1 - way[2] ** 2), 0.0))
    place = way * to
    place[2] += path
    late = path * E / p + to - d
    seen = (path > r) & (path < d)
    assert np.linalg.norm(place[:, seen], axis=0) == pytest.approx(d, rel=1e-9)
    times = np.quantile(late[seen], [0.2, 0.7])
    bins = np.quantile(energy, [0.02, 0.3, 0.6, 0.98])
    for t in ((0.0, times[0]), tuple(times), (times[1], 50 * d)):
        counts = np.histogram(energy[seen & (late > t[0]) & (late <= t[1])], bins)[0]
        x, w = gauss_panels(bins, 40)
        f = arrivals.neutrino_fluence(x, grid, n / np.diff(grid)[0] * np.ones(2), m, tau * d, d, r,
                                      np.array(t), "dirac") * 4 * np.pi * d**2
        want = (w * f).reshape(3, 40).sum(axis=1)
        assert np.all(np.abs(counts - want) < 4 * np.sqrt(want) + 2e-3 * want), (counts, want)


def test_what_cannot_be_asked():
    f, E = arrivals.photon_fluence, 20 * MeV
    for changed, word in (({"radius": 2 * D}, "radius"), ({"nature": None}, "nature"),
                          ({"E_N": E_N[::-1]}, "rise"), ({"M_N": 20 * MeV}, "below the mass"),
                          ({"dN_dE": -DN_DE}, "dN_dE"), ({"dN_dE": DN_DE[1:]}, "dN_dE")):
        with pytest.raises(DomainError, match=word):
            fluence(f, E, [0.0, s], **changed)
    with pytest.raises(DomainError, match="window"):
        fluence(f, E, [s, 0.0])
    with pytest.raises(DomainError, match="beyond the detector"):
        arrivals.delay(2 * D, 5 * MeV, 11 * MeV, M, D)
    with pytest.raises(DomainError, match="E must lie"):
        arrivals.decay_path(s, 50 * MeV, 11 * MeV, M, D)
