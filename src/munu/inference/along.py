"""Limits along any curve of the size, by where the likelihood ratio or a ceiling is passed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from munu.errors import DomainError, NotConverged
from munu.inference import crossings
from munu.inference.likelihood import profile
from munu.inference.region import INF, Interval
from munu.inference.solved import Solved
from munu.inference.study import Study
from munu.probes.measured import Ceiling, Claim

# -2 ln L, and how far it or a value is out, at sizes (m,) of masses number j (m,): (m,)
Misfit: TypeAlias = Callable[[np.ndarray, np.ndarray], np.ndarray]
# whether sizes exp(u) (m,) of masses number j (m,) differ from size 0: bool (m,)
Apart: TypeAlias = Callable[[np.ndarray, np.ndarray], np.ndarray]
_DECADE = np.log(10.0)
# decades below a curve's range to which nodes are added, while sizes there still differ from 0
_DOWN = 40
# of the rise: how near -2 ln L must be to its value at 0 there; of its value, what is rounding
_NEAR, _ROUNDED = 0.1, 1e-9
# how near, in errors, what is expected is what is expected without a signal, and sizes looked at
_ALIKE, _LOOKED = 0.02, 200
# nodes of a scan over both signs, and how often its range doubles: to a million times the noise
_POINTS, _WIDER = 1001, 10
_TINY = 1e-300


def misfit(s: Study, data: np.ndarray) -> Misfit:
    """-2 ln L at sizes x (m,) of masses number j (m,), nuisances profiled, in blocks of rows."""
    def value(x: np.ndarray, j: np.ndarray) -> np.ndarray:
        out = np.empty(len(x))
        for k in range(0, len(x), s.block):
            at = slice(k, k + s.block)
            seen = data if data.ndim == 1 else data[j[at]]
            problem = s.at(x[at], j[at])
            out[at] = profile(problem, np.ones(len(problem.signal)), seen)[0]
        return out

    return value


def likelihood(s: Study, rise: float, *, expected: bool) -> Solved:
    """Sizes above 0 where -2 ln L has risen by ``rise`` above its minimum."""
    out = _rising(s, s.data, rise)
    if not expected:
        return out
    median = s.asimov
    # what was seen may be what the median experiment sees: nothing
    again = out if np.all(median == s.data) else _rising(
        s, median if len(median) > 1 else median[0], rise)
    return replace(out, expected=again.upper, expected_excluded=again.excluded)


def _rising(s: Study, data: np.ndarray, rise: float) -> Solved:
    value = misfit(s, data)
    n, rows = s.rows, np.arange(s.rows)
    at_zero = value(np.zeros(n), rows)

    def in_log(u: np.ndarray, j: np.ndarray) -> np.ndarray:
        return value(np.exp(u), j)

    nodes = _nodes(s, lambda u, j: np.abs(in_log(u, j) - at_zero[j]) > _NEAR * rise)
    points = crossings.refined(in_log, crossings.survey(in_log, nodes), sign=1)
    where, least = crossings.lowest(points, n)
    # at the first node nothing differs from size 0 yet
    none = (at_zero <= least + _ROUNDED * (1 + np.abs(least))) | (where <= nodes[:, 0])
    best = np.where(none, 0.0, np.exp(where))
    least = np.minimum(least, at_zero)
    def excess(u: np.ndarray, j: np.ndarray, v: np.ndarray | None = None) -> np.ndarray:
        v = in_log(u, j) if v is None else v
        return np.log(np.maximum(v - least[j], _TINY) / rise)

    highest = -crossings.lowest(points.changed(-points.v), n)[1]
    flat = ~(highest - least > 1e-9 * (1 + np.abs(least)))
    points = points.changed(excess(points.u, points.row, points.v))
    zero_out = at_zero - least > rise
    made = _edges(s, excess, points, zero_out, best, least, flat)
    if hasattr(s.expected, "where") and zero_out.any():
        made = replace(made, excluded=tuple(
            tuple(part for i in row for part in _unlike_none(s, j, i, np.exp(nodes[j, -1])))
            if zero_out[j] else row for j, row in enumerate(made.excluded or ())))
    scan = None
    if n == 1:
        # the edges themselves are on it, so that what is drawn passes the rise where they are
        sizes, ratio = np.exp(points.u), rise * np.exp(points.v)
        edges = np.unique([x for i in (made.excluded or ((),))[0] for x in i[:2] if 0 < x < INF])
        order = np.argsort(np.append(sizes, edges), kind="stable")
        scan = {s.ray.parameter: np.append(sizes, edges)[order],
                "ratio": np.append(ratio, np.full(edges.size, rise))[order]}
    return replace(made, scan=scan)


def _unlike_none(s: Study, j: int, stretch: Interval, end: float) -> list[Interval]:
    """What of an excluded stretch is not what is expected at size 0, which stays allowed.

    A curve may come back to that, as N that decays too early to be seen; where the data prefer a
    signal, both fit alike badly.
    """
    e, row = s.expected, np.array([j])
    none = e.values(np.zeros(1), row)[0]
    error = s.error if s.error is not None else np.full(none.size, np.nan)
    scale = _ALIKE * np.where(np.isnan(error), np.sqrt(np.maximum(none, 1.0)), error)

    def alike(x: np.ndarray) -> np.ndarray:
        gap = np.abs(e.values(x, np.full(x.size, j)) - none)
        return np.all(gap <= scale, axis=1)

    high = stretch.high if stretch.high < INF else end
    if not stretch.low < high:
        return [stretch]
    x = np.geomspace(stretch.low, high, _LOOKED)
    same = alike(x)
    turns = np.flatnonzero(same[1:] != same[:-1])
    edges = [stretch.low]
    for k in turns:
        low, top = x[k], x[k + 1]
        for _ in range(50):
            middle = np.sqrt(low * top)
            low, top = (middle, top) if alike(np.array([middle]))[0] == same[k] else (low, middle)
        edges.append(float(low))
    pieces = [*pairwise(edges), (edges[-1], stretch.high)]
    return [Interval(a, b, high_ends=stretch.high_ends and b == stretch.high)
            for i, (a, b) in enumerate(pieces) if bool(same[0]) == bool(i % 2)]


def derived(s: Study, measured: Ceiling | Claim) -> Solved:
    """Sizes above 0 where a ceiling is passed or a claim's interval left."""
    def value(u: np.ndarray, j: np.ndarray) -> np.ndarray:
        return s.expected.values(np.exp(u), j)[:, 0]

    def excess(u: np.ndarray, j: np.ndarray) -> np.ndarray:
        return _over(value(u, j), measured)

    n = s.rows
    zero = s.expected.values(np.zeros(n), np.arange(n))[:, 0]
    zero_out = _over(zero, measured) > 0

    def apart(u: np.ndarray, j: np.ndarray) -> np.ndarray:
        v = value(u, j)
        out, side = _over(v, measured) > 0, _side(v, measured)
        return np.where(zero_out[j], ~out | (side != _side(zero[j], measured)), out)

    points = crossings.survey(excess, _nodes(s, apart))
    points = crossings.refined(excess, points, sign=-1, judge=lambda v, row: v <= 0)
    first = crossings.lowest(points.changed(np.where(points.v > 0, INF, points.u)), n)
    # what is allowed begins at 0, or at the first size that the claim wants
    unmet = zero_out & np.isinf(first[1])
    best = np.where(zero_out & ~unmet, np.exp(first[0]), 0.0)
    made = _edges(s, excess, points, zero_out, best, np.zeros(n), unmet)
    return replace(made, best=np.where(zero_out, made.lower, 0.0))


