"""Probes: one file an experiment, a star, an epoch; ``get(name, **options)`` makes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from munu import _plugins
from munu._guard import called
from munu.errors import DomainError
from munu.parameters import Parameter
from munu.probes.expected import Background, Curve, Polynomial, Pull
from munu.probes.measured import Ceiling, Claim, Counts, Values
from munu.probes.probe import Nuisance, Probe

__all__ = ["Background", "Ceiling", "Claim", "Counts", "Curve", "Nuisance", "Polynomial", "Probe",
           "Pull", "Values", "about", "from_card", "get", "names", "parameters", "template"]

# files that people give in place of the card that names them
_TABLES = (".csv", ".ecsv", ".txt", ".dat", ".json")


def names() -> list[str]:
    """The probes that there are."""
    return _plugins.names("probes")


def about(name: str) -> str:
    """One line on a probe, read from its file."""
    return _plugins.about("probes", name)


def parameters(name: str) -> tuple[Parameter, ...]:
    """The options of a probe: default, unit, kind and one line each."""
    _no_table(name)
    return _plugins.parameters("probes", name)


def _no_table(name: str | Path) -> None:
    if str(name).endswith(_TABLES):
        raise DomainError(f"{name} is a table, no probe; give the card (.yaml) that names it, see: "
                          "munu data template probe")


@called
def get(name: str | Path, **options: Any) -> Probe:
    """A probe by name, with the options of its factory; or from a card, by its path.

    A quantity is a text with its unit, such as ``exposure="2 t yr"``, or has ``to_value`` or
    ``to``; :func:`parameters` lists the options.

    Raises
    ------
    UnknownName
        With the nearest names.
    DomainError
        An option that this probe does not have, or of the wrong kind.

    >>> get("xenonnt").grade
    'events'
    """
    if str(name).endswith((".yaml", ".yml")):
        if options:
            raise DomainError(f"the card {name} says all; the options {', '.join(options)} "
                              "belong into it")
        return from_card(name)
    _no_table(name)
    return _plugins.make("probes", str(name), options)


def from_card(path: str | Path) -> Probe:
    """A probe from a YAML card beside its tables; see the documentation, *Add a probe*.

    Raises
    ------
    DataError
        With the path and what is missing, unknown or unreadable.
    """
    from munu.probes import _card

    return _card.read(path)


def template(name: str = "my_experiment", **entries: Any) -> dict[str, str]:
    """The files of a card to be filled in, name to text, with entries changed: ``target="Ge"``."""
    from munu.probes import _card

    return _card.template(name, **entries)
