"""One table in: columns times their units, and where they come from.

An ECSV file is a YAML header behind ``# `` and a comma-separated table: values, units and
provenance in one place.  A CSV file has its units in the first line.  Columns of numbers leave
this module in internal units.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from munu import _files, _part
from munu._frozen import FrozenMap
from munu._log import log
from munu.errors import DataError, DomainError, UnitError, UnknownName, meant
from munu.units import HUGE, of_kind, unit

ROOT = Path(__file__).parent / "data"
# rows of a table that are text at the same time
_PIECE = 20_000
_ECSV = re.compile(r"#\s*%ECSV\b")
# of CSV: a column with its unit, a line of provenance
_CELL = re.compile(r"\s*([^\[\]]*?)\s*(?:\[([^\[\]]*)\])?\s*")
_ENTRY = re.compile(r"#\s*[A-Za-z_]\w*:(\s|$)")
_OF_COLUMN = ("name", "unit", "datatype", "description", "format", "subtype", "meta")
_TEXT, _NUMERIC = ("string", "str"), ("float64", "float32", "float16", *(
    f"{kind}{bits}" for kind in ("int", "uint") for bits in (64, 32, 16, 8)))
_DIGITS = frozenset("0123456789.eE+-")


@dataclass(frozen=True)
class Table:
    """Columns in internal units, with the header they came with.

    Attributes
    ----------
    path : Path
    columns : mapping of name to array (floats in internal units, or strings)
    units : mapping of name to the unit as written
    meta : mapping, the provenance
    lines : the line of each row
    said, named : lines of the entries of ``meta`` and of the columns' names
    plain : True of CSV
    """

    path: Path
    columns: Mapping[str, np.ndarray]
    units: Mapping[str, str]
    meta: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    said: Mapping[str, int] = field(default_factory=dict)
    named: Mapping[str, int] = field(default_factory=dict)
    plain: bool = False

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            return self.columns[name]
        except KeyError:
            raise DataError(self.path, f"no such column; there are: {', '.join(self.columns)}",
                            column=name) from None

    def having(self, *names: str) -> Table:
        """The table, which must have columns of these names.  Raises :class:`DataError`."""
        for name in names:
            if name not in self.columns:
                raise DataError(self.path, f"no such column{meant(name, self.columns)}; there are: "
                                           f"{', '.join(self.columns)}", column=name)
        return self

    def check(self, kinds: Mapping[str, str], others: str = "") -> Table:
        """The table, whose columns must be numbers of :data:`munu.units.KINDS`.

        Parameters
        ----------
        kinds : name to kind; a column that is not there is no matter
        others : what any other column is; without it there may be none

        Raises
        ------
        DataError
        """
        for name, column in self.columns.items():
            kind, line = kinds.get(name, others), self.named.get(name)
            if not kind:
                raise DataError(self.path, f"no column of this file{meant(name, kinds)}; there "
                                           f"may be: {', '.join(kinds)}", column=name, line=line)
            if column.dtype == object:
                raise DataError(self.path, "is declared as text (datatype: string), where "
                                           "numbers are meant", column=name, line=line)
            try:
                of_kind(self.units[name], kind)
            except UnitError as err:
                raise DataError(self.path, str(err), column=name, line=line) from None
        return self

    def refuse(self, column: str, bad: np.ndarray, said: str) -> None:
        """Raise a :class:`DataError` with the line of the first bad row, if there is one."""
        if np.any(bad):
            i = int(np.argmax(bad))
            raise DataError(self.path, said, column=column,
                            line=self.lines[i] if self.lines else None)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The table row by row."""
        for i in range(len(self)):
            yield {name: column[i] for name, column in self.columns.items()}


def names(folder: str | None = None) -> list[str]:
    """The names of the data files in a folder of the package, or all with their folders, sorted."""
    if folder is None:
        return sorted(p.relative_to(ROOT).with_suffix("").as_posix() for p in ROOT.rglob("*.ecsv"))
    place = ROOT / folder
    if not place.is_dir():
        raise UnknownName("data folder", folder, [p.name for p in ROOT.iterdir() if p.is_dir()])
    return sorted(p.stem for p in place.glob("*.ecsv"))


def about(name: str) -> str:
    """One line on a data file: from which figure or table of which paper."""
    meta = load(name).meta
    return ", ".join(str(meta[k]) for k in ("source", "where") if meta.get(k))


