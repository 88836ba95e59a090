"""A Fisher forecast: errors of what an experiment will find."""

import numpy as np
import pytest

import munu
from munu import results
from munu.errors import DomainError
from munu.inference import intervals
from munu.inference.forecast import _inverse, fisher
from munu.inference.likelihood import best_fit
from munu.inference.named import named
from munu.inference.study import study
from munu.inference.toys import draw
from munu.ray import Ray
from tests.unit.command import answer, run


def test_many_events_give_the_limit_that_is_expected():
    """Where counts are high and norms far from 0 the Gaussian limit is the limit."""
    for name, close in (("texono", 5e-3), ("lz", 2e-2), ("xenonnt", 5e-2)):
        found = munu.limit(name)
        hoped = found if found.expected is None else found.expected
        assert fisher(name).upper == pytest.approx(float(hoped.upper[0]), rel=close), name


def test_the_error_is_the_scatter_of_fits_to_toys():
    made = fisher("xenonnt", times=1.0, size=3e-11)
    s = study([munu.probes.get("xenonnt")], Ray.portal())
    problem = s.even()
    counts, redrawn = draw(problem, 9e-22, np.ones(1), 3000, np.random.default_rng(5))
    y, _, eta = best_fit(redrawn, counts, bounded=False)
    # a spread of 3000 is known to 1.3 per cent
    assert np.std(y) == pytest.approx(made.error["mu^2"], rel=0.05)
    assert np.std(eta[:, 0]) == pytest.approx(made.error["B0"], rel=0.05)
    assert np.corrcoef(y, eta[:, 0])[0, 1] == pytest.approx(made.correlation[0, 1], abs=0.05)


def test_ten_times_the_exposure_is_a_root_of_ten():
    one, ten = fisher("xenonnt"), fisher("xenonnt", times=10.0)
    assert one.error["mu^2"] / ten.error["mu^2"] == pytest.approx(np.sqrt(10), rel=1e-12)
    assert one.upper / ten.upper == pytest.approx(10**0.25, rel=1e-12)
    # what is known beforehand does not become better known by that alone
    known = fisher("xenonnt", background_error=0.01), \
        fisher("xenonnt", background_error=0.01, times=10.0)
    assert known[0].error["B0"] / known[1].error["B0"] < 1.2


def test_errors_grow_with_what_is_not_known():
    one = fisher("borexino", flavor="e")
    less = fisher("xenonnt", flavor="e", size=3e-11)
    for more in ({"flux_nuisances": True}, {"mixing": {"s12": 0.012}}):
        made = fisher("xenonnt", flavor="e", size=3e-11, **more)
        assert made.error["mu^2"] > less.error["mu^2"]
    assert np.all(one.errors >= one.alone * (1 - 1e-12))


def test_the_information_is_half_the_curvature_at_what_is_expected():
    """Second differences of -2 ln L of the median experiment."""
    from dataclasses import replace

    made = fisher("conus_plus", size=1e-10)
    model = named("conus_plus", squared=True)
    p = model.at(**{"mu^2": 1e-20})
    median = replace(model, data=model.mean(p))
    h = 0.1 * made.errors

    def at(a, b):
        v = {n: p[n] + a * h[0] * (n == "mu^2") + b * h[1] * (n == "norm") for n in model.names}
        return median(v)

    curved = np.array([[at(1, 0) - 2 * at(0, 0) + at(-1, 0),
                        (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4],
                       [0.0, at(0, 1) - 2 * at(0, 0) + at(0, -1)]]) / (2 * np.outer(h, h))
    curved[1, 0] = curved[0, 1]
    assert np.linalg.inv(curved) == pytest.approx(made.covariance, rel=2e-2)


def test_what_nothing_measures_has_no_error():
    covariance, errors = _inverse(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 4.0]]))
    assert errors.tolist() == [np.inf, np.inf, 0.5]
    assert np.isnan(covariance[0, 2]) and covariance[2, 2] == pytest.approx(0.25)
    assert _inverse(np.diag([4.0, 0.0]))[1].tolist() == [0.5, np.inf]


def test_a_norm_close_to_its_end_is_noted():
    assert "kr85" in fisher("borexino").notes[0] and not fisher("xenonnt").notes


