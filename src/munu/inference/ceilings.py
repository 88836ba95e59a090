"""Ceilings that a polynomial passes: no search, its roots."""

from __future__ import annotations

import numpy as np

from munu.inference.region import INF, Interval, Intervals
from munu.inference.solved import Solved
from munu.inference.study import Study
from munu.probes.expected import Expected, Polynomial
from munu.probes.measured import Ceiling, Claim


def passed_by_roots(e: Expected, measured: Ceiling | Claim) -> bool:
    """Whether one value of powers 1 and 2 alone is held against an upper edge."""
    return isinstance(e, Polynomial) and e.bins == 1 and {*e.signal} <= {1, 2} and not (
        e.pulls or e.backgrounds or e.fixed is not None) and (
        isinstance(measured, Ceiling) or measured.low == -INF)


def edges(s: Study, measured: Ceiling | Claim) -> Solved:
    """Where a x + b x^2 passes the ceiling, for each mass; both signs where a size has one."""
    high = measured.value if isinstance(measured, Ceiling) else measured.high
    none = np.zeros((1, 1))
    a, b = (np.broadcast_to(s.polynomial.signal.get(p, none)[:, 0], s.rows) for p in (1, 2))
    upper, below = _root(a, b, high), -_root(-a, b, high)
    n, signed = s.rows, s.ray.signed
    out: list[Intervals] = []
    for low, top in zip(below.tolist(), upper.tolist(), strict=True):
        ends = [Interval(-INF, low)] if signed and low > -INF else []
        out.append((*ends, *([Interval(top)] if top < INF else [])))
    return Solved(upper=upper, lower=below if signed else np.zeros(n), best=np.zeros(n),
                  least=np.zeros(n), excluded=tuple(out), empty=np.zeros(n, dtype=bool),
                  pieces=[(float(below[0]), float(upper[0]))] if signed else None)


def _root(a: np.ndarray, b: np.ndarray, high: float) -> np.ndarray:
    """The least x above 0 with a x + b x^2 = high > 0; infinite where there is none."""
    inside = a * a + 4 * b * high
    root = np.sqrt(np.maximum(inside, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        # no difference of what is nearly alike
        x = np.where(a < 0, (root - a) / (2 * b), 2 * high / (a + root))
    return np.where((inside >= 0) & (x > 0), x, INF)
