"""``munu limit`` and ``munu spectrum``."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _values as v
from munu.errors import DomainError

_ALONG = ("mu, q, r2, or a direction: emu=1,etau=0.5 (Majorana moments), 12=1 (mass basis), "
          "q:e=1,mu=-1")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("limit")(limit)
    app.command("spectrum")(spectrum)


def limit(
    probe: str = typer.Argument(..., help="Name of a probe (see: munu list probes), several as "
                                "xenonnt+lz, or the path of a card"),
    mass: str = typer.Option("0", help="0,50keV,1MeV or a log grid 1keV:1MeV:60"),
    method: str = typer.Option("profile", help="profile, profile_unbounded, one_sided, "
                               "feldman_cousins, cls"),
    along: str = typer.Option(None, help=_ALONG),
    parameter: str = typer.Option(None, help="Another name of --along"),
    level: str = typer.Option(None, help="Confidence level; 0.90 by default, or that of a claim"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or three numbers 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana"),
    toys: int = typer.Option(10000, help="Toys a point, for feldman_cousins"),
    seed: int = typer.Option(1, help="Seed of the toys"),
    bin_width: str = typer.Option(None, help="Bin width, as 0.5keV"),
    sun: str = typer.Option(None, help="Solar model: GS98 or AGSS09met"),
    electrons: str = typer.Option(None, help="stepping or free"),
    mixing: str = typer.Option(None, help="nufit-5.0 to nufit-6.0, -nosk for without SK-atm"),
    ordering: str = typer.Option("NO", help="NO or IO"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat"),
    flux_nuisances: bool = typer.Option(False, help="Let each flux float in its error"),
    background_error: str = typer.Option(None, help="Relative error of the background norm"),
    unbinned: bool = typer.Option(False, help="Likelihood of the single events"),
    systematic: bool = typer.Option(False, help="Also the envelope of the variants, each named"),
    out: str = typer.Option(None, help="Also write the limit to this file, .ecsv or .csv"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Limit of one probe, or of several together, against M_N, observed and expected."""
    from munu import limit as make
    from munu import results

    given = _same(along, parameter)
    target = None if out is None else results.target(out, "--out")
    masses = v.masses(mass)
    options = {k: x for k, x in (("bin_width", bin_width), ("sun", sun),
                                 ("electrons", electrons)) if x is not None} | v.options(option)
    chosen = _probes(probe, options, mixing, ordering)
    found = make(
        chosen, given, masses, None if level is None else v.number(level, "level"), method,
        v.flavor(flavor), nature, toys=toys, seed=seed, flux_nuisances=flux_nuisances,
        background_error=None if background_error is None else
        v.number(background_error, "background_error"),
        unbinned=unbinned, systematic=systematic, progress=v.progress(probe))
    data = found.as_dict() | {"configuration": {
        "probe": probe, "mass": mass, "method": method,
        **{k: str(x) for k, x in options.items()}, "flux_nuisances": flux_nuisances,
        "background_error": background_error, "unbinned": unbinned}}
    if target is not None:
        data["file"] = str(found.to_table(target))
    v.emit(data, as_json, [*_lines(chosen, found, data), *_wrote(data)])


def _same(along: str | None, parameter: str | None) -> str:
    if along is not None and parameter is not None:
        raise DomainError("--along and --parameter are two names of one thing; give one of them")
    return along or parameter or "mu"


def _probes(text: str, options: dict[str, Any], mixing: str | None, ordering: str) -> list:
    """The probes of ``a+b``; options go to the only one, a mixing to all."""
    from pathlib import Path

    from munu import flavors, probes

    names = [text] if Path(text).suffix in (".yaml", ".yml") else text.split("+")
    if len(names) > 1 and options:
        raise DomainError(f"the options {', '.join(options)} are of one probe; several take their "
                          "defaults")
    if mixing is not None or ordering != "NO":
        options = options | {"mixing": flavors.mixing(mixing or flavors.DEFAULT, ordering)}
    return [probes.get(name.strip(), **options) for name in names]


def _lines(chosen, found, data) -> list[str]:
    from munu.inference.tell import level, shown

    what = found.along if found.along != found.parameter else found.parameter
    of = "" if found.flavor is None else f", flavor {found.flavor}"
    lines = [f"{' + '.join(p.title for p in chosen)}: {level(found)} limit on {what} "
             f"[{found.unit}], {found.statistic}{of}",
             f"{'M_N [MeV]':>12} {'limit':>11} {'expected':>11} {'best fit':>11}"]
    for row in data["limits"]:
        cells = [float("inf") if row[found.parameter] is None else row[found.parameter],
                 row["expected"], row["best_fit"]]
        mass = "-" if row["M_N_MeV"] is None else f"{row['M_N_MeV']:.6g}"
        lines.append(f"{mass:>12} " + " ".join(f"{shown(c):>11}" for c in cells))
        lines += _details(row)
    return [*lines, f"status: {found.solver}",
            f"convention: {data['convention']}; assumes {'; '.join(found.assumptions)}",
            f"cite: {', '.join(found.papers)}   (munu cite {data['configuration']['probe']})"]


