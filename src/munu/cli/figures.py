"""``munu map`` and ``munu figure``."""

from __future__ import annotations

from dataclasses import replace

import typer

from munu.cli import _completion, _out, _parameters
from munu.cli import _values as v


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("map")(map_)
    app.command("figure")(figure)


def _draw(name: str, out: str, formats: str | None, as_json: bool, **options) -> None:
    from munu import plots

    folder, called, kinds = _out.pictures(out, formats, name)
    _out.draws()
    plots.ready(name, folder)
    made = plots.draw(name, **options)
    paths = plots.save(replace(made, name=called), folder, formats=kinds)
    data = v.provenance(figure=name, caption=made.caption, options=options,
                        citations=list(made.papers), columns={
                            k: {"unit": u, "values": list(x)} for k, (u, x) in
                            made.columns.items()})
    v.emit(data, as_json, [made.caption], [str(p) for p in paths])


def map_(
    out: str = typer.Option("out", help="Folder to write to, or one file .pdf, .png, .svg"),
    flavor: str = typer.Option(None, help="Only bounds on e, mu, tau or universal"),
    nature: str = typer.Option(None, help="dirac or majorana: also what the early Universe and "
                               "supernovae say of such an N, in two minutes"),
    formats: str = typer.Option(None, help="pdf, png, svg; default pdf,png"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """The global picture: published and computed bounds in (M_N, mu)."""
    options = {} if flavor is None else {"flavor": v.flavor(flavor)}
    options |= {} if nature is None else {"nature": nature}
    _draw("map", out, formats, as_json, **options)


def figure(
    name: str = typer.Argument(..., help="Name of a figure; see: munu list figures",
                               autocompletion=_completion.figure),
    out: str = typer.Option("out", help="Folder to write to, or one file .pdf, .png, .svg"),
    formats: str = typer.Option(None, help="pdf, png, svg; default pdf,png"),
    field: str = typer.Option(None, help="Transverse field, where the figure has one, as "
                              "dipole:5e9G@1000km"),
    energy: str = typer.Option(None, help="Energy of the neutrino, as 15MeV"),
    ordering: str = typer.Option(None, help="NO or IO"),
    option: list[str] = typer.Option([], help="Of the figure, e.g. twist=-50/km; may repeat"),
    parameters: bool = typer.Option(False, "--parameters", help="What options the figure has"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """A named figure, with its numbers as ECSV."""
    if parameters:
        _parameters.show("plots", name, as_json)
        return
    _draw(name, out, formats, as_json,
          **v.options(option, field=field, energy=energy, ordering=ordering))
