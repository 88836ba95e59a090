r"""Matter of the Earth as a detector in it sees it, by the distance from the detector.

.. math:: \bar\rho(r) = \int\frac{\mathrm d\Omega}{4\pi}\,\rho(|\vec a + r\hat n|)
          = \frac{1}{2ar}\int_{|a - r|}^{a + r}\mathrm dR\, R\,\rho(R)

exact for the polynomials of the preliminary reference Earth model, a the distance of the detector
from the center.  What is made all around, in all directions alike, and decays after a length
:math:`\ell` is as if made in matter of the density

.. math:: \rho_{\rm seen}(\ell) = \int_{r_0}^\infty\frac{\mathrm dr}{\ell}\,e^{-r/\ell}\,\bar\rho(r)
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np

from munu import _data
from munu._arrays import Numbers, gauss_panels
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.units import km, per_unit

__all__ = ["PARTS", "mean_density", "seen_density"]

#: rock is mantle and crust; the boundary lies where the table's outer core ends
PARTS = ("rock", "core", "all")
_CORE = 3480 * km
# widest panel in the logarithm of the distance, and nodes a panel
_WIDEST, _NODES = 0.35, 5


@cache
def _layers(part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Inner and outer radii, coefficients (layers, 4) and the radius of the Earth."""
    if part not in PARTS:
        raise UnknownName("part of the Earth", part, PARTS)
    table = _data.load("profiles/prem")
    low, high = table["r_in"], table["r_out"]
    core = high <= _CORE * (1 + 1e-9)
    keep = {"rock": ~core, "core": core, "all": np.ones(core.size, dtype=bool)}[part]
    c = np.stack([table[f"c{n}"] for n in range(4)], axis=1)
    return low[keep], high[keep], c[keep], float(high[-1])


def radius() -> float:
    """Radius of the Earth in the model [length]."""
    return _layers("all")[3]


@formula
def mean_density(r: Numbers, *, depth: float = 0.0, part: str = "all") -> Numbers:
    r"""Mean density of the Earth on a sphere about a point near its surface.

    .. math:: \bar\rho(r) = \frac{1}{2ar}\int_{|a - r|}^{a + r}\mathrm dR\, R\,\rho(R),\qquad
              a = R_\oplus - d

    Parameters
    ----------
    r : float or array, above 0 [length]
    depth : float, of the point, d [length]
    part : ``rock`` (mantle and crust), ``core`` or ``all``

    Returns
    -------
    float or array [mass/volume]; 0 outside of the Earth

    Raises
    ------
    DomainError, UnknownName

    Holds : a round Earth with a crust instead of an ocean.
    Source : Dziewonski1981

    >>> from munu.units import cm, g, km
    >>> round(float(mean_density(1 * km, depth=2 * km) / (g / cm**3)), 3)
    2.6
    """
    low, high, c, R = _layers(part)
    a = _inside(depth, R)
    r = np.asarray(r, dtype=float)
    if np.any(r <= 0):
        raise DomainError("the distance r must be above 0")
    total = np.zeros(r.shape)
    # from the point: a sphere may be far smaller than a rounding of its distance from the center
    below = np.where(r <= a, -r, r - 2 * a)
    for inner, outer, row in zip(low, high, c, strict=True):
        bottom, top = (np.clip(x, inner - R + depth, outer - R + depth) for x in (below, r))
        # int R^(n+1) dR, without the difference of two large numbers
        half, mid = 0.5 * (top - bottom), a + 0.5 * (top + bottom)
        made = row[0] * 2 * mid * half
        made = made + row[1] / R * 2 * half * (mid**2 + half**2 / 3)
        made = made + row[2] / R**2 * 2 * half * mid * (mid**2 + half**2)
        made = made + row[3] / R**3 * 2 * half * (mid**4 + 2 * mid**2 * half**2 + half**4 / 5)
        total = total + made
    return (total / (2 * a * r))[()]


@formula
def seen_density(decay_length: Numbers, *, depth: float = 0.0, near: float = 0.0,
                 part: str = "all") -> Numbers:
    r"""Density in which something that decays must be made to be as frequent as in the Earth.

    .. math:: \rho_{\rm seen}(\ell) = \int_{r_0}^{2R_\oplus}\frac{\mathrm dr}{\ell}\,
              e^{-r/\ell}\,\bar\rho(r)

    Parameters
    ----------
    decay_length : float or array, above 0 [length]
    depth : float, of the detector [length]
    near : float, :math:`r_0`, distance below which nothing counts [length]
    part : ``rock``, ``core`` or ``all``

    Returns
    -------
    float or array [mass/volume]

    Raises
    ------
    DomainError, UnknownName

    Holds : made at the same rate everywhere, its direction as likely one as another.
    Source : Dziewonski1981, Plestid2021

    >>> from munu.units import cm, g, km
    >>> [round(float(seen_density(x * km) / (g / cm**3)), 3) for x in (0.01, 1000, 1e6)]
    [1.3, 1.703, 0.016]
    """
    _, _, _, R = _layers(part)
    _inside(depth, R)
    length = np.asarray(decay_length, dtype=float)
    if np.any(length <= 0):
        raise DomainError("the decay length must be above 0")
    if near >= 2 * R:
        raise DomainError(f"near = {per_unit(near, 'km'):g} km must lie within the Earth")
    flat = np.atleast_1d(length).ravel()
    # below, the density is that at the detector
    first = near if near > 0 else 1e-6 * min(float(flat.min()), R)
    t, w = gauss_panels(_cuts(first, R, depth), _NODES)
    r = np.exp(t)
    rho = mean_density(r, depth=depth, part=part)
    x = r / flat[:, None]
    return ((x * np.exp(-x)) @ (rho * w)).reshape(length.shape)[()]


def _cuts(first: float, R: float, depth: float) -> np.ndarray:
    """Edges of panels in ln r; where spheres begin to cross a layer or the surface is one."""
    low, high, _, _ = _layers("all")
    a = R - depth
    special = np.unique(np.abs(np.concatenate([a - low, a - high, a + high[-1:]])))
    special = special[(special > first * (1 + 1e-9)) & (special < 2 * R)]
    edges = np.log(np.concatenate([[first], special, [2 * R]]))
    out = [edges[:1]]
    for lo, hi in pairwise(edges):
        out.append(np.linspace(lo, hi, max(int(np.ceil((hi - lo) / _WIDEST)), 1) + 1)[1:])
    return np.unique(np.concatenate(out))


def _inside(depth: float, R: float) -> float:
    if not 0 <= depth < R:
        raise DomainError(f"depth = {per_unit(depth, 'km'):g} km must be at least 0 and below the "
                          f"Earth's radius, {per_unit(R, 'km'):g} km")
    return R - depth
