r"""Intervals from the likelihood ratio.

Which to use:

``profile``            the default: y = mu^2 >= 0, -2 ln L rises by 2.706 (90 %).  Covers more
                       than it says where the best fit sits at the boundary.
``profile_unbounded``  the same with y of both signs: for combining, not for quoting.
``one_sided``          rises by 1.642 (90 %): an upper limit that was chosen beforehand.
``feldman_cousins``    exact coverage by toys with profiled nuisances; see ``toys.py``.
``cls``                CL_s with asymptotic formulas: never excludes where there is no
                       sensitivity.
``power_constrained``  ``one_sided``, but never below the size that an experiment without signal
                       excludes with a least probability (the power), 16 % unless said: the lower
                       edge of its own 1 sigma band.

Source : Cowan2011, FeldmanCousins1998, CowanPCL2011
"""

from __future__ import annotations

from typing import Any

import numpy as np

from munu._arrays import counted
from munu.errors import DomainError, NotConverged, UnknownName
from munu.inference.likelihood import Fit, Problem, best_fit, profile
from munu.units import split

# events of signal, over those seen, beyond which nothing rises any more
_FAR = 1e7
# how close to 0 or 1 a level may be: beyond, its quantile is round-off
_EDGE = 1e-12
METHODS = ("profile", "profile_unbounded", "one_sided", "feldman_cousins", "cls",
           "power_constrained")
# methods that rise as one-sided limits do
ONE_SIDED = ("one_sided", "power_constrained")


def check_level(level: Any) -> float:
    """A confidence level in (0, 1): a number, or a text such as ``90%``.

    >>> check_level("90%"), check_level(0.5)
    (0.9, 0.5)
    """
    value = level
    if isinstance(level, str):
        number, rest = split(level)
        value = number / 100 if rest == "%" else None if rest else number
    made = np.asarray(counted("level", value, ""))
    if made.dtype.kind not in "iuf" or made.size != 1 \
            or not _EDGE <= made <= 1 - _EDGE:
        raise DomainError(f"level {level!r} must lie between 0 and 1, as in 0.90 or '90%'")
    return float(made.item())


def rise(level: float, method: str) -> float:
    """How far -2 ln L may rise: 2.706 or 1.642 at 90 %.

    >>> round(rise(0.90, "profile"), 3), round(rise(0.90, "one_sided"), 3)
    (2.706, 1.642)
    """
    from scipy.special import ndtri

    if method not in METHODS:
        raise UnknownName("method", method, METHODS)
    check_level(level)
    one = method in ONE_SIDED
    if one and level <= 0.5:
        raise DomainError(f"level {level:g} of {method} must be above 0.5: below it the limit "
                          "would lie under the best fit")
    return float(ndtri(level) ** 2 if one else ndtri(0.5 * (1 + level)) ** 2)


def check_power(power: Any) -> float:
    """The least power of a power-constrained limit in (0, 0.5]: a number, or a text such as
    ``16%``; None is that of a median less one standard deviation.

    >>> round(check_power(None), 4), check_power("50%")
    (0.1587, 0.5)
    """
    from scipy.special import ndtr

    if power is None:
        return float(ndtr(-1.0))
    value = power
    if isinstance(power, str):
        number, rest = split(power)
        value = number / 100 if rest == "%" else None if rest else number
    made = np.asarray(counted("power", value, ""))
    if made.dtype.kind not in "iuf" or made.size != 1 or not _EDGE <= made <= 0.5:
        raise DomainError(f"power {power!r} must lie above 0 and be at most 0.5 (the median), as "
                          "in 0.16 or '16%'")
    return float(made.item())


def rise_of_none(level: float) -> float:
    r"""How far -2 ln L may rise where no event was seen and none but of a signal is expected.

    There -2 ln L rises by twice the signal S, and :math:`P(0|S) = e^{-S} = 1 - \mathrm{level}` is
    exact: 2.303 events at 90 %, where the rise of many events would be passed by 1.353.

    >>> round(rise_of_none(0.90), 3)
    4.605
    """
    return float(-2 * np.log1p(-check_level(level)))


