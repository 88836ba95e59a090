"""What a construction covers: experiments of known size, counted; few events against exact sums."""

import os
from functools import cache

import numpy as np
import pytest
from scipy.stats import poisson

import munu
from munu import probes
from munu.errors import DomainError, NotConverged, UnknownName
from munu.inference import toys
from munu.inference.coverage import METHODS, coverage
from munu.inference.intervals import check_level
from munu.inference.likelihood import Problem, best_fit, profile
from munu.inference.spread import each
from munu.inference.study import study
from munu.probes import Background, Counts, Polynomial, Probe, Pull
from munu.ray import Ray
from munu.spectrum import Axis
from munu.units import MeV, keV

BIN = Axis("n", "1", np.arange(2.0))


def counting(n, b, error=None, signal=1.0, **more):
    """One bin: n seen, b expected within a relative error (None: exactly known)."""
    expected = Polynomial(signal={2: np.array([[signal]])},
                          **({"fixed": np.array([float(b)])} if error is None else
                             {"backgrounds": {"b": Background(np.array([float(b)]), error)}}))
    return Probe(name="one_bin", title="One bin", grade="counts", papers=("FeldmanCousins1998",),
                 measured=Counts(BIN, np.array([float(n)])), expects=lambda ray: expected,
                 signal=lambda c: None, **more)


def with_counts(probe, seen):
    """The same experiment that saw something else."""
    return Probe(**{**{f: getattr(probe, f) for f in probe.__dataclass_fields__},
                    "measured": Counts(probe.measured.axis, seen), "ways": ()})


def events(found):
    """Edges of the size squared: events of signal."""
    return float(found.lower[0]) ** 2, found.value**2


# ---- Feldman-Cousins -----------------------------------------------------------------------

@cache
def belt(b, level=0.90):
    """Which sizes are allowed for each number of events: sums over n, best ratios first."""
    sizes, seen = np.arange(0, 25, 0.01), np.arange(80)
    best = np.maximum(seen - b, 0.0)
    p = poisson.pmf(seen, sizes[:, None] + b)
    order = np.argsort(-p / poisson.pmf(seen, best + b), axis=1, kind="stable")
    before = np.cumsum(np.take_along_axis(p, order, 1), axis=1) - np.take_along_axis(p, order, 1)
    allowed = np.empty(p.shape, bool)
    np.put_along_axis(allowed, order, before < level, 1)
    return sizes, allowed


def exact(n, b):
    """The Feldman-Cousins interval of a known background, by sums over n."""
    sizes, allowed = belt(b)
    inside = sizes[allowed[:, n]]
    return inside[0], inside[-1]


@pytest.mark.parametrize(("n", "b"), [(0, 3.0), (4, 3.0), (8, 3.0)])
def test_one_bin_is_the_published_interval(n, b):
    """Feldman and Cousins, table IV: b = 3 gives [0, 5.60] and [1.51, 10.99]."""
    found = events(munu.limit(counting(n, b), method="feldman_cousins", expected=False))
    assert found == pytest.approx(exact(n, b), rel=5e-3, abs=1e-9)
    # at n = 0 they raise the edge so that it does not grow with b
    if n:
        assert found == pytest.approx({4: (0.0, 5.60), 8: (1.51, 10.99)}[n], abs=0.012)


@pytest.mark.long
@pytest.mark.parametrize("b", [0.5, 3.0])
def test_one_bin_with_few_events_never_undercovers(b):
    """Over all numbers of events: what the intervals hold is the exact sum, and at least 90 %."""
    seen = np.arange(25)
    ours = np.array([events(munu.limit(counting(n, b), method="feldman_cousins", expected=False))
                     for n in seen])
    theirs = np.array([exact(n, b) for n in seen])
    # far from the edges themselves, where one number of events jumps
    for s in (0.3, 1.03, 2.47, 4.21, 6.13):
        p = poisson.pmf(seen, s + b)
        covered, sums = (float(p @ ((low <= s) & (s <= high)))
                         for low, high in (ours.T, theirs.T))
        assert covered >= 0.90
        assert covered == pytest.approx(sums, abs=5e-3)


def test_no_background_and_three_events():
    """The profile gives [0.972, 6.814] events, Feldman-Cousins [1.10, 7.42]."""
    probe = counting(3, 0.0)
    assert events(munu.limit(probe)) == pytest.approx((0.972, 6.814), abs=2e-3)
    found = munu.limit(probe, method="feldman_cousins", expected=False)
    assert events(found) == pytest.approx((1.10, 7.42), abs=0.01)


@pytest.mark.parametrize(("n", "b", "error", "upper"), [
    (930, 1000, 0.05, 41.3), (80, 100, 0.1, 8.0)])
