"""Solar neutrino fluxes at Earth: nine B16 components, lines as lines, and who arrives."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.sources import solar
from munu.units import MeV, cm, s

TEXT = {"pp": r"$pp$", "pep": r"$pep$", "hep": r"$hep$", "be7_862": r"$^7$Be",
        "be7_384": r"$^7$Be", "b8": r"$^8$B", "n13": r"$^{13}$N", "o15": r"$^{15}$O",
        "f17": r"$^{17}$F"}
COLOR = {"pp": _style.ORANGE, "pep": _style.RED, "hep": "#5b5b5b", "be7_862": _style.GREEN,
         "be7_384": _style.GREEN, "b8": _style.BLUE, "n13": _style.PURPLE, "o15": "#8a5a00",
         "f17": _style.SKY}
LINE, DENSITY = 1 / cm**2 / s, 1 / cm**2 / s / MeV


def draw() -> Figure:
    """GS98 solid with its 1 sigma, AGSS09met dashed; below, P_ee by day."""
    fig, (top, low) = _style.new(7.0, 6.2, nrows=2, sharex=True,
                                 gridspec_kw={"height_ratios": [3.2, 1]})
    top.set(xscale="log", yscale="log", xlim=(1e-2, 25), ylim=(1e1, 3e12))
    rows: list[dict[str, Any]] = []
    items: list[Any] = []
    for model, style in (("GS98", "-"), ("AGSS09met", "--")):
        for name, c in solar.source(model).components.items():
            rows += _component(top, items, name, c, model, style)
    rows += _survival(low)
    top.set_ylabel(r"flux: continua [cm$^{-2}$ s$^{-1}$ MeV$^{-1}$]," "\n"
                   r"lines [cm$^{-2}$ s$^{-1}$]")
    low.set(xlabel=r"$E_\nu$ [MeV]", ylabel=r"$P_{ee}$ (day)", ylim=(0.2, 0.65))
    low.legend(loc="lower left", fontsize=7.5, ncols=3)
    _key(top)
    _style.stamp(fig, "B16 standard solar models; NuFIT 6.0, normal ordering, with SK-atm; "
                      "no magnetic moment in this figure")
    texts = _labels.place(top, items, size=9)
    _labels.assert_no_overlap(fig, texts)
    return Figure("solar_flux", fig, long_form(rows, {
        "component": "1", "model": "1", "quantity": "1", "E_nu": "MeV", "value": "1"}),
        "Solar neutrino fluxes at Earth, B16-GS98 (solid, with 1 sigma) and B16-AGSS09met "
        "(dashed): continua per MeV, lines (stems) integrated. Below: day-time survival "
        "probability of electron neutrinos averaged over where each component is made. In the "
        "table, flux is in cm^-2 s^-1 MeV^-1, line in cm^-2 s^-1, P_ee is a pure number.",
        (*solar.source("GS98").papers,))


def _component(ax, items, name, c, model, style) -> list[dict]:
    width, alpha = (1.5, 1.0) if model == "GS98" else (0.9, 0.8)
    if c.E.size:
        E, phi = c.E / MeV, c.phi.sum(axis=0) / DENSITY
        good = (phi > 0) & (E > 0)
        ax.plot(E[good], phi[good], style, color=COLOR[name], lw=width, alpha=alpha)
        if model == "GS98":
            ax.fill_between(E[good], phi[good] * (1 - c.uncertainty),
                            phi[good] * (1 + c.uncertainty), color=COLOR[name], alpha=0.22, lw=0)
            seen = good & (phi > 20)
            items.append({"text": TEXT[name], "x": E[seen], "y": phi[seen],
                          "color": COLOR[name]})
        return [{"component": name, "model": model, "quantity": "flux", "E_nu": e, "value": p}
                for e, p in zip(E, phi, strict=True)]
    e, total = float(c.lines_E[0] / MeV), c.total / LINE
    # the models' stems stand side by side
    at = e * (1.012 if model == "AGSS09met" else 1.0)
    ax.plot([at, at], [1e1, total], style, color=COLOR[name], lw=width, alpha=alpha)
    if model == "GS98":
        ax.plot([at], [total], "o", color=COLOR[name], ms=3.5)
        # the label goes above the stem, not on it
        items.append({"text": TEXT[name], "x": [e, e * 1.001], "y": [total * 2.4, total * 4],
                      "color": COLOR[name]})
    return [{"component": name, "model": model, "quantity": "line", "E_nu": e, "value": total}]


def _survival(ax) -> list[dict]:
    E, rows = np.geomspace(0.05, 20, 160), []
    for name, top in (("pp", 0.423), ("be7", 20), ("b8", 16.4)):
        inside = E[top >= E]
        P = solar.P_ee(inside * MeV, name)
        label = {"pp": r"$pp$ zone", "be7": r"$^7$Be zone", "b8": r"$^8$B zone"}[name]
        color = COLOR["be7_862"] if name == "be7" else COLOR[name]
        ax.plot(inside, P, color=color, lw=1.4, label=label)
        rows += [{"component": name, "model": "GS98", "quantity": "P_ee", "E_nu": e, "value": p}
                 for e, p in zip(inside, P, strict=True)]
    return rows


def _key(ax) -> None:
    from matplotlib.lines import Line2D

    ax.legend(handles=[Line2D([], [], color="0.3", lw=1.5, label="B16-GS98, 1 sigma"),
                       Line2D([], [], color="0.3", lw=0.9, ls="--", label="B16-AGSS09met")],
              loc="upper left", fontsize=8)
