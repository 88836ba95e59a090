"""The S1 leptoquark over its mass and couplings: moment, tuning, R(D*), and what excludes it."""

from __future__ import annotations

from math import pi, sqrt
from typing import Annotated

import numpy as np

from munu import atlas, models
from munu.atlas import families
from munu.inference.record import Limit
from munu.models import _b_decays
from munu.models.model import PERTURBATIVE
from munu.parameters import About, Quantity
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import TeV, keV

MASS, CUT = 1.5, 1.5
MOMENTS = (1e-13, 1e-12, 1e-11, 1e-10)
TUNING = (1e2, 1e3, 1e4, 1e5)
M_LQ, PRODUCT = (0.5, 10.0), (1e-4, 20.0)
COUPLING = (1e-3, 5.0)
_N = 161


def point(m_LQ, y1, y2, M_N: float = 20 * keV):
    """S1 with a tau and N; mass in TeV, M_N [energy], arrays broadcast."""
    return models.get("leptoquark", m_LQ=np.asarray(m_LQ) * TeV, y1=y1, y2=y2, M_N=M_N,
                      m_LQ_min=CUT * TeV)


def bounds(M_N: float) -> list[tuple[float, Limit]]:
    """The strongest standing bound of each family on a moment of nu_tau at a mass [energy]."""
    best: dict[str, tuple[float, Limit]] = {}
    for x in atlas.bounds("tau"):
        edges = [e for i in x.excluded_at(M_N) if (e := i.bound[0]) is not None and e > 0]
        name = families.of(x)
        if x.status == "standing" and edges and min(edges) < best.get(name, (np.inf,))[0]:
            best[name] = min(edges), x
    return sorted(best.values(), key=lambda found: found[0])


def draw(M_N: Annotated[Quantity, About("mass of N", "keV")] = "20 keV") -> Figure:
    """Left mass against the product of couplings, right the couplings at one mass."""
    M, known = float(M_N), bounds(float(M_N))
    fig, (left, right) = _style.new(9.8, 5.0, ncols=2)
    rows: list[dict] = []
    m, product = np.geomspace(*M_LQ, _N), np.geomspace(*PRODUCT, _N)
    product = product[product <= 4 * pi]
    a, b = np.meshgrid(m, product)
    made = point(a, np.sqrt(b), np.sqrt(b), M)
    # what no point of the plane reaches is no line in it
    known = [k for k in known if k[0] < np.abs(made.moment).max()]
    items = _bounds(left, m, product, made, known, rows, "mass")
    items += _contours(left, m, product, made, rows, "mass")
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
    made = point(MASS, y[None, :], y[:, None], M)
    more = _bounds(right, y, y, made, known, rows, "couplings")
    more += _contours(right, y, y, made, rows, "couplings")
    band = _band(right, y, rows)
    right.axvspan(PERTURBATIVE, COUPLING[1], facecolor="none", edgecolor="0.6", hatch="////", lw=0)
    right.axhspan(PERTURBATIVE, COUPLING[1], facecolor="none", edgecolor="0.6", hatch="////", lw=0)
    right.set(xscale="log", yscale="log", xlim=COUPLING, ylim=COUPLING, xlabel=r"$y_1$",
              ylabel=r"$y_2$", title=rf"$m_{{LQ}}={MASS:g}$ TeV")
    left.set_title(r"$y_1y_2$ alone sets $\mu$ and the mass", fontsize=9)
    right.title.set_fontsize(9)
    _key(fig)
    _style.stamp(fig, _style.STAMP + rf";  $\tau$, $M_N={M / keV:g}$ keV, $m_\nu=0.05$ eV, "
                 r"$\mu_R=m_{LQ}$")
    texts = [*_labels.place(left, items, size=7.5, keep_clear=said),
             *_labels.place(right, more, size=7.5, keep_clear=band)]
    _labels.assert_no_overlap(fig, [*texts, *said, *band])
    return Figure("leptoquark_plane", fig, long_form(rows, {
        "panel": "1", "curve": "1", "x": "1", "y": "1"}),
        f"The S1 leptoquark with a tau neutrino and N of {M / keV:g} keV. Thin: its moment in "
        f"mu_B; dashed: tuning, the radiative mass (MSbar at mu_R = m_LQ) over sqrt(m_nu M_N). "
        f"Bold: of each class the strongest bound on such a moment that munu computes"
        + (": " + ", ".join(f"{x.meta['title']} {mu:.2g} mu_B" for mu, x in known) if known else
           ", none at this mass") +
        f"; red tone: above the strongest. Left: mass in TeV against y1 y2; grey: below the cut of "
        f"{CUT:g} TeV, which the user sets; hatched: y1 y2 above 4 pi. Right: y1 against y2 at "
        f"{MASS:g} TeV with the bands where R(D*) is within one and two standard deviations of the "
        f"average of HFLAV (y_R = 0); hatched: a coupling above sqrt(4 pi).",
        tuple(dict.fromkeys((*models.get("leptoquark", m_LQ=TeV, y1=0, y2=0).papers,
                             *(k for _, x in known for k in x.papers)))))


