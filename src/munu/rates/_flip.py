r"""The charges of the early Universe that a moment flips neutrinos on, and how often.

Quarks above 150 MeV, pions and kaons below.

Source : Elmfors1997
"""

from __future__ import annotations

from functools import cache

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite
from munu.errors import DomainError
from munu.media import early_universe
from munu.rates._thermal import ZETA3
from munu.units import GeV, MeV

#: coefficients of the rate: hard thermal loops, and a screened photon alone
HARD_THERMAL_LOOPS, SCREENED = 0.0132, 0.0108
#: the lowest temperature of reheating: production below 1 MeV, where neutrinos are free, is left
#: out; and the highest at which the photon's moment is the operator
LEAST, TRUE = 4 * MeV, 100 * GeV
# where hadrons are replaced by quarks
_QUARKS = 150 * MeV


@cache
def _charges() -> tuple[tuple[float, float, bool, bool | None], ...]:
    """Mass, N_c Q^2, whether a fermion, whether above (True), below (False) or on both sides."""
    quarks = (("u", 2.2, 4 / 3), ("d", 4.7, 1 / 3), ("s", 93.0, 1 / 3), ("c", 1270.0, 4 / 3),
              ("b", 4180.0, 1 / 3), ("t", 172700.0, 4 / 3))
    leptons = (constants.m_e, constants.m_mu, constants.m_tau)
    return (*((m, 1.0, True, None) for m in leptons),
            *((m * MeV, q, True, True) for _, m, q in quarks),
            (139.57 * MeV, 1.0, False, False), (493.7 * MeV, 1.0, False, False))


def _weight(r: np.ndarray, fermion: bool) -> np.ndarray:
    """Number density at m/T = r over the massless one."""
    x, w = np.polynomial.laguerre.laggauss(40)
    y = x[:, None] if np.ndim(r) else x
    E = np.sqrt(y**2 + r**2)
    # what is integrated falls as e^-E: the weights hold e^-y
    body = y**2 * np.exp(y - E) / (1 + np.exp(-E) if fermion else -np.expm1(-E))
    return np.tensordot(w, body, axes=(0, 0)) / (1.5 * ZETA3 if fermion else 2 * ZETA3)


def charges(T: Numbers) -> np.ndarray:
    """The sum of N_c Q^2 w(m/T) [1].

    >>> from munu.units import GeV
    >>> round(float(charges(1.7 * GeV)), 1)
    6.2
    """
    T = finite("T", T)
    return np.sum([size * _weight(m / T, fermion)
                   * (1.0 if side is None else (T > _QUARKS) == side)
                   for m, size, fermion, side in _charges()], axis=0)


def reheating(T_RH: float) -> float:
    """The highest temperature there was, where it can be one.

    Raises
    ------
    DomainError
        Outside 4 MeV to 280 GeV.
    """
    if not T_RH >= LEAST * (1 - 1e-12):
        raise DomainError(f"T_RH = {T_RH / MeV:.3g} MeV must be at least {LEAST / MeV:g} MeV: what "
                          "is made below 1 MeV, where neutrinos are free, is left out, and is no "
                          "longer small")
    early_universe.g_rho(T_RH)
    return float(T_RH)


def ratio(T: np.ndarray) -> np.ndarray:
    """Gamma over H, over c mu^2 [energy^2]."""
    return T**3 * charges(T) / early_universe.H(T)


def expanded(T: np.ndarray) -> np.ndarray:
    """ln a against T in equilibrium, from s a^3 = const, up to a constant."""
    return -np.log(early_universe.g_s(T)) / 3 - np.log(T)


@cache
def largest(rate: float = HARD_THERMAL_LOOPS) -> float:
    """The moment that keeps N in the bath down to 4 MeV, and above which neutrinos [1/energy]."""
    return float((rate * ratio(np.array([LEAST]))[0]) ** -0.5)
