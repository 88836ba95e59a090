"""Bounds of either sign as rows of bars, group by group: what radii and charges share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from munu import probes
from munu.inference import limit
from munu.inference.record import Limit
from munu.plots import _claims, _style

INK = "#A86E00"
#: groups of rows in their order: flavor of the bound, title
GROUPS = {"e": r"$\nu_e$", "mu": r"$\nu_\mu$", "tau": r"$\nu_\tau$",
          "solar": "of the Sun,\nall alike", "all": "each flavor", "universal": "all alike",
          "right-handed": "right-handed", "unknown": "flavor\nnot said"}
_COLORS = {"e": _style.BLUE, "mu": _style.RED, "tau": _style.GREEN}


class Row(NamedTuple):
    """One bound: its label, what it allows, and how it is drawn."""

    x: Limit
    label: str
    allowed: tuple[tuple[float, float], ...]
    color: str


def color(flavor: str) -> str:
    """Of a group."""
    return _COLORS.get(flavor, _style.BLACK)


def published(found: Sequence[Limit], factor: float) -> list[Row]:
    """Rows of published bounds, the oldest first."""
    return [Row(x, x.name + _claims.level(x), ((x.lower[0] / factor, x.upper[0] / factor),),
                color(str(x.flavor))) for x in sorted(found, key=lambda x: x.meta["year"])]


def computed(names: Sequence[str], along: str, flavor: str, factor: float) -> list[Row]:
    """Rows of munu's own 90 % limits of these probes; islands that are allowed too are kept."""
    rows = []
    for name in names:
        probe = probes.get(name)
        x = limit(probe, along, flavor=flavor, expected=False, scan=False)
        rows.append(Row(x, f"{probe.title}, computed", allowed(x, factor), INK))
    return rows


def allowed(x: Limit, factor: float = 1.0) -> tuple[tuple[float, float], ...]:
    """What a limit without an axis allows: the gaps between what it excludes."""
    edges = sorted((i.low / factor, i.high / factor) for i in x.excluded[0])
    low, out = -np.inf, []
    for a, b in edges:
        if a > low:
            out.append((low, a))
        low = max(low, b)
    return tuple([*out, (low, np.inf)] if low < np.inf else out)


def places(groups: dict[str, list[Row]], gap: float = 1.0) -> dict[str, np.ndarray]:
    """The height of each row, from the top down, with a gap between groups."""
    y, out = 0.0, {}
    for name, rows in groups.items():
        out[name] = y - np.arange(len(rows))
        y -= len(rows) + gap
    return out


def frame(ax, groups: dict[str, list[Row]], at: dict[str, np.ndarray], last=None) -> None:
    """Names of rows at the left, of groups at the right of the last axes, a faint line a row."""
    last = ax if last is None else last
    rows = [r for g in groups.values() for r in g]
    y = np.concatenate([*at.values()])
    ax.set(ylim=(y.min() - 0.8, 1.3))
    ax.set_yticks(y, [r.label for r in rows], fontsize=7)
    for tick, row in zip(ax.get_yticklabels(), rows, strict=True):
        tick.set_color(row.color if row.x.ours else "k")
    for one in {ax, last}:
        one.tick_params(axis="y", which="both", left=False, right=False)
        one.grid(axis="y", color="0.93", lw=0.6, zorder=0)
        for name in [*at][1:]:
            one.axhline(at[name][0] + 1.25, color="0.75", lw=0.6)
    for name, heights in at.items():
        if len(heights):
            last.text(1.015, heights.mean(), GROUPS.get(name, name), fontsize=8.5,
                      color=color(name), transform=last.get_yaxis_transform(), va="center",
                      ha="left", clip_on=False)


def told(groups: dict[str, list[Row]]) -> list[dict]:
    """The numbers behind: one line for each stretch that is allowed."""
    return [{"group": name, "bound": r.x.name, "kind": "computed" if r.x.ours else
             str(r.x.meta.get("kind", "limit")), "lower": low, "upper": high,
             "level": r.x.level or 0.0, "checked": r.x.checked, "certainty": r.x.certainty}
            for name, rows in groups.items() for r in rows for low, high in r.allowed]


def papers(groups: dict[str, list[Row]]) -> tuple[str, ...]:
    """Keys of all rows."""
    return tuple(dict.fromkeys(k for rows in groups.values() for r in rows for k in r.x.papers))
