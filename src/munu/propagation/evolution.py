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
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from logging import WARNING
from pathlib import Path
from typing import Any

import numpy as np

from munu._arrays import finite
from munu._log import log
from munu.errors import DomainError, NotConverged, NotInstalled
from munu.propagation.hamiltonian import Hamiltonian
from munu.units import km, to_float

NODES = 16
TOLERANCES = (1e-7, 1e-2)
# what a closer refit moves is wanted to one digit
REFIT_TOL = 1e-3
# widths of a panel in ln r
_LEAST, _MOST = 1e-9, 0.5
# a table of the functions of r: Chebyshev series on segments of ln r
_DEGREE, _PRECISION, _NARROW, _SEGMENTS = 16, 1e-13, 1e-8, 1000000
# what remains of a smooth function on the least segment is round-off
_JUMP = 1e-4
# |H| r beyond which a phase is round-off
_PHASE = 1e12
_ANEW = "at each start: no folder for it can be written; name one in NUMBA_CACHE_DIR"
# of a function's greatest value: less need not be resolved
_NOTHING = 1e-30
# places even in ln r, and as many even in r, at which a series is held against its function, how
# many at once, and how well it must do there
_PLACES, _AT_ONCE, _AGREES = 65536, 16384, 1e-9
_ROUND_OFF = 1e-9
# energies that begin with each other's panels, panels that are kept for it
_PART, _KEPT = 12, 4096
# how often an energy is begun anew for a smaller error, and the least that a panel may err by
_PASSES, _SHARE = 6, 1e-9
# stretches of a medium beyond which an energy begins with a smaller share
_FIRST = 30
# as many nodes see a structure of this relative size: no panel is wider than where they do
_SEEN = 1e-8
# the same where a closer refit is evolved, for the one digit that is wanted
_SEEN_CLOSER = 1e-4
# what is left unseen may be larger where it turns no phase: up to this [rad], by so many times
_UNSEEN, _LARGER = 1e-5, 100.0


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
    error : array (n_E,), bound of the error of a probability, with the spread [1]
    spread : array (n_E,), by how much a closer refit of the medium's table moves a probability;
        0 where nothing is refit [1]
    radii : (n_r,) on the path where it was looked at, in the order in which it is gone [length]
    at_radii : complex (n_E, n_r, n, n), the amplitudes there
    error_at_radii : array (n_E, n_r) [1]
    steps : array (n_E,), panels kept
    tried : array (n_E,), panels tried
    states : names
    """

    E_nu: np.ndarray
    r: tuple[float, float]
    amplitudes: np.ndarray
    final_basis: np.ndarray
    error: np.ndarray
    spread: np.ndarray
    steps: np.ndarray
    tried: np.ndarray
    states: tuple[str, ...]
    radii: np.ndarray
    at_radii: np.ndarray
    error_at_radii: np.ndarray

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
    """Nodes in [0, 1], spectral derivative, Chebyshev transform, quadrature weights, and integrals
    from 0 up to each node."""
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
    into = np.polynomial.chebyshev
    integral = 0.5 * into.chebval(y, into.chebint(T, lbnd=-1)).T
    return 0.5 * (1 + y), D, T, whole @ T, integral


def table(functions, x0: float, x1: float, breaks=(), precision: float = _PRECISION,
          phase: float = 0.0, looked: tuple[np.ndarray, np.ndarray] | None = None
          ) -> tuple[np.ndarray, np.ndarray]:
    """Functions of r as Chebyshev series on segments of x = ln(r/km): edges, (n_seg, n_f, 16).

    Values come out in 1/km.  Segments end at ``breaks``.  What is narrower than the path over
    65536, in ln r and in r, may go unseen where no break is near.  ``precision`` is relative; what
    turns less than ``phase`` on its segment may be a hundred times larger.  ``looked`` is what
    :func:`_looked` gives, where it is there already.
    """
    n = _DEGREE
    u = np.cos(np.pi * (np.arange(n) + 0.5) / n)
    T = np.cos(np.outer(np.arange(n), np.arccos(u))) * 2 / n
    T[0] /= 2
    cuts = np.array([x0, *(b for b in breaks if x0 < b < x1), x1])
    a, b, before = cuts[:-1], cuts[1:], np.ones(cuts.size - 1)
    starts, rows = [], []
    places, there = looked or _looked(functions, x0, x1)
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
        turned = size * ((b - a) * np.exp(b))[:, None]
        larger = np.clip(phase / np.maximum(precision * turned, 1e-300), 1.0, _LARGER)
        left = (np.abs(c[:, :, -2:]).max(axis=2) / (size * larger)).max(axis=1)
        # below what it was worked out with a function cannot be resolved any better
        small = (left <= precision) | ((left < _ROUND_OFF) & (left > 0.1 * before))
        for k in np.flatnonzero(small):
            held = slice(*np.searchsorted(places, (a[k], b[k])))
            small[k] = _agrees(c[k], a[k], b[k], places[held], there[:, held],
                               max(1e3 * precision, _AGREES) * size[k])
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
        if sum(x.size for x in starts) + a.size > _SEGMENTS:
            raise NotConverged(f"a profile function needs more than {_SEGMENTS} segments; it is "
                               "too rough, smooth it or name its discontinuities")
    begin = np.concatenate(starts)
    order = np.argsort(begin)
    return np.append(begin[order], x1), np.concatenate(rows)[order]


def _looked(functions, x0: float, x1: float) -> tuple[np.ndarray, np.ndarray]:
    """Places even in ln r and in r, rising, and the functions there (n_f, n): at these a series is
    held against its function."""
    part = (np.arange(_PLACES) + 0.5) / _PLACES
    low, high = np.exp(x0), np.exp(x1)
    places = np.concatenate([x0 + (x1 - x0) * part, np.log(low + (high - low) * part)])
    there = np.concatenate([_values(functions, np.exp(x) * km)
                            for x in np.split(places, range(_AT_ONCE, places.size, _AT_ONCE))],
                           axis=1)
    if not np.all(np.isfinite(there)):
        i = int(np.argmin(np.isfinite(there).all(axis=0)))
        raise DomainError("the medium or its field is not finite at "
                          f"{np.exp(places[i]):.6g} km")
    rise = np.argsort(places)
    return places[rise], there[:, rise]


def _values(functions, r) -> np.ndarray:
    """The functions at radii: (n_f, n_r)."""
    return np.array([np.broadcast_to(np.asarray(f(r), dtype=float) * km, r.shape)
                     for f in functions])


def _agrees(c, a: float, b: float, x, values, within) -> bool:
    """Whether series (n_f, 16) on a segment are what the functions are at places in it."""
    if x.size == 0:
        return True
    u = np.clip((2 * x - a - b) / (b - a), -1, 1)
    series = c @ np.cos(np.arange(_DEGREE)[:, None] * np.arccos(u))
    return bool(np.all(np.abs(series - values).max(axis=1) <= within))


def evolve(hamiltonian: Hamiltonian, r, E_nu, *, tol: float = 1e-5, radii=(),
           workers: int | None = None, spread: bool = True) -> Evolution:
    r"""Evolve every state from one radius to another.

    .. math:: i\,\frac{\mathrm d\psi}{\mathrm dr} = H(r, E)\,\psi

    Parameters
    ----------
    hamiltonian : Hamiltonian
    r : (from, to), either may be the larger [length]
    E_nu : float or array (n_E,) [energy]
    tol : wanted error of a probability, 1e-7 to 1e-2
    radii : (n_r,) on the path, in the order in which it is gone, where amplitudes are wanted
        too [length]
    workers : threads over energies, default one a core
    spread : bool, whether what the refit of a table leaves open is worked out too (the closer
        refit is evolved, at 1e-3 or tol if that is larger) and added to the error

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
    made = _evolved(hamiltonian, ends, E, tol, radii, workers, _SEEN)
    if not spread or hamiltonian.refit is None:
        return made
    other = closer(hamiltonian, ends, E, tol=tol, radii=made.radii, workers=workers)
    apart = np.maximum(*(np.abs(getattr(made, k) - getattr(other, k)).max(axis=(1, 2))
                         for k in ("probabilities", "mass_probabilities")))
    apart_at = np.abs(np.abs(made.at_radii) ** 2
                      - np.abs(other.at_radii) ** 2).max(axis=(2, 3), initial=0.0)
    return replace(made, spread=apart, error=np.minimum(made.error + apart, 1.0),
                   error_at_radii=np.minimum(made.error_at_radii + apart_at, 1.0))


