"""Where detectors along the beams of the LHC would see three events, in (M_N, mu)."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from munu import atlas, probes
from munu.couplings import check_flavor
from munu.inference import limit
from munu.parameters import About
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes._beams import EVENTS
from munu.probes._forward import CHANNELS
from munu.units import MeV

X, Y = (1.0, 1e4), (1e-9, 1e-6)
# probes, their labels and colors
SEEN = {"fasernu": (r"FASER$\nu$", _style.SKY), "snd": ("SND@LHC", _style.PURPLE),
        "fasernu2": (r"FASER$\nu$2", _style.BLUE), "flare": ("FLArE", _style.RED)}
# what there is already, by flavor: published curves in M_N
PAST = {"mu": ("charm2_numu", "nomad_numu"), "tau": ("donut_nutau",),
        "universal": ("lsnd", "lep_gz_universal")}


def draw(flavor: str = "mu", nature: str = "dirac",
         channels: Annotated[str, About("one signal alone; all is electrons and decays",
                                        choices=("all", *CHANNELS))] = "all",
         points: int = 49) -> Figure:
    """Draw the reach of each detector, and of the electrons alone.

    Parameters
    ----------
    flavor : ``universal`` (three N), ``e``, ``mu`` or ``tau`` (one N)
    nature : of N, ``dirac`` or ``majorana``
    channels : ``all``, or one signal alone
    points : masses
    """
    check_flavor(flavor)
    M = np.geomspace(*X, points) * MeV
    fig, ax = _style.new(6.8, 5.0)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    papers: list[str] = []
    for name in PAST.get(flavor, ()):
        found = atlas.get(name)
        papers += found.papers
        for outline in found.region():
            m, mu = outline.T[0] / MeV, outline.T[1]
            # open above
            ax.fill([*m, m[-1], m[0]], [*np.minimum(mu, Y[1]), Y[1], Y[1]], color="0.75",
                    alpha=0.35, lw=0)
            seen = (mu < Y[1]) & (mu > Y[0]) & (m > X[0]) & (m < X[1])
            ax.plot(m, mu, color="0.45", lw=0.8)
            rows += [{"region": name, "M_N": a, "mu": b} for a, b in zip(m, mu, strict=True)]
            items.append({"text": found.meta["label"], "x": m[seen], "y": mu[seen],
                          "color": "0.3"})
    options = {} if channels == "all" else {"channels": channels}
    for name, (text, color) in SEEN.items():
        probe = probes.get(name, **options)
        papers += probe.papers
        drawn = [(channels, probe, "--")]
        if channels == "all":
            drawn.append(("electrons", probe.varied("electrons alone"), ":"))
        for kind, made, style in drawn:
            upper = limit(made, M_N=M, flavor=flavor, nature=nature).upper
            ax.plot(M / MeV, upper, color=color, ls=style, lw=1.6 if style == "--" else 1.0)
            rows += [{"region": f"{name}, {kind}", "M_N": a, "mu": b}
                     for a, b in zip(M / MeV, upper, strict=True) if np.isfinite(b)]
            if style == "--":
                seen = np.isfinite(upper) & (upper < Y[1])
                items.append({"text": text, "x": (M / MeV)[seen], "y": upper[seen],
                              "color": color})
    said = _style.FLAVOR_TEXT.get(str(flavor), f"flavor {flavor}")
    ax.set(xlabel=r"$M_N$ [MeV]", ylabel=rf"$\mu_\nu$ [$\mu_B$], {said}, "
                                         rf"{nature.capitalize()} $N$")
    _style.stamp(fig)
    _labels.assert_no_overlap(fig, _labels.place(ax, items, size=8.5))
    said = "electrons that recoil and decays of N made in the detector" if channels == "all" \
        else channels
    return Figure(
        "forward_reach", fig, long_form(rows, {"region": "1", "M_N": "MeV", "mu": "mu_B"}),
        f"Where each detector would see {EVENTS:g} events without background (dashed): {said}; "
        f"flavor {flavor}, {nature}."
        + (" Dotted: electrons alone, which go as the square of the moment." if channels == "all"
           else "")
        + " FASERnu and SND@LHC with 150 /fb, FASERnu2 and FLArE with 3000 /fb. Elastic scattering "
        "alone: above some GeV the reach is too weak. Grey: published curves.",
        tuple(dict.fromkeys(papers)))
