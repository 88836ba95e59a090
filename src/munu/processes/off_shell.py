r"""Photons of a medium that are not on their mass shell, and decay to a neutrino and N.

With a width :math:`\Gamma_T` of transverse photons the loss is an integral over
:math:`y = K^2` as well,

.. math:: Q = \int\frac{k^2dk}{\pi^2}\int_{M_N^2}^\infty\frac{dy}{\pi}\,
          \frac{\omega\Gamma_T}{(y - \omega_p^2)^2 + (\omega\Gamma_T)^2}\,
          \frac{\omega\,\Gamma(y)}{e^{\omega/T} - 1}\Big(1 + \frac{y}{2\omega^2}\Big)

whose last factor is the longitudinal photon (a current of slow electrons is conserved).  Far above
the plasma frequency this *is* photon + electron to electron + neutrino + N in the limit of slow,
heavy electrons, so the two are never added; with :math:`\Gamma_T \to 0` it is plasmon decay.  The
dispersion is :math:`K^2 = \omega_p^2` with residue 1, good to 2 % where electrons are slow.

Source : BrdarTalk, Raffelt1996
"""

from __future__ import annotations

from functools import partial
from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, gauss_panels
from munu._guard import formula
from munu.media import _fermi
from munu.media.plasma import Plasma
from munu.processes._plasmons import HEAVIEST, loss, per_mass

__all__ = ["energy_loss_rate", "thomson_width"]

# e-folds of |y - omega_p^2| a panel, temperatures of sqrt(y) a panel far out, nodes, and how far
# inside the width the grid begins
_FOLD, _STEP, _NODES, _INSIDE = 1.0, 0.75, 6, 1e-4
_X, _W = gauss_panels(np.array([0.0, 0.5, 1.0, 2.0, 3.5, 5.0, 6.7]), 12)


def thomson_width(plasma: Plasma, omega: Numbers) -> np.ndarray:
    r"""Width of a transverse photon that electrons scatter, blocking included: (n, ...) [energy].

    .. math:: \Gamma_T = \frac{8\pi\alpha^2}{3m_e^2}\,n_e\,
              \frac{\int p^2f(1-f)dp}{\int p^2f\,dp}\,(1 - e^{-\omega/T})

    Holds : slow electrons; free-free absorption is left out.
    Source : Raffelt1996
    """
    T, mu = plasma.temperature, plasma.mu_e
    p, w = _fermi.momenta(T, mu, plasma.m_e)
    f = _fermi.occupation((np.hypot(p, plasma.m_e) - mu[:, None]) / T[:, None])
    free = (w * p * p * f * (1 - f)).sum(axis=1) / (w * p * p * f).sum(axis=1)
    size = 8 * pi * plasma.alpha**2 / (3 * plasma.m_e**2) * plasma.n_e * free
    shape = (-1,) + (1,) * (np.ndim(omega) - 1)
    return size.reshape(shape) * -np.expm1(-omega / T.reshape(shape))


def by_moment(plasma: Plasma, M_N: Numbers, *, longitudinal: bool = True, scale: float = 1.0
              ) -> np.ndarray:
    """Energy loss for a moment of 1/energy at each mass and zone: (masses, n) [energy^7].

    ``scale`` multiplies the width of the photons; to 0 it leaves plasmon decay.
    """
    return loss(plasma, M_N, spectrum(plasma, longitudinal, scale))


