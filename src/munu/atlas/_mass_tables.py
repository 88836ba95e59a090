r"""Bounds between masses of N: tables by octave, refined until they hold to a stated error.

The masses of an octave :math:`[2^k, 2^{k+1}]` MeV are halved in their logarithm, all open
stretches of one round solved together, until at the middle of each stretch and of both its halves
the edges between their ends, straight in the logarithms, are within half of what is allowed: the
middle alone may agree by chance where a curve turns over.  A stretch that does not get there (an
interval opens or closes in it) is not used: its masses are solved one by one.  An octave is made
whole whatever mass asks for it, so that a mass gets the same number in any company.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from munu.atlas import speaks
from munu.atlas._bound import Bound
from munu.atlas._edges import Edges
from munu.couplings import DipolePortal, Flavor
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.inference import limit
from munu.units import MeV

#: least relative error that a table is made for: a curve may have steps of its own quadrature,
#: up to half a per cent of Borexino, that no middle of a stretch meets
FINEST = 0.01
# stretches of an octave to begin with, rounds of halving, and masses at most
_FIRST, _ROUNDS, _MOST, _TWICE = 16, 12, 4000, 2


@dataclass(frozen=True, eq=False)
class _Octave:
    """Rising masses, what is excluded there, and which stretches between them may be used."""

    masses: np.ndarray
    edges: Edges
    good: np.ndarray


def edges(bound: Bound, M_N: np.ndarray, flavor: Flavor, nature: str | None, mixing: Mixing,
          within: float) -> Edges:
    """What a probe excludes at masses (n,) [energy], to a relative error of its edges."""
    with np.errstate(divide="ignore"):
        octave = np.where(M_N > 0, np.floor(np.log2(M_N / MeV)), np.nan)
    parts, places = [], []
    for k in np.unique(octave[np.isfinite(octave)]):
        table = _octave(bound, int(k), flavor, nature, mixing, within)
        at = np.flatnonzero(octave == k)
        if table is None:
            continue
        i = np.clip(np.searchsorted(table.masses, M_N[at], side="right") - 1, 0,
                    table.good.size - 1)
        use = table.good[i] & (table.masses[i] <= M_N[at]) & (table.masses[i + 1] >= M_N[at])
        at, i = at[use], i[use]
        t = np.log(M_N[at] / table.masses[i]) / np.log(table.masses[i + 1] / table.masses[i])
        parts.append(_between(table.edges.take(i), table.edges.take(i + 1), t))
        places.append(at)
    alone = np.setdiff1d(np.arange(M_N.size), np.concatenate([*places, np.zeros(0, dtype=int)]))
    if alone.size:
        parts.append(Edges.of([bound.at(float(M), flavor, nature, mixing) for M in M_N[alone]]))
        places.append(alone)
    back = np.argsort(np.concatenate(places))
    return _joined(parts).take(back)


@lru_cache(maxsize=4096)
def _octave(bound: Bound, k: int, flavor: Flavor, nature: str | None, mixing: Mixing,
            within: float) -> _Octave | None:
    """The table of one octave, None where the probe says nothing of this coupling."""
    masses = np.ldexp(MeV, k) * np.exp2(np.arange(_FIRST + 1) / _FIRST)
    found = _solved(bound, masses, flavor, nature, mixing)
    if found is None:
        return None
    # in how many rounds on end a stretch, or what it is half of, was as guessed
    passed = np.zeros(_FIRST, dtype=int)
    for _ in range(_ROUNDS):
        at = np.flatnonzero(passed < _TWICE)
        if not at.size or masses.size + at.size > _MOST:
            break
        middle = np.sqrt(masses[at] * masses[at + 1])
        there = _solved(bound, middle, flavor, nature, mixing)
        if there is None:
            return None
        width = max(found.low.shape[1], there.low.shape[1])
        found, there = _wide(found, width), _wide(there, width)
        near = _near(_between(found.take(at), found.take(at + 1), np.full(at.size, 0.5)), there,
                     found.take(at), found.take(at + 1), within / 2)
        masses = np.insert(masses, at + 1, middle)
        found = Edges(*(np.insert(x, at + 1, y, axis=0) for x, y in zip(found, there,
                                                                         strict=True)))
        passed[at] = np.where(near, passed[at] + 1, 0)
        passed = np.insert(passed, at + 1, passed[at])
    return _Octave(masses, found, passed == _TWICE)


def _solved(bound: Bound, masses: np.ndarray, flavor: Flavor, nature: str | None, mixing: Mixing
           ) -> Edges | None:
    """What is excluded at masses that are solved together."""
    portal = DipolePortal(1.0, 0.0, flavor, nature)
    if bound.probe is None:
        return None
    try:
        found = limit(bound.probe, M_N=masses, level=bound.level, flavor=flavor, nature=nature,
                      expected=False, scan=False)
        shared = speaks.Shared.of(found, portal.trace_matrix, mixing)
    except DomainError:
        return None
    rows: list = [(shared.out(row), True) for row in found.excluded]
    for i, M in enumerate(masses):
        if not rows[i][0]:
            try:
                speaks.sees(found, float(M))
            except DomainError:
                rows[i] = None
    return Edges.of(rows)


def _between(one: Edges, other: Edges, t: np.ndarray) -> Edges:
    """Edges that are straight in the logarithms of mass and size."""
    t = t[:, None]

    def mixed(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(a == b, a, np.exp((1 - t) * np.log(a) + t * np.log(b)))

    return one._replace(low=mixed(one.low, other.low), high=mixed(one.high, other.high))


def _near(guess: Edges, truth: Edges, left: Edges, right: Edges, within: float) -> np.ndarray:
    """Whether stretches (n,) have the same intervals at both ends and in the middle, and the edges
    in the middle are where they were guessed."""
    out = (left.said == right.said) & (left.said == truth.said)
    for name in ("low", "high"):
        a, b = getattr(guess, name), getattr(truth, name)
        with np.errstate(invalid="ignore"):
            same = (np.abs(a - b) <= within * np.abs(b)) | (a == b) | (np.isnan(a) & np.isnan(b))
        out &= same.all(axis=1)
        for end in (left, right):
            c = getattr(end, name)
            out &= ((np.isnan(c) == np.isnan(b)) & (np.isinf(c) == np.isinf(b))).all(axis=1)
    for name in ("low_ends", "high_ends"):
        out &= ((getattr(left, name) == getattr(right, name))
                & (getattr(left, name) == getattr(truth, name))).all(axis=1)
    return out


def _wide(x: Edges, width: int) -> Edges:
    """Padded to so many intervals."""
    more = width - x.low.shape[1]
    pads = {n: np.pad(getattr(x, n), ((0, 0), (0, more)), constant_values=fill)
            for n, fill in (("low", np.nan), ("high", np.nan), ("low_ends", False),
                            ("high_ends", False))}
    return x._replace(**pads)


def _joined(parts: list[Edges]) -> Edges:
    width = max(x.low.shape[1] for x in parts)
    return Edges(*(np.concatenate(x) for x in zip(*(_wide(p, width) for p in parts),
                                                   strict=True)))
