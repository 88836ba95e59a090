"""``munu reproduce``: a result run again, and what moved."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import typer

from munu.cli import _values as v
from munu.errors import DataError, DomainError, UnknownName

#: exit code where a number is another
MOVED = 4
# of what moved, lines for people; all are in the JSON object
_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reproduce")(reproduce)


def reproduce(
    result: str = typer.Argument(..., help="A result of munu: what --json printed, or a file .json "
                                 "of --out"),
    tolerance: str = typer.Option("1e-6", help="Relative difference up to which numbers are the "
                                  "same"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> int:
    """Run a result again: the same numbers, or what moved. Exit code 4 where a number did."""
    from munu.cli import _again, _moved

    limit = v.number(tolerance, "tolerance", low=0.0)
    old = read(result)
    command = old["command"]
    try:
        new = _again.run(command["name"], command["arguments"])
    except (DomainError, UnknownName) as err:
        raise DataError(result, f"cannot be run again: {err}") from None
    found, many = _moved.compared(old, new)
    far = [x for x in found if not x.word and (x.relative is None or x.relative > limit)]
    largest = max((x.relative for x in found if x.relative is not None), default=0.0)
    words = [x for x in found if x.word]
    about = {k: [old.get(k), new.get(k)] for k in ("version", "data") if old.get(k) != new.get(k)}
    data = v.provenance(
        result=result, ran=["munu", *_again.words(
            _again.commands()[command["name"]], command["name"], command["arguments"])],
        same=not far, tolerance=limit, numbers=many, largest_difference=largest, moved=about,
        differences=[_row(x) for x in far], words=[_row(x) for x in words])
    v.emit(data, as_json, _lines(data))
    return MOVED if far else 0


def _row(x: Any) -> dict[str, Any]:
    return {"where": x.where, "old": x.old, "new": x.new, "relative": x.relative}


def read(path: str) -> dict[str, Any]:
    """A result, with the command that made it.

    Raises
    ------
    DataError
        A file that is no JSON, no result of munu, or of a newer one.
    """
    from munu import _files, results

    made = _files.answer(path)
    if _numbers(made["version"]) > _numbers(results.version()):
        raise DataError(path, f"was written by munu {made['version'][:40]}, newer than this one "
                              f"({results.version()}); update munu")
    command = made.get("command")
    if command is None:
        raise DataError(path, "does not say which command made it, as results of older versions "
                              "and of Python do not; run the command again with --json")
    if not (isinstance(command, dict) and isinstance(command.get("name"), str)
            and isinstance(command.get("arguments"), dict) and len(command) == 2):
        raise DataError(path, "its entry 'command' must hold a name and arguments; it was edited")
    return made


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(x) for x in re.findall(r"\d+", version.partition("+")[0])[:3])


def _lines(data: dict[str, Any]) -> list[str]:
    many, far = data["numbers"], data["differences"]
    out = [shlex.join(data["ran"])]
    out += [f"{k}: {a} then, {b} now" for k, (a, b) in data["moved"].items()]
    if data["same"]:
        out.append(f"the same: {many} numbers, to {v.shown(data['largest_difference'])}")
    else:
        out.append(f"moved: {len(far)} of {many} numbers and other entries")
    for x in far[:_SHOWN]:
        by = "" if x["relative"] in (None, float("inf")) else f", by {x['relative']:.2g}"
        out.append(f"  {x['where']}: {_shown(x['old'])} then, {_shown(x['new'])} now{by}")
    if len(far) > _SHOWN:
        out.append(f"  and {len(far) - _SHOWN} more: --json")
    if data["words"]:
        out.append("said otherwise: " + ", ".join(x["where"] for x in data["words"][:_SHOWN]))
    return out


def _shown(x: Any) -> str:
    text = repr(x) if isinstance(x, float) else json.dumps(x)
    return text if len(text) <= 60 else text[:57] + "..."
