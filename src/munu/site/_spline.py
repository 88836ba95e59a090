r"""A spline of expected counts between masses, as the page draws it too.

In each piece ln S is a cubic spline in :math:`u = \sqrt{b - M_N}`, b the piece's end.  Its slopes
at both ends are those of the parabola through the three nodes there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

#: a bin that holds less than this share of the fullest one counts as this share
FLOOR = 1e-8


@dataclass(frozen=True, eq=False)
class Spline:
    """Counts (n, bins) at masses (n,), rising; ``ends`` are where the pieces end, each but the
    last a mass."""

    masses: np.ndarray
    ends: np.ndarray
    counts: np.ndarray

    def __call__(self, M_N: np.ndarray) -> np.ndarray:
        """Counts (m, bins) at masses (m,) within those of the nodes."""
        M_N = np.atleast_1d(np.asarray(M_N, dtype=float))
        out = np.zeros((M_N.size, self.counts.shape[1]))
        for a, b in pairwise((-np.inf, *self.ends)):
            nodes, here = ((x >= a) & (x <= b) for x in (self.masses, M_N))
            if here.any() and self.counts.any():
                u = np.sqrt(b - self.masses[nodes])[::-1]
                f = _logs(self.counts[nodes][::-1])
                out[here] = np.exp(_between(u, f, _slopes(u, f), np.sqrt(b - M_N[here])))
        return out


def _logs(counts: np.ndarray) -> np.ndarray:
    counts = np.asarray(counts, dtype=float)
    return np.log(np.maximum(counts, FLOOR * counts.max(axis=1, keepdims=True)))


def _slopes(u: np.ndarray, f: np.ndarray) -> np.ndarray:
    """Slopes (n, bins) at the nodes, by elimination."""
    h = np.diff(u)[:, None]
    d = np.diff(f, axis=0) / h
    m, over = np.zeros_like(f), np.zeros(len(u))
    m[0] = ((2 * h[0] + h[1]) * d[0] - h[0] * d[1]) / (h[0] + h[1])
    m[-1] = ((2 * h[-1] + h[-2]) * d[-1] - h[-1] * d[-2]) / (h[-1] + h[-2])
    for i in range(1, len(u) - 1):
        a, b = h[i, 0], h[i - 1, 0]
        left = 2 * (a + b) - a * over[i - 1]
        over[i] = b / left
        m[i] = (3 * (a * d[i - 1] + b * d[i]) - a * m[i - 1]) / left
    for i in range(len(u) - 2, 0, -1):
        m[i] -= over[i] * m[i + 1]
    return m


def _between(u: np.ndarray, f: np.ndarray, m: np.ndarray, at: np.ndarray) -> np.ndarray:
    k = np.clip(np.searchsorted(u, at, side="right") - 1, 0, len(u) - 2)
    h = (u[k + 1] - u[k])[:, None]
    t = (at - u[k])[:, None] / h
    return (f[k] * (1 + 2 * t) * (1 - t) ** 2 + f[k + 1] * t * t * (3 - 2 * t)
            + h * t * (1 - t) * (m[k] * (1 - t) - m[k + 1] * t))
