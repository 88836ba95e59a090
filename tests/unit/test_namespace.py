"""Which array library a formula computes with."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from munu._arrays import namespace
from munu.errors import DomainError


class Traced:
    pass


Traced.__module__ = "jaxlib.of_a_test"


@pytest.mark.parametrize("arrays", [(), (1.0,), (np.ones(2), 3), ([1.0],)])
def test_numbers_and_arrays_are_numpys(arrays):
    assert namespace(*arrays) is np


@pytest.mark.parametrize("wide", [True, False])
def test_one_of_jax_is_enough_and_float32_is_refused(monkeypatch, wide):
    jax = SimpleNamespace(config=SimpleNamespace(jax_enable_x64=wide), numpy=object())
    monkeypatch.setitem(sys.modules, "jax", jax)
    if wide:
        assert namespace(1.0, Traced()) is jax.numpy
    else:
        with pytest.raises(DomainError, match="float32 here; write the call inside of"):
            namespace(Traced(), 1.0)
