"""One natural system of units: hbar = c = k_B = 1, energies in an internal MeV.

Every quantity inside munu is a plain float.  A unit is a factor: multiply it in at
the door (``T = 3 * keV``), divide it out at the door (``sigma / cm**2``).  All units
derive from ``MeV``, which the environment variable ``MUNU_MEV`` may set to any number:
a result that then moves held a bare number in the wrong place.

>>> round(1 / cm / MeV * 1e10) # 1/cm in MeV, times 1e10: 1.973e-11 MeV
0
>>> round(parse("50keV") / keV, 9)
50.0
>>> round(unit("cm^2/MeV").factor / (cm**2 / MeV), 9)
1.0
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from typing import Any

from munu.errors import DomainError, UnitError


def _internal_mev() -> float:
    text = os.environ.get("MUNU_MEV", "1")
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (isfinite(value) and value > 0):
        raise DomainError(f"MUNU_MEV='{text}' is not a positive number; unset it or give one")
    return value


MeV = _internal_mev()
eV, keV, GeV, TeV, PeV, EeV = (MeV * f for f in (1e-6, 1e-3, 1e3, 1e6, 1e9, 1e12))

# exact by the SI of 2019: h, c, e, k_B, N_A
_H, _C, _E, _KB = 6.62607015e-34, 299792458.0, 1.602176634e-19, 1.380649e-23
N_A = 6.02214076e23
J = MeV / (_E * 1e6)
s = 2 * 3.141592653589793 / (_H * J)
m = s / _C
kg = J * s**2 / m**2
K = _KB * J

ns, us, ms = 1e-9 * s, 1e-6 * s, 1e-3 * s
minute, hour, day = 60 * s, 3600 * s, 86400 * s
yr = 365.25 * day
cm, mm, km, fm = 1e-2 * m, 1e-3 * m, 1e3 * m, 1e-15 * m
au = 149597870700 * m
pc = 648000 / 3.141592653589793 * au
kpc, Mpc = 1e3 * pc, 1e6 * pc
# nominal, exact by resolution B3 of the IAU of 2015
R_sun = 6.957e8 * m
# the nominal GM of that resolution over G of CODATA 2018
M_sun = 1.3271244e20 / 6.67430e-11 * kg
barn = 1e-28 * m**2
g, tonne = 1e-3 * kg, 1e3 * kg
erg, watt = 1e-7 * J, J / s
deg = 3.141592653589793 / 180.0

# name: (factor, dimension), the dimension being the power of an energy
_TABLE: dict[str, tuple[float, int]] = {
    "1": (1.0, 0), "%": (1e-2, 0), "deg": (deg, 0), "rad": (1.0, 0),
    "eV": (eV, 1), "keV": (keV, 1), "MeV": (MeV, 1), "GeV": (GeV, 1), "TeV": (TeV, 1),
    "PeV": (PeV, 1), "EeV": (EeV, 1), "J": (J, 1), "erg": (erg, 1), "K": (K, 1),
    "kg": (kg, 1), "g": (g, 1), "t": (tonne, 1), "tonne": (tonne, 1), "kt": (1e3 * tonne, 1),
    "M_sun": (M_sun, 1),
    "s": (s, -1), "ms": (ms, -1), "us": (us, -1), "ns": (ns, -1), "min": (minute, -1),
    "h": (hour, -1), "d": (day, -1), "day": (day, -1), "yr": (yr, -1), "year": (yr, -1),
    "m": (m, -1), "cm": (cm, -1), "mm": (mm, -1), "km": (km, -1), "fm": (fm, -1),
    "au": (au, -1), "pc": (pc, -1), "kpc": (kpc, -1), "Mpc": (Mpc, -1),
    "R_sun": (R_sun, -1),
    "barn": (barn, -2), "b": (barn, -2), "pb": (1e-12 * barn, -2), "fb": (1e-15 * barn, -2),
    "ab": (1e-18 * barn, -2),
    "W": (watt, 2), "GW": (1e9 * watt, 2),
    # counted things and couplings: pure numbers, named so that a table can say what it holds
    "event": (1.0, 0), "events": (1.0, 0), "count": (1.0, 0), "counts": (1.0, 0),
    "electron": (1.0, 0), "electrons": (1.0, 0),
    "fission": (1.0, 0), "PE": (1.0, 0), "pot": (1.0, 0), "mol": (N_A, 0),
    "mu_B": (1.0, 0), "e": (1.0, 0), "sr": (1.0, 0),
    # a magnetic field counted in gauss; munu.media.fields makes mu_B B of it
    "uG": (1e-6, 0), "G": (1.0, 0), "T": (1e4, 0),
}
# what is counted, told apart where natural units do not (a mass is no energy, a length no time,
# a moment no number):
# a prime each, so that a product of powers is one fraction
_SORTS = {sort: Fraction(prime) for prime, words in (
    (2, "eV keV MeV GeV TeV PeV EeV J erg K"), (3, "kg g t tonne kt M_sun"),
    (5, "s ms us ns min h d day yr year"), (7, "m cm mm km fm au pc kpc Mpc R_sun"),
    (11, "uG G T"), (13, "deg rad"), (17, "mu_B"), (19, "e")) for sort in words.split()}
_SORTS |= {**dict.fromkeys(("barn", "b", "pb", "fb", "ab"), _SORTS["m"]**2),
           "W": _SORTS["J"] / _SORTS["s"], "GW": _SORTS["J"] / _SORTS["s"]}
_PURE = {Fraction(1), _SORTS["rad"], _SORTS["mu_B"], _SORTS["e"]}
_COUNTED = {n: (_SORTS.get(n, Fraction(1)), d) for n, (_, d) in _TABLE.items()}
# what a column or an argument may be: units of the kind of the first; of pure numbers these alone
KINDS = {
    "an energy": ("keV", "MeV"), "an inverse energy": ("GeV^-1", "1/MeV"),
    "a length": ("km", "cm"), "an area": ("cm^2", "m^2"), "a time": ("s", "ms"),
    "a mass": ("kg", "t"),
    "a mass times a time": ("kg d", "t yr"), "a power": ("GW", "W"), "a field": ("G", "T"),
    "a density": ("g/cm^3", "kg/m^3"), "a flux": ("cm^-2 s^-1 MeV^-1",),
    "a flux per proton": ("cm^-2 MeV^-1",), "a flux per luminosity": ("cm^-2 MeV^-1 fb",),
    "an angle": ("rad", "deg"), "a moment": ("mu_B",), "a charge": ("e",),
    "a number": ("1",), "a share": ("1", "%"),
    "counts": ("1", "counts", "count", "events", "event"),
    "counts per exposure and energy": ("1/(t yr keV)", "1/(kg d keV)"),
    "counts per mass, proton and energy": ("1/(kg pot keV)",),
}
# a longer text, a higher power or a deeper bracket is a slip
_LONG, _POWERFUL, _DEEP = 100, 12, 3
# beyond it squares are infinite
HUGE = 1e150
# what a path or a radius may be counted in at the door
LENGTHS = ("mm", "cm", "m", "km", "au", "pc", "kpc", "Mpc")
_TOKEN = re.compile(r"\s*(?:(?P<op>\*\*|\^|[*/().])|(?P<name>[A-Za-z_%]+|1(?![\d.])))\s*")
_POWER = re.compile(r"\s*(?:\*\*|\^)?\s*(\([+-]?\d+\)|[+-]?\d+)", re.ASCII)
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf))",
                     re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Unit:
    """A factor and the power of an energy that it stands for."""

    text: str
    factor: float
    dimension: int


def unit(text: str) -> Unit:
    """The unit that a text such as ``cm^2/MeV`` or ``1/(t yr keV)`` names.

    Products by a blank, ``*`` or ``.``; quotients by ``/``; powers by ``^``, ``**`` or a bare
    integer (``cm-2``).  Raises :class:`UnitError` on anything else.

    >>> unit("1/(t yr keV)").dimension
    -1
    """
    source = str(text).strip()
    if not source:
        return Unit("1", 1.0, 0)
    if len(source) > _LONG:
        raise UnitError(f"a text of {len(source)} characters, '{source[:20]}...', is no unit")
    if re.search(r"\d[eE][+-]?\d", source):
        raise UnitError(f"the unit '{text}' holds a number; a unit has no factor")
    try:
        factor, dimension, _ = _product(source, 0)
    except (OverflowError, ZeroDivisionError):
        factor, dimension = inf, 0
    if not 0 < factor < inf:
        raise UnitError(f"the unit '{text}' is beyond what a number can hold")
    return Unit(source, factor, dimension)


def sort(text: str) -> Fraction:
    """What a unit counts, as a number to compare: mass, time, length, energy and field apart.

    >>> sort("kg d") == sort("t yr"), sort("t yr") == sort("1"), sort("GW") == sort("J/s")
    (True, False, True)
    """
    unit(text)
    return _product(str(text).strip(), 0, table=_COUNTED)[0]


def of_kind(text: str, kind: str) -> None:
    """Refuse a unit that is not of one of the :data:`KINDS`; none at all is 1.

    Raises
    ------
    UnitError
        With what is allowed.

    >>> of_kind("20 s".split()[1], "a length")
    Traceback (most recent call last):
        ...
    munu.errors.UnitError: the unit 's' is not that of a length; write one such as km, cm
    """
    words, found = KINDS[kind], unit(text).text
    # pure numbers differ by their words alone
    pure = sort(words[0]) == 1
    if found in words if pure else sort(found) == sort(words[0]):
        return
    said = "it has no unit; a unit must be" if found == "1" else f"the unit '{found}' is not"
    raise UnitError(f"{said} that of {kind}; write one " + (
        "of " if pure else "such as ") + ", ".join(words))


def _product(text: str, at: int, depth: int = 0, table: Mapping[str, tuple[Any, int]] = _TABLE
             ) -> tuple[Any, int, int]:
    closing = depth > 0
    if depth > _DEEP:
        raise UnitError(f"the unit '{text}' has brackets within brackets")
    factor, dimension, sign, empty, dangling = table["1"][0], 0, 1, True, False
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if not match:
            raise UnitError(f"cannot read the unit '{text}' from '{text[at:]}' on")
        op, name = match["op"], match["name"]
        if op == ")":
            if not closing or empty or dangling:
                raise UnitError(f"cannot read the unit '{text}': a bracket too many")
            return factor, dimension, match.end()
        if op in ("*", "."):
            if empty or dangling:
                raise UnitError(f"cannot read the unit '{text}': nothing stands before a '{op}'")
            at, dangling = match.end(), True
            continue
        if op == "/":
            if dangling:
                raise UnitError(f"cannot read the unit '{text}': nothing stands before a '/'")
            if sign < 0:
                raise UnitError(f"the unit '{text}' divides twice; write a/(b c)")
            sign, at, dangling = -1, match.end(), True
            continue
        if op == "(":
            f, d, at = _product(text, match.end(), depth + 1, table=table)
        elif name:
            if name not in table:
                import difflib

                near = difflib.get_close_matches(name, table, n=2, cutoff=0.4)
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                raise UnitError(f"unknown unit '{name}'{hint}")
            (f, d), at = table[name], match.end()
        else:
            raise UnitError(f"cannot read the unit '{text}' from '{text[at:]}' on")
        power = _POWER.match(text, at)
        if power:
            n = int(power[1].strip("()"))
            if abs(n) > _POWERFUL:
                raise UnitError(f"the power {n} in the unit '{text}' is out of range; "
                                f"{_POWERFUL} is the highest")
            f, d, at = f**n, d * n, power.end()
        factor *= f**sign
        dimension += d * sign
        empty = dangling = False
    if dangling:
        raise UnitError(f"the unit '{text}' ends with a '/' or a '*'")
    if closing:
        raise UnitError(f"cannot read the unit '{text}': a bracket is not closed")
    return factor, dimension, at


def example(number: str, like: str) -> str:
    """How a number is written with a unit.

    >>> example("1e-7", "1/GeV"), example("5", "keV")
    ('1e-7 /GeV', '5keV')
    """
    return f"{str(number).strip()} {like[1:]}" if like.startswith("1/") else \
        f"{str(number).strip()}{like}"


def split(text: str) -> tuple[float, str]:
    """A text such as ``50keV`` as its number and the rest.  Raises :class:`UnitError`."""
    if len(str(text)) > 2 * _LONG:
        raise UnitError(f"a text of {len(str(text))} characters, '{str(text)[:20]}...', is no "
                        "number with a unit")
    match = _NUMBER.match(str(text))
    if not match:
        raise UnitError(f"'{text}' does not begin with a number")
    return float(match[1]), str(text)[match.end():].strip()


def parse(text: str, like: str | None = None, *, what: str = "a quantity",
          low: float = -inf, strict: bool = False) -> float:
    """A number with a unit, in internal units.

    Parameters
    ----------
    text : str
        ``50keV``, ``1e-7 /GeV``, ``0`` (zero needs no unit).
    like : str, optional
        A unit of the wanted dimension; named in the error.
    what : str
        The word for the quantity in an error.
    low : float
        The least value allowed [internal]; with ``strict`` it is itself refused.

    Raises
    ------
    UnitError, DomainError
        With what came and what is allowed.

    >>> parse("5", "keV", what="mass")
    Traceback (most recent call last):
        ...
    munu.errors.UnitError: mass '5' has no unit; write e.g. 5keV
    """
    number, rest = split(text)
    like = like or ""
    wanted = unit(like) if like else None
    if not isfinite(number):
        raise DomainError(f"{what} '{text}' is not a finite number")
    if not rest:
        if number != 0 and wanted is not None and sort(like) not in _PURE:
            raise UnitError(f"{what} '{text}' has no unit; write e.g. {example(text, like)}")
        value = number
    else:
        words = {"*": rest[1:].strip() or "*", "/": "1" + rest}.get(rest[0], rest)
        given = unit(words)
        # per cent are a pure number too
        if like == "1" and rest not in ("1", "%"):
            raise UnitError(f"{what} '{text}' carries the unit '{rest}'; give a pure number")
        if wanted is not None and sort(words) != sort(like):
            raise UnitError(f"{what} '{text}' is not of the kind of {like}; write e.g. "
                            f"{example('5', like)}")
        value = number * given.factor
    if abs(value) > HUGE or (value == 0 and number != 0):
        raise DomainError(f"{what} '{text}' is beyond what can be computed with")
    if value < low or (strict and value <= low):
        bound = "above" if strict else "at least"
        shown = "0" if low == 0 else f"{low:g} (internal units)"
        raise DomainError(f"{what} '{text}' is out of range; it must be {bound} {shown}")
    return value


def to_float(quantity: object, like: str) -> float:
    """Any quantity at the door as an internal float: a text, a float already internal,
    or an object with ``to_value`` (astropy) or ``to`` (pint).

    >>> to_float("3 keV", "MeV") == 3 * keV
    True
    """
    if isinstance(quantity, str):
        return parse(quantity, like)
    for method in ("to_value", "to"):
        if hasattr(quantity, method):
            value = getattr(quantity, method)(like)
            return float(getattr(value, "magnitude", value)) * unit(like).factor
    return float(quantity)  # type: ignore[arg-type]


def per_unit(value: Any, text: str) -> Any:
    """Divide a unit out: internal value(s) in the unit that ``text`` names."""
    return value / unit(text).factor
