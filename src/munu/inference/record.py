"""A limit, ours or somebody else's: one record for both, with everything needed to judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._guard import changed
from munu.errors import DomainError, UnknownName
from munu.inference import region
from munu.inference.region import INF, Interval, Intervals
from munu.ray import UNITS, Sized, check_mass, check_masses

# between masses of ours whose ratio is at most this the limit is interpolated
_NEAR = 2.0
SHAPES = ("function", "path", "polygon", "interval")


@dataclass(frozen=True, eq=False, kw_only=True)
class Limit(Sized):
    """A bound on a coupling, against the mass of N or without.

    It reads like the list of its upper edges: ``found[0]``, ``len(found)``, ``np.asarray(found)``.

    Attributes
    ----------
    name : str
    parameter : ``mu`` [mu_B], ``q`` [e], ``r2`` [length^2]
    along : the ray in words: the parameter, or a direction such as ``emu=1,etau=1``
    axis : array (n,), M_N [energy], or None where there is no mass
    upper : array (n,), the least excluded size above the best fit; inf where there is none.  For
        a path or polygon the sizes of its corners
    lower : array (n,), the other edge of the allowed interval; where it is not 0 (or of the other
        sign) the data prefer a signal, and nothing below it is excluded
    intervals : for each mass a tuple of :class:`munu.inference.region.Interval`, the sizes that
        are excluded starting from those allowed next to 0; made from ``upper`` where not given
    between : what is excluded at a mass between those of the axis, where that is known better than
        by interpolation: of a union
    reach : where there is no axis, up to which M_N a limit on a moment holds [energy]
    ends : bool array, for each side of a path or polygon whether it is an end of the data
    tips : pairs (M_N, size) at which an excluded region closes, between the masses of the axis
    shape : ``function`` of a rising axis, ``path`` closed upward, ``polygon`` (the excluded
        region itself), ``interval`` (no axis)
    level, statistic, sides : confidence level or None (a criterion), construction, 1 or 2
    flavor, nature, convention : of the couplings
    status, certainty, checked : standing | superseded_by KEY | projection; A, B, C;
        abstract | table | no
    assumptions : tuple of str
    papers : keys of the papers
    ours : True if munu computed it
    expected : Limit of the median experiment without a signal, or None
    unconstrained : array (n,), of ``power_constrained`` the upper edges of the one-sided limit
        before its power constrained them, or None
    bands : name to array (2, n); systematic : name to Limit
    best_fit : array (n,) or None; scan : mapping of arrays or None
    seed : int or None
    again : function of masses -> Limit, which computes it there, or None
    solver : what the solver says of itself
    meta : all else
    """

    name: str
    parameter: str
    along: str = ""
    axis: np.ndarray | None
    upper: np.ndarray
    lower: np.ndarray
    intervals: tuple[Intervals, ...] | None = None
    reach: float = 0.0
    between: Callable[[float], Intervals] | None = None
    ends: np.ndarray | None = None
    tips: tuple[tuple[float, float], ...] = ()
    shape: str = "function"
    level: float | None = None
    statistic: str = "unknown"
    sides: int = 1
    flavor: Any = "universal"
    nature: str | None = None
    convention: str = "half_mu"
    status: str = "standing"
    certainty: str = "A"
    checked: str = "table"
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    ours: bool = False
    expected: Limit | None = None
    unconstrained: np.ndarray | None = None
    bands: Mapping[str, np.ndarray] = field(default_factory=dict)
    systematic: Mapping[str, Limit] = field(default_factory=dict)
    best_fit: np.ndarray | None = None
    scan: Mapping[str, np.ndarray] | None = None
    seed: int | None = None
    again: Callable[[np.ndarray], Limit] | None = None
    solver: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise UnknownName("shape of a limit", self.shape, SHAPES)
        if self.parameter not in UNITS:
            raise UnknownName("parameter of a limit", self.parameter, UNITS)
        for name in ("upper", "lower"):
            made = np.atleast_1d(np.asarray(getattr(self, name), dtype=float))
            object.__setattr__(self, name, made)
        if self.axis is not None:
            axis = np.atleast_1d(np.asarray(self.axis, dtype=float))
            object.__setattr__(self, "axis", axis)
            if axis.shape != self.upper.shape:
                raise DomainError(f"{self.name}: axis {axis.shape} and limit {self.upper.shape} "
                                  "do not fit")
            if self.shape == "function" and np.any(np.diff(axis) <= 0):
                raise DomainError(f"{self.name}: the axis of a function must increase strictly")
        if self.intervals is not None and len(self.intervals) != self.upper.size:
            raise DomainError(f"{self.name}: intervals of {len(self.intervals)} masses and "
                              f"{self.upper.size} upper edges do not fit")
        object.__setattr__(self, "along", self.along or self.parameter)
        object.__setattr__(self, "meta", FrozenMap(self.meta))

    # ---- what it excludes --------------------------------------------------------------------

    @property
    def outlined(self) -> bool:
        """Whether it is an outline in the plane, not one set of intervals for each mass."""
        return self.axis is not None and self.shape in ("path", "polygon") \
            and self.intervals is None

    @property
    def excluded(self) -> tuple[Intervals, ...]:
        """The excluded intervals of each mass of the axis, or of the only row."""
        if self.outlined and self.axis is not None:
            return tuple(self.excluded_at(M) for M in self.axis)
        if self.intervals is not None:
            return self.intervals
        return tuple(self._plain(low, high)
                     for low, high in zip(self.lower, self.upper, strict=True))

    def _plain(self, low: float, high: float) -> Intervals:
        below = (Interval(-INF, float(low)),) if self.signed and low > -INF and low <= 0 else ()
        return below + ((Interval(float(high)),) if high < INF else ())

    def excluded_at(self, M_N: float) -> Intervals:
        """The sizes that are excluded at a mass [energy]; none where nothing is known."""
        M = float(check_mass(M_N))
        if self.axis is None:
            return self.excluded[0] if self.signed or self.reach >= M else ()
        if self.outlined:
            return region.of_outline(M, self.axis, self.upper, closed=self.shape == "polygon",
                                     ends=self.ends)
        if self.between is not None and self.axis.min() <= M <= self.axis.max():
            return self.between(M)
        axis, rows = self._rising
        same = np.flatnonzero(np.abs(axis - M) <= 1e-9 * np.abs(axis))
        if same.size:
            return rows[same[0]]
        i = int(np.searchsorted(axis, M))
        beyond = i in (0, axis.size)
        if (beyond and self.ours) or self._far(np.array([M]), axis)[0]:
            return () if self.again is None else self.again(np.array([M])).excluded[0]
        if beyond:
            return ()
        return region.between(M, (axis[i - 1], rows[i - 1]), (axis[i], rows[i]))

    def _far(self, M: np.ndarray, axis: np.ndarray) -> np.ndarray:
        """Whether masses lie between two of a rising axis that nothing leads across.

        From a massless point no logarithm leads on; between the points of a paper's curve it does,
        and between two of ours that are near.
        """
        i = np.clip(np.searchsorted(axis, M), 1, max(axis.size - 1, 1))
        low, high = axis[i - 1], axis[np.minimum(i, axis.size - 1)]
        wide = (low == 0) | (self.ours & (high > _NEAR * low))
        return wide & (low * (1 + 1e-9) < M) & (high * (1 - 1e-9) > M)

    @cached_property
    def _rising(self) -> tuple[np.ndarray, list[Intervals]]:
        """Masses as they rise, each once, and what is excluded there, in whatever order asked."""
        axis, first = np.unique(np.asarray(self.axis), return_index=True)
        rows = self.excluded
        return axis, [rows[i] for i in first]

    def contains(self, M_N: Numbers, x: float | str) -> bool:
        """Whether a size is excluded at a mass; a number, internal, or a text in its unit."""
        return region.contains(self.excluded_at(check_mass(M_N)), self.size(x))

    def at(self, M_N: Numbers) -> np.ndarray:
        """The least bound above 0 at masses [energy], in internal units; inf where there is none.

        Log-log between masses of the axis that are near; across a gap, above a massless point and
        beyond the axis it is computed anew where it is ours, else nothing is known.
        """
        M = check_masses(M_N)
        if self.axis is not None and self.shape == "function" and self.intervals is None:
            out, far = _loglog(M, self.axis, self.upper), self._far(M, self.axis)
            if self.ours:
                far |= _beyond(M, self.axis)
            if far.any():
                out[far] = INF if self.again is None else \
                    np.concatenate([self.again(np.array([m])).at(m) for m in M[far]])
            return out
        lows = [[i.bound[0] for i in self.excluded_at(m)] for m in M]
        return np.array([min((x for x in row if x is not None and x >= 0), default=INF)
                         for row in lows])

    def region(self) -> list[np.ndarray]:
        """Outlines of what is excluded in (M_N, size), each an array (n, 2); inf where open."""
        if self.axis is None:
            return []
        if self.outlined:
            return [np.column_stack([self.axis, self.upper])]
        return _outlines(*self._rising, self.tips)

    # ---- how it reads ------------------------------------------------------------------------

    @property
    def value(self) -> float:
        """The upper edge, where there is one point alone."""
        if self.upper.size != 1:
            raise DomainError(f"{self.name} holds {self.upper.size} points; take .upper")
        return float(self.upper[0])

    def __len__(self) -> int:
        return self.upper.size

    def __iter__(self) -> Iterator[float]:
        return iter(self.upper)

    def __getitem__(self, index: Any) -> Any:
        return self.upper[index]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.upper, dtype=dtype)

    def __repr__(self) -> str:
        from munu.inference.tell import said

        return said(self)

    def envelope(self) -> dict[str, Any]:
        """Least and greatest limit over the systematic variants and the nominal, each named.

        Returns
        -------
        dict with ``low``, ``high``: arrays (n,) of upper edges; ``low_by``, ``high_by``: lists of
        names; ``any``, ``all``: what any of them excludes and what all exclude, intervals by mass

        Raises
        ------
        DomainError
            No variants were computed; ask for ``systematic=True``.
        """
        if not self.systematic:
            raise DomainError(f"{self.name} holds no systematic variants; make the limit with "
                              "systematic=True")
        names, members = ["nominal", *self.systematic], [self, *self.systematic.values()]
        values = np.array([x.upper for x in members])
        low, high = values.argmin(axis=0), values.argmax(axis=0)
        each = [x.excluded for x in members]
        return {"low": values.min(axis=0), "low_by": [names[i] for i in low],
                "high": values.max(axis=0), "high_by": [names[i] for i in high],
                "any": tuple(region.union(i for x in row for i in x)
                             for row in zip(*each, strict=True)),
                "all": tuple(region.common(row) for row in zip(*each, strict=True))}

    def with_(self, **changes: Any) -> Limit:
        """The same with some entries changed."""
        return changed(self, changes)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON knows it; sizes in :attr:`unit`, infinite ends null."""
        from munu.inference.tell import as_dict

        return as_dict(self)

    def rows(self) -> list[dict[str, Any]]:
        """One mapping a mass, as in ``munu limit --json``."""
        from munu.inference.tell import rows

        return rows(self)

    def to_table(self, path: str | Path | None = None) -> str | Path:
        """The limit as text (CSV with units), or written to ``path`` (``.ecsv``, ``.csv``)."""
        from munu.inference.tell import beside, columns, header
        from munu.results import to_table

        return to_table(columns(self), path, header(self) | beside(self))

    def to_pandas(self) -> Any:
        """The limit as a pandas DataFrame, units in its ``attrs``; pandas must be there."""
        from munu.inference.tell import columns
        from munu.results import to_pandas

        return to_pandas(columns(self))

    def plot(self, **options: Any) -> Any:
        """A figure of it; see :mod:`munu.plots`."""
        from munu.results import plot

        return plot(self, "limit", **options)

    def _repr_html_(self) -> str:
        from munu.inference.tell import html

        return html(self)


