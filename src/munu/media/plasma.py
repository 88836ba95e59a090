r"""A plasma: electrons of any degeneracy, ions, and the photons that move in it.

The photon's dispersion is that of Braaten and Segel, good to a per cent at any temperature and
density.  With the electrons' speed v = p/E,

.. math:: \omega_p^2 = \frac{4\alpha}{\pi}\int dp\,\frac{p^2}{E}\Big(1 - \frac{v^2}{3}\Big)
          (f + \bar f),\qquad
          \omega_1^2 = \frac{4\alpha}{\pi}\int dp\,\frac{p^2}{E}\Big(\frac{5v^2}{3} - v^4\Big)
          (f + \bar f),\qquad v_* = \frac{\omega_1}{\omega_p}

and with :math:`G(x) = \frac3x\big[1 - \frac{2x}3 - \frac{1-x}{2\sqrt x}
\ln\frac{1+\sqrt x}{1-\sqrt x}\big]`,

.. math:: \omega^2 - k^2 = \omega_p^2\big[1 + \tfrac12 G(v_*^2k^2/\omega^2)\big]\ (T),\qquad
          \omega^2 - v_*^2k^2 = \omega_p^2\big[1 - G(v_*^2k^2/\omega^2)\big]\ (L)

Source : BraatenSegel1993
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.media import _fermi

__all__ = ["frequency", "scalar_density", "screening"]

POLARIZATIONS = ("T", "L")


@dataclass(frozen=True, eq=False, kw_only=True)
class Plasma:
    """The state of a plasma, one zone or many.

    Attributes
    ----------
    temperature : array (n,) [energy]
    n_e : array (n,), electrons less positrons [energy^3]
    rho : array (n,), mass density [energy^4]
    ions : array (n,), sum of n_i Z_i^2 over ions [energy^3]
    m_e, alpha : constants [energy], [1]
    """

    temperature: np.ndarray
    n_e: np.ndarray
    rho: np.ndarray
    ions: np.ndarray
    m_e: float = constants.m_e
    alpha: float = constants.alpha

    def __post_init__(self) -> None:
        for name in ("temperature", "n_e", "rho", "ions"):
            value = np.atleast_1d(finite(f"the {name} of a plasma", getattr(self, name)))
            if np.any(value < 0) or (name == "temperature" and np.any(value == 0)):
                raise DomainError(f"the {name} of a plasma must be "
                                  f"{'above 0' if name == 'temperature' else 'at least 0'}")
            object.__setattr__(self, name, value)
        if len({a.shape for a in (self.temperature, self.n_e, self.rho, self.ions)}) > 1:
            raise DomainError("a plasma needs as many temperatures as densities")

    @classmethod
    def of(cls, rho: Numbers, T: Numbers, Y_e: Numbers, Z2_A: Numbers | None = None, *,
           amu: float = constants.amu, **more: float) -> Plasma:
        """From mass density [energy^4], temperature [energy] and electrons a nucleon [1].

        ``Z2_A`` is the sum of X_i Z_i^2/A_i over ions; without it all ions are protons where
        Y_e > 1/2 and helium elsewhere.
        """
        rho, T, Y_e = np.broadcast_arrays(*(np.atleast_1d(finite(n, x, low=0.0)) for n, x in (
            ("rho", rho), ("T", T), ("Y_e", Y_e))))
        if np.any(Y_e > 1):
            raise DomainError("Y_e must lie between 0 and 1")
        # X of hydrogen is 2 Y_e - 1, the rest helium: X + (1 - X) is 1 either way
        charge = np.ones_like(rho) if Z2_A is None else np.broadcast_to(
            finite("Z2_A", Z2_A, low=0.0), rho.shape)
        return cls(temperature=T, n_e=Y_e * rho / amu, rho=rho, ions=charge * rho / amu, **more)

    @cached_property
    def mu_e(self) -> np.ndarray:
        """Chemical potential of electrons, with their mass [energy]."""
        return _fermi.chemical_potential(self.temperature, self.n_e, self.m_e)

    def over(self, weight) -> np.ndarray:
        """Integral of weight(p, E) (f + fbar) over the momentum of electrons and positrons."""
        return _fermi.integral(self.temperature, self.mu_e, self.m_e, weight)

    @cached_property
    def omega_p(self) -> np.ndarray:
        """Plasma frequency [energy]."""
        def weight(p, E):
            return p * p / E * (1 - (p / E) ** 2 / 3)
        return np.sqrt(4 * self.alpha / pi * self.over(weight))

    @cached_property
    def v(self) -> np.ndarray:
        """Typical speed of electrons, v* = omega_1/omega_p [1]."""
        def weight(p, E):
            return p * p / E * (5 * (p / E) ** 2 / 3 - (p / E) ** 4)
        return np.sqrt(4 * self.alpha / pi * self.over(weight)) / self.omega_p

    @cached_property
    def n_s(self) -> np.ndarray:
        """Scalar density of electrons and positrons, in which each counts m/E [energy^3]."""
        return self.m_e / pi**2 * self.over(lambda p, E: p * p / E)

    @property
    def k_max(self) -> np.ndarray:
        """Largest momentum of a longitudinal plasmon [energy]."""
        v = self.v
        return np.sqrt(3 * self.omega_p**2 / v**2 * (np.arctanh(v) / v - 1))

    @property
    def m_T(self) -> np.ndarray:
        """Mass of a transverse photon of large momentum, the largest there is [energy]."""
        return self.omega_p * np.sqrt(1 + 0.5 * bend(self.v**2))

    def mode(self, polarization: str, k: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Energy omega, K^2 = omega^2 - k^2 and residue Z at momenta k (n, nodes) [energy].

        Z_L belongs to a polarization of square -1.  A longitudinal plasmon beyond ``k_max`` has
        no residue.

        Raises
        ------
        UnknownName
        """
        if polarization not in POLARIZATIONS:
            raise UnknownName("polarization", polarization, POLARIZATIONS)
        wp2, v2, k2 = self.omega_p[:, None] ** 2, self.v[:, None] ** 2, k * k
        u = _ratio(polarization, k2 / wp2, v2)
        if polarization == "T":
            # far above the plasma frequency u is 1 and omega knows K^2 no more
            K2 = wp2 * (1 + 0.5 * bend(v2 * u))
            w2 = k2 + K2
            b = w2 - v2 * k2
            return np.sqrt(w2), K2, 2 * w2 * b / (3 * wp2 * w2 + (w2 + k2) * b - 2 * w2 * K2)
        w2 = wp2 * _squared(polarization, u, v2)
        b = w2 - v2 * k2
        K2 = w2 * (1 - u)
        inside = k < self.k_max[:, None]
        safe = np.where(inside & (K2 > 0), K2, 1.0)
        return np.sqrt(w2), K2, np.where(inside, 2 * b / (3 * wp2 - b) * w2 / safe, 0.0)


