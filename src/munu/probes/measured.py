"""What a probe saw: counts, values with errors, a ceiling, or somebody's claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from munu._arrays import finite
from munu._guard import called
from munu.errors import DomainError
from munu.spectrum import Axis


def _in_bins(name: str, given: Any, axes: tuple[Axis, ...]) -> np.ndarray:
    """Finite numbers, one a bin of the axes."""
    for axis in axes:
        if not isinstance(axis, Axis):
            raise DomainError(f"the axis of {name} is {axis!r}; it must be a munu.spectrum.Axis, "
                              "or a tuple of them")
    made = finite(name, given)
    bins = tuple(len(a.edges) - 1 for a in axes)
    if made.shape not in (bins, (int(np.prod(bins)),)):
        raise DomainError(f"{name} have the shape {made.shape}, the axes {bins} bins")
    return made


@called
@dataclass(frozen=True, eq=False)
class Counts:
    """Numbers of events in bins, Poisson each.

    Attributes
    ----------
    axis : Axis, or a tuple of axes
    counts : array, one axis of bins for each
    events : the events themselves where published [energy]
    """

    axis: Axis | tuple[Axis, ...]
    counts: np.ndarray
    events: np.ndarray | None = None

    def __post_init__(self) -> None:
        counts = _in_bins("counts", self.counts, self.axes)
        if np.any(counts < 0):
            raise DomainError(f"counts = {counts.min():g} must be at least 0")
        object.__setattr__(self, "counts", counts)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes, as a tuple."""
        return self.axis if isinstance(self.axis, tuple) else (self.axis,)

    @property
    def seen(self) -> np.ndarray:
        """What was seen in each bin."""
        return self.counts


@called
@dataclass(frozen=True, eq=False)
class Values:
    """Values with Gaussian errors.

    Attributes
    ----------
    axis : Axis, or a tuple of axes
    values : array, one axis of bins for each
    covariance : array (n,) of errors, or (n, n), of the bins in one row
    """

    axis: Axis | tuple[Axis, ...]
    values: np.ndarray
    covariance: np.ndarray

    def __post_init__(self) -> None:
        values = _in_bins("values", self.values, self.axes)
        spread = finite("the errors of values", self.covariance)
        if spread.ndim != 2:
            spread = spread.ravel()
        if spread.shape not in ((values.size,), (values.size, values.size)):
            raise DomainError(f"the errors {spread.shape} do not fit {values.size} values")
        diagonal = spread if spread.ndim == 1 else np.diag(spread)
        if np.any(diagonal <= 0):
            raise DomainError("the errors of values must be above 0")
        if spread.ndim == 2:
            bend = np.linalg.eigvalsh(spread / np.sqrt(np.outer(diagonal, diagonal)))
            if not np.allclose(spread, spread.T) or bend.min() <= 0:
                raise DomainError("the covariance of values must be symmetric and positive "
                                  f"definite; its least eigenvalue, of the correlations, is "
                                  f"{bend.min():.3g}")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "covariance", spread)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes, as a tuple."""
        return self.axis if isinstance(self.axis, tuple) else (self.axis,)

    @property
    def seen(self) -> np.ndarray:
        """What was seen in each bin."""
        return self.values

    @property
    def errors(self) -> np.ndarray:
        """The error of each value (n,)."""
        c = self.covariance
        return c if c.ndim == 1 else np.sqrt(np.diag(c))


@dataclass(frozen=True)
class Ceiling:
    """What must not be passed: a criterion, no confidence level.

    Attributes
    ----------
    value : the ceiling, above 0 [unit]
    unit : what it is counted in
    what : what it is of, in words
    """

    value: float
    unit: str = "1"
    what: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.value) and self.value > 0):
            raise DomainError(f"a ceiling of {self.value!r} must be above 0")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Somebody's interval of a derived quantity, at a level.

    Attributes
    ----------
    low, high : edges of the interval, infinite where there is none [unit]
    level : confidence level, or None
    unit : what it is counted in
    what : of which quantity, in words
    projection : whether nothing was looked at yet
    """

    low: float = -np.inf
    high: float = np.inf
    level: float | None = None
    unit: str = "1"
    what: str = ""
    projection: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high or not (np.isfinite(self.low) or np.isfinite(self.high)):
            raise DomainError(f"the interval [{self.low}, {self.high}] of a claim must rise and "
                              "have an edge")
        if self.level is not None and not 0 < self.level < 1:
            raise DomainError(f"level = {self.level!r} of a claim must lie between 0 and 1")


Measured = Counts | Values | Ceiling | Claim
