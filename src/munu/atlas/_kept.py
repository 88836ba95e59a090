"""Computed bounds as files: one a probe, with all flavors and natures, and what they were made of.

A file says which modules of munu were imported and which data files were read while it was made,
with one hash over the text of all: where that has changed, the bounds in it are *older* than the
code beside them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import munu
from munu import _data, _files, _places, probes
from munu.errors import DataError, MunuError
from munu.inference.limits import limit
from munu.inference.record import Limit
from munu.inference.region import INF, Interval
from munu.ray import UNITS
from munu.units import MeV, unit

FORMAT = 1
SHIPPED = Path(munu.__file__).parent / "kept"
# nine digits hold a bound to 1e-8
_DIGITS = 9
_WORDS = ("name", "parameter", "along", "shape", "level", "statistic", "sides", "flavor", "nature",
          "convention", "status", "certainty", "checked", "solver")


@dataclass(frozen=True, eq=False)
class Asked:
    """The limit of a probe of the default options, or of others, at any masses."""

    probe: str
    flavor: str
    nature: str | None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, M_N: np.ndarray) -> Limit:
        """At masses [energy]."""
        return limit(probes.get(self.probe, **self.options), M_N=M_N, flavor=self.flavor,
                     nature=self.nature, expected=False, scan=False)


def home() -> Path | None:
    """Where a machine keeps bounds that were computed on it; None where it lets munu keep none."""
    import os

    given = os.environ.get("XDG_CACHE_HOME")
    base = Path(given) if given and os.path.isabs(given) else \
        None if (found := _places.home()) is None else found / ".cache"
    if base is not None and _places.writable(base):
        return base / "munu" / "bounds"
    temporary = _places.temporary()
    return None if temporary is None else temporary / "bounds"


def name_of(probe: str, options: Mapping[str, Any]) -> str:
    """The name of the file of a probe with its options."""
    if not options:
        return f"{probe}.json"
    said = json.dumps({k: str(x) for k, x in sorted(options.items())})
    return f"{probe}-{hashlib.sha256(said.encode()).hexdigest()[:12]}.json"


# ---- what they were made of ------------------------------------------------------------------

@cache
def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"missing"


def _file(module: str) -> Path:
    path = Path(munu.__file__).parent.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def there(module: str) -> bool:
    """Whether a module of munu (dotted) has a file."""
    return _file(module).is_file()


def made_of(modules: Iterable[str], data: Iterable[str]) -> str:
    """One hash over the text of modules (dotted) and of data files (``folder/name``)."""
    digest = hashlib.sha256()
    for module in sorted(modules):
        digest.update(module.encode() + b"\0" + hashlib.sha256(_text(_file(module))).digest())
    for name in sorted(data):
        digest.update(name.encode() + b"\0"
                      + hashlib.sha256(_text(_data.ROOT / f"{name}.ecsv")).digest())
    return digest.hexdigest()[:24]


def forget() -> None:
    """Read the texts again."""
    _text.cache_clear()


def older(held: Mapping[str, Any]) -> bool:
    """Whether code or data have changed since these bounds were made."""
    of = held["made_of"]
    return made_of(of["modules"], of["data"]) != of["hash"]


# ---- a limit as plain data, and back ------------------------------------------------------------

def told(x: Limit) -> dict[str, Any]:
    """A limit as JSON: masses in MeV, sizes in the limit's unit, no end as null."""
    out: dict[str, Any] = {k: getattr(x, k) for k in _WORDS}
    out |= {"M_N_MeV": None if x.axis is None else [_short(m / MeV) for m in x.axis],
            "upper": [_short(u / x.factor) for u in x.upper],
            "assumptions": list(x.assumptions), "papers": [str(k) for k in x.papers],
            "tips": [[_short(m / MeV), _short(s / x.factor)] for m, s in x.tips]}
    if x.lower.any():
        out["lower"] = [_short(v / x.factor) for v in x.lower]
    if x.intervals is not None:
        out["intervals"] = [[[_short(i.low / x.factor), _short(i.high / x.factor),
                              int(i.low_ends), int(i.high_ends)] for i in row]
                            for row in x.intervals]
    heaviest = x.meta.get("heaviest")
    out["meta"] = {"title": x.meta.get("title", x.name), "grade": x.meta.get("grade"),
                   "family": x.meta.get("family"),
                   "heaviest_MeV": None if heaviest is None else _short(heaviest / MeV)}
    if x.systematic:
        out["systematic"] = {name: told(v) for name, v in x.systematic.items()}
    return out


