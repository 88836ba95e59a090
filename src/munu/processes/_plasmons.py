"""What decays of photons in a medium share: a pair of neutrino and N of invariant mass K."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from munu._arrays import Numbers, finite
from munu.media.plasma import Plasma
from munu.processes._photon_pairs import opening

#: temperatures up to which N is made at all: beyond, e^-70 is nothing
HEAVIEST = 70.0


def loss(plasma: Plasma, M_N: Numbers, spectrum: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Energy loss at each mass and zone: (masses, n); ``spectrum`` is K^2 and weights (n, nodes).
    """
    K2, weight = spectrum
    M_N = np.atleast_1d(M_N)
    made = np.array([(opening(K2, m) * weight).sum(axis=1) for m in M_N])
    return np.where(M_N[:, None] > HEAVIEST * plasma.temperature, 0.0, made)


@dataclass(frozen=True, eq=False)
class Pairs:
    r"""What many zones lose together, for every mass at once.

    The opening is :math:`1 - 3r^2 + 2r^3` with :math:`r = M_N^2/K^2`, so that sums over all K above
    a mass of three powers are all there is to know.

    Attributes
    ----------
    K2 : array (k,) [energy^2]
    weight : array (k,), loss at each without opening
    """

    K2: np.ndarray
    weight: np.ndarray

    @cached_property
    def _sums(self) -> tuple[np.ndarray, np.ndarray]:
        """K^2 falling, and sums of weight, weight/K^4, weight/K^6 from the largest on."""
        order = np.argsort(-self.K2, kind="stable")
        y, w = self.K2[order], self.weight[order]
        safe = np.where(y > 0, y, np.inf)
        sums = np.cumsum([w, w / safe**2, w / safe**3], axis=1)
        return y, np.concatenate([np.zeros((3, 1)), sums], axis=1)

    def __call__(self, M_N: Numbers) -> np.ndarray:
        """The loss at each mass [energy]: (masses,)."""
        m2 = np.atleast_1d(M_N) ** 2
        y, sums = self._sums
        zero, two, three = sums[:, np.searchsorted(-y, -m2, side="left")]
        return zero - 3 * m2**2 * two + 2 * m2**3 * three


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
