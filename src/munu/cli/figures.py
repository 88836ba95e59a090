"""``munu map`` and ``munu figure``."""

from __future__ import annotations

from dataclasses import replace

import typer

from munu.cli import _completion, _out, _parameters, _progress
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
    more = f" All else: the caption in {paths[-1]}, or --json." if made.short else ""
    v.emit(data, as_json, [(made.short or made.caption) + more], [str(p) for p in paths])


def map_(
    out: str = typer.Option("out", help="Folder to write to, or one file .pdf, .png, .svg"),
    flavor: str = typer.Option("universal", help="e, mu, tau, universal (one moment for all "
                               "three), or all: these four as panels of one page"),
    nature: str = typer.Option(None, help="dirac or majorana; without, what hangs on it excludes "
                               "only where both do"),
    add: list[str] = typer.Option([], help="An experiment's card .yaml, or a curve .ecsv, or .csv "
                                  "with '# level: 0.9', '# flavor: tau' above; may repeat"),
    point: list[str] = typer.Option([], help="As mu=1e-11,M_N=50keV,label=A, or with d=1e-9/GeV; "
                                    "may repeat"),
    line: list[str] = typer.Option([], help="A model, as leptoquark or leptoquark:y1=0.05; what is "
                                   "not said runs from 0.1 to 1 and from 1 to 5 TeV; may repeat"),
    without: list[str] = typer.Option([], help="A limit, a probe, or a class: recoils, stars, "
                                      "supernova, cosmology, beams; may repeat"),
    relax: list[str] = typer.Option([], help="Assumptions to give up, as T_RH=5MeV,core=derocco: "
                                    "what rests on them fades; may repeat"),
    style: str = typer.Option("page", help="page, column (3.4 in) or slide"),
    recompute: bool = typer.Option(False, "--recompute", help="First compute munu's bounds anew "
                                   "and keep them, some minutes; else those that are kept"),
    formats: str = typer.Option(None, help="pdf, png, svg; default pdf,png"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """The global picture: published and computed bounds in (M_N, mu)."""
    given = {"add": add, "points": point, "lines": line, "without": without,
             "relaxed": relax, "nature": nature}
    options = {k: x for k, x in given.items() if x}
    if style != "page":
        options["style"] = style
    if recompute:
        _recomputed(out, formats, {"flavor": flavor, **options})
    _draw("map", out, formats, as_json, **{"flavor": flavor, **options})


def _recomputed(out: str, formats: str | None, options: dict) -> None:
    """Munu's own bounds, each said when it is done; first the map of old ones, so that a slip is
    said before some minutes have passed."""
    from munu import plots
    from munu.atlas.recompute import recompute

    plots.ready("map", _out.pictures(out, formats, "map")[0])
    _out.draws()
    plots.draw("map", **options)

    def done(name: str, seconds: float, k: int, n: int) -> None:
        _progress.say(f"munu: {k} of {n} bounds, {name} in {seconds:.0f} s")
        if tell := _progress.tell():
            tell(k / n)

    recompute(progress=done)


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
