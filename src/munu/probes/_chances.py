"""With what probability N of a decay length is seen, tabled once for a body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from munu._arrays import Numbers
from munu.detectors.geometry import Body

# azimuths over which chords are averaged
_AZIMUTHS = 6
# decay lengths over the size of the body: from, to, nodes a decade
_SHORT, _LONG, _A_DECADE = 1e-5, 1e5, 24
#: exponents below which nothing is left
GONE = 300.0


@dataclass(frozen=True, eq=False)
class Chance:
    """A probability against the decay length, for some angles of N to the beam.

    ``low`` and ``high`` are the ends of the table, as logarithms; beyond, it goes on with the slope
    that it has there.  ``lag`` is the distance that N has to fly in any case.
    """

    low: float
    high: float
    lag: float
    empty: np.ndarray
    curve: Any

    @classmethod
    def of(cls, body: Body, angles: np.ndarray, lag: float,
           mean: Callable[..., Numbers]) -> Chance:
        """Of a body, averaged over azimuths of N."""
        from scipy.interpolate import CubicSpline

        size = body.volume ** (1 / 3)
        low = max(_SHORT * size, lag / GONE)
        many = int(np.ceil(_A_DECADE * np.log10(_LONG * size / low))) + 1
        ell = np.geomspace(low, _LONG * size, many)
        phi = (np.arange(_AZIMUTHS) + 0.5) * np.pi / 2 / _AZIMUTHS
        made = np.zeros((many, angles.size))
        for i, theta in enumerate(angles):
            around = phi if theta > 0 else phi[:1]
            for a in around:
                direction = (np.sin(theta) * np.cos(a), np.sin(theta) * np.sin(a), np.cos(theta))
                made[:, i] += mean(body, ell, direction) / around.size
        empty = made[-1] <= 0
        # without what it has to fly in any case it is smooth
        with np.errstate(divide="ignore"):
            smooth = np.log(np.where(empty, 1.0, made)) + (lag / ell)[:, None]
        smooth[:, empty] = 0.0
        return cls(float(np.log(low)), float(np.log(_LONG * size)), lag, empty,
                   CubicSpline(np.log(ell), smooth))

    def __call__(self, ell: np.ndarray) -> np.ndarray:
        """At decay lengths (...) above 0, infinite ones too: (..., angles)."""
        endless = np.isinf(ell)
        u = np.log(np.where(endless, 1.0, ell))
        at = np.clip(u, self.low, self.high)
        out = self.curve(at)
        beyond = u != at
        if beyond.any():
            out[beyond] += (u - at)[beyond, None] * self.curve(at[beyond], 1)
        out -= (self.lag / np.where(endless, np.inf, ell))[..., None]
        gone = self.empty | endless[..., None]
        return np.where(gone, 0.0, np.exp(np.minimum(np.where(gone, 0.0, out), 0.0)))
