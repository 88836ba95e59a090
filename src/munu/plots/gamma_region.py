"""What gamma rays of SN1987A exclude in (M_N, mu), by flavor, nature and criterion."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import probes
from munu.inference.limits import limit
from munu.inference.record import Limit
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV

X, Y = (1e-2, 500), (1e-15, 1e-4)
_NEAR = (1.5e-15, 4e-13)
# edges are powers of the mass up to here, and end before the second; all is closed at the third
_STRAIGHT, _WITHIN, _CLOSED = 20, 250, 400
FLAVORS = {"e": _style.BLUE, "mu": _style.RED}
NATURES = {"dirac": "-", "majorana": "--"}
CRITERIA = {"likelihood": ("90 %, all bins", _style.BLUE, "-"),
            "median": ("the same, median", _style.SKY, "-."),
            "window": ("one window", _style.ORANGE, "--")}


def draw(points: int = 9) -> Figure:
    """Draw the regions, and beside them the lower edge by both criteria.

    Parameters
    ----------
    points : masses above 20 MeV, where edges bend
    """
    M = np.concatenate([np.geomspace(X[0], _STRAIGHT, 5)[:-1],
                        np.geomspace(_STRAIGHT, _WITHIN, points), [_CLOSED]]) * MeV
    rows: list[dict[str, Any]] = []
    fig, (left, right) = _style.new(8.8, 4.6, ncols=2)
    likely = probes.get("sn1987a_gammas")
    for flavor, color in FLAVORS.items():
        for nature, style in NATURES.items():
            both = flavor == "e" and nature == "dirac"
            found = limit(likely, M_N=M, flavor=flavor, nature=nature, expected=both)
            _region(left, found, f"{flavor}, {nature}", color, style, rows)
            if both:
                kept = {"likelihood": found}
                if found.expected is not None:
                    kept["median"] = found.expected
    one = probes.get("sn1987a_gammas", criterion="window")
    kept["window"] = limit(one, M_N=M[:-1], flavor="e", nature="dirac", expected=False)
    for name, (label, color, style) in CRITERIA.items():
        _region(right, kept[name], f"{name}, e, dirac", color, style, rows, label=label)
    for flavor, color in FLAVORS.items():
        left.fill_between([], [], color=color, alpha=0.3,
                          label=_style.FLAVOR_TEXT[flavor] + (r", $\nu_\tau$" * (flavor == "mu")))
    for nature, style in NATURES.items():
        left.plot([], [], color="0.3", ls=style, lw=1.2, label=nature.capitalize())
    for x, y, text in (
            (1.0, 5e-8, "N decays inside the star"), (0.015, 4e-15, "N decays too late")):
        left.text(x, y, text, fontsize=8, color="0.35")
    left.set(ylim=Y, title="90 %, all bins")
    right.set(ylim=_NEAR, title=r"$\nu_e$, Dirac: the lower edge")
    for ax in (left, right):
        ax.set(xscale="log", yscale="log", xlim=X, xlabel=r"$M_N$ [MeV]",
               ylabel=r"$\mu_\nu$ [$\mu_B$]")
        ax.legend(loc="upper right", fontsize=8)
    _style.stamp(fig)
    return Figure("gamma_region", fig, long_form(rows, {
        "region": "1", "edge": "1", "M_N": "MeV", "mu": "mu_B"}),
        "Excluded by gamma rays of SN1987A, core fischer18. Above the upper edge N decays inside "
        "the star; where cooling excludes more the region is formal, since a core takes nothing up "
        "again here, and next to the upper edge a fireball may hide it. Median: an experiment "
        "that saw the background alone.",
        tuple(dict.fromkeys((*likely.papers, *one.papers))))


def _region(ax: Any, found: Limit, name: str, color: str, style: str,
            rows: list[dict[str, Any]], *, label: str | None = None) -> None:
    """One region, closed where it is known to close; with a label its lower edge alone."""
    masses = () if found.axis is None else found.axis
    own = [(m, row[0].low, row[-1].high) for m, row in zip(masses, found.excluded, strict=True)
           if row]
    if label is None:
        own += [(m, mu, mu) for m, mu in found.tips]
    M, low, high = np.array(sorted(own)).T
    rows += [{"region": name, "edge": edge, "M_N": a, "mu": b}
             for edge, y in (("low", low), ("high", high))
             for a, b in zip(M / MeV, y, strict=True)]
    if label is not None:
        ax.plot(M / MeV, low, color=color, ls=style, lw=1.5, label=label)
        return
    ax.fill_between(M / MeV, low, high, color=color, alpha=0.08, lw=0)
    ax.plot(np.append(M, M[::-1]) / MeV, np.append(low, high[::-1]), color=color, ls=style, lw=1.4)
