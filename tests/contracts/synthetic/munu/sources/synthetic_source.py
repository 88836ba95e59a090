"""An invented line of electron capture."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import flavors
from munu.parameters import About, Quantity, declared
from munu.sources.source import Component, Source
from munu.units import keV


def E_line(charge: float = 1.0) -> float:
    """Energy of the line.

    Parameters
    ----------
    charge : float [1]

    Returns
    -------
    float [energy]

    Source : Vinyoles2017
    """
    return charge * 750 * keV


@declared
def source(*, flux: Annotated[Quantity, About("of the line", "cm^-2 s^-1")] = "1e10 cm^-2 s^-1"
           ) -> Source:
    """Source : Vinyoles2017"""
    state = np.zeros((1, 2, 3, 3), dtype=complex)
    state[0, 0] = flavors.projector("e")
    line = Component("line", np.empty(0), np.empty((1, 0)), np.array([E_line()]),
                     np.array([[flux]]))
    return Source(name="synthetic_source", basis=state, components={"line": line},
                  papers=("Vinyoles2017",))