def _side(v: np.ndarray, measured: Ceiling | Claim) -> np.ndarray:
    """1 above what is allowed, -1 below it."""
    high = measured.value if isinstance(measured, Ceiling) else measured.high
    return np.where(v > high, 1, -1)


def _over(v: np.ndarray, measured: Ceiling | Claim) -> np.ndarray:
    """Above 0 where the value is not allowed; its logarithm over the edge where that exists."""
    high = measured.value if isinstance(measured, Ceiling) else measured.high
    low = -INF if isinstance(measured, Ceiling) else measured.low
    if low == -INF and high > 0:
        return np.log(np.maximum(v / high, _TINY))
    scale = high - low if np.isfinite(high - low) else max(abs(x) for x in (low, high)
                                                           if np.isfinite(x)) or 1.0
    return np.maximum(v - high, low - v) / scale


def _nodes(s: Study, apart: Apart) -> np.ndarray:
    """Sizes to begin with, as logarithms (rows, k), from where nothing differs from size 0."""
    e = s.expected
    pairs = np.array([e.where(j) if hasattr(e, "where") else _guess(s, j) for j in range(s.rows)],
                     dtype=float)
    bad = ~(np.isfinite(pairs).all(axis=1) & (pairs[:, 0] > 0) & (pairs[:, 0] < pairs[:, 1]))
    if bad.any():
        raise DomainError(f"where gives {tuple(pairs[bad][0].tolist())}; it must be (low, high), "
                          "both above 0, low < high")
    ends = np.log(pairs)
    far = np.arange(s.rows)
    for _ in range(_DOWN):
        far = far[apart(ends[far, 0], far)]
        if not far.size:
            break
        ends[far, 0] -= _DECADE
    steps = getattr(e, "steps", 8)
    k = max(3, int(np.ceil(steps * (ends[:, 1] - ends[:, 0]).max() / _DECADE)) + 1)
    return np.linspace(ends[:, 0], ends[:, 1], k, axis=1)