def upper(problem: Problem, counts: np.ndarray, delta: float, *, bounded: bool = True,
          fit: Fit | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Upper edge in y where -2 ln L has risen by delta above its minimum.

    Without pulls convex in y: Newton from above comes down monotonically.

    Returns
    -------
    y_up (n,), y_best (n,), minimum (n,)
    """
    y_best, least, eta = fit if fit is not None else best_fit(problem, counts, bounded=bounded)
    n = len(y_best)
    total = np.broadcast_to(problem.size, (n,))
    open_ = total > 0
    scale = np.where(open_, 1 / np.where(open_, total, 1.0), 0.0)
    # begin a little beyond the edge of a parabola; double until it is crossed
    S, B = problem.signal, problem.background
    mean = np.maximum(eta[:, :len(B)] @ B + problem.fixed + y_best[:, None] * S, 1e-12)
    if problem.error is not None:
        mean = np.where(np.isnan(problem.error), mean, problem.error**2)
    bend = np.sum(S * S / mean, axis=1)
    b = B.sum(axis=0)
    if len(B) and np.all(np.isinf(problem.prior)):
        bend = np.maximum(bend - np.sum(S * b / mean, axis=1) ** 2 / np.sum(b * b / mean, axis=1),
                          1e-3 * bend)
    step = np.where(open_, 1.1 * np.sqrt(delta / np.where(open_, bend, 1.0)), 0.0)
    step = np.maximum(step, 1e-3 * scale)
    y = y_best + step
    most = _FAR * (1 + np.sum(np.abs(np.asarray(counts)), axis=-1))
    for _ in range(200):
        value, slope, eta = profile(problem, y, counts, eta)
        low = open_ & (value - least < delta)
        # an error of the size of the signal itself leaves no limit
        open_ &= ~low | (y * total < most)
        low &= open_
        if not low.any():
            break
        step = np.where(low, 2 * step, step)
        y = np.where(low, y_best + step, y)
    # sums over many counts do not settle below their round-off
    settled = 1e-9 + 1e-13 * np.sum(np.abs(np.asarray(counts)[..., problem.counted]), axis=-1)
    inside, outside = y_best, np.full(n, np.inf)
    for _ in range(100):
        excess = value - least - delta
        if np.all(~open_ | (np.abs(excess) < settled)):
            return np.where(open_, y, np.inf), y_best, least
        inside, outside = np.where(excess < 0, y, inside), np.where(excess < 0, outside, y)
        step = y - excess / np.where(slope > 0, slope, np.nan)
        # with pulls it is not convex and may be flat above the edge
        y = np.where(open_, np.where((inside < step) & (step < outside), step,
                                     0.5 * (inside + outside)), y)
        value, slope, eta = profile(problem, y, counts, eta)
    raise NotConverged(f"the upper limit did not settle; -2 ln L misses its target by "
                       f"{np.abs(excess).max():.1e}")


def lower(problem: Problem, counts: np.ndarray, delta: float, fit: Fit) -> np.ndarray:
    """Lower edge in y >= 0; 0 where the data allow no signal."""
    y_best, least, _ = fit
    at_zero, _, _ = profile(problem, np.zeros(len(y_best)), counts)
    inside = at_zero - least > delta
    low, high = np.zeros_like(y_best), y_best.copy()
    if inside.any():
        for _ in range(60):
            middle = 0.5 * (low + high)
            value, _, _ = profile(problem, middle, counts)
            out = value - least > delta
            low, high = np.where(out, middle, low), np.where(out, high, middle)
    return np.where(inside, low, 0.0)


def cls(q: np.ndarray, q_a: np.ndarray) -> np.ndarray:
    r"""CL_s at a size, from :math:`\tilde q` there of the data and of the median experiment.

    Source : Cowan2011
    """
    from scipy.special import erfcx, ndtr

    root, root_a = np.sqrt(q), np.sqrt(q_a)
    low = q <= q_a
    # far below the background both tails underflow; their ratio does not, since
    # (q + q_a)^2 - (q - q_a)^2 = 4 q q_a
    a, b = (np.where(low, 0.0, x) / (8**0.5 * root_a) for x in (q + q_a, q - q_a))
    near = ndtr(-root) / ndtr(np.where(low, root_a - root, 0.0))
    return np.where(low, near, np.exp(-0.5 * q) * erfcx(a) / erfcx(b))


def cls_upper(problem: Problem, counts: np.ndarray, level: float, asimov: np.ndarray) -> np.ndarray:
    r"""Upper edge by CL_s with the asymptotic distributions of :math:`\tilde q_\mu`.

    Parameters
    ----------
    problem, counts : the problem
    level : confidence level
    asimov : array (n_bins,), expected counts without signal

    Source : Cowan2011
    """
    n = len(problem.signal)
    fit, fit_a = best_fit(problem, counts), best_fit(problem, asimov)
    total = problem.size
    open_ = total > 0

    def excess(y: np.ndarray) -> np.ndarray:
        q = np.maximum(profile(problem, y, counts)[0] - fit[1], 0.0)
        q = np.where(y < fit[0], 0.0, q)
        q_a = np.maximum(profile(problem, y, asimov)[0] - fit_a[1], 1e-30)
        return cls(q, q_a) - (1 - level)

    most = _FAR * (1 + np.abs(counts).sum() + np.abs(asimov).sum())
    low = np.zeros(n)
    high = np.where(open_, np.maximum(fit[0], 0) + 5 / np.where(open_, total, 1.0), 0.0)
    for _ in range(100):
        more = open_ & (excess(high) > 0)
        open_ &= ~more | (high * total < most)
        more &= open_
        if not more.any():
            break
        high = np.where(more, 2 * high, high)
    for _ in range(60):
        middle = 0.5 * (low + high)
        out = excess(middle) <= 0
        low, high = np.where(out, low, middle), np.where(out, middle, high)
    return np.where(open_, 0.5 * (low + high), np.inf)


def asymptotic_bands(expected: np.ndarray, delta: float, method: str, level: float
                     ) -> dict[str, np.ndarray]:
    r"""Where the limit falls in 68 and 95 % of experiments without signal, in y.

    With :math:`\hat y` Gaussian of width sigma = expected/sqrt(delta) and cut at 0:
    :math:`y_{\rm up} = \hat y + \sqrt{\min(\hat y, 0)^2 + \delta\sigma^2}`.

    Source : Cowan2011
    """
    return {name: np.array([fluctuated(expected, delta, method, level, k) for k in (-n, n)])
            for name, n in (("1 sigma", 1.0), ("2 sigma", 2.0))}


def fluctuated(expected: np.ndarray, delta: float, method: str, level: float, k: float
               ) -> np.ndarray:
    """The limit of an experiment without signal whose best fit is k standard deviations high, in
    y; see :func:`asymptotic_bands`."""
    from scipy.special import ndtr, ndtri

    known = np.isfinite(expected)
    expected = np.where(known, expected, 1.0)
    if method == "cls":
        sigma = expected / ndtri(0.5 * (1 + level))
        edge = sigma * (ndtri(1 - (1 - level) * ndtr(k)) + k)
    else:
        sigma = expected / np.sqrt(delta)
        below = 0.0 if method == "profile_unbounded" else min(k, 0.0)
        edge = sigma * np.maximum(k + np.sqrt(below**2 + delta), 0.0)
    return np.where(known, edge, np.inf)
