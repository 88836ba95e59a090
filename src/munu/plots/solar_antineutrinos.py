"""Electron antineutrinos from the Sun: how many a moment makes, and what their absence says."""

from __future__ import annotations

import numpy as np

from munu import probes
from munu.couplings import Couplings
from munu.inference import limit
from munu.media import fields
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.propagation import solar as born
from munu.ray import Ray
from munu.units import MeV

# moment and field at which P is shown: small enough to be a square, large enough to be measured
MOMENT, FIELD = 1e-12, "1e7 G"
DIRECTIONS = ((r"$\mu_{e\mu'}$ (two flavors)", None, _style.BLACK),
              (r"$\mu_{e\mu}$", (1.0, 0.0, 0.0), _style.BLUE),
              (r"$\mu_{e\tau}$", (0.0, 1.0, 0.0), _style.GREEN),
              (r"$\mu_{\mu\tau}$", (0.0, 0.0, 1.0), _style.RED))
LIMITS = (("kamland_2011", "-", _style.ORANGE), ("super_kamiokande_2020", "-", _style.BLUE),
          ("juno_2026", "--", _style.GREEN))
FIELDS = np.geomspace(1e3, 1e7, 41)


def draw() -> Figure:
    """Conversion against energy by moment, and bounds on a moment against the field."""
    fig, (left, right) = _style.new(9.0, 4.3, ncols=2)
    rows, keys = _conversion(left), []
    for name, dashes, color in LIMITS:
        probe = probes.get("solar_antineutrinos", limit=name)
        mixing = probe.setting.mixing
        # of two flavors: nu_e and the state that it mixes with by theta_12
        found = limit(probe, Ray.majorana(np.sqrt(1 - mixing.s23), -np.sqrt(mixing.s23)))
        # moment times field is what is bounded
        mu = found.value * probe.setting.field / (FIELDS * fields.MU_B_PER_GAUSS)
        right.plot(FIELDS, mu, dashes, color=color, lw=1.6,
                   label=probe.title.removeprefix("Solar antineutrinos, "))
        rows += [{"panel": "bound", "curve": name, "x": B, "y": m}
                 for B, m in zip(FIELDS, mu, strict=True)]
        keys += probe.papers
    right.set(xscale="log", yscale="log", xlim=(FIELDS[0], FIELDS[-1]), ylim=(3e-13, 5e-8),
              xlabel=r"$B_\perp$ where $^8$B neutrinos are made [G]",
              ylabel=r"$\mu_{e\mu'}$ [$\mu_B$], 90 % CL")
    right.legend(loc="upper right", fontsize=8)
    _style.stamp(fig, r"Majorana: $H_{\nu\bar\nu}=\mu_{ab}B_\perp$;  B16-GS98, NuFIT 6.0 NO;  "
                      r"$B_\perp=B_0\,e^{-(r/0.2R_\odot)^2}$, radially outward")
    return Figure("solar_antineutrinos", fig, long_form(rows, {
        "panel": "1", "curve": "1", "x": "1", "y": "1"}),
        "Left: conversion of 8B neutrinos to electron antineutrinos at Earth for a moment of "
        "1e-12 mu_B and a field with a root mean square of 10 kG where they are made (lines: "
        "evolved; dots: leading order). Right: upper bounds on the moment that mixes nu_e with "
        "the other state of theta_12, against that field; dashed: a projection. The field fades "
        "outwards; its strength is an assumption. In the table x is the energy in MeV or the "
        "field in gauss, y the probability or the moment in mu_B.",
        tuple(dict.fromkeys((*keys, "AkhmedovPulido2002"))))


def _conversion(ax) -> list[dict]:
    probe = probes.get("solar_antineutrinos", B0=FIELD)
    setting = probe.setting
    c, s = np.sqrt(1 - setting.mixing.s23), np.sqrt(setting.mixing.s23)
    E = np.geomspace(0.5, 15.5, 46)
    r, weight = born.birthplaces()
    scale = (1e4 * fields.MU_B_PER_GAUSS / setting.field) ** 2
    rows = []
    for text, moments, color in DIRECTIONS:
        held = Couplings.majorana(*(MOMENT * m for m in moments or (c, -s, 0.0)))
        P = setting.probability(held, E * MeV) * scale
        closed = born.leading(setting.medium, held, setting.mixing, E[::5] * MeV, r) \
            @ weight * scale
        ax.plot(E, P, color=color, lw=1.6, label=text)
        ax.plot(E[::5], closed, "o", color=color, ms=3.2)
        name = text.strip("$").split("$")[0].replace("\\", "").replace("_", " ")
        rows += [{"panel": "conversion", "curve": name, "x": x, "y": y}
                 for x, y in zip(E, P, strict=True)]
        rows += [{"panel": "leading", "curve": name, "x": x, "y": y}
                 for x, y in zip(E[::5], closed, strict=True)]
    ax.set(xscale="log", yscale="log", xlim=(E[0], E[-1]), ylim=(3e-14, 4e-10),
           xlabel=r"$E_\nu$ [MeV]",
           ylabel=r"$P(\nu_e\to\bar\nu_e)$ at $10^{-12}\,\mu_B\times 10$ kG")
    ax.set_xticks([0.5, 1, 2, 5, 10, 15], ["0.5", "1", "2", "5", "10", "15"])
    ax.minorticks_off()
    ax.legend(loc="upper left", fontsize=8, ncols=2)
    return rows
