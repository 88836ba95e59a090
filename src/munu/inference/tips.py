"""Where an excluded region closes between two masses: followed until the island is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from munu.inference.region import INF, Intervals
from munu.inference.solved import Solved
from munu.ray import Ray

_HALVINGS = 14


def closings(made: Solved, line: Ray, solve: Callable[[Ray], Solved]) -> Solved:
    """The same with the places at which islands close, between neighbouring masses.

    Parameters
    ----------
    made : Solved, with intervals by mass
    line : Ray, whose masses rise
    solve : function of a ray of one mass -> Solved
    """
    if line.masses is None or made.excluded is None or np.any(np.diff(line.masses) <= 0):
        return made
    tips = []
    for j in range(line.rows - 1):
        a, b = line.masses[j], line.masses[j + 1]
        here, there = (_islands(made.excluded[k]) for k in (j, j + 1))
        if here == there or a == 0:
            continue
        inside, outside = (a, b) if here > there else (b, a)
        tips.append(_tip(line, solve, inside, outside, max(here, there)))
    return replace(made, tips=tuple(tips))


def _at(line: Ray, solve: Callable[[Ray], Solved], M: float) -> Intervals:
    made = solve(line.with_masses([M])).excluded
    return made[0] if made else ()


def _islands(excluded: Intervals) -> int:
    """How many regions have both ends."""
    return sum(i.high < INF for i in excluded)


def _tip(line: Ray, solve: Callable[[Ray], Solved], inside: float, outside: float, wanted: int
        ) -> tuple[float, float]:
    size = None
    for _ in range(_HALVINGS):
        M = np.sqrt(inside * outside)
        found = _at(line, solve, M)
        if _islands(found) < wanted:
            outside = M
            continue
        inside = M
        narrow = min((i for i in found if i.high < INF), key=lambda i: i.high / max(i.low, 1e-300))
        size = np.sqrt(narrow.low * narrow.high)
    if size is None:
        found = _at(line, solve, inside)
        narrow = min((i for i in found if i.high < INF), key=lambda i: i.high / max(i.low, 1e-300))
        size = np.sqrt(narrow.low * narrow.high)
    return float(inside), float(size)
