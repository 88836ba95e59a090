"""Probabilities on the way out of the star, of a Dirac and of a Majorana neutrino."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from munu import flavors, media
from munu.media import fields
from munu.parameters import About, Quantity
from munu.plots import _labels, _passage, _style
from munu.plots._burst import DIRAC, FIT, MOMENT
from munu.plots.figure import Figure, long_form
from munu.probes.galactic_supernova_twist import TWIST
from munu.propagation.run import run
from munu.propagation.setting import Setting
from munu.units import MeV, km


def draw(energy: Annotated[Quantity, About("of the neutrino", "MeV")] = "15MeV",
         field: Annotated[str, About("transverse field along the path")] = "dipole:5e9G@1000km",
         ordering: Annotated[str, About("of the mixing", choices=("NO", "IO"))] = "NO",
         twist: Annotated[Quantity, About("rate at which the field of the Dirac neutrino turns",
                                          "1/km")] = TWIST) -> Figure:
    """Left a Dirac nu_e in a field that turns, right the Majorana neutrino that meets RSFP-H."""
    E = float(energy)
    medium = fields.read(field).on(media.get("profile_a"))
    r = np.geomspace(medium.r_min, medium.r_max, 400)
    r[[0, -1]] = medium.r_min, medium.r_max
    asked: dict[str, Any] = {"medium": medium, "energies": [E], "radii": r, "tol": 1e-4,
                             "mixing": flavors.mixing(FIT, ordering)}
    dirac: dict[str, Any] = {} if medium.twist is not None else {"twist": twist}
    made = {"dirac": run(Setting(nature="dirac", moments={"ee": DIRAC}, initial="nu_e",
                                 **dirac, **asked)),
            "majorana": run(Setting(moments={"emu": MOMENT, "etau": MOMENT},
                                    initial="nubar_e" if ordering == "NO" else "nu_e", **asked))}
    fig, axes = _style.new(7.4, 3.9, ncols=2, sharey=True)
    rows = []
    for ax, (nature, one) in zip(axes, made.items(), strict=True):
        _passage.axes(ax, one)
        for x in one.resonances:
            if x.name in ("twist", "RSFP-H", "MSW-H", "MSW-L") and r[0] < x.r < r[-1]:
                ax.axvline(x.r / km, color="0.7", lw=0.7, ls=":", zorder=0)
        assert one.at_radii is not None
        for i, state in enumerate(one.states):
            rows += [{"nature": nature, "state": state, "r": a / km, "probability": p}
                     for a, p in zip(r, one.at_radii[0, :, i], strict=True)]
    axes[1].set_ylabel("")
    _style.stamp(fig, rf"Dirac $\mu_{{e1}}=3\times10^{{-11}}\mu_B$, the field turns; Majorana "
                      rf"$\mu_{{e\mu}}=\mu_{{e\tau}}=10^{{-12}}\mu_B$;  {field};  NuFIT 6.0 "
                      rf"{ordering}")
    _labels.assert_no_overlap(fig)
    return Figure("passage", fig, long_form(rows, {
        "nature": "1", "state": "1", "r": "km", "probability": "1"}),
        f"Probability to be found in a mass state of matter (field off) at radius r, at "
        f"{E / MeV:g} MeV, in profile A with the field {field}. Left: a Dirac nu_e with a moment "
        "of 3e-11 mu_B with the right-handed nu_1, whose field turns; N_i are sterile. Right: a "
        "Majorana neutrino with mu_emu = mu_etau = 1e-12 mu_B and no twist, nubar_e in normal and "
        "nu_e in inverted ordering, which meet RSFP-H. Dotted: radii of resonances (twist, "
        "RSFP-H, MSW-H, MSW-L).",
        tuple(dict.fromkeys((*made["dirac"].papers, *made["majorana"].papers))))
