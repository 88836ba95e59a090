"""``munu model``: a UV completion at one point, or over a grid of its parameters."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out, _parameters, _progress
from munu.cli import _values as v
from munu.errors import DomainError, UnknownName

_CARDS = (".yaml", ".yml", ".slha", ".dat")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("model")(model)


def model(
    name: str = typer.Argument(None, help="Name of a model, or a card (.yaml, .slha); none lists "
                             "the models", autocompletion=_completion.model),
    setting: list[str] = typer.Argument(None, help="Parameters, as m_LQ=1TeV y1=0.05"),
    parameters: bool = typer.Option(False, "--parameters", help="What parameters it has"),
    scan: list[str] = typer.Option([], help="Grid in a parameter, m_LQ=1TeV:5TeV:50, in equal "
                                   "ratios if it lies above 0, else in equal steps (or say it: "
                                   "y1=0.1:1:10:lin, :log); or a list y1=0.1,0.2. May repeat"),
    out: str = typer.Option(None, help="Also write it, or the scan, to this file: .ecsv, .csv, "
                            "or .json for all"),
    write: list[str] = typer.Option([], help="Write the point: a card (.yaml, .slha), its Wilson "
                                    "coefficients (.json) or, a name without ending, a UFO "
                                    "folder. May repeat"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """What a UV completion predicts, and what excludes it."""
    from munu import _plugins, models

    if name is None:
        if scan or write or out is not None or parameters:
            raise DomainError("name a model for --parameters, --scan, --out and --write, as: "
                              "munu model leptoquark ...; munu model alone lists them")
        from munu.cli.listing import members

        found = members("models")
        v.emit({"models": found}, as_json, [f"{n:16s} {text}".rstrip()
                                            for n, text in found.items()])
        return
    if name.endswith(_CARDS):
        if setting or parameters or scan:
            raise DomainError(f"the card {name} says all of one point; parameters, --parameters "
                              "and --scan go with the name of a model")
        from munu import interchange

        _show(interchange.read(name), write, out, as_json)
        return
    cls = _plugins.factory("models", name)
    if parameters:
        if setting or scan or write or out is not None:
            raise DomainError("--parameters stands alone: it lists what there is to set")
        _parameters.show("models", name, as_json)
        return
    given = _settings(cls, setting or [])
    if scan:
        if write:
            raise DomainError("--write writes one point; a scan goes to --out FILE")
        _scan(name, given, scan, out, as_json)
        return
    _show(models.get(name, **given), write, out, as_json)


def _show(point, write: list[str], out: str | None, as_json: bool) -> None:
    """What a point predicts, and its files."""
    from pathlib import Path

    from munu import interchange
    from munu.atlas.answer import answer

    # a slip in what is to be written is said before anything is
    kinds = [interchange.kind_of(path) if Path(path).suffix else "ufo" for path in write]
    place, found = _out.target(out), answer(point)
    written = [str(path) for path in interchange.write_all(
        point, list(zip(write, kinds, strict=True)))]
    data = found.as_dict()
    data |= _out.write(place, data, found.columns(), ("constraints",))
    v.emit(data, as_json, [str(found)], [*written, *_out.wrote(data)])


def _scan(name: str, given: dict[str, Any], texts: list[str], out: str | None, as_json: bool
          ) -> None:
    """A grid of points; what no disk takes goes to stdout, so that nothing is lost."""
    import sys

    from munu import results
    from munu.atlas.answers import SHOWN, answers
    from munu.errors import DataError

    target = _out.target(out)
    over = v.ranges(texts, "scan", "key=low:high:number, as m_LQ=1TeV:5TeV:50")
    found = answers(name, over, progress=_progress.tell(), **given)
    data = found.about()
    try:
        # a table needs no column as text twice
        data |= {"file": None} | _out.write(
            target, found.as_dict() if out and out.endswith(".json") else data, found.columns, ())
    except DataError as err:
        _progress.end()
        sys.stdout.writelines(results.csv(found.columns))
        sys.stdout.flush()
        raise DomainError(f"{err}; the table went to stdout instead") from None
    lines = [str(found)]
    if target is None and len(found) > SHOWN:
        lines.append("all points: --out FILE.ecsv, or --json")
    v.emit(lambda: found.as_dict() | {"file": data["file"]}, as_json, lines,
           _out.wrote(data))


def _settings(cls, texts: list[str]) -> dict[str, Any]:
    """``key=value`` as what ``models.get`` takes: texts with their units, and words."""
    from dataclasses import fields

    known = {f.name: f for f in fields(cls)}
    out: dict[str, Any] = {}
    for text in texts:
        key, equals, value = (x.strip() for x in text.partition("="))
        if not (equals and key and value):
            raise DomainError(f"parameter '{text}' must read key=value, as m_LQ=1TeV")
        if key not in known:
            raise UnknownName(f"parameter of {cls.name}", key, known)
        if key in out:
            raise DomainError(f"parameter {key} is given twice")
        out[key] = _one(known[key], value)
    return out


def _one(f, text: str) -> Any:
    """One value; a parameter that is a word may be true, false, or a whole number."""
    if f.metadata["unit"] != "":
        return text
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if isinstance(f.default, int) and text.isdigit() else text
