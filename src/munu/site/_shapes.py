"""What a limit excludes, as the page draws it: an outline, or stretches of intervals by mass.

A *zero* is what is excluded at M_N = 0, up to ``reach`` [MeV].  A region is a stretch of masses
with equally many intervals: rows ``[M_N, low, high]`` with ``high`` null where it is open, and a
fourth number where an edge is no bound but the end of the data (1: the lower, 2: the upper one).
A *band* lies between inputs that are contested.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.atlas import speaks
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference.record import Limit
from munu.inference.region import INF, Interval, Intervals, between
from munu.units import MeV

DIGITS = 6
_SAME = 1e-9
# how near to a corner its sides are asked, and what is no bend
_BESIDE, _STRAIGHT = 1e-6, 1e-4

Shape = dict[str, Any]


def rounded(x: float) -> float:
    """A number to the digits of the page.

    >>> rounded(1.23456789e-11)
    1.23457e-11
    """
    return float(f"{x:.{DIGITS}g}")


def of(x: Limit) -> Shape | str:
    """A limit as it says itself, or why it is not drawn."""
    if x.axis is None:
        if x.lower.any():
            return "its data prefer a signal: nothing below that is excluded"
        return {"zero": _intervals(x.excluded[0]), "reach": rounded(x.reach / MeV)}
    if x.outlined:
        made: Shape = {"outline": _pairs(x.axis / MeV, x.upper), "closed": x.shape == "polygon"}
        if x.ends is not None and np.any(x.ends):
            made["open"] = np.flatnonzero(x.ends).tolist()
        return made
    M, rows, heaviest = x.axis, x.excluded, x.meta.get("heaviest") if x.ours else None
    kept = [i for i, m in enumerate(M) if heaviest is None or m <= heaviest]
    made = stretches(M[kept], [rows[i] for i in kept], x.tips)
    if kept and len(kept) < M.size and rows[kept[-1]] and rows[kept[-1] + 1]:
        # the counts end here, not what is excluded
        made["ring"] = [rounded(M[kept[-1]] / MeV), rounded(rows[kept[-1]][0].low)]
    made |= _band(x, kept)
    return made if made["regions"] or "zero" in made else "nothing is excluded"


def _band(x: Limit, kept: list[int]) -> Shape:
    """Between the inputs that are contested: rows ``[M_N, least, most]``, perhaps from 0."""
    if not x.systematic or x.axis is None:
        return {}
    many = np.array([s.upper for s in (x, *x.systematic.values())])[:, kept]
    good = np.isfinite(many).all(axis=0)
    return {"band": [[rounded(m / MeV), rounded(a), rounded(b)] for m, a, b in zip(
        x.axis[kept][good], many.min(axis=0)[good], many.max(axis=0)[good], strict=True)]}


def on(x: Limit, flavor: str, fit: Mixing) -> float | Shape | str:
    """How a limit speaks of a portal of one flavor, see :mod:`munu.atlas.speaks`.

    Returns
    -------
    float, by what all its sizes are multiplied; a shape of its own, where the edges of a region
    move apart; or, in words, why it says nothing
    """
    C = DipolePortal(1.0, 0.0, flavor).trace_matrix
    try:
        speaks.reaches(x, 0.0)
        k = speaks.share(x, C, fit)
    except DomainError as why:
        return str(why)
    if x.axis is None or all(i.high == INF for row in x.excluded for i in row):
        return rounded(1 / k)
    if np.sqrt(np.trace(C).real / np.trace(speaks.own(x)).real) <= k * (1 + _SAME):
        return rounded(1 / k)
    M = np.unique(x.axis)
    if x.outlined:
        # intervals come and go at corners only: both sides of each, and the middle of a side,
        # which is no longer straight where it is shared out
        M = np.unique(np.concatenate([M * (1 - _BESIDE), M, M * (1 + _BESIDE),
                                      np.sqrt(M[1:] * M[:-1])]))
        M = M[(x.axis.min() <= M) & (x.axis.max() >= M)]
    shared = speaks.Shared.of(x, C, fit)
    rows = [shared.out(x.excluded_at(m)) for m in M]
    kept = _needed(M, rows)
    return stretches(M[kept], [rows[i] for i in kept])


def _needed(M: np.ndarray, rows: list[Intervals]) -> list[int]:
    """Masses without those at which a straight line between their neighbours says the same."""
    kept = [0]
    for i in range(1, len(M) - 1):
        before, after = (M[kept[-1]], rows[kept[-1]]), (M[i + 1], rows[i + 1])
        if not all(_straight(rows[j], between(M[j], before, after))
                   for j in range(kept[-1] + 1, i + 1)):
            kept.append(i)
    return [*kept, len(M) - 1] if len(M) > 1 else kept


def _straight(here: Intervals, line: Intervals) -> bool:
    return len(here) == len(line) and all(
        a[2:] == b[2:] and all(x == y or abs(x - y) <= _STRAIGHT * min(abs(x), abs(y))
                               for x, y in zip(a[:2], b[:2], strict=True))
        for a, b in zip(here, line, strict=True))


def stretches(M: np.ndarray, rows: list[Intervals], tips: Any = ()) -> Shape:
    """Intervals by mass [energy] as regions, what holds at mass 0 apart."""
    made: Shape = {"regions": []}
    if len(M) and M[0] == 0:
        if rows[0]:
            made |= {"zero": _intervals(rows[0]), "reach": 0.0}
        M, rows = M[1:], rows[1:]
    begin = 0
    for k in range(1, len(rows) + 1):
        if k < len(rows) and len(rows[k]) == len(rows[begin]):
            continue
        for n in range(len(rows[begin])):
            made["regions"].append(_region(M, rows, begin, k, n, tips))
        begin = k
    return made


def _region(M: np.ndarray, rows: list[Intervals], begin: int, end: int, n: int, tips: Any
            ) -> Shape:
    made: Shape = {"rows": [[rounded(M[i] / MeV), *_edges(rows[i][n])] for i in range(begin, end)]}
    # a region that closes above has its tip between two masses
    for side, at, beside in (("left", begin, begin - 1), ("right", end - 1, end)):
        if 0 <= beside < len(M) and rows[at][n].high < INF and n == len(rows[at]) - 1:
            low, high = sorted((M[at], M[beside]))
            found = [[rounded(m / MeV), rounded(s)] for m, s in tips if low < m < high]
            made |= {side: found[0]} if found else {}
    return made


def _edges(i: Interval) -> list[float | int | None]:
    made: list[float | int | None] = [rounded(max(i.low, 0.0)),
                                      None if i.high == INF else rounded(i.high)]
    flags = int(i.low_ends) + 2 * int(i.high_ends)
    return [*made, flags] if flags else made


def _intervals(found: Intervals) -> list[list[float | int | None]]:
    return [_edges(i) for i in found]


def _pairs(x: np.ndarray, y: np.ndarray) -> list[list[float]]:
    return [[rounded(a), rounded(b)] for a, b in zip(x, y, strict=True)]
