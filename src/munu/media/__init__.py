"""Media along a path: supernova profiles, the Sun, a power law, a file; ``get(name, ...)``."""

from __future__ import annotations

from collections.abc import Mapping

from munu import _plugins
from munu._frozen import FrozenMap
from munu._guard import called
from munu.media.profile import Profile
from munu.parameters import Parameter

__all__ = ["Profile", "about", "get", "names", "parameters", "variants"]


def names() -> list[str]:
    """The media that there are."""
    return _plugins.names("media")


def about(name: str) -> str:
    """One line on a medium, read from its file."""
    return _plugins.about("media", name)


def parameters(name: str) -> tuple[Parameter, ...]:
    """The options of a medium: default, unit, kind and one line each."""
    return _plugins.parameters("media", name)


def variants(name: str) -> Mapping[str, Mapping[str, str]]:
    """What else may be assumed of a medium: options of :func:`get` by a word, none where its
    file declares none.

    >>> dict(variants("red_giant")["isothermal"])
    {'law': 'isothermal'}
    """
    return getattr(_plugins.load("media", name), "VARIANTS", FrozenMap())


@called
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
