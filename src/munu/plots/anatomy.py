"""What a limit hangs on: d ln limit / d ln input for each input of a probe, strongest first."""

from __future__ import annotations

from textwrap import fill
from typing import Annotated

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from munu import probes
from munu.errors import DomainError
from munu.inference._levers import ALL, KINDS
from munu.inference.inputs import Anatomy, Input, anatomy
from munu.parameters import About, Quantity
from munu.plots import _style
from munu.plots.figure import Figure
from munu.probes.probe import Probe
from munu.units import MeV, keV

COLOR = {"counts": _style.BLACK, "efficiency": _style.SKY, "background": "0.55",
         "flux": _style.ORANGE, "mixing": _style.GREEN, "shells": _style.PURPLE,
         "options": _style.BLUE, "choices": _style.RED}
SAID = {"counts": "what was seen", "efficiency": "efficiency", "background": "background",
        "flux": "flux", "mixing": "mixing", "shells": "shells", "options": "numbers told",
        "choices": "choices"}
# smaller than this is no bar [1]
_LEAST = 1e-4
# bars of one kind at most, and the step [ln] from which ratios are drawn in their logarithm
_EACH, _FAR = 7, 0.7


def draw(probe: Annotated[Probe | str, About("name, or path of a card")] = "xenonnt",
         flavor: Annotated[str, About("universal, e, mu or tau")] = "universal",
         M_N: Annotated[Quantity, About("mass of N", "keV")] = "0 keV",
         along: Annotated[str, About("what the limit is on, as of munu limit")] = "mu",
         nature: Annotated[str | None, About("dirac or majorana")] = None,
         options: Annotated[tuple | str | None, About("of the probe, as core=derocco,redshift=true"
                                                      )] = None,
         only: Annotated[tuple | str, About("kinds of input: " + ", ".join(KINDS))] = KINDS,
         most: Annotated[int, About("bars")] = 22,
         step: Annotated[float, About("of the differences, in the logarithm")] = 0.02) -> Figure:
    """A tornado chart: slopes at the left, choices at the right."""
    if most < 1:
        raise DomainError(f"most = {most} must be at least 1")
    chosen = probe if isinstance(probe, Probe) else probes.get(probe, **_told(options))
    if options and isinstance(probe, Probe):
        raise DomainError("options are for a probe by name; this one is made already")
    made = anatomy(chosen, along, float(M_N), flavor=flavor, nature=nature, only=only, step=step)
    slopes, steps = (_strongest(made, stepped, most) for stepped in (False, True))
    panels = [x for x in (slopes, steps) if x]
    if not panels:
        raise DomainError(f"no input of {chosen.name} moves its limit: " + "; ".join(
            f"{k}: {x}" for k, x in made.unmoved.items()))
    sizes = [max(len(x), 2) for x in panels]
    fig, axes = _style.new(5.6, 1.3 + 0.175 * sum(sizes) + 0.45 * len(panels), nrows=len(panels),
                           squeeze=False, height_ratios=sizes)
    for ax, many in zip(axes[:, 0], panels, strict=True):
        _bars(ax, many)
    x = made.limit
    name, size = ("MeV", MeV) if float(M_N) >= MeV else ("keV", keV)
    at = f"M_N = {float(M_N) / size:g} {name}, " if x.axis is not None else ""
    fig.suptitle(f"{chosen.title}, {flavor}, {at}{x.along} < {x.upper[0] / x.factor:.3g} "
                 f"{x.unit}".replace("mu_B", r"$\mu_B$").replace("M_N", "$M_N$")
                 .replace("mu <", r"$\mu_\nu$ <"), fontsize=9)
    _style.stamp(fig)
    return Figure("anatomy", fig, made.columns, _caption(made, chosen, slopes, steps),
                  tuple(dict.fromkeys((*chosen.papers, *x.papers))))