@cache
def load(name: str) -> Table:
    """A data file of the package by folder and name, as in ``load("fluxes/solar_pp")``."""
    path = ROOT / f"{name}.ecsv"
    if not path.is_file():
        folder = name.rsplit("/", 1)[0]
        raise UnknownName(f"data file in {folder}", name.rsplit("/", 1)[-1], names(folder))
    return read(path)


def read(path: str | Path, *, require: tuple[str, ...] = (), words: tuple[str, ...] = ()
         ) -> Table:
    """Read one table: ECSV, or CSV with units in its first line, ``r [km], B [G]``.

    In CSV empty lines and lines that begin with # are left out; above the first row one such as
    ``# source: KEY`` is an entry of the provenance.

    Parameters
    ----------
    path : str or Path
    require : names of columns that must be there
    words : columns of CSV that are text; ECSV says it itself

    Raises
    ------
    DataError
        Missing file, broken header, unknown unit, wrong column, a row of the wrong length,
        a number that is not finite: with path, line and column.
    """
    path = Path(path)
    log.debug("reads %s", path)
    lines = _files.text(path).split("\n")
    table = _ecsv(path, lines) if _ECSV.match(lines[0]) else _csv(path, lines, words)
    return table.having(*require)


def header(path: str | Path) -> _files.Entries:
    """What a table says of itself, whatever its numbers are: an answer may hold some that are none.

    Raises
    ------
    DataError
        Missing file, broken header.
    """
    path = Path(path)
    lines = _files.text(path).split("\n")
    if _ECSV.match(lines[0]):
        return _header(path, lines[:_head(lines)])[2]
    return _above(path, lines, next((i for i, x in enumerate(lines) if _row(x)), len(lines)))


