"""Feldman-Cousins intervals by toys, with nuisances profiled on the data.

At a size, toys are drawn with the nuisances fitted to the data there, and with what constrains
them redrawn about these; the ``level`` quantile of their likelihood ratios is the critical value.
Where the data's own ratio stays below it, the size is allowed.  An edge is found by going back and
forth: the critical value where the edge was, the edge at that critical value.  So the construction
follows the interval, and its end is never the end of a grid.

Source : FeldmanCousins1998
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np

from munu.errors import DomainError
from munu.inference.likelihood import Problem, best_fit, profile
from munu.units import MeV

# how many toys must lie beyond the critical value, how many times an edge goes back and forth, how
# close it comes, how many experiments make a band, on how many nodes
_BEYOND, _ROUNDS, _CLOSE, _EXPERIMENTS, _FINE = 10, 25, 2e-4, 2000, 81
# numbers that one block of toys may hold
_BLOCK = 200_000
# the least norm that a fit begins with
_LEAST = 1e-2
# of events: how far from its best fit a toy may stop
_LOOSE = 1e-2


def check(toys: int, level: float, seed: int) -> None:
    """Enough toys for the level, and a seed.

    Raises
    ------
    DomainError
    """
    if not (isinstance(toys, int | np.integer) and toys >= 100):
        raise DomainError(f"toys = {toys!r} must be a whole number, at least 100")
    if toys * (1 - level) < _BEYOND * (1 - 1e-9):
        raise DomainError(f"toys = {toys} are too few for level {level:g}: at least "
                          f"{ceil(_BEYOND / (1 - level) * (1 - 1e-9))}, so that {_BEYOND} lie "
                          "beyond the critical value")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise DomainError(f"seed = {seed!r} must be a whole number, at least 0")


def stream(seed: int, M_N: float) -> Callable[[], np.random.Generator]:
    """A stream of random numbers of its own for each mass, the same whatever stands beside it."""
    key = zlib.crc32(f"{M_N / MeV:.9e}".encode())
    return lambda: np.random.default_rng([seed, key])


def ratio(problem: Problem, y: float, counts: np.ndarray) -> np.ndarray:
    """-2 ln of the likelihood ratio at y for each row of counts, y_best >= 0."""
    return compared(problem, y, counts)[1]


def compared(problem: Problem, y: float, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best fit y_best >= 0 of each row of counts, and the ratio at y."""
    best, ratios = [], []
    for part, n in blocks(problem, counts):
        at, least, _ = best_fit(part, n, loose=_LOOSE)
        best.append(at)
        ratios.append(np.maximum(profile(part, np.full(len(n), y), n)[0] - least, 0.0))
    return np.concatenate(best), np.concatenate(ratios)


def critical_value(problem: Problem, y: float, counts: np.ndarray, level: float, toys: int,
                   rng: np.random.Generator) -> float:
    """The ``level`` quantile of the ratio at y over toys drawn at the profiled nuisances."""
    if one_number(problem):
        return _summed(problem, y, level)
    return float(np.quantile(_ratios(problem, y, counts, toys, rng), level,
                             method="inverted_cdf"))


def _ratios(problem: Problem, y: float, counts: np.ndarray, toys: int, rng: np.random.Generator
            ) -> np.ndarray:
    """Ratios at y of toys drawn at the nuisances that the data have there."""
    _, _, eta = profile(problem, np.array([y]), counts)
    drawn, redrawn = draw(problem, y, eta[0], toys, rng)
    return ratio(redrawn, y, drawn)


def noise(problem: Problem, y: float, counts: np.ndarray, level: float, toys: int,
          rng: np.random.Generator, beyond: Callable[[float, int], float]) -> float:
    """How far the number of toys lets the upper edge y move, one sigma, relative in the size.

    The quantile of ``toys`` ratios has the level of ``level`` within sqrt(level (1 - level)/toys);
    the data's ratio carries that to the edge.  An edge is closed in from several sizes, each with
    toys of its own, and may be up to 1.6 times closer.  0 where sums replace toys.
    """
    if one_number(problem) or not y > 0:
        return 0.0
    off = np.sqrt(level * (1 - level) / toys)
    low, high = np.quantile(_ratios(problem, y, counts, toys, rng),
                            [level - off, min(level + off, 1.0)])
    return float(0.5 * np.log(beyond(float(high), 1) / beyond(float(low), 1)) / 2)


