"""``munu propagate``: neutrinos and antineutrinos through matter and magnetic fields."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out, _parameters, _passage_text, _progress
from munu.cli import _values as v

# keys of the JSON object that the columns of a table hold: a row an energy, or one a radius too
_COLUMNS = ("energies_MeV", "probabilities", "error", "spread", "steps")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("propagate")(propagate)


def propagate(
    medium: str = typer.Option("profile_a", help="Name of a medium; see: munu list media",
                               autocompletion=_completion.medium),
    field: str = typer.Option(None, help="Transverse field: dipole:5e9G@1000km, "
                              "power2:5e9G@1000km, constant:1e6G, turbulent:5e9G@1000km,n=3,"
                              "l_outer=1e4km,l_inner=1e3km,seed=1, or a file mine.ecsv, mine.csv "
                              "with columns r, B and, if it turns, phi; default that of the "
                              "medium"),
    mu: str = typer.Option(None, help="Moments in mu_B: emu=1e-12,etau=7e-13,mutau=4e-13 "
                           "(majorana), or any of ee, emu, ..., tautau (dirac: flavor, then "
                           "right-handed mass state, so that emu is e2); complex as 1e-12+2e-13j"),
    nature: str = typer.Option("majorana", help="majorana or dirac"),
    mixing: str = typer.Option(None, help="nufit-5.0 to nufit-6.0, -nosk for without SK-atm; or by "
                               "hand s12=..,s13=..,s23=..,dm21=..,dm31=..,delta=.. (sin^2, eV^2, "
                               "rad)"),
    ordering: str = typer.Option("NO", help="NO or IO"),
    energies: str = typer.Option("5MeV:40MeV:36", help="15MeV, a list 5MeV,10MeV or a grid "
                                 "5MeV:40MeV:36 in equal steps (linear, not the log grid of "
                                 "masses)"),
    average: str = typer.Option(None, "--bin", help="Full width of a bin around each energy over "
                                "which probabilities are averaged, as 2MeV; default none"),
    initial: str = typer.Option(None, help="State at the start, as nubar_e; default nubar_e, or "
                                "nu_e with --nature dirac"),
    final: str = typer.Option("mass", help="mass or flavor: states at the end"),
    start: str = typer.Option(None, "--from", help="Radius to begin at, as 1e3km; default the "
                              "least one of the medium"),
    end: str = typer.Option(None, "--to", help="Radius to end at, as 1e6km; default the greatest "
                            "one of the medium"),
    twist: str = typer.Option(None, help="Constant rate of turning of the field, as -100/km; "
                              "default that of the field's or the medium's phi, if it has one"),
    loop: bool = typer.Option(False, "--loop", help="With the one-loop potential of mu and tau"),
    tol: str = typer.Option(None, help="Wanted error of a probability, 1e-7 to 1e-2; default "
                            "1e-5. Not of --fast"),
    fast: bool = typer.Option(False, "--fast", help="A chain of Landau-Zener crossings, without "
                              "interference: to some 0.01 from nu_e and nubar_e on smooth media, "
                              "0.1 from mu and tau"),
    option: list[str] = typer.Option([], help="Of the medium, e.g. path=mine.ecsv; may repeat"),
    radii: str = typer.Option(None, help="Radii where probabilities are wanted too, in the order "
                              "of the path: a list 1e4km,1e5km or a grid 1e3km:1e6km:50 in equal "
                              "ratios"),
    parameters: bool = typer.Option(False, "--parameters", help="What options the medium has"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, a row "
                            "an energy, or one an energy and radius; all as .json"),
    plot: str = typer.Option(None, help="Draw it, .pdf, .png or .svg, its numbers beside it"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Spin-flavor evolution: probabilities against energy, and the resonances."""
    if parameters:
        _parameters.show("media", medium, as_json)
        return
    _run({"medium": medium, "field": field, "mu": mu, "nature": nature, "mixing": mixing,
          "ordering": ordering, "energies": energies, "initial": initial, "final": final,
          "from": start, "to": end, "twist": twist, "loop": loop, "tol": tol, "fast": fast,
          "option": list(option)} | ({"bin": average} if average else {}),
         radii, out, plot, as_json)


def _run(asked: dict[str, Any], radii: str | None, out: str | None, plot: str | None,
         as_json: bool) -> None:
    from munu._log import log
    from munu.cli._setting import setting
    from munu.propagation.run import run

    place, picture = _out.target(out), _out.picture(plot)
    chosen = setting(asked if radii is None else asked | {"radii": radii})
    made = run(chosen, progress=_progress.tell())
    for text in made.warnings:
        log.warning("%s", text)
    data = made.as_dict()
    data |= _out.draw(picture, made)
    data |= _out.write(place, data, made.columns(), _COLUMNS if radii is None else ("along_r",))
    v.emit(data, as_json, _passage_text.lines(data), _out.wrote(data))
