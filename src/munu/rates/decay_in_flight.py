r"""N that decays on its way: between two distances, inside of a body, after a gap.

All of it is e^{-x} and two functions of x = length over decay length,

.. math:: \phi(x) = \frac{1 - e^{-x}}{x},\qquad h(x) = 1 - \phi(x) = \frac x2 - \frac{x^2}6 + \dots

put together from terms that are all positive: nothing cancels for a decay length that is far
shorter or far longer than the body.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np

from munu._arrays import Numbers
from munu._guard import formula
from munu.constants import mu_B as _mu_B
from munu.detectors.geometry import Body, unit
from munu.errors import DomainError
from munu.processes import radiative_decay

# of h(x)/x below x = 1: the next term is below the last digit
_SERIES = [(-1) ** k / factorial(k + 2) for k in range(18)]
_BEAM = (0.0, 0.0, 1.0)


@formula
def decay_length(p: Numbers, M_N: Numbers, mu: Numbers, nature: str | None = None, *,
                 mu_B: float = _mu_B) -> Numbers:
    r"""Mean length of flight of N to its decay.

    .. math:: \ell = \frac{p}{M_N}\,c\tau

    Parameters
    ----------
    p : float or array, momentum of N [energy]
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    nature : ``dirac`` or ``majorana``, needed
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [length]; infinite where nothing decays, at mu = 0 or M_N = 0

    Raises
    ------
    DomainError, UnknownName
        No nature.

    Holds : the width of :func:`munu.processes.radiative_decay.width` is all there is.
    Power : mu^-2
    Source : BrdarTalk, Magill2018

    >>> from munu.units import GeV, cm
    >>> mu = 1.25e-6 / GeV / _mu_B
    >>> print(f"{decay_length(0.2 * GeV, 0.2 * GeV, mu, 'dirac') / cm:.2f} cm")
    79.35 cm
    """
    M = np.asarray(M_N, dtype=float)
    tau = np.asarray(radiative_decay.lifetime(M, mu, nature, mu_B=mu_B))
    endless = np.isinf(tau)
    boost = np.asarray(p) / np.where(M > 0, M, 1.0)
    return np.where(endless, np.inf, boost * np.where(endless, 0.0, tau))[()]


@formula
def between(z1: Numbers, z2: Numbers, decay_length: Numbers) -> Numbers:
    r"""Probability to decay between two distances from where N was made.

    .. math:: P = e^{-z_1/\ell} - e^{-z_2/\ell}

    Parameters
    ----------
    z1, z2 : floats or arrays, z1 at most z2; may be infinite [length]
    decay_length : float or array, 0 and infinite included [length]

    Returns
    -------
    float or array, 0 to 1 [1]

    Raises
    ------
    DomainError
        z1 above z2.

    Holds : N flies straight, nothing but its decay takes it away.
    Source : BrdarTalk, Magill2018
    Anchors : acc28_pdec

    >>> print(round(between(480.0, 481.5, 1000.0), 10))
    0.0009274793
    """
    z1, z2 = np.asarray(z1, dtype=float), np.asarray(z2, dtype=float)
    if (z2 < z1).any():
        raise DomainError("z1 must be at most z2: N decays behind the first and before the second")
    width = np.where(z2 > z1, z2 - np.where(z2 > z1, z1, 0.0), 0.0)
    return (np.exp(-_ratio(z1, decay_length)) * _decayed(width, decay_length))[()]


@formula
def inside(length: Numbers, decay_length: Numbers) -> Numbers:
    r"""Probability to decay before the end of a chord along which N is made evenly.

    .. math:: P = 1 - \frac{\ell}{L}\big(1 - e^{-L/\ell}\big) = h(L/\ell)

    Parameters
    ----------
    length : float or array, L [length]
    decay_length : float or array, 0 and infinite included [length]

    Returns
    -------
    float or array, 0 to 1 [1]

    Raises
    ------
    DomainError

    Holds : N flies along the chord, and is made evenly along it; L/(2 l) where l is far longer.
    Source : BrdarTalk, Magill2018
    Anchors : acc26_pin

    >>> print(round(inside(10.0, 5.0), 10), inside(1.0, 2.0**99) * 2**100)
    0.5676676416 1.0
    """
    return _h(_ratio(length, decay_length))[()]


@formula
def double_bang(length: Numbers, decay_length: Numbers, separation: Numbers = 0.0, *,
                farthest: Numbers | None = None) -> Numbers:
    r"""Probability to decay on the same chord, a separation d or more from where N is made.

    .. math:: P = e^{-d/\ell}\Big(1 - \frac{d + \ell}{L}\Big) + \frac{\ell}{L}e^{-L/\ell}
                = e^{-d/\ell}\,\frac{w}{L}\,h(w/\ell),\qquad w = L - d

    and up to a farthest separation D, with w = D - d,

    .. math:: P = \frac{e^{-d/\ell}}{L}\big[(L - D)(1 - e^{-w/\ell}) + w\,h(w/\ell)\big]

    Parameters
    ----------
    length : float or array, L [length]
    decay_length : float or array, 0 and infinite included [length]
    separation : float or array, d, the least [length]
    farthest : float or array, D, at least the separation; None for any [length]

    Returns
    -------
    float or array, 0 to 1 [1]

    Raises
    ------
    DomainError
        A farthest separation below the least.

    Holds : N is made evenly along the chord and flies along it; as it is mostly written, the first
        form, it has no digit left where l/L is above 1e8.
    Source : BrdarTalk
    Anchors : acc27_dbang

    >>> print(round(double_bang(1000.0, 200.0, 20.0), 10), double_bang(1.0, 2.0**99, 0.5) * 2**102)
    0.7071207755 1.0
    """
    L, d, D = (np.asarray(a, dtype=float) for a in (
        length, separation, np.inf if farthest is None else farthest))
    if (d > D).any():
        raise DomainError("farthest must be at least the separation, which is the least")
    d, end = np.minimum(d, L), np.minimum(D, L)
    w = end - d
    whole = np.where(L > 0, L, 1.0)
    # the sum of two shares may be above 1 by its last digit
    return np.minimum(np.exp(-_ratio(d, decay_length)) * (
        (L - end) / whole * _decayed(w, decay_length)
        + w / whole * _h(_ratio(w, decay_length))), 1.0)[()]


@formula
def upstream(length: Numbers, depth: Numbers, decay_length: Numbers, *, gap: Numbers = 0.0
             ) -> Numbers:
    r"""Decays on a chord behind a slab in which N is made evenly.

    .. math:: \int_g^{g+D}\!dz\,e^{-z/\ell}\big(1 - e^{-L/\ell}\big)
              = L\,e^{-g/\ell}\,\phi(L/\ell)\big(1 - e^{-D/\ell}\big)

    Parameters
    ----------
    length : float or array, L, of the chord [length]
    depth : float or array, D, of the slab; may be infinite [length]
    decay_length : float or array, 0 and infinite included [length]
    gap : float or array, g, between slab and chord [length]

    Returns
    -------
    float or array; times N made a volume, the decays an area [length]

    Raises
    ------
    DomainError

    Holds : N flies along the chord; the beam is as wide as the shadow of the body and the same
        everywhere in the slab. At most L, reached where the slab is far deeper than l and l far
        longer than L: a deep slab sends as many as are made in the chord itself and decay.
    Source : Magill2018

    >>> print(upstream(1.0, float("inf"), 1e9).round(6), round(upstream(2.0, 3.0, 1e9), 15))
    1.0 6e-09
    """
    return (length * np.exp(-_ratio(gap, decay_length)) * _phi(_ratio(length, decay_length))
            * _decayed(depth, decay_length))[()]


@formula
def mean_inside(geometry: Body, decay_length: Numbers, direction: Numbers = _BEAM) -> Numbers:
    r"""Probability to decay before it leaves a body in which N is made evenly.

    .. math:: P = \frac1V\sum_i A_iL_i\,h(L_i/\ell)

    Parameters
    ----------
    geometry : Body
    decay_length : float or array, 0 and infinite included [length]
    direction : array (3,) or (..., 3), of the flight of N; broadcast with decay_length [1]

    Returns
    -------
    float or array, 0 to 1 [1]

    Raises
    ------
    DomainError

    Holds : every N flies along the direction given; of N made at an angle give their directions and
        average over them.
    Source : Magill2018

    >>> from munu.detectors.geometry import Sphere
    >>> print(round(mean_inside(Sphere(1.0), 1e6) * 1e6, 6))
    0.75
    """
    return _mean(geometry, direction, (decay_length,), lambda L, one: L * _h(_ratio(L, one)))


@formula
def mean_double_bang(geometry: Body, decay_length: Numbers, separation: float = 0.0,
                     direction: Numbers = _BEAM, *, farthest: float | None = None) -> Numbers:
    r"""Probability to decay in the same body, a separation d to D from where N is made.

    .. math:: P = \frac1V\sum_i A_iL_i\,P(L_i, \ell, d, D)

    with P of :func:`double_bang`.

    Parameters
    ----------
    geometry : Body
    decay_length : float or array, 0 and infinite included [length]
    separation : float, d, the least [length]
    direction : array (3,) or (..., 3), of the flight of N; broadcast with decay_length [1]
    farthest : float, D, at least the separation; None for any [length]

    Returns
    -------
    float or array, 0 to 1 [1]

    Raises
    ------
    DomainError

    Holds : as :func:`mean_inside`.
    Source : BrdarTalk

    >>> from munu.detectors.geometry import Sphere
    >>> print(round(mean_double_bang(Sphere(1.0), 1e6, 1.0) * 1e6, 6))
    0.109375
    """
    cuts = [x for x in (separation, farthest) if x is not None]
    return _mean(geometry, direction, (decay_length,),
                 lambda L, one: L * double_bang(L, one, separation, farthest=farthest), cuts)


@formula
def decay_area(geometry: Body, decay_length: Numbers, direction: Numbers = _BEAM) -> Numbers:
    r"""Area that a body has for N that comes from outside and decays in it.

    .. math:: \sum_i A_i\big(1 - e^{-L_i/\ell}\big)

    Parameters
    ----------
    geometry : Body
    decay_length : float or array, 0 and infinite included [length]
    direction : array (3,) or (..., 3), of the flight of N; broadcast with decay_length [1]

    Returns
    -------
    float or array; times N an area that reach the body, the decays in it [area]

    Raises
    ------
    DomainError

    Holds : N are parallel and the same all over the shadow of the body; V/l where l is far longer.
    Source : Magill2018

    >>> from munu.detectors.geometry import Box
    >>> print(decay_area(Box(2.0, 3.0, 4.0), 0.0), round(decay_area(Box(2.0, 3.0, 4.0), 2e9), 15))
    6.0 1.2e-08
    """
    return _over(geometry, direction, (decay_length,), _decayed)


@formula
def mean_upstream(geometry: Body, depth: Numbers, decay_length: Numbers,
                  direction: Numbers = _BEAM, *, gap: Numbers = 0.0) -> Numbers:
    r"""Decays in a body behind matter in which N is made evenly, in units of those made in it.

    .. math:: \frac1V\sum_i A_i\int_g^{g+D}\!dz\,e^{-z/\ell}\big(1 - e^{-L_i/\ell}\big)

    Parameters
    ----------
    geometry : Body
    depth : float or array, D, of the matter along the direction; may be infinite [length]
    decay_length : float or array, 0 and infinite included [length]
    direction : array (3,) or (..., 3), of the flight of N; broadcast with decay_length [1]
    gap : float or array, g, between the matter and the surface of the body [length]

    Returns
    -------
    float or array, 0 to 1; times N made a volume of the matter and the volume of the body, the
        decays in it [1]

    Raises
    ------
    DomainError

    Holds : as :func:`upstream`; matter follows the surface of the body at one gap. With
        :func:`mean_inside` of the same density it adds up to 1 for a deep slab without a gap: as
        many decay in a part of an endless medium as are made there.
    Source : Magill2018

    >>> from munu.detectors.geometry import Sphere
    >>> ball, deep = Sphere(1.0), float("inf")
    >>> print(round(mean_upstream(ball, deep, 2.0) + mean_inside(ball, 2.0), 9))
    1.0
    """
    return _mean(geometry, direction, (decay_length, depth, gap),
                 lambda L, one, D, g: upstream(L, D, one, gap=g))


@formula
def arriving(edges: Numbers, density: Numbers, decay_length: Numbers, length: Numbers) -> Numbers:
    r"""Decays on a chord, of N made in layers of matter before it.

    .. math:: \sum_k\rho_k\int_{z_k}^{z_{k+1}}\!dz\,e^{-z/\ell}\big(1 - e^{-L/\ell}\big)

    Parameters
    ----------
    edges : array (n + 1,), distances from the chord to the ends of the layers, rising [length]
    density : array (n,), of the layers, at least 0 [mass/volume]
    decay_length : float or array, 0 and infinite included [length]
    length : float or array, L, of the chord [length]

    Returns
    -------
    float or array; times N made a mass that fly this way, the decays an area [mass/area]

    Raises
    ------
    DomainError
        Edges that fall, or not one more than there are layers.

    Holds : what is made is in proportion to the mass of a layer and flies straight to the chord;
        edges and density of the Earth are those of :func:`munu.media.earth.line_of_sight`.
    Source : Magill2018, Dziewonski1981

    >>> print(arriving([0.0, 3.0], [2.0], 5.0, 1.0) == 2 * upstream(1.0, 3.0, 5.0))
    True
    """
    edges, density = np.asarray(edges, dtype=float), np.asarray(density, dtype=float)
    if edges.size != density.size + 1 or (np.diff(edges) < 0).any():
        raise DomainError(f"edges must rise and be one more than the {density.size} layers")
    ell, L = (np.asarray(x, dtype=float)[..., None] for x in (decay_length, length))
    return (density * upstream(L, np.diff(edges), ell, gap=edges[:-1])).sum(axis=-1)[()]


def _ratio(length: Numbers, decay_length: Numbers) -> np.ndarray:
    """Length in decay lengths; 0 of no length, and where nothing decays."""
    L, ell = np.asarray(length, dtype=float), np.asarray(decay_length, dtype=float)
    none = (L == 0) | np.isinf(ell)
    return np.where(none, 0.0, L / np.where(none, 1.0, ell))


def _decayed(length: Numbers, decay_length: Numbers) -> np.ndarray:
    """1 - e^{-x}, what decays on a length."""
    return -np.expm1(-_ratio(length, decay_length))


def _phi(x: np.ndarray) -> np.ndarray:
    """(1 - e^{-x})/x, 1 at 0."""
    safe = np.where(x > 0, x, 1.0)
    return np.where(x > 0, -np.expm1(-safe) / safe, 1.0)


def _h(x: np.ndarray) -> np.ndarray:
    """1 - (1 - e^{-x})/x, by its series where that cancels."""
    small = np.minimum(x, 1.0)
    series = np.zeros_like(small)
    for c in reversed(_SERIES):
        series = series * small + c
    return np.where(x < 1, series * small, 1 - _phi(np.maximum(x, 1.0)))


def _mean(geometry: Body, direction: Numbers, values: tuple[Numbers, ...],
          term: Callable[..., np.ndarray], cuts: Numbers = ()) -> Numbers:
    """Over the volume; the sum of a quadrature may be above 1 by its last digit."""
    return np.minimum(_over(geometry, direction, values, term, cuts) / geometry.volume, 1.0)


def _over(geometry: Body, direction: Numbers, values: tuple[Numbers, ...],
          term: Callable[..., np.ndarray], cuts: Numbers = ()) -> Numbers:
    """Sum over the chords of each direction of areas times what a chord gives."""
    u = unit(direction)
    shape = np.broadcast_shapes(u.shape[:-1], *(np.shape(x) for x in values))
    given = [np.broadcast_to(np.asarray(x, dtype=float), shape)[..., None] for x in values]
    out = np.empty(shape)
    for at in np.ndindex(u.shape[:-1]):
        L, areas = geometry.chords(u[at], cuts)
        # an axis of one direction goes with all values along it
        here = tuple(k if n > 1 else slice(None)
                     for k, n in zip(at, u.shape[:-1], strict=True))
        where = (..., *here)
        out[where] = (term(L, *(x[(*where, slice(None))] for x in given)) * areas).sum(axis=-1)
    return out[()]
