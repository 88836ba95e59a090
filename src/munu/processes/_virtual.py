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

from munu._arrays import gauss_panels
from munu.media.plasma import Plasma
from munu.processes._plasmons import HEAVIEST

# nodes of R, temperatures to the end of sqrt(y), and panels of |y - omega_p^2| and of sqrt(y) with
# their nodes
_SPECTRUM, _BEYOND = 24, 30.0
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


def spectrum(plasma: Plasma, emission: Emission) -> tuple[np.ndarray, np.ndarray]:
    """y (n, nodes) [energy^2] and what is lost there for a moment of 1/energy, opening apart.

    ``emission`` gives R (n, nodes) [energy^5] at roots of y (n, nodes) [energy].
    """
    from scipy.interpolate import CubicSpline

    T = plasma.temperature
    top = (HEAVIEST + _BEYOND) * T + 2 * plasma.omega_p
    y, weight = _grid(plasma, top)
    root = np.sqrt(y)
    # a fall as e^(-root/T) apart it is smooth, and finest where y is small
    nodes = top[:, None] * np.linspace(0, 1, _SPECTRUM) ** 2
    made = np.log(np.maximum(emission(plasma, nodes), 1e-300)) + nodes / T[:, None]
    smooth = np.array([CubicSpline(x, f)(r) for x, f, r in zip(nodes, made, root, strict=True)])
    return y, weight * np.exp(smooth - root / T[:, None]) * y**2 / (24 * pi**2)


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
