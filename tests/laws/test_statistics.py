"""Likelihood and limits: against other minimizers, and against what a limit must do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

import munu
from munu import probes
from munu.detectors import Efficiency, matrix, nodes
from munu.errors import DomainError
from munu.inference import intervals
from munu.inference.likelihood import Problem, best_fit, nll, profile
from munu.inference.toys import ratio
from munu.probes.xenonnt import resolution
from munu.ray import Ray
from munu.units import keV

seeds = st.integers(0, 10**6)


def problem(seed, K=1, F=0, rows=1, signal=0.0):
    rng = np.random.default_rng(seed)
    n = 12
    S = rng.uniform(0.1, 3, (rows, n)) * np.exp(-np.arange(n) / rng.uniform(2, 6))
    B = rng.uniform(2, 20, (K, n))
    pulls = 0.1 * rng.uniform(0, 1, (F, rows, n)) * S if F else None
    prior = [np.inf, 0.2, 0.1][:K]
    model = Problem.of(S, B, prior, pulls)
    counts = rng.poisson(B.sum(axis=0) + signal * S[0]).astype(float)
    return model, counts


def other_minimum(model, counts, y=None):
    """The same minimum by a general minimizer."""
    P = len(model.background) + len(model.pulls)

    def value(x):
        yy = np.array([x[0] if y is None else y])
        return float(nll(model, yy, x[None, -P:], counts)[0])

    start = [*([0.5] if y is None else []), *[1.0] * len(model.background),
             *[0.0] * len(model.pulls)]
    bounds = [*([(0, None)] if y is None else []), *[(1e-9, None)] * len(model.background),
              *[(-8, 8)] * len(model.pulls)]
    found = minimize(value, start, bounds=bounds, method="L-BFGS-B",
                     options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 2000})
    return found.fun


def with_fixed(model, seed, *, error=False):
    """The same with a fixed expectation, a pull on it, and Gaussian errors if asked."""
    rng = np.random.default_rng(seed + 1)
    fixed = rng.uniform(0, 5, model.signal.shape[1])
    pulls = np.concatenate([model.pulls, 0.1 * model.signal[None]])
    pulls_fixed = np.concatenate([np.zeros((len(model.pulls), fixed.size)), 0.1 * fixed[None]])
    return Problem.of(model.signal, model.background, model.prior, pulls, fixed=fixed,
                    pulls_fixed=pulls_fixed,
                    error=rng.uniform(1, 4, fixed.size) if error else None)


@given(seeds, st.sampled_from([(1, 0), (2, 1)]), st.floats(0, 5), st.booleans())
def test_a_fixed_part_and_its_pull_equal_another_minimizer(seed, shape, y, error):
    plain, counts = problem(seed, *shape)
    model = with_fixed(plain, seed, error=error)
    counts = counts + np.round(model.fixed)
    ours = profile(model, np.array([y]), counts)[0][0]
    assert ours == pytest.approx(other_minimum(model, counts, y), abs=1e-5)


@given(seeds, st.floats(0, 6))
def test_the_best_fit_with_pulls_equals_another_minimizer(seed, signal):
    plain, counts = problem(seed, 1, 0, signal=signal)
    model = with_fixed(plain, seed)
    counts = counts + np.round(model.fixed)
    y, value, _ = best_fit(model, counts)
    assert value[0] <= other_minimum(model, counts) + 1e-5
    assert y[0] >= 0


@given(seeds)
def test_gaussian_errors_without_nuisances_are_a_parabola(seed):
    """chi^2 of one template: best fit S.n/S.S and a limit 1.645 errors above it, in closed form."""
    rng = np.random.default_rng(seed)
    S, error = rng.uniform(0.5, 2, 8), rng.uniform(0.5, 2, 8)
    seen = 3 * S + rng.normal(0, error)
    model = Problem.of(S[None], np.zeros((0, 8)), error=error)
    w = S / error**2
    best, width = w @ seen / (w @ S), (w @ S) ** -0.5
    up, y, _ = intervals.upper(model, seen, 2.706, bounded=False)
    assert y[0] == pytest.approx(best, rel=1e-6)
    assert up[0] == pytest.approx(best + 1.645 * width, rel=1e-3)


@given(seeds)
def test_a_background_at_its_floor_stays_there(seed):
    """Two backgrounds of which the data want one alone: the other rests at 0, and the minimum is
    that of a bounded minimizer."""
    rng = np.random.default_rng(seed)
    B = np.array([rng.uniform(5, 10, 10), np.linspace(0, 8, 10)])
    counts = rng.poisson(np.maximum(B[0] - 0.5 * B[1], 0.1)).astype(float)
    model = Problem.of(np.ones((1, 10)), B)
    value, _, eta = profile(model, np.zeros(1), counts)
    assert np.all(eta >= 0)
    assert value[0] == pytest.approx(other_minimum(model, counts, 0.0), abs=1e-4)


def test_flux_pulls_of_an_unbinned_likelihood_have_their_own_totals():
    free = munu.limit("xenonnt", unbinned=True, flux_nuisances=True).value
    fixed = munu.limit("xenonnt", unbinned=True).value
    assert free == pytest.approx(fixed, rel=2e-3)


@given(seeds, st.sampled_from([(1, 0), (2, 0), (1, 2), (2, 1)]), st.floats(0, 5))
def test_profile_equals_another_minimizer(seed, shape, y):
    model, counts = problem(seed, *shape)
    ours = profile(model, np.array([y]), counts)[0][0]
    assert ours == pytest.approx(other_minimum(model, counts, y), abs=1e-5)


@given(seeds, st.sampled_from([(1, 0), (2, 0), (1, 1)]), st.floats(0, 6))
def test_best_fit_equals_another_minimizer(seed, shape, signal):
    model, counts = problem(seed, *shape, signal=signal)
    y, value, _ = best_fit(model, counts)
    assert y[0] >= 0
    assert value[0] == pytest.approx(other_minimum(model, counts), abs=1e-4)


@given(seeds, st.floats(0.01, 5))
def test_slope_is_the_derivative(seed, y):
    model, counts = problem(seed, 1, 1)
    h = 1e-4
    up, down = (profile(model, np.array([y + d]), counts)[0][0] for d in (h, -h))
    slope = profile(model, np.array([y]), counts)[1][0]
    assert slope == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-5)


@given(seeds)
def test_profile_is_convex(seed):
    model, counts = problem(seed)
    y = np.linspace(0, 10, 41)
    value = profile(model.rows(np.zeros(41, dtype=int)), y, counts)[0]
    assert np.all(np.diff(value, 2) > -1e-9)


@given(seeds, st.booleans())
def test_the_edge_lies_where_it_says(seed, bounded):
    model, counts = problem(seed)
    edge, best, least = intervals.upper(model, counts, 2.706, bounded=bounded)
    assert edge[0] > best[0]
    assert profile(model, edge, counts)[0][0] - least[0] == pytest.approx(2.706, abs=1e-7)


def test_many_masses_are_the_single_ones():
    model, counts = problem(3, rows=7)
    together = intervals.upper(model, counts, 2.706)[0]
    alone = [intervals.upper(model.rows([i]), counts, 2.706)[0][0] for i in range(7)]
    np.testing.assert_allclose(together, alone, rtol=1e-9)


def test_without_signal_there_is_no_limit():
    model = Problem.of(np.zeros((1, 5)), np.ones(5))
    assert intervals.upper(model, np.ones(5), 2.706)[0][0] == np.inf


def test_templates_must_be_sound():
    with pytest.raises(DomainError, match="not finite"):
        Problem.of([np.nan, 1.0], [1.0, 1.0])
    with pytest.raises(DomainError, match="at least 0"):
        Problem.of([1.0, 1.0], [-1.0, 1.0])


def test_the_critical_value_covers():
    """At y, the 90 % quantile of one set of toys holds 90 % of another."""
    model, counts = problem(11)
    rng = np.random.default_rng(5)
    y = 1.5
    eta = profile(model, np.array([y]), counts)[2]
    mean = y * model.signal[0] + eta[0] @ model.background
    one, two = (ratio(model, y, rng.poisson(mean, (3000, 12)).astype(float)) for _ in range(2))
    assert np.mean(two <= np.quantile(one, 0.9)) == pytest.approx(0.9, abs=4 * np.sqrt(
        2 * 0.09 / 3000))


def test_feldman_cousins_is_reproducible_and_lies_below_the_profile_at_the_boundary():
    a, b = (munu.limit("xenonnt", method="feldman_cousins", toys=1000, seed=7, expected=False)
            for _ in range(2))
    assert a.value == b.value and a.seed == 7
    assert a.value < munu.limit("xenonnt", expected=False).value


def test_asymptotic_bands_agree_with_toys():
    probe = probes.get("xenonnt")
    found = munu.limit(probe)
    b0 = probe.backgrounds["B0"].values
    drawn = np.random.default_rng(2).poisson(b0, (800, b0.size)).astype(float)
    t = probe.expected(Ray.portal())
    model = Problem.of(t.signal[2], b0).rows(np.zeros(800, dtype=int))
    edges = np.sqrt(intervals.upper(model, drawn, 2.706)[0])
    np.testing.assert_allclose(np.median(edges), found.expected[0], rtol=0.03)
    np.testing.assert_allclose(np.quantile(edges, [0.1587, 0.8413]), found.bands["1 sigma"][:, 0],
                               rtol=0.05)


# ---- the probe -----------------------------------------------------------------------------

def test_expected_limits_tighten_with_exposure():
    expected = [munu.limit(probes.get("xenonnt", exposure=f"{x} t yr")).expected[0]
                for x in (0.6, 1.16, 5)]
    assert expected[0] > expected[1] > expected[2]
    # background dominated: mu^2 falls as the root of the exposure
    assert expected[0] / expected[2] == pytest.approx((5 / 0.6) ** 0.25, rel=0.05)


def test_the_signal_is_a_power_of_mu():
    probe = probes.get("xenonnt")
    one, two = (probe.predict(munu.DipolePortal(x, 50 * keV)).components["dipole"].values
                for x in (1e-11, 2e-11))
    np.testing.assert_allclose(two, 4 * one, rtol=1e-12)


def test_templates_are_predictions():
    probe = probes.get("xenonnt")
    for flavor in ("universal", "e", "mu", "tau", (1, 0.5, -0.2j)):
        t = probe.expected(Ray.portal(np.array([0.0, 0.2]) * 1000 * keV, flavor))
        for i, M in enumerate((0.0, 200 * keV)):
            made = probe.predict(munu.DipolePortal(1.0, M, flavor)).components["dipole"]
            np.testing.assert_allclose(t.signal[2][i], made.values, rtol=1e-10)


def test_each_edge_of_the_envelope_is_named():
    found = munu.limit("xenonnt", M_N=[0.0, 300 * keV], systematic=True, expected=False)
    edges = found.envelope()
    assert np.all(edges["low"] <= found.upper) and np.all(found.upper <= edges["high"])
    assert edges["low_by"][0] == "free electrons"
    with pytest.raises(DomainError, match="systematic=True"):
        munu.limit("xenonnt", expected=False).envelope()


def test_single_flavors_add_to_universal():
    probe = probes.get("xenonnt")
    parts = [probe.predict(munu.DipolePortal(1e-11, 0.0, f)).components["dipole"].values
             for f in ("e", "mu", "tau")]
    whole = probe.predict(munu.DipolePortal(1e-11, 0.0)).components["dipole"].values
    np.testing.assert_allclose(sum(parts), whole, rtol=1e-12)


def test_unbinned_is_the_limit_of_fine_bins():
    fine = munu.limit(probes.get("xenonnt", bin_width="0.1 keV"), expected=False).value
    assert munu.limit("xenonnt", unbinned=True, expected=False).value == pytest.approx(
        fine, rel=0.01)


def test_flux_nuisances_loosen_little():
    fixed = munu.limit("xenonnt", expected=False).value
    free = munu.limit("xenonnt", flux_nuisances=True, expected=False).value
    assert fixed <= free < 1.01 * fixed


def test_constrained_norms_tighten():
    free, tight = (munu.limit("xenonnt", background_error=x, expected=False).value
                   for x in (None, 0.05))
    assert tight < free


@pytest.mark.parametrize("flavor", ["e", "mu", "tau"])
def test_a_single_flavor_is_bound_less_than_all(flavor):
    assert munu.limit("xenonnt", flavor=flavor).value > munu.limit("xenonnt").value


def test_charge_and_radius_intervals_hold_zero():
    for parameter in ("q", "r2"):
        found = munu.limit("xenonnt", parameter)
        assert found.lower[0] < 0 < found.upper[0]


# ---- the detector ----------------------------------------------------------------------------

@given(st.floats(2, 25))
def test_a_perfect_detector_loses_nothing(T):
    T = np.array([T]) * keV
    edges = np.linspace(-30, 60, 91) * keV
    assert matrix(T, edges, resolution).sum() == pytest.approx(1, rel=1e-9)


def test_efficiency_acts_after_the_smearing():
    """Against a plain sum on a fine grid of reconstructed energies."""
    eff = Efficiency(np.array([1.0, 2, 4, 30]) * keV, np.array([0.0, 0.5, 0.8, 0.9]))
    T, edges = np.array([1.5, 3.0, 10.0]) * keV, np.array([1, 2, 5, 12]) * keV
    x = np.linspace(1, 12, 110001) * keV
    width = resolution(T)[:, None]
    shape = np.exp(-0.5 * ((x - T[:, None]) / width) ** 2) / (np.sqrt(2 * np.pi) * width) * eff(x)
    for i in range(3):
        inside = (x >= edges[i]) & (x <= edges[i + 1])
        plain = np.trapezoid(shape[:, inside], x[inside], axis=1)
        np.testing.assert_allclose(matrix(T, edges, resolution, eff)[i], plain, rtol=1e-6,
                                   atol=1e-12)


def test_quadrature_nodes_respect_edges():
    T, w = nodes(0.15 * keV, 45 * keV, [5.107 * keV])
    step = np.sum(w[5.107 * keV < T])
    assert step == pytest.approx((45 - 5.107) * keV, rel=1e-12)
