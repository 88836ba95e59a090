"""Texts of the command line as quantities, and results as text or JSON."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from munu._entries import entries as entries
from munu._log import log
from munu.cli import _again, _progress
from munu.errors import DomainError, UnitError
from munu.grid import energies as energies
from munu.grid import masses as masses
from munu.results import plain as plain
from munu.results import provenance as provenance
from munu.results import shown as shown
from munu.units import LENGTHS, parse, split, unit


def length(text: str, what: str) -> float:
    """A length above 0, such as ``1e3km``."""
    value = parse(text, "km", what=what, low=0.0, strict=True)
    if split(text)[1] not in LENGTHS:
        raise UnitError(f"{what} '{text}' is not a length; write e.g. 1e3km")
    return value


def amount(text: str, what: str, like: str = "1") -> complex:
    """A finite number, complex allowed: ``1e-12+2e-13j``; its own unit, mu_B or e, may follow."""
    value, bare = None, text if like == "1" else text.strip().removesuffix(like).rstrip(" *")
    for candidate in (bare, bare.replace("i", "j")):
        try:
            value = complex(candidate)
            break
        except ValueError:
            continue
    if value is None:
        raise DomainError(f"{what} '{text}' is no pure number; write 1e-12 or 1e-12+2e-13j"
                          + ("" if like == "1" else f", in {like}"))
    if not abs(value) < float("inf"):
        raise DomainError(f"{what} '{text}' is not a finite number")
    return value


def number(text: str, what: str, *, low: float | None = None, like: str = "1") -> float:
    """A pure number; a unit is refused but its own, mu_B or e."""
    value = parse(text, like, what=what)
    if low is not None and value < low:
        raise DomainError(f"{what} '{text}' must be at least {low:g}")
    return value


def options(texts: Sequence[str], **own: Any) -> dict[str, Any]:
    """``key=value`` as options of a probe: numbers, lists of numbers, true, false, or text.

    ``own`` are those with a flag of the command; None is none.
    """
    out: dict[str, Any] = {k: x for k, x in own.items() if x is not None}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (equals and key and value):
            raise DomainError(f"option '{text}' must read key=value, as quenching=fef")
        if key in out:
            raise DomainError(f"option {key} is given twice")
        if value.lower() in ("true", "false"):
            out[key] = value.lower() == "true"
            continue
        try:
            found = [float(x) if not x.lstrip("+-").isdigit() else int(x)
                     for x in value.split(",")]
            out[key] = found[0] if len(found) == 1 else tuple(found)
        except ValueError:
            out[key] = value
    return out


def ranges(texts: Sequence[str], what: str, like: str) -> dict[str, str]:
    """``key=low:high...`` as texts by key, none of them twice; ``like`` is the form and an example
    of it."""
    out: dict[str, str] = {}
    for text in texts:
        key, equals, value = (x.strip() for x in text.partition("="))
        if not (equals and key and value):
            raise DomainError(f"{what} '{text}' must read {like}")
        if key in out:
            raise DomainError(f"parameter {key} is given twice")
        out[key] = value
    return out


def flavor(text: str):
    """A flavor name, or ``1,1,1`` as a coherent tuple (complex entries allowed)."""
    from munu.couplings import check_flavor

    if "," not in text:
        return check_flavor(text)
    try:
        found = tuple(complex(x.strip().replace("i", "j")) for x in text.split(","))
    except ValueError:
        raise DomainError(f"flavor '{text}' is no list of three numbers; write e.g. 1,0.5,0"
                          ) from None
    return check_flavor(found)


def emit(data: Mapping[str, Any] | Callable[[], Mapping[str, Any]], as_json: bool,
         lines: Sequence[str], wrote: Sequence[str] = ()) -> None:
    """Print one JSON object, or the lines; an object that is long to make comes as a function.

    The files that were written are the key ``wrote`` of the object, or a line on stderr.
    """
    _progress.end()
    if as_json:
        made = dict(data() if callable(data) else data) | ({"wrote": list(wrote)} if wrote else {})
        made |= _again.told() if "version" in made else {}
        print(json.dumps(plain(made), allow_nan=False))
        return
    print("\n".join(lines))
    # with -v each file is said when it is there
    if wrote and log.getEffectiveLevel() == logging.WARNING:
        sys.stdout.flush()
        print(f"munu: wrote {', '.join(wrote)}", file=sys.stderr)


def in_unit(value: Any, text: str) -> Any:
    """Internal values in the unit ``text``."""
    return value / unit(text).factor
