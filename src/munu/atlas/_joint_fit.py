"""Where -2 ln L of a matrix of moments is least, with the sizes of some of them given.

Y (3, columns) are the moments of a kind, x = Y Y^dagger what is seen of them.  The likelihood is
smooth and its derivatives are known, but of one column it has valleys: every search begins at
several places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from munu.atlas.moments import form
from munu.errors import NotConverged
from munu.inference.matrix import Matrix, coordinates, hermitian

# moments are counted in it inside, where all that is known of them is of order 1 [mu_B]
UNIT = 1e-11
# random starts beside those that are known to be near, and how often a valley is left for another
_STARTS, _AGAIN = 2, 5
# beyond this many times what binds the moments that are seen, one counts as free
_FREE, _STEP = 1e4, 3.0
CLOSE = 1e-6


@dataclass(frozen=True, eq=False)
class Fit:
    """The likelihood of the moments of a kind, and where it is least.

    Sizes are in units of :data:`UNIT`; Y (3, columns) are the moments of a kind.
    """

    likelihood: Matrix
    columns: int
    seed: int

    @classmethod
    def of(cls, made: Matrix, kind: str, U: np.ndarray, seed: int) -> Fit:
        """Of the likelihood of a trace matrix in flavor."""
        units = [hermitian(e) for e in np.eye(9)]
        # Tr[A C] = sum_k a_k c_k, and A becomes W: the same turn of coordinates for every bin
        turn = np.array([coordinates(form(R, kind, U)) for R in units])
        return cls(made.turned(UNIT**2 * turn), 3 if kind == "dirac" else 1, seed)

    def __call__(self, Y: np.ndarray, eta: np.ndarray | None = None
                 ) -> tuple[float, np.ndarray, np.ndarray]:
        """-2 ln L, its derivatives by the real and imaginary parts of Y, the nuisances."""
        value, slope, eta = self.likelihood.value(coordinates(Y @ Y.conj().T), eta)
        return value, 2 * hermitian(slope) @ Y, eta

    def least(self, fixed: Mapping[int, float], starts: Iterable[np.ndarray], *,
              total: float | None = None) -> tuple[float, np.ndarray]:
        """The least -2 ln L, and Y there, with the sizes of some moments, or of all, fixed."""
        from scipy.optimize import minimize

        shape = (3, self.columns)
        held: list[np.ndarray | None] = [None]

        def moments(z: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
            Z = (z[:z.size // 2] + 1j * z[z.size // 2:]).reshape(shape)
            Y, back = Z.copy(), []
            rows = [([0, 1, 2], total)] if total is not None else \
                [([i], s) for i, s in fixed.items()]
            for k, s in rows:
                norm = np.sqrt(np.sum(np.abs(Z[k]) ** 2))
                Y[k] = s * Z[k] / norm
                back.append((k, s, norm))

            def slope(G: np.ndarray) -> np.ndarray:
                out = G.copy()
                for k, s, norm in back:
                    unit = Z[k] / norm
                    out[k] = s / norm * (G[k] - unit * np.sum(unit.conj() * G[k]).real)
                return np.concatenate([out.real.ravel(), out.imag.ravel()])
            return Y, slope

        def value(z: np.ndarray) -> tuple[float, np.ndarray]:
            Y, slope = moments(z)
            found, G, held[0] = self(Y, held[0])
            return found, slope(G)

        best = None
        for start in starts:
            z = np.concatenate([start.real.ravel(), start.imag.ravel()])
            held[0] = None
            made = minimize(value, z, jac=True, method="BFGS",
                            options={"gtol": 1e-4, "maxiter": 500})
            if np.isfinite(made.fun) and (best is None or made.fun < best.fun):
                best = made
        if best is None:
            raise NotConverged("the likelihood of the moments is infinite wherever it was begun")
        return float(best.fun), moments(best.x)[0]

    def around(self, fixed: Mapping[int, float], size: float) -> list[np.ndarray]:
        """Where to begin: the others almost 0, and some at random."""
        rng = np.random.default_rng(self.seed)
        out = []
        for k in range(1 + _STARTS):
            Z = rng.normal(size=(3, self.columns)) + 1j * rng.normal(size=(3, self.columns))
            Z *= size * (1e-3 if k == 0 else 0.7)
            for i, s in fixed.items():
                Z[i] = 0
                Z[i, 0] = max(s, 1e-3 * size)
                if self.columns > 1 and k:
                    Z[i] += 0.1 * size * rng.normal(size=self.columns)
            out.append(Z)
        return out


@dataclass(frozen=True, eq=False)
class Profile:
    """-2 ln L of one size, all else profiled."""

    fit: Fit
    which: int | None
    size: float
    least: float
    best: np.ndarray

    def __call__(self, s: float, near: Iterable[np.ndarray] = (), *, many: bool = True
                 ) -> tuple[float, np.ndarray]:
        """Its rise above the least, and the moments there."""
        fixed = {} if self.which is None else {self.which: s}
        rows = slice(None) if self.which is None else self.which
        # no direction follows from what is 0
        starts = [Y for Y in near if np.any(Y[rows])]
        if many or not starts:
            starts += self.fit.around(fixed, self.size)
        value, Y = self.fit.least(fixed, starts, total=s if self.which is None else None)
        return value - self.least, Y


def sizes(fit: Fit, zero: float, delta: float) -> np.ndarray:
    """About how large each moment is where -2 ln L has risen: inf where it never does."""
    out = np.full(3, np.inf)
    for i in range(3):
        Y = np.zeros((3, fit.columns), dtype=complex)
        s = 1e-3
        while s < 1e3 * _FREE:
            Y[i, 0] = s
            if fit(Y)[0] - zero > delta:
                out[i] = s
                break
            s *= _STEP
    return out


def alone(fit: Fit, i: int, zero: float, delta: float, scale: float) -> tuple[float, float]:
    """Edges with the other moments 0."""
    from scipy.optimize import brentq, minimize_scalar

    def value(s: float) -> float:
        Y = np.zeros((3, fit.columns), dtype=complex)
        Y[i, 0] = s
        return fit(Y)[0]

    top = scale
    while value(top) - zero <= delta:
        top *= _STEP
        if top > _FREE * scale:
            return 0.0, np.inf
    found = minimize_scalar(value, bounds=(0.0, top), method="bounded", options={"xatol": 1e-9})
    best, least = (found.x, found.fun) if found.fun < zero else (0.0, zero)

    def excess(s: float) -> float:
        return value(s) - least - delta

    high = brentq(excess, best, top, xtol=1e-9, rtol=1e-9)
    low = brentq(excess, 0.0, best, xtol=1e-9, rtol=1e-9) if zero - least > delta else 0.0
    return float(low), float(high)


def edges(one: Profile, gain: float, delta: float, scale: float
          ) -> tuple[float, float, np.ndarray]:
    """Lower and upper edge, and the moments at the upper one; inf where there is none."""
    rows = slice(None) if one.which is None else one.which
    start = float(np.linalg.norm(one.best[rows]))
    top, at = max(start, scale), one.best
    while True:
        value, at = one(top, [at], many=top < 10 * scale)
        if value > delta:
            break
        top *= _STEP
        if top > _FREE * scale:
            return 0.0, np.inf, at
    high = top
    for _ in range(_AGAIN):
        high = _crossing(one, start, high, delta, at)
        value, at = one(high, [at])
        if value > delta - CLOSE * (1 + delta):
            break
        # another valley reaches further
        while one(high, [at], many=False)[0] < delta:
            high *= 1.1
    low = 0.0
    if gain > delta and start and one(1e-6 * start, [one.best])[0] > delta:
        low = _crossing(one, start, 1e-6 * start, delta, one.best)
    return low, high, at


def _crossing(one: Profile, inside: float, outside: float, delta: float, near: np.ndarray
             ) -> float:
    """Where the rise is delta, between the size of the best fit and one beyond; from one size to
    the next in the valley that ``near`` lies in."""
    from scipy.optimize import brentq

    held = [near]

    def excess(s: float) -> float:
        if s == inside:
            return -delta
        found, held[0] = one(s, [held[0]], many=False)
        return found - delta

    if excess(outside) <= 0:
        return outside
    return float(brentq(excess, inside, outside, xtol=1e-6, rtol=1e-6))


def curve(one: Profile, high: float, at: np.ndarray, points: int
          ) -> tuple[np.ndarray, np.ndarray]:
    """The rise of -2 ln L from almost 0 to 1.3 times the upper edge, in the valleys next to it."""
    x = np.linspace(1e-4 * high, 1.3 * high, points)
    y = np.zeros(points)
    for k in range(points - 1, -1, -1):
        y[k], at = one(float(x[k]), [at, one.best], many=k in (0, points // 2))
    return x, y


def plane(fit: Fit, pair: tuple[int, ...], sizes: list[np.ndarray], least: float, scale: float
          ) -> np.ndarray:
    """The rise of -2 ln L where two moments are given, from one node to the next."""
    out = np.zeros((sizes[0].size, sizes[1].size))
    above: list[np.ndarray] = [np.zeros((3, fit.columns))] * sizes[1].size
    for i, a in enumerate(sizes[0]):
        at = above[0]
        for j, b in enumerate(sizes[1]):
            fixed = {pair[0]: float(a), pair[1]: float(b)}
            near = [Y for Y in (at, above[j]) if all(np.any(Y[k]) for k in pair)]
            # all valleys at the corners, and wherever there is no neighbor yet
            many = not near or (i in (0, sizes[0].size - 1) and j in (0, sizes[1].size - 1))
            value, at = fit.least(fixed, [*near, *(fit.around(fixed, scale) if many else ())])
            above[j], out[i, j] = at, value - least
    return out
