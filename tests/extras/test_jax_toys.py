"""Toys fitted by JAX: the ratios of NumPy, no slower."""

import time

import numpy as np
import pytest

from munu import probes
from munu.errors import DomainError
from munu.inference import jax_toys, toys
from munu.inference.study import study
from munu.ray import Ray

pytestmark = pytest.mark.extras
pytest.importorskip("jax")


def drawn(name, y, n, **more):
    problem = study([probes.get(name)], Ray.portal(), **more).even()
    counts, redrawn = toys.draw(problem, y, problem.centres[0], n, np.random.default_rng(4))
    return redrawn, counts


@pytest.mark.parametrize(("name", "y", "n", "more"), [
    ("xenonnt", 6.4e-23, 2000, {}), ("xenonnt", 0.0, 500, {}),
    ("xenonnt", 6.4e-23, 500, {"background_error": 0.05}), ("lz", 6.4e-23, 500, {}),
    # twelve norms, some at their end
    ("borexino", 2.5e-21, 100, {})])
def test_ratios_are_those_of_numpy(name, y, n, more):
    problem, counts = drawn(name, y, n, **more)
    assert jax_toys.ratios(problem, y, counts) == pytest.approx(
        toys.ratio(problem, y, counts), rel=1e-7, abs=1e-7)


def test_the_critical_value_is_that_of_the_same_stream():
    s = study([probes.get("xenonnt")], Ray.portal())
    asked = (s.even(), 6.4e-23, s.data, 0.9, 2000)
    assert jax_toys.critical_value(*asked, np.random.default_rng(7)) == pytest.approx(
        toys.critical_value(*asked, np.random.default_rng(7)), rel=1e-9)


@pytest.mark.parametrize(("change", "said"), [
    ({"y": -1.0}, "must be finite and at least 0"), ({"name": "coherent_csi"}, "without pulls")])
def test_what_it_cannot_do_is_said(change, said):
    asked = {"name": "xenonnt", "y": 1e-23} | change
    problem, counts = drawn(asked["name"], 1e-23, 3)
    with pytest.raises(DomainError, match=said):
        jax_toys.ratios(problem, asked["y"], counts)


def test_it_takes_no_more_processor_time_than_numpy_once_compiled():
    problem, counts = drawn("lz", 6.4e-23, 10000)

    def seconds(ratio):
        begun = time.process_time()
        ratio(problem, 6.4e-23, counts)
        return time.process_time() - begun

    jax_toys.ratios(problem, 6.4e-23, counts)
    ours = min(seconds(jax_toys.ratios) for _ in range(5))
    assert ours < min(seconds(toys.ratio) for _ in range(5))