def _told(options: tuple | str | None) -> dict[str, object]:
    """``key=value`` of a probe."""
    out: dict[str, object] = {}
    for text in (options,) if isinstance(options, str) else options or ():
        key, equals, value = str(text).partition("=")
        if not (key and equals and value):
            raise DomainError(f"options = '{text}' must read key=value, as quenching=fef")
        out[key.strip()] = {"true": True, "false": False}.get(value.lower(), value.strip())
    return out


def _strongest(made: Anatomy, stepped: bool, most: int) -> list[Input]:
    """Bars, the strongest first, some of each kind; what moves all of one where it has no parts."""
    many = sorted((i for i in made.inputs if i.stepped == stepped and abs(i.size) > _LEAST
                   and (not i.name.endswith(ALL) or not made.of(i.kind))),
                  key=lambda i: -abs(i.size))
    few: list[Input] = []
    for i in many:
        if stepped or sum(x.kind == i.kind for x in few) < _EACH:
            few.append(i)
    return few[:most]


def _bars(ax, many: list[Input]) -> None:
    y = np.arange(len(many))[::-1]
    stepped = many[0].stepped
    # a choice is a ratio of limits, even on a linear axis where all are near 1
    far = stepped and max(abs(i.size) for i in many) > _FAR
    for k, i in zip(y, many, strict=True):
        end = np.exp(i.size) if stepped else i.size
        ax.barh(k, end - stepped, left=float(stepped), height=0.72, color=COLOR[i.kind], lw=0)
        if i.kinked:
            ax.plot([i.below, i.above], [k, k], color="k", lw=1.2, marker="|", ms=6)
    ax.axvline(float(stepped), color="k", lw=0.8)
    ax.set_yticks(y, [fill(_name(i), 34) for i in many], fontsize=7.5)
    for label, i in zip(ax.get_yticklabels(), many, strict=True):
        label.set_color(COLOR[i.kind])
    ax.tick_params(axis="y", length=0, which="both")
    ax.set_ylim(-0.7, len(many) - 0.3)
    if far:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
    if stepped:
        ax.set_xlabel("limit with another choice over the limit", fontsize=9)
        ax.margins(x=0.08)
    else:
        widest = 1.1 * max(abs(x) for i in many for x in (i.size, i.below, i.above))
        ax.set_xlim(-widest, widest)
        ax.set_xlabel(r"$\mathrm{d}\,\ln\,$limit / $\mathrm{d}\,\ln\,$input", fontsize=9)


def _name(i: Input) -> str:
    if i.kind in ("options", "choices", "background") or " edge" in i.name or "ceiling" in i.name:
        return i.name
    return f"{SAID[i.kind]}, {i.name}"


def _caption(made: Anatomy, probe: Probe, slopes: list[Input], steps: list[Input]) -> str:
    drawn = len(slopes) + len(steps)
    totals = [f"{SAID[i.kind]} {i.size:+.3f}" for i in made.inputs
              if i.name.endswith(ALL) and made.of(i.kind)]
    still = "; ".join(f"{k} ({x})" for k, x in made.unmoved.items())
    kinked = [_name(i) for i in made.inputs if i.kinked]
    words = [f"The limit of {probe.title} and its inputs, {drawn} of {len(made.inputs)} that were "
             "moved; the table has them all."]
    if slopes:
        words.append("Bars: by what power of an input the limit goes, by central differences of "
                     f"{made.step:g} in the logarithm, at most seven of a kind. "
                     "Efficiency is what a coupling makes in a bin; shells are their "
                     "electrons that count.")
    if totals:
        words.append(f"All of a kind together: {', '.join(totals)}.")
    if steps:
        words.append("Red: the limit with another choice over the limit.")
    if kinked:
        words.append("The slopes to both sides differ (black line), so it is no power: "
                     f"{', '.join(kinked)}.")
    if still:
        words.append(f"Not moved: {still}.")
    return " ".join(words)
