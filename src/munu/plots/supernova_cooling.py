"""What the cooling of SN 1987A excludes in (M_N, mu): free and caught, by criterion and by core."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import atlas, probes
from munu.errors import DomainError, UnknownName
from munu.inference import limit
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.units import MeV

X, Y = (1.0, 320.0), (3e-14, 2e-8)
# above it most masses
KNEE = 80.0
FILLED = ("luminosity, 3e52 erg/s", "fischer18")
SYMBOLS = {"e": r"$\mu_{\nu_e}$", "mu": r"$\mu_{\nu_\mu}$", "tau": r"$\mu_{\nu_\tau}$",
           "universal": r"$\mu_\nu$"}
PUBLISHED = "sn1987a_universal"
# name, options, colour, line
CRITERIA: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("luminosity, 3e52 erg/s", {}, _style.BLUE, "-"),
    ("energy, 3e52 erg in 3 s", {"criterion": "energy"}, _style.RED, "-"),
    ("mean free path, 10 km", {"criterion": "mean_free_path"}, _style.GREEN, "-."),
    ("luminosity, all leaves", {"edge": "free"}, "k", ":"))
CORES: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("fischer18", {}, _style.BLUE, "-"),
    ("fischer18, $S_{pot}$ = 0", {"S_pot": "0 MeV"}, _style.SKY, "--"),
    ("fischer18, $S_{pot}$ = 30 MeV", {"S_pot": "30 MeV"}, _style.SKY, ":"),
    ("fiducial", {"core": "fiducial"}, _style.RED, "-"),
    ("derocco", {"core": "derocco"}, _style.GREEN, "-"))


def draw(flavor: str = "e", points: int = 16) -> Figure:
    """Left: criteria; right: cores, by the luminosity.

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``, or ``universal`` (three N)
    points : masses, at least 8; most of them where the islands end
    """
    if flavor not in SYMBOLS:
        raise UnknownName("flavor of this figure", flavor, tuple(SYMBOLS))
    if points < 8:
        raise DomainError(f"points = {points} must be at least 8")
    few = points // 2
    M = np.concatenate([np.geomspace(X[0], KNEE, few, endpoint=False),
                        np.geomspace(KNEE, X[1], points - few)]) * MeV
    ray = Ray.portal(M, flavor, "dirac")
    fig, panels = _style.new(9.8, 4.9, ncols=2, sharey=True)
    rows: list[dict[str, Any]] = []
    papers: list[str] = []
    for ax, panel, cases in zip(panels, ("criteria", "cores"), (CRITERIA, CORES), strict=True):
        ax.set(xscale="log", yscale="log", xlim=X, ylim=Y, xlabel=r"$M_N$ [MeV]")
        for name, options, color, style in cases:
            probe = probes.get("sn1987a_cooling", **options)
            rows += _region(ax, panel, name, probe, ray, color, style)
            papers += probe.papers
    theirs = atlas.get(PUBLISHED)
    for outline in theirs.region():
        x, y = outline.T
        panels[0].plot(x / MeV, y, "--", color="0.5", lw=1.1,
                       label="Magill et al. 2018, universal")
        rows += [_row("criteria", "published", *p) for p in outline]
    panels[0].set_ylabel(SYMBOLS[flavor] + r" [$\mu_B$]")
    for ax in panels:
        ax.legend(loc="lower left", fontsize=7.5)
    _style.stamp(fig)
    return Figure("supernova_cooling", fig, long_form(rows, {
        "panel": "1", "region": "1", "M_N": "MeV", "mu": "mu_B"}),
        f"Excluded by the cooling of SN 1987A, flavor {flavor}, Dirac. Left, core fischer18: too "
        "little is made below, and above N is taken up again or decays; black, dotted: the edge if "
        "all leaves. Flat tops at small masses are no edges: above, N would leave from beyond the "
        "core's profile, and nothing is computed. Grey, the published region, whose lower edge is "
        "that of a hotter core. Right: other cores and other interactions of nucleons, by the "
        "luminosity.",
        tuple(dict.fromkeys((*papers, *theirs.papers))))


def _row(panel: str, region: str, M: float, mu: float) -> dict[str, Any]:
    return {"panel": panel, "region": region, "M_N": M / MeV, "mu": mu}


def _region(ax: Any, panel: str, name: str, probe: Probe, ray: Ray, color: str, style: str
            ) -> list[dict[str, Any]]:
    """The outline of what is excluded; where it has no end the lower edge alone."""
    rows: list[dict[str, Any]] = []
    for k, outline in enumerate(limit(probe, ray, expected=False).region()):
        line = outline[np.isfinite(outline[:, 1])]
        ax.plot(line[:, 0] / MeV, line[:, 1], style, color=color, lw=1.5,
                label=name if k == 0 else None)
        if name in FILLED:
            ax.fill(line[:, 0] / MeV, line[:, 1], color=color, alpha=0.12, lw=0)
        rows += [_row(panel, name, *p) for p in line]
    return rows