def bend(x: np.ndarray) -> np.ndarray:
    """G(x) of Braaten and Segel, from 0 at x = 0 to 1 at x = 1."""
    x = np.asarray(x, dtype=float)
    small = x < 0.02
    z, series = np.where(small, x, 0.0), np.zeros(x.shape)
    for n in range(8, 0, -1):
        series = z * (6 / ((2 * n + 1) * (2 * n + 3)) + series)
    y = np.where(small | (x >= 1), 0.5, x)
    root = np.sqrt(y)
    closed = 3 / y * (1 - 2 * y / 3 - (1 - y) * np.arctanh(root) / root)
    return np.where(small, series, np.where(x >= 1, 1.0, closed))


def _squared(polarization: str, u: np.ndarray, v2: np.ndarray) -> np.ndarray:
    """omega^2/omega_p^2 where k^2/omega^2 = u."""
    if polarization == "T":
        return (1 + 0.5 * bend(v2 * u)) / np.maximum(1 - u, 1e-300)
    return (1 - bend(v2 * u)) / (1 - v2 * u)


def _ratio(polarization: str, k2: np.ndarray, v2: np.ndarray) -> np.ndarray:
    """k^2/omega^2 at k^2 in units of omega_p^2: the dispersion is explicit in this ratio."""
    low = np.zeros(np.broadcast_shapes(k2.shape, v2.shape))
    if polarization == "T":
        # K^2 lies between omega_p^2 and its value at u = 1
        top = 1 + 0.5 * bend(v2)
        low, high = low + k2 / (k2 + top), low + k2 / (k2 + 1)
    else:
        high = low + 1.0
    for _ in range(42):
        middle = 0.5 * (low + high)
        under = middle * _squared(polarization, middle, v2) < k2
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return 0.5 * (low + high)


