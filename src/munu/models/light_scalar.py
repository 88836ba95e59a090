r"""A light scalar that makes neutrinos heavy inside stars, so that plasmons cannot decay to them.

.. math:: \mathcal L = +\tfrac12 y_\nu\,\bar\nu\phi\nu - y_e\,\bar e\phi e - y_N\,\bar N\phi N
          - \tfrac12 m_\phi^2\phi^2

Electrons source :math:`\phi`, and :math:`\phi` is a mass of the neutrino: bounds of red giants on
moments lapse where the mass of the pair is above the plasma frequency.  It makes no moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from munu._guard import formula
from munu.constants import alpha as _alpha
from munu.constants import amu as _amu
from munu.constants import m_e as _m_e
from munu.errors import UnknownName
from munu.models import _g2
from munu.models.model import Constraint, Model, parameter
from munu.units import cm, g, keV

# below this x the scalar density is its series: the closed form cancels as x^3
_SMALL = 1e-2
# equal steps in the logit of the loop's parameter
_LOGIT = np.arange(-40, 40, 0.25)


@formula
def electron_density(rho, Y_e, *, amu: float = _amu):
    r"""Electrons in a volume.

    .. math:: n_e = Y_e\rho/u

    Parameters
    ----------
    rho : float or array, density of mass [energy^4]: ``1e6 * g / cm**3``
    Y_e : electrons a nucleon, 0 to 1 [1]
    amu : atomic mass unit [energy]

    Returns
    -------
    float or array [1/volume]

    Source : CODATA2018
    """
    return np.multiply(rho, Y_e) / amu


@formula
def fermi_momentum(n_e):
    r"""Fermi momentum of electrons, :math:`k_F = (3\pi^2n_e)^{1/3}`.

    Parameters
    ----------
    n_e : float or array [1/volume]

    Returns
    -------
    float or array [energy]

    Source : Raffelt1999
    """
    return np.cbrt(3 * pi**2 * np.asarray(n_e))


@formula
def plasma_frequency(n_e, *, alpha: float = _alpha, m_e: float = _m_e):
    r"""Plasma frequency of cold electrons.

    .. math:: \omega_p^2 = \frac{4\pi\alpha n_e}{E_F},\qquad E_F = \sqrt{m_e^2 + k_F^2}

    Parameters
    ----------
    n_e : float or array [1/volume]
    alpha, m_e : constants [1], [energy]

    Returns
    -------
    float or array [energy]

    Holds : T far below the kinetic energy at k_F.
    Source : Raffelt1999
    Anchors : omega_p_1e6
    """
    E_F = np.hypot(m_e, fermi_momentum(n_e))
    return np.sqrt(4 * pi * alpha * np.asarray(n_e) / E_F)


@formula
def scalar_density(n_e, *, m_e: float = _m_e):
    r"""Expectation of :math:`\bar ee` of cold electrons: each counts m/E.

    .. math:: n_s = \frac{m_e^3}{2\pi^2}\big[x\sqrt{1+x^2} - \operatorname{arsinh}x\big],\qquad
              x = k_F/m_e

    Parameters
    ----------
    n_e : float or array [1/volume]
    m_e : electron mass [energy]

    Returns
    -------
    float or array [1/volume]

    Holds : T = 0, no positrons.
    Source : JanaTalk
    Anchors : ns_1e6
    """
    x = fermi_momentum(n_e) / m_e
    far = np.where(x < _SMALL, 1.0, x)
    closed = far * np.hypot(1, far) - np.arcsinh(far)
    x2 = np.square(x)
    series = 2 * x**3 * (1 / 3 - x2 / 10 + 3 * x2**2 / 56 - 5 * x2**3 / 144)
    return m_e**3 / (2 * pi**2) * np.where(x < _SMALL, series, closed)[()]


@formula
def g2_real(y, m_l, m_phi):
    r"""(g - 2)/2 of a lepton from a real scalar of any mass, :math:`-y\,\bar\ell\phi\ell`.

    .. math:: \Delta a = \frac{y^2}{8\pi^2}\int_0^1\frac{u^2(2-u)\,\mathrm du}
              {u^2 + (1-u)\,m_\phi^2/m_\ell^2} \to \frac{3y^2}{16\pi^2}\quad(m_\phi\to0)

    Parameters
    ----------
    y : coupling [1]
    m_l, m_phi : masses of lepton and scalar, above 0 [energy]

    Returns
    -------
    float or array [1]

    Holds : relative 1e-8 for m_phi from 1e-9 to 1e6 m_l.
    Source : Leveille1978

    >>> print(f"{g2_real(1e-6, 1.0, 1e-6) * 16 * pi**2 / 3:.4e}")
    1.0000e-12
    """
    r = np.square(np.divide(m_phi, m_l))[..., None]
    u, rest = 1 / (1 + np.exp(-_LOGIT)), 1 / (1 + np.exp(_LOGIT))
    inside = u**2 * (2 - u) / (u**2 + rest * r) * u * rest
    return np.square(np.abs(y)) * np.sum(inside, axis=-1) * 0.25 / (8 * pi**2)


@dataclass(frozen=True, eq=False, kw_only=True)
class LightScalar(Model):
    """Trapping by a light scalar; see ``parameter`` fields.

    Holds : cold electrons; a core much wider than 1/m_phi; both neutrinos of the pair shifted.
    Source : JanaTalk
    """

    name: ClassVar[str] = "light_scalar"
    papers: ClassVar[tuple[str, ...]] = ("JanaTalk", "Raffelt1999", "Leveille1978", "Fan2023")
    unsaid: ClassVar[tuple[str, ...]] = (
        "scalars made in stars and supernovae, fifth forces, BBN and N_eff: y_e, y_N and y_nu "
        "each have bounds of their own",)

    m_phi: float = parameter(unit="keV", about="mass of the scalar")
    y_nu: float = parameter(about="coupling to neutrinos", yukawa=True)
    # of a real scalar to a density: an imaginary part would couple to spins
    y_e: float = parameter(about="coupling to electrons", yukawa=True, real=True)
    y_N: float = parameter(0.0, about="coupling to nucleons", yukawa=True, real=True)
    rho: float = parameter(1e6 * g / cm**3, "g/cm^3", "density of the core")
    Y_e: float = parameter(0.5, about="electrons a nucleon", low=0.0, high=1.0)
    radius: float = parameter(None, "cm", "radius of the core, to check the range of the force")
    m_e: float = parameter(_m_e, "MeV", "electron mass")
    amu: float = parameter(_amu, "MeV", "atomic mass unit")

    @property
    def n_e(self):
        """Electrons [1/volume]."""
        return electron_density(self.rho, self.Y_e, amu=self.amu)

    @property
    def source_density(self):
        r"""What :math:`\phi` sees: :math:`y_e n_s + y_N\rho/u` [1/volume]."""
        return (self.y_e * scalar_density(self.n_e, m_e=self.m_e)
                + np.multiply(self.y_N, self.rho) / self.amu)

    def neutrino_mass(self):
        r"""Shift of the neutrino's mass in the core, :math:`y_\nu(y_en_s + y_Nn_N)/m_\phi^2`.

        A product of couplings of one sign and of the other differ in the sign alone [energy].
        """
        return self.y_nu * self.source_density / np.square(self.m_phi)

    def electron_mass_shift(self):
        r"""Shift of the electron's own mass, which must stay small [energy]."""
        return self.y_e * self.source_density / np.square(self.m_phi)

    def plasma_frequency(self):
        """Of the core [energy].  Anchors : omega_p_1e6"""
        return plasma_frequency(self.n_e, m_e=self.m_e)

    def closes(self):
        r"""Whether :math:`\gamma^*\to\nu\nu` is closed: twice the shift above the plasma frequency.

        bool or array; the mass outside the star is left out.
        """
        return self.margin() > 1

    def least_coupling(self):
        r"""Product :math:`y_\nu y_e` that closes the decay, electrons alone [1].

        .. math:: y_\nu y_e > \frac{\omega_pm_\phi^2}{2n_s}
        """
        n_s = scalar_density(self.n_e, m_e=self.m_e)
        return self.plasma_frequency() * np.square(self.m_phi) / (2 * n_s)

    def margin(self):
        """Mass of the pair over the plasma frequency: above 1 the decay is closed [1]."""
        return 2 * np.abs(self.neutrino_mass()) / self.plasma_frequency()

    def delta_a(self, lepton: str = "e"):
        """Shift of the electron's (g - 2)/2 [1]; mu and tau do not meet phi.

        Raises
        ------
        UnknownName
        """
        if lepton not in _g2.LEPTONS:
            raise UnknownName("lepton", lepton, _g2.LEPTONS)
        return g2_real(self.y_e if lepton == "e" else 0.0, self.m_e, self.m_phi)

    def constraints(self) -> tuple[Constraint, ...]:
        """g - 2 of the electron, own consistency."""
        say = [_g2.electron(self.delta_a()), Constraint(observable="shift of m_e in the core [keV]",
                          predicted=np.abs(self.electron_mass_shift()) / keV,
                          high=self.m_e / keV, status="theory",
                          note="else electrons there are others than assumed")]
        if self.radius is not None:
            say.append(
                Constraint(observable="radius times m_phi [1]",
                           predicted=np.multiply(self.radius, self.m_phi), low=1.0, status="theory",
                           note="the field fills a core wider than its range")
            )
        return tuple(say)


model = LightScalar
