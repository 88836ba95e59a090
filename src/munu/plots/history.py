"""Limits on effective moments against the year they were published in, and who held the record."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import atlas
from munu.errors import DomainError
from munu.inference.record import Limit
from munu.parameters import About, declared
from munu.plots import _claims, _labels, _style
from munu.plots.figure import Figure, long_form

# how far from its point a label may stand, of the years shown
_NEAR = 0.03


@declared
def draw(kind: Annotated[str | None, About("one alone; default all",
                                           choices=tuple(_claims.KINDS))] = None) -> Figure:
    """Draw every dated upper limit at M_N = 0, and a step line for each kind."""
    found = [x for x in atlas.published() if x.axis is None and "year" in x.meta
             and x.status != "projection" and not x.lower.any()]
    kinds = [kind] if kind else list(_claims.KINDS)
    found = [x for x in found if _claims.kind(x) in kinds]
    if not found:
        raise DomainError(f"no dated limit is of the kind {kind}")
    first, last = (f(x.meta["year"] for x in found) for f in (min, max))
    fig, ax = _style.new(7.4, 5.9)
    sizes = [x.upper[0] for x in found]
    ax.set(yscale="log", ylim=(min(sizes) / 4, max(sizes) * 3), xlim=(first - 3, last + 8),
           xlabel="year of publication",
           ylabel=r"effective moment $\mu_\nu$ [$\mu_B$], upper limit")
    rows, items, marks, lines = [], [], [], []
    for name in kinds:
        mine = [x for x in found if _claims.kind(x) == name]
        held = _claims.record([x for x in mine if x.meta.get("effective") != "Lambda"], last)
        lines.append(_steps(ax, held, last, name))
        for x in mine:
            record = any(x is y for _, y in held)
            marks += _mark(ax, x, name, record)
            rows.append({"name": x.name, "kind": name, "year": float(x.meta["year"]),
                         "mu": float(x.upper[0]), "level": x.level or 0.0, "status": x.status,
                         "record": "yes" if record else "no", "checked": x.checked})
            # of one experiment the last record speaks for those before it
            last_one = record and not any(_claims.name(y) == _claims.name(x) and y is not x
                                          and year >= x.meta["year"] for year, y in held)
            if last_one or kind:
                items.append({"text": _claims.title(x), "y": [x.upper[0]] * 2, "first": record,
                              "x": x.meta["year"] + _NEAR * (last - first) * np.array([-1, 1]),
                              "color": _claims.KINDS[name].ink})
    _legend(fig, kinds)
    _style.stamp(fig, r"$\mu$ in the form $\mathcal{L}=\frac{1}{2}\,\mu\,\bar\nu\sigma\nu F$, "
                      r"$M_N\to0$;  90 % CL unless labelled")
    items.sort(key=lambda i: (not i["first"], -len(i["text"])))
    texts = _labels.place(ax, items, size=6.8, keep_clear=marks, also=lines)
    _labels.assert_no_overlap(fig, texts)
    return Figure("history" if kind is None else f"history_{kind}", fig, long_form(rows, {
        "name": "1", "kind": "1", "year": "yr", "mu": "mu_B", "level": "1", "status": "1",
        "record": "1", "checked": "1"}), _caption(found),
        tuple(dict.fromkeys(k for x in found for k in x.papers)))


def _steps(ax, held: list[tuple[float, Limit]], last: float, name: str):
    """The line of the record; its corners, which labels stay clear of."""
    years = np.array([y for y, _ in held] + [last + 8.0])
    mu = np.array([x.upper[0] for _, x in held] + [held[-1][1].upper[0]])
    ax.step(years, mu, where="post", color=_claims.KINDS[name].color, lw=1.4, alpha=0.9, zorder=3)
    return np.repeat(years, 2)[1:], np.repeat(mu, 2)[:-1]


def _mark(ax, x: Limit, name: str, record: bool) -> list:
    """Filled where it stands, hollow where something took its place, small if never the record."""
    color, marker, _ = _claims.KINDS[name]
    gone = x.status.startswith("superseded")
    size = (7.5 if marker == "*" else 4.6) * (1 if record else 0.8)
    return ax.plot([x.meta["year"]], x.upper[:1], marker, ms=size, mec=color,
                   mfc="white" if gone else color, mew=0.9, alpha=1 if record else 0.45, zorder=5)


def _legend(fig, kinds: list[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=_claims.KINDS[k].color, marker=_claims.KINDS[k].marker, lw=1.4,
                      ms=7 if k == "stars" else 4.5, label=_claims.KINDS[k].text) for k in kinds]
    handles.append(Line2D([], [], color="0.4", marker="o", mfc="white", ls="none", ms=4.5,
                          label="superseded since"))
    fig.legend(handles=handles, loc="outside upper center", fontsize=7.5, ncols=4)


def _caption(found: list[Limit]) -> str:
    loose = [str(x.meta["label"]) for x in found if x.level is None]
    return ("Upper limits on the effective moment of light neutrinos against the year of their "
            "paper; the line is the strongest that held then, of each kind by itself: what is "
            "solar, of one flavor or of a plasmon is not the same combination of moments. Hollow: "
            "a later paper took its place, and where that is weaker the line goes up. Small and "
            "faint: never the record; names are in the table behind. Left out: intervals that "
            "prefer a moment (XENON1T), projections, and curves against M_N, which the map has. "
            "Level 90 % unless labelled"
            + (f"; without a level, as published: {', '.join(loose)}." if loose else "."))
