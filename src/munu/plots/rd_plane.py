"""R(D) against R(D*): what is measured, the Standard Model, and where the S1 leptoquark goes."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
from matplotlib.patheffects import withStroke

from munu import models
from munu.models import _b_decays
from munu.models.model import PERTURBATIVE
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import TeV

MASSES = ((1.0, _style.BLUE), (1.5, _style.RED))
# couplings marked on the line
STEPS = (1.0, 1.5, 2.0, 2.5, 3.0)
BENT = (-0.3, -0.2)
X, Y = (0.26, 0.44), (0.225, 0.345)
_N = 201


def curves() -> dict[str, tuple]:
    """What is varied, with the parameters of the model."""
    zero = np.linspace(0, PERTURBATIVE, _N)
    both = np.linspace(-PERTURBATIVE, PERTURBATIVE, 2 * _N - 1)
    return {"y2": (zero, lambda y: {"y1": 0.0, "y2": y}),
            "N_R": (zero, lambda y: {"y1": y, "y2": 0.0, "y_R": y}),
            "y_R": (both, lambda y: {"y1": 0.0, "y2": 1.0, "y_R": y})}


def ratios(kind: str, y, mass: float) -> dict:
    """R(D), R(D*) of S1 with mass [energy] along a coupling."""
    return models.get("leptoquark", m_LQ=mass, **curves()[kind][1](y)).ratios_RD()


def draw() -> Figure:
    """The plane of both ratios, and each coupling's way through it."""
    fig, (plane, strength) = _style.new(9.6, 5.0, ncols=2, width_ratios=(1.25, 1))
    rows = _ellipses(plane)
    clear = _line(plane, rows)
    clear += _bent(plane, rows)
    _key(plane)
    _strength(strength, rows)
    m = _b_decays.HFLAV2025
    plane.plot([m.R_D_SM], [m.R_Dstar_SM], "s", color="k", ms=6, zorder=8)
    clear.append(plane.annotate("SM", (m.R_D_SM, m.R_Dstar_SM), xytext=(-18, -13),
                                textcoords="offset points", fontsize=9))
    plane.set(xlim=X, ylim=Y, xlabel=r"$R(D)$", ylabel=r"$R(D^*)$")
    _style.stamp(fig, r"$\mathcal{L}=y_2\,\overline{Q^c_3}i\tau_2L_\tau S_1+y_1\,"
                      r"\overline{b^c_R}NS_1+y_R\,\overline{c^c_R}\tau_RS_1$ + h.c.;  forms frozen "
                      r"at 4.8 GeV, errors of theory left out")
    for text in clear:
        text.set(path_effects=[withStroke(linewidth=2.0, foreground="white", alpha=0.85)])
        text.set_zorder(9)
    _labels.assert_no_overlap(fig, clear)
    return Figure("rd_plane", fig, long_form(rows, {
        "curve": "1", "m_LQ": "TeV", "coupling": "1", "R_D": "1", "R_Dstar": "1"}),
        "Left: R(D) against R(D*): the average of HFLAV (spring 2025, preliminary) with its "
        "correlation, content of one, two and three standard deviations in two dimensions; the "
        "Standard Model (square). S1 with y2 alone, and with a right-handed neutrino (y1 = y_R, "
        "y2 = 0), raises both ratios alike, along one line; marked is y2 for m_LQ = 1 TeV (blue, "
        "above) and 1.5 TeV (red, below). With y2 = 1 and a coupling y_R to c_R tau_R, scalar and "
        "tensor operators bend the way; y_R is marked. Right: the ratio over the "
        "Standard Model's against the coupling, with the measured ones (one standard deviation). "
        "Everything ends at sqrt(4 pi). In the table, coupling is y2, y_R, or the root of y1 y_R.",
        ("BrdarTalk", "HFLAV2025", "Flavio2018"))


def _ellipses(ax) -> list[dict]:
    m, rows = _b_decays.HFLAV2025, []
    x, y = np.meshgrid(np.linspace(*X, 301), np.linspace(*Y, 301))
    chi2 = _b_decays.chi2(x / m.R_D_SM, y / m.R_Dstar_SM)
    # content of n standard deviations, in two dimensions
    rise = [-2 * np.log(1 - erf(n / sqrt(2))) for n in (1, 2, 3)]
    ax.contourf(x, y, chi2, levels=[0, *rise], colors=["#E69F0090", "#E69F0050", "#E69F0022"])
    ax.contour(x, y, chi2, levels=rise, colors=_style.ORANGE, linewidths=0.8)
    ax.plot([m.R_D], [m.R_Dstar], "+", color="#A86E00", ms=9, mew=1.4)
    t = np.linspace(0, 2 * np.pi, 73)
    for n, r in zip((1, 2, 3), rise, strict=True):
        u, w = np.cos(t) * np.sqrt(r), np.sin(t) * np.sqrt(r)
        a = m.R_D + m.R_D_error * u
        b = m.R_Dstar + m.R_Dstar_error * (m.correlation * u + sqrt(1 - m.correlation**2) * w)
        rows += [{"curve": f"HFLAV, {n} sigma", "m_LQ": 0.0, "coupling": 0.0, "R_D": p,
                  "R_Dstar": q} for p, q in zip(a, b, strict=True)]
    return rows


