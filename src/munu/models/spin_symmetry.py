r"""Spin symmetry, Barr, Freire and Zee: a two-loop moment whose mass needs a longitudinal W.

.. math:: \mathcal L = f_{ij}\,\overline{L^c_i}\,i\tau_2L_j\,h^+ + \mu_3\,h^+\phi_1^-\phi_2^0
          + \mathrm{h.c.}

the first term summed over i < j.  A loop of the scalars phi_1^+ and phi_2^0 makes gamma W h,
where no tree has it; the neutrino closes it with a charged lepton.  Without the photon a transverse
W cannot become a spin 0, so only the longitudinal one is left and the mass is down by
m_l^2/M_W^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import pi, sqrt
from typing import ClassVar

import numpy as np

from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import M_W as _M_W
from munu.constants import m_e as _m_e
from munu.constants import m_mu as _m_mu
from munu.constants import m_tau as _m_tau
from munu.models import _charged, _g2, _singlet
from munu.models._matrices import Matrices
from munu.models.model import Constraint, Model, parameter
from munu.units import GeV, eV

# equal steps in ln K^2 and in the logit of y: both integrands fall exponentially and their
# nearest poles are at i pi, so that the error is exp(-2 pi^2/step)
_STEP = 0.5
_LN_K2 = np.arange(-18, 30, _STEP)
_LOGIT = np.arange(-24, 24, _STEP)


@formula
def vertex(K2, m_plus, m_zero):
    r"""Form factor of gamma W h from the scalar loop.

    .. math:: a(K^2) = \int_0^1\frac{y^2(1-y)\,\mathrm dy}{y\,m_+^2 + (1-y)m_0^2 + y(1-y)K^2}

    Parameters
    ----------
    K2 : Euclidean momentum squared [energy^2], at least 0
    m_plus, m_zero : masses of the scalars inside [energy]

    Returns
    -------
    array of their shape [1/energy^2]

    Source : BarrFreireZee1990
    """
    K2, m_plus, m_zero = (np.asarray(x, dtype=float) for x in (K2, m_plus, m_zero))
    total = np.zeros(())
    for t in _LOGIT:
        y, z = 1 / (1 + np.exp(-t)), 1 / (1 + np.exp(t))
        total = total + y**3 * z**2 / (y * m_plus**2 + z * m_zero**2 + y * z * K2)
    return _STEP * total


@formula
def two_loop(m_h, m_plus, m_zero, M_W=_M_W):
    r"""The second loop.

    .. math:: I = \int_0^\infty\frac{K^2a(K^2)\,\mathrm dK^2}{(K^2+M_W^2)(K^2+m_h^2)}

    Parameters
    ----------
    m_h : mass of the charged singlet [energy]
    m_plus, m_zero : masses of the scalars inside [energy]
    M_W : W mass [energy]

    Returns
    -------
    float or array [1/energy^2]

    Holds : relative 1e-6 while masses are within a factor of 30 of each other.
    Source : BarrFreireZee1990
    """
    m_h, m_plus, m_zero, M_W = (np.asarray(x, dtype=float)[..., None]
                                for x in (m_h, m_plus, m_zero, M_W))
    K2 = m_h * M_W * np.exp(_LN_K2)
    inside = K2**2 * vertex(K2, m_plus, m_zero) / ((K2 + M_W**2) * (K2 + m_h**2))
    return _STEP * np.sum(inside, axis=-1)


@dataclass(frozen=True, eq=False, kw_only=True)
class SpinSymmetry(Model):
    """Moments f_ij of a charged singlet by the two-loop vertex.

    Holds : massless leptons inside, no mixing of the singlet at one loop.
    Source : JanaTalk, BarrFreireZee1990
    """

    name: ClassVar[str] = "spin_symmetry"
    mass_axes: ClassVar[int] = 2
    papers: ClassVar[tuple[str, ...]] = ("JanaTalk", "BarrFreireZee1990", "Leveille1978",
                                         "HFLAVtau2022", "PDG2026")
    unsaid: ClassVar[tuple[str, ...]] = (
        "the scalars phi inside: their couplings to fermions, and T",
        "G_F of muon decay against M_W and CKM unitarity (f_emu)")

    m_h: float = parameter(unit="GeV", about="charged singlet")
    m_plus: float = parameter(unit="GeV", about="charged scalar inside")
    m_zero: float = parameter(None, "GeV", "neutral scalar inside; default m_plus")
    mu_3: float = parameter(unit="GeV", about="cubic coupling of h with the two", low=0.0)
    f_emu: float = parameter(0.0, about="coupling of the singlet", yukawa=True)
    f_etau: float = parameter(0.0, about="coupling of the singlet", yukawa=True)
    f_mutau: float = parameter(0.0, about="coupling of the singlet", yukawa=True)
    g: float = parameter(None, "1", "gauge coupling; default 2 M_W/v", low=0.0)
    g_s: float = parameter(None, "1", "coupling of the W to the two scalars; default g/sqrt 2",
                           low=0.0)
    m_nu: float = parameter(0.05 * eV, "eV", "mass that tuning must reach")
    G_F: float = parameter(_G_F, "GeV^-2", "Fermi constant")
    M_W: float = parameter(_M_W, "GeV", "W mass")
    m_e: float = parameter(_m_e, "GeV", "electron mass, of the Bohr magneton too")
    m_mu: float = parameter(_m_mu, "GeV", "muon mass")
    m_tau: float = parameter(_m_tau, "GeV", "tau mass")
    m_charged_min: float = parameter(100 * GeV, "GeV", "charged scalars below it are excluded: a "
                                     "cut of the user")

    def __post_init__(self):
        super().__post_init__()
        v = (sqrt(2) * self.G_F) ** -0.5
        for name, value in (("m_zero", lambda: self.m_plus), ("g", lambda: 2 * self.M_W / v),
                            ("g_s", lambda: self.g / sqrt(2))):
            if getattr(self, name) is None:
                object.__setattr__(self, name, value())

    def _antisymmetric(self, *entries) -> np.ndarray:
        shape = np.broadcast_shapes(*(np.shape(x) for x in entries))
        m = np.zeros((*shape, 3, 3), dtype=np.result_type(*entries, float))
        for (i, j), x in zip(((0, 1), (0, 2), (1, 2)), entries, strict=True):
            m[..., i, j], m[..., j, i] = x, np.negative(x)
        return m

    @cached_property
    def _loop(self):
        """The one integral behind moment, mass and tuning: it is done once."""
        return two_loop(*np.broadcast_arrays(self.m_h, self.m_plus, self.m_zero, self.M_W))

    @property
    def moment(self) -> np.ndarray:
        r"""Transition moments, antisymmetric (..., 3, 3) [mu_B].

        .. math:: \mu_{ij} = \frac{e f_{ij}\,g\,g_s\mu_3}{128\sqrt2\pi^4}\,I

        both diagrams, :math:`m_l \to 0`.

        Anchors : mu_BFZ, mu_BFZ_check
        """
        one = np.asarray(self.g) * self.g_s * self.mu_3 * self._loop
        # e/mu_B is 2 m_e
        one = self.m_e * one / (64 * sqrt(2) * pi**4)
        return self._antisymmetric(*(one * f for f in (self.f_emu, self.f_etau, self.f_mutau)))

    def matrices(self) -> Matrices:
        """Majorana moments in the flavor basis."""
        return Matrices(mu=self.moment, nature="majorana")

    def neutrino_mass(self) -> np.ndarray:
        r"""Order of magnitude of the Majorana masses, symmetric (..., 3, 3) [energy].

        .. math:: |M_{ij}| \sim \frac{\mu_{ij}}{\mu_B}\frac{m_h^2}{2m_e}\,
                  \frac{m_i^2 - m_j^2}{M_W^2}

        The usual relation of mass and moment times what the longitudinal W costs; no loop was
        done for it.
        """
        square = np.stack(np.broadcast_arrays(self.m_e, self.m_mu, self.m_tau), axis=-1) ** 2
        cost = (square[..., :, None] - square[..., None, :]) \
            / np.asarray(self.M_W)[..., None, None] ** 2
        return self.moment * np.asarray(self.m_h**2 / (2 * self.m_e))[..., None, None] * cost

    def tuning(self):
        """Largest estimated mass over the mass wanted: an order of magnitude [1]."""
        return np.abs(self.neutrino_mass()).max(axis=(-1, -2)) / self.m_nu

    @property
    def _f(self) -> dict:
        return {"emu": self.f_emu, "etau": self.f_etau, "mutau": self.f_mutau}

    def delta_a(self, lepton: str = "mu"):
        """Shift of (g - 2)/2 of ``e``, ``mu`` or ``tau`` by the singlet [1]."""
        return _singlet.delta_a(lepton, self._f, 1 / np.square(self.m_h))

    def delta_a_mu(self):
        """Shift of the muon's (g - 2)/2 [1]; see :meth:`delta_a`."""
        return self.delta_a("mu")

    def constraints(self) -> tuple[Constraint, ...]:
        """Charged scalars; what the singlet does to tau decays, to l -> l' gamma and to g - 2."""
        lightest = np.minimum(self.m_h, self.m_plus) / GeV
        return (*_charged.constraints(lightest, self.m_charged_min / GeV),
                *_singlet.constraints(self._f, 1 / np.square(self.m_h), G_F=self.G_F),
                *_g2.constraints(self.delta_a))


model = SpinSymmetry
