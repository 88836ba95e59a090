r"""Derivatives of a likelihood of named parameters by JAX, exact to round-off.

A :class:`~munu.inference.named.Named` is a plain function of its parameters: inside
``jax.enable_x64(True)`` it can be differentiated, compiled and mapped like any other, on whatever
device JAX has.  The functions here do that, take and give NumPy arrays, and leave JAX as it was.

Which to use : :func:`munu.inference.fisher` needs no JAX; these where second derivatives, many
points at once, or a function of one's own on top of the likelihood are wanted.

Source : Cowan2011
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

from munu._arrays import Numbers
from munu.errors import DomainError, NotInstalled
from munu.inference.named import Named

EXTRA = "munu[jax]"
# likelihoods whose compiled functions are kept
_KEPT = 8


@contextmanager
def x64() -> Iterator[Any]:
    """JAX with float64 as long as this lasts; the user's own setting comes back after it.

    Raises
    ------
    NotInstalled, DomainError
        Without JAX; with one that is older than 0.8.
    """
    try:
        import jax
    except ModuleNotFoundError:
        raise NotInstalled("jax", EXTRA) from None
    if not hasattr(jax, "enable_x64"):
        raise DomainError(f"jax {jax.__version__} is older than 0.8; run: pip install --upgrade "
                          f"'{EXTRA}'")
    with jax.enable_x64(True):
        yield jax


def value(model: Named, p: Mapping[str, float]) -> float:
    """-2 ln L at one point, as the model itself says it, computed by JAX."""
    with x64():
        return float(_double(_compiled(model).value(_vector(model, p))))


def gradient(model: Named, p: Mapping[str, float]) -> dict[str, float]:
    """Derivative of -2 ln L by each parameter.

    Parameters
    ----------
    model : Named
    p : parameters by name, all of them

    Returns
    -------
    dict of name to number

    Raises
    ------
    DomainError, UnknownName, NotInstalled

    ::

        model = named("xenonnt")
        gradient(model, model.at(mu=1e-11))["B0"]
    """
    with x64():
        made = _double(_compiled(model).gradient(_vector(model, p)))
    return dict(zip(model.names, made.tolist(), strict=True))


def hessian(model: Named, p: Mapping[str, float]) -> np.ndarray:
    """Second derivatives of -2 ln L, in the order of ``model.names``: (n_names, n_names).

    Half of it is the observed information; its inverse, at a minimum, the covariance.
    """
    with x64():
        return _double(_compiled(model).hessian(_vector(model, p)))


def many(model: Named, points: Numbers) -> np.ndarray:
    """-2 ln L of many points at once.

    Parameters
    ----------
    points : array (n, n_names), parameters in the order of ``model.names``

    Returns
    -------
    array (n,)
    """
    at = np.asarray(points, dtype=float)
    if at.ndim != 2 or at.shape[1] != len(model.names):
        raise DomainError(f"points have the shape {at.shape}; they must be (n, "
                          f"{len(model.names)}): {', '.join(model.names)}")
    with x64():
        return _double(_compiled(model).many(at))


class _Compiled:
    """The compiled functions of one likelihood, vectors in."""

    def __init__(self, model: Named):
        import jax

        def of(v: Any) -> Any:
            return model({n: v[k] for k, n in enumerate(model.names)})

        self.value: Callable[..., Any] = jax.jit(of)
        self.gradient: Callable[..., Any] = jax.jit(jax.grad(of))
        self.hessian: Callable[..., Any] = jax.jit(jax.hessian(of))
        self.many: Callable[..., Any] = jax.jit(jax.vmap(of))


@lru_cache(maxsize=_KEPT)
def _compiled(model: Named) -> _Compiled:
    return _Compiled(model)


def _vector(model: Named, p: Mapping[str, float]) -> np.ndarray:
    for name in p:
        if name not in model.names:
            model({**p})
    missing = [n for n in model.names if n not in p]
    if missing:
        raise DomainError(f"the parameters {', '.join(missing)} are missing; fill in what priors "
                          "say by .at(...)")
    v = np.array([p[n] for n in model.names], dtype=float)
    if not np.isfinite(v).all():
        raise DomainError("parameters must be finite numbers: " + ", ".join(
            n for n, x in zip(model.names, v, strict=True) if not np.isfinite(x)))
    return v


def _double(made: Any) -> np.ndarray:
    if made.dtype != np.float64:
        raise DomainError(f"JAX computes in {made.dtype} here; the likelihood needs float64")
    return np.asarray(made)
