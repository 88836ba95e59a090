"""What a result keeps of the command that made it, and that command run again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from munu.errors import DomainError, UnknownName

#: what a command is told of files, of how it prints and how fast: of this no number hangs
OUTPUTS = ("out", "plot", "write", "formats", "overwrite", "workers", "as_json", "parameters",
           "bibtex", "tolerance")
#: commands whose answers are no results, or a file
_NOT = ("reproduce", "doctor", "list", "cite", "data", "site", "explore", "export",
        "scan")
_Plain = str | int | float | bool | None


def told() -> dict[str, Any]:
    """The command that runs now and all that it was told, defaults too: an entry of its result.

    None of it where no command runs.
    """
    # typer brings a click of its own, or takes that of the environment
    held = import_module(typer.Context.__mro__[1].__module__.rpartition(".")[0] + ".globals")
    context = held.get_current_context(silent=True)
    top = context
    # of a command in a group, the group
    while top is not None and top.parent is not None and top.parent.parent is not None:
        top = top.parent
    if top is None or top.info_name in _NOT:
        return {}
    return {"command": {"name": context.info_name, "arguments": {
        p.name: _plain(context.params[p.name]) for p in context.command.params
        if p.name in context.params and p.name not in OUTPUTS}}}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value


def commands() -> dict[str, Any]:
    """The commands that make a result."""
    from munu.cli.__main__ import _command

    return {n: c for n, c in _command().commands.items() if n not in _NOT}


def words(command: Any, name: str, arguments: Mapping[str, Any]) -> list[str]:
    """A command and what it is told as the words of a shell.

    Raises
    ------
    DomainError, UnknownName
        An argument that the command has not, or that no word can be.
    """
    known = {p.name: p for p in command.params if p.name not in (*OUTPUTS, "help")}
    for key, value in arguments.items():
        if key not in known:
            raise UnknownName(f"argument of munu {name}", key, known)
        for x in value if isinstance(value, list) else [value]:
            if not isinstance(x, _Plain) or (isinstance(value, list)
                                             and not isinstance(x, str | int | float)):
                raise DomainError(f"the argument {key} of munu {name} must be a word, a number or "
                                  "a list of these")
    options: list[str] = []
    places: list[str] = []
    for key, p in known.items():
        value = arguments.get(key)
        if value is None or value is False:
            continue
        each = [str(x) for x in (value if isinstance(value, list) else [value])]
        if p.param_type_name == "argument":
            places += each
        elif value is True:
            options.append(p.opts[0])
        else:
            options += [f"{p.opts[0]}={x}" if p.opts[0].startswith("--") else f"{p.opts[0]}{x}"
                        for x in each]
    if any(x.startswith("-") for x in places):
        return [name, *options, "--", *places]
    return [name, *places, *options]


def run(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a command answers as JSON; what it would write goes nowhere.

    Raises
    ------
    DomainError, UnknownName
        No such command, or one whose answer is no result; and what the command itself raises.
    """
    from munu.cli.__main__ import _asked

    known = commands()
    if name not in known:
        raise UnknownName("command that makes a result", name, known)
    given = words(known[name], name, arguments)
    printed = io.StringIO()
    with _elsewhere(known[name]) as more, redirect_stdout(printed):
        _asked([given[0], *more, "--json", *given[1:]])
    return json.loads(printed.getvalue())


@contextmanager
def _elsewhere(command: Any) -> Iterator[list[str]]:
    """A folder that is gone afterwards, for a command that writes one whether asked or not."""
    if not any(p.name == "out" and p.default is not None for p in command.params):
        yield []
        return
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        yield ["--out", str(Path(folder)), *(["--formats", "svg"] if any(
            p.name == "formats" for p in command.params) else [])]
