r"""The dipole portal above the electroweak scale: photon, Z and W from two couplings.

.. math:: \mathcal L = \frac{\sqrt2}{v}\,\bar L\,(d_B B_{\alpha\beta}
          + d_W\tau^aW^a_{\alpha\beta})\,\sigma^{\alpha\beta}\tilde H N + \mathrm{h.c.}

The vacuum makes of it

.. math:: d_\gamma = d_Bc_W + d_Ws_W,\qquad d_Z = d_Wc_W - d_Bs_W,\qquad d_\pm = \sqrt2\,d_W

in :math:`d_\gamma\bar\nu\sigma FN + d_Z\bar\nu\sigma ZN + d_\pm\bar\ell\sigma W^-N`: a number from
LEP or from any energy above M_Z is a number for one ratio d_W/d_B, which it must name.
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
from munu.constants import mu_B as _mu_B
from munu.couplings import check_nature
from munu.errors import DomainError
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.processes._photon_pairs import to_N
from munu.units import GeV, MeV

_s2 = constant("sin2_theta_W_MZ").value
_M_Z = constant("M_Z").internal
_INVISIBLE = constant("Gamma_Z_invisible")


@formula
def decay_width(d, M_N, m_V=0.0):
    r"""Width of N to one lepton and one vector boson, one chirality.

    .. math:: \Gamma = \frac{d^2M_N^3}{4\pi}(1-x)^2\Big(1 + \frac x2\Big),\qquad
              x = m_V^2/M_N^2

    Parameters
    ----------
    d : float or array, coefficient of :math:`\bar\ell\sigma V N` [1/energy]
    M_N, m_V : floats or arrays, masses [energy]

    Returns
    -------
    float or array [energy], 0 below the threshold

    Holds : the lepton massless; a Majorana N decays twice as fast.
    Source : Magill2018
    """
    x = np.minimum(np.square(np.divide(m_V, M_N)), 1.0)
    return np.square(np.abs(d)) * np.power(M_N, 3.0) / (4 * pi) * (1 - x) ** 2 * (1 + x / 2)


@formula
def production_width(d, M_N, m_V):
    r"""Width of a vector boson to N and a lepton, and to the charge conjugate.

    .. math:: \Gamma = \frac{d^2m_V^3}{6\pi}(1-r)^2(1 + 2r),\qquad r = M_N^2/m_V^2

    Parameters
    ----------
    d : float or array, coefficient of :math:`\bar\ell\sigma V N` [1/energy]
    M_N, m_V : floats or arrays, masses [energy]

    Returns
    -------
    float or array [energy], 0 above the threshold

    Holds : a neutral V: both charges counted.
    Source : Magill2018
    """
    m_V = np.asarray(m_V, dtype=float)
    return to_N(m_V**2, np.multiply(2.0, d), M_N) / np.where(m_V > 0, m_V, 1.0)


@dataclass(frozen=True, eq=False, kw_only=True)
class DipoleCompletion(Model):
    """d_B and d_W of one lepton doublet and one N; see ``parameter`` fields.

    Holds : dimension six; energies below the scale of new physics.
    Source : Magill2018, ZhangLiu2023
    """

    name: ClassVar[str] = "dipole_completion"
    papers: ClassVar[tuple[str, ...]] = ("Magill2018", "ZhangLiu2023", "PDG2026")
    unsaid: ClassVar[tuple[str, ...]] = (
        "one photon and nothing else at LEP and LHC; W -> l N; Z -> nu N with N seen to decay",
        "g - 2 of charged leptons and masses of neutrinos by loops of the operators")

    d_B: float = parameter(unit="1/GeV", about="coupling to B, after the vacuum", low=-np.inf)
    d_W: float = parameter(unit="1/GeV", about="coupling to W^a, after the vacuum", low=-np.inf)
    M_N: float = parameter(unit="GeV", about="mass of N", low=0.0)
    flavor: str = parameter("mu", "", "of the doublet: e, mu or tau")
    nature: str = parameter(None, "", "of N: dirac or majorana")
    sin2_theta_W: float = parameter(_s2, about="sin^2 of the weak angle", low=0.0, high=1.0)
    M_Z: float = parameter(_M_Z, "GeV", "mass of the Z")
    M_W: float = parameter(_M_W, "GeV", "mass of the W")
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant")
    Gamma_max: float = parameter(2 * _INVISIBLE.error * MeV, "MeV", "new width of the Z that is "
                                 "allowed; default two errors of the invisible one")

    @classmethod
    def from_moment(cls, mu, ratio, **parameters) -> DipoleCompletion:
        r"""From a moment and the ratio d_W/d_B that it is stated for.

        .. math:: d_B = \frac{\mu/2}{c_W + (d_W/d_B)\,s_W}

        Parameters
        ----------
        mu : float or array [mu_B]
        ratio : d_W/d_B; inf for d_B = 0 [1]
        parameters : all others

        Raises
        ------
        DomainError
            The ratio at which the photon decouples.

        >>> from munu.units import GeV
        >>> x = DipoleCompletion.from_moment(1e-9, 0.0, M_N=GeV)
        >>> print(f"{x.couplings().mu:.1e} mu_B, d_Z/d_gamma = {x.d_Z / x.d_gamma:.3f}")
        1.0e-09 mu_B, d_Z/d_gamma = -0.548
        """
        s2 = parameters.get("sin2_theta_W", _s2)
        s, c = np.sqrt(s2), np.sqrt(1 - np.asarray(s2))
        d = np.multiply(mu, _mu_B / 2)
        if np.all(np.isinf(ratio)):
            return cls(d_B=np.zeros_like(d)[()], d_W=d / s, **parameters)
        lever = c + np.multiply(ratio, s)
        if not np.all(np.isfinite(lever)) or np.any(np.abs(lever) < 1e-12):
            raise DomainError(f"dipole_completion: at d_W/d_B = {ratio} no photon couples "
                              "(d_W/d_B = -c_W/s_W) or the ratio is no number")
        return cls(d_B=d / lever, d_W=d / lever * ratio, **parameters)

    @property
    def _angle(self):
        return np.sqrt(self.sin2_theta_W), np.sqrt(1 - np.asarray(self.sin2_theta_W))

    @property
    def d_gamma(self):
        """d_B c_W + d_W s_W [1/energy]."""
        s, c = self._angle
        return self.d_B * c + self.d_W * s

    @property
    def d_Z(self):
        """d_W c_W - d_B s_W [1/energy]."""
        s, c = self._angle
        return self.d_W * c - self.d_B * s

    @property
    def d_charged(self):
        """sqrt(2) d_W, of lepton, W and N [1/energy]."""
        return sqrt(2) * self.d_W

    @property
    def ratio(self):
        """d_W/d_B, the ratio that a number above M_Z must name [1]."""
        with np.errstate(divide="ignore"):
            return np.divide(self.d_W, self.d_B)

    @property
    def moment(self):
        """mu = 2 |d_gamma| [mu_B]."""
        return 2 * np.abs(self.d_gamma) / _mu_B

    def matrices(self) -> Matrices:
        """The photon's part; Z and W are :attr:`d_Z` and :attr:`d_charged`."""
        return Matrices.portal(self.moment, self.M_N, self.flavor, self.nature)

    def widths(self) -> dict:
        """Partial widths of N: ``gamma``, ``Z`` and ``W``, all charges [energy].

        Raises
        ------
        DomainError
            The nature of N is not said.
        """
        check_nature(self.nature, needed_by="the width of N")
        both = 2 if self.nature == "majorana" else 1
        return {"gamma": both * decay_width(self.d_gamma, self.M_N),
                "Z": both * decay_width(self.d_Z, self.M_N, self.M_Z),
                "W": both * decay_width(self.d_charged, self.M_N, self.M_W)}

    def Z_width(self):
        """Width of the Z to N and a neutrino [energy]."""
        return production_width(self.d_Z, self.M_N, self.M_Z)

    def wilson_coefficients(self) -> dict:
        r"""C_NB and C_NW of :math:`\bar L\sigma^{\alpha\beta}(B,\ \tau^aW^a)\tilde HN`.

        .. math:: C_{NB} = \sqrt2\,d_B/v,\qquad C_{NW} = \sqrt2\,d_W/v

        in GeV^-2, as their names say.
        """
        v = 1 / np.sqrt(sqrt(2) * self.G_F)
        scale = sqrt(2) * GeV**2 / v
        return {"C_NB [GeV^-2]": scale * self.d_B, "C_NW [GeV^-2]": scale * self.d_W}

    def constraints(self) -> tuple[Constraint, ...]:
        """Width of the Z, where N escapes or decays unseen."""
        return (Constraint(observable="new width of the Z [MeV]", predicted=self.Z_width() / MeV,
                           high=self.Gamma_max / MeV, level=0.954,
                           source=_INVISIBLE.source, checked="table",
                           note="N unseen; d_W/d_B as given"),)


model = DipoleCompletion
