"""Rows of ``data/bounds`` on radii and charges: every word is one that is known."""

from __future__ import annotations

from collections import Counter

import numpy as np

from munu import references
from munu._data import Table
from munu.errors import DataError, DomainError, meant

# a bound printed in the other normalization is doubled; it keeps its sign
FACTORS = {"lh_vertex": 1.0, "vogel_engel": 2.0}
UNITS = {"r2": "cm^2", "q": "e"}
_WORDS = {"flavor": ("e", "mu", "tau", "solar", "all", "right-handed", "unknown"),
          "convention": tuple(FACTORS), "kind": ("limit", "measurement"),
          "certainty": ("A", "B", "C"), "checked": ("no", "abstract", "table")}
_NEEDED = ("experiment", "year", "flavor", "lower", "upper", "level", "channel", "key",
           "certainty", "checked", "listed", "remark")
_NUMBERS = ("year", "lower", "upper", "level")


def checked(table: Table, parameter: str) -> Table:
    """The table of bounds on ``r2`` or ``q``, after every row was looked at.

    Raises
    ------
    DataError
        A column that nothing reads, or that lacks; an unknown word, flavor, convention or paper;
        edges in the wrong order; a name that stands twice.  With the line.
    """
    radius = parameter == "r2"
    needed = (*_NEEDED, "convention") if radius else _NEEDED
    known = (*needed, "kind") if radius else needed
    table = table.having(*needed)
    for name in table.columns:
        line = table.named.get(name)
        if name not in known:
            raise DataError(table.path, f"no column of this table{meant(name, known)}; there are: "
                                        f"{', '.join(known)}", column=name, line=line)
        if (table.columns[name].dtype == object) == (name in _NUMBERS):
            raise DataError(table.path, "must be " + ("numbers" if name in _NUMBERS else "text"),
                            column=name, line=line)
        if name in ("lower", "upper") and table.units[name] != UNITS[parameter]:
            raise DataError(table.path, f"is in '{table.units[name]}'; it must be in "
                                        f"'{UNITS[parameter]}'", column=name, line=line)
    for name, words in _WORDS.items():
        if name not in known or name not in table.columns:
            continue
        for word in dict.fromkeys(table[name]):
            table.refuse(name, table[name] == word if word not in words else np.zeros(1, bool),
                         f"'{word}'{meant(word, words)} is not one of {', '.join(words)}")
    table.refuse("experiment", table["experiment"] == "", "a bound needs a name")
    table.refuse("year", ~((table["year"] >= 1930) & (table["year"] <= 2200)),
                 "must be a year, as 2026")
    level = table["level"]
    table.refuse("level", (level != 0) & ~((level >= 0.5) & (level < 1)),
                 "must be from 0.5 to 1, as 0.9, or 0 where none is said")
    table.refuse("upper", table["upper"] <= table["lower"], "must be above the lower edge")
    for line, key in zip(table.lines, table["key"], strict=True):
        try:
            references.known([key], table.path)
        except DomainError as err:
            raise DataError(table.path, str(err), column="key", line=line) from None
    names = [f"{x} {int(year)}" for x, year in zip(table["experiment"], table["year"], strict=True)]
    seen = Counter(names)
    table.refuse("experiment", np.array([seen[x] > 1 for x in names]),
                 "another row has this name and year; tell them apart, as 'LZ (recast)'")
    return table
