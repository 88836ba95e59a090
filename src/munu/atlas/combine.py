"""The strongest of several limits: converted to one meaning first, or refused."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from munu import flavors
from munu.atlas.speaks import share
from munu.couplings import DipolePortal, check_flavor
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference.record import Limit
from munu.inference.region import INF, union


def combine(limits: Iterable[Limit], M_N, *, flavor="universal", nature: str | None = None,
            level: float | None = 0.90, mixing: Mixing | None = None) -> Limit:
    """The union of what several limits exclude, at each mass.

    Parameters
    ----------
    limits : of the same parameter
    M_N : array (n,) [energy]
    flavor : what the result speaks of; each limit says what it can of it, see
        :mod:`munu.atlas.speaks`
    nature : None takes limits that name none or whatever they name
    level : every limit must have it; None accepts all and records them
    mixing : of the neutrinos of the Sun, default NuFIT 6.0 NO

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
    C, fit = DipolePortal(1.0, 0.0, flavor).trace_matrix, mixing or flavors.mixing()
    shares = [_share(x, parameter, C, fit, nature, level) for x in limits]
    rows = [[tuple(i.scaled(1 / k) for i in x.excluded_at(m))
             for x, k in zip(limits, shares, strict=True)] for m in M]
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


def _share(x: Limit, parameter: str, C, mixing: Mixing, nature: str | None,
           level: float | None) -> float:
    """What a unit of the coupling is worth in the limit's own; or why it cannot be combined."""
    why = None
    if x.parameter != parameter:
        why = f"it bounds {x.parameter}, not {parameter}"
    elif nature and x.nature and x.nature != nature:
        why = f"it holds for {x.nature}, not {nature}"
    elif level is not None and x.level != level:
        shown = "no level" if x.level is None else f"{x.level:.0%}"
        why = f"it is at {shown}, not {level:.0%}; level=None accepts every level"
    elif x.status != "standing":
        why = f"its status is {x.status}"
    if why is None:
        try:
            return share(x, C, mixing) if parameter == "mu" else 1.0
        except DomainError as err:
            why = str(err)
    raise DomainError(f"{x.name} cannot be combined: {why}")


def _least(intervals) -> float:
    """The least bound above 0; the end of a paper's figure is none."""
    return min((i.low for i in intervals if i.low >= 0 and not i.low_ends), default=INF)
