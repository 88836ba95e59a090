r"""Left-right symmetry: a W of right-handed currents that mixes with the left-handed one.

.. math:: W_1 = W_L\cos\xi - W_R\sin\xi,\qquad W_2 = W_L\sin\xi + W_R\cos\xi

Mixing puts the flip of chirality on the charged lepton inside the loop, so that its mass and not
the neutrino's makes the moment of a Dirac neutrino.
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
from munu.errors import DomainError, UnknownName
from munu.models import _vector
from munu.models._matrices import Matrices, diagonal
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV

# data block S056WRZ: the polarized-muon decay of 2011; S056MR: its summary value
_XI = (-0.020, 0.017)
_M_WR = 715 * GeV
_LEPTONS = ("e", "mu", "tau")


@dataclass(frozen=True, eq=False, kw_only=True)
class LeftRight(Model):
    """W_1 and W_2 of equal gauge couplings, right-handed mixing of leptons as the left-handed.

    The mass that neutrinos get is a matter of the scalars, which are not part of this model.

    Holds : one loop, exact in m_l^2/M^2, neutrinos light; G_F to leading order in the mixing.
    Source : GiuntiStudenikin2014, Leveille1978
    """

    name: ClassVar[str] = "left_right"
    papers: ClassVar[tuple[str, ...]] = ("GiuntiStudenikin2014", "Leveille1978", "Czakon1999",
                                         "PDG2026", "JanaTalk")
    unsaid: ClassVar[tuple[str, ...]] = (
        "the masses of W and Z: the Z' and the scalars are no part of this model",
        "K and B mixing, b -> s gamma, and other limits that assume mixings of quarks: xi_max and "
        "M_W2_min take them", "N_eff of light nu_R")

    sin2xi: float = parameter(about="sin of twice the mixing angle of W_L and W_R",
                              low=-1.0, high=1.0)
    M_W2: float = parameter(None, "GeV", "mass of the heavier W; decoupled where not given")
    m_nu: float = parameter(0.0, "eV", "Dirac mass of the neutrino", low=0.0)
    flavor: str = parameter("tau", "", "neutrino of .moment, and so lepton of its loop")
    xi_max: float = parameter(None, about="greatest mixing angle allowed, a cut of the user",
                              low=0.0)
    M_W2_min: float = parameter(None, "GeV", "least mass of W_2 allowed, a cut of the user")
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant")
    M_W: float = parameter(_M_W, "GeV", "mass of the lighter W")
    m_e: float = parameter(_m_e, "GeV", "electron mass")
    m_mu: float = parameter(_m_mu, "GeV", "muon mass")
    m_tau: float = parameter(_m_tau, "GeV", "tau mass")

    def __post_init__(self):
        super().__post_init__()
        if self.flavor not in _LEPTONS:
            raise UnknownName("flavor", self.flavor, _LEPTONS)
        if self.M_W2 is not None and np.any(np.asarray(self.M_W2) < self.M_W):
            raise DomainError("left_right: M_W2 must be at least M_W, the mass of the lighter W")

    @property
    def xi(self):
        """Mixing angle, between -pi/4 and pi/4 [rad]."""
        return np.arcsin(self.sin2xi) / 2

    @property
    def moment(self):
        """Moment of the neutrino ``flavor`` [mu_B].

        Anchors : mu_LR_e, mu_LR_tau
        """
        return self.moment_of(self.flavor)

    def moment_of(self, flavor: str):
        r"""Diagonal moment of one flavor [mu_B].

        .. math:: \mu = \frac{eG_F}{2\sqrt2\pi^2}\Big\{m_\ell\sin2\xi
                  \Big[C(a_1) - \tfrac{M_1^2}{M_2^2}C(a_2)\Big]
                  + \tfrac12m_\nu\Big[f(a_1) + \tfrac{M_1^2}{M_2^2}f(a_2)\Big]\Big\},\qquad
                  a_k = m_\ell^2/M_k^2

        Parameters
        ----------
        flavor : ``e``, ``mu``, ``tau``

        Source : Leveille1978, GiuntiStudenikin2014
        Anchors : mu_LR_e, mu_LR_tau
        """
        m_l = (self.m_e, self.m_mu, self.m_tau)[_LEPTONS.index(flavor)]
        # a decoupled W_2 has the ratio 0, and its loop functions their massless values
        ratio = 0.0 if self.M_W2 is None else np.square(np.divide(self.M_W, self.M_W2))
        a = np.square(np.divide(m_l, self.M_W))
        inside = np.multiply(m_l, self.sin2xi) * (_vector.flip(a) - ratio * _vector.flip(ratio * a))
        own = np.multiply(self.m_nu, _vector.f(a) + ratio * _vector.f(ratio * a)) / 2
        return 4 * _vector.moment_scale(G_F=self.G_F, m_e=self.m_e) * (inside + own)

    def matrices(self) -> Matrices:
        """Diagonal moments of the three flavors, Dirac."""
        return Matrices(mu=diagonal([self.moment_of(x) for x in _LEPTONS]), nature="dirac")

    def constraints(self) -> tuple[Constraint, ...]:
        """Mixing angle and mass of W_2 as listed by the PDG, the bidoublet's, and cuts."""
        say = [
            Constraint(observable="xi [rad]", predicted=self.xi, low=_XI[0], high=_XI[1],
                       level=0.90, source="PDG2026", checked="table",
                       note="polarized muon decay, light nu_R")
        ]
        if self.M_W2 is not None:
            M_L2 = (np.cos(self.xi) * self.M_W) ** 2 + (np.sin(self.xi) * self.M_W2) ** 2
            off = np.abs(self.sin2xi) * (np.square(self.M_W2) - np.square(self.M_W)) / 2
            say += [
                Constraint(observable="M_W2 [GeV]", predicted=self.M_W2 / GeV, low=_M_WR / GeV,
                           level=0.90, source="PDG2026", checked="table",
                           note="electroweak fit, light nu_R; searches reach further"),
                Constraint(observable="2 k k'/(k^2 + k'^2) [1]", predicted=off / M_L2, high=1.0,
                           status="theory", note="mixing that a bidoublet can make"),
            ]
            if self.M_W2_min is not None:
                say.append(
                    Constraint(observable="M_W2 [GeV]", predicted=self.M_W2 / GeV, status="user",
                               low=self.M_W2_min / GeV)
                )
        if self.xi_max is not None:
            say.append(Constraint(observable="|xi| [rad]", predicted=np.abs(self.xi), status="user",
                                  high=self.xi_max))
        return tuple(say)


model = LeftRight
