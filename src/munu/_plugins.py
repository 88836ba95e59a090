"""A name is one file: the members of a kind are the files of its folder.

``names("probes")`` lists ``munu/probes/*.py`` and the entry points ``munu.probes``;
``load("probes", "xenonnt")`` imports that one module and nothing else.
"""

from __future__ import annotations

from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType

from munu.errors import UnknownName

_HERE = Path(__file__).parent
# the noun of a folder has its own file, which is not a member: probes/probe.py
_KINDS = {"probes": "probe", "sources": "source", "processes": "process", "models": "model",
          "figures": "figure", "plots": "figure"}


def _entry_points(kind: str) -> dict[str, metadata.EntryPoint]:
    return {e.name: e for e in metadata.entry_points(group=f"munu.{kind}")}


def names(kind: str) -> list[str]:
    """The members of a kind, sorted: file names and entry points."""
    noun = _KINDS.get(kind, kind.rstrip("s"))
    files = {p.stem for p in (_HERE / kind).glob("*.py")
             if not p.stem.startswith("_") and p.stem != noun}
    return sorted(files | set(_entry_points(kind)))


def load(kind: str, name: str) -> ModuleType:
    """The module that bears the name.  Raises :class:`UnknownName` with the nearest names."""
    if name not in names(kind):
        raise UnknownName(_KINDS.get(kind, kind.rstrip("s")), name, names(kind))
    if (_HERE / kind / f"{name}.py").is_file():
        return import_module(f"munu.{kind}.{name}")
    return _entry_points(kind)[name].load()
