"""``munu doctor``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

from munu.cli import _values as v
from munu.errors import DataError, MunuError

_PACKAGES = ("numpy", "scipy", "typer", "PyYAML")
# what only some answers need: package, what for, how it is had
_EXTRAS = {"numba": ("spin-flavor evolution and events", "munu[evolve]"),
           "matplotlib": ("figures and the map", "munu[plots]"),
           "pyarrow": ("events as Parquet", "munu[events]"),
           "pyhepmc": ("HepMC3 read back", "pyhepmc"), "fastapi": ("munu explore", "munu[web]"),
           "jax": ("gradients", "munu[jax]"),
           "numpyro": ("munu posterior", "munu[jax]"), "pandas": ("to_pandas()", "pandas"),
           "snewpy": ("fluxes of SNEWPY", "munu[snewpy]")}


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
        "munu's own bounds": _kept(),
        "fonts": _fonts(),
        "command": _command(),
    } | _folders() | _extras() | {"on disk": _sizes()}
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


def _extras() -> dict[str, str]:
    """Packages that not every answer needs."""
    from importlib import metadata

    found = {}
    for package, (what, how) in _EXTRAS.items():
        try:
            found[package] = f"{metadata.version(package)}, for {what}"
        except metadata.PackageNotFoundError:
            found[package] = f'not there; for {what}: pip install "{how}"'
    return found


def _sizes() -> str:
    """Of munu, of all that it cannot do without, and of what some answers need, in MB."""
    import munu

    own = sum(p.stat().st_size for p in Path(munu.__file__).parent.rglob("*") if p.is_file())
    light, all_ = _needed(_PACKAGES), _needed((*_PACKAGES, *_EXTRAS))
    core, more = (sum(map(_size, names)) for names in (light, all_ - light))
    return (f"munu {own / 1e6:.0f} MB, what it needs {core / 1e6:.0f} MB, what only some answers "
            f"need {more / 1e6:.0f} MB")


def _needed(names: Iterable[str]) -> set[str]:
    """Installed packages of these names with all that they ask for themselves."""
    import re
    from importlib import metadata

    found: set[str] = set()
    left = list(names)
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name in found:
            continue
        try:
            asked = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(name)
        left += [re.split(r"[^\w.-]", x)[0] for x in asked if "extra ==" not in x]
    return found


def _size(package: str) -> int:
    """Bytes of its files that are there."""
    from importlib import metadata

    paths = [p.locate() for p in metadata.files(package) or ()]
    return sum(Path(str(p)).stat().st_size for p in paths if Path(str(p)).is_file())


def _kept() -> str:
    """The bounds that the map draws without computing: how many, and which are of older code."""
    from munu.atlas import _kept, own

    there = {n: _kept.found(n, {}) for n in own.names()}
    old = [n for n, held in there.items() if held is not None and held[1]]
    return f"of {len(there)} probes, " + (
        f"older than code or data: {', '.join(old)}; run: munu map --recompute" if old else
        "none older than code and data")


def _fonts() -> str:
    """Whether figures have the font that they are set in."""
    try:
        from munu.plots._fonts import found

        return found()
    except ModuleNotFoundError:
        return "no matplotlib, no figures; run: pip install 'munu[plots]'"


def _command() -> str:
    """Which munu a shell would run; another one than this is a common surprise."""
    import shutil
    import sys

    import munu

    mine, here = shutil.which("munu"), Path(munu.__file__).parent
    if mine is None:
        return f"python -m munu alone, of {here}; no munu on the PATH"
    other = Path(mine).resolve().parent != Path(sys.executable).parent.resolve() and \
        Path(mine).parent != Path(sys.executable).parent
    return f"{mine}, of another Python than this; this is {here}" if other else f"{mine}, of {here}"


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
