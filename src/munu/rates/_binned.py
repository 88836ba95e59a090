r"""What N of all collapses send, in bins of energy today and for many lifetimes at once.

A star hides what decays within some 1e7 km, the expansion lasts 1e23 km: what one of the two does,
the other does not see.  So

.. math:: \Phi_b(\tau) = S_b(\tau)\sum_iw_i\,e^{-R_*M_N/p_i\tau}\,\Phi_{bi},\qquad
          S_b = \frac{\Phi_b(\tau)}{\Phi_b(0)}\bigg|_{R_* = 0}

with the flux of N of energy i that decay at once, whose bins have a closed form, and what a long
life leaves of it, a smooth function of the lifetime alone, read off between nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any

import numpy as np

from munu._arrays import gauss_panels
from munu.couplings import check_nature
from munu.processes import radiative_decay
from munu.rates import _emitted, diffuse

_COSMOS = (diffuse._HUBBLE, diffuse._MATTER)
# panels and nodes in ln(1 + z), nodes between two energies of N
_SLICES, _NODES, _INNER = 40, 4, 3
# of the share that a long life leaves: decades below and above the lifetime with which N of mean
# energy lives as long as the Universe, nodes a decade, and how fine the flux is that it is of
_DECADES, _PER_DECADE, _STEPS, _MOMENTA, _IN_BIN = (3.5, 2.0), 3, 48, 160, 2
# beside the first node this is at once
_AT_ONCE = 1e-8


@dataclass(frozen=True, eq=False, kw_only=True)
class Binned:
    """Photons, or neutrinos, in bins of energy today, for N of one spectrum.

    Attributes
    ----------
    edges : (n + 1,) of the bins [energy]
    E_N, dN_dE : (k,) energies of N at the source and N a collapse and energy, as
        :func:`munu.rates.diffuse.photon_flux` has them [energy], [1/energy]
    M_N : mass of N, above 0 [energy]
    radius : within it decays are not seen [length]
    nature : ``dirac`` or ``majorana``
    fit, z_max : of the rate of collapses
    neutrinos : whether neutrinos are counted, not photons
    """

    edges: np.ndarray
    E_N: np.ndarray
    dN_dE: np.ndarray
    M_N: float
    radius: float
    nature: str | None
    fit: str = "yuksel"
    z_max: float = diffuse._FIRST
    neutrinos: bool = False

    def __post_init__(self) -> None:
        check_nature(self.nature, needed_by="what N decays to")
        _emitted.check(self.E_N, self.dN_dE, self.M_N)

    def __call__(self, lifetime: np.ndarray) -> np.ndarray:
        """In each bin and a solid angle, at lifetimes (m,), which may be infinite: (m, n).

        [1/(area time)]
        """
        lifetime = np.asarray(lifetime, dtype=float)
        steep, flux = self._at_once
        with np.errstate(under="ignore"):
            out = np.exp(-self.radius * steep / lifetime[:, None]) @ flux
        return out * self._left(lifetime)

    @property
    def least(self) -> float:
        """Least M_N/p: of the fastest N."""
        return float(self.M_N / _emitted.momentum(self.E_N[-1], self.M_N))

    @cached_property
    def _at_once(self) -> tuple[np.ndarray, np.ndarray]:
        """M/p at nodes of the energy, and what N there send in each bin if they decay at once."""
        x, w = gauss_panels(diffuse._edges(self.fit, self.z_max, _SLICES), _NODES)
        z = np.expm1(x)
        # events a time and volume that are seen today, over a solid angle
        w = w * diffuse.core_collapse_rate(z, self.fit) / diffuse._hubble(z, *_COSMOS) / (4 * pi)
        E, v = gauss_panels(self.E_N, _INNER)
        p = _emitted.momentum(E, self.M_N)
        ahead = radiative_decay.asymmetry(self.nature) * (-1 if self.neutrinos else 1)
        below = np.zeros((E.size, self.edges.size))
        for stretch, many in zip(1 + z, w, strict=True):
            c = np.clip((2 * stretch * self.edges - E[:, None]) / p[:, None], -1.0, 1.0)
            # the share of decays that send less, of 1 + A cos
            below += many * 0.5 * (1 + c) * (1 - 0.5 * ahead * (1 - c))
        made = v * np.interp(E, self.E_N, self.dN_dE)
        return self.M_N / p, made[:, None] * np.diff(below, axis=1)

    @cached_property
    def _nodes(self) -> np.ndarray:
        """Logarithms of the lifetimes between which it matters that the Universe is old."""
        many = np.trapezoid(self.dN_dE, self.E_N)
        mean = np.trapezoid(self.dN_dE * self.E_N, self.E_N) / many if many > 0 else self.E_N[0]
        below, above = _DECADES
        return np.log(self.M_N / mean / diffuse._hubble(0.0, *_COSMOS)) + np.log(10) * np.linspace(
            -below, above, 1 + round((below + above) * _PER_DECADE))

    @cached_property
    def _curve(self) -> Any:
        """The logarithm of the share that is left, between nodes, in each bin."""
        from scipy.interpolate import PchipInterpolator

        u = self._nodes
        E, w = gauss_panels(np.log(np.maximum(self.edges, 1e-3 * self.edges[-1])), _IN_BIN)
        E, w = np.exp(E), w * np.exp(E)
        spectrum = radiative_decay.neutrino_spectrum if self.neutrinos else \
            radiative_decay.photon_spectrum
        made = np.array([np.sum((w * diffuse._flux(
            E, self.E_N, self.dN_dE, self.M_N, float(np.exp(at)), 0.0, self.nature, self.fit,
            self.z_max, 1.0, *_COSMOS, spectrum, _STEPS, _MOMENTA)).reshape(-1, _IN_BIN), axis=1)
            for at in (u[0] + np.log(_AT_ONCE), *u)])
        share = np.where(made[0] > 0, made[1:] / np.where(made[0] > 0, made[0], 1.0), 1.0)
        return PchipInterpolator(u, np.log(np.maximum(share, 1e-300)), axis=0)

    def _left(self, lifetime: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):
            at = np.log(lifetime)
        first, last = self._nodes[[0, -1]]
        if np.all(at < first):
            return np.ones((at.size, 1))
        # beyond the last node few decay, as the inverse of the lifetime
        far = np.exp(np.minimum(last - at, 0.0))[:, None]
        return np.where(at[:, None] < first, 1.0,
                        np.exp(self._curve(np.clip(at, first, last))) * far)
