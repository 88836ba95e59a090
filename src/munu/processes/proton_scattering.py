r"""Elastic scattering of neutrinos on free protons by the weak neutral current.

The recoil of a proton is soft but every flavor makes it alike, so a scintillator counts with it
the neutrinos of a supernova that no charged current sees.  Vector, weak-magnetism and axial form
factors are kept with full kinematics; at tree level nothing here knows the flavor.
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from munu._arrays import Numbers, finite, gauss_panels
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import constant
from munu.constants import m_p as _m_p
from munu.constants import sin2_theta_W_0 as _s2w
from munu.errors import DomainError
from munu.kinematics import E_nu_min, recoil_range
from munu.processes.process import Term
from munu.targets.form_factors import dipole, sachs
from munu.units import GeV
from munu.weak import couplings_nucleon

__all__ = ["coefficients", "dsigma_dT", "dsigma_dT_six", "form_factors", "sigma", "terms"]

_g_A = constant("g_A").value
_M_A = 1.014 * GeV
_NODES = 12


@formula
def form_factors(Q2: Numbers, *, sin2_theta_W: float = _s2w, g_A: float = _g_A,
                 Delta_s: float = 0.0, M_A: float = _M_A, m_p: float = _m_p
                 ) -> tuple[Numbers, Numbers, Numbers]:
    r"""Neutral-current form factors of the proton.

    .. math:: F_i = \left(\tfrac12 - 2 s_W^2\right) F_i^p - \tfrac12 F_i^n,\qquad
       G_A = \frac{g_A - \Delta s}{2}\left(1 + \frac{Q^2}{M_A^2}\right)^{-2}

    with the electromagnetic :math:`F_1 = (G_E + \tau G_M)/(1 + \tau)`,
    :math:`F_2 = (G_M - G_E)/(1 + \tau)`, :math:`\tau = Q^2/4m_p^2`.

    Parameters
    ----------
    Q2 : float or array, at least 0 [energy^2]
    sin2_theta_W : float, at zero momentum transfer [1]
    g_A : float, axial coupling of neutron decay [1]
    Delta_s : float, strange part of the proton's spin; below 0 it raises the cross section [1]
    M_A : float, axial mass, of the strange part too [energy]
    m_p : float [energy]

    Returns
    -------
    F_1, F_2, G_A : floats or arrays [1]

    Raises
    ------
    DomainError

    Holds : tree level, no strange vector current, the electric form factor of the neutron left
        out; Q^2 below about 1 GeV^2.
    Source : PDG2026, CODATA2018, Bodek2008

    >>> print([round(float(x), 4) for x in form_factors(0.0)])
    [0.0227, 0.9973, 0.6377]
    """
    Q2 = finite("the momentum transfer Q2", Q2, low=0.0)
    tau = Q2 / (4 * m_p**2)
    V = couplings_nucleon("e", sin2_theta_W=sin2_theta_W, radiative=False)
    F_1 = F_2 = 0.0
    for g, (G_E, G_M) in zip(V, (sachs(Q2, "p"), sachs(Q2, "n")), strict=True):
        F_1 = F_1 + g * (G_E + tau * G_M) / (1 + tau)
        F_2 = F_2 + g * (G_M - G_E) / (1 + tau)
    G_A = 0.5 * (g_A - Delta_s) * dipole(Q2, Lambda2=M_A**2)
    return F_1, F_2, G_A


@formula
def coefficients(T: Numbers, F_1: Numbers, F_2: Numbers, G_A: Numbers, m: Numbers, *,
                 antineutrino: bool = False) -> tuple[Numbers, Numbers, Numbers]:
    r"""Neutral-current recoil spectrum of a spin-1/2 target with form factors.

    .. math:: \frac{\pi}{G_F^2 m}\frac{\mathrm d\sigma}{\mathrm dT} =
       K\left(1 - \frac{y}{2}\right)^2 \pm G_A(F_1 + F_2)\, y(2 - y) + \frac{mT}{2E^2}
       \left[(1+\tau)G_A^2 - (1-\tau)(F_1^2 - \tau F_2^2) + 4\tau F_1F_2\right]

    with :math:`K = G_A^2 + F_1^2 + \tau F_2^2`, :math:`y = T/E`, :math:`\tau = T/2m`, plus for
    neutrinos and minus for antineutrinos; handed back as :math:`c_0 + c_1/E + c_2/E^2`.

    Parameters
    ----------
    T : float or array [energy]
    F_1, F_2, G_A : floats or arrays, at Q^2 = 2 m T [1]
    m : float [energy]
    antineutrino : bool

    Returns
    -------
    c0, c1, c2 : [1], [energy], [energy^2]

    Holds : elastic, tree level, momentum transfer far below the Z mass, target at rest; with
        F_2 = 0 the formula of a point, with E << m besides that of Beacom, Farr and Vogel.
    Source : Beacom2002, Horowitz2002
    """
    tau = T / (2 * m)
    K = G_A**2 + F_1**2 + tau * F_2**2
    cross = (-1 if antineutrino else 1) * G_A * (F_1 + F_2)
    rest = (1 + tau) * G_A**2 - (1 - tau) * (F_1**2 - tau * F_2**2) + 4 * tau * F_1 * F_2
    return K, T * (2 * cross - K), T**2 * (0.25 * K - cross) + 0.5 * m * T * rest


def terms(T: Numbers, *, G_F: float = _G_F, m_p: float = _m_p, **form: Any) -> list[Term]:
    """The cross section on a proton, one :class:`Term` for neutrinos and one for antineutrinos.

    Takes recoil energies above 0 [energy]; ``form`` goes to :func:`form_factors`.
    """
    T = finite("the recoil energy T", T)
    if np.any(T <= 0):
        raise DomainError("the recoil energy T must be above 0")
    F_1, F_2, G_A = form_factors(2 * m_p * T, m_p=m_p, **form)
    E_min, scale, out = np.asarray(E_nu_min(T, 0.0, m_p)), G_F**2 * m_p / pi, []
    for anti in (False, True):
        c = coefficients(T, F_1, F_2, G_A, m_p, antineutrino=anti)
        C = np.zeros((2, 3, 3), dtype=complex)
        C[int(anti)] = np.eye(3)
        out.append(Term(scale * np.stack(np.broadcast_arrays(*c)), E_min, C, "weak"))
    return out


@formula
def dsigma_dT(T: Numbers, E_nu: Numbers, *, antineutrino: bool = False, sin2_theta_W: float = _s2w,
              g_A: float = _g_A, Delta_s: float = 0.0, M_A: float = _M_A, G_F: float = _G_F,
              m_p: float = _m_p) -> Numbers:
    r"""Recoil spectrum of nu p -> nu p, the same for every flavor.

    At leading order in E/m_p

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \frac{G_F^2 m_p}{\pi}\left[
       \left(1 - \frac{m_pT}{2E^2}\right)c_v^2 + \left(1 + \frac{m_pT}{2E^2}\right)c_a^2\right],
       \qquad c_v = \tfrac12 - 2s_W^2,\quad c_a = \tfrac12(g_A - \Delta s)

    and here with recoil, weak magnetism and form factors, see :func:`coefficients`.

    Parameters
    ----------
    T, E_nu : float or array (broadcast); T above 0, E_nu at least 0 [energy]
    antineutrino : bool
    sin2_theta_W, g_A, Delta_s, M_A : as :func:`form_factors` [1], [1], [1], [energy]
    G_F, m_p : constants [1/energy^2], [energy]

    Returns
    -------
    float or array [area/energy]; exact 0 above T_max = 2 E^2/(m_p + 2 E)

    Raises
    ------
    DomainError

    Holds : free protons; tree level, where the proton's vector coupling is 0.023 for every
        flavor (radiative corrections make it depend on flavor and move the whole by a few per
        mille).
    Source : Beacom2002, Horowitz2002, PDG2026, Bodek2008

    >>> from munu.units import MeV, cm
    >>> print(f"{dsigma_dT(0.5 * MeV, 30 * MeV) / (cm**2 / MeV):.3e}")
    8.324e-42
    """
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    pair = terms(T, G_F=G_F, m_p=m_p, sin2_theta_W=sin2_theta_W, g_A=g_A, Delta_s=Delta_s,
                 M_A=M_A)
    state = np.zeros((2, 3, 3), dtype=complex)
    state[int(antineutrino), 0, 0] = 1.0
    return pair[int(antineutrino)].dsigma_dT(E, state)[()]


def dsigma_dT_six(T: Numbers, E_nu: Numbers, **options: Any) -> np.ndarray:
    """As :func:`dsigma_dT` for each of ``flavors.SIX``, first axis 6 [area/energy].

    What :func:`munu.detectors.supernova.proton_recoils` takes.
    """
    return np.repeat([dsigma_dT(T, E_nu, antineutrino=anti, **options)
                      for anti in (False, True)], 3, axis=0)


@formula
def sigma(E_nu: Numbers, *, antineutrino: bool = False, sin2_theta_W: float = _s2w,
          g_A: float = _g_A, Delta_s: float = 0.0, M_A: float = _M_A, G_F: float = _G_F,
          m_p: float = _m_p) -> Numbers:
    r"""Total cross section of nu p -> nu p.

    .. math:: \sigma = \int_0^{2E^2/(m_p + 2E)}\mathrm dT\,\frac{\mathrm d\sigma}{\mathrm dT}

    Parameters
    ----------
    E_nu : float or array, at least 0 [energy]
    others : as :func:`dsigma_dT`

    Returns
    -------
    float or array [area]

    Raises
    ------
    DomainError

    Holds : as :func:`dsigma_dT`; energies below a GeV.
    Source : Beacom2002, Horowitz2002

    >>> from munu.units import MeV, cm
    >>> print(f"{sigma(20 * MeV) / cm**2:.3e}, {sigma(20 * MeV, antineutrino=True) / cm**2:.3e}")
    7.998e-42, 7.322e-42
    """
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    top = np.asarray(recoil_range(E, 0.0, m_p)[1])[..., None]
    u, w = gauss_panels([0.0, 1.0], _NODES)
    # a neutrino without energy scatters nothing; T must stay above 0 all the same
    T = np.where(top > 0, top, m_p) * u
    value = dsigma_dT(T, E[..., None], antineutrino=antineutrino, sin2_theta_W=sin2_theta_W,
                      g_A=g_A, Delta_s=Delta_s, M_A=M_A, G_F=G_F, m_p=m_p)
    return ((value * w).sum(axis=-1) * top[..., 0])[()]
