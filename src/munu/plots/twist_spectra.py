"""A Dirac moment in a field that turns, beside Majorana moments in one that does not."""

from __future__ import annotations

import numpy as np

from munu import flavors
from munu.detectors import supernova
from munu.plots import _labels, _style
from munu.plots._burst import (
    E_MAX,
    FIT,
    MOMENT,
    SAID,
    SEEN,
    SHOWN,
    TWIST,
    arrivals,
    conversion,
    dirac,
    left,
    majorana,
    papers,
)
from munu.plots.figure import Figure, long_form
from munu.units import MeV, km

COLOR = {"NO": _style.BLUE, "IO": _style.RED}
OFF_ON = (("off", {"ls": "--", "lw": 1.1}), ("on", {"ls": "-", "lw": 1.7}))


def _active(P) -> np.ndarray:
    """Probabilities of active neutrinos alone: right-handed ones neither leave nor are seen."""
    out = np.zeros_like(P)
    out[:, :3, :3] = P[:, :3, :3]
    return out


def draw() -> Figure:
    """Above who stays what it is, below events of nu_e on argon; Dirac left, Majorana right."""
    edges = np.arange(0, E_MAX + 1, 2.0)
    fig, axes = _style.new(7.2, 6.0, nrows=2, ncols=2, sharex=True, sharey="row",
                           gridspec_kw={"height_ratios": [1, 1.25]})
    rows = []
    for ordering, color in COLOR.items():
        mixing = flavors.mixing(FIT, ordering)
        cases = {"dirac": (0, [dirac(mixing, 0.0), dirac(mixing, TWIST)]),
                 # the one of nu_e and nubar_e that meets a resonance in this ordering
                 "majorana": (3 if ordering == "NO" else 0,
                              [majorana(mixing, 0.0), majorana(mixing, MOMENT)])}
        for (nature, (who, two)), (top, low) in zip(cases.items(), axes.T, strict=True):
            for (word, style), H in zip(OFF_ON, two, strict=True):
                E, P = conversion(H)
                P = _active(P) if nature == "dirac" else P
                stays = P[:, who, 3 * (who // 3):][:, :3].sum(axis=1)
                name = r"$\bar\nu_e$" if who else r"$\nu_e$"
                # both orderings lie on each other: one is drawn broad and pale
                top.plot(E / MeV, stays, color=color, ls=style["ls"],
                         lw=(3 if ordering == "NO" else 1) * style["lw"],
                         alpha=0.35 if ordering == "NO" else 1,
                         label=f"{ordering}, {name}, {word}")
                n = supernova.counts("dune", "nu_e_argon", edges * MeV,
                                     arrivals(E, P, mixing, left))
                low.stairs(n, edges, color=color, label=f"{ordering}, {word}: {n.sum():.1f}",
                           **style)
                for quantity, x, y in (("stays", E / MeV, stays),
                                       ("events", edges[:-1] + 1, n)):
                    rows += [{"nature": nature, "ordering": ordering, "field": word,
                              "quantity": quantity, "E_nu": a, "value": b}
                             for a, b in zip(x, y, strict=True)]
    _words(fig, axes)
    _labels.assert_no_overlap(fig)
    return Figure("twist_spectra", fig, long_form(rows, {
        "nature": "1", "ordering": "1", "field": "1", "quantity": "1", "E_nu": "MeV",
        "value": "1"}),
        "Left: a Dirac nu_e with a moment of 3e-11 mu_B (with the right-handed nu_1) in a field "
        "that turns at phidot = -100 rad/km, -15.92 turns per kilometre, from 1e3 to 1e6 km: the "
        "resonance V_e + phidot = 0 makes a part sterile at every energy alike; off is the same "
        "moment without the twist. Right: Majorana moments mu_emu = mu_etau = 1e-12 mu_B in the "
        "field without twist; off is without moments. Above, the probability of a nu_e (Majorana "
        "and normal ordering: nubar_e) to arrive as an active neutrino (antineutrino) of any "
        "flavor; below, events of nu_e on argon in 40 kt of DUNE per 2 MeV of the true energy, "
        "full efficiency. Profile A, 5e9 G at 1000 km, burst of an 8.8 solar mass star, 10 ms "
        "before to 50 ms after bounce, 10 kpc. In the table, stays is that probability.",
        papers(SEEN[:1]))


def _words(fig, axes) -> None:
    turns = TWIST * km / (2 * np.pi)
    axes[0, 0].set_title("Dirac: twist off, on\n"
                         rf"$\dot\phi={TWIST * km:.0f}$ rad/km, "
                         rf"$\dot\phi/2\pi={turns:.2f}$ turns/km",
                         fontsize=9)
    axes[0, 1].set_title("Majorana: moments off, on\n" r"no twist, $\dot\phi=0$", fontsize=9)
    axes[0, 0].set(ylim=(0, 1.08), xlim=(0, SHOWN),
                   ylabel="stays an active\nneutrino (antineutrino)")
    axes[1, 0].set(ylim=(0, None), ylabel=r"DUNE, $\nu_e$ on argon, events per 2 MeV")
    for ax in axes[:, 0]:
        ax.yaxis.label.set_size(9.5)
    for ax in axes[0]:
        ax.legend(loc="lower right", ncols=2, fontsize=7.5, frameon=False)
    for ax in axes[1]:
        ax.legend(loc="upper right", fontsize=7.5, frameon=False)
        ax.set_xlabel(r"$E_\nu$ [MeV]")
    fig.suptitle(SAID + "; legends give all events", fontsize=8.5)
    _style.stamp(fig, r"$H_{LR}=\mu B_\perp e^{+i\phi}$, resonance at $V_e+\dot\phi=0$;  Dirac "
                      r"$\mu_{e1}=3\times10^{-11}\mu_B$, Majorana $\mu_{e\mu}=\mu_{e\tau}="
                      r"10^{-12}\mu_B$;  profile A, $5\times10^9$ G at 1000 km;  NuFIT 6.0")
