"""A run of the evolver: a :class:`~munu.propagation.setting.Setting` in, a
:class:`~munu.propagation.passage.Passage` out."""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Callable
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
             "crossings" if setting.fast else f"tol {setting.tol:g}")
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
    P = resonances.crossings(profile, setting.oscillation, setting.energies, moments=setting.block,
                             r=path)
    return {"probabilities": P[:, setting.states.index(setting.initial)]}


def _evolved(setting: Setting, progress) -> dict[str, Any]:
    """Probabilities, errors and steps; in parts of the energies where somebody looks."""
    E, H, row = setting.energies, setting.hamiltonian, setting.states.index(setting.initial)
    size = E.size if progress is None else max(8, -(-E.size // _PARTS))
    made: list[dict[str, np.ndarray]] = []
    for first in range(0, E.size, size):
        part = E[first:first + size]
        whole = _evolve(H, setting.path, part, setting.tol)
        end = whole.mass_probabilities if setting.final == "mass" else whole.probabilities
        made.append({"probabilities": end[:, row], "error": whole.error, "steps": whole.steps}
                    | _between(setting, H, part, row))
        if progress is not None:
            progress(min(first + size, E.size) / E.size)
    return {k: np.concatenate([x[k] for x in made]) for k in made[0]}


def _between(setting: Setting, H: Hamiltonian, E, row: int) -> dict[str, np.ndarray]:
    """Probabilities (n_E, n_r, 6) and their errors (n_E, n_r) at radii on the path."""
    if setting.radii is None:
        return {}
    amplitudes, error = np.eye(len(setting.states), dtype=complex), np.zeros(E.size)
    found, errors = [], []
    for piece in itertools.pairwise([setting.path[0], *setting.radii]):
        if piece[0] != piece[1]:
            step = _evolve(H, piece, E, setting.tol)
            # pieces err with phases of their own, as panels do
            amplitudes, error = step.amplitudes @ amplitudes, np.hypot(error, step.error)
        at = np.broadcast_to(amplitudes, (E.size, *amplitudes.shape[-2:]))
        if setting.final == "mass":
            at = np.swapaxes(evolution.mass_basis(H, piece[1], E).conj(), 1, 2) @ at
        found.append(np.abs(at[:, :, row]) ** 2)
        errors.append(error)
    return {"at_radii": np.stack(found, axis=1), "error_at_radii": np.stack(errors, axis=1)}


def _evolve(H: Hamiltonian, path, E, tol: float) -> evolution.Evolution:
    try:
        return evolution.evolve(H, path, E, tol=tol)
    except ArithmeticError as err:
        raise NotConverged(f"the evolution failed ({err}); an energy, a moment, a field or a "
                           "twist is beyond what numbers can hold") from None


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
