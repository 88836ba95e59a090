"""A user's flux: an ECSV table of energy against any of the six flavors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import numpy as np

from munu import _data, flavors
from munu.errors import DataError
from munu.parameters import About, declared
from munu.sources.source import Component, Source
from munu.units import unit

_LENGTHS, _ENERGIES = {"cm", "m", "km"}, {"eV", "keV", "MeV", "GeV", "TeV"}
_TIMES = {"s", "min", "h", "d", "day", "yr", "year"}


def _per(text: str) -> str:
    """What a unit of flux is per, ``second`` or ``pot``; empty if it is none: in natural units
    its dimension alone does not tell."""
    words = set(re.findall(r"[A-Za-z]+", text))
    dimension = unit(text).dimension
    if len(words & _LENGTHS) != 1 or len(words & _ENERGIES) != 1:
        return ""
    if len(words) == 3 and words & _TIMES and dimension == 2:
        return "second"
    return "pot" if len(words - {"pot"}) == 2 and dimension == 1 else ""


@declared
def source(*, path: Annotated[str | Path, About("the file")]) -> Source:
    """A source from a file.

    The file is ECSV with a column ``E_nu`` (unit of energy, increasing) and one column or more
    among ``nu_e, nu_mu, nu_tau, nubar_e, nubar_mu, nubar_tau`` with units such as
    ``cm^-2 s^-1 MeV^-1``, or ``cm^-2 MeV^-1`` for a flux per proton on target; linear between its
    rows, 0 outside.

    Raises
    ------
    DataError
        A missing or unknown column, a wrong kind of unit, a negative flux: with its row.
    """
    table = _data.read(path, require=("E_nu",))
    E = _data.monotone(table, "E_nu")
    if E.size < 2:
        raise DataError(table.path, "a flux needs two rows at least; a line is the source "
                                    "'monoenergetic'", column="E_nu")
    if unit(table.units["E_nu"]).dimension != 1 or E[0] < 0:
        raise DataError(table.path, f"E_nu in '{table.units['E_nu']}' must be an energy, at least "
                                    "0", column="E_nu")
    found = [n for n in table.columns if n != "E_nu"]
    wrong = [n for n in found if n not in flavors.SIX]
    if wrong or not found:
        raise DataError(table.path, f"flux columns must be among {', '.join(flavors.SIX)}",
                        column=wrong[0] if wrong else None)
    per = _per(table.units[found[0]])
    for n in found:
        if not per or _per(table.units[n]) != per:
            raise DataError(table.path, f"the unit '{table.units[n]}' is no flux per energy; write "
                                        "cm^-2 s^-1 MeV^-1, or cm^-2 MeV^-1 per proton, the same "
                                        "for all columns", column=n)
        if np.any(table[n] < 0):
            row = int(np.argmax(table[n] < 0)) + 1
            raise DataError(table.path, f"the flux in row {row} is negative; it must be at least "
                                        "0", column=n)
    basis = np.zeros((len(found), 2, 3, 3), dtype=complex)
    for b, n in enumerate(found):
        i = flavors.SIX.index(n)
        basis[b, i // 3, i % 3, i % 3] = 1
    phi = np.array([table[n] for n in found])
    key = table.meta.get("source")
    return Source(name="from_file", basis=basis,
                  components={"table": Component("table", E, phi, np.empty(0),
                                                 np.empty((len(found), 0)))},
                  per=per, papers=(str(key),) if key else ())
