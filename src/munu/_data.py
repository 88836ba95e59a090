"""One ECSV file in: columns times their units, and where they come from.

A file is a YAML header behind ``# `` and a comma-separated table: values, units and
provenance in one place (see ``data/README.md``).  Columns of numbers leave this module
in internal units.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from munu import _part
from munu._frozen import FrozenMap
from munu._log import log
from munu.errors import DataError, UnitError, UnknownName
from munu.units import unit

ROOT = Path(__file__).parent / "data"
# rows of a table that are text at the same time
_PIECE = 20_000


@dataclass(frozen=True)
class Table:
    """Columns in internal units, with the header they came with.

    Attributes
    ----------
    path : Path
    columns : mapping of name to array (floats in internal units, or strings)
    units : mapping of name to the unit as written
    meta : mapping, the provenance
    """

    path: Path
    columns: Mapping[str, np.ndarray]
    units: Mapping[str, str]
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            return self.columns[name]
        except KeyError:
            raise DataError(self.path, f"no such column; there are: {', '.join(self.columns)}",
                            column=name) from None

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


def read(path: str | Path, *, require: tuple[str, ...] = ()) -> Table:
    """Read one ECSV file.

    Parameters
    ----------
    path : str or Path
    require : names of columns that must be there

    Raises
    ------
    DataError
        Missing file, broken header, unknown unit, wrong column, a row of the wrong length,
        a number that is not finite: with path, line and column.
    """
    path = Path(path)
    log.debug("reads %s", path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError(path, "no such file") from None
    except (OSError, UnicodeDecodeError) as err:
        raise DataError(path, f"cannot be read ({err.__class__.__name__}: {err})") from None
    lines = text.splitlines()
    n_head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = _header(path, lines[:n_head])
    body = list(csv.reader(io.StringIO("\n".join(lines[n_head:])),
                           delimiter=header.get("delimiter", " ")))
    body = [row for row in body if row]
    if len(body) < 2:
        raise DataError(path, "holds no rows below the header")
    declared = {c["name"]: c for c in header["datatype"]}
    if body[0] != list(declared):
        wrong = next((n for n in body[0] if n not in declared), None) \
            or next((n for n in declared if n not in body[0]), body[0][0])
        raise DataError(path, f"the table has {', '.join(body[0])} where the header declares "
                              f"{', '.join(declared)}", column=wrong, line=n_head + 1)
    for name in require:
        if name not in declared:
            raise DataError(path, f"no such column; there are: {', '.join(declared)}", column=name)
    for i, row in enumerate(body[1:], start=n_head + 2):
        if len(row) != len(declared):
            raise DataError(path, f"{len(row)} fields where {len(declared)} are declared", line=i)
    columns, units = {}, {}
    for k, (name, spec) in enumerate(declared.items()):
        raw = [row[k] for row in body[1:]]
        units[name] = str(spec.get("unit", "1"))
        if str(spec.get("datatype", "float64")).startswith("str"):
            columns[name] = np.array(raw, dtype=object)
        else:
            columns[name] = _numbers(path, name, raw, units[name], n_head + 2)
        columns[name].setflags(write=False)
    return Table(path, FrozenMap(columns), FrozenMap(units),
                 FrozenMap(dict(header.get("meta") or {})))


def _header(path: Path, lines: list[str]) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = [line[2:] for line in lines if line not in ("# ---",) and not
               line.startswith("# %ECSV")]
    try:
        header = yaml.load("\n".join(content), Loader=loader)
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        raise DataError(path, f"the header is not YAML: {getattr(err, 'problem', err)}",
                        line=mark.line + 3 if mark else None) from None
    if not isinstance(header, dict) or not isinstance(header.get("datatype"), list):
        raise DataError(path, "no ECSV header with a 'datatype' list; the first lines must read "
                              "'# %ECSV 1.0', '# ---', '# datatype:'")
    for spec in header["datatype"]:
        if not isinstance(spec, dict) or "name" not in spec:
            raise DataError(path, "a column in the header's 'datatype' has no name")
    return header


def _numbers(path: Path, name: str, raw: list[str], unit_text: str, first: int) -> np.ndarray:
    try:
        factor = unit(unit_text).factor
    except UnitError as err:
        raise DataError(path, str(err), column=name) from None
    values = np.empty(len(raw))
    for i, item in enumerate(raw):
        try:
            values[i] = float(item)
        except ValueError:
            raise DataError(path, f"'{item}' is not a number", column=name, line=first + i
                            ) from None
    bad = ~np.isfinite(values)
    if bad.any():
        raise DataError(path, "a value is not finite", column=name,
                        line=first + int(np.argmax(bad)))
    return values * factor


def monotone(table: Table, name: str) -> np.ndarray:
    """A column that must increase strictly, or a :class:`DataError` with the line's number."""
    x = table[name]
    step = np.diff(x) <= 0
    if step.any():
        raise DataError(table.path, f"row {int(np.argmax(step)) + 2} does not increase; an axis "
                                    "of shape 'function' must be strictly increasing", column=name)
    return x


def write(path: str | Path, columns: Mapping[str, tuple[str, Any]], meta: Mapping[str, Any]
          ) -> Path:
    """Write an ECSV file: ``columns`` maps a name to its unit and its values *in that unit*.

    The file appears whole or not at all.  Raises :class:`DataError` if it cannot be written.
    """
    import yaml

    path = Path(path)
    arrays = {k: np.atleast_1d(np.asarray(v)) for k, (_, v) in columns.items()}
    head = {"delimiter": ",", "datatype": [
        {"name": k, "unit": u, "datatype": "string" if arrays[k].dtype.kind in "OUS"
         else "float64"} for k, (u, _) in columns.items()], "meta": _plain(meta)}
    dumped = yaml.safe_dump(head, sort_keys=False, default_flow_style=None, allow_unicode=True,
                            width=100)
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
