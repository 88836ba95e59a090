"""One photon and nothing else: N that colliding beams make and that decays before it is out.

How many are made grows as the square of the moment, the rate of a decay too; all else is found
once a mass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from munu.couplings import LARGEST, check_nature
from munu.ray import Ray

# below this share of what all decays would give nothing is looked for, and numbers in one block
_BELOW, _BLOCK = 0.3, 2_000_000


@dataclass(frozen=True, eq=False)
class Row:
    """N of one mass.

    Attributes
    ----------
    weight : array (n,), what is seen if all decay, at a moment of 1
    rate : array (n,), mean paths of a decay that lie inside, at a moment of 1
    squares : of the moments of each state of N, for a size of 1
    """

    weight: np.ndarray
    rate: np.ndarray
    squares: np.ndarray

    def values(self, x: np.ndarray) -> np.ndarray:
        """At sizes (m,): what is seen (m, n)."""
        out = np.zeros((x.size, self.weight.size))
        for square in self.squares:
            size = (x**2 * square)[:, None]
            out -= size * self.weight * np.expm1(-size * self.rate)
        return out

    def seen(self, x: np.ndarray) -> np.ndarray:
        """The same of all nodes together (m,)."""
        step = max(1, _BLOCK // max(1, self.weight.size))
        return np.concatenate([self.values(x[k:k + step]).sum(axis=1)
                               for k in range(0, x.size, step)])

    def least(self, value: float) -> float:
        """A size below that at which so much is seen; infinite where it never is."""
        whole = self.weight.sum() * self.squares.sum()
        return float(_BELOW * np.sqrt(value / whole)) if whole > 0 else np.inf


def states(matrix: np.ndarray) -> np.ndarray:
    """Squares of the moments of each state of N, from moments (3, n) by flavor."""
    return np.sum(np.abs(np.asarray(matrix)) ** 2, axis=0)


@dataclass(frozen=True, eq=False)
class Along:
    """What is seen along one ray.

    Attributes
    ----------
    make : function (M_N, nature) -> weight and rate of a :class:`Row`
    ray : Ray
    value : what must be seen
    """

    make: Callable[[float, str], tuple[np.ndarray, np.ndarray]]
    ray: Ray
    value: float
    kept: dict[int, Row | None] = field(default_factory=dict)

    def row(self, j: int) -> Row | None:
        """Of mass number j; None where N is massless and never decays."""
        if j not in self.kept:
            M = 0.0 if self.ray.masses is None else float(self.ray.masses[j])
            self.kept[j] = None if M == 0 else row(
                self.make, M, self.ray.nature, self.ray.at(1.0).portals[0].matrix)
        return self.kept[j]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """At sizes x for masses number j: (m, 1)."""
        out = np.zeros(x.size)
        for k in np.unique(j):
            made = self.row(int(k))
            if made is not None:
                out[j == k] = made.seen(x[j == k])
        return out[:, None]

    def where(self, j: int) -> tuple[float, float]:
        """From below where enough is made to the largest moment that is thought of."""
        made = self.row(j)
        low = np.inf if made is None else made.least(self.value)
        return min(low, 0.1 * LARGEST), LARGEST


def row(make: Callable[[float, str], tuple[np.ndarray, np.ndarray]], M_N: float,
        nature: str | None, matrix: np.ndarray) -> Row:
    """N of one mass above 0, by a matrix of moments for a size of 1."""
    kind = check_nature(nature, needed_by="the decay of N")
    return Row(*make(M_N, str(kind)), states(matrix))
