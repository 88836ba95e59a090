"""``munu propagate``: neutrinos and antineutrinos through matter and magnetic fields."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from munu.cli import _values as v
from munu.errors import DataError, DomainError, UnitError

_MIXING = ("s12", "s13", "s23", "dm21", "dm31", "delta")
_PICTURES = (".png", ".pdf", ".svg")
# seconds after which a run is long
_LONG = 2.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("propagate")(propagate)


def propagate(
    medium: str = typer.Option("profile_a", help="Name of a medium; see: munu list media"),
    field: str = typer.Option(None, help="Transverse field: dipole:5e9G@1000km, "
                              "power2:5e9G@1000km, constant:1e6G, turbulent:5e9G@1000km,n=3,"
                              "l_outer=1e4km,l_inner=1e3km,seed=1, or a file mine.ecsv, mine.csv "
                              "with columns r, B and, if it turns, phi; default that of the "
                              "medium"),
    mu: str = typer.Option(None, help="Moments in mu_B: emu=1e-12,etau=7e-13,mutau=4e-13 "
                           "(majorana), or any of ee, emu, ..., tautau (dirac: flavor, then "
                           "right-handed mass state, so that emu is e2); complex as 1e-12+2e-13j"),
    nature: str = typer.Option("majorana", help="majorana or dirac"),
    mixing: str = typer.Option(None, help="nufit-5.0 to nufit-6.0, -nosk for without SK-atm; or by "
                               "hand s12=..,s13=..,s23=..,dm21=..,dm31=..,delta=.. (sin^2, eV^2, "
                               "rad)"),
    ordering: str = typer.Option("NO", help="NO or IO"),
    energies: str = typer.Option("5MeV:40MeV:36", help="15MeV, a list 5MeV,10MeV or a grid "
                                 "5MeV:40MeV:36 in equal steps (linear, not the log grid of "
                                 "masses)"),
    initial: str = typer.Option(None, help="State at the start, as nubar_e; default nubar_e, or "
                                "nu_e with --nature dirac"),
    final: str = typer.Option("mass", help="mass or flavor: states at the end"),
    start: str = typer.Option(None, "--from", help="Radius to begin at, as 1e3km; default the "
                              "least one of the medium"),
    end: str = typer.Option(None, "--to", help="Radius to end at, as 1e6km; default the greatest "
                            "one of the medium"),
    twist: str = typer.Option(None, help="Constant rate of turning of the field, as -100/km; "
                              "default that of the field's or the medium's phi, if it has one"),
    loop: bool = typer.Option(False, "--loop", help="With the one-loop potential of mu and tau"),
    tol: str = typer.Option("1e-5", help="Wanted error of a probability, 1e-7 to 1e-2"),
    fast: bool = typer.Option(False, "--fast", help="A chain of Landau-Zener crossings, without "
                              "interference"),
    option: list[str] = typer.Option([], help="Of the medium, e.g. path=mine.ecsv; may repeat"),
    radii: str = typer.Option(None, help="Radii where probabilities are wanted too, in the order "
                              "of the path: a list 1e4km,1e5km or a grid 1e3km:1e6km:50 in equal "
                              "ratios"),
    out: str = typer.Option(None, help="Write the table, .ecsv or .csv: a row an energy, or one "
                            "an energy and radius"),
    plot: str = typer.Option(None, help="Draw it, .png, .pdf or .svg"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Spin-flavor evolution: probabilities against energy, and the resonances."""
    asked = {"medium": medium, "field": field, "mu": mu, "nature": nature, "mixing": mixing,
             "ordering": ordering, "energies": energies, "initial": initial, "final": final,
             "from": start, "to": end, "twist": twist, "loop": loop, "tol": tol, "fast": fast,
             "option": list(option)}
    _files(out, plot)
    setting = _setting(asked | {"radii": radii} if radii else asked)
    from munu.propagation.run import run

    made = run(setting, progress=_bar())
    for text in made.warnings:
        print(f"munu: warning: {text}", file=sys.stderr)
    data = made.as_dict()
    v.emit(data, as_json, _lines(data))
    if out:
        _written(made.to_table(out))
    if plot:
        try:
            made.plot().savefig(plot)
        except OSError as err:
            raise DataError(plot, f"cannot be written ({err.strerror or err})") from None
        _written(plot)


def _files(out: str | None, plot: str | None) -> None:
    """Slips in what is to be written are said before anything is computed."""
    from munu import results

    if out:
        results.target(out, "--out")
    if plot and Path(plot).suffix not in _PICTURES:
        raise DomainError(f"--plot '{plot}' must end in {' or '.join(_PICTURES)}")
    if plot and not Path(plot).absolute().parent.is_dir():
        raise DataError(plot, "cannot be written (there is no such folder)")


def _written(path) -> None:
    print(f"munu: wrote {path}", file=sys.stderr)


