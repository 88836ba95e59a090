"""A posterior's record and its picture, of draws that are known."""

import pickle

import numpy as np
import pytest

from munu import results
from munu._frozen import FrozenMap
from munu.inference.named import named
from munu.inference.posterior import Posterior, priors
from munu.ray import read


def known(along="mu", prior="flat_mu", divergences=0, ess=4000.0, **more):
    """A half normal of width 4e-12, or a normal one of a size with a sign."""
    model = named("xenonnt", along, **more)
    rng = np.random.default_rng(2)
    x = 4e-12 * rng.normal(size=(4, 2500))
    x = x if model.study.ray.signed else np.abs(x)
    draws = {model.names[0]: x * model.study.ray.factor, "B0": rng.normal(1.0, 0.05, x.shape)}
    every = dict.fromkeys(model.names, 1.001)
    return Posterior(model=model, prior=prior, lowest=None, draws=FrozenMap(draws),
                     r_hat=FrozenMap(every), ess=FrozenMap(dict.fromkeys(every, ess)),
                     divergences=divergences, level=0.9, seed=3, papers=("Phan2019",))


def test_the_limit_is_the_quantile_with_the_error_of_the_draws():
    made = known()
    assert made.upper == pytest.approx(1.645 * 4e-12, rel=0.02)
    # of 4000 draws: sqrt(0.9 0.1/4000) over the density at the quantile, 2 phi(1.645)/4e-12
    assert made.upper_error == pytest.approx(0.00474 / 0.2063 * 4e-12, rel=0.15)
    assert not made.notes and "mu < 6.6" in repr(made)


def test_a_size_with_a_sign_has_a_limit_on_both_sides():
    made = known("r2", "flat_r2", flavor="e")
    assert made.as_dict()["upper"] == pytest.approx(1.645 * 4e-12, rel=0.03)
    row = made.rows()[0]
    assert row["low"] == pytest.approx(-row["high"], rel=0.05)


def test_priors_go_with_the_sign_of_the_size():
    assert priors(read("mu")) == ("flat_mu", "flat_mu2", "log_mu")
    assert priors(read("q", flavor="e")) == ("flat_q",)


def test_it_says_what_is_wrong_with_the_draws():
    notes = known(divergences=7, ess=100.0).notes
    assert "diverged 7 times" in notes[0] and "worth of 100 draws" in notes[1]


def test_it_travels_and_makes_tables(tmp_path):
    made = known()
    assert pickle.loads(pickle.dumps(made)).as_dict() == made.as_dict()
    made.to_table(tmp_path / "a.ecsv")
    assert "prior: flat_mu" in (tmp_path / "a.ecsv").read_text()
    assert results.plain(made.as_dict())["parameters"][1]["parameter"] == "B0"


@pytest.mark.parametrize(("along", "prior", "more"), [
    ("mu", "flat_mu", {}), ("mu", "log_mu", {}), ("r2", "flat_r2", {"flavor": "e"})])
def test_its_picture_is_shaded_beyond_the_limit(tmp_path, along, prior, more):
    made = known(along, prior, **more)
    drawn = made.plot(path=tmp_path / f"{along}.png")
    ax = drawn.fig.axes[0]
    ends = sorted(x.get_xdata()[0] for x in ax.lines)
    upper = made.as_dict()["upper"]
    assert ends == pytest.approx([-upper, upper] if along == "r2" else [upper])
    assert max(drawn.columns["density"][1]) == 1.0 and ax.get_xscale() == (
        "log" if prior == "log_mu" else "linear")
    assert (tmp_path / f"{along}.ecsv").exists() and "below" in drawn.caption
