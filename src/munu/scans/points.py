"""The points of a scan by number: none is kept, any stretch of them is made when it is asked for.

A grid is the product of its axes, the last of which changes fastest; behind it stands one sequence,
of Sobol's or of a file, that is run through at every point of the grid.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, grid
from munu.errors import DataError, DomainError, NotInstalled, UnknownName, meant
from munu.units import parse, sort, unit

Box = dict[str, np.ndarray]
# Sobol's sequence of 30 bits, and the rows of a file that are looked up one by one
_SOBOL, _FEW = 2**30, 100_000
# points of a scan
_MOST = 10**12
PARQUET = (".parquet",)


@dataclass(frozen=True)
class Known:
    """What can be laid out: a name, and its unit, or ``""`` of a word."""

    name: str
    unit: str

    @property
    def word(self) -> bool:
        """Whether it is no number."""
        return self.unit == ""

    @property
    def factor(self) -> float:
        """Its unit, internal."""
        return 1.0 if self.unit in ("", "1") else unit(self.unit).factor

    def value(self, given: Any) -> float:
        """One number.  Raises DomainError, UnitError."""
        if isinstance(given, str):
            return parse(given, self.unit, what=self.name)
        found = _files.number(given, self.name)
        if found and self.unit != "1":
            raise DomainError(f"{self.name} = {given:g} has no unit; write '{given:g} {self.unit}'")
        return found


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis of a grid: its values, internal, or words."""

    of: Known
    values: np.ndarray

    @classmethod
    def read(cls, of: Known, given: Any) -> Axis:
        """A text in the grammar of :mod:`munu.grid`, a list, or one value.

        Raises
        ------
        DomainError, UnitError
        """
        many = given if isinstance(given, list | tuple) else [given]
        if not many or any(x is None or isinstance(x, list | dict) for x in many):
            raise DomainError(f"{of.name} is {_files.shown(given)}, where a grid such as "
                              "low:high:number or a list is meant")
        if of.word:
            found = np.empty(len(many), dtype=object)
            found[:] = many
            return cls(of, found)
        if isinstance(given, str):
            return cls(of, grid.values(given, of.unit, f"grid of {of.name}"))
        return cls(of, np.array([of.value(x) for x in many]))


