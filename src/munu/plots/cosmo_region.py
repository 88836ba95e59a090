"""What the number of neutrinos excludes in (M_N, mu), by nature and by highest temperature."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import probes
from munu.couplings import check_flavor
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.processes import radiative_decay
from munu.rates import late_decay
from munu.units import MeV, s

MASSES = (1e-3, 1e3)
X, Y = MASSES, (1e-15, 1e-9)
CASES = (("majorana", "100 GeV", _style.ORANGE, "-"), ("dirac", "100 GeV", _style.BLUE, "-"),
         ("majorana", "1 GeV", _style.RED, "--"))


def draw(flavor: str = "universal", points: int = 61) -> Figure:
    """Draw the excluded regions.

    Parameters
    ----------
    flavor : ``universal`` (three N), ``e``, ``mu`` or ``tau`` (one N)
    points : masses, and as many moments
    """
    many = 3 if check_flavor(flavor) == "universal" else 1
    top = late_decay.largest_moment()
    M, mu = np.geomspace(*MASSES, points) * MeV, np.geomspace(Y[0], top, points)
    fig, ax = _style.new(6.8, 5.0)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y)
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    papers: list[str] = []
    for nature, T_RH, color, style in CASES:
        probe = probes.get("n_eff", T_RH=T_RH)
        bound = probe.setting.bound.value
        over = probe.setting.excess(*np.meshgrid(M, mu), nature, many) / bound
        grid = (M / MeV, mu, np.log(np.maximum(over, 1e-6)))
        ax.contourf(*grid, levels=[0, np.inf], colors=[color], alpha=0.10)
        lines = ax.contour(*grid, levels=[0], colors=[color], linestyles=[style], linewidths=1.6)
        line = np.concatenate([np.reshape(x, (-1, 2)) for x in lines.allsegs[0]])
        rows += [{"region": f"{nature}, {T_RH}", "M_N": a, "mu": b} for a, b in line]
        x, y = line[line[:, 1] < top * 0.9].T
        items.append({"text": f"{nature.capitalize()}, $T_{{RH}}$ = {T_RH}", "x": x, "y": y,
                      "color": color})
        papers += probe.papers
    ax.axhspan(top, Y[1], facecolor="none", edgecolor="0.8", hatch="///", lw=0, zorder=0)
    _lifetimes(ax)
    ax.set(xlabel=r"$M_N$ [MeV]", ylabel=r"$\mu_\nu$ [$\mu_B$]")
    _style.stamp(fig)
    _labels.assert_no_overlap(fig, _labels.place(ax, items, size=8.5))
    return Figure("cosmo_region", fig, long_form(rows, {"region": "1", "M_N": "MeV", "mu": "mu_B"}),
                  f"Excluded by Delta N_eff below {bound:g} at 95 %, flavor {flavor}, where the "
                  "highest temperature there was is as written. To the left, where N outlives "
                  "recombination, it counts as the radiation it once was. Hatched: not computed, "
                  "since N would keep neutrinos in the bath. Grey: lifetimes at rest of 0.1 and "
                  "1e4 s (Majorana); beyond 1e4 s photons break nuclei, which is no part of this.",
                  tuple(dict.fromkeys(papers)))


def _lifetimes(ax) -> None:
    """Where a Majorana N lives 0.1 and 1e4 s: mu goes as M^-1.5."""
    M = np.geomspace(*X, 2) * MeV
    one = np.asarray(radiative_decay.lifetime(M, 1.0, "majorana")) / s
    for tau, text, at in ((0.1, "0.1 s", 3e-13), (1e4, r"$10^4$ s", 1e-14)):
        mu = np.sqrt(one / tau)
        ax.plot(M / MeV, mu, color="0.7", lw=0.8, zorder=0.5)
        # mu goes as a power: the line is straight in logarithms
        where = np.exp(np.interp(np.log(at), np.log(mu[::-1]), np.log(M[::-1] / MeV)))
        ax.text(1.1 * where, at, text, fontsize=8, color="0.5", va="bottom")
