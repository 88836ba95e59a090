r"""What a gas of free fermions answers to a photon that takes nothing or something from it.

All that a fermion of energy :math:`\epsilon - q_0/2` does when it takes up energy :math:`q_0` and
momentum q, its directions averaged over, is even in :math:`\epsilon`, and two moments remain:

.. math:: J_n = \int_{\epsilon_-}^\infty\epsilon^n f(\epsilon - \tfrac{q_0}2)
          [1 - f(\epsilon + \tfrac{q_0}2)]\,d\epsilon,\qquad
          \epsilon_- = \frac q2\sqrt{1 + \frac{4m^2}{q^2 - q_0^2}}

With :math:`f_1(1 - f_2) = (f_1 - f_2)/(1 - e^{-q_0/T})` they are polylogarithms,
:math:`\phi_n(u) = -\mathrm{Li}_n(-e^u)`.
"""

from __future__ import annotations

from functools import cache
from math import pi

import numpy as np

from munu._arrays import gauss
from munu.media._fermi import occupation

# degree of the fits of phi_2 and phi_3, good to 1e-11: both are smooth down to e^u = -1
_DEGREE = 14
# below this share of T the difference of two energies is a slope, good to the square of it / 24
_SLOPE = 1e-3


@cache
def _fits() -> tuple[np.ndarray, np.ndarray]:
    """phi_2/z and phi_3/z as polynomials in 2 z - 1, for z = e^u from 0 to 1."""
    t, v = gauss(40)
    s, w = 0.5 * (1 + t), 0.5 * v
    x = np.cos(pi * (np.arange(_DEGREE + 1) + 0.5) / (_DEGREE + 1))
    z = 0.5 * (1 + x)

    def second(z: np.ndarray) -> np.ndarray:
        a = z[..., None] * s
        return (np.log1p(a) / a) @ w

    cheb = np.polynomial.chebyshev
    found = [cheb.cheb2poly(cheb.chebfit(x, y, _DEGREE))
             for y in (second(z), second(z[:, None] * s) @ w)]
    for a in found:
        a.setflags(write=False)
    return found[0], found[1]


def phi(u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """phi_1, phi_2 and phi_3 at u."""
    z = np.exp(-np.abs(u))
    x = 2 * z - 1
    two, three = (np.full_like(x, c[-1]) for c in _fits())
    for a, b in zip(_fits()[0][-2::-1], _fits()[1][-2::-1], strict=True):
        two *= x
        two += a
        three *= x
        three += b
    two *= z
    three *= z
    # beyond the Fermi surface by reflection
    inside = np.maximum(u, 0.0)
    one = np.log1p(z) + inside
    two = np.where(u > 0, pi**2 / 6 + 0.5 * inside**2 - two, two)
    return one, two, three + inside * (pi**2 / 6 + inside**2 / 6)


def _above(low: np.ndarray, c: np.ndarray, T: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Integrals of 1 and epsilon^2 over 1/(e^((epsilon - c)/T) + 1) from ``low``."""
    one, two, three = phi((c - low) / T)
    return T * one, T * (low * low * one + 2 * T * (low * two + T * three))


def moments(q0: np.ndarray, low: np.ndarray, T: np.ndarray, mu: np.ndarray, blocking: bool = True
            ) -> tuple[np.ndarray, np.ndarray]:
    """J_0 and J_2 from ``low`` [energy], [energy^3]; without blocking f_2 is left out."""
    up = _above(low, mu + 0.5 * q0, T)
    if not blocking:
        return up
    down = _above(low, mu - 0.5 * q0, T)
    x = q0 / T
    flat = np.broadcast_to(np.abs(x) < _SLOPE, low.shape)
    with np.errstate(over="ignore"):
        bose = -1 / np.expm1(-np.where(np.abs(x) < _SLOPE, 1.0, x))
    out = [(a - b) * bose for a, b in zip(up, down, strict=True)]
    if flat.any():
        low, T, mu, x = (np.broadcast_to(a, low.shape)[flat] for a in (low, T, mu, x))
        u = (mu - low) / T
        one, two, _ = phi(u)
        # x/(1 - e^-x) is 1 + x/2 here
        edge = T * occupation(-u) * (1 + 0.5 * x)
        out[0][flat] = edge
        out[1][flat] = low * low * edge + 2 * T * T * (low * one + T * two) * (1 + 0.5 * x)
    return out[0], out[1]
