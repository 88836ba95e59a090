"""A scan as one dataset, part by part: what is there, and all of it in one file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _parts, results
from munu._frozen import FrozenMap
from munu.errors import DataError, DomainError
from munu.scans import _parquet
from munu.scans.plan import ASKED, Plan, again, code, digest
from munu.scans.points import PARQUET
from munu.scans.rows import ERROR, LAST

NAME = "part-{:06d}.parquet"
ENDINGS = (*PARQUET, *results.TABLES)
# numbers of parts that a line names
_NAMED = 8


@dataclass(frozen=True)
class Status:
    """How far a scan is.

    Attributes
    ----------
    folder : str
    points, parts, chunk : of the scan
    done : parts that are there and whole
    missing : numbers of the parts that are not there
    broken : numbers of those that are cut short, altered, or of another configuration
    failed : points that are rows with an error, of the parts that are done
    size : bytes of these
    running : whether a process writes into the folder now, as far as a lock can say
    rate : points a second since the first of these parts, 0 where there is no telling
    older : whether another munu than this one made it
    """

    folder: str
    points: int
    parts: int
    chunk: int
    done: int
    missing: tuple[int, ...]
    broken: tuple[int, ...]
    failed: int
    size: int
    running: bool = False
    rate: float = 0.0
    older: bool = False

    @property
    def whole(self) -> bool:
        """Whether all is done."""
        return self.done == self.parts

    @property
    def left(self) -> float | None:
        """Seconds that a running scan still takes, or None."""
        todo = (self.parts - self.done) * self.chunk
        return todo / self.rate if self.running and self.rate > 0 else None

    def as_dict(self) -> dict[str, Any]:
        """As ``munu scan status --json`` prints it."""
        return results.plain(results.provenance(
            **{k: getattr(self, k) for k in self.__dataclass_fields__}, whole=self.whole,
            seconds_left=self.left))

    def __str__(self) -> str:
        parts = f"{self.parts} part{'' if self.parts == 1 else 's'}"
        out = [f"{self.folder}: {self.done} of {parts} of {self.points} points, "
               f"{self.size / 1e6:.3g} MB" + (", being written" if self.running else "")]
        if self.failed:
            out.append(f"{self.failed} points failed: the column {ERROR} says why")
        if self.missing:
            out.append(f"missing: {numbers(self.missing)}")
        if self.broken:
            out.append(f"broken, to be computed again: {numbers(self.broken)}")
        if self.left is not None:
            out.append(f"{self.rate:.3g} points/s, {lasting(self.left)} left")
        if self.older:
            out.append("made by another munu than this one: it is read, and not gone on with")
        if not self.whole and not self.running:
            out.append(f"go on: munu scan run {self.folder}")
        return "\n".join(out)


def numbers(many: tuple[int, ...]) -> str:
    """Some numbers in words."""
    shown = ", ".join(map(str, many[:_NAMED]))
    return f"part{'s' if len(many) > 1 else ''} {shown}" + (
        f" and {len(many) - _NAMED} more" if len(many) > _NAMED else "")


def lasting(seconds: float) -> str:
    """A time for people.

    >>> lasting(8.2), lasting(250), lasting(9000)
    ('8 s', '4 min', '2.5 h')
    """
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min" \
        if seconds < 7200 else f"{seconds / 3600:.1f} h"


@dataclass(frozen=True)
class Dataset:
    """The folder of a scan.

    Attributes
    ----------
    folder : Path
    configuration : what its parts follow from
    """

    folder: Path
    configuration: Mapping[str, Any]

    def __len__(self) -> int:
        return int(self.configuration["n"])

    @property
    def chunk(self) -> int:
        """Points of a part."""
        return int(self.configuration["chunk"])

    @property
    def parts(self) -> int:
        """How many there will be."""
        return -(-len(self) // self.chunk)

    def plan(self) -> Plan:
        """What it is a scan of.  Raises MunuError, as where a file of points is gone."""
        return again(self.configuration)

    def path(self, k: int) -> Path:
        """Where part k is, or will be."""
        return self.folder / NAME.format(k)

    def part(self, k: int) -> tuple[dict[str, tuple[str, np.ndarray]], dict[str, Any]]:
        """Columns and header of a part.  Raises :class:`DataError` unless it is whole and ours."""
        columns, header = _parquet.read(self.path(k))
        if (header.get("digest"), header.get("part")) != (digest(self.configuration), k):
            raise DataError(self.path(k), "is a part of another scan")
        return columns, header

    def status(self) -> Status:
        """How far it is; every part is read."""
        missing, broken, failed, size, times = [], [], 0, 0, []
        for k in range(self.parts):
            try:
                found = self.path(k).stat()
                failed += self.part(k)[1]["failed"]
            except FileNotFoundError:
                missing.append(k)
            except DataError:
                broken.append(k)
            else:
                size += found.st_size
                times.append(found.st_mtime)
        took = max(times, default=0.0) - min(times, default=0.0)
        return Status(str(self.folder), len(self), self.parts, self.chunk, len(times),
                      tuple(missing), tuple(broken), failed, size, _parts.held(self.folder),
                      (len(times) - 1) * self.chunk / took if took > 0 else 0.0,
                      self.configuration["munu"] != code())

    def wanted(self) -> tuple[int, ...]:
        """Numbers of the parts that are missing or broken."""
        found = self.status()
        return tuple(sorted((*found.missing, *found.broken)))

    def blocks(self) -> Iterator[dict[str, tuple[str, np.ndarray]]]:
        """The parts in order, all with the same columns: memory holds one.

        Raises
        ------
        DataError
            Parts that are missing or broken, by number.
        """
        all_ = self._columns()
        for k in range(self.parts):
            held, _ = self.part(k)
            n = len(next(iter(held.values()))[1])
            yield {name: held[name] if name in held else (unit, self._filled(name, kind, held, n))
                   for name, (unit, kind) in all_.items()}

    def columns(self) -> dict[str, tuple[str, np.ndarray]]:
        """All of it in memory: name to (unit, array).  Raises :class:`DataError`."""
        each = list(self.blocks())
        return {k: (u, np.concatenate([x[k][1] for x in each]))
                for k, (u, _) in each[0].items()}

    def to_pandas(self) -> Any:
        """See :func:`munu.results.to_pandas`."""
        return results.to_pandas(self.columns())

    def about(self) -> dict[str, Any]:
        """All but the columns: the header of a file of all of it."""
        beside = ("version", "data", "convention")
        first = self.part(0)[1]
        return {k: first[k] for k in beside} | {
            "points": len(self), "digest": digest(self.configuration),
            "citations": self.configuration["citations"], "scan": dict(self.configuration)}

    def merge(self, path: str | Path, tell: Callable[[float], None] | None = None) -> Path:
        """All of it in one file, ``.parquet``, ``.ecsv`` or ``.csv``, part by part.

        Raises
        ------
        DataError, DomainError
            Parts that are missing or broken, by number; a file that cannot be written.
        """
        place = results.target(path, "the file", ENDINGS)
        if place.resolve() in {self.path(k).resolve() for k in range(self.parts)}:
            raise DomainError(f"{place} is a part of this scan; give another file")
        all_ = self._columns()
        write = self._to_parquet if place.suffix in PARQUET else self._to_text
        with _data.whole(place) as part:
            write(part, all_, place.suffix, tell)
        return place

    def _told(self, tell: Callable[[float], None] | None
              ) -> Iterator[dict[str, tuple[str, np.ndarray]]]:
        for k, block in enumerate(self.blocks(), start=1):
            yield block
            if tell:
                tell(k / self.parts)

    def _to_parquet(self, part: Path, all_: Any, ending: str, tell: Any) -> None:
        _, parquet = _parquet.arrow()
        writer = None
        # through a file of Python: its errors are those of every other file
        with part.open("wb") as file:
            for block in self._told(tell):
                made = _parquet.table(block)
                if writer is None:
                    made = made.replace_schema_metadata({b"munu": json.dumps(self.about())})
                    writer = parquet.ParquetWriter(file, made.schema, **_parquet.how(made))
                writer.write_table(made.replace_schema_metadata(writer.schema.metadata))
            if writer is not None:
                writer.close()

    def _to_text(self, part: Path, all_: Any, ending: str, tell: Any) -> None:
        empty = {k: (u, np.empty(0, dtype=kind))
                 for k, (u, kind) in all_.items()}
        with tempfile.TemporaryDirectory() as folder:
            head = Path(results.to_table(empty, Path(folder) / f"head{ending}", self.about()))
            with part.open("w", encoding="utf-8", newline="") as out:
                out.write(head.read_text(encoding="utf-8"))
                for block in self._told(tell):
                    out.writelines(_data.lines([x for _, x in block.values()]))

    def _columns(self) -> dict[str, tuple[str, Any]]:
        """Names of all columns, with unit and kind, of all parts; every part is read."""
        found: dict[str, tuple[str, Any]] = {}
        bad: list[int] = []
        for k in range(self.parts):
            try:
                held = self.part(k)[0]
            except DataError:
                bad.append(k)
                continue
            found |= {n: (u, x.dtype) for n, (u, x) in held.items() if n not in found}
        if bad:
            raise DataError(self.folder, f"{numbers(tuple(bad))} of {self.parts} are missing "
                                         f"or broken; go on with: munu scan run {self.folder}")
        order = (*LAST, ERROR)
        return dict(sorted(found.items(),
                           key=lambda x: order.index(x[0]) + 1 if x[0] in order else 0))

    def _filled(self, name: str, kind: Any, held: Any, n: int) -> np.ndarray:
        """A column that a part does not name: of points that failed nothing is known."""
        out = ASKED["model" if "model" in self.configuration else "limit"].empty(
            name, np.empty(0, dtype=kind), n)
        out[held[ERROR][1] != ""] = "" if kind.kind == "O" else np.nan
        return out


def open(folder: str | Path) -> Dataset:
    """The dataset of a folder.

    Raises
    ------
    DataError
        A folder of no scan.
    """
    configuration = _parts.read(folder)
    if not {"munu", "n", "chunk"} <= {*configuration}:
        raise DataError(folder, "holds parts of something else than a scan")
    return Dataset(Path(folder), FrozenMap(configuration))
