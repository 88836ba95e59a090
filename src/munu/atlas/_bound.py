"""One bound that many points are held against: a probe that is asked, or a published limit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from munu import flavors
from munu.atlas import _edges, ours, speaks
from munu.atlas.published import get as reading
from munu.couplings import DipolePortal, Flavor
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference.record import Limit
from munu.inference.region import Intervals
from munu.probes.measured import Ceiling, Claim
from munu.probes.probe import Probe
from munu.ray import Ray


@dataclass(frozen=True, eq=False)
class Bound:
    """A probe at a level, or a limit; what it says is kept."""

    name: str
    probe: Probe | None = None
    limit: Limit | None = None
    level: float | None = None

    @classmethod
    def computed(cls, probe: Probe, level: float | None) -> Bound:
        """Of a probe; a ceiling or a claim has a level of its own."""
        own = isinstance(probe.measured, Ceiling | Claim)
        return cls(probe.name, probe=probe, level=None if own else level)

    @classmethod
    def published(cls, name: str) -> Bound:
        """Of a limit that somebody else made."""
        return cls(name, limit=reading(name))

    def at(self, M_N: float, flavor: Flavor, nature: str | None, mixing: Mixing
           ) -> tuple[Intervals, bool] | None:
        """What is excluded at a mass [energy] along a moment to N, and whether nothing is computed
        above the last edge; None where it says nothing."""
        return _at(self, M_N, flavor, nature, mixing)

    def along(self, ray: Ray) -> Limit | None:
        """The limit of a probe along couplings of the light neutrinos, None where it sees none."""
        if self.probe is None or ray.kind not in self.probe.rays:
            return None
        try:
            return ours.on(self.probe, ray, self.level)
        except DomainError:
            return None

    def effective(self, C: np.ndarray, mixing: Mixing, nature: str
                  ) -> tuple[np.ndarray, np.ndarray] | None:
        """What a published limit at M_N = 0 says of moments among the light neutrinos.

        Parameters
        ----------
        C : complex (n, 3, 3), trace matrices [mu_B^2]
        """
        x = self.limit
        if x is None or x.axis is not None or (x.nature and x.nature != nature) \
                or not (x.flavor in flavors.NAMES or "effective" in x.meta):
            return None
        try:
            state = speaks.seen(x, mixing, nature)
        except DomainError:
            return None
        if state is None:
            return None
        k = (state.T * C).reshape(len(C), 9).sum(axis=1).real
        said = k > speaks.NONE * np.abs(C).max(axis=(1, 2))
        size = np.sqrt(np.where(said, k, 0.0))
        edges = _edges.Edges.of([(x.excluded_at(0.0), False)]).take(np.zeros(len(C), dtype=int))
        return edges.judged(size)[0] & said, np.where(
            said, _edges.over(size, float(x.upper[0])), np.nan)


@lru_cache(maxsize=1 << 16)
def _at(bound: Bound, M_N: float, flavor: Flavor, nature: str | None, mixing: Mixing
        ) -> tuple[Intervals, bool] | None:
    portal = DipolePortal(1.0, M_N, flavor, nature)
    try:
        x = bound.limit if bound.probe is None else ours.at(bound.probe, portal, bound.level)
        assert x is not None
        found = speaks.held(x, M_N, portal.trace_matrix, mixing, nature)
    except DomainError:
        return None
    return found, x.ours and x.shape == "function"
