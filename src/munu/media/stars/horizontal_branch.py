r"""The helium core of a star on the horizontal branch, which burns helium at its centre.

Burning holds the centre at its temperature, and weight is held by its heat.  The inner part is
convective; beyond, radiation carries the same luminosity through ever less mass, and the
temperature hardly falls.
"""

from __future__ import annotations

from typing import Annotated

from munu._frozen import FrozenMap
from munu.errors import DomainError
from munu.media.profile import Profile
from munu.media.stars import _hydrostatic, _laws, _matter
from munu.parameters import About, Quantity, declared

# an assumption: the power of the density by which the temperature falls outside the convection
_OUTWARD = 0.1
VARIANTS = FrozenMap({
    "cooler": FrozenMap(temperature="9e7 K"),
    "hotter": FrozenMap(temperature="1.2e8 K"),
    "small convective part": FrozenMap(convective=0.7),
    "large convective part": FrozenMap(convective=0.3),
    "heavier core": FrozenMap(core_mass="0.53 M_sun"),
    "thinner edge": FrozenMap(edge="30 g/cm^3"),
    "denser edge": FrozenMap(edge="300 g/cm^3"),
})


@declared
def medium(*, core_mass: Annotated[Quantity, About("of the helium core", "M_sun")] = "0.5 M_sun",
           temperature: Annotated[Quantity, About("at the centre", "K")] = "1e8 K",
           convective: Annotated[float, About(
               "share of the central density down to which it is convective, below 1")] = 0.5,
           edge: Annotated[Quantity, About("density where hydrogen begins", "g/cm^3")
                           ] = "100 g/cm^3") -> Profile:
    r"""The core, from its centre to its edge.

    :math:`T \propto \rho^{2/3}` where it is convective and :math:`\rho^{0.1}` beyond.

    Raises
    ------
    DomainError
        No core of this mass is in equilibrium, a temperature or a share out of range.

    Source : Raffelt1996
    """
    if not 0.01 <= convective < 1:
        raise DomainError(f"convective = {convective:g} must lie between 0.01 and 1: a share of "
                          "the density at the centre")
    T = _laws.isothermal("star of the horizontal branch", temperature).T
    return _hydrostatic.burning("horizontal_branch", _laws.Convective(T, convective, _OUTWARD),
                                _matter.HELIUM, core_mass, edge, ("Raffelt1996",))
