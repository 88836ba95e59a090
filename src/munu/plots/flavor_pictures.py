"""Who arrives: the burst's fluence at Earth by flavor, with and without a moment."""

from __future__ import annotations

import numpy as np

from munu import flavors
from munu.plots import _labels, _style
from munu.plots._burst import (
    FIT,
    MOMENT,
    SAID,
    SHOWN,
    STAMP,
    arrivals,
    conversion,
    left,
    majorana,
    papers,
)
from munu.plots.figure import Figure, long_form
from munu.units import MeV, cm

UNIT = 1 / cm**2 / MeV
GROUPS = (("nu_e", r"$\nu_e$", _style.BLUE, (0,)),
          ("nubar_e", r"$\bar\nu_e$", _style.RED, (3,)),
          ("nu_x", r"$\nu_x$ (sum of four)", _style.GREEN, (1, 2, 4, 5)))


def draw() -> Figure:
    """Above the fluence of nu_e, nubar_e and the other four; below on over off."""
    fig, axes = _style.new(7.2, 5.4, nrows=2, ncols=2, sharex=True, sharey="row",
                           gridspec_kw={"height_ratios": [2.2, 1]})
    E = np.linspace(1, SHOWN, 237)
    rows = []
    for (top, low), ordering in zip(axes.T, ("NO", "IO"), strict=True):
        mixing = flavors.mixing(FIT, ordering)
        F = {word: arrivals(*conversion(majorana(mixing, mu)), mixing, left)(E * MeV) / UNIT
             for word, mu in (("off", 0.0), ("on", MOMENT))}
        F["left"] = left(E * MeV) / UNIT
        for name, text, color, members in GROUPS:
            y = {word: values[list(members)].sum(axis=0) for word, values in F.items()}
            top.plot(E, y["off"] / 1e8, color=color, ls="--", lw=1.1)
            top.plot(E, y["on"] / 1e8, color=color, lw=1.7, label=text)
            low.plot(E, y["on"] / y["off"], color=color, lw=1.5)
            rows += [{"flavor": name, "ordering": ordering, "moment": word, "E_nu": e,
                      "fluence": f} for word, values in y.items()
                     for e, f in zip(E, values, strict=True)]
        low.axhline(1, color="0.6", lw=0.8, zorder=0)
        top.set_title({"NO": "normal ordering", "IO": "inverted ordering"}[ordering], fontsize=9)
        low.set(xlabel=r"$E_\nu$ [MeV]", xlim=(0, SHOWN))
    axes[0, 0].set(ylim=(0, None),
                   ylabel=r"fluence at Earth [$10^8$ cm$^{-2}$ MeV$^{-1}$]")
    axes[1, 0].set_ylabel("on / off")
    axes[0, 0].legend(handles=_key(), loc="upper right", fontsize=8, frameon=False)
    fig.suptitle(SAID, fontsize=8.5)
    _style.stamp(fig, STAMP)
    _labels.assert_no_overlap(fig)
    return Figure("flavor_pictures", fig, long_form(rows, {
        "flavor": "1", "ordering": "1", "moment": "1", "E_nu": "MeV", "fluence": "1"}),
        "Fluence at Earth by flavor of the neutronization burst of an 8.8 solar mass star (10 ms "
        "before to 50 ms after bounce, 10 kpc). Dashed: flavor conversion in matter alone; solid: "
        "with transition moments mu_emu = mu_etau = 1e-12 mu_B in a dipole field of 5e9 G at "
        "1000 km, profile A from 1e3 to 1e6 km. Below, the ratio of the two. Mass states lose "
        "coherence on the way. In the table the fluence is in cm^-2 MeV^-1; left is what left "
        "the star.", papers())


def _key() -> list:
    from matplotlib.lines import Line2D

    return [*(Line2D([], [], color=c, lw=1.7, label=t) for _, t, c, _ in GROUPS),
            Line2D([], [], color="0.3", lw=1.7, label="moment on"),
            Line2D([], [], color="0.3", lw=1.1, ls="--", label="moment off")]
