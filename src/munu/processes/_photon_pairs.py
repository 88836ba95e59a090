r"""What a photon of mass q becomes: a neutrino and N by a moment, or two charged leptons.

Both as q times a width, which no frame changes.  All that a virtual photon does is their quotient.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu._arrays import Numbers


def opening(K2: np.ndarray, M_N: np.ndarray) -> np.ndarray:
    """What a mass leaves of the width: 1 at M_N = 0, 0 from K = M_N on [1]."""
    r = np.where(K2 > 0, M_N * M_N / np.where(K2 > 0, K2, 1.0), np.inf)
    return np.where(r < 1, (1 - np.minimum(r, 1)) ** 2 * (1 + 2 * np.minimum(r, 1)), 0.0)


def to_N(K2: Numbers, moment: Numbers, M_N: Numbers) -> Numbers:
    r"""Of a moment [1/energy], both charge states: :math:`\mu^2K^4(1 - r)^2(1 + 2r)/24\pi`."""
    return np.square(np.abs(moment)) * np.square(K2) / (24 * pi) * opening(
        np.asarray(K2), np.asarray(M_N))


def to_leptons(K2: Numbers, m: Numbers, alpha: Numbers) -> Numbers:
    r"""Of a charge 1: :math:`\frac13\alpha K^2\sqrt{1 - 4x}(1 + 2x)`, :math:`x = m^2/K^2`."""
    x = np.square(m) / np.where(np.asarray(K2) > 0, K2, np.inf)
    return alpha * np.asarray(K2) / 3 * np.where(
        x < 0.25, np.sqrt(np.maximum(1 - 4 * x, 0.0)) * (1 + 2 * x), 0.0)
