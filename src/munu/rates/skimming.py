r"""N that neutrinos make on a long way through rock, and that leave it.

On a chord c neutrinos are lost at 1/L and N at 1/l, so that as many leave as

.. math:: \int_0^c\!dz\, e^{-(c - z)/L}e^{-z/\ell}
          = c\,e^{-\min(c/L,\,c/\ell)}\,\phi(|c/L - c/\ell|),\qquad
          \phi(v) = \frac{1 - e^{-v}}{v}

would without any loss on that length.
"""

from __future__ import annotations

import numpy as np

from munu._arrays import Numbers
from munu._guard import formula

__all__ = ["chord", "emerging"]


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


def _ratio(c: np.ndarray, length: np.ndarray) -> np.ndarray:
    """A way in units of a length, which may be 0 or infinite."""
    return np.where(np.isinf(length), 0.0, np.where(
        length > 0, c / np.where(length > 0, length, 1.0), np.inf))
