r"""Matter of a star: electrons of any degeneracy, ions, radiation, along one law of temperature.

.. math:: P = \frac1{3\pi^2}\int dp\,\frac{p^4}E(f + \bar f) + n_{\rm ion}T + \frac{\pi^2}{45}T^4

Ions are an ideal gas.  What Coulomb forces take from the pressure is left out: by the energy
:math:`-0.9\,Z^{5/3}\alpha/a_e` of an ion, 1 to 1.5 % of helium and 2 to 4 % of carbon and oxygen.
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
    """Pressure against density along a law of temperature, as splines in s = ln(n/unit) from 0.

    Attributes
    ----------
    high : where s ends
    unit : nucleons a volume
    log_P : ln(P) [energy^4]
    log_stiffness : ln(dP/dn) [energy]
    """

    high: float
    unit: float
    log_P: Callable
    log_stiffness: Callable

    def stiffness(self, s: np.ndarray) -> np.ndarray:
        """dP/dn [energy]."""
        return np.exp(self.log_stiffness(s))


def barotrope(law: Callable, matter: Composition, low: float, high: float) -> Barotrope:
    """Between two densities of nucleons; ``law`` gives T [energy] at a density."""
    from scipy.interpolate import make_interp_spline

    s = np.linspace(0.0, np.log(high / low), max(int(np.log(high / low) / _STEP) + 2, 8))
    n = low * np.exp(s)
    y = np.log(pressure(n, law(n), matter))
    log_P = make_interp_spline(s, y, k=5)
    stiff = make_interp_spline(s, y - s + np.log(log_P(s, nu=1) / low), k=5)
    return Barotrope(high=float(s[-1]), unit=low, log_P=log_P, log_stiffness=stiff)
