"""Islands and gaps between the nodes of a lattice, seen by the minima that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

# turns of the search for an extremum, each at half the step; it is given up where this many times
# what the function changes by within a step would not reach 0
_TURNS, _HOPE = 10, 4.0
# an extremum counts when it stands out by this much
_DEPTH = 1e-8
_ROUND = np.array([(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)])
# deeper than any value
_BELOW = 1e3

Ask = Callable[[np.ndarray], np.ndarray]


def islands(ask: Ask, p: np.ndarray, v: np.ndarray, size: np.ndarray
            ) -> list[tuple[np.ndarray, int]]:
    """Places between the nodes of a lattice where a function has another sign than around.

    Parameters
    ----------
    ask : function of places (m, 2) -> values (m,)
    p, v : arrays (n, n, 2) and (n, n), nodes and values there; nan where nothing is known
    size : lengths of the sides (2,)

    Returns
    -------
    places, and what lies there: 1 above 0, -1 not
    """
    n, step = len(v), size / (len(v) - 1)
    side = np.where(v > 0, 1.0, -1.0)
    depth = np.pad(np.abs(v), 1, constant_values=np.nan)
    signs = np.pad(np.where(np.isnan(v), np.nan, side), 1, constant_values=np.nan)

    def low(ways: Iterable[np.ndarray]) -> np.ndarray:
        """Nodes that lie nearer to 0 than all of their neighbours these ways."""
        out, deepest = ~np.isnan(v), np.zeros((n, n))
        for i, j in ways:
            at = slice(1 + i, 1 + i + n), slice(1 + j, 1 + j + n)
            # beyond the frame and where nothing is known, there is no neighbour
            out &= ~(signs[at] == -side) & ~(depth[at] < np.abs(v))
            deepest = np.fmax(deepest, depth[at])
        return out & (deepest - np.abs(v) > _DEPTH * (1 + np.abs(v)))

    out = []
    for ways in (_ROUND[[0, 4]], _ROUND[[2, 6]], _ROUND):
        i, j = np.nonzero(low(ways))
        out += _descend(ask, p[i, j], np.abs(v[i, j]), side[i, j], ways * step, size)
    return out


def _descend(ask: Ask, p: np.ndarray, w: np.ndarray, side: np.ndarray, ways: np.ndarray,
             size: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """From places towards 0, each step half of the one before; what changes sign is kept.

    Parameters
    ----------
    p, w, side : places (m, 2), distances to 0 and signs there (m,)
    ways : steps (k, 2)
    """
    out: list[tuple[np.ndarray, int]] = []
    for turn in range(1, _TURNS + 1):
        if not len(p):
            break
        q = np.clip(p[:, None] + ways / 2**turn, 0, size)
        f = side[:, None] * ask(q.reshape(-1, 2)).reshape(len(p), len(ways))
        f = np.where(np.isnan(f), np.inf, f)
        other = np.where(side[:, None] > 0, f <= 0, f < 0)
        best = np.argmin(np.where(other, f - _BELOW, f), axis=1)
        rows = np.arange(len(p))
        there, hit = q[rows, best], other[rows, best]
        out += [(x, -int(s)) for x, s in zip(there[hit], side[hit], strict=True)]
        least = np.minimum(w, f[rows, best])
        p = np.where((least < w)[:, None], there, p)
        changes = np.where(np.isinf(f), w[:, None], f).max(axis=1) - least
        left = ~hit & (_HOPE * changes > least)
        p, w, side = p[left], least[left], side[left]
    return out
