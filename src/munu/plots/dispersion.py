"""Photons in a plasma: energy and mass against momentum, transverse and longitudinal."""

from __future__ import annotations

import numpy as np

from munu import media
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import keV

# zones of a star by name, with text and colour
ZONES = (("Sun_core", "Sun, centre", _style.ORANGE),
         ("HB_core", "horizontal branch", _style.SKY),
         ("RG_mean", "red giant, mean", _style.BLUE),
         ("RG_flash", "red giant, flash", _style.RED))
# in units of the plasma frequency
MOST, NODES = 4.0, 161


def draw() -> Figure:
    """omega(k) and K^2(k) of four zones, in units of each one's plasma frequency."""
    fig, (left, right) = _style.new(9.6, 4.7, ncols=2)
    rows: list[dict] = []
    for which, name, color in ZONES:
        star = media.get("one_zone", zone=which)
        zone = star.plasma(0.5 * star.r_max)
        wp, end = zone.omega_p[0], zone.k_max[0]
        said = (f"{name}: $\\omega_p$ = {wp / keV:.3g} keV, $m_T$ = {zone.m_T[0] / keV:.3g} keV,"
                f" $k_{{\\rm max}}$ = {end / keV:.3g} keV")
        for kind, k in (("T", np.linspace(0, MOST * wp, NODES)), ("L", np.linspace(0, end, NODES))):
            # of the last longitudinal plasmon omega is k
            omega, K2, _ = (x[0] for x in zone.mode(kind, k[None]))
            style = "-" if kind == "T" else "--"
            left.plot(k / wp, omega / wp, style, color=color, lw=1.4,
                      label=said if kind == "T" else None)
            right.plot(k / wp, K2 / wp**2, style, color=color, lw=1.4)
            rows += [{"zone": name, "polarization": kind, "k": a, "omega": b, "K2": c}
                     for a, b, c in zip(k / keV, omega / keV, K2 / keV**2, strict=True)]
        # where longitudinal plasmons end, and what the transverse photon's mass goes to
        left.plot(end / wp, end / wp, "o", color=color, ms=4)
        right.axhline((zone.m_T[0] / wp) ** 2, color=color, lw=0.7, ls=":")
    left.plot([0, MOST], [0, MOST], color="0.55", lw=0.8)
    left.set(xlim=(0, MOST), ylim=(0, MOST), xlabel=r"$k/\omega_p$", ylabel=r"$\omega/\omega_p$")
    right.set(xlim=(0, MOST), ylim=(0, 1.25), xlabel=r"$k/\omega_p$", ylabel=r"$K^2/\omega_p^2$")
    texts = [left.text(3.05, 2.78, r"$\omega=k$", fontsize=8, color="0.4"),
             left.text(0.35, 1.5, "transverse", fontsize=8.5),
             left.text(1.15, 0.72, "longitudinal", fontsize=8.5),
             right.text(1.2, 0.45, "longitudinal", fontsize=8.5),
             right.text(0.9, 1.17, r"transverse; dotted: $m_T^2$, $k\to\infty$", fontsize=8.5)]
    fig.legend(loc="outside upper center", ncols=2, fontsize=7.5)
    _style.stamp(fig, r"Braaten and Segel; $K^2=\omega^2-k^2$; electrons of any degeneracy")
    _labels.assert_no_overlap(fig, texts)
    return Figure("dispersion", fig, long_form(rows, {
        "zone": "1", "polarization": "1", "k": "keV", "omega": "keV", "K2": "keV^2"}),
        "Energy (left) and K^2 = omega^2 - k^2 (right) of transverse (solid) and longitudinal "
        "(dashed) photons in single zones, in units of the plasma frequency of each; only the "
        "speed of the electrons makes them differ. A dot marks k_max, where a longitudinal plasmon "
        "reaches the light cone and ends. A transverse photon of large momentum has the greatest "
        "K, m_T: that, and not the plasma frequency, is where a plasmon ceases to decay. A hot "
        "white dwarf of the flash's density has the flash's curves.",
        ("BraatenSegel1993", "Raffelt1996"))
