"""What N of all collapses send today: photons against Fermi-LAT, antineutrinos against Super-K."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from munu import probes
from munu.couplings import DipolePortal
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.probes import diffuse_gammas
from munu.probes._diffuse import Bins, Setting
from munu.sources import dsnb
from munu.units import MeV, cm, s

# mass [MeV], moment [mu_B] and color
GAMMAS = ((0.001, 1e-12, _style.BLUE), (1.0, 5e-14, _style.ORANGE), (50.0, 2e-13, _style.RED))
NEUTRINOS = ((0.001, 1e-12, _style.BLUE), (1.0, 2e-12, _style.ORANGE), (50.0, 2e-13, _style.RED))
NATURES = (("majorana", "-"), ("dirac", "--"))
_PER_DECADE = 24
_FLUX = 1 / (cm**2 * s)


def draw() -> Figure:
    """E^2 times the flux of photons, and the flux of electron antineutrinos, of nu_e alone."""
    fig, (left, right) = _style.new(9.2, 4.5, ncols=2)
    gammas, neutrinos = (probes.get(n) for n in ("diffuse_gammas", "diffuse_neutrinos"))
    rows = _curves(left, gammas.setting, GAMMAS, (10, 1000), 2)
    rows += _curves(right, neutrinos.setting, NEUTRINOS, (3, 200), 0)
    _background(left)
    keys = [*gammas.papers, *neutrinos.papers]
    for name, color in (("sk_gd_2026", "k"), ("sk_4", "0.5")):
        held = probes.get("diffuse_neutrinos", limits=name).setting.bins
        _bars(right, held.low, held.high, held.most / (held.high - held.low) * MeV, color,
              f"{held.title}, 90 %")
    E = np.linspace(3, 50, 95)
    low, high = (dsnb.source(edge=x).flux(E * MeV)[3] * MeV / _FLUX for x in ("lower", "upper"))
    right.fill_between(E, low, high, color="0.8", lw=0, zorder=0, label="usual diffuse neutrinos")
    left.set(xlabel=r"$E_\gamma$ [MeV]", xlim=(10, 1000), ylim=(1e-6, 3e-2),
             ylabel=r"$E^2\,d\Phi/dE\,d\Omega$ [MeV cm$^{-2}$ s$^{-1}$ sr$^{-1}$]")
    right.set(xlabel=r"$E_{\bar\nu_e}$ [MeV]", xlim=(3, 200), ylim=(1e-12, 1e2),
              ylabel=r"$d\Phi/dE$ of $\bar\nu_e$ [cm$^{-2}$ s$^{-1}$ MeV$^{-1}$]")
    for ax in (left, right):
        ax.set(xscale="log", yscale="log")
        ax.legend(loc="lower left", fontsize=7.5, frameon=False)
    _style.stamp(fig, _style.STAMP + r";  $\nu_e$ alone; solid Majorana, dashed Dirac")
    return Figure("diffuse", fig, long_form(rows, {
        "panel": "1", "M_N": "MeV", "mu": "mu_B", "nature": "1", "E": "MeV", "y": "1"}),
        "What N of all core collapses send today, made by a moment of nu_e in the core fischer18 "
        "for 3 s; progenitors of 3e12 cm. Left: photons, against the isotropic background of "
        "Fermi-LAT (foreground model A) and the limits made of it. Right: electron antineutrinos, "
        "against limits of Super-Kamiokande without a model of the spectrum and the usual diffuse "
        "neutrinos. In the table y is E^2 dPhi/dE dOmega in MeV/cm^2/s/sr for photons and dPhi/dE "
        "in 1/cm^2/s/MeV for antineutrinos.", tuple(dict.fromkeys((*keys, "DasSen2021"))))


def _curves(ax, setting: Setting, points, ends: tuple[float, float], power: int) -> list[dict]:
    """The flux times a power of the energy, from the same sums as the limit."""
    edges = np.geomspace(*ends, round(_PER_DECADE * np.log10(ends[1] / ends[0])) + 1)
    wide, E = np.diff(edges), np.sqrt(edges[1:] * edges[:-1])
    setting = replace(setting, bins=Bins(edges[:-1] * MeV, edges[1:] * MeV, wide * _FLUX))
    rows: list[dict[str, Any]] = []
    for M, mu, color in points:
        for nature, style in NATURES:
            matrix = DipolePortal(1.0, M * MeV, "e").matrix
            y = setting.over(setting.states(matrix, M * MeV, nature), np.array([mu]))[0] * E**power
            first, last = f"{mu:.0e}".split("e")
            ax.plot(E, np.where(y > 0, y, np.nan), style, color=color, lw=1.5,
                    label=rf"$M_N$ = {M:g} MeV, $\mu$ = {first}$\times10^{{{int(last)}}}\mu_B$"
                    if style == "-" else None)
            rows += [{"panel": setting.name, "M_N": M, "mu": mu, "nature": nature, "E": a, "y": b}
                     for a, b in zip(E, y, strict=True)]
    return rows


def _background(ax) -> None:
    """The flux that was measured and the upper limits of the probe."""
    seen, most = diffuse_gammas.bins(0.5), diffuse_gammas.bins()
    scale = seen.low * seen.high / (seen.high - seen.low) / _FLUX / MeV
    ax.stairs(most.most * scale, np.append(seen.low, seen.high[-1]) / MeV, color="0.5", lw=0.9,
              baseline=None, label="its upper limits, 90 %")
    ax.plot(np.sqrt(seen.low * seen.high) / MeV, seen.most * scale, "ko", ms=3.5,
            label="isotropic background, Fermi-LAT")


def _bars(ax, low: np.ndarray, high: np.ndarray, y: np.ndarray, color: str, label: str) -> None:
    """Upper limits in bins, with arrows down."""
    x = np.sqrt(low * high) / MeV
    ax.errorbar(x, y / _FLUX, xerr=[x - low / MeV, high / MeV - x], yerr=0.4 * y / _FLUX,
                uplims=True, fmt="none", color=color, lw=1.1, capsize=2, label=label)
