"""A probe whose data the user must bring: without them it says what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from munu.errors import DomainError
from munu.probes import _card
from munu.probes.probe import Probe


@dataclass(frozen=True)
class _Absent:
    """What answers where the data are missing."""

    name: str
    missing: str

    def __call__(self, *_: object, **__: object) -> NoReturn:
        raise DomainError(f"{self.name} needs data: {self.missing}")


def probe(name: str, title: str, missing: str, papers: tuple[str, ...],
          card: str | Path | None) -> Probe:
    """From the user's card, or empty with the reason as its first assumption."""
    if card is not None:
        made = _card.read(card)
        return replace(made, name=name, title=title,
                       papers=tuple(dict.fromkeys((*papers, *made.papers))))

    return empty(name, title, missing, papers)


def empty(name: str, title: str, missing: str, papers: tuple[str, ...], **more: Any) -> Probe:
    """One that holds nothing and says what is missing; more goes to the probe."""
    absent = _Absent(name, missing)
    return Probe(name=name, title=title, grade="needs_data", measured=None,
                 signal=absent, expects=absent, assumptions=(missing,), papers=papers, **more)