@formula
def frequency(rho: Numbers, T: Numbers, Y_e: Numbers, *, amu: float = constants.amu,
              m_e: float = constants.m_e, alpha: float = constants.alpha) -> Numbers:
    r"""Plasma frequency: what a photon at rest in the medium weighs.

    .. math:: \omega_p^2 = \frac{4\alpha}{\pi}\int dp\,\frac{p^2}{E}
              \Big(1 - \frac{v^2}{3}\Big)(f + \bar f)

    Parameters
    ----------
    rho : float or array, mass density [energy^4]
    T : float or array, temperature [energy]
    Y_e : float or array, electrons a nucleon [1]
    amu, m_e, alpha : constants [energy], [energy], [1]

    Returns
    -------
    float or array [energy]

    Raises
    ------
    DomainError
        A temperature of 0, a negative density, Y_e outside 0 and 1, what is not finite.

    Source : BraatenSegel1993
    Anchors : AC12, AC14, AC18

    >>> from munu.units import K, cm, g, keV
    >>> print(f"{frequency(2e5 * g / cm**3, 1e8 * K, 0.5) / keV:.2f}")
    8.63
    """
    return _shaped(Plasma.of(rho, T, Y_e, amu=amu, m_e=m_e, alpha=alpha).omega_p, rho, T, Y_e)


@formula
def scalar_density(rho: Numbers, T: Numbers, Y_e: Numbers, *, amu: float = constants.amu,
                   m_e: float = constants.m_e) -> Numbers:
    r"""Expectation of :math:`\bar ee`: what a scalar field sees of electrons and positrons.

    .. math:: n_s = \frac{1}{\pi^2}\int dp\,\frac{p^2m_e}{E}(f + \bar f)

    Parameters
    ----------
    rho : float or array, mass density [energy^4]
    T : float or array, temperature [energy]
    Y_e : float or array, electrons a nucleon [1]
    amu, m_e : constants [energy]

    Returns
    -------
    float or array [1/volume]

    Raises
    ------
    DomainError
        A temperature of 0, a negative density, Y_e outside 0 and 1, what is not finite.

    Source : JanaTalk
    Anchors : ns_1e6

    >>> from munu.units import K, cm, g
    >>> zone = 1e6 * g / cm**3, 1e8 * K, 0.5
    >>> print(f"{scalar_density(*zone) / Plasma.of(*zone).n_e[0]:.3f}")
    0.853
    """
    return _shaped(Plasma.of(rho, T, Y_e, amu=amu, m_e=m_e).n_s, rho, T, Y_e)


@formula
def screening(rho: Numbers, T: Numbers, Y_e: Numbers, *, m_p: float = constants.m_p,
              amu: float = constants.amu, m_e: float = constants.m_e,
              alpha: float = constants.alpha) -> Numbers:
    r"""Inverse length over which electrons and protons screen a charge.

    .. math:: k_S^2 = 4\pi\alpha\Big(\frac{\partial n_e}{\partial\mu_e}
              + \frac{\partial n_p}{\partial\mu_p}\Big)

    Parameters
    ----------
    rho : float or array, mass density [energy^4]
    T : float or array, temperature [energy]
    Y_e : float or array, electrons and protons a nucleon [1]
    m_p, amu, m_e, alpha : constants [energy], [energy], [energy], [1]

    Returns
    -------
    float or array [energy]

    Raises
    ------
    DomainError
        A temperature of 0, a negative density, Y_e outside 0 and 1, what is not finite.

    Holds : free protons and electrons of any degeneracy; where nuclei are, see ``Plasma.ions``.
    Source : Raffelt1996
    Anchors : AC33

    >>> from munu.units import MeV, cm, g
    >>> print(f"{screening(3e14 * g / cm**3, 30 * MeV, 0.3) / MeV:.1f}")
    38.9
    """
    made = Plasma.of(rho, T, Y_e, amu=amu, m_e=m_e, alpha=alpha)
    protons = _fermi.chemical_potential(made.temperature, made.n_e, m_p)
    both = _fermi.slope(made.temperature, made.mu_e, m_e) \
        + _fermi.slope(made.temperature, protons, m_p)
    return _shaped(np.sqrt(4 * pi * alpha * both), rho, T, Y_e)


def _shaped(zones: np.ndarray, *given: Numbers) -> Numbers:
    """A number for each zone, shaped like what was given."""
    return zones.reshape(np.broadcast_shapes(*(np.shape(x) for x in given)))[()]
