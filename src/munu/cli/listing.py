"""``munu list`` and ``munu cite``."""

from __future__ import annotations

import os
from typing import Any

import typer

from munu import _rooms
from munu.cli import _completion, _parameters
from munu.cli import _values as v
from munu.errors import UnknownName

# rooms whose members are no files: what they list, and their word for it where they list several
_OTHERS = {"limits": ("atlas.published",), "targets": ("targets.atom",),
           "nuclei": ("targets.nucleus",), "radii": ("atlas.charges", "radii"),
           "charges": ("atlas.charges", "charges"), "mixings": ("flavors",),
           "constants": ("constants",), "data": ("_data",), "references": ("references",),
           "formulas": ("formulas",)}
_FILES = tuple("figures" if k == "plots" else k for k in _rooms.kinds())
KINDS = (*_FILES, *_OTHERS)
# of these a bare ``munu list`` says all
_FIRST = (*_FILES, "limits", "targets")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("cite")(cite)


def members(kind: str) -> dict[str, str]:
    """Names of a kind, each with one line."""
    room, *word = _room(kind)
    return {n: room.about(n, *word) for n in room.names(*word)}


def _room(kind: str) -> tuple:
    """The module that answers ``names()`` and ``about(name)``, and what it is asked with."""
    from importlib import import_module

    if kind not in KINDS:
        raise UnknownName("kind", kind, KINDS)
    name, *word = _OTHERS.get(kind, ("plots" if kind == "figures" else kind,))
    return import_module(f"munu.{name}"), *word


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
    room, *word = _room(kind)
    tell = getattr(room, "row", room.about)
    return {n: tell(n, *word) for n in room.names(*word)}


def _one(kind: str, name: str, as_json: bool) -> None:
    """One member: its line, and the table of its parameters where it has some."""
    room, *word = _room(kind)
    if name not in (known := room.names(*word)):
        raise UnknownName(kind.removesuffix("s"), name, known)
    about, told = room.about(name, *word), hasattr(room, "parameters")
    rows = _parameters.rows(kind, name) if told else []
    fields = room.row(name, *word) if hasattr(room, "row") else {}
    v.emit({"kind": kind, "name": name, "about": about, **fields, "parameters": rows}, as_json,
           [f"{name}: {about}", *(_parameters.lines(kind, name, rows) if told else ())])


def cite(
    name: str = typer.Argument(..., help="A key, a probe, a source, a medium, a model, a process, "
                               "a figure, a published limit, a data file, a formula; several as "
                               "a+b",
                      autocompletion=_completion.cited),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """BibTeX of all that a result rests on."""
    from munu import references
    from munu.cli import _chosen

    keys = references.papers([_cited(n) for n in _chosen.split(name)])
    entries = {k: references.bibtex(k) for k in keys}
    v.emit({"name": name, "keys": list(keys), "bibtex": entries}, as_json,
           ["\n\n".join(entries.values()) or f"{name} names no source"])


def _cited(name: str):
    """What a name stands for, the first of all rooms that knows it."""
    from munu import _plugins, probes

    if name.endswith((".yaml", ".yml")):
        return probes.get(name)
    if name.endswith((".ecsv", ".csv")):
        from munu import atlas

        return atlas.read(name)
    known: set[str] = set()
    for kind in ("references", *KINDS):
        room, *word = _room(kind)
        get: Any = getattr(room, "get", None) or getattr(room, "load", None)
        if not (get or kind in _FILES or kind == "references"):
            continue
        if kind == "figures" and name in room.names():
            os.environ.setdefault("MPLBACKEND", "Agg")
            return room.draw(name)
        if name in (names := room.names(*word)):
            return name if kind == "references" else _plugins.cited(kind, name) \
                if kind in _FILES else get(name, *word)
        known |= set(names)
    raise UnknownName("key, probe, source, model, limit or formula", name, known)
