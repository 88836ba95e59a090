"""What a formula takes and gives, from its signature and its docstring.

Its arguments' units stand in brackets, and beside them ``above 0``, ``at least 0``, ``0 to 1``,
``-1 to 1``, ``either sign``, ``infinite``, a shape such as ``(3, 3)``: said once, for readers
and for :mod:`munu._guard`.
The text is taken from the file where Python dropped the docstrings (``python -OO``).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from math import inf
from typing import Any

from munu import _rooms

# what is a number, by its annotation
_NUMBERS = ("Numbers", "float", "int", "complex", "ndarray", "tuple[float")
# the least float above 0, the greatest
LEAST, MOST = 5e-324, 1.7976931348623157e308
# of what there is nothing below 0
_NEVER_BELOW = ("energy", "length", "1/volume", "energy^4", "1/energy^2")
# beyond any energy or length: its fifth power is still a number
_HIGHEST = 1e60
_LINE = re.compile(r"([\w, ]+?) : (.+)")
_LIKE = re.compile(r"\b(?:as|and) :func:`~?\.?([\w.]+)`")
_SHAPE = re.compile(r"\((\.\.\.|\w+(?: \+ \d)?,|(?:\.\.\.|\w+)(?:, (?:\.\.\.|\w+))+)\)")


@dataclass(frozen=True)
class Argument:
    """What a formula takes under one name.

    Attributes
    ----------
    name : str
    kind : ``number``, ``word``, ``yes or no``, ``record`` or ``any``
    unit : as the docstring's brackets say it, such as ``energy``; ``""`` where there is none
    low, high : least and greatest value [internal]
    shapes : allowed shapes, each a tuple of numbers, names and ``...``; empty for any
    single : whether its annotation says one number; arrays go where the formula can take them
    scalar : whether the docstring says so too
    whole : whether a whole number is meant
    complex : whether it may be complex
    text, texts : whether a text, or several, are read by the formula itself
    none : whether it may be None
    endless : whether it may be infinite
    needed : whether there is no default
    records : names of the classes that are taken
    default : where there is one
    line : what the docstring says, without units
    """

    name: str
    kind: str
    unit: str = ""
    low: float = -MOST
    high: float = MOST
    shapes: tuple[tuple[str, ...], ...] = ()
    single: bool = False
    scalar: bool = False
    whole: bool = False
    complex: bool = False
    text: bool = False
    texts: bool = False
    none: bool = False
    endless: bool = False
    needed: bool = False
    records: tuple[str, ...] = ()
    default: Any = None
    line: str = ""

    @cached_property
    def plain(self) -> bool:
        """Whether a float within ``low`` and ``high`` needs no further look."""
        return self.kind == "number" and (not self.shapes or () in self.shapes)

    def beyond(self, x: float) -> str:
        """What is allowed in place of a value outside, as the end of a line."""
        if x > self.high:
            return f"at most {self.high:g}" + (" (internal units)" if self.unit != "1" else "")
        return "above 0" if self.low == LEAST else f"at least {self.low:g}"


@dataclass(frozen=True)
class Signature:
    """What a formula takes and gives.

    Attributes
    ----------
    arguments : by name, in order
    units : of the result, or of each of several, as the brackets say it
    endless : whether a result may be infinite
    open : whether it takes further keywords
    """

    arguments: Mapping[str, Argument]
    units: tuple[str, ...]
    endless: bool
    open: bool


@cache
def signature(function: Callable) -> Signature:
    """What a formula takes and gives, from its signature and the text of its file."""
    function = inspect.unwrap(function)
    doc = _rooms.doc_of(function)
    lines, returns = _lines(function), doc.partition("Returns\n")[2].split("\n\n")[0]
    known, opened = {}, False
    for p in inspect.signature(function).parameters.values():
        opened |= p.kind is p.VAR_KEYWORD
        if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
            continue
        known[p.name] = _argument(p, *lines.get(p.name, ("", "")))
    return Signature(known, tuple(re.findall(r"\[([^\]]+)\]", returns)),
                     "infinite" in returns, opened)


@cache
def _lines(function: Callable) -> dict[str, tuple[str, str]]:
    """Of each parameter its unit and its line, those too that another formula explains."""
    block = _rooms.doc_of(function).partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    out: dict[str, tuple[str, str]] = {}
    for like in _LIKE.findall(block):
        other = function.__globals__.get(like)
        if callable(other) and other is not function:
            out |= _lines(inspect.unwrap(other))
    return _named(block, out)


def attributes(record: type) -> dict[str, str]:
    """Units of the fields that the docstring of a record names, ``""`` where it says none."""
    block = inspect.cleandoc(record.__doc__ or "").partition("Attributes\n----------\n")[2]
    return {name: unit for name, (unit, _) in _named(block.partition("\n\n")[0], {}).items()}


def _named(block: str, out: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Unit and line of each name of a block, besides what is known."""
    for item in re.split(r"\n(?=\S)", block):
        match = _LINE.match(" ".join(item.split()))
        if not match:
            continue
        names, text = [n.strip() for n in match[1].split(",")], match[2]
        units = re.findall(r"\[([^\]]+)\]", text)
        for k, name in enumerate(names):
            unit = (units[k] if len(units) == len(names) else units[0]) if units else ""
            told = out.get(name, ("", ""))
            out[name] = (unit or told[0], text if not _LIKE.search(text) else told[1] or text)
    return out


