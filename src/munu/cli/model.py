"""``munu model``: a UV completion at one point, or over a grid of its parameters."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _values as v
from munu.errors import DomainError, UnknownName

RATIOS = ("R_D", "R_Dstar", "R_D_ratio", "R_Dstar_ratio")
_UNITS = {"m_nuN": "GeV"}
_CARDS = (".yaml", ".yml", ".slha", ".dat")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("model")(model)


def model(
    name: str = typer.Argument(None, help="Name of a model, or a card (.yaml, .slha); none lists "
                               "the models"),
    setting: list[str] = typer.Argument(None, help="Parameters, as m_LQ=1TeV y1=0.05"),
    parameters: bool = typer.Option(False, "--parameters", help="What parameters it has"),
    scan: list[str] = typer.Option([], help="Grid in a parameter, m_LQ=1TeV:5TeV:50, in equal "
                                   "ratios if it lies above 0, else in equal steps (or say it: "
                                   "y1=0.1:1:10:lin, :log); or a list y1=0.1,0.2. May repeat"),
    out: str = typer.Option(None, help="Write the scan to this file, .ecsv or .csv"),
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
        if setting or parameters or scan or out is not None:
            raise DomainError(f"the card {name} says all of one point; parameters, --parameters, "
                              "--scan and --out go with the name of a model")
        from munu import interchange

        _show(interchange.read(name), write, as_json)
        return
    cls = _plugins.factory("models", name)
    if parameters:
        if setting or scan or write or out is not None:
            raise DomainError("--parameters stands alone: it lists what there is to set")
        rows = _known(cls)
        v.emit({"model": name, "parameters": rows}, as_json, _known_lines(name, rows))
        return
    given = _settings(cls, setting or [])
    if scan:
        if write:
            raise DomainError("--write writes one point; a scan goes to --out FILE")
        from munu.cli import _model_scan

        _model_scan.run(name, cls, given, scan, out, as_json)
        return
    if out is not None:
        raise DomainError("--out writes a scan; add --scan KEY=LOW:HIGH:N, or use --json")
    _show(models.get(name, **given), write, as_json)


def _show(point, write: list[str], as_json: bool) -> None:
    """What a point predicts, and its files."""
    from pathlib import Path

    from munu import interchange

    # a slip in what is to be written is said before anything is
    kinds = [interchange.kind_of(path) if Path(path).suffix else "ufo" for path in write]
    data, lines = _point(point)
    data["written"] = [str(interchange.write(point, path, kind))
                       for path, kind in zip(write, kinds, strict=True)]
    v.emit(data, as_json, lines + [f"wrote {path}" for path in data["written"]])


def _known(cls) -> list[dict[str, Any]]:
    """Parameters of a model: name, unit, default in that unit, one line."""
    from dataclasses import MISSING, fields

    return [{"name": f.name, "unit": f.metadata["unit"] or None,
             "default": None if f.default is MISSING else in_unit_of(f, f.default),
             "needed": f.default is MISSING, "about": f.metadata["about"]} for f in fields(cls)]


def _known_lines(name: str, rows: list[dict[str, Any]]) -> list[str]:
    lines = [f"{'parameter':>16} {'default':>12} {'unit':>8}"]
    for row in rows:
        default = "needed" if row["needed"] else "-" if row["default"] is None \
            else cell(row["default"])
        lines.append(f"{row['name']:>16} {default:>12} {_unit(row['unit']):>8}  {row['about']}")
    need = " ".join(f"{r['name']}=..." for r in rows if r["needed"])
    lines.append(f"so: munu model {name} {need}".rstrip())
    return lines


def _unit(text: str | None) -> str:
    return "" if text in (None, "1") else str(text)


def in_unit_of(f, value: Any) -> Any:
    """A parameter's internal value in its own unit."""
    if value is None or f.metadata["unit"] in ("", "1"):
        return value
    return v.in_unit(value, f.metadata["unit"])


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


def predictions(model) -> tuple[dict[str, Any], list[str]]:
    """What a model says of one point; None where it says nothing, with the reasons that are not
    plain silence."""
    from munu import flavors
    from munu.models import NotPredicted
    from munu.units import GeV, cm

    reasons: list[str] = []

    def ask(what):
        try:
            return what()
        except NotPredicted:
            return None
        except DomainError as err:
            reasons.append(str(err))
            return None

    couplings = ask(model.couplings)
    mass, ratios = ask(model.neutrino_mass), ask(model.ratios_RD)
    wilson = ask(model.wilson_coefficients)
    data = {**_moments(couplings), "m_nuN": None if mass is None else mass / GeV,
            "m_nuN_unit": "GeV", "tuning": ask(model.tuning), "delta_a_mu": ask(model.delta_a_mu),
            **{k: None if ratios is None else ratios[k] for k in RATIOS},
            "wilson_coefficients": None if wilson is None else {
                k: x + 0.0 for k, x in wilson.items()}}
    if hasattr(model, "B_to_K_nunu"):
        data["B_to_K_nunu_ratio"] = ask(model.B_to_K_nunu)
    if hasattr(model, "r2"):
        data |= {"r2": dict(zip(flavors.NAMES, model.r2 / cm**2, strict=True)),
                 "r2_unit": "cm^2", "r2_convention": getattr(model, "convention", "lh_vertex")}
    return data, reasons


