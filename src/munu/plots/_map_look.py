"""How the map looks: its sizes, its hues, its axes and its legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from munu.atlas import families
from munu.constants import mu_B
from munu.errors import UnknownName
from munu.units import GeV

STAMP = r"$\mathcal{L}=\frac{1}{2}\,\mu\,\bar\nu_L\sigma^{\alpha\beta}N_R F_{\alpha\beta}$ + h.c."
# d [1/GeV] of a moment [mu_B]
PER_GEV = float(mu_B * GeV / 2)


@dataclass(frozen=True)
class Look:
    """Sizes of one style.

    Attributes
    ----------
    width, height : of the page of one flavor [in]
    font, small : size of the axes' words and of labels [pt]
    line : factor on the width of lines
    few : names at the left for each class
    columns : of the legend
    part : of all masses, over which a bound must be the strongest of its class to be drawn
    """

    width: float
    height: float
    font: float
    small: float
    line: float
    few: int
    columns: int
    part: float


STYLES = {"column": Look(3.4, 3.3, 7.0, 5.4, 0.75, 1, 3, 0.08),
          "page": Look(7.0, 5.3, 9.5, 7.0, 1.0, 2, 4, 0.04),
          "slide": Look(10.0, 5.9, 14.0, 10.5, 1.7, 1, 4, 0.06)}
PANELS = Look(7.2, 7.6, 8.0, 5.4, 0.75, 1, 4, 0.06)


@dataclass(frozen=True)
class Hue:
    """The colour of a class, the darker one of its words, and a dash pattern that grey keeps."""

    line: str
    text: str
    dash: Any = "-"
    width: float = 1.8


HUES = {name: Hue(families.HUES[name], *how) for name, how in {
    "recoils": ("#005A8E", "-", 1.9), "stars": ("#9A6A00", "-", 3.0),
    "supernova": ("#A84800", (0, (9, 1.3, 1.3, 1.3)), 1.9),
    "cosmology": ("#00704F", (0, (1.4, 0.9)), 2.1),
    "beams": ("#9A4478", (0, (3.5, 0.9, 1.2, 0.9, 1.2, 0.9)), 1.9),
    "own": ("#000000", "-", 2.6)}.items()}
TONE, RIM = "#E9EAEC", "#9A9DA3"
DASHED = (0, (5, 2.2))
MODEL = {"model": "#56B4E9", "naturalness": "0.45"}


def look(style: str, panels: bool) -> Look:
    """The sizes of a style by name.  Raises :class:`munu.errors.UnknownName`."""
    if style not in STYLES:
        raise UnknownName("style of the map", style, STYLES)
    if panels and style == "page":
        return PANELS
    return STYLES[style]


def axes(ax, how: Look, x: tuple[float, float], y: tuple[float, float], *, left: bool = True,
         right: bool = True, foot: bool = True) -> None:
    """Two logarithmic axes, and that of d at the right."""
    from matplotlib.ticker import LogLocator, NullFormatter

    ax.set(xscale="log", yscale="log", xlim=x, ylim=y)
    ax.tick_params(which="both", labelsize=how.font * 0.88, right=False, width=0.7 * how.line,
                   labelleft=left, labelbottom=foot)
    ax.tick_params(which="major", length=4 * how.font / 9.5)
    ax.tick_params(which="minor", length=2 * how.font / 9.5)
    for spine in ax.spines.values():
        spine.set(linewidth=0.8 * how.line, zorder=30)
    decades = np.log10(y[1] / y[0])
    step = 1 if decades < 8 else 2
    second = ax.secondary_yaxis("right", functions=(lambda u: u * PER_GEV, lambda d: d / PER_GEV))
    for axis in (ax.yaxis, second.yaxis):
        axis.set_major_locator(LogLocator(10 ** step, numticks=30))
        axis.set_minor_locator(LogLocator(10, subs=[1.0] if step > 1 else np.arange(2, 10),
                                          numticks=200))
        axis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_locator(LogLocator(10, numticks=20))
    ax.xaxis.set_minor_locator(LogLocator(10, subs=np.arange(2, 10), numticks=200))
    ax.xaxis.set_minor_formatter(NullFormatter())
    second.tick_params(which="both", direction="in", labelsize=how.font * 0.88, labelright=right,
                       width=0.7 * how.line)
    second.tick_params(which="major", length=4 * how.font / 9.5)
    second.tick_params(which="minor", length=2 * how.font / 9.5)
    if foot:
        ax.set_xlabel(r"$M_N$ [MeV]", fontsize=how.font)
    if left:
        ax.set_ylabel(r"$\mu_\nu$ [$\mu_B$]", fontsize=how.font)
    if right:
        second.set_ylabel(r"$d = \mu_\nu/2$ [GeV$^{-1}$]", fontsize=how.font)


def legend(fig, how: Look, classes: list[str], *, published: bool, projected: bool,
           models: set[str], faded: bool) -> None:
    """Classes by hue, then what thin, dashed and toned mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [Line2D([], [], color=HUES[c].line, ls=HUES[c].dash,
                                 lw=HUES[c].width * how.line, label=families.TITLES[c])
                          for c in classes]
    if published:
        handles.append(Line2D([], [], color="0.3", lw=0.8 * how.line, label="published (thin)"))
    if projected:
        handles.append(Line2D([], [], color="0.3", lw=1.2 * how.line, ls=DASHED,
                              label="projection"))
    if faded:
        handles.append(Line2D([], [], color="0.75", lw=1.2 * how.line, label="fallen"))
    handles.append(Patch(facecolor=TONE, edgecolor=RIM, lw=0.6 * how.line, label="excluded"))
    handles += [Patch(facecolor=MODEL[k], alpha=0.3, lw=0, label=f"{k}, no limit")
                for k in sorted(models)]
    fig.legend(handles=handles, loc="outside upper center", fontsize=how.font * 0.8,
               ncols=how.columns, handlelength=2.6, columnspacing=1.4, handletextpad=0.6,
               borderaxespad=0.2, frameon=False, labelspacing=0.35)