def _setting(asked: dict[str, Any]):
    """The texts of the command line as the setting of a run."""
    from munu.couplings import check_nature
    from munu.propagation import setting

    nature, mu, tol = check_nature(asked["nature"]), asked["mu"], v.number(asked["tol"], "tol")
    if not setting.TOLERANCES[0] <= tol <= setting.TOLERANCES[1]:
        raise DomainError(f"tol '{asked['tol']}' must lie between 1e-7 and 1e-2")
    known = setting.MOMENTS[nature]
    moments = {} if mu is None else {k: v.amount(x, f"moment {k}") for k, x in v.entries(
        mu, f"{nature} moment", known).items()}
    asked = asked | {"initial": asked["initial"] or setting.INITIAL[nature]}
    profile, path = _profile(asked)
    more = {k: asked[k] for k in ("final", "loop", "twist", "fast")} | {
        "nature": nature, "radii": asked.get("radii")}
    setting.refuse(profile, path, **more, dash="--")
    return setting.Setting(medium=profile, energies=v.energies(asked["energies"]), path=path,
                           mixing=_mixing(asked["mixing"], asked["ordering"]), moments=moments,
                           initial=asked["initial"], tol=tol, configuration=asked, **more)


def _bar():
    """The progress of what takes long, on a terminal."""
    show = v.progress("propagate")
    if show is None:
        return None
    begun, shown = time.monotonic(), False

    def shows(done: float) -> None:
        nonlocal shown
        if shown or (done < 1 and time.monotonic() - begun > _LONG):
            show(done)
            shown = True

    return shows


def _mixing(text: str | None, ordering: str):
    """A fit by name, or six numbers."""
    from munu import flavors
    from munu.units import eV, split

    if text is None or "=" not in text:
        return flavors.mixing(flavors.DEFAULT if text is None else text, ordering)
    given = v.entries(text, "mixing parameter", _MIXING)
    missing = [k for k in _MIXING if k not in given]
    if missing:
        raise DomainError(f"mixing '{text}' lacks {', '.join(missing)}; give all of "
                          f"{', '.join(_MIXING)}, or the name of a fit")
    values = {}
    for key, value in given.items():
        bare, unit = split(value)
        allowed = {"dm21": "eV^2", "dm31": "eV^2", "delta": "rad"}.get(key, "")
        if unit not in ("", allowed):
            raise UnitError(f"{key} '{value}' carries the unit '{unit}'; give a pure number"
                            + (f" in {allowed}" if allowed else ", a sin^2"))
        values[key] = v.number(f"{bare!r}", key) * (eV**2 if key.startswith("dm") else 1.0)
    return flavors.Mixing(**values, name="user", ordering=ordering)


def _profile(asked: dict[str, Any]):
    """The medium with its field, and the path through both."""
    from munu import media
    from munu.media import fields

    options = v.options(asked["option"])
    if len(options) < len(asked["option"]):
        raise DomainError("an --option is given twice")
    profile = media.get(asked["medium"], **options)
    path = _path(profile, asked["from"], asked["to"])
    if asked["field"] is not None:
        # under the name that it was asked by
        profile = replace(fields.read(asked["field"]), name=asked["field"]).on(profile, path)
    return profile, path


def _path(profile, start: str | None, end: str | None) -> tuple[float, float]:
    """From and to, inside the medium; the larger may come first."""
    r = (profile.r_min if start is None else v.length(start, "--from"),
         profile.r_max if end is None else v.length(end, "--to"))
    profile.check(r)
    if r[0] == r[1]:
        raise DomainError(f"--from and --to are the same radius ({start or 'the least one'}, "
                          f"{end or 'the greatest one'}); the path needs a length")
    return r


def _table(found: list[dict[str, Any]]) -> list[str]:
    return [f"{x['energy_MeV']:10.5g} {x['name']:>8} {', '.join(x['states']):>20} "
            f"{x['radius_km']:11.5g} {x['gamma']:10.3g} {x['P_LZ']:8.4f}" for x in found]


def _lines(data: dict[str, Any]) -> list[str]:
    """The tables for people."""
    mix, moments = data["mixing"], data["moments"]
    low, high = data["radii_km"]
    names = data["final_states"]
    given = ", ".join(f"{k} = {x['re']:g}{x['im']:+g}j" if isinstance(x, dict) else f"{k} = {x:g}"
                      for k, x in moments.items())
    how = "Landau-Zener chain" if data["method"] == "crossings" else f"tol {data['tol']:g}"
    lines = [f"{data['initial']} through {data['medium']} from {low:g} to {high:g} km, "
             f"{data['nature']}, mixing {mix['name']} {mix['ordering']}, {how}",
             f"field {data['field'] or 'none'}"
             + (f", twist {data['twist']}" if data["twist"] else "")
             + f"; moments [mu_B]: {given or 'none'}"
             + (" (both are needed for a spin flip)" if bool(given) != bool(data["field"]) else ""),
             f"{'E [MeV]':>10} " + " ".join(f"{n:>9}" for n in names)
             + ("" if data["error"] is None else f" {'error':>8}")]
    for i, E in enumerate(data["energies_MeV"]):
        lines.append(f"{E:10.5g} " + " ".join(f"{p:9.5f}" for p in data["probabilities"][i])
                     + ("" if data["error"] is None else f" {data['error'][i]:8.1e}"))
    found = data["resonances"]
    lines.append(f"resonances, with {data['adiabaticity']}:" + ("" if found else " none"))
    low = [x for x in data["level_crossings"] if x["name"] == "RSFP-L" and x["gamma"] > 0]
    if found:
        lines.append(f"{'E [MeV]':>10} {'name':>8} {'states':>20} {'r [km]':>11} {'gamma':>10} "
                     f"{'P_LZ':>8}")
        lines += _table(found)
    if low:
        lines += ["by levels of three flavors, inside MSW-H, RSFP-L is rather", *_table(low)]
    lines.append(data["scope"])
    lines.append(f"cite: {', '.join(data['citations'])}   (munu cite KEY)")
    return lines
