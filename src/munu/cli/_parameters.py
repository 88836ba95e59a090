"""What a probe, a source, a medium or a model can be told: a table, or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from munu.cli import _values as v
from munu.errors import DomainError
from munu.parameters import Parameter

# how a value is given on the command line, by room
_GIVEN = {"probes": "munu limit {} --option {}=...", "models": "munu model {} {}=...",
          "plots": "munu figure {} --option {}=...",
          "events": "munu sample {} --option {}=...",
          "media": "munu propagate --medium {} --option {}=..."}
# commands that are given what is needed by name
_NEEDING = {"models": "model", "formulas": "calc"}


def rows(room: str, name: str) -> list[dict[str, Any]]:
    """Each parameter: name, default, unit, kind, choices, one line.

    Raises
    ------
    DomainError, UnknownName
        A card, which says all itself; no such member.
    """
    if name.endswith((".yaml", ".yml")):
        raise DomainError(f"the card {name} says all of its probe; only a probe of a name has "
                          "parameters")
    known: Sequence[Parameter] = import_module(f"munu.{room}").parameters(name)
    return [{"name": p.name, "default": _default(room, p), "unit": p.unit or None, "kind": p.kind,
             "choices": list(p.choices), "needed": p.needed, "about": p.about} for p in known]


def _default(room: str, p: Parameter) -> Any:
    """As it is given: of a model the number in its unit."""
    if p.needed or p.default is None:
        return None
    if room == "models" and p.kind == "quantity":
        from munu.units import unit

        return p.default / unit(p.unit).factor
    return p.default


def lines(room: str, name: str, known: Sequence[dict[str, Any]]) -> list[str]:
    """A table for people."""
    from munu.results import shown

    if not known:
        return [f"{name} has no parameters"]
    table = [("parameter", "default", "unit", "kind")]
    for x in known:
        default = "needed" if x["needed"] else "-" if x["default"] is None else \
            ",".join(map(str, x["default"])) if isinstance(x["default"], tuple) else \
            shown(x["default"])
        table.append((x["name"], default, "" if x["unit"] in (None, "1") else x["unit"],
                      x["kind"]))
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    about = ["", *(x["about"] + (f" ({', '.join(x['choices'])})" if x["choices"] else "")
                   for x in known)]
    out = ["  ".join((f"{row[0]:>{wide[0]}}", f"{row[1]:>{wide[1]}}", f"{row[2]:>{wide[2]}}",
                      f"{row[3]:<{wide[3]}}", text)).rstrip()
           for row, text in zip(table, about, strict=True)]
    return [*out, *_how(room, name, known)]


def _how(room: str, name: str, known: Sequence[dict[str, Any]]) -> list[str]:
    if room in _NEEDING:
        need = " ".join(f"{x['name']}=..." for x in known if x["needed"])
        return [f"so: munu {_NEEDING[room]} {name} {need}".rstrip()]
    return [f"so: {_GIVEN[room].format(name, known[0]['name'])}"] if room in _GIVEN else []


def show(room: str, name: str, as_json: bool) -> None:
    """Print what ``--parameters`` asks."""
    known = rows(room, name)
    # the word of the room: model, probe, medium, source
    word = {"media": "medium"}.get(room, room.removesuffix("s"))
    v.emit({word: name, "parameters": known}, as_json, lines(room, name, known))
