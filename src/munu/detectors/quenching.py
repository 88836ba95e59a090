r"""From the energy of a nuclear recoil to what a detector sees of it.

A quenching model maps recoil energies to electron-equivalent (ionization) energies; outside the
range where it was measured or makes sense it refuses rather than extrapolates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.units import keV

NAMES = ("lindhard", "fef", "ybe")


@formula
def lindhard(E_nr: Numbers, *, Z: int, A: float, k: float | None = None) -> Numbers:
    r"""Lindhard's fraction of the recoil energy that goes into ionization.

    .. math:: Q = \frac{k\,g(\epsilon)}{1 + k\,g(\epsilon)},\quad
              g = 3\epsilon^{0.15} + 0.7\epsilon^{0.6} + \epsilon,\quad
              \epsilon = 11.5\, Z^{-7/3}\, \frac{E_{nr}}{\rm keV},\quad
              k = 0.133\, Z^{2/3} A^{-1/2}

    Parameters
    ----------
    E_nr : float or array, recoil energy [energy], at least 0
    Z, A : of the nucleus [1]
    k : float, to replace the theoretical one (germanium: 0.157 to 0.162) [1]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError

    Holds : recoil in its own element, above about 0.2 keV.
    Source : Lindhard1963, LewinSmith1996

    >>> round(float(lindhard(2 * keV, Z=32, A=72.63, k=0.157)), 3)
    0.188
    """
    E = finite("the recoil energy E_nr", E_nr, low=0.0)
    if not (Z >= 1 and A >= 1):
        raise DomainError(f"Z = {Z} and A = {A} must be at least 1")
    eps = 11.5 * Z ** (-7 / 3) * E / keV
    g = 3 * eps**0.15 + 0.7 * eps**0.6 + eps
    kk = 0.133 * Z ** (2 / 3) * A**-0.5 if k is None else k
    if isinstance(kk, str) or not (np.isfinite(kk) and kk > 0):
        raise DomainError(f"Lindhard's k = {kk} must be above 0")
    return (kk * g / (1 + kk * g))[()]


@formula
def germanium_table(E_nr: Numbers, model: str) -> Numbers:
    """Quenching factor of germanium measured with iron-filtered neutrons or photoneutrons.

    Parameters
    ----------
    E_nr : float or array [energy], inside the table
    model : ``fef`` or ``ybe``

    Returns
    -------
    float or array [1]

    Raises
    ------
    UnknownName
    DomainError
        Outside the table: it is not extrapolated.

    Holds : contested below 1 keV, where it lies far above Lindhard's.
    Source : Collar2021

    >>> round(float(germanium_table(0.5 * keV, "fef")), 3)
    0.34
    """
    if model not in ("fef", "ybe"):
        raise UnknownName("quenching model of germanium", model, ("fef", "ybe", "lindhard"))
    table = _data.load("targets/germanium_quenching")
    E = finite("the recoil energy E_nr", E_nr)
    low, high = table["E_nr"][[0, -1]]
    if np.any(low > E) or np.any(high * (1 + 1e-12) < E):
        raise DomainError(f"quenching '{model}' was measured from {low / keV:g} to "
                          f"{high / keV:g} keV; {E.min() / keV:g} to {E.max() / keV:g} keV were "
                          "asked; use lindhard there")
    return np.interp(E, table["E_nr"], table[model])[()]


@dataclass(frozen=True, eq=False)
class Quenching:
    """Ionization energy against recoil energy.

    Attributes
    ----------
    name : ``lindhard``, ``fef``, ``ybe`` or of the user
    factor : function of the recoil energy -> quenching factor [1]
    """

    name: str
    factor: Callable[..., Any]

    def __call__(self, E_nr: Numbers) -> np.ndarray:
        """Ionization energy [energy]."""
        return self.factor(E_nr) * np.asarray(E_nr, dtype=float)


def germanium(name: str = "lindhard", k: float = 0.162) -> Quenching:
    """The quenching of germanium by name.

    ``fef`` and ``ybe`` refuse recoils outside their table.

    Raises
    ------
    UnknownName

    Source : Collar2021, Lindhard1963
    """
    if name not in NAMES:
        raise UnknownName("quenching", name, NAMES)
    if name == "lindhard":
        return Quenching(name, partial(lindhard, Z=32, A=72.63, k=k))
    return Quenching(name, partial(germanium_table, model=name))
