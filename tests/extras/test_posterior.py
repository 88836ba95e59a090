"""Draws from a posterior, held beside the integral of likelihood times prior."""

import pickle
from functools import cache

import numpy as np
import pytest

from munu import results
from munu.inference.named import named
from munu.inference.posterior import posterior
from tests.unit.command import answer, run

pytestmark = pytest.mark.extras
pytest.importorskip("numpyro")


def integrated(name, size, weight, level=0.9):
    """The quantile of the size, by sums over size and the one background."""
    model = named(name)
    norm = np.linspace(0.5, 1.5, 101)
    value = np.array([[model({"mu": x, model.norms[0]: b}) for b in norm] for x in size])
    density = np.exp(-0.5 * (value - value.min())).sum(axis=1) * weight(size)
    below = np.concatenate([[0.0], np.cumsum(np.diff(size) * (density[1:] + density[:-1]) / 2)])
    return np.interp(level, below / below[-1], size)


@cache
def drawn():
    return posterior("xenonnt", prior="flat_mu2", draws=1000, warmup=600, seed=2)


def test_flat_in_the_rate():
    made = drawn()
    wanted = integrated("xenonnt", np.linspace(0.0, 3e-11, 151), lambda x: x)
    assert made.upper == pytest.approx(wanted, abs=4 * made.upper_error)
    assert made.upper_error < 0.03 * made.upper and max(made.r_hat.values()) < 1.02


def test_flat_in_the_logarithm_rests_on_the_least_size():
    made = posterior("xenonnt", prior="log_mu", lowest=1e-13, draws=1000, warmup=600)
    wanted = integrated("xenonnt", np.geomspace(1e-13, 3e-11, 151), lambda x: 1 / x)
    assert made.upper == pytest.approx(wanted, abs=4 * made.upper_error)
    assert made.size.min() >= 1e-13 and made.upper < drawn().upper
    assert "prior log_mu from 1e-13 mu_B on" in made.assumptions


def test_it_says_everything_and_travels():
    made = drawn()
    said = made.as_dict()
    assert said["statistic"] == "bayes" and said["prior"] == "flat_mu2" and said["seed"] == 2
    assert said["parameters"][0]["parameter"] == "mu" and said["divergences"] == made.divergences
    again = pickle.loads(pickle.dumps(made))
    assert again.as_dict() == said
    assert made.draws["mu"].dtype == np.float64 and made.draws["mu"].shape == (4, 1000)


def test_the_command_gives_the_same_draws_by_the_same_seed(capsys):
    asked = ["posterior", "xenonnt", "--prior", "flat_mu2", "--draws", "1000", "--warmup", "600",
             "--seed", "2"]
    got = answer(capsys, *asked)
    assert {k: got[k] for k in drawn().as_dict()} == results.plain(drawn().as_dict())


def test_a_prior_has_no_default(capsys):
    assert run(capsys, "posterior", "xenonnt")[0] == 2
