"""How many photons of N tell its nature, against its mass and the threshold, by experiment."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from munu import probes
from munu.couplings import NATURES, check_flavor
from munu.inference.natures import natures
from munu.parameters import About
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV

# experiments, their options, label and color
SEEN = {"miniboone": ("miniboone", {}, "MiniBooNE", _style.BLUE),
        "sbnd": ("sbnd", {}, "SBND", _style.GREEN),
        "dune_nd": ("dune_nd", {}, "DUNE ND, photon", _style.RED),
        "double_bang": ("dune_nd", {"signature": "double_bang"}, "DUNE ND, two vertices",
                        _style.PURPLE)}
MASSES, THRESHOLDS = (20.0, 800.0), (30.0, 1000.0)
_TICKS = [a * 10**k for k in range(6) for a in (1, 2, 5)]
_STYLE = {"majorana": "-", "dirac": "--"}


def draw(flavor: Annotated[str, About("universal, e, mu or tau")] = "mu",
         mu: Annotated[float, About("moment of N, mu_B")] = 1e-9,
         level: Annotated[str, About("90 % or 3 sigma, one-sided")] = "3 sigma",
         mass: Annotated[float, About("of N against thresholds, MeV")] = 200.0,
         points: Annotated[int, About("masses, and thresholds")] = 5) -> Figure:
    """Draw how many photons the median experiment needs."""
    check_flavor(flavor)
    fig, axes = _style.new(8.4, 4.1, ncols=2, sharey=True)
    rows: list[dict] = []
    papers: dict[str, None] = {}
    axes[0].set(xscale="log", yscale="log")
    axes[1].set(xscale="log")
    for name, (probe, options, _, color) in SEEN.items():
        made = probes.get(probe, **options)
        for m in np.geomspace(*MASSES, points).tolist():
            rows += _told(made, name, m, 0.0, flavor, mu, level, papers)
        for least in np.geomspace(*THRESHOLDS, points).tolist():
            if name != "double_bang":
                made = probes.get(probe, lowest=f"{least:.6g} MeV", **options)
                rows += _told(made, name, mass, least, flavor, mu, level, papers)
        for true in NATURES:
            for ax, x in zip(axes, ("M_N", "lowest"), strict=True):
                mine = [r for r in rows if r["experiment"] == name and r["true"] == true
                        and bool(r["lowest"]) == (x == "lowest") and np.isfinite(r["events"])]
                ax.plot([r[x] for r in mine], [r["events"] for r in mine], color=color,
                        ls=_STYLE[true], lw=1.6, marker="o", ms=2.5)
    key = [Line2D([], [], color=c, lw=1.6, label=text) for _, _, text, c in SEEN.values()]
    key += [Line2D([], [], color="0.3", ls=s, lw=1.6, label=f"N is {n.capitalize()}")
            for n, s in _STYLE.items()]
    axes[0].set_ylim(bottom=0.6 * axes[0].get_ylim()[0])
    axes[1].legend(handles=key, loc="lower right", fontsize=7.5, ncols=2)
    for ax, across in zip(axes, (MASSES, THRESHOLDS), strict=True):
        for axis, ends in ((ax.xaxis, across), (ax.yaxis, ax.get_ylim())):
            axis.set_major_locator(FixedLocator([t for t in _TICKS if ends[0] <= t <= ends[1]]))
            axis.set_major_formatter(ScalarFormatter())
            axis.set_minor_formatter(NullFormatter())
    axes[0].set(xlabel=r"$M_N$ [MeV]", ylabel=f"photons of $N$ that tell, {level}")
    axes[1].set(xlabel=f"least energy of the photon [MeV], $M_N$ = {mass:g} MeV")
    _style.stamp(fig)
    _labels.assert_no_overlap(fig)
    return Figure("natures", fig, long_form(rows, {
        "experiment": "1", "true": "1", "M_N": "MeV", "lowest": "MeV", "events": "1",
        "exposure": "1"}),
        f"Mean number of photons of N with which the median experiment rejects the other nature at "
        f"{level}, one-sided and asymptotic, flavor {flavor}, mu = {mu:g} mu_B: by energy, angle "
        "to the beam and, with two vertices, the distance between them, no background, no "
        "resolution, M_N known and mu fitted. Solid: N is Majorana; dashed: Dirac. Left: against "
        "the mass, with each experiment's own threshold; right: against the threshold. In the "
        "table lowest is 0 where it is the experiment's own, and exposure is over the experiment's "
        "own.", tuple(papers))


def _told(probe, name: str, mass: float, lowest: float, flavor: str, mu: float, level: str,
          papers: dict[str, None]) -> list[dict]:
    out = []
    for true in NATURES:
        found = natures(probe, mass * MeV, mu, flavor, true=true, levels=(level,))
        papers |= dict.fromkeys(found.papers)
        (events,), (exposure,) = found.events_needed.values(), found.exposure.values()
        out.append({"experiment": name, "true": true, "M_N": mass, "lowest": lowest,
                    "events": events, "exposure": exposure})
    return out
