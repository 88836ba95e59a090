"""Effective moments: what was published, what a talk prints, what munu computes from the data."""

from __future__ import annotations

import numpy as np

from munu import _data, atlas, probes
from munu.atlas import moments
from munu.inference import limit
from munu.plots import _style
from munu.plots.figure import Figure, long_form

# a published row and the probes that answer to the same experiment, top to bottom
ROWS = (
    ("krasnoyarsk_1992", None), ("rovno_1993", None), ("munu_2005", None),
    ("texono_csi_2010", None), ("texono_hpge_2007", "texono"), ("gemma_2012", "gemma"),
    ("conus_2022", "conus"), ("conus_2026", None), ("coherent_dresden_ii_2022", "dresden2"),
    ("conus_plus_2025", "conus_plus"), ("lampf_1993_nue", None), ("lampf_1993_numu", None),
    ("bnl_e734_1990", None), ("lsnd_2001", None), (None, "coherent_csi"), (None, "coherent_ar"),
    ("super_kamiokande_2004", None), ("borexino_2017", "borexino"), ("xenon1t_2020", "xenon1t"),
    ("pandax_4t_2025", "pandax4t"), ("lz_ws2022_2023", "lz"), ("xenonnt_2022", "xenonnt"),
)
_FLAVOR = {"coherent_csi": "mu", "coherent_ar": "mu"}
_REACTOR = ("gemma", "texono", "conus", "conus_plus", "dresden2")
X = (1e-12, 1e-8)


def draw() -> Figure:
    """The ladder of effective moments, and beside it the moments of the Lagrangian."""
    fig, (left, right) = _style.new(10.4, 6.6, ncols=2, width_ratios=(1.55, 1))
    rows, papers = _ladder(left)
    more, keys = _fundamental(right)
    _style.stamp(fig)
    return Figure(
        "effective_moments", fig, long_form([*rows, *more], {
            "panel": "1", "name": "1", "mark": "1", "flavor": "1", "mu": "mu_B"}),
        "Left: 90 % limits on the effective moment at M_N = 0: published (filled), as a talk "
        "prints them (open black), computed here from public data (diamonds) and sensitivities "
        "from exposure and background (open diamonds; GEMMA, TEXONO and CONUS with the exposures "
        "of their first data). CONUS+ and Dresden-II are computed with electrons besides "
        "nuclei, the published recast of CONUS+ with nuclei. Rovno is at 95 %; XENON1T's is an "
        "interval. "
        "Right: moments of the Lagrangian from XENONnT, Borexino, GEMMA, LSND and DONUT: one "
        "alone (filled), all others and all phases free (open).",
        tuple(dict.fromkeys((*papers, *keys, "JanaTalk"))))


def _computed(name: str):
    probe = probes.get(name)
    flavor = "e" if name in _REACTOR else _FLAVOR.get(name, "universal")
    return probe, limit(probe, flavor=flavor, expected=False, scan=False)


