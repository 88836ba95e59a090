"""A curve of one's own in CSV: what must stand above it, what is taken where nothing does.

``data/limits`` says everything of a published claim.  A curve that somebody drops on the map says
at which level it holds and for which flavor; the rest has a value that claims nothing, and the
record names what was taken so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from munu import _files
from munu._data import Table
from munu._frozen import FrozenMap
from munu.couplings import mu_of_d
from munu.errors import DataError
from munu.references import UNPUBLISHED
from munu.units import eV

NEEDED = ("level", "flavor")
DEFAULTS = {"source": UNPUBLISHED, "where": "the file", "how": "unknown", "error": "unknown",
            "statistic": "unknown", "nature": "none", "convention": "half_mu",
            "status": "standing", "checked": "no", "certainty": "C"}
_ENTRY = re.compile(r"\s*#\s*([A-Za-z_]\w*)\s*[:=]\s*(.*)")
# where a column of moments is one of something else: the weakest bound of all is near 1e-5, the
# frames of figures end below 1e-2
_LEAST, _MOST = 1e-4, 0.05


def entries(table: Table, known: Iterable[str]) -> dict[str, Any]:
    """What a curve says of itself, with ``defaults``, the names of what it does not say.

    Raises
    ------
    DataError
        Level or flavor is missing; an entry below the line of names, which nothing would read.
    """
    known = tuple(known)
    for number, line in enumerate(_files.text(table.path).split("\n"), start=1):
        found = _ENTRY.fullmatch(line)
        name = found[1] if found else ""
        if found and name in known and table.said.get(name) != number:
            raise DataError(table.path, f"'{line.strip()}' is not read here; write '# {name}: "
                                        f"{found[2] or '...'}' above the names of the columns",
                            line=number)
        if found and name in NEEDED and not found[2]:
            raise DataError(table.path, f"{name} is empty; write {_asked(name)}", line=number)
    for name in NEEDED:
        if name not in table.meta:
            raise DataError(table.path, f"says no {name}; write {_asked(name)} above the names of "
                                        "the columns", line=min(table.named.values()))
    taken = DEFAULTS | {"shape": "function" if "M_N" in table.columns else "interval"}
    taken = {k: v for k, v in taken.items() if k not in table.meta}
    return {**taken, **table.meta, "defaults": tuple(f"{k}: {v}" for k, v in taken.items())}


def _asked(name: str) -> str:
    return {"level": "'# level: 0.9', or null where a criterion made it",
            "flavor": "'# flavor: tau', one of e, mu, tau, universal"}[name]


def moments(table: Table, convention: str) -> Table:
    """The table with a column of moments, made of ``d`` where there is no other.

    Raises
    ------
    DataError
        Both columns, of which one does not say what the other does; a moment or masses that no
        bound has, as of columns that were swapped.
    """
    d: Any = table.columns.get("d")
    if "mu" not in table.columns and d is not None:
        table.refuse("d", d <= 0, "a limit must be above 0")
        if convention != "half_mu":
            raise DataError(table.path, "d means d nubar sigma F N in every convention; leave the "
                                        "entry 'convention' out", line=table.said["convention"])
        columns = {**table.columns, "mu": mu_of_d(d)}
        table = Table(table.path, FrozenMap(columns), FrozenMap({**table.units, "mu": "mu_B"}),
                      table.meta, table.lines, table.said, table.named, table.plain)
    mu = table.having("mu")["mu"]
    table.refuse("mu", mu <= 0, "a limit must be above 0")
    table.refuse("mu", (mu > _MOST) | (mu.min() > _LEAST), "is no bound on a moment, whose every "
                 "curve lies below 1e-4 mu_B somewhere and ends below 0.05; are the columns "
                 "swapped, or in another unit?")
    if "M_N" in table.columns:
        M = table["M_N"]
        table.refuse("M_N", M <= 0, "masses must be above 0")
        table.refuse("M_N", np.full(M.shape, M.max() < eV), "no mass reaches 1 eV; are the "
                     "columns swapped, or in another unit?")
        if len(table) < 2:
            raise DataError(table.path, "one row is no curve; give two masses or more, or mu alone "
                                        "of a limit at M_N = 0", line=table.lines[0])
    if d is not None:
        twice = mu_of_d(d) * {"half_mu": 1.0, "one_mu": 0.5}[convention]
        table.refuse("d", abs(twice / mu - 1) > 0.01, "does not say what the column mu says, "
                     "mu = 2 d; leave one of them out")
    return table
