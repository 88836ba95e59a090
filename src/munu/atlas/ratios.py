"""Ours over theirs: each kept bound of munu beside every published one of the same data; and
bounds of the same thing beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from munu import flavors
from munu.atlas import own, speaks
from munu.atlas.published import get, published
from munu.atlas.published import names as known
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.inference.record import Limit
from munu.inference.region import INF
from munu.ray import check_masses
from munu.units import keV

# masses a decade at which two curves are compared
_STEPS = 8


@dataclass(frozen=True, eq=False)
class Ratio:
    """Lower edges of one bound over those of another, where both have one.

    Attributes
    ----------
    one, other : Limit; the one of munu first, where one of them is
    flavor : along which they are compared
    M_N : array (n,) [energy]
    ratio : array (n,), of sizes in mu; below 1 the first is the stronger
    """

    one: Limit
    other: Limit
    flavor: str
    M_N: np.ndarray
    ratio: np.ndarray

    @property
    def least(self) -> float:
        """The smallest ratio."""
        return float(self.ratio.min())

    @property
    def median(self) -> float:
        """The ratio in the middle."""
        return float(np.median(self.ratio))

    @property
    def most(self) -> float:
        """The largest ratio."""
        return float(self.ratio.max())

    @property
    def apart(self) -> float:
        """By which factor they are apart, at most; at least 1."""
        return max(self.most, 1 / self.least)


def compared(one: Limit, other: Limit, flavor: str, M_N: ArrayLike | None = None) -> Ratio | None:
    """Two bounds along one flavor; None where they have no mass in common.

    Parameters
    ----------
    one, other : Limit
    flavor : ``e``, ``mu``, ``tau``, ``universal``
    M_N : masses [energy] at which they are compared; else a grid over all that both speak of

    Raises
    ------
    DomainError
        One of them says nothing of the flavor.
    """
    C, mixing = DipolePortal(1.0, 0.0, flavor).trace_matrix, flavors.mixing()
    shared = [speaks.Shared.of(x, C, mixing) for x in (one, other)]
    masses = _masses(one, other) if M_N is None else check_masses(M_N)
    edges = np.array([[_least(x, s, M) for x, s in zip((one, other), shared, strict=True)]
                      for M in masses]).reshape(-1, 2)
    good = np.isfinite(edges).all(axis=1)
    if not good.any():
        return None
    return Ratio(one, other, flavor, masses[good], edges[good, 0] / edges[good, 1])


def ours() -> list[Ratio]:
    """Every kept bound of munu over each published one of the same data, along its flavor, or the
    first of several."""
    made = []
    for theirs in published():
        probe = theirs.meta.get("probe")
        if not isinstance(probe, str):
            continue
        named = theirs.flavor if isinstance(theirs.flavor, str) else theirs.flavor[0]
        found = None
        # with the choices that theirs was made with, where that is kept, else with the usual ones
        for options in dict.fromkeys((bool(theirs.meta.get("options")), False)):
            try:
                mine = own.bound(probe, named, theirs.nature,
                                 theirs.meta["options"] if options else None)
                found = None if mine is None else compared(mine.with_(again=None), theirs, named)
                break
            except DomainError:
                continue
        if found is not None:
            made.append(found)
    return made


def spread(names: Sequence[str], flavor: str, nature: str | None = None) -> list[Ratio]:
    """Every pair of several bounds that have masses in common, the farthest apart first.

    Parameters
    ----------
    names : of published limits, or of probes whose kept bound is meant
    flavor, nature : of the portal along which they are compared

    Raises
    ------
    UnknownName, DomainError
    """
    found = [get(n) if n in known() else own.bound(n, flavor, nature) for n in names]
    made = [compared(a, b, flavor) for a, b in combinations(
        [x.with_(again=None) for x in found if x is not None], 2)]
    return sorted((r for r in made if r is not None), key=lambda r: -r.apart)


def _masses(one: Limit, other: Limit) -> np.ndarray:
    """Masses that both speak of: 0 where one of them has no axis, else a grid of logarithms."""
    axes = [x.axis[x.axis > 0] for x in (one, other) if x.axis is not None]
    if len(axes) < 2:
        return np.array([0.0 if not axes or 0 in np.concatenate(
            [x.axis for x in (one, other) if x.axis is not None]) else max(
            float(axes[0].min()), 1 * keV)])
    low, high = max(a.min() for a in axes), min(a.max() for a in axes)
    if low >= high:
        return np.empty(0)
    return np.geomspace(low, high, 2 + int(_STEPS * np.log10(high / low)))


def _least(x: Limit, shared: speaks.Shared, M: float) -> float:
    # at 1 keV N is as light as none for whatever was read
    found = shared.out(x.excluded_at(0.0 if x.axis is None and 1.01 * keV > M else M))
    return min((i.low for i in found if not i.low_ends), default=INF)
