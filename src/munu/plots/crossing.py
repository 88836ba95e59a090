"""Where Borexino and the reactors overtake XENONnT: limits on a universal moment against M_N."""

from __future__ import annotations

import numpy as np

from munu import atlas
from munu.inference.record import Limit
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV, keV

PROBES = (("xenonnt", _style.ORANGE), ("lz", _style.SKY), ("borexino", _style.BLUE),
          ("conus_plus", _style.GREEN), ("dresden2", _style.PURPLE), ("coherent_csi", _style.RED))
MASSES = (10 * keV, 40 * MeV, 181)
Y = (3e-12, 3e-8)


def overtakes(first: Limit, second: Limit) -> list[float]:
    """Masses above which ``second`` is stronger than ``first``, by log interpolation [energy].

    Both on the same masses.
    """
    with np.errstate(invalid="ignore"):
        gap = np.log(second.upper) - np.log(first.upper)
    # beyond a probe's reach it has no limit: the other one is stronger
    gap = np.where(np.isnan(gap), 0.0, np.clip(gap, -50, 50))
    i = np.flatnonzero((gap[:-1] > 0) & (gap[1:] <= 0))
    t = gap[i] / (gap[i] - gap[i + 1])
    x = np.log(first.axis)
    return [float(m) for m in np.exp(x[i] + t * (x[i + 1] - x[i]))]


def draw() -> Figure:
    """The limits of six experiments, and the masses where they cross."""
    from munu import probes

    masses = np.geomspace(*MASSES)
    fig, ax = _style.new(7.2, 5.2)
    ax.set(xscale="log", yscale="log", xlim=(MASSES[0] / MeV, MASSES[1] / MeV), ylim=Y)
    items, rows, made, dotted = [], [], {}, []
    for name, color in PROBES:
        probe = probes.get(name)
        made[name] = x = atlas.computed(probe, M_N=masses)
        good = np.isfinite(x.upper) & (x.upper < 1e-3)
        M, mu = x.axis[good] / MeV, x.upper[good]
        ax.plot(M, mu, color=color, lw=2.2 if name == "xenonnt" else 1.6)
        ax.plot(M, x.expected[good], color=color, lw=0.8, ls=":")
        dotted.append((M, x.expected[good]))
        seen = (mu < Y[1]) & (mu > Y[0])
        items.append({"text": probe.title + (" (Fef)" if name == "dresden2" else ""), "x": M[seen],
                      "y": mu[seen], "color": color})
        rows += [{"probe": name, "M_N": m, "mu": u, "expected": e} for m, u, e in
                 zip(M, mu, x.expected[good], strict=True) if np.isfinite(e)]
    crossings = {n: overtakes(made["xenonnt"], made[n]) for n in ("borexino", "conus_plus",
                                                                  "coherent_csi")}
    for name in ("borexino",):
        for m in crossings[name][:1]:
            at = np.exp(np.interp(np.log(m), np.log(masses), np.log(made[name].upper)))
            ax.plot([m / MeV] * 2, [Y[0], at], color="0.4", lw=0.9, ls="--")
            ax.plot([m / MeV], [at], "o", color="k", ms=4)
            ax.text(m / MeV * 1.06, Y[0] * 1.25, f"{m / keV:.0f} keV", fontsize=8, color="0.25")
    ax.set_xlabel(r"$M_N$ [MeV]")
    ax.set_ylabel(r"$\mu_\nu$ [$\mu_B$], 90 % CL")
    _style.stamp(fig, _style.STAMP + ";  universal, profile; dotted: expected")
    texts = _labels.place(ax, items, also=dotted)
    _labels.assert_no_overlap(fig, texts)
    said = "; ".join(f"{n} overtakes XENONnT at " + ", ".join(f"{m / keV:.0f}" for m in found)
                     + " keV" for n, found in crossings.items() if found)
    return Figure("crossing", fig, long_form(rows, {"probe": "1", "M_N": "MeV", "mu": "mu_B",
                                                    "expected": "mu_B"}),
                  f"Limits on a universal moment from public data. {said}; the dot marks the "
                  "first. Dresden-II with the iron-filter quenching; the steps of Borexino are the "
                  "ends of the 7Be and pep lines.",
                  tuple(dict.fromkeys(k for x in made.values() for k in x.papers)))
