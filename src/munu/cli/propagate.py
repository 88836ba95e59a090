"""``munu propagate``: neutrinos and antineutrinos through matter and magnetic fields."""

from __future__ import annotations

import sys
import time
from typing import Any

import typer

from munu.cli import _values as v
from munu.errors import DomainError, NotConverged, UnitError, UnknownName

_FLAVORS = ("e", "mu", "tau")
_MIXING = ("s12", "s13", "s23", "dm21", "dm31", "delta")
_MAJORANA = ("emu", "etau", "mutau")
_FINAL = ("mass", "flavor")
_SCOPE = "forward scattering alone: collective effects and absorption are not in scope"
_ADIABATICITY = "gamma = 4 g^2/|slope|, P_LZ = exp(-pi gamma/2)"
# energies of one run whose resonances are all shown
_FEW = 3
# seconds after which a run is long, and parts that a long one is shown in
_LONG, _PARTS = 2.0, 20


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
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Spin-flavor evolution: probabilities against energy, and the resonances."""
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data = _result(medium, field, mu, nature, mixing, ordering, energies, initial, final,
                       start, end, twist, loop, tol, fast, option)
    said = [" ".join(str(w.message).split()) for w in caught
            if issubclass(w.category, RuntimeWarning | UserWarning)]
    data["warnings"] = list(dict.fromkeys(said))
    for text in data["warnings"]:
        print(f"munu: warning: {text}", file=sys.stderr)
    v.emit(data, as_json, _lines(data))


def _result(medium, field, mu, nature, mixing, ordering, energies, initial, final, start, end,
            twist, loop, tol, fast, option) -> dict[str, Any]:
    import warnings

    import numpy as np

    from munu import propagation
    from munu.couplings import check_nature
    from munu.propagation import resonances
    from munu.references import papers
    from munu.units import MeV, eV, km

    check_nature(nature)
    if final not in _FINAL:
        raise UnknownName("final basis", final, _FINAL)
    E = v.energies(energies)
    mix = _mixing(mixing, ordering)
    given, moments = _moments(mu, nature)
    profile, r = _profile(medium, field, twist, option, start, end)
    precision = v.number(tol, "tol")
    if not propagation.evolution.TOLERANCES[0] <= precision <= propagation.evolution.TOLERANCES[1]:
        raise DomainError(f"tol '{tol}' must lie between 1e-7 and 1e-2")
    make = getattr(propagation, nature)
    hamiltonian = make(profile, moments, mix, loop=loop)
    states = hamiltonian.states
    initial = initial or ("nubar_e" if nature == "majorana" else "nu_e")
    if initial not in states:
        raise UnknownName(f"initial state of {nature} neutrinos", initial, states)
    masses = ("nu_1", "nu_2", "nu_3",
              *(("nubar_1", "nubar_2", "nubar_3") if nature == "majorana" else states[3:]))
    row = states.index(initial)
    if fast:
        _check_fast(nature, final, loop, r)
        if r[1] < profile.r_max * (1 - 1e-12):
            warnings.warn("--fast gives the mass states far outside, as if nothing were passed "
                          f"beyond {r[1] / km:.6g} km, where the path ends inside the medium",
                          RuntimeWarning, stacklevel=2)
        P = resonances.crossings(profile, mix, E, moments=moments, r=r)[:, row]
        error = steps = None
        used = [resonances.crossings]
    else:
        P, error, steps = _evolved(hamiltonian, r, E, precision, final, row)
        used = [propagation.evolve]
    found, met = [], []
    for e in _chosen(E):
        found += [_resonance(x) for x in resonances.find(profile, mix, e, moments=moments, r=r,
                                                         nature=nature)]
        if nature == "majorana":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                met += [_resonance(x) for x in resonances.find(
                    profile, mix, e, moments=moments, r=r, three_flavors=True)]
    used.append(resonances.find)
    citations = dict.fromkeys([*hamiltonian.papers, *papers(used)])
    return v.provenance(
        energies_MeV=E / MeV, initial=initial, final=final,
        final_states=masses if final == "mass" else states, probabilities=P, error=error,
        steps=steps, method="crossings" if fast else "evolve", resonances=found,
        level_crossings=met,
        resonance_energies_MeV=np.array(_chosen(E)) / MeV,
        adiabaticity=_ADIABATICITY, medium=profile.name, field=_field_text(profile, field),
        twist=_twist_text(profile, twist), nature=nature, moments=given,
        moments_unit="mu_B", loop=loop,
        mixing={"name": mix.name, "ordering": mix.ordering, "s12": mix.s12, "s13": mix.s13,
                "s23": mix.s23, "delta_rad": mix.delta, "dm21_eV2": mix.dm21 / eV**2,
                "dm31_eV2": mix.dm31 / eV**2},
        ordering=mix.ordering, tol=None if fast else precision,
        radii_km=[x / km for x in r], scope=_SCOPE,
        configuration={"medium": medium, "field": field, "mu": mu, "nature": nature,
                       "mixing": mixing, "ordering": ordering, "energies": energies,
                       "initial": initial, "final": final, "from": start, "to": end,
                       "twist": twist, "loop": loop, "tol": tol, "fast": fast,
                       "option": list(option)},
        citations=list(citations))


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


def _moments(text: str | None, nature: str):
    """Moments by name as they were given, and as the block M of the Hamiltonian."""
    import numpy as np

    from munu.couplings import Couplings

    known = _MAJORANA if nature == "majorana" else tuple(a + b for a in _FLAVORS for b in _FLAVORS)
    given = {} if text is None else {
        k: v.amount(x, f"moment {k}")
        for k, x in v.entries(text, f"{nature} moment", known).items()}
    if nature == "majorana":
        return given, Couplings.majorana(**given).mu
    return given, np.array([given.get(k, 0) for k in known], dtype=complex).reshape(3, 3)


def _profile(medium: str, field: str | None, twist: str | None, option: list[str],
             start: str | None, end: str | None):
    """The medium with its field, and the path through both."""
    import numpy as np

    from munu import media
    from munu.media import fields

    options = v.options(option)
    if len(options) < len(option):
        raise DomainError("an --option is given twice")
    profile = media.get(medium, **options)
    r = _radii(profile, start, end)
    if field is not None:
        found = fields.read(field)
        if found.twist is not None and twist is not None:
            raise DomainError(f"--twist does not go with the field {field}, whose phi says how it "
                              "turns; leave one away")
        profile = found.on(profile, r)
    if twist is not None:
        if profile.twist is not None:
            raise DomainError(f"--twist does not go with the medium {medium}, whose phi says how "
                              "its field turns; leave one away")
        rate = _twist(twist)
        profile = profile.with_(twist=lambda r: np.full(np.shape(r), rate))
    return profile, r


def _twist(text: str) -> float:
    """A rate of turning [1/length]."""
    from munu.units import parse

    value = parse(text, "/km", what="twist")
    if "/" not in text and value != 0:
        raise UnitError(f"twist '{text}' is no rate of turning along the path; write e.g. -100/km")
    return value


def _radii(profile, start: str | None, end: str | None) -> tuple[float, float]:
    """From and to, inside the medium; the larger may come first."""
    r = (profile.r_min if start is None else v.length(start, "--from"),
         profile.r_max if end is None else v.length(end, "--to"))
    profile.check(r)
    if r[0] == r[1]:
        raise DomainError(f"--from and --to are the same radius ({start or 'the least one'}, "
                          f"{end or 'the greatest one'}); the path needs a length")
    return r


def _check_fast(nature: str, final: str, loop: bool, r: tuple[float, float]) -> None:
    for wrong, what in ((nature != "majorana", "--nature dirac"), (final != "mass",
                        "--final flavor"), (loop, "--loop"), (r[0] > r[1], "a path inwards")):
        if wrong:
            raise DomainError(f"--fast does not go with {what}: the chain of crossings is one of "
                              "Majorana neutrinos outwards to mass states; leave --fast away")


def _evolved(hamiltonian, r, E, tol: float, final: str, row: int):
    """Probabilities from one state (n_E, 6), their errors and steps; in parts where that shows."""
    import numpy as np

    from munu.propagation import evolve

    show = v.progress("propagate")
    size = E.size if show is None else max(8, -(-E.size // _PARTS))
    made, begun, shown = [], time.monotonic(), False
    for first in range(0, E.size, size):
        try:
            made.append(evolve(hamiltonian, r, E[first:first + size], tol=tol))
        except ArithmeticError as err:
            raise NotConverged(f"the evolution failed ({err}); an energy, a moment, a field or a "
                               "twist is beyond what numbers can hold") from None
        done = min(first + size, E.size) / E.size
        if show is not None and (shown or (done < 1 and time.monotonic() - begun > _LONG)):
            show(done)
            shown = True
    P = [x.mass_probabilities if final == "mass" else x.probabilities for x in made]
    return (np.concatenate(P)[:, row], np.concatenate([x.error for x in made]),
            np.concatenate([x.steps for x in made]))


def _chosen(E) -> list[float]:
    """All energies when they are few, else the least, the middle and the greatest."""
    import numpy as np

    rising = np.unique(E)
    if rising.size > _FEW:
        rising = rising[[0, rising.size // 2, -1]]
    return [float(e) for e in rising]


def _resonance(x) -> dict[str, Any]:
    from munu.units import MeV, km

    return {"energy_MeV": x.E_nu / MeV, "name": x.name, "states": list(x.between),
            "radius_km": x.r / km, "gamma": x.gamma, "P_LZ": x.P_LZ}


def _twist_text(profile, twist: str | None) -> str | None:
    return twist or (None if profile.twist is None else "phi(r)")


def _field_text(profile, field: str | None) -> str | None:
    if field is not None:
        return field
    return None if profile.field is None else "of the medium"


def _table(found: list[dict[str, Any]]) -> list[str]:
    return [f"{x['energy_MeV']:10.5g} {x['name']:>8} {', '.join(x['states']):>20} "
            f"{x['radius_km']:11.5g} {x['gamma']:10.3g} {x['P_LZ']:8.4f}" for x in found]


def _lines(data: dict[str, Any]) -> list[str]:
    """The tables for people."""
    mix, moments = data["mixing"], data["moments"]
    low, high = data["radii_km"]
    names = data["final_states"]
    given = ", ".join(f"{k} = {x.real:g}" + (f"{x.imag:+g}j" if x.imag else "")
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
    lines.append(_SCOPE)
    lines.append(f"cite: {', '.join(data['citations'])}   (munu cite KEY)")
    return lines
