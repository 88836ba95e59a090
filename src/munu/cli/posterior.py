"""``munu posterior``."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out, _parameters
from munu.cli import _values as v
from munu.cli.fisher import errors
from munu.errors import DomainError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("posterior")(posterior)


def posterior(
    probe: str = typer.Argument(..., help="Name of a probe, several as xenonnt+lz, or the path of "
                                "a card", autocompletion=_completion.probe),
    prior: str = typer.Option(None, help="Of the size: flat_mu, flat_mu2, log_mu; flat_q, "
                              "flat_r2. There is no default: the limit rests on it"),
    lowest: str = typer.Option(None, help="Least size, of log_mu"),
    mass: str = typer.Option("0", help="Mass of N, e.g. 50keV"),
    along: str = typer.Option("mu", help="mu, q, r2, or a direction, as of munu limit"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana"),
    level: str = typer.Option("0.90", help="Of the upper limit"),
    draws: int = typer.Option(2000, help="Of each of four chains"),
    warmup: int = typer.Option(1000, help="Before that, not kept"),
    seed: int = typer.Option(1, help="Of the draws"),
    flux_nuisances: bool = typer.Option(False, help="Let each flux float in its error"),
    background_error: str = typer.Option(None, help="Relative error of the background norm"),
    mixed: list[str] = typer.Option([], "--mixing-error", help="A part of the mixing with its "
                                    "error, e.g. s12=0.012 or dm21=2e-6eV^2; may repeat"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat"),
    parameters: bool = typer.Option(False, "--parameters", help="What options the probe has"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    plot: str = typer.Option(None, help="Draw it, .pdf, .png or .svg, its numbers beside it"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """What data say of a coupling once a prior is named; needs the extra munu[jax]."""
    if parameters:
        _parameters.show("probes", probe, as_json)
        return
    from munu.cli import _chosen
    from munu.inference import posterior as sampler

    if prior is None:
        raise DomainError("--prior is needed, the limit rests on it: flat_mu, flat_mu2 or log_mu "
                          "(with --lowest); flat_q, flat_r2")
    place, picture = _out.target(out), _out.picture(plot)
    made = sampler.posterior(
        _chosen.probes(probe, v.options(option)), along, v.masses(mass), v.flavor(flavor), nature,
        prior=prior, lowest=lowest, level=level, draws=draws, warmup=warmup, seed=seed,
        flux_nuisances=flux_nuisances,
        background_error=None if background_error is None else
        v.number(background_error, "background_error"), mixing=errors(mixed))
    data = made.as_dict()
    data |= _out.draw(picture, made)
    data |= _out.write(place, data, made.columns, ("parameters",))
    v.emit(data, as_json, _lines(made, data), _out.wrote(data))


def _lines(made: Any, data: dict[str, Any]) -> list[str]:
    names = ("mean", "sd", "low", "median", "high", "r_hat", "ess")
    wide = max(9, *(len(r["parameter"]) for r in data["parameters"]))
    return [f"{made.name} along {data['along']}: {v.shown(data['upper'])} +- "
            f"{v.shown(data['upper_error'])} {data['unit']} at {100 * made.level:.6g} % of the "
            f"posterior, prior {made.prior}, seed {made.seed}",
            f"{'parameter':<{wide}}  " + " ".join(f"{n:>10}" for n in names),
            *(f"{r['parameter']:<{wide}}  " + " ".join(f"{v.shown(r[n]):>10}" for n in names)
              for r in data["parameters"]),
            *(f"note: {x}" for x in made.notes), *(f"assumed: {x}" for x in made.assumptions),
            f"cite: {', '.join(made.papers)}"]
