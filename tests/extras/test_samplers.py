"""Samplers of others on munu's densities: each comes back with the integral, and none is held by a
likelihood that is flat below a limit."""

import numpy as np
import pytest

from munu.inference.sampling import density

pytestmark = pytest.mark.extras
LEVEL = 0.90
# an upper edge by a few thousand points of a sampler; ln of the evidence, in its own errors
EDGE, ERRORS = 0.15, 4.0


class Counted:
    """A likelihood that knows how often it was asked."""

    def __init__(self, made):
        self.made, self.calls = made, 0

    def __call__(self, theta):
        self.calls += 1 if np.ndim(theta) == 1 else len(theta)
        return self.made.log_likelihood(theta)


def by_sum(made):
    """ln of the evidence and the 90 % edge of the size, by a sum over a grid in ln mu."""
    x = np.geomspace(made.low, made.high, 1001)
    if len(made.names) == 1:
        p = np.exp(made.log_prob(x[:, None]))
    else:
        ((low, high),) = made.free.values()
        norm = np.linspace(low, high, 401)
        X, B = np.meshgrid(x, norm, indexing="ij")
        p = np.exp(made.log_prob(np.column_stack([X.ravel(), B.ravel()]))).reshape(X.shape)
        p = p.sum(axis=1) * (norm[1] - norm[0])
    parts = np.cumsum(0.5 * (p[1:] + p[:-1]) * np.diff(x))
    return np.log(parts[-1]), np.exp(np.interp(LEVEL, parts / parts[-1], np.log(x[1:])))


def edge(sizes, weights):
    order = np.argsort(sizes)
    sums = np.cumsum(weights[order])
    return sizes[order][np.searchsorted(sums, LEVEL * sums[-1])]


def wide(**more):
    """Ten decades, of which the data tell two apart."""
    return density("xenonnt", prior="log_mu", between=("1e-20", "1e-10"), **more)


def cut(made):
    return made.with_(low=made.flat_below(1e-3))


def with_norm():
    return wide(nuisances="sampled", free={"B0": (0.5, 1.5)})


@pytest.mark.parametrize("made", [cut(wide()), with_norm(), cut(with_norm())],
                         ids=["size", "ten decades", "size and norm"])
def test_dynesty(made):
    dynesty = pytest.importorskip("dynesty")
    asked = Counted(made)
    sampler = dynesty.NestedSampler(asked, made.prior_transform, len(made.names), nlive=200,
                                    rstate=np.random.default_rng(1))
    sampler.run_nested(print_progress=False, maxcall=50_000)
    found, (evidence, upper) = sampler.results, by_sum(made)
    assert asked.calls < 20_000
    assert abs(found.logz[-1] - evidence) < ERRORS * found.logzerr[-1]
    assert edge(found.samples[:, 0], found.importance_weights()) == pytest.approx(
        upper, rel=EDGE if made.low > 1e-19 else 0.5)


def test_dynesty_ends_on_a_plateau():
    """Nuisances profiled, eight decades alike to the last bit: it says so, and has the integral."""
    dynesty = pytest.importorskip("dynesty")
    made = wide()
    asked = Counted(made)
    sampler = dynesty.NestedSampler(asked, made.prior_transform, 1, nlive=200,
                                    rstate=np.random.default_rng(1))
    with pytest.warns(UserWarning, match="plateau"):
        sampler.run_nested(print_progress=False, maxcall=50_000)
    assert asked.calls < 2_000
    found = sampler.results
    assert abs(found.logz[-1] - by_sum(made)[0]) < ERRORS * found.logzerr[-1]


@pytest.mark.parametrize("made", [cut(with_norm()), with_norm()], ids=["cut", "ten decades"])
def test_nautilus(made):
    nautilus = pytest.importorskip("nautilus")
    asked = Counted(made)
    sampler = nautilus.Sampler(made.prior_transform, asked, n_dim=2, pass_dict=False,
                               vectorized=True, n_live=300, n_networks=0, seed=1)
    assert sampler.run(n_eff=2000, verbose=False, n_like_max=50_000)
    points, log_weights, _ = sampler.posterior()
    evidence, upper = by_sum(made)
    assert asked.calls < 20_000
    assert sampler.log_z == pytest.approx(evidence, abs=0.15)
    assert edge(points[:, 0], np.exp(log_weights)) == pytest.approx(
        upper, rel=EDGE if made.low > 1e-19 else 0.5)


@pytest.mark.parametrize("prior", ["flat_mu", "flat_mu2"])
def test_emcee(prior):
    emcee = pytest.importorskip("emcee")
    made = density("xenonnt", prior=prior, between=(0, "5e-11"))
    sampler = emcee.EnsembleSampler(16, 1, made.log_prob, vectorize=True)
    sampler.random_state = np.random.RandomState(1).get_state()
    sampler.run_mcmc(made.prior_transform(np.random.default_rng(1).random((16, 1))), 3000)
    x = np.linspace(0, made.high, 4001)[1:]
    sums = np.cumsum(np.exp(made.log_prob(x[:, None])))
    drawn = sampler.get_chain(flat=True, discard=200)[:, 0]
    assert np.quantile(drawn, LEVEL) == pytest.approx(
        np.interp(LEVEL, sums / sums[-1], x), rel=0.05)
