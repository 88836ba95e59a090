"""What bounds rest on besides what was measured, by name; and which fall when that is given up.

An option of a probe that states an assumption about the world says so in its ``About``
(``assumes="core"``); a published limit says it in the ``assumes`` of its header: ``T_RH above
10 MeV``, ``d_Z = 0``, ``recast``, ``star: mass of the core at the flash``.  What begins with no
name of :data:`KNOWN` is a remark, which nothing here gives up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from munu import _files, probes
from munu._frozen import FrozenMap
from munu.errors import DomainError, MunuError, UnknownName, meant
from munu.inference.record import Limit
from munu.parameters import Parameter
from munu.units import parse, per_unit


@dataclass(frozen=True)
class Assumption:
    """One that has a name.

    Attributes
    ----------
    about : one line
    unit : of its value, where that is a least one: a bound needs at least so much
    least : the least that bounds are computed with
    words : what it may be, where that is a word; empty: it holds or it does not
    """

    about: str
    unit: str = ""
    least: str = ""
    words: tuple[str, ...] = ()


#: by name, those first that are the least certain
KNOWN: Mapping[str, Assumption] = FrozenMap({
    "unchecked": Assumption("a published number that nobody saw on an opened page, or certainty C"),
    "recast": Assumption("a result of others turned into a limit without their likelihood"),
    "T_RH": Assumption("that the Universe was as hot as this", "GeV", "4 MeV"),
    "core": Assumption("the core of a supernova", words=("fischer18", "fiducial", "derocco")),
    "mu_nu": Assumption("how nucleons interact in a core, which sets how many neutrinos it holds"),
    "progenitor": Assumption("how large the star was that collapsed"),
    "collapses": Assumption("the rate of core collapses", words=("yuksel", "lunardini", "madau")),
    "star": Assumption("the structure of a star, or the models that it is held against"),
    "criterion": Assumption("how much a star or a core may lose"),
    "B_perp": Assumption("a transverse field as strong as this", "G"),
    "d_Z": Assumption("the moment of the Z beside that of the photon",
                      words=("0", "d_gamma")),
    "quenching": Assumption("how much of a nuclear recoil is seen"),
    "sun": Assumption("the solar model", words=("GS98", "AGSS09met")),
    "reactor": Assumption("the spectrum of a reactor below 2 MeV",
                          words=("vogel_engel", "estienne")),
    "small_x": Assumption("the structure function below its data", words=("continued", "frozen")),
    "ordering": Assumption("of the masses of neutrinos", words=("NO", "IO"))})


@dataclass(frozen=True)
class Rest:
    """That a bound rests on an assumption, and its value: a number in internal units, a word, or
    None where no value is said."""

    name: str
    value: float | str | None
    text: str


@dataclass(frozen=True)
class Relaxed:
    """What is given up: names of assumptions, each with the value that holds instead, or None
    where it does not hold at all."""

    values: Mapping[str, float | str | None]
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.values)

    def gives_up(self, rest: Rest) -> bool:
        """Whether what a bound rests on no longer holds."""
        if rest.name not in self.values:
            return False
        now = self.values[rest.name]
        if now is None or rest.value is None:
            return True
        if isinstance(now, str) or isinstance(rest.value, str):
            return str(now).casefold() != str(rest.value).casefold()
        return now < rest.value * (1 - 1e-9)


def relaxed(text: str | Iterable[str]) -> Relaxed:
    """Assumptions that are given up: ``T_RH=5MeV,core=derocco``, ``recast``.

    With a value that holds instead: bounds that need another one fall, of ``T_RH`` and ``B_perp``
    those that need more.  Without, all that rest on it.

    Raises
    ------
    UnknownName, DomainError

    >>> dict(relaxed("core=derocco,recast").values)
    {'core': 'derocco', 'recast': None}
    """
    texts = text.split(",") if isinstance(text, str) else [w for t in text for w in t.split(",")]
    values: dict[str, float | str | None] = {}
    for one in texts:
        name, equals, value = (x.strip() for x in one.partition("="))
        if name not in KNOWN:
            raise UnknownName("assumption", name, KNOWN)
        if name in values:
            raise DomainError(f"assumption {name} is given twice")
        values[name] = _value(name, value) if equals else None
    return Relaxed(FrozenMap(values), ",".join(x.strip() for x in texts))


def _value(name: str, text: str) -> float | str:
    known = KNOWN[name]
    if known.unit:
        return parse(text, known.unit, what=name, low=0.0, strict=True)
    if not known.words:
        raise DomainError(f"{name}={text}: {name} takes no value ({known.about}); write {name}")
    if text.casefold() not in (w.casefold() for w in known.words):
        raise DomainError(f"{name}={text}{meant(text, known.words)} must be one of "
                          f"{', '.join(known.words)}, or {name} alone")
    return text


def falls(limit: Limit, relaxed: Relaxed) -> tuple[str, ...]:
    """Which of its assumptions no longer hold, in words; () if the bound stands."""
    return tuple(r.text for r in rests(limit) if relaxed.gives_up(r))


def rests(limit: Limit) -> tuple[Rest, ...]:
    """The named assumptions that a bound rests on."""
    if limit.ours:
        name = str(limit.meta.get("probe") or limit.name)
        return of_probe(name, limit.meta.get("options") or {})
    # rows of charges and radii say it in a remark
    texts = (*limit.assumptions, str(limit.meta.get("remark") or ""))
    found = [r for r in map(said, texts) if r is not None]
    if limit.checked == "no" or limit.certainty == "C":
        found.append(Rest("unchecked", None, "unchecked"))
    return tuple(found)


def of_probe(name: str, options: Mapping[str, Any] | None = None) -> tuple[Rest, ...]:
    """What the options of a probe, or of several as ``a+b``, assume; those left out by their
    defaults."""
    out = []
    for one in name.split("+"):
        held = {p: (options or {}).get(p.name, p.default) for p in _asked(one)}
        told = {p.assumes for p, value in held.items() if value is not None}
        # one that is left to its default beside another of that name says nothing more
        out += [_rest(p, value) for p, value in held.items()
                if value is not None or p.assumes not in told]
    return tuple(dict.fromkeys(out))


@cache
def _asked(name: str) -> tuple[Parameter, ...]:
    """The options of a probe that are assumptions; none of what is no probe of munu's."""
    try:
        return tuple(p for p in probes.parameters(name) if p.assumes in KNOWN)
    except MunuError:
        return ()


