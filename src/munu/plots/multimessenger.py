"""What each detector would see of decays of N from the next galactic supernova, in (M_N, mu)."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import atlas, probes
from munu.couplings import DipolePortal, check_flavor
from munu.inference import limit
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes.galactic_supernova_decays import EVENTS
from munu.ray import Ray
from munu.units import MeV, to_float

X, Y = (1e-2, 1e3), (1e-17, 1e-8)
# detectors, their labels and colors
SEEN = {"fermi_lat": ("Fermi-LAT", _style.BLUE), "e_astrogam": ("e-ASTROGAM", _style.SKY),
        "hyper_kamiokande": ("Hyper-K", _style.RED), "dune": ("DUNE", _style.GREEN),
        "juno": ("JUNO", _style.PURPLE)}
NATURAL = {"talk_a": "natural, 1 TeV", "voloshin": "natural (Voloshin), 1 TeV"}
# what the last galactic supernova has excluded, where there is a probe of it
PAST = "sn1987a_gammas"
# sizes of mu (M_N/MeV)^2: the largest, and how many
_LARGEST, _SIZES = 1e-8, 261
# heavier than N whose islands reach the line of Voloshin's symmetry
_CLEAR = 200 * MeV


def draw(distance: str = "10 kpc", flavor: str = "e", nature: str = "dirac",
         radius: str = "5e13 cm", core: str = "fischer18", points: int = 31) -> Figure:
    """Draw where each detector sees three events.

    Parameters
    ----------
    distance : of the star, with its unit
    flavor : ``universal`` (three N), ``e``, ``mu`` or ``tau`` (one N)
    nature : of N, ``dirac`` or ``majorana``
    radius : of the star, with its unit
    core : name of the core
    points : masses
    """
    from contourpy import contour_generator

    check_flavor(flavor)
    probe = probes.get("galactic_supernova_decays", detectors=tuple(SEEN), distance=distance,
                       radius=radius, core=core)
    M = np.geomspace(*X, points)
    # the steep edge, where N decays within the star, lies at one mu M_N^2
    mu = np.geomspace(Y[0] * X[0] ** 2, _LARGEST, _SIZES)[:, None] / M**2
    made = np.stack([
        probe.setting.row(DipolePortal(1.0, m * MeV, flavor, nature).matrix, m * MeV, nature)
        .events(x) for m, x in zip(M, mu.T, strict=True)], axis=1)
    fig, ax = _style.new(6.8, 5.2)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    papers = list(probe.papers)
    grid = np.broadcast_to(np.log(M), mu.shape), np.log(mu)
    for k, (name, (text, color)) in enumerate(SEEN.items()):
        over = np.log(np.maximum(made[..., k], 1e-30 * EVENTS) / EVENTS)
        for line in contour_generator(*grid, over).lines(0.0):
            x, y = np.exp(np.asarray(line)).T
            ax.plot(x, y, color=color, lw=1.5, ls="--" if name == "e_astrogam" else "-")
            ax.fill(x, y, color=color, alpha=0.05, lw=0)
            rows += [{"region": name, "M_N": a, "mu": b} for a, b in zip(x, y, strict=True)]
            # beside the lower edge: the upper one is common to all
            low = y * x**2 < 1e-3 * (y * x**2).max()
            items.append({"text": text, "x": x[low], "y": y[low], "color": color})
    if PAST in probes.names():
        rows += _past(ax, M * MeV, flavor, nature, items, papers)
    rows += _natural(ax, M * MeV, items, papers)
    ax.set(xlabel=r"$M_N$ [MeV]", ylabel=r"$\mu_\nu$ [$\mu_B$]")
    _style.stamp(fig)
    _labels.assert_no_overlap(fig, _labels.place(ax, items, size=8.5))
    window = " to ".join(f"{t / to_float('1 s', 's'):g}" for t in probe.setting.window)
    return Figure("multimessenger", fig, long_form(
        rows, {"region": "1", "M_N": "MeV", "mu": "mu_B"}),
        f"Where each detector alone would see {EVENTS:g} events without background of a supernova "
        f"at {distance}, from {window} s after the light front, flavor {flavor}, {nature}. The "
        "upper edge, where N decays within the star, is common to all; N that is caught in the "
        "core is not taken off there. Fermi-LAT by its mean over the sky; e-ASTROGAM (dashed) is a "
        "proposal that was never built. Grey: below these lines masses are natural with new "
        "physics at 1 TeV (the upper one with Voloshin's symmetry); no limits."
        + (" Dashed, black: excluded by SN1987A's gamma rays." if PAST in probes.names() else ""),
        tuple(dict.fromkeys(papers)))


def _past(ax, M: np.ndarray, flavor: str, nature: str, items: list[dict[str, Any]],
          papers: list[str]) -> list[dict[str, Any]]:
    """What is excluded already."""
    found = limit(PAST, Ray.portal(M, flavor, nature), expected=False)
    rows = []
    papers += found.papers
    for outline in found.region():
        m, mu = outline.T
        inside = np.isfinite(mu)
        m, mu = m[inside] / MeV, mu[inside]
        ax.plot(m, mu, color=_style.BLACK, ls="--", lw=1.2)
        items.append({"text": "SN1987A, gamma rays", "x": m, "y": mu, "color": _style.BLACK})
        rows += [{"region": PAST, "M_N": a, "mu": b} for a, b in zip(m, mu, strict=True)]
    return rows


def _natural(ax, M: np.ndarray, items: list[dict[str, Any]], papers: list[str]
             ) -> list[dict[str, Any]]:
    """Below which moments masses are natural."""
    rows = []
    for form, text in NATURAL.items():
        line = atlas.naturalness_line(form, M, Lambda="1TeV", label=text)
        ax.fill_between(M / MeV, Y[0], line.upper, color="0.35", alpha=0.10, lw=0, zorder=0)
        ax.plot(M / MeV, line.upper, color="0.35", lw=0.9, ls="-.", zorder=1)
        # where no island crosses it
        free = slice(None) if form == "talk_a" else M > _CLEAR
        items.append({"text": text, "x": M[free] / MeV, "y": line.upper[free], "color": "0.35"})
        rows += [{"region": f"natural, {form}", "M_N": m / MeV, "mu": mu}
                 for m, mu in zip(M, line.upper, strict=True)]
        papers += line.papers
    return rows
