r"""N that neutrinos make on a long way through rock, and that leave it.

On a chord c neutrinos are lost at 1/L and N at 1/l, so that as many leave as

.. math:: \int_0^c\!dz\, e^{-(c - z)/L}e^{-z/\ell}
          = c\,e^{-\min(c/L,\,c/\ell)}\,\phi(|c/L - c/\ell|),\qquad
          \phi(v) = \frac{1 - e^{-v}}{v}

would without any loss on that length.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from munu._arrays import Numbers, gauss
from munu._guard import formula

__all__ = ["chord", "emerging", "mean_emerging"]

# terms of a series that is used below 1
_TERMS = 16


@formula
def chord(angle: Numbers, radius: Numbers) -> Numbers:
    r"""Way through a sphere of what leaves it at an angle above its horizon.

    .. math:: c = 2R\sin\theta

    Parameters
    ----------
    angle : float or array, 0 to 1.5707963267948966 [rad]
    radius : float or array [length]

    Returns
    -------
    float or array [length]

    Source : Connolly2011

    >>> round(float(chord(0.1, 1.0)), 4)
    0.1997
    """
    return (2 * np.asarray(radius, dtype=float) * np.sin(angle))[()]


@formula
def emerging(chord: Numbers, absorption: Numbers, decay_length: Numbers) -> Numbers:
    r"""Length of a chord whose N all leave it, see above.

    Parameters
    ----------
    chord : float or array (broadcasts), way through the matter [length]
    absorption : float or array (broadcasts), mean way of a neutrino, infinite included [length]
    decay_length : float or array (broadcasts), of N; 0 and infinite included [length]

    Returns
    -------
    float or array, at most the chord; times N made a volume, N an area that leave [length]

    Raises
    ------
    DomainError

    Holds : N has the direction of the neutrino; neutrinos that lost energy do not come back.
    Source : Magill2018

    >>> print(emerging(1.0, float("inf"), float("inf")), round(emerging(1.0, 0.1, 0.1) * 1e4, 3))
    1.0 0.454
    """
    c, L, ell = (np.asarray(x, dtype=float) for x in (chord, absorption, decay_length))
    a, b = _ratio(c, L), _ratio(c, ell)
    v = np.abs(a - b)
    safe = np.where((v > 0) & np.isfinite(v), v, 1.0)
    phi = np.where(v > 0, np.where(np.isfinite(v), -np.expm1(-safe) / safe, 0.0), 1.0)
    return (c * np.exp(-np.minimum(a, b)) * phi)[()]


@formula
def mean_emerging(longest: Numbers, absorption: Numbers, decay_length: Numbers) -> Numbers:
    r"""The same on average over all that leaves a sphere below an angle, whose chord is given.

    .. math:: \int_0^1\!2x\,dx\;s(xc, L, \ell) = c\,\frac{g(a) - g(b)}{b - a},\qquad
              g(a) = \frac{2}{a^2}\big[1 - (1 + a)e^{-a}\big]

    with s of :func:`emerging`, a = c/L and b = c/l: chords are as the sine of the angle, area times
    solid angle as its square.

    Parameters
    ----------
    longest : float or array (broadcasts), c, at the greatest angle [length]
    absorption : float or array (broadcasts), mean way of a neutrino, infinite included [length]
    decay_length : float or array (broadcasts), of N; 0 and infinite included [length]

    Returns
    -------
    float or array, at most two thirds of c [length]

    Raises
    ------
    DomainError

    Holds : as :func:`emerging`; flat ground everywhere, isotropic neutrinos.
    Source : Magill2018

    >>> print(round(mean_emerging(3.0, float("inf"), float("inf")), 12))
    2.0
    """
    c, L, ell = (np.atleast_1d(x) for x in np.broadcast_arrays(*(
        np.asarray(x, dtype=float) for x in (longest, absorption, decay_length))))
    shape = np.broadcast_shapes(*(np.shape(x) for x in (longest, absorption, decay_length)))
    a, b = _ratio(c, L), _ratio(c, ell)
    low, high = np.minimum(a, b), np.maximum(a, b)
    ended = np.isinf(high)
    high = np.where(ended, low + 1.0, high)
    near = ((high - low <= 0.5 * high) | (high < 0.1)) & ~ended
    # of two that are far the difference, of near ones the mean slope between them
    out = (_moment(low, 1) - _moment(high, 1)) / np.where(near, 1.0, high - low)
    u, w = gauss(6)
    at = low[near][:, None] + (high - low)[near][:, None] * 0.5 * (1 + u)
    out[near] = _moment(at, 2) @ (0.5 * w)
    return (c * np.where(ended, 0.0, out)).reshape(shape)[()]


def _moment(a: np.ndarray, n: int) -> np.ndarray:
    """Integral of 2 x^n e^{-ax} over x from 0 to 1."""
    small, large = np.minimum(a, 1.0), np.maximum(a, 1.0)
    series = np.zeros_like(small)
    for k in reversed(range(_TERMS)):
        series = series * small + (-1) ** k * 2 / (factorial(k) * (k + n + 1))
    rest = 1 + large if n == 1 else 2 + large * (2 + large)
    return np.where(a < 1, series, 2 * (n - rest * np.exp(-large)) / large ** (n + 1))


def _ratio(c: np.ndarray, length: np.ndarray) -> np.ndarray:
    """A way in units of a length, which may be 0 or infinite."""
    return np.where(np.isinf(length), 0.0, np.where(
        length > 0, c / np.where(length > 0, length, 1.0), np.inf))
