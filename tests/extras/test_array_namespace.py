"""A formula that asks for the namespace of its arguments takes JAX arrays: it is compiled, and its
derivative by each argument is held beside finite differences."""

import inspect

import numpy as np
import pytest

from munu import formulas, kinematics
from munu._signature import signature
from munu.errors import DomainError
from munu.units import MeV, keV
from tests.contracts.formulas_asked import right

pytestmark = pytest.mark.extras
jax = pytest.importorskip("jax")

PROMISED = [n for n in formulas.names()
            if "namespace(" in inspect.getsource(inspect.unwrap(formulas.get(n)))]
ASKED = {"processes.electron_scattering.sigma": {"M_N": 1 * MeV}}
NUMBERS = [(n, a) for n in PROMISED for a, x in right(n).items()
           if signature(formulas.get(n)).arguments[a].kind == "number"]


def row(out):
    return np.concatenate([np.ravel(x) for x in (out if isinstance(out, tuple) else (out,))])


def test_there_are_some():
    assert {"kinematics.E_nu_min", "kinematics.recoil_range",
            "processes.electron_scattering.sigma"} <= set(PROMISED)


@pytest.mark.parametrize(("name", "argument"), NUMBERS)
def test_derivatives_are_those_of_finite_differences(name, argument):
    function, call = formulas.get(name), {**right(name), **ASKED.get(name, {})}
    x = float(call.pop(argument))

    def of(v):
        return function(**call, **{argument: v})

    with jax.enable_x64(True):
        made, slope = jax.jvp(jax.jit(of), (x,), (1.0,))
        assert all(part.dtype == np.float64 for part in jax.tree.leaves((made, slope)))
    h = 1e-4 * x
    # the five-point formula, good to h^4
    wanted = (8 * (row(of(x + h)) - row(of(x - h))) - (row(of(x + 2 * h)) - row(of(x - 2 * h)))
              ) / (12 * h)
    assert row(made) == pytest.approx(row(of(x)), rel=1e-14)
    assert row(slope) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("name", PROMISED)
def test_arrays_give_what_numbers_give(name):
    function, call = formulas.get(name), {**right(name), **ASKED.get(name, {})}
    first = next(iter(call))
    many = call[first] * np.array([1.0, 1.1, 1.7])
    with jax.enable_x64(True):
        got = function(**{**call, first: jax.numpy.asarray(many)})
    one = np.array([row(function(**{**call, first: x})) for x in many])
    assert row(got) == pytest.approx(one.T.ravel(), rel=1e-14)


def test_float32_is_refused_in_one_line():
    with jax.enable_x64(False), pytest.raises(DomainError, match=r"float32 here.*enable_x64"):
        kinematics.E_nu_min(jax.numpy.asarray(3 * keV), 0.0, 0.5 * MeV)
