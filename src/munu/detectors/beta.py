r"""Beta decays inside a detector: what their electrons leave, as a background of recoils."""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np

from munu._arrays import Numbers, finite, gauss_panels
from munu._guard import formula
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.errors import DomainError
from munu.units import fm, keV

#: energy of the decay of an atom of tritium, :math:`M({}^3\mathrm H) - M({}^3\mathrm{He})`
Q_TRITIUM = 18.59201 * keV
# of double beta decay: an electron's energy is integrated where the Fermi function is smooth
_PANELS = 6


@formula
def fermi(T: Numbers, Z: int, *, alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
    r"""Fermi function of an electron that leaves a nucleus.

    .. math:: F = 2(1+\gamma)\,(2pR)^{2(\gamma-1)} e^{\pi\eta}
              \frac{|\Gamma(\gamma + i\eta)|^2}{\Gamma(2\gamma+1)^2},\qquad
              \gamma = \sqrt{1 - (\alpha Z)^2},\quad \eta = \frac{\alpha Z\,W}{p}

    Parameters
    ----------
    T : float or array, kinetic energy, above 0 [energy]
    Z : charge of the daughter, 0 to 100
    alpha, m_e : constants [1], [energy]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError

    Holds : a point of charge Z outside R = 1.2 fm A^(1/3), A about 2.5 Z; no screening.
    Source : Kotila2012

    >>> round(float(fermi(10 * keV, 2)), 2)
    1.26
    """
    from scipy.special import gamma, loggamma

    T = finite("the kinetic energy T", T, low=0.0)
    if not (0 <= Z <= 100) or np.any(T <= 0):
        raise DomainError(f"Z = {Z} must lie between 0 and 100, and T above 0")
    p, W = np.sqrt(T * (T + 2 * m_e)), T + m_e
    g, eta = np.sqrt(1 - (alpha * Z) ** 2), alpha * Z * W / p
    R = 1.2 * fm * max(2.5 * Z, 1.0) ** (1 / 3)
    size = np.exp(2 * loggamma(g + 1j * eta).real + pi * eta)
    return (2 * (1 + g) * (2 * p * R) ** (2 * (g - 1)) * size / gamma(2 * g + 1) ** 2)[()]


def _electron(T: Numbers, Z: int, m_e: float) -> Numbers:
    return fermi(T, Z, m_e=m_e) * np.sqrt(T * (T + 2 * m_e)) * (T + m_e)


def _density(T: Numbers, Q: float, shape: Callable[[np.ndarray], np.ndarray], edges: np.ndarray,
             order: int) -> Numbers:
    """A shape between 0 and Q with its integral 1, by panels between shares ``edges`` of Q."""
    T = finite("the kinetic energy T", T)
    if not Q > 0:
        raise DomainError(f"Q = {Q / keV:g} keV must be above 0")
    x, w = gauss_panels(edges * Q, order)
    inside = (T > 0) & (Q > T)
    return np.where(inside, shape(np.where(inside, T, 0.5 * Q)) / np.sum(w * shape(x)), 0.0)[()]


@formula
def allowed(T: Numbers, Q: float = Q_TRITIUM, Z: int = 2, *, m_e: float = _m_e) -> Numbers:
    r"""Spectrum of the electron of an allowed beta decay, its integral 1.

    .. math:: \frac{\mathrm dN}{\mathrm dT} \propto F(Z, T)\, p\, W\, (Q - T)^2

    Parameters
    ----------
    T : float or array, kinetic energy of the electron [energy]
    Q : energy that the leptons share [energy], above 0
    Z : charge of the daughter
    m_e : electron mass [energy]

    Returns
    -------
    float or array, 0 outside (0, Q) [1/energy]

    Raises
    ------
    DomainError

    Holds : massless neutrino, no exchange or screening; the defaults are tritium.
    Source : Myers2015, Kotila2012

    >>> round(float(allowed(5 * keV) * keV), 4)
    0.093
    """
    return _density(T, Q, lambda t: _electron(t, Z, m_e) * (Q - t) ** 2,
                    np.linspace(0.0, 1.0, _PANELS + 1) ** 2, 16)


@formula
def two_neutrino(T: Numbers, Q: float, Z: int, *, m_e: float = _m_e) -> Numbers:
    r"""Spectrum of both electrons of a double beta decay together, its integral 1.

    .. math:: \frac{\mathrm dN}{\mathrm dT} \propto (Q-T)^5 \int_0^T\mathrm dT_1\;
              F p_1 W_1\; F p_2 W_2,\qquad T_2 = T - T_1

    Parameters
    ----------
    T : float or array, sum of the kinetic energies [energy]
    Q : energy that the leptons share [energy], above 0
    Z : charge of the daughter
    m_e : electron mass [energy]

    Returns
    -------
    float or array, 0 outside (0, Q) [1/energy]

    Raises
    ------
    DomainError

    Holds : closure, two neutrinos of no mass; no exchange or screening.
    Source : Kotila2012
    """
    # the share of one electron, from both ends, where its momentum vanishes
    half = np.linspace(0.0, 1.0, _PANELS + 1) ** 2 / 2
    u, v = gauss_panels(np.unique(np.concatenate([half, 1 - half])), 8)

    def both(K: np.ndarray) -> np.ndarray:
        one, other = K[..., None] * u, K[..., None] * (1 - u)
        return (Q - K) ** 5 * K * ((_electron(one, Z, m_e) * _electron(other, Z, m_e)) @ v)

    return _density(T, Q, both, np.linspace(0.0, 1.0, _PANELS + 1), 8)
