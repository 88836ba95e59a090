"""What all limits say of one point: which exclude it, by what margin, on what assumption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from munu.atlas.combine import implies
from munu.atlas.published import published
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.inference.record import Limit


@dataclass(frozen=True)
class Verdict:
    """One limit's word on a point: excluded or not, and mu over the limit."""

    name: str
    excluded: bool
    margin: float
    level: float | None
    statistic: str
    assumptions: tuple[str, ...]
    certainty: str
    checked: str
    sources: tuple[str, ...]


def contains(limit: Limit, M_N: float, mu: float) -> bool:
    """Whether a point lies in the excluded region.

    Function: above the curve.  Path: closed upward from both ends, so an odd number of its
    crossings lies below the point.  Polygon: the same rule on the closed line.
    """
    if limit.axis is None:
        return bool(mu > limit.upper[0])
    if limit.shape == "function":
        return bool(mu > limit.at(M_N)[0])
    x, y = limit.axis, limit.upper
    if limit.shape == "polygon":
        x, y = np.append(x, x[0]), np.append(y, y[0])
    below = 0
    for x0, x1, y0, y1 in zip(x[:-1], x[1:], y[:-1], y[1:], strict=True):
        # half-open, so that a shared node counts once
        if (x0 <= M_N) != (x1 <= M_N):
            t = np.log(M_N / x0) / np.log(x1 / x0)
            below += y0 * (y1 / y0) ** t < mu
    return below % 2 == 1


def verdict(couplings: DipolePortal, limits: Iterable[Limit] | None = None) -> list[Verdict]:
    """What each limit says of a portal, the strictest first.

    Parameters
    ----------
    couplings : DipolePortal
    limits : default all published ones that stand

    Returns
    -------
    list of Verdict; limits without an axis hold for M_N = 0 alone

    Raises
    ------
    DomainError

    >>> from munu.units import MeV
    >>> found = verdict(DipolePortal(1e-8, 10 * MeV, "mu"))
    >>> any(v.excluded for v in found)
    True
    """
    if not isinstance(couplings, DipolePortal):
        raise DomainError(f"a verdict is on a DipolePortal, not on {type(couplings).__name__}")
    given = limits is not None
    out = []
    for x in (limits if given else published(status="standing")):
        if x.parameter != "mu" or not implies(x, couplings.flavor):
            continue
        if (x.axis is None) != (couplings.M_N == 0) and x.axis is None:
            continue
        if couplings.nature and x.nature and couplings.nature != x.nature:
            continue
        inside = contains(x, couplings.M_N, couplings.mu)
        edge = float(x.at(couplings.M_N)[0])
        # beside a closed region the distance to its lower edge means nothing
        known = np.isfinite(edge) and (inside or x.shape != "polygon" or couplings.mu < edge)
        out.append(Verdict(
            x.name, bool(inside), couplings.mu / edge if known else 0.0, x.level, x.statistic,
            x.assumptions, x.certainty, x.checked, x.sources))
    return sorted(out, key=lambda v: (not v.excluded, -v.margin))
