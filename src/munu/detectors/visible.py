r"""How much energy a neutrino leaves to the electron or positron that is seen.

On a free proton nearly all but the difference of masses and the recoil; on oxygen less by the
excitation of what is left behind, in one of four groups of states.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.constants import m_n, m_p
from munu.detectors.supernova import CHANNELS
from munu.errors import UnknownName
from munu.units import MeV, to_float

#: channels of which it is known
KNOWN = ("ibd", "ibd_formula", "nu_e_oxygen", "nubar_e_oxygen")


@formula
def positron(E_nu: Numbers) -> Numbers:
    r"""Energy of the positron of inverse beta decay at a right angle.

    .. math:: E_e = \frac{E - (m_n - m_p)}{1 + E/m_p}

    Parameters
    ----------
    E_nu : float or array, at least 0 [energy]

    Returns
    -------
    float or array [energy]; 0 where there is none

    Raises
    ------
    DomainError

    Holds : directions of positrons are nearly even, so that this is about their mean.
    Source : StrumiaVissani2003

    >>> round(float(positron(60 * MeV) / MeV), 2)
    55.18
    """
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    return (np.maximum(E - (m_n - m_p), 0.0) / (1 + E / m_p))[()]


@formula
def above(channel: str, E_nu: Numbers, threshold: float | str = "50 MeV") -> Numbers:
    r"""Share of a channel's events whose electron or positron has more than a threshold.

    .. math:: \sum_g\frac{\sigma_g(E)}{\sigma(E)}\,\theta(E - E_g - E_{\rm cut})

    Parameters
    ----------
    channel : ``ibd``, ``ibd_formula``, ``nu_e_oxygen`` or ``nubar_e_oxygen``
    E_nu : float or array, at least 0 [energy]
    threshold : what an electron or positron must have, at least 0 [energy]

    Returns
    -------
    float or array, 0 to 1 [1]

    Raises
    ------
    UnknownName
    DomainError

    Holds : no resolution; on a free proton the positron of :func:`positron`, on oxygen one energy
        for each of four groups g of excitation, whose gammas are not counted.
    Source : Nakazato2018, Suzuki2018, StrumiaVissani2003

    >>> [round(float(x), 2) for x in above("nu_e_oxygen", np.array([60, 75, 90]) * MeV)]
    [0.0, 0.63, 1.0]
    """
    _known(channel)
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    cut = float(finite("threshold", to_float(threshold, "MeV"), low=0.0))
    if CHANNELS[channel].target == "proton":
        return np.where(positron(E) > cut, 1.0, 0.0)[()]
    loss, share = _groups(channel, E.ravel())
    return np.where(E.ravel() - loss > cut, share, 0.0).sum(axis=0).reshape(E.shape)[()]


def breaks(channel: str, threshold: float) -> list[float]:
    """Energies of the neutrino at which the share above a threshold jumps [energy]."""
    _known(channel)
    if CHANNELS[channel].target == "proton":
        if threshold >= m_p:
            return []
        return [float((threshold + m_n - m_p) / (1 - threshold / m_p))]
    return [float(x) + threshold for x in _groups(channel, np.zeros(1))[0][:, 0]]


def _known(channel: str) -> None:
    if channel not in KNOWN:
        raise UnknownName("channel with a visible energy", channel, KNOWN)


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
