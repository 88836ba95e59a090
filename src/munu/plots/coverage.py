"""How often the interval of each method holds the true size: few events, and XENONnT."""

from __future__ import annotations

import numpy as np

from munu import probes
from munu.inference.coverage import METHODS, Coverage, coverage
from munu.inference.intervals import check_level
from munu.inference.likelihood import Problem
from munu.inference.study import study
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.ray import Ray

# of the single bin: what is known to be expected besides, and up to which signal
_BEHIND, _MOST, _FINE = 3.0, 15.0, 301
# true moments of XENONnT [1e-12 mu_B]: close where methods differ
_TRUE = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 17.0, 20.0)
_LOOK = {"profile": (_style.BLUE, "-", "o"), "one_sided": (_style.SKY, "--", "v"),
         "power_constrained": (_style.PURPLE, "-.", "^"), "cls": (_style.ORANGE, ":", "D"),
         "feldman_cousins": (_style.GREEN, "-", "s")}
_WORDS = {"profile": "profile", "one_sided": "one-sided", "power_constrained": "power-constrained",
          "cls": r"CL$_s$", "feldman_cousins": "Feldman-Cousins"}


def draw(level: float | str = 0.90, experiments: int = 4000, toys: int = 4000, seed: int = 1
         ) -> Figure:
    """Coverage of every method against the true size, in two problems.

    Parameters
    ----------
    level : of the intervals
    experiments : drawn of XENONnT at each true moment
    toys : of each critical value of Feldman-Cousins
    seed : of both

    A few seconds of one core.
    """
    level = check_level(level)
    probe, mu = probes.get("xenonnt"), np.array(_TRUE)
    many = coverage(study([probe], Ray.portal()).even(), (1e-12 * mu) ** 2, level,
                    experiments=experiments, toys=toys, seed=seed)
    one = Problem.of(np.ones((1, 1)), np.zeros((0, 1)), fixed=np.array([_BEHIND]))
    few = coverage(one, np.linspace(0, _MOST, _FINE), level)
    fig, (left, right) = _style.new(7.4, 3.9, ncols=2, sharey=True)
    for m in METHODS:
        color, dash, mark = _LOOK[m]
        left.plot(few.signal, few.covered[m], color=color, ls=dash, lw=1.2, label=_WORDS[m])
        right.errorbar(mu, many.covered[m], many.error[m], color=color, ls=dash, lw=1.0,
                       marker=mark, ms=2.6, capsize=1.5, elinewidth=0.8)
    for ax in (left, right):
        ax.axhline(level, color="0.4", lw=0.7, zorder=0)
    lowest = min(x.min() for x in few.covered.values())
    left.set(xlim=(0, _MOST), ylim=(lowest - 0.02, 1.008), xlabel="true signal [events]",
             ylabel="intervals that hold the true size")
    right.set(xlim=(-0.4, mu[-1] + 0.4), xlabel=r"true $\mu_\nu$ [$10^{-12}\,\mu_B$]")
    words = [ax.text(0.97, 0.03, text, transform=ax.transAxes, ha="right", va="bottom", fontsize=9)
             for ax, text in ((left, f"one bin, background {_BEHIND:g} known"),
                              (right, f"{probe.title}, norm fitted"))]
    _events(right, mu, many)
    fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=5, fontsize=8)
    _style.stamp(fig, _style.STAMP + r";  universal, $M_N=0$")
    _labels.assert_no_overlap(fig, words)
    return Figure("coverage", fig, _columns(few, many, mu), _said(level, many), tuple(
        dict.fromkeys((*probe.papers, "Cowan2011", "FeldmanCousins1998", "CowanPCL2011"))))


def _events(ax, mu: np.ndarray, made: Coverage) -> None:
    """Events of signal along the top."""
    per = float(made.signal[-1] / mu[-1] ** 2)
    at = [n for n in (0, 5, 20, 50, 100, 150, 250) if n <= made.signal[-1]]
    top = ax.secondary_xaxis("top", functions=(
        lambda x: np.sign(x) * per * x**2,
        lambda n: np.sign(n) * np.sqrt(np.abs(n) / per)))
    top.set_xticks(at, [f"{n:g}" for n in at], fontsize=8)
    top.minorticks_off()
    top.set_xlabel("signal [events]", fontsize=8)
    ax.tick_params(axis="x", which="both", top=False)


def _columns(few: Coverage, many: Coverage, mu: np.ndarray) -> dict:
    rows = [{"problem": name, "method": m, "true": x, "signal": s, "coverage": c, "error": e}
            for name, made, sizes in (("one bin, events", few, few.signal),
                                      ("xenonnt, 1e-12 mu_B", many, mu))
            for m in METHODS for x, s, c, e in zip(
                sizes, made.signal, made.covered[m], made.error[m], strict=True)]
    return long_form(rows, {"problem": "1", "method": "1", "true": "1", "signal": "1",
                            "coverage": "1", "error": "1"})


def _said(level: float, many: Coverage) -> str:
    return (f"The share of experiments whose {100 * level:.4g} % interval holds the true size. "
            f"Left: one bin with a known background of {_BEHIND:g} events, all numbers of events "
            "summed; asymptotic methods fall below their level where events are few, and jump as "
            "the number does. Right: XENONnT with a free norm of the background, "
            f"{many.experiments} experiments at each true moment (seed {many.seed}; the same ones "
            "for every method, so its points move together), bars of one standard deviation by "
            "their number and that of toys. Near size 0 the profile covers more than it says, "
            "since the best fit cannot be below 0; below its least size a power-constrained limit "
            "excludes nothing, and CLs hardly anything where there is no sensitivity. Experiments "
            "are drawn with the norm of the background at 1.")
