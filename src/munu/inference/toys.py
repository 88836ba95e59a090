"""Feldman-Cousins intervals by toys, with nuisances profiled on the data.

At each y on a grid, toys are drawn with the nuisances fitted to the data at that y; their
``level`` quantile of the likelihood ratio is the critical value.  Where the data's own ratio
stays below it, y is allowed.

Source : FeldmanCousins1998
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from munu.errors import DomainError
from munu.inference.likelihood import Problem, best_fit, profile


@dataclass(frozen=True, eq=False)
class Construction:
    """Critical values on a grid of y, and what the data say there."""

    y: np.ndarray
    critical: np.ndarray
    observed: np.ndarray
    toys: int
    seed: int

    def interval(self, q: np.ndarray | None = None) -> tuple[float, float]:
        """Lower and upper edge in y; the data's own ratio unless another is given."""
        gap = (self.observed if q is None else q) - self.critical
        inside = np.flatnonzero(gap <= 0)
        if inside.size == 0:
            best = int(np.argmin(gap))
            return float(self.y[best]), float(self.y[best])
        first, last = inside[0], inside[-1]
        return (self._crossing(gap, first - 1) if first else 0.0,
                self._crossing(gap, last) if last + 1 < len(gap) else float(self.y[-1]))

    def _crossing(self, gap: np.ndarray, i: int) -> float:
        t = gap[i] / (gap[i] - gap[i + 1])
        # in sqrt(y), where the ratio is nearly straight
        a, b = np.sqrt(self.y[i]), np.sqrt(self.y[i + 1])
        return float((a + t * (b - a)) ** 2)


def ratio(problem: Problem, y: float, counts: np.ndarray) -> np.ndarray:
    """-2 ln of the likelihood ratio at y for each row of counts, y_best >= 0."""
    least = best_fit(problem, counts)[1]
    value = profile(problem, np.full(len(least), y), counts)[0]
    return np.maximum(value - least, 0.0)


def critical_value(problem: Problem, y: float, counts: np.ndarray, level: float, toys: int,
                   rng: np.random.Generator) -> float:
    """The ``level`` quantile of the ratio at y over toys drawn at the profiled nuisances."""
    _, _, eta = profile(problem, np.array([y]), counts)
    K = len(problem.background)
    mean = y * problem.signal[0] + problem.fixed + eta[0, :K] @ problem.background
    drawn = draw(problem, mean, toys, rng)
    return float(np.quantile(ratio(problem, y, drawn), level))


def draw(problem: Problem, mean: np.ndarray, toys: int, rng: np.random.Generator) -> np.ndarray:
    """Toy data about a mean: Poisson counts, or values with the model's Gaussian errors."""
    drawn = rng.poisson(np.maximum(mean, 0.0), size=(toys, mean.size)).astype(float)
    if problem.error is None:
        return drawn
    measured = rng.normal(mean, np.nan_to_num(problem.error), size=(toys, mean.size))
    return np.where(np.isnan(problem.error), drawn, measured)


def construct(problem: Problem, counts: np.ndarray, level: float, y_max: float, *, toys: int,
              seed: int, points: int = 15, progress: Callable[[], None] | None = None
             ) -> Construction:
    """The construction for one mass, on ``points`` values of sqrt(y) from 0 to y_max."""
    if not (isinstance(toys, int | np.integer) and toys >= 100):
        raise DomainError(f"toys = {toys!r} must be a whole number, at least 100")
    if len(problem.pulls):
        raise DomainError("feldman_cousins takes no pulls on the signal (flux nuisances, or a "
                          "probe with an error of its flux); use profile for those")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise DomainError(f"seed = {seed!r} must be a whole number, at least 0")
    rng = np.random.default_rng(seed)
    y = np.linspace(0, np.sqrt(y_max), points) ** 2
    critical = np.empty(points)
    for i, value in enumerate(y):
        critical[i] = critical_value(problem, float(value), counts, level, toys, rng)
        if progress is not None:
            progress()
    least = best_fit(problem, counts)[1][0]
    many = profile(_repeat(problem, points), y, counts)[0]
    return Construction(y, critical, many - least, toys, seed)


def _repeat(problem: Problem, n: int) -> Problem:
    return problem.rows(np.zeros(n, dtype=int))


def band_edges(made: Construction, problem: Problem, asimov: np.ndarray, toys: int = 400
              ) -> dict[str, Any]:
    """Where the upper edge falls in 68 and 95 % of experiments without signal, and its median."""
    rng = np.random.default_rng(made.seed + 1)
    drawn = draw(problem, asimov, toys, rng)
    least = best_fit(problem, drawn)[1]
    q = np.stack([profile(problem, np.full(toys, y), drawn)[0] - least for y in made.y], axis=1)
    edges = np.array([made.interval(row)[1] for row in q])
    two, one = np.quantile(edges, [0.02275, 0.97725]), np.quantile(edges, [0.15866, 0.84134])
    return {"median": float(np.median(edges)), "1 sigma": one, "2 sigma": two}
