"""The one door of every reader: a file as text, and YAML as plain values with their lines.

A file is regular, of a bounded size, in UTF-8 with or without a byte order mark.  Of YAML only
what means the same to everybody is read: mappings with names, each once, lists, words, numbers,
``true``, ``false`` and ``null``.  ``1e0`` is a number; ``yes``, ``on`` and ``2024-01-01`` are
words; anchors, aliases and tags are refused.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from munu.errors import DataError, DomainError

# bytes of a table, and of a card or a header
MOST, MOST_YAML = 64 * 2**20, 4 * 2**20
_DEEP, _LONG = 20, 100
# of a process that answers strangers: the folder whose files it may read, and no other
_only: list[str] = []
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_ENDLESS = re.compile(r"[+-]?\.(inf|nan)", re.IGNORECASE)
_WORDS = {"": None, "~": None, **dict.fromkeys(("null", "Null", "NULL")),
          **dict.fromkeys(("true", "True", "TRUE"), True),
          **dict.fromkeys(("false", "False", "FALSE"), False)}


def shut() -> None:
    """From now on this process reads no table and no card but munu's own."""
    _only[:] = [os.path.join(os.path.realpath(Path(__file__).parent), "")]


def text(path: str | Path, *, most: int = MOST, missing: str = "no such file") -> str:
    """The text of a file, its lines ended by one character each.

    Raises
    ------
    DataError
        No such file, no regular file, one that is too long, what is no text in UTF-8; any of a
        user's where the door is shut.
    """
    if _only and not os.path.realpath(path).startswith(_only[0]):
        raise DataError(path, "is not read here: no file is; ask on the command line or in Python")
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise DataError(path, "is a folder; name a file" if stat.S_ISDIR(found.st_mode) else
                            "is a device or a pipe; copy what it holds into a file")
        with open(path, "rb") as stream:
            held = stream.read(most + 1)
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(path, missing) from None
    except (OSError, ValueError) as err:
        raise DataError(path, f"cannot be read ({getattr(err, 'strerror', None) or err})"
                        ) from None
    if len(held) > most:
        raise DataError(path, f"is longer than {most >> 20} MiB; thin it out")
    try:
        made = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(path, "is no text in UTF-8") from None
    made = made.replace("\r\n", "\n").replace("\r", "\n")
    strange = _STRANGE.search(made)
    if strange:
        raise DataError(path, f"holds the character {strange[0]!r}, which is no text",
                        line=made.count("\n", 0, strange.start()) + 1)
    return made


def answer(path: str | Path) -> dict[str, Any]:
    """What a file of JSON holds, which must be a result of munu.

    Raises
    ------
    DataError
        No JSON, or an object that names no version of munu.
    """
    wanted = "a result is what a command prints with --json, or writes with --out FILE.json"
    try:
        made = json.loads(text(path), parse_constant=_refused)
    except json.JSONDecodeError as err:
        raise DataError(path, f"is no JSON ({err.msg}); {wanted}", line=err.lineno) from None
    except (DomainError, RecursionError, ValueError) as err:
        raise DataError(path, f"is no JSON of munu ({err or 'too deep'}); {wanted}") from None
    if not isinstance(made, dict) or not isinstance(made.get("version"), str):
        raise DataError(path, f"is no result of munu: it names no version; {wanted}")
    return made


def _refused(word: str) -> None:
    raise DomainError(f"{word} is no number of JSON")


class Entries(dict[str, Any]):
    """A mapping of YAML that knows the line of each of its names."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


def entries(path: str | Path, source: str, wanted: str) -> Entries:
    """YAML whose outermost value is a mapping.

    Parameters
    ----------
    path : for the errors
    source : the text; its first line is line 1 of the file
    wanted : what is said where it is no mapping

    Raises
    ------
    DataError
        With the line.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(source) > MOST_YAML:
        raise DataError(path, f"holds more than {MOST_YAML >> 20} MiB of YAML")
    try:
        events = iter(yaml.parse(source, Loader=loader))
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            raise DataError(path, wanted)
        found = _value(path, events, next(events), 0)
        next(events)
        more = next(events)
        if not isinstance(more, yaml.StreamEndEvent):
            raise DataError(path, "holds a second document; one is read",
                            line=more.start_mark.line + 1)
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        said = getattr(err, "problem", None) or getattr(err, "reason", None) or err
        raise DataError(path, "is no YAML: " + " ".join(str(said).split()),
                        line=mark.line + 1 if mark else None) from None
    if not isinstance(found, Entries):
        raise DataError(path, wanted)
    return found


