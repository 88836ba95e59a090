"""Functions of r as small records: a profile made of them can be pickled and sent to a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from munu.units import km


def nothing(r):
    """0 everywhere."""
    return 0.0 * np.asarray(r, dtype=float)


@dataclass(frozen=True, eq=False)
class Constant:
    """The same everywhere."""

    value: float

    def __call__(self, r):
        return np.full(np.shape(r), self.value)


@dataclass(frozen=True, eq=False)
class Power:
    """size (radius/r)^n."""

    size: float
    radius: float
    n: float

    def __call__(self, r):
        return self.size * (self.radius / np.asarray(r, dtype=float)) ** self.n


@dataclass(frozen=True, eq=False)
class Clamped:
    """A curve that stays at its ends what it is there."""

    curve: Callable
    low: float
    high: float

    def __call__(self, x):
        return self.curve(np.clip(x, self.low, self.high))


@dataclass(frozen=True, eq=False)
class Pieces:
    """One curve a piece, and the breaks between them."""

    curves: tuple[Callable, ...]
    breaks: np.ndarray

    def __call__(self, x):
        x = np.asarray(x, dtype=float)
        where = np.searchsorted(self.breaks, x, side="right")
        out = np.empty(x.shape)
        for i, curve in enumerate(self.curves):
            out[where == i] = curve(x[where == i])
        return out


@dataclass(frozen=True, eq=False)
class ExpOfLog:
    """exp of a curve in ln(r/km)."""

    curve: Callable

    def __call__(self, r):
        return np.exp(self.curve(np.log(np.asarray(r, dtype=float) / km)))


@dataclass(frozen=True, eq=False)
class SinhOfLog:
    """scale times sinh of a curve in ln(r/km)."""

    curve: Callable
    scale: float

    def __call__(self, r):
        return self.scale * np.sinh(self.curve(np.log(np.asarray(r, dtype=float) / km)))


@dataclass(frozen=True, eq=False)
class Rows:
    """A field of rows: a curve in x = ln(r/km) between two radii, 0 outside.

    The curve is the logarithm of the field in ``unit``, or, where ``size`` is given, the field
    over size e^(n (x - x0)).
    """

    curve: Callable
    low: float
    high: float
    unit: float
    size: float | None = None
    n: float = 0.0
    x0: float = 0.0

    def __call__(self, r):
        r = np.asarray(r, dtype=float)
        inside = (r >= self.low) & (r <= self.high)
        x = np.log(r / km)
        y = self.curve(x)
        B = np.exp(y) if self.size is None else self.size * np.exp(self.n * (x - self.x0)) * y
        return np.where(inside, B * self.unit, 0.0)


@dataclass(frozen=True, eq=False)
class PerKm:
    """A curve in r/km that gives something per km."""

    curve: Callable

    def __call__(self, r):
        return self.curve(r / km) / km
