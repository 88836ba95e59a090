r"""Poisson or Gaussian likelihood with linear templates, many problems at once.

Row j is one problem (a mass of N, or a toy).  Expected counts are

.. math:: \mu_{ji} = y_j S_{ji} + F_i + \sum_b \theta_{jb} B_{bi}
          + \sum_c \epsilon_{jc}\,\sigma_c (y_j S^c_{ji} + F^c_i)

with the squared coupling y, fixed expectations F (such as the Standard Model), background norms
theta (free, or Gaussian about 1) and pulls epsilon (unit Gaussian) on parts of signal and F.  At
fixed y this is convex in the nuisances and self-concordant: Newton's step, halved until it lowers
-ln L, always converges and never leaves the domain.  Without pulls it is convex in y and theta
together.  An unbinned likelihood is the same with densities at the events and totals in
place of the sums over bins.

Bins with an ``error`` hold values with Gaussian errors and add a chi^2; both kinds may stand in
one problem.

Which to use : bins for speed and toys, ``unbinned`` when the bins are coarse for the signal.

Source : Cowan2011
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from munu._arrays import Numbers
from munu.errors import DomainError, NotConverged

_STEPS = 100
# how close to its floor a nuisance may be and still rest there
_NEAR = 1e-9
_TOLERANCE = 1e-11
# what a fit hands back for each row: y or its value, -2 ln L or its slope, nuisances (n, P)
Fit: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False, kw_only=True)
class Problem:
    """Templates of one inference.

    Attributes
    ----------
    signal : array (n, n_bins), per unit of y
    background : array (K, n_bins)
    prior : array (K,), relative error of each norm; inf is free
    pulls : array (F, n, n_bins), sigma_c S^c
    pulls_prior : array (F,), 1, or inf for a free pull
    fixed : array (n_bins,), what is expected whatever y
    pulls_fixed : array (F, n_bins), sigma_c F^c
    error : None for counts alone, or array (n_bins,) of Gaussian errors, nan where a bin counts
    centre : where the priors sit, (1 or n, K + F), or None: norms at 1 and pulls at 0
    signal_total, background_total, pulls_total, fixed_total : their sums over bins that count, or
        for an unbinned likelihood the total expectations: (n,), (K,), (F, n), float
    """

    signal: np.ndarray
    background: np.ndarray
    prior: np.ndarray
    pulls: np.ndarray
    pulls_prior: np.ndarray
    signal_total: np.ndarray
    background_total: np.ndarray
    pulls_total: np.ndarray
    fixed_total: float
    fixed: np.ndarray
    pulls_fixed: np.ndarray
    error: np.ndarray | None = None
    centre: np.ndarray | None = None

    @classmethod
    def of(cls, signal: Numbers, background: Numbers, prior: Numbers | None = None,
           pulls: np.ndarray | None = None, signal_total: np.ndarray | None = None,
           background_total: np.ndarray | None = None, pulls_total: np.ndarray | None = None,
           fixed: np.ndarray | None = None, pulls_fixed: np.ndarray | None = None,
           error: np.ndarray | None = None, pulls_prior: Numbers | None = None,
           fixed_total: float | None = None) -> Problem:
        """Fill in what follows from the rest."""
        signal = np.atleast_2d(signal)
        n_bins = signal.shape[1]
        background = np.asarray(background, float).reshape(-1, n_bins)
        fixed = np.zeros(n_bins) if fixed is None else np.asarray(fixed, float)
        prior = np.full(len(background), np.inf) if prior is None else np.asarray(prior, float)
        pulls = np.zeros((0, *signal.shape)) if pulls is None else np.asarray(pulls, float)
        pulls_fixed = np.zeros((len(pulls), n_bins)) if pulls_fixed is None \
            else np.asarray(pulls_fixed, float)
        for name, a in (("signal", signal), ("background", background), ("pulls", pulls),
                        ("fixed", fixed), ("fixed pulls", pulls_fixed)):
            if not np.all(np.isfinite(a)):
                raise DomainError(f"the {name} template holds a value that is not finite")
        error = None if error is None else np.asarray(error, float)
        counted = np.ones(n_bins) if error is None else np.isnan(error).astype(float)
        if np.any(background * counted < 0):
            raise DomainError("background templates must be at least 0, on the signal's bins")

        def total(given: Numbers | None, parts: np.ndarray) -> np.ndarray:
            return (parts * counted).sum(axis=-1) if given is None else np.asarray(given, float)

        return cls(
            signal=signal, background=background, prior=prior, pulls=pulls, fixed=fixed,
            pulls_fixed=pulls_fixed, error=error,
            pulls_prior=np.ones(len(pulls)) if pulls_prior is None else np.asarray(pulls_prior),
            signal_total=total(signal_total, signal),
            background_total=total(background_total, background),
            pulls_total=total(pulls_total, pulls), fixed_total=float(total(fixed_total, fixed)))

    @property
    def counted(self) -> np.ndarray | slice:
        """Which bins count events."""
        return slice(None) if self.error is None else np.isnan(self.error)

    @property
    def size(self) -> np.ndarray:
        """Size of the signal of a unit of y (n,), by which steps in y are scaled."""
        return self.signal_total if self.error is None else \
            np.maximum(self.signal_total, self.signal.sum(axis=1))

    def rows(self, index: Numbers) -> Problem:
        """The same for some rows."""
        centre = self.centre if self.centre is None or len(self.centre) == 1 else \
            self.centre[index]
        return replace(self, signal=self.signal[index], pulls=self.pulls[:, index],
                       signal_total=self.signal_total[index],
                       pulls_total=self.pulls_total[:, index], centre=centre)

    @property
    def centres(self) -> np.ndarray:
        """Where the priors sit (1 or n, K + F)."""
        K, F = len(self.background), len(self.pulls)
        return np.append(np.ones(K), np.zeros(F))[None] if self.centre is None else self.centre

    def start(self, counts: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Nuisances to begin with: all norms alike, no pulls; (n, K + F)."""
        n, size = len(y), self.background_total.sum()
        norm = np.ones(n)
        if size > 0 and len(self.prior) and np.isinf(self.prior).all():
            seen = np.asarray(counts)[..., self.counted].sum(axis=-1)
            rest = seen - self.fixed_total - y * self.signal_total
            norm = np.maximum(np.broadcast_to(rest / size, (n,)), 1e-2)
        pulls = np.zeros((n, len(self.pulls)))
        return np.concatenate([np.repeat(norm[:, None], len(self.background), 1), pulls], axis=1)


