"""Neutrino sources: one file each; ``get(name, **options)`` makes one."""

from __future__ import annotations

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

    Raises
    ------
    UnknownName
        With the nearest names.
    DomainError
        An option that this source does not have, or of the wrong kind.

    >>> get("solar").name
    'solar'
    """
    return _plugins.make("sources", name, options)
