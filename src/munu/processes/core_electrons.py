r"""Neutrinos on the electrons of a supernova's core, with the blocking of final electrons.

Electrons of a core are degenerate and faster than anything: none is at rest, N does not keep the
neutrino's energy, and a final state may be taken.  With one virtual photon of energy
:math:`q_0 = E_\nu - E_N` and momentum q all directions can be averaged over by hand, which leaves
two of five integrals, and a response of the electrons in closed form: with
:math:`x = q^2 - q_0^2`, :math:`y = x + M_N^2` and :math:`\bar E = E_\nu - q_0/2`,

.. math:: \frac{\mathrm d^2n_N}{\mathrm dE_N\,\mathrm dt} = \frac{\alpha\mu^2}{16\pi^4}
          \int dE_\nu\,f_\nu\int dq\,\frac{c_2J_2 + c_0J_0}{(x + k_S^2)^2}

.. math:: c_2 = \frac{2x(2\bar Ex - M_N^2q_0)^2}{q^4} + \frac{4x^2K^2}{q^2},\qquad
          c_0 = M_N^2(x - 2m^2)y - \tfrac12xy^2 - x(x + 4m^2)K^2

.. math:: K^2 = \frac{4E_\nu^2x - 4E_\nu q_0y - y^2}{4q^2}

where :math:`J_n` are the moments of :math:`f(1 - f)` of electrons and positrons, each from the
least energy that can take up such a photon.  It is exact in both masses and for any degeneracy.

Source : BrdarTalk, Raffelt1996
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite, gauss
from munu._guard import formula
from munu.errors import DomainError
from munu.media._fermi import momenta, occupation
from munu.processes._response import moments

__all__ = ["rate"]

# panels in the energy of the neutrino: about that of N in units of T, and about the Fermi surface
_ABOUT_N = np.array([-30.0, -10.0, -4.0, -1.5, 0.0, 1.5, 4.0, 10.0])
_ABOUT_SURFACE = np.array([-8.0, -3.0, 0.0, 3.0, 8.0, 16.0, 35.0])
_NODES, _TRANSFERS = 6, 12
# nodes in S where final states are free
_NODES_S = 8
# share of the most that is nothing
_NONE = 1e-12
# how many T above the Fermi surface there are electrons, and points at a time
_FAR, _CHUNK = 40.0, 24
# the least x/q^2, where no electron is fast enough
_LEAST = 1e-24


@formula
def rate(E_N: Numbers, M_N: Numbers, T: Numbers, mu_nu: Numbers, mu_e: Numbers, k_S: Numbers,
         mu: Numbers, *, blocking: bool = True, m: float = constants.m_e,
         alpha: float = constants.alpha, mu_B: float = constants.mu_B) -> Numbers:
    r"""N that the neutrinos of one flavor make on electrons, per volume, time and energy of N.

    .. math:: \frac{\mathrm d^2n_N}{\mathrm dE_N\,\mathrm dt} = \frac{\alpha\mu^2}{16\pi^4}
              \int dE_\nu\,f_\nu\int dq\,\frac{c_2J_2 + c_0J_0}{(x + k_S^2)^2}

    Parameters
    ----------
    E_N : float or array, energy of N [energy], above 0
    M_N : float or array [energy]
    T : float or array, temperature [energy], above 0
    mu_nu : float or array, chemical potential of the neutrinos; of antineutrinos the opposite,
        either sign [energy]
    mu_e : float or array, of electrons, with their mass, either sign [energy]
    k_S : float or array, inverse length of screening, above 0 [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    blocking : bool, whether final electrons find states taken
    m : float, mass of the electron, or of another charged fermion of two spins [energy]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [energy^3]; 0 below M_N

    Raises
    ------
    DomainError
        An energy, temperature or screening of 0, a negative mass, what is not finite.

    Holds : free electrons and positrons, one photon exchanged; what is made leaves.
    Power : mu^2
    Source : BrdarTalk, Raffelt1996
    Anchors : AC38

    >>> from munu.units import MeV
    >>> zone = 30 * MeV, 150 * MeV, 218 * MeV, 39 * MeV
    >>> free, blocked = (rate(150 * MeV, 0.0, *zone, 1e-12, blocking=b) for b in (False, True))
    >>> print(f"{blocked / free:.2f}")
    0.40
    """
    E, M_N, T, mu_nu, mu_e, k_S = np.broadcast_arrays(*(finite(n, x) for n, x in (
        ("E_N", E_N), ("M_N", M_N), ("T", T), ("mu_nu", mu_nu), ("mu_e", mu_e), ("k_S", k_S))))
    for name, value in (("E_N", E), ("T", T), ("k_S", k_S)):
        if np.any(value <= 0):
            raise DomainError(f"{name} must be above 0")
    made = by_moment(*(a.ravel() for a in (E, M_N, T, mu_nu, mu_e, k_S)), blocking=blocking, m=m,
                     alpha=alpha)[0].reshape(E.shape)
    return (np.abs(np.asarray(mu)) ** 2 * mu_B**2 * made)[()]


def by_moment(E_N: np.ndarray, M_N: np.ndarray, T: np.ndarray, mu_nu: np.ndarray,
              mu_e: np.ndarray, k_S: np.ndarray, *, blocking: bool = True,
              m: float = constants.m_e, alpha: float = constants.alpha) -> np.ndarray:
    """Made by neutrinos and by antineutrinos, for a moment of 1/energy, (2, points) [energy^5].

    All arrays are (points,); both need the same response, which is what costs.
    """
    out = np.zeros((2, len(E_N)))
    there = np.flatnonzero(E_N > M_N)
    for i in range(0, len(there), _CHUNK):
        k = there[i:i + _CHUNK]
        out[:, k] = _made(E_N[k, None], M_N[k, None], T[k, None], mu_nu[k, None], mu_e[k, None],
                          k_S[k, None], blocking, m)
    return alpha / (16 * pi**4) * out


def _made(E_N: np.ndarray, M_N: np.ndarray, T: np.ndarray, mu_nu: np.ndarray, mu_e: np.ndarray,
          k_S: np.ndarray, blocking: bool, m: float) -> list[np.ndarray]:
    """Both integrals at each of a few points, arguments (points, 1)."""
    E, w = _energies(E_N, M_N, T, np.abs(mu_nu), m)
    # panels of no width cost nothing
    wide = w > 0
    at = [np.broadcast_to(a, E.shape)[wide] for a in (E_N, M_N, T, mu_e, k_S)]
    w[wide] *= _by_transfers(E[wide], *at, blocking=blocking, m=m)
    return [(w * occupation((E - sign * mu_nu) / T)).sum(axis=1) for sign in (1, -1)]


def _energies(E_N: np.ndarray, M_N: np.ndarray, T: np.ndarray, surface: np.ndarray, m: float
              ) -> tuple[np.ndarray, np.ndarray]:
    """Energies of neutrinos and their weights, (points, nodes)."""
    p = np.sqrt((E_N - M_N) * (E_N + M_N))
    # nothing is made below the first; what bounds q changes at the second
    least, turn = 0.5 * M_N * M_N / (E_N + p), 0.5 * (E_N + p)
    # a slow target takes little energy
    step = np.minimum(T, E_N * np.sqrt(T / (m + T)))
    top = np.maximum(surface + _ABOUT_SURFACE[-1] * T, E_N + 10 * T)
    edges = np.concatenate([least, turn, E_N + _ABOUT_N[:2] * T, E_N + _ABOUT_N[2:] * step,
                            surface + _ABOUT_SURFACE * T], axis=1)
    edges = np.sort(np.clip(edges, least, top), axis=1)
    t, v = gauss(_NODES)
    half = 0.5 * np.diff(edges, axis=1)[..., None]
    middle = 0.5 * (edges[:, 1:] + edges[:, :-1])[..., None]
    shape = (len(T), -1)
    return (middle + half * t).reshape(shape), (half * v).reshape(shape)


def _by_transfers(E: np.ndarray, E_N: np.ndarray, M_N: np.ndarray, T: np.ndarray,
                  mu_e: np.ndarray, k_S: np.ndarray, *, blocking: bool, m: float) -> np.ndarray:
    """The integral over q at each energy of a neutrino, all arguments (nodes,)."""
    M2, q0 = M_N * M_N, E - E_N
    p = np.sqrt((E_N - M_N) * (E_N + M_N))
    low = np.maximum(np.abs(q0), np.abs(E - p))
    high = np.minimum(E + p, 2 * (np.abs(mu_e) + _FAR * T) + np.abs(q0))
    t, v = gauss(_TRANSFERS)
    # even in the logarithm of what is above the least q, with the screening as its unit
    grown = np.log1p(np.maximum(high - low, 0.0) / k_S)[..., None]
    rise = k_S[..., None] * np.exp(0.5 * grown * (1 + t))
    w = 0.5 * grown * v * rise
    over = rise - k_S[..., None]
    E, q0, M2, T, mu_e, low = (a[..., None] for a in (E, q0, M2, T, mu_e, low))
    q = low + over
    q2 = q * q
    # q^2 - q_0^2 without cancellation
    x = (q - np.abs(q0)) * (q + np.abs(q0))
    x = np.maximum(x, _LEAST * q2)
    y = x + M2
    K2 = np.maximum((4 * E * E * x - 4 * E * q0 * y - y * y) / (4 * q2), 0.0)
    c2 = 2 * x * (((2 * E - q0) * x - M2 * q0) / q2) ** 2 + 4 * x * x * K2 / q2
    c0 = M2 * (x - 2 * m * m) * y - 0.5 * x * y * y - x * (x + 4 * m * m) * K2
    least = 0.5 * q * np.sqrt(1 + 4 * m * m / x)
    J0, J2 = moments(q0, least, T, mu_e, blocking)
    # positrons
    P0, P2 = moments(q0, least, T, -mu_e, blocking)
    return (w * (c2 * (J2 + P2) + c0 * (J0 + P0)) / (x + k_S[..., None] ** 2) ** 2).sum(axis=-1)


def turned(E_nu: np.ndarray, M_N: float, T: np.ndarray, mu_e: np.ndarray, k_S: np.ndarray, *,
           m: float = constants.m_e, alpha: float = constants.alpha) -> np.ndarray:
    r"""How often a neutrino turns over on electrons and positrons whose final states are free.

    Energies (zones, n), zones (zones, 1), for a moment of 1/energy [energy^3]:

    .. math:: \Gamma = \int\frac{2\,d^3p}{(2\pi)^3}\,(f + \bar f)\,\sigma(S)\,\frac{S}{2E_\nu E_e},
              \qquad S = 2E_\nu(E_e - p\cos\theta)
    """
    nodes, weights = momenta(T[:, 0], np.abs(mu_e[:, 0]), m)
    e = np.hypot(nodes, m)
    weights = weights * (occupation((e - mu_e) / T) + occupation((e + mu_e) / T))
    t, v = gauss(_NODES_S)
    out = np.empty(E_nu.shape)
    for i, k in enumerate(k_S[:, 0]):
        # most panels are empty or of no width
        some = weights[i] > _NONE * weights[i].max()
        E, p, e, w = E_nu[i][:, None], nodes[i][some], np.hypot(nodes[i][some], m), weights[i][some]
        high = 2 * E * (e + p)
        # least S of a direction, m^2/(e + p) being e - p, and of the threshold
        low = np.maximum(2 * E * m * m / (e + p), M_N * (M_N + 2 * m))
        half = 0.5 * np.maximum(high - low, 0.0)
        S = (low + half)[..., None] + half[..., None] * t
        made = (_summed(S, M_N, m, k) / S) @ v * half
        # dcos/2 is dS/(4 E p), and S/(2 E e) over 16 pi S^2 is left of the flux
        out[i] = (made * w * p / (128 * pi**3 * E * E * e)).sum(axis=1)
    return 8 * pi * alpha * out


def _summed(S: np.ndarray, M_N: float, m: float, k_S: float) -> np.ndarray:
    """The square of the amplitude over 8 pi alpha, integrated over x."""
    M2, k2, s = M_N * M_N, k_S * k_S, S + m * m
    # 2 E_c of the neutrino times energy and momentum of N, in the center of mass
    both = S / s
    energy = 0.5 * (s + M2 - m * m)
    momentum = np.sqrt(np.maximum((energy - M_N * np.sqrt(s)) * (energy + M_N * np.sqrt(s)), 0.0))
    least = np.maximum(both * (energy - momentum) - M2, 0.0) + k2
    most = both * (energy + momentum) - M2 + k2
    a0, a1, a2 = -2 * m * m * M2 * M2, 2 * S * (S - M2) - 2 * M2 * m * m + M2 * M2, M2 - 2 * S
    return a2 * (most - least) + (a1 - 2 * a2 * k2) * np.log(most / least) \
        + (a0 - a1 * k2 + a2 * k2 * k2) * (1 / least - 1 / most)
