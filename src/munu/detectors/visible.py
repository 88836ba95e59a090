r"""How much energy a neutrino leaves to the electron or positron that is seen.

On a free proton nearly all but the difference of masses and the recoil; on :sup:`16`O less by the
excitation of what is left behind, in one of four groups of states.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite
from munu.constants import m_n, m_p
from munu.detectors.supernova import CHANNELS
from munu.errors import UnknownName
from munu.units import MeV, to_float

#: channels of which it is known
KNOWN = ("ibd", "ibd_formula", "nu_e_oxygen", "nubar_e_oxygen")


def positron(E_nu: Numbers) -> np.ndarray:
    r"""Energy of the positron of inverse beta decay at a right angle, 0 where there is none.

    .. math:: E_e = \frac{E - (m_n - m_p)}{1 + E/m_p}

    Its directions are nearly even, so that this is about the mean.

    Parameters
    ----------
    E_nu : float or array, at least 0 [energy]
    """
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    return np.maximum(E - (m_n - m_p), 0.0) / (1 + E / m_p)


def above(channel: str, E_nu: Numbers, threshold: float | str) -> np.ndarray:
    """Share of a channel's events whose electron or positron has more than a threshold.

    Parameters
    ----------
    channel : of ``KNOWN``
    E_nu : array (n,), at least 0 [energy]
    threshold : energy that is seen, such as ``50 MeV``, at least 0 [energy]

    Returns
    -------
    array (n,), 0 to 1

    Raises
    ------
    UnknownName, DomainError

    Holds : no resolution; energy of gammas is not counted.
    Source : Nakazato2018, StrumiaVissani2003
    """
    if channel not in KNOWN:
        raise UnknownName("channel with a visible energy", channel, KNOWN)
    E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu, low=0.0))
    cut = float(finite("threshold", to_float(threshold, "MeV"), low=0.0))
    if CHANNELS[channel].target == "proton":
        return (positron(E) > cut).astype(float)
    loss, share = _groups(channel, E)
    return np.where(E - loss > cut, share, 0.0).sum(axis=0)


def breaks(channel: str, threshold: float) -> list[float]:
    """Energies of the neutrino at which the share above a threshold jumps [energy]."""
    if channel not in KNOWN:
        raise UnknownName("channel with a visible energy", channel, KNOWN)
    if CHANNELS[channel].target == "proton":
        if threshold >= m_p:
            return []
        return [float((threshold + m_n - m_p) / (1 - threshold / m_p))]
    return [float(x) + threshold for x in _groups(channel, np.zeros(1))[0][:, 0]]


def _groups(channel: str, E: np.ndarray) -> tuple[Any, np.ndarray]:
    """What each group of states takes (4, 1), and its share of the cross section (4, n)."""
    rows = [r for r in _data.load("targets/oxygen_excitations").rows() if r["channel"] == channel]
    loss, a, b, c = (np.array([float(r[k]) for r in rows])[:, None]
                     for k in ("E_loss", "a", "b", "c"))
    open_ = loss < E
    root = np.where(open_, (E / MeV) ** 0.25 - (loss / MeV) ** 0.25, 1.0)
    d = np.log10(root)
    sigma = np.where(open_, 10.0 ** (a + b * d + c * d**2), 0.0)
    total = sigma.sum(axis=0)
    return loss, sigma / np.where(total > 0, total, 1.0)
