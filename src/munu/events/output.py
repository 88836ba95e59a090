"""A run into a file or a folder, block by block: memory holds little of it.

One file is made anew by every run: a killed one costs its own seconds, of which a million events
take one or two, and the same seed makes the same bytes.  A long run goes into a folder, in parts of
:data:`PART` events; there what is done is kept, and the next run with the same options goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from munu import _parts
from munu._log import log
from munu.errors import DomainError
from munu.events import _parquet, hepmc3
from munu.events.generator import BLOCK, Run, counted
from munu.events.record import MEANS, Events, free, joined

#: events of a part of a folder
PART = 32 * BLOCK
_PART = "part-{:06d}.parquet"
# that a figure is drawn of
_SHOWN = 8 * BLOCK


@dataclass(eq=False)
class Written:
    """What a run amounted to.

    Attributes
    ----------
    header : of the run, plain values
    first : the first of its events, enough for a figure
    sums : over the events, of what means are given of
    drawn : by target, how many there are and how many of them decay inside (2, targets)
    """

    header: dict[str, Any]
    first: list[Events]
    sums: dict[str, float]
    drawn: np.ndarray

    @classmethod
    def of(cls, header: dict[str, Any]) -> Written:
        """Nothing yet."""
        return cls(header, [], dict.fromkeys(("n", *MEANS), 0.0),
                   np.zeros((2, max(len(header["targets"]), 1)), dtype=np.int64))

    def add(self, part: Events, sums: Mapping[str, float]) -> None:
        """Some events more."""
        target, inside = part["target"], part["inside"]
        many = self.drawn.shape[1]
        self.drawn += [np.bincount(target, minlength=many),
                       np.bincount(target[inside], minlength=many)]
        self._sum(sums)
        self.show(part)

    def show(self, part: Events) -> None:
        """Keep them for a figure, as long as there are few."""
        if sum(map(len, self.first)) < _SHOWN and len(part):
            self.first.append(part)

    def shown(self) -> Events:
        """Some of the events, for a figure of all."""
        some = joined(self.first, self.header)
        share = self.kept / len(some) if len(some) else 1.0
        return Events(some.columns, {**self.header, "shown": share})

    def join(self, other: Mapping[str, Any]) -> None:
        """What another amounted to, as :meth:`counts` says it."""
        self.drawn += np.array(other["drawn"])
        self._sum(other["sums"])

    def counts(self) -> dict[str, Any]:
        """Its sums, as plain values."""
        return {"sums": self.sums, "drawn": self.drawn.tolist()}

    def _sum(self, sums: Mapping[str, float]) -> None:
        self.sums = {k: x + sums[k] for k, x in self.sums.items()}

    @property
    def kept(self) -> int:
        """Events that passed the cuts."""
        return int(self.sums["n"])

    def as_dict(self) -> dict[str, Any]:
        """The header with the means over all events, as plain values."""
        return {**self.header, "kept": self.kept, "mean": {
            k: self.sums[k] / self.kept if self.kept else None for k in MEANS}}

    def rows(self) -> list[dict[str, Any]]:
        """A row for each target."""
        return [{"target": name, **one, "kept": int(self.drawn[0, i]),
                 "inside": int(self.drawn[1, i])}
                for i, (name, one) in enumerate(self.header["by_target"].items())]


def is_folder(path: str | Path) -> bool:
    """Whether a place is meant as a folder of parts."""
    return Path(path).is_dir() or not Path(path).suffix


def place(path: str | Path, overwrite: bool, option: str = "the file") -> Path:
    """Where a run goes, judged before anything is drawn: a file that ends in ``.parquet``,
    ``.hepmc3`` or ``.hepmc``, or a folder.

    Raises
    ------
    DomainError, DataError, NotInstalled
    """
    if not str(path).strip():
        raise DomainError(f"{option} '' is empty; give a file, as events.parquet, or a folder")
    if is_folder(path):
        _parquet.needed()
        return Path(path)
    found = free(path, overwrite, (*_parquet.ENDINGS, *hepmc3.ENDINGS), option)
    if found.suffix in _parquet.ENDINGS:
        _parquet.needed()
    return found


def write(run: Run, n: int, path: str | Path | None = None, *, overwrite: bool = False,
          workers: int = 1, tell: Callable[[float], None] | None = None) -> Written:
    """Draw n events into a file or a folder, or, without a path, count them.

    Parameters
    ----------
    run : Run
    n : decays to be drawn
    path : file or folder; see :func:`place`
    overwrite : whether what is there is replaced
    workers : threads
    tell : called with the fraction done

    Raises
    ------
    DomainError, DataError, NotInstalled
    """
    n = counted(n)
    header = run.header(n)
    made = Written.of(header)
    where = None if path is None else place(path, overwrite)
    if where is not None and is_folder(where):
        _folder(run, n, where, made, overwrite, workers, tell)
    elif where is None or where.suffix in _parquet.ENDINGS:
        with nullcontext() if where is None else _parquet.stream(where, header["targets"]) as out:
            for part in _drawn(run, n, made, workers, tell):
                if out is not None:
                    out.write(part)
            if out is not None:
                out.end(made.as_dict())
    else:
        # how many pass the cuts stands at its beginning
        kept = sum(len(b.columns["E_nu"]) for b in run.blocks(n, workers=workers)) \
            if run.cuts else n if run.kinds else 0
        with hepmc3.stream(where, {**header, "kept": kept}) as out:
            for part in _drawn(run, n, made, workers, tell, dtype=np.float64):
                out.write(part)
    return made


def read(path: str | Path) -> Events:
    """The events of a Parquet file or of a folder of parts, as they were written.

    Raises
    ------
    DataError, NotInstalled
        No file of events; parts that are missing.
    """
    where = Path(path)
    if not where.is_dir():
        header = _parquet.said(where)
        return joined(_parquet.read(where, header), header)
    count = -(-int(_parts.read(where)["n"]) // PART)
    files = [where / _PART.format(i) for i in range(count)]
    header = _parquet.said(files[0])
    return joined([x for f in files for x in _parquet.read(f, header)], header)


def _drawn(run: Run, n: int, made: Written, workers: int, tell: Callable[[float], None] | None,
           first: int = 0, of: int | None = None, dtype: Any = np.float32) -> Iterator[Events]:
    """The events of a run from block ``first`` on, counted."""
    for i, block in enumerate(run.blocks(n, first=first, workers=workers, dtype=dtype)):
        part = Events(block.columns, made.header)
        made.add(part, block.sums)
        yield part
        if tell:
            tell(min((first + i + 1) * BLOCK / (of or n), 1.0))


def _folder(run: Run, n: int, where: Path, made: Written, overwrite: bool, workers: int,
            tell: Callable[[float], None] | None) -> None:
    """Parts that are missing; those that are there say what they amount to."""
    count = -(-n // PART)
    with _parts.opened(where, {**run.configuration, "n": n}, count, _PART,
                       overwrite=overwrite) as parts:
        missing = set(parts.missing)
        if len(missing) < count:
            log.info("%s: %d of %d parts are there", where, count - len(missing), count)
        for i in range(count):
            if i in missing:
                one = Written.of(made.header)
                with parts.written(i) as path, _parquet.into(path, made.header["targets"]) as out:
                    for part in _drawn(run, min(PART, n - i * PART), one, workers, tell,
                                       i * (PART // BLOCK), n):
                        out.write(part)
                    out.end({**one.as_dict(), "part": i, "parts": count, **one.counts()})
                for part in one.first:
                    made.show(part)
            counts = _parquet.said(parts.path(i))
            made.join(counts)
            if sum(map(len, made.first)) < min(_SHOWN, made.kept):
                for part in _parquet.read(parts.path(i), made.header):
                    made.show(part)
