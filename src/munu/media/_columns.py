"""A table of one's own: ECSV, or plain CSV with units in brackets, ``r [km], B [G]``."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from munu import _data
from munu._frozen import FrozenMap
from munu.errors import DataError

_CELL = re.compile(r"\s*([^\[\]]*?)\s*(?:\[([^\[\]]*)\])?\s*")


def read(path: str | Path, *, require: tuple[str, ...] = ()) -> _data.Table:
    """Read a table; columns leave in internal units.

    Parameters
    ----------
    path : ECSV; or CSV, whose first line names its columns, with units in brackets (lines that
        begin with # are skipped)
    require : names of columns that must be there

    Raises
    ------
    DataError
        Missing file or column, a unit that is none, a row of the wrong length, a number that is
        not finite.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        # said by the reader of ECSV
        return _data.read(path, require=require)
    if lines and lines[0].startswith("# %ECSV"):
        return _data.read(path, require=require)
    kept = [(i, line) for i, line in enumerate(lines, start=1)
            if line.strip() and not line.lstrip().startswith("#")]
    if len(kept) < 2:
        raise DataError(path, "holds no rows; the first line names the columns, as r [km], B [G]")
    rows = list(csv.reader(line for _, line in kept))
    units: dict[str, str] = {}
    for cell in rows[0]:
        match = _CELL.fullmatch(cell)
        if not match or not match[1] or match[1] in units:
            raise DataError(path, f"'{cell.strip()}' is no name of a column, or stands twice; "
                                  "write r [km], B [G]", line=kept[0][0])
        units[match[1]] = match[2] or ""
    for name in require:
        if name not in units:
            raise DataError(path, f"no such column; there are: {', '.join(units)}", column=name)
    for (line, _), row in zip(kept[1:], rows[1:], strict=True):
        if len(row) != len(units):
            raise DataError(path, f"{len(row)} fields where {len(units)} are named", line=line)
    columns = {}
    for k, (name, unit) in enumerate(units.items()):
        columns[name] = _data._numbers(path, name, [row[k] for row in rows[1:]], unit, kept[1][0])
        columns[name].setflags(write=False)
    return _data.Table(path, FrozenMap(columns), FrozenMap(units))


def check_units(table: _data.Table, allowed: dict[str, tuple[str, ...]]) -> None:
    """Refuse a column whose unit is not one of those allowed; ``""`` is none."""
    for name, units in allowed.items():
        if name in table.columns and table.units[name].replace(" ", "") not in units:
            said = ", ".join(u for u in units if u) or "none"
            raise DataError(table.path, f"unit '{table.units[name]}' must be "
                            + (f"one of {said}" if "," in said else said), column=name)
