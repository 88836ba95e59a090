"""Media along a path: supernova profiles, the Sun, a power law, a file; ``get(name, ...)``."""

from __future__ import annotations

from munu import _plugins
from munu.media.profile import Profile

__all__ = ["Profile", "get", "names"]


def names() -> list[str]:
    """The media that there are."""
    return _plugins.names("media")


def get(name: str, **options) -> Profile:
    """A medium by name, or a file ``mine.ecsv``, ``mine.csv`` by its path; its field comes from
    :mod:`munu.media.fields`.

    Raises
    ------
    UnknownName, DomainError

    >>> get("profile_a").name
    'profile_a'
    """
    if str(name).endswith((".csv", ".ecsv")):
        options, name = {"path": str(name), **options}, "from_file"
    return _plugins.make("media", name, options)
