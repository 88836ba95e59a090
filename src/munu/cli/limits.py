"""``munu limit`` and ``munu spectrum``."""

from __future__ import annotations

import typer

from munu.cli import _values as v
from munu.errors import DomainError

_UNITS = {"mu": "mu_B", "q": "e", "r2": "cm^2"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("limit")(limit)
    app.command("spectrum")(spectrum)


def limit(
    probe: str = typer.Argument(..., help="Name of a probe; see: munu list probes"),
    mass: str = typer.Option("0", help="0,50keV,1MeV or a log grid 1keV:1MeV:60"),
    method: str = typer.Option("profile", help="profile, profile_unbounded, one_sided, "
                               "feldman_cousins, cls"),
    parameter: str = typer.Option("mu", help="mu [mu_B], q [e], r2 [cm^2]"),
    level: str = typer.Option("0.90", help="Confidence level"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or three numbers 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana; recorded"),
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
    out: str = typer.Option(None, help="Also write the limit as ECSV to this file"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Limit of one probe against M_N, observed and expected."""
    from munu import flavors, probes
    from munu import limit as make
    from munu.couplings import check_flavor

    masses = v.masses(mass)
    confidence = v.number(level, "level")
    error = None if background_error is None else v.number(background_error, "background_error")
    options = {k: x for k, x in (("bin_width", bin_width), ("sun", sun),
                                 ("electrons", electrons)) if x is not None}
    options |= v.options(option)
    if mixing is not None or ordering != "NO":
        options["mixing"] = flavors.mixing(mixing or flavors.DEFAULT, ordering)
    probed = probes.get(probe, **options)
    found = make(probed, parameter, masses, confidence, method, v.flavor(flavor), nature, toys=toys,
                 seed=seed, flux_nuisances=flux_nuisances, background_error=error,
                 unbinned=unbinned, systematic=systematic, progress=v.progress(probe))
    check_flavor(found.flavor)
    factor = v.in_unit(1.0, _UNITS[parameter])
    rows = _rows(found, parameter, factor)
    data = v.provenance(
        probe=probed.name, grade=probed.grade, parameter=parameter, unit=_UNITS[parameter],
        level=found.level, statistic=found.statistic, flavor=found.flavor, nature=found.nature,
        convention=v.provenance()["convention"] if parameter == "mu" else found.convention,
        limits=rows, status=found.solver, seed=found.seed, toys=found.meta.get("toys"),
        bands=found.meta.get("bands"), assumptions=found.assumptions,
        configuration={"probe": probe, "mass": mass, "method": method,
                       **{k: str(x) for k, x in options.items()},
                       "flux_nuisances": flux_nuisances, "background_error": background_error,
                       "unbinned": unbinned},
        citations=list(found.papers))
    if out:
        _write(out, rows, data)
    v.emit(data, as_json, _lines(probed, found, rows, parameter, data))


def _rows(found, parameter, factor) -> list[dict]:
    from munu.units import MeV

    rows = []
    n = found.upper.size
    for i in range(n):
        row = {"M_N_MeV": None if found.axis is None else float(found.axis[i] / MeV),
               parameter: float(found.upper[i] * factor),
               "lower": float(found.lower[i] * factor),
               "expected": None if found.expected is None else float(found.expected[i] * factor),
               "best_fit": None if found.best_fit is None else float(found.best_fit[i] * factor)}
        for name, band in found.bands.items():
            row["expected_" + name.replace(" ", "")] = [float(b) * factor for b in band[:, i]]
        if found.systematic:
            row["systematic"] = {k: float(x[i]) * factor for k, x in found.systematic.items()}
            edges = found.envelope()
            row["envelope"] = {"low": float(edges["low"][i]) * factor,
                               "low_by": edges["low_by"][i],
                               "high": float(edges["high"][i]) * factor,
                               "high_by": edges["high_by"][i]}
        for name in ("intervals", "expected_intervals"):
            if found.meta.get(name) is not None:
                row[name] = [[a * factor, b * factor] for a, b in found.meta[name]]
        rows.append(row)
    return rows


def _lines(probe, found, rows, parameter, data) -> list[str]:
    lines = [f"{probe.title}: {100 * found.level:g} % limit on {parameter} [{_UNITS[parameter]}], "
             f"{found.statistic}, flavor {found.flavor}",
             f"{'M_N [MeV]':>12} {'limit':>11} {'expected':>11} {'best fit':>11}"]
    for row in rows:
        cells = [row[parameter], row["expected"], row["best_fit"]]
        text = " ".join(f"{'-' if c is None else v.shown(c):>11}" for c in cells)
        mass = "-" if row["M_N_MeV"] is None else f"{row['M_N_MeV']:.6g}"
        lines.append(f"{mass:>12} {text}")
        for name in ("intervals", "expected_intervals"):
            if row.get(name):
                word = "allowed" if name == "intervals" else "expected"
                lines.append(f"             {word}: " + ", ".join(
                    f"[{v.shown(a)}, {v.shown(b)}]" for a, b in row[name]))
        if row.get("systematic"):
            lines.append("             systematic: " + ", ".join(
                f"{k} {v.shown(x)}" for k, x in row["systematic"].items()))
    lines.append(f"status: {found.solver}")
    lines.append(f"convention: {data['convention']}; assumes {'; '.join(found.assumptions)}")
    lines.append(f"cite: {', '.join(found.papers)}   (munu cite {data['configuration']['probe']})")
    return lines


def _write(out: str, rows: list[dict], data: dict) -> None:
    from munu import _data

    if rows[0]["M_N_MeV"] is None:
        raise DomainError("--out writes limits against M_N; use --json for this parameter")
    inf = float("inf")
    keep = [r for r in rows if r[data["parameter"]] < inf]
    if not keep:
        raise DomainError("no mass has a finite limit; there is nothing to write")
    columns = {"M_N": ("MeV", [r["M_N_MeV"] for r in keep]),
               data["parameter"]: (data["unit"], [r[data["parameter"]] for r in keep])}
    if keep[0]["expected"] is not None:
        columns["expected"] = (data["unit"], [r["expected"] for r in keep])
    _data.write(out, columns, v.plain({k: x for k, x in data.items() if k != "limits"}))


def spectrum(
    probe: str = typer.Argument(..., help="Name of a probe; see: munu list probes"),
    mu: str = typer.Option("1e-11", help="Moment, a pure number in mu_B"),
    mass: str = typer.Option("0", help="Mass of N, e.g. 50keV"),
    flavor: str = typer.Option("universal", help="universal, e, mu, tau, or 1,1,1"),
    nature: str = typer.Option(None, help="dirac or majorana; recorded"),
    bin_width: str = typer.Option(None, help="Bin width, as 0.5keV"),
    option: list[str] = typer.Option([], help="Of the probe, e.g. quenching=fef; may repeat"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """The predicted spectrum, with what was seen."""
    from munu import DipolePortal, probes
    from munu.spectrum import Prediction, Spectrum

    masses = v.masses(mass)
    if masses.size != 1:
        raise DomainError(f"--mass '{mass}' holds {masses.size} masses; a spectrum takes one")
    options = v.options(option) | ({} if bin_width is None else {"bin_width": bin_width})
    probed = probes.get(probe, **options)
    portal = DipolePortal(v.number(mu, "mu", low=0.0), float(masses[0]), v.flavor(flavor), nature)
    made = probed.predict(portal)
    axis = made.total.main_axis
    edges = axis.shown()
    seen = None if probed.measured is None else Spectrum(
        made.total.axes, probed.measured.counts).along(axis).values
    summed = [a.name for a in made.total.axes if a.name != axis.name]
    made = Prediction({n: s.along(axis) for n, s in made.components.items()})
    data = v.provenance(
        probe=probed.name, axis=axis.name, unit=axis.unit, edges=edges, observed=seen,
        summed_over=summed, components={k: s.values for k, s in made.components.items()},
        total=made.total.values,
        mu=portal.mu, M_N_MeV=v.in_unit(portal.M_N, "MeV"), flavor=portal.flavor, nature=nature,
        citations=list(made.papers))
    names = list(made.components)
    lines = [f"{probed.title}: events for mu = {portal.mu:g} mu_B, M_N = {mass}, "
             f"flavor {portal.flavor}" + (f"; summed over {', '.join(summed)}" if summed else ""),
             f"{axis.name + ' [' + axis.unit + ']':>14} {'seen':>8} "
             + " ".join(f"{n:>10}" for n in [*names, "total"])]
    for i in range(len(edges) - 1):
        cells = [made.components[n].values[i] for n in names] + [made.total.values[i]]
        lines.append(f"{edges[i]:7.4g}-{edges[i + 1]:<6.4g} "
                     f"{'-' if seen is None else format(seen[i], '.5g'):>8} "
                     + " ".join(f"{c:10.4g}" for c in cells))
    lines.append(f"{'sum':>14} {'-' if seen is None else format(seen.sum(), '.6g'):>8} "
                 + " ".join(f"{made.components[n].total:10.4g}" for n in names)
                 + f" {made.total.total:10.4g}")
    lines.append(f"cite: {', '.join(made.papers)}")
    v.emit(data, as_json, lines)
