"""Munu's own bounds on a portal, for the map: computed once, kept, and read in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from munu import probes
from munu.atlas import _kept
from munu.couplings import NATURES, check_flavor, check_nature
from munu.errors import DomainError, UnknownName
from munu.inference import region
from munu.inference.record import Limit

FLAVORS = ("universal", "e", "mu", "tau")


def names() -> list[str]:
    """The probes whose bounds came with munu."""
    return sorted(p.stem for p in _kept.SHIPPED.glob("*.json"))


def bounds(flavor: str = "universal", nature: str | None = None) -> list[Limit]:
    """Every bound that munu computes itself, for one flavor; nothing is computed here.

    Parameters
    ----------
    flavor : ``universal``, ``e``, ``mu``, ``tau``
    nature : ``dirac`` or ``majorana``; None takes, where an answer hangs on it, what is excluded
        for both, and says so by ``meta["both"]``

    Returns
    -------
    list of Limit
        those that exclude something; projections have the status ``projection``.  ``meta`` has
        ``title``, ``grade``, ``family``, ``probe`` and ``older``: whether code or data have
        changed since; ``munu map --recompute`` computes such bounds anew.

    Raises
    ------
    UnknownName

    >>> any(x.name == "xenonnt" for x in bounds("e"))
    True
    """
    _asked(flavor, nature)
    made = (bound(name, flavor, nature) for name in names())
    return [x for x in made if x is not None]


def _asked(flavor: str, nature: str | None) -> None:
    """Raise UnknownName, DomainError where no map is of that flavor or nature."""
    check_flavor(flavor)
    check_nature(nature)
    if flavor not in FLAVORS:
        raise UnknownName("flavor of a map", str(flavor), FLAVORS)


def bound(probe: str, flavor: str = "universal", nature: str | None = None,
          options: Mapping[str, Any] | None = None) -> Limit | None:
    """The kept bound of one probe; None where it excludes nothing of this flavor.

    Parameters
    ----------
    probe : name
    flavor, nature : as of :func:`bounds`
    options : of the probe, where other than the usual ones were asked and kept

    Raises
    ------
    DomainError
        Nothing was computed of it yet.
    UnknownName
        No such probe, flavor or nature.
    """
    _asked(flavor, nature)
    if probe not in names():
        probes.get(probe)
    held = _held(probe, tuple(sorted((k, str(x)) for k, x in (options or {}).items())))
    if held is None:
        raise DomainError(f"no bound of {probe} is kept"
                          + (f" with {dict(options)}" if options else "")
                          + "; compute it with munu.limit, or all of them with: munu map "
                            "--recompute")
    rows = {row["nature"]: row for row in held[0]["bounds"] if row["flavor"] == flavor}
    if not rows:
        return None
    one = None if None in rows else nature
    if one in rows:
        found = _kept.limit_of(rows[one], probe, options or {}, old=held[1])
    elif set(rows) == set(NATURES):
        found = both(*(_kept.limit_of(rows[n], probe, options or {}, old=held[1])
                       for n in NATURES))
    elif nature is None:
        # it speaks of one of the natures alone
        found = _kept.limit_of(next(iter(rows.values())), probe, options or {}, old=held[1])
    else:
        return None
    return found if any(found.excluded) else None


def natured(probe: str) -> bool:
    """Whether what a probe of munu's own excludes hangs on the nature of N."""
    held = _held(probe, ()) if probe in names() else None
    return held is not None and {*NATURES} <= {row["nature"] for row in held[0]["bounds"]}


@lru_cache(maxsize=512)
def _held(probe: str, options: tuple[tuple[str, str], ...]) -> tuple[dict[str, Any], bool] | None:
    return _kept.found(probe, dict(options))


def forget() -> None:
    """Look at the files again: new ones were written."""
    _held.cache_clear()
    _kept.forget()


def both(one: Limit, other: Limit) -> Limit:
    """What two limits of the same masses exclude both: of a Dirac and of a Majorana N."""
    if one.axis is None or not np.array_equal(one.axis, np.asarray(other.axis)):
        raise DomainError(f"{one.name} and {other.name} are not at the same masses")
    rows = tuple(region.common(pair) for pair in zip(one.excluded, other.excluded, strict=True))
    upper = np.array([min((i.low for i in row if not i.low_ends), default=np.inf) for row in rows])
    return one.with_(intervals=rows, upper=upper, tips=(), nature=None, systematic={},
                     again=Both(one, other),
                     assumptions=tuple(dict.fromkeys((*one.assumptions, *other.assumptions))),
                     papers=tuple(dict.fromkeys((*one.papers, *other.papers))),
                     meta={**one.meta, "both": True, "family": one.meta["family"]})


class Both:
    """What both exclude, at any masses."""

    def __init__(self, *each: Limit):
        self.each = each

    def __call__(self, M_N: np.ndarray) -> Limit:
        """At masses [energy]."""
        return both(*(x.again(M_N) for x in self.each if x.again is not None))
