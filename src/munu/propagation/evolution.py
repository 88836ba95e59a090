r"""The evolver: all states, all energies, one tolerance.

Panel super-adiabatic transport: where the Hamiltonian changes slowly against its gaps the
solution is a change of basis times phases, whatever their size; only pairs that are not adiabatic
are integrated, as small blocks.  The amplitude matrix is unitary to round-off at any tolerance.

The first call ever compiles (about half a minute, said on stderr); later ones, in any process and
for any profile, take the compiled code from its cache.
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from logging import WARNING
from pathlib import Path

import numpy as np

from munu._arrays import finite
from munu._log import log
from munu.errors import DomainError, NotConverged, NotInstalled
from munu.propagation.hamiltonian import Hamiltonian
from munu.units import km, to_float

NODES = 16
TOLERANCES = (1e-7, 1e-2)
# widths of a panel in ln r
_LEAST, _MOST = 1e-9, 0.5
# a table of the functions of r: Chebyshev series on segments of ln r
_DEGREE, _PRECISION, _NARROW = 16, 1e-13, 1e-8
# what remains of a smooth function on the least segment is round-off
_JUMP = 1e-4
# |H| r beyond which a phase is round-off
_PHASE = 1e12
_ANEW = "at each start: no folder for it can be written; name one in NUMBA_CACHE_DIR"
# of a function's greatest value: less need not be resolved
_NOTHING = 1e-30
# places even in ln r at which a series is held against its function, and how well it must do there
_PLACES, _AGREES = 4096, 1e-9
_ROUND_OFF = 1e-9
# as many nodes see a structure of this relative size: no panel is wider than where they do
_SEEN = 1e-4


@dataclass(frozen=True, eq=False, kw_only=True)
class Evolution:
    """What came out.

    Attributes
    ----------
    E_nu : array (n_E,) [energy]
    r : (from, to) [length]
    amplitudes : complex (n_E, n, n), [energy, final state, initial state], states of the
        Hamiltonian (flavors)
    final_basis : complex (n_E, n, n), columns are the mass states at the end: eigenstates of the
        Hamiltonian with the field off, neutrinos first
    error : array (n_E,), estimated error of a probability
    steps : array (n_E,), panels kept
    tried : array (n_E,), panels tried
    states : names
    """

    E_nu: np.ndarray
    r: tuple[float, float]
    amplitudes: np.ndarray
    final_basis: np.ndarray
    error: np.ndarray
    steps: np.ndarray
    tried: np.ndarray
    states: tuple[str, ...]

    @property
    def probabilities(self) -> np.ndarray:
        """P(initial -> final) between the states of the Hamiltonian: (n_E, initial, final)."""
        return np.swapaxes(np.abs(self.amplitudes) ** 2, 1, 2)

    @property
    def mass_probabilities(self) -> np.ndarray:
        """P(initial state -> mass state at the end): (n_E, initial, 6), nu_1 ... nubar_3."""
        a = np.swapaxes(self.final_basis.conj(), 1, 2) @ self.amplitudes
        return np.swapaxes(np.abs(a) ** 2, 1, 2)


@cache
def _grids() -> tuple[np.ndarray, ...]:
    """Nodes in [0, 1], spectral derivative, Chebyshev transform and quadrature weights."""
    M = NODES
    m = np.arange(M)
    y = -np.cos(np.pi * m / (M - 1))
    c = np.where((m == 0) | (m == M - 1), 2.0, 1.0) * (-1.0) ** m
    difference = y[:, None] - y
    D = np.outer(c, 1 / c) / (difference + np.eye(M))
    D -= np.diag(D.sum(axis=1))
    ends = np.where((m == 0) | (m == M - 1), 0.5, 1.0)
    T = np.cos(np.outer(m, np.arccos(np.clip(y, -1, 1)))) * ends * 2 / (M - 1) * ends[:, None]
    whole = np.where(m % 2 == 1, 0.0, 2.0 / (1.0 - np.where(m % 2 == 1, 0, m) ** 2))
    return 0.5 * (1 + y), D, T, whole @ T


def table(functions, x0: float, x1: float, breaks=(), precision: float = _PRECISION
          ) -> tuple[np.ndarray, np.ndarray]:
    """Functions of r as Chebyshev series on segments of x = ln(r/km): edges, (n_seg, n_f, 16).

    Values come out in 1/km.  Segments end at ``breaks``.  What is narrower than the range in ln r
    over 4096 may go unseen.
    """
    n = _DEGREE
    u = np.cos(np.pi * (np.arange(n) + 0.5) / n)
    T = np.cos(np.outer(np.arange(n), np.arccos(u))) * 2 / n
    T[0] /= 2
    cuts = np.array([x0, *(b for b in breaks if x0 < b < x1), x1])
    a, b, before = cuts[:-1], cuts[1:], np.ones(cuts.size - 1)
    starts, rows = [], []
    places = x0 + (x1 - x0) * (np.arange(_PLACES) + 0.5) / _PLACES
    there = _values(functions, np.exp(places) * km)
    largest = np.abs(there).max(axis=1)
    # all segments of one generation at once, those that do not suffice are halved
    while a.size:
        r = np.exp(0.5 * (a + b)[:, None] + 0.5 * (b - a)[:, None] * u) * km
        values = np.swapaxes(_values(functions, r.ravel()).reshape(-1, *r.shape), 0, 1)
        bad = ~np.isfinite(values).all(axis=(1, 2))
        if np.any(bad):
            i = int(np.argmax(bad))
            raise DomainError("the medium or its field is not finite between "
                              f"{np.exp(a[i]):.6g} and {np.exp(b[i]):.6g} km")
        c = values @ T.T
        size = np.abs(values).max(axis=2)
        size = np.maximum(size, np.where(largest > 0, _NOTHING * largest, 1.0))
        left = (np.abs(c[:, :, -2:]).max(axis=2) / size).max(axis=1)
        # below what it was worked out with a function cannot be resolved any better
        small = (left <= precision) | ((left < _ROUND_OFF) & (left > 0.1 * before))
        small &= (_apart(c, a, b, places, there)
                  <= max(1e3 * precision, _AGREES) * size).all(axis=1)
        step = b - a < _NARROW
        if np.any(step & (left > _JUMP)):
            i = int(np.argmax(step & (left > _JUMP)))
            raise DomainError(f"the medium or its field has a step at {np.exp(b[i]):.9g} km that "
                              "is not among the breaks of its profile; name it there")
        done = small | step
        starts.append(a[done])
        rows.append(c[done])
        a, b, before = a[~done], b[~done], left[~done]
        middle = 0.5 * (a + b)
        a, b = np.concatenate([a, middle]), np.concatenate([middle, b])
        before = np.concatenate([before, before])
        if sum(x.size for x in starts) + a.size > 200000:
            raise NotConverged("a profile function needs more than 200000 segments; it is too "
                               "rough, smooth it or name its discontinuities")
    begin = np.concatenate(starts)
    order = np.argsort(begin)
    return np.append(begin[order], x1), np.concatenate(rows)[order]


def _values(functions, r) -> np.ndarray:
    """The functions at radii: (n_f, n_r)."""
    return np.array([np.broadcast_to(np.asarray(f(r), dtype=float) * km, r.shape)
                     for f in functions])


def _apart(c, a, b, x, values) -> np.ndarray:
    """How far each series (n_seg, n_f, 16) is from the functions at the places in its segment."""
    order = np.argsort(a)
    place = np.searchsorted(a[order], x, side="right") - 1
    segment = order[np.maximum(place, 0)]
    inside = (place >= 0) & (x < b[segment])
    x, values, segment = x[inside], values[:, inside], segment[inside]
    u = (2 * x - a[segment] - b[segment]) / (b - a)[segment]
    series = np.einsum("xfc,cx->fx", c[segment], np.cos(np.arange(_DEGREE)[:, None]
                                                        * np.arccos(np.clip(u, -1, 1))))
    out = np.zeros(c.shape[:2])
    for f, (got, wanted) in enumerate(zip(series, values, strict=True)):
        np.maximum.at(out[:, f], segment, np.abs(got - wanted))
    return out


def evolve(hamiltonian: Hamiltonian, r, E_nu, *, tol: float = 1e-5,
           workers: int | None = None) -> Evolution:
    r"""Evolve every state from one radius to another.

    .. math:: i\,\frac{\mathrm d\psi}{\mathrm dr} = H(r, E)\,\psi

    Parameters
    ----------
    hamiltonian : Hamiltonian
    r : (from, to), either may be the larger [length]
    E_nu : float or array (n_E,) [energy]
    tol : wanted error of a probability, 1e-7 to 1e-2
    workers : threads over energies, default one a core

    Returns
    -------
    Evolution

    Raises
    ------
    DomainError, NotConverged

    Holds : forward scattering; no collective effects, no absorption.
    Source : LimMarciano1988, Akhmedov1988
    Anchors : profA.NO, profA.IO, msw3.profA.from2e4, six.const
    """
    E = np.atleast_1d(finite("the neutrino energy E_nu",
                             to_float(E_nu, "MeV") if isinstance(E_nu, str) else E_nu))
    if E.size == 0 or E.ndim > 1 or np.any(E <= 0):
        raise DomainError("E_nu must be above 0, one energy or a list that is not empty")
    if workers is not None and workers < 1:
        raise DomainError(f"workers = {workers} must be at least 1")
    if not TOLERANCES[0] <= tol <= TOLERANCES[1]:
        raise DomainError(f"tol = {tol!r} must lie between {TOLERANCES[0]:g} and "
                          f"{TOLERANCES[1]:g}")
    ends = finite("the radii r", [to_float(x, "km") if isinstance(x, str) else x
                                  for x in np.atleast_1d(r)])
    if ends.shape != (2,) or np.any(ends <= 0) or ends[0] == ends[1]:
        raise DomainError("r must be two different radii above 0: from and to")
    low, high = sorted(ends)
    if hamiltonian.range and (low < hamiltonian.range[0] * (1 - 1e-12)
                              or high > hamiltonian.range[1] * (1 + 1e-12)):
        a, b = (x / km for x in hamiltonian.range)
        raise DomainError(f"the medium holds from {a:g} to {b:g} km; {low / km:g} to "
                          f"{high / km:g} km were asked")
    _check_phase(hamiltonian, low, high, float(E.min()))
    x0, x1 = np.log(low / km), np.log(high / km)
    breaks = np.array(sorted(np.log(b / km) for b in hamiltonian.breaks if low < b < high))
    psi, error, kept, tried, warned = _run(hamiltonian, E, x0, x1, breaks, tol, workers)
    if warned.any():
        warnings.warn(f"{int(warned.sum())} panels reached the least width at energies of "
                      f"{int(np.count_nonzero(warned))} of {E.size}: the medium is too rough there "
                      "for tol; name its discontinuities", RuntimeWarning, stacklevel=2)
    if np.any(error > tol):
        worst = int(np.argmax(error))
        warnings.warn(f"the estimated error {error[worst]:.1e} is above tol = {tol:g} at energy "
                      f"{worst + 1} of {E.size}; a smaller tol makes it smaller", RuntimeWarning,
                      stacklevel=2)
    if ends[0] > ends[1]:
        psi = np.swapaxes(psi.conj(), 1, 2)
    basis = mass_basis(hamiltonian, ends[1], E)
    return Evolution(E_nu=E, r=(float(ends[0]), float(ends[1])), amplitudes=psi, final_basis=basis,
                     error=error, steps=kept, tried=tried, states=hamiltonian.states)


def _check_phase(hamiltonian: Hamiltonian, low: float, high: float, E: float) -> None:
    """Values far beyond any star are refused before the evolver loses itself in them."""
    largest = max(float(np.abs(hamiltonian(float(x), E)).max() * x)
                  for x in np.geomspace(low, high, 9))
    if not largest < _PHASE:
        raise DomainError(f"phases of about {largest:.1e} rad cannot be followed (at most "
                          f"{_PHASE:g}): an energy is too small, or a moment, the field (an "
                          "energy, munu.media.fields.strength of gauss), the twist or the density "
                          "too large")


@lru_cache(maxsize=8)
def _tables(hamiltonian: Hamiltonian, x0: float, x1: float) -> tuple[np.ndarray, ...]:
    """The functions of a Hamiltonian, to round-off and as far as 16 nodes must see them."""
    functions = [f for f, _ in hamiltonian.terms]
    breaks = sorted(np.log(b / km) for b in hamiltonian.breaks)
    return (*table(functions, x0, x1, breaks), table(functions, x0, x1, breaks, _SEEN)[0])


def _run(hamiltonian, E, x0, x1, breaks, tol, workers):
    kernel = _kernel()
    nodes, D, T, weights = _grids()
    edges, rows, coarse = _tables(hamiltonian, x0, x1)
    dtype = float if hamiltonian.real else complex

    def as_numbers(matrix):
        m = np.asarray(matrix, dtype=complex)
        return np.ascontiguousarray(m.real if dtype is float else m)

    K = np.array([as_numbers(c) for _, c in hamiltonian.terms])

    def one(energy):
        H0 = as_numbers((np.asarray(hamiltonian.constant)
                         + np.asarray(hamiltonian.per_energy) / energy) * km)
        return kernel.evolve(H0, K, edges, rows, coarse[:-1], np.diff(coarse), x0, x1, breaks,
                             tol, D.T.copy(), T, weights, nodes, _LEAST, _MOST)

    count = workers or min(os.cpu_count() or 1, E.size)
    if count > 1 and E.size > 1:
        from concurrent.futures import ThreadPoolExecutor

        first = one(E[0])
        with ThreadPoolExecutor(count) as pool:
            made = [first, *pool.map(one, E[1:])]
    else:
        made = [one(e) for e in E]
    psi, *numbers, reached = (np.array(x) for x in zip(*made, strict=True))
    if np.any(reached < x1):
        worst = int(np.argmin(reached))
        raise NotConverged(f"the evolution came to {np.exp(reached[worst]):.6g} of "
                           f"{np.exp(x1):.6g} km at energy {worst + 1} of {E.size}: the medium is "
                           "too rough there; smooth it, name its discontinuities or raise tol")
    if not np.all(np.isfinite(psi)):
        raise NotConverged("the evolution gave a value that is not finite; check the medium")
    return psi, *numbers


def kept() -> str:
    """Where the compiled evolver is kept, tried with the least of its functions.

    Raises
    ------
    NotInstalled
    """
    kernel, out = _loaded(), np.zeros(1)
    kernel.functions_at(0.0, np.array([-1.0, 1.0]), np.ones((1, 1, 1)), out)
    folder = kernel.functions_at._cache.cache_path
    if folder is None or not any(Path(folder).glob("_kernel.functions_at-*.nbc")):
        return f"not kept, {_ANEW}"
    done = any(Path(folder).glob("_kernel.evolve-*.nbc"))
    return f"{folder}, {'compiled' if done else 'not compiled yet (about half a minute)'}"


@cache
def _kernel():
    kernel = _loaded()
    if log.isEnabledFor(WARNING) and not any(kernel.evolve.stats.cache_hits.values()):
        _announce(kernel.evolve._cache.cache_path)
    return kernel


@cache
def _loaded():
    from importlib import import_module

    try:
        kernel = import_module("munu.propagation._kernel")
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name) from err
    for function in vars(kernel).values():
        if hasattr(function, "_cache"):
            function._cache.save_overload = _forgiving(function._cache.save_overload)
    return kernel


def _forgiving(save):
    """A full disk costs the next run its half minute, not this one its answer."""
    def tried(*compiled):
        with suppress(OSError):
            save(*compiled)

    return tried


def _announce(folder: str | None) -> None:
    """Say on stderr that the kernel is compiled, unless it lies in numba's cache."""
    if folder is None:
        often = _ANEW
    elif not any(Path(folder).glob("_kernel.evolve-*.nbc")):
        often = "once on this machine"
    else:
        return
    print(f"munu: compiling the evolver (about half a minute), {often}", file=sys.stderr)


