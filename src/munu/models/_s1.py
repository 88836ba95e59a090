r"""S1 exchanged between the third family of quarks, charm and leptons: tree level and running.

What every model with S1 shares: b to c tau nu, B_c to tau nu, and what running makes of a coupling
aligned with the b quark in B to K nu nu and in tau pairs of the Z.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from munu.constants import G_F as _G_F
from munu.constants import constant
from munu.models import _b_decays
from munu.models.model import Constraint
from munu.units import TeV

# what running makes of y2 = 1 at 1 TeV, and how it grows with ln(m_LQ/TeV): C_L of B -> K nu nu
# (tau), and the relative shift of hadrons over tau pairs from the Z
_C_L_RUNNING = (-0.329, -0.124)
_R_TAU_RUNNING = (4.56e-3, 1.7e-3)
_R_TAU_SM, _R_TAU = 20.783, (20.764, 0.045)


@dataclass(frozen=True, kw_only=True)
class ThirdFamily:
    """Couplings y1 (b_R N S1), y2 (Q_3 L S1, down basis) and y_R (c_R tau_R S1) of one S1.

    Source : BrdarTalk, Flavio2018
    """

    m_LQ: Any
    y1: Any
    y2: Any
    y_R: Any = 0.0
    flavor: str = "tau"
    V_cb: Any = constant("V_cb").value
    G_F: Any = _G_F

    def Bc_to_taunu(self):
        """Branching ratio of B_c to tau and any neutrino [1].

        Source : Alonso2017
        """
        C = self.wilson_coefficients()
        of_tau = 1.0 if self.flavor == "tau" else 0.0
        known = {"V_cb": self.V_cb, "G_F": self.G_F}
        other = _b_decays.bc_to_taunu(-1.0, 0.0, (1 - of_tau) * C["C_SL(4.8)"], **known)
        return other + _b_decays.bc_to_taunu(
            C["C_VL(4.8)"], 0.0, of_tau * C["C_SL(4.8)"], N_VR=C["C_VR_N(4.8)"],
            N_S=C["C_S_N(4.8)"], **known)

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
        y1, y2, y_R = (np.asarray(x) for x in (self.y1, self.y2, self.y_R))
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
        """R(D) and R(D*), tau pairs of the Z, B to K nu nu, B_c to tau nu."""
        R, m = self.ratios_RD(), _b_decays.HFLAV2025
        return (
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
            *_b_decays.kaon_constraints(self.B_to_K_nunu()),
            _b_decays.bc_constraint(self.Bc_to_taunu()),
        )
