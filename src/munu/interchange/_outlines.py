"""What a limit excludes in (M_N, size), as curves and contours of ordered points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from munu.inference.record import Limit


@dataclass(frozen=True, eq=False)
class Outline:
    """Points in their order, the last not the first again.

    Attributes
    ----------
    M_N, size : arrays (n,), internal
    ends : bool (n,), whether a point lies where the data end, which bounds nothing
    closed : whether the inside is excluded; else what lies above, or between the two edges where
        there are two
    """

    M_N: np.ndarray
    size: np.ndarray
    ends: np.ndarray
    closed: bool


def is_curve(x: Limit) -> bool:
    """Whether every size above ``upper``, and none below, is excluded."""
    return not x.outlined and all(
        not row or (len(row) == 1 and row[0].high == np.inf and not row[0].low_ends
                    and row[0].low == upper) for row, upper in zip(x.excluded, x.upper,
                                                                   strict=True))


def outlines(x: Limit) -> list[Outline]:
    """Every outline of a limit with an axis; an edge at infinity is left out."""
    if x.outlined:
        sides = np.zeros(x.upper.size, dtype=bool)
        if x.ends is not None:
            # a point lies where the data end if both of its sides do
            given = np.resize(np.asarray(x.ends, dtype=bool), x.upper.size)
            sides = given & np.roll(given, 1)
        assert x.axis is not None
        return [Outline(x.axis, x.upper, sides, x.shape == "polygon")]
    out = []
    for line in x.region():
        there = np.isfinite(line[:, 1])
        M, size = line[there].T
        out.append(Outline(M, size, np.array([_ends(x, m, s) for m, s in zip(M, size, strict=True)],
                                             dtype=bool), bool(there.all())))
    return out


def _ends(x: Limit, M: float, size: float) -> bool:
    assert x.axis is not None
    row = x.excluded[int(np.argmin(np.abs(x.axis - M)))]
    return any((i.low == size and i.low_ends) or (i.high == size and i.high_ends) for i in row)
