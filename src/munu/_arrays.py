"""Arrays without physics: namespaces, fixed-node quadrature, interpolation."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

import numpy as np

from munu.errors import DomainError, UnitError
from munu.units import unit

# a float, or an array of floats: what comes in so goes out so
Numbers: TypeAlias = Any


def namespace(*arrays: Any) -> Any:
    """The array library of the arguments: ``jax.numpy`` if one of them is traced, else NumPy."""
    for a in arrays:
        if type(a).__module__.split(".")[0] in ("jax", "jaxlib"):
            import jax.numpy as jnp

            return jnp
    return np


@cache
def gauss(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on [-1, 1]; finding them costs a millisecond."""
    found = np.polynomial.legendre.leggauss(nodes)
    for a in found:
        a.setflags(write=False)
    return found


def gauss_panels(edges: Numbers, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on the panels between ``edges``.

    Parameters
    ----------
    edges : array (n + 1,), increasing
    nodes : int, nodes a panel

    Returns
    -------
    x, w : arrays (n * nodes,)
    """
    edges = np.asarray(edges, dtype=float)
    if edges.size < 2 or np.any(np.diff(edges) <= 0):
        raise DomainError("panel edges must be increasing and at least two")
    t, v = gauss(nodes)
    half = 0.5 * np.diff(edges)[:, None]
    mid = 0.5 * (edges[1:] + edges[:-1])[:, None]
    return (mid + half * t).ravel(), (half * v).ravel()


def counted(name: str, value: Any, like: str) -> Any:
    """Internal numbers of what carries its unit, by ``to_value`` or ``to``; all else as it came.

    Parameters
    ----------
    name : the word for it in an error
    value : anything
    like : a unit of its kind

    Raises
    ------
    UnitError
        A quantity of another kind.
    DomainError
        An array with masked entries.
    """
    if np.ma.isMaskedArray(value):
        if np.ma.getmaskarray(value).any():
            raise DomainError(f"{name} holds masked entries; leave them out: "
                              f"{name}.compressed()")
        return value.data
    if (isinstance(value, np.ndarray) and type(value) is np.ndarray) or not (
            hasattr(value, "to_value") or (hasattr(value, "to") and hasattr(value, "magnitude"))):
        return value
    try:
        made = value.to_value(like) if hasattr(value, "to_value") else value.to(like).magnitude
    except Exception as err:
        raise UnitError(f"{name} = {value} is not of the kind of {like or 'a pure number'} "
                        f"({' '.join(str(err).split())})") from None
    out = np.asarray(made, dtype=float) * unit(like).factor
    return out if out.ndim else float(out)


def finite(name: str, values: Any, *, low: float | None = None) -> np.ndarray:
    """``values`` as a float array, or a :class:`DomainError` that names them.

    Refuses nan, infinities, empty arrays and, with ``low``, anything below it.
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise DomainError(f"{name} = {values!r} must be numbers") from None
    if array.size == 0:
        raise DomainError(f"{name} is empty; give at least one value")
    if not np.all(np.isfinite(array)):
        raise DomainError(f"{name} holds a value that is not finite")
    if low is not None and np.any(array < low):
        raise DomainError(f"{name} holds {array.min():g}, below the least allowed {low:g}")
    return array
