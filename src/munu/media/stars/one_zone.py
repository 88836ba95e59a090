"""A star as one zone, as published limits on massive N take it: no structure, one state."""

from __future__ import annotations

from functools import cache
from math import pi
from typing import Annotated

from munu import _data
from munu.errors import DomainError, UnknownName
from munu.media import _curves
from munu.media.profile import Profile
from munu.media.stars import _laws
from munu.media.stars._matter import nucleons
from munu.parameters import About, Quantity, declared
from munu.references import of_table
from munu.units import per_unit


@cache
def zones() -> dict[str, dict]:
    """The zones of the table by name.  Source : Raffelt1996"""
    return {row["zone"]: row for row in _data.load("profiles/stellar_zones").rows()}


@declared
def medium(*, zone: Annotated[str, About("a name of the table: RG_mean, RG_flash, HB_core, "
                                         "Sun_core, WD_hot")] = "RG_mean",
           density: Annotated[Quantity | None, About("instead of the zone's", "g/cm^3")] = None,
           temperature: Annotated[Quantity | None, About("instead of the zone's", "K")] = None,
           Y_e: Annotated[float | None, About(
               "electrons a nucleon, instead of the zone's")] = None,
           mass: Annotated[Quantity, About("of the ball", "M_sun")] = "0.5 M_sun") -> Profile:
    """A ball of one density and temperature; only losses for its whole mass depend on the mass.

    Raises
    ------
    UnknownName, DomainError

    Source : Raffelt1996
    """
    if zone not in zones():
        raise UnknownName("zone of a star", zone, tuple(zones()))
    row = zones()[zone]
    rho = row["density"] if density is None else density
    Y = row["Y_e"] if Y_e is None else Y_e
    T = _laws.isothermal("zone", row["temperature"] if temperature is None else temperature).T
    for what, given, like in (("density", rho, "g/cm^3"), ("mass", mass, "M_sun")):
        if not given > 0:
            raise DomainError(f"{what} = {per_unit(given, like):g} {like} of a zone must be "
                              "above 0")
    if not 0 < Y <= 1:
        raise DomainError(f"Y_e = {Y} of a zone must lie between 0 and 1, and not be 0")
    radius = (3 * mass / (4 * pi * rho)) ** (1 / 3)
    return Profile(name="one_zone", r_min=1e-3 * radius, r_max=radius,
                   density=_curves.Constant(nucleons(rho)), asymmetry=_curves.Constant(1 - 2 * Y),
                   temperature=_curves.Constant(T), Z2_A=float(row["Z2_A"]),
                   papers=of_table(_data.load("profiles/stellar_zones")))
