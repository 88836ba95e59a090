r"""Transverse magnetic fields along a path, as functions of r.

A field is given as :math:`\mu_B B`, an energy: a moment in Bohr magnetons times it is what the
Hamiltonian takes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from munu._arrays import finite
from munu.constants import m_e
from munu.errors import DomainError
from munu.units import eV, m, s, to_float

_UNITS = {"uG": 1e-6, "G": 1.0, "T": 1e4}
# e hbar/(2 m_e) times one gauss; e times a tesla is one eV s/m^2
MU_B_PER_GAUSS = 1e-4 * (eV * s / m**2) / (2 * m_e)


def strength(B: float | str) -> float:
    """A field in gauss (``5e9``, ``5e9G``, ``1e6T``) as mu_B B [energy].

    >>> from munu.units import km
    >>> print(round(1e-12 * strength("1e10G") * km, 5))
    0.29334
    """
    if isinstance(B, str):
        text = B.strip()
        suffix = next((u for u in _UNITS if text.endswith(u)), None)
        if suffix is None:
            raise DomainError(f"field '{B}' has no unit; write 5e9G or 5e5T")
        try:
            B = float(text.removesuffix(suffix)) * _UNITS[suffix]
        except ValueError:
            raise DomainError(f"field '{B}' is no number of gauss; write 5e9G") from None
    if not np.isfinite(B):
        raise DomainError(f"field {B!r} must be finite")
    return float(B) * MU_B_PER_GAUSS


def power_law(B0: float | str, r0: float | str, n: float = 3.0) -> Callable:
    """B0 (r0/r)^n; a dipole has n = 3, a constant field n = 0."""
    size, radius = strength(B0), to_float(r0, "km")
    if not (radius > 0 and np.isfinite(n)):
        raise DomainError(f"r0 = {r0} must be above 0 and n = {n} finite")
    return lambda r: size * (radius / np.asarray(r, dtype=float)) ** n


def dipole(B0: float | str, r0: float | str) -> Callable:
    """A dipole, B0 (r0/r)^3."""
    return power_law(B0, r0, 3.0)


def constant(B0: float | str) -> Callable:
    """The same everywhere."""
    size = strength(B0)
    return lambda r: np.full(np.shape(r), size)


def read(text: str) -> Callable:
    """A field from a text: ``dipole:5e9G@1000km``, ``power2:1e9G@1000km``, ``constant:1e6G``.

    Raises
    ------
    DomainError
    """
    kind, _, rest = text.partition(":")
    B, _, at = rest.partition("@")
    if kind == "constant" and B and not at:
        return constant(B)
    if B and at and (kind == "dipole" or kind.startswith("power")):
        try:
            n = 3.0 if kind == "dipole" else float(kind.removeprefix("power"))
        except ValueError:
            n = None
        if n is not None:
            return power_law(B, at, n)
    raise DomainError(f"field '{text}' must read dipole:5e9G@1000km, power2:5e9G@1000km or "
                      "constant:1e6G")


def tabulated(r, B) -> Callable:
    """A field [gauss] given at radii (n,) [length]: monotone between them, no field outside.

    Raises
    ------
    DomainError
    """
    from scipy.interpolate import PchipInterpolator

    r, B = finite("the radii of the field", r), finite("the field", B)
    if r.ndim != 1 or r.shape != B.shape or r.size < 2 or np.any(np.diff(r) <= 0) or r[0] <= 0:
        raise DomainError("a field needs two radii at least, rising from above 0, and one value "
                          "at each")
    curve = PchipInterpolator(np.log(r), B * MU_B_PER_GAUSS, extrapolate=False)
    return lambda at: np.nan_to_num(curve(np.log(np.asarray(at, dtype=float))))


def turning(r, phi) -> Callable:
    """The rate of turning d phi/dr of a direction phi (n,) [rad] given at radii [length].

    Raises
    ------
    DomainError
    """
    from scipy.interpolate import CubicSpline

    r, phi = finite("the radii of the direction", r), finite("the direction phi", phi)
    if r.ndim != 1 or r.shape != phi.shape or r.size < 4 or np.any(np.diff(r) <= 0):
        raise DomainError("a direction needs four rising radii at least, and one angle at each")
    slope = CubicSpline(r, phi).derivative()
    return lambda at: slope(np.clip(np.asarray(at, dtype=float), r[0], r[-1]))


def cells(B_rms: float | str, length: float | str, r_min: float | str, r_max: float | str,
          seed: int, *, n: float = 0.0) -> tuple[Callable, tuple[float, ...]]:
    """A turbulent field: cells of one length, in each a strength drawn from a normal law.

    It is one component of a field whose strength has root mean square ``B_rms`` at ``r_min`` and
    falls as r^-n; the evolver must know where cells end.

    Returns
    -------
    field, radii at which it jumps (``Profile.with_(field=..., breaks=...)``)

    Raises
    ------
    DomainError
    """
    size, step, low, high = (strength(B_rms), to_float(length, "km"), to_float(r_min, "km"),
                             to_float(r_max, "km"))
    if not (step > 0 and 0 < low < high):
        raise DomainError("cells need a length above 0 and radii that rise from above 0")
    count = int(np.ceil((high - low) / step))
    if count > 10**6:
        raise DomainError(f"{count} cells are more than a million; take longer ones")
    drawn = np.random.default_rng(seed).normal(size=count) * size

    def field(r):
        r = np.asarray(r, dtype=float)
        return drawn[np.clip(((r - low) / step).astype(int), 0, count - 1)] * (low / r) ** n

    return field, tuple(low + step * np.arange(1, count))
