"""What a solver hands back: edges of every mass, before a record is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from munu.inference.region import Intervals

#: events at the limit below which asymptotic formulas are doubted
FEW = 10.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Solved:
    """Edges by mass, sizes internal.

    Attributes
    ----------
    upper, lower : arrays (n,), edges of the allowed interval with the best fit
    best, least : arrays (n,): the best fit, and -2 ln L there; where that lies beyond an excluded
        island, ``best`` is the best before it
    beyond : bool (n,), where that is so
    expected : array (n,), the upper edge of the median experiment, or None
    bands : name to array (2, n)
    excluded : intervals by mass, or None where ``upper`` says it all
    expected_excluded : the same of the median experiment
    pieces, expected_pieces : allowed intervals of a size with a sign
    scan : arrays of the likelihood ratio
    events : array (n,), how many events the limit rests on; None where that is no question
    noise : array (n,), how far the number of toys lets the upper edge move, one sigma, relative;
        None where there are none
    empty : bool (n,), masses that give no signal at all
    open_at : array (n,), the size above which nothing was looked at; inf where all was
    below_zero : whether an unbounded limit on the square lies below 0
    tips : pairs (M_N, size) where a region closes
    unconstrained : array (n,), the upper edges before the power constrained them, or None
    rise : by how much -2 ln L is out at an edge, where that is not the level's of many events
    """

    upper: np.ndarray
    lower: np.ndarray
    best: np.ndarray
    least: np.ndarray
    expected: np.ndarray | None = None
    bands: Mapping[str, np.ndarray] = field(default_factory=dict)
    excluded: tuple[Intervals, ...] | None = None
    pieces: Sequence[tuple[float, float]] | None = None
    expected_pieces: Sequence[tuple[float, float]] | None = None
    expected_excluded: tuple[Intervals, ...] | None = None
    scan: Mapping[str, np.ndarray] | None = None
    events: np.ndarray | None = None
    noise: np.ndarray | None = None
    empty: np.ndarray
    open_at: np.ndarray | None = None
    below_zero: bool = False
    beyond: np.ndarray | None = None
    tips: tuple[tuple[float, float], ...] = ()
    unconstrained: np.ndarray | None = None
    rise: float | None = None

    def words(self, *, seen: bool, parameter: str, derived: bool = False) -> str:
        """What there is to say of it, ``converged`` first; ``derived`` of a ceiling or a claim."""
        n = self.empty.size
        if self.empty.all() and derived:
            return "no size that was looked at is allowed, nor is 0: nothing is said"
        if self.empty.all():
            return ("no signal at any mass: no limit (try another mass or flavor; thresholds may "
                    "be out of reach)")
        said = ["converged" if seen else "converged; no data, the limit is that of the median "
                                         "experiment without signal"]
        if self.pieces is not None and len(self.pieces) > 1:
            said = [f"{len(self.pieces)} separate intervals"]
        if self.pieces is not None and not any(a <= 0 <= b for a, b in self.pieces):
            said.append("0 is excluded")
        if self.empty.any() and derived:
            said.append(f"at {int(self.empty.sum())} of {n} masses no size that was looked at is "
                        "allowed, nor is 0: nothing is said there")
        elif self.empty.any():
            said.append(f"{int(self.empty.sum())} of {n} masses give no signal at all: no limit "
                        "there")
        open_ = self.excluded is None and not derived and ~self.empty & np.isinf(self.upper)
        if np.any(open_):
            said.append(f"at {np.sum(open_)} of {n} masses what errs in the signal may be all of "
                        "it: no limit there")
        if self.events is not None and np.any(self.events[~self.empty] < FEW):
            said.append(f"few events ({self.events[~self.empty].min():.2g} at the limit): "
                        "asymptotic formulas cover less than they say there; take feldman_cousins")
        if self.rise is not None:
            said.append(f"no event, and none expected but of a signal: {self.rise / 2:.3g} of it "
                        "are excluded, an exact probability")
        if self.noise is not None and np.any(self.noise > 0):
            said.append(f"the number of toys lets the upper edge move by {self.noise.max():.1%}")
        if self.unconstrained is not None and np.any(self.upper > self.unconstrained):
            held = int(np.sum(self.upper > self.unconstrained))
            said.append(f"at {held} of {n} masses the limit is held at its least power")
        if self.below_zero:
            said.append("an unbounded limit on mu^2 lies below 0 and is given as 0")
        some = ~self.empty
        beyond = 0 if self.beyond is None else int(self.beyond.sum())
        if beyond:
            said.append(f"at {beyond} of {n} masses the best fit of all lies beyond what is "
                        "excluded: edges are counted from it, and the best fit shown is the one "
                        "below")
        elif self.pieces is None and not derived and np.all(self.best[some] == 0):
            said.append(f"best fit at the boundary {parameter} = 0")
        if self.pieces is None and np.any(self.lower[some] > 0):
            said.append("a signal is preferred: nothing below the lower edge is excluded")
        ends = np.full(n, np.inf) if self.open_at is None else self.open_at
        none = np.array([not row for row in self.excluded or ((),) * n]) & some
        if self.excluded is not None and none.any() and (derived or self.open_at is not None):
            at = ends[none & np.isfinite(ends)]
            said.append(f"at {none.sum()} of {n} masses no size is excluded" + (
                f" up to {at.max():.3g}, where the curve ends" if at.size else ""))
        at = ends[np.isfinite(ends) & (some if self.excluded is None else ~none)]
        if at.size:
            said.append(f"nothing was looked at above {at.max():.3g}, where the curve ends")
        return "; ".join(said)


def joined(parts: Sequence[Solved]) -> Solved:
    """Blocks of masses as one."""
    first = parts[0]
    if len(parts) == 1:
        return first

    def together(name: str) -> np.ndarray:
        return np.concatenate([getattr(p, name) for p in parts])

    return replace(
        first, upper=together("upper"), lower=together("lower"), best=together("best"),
        least=together("least"), empty=together("empty"),
        expected=None if first.expected is None else together("expected"),
        bands={k: np.concatenate([p.bands[k] for p in parts], axis=1) for k in first.bands},
        excluded=None if first.excluded is None else tuple(
            row for p in parts for row in p.excluded or ()),
        open_at=None if first.open_at is None else together("open_at"),
        events=None if first.events is None else together("events"),
        noise=None if first.noise is None else together("noise"),
        unconstrained=None if first.unconstrained is None else together("unconstrained"),
        below_zero=any(p.below_zero for p in parts),
        beyond=None if first.beyond is None else together("beyond"),
        tips=tuple(t for p in parts for t in p.tips))
