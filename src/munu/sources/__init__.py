"""Neutrino sources: one file each; ``get(name, **options)`` makes one."""

from __future__ import annotations

from dataclasses import replace

from munu import _plugins
from munu._guard import called
from munu.parameters import Parameter
from munu.sources.source import Component, Moments, Source

__all__ = ["Component", "Moments", "Source", "about", "get", "names", "parameters"]


def names() -> list[str]:
    """The sources that there are."""
    return _plugins.names("sources")


def about(name: str) -> str:
    """One line on a source, read from its file."""
    return _plugins.about("sources", name)


def parameters(name: str) -> tuple[Parameter, ...]:
    """The options of a source: default, unit, kind and one line each."""
    return _plugins.parameters("sources", name)


@called
def get(name: str, **options) -> Source:
    """A source by name.

    A quantity is a text with its unit, such as ``distance="20 m"``, or has ``to_value`` or ``to``.
    A number in internal units, such as ``20 * m``, is for the function ``source`` of the file: here
    nothing tells it from one whose unit was forgotten.

    Raises
    ------
    UnknownName
        With the nearest names.
    UnitError
        A quantity without its unit.
    DomainError
        An option that this source does not have, or of the wrong kind.

    >>> get("solar").name
    'solar'
    """
    for p in parameters(name):
        if p.bare and p.name in options:
            replace(p, bare=False).read(options[p.name], f"source {name}: {p.name}")
    return _plugins.make("sources", name, options)
