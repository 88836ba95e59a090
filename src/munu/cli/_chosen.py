"""The probes of ``a+b``, each with the options that are its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from munu.errors import DomainError, meant

CARDS = (".yaml", ".yml")


def split(text: str) -> list[str]:
    """The names in ``a+b``; the path of a card is one name."""
    return [text] if text.endswith(CARDS) else [x.strip() for x in text.split("+")]


def probes(text: str, options: Mapping[str, Any], mixing: str | None = None,
           ordering: str = "NO") -> list[Any]:
    """The probes of a text.

    Of several an option goes to the one that has it, a mixing to all that have one.

    Raises
    ------
    UnknownName, DomainError
        An option that none of them has, or more than one.
    """
    from munu import flavors
    from munu.probes import get

    names = split(text)
    made = {} if mixing is None and ordering == "NO" else {
        "mixing": flavors.mixing(mixing or flavors.DEFAULT, ordering)}
    if len(names) == 1:
        return [get(names[0], **options, **made)]
    return [get(name, **own) for name, own in zip(names, _own(names, options, made), strict=True)]


def _own(names: list[str], options: Mapping[str, Any], shared: Mapping[str, Any]
         ) -> list[dict[str, Any]]:
    """Options of each of several probes."""
    from munu.probes import parameters

    known = [() if n.endswith(CARDS) else tuple(p.name for p in parameters(n)) for n in names]
    out: list[dict[str, Any]] = [{} for _ in names]
    for key, value in {**options, **shared}.items():
        have = [k for k, those in enumerate(known) if key in those]
        if not have:
            raise DomainError(f"none of {', '.join(names)} has an option '{key}'"
                              + meant(key, {x for those in known for x in those}))
        if len(have) > 1 and key not in shared:
            raise DomainError(f"{' and '.join(names[k] for k in have)} both have an option "
                              f"'{key}'; several take their defaults there, or make each in "
                              "Python and give munu.limit the list")
        for k in have:
            out[k][key] = value
    return out
