"""A model over a grid of its parameters: columns of what it says, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from munu import _plugins, grid, results
from munu.atlas._columns import fill
from munu.atlas.answer import in_unit
from munu.errors import DomainError, UnknownName
from munu.models import get
from munu.models.model import check_names

# rows for people
SHOWN = 40


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers:
    """Many points of a model; eight bytes a point and column.

    Attributes
    ----------
    model : name
    over : what was scanned, name to the text of its grid
    fixed : the other parameters, name to ``value`` and ``unit``
    columns : name to (unit, array (n,)): parameters, predictions (sizes where they are complex)
        and ``violates``, the constraints that exclude the point, or ``-``
    citations : keys of papers
    """

    model: str
    over: Mapping[str, str]
    fixed: Mapping[str, Mapping[str, Any]]
    columns: results.Columns
    citations: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.columns["violates"][1])

    @property
    def allowed(self) -> int:
        """Points that the model's own constraints leave."""
        return int(np.count_nonzero(self.columns["violates"][1] == "-"))

    def about(self) -> dict[str, Any]:
        """All but the columns: the header of its table."""
        return results.provenance(
            model=self.model, parameters=self.fixed, points=len(self), allowed=self.allowed,
            scan=[f"{k}={x}" for k, x in self.over.items()], citations=list(self.citations))

    def as_dict(self) -> dict[str, Any]:
        """The scan as ``munu model --scan --json`` prints it."""
        return results.plain(self.about() | {"columns": {
            k: {"unit": u, "values": x} for k, (u, x) in self.columns.items()}})

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a point."""
        return results.rows(self.columns)

    def to_table(self, path: str | Path | None = None) -> str | Path:
        """See :func:`munu.results.to_table`: a text, or a file that is written in pieces."""
        return results.to_table(self.columns, path, self.about())

    def to_pandas(self) -> Any:
        """See :func:`munu.results.to_pandas`."""
        return results.to_pandas(self.columns)

    def _few(self) -> np.ndarray:
        return np.unique(np.linspace(0, len(self) - 1, min(len(self), SHOWN)).astype(int))

    def __repr__(self) -> str:
        return f"Answers({self.model}: {len(self)} points, {self.allowed} allowed)"

    def __str__(self) -> str:
        names = [k for k in self.columns if k != "violates"]
        wide = {k: max(13, len(k) + 1) for k in names}
        out = [f"{self.model}: {len(self)} points, {self.allowed} within the model's constraints",
               "".join(f"{k:>{wide[k]}}" for k in names) + "  violates",
               "".join(f"{'[' + self.columns[k][0] + ']':>{wide[k]}}" for k in names)]
        out += ["".join(f"{results.shown(self.columns[k][1][i]):>{wide[k]}}" for k in names)
                + f"  {self.columns['violates'][1][i]}" for i in self._few()]
        if len(self) > SHOWN:
            out.append(f"({SHOWN} of {len(self)} points)")
        return "\n".join(
            [*out, f"cite: {', '.join(self.citations)}   (munu cite {self.model})"])

    def _repr_html_(self) -> str:
        few = {k: (u, x[self._few()]) for k, (u, x) in self.columns.items()}
        return results.html(repr(self), list(results.rows(few)))


def answers(model: str, over: Mapping[str, Any], *,
            progress: Callable[[float], None] | None = None, **given) -> Answers:
    """Ask a model about every point of a grid.

    Parameters
    ----------
    model : name
    over : parameters to scan: a text in the grammar of :mod:`munu.grid`, or an array of internal
        values; the last one changes fastest
    progress : called with the part that is done, from above 0 to 1
    given : the other parameters

    Raises
    ------
    UnknownName, DomainError, UnitError

    >>> answers("leptoquark", {"m_LQ": "1TeV:5TeV:50"}, y1=0.05, y2=1)
    Answers(leptoquark: 50 points, 37 allowed)
    """
    cls = _plugins.load("models", model).model
    axes = {k: axis(cls, k, x) for k, x in over.items()}
    for key in axes:
        if key in given:
            raise DomainError(f"parameter {key} is given twice")
    check_names(model, dict.fromkeys([*given, *axes]), cls)
    shape = tuple(x.size for x in axes.values())
    n = prod(shape)
    if n > grid.MOST:
        raise DomainError(f"the scan has {n} points; at most {grid.MOST}")

    def points(where):
        at = np.unravel_index(where, shape)
        return {k: x[i] for (k, x), i in zip(axes.items(), at, strict=True)}

    # the edges of the ranges are judged before anything is computed
    first, _ = (get(model, **given, **points(i)) for i in (0, n - 1))
    columns = fill(cls, given, points, n, progress)
    known = {f.name: f for f in fields(cls)}
    return Answers(
        model=model, columns=columns, over={k: x if isinstance(x, str) else f"{np.size(x)} values"
                                            for k, x in over.items()},
        fixed={k: {"value": in_unit(f, getattr(first, k)), "unit": f.metadata["unit"] or None}
               for k, f in known.items() if k not in axes},
        citations=tuple(dict.fromkeys(
            [*first.papers, *(x.source for x in first.constraints() if x.source)])))


def axis(cls, key: str, given: Any) -> np.ndarray:
    """Values of one parameter, internal.  Raises UnknownName, DomainError, UnitError."""
    known = {f.name: f.metadata["unit"] for f in fields(cls)}
    if key not in known:
        raise UnknownName(f"parameter of {cls.name}", key, known)
    if known[key] == "":
        raise DomainError(f"{key} is a word; a scan takes numbers")
    if isinstance(given, str):
        return grid.values(given, known[key], f"scan of {key}")
    return np.atleast_1d(np.asarray(given)).ravel()
