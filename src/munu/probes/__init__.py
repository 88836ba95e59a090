"""Probes: one file an experiment, a star, an epoch; ``get(name, **options)`` makes one."""

from __future__ import annotations

from munu import _plugins
from munu.probes.probe import Measured, Nuisance, Probe, Templates

__all__ = ["Measured", "Nuisance", "Probe", "Templates", "get", "names"]


def names() -> list[str]:
    """The probes that there are."""
    return _plugins.names("probes")


def get(name: str, **options) -> Probe:
    """A probe by name, with the options of its factory.

    Raises
    ------
    UnknownName
        With the nearest names.

    >>> get("xenonnt").grade
    'events'
    """
    return _plugins.load("probes", name).probe(**options)
