"""Where a field that turns lets a Dirac nu_e meet its right-handed states, how adiabatically."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import media
from munu.media import fields
from munu.media.profile import Profile
from munu.parameters import About, Quantity
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes.galactic_supernova_twist import TWIST
from munu.propagation.hamiltonian import potential
from munu.units import km

#: the talk's edge of the iron core
R_0 = (1e3, 3e3)
# of mu B at the resonance, in mu_B G
MOMENTS = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
_SHADES = ("0.75", _style.SKY, _style.BLUE, _style.ORANGE, _style.RED)


def draw(twist: Annotated[Quantity, About("rate at which the field turns", "1/km")] = TWIST,
         medium: Annotated[str, About("name of a medium")] = "profile_a") -> Figure:
    """Left V_e and -phidot against radius; right gamma of a resonance at r_0 by mu B there."""
    rate = float(twist)
    star = media.get(medium)
    fig, (left, right) = _style.new(7.4, 3.9, ncols=2)
    r = np.geomspace(star.r_min, star.r_max, 601)
    needed = V_e(star, r)
    left.loglog(r / km, needed * km, color=_style.BLUE, lw=1.8, label="$V_e$")
    rows = [{"quantity": "V_e", "r": a / km, "mu_B": 0.0, "value": b * km}
            for a, b in zip(r, needed, strict=True)]
    if rate:
        left.axhline(abs(rate) * km, color=_style.RED, lw=1.2,
                     label=rf"$-\dot\phi$ = {-rate * km:g} rad/km" if rate < 0 else
                     rf"$|\dot\phi|$ = {rate * km:g} rad/km: the other way, no meeting")
    met = r[:-1][np.diff(np.sign(needed + rate)) != 0]
    for at in met:
        left.plot(at / km, -rate * km, "o", mfc="white", mec="k", ms=6, zorder=4)
        rows.append({"quantity": "met", "r": at / km, "mu_B": 0.0, "value": -rate * km})
    left.axvspan(*R_0, color="0.92", lw=0, zorder=0)
    left.set(xlabel="$r$ [km]", ylabel=r"$V_e$, $|\dot\phi|$ [rad/km]",
             xlim=(star.r_min / km, star.r_max / km))
    left.legend(loc="lower left", fontsize=7.5, frameon=False)
    r_0 = np.linspace(max(R_0[0], star.r_min / km), min(R_0[1], star.r_max / km), 81)
    slope = np.abs(np.gradient(V_e(star, r_0 * km), r_0 * km, edge_order=2))
    for size, color in zip(MOMENTS, _SHADES, strict=True):
        gamma = 4 * (size * fields.MU_B_PER_GAUSS) ** 2 / slope
        right.semilogy(r_0, gamma, color=color, lw=1.7, label=rf"{size:g} $\mu_B$ G")
        rows += [{"quantity": "gamma", "r": a, "mu_B": size, "value": g}
                 for a, g in zip(r_0, gamma, strict=True)]
    right.axhline(1, color="0.4", lw=0.8, ls=":")
    right.set(xlabel=r"radius of the resonance $r_0$ [km]", xlim=(r_0[0], r_0[-1]),
              ylabel=r"$\gamma=4(\mu B)^2/|\dot V_e|$, $P_{LZ}=e^{-\pi\gamma/2}$")
    twice = right.secondary_yaxis("right", functions=(lambda g: 2 * g, lambda g: g / 2))
    twice.set_ylabel(r"$2(2\mu B)^2/|\dot V_e|$, twice as much")
    right.tick_params(which="both", right=False)
    right.legend(title=r"$\mu B(r_0)$", loc="upper left", fontsize=7.5, title_fontsize=7.5,
                 ncols=2, frameon=False)
    low, high = right.get_ylim()
    right.set_ylim(low, high * 30)
    _style.stamp(fig, rf"Dirac, $H_{{LR}}=\mu B_\perp e^{{+i\phi}}$, resonance at "
                      rf"$V_e+\dot\phi=0$;  {_style.named(star.name)}")
    _labels.assert_no_overlap(fig)
    return Figure("twist_resonance", fig, long_form(rows, {
        "quantity": "1", "r": "km", "mu_B": "G", "value": "1"}),
        f"Left: the potential V_e of {star.name} against radius, and the rate at which the field "
        "turns; where V_e + phidot = 0 (circle) nu_e meets its right-handed states, which feel no "
        "matter, and nubar_e its left-handed ones (vacuum terms are far smaller there). Shaded: "
        "the edge of the iron core, 1000 to 3000 km. Right: adiabaticity of a resonance there, "
        "gamma = 4 (mu B)^2/|dV_e/dr|, by mu B at the resonance, the field turning at a constant "
        "rate; a nu_e stays left-handed with P_LZ = exp(-pi gamma/2). The axis to the right is "
        "2 (2 mu B)^2/|dV_e/dr|, as the talks print it: twice as much, so that gamma much above 1 "
        "there is exp(-pi gamma/4). In the table V_e and the rate met are in rad/km, mu_B is "
        "mu times the field in mu_B G.",
        (*star.papers, "LimMarciano1988"))


def V_e(star: Profile, r) -> np.ndarray:
    """Potential of a nu_e over that of its right-handed state, s2 G_F n (3 Y_e - 1)/2 [energy]."""
    return np.asarray(potential(star)(r) * 0.25 * (1 - 3 * star.asymmetry(r)))
