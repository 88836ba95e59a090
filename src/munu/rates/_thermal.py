r"""Gases at a temperature, looked up: photons with electrons, neutrinos, N of any mass.

All are functions of one ratio, tabulated once on even steps of its logarithm and interpolated
linearly, so that a whole map costs a few array operations; 1e-6 from the integrals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import pi

import numpy as np

from munu import constants
from munu._arrays import gauss_panels

ZETA3 = 1.2020569031595942
#: energy of three neutrinos and antineutrinos over T^4, and their entropy over T^3
NEUTRINOS, NEUTRINO_ENTROPY = 3 * 7 * pi**2 / 120, 3 * 7 * pi**2 / 90
PHOTONS, PHOTON_ENTROPY = pi**2 / 15, 4 * pi**2 / 45
#: mean momentum of massless fermions over T
MEAN = 7 * pi**4 / (180 * ZETA3)
# edges of the panels in momentum, over T, and nodes a panel
_EDGES, _NODES = np.array([0.0, 0.3, 1.0, 2.5, 5.0, 9.0, 15.0, 25.0, 40.0, 60.0]), 16


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of values on even steps: ``start``, ``step``, ``values`` (k, m); its ends go on."""

    start: float
    step: float
    values: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """All rows at x (...): (k, ...)."""
        u = np.minimum(np.maximum((x - self.start) / self.step, 0.0),
                       self.values.shape[1] - 1.000001)
        i = u.astype(np.intp)
        low = self.values[:, i]
        return low + (u - i) * (self.values[:, i + 1] - low)


def _even(low: float, high: float, n: int) -> tuple[np.ndarray, float]:
    x = np.linspace(low, high, n)
    return x, float(x[1] - x[0])


def _gas(r: np.ndarray) -> tuple[np.ndarray, ...]:
    """Fermions at m/T = r over e^-r: nodes in kinetic-like momentum, weights and E/T."""
    # p/T reaches to where E - m is 60 T
    u, w = gauss_panels(_EDGES, _NODES)
    k = u * u / (1 + u)
    dk = w * u * (2 + u) / (1 + u) ** 2
    p = np.sqrt(k * (k + 2 * r[:, None]))
    E = k + r[:, None]
    # p dp = E dk
    f = np.exp(-k) / (1 + np.exp(-E))
    return p, E, dk * p * E * f


@cache
def electrons() -> tuple[Table, Table]:
    """ln(m_e/T) to energy over T^4 and entropy over T^3, photons included; and the same of all:

    ln s^(1/3)/m_e to ln T/s^(1/3) of photons and electrons alone, and with three neutrinos.
    """
    x, step = _even(np.log(1e-5), np.log(200.0), 6001)
    r = np.exp(x)
    p, E, w = _gas(r)
    part = np.exp(-r)[:, None] * w
    rho = 2 / pi**2 * (part * E).sum(axis=1)
    pressure = 2 / pi**2 * (part * p**2 / (3 * E)).sum(axis=1)
    s = PHOTON_ENTROPY + rho + pressure
    of_T = Table(float(x[0]), step, np.stack([PHOTONS + rho, s]))
    rows, at, each = [], *_even(-np.log(200.0), -np.log(1e-5), 6001)
    for more in (0.0, NEUTRINO_ENTROPY):
        # rising in T
        y = (-x + np.log(s + more) / 3)[::-1]
        rows.append(np.interp(at, y, (-x)[::-1] - y))
    return of_T, Table(float(at[0]), each, np.stack(rows))


@cache
def heavy() -> Table:
    """ln(M/T) to four rows of fermions of two spins.

    ln n e^(M/T) over its massless density, mean momentum over T, <M/E>, <1 - p/E>.
    """
    x, step = _even(np.log(1e-6), np.log(700.0), 6001)
    r = np.exp(x)
    p, E, w = _gas(r)
    n = w.sum(axis=1)
    return Table(float(x[0]), step, np.stack([
        np.log(n / (1.5 * ZETA3)), (w * p).sum(axis=1) / n,
        (w / E).sum(axis=1) * r / n, (w * r[:, None] ** 2 / (E * (E + p))).sum(axis=1) / n]))


def density(T: np.ndarray, M: np.ndarray, log_share: np.ndarray) -> np.ndarray:
    """Density of two states at T, from the first row of :func:`heavy` [energy^3]."""
    return 1.5 * ZETA3 / pi**2 * T**3 * np.exp(log_share - M / T)


def electron_mass() -> float:
    """The mass that the first tables are in units of [energy]."""
    return constants.m_e
