r"""Plasmons that decay to neutrinos: by a moment, a charge, a charge radius, and by Z and W.

A photon of a plasma has :math:`K^2 = \omega^2 - k^2 > 0` and decays with a width that knows
:math:`K^2` alone.  So the plasma is integrated over once, and every coupling and every mass of N
is one product with what comes out.

.. math:: Q = \sum_{T,L} g\int\frac{k^2dk}{2\pi^2}\,\frac{\omega\,\Gamma}{e^{\omega/T} - 1},
          \qquad g_T = 2,\ g_L = 1

Source : BraatenSegel1993, Raffelt1996
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from munu import constants, flavors, weak
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.media.plasma import Plasma
from munu.processes._photon_pairs import to_N
from munu.processes._plasmons import loss, opening_pair, per_mass

__all__ = ["energy_loss_rate", "energy_loss_rate_charged", "pair_width", "width", "width_charge"]

# panels in momentum: of transverse plasmons up to where 45 T are reached, of longitudinal ones up
# to their largest momentum, which their K^2 meets with a finite slope
_TRANSVERSE = np.array([0.0, 0.004, 0.012, 0.04, 0.1, 0.2, 0.35, 0.6, 1.0])
_LONGITUDINAL = np.array([0.0, 0.4, 0.7, 0.9, 1.0])
_FAR, _NODES = 45.0, 16


@formula
def width(omega: Numbers, K2: Numbers, mu: Numbers, M_N: Numbers = 0.0, *,
          mu_B: float = constants.mu_B) -> Numbers:
    r"""Width of a plasmon that decays to a light neutrino and N by a moment, residue apart.

    .. math:: \Gamma = \frac{\mu^2K^4}{24\pi\omega}\Big(1 - \frac{M_N^2}{K^2}\Big)^2
              \Big(1 + \frac{2M_N^2}{K^2}\Big)\theta(K^2 - M_N^2)

    Parameters
    ----------
    omega : float or array, energy of the plasmon [energy]
    K2 : float or array, omega^2 - k^2 [energy^2]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    M_N : float or array, mass of N [energy]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [energy]; 0 where K is below M_N

    Raises
    ------
    DomainError
        An energy of 0, a negative mass, what is not finite.

    Holds : each polarization; one N, Dirac (with its antiparticle's partner) or Majorana.
    Power : mu^2
    Source : Raffelt1996, BrdarTalk
    """
    omega, K2 = finite("omega", omega, low=0.0), finite("K2", K2)
    with np.errstate(divide="ignore"):
        return (to_N(K2, np.multiply(mu, mu_B), finite("M_N", M_N, low=0.0)) / omega)[()]


@formula
def pair_width(omega: Numbers, K2: Numbers, mu: Numbers, eps: Numbers = 0.0, m_1: Numbers = 0.0,
               m_2: Numbers = 0.0, *, mu_B: float = constants.mu_B) -> Numbers:
    r"""Width of a plasmon that decays to two massive neutrinos by a moment, residue apart.

    .. math:: \Gamma = \frac{K^4}{24\pi\omega}\sqrt{(1 - s)(1 - d)}\,
              \big[|\mu|^2(1 - d)(1 + 2s) + |\epsilon|^2(1 - s)(1 + 2d)\big],\qquad
              s, d = \frac{(m_1 \pm m_2)^2}{K^2}

    Parameters
    ----------
    omega : float or array, energy of the plasmon [energy]
    K2 : float or array, omega^2 - k^2 [energy^2]
    mu, eps : floats or arrays, may be complex; magnetic and electric moment [mu_B]
    m_1, m_2 : floats or arrays, masses in the medium [energy]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [energy]; 0 where K is below both masses

    Raises
    ------
    DomainError
        An energy of 0, a negative mass, what is not finite.

    Holds : each polarization; one pair. With equal masses and beta^2 = 1 - 4 m^2/K^2 a magnetic
        moment has beta (3 - 2 beta^2), above 1 until near the threshold, an electric one beta^3.
        With m_2 = 0 it is :func:`width` of mu^2 + eps^2.
    Power : mu^2
    Source : Raffelt1996

    >>> from munu.units import keV
    >>> free, near = (pair_width(20 * keV, (10 * keV)**2, 1e-12, 0, m, m) for m in (0, 3.5 * keV))
    >>> print(f"{near / free:.3f}")
    1.414
    """
    omega, K2 = finite("omega", omega, low=0.0), finite("K2", K2)
    m_1, m_2 = finite("m_1", m_1, low=0.0), finite("m_2", m_2, low=0.0)
    size = sum(np.abs(np.asarray(x)) ** 2 * opening_pair(K2, m_1, m_2, sign)
               for x, sign in ((mu, 1), (eps, -1)))
    return (size * mu_B**2 * K2**2 / (24 * pi * omega))[()]


@formula
def width_charge(omega: Numbers, K2: Numbers, q: Numbers, *, alpha: float = constants.alpha
                 ) -> Numbers:
    r"""Width of a plasmon that decays to a neutrino and antineutrino of a charge, residue apart.

    .. math:: \Gamma = \frac{q^2\alpha K^2}{3\omega}

    Parameters
    ----------
    omega : float or array, energy of the plasmon [energy]
    K2 : float or array, omega^2 - k^2 [energy^2]
    q : float or array, charge of the neutrino [e]
    alpha : constant [1]

    Returns
    -------
    float or array [energy]; 0 where K2 is below 0

    Raises
    ------
    DomainError
        An energy of 0, what is not finite.

    Holds : each polarization; one massless Dirac neutrino, the weak current apart.
    Power : q^2
    Source : Raffelt1996

    >>> from munu.units import keV
    >>> print(f"{width_charge(10 * keV, (10 * keV)**2, 1e-14) / keV:.2e}")
    2.43e-30
    """
    omega, K2 = finite("omega", omega, low=0.0), finite("K2", K2)
    with np.errstate(divide="ignore"):
        return (np.asarray(q) ** 2 * alpha * np.maximum(K2, 0.0) / (3 * omega))[()]


def plasmons(plasma: Plasma) -> tuple[np.ndarray, np.ndarray]:
    """K^2 (n, nodes) [energy^2] and weights (n, nodes) [energy^3].

    The sum of weight times omega Gamma/Z at these nodes is the energy loss of each zone.
    """
    T, wp = plasma.temperature[:, None], plasma.omega_p[:, None]
    parts = []
    for kind, states, end, fractions in (
            ("T", 2, np.sqrt(_FAR * T * (_FAR * T + 2 * wp)), _TRANSVERSE),
            ("L", 1, plasma.k_max[:, None], _LONGITUDINAL)):
        x, w = _nodes(fractions)
        k = end * x
        omega, K2, Z = plasma.mode(kind, k)
        with np.errstate(over="ignore"):
            occupied = 1 / np.expm1(omega / T)
        parts.append((K2, states * end * w * k**2 / (2 * pi**2) * Z * occupied))
    K2, weight = (np.concatenate(p, axis=1) for p in zip(*parts, strict=True))
    return K2, weight


def _nodes(fractions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    t, v = np.polynomial.legendre.leggauss(_NODES)
    half = 0.5 * np.diff(fractions)[:, None]
    middle = 0.5 * (fractions[1:] + fractions[:-1])[:, None]
    return (middle + half * t).ravel(), (half * v).ravel()


def spectrum(plasma: Plasma) -> tuple[np.ndarray, np.ndarray]:
    """K^2 (n, nodes) [energy^2] and the loss there for a moment of 1/energy [energy^7]."""
    K2, weight = plasmons(plasma)
    return K2, weight * K2**2 / (24 * pi)


def by_moment(plasma: Plasma, M_N: Numbers) -> np.ndarray:
    """Energy loss for a moment of 1/energy at each mass and zone: (masses, n) [energy^7]."""
    return loss(plasma, M_N, spectrum(plasma))


def by_pair(plasma: Plasma, m: Numbers, electric: float = 0.0) -> np.ndarray:
    """Energy loss for a moment of 1/energy to two of mass m (..., n) in each zone [energy^7].

    ``electric`` is the share of the electric moment in |mu|^2 + |eps|^2.
    """
    K2, weight = plasmons(plasma)
    m = np.asarray(m, dtype=float)
    made = weight * K2**2 / (24 * pi)
    # a row at a time: masses x zones x nodes would be much memory
    rows = [sum(share * opening_pair(K2, x, x, sign) for share, sign in (
        (1 - electric, 1), (electric, -1)) if share) * made
        for x in m.reshape(-1, m.shape[-1], 1)]
    return np.sum(rows, axis=-1).reshape(m.shape)


def by_weak_current(plasma: Plasma, *, sin2_theta_W: float = constants.sin2_theta_W_0,
                    G_F: float = constants.G_F) -> np.ndarray:
    """Energy loss (n,) [energy^5] of the Standard Model's vector current, three flavors."""
    return by_charges(plasma, 0.0, 0.0, sin2_theta_W=sin2_theta_W, G_F=G_F)


def by_charges(plasma: Plasma, q: Numbers, r2: Numbers, *,
               sin2_theta_W: float = constants.sin2_theta_W_0, G_F: float = constants.G_F
               ) -> np.ndarray:
    r"""Energy loss (n,) [energy^5] of the vector current with charges [e] and radii [length^2].

    ``q`` and ``r2`` are one number for all flavors, three, or a Hermitian (3, 3) matrix.

    .. math:: \omega\Gamma = \frac{ZK^2}{24\pi}\,\mathrm{Tr}\Big[\Big(\frac{\sqrt2G_FK^2}{e}
              (g_V + \delta g_V) + eq\Big)^2 + (eq)^2\Big]

    The first square is the left-handed neutrino, the second the right-handed one that a charge
    makes as well; :math:`\delta g_V` is the shift by a radius, as in scattering, because
    :math:`\partial_\nu F^{\nu\mu}` is the electrons' current in a medium too.

    Holds : massless Dirac neutrinos; the axial current, below a per cent in stars, is left out.
    Source : BraatenSegel1993, GiuntiStudenikin2014
    """
    e = np.sqrt(4 * pi * plasma.alpha)
    g_V = np.diag([weak.couplings_sm(f, sin2_theta_W=sin2_theta_W)[0] for f in flavors.NAMES])
    contact = sqrt(2) * G_F / e * (g_V + weak.delta_gV_r2(_matrix(r2), G_F=G_F, alpha=plasma.alpha))
    charge = e * _matrix(q)
    K2, weight = plasmons(plasma)
    sums = [(weight * K2**n).sum(axis=1) for n in (1, 2, 3)]
    # one product of two matrices for each power of K^2
    parts = (2 * _product(charge, charge), 2 * _product(contact, charge),
             _product(contact, contact))
    return sum(c * x for c, x in zip(parts, sums, strict=True)) / (24 * pi)


def _matrix(x: Numbers) -> np.ndarray:
    """A (3, 3) matrix from a number, a diagonal or itself."""
    x = np.asarray(x)
    return x if x.ndim == 2 else np.diag(np.broadcast_to(x, (3,)))


def _product(a: np.ndarray, b: np.ndarray) -> float:
    """Tr[a b] of Hermitian matrices, which is real."""
    return float(np.sum(a * np.conj(b)).real)


@formula
def energy_loss_rate(rho: Numbers, T: Numbers, Y_e: Numbers, mu: float, M_N: Numbers = 0.0, *,
                     mu_B: float = constants.mu_B, amu: float = constants.amu,
                     m_e: float = constants.m_e, alpha: float = constants.alpha) -> Numbers:
    r"""Energy lost to decays of plasmons by a moment, per mass of the medium.

    .. math:: \epsilon = \frac1\rho\sum_{T,L} g\int\frac{k^2dk}{2\pi^2}\,
              \frac{\omega\,\Gamma}{e^{\omega/T} - 1}

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
    float or array like M_N [energy], an energy a mass and time

    Raises
    ------
    DomainError
        A temperature of 0, a negative density or mass, what is not finite.

    Holds : on shell, for M_N below the transverse photon's mass; above it N is made by other
        reactions.
    Power : mu^2
    Source : BraatenSegel1993, Raffelt1996
    Anchors : AC13, AC17, AC19, AC26

    >>> from munu.units import K, cm, erg, g, s
    >>> loss = energy_loss_rate(1e6 * g / cm**3, 1e8 * K, 0.5, 1e-12)
    >>> print(f"{loss / (erg / g / s):.2f}")
    2.94
    """
    plasma = Plasma.of(rho, T, Y_e, amu=amu, m_e=m_e, alpha=alpha)
    return per_mass(by_moment, plasma, abs(mu) * mu_B, M_N)


@formula
def energy_loss_rate_charged(rho: Numbers, T: Numbers, Y_e: Numbers, q: float = 0.0,
                             r2: float = 0.0, flavor: str = "e", *,
                             sin2_theta_W: float = constants.sin2_theta_W_0,
                             G_F: float = constants.G_F, amu: float = constants.amu,
                             m_e: float = constants.m_e, alpha: float = constants.alpha) -> Numbers:
    r"""Energy lost to plasmons that the vector current of Z, W, a charge and a radius breaks up.

    .. math:: \epsilon = \frac1\rho\sum_{T,L} g\int\frac{k^2dk}{2\pi^2}\,
              \frac{\omega\,\Gamma}{e^{\omega/T} - 1},\qquad
              \omega\Gamma = \frac{ZK^2}{24\pi}\sum_\alpha\Big[\Big(\frac{\sqrt2G_FK^2}{e}
              (g_V + \delta g_V) + eq\Big)^2 + (eq)^2\Big]

    Parameters
    ----------
    rho : float, mass density [energy^4]
    T : float, temperature [energy]
    Y_e : float, electrons a nucleon [1]
    q : float, charge of one flavor [e]
    r2 : float, charge radius of that flavor beside the Standard Model's [length^2]
    flavor : ``e``, ``mu``, ``tau``
    sin2_theta_W, G_F, amu, m_e, alpha : constants [1], [1/energy^2], [energy], [energy], [1]

    Returns
    -------
    float [energy], an energy a mass and time; all three flavors, the Standard Model's in it

    Raises
    ------
    DomainError, UnknownName
        A temperature of 0, a negative density, what is not finite.

    Holds : massless Dirac neutrinos; the axial current, below a per cent in stars, is left out.
    Source : BraatenSegel1993, GiuntiStudenikin2014, Raffelt1996
    Anchors : AC21

    >>> from munu.units import K, cm, erg, g, s
    >>> zone = 2e5 * g / cm**3, 1e8 * K, 0.5
    >>> for q in (0.0, 2e-14):
    ...     print(f"{energy_loss_rate_charged(*zone, q) / (erg / g / s):.2f}")
    3.14
    26.86
    """
    plasma = Plasma.of(rho, T, Y_e, amu=amu, m_e=m_e, alpha=alpha)
    one = np.eye(3)[flavors.index(flavor)]
    lost = by_charges(plasma, q * one, r2 * one, sin2_theta_W=sin2_theta_W, G_F=G_F)
    return (lost[0] / plasma.rho[0])[()]
