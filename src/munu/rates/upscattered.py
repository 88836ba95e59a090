r"""N that the neutrinos of a source make in a target, as nodes of a quadrature.

.. math:: N_N = \sum_k w_k,\qquad \sum_{k\in i} w_k = \Delta T\,\frac{\pi\alpha^2}{m_e^2}
          \sum_n c_n(T)\int_{E_{i}}^{E_{i+1}}\mathrm dE\,\phi(E)\,E^{-n}

for a moment of 1 mu_B: recoil energies by Gauss, neutrino energies in bins, closer at threshold,
within which the flux is integrated exactly and stands at two energies that have its moments; a line
stands for itself.  All that happens to N later is a function of its energy and direction, so that
everything downstream is a sum over the same nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import pi
from typing import Any

import numpy as np

from munu._arrays import Numbers, finite
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.kinematics import E_nu_min, recoil_range
from munu.processes.upscattering import Scatterer, away, polarization, recoils
from munu.sources.source import Moments, Source
from munu.units import MeV

# bins of energy a decade, how much closer at threshold; of recoils: widest panel, nodes a panel,
# least number of panels, for most of the flux may lie where little is open
_A_DECADE, _GRADE, _WIDEST, _NODES, _LEAST = 10, 2.0, 0.4, 4, 12
# of the largest weight, what is less is left out
_NOISE = 1e-12
# bins a decade of momentum onto which all is collapsed
_MOMENTA = 12


@dataclass(frozen=True, eq=False, kw_only=True)
class Upscattered:
    """N of one mass, made on one kind of scatterer.

    Attributes
    ----------
    M_N : mass of N [energy]
    scatterer : Scatterer
    E_nu, T : energies of the neutrino and of the recoil, (k,) [energy]
    weight : N made, (k,), per scatterer and unit of the source [1/unit]; above 0
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
        return 1 - self.short

    @cached_property
    def short(self) -> np.ndarray:
        """1 less that cosine, as precise at the highest energies [1]."""
        return away(self.E_nu, self.T, self.M_N, self.scatterer.mass)[1]

    @cached_property
    def polarization(self) -> tuple[np.ndarray, np.ndarray]:
        """Along the momentum of N and across it, of those that neutrinos make [1]."""
        if not self.T.size:
            return np.empty(0), np.empty(0)
        return polarization(2 * self.scatterer.mass * self.T, self.E_nu, self.M_N, self.scatterer)

    @property
    def total(self) -> float:
        """N made, per scatterer and unit of the source."""
        return float(self.weight.sum())

    def scaled(self, factor: float) -> Upscattered:
        """The same with all weights multiplied."""
        return replace(self, weight=self.weight * factor)


def upscattered(source: Source, couplings: DipolePortal | np.ndarray, scatterer: Scatterer,
                M_N: float, *, window: tuple[float, float] | None = None, T_min: float = 0.0,
                a_decade: int = _A_DECADE) -> Upscattered:
    """N that a source makes on one scatterer.

    Parameters
    ----------
    source : Source
    couplings : DipolePortal, or its trace matrix C (3, 3), or that of neutrinos and of
        antineutrinos (2, 3, 3) [mu_B^2]; of size 1 where a size is to multiply later
    scatterer : Scatterer
    M_N : mass of N, at least 0; with 0 a ``T_min`` is needed [energy]
    window : neutrinos of other energies do not count [energy]
    T_min : recoils below do not count [energy]
    a_decade : bins of the neutrino's energy a decade, above 0; the number of N is the same for all

    Returns
    -------
    Upscattered; without any node where nothing is open

    Raises
    ------
    DomainError
        A massless N without ``T_min``; a window that is none, a mass that is not the portal's.

    Source : BrdarTalk, Brdar2020
    """
    M_N, T_min = (float(finite(n, x, low=0.0)) for n, x in (("M_N", M_N), ("T_min", T_min)))
    if not (np.isfinite(a_decade) and a_decade > 0):
        raise DomainError(f"a_decade = {a_decade} must be above 0")
    C = _both(couplings, M_N)
    lowest, highest = ends(source)
    closed = highest
    if window is not None:
        first, last = finite("window", window, low=0.0)
        if not first < last:
            raise DomainError(f"window = {first / MeV:g} to {last / MeV:g} MeV must go from a lower"
                              " energy to a higher one")
        lowest, highest = max(lowest, first), min(highest, last)
    # a line at the end of all is inside, one at the end of a window in the next
    lines = [(E, np.einsum("xij,xji->", state, C).real) for E, state in source.lines
             if lowest <= E < highest or E == highest == closed]
    parts = []
    if lines:
        energies, amounts = np.array(lines).T
        parts.append(_of_lines(energies, amounts, M_N, scatterer, T_min))
    if any(c.E.size for c in source.components.values()) and lowest < highest:
        parts.append(_of_continuum(_unlined(source).moments(C), lowest, highest, M_N, scatterer,
                                   T_min, a_decade))
    E, T, weight = np.concatenate([np.stack(x) for x in parts], axis=1) if parts \
        else np.empty((3, 0))
    # what rounding alone leaves would set the ends of everything that is made of it
    keep = weight > _NOISE * weight.max(initial=0.0)
    return Upscattered(M_N=M_N, scatterer=scatterer, E_nu=E[keep], T=T[keep], weight=weight[keep])


