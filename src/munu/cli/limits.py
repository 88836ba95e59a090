"""``munu limit``."""

from __future__ import annotations

import typer

from munu.cli import _completion, _limit_text, _out, _parameters, _progress
from munu.cli import _values as v
from munu.errors import DomainError

_ALONG = ("mu, q, r2, or a direction: emu=1,etau=0.5 (Majorana moments), 12=1 (mass basis), "
          "q:e=1,mu=-1")

# in the place of a number of masses; its module is imported by the command alone
_WORD = "adaptive"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("limit")(limit)


def limit(
    probe: str = typer.Argument(..., help="Name of a probe (see: munu list probes), several as "
                                "xenonnt+lz, or the path of a card",
                                autocompletion=_completion.probe),
    mass: str = typer.Option("0", help="0,50keV,1MeV, a log grid 1keV:1MeV:60, or "
                             "1keV:10MeV:adaptive, masses as the curve needs them to 1 %"),
    method: str = typer.Option("profile", help="profile, profile_unbounded, one_sided, "
                               "feldman_cousins, cls, power_constrained"),
    along: str = typer.Option(None, help=_ALONG),
    parameter: str = typer.Option(None, help="Another name of --along"),
    level: str = typer.Option(None, help="Confidence level; 0.90 by default, or that of a claim"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or three numbers 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana"),
    toys: int = typer.Option(None, help="Toys a point, 10000 by default; of feldman_cousins"),
    seed: int = typer.Option(None, help="Seed of the toys, 1 by default; of feldman_cousins"),
    workers: int = typer.Option(None, help="Processes over which masses are spread, 1 by default; "
                                "of feldman_cousins"),
    power: str = typer.Option(None, help="Least power, 16% by default (median less one sigma); of "
                              "power_constrained"),
    bin_width: str = typer.Option(None, help="Bin width, as 0.5keV"),
    sun: str = typer.Option(None, help="Solar model: GS98 or AGSS09met"),
    electrons: str = typer.Option(None, help="stepping or free"),
    mixing: str = typer.Option(None, help="nufit-5.0 to nufit-6.0, -nosk for without SK-atm"),
    ordering: str = typer.Option("NO", help="NO or IO"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat; of "
                                     "several probes the one that has it"),
    parameters: bool = typer.Option(False, "--parameters", help="What options the probe has"),
    flux_nuisances: bool = typer.Option(False, help="Let each flux float in its error"),
    background_error: str = typer.Option(None, help="Relative error of the background norm, 0.05 "
                                         "or 5%"),
    unbinned: bool = typer.Option(False, help="Likelihood of the single events"),
    systematic: bool = typer.Option(False, help="Also the envelope of the variants, each named"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    plot: str = typer.Option(None, help="Draw it, .pdf, .png or .svg, its numbers beside it"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Limit of one probe, or of several together, against M_N, observed and expected."""
    if parameters:
        _parameters.show("probes", probe, as_json)
        return
    from munu.cli import _chosen, _theirs
    from munu.inference.adaptive import adaptive
    from munu.inference.limits import limit as fixed
    from munu.inference.tell import beside, columns

    given, place, picture = _same(along, parameter), _out.target(out), _out.picture(plot)
    chosen_by_limit = mass.rstrip().endswith(f":{_WORD}")
    masses = mass if chosen_by_limit else v.masses(mass)
    options = v.options(option, bin_width=bin_width, sun=sun, electrons=electrons)
    chosen = _chosen.probes(probe, options, mixing, ordering)
    make = adaptive if chosen_by_limit else fixed
    found = make(
        chosen, M_N=masses, along=given, level=level, method=method, flavor=v.flavor(flavor),
        nature=nature, toys=toys, seed=seed, workers=workers, power=power,
        flux_nuisances=flux_nuisances,
        background_error=None if background_error is None else
        v.number(background_error, "background_error"),
        unbinned=unbinned, systematic=systematic or None, progress=_progress.tell())
    data = found.as_dict() | {"published": _theirs.beside(found), "configuration": {
        "probe": probe, "mass": mass, "method": method, "level": level, "along": given,
        "flavor": flavor, "nature": nature, "toys": toys, "seed": seed, "workers": workers,
        "power": power, "mixing": mixing, "ordering": ordering,
        **{k: str(x) for k, x in options.items()}, "flux_nuisances": flux_nuisances,
        "background_error": background_error, "unbinned": unbinned}}
    data |= _out.draw(picture, found)
    data |= _out.write(place, data, columns(found), ("limits",), beside(found))
    v.emit(data, as_json, _limit_text.lines(found, data), _out.wrote(data))


def _same(along: str | None, parameter: str | None) -> str:
    if along is not None and parameter is not None:
        raise DomainError("--along and --parameter are two names of one thing; give one of them")
    given = along if along is not None else parameter
    if given is not None and not given.strip():
        raise DomainError("--along '' is empty; write mu, q, r2 or emu=1,etau=1")
    return given or "mu"
