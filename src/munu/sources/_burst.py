"""What every burst is asked with: a distance, and a window of time."""

from __future__ import annotations

from math import pi

import numpy as np

from munu._arrays import Numbers
from munu.errors import DomainError
from munu.units import au, ms, to_float


def sphere(distance: Numbers) -> float:
    """Area of the sphere about the star that passes through us.  Raises :class:`DomainError`."""
    d = to_float(distance, "kpc")
    if not (np.isfinite(d) and d > au):
        raise DomainError(f"the distance '{distance}' must be above 1 au, such as 10kpc (a bare "
                          "number is in internal units)")
    return 4 * pi * d**2


def ends(window: Numbers) -> tuple[float, float]:
    """A window of time as two internal floats that rise.  Raises :class:`DomainError`."""
    given = window.split(":") if isinstance(window, str) else list(np.atleast_1d(window))
    if len(given) != 2:
        raise DomainError(f"the window '{window}' must be two times, such as -10ms:50ms")
    low, high = (to_float(str(x) if isinstance(x, str) else x, "ms") for x in given)
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise DomainError(f"the window runs from {low / ms:g} to {high / ms:g} ms; it must end "
                          "after it begins")
    return low, high
