"""A line: neutrinos of one flavor and one energy, such as a chromium source."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import flavors
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.sources.source import Component, Source


@declared
def source(*, E_nu: Annotated[Quantity, About("energy of the line", "MeV", bare=True)],
           flux: Annotated[Quantity, About("of the line", "cm^-2 s^-1", bare=True)],
           flavor: Annotated[str, About("of the neutrinos", choices=flavors.NAMES)] = "e",
           antineutrino: Annotated[bool, About("antineutrinos in place of neutrinos")] = False
           ) -> Source:
    """One line.

    Raises
    ------
    DomainError, UnknownName
    """
    for name, value in (("E_nu", E_nu), ("flux", flux)):
        if not value > 0:
            raise DomainError(f"{name} of a line must be above 0")
    basis = np.zeros((1, 2, 3, 3), dtype=complex)
    basis[0, int(antineutrino)] = flavors.projector(flavor)
    line = Component("line", np.empty(0), np.empty((1, 0)), np.array([E_nu]),
                     np.array([[flux]]))
    return Source(name="monoenergetic", basis=basis, components={"line": line})
