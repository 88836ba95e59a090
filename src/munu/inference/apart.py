r"""Two hypotheses in bins, each with a size that is not known: how well events tell them apart.

.. math:: q = -2\ln\frac{\max_{\mu'} L(\mathrm{other},\mu')}{\max_{\mu'} L(\mathrm{true},\mu')}

They are not nested: for many events q is normal about -q', of width 2 sqrt(q'), where the other is
true, with q' its value for the median experiment, and about q where the true one is (Cox).  The
median experiment rejects the other at

.. math:: Z = \frac{q + q'}{2\sqrt{q'}}\propto\sqrt{\mathrm{exposure}}

Source : Blennow2014
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np

from munu.errors import NotConverged

# below this part of the largest bin a bin is empty; q over events below which shapes are the same
_EMPTY, SAME = 1e-12, 1e-9
# toys that are fitted at once
_BLOCK = 2000
# fine sizes between two nodes; the parts that toys are cut in for the error of what they say
_FINE, _PARTS = 24, 10
# exposures that toys try: how far a step may go, how many, and how close they come
_STEP, _STEPS, _CLOSE = 4.0, 24, 0.02


@dataclass(frozen=True, eq=False)
class Family:
    """What is expected against the size, in bins.

    Attributes
    ----------
    u : logarithms of sizes (k,), rising
    signal : array (k, n_bins)
    background : array (n_bins,), the same at every size
    """

    u: np.ndarray
    signal: np.ndarray
    background: np.ndarray

    def summed(self, groups: np.ndarray) -> Family:
        """With bins added: ``groups`` (n_bins,) are the numbers of the new ones."""
        many = groups.max() + 1
        turn = np.zeros((groups.size, many))
        turn[np.arange(groups.size), groups] = 1.0
        return Family(self.u, self.signal @ turn, self.background @ turn)

    @cached_property
    def _logs(self) -> np.ndarray:
        n = self.signal + self.background
        return np.log(np.maximum(n, _EMPTY * np.maximum(n.max(axis=1, keepdims=True), 1e-290)))

    @cached_property
    def _fine(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Fine sizes (m,), the matrix that takes nodes there (m, k), logarithms of totals (m,)."""
        from scipy.interpolate import CubicSpline

        at = np.linspace(0, self.u.size - 1, (self.u.size - 1) * _FINE + 1)
        fine = np.interp(at, np.arange(self.u.size), self.u)
        turn = CubicSpline(self.u, np.eye(self.u.size))(fine)
        return fine, turn, np.log(np.exp(turn @ self._logs).sum(axis=1))

    def fit(self, counts: np.ndarray, exposure: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """-2 ln L (t,) at the best size, no signal at all among them, and its logarithm (t,).

        ``counts`` (t, n_bins); what depends on them alone is left out.
        """
        fine, turn, total = self._fine
        many = counts.sum(axis=1)
        g = (counts @ self._logs.T) @ turn.T
        f = exposure * np.exp(total) - g
        i = np.clip(np.argmin(f, axis=1), 1, fine.size - 2)
        t = np.arange(len(counts))
        # between nodes both the sum of logarithms and that of the total are parabolas
        parts = [(a[1], (a[2] - a[0]) / 2, a[2] + a[0] - 2 * a[1]) for a in (
            [g[t, i + k] for k in (-1, 0, 1)], [total[i + k] for k in (-1, 0, 1)])]
        (g0, g1, g2), (s0, s1, s2) = parts
        d = np.zeros(t.size)
        for _ in range(8):
            n = exposure * np.exp(s0 + d * (s1 + d * s2 / 2))
            rise = s1 + d * s2
            bend = n * (rise**2 + s2) - g2
            step = (n * rise - g1 - d * g2) / np.where(bend > 0, bend, np.inf)
            d = np.clip(d - step, -1.0, 1.0)
        best = exposure * np.exp(s0 + d * (s1 + d * s2 / 2)) - (g0 + d * (g1 + d * g2 / 2))
        u = fine[i] + d * np.where(d > 0, fine[i + 1] - fine[i], fine[i] - fine[i - 1])
        value = np.minimum(best, f.min(axis=1))
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.where(counts > 0, counts * np.log(self.background), 0.0).sum(axis=1)
        none = exposure * self.background.sum() - np.where(many > 0, each, 0.0)
        return 2 * np.minimum(value, none), np.where(none < value, -np.inf, u)

    def at(self, u: float) -> np.ndarray:
        """Expected (n_bins,) at the logarithm of a size; that of nothing is the background."""
        from scipy.interpolate import CubicSpline

        if u == -np.inf:
            return self.background
        return np.exp(CubicSpline(self.u, self._logs)(u))


def fit(those: tuple[Family, ...], counts: np.ndarray, exposure: float = 1.0
        ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The best of several families: -2 ln L (t,), which of them (t,), logarithm of the size (t,).
    """
    blocks = [counts[k:k + _BLOCK] for k in range(0, len(counts), _BLOCK)]
    each = [[one.fit(block, exposure) for block in blocks] for one in those]
    value, u = (np.array([np.concatenate([b[k] for b in e]) for e in each]) for k in (0, 1))
    best = np.argmin(value, axis=0)
    t = np.arange(len(counts))
    return value[best, t], best, u[best, t]


@dataclass(frozen=True, eq=False)
class Apart:
    """One hypothesis that is true, and another.

    Attributes
    ----------
    true, other : Family for each mass that is tried, the first of them that which is true
    u : logarithm of the size that is true
    """

    true: tuple[Family, ...]
    other: tuple[Family, ...]
    u: float

    @cached_property
    def expected(self) -> np.ndarray:
        """What is true, in bins."""
        return self.true[0].at(self.u)

    @cached_property
    def nearest(self) -> tuple[float, int, float]:
        """q of the median experiment, and which of the other comes closest, at what size."""
        return self._least(self.expected, self.other, self.true)

    @cached_property
    def closest(self) -> np.ndarray:
        """What the other expects there, in bins."""
        _, which, u = self.nearest
        return self.other[which].at(u)

    @cached_property
    def back(self) -> float:
        """q' of the median experiment where the other one is true, as it is there."""
        return self._least(self.closest, self.true, self.other)[0]

    @staticmethod
    def _least(n: np.ndarray, fitted: tuple[Family, ...], own: tuple[Family, ...]
               ) -> tuple[float, int, float]:
        value, which, u = fit(fitted, n[None])
        if u[0] in fitted[which[0]].u[[0, -1]]:
            raise NotConverged("the moment that comes closest lies at the end of those that were "
                               "tried, or above the largest that is allowed")
        q = float(value[0] - fit(own, n[None])[0][0])
        return (q if q > SAME * n.sum() else 0.0), int(which[0]), float(u[0])

    def exposure(self, z: float) -> float:
        """How many times the exposure the median experiment needs; infinite where none does."""
        q, back = self.nearest[0], self.back
        return 4 * z**2 * back / (q + back) ** 2 if min(q, back) > 0 else np.inf

    def toys(self, exposure: float, many: int, seed: int) -> dict[str, Any]:
        """What the median experiment has for a p-value of the other, sizes fitted to each toy.

        Toys are drawn of both; what is drawn of one serves the other by the ratio of their
        likelihoods, so that small p-values need no more of them.

        Returns
        -------
        dict: ``q`` the median, ``p_value``, ``p_error``, and ``mean`` and ``width`` of q where the
        other is true
        """
        rng = np.random.default_rng(seed)
        both = self.expected, self.closest
        drawn = [rng.poisson(exposure * n, (many, n.size)).astype(float) for n in both]
        q = [fit(self.other, c, exposure)[0] - fit(self.true, c, exposure)[0] for c in drawn]
        with np.errstate(divide="ignore"):
            logs = [np.log(np.maximum(n, 1e-300)) for n in both]
        ratio = [np.where(c > 0, c * (logs[0] - logs[1]), 0.0).sum(axis=1)
                 - exposure * (both[0] - both[1]).sum() for c in drawn]
        share = [np.exp(-np.logaddexp(0.0, r)) for r in ratio]

        def value(rows: slice) -> tuple[float, float]:
            # as far in as rounding goes, what is as large is as large
            middle = float(np.median(q[0][rows]))
            least = middle - 1e-9 * (1 + abs(middle))
            kept = [np.where(x[rows] >= least, s[rows], 0.0) for x, s in zip(q, share, strict=True)]
            return middle, min(float(sum(k.sum() for k in kept) / kept[0].size), 1.0)

        middle, p = value(slice(None))
        parts = [value(slice(k, None, _PARTS))[1] for k in range(_PARTS)]
        return {"q": middle, "p_value": p, "p_error": float(np.std(parts) / sqrt(_PARTS - 1)),
                "mean": float(q[1].mean()), "width": float(q[1].std())}

    def by_toys(self, z: float, many: int, seed: int) -> float:
        """The exposure that toys ask for, infinite where :meth:`exposure` is."""
        from scipy.special import ndtr, ndtri

        wanted, tried = float(ndtr(-z)), self.exposure(z)
        if not np.isfinite(tried):
            return tried
        low, high = 0.0, np.inf
        for _ in range(_STEPS):
            made = self.toys(tried, many, seed)
            p, error = made["p_value"], made["p_error"]
            if abs(p - wanted) <= 0.5 * error:
                return tried
            low, high = (low, tried) if p < wanted else (tried, high)
            if high < low * (1 + _CLOSE):
                return high
            # Z rises about as the root, unless there are few events
            reach = -float(ndtri(p)) if p < 0.5 else 0.0
            guess = tried * min((z / reach) ** 2, _STEP) if reach > 0 else _STEP * tried
            tried = guess if low < guess < high else \
                sqrt(low * high) if low > 0 and high < np.inf else \
                _STEP * low if low else high / _STEP
        raise NotConverged(f"toys found no exposure up to {tried:g} times that of now")
