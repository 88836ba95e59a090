"""``munu site``."""

from __future__ import annotations

import typer

from munu.cli import _values as v


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("site")(site)


def site(
    out: str = typer.Option("munu.html", help="File to write, .html"),
    flavor: str = typer.Option(None, help="Of the map that the page opens with: e, mu, tau or "
                               "universal"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """The map as one page for the browser, that needs no network."""
    from munu import results
    from munu import site as made

    path = made.write(results.target(out, "--out", (".html",)), flavor=flavor)
    text = f"{path.stat().st_size / 1e6:.2f} MB; open it in a browser, it needs no network"
    v.emit(v.provenance(file=str(path), bytes=path.stat().st_size, flavor=flavor or "universal"),
           as_json, [text], [str(path)])
