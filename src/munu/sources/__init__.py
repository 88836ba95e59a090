"""Neutrino sources: one file each; ``get(name, **options)`` makes one."""

from __future__ import annotations

from munu import _plugins
from munu.sources.source import Component, Moments, Source

__all__ = ["Component", "Moments", "Source", "get", "names"]


def names() -> list[str]:
    """The sources that there are."""
    return _plugins.names("sources")


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
