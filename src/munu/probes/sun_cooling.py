"""The Sun: a moment would let it lose energy that its oscillations do not leave room for."""

from __future__ import annotations

from typing import Annotated, Any

from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.probes import _stellar
from munu.probes.probe import Probe
from munu.rates import energy_loss


@declared
def probe(*, criterion: Annotated[float | str, About(
              "raffelt_1999_sun, ceiling, or a moment "
              "of light neutrinos of one's own")]
          = "raffelt_1999_sun",
          star: Annotated[Profile | str, About(
              "sun, one of its variants (munu.media.variants), one zone such as "
              "RG_flash, or a Profile with a temperature or its file")] = "sun",
          core_mass: Annotated[Quantity | None, About(
              "that a star of one's own must hold: one that ends inside its core is refused",
              "M_sun")] = None,
          reactions: Annotated[tuple[Any, ...] | str, About(
              "plasmon_decay, compton, free_free, which are summed; or off_shell alone")]
          = energy_loss.DEFAULT) -> Probe:
    """Sun.

    Raises
    ------
    DomainError, UnknownName

    Source : Raffelt1999, Raffelt1996
    """
    return _stellar.probe(
        "sun_cooling", "Sun", star, "sun", criterion, reactions, core_mass=core_mass, centre=True,
        assumptions=("no feedback of the loss on the Sun",))