def closer(hamiltonian: Hamiltonian, r, E_nu, *, tol: float, radii=(),
           workers: int | None = None) -> Evolution:
    """The same in the closer refit of the medium's table, to the one digit that is wanted."""
    with warnings.catch_warnings():
        # it is rougher, and not asked to be any better
        warnings.simplefilter("ignore", RuntimeWarning)
        return _evolved(hamiltonian.refit, np.asarray(r), np.asarray(E_nu), max(tol, REFIT_TOL),
                        radii, workers, _SEEN_CLOSER)


def _evolved(hamiltonian, ends, E, tol, radii, workers, seen) -> Evolution:
    """One evolution of each energy; structures of the relative size ``seen`` are seen."""
    low, high = sorted(ends)
    x0, x1 = np.log(low / km), np.log(high / km)
    breaks = np.array(sorted(np.log(b / km) for b in hamiltonian.breaks if low < b < high))
    places = _places(radii, ends)
    psi, errors, kept, tried, warned = _run(hamiltonian, E, x0, x1, breaks, np.log(places / km),
                                            tol, workers, seen)
    if warned.any():
        warnings.warn(f"{int(warned.sum())} panels reached the least width at energies of "
                      f"{int(np.count_nonzero(warned))} of {E.size}: the medium is too rough there "
                      "for tol; name its discontinuities", RuntimeWarning, stacklevel=3)
    psi, error, at, at_error = psi[:, -1], errors[:, -1], psi[:, :-1], errors[:, :-1]
    if np.any(error > tol):
        worst = int(np.argmax(error))
        warnings.warn(f"the estimated error {error[worst]:.1e} is above tol = {tol:g} at energy "
                      f"{worst + 1} of {E.size}; a smaller tol makes it smaller", RuntimeWarning,
                      stacklevel=3)
    if ends[0] > ends[1]:
        # from outside to r: out to r from inside, after the whole way back
        psi = np.swapaxes(psi.conj(), 1, 2)
        at, at_error = (at @ psi[:, None])[:, ::-1], (error[:, None] - at_error)[:, ::-1]
        places = places[::-1]
    return Evolution(E_nu=E, r=(float(ends[0]), float(ends[1])), amplitudes=psi,
                     final_basis=mass_basis(hamiltonian, ends[1], E), error=error,
                     spread=np.zeros(E.size), steps=kept, tried=tried, states=hamiltonian.states,
                     radii=places, at_radii=at, error_at_radii=at_error)


