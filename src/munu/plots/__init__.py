"""Figures: one file each; ``draw(name)`` makes one, ``save`` writes it with its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from munu import _plugins

if TYPE_CHECKING:
    from munu.parameters import Parameter
    from munu.plots.figure import Figure


def names() -> list[str]:
    """The figures that there are."""
    return _plugins.names("plots")


def about(name: str) -> str:
    """One line on a figure, read from its file: nothing is drawn or imported."""
    return _plugins.about("plots", name)


def parameters(name: str) -> tuple[Parameter, ...]:
    """What a figure can be told.  Raises :class:`munu.errors.UnknownName`."""
    return _plugins.parameters("plots", name)


def draw(name: str, **options) -> Figure:
    """A figure by name.

    Raises
    ------
    UnknownName, DomainError
        An option that the figure does not have or that is of another kind than it says.
    """
    # without matplotlib this says so
    _plugins.factory("plots", name)
    from munu.plots._style import settings

    # not of the user's: texts and legends ask for theirs while they are made
    with settings():
        return _plugins.make("plots", name, options)


def ready(name: str, out: str | Path) -> Path:
    """The folder for a figure, made if need be: slips are said before anything is drawn.

    Raises :class:`munu.errors.UnknownName` and :class:`munu.errors.DataError`.
    """
    _plugins.factory("plots", name)
    from munu.plots.figure import ready

    return ready(out)


def style() -> Path:
    """The style sheet of these figures, to draw beside them in one's own.

    >>> style().name
    'munu.mplstyle'

    ``matplotlib.style.use(munu.plots.style())`` or, by name, ``matplotlib.style.use(
    "munu.plots.munu")``.
    """
    return Path(__file__).with_name("munu.mplstyle")


def save(figure: Figure, out: str | Path, formats: tuple[str, ...] = ("pdf", "png")
         ) -> list[Path]:
    """Write a figure and the numbers behind it; returns the paths."""
    from munu.plots.figure import save as write

    return write(figure, out, formats)
