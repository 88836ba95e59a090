"""What decays of photons in a medium share."""

from __future__ import annotations

import numpy as np


def opening(K2: np.ndarray, M_N: np.ndarray) -> np.ndarray:
    """What a mass leaves of the width: 1 at M_N = 0, 0 from K = M_N on [1]."""
    r = np.where(K2 > 0, M_N * M_N / np.where(K2 > 0, K2, 1.0), np.inf)
    return np.where(r < 1, (1 - np.minimum(r, 1)) ** 2 * (1 + 2 * np.minimum(r, 1)), 0.0)
