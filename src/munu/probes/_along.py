"""What a probe sees along one ray where every mass has tables of its own, made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from munu.couplings import LARGEST, DipolePortal
from munu.ray import Ray

#: where nothing is ever seen
NOWHERE = 1e-9 * LARGEST, LARGEST


class Row(Protocol):
    """What is seen of N of one mass, for any size of its moments."""

    @property
    def span(self) -> tuple[float, float]: ...

    def seen(self, x: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Along:
    """What is seen along one ray.

    Attributes
    ----------
    make : function of a portal of a unit size -> rows, whose events add
    ray : Ray
    """

    make: Callable[[DipolePortal], Sequence[Row]]
    ray: Ray
    kept: dict[int, tuple[Row, ...]] = field(default_factory=dict)

    def rows(self, j: int) -> tuple[Row, ...]:
        """Of mass number j; none where N is massless and never decays."""
        if j not in self.kept:
            M = 0.0 if self.ray.masses is None else float(self.ray.masses[j])
            self.kept[j] = () if M == 0 else tuple(self.make(self.ray.at(1.0, j).portals[0]))
        return self.kept[j]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """At sizes x for masses number j: (m, 1)."""
        out = np.zeros(x.size)
        for k in np.unique(j):
            for row in self.rows(int(k)):
                out[j == k] += row.seen(x[j == k])
        return out[:, None]

    def where(self, j: int) -> tuple[float, float]:
        """Between which sizes it is worth looking."""
        spans = [row.span for row in self.rows(j)] or [NOWHERE]
        return min(a for a, _ in spans), max(b for _, b in spans)

    def until(self, j: int) -> float:
        """The size above which nothing is looked for."""
        return self.where(j)[1]
