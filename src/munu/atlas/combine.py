"""The strongest of several limits: converted to one meaning first, or refused."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from munu.couplings import check_flavor
from munu.errors import DomainError
from munu.inference.record import Limit
from munu.inference.region import INF, union


def implies(limit: Limit, flavor) -> bool:
    """Whether a limit binds a portal of that flavor.

    A bound on one flavor alone also binds a universal coupling, which only adds to the rate;
    not the other way round.  A published bound on several flavors at once binds the universal
    coupling alone.
    """
    if limit.flavor == flavor:
        return True
    return flavor == "universal"


def combine(limits: Iterable[Limit], M_N, *, flavor="universal", nature: str | None = None,
            level: float | None = 0.90) -> Limit:
    """The union of what several limits exclude, at each mass.

    Parameters
    ----------
    limits : of the same parameter
    M_N : array (n,) [energy]
    flavor : what the result speaks of; see :func:`implies`
    nature : None takes limits that name none or whatever they name
    level : every limit must have it; None accepts all and records them

    Returns
    -------
    Limit
        with ``excluded``, the union by mass, ``upper``, the least bound, and in ``meta`` the names
        of the ``strongest`` at each mass and of all ``members`` with their levels and statistics.

    Raises
    ------
    DomainError
        Nothing given, or a limit that cannot be converted: another parameter, flavor, nature,
        level; superseded ones and projections.  The message names it.

    >>> from munu.atlas import published
    >>> from munu.units import MeV
    >>> combine([x for x in published() if x.name == "charm2_numu"], [10 * MeV],
    ...         flavor="mu").upper.size
    1
    """
    limits, flavor = list(limits), check_flavor(flavor)
    if not limits:
        raise DomainError("there is nothing to combine; give at least one limit")
    M = np.atleast_1d(np.asarray(M_N, dtype=float))
    parameter = limits[0].parameter
    for x in limits:
        why = None
        if x.parameter != parameter:
            why = f"it bounds {x.parameter}, not {parameter}"
        elif not implies(x, flavor):
            why = f"its flavor {x.flavor} says nothing of {flavor}"
        elif nature and x.nature and x.nature != nature:
            why = f"it holds for {x.nature}, not {nature}"
        elif level is not None and x.level != level:
            shown = "no level" if x.level is None else f"{x.level:.0%}"
            why = f"it is at {shown}, not {level:.0%}; level=None accepts every level"
        elif x.status != "standing":
            why = f"its status is {x.status}"
        if why:
            raise DomainError(f"{x.name} cannot be combined: {why}")
    rows = [[x.excluded_at(m) for x in limits] for m in M]
    least = np.array([[_least(i) for i in row] for row in rows])
    best = least.argmin(axis=1)
    said = [least[k, i] for k, i in enumerate(best)]
    return Limit(
        name="combined", parameter=parameter, axis=M, lower=np.zeros(M.size),
        upper=np.array(said), intervals=tuple(union(i for x in row for i in x) for row in rows),
        shape="function" if np.all(np.diff(M) > 0) else "path", level=level,
        statistic="+".join(dict.fromkeys(x.statistic for x in limits)), flavor=flavor,
        nature=nature, certainty=max(x.certainty for x in limits),
        assumptions=tuple(dict.fromkeys(a for x in limits for a in x.assumptions)),
        papers=tuple(dict.fromkeys(k for x in limits for k in x.papers)),
        ours=all(x.ours for x in limits),
        meta={"strongest": [limits[i].name if np.isfinite(x) else None
                            for i, x in zip(best, said, strict=True)],
              "levels": sorted({x.level for x in limits if x.level}),
              "members": [{"name": x.name, "level": x.level, "statistic": x.statistic}
                          for x in limits]})


def _least(intervals) -> float:
    """The least bound above 0; the end of a paper's figure is none."""
    return min((i.low for i in intervals if i.low >= 0 and not i.low_ends), default=INF)
