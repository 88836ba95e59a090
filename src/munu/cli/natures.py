"""``munu natures``."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _parameters
from munu.cli import _values as v
from munu.errors import DomainError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("natures")(natures)


def natures(
    probe: str = typer.Argument(..., help="Name of a probe that sees photons of N, e.g. miniboone",
                                autocompletion=_completion.probe),
    mass: str = typer.Option("0.2GeV", help="Mass of N, which is known, e.g. 200MeV"),
    mu: str = typer.Option("1e-9", help="Moment of N, a pure number in mu_B; it is fitted again"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or 1,1,1"),
    true: str = typer.Option("majorana", help="Nature that N has: majorana or dirac"),
    level: list[str] = typer.Option(["90%", "3 sigma"], help="One-sided: 90%, 0.95 or '3 sigma'; "
                                    "may repeat"),
    background: str = typer.Option("0", help="Events besides, at the probe's own exposure, the "
                                   "same in every bin"),
    toys: int = typer.Option(0, help="Experiments drawn of each nature, 100 to 50000; 0 is none"),
    seed: int = typer.Option(1, help="Of the toys"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. lowest=50MeV; may repeat"),
    parameters: bool = typer.Option(False, "--parameters", help="What options the probe has"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Dirac or Majorana: how many photons of N, and what exposure, tell."""
    if parameters:
        _parameters.show("probes", probe, as_json)
        return
    from munu.cli import _chosen
    from munu.inference import natures as planner

    chosen = _chosen.probes(probe, v.options(option))
    if len(chosen) != 1:
        raise DomainError(f"natures are told apart by one probe; '{probe}' are {len(chosen)}")
    found = planner.natures(
        chosen[0], mass, v.number(mu, "mu", low=0.0, like="mu_B"), v.flavor(flavor), true=true,
        levels=level, background=v.number(background, "background", low=0.0), toys=toys, seed=seed)
    data = found.as_dict()
    v.emit(data, as_json, _lines(found, data))


def _lines(found: Any, data: dict[str, Any]) -> list[str]:
    lines = [f"{found.name}: N is {found.true}, {data['M_N_MeV']:g} MeV, mu = {found.mu:g} mu_B, "
             f"flavor {found.flavor}; {v.shown(found.expected)} photons at its exposure"]
    if found.why:
        return [*lines, f"{found.other} is never rejected: {found.why}"]
    lines.append(f"closest {found.other}: mu = {found.mu_other:.4g} mu_B")
    lines += [f"{found.other} rejected at {x}: {v.shown(n)} photons, {v.shown(e)} times its "
              "exposure" + (f" (asymptotic {v.shown(found.needs['all'][x] * found.expected)})"
                            if x in found.toys else "")
              for (x, n), e in zip(found.events_needed.items(), found.exposure.values(),
                                   strict=True)]
    wide = max(len(what) for what in found.told)
    lines += [f"  by {what:<{wide}}  q {q:.4g} an event" for what, q in found.told.items()]
    lines += [f"note: {x}" for x in found.notes]
    lines += [f"assumed: {x}" for x in found.assumptions]
    return [*lines, f"cite: {', '.join(found.papers)}"]