def _rows(kind: str, mass: float, y, R) -> list[dict]:
    return [{"curve": kind, "m_LQ": mass, "coupling": c, "R_D": a, "R_Dstar": b}
            for c, a, b in zip(y, np.broadcast_to(R["R_D"], y.shape),
                               np.broadcast_to(R["R_Dstar"], y.shape), strict=True)]


def _line(ax, rows) -> list:
    """y2 alone and N_R: one line for every mass, with ticks of either."""
    artists = []
    for mass, color in MASSES:
        for kind in ("y2", "N_R"):
            y = curves()[kind][0]
            rows += _rows(kind, mass, y, ratios(kind, y, mass * TeV))
        steps = np.array(STEPS)
        R = ratios("y2", steps, mass * TeV)
        sign = 1 if mass == MASSES[0][0] else -1
        for y, a, b in zip(steps, R["R_D"], R["R_Dstar"], strict=True):
            if not (X[0] < a < X[1] - 0.006 and Y[0] < b < Y[1] - 0.006):
                continue
            ax.plot([a, a - sign * 0.0022], [b, b + sign * 0.0022], color=color, lw=1.6, zorder=7)
            artists.append(ax.annotate(
                f"{y:g}", (a - sign * 0.0022, b + sign * 0.0022), xytext=(-sign * 7, sign * 6),
                textcoords="offset points", fontsize=7.5, color=color, ha="center", va="center"))
    m = _b_decays.HFLAV2025
    ax.plot([m.R_D_SM * k for k in (1, 2)], [m.R_Dstar_SM * k for k in (1, 2)], color="k", lw=1.5,
            zorder=6)
    return artists


def _bent(ax, rows) -> list:
    """y_R of both signs with y2 = 1, marked in steps."""
    artists = []
    for mass, color in MASSES:
        y = curves()["y_R"][0]
        R = ratios("y_R", y, mass * TeV)
        rows += _rows("y_R", mass, y, R)
        ax.plot(R["R_D"], R["R_Dstar"], color=color, lw=1.1, ls=(0, (4, 1.5)), zorder=5)
        at = np.array(BENT)
        R = ratios("y_R", at, mass * TeV)
        inside = (R["R_D"] > X[0]) & (R["R_D"] < X[1] - 0.01) & (R["R_Dstar"] > Y[0] + 0.004)
        sign = 1 if mass == MASSES[0][0] else -1
        for c, a, b in zip(at[inside], R["R_D"][inside], R["R_Dstar"][inside], strict=True):
            ax.plot([a], [b], "o", color=color, ms=3, zorder=6)
            artists.append(ax.annotate(f"{c:g}", (a, b), xytext=(7, sign * 8 - 1), color=color,
                                       textcoords="offset points", fontsize=7, ha="center",
                                       va="center"))
    return artists


def _key(ax) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color="k", lw=1.5, label=r"$y_2$ (ticks), or $y_1y_R$ with N")]
    handles += [Line2D([], [], color=c, lw=1.1, ls=(0, (4, 1.5)), marker="o", ms=3,
                       label=rf"$y_2=1$ and $y_R$ (dots), {m:g} TeV") for m, c in MASSES]
    ax.legend(handles=handles, loc="upper left", fontsize=7.5)


def _strength(ax, rows) -> None:
    m = _b_decays.HFLAV2025
    for value, error, base, text, color in (
            (m.R_D, m.R_D_error, m.R_D_SM, r"$R(D)$, HFLAV", _style.ORANGE),
            (m.R_Dstar, m.R_Dstar_error, m.R_Dstar_SM, r"$R(D^*)$, HFLAV", _style.GREEN)):
        ax.axhspan((value - error) / base, (value + error) / base, color=color, alpha=0.28, lw=0,
                   label=text)
    for mass, color in MASSES:
        for kind, style, text in (("y2", "-", r"$y_2$"), ("N_R", "--", r"$\sqrt{y_1y_R}$ with N")):
            y = curves()[kind][0]
            ax.plot(y, ratios(kind, y, mass * TeV)["R_Dstar_ratio"], color=color, ls=style, lw=1.6,
                    label=f"{text}, {mass:g} TeV")
    ax.axhline(1, color="0.7", lw=0.7)
    ax.set(xlim=(0, PERTURBATIVE), ylim=(0.86, 1.5), xlabel="coupling",
           ylabel="ratio over the Standard Model's, $R(D)$ and $R(D^*)$ alike")
    ax.legend(loc="lower center", fontsize=7.5, ncols=2)
