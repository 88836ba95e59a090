"""The S1 leptoquark: moment, tuning and R(D*) over its mass and couplings."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from munu import models
from munu.models import _b_decays
from munu.models.model import PERTURBATIVE
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV, TeV

MASS, CUT = 1.5, 1.5
MOMENTS = (1e-13, 1e-12, 1e-11, 1e-10)
TUNING = (1e2, 1e3, 1e4, 1e5)
M_LQ, PRODUCT = (0.5, 10.0), (1e-4, 20.0)
COUPLING = (1e-3, 5.0)
_N = 161


def point(m_LQ, y1, y2):
    """S1 with a tau and N of 1 MeV; mass in TeV, arrays broadcast."""
    return models.get("leptoquark", m_LQ=np.asarray(m_LQ) * TeV, y1=y1, y2=y2, M_N=1 * MeV,
                      m_LQ_min=CUT * TeV)


def draw() -> Figure:
    """Left mass against the product of couplings, right the couplings at one mass."""
    fig, (left, right) = _style.new(9.8, 5.0, ncols=2)
    rows: list[dict] = []
    m, product = np.geomspace(*M_LQ, _N), np.geomspace(*PRODUCT, _N)
    product = product[product <= 4 * pi]
    a, b = np.meshgrid(m, product)
    made = point(a, np.sqrt(b), np.sqrt(b))
    items = _contours(left, m, product, made, rows, "mass")
    left.axvspan(M_LQ[0], CUT, facecolor="0.5", alpha=0.16, lw=0)
    left.axhspan(4 * pi, PRODUCT[1], facecolor="none", edgecolor="0.6", hatch="////", lw=0)
    said = [left.text(0.53, 3.0, "cut of the user:\npair production", fontsize=7.5, color="0.3",
                      va="center"),
            left.text(9.3, 13.0, "not perturbative", fontsize=7.5, color="0.3", ha="right",
                      bbox={"fc": "white", "ec": "none", "pad": 0.5, "alpha": 0.8})]
    left.set(xscale="log", yscale="log", xlim=M_LQ, ylim=PRODUCT, xlabel=r"$m_{LQ}$ [TeV]",
             ylabel=r"$y_1y_2$")
    left.set_xticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "10"])
    left.tick_params(axis="x", which="minor", labelbottom=False)
    y = np.geomspace(*COUPLING, _N)
    y = y[y <= PERTURBATIVE]
    made = point(MASS, y[None, :], y[:, None])
    more = _contours(right, y, y, made, rows, "couplings")
    band = _band(right, y, rows)
    right.axvspan(PERTURBATIVE, COUPLING[1], facecolor="none", edgecolor="0.6", hatch="////", lw=0)
    right.axhspan(PERTURBATIVE, COUPLING[1], facecolor="none", edgecolor="0.6", hatch="////", lw=0)
    right.set(xscale="log", yscale="log", xlim=COUPLING, ylim=COUPLING, xlabel=r"$y_1$",
              ylabel=r"$y_2$", title=rf"$m_{{LQ}}={MASS:g}$ TeV")
    left.set_title(r"$y_1y_2$ alone sets $\mu$ and the mass", fontsize=9)
    right.title.set_fontsize(9)
    _key(fig)
    _style.stamp(fig, _style.STAMP + r";  $\tau$, $M_N=1$ MeV, $m_\nu=0.05$ eV, $\mu_R=m_{LQ}$")
    texts = [*_labels.place(left, items, size=7.5, keep_clear=said),
             *_labels.place(right, more, size=7.5, keep_clear=band)]
    _labels.assert_no_overlap(fig, [*texts, *said, *band])
    return Figure("leptoquark_plane", fig, long_form(rows, {
        "panel": "1", "curve": "1", "x": "1", "y": "1"}),
        f"The S1 leptoquark with a tau neutrino and N of 1 MeV. Solid: its moment in mu_B; dashed: "
        f"tuning, the radiative mass (MSbar at mu_R = m_LQ) over sqrt(m_nu M_N). Left: mass in TeV "
        f"against y1 y2; grey: below the cut of {CUT:g} TeV, which the user sets; hatched: y1 y2 "
        f"above 4 pi. Right: y1 against y2 at {MASS:g} TeV with the bands where R(D*) is within "
        f"one and two standard deviations of the average of HFLAV (y_R = 0); hatched: a coupling "
        f"above sqrt(4 pi).",
        models.get("leptoquark", m_LQ=TeV, y1=0, y2=0).papers)


def _contours(ax, x, y, made, rows, panel: str) -> list[dict]:
    """Lines of equal moment and of equal tuning, with their labels."""
    items = []
    for what, values, levels, color, style in (
            ("mu", np.abs(made.moment), MOMENTS, _style.BLUE, "-"),
            ("tuning", made.tuning(), TUNING, _style.PURPLE, "--")):
        drawn = ax.contour(x, y, np.broadcast_to(values, (y.size, x.size)), levels=levels,
                           colors=color, linestyles=style, linewidths=1.2)
        for level, paths in zip(levels, drawn.allsegs, strict=True):
            for path in paths:
                text = rf"$10^{{{np.log10(level):.0f}}}$" + (r"$\,\mu_B$" if what == "mu" else "")
                items.append({"text": text, "x": path[:, 0], "y": path[:, 1], "color": color})
                rows += [{"panel": panel, "curve": f"{what} = {level:g}", "x": a, "y": b}
                         for a, b in path[::4]]
    # labels where nothing else is said
    for i in items:
        seen = (i["x"] > CUT) if panel == "mass" else (i["y"] < 1.3)
        i["x"], i["y"] = i["x"][seen], i["y"][seen]
    return [i for i in items if len(i["x"]) > 5]


def _band(ax, y, rows) -> list:
    """Where R(D*) is as measured: bands in y2, for y1 moves it little."""
    m = _b_decays.HFLAV2025
    R = point(MASS, y[None, :], y[:, None]).ratios_RD()["R_Dstar"]
    pull = (np.broadcast_to(R, (y.size, y.size)) - m.R_Dstar) / m.R_Dstar_error
    ax.contourf(y, y, pull, levels=[-2, -1, 1, 2],
                colors=["#009E7330", "#009E7370", "#009E7330"])
    for edge in (-2, -1, 1, 2):
        scale = 1 + (m.R_Dstar + edge * m.R_Dstar_error - m.R_Dstar_SM) / m.R_Dstar_SM
        if scale > 1:
            y2 = _y2_of(scale)
            rows += [{"panel": "couplings", "curve": f"R(D*) {edge:+d} sigma, y1 = 0", "x": 0.0,
                      "y": y2}]
    return [ax.text(0.33, _y2_of(m.R_Dstar / m.R_Dstar_SM) * 0.76, r"$R(D^*)$, 1 and 2 $\sigma$",
                    fontsize=7.5, color="#00664B", va="center")]


def _y2_of(ratio: float) -> float:
    """y2 that alone makes this ratio: it is quadratic in 1 + C, and C in y2."""
    one = float(point(MASS, 0.0, 1.0).wilson_coefficients()["C_VL(4.8)"])
    return sqrt((sqrt(ratio) - 1) / one)


def _key(fig) -> None:
    from matplotlib.lines import Line2D

    fig.legend(handles=[Line2D([], [], color=_style.BLUE, label=r"moment $\mu$"),
                        Line2D([], [], color=_style.PURPLE, ls="--",
                               label=r"tuning $|m_{\nu N}|/\sqrt{m_\nu M_N}$")],
               loc="outside upper center", ncols=2, fontsize=8)
