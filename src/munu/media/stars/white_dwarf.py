r"""A white dwarf of carbon and oxygen, isothermal.

Electrons conduct so well that the inside of a white dwarf has one temperature; its envelope, a
few thousandths of its mass, is left out by a density at which it ends.
"""

from __future__ import annotations

from typing import Annotated

from munu._frozen import FrozenMap
from munu.media.profile import Profile
from munu.media.stars import _hydrostatic, _laws, _matter
from munu.parameters import About, Quantity, declared

VARIANTS = FrozenMap({
    "lighter": FrozenMap(mass="0.5 M_sun"),
    "heavier": FrozenMap(mass="0.7 M_sun"),
    "cooler": FrozenMap(temperature="1e7 K"),
    "hotter": FrozenMap(temperature="5e7 K"),
})


@declared
def medium(*, mass: Annotated[Quantity, About("of the star", "M_sun")] = "0.6 M_sun",
           temperature: Annotated[Quantity, About("inside", "K")] = "1.5e7 K",
           edge: Annotated[Quantity, About("density where it ends", "g/cm^3")] = "100 g/cm^3"
           ) -> Profile:
    """The star from its centre to where its envelope begins, as much oxygen as carbon.

    Raises
    ------
    DomainError
        No star of this mass is in equilibrium, a temperature out of range.

    Source : Raffelt1996
    """
    return _hydrostatic.core("white_dwarf", _laws.isothermal("white dwarf", temperature),
                             _matter.CARBON_OXYGEN, mass, edge, ("Raffelt1996",))
