"""Matter that falls as a power of the radius, with one electron fraction."""

from __future__ import annotations

from typing import Annotated

from munu.errors import DomainError
from munu.media import _curves
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.units import N_A, g, km, per_unit


@declared
def medium(*, density: Annotated[Quantity, About("at the radius r_0", "g/cm^3")] = "4e7 g/cm^3",
           at: Annotated[Quantity, About("the radius r_0", "km", bare=True)] = "1000 km",
           n: Annotated[float, About("power of the fall")] = 3.0,
           Y_e: Annotated[float, About("electrons a nucleon, in [0, 1]")] = 0.5,
           r_min: Annotated[Quantity, About("where it begins", "km", bare=True)] = "1e3 km",
           r_max: Annotated[Quantity, About("where it ends", "km", bare=True)] = "1e6 km"
           ) -> Profile:
    r"""Matter :math:`\rho = \rho_0 (r_0/r)^n`; n = 0 is a constant density.

    Raises
    ------
    DomainError
    """
    if not density > 0:
        raise DomainError(f"density = {per_unit(density, 'g/cm^3'):g} g/cm^3 must be above 0")
    if not 0 <= Y_e <= 1:
        raise DomainError(f"Y_e = {Y_e} must lie in [0, 1]")
    if not at > 0:
        raise DomainError(f"at = {at / km:g} km must be above 0")
    n0 = density * N_A / g
    return Profile(name="power_law", r_min=r_min, r_max=r_max,
                   density=_curves.Power(n0, at, n), asymmetry=_curves.Constant(1 - 2 * Y_e))
