r"""The Zee model: a charged singlet and a second doublet, no symmetry.

.. math:: \mathcal L = f_{ij}\,\overline{L^c_i}\,i\tau_2L_j\,\eta^+
          + Y_{lj}\,\overline{l_R}\,\nu_j\,\phi^- + \mathrm{h.c.},\qquad f_{ij} = -f_{ji}

the first term summed over i < j.

One loop with the charged lepton l and the mixed scalars h, H.  The bilinear of a mass is
symmetric in flavor, that of a moment antisymmetric: the same couplings enter with + and -.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from munu.constants import G_F as _G_F
from munu.constants import m_e as _m_e
from munu.constants import m_mu as _m_mu
from munu.constants import m_tau as _m_tau
from munu.errors import DomainError
from munu.models import _charged, _scalar, _singlet
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV, eV

_FLAVORS = ("e", "mu", "tau")


@dataclass(frozen=True, eq=False, kw_only=True)
class Zee(Model):
    """Moments and masses of three Majorana neutrinos; ``Y_lj`` is lepton l_R with nu_j.

    Holds : one loop, scalars far above the tau.
    Source : JanaTalk, Zee1980
    """

    name: ClassVar[str] = "zee"
    mass_axes: ClassVar[int] = 2
    papers: ClassVar[tuple[str, ...]] = ("JanaTalk", "Zee1980", "Leveille1978", "HFLAVtau2022",
                                         "PDG2026")
    unsaid: ClassVar[tuple[str, ...]] = (
        "neutral scalars of the doublet are no parameters: g - 2 and lepton decays by Y, and T",
        "G_F of muon decay against M_W and CKM unitarity (f_emu)")

    m_h: float = parameter(unit="GeV", about="lighter charged scalar")
    m_H: float = parameter(unit="GeV", about="heavier charged scalar")
    sin2alpha: float = parameter(about="mixing of singlet and doublet", low=-1.0, high=1.0)
    f_emu: float = parameter(0.0, about="coupling of the singlet", yukawa=True)
    f_etau: float = parameter(0.0, about="coupling of the singlet", yukawa=True)
    f_mutau: float = parameter(0.0, about="coupling of the singlet", yukawa=True)
    Y_ee: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    Y_emu: float = parameter(0.0, about="coupling of the doublet, e_R with nu_mu", yukawa=True)
    Y_etau: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    Y_mue: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    Y_mumu: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    Y_mutau: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    Y_taue: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    Y_taumu: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    Y_tautau: float = parameter(0.0, about="coupling of the doublet", yukawa=True)
    m_nu: float = parameter(0.05 * eV, "eV", "mass that tuning must reach")
    m_e: float = parameter(_m_e, "GeV", "electron mass, of the loop and of the Bohr magneton")
    m_mu: float = parameter(_m_mu, "GeV", "muon mass")
    m_tau: float = parameter(_m_tau, "GeV", "tau mass")
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant, of universality")
    m_charged_min: float = parameter(100 * GeV, "GeV", "charged scalars below it are excluded: a "
                                     "cut of the user")

    def __post_init__(self):
        super().__post_init__()
        if np.any(np.asarray(self.m_h) > self.m_H):
            raise DomainError("zee: m_h must be at most m_H")

    def _sum(self, loop, sign: int) -> np.ndarray:
        """sum_l m_l loop_l (f_il Y_lj + sign f_jl Y_li), (..., 3, 3)."""
        f = {"emu": self.f_emu, "etau": self.f_etau, "mutau": self.f_mutau}
        sign_of = dict.fromkeys(("mue", "taue", "taumu"), -1)
        masses = {"e": self.m_e, "mu": self.m_mu, "tau": self.m_tau}

        def element(i, j):
            total = 0.0
            for l, m in masses.items():
                if i == l:
                    continue
                coupling = f[i + l] if i + l in f else sign_of[i + l] * np.asarray(f[l + i])
                total = total + m * loop(m) * coupling * getattr(self, f"Y_{l}{j}")
            return total

        half = [[element(i, j) for j in _FLAVORS] for i in _FLAVORS]
        shape = np.broadcast_shapes(*(np.shape(x) for row in half for x in row))
        made = np.stack([np.stack([np.broadcast_to(x, shape) for x in row], -1) for row in half],
                        -2)
        return made + sign * np.swapaxes(made, -1, -2)

    @property
    def moment(self) -> np.ndarray:
        r"""Transition moments, antisymmetric (..., 3, 3) [mu_B].

        .. math:: \mu_{ij} = \frac{e\sin2\alpha}{32\pi^2}\sum_l m_l(f_{il}Y_{lj} - f_{jl}Y_{li})
                  \Big[\frac{J_h}{m_h^2} - \frac{J_H}{m_H^2}\Big]

        Anchors : mu_zee_ratio
        """
        m_h, m_H = np.asarray(self.m_h), np.asarray(self.m_H)
        size = self._sum(lambda m: np.asarray(self.sin2alpha) * (
            _scalar.J((m / m_h) ** 2) / m_h**2 - _scalar.J((m / m_H) ** 2) / m_H**2), -1)
        # e/mu_B is 2 m_e
        return np.asarray(self.m_e)[..., None, None] * size / (16 * pi**2)

    def matrices(self) -> Matrices:
        """Majorana moments in the flavor basis."""
        return Matrices(mu=self.moment, nature="majorana")

    def neutrino_mass(self) -> np.ndarray:
        r"""Majorana masses, symmetric (..., 3, 3) [energy]; finite and without a scale.

        .. math:: M_{ij} = \frac{\sin2\alpha}{32\pi^2}\sum_l m_l(f_{il}Y_{lj} + f_{jl}Y_{li})
                  [B_0(m_l, m_h) - B_0(m_l, m_H)]

        Anchors : mu_zee_ratio
        """
        return self._sum(lambda m: np.asarray(self.sin2alpha) * (
            _scalar.B0(m, self.m_h, self.m_tau) - _scalar.B0(m, self.m_H, self.m_tau)), 1) \
            / (32 * pi**2)

    def tuning(self):
        """Largest entry of the mass matrix over the mass wanted [1]."""
        return np.abs(self.neutrino_mass()).max(axis=(-1, -2)) / self.m_nu

    @property
    def inverse_m2(self):
        """Propagator at rest of the singlet, taken to be mostly H: the weaker case
        [1/energy^2]."""
        most = (1 + np.sqrt(1 - np.square(self.sin2alpha))) / 2
        return (1 - most) / np.square(self.m_h) + most / np.square(self.m_H)

    def constraints(self) -> tuple[Constraint, ...]:
        """Charged scalars; what f alone does to tau decays and to l -> l' gamma."""
        f = {"emu": self.f_emu, "etau": self.f_etau, "mutau": self.f_mutau}
        return (*_charged.constraints(self.m_h / GeV, self.m_charged_min / GeV),
                *_singlet.constraints(f, self.inverse_m2, G_F=self.G_F,
                                      note="f alone, singlet mostly in H"))


model = Zee
