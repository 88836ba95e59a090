"""The density of N over classes, neutrino energy and recoil, in cells with the most that it can be.

It is that of :mod:`munu.rates.upscattered`: a flux that is linear between its nodes, times powers
of 1/E whose coefficients are functions of T.  A cell is drawn by its share, a point in it evenly,
and kept with the density over its most: what is drawn follows the density itself and no table of
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from munu._arrays import gauss
from munu.detectors.geometry import Body, Box, Cylinder, Sphere
from munu.errors import DomainError, NotInstalled
from munu.flavors import SIX
from munu.kinematics import E_nu_min, recoil_range, threshold
from munu.processes.upscattering import Scatterer
from munu.rates import decay_in_flight
from munu.rates.upscattered import Upscattered, upscattered
from munu.sources.source import Component, Source

# nodes of T c_k, widest cell in ln T, cells of ln E, points a side of a cell
_NODES, _WIDE, _RATIO, _POINTS = 4096, 0.3, 1.08, 5
# above the most that was seen in a cell, for what lies between
_MARGIN = 1.03


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """N of one incoming flavor on one scatterer.

    Attributes
    ----------
    scatterer : Scatterer
    flavor : index into ``flavors.SIX``
    source : the flux of that flavor alone
    many : scatterers times exposure times mu^2 and the weight of the flavor
    made : nodes of N made, in all
    window : energies of neutrinos that count, thresholds aside [energy]
    T_min : recoils below do not count [energy]
    """

    scatterer: Scatterer
    flavor: int
    source: Source
    many: float
    made: Upscattered
    window: tuple[float, float]
    T_min: float = 0.0

    @property
    def total(self) -> float:
        """N made [1]."""
        return self.made.total


def alone(source: Source, flavor: int) -> Source:
    """The flux of one of ``flavors.SIX``, all components together.

    Raises
    ------
    DomainError
        A source whose neutrinos are mixtures of flavors.
    """
    diagonal = np.einsum("bxii->bxi", source.basis)
    rest = source.basis - np.einsum("bxi,ij->bxij", diagonal, np.eye(3))
    if np.any(np.abs(rest) > 1e-12):
        raise DomainError(f"the neutrinos of {source.name} are mixtures of flavors; events have "
                          "one incoming flavor each")
    basis = np.zeros((1, 2, 3, 3), dtype=complex)
    basis[0, flavor // 3, flavor % 3, flavor % 3] = 1
    nodes = [c.E for c in source.components.values() if c.E.size]
    E = np.unique(np.concatenate(nodes)) if nodes else np.empty(0)
    phi = source.flux(E)[flavor][None] if E.size else np.empty((1, 0))
    at = np.array([e for e, _ in source.lines])
    state = (flavor // 3, flavor % 3, flavor % 3)
    lines = np.array([[x[state].real for _, x in source.lines]]).reshape(1, -1)
    return Source(name=source.name, basis=basis, per=source.per, papers=source.papers,
                  components={SIX[flavor]: Component(SIX[flavor], E, phi, at, lines)})


def kinds(source: Source, flavors: Sequence[str], targets: Sequence[tuple[Scatterer, float]],
          matrix: np.ndarray, mu: float, M_N: float, window: tuple[float, float], exposure: float,
          screened: float = 0.0) -> list[Kind]:
    """Every class in which something is made; ``matrix`` is the trace matrix at mu = 1, recoils of
    whole nuclei below ``screened`` do not count."""
    out = []
    for name in flavors:
        flavor = SIX.index(name)
        weight = float(matrix[flavor % 3, flavor % 3].real)
        if weight == 0:
            continue
        one = alone(source, flavor)
        for scatterer, number in targets:
            many = number * exposure * mu**2
            T_min = screened if scatterer.kind == "coherent" else 0.0
            # a line has no window
            made = upscattered(one, matrix, scatterer, M_N, T_min=T_min,
                               window=window if window[0] < window[1] else None).scaled(many)
            if made.weight.size:
                out.append(Kind(scatterer=scatterer, flavor=flavor, source=one,
                                many=many * weight, made=made, window=window, T_min=T_min))
    return out


def inside(body: Body, decay_length: np.ndarray, cos_theta: np.ndarray, angles: int = 33,
           azimuths: int = 6) -> np.ndarray:
    """Probability that N, made evenly in a body at an angle to the beam, decays in it [1]."""
    if isinstance(body, Sphere) or not decay_length.size:
        return np.asarray(decay_in_flight.mean_inside(body, decay_length))
    from scipy.interpolate import RectBivariateSpline

    # a body is symmetric in each axis; a cylinder along the beam looks the same from all around
    x, w = gauss(1 if isinstance(body, Cylinder) and body.axis == "z" else azimuths)
    phi = 0.25 * np.pi * (1 + x)
    theta = np.arccos(np.clip(np.abs(cos_theta), 0.0, 1.0))
    # most of all N fly forward
    grid = max(float(theta.max()), 1e-6) * np.linspace(0.0, 1.0, angles) ** 2
    lengths = np.geomspace(decay_length.min() * 0.999, decay_length.max() * 1.001, 33)
    found = np.zeros((grid.size, lengths.size))
    for i, angle in enumerate(grid):
        for f, share in zip(phi, w, strict=True):
            way = (np.sin(angle) * np.cos(f), np.sin(angle) * np.sin(f), np.cos(angle))
            found[i] += 0.5 * share * np.asarray(decay_in_flight.mean_inside(body, lengths, way))
    spline = RectBivariateSpline(grid, np.log(lengths), np.log(found), kx=2, ky=3)
    return np.exp(spline(theta, np.log(decay_length), grid=False))


def compiled() -> Any:
    """The compiled loops.  Raises :class:`NotInstalled`."""
    try:
        from munu.events import _kernel
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name) from None
    return _kernel


def shape(body: Body) -> tuple[int, tuple[float, float, float], int, float]:
    """A body as the kernel knows it: kind, sizes, axis, longest chord."""
    _kernel = compiled()
    if isinstance(body, Box):
        return _kernel.BOX, (body.x, body.y, body.z), 2, body.widest
    if isinstance(body, Cylinder):
        return (_kernel.CYLINDER, (body.radius, body.length, 0.0), "xyz".index(body.axis),
                body.widest)
    if isinstance(body, Sphere):
        return _kernel.SPHERE, (body.radius, 0.0, 0.0), 2, body.widest
    raise DomainError(f"{body} is no box, cylinder or sphere")


@dataclass(frozen=True, eq=False)
class Cells:
    """What :func:`munu.events._kernel.produce` draws from."""

    cells: tuple[np.ndarray, ...]
    classes: np.ndarray
    coefficients: np.ndarray


def cells(found: Sequence[Kind], M_N: float, decays: tuple[float, float] | None) -> Cells:
    """Cells of all classes.

    Parameters
    ----------
    found : classes, at least one
    M_N : [energy]
    decays : width of N [energy] and the longest chord of the body [length], where N that decay in
        it are drawn; None where all are
    """
    parts: list[tuple[np.ndarray, ...]] = []
    classes, tables = np.empty((3, len(found))), np.empty((len(found), 5, _NODES))
    for c, kind in enumerate(found):
        m = kind.scatterer.mass
        low, high = (float(t) for t in recoil_range(kind.window[1], M_N, m))
        v = np.linspace(np.log(max(low, kind.T_min)), np.log(high), _NODES)
        T = np.exp(v)
        tables[c, :3] = T * np.array(kind.scatterer.coefficients(T, M_N))
        # of the spin only their ratio counts
        strengths = np.array(kind.scatterer.strengths(2 * m * T))
        tables[c, 3:] = strengths / strengths.max(axis=0)
        classes[:, c] = m, v[0], 1 / (v[1] - v[0])
        parts.append((np.full(1, c), *_of(kind, M_N, v, tables[c], decays)))
    joined = [np.concatenate([np.broadcast_to(p[0], p[1].shape) for p in parts])]
    joined += [np.concatenate([p[i] for p in parts]) for i in range(1, len(parts[0]))]
    *rest, shares = joined
    total = np.cumsum(shares)
    total /= total[-1]
    total[-1] = 1.0
    first = np.searchsorted(total, np.arange(total.size) / total.size, side="right")
    return Cells((total, first.astype(np.int32), rest[0].astype(np.int32), *rest[1:]), classes,
                 tables)


def _of(kind: Kind, M_N: float, v: np.ndarray, table: np.ndarray,
        decays: tuple[float, float] | None) -> tuple[np.ndarray, ...]:
    """Cells of one class: E and flux at both ends, lower end and width in ln T, most, share."""
    m = kind.scatterer.mass
    E, phi, widths = _energies(kind, M_N)
    edges = np.linspace(v[0], v[-1], max(int(np.ceil((v[-1] - v[0]) / _WIDE)), 16) + 1)
    step = edges[1] - edges[0]
    inner = np.linspace(0.0, 1.0, _POINTS)
    # (cells in ln T, points) and (cells in E, points)
    at = edges[:-1, None] + step * inner
    T = np.exp(at)
    c = np.array([np.interp(at, v, t) for t in table[:3]])
    least = np.asarray(E_nu_min(T, M_N, m))
    points = E[0][:, None] + (E[1] - E[0])[:, None] * inner
    flux = phi[0][:, None] + (phi[1] - phi[0])[:, None] * inner
    most = np.zeros((E.shape[1], edges.size - 1))
    for j in range(_POINTS):
        # (E cell, ln T cell, point of ln T)
        x = points[:, j, None, None]
        value = (c[0] + (c[1] + c[2] / x) / x) * flux[:, j, None, None]
        if decays is not None:
            E_N = np.maximum(x - T, M_N)
            p = np.sqrt((E_N - M_N) * (E_N + M_N))
            with np.errstate(divide="ignore"):
                value = value * -np.expm1(-decays[1] * decays[0] * M_N / p)
        # rounding must not shut the corner of a cell
        value = np.where(x * (1 + 1e-12) >= least, value, 0.0)
        most = np.maximum(most, value.max(axis=-1))
    most *= _MARGIN
    keep = most > 0
    i, k = np.nonzero(keep)
    return (E[0][i], E[1][i], phi[0][i], phi[1][i], edges[k], np.full(i.size, step), most[keep],
            most[keep] * widths[i] * step * kind.many)


def _energies(kind: Kind, M_N: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends of the cells in E, the flux there (2, n), and widths; a line is a cell without."""
    source = next(iter(kind.source.components.values()))
    low = max(kind.window[0], float(threshold(M_N, kind.scatterer.mass)))
    high = kind.window[1]
    ends, phi, widths = [np.empty((2, 0))], [np.empty((2, 0))], [np.empty(0)]
    if source.E.size and low < high:
        first, last = max(low, source.E[0]), min(high, source.E[-1])
        if first < last:
            inner = source.E[(first < source.E) & (last > source.E)]
            coarse = np.concatenate([[first], inner, [last]])
            E = np.concatenate([
                *(np.geomspace(a, b, int(np.ceil(np.log(b / a) / np.log(_RATIO))) + 1)[:-1]
                  for a, b in pairwise(coarse)), [last]])
            y = np.interp(E, source.E, source.phi[0])
            ends.append(np.stack([E[:-1], E[1:]]))
            phi.append(np.stack([y[:-1], y[1:]]))
            widths.append(np.diff(E))
    for e, y in zip(source.lines_E, source.lines_phi[0], strict=True):
        if kind.window[0] <= e <= high and low <= e and y > 0:
            ends.append(np.full((2, 1), e))
            phi.append(np.full((2, 1), y))
            widths.append(np.ones(1))
    return np.hstack(ends), np.hstack(phi), np.concatenate(widths)
