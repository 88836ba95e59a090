"""``munu inject``: what every probe would see of a moment, if it is there."""

from __future__ import annotations

import typer

from munu.cli import _completion, _out
from munu.cli import _values as v


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("inject")(inject)


def inject(
    point: list[str] = typer.Argument(..., help="mu=6e-12 (or d=1e-8/GeV) M_N=0 flavor=e "
                                      "nature=majorana; emu=1e-12 etau=.. mutau=.. of light "
                                      "Majorana neutrinos; or a model and its parameters",
                                      autocompletion=_completion.model),
    probes: str = typer.Option(None, help="Comma-separated, in place of all of them; then no veto "
                               "is asked", autocompletion=_completion.probe),
    sigma: str = typer.Option("3,5", help="Significances for which an exposure is asked"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """What if it is there: significance and fingerprint of a moment in every probe, and vetoes."""
    from munu import grid
    from munu.atlas.inject import inject as put
    from munu.cli.check import _read

    place = _out.target(out)
    levels = tuple(float(z) for z in grid.values(sigma, "1", "sigma"))
    among = None if probes is None else [x.strip() for x in probes.split(",") if x.strip()]
    made, about = _read(point)
    found = put(made, among, levels=levels, about=about)
    data = found.as_dict()
    data |= _out.write(place, data, found.columns, ("rows", "fingerprints"))
    v.emit(data, as_json, [str(found)], _out.wrote(data))
