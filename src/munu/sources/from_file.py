"""A user's flux: a table of energy against any of the six flavors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np

from munu import _data, flavors, references
from munu.errors import DataError
from munu.parameters import About, declared
from munu.sources._tables import states
from munu.sources.source import Component, Source
from munu.units import KINDS, sort

# what a file is per, by the kind of its flux; the first where it is of none
_PER = {"a flux": "second", "a flux per proton": "pot", "a flux per luminosity": "luminosity"}


@declared
def source(*, path: Annotated[str | Path, About("the file")]) -> Source:
    """A source from a file.

    The file, ECSV or CSV with units in its first line, has a column ``E_nu`` (unit of energy,
    increasing) and one column or more among ``nu_e, nu_mu, nu_tau, nubar_e, nubar_mu, nubar_tau``
    with units such as ``cm^-2 s^-1 MeV^-1``, ``cm^-2 MeV^-1`` for a flux per proton on target, or
    ``cm^-2 MeV^-1 fb`` for one per luminosity; linear between its rows, 0 outside.

    Raises
    ------
    DataError
        A missing or unknown column, a wrong kind of unit, a negative flux: with its row.
    """
    table = _data.read(path, require=("E_nu",))
    found = [n for n in table.columns if n in flavors.SIX]
    of = sort(table.units[found[0]]) if found else None
    kind = next((k for k in _PER if sort(KINDS[k][0]) == of), "a flux")
    table.check({"E_nu": "an energy", **dict.fromkeys(flavors.SIX, kind)})
    if not found:
        raise DataError(table.path, f"holds no flux; there may be: {', '.join(flavors.SIX)}")
    E = _data.monotone(table, "E_nu")
    if E.size < 2:
        raise DataError(table.path, "a flux needs two rows at least; a line is the source "
                                    "'monoenergetic'", column="E_nu")
    table.refuse("E_nu", E < 0, "an energy must be at least 0")
    for n in found:
        table.refuse(n, table[n] < 0, "the flux is negative; it must be at least 0")
    phi = np.array([table[n] for n in found])
    return Source(name="from_file", basis=states(found),
                  components={"table": Component("table", E, phi, np.empty(0),
                                                 np.empty((len(found), 0)))},
                  per=_PER[kind],
                  papers=references.of_table(table))
