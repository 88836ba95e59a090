"""Media along a path: supernova profiles, the Sun, a power law, a file; ``get(name, ...)``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from munu import _plugins
from munu._frozen import FrozenMap
from munu._guard import called
from munu.errors import DomainError, UnknownName
from munu.media import _core
from munu.media.profile import Profile
from munu.parameters import Parameter
from munu.units import to_float

__all__ = ["Profile", "about", "core", "get", "history", "names", "parameters", "variants"]


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
def get(name: str | Path, **options) -> Profile:
    """A medium by name, or a file ``mine.ecsv``, ``mine.csv`` by its path; its field comes from
    :mod:`munu.media.fields`.

    Raises
    ------
    UnknownName, DomainError

    >>> get("profile_a").name
    'profile_a'
    """
    if not isinstance(name, str | Path):
        raise DomainError(f"medium = {name!r} must be its name or the path of a file")
    if str(name).endswith((".csv", ".ecsv")):
        options, name = {"path": str(name), **options}, "from_file"
    return _plugins.make("media", str(name), options)


@called
def core(what: str | Path | Profile, **options) -> Profile:
    """The core of a supernova: by name (``fischer18``, ``fiducial``, ``derocco``), by the path of
    a file of one's own, or a profile taken as one.

    It has ``mu_nu``; where that was derived, ``assumed`` says how, and ``S_pot`` is an option.

    Raises
    ------
    UnknownName, DataError
    DomainError
        What no core can be, by temperature, density and mass.

    >>> core("fischer18").assumed[0][:20]
    'mu_nu: beta equilibr'
    """
    if not isinstance(what, Profile):
        made = get(what, **({"core": True} if str(what).endswith((".csv", ".ecsv")) else {}),
                   **options)
        return made if made.mu_nu is not None else _core.core(made)
    unknown = options.keys() - {"S_pot"}
    if unknown:
        raise UnknownName("option of a profile as a core", min(unknown), ("S_pot",))
    S_pot = options.get("S_pot")
    return _core.core(what, None if S_pot is None else to_float(S_pot, "MeV"))


@called
def history(path: str | Path, S_pot: str | float | None = None
            ) -> list[tuple[float, Profile]] | None:
    """Snapshots of a core from a file with a column ``t [s]``: times after bounce and cores.

    None where the file has no times.  ``S_pot`` as of a core.

    Raises
    ------
    DataError
        One time alone, times that do not rise, a snapshot that is no core.
    DomainError
    """
    from munu.media import from_file

    return from_file.history(path, None if S_pot is None else to_float(S_pot, "MeV"))
