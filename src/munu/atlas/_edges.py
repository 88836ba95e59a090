"""What is excluded at many points at once, as arrays, and how far sizes lie beyond the edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from munu.inference.region import INF, Intervals


class Edges(NamedTuple):
    """Excluded intervals of n points.

    Attributes
    ----------
    low, high : (n, k), nan behind the last interval of a point
    low_ends, high_ends : (n, k) bool, whether that edge is only where the data end
    said : (n,) bool, whether the limit speaks of the point at all
    ours : (n,) bool, whether nothing is computed above a last edge that is an end of the data
    """

    low: np.ndarray
    high: np.ndarray
    low_ends: np.ndarray
    high_ends: np.ndarray
    said: np.ndarray
    ours: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[tuple[Intervals, bool] | None]) -> Edges:
        """Of intervals, each with whether it is ours; None where a limit does not speak."""
        n, k = len(rows), max((len(row[0]) for row in rows if row), default=0)
        low, high = np.full((2, n, k), np.nan)
        low_ends, high_ends = np.zeros((2, n, k), dtype=bool)
        for i, row in enumerate(rows):
            for j, x in enumerate(row[0] if row else ()):
                low[i, j], high[i, j], low_ends[i, j], high_ends[i, j] = x
        return cls(low, high, low_ends, high_ends, np.array([row is not None for row in rows]),
                   np.array([bool(row and row[1]) for row in rows]))

    def take(self, index: np.ndarray) -> Edges:
        """The same of some points."""
        return Edges(*(x[index] for x in self))

    def judged(self, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whether sizes (n,) are excluded, and over the edge: as :class:`.Verdict` means margin.

        The margin is 0 above a region that ends and where nothing is excluded, nan where nothing
        is said.
        """
        x = size[:, None]
        in_each = ((self.low < x) & (x < self.high)) | ((x == self.low) & self.low_ends) \
            | ((x == self.high) & self.high_ends)
        inside = in_each.any(axis=1)
        # of several regions the edge is that of the one that holds the point
        bound = ~np.isnan(self.low) & ~self.low_ends & (in_each | ~inside[:, None])
        edge = np.where(bound, self.low, INF).min(axis=1, initial=INF)
        known = np.isfinite(edge) & (inside | (size < edge))
        margin = np.where(known, over(size, np.where(known, edge, 1.0)), 0.0)
        last = np.where(self.high_ends, self.high, -INF).max(axis=1, initial=-INF)
        said = self.said & ~(self.ours & np.isfinite(last) & (size > last))
        return inside & said, np.where(said, margin, np.nan)


def over(size: np.ndarray, edge: np.ndarray | float) -> np.ndarray:
    """How far beyond the edge; infinite where that is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(edge) != 0, size / edge, np.where(size != 0, INF, 0.0))


def stricter(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]
             ) -> tuple[np.ndarray, np.ndarray]:
    """Of two judgements of each point the one that excludes, then that of the larger margin."""
    (inside, margin), (also, more) = one, other
    better = np.isnan(margin) | (also & ~inside) | ((also == inside) & (more > margin))
    better &= ~np.isnan(more)
    return np.where(better, also, inside), np.where(better, more, margin)


def named(excluded: Sequence[tuple[str, np.ndarray]], n: int) -> np.ndarray:
    """The names that exclude each of n points, joined by ``;``, or ``-``."""
    if not excluded:
        return np.full(n, "-", dtype=object)
    bits = np.packbits(np.stack([x for _, x in excluded], axis=1), axis=1)
    sets, which = np.unique(bits, axis=0, return_inverse=True)
    flags = np.unpackbits(sets, axis=1, count=len(excluded)).astype(bool)
    names = np.array([name for name, _ in excluded], dtype=object)
    return np.array([";".join(names[x]) or "-" for x in flags], dtype=object)[which.ravel()]
