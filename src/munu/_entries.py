"""One grammar for several values by name: ``mu=1e-11,M_N=50keV``."""

from __future__ import annotations

from collections.abc import Sequence

from munu.errors import DomainError, UnknownName


def entries(text: str, what: str, known: Sequence[str]) -> dict[str, str]:
    """``a=1,b=2`` as texts by name; each name is a known one and stands once."""
    out: dict[str, str] = {}
    for item in text.split(","):
        key, equals, value = (x.strip() for x in item.partition("="))
        if not (equals and key and value):
            raise DomainError(f"{what} '{item.strip()}' must read name=value, as "
                              f"{known[0]}=...; names: {', '.join(known)}")
        if key not in known:
            raise UnknownName(what, key, known)
        if key in out:
            raise DomainError(f"{what} {key} is given twice")
        out[key] = value
    return out
