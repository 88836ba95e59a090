"""What detectors in neutrino beams reach, by flavor, and what MiniBooNE's excess would need."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import atlas, probes
from munu.couplings import check_nature
from munu.inference import limit
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.ray import Ray
from munu.units import MeV

X, Y = (1.0, 1e4), (5e-11, 1e-6)
#: names of curves, what makes them and how they are drawn
REACH: dict[str, tuple[str, dict[str, str], str, str, str]] = {
    "MiniBooNE": ("miniboone", {}, _style.RED, "-", "MiniBooNE"),
    "MicroBooNE": ("microboone", {}, _style.GREEN, "--", "MicroBooNE"),
    "SBND": ("sbnd", {}, _style.BLUE, "--", "SBND"),
    "DUNE ND": ("dune_nd", {}, _style.PURPLE, "--", "DUNE near"),
    "DUNE ND, double bang": ("dune_nd", {"signature": "double_bang"}, _style.ORANGE, "--",
                             "DUNE near, two vertices")}
#: published limits that stand beside, of other experiments
BESIDE = {"e": {"sk_atm_nue": "Super-K"}, "mu": {"minerva_rhc_numu": "MINERvA",
                                                 "nomad_numu": "NOMAD"}}
# of a Gaussian, on either side of the excess
_SIGMAS, _SIZES = 1.0, 161


def draw(nature: str = "dirac", points: int = 41) -> Figure:
    """Draw the reach for N of one flavor.

    Parameters
    ----------
    nature : of N, ``dirac`` or ``majorana``
    points : masses
    """
    check_nature(nature, needed_by="the decay of N")
    M = np.geomspace(1.0, 5e3, points)
    fig, axes = _style.new(9.6, 5.0, ncols=2, sharey=True)
    # before labels are placed, which keeps the layout as it is then
    axes[0].set_ylabel(r"$\mu_\nu$ [$\mu_B$]")
    rows: list[dict[str, Any]] = []
    papers: list[str] = []
    texts = []
    for ax, flavor in zip(axes, BESIDE, strict=True):
        ax.set(xscale="log", yscale="log", xlim=X, ylim=Y, xlabel=r"$M_N$ [MeV]")
        items: list[dict[str, Any]] = []
        for name, (probe, options, color, dashes, text) in REACH.items():
            made = probes.get(probe, **options)
            found = limit(made, Ray.portal(M * MeV, flavor, nature), expected=False)
            papers += found.papers
            items.append(_outline(ax, found, name, flavor, color, dashes, text, rows))
            if not options:
                _theirs(ax, probe, flavor, color, rows, papers)
        rows += _excess(ax, M, flavor, nature)
        for x in atlas.published(flavor=flavor):
            if x.name in BESIDE[flavor] and x.axis is not None:
                ax.plot(x.axis / MeV, x.upper, color="0.35", lw=0.9, zorder=3)
                items.append({"text": BESIDE[flavor][x.name], "x": x.axis / MeV, "y": x.upper,
                              "color": "0.35"})
                rows += _rows(flavor, f"theirs, {x.name}", x.axis / MeV, x.upper)
                papers += x.papers
        ax.set_title(f"{_style.FLAVOR_TEXT[flavor]} alone, {nature.title()} $N$", fontsize=9.5)
        texts += _labels.place(ax, items, size=8)
    _style.stamp(fig)
    _labels.assert_no_overlap(fig, texts)
    return Figure("beams_reach", fig, long_form(rows, {
        "panel": "1", "curve": "1", "M_N": "MeV", "mu": "mu_B"}), _caption(nature),
        tuple(dict.fromkeys(papers)))


def _outline(ax, found, name: str, flavor: str, color: str, dashes: str, text: str,
             rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The edge of what is reached, both edges where it closes."""
    x, y = np.empty(0), np.empty(0)
    for outline in found.region():
        m, mu = outline.T
        inside = np.isfinite(mu) & (mu > 0) & (mu < 1)
        m, mu = m[inside] / MeV, mu[inside]
        ax.plot(m, mu, dashes, color=color, lw=1.6, zorder=4)
        rows += _rows(flavor, name, m, mu)
        x, y = np.append(x, m), np.append(y, mu)
    shown = (y > Y[0]) & (y < Y[1])
    return {"text": text, "x": x[shown], "y": y[shown], "color": color}


def _theirs(ax, probe: str, flavor: str, color: str, rows: list[dict[str, Any]],
            papers: list[str]) -> None:
    """What others published of the same detector, thin."""
    for x in atlas.theirs(probe, flavor):
        if x.axis is None or x.flavor != flavor:
            continue
        ax.plot(x.axis / MeV, x.upper, color=color, lw=0.8,
                ls=":" if x.status == "projection" else "-", alpha=0.9, zorder=3)
        rows += _rows(flavor, f"theirs, {x.name}", x.axis / MeV, x.upper)
        papers += x.papers


def _excess(ax, M: np.ndarray, flavor: str, nature: str) -> list[dict[str, Any]]:
    """Sizes of which photons are as many as the excess within its error."""
    probe = probes.get("miniboone")
    excess, error = probe.setting.excess
    curve = probe.expected(Ray.portal(M * MeV, flavor, nature))
    x = np.geomspace(Y[0], 1e3 * Y[1], _SIZES)
    edges = np.full((2, M.size), np.nan)
    for j in range(M.size):
        many = curve.values(x, np.full(x.size, j))[:, 0]
        for k, wanted in enumerate((excess - _SIGMAS * error, excess + _SIGMAS * error)):
            if many[-1] > wanted:
                edges[k, j] = np.exp(np.interp(np.log(wanted), np.log(np.maximum(many, 1e-300)),
                                               np.log(x)))
    ax.fill_between(M, *edges, color=_style.YELLOW, alpha=0.9, lw=0, zorder=2)
    return [row for word, edge in zip(("lower", "upper"), edges, strict=True)
            for row in _rows(flavor, f"excess, {word} edge", M, edge) if np.isfinite(row["mu"])]


def _rows(panel: str, curve: str, M: np.ndarray, mu: np.ndarray) -> list[dict[str, Any]]:
    return [{"panel": panel, "curve": curve, "M_N": a, "mu": b}
            for a, b in zip(M, mu, strict=True)]


def _caption(nature: str) -> str:
    return ("Reach of detectors in neutrino beams for N of one flavor that is made in the detector "
            f"and in the soil in front of it and decays in it, {nature}. Red: MiniBooNE, N being "
            "all of its excess at most (95 %); the yellow band is where N would be the whole "
            "excess, within one standard deviation. Dashed: projections, three events without "
            "background. Of two vertices the first is a proton or electron of 50 MeV, the second "
            "1 m away or more: that region closes where N decays too soon. Thin, in the same "
            "color: what others published of the same detector, with backgrounds of theirs "
            "(dotted: projections); grey: limits of other experiments that stand beside.")