def test_what_constrains_a_background_is_redrawn(n, b, error, upper):
    """Held at its centre it would give 71.2 and 6.5 events."""
    found = munu.limit(counting(n, b, error), method="feldman_cousins", toys=20000, expected=False)
    assert found.value**2 == pytest.approx(upper, rel=0.08)


def test_far_from_zero_the_interval_is_the_central_one():
    """A strong signal in XENONnT: the edges are those of the profile, none is a grid's end."""
    probe = probes.get("xenonnt")
    mu = 1.6e-10
    made = probe.predict(munu.DipolePortal(mu, 0.0)).total.values
    strong = with_counts(probe, np.random.default_rng(2).poisson(made).astype(float))
    profile_ = munu.limit(strong, expected=False)
    fc = munu.limit(strong, method="feldman_cousins", expected=False, toys=4000)
    assert fc.lower[0] < profile_.best_fit[0] < fc.value
    assert fc.lower[0] == pytest.approx(profile_.lower[0], rel=3e-3)
    assert fc.value == pytest.approx(profile_.value, rel=3e-3)


STRENGTHS = (0.0, 8e-12, 2e-11, 4e-11, 8e-11, 1.6e-10)


@pytest.mark.parametrize("mu", STRENGTHS)
def test_feldman_cousins_covers(mu):
    """XENONnT, nuisances refitted in every toy: 90 % of experiments have the true size inside."""
    problem = study([probes.get("xenonnt")], Ray.portal()).even()
    # the norm that an experiment fits moves its critical value little: a few of them show it
    found = coverage(problem, mu**2, methods=["feldman_cousins"], toys=1000, own=40, seed=7)
    assert found.covered["feldman_cousins"][0] == pytest.approx(0.90, abs=0.015)
    assert found.error["feldman_cousins"][0] == pytest.approx(0.005, rel=0.1)


@pytest.mark.long
@pytest.mark.parametrize("mu", STRENGTHS)
def test_feldman_cousins_covers_with_a_critical_value_for_each_experiment(mu):
    """The same, and nothing is shared between experiments: 1000 toys each."""
    problem, y = study([probes.get("xenonnt")], Ray.portal()).even(), mu**2
    drawn, redrawn = toys.draw(problem, y, np.ones(1), 4000, np.random.default_rng(11))
    q = toys.ratio(redrawn, y, drawn)
    critical = [toys.critical_value(problem, y, n, 0.90, 1000, np.random.default_rng([1, k]))
                for k, n in enumerate(drawn)]
    assert np.mean(q <= critical) == pytest.approx(0.90, abs=0.015)


@pytest.mark.long
@pytest.mark.parametrize("mu", [0.0, 8e-12, 8e-11])
def test_the_whole_procedure_covers(mu):
    """400 experiments through ``munu.limit``: the interval that a user gets holds the true size."""
    probe = probes.get("xenonnt")
    made = probe.predict(munu.DipolePortal(mu, 0.0)).total.values
    rng = np.random.default_rng(13)
    inside = []
    for k in range(400):
        seen = with_counts(probe, rng.poisson(made).astype(float))
        found = munu.limit(seen, method="feldman_cousins", toys=1000, seed=k, expected=False)
        inside.append(found.lower[0] <= mu <= found.value)
    assert np.mean(inside) == pytest.approx(0.90, abs=0.025)


@pytest.mark.parametrize("mu", [0.0, 8e-12, 2e-11])
def test_the_profile_covers_more_than_it_says(mu):
    """Its excess near 0 is what the boundary makes: 95 % there, 90 % far away."""
    problem = study([probes.get("xenonnt")], Ray.portal()).even()
    covered = coverage(problem, mu**2, methods=["profile"], seed=3).covered["profile"][0]
    assert covered > 0.885
    assert covered > 0.93 if mu == 0.0 else covered < 0.97


@pytest.mark.parametrize("method", [
    m if m != "feldman_cousins" else pytest.param(m, marks=pytest.mark.long) for m in METHODS])
def test_what_is_counted_at_a_size_is_what_the_edges_hold(method):
    """One bin with 3 known events behind: the sum over all limits is the coverage."""
    sizes, seen = np.array([0.0, 0.4, 1.53, 4.21, 9.13]), np.arange(45)
    limits = [events(munu.limit(counting(n, 3.0), method=method, expected=False)) for n in seen]
    low, high = np.array(limits).T
    sums = [float(poisson.pmf(seen, s + 3.0) @ ((low <= s) & (s <= high))) for s in sizes]
    problem = Problem.of(np.ones((1, 1)), np.zeros((0, 1)), fixed=np.array([3.0]))
    found = coverage(problem, sizes, methods=[method])
    assert found.covered[method] == pytest.approx(sums, abs=1e-6)
    assert found.experiments == 0 and not found.error[method].any()


