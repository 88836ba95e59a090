r"""Electrons and positrons of a supernova's core that annihilate to a light neutrino and N.

.. math:: \sigma(e^-e^+\to N\bar\nu) + \sigma(e^-e^+\to\bar N\nu) = \frac{\alpha\mu^2}6
          (1 - r)^2(1 + 2r),\qquad r = \frac{M_N^2}{s}

It is :mod:`munu.processes.core_electrons` crossed.  Positrons are few where electrons are
degenerate, so it is a small thing beside.

Source : Raffelt1996
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite, gauss
from munu._guard import formula
from munu.media._fermi import occupation
from munu.processes._photon_pairs import opening

__all__ = ["sigma"]

# nodes in an energy and in an angle, and temperatures above the Fermi surface
_ENERGIES, _ANGLES, _FAR = 32, 12, 30.0


@formula
def sigma(K2: Numbers, M_N: Numbers, mu: Numbers, *, alpha: float = constants.alpha,
          mu_B: float = constants.mu_B) -> Numbers:
    r"""Cross section of e- e+ to N and an antineutrino, or to anti-N and a neutrino, both together.

    .. math:: \sigma = \frac{\alpha\mu^2}6\Big(1 - \frac{M_N^2}{K^2}\Big)^2
              \Big(1 + \frac{2M_N^2}{K^2}\Big)

    Parameters
    ----------
    K2 : float or array, square of the energy in the center of mass [energy^2]
    M_N : float or array [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [area]; 0 below M_N

    Raises
    ------
    DomainError
        A negative mass, what is not finite.

    Holds : electrons that are fast, nothing screened; of Dirac or Majorana N alike.
    Power : mu^2
    Source : Raffelt1996

    >>> from munu.units import MeV, cm
    >>> print(f"{sigma((100 * MeV)**2, 10 * MeV, 1e-12) / cm**2:.2e}")
    4.16e-50
    """
    shape = alpha / 6 * opening(finite("K2", K2), finite("M_N", M_N, low=0.0))
    return (np.abs(np.asarray(mu)) ** 2 * mu_B**2 * shape)[()]


def loss(M_N: float, T: np.ndarray, mu_e: np.ndarray, *, alpha: float = constants.alpha
         ) -> np.ndarray:
    """Energy in N and anti-N that zones make, no neutrino blocked, for a moment of 1/energy
    [energy^7]."""
    (t, v), (c, u) = gauss(_ENERGIES), gauss(_ANGLES)
    top = np.stack([np.maximum(sign * mu_e, 0.0) + _FAR * T for sign in (1, -1)])
    E = 0.5 * top[..., None] * (1 + t)
    # 2 d^3p/(2 pi)^3 of either
    w = 0.5 * top[..., None] * v * E**2 / pi**2 * np.stack([
        occupation((E[i] - sign * mu_e[:, None]) / T[:, None]) for i, sign in enumerate((1, -1))])
    one, other = E[0][:, :, None, None], E[1][:, None, :, None]
    s = 2 * one * other * (1 - c)
    # the flux factor is 1 - cos; N takes its part of both energies
    each = alpha / 6 * opening(s, np.array(M_N)) * (1 - c) * 0.5 * (one + other) \
        * (1 + M_N**2 / s)
    return np.einsum("zi,zj,zijk,k->z", w[0], w[1], each, 0.5 * u)
