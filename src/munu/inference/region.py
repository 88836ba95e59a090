"""Excluded sizes at one mass as intervals, from curves and from outlines.

An edge is a *bound*, or the *end of the data*: the frame of a paper's figure, the last point of a
curve.  The second is no statement about what lies beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from munu._arrays import Numbers

INF = float("inf")


class Interval(NamedTuple):
    """Sizes that are excluded, from ``low`` to ``high``; infinite where there is no end.

    ``low_ends``, ``high_ends``: whether that edge is only where the data end.
    """

    low: float
    high: float = INF
    low_ends: bool = False
    high_ends: bool = False

    @property
    def bound(self) -> tuple[float | None, float | None]:
        """The edges that are bounds; None for the others."""
        return (None if self.low_ends or self.low == -INF else self.low,
                None if self.high_ends or self.high == INF else self.high)

    def scaled(self, factor: float) -> Interval:
        """The same in another unit."""
        return self._replace(low=self.low * factor, high=self.high * factor)


Intervals = tuple[Interval, ...]


def contains(intervals: Intervals, x: float) -> bool:
    """Whether a size lies inside one of them; an edge that is a bound is still allowed."""
    return any(i.low < x < i.high or (x == i.low and i.low_ends) or (x == i.high and i.high_ends)
               for i in intervals)


def union(many: Iterable[Interval]) -> Intervals:
    """All of them together; what overlaps or touches is one.

    >>> union([Interval(1, 3), Interval(2, 5), Interval(7, 8)])[0][:2]
    (1, 5)
    """
    out: list[Interval] = []
    # of two that begin together the one with a bound says more
    for i in sorted(many, key=lambda i: (i.low, i.low_ends)):
        last = out[-1] if out else None
        if last is None or i.low > last.high:
            out.append(i)
        elif i.high > last.high or (i.high == last.high and last.high_ends and not i.high_ends):
            out[-1] = last._replace(high=i.high, high_ends=i.high_ends)
    return tuple(out)


def of_outline(M: float, x: Numbers, y: Numbers, *, closed: bool, ends: Numbers | None = None
              ) -> Intervals:
    """What an outline excludes at a mass: between its crossings, taken in pairs from below.

    Parameters
    ----------
    M : mass [energy]
    x, y : arrays, masses and sizes of the corners
    closed : a polygon; a path is closed upwards from both of its ends
    ends : bool array of sides, from corner k to k + 1: whether it is an end of the data
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if closed:
        x, y = np.append(x, x[0]), np.append(y, y[0])
    if not M > 0 or not x.min() <= M <= x.max():
        return ()
    left, right = x[:-1], x[1:]
    # half-open, so that a shared corner counts once; the last mass belongs to the outline
    at = np.nextafter(M, 0) if x.max() == M else M
    hit = np.flatnonzero((left <= at) != (right <= at))
    t = np.log(at / left[hit]) / np.log(right[hit] / left[hit])
    size = y[:-1][hit] * (y[1:][hit] / y[:-1][hit]) ** t
    flag = np.zeros(len(left), dtype=bool) if ends is None else np.asarray(ends, dtype=bool)
    order = np.argsort(size)
    size, flag = size[order], flag[hit][order]
    out = []
    for k in range(0, len(size), 2):
        last = k + 1 == len(size)
        out.append(Interval(float(size[k]), INF if last else float(size[k + 1]), bool(flag[k]),
                            False if last else bool(flag[k + 1])))
    return tuple(out)


def between(M: float, first: tuple[float, Intervals], second: tuple[float, Intervals]
            ) -> Intervals:
    """At a mass between two of a grid: edges by log-log interpolation, pair by pair.

    Where one mass has an interval that the other has not, it is not known where it closes, and
    nothing is said of it.
    """
    (a, low), (b, high) = first, second
    if not low or len(low) != len(high):
        return ()
    if a == b:
        return low
    t = (np.log(M) - np.log(a)) / (np.log(b) - np.log(a))
    return tuple(Interval(_mixed(i.low, j.low, t), _mixed(i.high, j.high, t),
                          i.low_ends or j.low_ends, i.high_ends or j.high_ends)
                 for i, j in zip(low, high, strict=True))


def _mixed(a: float, b: float, t: float) -> float:
    if a == b:
        return a
    if a <= 0 or b <= 0 or INF in (a, b):
        return INF if INF in (a, b) else min(a, b)
    return float(np.exp((1 - t) * np.log(a) + t * np.log(b)))


def common(many: Iterable[Intervals]) -> Intervals:
    """What every one of several sets of intervals excludes.

    >>> common([(Interval(1, 5),), (Interval(2, 9),)])[0][:2]
    (2, 5)
    """
    sets = list(many)
    out = list(sets[0]) if sets else []
    for other in sets[1:]:
        out = [Interval(max(i.low, j.low), min(i.high, j.high),
                        (i if i.low >= j.low else j).low_ends,
                        (i if i.high <= j.high else j).high_ends)
               for i in out for j in other if max(i.low, j.low) < min(i.high, j.high)]
    return tuple(out)
