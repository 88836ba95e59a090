"""``munu spectrum``."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _completion, _out, _parameters
from munu.cli import _values as v
from munu.errors import DomainError

# keys of the JSON object that the columns of a table hold
_COLUMNS = ("edges", "observed", "components", "total")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("spectrum")(spectrum)


def spectrum(
    probe: str = typer.Argument(..., help="Name of a probe; see: munu list probes",
                                autocompletion=_completion.probe),
    mu: str = typer.Option("1e-11", help="Moment, a pure number in mu_B, or moments of light "
                           "neutrinos: emu=1e-12,etau=1e-12"),
    mass: str = typer.Option("0", help="Mass of N, e.g. 50keV"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana"),
    bin_width: str = typer.Option(None, help="Bin width, as 0.5keV"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat"),
    parameters: bool = typer.Option(False, "--parameters", help="What options the probe has"),
    out: str = typer.Option(None, help="Also write it to this file: a table .ecsv or .csv, all as "
                            ".json"),
    plot: str = typer.Option(None, help="Draw it, .pdf, .png or .svg, its numbers beside it"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """The predicted spectrum, with what was seen."""
    if parameters:
        _parameters.show("probes", probe, as_json)
        return
    from munu.cli import _chosen
    from munu.probes.answer import expectation

    place, picture = _out.target(out), _out.picture(plot)
    options = v.options(option, bin_width=bin_width)
    couplings, about, said = _couplings(mu, mass, flavor, nature)
    chosen = _chosen.probes(probe, options)
    if len(chosen) > 1:
        raise DomainError(f"'{probe}' are {len(chosen)} probes; a spectrum is of one")
    made = expectation(chosen[0], couplings, about)
    data = made.as_dict() | {"configuration": {
        "probe": probe, "mass": mass, **{k: str(x) for k, x in options.items()}}}
    data |= _out.draw(picture, made)
    data |= _out.write(place, data, made.columns(), _COLUMNS)
    v.emit(data, as_json, _lines(made, said), _out.wrote(data))


def _couplings(mu: str, mass: str, flavor: str, nature: str | None) -> tuple[Any, dict, str]:
    """Couplings, what JSON says of them, and what people read."""
    from munu import ray
    from munu.couplings import DipolePortal

    if "=" in mu:
        made = ray.read(mu, M_N=v.masses(mass), flavor=v.flavor(flavor), nature=nature)
        return made.at(1.0), {"mu": mu, "M_N_MeV": None, "nature": made.nature}, made.along
    masses = v.masses(mass)
    if masses.size != 1:
        raise DomainError(f"--mass '{mass}' holds {masses.size} masses; a spectrum takes one")
    portal = DipolePortal(v.number(mu, "mu", low=0.0, like="mu_B"), float(masses[0]),
                          v.flavor(flavor), nature)
    return portal, {"mu": portal.mu, "M_N_MeV": v.in_unit(portal.M_N, "MeV"),
                    "flavor": portal.flavor, "nature": nature}, \
        f"mu = {portal.mu:g} mu_B, M_N = {mass}, flavor {portal.flavor}"


def _lines(made, said: str) -> list[str]:
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
