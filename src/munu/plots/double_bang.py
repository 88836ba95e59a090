"""Two vertices in DUNE's near detector: how many, and how far apart, against the mass of N."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from munu import probes
from munu.couplings import DipolePortal, check_flavor, check_nature
from munu.plots import _style
from munu.plots.figure import Figure, long_form
from munu.probes import _beams
from munu.ray import Ray
from munu.units import MeV, m

#: moments, and masses of which the distances are shown [mu_B], [MeV]
SIZES = {1e-9: _style.BLUE, 3e-9: _style.GREEN, 1e-8: _style.RED}
MASSES = {200.0: _style.BLUE, 500.0: _style.GREEN, 1000.0: _style.RED}
_X, _APART, _BINS = (10.0, 5e3), 3e-9, 30


def draw(flavor: str = "mu", nature: str = "dirac", points: int = 61) -> Figure:
    """Draw events against the mass of N, and distances between the vertices.

    Parameters
    ----------
    flavor : ``universal`` (three N), ``e``, ``mu`` or ``tau`` (one N)
    nature : of N, ``dirac`` or ``majorana``
    points : masses
    """
    check_flavor(flavor)
    check_nature(nature, needed_by="the decay of N")
    M = np.geomspace(*_X, points)
    fig, (left, right) = _style.new(9.4, 4.4, ncols=2)
    rows: list[dict[str, Any]] = []
    held = {word: probes.get("dune_nd", signature=word) for word in ("photon", "double_bang")}
    curves = {word: p.expected(Ray.portal(M * MeV, flavor, nature)) for word, p in held.items()}
    for mu, color in SIZES.items():
        for word, dashes in (("photon", "--"), ("double_bang", "-")):
            many = curves[word].values(np.full(points, mu), np.arange(points))[:, 0]
            left.plot(M, many, dashes, color=color, lw=1.5, label=None if word == "photon" else
                      rf"$\mu_\nu={_power(mu)}\,\mu_B$")
            rows += [{"panel": word, "curve": f"{mu:g} mu_B", "x": a, "y": b}
                     for a, b in zip(M, many, strict=True)]
    left.axhline(_beams.EVENTS, color="0.35", lw=0.8, ls=":")
    left.set(xscale="log", yscale="log", xlim=_X, ylim=(0.1, 1e11), xlabel=r"$M_N$ [MeV]",
             ylabel="events")
    left.legend(loc="upper right", title="solid: two vertices; dashed: a photon")
    edges = np.linspace(0, _length(held["double_bang"]), _BINS + 1)
    for mass, color in MASSES.items():
        apart = _apart(held["double_bang"], DipolePortal(_APART, mass * MeV, flavor, nature), edges)
        per = apart / np.diff(edges)
        right.stairs(per, edges, baseline=None, color=color, lw=1.5, label=rf"$M_N={mass:g}$ MeV")
        rows += [{"panel": "apart", "curve": f"{mass:g} MeV", "x": a, "y": b}
                 for a, b in zip(0.5 * (edges[1:] + edges[:-1]), per, strict=True)]
    right.set(yscale="log", xlim=(0, edges[-1]), xlabel="distance between the vertices [m]",
              ylabel="events per m")
    right.legend(loc="upper right", title=rf"$\mu_\nu={_power(_APART)}\,\mu_B$")
    _style.stamp(fig)
    return Figure("double_bang", fig, long_form(rows, {
        "panel": "1", "curve": "1", "x": "1", "y": "1"}),
        f"DUNE's near detector, flavor {flavor}, {nature}. Left: photons of N that decays in the "
        "argon (dashed), and those 1 m or more from a proton or electron of 50 MeV or more with "
        "which N was made (solid); recoils of the nucleus as a whole are unseen. Dotted: three "
        "events. Right: how far the two are apart, before any least distance. In the table x is "
        "the mass in MeV or the distance in m, y events or events per m.",
        held["double_bang"].papers)


def _length(probe: probes.Probe) -> float:
    """Of the detector along the beam [m]."""
    return float(probe.setting.beams[0].geometry.chords()[0].max()) / m


def _apart(probe: probes.Probe, portal: DipolePortal, edges: np.ndarray) -> np.ndarray:
    """Events by distance, for edges [m]."""
    rows = _beams.given(probe.setting.beams, portal, probe.name)
    return np.array([sum(float(row.double_bang(1.0, a * m, b * m)[0]) for row in rows)
                     for a, b in pairwise(edges)])


def _power(mu: float) -> str:
    """A moment as mathtext."""
    power = int(np.floor(np.log10(mu)))
    head = mu / 10.0**power
    return rf"10^{{{power}}}" if abs(head - 1) < 1e-9 else rf"{head:g}\times10^{{{power}}}"
