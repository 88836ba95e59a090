r"""Type I seesaw: three heavy Majorana neutrinos N and what mixing with them does.

.. math:: \mathcal L = -\overline{\nu^c_L} M_D N^c_R - \tfrac12\overline{N_R}M N^c_R
          + \mathrm{h.c.},\qquad
          m_\nu = -M_DM^{-1}M_D^T,\qquad \theta = M_DM^{-1}

The Dirac mass is rebuilt from the light masses up to a complex orthogonal matrix.  Mixing alone
makes a moment of nu and N, far too small to be seen, and lets N decay without a photon: a dipole
of other origin must win against that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi, sqrt
from typing import ClassVar

import numpy as np

from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import mu_B as _mu_B
from munu.couplings import check_nature
from munu.models import _mixing
from munu.models._light import LightMajorana
from munu.models._matrices import Matrices, Portal
from munu.models.model import PERTURBATIVE, Constraint, parameter


@formula
def theta2_line(M_N, m_nu):
    r"""Mixing that one N needs to make a light mass.

    .. math:: \theta^2 = m_\nu/M_N

    Parameters
    ----------
    M_N, m_nu : floats or arrays, masses of N and of the light neutrino [energy]

    Returns
    -------
    float or array [1]

    Holds : one generation, m_nu far below M_N.
    Source : BrdarTalk
    Anchors : theta_seesaw
    """
    return np.divide(m_nu, M_N)


@formula
def width_by_mixing(M_N, theta2, nature: str | None = None, *, G_F: float = _G_F):
    r"""Width of N to three light neutrinos by its mixing.

    .. math:: \Gamma = \frac{G_F^2M_N^5}{192\pi^3}\,\theta^2\times
              \begin{cases}1 & \text{Dirac}\\ 2 & \text{Majorana}\end{cases}

    The sum over the pair's flavors: 1/4 each for the two others, 1/2 for two alike.

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    theta2 : float or array, sum over flavors of \|U_aN\|^2 [1], at least 0
    nature : ``dirac`` or ``majorana``, needed
    G_F : constant [1/energy^2]

    Returns
    -------
    float or array [energy]

    Holds : light neutrinos massless, M_N far below M_Z.  Above 2 m_e charged leptons, above m_pi
        mesons come on top: there it is a lower edge of what mixing does.
    Source : Coloma2021
    """
    check_nature(nature, needed_by="the width of N")
    states = 2 if nature == "majorana" else 1
    return states * G_F**2 * np.power(M_N, 5) * theta2 / (192 * pi**3)


@formula
def mu_equal(M_N, theta2, *, G_F: float = _G_F, mu_B: float = _mu_B):
    r"""Moment for which N decays as often to a photon as, by mixing, to three neutrinos.

    .. math:: \mu = \frac{G_FM_N}{\pi}\sqrt{\frac{\theta^2}{12}}

    Dirac or Majorana alike: both widths double.

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    theta2 : float or array, sum over flavors of \|U_aN\|^2 [1], at least 0
    G_F, mu_B : constants [1/energy^2], [1/energy]

    Returns
    -------
    float or array [mu_B]

    Holds : as :func:`width_by_mixing`; above 2 m_e a lower edge.
    Source : Coloma2021

    >>> from munu.units import MeV, eV
    >>> M_N = 1 * MeV
    >>> print(f"{mu_equal(M_N, theta2_line(M_N, 0.05 * eV)):.1e} mu_B")
    8.1e-16 mu_B
    """
    return G_F * M_N * np.sqrt(np.divide(theta2, 12)) / pi / mu_B


@dataclass(frozen=True, eq=False, kw_only=True)
class Seesaw(LightMajorana):
    """Three N with the mixing that light masses ask for; masses, phases and angles may be arrays.

    Holds : leading order in theta; moments for M_N far below M_W.
    Source : CasasIbarra2001, PalWolfenstein1982
    """

    name: ClassVar[str] = "seesaw"
    axis: ClassVar[str] = "M_1"
    papers: ClassVar[tuple[str, ...]] = ("CasasIbarra2001", "PalWolfenstein1982", "Coloma2021",
                                         "BrdarTalk", "PDG2026")
    unsaid: ClassVar[tuple[str, ...]] = (
        "mixing where the listing has no row, below 7 keV and in gaps; cosmology and supernovae",
        "mu -> e gamma and conversion by N; unitarity of the mixing of light neutrinos; "
        "neutrinoless double beta decay")

    M_1: float = parameter(unit="GeV", about="mass of the first N")
    M_2: float = parameter(unit="GeV", about="mass of the second N")
    M_3: float = parameter(unit="GeV", about="mass of the third N")
    z12: complex = parameter(0.0, about="complex angle of the orthogonal matrix [rad]",
                             imaginary=True)
    z13: complex = parameter(0.0, about="complex angle of the orthogonal matrix [rad]",
                             imaginary=True)
    z23: complex = parameter(0.0, about="complex angle of the orthogonal matrix [rad]",
                             imaginary=True)

    @property
    def M_N(self) -> np.ndarray:
        """Masses of the three N, array (..., 3) [energy]."""
        return np.stack(np.broadcast_arrays(self.M_1, self.M_2, self.M_3), axis=-1)

    @property
    def R(self) -> np.ndarray:
        """Complex orthogonal matrix R23 R13 R12, (..., 3, 3) [1]."""
        return _rotation(self.z23, 1, 2) @ _rotation(self.z13, 0, 2) @ _rotation(self.z12, 0, 1)

    @property
    def M_D(self) -> np.ndarray:
        r"""Dirac masses, rows e, mu, tau, columns N, complex (..., 3, 3) [energy].

        .. math:: M_D = i\,U^*\sqrt{m}\,R^T\sqrt{M}

        Source : CasasIbarra2001
        Anchors : casas_ibarra_reco
        """
        inner = np.sqrt(self.masses)[..., :, None] * np.swapaxes(self.R, -1, -2) \
            * np.sqrt(self.M_N)[..., None, :]
        return 1j * self.U.conj() @ inner

    @property
    def theta(self) -> np.ndarray:
        r"""Active-sterile mixing :math:`M_DM^{-1}`, complex (..., 3, 3); U_aN is its conjugate [1].
        """
        return self.M_D / self.M_N[..., None, :]

    @property
    def S(self) -> np.ndarray:
        r"""The loop between light states, whose mixing :math:`(1 - \tfrac12\theta^*\theta^T)U` is
        not unitary: what remains of the 3/2 soon outweighs the leptons' masses [1].

        .. math:: S_{ij} \to S_{ij} - \tfrac32\,(U^T\theta\theta^\dagger U^*)_{ij}
        """
        U, theta = self.U, self.theta
        inner = theta @ np.swapaxes(theta, -1, -2).conj()
        found = super().S - 1.5 * np.swapaxes(U, -1, -2) @ inner @ U.conj()
        # Hermitian to the last bit, however large theta is
        return 0.5 * (found + np.swapaxes(found, -1, -2).conj())

    def neutrino_mass(self):
        r"""Light masses :math:`-M_DM^{-1}M_D^T` in the flavor basis, complex (..., 3, 3) [energy].

        Anchors : casas_ibarra_reco
        """
        return -self.theta @ np.swapaxes(self.M_D, -1, -2)

    def tuning(self):
        r"""How much larger the seesaw's terms are than their sum [1].

        .. math:: \Delta = \frac{\sum_{\alpha N}|(M_D)_{\alpha N}|^2/M_N}{\sum_im_i}

        1 for a real R, and as cosh(2 Im z) where the terms cancel.
        """
        terms = np.abs(self.M_D) ** 2 / self.M_N[..., None, :]
        return terms.sum(axis=(-1, -2)) / self.masses.sum(axis=-1)

    @property
    def moment(self) -> np.ndarray:
        r"""Moments of nu_a and N by mixing alone, complex (..., 3, 3), rows e, mu, tau [mu_B].

        .. math:: \mu_{\alpha N} = \frac{eG_FM_N}{4\sqrt2\pi^2}f(a_\alpha)\,\theta_{\alpha N}

        Source : PalWolfenstein1982
        """
        return 2 * self.scale * self.M_N[..., None, :] * (1.5 + self.df)[:, None] * self.theta

    def matrices(self) -> Matrices:
        """Moments of light states, in the mass basis, and one portal for each N below M_W."""
        light, moment, theta, M_N = super().matrices(), self.moment, self.theta, self.M_N
        portals = []
        for j in range(3):
            M, size = M_N[..., j], np.linalg.norm(moment[..., j], axis=-1)
            portals.append(Portal(
                mu=size, M_N=M, nature="majorana", mixing=theta[..., j].conj(),
                flavor=moment[..., j] / np.where(size > 0, size, 1.0)[..., None],
                there=(size > 0) & (self.M_W > M)))
        return replace(light, portals=tuple(portals))

    def constraints(self) -> tuple[Constraint, ...]:
        """Size of the Yukawa couplings; mixing small enough for the expansion, and as listed."""
        v = 1 / sqrt(sqrt(2) * self.G_F)
        top = np.abs(self.M_D).max(axis=(-1, -2))
        return (
            Constraint(observable="y_nu [1]", predicted=sqrt(2) * top / v, high=PERTURBATIVE,
                       status="theory", note="greatest entry; perturbative"),
            Constraint(observable="theta [1]", predicted=np.abs(self.theta).max(axis=(-1, -2)),
                       high=1.0, status="theory", note="greatest entry; expanded in theta"),
            *_mixing.constraints(np.abs(self.theta) ** 2, self.M_N),
        )


def _rotation(z, i: int, j: int) -> np.ndarray:
    z = np.asarray(z, dtype=complex)
    out = np.zeros((*z.shape, 3, 3), dtype=complex)
    out[...] = np.eye(3)
    out[..., i, i] = out[..., j, j] = np.cos(z)
    out[..., i, j], out[..., j, i] = np.sin(z), -np.sin(z)
    return out


model = Seesaw
