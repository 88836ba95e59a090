"""``munu contour``: where a model is excluded in two of its parameters."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out
from munu.cli import _values as v
from munu.errors import DomainError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("contour")(contour)


def contour(
    model: str = typer.Argument(..., help="Name of a model (see: munu model)",
                                autocompletion=_completion.model),
    setting: list[str] = typer.Argument(None, help="The other parameters, as y2=0.5 M_N=100keV"),
    over: list[str] = typer.Option(..., help="A parameter and its range, m_LQ=1TeV:5TeV, in equal "
                                   "ratios if it lies above 0 (or say it: :lin, :log); twice"),
    against: list[str] = typer.Option(["all"], help="all, limits, constraints, or names of a "
                                      "constraint, a published limit, a probe; may repeat, or "
                                      "xenonnt,lz"),
    level: str = typer.Option(None, help="Confidence level of the limits; each at its own by "
                              "default"),
    precision: str = typer.Option("0.01", help="Of the curves, relative, 0.01 or 1%"),
    lattice: int = typer.Option(8, help="Steps of the first lattice along either side; of two "
                                "islands within one step one is seen"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    plot: str = typer.Option(None, help="Draw it, .pdf, .png or .svg, its numbers beside it"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Where a model is excluded in a plane of two parameters, from few of its points."""
    from munu import _plugins
    from munu.atlas.answer import elsewhere
    from munu.atlas.contours import contours
    from munu.cli.model import _settings

    cls = _plugins.factory("models", model)
    given = _settings(cls, setting or [])
    ranges = v.ranges(over, "--over", "key=low:high, as m_LQ=1TeV:5TeV")
    names = [x.strip() for text in against for x in text.split(",")]
    if not all(names):
        raise DomainError(f"--against '{','.join(against)}' holds an empty name; give all, or "
                          "names as xenonnt,lz")
    place, picture = _out.target(out), _out.picture(plot)
    found = contours(model, ranges, names, level=level, precision=v.number(precision, "precision"),
                     lattice=lattice, **given)
    alike = elsewhere(cls, given, ranges)
    data = found.as_dict() | {"elsewhere": alike}
    data |= _out.draw(picture, found)
    data |= _out.write(place, data, found.columns(), ("curves",))
    v.emit(data, as_json, _lines(found, alike), _out.wrote(data))


def _lines(found: Any, alike: dict[str, str]) -> list[str]:
    return [str(found), f"everywhere: {', '.join(f'{k} = {x}' for k, x in alike.items())}",
            *(f"curve {k}: {', '.join(by)}" for k, by in enumerate(found.meta["by"], 1)),
            f"cite: {', '.join(found.papers)}"]
