r"""Integrals over free fermions and antifermions of any degeneracy.

With :math:`f, \bar f = 1/(e^{(E \mp \mu)/T} + 1)`: panels follow the Fermi surface, so that the
same nodes serve a white dwarf, the Sun and a supernova's core.  All arguments are arrays of zones.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu._arrays import gauss

# panels in kinetic energy about the Fermi surface, in units of T, and nodes a panel
_ABOUT = np.array([-30.0, -10.0, -3.0, 0.0, 3.0, 10.0, 25.0, 50.0])
_FROM_ZERO = np.array([0.03, 0.3, 1.0, 3.0, 8.0, 20.0, 50.0])
_NODES = 20


def momenta(T: np.ndarray, mu: np.ndarray, m: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights in momentum, (zones, nodes).

    Panels of no width where the Fermi surface leaves none carry no weight.
    """
    surface = np.maximum(mu - m, 0.0)[:, None]
    above = np.concatenate([surface + _ABOUT * T[:, None], _FROM_ZERO * T[:, None],
                            np.zeros((len(T), 1))], axis=1)
    kinetic = np.sort(np.clip(above, 0.0, None), axis=1)
    edges = np.sqrt(kinetic * (kinetic + 2 * m))
    t, v = gauss(_NODES)
    half = 0.5 * np.diff(edges, axis=1)[..., None]
    middle = 0.5 * (edges[:, 1:] + edges[:, :-1])[..., None]
    shape = (len(T), -1)
    return (middle + half * t).reshape(shape), (half * v).reshape(shape)


def occupation(x: np.ndarray) -> np.ndarray:
    """1/(e^x + 1), without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x > 0, e, 1.0) / (1 + e)


def integral(T: np.ndarray, mu: np.ndarray, m: float, weight) -> np.ndarray:
    """Integral of weight(p, E) (f + fbar) over p, for each zone."""
    p, w = momenta(T, mu, m)
    E = np.hypot(p, m)
    both = occupation((E - mu[:, None]) / T[:, None]) \
        + occupation((E + mu[:, None]) / T[:, None])
    return (w * weight(p, E) * both).sum(axis=1)


def density(T: np.ndarray, mu: np.ndarray, m: float) -> np.ndarray:
    """Fermions less antifermions, two spins [energy^3]."""
    p, w = momenta(T, mu, m)
    E = np.hypot(p, m)
    # f - fbar = f (1 - fbar) (1 - e^(-2 mu/T)), which does not cancel among pairs
    f = occupation((E - mu[:, None]) / T[:, None])
    hole = occupation(-(E + mu[:, None]) / T[:, None])
    return -np.expm1(-2 * mu / T) * (w * p * p * f * hole).sum(axis=1) / pi**2


def slope(T: np.ndarray, mu: np.ndarray, m: float) -> np.ndarray:
    r"""dn/dmu [energy^2], as :math:`\pi^{-2}\int (p^2 + E^2)/E\,(f + \bar f)\,dp` of two spins."""
    return integral(T, mu, m, lambda p, E: (p * p + E * E) / E) / pi**2


def chemical_potential(T: np.ndarray, n: np.ndarray, m: float) -> np.ndarray:
    """mu of a density n >= 0, rest mass included [energy].

    It lies between 0 and the Fermi energy; Newton in ln n (where the gas is dilute, mu is linear
    in it), halved wherever it would leave what encloses the root.
    """
    fermi = np.sqrt(np.cbrt(3 * pi**2 * n) ** 2 + m * m)
    low, high, mu = np.zeros_like(fermi), fermi, 0.999 * fermi
    there = n > 0
    for _ in range(80):
        here = density(T, mu, m)
        excess = here - n
        low, high = np.where(excess < 0, mu, low), np.where(excess < 0, high, mu)
        # so far below the mass that nothing is occupied, there is no slope: halve
        with np.errstate(invalid="ignore"):
            step = np.where(here > 0, here * np.log(np.where(there & (here > 0), here / np.where(
                there, n, 1.0), 1.0)), 0.0) / slope(T, mu, m)
        # at the root itself rounding may put it a digit outside of what encloses it: that is no
        # reason to leave it again
        found = np.abs(step) <= 1e-14 * np.abs(mu)
        new = mu - step
        new = np.where(found | ((new > low) & (new < high)), new, 0.5 * (low + high))
        mu = np.where(found, mu, new)
        if np.all(found):
            break
    return np.where(there, mu, 0.0)