def _places(radii, ends) -> np.ndarray:
    """Radii on the path, rising."""
    if len(radii) == 0:
        return np.zeros(0)
    at = finite("the radii that are looked at",
                [to_float(x, "km") if isinstance(x, str) else x for x in radii])
    rising = at if ends[0] < ends[1] else at[::-1]
    low, high = sorted(ends)
    if rising.ndim != 1 or np.any(np.diff(rising) <= 0) or (
            rising.size and not low * (1 - 1e-12) <= rising[0] <= rising[-1] <= high
            * (1 + 1e-12)):
        raise DomainError(f"the radii must lie on the path from {ends[0] / km:g} to "
                          f"{ends[1] / km:g} km, each once, in the order in which it is gone")
    return np.clip(rising, low, high)


def _check_phase(hamiltonian: Hamiltonian, low: float, high: float, E: float) -> None:
    """Values far beyond any star are refused before the evolver loses itself in them."""
    largest = max(float(np.abs(hamiltonian(float(x), E)).max() * x)
                  for x in np.geomspace(low, high, 9))
    if not largest < _PHASE:
        raise DomainError(f"phases of about {largest:.1e} rad cannot be followed (at most "
                          f"{_PHASE:g}): an energy is too small, or a moment, the field (an "
                          "energy, munu.media.fields.strength of gauss), the twist or the density "
                          "too large")


def _tables(hamiltonian: Hamiltonian, x0: float, x1: float, seen: float
            ) -> tuple[np.ndarray, ...]:
    """The functions of a Hamiltonian, to round-off and as far as 16 nodes must see them."""
    asked = (tuple(f for f, _ in hamiltonian.terms), x0, x1, hamiltonian.breaks, seen,
             _UNSEEN / max([1.0, *(float(np.abs(c).max()) for _, c in hamiltonian.terms)]))
    try:
        return _made(*asked)
    except TypeError:
        # a function that cannot be a key
        return _made.__wrapped__(*asked)


@lru_cache(maxsize=8)
def _made(functions, x0: float, x1: float, radii, seen: float, unseen: float
          ) -> tuple[np.ndarray, ...]:
    breaks = sorted(np.log(b / km) for b in radii)
    looked = _looked(functions, x0, x1)
    return (*table(functions, x0, x1, breaks, looked=looked),
            table(functions, x0, x1, breaks, seen, unseen, looked)[0])


