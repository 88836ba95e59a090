"""``munu export``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from munu.cli import _completion
from munu.cli import _values as v
from munu.errors import DomainError, UnknownName

FORMATS = ("hepdata", "pyhf", "csv")
_ENDINGS = {".json": "pyhf", ".csv": "csv"}
_FILES = (".ecsv", ".csv")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    what: str = typer.Argument(..., help="A published limit, a probe (several as xenonnt+lz), a "
                               "card, or a file of a limit", autocompletion=_completion.probe),
    out: str = typer.Option(..., help="Folder of hepdata, file .json of pyhf, file .csv"),
    form: str = typer.Option(None, "--format", help="hepdata, pyhf or csv; by the ending of --out "
                             "where it is left out"),
    mass: str = typer.Option(None, help="Of a probe: 0,50keV or a grid 1keV:1MeV:60; one for pyhf"),
    method: str = typer.Option(None, help="Of a probe, as of munu limit; profile, and cls for "
                               "pyhf"),
    along: str = typer.Option(None, help="Of a probe: mu, q, r2 or a direction"),
    level: str = typer.Option(None, help="Of a probe: confidence level; 0.90 by default"),
    flavor: str = typer.Option(None, help="Of a probe: universal, e, mu, tau"),
    nature: str = typer.Option(None, help="Of a probe: dirac or majorana"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat"),
    flux_nuisances: bool = typer.Option(False, help="Of a probe: let each flux float in its error"),
    background_error: str = typer.Option(None, help="Of a probe: relative error of the background "
                                         "norm, 0.05 or 5%"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """A limit as other programs read it: a HEPData submission, a pyhf workspace, a curve in CSV."""
    kind = _format(form, out)
    given = {"mass": mass, "method": method, "along": along, "level": level, "flavor": flavor,
             "nature": nature, "option": list(option) or None,
             "flux_nuisances": flux_nuisances or None, "background_error": background_error}
    known = {k: x for k, x in given.items() if x is not None}
    one = _published(what, known, kind)
    if one is not None and kind == "pyhf":
        raise DomainError(f"'{what}' is a published limit, no likelihood; a pyhf workspace is made "
                          "of a probe, see: munu list probes")
    data, wrote = _write(kind, what, one, known, out)
    v.emit(v.provenance(export=what, format=kind, configuration=given, **data, file=out), as_json,
           [data["said"], f"cite: {', '.join(data['citations']) or 'no paper'}"], wrote)


def _format(form: str | None, out: str) -> str:
    if not out.strip():
        raise DomainError("--out '' is empty; give a folder for hepdata, a file .json for pyhf, "
                          ".csv for a curve")
    kind = form if form is not None else _ENDINGS.get(Path(out).suffix.lower(), "hepdata")
    if kind not in FORMATS:
        raise UnknownName("format", kind, FORMATS)
    return kind


def _published(what: str, known: dict[str, Any], kind: str) -> Any:
    """A limit that is there already; None where it is to be computed: of a name that both bear,
    where something of a probe is asked."""
    from munu import atlas, probes
    from munu.cli import _chosen

    if what.endswith(_FILES):
        found = atlas.read(what)
    elif what in atlas.names() and not (what in probes.names() and (known or kind == "pyhf")):
        found = atlas.get(what)
    else:
        names = probes.names()
        for name in _chosen.split(what):
            if name not in names and not name.endswith(_chosen.CARDS):
                raise UnknownName("published limit or probe", name, (*names, *atlas.names()))
        return None
    if known:
        raise DomainError(f"'{what}' is a limit that is there already; leave "
                          f"--{next(iter(known)).replace('_', '-')} out, it is of a probe")
    return found


def _write(kind: str, what: str, one: Any, known: dict[str, Any], out: str
           ) -> tuple[dict[str, Any], list[str]]:
    """What is said of it, and the files."""
    from munu import interchange
    from munu.cli import _chosen, _progress
    from munu.inference.limits import limit
    from munu.results import target

    if kind != "hepdata":
        target(out, "--out", (".json" if kind == "pyhf" else ".csv",))
    options, found = v.options(known.get("option", ())), one
    if one is None:
        many = _chosen.probes(what, options)
        asked: dict[str, Any] = {k: known[k] for k in ("along", "nature", "level", "flux_nuisances")
                                 if k in known}
        asked |= {"M_N": v.masses(known.get("mass", "0")),
                  "flavor": v.flavor(known.get("flavor", "universal"))}
        if "background_error" in known:
            asked["background_error"] = v.number(known["background_error"], "background_error")
        if kind == "pyhf":
            if known.get("method", "cls") != "cls":
                raise DomainError(f"--method {known['method']} says nothing to a workspace, whose "
                                  "signal is the limit by cls; leave it out")
            made = interchange.pyhf(many, **asked)
            path = interchange.to_pyhf(made, out)
            papers = dict.fromkeys(k for p in many for k in (*p.papers, "Pyhf2021"))
            return ({"said": made["measurements"][0]["name"], "citations": list(papers)},
                    [str(path)])
        found = limit(many, method=known.get("method", "profile"), progress=_progress.tell(),
                      **asked)
    wrote = [interchange.to_hepdata(found, out)] if kind == "hepdata" else \
        interchange.to_csv(found, out)
    said = f"{'computed' if found.ours else 'published'}: {repr(found).strip('<>')}"
    return ({"said": said, "citations": [str(k) for k in found.papers]},
            [str(p) for p in wrote])
