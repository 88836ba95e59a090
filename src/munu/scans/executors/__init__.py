"""Executors: one file each; who computes the parts of a scan.

A file defines ``executor``, which makes a record that is called with a function and numbers and
yields what the function gives of each number, in any order; or ``submitter``, which makes one that
writes the scripts of a queue.  The file's name is the executor's, and the folder is the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from munu import _rooms
from munu.errors import DomainError, NotConverged, UnknownName
from munu.parameters import Parameter, declared

#: of workers over the same part, after which it is put aside
DEATHS = 3
#: of paths and of values: what neither a shell, nor % or $ of a queue, gives a meaning to
PLAIN = re.compile(r"[A-Za-z0-9_./@:,+=-]+")


class Executor(Protocol):
    """Computes while the runner lives."""

    def __call__(self, work: Callable[[int], bytes], parts: Sequence[int]
                 ) -> Iterator[tuple[int, bytes]]:
        """Each number with what the function gives of it, once, in any order."""


@dataclass(frozen=True)
class Job:
    """What a queue is to compute.

    Attributes
    ----------
    folder : of the scan, its manifest written
    missing : numbers of the parts to compute
    points : of the scan
    name : of the job
    python : the interpreter that munu is installed for
    """

    folder: Path
    missing: tuple[int, ...]
    points: int
    name: str
    python: str


@dataclass(frozen=True)
class Submitted:
    """Scripts of a queue: the files, what to type, and the job's number where it was sent."""

    files: tuple[Path, ...]
    command: str
    sent: str | None = None


class Submitter(Protocol):
    """Writes the scripts of a queue."""

    def __call__(self, job: Job) -> Submitted:
        """The scripts, written into the folder ``submit`` of the scan's."""


def scripts(folder: Path) -> Path:
    """Where the scripts of a scan's folder go.

    Raises
    ------
    DomainError
        A queue would misread the path.
    """
    if not PLAIN.fullmatch(str(folder)):
        odd = sorted({x for x in str(folder) if not PLAIN.fullmatch(x)})
        raise DomainError(f"the folder '{folder}' has {' '.join(map(repr, odd))} in its path, "
                          "which a queue may misread; take letters, digits and _ . - alone")
    return folder / "submit"


def names(kind: str = "executor") -> list[str]:
    """The files that define an ``executor``, or a ``submitter``."""
    return sorted(p.stem for p in _rooms.files("scans/executors")
                  if f"\ndef {kind}(" in p.read_text(encoding="utf-8"))


def about(name: str) -> str:
    """One line on an executor, read from its file."""
    return _rooms.first_line(_module(name).__doc__)


def parameters(name: str) -> tuple[Parameter, ...]:
    """The options of an executor."""
    return declared(_factory(name)).__dict__["parameters"]


def get(name: str, options: Mapping[str, Any] | None = None, kind: str = "executor") -> Any:
    """An executor, or a submitter, with its options.

    Raises
    ------
    UnknownName, DomainError
    """
    if name not in names(kind):
        other = next((k for k in ("executor", "submitter") if name in names(k)), "")
        if other:
            raise DomainError(f"{name} is a queue: munu scan submit writes its scripts"
                              if other == "submitter" else
                              f"{name} computes here: munu scan run --executor {name}")
        raise UnknownName("queue" if kind == "submitter" else kind, name, names(kind))
    return declared(_factory(name))(**(options or {}))


def _module(name: str) -> Any:
    if name not in (*names(), *names("submitter")):
        raise UnknownName("executor", name, (*names(), *names("submitter")))
    return import_module(f"munu.scans.executors.{name}")


def _factory(name: str) -> Callable[..., Any]:
    module = _module(name)
    return getattr(module, "executor", None) or module.submitter


def lost(parts: Mapping[int, str]) -> NotConverged:
    """The error of parts whose workers ended again and again: number to how."""
    said = "; ".join(f"part {k}: {how}" for k, how in sorted(parts.items())[:5])
    return NotConverged(f"{len(parts)} part{'s' if len(parts) > 1 else ''} ended the process that "
                        f"computed it {DEATHS} times ({said}); perhaps for want of memory: take "
                        "fewer workers, or a smaller chunk in a new folder; what is done is kept")