def _ladder(ax):
    printed = {r["limit"]: float(r["printed"]) for r in
               _data.load("bounds/talk_b_moments").rows()}
    rows, keys, labels = [], [], []

    def add(name, mark, flavor, mu, y, **style):
        ax.plot([mu], [y], ls="none", **style)
        rows.append({"panel": "ladder", "name": name, "mark": mark, "flavor": str(flavor),
                     "mu": float(mu)})

    n = len(ROWS)
    for i, (theirs, ours) in enumerate(ROWS):
        y = n - i
        if theirs is not None:
            x = atlas.get(theirs)
            color = _style.flavor_color(x.flavor)
            labels.append(x.meta["label"])
            keys += x.papers
            if x.lower[0] > 0:
                ax.plot([x.lower[0], x.upper[0]], [y, y], color=color, lw=1.4)
            add(theirs, "published", x.flavor, x.upper[0], y, marker="o", ms=5.5, color=color,
                mec=color, mfc=color if x.checked != "no" else "white", zorder=4)
            if theirs in printed:
                add(theirs, "printed by talk B", x.flavor, printed[theirs], y, marker="o", ms=9.5,
                    mfc="none", mec="k", mew=0.9, zorder=3)
        if ours is not None:
            probe, found = _computed(ours)
            keys += found.papers
            if theirs is None:
                labels.append(probe.title)
            real = probe.measured is not None
            if found.lower[0] > 0:
                ax.plot([found.lower[0], found.upper[0]], [y - 0.22] * 2, color=_style.ORANGE,
                        lw=1.2)
            add(ours, "computed" if real else "sensitivity", found.flavor, found.upper[0], y - 0.22,
                marker="D", ms=5.0, mec="#A86E00", mfc=_style.ORANGE if real else "white",
                zorder=5)
    ax.set(xscale="log", xlim=X, ylim=(0.2, n + 0.8))
    # two limits of one experiment are told apart by their flavor
    twice = [x for x in labels if labels.count(x) > 1]
    labels = [x if x not in twice else f"{x}, {_style.FLAVOR_TEXT[atlas.get(name).flavor]}"
              for x, (name, _) in zip(labels, ROWS, strict=True)]
    ax.set_yticks(np.arange(n, 0, -1), labels, fontsize=7.5)
    ax.tick_params(axis="y", which="minor", left=False, right=False)
    ax.tick_params(axis="y", which="major", right=False)
    ax.grid(axis="y", color="0.9", lw=0.6, zorder=0)
    ax.set_xlabel(r"effective moment, 90 % CL [$\mu_B$]")
    _legend(ax)
    return rows, keys


def _legend(ax):
    from matplotlib.lines import Line2D

    def mark(label, **style):
        return Line2D([], [], ls="none", label=label, **style)

    handles = [mark(f"published, {_style.FLAVOR_TEXT[f]}" if f != "universal" else
                    "published, solar", marker="o", ms=5.5, color=_style.FLAVOR[f])
               for f in ("e", "mu", "universal")]
    handles += [mark("as printed by talk B", marker="o", ms=9.5, mfc="none", mec="k"),
                mark("computed from data", marker="D", ms=5, mfc=_style.ORANGE, mec="#A86E00"),
                mark("sensitivity, no data", marker="D", ms=5, mfc="white", mec="#A86E00")]
    ax.legend(handles=handles, loc="lower right", fontsize=7, frameon=True, framealpha=1.0,
              edgecolor="0.85")


def _fundamental(ax):
    labels = {"d_e": r"$d_e$", "d_mu": r"$d_\mu$", "d_tau": r"$d_\tau$",
              **{f"lambda_{k}": rf"$\lambda_{k}$" for k in (1, 2, 3)},
              **{f"Lambda_{k}": rf"$\Lambda_{k}$" for k in (1, 2, 3)}}
    titles = {"portal": "one N, flavor", "dirac": "Dirac, mass", "majorana": "Majorana, mass"}
    rows, keys, ticks, y = [], [], [], 12.0
    for kind, color in (("portal", _style.GREEN), ("dirac", _style.BLUE),
                        ("majorana", _style.RED)):
        found = moments.fundamental(kind)
        keys += found.papers
        for name, alone, free in zip(found.names, found.alone, found.profiled, strict=True):
            ax.plot([alone, free], [y, y], color=color, lw=1.2)
            ax.plot([alone], [y], "o", color=color, ms=5.5)
            ax.plot([free], [y], "o", color=color, ms=9, mfc="none")
            ticks.append((y, labels[name]))
            rows += [{"panel": "fundamental", "name": f"{kind} {name}", "mark": mark, "flavor": "-",
                      "mu": float(mu)} for mark, mu in (("alone", alone), ("all free", free))]
            y -= 1
        ax.text(0.97, y + 2, titles[kind], color=color, fontsize=8, ha="right", va="center",
                transform=ax.get_yaxis_transform())
        y -= 0.6
    ax.set(xscale="log", xlim=(3e-12, 2e-10), ylim=(1.2, 12.8))
    ax.set_yticks([t for t, _ in ticks], [text for _, text in ticks])
    ax.tick_params(axis="y", which="minor", left=False, right=False)
    ax.tick_params(axis="y", which="major", right=False)
    ax.grid(axis="y", color="0.9", lw=0.6, zorder=0)
    ax.set_xlabel(r"moment of the Lagrangian [$\mu_B$]")
    return rows, keys