def spectrum(plasma: Plasma, longitudinal: bool = True, scale: float = 1.0
             ) -> tuple[np.ndarray, np.ndarray]:
    """K^2 (n, nodes) [energy^2] and the loss there for a moment of 1/energy [energy^7]."""
    T, wp = plasma.temperature[:, None], plasma.omega_p[:, None]
    least = scale * thomson_width(plasma, wp) * wp
    # far out it falls as e^(-sqrt(y)/T), and a mass cuts it somewhere
    close, top = np.hypot(wp, 2 * T), (HEAVIEST + 30) * T + 2 * wp
    t, v = gauss_panels(np.linspace(0, 1, int(((top - close) / (_STEP * T)).max()) + 2), _NODES)
    root = close + (top - close) * t
    parts = [(root**2, 2 * root * (top - close) * v, root**2 - wp**2)]
    folds = np.log(np.maximum(close, wp) ** 2 / (_INSIDE * least)).max()
    t, v = gauss_panels(np.linspace(0, 1, int(folds / _FOLD) + 2), _NODES)
    for sign, far in ((1, close**2 - wp**2), (-1, wp**2)):
        # from far inside the width to the end of this side, in ln|y - omega_p^2|
        low = np.log(_INSIDE * least)
        span = np.log(far) - low
        gap = np.exp(low + span * t)
        parts.append((wp**2 + sign * gap, gap * span * v, gap))
    # what lies between the innermost nodes is flat
    inner = np.concatenate([_INSIDE * least * x for x in (-0.5, 0.5)], axis=1)
    parts.append((wp**2 + inner, np.broadcast_to(_INSIDE * least, inner.shape), np.abs(inner)))
    y, dy, gap = (np.concatenate(p, axis=1) for p in zip(*parts, strict=True))
    y = np.maximum(y, 0.0)
    # omega from sqrt(y) on, as its distance squared: k rises as a root there
    root = np.sqrt(y)[..., None]
    omega = root + T[..., None] * _X**2
    d_omega = 2 * T[..., None] * _X * _W
    k = np.sqrt((omega - root) * (omega + root))
    spread = scale * omega * thomson_width(plasma, omega)
    line = spread / (gap[..., None] ** 2 + spread**2)
    both = 1 + y[..., None] / (2 * omega**2) if longitudinal else 1.0
    with np.errstate(over="ignore"):
        inside = (d_omega * omega * k * line * both / np.expm1(omega / T[..., None])).sum(axis=2)
    return y, dy * inside / pi**3 * y**2 / (24 * pi)


@formula
def energy_loss_rate(rho: Numbers, T: Numbers, Y_e: Numbers, mu: float, M_N: Numbers = 0.0, *,
                     longitudinal: bool = True, mu_B: float = constants.mu_B,
                     amu: float = constants.amu, m_e: float = constants.m_e,
                     alpha: float = constants.alpha) -> Numbers:
    r"""Energy lost to photons off their mass shell that decay by a moment, per mass of the medium.

    .. math:: \epsilon = \frac1\rho\int\frac{k^2dk}{\pi^2}\int\frac{dy}{\pi}\,
              \frac{\omega\Gamma_T}{(y - \omega_p^2)^2 + (\omega\Gamma_T)^2}\,
              \frac{\omega\,\Gamma(y)}{e^{\omega/T} - 1}\Big(1 + \frac{y}{2\omega^2}\Big)

    Parameters
    ----------
    rho : float, mass density [energy^4]
    T : float, temperature [energy]
    Y_e : float, electrons a nucleon [1]
    mu : float, root of the sum of squares over flavors [mu_B]
    M_N : float or array, mass of N [energy]
    longitudinal : bool, with the longitudinal photon
    mu_B, amu, m_e, alpha : constants [1/energy], [energy], [energy], [1]

    Returns
    -------
    float or array like M_N [energy], an energy a mass and time

    Raises
    ------
    DomainError
        A temperature of 0, a negative density or mass, what is not finite.

    Holds : electrons alone widen the photon, slow ones; within 50 % where they are not degenerate,
        a factor 2 or 3 where they are.
    Power : mu^2
    Source : BrdarTalk, Raffelt1996
    Anchors : AC28, AC76

    >>> from munu.units import K, cm, g, keV
    >>> heavy, light = energy_loss_rate(1e4 * g / cm**3, 1e8 * K, 0.5, 1e-12, [20 * keV, 0.0])
    >>> print(f"{heavy / light:.3f}")
    0.008
    """
    plasma = Plasma.of(rho, T, Y_e, amu=amu, m_e=m_e, alpha=alpha)
    return per_mass(partial(by_moment, longitudinal=longitudinal), plasma, abs(mu) * mu_B, M_N)
