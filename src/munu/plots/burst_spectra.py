"""The neutronization burst in DUNE, Hyper-Kamiokande and JUNO, with and without a moment."""

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
    STAMP,
    arrivals,
    conversion,
    left,
    majorana,
    papers,
)
from munu.plots.figure import Figure, long_form
from munu.units import MeV


def draw() -> Figure:
    """Events per 2 MeV, moment off and on, both orderings."""
    edges = np.arange(0, E_MAX + 1, 2.0)
    fig, axes = _style.new(7.4, 5.2, nrows=2, ncols=3, sharex=True)
    rows = []
    for line, ordering in zip(axes, ("NO", "IO"), strict=True):
        mixing = flavors.mixing(FIT, ordering)
        arrives = {word: arrivals(*conversion(majorana(mixing, mu)), mixing, left)
                   for word, mu in (("off", 0.0), ("on", MOMENT))}
        for ax, (detector, channel, _, color) in zip(line, SEEN, strict=True):
            top = 0.0
            for word, style in (("off", {"color": "0.25", "ls": "--", "lw": 1.1}),
                                ("on", {"color": color, "lw": 1.7})):
                n = supernova.counts(detector, channel, edges * MeV, arrives[word])
                ax.stairs(n, edges, label=f"{word}: {n.sum():.{0 if n.sum() > 1000 else 1}f}",
                          zorder=3 if word == "off" else 2, **style)
                if word == "on":
                    ax.stairs(n, edges, fill=True, color=color, alpha=0.15, lw=0)
                top = max(top, n.max())
                rows += [{"detector": detector, "channel": channel, "ordering": ordering,
                          "moment": word, "E_nu": e, "events": x}
                         for e, x in zip(edges[:-1] + 1, n, strict=True)]
            ax.set(xlim=(0, SHOWN), ylim=(0, 1.2 * top))
            ax.legend(loc="upper right", title=f"{ordering}, moment", fontsize=7.5,
                      title_fontsize=7.5, alignment="left", frameon=False, handlelength=1.4)
        line[0].set_ylabel("events per 2 MeV")
    for ax, (_, _, title, _) in zip(axes[0], SEEN, strict=True):
        ax.set_title(title, fontsize=9)
    for ax in axes[1]:
        ax.set_xlabel(r"$E_\nu$ [MeV]")
    fig.suptitle(SAID + "; legends give all events (true energy, no threshold)", fontsize=8.5)
    _style.stamp(fig, STAMP)
    _labels.assert_no_overlap(fig)
    return Figure("burst_spectra", fig, long_form(rows, {
        "detector": "1", "channel": "1", "ordering": "1", "moment": "1", "E_nu": "MeV",
        "events": "1"}),
        "Events of the neutronization burst of an 8.8 solar mass star (fluence of 10 ms before "
        "to 50 ms after bounce, 10 kpc) per 2 MeV of the true neutrino energy: nu_e on argon in "
        "40 kt of DUNE, inverse beta decay in 374 kt of Hyper-Kamiokande and in JUNO; full "
        "efficiency, no threshold, no smearing. Dashed: flavor conversion in matter alone; solid: "
        "with transition moments mu_emu = mu_etau = 1e-12 mu_B in a dipole field of 5e9 G at "
        "1000 km, profile A from 1e3 to 1e6 km. Mass states lose coherence on the way. In the "
        "table, E_nu is the middle of a bin.", papers(SEEN))