def test_bars_of_a_coverage_are_its_spread_over_seeds():
    """Of 60 studies of 100 experiments each, with a background known to 10 %."""
    problem = Problem.of(np.ones((1, 1)), np.array([[20.0]]), [0.1])
    found = [coverage(problem, 3.0, methods=["profile"], experiments=100, seed=k)
             for k in range(60)]
    spread = np.std([x.covered["profile"][0] for x in found])
    assert np.mean([x.error["profile"][0] for x in found]) == pytest.approx(spread, rel=0.35)
    assert coverage(problem, 3.0, experiments=100).covered == coverage(
        problem, 3.0, experiments=100).covered


@pytest.mark.parametrize(("how", "said"), [
    ({"methods": ["FC"]}, "did you mean 'feldman_cousins'"),
    ({"experiments": 3}, "experiments = 3"), ({"own": 0}, "own = 0"), ({"y": -1.0}, "at least 0"),
    ({"toys": 50}, "toys = 50"), ({"level": 90}, "level 90"),
    ({"problem": Problem.of(np.zeros((1, 1)), np.array([[20.0]]), [0.1])}, "there is a signal")])
def test_a_coverage_that_cannot_be_counted_is_refused(how, said):
    given = {"problem": Problem.of(np.ones((1, 1)), np.array([[20.0]]), [0.1]), "y": 1.0} | how
    with pytest.raises((DomainError, UnknownName), match=said):
        coverage(**given)


def test_processes_do_not_move_a_number():
    """Masses in two processes, and in this one: the same to the last bit, bands included."""
    how = {"method": "feldman_cousins", "toys": 200, "M_N": [0.0, 50 * keV, 50 * MeV]}
    alone, spread = munu.limit("xenonnt", **how), munu.limit("xenonnt", workers=2, **how)
    np.testing.assert_array_equal(spread.upper, alone.upper)
    np.testing.assert_array_equal(spread.expected.upper, alone.expected.upper)
    for name, band in alone.bands.items():
        np.testing.assert_array_equal(spread.bands[name], band)
    np.testing.assert_array_equal(spread.meta["toy_error"], alone.meta["toy_error"])


def test_a_process_that_is_lost_is_one_line():
    """Killed, or of an error of its own: the line of the error, and no process is left."""
    with pytest.raises(NotConverged, match="ended without an answer"):
        list(each(os._exit, [3, 3], 2))
    with pytest.raises(DomainError, match="must lie between 0 and 1"):
        list(each(check_level, [0.9, 7.0, 0.8], 2))
    assert list(each(check_level, [0.9, "50%", 0.8], 2)) == [0.9, 0.5, 0.8]


def test_a_mass_has_its_own_stream():
    """Alone, twice, and in a list in any order: the same to the last bit."""
    how = {"method": "feldman_cousins", "toys": 500, "expected": False}
    masses = [0.0, 50 * keV, 0.3 * MeV]
    alone = [munu.limit("xenonnt", M_N=m, **how).value for m in masses]
    together = munu.limit("xenonnt", M_N=masses, **how).upper
    np.testing.assert_array_equal(together, alone)
    assert munu.limit("xenonnt", M_N=[0.0, 0.0], **how).upper.tolist() == [alone[0]] * 2


def test_too_few_toys_for_the_level_are_refused():
    with pytest.raises(DomainError, match=r"too few for level 0\.9999: at least 100000"):
        munu.limit("xenonnt", method="feldman_cousins", level=0.9999, toys=100)


@pytest.mark.long
def test_the_toys_own_error_is_said():
    """The spread of the edge over streams is the error that one of them tells; sums have none."""
    def found(seed, **how):
        return munu.limit("xenonnt", method="feldman_cousins", seed=seed, expected=False, **how)

    made = [found(k, toys=400) for k in range(24)]
    spread = np.std(np.log([m.value for m in made]))
    said = np.mean([m.meta["toy_error"][0] for m in made])
    assert said == pytest.approx(spread, rel=0.4)
    assert found(0, toys=6400).meta["toy_error"][0] == pytest.approx(said / 4, rel=0.3)
    assert made[0].as_dict()["limits"][0]["toy_error"] == made[0].meta["toy_error"][0]
    one = munu.limit(counting(4, 3.0), method="feldman_cousins", expected=False)
    assert one.meta["toy_error"][0] == 0.0