def _moments(couplings) -> dict[str, Any]:
    """Moments by name [mu_B]: flavors of a portal, pairs of Majorana, entries of Dirac."""
    from munu.couplings import DipolePortal
    from munu.units import GeV, cm

    if couplings is None:
        return {"mu": None, "mu_unit": "mu_B"}
    if isinstance(couplings, DipolePortal):
        return {"mu": _portal(couplings), "mu_unit": "mu_B", "M_N": couplings.M_N / GeV,
                "M_N_unit": "GeV", "nature": couplings.nature}
    c = couplings
    out: dict[str, Any] = {"mu": _entries(c.mu, c), "mu_unit": "mu_B", "nature": c.nature,
                           "basis": c.basis}
    if c.eps.any():
        out["eps"] = _entries(c.eps, c)
    if c.charge.any():
        out["charge"] = _entries(c.charge, c, whole=True)
    if c.r2.any():
        out["r2"] = {k: x / cm**2 for k, x in _entries(c.r2, c, whole=True).items()}
        out["r2_unit"] = "cm^2"
    if c.portals:
        out["portals"] = [{"mu": _portal(p), "M_N": p.M_N / GeV, "M_N_unit": "GeV"}
                          for p in c.portals]
    return out


def _portal(portal) -> dict[str, float]:
    from munu import flavors

    if isinstance(portal.flavor, str):
        return {portal.flavor: portal.mu}
    return {n: portal.mu * x for n, x in zip(flavors.NAMES, portal.flavor, strict=True)}


def _entries(matrix, c, whole: bool = False) -> dict[str, Any]:
    """Entries of a matrix by name: above the diagonal alone where it is antisymmetric."""
    from munu import flavors

    names = flavors.NAMES if c.basis == "flavor" else ("1", "2", "3")
    pairs = [(i, j) for i in range(3) for j in range(3)
             if whole or c.nature != "majorana" or i < j]
    return {names[i] + names[j]: complex(matrix[i, j]) for i, j in pairs
            if not whole or abs(matrix[i, j]) > 0}


def _point(point) -> tuple[dict[str, Any], list[str]]:
    """The JSON object of one point, and its table."""
    from dataclasses import fields

    import numpy as np

    from munu import atlas

    many = {f.name: np.shape(getattr(point, f.name)) for f in fields(point)
            if f.metadata["unit"] != "" and np.ndim(getattr(point, f.name))}
    if many:
        raise DomainError(f"{', '.join(f'{k} {s}' for k, s in many.items())} are many points; "
                          "munu model shows one (or take --scan)")
    with np.errstate(all="ignore"):
        data, reasons = predictions(point)
        constraints = [_record(x) for x in point.constraints()]
    _finite(point.name, {**{k: data[k] for k in ("mu", "m_nuN", "tuning", "delta_a_mu")},
                         **{x["observable"]: x["predicted"] for x in constraints}})
    if getattr(point.couplings() if data["mu"] is not None else None, "portals", ()):
        reasons.append("its portals to N couple to several flavors at once, of which no published "
                       "limit speaks; those named are on the light neutrinos' own moments")
    verdicts = [] if data["mu"] is None else [
        x for x in atlas.verdict(point) if x.kind == "limit"]
    excluding = [{"name": x.name, "margin": x.margin, "level": x.level, "statistic": x.statistic,
                  "assumptions": x.assumptions, "certainty": x.certainty, "checked": x.checked,
                  "papers": x.papers} for x in verdicts if x.excluded]
    cited = dict.fromkeys([*point.papers, *(x["source"] for x in constraints if x["source"]),
                           *(k for x in excluding for k in x["papers"])])
    values = {f.name: {"value": in_unit_of(f, getattr(point, f.name)),
                       "unit": f.metadata["unit"] or None, "about": f.metadata["about"]}
              for f in fields(point)}
    reach = [x for x in verdicts if x.excluded or x.margin > 0]
    closest = next((x for x in reach if not x.excluded and x.margin < 1), None)
    full = v.provenance(
        model=point.name, **data, constraints=constraints, verdict=excluding,
        limits_asked=len(reach), excluded=bool(excluding) or any(
            x["violated"] and x["status"] != "data" for x in constraints),
        parameters=values, notes=reasons, citations=list(cited))
    return full, _lines(full, closest)


