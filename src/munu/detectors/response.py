r"""The folded detector: smear first, then apply the efficiency in reconstructed energy.

.. math:: R_i(T) = \int_{\rm bin\ i}\mathrm dE\; \epsilon(E)\,
          \frac{e^{-(E-T)^2/2\sigma^2(T)}}{\sqrt{2\pi}\,\sigma(T)}

With the efficiency linear between its nodes every piece is an error function and a Gaussian,
so the matrix is exact; it is made once and serves every mass and every coupling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from munu._arrays import Numbers, finite, gauss_panels
from munu.errors import DomainError


@dataclass(frozen=True, eq=False)
class Efficiency:
    """Efficiency against reconstructed energy, linear between nodes, held flat outside."""

    E: np.ndarray
    values: np.ndarray

    def __post_init__(self) -> None:
        E, v = finite("efficiency energies", self.E), finite("efficiency", self.values)
        if E.shape != v.shape or np.any(np.diff(E) <= 0):
            raise DomainError("an efficiency needs one value for each of increasing energies")
        if np.any(v < 0) or np.any(v > 1):
            raise DomainError("an efficiency must lie in [0, 1]")

    def __call__(self, E: Numbers) -> np.ndarray:
        """The efficiency at reconstructed energies [1]."""
        return np.interp(E, self.E, self.values)


def nodes(low: float, high: float, breaks: Numbers = (), *, panels: int = 60, order: int = 8
          ) -> tuple[np.ndarray, np.ndarray]:
    """True energies and quadrature weights, log-spaced panels that respect ``breaks``.

    Returns
    -------
    T, w : arrays (n,) [energy]
    """
    if not 0 < low < high:
        raise DomainError(f"true energies need 0 < low < high, got {low:g} to {high:g}")
    edges = np.geomspace(low, high, panels + 1)
    inside = [b for b in breaks if low < b < high]
    return gauss_panels(np.unique(np.concatenate([edges, inside])), order)


def matrix(T: Numbers, edges: Numbers, sigma: Callable[..., Any],
           efficiency: Efficiency | None = None) -> np.ndarray:
    """Probability to be seen in each bin of reconstructed energy.

    Parameters
    ----------
    T : array (n,), true energies [energy]
    edges : array (n_bins + 1,), reconstructed energies [energy]
    sigma : function of T, the resolution [energy]
    efficiency : Efficiency, default 1

    Returns
    -------
    array (n_bins, n) [1]

    Raises
    ------
    DomainError
        Edges that do not increase, resolution not above 0.

    Holds : Gaussian resolution.
    Source : XENONnT2022
    """
    from scipy.special import ndtr

    T = finite("true energies", T, low=0.0)
    edges = finite("bin edges", edges)
    if edges.size < 2 or np.any(np.diff(edges) <= 0):
        raise DomainError("bin edges must increase and be at least two")
    width = np.broadcast_to(np.asarray(sigma(T), dtype=float), T.shape)
    if np.any(width <= 0):
        raise DomainError("the resolution must be above 0 at every true energy")
    cuts = edges if efficiency is None else np.unique(np.concatenate(
        [edges, efficiency.E[(edges[0] < efficiency.E) & (edges[-1] > efficiency.E)]]))
    x = (cuts[:, None] - T) / width
    # far tails matter to nobody and cost most of the time
    cdf, pdf = ndtr(x), np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    mass, moment = np.diff(cdf, axis=0), -np.diff(pdf, axis=0)
    if efficiency is None:
        pieces = mass
    else:
        e = efficiency(cuts)
        slope = np.diff(e) / np.diff(cuts)
        # integral of e_j + slope (E - cut_j) over the Gaussian
        pieces = mass * (e[:-1, None] + slope[:, None] * (T - cuts[:-1, None])) \
            + slope[:, None] * width * moment
    start = np.searchsorted(cuts, edges[:-1])
    return np.add.reduceat(pieces, start, axis=0)


def density(T: Numbers, E: Numbers, sigma: Callable[..., Any],
            efficiency: Efficiency | None = None) -> np.ndarray:
    """As :func:`matrix`, at points of reconstructed energy: (n_E, n) [1/energy]."""
    T, E = finite("true energies", T, low=0.0), finite("energies", E)
    width = sigma(T)
    x = (E[:, None] - T) / width
    shape = np.exp(-0.5 * x * x) / (np.sqrt(2 * np.pi) * width)
    return shape if efficiency is None else shape * efficiency(E)[:, None]
