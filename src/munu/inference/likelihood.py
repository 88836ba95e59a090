r"""Poisson likelihood with linear templates, many problems at once.

Row j is one problem (a mass of N, or a toy).  Expected counts are

.. math:: \mu_{ji} = y_j S_{ji} + \sum_b \theta_{jb} B_{bi}
          + y_j \sum_c \epsilon_{jc}\, \sigma_c S^c_{ji}

with the squared coupling y, background norms theta (free, or Gaussian about 1) and flux pulls
epsilon (unit Gaussian).  At fixed y this is convex in the nuisances and self-concordant: the
damped Newton step 1/(1 + decrement) always converges and never leaves the domain.  Without
flux pulls it is convex in y and theta together.  An unbinned likelihood is the same with
densities at the events and totals in place of the sums over bins.

Which to use : bins for speed and toys, ``unbinned`` when the bins are coarse for the signal.

Source : Cowan2011
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from munu.errors import DomainError, NotConverged

_STEPS = 60
_TOLERANCE = 1e-11


@dataclass(frozen=True, eq=False)
class Model:
    """Templates of one inference.

    Attributes
    ----------
    signal : array (n, n_bins), per unit of y
    background : array (K, n_bins)
    prior : array (K,), relative error of each norm; inf is free
    flux : array (F, n, n_bins), sigma_c S^c
    signal_total, background_total, flux_total : their sums, or for an unbinned likelihood the
        total expectations: (n,), (K,), (F, n)
    """

    signal: np.ndarray
    background: np.ndarray
    prior: np.ndarray
    flux: np.ndarray
    signal_total: np.ndarray
    background_total: np.ndarray
    flux_total: np.ndarray

    @classmethod
    def of(cls, signal, background, prior=None, flux=None, signal_total=None,
           background_total=None, flux_total=None) -> Model:
        """Fill in what follows from the rest."""
        signal, background = np.atleast_2d(signal), np.atleast_2d(background)
        prior = np.full(len(background), np.inf) if prior is None else np.asarray(prior, float)
        flux = np.zeros((0, *signal.shape)) if flux is None else np.asarray(flux, float)
        for name, a in (("signal", signal), ("background", background), ("flux", flux)):
            if not np.all(np.isfinite(a)):
                raise DomainError(f"the {name} template holds a value that is not finite")
        if np.any(background < 0) or background.shape[1] != signal.shape[1]:
            raise DomainError("background templates must be at least 0, on the signal's bins")
        return cls(signal, background, prior, flux,
                   signal.sum(axis=1) if signal_total is None else np.asarray(signal_total),
                   background.sum(axis=1) if background_total is None
                   else np.asarray(background_total),
                   flux.sum(axis=2) if flux_total is None else np.asarray(flux_total))

    def rows(self, index) -> Model:
        """The same for some rows."""
        return Model(self.signal[index], self.background, self.prior, self.flux[:, index],
                     self.signal_total[index], self.background_total, self.flux_total[:, index])

    def start(self, counts, n: int) -> np.ndarray:
        """Nuisances to begin with: all norms alike, no pulls; (n, K + F)."""
        total = np.broadcast_to(np.sum(counts, axis=-1), (n,))
        norm = np.where(np.isinf(self.prior).all(), total / self.background_total.sum(), 1.0)
        norm = np.maximum(norm, 1e-3)
        pulls = np.zeros((n, len(self.flux)))
        return np.concatenate([np.repeat(norm[:, None], len(self.background), 1), pulls], axis=1)


def _templates(model: Model, y):
    """Nuisance templates at y: (n or 1, P, n_bins), their totals, prior centres and errors."""
    K, F = len(model.background), len(model.flux)
    T, total = model.background[None], model.background_total[None]
    if F:
        T = np.concatenate([np.broadcast_to(T, (len(y), *T.shape[1:])),
                            np.moveaxis(model.flux, 0, 1) * y[:, None, None]], axis=1)
        total = np.concatenate([np.broadcast_to(total, (len(y), K)),
                                model.flux_total.T * y[:, None]], axis=1)
    return T, total, np.append(np.ones(K), np.zeros(F)), np.append(model.prior, np.ones(F))


def _newton(offset, T, total, centre, error, counts, x, floor):
    """Minimize total - sum n ln(offset + x.T) + priors over x; returns x, expected, value."""
    weight = 1 / error**2
    P = T.shape[1]
    for _ in range(_STEPS):
        mu = offset + _combined(x, T)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(counts > 0, counts / mu, 0.0)
            curve = np.where(counts > 0, ratio / mu, 0.0)
        if P == 1:
            t = T[:, 0]
            slope = total - (ratio * t).sum(axis=1, keepdims=True) + weight * (x - centre)
            bend = (curve * (t * t)).sum(axis=1, keepdims=True) + weight
            step = slope / np.maximum(bend, 1e-300)
        else:
            slope = total - np.einsum("ni,npi->np", ratio, np.broadcast_to(
                T, (len(ratio), *T.shape[1:]))) + weight * (x - centre)
            bend = np.einsum("ni,npi,nqi->npq", curve, *(np.broadcast_to(
                T, (len(ratio), *T.shape[1:])),) * 2) + np.diag(weight)
            bend = bend + 1e-12 * np.trace(bend, axis1=1, axis2=2)[:, None, None] * np.eye(P)
            step = np.linalg.solve(bend, slope[..., None])[..., 0]
        decrement = np.sqrt(np.maximum(np.einsum("np,np->n", slope, step), 0.0))
        # a pull against the floor has nowhere to go
        stuck = np.all((x <= floor) & (step > 0) | (np.abs(step) < _TOLERANCE * (1 + np.abs(x))),
                       axis=1)
        if np.all(stuck | (decrement < 1e-7)):
            # one full step more squares the error
            x = np.maximum(x - step, floor)
            break
        damp = np.where(decrement < 0.25, 1.0, 1 / (1 + decrement))[:, None]
        x = np.maximum(x - damp * step, floor)
    else:
        raise NotConverged(f"the likelihood did not settle in {_STEPS} Newton steps (largest "
                           f"decrement {decrement.max():.1e}); check the templates")
    return x, offset + _combined(x, T)


def _combined(x, T):
    """Sum of templates: x (n, P) and T (n or 1, P, n_bins) to (n, n_bins)."""
    if T.shape[1] == 1:
        return x * T[:, 0]
    return x @ T[0] if len(T) == 1 else np.einsum("np,npi->ni", x, T)


def nll(model: Model, y, eta, counts) -> np.ndarray:
    """-2 ln(L/L_saturated) at y (n,) and nuisances (n, P); infinite where a seen bin expects 0.

    For an unbinned likelihood only differences mean anything.
    """
    T, total, centre, error = _templates(model, y)
    mu = y[:, None] * model.signal + np.einsum(
        "np,npi->ni", eta, np.broadcast_to(T, (len(eta), *T.shape[1:])))
    expected = y * model.signal_total + np.einsum("np,np->n", eta, np.broadcast_to(
        total, eta.shape))
    return _value(mu, expected, counts, eta, centre, error)


def _value(mu, expected, counts, eta, centre, error):
    counts = np.asarray(counts, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(counts > 0, counts * np.log(counts / mu), 0.0)
        log = np.where((counts > 0) & ~(mu > 0), np.inf, log)
    pulls = ((eta - centre) / error) ** 2
    return 2 * (expected - counts.sum(axis=-1) + log.sum(axis=1)) + pulls.sum(axis=1)


def profile(model: Model, y, counts, eta=None):
    """Minimize over the nuisances at fixed y.

    Parameters
    ----------
    model : Model of n rows (or 1)
    y : array (n,)
    counts : array (n_bins,) or (n, n_bins)
    eta : array (n, P), where to begin

    Returns
    -------
    value (n,): -2 ln(L/L_sat); slope (n,): its derivative in y; eta (n, P)
    """
    y = np.atleast_1d(np.asarray(y, dtype=float))
    T, total, centre, error = _templates(model, y)
    offset = y[:, None] * model.signal
    eta = model.start(counts, len(y)) if eta is None else eta
    K = len(model.background)
    floor = np.append(np.zeros(K), np.full(len(model.flux), -np.inf))
    if np.any(y < 0):
        # a negative signal needs background under it: begin where every seen bin is positive
        with np.errstate(divide="ignore", invalid="ignore"):
            need = np.where(model.background.sum(axis=0) > 0,
                            -offset / model.background.sum(axis=0), 0.0).max(axis=1)
        eta = np.maximum(eta, np.append(np.ones(K), np.full(len(model.flux), -np.inf))
                         * (1.001 * need + 1e-9)[:, None])
    eta, mu = _newton(offset, T, total, centre, error, counts, eta, floor)
    expected = y * model.signal_total + np.einsum("np,np->n", eta, np.broadcast_to(
        total, eta.shape))
    value = _value(mu, expected, counts, eta, centre, error)
    d_mu, d_total = model.signal, model.signal_total
    if len(model.flux):
        pulls = eta[:, K:]
        d_mu = d_mu + np.einsum("nf,fni->ni", pulls, model.flux)
        d_total = d_total + np.einsum("nf,fn->n", pulls, model.flux_total)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.where(np.asarray(counts) > 0, counts / mu, 0.0)
    slope = 2 * (d_total - np.sum(seen * d_mu, axis=1))
    return value, slope, eta


def best_fit(model: Model, counts, *, bounded: bool = True):
    """Minimum over y and nuisances.

    Returns
    -------
    y (n,), value (n,), eta (n, P).  With ``bounded`` y is at least 0.
    """
    n = np.broadcast_shapes((len(model.signal),), np.shape(counts)[:-1])[0]
    zero = np.zeros(n)
    value, slope, eta = profile(model, zero, counts)
    y = zero.copy()
    move = slope < 0 if bounded else np.ones(n, dtype=bool)
    move &= model.signal_total > 0
    if move.any():
        pick = np.flatnonzero(move)
        sub = model if len(model.signal) == 1 else model.rows(pick)
        seen = counts if np.ndim(counts) == 1 else np.asarray(counts)[pick]
        y[pick], value[pick], eta[pick] = _stationary(sub, seen, eta[pick])
    return y, value, eta


def _stationary(model: Model, counts, eta):
    """Where the derivative in y vanishes, by Newton on the profile with a safe bracket."""
    n, scale = len(eta), 1 / model.signal_total
    # joint Newton in (y, theta): y is one more linear template; pulls follow afterwards
    K = len(model.background)
    S = np.broadcast_to(model.signal, (n, model.signal.shape[1]))
    B = np.broadcast_to(model.background, (n, *model.background.shape))
    y_scale = np.broadcast_to(scale, (n,))
    T = np.concatenate([B, (S * y_scale[:, None])[:, None]], axis=1)
    total = np.concatenate([np.broadcast_to(model.background_total, (n, K)), np.ones((n, 1))],
                           axis=1)
    centre, error = np.append(np.ones(K), 0.0), np.append(model.prior, np.inf)
    x = np.concatenate([eta[:, :K], np.zeros((n, 1))], axis=1)
    # the signal has no floor here; a bounded search only comes in from the positive side
    x, _ = _newton(np.zeros((n, 1)), T, total, centre, error, counts, x,
                   np.append(np.zeros(K), -np.inf))
    y = x[:, K] * y_scale
    if len(model.flux):
        y = _pull_corrected(model, counts, y)
    value, _, eta = profile(model, y, counts)
    return y, value, eta


def _pull_corrected(model: Model, counts, y):
    """With flux pulls: secant steps on the profile's derivative from the fixed-flux answer."""
    scale = 1 / model.signal_total
    a, (_, fa, eta) = y, profile(model, y, counts)
    b = y + 0.05 * scale
    for _ in range(_STEPS):
        _, fb, eta = profile(model, b, counts, eta)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(fb != fa, fb * (b - a) / (fb - fa), 0.0)
        if np.all(np.abs(step) < 1e-9 * scale):
            return b - step
        a, fa, b = b, fb, b - step
    raise NotConverged(f"the best fit with flux pulls did not settle in {_STEPS} steps")
