r"""Matter of a star: electrons of any degeneracy, ions, radiation, along one law of temperature.

.. math:: P = \frac1{3\pi^2}\int dp\,\frac{p^4}E(f + \bar f) + n_{\rm ion}T + \frac{\pi^2}{45}T^4

Ions are an ideal gas: Coulomb forces, at most 2 % of the pressure of helium at 1e6 g/cm^3, are
left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import numpy as np

from munu import constants
from munu.media import _fermi

# rows of the table of an equation of state, in ln(density)
_STEP = 0.3


@dataclass(frozen=True)
class Composition:
    """What a gram holds: electrons, ions and the sum of X_i Z_i^2/A_i, a nucleon [1]."""

    Y_e: float
    ions: float
    Z2_A: float


HELIUM = Composition(0.5, 0.25, 1.0)
# equal masses of carbon and oxygen
CARBON_OXYGEN = Composition(0.5, 0.5 / 12 + 0.5 / 16, 0.5 * 36 / 12 + 0.5 * 64 / 16)


def nucleons(rho: float) -> float:
    """Nucleons a volume of a density [mass/volume]."""
    return rho / constants.amu


def pressure(n: np.ndarray, T: np.ndarray, matter: Composition) -> np.ndarray:
    """Pressure [energy^4] of n nucleons a volume at temperatures T, one zone each."""
    mu = _fermi.chemical_potential(T, matter.Y_e * n, constants.m_e)
    electrons = _fermi.integral(T, mu, constants.m_e, lambda p, E: p**4 / E) / (3 * pi**2)
    return electrons + matter.ions * n * T + pi**2 / 45 * T**4


@dataclass(frozen=True, eq=False)
class Barotrope:
    """Pressure against density along a law of temperature, as splines in s = ln(n/unit).

    Attributes
    ----------
    low, high : range of s
    unit : nucleons per volume
    log_P, slope : ln(P) [energy^4] and its derivative by s
    """

    low: float
    high: float
    unit: float
    log_P: Callable
    slope: Callable

    def stiffness(self, s: np.ndarray) -> np.ndarray:
        """dP/dn [energy]."""
        return np.exp(self.log_P(s) - s) / self.unit * self.slope(s)


def barotrope(law: Callable, matter: Composition, low: float, high: float) -> Barotrope:
    """Between two densities of nucleons; ``law`` gives T [energy] at a density."""
    from scipy.interpolate import make_interp_spline

    s = np.linspace(0.0, np.log(high / low), max(int(np.log(high / low) / _STEP) + 2, 8))
    n = low * np.exp(s)
    log_P = make_interp_spline(s, np.log(pressure(n, law(n), matter)), k=5)
    return Barotrope(low=0.0, high=float(s[-1]), unit=low, log_P=log_P, slope=log_P.derivative())
