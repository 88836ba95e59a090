"""``munu scan``: a plan of points, computed in parts that survive whatever ends the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from munu.cli import _out, _progress
from munu.cli import _values as v
from munu.errors import DomainError

scan = typer.Typer(help="Parameter scans in parts: what is done is kept, and a run goes on.",
                   rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
_PLAN = "A plan (.yaml), or the folder of a scan, which goes on"
_JSON = "One JSON object on stdout"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(scan, name="scan")


@scan.callback()
def _root() -> None:
    """Parameter scans in parts: what is done is kept, and a run goes on."""


@scan.command("plan")
def plan(
    file: str = typer.Argument(..., help="A plan (.yaml)"),
    as_json: bool = typer.Option(False, "--json", help=_JSON),
) -> None:
    """Judge a plan: how many points and parts, which columns, about how long and how large."""
    from munu import scans
    from munu.scans.estimate import estimate

    found = estimate(scans.read(file))
    v.emit(found.as_dict(), as_json, [str(found)])


@scan.command("run")
def run(
    plan: str = typer.Argument(..., help=_PLAN),
    out: str = typer.Option(None, help="Folder of the parts; of a folder that goes on, itself"),
    executor: str = typer.Option("local", help="Who computes: local (processes), serial, ..."),
    workers: int = typer.Option(None, help="Processes; all cores if not said"),
    address: str = typer.Option(None, help="Of a scheduler, tcp://..."),
    option: list[str] = typer.Option([], help="Of the executor, key=value; may repeat"),
    overwrite: bool = typer.Option(False, "--overwrite", help="Replace parts of another plan"),
    as_json: bool = typer.Option(False, "--json", help=_JSON),
) -> None:
    """Compute the parts that are missing or broken."""
    from munu import scans

    options = v.options(option, workers=workers, address=address)
    found = scans.run(plan, _folder(out), executor=executor, overwrite=overwrite,
                      tell=_progress.tell(), **options)
    _status(found, as_json)


@scan.command("status")
def status(
    folder: str = typer.Argument(..., help="Folder of a scan"),
    as_json: bool = typer.Option(False, "--json", help=_JSON),
) -> None:
    """How far a scan is; every part is read and checked."""
    from munu import scans

    _status(scans.open(folder).status(), as_json)


@scan.command("merge")
def merge(
    folder: str = typer.Argument(..., help="Folder of a scan"),
    out: str = typer.Option(..., help="File: .parquet, .ecsv or .csv"),
    as_json: bool = typer.Option(False, "--json", help=_JSON),
) -> None:
    """All parts in one file; refused while parts are missing."""
    from munu import scans

    if not out.strip():
        raise DomainError("--out '' is empty; give a file, as --out mine.parquet")
    held = scans.open(folder)
    path = held.merge(out, _progress.tell())
    v.emit({**held.about(), "file": str(path)}, as_json, [f"{len(held)} points"], [str(path)])


@scan.command("submit")
def submit(
    plan: str = typer.Argument(..., help=_PLAN),
    out: str = typer.Option(None, help="Folder of the parts, on a disk that all machines see"),
    to: str = typer.Option(..., help="The queue whose scripts are written"),
    option: list[str] = typer.Option([], help="Of the queue, key=value, as tasks=100; may repeat"),
    overwrite: bool = typer.Option(False, "--overwrite", help="Replace parts of another plan"),
    as_json: bool = typer.Option(False, "--json", help=_JSON),
) -> None:
    """Write the scripts of a cluster's queue: each task computes some of the parts."""
    import sys

    from munu import results, scans
    from munu.scans import executors

    queue = executors.get(to, v.options(option), "submitter")
    # before the folder is made
    executors.scripts(Path(plan if out is None else _folder(out)).resolve())
    held = scans.prepared(plan, _folder(out), overwrite=overwrite)
    folder = held.folder.resolve()
    missing = held.wanted()
    if not missing:
        raise DomainError(f"{held.folder} is whole; there is nothing to compute")
    made = queue(executors.Job(folder, missing, len(held), folder.name, sys.executable))
    data = results.provenance(folder=str(folder), queue=to, missing=len(missing),
                              submit=made.command, sent=made.sent)
    v.emit(data, as_json, [f"sent: {made.sent}" if made.sent else f"submit: {made.command}",
                           f"then: munu scan status {held.folder}"], [str(p) for p in made.files])


@scan.command("part")
def part(
    folder: str = typer.Argument(..., help="Folder of a scan, as submit prepares it"),
    number: list[int] = typer.Argument(None, help="Numbers of parts"),
    task: int = typer.Option(None, help="In place of numbers: task I of N, from 0 on"),
    of: int = typer.Option(None, help="How many tasks there are"),
    as_json: bool = typer.Option(False, "--json", help=_JSON),
) -> None:
    """Compute some parts, beside others that do the same: what a task of a queue runs."""
    from munu import results, scans

    if (task is None) != (of is None) or (not number and task is None):
        raise DomainError("give numbers of parts, or --task I --of N")
    made = scans.part(folder, number or (), task=None if task is None else (task, of),
                      tell=_progress.tell())
    v.emit(results.provenance(folder=folder, computed=made), as_json,
           [f"{len(made)} part{'' if len(made) == 1 else 's'} computed"])


def _folder(out: str | None) -> Any:
    return None if out is None else _out.folder(out)


def _status(found: Any, as_json: bool) -> None:
    v.emit(found.as_dict(), as_json, [str(found)])
