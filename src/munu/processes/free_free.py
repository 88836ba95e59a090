r"""Electron + nucleus to electron + nucleus + neutrino + N by a moment: free-free emission.

The electron brakes in a screened field and emits a photon of :math:`K^2 = y` that decays to the
pair; its pole is plasmon decay, so only the finite part is kept, as in ``compton``.

.. math:: R = \frac{1}{4\pi^2}\int d\omega\,\omega K\,\frac23\Big(1 + \frac{y}{2\omega^2}\Big)
          j^2(\omega)

.. math:: j^2 = \frac{16\alpha^3}{\omega^2}\sum n_iZ_i^2\int_m^\infty
          dE\,f(E + \omega)(1 - f(E))\int\frac{s\,ds}{(s + k_e^2)(s + k_S^2)}
          \frac{(E + E')^2 - s}{4EE'}

with :math:`s = q^2` between :math:`(p' \mp p)^2`, :math:`E' = E + \omega`: the soft photon's
current :math:`e\,\mathbf q/\omega\sqrt{EE'}` and Born's field :math:`4\pi\alpha Z/(q^2 + k_e^2)`
between ions whose own structure is :math:`(q^2 + k_e^2)/(q^2 + k_S^2)`.

Source : Raffelt1996
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers
from munu._guard import formula
from munu.media import _fermi
from munu.media.plasma import Plasma
from munu.processes import _virtual
from munu.processes._plasmons import per_mass

__all__ = ["energy_loss_rate"]

# panels of the final electron's kinetic energy above and below the Fermi surface, in temperatures
_ABOUT, _FROM_ZERO = np.array([-12.0, -4.0, 0.0, 4.0]), np.array([0.0, 0.1, 0.7, 3.0, 10.0, 30.0])
_T, _V = np.polynomial.legendre.leggauss(6)


def by_moment(plasma: Plasma, M_N: Numbers) -> np.ndarray:
    """Energy loss for a moment of 1/energy at each mass and zone: (masses, n) [energy^7]."""
    return _virtual.loss(plasma, M_N, emission)


def emission(plasma: Plasma, root: np.ndarray) -> np.ndarray:
    """R (n, nodes) [energy^5] at roots of y [energy]."""
    omega, dw, K = _virtual.above(plasma.temperature, root)
    both = 1 + root[..., None] ** 2 / (2 * omega**2)
    return (dw * omega * K * both * current(plasma, omega)).sum(axis=2) * 2 / 3 / (4 * pi**2)


def current(plasma: Plasma, omega: np.ndarray) -> np.ndarray:
    """Rate and volume of what shakes a photon of an energy loose, |j|^2 (n, ...) [energy^2]."""
    def wide(x: np.ndarray) -> np.ndarray:
        return x.reshape((-1,) + (1,) * omega.ndim)

    T, mu, m, alpha = plasma.temperature, plasma.mu_e, plasma.m_e, plasma.alpha
    k_e2 = 4 * pi * alpha * _fermi.slope(T, mu, m)
    # without ions nothing brakes, and the two may not be one
    k_S2 = np.maximum(k_e2 + 4 * pi * alpha * plasma.ions / T, k_e2 * (1 + 1e-12))
    w = omega[..., None]
    # electrons end above the surface, or within omega below it
    surface, T, mu = np.maximum(wide(mu) - m, 0.0), wide(T), wide(mu)
    edges = np.concatenate(np.broadcast_arrays(*(np.maximum(x, 0.0) for x in (
        *(surface - w + a * T for a in _ABOUT), *(surface + a * T for a in _ABOUT),
        *(a * T + 0 * w for a in _FROM_ZERO), surface + 30 * T))), axis=-1)
    edges = np.sqrt(np.sort(edges, axis=-1))
    half = 0.5 * np.diff(edges, axis=-1)[..., None]
    x = 0.5 * (edges[..., 1:] + edges[..., :-1])[..., None] + half * _T
    low, dE = (x * x).reshape(*omega.shape, -1), (2 * x * half * _V).reshape(*omega.shape, -1)
    high = low + w
    p, q = np.sqrt(low * (low + 2 * m)), np.sqrt(high * (high + 2 * m))
    a, b, EE = wide(k_e2), wide(k_S2), (low + m) * (high + m)
    # (q - p)^2 without cancellation
    least, most = (w * (2 * m + low + high) / (q + p)) ** 2, (q + p) ** 2
    # of ds/(s + a)(s + b) and of s ds/(s + a)(s + b), for a next to b as well
    pole = np.log1p((b - a) * (most - least) / (least + a) / (most + b)) / (b - a)
    soft = np.log1p((most - least) / (least + b)) - a * pole
    field = (((low + high + 2 * m) ** 2 + a + b) * soft + a * b * pole - (most - least)) / (4 * EE)
    f = _fermi.occupation((high + m - mu) / T) * _fermi.occupation((mu - low - m) / T)
    total = (dE * f * field).sum(axis=-1)
    n = plasma.ions.reshape((-1,) + (1,) * (omega.ndim - 1))
    return 16 * alpha**3 * n * total / omega**2


@formula
def energy_loss_rate(rho: Numbers, T: Numbers, Y_e: Numbers, mu: float, M_N: Numbers = 0.0, *,
                     Z2_A: float | None = None, mu_B: float = constants.mu_B,
                     amu: float = constants.amu, m_e: float = constants.m_e,
                     alpha: float = constants.alpha) -> Numbers:
    r"""Energy lost to electron + nucleus to electron + nucleus + neutrino + N, per mass.

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
    Z2_A : None, or float, sum of X_i Z_i^2/A_i over ions [1]; None is hydrogen and helium
    mu_B, amu, m_e, alpha : constants [1/energy], [energy], [energy], [1]

    Returns
    -------
    float or array like M_N [energy], an energy a mass and time; below the plasma frequency a
        correction to plasmon decay, which may be negative

    Raises
    ------
    DomainError
        A temperature of 0, a negative density or mass, what is not finite.

    Holds : soft Born form, good to a factor 2; electrons on nuclei alone, those on electrons are
        left out.
    Power : mu^2
    Source : Raffelt1996

    >>> from munu.units import K, cm, erg, g, keV, s
    >>> loss = energy_loss_rate(1e6 * g / cm**3, 1e8 * K, 0.5, 1e-12, [20 * keV, 50 * keV])
    >>> print(*(f"{x / (erg / g / s):.2e}" for x in loss))
    1.68e-03 3.05e-05
    """
    plasma = Plasma.of(rho, T, Y_e, Z2_A, amu=amu, m_e=m_e, alpha=alpha)
    return per_mass(by_moment, plasma, abs(mu) * mu_B, M_N)
