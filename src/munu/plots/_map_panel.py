"""One panel of the map: tone, rim, curves, points, names at the left and at the curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from munu.atlas import Line
from munu.atlas._added import Point
from munu.errors import DomainError
from munu.plots import _labels, _map_bounds, _map_look, _style
from munu.plots._map_bounds import GRID, Bound
from munu.plots._map_content import Content
from munu.plots._map_look import HUES, Look
from munu.units import MeV

# steps in which the tone runs out where data end, over so many decades
_STEPS, _RUN_OUT = 8, 0.22


@dataclass
class Panel:
    """What is drawn, and what is still to be written when the layout is settled."""

    ax: Any
    how: Look
    items: list[dict] = field(default_factory=list)
    zero: list[Bound] = field(default_factory=list)
    fixed: list[Any] = field(default_factory=list)
    ink: list[tuple] = field(default_factory=list)
    marks: list[tuple] = field(default_factory=list)

    def write(self) -> tuple[list, list[str]]:
        """All words; those that were written, and the names for which no place was left."""
        how, ax = self.how, self.ax
        points = [_labels.beside(ax, x, y, word, 1.2 * how.small)
                  for _, word, x, y in self.marks]
        left, ticks = _labels.at_left(ax, [(x.at_zero(), x.label, HUES[x.family].text)
                                           for x in self.zero], size=0.88 * how.small,
                                      also=self.ink)
        clear = [*self.fixed, *points, *left, *ticks, *(m for m, *_ in self.marks)]
        curves = _labels.place(ax, self.items, size=how.small, keep_clear=clear, also=self.ink)
        there = {t.get_text() for t in (*curves, *left)}
        missed = [i["text"] for i in self.items if i["text"] not in there]
        return [*self.fixed, *points, *left, *curves], missed


def draw(ax, content: Content, spots: Sequence[Point], models: Sequence[Line], how: Look, *,
         named: bool = False) -> Panel:
    """All of one flavor on its axes."""
    panel = Panel(ax, how, zero=_few(content, how))
    _tone(ax, content, how)
    for x in content.faded:
        if x.limit.axis is not None:
            _bound(panel, x, faded=True)
    for x in sorted(content.drawn, key=lambda x: (x.ours, not x.projected)):
        _bound(panel, x)
    for line in models:
        _model(panel, line)
    for p in spots:
        _point(panel, p)
    panel.items.sort(key=lambda i: i["order"])
    if named:
        flavor = _style.FLAVOR_TEXT[content.flavor]
        panel.fixed.append(ax.text(0.975, 0.03, flavor, transform=ax.transAxes, ha="right",
                                   va="bottom", fontsize=how.font * 1.25, zorder=21))
    return panel


def _few(content: Content, how: Look) -> list[Bound]:
    """The strongest bounds at M_N = 0 of each class, one for each experiment."""
    out: list[Bound] = []
    for family in dict.fromkeys(x.family for x in content.zero):
        kept: dict[Any, Bound] = {}
        for x in content.zero:
            if x.family == family and (x.limit.certainty != "C" or x.limit.name in content.added):
                kept.setdefault(x.probe or x.limit.meta.get("experiment") or x.limit.name, x)
        out += list(kept.values())[:how.few]
    return sorted(out, key=Bound.at_zero)


def _tone(ax, content: Content, how: Look) -> None:
    """The union in one light tone, and its rim where that is a bound.

    All bounds have the same tone, so that what several exclude is no darker.  Where the data of
    one end, its tone runs out in steps, the lighter ones below.
    """
    from matplotlib.collections import PolyCollection

    low, high = ax.get_ylim()
    held = [t for x in content.standing for t in x.region()]
    for step in range(_STEPS + 1):
        shapes = [t.shrunk(_RUN_OUT * step / _STEPS, low / 10, high * 10) for t in held]
        color = _mixed(_map_look.TONE, (step + 1) / (_STEPS + 1))
        ax.add_collection(PolyCollection([x for x in shapes if x is not None], facecolors=[color],
                                         edgecolors=[color], linewidths=0.2,
                                         zorder=1 + 0.01 * step), autolim=False)
    for t in _map_bounds.tracks(GRID, content.union):
        for edge in _map_bounds.edges(t):
            for line in _map_bounds.leaps(edge):
                ax.plot(*line.T, color=_map_look.RIM, lw=0.7 * how.line, zorder=2)


def _mixed(color: str, part: float) -> tuple[float, ...]:
    """A colour with so much of it on white."""
    from matplotlib.colors import to_rgb

    return tuple(1 - part * (1 - c) for c in to_rgb(color))


def _bound(panel: Panel, x: Bound, faded: bool = False) -> None:
    """The edges of one bound, and what its label needs."""
    ax, how, hue = panel.ax, panel.how, HUES[x.family]
    bold = x.ours or x.family == "own"
    width = (hue.width if bold and not x.projected else 1.3 if bold else 0.8) * how.line
    dash = _map_look.DASHED if x.projected else hue.dash if bold else "-"
    color = "0.72" if faded else hue.line if bold else hue.text
    if bold and not faded:
        _contested(ax, x, hue)
    seen = []
    for line in x.lines():
        ax.plot(*line.T, color=color, lw=width, ls=dash, alpha=1 if bold else 0.8,
                solid_joinstyle="round", zorder=6 if bold else 4)
        seen.append(_inside(line, ax))
    if x.cut and bold and seen and not faded:
        # the counts end here, not what is excluded
        end = max((s for s in x.lines()), key=lambda s: s[-1, 0])[-1]
        ax.plot(*end, "o", mfc="white", mec=color, mew=0.9 * how.line, ms=3.6 * how.line,
                zorder=6.5)
    seen = [s for s in seen if len(s) > 1]
    if not seen:
        return
    panel.ink += [tuple(s.T) for s in seen]
    longest = max(seen, key=lambda s: _length(s, ax))
    panel.items.append({
        "text": x.label, "x": longest[:, 0], "y": longest[:, 1],
        "color": "0.55" if faded else hue.text, "weight": "bold" if bold and not x.projected
        else "normal", "order": (not bold, x.projected, -_length(longest, ax))})


def _contested(ax, x: Bound, hue) -> None:
    """The band between the inputs of a star that nobody can choose between."""
    held = list(x.limit.systematic.values())
    if not held or x.limit.axis is None or x.limit.outlined:
        return
    many = np.array([s.upper for s in (x.limit, *held)]) / x.shared.low
    M = np.maximum(np.asarray(x.limit.axis) / MeV, GRID[0])
    good = np.isfinite(many).all(axis=0)
    ax.fill_between(M[good], many.min(axis=0)[good], many.max(axis=0)[good], color=hue.line,
                    alpha=0.28, lw=0, zorder=3)


def _inside(line: np.ndarray, ax) -> np.ndarray:
    """The longest run of a line that lies in the frame, its first points outside kept at it."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    logs = np.log10(line)
    step = np.append(0, np.cumsum(np.hypot(*np.diff(logs, axis=0).T)))
    at = np.linspace(0, step[-1], 300)
    fine = 10 ** np.column_stack([np.interp(at, step, logs[:, k]) for k in (0, 1)])
    good = (fine[:, 0] >= x0) & (fine[:, 0] <= x1) & (fine[:, 1] >= y0) & (fine[:, 1] <= y1)
    runs = np.split(np.arange(good.size), np.flatnonzero(np.diff(good)) + 1)
    runs = [r for r in runs if good[r[0]]]
    return fine[max(runs, key=len)] if runs else fine[:0]


