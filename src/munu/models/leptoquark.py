r"""The scalar leptoquark S1, (3bar, 1, 1/3), with a sterile N.

.. math:: \mathcal L = y_1\,\overline{b^c_R}\,N\,S_1 + y_2\,\overline{Q^c_3}\,i\tau_2 L\,S_1
          + y_R\,\overline{c^c_R}\,\tau_R S_1 + y'_L\,\overline{t^c}P_L\mu\,S_1
          + y'_R\,\overline{t^c}P_R\mu\,S_1 + \mathrm{h.c.}

b quark and S1 in the loop make a moment and a mass of the pair nu, N.  The mass diverges
logarithmically: only its sum with a tree mass is physical, and that is the tuning.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import ClassVar

import numpy as np

from munu import flavors
from munu.constants import G_F as _G_F
from munu.constants import constant, m_mu
from munu.errors import DomainError
from munu.models import _b_decays, _g2, _scalar
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV, MeV, TeV, eV

_m_b, _m_t = constant("m_b").internal, constant("m_t").internal
_V_cb = constant("V_cb").value
# what running makes of y2 = 1 at 1 TeV, and how it grows with ln(m_LQ/TeV): C_L of B -> K nu nu
# (tau), and the relative shift of hadrons over tau pairs from the Z
_C_L_RUNNING = (-0.329, -0.124)
_R_TAU_RUNNING = (4.56e-3, 1.7e-3)
_R_TAU_SM, _R_TAU = 20.783, (20.764, 0.045)


@dataclass(frozen=True, eq=False, kw_only=True)
class Leptoquark(Model):
    """S1 with couplings to b and N (y1) and to the third family (y2); see ``parameter`` fields.

    Holds : one loop, N and nu light against m_LQ; matching at tree level, frozen running.
    Source : BrdarTalk, Flavio2018
    """

    name: ClassVar[str] = "leptoquark"
    papers: ClassVar[tuple[str, ...]] = ("BrdarTalk", "Leveille1978", "Flavio2018", "HFLAV2025",
                                         "WhitePaper2025")

    m_LQ: float = parameter(unit="GeV", about="mass of S1")
    y1: float = parameter(about="coupling b_R N S1", yukawa=True)
    y2: float = parameter(about="coupling Q_3 L S1, down basis", yukawa=True)
    M_N: float = parameter(1 * MeV, "GeV", "mass of N", low=0.0)
    flavor: str = parameter("tau", "", "lepton of y2: e, mu or tau")
    nature: str = parameter(None, "", "of N: dirac or majorana")
    y_R: float = parameter(0.0, about="coupling c_R tau_R S1", yukawa=True)
    y_L_mu: float = parameter(0.0, about="coupling t_L mu_L S1", yukawa=True)
    y_R_mu: float = parameter(0.0, about="coupling t_R mu_R S1", yukawa=True)
    m_b: float = parameter(_m_b, "GeV", "b quark mass; a 36 per cent effect between m_b and 1 TeV")
    m_t: float = parameter(_m_t, "GeV", "t quark mass")
    mu_R: float = parameter(None, "GeV", "scale of the radiative mass; default m_LQ")
    Lambda: float = parameter(None, "GeV", "cut-off of the radiative mass instead of a scale")
    m_nu: float = parameter(0.05 * eV, "eV", "mass of the neutrino that tuning must reach")
    V_cb: float = parameter(_V_cb, about="CKM element", low=1e-4, high=1.0)
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant")
    m_LQ_min: float = parameter(1.5 * TeV, "GeV", "mass below which colliders exclude S1: a cut "
                                "of the user")

    def __post_init__(self):
        super().__post_init__()
        flavors.index(self.flavor)
        if self.flavor == "mu" and np.any(self.y2) and np.any(self.y_L_mu):
            raise DomainError("leptoquark: with flavor mu, y2 and y_L_mu are one coupling; leave "
                              "one at 0")
        if self.Lambda is not None and np.any(np.asarray(self.Lambda) <= self.m_LQ):
            raise DomainError("leptoquark: the cut-off Lambda must lie above m_LQ")
        if self.Lambda is not None and self.mu_R is not None:
            raise DomainError("leptoquark: the radiative mass has a scale mu_R or a cut-off "
                              "Lambda, not both; leave one away")

    @property
    def _to_lepton(self):
        """The coupling to Q_3 and the lepton of ``flavor``; of a muon y_L_mu is the same one."""
        return np.asarray(self.y2) + (self.y_L_mu if self.flavor == "mu" else 0.0)

    @property
    def moment(self):
        r"""Moment of the pair nu, N [mu_B].

        .. math:: \mu = \frac{e y_1y_2 m_b}{16\pi^2m_{LQ}^2}\Big[\ln\frac{m_{LQ}^2}{m_b^2} - 1
                  + \ldots\Big]

        Anchors : y1y2_for_1e-10
        """
        # N_c Q = 3/3
        return _scalar.moment(np.multiply(self.y1, self._to_lepton), self.m_b, self.m_LQ)

    def matrices(self) -> Matrices:
        """The portal to N."""
        return Matrices.portal(np.abs(self.moment), self.M_N, self.flavor, self.nature)

    def neutrino_mass(self):
        r"""Radiative Dirac mass of nu and N, of one sign with y_1 y_2 [energy].

        .. math:: m_{\nu N} = \frac{3y_1y_2m_b}{16\pi^2}B_0(m_b, m_{LQ};\mu_R)\quad\text{or}\quad
                  \frac{3y_1y_2m_b}{16\pi^2}\ln\frac{\Lambda^2}{m_{LQ}^2}

        MSbar at mu_R, or with a cut-off.

        Anchors : mD_S1_cut, mD_over_mu_ratio
        """
        y = np.multiply(self.y1, self._to_lepton)
        if self.Lambda is not None:
            return 3 * y * self.m_b * 2 * np.log(np.divide(self.Lambda, self.m_LQ)) / (16 * pi**2)
        return _scalar.mass(y, self.m_b, self.m_LQ,
                            self.m_LQ if self.mu_R is None else self.mu_R, colors=3)

    def tuning(self):
        r"""Size of the radiative mass over what a seesaw may have, :math:`\sqrt{m_\nu M_N}` [1]."""
        return _scalar.tuning(self.neutrino_mass(), self.m_nu, self.M_N)

    def delta_a_mu(self):
        r"""Shift of the muon's (g - 2)/2 by the top loop.

        .. math:: \Delta a_\mu = \frac{3m_\mu m_t}{8\pi^2m_{LQ}^2}\mathrm{Re}(y'_Ly'^*_R)
                  \Big[\tfrac23K_2 + \tfrac13(K_2 - K_1)\Big],\qquad r = m_t^2/m_{LQ}^2

        Anchors : damu_S1
        """
        y_L = self._to_lepton if self.flavor == "mu" else self.y_L_mu
        y = np.real(y_L * np.conj(self.y_R_mu))
        # three colors; the photon on the top of charge 2/3, and on S1 of 1/3
        return 3 * (2 * _scalar.g2_neutral(m_mu, self.m_t, self.m_LQ, 0.0, y)
                    + _scalar.g2_charged(m_mu, self.m_t, self.m_LQ, 0.0, y)) / 3

    def wilson_coefficients(self) -> dict:
        r"""Of b to c tau nu, at m_LQ (``C_VL``, ...) and at 4.8 GeV (``C_VL(4.8)``, ...) [1].

        .. math:: C_{V_L} = \frac{v^2|y_2|^2}{4m^2},\quad
                  C_{S_L} = -4C_T = -\frac{v^2y_2y_R^*}{4V_{cb}m^2},\quad
                  C^N_{V_R} = -\frac{v^2y_1y_R^*}{4V_{cb}m^2},\quad
                  C^N_S = -4C^N_T = \frac{v^2y_1y_2^*}{4m^2}

        Of another ``flavor`` C_VL, C_S_N and C_T_N, which join y2 with the tau, vanish; C_SL and
        C_T make a tau with a neutrino of that flavor.

        Anchors : CVL_1TeV, wilson_CVL_4p8, rg_CSL, rg_CT
        """
        scale = 1 / (sqrt(2) * self.G_F) / (4 * np.square(self.m_LQ))
        tau = 1.0 if self.flavor == "tau" else 0.0
        y1, y2, y_R = (np.asarray(x) for x in (self.y1, self._to_lepton, self.y_R))
        at = {"C_VL": tau * scale * np.abs(y2) ** 2,
              "C_SL": -scale * y2 * np.conj(y_R) / self.V_cb,
              "C_T": scale * y2 * np.conj(y_R) / (4 * self.V_cb),
              "C_VR_N": -scale * y1 * np.conj(y_R) / self.V_cb,
              "C_S_N": tau * scale * y1 * np.conj(y2),
              "C_T_N": -tau * scale * y1 * np.conj(y2) / 4}
        vector, scalar, tensor = _b_decays.RUNNING
        runs = {"C_V": vector, "C_S": scalar, "C_T": tensor}
        return at | {f"{k}(4.8)": runs[k[:3]] * x for k, x in at.items()}

    def ratios_RD(self) -> dict:
        """R(D) and R(D*), and both over the Standard Model's [1].

        Holds : what y2 of a muon or an electron does to the light leptons' rate is left out.
        """
        C = self.wilson_coefficients()
        S, T = C["C_SL(4.8)"], C["C_T(4.8)"]
        same = 1.0 if self.flavor == "tau" else 0.0
        D, Dstar = _b_decays.ratios(
            C["C_VL(4.8)"], 0.0, same * S, 0.0, same * T, N_VR=C["C_VR_N(4.8)"],
            N_S=C["C_S_N(4.8)"], N_T=C["C_T_N(4.8)"])
        # a neutrino of another flavor interferes with nothing
        D = D + (1 - same) * _b_decays.form_D(0.0, S, T)
        Dstar = Dstar + (1 - same) * _b_decays.form_Dstar(0.0, 0.0, S, T)
        m = _b_decays.HFLAV2025
        return {"R_D": D * m.R_D_SM, "R_Dstar": Dstar * m.R_Dstar_SM, "R_D_ratio": D,
                "R_Dstar_ratio": Dstar}

    def B_to_K_nunu(self):
        """B -> K nu nu over the Standard Model's: no tree, what running makes of y2 [1].

        Holds : y2 aligned with the b quark; 1 to 5 TeV.
        """
        C = self._runs(*_C_L_RUNNING)
        return _b_decays.b_to_k_nunu(np.stack([C, np.zeros_like(C), np.zeros_like(C)]))

    def R_tau(self):
        """Width of the Z into hadrons over that into tau pairs: what running makes of y2 [1].

        Holds : y2 of the tau, 1 to 1.5 TeV; the shift of flavio 2.7.1 with running of SMEFT.
        Source : Flavio2018
        """
        return _R_TAU_SM * (1 + self._runs(*_R_TAU_RUNNING) * (self.flavor == "tau"))

    def _runs(self, at_1_TeV: float, slope: float):
        """y2^2/m_LQ^2 times what grows with the logarithm of the mass [1]."""
        m = np.asarray(self.m_LQ) / TeV
        return (at_1_TeV + slope * np.log(m)) * np.abs(self.y2) ** 2 / m**2

    def constraints(self) -> tuple[Constraint, ...]:
        """Collider cut, R(D) and R(D*), Z to tau pairs, g - 2."""
        R, m = self.ratios_RD(), _b_decays.HFLAV2025
        say = [
            Constraint(observable="m_LQ [GeV]", predicted=self.m_LQ / GeV,
                       low=self.m_LQ_min / GeV, status="user",
                       note="pair production; PDG 2026 lists up to 1.8 TeV"),
            Constraint(observable="R_D [1]", predicted=R["R_D"], low=m.R_D - 2 * m.R_D_error,
                       high=m.R_D + 2 * m.R_D_error, level=0.954, source=m.source, status="data",
                       note="2 sigma; the Standard Model misses it too"),
            Constraint(observable="R_Dstar [1]", predicted=R["R_Dstar"],
                       low=m.R_Dstar - 2 * m.R_Dstar_error, high=m.R_Dstar + 2 * m.R_Dstar_error,
                       level=0.954, source=m.source, status="data",
                       note="2 sigma; the Standard Model misses it too"),
            Constraint(observable="R_tau of the Z [1]", predicted=self.R_tau(),
                       low=_R_TAU[0] - 2 * _R_TAU[1], high=_R_TAU[0] + 2 * _R_TAU[1], level=0.954,
                       source="PDG2026", checked="table", note="hadrons over tau pairs, 2 sigma"),
            _g2.constraint(self.delta_a_mu()),
        ]
        return tuple(say)


model = Leptoquark
