"""Matter of the Earth on a line from a detector: shells of the reference model, in pieces."""

from __future__ import annotations

import itertools

import numpy as np

from munu import _data
from munu._arrays import gauss
from munu._guard import formula
from munu.errors import DomainError
from munu.units import km

# of a shell, and nodes that average its density
_PIECE, _NODES = 100 * km, 4
# what a cosine may be beyond 1
_ROUND = 1e-12


@formula
def line_of_sight(cos_zenith: float, depth: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    r"""Matter that a detector has before it in a direction, piece by piece, to the surface.

    .. math:: r^2(z) = r_0^2 + z^2 + 2r_0z\cos\theta,\qquad r_0 = R - d,\qquad
              \rho = c_0 + c_1x + c_2x^2 + c_3x^3,\quad x = r/R

    Parameters
    ----------
    cos_zenith : float, of the angle between the line outward and the vertical at the detector,
        1 straight up, either sign [1]
    depth : float, of the detector below the surface [length]

    Returns
    -------
    edges : array (n + 1,), distances from the detector, the first 0 [length]
    density : array (n,), its mean from edge to edge, pieces of at most 100 km; one piece without
        length and matter where the line goes up from the surface [mass/volume]

    Raises
    ------
    DomainError
        A cosine beyond -1 to 1, a depth beyond the center.

    Holds : a round Earth with a crust instead of an ocean; what is local, a mountain or a
        hall, is not in it.
    Source : Dziewonski1981

    >>> from munu.units import cm, g
    >>> edges, density = line_of_sight(-1.0, 1 * km)
    >>> print(f"{edges[-1] / km:.0f} km, {density.max() / (g / cm**3):.2f} g/cm3")
    12741 km, 13.09 g/cm3
    """
    edges, density, _ = along(cos_zenith, depth)
    return edges, density


def along(cos_zenith: float, depth: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As :func:`line_of_sight`, and the electrons per nucleon of each piece, array (n,) [1]."""
    if not abs(cos_zenith) <= 1 + _ROUND:
        raise DomainError(f"cos_zenith = {cos_zenith:g} must lie between -1 and 1")
    table = _data.load("profiles/prem")
    r_out = np.asarray(table["r_out"], dtype=float)
    R = r_out[-1]
    if not 0 <= depth < R:
        raise DomainError(f"depth = {depth / km:g} km must be at least 0 and less than the "
                          f"{R / km:g} km to the center")
    r0 = R - depth
    b = r0 * min(max(cos_zenith, -1.0), 1.0)
    # r_k^2 - r0^2 by differences: a shallow detector is near the surface, not in it
    q = (r_out - R + depth) * (r_out + r0)
    crossed = b**2 + q >= 0
    root = np.sqrt(np.where(crossed, b**2 + q, 0.0))
    far = np.abs(b) + root
    # the product of the two is -q
    near = np.where(far > 0, -q / np.where(far > 0, far, 1.0), 0.0)
    z = np.concatenate([near, far] if b < 0 else [-far, -near])[np.tile(crossed, 2)]
    end = z.max()
    ends = np.unique([0.0, *z[(z > 0) & (z <= end)], *([-b] if b < 0 else [])])
    edges = [0.0]
    for a, c in itertools.pairwise(ends):
        edges += list(np.linspace(a, c, max(int(np.ceil((c - a) / _PIECE)), 1) + 1)[1:])
    made = np.array(edges)
    if made.size == 1:
        return np.zeros(2), np.zeros(1), np.zeros(1)
    x, w = gauss(_NODES)
    s = made[:-1, None] + 0.5 * np.diff(made)[:, None] * (1 + x)
    r = np.sqrt((s + b) ** 2 + (r0 - b) * (r0 + b))
    shell = np.minimum(np.searchsorted(r_out, r.mean(axis=1)), r_out.size - 1)
    rho = sum(np.asarray(table[f"c{n}"], dtype=float)[shell, None] * (r / R) ** n
              for n in range(4))
    return made, 0.5 * rho @ w, np.asarray(table["Y_e"], dtype=float)[shell]
