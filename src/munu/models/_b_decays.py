r"""R(D), R(D*), B to K nu nu and B_c to tau nu from Wilson coefficients at the b scale.

.. math:: \mathcal L = -\frac{4G_F}{\sqrt2}V_{cb}\big[(1 + C_{V_L})O_{V_L} + \ldots\big]

The quadratic forms of R(D) and R(D*) are frozen numbers, finite differences of flavio 2.7.1 at
4.8 GeV.  Other form factors at m_b have 1.01, 0.84, 1.49, 1.08 and 0.04, 16.0, -5.17, 6.60 in
their place: that spread is an error of theory which nothing here carries.  A right-handed neutrino
adds the mirror image without a Standard Model to interfere with.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np

from munu.constants import G_F as _G_F
from munu.constants import constant
from munu.constants import m_tau as _m_tau
from munu.models import _dipoles
from munu.models.model import Constraint
from munu.units import GeV

# |V|^2, |S|^2, |T|^2, Re V S*, Re V T*
D_FORM = (1.0, 1.114, 0.658, 1.559, 0.956)
# |V_L|^2 and |V_R|^2, Re V_L V_R*, |P|^2, Re V P*, |T|^2, Re V_L T*, Re V_R T*
DSTAR_FORM = (1.0, -1.836, 0.0531, -0.139, 17.16, -5.34, 6.80)
# of the S1 leptoquark from 1 TeV to 4.8 GeV: vector, scalar, tensor; to 5 TeV they change by 0.7,
# 11.5 and -0.8 per cent
RUNNING = (1.006, 1.670, 0.888)
# B+ to K+ nu nu in the Standard Model of flavio 2.7.1 [1]
B_K_NUNU_SM = 4.7e-6
# decay constant (ETM2018Bc), and quark masses at the b scale (XingZhangZhou2008)
_f_Bc, _m_b, _m_c = 0.396 * GeV, 4.20 * GeV, 0.901 * GeV
_m_Bc, _tau_Bc = constant("m_Bc").internal, constant("tau_Bc").internal


@dataclass(frozen=True, kw_only=True)
class Average:
    """A measured pair R(D), R(D*) with errors and correlation, and the Standard Model's."""

    R_D: float
    R_D_error: float
    R_Dstar: float
    R_Dstar_error: float
    correlation: float
    R_D_SM: float
    R_Dstar_SM: float
    source: str


HFLAV2025 = Average(R_D=0.347, R_D_error=0.025, R_Dstar=0.288, R_Dstar_error=0.012,
                    correlation=-0.39, R_D_SM=0.296, R_Dstar_SM=0.254, source="HFLAV2025")


def form_D(V, S, T):
    """Rate of B -> D tau nu over the Standard Model's, of V = C_VL + C_VR (with its 1) [1]."""
    a, b, c, d, e = D_FORM
    return (a * np.abs(V) ** 2 + b * np.abs(S) ** 2 + c * np.abs(T) ** 2
            + d * np.real(V * np.conj(S)) + e * np.real(V * np.conj(T)))


def form_Dstar(V_L, V_R, P, T):
    """Rate of B -> D* tau nu over the Standard Model's; P is C_SL - C_SR [1]."""
    a, b, c, d, e, f, g = DSTAR_FORM
    return (a * (np.abs(V_L) ** 2 + np.abs(V_R) ** 2) + b * np.real(V_L * np.conj(V_R))
            + c * np.abs(P) ** 2 + d * np.real((V_L - V_R) * np.conj(P)) + e * np.abs(T) ** 2
            + f * np.real(V_L * np.conj(T)) + g * np.real(V_R * np.conj(T)))


def ratios(C_VL=0.0, C_VR=0.0, C_SL=0.0, C_SR=0.0, C_T=0.0, *, N_VR=0.0, N_S=0.0, N_T=0.0):
    r"""R(D) and R(D*) over the Standard Model's.

    Parameters
    ----------
    C_VL, C_VR, C_SL, C_SR, C_T : floats or arrays, at 4.8 GeV, the Standard Model left out [1]
    N_VR, N_S, N_T : the same of a right-handed neutrino: what mirrors C_VL, C_SL and C_T [1]

    Returns
    -------
    R_D_ratio, R_Dstar_ratio [1]

    Holds : the quadratic forms of one set of form factors; light leptons as in the Standard Model.
    Source : Flavio2018
    Anchors : RD_scalar, RDs_tensor, RDs_N
    """
    V = 1 + np.asarray(C_VL)
    return (form_D(V + C_VR, np.asarray(C_SL) + C_SR, np.asarray(C_T))
            + form_D(np.asarray(N_VR), np.asarray(N_S), np.asarray(N_T)),
            form_Dstar(V, np.asarray(C_VR), np.asarray(C_SL) - C_SR, np.asarray(C_T))
            + form_Dstar(np.asarray(N_VR), np.zeros(()), np.asarray(N_S), np.asarray(N_T)))


