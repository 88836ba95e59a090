r"""N that is made and destroyed while the bath hardly notices, until neutrinos are about to part.

Each population (a helicity) follows, with :math:`dx = d\ln a`,

.. math:: \frac{dY}{dx} = -\frac{\Gamma}{H}(Y - Y_{\rm eq})

and its momentum, over :math:`s^{1/3}`, likewise.  The rate of N on charges, each destroyed N and
by detailed balance each made one, and decays with their inverse:

.. math:: \Gamma = c\mu^2T^3\sum_fN_cQ_f^2w\;\frac{1\pm v}{2}+\Gamma_D\langle M/E\rangle
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from munu._arrays import Numbers
from munu.media import early_universe
from munu.rates import _flip, _thermal

# steps of ln T: what freezes out moves by its square
_STEP = 0.04


@dataclass(frozen=True, eq=False)
class Heavy:
    """Points (n,): what is made, and how fast it decays.

    Attributes
    ----------
    M : mass [energy]
    mu : root of the sum of squares over flavors, of each N [1/energy]
    width : at rest, of each N [energy]
    states : 2 (Majorana), or 4 (Dirac: two helicities, N and its antiparticle)
    species : how many N there are, degenerate
    rate : the coefficient c
    back : whether decays have an inverse
    """

    M: np.ndarray
    mu: np.ndarray
    width: np.ndarray
    states: int
    species: int
    rate: float
    back: bool = True

    @property
    def dirac(self) -> bool:
        """Whether a helicity meets neutrinos or antineutrinos alone."""
        return self.states == 4

    def only(self, live: np.ndarray) -> Heavy:
        """Some of the points."""
        return replace(self, M=self.M[live], mu=self.mu[live], width=self.width[live])

    def at(self, T: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """ln of the share of a massless density, mean p over T, <M/E> and share of each helicity.

        The last has an axis of helicities in front: 1 for both of a Majorana N together.
        """
        with np.errstate(divide="ignore"):
            share, p, slow, slip = _thermal.heavy()(np.log(self.M / T))
        slow, slip = slow * (self.M > 0), slip * (self.M > 0)
        part = np.array([1 - 0.5 * slip, 0.5 * slip]) if self.dirac else np.ones((1, 1))
        return share, p, slow, part

    def flips(self, T: np.ndarray, charges: Numbers) -> np.ndarray:
        """Rate of one N on the charges of the bath [energy]."""
        return self.rate * self.mu**2 * T**3 * charges


def step(Y: np.ndarray, before: np.ndarray, after: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Y drawn towards what it would be in equilibrium, which goes straight from one to the other.

    Exact for a constant rate, of any depth; never below 0.
    """
    gone = -np.expm1(-depth)
    lag = np.where(depth > 1e-8, gone / np.maximum(depth, 1e-8), 1 - 0.5 * depth)
    return after + (Y - before) * (1 - gone) - (after - before) * lag


def made(heavy: Heavy, T_RH: float, T_end: float) -> tuple[np.ndarray, np.ndarray]:
    """Number over entropy by helicity (k, n), and that times p/s^(1/3), at T_end < T_RH.

    None is there at T_RH; all species together.
    """
    n = max(2, int(np.ceil(np.log(T_RH / T_end) / _STEP)) + 1)
    T = np.geomspace(T_RH, T_end, n)
    s = 2 * np.pi**2 / 45 * early_universe.g_s(T) * T**3
    H, charges = early_universe.H(T), _flip.charges(T)
    down = -np.diff(np.log(s)) / 3
    Y = P = np.zeros((2 if heavy.dirac else 1, heavy.M.size))

    def seen(i: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rate over H, and what number and momentum would be in equilibrium."""
        at = np.full(heavy.M.size, T[i])
        share, p, slow, part = heavy.at(at)
        calm = heavy.species * _thermal.density(at, heavy.M, share) / s[i] * np.ones_like(Y)
        met = heavy.flips(at, charges[i]) * part + heavy.width * slow
        return met / H[i], calm, calm * p * T[i] / np.cbrt(s[i])

    last = seen(0)
    for i in range(1, n):
        here = seen(i)
        depth = 0.5 * (here[0] + last[0]) * down[i - 1]
        Y, P = step(Y, last[1], here[1], depth), step(P, last[2], here[2], depth)
        last = here
    return Y, P
