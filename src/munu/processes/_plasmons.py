"""What decays of photons in a medium share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from munu._arrays import Numbers, finite
from munu.media.plasma import Plasma


def opening(K2: np.ndarray, M_N: np.ndarray) -> np.ndarray:
    """What a mass leaves of the width: 1 at M_N = 0, 0 from K = M_N on [1]."""
    r = np.where(K2 > 0, M_N * M_N / np.where(K2 > 0, K2, 1.0), np.inf)
    return np.where(r < 1, (1 - np.minimum(r, 1)) ** 2 * (1 + 2 * np.minimum(r, 1)), 0.0)


def opening_pair(K2: np.ndarray, m_1: np.ndarray, m_2: np.ndarray, sign: int) -> np.ndarray:
    """What two masses leave of the width by a magnetic (1) or an electric (-1) moment [1].

    1 without masses, 0 from K = m_1 + m_2 on.
    """
    safe = np.where(K2 > 0, K2, 1.0)
    apart, both = (m_1 - m_2) ** 2 / safe, (m_1 + m_2) ** 2 / safe
    open_ = (K2 > 0) & (both < 1)
    both, apart = np.where(open_, both, 0.0), np.where(open_, apart, 0.0)
    phase = np.sqrt((1 - both) * (1 - apart))
    if sign < 0:
        both, apart = apart, both
    return np.where(open_, phase * (1 - apart) * (1 + 2 * both), 0.0)


def per_mass(by_moment: Callable[[Plasma, np.ndarray], np.ndarray], plasma: Plasma, moment: float,
             M_N: Numbers) -> Numbers:
    """Loss of one zone per mass of the medium, for a moment [1/energy], shaped like M_N."""
    M_N = finite("M_N", M_N, low=0.0)
    made = by_moment(plasma, M_N.ravel())[:, 0] / plasma.rho[0]
    return (moment**2 * made.reshape(M_N.shape))[()]
