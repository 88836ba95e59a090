"""The probes of ``a+b``, each with the options that are its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from munu.errors import DomainError, meant

CARDS = (".yaml", ".yml")
# options of the commands that people take for options of a probe
_COMMAND = ("flavor", "nature", "mass", "method", "level", "along", "mixing", "ordering")


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
    _of_command(names, options)
    made = {} if mixing is None and ordering == "NO" else {
        "mixing": flavors.mixing(mixing or flavors.DEFAULT, ordering)}
    for key in made.keys() & options.keys():
        raise DomainError(f"option {key} is given twice")
    if len(names) == 1:
        return [get(names[0], **options, **made)]
    return [get(name, **own) for name, own in zip(names, _own(names, options, made), strict=True)]


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of the known that a word can only mean, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.8)), "")


def _of_command(names: list[str], options: Mapping[str, Any]) -> None:
    """An option of the command that was taken for one of the probe."""
    from munu.probes import parameters

    for key, value in options.items():
        meant_ = nearest(key, _COMMAND)
        if meant_ and not any(key == p.name for n in names if not n.endswith(CARDS)
                              for p in parameters(n)):
            raise DomainError(f"'{key}' is no option of a probe but of the command: write "
                              f"--{meant_} {value}")


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
