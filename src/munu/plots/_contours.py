"""Curves on which something is excluded, in a plane of two parameters."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from munu.plots import _style

_WORDS = {"m_LQ": r"$m_{LQ}$", "M_N": r"$M_N$", "y1": r"$y_1$", "y2": r"$y_2$"}
# names in the legend, and letters of each
_FEW, _WIDE = 4, 32
# letters of the line at the foot
_LONG = 90


def axes(ax, found, *, color: str = _style.ORANGE, label: str | None = None,
         shade: bool = True) -> None:
    """Draw contours: each a line, what is excluded in a tint, what is unknown hatched.

    Parameters
    ----------
    ax : matplotlib axes
    found : munu.inference.contours.Contours
    color : of all curves
    label : in the legend; default what excludes along them
    shade : tint what is excluded
    """
    x, y = found.sides
    scale = np.array([x.factor, y.factor])
    if shade and found.regions:
        ax.add_patch(PathPatch(_path(found.regions, scale), facecolor=color, alpha=0.13, lw=0,
                               zorder=1))
    if found.unknown:
        ax.add_patch(PathPatch(_path(found.unknown, scale), facecolor="white", edgecolor="0.6",
                               hatch="////", lw=0, zorder=1.5, label="nothing is known"))
    text = _by(found) if label is None else label
    for line, closed in zip(found.lines, found.closed, strict=True):
        drawn = (np.concatenate([line, line[:1]]) if closed else line) / scale
        ax.plot(*drawn.T, color=color, lw=2, zorder=4, label=text)
        text = "_nolegend_"
    if not found.lines:
        ax.text(0.5, 0.5, "all is excluded" if found.regions else "nothing is excluded",
                transform=ax.transAxes, ha="center")
    for side, name in ((x, "x"), (y, "y")):
        ax.set(**{f"{name}scale": "log" if side.log else "linear",
                  f"{name}lim": (side.low / side.factor, side.high / side.factor),
                  f"{name}label": _words(side)})
    if ax.get_legend_handles_labels()[1]:
        ax.legend(fontsize=8)


def stamp(found) -> str:
    """The model, and what was given of the parameters that are fixed."""
    held = found.meta.get("parameters", {})
    return ", ".join([str(found.meta.get("model", "")), *(
        f"{k} = {_number(held[k])}" for k in found.meta.get("given", ()))])[:_LONG]


def said(found) -> str:
    """A caption."""
    return str(found).replace("\n", "; ") + "."


def _number(row: dict[str, Any]) -> str:
    value = row["value"]
    shown = f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)
    return shown if row["unit"] in (None, "1") else f"{shown} {row['unit']}"


def _by(found) -> str:
    """What excludes along the curves, a line each."""
    titles = found.meta.get("titles", {})
    names = [shorten(titles.get(n, n), _WIDE, placeholder=" ...")
             for n in dict.fromkeys(n for by in found.meta.get("by", ()) for n in by)]
    more = [f"and {len(names) - _FEW} more"] if len(names) > _FEW else []
    return "\n".join([*names[:_FEW], *more])


def _words(side) -> str:
    name = _WORDS.get(side.name, side.name.replace("_", " "))
    return name if side.unit == "1" else f"{name} [{side.unit}]"


def _path(outlines, scale) -> Path:
    """Several outlines as one, in which another one is a hole."""
    points, codes = [], []
    for line in outlines:
        points += [*(line / scale), line[0] / scale]
        codes += [Path.MOVETO, *[Path.LINETO] * (len(line) - 1), Path.CLOSEPOLY]
    return Path(np.array(points), codes)