@dataclass(frozen=True)
class Sobol:
    """A scrambled Sobol sequence in a box: the seed makes it, and any stretch of it is to be had.

    Attributes
    ----------
    n, seed : points, and what scrambles them
    over : what is laid out
    low, high : internal
    log : whether in equal ratios
    """

    n: int
    seed: int
    over: tuple[Known, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    log: tuple[bool, ...]

    @classmethod
    def read(cls, n: int, seed: int, over: Mapping[str, Any],
             known: Callable[[str], Known]) -> Sobol:
        """Ranges ``low:high``, ``low:high:log`` or ``:lin``; without a word in equal ratios where
        both lie above 0.

        Raises
        ------
        DomainError, UnitError, UnknownName
        """
        if not 1 <= n <= _SOBOL:
            raise DomainError(f"n = {n} points must be at least 1 and at most {_SOBOL}")
        rows = [_range(known(k), x) for k, x in over.items()]
        return cls(n, seed, tuple(known(k) for k in over), *zip(*rows, strict=True))

    def __len__(self) -> int:
        return self.n

    def take(self, start: int, stop: int) -> Box:
        """Points start to stop."""
        from scipy.stats import qmc

        engine = qmc.Sobol(len(self.over), scramble=True, seed=np.random.default_rng(self.seed))
        if start:
            _forward(engine, start)
        with warnings.catch_warnings():
            # of numbers that are no power of two
            warnings.simplefilter("ignore", UserWarning)
            u = engine.random(stop - start)
        return {one.name: low * (high / low) ** x if log else low + (high - low) * x
                for one, low, high, log, x in zip(self.over, self.low, self.high, self.log,
                                                  np.ascontiguousarray(u.T), strict=True)}


def _forward(engine: Any, n: int) -> None:
    """Skip n points of a new engine: at once, where it is the one of scipy that is known here.

    Point k is the shift and, of each bit of the Gray code of k, a direction; scipy walks there
    point by point, minutes to the far end.
    """
    state, directions = (getattr(engine, x, None) for x in ("_quasi", "_sv"))
    if state is None or directions is None or engine.num_generated:
        engine.fast_forward(n)
        return
    gray = (n - 1) ^ ((n - 1) >> 1)
    for k in range(gray.bit_length()):
        if gray >> k & 1:
            state ^= directions[:, k]
    engine.num_generated += n


def _range(of: Known, given: Any) -> tuple[float, float, bool]:
    ends = [x.strip() for x in str(given).split(":")]
    if of.word:
        raise DomainError(f"{of.name} is a word; write its list under grid")
    if len(ends) not in (2, 3) or (len(ends) == 3 and ends[2] not in ("log", "lin")):
        raise DomainError(f"{of.name} = '{given}' must read low:high, or with :log or :lin behind")
    low, high = (of.value(x) for x in ends[:2])
    if not low < high:
        raise DomainError(f"{of.name} = '{given}' must rise: low < high")
    log = ends[2] == "log" if len(ends) == 3 else low > 0
    if log and low <= 0:
        raise DomainError(f"{of.name} = '{given}' in equal ratios must begin above 0; write :lin")
    return low, high, log


@dataclass(frozen=True)
class Rows:
    """The rows of a file: CSV with units in its first line, ECSV, or Parquet with the unit of each
    column in its metadata, as a scan writes it.

    Attributes
    ----------
    path, digest : the file, and the hash of what it held when the plan was read
    n : rows
    of : its columns
    """

    path: str
    digest: str
    n: int
    of: tuple[Known, ...]

    @classmethod
    def read(cls, path: Path, columns: tuple[str, ...], known: Callable[[str], Known]) -> Rows:
        """A file; of its columns those that are named, or all.

        Raises
        ------
        DataError, UnknownName, NotInstalled
        """
        digest = hashed(path)
        found = _units(path)
        for name in columns:
            if name not in found:
                raise DataError(path, f"no such column{meant(name, found)}; there are: "
                                      f"{', '.join(found)}", column=name)
        chosen = columns or tuple(found)
        of = []
        for name in chosen:
            try:
                of.append(known(name))
            except UnknownName as err:
                raise DataError(path, f"{err}; or name the columns that are meant, as columns: "
                                      "[...]", column=name) from None
        held = _loaded(str(path), digest, tuple(of))
        return cls(str(path), digest, held.n, tuple(of))

    def __len__(self) -> int:
        return self.n

    def take(self, start: int, stop: int) -> Box:
        """Rows start to stop.  Raises :class:`DataError` where the file is another one now."""
        return _loaded(self.path, self.digest, self.of).take(start, stop)


def hashed(path: str | Path) -> str:
    """The hash of a file.  Raises :class:`DataError`."""
    if not Path(path).is_file():
        raise DataError(path, "no such file of points")
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as stream:
            while piece := stream.read(2**20):
                digest.update(piece)
    except OSError as err:
        raise DataError(path, f"cannot be read ({err.strerror or err})") from None
    return digest.hexdigest()


def _units(path: Path) -> dict[str, str]:
    """The columns of a file, with their units."""
    if path.suffix in PARQUET:
        with _open(path) as file:
            return {f.name: (f.metadata or {}).get(b"unit", b"1").decode(errors="replace")
                    for f in file.schema_arrow}
    lines = (x.strip() for x in _files.text(path).split("\n"))
    head = next((x for x in lines if x and not x.startswith("#")), "")
    # which of them are words is not known yet
    words = tuple(x.partition("[")[0].strip() for x in head.split(","))
    return {k: x or "1" for k, x in _data.read(path, words=words).units.items()}


def _open(path: str | Path) -> Any:
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name, "munu[scan]") from None
    try:
        return parquet.ParquetFile(path)
    except (OSError, ValueError, pyarrow.ArrowException) as err:
        raise DataError(path, f"cannot be read as Parquet ({_line(err)})") from None


def _line(err: Exception) -> str:
    return " ".join(str(err).split())


class _Text:
    """A table that is in memory."""

    def __init__(self, path: str, of: tuple[Known, ...]):
        held = _data.read(path, words=tuple(x.name for x in of if x.word))
        for one in of:
            if one.word != (held[one.name].dtype == object):
                raise DataError(path, "must be words" if one.word else "must be numbers",
                                column=one.name)
            _same_kind(path, one, held.units[one.name] or "1")
        self.n, self._columns = len(held), {x.name: held[x.name] for x in of}

    def take(self, start: int, stop: int) -> Box:
        return {k: x[start:stop] for k, x in self._columns.items()}


