"""A limit, ours or somebody else's: one record for both, with everything needed to judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from munu._frozen import FrozenMap
from munu.errors import DomainError, UnknownName

SHAPES = ("function", "path", "polygon", "interval")


@dataclass(frozen=True, eq=False, kw_only=True)
class Limit:
    """A bound on a coupling, against the mass of N or without.

    Attributes
    ----------
    name : str
    parameter : ``mu`` [mu_B], ``q`` [e], ``r2`` [length^2]
    axis : array (n,), M_N [energy], or None where there is no mass
    lower, upper : arrays (n,), the allowed interval at each mass; excluded above ``upper``
        (and below ``lower`` where that is not 0); for a path or polygon ``upper`` is the path
    shape : ``function`` of a rising axis, ``path`` closed upward, ``polygon`` (the excluded
        region itself), ``interval`` (no axis)
    level, statistic, sides : confidence level, construction, 1 or 2
    flavor, nature, convention : of the couplings
    status, certainty, checked : standing | superseded_by KEY | projection; A, B, C;
        abstract | table | no
    assumptions : tuple of str
    papers : keys of the papers
    ours : True if munu computed it
    expected : array (n,) or None; bands : name to array (2, n); systematic : name to array (n,)
    best_fit : array (n,) or None; scan : mapping of arrays or None
    seed : int or None
    solver : what the solver says of itself
    meta : all else
    """

    name: str
    parameter: str
    axis: np.ndarray | None
    lower: np.ndarray
    upper: np.ndarray
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
    expected: np.ndarray | None = None
    bands: Mapping[str, np.ndarray] = field(default_factory=dict)
    systematic: Mapping[str, np.ndarray] = field(default_factory=dict)
    best_fit: np.ndarray | None = None
    scan: Mapping[str, np.ndarray] | None = None
    seed: int | None = None
    solver: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        if self.shape not in SHAPES:
            raise UnknownName("shape of a limit", self.shape, SHAPES)
        object.__setattr__(self, "upper", np.atleast_1d(np.asarray(self.upper, dtype=float)))
        object.__setattr__(self, "lower", np.atleast_1d(np.asarray(self.lower, dtype=float)))
        if self.axis is not None:
            axis = np.atleast_1d(np.asarray(self.axis, dtype=float))
            object.__setattr__(self, "axis", axis)
            if axis.shape != self.upper.shape:
                raise DomainError(f"{self.name}: axis {axis.shape} and limit {self.upper.shape} "
                                  "do not fit")
            if self.shape == "function" and np.any(np.diff(axis) <= 0):
                raise DomainError(f"{self.name}: the axis of a function must increase strictly")
        object.__setattr__(self, "meta", FrozenMap(dict(self.meta)))

    @property
    def value(self) -> float:
        """The upper edge, where there is one point alone."""
        if self.upper.size != 1:
            raise DomainError(f"{self.name} holds {self.upper.size} points; take .upper")
        return float(self.upper[0])

    def envelope(self) -> dict[str, Any]:
        """Least and greatest limit over the systematic variants and the nominal, each named.

        Returns
        -------
        dict with ``low``, ``high``: arrays (n,); ``low_by``, ``high_by``: lists of names

        Raises
        ------
        DomainError
            No variants were computed; ask for ``systematic=True``.
        """
        if not self.systematic:
            raise DomainError(f"{self.name} holds no systematic variants; make the limit with "
                              "systematic=True")
        names = ["nominal", *self.systematic]
        values = np.array([self.upper, *self.systematic.values()])
        low, high = values.argmin(axis=0), values.argmax(axis=0)
        return {"low": values.min(axis=0), "low_by": [names[i] for i in low],
                "high": values.max(axis=0), "high_by": [names[i] for i in high]}

    def at(self, M_N) -> np.ndarray:
        """Upper edge at masses [energy], log-log interpolation; inf outside what is known.

        For a path or polygon the least mu of the excluded region above each mass.
        """
        M = np.atleast_1d(np.asarray(M_N, dtype=float))
        if self.axis is None:
            return np.full(M.shape, self.upper[0])
        if self.shape == "function":
            return _loglog(M, self.axis, self.upper)
        return _lowest_crossing(M, self.axis, self.upper, closed=self.shape == "polygon")

    def with_(self, **changes) -> Limit:
        """The same with some entries changed."""
        return replace(self, **changes)


def _loglog(M, axis, upper) -> np.ndarray:
    # a massless first point holds down to the next mass
    x = np.where(axis > 0, axis, np.min(axis[axis > 0], initial=np.inf) * 1e-3)
    if not np.all(np.isfinite(x)):
        return np.where(M == 0, upper[0], np.inf)
    with np.errstate(divide="ignore"):
        y = np.exp(np.interp(np.log(np.maximum(M, x[0])), np.log(x), np.log(upper)))
    first = 0.0 if axis[0] == 0 else axis[0] * (1 - 1e-9)
    return np.where((first > M) | (axis[-1] * (1 + 1e-9) < M), np.inf, y)


def _lowest_crossing(M, axis, upper, closed: bool) -> np.ndarray:
    x, y = np.log(axis), np.log(upper)
    if closed:
        x, y = np.append(x, x[0]), np.append(y, y[0])
    lowest = np.full(M.shape, np.inf)
    with np.errstate(divide="ignore"):
        m = np.log(M)
    for x0, x1, y0, y1 in zip(x[:-1], x[1:], y[:-1], y[1:], strict=True):
        hit = (m >= min(x0, x1)) & (m <= max(x0, x1))
        if not hit.any():
            continue
        t = np.full(m.shape, 0.0 if y0 <= y1 else 1.0) if x0 == x1 else (m - x0) / (x1 - x0)
        value = np.exp(y0 + t * (y1 - y0))
        lowest = np.where(hit, np.minimum(lowest, value), lowest)
    return lowest
