r"""One loop of a charged lepton and a W: the integrals that every vector model shares.

Both are moments of the propagator of the scalar loop, :math:`K_n(a)` with
:math:`a = m_\ell^2/M_W^2`, so both are exact in a.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from munu.constants import G_F as _G_F
from munu.constants import m_e as _m_e
from munu.models._scalar import K


def df(a):
    r"""What the mass of the lepton takes off the loop of a left-handed W.

    .. math:: f(a) - \tfrac32 = -\tfrac32\,a\int_0^1\frac{x(1-x)\,\mathrm dx}{1-x+ax}
              = -\tfrac32\,a\,[K_1(a) - K_2(a)] \to -\tfrac34 a

    Parameters
    ----------
    a : float or array, at least 0; mass of the lepton over that of the W, squared [1]

    Returns
    -------
    float or array [1]

    Holds : relative 1e-12 for every a, however small: where mixing is unitary the 3/2 drops out
        and this is all that is left.
    Source : FujikawaShrock1980, Leveille1978
    Anchors : df_e, df_tau

    >>> print(f"{df(1e-11):.6e}")
    -7.500000e-12
    """
    a = np.asarray(a, dtype=float)
    safe = np.where(a > 0, a, 1.0)
    return (-1.5 * a * (K(1, safe) - K(2, safe)))[()]


def f(a):
    r"""Loop of a left-handed W whose chirality flips on a neutrino's leg.

    .. math:: f(a) = \tfrac34\Big[1 + \frac1{1-a} - \frac{2a}{(1-a)^2}
              - \frac{2a^2\ln a}{(1-a)^3}\Big]

    Parameters
    ----------
    a : float or array, at least 0; mass of the lepton over that of the W, squared [1]

    Returns
    -------
    float or array [1], from 3/2 at 0 to 3/4 at infinity

    Source : FujikawaShrock1980, Leveille1978
    Anchors : f_fs_0, f_fs_5

    >>> print(f(0.0), f(1.0))
    1.5 1.25
    """
    return 1.5 + df(a)


def flip(a):
    r"""Loop of a W with left- and right-handed couplings: the lepton inside flips the chirality.

    .. math:: C(a) = \tfrac14\int_0^1\frac{4(1-x) + ax}{1-x+ax}\,\mathrm dx
              = 1 - \tfrac34\,a\,K_1(a)

    Photon on the W and on the lepton, longitudinal part included.

    Parameters
    ----------
    a : float or array, at least 0; mass of the lepton over that of the W, squared [1]

    Returns
    -------
    float or array [1], from 1 at 0 to 1/4 at infinity

    Source : Leveille1978
    Anchors : mu_LR_e, mu_LR_tau

    >>> print(flip(0.0), flip(1.0))
    1.0 0.625
    """
    a = np.asarray(a, dtype=float)
    return (1 - 0.75 * a * K(1, np.where(a > 0, a, 1.0)))[()]


def moment_scale(*, G_F: float = _G_F, m_e: float = _m_e) -> float:
    r"""What a mass is multiplied by in every moment of a W loop.

    .. math:: \frac{eG_F}{8\sqrt2\pi^2\mu_B} = \frac{m_eG_F}{4\sqrt2\pi^2}

    Parameters
    ----------
    G_F, m_e : constants [1/energy^2], [energy]

    Returns
    -------
    float [mu_B/energy]

    Source : FujikawaShrock1980
    Anchors : mu_dirac_0p1
    """
    return m_e * G_F / (4 * sqrt(2) * pi**2)