def limit_of(row: Mapping[str, Any], probe: str, options: Mapping[str, Any], *, old: bool
             ) -> Limit:
    """The limit that :func:`told` wrote."""
    f = unit(UNITS[row["parameter"]]).factor
    heaviest = row["meta"]["heaviest_MeV"]
    n = len(row["upper"])
    rows = row.get("intervals")
    return Limit(
        **{k: row[k] for k in _WORDS},
        axis=None if row["M_N_MeV"] is None else np.array(row["M_N_MeV"]) * MeV,
        upper=_sizes(row["upper"]) * f,
        lower=_sizes(row["lower"]) * f if "lower" in row else np.zeros(n),
        intervals=None if rows is None else tuple(
            tuple(Interval(_size(a) * f, _size(b) * f, bool(c), bool(d)) for a, b, c, d in many)
            for many in rows),
        tips=tuple((m * MeV, _size(s) * f) for m, s in row["tips"]),
        assumptions=tuple(row["assumptions"]), papers=tuple(row["papers"]), ours=True,
        systematic={k: limit_of(v, probe, {}, old=old)
                    for k, v in row.get("systematic", {}).items()},
        again=Asked(probe, row["flavor"], row["nature"], options),
        meta={**{k: row["meta"][k] for k in ("title", "grade", "family")},
              "heaviest": None if heaviest is None else heaviest * MeV, "probe": probe,
              "options": dict(options),
              "older": old, "both": False})


def _short(x: float) -> float | None:
    return float(f"{x:.{_DIGITS}g}") if np.isfinite(x) else None


def as_written(M_N: np.ndarray) -> np.ndarray:
    """Masses [energy] with the digits that a file keeps."""
    return np.array([_short(m / MeV) for m in M_N], dtype=float) * MeV


def _size(x: float | None) -> float:
    return INF if x is None else x


def _sizes(many: Iterable[float | None]) -> np.ndarray:
    return np.array([_size(x) for x in many], dtype=float)


# ---- files ---------------------------------------------------------------------------------------

def read(path: Path) -> dict[str, Any]:
    """The content of a file of bounds.

    Raises
    ------
    DataError
        One that is broken or of another format.
    """
    try:
        held = json.loads(_files.text(path))
        if held["format"] == FORMAT and held["made_of"]["hash"] and held["bounds"] is not None:
            return held
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise DataError(path, "is no file of bounds of this version; remove it, and compute them again "
                          "with: munu map --recompute")


def write(path: Path, held: Mapping[str, Any]) -> Path:
    """Written whole or not at all."""
    return _data.save(path, json.dumps(held, indent=None, separators=(",", ":"),
                                       allow_nan=False).replace('{"name"', '\n{"name"') + "\n")


def places(probe: str, options: Mapping[str, Any]) -> list[Path]:
    """Where bounds may lie: what this machine has computed, then what came with munu."""
    kept = home()
    name = name_of(probe, options)
    return [p for p in ([] if kept is None else [kept / name]) + [SHIPPED / name] if p.is_file()]


def _whole(held: Mapping[str, Any], probe: str) -> None:
    """Raise, in whatever way, where bounds are of another probe or not all there."""
    if held["probe"] != probe:
        raise DataError(probe, f"there are bounds of {held['probe']}")
    older(held)
    for row in held["bounds"]:
        limit_of(row, probe, {}, old=False)


def found(probe: str, options: Mapping[str, Any], usable: Callable[[Any], bool] = lambda _: True
          ) -> tuple[dict[str, Any], bool] | None:
    """The bounds of a probe, and whether they are older than the code; fresh ones are preferred,
    then those that came with munu.  None where there are none."""
    old = None
    for path in places(probe, options):
        try:
            held = read(path)
            if path.parent != SHIPPED:
                _whole(held, probe)
        except (MunuError, LookupError, TypeError, ValueError, AttributeError):
            # a file that somebody else wrote there; what came with munu is held by a test
            if path.parent == SHIPPED:
                raise
            continue
        if not usable(held):
            continue
        if not older(held):
            return held, False
        old = held, True
    return old
