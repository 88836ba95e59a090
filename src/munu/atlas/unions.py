"""All that is excluded for one flavor: published and computed bounds together, as intervals and as
outlines, in either convention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from munu import probes
from munu._arrays import Numbers
from munu.atlas import own, speaks
from munu.atlas.combine import combine, fits
from munu.atlas.families import FAMILIES, of
from munu.atlas.published import published
from munu.couplings import check_flavor, check_nature, d_of_mu
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.inference.record import Limit, go_on
from munu.inference.region import Intervals
from munu.ray import check_masses
from munu.units import GeV, keV

#: what a size is called: mu of ``(1/2) mu nubar sigma F N``, of ``mu nubar sigma F N``, or d
CONVENTIONS = ("half_mu", "one_mu", "d")
_MASSES = np.append(0.0, np.geomspace(1 * keV, 100 * GeV, 161))
# how near the end of a curve a mass stands on either side of it, and how closely a mass is found at
# which an interval begins or ends
_BESIDE, _CLOSE = 1e-6, 1e-3


def union(flavor: str = "universal", nature: str | None = None, *, M_N: Numbers | None = None,
          limits: Iterable[Limit] | None = None, without: str | Sequence[str] = (),
          mixing: Mixing | None = None) -> Limit:
    """What any bound excludes of a portal, at every level and by every statistic.

    No joint statement: where two bounds at 90 % overlap the union is still one of each alone.
    Nothing is computed here; of munu's own bounds the kept ones are read.

    Parameters
    ----------
    flavor : ``universal``, ``e``, ``mu``, ``tau``
    nature : ``dirac``, ``majorana``; None takes what holds for both
    M_N : array (n,) [energy]; None is 0 and 1 keV to 100 GeV, with the ends of every curve
    limits : to be taken; None is every published one that stands and munu's own
    without : names of limits, of probes, or classes of bounds that are left out
    mixing : of the neutrinos of the Sun, default NuFIT 6.0 NO

    Returns
    -------
    Limit
        as of :func:`munu.atlas.combine`; ``meta["left_out"]`` says of each limit that takes no
        part why not, ``meta["levels"]`` and ``meta["statistics"]`` what is mixed

    Raises
    ------
    UnknownName, DomainError

    >>> found = union("tau", limits=published())
    >>> found.meta["levels"]
    [0.9, 0.95]
    """
    check_flavor(flavor)
    check_nature(nature)
    without = (without,) if isinstance(without, str) else without
    many = [*published(), *own.bounds(flavor, nature)] if limits is None \
        else speaks.limits(limits)
    taken, left = [], {}
    for x, why in zip(many, map(_left_out(many, without), many), strict=True):
        try:
            if why or (x.nature is not None and x.nature != nature):
                raise DomainError(why or f"it holds for {x.nature} N alone")
            if x.lower.any():
                raise DomainError("its data prefer a signal")
            fits(x, flavor, nature=nature, mixing=mixing)
            # what lies between its masses and is not kept is not computed
            taken.append(x if x.again is None else x.with_(again=None))
        except DomainError as err:
            left[x.name] = str(err)
    if not taken:
        raise DomainError(f"no bound speaks of flavor {flavor}"
                          + (f", {nature}" if nature else "") + "; nothing is excluded")
    M = _with_ends(taken) if M_N is None else check_masses(M_N)
    made = combine(taken, M, flavor=flavor, nature=nature, level=None, mixing=mixing)
    if M_N is None and made.between is not None:
        M = _followed(M, made.excluded, made.between)
        made = combine(taken, M, flavor=flavor, nature=nature, level=None, mixing=mixing)
    return made.with_(name=f"union of {flavor}", meta={
        **made.meta, "left_out": left,
        "statistics": sorted({x.statistic for x in taken})})


def outlines(limit: Limit, convention: str = "half_mu") -> list[np.ndarray]:
    """Outlines of what a limit on a moment excludes, sizes in one of :data:`CONVENTIONS`.

    Parameters
    ----------
    limit : of any kind, with an axis
    convention : ``half_mu``, ``one_mu``, ``d``

    Returns
    -------
    list of arrays (n, 2): M_N [energy], and the size [mu_B], or of d [1/energy]; inf where open

    Raises
    ------
    UnknownName, DomainError
    """
    if convention not in CONVENTIONS:
        raise UnknownName("convention", convention, CONVENTIONS)
    if limit.parameter != "mu":
        raise DomainError(f"{limit.name} bounds {limit.parameter}; the conventions are of moments")
    # d and the moment of the other convention are half of this one
    factor = {"half_mu": 1.0, "one_mu": 0.5, "d": float(d_of_mu(1.0))}[convention]
    return [line * [1.0, factor] for line in limit.region()]


def _left_out(limits: Sequence[Limit], without: Sequence[str]):
    """Why a limit is left out by wish; nothing where it is not."""
    known = {*(x.name for x in limits), *probes.names(), *FAMILIES}
    for word in without:
        if word not in known:
            raise UnknownName("limit, probe or class of bounds", word, known)

    def why(x: Limit) -> str:
        words = (x.name, str(x.meta.get("probe")), of(x))
        return next((f"left out by '{w}'" for w in words if w in without), "")

    return why


def _with_ends(limits: Sequence[Limit]) -> np.ndarray:
    """The masses of the grid, and on both sides of each end of a curve."""
    ends = np.array([m for x in limits if x.axis is not None
                     for m in (x.axis.min(), x.axis.max()) if m > 0])
    beside = np.concatenate([ends * (1 - _BESIDE), ends, ends * (1 + _BESIDE)])
    return np.unique(np.append(_MASSES, beside))


def _followed(axis: np.ndarray, rows: Sequence[Intervals], at: Callable[[float], Intervals]
              ) -> np.ndarray:
    """The masses, and between two whose intervals do not go on those that are halves of halves.

    Both halves are followed where neither goes on: more than one interval may begin or end there.
    """
    more = []
    pairs = [(axis[k - 1], rows[k - 1], axis[k], rows[k]) for k in range(1, axis.size)]
    while pairs:
        low, left, high, right = pairs.pop()
        if low <= 0 or high <= low * (1 + _CLOSE) or go_on(left, right):
            continue
        middle = float(np.sqrt(low * high))
        row = at(middle)
        more.append(middle)
        pairs += [(low, left, middle, row), (middle, row, high, right)]
    return np.unique(np.append(axis, more))
