"""Limits where the expectation is linear in one even power of the size: all masses by Newton."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from munu.errors import DomainError
from munu.inference import intervals
from munu.inference import toys as fc
from munu.inference.likelihood import Fit, Problem, best_fit, profile
from munu.inference.solved import Solved
from munu.inference.study import Study

# makes the stream of random numbers of one mass anew
Draws: TypeAlias = Callable[[], np.random.Generator]


def solve(s: Study, level: float, method: str, *, expected: bool, toys: int, seed: int,
          progress: Callable[[float], None] | None = None) -> Solved:
    """Upper and lower edges of every mass, by one of ``intervals.METHODS``.

    Parameters
    ----------
    s : Study whose expectation is one even power
    expected : also the median experiment and its bands
    toys, seed : of ``feldman_cousins``
    """
    problem, counts = s.even(), s.data
    asimov = s.asimov[0]
    _explained(problem, counts)
    root = 1 / s.power
    masses = np.zeros(s.rows) if s.ray.masses is None else s.ray.masses
    made = _solve(problem, counts, asimov, level, method, expected, toys, seed, masses, progress)
    best = made["best"]
    return Solved(
        upper=np.maximum(made["upper"], 0.0) ** root, lower=made["lower"] ** root,
        best=np.sign(best) * np.abs(best) ** root, least=made["least"],
        expected=None if made["expected"] is None else made["expected"] ** root,
        bands={k: v**root for k, v in made["bands"].items()},
        events=None if method == "feldman_cousins" or s.error is not None else _events(
            problem, made["upper"]),
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
           expected: bool, toys: int, seed: int, masses: np.ndarray,
           progress: Callable[[float], None] | None) -> dict[str, Any]:
    delta = intervals.rise(level, method)
    bounded = method != "profile_unbounded"
    out: dict[str, Any] = {"lower": np.zeros(len(problem.signal)), "expected": None, "bands": {}}
    if method == "feldman_cousins":
        return out | _feldman_cousins(problem, counts, asimov, level, toys, seed, masses, expected,
                                      progress)
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
    return out


def _feldman_cousins(problem: Problem, counts: np.ndarray, asimov: np.ndarray, level: float,
                     toys: int, seed: int, masses: np.ndarray, expected: bool,
                     progress: Callable[[float], None] | None) -> dict[str, Any]:
    fc.check(toys, level, seed)
    delta = intervals.rise(level, "profile")
    n = len(problem.signal)
    edges, median = np.zeros((2, n)), np.full(n, np.inf)
    bands: dict[str, np.ndarray] = {}
    best, least, noise = np.zeros(n), np.zeros(n), np.zeros(n)
    for j in range(n):
        # each mass by itself: what stands beside it does not touch its last bits
        one = problem.rows([j])
        fit = best_fit(one, counts)
        best[j], least[j] = fit[0][0], fit[1][0]

        draws = fc.stream(seed, masses[j])

        def between(n: np.ndarray, one: Problem = one, draws: Draws = draws
                    ) -> tuple[float, float]:
            return _between(one, n, best_fit(one, n), level, delta, toys, draws)

        edges[:, j] = _between(one, counts, fit, level, delta, toys, draws)
        noise[j] = fc.noise(one, edges[1, j], counts, level, toys, draws(),
                            _beyond(one, counts, fit)) if np.isfinite(edges[1, j]) else 0.0
        if not np.isfinite(edges[1, j]):
            continue
        if expected:
            reach = float(intervals.upper(one, asimov, delta)[0][0])
            seen = fc.bands(one, asimov, level, toys=toys, rng=draws, reach=reach,
                            between=between)
            median[j] = seen["median"]
            for name in ("1 sigma", "2 sigma"):
                bands.setdefault(name, np.full((2, n), np.inf))[:, j] = seen[name]
        if progress is not None:
            progress((j + 1) / n)
    return {"lower": edges[0], "upper": edges[1], "expected": median if expected else None,
            "bands": bands, "best": best, "least": least, "noise": noise}


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
