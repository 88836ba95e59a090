"""Matter that falls as a power of the radius, with one electron fraction."""

from __future__ import annotations

from munu.errors import DomainError
from munu.media import _curves
from munu.media.profile import Profile
from munu.units import N_A, cm, to_float


def profile(*, density: float = 4e7, at: str = "1000km", n: float = 3.0, Y_e: float = 0.5,
            r_min: str = "1e3km", r_max: str = "1e6km") -> Profile:
    r"""Matter :math:`\rho = \rho_0 (r_0/r)^n`; n = 0 is a constant density.

    Parameters
    ----------
    density : :math:`\rho_0` [g/cm^3]
    at : :math:`r_0` [length]
    n : power
    Y_e : electrons a nucleon, in [0, 1]
    r_min, r_max : range [length]

    Raises
    ------
    DomainError
    """
    if not density > 0:
        raise DomainError(f"density = {density} g/cm^3 must be above 0")
    if not 0 <= Y_e <= 1:
        raise DomainError(f"Y_e = {Y_e} must lie in [0, 1]")
    r0 = to_float(at, "km")
    if not r0 > 0:
        raise DomainError(f"at = {at} must be above 0")
    n0 = density * N_A / cm**3
    return Profile(name="power_law", r_min=to_float(r_min, "km"), r_max=to_float(r_max, "km"),
                   density=_curves.Power(n0, r0, n), asymmetry=_curves.Constant(1 - 2 * Y_e))