def _of_lines(E: np.ndarray, amounts: np.ndarray, M_N: float, scatterer: Scatterer, T_min: float
              ) -> tuple[np.ndarray, ...]:
    """E, T and weights: each line has its own recoils, which end where they must."""
    low, high = _open(E, M_N, scatterer, T_min)
    some = high > low
    if not some.any():
        return np.empty(0), np.empty(0), np.empty(0)
    T, dT = recoils(low[some], high[some], scatterer, widest=_WIDEST, nodes=_NODES)
    c0, c1, c2 = scatterer.coefficients(T, M_N)
    E = np.broadcast_to(E[some, None], T.shape)
    made = amounts[some, None] * (c0 + c1 / E + c2 / E**2) * dT * (pi * _alpha**2 / _m_e**2)
    return E.ravel(), T.ravel(), made.ravel()


def _of_continuum(moments: Moments, lowest: float, highest: float, M_N: float,
                  scatterer: Scatterer, T_min: float, a_decade: float) -> tuple[np.ndarray, ...]:
    """E, T and weights: recoils first, for each the energies that make it."""
    # at the highest energy the window of recoils is the widest
    low, high = _open(highest, M_N, scatterer, T_min)
    if not high > low:
        return np.empty(0), np.empty(0), np.empty(0)
    T, dT = recoils(low, high, scatterer, widest=_WIDEST, nodes=_NODES, least=_LEAST)
    least = np.asarray(E_nu_min(T, M_N, scatterer.mass))
    first = np.minimum(np.maximum(lowest, least), highest)[:, None]
    bins = max(int(np.ceil(a_decade * np.log10(highest / float(first.min())))), 1)
    # closer where N is slow
    E = first * (highest / first) ** (np.linspace(0, 1, bins + 1) ** _GRADE)
    E[:, -1] = highest
    I = moments(E)
    # of 1/E, in which the cross section is a parabola
    x, share = two_points(I[:, :, :-1] - I[:, :, 1:], 1 / E[:, 1:], 1 / E[:, :-1])
    c0, c1, c2 = (c[:, None] for c in scatterer.coefficients(T, M_N))
    made = share * (c0 + c1 * x + c2 * x**2) * dT[:, None] * (pi * _alpha**2 / _m_e**2)
    return (1 / x).ravel(), np.broadcast_to(T[:, None], made.shape).ravel(), made.ravel()


def _open(E: Numbers, M_N: float, scatterer: Scatterer, T_min: float
          ) -> tuple[np.ndarray, np.ndarray]:
    low, high = recoil_range(E, M_N, scatterer.mass)
    low = np.maximum(low, T_min)
    if np.any((high > low) & (low <= 0)):
        raise DomainError(f"M_N = 0 on {scatterer.name}: the number of N diverges at small recoils;"
                          " give T_min above 0")
    return np.asarray(low), np.asarray(high)


