"""Limits where the expectation is linear in one even power of the size: all masses by Newton."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from munu.inference import intervals
from munu.inference import toys as fc
from munu.inference.likelihood import Problem, best_fit, profile
from munu.inference.solved import Solved
from munu.inference.study import Study


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
    root = 1 / s.power
    made = _solve(problem, counts, asimov, level, method, expected, toys, seed, progress)
    best = made["best"]
    return Solved(
        upper=np.maximum(made["upper"], 0.0) ** root, lower=made["lower"] ** root,
        best=np.sign(best) * np.abs(best) ** root, least=made["least"],
        expected=None if made["expected"] is None else made["expected"] ** root,
        bands={k: v**root for k, v in made["bands"].items()},
        empty=~(problem.size > 0), below_zero=bool(np.any(made["upper"] < 0)))


def scan(s: Study, upper: float) -> dict[str, np.ndarray] | None:
    """The likelihood ratio of the first mass against the size, from 0 to twice the limit."""
    if not np.isfinite(upper) or upper == 0:
        return None
    x = np.linspace(0, 2 * upper, 81)
    first = s.even().rows([0])
    value = profile(first.rows(np.zeros(x.size, dtype=int)), x**s.power, s.data)[0]
    return {s.ray.parameter: x, "q": value - best_fit(first, s.data)[1][0]}


def _solve(problem: Problem, counts: np.ndarray, asimov: np.ndarray, level: float,
           method: str, expected: bool, toys: int, seed: int,
           progress: Callable[[float], None] | None) -> dict[str, Any]:
    delta = intervals.rise(level, method)
    bounded = method != "profile_unbounded"
    out: dict[str, Any] = {"lower": np.zeros(len(problem.signal)), "expected": None, "bands": {}}
    if method == "feldman_cousins":
        return out | _feldman_cousins(problem, counts, asimov, level, toys, seed, expected,
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
                     toys: int, seed: int, expected: bool, progress: Callable[[float], None] | None
                    ) -> dict[str, Any]:
    delta = intervals.rise(level, "profile")
    reach = intervals.upper(problem, counts, delta)
    widest = np.maximum(reach[0], intervals.upper(problem, asimov, delta)[0])
    n, points = len(problem.signal), 15
    edges, median = np.zeros((2, n)), np.zeros(n)
    bands: dict[str, np.ndarray] = {}
    done = 0
    for j in range(n):
        if not np.isfinite(widest[j]):
            edges[:, j], median[j] = (0, np.inf), np.inf
            continue

        def step(j: int = j) -> None:
            nonlocal done
            done += 1
            if progress is not None:
                progress(done / (n * points))

        one = problem.rows([j])
        made = fc.construct(one, counts, level, 1.5 * float(widest[j]), toys=toys, seed=seed + j,
                            points=points, progress=step)
        edges[:, j] = made.interval()
        if expected:
            seen = fc.band_edges(made, one, asimov)
            median[j] = seen["median"]
            for name in ("1 sigma", "2 sigma"):
                bands.setdefault(name, np.full((2, n), np.inf))[:, j] = seen[name]
    return {"lower": edges[0], "upper": edges[1], "expected": median if expected else None,
            "bands": bands, "best": reach[1], "least": reach[2]}
