r"""The helium core of a red giant before its flash.

Degenerate helium in hydrostatic equilibrium, from the centre to the density at which hydrogen
begins.  Neutrinos cool the centre, so that the temperature is highest off it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from munu._frozen import FrozenMap
from munu.errors import UnknownName
from munu.media.profile import Profile
from munu.media.stars import _hydrostatic, _laws, _matter
from munu.parameters import About, Quantity, declared
from munu.units import parse

LAWS = ("inverted", "isothermal")
# assumptions: where the temperature is highest, and the powers of the density by which it falls
# towards the centre and towards the edge, to some 5e7 K where hydrogen burns
_TURN, _INWARD, _OUTWARD = "3e5 g/cm^3", -0.3, 0.15
# what is assumed otherwise: the band within which a threshold in M_N lies
VARIANTS = FrozenMap({
    "lighter core": FrozenMap(core_mass="0.46 M_sun"),
    "heavier core": FrozenMap(core_mass="0.50 M_sun"),
    "cooler": FrozenMap(temperature="8e7 K"),
    "isothermal": FrozenMap(law="isothermal"),
    "heavier and cooler": FrozenMap(core_mass="0.50 M_sun", temperature="8e7 K"),
    "cooler, isothermal": FrozenMap(law="isothermal", temperature="8e7 K"),
    "denser edge": FrozenMap(edge="3000 g/cm^3"),
    "thinner edge": FrozenMap(edge="300 g/cm^3"),
})


@declared
def medium(*, core_mass: Annotated[Quantity, About("of the helium core", "M_sun")] = "0.48 M_sun",
           temperature: Annotated[Quantity, About("where it is highest", "K")] = "1e8 K",
           law: Annotated[str, About("of the temperature", choices=LAWS)] = "inverted",
           edge: Annotated[Quantity, About("density where hydrogen begins", "g/cm^3")
                           ] = "1000 g/cm^3") -> Profile:
    r"""The core, from its centre to its edge.

    Isothermal, or inverted: :math:`T \propto \rho^{-0.3}` above :math:`3\times10^5` g/cm^3 and
    :math:`\rho^{0.15}` below.

    Raises
    ------
    DomainError
        No core of this mass is in equilibrium, a temperature out of range.
    UnknownName
        A law that there is not.

    Source : Raffelt1996, Mocak2008
    """
    if law not in LAWS:
        raise UnknownName("law of temperature of a red giant", law, LAWS)
    made: Callable = _laws.isothermal("red giant", temperature)
    if law == "inverted":
        turn = _matter.nucleons(parse(_TURN, "g/cm^3"))
        made = _laws.Bent(T=temperature, at=turn, turn=turn, inward=_INWARD, outward=_OUTWARD)
    return _hydrostatic.core("red_giant", made, _matter.HELIUM, core_mass, edge,
                             ("Raffelt1996", "Mocak2008"))
