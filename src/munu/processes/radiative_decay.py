r"""Decays to a photon: of light neutrinos among themselves, and of N.

Nature matters for N alone: with ``L = (1/2) mu nubar_L sigma.F N_R + h.c.`` a Dirac N decays to
neutrinos, a Majorana N to neutrinos and to antineutrinos.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu._arrays import Numbers
from munu.constants import mu_B as _mu_B
from munu.couplings import DipolePortal, check_nature
from munu.errors import DomainError

__all__ = ["lifetime", "rate", "width", "width_of"]


def rate(m_i: Numbers, m_j: Numbers, mu: Numbers, eps: Numbers = 0.0, *, mu_B: float = _mu_B
         ) -> Numbers:
    r"""Rate of :math:`\nu_i \to \nu_j\gamma` at rest.

    .. math:: \Gamma = \frac{|\mu_{ij}|^2 + |\epsilon_{ij}|^2}{8\pi}
              \left(\frac{m_i^2 - m_j^2}{m_i}\right)^3

    Parameters
    ----------
    m_i, m_j : floats or arrays, masses before and after [energy]
    mu, eps : floats or arrays, may be complex; transition moments between mass states [1]
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


def width(M_N: Numbers, mu: Numbers, nature: str | None = None, *, mu_B: float = _mu_B) -> Numbers:
    r"""Width of :math:`N \to \nu\gamma`, antineutrinos included for a Majorana N.

    .. math:: \Gamma = \frac{\mu^2M_N^3}{16\pi}\ \text{(Dirac)},\qquad
              \frac{\mu^2M_N^3}{8\pi}\ \text{(Majorana)}

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors [1]
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


def lifetime(M_N: Numbers, mu: Numbers, nature: str | None = None, *, mu_B: float = _mu_B
             ) -> Numbers:
    r"""Mean life of N at rest if :func:`width` is all there is.

    .. math:: \tau = 1/\Gamma

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors [1]
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


def _mass(name: str, value: Numbers) -> np.ndarray:
    m = np.asarray(value, dtype=float)
    if not np.all(np.isfinite(m)) or np.any(m < 0):
        raise DomainError(f"{name} must be finite and at least 0")
    return m
