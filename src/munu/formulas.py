"""Formulas by dotted name: every public function that says what it returns and from which paper.

>>> get("kinematics.E_nu_min").__name__
'E_nu_min'
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from munu import _kinds, _rooms
from munu._guard import formula
from munu.errors import DomainError


def names() -> list[str]:
    """The formulas that there are, ``kinematics.E_nu_min``."""
    return list(_rooms.formulas())


def about(name: str) -> str:
    """One line on a formula, read from its file.  Raises :class:`UnknownName`."""
    if name not in _rooms.formulas():
        raise _kinds.unknown("formulas", "formula", name, names())
    return _rooms.formulas()[name]


def get(name: str) -> Callable:
    """The function that a dotted name means, behind its guard; nothing else of a module is reached.

    Raises
    ------
    UnknownName
        With the nearest names.
    DomainError
        A formula that takes what no text can be.
    """
    name = name.removeprefix("munu.")
    records = _rooms.formula(name)
    if records is None:
        raise _kinds.unknown("formulas", "formula", name, names())
    if records:
        raise DomainError(f"{name} takes {', '.join(records)}, which no text can be; call it from "
                          "Python")
    room, _, last = name.rpartition(".")
    return formula(getattr(import_module(f"munu.{room}"), last))
