"""Figures: one file each; ``draw(name)`` makes one, ``save`` writes it with its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from munu import _plugins
from munu.errors import NotInstalled

if TYPE_CHECKING:
    from types import ModuleType

    from munu.plots.figure import Figure


def names() -> list[str]:
    """The figures that there are."""
    return _plugins.names("plots")


def draw(name: str, **options) -> Figure:
    """A figure by name.  Raises :class:`munu.errors.UnknownName` with the nearest names."""
    return _load(name).draw(**options)


def ready(name: str, out: str | Path) -> Path:
    """The folder for a figure, made if need be: slips are said before anything is drawn.

    Raises :class:`munu.errors.UnknownName` and :class:`munu.errors.DataError`.
    """
    _load(name)
    from munu.plots.figure import ready

    return ready(out)


def _load(name: str) -> ModuleType:
    try:
        return _plugins.load("plots", name)
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name) from err


def save(figure: Figure, out: str | Path, formats: tuple[str, ...] = ("pdf", "png")
         ) -> list[Path]:
    """Write a figure and the numbers behind it; returns the paths."""
    from munu.plots.figure import save as write

    return write(figure, out, formats)
