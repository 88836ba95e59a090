r"""Recoil spectra from cumulative flux moments: no integral per recoil energy.

.. math:: \frac{\mathrm dR}{\mathrm dT} = \sum_{\rm terms}\sum_k c_k(T)\,
          I_k\!\left(E_\nu^{\min}(T)\right)
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from munu.processes.process import Term
from munu.sources.source import Moments, Source


def dR_dT(terms: Iterable[Term], source: Source,
          grid: tuple[np.ndarray, np.ndarray] | None = None) -> np.ndarray:
    """Recoil rate per target particle.

    Parameters
    ----------
    terms : of one process, all on the same T
    source : Source
    grid : nodes T (n,) of a quadrature and the edges of their cells (n + 1,), each as wide as its
        weight [energy]: a cell in which the recoils of a line begin or end then counts with the
        share that they have of it; None takes the rate at T

    Returns
    -------
    array (*T.shape) [1/(time energy)], per target particle

    Source : Brdar2020
    """
    made = []
    for term in terms:
        moments = source.moments(term.matrix)
        made.append(folded(term, moments))
        if grid is not None and moments.at_lines.any():
            made.append(_shared(term, moments, *grid))
    return np.asarray(sum(made))


def folded(term: Term, moments: Moments) -> np.ndarray:
    """One term with the moments of its own trace: sum of c_k(T) I_k(E_min(T))."""
    # written out: a row of masses is then the same to the last bit whatever stands beside it
    c, held = term.coefficients, moments(term.E_min)
    made = c[0] * held[0] + c[1] * held[1] + c[2] * held[2]
    if term.log is not None:
        made = made + term.log * moments.log(term.E_min, term.E_0)
    return made


def _shared(term: Term, moments: Moments, T: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """What the cells in which a line begins or ends hold more than at their nodes."""
    shape = np.shape(term.E_min)
    least = np.atleast_2d(term.E_min)
    c = np.broadcast_to(term.coefficients, (3, *shape)).reshape(3, *least.shape)
    log = None if term.log is None else np.broadcast_to(term.log, shape).reshape(least.shape)
    out = np.zeros(least.shape)
    for i in np.flatnonzero(moments.at_lines):
        E, inside = moments.E[i], least <= moments.E[i]
        step = inside[:, 1:] != inside[:, :-1]
        at = np.nonzero(np.pad(step, ((0, 0), (1, 0))) | np.pad(step, ((0, 0), (0, 1))))
        if not at[0].size:
            continue
        left, right = (_passed(E, at, side, least, T, cells) for side in (-1, 1))
        value = c[0][at] + c[1][at] / E + c[2][at] / E**2
        if log is not None:
            value = value + log[at] * np.log(E / term.E_0)
        out[at] += (left + right - inside[at]) * moments.at_lines[i] * value
    return out.reshape(shape)


def _passed(E: float, at: tuple[np.ndarray, ...], side: int, least: np.ndarray,
            T: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Which part of a cell lies on one side of its node and is reached by an energy E."""
    row, col = at
    edge = cells[col + (side > 0)]
    other = np.clip(col + side, 0, T.size - 1)
    # two nodes may be one to round-off
    alone = T[other] == T[col]
    # between two nodes the least energy is a power of T
    ratio = np.where(alone, 2.0, T[other] / T[col])
    part = np.where(alone, 0.0, np.log(edge / T[col]) / np.log(ratio))
    here = least[row, col]
    there = here * (least[row, other] / here) ** part
    width = np.abs(there - here)
    flat = width < 1e-12 * here
    reached = np.where(flat, here <= E, (E - np.minimum(here, there)) / np.where(flat, 1.0, width))
    # a cell may be narrower than round-off: it weighs nothing
    size = cells[col + 1] - cells[col]
    share = np.abs(edge - T[col]) / np.where(size > 0, size, np.inf)
    return np.clip(reached, 0.0, 1.0) * share
