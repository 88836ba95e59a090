"""``munu map`` and ``munu figure``."""

from __future__ import annotations

import typer

from munu.cli import _completion, _out
from munu.cli import _values as v
from munu.errors import DomainError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("map")(map_)
    app.command("figure")(figure)


def _draw(name: str, out: str, formats: str, as_json: bool, **options) -> None:
    import os

    _out.folder(out)
    os.environ["MPLBACKEND"] = "Agg"
    from munu import plots

    kinds = tuple(f.strip() for f in formats.split(",") if f.strip())
    if not kinds or any(k not in ("pdf", "png", "svg") for k in kinds):
        raise DomainError(f"formats '{formats}' must be of pdf, png, svg")
    plots.ready(name, out)
    made = plots.draw(name, **options)
    paths = plots.save(made, out, formats=kinds)
    data = v.provenance(figure=name, files=[str(p) for p in paths], caption=made.caption,
                        options=options, citations=list(made.papers))
    v.emit(data, as_json, [*(str(p) for p in paths), made.caption])


def map_(
    out: str = typer.Option("out", help="Folder to write to"),
    flavor: str = typer.Option(None, help="Only bounds on e, mu, tau or universal"),
    formats: str = typer.Option("pdf,png", help="pdf, png, svg"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """The global picture: published and computed bounds in (M_N, mu)."""
    options = {} if flavor is None else {"flavor": v.flavor(flavor)}
    _draw("map", out, formats, as_json, **options)


def figure(
    name: str = typer.Argument(..., help="Name of a figure; see: munu list figures",
                               autocompletion=_completion.figure),
    out: str = typer.Option("out", help="Folder to write to"),
    formats: str = typer.Option("pdf,png", help="pdf, png, svg"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """A named figure, with its numbers as ECSV."""
    _draw(name, out, formats, as_json)