def chi2(R_D_ratio, R_Dstar_ratio, measured: Average = HFLAV2025):
    """Distance from what was measured, theory without error [1]."""
    m = measured
    x = (R_D_ratio * m.R_D_SM - m.R_D) / m.R_D_error
    y = (R_Dstar_ratio * m.R_Dstar_SM - m.R_Dstar) / m.R_Dstar_error
    return (x**2 + y**2 - 2 * m.correlation * x * y) / (1 - m.correlation**2)


def b_to_k_nunu(C_L, C_L_SM: float = -6.53):
    """B -> K nu nu over the Standard Model's, of coefficients C_L of three flavors (3, ...) [1].

    Source : Flavio2018
    """
    return np.mean(np.abs(1 + np.asarray(C_L) / C_L_SM) ** 2, axis=0)


def bc_to_taunu(C_VL=0.0, C_VR=0.0, C_SL=0.0, C_SR=0.0, *, N_VR=0.0, N_S=0.0, V_cb: float,
                G_F: float = _G_F, m_tau: float = _m_tau):
    r"""Branching ratio of B_c to tau nu, which a scalar frees from its helicity [1].

    .. math:: \mathrm{BR} = \frac{\tau_{B_c}m_{B_c}f^2G_F^2|V_{cb}|^2m_\tau^2}{8\pi}
              \Big(1 - \frac{m_\tau^2}{m_{B_c}^2}\Big)^2\big|1 + C_{V_L} - C_{V_R}
              + r\,(C_{S_R} - C_{S_L})\big|^2,\qquad r = \frac{m_{B_c}^2}{m_\tau(m_b+m_c)}

    Parameters
    ----------
    C_VL, C_VR, C_SL, C_SR : floats or arrays, at the b scale, the Standard Model left out [1]
    N_VR, N_S : of a right-handed neutrino, what mirrors C_VL and C_SL [1]
    V_cb, G_F, m_tau : constants [1], [1/energy^2], [energy]

    Returns
    -------
    float or array [1]

    Holds : r = 4.34, a few per cent from the masses of the quarks; f 3 per cent.
    Source : Alonso2017, ETM2018Bc, XingZhangZhou2008

    >>> print(f"{bc_to_taunu(V_cb=0.0411):.4f}")
    0.0186
    """
    r = _m_Bc**2 / (m_tau * (_m_b + _m_c))
    left = 1 + np.asarray(C_VL) - C_VR + r * (np.asarray(C_SR) - C_SL)
    right = np.asarray(N_VR) - r * np.asarray(N_S)
    plain = (_tau_Bc * _m_Bc * (_f_Bc * G_F * V_cb * m_tau) ** 2 / (8 * pi)
             * (1 - m_tau**2 / _m_Bc**2) ** 2)
    return plain * (np.abs(left) ** 2 + np.abs(right) ** 2)


def bc_constraint(predicted) -> Constraint:
    """What the lifetime of B_c leaves to tau nu.

    Source : Blanke2019
    """
    row, strict = _dipoles.rare("B_c -> tau nu"), _dipoles.rare("B_c -> tau nu, strict")
    return Constraint(observable="BR(B_c -> tau nu) [1]", predicted=predicted,
                      high=float(row["upper"]), source=row["key"], checked=row["checked"],
                      note=f"of the lifetime; {strict['upper']:.0%} with data of LEP")


def kaon_constraints(ratio) -> tuple[Constraint, Constraint]:
    """B+ to K+ nu nu of a ratio to the Standard Model: what Belle II leaves, and what it saw.

    Source : PDG2026, Flavio2018
    """
    row = _dipoles.rare("B+ -> K+ nu nubar")
    low, high = (float(row["value"] + s * 2 * row["error"]) for s in (-1, 1))
    known = {"predicted": np.multiply(ratio, B_K_NUNU_SM)[()], "high": high, "level": 0.954,
             "source": row["key"], "checked": row["checked"]}
    return (Constraint(observable="BR(B+ -> K+ nu nu) [1]", **known,
                       note=f"{row['document']}, 2 sigma, from above"),
            Constraint(observable="BR(B+ -> K+ nu nu) as seen [1]", **known, low=low, status="data",
                       note="2 sigma; the Standard Model misses it too"))
