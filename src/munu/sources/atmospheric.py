"""Atmospheric neutrinos: 0.1 to 31.6 GeV by site, older tables below 1 GeV and above 10 GeV.

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
from munu.sources._tables import finer, states
from munu.sources.source import Component, Source

SITES = {"gran_sasso": "gs", "frejus": "fr", "kamioka": "ka"}
TABLES = ("hkkm14", "battistoni2005_sk", "honda2006", "joined")
_NAMES = ("nu_e", "nubar_e", "nu_mu", "nubar_mu")
_COLUMNS = ("nue", "nuebar", "numu", "numubar")
# energies, fluxes and papers of a stretch of the spectrum
_Part = tuple[np.ndarray, np.ndarray, tuple[str, ...]]


@declared
def source(*, site: Annotated[str | None, About(
               "where; Gran Sasso unless said. honda2006 has none", choices=tuple(SITES))] = None,
           activity: Annotated[str | None, About(
               "of the Sun, the minimum unless said; of hkkm14 and joined alone, and Kamioka has "
               "the minimum alone", choices=("solmin", "solmax"))] = None,
           table: Annotated[str, About(
               "0.1 to 31.6 GeV; 13 MeV to 0.94 GeV for the site of Super-Kamiokande alone; 10 GeV "
               "to 10 TeV; the first up to 31.6 GeV and the last above", choices=TABLES)]
           = "hkkm14") -> Source:
    """Atmospheric neutrinos.

    Where ``joined`` goes from one table to the other, at 31.6 GeV, the first lies above the second
    by 5 and 8 per cent (nu_e, nubar_e) and by less than 1 per cent (nu_mu, nubar_mu), within the
    error of 20 per cent that all tables are given here; ``honda2006`` has no site and no activity
    of the Sun, of which there is nothing left at its energies.

    Raises
    ------
    UnknownName, DomainError

    Source : Honda2015, Honda2007, Battistoni2005
    """
    for what, value, known in (("site", site, SITES), ("atmospheric table", table, TABLES),
                               ("solar activity", activity, ("solmin", "solmax"))):
        if value is not None and value not in known:
            raise UnknownName(what, value, known)
    by_site = table in ("hkkm14", "joined")
    if activity is not None and not by_site:
        raise DomainError(f"the table {table} knows no activity of the Sun; leave it out")
    if by_site and site == "kamioka" and activity == "solmax":
        raise DomainError("kamioka has the flux at solar minimum alone; take activity='solmin'")
    if table == "battistoni2005_sk" and site != "kamioka":
        raise DomainError("the table battistoni2005_sk was made for Super-Kamiokande; take "
                          "site='kamioka'")
    if table == "honda2006" and site is not None:
        raise DomainError("the table honda2006 has no site; leave it out")
    parts = [_high()] if table == "honda2006" else [
        _low(table, site or "gran_sasso", activity or "solmin")]
    if table == "joined":
        E, phi, papers = _high()
        above = parts[0][0][-1] * (1 + 1e-3) < E
        parts.append((E[above], phi[:, above], papers))
    E, phi = (np.concatenate([x[i] for x in parts], axis=-1) for i in (0, 1))
    part = Component(table, E, phi, np.empty(0), np.empty((4, 0)), 0.2)
    return Source(name="atmospheric", basis=states(_NAMES), components={table: part},
                  papers=tuple(k for x in parts for k in x[2]),
                  assumed=("as produced: without oscillations",))


def _low(table: str, site: str, activity: str) -> _Part:
    name = "battistoni2005_sk" if table == "battistoni2005_sk" else "hkkm14"
    data = _data.load(f"fluxes/atmospheric_{name}")
    tail, factor = (f"_{SITES[site]}_{activity}", 4 * pi) if name == "hkkm14" else ("", 1.0)
    phi = np.array([factor * data[n + tail] for n in _COLUMNS])
    return _data.monotone(data, "E_nu"), phi, (str(data.meta["source"]),)


def _high() -> _Part:
    data = _data.load("fluxes/atmospheric_honda2006")
    E, phi = finer(_data.monotone(data, "E_nu"), np.array([4 * pi * data[n] for n in _NAMES]))
    return E, phi, (str(data.meta["source"]), str(data.meta["via"]))