class _Groups:
    """A file of Parquet, of which the groups of rows that are asked for are read."""

    def __init__(self, path: str, of: tuple[Known, ...]):
        self._path, self._of, units = path, of, _units(Path(path))
        with _open(path) as file:
            sizes = [file.metadata.row_group(i).num_rows
                     for i in range(file.metadata.num_row_groups)]
        for one in of:
            _same_kind(path, one, units[one.name])
        self._units = units
        self._begin = np.concatenate([[0], np.cumsum(sizes, dtype=int)])
        self.n = int(self._begin[-1])
        if not self.n:
            raise DataError(path, "holds no rows")

    def take(self, start: int, stop: int) -> Box:
        first = int(np.searchsorted(self._begin, start, side="right")) - 1
        last = int(np.searchsorted(self._begin, stop, side="left"))
        import pyarrow

        with _open(self._path) as file:
            try:
                held = file.read_row_groups(list(range(first, last)), [x.name for x in self._of])
            except (OSError, ValueError, pyarrow.ArrowException) as err:
                raise DataError(self._path, f"cannot be read as Parquet ({_line(err)})") from None
        held = held.slice(start - int(self._begin[first]), stop - start)
        out = {}
        for one in self._of:
            x = held.column(one.name).to_numpy()
            if one.word:
                x = x.astype(object)
            else:
                if x.dtype.kind not in "fiu":
                    raise DataError(self._path, "must be numbers", column=one.name)
                text = self._units[one.name]
                x = x.astype(float) * (1.0 if text in ("", "1") else unit(text).factor)
                if not np.isfinite(x).all():
                    raise DataError(self._path, "a value is not finite", column=one.name)
            out[one.name] = x
        return out


def _same_kind(path: str, one: Known, text: str) -> None:
    if one.word:
        return
    pure = text in ("", "1")
    if pure != (one.unit == "1") or (not pure and sort(text) != sort(one.unit)):
        raise DataError(path, f"is in '{text}', which is not of the kind of {one.unit}; write the "
                              f"unit behind the name, as {one.name} [{one.unit}]", column=one.name)


@lru_cache(maxsize=4)
def _loaded(path: str, digest: str, of: tuple[Known, ...]) -> _Text | _Groups:
    if hashed(path) != digest:
        raise DataError(path, "is another file than it was when the plan was read; put it back, "
                              "or begin anew in another folder")
    return (_Groups if path.endswith(PARQUET) else _Text)(path, of)


@dataclass(frozen=True)
class Points:
    """All points of a scan.

    Attributes
    ----------
    axes : of the grid
    behind : the sequence that is run through at every point of the grid, or None
    """

    axes: tuple[Axis, ...] = ()
    behind: Sobol | Rows | None = None
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = [x.name for x in self.known]
        for name in names:
            if names.count(name) > 1:
                raise DomainError(f"{name} is laid out twice")
        if not names:
            raise DomainError("no points: write a grid, a sobol sequence or a file")
        n = self._n
        if n > _MOST:
            raise DomainError(f"{n:.3g} points are more than {_MOST:.0e} that a scan may have; "
                              "take coarser axes, or a sobol sequence")
        object.__setattr__(self, "names", tuple(names))

    @property
    def known(self) -> tuple[Known, ...]:
        """What is laid out, in order."""
        behind = self.behind
        return (*(a.of for a in self.axes),
                *(() if behind is None else behind.of if isinstance(behind, Rows) else behind.over))

    @property
    def _n(self) -> int:
        return prod(a.values.size for a in self.axes) * (
            1 if self.behind is None else len(self.behind))

    def __len__(self) -> int:
        return self._n

    def take(self, start: int, stop: int) -> Box:
        """Points start to stop, each name with its internal values, or words, (stop - start,)."""
        many = 1 if self.behind is None else len(self.behind)
        where = np.arange(start, min(stop, len(self)))
        outer, inner = np.divmod(where, many)
        at = np.unravel_index(outer, tuple(a.values.size for a in self.axes)) if self.axes else ()
        out = {a.of.name: a.values[i] for a, i in zip(self.axes, at, strict=True)}
        if self.behind is not None:
            out |= self._inner(self.behind, inner)
        return out

    def _inner(self, behind: Sobol | Rows, where: np.ndarray) -> Box:
        if len(behind) <= _FEW and where.size > 1 and where[0] + where.size > len(behind):
            whole = behind.take(0, len(behind))
            return {k: x[where] for k, x in whole.items()}
        pieces = [behind.take(int(w[0]), int(w[-1]) + 1) for w in _runs(where)]
        return {k: np.concatenate([p[k] for p in pieces]) for k in pieces[0]}


def _runs(where: np.ndarray) -> Iterator[np.ndarray]:
    """Stretches of numbers that rise by one."""
    yield from np.split(where, np.flatnonzero(np.diff(where) != 1) + 1)
