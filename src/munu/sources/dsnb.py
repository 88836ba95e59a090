r"""The diffuse supernova neutrino background: a published spectrum, or a thermal model."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import _data
from munu.errors import UnknownName
from munu.parameters import About, declared
from munu.sources.source import Component, Source
from munu.units import MeV, cm, s

MODELS = ("das_sen2021", "thermal")
EDGES = {"central": "c", "lower": "l", "upper": "u"}
# temperature [MeV] and flux [cm^-2 s^-1] of nu_e, nubar_e and the four others together
_THERMAL = ((3.0, 45.5), (5.0, 27.3), (8.0, 12.9))


@declared
def source(*, model: Annotated[str, About(
               "table to 50 MeV, or Fermi-Dirac spectra (an order of magnitude)",
               choices=MODELS)] = "das_sen2021",
           edge: Annotated[str, About("of the table's band", choices=tuple(EDGES))] = "central"
           ) -> Source:
    r"""The diffuse supernova background.

    Raises
    ------
    UnknownName

    Source : DasSen2021
    """
    if model not in MODELS:
        raise UnknownName("model of the diffuse background", model, MODELS)
    if edge not in EDGES:
        raise UnknownName("edge", edge, EDGES)
    basis = np.zeros((3, 2, 3, 3), dtype=complex)
    basis[0, 0, 0, 0] = basis[1, 1, 0, 0] = 1
    # the third state: nu_mu, nu_tau and their antiparticles alike
    basis[2, :, [1, 2], [1, 2]] = 0.25
    if model == "das_sen2021":
        table, x = _data.load("fluxes/dsnb_das_sen2021"), EDGES[edge]
        E = _data.monotone(table, "E_nu")
        phi = np.array([k * table[f"{n}_{x}"] for n, k in (("nue", 1), ("nuebar", 1), ("nux", 4))])
    else:
        E = np.linspace(0, 100, 1001) * MeV
        phi = np.zeros((3, E.size))
        for b, (T, total) in enumerate(_THERMAL):
            shape = E**2 / (np.exp(E / (T * MeV)) + 1)
            phi[b] = shape / np.trapezoid(shape, E) * total / cm**2 / s
    part = Component(model, E, phi, np.empty(0), np.empty((3, 0)), 0.5)
    return Source(name="dsnb", basis=basis, components={model: part}, integrated_over="angle",
                  papers=("DasSen2021",) if model == "das_sen2021" else ())
