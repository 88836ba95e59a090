r"""Photon + electron to electron + neutrino + N by a moment: Compton's process of a heavy photon.

The outgoing photon has :math:`K^2 = y`, decays to the pair, and its pole is plasmon decay, so here
only the finite part is kept,

.. math:: Q = \int_{M_N^2}\frac{dy}{\pi}\,\omega\Gamma(y)\,R(y)\,
          \mathrm{Pf}\frac{1}{(y - \omega_p^2)^2}

.. math:: R = \int\frac{d^3k}{(2\pi)^32\varepsilon}\frac{1}{e^{\varepsilon/T} - 1}
          \int\frac{d^3K}{(2\pi)^32\omega}\,\omega\,\sum|M|^2\,L(q, q_0),\qquad
          L = \int\frac{d^3p}{(2\pi)^34EE'}\,f(1 - f')\,2\pi\delta(E + q_0 - E')

L is known in closed form for relativistic electrons of any degeneracy, so their recoil, motion and
blocking are exact.  The amplitude is the one of both diagrams, taken at :math:`p\cdot(k + K) =
E_0(\varepsilon + \omega) - \mathbf p_0\cdot(\mathbf k + \mathbf K)` of the slowest
electron that can take part, which moves along q, instead of an average over all.

Source : Raffelt1996, BrdarTalk
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, gauss_panels
from munu._guard import formula
from munu.media.plasma import Plasma
from munu.processes import _virtual
from munu.processes._plasmons import loss, per_mass

__all__ = ["energy_loss_rate"]

# nodes in the photons' angle and in what an electron takes over, and how far above the Fermi
# surface, in temperatures, electrons are found
_C, _WC = np.polynomial.legendre.leggauss(6)
_Q, _WQ = gauss_panels(np.array([0.0, 1.0]), 24)
_TAIL = 16.0


def spectrum(plasma: Plasma) -> tuple[np.ndarray, np.ndarray]:
    """K^2 (n, nodes) [energy^2] and the loss there for a moment of 1/energy [energy^7]."""
    return _virtual.spectrum(plasma, emission)


def by_moment(plasma: Plasma, M_N: Numbers) -> np.ndarray:
    """Energy loss for a moment of 1/energy at each mass and zone: (masses, n) [energy^7]."""
    return loss(plasma, M_N, spectrum(plasma))


def amplitude(S: np.ndarray, U: np.ndarray, t: np.ndarray, y: np.ndarray, m: float) -> np.ndarray:
    """Sum over all spins of |M|^2/e^4; S = s - m^2, U = u - m^2, y = K^2 of the photon made."""
    a, b = m / S, m / U
    return -8 * (S / U + U / S + 2 * y * t / (S * U)) + 16 * y * (a * a + b * b) \
        + 32 * m * (a + b) * (1 + m * (a + b))


def emission(plasma: Plasma, root: np.ndarray) -> np.ndarray:
    """R (n, nodes) [energy^5] at roots of y [energy]."""
    omega, dw, K = _virtual.above(plasma.temperature, root)
    # zone by zone, as arrays that fit a cache
    made = np.array([_zone(plasma.m_e, *zone) for zone in zip(
        plasma.temperature, plasma.mu_e, plasma.omega_p, root**2, omega, K, strict=True)])
    return (4 * pi * plasma.alpha) ** 2 / (32 * pi**4) * (dw * omega * K * made).sum(axis=2)


def _zone(m: float, T: float, mu: float, wp: float, y: np.ndarray, omega: np.ndarray,
          K: np.ndarray) -> np.ndarray:
    """What is left of R under the integral over omega: (nodes, energies) [energy^3]."""
    y, omega, K = y[:, None, None, None], omega[..., None, None], K[..., None, None]
    c = _C[:, None]
    # |q_0| stays below v q with the speed v of the fastest electrons
    tail = max(mu - m, 0.0) + _TAIL * T
    v2 = tail * (tail + 2 * m) / (tail + m) ** 2
    half = v2 * (omega - K * c)
    wide = np.sqrt(half**2 + (1 - v2) * v2 * np.maximum(omega**2 + K**2 - 2 * omega * K * c, 0.0))
    low = np.maximum((half - wide) / (1 - v2), wp - omega)
    high = np.maximum(np.minimum((half + wide) / (1 - v2), _TAIL * T), low)
    q0 = low + (high - low) * _Q
    energy = omega + q0
    k = np.sqrt(np.maximum((energy - wp) * (energy + wp), 0.0))
    q2 = k * k + K * K - 2 * k * K * c
    t = np.minimum(q0 * q0 - q2, -1e-30 * m * m)
    with np.errstate(over="ignore", divide="ignore"):
        least = 0.5 * (np.sqrt(q2 * (1 - 4 * m * m / t)) - q0)
        part, step = (mu - least) / T, q0 / T
        free = T * (_soft(part) - _soft(part - step)) / -np.expm1(-step)
        L = np.where(q2 + t > q2, 0.0, free / (8 * pi * np.sqrt(q2)))
        photons = k / np.expm1(energy / T)
    # p.(k + K) of the electron that moves along q
    both = energy + omega
    middle = least * both - (least * q0 + t / 2) * (q0 * both + y - wp * wp) / q2
    M2 = amplitude(middle - t / 2, y - middle - t / 2, t, y, m)
    return ((high - low) * _WQ * photons * M2 * L * _WC[:, None]).sum(axis=(2, 3))


def _soft(x: np.ndarray) -> np.ndarray:
    """ln(1 + e^x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


@formula
def energy_loss_rate(rho: Numbers, T: Numbers, Y_e: Numbers, mu: float, M_N: Numbers = 0.0, *,
                     mu_B: float = constants.mu_B, amu: float = constants.amu,
                     m_e: float = constants.m_e, alpha: float = constants.alpha) -> Numbers:
    r"""Energy lost to photon + electron to electron + neutrino + N, per mass of the medium.

    .. math:: \epsilon = \frac1\rho\int_{M_N^2}\frac{dy}{\pi}\,\frac{\mu^2y^2}{24\pi}
              \Big(1 - \frac{M_N^2}{y}\Big)^2\Big(1 + \frac{2M_N^2}{y}\Big)\,R(y)\,
              \mathrm{Pf}\frac{1}{(y - \omega_p^2)^2}

    Parameters
    ----------
    rho : float, mass density [energy^4]
    T : float, temperature [energy]
    Y_e : float, electrons a nucleon [1]
    mu : float, root of the sum of squares over flavors [mu_B]
    M_N : float or array, mass of N [energy]
    mu_B, amu, m_e, alpha : constants [1/energy], [energy], [energy], [1]

    Returns
    -------
    float or array like M_N [energy], an energy a mass and time; below the plasma frequency a
        correction to plasmon decay, which may be negative; 0 above 70 temperatures

    Raises
    ------
    DomainError
        A temperature of 0, a negative density or mass, what is not finite.

    Holds : electrons without positrons, photons of residue 1; the exact integral over electrons
        within 1 % in a horizontal branch and the Sun, 6 % in a red giant before the flash.  Where
        M_N is within a few per cent of the plasma frequency the pole is not that of each photon.
    Power : mu^2
    Source : Raffelt1996, BrdarTalk

    >>> from munu.units import K, cm, erg, g, keV, s
    >>> loss = energy_loss_rate(1e4 * g / cm**3, 1e8 * K, 0.5, 1e-12, [20 * keV, 50 * keV])
    >>> print(*(f"{x / (erg / g / s):.1e}" for x in loss))
    6.1e-04 5.5e-05
    """
    plasma = Plasma.of(rho, T, Y_e, amu=amu, m_e=m_e, alpha=alpha)
    return per_mass(by_moment, plasma, abs(mu) * mu_B, M_N)
