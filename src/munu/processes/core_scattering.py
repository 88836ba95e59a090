r"""Neutrinos on the protons of a supernova's core: a screened charge that takes no energy.

A proton is heavy, so N keeps the neutrino's energy and what is left is the screened static charge

.. math:: \sigma = \alpha\mu^2\Big[A\ln(x + k_S^2) + \frac{Ak_S^2 + B}{x + k_S^2}\Big]_{x_-}^{x_+},
          \qquad x_\pm = (E \pm p)^2,\ A = 1 - \frac{M_N^2}{4E^2},\ B = \frac{M_N^4}{4E^2}

with x the momentum transfer squared.  Electrons are as fast as N: see
:mod:`munu.processes.core_electrons`.

Source : BrdarTalk, Raffelt1996
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.media._fermi import occupation

__all__ = ["rate", "sigma"]


@formula
def sigma(E_nu: Numbers, M_N: Numbers, k_S: Numbers, mu: Numbers, *,
          alpha: float = constants.alpha, mu_B: float = constants.mu_B) -> Numbers:
    r"""Cross section of nu p -> N p on a screened proton at rest that takes no energy.

    .. math:: \sigma = \alpha\mu^2\Big[A\ln(x + k_S^2)
              + \frac{Ak_S^2 + B}{x + k_S^2}\Big]_{x_-}^{x_+}

    Parameters
    ----------
    E_nu : float or array, energy of the neutrino and of N [energy], above 0
    M_N : float or array [energy]
    k_S : float or array, inverse length of screening, above 0 [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [area]; 0 below M_N

    Raises
    ------
    DomainError
        An energy or a screening of 0, a negative mass, what is not finite.

    Holds : E_nu far below the mass of the proton; a nucleus has Z^2 F^2 as much.
    Power : mu^2
    Source : BrdarTalk, Raffelt1996
    Anchors : AC08, AC09

    >>> from munu.units import MeV, cm
    >>> print(f"{sigma(100 * MeV, 10 * MeV, 40 * MeV, 1e-12) / cm**2:.3e}")
    5.703e-49
    """
    made = by_moment(*(finite(n, x, low=np.finfo(float).tiny if n != "M_N" else 0.0)
                       for n, x in (("E_nu", E_nu), ("M_N", M_N), ("k_S", k_S))), alpha=alpha)
    return (np.abs(np.asarray(mu)) ** 2 * mu_B**2 * made)[()]


def by_moment(E: np.ndarray, M_N: np.ndarray, k_S: np.ndarray, *, alpha: float = constants.alpha
              ) -> np.ndarray:
    """As :func:`sigma`, for a moment of 1/energy [1]."""
    M2 = M_N * M_N
    p = np.sqrt(np.maximum((E - M_N) * (E + M_N), 0.0))
    # E - p would cancel
    low, high = (M2 / (E + p)) ** 2, (E + p) ** 2
    A, B, k2 = 1 - M2 / (4 * E * E), M2 * M2 / (4 * E * E), k_S * k_S
    width = 4 * E * p
    made = A * np.log1p(width / (low + k2)) - (A * k2 + B) * width / ((low + k2) * (high + k2))
    return np.where(E > M_N, alpha * made, 0.0)


@formula
def rate(E_N: Numbers, M_N: Numbers, T: Numbers, mu_nu: Numbers, k_S: Numbers, n_p: Numbers,
         mu: Numbers, *, alpha: float = constants.alpha, mu_B: float = constants.mu_B) -> Numbers:
    r"""N that the neutrinos of one flavor make on protons, per volume, time and energy of N.

    .. math:: \frac{\mathrm d^2n_N}{\mathrm dE\,\mathrm dt} = \frac{E^2}{2\pi^2}\,
              \frac{n_p\,\sigma(E)}{e^{(E - \mu_\nu)/T} + 1}

    Parameters
    ----------
    E_N : float or array, energy of N [energy], above 0
    M_N : float or array [energy]
    T : float or array, temperature [energy], above 0
    mu_nu : float or array, chemical potential of the neutrinos; of antineutrinos the opposite,
        either sign [energy]
    k_S : float or array, inverse length of screening, above 0 [energy]
    n_p : float or array, protons that can scatter, T dn_p/dmu_p where they are degenerate
        [1/volume]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [energy^3]; 0 below M_N

    Raises
    ------
    DomainError
        An energy, temperature or screening of 0, a negative mass or density, what is not finite.

    Holds : as :func:`sigma`; what is made leaves.
    Power : mu^2
    Source : BrdarTalk, Raffelt1996
    """
    E = finite("E_N", E_N)
    made = sigma(E, M_N, k_S, mu, alpha=alpha, mu_B=mu_B)
    return (E * E / (2 * pi**2) * occupation((E - mu_nu) / np.asarray(T)) * n_p * made)[()]
