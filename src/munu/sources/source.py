r"""What a neutrino source is: a flux with a flavor state, and its cumulative moments.

A flux is a sum of constant flavor density matrices with piecewise-linear spectra and lines:

.. math:: \rho(E) = \sum_b B_b\, \phi_b(E)

(for the Sun the three mass states).  A recoil cross section is a short sum of powers of
1/E_nu above a kinematic threshold, so all that a recoil rate needs of a source is

.. math:: I_k(E) = \int_E^\infty \mathrm dE'\, \phi(E')\, E'^{-k},\qquad k = 0, 1, 2,

which is exact in closed form on every piece, lines included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from munu._arrays import Numbers
from munu._frozen import FrozenMap
from munu._plugins import Made
from munu.errors import DomainError, UnknownName

POWERS = 3
_KEPT = 64


@dataclass(frozen=True)
class Component:
    """One named part of a flux.

    Attributes
    ----------
    name : str
    E : array (n,), nodes [energy]; empty for lines alone
    phi : array (n_b, n), flux of each flavor state at the nodes [1/(area time energy)]
    lines_E : array (n_l,) [energy]
    lines_phi : array (n_b, n_l) [1/(area time)]
    uncertainty : float, relative error of the normalization
    """

    name: str
    E: np.ndarray
    phi: np.ndarray
    lines_E: np.ndarray
    lines_phi: np.ndarray
    uncertainty: float = 0.0

    @property
    def total(self) -> float:
        """Integrated flux over all states [1/(area time)]."""
        continuum = np.trapezoid(self.phi.sum(axis=0), self.E) if self.E.size else 0.0
        return float(continuum + self.lines_phi.sum())


@dataclass(frozen=True, eq=False, kw_only=True)
class Source(Made):
    """A neutrino source.

    Attributes
    ----------
    name : str
    basis : complex array (n_b, 2, 3, 3), flavor states of neutrinos (0) and antineutrinos (1),
        each of trace 1
    components : mapping of name to :class:`Component`
    per : what the flux is divided by: ``second``, ``event``, ``pot``, ``luminosity``; a rate is
        that of the flux times a time, 1, a number of protons or a luminosity [1/area]
    integrated_over : what was integrated: ``angle`` or ``nothing``
    papers : keys of the papers
    assumed : what was assumed to make it, a line each
    options : what it was made with, as given; see :mod:`munu.parameters`
    """

    name: str
    basis: np.ndarray
    components: Mapping[str, Component]
    per: str = "second"
    integrated_over: str = "angle"
    papers: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for c in self.components.values():
            if np.any(c.phi < 0) or np.any(c.lines_phi < 0):
                raise DomainError(f"the flux of {self.name}/{c.name} is negative somewhere")
        object.__setattr__(self, "components", FrozenMap(dict(self.components)))

    def __repr__(self) -> str:
        return f"<Source {self.name}: {', '.join(self.components)}; per {self.per}>"

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest energy that its tables and lines have; outside the flux is 0
        [energy]."""
        E = np.concatenate([x for c in self.components.values() for x in (c.E, c.lines_E)])
        return float(E.min()), float(E.max())

    def only(self, *names: str) -> Source:
        """The same with the named components alone.  Raises :class:`UnknownName`."""
        for n in names:
            if n not in self.components:
                raise UnknownName(f"component of {self.name}", n, self.components)
        return replace(self, components={n: self.components[n] for n in names})

    def scaled(self, factors: Mapping[str, float]) -> Source:
        """The same with some components multiplied."""
        self.only(*factors)
        parts = {n: replace(c, phi=c.phi * factors.get(n, 1.0),
                            lines_phi=c.lines_phi * factors.get(n, 1.0))
                 for n, c in self.components.items()}
        return replace(self, components=parts)

    def error(self, *names: str) -> float:
        """Relative error of the named components together, which move as one: the mean of theirs,
        weighted with their fluxes [1].  Raises :class:`UnknownName`."""
        parts = self.only(*names).components.values()
        total = sum(c.total for c in parts)
        return sum(c.uncertainty * c.total for c in parts) / total if total else 0.0

    def state(self, E_nu: Numbers) -> np.ndarray:
        """Continuum flux as a density matrix, complex (2, 3, 3, n) [1/(area time energy)]."""
        E = np.atleast_1d(np.asarray(E_nu, dtype=float))
        phi = np.zeros((len(self.basis), E.size))
        for c in self.components.values():
            for b, values in enumerate(c.phi):
                if c.E.size:
                    phi[b] += np.interp(E, c.E, values, left=0.0, right=0.0)
        return np.einsum("bxij,bn->xijn", self.basis, phi)

    def flux(self, E_nu: Numbers) -> np.ndarray:
        """Continuum flux of the six flavors, (6, n) [1/(area time energy)]; see ``flavors.SIX``."""
        return np.einsum("xiin->xin", self.state(E_nu)).real.reshape(6, -1)

    @cached_property
    def lines(self) -> tuple[tuple[float, np.ndarray], ...]:
        """Lines as pairs (energy, density matrix (2, 3, 3) [1/(area time)])."""
        return tuple((float(e), np.einsum("bxij,b->xij", self.basis, c.lines_phi[:, i]))
                     for c in self.components.values() for i, e in enumerate(c.lines_E))

    @cached_property
    def _pieces(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Union nodes (n,), flux at both ends of each cell (2, n_b, n - 1), lines (n_b, n)."""
        lines = [e for c in self.components.values() for e in c.lines_E]
        E = np.unique(np.concatenate([c.E for c in self.components.values()] + [lines, [0.0]]))
        n_b = len(self.basis)
        ends, at_lines = np.zeros((2, n_b, E.size - 1)), np.zeros((n_b, E.size))
        for c in self.components.values():
            if c.E.size:
                inside = (E[:-1] >= c.E[0]) & (E[1:] <= c.E[-1])
                for b in range(n_b):
                    y = np.interp(E, c.E, c.phi[b])
                    ends[0, b] += np.where(inside, y[:-1], 0.0)
                    ends[1, b] += np.where(inside, y[1:], 0.0)
            for e, phi in zip(c.lines_E, c.lines_phi.T, strict=True):
                at_lines[:, np.searchsorted(E, e)] += phi
        return E, ends, at_lines

    def moments(self, matrix: Numbers = None) -> Moments:
        r"""Cumulative moments of :math:`\mathrm{Re\,Tr}[\rho(E)\, C]`.

        Parameters
        ----------
        matrix : complex (2, 3, 3), C for neutrinos and antineutrinos; None is the unit matrix

        Returns
        -------
        Moments
        """
        C = np.broadcast_to(np.eye(3), (2, 3, 3)) if matrix is None else np.asarray(matrix)
        w = np.einsum("bxij,xji->b", self.basis, C).real
        key = w.tobytes()
        if key not in self._made:
            E, ends, at_lines = self._pieces
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[key] = Moments.of(E, np.tensordot(w, ends, (0, 1)), w @ at_lines)
        return self._made[key]

    @cached_property
    def _made(self) -> dict[bytes, Moments]:
        """Moments by the weights of the flavor states: many couplings share a few."""
        return {}


@dataclass(frozen=True, eq=False)
class Moments:
    """Look-up of the cumulative moments I_0, I_1, I_2 above an energy, exact to round-off."""

    E: np.ndarray
    a: np.ndarray
    b: np.ndarray
    above: np.ndarray
    at_lines: np.ndarray

    @classmethod
    def of(cls, E: Numbers, ends: Numbers, at_lines: Numbers) -> Moments:
        """From nodes (n,), flux at both ends of each cell (2, n - 1) and lines at nodes (n,)."""
        b = (ends[1] - ends[0]) / np.diff(E)
        a = ends[0] - b * E[:-1]
        above = np.zeros((POWERS, E.size))
        lower = E[1:-1]
        cells = _cell(a[1:], b[1:], lower, E[2:])
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.where(at_lines != 0, at_lines * E ** -np.arange(POWERS)[:, None], 0.0)
        above[:, 1:-1] = np.cumsum(cells[:, ::-1], axis=1)[:, ::-1]
        above[:, 1:] += np.cumsum(steps[:, :0:-1], axis=1)[:, ::-1]
        # one cell more, empty, so that an energy above all nodes needs no mask
        return cls(E, np.append(a, 0.0), np.append(b, 0.0),
                   np.ascontiguousarray(np.pad(above, ((0, 0), (0, 1)))), at_lines)

    def __call__(self, E: Numbers) -> np.ndarray:
        """I_k above E, array (3, *E.shape) [flux times energy^-k]; E must be positive."""
        E = np.asarray(E, dtype=float)
        top = np.searchsorted(self.E, E)
        cell = top - 1
        end = self.E[np.minimum(top, self.E.size - 1)]
        end = np.where(top < self.E.size, end, E)
        return _cell(self.a[cell], self.b[cell], E, end) + self.above[:, top]

    @cached_property
    def _log_above(self) -> np.ndarray:
        """Integrals of the flux times ln E above each node, lines included."""
        low, high = self.E[1:-1], self.E[2:]
        cells = _log_cell(self.a[1:-1], self.b[1:-1], low, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.where(self.at_lines != 0, self.at_lines * np.log(self.E), 0.0)
        above = np.zeros(self.E.size)
        above[1:-1] = np.cumsum(cells[::-1])[::-1]
        above[1:] += np.cumsum(steps[:0:-1])[::-1]
        return np.append(above, 0.0)

    def log(self, E: Numbers, E_0: float) -> np.ndarray:
        """Integral of the flux times ln(E/E_0) above an energy, like the moments."""
        E = np.asarray(E, dtype=float)
        top = np.searchsorted(self.E, E)
        cell = top - 1
        end = np.where(top < self.E.size, self.E[np.minimum(top, self.E.size - 1)], E)
        logs = _log_cell(self.a[cell], self.b[cell], E, end) + self._log_above[top]
        return logs - np.log(E_0) * self(E)[0]


def _log_cell(a: Numbers, b: Numbers, low: Numbers, high: Numbers) -> np.ndarray:
    """Integral of (a + b E) ln E from ``low`` to ``high``."""
    x, y = np.log(low), np.log(high)
    return a * (high * (y - 1) - low * (x - 1)) \
        + b * (0.5 * (high**2 * y - low**2 * x) - 0.25 * (high**2 - low**2))


def _cell(a: Numbers, b: Numbers, low: Numbers, high: Numbers) -> np.ndarray:
    """Integrals of (a + b E) E^-k from ``low`` to ``high``, k = 0, 1, 2."""
    width = high - low
    log = np.log1p(width / low)
    out = np.empty((POWERS, *np.shape(log)))
    out[0] = width * (a + b * 0.5 * (low + high))
    out[1] = a * log + b * width
    out[2] = a * width / (low * high) + b * log
    return out
