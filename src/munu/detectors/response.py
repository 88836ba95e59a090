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


# a panel is at most so wide in ln T, whatever the range
_WIDEST = 0.25
# eight nodes integrate a smeared edge to 1e-6 over so many sigmas; further off it is flat to 1e-9
_STEP, _REACH = 3.0, 6.0
# entries of the largest response matrix
_MOST = 30_000_000


def nodes(low: float, high: float, breaks: Numbers = (), *, panels: int = 60, order: int = 8,
          cuts: Numbers = (), sigma: Callable[..., Any] | None = None,
          observed: Callable[..., Any] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """True energies and quadrature weights, log-spaced panels that respect ``breaks``.

    With ``sigma`` they resolve what is smeared: near each of ``cuts`` no panel is wider than a
    few times the resolution there.

    Parameters
    ----------
    low, high : true energies [energy]
    breaks : true energies at which the rate jumps or bends [energy]
    panels : at least so many
    order : nodes a panel
    cuts : reconstructed energies at which a bin or the efficiency begins or ends [energy]
    sigma : function of the observed energy, the resolution [energy]
    observed : function true energy -> mean observed energy, rising; default the same

    Returns
    -------
    T, w : arrays (n,) [energy]

    Raises
    ------
    DomainError
        An empty range, a resolution of 0, more nodes than a matrix can hold.
    """
    if not 0 < low < high:
        raise DomainError(f"true energies need 0 < low < high, got {low:g} to {high:g}")
    count = max(panels, int(np.ceil(np.log(high / low) / _WIDEST)))
    inside = [b for b in breaks if low < b < high]
    edges = np.unique(np.concatenate([np.geomspace(low, high, count + 1), inside]))
    if sigma is not None:
        edges = resolved(edges, cuts, sigma, observed, order=order)
    return gauss_panels(edges, order)


def resolved(panels: np.ndarray, cuts: Numbers, sigma: Callable[..., Any],
             observed: Callable[..., Any] | None = None, *, order: int = 8,
             step: float = _STEP) -> np.ndarray:
    """Panels halved until none is wider than ``step`` resolutions where one of ``cuts`` is near.

    Raises
    ------
    DomainError
        A resolution of 0, more nodes than a matrix can hold.
    """
    cuts = np.unique(cuts)
    while True:
        E = panels if observed is None else np.asarray(observed(panels))
        width = _widths(E, sigma)
        low, high = E[:-1], E[1:]
        far = _REACH * np.maximum(width[:-1], width[1:])
        near = np.searchsorted(cuts, high + far, "right") > np.searchsorted(cuts, low - far, "left")
        wide = near & (high - low > step * np.minimum(width[:-1], width[1:]))
        if not wide.any():
            return panels
        panels = np.sort(np.append(panels, 0.5 * (panels[:-1] + panels[1:])[wide]))
        if panels.size * order * cuts.size > _MOST:
            raise DomainError(f"{cuts.size} edges of bins and efficiency over so small a "
                              "resolution need a response matrix of more than "
                              f"{_MOST:.0e} entries; take wider or fewer bins")


def _widths(E: np.ndarray, sigma: Callable[..., Any]) -> np.ndarray:
    width = np.broadcast_to(np.asarray(sigma(E), dtype=float), np.shape(E))
    if not np.all(width > 0):
        raise DomainError("the resolution must be above 0 at every true energy")
    return width


def inverse(observed: Callable[..., Any] | None, E: Numbers, low: float, high: float) -> np.ndarray:
    """True energies within a range at which a rising ``observed`` passes the energies ``E``."""
    E = np.asarray(E, dtype=float)
    if observed is None:
        return E[(low < E) & (high > E)]
    ends = np.asarray(observed(np.array([low, high])))
    E = E[(ends[0] < E) & (ends[1] > E)]
    a, b = np.full(E.shape, low), np.full(E.shape, high)
    for _ in range(60 if E.size else 0):
        middle = 0.5 * (a + b)
        below = np.asarray(observed(middle)) < E
        a, b = np.where(below, middle, a), np.where(below, b, middle)
    return 0.5 * (a + b)


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
    width = _widths(T, sigma)
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
