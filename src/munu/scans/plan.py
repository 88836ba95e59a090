"""A plan: what is asked, at which points, in how large parts; read from YAML and judged before
anything is computed.

A plan is plain values: what it follows from stands in :meth:`Plan.configuration`, with the hash of
munu itself and of every file that it names, so that parts of two configurations never meet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import munu
from munu import _files, _plugins, results
from munu._frozen import FrozenMap
from munu.errors import DataError, DomainError, MunuError, NotInstalled
from munu.inference.intervals import check_level
from munu.scans._of_limit import OfLimit
from munu.scans._of_model import OfModel
from munu.scans.points import Axis, Box, Known, Points, Rows, Sobol, hashed
from munu.scans.rows import attempt, said

# what no number of a scan follows from
_MUTE = ("cli", "explore", "site", "plots", "executors", "__pycache__")
# points that are tried before anything is computed
_TRIED = 8
# files that a folder holds without pain
_PARTS = 1_000_000
# of a configuration, that is no entry of the plan
BESIDE = ("laid", "n", "munu", "files", "citations")
ASKED: dict[str, Any] = {"model": OfModel, "limit": OfLimit}


@dataclass(frozen=True)
class Plan:
    """A scan before it is run.

    Attributes
    ----------
    said : all entries of the plan, defaults too, as plain values; paths are absolute
    asked : of a model or of a probe
    points : by number
    chunk : points of a part
    """

    said: Mapping[str, Any]
    asked: OfModel | OfLimit
    points: Points
    chunk: int

    def __len__(self) -> int:
        return len(self.points)

    @property
    def parts(self) -> int:
        """How many."""
        return -(-len(self) // self.chunk)

    def range(self, k: int) -> tuple[int, int]:
        """The first point of part k, and the first behind it."""
        return k * self.chunk, min((k + 1) * self.chunk, len(self))

    def checked(self) -> tuple[str, ...]:
        """Ask a few points, and each word once; keys of papers.

        Raises
        ------
        MunuError
            None of them can be computed: the plan itself is at fault.
        """
        at = dict.fromkeys(int(x) for x in np.linspace(0, len(self) - 1, _TRIED))
        boxes = [self.points.take(i, i + 1) for i in at]
        for axis in self.points.axes:
            for word in axis.values[:_TRIED**2] if axis.of.word else ():
                one = np.array([None], dtype=object)
                one[0] = word
                self._one_of([box | {axis.of.name: one} for box in boxes])
        return tuple(self.asked.papers(self._one_of(boxes)))

    def _one_of(self, boxes: list[Box]) -> Box:
        """The first of some points that can be computed."""
        first = None
        for box in boxes:
            made = attempt(self.asked.columns, box, 1)
            if not isinstance(made, Exception):
                return box
            first = first or made
        assert first is not None
        raise first if isinstance(first, MunuError) else DomainError(
            f"no point can be computed: {said(first)}")

    def configuration(self) -> dict[str, Any]:
        """What every part follows from, as plain values.

        Raises
        ------
        MunuError
            See :meth:`checked`.
        """
        # the order of what is laid out is no matter of a mapping
        made = {**self.said, "laid": self.points.names, "n": len(self), "munu": code(),
                "files": {p: hashed(p) for p in self._files()},
                "citations": list(self.checked())}
        return json.loads(json.dumps(results.plain(made)))

    def _files(self) -> list[str]:
        """Files that the plan names: points, cards with their tables, options."""
        found = []
        for x in _flat(self.said):
            if isinstance(x, str) and len(x) < 4096 and Path(x).suffix and Path(x).is_file():
                found.append(x)
                if Path(x).suffix in (".yaml", ".yml"):
                    card = Path(x)
                    found += [str(p) for y in _flat(_files.entries(x, _files.text(x), "is no card"))
                              if isinstance(y, str) and y and (p := card.parent / y).is_file()]
        for kind, name in self.asked.members:
            # what another package brings is no part of munu's own hash
            place = getattr(_plugins.load(kind, name), "__file__", None)
            if place and not Path(place).is_relative_to(Path(munu.__file__).parent):
                found.append(place)
        return sorted(set(found))


def digest(configuration: Mapping[str, Any]) -> str:
    """The hash of a configuration."""
    return hashlib.sha256(json.dumps(dict(configuration), sort_keys=True).encode()).hexdigest()[:24]


@cache
def code() -> str:
    """The hash of all that munu computes with: its modules and its data."""
    root = Path(munu.__file__).parent
    held = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not {*_MUTE} & {*parts} and path.suffix != ".pyc":
            held.update("/".join(parts).encode() + b"\0"
                        + hashlib.sha256(path.read_bytes()).digest())
    return held.hexdigest()[:24]


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for x in value.values():
            yield from _flat(x)
    elif isinstance(value, list | tuple):
        for x in value:
            yield from _flat(x)
    else:
        yield value


def read(path: str | Path) -> Plan:
    """A plan from a file of YAML.

    Raises
    ------
    DataError, DomainError, UnknownName, NotInstalled
        With the line.
    """
    wanted = "holds no plan; a plan asks, as model: leptoquark, at points: {grid: {...}}"
    given = _files.entries(path, _files.text(path, most=_files.MOST_YAML,
                                             missing="no such plan"), wanted)
    return of(given, Path(path))


def of(given: Mapping[str, Any], path: str | Path | None = None) -> Plan:
    """A plan from its entries.

    Parameters
    ----------
    given : as a file holds them
    path : of that file, for errors, and for paths that are relative to its folder

    Raises
    ------
    DataError, DomainError, UnknownName, NotInstalled

    >>> made = of({"model": "leptoquark", "parameters": {"y1": 0.05, "y2": 1},
    ...            "points": {"grid": {"m_LQ": "1TeV:5TeV:50"}}, "chunk": 20})
    >>> len(made), made.parts
    (50, 3)
    """
    try:
        from munu.scans import _schema
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name, "munu[scan]") from None
    where = "the plan" if path is None else path
    kind, entries = _schema.checked(given, where)
    at = _At(given, where, _schema.slipped)
    folder = None if path is None else Path(path).parent
    if kind == "limit" and entries["limit"].endswith((".yaml", ".yml")):
        entries["limit"] = _absolute(entries["limit"], folder)
    if kind == "limit":
        # a table of one's own, which another process finds from wherever it works
        entries["options"] = {
            k: _absolute(x, folder) if isinstance(x, str) and Path(x).suffix
            and Path(_absolute(x, folder)).is_file() else x
            for k, x in entries["options"].items()}
    for key in ("level", "M_N"):
        # what is wrong by itself, with its own line
        if entries.get(key) is not None:
            with at(key):
                check_level(entries[key]) if key == "level" else \
                    Known("M_N", "MeV").value(entries[key])
    with at("against"):
        if entries.get("against"):
            from munu.atlas.margins import known

            known(entries["against"])
    with at("within"):
        if entries.get("within") is not None:
            from munu.atlas.margins import check_within

            check_within(entries["within"])
    with at(kind):
        asked = ASKED[kind].read(entries)
    laid, axes = entries["points"], []
    for name, x in laid["grid"].items():
        with at("points", "grid", name):
            axes.append(Axis.read(asked.known(name), x))
    behind: Sobol | Rows | None = None
    if laid["sobol"] and laid["file"]:
        with at("points"):
            raise DomainError("a sobol sequence and a file are two ways; take one of them")
    if laid["sobol"]:
        with at("points", "sobol", "over"):
            one = laid["sobol"]
            behind = Sobol.read(one["n"], one["seed"], one["over"], asked.known)
    if laid["file"]:
        with at("points", "file"):
            laid["file"]["path"] = _absolute(laid["file"]["path"], folder)
            behind = Rows.read(Path(laid["file"]["path"]), tuple(laid["file"]["columns"]),
                               asked.known)
    with at("points"):
        points = Points(tuple(axes), behind)
        asked.fits(points.names)
    made = Plan(FrozenMap(results.plain(entries)), asked, points, entries["chunk"])
    if made.parts > _PARTS:
        with at("chunk"):
            raise DomainError(f"{len(made):.3g} points in parts of {made.chunk} are "
                              f"{made.parts:.3g} parts, more than {_PARTS}; write "
                              f"chunk: {-(-len(made) // _PARTS)} or more")
    return made


def again(configuration: Mapping[str, Any]) -> Plan:
    """The plan that a configuration was made of.  Raises MunuError."""
    held = {k: x for k, x in configuration.items() if k not in BESIDE}
    return of(held | {"points": {k: x for k, x in held["points"].items() if x}})


def _absolute(path: str, folder: Path | None) -> str:
    return str((Path(path) if folder is None else folder / path).resolve())


class _At:
    """An error names the line of an entry."""

    def __init__(self, given: Any, path: Any, slipped: Any):
        self._given, self._path, self._slipped = given, path, slipped
        self._where: tuple[str, ...] = ()

    def __call__(self, *where: str) -> _At:
        self._where = where
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, err: Any, trace: Any) -> None:
        if isinstance(err, MunuError) and not isinstance(err, DataError | NotInstalled) \
                and str(self._path) != "the plan":
            raise self._slipped(self._path, self._given, self._where, str(err)) from None
