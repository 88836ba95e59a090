r"""How often an interval holds the true size: experiments of known size, counted.

.. math:: c(y) = P\big(y \in [y_{\rm low}(n), y_{\rm up}(n)]\,\big|\,y\big)

Whether a size is inside is asked at that size alone, no edge is searched.  Of one bin with a known
background the numbers of events are summed; else experiments are drawn, with what constrains the
nuisances, the same ones for every method.

Source : Cowan2011, FeldmanCousins1998, CowanPCL2011
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from munu.errors import DomainError, UnknownName
from munu.inference import intervals
from munu.inference import toys as fc
from munu.inference.likelihood import Problem, best_fit, profile

METHODS = ("profile", "one_sided", "power_constrained", "cls", "feldman_cousins")
# experiments whose own critical value is drawn: the nuisances that they fit move it little
_OWN = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class Coverage:
    """What intervals cover.

    Attributes
    ----------
    y : array (m,), the true coupling, in the power in which the signal is linear
    signal : array (m,), events of signal
    covered : method to array (m,), the share of experiments whose interval holds it
    error : method to array (m,), one standard deviation of that by the number of experiments and
        of toys; 0 where all is summed
    level, experiments, seed : as asked; experiments is 0 where all is summed
    """

    y: np.ndarray
    signal: np.ndarray
    covered: Mapping[str, np.ndarray]
    error: Mapping[str, np.ndarray]
    level: float
    experiments: int
    seed: int


def coverage(problem: Problem, y: np.ndarray, level: float = 0.90, *,
             methods: Sequence[str] = METHODS, experiments: int = 4000, toys: int = 4000,
             own: int = _OWN, seed: int = 1) -> Coverage:
    """How often the intervals of a level hold each of the true sizes.

    Parameters
    ----------
    problem : Problem of one row; true nuisances are where their priors sit
    y : array (m,), at least 0
    level : of the intervals
    methods : of :data:`METHODS`
    experiments : drawn at each size
    toys, own : of ``feldman_cousins``: toys of a critical value, and how many experiments draw
        one of their own, by which all are judged
    seed : each size has a stream of its own

    Returns
    -------
    Coverage

    Raises
    ------
    DomainError, UnknownName
    """
    for m in methods:
        if m not in METHODS:
            raise UnknownName("method whose coverage is counted", m, METHODS)
    level, y = intervals.check_level(level), np.atleast_1d(np.asarray(y, dtype=float))
    if len(problem.signal) != 1 or not problem.size[0] > 0:
        raise DomainError("coverage is of one mass, at which there is a signal")
    if not np.all(np.isfinite(y) & (y >= 0)):
        raise DomainError("true sizes must be finite and at least 0")
    summed = fc.one_number(problem)
    for name, value, least in (("experiments", experiments, 10), ("own", own, 1)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise DomainError(f"{name} = {value!r} must be a whole number, at least {least}")
    if "feldman_cousins" in methods and not summed:
        fc.check(toys, level, seed)
    rows = [_at(problem, float(x), level, methods, experiments, toys, min(own, experiments),
                np.random.default_rng([seed, k]), summed) for k, x in enumerate(y)]
    covered = {m: np.array([r[m] for r in rows]) for m in methods}
    spread = {m: c * (1 - c) for m, c in covered.items()}
    # a critical value of n toys has the level within that of n experiments
    many = {m: 1 / experiments + (1 / (own * toys) if m == "feldman_cousins" else 0.0)
            for m in methods}
    return Coverage(y=y, signal=y * problem.size[0], covered=covered, level=level, seed=seed,
                    experiments=0 if summed else experiments,
                    error={m: np.zeros(y.size) if summed else np.sqrt(many[m] * spread[m])
                           for m in methods})


def _at(problem: Problem, y: float, level: float, methods: Sequence[str], experiments: int,
        toys: int, own: int, rng: np.random.Generator, summed: bool) -> dict[str, float]:
    """Covered by each method at one true size."""
    if summed:
        (seen, weight), redrawn = fc.numbers(problem, y), problem
    else:
        seen, redrawn = fc.draw(problem, y, problem.centres[0], experiments, rng)
        weight = np.full(experiments, 1 / experiments)
    best, q = fc.compared(redrawn, y, seen)
    inside = {m: _inside(problem, m, y, level, best, q) for m in methods if m != "feldman_cousins"}
    # not the last digits of a sum of probabilities
    out = {m: min(float(weight @ x), 1.0) for m, x in inside.items()}
    if "feldman_cousins" in methods:
        critical = [fc.critical_value(_row(redrawn, k), y, seen[k], level, toys, rng)
                    for k in range(1 if summed else own)]
        out["feldman_cousins"] = min(float(np.mean([weight @ (q <= c) for c in critical])), 1.0)
    return out


def _row(problem: Problem, k: int) -> Problem:
    """What one experiment knows of its nuisances."""
    return problem if problem.centre is None or len(problem.centre) == 1 else \
        replace(problem, centre=problem.centre[[k]])


def _inside(problem: Problem, method: str, y: float, level: float, best: np.ndarray,
            q: np.ndarray) -> np.ndarray:
    """Whether a size is in the interval of each experiment, by its best fit and its ratio there."""
    if method == "profile":
        return q <= intervals.rise(level, method)
    # upper limits exclude what lies above the best fit alone
    below = y <= best
    asimov = problem.fixed + problem.background.sum(axis=0)
    if method == "cls":
        least = best_fit(problem, asimov)[1][0]
        q_a = max(float(profile(problem, np.array([y]), asimov)[0][0]) - least, 1e-30)
        return below | (intervals.cls(q, np.full(q.shape, q_a)) > 1 - level)
    rise = intervals.rise(level, method)
    out = below | (q <= rise)
    if method == "power_constrained":
        median = intervals.upper(problem, asimov, rise)[0]
        out |= y <= intervals.fluctuated(median, rise, method, level, -1.0)[0]
    return out