def test_radii_and_charges_have_a_sign():
    made = fisher("xenonnt", "r2", flavor="e")
    assert made.names[0] == "r2" and made.as_dict()["unit"] == "cm^2"
    assert made.as_dict()["upper"] == pytest.approx(
        np.sqrt(intervals.rise(0.9, "profile")) * made.rows()[0]["error"])


@pytest.mark.parametrize(("call", "said"), [
    (lambda: fisher("xenonnt", times=0.0), "times = 0.0 must be a number above 0"),
    (lambda: fisher("xenonnt", times=True), "times = True"),
    (lambda: fisher("xenonnt", times=float("nan")), "times = nan"),
    # of a limit they are refused too, and 0 was none
    *((lambda x=x: fisher("xenonnt", background_error=x),
       f"background_error = {x!r} must be a number above 1e-9") for x in (0.0, 3.0, True)),
    (lambda: fisher("xenonnt", size=-1e-11), "must be at least 0"),
    (lambda: fisher("xenonnt", size="3keV"), "not of the kind of mu_B"),
    (lambda: fisher("xenonnt", level=1.0), "must lie between 0 and 1"),
    (lambda: fisher("xenonnt", tims=2.0), "no argument 'tims'; did you mean 'times'?"),
    (lambda: fisher("xenonnt", M_N="1GeV"), "sees nothing of these couplings"),
])
def test_what_cannot_be_is_said_in_one_line(call, said):
    with pytest.raises(DomainError) as caught:
        call()
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_bin_that_expects_nothing_has_no_gaussian_error():
    from munu.inference.forecast import _information

    model = named("xenonnt", squared=True)
    with pytest.raises(DomainError, match="bin 1 expects 0 events"):
        _information(model, model.at(**{"mu^2": 0.0, "B0": 0.0}), 1.0)


def test_the_command_says_what_the_record_says(capsys, tmp_path):
    asked = ["fisher", "xenonnt", "--flavor", "e", "--size", "2e-11", "--mixing-error",
             "s12=0.012"]
    got = answer(capsys, *asked, "--out", tmp_path / "a.ecsv")
    made = fisher("xenonnt", flavor="e", size=2e-11, mixing={"s12": 0.012})
    want = made.as_dict()
    assert {k: got[k] for k in want if k not in ("command",)} == results.plain(want)
    code, out, _ = run(capsys, *asked)
    assert code == 0 and "significance" in out and "mu^2" in out
    assert run(capsys, "fisher", "xenonnt", "--mixing-error", "s12")[0] == 2


@pytest.mark.parametrize(("more", "said"), [
    ({"prior": "flat"}, "no prior of mu named 'flat'; did you mean 'flat_mu'"),
    ({"prior": "log_mu"}, "give lowest, the least mu"),
    ({"prior": "log_mu", "lowest": 0.0}, "lowest = 0.0 must be above 0"),
    ({"prior": "flat_mu", "lowest": 1e-13}, "is of the prior log_mu; leave it out"),
    ({"prior": "flat_mu", "draws": 10}, "draws = 10 must be a whole number from 100"),
    ({"prior": "flat_mu", "seed": -1}, "seed = -1 must be a whole number from 0"),
    ({}, "missing a required argument: 'prior'"),
])
def test_a_posterior_is_judged_before_anything_is_drawn(more, said):
    from munu.errors import MunuError
    from munu.inference.posterior import posterior

    with pytest.raises(MunuError) as caught:
        posterior("xenonnt", **more)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_an_old_jax_is_told_so(monkeypatch):
    import sys
    from types import SimpleNamespace

    from munu.inference import jaxed

    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(__version__="0.4.30"))
    with pytest.raises(DomainError, match=r"jax 0\.4\.30 is older than 0\.8"), jaxed.x64():
        pass


def test_without_jax_it_says_what_to_install(monkeypatch):
    import sys

    from munu.errors import NotInstalled
    from munu.inference import jaxed
    from munu.inference.posterior import posterior

    monkeypatch.setitem(sys.modules, "jax", None)
    model = named("xenonnt")
    for call in (lambda: jaxed.gradient(model, model.at(mu=0.0)),
                 lambda: posterior("xenonnt", prior="flat_mu")):
        with pytest.raises(NotInstalled, match=r"jax is not installed; run: pip install "
                                               r"'munu\[jax\]'"):
            call()
