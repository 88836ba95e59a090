r"""Timing of the neutrinos at the Spallation Neutron Source, from COHERENT's own release.

The released shape of the neutrons that neutrinos make in the shield follows the delayed
neutrinos, pulse and muon decay.  The prompt pulse is that shape with the muon taken out,
:math:`p = n + \tau_\mu\,\dot n`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu.constants import tau_mu
from munu.units import us

# after this the derivative of the shape holds nothing but its noise [microseconds]
_PULSE_END = 1.3


@cache
def shapes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges of the cells [microseconds], shares of the prompt and of the delayed neutrinos."""
    table = _data.load("observations/coherent_csi2021_neutron_time")
    t, shape = table["t"] / us, table["nin"]
    step = t[1] - t[0]
    cell = np.append(t - step / 2, t[-1] + step / 2)
    delayed = shape * step
    prompt = delayed + tau_mu / us * np.diff(np.interp(cell, t, shape))
    prompt = np.where(t < _PULSE_END, np.maximum(prompt, 0.0), 0.0)
    return cell, prompt / prompt.sum(), delayed / prompt.sum()


def shared(share: np.ndarray, cell: np.ndarray, edges: Numbers,
           efficiency: Callable[[Numbers], Numbers] | None = None) -> np.ndarray:
    """Shares in cells of time, weighted with an efficiency of time, in other intervals."""
    if efficiency is not None:
        share = share * efficiency(0.5 * (cell[1:] + cell[:-1]))
    return np.diff(np.interp(edges, cell, np.append(0.0, np.cumsum(share))))


def timing(edges: Numbers, efficiency: Callable[[Numbers], Numbers] | None = None, *,
           offset: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Shares of prompt and of delayed neutrinos in intervals of time [microseconds].

    ``offset`` is the time at which the other detector's clock shows 0.

    >>> prompt, delayed = timing([0.0, 1.0, 6.0])
    >>> prompt.round(2), delayed.round(2)
    (array([0.99, 0.01]), array([0.2 , 0.71]))
    """
    cell, prompt, delayed = shapes()
    at = np.asarray(edges, dtype=float) + offset
    return shared(prompt, cell, at, efficiency), shared(delayed, cell, at, efficiency)
