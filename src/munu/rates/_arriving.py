r"""Photons by band of energy and window of time, of one N with any lifetime.

When a decay arrives hangs on the path of N alone, a lifetime only says how many decay by then.  So
paths are found once, as ages of N, and a lifetime is one exponential each:

.. math:: n_{bi} = \sum_k w_{bk}\,\big[e^{-s_k(t_i)/\tau} - e^{-s_k(t_{i+1})/\tau}\big],\qquad
          s = \max(L_1, R)\,\frac{M_N}{p}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import pi

import numpy as np

from munu._arrays import gauss, gauss_panels
from munu.processes import radiative_decay
from munu.rates import _emitted, arrivals

# Gauss nodes in the energy of the photon, a panel of a band, and in the rapidity of N
_PHOTON, _RAPIDITY = 8, 64
# the widest panel of a band, a ratio of energies
_WIDEST = 2.0


@dataclass(frozen=True, eq=False)
class Arriving:
    """Of one spectrum of N, at nodes of the energies of photon and N.

    Attributes
    ----------
    windows : how many windows there are
    first : of these the first that ends after the light front
    ages : for each band (k, edges), of N when what it sends arrives by the edge [time]
    far : the same of a second path near the detector, or None where there is none
    weights : for each band (k,), photons an area where all decay [1/area]
    """

    windows: int
    first: int
    ages: tuple[np.ndarray, ...]
    far: tuple[np.ndarray | None, ...]
    weights: tuple[np.ndarray, ...]

    def fluence(self, lifetime: float) -> np.ndarray:
        """Photons an area by band and window (bands, windows) [1/area]."""
        out = np.zeros((len(self.ages), self.windows))
        for b, (ages, far, w) in enumerate(zip(self.ages, self.far, self.weights, strict=True)):
            if w.size:
                out[b, self.first:] = w @ _between(ages, lifetime)
                if far is not None:
                    # the second path comes nearer with time
                    out[b, self.first:] += w @ _between(far[:, ::-1], lifetime)[:, ::-1]
        return out

    @property
    def youngest(self) -> float:
        """The least age of N at which it leaves the star [time]; infinite where nothing does."""
        return min((float(a[:, 0].min()) for a in self.ages if a.size), default=np.inf)

    @property
    def oldest(self) -> float:
        """The greatest age at which what N sends arrives in time [time]; 0 where nothing does."""
        return max((float(a.max()) for a in self.ages if a.size), default=0.0)


def _between(ages: np.ndarray, lifetime: float) -> np.ndarray:
    """Share that decays between neighbouring ages; no difference of what is nearly alike."""
    return np.exp(ages[:, :-1] / -lifetime) * -np.expm1(np.diff(ages, axis=1) / -lifetime)


def photons(bands: Sequence[tuple[float, float]], edges: np.ndarray, E_N: np.ndarray,
            dN_dE: np.ndarray, M_N: float, distance: float, radius: float, nature: str | None,
            helicity: float = 1.0) -> Arriving:
    """Paths and weights, made once for all lifetimes.

    Parameters
    ----------
    bands : low and high energy of each, rising [energy]
    edges : (n + 1,) of windows that follow each other, after the light front, either sign [time]
    E_N, dN_dE, M_N, distance, radius, nature, helicity : as
        :func:`munu.rates.arrivals.photon_fluence`
    """
    first = int(np.clip(np.searchsorted(edges, 0.0, side="right") - 1, 0, edges.size - 1))
    late = np.maximum(edges[first:], 0.0)
    eta = np.arcsinh(_emitted.momentum(E_N, M_N) / M_N) if M_N > 0 else np.zeros(1)
    made = [_band(low, high, late, eta, E_N, dN_dE, M_N, distance, radius, nature, helicity)
            for low, high in bands]
    ages, far, weights = zip(*made, strict=True)
    return Arriving(edges.size - 1, first, ages, far, weights)


def _band(low: float, high: float, late: np.ndarray, eta: np.ndarray, E_N: np.ndarray,
          dN_dE: np.ndarray, M: float, distance: float, radius: float, nature: str | None,
          helicity: float) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Of one band: ages (k, edges), those of second paths, weights (k,)."""
    none = np.empty((0, late.size)), None, np.empty(0)
    if M == 0:  # a massless N never decays
        return none
    # what N of the largest rapidity can send, and a break where the slowest N can do it
    inside = max(low, 0.5 * M * np.exp(-eta[-1])), min(high, 0.5 * M * np.exp(eta[-1]))
    if inside[0] >= inside[1]:
        return none
    ends = [inside[0], *([0.5 * M] if inside[0] < 0.5 * M < inside[1] else []), inside[1]]
    x = np.unique(np.concatenate([
        np.linspace(np.log(a), np.log(b), 1 + int(np.ceil(np.log(b / a) / np.log(_WIDEST))))
        for a, b in pairwise(ends)]))
    log_E, w_E = gauss_panels(x, _PHOTON)
    E = np.exp(log_E)[:, None]
    start = np.maximum(np.abs(np.log(2 * E / M)), max(eta[0], _emitted._LEAST))
    half = 0.5 * (eta[-1] - start)
    u, v = gauss(_RAPIDITY)
    y = start + half * (1 + u)
    at, p = M * np.cosh(y), M * np.sinh(y)
    E = np.clip(np.broadcast_to(E, at.shape), M**2 / (2 * (at + p)), 0.5 * (at + p))
    weight = w_E[:, None] * E * np.maximum(half, 0.0) * v * np.interp(at, E_N, dN_dE) * p \
        * radiative_decay.photon_spectrum(E, at, M, nature, helicity=helicity)
    # however few: where nearly all decay inside the star, the fastest N alone leave
    use = weight > 0
    if not use.any():
        return none
    q, short, late_by = (a[:, None] for a in arrivals._angles(E[use], at[use], M))
    near, back = arrivals._crossings(late, q, short, late_by, distance)
    slow = (M / p[use])[:, None]
    far = np.maximum(back, radius) * slow if np.any(back < distance) else None
    return np.maximum(near, radius) * slow, far, weight[use] / (4 * pi * distance**2)
