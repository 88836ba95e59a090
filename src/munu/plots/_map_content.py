"""What stands on the map of one flavor, what is left out of it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from munu import atlas, probes
from munu.atlas import _added, families
from munu.errors import UnknownName
from munu.inference import region
from munu.inference.record import Limit
from munu.inference.region import Intervals
from munu.plots import _map_bounds
from munu.plots._map_bounds import GRID, Bound

# the part of all masses over which a bound that is an edge of the union is drawn
_EDGE = 0.02


@dataclass(frozen=True, eq=False)
class Content:
    """The map of one flavor.

    Attributes
    ----------
    flavor, nature : of the portal
    drawn : bounds with a curve, those that stand, then projections
    hidden : bounds within others of their class, which are part of the union and not drawn
    zero : bounds at M_N = 0 alone
    faded : bounds that fall with what is relaxed
    silent : limits that do not speak of this flavor, each with why not
    old : limits that a newer one supersedes
    without : the words of what is left out by wish
    union : what the standing ones exclude at the masses of the grid
    added : names of what was added
    """

    flavor: str
    nature: str | None
    drawn: tuple[Bound, ...]
    hidden: tuple[Bound, ...]
    zero: tuple[Bound, ...]
    faded: tuple[Bound, ...]
    silent: tuple[tuple[Limit, str], ...]
    old: tuple[Limit, ...]
    without: tuple[str, ...]
    union: tuple[Intervals, ...]
    added: frozenset[str] = frozenset()

    @property
    def standing(self) -> list[Bound]:
        """Those that make the union."""
        return [x for x in (*self.drawn, *self.hidden, *self.zero) if not x.projected]

    @property
    def limits(self) -> list[Limit]:
        """All of them, for their papers."""
        return [x.limit for x in (*self.drawn, *self.hidden, *self.zero, *self.faded)]


def gather(flavor: str, nature: str | None, *, computed: Sequence[Limit] | None = None,
           published: Sequence[Limit] | None = None, add: Iterable[Any] = (),
           without: Sequence[str] = (), relaxed: Any = None,
           part: float = 0.04) -> Content:
    """All bounds of a flavor, sorted; see :class:`Content`."""
    ours = atlas.bounds(flavor, nature) if computed is None else list(computed)
    theirs = atlas.published() if published is None else list(published)
    out = _unwanted([*ours, *theirs], without)
    own = [_added.limit(x, flavor, nature) for x in add]
    old = [x for x in theirs if x.status.startswith("superseded") and not out(x)]
    held = [x for x in (*ours, *theirs) if not out(x) and not x.status.startswith("superseded")]
    bounds, silent = _map_bounds.of([*held, *own], flavor, nature)
    if relaxed is not None:
        from munu.atlas import assumptions

        bounds = [replace(x, fell=assumptions.falls(x.limit, relaxed)) for x in bounds]
    zero = [x for x in bounds if x.limit.axis is None and not x.fell and not x.projected]
    faded = [x for x in bounds if x.fell and x.limit.axis is not None]
    curves = [x for x in bounds if x.limit.axis is not None and not x.fell]
    union = _map_bounds.union([x for x in curves if not x.projected] + zero)
    added = frozenset(x.name for x in own)
    drawn = _shown(curves, union, part, added)
    return Content(flavor, nature, tuple(drawn), tuple(x for x in curves if x not in drawn),
                   tuple(sorted(zero, key=Bound.at_zero)), tuple(faded), tuple(silent),
                   tuple(old), tuple(without), tuple(union), added)


def _unwanted(limits: Sequence[Limit], without: Sequence[str]):
    """Whether a limit is among what is left out by its name, its probe or its class."""
    known = {*atlas.names(), *probes.names(), *families.FAMILIES,
             *(x.name for x in limits)}
    for word in without:
        if word not in known:
            raise UnknownName("limit, probe or class of bounds", word, known)
    words = set(without)
    return lambda x: bool(words & {x.name, str(x.meta.get("probe")), str(families.of(x))})


def _shown(curves: Sequence[Bound], union: Sequence[Intervals], part: float,
           added: frozenset[str]) -> list[Bound]:
    """Bounds that are the strongest of their class somewhere, or an edge of the union; projections
    that are it outside of the union; and all that was added."""
    least = {x: _least(x) for x in curves}
    out = []
    for x in curves:
        if x.family == "own" or x.limit.name in added:
            out.append(x)
            continue
        alike = [least[y] for y in curves if (y.family, y.projected) == (x.family, x.projected)
                 and (y.ours == x.ours or y.ours)]
        best = np.isfinite(least[x]) & (least[x] <= np.min(alike, axis=0) * (1 + 1e-9))
        if x.projected:
            # what it adds to what is excluded already
            best &= ~np.array([region.contains(row, u) for row, u in zip(
                union, least[x], strict=True)])
        edge = not x.projected and _on_edge(x, union).mean() >= _EDGE
        if edge or best.mean() >= part:
            out.append(x)
    return out


def _least(x: Bound) -> np.ndarray:
    return np.array([min((i.low for i in row if not i.low_ends), default=np.inf)
                     for row in x.rows])


def _on_edge(x: Bound, union: Sequence[Intervals]) -> np.ndarray:
    """At which masses of the grid an edge of the bound is one of the union."""
    out = np.zeros(GRID.size, dtype=bool)
    for k, (row, whole) in enumerate(zip(x.rows, union, strict=True)):
        lows = {i.low for i in whole if not i.low_ends}
        highs = {i.high for i in whole if not i.high_ends and i.high < np.inf}
        out[k] = any((i.low in lows and not i.low_ends) or
                     (i.high in highs and not i.high_ends) for i in row)
    return out
