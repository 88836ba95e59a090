r"""One component of a turbulent field along a straight line: random waves of a power spectrum.

The field in space is isotropic and without divergence; its waves have numbers k between
:math:`2\pi/l_{\rm outer}` and :math:`2\pi/l_{\rm inner}` and power :math:`p(k)\propto k^{-\alpha}`.
Along the line a wave has the number :math:`\kappa = kc` with c the cosine of its direction; of one
component across the line the waves at c carry a share :math:`\tfrac34(1+c^2)`, c from 0 to 1.  So
the power along the line reaches down to 0, flat below :math:`2\pi/l_{\rm outer}`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from munu.errors import DomainError

# the first bin ends this far below 2 pi/l_outer; points of the summed power, in ln kappa
_LOWEST, _POINTS = 1e-3, 20001


def _power(x0, x1, slope: float):
    """Integral of e^(slope x) from x0 to x1, stable at slope 0."""
    width = x1 - x0
    if abs(slope) < 1e-9:
        return width
    return np.exp(slope * x0) * np.expm1(slope * width) / slope


def check(l_outer: float, l_inner: float, index: float) -> None:
    """Scales and index that make a spectrum."""
    if not (np.isfinite(l_outer) and 0 < l_inner < l_outer):
        raise DomainError("a turbulent field needs scales 0 < l_inner < l_outer")
    if not (np.isfinite(index) and -3 <= index <= 10):
        raise DomainError(f"index = {index} of the spectrum must lie in [-3, 10]; 5/3 is that of "
                          "Kolmogorov")


def summed(kappa, span: float, index: float):
    """Share of the power at numbers along the line below kappa, in units of the least k, whose
    largest is e^span."""
    x = np.clip(np.log(np.maximum(kappa, 1e-300)), 0.0, span)
    all_of_it = _power(0.0, span, 1 - index)
    across = 0.75 * kappa * _power(x, span, -index) + 0.25 * kappa**3 * _power(x, span, -2 - index)
    return (_power(0.0, x, 1 - index) + across) / all_of_it


def waves(l_outer: float, l_inner: float, index: float, modes: int, seed: int
          ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers along the line, phases and amplitudes (modes,); half the squares add to 1.

    One wave in each of ``modes`` bins of the number along the line, even in its logarithm but for
    the first, which begins at 0, with the power of its bin.  Where it lies in its bin, by the
    spectrum, and its phase, even in (0, 2 pi), are random: the mean over seeds has exactly the
    spectrum, and every seed the same mean square.
    """
    rng = np.random.default_rng(seed)
    place, phase = rng.random((2, modes))
    span = float(np.log(l_outer / l_inner))
    edges = np.geomspace(_LOWEST, np.exp(span), modes) if modes > 1 else np.array([np.exp(span)])
    grid = np.concatenate([[0.0], np.geomspace(_LOWEST, np.exp(span), _POINTS)])
    below = summed(grid, span, index)
    ends = np.concatenate([[0.0], summed(edges, span, index)])
    share = np.diff(ends)
    kappa = np.interp(ends[:-1] + place * share, below, grid)
    return kappa * 2 * np.pi / l_outer, 2 * np.pi * phase, np.sqrt(2 * share / share.sum())


@dataclass(frozen=True, eq=False)
class Waves:
    """A sum of waves, which falls as (radius/r)^n where there is a radius."""

    size: float
    k: np.ndarray
    phase: np.ndarray
    amplitude: np.ndarray
    radius: float | None = None
    n: float = 0.0

    def __call__(self, r):
        r = np.asarray(r, dtype=float)
        waves = (self.amplitude * np.cos(np.multiply.outer(r, self.k) + self.phase)).sum(axis=-1)
        return self.size * waves * (1.0 if self.radius is None else (self.radius / r) ** self.n)


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of one length from a radius on, each with its strength there, falling as r^-n."""

    strengths: np.ndarray
    low: float
    step: float
    n: float

    def __call__(self, r):
        r = np.asarray(r, dtype=float)
        cell = ((r - self.low) / self.step).astype(int)
        return self.strengths[np.clip(cell, 0, self.strengths.size - 1)] * (self.low / r) ** self.n


def mean_wavelength(l_outer: float, l_inner: float, index: float) -> float:
    """Mean of 2 pi/k over the power [length]."""
    span = np.log(l_outer / l_inner)
    return l_outer * float(_power(0.0, span, -index) / _power(0.0, span, 1 - index))
