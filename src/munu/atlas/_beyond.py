"""How far points of a model lie beyond what excludes them: many points, and every limit by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from munu import flavors, probes
from munu.atlas import ours, own, speaks
from munu.atlas.published import published
from munu.atlas.verdict import Verdict, verdict
from munu.couplings import DipolePortal
from munu.errors import DomainError, UnknownName
from munu.inference.intervals import check_level
from munu.inference.record import Limit
from munu.inference.region import Intervals, common
from munu.models import Constraint, NotPredicted, get
from munu.models._matrices import Portal

ALL = ("all", "limits", "constraints")
# the log of a size over an edge that is not there
FAR = 60.0
# masses of the map whose ratio is at most this are neighbours
_NEAR = 2.0
# excluded at a margin that says nothing
_JUST = 1e-9


@dataclass(frozen=True, eq=False, kw_only=True)
class Beyond:
    """What is asked of each point; called with points, it answers for all names.

    Attributes
    ----------
    model : name
    fixed : parameters that do not change
    constraints : observables of the model that are asked
    limits : on the moment of its portal, as far as that is the same at all points
    asked : names that every point is judged by alone, where it is no portal
    level : of the limits, or None
    unsaid : names of limits that cannot be compared, and why
    mass : M_N where it is one for all [energy], else None
    """

    model: str
    fixed: Mapping[str, Any]
    constraints: tuple[str, ...]
    limits: tuple[tuple[Limit, speaks.Shared], ...] = ()
    asked: tuple[str, ...] = ()
    level: float | None = None
    unsaid: Mapping[str, str]
    mass: float | None = None

    def __call__(self, points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Log of the size over its edge for each name, arrays (n,): above 0 where it excludes.

        nan where a point cannot be computed, such as beyond the validity of the model.
        """
        n = len(next(iter(points.values())))
        try:
            return self._each(points, n)
        except DomainError:
            if n == 1:
                names = [*self.constraints, *(x.name for x, _ in self.limits), *self.asked]
                return dict.fromkeys(names, np.full(1, np.nan))
        # the bad ones are found by halves, so that the others keep their answers
        halves = [self({k: x[part] for k, x in points.items()})
                  for part in (slice(n // 2), slice(n // 2, None))]
        return {k: np.concatenate([half[k] for half in halves]) for k in halves[0]}

    def _each(self, points: Mapping[str, np.ndarray], n: int) -> dict[str, np.ndarray]:
        point = get(self.model, **self.fixed, **points)
        with np.errstate(all="ignore"):
            held = {_word(x): np.broadcast_to(_gone(x), (n,)) for x in point.constraints()}
            out = {k: held[k] for k in self.constraints}
            if self.limits:
                portal = point.matrices().portals[0]
                mu = np.broadcast_to(np.where(portal.there, portal.mu, 0.0), (n,))
                out |= self._of_portal(mu, np.broadcast_to(portal.M_N, (n,)))
        out |= {k: np.full(n, -FAR) for k in self.asked}
        for i in range(n if self.asked else 0):
            for v in verdict(point.at(i)):
                if v.name in self.asked and self.level in (None, v.level):
                    out[v.name][i] = max(out[v.name][i], _depth(v))
        return out

    def _of_portal(self, mu: np.ndarray, M_N: np.ndarray) -> dict[str, np.ndarray]:
        masses, which = np.unique(M_N, return_inverse=True)
        size = np.log(np.maximum(mu, 1e-300))
        out = {x.name: np.full(mu.size, -FAR) for x, _ in self.limits}
        for k, M in enumerate(masses):
            here = which.ravel() == k
            for x, shared in self.limits:
                # a published limit and a probe may bear one name
                out[x.name][here] = np.maximum(out[x.name][here], _inside(
                    size[here], _excluded(x, shared, M)))
        return out

    def ends(self, points: Mapping[str, np.ndarray], near: float) -> list[str]:
        """Limits that one of the points lies next to where only their data end."""
        if not self.limits:
            return []
        portal = get(self.model, **self.fixed, **points).matrices().portals[0]
        out = []
        for mu, M in zip(*np.broadcast_arrays(portal.mu, portal.M_N), strict=True):
            for x, shared in self.limits:
                edges = [e for i in _excluded(x, shared, M) for e, ends in (
                    (i.low, i.low_ends), (i.high, i.high_ends)) if ends]
                if any(e > 0 and mu > 0 and abs(np.log(mu / e)) < near for e in edges):
                    out.append(x.name)
        return list(dict.fromkeys(out))


def beyond(model: str, fixed: Mapping[str, Any], points: Mapping[str, np.ndarray],
           against: str | Sequence[str] = "all", level: float | str | None = None) -> Beyond:
    """What is to be asked of points such as these.

    Parameters
    ----------
    model : name
    fixed : parameters that do not change
    points : parameters that do, arrays (n,) [internal]: valid corners of a box
    against : ``all``, ``limits``, ``constraints``, or names of these
    level : of the limits; None takes all

    Raises
    ------
    UnknownName, DomainError
        A name that is none of the model's constraints, of published limits or of probes; one that
        says nothing of this model, and why.
    """
    first = get(model, **fixed, **points)
    names = (against,) if isinstance(against, str) else tuple(dict.fromkeys(against))
    mine = list(dict.fromkeys(_word(x) for x in first.constraints()))
    theirs = [x.name for x in published(status="standing")]
    for name in names:
        if name not in (*ALL, *mine, *theirs, *probes.names()):
            raise UnknownName(f"constraint of {model}, limit or probe", name,
                              (*ALL, *mine, *theirs, *probes.names()))
    if not names:
        raise DomainError("a contour is against something; give all, or names of limits")
    every = {*names} & {"all", "limits"}
    wanted = tuple(mine) if {*names} & {"all", "constraints"} else \
        tuple(x for x in mine if x in names)
    rest = tuple(x for x in names if x not in (*ALL, *mine))
    level = None if level is None else check_level(level)
    made = Beyond(model=model, fixed=dict(fixed), constraints=wanted, unsaid={}, level=level)
    if not (every or rest):
        return made
    try:
        matrices = first.matrices()
    except NotPredicted as why:
        if rest or "limits" in names:
            raise DomainError(f"{why}: no limit can be held against it") from None
        return made
    portal = matrices.portals[0] if matrices.alone and len(matrices.portals) == 1 else None
    if portal is None or not isinstance(portal.flavor, str):
        found = dict.fromkeys(v.name for i in range(first.shape[0]) for v in verdict(first.at(i))
                              if v.kind == "limit")
        for name in rest:
            if name not in found:
                raise DomainError(f"{name} says nothing of {model} here; what does: "
                                  + (", ".join(found) or "none"))
        return _changed(made, asked=tuple(found) if every else rest)
    M = np.unique(np.asarray(portal.M_N, dtype=float))
    held, unsaid = _limits(portal, float(M[0]) if M.size == 1 else None, rest if not every else (),
                           level)
    silent = [x for x in rest if x not in [y.name for y, _ in held]]
    if silent:
        raise DomainError(f"{silent[0]} says nothing of {model} here: "
                          + unsaid.get(silent[0], "it excludes nothing of this flavor and mass"))
    return _changed(made, limits=tuple(held), unsaid=unsaid,
                    mass=float(M[0]) if M.size == 1 else None)


def valid(model: str, fixed: Mapping[str, Any], points: Mapping[str, np.ndarray]
          ) -> dict[str, np.ndarray]:
    """Those of the points that the model takes.  Raises DomainError where it takes none."""
    kept, why = [], None
    for k in range(len(next(iter(points.values())))):
        try:
            get(model, **fixed, **{key: x[k] for key, x in points.items()})
            kept.append(k)
        except DomainError as err:
            why = err
    if why is not None and not kept:
        raise why
    return {key: x[kept] for key, x in points.items()}


def _changed(made: Beyond, **changes: Any) -> Beyond:
    return Beyond(**{f.name: getattr(made, f.name) for f in fields(made)} | changes)


def _limits(portal: Portal, mass: float | None, names: Sequence[str], level: float | None
            ) -> tuple[list[tuple[Limit, speaks.Shared]], dict[str, str]]:
    """Published and computed limits of a flavor and nature, at one mass or as the map's curves."""
    flavor, nature = str(portal.flavor), portal.nature
    unsaid: dict[str, str] = {}
    if mass is None:
        # between the masses of the map nothing is computed
        mine = [x.with_(again=None) for x in own.bounds(flavor, nature)
                if x.status == "standing" and (not names or x.name in names)]
    elif not names:
        mine, unsaid = ours.of_portal(DipolePortal(1.0, mass, flavor, nature))
    else:
        mine = []
        for name in (x for x in names if x in probes.names()):
            try:
                mine.append(ours.at(probes.get(name), DipolePortal(1.0, mass, flavor, nature)))
            except DomainError as why:
                unsaid[name] = str(why)
    held = []
    C, fit = DipolePortal(1.0, mass or 0.0, flavor, nature).trace_matrix, flavors.mixing()
    for x in [*published(status="standing"), *mine]:
        if names and x.name not in names:
            continue
        try:
            if x.nature and x.nature != nature:
                raise DomainError(f"it holds for {x.nature}, not {nature}")
            if level is not None and x.level != level:
                raise DomainError(f"it is at {x.level}, not {level}")
            if mass is not None:
                speaks.reaches(x, mass)
            held.append((x, speaks.Shared.of(x, C, fit)))
        except DomainError as why:
            unsaid[x.name] = str(why)
    return held, unsaid


def _excluded(x: Limit, shared: speaks.Shared, M: float) -> Intervals:
    """Excluded sizes; none of an N that leaves nothing in its bins, or beyond its reach."""
    try:
        speaks.reaches(x, M)
        speaks.sees(x, M)
    except DomainError:
        return ()
    found = x.excluded_at(M)
    if not found and x.ours and x.intervals is not None and x.axis is not None:
        # a region parts or closes between two masses of the map: there holds what both exclude
        i = int(np.searchsorted(x.axis, M))
        if 0 < i < x.axis.size and x.axis[i] <= _NEAR * x.axis[i - 1]:
            found = common(x.intervals[i - 1:i + 1])
    return shared.out(found)


def _depth(v: Verdict) -> float:
    """Log of a margin, with the sign of the verdict."""
    far = np.log(v.margin) if v.margin > 0 else -FAR
    return float(np.clip(max(far, _JUST) if v.excluded else min(far, 0.0), -FAR, FAR))


def _inside(size: np.ndarray, found: Intervals) -> np.ndarray:
    """How deep the logs of sizes lie in intervals, below 0 outside."""
    out = np.full(size.shape, -FAR)
    for i in found:
        low = np.log(i.low) if i.low > 0 else -np.inf
        high = np.log(i.high) if i.high > 0 else -np.inf
        out = np.maximum(out, np.minimum(size - low, high - size))
    return np.clip(out, -FAR, FAR)


def _word(x: Constraint) -> str:
    """The observable without its unit."""
    return x.observable.split(" [")[0]


def _gone(x: Constraint) -> np.ndarray:
    """Log of how far a prediction has gone to an edge, above 0 where that speaks against it."""
    v = np.asarray(x.predicted, dtype=float)
    if x.status == "data" or (x.low is None and x.high is None):
        return np.where(np.isfinite(v), -FAR, np.nan)
    if x.low is not None and x.high is not None and x.high > x.low:
        gone = np.log(np.abs(v - (x.low + x.high) / 2) / ((x.high - x.low) / 2))
    elif x.high is not None and x.high > 0:
        gone = np.log(np.maximum(v, 0) / x.high)
    elif x.low is not None and x.low > 0:
        gone = np.log(x.low / np.maximum(v, 0))
    else:
        # an edge at 0, or below it, has no ratio
        edge, way = (x.high, 1) if x.high is not None else (x.low or 0.0, -1)
        away = way * (v - edge)
        gone = away / max(abs(edge), float(np.nanmax(np.abs(v))), 1e-300)
    return np.where(np.isfinite(v), np.clip(gone, -FAR, FAR), np.nan)
