"""What the map draws of a bound: its edges as lines, and what it excludes, of one flavor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from munu import flavors
from munu.atlas import families, speaks
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.inference import region
from munu.inference.record import Limit
from munu.inference.region import INF, Intervals
from munu.units import MeV

#: masses at which all bounds are asked what they exclude [MeV]
GRID = np.geomspace(1e-3, 1e5, 321)
# an edge that leaps further between two masses of the grid is the end of a curve, not an edge
_LEAP = 0.35
_LEVEL = 0.05
# sides of an outline within this of its first or last mass
_UPRIGHT = 0.004


class Track(NamedTuple):
    """One interval followed through masses [MeV]: edges, and which of them are bounds.

    ``first``, ``last``: how far it goes on to either side, half way to the next mass where the
    number of intervals changes; ``begins``, ``ends``: whether there are the ends of the data.
    """

    M: np.ndarray
    low: np.ndarray
    high: np.ndarray
    low_is: np.ndarray
    high_is: np.ndarray
    first: float
    last: float
    begins: bool
    ends: bool

    def shrunk(self, by: float, least: float, most: float) -> np.ndarray | None:
        """Its outline (n, 2) within sizes, drawn in by so many decades where its data end."""
        low = np.where(self.low_is, self.low, np.maximum(self.low, least / 10) * 10 ** by)
        high = np.where(self.high_is | (self.high == INF), self.high, self.high / 10 ** by)
        low, high = np.clip(low, least, most), np.clip(high, least, most)
        x = np.log10(self.M)
        first = np.log10(self.first) + by * self.begins
        last = np.log10(self.last) - by * self.ends
        if first >= last or not np.any(high > low):
            return None
        at = np.concatenate([[first], x[(x > first) & (x < last)], [last]])
        low, high = (10 ** np.interp(at, x, np.log10(e)) for e in (low, high))
        high = np.maximum(low, high)
        return np.column_stack([10 ** np.append(at, at[::-1]), np.append(low, high[::-1])])


@dataclass(frozen=True, eq=False)
class Bound:
    """A limit that speaks of the flavor of the map.

    Attributes
    ----------
    limit : Limit, up to the heaviest N that its counts see
    shared : how its sizes are shared out along the flavor of the map
    family : class of bounds, or ``own``
    label : what the map calls it
    rows : what it excludes at the masses of ``GRID``
    fell : the assumptions on which it rests and that are relaxed
    """

    limit: Limit
    shared: speaks.Shared
    family: str
    label: str
    cut: bool = False
    fell: tuple[str, ...] = ()
    rows: tuple[Intervals, ...] = field(default=())

    @property
    def projected(self) -> bool:
        return self.limit.status.startswith("projection")

    @property
    def ours(self) -> bool:
        return self.limit.ours

    @property
    def probe(self) -> str | None:
        """The probe that made it, or that holds the same data."""
        return self.limit.meta.get("probe") or (self.limit.name if self.ours else None)

    def at_zero(self) -> float:
        """The limit of a massless N [mu_B]."""
        return float(self.limit.upper[0]) / self.shared.low

    def excluded(self, M: float) -> Intervals:
        """Excluded sizes at a mass [MeV]."""
        x = self.limit
        if x.axis is not None and not x.axis.min() * (1 - 1e-9) <= M * MeV <= x.axis.max():
            return ()
        return self.shared.out(x.excluded_at(M * MeV))

    def tracks(self) -> list[Track]:
        """Its intervals through the masses that it names."""
        x = self.limit
        if x.axis is None:
            return []
        if x.outlined:
            return tracks(GRID, self.rows)
        M, rows = np.asarray(x.axis) / MeV, [self.shared.out(r) for r in x.excluded]
        if M[0] == 0:
            # a massless N is at the left edge where the next one is as light as that
            near = M.size > 1 and rows[0] and rows[1] and GRID[0] < M[1] and \
                abs(np.log(rows[0][0].low / rows[1][0].low)) < _LEVEL
            M, rows = (np.append(GRID[0], M[1:]), rows) if near else (M[1:], rows[1:])
        return tracks(M, rows, [(m / MeV, u / self.shared.low) for m, u in x.tips])

    def region(self) -> list[Track]:
        """What it excludes, through the masses of the grid and its own."""
        x = self.limit
        return tracks(GRID, self.rows) if x.axis is None or x.outlined else self.tracks()

    def lines(self) -> list[np.ndarray]:
        """Its edges that are bounds, each an array (n, 2) of masses [MeV] and sizes [mu_B]."""
        x = self.limit
        if x.axis is None:
            return []
        if not x.outlined or self.shared.high > self.shared.low:
            return [line for t in self.tracks() for line in edges(t)]
        M, mu = x.axis / MeV, x.upper / self.shared.low
        closed = x.shape == "polygon"
        if closed:
            M, mu = np.append(M, M[0]), np.append(mu, mu[0])
        gone = np.zeros(M.size - 1, dtype=bool) if x.ends is None else \
            np.asarray(x.ends)[:M.size - 1]
        gone = gone | _walls(M, mu)
        return _runs(np.column_stack([M, mu]), np.append(~gone, False), between=True)


def of(limits: Iterable[Limit], flavor: str, nature: str | None
       ) -> tuple[list[Bound], list[tuple[Limit, str]]]:
    """Those that speak of a flavor, and the others, each with why not."""
    found, silent = [], []
    for x in limits:
        try:
            if not x.ours and x.nature is not None and x.nature != nature:
                raise DomainError(f"it holds for {x.nature} N")
            found.append((_of_one if x.ours else _kept)(x, flavor))
        except DomainError as why:
            silent.append((x, str(why)))
    return found, silent


def _of_one(x: Limit, flavor: str) -> Bound:
    """A limit asked of a flavor at all masses of the grid."""
    if x.parameter != "mu":
        raise DomainError(f"it bounds {x.parameter}")
    if x.lower.any():
        raise DomainError("it prefers a signal")
    speaks.reaches(x, 0.0)
    kept, cut = seen(x)
    shared = speaks.Shared.of(x, DipolePortal(1.0, 0.0, flavor).trace_matrix, flavors.mixing())
    made = Bound(kept, shared, families.of(x), label(x), cut)
    return replace(made, rows=tuple(made.excluded(m) for m in GRID))


#: of published limits, which are read once
_kept = lru_cache(maxsize=1024)(_of_one)


def seen(x: Limit) -> tuple[Limit, bool]:
    """A limit up to the heaviest N that leaves recoils in its bins, and whether that cuts it."""
    heaviest = x.meta.get("heaviest") if x.ours and x.axis is not None else None
    x = x.with_(again=None) if x.again is not None else x
    if heaviest is None:
        return x, False
    keep = np.asarray(x.axis) <= heaviest
    if keep.all() or not keep.any():
        return x, False
    return x.with_(axis=x.axis[keep], upper=x.upper[keep], lower=x.lower[keep],
                   intervals=tuple(r for r, k in zip(x.excluded, keep, strict=True) if k),
                   expected=None, bands={}, systematic={n: seen(s)[0] for n, s in
                                                        x.systematic.items()},
                   best_fit=None, scan=None, tips=tuple(t for t in x.tips if t[0] <= heaviest)
                   ), bool(np.isfinite(x.upper[~keep]).any())


def label(x: Limit) -> str:
    """The name of a bound on the map: short, and *older* where its code has moved on."""
    text = str(x.meta.get("label") if not x.ours or "label" in x.meta else
               x.meta.get("title") or x.name)
    for end in (" (projection)", " (sensitivity)", ", projection)"):
        text = text.replace(end, ")" if end.startswith(",") else "")
    return text.replace("%", r"\%") + (", older" if x.meta.get("older") else "")


# ---- lines and regions of intervals ----------------------------------------------------------


def tracks(M: Sequence[float], rows: Sequence[Intervals],
           tips: Sequence[tuple[float, float]] = ()) -> list[Track]:
    """Intervals of rising masses that overlap from one mass to the next, as one track each."""
    going: list[list] = []
    done: list[list] = []
    for k, row in enumerate(rows):
        pairs = _matched([t[-1][1] for t in going], row)
        kept = []
        for n, t in enumerate(going):
            if n in pairs:
                t.append((M[k], row[pairs[n]]))
                kept.append(t)
            else:
                done.append(t)
        kept += [[(M[k], i)] for n, i in enumerate(row) if n not in pairs.values()]
        going = kept
    some = [m for m, row in zip(M, rows, strict=True) if row]
    return [_track(t, np.asarray(M), (some[0], some[-1]), tips) for t in done + going]


def _matched(old: Sequence, new: Sequence) -> dict[int, int]:
    """Which of the old intervals goes on as which of the new: the pairs that overlap the most."""
    found = sorted(((_overlap(i, j), n, m) for n, i in enumerate(old) for m, j in enumerate(new)),
                   reverse=True)
    pairs: dict[int, int] = {}
    for size, n, m in found:
        if size > 0 and n not in pairs and m not in pairs.values():
            pairs[n] = m
    return pairs


def _overlap(i, j) -> float:
    low, high = max(i.low, j.low, 1e-30), min(i.high, j.high, 1e3)
    return float(np.log(high / low)) if high > low else 0.0


def _track(t: list, M: np.ndarray, ends: tuple[float, float], tips) -> Track:
    """A track with the tips at which it closes, or half way on where it does not."""
    k, n = int(np.searchsorted(M, t[0][0])), int(np.searchsorted(M, t[-1][0]))
    left = None if k == 0 else _tip(t[0][1], tips, M[k - 1], M[k])
    right = None if n == len(M) - 1 else _tip(t[-1][1], tips, M[n], M[n + 1])
    t = ([left] if left else []) + t + ([right] if right else [])
    at, parts = np.array([m for m, _ in t]), [i for _, i in t]
    begins = left is None and at[0] == ends[0] and at[0] > GRID[0] * 1.02
    stops = right is None and at[-1] == ends[1] and at[-1] < GRID[-1]
    return Track(at, np.array([i.low for i in parts]), np.array([i.high for i in parts]),
                 np.array([not i.low_ends and i.low > 0 for i in parts]),
                 np.array([not i.high_ends and i.high < INF for i in parts]),
                 at[0] if left or begins or not k else float(np.sqrt(M[k - 1] * M[k])),
                 at[-1] if right or stops or n == len(M) - 1 else float(np.sqrt(M[n] * M[n + 1])),
                 begins, stops)


def _tip(i, tips, low: float, high: float):
    """The point at which an interval closes between two masses, if it is known."""
    here = [(m, u) for m, u in tips if low < m < high and i.high < INF
            and i.low / 30 < u < i.high * 30]
    if not here:
        return None
    m, u = min(here, key=lambda x: abs(np.log(x[1] ** 2 / (i.low * i.high))))
    return m, region.Interval(u, u)


def edges(t: Track) -> list[np.ndarray]:
    """The edges of a track that are bounds, low and high, as lines; joined where it closes."""
    low = _runs(np.column_stack([t.M, t.low]), t.low_is)
    high = _runs(np.column_stack([t.M, t.high]), t.high_is)
    return low + high


def _runs(points: np.ndarray, good: np.ndarray, between: bool = False) -> list[np.ndarray]:
    """Runs of points that are good; ``between``: of sides, from point k to k + 1."""
    out = []
    start = None
    for k, ok in enumerate(good):
        if ok and start is None:
            start = k
        if start is not None and (not ok or k == len(good) - 1):
            stop = k + 1 if ok or between else k
            if stop - start > 1:
                out.append(points[start:stop])
            start = None
    return out


def _walls(M: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """Upright sides at the first or last mass of an outline: there its paper's figure ends."""
    at = np.abs(np.log(M / M.min())) < _UPRIGHT, np.abs(np.log(M / M.max())) < _UPRIGHT
    upright = (at[0][:-1] & at[0][1:]) | (at[1][:-1] & at[1][1:])
    return upright & (np.abs(np.diff(np.log10(mu))) > 0.1)


def union(bounds: Iterable[Bound]) -> list[Intervals]:
    """What any of the bounds excludes at the masses of ``GRID``."""
    held = list(bounds)
    return [region.union(i for x in held for i in x.rows[k]) for k in range(GRID.size)]


def leaps(line: np.ndarray) -> list[np.ndarray]:
    """An edge of the union in parts: where a curve ends it leaps, and no wall is there."""
    at = np.flatnonzero(np.abs(np.diff(np.log10(line[:, 1]))) > _LEAP) + 1
    return [p for p in np.split(line, at) if len(p) > 1]
