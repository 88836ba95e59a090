r"""N from a fermion and its antiparticle: e+ e- by a photon and at the Z, quarks by a photon.

By a photon the cross section is flat in s: a moment grows as the energy, the photon falls as it.
What N is polarized like is carried on, since its photon's direction needs it.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers
from munu._guard import formula
from munu.errors import DomainError
from munu.processes._photon_pairs import to_leptons, to_N

__all__ = ["branching_ratio_Z", "cross_section", "cross_section_Z", "cross_section_quarks",
           "directions", "polarization"]

_M_Z, _GAMMA_Z = constants.value("M_Z"), constants.value("Gamma_Z")
_BR_EE = constants.value("BR_Z_ee")


@formula
def cross_section(s: Numbers, mu: Numbers, M_N: Numbers = 0.0, *, alpha: float = constants.alpha,
                  mu_B: float = constants.mu_B) -> Numbers:
    r"""Cross section of :math:`e^+e^-\to\gamma^*\to\nu\bar N` + c.c.

    .. math:: \sigma = \frac{\alpha\mu^2}{6}(1 - r)^2(1 + 2r),\qquad r = \frac{M_N^2}{s}

    Parameters
    ----------
    s : float or array, square of the energy [energy^2]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    M_N : float or array, mass of N [energy]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [area]; 0 below the threshold

    Holds : both charge states of N together (one has half), Dirac or Majorana; unpolarized beams,
        no electron mass, no radiation off them, s far below the Z.
    Power : mu^2
    Source : Magill2018
    Anchors : acc31_ee

    >>> from munu.units import GeV, barn
    >>> print(f"{cross_section((10.58 * GeV)**2, 1e-8, 1 * GeV) / (1e-12 * barn):.2e} pb")
    4.16e-06 pb
    """
    return _by_photon(s, mu, M_N, alpha, mu_B)[()]


@formula
def cross_section_quarks(s: Numbers, mu: Numbers, M_N: Numbers = 0.0, e_q: float = 2 / 3, *,
                         colors: int = 3, alpha: float = constants.alpha,
                         mu_B: float = constants.mu_B) -> Numbers:
    r"""Cross section of :math:`q\bar q\to\gamma^*\to\nu\bar N` + c.c., mean over colors.

    .. math:: \sigma = \frac{e_q^2}{3}\,\frac{\alpha\mu^2}{6}(1 - r)^2(1 + 2r),\qquad
              r = \frac{M_N^2}{s}

    Parameters
    ----------
    s : float or array, square of the energy of both quarks [energy^2]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    M_N : float or array, mass of N [energy]
    e_q : charge of the quark, either sign [1]
    colors : int, at least 1
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [area]; 0 below the threshold

    Raises
    ------
    DomainError

    Holds : as :func:`cross_section`. Over the Drell-Yan cross section to muons of the same s, and
        so of the same mass in any beam, it is :func:`munu.processes.virtual_photon.over_leptons`
        whatever the quark.
    Power : mu^2
    Source : Magill2018
    """
    if colors < 1:
        raise DomainError(f"colors = {colors} must be at least 1")
    return (e_q**2 / colors * _by_photon(s, mu, M_N, alpha, mu_B))[()]


@formula
def branching_ratio_Z(d_Z: Numbers, M_N: Numbers = 0.0, *, M_Z: float = _M_Z,
                      Gamma_Z: float = _GAMMA_Z) -> Numbers:
    r"""Branching ratio of :math:`Z\to\nu\bar N` + c.c.

    .. math:: {\rm BR} = \frac{(2d_Z)^2M_Z^3}{24\pi\Gamma_Z}(1 - r)^2(1 + 2r),\qquad
              r = \frac{M_N^2}{M_Z^2}

    Parameters
    ----------
    d_Z : float or array, coefficient of :math:`\bar\nu\sigma ZN`, either sign; of a completion:
        the photon's alone does not say it [1/energy]
    M_N : float or array, mass of N [energy]
    M_Z, Gamma_Z : constants [energy]; the width without N, above 0

    Returns
    -------
    float or array [1]; 0 above the Z

    Raises
    ------
    DomainError

    Holds : both charge states of N together, Dirac or Majorana; far below 1, since what N adds to
        the width is left out of it.
    Power : d_Z^2
    Source : Magill2018, PDG2026

    >>> from munu.units import GeV
    >>> print(f"{branching_ratio_Z(1e-5 / GeV):.2e}")
    1.61e-06
    """
    if not (M_Z > 0 and Gamma_Z > 0):
        raise DomainError("M_Z and Gamma_Z must be above 0")
    return (to_N(M_Z**2, np.multiply(2.0, d_Z), M_N) / (M_Z * Gamma_Z))[()]


@formula
def cross_section_Z(d_Z: Numbers, M_N: Numbers = 0.0, *, M_Z: float = _M_Z,
                    Gamma_Z: float = _GAMMA_Z, BR_ee: float = _BR_EE) -> Numbers:
    r"""Cross section of :math:`e^+e^-\to Z\to\nu\bar N` + c.c. at the top of the resonance.

    .. math:: \sigma = \frac{12\pi}{M_Z^2}\,{\rm BR}(ee)\,{\rm BR}(\nu N)

    Parameters
    ----------
    d_Z, M_N, M_Z, Gamma_Z : as :func:`branching_ratio_Z`
    BR_ee : of the Z, 0 to 1 [1]

    Returns
    -------
    float or array [area]; 0 above the Z

    Raises
    ------
    DomainError

    Holds : as :func:`branching_ratio_Z`; no radiation off the beams, which takes a quarter away.
        The photon's amplitude stands at a right angle there, so :func:`cross_section` adds.
    Power : d_Z^2
    Source : Magill2018, PDG2026

    >>> from munu.units import GeV, barn
    >>> print(f"{cross_section_Z(1e-5 / GeV) / (1e-12 * barn):.3f} pb")
    0.096 pb
    """
    return (12 * pi / M_Z**2 * BR_ee * branching_ratio_Z(
        d_Z, M_N, M_Z=M_Z, Gamma_Z=Gamma_Z))[()]


@formula
def directions(cosine: Numbers, s: Numbers, M_N: Numbers = 0.0) -> Numbers:
    r"""N an event and cosine of its angle to the electron, where both collide at rest.

    .. math:: \frac{dn}{d\cos\theta} = \frac{3}{4(1 + 2r)}\big[\sin^2\theta
              + r(1 + \cos^2\theta)\big],\qquad r = \frac{M_N^2}{s}

    The first term is N of helicity +1, the second of helicity -1; of anti-N the other way round.

    Parameters
    ----------
    cosine : float or array, -1 to 1 [1]
    s : float or array, square of the energy, above 0 [energy^2]
    M_N : float or array, mass of N [energy]

    Returns
    -------
    float or array [1]; 0 below the threshold

    Holds : by a photon, unpolarized beams; its integral is 1.
    Source : Magill2018

    >>> [float(directions(c, 100.0)) for c in (-1, 0, 1)]
    [0.0, 0.75, 0.0]
    """
    r, plus, minus = _helicities(cosine, s, M_N)
    return np.where(r < 1, 0.75 * (plus + minus) / (1 + 2 * r), 0.0)[()]


@formula
def polarization(cosine: Numbers, s: Numbers, M_N: Numbers = 0.0) -> tuple[Numbers, Numbers]:
    r"""Twice the mean spin of N: along its momentum, and across it in the plane of the beams.

    .. math:: P_\parallel = \frac{\sin^2\theta - r(1 + \cos^2\theta)}
              {\sin^2\theta + r(1 + \cos^2\theta)},\qquad
              P_\perp = -\frac{2\sqrt r\sin\theta\cos\theta}{\sin^2\theta + r(1 + \cos^2\theta)}

    The photon of N goes, at rest, as :math:`1 + A\,\mathbf P\cdot\mathbf n` with
    :func:`munu.processes.radiative_decay.asymmetry`.

    Parameters
    ----------
    cosine : float or array, of the angle between N and the electron, -1 to 1 [1]
    s : float or array, square of the energy, above 0 [energy^2]
    M_N : float or array, mass of N [energy]

    Returns
    -------
    tuple of floats or arrays [1], [1]: the second positive towards the electron's side; both 0
        below the threshold and where no N goes

    Holds : of N by a photon, unpolarized beams; anti-N has both with the other sign, and its
        photon, whose asymmetry is the other one too, goes alike.
    Source : BrdarTalk
    """
    r, plus, minus = _helicities(cosine, s, M_N)
    c, all_ = np.asarray(cosine, dtype=float), plus + minus
    some = (r < 1) & (all_ > 0)
    safe = np.where(some, all_, 1.0)
    across = -2 * np.sqrt(r) * c * np.sqrt(np.maximum(1 - c * c, 0.0))
    return (np.where(some, (plus - minus) / safe, 0.0)[()], np.where(some, across / safe, 0.0)[()])


def _helicities(cosine: Numbers, s: Numbers, M_N: Numbers
                ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """r, and what N of either helicity have in common units."""
    s, c = np.asarray(s, dtype=float), np.asarray(cosine, dtype=float)
    r = np.square(M_N) / s
    return r, 1 - c * c, r * (1 + c * c)


def _by_photon(s: Numbers, mu: Numbers, M_N: Numbers, alpha: float, mu_B: float) -> Numbers:
    """What muons have, 4 pi alpha^2/3 s, times the ratio of widths."""
    s = np.asarray(s, dtype=float)
    safe = np.where(s > 0, s, 1.0)
    share = to_N(safe, np.multiply(mu, mu_B), M_N) / to_leptons(safe, 0.0, alpha)
    return np.where(s > 0, 4 * pi * alpha**2 / (3 * safe) * share, 0.0)
