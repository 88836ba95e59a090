"""N that a star emitted, as energies and numbers, for integrals over its decays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from munu._arrays import Numbers, gauss_panels
from munu.errors import DomainError
from munu.units import MeV

# Gauss nodes a panel, the widest panel in rapidity, and the least rapidity: below it what is
# within 1e-6 of rest
_NODES, _WIDEST, _LEAST = 6, 0.1, 1e-6


def check(E_N: np.ndarray, dN_dE: np.ndarray, M_N: float) -> None:
    """Energies that rise from M_N on, with a number each.

    Raises
    ------
    DomainError
    """
    if len(E_N) < 2 or np.any(np.diff(E_N) <= 0):
        raise DomainError("E_N must be at least two energies that rise")
    if E_N[0] < M_N:
        raise DomainError(f"E_N begins at {E_N[0] / MeV:g} MeV, below the mass M_N = "
                          f"{M_N / MeV:g} MeV")
    if len(dN_dE) != len(E_N):
        raise DomainError(f"dN_dE has {len(dN_dE)} values and E_N {len(E_N)}; they go together")
    if np.any(np.asarray(dN_dE) < 0):
        raise DomainError("dN_dE holds a value below 0: a number of N is at least 0")


def rapidities(lowest: float, E_N: np.ndarray, M_N: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights in the rapidity of N above ``lowest``; dE/p = d eta has no singular end."""
    eta = np.arcsinh(momentum(E_N, M_N) / M_N)
    low = max(lowest, eta[0], _LEAST)
    if low >= eta[-1]:
        return np.empty(0), np.empty(0)
    edges = np.concatenate([[low], eta[eta > low]])
    fine = [np.linspace(a, b, int(np.ceil((b - a) / _WIDEST)), endpoint=False)
            for a, b in pairwise(edges)]
    return gauss_panels(np.concatenate([*fine, edges[-1:]]), _NODES)


def momentum(E_N: np.ndarray, M_N: Numbers) -> np.ndarray:
    """Momentum of N, to all digits near its mass too [energy]."""
    return np.sqrt((E_N - M_N) * (E_N + M_N))
