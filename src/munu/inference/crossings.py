r"""Where a misfit passes its threshold: edges, islands, second intervals.

A *value* is a function of equally long arrays, coordinates u (m,) and row numbers j (m,); rows are
masses of N.  The coordinate is ln x for sizes above 0 and x itself where a size has a sign.  Nodes
are a start alone:

- minima and maxima between nodes are refined before they are judged, since an island is a maximum
  that the nodes may miss, and a second allowed interval a minimum;
- edges of all rows are found together, each between a point inside and a point outside;
- of several extrema within one step of the nodes one is seen: a node is as near as a user asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

Value = Callable[[np.ndarray, np.ndarray], np.ndarray]

# golden section
_PHI = 0.5 * (5**0.5 - 1)
_REFINE, _BISECT = 32, 120
# an extremum counts when it stands out by this much
_DEPTH = 1e-8
_FAR = 60.0


@dataclass(frozen=True, eq=False)
class Points:
    """Values at places of every row: ``row``, ``u`` and ``v`` are arrays (m,), by row, u rising."""

    row: np.ndarray
    u: np.ndarray
    v: np.ndarray

    def with_(self, row: np.ndarray, u: np.ndarray, v: np.ndarray) -> Points:
        """More of them, in order."""
        row, u, v = (np.concatenate(x) for x in ((self.row, row), (self.u, u), (self.v, v)))
        order = np.lexsort((u, row))
        return Points(row[order], u[order], v[order])

    def changed(self, v: np.ndarray) -> Points:
        """The same places with other values."""
        return replace(self, v=v)


def survey(value: Value, nodes: np.ndarray) -> Points:
    """Values at nodes (n, k), each row rising."""
    n, k = nodes.shape
    row, u = np.repeat(np.arange(n), k), nodes.ravel()
    return Points(row, u, value(u, row))


def _extrema(p: Points, sign: float) -> np.ndarray:
    """Places of inner points that lie below (sign 1) or above (-1) both neighbours."""
    if p.u.size < 3:
        return np.zeros(0, dtype=int)
    v = sign * np.clip(p.v, -1e300, 1e300)
    same = (p.row[:-2] == p.row[1:-1]) & (p.row[1:-1] == p.row[2:])
    low = (v[1:-1] <= v[:-2]) & (v[1:-1] <= v[2:])
    deep = np.maximum(v[:-2], v[2:]) - v[1:-1] > _DEPTH * (1 + np.abs(v[1:-1]))
    return np.flatnonzero(same & low & deep) + 1


def refined(value: Value, p: Points, *, sign: float,
            judge: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None) -> Points:
    """The points with their minima (sign 1) or maxima (-1) narrowed down by golden section.

    ``judge`` (v at extrema) -> bool says which are worth it; all by default.
    """
    i = _extrema(p, sign)
    if judge is not None and i.size:
        i = i[judge(p.v[i], p.row[i])]
    if not i.size:
        return p
    row, a, b = p.row[i], p.u[i - 1], p.u[i + 1]
    c, d = b - _PHI * (b - a), a + _PHI * (b - a)
    vc, vd = sign * value(c, row), sign * value(d, row)
    for _ in range(_REFINE):
        left = vc < vd
        a, b = np.where(left, a, c), np.where(left, d, b)
        new = np.where(left, b - _PHI * (b - a), a + _PHI * (b - a))
        v_new = sign * value(new, row)
        c, vc, d, vd = (np.where(left, new, d), np.where(left, v_new, vd),
                        np.where(left, c, new), np.where(left, vc, v_new))
    u, v = np.where(vc < vd, c, d), sign * np.minimum(vc, vd)
    better = sign * v < sign * p.v[i]
    return p.with_(row[better], u[better], v[better])


def lowest(p: Points, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Place and value of the least value of each row."""
    at, least = np.zeros(n), np.full(n, np.inf)
    order = np.lexsort((p.v, p.row))
    rows, first = np.unique(p.row[order], return_index=True)
    at[rows], least[rows] = p.u[order][first], p.v[order][first]
    return at, least


def edges(excess: Value, p: Points, precision: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the excess passes 0 between neighbouring points: row, place, +1 where it rises.

    Bracketed inverse quadratic interpolation with bisection, all edges together.
    """
    e = p.v
    i = np.flatnonzero((p.row[:-1] == p.row[1:]) & ((e[:-1] > 0) != (e[1:] > 0)))
    rises = np.where(e[i + 1] > 0, 1, -1)
    return p.row[i], _roots(excess, p.row[i], p.u[i], p.u[i + 1], e[i], e[i + 1], precision), rises


def _roots(f: Value, row: np.ndarray, a: np.ndarray, b: np.ndarray, fa: np.ndarray, fb: np.ndarray,
           precision: float) -> np.ndarray:
    """Chandrupatla's method on many brackets; the bracket never loses its change of sign."""
    a, b, fa, fb = (np.array(x, dtype=float) for x in (a, b, fa, fb))
    fa, fb = np.clip(fa, -_FAR, _FAR), np.clip(fb, -_FAR, _FAR)
    # the first step by secant: most misfits are straight in the logarithms of both
    c, fc, t = a.copy(), fa.copy(), np.clip(fa / (fa - fb), 0.05, 0.95)
    live = np.arange(a.size)
    for _ in range(_BISECT):
        if not live.size:
            break
        k = live
        x = a[k] + t[k] * (b[k] - a[k])
        fx = np.clip(f(x, row[k]), -_FAR, _FAR)
        same = (fx > 0) == (fa[k] > 0)
        c[k], fc[k] = np.where(same, a[k], b[k]), np.where(same, fa[k], fb[k])
        b[k], fb[k] = np.where(same, b[k], a[k]), np.where(same, fb[k], fa[k])
        a[k], fa[k] = x, fx
        width = np.abs(b[k] - a[k])
        # so close to 0 that the slope of the bracket puts the edge within the precision
        near = np.abs(fx) <= 0.25 * precision * np.abs(fb[k] - fx) / np.maximum(width, precision)
        done = (width < precision) | near
        t[k] = _next(a[k], b[k], c[k], fa[k], fb[k], fc[k], 0.25 * precision / np.maximum(
            width, precision))
        live = k[~done]
    return np.where(np.abs(fa) < np.abs(fb), a, b)


def _next(a: np.ndarray, b: np.ndarray, c: np.ndarray, fa: np.ndarray, fb: np.ndarray,
          fc: np.ndarray, least: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        inner = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    t = np.where(inner & np.isfinite(t), t, 0.5)
    return np.clip(t, least, 1 - least)


def intervals(row: np.ndarray, at: np.ndarray, rises: np.ndarray, n: int, low: float, high: float,
              first_out: np.ndarray) -> list[list[tuple[float, float]]]:
    """The stretches where the excess is above 0, row by row, from the edges.

    ``first_out`` says for each row whether its lowest point is outside already: then the first
    stretch begins at ``low``; one that has no upper edge ends at ``high``.
    """
    out: list[list[tuple[float, float]]] = []
    order = np.lexsort((at, row))
    row, at, rises = row[order], at[order], rises[order]
    begin = np.searchsorted(row, np.arange(n + 1))
    for j in range(n):
        found, start = [], low if first_out[j] else None
        for k in range(begin[j], begin[j + 1]):
            if rises[k] > 0:
                start = float(at[k])
            elif start is not None:
                found.append((start, float(at[k])))
                start = None
        if start is not None:
            found.append((start, high))
        out.append(found)
    return out
