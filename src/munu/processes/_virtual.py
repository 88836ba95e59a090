"""Photons that a charge emits off their mass shell and that decay to a neutrino and N.

All that makes them is one spectrum R(y) in y = K^2.  With the propagator of a photon in the medium

    Q = int dy/pi  omega Gamma(y) R(y) Pf 1/(y - omega_p^2)^2

where Pf, Hadamard's finite part, takes the pole away: a Lorentz curve of small width G is
pi delta(x) + G Pf 1/x^2, and its delta function is plasmon decay, which is counted there.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np

from munu._arrays import Numbers, gauss_panels
from munu.media.plasma import Plasma
from munu.processes._plasmons import opening

# nodes of R, temperatures from the largest mass on to the end of y, temperatures beyond which
# nothing is left in floats, and panels of |y - omega_p^2| and of sqrt(y) with their nodes
_SPECTRUM, _BEYOND, _NOTHING = 40, 30.0, 600.0
_NEAR, _STEP, _NODES = np.linspace(0.0, np.log(1e5), 9), 1.0, 6
_X, _W = gauss_panels(np.array([0.0, 5.0]), 12)

Emission = Callable[[Plasma, np.ndarray], np.ndarray]


def above(T: np.ndarray, root: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Energies above sqrt(y) with their weights, and momenta: (n, y, nodes) [energy].

    As the square of a distance, since the momentum rises as a root.
    """
    T, root = T[:, None, None], root[..., None]
    omega = root + T * _X**2
    return omega, 2 * T * _X * _W, np.sqrt((omega - root) * (omega + root))


def loss(plasma: Plasma, M_N: Numbers, emission: Emission) -> np.ndarray:
    """Energy loss for a moment of 1/energy at each mass and zone: (masses, n) [energy^7].

    ``emission`` gives R (n, nodes) [energy^5] at roots of y (n, nodes) [energy].
    """
    from scipy.interpolate import CubicSpline

    M_N = np.atleast_1d(M_N)
    T = plasma.temperature
    top = _BEYOND * T + np.minimum(M_N.max(), _NOTHING * T) + 2 * plasma.omega_p
    y, weight = _grid(plasma, top)
    root = np.sqrt(y)
    # a fall as e^(-root/T) apart it is smooth, and finest where y is small
    nodes = top[:, None] * np.linspace(0, 1, _SPECTRUM) ** 2
    made = np.log(np.maximum(emission(plasma, nodes), 1e-300)) + nodes / T[:, None]
    smooth = np.array([CubicSpline(x, f)(r) for x, f, r in zip(nodes, made, root, strict=True)])
    weight = weight * np.exp(smooth - root / T[:, None]) * y**2 / (24 * pi**2)
    return np.array([(opening(y, m) * weight).sum(axis=1) for m in M_N])


def _grid(plasma: Plasma, top: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes in y (n, nodes) and weights of the finite part of an integral over 1/(y - pole)^2."""
    pole, T = plasma.omega_p[:, None] ** 2, plasma.temperature
    folds, v = gauss_panels(_NEAR, _NODES)
    part = np.exp(-folds)
    # from 0 to twice the pole in pairs about it, less what diverges between their innermost
    w = np.broadcast_to(v / part, (len(T), part.size)) / pole
    # on in its logarithm while the pole is near, then in sqrt(y)
    far = np.maximum(np.sqrt(2) * plasma.omega_p, np.hypot(plasma.omega_p, 2 * T))[:, None]
    more = np.log(far**2 / pole - 1)
    t, v = gauss_panels(np.linspace(0, 1, int(more.max()) + 2), _NODES)
    gap = pole * np.exp(more * t)
    span = top[:, None] - far
    x, u = gauss_panels(np.linspace(0, 1, int((span / (_STEP * T[:, None])).max()) + 2), _NODES)
    root = far + span * x
    centre = -2 * w.sum(axis=1, keepdims=True) - 2 / pole
    y = np.concatenate([pole * (1 - part), pole, pole * (1 + part), pole + gap, root**2], axis=1)
    return y, np.concatenate([w, centre, w, more * v / gap,
                              2 * root * span * u / (root**2 - pole) ** 2], axis=1)
