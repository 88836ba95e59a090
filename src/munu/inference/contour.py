r"""All curves on which a function of two coordinates is 0, from few evaluations.

A *value* is a function of arrays x, y (m,), above 0 where a point is excluded, such as the log of a
size over its limit; nan where it cannot be said.  A coarse lattice is a start alone:

- where a row, a column or a node of it is a minimum below which the sign may change, the extremum
  is searched, since an island or a gap may lie between nodes; of several humps within one step of
  the lattice, one is seen: the lattice is as fine as a user asks;
- triangles that a curve crosses are halved until each straight piece is tested: at ``precision``
  on either side of its middle the function has both signs;
- a curve ends at the frame of the box, or where the function is no number, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np

from munu.errors import DomainError
from munu.inference._trace import Trace, Value
from munu.inference._triangles import FINE, Edge, chains, edge, loops
from munu.inference.contours import Contours, Side


def contour(value: Value, x: Side, y: Side, *, precision: float = 0.01, lattice: int = 8,
            most: int = 50_000) -> Contours:
    """Find all curves on which a function is 0 in a box.

    Parameters
    ----------
    value : function of two arrays (m,), the coordinates [internal] -> array (m,)
    x, y : Side, name and range of each coordinate
    precision : how far a curve may lie from the straight pieces: relative, or of the whole side
        where that is not in equal ratios
    lattice : steps of the first lattice along either side.  A hump that stands alone within two
        steps is found, down to an island of a hundredth of a step; of two within one step, and of
        what leaves no trace at any node, nothing is said
    most : evaluations

    Returns
    -------
    Contours

    Raises
    ------
    DomainError
        A range that does not rise, a precision or lattice out of range, a value of another shape.
    NotConverged
        ``most`` evaluations were not enough; with what was reached.

    >>> import numpy as np
    >>> x, y = Side("x", -1.5, 2, log=False), Side("y", -2, 1.5, log=False)
    >>> found = contour(lambda x, y: 1 - np.hypot(x, y), x, y, precision=1e-3)
    >>> len(found), found.closed, bool(found.contains(0.6, 0.7))
    (1, (True,), True)
    """
    for s in (x, y):
        if not (np.isfinite([s.low, s.high]).all() and s.low < s.high):
            raise DomainError(f"{s.name} from {s.low:g} to {s.high:g} must rise and be finite")
        if s.log and s.low <= 0:
            raise DomainError(f"{s.name} in equal ratios must begin above 0, not at {s.low:g}")
    if x.name == y.name:
        raise DomainError(f"both coordinates are {x.name}; a contour needs two")
    if not isinstance(precision, Real) or not 1e-6 <= precision <= 0.2:
        said = f"{precision:g}" if isinstance(precision, Real) else repr(precision)
        raise DomainError(f"precision = {said} must lie between 1e-6 and 0.2")
    if not isinstance(lattice, Integral) or not 2 <= lattice <= 512:
        raise DomainError(f"lattice = {lattice} must lie between 2 and 512 steps")
    made = Trace(value, (x, y), precision, lattice, most)
    made.refine()
    return _record(made)


def _record(t: Trace) -> Contours:
    """Lines, and outlines of what is excluded and of what is unknown, as a record."""
    crossed = t.crossed()
    lines = [(line, closed) for line, closed in chains(dict(crossed.values()))]
    lines.sort(key=lambda x: _at(t, x[0][0]).tolist())
    excluded: list[list[int | Edge]] = []
    unknown: list[list[int | Edge]] = []
    for number, corners in t.mesh.corners.items():
        s = [t.sign(k) for k in corners]
        if 0 in s or (number not in crossed and abs(sum(s)) != 3):
            unknown.append([*corners])
            continue
        piece: list[int | Edge] = []
        for k, a in enumerate(corners):
            b = corners[(k + 1) % 3]
            piece += [a] * (s[k] > 0)
            if s[k] != s[(k + 1) % 3]:
                piece.append(edge(a, b))
        if piece:
            excluded.append(piece)
    notes = []
    if unknown:
        notes.append("in a part of the box nothing is known: a curve ends there")
    if t.small:
        some = "; ".join(", ".join(f"{side} {float(side.value(u)) / side.factor:.4g}"
                                   for side, u in zip(t.sides, p, strict=True))
                         for p in t.small[:3])
        notes.append("an island or a gap smaller than the precision is not outlined, at "
                     + some)
    return Contours(
        sides=t.sides, lines=tuple(_values(t, line) for line, _ in lines),
        closed=tuple(closed for _, closed in lines),
        ends=tuple(() if closed else (_end(t, line[0]), _end(t, line[-1]))
                   for line, closed in lines),
        regions=_each(t, loops(excluded)),
        unknown=_each(t, loops(unknown)), precision=t.precision,
        evaluations=t.evaluations, notes=tuple(notes),
        step=(_step(t.sides[0], t.mesh.n), _step(t.sides[1], t.mesh.n)))


def _step(side: Side, n: int) -> float:
    return float(np.exp(side.length / n)) if side.log else 1 / n


def _at(t: Trace, corner: int | Edge) -> np.ndarray:
    return t.roots[corner] if isinstance(corner, tuple) else t.p[corner]


def _values(t: Trace, line: Sequence[int | Edge]) -> np.ndarray:
    p = np.array([_at(t, x) for x in line])
    return np.column_stack([s.value(u) for s, u in zip(t.sides, p.T, strict=True)])


def _end(t: Trace, where: Edge) -> str:
    """The side of the box that an edge lies on, or what is unknown."""
    for k, s in enumerate(t.sides):
        on = {t.mesh.places[node][k] for node in where}
        for at, word in ((0, "low"), (t.mesh.n * FINE, "high")):
            if on == {at}:
                return f"{s.name} {word}"
    return "unknown"


def _each(t: Trace, lines: list[list[int | Edge]]) -> tuple[np.ndarray, ...]:
    return tuple(_values(t, line) for line in lines)
