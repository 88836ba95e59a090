"""Mixing with a heavy N against its mass: what a seesaw asks for, and what was looked for."""

from __future__ import annotations

import numpy as np
from matplotlib.patheffects import withStroke

from munu import flavors
from munu.models import _mixing, seesaw
from munu.models.sm_dirac import StandardModelDirac
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import GeV, MeV, eV, keV

X, Y = (1e-6, 1e4), (1e-13, 1.0)
M_NU = 0.05 * eV
# between a label and what it names [points]
_AWAY = 4
# what the listing calls a technique and is nobody's name
_GENERIC = ("", "RVUE", "CNTR")


def draw() -> Figure:
    """The plane (M_N, |U|^2), a panel a flavor: the seesaw's lines and the rows of the PDG."""
    fig, axes = _style.new(10.0, 4.4, ncols=3, sharey=True)
    M = np.geomspace(1 * keV, 1e4 * GeV, 61)
    light = StandardModelDirac(m_lightest=0.0)
    rows: list[dict] = []
    for a, (name, ax) in enumerate(zip(flavors.NAMES, axes, strict=True)):
        ax.set(xscale="log", yscale="log", xlim=X, ylim=Y, xlabel=r"$M_N$ [GeV]")
        color = _style.FLAVOR[name]
        # one generation, and the most that three make of this flavor where nothing cancels
        most = float(np.sum(light.masses * np.abs(light.U[a]) ** 2))
        for kind, m, style in (("seesaw, 0.05 eV", M_NU, "-"), ("seesaw, no cancellation", most,
                                                               "--")):
            U2 = seesaw.theta2_line(M, m)
            ax.plot(M / GeV, U2, color=_style.BLACK, ls=style, lw=1.1, zorder=3)
            rows += [_row(kind, name, x, x, y) for x, y in zip(M, U2, strict=True)]
        for r in _mixing.rows(name):
            ends = np.array([r["M_low"], r["M_high"]]) / GeV
            ax.plot(ends, [r["U2"]] * 2, color=color, lw=1.8, solid_capstyle="butt", zorder=4)
            ax.plot(np.sqrt(ends.prod()), r["U2"], "v", color=color, ms=3.6, zorder=5)
            rows.append(_row("limit", name, r["M_low"], r["M_high"], r["U2"], r["document"],
                             r["level"]))
        ax.text(0.05, 0.95, _style.FLAVOR_TEXT[name], transform=ax.transAxes, ha="left",
                va="top", fontsize=13, color=color)
    axes[0].set_ylabel(r"$|U_{\alpha N}|^2$")
    said = [axes[0].text(3e-6, 3e-5, r"$\theta^2=m_\nu/M_N$, 0.05 eV", fontsize=7.5,
                         rotation=_slope(axes[0]), rotation_mode="anchor", va="bottom"),
            axes[2].text(2e-6, 3e-13, r"dashed: $\sum_i m_i|U_{\alpha i}|^2/M_N$", fontsize=7.5)]
    _style.stamp(fig, r"$\mathcal{L}=-\overline{\nu^c_L}M_DN^c_R-\frac{1}{2}\overline{N_R}MN_R^c$"
                      r" + h.c.;  $U_{\alpha N}=\theta^*_{\alpha N}$,  $\theta=M_DM^{-1}$")
    for name, ax in zip(flavors.NAMES, axes, strict=True):
        said += _named(ax, name, said)
    _labels.assert_no_overlap(fig, said)
    first = {n: min(r["M_low"] for r in _mixing.rows(n)) for n in flavors.NAMES}
    return Figure("mixing", fig, long_form(rows, {
        "kind": "1", "flavor": "1", "M_low": "MeV", "M_high": "MeV", "U2": "1", "document": "1",
        "level": "1"}),
        "Mixing squared of one flavor with a heavy N against its mass. Lines: the seesaw of one "
        "generation for a light mass of 0.05 eV, and, dashed, the most that the mixing of this "
        "flavor can be where the terms of three light masses do not cancel (lightest massless, "
        "normal ordering); more mixing needs cancellation. Colored: upper limits as the Particle "
        "Data Group lists them, 90 or 95 %, one digit each: a bar is a characteristic value of "
        "a range of masses, a triangle alone the best value near a mass. They are no curves, and "
        "between them nothing is said; the listing has no row below "
        f"{first['e'] / keV:.0f} keV (e), {first['mu'] / MeV:.0f} MeV (mu) and "
        f"{first['tau'] / MeV:.0f} MeV (tau). Cosmology and supernovae are left out.",
        ("PDG2026", "CasasIbarra2001", "BrdarTalk", *light.papers))


def _row(kind, flavor, low, high, U2, document: str = "-", level: float = 0.0) -> dict:
    return {"kind": kind, "flavor": flavor, "M_low": low / MeV, "M_high": high / MeV,
            "U2": float(U2), "document": document, "level": float(level)}


def _slope(ax) -> float:
    """Angle of a line that falls as 1/M_N [degree]."""
    _style.settle(ax.figure)
    box = ax.get_window_extent()
    decades = np.log10(X[1] / X[0]), np.log10(Y[1] / Y[0])
    return -float(np.degrees(np.arctan2(box.height / decades[1], box.width / decades[0])))


def _named(ax, flavor: str, taken: list) -> list:
    """Names of the lowest rows, below or to the right where there is room for one."""
    texts: list = []
    halo = [withStroke(linewidth=2, foreground="white", alpha=0.85)]
    frame, rows = ax.get_window_extent(), _mixing.rows(flavor)
    points = ax.transData.transform([[np.sqrt(x["M_low"] * x["M_high"]) / GeV, x["U2"]]
                                     for x in rows])
    lines = [x.get_transform().transform_path(x.get_path()) for x in ax.lines
             if x.get_marker() == "None"]
    for r in sorted(rows, key=lambda r: r["U2"] * r["M_low"]):
        at = np.sqrt(r["M_low"] * r["M_high"]) / GeV
        who = r["technique"] if r["technique"] not in _GENERIC else \
            r["document"].split()[0].title()
        for offset, ha, va in (((0, -_AWAY), "center", "top"), ((_AWAY, 0), "left", "center")):
            text = ax.annotate(f"{who} {r['year']:.0f}", (at, r["U2"]), xytext=offset,
                               textcoords="offset points", ha=ha, va=va, fontsize=6,
                               color="0.25", zorder=3.5, path_effects=halo)
            box = text.get_window_extent().padded(4, 2)
            inside = frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0
            covers = any(box.contains(*p) for p in points)
            meets = any(box.overlaps(t.get_window_extent()) for t in (*texts, *taken))
            if inside and not covers and not meets and not any(
                    x.intersects_bbox(box, filled=False) for x in lines):
                texts.append(text)
                break
            text.remove()
    return texts
