"""``munu list``, ``munu cite`` and ``munu doctor``."""

from __future__ import annotations

import typer

from munu.cli import _values as v
from munu.errors import DataError, MunuError, UnknownName

KINDS = ("probes", "sources", "processes", "models", "figures", "limits", "targets", "nuclei",
         "radii", "charges", "media", "mixings", "constants", "data", "references", "formulas")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("cite")(cite)
    app.command("doctor")(doctor)


def members(kind: str) -> dict[str, str]:
    """Names of a kind, each with one line."""
    from munu import _data, _plugins

    if kind in ("probes", "sources", "processes", "models", "figures", "media"):
        folder = "plots" if kind == "figures" else kind
        return {n: _first_line(_plugins.load(folder, n).__doc__) for n in _plugins.names(folder)}
    if kind == "limits":
        from munu import atlas

        return {x.name: _limit_line(x) for x in atlas.published()}
    if kind == "targets":
        from munu.targets import atom
        from munu.targets.atom import names

        return {n: f"{atom(n).Z} electrons" for n in names()}
    if kind == "nuclei":
        from munu.targets.nucleus import isotopes, nucleus
        from munu.units import MeV

        return {n: f"Z = {nucleus(n).Z}, {nucleus(n).mass / MeV:.2f} MeV, spin {nucleus(n).spin:g}"
                for n in isotopes()}
    if kind in ("radii", "charges"):
        from munu import atlas

        return {x.name: _interval_line(x) for x in getattr(atlas, kind)()}
    if kind == "mixings":
        from munu.flavors import mixing_names

        return dict.fromkeys(mixing_names(), "")
    if kind == "constants":
        from munu import constants

        return {n: _constant_line(n) for n in constants.names()}
    if kind == "data":
        folders = sorted(p.name for p in _data.ROOT.iterdir() if p.is_dir())
        return {f"{f}/{n}": "" for f in folders for n in _data.names(f)}
    if kind == "references":
        from munu.references import bibliography

        return dict.fromkeys(sorted(bibliography()), "")
    if kind == "formulas":
        from munu.cli.calc import formulas

        return formulas()
    raise UnknownName("kind", kind, KINDS)


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().splitlines()[0] if doc else ""


def _limit_line(x) -> str:
    least = x.upper.min()
    level = "-" if x.level is None else f"{x.level:.0%}"
    return f"{least:.3g} mu_B  {level}  {x.flavor}  {x.status}, checked: {x.checked}"


def _interval_line(x) -> str:
    """A bound on a charge radius (left-handed-vertex normalization) or a charge."""
    from munu.units import cm

    factor, unit = (cm**2, "cm^2") if x.parameter == "r2" else (1.0, "e")
    low, high = x.lower[0] / factor, x.upper[0] / factor
    level = "-" if x.level is None else f"{x.level:.0%}"
    span = f"< {high:.3g}" if low == -float("inf") else f"[{low:.3g}, {high:.3g}]"
    return f"{span} {unit}  {level}  {x.flavor}  {x.meta['channel']}, certainty {x.certainty}"


def _constant_line(name: str) -> str:
    from munu import constants

    if name == "mu_B":
        return "e/(2 m_e)"
    c = constants.constant(name)
    return f"{c.value:.12g} +- {c.error:.2g} {c.unit}  ({c.vintage}, {c.source})"


def list_(
    kind: str = typer.Argument(None, help=f"One of {', '.join(KINDS)}"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """What there is: probes, sources, models, figures, limits, constants, formulas."""
    kinds = [kind] if kind else list(KINDS[:7])
    found = {k: members(k) for k in kinds}
    lines = []
    for k, entries in found.items():
        lines.append(f"{k}:")
        lines += [f"  {n:32s} {text}".rstrip() for n, text in entries.items()]
    if not kind:
        lines.append(f"more: munu list {'|'.join(KINDS[7:])}")
    v.emit(found, as_json, lines)


def cite(
    name: str = typer.Argument(..., help="A key, a probe, a source, a model, a published limit, a "
                               "formula"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """BibTeX of all that a result rests on."""
    from munu import _data, _plugins, references

    thing: object = None
    if name in references.bibliography():
        thing = name
    elif name in _plugins.names("probes") or name.endswith((".yaml", ".yml")):
        from munu import probes

        thing = probes.get(name)
    elif name in _plugins.names("sources"):
        from munu import sources

        thing = sources.get(name)
    elif name in _plugins.names("models"):
        thing = _plugins.load("models", name).model
    elif name in _data.names("limits"):
        from munu import atlas

        thing = atlas.get(name)
    elif "." in name:
        from munu.cli.calc import resolve

        thing = resolve(name)
    else:
        raise UnknownName("key, probe, source, model or limit", name, [
            *references.bibliography(), *_plugins.names("probes"), *_plugins.names("sources"),
            *_plugins.names("models"), *_data.names("limits")])
    keys = references.papers(thing)
    entries = {k: references.bibtex(k) for k in keys}
    v.emit({"name": name, "keys": list(keys), "bibtex": entries}, as_json,
           ["\n\n".join(entries.values()) or f"{name} names no source"])


def doctor(as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout")
           ) -> None:
    """Whether everything is in place: versions, data files, a limit that must come out."""
    import platform
    from importlib import metadata

    from munu import _data, limit
    from munu.units import MeV

    checks: dict[str, str] = {"python": platform.python_version()}
    for package in ("numpy", "scipy", "numba", "matplotlib", "typer", "PyYAML"):
        try:
            checks[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            checks[package] = "missing; run: pip install munu"
    broken = []
    for folder in (p.name for p in _data.ROOT.iterdir() if p.is_dir()):
        for name in _data.names(folder):
            try:
                _data.load(f"{folder}/{name}")
            except MunuError as err:
                broken.append(str(err))
    checks["data files"] = "; ".join(broken) or f"all readable, hash {_data.fingerprint()}"
    checks["internal MeV"] = f"{MeV:g}"
    checks["xenonnt, M_N = 0"] = f"mu < {limit('xenonnt', expected=False).value:.3g} mu_B"
    v.emit(v.provenance(checks=checks, healthy=not broken), as_json,
           [f"{k:18s} {text}" for k, text in checks.items()])
    if broken:
        raise DataError(_data.ROOT, f"{len(broken)} data files are broken; reinstall munu")