def _argument(p: inspect.Parameter, unit: str, line: str) -> Argument:
    note = p.annotation if isinstance(p.annotation, str) else \
        "" if p.annotation is p.empty else getattr(p.annotation, "__name__", "")
    text = "text" in line
    if any(x.startswith(_NUMBERS) for x in note.replace("np.", "").split(" | ")) \
            or (not note and (unit or text)):
        kind = "number"
    else:
        kind = {"str": "word", "bool": "yes or no", "": "word" if "``" in line else "any"}.get(
            note.removesuffix(" | None"), "record")
    low, high = _range(p.name, unit, line)
    endless = kind == "number" and "infinite" in line
    records = re.findall(r"\w+", re.sub(r"\[.*?\]|None", "", note)) if kind == "record" else ()
    shapes = [tuple(x.strip() for x in s.split(",") if x) for s in _SHAPE.findall(line)]
    if note.startswith("tuple[float"):
        shapes = [(str(note.count("float")),)]
    if shapes and re.search(r"\b(float|number|text)\b", line):
        shapes.append(())
    single = "array" not in line and \
        {*note.split(" | ")} <= {"float", "int", "complex", "str", "None"}
    return Argument(
        p.name, kind, unit, low, inf if endless else high,
        shapes=tuple(shapes) if kind == "number" else (),
        single=single, scalar=single and (
            note == "int" or bool(re.search(r"\b(float|numbers?)\b", line))),
        whole=note == "int", complex="complex" in line or "complex" in note,
        texts="texts" in line, text=text or "str" in note.split(" | "),
        none="None" in note or p.default is None,
        endless=endless, needed=p.default is p.empty, records=tuple(records),
        default=None if p.default is p.empty else p.default,
        line=re.sub(r"[\s,]*\[[^\]]*\]", "", line))


def _range(name: str, unit: str, line: str) -> tuple[float, float]:
    """Least and greatest value; what is said of one name alone counts for it alone."""
    if "either sign" in line or "complex" in line:
        return -MOST, MOST
    if re.search(r"(?<![-.\d])0 to 1\b(?![.\d])", line):
        return 0.0, 1.0
    if re.search(r"(?<!\S)-1 to 1\b(?![.\d])", line):
        return -1.0, 1.0
    said = {m[1]: m[2] for m in re.finditer(r"(\w+) (above 0|at least 0)\b", line)}
    alone = re.findall(r"(?:^|[,;\]] )(above 0|at least 0)\b", line)
    word = said.get(name) or (alone[0] if alone else "")
    if not word and re.match(r"constants?\b", line):
        word = "above 0"
    if name.startswith("sin2_theta"):
        return 0.0, 1.0
    high = _HIGHEST if unit in ("energy", "length") else MOST
    if word:
        return (LEAST if word == "above 0" else 0.0), high
    return (0.0 if unit in _NEVER_BELOW else -MOST), high