def _length(line: np.ndarray, ax) -> float:
    return float(np.hypot(*np.diff(ax.transData.transform(line), axis=0).T).sum())


def _model(panel: Panel, x: Line) -> None:
    color = _map_look.MODEL[x.kind]
    good = np.isfinite(x.upper) & (x.upper > 0)
    if not good.any():
        raise DomainError(f"the line {x.label} has no point: its conditions leave none")
    M, low, high = x.M_N[good] / MeV, x.lower[good], x.upper[good]
    panel.ax.fill_between(M, np.maximum(low, panel.ax.get_ylim()[0] / 10), high, color=color,
                          alpha=0.13, lw=0, zorder=2.5)
    for edge in (low, high):
        panel.ax.plot(M, edge, color=color, lw=0.9 * panel.how.line,
                      ls="-." if x.kind == "naturalness" else "-", zorder=3.5)
    line = _inside(np.column_stack([M, high]), panel.ax) if M.size > 1 else np.empty((0, 2))
    if len(line) > 1:
        panel.items.append({"text": x.label, "x": line[:, 0], "y": line[:, 1], "weight": "bold",
                            "color": "#2B7CB0" if x.kind == "model" else color,
                            "order": (False, False, -np.inf)})


def _point(panel: Panel, p: Point) -> None:
    ax, M = panel.ax, p.M_N / MeV
    there = max(M, ax.get_xlim()[0])
    mark, = ax.plot([there], [p.mu], marker="*" if there == M else "<", ms=9 * panel.how.font / 9.5,
                    mfc="#F0E442", mec="black", mew=0.8, ls="none", zorder=12, clip_on=False)
    panel.marks.append((mark, p.label, there, p.mu))
