"""A run of the evolver: a :class:`~munu.propagation.setting.Setting` in, a
:class:`~munu.propagation.passage.Passage` out."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from munu._log import log
from munu.errors import NotConverged
from munu.propagation import evolution, resonances
from munu.propagation.hamiltonian import Hamiltonian
from munu.propagation.passage import Passage
from munu.propagation.setting import Setting
from munu.references import papers
from munu.units import km

__all__ = ["Passage", "Setting", "run"]

# energies of one run whose resonances are all sought; parts that a long one is shown in
_FEW, _PARTS = 3, 20
# energies of a bin: of three times as many each of the last is one
_NODES = (9, 27, 81, 243)


def run(setting: Setting, *, progress: Callable[[float], None] | None = None) -> Passage:
    """Probabilities from one state along energies, and along radii where they are asked.

    Parameters
    ----------
    setting : Setting
    progress : called with the part that is done, or None

    Returns
    -------
    Passage; warnings are kept in it, not raised

    Raises
    ------
    DomainError, NotConverged

    Holds : forward scattering; no collective effects, no absorption.
    Source : LimMarciano1988, Akhmedov1988
    """
    made: dict[str, Any] = {}
    log.info("%s through %s: energies %d, radii %d, %s", setting.initial, setting.medium.name,
             setting.energies.size, 0 if setting.radii is None else len(setting.radii),
             "crossings" if setting.fast else f"tol {setting.tolerance:g}")
    begun = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made |= _chain(setting) if setting.fast else _evolved(setting, progress)
        made |= _crossings(setting)
    log.info("passed in %.3f s, resonances %d", time.perf_counter() - begun,
             len(made["resonances"]))
    said = [" ".join(str(w.message).split()) for w in caught
            if issubclass(w.category, RuntimeWarning | UserWarning)]
    used = [resonances.crossings if setting.fast else evolution.evolve, resonances.find]
    keys = dict.fromkeys([*setting.hamiltonian.papers, *papers(used)])
    return Passage(setting=setting, warnings=tuple(dict.fromkeys(said)), papers=tuple(keys), **made)


def _chain(setting: Setting) -> dict[str, Any]:
    profile, path = setting.profile, setting.path
    if path[1] < profile.r_max * (1 - 1e-12):
        warnings.warn("the chain of crossings gives the mass states far outside, as if nothing "
                      f"were passed beyond {path[1] / km:.6g} km, where the path ends inside the "
                      "medium", RuntimeWarning, stacklevel=2)
    if str(setting.initial).split("_")[1] in ("mu", "tau"):
        warnings.warn(f"the chain of crossings adds probabilities, and {setting.initial} is born a "
                      "mixture of two levels that interfere: off by up to 0.1 where both convert",
                      RuntimeWarning, stacklevel=2)
    P = resonances.crossings(profile, setting.oscillation, setting.energies, moments=setting.block,
                             r=path)
    return {"probabilities": P[:, setting.states.index(setting.initial)]}


@dataclass(frozen=True)
class _Row:
    """From one state, at radii on the way and last at the end: (n_E, n_r + 1, 6), error, panels;
    and by how much the closer refit of a table moves it."""

    P: np.ndarray
    error: np.ndarray
    spread: np.ndarray
    steps: np.ndarray


def _evolved(setting: Setting, progress) -> dict[str, Any]:
    """Probabilities, errors and steps; in parts of the energies where somebody looks."""
    E = setting.energies
    size = E.size if progress is None else max(12, -(-E.size // _PARTS))
    rows = []
    for first in range(0, E.size, size):
        part = E[first:first + size]
        rows.append(_row(setting, part) if setting.bin is None else _averaged(setting, part))
        if progress is not None:
            progress(min(first + size, E.size) / E.size)
    P, error, spread, steps = (np.concatenate([getattr(x, k) for x in rows])
                               for k in ("P", "error", "spread", "steps"))
    if spread[:, -1].max() > max(setting.tolerance, evolution.REFIT_TOL):
        warnings.warn(f"two refits of the table of {setting.medium.name} differ by up to "
                      f"{spread[:, -1].max():.1e} in a probability, which is in its error; "
                      + ("an average over a bin of energy differs by less" if setting.bin is None
                         else "the table does not say more"), RuntimeWarning, stacklevel=2)
    error = np.minimum(error + spread, 1.0)
    made = {"probabilities": P[:, -1], "error": error[:, -1], "spread": spread[:, -1],
            "steps": steps}
    return made if setting.radii is None else made | {
        "at_radii": P[:, :-1], "error_at_radii": error[:, :-1]}


def _row(setting: Setting, E) -> _Row:
    """Each energy by itself."""
    H = setting.hamiltonian
    P, error, steps = _once(setting, H, E, setting.tolerance)
    if H.refit is None:
        return _Row(P, error, np.zeros(error.shape), steps)
    closer = _closer(setting, H, E)
    return _Row(P, error, np.abs(P - closer).max(axis=2), steps)


def _averaged(setting: Setting, E) -> _Row:
    """Averages over a bin around each energy, by three times as many energies until they agree."""
    H, tol = setting.hamiltonian, max(setting.tolerance, evolution.REFIT_TOL)
    n_r = 1 if setting.radii is None else len(setting.radii) + 1
    P, error, steps = np.zeros((E.size, n_r, 6)), np.ones((E.size, n_r)), np.zeros(E.size, int)
    spread, left, before = np.zeros((E.size, n_r)), np.arange(E.size), None
    for count in _NODES:
        part = (np.arange(count) + 0.5) / count - 0.5
        nodes = (E[left, None] + setting.bin * part).ravel()
        found, off, panels = _once(setting, H, nodes, setting.tolerance)
        P[left], steps[left] = _mean(found, count), _mean(panels, count).astype(int)
        if H.refit is not None:
            closer = _mean(_closer(setting, H, nodes), count)
            spread[left] = np.abs(P[left] - closer).max(axis=2)
        if before is not None:
            change = np.abs(P[left] - before).max(axis=2)
            error[left] = np.minimum(_mean(off, count) + change, 1.0)
            going = change.max(axis=1) > tol
            left, before = left[going], P[left][going]
        else:
            before = P.copy()
        if left.size == 0:
            break
    return _Row(P, error, spread, steps)


def _mean(made: np.ndarray, count: int) -> np.ndarray:
    """Over so many energies each."""
    return made.reshape(-1, count, *made.shape[1:]).mean(axis=1)


def _closer(setting: Setting, H: Hamiltonian, E) -> np.ndarray:
    """The same in the closer refit, to the one digit that is wanted."""
    return _once(setting, H, E, setting.tolerance, closer=True)[0]


def _once(setting: Setting, H: Hamiltonian, E, tol: float, closer: bool = False):
    """(n_E, n_r + 1, 6), errors and panels of one evolution of each energy, spreads apart."""
    radii = () if setting.radii is None else setting.radii
    row = setting.states.index(setting.initial)
    try:
        made = evolution.closer(H, setting.path, E, tol=tol, radii=radii) if closer else \
            evolution.evolve(H, setting.path, E, tol=tol, radii=radii, spread=False)
    except ArithmeticError as err:
        raise NotConverged(f"the evolution failed ({err}); an energy, a moment, a field or a "
                           "twist is beyond what numbers can hold") from None
    at = np.concatenate([made.at_radii, made.amplitudes[:, None]], axis=1)
    if setting.final == "mass":
        medium = H.refit if closer and H.refit is not None else H
        bases = np.stack([*(evolution.mass_basis(medium, r, E) for r in radii), made.final_basis],
                         axis=1)
        at = np.swapaxes(bases.conj(), -1, -2) @ at
    return (np.abs(at[..., row]) ** 2,
            np.concatenate([made.error_at_radii, made.error[:, None]], axis=1), made.steps)


def _crossings(setting: Setting) -> dict[str, Any]:
    """Resonances, and crossings of three flavors' levels: at all energies where they are few, else
    at the least, the middle and the greatest."""
    at = np.unique(setting.energies)
    if at.size > _FEW:
        at = at[[0, at.size // 2, -1]]
    found, met, mixing = [], [], setting.oscillation
    asked = {"moments": setting.block, "r": setting.path}
    for E in at:
        found += resonances.find(setting.profile, mixing, float(E), nature=setting.nature, **asked)
        if setting.nature == "majorana":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                met += resonances.find(setting.profile, mixing, float(E),
                                       three_flavors=True, **asked)
    return {"resonances": tuple(found), "level_crossings": tuple(met), "resonance_energies": at}