def _rest(p: Parameter, value: Any) -> Rest:
    """What one option of a probe assumes."""
    name, known = p.assumes, KNOWN[p.assumes]
    if value is None:
        return Rest(name, None, f"{name}: {p.name} as it is where nothing is said")
    if known.unit:
        size = float(p.read(value, p.name))
        return Rest(name, size, f"{name} above {per_unit(size, known.unit):.4g} {known.unit}")
    text = str(value if isinstance(value, str | float | int) else
               getattr(value, "name", _files.shown(value)))
    among = text.casefold() in (w.casefold() for w in known.words)
    return Rest(name, text if among else None,
                f"{name} {text}" if p.name == name else f"{name}: {p.name} {text}")


def said(text: str) -> Rest | None:
    """What one text of a published header names; None for a remark."""
    found = re.match(r"\s*(\w*)\s*(above|>|=|:|$)\s*", text)
    if not found or found[1] not in KNOWN:
        return None
    name, joint, value = found[1], found[2], text[found.end():].strip()
    if joint != ":" and value and KNOWN[name].unit:
        try:
            return Rest(name, parse(value, KNOWN[name].unit, what=name), text)
        except MunuError:
            # such as T_RH above T_dec, which is another at each size
            return Rest(name, None, text)
    return Rest(name, value if joint == "=" else None, text)
