"""Texts as the arguments of a formula, in the units that its docstring names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from munu._signature import Argument, signature
from munu.cli import _values as v
from munu.errors import DomainError, UnitError, UnknownName

# the words of a docstring's brackets as units; what a number is shown in by default
_WORDS = {"energy": "MeV", "area": "cm^2", "length": "cm", "time": "s", "volume": "cm^3",
          "mass": "MeV", "mu_N": "1"}
# counted in the door's own words, pure numbers inside
_PURE = ("1", "mu_B", "e", "event", "events")
_PORTAL = ("mu", "d", "M_N", "flavor", "nature")


def units(function: Callable) -> tuple[dict[str, str], tuple[str, ...]]:
    """Units that a formula names: of each argument, and of the result or of each of several."""
    known = signature(function)
    return ({a.name: _read(a.unit) for a in known.arguments.values() if a.unit},
            tuple(map(_read, known.units)))


def _read(bracket: str) -> str:
    if bracket == "energy^4":   # a density of mass, and nobody counts one in MeV^4
        return "g/cm^3"
    return re.sub(r"[A-Za-z_]+", lambda m: _WORDS.get(m[0], m[0]), bracket)


def keywords(quantity: str, function: Callable, given: dict[str, str]) -> dict[str, Any]:
    """Texts as the function's own arguments; couplings are built from mu, M_N, flavor, nature.

    Raises
    ------
    DomainError, UnitError, UnknownName
    """
    known, (wanted, _) = signature(function).arguments, units(function)
    portal = next((n for n in ("couplings", "portal") if n in known), "")
    allowed = [*(n for n in known if n != portal), *(n for n in _PORTAL if portal)]
    for key in given:
        if key not in allowed:
            raise UnknownName(f"argument of {quantity}", key, allowed)
    values = {key: _argument(known[key], text, wanted.get(key, ""), function)
              for key, text in given.items() if key in known}
    if portal:
        values[portal] = _portal(given)
    missing = [k for k, a in known.items() if a.needed and k not in values]
    if missing:
        raise DomainError(f"{quantity} needs {', '.join(missing)}; it takes {', '.join(allowed)}")
    return values


def _argument(one: Argument, text: str, unit: str, function: Callable) -> Any:
    """One value, as the argument is declared."""
    if one.kind == "word" or (one.text and one.kind == "number"):
        return text
    if one.kind == "yes or no":
        if text.lower() not in ("true", "false"):
            raise DomainError(f"{one.name} = '{text}' must be true or false")
        return text.lower() == "true"
    if one.kind == "number":
        return _number(one, text, unit)
    if {"Atom", "Nucleus", "Material"} & {*one.records}:
        return _target(one, text)
    if "Mixing" in one.records:
        from munu.flavors import mixing

        return mixing(*text.split(",")[:2])
    raise DomainError(f"{one.name} is no number and no word; call {function.__name__} from Python")


def _number(one: Argument, text: str, unit: str) -> Any:
    """A constant by its name, a number with its unit, a list or a grid of them."""
    from munu import constants, grid

    if one.complex and one.shapes:
        from munu.flavors import mixing
        from munu.flavors import names as fits

        if one.name == "U" and text in fits():
            return mixing(text).U
        raise DomainError(f"{one.name} is a matrix, which no text can be"
                          + (f"; for a fit write its name, {fits()[-1]}" if one.name == "U" else
                             "; call it from Python"))
    if text in constants.names():
        return _constant(one, text, unit)
    if one.complex and unit in ("", *_PURE):
        return v.amount(text, one.name)
    if not re.match(r"\s*[+-]?(\d|\.\d|nan|inf)", text, re.IGNORECASE):
        raise UnknownName(f"constant, which could stand for {one.name} in place of a number",
                          text, constants.names())
    found = grid.values(text, "1" if unit in _PURE else unit or "1", one.name)
    return float(found[0]) if found.size == 1 and not {",", ":"} & {*text} and \
        (not one.shapes or () in one.shapes) else found


def _constant(one: Argument, name: str, wanted: str) -> float:
    """A constant in place of a number, if it is counted in the like."""
    from munu import constants
    from munu.units import unit

    own = unit_of(name)
    if unit(own).dimension != unit(wanted).dimension:
        raise UnitError(f"{one.name} = {name} is counted in {own}, not in {wanted or '1'}")
    return constants.value(name)


def unit_of(constant: str) -> str:
    """What a constant is counted in."""
    from munu import constants

    return "1/GeV" if constant == "mu_B" else constants.constant(constant).unit


def _target(one: Argument, text: str) -> Any:
    """An atom for electrons, a nucleus or a material for nuclei."""
    from munu.targets import atom, material, nucleus
    from munu.targets.nucleus import isotopes

    if "Atom" in one.records:
        return atom(text)
    return nucleus(text) if text in (*isotopes(), "p", "n") or "Material" not in one.records \
        else material(text)


def _portal(given: dict[str, str]) -> Any:
    from munu.couplings import DipolePortal
    from munu.units import parse

    M_N = parse(given.get("M_N", "0"), "keV", what="M_N", low=0.0)
    flavor = v.flavor(given.get("flavor", "universal"))
    nature = given.get("nature")
    if "d" in given:
        if "mu" in given:
            raise DomainError("give mu or d, not both; mu = 2 d")
        return DipolePortal.from_d(parse(given["d"], "1/GeV", what="d"), M_N, flavor, nature)
    if "mu" not in given:
        raise DomainError("the coupling is missing: give mu=1e-11 (in mu_B) or d=1e-7/GeV")
    return DipolePortal(v.number(given["mu"], "mu", low=0.0), M_N, flavor, nature)
