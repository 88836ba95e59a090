"""Derivatives of the likelihood by JAX beside finite differences, Minuit and the forecast."""

from dataclasses import replace

import numpy as np
import pytest

from munu.errors import DomainError, UnknownName
from munu.inference import jaxed
from munu.inference.forecast import fisher
from munu.inference.named import named
from tests.unit.test_named import SIZES, somewhere

pytestmark = pytest.mark.extras
jax = pytest.importorskip("jax")


def slopes(f, p, scale=1e-3):
    """Five-point differences of f by each parameter."""
    out = {}
    for n, x in p.items():
        h = scale * abs(x) or scale
        at = [f({**p, n: x + k * h}) for k in (-2, -1, 1, 2)]
        out[n] = (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h)
    return out


@pytest.mark.parametrize("name", ["xenonnt", "conus_plus", "coherent_csi"])
def test_value_gradient_and_hessian(name):
    model = named(name)
    p = somewhere(model, SIZES[name])
    assert jaxed.value(model, p) == pytest.approx(model(p), rel=1e-12)
    found = jaxed.gradient(model, p)
    assert found == pytest.approx(slopes(model, p), rel=1e-6)
    H = jaxed.hessian(model, p)
    assert np.allclose(H, H.T, rtol=1e-9, atol=1e-9 * np.abs(H).min())
    size = model.names[0]
    other = slopes(lambda q: jaxed.gradient(model, q)[size], p)
    unit = np.sqrt(np.diag(H))
    assert H[0] / unit == pytest.approx(np.array([other[n] for n in model.names]) / unit,
                                        rel=1e-6, abs=1e-6 * unit[0])


def test_source_parameters_have_derivatives():
    """Fluxes of the Sun and a mixing angle."""
    model = named("xenonnt", flavor="e", flux_nuisances=True, mixing={"s12": 0.012})
    p = somewhere(model, 3e-11)
    found, wanted = jaxed.gradient(model, p), slopes(model, p, 1e-2)
    assert {"s12", "solar pp flux", "solar be7 flux"} <= set(found)
    assert found == pytest.approx(wanted, rel=1e-5)


def test_real_and_imaginary_parts_of_moments():
    model = named("xenonnt", moments="majorana")
    v = dict(zip(model.couplings.names, [1e-11, 4e-12, -6e-12, 2e-12, 3e-12, -9e-12], strict=True))
    p = model.at(**v)
    found = jaxed.gradient(model, p)
    assert found == pytest.approx(slopes(model, p), rel=1e-6)
    # a common phase is no physics: along i lambda nothing changes
    turn = sum(found[f"im_{n}"] * v[f"re_{n}"] - found[f"re_{n}"] * v[f"im_{n}"]
               for n in ("emu", "etau", "mutau"))
    assert abs(turn) < 1e-9 * sum(abs(found[n] * v[n]) for n in v)


def test_minuit_finds_the_same_minimum_and_errors():
    minuit = pytest.importorskip("iminuit").Minuit
    whole = named("conus_plus", squared=True)
    truth = whole.at(**{"mu^2": 4e-20})
    model, scale = replace(whole, data=1.02 * whole.mean(truth)), 1e-20

    def of(y, norm):
        return model({"mu^2": scale * y, "norm": norm})

    def by_jax(y, norm):
        g = jaxed.gradient(model, {"mu^2": scale * y, "norm": norm})
        return [scale * g["mu^2"], g["norm"]]

    fit = minuit(of, y=1.0, norm=0.0, grad=by_jax)
    fit.strategy = 2
    fit.migrad()
    fit.hesse()
    assert fit.valid
    best = {"mu^2": scale * fit.values["y"], "norm": fit.values["norm"]}
    H = jaxed.hessian(model, best) * np.outer([scale, 1], [scale, 1])
    # -2 ln L, of which one error is a rise by 1
    assert np.linalg.inv(H / 2) == pytest.approx(np.array(fit.covariance), rel=1e-3)


@pytest.mark.parametrize("name", ["xenonnt", "coherent_csi"])
def test_the_forecast_is_half_the_hessian_of_the_median_experiment(name):
    made = fisher(name, size=SIZES[name])
    model = made.model
    p = dict(zip(model.names, made.values.tolist(), strict=True))
    median = replace(model, data=model.mean(p))
    covariance = np.linalg.inv(0.5 * jaxed.hessian(median, p))
    assert covariance == pytest.approx(made.covariance, rel=1e-8,
                                       abs=1e-10 * np.abs(made.covariance).min())


def test_many_points_are_each_alone():
    model = named("xenonnt")
    points = np.random.default_rng(1).uniform([0.0, 0.5], [2e-11, 1.5], size=(50, 2))
    alone = [model(dict(zip(model.names, x, strict=True))) for x in points]
    assert jaxed.many(model, points) == pytest.approx(np.array(alone), rel=1e-12)


def test_a_bin_that_cannot_be_is_infinite_and_no_nan():
    model = named("xenonnt")
    p = model.at(mu=0.0, B0=0.0)
    assert jaxed.value(model, p) == np.inf
    assert np.isfinite(list(jaxed.gradient(model, model.at(mu=0.0)).values())).all()


def test_the_users_jax_stays_as_it_was_and_float32_is_refused():
    with jax.enable_x64(False):
        model = named("xenonnt")
        jaxed.hessian(model, model.at(mu=1e-11))
        assert not jax.config.jax_enable_x64 and jax.numpy.ones(1).dtype == np.float32
        with pytest.raises(DomainError, match="JAX computes in float32 here"):
            jax.grad(lambda x: model(model.at(mu=x)))(1e-11)
    with jax.enable_x64(True):
        mine = jax.grad(lambda x: model(model.at(mu=x)))(1e-11)
    assert float(mine) == pytest.approx(jaxed.gradient(model, model.at(mu=1e-11))["mu"])


def test_what_cannot_be_is_said():
    model = named("xenonnt")
    with pytest.raises(DomainError, match="the parameters B0 are missing"):
        jaxed.gradient(model, {"mu": 1e-11})
    with pytest.raises(UnknownName, match="no parameter named 'b0'"):
        jaxed.gradient(model, {"mu": 1e-11, "B0": 1.0, "b0": 1.0})
    with pytest.raises(DomainError, match="parameters must be finite numbers: mu"):
        jaxed.value(model, {"mu": np.nan, "B0": 1.0})
    with pytest.raises(DomainError, match=r"must be \(n, 2\): mu, B0"):
        jaxed.many(model, np.ones((4, 3)))
