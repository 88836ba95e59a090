"""The kit for the next supernova: a sample that is drawn otherwise is found again."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import munu
from munu import probes
from munu.atlas import next_supernova as kit
from munu.couplings import DipolePortal
from munu.detectors import telescopes
from munu.errors import DataError, DomainError, UnknownName
from munu.probes.galactic_supernova_decays import targets
from munu.processes import radiative_decay
from munu.rates import arrivals
from munu.ray import Ray
from munu.units import MeV, cm, kpc, s

M, MU, D, R, LIFE = 30 * MeV, 10**-13.3, 10 * kpc, 5e13 * cm, 3 * s
MASSES, SIZES = np.array([15.0, 30, 60]) * MeV, np.geomspace(1e-15, 1e-11, 41)
HYPERK = "hyper_kamiokande"
SET = {"nature": "majorana", "flavor": "e", "M_N": MASSES, "mu": SIZES, "detectors": (HYPERK,)}


@cache
def drawn(n=400_000):
    """Decays of N, one by one: energy of what is sent, time at which it comes, whether outside
    of the star and before the detector."""
    rng = np.random.default_rng(5)
    (one,) = probes.get("galactic_supernova_decays").setting.collapse.of_matrix(
        DipolePortal(1.0, M, "e").matrix, M)
    E = rng.uniform(one.E[0], one.E[-1], n)
    weight = np.interp(E, one.E, one.total) * MU**2 * (one.E[-1] - one.E[0]) / n
    p = np.sqrt((E - M) * (E + M))
    tau = radiative_decay.lifetime(M, one.moment * MU, "majorana")
    path = rng.exponential(1.0, n) * p * tau / M
    sent = 0.5 * (E + rng.uniform(-1, 1, n) * p)
    seen = (path > R) & (path < D)
    late = arrivals.delay(np.minimum(path, D), sent, E, M, D) + rng.uniform(0, LIFE, n)
    return sent, late, weight * seen / (4 * np.pi * D**2), rng


def sample():
    """Events in water, as many as are due."""
    E, t, weight, rng = drawn()
    row = probes.get("galactic_supernova_decays", detectors=HYPERK).setting.row(
        DipolePortal(1.0, M, "e").matrix, M, "majorana")
    ((_, _, shares),) = row.decays
    sigma = 0.5 * np.concatenate([shares, shares]) @ targets(HYPERK, E)
    w = weight * sigma * (50 * MeV <= E) * (t < 1000 * s)
    n = rng.poisson(w.sum())
    at = rng.choice(E.size, n, p=w / w.sum())
    return w.sum(), kit.Events((HYPERK,) * n, t[at], E[at])


@cache
def none():
    return kit.posterior(kit.Events(), **SET)


def test_a_sample_that_was_drawn_is_found_again():
    due, events = sample()
    made = kit.posterior(events, **SET)
    at = np.argmin(np.abs(np.log(SIZES / MU)))
    # a Monte Carlo counts as the integral does
    assert made.expected[1, at] == pytest.approx(due, rel=0.02)
    assert len(events.detector) > 5
    assert made.probability.sum() == pytest.approx(1) and made.region(0.95)[1, at]
    assert made.best[0] == M and abs(np.log(made.best[1] / MU)) < 0.5
    assert made.region(0.5).sum() < made.region(0.95).sum() < 0.1 * made.probability.size


def test_without_events_what_is_excluded_is_that_of_the_probe():
    made = none()
    assert np.array_equal(made.log_likelihood, -made.expected)
    found = munu.limit(probes.get("galactic_supernova_decays", detectors=HYPERK),
                       Ray.portal(M, "e", "majorana"))
    (island,) = found.excluded[0]
    more = SIZES[made.expected[1] > 3]
    step = SIZES[1] / SIZES[0]
    assert more[0] / step < island.low < more[0] and more[-1] < island.high < more[-1] * step
    assert not made.region(0.90)[made.expected > 10].any()


def test_photons_come_when_a_monte_carlo_says():
    E, t, weight, _ = drawn()
    at = np.argmin(np.abs(np.log(SIZES / MU)))
    one = np.full(none().log_likelihood.shape, -np.inf)
    one[1, at] = 0
    window = replace(none(), log_likelihood=one).gammas("fermi_lat")
    seen = weight * telescopes.get("fermi_lat").area(E)
    assert window.events == pytest.approx([seen.sum()] * 2, rel=0.03)
    for x, ends, scale in ((t, window.time, 0.1), (E, window.energy, 0.05)):
        order = np.argsort(x)
        share = np.interp(ends, x[order], np.cumsum(seen[order]) / seen.sum())
        assert share == pytest.approx([0.05, 0.95], abs=scale * 0.5)
    assert "fermi_lat: 90% of the photons" in str(window)


@pytest.mark.long
def test_a_background_takes_what_no_decay_makes():
    late = kit.Events((HYPERK,), [999.0 * s], [199.0 * MeV])
    without, with_ = (kit.posterior(late, background=b, **SET) for b in (None, {HYPERK: 1.0}))
    at = none().log_likelihood
    assert np.all(with_.log_likelihood >= without.log_likelihood - 1 - 1e-12)
    assert np.isfinite(with_.log_likelihood).all() and np.all(at <= 0)


def test_what_is_soft_is_left_out_and_said():
    made = kit.posterior(kit.Events((HYPERK,), [1 * s], [20 * MeV]), **SET)
    assert np.array_equal(made.log_likelihood, none().log_likelihood)
    assert any("1 below 50 MeV left out" in x for x in made.assumptions)


def test_a_table_is_read(tmp_path):
    path = tmp_path / "seen.csv"
    path.write_text("detector, time [s], energy [MeV], angle [deg]\n"
                    "dune, 3, 60, 12\nhyper_kamiokande, 0.5, 0.07e3, 40\n")
    made = kit.read(path)
    assert made.detector == ("dune", HYPERK)
    assert made.energy == pytest.approx([60 * MeV, 70 * MeV])
    path.write_text("detector, time [s], energy [MeV]\n")
    assert kit.read(path).detector == ()


@pytest.mark.parametrize("text, match", [
    ("detector, time [s], energy [MeV]\nsuperk, 1, 60\n", "superk"),
    ("detector, time [s], energy [MeV]\ndune, -1, 60\n", "at least 0"),
    ("detector, time [s], energy [MeV]\ndune, nan, 60\n", "finite"),
    ("detector, time [km], energy [MeV]\ndune, 1, 60\n", "a time"),
    ("detector, time [s], energy\ndune, 1, 60\n", "an energy"),
    ("detector, time [s]\ndune, 1\n", "energy"),
    ("detector, time [s], energy [MeV]\ndune, 1, -60\n", "above 0"),
    ("detector, time [s], energy [MeV], angel [deg]\ndune, 1, 60, 3\n", "angel"),
    ("", "no rows")])
def test_a_broken_table_is_one_line(tmp_path, text, match):
    path = tmp_path / "seen.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=match) as said:
        kit.read(path)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("events, options, error, match", [
    (("dune", 1, 60), {}, DomainError, "not among"),
    ((HYPERK, 2000, 60), {}, DomainError, "outside of the window"),
    ((HYPERK, 1, 300), {}, DomainError, "cross sections end"),
    (None, {"nature": None}, DomainError, "what N decays to"),
    (None, {"flavor": "x"}, UnknownName, "x"),
    (None, {"detectors": "kamioka"}, UnknownName, "kamioka"),
    (None, {"background": [0.1]}, DomainError, "by detector"),
    (None, {"detectors": ("fermi_lat",)}, UnknownName, "fermi_lat"),
    (None, {"M_N": [1 * MeV, 2 * MeV, 3 * MeV]}, DomainError, "even in their"),
    (None, {"mu": [0.0, 1e-12, 1e-10]}, DomainError, "above 0"),
    (None, {"background": {"juno": 1.0}}, UnknownName, "juno"),
    (None, {"background": {HYPERK: -1.0}}, DomainError, "at least 0"),
    (None, {"distance": "10 MeV"}, DomainError, "distance")])
def test_what_cannot_be_is_one_line(events, options, error, match):
    seen = kit.Events() if events is None else kit.Events(
        (events[0],), [events[1] * s], [events[2] * MeV])
    with pytest.raises(error, match=match) as said:
        kit.posterior(seen, **{**SET, **options})
    assert "\n" not in str(said.value)


def test_events_go_together():
    for given, match in ((((HYPERK,), [1 * s], []), "together"),
                         (((HYPERK,), [-1 * s], [60 * MeV]), "at least 0"),
                         (((HYPERK,), [np.nan], [60 * MeV]), "finite")):
        with pytest.raises(DomainError, match=match):
            kit.Events(*given)
    with pytest.raises(UnknownName, match="superk"):
        kit.Events(("superk",), [1 * s], [60 * MeV])
