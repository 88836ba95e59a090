"""Moments of the Lagrangian fitted to data: the profile of each, and its intervals."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu.atlas.joint import CLAIMS, PROBES, TOTAL, Joint, joint
from munu.atlas.moments import KINDS, Moments, fundamental
from munu.parameters import About
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form

_COLORS = (_style.BLUE, _style.RED, _style.GREEN, _style.BLACK)
_TEXT = {"d_e": r"$d_e$", "d_mu": r"$d_\mu$", "d_tau": r"$d_\tau$",
         **{f"{a}_{k}": rf"$\{a}_{k}$" for a in ("lambda", "Lambda") for k in (1, 2, 3)},
         TOTAL: "total"}
_TITLES = {"portal": r"one massless $N$; each $d_\alpha$ is a $\mu$, not $\mu/2$",
           "dirac": "Dirac neutrinos, mass basis", "majorana": "Majorana neutrinos, mass basis"}
# of -2 ln L, in rises of the level; moments are shown in it [mu_B]
_HIGH, _UNIT = 2.2, 1e-11


def draw(kind: Annotated[str, About("moments", choices=tuple(KINDS))] = "portal",
         probes: Annotated[str, About("comma-separated")] = ",".join(PROBES),
         points: Annotated[int, About("sizes of each curve")] = 9,
         plane: Annotated[str | None, About("two moments, as d_e,d_mu: the region of both in place "
                                            "of the intervals")] = None) -> Figure:
    """Draw the profile of each moment, and its intervals."""
    many = _split(probes)
    found = joint(kind, many, CLAIMS, points=points, plane=None if plane is None
                  else tuple(_split(plane)))
    apart = fundamental(kind)
    fig, (left, right) = _style.new(7.4, 3.5, ncols=2, width_ratios=(1.2, 1))
    rows = []
    for name, color in zip(found.names, _COLORS, strict=True):
        if name not in found.curves:
            continue
        x, y = found.curves[name]
        # the profile is a smooth function of the square of a size near 0, and of the size beyond
        fine = np.linspace(x[0], x[-1], 200)
        left.plot(fine / _UNIT, _smooth(x, y, fine), color=color, lw=1.6, label=_TEXT[name])
        left.plot(x / _UNIT, y, "o", color=color, ms=2.5)
        rows += [_row("profile", name, a, b) for a, b in zip(x, y, strict=True)]
    left.axhline(found.rise, color="0.5", lw=0.9, ls=":")
    ends = [x / _UNIT for _, x in found.profiled if np.isfinite(x)]
    left.set(xlim=(0, 1.15 * max(ends, default=1.0)), ylim=(-0.05 * found.rise, _HIGH * found.rise),
             xlabel=r"size [$10^{-11}\,\mu_B$]", ylabel=r"$-2\,\Delta\ln L$, all else profiled")
    left.legend(loc="lower right", fontsize=8)
    left.set_title(_TITLES[kind], fontsize=8.5)
    rows += _intervals(right, found, apart) if found.plane is None else \
        _region(right, found, found.plane)
    _style.stamp(fig)
    _labels.assert_no_overlap(fig)
    return Figure("joint_moments", fig, long_form(rows, {
        "mark": "1", "moment": "1", "size": "mu_B", "ratio": "1"}),
        f"Moments of kind {kind}"
        + (" (each d is a mu, not mu/2)" if kind == "portal" else "")
        + f" fitted to {', '.join((*found.probes, *found.claims))}, whose "
        "likelihoods multiply (a parabola where only a bound is public). Left: -2 ln L above its "
        "least value against the size of each moment, and of all together (root of the sum of "
        "squares), with the other moments, all phases, fluxes and backgrounds profiled; dotted: "
        f"{100 * found.level:g} %. Right: " + (
            "the intervals; circles with all others free, dots with the others 0, ticks what the "
            "published limits of XENONnT, Borexino, GEMMA, LSND and DONUT leave with all others "
            "free." if found.plane is None else
            f"the region of both moments, {100 * found.level:g} % (two parameters, solid) and "
            "where -2 ln L has risen by 1 (dashed), the third and all phases profiled."),
        tuple(dict.fromkeys((*found.papers, *apart.papers))))


def _split(text: str) -> list[str]:
    return [x.strip() for x in text.split(",") if x.strip()]


def _intervals(right, found: Joint, apart: Moments) -> list[dict]:
    """Each moment's interval, beside what published limits leave."""
    rows = []
    y = np.arange(len(found.names), 0, -1)
    for k, (name, color) in enumerate(zip(found.names, _COLORS, strict=True)):
        (low, high), alone = found.profiled[k] / _UNIT, found.alone[k] / _UNIT
        right.plot([low, high], [y[k], y[k]], color=color, lw=5, alpha=0.35,
                   solid_capstyle="butt")
        right.plot([high], [y[k]], "o", color=color, ms=9, mfc="none")
        rows.append(_row("all free", name, found.profiled[k][1], found.rise))
        if np.isfinite(alone[1]):
            right.plot([alone[1]], [y[k]], "o", color=color, ms=5.5)
            rows.append(_row("alone", name, found.alone[k][1], found.rise))
        if name in apart.names:
            at = float(apart.profiled[apart.names.index(name)])
            right.plot([at / _UNIT], [y[k] - 0.28], "|", color="k", ms=9, mew=1.6)
            rows.append(_row("published limits, all free", name, at, found.rise))
    right.set_yticks(y, [_TEXT[n] for n in found.names])
    right.tick_params(axis="y", which="minor", left=False, right=False)
    right.set(xlim=(0, None), ylim=(0.4, len(y) + 0.6),
              xlabel=rf"{100 * found.level:g} % CL [$10^{{-11}}\,\mu_B$]")
    right.set_title("circles: others free; dots: alone; ticks: published", fontsize=7.5)
    return rows


def _region(right, found: Joint, plane: tuple) -> list[dict]:
    """The region of two moments."""
    from scipy.interpolate import RectBivariateSpline

    (one, two), x, y, ratio = plane
    order = min(3, x.size - 1)
    across, up = (np.linspace(v[0], v[-1], 120) for v in (x, y))
    smooth = RectBivariateSpline(x, y, ratio, kx=order, ky=order)(across, up)
    for rise, ls in ((found.plane_rise, "-"), (1.0, "--")):
        right.contour(across / _UNIT, up / _UNIT, smooth.T, levels=[rise], colors=[_style.BLUE],
                      linestyles=[ls], linewidths=[1.6])
    right.set(xlabel=rf"{_TEXT[one]} [$10^{{-11}}\,\mu_B$]",
              ylabel=rf"{_TEXT[two]} [$10^{{-11}}\,\mu_B$]", xlim=(0, None), ylim=(0, None))
    right.set_title(f"solid: {100 * found.level:g} % of both; dashed: rise of 1", fontsize=7.5)
    return [_row(f"{one}, {two} = {b:.6g}", one, a, r) for a, row in zip(x, ratio, strict=True)
            for b, r in zip(y, row, strict=True)]


def _smooth(x, y, fine):
    from scipy.interpolate import PchipInterpolator

    return PchipInterpolator(x, y)(fine)


def _row(mark: str, moment: str, size: float, ratio: float) -> dict:
    return {"mark": mark, "moment": moment, "size": float(size), "ratio": float(ratio)}
