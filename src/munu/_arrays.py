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
    """The array library of the arguments: ``jax.numpy`` if one of them is JAX's, else NumPy.

    Raises
    ------
    DomainError
        JAX computes in float32, which holds no differences of likelihoods.
    """
    for a in arrays:
        if type(a).__module__.split(".")[0] in ("jax", "jaxlib"):
            import jax

            if not jax.config.jax_enable_x64:
                raise DomainError("JAX computes in float32 here; write the call inside of "
                                  "'with jax.enable_x64(True):', or first "
                                  "jax.config.update('jax_enable_x64', True)")
            return jax.numpy
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


def in_bins(edges: Numbers, high: float, x: Numbers, widths: Numbers, amounts: Numbers
            ) -> np.ndarray:
    """What nodes of a quadrature hold, in bins that may be finer than nodes are apart.

    A smooth density goes through the nodes; its norm is that of the amounts.

    Parameters
    ----------
    edges : array (n + 1,) of the bins, increasing
    high : where the quadrature ends; it begins its widths below
    x, widths, amounts : arrays (k,), of the nodes, x increasing

    Returns
    -------
    array (n,)
    """
    from scipy.interpolate import PchipInterpolator

    widths, amounts = np.asarray(widths, dtype=float), np.asarray(amounts, dtype=float)
    density = np.pad(amounts / widths, 1, mode="edge")
    low = min(high - widths.sum(), np.nextafter(x[0], -np.inf))
    below = PchipInterpolator(np.concatenate([[low], x, [high]]), density).antiderivative()
    out = np.diff(below(np.clip(edges, low, high)))
    norm = float(below(high))
    return out * (amounts.sum() / norm) if norm > 0 else out


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
