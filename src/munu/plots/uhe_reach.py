"""N at the highest energies: on what it is made, and what GRAND's toy and IceCube would see."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from munu import atlas, probes
from munu.couplings import DipolePortal
from munu.inference import limit
from munu.parameters import About, Quantity
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes._skimming import rock
from munu.processes import deep_inelastic, upscattering
from munu.ray import Ray
from munu.units import GeV, MeV, cm

X, Y = (1e1, 1.5e3), (1e-10, 1e-3)
E, SIGMA = (1e1, 1e11), (1e-42, 1e-38)
# options, flavor, label and color; masses between which it is looked [MeV]
OURS: tuple[tuple[str, dict[str, Any], str, str, str, tuple[float, float]], ...] = (
    ("grand", {}, "tau", r"GRAND, toy, $\nu_\tau$", _style.GREEN, (10, 200)),
    ("icecube", {"efficiency": 1.0}, "mu", r"IceCube, $\nu_\mu$, all found", _style.RED,
     (10, 1000)))
THEIRS = (("icecube_numu", r"Coloma et al., $\nu_\mu$"), ("donut_nutau", r"DONUT, $\nu_\tau$"))
_LINES = (("nuclei as a whole", "-", _style.BLUE), ("bare nuclei as a whole", ":", _style.SKY),
          ("nucleons broken up", "-", _style.ORANGE), ("nucleons knocked out", "--", _style.PURPLE))


def draw(nature: Annotated[str, About("of N", choices=("dirac", "majorana"))] = "dirac",
         mass: Annotated[Quantity, About("of N in the left panel", "GeV")] = "1 GeV",
         points: Annotated[int, About("masses of each reach")] = 25) -> Figure:
    """Cross sections on rock, and where three events are reached."""
    fig, (left, right) = _style.new(9.6, 4.6, ncols=2)
    rows = _sections(left, mass)
    papers = ["BrdarTalk", "AbramowiczLevy1997", "Dutta2001", "Tsai1974"]
    items: list[dict[str, Any]] = []
    right.set(xscale="log", yscale="log", xlim=X, ylim=Y, xlabel=r"$M_N$ [MeV]",
              ylabel=r"$\mu_\nu$ [$\mu_B$]")
    for name, options, flavor, text, color, span in OURS:
        probe = probes.get(name, **options)
        masses = np.geomspace(*span, points) * MeV
        found = limit(probe, Ray.portal(masses, flavor, nature), expected=False)
        papers += found.papers
        for outline in found.region():
            M, mu = outline.T
            inside = np.isfinite(mu)
            M, mu = M[inside] / MeV, mu[inside]
            right.plot(M, mu, color=color, lw=1.6, ls="--")
            right.fill(M, mu, color=color, alpha=0.06, lw=0)
            rows += [{"panel": name, "line": flavor, "x": a, "y": b}
                     for a, b in zip(M, mu, strict=True)]
            items.append({"text": text, "x": M, "y": mu, "color": color})
    for name, text in THEIRS:
        made = atlas.get(name)
        papers += made.papers
        for outline in made.region():
            M, mu = outline.T
            inside = np.isfinite(mu)
            M, mu = M[inside] / MeV, mu[inside]
            right.plot(M, mu, color="0.35", lw=1.0)
            rows += [{"panel": name, "line": "theirs", "x": a, "y": b}
                     for a, b in zip(M, mu, strict=True)]
            items.append({"text": text, "x": M, "y": mu, "color": "0.35"})
    _style.stamp(fig, _style.STAMP + rf";  {nature.title()} $N$")
    _labels.assert_no_overlap(fig, _labels.place(right, items, size=8))
    return Figure("uhe_reach", fig, long_form(rows, {"panel": "1", "line": "1", "x": "1",
                                                     "y": "1"}),
        "Left: cross section of a neutrino on a nucleus of rock (A = 22, Z = 11) to an N of "
        f"{mass / GeV:g} GeV at 1e-9 mu_B. On the nucleus as a whole it stops growing where the "
        "electrons of the atom hide the charge (dotted: without them); at the highest energies "
        f"most N are made where nucleons break up. Right, dashed, {nature}: three events without "
        "background. Showers above 1e8 GeV in a toy of GRAND, 200000 km^2 of flat ground, of N "
        "that cosmogenic neutrinos make in the crust, in 3 years; two cascades above 10 GeV in "
        "1 km^3 of ice, 20 m to 1 km apart, of atmospheric neutrinos, in 6 years, if every such "
        "event were found. Grey: IceCube as published for one event, and a published limit. In "
        "the table x is an "
        "energy in GeV and y a cross section in cm^2 on the left, a mass in MeV and a moment in "
        "mu_B on the right.", tuple(dict.fromkeys(papers)))


def _sections(ax, mass: float) -> list[dict[str, Any]]:
    """Cross sections by what is struck."""
    energy = np.geomspace(*E, 121)
    portal, target = DipolePortal(1e-9, mass, "mu"), rock()
    elastic: dict[str, dict[str, Any]] = {
        "nuclei as a whole": {"screening": True}, "bare nuclei as a whole": {},
        "nucleons knocked out": {"kinds": ("protons", "neutrons")}}
    rows: list[dict[str, Any]] = []
    for line, style, color in _LINES:
        y = deep_inelastic.sigma(energy * GeV, portal, target) if line not in elastic else \
            upscattering.sigma(energy * GeV, portal, target, **elastic[line])
        y = np.where(y > 0, y / cm**2, np.nan)
        ax.plot(energy, y, style, color=color, lw=1.6, label=line)
        rows += [{"panel": "rock", "line": line, "x": a, "y": b}
                 for a, b in zip(energy, y, strict=True) if np.isfinite(b)]
    ax.set(xscale="log", yscale="log", xlim=E, ylim=SIGMA, xlabel=r"$E_\nu$ [GeV]",
           ylabel=r"$\sigma$ on A = 22, Z = 11 [cm$^2$]")
    ax.legend(loc="upper left", title=rf"$M_N$ = {mass / GeV:g} GeV, $\mu=10^{{-9}}\mu_B$",
              title_fontsize=8, fontsize=8)
    return rows
