"""Atmospheric neutrinos from 0.1 to 31.6 GeV by site, and the older table below 1 GeV.

Fluxes of production, averaged over directions and integrated over the sphere; oscillations
are left out.

>>> from munu.units import cm, s
>>> round(source().components["hkkm14"].total * cm**2 * s, 1)
5.8
"""

from __future__ import annotations

from math import pi
from typing import Annotated

import numpy as np

from munu import _data
from munu.errors import DomainError, UnknownName
from munu.parameters import About, declared
from munu.sources.source import Component, Source

SITES = {"gran_sasso": "gs", "frejus": "fr", "kamioka": "ka"}
TABLES = ("hkkm14", "battistoni2005_sk")
_STATES = (("nue", 0, 0), ("nuebar", 1, 0), ("numu", 0, 1), ("numubar", 1, 1))


@declared
def source(*, site: Annotated[str, About("where", choices=tuple(SITES))] = "gran_sasso",
           activity: Annotated[str, About("of the Sun; Kamioka has the minimum alone",
                                          choices=("solmin", "solmax"))] = "solmin",
           table: Annotated[str, About(
               "0.1 to 31.6 GeV, or 13 MeV to 0.94 GeV for the site of Super-Kamiokande alone",
               choices=TABLES)] = "hkkm14") -> Source:
    """Atmospheric neutrinos.

    Raises
    ------
    UnknownName, DomainError

    Source : Honda2015, Battistoni2005
    """
    if site not in SITES:
        raise UnknownName("site", site, SITES)
    if table not in TABLES:
        raise UnknownName("atmospheric table", table, TABLES)
    if activity not in ("solmin", "solmax"):
        raise UnknownName("solar activity", activity, ("solmin", "solmax"))
    if site == "kamioka" and activity == "solmax" and table == "hkkm14":
        raise DomainError("kamioka has the flux at solar minimum alone; take activity='solmin'")
    if table == "battistoni2005_sk" and site != "kamioka":
        raise DomainError("the table battistoni2005_sk was made for Super-Kamiokande; take "
                          "site='kamioka'")
    data = _data.load(f"fluxes/atmospheric_{table}")
    tail, factor = (f"_{SITES[site]}_{activity}", 4 * pi) if table == "hkkm14" else ("", 1.0)
    basis = np.zeros((4, 2, 3, 3), dtype=complex)
    for b, (_, x, a) in enumerate(_STATES):
        basis[b, x, a, a] = 1
    phi = np.array([factor * data[n + tail] for n, _, _ in _STATES])
    part = Component(table, _data.monotone(data, "E_nu"), phi, np.empty(0), np.empty((4, 0)), 0.2)
    return Source(name="atmospheric", basis=basis, components={table: part},
                  papers=(str(data.meta["source"]),))