def _templates(problem: Problem, y: np.ndarray
              ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Nuisance templates at y: (n or 1, P, n_bins), their totals, prior centres and errors."""
    K, F = len(problem.background), len(problem.pulls)
    T, total = problem.background[None], problem.background_total[None]
    if F:
        counted = problem.counted
        if len(problem.signal) == 1 and np.all(y == y[0]):
            # toys of one size: one set of templates for all
            y = y[:1]
        T = np.concatenate([np.broadcast_to(T, (len(y), *T.shape[1:])),
                            np.moveaxis(problem.pulls, 0, 1) * y[:, None, None]
                            + problem.pulls_fixed], axis=1)
        total = np.concatenate([
            np.broadcast_to(total, (len(y), K)), problem.pulls_total.T * y[:, None]
            + problem.pulls_fixed[:, counted].sum(axis=1)], axis=1)
    return T, total, problem.centres, np.append(problem.prior, problem.pulls_prior)


def _of(a: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Some rows of an array that has one for each problem, or one for all."""
    return a if a.ndim < 2 or len(a) == 1 else a[rows]


def _newton(offset: np.ndarray, T: np.ndarray, total: np.ndarray, centre: np.ndarray,
            prior: np.ndarray, counts: np.ndarray, x: np.ndarray, floor: np.ndarray,
            error: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Minimize total - sum n ln(offset + x.T) + priors over x; returns x, expected.

    Bins with Gaussian errors add half the sum of squares.  Rows that have settled leave when they
    are half of all.
    """
    weight, out, live = 1 / prior**2, np.array(x), np.arange(len(x))
    whole, counts = (offset, T), np.asarray(counts, dtype=float)
    for _ in range(_STEPS):
        mean = offset + _combined(x, T)
        ratio, curve = _bins(mean, counts, error)
        slope = total - _projected(ratio, T) + weight * (x - centre)
        # a nuisance close to its floor that would go lower rests there
        free = (x > floor + _NEAR) | (slope < 0)
        x = np.where(free, x, floor)
        step, decrement = _step(np.where(free, slope, 0.0), free, curve, T, weight)
        settled = np.all(np.abs(step) < _TOLERANCE * (1 + np.abs(x)), axis=1) | (decrement < 1e-6)
        if np.all(settled):
            # one full step more squares the error
            out[live] = np.maximum(x - step, floor)
            break
        if 2 * np.count_nonzero(settled) > len(settled):
            out[live[settled]] = np.maximum(x - step, floor)[settled]
            on = ~settled
            live, x, step, decrement = live[on], x[on], step[on], decrement[on]
            offset, T, total, centre, counts, floor = (
                _of(a, on) for a in (offset, T, total, centre, counts, floor))
        far = (decrement >= 0.25) | np.any(x - step <= floor, axis=1)
        if 2 * np.count_nonzero(far) > len(far):
            x = _descend(offset, T, total, centre, weight, counts, error, x, step, floor)
            continue
        new = x - step
        if far.any():
            off, T_, all_, mid, n, low = (_of(a, far) for a in (offset, T, total, centre, counts,
                                                                floor))
            new[far] = _descend(off, T_, all_, mid, weight, n, error, x[far], step[far], low)
        x = new
    else:
        raise NotConverged(f"the likelihood did not settle in {_STEPS} Newton steps (largest "
                           f"decrement {decrement.max():.1e}); check the templates")
    return out, whole[0] + _combined(out, whole[1])


def _descend(offset: np.ndarray, T: np.ndarray, total: np.ndarray, centre: np.ndarray,
             weight: np.ndarray, counts: np.ndarray, error: np.ndarray | None, x: np.ndarray,
             step: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Along the step, stopped by the floor: the first of 1, 1/2, 1/4 ... that lowers -ln L."""
    def objective(at: np.ndarray) -> np.ndarray:
        return _objective(offset, T, total, centre, weight, counts, error, at)

    here, done = objective(x), np.zeros(len(x), dtype=bool)
    out, length = x, np.ones(len(x))
    for _ in range(40):
        trial = np.maximum(x - length[:, None] * step, floor)
        good = ~done & (objective(trial) <= here + 1e-13 * np.abs(here) + 1e-12)
        out = np.where(good[:, None], trial, out)
        done |= good
        if done.all():
            break
        length = np.where(done, length, 0.5 * length)
    return out


def _objective(offset: np.ndarray, T: np.ndarray, total: np.ndarray, centre: np.ndarray,
               weight: np.ndarray, counts: np.ndarray, error: np.ndarray | None, x: np.ndarray
              ) -> np.ndarray:
    """-ln L up to a constant, inf where an occupied bin expects nothing."""
    mean = offset + _combined(x, T)
    pulls = 0.5 * (weight * (x - centre) ** 2).sum(axis=1)
    return (total * x).sum(axis=1) + pulls - _log(mean, counts, error)


def _log(mean: np.ndarray, counts: np.ndarray, error: np.ndarray | None) -> np.ndarray:
    """ln L of the bins up to totals and constants; -inf where an occupied bin expects nothing."""
    if _plain(mean, error):
        return (counts * np.log(mean)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(counts > 0, counts * np.log(np.maximum(mean, 0.0)), 0.0)
        if error is not None:
            log = np.where(np.isnan(error), log, -0.5 * ((counts - mean) / error) ** 2)
    return log.sum(axis=1)


def _step(slope: np.ndarray, free: np.ndarray, curve: np.ndarray, T: np.ndarray, weight: np.ndarray
         ) -> tuple[np.ndarray, np.ndarray]:
    """Newton's step of the free nuisances, and its decrement."""
    P = T.shape[1]
    if P == 0:
        return slope, np.zeros(len(slope))
    if P == 1:
        t = T[:, 0]
        bend = (curve * (t * t)).sum(axis=1, keepdims=True) + weight
        step = slope / np.maximum(bend, 1e-300)
    else:
        if len(T) == 1:
            pairs = (T[0][:, None] * T[0]).reshape(P * P, -1)
            bend = (curve @ pairs.T).reshape(-1, P, P)
        else:
            bend = (T * curve[:, None]) @ T.transpose(0, 2, 1)
        bend = bend + np.diag(weight)
        # in units of each nuisance's own curvature, where round-off is alike for all
        size = np.sqrt(np.maximum(np.einsum("npp->np", bend), 1e-300))
        bend = bend / (size[:, :, None] * size[:, None])
        both = free[:, :, None] & free[:, None]
        bend = np.where(both, bend, 0.0) + np.eye(P) * (1e-12 + ~free[:, None])
        step = np.linalg.solve(bend, (slope / size)[..., None])[..., 0] / size
    return step, np.sqrt(np.maximum(np.einsum("np,np->n", slope, step), 0.0))


def _projected(ratio: np.ndarray, T: np.ndarray) -> np.ndarray:
    """Sum over bins of ratio (n, n_bins) times T (n or 1, P, n_bins): (n, P)."""
    return ratio @ T[0].T if len(T) == 1 else (T @ ratio[..., None])[..., 0]


def _plain(mean: np.ndarray, error: np.ndarray | None) -> bool:
    """Whether all bins count and each expects something: nothing is to be excepted."""
    return error is None and bool(mean.size) and bool(mean.min() > 0)


def _bins(mean: np.ndarray, counts: np.ndarray, error: np.ndarray | None
         ) -> tuple[np.ndarray, np.ndarray]:
    """Minus the derivative of ln L by the expectation of each bin (less 1), and its slope."""
    if _plain(mean, error):
        ratio = counts / mean
        return ratio, ratio / mean
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(counts > 0, counts / mean, 0.0)
        bend = np.where(counts > 0, ratio / mean, 0.0)
        if error is not None:
            counted = np.isnan(error)
            ratio = np.where(counted, ratio, (counts - mean) / error**2)
            bend = np.where(counted, bend, 1 / error**2)
    return ratio, bend


def _combined(x: np.ndarray, T: np.ndarray) -> np.ndarray:
    """Sum of templates: x (n, P) and T (n or 1, P, n_bins) to (n, n_bins)."""
    if T.shape[1] == 0:
        return np.zeros((len(x), T.shape[2]))
    if T.shape[1] == 1:
        return x * T[:, 0]
    return x @ T[0] if len(T) == 1 else np.einsum("np,npi->ni", x, T)


def nll(problem: Problem, y: np.ndarray, eta: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """-2 ln(L/L_saturated) at y (n,) and nuisances (n, P); infinite where a seen bin expects 0.

    For an unbinned likelihood only differences mean anything.
    """
    T, total, centre, prior = _templates(problem, y)
    mean = y[:, None] * problem.signal + problem.fixed + np.einsum(
        "np,npi->ni", eta, np.broadcast_to(T, (len(eta), *T.shape[1:])))
    return _value(problem, y, mean, eta, total, counts, centre, prior)


def _value(problem: Problem, y: np.ndarray, mean: np.ndarray, eta: np.ndarray, total: np.ndarray,
           counts: np.ndarray, centre: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """-2 ln(L/L_saturated) with the priors."""
    counts = np.asarray(counts, dtype=float)
    expected = y * problem.signal_total + problem.fixed_total + np.einsum(
        "np,np->n", eta, np.broadcast_to(total, eta.shape))
    pulls = (((eta - centre) / prior) ** 2).sum(axis=1)
    if _plain(mean, problem.error):
        # an empty bin has the logarithm of 1
        log = counts * np.log(np.where(counts > 0, counts, mean) / mean)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.where(counts > 0, counts * np.log(counts / mean), 0.0)
            log = np.where((counts > 0) & ~(mean > 0), np.inf, log)
            if problem.error is not None:
                log = np.where(np.isnan(problem.error), log,
                               0.5 * ((counts - mean) / problem.error) ** 2)
    return 2 * (expected - counts[..., problem.counted].sum(axis=-1) + log.sum(axis=1)) + pulls


def profile(problem: Problem, y: Numbers, counts: np.ndarray, eta: np.ndarray | None = None) -> Fit:
    """Minimize over the nuisances at fixed y.

    Parameters
    ----------
    problem : Problem of n rows (or 1)
    y : array (n,)
    counts : array (n_bins,) or (n, n_bins)
    eta : array (n, P), where to begin

    Returns
    -------
    value (n,): -2 ln(L/L_sat); slope (n,): its derivative in y; eta (n, P)
    """
    y = np.atleast_1d(np.asarray(y, dtype=float))
    T, total, centre, prior = _templates(problem, y)
    offset = y[:, None] * problem.signal + problem.fixed
    eta = problem.start(counts, y) if eta is None else eta
    K, n = len(problem.background), len(eta)
    floor = np.zeros((1, K))
    if len(problem.pulls):
        # no pull takes away more than there is: 0 events would reward it without end
        there = y * problem.signal_total + problem.fixed_total
        with np.errstate(divide="ignore", invalid="ignore"):
            share = there[:, None] / np.broadcast_to(total, (n, total.shape[1]))[:, K:]
        floor = np.append(np.zeros((n, K)), np.where(share > 0, -share, -np.inf), axis=1)
    if K and np.any(offset[:, problem.counted] < 0):
        # a negative signal needs background under it: begin where every seen bin is positive
        under = problem.background[:, problem.counted].sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            need = np.where(under > 0, -offset[:, problem.counted] / under, 0.0).max(axis=1)
        eta = eta.copy()
        eta[:, :K] = np.maximum(eta[:, :K], (1.001 * need + 1e-9)[:, None])
    counts, dead = _possible(problem, offset, T, np.asarray(counts, dtype=float))
    eta, mean = _newton(offset, T, total, centre, prior, counts, eta, floor, problem.error)
    value = _value(problem, y, mean, eta, total, counts, centre, prior)
    d_mean, d_total = problem.signal, problem.signal_total
    if len(problem.pulls):
        pulls = eta[:, K:]
        d_mean = d_mean + np.einsum("nf,fni->ni", pulls, problem.pulls)
        d_total = d_total + np.einsum("nf,fn->n", pulls, problem.pulls_total)
    seen = _bins(mean, counts, problem.error)[0]
    slope = 2 * (d_total - np.sum(seen * d_mean, axis=1))
    return np.where(dead, np.inf, value), np.where(dead, -np.inf, slope), eta


def _possible(problem: Problem, offset: np.ndarray, T: np.ndarray, counts: np.ndarray
              ) -> tuple[np.ndarray, np.ndarray]:
    """Counts without the bins in which something was seen and nothing can be expected, and the
    rows that have such bins: their likelihood is 0 whatever the nuisances."""
    lost = (counts > 0) & (offset <= 0)
    if problem.error is not None:
        lost &= np.isnan(problem.error)
    if not lost.any():
        return counts, np.zeros(len(offset), dtype=bool)
    lost = lost & ~np.any(T != 0, axis=1)
    dead = lost.any(axis=1)
    return (np.where(lost, 0.0, counts) if dead.any() else counts), dead


def best_fit(problem: Problem, counts: np.ndarray, *, bounded: bool = True,
             loose: float = 1e-9) -> Fit:
    """Minimum over y and nuisances.

    Parameters
    ----------
    bounded : whether y is at least 0
    loose : with pulls, how far from the best y it may stop, in events of signal

    Returns
    -------
    y (n,), value (n,), eta (n, P)
    """
    n = np.broadcast_shapes((len(problem.signal),), np.shape(counts)[:-1])[0]
    zero = np.zeros(n)
    value, slope, eta = profile(problem, zero, counts)
    y = zero.copy()
    move = slope < 0 if bounded else np.ones(n, dtype=bool)
    move &= problem.size > 0
    if move.any():
        pick = np.flatnonzero(move)
        sub = problem if len(problem.signal) == 1 else problem.rows(pick)
        seen = counts if np.ndim(counts) == 1 else np.asarray(counts)[pick]
        sub = sub if sub.centre is None or len(sub.centre) == 1 or len(problem.signal) > 1 else \
            replace(sub, centre=sub.centre[pick])
        y[pick], value[pick], eta[pick] = _stationary(sub, seen, eta[pick], ~np.isfinite(
            value[pick]), loose)
    return y, value, eta


def _stationary(problem: Problem, counts: np.ndarray, eta: np.ndarray, dead: np.ndarray,
                loose: float) -> Fit:
    """Where the derivative in y vanishes; ``dead`` rows cannot begin at y = 0.

    Without pulls Newton in y and the norms together: y is one more linear template.
    """
    n, scale = len(eta), 1 / problem.size
    y_scale = np.broadcast_to(scale, (n,))
    if len(problem.pulls):
        y = _bracketed(problem, counts, n, y_scale, eta, loose)
        value, _, eta = profile(problem, y, counts)
        return y, value, eta
    K, m = len(problem.background), len(problem.signal)
    S = problem.signal * scale[:, None]
    T = np.concatenate([np.broadcast_to(problem.background, (m, *problem.background.shape)),
                        S[:, None]], axis=1)
    total = np.concatenate([np.broadcast_to(problem.background_total, (m, K)),
                            (problem.signal_total * scale)[:, None]], axis=1)
    centre, prior = problem.centres, np.append(problem.prior, np.inf)
    centre = np.concatenate([centre, np.zeros((len(centre), 1))], axis=1)
    seen = np.asarray(counts, dtype=float)[..., problem.counted].sum(axis=-1)
    x = np.concatenate([eta[:, :K], np.where(dead, np.maximum(seen, 1.0), 0.0)[:, None]], axis=1)
    # the signal has no floor here; a bounded search only comes in from the positive side
    x, _ = _newton(np.broadcast_to(problem.fixed, (n, S.shape[1])), T, total, centre, prior, counts,
                   x, np.append(np.zeros(K), -np.inf), problem.error)
    y = x[:, K] * y_scale
    return y, nll(problem, y, x[:, :K], counts), x[:, :K]


def _bracketed(problem: Problem, counts: np.ndarray, n: int, scale: np.ndarray, eta: np.ndarray,
               loose: float) -> np.ndarray:
    """With pulls: the zero of the profile's derivative, bracketed, by secants and halving."""
    def slope(y: np.ndarray, eta: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        return profile(problem, y, counts, eta)[1:]

    low, high = np.zeros(n), scale.copy()
    d_low, _ = slope(low, None)
    # a negative best fit lies on the other side
    high = np.where(d_low < 0, high, -0.05 * high)
    d_high, eta = slope(high, None)
    for _ in range(_STEPS):
        open_ = np.sign(d_high) == np.sign(d_low)
        if not open_.any():
            break
        low, d_low = np.where(open_, high, low), np.where(open_, d_high, d_low)
        high = np.where(open_, 2 * high, high)
        d_high, eta = slope(high, eta)
    for k in range(4 * _STEPS):
        width = high - low
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.where(d_high != d_low, low - d_low * width / (d_high - d_low), low)
        inside = (y - low) * (y - high) < 0
        y = np.where(inside & (k % 3 < 2), y, low + 0.5 * width)
        d, eta = slope(y, eta)
        same = np.sign(d) == np.sign(d_low)
        low, d_low = np.where(same, y, low), np.where(same, d, d_low)
        high, d_high = np.where(same, high, y), np.where(same, d_high, d)
        if np.all((np.abs(high - low) < loose * scale) | (np.abs(d) < 0.1 * loose / scale)):
            return y
    raise NotConverged(f"the best fit with pulls did not settle in {4 * _STEPS} steps")