def _details(row: dict[str, Any]) -> list[str]:
    """What one mass has besides: islands, allowed intervals, variants."""
    from munu.inference.tell import shown

    def span(pair) -> str:
        low, high = pair
        return f"[{'..' if low is None else shown(low)}, {'..' if high is None else shown(high)}]"

    said = []
    islands = [p for p in row["excluded"] if p[0] is not None and p[1] is not None]
    if islands and "intervals" not in row:
        said.append("excluded: " + ", ".join(span(p) for p in row["excluded"]))
    for name, word in (("intervals", "allowed"), ("expected_intervals", "expected")):
        if row.get(name):
            said.append(f"{word}: " + ", ".join(span(p) for p in row[name]))
    if row.get("systematic"):
        said.append("systematic: " + ", ".join(f"{k} {shown(x)}"
                                               for k, x in row["systematic"].items()))
    return [" " * 13 + text for text in said]


def _wrote(data: dict[str, Any]) -> list[str]:
    return [f"wrote {data['file']}"] if "file" in data else []


def spectrum(
    probe: str = typer.Argument(..., help="Name of a probe; see: munu list probes"),
    mu: str = typer.Option("1e-11", help="Moment, a pure number in mu_B, or moments of light "
                           "neutrinos: emu=1e-12,etau=1e-12"),
    mass: str = typer.Option("0", help="Mass of N, e.g. 50keV"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana"),
    bin_width: str = typer.Option(None, help="Bin width, as 0.5keV"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat"),
    out: str = typer.Option(None, help="Also write the spectrum to this file, .ecsv or .csv"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """The predicted spectrum, with what was seen."""
    from munu import probes, results
    from munu.probes.answer import expectation

    target = None if out is None else results.target(out, "--out")
    options = v.options(option) | ({} if bin_width is None else {"bin_width": bin_width})
    couplings, about, said = _couplings(mu, mass, flavor, nature)
    made = expectation(probes.get(probe, **options), couplings, about)
    data = made.as_dict()
    if target is not None:
        data["file"] = str(made.to_table(target))
    v.emit(data, as_json, [*_spectrum_lines(made, said), *_wrote(data)])


def _couplings(mu: str, mass: str, flavor: str, nature: str | None):
    """Couplings, what JSON says of them, and what people read."""
    from munu import DipolePortal, ray

    if "=" in mu:
        made = ray.read(mu, M_N=v.masses(mass), flavor=v.flavor(flavor), nature=nature)
        return made.at(1.0), {"mu": mu, "M_N_MeV": None, "nature": made.nature}, made.along
    masses = v.masses(mass)
    if masses.size != 1:
        raise DomainError(f"--mass '{mass}' holds {masses.size} masses; a spectrum takes one")
    portal = DipolePortal(v.number(mu, "mu", low=0.0), float(masses[0]), v.flavor(flavor), nature)
    return portal, {"mu": portal.mu, "M_N_MeV": v.in_unit(portal.M_N, "MeV"),
                    "flavor": portal.flavor, "nature": nature}, \
        f"mu = {portal.mu:g} mu_B, M_N = {mass}, flavor {portal.flavor}"


def _spectrum_lines(made, said: str) -> list[str]:
    names, axis = list(made.made.components), made.made.total.main_axis
    edges, seen = axis.shown(), made.seen
    lines = [f"{made.probe.title}: {made.unit} for {said}"
             + (f"; summed over {', '.join(made.summed_over)}" if made.summed_over else ""),
             f"{axis.name + ' [' + axis.unit + ']':>14} {'seen':>8} "
             + " ".join(f"{n:>10}" for n in [*names, "total"])]
    for i in range(len(edges) - 1):
        cells = [made.made.components[n].values[i] for n in names] + [made.made.total.values[i]]
        lines.append(f"{edges[i]:7.4g}-{edges[i + 1]:<6.4g} "
                     f"{'-' if seen is None else format(seen[i], '.5g'):>8} "
                     + " ".join(f"{c:10.4g}" for c in cells))
    lines.append(f"{'sum':>14} {'-' if seen is None else format(seen.sum(), '.6g'):>8} "
                 + " ".join(f"{made.made.components[n].total:10.4g}" for n in names)
                 + f" {made.made.total.total:10.4g}")
    return [*lines, f"cite: {', '.join(made.made.papers)}"]
