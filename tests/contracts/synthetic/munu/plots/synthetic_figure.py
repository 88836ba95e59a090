"""An invented figure: a straight line."""

from __future__ import annotations

from munu.plots import _style
from munu.plots.figure import Figure, long_form


def draw() -> Figure:
    """A line."""
    fig, ax = _style.new(3, 2)
    ax.plot([0, 1], [0, 1])
    return Figure("synthetic_figure", fig, long_form([{"x": 0.0}, {"x": 1.0}], {"x": "1"}),
                  "A line.", ("VogelEngel1989",))
