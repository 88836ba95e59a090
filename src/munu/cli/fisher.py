"""``munu fisher``."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out, _parameters
from munu.cli import _values as v
from munu.errors import DomainError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fisher")(fisher)


def fisher(
    probe: str = typer.Argument(..., help="Name of a probe, several as xenonnt+lz, or the path of "
                                "a card", autocompletion=_completion.probe),
    mass: str = typer.Option("0", help="Mass of N, e.g. 50keV"),
    along: str = typer.Option("mu", help="mu, q, r2, or a direction, as of munu limit"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana"),
    size: str = typer.Option("0", help="True size, in mu_B, e or with its unit"),
    times: str = typer.Option("1", help="Exposure over the probe's own"),
    level: str = typer.Option("0.90", help="Of the limit at size 0"),
    flux_nuisances: bool = typer.Option(False, help="Let each flux float in its error"),
    background_error: str = typer.Option(None, help="Relative error of the background norm"),
    mixed: list[str] = typer.Option([], "--mixing-error", help="A part of the mixing with its "
                                    "error, e.g. s12=0.012 or dm21=2e-6eV^2; may repeat"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat"),
    parameters: bool = typer.Option(False, "--parameters", help="What options the probe has"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Errors that an experiment will have: a Fisher forecast of the coupling and all nuisances."""
    if parameters:
        _parameters.show("probes", probe, as_json)
        return
    from munu.cli import _chosen
    from munu.inference import forecast

    place = _out.target(out)
    made = forecast.fisher(
        _chosen.probes(probe, v.options(option)), along, v.masses(mass), v.flavor(flavor), nature,
        size=size, times=v.number(times, "times"), level=level, flux_nuisances=flux_nuisances,
        background_error=None if background_error is None else
        v.number(background_error, "background_error"), mixing=errors(mixed))
    data = made.as_dict()
    data |= _out.write(place, data, made.columns, ("parameters",))
    v.emit(data, as_json, _lines(made, data), _out.wrote(data))


def errors(texts: list[str]) -> dict[str, float]:
    """Parts of the mixing with their errors."""
    out: dict[str, float] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise DomainError(f"--mixing-error '{text}' must read part=error, as s12=0.012")
        if key in out:
            raise DomainError(f"--mixing-error {key} is given twice")
        out[key] = v.number(value, key, low=0.0, like="eV^2" if key.startswith("dm") else "1")
    return out


def _lines(made: Any, data: dict[str, Any]) -> list[str]:
    unit = "" if data["unit"] == "1" else f" {data['unit']}"
    what = "no signal" if made.size == 0 else f"size {v.shown(data['size'])}{unit}"
    lines = [f"{made.name} along {data['along']}: {v.shown(made.times)} times its exposure, {what}"]
    limit = "none, nothing measures it" if data["upper"] is None else \
        f"{v.shown(data['upper'])}{unit} at {100 * made.level:.6g} %, Gaussian (as of profile)"
    lines.append(f"expected limit {limit}" if made.size == 0 else
                 f"significance {v.shown(made.significance)} sigma, Gaussian")
    wide = max(9, *(len(r["parameter"]) for r in data["parameters"]))
    lines.append(f"{'parameter':<{wide}}  {'value':>10} {'error':>10} {'alone':>10} {'prior':>10} "
                 f"{'correlation':>11}")
    lines += [f"{r['parameter']:<{wide}}  " + " ".join(
        f"{'-' if r[n] is None else v.shown(r[n]):>{w}}" for n, w in (
            ("value", 10), ("error", 10), ("alone", 10), ("prior", 10), ("correlation", 11)))
        for r in data["parameters"]]
    lines += [f"note: {x}" for x in made.notes]
    lines += [f"assumed: {x}" for x in made.assumptions]
    return [*lines, f"cite: {', '.join(made.papers)}"]
