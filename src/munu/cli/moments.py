"""``munu moments``: from effective moments to the moments of the Lagrangian."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out
from munu.cli import _values as v
from munu.errors import DomainError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("moments")(moments)


def moments(
    kind: str = typer.Option("majorana", help="majorana (Lambda_i), dirac (mass basis), portal "
                             "(d_e, d_mu, d_tau of one massless N)"),
    limits: str = typer.Option(None, help="Published limits, comma-separated; see: munu list "
                               "limits. Default XENONnT, Borexino, GEMMA, LSND, DONUT",
                               autocompletion=_completion.published),
    joint: bool = typer.Option(False, "--joint", help="Fit the moments to what experiments saw, "
                               "their likelihoods multiplied, in place of published limits"),
    probes: str = typer.Option(None, help="Of a joint fit, comma-separated. Default xenonnt, "
                               "borexino, conus_plus, coherent_csi",
                               autocompletion=_completion.probe),
    claims: str = typer.Option(None, help="Of a joint fit: published bounds without counts, each a "
                               "parabola; default lsnd, none for none"),
    mass: str = typer.Option(None, help="Of a joint fit of kind portal: mass of N, e.g. 50keV"),
    plane: str = typer.Option(None, help="Of a joint fit, in --json and .json: the region of two "
                              "moments, as d_e,d_mu"),
    level: str = typer.Option(None, help="Of a joint fit, as 90% or 0.95; default 90 %"),
    mixing: str = typer.Option(None, help="nufit-5.0 to nufit-6.0, -nosk for without SK-atm"),
    ordering: str = typer.Option("NO", help="NO or IO"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Bounds on fundamental moments from limits on effective ones, or from data; phases profiled.
    """
    from munu import flavors

    place = _out.target(out)
    mix = flavors.mixing(mixing or flavors.DEFAULT, ordering)
    fitted = {"probes": probes, "claims": claims, "mass": mass, "plane": plane, "level": level}
    if joint:
        if limits is not None:
            raise DomainError("a joint fit takes no published limits; leave --limits out, or name "
                              "probes by --probes")
        found, columns, lines = _fitted(kind, mix, fitted)
    else:
        for name, text in fitted.items():
            if text is not None:
                raise DomainError(f"--{name} is of a joint fit; add --joint, or leave it out")
        found, columns, lines = _published(kind, mix, limits)
    data = v.provenance(**found)
    data |= _out.write(place, data, columns, ("moments", "curves", "plane"))
    v.emit(data, as_json, lines, _out.wrote(data))


# of the names of a portal's moments
_MU = "d_e, d_mu, d_tau: each a mu of L = (1/2) mu nubar_L sigma.F N_R + h.c., not d = mu/2"


def _split(text: str) -> list[str]:
    return [x.strip() for x in text.split(",") if x.strip()]


def _published(kind: str, mix: Any, limits: str | None) -> tuple[Any, ...]:
    """Of published limits on effective moments."""
    from munu.atlas.moments import DEFAULT, fundamental

    found = fundamental(kind, DEFAULT if limits is None else _split(limits), mixing=mix)
    data = {"kind": kind, "unit": "mu_B", "limits": list(found.limits),
            "mixing": f"{mix.name} {mix.ordering}", "citations": list(found.papers),
            "moments": [{"name": n, "alone": a, "profiled": p} for n, a, p in
                        zip(found.names, found.alone, found.profiled, strict=True)]}
    lines = [f"{kind} moments [mu_B] from {', '.join(found.limits)}",
             f"{'':>10} {'alone':>11} {'all free':>11}"]
    lines += [f"{n:>10} {v.shown(a):>11} {v.shown(p):>11}" for n, a, p in
              zip(found.names, found.alone, found.profiled, strict=True)]
    lines.append("alone: the others are 0; all free: the others and all phases take any value that "
                 "the limits allow; inf: free")
    lines += [_MU] * (kind == "portal")
    lines.append(f"cite: {', '.join(found.papers)}")
    return data, {"moment": ("", list(found.names)), "alone": ("mu_B", found.alone),
                  "profiled": ("mu_B", found.profiled)}, lines


def _fitted(kind: str, mix: Any, given: dict[str, str | None]) -> tuple[Any, ...]:
    """Of the data themselves."""
    from munu.atlas.joint import CLAIMS, PROBES, joint

    probes, claims = given["probes"], given["claims"]
    found = joint(
        kind, PROBES if probes is None else _split(probes),
        CLAIMS if claims is None else () if claims.strip() == "none" else _split(claims),
        M_N=given["mass"] or 0.0, level=given["level"] or 0.90, mixing=mix,
        plane=None if given["plane"] is None else tuple(_split(given["plane"])))
    own = found.as_dict()
    data = {k: x for k, x in own.items() if k not in v.provenance()} | {
        "mixing": f"{mix.name} {mix.ordering}"}
    lines = [f"{kind} moments [mu_B] fitted to {', '.join((*found.probes, *found.claims))}, "
             f"{100 * found.level:g} %", f"{'':>10} {'alone':>23} {'all free':>23}"]
    for n, a, p in zip(found.names, found.alone, found.profiled, strict=True):
        lines.append(f"{n:>10} {_interval(a):>23} {_interval(p):>23}")
    lines += ["alone: the others are 0; all free: the others, all phases and all nuisances are "
              "profiled; total: root of the sum of squares", *[_MU] * (kind == "portal"),
              f"without moments -2 ln L is {found.gain:.3g} above the best fit",
              *(f"left out, {why}: {', '.join(n for n, x in found.left_out.items() if x == why)}"
                for why in dict.fromkeys(found.left_out.values())),
              f"cite: {', '.join(found.papers)}"]
    return data, found.columns, lines


def _interval(edges: Any) -> str:
    low, high = edges
    if high != high:
        return "-"
    return f"{v.shown(low)} to {v.shown(high)}" if low > 0 else f"< {v.shown(high)}"
