"""``munu data``: the files that a user writes, ready to be filled in."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from munu.cli import _out
from munu.cli import _values as v
from munu.errors import DomainError, UnknownName

data = typer.Typer(help="Files for data of one's own.", rich_markup_mode=None,
                   add_completion=False, pretty_exceptions_enable=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(data, name="data")


def templates() -> list[str]:
    """What has a template: the blank card, and each probe that waits for data."""
    from munu import _plugins

    return ["probe", *(n for n in _plugins.names("probes")
                       if hasattr(_plugins.load("probes", n), "template"))]


@data.callback()
def _root() -> None:
    """Files for data of one's own."""


@data.command("template")
def template(
    name: str = typer.Argument(..., help="probe for a blank card, or a probe that needs data"),
    out: str = typer.Option(None, help="Folder to write to; default the name"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Write a card and its tables, to be filled in and read by: munu limit FOLDER/NAME.yaml"""
    from munu import _data, _plugins

    if name not in templates():
        raise UnknownName("template", name, templates())
    if name == "probe":
        from munu.probes import template as blank

        files = blank()
    else:
        files = _plugins.load("probes", name).template()
    folder = Path(name) if out is None else _out.folder(out)
    there = [folder / f for f in files if os.path.lexists(folder / f)]
    # as a killed run leaves them: some of the files, as they are written here
    if len(there) == len(files) or any(not _holds(p, files[p.name]) for p in there):
        raise DomainError(f"{there[0]} exists already; nothing was written. Give another folder "
                          "with --out")
    paths = [str(_data.save(folder / f, text)) for f, text in files.items()]
    # a card is a probe; a table is an option of one
    option = Path(paths[0]).stem.removeprefix(f"{name}_")
    then = f"{paths[0]}" if paths[0].endswith(".yaml") else f"{name} --option {option}={paths[0]}"
    v.emit({"template": name}, as_json, [f"fill them in, then: munu limit {then}"], paths)


def _holds(path: Path, text: str) -> bool:
    """Whether a file is this text to the last byte."""
    try:
        return path.is_file() and path.read_bytes() == text.encode()
    except OSError:
        return False