def _guess(s: Study, j: int) -> tuple[float, float]:
    """Of a polynomial that is no single even power: about where its signal is as large as noise."""
    e = s.polynomial
    noise = np.sqrt(np.maximum(s.asimov.sum(), 0) + 10)
    sums = {p: abs(float(part[min(j, len(part) - 1)].sum())) for p, part in e.signal.items()}
    sizes = [(noise / x) ** (1 / p) for p, x in sums.items() if x > _TINY] or [1.0]
    return 1e-3 * min(sizes), 1e3 * max(sizes)


def _edges(s: Study, excess: Misfit, points: crossings.Points, zero_out: np.ndarray,
           best: np.ndarray, least: np.ndarray, flat: np.ndarray) -> Solved:
    """From judged points to intervals, row by row."""
    n = s.rows
    points = crossings.refined(excess, points, sign=-1, judge=lambda v, row: v <= 0)
    points = crossings.refined(excess, points, sign=1, judge=lambda v, row: v > 0)
    first = np.searchsorted(points.row, np.arange(n))
    precision = getattr(s.expected, "precision", 1e-12)
    row, at, rises = crossings.edges(excess, points, precision)
    found = crossings.intervals(row, np.exp(at), rises, n, 0.0, INF, points.v[first] > 0)
    last = np.append(first[1:], len(points.row)) - 1
    until = getattr(s.expected, "until", None) or (lambda j: INF)
    upper, lower, kept = np.full(n, INF), np.zeros(n), []
    beyond = np.zeros(n, dtype=bool)
    for j, stretches in enumerate(found):
        below = [b for a, b in stretches if b <= best[j]]
        # where 0 is allowed, no signal is preferred: what lies below the best fit is an island
        lower[j] = max(below, default=0.0) if zero_out[j] else 0.0
        if zero_out[j] and stretches and stretches[0][0] == 0.0:
            # a signal is preferred: nothing is excluded between 0 and the first allowed size
            stretches = stretches[1:]
        # the allowed piece next to 0, where 0 is allowed: a better fit beyond an island is apart
        above = [a for a, _ in stretches if a >= best[j] or not zero_out[j]]
        upper[j] = min(above, default=INF)
        if best[j] > upper[j]:
            beyond[j] = True
            inner = (points.row == j) & (points.u < np.log(upper[j]))
            where = int(np.argmin(np.where(inner, points.v, INF)))
            best[j] = np.exp(points.u[where]) if inner.any() and where > first[j] else 0.0
        kept.append(tuple(_ended(a, b, until(j)) for a, b in stretches if a < b))
    ends = np.array([bool(k) and (k[-1].high == INF or k[-1].high_ends) for k in kept])
    curve = hasattr(s.expected, "where")
    return Solved(upper=upper, lower=lower, best=best, least=least, excluded=tuple(kept),
                  empty=flat, beyond=beyond,
                  open_at=np.where((ends | np.isinf(upper)) & ~flat & curve,
                                   np.exp(points.u[last]), INF))


def _ended(low: float, high: float, until: float) -> Interval:
    """An interval, which ends where the data do if nothing is computed beyond."""
    return Interval(low, until, high_ends=True) if high == INF and until < INF else \
        Interval(low, high)