def _unlined(source: Source) -> Source:
    """A source without its lines; itself, with the moments that it keeps, where it has none."""
    if not source.lines:
        return source
    none = {n: replace(c, lines_E=np.empty(0), lines_phi=np.empty((len(source.basis), 0)))
            for n, c in source.components.items() if c.E.size}
    return replace(source, components=none)


def two_points(moments: Numbers, low: Numbers, high: Numbers) -> tuple[np.ndarray, np.ndarray]:
    r"""Two points that have the moments of what is in a bin: every parabola of them is exact.

    .. math:: (\bar x - x_1)(x_2 - \bar x) = \overline{x^2} - \bar x^2

    Parameters
    ----------
    moments : array (3, ...), sums of :math:`x^0, x, x^2`
    low, high : arrays (...), ends of the bins

    Returns
    -------
    x, share : arrays (2, ...); 0 where there is nothing
    """
    size, first, second = moments
    some = size > 0
    size = np.where(some, size, 1.0)
    mean = np.clip(np.where(some, first / size, high), low, high)
    # no distribution between two ends is wider than that of the ends alone
    spread = np.clip(np.where(some, second / size, 0.0) - mean**2, 0.0,
                     (high - mean) * (mean - low))
    left = np.minimum(np.sqrt(spread), mean - low)
    right = np.where(left > 0, spread / np.where(left > 0, left, 1.0), 0.0)
    over = right > high - mean
    right = np.where(over, high - mean, right)
    left = np.where(over, np.where(right > 0, spread / np.where(right > 0, right, 1.0), 0.0), left)
    both = left + right
    upper = np.where(both > 0, left / np.where(both > 0, both, 1.0), 0.5)
    size = np.where(some, size, 0.0)
    return np.stack([mean - left, mean + right]), np.stack([size * (1 - upper), size * upper])


def _both(couplings: DipolePortal | Numbers, M_N: float) -> np.ndarray:
    """Trace matrices of neutrinos and antineutrinos (2, 3, 3)."""
    if isinstance(couplings, DipolePortal):
        if couplings.M_N not in (0.0, M_N):
            raise DomainError(f"the portal has M_N = {couplings.M_N / MeV:g} MeV, the mass asked "
                              f"for is {M_N / MeV:g} MeV; they must agree, or the portal's be 0")
        matrix = couplings.trace_matrix
    else:
        matrix = np.asarray(couplings)
    if matrix.shape == (3, 3):
        return np.stack([matrix, matrix.conj()])
    if matrix.shape != (2, 3, 3):
        raise DomainError(f"couplings have the shape {matrix.shape}; they must be a DipolePortal, "
                          "or a trace matrix (3, 3) or (2, 3, 3)")
    return matrix


def ends(source: Source) -> tuple[float, float]:
    """The lowest and the highest energy of a source, lines included; 0 of one without [energy]."""
    some = any(c.E.size or c.lines_E.size for c in source.components.values())
    return source.support if some else (0.0, 0.0)


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
    # what rests decays at once; it has a place on a scale of logarithms too
    least = 1e-9 * max((x.M_N for x in made), default=1.0)
    return on_nodes(np.maximum(p[w > 0], least), w[w > 0], a_decade)


def on_nodes(p: Numbers, w: Numbers, a_decade: int = _MOMENTA) -> tuple[np.ndarray, np.ndarray]:
    """Weights at many momenta, shared among few, two a bin: number, mean and width of ln p are
    kept."""
    if not np.size(p):
        return np.empty(0), np.empty(0)
    x = np.log(p)
    n = max(int(np.ceil(a_decade * (x.max() - x.min()) / np.log(10))), 1)
    edges = np.linspace(x.min(), x.max(), n + 1)
    at = np.clip(np.searchsorted(edges, x) - 1, 0, n - 1)
    half, mid = 0.5 * np.diff(edges)[at], 0.5 * (edges[1:] + edges[:-1])
    y = np.clip((x - mid[at]) / np.where(half > 0, half, 1.0), -1.0, 1.0)
    found = np.stack([np.bincount(at, w * y**k, n) for k in range(3)])
    y, share = two_points(found, -np.ones(n), np.ones(n))
    out = np.exp(mid + 0.5 * np.diff(edges) * y)
    keep = share > 0
    return out.T[keep.T], share.T[keep.T]
