"""Events: unweighted N and photons of an experiment, as columns, Parquet or HepMC3."""

from __future__ import annotations

from typing import Any

from munu import _plugins
from munu._guard import called
from munu.events.experiment import Experiment
from munu.events.generator import Run, run, sample
from munu.events.output import read, write
from munu.events.record import Events
from munu.parameters import Parameter

__all__ = ["Events", "Experiment", "Run", "about", "get", "names", "parameters", "read", "run",
           "sample", "write"]


def names() -> list[str]:
    """The experiments that there are run cards of."""
    return _plugins.names("events")


def about(name: str) -> str:
    """One line on an experiment, read from its file."""
    return _plugins.about("events", name)


def parameters(name: str) -> tuple[Parameter, ...]:
    """The options of an experiment: default, unit, kind and one line each."""
    return _plugins.parameters("events", name)


@called
def get(name: str, **options: Any) -> Experiment:
    """The run card of an experiment, with the options of its factory.

    Raises
    ------
    UnknownName, DomainError

    >>> get("miniboone").chosen
    ('C12', 'C12 protons', 'H1 protons')
    """
    return _plugins.make("events", name, options)