def _value(path: str | Path, events: Iterator[Any], at: Any, depth: int) -> Any:
    """The value that begins with an event; what it holds is taken from those that follow."""
    import yaml

    line = at.start_mark.line + 1
    if isinstance(at, yaml.AliasEvent) or at.anchor is not None:
        raise DataError(path, "holds an anchor or an alias (& or *); write the value out, or in "
                              "quotation marks where it is a word", line=line)
    if at.tag is not None:
        raise DataError(path, f"holds the tag {at.tag[:_LONG]!r}; write the value without it",
                        line=line)
    if depth > _DEEP:
        raise DataError(path, "is nested too deeply", line=line)
    if isinstance(at, yaml.ScalarEvent):
        try:
            return at.value if at.style else scalar(at.value)
        except DomainError as err:
            raise DataError(path, str(err), line=line) from None
    if isinstance(at, yaml.SequenceStartEvent):
        listed = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            listed.append(_value(path, events, item, depth + 1))
        return listed
    made = Entries()
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarEvent) or not 0 < len(key.value) <= _LONG \
                or "\n" in key.value:
            raise DataError(path, "an entry must have a name: one word before the colon",
                            line=line)
        # its anchor or tag
        _value(path, events, key, depth)
        if key.value in made:
            raise DataError(path, f"'{key.value}' stands twice", line=line)
        made.lines[key.value] = line
        made[key.value] = _value(path, events, next(events), depth + 1)
    return made


def scalar(word: str) -> Any:
    """What a word of YAML without quotation marks is.

    Raises
    ------
    DomainError
        A number that is not finite.

    >>> scalar("1e3"), scalar("007"), scalar("yes"), scalar("true"), scalar("1:30")
    (1000.0, 7, 'yes', True, '1:30')
    """
    if word in _WORDS:
        return _WORDS[word]
    found = _NUMBER.fullmatch(word)
    if not found and not _ENDLESS.fullmatch(word):
        return word
    if found and len(word) < 40 and not found[2] and "." not in word:
        return int(word)
    value = float(word) if found else math.inf
    if not math.isfinite(value):
        raise DomainError(f"'{word[:_LONG]}' is not finite; a number is meant")
    return value


def number(value: Any, what: str, *, low: float = -math.inf, high: float = math.inf,
           strict: bool = False, like: str = "0.1") -> float:
    """A value of YAML that must be a number from low to high, or between them where ``strict``.

    Raises
    ------
    DomainError
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DomainError(f"{what} is {shown(value)}, where a number is meant, such as {like}")
    inside = low < value < high if strict else low <= value <= high
    if not inside or not math.isfinite(value):
        said = f"{'above' if strict else 'at least'} {low:g}" if low > -math.inf else "finite"
        if high < math.inf:
            said += f" and {'below' if strict else 'at most'} {high:g}"
        raise DomainError(f"{what} = {value:g} must be {said}")
    return float(value)


def word(value: Any, what: str, like: str = "") -> str:
    """A value of YAML that must be a word.  Raises DomainError."""
    if not isinstance(value, str) or not value.strip():
        raise DomainError(f"{what} is {shown(value)}, where a word is meant"
                          + (f", such as {like}" if like else ""))
    return value


def shown(value: Any) -> str:
    """A value of YAML as it stands in a file, shortened.

    >>> shown(True), shown(None), shown("yes")
    ('true', 'empty', "'yes'")
    """
    if value is None or value == "":
        return "empty"
    said = str(value).lower() if isinstance(value, bool) else repr(value)
    return said if len(said) <= _LONG else said[:_LONG] + "..."


def dump(value: Any, **how: Any) -> str:
    """Plain values as YAML that :func:`entries` reads back."""
    import yaml

    return str(yaml.dump(value, Dumper=_dumper(), allow_unicode=True, **how))


@cache
def _dumper() -> type:
    """What YAML 1.1 takes for a word and we for a number is written in quotation marks."""
    import yaml

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def said(dumper: Any, value: str) -> Any:
        quoted = _NUMBER.fullmatch(value) or _ENDLESS.fullmatch(value) or value in _WORDS
        return dumper.represent_scalar("tag:yaml.org,2002:str", value,
                                       style="'" if quoted else None)

    Dumper.add_representer(str, said)
    Dumper.add_multi_representer(str, lambda dumper, value: said(dumper, str(value)))
    Dumper.add_multi_representer(dict, yaml.SafeDumper.represent_dict)
    return Dumper
