r"""One loop of a fermion and a scalar: the integrals that every scalar model shares.

All are moments of one propagator,

.. math:: K_n(r) = \int_0^1 \frac{x^n\,\mathrm dx}{1 - x + r x},\qquad r = m_F^2/M^2,

so that the moment of a neutrino from a photon on fermion and boson of opposite charge is
:math:`J = K_1`, and leptons' g - 2 needs :math:`K_1, K_2, K_3`.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu.constants import alpha as _alpha
from munu.constants import mu_B as _mu_B
from munu.errors import DomainError

# about r = 1 the series in 1 - r: exact there to round-off with so many terms
_NEAR, _TERMS = 0.3, 36


def K(n: int, r):
    r"""Moment n of the loop's propagator.

    .. math:: K_0 = \frac{-\ln r}{1-r},\qquad K_n = \frac{K_{n-1} - 1/n}{1-r}

    Parameters
    ----------
    n : int, at least 0
    r : float or array, above 0; mass of the fermion over that of the boson, squared [1]

    Returns
    -------
    float or array [1]

    Holds : relative 1e-13 from r = 1e-20 to 1e20 and through r = 1, for n up to 3.
    Source : Leveille1978

    >>> print(float(K(1, 1.0)))
    0.5
    """
    r = np.asarray(r, dtype=float)
    t = 1 - r
    near = np.abs(t) < _NEAR
    far = np.where(near, 2.0, r)
    value = -np.log(far) / (1 - far)
    for k in range(1, n + 1):
        value = (value - 1 / k) / (1 - far)
    small = np.where(near, t, 0.0)
    series = np.zeros(small.shape)
    for k in range(_TERMS, -1, -1):
        series = series * small + 1 / (n + k + 1)
    return np.where(near, series, value)[()]


def J(r):
    r"""Loop of a neutrino's moment.

    .. math:: J(r) = \int_0^1\frac{x\,\mathrm dx}{1 - x + r x} = \frac{-\ln r - (1 - r)}{(1-r)^2}
              \to \ln\frac1r - 1

    Parameters
    ----------
    r : float or array, above 0; mass of the fermion over that of the boson, squared [1]

    Returns
    -------
    float or array [1]

    Source : Leveille1978
    Anchors : J_1.75e-05, J_0.3, J_2
    """
    return K(1, r)


def moment(y, m_F, M, colors=1, charge=1.0, *, alpha: float = _alpha, mu_B: float = _mu_B):
    r"""Moment of a neutral fermion from a loop that flips the chirality inside.

    .. math:: \mu = \frac{e N_c Q\, y_1 y_2\, m_F}{16\pi^2 M^2} J(m_F^2/M^2)

    of couplings :math:`\bar F (y_1 P_R N + y_2 P_L\nu) B` with charges Q of F and -Q of B.

    Parameters
    ----------
    y : float or array, the product y_1 y_2 [1]
    m_F, M : floats or arrays, masses of fermion and boson [energy]
    colors : N_c [1]
    charge : Q [e]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [mu_B]

    Holds : one loop, neutrinos light against M.
    Source : Leveille1978
    Anchors : y1y2_for_1e-10
    """
    e = np.sqrt(4 * pi * alpha)
    return e * colors * charge * y * m_F * J((m_F / M) ** 2) / (16 * pi**2 * M**2) / mu_B


def B0(m_F, M, scale):
    r"""Finite part (MSbar) of the two-point function at zero momentum.

    .. math:: B_0 = 1 - \frac{M^2\ln(M^2/\mu_R^2) - m_F^2\ln(m_F^2/\mu_R^2)}{M^2 - m_F^2}

    Parameters
    ----------
    m_F, M : floats or arrays, above 0 [energy]
    scale : mu_R, above 0 [energy]

    Returns
    -------
    float or array [1]

    Source : PassarinoVeltman1979
    Anchors : B0_fin
    """
    # ln of the ratio of masses over their difference is K_0, smooth through m_F = M
    r = (np.asarray(m_F, dtype=float) / M) ** 2
    return 1 - 2 * np.log(np.asarray(M, dtype=float) / scale) - r * K(0, r)


def mass(y, m_F, M, scale, colors=1):
    r"""Radiative Dirac mass of the same loop; only its sum with a tree mass is physical.

    .. math:: m = \frac{N_c y_1 y_2 m_F}{16\pi^2} B_0(m_F, M; \mu_R)

    Takes and returns what :func:`moment` and :func:`B0` do [energy]; it is logarithmically
    divergent, and this is its finite part in MSbar.
    """
    return colors * y * m_F * B0(m_F, M, scale) / (16 * pi**2)


def tuning(m_D, m_nu, M_N):
    r"""Size of a Dirac mass over what a seesaw may have, :math:`\sqrt{m_\nu M_N}` [1].

    Takes masses [energy]; nan where one of several N has none.  Raises :class:`DomainError` where
    all are massless.
    """
    M_N = np.asarray(M_N)
    if np.all(M_N == 0):
        raise DomainError("the tuning needs M_N above 0")
    return (np.abs(m_D) / np.sqrt(np.multiply(m_nu, np.where(M_N == 0, np.nan, M_N))))[()]


def g2_neutral(m_l, m_F, M, y_same, y_flip=0.0):
    r"""g - 2 of a charged lepton from a neutral scalar and a lepton F inside.

    .. math:: \Delta a = \frac{m_l^2}{16\pi^2M^2}\,|y|^2\,(K_2 - K_3)
              + \frac{m_l m_F}{8\pi^2M^2}\,\mathrm{Re}(y_Ly_R^*)\,K_2

    Parameters
    ----------
    m_l, m_F, M : masses of the lepton, of the fermion inside and of the scalar [energy]
    y_same : |y_L|^2 + |y_R|^2 [1]
    y_flip : Re(y_L y_R^*) [1]

    Returns
    -------
    float or array [1]

    Holds : m_l far below M.
    Source : Leveille1978
    Anchors : damu_f1_100
    """
    r = (np.asarray(m_F, dtype=float) / M) ** 2
    return (m_l**2 * y_same * (K(2, r) - K(3, r)) / (16 * pi**2 * M**2)
            + m_l * m_F * y_flip * K(2, r) / (8 * pi**2 * M**2))


def g2_charged(m_l, m_F, M, y_same, y_flip=0.0):
    r"""g - 2 of a charged lepton from a charged scalar and a neutral fermion inside.

    .. math:: \Delta a = -\frac{m_l^2}{16\pi^2M^2}\,|y|^2\,(K_1 - 2K_2 + K_3)
              - \frac{m_l m_F}{8\pi^2M^2}\,\mathrm{Re}(y_Ly_R^*)\,(K_1 - K_2)

    Takes and returns what :func:`g2_neutral` does; -m_l^2 |y|^2/(96 pi^2 M^2) for m_F to 0.

    Source : Leveille1978
    Anchors : damu_S1
    """
    r = (np.asarray(m_F, dtype=float) / M) ** 2
    return (-m_l**2 * y_same * (K(1, r) - 2 * K(2, r) + K(3, r)) / (16 * pi**2 * M**2)
            - m_l * m_F * y_flip * (K(1, r) - K(2, r)) / (8 * pi**2 * M**2))
