"""White dwarfs: a moment makes hot ones cool faster."""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, declared
from munu.probes import _stellar
from munu.probes.probe import Probe
from munu.rates import energy_loss


@declared
def probe(*, criterion: Annotated[float | str, About(
              "miller_bertolami_2014, corsico_2014_pg1351, or a moment "
              "of light neutrinos of one's own", assumes="criterion")]
          = "miller_bertolami_2014",
          star: _stellar.Star = "white_dwarf",
          core_mass: _stellar.CoreMass = None,
          reactions: _stellar.Reactions = energy_loss.DEFAULT) -> Probe:
    """White dwarfs.

    Raises
    ------
    DomainError, UnknownName

    Source : MillerBertolami2014, Raffelt1996
    """
    return _stellar.probe(
        "white_dwarfs", "White dwarfs", star, "white_dwarf", criterion, reactions,
        core_mass=core_mass,
        assumptions=("one star in place of all that are counted: its mass and "
                     "temperature decide where a mass of N is felt",))