def signed(s: Study, rise: float, *, expected: bool) -> Solved:
    """A size of either sign: allowed pieces, and what is excluded beyond them."""
    out = _both_signs(s, s.data, rise)
    if not expected:
        return out
    again = _both_signs(s, s.asimov[0], rise)
    return replace(out, expected=again.upper, expected_pieces=again.pieces,
                   expected_excluded=again.excluded)


def _both_signs(s: Study, data: np.ndarray, rise: float) -> Solved:
    value = misfit(s, data)
    points = _wide_enough(s, value, data, rise)
    points = crossings.refined(value, points, sign=1)
    (best,), (least,) = crossings.lowest(points, 1)

    def excess(x: np.ndarray, j: np.ndarray) -> np.ndarray:
        return value(x, j) - least - rise

    q = points.v - least
    scan = {s.ray.parameter: points.u, "ratio": q}
    points = crossings.refined(excess, points.changed(q - rise), sign=-1,
                               judge=lambda v, row: v <= 0)
    scale = np.abs(points.u).max()
    row, at, rises = crossings.edges(excess, points, 1e-14 * scale)
    (found,) = crossings.intervals(row, at, rises, 1, -INF, INF, np.array([True]))
    pieces = [(b, c) for (_, b), (c, _) in pairwise(found)]
    home = next(p for p in pieces if p[0] <= best <= p[1])
    return Solved(upper=np.array([home[1]]), lower=np.array([home[0]]), best=np.array([best]),
                  least=np.array([least]), pieces=pieces, scan=scan, empty=np.zeros(1, dtype=bool),
                  excluded=(_from_zero(found, value, rise),))


def _from_zero(stretches: Sequence[tuple[float, float]], value: Misfit, rise: float
              ) -> tuple[Interval, ...]:
    """What is excluded, starting from 0, which stays allowed whatever the data prefer.

    Nothing is excluded between 0 and the allowed pieces; where all of these lie on one side, the
    other side is excluded from where -2 ln L has risen above its value at 0.
    """
    out = []
    for a, b in stretches:
        if not a < 0 < b:
            out.append(Interval(a, b))
        elif a == -INF or b == INF:
            # all that is allowed lies on one side: on the other one 0 is the best fit
            edge = _beyond(value, rise, -1.0 if a == -INF else 1.0, b if a == -INF else a)
            out.append(Interval(a, edge) if a == -INF else Interval(edge, b))
    return tuple(out)


def _beyond(value: Misfit, rise: float, sign: float, step: float) -> float:
    """On the side of ``sign`` the size at which -2 ln L has risen above its value at 0."""
    row = np.zeros(1, dtype=int)
    at_zero = float(value(np.zeros(1), row)[0])
    size = abs(step)
    for _ in range(200):
        if value(np.array([sign * size]), row)[0] - at_zero > rise:
            break
        size *= 2
    points = crossings.Points(np.zeros(2, dtype=int), np.array([0.0, size]), np.array([-1.0, 1.0]))
    _, (edge,), _ = crossings.edges(lambda u, j: value(sign * u, j) - at_zero - rise, points,
                                    1e-14 * size)
    return float(sign * edge)


def _wide_enough(s: Study, value: Misfit, data: np.ndarray, rise: float) -> crossings.Points:
    """Points over both signs, wide enough that both ends are excluded."""
    e = s.polynomial
    linear, square = (e.signal.get(p, np.zeros((1, e.bins)))[0] for p in (1, 2))
    noise = np.sqrt(np.maximum(data, 0).sum() + 10) if s.error is None else \
        np.sqrt(np.nansum(s.error**2) + np.maximum(data[np.isnan(s.error)], 0).sum())
    by_line, by_square = abs(linear.sum()), abs(square.sum())
    reach = 4 * noise / by_line if by_square < _TINY else \
        4 * np.sqrt(noise / by_square) + 2 * by_line / by_square
    for _ in range(_WIDER):
        points = crossings.survey(value, np.linspace(-reach, reach, _POINTS)[None])
        q = points.v - points.v.min()
        if q[0] > rise and q[-1] > rise:
            return points
        reach *= 2
    raise NotConverged(f"the likelihood ratio stays below {rise:.3g} out to {reach:.3g}: "
                       "the data hold no limit of this coupling" + (
                           "; what errs in the signal may be all of it" if e.pulls else ""))
