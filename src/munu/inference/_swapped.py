"""Records inside of records: find those of a kind, and put others in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from types import MethodType
from typing import Any, cast


def swapped(thing: Any, kind: type, change: Callable[[Any], Any],
            done: dict[int, Any] | None = None) -> Any:
    """The same record with every record of a kind that it holds, however deep, changed."""
    done = {} if done is None else done
    if id(thing) in done:
        return done[id(thing)][1]
    # the old one is kept beside the new: an id is free again once its record is gone
    done[id(thing)] = (thing, thing)
    made = change(thing) if isinstance(thing, kind) else _inside(
        thing, lambda x: swapped(x, kind, change, done))
    done[id(thing)] = (thing, made)
    return made


def _inside(thing: Any, new: Callable[[Any], Any]) -> Any:
    if isinstance(thing, MethodType):
        owner = new(thing.__self__)
        return thing if owner is thing.__self__ else getattr(owner, thing.__name__)
    if isinstance(thing, partial):
        args, more = new(thing.args), new(thing.keywords)
        same = args is thing.args and more is thing.keywords
        return thing if same else partial(thing.func, *args, **more)
    if is_dataclass(thing) and not isinstance(thing, type):
        old = {f.name: getattr(thing, f.name) for f in fields(thing) if f.init}
        made = {k: new(x) for k, x in old.items()}
        moved = {k: x for k, x in made.items() if x is not old[k]}
        return replace(cast(Any, thing), **moved) if moved else thing
    if isinstance(thing, Mapping):
        held = {k: new(x) for k, x in thing.items()}
        same = all(held[k] is x for k, x in thing.items())
        return thing if same else type(thing)(held)  # type: ignore[call-arg]
    if type(thing) in (tuple, list):
        many = [new(x) for x in thing]
        return thing if all(a is b for a, b in zip(many, thing, strict=True)) \
            else type(thing)(many)
    return thing


def held(thing: Any, kind: type) -> list[Any]:
    """Every record of a kind in a record, each once."""
    found: dict[int, Any] = {}

    def note(x: Any) -> Any:
        found[id(x)] = x
        return x

    swapped(thing, kind, note)
    return list(found.values())
