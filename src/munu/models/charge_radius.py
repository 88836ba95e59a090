r"""Charge radii of the Standard Model, in either normalization.

The sign of the left-handed-vertex normalization is the picture: a light negative lepton far out,
a heavy positive W near the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from munu.constants import G_F as _G_F
from munu.constants import M_W as _M_W
from munu.constants import m_e as _m_e
from munu.constants import m_mu as _m_mu
from munu.constants import m_tau as _m_tau
from munu.errors import UnknownName
from munu.models._matrices import Matrices, diagonal
from munu.models.model import Model, parameter
from munu.weak import r2_sm

CONVENTIONS = ("lh_vertex", "bernabeu")


@dataclass(frozen=True, eq=False, kw_only=True)
class ChargeRadius(Model):
    """Radii of nu_e, nu_mu and nu_tau, possibly times a common factor.

    Holds : one loop, gauge-invariant part, at zero momentum transfer.
    Source : Bernabeu2000, Cadeddu2018
    """

    name: ClassVar[str] = "charge_radius"
    single: ClassVar[tuple[str, ...]] = ("G_F", "M_W", "m_e", "m_mu", "m_tau")
    papers: ClassVar[tuple[str, ...]] = ("Bernabeu2000", "Cadeddu2018", "GiuntiStudenikin2014",
                                         "JanaTalk")
    unsaid: ClassVar[tuple[str, ...]] = (
        "published radii, `munu list radii`: not all say whether the Standard Model's is in",)

    scale: float = parameter(1.0, about="size over the Standard Model's")
    convention: str = parameter("lh_vertex", "", "of what is shown: lh_vertex or bernabeu")
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant")
    M_W: float = parameter(_M_W, "GeV", "W mass")
    m_e: float = parameter(_m_e, "GeV", "electron mass")
    m_mu: float = parameter(_m_mu, "GeV", "muon mass")
    m_tau: float = parameter(_m_tau, "GeV", "tau mass")

    def __post_init__(self):
        super().__post_init__()
        if self.convention not in CONVENTIONS:
            raise UnknownName("charge-radius convention", self.convention, CONVENTIONS)

    def _of(self, convention: str) -> np.ndarray:
        """Of the Standard Model itself, array (3,) [length^2]."""
        masses = (self.m_e, self.m_mu, self.m_tau)
        return np.array([r2_sm(n, convention, G_F=self.G_F, M_W=self.M_W, m_l=m)
                         for n, m in zip(("e", "mu", "tau"), masses, strict=True)])

    @property
    def r2(self) -> np.ndarray:
        """Radii of e, mu and tau in the chosen convention, array (..., 3) [length^2].

        Anchors : r2_e_bernabeu, r2_e_phys, r2_mu_bernabeu, r2_mu_phys, r2_tau_bernabeu,
        r2_tau_phys
        """
        return np.multiply.outer(self.scale, self._of(self.convention))

    def matrices(self) -> Matrices:
        """What comes on top of the Standard Model: nothing, but for a ``scale`` other than 1.

        Couplings hold radii over the Standard Model's, whose own sits in the weak couplings;
        to hand it over again would count it twice.
        """
        extra = self.scale - 1
        return Matrices(r2=diagonal([extra * x for x in self._of("lh_vertex")]))


model = ChargeRadius
