"""What a supernova's core emits in N: on protons, on electrons with and without blocking, and by
a rule."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import constants, flavors, media
from munu.errors import UnknownName
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.rates import emission
from munu.units import MeV, erg, per_unit, s

# color, line and what is asked of the emission; None is the rule
PARTS: dict[str, tuple[str, str, dict | None]] = {
    "protons + electrons": (_style.BLACK, "-", {}),
    "protons": (_style.BLUE, "-", {"targets": "protons"}),
    "electrons": (_style.RED, "-", {"targets": "electrons"}),
    "electrons, not blocked": (_style.RED, "--", {"targets": "electrons", "blocking": False}),
    r"$\sigma\,n_e\,dn_\nu/dE$": (_style.ORANGE, ":", None)}
MASSES, SIZE = (1 * MeV, 100 * MeV), 1e-12
# below this share of the most nothing is drawn
_LEAST = 3e-5


@declared
def draw(core: Annotated[Profile | str, About(
            "fischer18, fiducial, derocco, or a Profile or a file of one's own")] = "fischer18",
         M_N: Annotated[Quantity | None, About("mass of N; default 1 and 100 MeV", "MeV",
                                               bare=True)] = None,
         flavor: Annotated[str | None, About("e, mu or tau; default e and mu")] = None) -> Figure:
    """N per energy and time at 1e-12 mu_B, a panel for each flavor and mass."""
    if flavor is not None and flavor not in flavors.NAMES:
        raise UnknownName("flavor", flavor, flavors.NAMES)
    inside = media.core(core)
    masses = MASSES if M_N is None else (float(M_N),)
    names = ("e", "mu") if flavor is None else (flavor,)
    fig, axes = _style.new(3.6 * len(names) + 0.4, 2.8 * len(masses) + 0.5, nrows=len(masses),
                           ncols=len(names), squeeze=False, sharex=True, sharey="row")
    rows: list[dict] = []
    for line, M in zip(axes, masses, strict=True):
        made = [row for ax, name in zip(line, names, strict=True)
                for row in _panel(ax, inside, M, name)]
        E, rate = (np.array([row[k] for row in made]) for k in ("E", "rate"))
        most = rate.max()
        if most > 0:
            line[0].set(yscale="log", ylim=(_LEAST * most, 3 * most),
                        xlim=(0, E[rate > _LEAST * most].max()))
        rows += made
    for ax in axes[-1]:
        ax.set_xlabel(r"$E_N$ [MeV]")
    for ax in axes[:, 0]:
        ax.set_ylabel(r"$d^2N/dE\,dt$ [MeV$^{-1}$ s$^{-1}$]")
    axes[0, 0].legend(loc="lower left", fontsize=7)
    _style.stamp(fig, _style.STAMP + r",   $\mu = 10^{-12}\mu_B$")
    return Figure(
        "supernova_production", fig, long_form(rows, {
            "flavor": "1", "M_N": "MeV", "part": "1", "E": "MeV", "rate": "1/(MeV s)"}),
        f"N and anti-N that neutrinos and antineutrinos make in the inner 20 km of {inside.name}, "
        "for a moment of 1e-12 mu_B: on protons, on electrons, and on electrons where no final "
        "state is taken. The dotted rule lets N keep the neutrino's energy and blocks nothing.",
        tuple(dict.fromkeys((*inside.papers, "BrdarTalk", "Raffelt1996"))))


def _panel(ax, core: Profile, M_N: float, flavor: str) -> list[dict]:
    """Curves of one mass and flavor; what was drawn."""
    rows: list[dict] = []
    total = 0.0
    for part, (color, line, asked) in PARTS.items():
        made = emission.by_rule(core, M_N, flavor) if asked is None else \
            emission.of_core(core, M_N, flavor, **asked)
        E, rate = made.E / MeV, (SIZE * constants.mu_B) ** 2 * (made.neutrinos + made.antineutrinos)
        rate = rate / (1 / MeV / s)
        ax.plot(E, rate, color=color, ls=line, lw=1.4, label=part)
        rows += [{"flavor": flavor, "M_N": M_N / MeV, "part": part.replace("$", ""), "E": a,
                  "rate": b} for a, b in zip(E, rate, strict=True)]
        # the first is all of it
        total = total or made.luminosity(SIZE) / (erg / s)
    what = _style.FLAVOR_TEXT[flavor] if flavor == "e" else r"$\nu_\mu,\ \nu_\tau$"
    ax.set_title(rf"{what},  $M_N$ = {per_unit(M_N, 'MeV'):g} MeV,  {total:.1e} erg/s", fontsize=9)
    return rows
