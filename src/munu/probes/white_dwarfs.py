"""White dwarfs: a moment makes hot ones cool faster."""

from __future__ import annotations

from typing import Annotated, Any

from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.probes import _stellar
from munu.probes.probe import Probe
from munu.rates import energy_loss


@declared
def probe(*, criterion: Annotated[float | str, About(
              "miller_bertolami_2014, corsico_2014_pg1351, or a moment "
              "of light neutrinos of one's own")]
          = "miller_bertolami_2014",
          star: Annotated[Profile | str, About(
              "white_dwarf, one of its variants (munu.media.variants), one zone such as "
              "RG_flash, or a Profile with a temperature or its file")] = "white_dwarf",
          core_mass: Annotated[Quantity | None, About(
              "that a star of one's own must hold: one that ends inside its core is refused",
              "M_sun")] = None,
          reactions: Annotated[tuple[Any, ...] | str, About(
              "plasmon_decay, compton, free_free, which are summed; or off_shell alone")]
          = energy_loss.DEFAULT) -> Probe:
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