def _head(lines: list[str]) -> int:
    return next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _row(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _above(path: Path, lines: list[str], first: int) -> _files.Entries:
    """The entries above the first row of a CSV."""
    said = [x[1:].strip() if _ENTRY.match(x) else "" for x in lines[:first]]
    return _files.entries(path, "\n".join(said), "") if any(said) else _files.Entries()


def _ecsv(path: Path, lines: list[str]) -> Table:
    """A table below a header of YAML."""
    n_head = _head(lines)
    delimiter, specs, meta = _header(path, lines[:n_head])
    rows = _rows(path, enumerate(lines[n_head:], start=n_head + 1), delimiter)
    if len(rows) < 2:
        raise DataError(path, "holds no rows below the header")
    first, names = rows[0]
    if names != list(specs):
        wrong = next((n for n in names if n not in specs), None) \
            or next((n for n in specs if n not in names), names[0])
        raise DataError(path, f"the table has {', '.join(names)} where the header declares "
                              f"{', '.join(specs)}", column=wrong, line=first)
    words = [n for n, x in specs.items() if x["datatype"] in _TEXT]
    return _table(path, {n: x["unit"] for n, x in specs.items()}, rows[1:], words, meta,
                  {n: x.lines["name"] for n, x in specs.items()})


def _csv(path: Path, lines: list[str], words: tuple[str, ...] = ()) -> Table:
    """A table below a line of names and units."""
    kept = [(i, x) for i, x in enumerate(lines, start=1) if _row(x)]
    if len(kept) < 2:
        raise DataError(path, "holds no rows; the first line names the columns, as r [km], B [G]")
    meta = _above(path, lines, kept[0][0] - 1)
    (first, cells), *rows = _rows(path, iter(kept), ",")
    units: dict[str, str] = {}
    for cell in cells:
        match = _CELL.fullmatch(cell)
        if cell and _DIGITS.issuperset(cell):
            raise DataError(path, f"'{cell}' is a number where the names of the columns stand, "
                                  "each with its unit, as r [km], B [G]", line=first)
        if not match or not match[1] or match[1] in units:
            raise DataError(path, f"'{cell.strip()}' is no name of a column, or stands twice; "
                                  "write r [km], B [G]", line=first)
        units[match[1]] = (match[2] or "").strip()
    return _table(path, units, rows, words, meta, dict.fromkeys(units, first), plain=True)


def _rows(path: Path, numbered: Iterator[tuple[int, str]], delimiter: str
          ) -> list[tuple[int, list[str]]]:
    """The rows that hold something, each with its line."""
    at = [0]

    def lines() -> Iterator[str]:
        for at[0], line in numbered:
            yield line

    out = []
    try:
        for row in csv.reader(lines(), delimiter=delimiter, strict=True):
            if any(x.strip() for x in row):
                out.append((at[0], [x.strip() for x in row]))
    except csv.Error as err:
        raise DataError(path, f"the table is broken: {err}", line=at[0]) from None
    return out


def _table(path: Path, units: Mapping[str, str], rows: list[tuple[int, list[str]]],
           words: Iterable[str], meta: _files.Entries, named: Mapping[str, int],
           plain: bool = False) -> Table:
    """Rows of text as columns."""
    for line, row in rows:
        if len(row) != len(units):
            raise DataError(path, f"{len(row)} fields where {len(units)} are named", line=line)
    at = tuple(line for line, _ in rows)
    columns = {}
    for k, (name, text) in enumerate(units.items()):
        raw = [row[k] for _, row in rows]
        columns[name] = np.array(raw, dtype=object) if name in words else \
            _numbers(path, name, raw, text, at, named[name])
        columns[name].setflags(write=False)
    return Table(path, FrozenMap(columns), FrozenMap(units), FrozenMap(dict(meta)), at,
                 FrozenMap(dict(meta.lines)), FrozenMap(dict(named)), plain)


def _header(path: Path, lines: list[str]) -> tuple[str, dict[str, _files.Entries], _files.Entries]:
    """Delimiter, columns by name, provenance."""
    content = [re.sub("^# ?", "", x) if i and x != "# ---" else "" for i, x in enumerate(lines)]
    wanted = ("no ECSV header with a 'datatype' list; the first lines must read '# %ECSV 1.0', "
              "'# ---', '# datatype:'")
    header = _files.entries(path, "\n".join(content), wanted)
    _known(path, header, ("delimiter", "datatype", "meta", "schema"), "entry of the header")
    if not isinstance(header.get("datatype"), list) or not header["datatype"]:
        raise DataError(path, wanted)
    delimiter = header.get("delimiter", " ")
    if delimiter not in (",", " "):
        raise DataError(path, f"delimiter is {_files.shown(delimiter)}; it must be ',' or ' '",
                        line=header.lines["delimiter"])
    meta = header.get("meta")
    if meta is not None and not isinstance(meta, _files.Entries):
        raise DataError(path, "'meta' must hold entries such as 'source: KEY'",
                        line=header.lines["meta"])
    specs: dict[str, _files.Entries] = {}
    for spec in header["datatype"]:
        if not isinstance(spec, _files.Entries) or "name" not in spec:
            raise DataError(path, "a column in the header's 'datatype' has no name",
                            line=header.lines["datatype"])
        _known(path, spec, _OF_COLUMN, "entry of a column")
        line = spec.lines["name"]
        try:
            name = _files.word(spec["name"], "the name of a column")
            spec.setdefault("unit", "1")
            if spec["unit"] == 1 and spec["unit"] is not True:
                spec["unit"] = "1"
            elif spec["unit"] != "":
                _files.word(spec["unit"], f"the unit of '{name}'", "keV")
            kind = _files.word(spec.setdefault("datatype", "float64"), f"datatype of '{name}'")
        except DomainError as err:
            raise DataError(path, str(err), line=line) from None
        if kind not in (*_TEXT, *_NUMERIC):
            raise DataError(path, str(UnknownName("datatype", kind, ("string", *_NUMERIC))),
                            column=name, line=line)
        if name in specs:
            raise DataError(path, "the header names this column twice", column=name, line=line)
        specs[name] = spec
    return delimiter, specs, _files.Entries() if meta is None else meta


def _known(path: Path, given: _files.Entries, known: Iterable[str], what: str) -> None:
    for key in given:
        if key not in known:
            raise DataError(path, str(UnknownName(what, key, known)), line=given.lines[key])


def _numbers(path: Path, name: str, raw: list[str], unit_text: str, at: Sequence[int],
             named: int) -> np.ndarray:
    try:
        factor = unit(unit_text).factor
    except UnitError as err:
        raise DataError(path, str(err), column=name, line=named) from None
    try:
        # what float takes beyond numbers, nan or 1_0, has other characters
        values = np.array([float(x) for x in raw]) if _DIGITS.issuperset("".join(raw)) else None
    except ValueError:
        values = None
    if values is None:
        values = np.array([_one(path, name, x, line) for x, line in zip(raw, at, strict=True)])
    scaled = values * factor
    bad = ~np.isfinite(values) | (abs(scaled) > HUGE) | ((scaled == 0) & (values != 0))
    if bad.any():
        i = int(np.argmax(bad))
        raise DataError(path, "a value is not finite" if not np.isfinite(values[i]) else
                        f"'{raw[i]}' is no number that can be computed with", column=name,
                        line=at[i])
    return scaled


def _one(path: Path, name: str, item: str, line: int) -> float:
    try:
        made = _files.scalar(item)
    except DomainError:
        return np.nan
    if item.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return np.nan
    if isinstance(made, bool) or not isinstance(made, int | float):
        raise DataError(path, f"'{item[:40]}' is not a number", column=name, line=line)
    return float(made)


def monotone(table: Table, name: str) -> np.ndarray:
    """A column that must increase strictly, or a :class:`DataError` with the line's number."""
    x = table[name]
    table.refuse(name, np.diff(x, prepend=-np.inf) <= 0,
                 "does not increase; an axis of shape 'function' must be strictly increasing")
    return x


def write(path: str | Path, columns: Mapping[str, tuple[str, Any]], meta: Mapping[str, Any]
          ) -> Path:
    """Write an ECSV file: ``columns`` maps a name to its unit and its values *in that unit*.

    The file appears whole or not at all.  Raises :class:`DataError` if it cannot be written.
    """
    path = Path(path)
    arrays = {k: np.atleast_1d(np.asarray(v)) for k, (_, v) in columns.items()}
    head = {"delimiter": ",", "datatype": [
        {"name": k, "unit": u, "datatype": "string" if arrays[k].dtype.kind in "OUS"
         else "float64"} for k, (u, _) in columns.items()], "meta": _plain(meta)}
    dumped = _files.dump(head, sort_keys=False, default_flow_style=None, width=100)
    out = io.StringIO()
    out.write("# %ECSV 1.0\n# ---\n")
    out.writelines(f"# {line}\n" for line in dumped.splitlines())
    csv.writer(out, lineterminator="\n").writerow(columns)
    return save(path, itertools.chain([out.getvalue()], lines(list(arrays.values()))))


def lines(columns: Sequence[Any]) -> Iterator[str]:
    """Rows of equally long columns as comma-separated text, piece by piece: a long table never
    stands in memory as text."""
    arrays = [np.atleast_1d(np.asarray(x)) for x in columns]
    arrays = [x if x.dtype.kind in "US" or any(isinstance(y, str) for y in x[:1])
              else x.astype(float, copy=False) for x in arrays]
    for at in range(0, max(map(len, arrays), default=0), _PIECE):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            zip(*(x[at:at + _PIECE].tolist() for x in arrays), strict=True))
        yield out.getvalue()