def mass_basis(hamiltonian: Hamiltonian, r: float, E_nu) -> np.ndarray:
    """Mass states in matter at r without the field, as columns (..., n, n); vacuum order 1, 2, 3.

    They are found block by block, neutrinos first: states of the two blocks may be degenerate.
    ``E_nu`` is one energy, or an array (...,).
    """
    E = np.asarray(E_nu, dtype=float)[..., None, None]
    n = len(hamiltonian.states)
    out = np.zeros((*E.shape[:-2], n, n), dtype=complex)
    if n != 6:
        out[..., range(n), range(n)] = 1
        return out
    vacuum = np.asarray(hamiltonian.per_energy)
    # medium and constant part once: the energy is in the vacuum term alone
    H = hamiltonian(r, np.inf, field=False) + vacuum / E
    for k in (0, 3):
        block = slice(k, k + 3)
        # 1 is the state of vacuum mass 0, 2 the next above, 3 the far one
        order = _order(np.linalg.eigvalsh(vacuum[block, block]))
        out[..., block, block] = np.linalg.eigh(H[..., block, block])[1][..., order]
    return out


def _order(values) -> list[int]:
    """Which of three rising masses squared are 1, 2, 3: the close pair is 1, 2."""
    normal = values[1] - values[0] <= values[2] - values[1]
    return [0, 1, 2] if normal else [1, 2, 0]
