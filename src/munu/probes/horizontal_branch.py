"""Stars of the horizontal branch: a moment shortens the life of a core that burns helium."""

from __future__ import annotations

from typing import Annotated, Any

from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.probes import _stellar
from munu.probes.probe import Probe
from munu.rates import energy_loss


@declared
def probe(*, criterion: Annotated[float | str, About(
              "raffelt_1989_helium_stars, ceiling, or a moment "
              "of light neutrinos of one's own")]
          = "raffelt_1989_helium_stars",
          star: Annotated[Profile | str, About(
              "horizontal_branch, one of its variants (munu.media.variants), one zone such as "
              "RG_flash, or a Profile with a temperature or its file")] = "horizontal_branch",
          core_mass: Annotated[Quantity | None, About(
              "that a star of one's own must hold: one that ends inside its core is refused",
              "M_sun")] = None,
          reactions: Annotated[tuple[Any, ...] | str, About(
              "plasmon_decay, compton, free_free, which are summed; or off_shell alone")]
          = energy_loss.DEFAULT) -> Probe:
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
