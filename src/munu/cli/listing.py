"""``munu list`` and ``munu cite``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from munu import _kinds
from munu._kinds import FILES, KINDS, room
from munu.cli import _completion, _out, _parameters
from munu.cli import _values as v

# of these a bare ``munu list`` says all
_FIRST = (*FILES, "limits", "targets")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("cite")(cite)


def members(kind: str) -> dict[str, str]:
    """Names of a kind, each with one line."""
    asked, *word = room(kind)
    return {n: asked.about(n, *word) for n in asked.names(*word)}


def list_(
    kind: str = typer.Argument(None, help=f"One of {', '.join(KINDS)}",
                               autocompletion=_completion.kind),
    name: str = typer.Argument(None, help="One of them: its line and what it can be told",
                               autocompletion=_completion.of_kind),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """What there is: probes, sources, models, figures, limits, constants, formulas."""
    if kind and name:
        _one(kind, name, as_json)
        return
    kinds = [kind] if kind else list(_FIRST)
    if as_json:
        v.emit({k: _data(k) for k in kinds}, as_json, [])
        return
    lines = []
    for k in kinds:
        lines.append(f"{k}:")
        lines += [f"  {n:32s} {text}".rstrip() for n, text in members(k).items()]
    if not kind:
        lines.append(f"more: munu list {'|'.join(k for k in KINDS if k not in _FIRST)}")
    v.emit({}, as_json, lines)


def _data(kind: str) -> dict[str, Any]:
    """Members of a kind as data: fields where they are bounds, else one line each."""
    asked, *word = room(kind)
    tell = getattr(asked, "row", asked.about)
    return {n: tell(n, *word) for n in asked.names(*word)}


def _one(kind: str, name: str, as_json: bool) -> None:
    """One member: its line, and the table of its parameters where it has some."""
    asked, *word = room(kind)
    if name not in (known := asked.names(*word)):
        raise _kinds.unknown(kind, kind.removesuffix("s"), name, known)
    about, told = asked.about(name, *word), hasattr(asked, "parameters")
    # the room of figures is that of plots
    home = "plots" if kind == "figures" else kind
    rows = _parameters.rows(home, name) if told else []
    if kind == "formulas":
        from munu.cli import _arguments

        rows, told = _arguments.rows(name), True
    fields = asked.row(name, *word) if hasattr(asked, "row") else {}
    v.emit({"kind": kind, "name": name, "about": about, **fields, "parameters": rows}, as_json,
           [f"{name}: {about}", *(_parameters.lines(home, name, rows) if told else ())])


def cite(
    name: str = typer.Argument(..., help="A key, a probe, a source, a medium, a model, a process, "
                               "a figure, a published limit, a data file, a formula, a result "
                               "that munu wrote (.json, .ecsv); several as a+b",
                      autocompletion=_completion.cited),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """BibTeX of all that a result rests on."""
    from munu import references
    from munu.cli import _chosen

    # of a figure alone something is drawn for it
    _out.draws()
    # the path of a file may hold a + itself
    names = [name] if Path(name).is_file() else _chosen.split(name)
    keys = references.papers([_kinds.cited(n) for n in names])
    entries = {k: references.bibtex(k) for k in keys}
    v.emit({"name": name, "keys": list(keys), "bibtex": entries}, as_json,
           ["\n\n".join(entries.values()) or f"{name} names no source"])