def test_pulls_are_taken():
    """A norm error of the signal loosens the limit, by toys as by the profile."""
    def probe(error):
        S, B = np.array([[6.0, 3.0, 1.0]]), np.array([4.0, 9.0, 20.0])
        axis = Axis("n", "1", np.arange(4.0))
        expected = Polynomial(signal={2: S}, backgrounds={"b": Background(B, 0.2)},
                              pulls={} if error is None else {"norm": Pull({2: S}, error)})
        return Probe(name="p", title="p", grade="counts", papers=(), signal=lambda c: None,
                     measured=Counts(axis, B + S[0]), expects=lambda ray: expected)

    how = {"method": "feldman_cousins", "toys": 1000, "expected": False}
    assert munu.limit(probe(0.3), **how).value > 1.02 * munu.limit(probe(None), **how).value


def test_bands_do_not_know_the_data():
    """What the median experiment would say stays, whatever was seen."""
    def median(scale):
        probe = counting(round(20 * scale), 20.0, 0.05)
        return munu.limit(probe, method="feldman_cousins", toys=2000).expected.value

    assert median(3.0) == pytest.approx(median(1.0), rel=1e-9)


# ---- few events and odd levels -------------------------------------------------------------

def test_one_sided_needs_a_level_above_one_half():
    for level in (0.01, 0.5):
        with pytest.raises(DomainError, match=r"above 0\.5"):
            munu.limit("xenonnt", method="one_sided", level=level)


@pytest.mark.parametrize("method", ["one_sided", "cls", "profile"])
def test_asymptotic_methods_say_where_events_are_few(method):
    """0 events, no background: exact is 2.30 events; the asymptotic ones say that they are none."""
    found = munu.limit(counting(0, 0.0), method=method)
    assert "few events" in found.solver
    assert "few events" not in munu.limit("xenonnt", method=method).solver


def test_a_bin_without_background_is_no_failure():
    """3 events where nothing is expected without a signal: 0 is excluded, and all is finite."""
    axis = Axis("n", "1", np.arange(4.0))
    expected = Polynomial(signal={2: np.array([[1.0, 2.0, 3.0]])}, backgrounds={
        "flat": Background(np.array([0.0, 12.5, 25.7]))})
    probe = Probe(name="p", title="p", grade="counts", papers=(), signal=lambda c: None,
                  measured=Counts(axis, np.array([3.0, 12.0, 26.0])),
                  expects=lambda ray: expected)
    found = munu.limit(probe)
    assert 0 < found.lower[0] < found.best_fit[0] < found.value < 10
    problem = Problem.of(expected.signal[2], expected.backgrounds["flat"].template)
    assert profile(problem, np.zeros(1), probe.measured.counts)[0][0] == np.inf
    y, _, _ = best_fit(problem, probe.measured.counts)
    assert y[0] ** 0.5 == pytest.approx(found.best_fit[0], rel=1e-9)


@pytest.mark.parametrize("b", [800.0, 2000.0, 2e4])
def test_cls_far_below_the_background(b):
    """0 events where many were due: both tails underflow and CL_s is exp(-s) as before, 2.30."""
    found = munu.limit(counting(0, b, 0.05), method="cls", expected=False)
    assert found.value**2 == pytest.approx(np.log(10), rel=1e-3)


@pytest.mark.parametrize("n, sigma", [(0, 0.3), (0, 0.5), (1, 0.5), (0, 0.62), (5, 1.0)])
def test_an_error_of_the_norm_takes_away_no_more_than_the_signal(n, sigma):
    """0 events, s with its norm: 2s - (s sigma)^2, which ends at 1/sigma^2; above it no limit."""
    expected = Polynomial(signal={2: np.ones((1, 1))},
                          pulls={"norm": Pull({2: np.ones((1, 1))}, sigma)})
    probe = Probe(name="one_bin", title="One bin", grade="counts", papers=(),
                  measured=Counts(BIN, np.array([float(n)])), expects=lambda ray: expected,
                  signal=lambda c: None)
    found = munu.limit(probe)
    if n == 0 and sigma < 0.6:
        s = (1 - np.sqrt(1 - 2.70554 * sigma**2)) / sigma**2
        assert found.value**2 == pytest.approx(s, rel=1e-4)
    if sigma > 0.6:
        assert np.isinf(found.value) and "no limit there" in found.solver
        assert not any(np.isnan(b).any() for b in found.bands.values())
    else:
        assert np.isfinite(found.value)


@pytest.mark.parametrize("method", ["profile", "cls", "feldman_cousins"])
def test_an_event_that_nothing_expects_is_refused_in_words(method):
    expected = Polynomial(signal={2: np.array([[0.0, 1.0]])},
                          backgrounds={"b": Background(np.array([0.0, 2.0]), 0.1)})
    probe = Probe(name="p", title="p", grade="counts", papers=(), signal=lambda c: None,
                  measured=Counts(Axis("n", "1", np.arange(3.0)), np.array([1.0, 0.0])),
                  expects=lambda ray: expected)
    with pytest.raises(DomainError, match="seen in bin 1, where mass 1 of 1 expects none"):
        munu.limit(probe, method=method)
