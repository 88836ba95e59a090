"""Likelihood and prior as functions that samplers ask."""

import pickle

import numpy as np
import pytest
from scipy.stats import truncnorm

import munu
from munu.errors import DomainError, UnknownName
from munu.inference.sampling import IMPOSSIBLE, density
from munu.probes import Background, Counts, Curve, Polynomial, Probe, Pull
from munu.spectrum import Axis


def one_bin(n, b=0.0, error=None, pulls=None):
    """One bin: n seen, mu^2 events of a signal and b of a background."""
    backgrounds = {"b": Background(np.array([b]), error)} if b else {}
    expected = Polynomial(signal={2: np.ones((1, 1))}, backgrounds=backgrounds, pulls=pulls or {})
    return Probe(name="one_bin", title="One bin", grade="counts", papers=("FeldmanCousins1998",),
                 measured=Counts(Axis("n", "1", np.arange(2.0)), np.array([float(n)])),
                 expects=lambda ray: expected, signal=lambda c: None)


def quantile(made, level, x):
    """Of the size, nuisances profiled, by sums over sizes."""
    sums = np.cumsum(np.exp(made.log_prob(x[:, None])))
    return np.interp(level, sums / sums[-1], x)


def test_no_event_is_the_textbook():
    """Flat in the rate, nothing seen and nothing else expected: 2.303 events at 90 %."""
    made = density(one_bin(0), prior="flat_mu2", between=(0, 20))
    x = np.sqrt(np.linspace(0, 400, 400_001)[1:] - 5e-4)
    weight = np.exp(made.log_prob(x[:, None])) / (2 * x)
    sums = np.cumsum(weight)
    assert np.interp(0.90, sums / sums[-1], x**2) == pytest.approx(np.log(10), rel=1e-3)


def test_the_prior_moves_the_limit():
    """Flat in mu^2 weighs large moments more than flat in mu, and that more than flat in ln mu."""
    x = np.linspace(1e-14, 4e-11, 4001)
    edges = [quantile(density("xenonnt", prior=p, between=(1e-14, 4e-11)), 0.90, x)
             for p in ("log_mu", "flat_mu", "flat_mu2")]
    assert edges == sorted(edges) and edges[0] < 0.5 * edges[2]


def test_it_is_the_likelihood_of_the_limit():
    """-2 ln L against its least value is the scan of ``munu.limit``."""
    found = munu.limit("xenonnt")
    made = density("xenonnt", prior="flat_mu", between=(0, 1e-10))
    q = -2 * made.log_likelihood(found.scan["mu"][:, None])
    np.testing.assert_allclose(q - q.min(), found.scan["ratio"], atol=1e-7)


def test_a_curve_is_taken_too():
    """N that decays before it is seen where it couples strongly: -2 ln L is the limit's own."""
    curve = Curve(signal=lambda x, j: (x**2 * np.exp(-(x**2) / 20))[:, None], bins=1,
                  where=lambda j: (0.1, 30.0), backgrounds={"b": Background(np.array([3.0]), 0.2)})
    probe = Probe(name="decays", title="Decays", grade="counts", papers=(), signal=lambda c: None,
                  measured=Counts(Axis("n", "1", np.arange(2.0)), np.array([2.0])),
                  expects=lambda ray: curve)
    made = density(probe, prior="log_mu", between=(1e-6, 30))
    scan = munu.limit(probe).scan
    q = -2 * made.log_likelihood(scan["mu"][:, None])
    np.testing.assert_allclose(q - q.min(), scan["ratio"], atol=1e-3)
    assert np.ptp(made.log_likelihood(np.geomspace(1e-6, 0.99 * made.flat_below(), 50)[:, None])
                  ) <= 2e-3


PRIORS = [("flat_mu", (0, 3e-11)), ("flat_mu2", (0, 3e-11)), ("flat_mu2", (1e-12, 3e-11)),
          ("log_mu", (1e-14, 3e-11))]


