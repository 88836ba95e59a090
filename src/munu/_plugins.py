"""A name is one file: the members of a kind are the files of its folder.

``names("probes")`` lists ``munu/probes/*.py`` and the entry points ``munu.probes``;
``load("probes", "xenonnt")`` imports that one module and nothing else; ``make`` calls its factory.
"""

from __future__ import annotations

import inspect
import math
import numbers
import re
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from munu.errors import DomainError, UnknownName

_HERE = Path(__file__).parent
# the noun of a folder has its own file, which is not a member: probes/probe.py
_KINDS = {"probes": "probe", "sources": "source", "processes": "process", "models": "model",
          "figures": "figure", "plots": "figure", "media": "profile"}
# what stands beside the members of a folder and is none
_BESIDE = {"media": {"fields"}, "models": {"naturalness"}, "plots": {"drawers"}}


def _entry_points(kind: str) -> dict[str, metadata.EntryPoint]:
    return {e.name: e for e in metadata.entry_points(group=f"munu.{kind}")}


def names(kind: str) -> list[str]:
    """The members of a kind, sorted: file names and entry points."""
    noun = _KINDS.get(kind, kind.rstrip("s"))
    files = {p.stem for p in (_HERE / kind).glob("*.py")
             if not p.stem.startswith("_") and p.stem != noun} - _BESIDE.get(kind, set())
    return sorted(files | set(_entry_points(kind)))


def load(kind: str, name: str) -> ModuleType:
    """The module that bears the name.  Raises :class:`UnknownName` with the nearest names."""
    if name not in names(kind):
        raise UnknownName(_KINDS.get(kind, kind.rstrip("s")), name, names(kind))
    if (_HERE / kind / f"{name}.py").is_file():
        return import_module(f"munu.{kind}.{name}")
    return _entry_points(kind)[name].load()


def make(kind: str, name: str, options: dict[str, Any]) -> Any:
    """What the factory of a member makes (``probe`` in ``probes/NAME.py``), options checked.

    Raises
    ------
    UnknownName, DomainError
        An option that the factory does not have or that is of another kind than it says.
    """
    noun = _KINDS[kind]
    factory = getattr(load(kind, name), noun)
    known = inspect.signature(factory).parameters
    if any(p.kind is p.VAR_KEYWORD for p in known.values()):
        return factory(**options)
    checked = {}
    for option, value in options.items():
        if option not in known:
            raise DomainError(f"{noun} {name} has no option '{option}'; it has: "
                              f"{', '.join(sorted(known)) or 'none'}")
        checked[option] = _of_kind(f"{noun} {name}: option {option}", value,
                                   str(known[option].annotation))
    missing = [k for k, p in known.items() if p.default is p.empty and k not in checked]
    if missing:
        raise DomainError(f"{noun} {name} needs {', '.join(missing)}; its options are "
                          f"{', '.join(known)}")
    return factory(**checked)


def _of_kind(what: str, value: Any, annotation: str) -> Any:
    """The value as the annotation wants it; a whole number may stand for a word."""
    kinds = [k.strip() for k in re.sub(r"\[[^\[\]]*\]", "", annotation).split("|")]
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if value is None and "None" in kinds:
        return None
    if isinstance(value, bool) and "bool" in kinds:
        return value
    if number and ("float" in kinds or ("int" in kinds and value == int(value))):
        if not math.isfinite(value):
            raise DomainError(f"{what} = {value} must be finite")
        return value
    if isinstance(value, str) and "str" in kinds:
        return value
    if number and "str" in kinds:
        return f"{value:g}"
    if isinstance(value, tuple | list) and "tuple" in kinds:
        return tuple(value)
    others = [k for k in kinds if k not in _WORDS and k != "None"]
    if others and not isinstance(value, str | bool) and not number and value is not None:
        return value
    said = " or ".join(_WORDS.get(k, f"a {k}") for k in kinds if k != "None")
    raise DomainError(f"{what} = {value!r} must be {said}")


_WORDS = {"float": "a number", "int": "a whole number", "bool": "true or false", "str": "a word",
          "tuple": "several numbers, as 1,2"}
