"""What there is, kind by kind, and what a name stands for: the one look-up of all rooms.

A room answers ``names()`` and ``about(name)``; it is imported when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from munu import _rooms
from munu.errors import DataError, UnknownName

# rooms whose members are no files: what they list, and their word for it where they list several
_OTHERS = {"limits": ("atlas.published",), "targets": ("targets.atom",),
           "nuclei": ("targets.nucleus",), "radii": ("atlas.charges", "radii"),
           "charges": ("atlas.charges", "charges"), "mixings": ("flavors",),
           "constants": ("constants",), "data": ("_data",), "references": ("references",),
           "formulas": ("formulas",)}
FILES = tuple("figures" if k == "plots" else k for k in _rooms.kinds())
KINDS = (*FILES, *_OTHERS)
# how one of a kind is had from Python
_HAD = {"probes": "munu.probes.get", "sources": "munu.sources.get", "media": "munu.media.get",
        "models": "munu.models.get", "figures": "munu.plots.draw", "limits": "munu.atlas.get",
        "formulas": "munu.formulas.get", "references": "munu.cite", "processes": "munu.cite",
        "events": "munu.events.get"}
_WORDS = {"events": "experiment", "media": "medium", "processes": "process",
          "limits": "published limit",
          "references": "paper"}


def room(kind: str) -> tuple[Any, ...]:
    """The module that answers ``names()`` and ``about(name)``, and what it is asked with."""
    if kind not in KINDS:
        raise UnknownName("kind", kind, KINDS)
    name, *word = _OTHERS.get(kind, ("plots" if kind == "figures" else kind,))
    return import_module(f"munu.{name}"), *word


def names(kind: str) -> Iterable[str]:
    """The members of a kind as their files say; nothing is imported."""
    if kind == "limits":
        return _rooms.stored(kind)
    if kind == "references":
        return _rooms.keys()
    if kind == "formulas":
        return _rooms.formulas()
    folder = "plots" if kind == "figures" else kind
    return _rooms.members(folder) if folder in _rooms.kinds() else ()


def unknown(kind: str, word: str, name: object, known: Iterable[str]) -> UnknownName:
    """The error of a name that a kind has not: what it is elsewhere, what is near.

    >>> str(unknown("limits", "published limit", "xenonnt", ["xenonnt_2022"])).split("; ")[1]
    "it is a probe: munu.probes.get('xenonnt')"
    """
    # every file is read for the formulas, whose names have a dot
    held = next((k for k in _HAD if k != kind and isinstance(name, str)
                 and ("." in name or k != "formulas") and name in names(k)), None)
    return UnknownName(word, name, known, elsewhere="" if held is None else
                       f"it is a {_WORDS.get(held, held.removesuffix('s'))}: "
                       f"{_HAD[held]}('{name}')")


def cited(name: str) -> Any:
    """What a name stands for, the first of all rooms that knows it; a card, a table of a limit or
    one that munu computed by its path.

    Raises
    ------
    UnknownName, DataError
    """
    if name.endswith((".yaml", ".yml")):
        return import_module("munu.probes").get(name)
    if name.endswith(".json"):
        return import_module("munu.references").answered(name)
    if name.endswith((".ecsv", ".csv")):
        meta = import_module("munu._data").header(name)
        if not meta:
            raise DataError(name, "has no header, which would say what it rests on; write "
                                  "the answer as .ecsv, or cite what made it by its name")
        ours = {"citations", "papers"} & {*meta}
        return import_module("munu.references").headed(meta, name) if ours else \
            import_module("munu.atlas").read(name)
    known: set[str] = set()
    for kind in ("references", *KINDS):
        asked, *word = room(kind)
        get: Any = getattr(asked, "get", None) or getattr(asked, "load", None)
        if not (get or kind in FILES or kind == "references"):
            continue
        if kind == "figures" and name in asked.names():
            return asked.draw(name)
        if name in (there := asked.names(*word)):
            if kind in FILES:
                return import_module("munu._plugins").cited(kind, name)
            return name if kind == "references" else get(name, *word)
        known |= set(there)
    raise UnknownName("key, probe, source, model, limit or formula", name, known)