@pytest.mark.parametrize(("prior", "between"), PRIORS)
def test_the_transform_and_the_density_are_one_prior(prior, between):
    """du/dx by differences is the density."""
    made = density("xenonnt", prior=prior, between=between)
    u = np.linspace(0.01, 0.99, 50)[:, None]
    width = 1e-5
    slope = 2 * width / (made.prior_transform(u + width) - made.prior_transform(u - width))[:, 0]
    np.testing.assert_allclose(np.exp(made.log_prior(made.prior_transform(u))), slope, rtol=1e-5)
    ends = made.prior_transform([[0.0], [1.0]])[:, 0]
    np.testing.assert_allclose(ends, between, rtol=1e-12)
    assert np.isfinite(made.log_prior(made.prior_transform([[1.0]])))


def test_priors_of_nuisances_are_those_of_the_likelihood():
    """A norm Gaussian about 1 and at least 0, a pull Gaussian, a free one flat in its range."""
    probe = one_bin(4, 3.0, 0.8, {"free": Pull({0: np.ones(1)}, None),
                                  "scale": Pull({2: np.full((1, 1), 0.1)})})
    made = density(probe, prior="flat_mu", between=(0, 4), nuisances="sampled",
                   free={"free": (-1, 2)})
    assert made.names == ("mu", "b", "free", "scale")
    drawn = made.prior_transform(np.random.default_rng(3).random((40_000, 4)))
    assert drawn[:, 1].min() >= 0
    assert drawn[:, 1].mean() == pytest.approx(truncnorm.mean(-1 / 0.8, np.inf, 1, 0.8), abs=0.02)
    assert drawn[:, 2].mean() == pytest.approx(0.5, abs=0.02)
    assert drawn[:, 3].std() == pytest.approx(1.0, abs=0.02)
    # the density of the prior is that of what was drawn: its integral over a box is their share
    box = np.array([[0.0, 0.5, -1.0, -1.0], [2.0, 1.5, 0.5, 1.0]])
    points = box[0] + np.random.default_rng(4).random((40_000, 4)) * (box[1] - box[0])
    share = np.exp(made.log_prior(points)).mean() * np.prod(box[1] - box[0])
    inside = np.all((box[0] <= drawn) & (drawn <= box[1]), axis=1).mean()
    assert share == pytest.approx(inside, rel=0.05)


def test_sampled_and_profiled_are_one_likelihood():
    """At the fitted nuisances the two differ by what constrains them alone."""
    probe = one_bin(4, 3.0, 0.2)
    how = {"prior": "flat_mu", "between": (0, 4)}
    b = np.linspace(0.3, 2.5, 20_001)
    each = density(probe, nuisances="sampled", **how).log_likelihood(
        np.column_stack([np.full(b.size, 1.5), b])) - 0.5 * ((b - 1) / 0.2) ** 2
    assert density(probe, **how).log_likelihood([1.5]) == pytest.approx(each.max(), abs=1e-6)


def test_below_its_edge_the_likelihood_is_flat():
    made = density("xenonnt", prior="log_mu", between=(1e-25, 1e-10))
    at_zero = density("xenonnt", prior="flat_mu", between=(0, 1e-10)).log_likelihood([0.0])
    for tolerance in (1e-6, 1e-3, 0.1):
        x = made.flat_below(tolerance)
        inside, beyond = (abs(made.log_likelihood([f * x]) - at_zero) for f in (0.999, 1.01))
        assert inside <= tolerance < beyond
    sizes = np.geomspace(1e-25, 0.99 * made.flat_below(1e-9), 200)[:, None]
    assert np.unique(made.log_likelihood(sizes)).tolist() == [at_zero]


def test_where_size_zero_cannot_be():
    """An event that no background explains: nothing is flat, and a sampler gets a number."""
    made = density(one_bin(1), prior="flat_mu", between=(0, 5))
    assert made.flat_below() == 0.0
    assert made.log_likelihood([0.0]) == IMPOSSIBLE and made.log_prob([0.0]) == -np.inf
    assert made.log_prob([1.0]) > -10


