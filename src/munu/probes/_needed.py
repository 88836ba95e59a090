"""A probe whose data the user must bring: without them it says what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from munu.errors import DomainError
from munu.probes import _card
from munu.probes.probe import Probe


def probe(name: str, title: str, missing: str, papers: tuple[str, ...],
          card: str | Path | None) -> Probe:
    """From the user's card, or empty with the reason as its first assumption."""
    if card is not None:
        made = _card.read(card)
        return replace(made, name=name, title=title,
                       papers=tuple(dict.fromkeys((*papers, *made.papers))))

    def absent(*_, **__):
        raise DomainError(f"{name} needs data: {missing}")

    return Probe(name=name, title=title, grade="needs_data", measured=None,
                 signal=absent, expects=absent, assumptions=(missing,), papers=papers)