def _bounds(ax, x, y, made, known, rows, panel: str) -> list[dict]:
    """Where the moment is what experiments and stars exclude, with their names."""
    items = []
    mu = np.broadcast_to(np.abs(made.moment), (y.size, x.size))
    for level, found in known:
        color = families.HUES[families.of(found)]
        drawn = ax.contour(x, y, mu, levels=[level], colors=color, linewidths=2.2)
        for path in drawn.allsegs[0]:
            items.append({"text": found.meta["title"], "x": path[:, 0], "y": path[:, 1],
                          "color": color, "above": True})
            rows += [{"panel": panel, "curve": f"bound: {found.name}", "x": a, "y": b}
                     for a, b in path[::4]]
    if known:
        ax.contourf(x, y, mu, levels=[known[0][0], np.inf], colors=["#D55E0014"])
    return _where_free(items, panel, (2.2, 0.4))


def _contours(ax, x, y, made, rows, panel: str) -> list[dict]:
    """Lines of equal moment and of equal tuning, with their labels."""
    items = []
    for what, values, levels, color, style in (
            ("mu", np.abs(made.moment), MOMENTS, "0.35", "-"),
            ("tuning", made.tuning(), TUNING, "0.5", "--")):
        drawn = ax.contour(x, y, np.broadcast_to(values, (y.size, x.size)), levels=levels,
                           colors=color, linestyles=style, linewidths=0.9)
        for level, paths in zip(levels, drawn.allsegs, strict=True):
            for path in paths:
                text = rf"$10^{{{np.log10(level):.0f}}}$" + (r"$\,\mu_B$" if what == "mu" else "")
                items.append({"text": text, "x": path[:, 0], "y": path[:, 1], "color": color})
                rows += [{"panel": panel, "curve": f"{what} = {level:g}", "x": a, "y": b}
                         for a, b in path[::4]]
    return _where_free(items, panel)


def _where_free(items: list[dict], panel: str, ends: tuple[float, float] = (CUT, 1.3)
                ) -> list[dict]:
    """Items with the part of their lines beside which nothing else is said."""
    for i in items:
        seen = (i["x"] > ends[0]) if panel == "mass" else (i["y"] < ends[1])
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

    fig.legend(handles=[Line2D([], [], color="0.35", lw=0.9, label=r"moment $\mu$"),
                        Line2D([], [], color="0.5", lw=0.9, ls="--",
                               label=r"tuning $|m_{\nu N}|/\sqrt{m_\nu M_N}$"),
                        Line2D([], [], color="0.2", lw=2.2, label="computed bounds")],
               loc="outside upper center", ncols=3, fontsize=8)
