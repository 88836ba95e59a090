"""Masses at which a limit is computed so that the curve between them is right: few where it is
smooth, many at a kinematic edge or where a region closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from munu.errors import DomainError, NotConverged
from munu.inference import region
from munu.inference.limits import limit
from munu.inference.record import Limit, go_on
from munu.inference.region import INF, Intervals
from munu.ray import read
from munu.units import MeV, parse

#: the word in the place of a number of masses
WORD = "adaptive"
# masses of the first round, and between them at most a ratio over which a limit is interpolated
_A_DECADE = 4


def adaptive(probe: Any, M_N: str | tuple[float, float], *, precision: float = 0.01,
             most: int = 2000, progress: Callable[[float], None] | None = None, **options: Any
             ) -> Limit:
    """The limit of one probe or several at masses that are chosen as the curve needs them.

    Between two masses the limit at their geometric mean is held against the straight line in both
    logarithms, every edge of every excluded interval; where they differ by more than the precision,
    both halves are judged alike.  An edge at which a region closes or a probe stops to see N is
    followed until two masses are as near as the precision.

    Parameters
    ----------
    probe : as of :func:`munu.limit`
    M_N : ``1keV:10MeV`` or ``1keV:10MeV:adaptive``, or the pair of these [energy]
    precision : relative, of sizes and of the masses at which something ends
    most : masses; a region that lies whole between two of the first ones, of which there are four a
        decade, is not seen
    progress : function of the fraction done
    options : of :func:`munu.limit`

    Returns
    -------
    Limit
        as of :func:`munu.limit`; ``meta["adaptive"]`` has the precision and how many masses were
        asked

    Raises
    ------
    UnknownName, DomainError
        And for a construction by toys, whose limits scatter.
    NotConverged
        ``most`` masses were not enough.

    >>> found = adaptive("xenonnt", "1keV:1MeV", expected=False)
    >>> bool(abs(found.at(0.0123) / limit("xenonnt", M_N=0.0123).value - 1) < 0.01)
    True
    """
    low, high = ends(M_N)
    if not 1e-4 <= precision <= 0.2:
        raise DomainError(f"precision = {precision:g} must lie between 1e-4 and 0.2")
    if options.get("method") == "feldman_cousins":
        raise DomainError("limits from toys scatter, so masses cannot follow them; choose masses "
                          "with another method, or give a number of them as 1keV:1MeV:60")
    along = next((options[k] for k in ("along", "parameter") if options.get(k) is not None), "mu")
    if read(along, M_N=np.array([low]), flavor=options.get("flavor", "universal"),
            nature=options.get("nature")).masses is None:
        raise DomainError(f"along {along} there are no masses of N; leave the masses out")
    # the edges alone: all else is computed once the masses are known
    bare = options | {"expected": False, "scan": False, "systematic": False}
    rows: dict[float, Intervals] = {}

    def ask(masses: list[float]) -> None:
        if len(rows) + len(masses) > most:
            raise NotConverged(f"a limit to {precision:g} from {low / MeV:g} to {high / MeV:g} MeV "
                               f"needs more than {most} masses; ask for less precision or a "
                               "shorter range")
        # falling, so that no region is followed to its end each time
        masses = sorted(masses, reverse=True)
        found = limit(probe, M_N=np.array(masses), **bare)
        rows.update(zip(masses, map(_edges, found.excluded, found.lower), strict=True))

    first = np.geomspace(low, high, max(5, int(np.ceil(_A_DECADE * np.log10(high / low))) + 1))
    ask(first.tolist())
    pairs = list(zip(first[:-1].tolist(), first[1:].tolist(), strict=True))
    while True:
        pairs = [(a, b) for a, b in pairs if b > a * (1 + precision)]
        if not pairs:
            break
        middle = [float(np.sqrt(a * b)) for a, b in pairs]
        ask(middle)
        pairs = [half for (a, b), m in zip(pairs, middle, strict=True)
                 if not _straight((a, rows[a]), (m, rows[m]), (b, rows[b]), precision)
                 for half in ((a, m), (m, b))]
    found = limit(probe, M_N=np.array(sorted(rows)), progress=progress, **options)
    return found.with_(
        meta={**found.meta, "adaptive": {"precision": precision, "masses": len(rows)}},
        solver=f"{found.solver}; {len(rows)} masses, between which it is straight to "
               f"{precision:.2g}")


def ends(M_N: str | tuple[float, float]) -> tuple[float, float]:
    """The least and the greatest mass [energy].  Raises DomainError, UnitError."""
    like = f"1keV:10MeV:{WORD}"
    if isinstance(M_N, str):
        words = [x.strip() for x in M_N.split(":")]
        if len(words) not in (2, 3) or (len(words) == 3 and words[2] != WORD):
            raise DomainError(f"masses '{M_N}' must read low:high:{WORD}, as {like}")
        low, high = (parse(x, "keV", what="mass", low=0.0) for x in words[:2])
    else:
        low, high = (float(x) for x in M_N)
    if not 0 < low < high < INF:
        raise DomainError(f"masses that a limit chooses must rise from above 0, as {like}; M_N = 0 "
                          "is asked for by itself")
    return low, high


def _edges(excluded: Intervals, lower: float) -> Intervals:
    """What is excluded, and the lower edge of what data that prefer a signal allow."""
    return (region.Interval(0.0, float(lower)), *excluded) if lower > 0 else excluded


def _straight(first: tuple[float, Intervals], middle: tuple[float, Intervals],
              last: tuple[float, Intervals], precision: float) -> bool:
    """Whether what is excluded in the middle is what lies between its neighbours."""
    M, row = middle
    if not (go_on(first[1], row) and go_on(row, last[1])):
        return False
    for found, line in zip(row, region.between(M, first, last), strict=True):
        for a, b in zip(found[:2], line[:2], strict=True):
            if a != b and not (0 < a < INF and 0 < b < INF
                               and abs(np.log(a / b)) <= precision):
                return False
    return True
