"""Charge radii: every bound on them, flavor by flavor, beside the Standard Model's values."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import atlas
from munu.parameters import About, declared
from munu.plots import _bars, _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import cm
from munu.weak import r2_sm

UNIT = 1e-32 * cm**2
#: probes of recoils whose limits are drawn, the strongest of each
OURS = {"e": ("borexino", "dresden2", "conus_plus"),
        "mu": ("coherent_csi", "coherent_ar", "borexino"),
        "tau": ("borexino", "lz"), "universal": ("coherent_csi", "coherent_ar")}
# the axis is linear up to here and logarithmic beyond, in UNIT
LINEAR, FAR = 1.0, 400.0


@declared
def draw(computed: Annotated[bool, About("also munu's own limits")] = True) -> Figure:
    """Draw the intervals."""
    groups = {f: _bars.published([x for x in atlas.radii() if x.flavor == f], UNIT)
              + (_bars.computed(OURS[f], "r2", f, UNIT) if computed and f in OURS else [])
              for f in _bars.GROUPS}
    groups = {f: rows for f, rows in groups.items() if rows}
    at = _bars.places(groups)
    fig, ax = _style.new(7.6, 7.4)
    ax.set_xscale("symlog", linthresh=LINEAR, linscale=1.2)
    ax.set(xlim=(-FAR, FAR), xlabel=r"$\langle r^2\rangle$ [$10^{-32}$ cm$^2$]")
    ticks = [-100, -10, -1, 0, 1, 10, 100]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    _bars.frame(ax, groups, at)
    sm = {f: r2_sm(f) / UNIT for f in ("e", "mu", "tau")}
    for name, rows in groups.items():
        for y, row in zip(at[name], rows, strict=True):
            _bar(ax, y, row)
        # of one size for all there is no value of the Standard Model
        for f in [name] if name in sm else []:
            # computed ones are of what comes on top of it
            theirs = [y for y, r in zip(at[name], rows, strict=True) if not r.x.ours]
            ends = theirs[0] + 0.5, theirs[-1] - 0.5
            ax.plot([sm[f]] * 2, ends, color=_bars.color(f), lw=1.3, ls=(0, (2, 1)), zorder=5)
            ax.annotate(f"SM {sm[f]:.2f}", (sm[f], ends[0]), xytext=(0, -1), fontsize=6.5,
                        textcoords="offset points", ha="center", va="bottom", color=_bars.color(f))
    ax.axvline(0, color="0.6", lw=0.7, zorder=1)
    _style.stamp(fig, r"$\langle\nu|J|\nu\rangle=\frac{q^2}{6}\langle r^2\rangle\,"
                      r"\bar\nu_L\gamma\nu_L$ (left-handed vertex);  90 % CL unless labelled")
    _labels.assert_no_overlap(fig, ax.texts[len(groups):])
    told = _bars.told(groups) + [
        {"group": f, "bound": "Standard Model", "kind": "model", "lower": x, "upper": x,
         "level": 0.0, "checked": "", "certainty": ""} for f, x in sm.items()]
    for r in told:
        r["lower"], r["upper"] = (1e-32 * v for v in (r["lower"], r["upper"]))
    return Figure("radii", fig, long_form(told, {
        "group": "1", "bound": "1", "kind": "1", "lower": "cm^2", "upper": "cm^2", "level": "1",
        "checked": "1", "certainty": "1"}), _caption(computed),
        tuple(dict.fromkeys((*_bars.papers(groups), "Bernabeu2000", "GiuntiStudenikin2014"))))


def _bar(ax, y: float, row: _bars.Row) -> None:
    """What is allowed; an arrow where a side is open, thin and hollow where it is not checked."""
    x = row.x
    sure = x.ours or (x.checked != "no" and x.certainty != "C")
    for low, high in row.allowed:
        shown = np.clip([low, high], -FAR, FAR)
        ax.plot(shown, [y, y], color=row.color, lw=3.0 if sure else 1.0, solid_capstyle="butt",
                alpha=1.0 if x.level in (0.90, 0.95) else 0.45, zorder=3)
        for edge, ends, mark in ((low, shown[0], "<"), (high, shown[1], ">")):
            if np.isinf(edge):
                ax.plot([ends], [y], mark, color=row.color, ms=5, clip_on=False, zorder=4)


def _caption(computed: bool) -> str:
    return ("What bounds leave of the charge radius of each neutrino, all in the normalization of "
            "the left-handed vertex: those printed in half of it (Vogel and Engel, the PDG's "
            "listing) are doubled. Dashed: the Standard Model's radius of that flavor, "
            "beside published ones. Faint: 68 % or no level; thin: not checked or "
            "of low certainty; an arrow: no edge on that side."
            + (" Computed here from public data (ochre): of what comes on top of the Standard "
               "Model, at 90 %, each flavor alone or one value for all; a second stretch is the "
               "radius that turns the sign of the coupling. Published ones do not all say whether "
               "the Standard Model's radius is inside." if computed else ""))
