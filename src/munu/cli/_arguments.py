"""Texts as the arguments of a formula, in the units that its docstring names."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from munu.cli import _values as v
from munu.errors import DomainError, UnitError, UnknownName

# the words of a docstring's brackets as units; what a number is shown in by default
_WORDS = {"energy": "MeV", "area": "cm^2", "length": "cm", "time": "s", "volume": "cm^3",
          "mass": "MeV"}
_NAMED = {"T": "MeV", "E_nu": "MeV", "M_N": "MeV", "m": "MeV", "m_e": "MeV", "m_l": "MeV",
          "M_W": "MeV", "G_F": "1/MeV^2", "r2": "cm^2", "mu": "1", "q": "1", "d": "1/MeV"}
_PORTAL = ("mu", "d", "M_N", "flavor", "nature")


def brackets(function: Callable) -> tuple[dict[str, str], str | None]:
    """Units that a docstring names: of each parameter, and of the result."""
    doc = inspect.getdoc(function) or ""
    head, _, tail = doc.partition("Returns\n")
    wanted: dict[str, str] = {}
    for line in head.splitlines():
        match = re.match(r"([\w, ]+?) : (.+)", line)
        if match:
            unit_text = _bracket(match[2])
            for name in match[1].split(","):
                if unit_text:
                    wanted[name.strip()] = unit_text
    return wanted, _bracket(tail.split("\n\n")[0])


def _bracket(text: str) -> str | None:
    found = re.findall(r"\[([^\]]+)\]", text)
    if not found:
        return None
    words = re.sub(r"[A-Za-z_]+", lambda m: _WORDS.get(m[0], m[0]), found[-1])
    from munu.units import unit

    try:
        unit(words)
    except UnitError:
        return None
    return words


def _argument(name: str, text: str, unit_text: str | None) -> Any:
    """One value: a constant by name, a number with its unit, a word, or true and false."""
    from munu import constants
    from munu.units import parse

    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text in constants.names():
        return constants.value(text)
    if name in ("B", "b") and text.endswith(("G", "T")):
        # the formulas of fields read gauss and tesla themselves
        return text
    if re.match(r"[+-]?(\d|\.\d|nan|inf)", text, re.IGNORECASE):
        if "," in text:
            import numpy as np

            return np.array([_argument(name, part, unit_text) for part in text.split(",")])
        wanted = unit_text or _NAMED.get(name)
        pure = wanted in ("1", "mu_B", "e", "event", "events")
        return parse(text, "1" if pure else wanted, what=name)
    return text


def keywords(quantity: str, function: Callable, given: dict[str, str], wanted: dict[str, str]
             ) -> dict[str, Any]:
    """Texts as the function's own arguments; couplings are built from mu, M_N, flavor, nature."""
    known = inspect.signature(function).parameters
    allowed = [*known, *(_PORTAL if "couplings" in known or "portal" in known else ())]
    for key in given:
        if key not in allowed:
            raise UnknownName(f"argument of {quantity}", key, allowed)
    values: dict[str, Any] = {}
    for key, text in given.items():
        if key in ("target", "nucleus"):
            values[key] = _target(function, text)
        elif key == "mixing":
            from munu.flavors import mixing

            values[key] = mixing(*text.split(","))
        elif key in known or key in ("mu", "M_N", "d"):
            values[key] = _argument(key, text, wanted.get(key))
    if "couplings" in known:
        values["couplings"] = _portal(given)
        values = {k: x for k, x in values.items() if k in known}
    if "flavor" in known and "flavor" in given:
        values["flavor"] = given["flavor"]
    missing = [k for k, p in known.items() if p.default is inspect.Parameter.empty
               and k not in values and p.kind is not inspect.Parameter.VAR_KEYWORD]
    if missing:
        raise DomainError(f"{quantity} needs {', '.join(missing)}; "
                          f"it takes {', '.join(allowed)}")
    return values


def _target(function: Callable, text: str):
    """An atom for electrons, a nucleus or a material for nuclei."""
    from munu.targets import atom, material, nucleus
    from munu.targets.nucleus import isotopes

    if "nuclear_scattering" not in function.__module__ and "_dipole" not in function.__module__:
        return atom(text)
    return nucleus(text) if text in (*isotopes(), "p", "n") else material(text)


def _portal(given: dict[str, str]):
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
