"""Reactions: one file each, plain functions of arrays (``munu.processes.electron_scattering``)."""

from __future__ import annotations

from munu import _plugins


def names() -> list[str]:
    """The processes that there are."""
    return _plugins.names("processes")


def about(name: str) -> str:
    """One line on a process, read from its file."""
    return _plugins.about("processes", name)


def __getattr__(name: str):
    if not name.startswith("_") and name in names():
        return _plugins.load("processes", name)
    raise AttributeError(f"no process named {name!r}; there are: {', '.join(names())}")
