r"""The scalar leptoquark S1, (3bar, 1, 1/3), with a sterile N.

.. math:: \mathcal L = y_1\,\overline{b^c_R}\,N\,S_1 + y_2\,\overline{Q^c_3}\,i\tau_2 L\,S_1
          + y_R\,\overline{c^c_R}\,\tau_R S_1 + y'_L\,\overline{t^c}P_L\mu\,S_1
          + y'_R\,\overline{t^c}P_R\mu\,S_1 + \mathrm{h.c.}

b quark and S1 in the loop make a moment and a mass of the pair nu, N.  The mass diverges
logarithmically: only its sum with a tree mass is physical, and that is the tuning.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from munu import flavors
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import alpha as _alpha
from munu.constants import constant, m_mu
from munu.constants import mu_B as _mu_B
from munu.errors import DomainError
from munu.models import _dipoles, _g2, _s1, _scalar
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV, MeV, TeV, eV

_m_b, _m_c, _m_t = (constant(f"m_{q}").internal for q in "bct")
_V_cb = constant("V_cb").value


@formula
def talk_form(y1y2, m_LQ, m_b: float = _m_b, *, alpha: float = _alpha, mu_B: float = _mu_B):
    r"""The moment as talk A prints it, disputed: beside :attr:`Leptoquark.moment` only.

    .. math:: \mu_\nu = \frac{e\,y_1y_2}{8\pi^2m_{LQ}^2}\,m_b\ln\frac{m_b^2}{m_{LQ}^2}

    Twice the loop, its logarithm inverted and the -1 missing: of opposite sign and 2.2 times
    ours at 1 TeV.  The 1e-10 that the talk states at y1 y2 = 0.05 follows from neither.

    Parameters
    ----------
    y1y2 : float or array, product of the couplings [1]
    m_LQ, m_b : floats or arrays, masses [energy]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [mu_B]

    Source : BrdarTalk

    >>> print(f"{talk_form(0.05, 1 * TeV):.2e}")
    -2.97e-11
    """
    e = np.sqrt(4 * pi * alpha)
    return (e * np.multiply(y1y2, m_b) / (8 * pi**2 * np.square(m_LQ))
            * 2 * np.log(np.divide(m_b, m_LQ)) / mu_B)


@dataclass(frozen=True, eq=False, kw_only=True)
class Leptoquark(Model):
    """S1 with couplings to b and N (y1) and to the third family (y2); see ``parameter`` fields.

    Holds : one loop, N and nu light against m_LQ; matching at tree level, frozen running.
    Source : BrdarTalk, Flavio2018
    """

    name: ClassVar[str] = "leptoquark"
    papers: ClassVar[tuple[str, ...]] = ("BrdarTalk", "Leveille1978", "Flavio2018", "HFLAV2025",
                                         "WhitePaper2025", "PDG2026", "Alonso2017",
                                         "Blanke2019")
    unsaid: ClassVar[tuple[str, ...]] = (
        "tau decays, which running shifts by half as much as R_tau of the Z",
        "Z to e or mu pairs by y2 or y_L_mu of these flavors; light leptons in b to c l nu",
        "decays of leptons to three leptons and conversion in nuclei; electric dipoles",
        "other alignments of flavor: y2 sits in the b quark of the down basis; tails of pp to "
        "tau tau and tau nu")

    m_LQ: float = parameter(unit="GeV", about="mass of S1", low=_m_b)
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

    def _up(self, quark: str) -> dict:
        """Couplings of an up quark to e, mu and tau: pairs (left, right) by flavor."""
        of_y2 = self._to_lepton * (self.V_cb if quark == "c" else 1.0)
        left = {x: of_y2 if x == self.flavor else 0.0 for x in _dipoles.MASSES}
        if quark == "c":
            return {x: (left[x], self.y_R if x == "tau" else 0.0) for x in left}
        if self.flavor != "mu":
            left["mu"] = self.y_L_mu
        return {x: (left[x], self.y_R_mu if x == "mu" else 0.0) for x in left}

    def lepton_decay(self, lepton: str, out: str):
        r"""Branching ratio of ``mu`` or ``tau`` to a lighter lepton and a photon [1].

        Loops of the top and, by V_cb, of the charm quark: where y2 and y_R_mu meet, the top
        flips the chirality.

        .. math:: c_L = \frac{3e\,m_t}{32\pi^2m_{LQ}^2}\,y'^*_R\,y_2\,
                  \big[\tfrac23K_2 + \tfrac13(K_2 - K_1)\big],\qquad
                  \mathrm{BR} = \frac{\tau_\ell m_\ell^3}{4\pi}(|c_R|^2 + |c_L|^2)

        Holds : one loop, masses of quarks at themselves: QCD takes some per cent off the top's
            flip and more off the charm's.
        Source : Leveille1978, PDG2026
        """
        total = [0.0, 0.0]
        for quark, mass in (("t", self.m_t), ("c", _m_c)):
            y = self._up(quark)
            # three colors; the photon on the quark of charge 2/3, and on S1 of 1/3
            parts = _dipoles.coefficients(
                lambda m, same, flip, q=mass: 2 * _scalar.g2_neutral(m, q, self.m_LQ, same, flip)
                + _scalar.g2_charged(m, q, self.m_LQ, same, flip),
                _dipoles.MASSES[lepton], y[out], y[lepton])
            total = [a + b for a, b in zip(total, parts, strict=True)]
        return _dipoles.branching(lepton, *total)

    @property
    def _third(self) -> _s1.ThirdFamily:
        """Exchange of S1 as quarks of the third family and charm meet it."""
        return _s1.ThirdFamily(m_LQ=self.m_LQ, y1=self.y1, y2=self._to_lepton, y_R=self.y_R,
                               flavor=self.flavor, V_cb=self.V_cb, G_F=self.G_F)

    def wilson_coefficients(self) -> dict:
        """Of b to c tau nu; see :meth:`munu.models._s1.ThirdFamily.wilson_coefficients` [1]."""
        return self._third.wilson_coefficients()

    def ratios_RD(self) -> dict:
        """R(D) and R(D*), and both over the Standard Model's [1]."""
        return self._third.ratios_RD()

    def B_to_K_nunu(self):
        """B -> K nu nu over the Standard Model's: no tree, what running makes of y2 [1]."""
        return self._third.B_to_K_nunu()

    def R_tau(self):
        """Width of the Z into hadrons over that into tau pairs: what running makes of y2 [1]."""
        return self._third.R_tau()

    def Bc_to_taunu(self):
        """Branching ratio of B_c to tau and any neutrino [1]."""
        return self._third.Bc_to_taunu()

    def constraints(self) -> tuple[Constraint, ...]:
        """Collider cut, R(D) and R(D*), Z to tau pairs, g - 2, leptons to photons, B and B_c."""
        return (
            Constraint(observable="m_LQ [GeV]", predicted=self.m_LQ / GeV,
                       low=self.m_LQ_min / GeV, status="user",
                       note="pair production; PDG 2026 lists up to 1.8 TeV"),
            *self._third.constraints(),
            _g2.constraint(self.delta_a_mu()),
            *(_dipoles.constraint(x, y, self.lepton_decay(x, y)) for x, y in _dipoles.DECAYS),
        )


model = Leptoquark
