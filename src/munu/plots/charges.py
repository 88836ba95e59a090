"""Electric charges of neutrinos: every bound on their size, from colliders to the Universe."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from munu import atlas
from munu.parameters import About, declared
from munu.plots import _bars, _labels, _style
from munu.plots.figure import Figure, long_form

#: probes of recoils whose limits are drawn, the strongest of each
OURS = {"e": ("xenonnt", "lz", "pandax4t"), "mu": ("xenonnt", "lz"), "tau": ("xenonnt", "lz"),
        "universal": ("xenonnt", "lz", "pandax4t")}
X, NEAR, _MIDDLE = (1e-36, 1e-1), (5e-16, 2e-11), 1e-18
# words of a remark that says what a bound rests on
_RESTS = ("for masses below", "assume", "depends on")


@declared
def draw(computed: Annotated[bool, About("also munu's own limits")] = True) -> Figure:
    """Draw the sizes of the edges, and a thin line over what is excluded."""
    groups = {f: _bars.published([x for x in atlas.charges() if x.flavor == f], 1.0)
              + (_bars.computed(OURS[f], "q", f, 1.0) if computed and f in OURS else [])
              for f in _bars.GROUPS}
    groups = {f: rows for f, rows in groups.items() if rows}
    at = _bars.places(groups)
    fig, (wide, near) = _style.new(9.8, 7.4, ncols=2, sharey=True, width_ratios=(1.4, 1))
    wide.set(xscale="log", xlim=X, xlabel=r"$|q_\nu|$ [$e$]")
    near.set(xscale="log", xlim=NEAR, xlabel=r"the middle of it: $|q_\nu|$ [$e$]")
    wide.axvspan(*NEAR, color="0.95", zorder=0)
    _bars.frame(wide, groups, at, near)
    texts = []
    for name, rows in groups.items():
        for y, row in zip(at[name], rows, strict=True):
            for ax in (wide, near):
                _row(ax, y, row)
            texts += _said(wide, y, row)
    _legend(fig)
    _style.stamp(fig, r"$q$ in $+e$, at the left-handed vertex;  90 % CL unless labelled")
    _labels.assert_no_overlap(fig, texts)
    return Figure("charges", fig, long_form(_bars.told(groups), {
        "group": "1", "bound": "1", "kind": "1", "lower": "e", "upper": "e", "level": "1",
        "checked": "1", "certainty": "1"}), _caption(computed), _bars.papers(groups))


def _row(ax, y: float, row: _bars.Row) -> None:
    """Markers at the edges of what is allowed; what is excluded lies to the right of both."""
    style = {"color": row.color, "ms": 4.5, "zorder": 4, "ls": "none",
             "mfc": "white" if row.x.checked == "no" else row.color}
    for low, high in row.allowed:
        if np.isclose(low, -high, rtol=1e-9, atol=0):
            ax.plot([high], [y], "o", **style)
        else:
            ax.plot([abs(low)], [y], "<" if low < 0 else ">", **style)
            ax.plot([abs(high)], [y], "<" if high < 0 else ">", **style)
            ax.plot(np.abs([low, high]), [y, y], color=row.color, lw=0.9, zorder=3)
    far = max(abs(edge) for piece in row.allowed for edge in piece)
    ax.plot([far, ax.get_xlim()[1]], [y, y], color=row.color, lw=0.6, alpha=0.4, zorder=2)


def _said(ax, y: float, row: _bars.Row) -> list:
    """What a bound rests on, on the side with room."""
    said = "" if row.x.ours else str(row.x.meta["remark"])
    if not any(word in said for word in _RESTS):
        return []
    near, far = sorted(np.abs(row.allowed[0]))
    right = far < _MIDDLE
    return [ax.annotate(said, (far if right else near, y), xytext=(6 if right else -6, 0),
                        textcoords="offset points", fontsize=6, color="0.35",
                        ha="left" if right else "right", va="center",
                        path_effects=[withStroke(linewidth=2, foreground="white")],
                        # above the line of its row
                        bbox={"fc": "white", "ec": "none", "pad": 0.6} if right else None)]


def _legend(fig) -> None:
    handles = [Line2D([], [], color="0.2", marker=mark, mfc=face, ls="none", ms=4.5, label=text)
               for mark, face, text in (
                   ("o", "0.2", r"on $|q|$"), ("<", "0.2", r"edge below 0, as $|q|$"),
                   (">", "0.2", "edge above 0"), ("o", "white", "not checked"))]
    fig.legend(handles=handles, loc="outside upper center", fontsize=7.5, ncols=4)


def _caption(computed: bool) -> str:
    return ("Bounds on the electric charge of neutrinos: the size of either edge; what lies to the "
            "right of both is excluded. Stars, pulsars, the neutrality of matter and of the "
            "Universe rest on what stands beside them; criteria have no level."
            + (" Computed here from public data (ochre), 90 %, one flavor charged or all alike: "
               "the Standard Model interferes, so the two edges differ." if computed else ""))
