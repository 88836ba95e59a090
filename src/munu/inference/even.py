"""Limits where the expectation is linear in one even power of the size: all masses by Newton."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from munu.errors import DomainError
from munu.inference import intervals, spread
from munu.inference import toys as fc
from munu.inference.likelihood import Fit, Problem, best_fit, profile
from munu.inference.solved import Solved
from munu.inference.study import Study

# makes the stream of random numbers of one mass anew
Draws: TypeAlias = Callable[[], np.random.Generator]


def solve(s: Study, level: float, method: str, *, expected: bool,
          progress: Callable[[float], None] | None = None, toys: int = 0, seed: int = 0,
          workers: int = 1, power: float = 0.0) -> Solved:
    """Upper and lower edges of every mass, by one of ``intervals.METHODS``.

    Parameters
    ----------
    s : Study whose expectation is one even power
    expected : also the median experiment and its bands
    toys, seed, workers : of ``feldman_cousins``
    power : the least power of ``power_constrained``
    """
    problem, counts = s.even(), s.data
    asimov = s.asimov[0]
    _explained(problem, counts)
    root = 1 / s.power
    masses = np.zeros(s.rows) if s.ray.masses is None else s.ray.masses
    if method == "feldman_cousins":
        made = _feldman_cousins(problem, counts, asimov, level, toys, seed, masses, expected,
                                workers, progress)
    else:
        made = _solve(problem, counts, asimov, level, method, expected, power)
    best = made["best"]
    return Solved(
        upper=np.maximum(made["upper"], 0.0) ** root, lower=made["lower"] ** root,
        best=np.sign(best) * np.abs(best) ** root, least=made["least"],
        expected=None if made["expected"] is None else made["expected"] ** root,
        bands={k: v**root for k, v in made["bands"].items()},
        events=None if method == "feldman_cousins" or s.error is not None else _events(
            problem, made["upper"]),
        unconstrained=None if "unconstrained" not in made else made["unconstrained"] ** root,
        noise=None if "noise" not in made else made["noise"] * 2 * root,
        empty=~(problem.size > 0), below_zero=bool(np.any(made["upper"] < 0)))


def _explained(problem: Problem, counts: np.ndarray) -> None:
    """Refuse events where neither a background nor a signal of any size is expected."""
    made = problem.fixed + problem.background.sum(axis=0) > 0
    lost = (counts > 0) & ~made & ~(problem.signal > 0)
    if problem.error is not None:
        lost &= np.isnan(problem.error)
    if lost.any():
        row, i = np.argwhere(lost)[0]
        raise DomainError(f"{counts[i]:g} events were seen in bin {i + 1}, where mass {row + 1} of "
                          f"{len(lost)} expects none of a signal or a background: give a "
                          "background there, or leave that mass or bin out")


def _events(problem: Problem, upper: np.ndarray) -> np.ndarray:
    r"""Events that a limit rests on, :math:`(\sum S)^2/\sum S^2/n` with n expected at the limit."""
    y = np.where(np.isfinite(upper), np.maximum(upper, 0.0), 0.0)
    n = y[:, None] * problem.signal + problem.fixed + problem.background.sum(axis=0)
    S = problem.signal
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(S > 0, S**2 / n, 0.0).sum(axis=1)
        return np.where(rest > 0, S.sum(axis=1) ** 2 / rest, np.inf)


def scan(s: Study, upper: float) -> dict[str, np.ndarray] | None:
    """The likelihood ratio of the first mass against the size, from 0 to twice the limit."""
    if not np.isfinite(upper) or upper == 0:
        return None
    x = np.linspace(0, 2 * upper, 81)
    first = s.even().rows([0])
    value = profile(first.rows(np.zeros(x.size, dtype=int)), x**s.power, s.data)[0]
    return {s.ray.parameter: x, "ratio": value - best_fit(first, s.data)[1][0]}


def _solve(problem: Problem, counts: np.ndarray, asimov: np.ndarray, level: float, method: str,
           expected: bool, power: float) -> dict[str, Any]:
    delta = intervals.rise(level, method)
    bounded = method != "profile_unbounded"
    out: dict[str, Any] = {"lower": np.zeros(len(problem.signal)), "expected": None, "bands": {}}
    fit = best_fit(problem, counts, bounded=bounded)
    out |= {"best": fit[0], "least": fit[1]}
    if method == "cls":
        out["upper"] = intervals.cls_upper(problem, counts, level, asimov)
        if expected:
            out["expected"] = intervals.cls_upper(problem, asimov, level, asimov)
    else:
        out["upper"] = intervals.upper(problem, counts, delta, bounded=bounded, fit=fit)[0]
        if expected:
            out["expected"] = intervals.upper(problem, asimov, delta)[0]
    if method == "profile":
        out["lower"] = intervals.lower(problem, counts, delta, fit)
    if expected:
        out["bands"] = intervals.asymptotic_bands(out["expected"], delta, method, level)
    if method == "power_constrained":
        _constrained(out, out["expected"] if expected else intervals.upper(
            problem, asimov, delta)[0], delta, level, power)
    return out


def _constrained(out: dict[str, Any], median: np.ndarray, delta: float, level: float, power: float
                 ) -> None:
    """No edge below the size that an experiment without signal excludes with that power.

    Source : CowanPCL2011
    """
    from scipy.special import ndtri

    least = intervals.fluctuated(median, delta, "power_constrained", level, float(ndtri(power)))
    out["unconstrained"] = out["upper"]
    out["upper"] = np.maximum(out["upper"], least)
    out["bands"] = {name: np.maximum(band, least) for name, band in out["bands"].items()}


def _feldman_cousins(problem: Problem, counts: np.ndarray, asimov: np.ndarray, level: float,
                     toys: int, seed: int, masses: np.ndarray, expected: bool, workers: int,
                     progress: Callable[[float], None] | None) -> dict[str, Any]:
    fc.check(toys, level, seed)
    n = len(problem.signal)
    # each mass by itself: what stands beside it does not touch its last bits
    tasks = [_Mass(problem.rows([j]), counts, asimov, level, toys, seed, float(masses[j]), expected)
             for j in range(n)]
    made = []
    for found in spread.each(_interval, tasks, workers):
        made.append(found)
        if progress is not None:
            progress(len(made) / n)
    bands = {name: np.column_stack([x.bands.get(name, np.full(2, np.inf)) for x in made])
             for name in ("1 sigma", "2 sigma") if any(x.bands for x in made)}
    edges = np.array([x.edges for x in made]).T
    return {"lower": edges[0], "upper": edges[1], "bands": bands,
            "expected": np.array([x.median for x in made]) if expected else None,
            "best": np.array([x.best for x in made]), "least": np.array([x.least for x in made]),
            "noise": np.array([x.noise for x in made])}


@dataclass(frozen=True, eq=False)
class _Mass:
    """What one mass needs, in whatever process."""

    problem: Problem
    counts: np.ndarray
    asimov: np.ndarray
    level: float
    toys: int
    seed: int
    M_N: float
    expected: bool


@dataclass(frozen=True, eq=False)
class _Found:
    """The interval of one mass, in y, and what the median experiment makes of it."""

    edges: tuple[float, float]
    best: float
    least: float
    noise: float = 0.0
    median: float = np.inf
    bands: Mapping[str, np.ndarray] = field(default_factory=dict)


def _interval(x: _Mass) -> _Found:
    """The Feldman-Cousins interval of one mass."""
    one, delta = x.problem, intervals.rise(x.level, "profile")
    draws = fc.stream(x.seed, x.M_N)

    def between(n: np.ndarray) -> tuple[float, float]:
        return _between(one, n, best_fit(one, n), x.level, delta, x.toys, draws)

    fit = best_fit(one, x.counts)
    edges = _between(one, x.counts, fit, x.level, delta, x.toys, draws)
    found = _Found(edges, float(fit[0][0]), float(fit[1][0]))
    if not np.isfinite(edges[1]):
        return found
    found = replace(found, noise=fc.noise(one, edges[1], x.counts, x.level, x.toys, draws(),
                                          _beyond(one, x.counts, fit)))
    if not x.expected:
        return found
    reach = float(intervals.upper(one, x.asimov, delta)[0][0])
    seen = fc.bands(one, x.asimov, x.level, toys=x.toys, rng=draws, reach=reach, between=between)
    return replace(found, median=seen.pop("median"), bands=seen)


def _between(one: Problem, counts: np.ndarray, fit: Fit, level: float, delta: float, toys: int,
             draws: Draws) -> tuple[float, float]:
    """The interval of one mass and one set of counts, in y."""
    beyond = _beyond(one, counts, fit)
    start = beyond(delta, -1), beyond(delta, 1)
    if not np.isfinite(start[1]):
        return 0.0, np.inf
    return fc.interval(one, counts, level, toys=toys, rng=draws, start=start, beyond=beyond)


def _beyond(one: Problem, counts: np.ndarray, fit: Fit) -> Callable[[float, int], float]:
    """Where the data's ratio has risen by that much, above (1) or below (-1) the best fit."""
    def beyond(rise: float, sign: int) -> float:
        found = intervals.upper(one, counts, rise, fit=fit)[0] if sign > 0 else \
            intervals.lower(one, counts, rise, fit)
        return float(found[0])
    return beyond
