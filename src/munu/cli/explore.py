"""``munu explore``."""

from __future__ import annotations

import typer

from munu.cli import _values as v
from munu.errors import DomainError, NotInstalled


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explore")(explore)


def explore(
    port: int = typer.Option(8137, help="0 for any that is free", min=0, max=65535),
    no_browser: bool = typer.Option(False, "--no-browser", help="Only serve; open no window"),
    seconds: float = typer.Option(60.0, help="The longest that a question may take, 1 to 3600"),
    as_json: bool = typer.Option(False, "--json", help="Serve nothing: what can be asked, as one "
                                 "JSON object on stdout (OpenAPI)"),
) -> None:
    """The map in a browser, live: any limit, spectrum, star, model, formula, on this machine."""
    if not 1 <= seconds <= 3600:
        raise DomainError(f"--seconds {seconds:g} must lie between 1 and 3600")
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError as err:
        raise NotInstalled(err.name, "munu[web]") from None
    if as_json:
        from munu.explore import server

        v.emit(server.interface(), as_json, [])
        return
    from munu import explore as room

    room.serve(port, browser=not no_browser, seconds=seconds)