def one_number(problem: Problem) -> bool:
    """Whether all is the number of events of one bin, whose background is known."""
    return problem.signal.shape[1] == 1 and problem.error is None \
        and not len(problem.background) and not len(problem.pulls)


def numbers(problem: Problem, y: float) -> tuple[np.ndarray, np.ndarray]:
    """Of one bin with a known background every number of events (n, 1), and how probable it is."""
    from scipy.stats import poisson

    mean = float(y * problem.signal[0, 0] + problem.fixed[0])
    n = np.arange(int(mean + 12 * np.sqrt(mean + 1) + 30)).astype(float)
    return n[:, None], poisson.pmf(n, mean)


def _summed(problem: Problem, y: float, level: float) -> float:
    """The same of one bin with a known background: the sum over all numbers of events."""
    n, p = numbers(problem, y)
    q = ratio(problem, y, n)
    order = np.argsort(q, kind="stable")
    at = int(np.searchsorted(np.cumsum(p[order]), level))
    return float(q[order][min(at, q.size - 1)])


def draw(problem: Problem, y: float, eta: np.ndarray, toys: int, rng: np.random.Generator
         ) -> tuple[np.ndarray, Problem]:
    """Toy data about size y and nuisances, and the problem with its constraints redrawn.

    Poisson counts, or values with their Gaussian errors; what was measured of a nuisance falls
    about its value as the data did.
    """
    K = len(problem.background)
    mean = y * problem.signal[0] + problem.fixed + eta[:K] @ problem.background
    for pull, change, fixed in zip(eta[K:], problem.pulls, problem.pulls_fixed, strict=True):
        mean = mean + pull * (y * change[0] + fixed)
    drawn = rng.poisson(np.maximum(mean, 0.0), size=(toys, mean.size)).astype(float)
    if problem.error is not None:
        measured = rng.normal(mean, np.nan_to_num(problem.error), size=(toys, mean.size))
        drawn = np.where(np.isnan(problem.error), drawn, measured)
    width = np.append(problem.prior, problem.pulls_prior)
    known = np.isfinite(width)
    if not known.any():
        return drawn, problem
    centre = np.broadcast_to(problem.centres, (toys, width.size)).copy()
    centre[:, known] = rng.normal(eta[known], width[known], size=(toys, int(known.sum())))
    return drawn, replace(problem, centre=centre)


def interval(problem: Problem, counts: np.ndarray, level: float, *, toys: int,
             rng: Callable[[], np.random.Generator], start: tuple[float, float],
             beyond: Callable[[float, int], float]) -> tuple[float, float]:
    """The interval of one mass, in y.

    Parameters
    ----------
    problem : Problem of one row
    counts : array (n_bins,)
    rng : makes the stream of this mass anew: every size draws the same numbers
    start : edges of the profile, in y
    beyond : function (rise, sign) -> y where the data's ratio has risen by that much, above (1) or
        below (-1) the best fit; 0 where it never does below
    """
    def critical(z: float) -> float:
        return critical_value(problem, z * z, counts, level, toys, rng())

    at_zero = critical(0.0)
    upper = _followed(critical, lambda c: np.sqrt(beyond(c, 1)), np.sqrt(start[1]), 1)
    if beyond(at_zero * (1 + 1e-9), -1) == 0.0:
        return 0.0, upper**2
    begin = start[0] or beyond(at_zero, -1)
    lower = _followed(critical, lambda c: np.sqrt(beyond(c, -1)), np.sqrt(begin), -1)
    return lower**2, upper**2


def _followed(critical: Callable[[float], float], edge: Callable[[float], float], z: float,
              sign: int) -> float:
    """The edge whose own critical value gives it.

    Back and forth between the two converges where critical values are smooth; where they jump (few
    events) the edge is closed in between a size that is allowed and one that is not.
    """
    inside, outside, jump = np.nan, np.nan, 1.0
    for _ in range(_ROUNDS):
        new, here = float(edge(critical(z))), z
        # the edge at this critical value lies here or beyond: this size is allowed
        if sign * (new - z) >= -_CLOSE * z:
            inside = z
        else:
            outside = z
        width = abs(inside - outside)
        if width <= 3 * _CLOSE * z:
            return float(np.clip(new, min(inside, outside), max(inside, outside)))
        if abs(new - z) <= _CLOSE * z and np.isnan(outside):
            # an edge, or a stretch on which the data themselves are critical: look beyond
            z, jump = z * (1 + 2 * sign * _CLOSE * jump), 6 * jump
            continue
        low, high = min(inside, outside), max(inside, outside)
        within = np.isnan(width) or low + 0.1 * width < new < high - 0.1 * width
        z = new if within and new != here else 0.5 * (low + high)
    return inside


