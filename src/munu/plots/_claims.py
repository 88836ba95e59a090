"""Published limits on effective moments by what was seen, and for how long each held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from munu.errors import DomainError
from munu.inference.record import Limit
from munu.plots import _style


class Kind(NamedTuple):
    """What was seen: its color, its marker and what it is called."""

    color: str
    marker: str
    text: str

    @property
    def ink(self) -> str:
        """The color of its words: orange is too light for them."""
        return "#A86E00" if self.color == _style.ORANGE else self.color


#: by what was seen; the marker tells them apart where colors do not
KINDS = {
    "e": Kind(_style.BLUE, "o", r"$\nu_e$: reactors, beams"),
    "mu": Kind(_style.RED, "s", r"$\nu_\mu$: beams"),
    "tau": Kind(_style.GREEN, "^", r"$\nu_\tau$: beams, colliders"),
    "solar": Kind(_style.BLACK, "D", "solar neutrinos"),
    "stars": Kind(_style.ORANGE, "*", "cooling of stars"),
    "cosmology": Kind(_style.PURPLE, "p", "early Universe")}


def kind(x: Limit) -> str:
    """A key of :data:`KINDS`: by the flavor in a laboratory, else by the place.

    >>> from munu.atlas import get
    >>> [kind(get(n)) for n in ("gemma_2012", "xenonnt_2022", "raffelt_1999_red_giants")]
    ['e', 'solar', 'stars']
    """
    if x.meta.get("effective") == "plasmon":
        return "stars"
    if x.meta.get("kind") == "astrophysics":
        return "cosmology"
    if x.flavor == "universal":
        return "solar"
    if x.flavor not in KINDS:
        raise DomainError(f"{x.name} is of the flavors {x.flavor}; a figure by kind needs one")
    return str(x.flavor)


def level(x: Limit) -> str:
    """The level in a label, empty where it is 90 %.

    >>> from munu.atlas import get
    >>> [level(get(n)) for n in ("gemma_2012", "rovno_1993", "cowan_reines_1957")]
    ['', ' (95 %)', ' (no level)']
    """
    if x.level == 0.90:
        return ""
    return " (no level)" if x.level is None else f" ({100 * x.level:g} %)"


def name(x: Limit) -> str:
    """The experiment or argument, without the year.

    >>> from munu.atlas import get
    >>> name(get("super_kamiokande_2004_alone"))
    'Super-Kamiokande, alone'
    """
    text = str(x.meta["label"])
    for plain, shown in (("nubar_mu e", r"$\bar\nu_\mu e$"), ("nu_e", r"$\nu_e$"),
                         ("N_eff", r"$N_{\rm eff}$")):
        text = text.replace(plain, shown)
    if "year" in x.meta:
        text = text.replace(f" {x.meta['year']}", "")
    return text


def title(x: Limit, year: bool = False) -> str:
    """What a label says of it: name, the year if asked for, the level where it is not 90 %."""
    when = f" {x.meta['year']}" if year and "year" in x.meta else ""
    return name(x) + when + level(x)


def until(x: Limit, others: Sequence[Limit]) -> float:
    """The year in which a later paper of ``others`` took its place; inf where none did."""
    _, _, key = x.status.partition("superseded_by ")
    years = [y.meta["year"] for y in others if key and y.papers[:1] == (key,)
             and "year" in y.meta]
    return min(years, default=float("inf"))


def record(found: Sequence[Limit], end: float) -> list[tuple[float, Limit]]:
    """Who held the record from which year on, up to ``end``: a limit holds until superseded."""
    ends = {x.name: until(x, found) for x in found}
    turns = sorted({float(x.meta["year"]) for x in found} | {e for e in ends.values() if e <= end})
    made: list[tuple[float, Limit]] = []
    for year in turns:
        there = [x for x in found if x.meta["year"] <= year < ends[x.name]]
        if there:
            best = min(there, key=lambda x: x.upper[0])
            if not made or best is not made[-1][1]:
                made.append((year, best))
    return made
