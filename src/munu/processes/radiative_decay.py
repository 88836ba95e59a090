r"""Decays to a photon: of light neutrinos among themselves, and of N.

Nature matters for N alone: with ``L = (1/2) mu nubar_L sigma.F N_R + h.c.`` a Dirac N decays to
neutrinos, a Majorana N to neutrinos and to antineutrinos.  In the other form of the operator,
``L = (1/2) nubar_j sigma.F (mu + eps gamma_5) nu_i + h.c.``, the first is ``|mu|^2 + |eps|^2`` =
``mu^2/2`` and the second ``mu^2``: :func:`rate` is written in that form, :func:`width` in this.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu._arrays import Numbers
from munu._guard import formula
from munu.constants import mu_B as _mu_B
from munu.couplings import DipolePortal, check_nature
from munu.errors import DomainError

__all__ = ["asymmetry", "cherenkov_rate", "lifetime", "mean_photon_energy", "neutrino_directions",
           "neutrino_spectrum", "photon_angle", "photon_directions", "photon_spectrum", "rate",
           "width", "width_of"]


@formula
def rate(m_i: Numbers, m_j: Numbers, mu: Numbers, eps: Numbers = 0.0, *, mu_B: float = _mu_B
         ) -> Numbers:
    r"""Rate of :math:`\nu_i \to \nu_j\gamma` at rest.

    .. math:: \Gamma = \frac{|\mu_{ij}|^2 + |\epsilon_{ij}|^2}{8\pi}
              \left(\frac{m_i^2 - m_j^2}{m_i}\right)^3,\qquad \mathcal L = \tfrac12\,
              \bar\nu_j\sigma_{\alpha\beta}(\mu_{ij} + \epsilon_{ij}\gamma_5)\nu_iF^{\alpha\beta}
              + \mathrm{h.c.}

    Parameters
    ----------
    m_i, m_j : floats or arrays, masses before and after [energy]
    mu, eps : floats or arrays, may be complex; transition moments between mass states [mu_B]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [energy]; 0 where the state is not the heavier one

    Raises
    ------
    DomainError
        A mass below 0.

    Holds : Dirac, spin averaged, or Majorana; photon massless.
    Power : mu^2
    Source : PalWolfenstein1982, Raffelt1999
    Anchors : Gamma_rad

    >>> from munu.units import eV, s
    >>> print(f"{rate(1 * eV, 0.0, 1.0) * s:.3f} per s")
    5.307 per s
    """
    m_i, m_j = _mass("m_i", m_i), _mass("m_j", m_j)
    above = m_i > m_j
    safe = np.where(above, m_i, 1.0)
    gap = np.where(above, (m_i - m_j) * (m_i + m_j) / safe, 0.0)
    size = np.abs(mu) ** 2 + np.abs(eps) ** 2
    return (size * mu_B**2 * gap**3 / (8 * pi))[()]


@formula
def width(M_N: Numbers, mu: Numbers, nature: str | None = None, *, mu_B: float = _mu_B) -> Numbers:
    r"""Width of :math:`N \to \nu\gamma`, antineutrinos included for a Majorana N.

    .. math:: \Gamma = \frac{\mu^2M_N^3}{16\pi}\ \text{(Dirac)},\qquad
              \frac{\mu^2M_N^3}{8\pi}\ \text{(Majorana)}

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    nature : ``dirac`` or ``majorana``, needed
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [energy]

    Raises
    ------
    DomainError, UnknownName
        No nature, or a mass below 0.

    Holds : light neutrinos massless.
    Power : mu^2
    Source : BrdarTalk, Magill2018
    Anchors : tau_N_majorana

    >>> width(1.0, 1e-10)
    Traceback (most recent call last):
        ...
    munu.errors.DomainError: nature is needed here (the width of N): dirac or majorana
    """
    check_nature(nature, needed_by="the width of N")
    states = 2 if nature == "majorana" else 1
    return (states * np.abs(mu) ** 2 * mu_B**2 * _mass("M_N", M_N) ** 3 / (16 * pi))[()]


@formula
def lifetime(M_N: Numbers, mu: Numbers, nature: str | None = None, *, mu_B: float = _mu_B
             ) -> Numbers:
    r"""Mean life of N at rest if :func:`width` is all there is.

    .. math:: \tau = 1/\Gamma

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    nature : ``dirac`` or ``majorana``, needed
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [time]; infinite where nothing decays

    Source : BrdarTalk, Magill2018
    Anchors : tau_N_majorana

    >>> from munu.units import MeV, s
    >>> [round(float(lifetime(1 * MeV, 1e-11, n) / s)) for n in ("dirac", "majorana")]
    [3768, 1884]
    """
    gamma = np.asarray(width(M_N, mu, nature, mu_B=mu_B))
    return np.where(gamma > 0, 1 / np.where(gamma > 0, gamma, 1.0), np.inf)[()]


@formula
def width_of(portal: DipolePortal, *, mu_B: float = _mu_B) -> float:
    r"""Width of one N of a portal, summed over flavors.

    .. math:: \Gamma \propto \sum_\alpha|\lambda_{\alpha N}|^2

    Parameters
    ----------
    portal : DipolePortal with its nature
    mu_B : constant [1/energy]

    Returns
    -------
    float [energy]

    Raises
    ------
    DomainError
        A portal without nature.

    Source : BrdarTalk, Magill2018
    """
    size = float(np.linalg.norm(portal.matrix[:, 0]))
    return float(width(portal.M_N, size, portal.nature, mu_B=mu_B))


@formula
def asymmetry(nature: str | None = None) -> float:
    r"""How much the photon prefers the spin of N at rest.

    .. math:: \frac{1}{\Gamma}\frac{d\Gamma}{d\cos\theta} = \tfrac12(1 + A\cos\theta),\qquad
              A = -1\ \text{(Dirac)},\ 0\ \text{(Majorana)}

    Parameters
    ----------
    nature : ``dirac`` or ``majorana``, needed

    Returns
    -------
    float [1]

    Raises
    ------
    DomainError, UnknownName
        No nature.

    Holds : theta is the angle between photon and spin; an anti-N, whose spin points the other way
        when it comes of an antineutrino, has +1.
    Source : BrdarTalk
    Anchors : AC04

    >>> asymmetry("dirac")
    -1.0
    """
    check_nature(nature, needed_by="the angle of N's photon")
    return -1.0 if nature == "dirac" else 0.0


@formula
def photon_angle(E_gamma: Numbers, E_N: Numbers, M_N: Numbers) -> Numbers:
    r"""Cosine of the angle between the photon, or the neutrino, and a moving N.

    .. math:: \cos\alpha = \frac{2E_NE_\gamma - M_N^2}{2E_\gamma\,p_N}

    Parameters
    ----------
    E_gamma, E_N, M_N : floats or arrays, energy of the massless one, of N, and mass [energy]

    Returns
    -------
    float or array [1]; nan where the photon cannot have that energy

    Raises
    ------
    DomainError
        N at rest or below its mass, a photon of energy 0.

    Source : BrdarTalk
    Anchors : AC51
    """
    p = _momentum(E_N, M_N)
    E_gamma = np.asarray(E_gamma, dtype=float)
    if np.any(~(E_gamma > 0)):
        raise DomainError("E_gamma must be above 0")
    cosine = (2 * E_N * E_gamma - np.asarray(M_N) ** 2) / (2 * E_gamma * p)
    return np.where(np.abs(cosine) <= 1 + 1e-12, np.clip(cosine, -1, 1), np.nan)[()]


@formula
def photon_spectrum(E_gamma: Numbers, E_N: Numbers, M_N: Numbers, nature: str | None = None, *,
                    helicity: float = 1.0) -> Numbers:
    r"""Photons a decay and energy of a moving N.

    .. math:: \frac{dn}{dE_\gamma} = \frac{1}{p}\Big[1 + A\,h\,\frac{2E_\gamma - E_N}{p}\Big],
              \qquad \tfrac12(E_N - p) < E_\gamma < \tfrac12(E_N + p)

    Parameters
    ----------
    E_gamma, E_N, M_N : floats or arrays, energies and mass [energy]
    nature : ``dirac`` or ``majorana``, needed
    helicity : float, twice the mean helicity [1], -1 to 1: 1 for what left-handed neutrinos become,
        and for antineutrinos, whose N has the opposite helicity and the opposite asymmetry

    Returns
    -------
    float or array [1/energy]; 0 outside

    Raises
    ------
    DomainError, UnknownName
        No nature, N at rest or below its mass, a helicity that is none.

    Holds : its integral is 1; helicity is conserved, E_N far above M_N when N was made.
    Source : BrdarTalk
    """
    _check_helicity(helicity)
    p = _momentum(E_N, M_N)
    cosine = (2 * np.asarray(E_gamma, dtype=float) - E_N) / p
    inside = np.abs(cosine) <= 1
    return np.where(inside, (1 + asymmetry(nature) * helicity * cosine) / p, 0.0)[()]


@formula
def neutrino_spectrum(E_nu: Numbers, E_N: Numbers, M_N: Numbers, nature: str | None = None, *,
                      helicity: float = 1.0) -> Numbers:
    r"""Neutrinos a decay and energy of a moving N: they have what the photon leaves.

    .. math:: \frac{dn}{dE_\nu}(E_\nu) = \frac{dn}{dE_\gamma}(E_N - E_\nu)

    Parameters
    ----------
    E_nu, E_N, M_N : floats or arrays, energies and mass [energy]
    nature : ``dirac`` or ``majorana``, needed
    helicity : float [1], as in :func:`photon_spectrum`

    Returns
    -------
    float or array [1/energy]; 0 outside

    Raises
    ------
    DomainError, UnknownName
        As :func:`photon_spectrum`.

    Holds : all kinds together: a Majorana N gives half neutrinos, half antineutrinos.
    Source : BrdarTalk
    """
    return photon_spectrum(np.asarray(E_N) - np.asarray(E_nu), E_N, M_N, nature,
                           helicity=helicity)


@formula
def mean_photon_energy(E_N: Numbers, M_N: Numbers, nature: str | None = None, *,
                       helicity: float = 1.0) -> Numbers:
    r"""Mean energy of the photon of a moving N; the neutrino has the rest.

    .. math:: \langle E_\gamma\rangle = \frac{E_N}{2} + \frac{A\,h\,p}{6}

    Parameters
    ----------
    E_N, M_N : floats or arrays, energy and mass [energy]
    nature : ``dirac`` or ``majorana``, needed
    helicity : float [1], as in :func:`photon_spectrum`

    Returns
    -------
    float or array [energy]; a third of E_N of a fast Dirac N of helicity 1, half at rest

    Raises
    ------
    DomainError, UnknownName
        No nature, N below its mass, a helicity that is none.

    Holds : as :func:`photon_spectrum`, whose mean it is.
    Source : BrdarTalk

    >>> [round(float(mean_photon_energy(100.0, 1.0, n)), 2) for n in ("dirac", "majorana")]
    [33.33, 50.0]
    """
    _check_helicity(helicity)
    E, M = _mass("E_N", E_N), _mass("M_N", M_N)
    if np.any(E < M):
        raise DomainError("E_N must be at least M_N")
    return (0.5 * E + asymmetry(nature) * helicity * np.sqrt((E - M) * (E + M)) / 6)[()]


@formula
def photon_directions(cosine: Numbers, E_N: Numbers, M_N: Numbers, nature: str | None = None, *,
                      helicity: float = 1.0) -> Numbers:
    r"""Photons a decay and cosine of their angle to N, which may move or be at rest.

    .. math:: \frac{dn}{d\cos\alpha} = \frac{M_N^2}{2(E_N - p\cos\alpha)^2}
              \big(1 + A\,h\cos\theta\big),\qquad
              \cos\theta = \frac{E_N\cos\alpha - p}{E_N - p\cos\alpha}

    Parameters
    ----------
    cosine : float or array, of the angle to the momentum of N, -1 to 1 [1]
    E_N : float or array, energy of N [energy]
    M_N : float or array, mass of N, above 0 [energy]
    nature : ``dirac`` or ``majorana``, needed
    helicity : float [1], as in :func:`photon_spectrum`; of N at rest along its spin

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError, UnknownName
        No nature, N below its mass, a helicity or a cosine that is none.

    Holds : its integral is 1; each angle has one energy, :func:`photon_angle`.
    Source : BrdarTalk

    >>> [float(photon_directions(c, 1.0, 1.0, "dirac")) for c in (-1, 0, 1)]
    [1.0, 0.5, 0.0]
    """
    return _directions(cosine, E_N, M_N, asymmetry(nature), helicity)


@formula
def neutrino_directions(cosine: Numbers, E_N: Numbers, M_N: Numbers, nature: str | None = None, *,
                        helicity: float = 1.0) -> Numbers:
    r"""Neutrinos a decay and cosine of their angle to N: opposite to the photon where N rests.

    .. math:: A \to -A\ \text{in}\ \frac{dn}{d\cos\alpha}\ \text{of photons}

    Parameters
    ----------
    cosine : float or array, of the angle to the momentum of N, -1 to 1 [1]
    E_N : float or array, energy of N [energy]
    M_N : float or array, mass of N, above 0 [energy]
    nature : ``dirac`` or ``majorana``, needed
    helicity : float [1], as in :func:`photon_spectrum`

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError, UnknownName
        As :func:`photon_directions`.

    Holds : all kinds together, as in :func:`neutrino_spectrum`.
    Source : BrdarTalk
    """
    return _directions(cosine, E_N, M_N, -asymmetry(nature), helicity)


@formula
def cherenkov_rate(omega: Numbers, E_nu: Numbers, n: Numbers, mu: Numbers, *,
                   mu_B: float = _mu_B) -> Numbers:
    r"""Photons a time and energy of a neutrino that flips in a medium of index n.

    .. math:: \frac{d\Gamma}{d\omega} = \frac{\mu^2\omega^2}{4\pi}\frac{(n^2 - 1)^2}{n^2}
              \Big[\Big(1 - \frac{\omega}{2E}\Big)^2 - \frac{n^2\omega^2}{4E^2}\Big],\qquad
              0 < \omega < \frac{2E}{n + 1}

    Parameters
    ----------
    omega, E_nu : floats or arrays, energies of photon and neutrino [energy]
    n : float or array, index of refraction k/omega at omega, taken as constant [1]
    mu : float or array, moment [mu_B]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [1]; 0 for n at most 1

    Raises
    ------
    DomainError
        A negative energy or index.

    Holds : a diagonal Dirac moment, transverse photons, massless neutrinos; of a Majorana
        neutrino the transition moment, to the other flavor.
    Power : mu^2
    Source : GrimusNeufeld1994
    """
    omega, E_nu, n = (_mass(k, x) for k, x in (("omega", omega), ("E_nu", E_nu), ("n", n)))
    inside = (n > 1) & (omega * (n + 1) <= 2 * E_nu) & (E_nu > 0)
    E, index = np.where(E_nu > 0, E_nu, 1.0), np.where(n > 0, n, 1.0)
    x = omega / (2 * E)
    shape = (index**2 - 1) ** 2 / index**2 * ((1 - x) ** 2 - (index * x) ** 2)
    return np.where(inside, np.abs(mu) ** 2 * mu_B**2 * omega**2 / (4 * pi) * shape, 0.0)[()]


def _directions(cosine: Numbers, E_N: Numbers, M_N: Numbers, A: float, helicity: float) -> Numbers:
    """Of what flies with asymmetry A where N rests."""
    _check_helicity(helicity)
    E, M = _mass("E_N", E_N), _mass("M_N", M_N)
    if np.any(E < M):
        raise DomainError("E_N must be at least M_N")
    # 1 - beta and 1 - cos by themselves: their difference from 1 is lost at a large boost
    slow = M**2 / (E * (E + np.sqrt((E - M) * (E + M))))
    short = 1 - np.asarray(cosine, dtype=float)
    far = short + (1 - short) * slow
    at_rest = (slow - short) / far
    return (0.5 * (M / (E * far)) ** 2 * (1 + A * helicity * at_rest))[()]


def _check_helicity(helicity: float) -> None:
    if not -1 <= helicity <= 1:
        raise DomainError(f"helicity = {helicity!r} must lie between -1 and 1")


def _momentum(E_N: Numbers, M_N: Numbers) -> np.ndarray:
    E_N, M_N = _mass("E_N", E_N), _mass("M_N", M_N)
    if np.any(E_N <= M_N):
        raise DomainError("E_N must be above M_N: an N at rest has photons of M_N/2 in all "
                          "directions")
    return np.sqrt((E_N - M_N) * (E_N + M_N))


def _mass(name: str, value: Numbers) -> np.ndarray:
    m = np.asarray(value, dtype=float)
    if not np.all(np.isfinite(m)) or np.any(m < 0):
        raise DomainError(f"{name} must be finite and at least 0")
    return m
