r"""Low-energy weak vertices of matter, and what an electromagnetic neutrino adds to them.

Vector and axial couplings of the electron, of the proton and of the neutron; a charge radius
and a charge shift the vector coupling of whatever is charged.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from munu import flavors
from munu._arrays import Numbers
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import M_W as _M_W
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.constants import m_mu, m_tau, vintage
from munu.constants import sin2_theta_W_0 as _s2w
from munu.errors import UnknownName


@formula
def couplings_sm(flavor: str, *, sin2_theta_W: float = _s2w, radiative: bool = False,
                 M_W: float = _M_W, alpha: float = _alpha) -> tuple[float, float]:
    r"""Vector and axial couplings of the electron to a neutrino.

    .. math:: g_V = 2 s_W^2 - \tfrac12 + \delta_{\alpha e},\qquad
              g_A = -\tfrac12 + \delta_{\alpha e}

    With ``radiative``, the PDG's effective couplings of nu_mu e at low energy; the Standard
    Model charge radius, which sits in them, is exchanged for the flavor at hand.

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``
    sin2_theta_W : float, at zero momentum transfer [1]
    radiative : bool
    M_W, alpha : constants, for the charge radius [energy], [1]

    Returns
    -------
    g_V, g_A : floats [1]

    Raises
    ------
    UnknownName

    Source : PDG2022, Bahcall1995

    >>> g_V, g_A = couplings_sm("e")
    >>> round(g_V, 5), g_A
    (0.97726, 0.5)
    """
    delta = 1.0 if flavors.index(flavor) == 0 else 0.0
    if not radiative:
        return 2 * sin2_theta_W - 0.5 + delta, -0.5 + delta
    pdg = vintage("pdg2022")
    shift = delta_gV_r2(r2_sm(flavor, M_W=M_W), alpha=alpha) \
        - delta_gV_r2(r2_sm("mu", M_W=M_W), alpha=alpha)
    return pdg["g_LV_nu_mu_e"].value + delta + shift, pdg["g_LA_nu_mu_e"].value + delta


@formula
def r2_sm(flavor: str, convention: str = "lh_vertex", *, G_F: float = _G_F, M_W: float = _M_W,
          m_l: float | None = None) -> float:
    r"""Charge radius of the Standard Model.

    .. math:: \langle r^2\rangle_\alpha = -\frac{G_F}{2\sqrt2\pi^2}
              \left[3 - 2\ln\frac{m_\alpha^2}{M_W^2}\right]

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``
    convention : ``lh_vertex``, the one of this package, or ``bernabeu``: -1/2 times it
    G_F, M_W, m_l : constants [1/energy^2], [energy], [energy]

    Returns
    -------
    float [length^2]

    Raises
    ------
    UnknownName

    Source : GiuntiStudenikin2014, Bernabeu2000
    Anchors : r2_sm_mu

    >>> from munu.units import cm
    >>> print(f"{r2_sm('mu') / cm**2:.3e}")
    -4.805e-33
    """
    mass = m_l if m_l is not None else (_m_e, m_mu, m_tau)[flavors.index(flavor)]
    r2 = -G_F / (2 * sqrt(2) * pi**2) * (3 - 2 * np.log(mass**2 / M_W**2))
    if convention == "lh_vertex":
        return float(r2)
    if convention == "bernabeu":
        return float(-r2 / 2)
    raise UnknownName("charge-radius convention", convention, ("lh_vertex", "bernabeu"))


@formula
def delta_gV_r2(r2: Numbers, *, G_F: float = _G_F, alpha: float = _alpha) -> Numbers:
    r"""Shift of the electron's vector coupling by a charge radius.

    .. math:: \delta g_V = \frac{\sqrt2\pi\alpha}{3 G_F}\langle r^2\rangle

    Parameters
    ----------
    r2 : float or array, also of complex matrices; left-handed-vertex normalization [length^2]
    G_F, alpha : constants [1/energy^2], [1]

    Returns
    -------
    float or array [1]

    Power : r2
    Source : GiuntiStudenikin2014
    Anchors : dgv_r2

    >>> from munu.units import cm
    >>> round(delta_gV_r2(-8.3e-33 * cm**2), 5)
    -0.01975
    """
    return sqrt(2) * pi * alpha / (3 * G_F) * r2


@formula
def delta_gV_charge(q: Numbers, T: Numbers, *, G_F: float = _G_F, alpha: float = _alpha,
                    m: float = _m_e) -> Numbers:
    r"""Shift of the electron's vector coupling by a charge of the neutrino.

    .. math:: \delta g_V = -\frac{\sqrt2\pi\alpha\, q}{G_F m_e T}

    Parameters
    ----------
    q : float or array, also of complex matrices; charge [e]
    T : float or array, recoil energy [energy], above 0
    G_F, alpha, m : constants [1/energy^2], [1], [energy]

    Returns
    -------
    float or array [1]

    Power : q
    Source : GiuntiStudenikin2014
    Anchors : dgv_q

    >>> from munu.units import keV
    >>> round(delta_gV_charge(1e-12, 3 * keV), 4)
    -1.8132
    """
    return -sqrt(2) * pi * alpha * q / (G_F * m * T)


@formula
def couplings_nucleon(flavor: str, *, sin2_theta_W: float = _s2w, radiative: bool = True,
                      alpha: float = _alpha) -> tuple[float, float]:
    r"""Vector couplings of proton and neutron to a neutrino.

    .. math:: g_p = \tfrac12 - 2 s_W^2,\qquad g_n = -\tfrac12

    With ``radiative``, the corrected values of nu_mu; they hold the charge radius of the
    Standard Model, which is exchanged for the flavor at hand:
    :math:`g_p^\alpha = g_p^\mu + \frac{\alpha}{3\pi}\ln\frac{m_\mu^2}{m_\alpha^2}`.

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``
    sin2_theta_W : float, at zero momentum transfer; for the tree-level values [1]
    radiative : bool
    alpha : float [1]

    Returns
    -------
    g_p, g_n : floats [1]

    Raises
    ------
    UnknownName

    Source : GiuntiStudenikin2014, Cadeddu2018, PDG2022

    >>> g_p, g_n = couplings_nucleon("e")
    >>> round(g_p, 4), g_n
    (0.0401, -0.5094)
    """
    i = flavors.index(flavor)
    if not radiative:
        return 0.5 - 2 * sin2_theta_W, -0.5
    pdg = vintage("pdg2022")
    mass = (_m_e, m_mu, m_tau)[i]
    return (pdg["g_pV_nu_mu"].value + alpha / (3 * pi) * float(np.log(m_mu**2 / mass**2)),
            pdg["g_nV"].value)
