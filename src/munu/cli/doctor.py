"""``munu doctor``."""

from __future__ import annotations

import typer

from munu.cli import _values as v
from munu.errors import DataError, MunuError

_PACKAGES = ("numpy", "scipy", "numba", "matplotlib", "typer", "PyYAML")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout")
           ) -> None:
    """Whether everything is in place: versions, data files, folders, a limit that must come out."""
    from munu import _data
    from munu.inference.limits import limit
    from munu.units import MeV

    broken = _broken()
    checks = _versions() | {
        "data files": "; ".join(broken) or f"all readable, hash {_data.fingerprint()}",
        "internal MeV": f"{MeV:g}",
        "xenonnt, M_N = 0": f"mu < {limit('xenonnt', expected=False).value:.3g} mu_B",
    } | _folders()
    v.emit(v.provenance(checks=checks, healthy=not broken), as_json,
           [f"{k:20s} {text}" for k, text in checks.items()])
    if broken:
        raise DataError(_data.ROOT, f"{len(broken)} data files are broken; reinstall munu")


def _versions() -> dict[str, str]:
    import platform
    from importlib import metadata

    found = {"munu": v.provenance()["version"],
             "python": f"{platform.python_version()} on {platform.machine()} {platform.system()}"}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "missing; run: pip install munu"
    return found


def _broken() -> list[str]:
    from munu import _data

    said = []
    for folder in (p.name for p in _data.ROOT.iterdir() if p.is_dir()):
        for name in _data.names(folder):
            try:
                _data.load(f"{folder}/{name}")
            except MunuError as err:
                said.append(str(err))
    return said


def _folders() -> dict[str, str]:
    """What can be written, and where that matters; nothing of it is needed."""
    import tempfile
    from pathlib import Path

    from munu import _places

    def judged(path: Path) -> str:
        return f"{path}, {'writable' if _places.writable(path) else 'not writable'}"

    try:
        temporary = judged(Path(tempfile.gettempdir()))
    except OSError:
        temporary = "none that can be written"
    instead = _places.matplotlib()
    home = _places.home()
    return {"home": "none" if home is None else judged(home), "temporary folder": temporary,
            "compiled evolver": _compiled(),
            "matplotlib's folder": "its own" if instead is None else str(instead)}


def _compiled() -> str:
    from munu.propagation import evolution

    try:
        return evolution.kept()
    except MunuError as err:
        return str(err)
