"""The region in (M_N, mu) that XENON1T's excess prefers, ours and the published one."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import _data, atlas, probes
from munu.inference.preferred import Preferred, preferred
from munu.inference.record import Limit
from munu.parameters import About, Quantity, declared
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV, keV, per_unit

# even steps where the region closes
MASSES = np.concatenate([np.geomspace(1, 60, 15), np.arange(61.5, 165, 1.5)]) * keV
X, Y = (1e-3, 0.5), (5e-12, 3e-10)


@declared
def draw(tritium: Annotated[Quantity, About(
            "its decays besides B0: none, free, or so many", "1/(t yr)",
            choices=("none", "free"))] = "none") -> Figure:
    """Regions of a coupling to nu_mu alone, with what XENONnT leaves of them."""
    given = tritium if isinstance(tritium, str) else \
        f"{per_unit(tritium, '1/(t yr)'):.12g} /(t yr)"
    probe = probes.get("xenon1t", tritium=given)
    found = preferred(probe, MASSES, flavor="mu")
    masses = np.geomspace(*X, 81) * MeV
    later = atlas.computed("xenonnt", M_N=masses, flavor="mu", expected=False)
    theirs = _data.load("bounds/xenon1t_excess")
    fig, ax = _style.new(6.6, 5.2)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    rows = []
    for rise, alpha in ((4.0, 0.22), (1.0, 0.45)):
        low, high = found.edges[rise]
        good = np.isfinite(high)
        ax.fill_between(found.axis[good] / MeV, np.maximum(low[good], 0.1 * Y[0]), high[good],
                        color=_style.ORANGE, alpha=alpha, lw=0,
                        label=f"computed here, {np.sqrt(rise):.0f}" + r"$\sigma$")
        rows += [{"curve": f"{edge} {np.sqrt(rise):.0f} sigma", "M_N": m / MeV, "mu": x}
                 for edge, side in (("lower", low), ("upper", high))
                 for m, x in zip(found.axis[good], side[good], strict=True)]
    for sigma, style in ((2, "--"), (1, "-")):
        at = theirs["sigma"] == sigma
        M, mu = (np.append(theirs[c][at], theirs[c][at][0]) for c in ("M_N", "mu"))
        ax.plot(M / MeV, mu, color=_style.RED, lw=1.1, ls=style,
                label=rf"arXiv:2007.15563, {sigma}$\sigma$")
        rows += [{"curve": f"published {sigma} sigma", "M_N": m / MeV, "mu": x}
                 for m, x in zip(theirs["M_N"][at], theirs["mu"][at], strict=True)]
    ax.plot([found.mass / MeV], [found.mu], "*", color="k", ms=8, zorder=5,
            label=f"best: {found.mass / keV:.0f} keV, " + _times(found.mu) + r" $\mu_B$")
    good = np.isfinite(later.upper)
    ax.plot(masses[good] / MeV, later.upper[good], color=_style.BLUE, lw=1.8)
    rows += [{"curve": "xenonnt", "M_N": m / MeV, "mu": x}
             for m, x in zip(masses[good], later.upper[good], strict=True)]
    seen = good & (later.upper < Y[1])
    ax.set_xlabel(r"$M_N$ [MeV]")
    ax.set_ylabel(r"$\mu_\nu$ [$\mu_B$], $\nu_\mu$ alone")
    ax.legend(loc="lower right", fontsize=7.5)
    _style.stamp(fig, _style.STAMP + r";  $\nu_\mu$ alone, profile")
    texts = _labels.place(ax, [{"text": "excluded above by XENONnT, 90 %",
                                "x": masses[seen] / MeV, "y": later.upper[seen],
                                "color": _style.BLUE}])
    _labels.assert_no_overlap(fig, texts)
    return Figure("xenon1t_excess", fig, long_form(rows, {
        "curve": "1", "M_N": "MeV", "mu": "mu_B"}),
        f"What XENON1T's excess prefers for a coupling of nu_mu to N: computed from its binned "
        f"counts (best at {found.mass / keV:.0f} keV, {found.significance:.1f} sigma against no "
        "moment, a rise of 1 and 4 in -2 ln L above that) and as published by arXiv:2007.15563. "
        f"XENONnT, computed here, excludes what lies above its line: {_left(found, later)}.",
        tuple(dict.fromkeys((*probe.papers, *later.papers, "Brdar2020", "HNLimits2023"))))


def _left(found: Preferred, later: Limit) -> str:
    low = found.edges[4.0][0]
    inside = np.isfinite(low)
    gone = low[inside] > later.at(found.axis[inside])
    return "all of both regions" if gone.all() else "a part of the regions"


def _times(x: float) -> str:
    power = int(np.floor(np.log10(x)))
    return rf"{x / 10.0**power:.2g}$\times 10^{{{power}}}$"
