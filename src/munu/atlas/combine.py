"""The strongest of several limits: converted to one meaning first, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from munu import flavors
from munu.atlas import speaks
from munu.atlas.published import CHECKED
from munu.couplings import DipolePortal, Flavor, check_flavor, check_nature
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference.record import Limit
from munu.inference.region import INF, Intervals, union
from munu.ray import check_masses


def combine(limits: Limit | Iterable[Limit], M_N, *, flavor="universal", nature: str | None = None,
            level: float | None = 0.90, mixing: Mixing | None = None) -> Limit:
    """The union of what several limits exclude, at each mass.

    Parameters
    ----------
    limits : of the same parameter
    M_N : array (n,) [energy]
    flavor : what the result speaks of; each limit says what it can of it, see
        :mod:`munu.atlas.speaks`
    nature : None takes limits that name none, or all one and the same, which the result then names
    level : every limit must have it; None accepts all: the result has a level where they share one
    mixing : of the neutrinos of the Sun, default NuFIT 6.0 NO

    Returns
    -------
    Limit
        with ``excluded``, the union by mass (at other masses within ``M_N`` the members themselves
        are asked), ``upper``, the least bound, and in ``meta`` the names of the ``strongest`` at
        each mass and of all ``members`` with their levels, statistics, certainty and what was
        checked; its own ``certainty`` and ``checked`` are the weakest.

    Raises
    ------
    DomainError
        Nothing given, or a limit that cannot be converted: another parameter, flavor, nature,
        level; superseded ones and projections; one for Dirac and one for Majorana.  The message
        names it.

    >>> from munu.atlas import published
    >>> from munu.units import MeV
    >>> combine([x for x in published() if x.name == "charm2_numu"], [10 * MeV],
    ...         flavor="mu").upper.size
    1
    """
    limits, flavor = speaks.limits(limits), check_flavor(flavor)
    if not limits:
        raise DomainError("there is nothing to combine; give at least one limit")
    M, parameter = check_masses(M_N), limits[0].parameter
    check_nature(nature)
    C, fit = DipolePortal(1.0, 0.0, flavor).trace_matrix, mixing or flavors.mixing()
    for x in limits:
        _fits(x, limits[0], C, fit, flavor, nature, level)
    named = {x.nature: x.name for x in limits if x.nature}
    if len(named) > 1:
        raise DomainError(" and ".join(f"{x} holds for {n}" for n, x in named.items())
                          + "; they cannot be combined: give the nature")
    members = Members(tuple(limits), tuple(
        speaks.Shared.of(x, C, fit) if x.parameter == "mu" else None for x in limits))
    rows = [members.each(m) for m in M]
    union_ = tuple(union(i for x in row for i in x) for row in rows)
    least = np.array([[_least(i) for i in row] for row in rows])
    best = least.argmin(axis=1)
    said = [least[k, i] for k, i in enumerate(best)]
    return Limit(
        name="combined", parameter=parameter, axis=M, upper=np.array(said),
        lower=np.array([_below(row) for row in union_]) if limits[0].signed else np.zeros(M.size),
        along=limits[0].along if limits[0].signed else parameter, intervals=union_,
        between=members,
        shape="function" if np.all(np.diff(M) > 0) else "path",
        level=limits[0].level if len({x.level for x in limits}) == 1 else None,
        statistic="+".join(dict.fromkeys(x.statistic for x in limits)), flavor=flavor,
        nature=nature or next(iter(named), None), certainty=max(x.certainty for x in limits),
        checked=min((x.checked for x in limits), key=CHECKED.index),
        assumptions=tuple(dict.fromkeys(a for x in limits for a in x.assumptions)),
        papers=tuple(dict.fromkeys(k for x in limits for k in x.papers)),
        ours=all(x.ours for x in limits),
        meta={"strongest": [limits[i].name if np.isfinite(x) else None
                            for i, x in zip(best, said, strict=True)],
              "levels": sorted({x.level for x in limits if x.level}),
              "members": [{"name": x.name, "level": x.level, "statistic": x.statistic,
                           "certainty": x.certainty, "checked": x.checked} for x in limits]})


@dataclass(frozen=True, eq=False)
class Members:
    """The members of a union, each asked of one coupling: what they exclude at any mass."""

    limits: tuple[Limit, ...]
    shared: tuple[speaks.Shared | None, ...]

    def each(self, M_N: float) -> list[Intervals]:
        """What each excludes at a mass [energy]; nothing of an N that its bins do not see."""
        return [self._one(x, shared, M_N) for x, shared in zip(self.limits, self.shared,
                                                                strict=True)]

    def _one(self, x: Limit, shared: speaks.Shared | None, M_N: float) -> Intervals:
        if x.ours and (x.meta.get("heaviest") or INF) < M_N:
            return ()
        found = x.excluded_at(M_N)
        return found if shared is None else shared.out(found)

    def __call__(self, M_N: float) -> Intervals:
        return union(i for x in self.each(M_N) for i in x)


def fits(x: Limit, flavor: Flavor, *, nature: str | None = None, level: float | None = None,
         mixing: Mixing | None = None) -> None:
    """Raise DomainError where a limit on a moment says nothing of a portal of that flavor."""
    if x.parameter != "mu":
        raise DomainError(f"it bounds {x.parameter}, not a moment")
    _fits(x, x, DipolePortal(1.0, 0.0, flavor).trace_matrix, mixing or flavors.mixing(), flavor,
          nature, level)


def _fits(x: Limit, first: Limit, C, mixing: Mixing, flavor: Flavor, nature: str | None,
          level: float | None) -> None:
    """Why it cannot be combined, if it cannot."""
    why = None
    if x.parameter != first.parameter:
        why = f"it bounds {x.parameter}, not {first.parameter}"
    elif x.signed and (x.along != first.along or x.flavor not in (flavor, "all")):
        # the Standard Model interferes: what holds for one flavor says nothing of another
        why = f"it is along {x.along}, flavor {x.flavor}, not {first.along}, flavor {flavor}"
    elif nature and x.nature and x.nature != nature:
        why = f"it holds for {x.nature}, not {nature}"
    elif level is not None and x.level != level:
        shown = "no level" if x.level is None else f"{x.level:.0%}"
        why = f"it is at {shown}, not {level:.0%}; level=None accepts every level"
    elif x.status != "standing":
        why = f"its status is {x.status}"
    if why is None:
        try:
            if first.parameter == "mu":
                speaks.reaches(x, 0.0)
                speaks.share(x, C, mixing)
            return
        except DomainError as err:
            why = str(err)
    raise DomainError(f"{x.name} cannot be combined: {why}")


def _below(intervals) -> float:
    """The greatest bound below 0."""
    return max((i.high for i in intervals if i.high <= 0 and not i.high_ends), default=-INF)


def _least(intervals) -> float:
    """The least bound above 0; the end of a paper's figure is none."""
    return min((i.low for i in intervals if i.low >= 0 and not i.low_ends), default=INF)
