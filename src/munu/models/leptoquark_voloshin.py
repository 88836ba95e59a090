r"""Two leptoquarks of one multiplet: S1, (3bar, 1, 1/3), and R2~, (3, 2, 1/6), with a sterile N.

.. math:: \mathcal L = y_1\,\overline{b^c_R}\,N\,S_1 + y_2\,\overline{Q^c_3}\,i\tau_2L\,S_1
          + y_2^*\,\overline{b_L}\,N\,\tilde R_2^{-1/3}
          + y_1^*\,\overline{b_R}\,\nu\,\tilde R_2^{-1/3}
          + \mathrm{h.c.}

SU(2) between :math:`\nu^c` and N carries :math:`(\tilde R_2^{-1/3}, S_1^\dagger)` as a doublet:
of the two loops the moments add, the masses subtract.  The difference is finite, so the tuning
of a single leptoquark is gone; the gauge interactions, which tell S1 from R2~, bring it back at
the order of :math:`\alpha/4\pi`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from munu import flavors
from munu.constants import alpha as _alpha
from munu.constants import constant
from munu.models import _s1, _scalar
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV, MeV, TeV, eV

_m_b = constant("m_b").internal


@dataclass(frozen=True, eq=False, kw_only=True)
class LeptoquarkVoloshin(Model):
    """S1 and R2~ with couplings that their symmetry makes equal.

    Holds : one loop, N and nu light; B decays and the Z by S1 alone.
    Source : BrdarTalk, Voloshin1988
    """

    name: ClassVar[str] = "leptoquark_voloshin"
    papers: ClassVar[tuple[str, ...]] = ("BrdarTalk", "Voloshin1988", "Leveille1978", "Flavio2018",
                                         "HFLAV2025", "PDG2026")
    unsaid: ClassVar[tuple[str, ...]] = (
        "what R2~ does by itself: b to s and b to d with tau or nu, Z to pairs of b, tau and nu",
        "tau decays, which running shifts by half as much as R_tau of the Z",
        "Z to e or mu pairs by y2 of these flavors; light leptons in b to c l nu")

    m_S1: float = parameter(unit="GeV", about="mass of S1")
    m_R2: float = parameter(None, "GeV", "mass of R2~; default m_S1 sqrt(1 + alpha/4 pi), what "
                            "gauge interactions alone may split")
    y1: float = parameter(about="coupling to b_R", yukawa=True)
    y2: float = parameter(about="coupling to Q_3, down basis", yukawa=True)
    M_N: float = parameter(1 * MeV, "GeV", "mass of N", low=0.0)
    flavor: str = parameter("tau", "", "lepton of y2: e, mu or tau")
    nature: str = parameter(None, "", "of N: dirac or majorana")
    m_b: float = parameter(_m_b, "GeV", "b quark mass; a 36 per cent effect between m_b and 1 TeV")
    m_nu: float = parameter(0.05 * eV, "eV", "mass of the neutrino that tuning must reach")
    alpha: float = parameter(_alpha, about="fine-structure constant, of the default splitting",
                             low=0.0)
    m_LQ_min: float = parameter(1.5 * TeV, "GeV", "mass below which colliders exclude either: a "
                                "cut of the user")

    def __post_init__(self):
        super().__post_init__()
        flavors.index(self.flavor)
        if self.m_R2 is None:
            split = np.multiply(self.m_S1, np.sqrt(1 + np.asarray(self.alpha) / (4 * pi)))
            object.__setattr__(self, "m_R2", split)

    @property
    def moment(self):
        r"""Moment of the pair nu, N: the sum [mu_B].

        .. math:: \mu = \frac{e y_1y_2m_b}{16\pi^2}\Big[\frac{J_{S_1}}{m_{S_1}^2}
                  + \frac{J_{\tilde R_2}}{m_{\tilde R_2}^2}\Big]

        Anchors : y1y2_for_1e-10
        """
        y = np.multiply(self.y1, self.y2)
        return sum(_scalar.moment(y, self.m_b, m) for m in (self.m_S1, self.m_R2))

    def matrices(self) -> Matrices:
        """The portal to N."""
        return Matrices.portal(np.abs(self.moment), self.M_N, self.flavor, self.nature)

    def neutrino_mass(self):
        r"""Dirac mass of nu and N: the difference, finite and without a scale [energy].

        .. math:: m_{\nu N} = \frac{3y_1y_2m_b}{16\pi^2}[B_0(m_b, m_{S_1})
                  - B_0(m_b, m_{\tilde R_2})] \to
                  \frac{3y_1y_2m_b}{16\pi^2}\ln\frac{m_{\tilde R_2}^2}{m_{S_1}^2}
        """
        y = np.multiply(self.y1, self.y2)
        first, second = (_scalar.mass(y, self.m_b, m, self.m_S1, colors=3)
                         for m in (self.m_S1, self.m_R2))
        return first - second

    def tuning(self):
        r"""Size of the mass over what a seesaw may have, :math:`\sqrt{m_\nu M_N}` [1]."""
        return _scalar.tuning(self.neutrino_mass(), self.m_nu, self.M_N)

    @property
    def _third(self) -> _s1.ThirdFamily:
        """S1 alone, which is all that up quarks meet."""
        return _s1.ThirdFamily(m_LQ=self.m_S1, y1=self.y1, y2=self.y2, flavor=self.flavor)

    def ratios_RD(self) -> dict:
        """R(D) and R(D*), by S1: R2~ meets down quarks alone [1]."""
        return self._third.ratios_RD()

    def wilson_coefficients(self) -> dict:
        """Of b to c tau nu, by S1 [1]."""
        return self._third.wilson_coefficients()

    def constraints(self) -> tuple[Constraint, ...]:
        """Collider cut on the lighter of the two; what S1 alone must obey."""
        own = tuple(c for c in self._third.constraints() if "K+" not in c.observable)
        return (
            Constraint(observable="m_LQ [GeV]", predicted=np.minimum(self.m_S1, self.m_R2) / GeV,
                       low=self.m_LQ_min / GeV, status="user",
                       note="pair production; PDG 2026 lists up to 1.8 TeV"),
            *own,
        )


model = LeptoquarkVoloshin
