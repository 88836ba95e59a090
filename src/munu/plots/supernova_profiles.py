"""Cores of supernovae: temperature, density, electrons and the neutrinos' chemical potential."""

from __future__ import annotations

import numpy as np

from munu import constants, media
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV, cm, g, km

CORES = {"fischer18": _style.BLUE, "fiducial": _style.RED, "derocco": _style.GREEN}
_POINTS = 241


def draw() -> Figure:
    """Four panels against radius; the band of mu_nu is S_pot from 0 to 30 MeV."""
    fig, axes = _style.new(7.4, 5.8, nrows=2, ncols=2, sharex=True)
    rows: list[dict] = []
    keys: list[str] = []
    for name, color in CORES.items():
        core = media.get(name)
        keys += core.papers
        r = np.linspace(core.r_min, core.r_max, _POINTS)
        ends = [media.get(name, **said).mu_nu
                for said in media.variants(name).values()]
        # a core has both
        assert core.temperature is not None and core.mu_nu is not None
        curves = {"temperature": core.temperature(r) / MeV,
                  "density": core.density(r) * constants.amu / (g / cm**3),
                  "Y_e": core.Y_e(r), "mu_nu": core.mu_nu(r) / MeV}
        for ax, (what, y) in zip(axes.flat, curves.items(), strict=True):
            ax.plot(r / km, y, color=color, lw=1.6, label=name)
            rows += [{"core": name, "quantity": what, "r": a, "value": b}
                     for a, b in zip(r / km, y, strict=True)]
        low, high = np.sort([end(r) / MeV for end in ends if end], axis=0)
        axes[1, 1].fill_between(r / km, low, high, color=color, alpha=0.15, lw=0)
    for ax, text in zip(axes.flat, (r"$T$ [MeV]", r"$\rho$ [g cm$^{-3}$]", r"$Y_e$",
                                    r"$\mu_{\nu_e}$ [MeV]"), strict=True):
        ax.set(ylabel=text, xlim=(0, 20))
    axes[0, 1].set_yscale("log")
    axes[0, 0].set_ylim(0, 42)
    axes[1, 0].set_ylim(0, 0.35)
    axes[1, 1].axhline(0, color="0.6", lw=0.7, zorder=0)
    axes[0, 1].legend(loc="lower left", fontsize=8)
    for ax in axes[1]:
        ax.set_xlabel(r"$r$ [km]")
    _style.stamp(fig, r"beta equilibrium with $S_{\rm pot}$ = 18 MeV; bands: 0 to 30 MeV")
    return Figure("supernova_profiles", fig, long_form(rows, {
        "core": "1", "quantity": "1", "r": "km", "value": "1"}),
        "Three cores of supernovae about a second after bounce. The chemical potential of electron "
        "neutrinos is derived; its bands are what the interaction of nucleons may add. In the "
        "table, temperature and mu_nu are in MeV, density in g/cm^3, Y_e is a pure number.",
        tuple(dict.fromkeys(keys)))
