r"""The oblique parameter T of one more scalar doublet, its charged part mixed with a singlet."""

from __future__ import annotations

from math import pi

import numpy as np

from munu import _data
from munu.constants import M_W as _M_W
from munu.constants import constant
from munu.models._scalar import K
from munu.models.model import Constraint

_sin2 = constant("sin2_theta_W_MZ").value


def F(m_1, m_2):
    r"""Breaking of isospin by two masses.

    .. math:: F = \frac{x+y}{2} - \frac{xy}{x-y}\ln\frac xy,\qquad x = m_1^2,\ y = m_2^2

    Parameters
    ----------
    m_1, m_2 : floats or arrays, above 0 [energy]

    Returns
    -------
    float or array, at least 0 [energy^2]

    Holds : relative 1e-12 through m_1 = m_2, where it vanishes as (x - y)^2/(6 x).
    Source : Grimus2008
    """
    big, small = np.maximum(m_1, m_2), np.minimum(m_1, m_2)
    r = (np.asarray(small, dtype=float) / big) ** 2
    # 1 - r without loss where the masses are close
    apart = (big - small) * (big + small) / big**2
    return big**2 * apart**2 * (0.5 - r * K(2, r))


def T(m_charged, m_H, m_A, *, M_W: float = _M_W, sin2_theta_W: float = _sin2):
    r"""T of a doublet without expectation value.

    .. math:: T = \frac{F(m_+,m_H) + F(m_+,m_A) - F(m_H,m_A)}{16\pi s_W^2M_W^2}

    Parameters
    ----------
    m_charged, m_H, m_A : masses of the charged and the two neutral scalars [energy]
    M_W, sin2_theta_W : constants [energy], [1]

    Returns
    -------
    float or array [1]

    Source : Grimus2008
    Anchors : T_doublet
    """
    return T_mixed(m_charged, m_charged, 1.0, m_H, m_A, M_W=M_W, sin2_theta_W=sin2_theta_W)


def T_mixed(m_h, m_H, share, m_0, m_A, *, M_W: float = _M_W, sin2_theta_W: float = _sin2):
    r"""T of a doublet whose charged part is shared by h and H, the rest of both a singlet.

    .. math:: 16\pi s_W^2M_W^2\,T = \sum_{k=h,H} c_k\,[F(m_k,m_0) + F(m_k,m_A)]
              - 2c_hc_HF(m_h,m_H) - F(m_0,m_A),\qquad c_h + c_H = 1

    Parameters
    ----------
    m_h, m_H : masses of the charged scalars [energy]
    share : c_h, doublet part of h, cos^2 or sin^2 of the mixing [1]
    m_0, m_A : masses of the neutral scalars [energy]
    M_W, sin2_theta_W : constants [energy], [1]

    Returns
    -------
    float or array [1]

    Source : Grimus2008
    """
    rest = 1 - np.asarray(share)
    total = (share * (F(m_h, m_0) + F(m_h, m_A)) + rest * (F(m_H, m_0) + F(m_H, m_A))
             - 2 * share * rest * F(m_h, m_H) - F(m_0, m_A))
    return total / (16 * pi * sin2_theta_W * M_W**2)


def constraint(predicted, most=None, sigmas: float = 2.0) -> Constraint:
    """T against the global electroweak fit with U = 0 and any S, or against a cut of the user.

    Parameters
    ----------
    predicted : float or array, T [1]
    most : greatest size, of the user, in place of the fit; None [1]
    sigmas : half width of the fit's band [1]

    Holds : S left free, as no model here computes it; new scalars make far less U than T.
    Source : PDG2024
    """
    if most is not None:
        return Constraint(observable="T [1]", predicted=predicted, low=-most, high=most,
                          status="user", note="cut of the user, in place of the fit")
    fit = next(r for r in _data.load("bounds/oblique").rows() if r["fit"] == "U = 0")
    return Constraint(observable="T [1]", predicted=predicted,
                      low=float(fit["T"] - sigmas * fit["T_error"]),
                      high=float(fit["T"] + sigmas * fit["T_error"]),
                      level=0.954 if sigmas == 2 else None, source="PDG2024", checked="no",
                      note="electroweak fit read second-hand, S free, U = 0")
