"""A line: neutrinos of one flavor and one energy, such as a chromium source."""

from __future__ import annotations

import numpy as np

from munu import flavors
from munu.errors import DomainError
from munu.sources.source import Component, Source
from munu.units import to_float


def source(*, E_nu: float | str, flux: float | str, flavor: str = "e",
           antineutrino: bool = False) -> Source:
    """One line.

    Parameters
    ----------
    E_nu : [energy], or a text such as ``0.75 MeV``
    flux : [1/(area time)], or a text such as ``1e12 cm^-2 s^-1``
    flavor : ``e``, ``mu``, ``tau``
    antineutrino : bool

    Raises
    ------
    DomainError, UnknownName
    """
    E, phi = to_float(E_nu, "MeV"), to_float(flux, "cm^-2 s^-1")
    for name, value in (("E_nu", E), ("flux", phi)):
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{name} of a line must be above 0")
    basis = np.zeros((1, 2, 3, 3), dtype=complex)
    basis[0, int(antineutrino)] = flavors.projector(flavor)
    line = Component("line", np.empty(0), np.empty((1, 0)), np.array([E]), np.array([[phi]]))
    return Source(name="monoenergetic", basis=basis, components={"line": line},
                  options={"flavor": flavor, "antineutrino": antineutrino})
