"""Stars of the horizontal branch: a moment shortens the life of a core that burns helium."""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, declared
from munu.probes import _stellar
from munu.probes.probe import Probe
from munu.rates import energy_loss


@declared
def probe(*, criterion: Annotated[float | str, About(
              "raffelt_1989_helium_stars, ceiling, or a moment "
              "of light neutrinos of one's own", assumes="criterion")]
          = "raffelt_1989_helium_stars",
          star: _stellar.Star = "horizontal_branch",
          core_mass: _stellar.CoreMass = None,
          reactions: _stellar.Reactions = energy_loss.DEFAULT) -> Probe:
    """Horizontal branch.

    Raises
    ------
    DomainError, UnknownName

    Source : RaffeltDearbornSilk1989, Raffelt1996
    """
    return _stellar.probe(
        "horizontal_branch", "Horizontal branch", star, "horizontal_branch", criterion,
        reactions, core_mass=core_mass,
        assumptions=("no feedback of the loss on the core, whose structure is "
                     "integrated from assumptions",))
