r"""The Standard Model with right-handed neutrinos: light Dirac neutrinos.

.. math:: \mathcal L = -y_\nu\,\bar L\tilde H\nu_R + \mathrm{h.c.}

A W and a charged lepton in the loop, the chirality flipped by the neutrino's own mass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from munu.models._light import Light
from munu.models._matrices import Matrices


@dataclass(frozen=True, eq=False, kw_only=True)
class StandardModelDirac(Light):
    """Dirac neutrinos; see the ``parameter`` fields.

    Holds : one loop, exact in the masses of charged leptons, neutrinos light against M_W.
    Source : FujikawaShrock1980, GiuntiStudenikin2014
    """

    name: ClassVar[str] = "sm_dirac"
    mass_axes: ClassVar[int] = 1
    papers: ClassVar[tuple[str, ...]] = ("FujikawaShrock1980", "GiuntiStudenikin2014",
                                         "BrdarTalk", "JanaTalk")
    unsaid: ClassVar[tuple[str, ...]] = (
        "masses of neutrinos themselves: beta decay, cosmology",)

    @property
    def mu(self) -> np.ndarray:
        r"""Magnetic moments in the mass basis, complex (..., 3, 3), Hermitian [mu_B].

        .. math:: \mu_{ij} = \frac{eG_F}{8\sqrt2\pi^2}(m_i + m_j)\,S_{ij},\qquad
                  \mu_{ii} \simeq \frac{3eG_Fm_i}{8\sqrt2\pi^2}

        Source : FujikawaShrock1980
        Anchors : mu_dirac_0p1, mu_D_32
        """
        m = self.masses
        return self.scale * (m[..., :, None] + m[..., None, :]) * self.S

    @property
    def eps(self) -> np.ndarray:
        r"""Electric moments in the mass basis, complex (..., 3, 3), Hermitian [mu_B].

        .. math:: i\epsilon_{ij} = \frac{eG_F}{8\sqrt2\pi^2}(m_i - m_j)\,S_{ij}

        so that :math:`\mu - i\epsilon` is made by the mass of the outgoing state, the one whose
        right-handed part is no partner of the W.

        Source : FujikawaShrock1980
        """
        m = self.masses
        return -1j * self.scale * (m[..., :, None] - m[..., None, :]) * self.S

    def matrices(self) -> Matrices:
        """Moments in the mass basis."""
        return Matrices(mu=self.mu, eps=self.eps, nature="dirac", basis="mass")

    def neutrino_mass(self):
        """Masses m_1, m_2, m_3 of the tree level, array (..., 3) [energy]."""
        return self.masses


model = StandardModelDirac
