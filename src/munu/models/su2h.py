r"""SU(2)_H between the electron and muon families, broken explicitly.

.. math:: \mathcal L \supset f\,[\eta_2(\nu_e\tau - e\nu_\tau) - \eta_1(\nu_\mu\tau - \mu\nu_\tau)]
          + f'(\bar\nu_e\phi_1^+ + \bar\nu_\mu\phi_2^+ + \bar e\phi_1^0 + \bar\mu\phi_2^0)\tau_R
          + h_3(\bar\nu_\tau\phi_1^+ + \bar\tau\phi_1^0)\mu_R
          - h_3(\bar\nu_\tau\phi_2^+ + \bar\tau\phi_2^0)e_R
          + \mu_c\,\eta_a\phi_a^\dagger i\tau_2\phi_S^* + \mathrm{h.c.}

A charged singlet :math:`\eta_a` and the charged part of the doublet :math:`\phi_a` mix into
:math:`h_a, H_a`.  Of the two diagrams with a tau inside, a = 1 and a = 2, the symmetric limit
adds the moments of nu_e and nu_mu and takes their masses from each other.  Scalar masses are
inputs: no potential is minimized.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import ClassVar

import numpy as np

from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import M_W as _M_W
from munu.constants import constant
from munu.constants import m_e as _m_e
from munu.constants import m_mu as _m_mu
from munu.constants import m_tau as _m_tau
from munu.errors import DomainError, UnknownName
from munu.models import _charged, _g2, _lep, _oblique, _scalar, _universality
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV, eV

_sin2 = constant("sin2_theta_W_MZ").value
# a published form of the moment has twice the derived one
NORMALISATIONS = {"munu": 1.0, "bjl": 2.0}


@formula
def sin2alpha(mu_c, v_S, m_h, m_H):
    r"""Mixing of the charged singlet and doublet.

    .. math:: \sin2\alpha = \frac{\sqrt2\,\mu_cv_S}{m_H^2 - m_h^2}

    Parameters
    ----------
    mu_c : cubic coupling of :math:`\mu_c\,\eta\phi^\dagger i\tau_2\phi_S^*`, either sign [energy]
    v_S : :math:`\langle\phi_S^0\rangle = v_S/\sqrt2` [energy]
    m_h, m_H : masses of the charged scalars [energy]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError
        More mixing than the masses allow.

    Source : Babu2020
    """
    x = sqrt(2) * np.multiply(mu_c, v_S) / (np.square(m_H) - np.square(m_h))
    if not np.all(np.abs(x) <= 1):
        raise DomainError("su2h: mu_c v_S is too large for these masses: sqrt(2) mu_c v_S must be "
                          "at most m_H^2 - m_h^2")
    return x


@formula
def loop(m_h, m_H, m_tau: float = _m_tau):
    r"""Both charged scalars of one diagram.

    .. math:: D = \frac{J(m_\tau^2/m_h^2)}{m_h^2} - \frac{J(m_\tau^2/m_H^2)}{m_H^2},\qquad
              J \to \ln\frac{m^2}{m_\tau^2} - 1

    Parameters
    ----------
    m_h, m_H, m_tau : masses [energy]

    Returns
    -------
    float or array [1/energy^2]

    Source : Leveille1978
    """
    m_h, m_H = np.asarray(m_h, dtype=float), np.asarray(m_H, dtype=float)
    return (_scalar.J((m_tau / m_h) ** 2) / m_h**2
            - _scalar.J((m_tau / m_H) ** 2) / m_H**2)


@formula
def f_sin2alpha(mu, f_prime, m_h, m_H, *, m_tau: float = _m_tau, m_e: float = _m_e):
    r"""The strip's first relation: f sin(2 alpha) for which the moment is mu.

    .. math:: f\sin2\alpha = \frac{16\pi^2\mu}{e f' m_\tau D(m_h, m_H)},\qquad
              \frac{e}{\mu_B} = 2m_e

    Parameters
    ----------
    mu : moment of nu_e and nu_mu [mu_B]
    f_prime : coupling [1]
    m_h, m_H, m_tau : masses [energy]
    m_e : electron mass, the unit of moments [energy]

    Returns
    -------
    float or array [1]

    Holds : the symmetric limit, both diagrams alike.
    Source : Babu2020
    Anchors : strip_f_sin2a
    """
    return 8 * pi**2 * mu / (m_e * f_prime * m_tau * loop(m_h, m_H, m_tau))


@formula
def f_prime(delta_a_mu, m_phi, *, m_mu: float = _m_mu, m_tau: float = _m_tau):
    r"""The strip's second relation: f' for which the neutral scalar makes Delta a_mu.

    .. math:: f' = \sqrt{\frac{48\pi^2\Delta a_\mu}{m_\mu^2}}\,m_\phi\quad(m_\tau\to0)

    Parameters
    ----------
    delta_a_mu : at least 0: the sign is fixed [1]
    m_phi, m_mu, m_tau : masses; m_tau = 0 is the closed form, the tau's own 0.6 % at 100 GeV
        [energy]

    Returns
    -------
    float or array [1]

    Source : Babu2021
    Anchors : strip_fprime_max_today, damu_f1_100
    """
    if np.any(np.asarray(delta_a_mu) < 0):
        raise DomainError("su2h: delta_a_mu below 0 has no f'; its sign is fixed")
    one = m_mu**2 / (48 * pi**2 * np.square(m_phi)) if m_tau == 0 else \
        _scalar.g2_neutral(m_mu, m_tau, m_phi, 1.0)
    return np.sqrt(delta_a_mu / one)


@dataclass(frozen=True, eq=False, kw_only=True)
class SU2H(Model):
    """Moment, mass and what comes along; ``sin2alpha`` or ``mu_c`` is needed, not both.

    Holds : one loop, scalars far above the tau, L_e - L_mu broken by masses only.
    Source : JanaTalk, Babu2020, Babu2021
    """

    name: ClassVar[str] = "su2h"
    papers: ClassVar[tuple[str, ...]] = ("JanaTalk", "Babu2020", "Babu2021", "Leveille1978",
                                         "HFLAVtau2022", "WhitePaper2025")
    unsaid: ClassVar[tuple[str, ...]] = (
        "S: T alone is computed", "M_W and CKM unitarity by G_F; Z to tau pairs by loops of f'",
        "mu -> e gamma and tau -> 3 l, forbidden while masses alone break L_e - L_mu",
        "the tails of pp to tau pairs and searches for the neutral scalars")

    f: float = parameter(about="coupling of the charged singlets", yukawa=True)
    f_prime: float = parameter(about="coupling of the doublets to tau_R", yukawa=True)
    m_h1: float = parameter(unit="GeV", about="charged scalar h of the first diagram")
    m_H1: float = parameter(unit="GeV", about="charged scalar H of the first diagram")
    m_h2: float = parameter(None, "GeV", "h of the second diagram; default m_h1: symmetric")
    m_H2: float = parameter(None, "GeV", "H of the second diagram; default m_H1")
    m_phi1: float = parameter(100 * GeV, "GeV", "neutral scalar that couples to the electron")
    m_phi2: float = parameter(None, "GeV", "neutral scalar of the muon; default m_phi1")
    sin2alpha: float = parameter(None, "1", "mixing of singlet and doublet", low=-1.0, high=1.0)
    mu_c: float = parameter(None, "GeV", "cubic coupling, instead of sin2alpha", low=0.0)
    v_S: float = parameter(None, "GeV", "sqrt 2 <phi_S>; default (sqrt 2 G_F)^-1/2")
    doublet: str = parameter("H", "", "which charged scalar is mostly of the doublet: h or H")
    h3: float = parameter(0.0, about="coupling of the doublets to mu_R and e_R", yukawa=True)
    normalisation: str = parameter("munu", "", "munu, or bjl: the printed form, twice the moment")
    m_nu: float = parameter(0.05 * eV, "eV", "mass that tuning must reach")
    m_tau: float = parameter(_m_tau, "GeV", "tau mass")
    m_mu: float = parameter(_m_mu, "GeV", "muon mass")
    m_e: float = parameter(_m_e, "GeV", "electron mass, of its g - 2 and of the Bohr magneton")
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant")
    M_W: float = parameter(_M_W, "GeV", "W mass, of T")
    sin2_theta_W: float = parameter(_sin2, about="weak angle at M_Z, of T and tau pairs", low=0.01,
                                    high=0.99)
    m_charged_min: float = parameter(100 * GeV, "GeV", "charged scalars below it are excluded: a "
                                     "cut of the user")
    sqrt_s: float = parameter(200 * GeV, "GeV", "energy of the tau pairs")
    tautau_error: float = parameter(0.03, about="relative error of their cross section, of the "
                                    "user", low=0.0)
    T_max: float = parameter(None, "1", "greatest |T|, of the user, in place of the "
                                "electroweak fit's", low=0.0)

    def __post_init__(self):
        super().__post_init__()
        for name, other in (("m_h2", "m_h1"), ("m_H2", "m_H1"), ("m_phi2", "m_phi1")):
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(self, other))
        for name, words in (("normalisation", tuple(NORMALISATIONS)), ("doublet", ("h", "H"))):
            if getattr(self, name) not in words:
                raise UnknownName(name, getattr(self, name), words)
        if (self.sin2alpha is None) == (self.mu_c is None):
            raise DomainError("su2h: give sin2alpha or mu_c, one of the two")
        for a, (m_h, m_H) in enumerate(self._charged, 1):
            if np.any(np.asarray(m_h) > m_H):
                raise DomainError(f"su2h: m_h{a} must be at most m_H{a}")

    @property
    def _charged(self):
        return ((self.m_h1, self.m_H1), (self.m_h2, self.m_H2))

    @property
    def mixing(self) -> tuple:
        """sin(2 alpha) of both diagrams [1]."""
        if self.mu_c is None:
            return (self.sin2alpha, self.sin2alpha)
        v_S = (sqrt(2) * self.G_F) ** -0.5 if self.v_S is None else self.v_S
        return tuple(sin2alpha(self.mu_c, v_S, *m) for m in self._charged)

    def _parts(self):
        """Of each diagram the part of h that is singlet, and that is doublet [1]."""
        sign = 1 if self.doublet == "H" else -1
        for s in self.mixing:
            singlet = (1 + sign * np.sqrt(1 - np.square(s))) / 2
            yield singlet, 1 - singlet

    def _inverse_m2(self):
        """1/m^2 that singlet and doublet exchange, of each diagram [1/energy^2]."""
        for (m_h, m_H), (singlet, doublet) in zip(self._charged, self._parts(), strict=True):
            h, H = 1 / np.square(m_h), 1 / np.square(m_H)
            yield singlet * h + doublet * H, doublet * h + singlet * H

    @property
    def moment(self):
        r"""Transition moment of nu_e and nu_mu [mu_B]; complex where a coupling is.

        .. math:: \mu_{e\mu} = \frac{e f f' m_\tau}{32\pi^2}\sum_{a=1,2}\sin2\alpha_a
                  \Big[\frac{J_{h_a}}{m_{h_a}^2} - \frac{J_{H_a}}{m_{H_a}^2}\Big]

        ``normalisation="bjl"`` doubles it, as one form in print has it.

        Anchors : mu_SU2H, mu_SU2H_seed
        """
        total = sum(s * loop(*m, self.m_tau)
                    for s, m in zip(self.mixing, self._charged, strict=True))
        # e/mu_B is 2 m_e
        size = self.m_e * np.multiply(self.f, self.f_prime) * self.m_tau * total / (16 * pi**2)
        return NORMALISATIONS[self.normalisation] * size

    def matrices(self) -> Matrices:
        """The moments of Majorana neutrinos in the flavor basis."""
        return Matrices.majorana(emu=self.moment)

    def neutrino_mass(self):
        r"""Majorana mass of nu_e and nu_mu, 0 in the symmetric limit [energy].

        .. math:: M_{e\mu} = \frac{f f' m_\tau}{32\pi^2}\sum_{a=1,2}(-1)^{a+1}\sin2\alpha_a
                  [B_0(m_{h_a}) - B_0(m_{H_a})]

        Finite and without a scale.

        Anchors : Mnu_SU2H_split_eV
        """
        first, second = (
            s * (_scalar.B0(self.m_tau, m_h, self.m_tau) - _scalar.B0(self.m_tau, m_H, self.m_tau))
            for s, (m_h, m_H) in zip(self.mixing, self._charged, strict=True))
        return np.multiply(self.f, self.f_prime) * self.m_tau * (first - second) / (32 * pi**2)

    def tuning(self):
        """Size of the loop's mass over the mass wanted [1]."""
        return np.abs(self.neutrino_mass()) / self.m_nu

    def delta_a(self, lepton: str = "mu"):
        r"""Shift of (g - 2)/2 of ``e``, ``mu`` or ``tau`` [1].

        .. math:: \Delta a_\mu = \frac{m_\mu^2}{48\pi^2}\Big[\frac{|f'|^2}{m_{\phi_2}^2}
                  + \frac{|h_3|^2}{m_{\phi_1}^2}\Big] - \frac{m_\mu^2}{96\pi^2}\Big[
                  |f|^2\Big\langle\frac1{m^2}\Big\rangle_{\eta_1}
                  + |h_3|^2\Big\langle\frac1{m^2}\Big\rangle_{\phi_1^+}\Big]

        with the tau's mass kept; the electron's exchanges 1 and 2; the tau sees e and mu inside,
        and f' with the charged doublets too.  No chirality flips inside: it would break L_e -
        L_mu, so the signs are fixed.

        Anchors : damu_f1_100
        """
        f2, fp2, h2 = (np.abs(x) ** 2 for x in (self.f, self.f_prime, self.h3))
        (eta1, charged1), (eta2, charged2) = self._inverse_m2()
        loop_of = _scalar.g2_neutral
        if lepton == "mu":
            m, neutral = self.m_mu, [(self.m_tau, fp2, h2)]
            charged = f2 * eta1 + h2 * charged1
        elif lepton == "e":
            m, neutral = self.m_e, [(self.m_tau, h2, fp2)]
            charged = f2 * eta2 + h2 * charged2
        elif lepton == "tau":
            m, neutral = self.m_tau, [(self.m_e, h2, fp2), (self.m_mu, fp2, h2)]
            charged = f2 * (eta1 + eta2) + fp2 * (charged1 + charged2)
        else:
            raise UnknownName("lepton", lepton, ("e", "mu", "tau"))
        up = sum(loop_of(m, inside, self.m_phi2, second) + loop_of(m, inside, self.m_phi1, first)
                 for inside, second, first in neutral)
        return up - m**2 * charged / (96 * pi**2)

    def delta_a_mu(self):
        """Shift of the muon's (g - 2)/2 [1]; see :meth:`delta_a`."""
        return self.delta_a("mu")

    def universality(self) -> dict:
        """g_tau/g_mu and g_tau/g_e of leptonic tau decays, from the charged singlets [1]."""
        (eta1, _), (eta2, _) = self._inverse_m2()
        # tau to e goes by eta_2, tau to mu by eta_1
        return {"g_tau/g_mu": 1 + _universality.shift(self.f, eta2, G_F=self.G_F),
                "g_tau/g_e": 1 + _universality.shift(self.f, eta1, G_F=self.G_F)}

    def tau_pairs(self) -> dict:
        """e+ e- to tau+ tau- at ``sqrt_s``: over the Standard Model's, and A_FB [1]."""
        known = {"sin2_theta_W": self.sin2_theta_W}
        at = (self.f_prime, self.m_phi1, self.sqrt_s)
        return {"ratio": _lep.ratio(*at, **known), "A_FB": _lep.asymmetry(*at, **known),
                "A_FB_SM": _lep.asymmetry(0.0, *at[1:], **known)}

    def T(self):
        """Oblique T of both doublets, the mixing with the singlets included [1]."""
        known = {"M_W": self.M_W, "sin2_theta_W": self.sin2_theta_W}
        return sum(_oblique.T_mixed(*m, doublet, phi, phi, **known)
                   for m, (_, doublet), phi in zip(self._charged, self._parts(),
                                                   (self.m_phi1, self.m_phi2), strict=True))

    def constraints(self) -> tuple[Constraint, ...]:
        """g - 2 of e, mu, tau; tau universality, tau pairs, T, charged scalars."""
        g, pairs, wide = self.universality(), self.tau_pairs(), 2 * self.tautau_error
        lightest = np.minimum(self.m_h1, self.m_h2) / GeV
        return (
            *_g2.constraints(self.delta_a),
            _universality.constraint(g["g_tau/g_mu"], _universality.TAU_MU),
            _universality.constraint(g["g_tau/g_e"], _universality.TAU_E),
            Constraint(observable="sigma(e+ e- -> tau+ tau-) over the Standard Model [1]",
                       predicted=pairs["ratio"], low=1 - wide, high=1 + wide, status="user",
                       note="tree level; two of the user's errors about 1"),
            Constraint(observable="A_FB(tau+ tau-) [1]", predicted=pairs["A_FB"], status="user",
                       note=f"shown only; {np.mean(pairs['A_FB_SM']):.3f} at tree level without"),
            _oblique.constraint(self.T(), self.T_max),
            *_charged.constraints(lightest, self.m_charged_min / GeV),
        )


model = SU2H
