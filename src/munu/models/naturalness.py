r"""Mass that a moment makes, and the moment that a mass leaves natural: estimates, not bounds.

Removing the photon from the loop of a moment leaves a mass.  Every estimate here is linear,
:math:`\mu/\mu_B = c(\Lambda)\,m`; they differ in c, by factors that the talks write as "~".
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt

import numpy as np

from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import alpha as _alpha
from munu.constants import constant
from munu.constants import m_e as _m_e
from munu.constants import m_mu as _m_mu
from munu.constants import m_tau as _m_tau
from munu.errors import DomainError, UnknownName
from munu.units import TeV, eV

_s2 = constant("sin2_theta_W_MZ").value


@formula
def talk_a(m, Lambda, *, m_e: float = _m_e):
    r"""Moment of a mass by the estimate of talk A, photon and loop taken off alike.

    .. math:: \frac{\mu}{\mu_B} \sim \frac{m_e\,m}{\Lambda^2}

    Parameters
    ----------
    m : float or array, mass of the pair [energy]
    Lambda : float or array, scale of new physics [energy]
    m_e : electron mass [energy]

    Returns
    -------
    float or array [mu_B]

    Holds : an order of magnitude; talk B has twice as much.
    Source : BrdarTalk
    Anchors : seed_Brdar_mass_estimate_MeV

    >>> from munu.units import GeV, MeV
    >>> print(f"{mass(1e-10, 100 * GeV, 'talk_a') / MeV:.2f} MeV")
    1.96 MeV
    """
    return m_e * m / np.square(Lambda)


@formula
def talk_b(m, Lambda, *, m_e: float = _m_e):
    r"""Moment of a mass by the estimate of talk B: :math:`\mu/\mu_B \sim 2 m_e m/\Lambda^2`.

    Parameters
    ----------
    others : as :func:`talk_a`

    Returns
    -------
    float or array [mu_B]

    Source : JanaTalk
    Anchors : seed_Jana_mass_estimate_MeV
    """
    return 2 * m_e * m / np.square(Lambda)


@formula
def voloshin(m, Lambda, *, m_e: float = _m_e, alpha: float = _alpha):
    r"""Moment of a mass that only electroweak breaking of Voloshin's symmetry makes.

    .. math:: \frac{\mu}{\mu_B} \sim \frac{4\pi}{\alpha}\frac{m_e m}{\Lambda^2},\qquad
              m \sim 11.4\,\mathrm{keV}\,\frac{\mu}{10^{-11}\mu_B}
              \Big(\frac{\Lambda}{\mathrm{TeV}}\Big)^2

    Talk A prints :math:`\alpha/4\pi` in place of :math:`4\pi/\alpha`, and both ratios of its
    keV formula upside down: read literally that is 34 GeV, not keV.

    Parameters
    ----------
    others : as :func:`talk_a`
    alpha : fine-structure constant, above 0 [1]

    Returns
    -------
    float or array [mu_B]

    Source : BrdarTalk

    >>> from munu.units import keV
    >>> print(f"{mass(1e-11, TeV, 'voloshin') / keV:.1f} keV")
    11.4 keV
    """
    return 4 * pi / alpha * m_e * m / np.square(Lambda)


@formula
def dirac_naive(m, Lambda, *, m_e: float = _m_e, alpha: float = _alpha):
    r"""Moment of a Dirac mass that one electroweak loop, cut off at Lambda, makes.

    .. math:: \frac{\mu}{\mu_B} \lesssim \frac{16\pi}{\alpha}\frac{m_e\,\delta m}{\Lambda^2}
              = 3.5\times10^{-15}\,\frac{\delta m}{\mathrm{eV}}
              \Big(\frac{\mathrm{TeV}}{\Lambda}\Big)^2

    Parameters
    ----------
    others : as :func:`talk_a`
    alpha : fine-structure constant, above 0 [1]

    Returns
    -------
    float or array [mu_B]

    Holds : an order of magnitude: a quadratic divergence.
    Source : Bell2005
    """
    return 16 * pi / alpha * m_e * m / np.square(Lambda)


@formula
def dirac(m, Lambda, *, f: float = 1.0, v: float | None = None, G_F: float = _G_F,
          m_e: float = _m_e, alpha: float = _alpha, sin2_theta_W: float = _s2):
    r"""Moment of a Dirac mass by the logarithm alone, which no cut-off can avoid.

    .. math:: \frac{\mu}{\mu_B} \lesssim \frac{G_Fm_e}{\sqrt2\pi\alpha}
              \frac{\delta m}{\alpha\ln(\Lambda/v)}\frac{32\pi\sin^4\theta_W}{9|f|}

    Parameters
    ----------
    m, Lambda : floats or arrays, mass and scale of new physics, above v [energy]
    f : ratio of operator coefficients, of order 1 [1]
    v : electroweak scale; default :math:`(\sqrt2G_F)^{-1/2}` [energy]
    G_F, m_e, alpha, sin2_theta_W : constants [1/energy^2], [energy], [1], [1]

    Returns
    -------
    float or array [mu_B]

    Raises
    ------
    DomainError
        Lambda not above v.

    Holds : leading logarithm; the paper's abstract says 1e-14.
    Source : Bell2005
    Anchors : bell_D_eft
    """
    v = 1 / sqrt(sqrt(2) * G_F) if v is None else v
    if np.any(np.asarray(Lambda) <= v):
        raise DomainError("naturalness: Lambda must lie above the electroweak scale v")
    return (G_F * m_e / (sqrt(2) * pi * alpha) * m / (alpha * np.log(np.divide(Lambda, v)))
            * 32 * pi * sin2_theta_W**2 / (9 * abs(f)))


@formula
def majorana(m, Lambda, *, pair: str = "mutau", coefficient: float = 4e-9,
             masses: tuple[float, float, float] = (_m_e, _m_mu, _m_tau)):
    r"""Transition moment of Majorana neutrinos: its mass needs two Yukawa couplings more.

    .. math:: |\mu_{ab}| \lesssim 4\times10^{-9}\mu_B\,\frac{m_{ab}}{\mathrm{eV}}
              \Big(\frac{\mathrm{TeV}}{\Lambda}\Big)^2\frac{m_\tau^2}{|m_a^2 - m_b^2|}

    Parameters
    ----------
    m, Lambda : floats or arrays, the entry m_ab of the mass matrix and the scale [energy]
    pair : ``emu``, ``etau`` or ``mutau``
    coefficient : of the estimate at 1 eV and 1 TeV [mu_B]
    masses : of e, mu, tau [energy]

    Returns
    -------
    float or array [mu_B]

    Raises
    ------
    UnknownName

    Holds : an order of magnitude; not binding below 10 to 100 TeV.
    Source : Bell2006
    Anchors : bell_M_mue
    """
    pairs = {"emu": (0, 1), "etau": (0, 2), "mutau": (1, 2)}
    if pair not in pairs:
        raise UnknownName("pair of flavors", pair, tuple(pairs))
    a, b = (masses[i] for i in pairs[pair])
    return (coefficient * (m / eV) * np.square(TeV / np.asarray(Lambda)) * masses[2] ** 2
            / abs(a**2 - b**2))


FORMS: dict[str, Callable] = {f.__name__: f for f in (
    talk_a, talk_b, voloshin, dirac_naive, dirac, majorana)}


@formula
def mu_max(m, Lambda, form: str = "dirac", **options):
    r"""Greatest natural moment of a mass.

    Parameters
    ----------
    m : float or array, at least 0 [energy]
    Lambda : float or array, scale of new physics, above 0 [energy]
    form : ``talk_a``, ``talk_b``, ``voloshin``, ``dirac_naive``, ``dirac`` or ``majorana``
    options : of that estimate

    Returns
    -------
    float or array [mu_B]

    Raises
    ------
    UnknownName, DomainError

    Source : Bell2005, Bell2006

    >>> print(f"{mu_max(eV, TeV, 'majorana', pair='emu'):.1e} mu_B")
    1.1e-06 mu_B
    """
    if form not in FORMS:
        raise UnknownName("estimate of naturalness", form, tuple(FORMS))
    for name, value, least in (("m", m, np.less), ("Lambda", Lambda, np.less_equal)):
        if np.any(~np.isfinite(value)) or np.any(least(value, 0)):
            raise DomainError(f"naturalness: {name} must be finite and "
                              f"{'at least' if name == 'm' else 'above'} 0")
    return FORMS[form](m, Lambda, **options)


@formula
def mass(mu, Lambda, form: str = "dirac", **options):
    """Mass that a moment makes: the inverse of :func:`mu_max` [energy].

    Parameters
    ----------
    mu : float or array, at least 0 [mu_B]
    others : as :func:`mu_max`

    Returns
    -------
    float or array [energy]

    Source : Bell2005, Bell2006
    """
    if np.any(~np.isfinite(mu)) or np.any(np.less(mu, 0)):
        raise DomainError("naturalness: mu must be finite and at least 0")
    return mu * _m_e / mu_max(_m_e, Lambda, form, **options)