def test_a_pull_takes_away_no_more_than_there_is():
    probe = one_bin(0, 0.0, None, {"scale": Pull({2: np.full((1, 1), 0.5)})})
    made = density(probe, prior="flat_mu", between=(0, 5), nuisances="sampled")
    p = made.log_prob([[1.0, -1.9], [1.0, -2.1]])
    assert np.isfinite(p[0]) and p[1] == -np.inf


def test_one_point_and_many_are_alike_and_travel():
    made = density(["xenonnt", "lz"], prior="flat_mu2", between=(0, 2e-11), flux_nuisances=True,
                   background_error="10%", nuisances="sampled")
    points = made.prior_transform(np.random.default_rng(5).random((7, len(made.names))))
    together = made.log_prob(points)
    np.testing.assert_array_equal([made.log_prob(p) for p in points], together)
    log_prob = pickle.loads(pickle.dumps(made.log_prob))
    np.testing.assert_array_equal(log_prob(points), together)
    assert isinstance(made.log_prob(points[0]), float)
    assert made.prior_transform(np.full(len(made.names), 0.5)).shape == (len(made.names),)


def test_a_size_with_a_sign():
    made = density("xenonnt", "q", prior="flat_q", between=(-1e-12, "1e-12e"))
    best = made.log_likelihood(np.linspace(-1e-12, 1e-12, 401)[:, None])
    assert 0 < best.argmax() < 400
    with pytest.raises(UnknownName, match="prior of q"):
        density("xenonnt", "q", prior="log_q", between=(1e-20, 1e-12))


HOW = {"prior": "flat_mu", "between": (0, 1e-10)}


@pytest.mark.parametrize(("call", "said"), [
    (lambda: density("xenonnt", **HOW | {"prior": "flat"}), "there are: flat_mu, flat_mu2, log_mu"),
    (lambda: density("xenonnt", **HOW | {"prior": "log_mu"}), "begins above 0; flat_below"),
    (lambda: density("xenonnt", **HOW | {"between": (1e-10, 0)}), "low < high"),
    (lambda: density("xenonnt", **HOW | {"between": (0, np.inf)}), "one finite number"),
    (lambda: density("xenonnt", **HOW | {"between": 1e-10}), r"must be \(low, high\)"),
    (lambda: density("xenonnt", **HOW, M_N=[0, 1]), "one mass of N; 2 were given"),
    (lambda: density("xenonnt", **HOW, nuisances="fixed"), "there are: profiled, sampled"),
    (lambda: density("xenonnt", **HOW, nuisances="sampled"), "B0 has no error"),
    (lambda: density("xenonnt", **HOW, free={"B0": (0, 2)}), "free holds B0"),
    (lambda: density("xenonnt", **HOW, nuisances="sampled", free={"B": (0, 2)}), "free holds B,"),
    (lambda: density("xenonnt", **HOW, nuisances="sampled", free={"B0": (2, 2)}), "range of B0"),
    (lambda: density("xenonnt", **HOW, nuisances="sampled", free={"B0": ("a", 2)}), "range of B0"),
    (lambda: density("xenonnt", **HOW, background_error=-0.1), "background_error = -0.1"),
    (lambda: density("borexino", **HOW, unbinned=True), "unbinned likelihood of borexino"),
    (lambda: density("darwin", **HOW), "it holds no data to make a limit of"),
    (lambda: density("xenonnt", **HOW).log_prob([["x"]]), "must be numbers"),
    (lambda: density("xenonnt", between=(0, 1)), "missing a required argument: 'prior'"),
    (lambda: density("red_giants", **HOW), "ceiling or a claim"),
    (lambda: density("xenonnt", **HOW).log_prob([[1e-11, 1.0]]), r"\(1,\) or \(n, 1\) are asked"),
    (lambda: density("xenonnt", **HOW).log_prob([np.nan]), "not finite"),
    (lambda: density("xenonnt", **HOW).prior_transform([1.5]), "between 0 and 1"),
    (lambda: density("xenonnt", **HOW).flat_below(0), "tolerance = 0 must be"),
    (lambda: density("xenonnt", **HOW).with_(free={}), "no entry to change named 'free'"),
])
def test_what_cannot_be_is_said(call, said):
    with pytest.raises((DomainError, UnknownName), match=said):
        call()
