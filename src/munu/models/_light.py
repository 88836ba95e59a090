r"""Three light neutrinos in a W loop: masses, mixing and the matrix that every moment is made of.

Masses follow from the lightest one and from a fit, by name or by its six numbers.  Matrices
have the incoming neutrino as their first index, as everywhere in this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np

from munu import flavors
from munu.constants import G_F as _G_F
from munu.constants import M_W as _M_W
from munu.constants import m_e as _m_e
from munu.constants import m_mu as _m_mu
from munu.constants import m_tau as _m_tau
from munu.models import _vector
from munu.models._matrices import Matrices
from munu.models.model import Model, parameter


@dataclass(frozen=True, eq=False, kw_only=True)
class Light(Model):
    """Light neutrinos of the Standard Model with masses; ``m_lightest`` and phases may be arrays.

    Raises
    ------
    UnknownName, DomainError
        A fit or an ordering that is not there; splittings that do not go with the ordering.
    """

    single: ClassVar[tuple[str, ...]] = ("s12", "s13", "s23", "dm21", "dm31", "G_F", "M_W",
                                         "m_e", "m_mu", "m_tau")

    m_lightest: float = parameter(0.0, "eV", "mass of the lightest neutrino", low=0.0)
    mixing: str = parameter(flavors.DEFAULT, "", "fit by name")
    ordering: str = parameter("NO", "", "NO or IO")
    s12: float = parameter(None, about="sin^2 of the angle, instead of the fit's", low=0., high=1.)
    s13: float = parameter(None, about="sin^2 of the angle, instead of the fit's", low=0., high=1.)
    s23: float = parameter(None, about="sin^2 of the angle, instead of the fit's", low=0., high=1.)
    delta: float = parameter(None, "deg", "CP phase, instead of the fit's", low=-inf)
    dm21: float = parameter(None, "eV^2", "splitting, instead of the fit's")
    dm31: float = parameter(None, "eV^2", "splitting, instead of the fit's; below 0 for IO",
                            low=-inf)
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant")
    M_W: float = parameter(_M_W, "GeV", "W mass")
    m_e: float = parameter(_m_e, "GeV", "electron mass")
    m_mu: float = parameter(_m_mu, "GeV", "muon mass")
    m_tau: float = parameter(_m_tau, "GeV", "tau mass")

    def __post_init__(self):
        super().__post_init__()
        _ = self.fit

    @property
    def fit(self) -> flavors.Mixing:
        """Angles and splittings, the given ones in place of the fit's; delta only if one number."""
        given = {n: float(getattr(self, n)) for n in ("s12", "s13", "s23", "dm21", "dm31")
                 if getattr(self, n) is not None}
        if self.delta is not None and np.ndim(self.delta) == 0:
            given["delta"] = float(self.delta)
        found = flavors.mixing(self.mixing, self.ordering)
        return found.with_(**given) if given else found

    @property
    def U(self) -> np.ndarray:
        """Mixing matrix, complex (..., 3, 3), rows e, mu, tau."""
        fit = self.fit
        return flavors.pmns(fit.s12, fit.s13, fit.s23, self.delta if np.ndim(self.delta) else
                            fit.delta)

    @property
    def masses(self) -> np.ndarray:
        """m_1, m_2, m_3, array (..., 3) [energy]."""
        fit, m2 = self.fit, np.square(self.m_lightest)
        first = m2 if fit.ordering == "NO" else m2 - fit.dm31
        return np.sqrt(np.stack([first, first + fit.dm21,
                                 m2 if fit.ordering == "IO" else m2 + fit.dm31], axis=-1))

    @property
    def df(self) -> np.ndarray:
        """f(a) - 3/2 of e, mu and tau, array (3,) [1]."""
        return _vector.df((np.array([self.m_e, self.m_mu, self.m_tau]) / self.M_W) ** 2)

    @property
    def scale(self) -> float:
        """Moment of a W loop over mass [mu_B/energy]."""
        return _vector.moment_scale(G_F=self.G_F, m_e=self.m_e)

    @property
    def S(self) -> np.ndarray:
        r"""The loop between mass states, complex (..., 3, 3), Hermitian [1].

        .. math:: S_{ij} = \sum_\ell f(a_\ell)\,U_{\ell i}U^*_{\ell j}
                  = \tfrac32\delta_{ij} + \sum_\ell[f(a_\ell) - \tfrac32]\,U_{\ell i}U^*_{\ell j}

        The second form is the one that is summed: off the diagonal nothing cancels.
        """
        U = self.U
        return 1.5 * np.eye(3) + np.einsum("...li,l,...lj->...ij", U, self.df, U.conj())


@dataclass(frozen=True, eq=False, kw_only=True)
class LightMajorana(Light):
    """Light Majorana neutrinos: two more phases, moments between different states only."""

    mass_axes: ClassVar[int] = 2

    alpha21: float = parameter(0.0, "deg", "Majorana phase of the second state", low=-inf)
    alpha31: float = parameter(0.0, "deg", "Majorana phase of the third state", low=-inf)

    @property
    def U(self) -> np.ndarray:
        r"""Mixing matrix times diag(1, exp(i alpha21/2), exp(i alpha31/2)), complex (..., 3, 3)."""
        half = np.stack(np.broadcast_arrays(0.0, self.alpha21, self.alpha31), axis=-1) / 2
        return super().U * np.exp(1j * half)[..., None, :]

    @property
    def mu(self) -> np.ndarray:
        r"""Magnetic transition moments in the mass basis, complex (..., 3, 3) [mu_B].

        .. math:: \mu_{ij} = 2i\,\frac{eG_F}{8\sqrt2\pi^2}(m_i + m_j)\,\mathrm{Im}\,S_{ij}

        Source : PalWolfenstein1982, GiuntiStudenikin2014
        """
        m, S = self.masses, self.S
        return 2j * self.scale * (m[..., :, None] + m[..., None, :]) * S.imag

    @property
    def eps(self) -> np.ndarray:
        r"""Electric transition moments in the mass basis, complex (..., 3, 3) [mu_B].

        .. math:: \epsilon_{ij} = -2i\,\frac{eG_F}{8\sqrt2\pi^2}(m_i - m_j)\,\mathrm{Re}\,S_{ij}

        Source : PalWolfenstein1982, GiuntiStudenikin2014
        Anchors : eps_M_32
        """
        m, S = self.masses, self.S
        return -2j * self.scale * (m[..., :, None] - m[..., None, :]) * S.real

    def matrices(self) -> Matrices:
        """Transition moments in the mass basis."""
        return Matrices(mu=self.mu, eps=self.eps, nature="majorana", basis="mass")

    def neutrino_mass(self):
        r"""Mass matrix in the flavor basis, :math:`U^*\,\mathrm{diag}(m)\,U^\dagger`, complex
        (..., 3, 3) [energy]."""
        U = self.U.conj()
        return (U * self.masses[..., None, :]) @ np.swapaxes(U, -1, -2)
