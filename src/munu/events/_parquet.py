"""Events as Parquet: what pyarrow needs is here alone, and loaded when it is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data
from munu.errors import DataError, NotInstalled
from munu.events.record import NUMBERS, Events, free

ENDINGS = (".parquet",)
# of a group: fewer cost time, more cost memory
_ROWS = 250_000


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name) from None
    return pyarrow, parquet


def needed() -> None:
    """Before anything is drawn.  Raises :class:`NotInstalled`."""
    _arrow()


def write(path: str | Path, parts: Iterable[Events], header: Mapping[str, Any], *,
          overwrite: bool = False) -> Path:
    """Write a file, a group of rows for each part; it is there whole or not at all.

    Raises
    ------
    DataError, DomainError, NotInstalled
    """
    place = free(path, overwrite, ENDINGS)
    with stream(place, header["targets"]) as out:
        for part in parts:
            out.write(part)
        out.end(header)
    return place


class Stream:
    """A file that is being written."""

    def __init__(self, file: Any, targets: list[str]):
        self._arrow, self._parquet = _arrow()
        a = self._arrow
        self._targets = a.array(targets or [""])
        fields = [a.field(k, a.float32(), metadata={"unit": u}) for k, u in NUMBERS.items()]
        fields += [a.field("flavor", a.int8()),
                   a.field("target", a.dictionary(a.int8(), a.string())),
                   a.field("lepton", a.int8()), a.field("inside", a.bool_())]
        self._schema = a.schema(fields)
        # numbers that are all different: a dictionary of them, statistics and compression cost
        # time and save nothing
        self._writer = self._parquet.ParquetWriter(
            file, self._schema, compression="NONE", use_dictionary=["target"],
            write_statistics=False, store_schema=True)
        self._waiting: list[Any] = []

    def write(self, events: Events) -> None:
        """Some events; a group of rows is made of many."""
        a = self._arrow
        columns = [a.array(np.asarray(events[k], dtype=np.float32)) for k in NUMBERS]
        columns += [a.array(events["flavor"]),
                    a.DictionaryArray.from_arrays(a.array(events["target"]), self._targets),
                    a.array(events["lepton"]), a.array(np.asarray(events["inside"], dtype=bool))]
        self._waiting.append(a.record_batch(columns, schema=self._schema))
        if sum(len(x) for x in self._waiting) >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        """What waits as one group of rows."""
        if self._waiting:
            table = self._arrow.Table.from_batches(self._waiting)
            self._writer.write_table(table, row_group_size=max(len(table), 1))
            self._waiting.clear()

    def end(self, header: Mapping[str, Any]) -> None:
        """What is said of all of it."""
        self._flush()
        self._writer.add_key_value_metadata({"munu": json.dumps(dict(header))})

    def close(self) -> None:
        """The end of the file."""
        self._writer.close()


@contextmanager
def stream(place: Path, targets: list[str]) -> Iterator[Stream]:
    """A file that appears whole.  Raises :class:`DataError`, :class:`NotInstalled`."""
    with _data.whole(place) as part, into(part, targets) as out:
        yield out


@contextmanager
def into(part: Path, targets: list[str]) -> Iterator[Stream]:
    """A file to write groups of rows into."""
    _arrow()
    # through a file of Python: its errors are those of every other file
    with open(part, "wb") as file:
        out = Stream(file, targets)
        try:
            yield out
        finally:
            out.close()


def read(path: str | Path, header: Mapping[str, Any]) -> Iterator[Events]:
    """The events of a file, a group of rows at a time.  Raises :class:`DataError`."""
    arrow, parquet = _arrow()
    names = list(header["targets"])
    try:
        with parquet.ParquetFile(path) as file:
            for i in range(file.num_row_groups):
                table = file.read_row_group(i)
                columns = {k: table.column(k).to_numpy() for k in table.column_names
                           if k != "target"}
                target = table.column("target").combine_chunks()
                words = np.array([names.index(x) for x in target.dictionary.to_pylist()],
                                 dtype=np.int8)
                columns["target"] = words[target.indices.to_numpy()]
                yield Events(columns, header)
    except (OSError, ValueError, KeyError, AttributeError, arrow.ArrowException) as err:
        raise DataError(path, f"cannot be read as events ({' '.join(str(err).split())})") from None


def said(path: str | Path) -> dict[str, Any]:
    """What the header of a file says.  Raises :class:`DataError`."""
    arrow, parquet = _arrow()
    if not Path(path).is_file():
        raise DataError(path, "is not there")
    try:
        found = parquet.read_metadata(path).metadata or {}
        header = json.loads(found[b"munu"])
        if not (isinstance(header, dict) and isinstance(header.get("targets"), list)
                and all(isinstance(x, str) for x in header["targets"])):
            raise ValueError("it names no targets")
    except (OSError, ValueError, KeyError, RecursionError, arrow.ArrowException) as err:
        raise DataError(path, f"has no header of events ({' '.join(str(err).split())[:200]})"
                        ) from None
    return header
