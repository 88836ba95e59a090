"""What an experiment is to a generator of events: a beam, a body, what is in it, for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from munu._frozen import FrozenMap
from munu.detectors.geometry import Body
from munu.errors import DomainError, UnknownName
from munu.flavors import SIX
from munu.processes.upscattering import KINDS, Scatterer, scatterers
from munu.rates.upscattered import ends
from munu.sources.source import Source
from munu.targets.nucleus import Nucleus
from munu.units import GeV

# what the flux of a source is divided by, and how an exposure to it is called
EXPOSURES = {"pot": "protons on target", "luminosity": "integrated luminosity",
             "second": "seconds", "event": "events of the source"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Experiment:
    """A run card.

    Attributes
    ----------
    name, title : str
    source : Source; its flux counts everywhere in the body alike
    exposure : what the flux is multiplied by [of ``source.per``]
    window : neutrinos of other energies do not count [energy]
    flavors : of ``flavors.SIX`` those that count
    body : in which N is made and has to decay
    contents : pairs of (Nucleus, how many of them there are in the body)
    k_F : Fermi momentum of their nucleons, 0 for free ones [energy]
    chosen : names of the scatterers that count where nothing else is asked
    screened : recoils of whole nuclei below do not count: their electrons screen them [energy]
    assumed : lines on what was taken
    papers : keys
    """

    name: str
    title: str
    source: Source
    exposure: float
    window: tuple[float, float]
    flavors: tuple[str, ...]
    body: Body
    contents: tuple[tuple[Nucleus, float], ...]
    k_F: float
    chosen: tuple[str, ...]
    screened: float = 0.0
    assumed: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", FrozenMap(dict(self.options)))
        low, high = self.window
        first, last = ends(self.source)
        # of a line the window is the line
        if not (low < high or low == high == first == last):
            raise DomainError(f"the energies of {self.name} end at {high / GeV:g} GeV, before they "
                              f"begin at {low / GeV:g} GeV")
        for word, value, bad in (("below", low, low < first * (1 - 1e-12)),
                                 ("above", high, high > last * (1 + 1e-12))):
            if bad:
                raise DomainError(
                    f"an energy of {value / GeV:g} GeV is {word} the table of the flux of "
                    f"{self.source.name}, which is {first / GeV:g} to {last / GeV:g} GeV; nothing "
                    "is known there")
        for name in self.flavors:
            if name not in SIX:
                raise UnknownName(f"flavor of the beam of {self.name}", name, SIX)
        if not self.exposure > 0:
            raise DomainError(f"the exposure of {self.name} must be above 0 "
                              f"{EXPOSURES.get(self.source.per, self.source.per)}")

    def __repr__(self) -> str:
        return f"<Experiment {self.name}: {self.body}, {', '.join(self.chosen)}>"

    @cached_property
    def targets(self) -> tuple[tuple[Scatterer, float], ...]:
        """All that N can be made on, and how many there are of each."""
        return tuple((one, many * one.number) for nucleus, many in self.contents
                     for one in scatterers(nucleus, KINDS, k_F=self.k_F))

    @cached_property
    def nuclei(self) -> dict[str, Nucleus]:
        """The nucleus in which each of the targets is, by name."""
        return {one.name: nucleus for nucleus, _ in self.contents
                for one in scatterers(nucleus, KINDS, k_F=self.k_F)}

    def struck(self, wanted: str | tuple[str, ...] | None = None
               ) -> tuple[tuple[Scatterer, float], ...]:
        """The scatterers that count, each once.

        Parameters
        ----------
        wanted : names such as ``C12 protons``, or kinds such as ``electrons``; None is the card's

        Raises
        ------
        UnknownName
        """
        names = self.chosen if wanted is None else \
            (wanted,) if isinstance(wanted, str) else tuple(wanted)
        known = [one.name for one, _ in self.targets]
        for name in names:
            if name not in known and name not in {one.kind for one, _ in self.targets}:
                raise UnknownName(f"target in {self.name}", name,
                                  [*known, *(k for k in KINDS if any(
                                      one.kind == k for one, _ in self.targets))])
        return tuple((one, many) for one, many in self.targets
                     if one.name in names or one.kind in names)
