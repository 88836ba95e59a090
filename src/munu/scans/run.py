"""A scan that is run: the parts that are missing, whoever computes them; what is done is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from munu import _parts
from munu._log import log
from munu.errors import DataError, DomainError
from munu.scans import _parquet, executors
from munu.scans.dataset import NAME, Dataset, Status, lasting
from munu.scans.dataset import open as dataset
from munu.scans.plan import Plan, again, of, read
from munu.scans.work import Work

Tell = Callable[[float, str], None]


def planned(given: Plan | Mapping[str, Any] | str | Path) -> Plan:
    """A plan, from its entries, from a file of YAML, or that of a folder.

    Raises
    ------
    MunuError
    """
    if isinstance(given, Plan):
        return given
    if isinstance(given, Mapping):
        return of(given)
    return again(_parts.read(given)) if Path(given).is_dir() else read(given)


def prepared(plan: Plan | Mapping[str, Any] | str | Path, folder: str | Path | None = None, *,
             overwrite: bool = False) -> Dataset:
    """The folder of a scan with its manifest, nothing computed: for a queue.

    Raises
    ------
    MunuError
        See :func:`run`.
    """
    made, place = planned(plan), _place(plan, folder)
    configuration = made.configuration()
    with _parts.opened(place, configuration, made.parts, NAME, overwrite=overwrite):
        return dataset(place)


def _place(plan: Any, folder: str | Path | None) -> Path:
    if folder is not None:
        if not str(folder).strip():
            raise DomainError("the folder '' is empty; give one, as mine")
        return Path(folder)
    if isinstance(plan, str | Path) and Path(plan).is_dir():
        return Path(plan)
    raise DomainError("a scan goes into a folder; give one, as --out mine")


def run(plan: Plan | Mapping[str, Any] | str | Path, folder: str | Path | None = None, *,
        executor: str = "local", overwrite: bool = False, tell: Tell | None = None,
        **options: Any) -> Status:
    """Compute the parts of a scan that are missing or broken.

    Parameters
    ----------
    plan : Plan, its entries, a file of YAML, or the folder of a scan, which goes on
    folder : of the parts
    executor : name of an executor, see :mod:`munu.scans.executors`
    overwrite : whether parts of another configuration are replaced
    tell : called with the fraction done, and with rate and time left in words
    options : of the executor, such as ``workers=2``

    Returns
    -------
    Status

    Raises
    ------
    DataError, DomainError, UnknownName, NotInstalled
        A mistake in the plan, before anything is computed; a folder that holds parts of another
        configuration, that another process writes, or that cannot be written any more.
    NotConverged
        Parts that ended their process again and again; the others are there.
    """
    _parquet.arrow()
    pool = executors.get(executor, options)
    made, place = planned(plan), _place(plan, folder)
    configuration = made.configuration()
    with _parts.opened(place, configuration, made.parts, NAME, overwrite=overwrite) as parts:
        held = dataset(place)
        todo = held.wanted()
        log.info("%s: %d of %d parts are there", place, made.parts - len(todo), made.parts)
        # whatever ends it, who computes ends with it
        with closing(pool(Work(json.dumps(configuration)), todo)) as results:
            _filled(parts, made, todo, results, tell)
    return held.status()


def part(folder: str | Path, numbers: Iterable[int] = (), *, task: tuple[int, int] | None = None,
         tell: Tell | None = None) -> list[int]:
    """Compute some parts of a folder that :func:`prepared` made, beside others that do the same.

    Parameters
    ----------
    folder : of the scan
    numbers : of parts; those that are there and whole are left
    task : (i, n), in place of numbers: every n-th part, from part i on
    tell : see :func:`run`

    Returns
    -------
    list of int
        The parts that were computed.

    Raises
    ------
    DataError, DomainError
    """
    held = dataset(folder)
    chosen = tuple(dict.fromkeys(numbers))
    if task is not None:
        i, n = task
        if n < 1:
            raise DomainError(f"{n} tasks are none; there must be at least 1")
        if chosen or not 0 <= i < n:
            raise DomainError(f"task {i} of {n} must be from 0 to {n - 1}, and goes without "
                              "numbers of parts")
        chosen = tuple(range(i, held.parts, n))
    for k in chosen:
        if not 0 <= k < held.parts:
            raise DomainError(f"part {k} must be from 0 to {held.parts - 1}")
    plan = held.plan()
    with _parts.shared(folder) as parts:
        todo = [k for k in chosen if not _whole(held, k)]
        work = Work(json.dumps(dict(held.configuration)))
        _filled(parts, plan, todo, ((k, work(k)) for k in todo), tell)
    return todo


def _whole(held: Dataset, k: int) -> bool:
    try:
        held.part(k)
    except DataError:
        return False
    return True


def _filled(parts: _parts.Parts, plan: Plan, todo: Iterable[int],
            made: Iterable[tuple[int, bytes]], tell: Tell | None) -> None:
    """Write what is made as it comes."""
    begun, points = time.monotonic(), 0
    sizes = {k: plan.range(k)[1] - plan.range(k)[0] for k in todo}
    rest = sum(sizes.values())
    done = len(plan) - rest
    if tell and done:
        tell(done / len(plan), "")
    for k, content in made:
        with parts.written(k) as path:
            path.write_bytes(content)
        points += sizes[k]
        rate = points / max(time.monotonic() - begun, 1e-9)
        if tell:
            tell((done + points) / len(plan),
                 f"{rate:.3g} points/s, {lasting((rest - points) / rate)} left")
