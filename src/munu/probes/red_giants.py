"""Red giants: a moment cools the helium core, so that it ignites later, in a brighter star."""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, declared
from munu.probes import _stellar
from munu.probes.probe import Probe
from munu.rates import energy_loss


@declared
def probe(*, criterion: Annotated[float | str, About(
              "a published limit at the tip of the red-giant branch, ceiling, varied, or a moment "
              "of light neutrinos of one's own", assumes="criterion")]
          = "capozzi_raffelt_2020_ngc4258",
          star: _stellar.Star = "red_giant",
          core_mass: _stellar.CoreMass = None,
          reactions: _stellar.Reactions = energy_loss.DEFAULT) -> Probe:
    """Red giants.

    Raises
    ------
    DomainError, UnknownName

    Source : CapozziRaffelt2020, Raffelt1996
    """
    return _stellar.probe(
        "red_giants", "Red giants", star, "red_giant", criterion, reactions, core_mass=core_mass,
        assumptions=("no feedback of the loss on the core, whose structure is "
                     "integrated from assumptions",))
