"""Islands, second intervals, closings: toy stars and toy decays whose answers are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import munu
from munu.errors import DomainError
from munu.inference import crossings
from munu.probes import (
    Background,
    Ceiling,
    Claim,
    Counts,
    Curve,
    Polynomial,
    Probe,
    Pull,
    Values,
)
from munu.ray import Ray
from munu.spectrum import Axis
from munu.units import keV


def nothing(couplings):
    raise AssertionError("a limit asks for no prediction")


def probe(expects, measured=None, grade="published", **more):
    return Probe(name="toy", title="Toy", grade=grade, measured=measured, expects=expects,
                 signal=nothing, papers=("Cowan2011",), **more)


def star(where=(1e-14, 1e-6), steps=8):
    """A star that traps: N leave up to a moment of 1e-9, above they are caught."""
    return probe(lambda ray: Curve(
        signal=lambda x, j: (x / 1e-12) ** 2 * np.exp(-((x / 1e-9) ** 2)),
        where=lambda j: where, steps=steps), Ceiling(10.0))


def decay(A, shift=0.0):
    """A decay in flight: N reach the detector and decay in it; ``A`` is A/a by mass."""
    def expects(ray):
        a = np.atleast_1d(A(ray.masses) if callable(A) else A)

        def signal(x, j):
            v = x**2
            return a[j] * v * np.exp(-v) * -np.expm1(-9 * v)

        return Curve(signal=signal, where=lambda j: (1e-4 * 10**shift, 1e4 * 10**shift))

    return probe(expects, Ceiling(1.0))


# ---- ceilings and claims -------------------------------------------------------------------

@pytest.mark.parametrize(("where", "steps"), [((1e-14, 1e-6), 8), ((1e-13, 1e-8), 3),
                                              ((1e-11, 1e-8), 8)])
def test_a_star_that_traps_has_an_island(where, steps):
    """The lower edge is followed downwards where the search begins inside the region."""
    found = munu.limit(star(where, steps))
    (island,), = found.excluded
    assert island.low == pytest.approx(3.16229e-12, rel=1e-5)
    assert island.high == pytest.approx(3.76346e-9, rel=1e-5)
    assert found.value == island.low and found.level is None and found.statistic == "criterion"
    assert found.contains(0.0, 1e-10)
    assert not found.contains(0.0, 1e-8) and not found.contains(0.0, 1e-12)
    assert found.as_dict()["level"] is None


@pytest.mark.parametrize("shift", np.linspace(0, 0.125, 8, endpoint=False))
def test_an_island_is_found_where_it_has_just_opened(shift):
    """It closes at A/a = 2.71861: a thousandth above it is there for every start of the grid."""
    assert munu.limit(decay(2.7180, shift)).excluded == ((),)
    (island,), = munu.limit(decay(2.7214, shift)).excluded
    assert island.low < 1.0 < island.high


def test_a_region_is_followed_to_the_mass_where_it_closes():
    """A/a falls with the mass of N; the tip lies where it is 2.71861."""
    masses = np.geomspace(1 * keV, 100 * keV, 9)
    found = munu.limit(decay(lambda M: 40 * (keV / M) ** 0.9), M_N=masses)
    (tip,) = found.tips
    assert 40 * (keV / tip[0]) ** 0.9 == pytest.approx(2.71861, rel=1e-3)
    assert tip[1] == pytest.approx(1.0, abs=0.05)
    outlines = found.region()
    assert len(outlines) == 1 and outlines[0][:, 0].max() == tip[0]
    open_ = [len(x) for x in found.excluded]
    assert open_[0] == 1 and open_[-1] == 0


def test_a_level_asked_of_a_criterion_is_refused():
    with pytest.raises(DomainError, match="criterion and has no level"):
        munu.limit(star(), level=0.9)


def test_a_claim_brings_its_level_and_both_of_its_edges():
    """x^2 in [-1, 4]: below 2 allowed; x^2 in [1, 4]: what is too small is no exclusion."""
    def expects(ray):
        return Curve(signal=lambda x, j: x**2, where=lambda j: (1e-3, 1e3))

    found = munu.limit(probe(expects, Claim(low=-1.0, high=4.0, level=0.95)))
    assert found.value == pytest.approx(2.0, rel=1e-9) and found.level == 0.95
    both = munu.limit(probe(expects, Claim(low=1.0, high=4.0, level=0.95)))
    assert both.lower[0] == pytest.approx(1.0, rel=1e-9)
    assert not both.contains(0.0, 0.5) and both.contains(0.0, 3.0)


@pytest.mark.parametrize(("a", "b"), [(0.0, 2.0), (3.0, 2.0), (-3.0, 2.0), (1e6, 1.0), (-1e6, 1.0),
                                      (2.0, 0.0)])
def test_a_polynomial_passes_a_ceiling_at_its_roots(a, b):
    """Both signs of a charge; where one power falls, that side has no edge."""
    made = Polynomial(signal={1: np.array([[a]]), 2: np.array([[b]])})
    found = munu.limit(probe(lambda ray: made, Ceiling(5.0), rays=("charge",)), "q", flavor="e")
    edges = [e for i in found.excluded[0] for e in (i.low, i.high) if np.isfinite(e)]
    assert len(edges) == (2 if b else 1) and max(edges) > 0
    for x in edges:
        assert abs(a * x + b * x * x - 5) < 1e-15 * max(abs(a * x), 5) * 4
    assert found.contains(0.0, 1.001 * max(edges)) and not found.contains(0.0, 0.999 * max(edges))


def test_where_a_curve_ends_nothing_is_said():
    """Excluded up to the last size that is computed, and no bound there."""
    made = probe(lambda ray: Curve(signal=lambda x, j: x**2, where=lambda j: (1e-3, 1e2),
                                   until=lambda j: 1e2), Ceiling(4.0))
    (interval,) = munu.limit(made).excluded[0]
    assert interval.low == pytest.approx(2.0, rel=1e-9)
    assert interval.high == 1e2 and interval.high_ends


def test_ceilings_do_not_multiply():
    with pytest.raises(DomainError, match="take the union"):
        munu.limit([star(), star()])


# ---- likelihoods ---------------------------------------------------------------------------

AXIS = Axis("bin", "1", np.arange(13.0))


def both(seed):
    """The same experiment as a polynomial and as a curve, with a pull and a free background."""
    rng = np.random.default_rng(seed)
    S = rng.uniform(0.5, 3, (1, 12)) * np.exp(-np.arange(12) / 3)
    B = rng.uniform(3, 9, 12)
    seen = Counts(AXIS, rng.poisson(B + 2 * S[0]).astype(float))
    background = {"flat": Background(B), "known": Background(0.3 * B, 0.2)}
    straight = Polynomial(signal={2: S}, backgrounds=background,
                          pulls={"norm": Pull({2: S}, 0.1)})
    bent = Curve(signal=lambda x, j: x[:, None] ** 2 * S, bins=12, backgrounds=background,
                 where=lambda j: (1e-3, 1e3),
                 pulls={"norm": Pull(lambda x, j, s: s, 0.1)})
    return [probe(lambda ray, e=e: e, seen, "counts") for e in (straight, bent)]


@settings(max_examples=max(1, settings.default.max_examples // 3))
@given(st.integers(0, 10**6))
def test_a_curve_says_what_its_polynomial_says(seed):
    straight, bent = (munu.limit(p) for p in both(seed))
    assert bent.value == pytest.approx(straight.value, rel=1e-7)
    assert bent.lower[0] == pytest.approx(straight.lower[0], rel=1e-6, abs=1e-12)
    assert bent.best_fit[0] == pytest.approx(straight.best_fit[0], rel=1e-4, abs=1e-3)
    assert bent.expected.value == pytest.approx(straight.expected.value, rel=1e-7)
    for found in (straight, bent):
        assert found.lower[0] <= found.best_fit[0] <= found.value


def test_what_comes_back_to_nothing_is_as_allowed_as_nothing():
    """Data that prefer a signal: 0 fits badly, and so does a size whose signal has gone."""
    def expects(ray):
        return Curve(signal=lambda x, j: x**2 * np.exp(-x / 3), where=lambda j: (1e-3, 1e4),
                     fixed=np.array([10.0]))

    axis = Axis("bin", "1", np.array([0.0, 1.0]))
    found = munu.limit(probe(expects, Values(axis, np.array([12.0]), np.array([0.5]))))
    assert 0 < found.lower[0] < found.best_fit[0] < found.value
    # what was seen is made by a small size and by one that is past the maximum
    between, beyond = found.excluded[0]
    assert between.low < 6 < between.high < found.best_fit[0] < beyond.low == found.value
    # the signal is a fiftieth of the error there
    assert beyond.high**2 * np.exp(-beyond.high / 3) == pytest.approx(0.02 * 0.5, rel=1e-6)
    for x in (0.0, 1.01 * beyond.high, 1e3):
        assert not found.contains(0.0, x)


def test_one_isotope_has_a_second_interval():
    """Its radius changes the sign of one amplitude: an interval narrower than any step."""
    def expects(ray):
        # counts (1 + x/2e-31)^2 of a large exposure: x = 0 and x = -4e-31 are the same rate
        rate, unit = np.array([[4e7, 1e7]]), 2e-31 * munu.units.cm**2
        return Polynomial(signal={1: 2 * rate / unit, 2: rate / unit**2}, fixed=rate[0],
                          backgrounds={"b": Background(np.full(2, 10.0), 0.05)})

    found = munu.limit(probe(expects, grade="sensitivity"), "r2")
    pieces = np.array(found.meta["intervals"]) / munu.units.cm**2
    assert len(pieces) == 2
    assert np.mean(pieces[0]) == pytest.approx(-4e-31, rel=1e-4)
    assert pieces[0][1] - pieces[0][0] < 2e-34
    assert all(a < b for a, b in pieces)


def test_correlated_values_are_a_chi_square():
    """Two values with one common error: the parabola of the whole matrix."""
    V = np.array([[1.0, 0.6], [0.6, 2.0]])
    S, seen = np.array([1.0, 2.0]), np.array([0.3, 0.8])

    def expects(ray):
        return Polynomial(signal={2: S[None]})

    found = munu.limit(probe(expects, Values(Axis("n", "1", np.arange(3.0)), seen, V), "counts"),
                       method="profile_unbounded")
    W = np.linalg.inv(V)
    best, width = S @ W @ seen / (S @ W @ S), (S @ W @ S) ** -0.5
    assert found.value**2 == pytest.approx(best + 1.6448536 * width, rel=1e-6)


def test_a_free_norm_hides_the_size_of_what_it_scales():
    """All bins alike and a free norm of everything: nothing is excluded; another shape is."""
    flat, slope = np.full(6, 100.0), np.linspace(0, 1, 6)
    bins = Axis("bin", "1", np.arange(7.0))

    def curve(shape):
        return lambda ray: Curve(
            signal=lambda x, j: flat + x[:, None] ** 2 * shape, bins=6, where=lambda j: (1e-2, 1e2),
            pulls={"norm": Pull("all", None)})

    seen = Counts(bins, flat)
    alike = munu.limit(probe(curve(flat), seen, "counts"), expected=False)
    other = munu.limit(probe(curve(50 * slope), seen, "counts"), expected=False)
    assert alike.excluded == ((),) and np.isfinite(other.value)


def bursts(masses):
    """183 bins in three bands, six free norms: a flash that falls with the mass of N."""
    t = np.linspace(0, 1, 183)
    zero = np.zeros(183)
    bands = [np.concatenate([t if k == b else zero for k in range(3)]) for b in range(3)]
    flat = [np.concatenate([1 - t if k == b else zero for k in range(3)]) for b in range(3)]
    backgrounds = {f"{n} {b}": Background(20 * shape[b]) for b in range(3)
                   for n, shape in (("rising", bands), ("falling", flat))}
    seen = Counts(Axis("bin", "1", np.arange(550.0)), np.random.default_rng(3).poisson(
        20.0, 549).astype(float))

    def expects(ray):
        tau = 0.02 + 0.01 * np.arange(ray.rows)
        shape = np.exp(-t[None] / tau[:, None])
        both = np.concatenate([shape, 0.5 * shape, 0.1 * shape], axis=1)
        return Curve(signal=lambda x, j: 1e3 * x[:, None] ** 2 * both[j] * np.exp(-x[:, None]),
                     bins=549, where=lambda j: (1e-3, 1e2), backgrounds=backgrounds)

    return munu.limit(probe(expects, seen, "counts"), M_N=masses, expected=False)


def test_time_bins_with_free_norms_leave_islands():
    found = bursts(np.geomspace(1 * keV, 2 * keV, 3))
    assert all(len(x) == 1 and np.isfinite(x[0].high) for x in found.excluded)


# ---- several probes ------------------------------------------------------------------------

def test_likelihoods_multiply():
    """Two halves of one experiment are the whole one."""
    rng = np.random.default_rng(5)
    S, B = rng.uniform(0.5, 2, (1, 12)), rng.uniform(3, 9, 12)
    n = rng.poisson(B).astype(float)

    def half(cut, name):
        axis = Axis("bin", "1", np.arange(len(B[cut]) + 1.0))
        return probe(lambda ray: Polynomial(signal={2: S[:, cut]}, backgrounds={
            "b": Background(B[cut], 0.1)}), Counts(axis, n[cut]), "counts", data=(name,))

    whole = Polynomial(signal={2: S}, backgrounds={
        "a": Background(np.append(B[:6], np.zeros(6)), 0.1),
        "b": Background(np.append(np.zeros(6), B[6:]), 0.1)})
    together = munu.limit([half(slice(0, 6), "a"), half(slice(6, 12), "b")])
    alone = munu.limit(probe(lambda ray: whole, Counts(AXIS, n), "counts"))
    assert together.value == pytest.approx(alone.value, rel=1e-9)
    assert together.expected.value == pytest.approx(alone.expected.value, rel=1e-9)


@pytest.mark.parametrize("shared", [True, False])
def test_a_pull_is_private_unless_it_is_shared(shared):
    """The same flux error twice: shared it does not average down."""
    def one(k):
        S, F = np.array([[4.0]]), np.array([1e4])
        return probe(lambda ray: Polynomial(
            signal={2: 100 * S}, fixed=F,
            pulls={"flux": Pull({2: 0 * S, 0: F}, 0.1, shared=shared)}),
            Counts(Axis("n", "1", np.arange(2.0)), F), "counts", data=(str(k),))

    single = munu.limit(one(0)).value ** 2
    pair = munu.limit([one(0), one(1)]).value ** 2
    assert pair / single == pytest.approx(1.0 if shared else 0.5**0.5, rel=0.02)


def test_data_in_common_are_refused():
    with pytest.raises(DomainError, match="rest on the same data"):
        munu.limit([both(1)[0], both(1)[1]])


# ---- the finder itself ---------------------------------------------------------------------

@given(st.floats(-3, 3), st.floats(0.3, 3), st.floats(0.05, 2))
def test_edges_lie_where_the_function_passes(center, width, height):
    """A parabola of one row: both edges, whatever the nodes."""
    def f(u, j):
        return height - ((u - center) / width) ** 2

    nodes = np.linspace(-12, 12, 17)[None]
    points = crossings.refined(f, crossings.survey(f, nodes), sign=-1, judge=lambda v, r: v <= 0)
    _, at, rises = crossings.edges(f, points, 1e-12)
    half = width * np.sqrt(height)
    np.testing.assert_allclose(at, [center - half, center + half], atol=1e-9)
    assert rises.tolist() == [1, -1]


def test_rays_of_one_trace_matrix_are_one():
    """Words do not matter: the tuple (1, 0, 0) is the flavor e, a phase in front is nothing."""
    for flavor in ((1, 0, 0), (1j, 0, 0)):
        np.testing.assert_allclose(Ray.portal(0.0, flavor).trace_matrix(),
                                   Ray.portal(0.0, "e").trace_matrix())
