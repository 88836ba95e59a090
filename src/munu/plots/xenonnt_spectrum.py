"""XENONnT's events, its background model, and what a moment would add."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import probes
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.inference import limit
from munu.parameters import About, Quantity, declared
from munu.plots import _spectrum, _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV, keV


@declared
def draw(mu: Annotated[float, About("a moment to show beside the limit", "mu_B")] = 2e-11,
         M_N: Annotated[Quantity, About("mass of N", "keV", bare=True)] = 0.0,
         bin_width: Annotated[Quantity, About("a multiple of 0.1 keV", "keV")] = "1 keV") -> Figure:
    """Events against reconstructed energy."""
    if not mu > 0:
        raise DomainError(f"mu = {mu!r} must be above 0")
    probe = probes.get("xenonnt", bin_width=f"{bin_width / keV:.12g} keV")
    found = limit(probe, M_N=M_N, method="profile")
    axis, seen = probe.measured.axis, probe.measured.counts
    edges, centers = axis.shown(), 0.5 * (axis.shown()[1:] + axis.shown()[:-1])
    b0 = probe.backgrounds["B0"].values
    unit = probe.predict(DipolePortal(1.0, M_N)).components["dipole"].values
    shown, at_limit = unit * mu**2, unit * found.value**2
    fig, (top, low) = _style.new(7.0, 5.6, nrows=2, sharex=True,
                                 gridspec_kw={"height_ratios": [2.6, 1]})
    top.stairs(b0 + shown, edges, color=_style.RED, lw=1.5, ls="--",
               label=rf"$B_0$ + dipole, $\mu_\nu$ = {_times(mu)} $\mu_B$")
    top.stairs(b0 + at_limit, edges, color=_style.ORANGE, lw=1.8,
               label=rf"$B_0$ + dipole at the 90 % limit, {_times(found.value)} $\mu_B$")
    top.stairs(b0, edges, color=_style.BLUE, lw=1.5, label=r"background model $B_0$ (holds "
                                                           r"solar neutrinos)")
    low_err, high_err = _spectrum.poisson(seen)
    top.errorbar(centers, seen, yerr=[low_err, high_err], fmt="o", ms=3, color="k", lw=0.9,
                 label=f"XENONnT 2022, {seen.sum():.0f} events", zorder=5)
    top.set(ylabel=f"events / {bin_width / keV:g} keV", xlim=(edges[0], edges[-1]))
    top.set_ylim(0, 1.5 * max((seen + high_err).max(), (b0 + shown).max()))
    top.legend(loc="upper right", fontsize=8)
    low.axhline(0, color=_style.BLUE, lw=1.2)
    low.stairs(shown, edges, color=_style.RED, lw=1.3, ls="--")
    low.stairs(at_limit, edges, color=_style.ORANGE, lw=1.6)
    low.errorbar(centers, seen - b0, yerr=[low_err, high_err], fmt="o", ms=2.5, color="k", lw=0.8)
    low.set(xlabel="reconstructed energy [keV]", ylabel=r"events $-\,B_0$")
    mass = "0" if M_N == 0 else f"{M_N / MeV:g} MeV"
    _style.stamp(fig, _style.STAMP + rf";  universal, $M_N$ = {mass}")
    rows = [{"E_low": a, "E_high": b, "seen": n, "B0": x, "dipole": y, "dipole_at_limit": z}
            for a, b, n, x, y, z in zip(edges[:-1], edges[1:], seen, b0, shown, at_limit,
                                        strict=True)]
    return Figure("xenonnt_spectrum", fig, long_form(rows, {
        "E_low": "keV", "E_high": "keV", "seen": "events", "B0": "events", "dipole": "events",
        "dipole_at_limit": "events"}),
        f"Electronic recoils of XENONnT's first science run with the published background model "
        f"B0, and the dipole signal at mu = {mu:g} mu_B and at the 90 % profile limit "
        f"{found.value:.3g} mu_B (universal, M_N = {mass}). The first bins lie below B0: the "
        "limit is stronger than expected.", found.papers)


def _times(x: float) -> str:
    power = int(np.floor(np.log10(x)))
    return rf"{x / 10.0**power:.3g}$\times 10^{{{power}}}$"
