r"""Likelihood ratios of many toys at once by JAX, on whatever device it has.

The same fits as :func:`munu.inference.toys.ratio`: Newton's step on a convex function, shortened to
:math:`1/(1+\lambda)` of itself where its decrement lambda is not small, which a self-concordant
function always allows.  Without pulls, whose product with the size is not convex.

Which to use : ``munu.limit`` draws its toys with NumPy, which has nothing to compile; this for a
construction of one's own at many sizes, or on a graphics card.

Source : FeldmanCousins1998
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from munu.errors import DomainError
from munu.inference import toys as by_numpy
from munu.inference.jaxed import x64
from munu.inference.likelihood import Problem, profile

# the step from a decrement of 1e-5 ends at its square: 1e-19 of -2 ln L
_STEPS, _CLOSE, _NEAR = 60, 1e-5, 1e-9
_WRITTEN = 4


def ratios(problem: Problem, y: float, counts: np.ndarray) -> np.ndarray:
    """-2 ln of the likelihood ratio at y for each row of counts, the best y at least 0.

    Parameters
    ----------
    problem : Problem of one row, without pulls
    y : squared size, at least 0
    counts : array (n, n_bins)

    Returns
    -------
    array (n,)

    Raises
    ------
    DomainError
        Pulls, several rows, bins with Gaussian errors.
    NotConverged, NotInstalled
        Also where NumPy's fits do not settle either.
    """
    if len(problem.signal) != 1 or len(problem.pulls) or problem.error is not None:
        raise DomainError("ratios by JAX are of one mass, of counts, and without pulls; take "
                          "munu.inference.toys.ratio")
    if not (np.isfinite(y) and y >= 0):
        raise DomainError(f"y = {y!r} must be finite and at least 0")
    if not problem.signal_total[0] > 0:
        return np.zeros(len(counts))
    scale = 1 / problem.signal_total[0]
    templates = np.concatenate([problem.background, problem.signal * scale])
    weight = np.append(1 / problem.prior**2, 0.0)
    centre = np.broadcast_to(problem.centres, (len(counts), len(problem.background)))
    with x64():
        made, done = _compiled()(
            templates, weight, np.asarray(problem.fixed, dtype=float), y / scale,
            np.asarray(counts, dtype=float), np.ascontiguousarray(centre))
        made, done = np.asarray(made), np.asarray(done)
    if made.dtype != np.float64:
        raise DomainError(f"JAX computes in {made.dtype} here; the likelihood needs float64")
    out = np.maximum(made, 0.0)
    if not done.all():
        # a norm that goes to and fro at its end: the few of these take a line search
        lost = np.flatnonzero(~done)
        out[lost] = by_numpy.ratio(replace(problem, centre=centre[lost]), y,
                                   np.asarray(counts, dtype=float)[lost])
    return out


def critical_value(problem: Problem, y: float, counts: np.ndarray, level: float, toys: int,
                   rng: np.random.Generator) -> float:
    """As :func:`munu.inference.toys.critical_value`, the same toys by the same stream."""
    _, _, eta = profile(problem, np.array([y]), counts)
    drawn, redrawn = by_numpy.draw(problem, y, eta[0], toys, rng)
    return float(np.quantile(ratios(redrawn, y, drawn), level, method="inverted_cdf"))


@cache
def _compiled() -> Any:
    import jax

    xp = jax.numpy

    def objective(x: Any, T: Any, offset: Any, weight: Any, centre: Any, n: Any) -> Any:
        mean = offset + x @ T
        log = xp.where(n > 0, n * xp.log(xp.where(n > 0, mean, 1.0)), 0.0)
        return 2 * (xp.sum(mean) - xp.sum(log)) + xp.sum(weight * (x - centre) ** 2)

    def fit(x: Any, T: Any, offset: Any, weight: Any, centre: Any, n: Any) -> Any:
        total = T.sum(axis=1)

        def step(state: Any) -> Any:
            x, k, _ = state
            mean = offset + x @ T
            seen = xp.where(n > 0, n / mean, 0.0)
            slope = total - T @ seen + weight * (x - centre)
            free = (x > _NEAR) | (slope < 0)
            slope = xp.where(free, slope, 0.0)
            curve = xp.where(n > 0, seen / mean, 0.0)
            bend = (T * curve) @ T.T + xp.diag(weight)
            own = xp.sqrt(xp.maximum(xp.diag(bend), 1e-300))
            bend = bend / (own[:, None] * own)
            bend = xp.where(free[:, None] & free, bend, 0.0) + xp.diag(1e-12 + ~free)
            move = _solved(bend, slope / own, xp) / own
            decrement = xp.sqrt(xp.maximum(xp.sum(slope * move), 0.0))
            short = xp.where(decrement < 0.25, 1.0, 1 / (1 + decrement))
            return xp.maximum(xp.where(free, x - short * move, 0.0), 0.0), k + 1, decrement

        begin = (x, 0, xp.inf)
        x, _, decrement = jax.lax.while_loop(
            lambda s: (s[2] > _CLOSE) & (s[1] < _STEPS), step, begin)
        return objective(x, T, offset, weight, centre, n), decrement <= _CLOSE

    def one(T: Any, weight: Any, fixed: Any, y: Any, n: Any, centre: Any) -> Any:
        K = len(T) - 1
        size = xp.sum(T[:K])
        norm = xp.maximum((xp.sum(n) - xp.sum(fixed) - y) / xp.where(size > 0, size, 1.0), 1e-2)
        start = xp.where(weight[:K] > 0, 1.0, norm)
        there, good = fit(start, T[:K], fixed + y * T[K], weight[:K], centre, n)
        best, fine = fit(xp.append(start, xp.maximum(y, 1.0)), T, fixed, weight,
                         xp.append(centre, 0.0), n)
        return there - best, good & fine

    return jax.jit(jax.vmap(one, in_axes=(None, None, None, None, 0, 0)))


def _solved(A: Any, b: Any, xp: Any) -> Any:
    """Linear equations; of few the elimination is written out, which goes over all toys at once."""
    n = len(b)
    if n > _WRITTEN:
        return xp.linalg.solve(A, b)
    rows, right = [A[i] for i in range(n)], [b[i] for i in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            f = rows[j][i] / rows[i][i]
            rows[j], right[j] = rows[j] - f * rows[i], right[j] - f * right[i]
    out: list[Any] = [None] * n
    for i in reversed(range(n)):
        out[i] = (right[i] - sum(rows[i][j] * out[j] for j in range(i + 1, n))) / rows[i][i]
    return xp.stack(out) if n else b
