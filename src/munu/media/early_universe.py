r"""The radiation of the early Universe: degrees of freedom, entropy, expansion.

In equilibrium at the temperature T of the photons, from a few MeV (below, neutrinos are not at
their temperature) to 280 GeV,

.. math:: \rho = \frac{\pi^2}{30}g_\rho T^4,\qquad s = \frac{2\pi^2}{45}g_s T^3,\qquad
          H = \sqrt{\frac{8\pi^3g_\rho}{90}}\,\frac{T^2}{M_{\rm Pl}}

Source : Borsanyi2016
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import pi

import numpy as np

from munu import _data, constants
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.errors import DomainError
from munu.units import GeV, MeV

__all__ = ["H", "g_rho", "g_s"]


@cache
def _curves() -> tuple[Callable, Callable, float, float]:
    from scipy.interpolate import PchipInterpolator

    table = _data.load("profiles/early_universe")
    x = np.log(table["T"] / MeV)
    return (PchipInterpolator(x, table["g_rho"]), PchipInterpolator(x, table["ratio"]),
            float(table["T"][0]), float(table["T"][-1]))


def span() -> tuple[float, float]:
    """Lowest and highest temperature of the table [energy]."""
    return _curves()[2:]


def _log(T: Numbers) -> np.ndarray:
    T = finite("T", T)
    low, high = span()
    if np.any((low * (1 - 1e-12) > T) | (high * (1 + 1e-12) < T)):
        raise DomainError(f"T must lie between {low / MeV:g} MeV and {high / GeV:.0f} GeV, where "
                          "the degrees of freedom are tabulated")
    return np.log(np.clip(T, low, high) / MeV)


@formula
def g_rho(T: Numbers) -> Numbers:
    r"""Degrees of freedom that carry energy.

    .. math:: g_\rho = 30\rho/(\pi^2T^4)

    Parameters
    ----------
    T : float or array, temperature [energy]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError
        Outside the table, 1 MeV to 280 GeV.

    Source : Borsanyi2016

    >>> from munu.units import GeV
    >>> round(float(g_rho(100 * GeV)))
    102
    """
    return _curves()[0](_log(T))[()]


@formula
def g_s(T: Numbers) -> Numbers:
    r"""Degrees of freedom that carry entropy.

    .. math:: g_s = 45s/(2\pi^2T^3)

    Parameters
    ----------
    T : float or array, temperature [energy]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError
        Outside the table, 1 MeV to 280 GeV.

    Source : Borsanyi2016
    Anchors : AC69
    """
    x = _log(T)
    return (_curves()[0](x) / _curves()[1](x))[()]


@cache
def M_Pl() -> float:
    """The Planck mass, 1/sqrt(G) [energy].  Source : IAU2015B3"""
    return constants.vintage("iau2015")["G"].internal ** -0.5


@formula
def H(T: Numbers) -> Numbers:
    r"""Rate of the expansion.

    .. math:: H = \sqrt{\frac{8\pi^3g_\rho}{90}}\,\frac{T^2}{M_{\rm Pl}}

    Parameters
    ----------
    T : float or array, temperature [energy]

    Returns
    -------
    float or array [energy]

    Raises
    ------
    DomainError
        Outside the table, 1 MeV to 280 GeV.

    Holds : radiation alone.
    Source : Borsanyi2016
    """
    return (np.sqrt(8 * pi**3 * g_rho(T) / 90) * np.asarray(T) ** 2 / M_Pl())[()]
