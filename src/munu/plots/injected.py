"""What if it is there: a moment put in, its significance by probe, its bins, the vetoes."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from munu import probes
from munu.atlas import families, get
from munu.atlas.inject import Injection, inject
from munu.couplings import DipolePortal
from munu.inference.injected import Signature
from munu.parameters import About, Quantity, declared
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import keV, unit

# rows of either kind, and fingerprints
_PROBES, _VETOES, _PRINTS = 7, 8, 3
# a row with less is not drawn [standard deviations]
_LEAST = 0.02


@declared
def draw(mu: Annotated[float, About("moment, mu_B")] = 2e-11,
         M_N: Annotated[Quantity, About("mass of N", "keV", bare=True)] = 0.0,
         flavor: Annotated[str, About("universal, e, mu or tau")] = "universal",
         nature: Annotated[str | None, About("of N", choices=("dirac", "majorana"))] = None
         ) -> Figure:
    """Draw what every probe would see of it."""
    found = inject(DipolePortal(mu, M_N, flavor, nature))
    fig, axes = _style.new(7.4, 6.2, ncols=2, nrows=1, width_ratios=(1.25, 1))
    left = _stacked(axes[0], (1, 1))
    told = [s for s in found.signatures if s.discovers > _LEAST][:_PROBES]
    rows = _bars(left[0], told) + _vetoes(left[1], found)
    prints = [s for s in told if s.axis is not None][:_PRINTS]
    places = _stacked(axes[1], (1,) * max(len(prints), 1))
    for ax, s in zip(places, prints, strict=False):
        rows += _print(ax, s, s.axis)
    if not prints:
        places[0].set_axis_off()
    mass = "$M_N=0$" if M_N == 0 else f"$M_N$ = {M_N / keV:g} keV"
    _style.stamp(fig, _style.STAMP + rf";  $\mu$ = {mu:g} $\mu_B$, {flavor}, {mass}"
                 + (f", {nature} N" if nature else ""))
    _labels.assert_no_overlap(fig)
    both = " and ".join(f"{found.combined[k]:.2g} sigma in {word}" for k, word in (
        ("data", "probes with data together"), ("projections", "projections")))
    return Figure("injected", fig, long_form(rows, {
        "panel": "1", "name": "1", "family": "1", "x": "1", "width": "1", "value": "1",
        "background": "1", "excluded": "1"}),
        f"A moment of {mu:g} mu_B ({flavor}, M_N = {M_N / keV:g} keV"
        + (f", {nature}" if nature else "") + ") is put in. Upper left: significance with which "
        "the median experiment rejects background alone (bars, hollow for a projection), and by "
        "how much what was seen disfavors it (diamonds; below 0 where the best fit is larger; "
        f"filled where the observed limit excludes it): {both}. Lower left: vetoes of stars, "
        "supernovae and the early Universe, size over limit; to the right of 1 they exclude it. "
        "Right: what it adds (line) and the error of each bin (gray) in the probes that would see "
        "it best; shaded is the shortest stretch that holds 68 % of what tells. In the table x and "
        "width are of a bin in the unit of its axis, and 0 elsewhere.", found.papers)


def _stacked(ax, heights) -> list:
    """Axes one above the other in the place of one."""
    fig, place = ax.figure, ax.get_subplotspec()
    ax.remove()
    with _style.settings():
        return [fig.add_subplot(one) for one in place.subgridspec(
            len(heights), 1, height_ratios=heights)]


def _rows_of(ax, labels) -> np.ndarray:
    y = np.arange(len(labels), 0, -1)
    ax.set_yticks(y, labels, fontsize=7.5)
    ax.set_ylim(0.3, max(len(labels), 1) + 0.7)
    ax.tick_params(axis="y", which="minor", left=False, right=False)
    ax.tick_params(axis="y", which="major", right=False)
    return y


def _bars(ax, told: list[Signature]) -> list[dict]:
    rows = []
    for y, s in zip(_rows_of(ax, [s.title for s in told]), told, strict=True):
        color = families.HUES[s.family]
        ax.barh([y], [s.discovers], height=0.55, color="white" if s.grade == "sensitivity"
                else color, edgecolor=color, lw=1.2, zorder=2)
        rows.append(_row("significance", s.name, s.family, s.discovers, s.excluded))
        if np.isfinite(s.seen):
            ax.plot([s.seen], [y], "D", ms=5, mec="k", mfc="k" if s.excluded else "white",
                    zorder=4)
            rows.append(_row("seen", s.name, s.family, s.seen, s.excluded))
    if not told:
        ax.text(0.5, 0.5, "no probe with a likelihood sees it", ha="center", va="center",
                fontsize=8, transform=ax.transAxes)
        return rows
    top = max(5.5, 1.15 * max(max(s.discovers, np.nan_to_num(s.seen)) for s in told))
    ax.set_xlim(min(0.0, 1.3 * min(np.nan_to_num(s.seen) for s in told)), top)
    ax.legend(handles=[
        Patch(fc="0.5", ec="0.5", label="background rejected"),
        Line2D([], [], ls="none", marker="D", ms=5, mec="k", mfc="white", label="data disfavor it"),
        Line2D([], [], ls="none", marker="D", ms=5, mec="k", mfc="k", label="and exclude it")],
        loc="lower right", fontsize=7, frameon=True, framealpha=1.0, edgecolor="0.85")
    for z in (0, 3, 5):
        ax.axvline(z, color="0.4" if z == 0 else "0.7", lw=0.8, ls="-" if z == 0 else ":",
                   zorder=1)
    ax.set_xlabel(r"standard deviations", fontsize=8)
    ax.set_title("if it is there, and what was seen", fontsize=8.5)
    return rows


def _vetoes(ax, found: Injection) -> list[dict]:
    held = [v for v in found.vetoes if v.margin > 0 and v.checked == "computed"]
    held += [v for v in found.vetoes if v.margin > 0 and v.checked != "computed"
             and found.families[v.name] not in {found.families[h.name] for h in held}]
    held = sorted(held, key=lambda v: -v.margin)[:_VETOES]
    rows, ends = [], [0.5, 2.0]
    for y, v in zip(_rows_of(ax, [_title(v.name) for v in held]), held, strict=True):
        color = families.HUES[found.families[v.name]]
        ax.plot([1, v.margin], [y, y], color=color, lw=1.4, zorder=2)
        ax.plot([v.margin], [y], "o", ms=6, mec=color, mfc=color if v.excluded else "white",
                zorder=3)
        rows.append(_row("veto", v.name, found.families[v.name], v.margin, v.excluded))
        ends.append(v.margin)
    ax.axvline(1, color="0.4", lw=0.8, zorder=1)
    ax.set(xscale="log", xlim=(0.6 * max(min(ends), 1e-3), 1.7 * max(ends)))
    ax.set_xlabel("size over limit", fontsize=8)
    ax.set_title("vetoes of the sky, computed", fontsize=8.5)
    return rows


def _title(name: str) -> str:
    """What a bound is called: a probe by its title, up to the first comma."""
    return probes.get(name).title.partition(",")[0] if name in probes.names() \
        else get(name).meta["label"]


def _print(ax, s: Signature, axis: Any) -> list[dict]:
    """What a probe would see over its background, bin by bin."""
    factor = unit(axis.unit).factor
    edges, signal, under = axis.edges / factor, s.along("signal"), s.along("background")
    width = np.diff(edges)
    color = families.HUES[s.family]
    ax.stairs(s.along("noise") / width, edges, fill=True, color="0.85", lw=0, zorder=1)
    ax.stairs(signal / width, edges, color=color, lw=1.5, zorder=3)
    if s.where is not None:
        ax.axvspan(*(x / factor for x in s.where), color=color, alpha=0.12, lw=0, zorder=0)
    ax.set(xlim=(edges[0], edges[-1]), ylim=(0, None))
    if edges[0] > 0 and edges[-1] > 30 * edges[0]:
        ax.set_xscale("log")
    name = axis.name + (f" [{axis.unit}]" if axis.unit != "1" else "")
    ax.set_xlabel(name, fontsize=8)
    ax.set_ylabel(f"events per {axis.unit if axis.unit != '1' else 'bin'}", fontsize=8)
    ax.set_title(f"{s.title}: {signal.sum():.3g} over {under.sum():.4g}", fontsize=8.5)
    ax.tick_params(labelsize=7.5)
    return [_row("fingerprint", s.name, s.family, v, s.excluded, float(x), float(w), float(b))
            for x, w, v, b in zip(edges[:-1], width, signal, under, strict=True)]


def _row(panel: str, name: str, family: str, value: float, excluded: bool | None,
         x: float = 0.0, width: float = 0.0, background: float = 0.0) -> dict:
    return {"panel": panel, "name": name, "family": family, "x": x, "width": width,
            "value": float(value), "background": background,
            "excluded": "" if excluded is None else str(excluded).lower()}