def _run(hamiltonian, E, x0, x1, breaks, looks, tol, workers, seen):
    """(n_E, 1 + n_looks, n, n) and bounds of the error, the last at x1; panels kept, tried and at
    the least width."""
    kernel = _loaded()
    edges, rows, coarse = _tables(hamiltonian, x0, x1, seen)
    dtype = float if hamiltonian.real else complex

    def as_numbers(matrix):
        m = np.asarray(matrix, dtype=complex)
        return np.ascontiguousarray(m.real if dtype is float else m)

    K = np.array([as_numbers(c) for _, c in hamiltonian.terms])
    stops = np.unique(np.concatenate([breaks, looks]))
    nodes, D, T, weights, integral = _grids()
    problem = (K, edges, rows, coarse[:-1], np.diff(coarse), x0, x1, stops, np.isin(stops, looks))
    grids = (D.T.copy(), T, weights, integral.T.copy(), nodes, _LEAST, _MOST)

    def one(energy, hint, share):
        H0 = as_numbers((np.asarray(hamiltonian.constant)
                         + np.asarray(hamiltonian.per_energy) / energy) * km)
        return _within(kernel.evolve, (H0, *problem), grids, tol, hint, share)

    none = np.zeros((0, 3))
    # many panels err as many times
    first = min(1.0, _FIRST / coarse.size)
    _say_compiling(kernel.evolve, (as_numbers(hamiltonian.constant), *problem, tol, *grids, none,
                                   none))

    def some(energies):
        """Neighbours in turn: each begins with the panels of the one before."""
        hint, share, made = none, first, []
        for energy in energies:
            found, hint, share = one(energy, hint, share)
            made.append(found)
        return made

    # in parts that do not depend on how many work at them
    order = np.argsort(E, kind="stable")
    parts = [E[order[i:i + _PART]] for i in range(0, E.size, _PART)]
    count = min(workers or os.cpu_count() or 1, len(parts))
    if count > 1:
        from concurrent.futures import ThreadPoolExecutor

        # compiled by one
        one(E[0], none, first)
        with ThreadPoolExecutor(count) as pool:
            made = [x for part in pool.map(some, parts) for x in part]
    else:
        made = [x for part in parts for x in some(part)]
    back = np.argsort(order, kind="stable")
    psi, *numbers, reached = (np.array(x)[back] for x in zip(*made, strict=True))
    if np.any(reached < x1):
        worst = int(np.argmin(reached))
        raise NotConverged(f"the evolution came to {np.exp(reached[worst]):.6g} of "
                           f"{np.exp(x1):.6g} km at energy {worst + 1} of {E.size}: the medium is "
                           "too rough there; smooth it, name its discontinuities or raise tol")
    if not np.all(np.isfinite(psi)):
        raise NotConverged("the evolution gave a value that is not finite; check the medium")
    return psi, *numbers


def _within(evolve, problem, grids, tol, hint, share):
    """One energy: what panels may err by is a share of tol, so that their sum stays below it.

    Also gives the panels and the share with which a neighbour may begin.
    """
    best: Any = None
    tried = 0
    for _ in range(_PASSES + 1):
        panels = np.zeros((_KEPT, 3))
        made = evolve(*problem, share * tol, *grids, hint, panels)
        tried += made[3]
        if best is None and made[4] and (share < 1 or len(hint)):
            # the neighbour's panels or share do not do here
            hint, share = hint[:0], 1.0
            continue
        if best is not None and (made[4] > best[4] or made[5] < best[5]):
            # a smaller share ran into round-off
            break
        error = made[1][-1]
        if best is None or error < best[1][-1]:
            best = made
            hint = panels[:made[2]] if made[2] <= _KEPT else np.zeros((0, 3))
        if error <= tol or made[5] < problem[7] or share * tol <= _SHARE:
            break
        share = max(share * min(0.6 * tol / error, 0.5), _SHARE / tol)
    psi, errors, kept, _, warned, reached = best
    share = min(1.0, share * min(2.0, 0.6 * tol / max(errors[-1], 1e-300)))
    return (psi, np.minimum(errors, 1.0), kept, tried, warned, reached), hint, share


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


def _say_compiling(evolve, arguments) -> None:
    """One line where the code for such numbers, real or complex, is in no cache."""
    from numba import typeof

    kind = tuple(typeof(x) for x in arguments)
    if kind in evolve.signatures or not log.isEnabledFor(WARNING):
        return
    try:
        known = evolve._cache._cache_file._load_index()
    except (AttributeError, OSError, ValueError):
        # no cache, or one that numba keeps elsewhere
        known = {}
    if not any(key[0] == kind for key in known):
        _announce(getattr(evolve._cache, "cache_path", None))


def _announce(folder: str | None) -> None:
    """Say on stderr that the kernel is compiled, and how often that will be."""
    often = _ANEW if folder is None else "once on this machine"
    print(f"munu: compiling the evolver (about half a minute), {often}", file=sys.stderr,
          flush=True)


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
