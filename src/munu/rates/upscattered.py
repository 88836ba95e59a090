r"""N that the neutrinos of a source make in a target, as nodes of a quadrature.

.. math:: N_N = \sum_k w_k,\qquad w_k = \Delta T\,\frac{\pi\alpha^2}{m_e^2}\sum_n c_n(T)
          \int_{E_{i}}^{E_{i+1}}\mathrm dE\,\phi(E)\,E^{-n}

for a moment of 1 mu_B: recoil energies by Gauss, neutrino energies in bins within which the flux is
integrated exactly, lines and thresholds included.  All that happens to N later is a function of
its energy and direction, so that everything downstream is a sum over the same nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any

import numpy as np

from munu._arrays import Numbers, gauss_panels
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.kinematics import E_nu_min, recoil_range
from munu.processes.upscattering import Scatterer, polarization
from munu.sources.source import Source

# energies a decade, widest panel in ln T, nodes a panel
_A_DECADE, _WIDEST, _NODES = 24, 0.75, 4
# nodes a decade of momentum onto which all is collapsed
_MOMENTA = 24


@dataclass(frozen=True, eq=False, kw_only=True)
class Upscattered:
    """N of one mass, made on one kind of scatterer.

    Attributes
    ----------
    M_N : mass of N [energy]
    scatterer : Scatterer
    E_nu, T : energies of the neutrino and of the recoil, (k,) [energy]
    weight : N made, (k,), per scatterer, at a moment of 1 mu_B, per unit of the source [1/unit]
    """

    M_N: float
    scatterer: Scatterer
    E_nu: np.ndarray
    T: np.ndarray
    weight: np.ndarray

    @cached_property
    def E_N(self) -> np.ndarray:
        """Energies of N [energy]."""
        return np.maximum(self.E_nu - self.T, self.M_N)

    @cached_property
    def p(self) -> np.ndarray:
        """Momenta of N [energy]."""
        return np.sqrt((self.E_N - self.M_N) * (self.E_N + self.M_N))

    @cached_property
    def cos_theta(self) -> np.ndarray:
        """Cosines of the angle of N to the beam [1]."""
        product = self.E_nu * self.E_N - 0.5 * self.M_N**2 - self.scatterer.mass * self.T
        size = self.E_nu * self.p
        return np.clip(product / np.where(size > 0, size, 1.0), -1.0, 1.0)

    @cached_property
    def polarization(self) -> tuple[np.ndarray, np.ndarray]:
        """Along the momentum of N and across it, of those that neutrinos make [1]."""
        return polarization(2 * self.scatterer.mass * self.T, self.E_nu, self.M_N, self.scatterer)

    @property
    def total(self) -> float:
        """N made, per scatterer and unit of the source, at 1 mu_B."""
        return float(self.weight.sum())

    def scaled(self, factor: float) -> Upscattered:
        """The same with all weights multiplied."""
        return Upscattered(M_N=self.M_N, scatterer=self.scatterer, E_nu=self.E_nu, T=self.T,
                           weight=self.weight * factor)


def upscattered(source: Source, couplings: DipolePortal | np.ndarray, scatterer: Scatterer,
                M_N: float, *, window: tuple[float, float] | None = None, T_min: float = 0.0,
                a_decade: int = _A_DECADE) -> Upscattered:
    """N that a source makes on one scatterer.

    Parameters
    ----------
    source : Source
    couplings : DipolePortal, or its trace matrix C (3, 3) [mu_B^2]
    scatterer : Scatterer
    M_N : mass of N, at least 0; with 0 a ``T_min`` is needed [energy]
    window : neutrinos of other energies do not count [energy]
    T_min : recoils below do not count [energy]
    a_decade : bins of the neutrino's energy a decade, above 0

    Returns
    -------
    Upscattered; without any node where nothing is open

    Raises
    ------
    DomainError

    Source : BrdarTalk, Brdar2020
    """
    matrix = couplings.trace_matrix if isinstance(couplings, DipolePortal) else \
        np.asarray(couplings)
    moments = source.moments(np.stack([matrix, matrix.conj()]))
    lowest, highest = ends(source)
    if window is not None:
        lowest, highest = max(lowest, window[0]), min(highest, window[1])
    M_N, m = float(M_N), scatterer.mass
    low, high = recoil_range(highest, M_N, m)
    low = max(float(low), T_min)
    if not (high > low and highest >= lowest):
        return Upscattered(M_N=M_N, scatterer=scatterer, E_nu=np.empty(0), T=np.empty(0),
                           weight=np.empty(0))
    if low <= 0:
        raise DomainError(f"M_N = 0 on {scatterer.name}: the number of N diverges at small recoils;"
                          " give T_min above 0")
    # at the highest energy the window of recoils is the widest
    panels = max(int(np.ceil(np.log(high / low) / _WIDEST)), 6)
    t, w = gauss_panels(np.linspace(np.log(low), np.log(high), panels + 1), _NODES)
    T = np.exp(t)
    first = max(lowest, float(np.min(E_nu_min(T, M_N, m))))
    bins = max(int(np.ceil(a_decade * np.log10(highest / first))), 1) if first < highest else 1
    edges = np.geomspace(min(first, highest), highest, bins + 1)
    edges[-1] = highest
    E = np.maximum(edges, np.asarray(E_nu_min(T, M_N, m))[:, None])
    I = moments(np.minimum(E, highest))
    # what a line at the end itself gives is inside
    if window is None or highest >= ends(source)[1]:
        I[:, :, -1] = 0.0
    part = I[:, :, :-1] - I[:, :, 1:]
    c = scatterer.coefficients(T, M_N)
    made = sum(ck[:, None] * Ik for ck, Ik in zip(c, part, strict=True))
    made = made * (w * T)[:, None] * (pi * _alpha**2 / _m_e**2)
    # the energy that stands for a bin is the harmonic mean of its flux
    with np.errstate(divide="ignore", invalid="ignore"):
        stands = part[0] / part[1]
    keep = (made > 0) & np.isfinite(stands)
    stands = np.clip(stands, E[:, :-1], E[:, 1:])
    return Upscattered(M_N=M_N, scatterer=scatterer, E_nu=stands[keep],
                       T=np.broadcast_to(T[:, None], made.shape)[keep], weight=made[keep])


def ends(source: Source) -> tuple[float, float]:
    """The lowest and the highest energy of a source, lines included [energy]."""
    E = [c.E for c in source.components.values() if c.E.size]
    lines = [c.lines_E for c in source.components.values() if c.lines_E.size]
    both = np.concatenate([*E, *lines])
    return float(both.min()), float(both.max())


def collapsed(made: Iterable[Upscattered], weights: Any = None, *, a_decade: int = _MOMENTA
              ) -> tuple[np.ndarray, np.ndarray]:
    """All N together, on few momenta: enough for whatever decays along a straight path.

    Parameters
    ----------
    made : of one mass, each already times the number of its scatterers and the exposure
    weights : of every node more, arrays as long as theirs; None is 1

    Returns
    -------
    p, weight : momenta (n,) [energy] and N made there (n,); empty where there are none
    """
    made = list(made)
    p = np.concatenate([x.p for x in made]) if made else np.empty(0)
    w = np.concatenate([x.weight for x in made]) if made else np.empty(0)
    if weights is not None:
        w = w * np.concatenate([np.asarray(x, dtype=float) for x in weights])
    keep = (p > 0) & (w > 0)
    return on_nodes(p[keep], w[keep], a_decade)


def on_nodes(p: Numbers, w: Numbers, a_decade: int = _MOMENTA) -> tuple[np.ndarray, np.ndarray]:
    """Weights at many momenta, shared among few: number and mean of ln p are kept."""
    if not np.size(p):
        return np.empty(0), np.empty(0)
    x = np.log(p)
    n = max(int(np.ceil(a_decade * (x.max() - x.min()) / np.log(10))), 1) + 1
    nodes = np.linspace(x.min(), x.max() + 1e-12, n)
    at = np.clip(np.searchsorted(nodes, x) - 1, 0, n - 2)
    share = (x - nodes[at]) / (nodes[at + 1] - nodes[at])
    out = np.bincount(at, w * (1 - share), n) + np.bincount(at + 1, w * share, n)
    return np.exp(nodes), out
