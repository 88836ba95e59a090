"""What the entries of a card may be: numbers, energies, resolution, efficiency, quenching.

Each reads one entry and says in one line what came and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np

from munu import _data, _files
from munu._arrays import Numbers
from munu.detectors import quenching as _quenching
from munu.detectors.response import Efficiency
from munu.errors import DataError, DomainError, UnitError, UnknownName
from munu.probes.expected import MOST_ERROR
from munu.targets.nucleus import Material
from munu.units import KINDS, keV, parse, sort, split, unit

RESOLUTIONS = ("sqrt", "linear", "constant")
_MASSES, _TIMES = ("kg", "g", "t", "tonne", "kt"), ("s", "min", "h", "d", "day", "yr", "year")
# tonne years beyond which a number is a slip
_LARGEST = 1e12
# a sharp threshold rises over so small a part of itself
_SHARP = 1e-6


def number(value: Any, what: str, *, low: float = -np.inf, strict: bool = False,
           high: float = np.inf) -> float:
    """A number within bounds; per cent are one where there is a bound above."""
    made = _per_cent(value) if np.isfinite(high) else value
    made = _files.number(made, what)
    if made < low or made > high or (strict and made == low):
        raise DomainError(f"{what} = {made:g} must be {'above' if strict else 'at least'} {low:g}"
                          + (f" and at most {high:g}" if np.isfinite(high) else ""))
    return made


def relative_error(value: Any, what: str, *, strict: bool = False) -> float:
    """A relative error: a number or per cent."""
    made = number(value, what, low=0, strict=strict, high=np.finfo(float).max)
    if made > MOST_ERROR:
        raise DomainError(f"{what} = {made:g} is {made:.0%}; it must be at most {MOST_ERROR:g} "
                          f"({made:g} per cent are {made / 100:g}, or '{made:g} %')")
    return made


def _per_cent(value: Any) -> Any:
    """A hundredth of what stands before a per cent sign; anything else as it is."""
    if not isinstance(value, str) or not value.rstrip().endswith("%"):
        return value
    part = _files.scalar(value.rstrip()[:-1].strip())
    return value if isinstance(part, bool) or not isinstance(part, int | float) else part / 100


def known(given: Mapping[Any, Any], what: str, allowed: Iterable[str]) -> None:
    """Refuse a key that nobody reads."""
    for key in given:
        if key not in allowed:
            raise UnknownName(f"entry of {what}", key, tuple(allowed))


def energy(value: Any, what: str) -> float:
    """An energy above 0, a text with its unit."""
    text = str(value)
    try:
        rest = split(text)[1]
    except UnitError:
        raise DomainError(f"{what} = {value!r} must be an energy, such as 1 keV") from None
    if rest in ("keVnr", "keVee", "keV_nr", "keV_ee"):
        raise DomainError(f"{what} '{text}' must be in keV: a threshold, a resolution and bins are "
                          "of what is observed, after quenching; lowest_recoil and highest_recoil "
                          "are of the nucleus")
    return parse(text, "keV", what=what, strict=True, low=0)


def amount(value: Any, *, with_time: bool, source: str = "counted per proton") -> float:
    """An exposure: a mass times a time, or a mass; the units must be there."""
    text = str(value)
    bare = re.sub(r"[0-9.][eE][+-]?[0-9]+", "0", text)
    if len(re.findall(r"[0-9.]+", bare)) > 1:
        raise DomainError(f"exposure '{text}' must be one number with its unit, as in 100 kg d")
    words = re.findall(r"[A-Za-z]+", bare)
    masses, times = ([w for w in words if w in which] for which in (_MASSES, _TIMES))
    if len(words) != 1 + with_time or len(masses) != 1 or len(times) != int(with_time):
        raise DomainError(f"exposure '{text}' must be " + (
            "a mass times a time, as in 100 kg d" if with_time else
            f"a mass, as in 14.6 kg: this source is {source}"))
    like = "t yr" if with_time else "t"
    made = parse(text, like, what="exposure", strict=True, low=0)
    if made > _LARGEST * unit(like).factor:
        raise DomainError(f"exposure '{text}' must be at most {_LARGEST:g} {like}")
    return made


# ---- resolution and efficiency ---------------------------------------------------------------

@dataclass(frozen=True)
class Sigma:
    """The resolution: sqrt (E/keV)^0.5 + linear E/keV + constant, in keV."""

    sqrt: float = 0.0
    linear: float = 0.0
    constant: float = 0.0

    def __call__(self, E: Numbers) -> Numbers:
        x = np.asarray(E) / keV
        return (self.sqrt * np.sqrt(x) + self.linear * x + self.constant) * keV


def resolution(given: Any) -> Sigma:
    """From its coefficients, or one energy: the same at all energies."""
    if isinstance(given, str):
        return Sigma(constant=energy(given, "resolution") / keV)
    if not isinstance(given, dict) or not given or set(given) - {*RESOLUTIONS}:
        raise DomainError("resolution must be an energy, as 0.1 keV, or name some of sqrt, linear, "
                          "constant: sigma/keV = sqrt * (E/keV)^0.5 + linear * E/keV + constant")
    made = Sigma(**{k: number(x, f"resolution: {k}", low=0) for k, x in given.items()})
    if not any((made.sqrt, made.linear, made.constant)):
        raise DomainError("resolution is 0; a sharp detector has a small one, as {constant: 0.001}")
    return made


# words that a column of what was seen is made of, where it is not called counts
_SEEN = ("count", "counts", "data", "event", "events", "measured", "n", "no", "number", "obs",
         "observed", "of", "seen", "total")


def seen(table: _data.Table) -> None:
    """Refuse a column that would be a background by its name, and is what was seen."""
    if "counts" in table.columns:
        return
    for name in table.columns:
        words = [w for w in re.split(r"[^a-z]+", name.lower()) if w]
        near = get_close_matches(name.lower(), ("counts", "observed", "events"), cutoff=0.75)
        if near or (words and set(words) <= {*_SEEN}) or name.lower() == "nobs":
            raise DataError(table.path, "would be a background, and the card a projection; did you "
                            "mean 'counts'? A background needs another name",
                            column=name, line=table.named.get(name))


# a background that grows with the exposure, by what the source is per
_RATES = {"second": "counts per exposure and energy", "pot": "counts per mass, proton and energy"}


def kinds(table: _data.Table, per: str) -> dict[str, str]:
    """What the columns of the table of counts are: a background is in counts, or in counts per
    exposure and energy where the source is per second or proton."""
    rate = _RATES.get(per)
    out = {"E_low": "an energy", "E_high": "an energy", "counts": "counts", "error": "counts"}
    out = {n: kind for n, kind in out.items() if n in table.columns}
    for name, given in table.units.items():
        if name in out:
            continue
        grows = rate is not None and sort(given) == sort(KINDS[rate][0]) \
            and (per != "pot" or "pot" in given)
        if not grows and given not in KINDS["counts"]:
            said = "is not that of counts; write '1'" if rate is None else (
                f"is neither that of counts nor of {rate}; write '1' or '{KINDS[rate][-1]}'")
            raise DataError(table.path, f"the unit '{given}' {said}", column=name,
                            line=table.named.get(name))
        out[name] = rate if rate is not None and grows else "counts"
    return out


def efficiency(given: Any, threshold: float | None, table: Callable[[str], _data.Table]
               ) -> Efficiency | None:
    """From a table or one number, and nothing below a sharp threshold."""
    E, passed = np.array([keV]), np.ones(1)
    if given is None and threshold is None:
        return None
    if isinstance(given, str):
        # a number between quotation marks is one too: no table bears such a name
        given = _per_cent(given) if "%" in given else _files.scalar(given)
    if isinstance(given, str):
        read = table(given)
        try:
            return _cut(Efficiency(read["E"], read["efficiency"]), threshold)
        except DomainError as err:
            raise DataError(read.path, str(err)) from None
    if given is not None:
        passed = np.array([number(given, "efficiency", low=0, strict=True, high=1)])
    return _cut(Efficiency(E, passed), threshold)


def _cut(made: Efficiency, threshold: float | None) -> Efficiency:
    """The same with nothing below a sharp threshold."""
    if threshold is None:
        return made
    above = threshold < made.E
    at = np.array([threshold * (1 - _SHARP), threshold])
    return Efficiency(np.append(at, made.E[above]),
                      np.concatenate([[0.0], made(at[1:]), made(made.E[above])]))


# ---- quenching -------------------------------------------------------------------------------

@dataclass(frozen=True)
class Quenched:
    """Mean observed energy of a recoil, by a factor that is a number or a function of energy."""

    factor: float | Callable[[Numbers], Numbers]

    def __call__(self, T: Numbers) -> Numbers:
        return T * (self.factor(T) if callable(self.factor) else self.factor)


def quenching(given: Any, target: Material) -> list[tuple[Material, Quenched | None]]:
    """What recoils in a material, each with how its energy is observed.

    Each element of a compound has its own factor: Lindhard's for its Z and A, or a number.
    """
    if given is None:
        raise DomainError("recoils of nuclei need an entry 'quenching', as in {name: lindhard, k: "
                          "0.157}, a number, or {name: none}")
    elements = {one.parts[0][1].name.rstrip("0123456789"): one for one in target.elements()}
    if isinstance(given, dict) and "name" not in given:
        if set(given) - {*elements}:
            raise DomainError("quenching needs a name, as in {name: lindhard}, or a number for "
                              f"each of {', '.join(elements)}")
        missing = [x for x in elements if x not in given]
        if missing:
            raise DomainError(f"quenching names no factor for {', '.join(missing)}")
        return [(one, _constant(given[x], f"quenching: {x}")) for x, one in elements.items()]
    if not isinstance(given, dict | str):
        return [(target, _constant(given, "quenching"))]
    given = {"name": given} if isinstance(given, str) else given
    name = given["name"]
    if name not in (*_quenching.NAMES, "none"):
        raise UnknownName("quenching", name, (*_quenching.NAMES, "none"))
    known(given, f"quenching {name}", ("name", "k") if name == "lindhard" else ("name",))
    if name == "none":
        return [(target, None)]
    if name == "lindhard":
        k = None if given.get("k") is None else number(given["k"], "quenching: k", low=0,
                                                       strict=True)
        return [(one, Quenched(partial(_quenching.lindhard, Z=one.parts[0][1].Z, A=one.A, k=k)))
                for one in elements.values()]
    if set(elements) != {"Ge"}:
        raise DomainError(f"quenching '{name}' was measured in germanium; {target.name} takes "
                          "lindhard, a number, or none")
    return [(target, Quenched(_quenching.germanium(name).factor))]


def _constant(value: Any, what: str) -> Quenched:
    return Quenched(number(value, what, low=0, strict=True, high=1))


# ---- backgrounds -----------------------------------------------------------------------------

def background(table: _data.Table, name: str, kind: str, exposure: float, widths: np.ndarray
               ) -> tuple[np.ndarray, bool]:
    """Counts in the bins, and whether they grow with the exposure."""
    grows = kind != "counts"
    return table[name] * (exposure * widths if grows else 1.0), grows
