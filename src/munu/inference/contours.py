"""Where a function of two coordinates passes 0: curves in a box, and what they enclose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from munu import results
from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu.errors import DomainError
from munu.results import plain
from munu.units import unit

# how far a point on the frame is moved in, as a part of the side
_IN = 1e-12


class Side(NamedTuple):
    """One coordinate of a box: its name, range [internal], unit, and whether in equal ratios."""

    name: str
    low: float
    high: float
    unit: str = "1"
    log: bool = True

    @property
    def length(self) -> float:
        """Of the side, as errors are counted: the log of its ratio, or 1 where it is straight."""
        return float(np.log(self.high / self.low)) if self.log else 1.0

    @property
    def factor(self) -> float:
        """One of its units [internal]."""
        return 1.0 if self.unit == "1" else float(unit(self.unit).factor)

    def place(self, x: Numbers) -> np.ndarray:
        """A value as a place on the side, from 0 to its length."""
        x = np.asarray(x, dtype=float)
        return np.log(x / self.low) if self.log else (x - self.low) / (self.high - self.low)

    def value(self, u: Numbers) -> np.ndarray:
        """The value at a place, within the range to the last digit."""
        x = self.low * np.exp(u) if self.log else self.low + (self.high - self.low) * np.asarray(u)
        return np.clip(x, self.low, self.high)

    def __str__(self) -> str:
        return self.name if self.unit == "1" else f"{self.name} [{self.unit}]"


@dataclass(frozen=True, eq=False, kw_only=True)
class Contours:
    """The curves on which a function passes 0, and the regions where it lies above: *excluded*.

    Attributes
    ----------
    sides : the two coordinates of the box
    lines : each an array (n, 2) of values [internal], what is excluded on their left where y points
        up; a closed one does not repeat its first point
    closed : whether each comes back to its beginning
    ends : for each that does not, what it ends on at either end: a side of the box, as
        ``m_LQ high``, or ``unknown``
    regions : outlines of what is excluded, closed along the box; a point is inside where an odd
        number of them go around it
    unknown : outlines of where the function is no number
    precision : how far from the true curve the middle of any straight piece was found to lie at
        most, relative, or as a part of a side that is not in equal ratios
    evaluations : how often the function was asked
    step : of the first lattice: a ratio of each coordinate in equal ratios, else a part of the side
    notes : what else there is to say
    meta : what the function is
    papers : keys of papers
    """

    sides: tuple[Side, Side]
    lines: tuple[np.ndarray, ...]
    closed: tuple[bool, ...]
    ends: tuple[tuple[str, ...], ...]
    regions: tuple[np.ndarray, ...]
    unknown: tuple[np.ndarray, ...] = ()
    precision: float
    evaluations: int
    step: tuple[float, float]
    notes: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "meta", FrozenMap(self.meta))

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def open_ends(self) -> tuple[str, ...]:
        """The sides of the box over which an excluded region goes on: no bound lies there."""
        return tuple(dict.fromkeys(e for pair in self.ends for e in pair if e != "unknown"))

    def contains(self, x: Numbers, y: Numbers) -> Any:
        """Whether points are excluded, bool or array; False where nothing is known.

        Parameters
        ----------
        x, y : numbers or arrays, internal (``2 * TeV``, ``GeV * np.array(...)``)

        Raises
        ------
        DomainError
            A point outside the box: of that nothing is said.
        """
        return self._inside(self.regions, x, y) & ~self._inside(self.unknown, x, y)

    def known(self, x: Numbers, y: Numbers) -> Any:
        """Whether the function is a number at points, bool or array; as :meth:`contains`."""
        return ~self._inside(self.unknown, x, y)

    def _inside(self, outlines: Sequence[np.ndarray], x: Numbers, y: Numbers) -> Any:
        given = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        at = []
        for side, values in zip(self.sides, given, strict=True):
            near = 1e-9 * (side.high - side.low)
            if not np.all((values >= side.low - near) & (values <= side.high + near)):
                raise DomainError(
                    f"{side.name} must lie within the box, {side.low / side.factor:.4g} to "
                    f"{side.high / side.factor:.4g} {side.unit}; outside it nothing is known")
            u = side.place(np.clip(values, side.low, side.high)).ravel()
            at.append(np.clip(u, _IN * side.length, (1 - _IN) * side.length))
        odd = np.zeros(at[0].size, dtype=bool)
        for line in outlines:
            p = np.column_stack([s.place(v) for s, v in zip(self.sides, line.T, strict=True)])
            for (a, b), (c, d) in zip(p, np.roll(p, -1, axis=0), strict=True):
                cut = (b <= at[1]) != (d <= at[1])
                if cut.any():
                    odd ^= cut & (at[0] < a + (at[1] - b) / (d - b if d != b else 1.0) * (c - a))
        return odd.reshape(given[0].shape)[()]

    # ---- how it reads ------------------------------------------------------------------------

    def columns(self) -> results.Columns:
        """A row a vertex: the number of its curve, whether that is closed, and both values."""
        x, y = self.sides
        each = np.concatenate([*self.lines, np.zeros((0, 2))])
        size = [len(line) for line in self.lines]
        return {"curve": ("1", np.repeat(np.arange(1, len(size) + 1), size)),
                "closed": ("", np.repeat(["yes" if c else "no" for c in self.closed], size)),
                x.name: (x.unit, each[:, 0] / x.factor), y.name: (y.unit, each[:, 1] / y.factor)}

    def about(self) -> dict[str, Any]:
        """All but the vertices: the header of its table."""
        return results.provenance(
            **self.meta, precision=self.precision, evaluations=self.evaluations,
            box={s.name: {"low": s.low / s.factor, "high": s.high / s.factor, "unit": s.unit,
                          "spacing": "log" if s.log else "lin", "step": step}
                 for s, step in zip(self.sides, self.step, strict=True)},
            open_ends=list(self.open_ends), notes=list(self.notes), citations=list(self.papers))

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON knows it, values in the units of ``box``."""
        scale = [s.factor for s in self.sides]
        return plain(self.about() | {
            "curves": [{"closed": c, "ends": list(e),
                        **dict(zip((s.name for s in self.sides), (line / scale).T, strict=True))}
                       for line, c, e in zip(self.lines, self.closed, self.ends, strict=True)],
            "excluded": [(line / scale).tolist() for line in self.regions],
            "unknown": [(line / scale).tolist() for line in self.unknown]})

    def rows(self) -> list[dict[str, Any]]:
        """One mapping a vertex."""
        return list(results.rows(self.columns()))

    def to_table(self, path: str | Path | None = None) -> str | Path:
        """See :func:`munu.results.to_table`; the header has what :meth:`about` says."""
        return results.to_table(self.columns(), path, self.about())

    def to_pandas(self) -> Any:
        """See :func:`munu.results.to_pandas`."""
        return results.to_pandas(self.columns())

    def plot(self, **options: Any) -> Any:
        """A figure of it; see :mod:`munu.plots`."""
        return results.plot(self, "contours", **options)

    def __repr__(self) -> str:
        n, m = len(self), sum(self.closed)
        what = f"{n} curve{'' if n == 1 else 's'}" + (f", {m} closed" if m else "") if n else \
            "no curve; " + ("all" if self.regions else "nothing") + " is excluded"
        return (f"Contours({what} in {self.sides[0]} and {self.sides[1]}; {self.evaluations} "
                f"evaluations, precision {self.precision:.2g})")

    def __str__(self) -> str:
        out = [repr(self)]
        for k, (line, closed, ends) in enumerate(zip(self.lines, self.closed, self.ends,
                                                     strict=True), 1):
            spans = (f"{s} {results.shown(v.min() / s.factor)} to "
                     f"{results.shown(v.max() / s.factor)}"
                     for s, v in zip(self.sides, line.T, strict=True))
            out.append(f"  {k}: {', '.join(spans)}; {len(line)} points, "
                       + ("closed" if closed else f"ends at {' and '.join(ends)}"))
        if self.open_ends:
            out.append(f"open at {', '.join(self.open_ends)}: what is excluded goes on beyond the "
                       "box, which is no bound")
        return "\n".join([*out, *self.notes])

    def _repr_html_(self) -> str:
        return results.html(repr(self), self.rows()[:40])