def save(path: str | Path, text: str | Iterable[str]) -> Path:
    """Write a text, or its pieces, that is there whole or not at all.  Raises DataError."""
    path = Path(path)
    with whole(path) as part, open(part, "w", encoding="utf-8", newline="") as stream:
        stream.writelines([text] if isinstance(text, str) else text)
    return path


@contextmanager
def whole(path: str | Path, otherwise: str = "") -> Iterator[Path]:
    """A file to write into that takes the name ``path`` at the end, or is gone if that fails.

    It lies in the same folder, made if need be, under a name of its own: several processes
    may write the same file.  A link stays one, a device takes the content, a new file gets the
    permissions of any new file and an old one keeps its own.

    Parameters
    ----------
    path : str or Path
    otherwise : what to do where it cannot be written, said at the end of the error

    Raises
    ------
    DataError
        The folder cannot be made or written.
    """
    path = Path(path)
    try:
        with _part.replaced(path) as part:
            yield part
        log.info("wrote %s", path)
    except OSError as err:
        raise DataError(path, f"cannot be written ({err.strerror or err})"
                              + (f"; {otherwise}" if otherwise else "")) from None


def _plain(value: Any) -> Any:
    """A header value as YAML knows it."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """A hash of every data file of the package: two results with the same one rest on the same
    numbers."""
    import hashlib

    digest = hashlib.sha256()
    for path in sorted(p for p in ROOT.rglob("*") if p.suffix in (".ecsv", ".bib")):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
