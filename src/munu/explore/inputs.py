"""What a request may hold: names that are registered, texts of a bounded size, no file.

Every question goes through :func:`words`, which is the one place that refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from munu import _kinds, _plugins, _rooms
from munu.errors import DomainError, UnknownName
from munu.explore.asked import Asked

# numbers in all the lists and grids of a text, and points of a scan
MOST, MOST_POINTS = 300, 3000
_FILE = re.compile(
    r"[\\~\0]|\.\.|file:|[A-Za-z_][\w-]*\.[A-Za-z]"              # a path, a name with an ending
    r"|\.(ecsv|csv|ya?ml|json|hdf5|h5|txt|dat|slha|np[yz]|parquet|bib|py)\b"
    r"|(^|[\s=,:@])/[^\s/]*/", re.IGNORECASE)


def words(asked: Asked) -> list[str]:
    """The words of the command that answers a question.

    Raises
    ------
    UnknownName, DomainError
        A name that is not registered; a text that is a file or asks for too many numbers; an
        option that is a file.
    """
    given = asked.model_dump(by_alias=True, exclude_unset=True)
    name = str(getattr(asked, asked.NAME) or "") if asked.NAME else ""
    out, settings = [asked.COMMAND], given.pop(asked.SETTINGS, {})
    if asked.ROOM and name:
        _registered(asked.ROOM, name)
        _no_file(asked.ROOM, name, given.get("option", {}))
    for where, text in _texts(given | {asked.SETTINGS: settings}):
        if text != name:
            _plain(where, text)
    given.pop(asked.NAME, None)
    if asked.COMMAND == "check" and not (name or settings):
        raise DomainError("a point is needed (mu or d, M_N and flavor), or the name of a model")
    if asked.COMMAND == "propagate":
        out.append(f"--medium={name}")
    elif name:
        out.append(name)
    out += [f"{k}={_word(x)}" for k, x in settings.items()]
    out += list(_flags(given))
    return [*out, "--json"]


def _flags(given: dict[str, Any]) -> Iterator[str]:
    points = 1
    for key, value in given.items():
        flag = "--" + key.replace("_", "-")
        if isinstance(value, dict):
            for k, x in value.items():
                points *= numbers(_word(x)) if key == "scan" else 1
                yield f"{flag}={k}={_word(x)}"
        elif isinstance(value, bool):
            if value:
                yield flag
        elif value is not None:
            yield f"{flag}={_word(value)}"
    if points > MOST_POINTS:
        raise DomainError(f"the scan asks for {points} points; at most {MOST_POINTS} here, more "
                          "with munu model --scan")


def numbers(text: str) -> int:
    """How many numbers a text asks for, as a list of numbers and grids."""
    count = 0
    for item in text.split(","):
        parts = item.split(":")
        n = parts[2].strip() if len(parts) > 2 else ""
        count += int(n[:9]) if n.isdecimal() else 1
    return count


def named(kind: str, name: str) -> None:
    """A name of a kind, as its file says it; nothing is imported for it.

    Raises
    ------
    UnknownName
    """
    if kind == "formulas":
        _formula(name)
        return
    asked, *word = _kinds.room(kind)
    if name not in (known := asked.names(*word)):
        raise _kinds.unknown(kind, kind.removesuffix("s"), name, known)


def first_line(kind: type[Asked]) -> str:
    """What a command does."""
    return (kind.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _registered(room: str, name: str) -> None:
    if room == "formulas":
        _formula(name)
        return
    for one in name.split("+"):
        if one not in (there := _plugins.names(room)):
            raise _kinds.unknown(room, {"media": "medium"}.get(room, room.removesuffix("s")), one,
                                 there)


def _formula(name: str) -> None:
    """Of the one file that would hold it; all are read where there is none."""
    from munu import constants, formulas

    if _rooms.formula(name.removeprefix("munu.")) is None and name not in (
            more := [f"constants.{n}" for n in constants.names()]):
        raise UnknownName("formula", name, [*formulas.names(), *more])


def _no_file(room: str, name: str, options: dict[str, Any]) -> None:
    for one in name.split("+"):
        files = {p.name: p.default for p in _plugins.parameters(room, one)
                 if p.kind == "file"} if options else {}
        for key in options:
            if files.get(key, options[key]) != options[key]:
                raise DomainError(f"{key} of {one} is a file, and none is read for the page; ask "
                                  "on the command line or in Python")


def _texts(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for k, x in value.items():
            yield from _texts(x, str(k))
    elif isinstance(value, str):
        yield where, value


def _plain(where: str, text: str) -> None:
    found = _FILE.search(text)
    if found:
        raise DomainError(f"{where} = '{text}' reads like a file ('{found[0].strip()}'), and none "
                          "is read for the page; ask on the command line or in Python")
    if numbers(text) > MOST:
        raise DomainError(f"{where} = '{text}' asks for {numbers(text)} numbers; at most {MOST} "
                          "here, more on the command line")


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else \
        repr(value) if isinstance(value, float) else str(value)


def shown(command: Sequence[str]) -> str:
    """The words as a line for a shell."""
    import shlex

    return shlex.join(["munu", *command])
