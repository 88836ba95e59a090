"""``munu moments``: from effective moments to the moments of the Lagrangian."""

from __future__ import annotations

import typer

from munu.cli import _completion, _out
from munu.cli import _values as v


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("moments")(moments)


def moments(
    kind: str = typer.Option("majorana", help="majorana (Lambda_i), dirac (mass basis), portal "
                             "(d_e, d_mu, d_tau of one massless N)"),
    limits: str = typer.Option(None, help="Published limits, comma-separated; see: munu list "
                               "limits. Default XENONnT, Borexino, GEMMA, LSND, DONUT",
                               autocompletion=_completion.published),
    mixing: str = typer.Option(None, help="nufit-5.0 to nufit-6.0, -nosk for without SK-atm"),
    ordering: str = typer.Option("NO", help="NO or IO"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Bounds on fundamental moments from limits on effective ones, phases profiled."""
    from munu import flavors
    from munu.atlas.moments import DEFAULT, fundamental

    place = _out.target(out)
    names = DEFAULT if limits is None else [x.strip() for x in limits.split(",") if x.strip()]
    mix = flavors.mixing(mixing or flavors.DEFAULT, ordering)
    found = fundamental(kind, names, mixing=mix)
    data = v.provenance(kind=kind, unit="mu_B", limits=list(found.limits),
                        mixing=f"{mix.name} {mix.ordering}", citations=list(found.papers),
                        moments=[{"name": n, "alone": a, "profiled": p} for n, a, p in
                                 zip(found.names, found.alone, found.profiled, strict=True)])
    data |= _out.write(place, data, {
        "moment": ("", list(found.names)), "alone": ("mu_B", found.alone),
        "profiled": ("mu_B", found.profiled)}, ("moments",))
    lines = [f"{kind} moments [mu_B] from {', '.join(found.limits)}",
             f"{'':>10} {'alone':>11} {'all free':>11}"]
    lines += [f"{n:>10} {v.shown(a):>11} {v.shown(p):>11}" for n, a, p in
              zip(found.names, found.alone, found.profiled, strict=True)]
    lines.append("alone: the others are 0; all free: the others and all phases take any value that "
                 "the limits allow; inf: free")
    lines.append(f"cite: {', '.join(found.papers)}")
    v.emit(data, as_json, lines, _out.wrote(data))