def _outlines(axis: np.ndarray, excluded: Sequence[Intervals], tips: Sequence[tuple[float, float]]
             ) -> list[np.ndarray]:
    """Stretches of masses whose intervals overlap one by one, each interval one outline there."""
    out = []
    begin = 0
    for k in range(1, len(excluded) + 1):
        if k < len(excluded) and go_on(excluded[k - 1], excluded[k]):
            continue
        for n in range(len(excluded[begin])):
            M = axis[begin:k]
            low = [excluded[i][n].low for i in range(begin, k)]
            high = [excluded[i][n].high for i in range(begin, k)]
            path = [*zip(M, low, strict=True), *_tip(tips, axis, k, high[-1]),
                    *zip(M[::-1], high[::-1], strict=True), *_tip(tips, axis, begin, high[0])]
            out.append(np.array(path))
        begin = k
    return out


def go_on(left: Intervals, right: Intervals) -> bool:
    """Whether the intervals of one mass go on at the next: as many, each over its own."""
    return len(left) == len(right) and all(
        i.low <= j.high and j.low <= i.high for i, j in zip(left, right, strict=True))


def _tip(tips: Sequence[tuple[float, float]], axis: np.ndarray, k: int, high: float
        ) -> list[tuple[float, float]]:
    """The tip of a region that closes between mass k - 1 and k."""
    if not 0 < k < len(axis) or high == INF:
        return []
    return [(M, x) for M, x in tips if axis[k - 1] < M < axis[k]]


def _loglog(M: np.ndarray, axis: np.ndarray, upper: np.ndarray) -> np.ndarray:
    x = np.where(axis > 0, axis, np.min(axis[axis > 0], initial=np.inf) * 1e-3)
    if not np.all(np.isfinite(x)):
        return np.where(M == 0, upper[0], np.inf)
    with np.errstate(divide="ignore"):
        y = np.exp(np.interp(np.log(np.maximum(M, x[0])), np.log(x), np.log(upper)))
    return np.where(_beyond(M, axis), np.inf, y)


def _beyond(M: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Whether masses lie below or above all of a rising axis."""
    return (axis[0] * (1 - 1e-9) > M) | (axis[-1] * (1 + 1e-9) < M)