def bands(problem: Problem, asimov: np.ndarray, level: float, *, toys: int,
          rng: Callable[[], np.random.Generator], reach: float,
          between: Callable[[np.ndarray], tuple[float, float]]) -> dict[str, Any]:
    """Where the upper edge falls in 68 and 95 % of experiments without signal, and its median.

    The critical values are those of the median experiment, whatever was seen.

    Parameters
    ----------
    reach : upper edge of the profile in the median experiment, in y
    between : function of counts (n_bins,) -> interval in y; asked where so few experiments differ
        that each has its own
    """
    _, _, eta = profile(problem, np.zeros(1), asimov)
    drawn, redrawn = draw(problem, 0.0, eta[0], _EXPERIMENTS, rng())
    if one_number(problem):
        # critical values jump with the number of events: every number has its own interval
        numbers, which = np.unique(drawn[:, 0], return_inverse=True)
        return _spread(np.array([between(np.array([n]))[1] for n in numbers])[which])
    parts = list(blocks(redrawn, drawn))
    fits = [best_fit(part, n) for part, n in parts]
    least, etas = np.concatenate([f[1] for f in fits]), [f[2] for f in fits]
    K = len(problem.background)

    def rise(z: float) -> np.ndarray:
        values = []
        for k, (part, n) in enumerate(parts):
            # nuisances move little from one node to the next; a norm at 0 leaves empty bins
            etas[k][:, :K] = np.maximum(etas[k][:, :K], _LEAST)
            value, _, etas[k] = profile(part, np.full(len(n), z * z), n, etas[k])
            values.append(value)
        return np.concatenate(values) - least

    # wide enough that no experiment ends with the grid
    z = np.sqrt(reach) * np.linspace(0, 1.8, 10)
    limits = [critical_value(problem, x * x, asimov, level, toys, rng()) for x in z]
    for _ in range(12):
        if np.all(rise(z[-1]) > limits[-1]):
            break
        z = np.append(z, 1.4 * z[-1])
        limits.append(critical_value(problem, z[-1] ** 2, asimov, level, toys, rng()))
    # critical values are smooth, ratios are not: these on finer nodes
    fine = np.linspace(0, z[-1], _FINE)
    gap = np.stack([rise(x) for x in fine], axis=1) - np.interp(fine, z, limits)
    return _spread(_last_crossing(fine, gap) ** 2)


def _spread(upper: np.ndarray) -> dict[str, Any]:
    two, one = np.quantile(upper, [0.02275, 0.97725]), np.quantile(upper, [0.15866, 0.84134])
    return {"median": float(np.median(upper)), "1 sigma": one, "2 sigma": two}


def blocks(problem: Problem, counts: np.ndarray) -> Iterator[tuple[Problem, np.ndarray]]:
    """Rows of counts, and of the constraints redrawn with them, that are worked on together."""
    size = max(16, _BLOCK // (counts.shape[-1] * (2 + len(problem.pulls))))
    for k in range(0, len(counts), size):
        rows = slice(k, k + size)
        yield (problem if problem.centre is None or len(problem.centre) == 1 else
               replace(problem, centre=problem.centre[rows])), counts[rows]


def _last_crossing(z: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Where each row of gaps turns positive for good, straight between nodes."""
    last = gap.shape[1] - 1 - np.argmax(gap[:, ::-1] <= 0, axis=1)
    none = ~np.any(gap <= 0, axis=1)
    i = np.minimum(np.where(none, 0, last), gap.shape[1] - 2)
    rows = np.arange(len(gap))
    a, b = gap[rows, i], gap[rows, i + 1]
    t = np.clip(np.where(b > a, -a / np.where(b > a, b - a, 1.0), 0.0), 0.0, 1.0)
    return np.where(none, 0.0, z[i] + t * (z[i + 1] - z[i]))
