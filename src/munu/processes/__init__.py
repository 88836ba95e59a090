"""Reactions: one file each, plain functions of arrays (``munu.processes.electron_scattering``)."""

from __future__ import annotations

from importlib import import_module


def __getattr__(name: str):
    from munu import _plugins

    if not name.startswith("_") and name in _plugins.names("processes"):
        return import_module(f"munu.processes.{name}")
    raise AttributeError(f"no process named {name!r}; there are: "
                         + ", ".join(_plugins.names("processes")))
