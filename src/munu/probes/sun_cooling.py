"""The Sun: a moment would let it lose energy that its oscillations do not leave room for."""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, declared
from munu.probes import _stellar
from munu.probes.probe import Probe
from munu.rates import energy_loss


@declared
def probe(*, criterion: Annotated[float | str, About(
              "raffelt_1999_sun, ceiling, or a moment "
              "of light neutrinos of one's own", assumes="criterion")]
          = "raffelt_1999_sun",
          star: _stellar.Star = "sun",
          core_mass: _stellar.CoreMass = None,
          reactions: _stellar.Reactions = energy_loss.DEFAULT) -> Probe:
    """Sun.

    Raises
    ------
    DomainError, UnknownName

    Source : Raffelt1999, Raffelt1996
    """
    return _stellar.probe(
        "sun_cooling", "Sun", star, "sun", criterion, reactions, core_mass=core_mass, centre=True,
        assumptions=("no feedback of the loss on the Sun",))
