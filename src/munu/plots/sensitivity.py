"""The median expected limit of a probe against its exposure, its background growing alike."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import grid, probes
from munu.errors import DomainError
from munu.inference import limit
from munu.inference.record import Limit
from munu.parameters import About, Quantity, declared
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes.probe import Probe
from munu.units import keV, per_unit, to_float

# of the probe's own exposure, where the range is not given
SPAN, POINTS = (0.05, 200.0), 41


@declared
def draw(probe: Annotated[str, About("name of one with an option exposure")] = "xenonnt",
         options: Annotated[str, About("of the probe, as flat=40 /(t yr keV); several with ; "
                                       "between them")] = "",
         exposure: Annotated[str | None, About("range, as '0.1 t yr:100 t yr:31'; default 0.05 to "
                                               "200 times the probe's own")] = None,
         flavor: Annotated[str, About("universal, e, mu or tau")] = "universal",
         M_N: Annotated[Quantity, About("mass of N", "keV", bare=True)] = 0.0,
         nature: Annotated[str | None, About("where the probe asks for it",
                                             choices=("dirac", "majorana"))] = None,
         level: Annotated[float | None, About("confidence level, default 0.9")] = None) -> Figure:
    """Draw what the median experiment without a signal excludes."""
    given = _options(options)
    own = probes.get(probe, **given)
    known = next((p for p in probes.parameters(probe) if p.name == "exposure"), None)
    if known is None:
        have = [n for n in probes.names() if any(p.name == "exposure"
                                                 for p in probes.parameters(n))]
        raise DomainError(f"{probe} has no option exposure; those that have: {', '.join(have)}")
    unit, today = known.unit, per_unit(to_float(own.options["exposure"], known.unit), known.unit)
    asked = np.unique(per_unit(grid.values(exposure, unit, "exposure"), unit)) if exposure else \
        today * np.geomspace(*SPAN, POINTS)

    def of(made: Probe) -> Limit:
        return limit(made, M_N=M_N, flavor=flavor, nature=nature, level=level, scan=False,
                     systematic=False)

    here = of(own)
    median = here.expected or here
    at = "criterion" if here.level is None else f"{100 * here.level:g} % CL"
    found, why = {}, ""
    for x in asked.tolist():
        try:
            # as a text that reads back to the same bits
            found[x] = of(probes.get(probe, **given | {"exposure": f"{x!r} {unit}"}))
        except DomainError as err:
            why = str(err)
    if len(found) < 2:
        raise DomainError(why or "exposure needs two values at least, as '1 t yr:100 t yr:31'")
    fig, ax = _style.new(6.6, 4.8)
    t = np.array([*found])
    mu = np.array([(x.expected or x).upper[0] for x in found.values()])
    guide = median.upper[0] * (t / today) ** -0.25
    ax.set(xscale="log", yscale="log", xlim=(t[0], t[-1]),
           xlabel=f"exposure [{unit}]", ylabel=rf"$\mu_\nu$ [$\mu_B$], {at}")
    rows = [{"curve": "median", "exposure": a, "mu": b} for a, b in zip(t, mu, strict=True)]
    for name, alpha in (("2 sigma", 0.15), ("1 sigma", 0.3)):
        bands = [x.bands[name][:, 0] for x in found.values() if name in x.bands]
        if len(bands) == len(found):
            low, high = np.array(bands).T
            ax.fill_between(t, low, high, color=_style.ORANGE, alpha=alpha, lw=0,
                            label=name.replace("sigma", r"$\sigma$"))
            rows += [{"curve": f"{edge} {name}", "exposure": a, "mu": b} for edge, side in
                     (("lower", low), ("upper", high)) for a, b in zip(t, side, strict=True)]
    ax.plot(t, mu, color=_style.ORANGE, lw=2.2,
            label="criterion" if here.level is None else "median expected")
    ax.plot(t, guide, color="0.4", lw=1.0, ls="--", label=r"exposure$^{-1/4}$")
    rows += [{"curve": "guide", "exposure": a, "mu": b} for a, b in zip(t, guide, strict=True)]
    ax.axvline(today, color="0.6", lw=0.8, ls=":")
    ax.plot([today], median.upper, "o", color="#A86E00", ms=6, zorder=6,
            label=f"{today:g} {unit}: expected {median.upper[0]:.2e}")
    rows.append({"curve": "own, median", "exposure": today, "mu": median.upper[0]})
    if own.measured is not None and here.expected is not None and np.isfinite(here.upper[0]):
        ax.plot([today], here.upper, "D", mfc="white", mec="k", ms=5.5, zorder=6,
                label=f"observed {here.upper[0]:.2e}")
        rows.append({"curve": "own, observed", "exposure": today, "mu": here.upper[0]})
    ax.legend(loc="upper right", fontsize=8, title=own.title, title_fontsize=8.5)
    mass = "$M_N=0$" if M_N == 0 else f"$M_N$ = {M_N / keV:g} keV"
    _style.stamp(fig, _style.STAMP + f";  {flavor}, {mass}" + (f", {nature} N" if nature else ""))
    _labels.assert_no_overlap(fig)
    return Figure("sensitivity", fig, long_form(rows, {
        "curve": "1", "exposure": unit, "mu": "mu_B"}),
        f"What the median experiment like {own.title} excludes ({at}) against its "
        "exposure, with the background per exposure and its error kept as they are. Where the "
        "background is known from the same counts, mu^2 gains with the root of the exposure and mu "
        "with its fourth root (dashed, through the probe's own exposure); few counts gain faster, "
        "a background that is known to a fixed relative error slower. No systematic error beyond "
        "those of the probe grows or shrinks."
        + (f" Not drawn: {asked.size - len(found)} exposures that the probe refuses ({why})."
           if why else ""), here.papers)


def _options(text: str) -> dict[str, str]:
    out = {}
    for item in (x.strip() for x in text.split(";") if x.strip()):
        key, equals, value = (x.strip() for x in item.partition("="))
        if not (key and equals and value) or key == "exposure":
            raise DomainError(f"options: '{item}' must read key=value, as sun=GS98; the exposure "
                              "has an option of its own")
        out[key] = value
    return out