def _finite(name: str, said: dict[str, Any]) -> None:
    """What came out must be numbers."""
    import numpy as np

    for what, x in said.items():
        values = list(x.values()) if isinstance(x, dict) else [] if x is None else [x]
        if not all(np.all(np.isfinite(y)) for y in values):
            raise DomainError(f"{name}: {what} is no finite number here; a parameter is too large "
                              "or too small to compute with")


def _record(x) -> dict[str, Any]:
    return {"observable": x.observable, "predicted": x.predicted, "low": x.low, "high": x.high,
            "violated": bool(x.violated), "level": x.level, "status": x.status,
            "source": x.source, "checked": x.checked, "note": x.note}


def _lines(data: dict[str, Any], closest) -> list[str]:
    """The tables for people."""
    lines = [f"{data['model']}:"]
    for name, x in data["parameters"].items():
        if x["value"] is not None:
            lines.append(f"{name:>16} = {cell(x['value']):>12} {_unit(x['unit']):8} {x['about']}")
    lines.append("predicts")
    for key, entries in (("mu", data["mu"]), ("eps", data.get("eps")),
                         ("charge", data.get("charge")), ("r2", data.get("r2"))):
        unit = {"mu": "mu_B", "eps": "mu_B", "charge": "e", "r2": "cm^2"}[key]
        seen = {n: x for n, x in (entries or {}).items() if abs(x) > 0}
        lines += [f"{key + '_' + n:>16} = {cell(x):>12} {unit}" for n, x in seen.items()]
        if entries and not seen:
            lines.append(f"{key:>16} = {'0':>12} {unit}")
    for i, p in enumerate(data.get("portals", ())):
        lines += [f"{f'mu_{n} (N_{i + 1})':>16} = {cell(x):>12} mu_B     M_N = {p['M_N']:.4g} GeV"
                  for n, x in p["mu"].items()]
    for key in ("m_nuN", "tuning", "delta_a_mu", *RATIOS, "B_to_K_nunu_ratio"):
        if data.get(key) is not None:
            lines += _valued(key, data[key], _UNITS.get(key, ""))
    lines += [f"{k:>16} = {cell(x):>12}" for k, x in (data["wilson_coefficients"] or {}).items()]
    lines += _constraint_lines(data["constraints"])
    if any(abs(x) > 0 for key in ("mu", "charge") for x in (data.get(key) or {}).values()):
        lines += [f"excluded by {x['name']}: {x['margin']:.3g} times its limit"
                  + ("" if x["level"] is None else f" at {x['level']:.0%}")
                  + ("" if x["checked"] != "no" else ", reading not checked")
                  for x in data["verdict"]]
        if not data["limits_asked"]:
            lines.append("no published limit reaches this flavor at this mass")
        elif not data["verdict"]:
            lines.append(f"none of {data['limits_asked']} published limits excludes it" + (
                "" if closest is None else f"; the closest is {closest.name}, at "
                f"{closest.margin:.2g} of its limit"))
    lines += [f"note: {x}" for x in data["notes"]]
    lines.append(f"cite: {', '.join(data['citations'])}   (munu cite {data['model']})")
    return lines


def _valued(key: str, value: Any, unit: str) -> list[str]:
    import numpy as np

    x = np.asarray(value)
    if not x.ndim:
        return [f"{key:>16} = {cell(x[()]):>12} {unit}".rstrip()]
    names = {at: key + "_" + "".join(str(i + 1) for i in at) for at in np.ndindex(*x.shape)}
    return [f"{name:>16} = {cell(x[at]):>12} {unit}".rstrip() for at, name in names.items()]


def _constraint_lines(rows: list[dict[str, Any]]) -> list[str]:
    lines = [f"{'constraint':>20} {'predicted':>11} {'low':>11} {'high':>11}"] if rows else []
    for x in rows:
        cells = " ".join(f"{'-' if x[k] is None else v.shown(float(x[k])):>11}"
                         for k in ("predicted", "low", "high"))
        word = "violated" if x["violated"] else "ok"
        if x["low"] is None and x["high"] is None:
            word = "shown"
        if x["violated"] and x["status"] == "data":
            word = "off"
        if x["violated"] and x["status"] == "user":
            below = x["low"] is not None and x["predicted"] < x["low"]
            word = f"{'below' if below else 'above'} the user's cut"
        lines.append(f"{x['observable']:>20} {cells}  {word:8}  "
                     + ", ".join(t for t in (x["note"], x["source"]) if t))
    return lines


def cell(x: Any) -> str:
    """A value for people: a number, a complex one, a word or several."""
    import numpy as np

    if isinstance(x, str | bool) or x is None:
        return str(x)
    x = np.asarray(x)
    if x.ndim:
        return ",".join(cell(y) for y in x.ravel())
    if x.dtype.kind not in "fciu":
        return str(x[()])
    # no sign of zero
    number = complex(x[()]) + 0
    if number.imag:
        real = f"{number.real:.4g}" if number.real else ""
        return f"{real}{number.imag:{'+' if real else ''}.4g}j"
    return v.shown(number.real)
