"""Where a model is excluded in a plane of its parameters, from few of its points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from munu import _plugins, grid
from munu._guard import called
from munu.atlas._beyond import Beyond, beyond, valid
from munu.atlas.answer import in_unit
from munu.errors import DomainError, UnknownName
from munu.inference.contour import contour
from munu.inference.contours import Contours, Side
from munu.models import get
from munu.models.model import _value, check_names


@called
def contours(model: str, over: Mapping[str, Any], against: str | Sequence[str] = "all", *,
             level: float | str | None = None, precision: float = 0.01, lattice: int = 8,
             most: int = 50_000, **fixed: Any) -> Contours:
    """Follow the edge of what is excluded in two parameters of a model, closed regions included.

    Parameters
    ----------
    model : name
    over : two parameters and their ranges: a text such as ``1TeV:5TeV``, in equal ratios where it
        lies above 0 or as ``:log`` and ``:lin`` say, or a pair of internal values
    against : ``all``, ``limits``, ``constraints``, or names: of a constraint of the model, a
        published limit, a probe.  At one mass of N limits are computed there; where that is one of
        the two, munu's own are read from the curves of the map: between two of its masses of which
        one has a region that the other has not, what both exclude
    level : of the limits; None takes each at its own
    precision, lattice, most : see :func:`munu.inference.contour.contour`
    fixed : the other parameters

    Returns
    -------
    Contours
        ``meta["by"]`` names for each curve what excludes along it; ``notes`` say where an edge is
        the end of somebody's data alone

    Raises
    ------
    UnknownName, DomainError, UnitError, NotConverged

    >>> found = contours("leptoquark", {"m_LQ": "1TeV:5TeV", "y1": "0.01:1"}, ("xenonnt", "lz"),
    ...                  y2=0.5, M_N="100keV")
    >>> found.meta["by"], found.open_ends
    ((('xenonnt',),), ('m_LQ low', 'y1 high'))
    """
    cls = _plugins.load("models", model).model
    if not isinstance(over, Mapping):
        raise DomainError(f"over = {over!r} must be a mapping of two parameters to their ranges")
    if not isinstance(against, Iterable):
        raise DomainError(f"against = {against!r} must be all, or a list of names")
    if len(over) != 2:
        raise DomainError(f"a contour is over two parameters, not {len(over)}; the others are "
                          "fixed")
    for key in over:
        if key in fixed:
            raise DomainError(f"parameter {key} is given twice")
    x, y = (_side(cls, k, v) for k, v in over.items())
    check_names(model, dict.fromkeys([*fixed, *over]), cls)
    corners = {x.name: np.array([x.low, x.high, x.low, x.high]),
               y.name: np.array([y.low, y.low, y.high, y.high])}
    single = [k for k in over if k in cls.single]
    if single:
        raise DomainError(f"{single[0]} of {model} is one number for all points; a contour takes "
                          "other parameters")
    corners = valid(model, fixed, corners)
    asked = beyond(model, fixed, corners, against, level)
    value = _Value(asked, x.name, y.name)
    if not value.names(corners):
        raise DomainError(f"nothing of what was asked speaks of {model} in this box")
    found = contour(value, x, y, precision=precision, lattice=lattice, most=most)
    first = get(model, **fixed, **{k: v[0] for k, v in corners.items()})
    by = tuple(value.along(line) for line in found.lines)
    ends = list(dict.fromkeys(n for line in found.lines for n in asked.ends(
        value.points(line), 2 * precision)))
    notes = (*found.notes, *([f"where the data of {', '.join(ends)} end an edge is no bound"]
                             if ends else []))
    return replace(found, notes=notes, papers=tuple(dict.fromkeys([
        *first.papers, *(p for v, _ in asked.limits if any(v.name in b for b in by)
                         for p in v.papers)])), meta={
        "model": model, "titles": {v.name: v.meta["title"] for v, _ in asked.limits
                                   if v.meta.get("title") and any(v.name in b for b in by)},
        "against": [against] if isinstance(against, str) else list(against),
        "level": level, "by": by, "not_compared": dict(asked.unsaid),
        "parameters": {f.name: {"value": in_unit(f, getattr(first, f.name)),
                                "unit": f.metadata["unit"] or None}
                       for f in fields(cls) if f.name not in over},
        "given": list(fixed)})


class _Value:
    """How deep a point is excluded, by whatever is asked."""

    def __init__(self, asked: Beyond, x: str, y: str):
        self.asked, self.axes = asked, (x, y)

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        each = np.array(list(self.asked(dict(zip(self.axes, (x, y), strict=True))).values()))
        # what excludes does so whatever another cannot say
        known = np.where(np.isnan(each), -np.inf, each).max(axis=0)
        return np.where(np.isnan(each).any(axis=0) & ~(known > 0), np.nan, known)

    def points(self, line: np.ndarray) -> dict[str, np.ndarray]:
        """Vertices as points of the model."""
        return dict(zip(self.axes, line.T, strict=True))

    def names(self, points: Mapping[str, np.ndarray]) -> list[str]:
        """What is asked."""
        return list(self.asked(points))

    def along(self, line: np.ndarray) -> tuple[str, ...]:
        """What excludes beside a curve: at each vertex the deepest."""
        said = self.asked(self.points(line))
        each = np.nan_to_num(np.array(list(said.values())), nan=-np.inf)
        order = list(said)
        return tuple(dict.fromkeys(order[k] for k in each.argmax(axis=0)))


def _side(cls: Any, key: str, given: Any) -> Side:
    """One axis of the box.  Raises UnknownName, DomainError, UnitError."""
    its = {f.name: f for f in fields(cls)}
    if key not in its:
        raise UnknownName(f"parameter of {cls.name}", key, its)
    known = {k: f.metadata["unit"] for k, f in its.items()}
    if known[key] == "":
        raise DomainError(f"{key} is a word; a contour is over numbers")
    how = ""
    if isinstance(given, str):
        *pair, how = (*given.split(":"), "") if given.count(":") < 2 else given.split(":")
        like = "0.01:1" if known[key] == "1" else f"1{known[key]}:5{known[key]}"
        if len(pair) != 2 or not all(pair) or how not in ("", "log", "lin"):
            raise DomainError(f"the range {key} = '{given}' must read low:high, or with :log or "
                              f":lin behind, as {like}")
        given = [x.strip() for x in pair]
    low, high = (float(v) for v in grid.between(key, given, 2, known[key]))
    if not low < high:
        raise DomainError(f"{key} from {low:g} to {high:g} must rise")
    if how == "log" and low <= 0:
        raise DomainError(f"{key} in equal ratios must begin above 0; write :lin")
    # a range of a parameter is its own; where several together are no model, nothing is known
    _value(cls.name, its[key], np.array([low, high]))
    return Side(key, low, high, known[key], log=low > 0 if not how else how == "log")
