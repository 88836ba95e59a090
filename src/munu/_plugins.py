"""A name is one file: the members of a kind are the files of its folder that bear its factory.

``names("probes")`` lists them and the entry points ``munu.probes``; ``load("probes", "xenonnt")``
imports that one module and nothing else; ``make`` calls its factory.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from munu import _kinds, _rooms
from munu.errors import MunuError, NotInstalled
from munu.parameters import Parameter, declared, of_model

if TYPE_CHECKING:
    from importlib import metadata

# the word of a kind, and what its module defines
_NOUNS = {"probes": ("probe", "probe"), "sources": ("source", "source"),
          "media": ("medium", "medium"), "models": ("model", "model"),
          "events": ("experiment", "experiment"),
          "processes": ("process", None), "plots": ("figure", "draw")}


@cache
def _entry_points() -> Mapping[str, metadata.EntryPoint]:
    """Entry points by ``KIND NAME``, read once: that costs milliseconds."""
    from importlib.metadata import entry_points

    found = entry_points()
    return {f"{e.group.removeprefix('munu.')} {e.name}": e
            for group in found.groups if group.startswith("munu.")
            for e in found.select(group=group)}


@cache
def _third(kind: str) -> Mapping[str, ModuleType]:
    """What other packages bring; one that is broken is one warning, and the rest lives on."""
    out = {}
    for key, point in _entry_points().items():
        if key.split()[0] != kind or point.name in _rooms.members(kind):
            continue
        try:
            module = point.load()
            bears = _NOUNS[kind][1]
            if bears and not hasattr(module, bears):
                raise AttributeError(f"it has no '{bears}'")
        except Exception as err:
            warnings.warn(f"the {_NOUNS[kind][0]} '{point.name}' of another package "
                          f"({point.value}) cannot be used: {type(err).__name__}: {err}",
                          stacklevel=2)
        else:
            out[point.name] = module
    return out


def names(kind: str) -> list[str]:
    """The members of a kind, sorted: files of the folder, and entry points."""
    return sorted({*_rooms.members(kind), *_third(kind)})


def about(kind: str, name: str) -> str:
    """One line on a member, from its file: nothing is imported."""
    if name in _rooms.members(kind):
        return _rooms.about(_rooms.members(kind)[name])
    return _rooms.first_line(load(kind, name).__doc__)


def load(kind: str, name: str) -> ModuleType:
    """The module that bears the name.

    Raises
    ------
    UnknownName, NotInstalled
        With the nearest names; with the package that this member alone needs.
    """
    if name in _rooms.members(kind):
        try:
            return import_module(_rooms.dotted(_rooms.members(kind)[name]))
        except ModuleNotFoundError as err:
            raise NotInstalled(err.name) from err
    if name in _third(kind):
        return _third(kind)[name]
    raise _kinds.unknown("figures" if kind == "plots" else kind, _NOUNS[kind][0], name,
                         names(kind))


def factory(kind: str, name: str) -> Callable[..., Any]:
    """The factory of a member, its options declared; the class of a model."""
    module = load(kind, name)
    if kind != "models":
        return declared(getattr(module, str(_NOUNS[kind][1])))
    found = getattr(module, "model", None)
    return found or next(c for c in vars(module).values() if isinstance(c, type)
                         and c.__module__ == module.__name__
                         and "Model" in (b.__name__ for b in c.__mro__[1:]))


def parameters(kind: str, name: str) -> tuple[Parameter, ...]:
    """What a member can be told, in order."""
    made = factory(kind, name)
    return of_model(made) if isinstance(made, type) else made.__dict__["parameters"]


def make(kind: str, name: str, options: Mapping[str, Any]) -> Any:
    """What the factory of a member makes, under the member's name.

    Raises
    ------
    UnknownName, DomainError
        An option that the factory does not have or that is of another kind than it says.
    """
    made = factory(kind, name)(**options)
    if kind in ("probes", "sources") and made.name != name:
        made = replace(made, name=name)
    return kept(made, make, kind, name, dict(options))


def cited(kind: str, name: str) -> Any:
    """What :func:`munu.cite` reads the papers of a member from."""
    if kind == "models":
        return factory(kind, name)
    if kind == "processes":
        module = load(kind, name)
        return [getattr(module, f) for f in _rooms.formulas_of(_rooms.members(kind)[name])] \
            if name in _rooms.members(kind) else module
    if any(p.needed for p in parameters(kind, name)):
        return factory(kind, name)
    try:
        return make(kind, name, {})
    except MunuError:
        # what it needs cannot be declared, such as one of two options
        return factory(kind, name)


class Made:
    """A record that is sent to a worker as what made it, where that is known."""

    def __reduce_ex__(self, protocol):
        """By the call that made it: fields may hold functions, which no pickle takes."""
        return self.__dict__.get("_made_by") or super().__reduce_ex__(protocol)


def kept(made: Any, function: Callable, *args: Any) -> Any:
    """The record with the call that makes it again; a changed copy does not inherit it."""
    if isinstance(made, Made):
        object.__setattr__(made, "_made_by", (function, args))
    return made
