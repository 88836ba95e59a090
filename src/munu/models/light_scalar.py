r"""A light scalar that makes neutrinos heavy inside stars, so that plasmons cannot decay to them.

.. math:: \mathcal L = +\tfrac12 y_\nu\,\bar\nu\phi\nu - y_e\,\bar e\phi e - y_N\,\bar N\phi N
          - \tfrac12 m_\phi^2\phi^2

Electrons source :math:`\phi`, and :math:`\phi` is a mass of the neutrino: no plasmon decays where
the mass of the pair is above that of the heaviest transverse plasmon, :math:`m_T` of
:class:`munu.media.plasma.Plasma`.  A star has many such places: what is left of its loss is
:mod:`munu.rates.trapping`.  It makes no moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import ClassVar

import numpy as np

from munu._guard import formula
from munu.constants import amu as _amu
from munu.constants import m_e as _m_e
from munu.errors import UnknownName
from munu.media.plasma import Plasma
from munu.models import _g2
from munu.models.model import Constraint, Model, parameter
from munu.units import K, cm, g, keV

# equal steps in the logit of the loop's parameter
_LOGIT = np.arange(-40, 40, 0.25)


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

    Holds : a core much wider than 1/m_phi; both neutrinos of the pair shifted alike; electrons
        that keep their mass.
    Source : JanaTalk
    """

    name: ClassVar[str] = "light_scalar"
    papers: ClassVar[tuple[str, ...]] = ("JanaTalk", "BraatenSegel1993", "Leveille1978", "Fan2023")
    unsaid: ClassVar[tuple[str, ...]] = (
        "scalars made in stars and supernovae, fifth forces, BBN and N_eff: y_e, y_N and y_nu "
        "each have bounds of their own",
        "a whole star, whose zones close one by one: munu.rates.trapping",)
    # of one plasma
    single: ClassVar[tuple[str, ...]] = ("m_e", "amu")

    m_phi: float = parameter(unit="keV", about="mass of the scalar")
    y_nu: float = parameter(about="coupling to neutrinos", yukawa=True)
    # of a real scalar to a density: an imaginary part would couple to spins
    y_e: float = parameter(about="coupling to electrons", yukawa=True, real=True)
    y_N: float = parameter(0.0, about="coupling to nucleons", yukawa=True, real=True)
    rho: float = parameter(1e6 * g / cm**3, "g/cm^3", "density of the core")
    temperature: float = parameter(1e8 * K, "K", "temperature of the core")
    Y_e: float = parameter(0.5, about="electrons a nucleon", low=0.0, high=1.0)
    radius: float = parameter(None, "cm", "radius of the core, to check the range of the force")
    m_e: float = parameter(_m_e, "MeV", "electron mass")
    amu: float = parameter(_amu, "MeV", "atomic mass unit")

    @property
    def plasma(self) -> Plasma:
        """The core, a zone a point or one for all."""
        return Plasma.of(*self._states, amu=self.amu, m_e=self.m_e)

    @property
    def _states(self) -> np.ndarray:
        """Density, temperature and Y_e of each point (3, points)."""
        return np.array([np.ravel(np.broadcast_to(x, self._core))
                         for x in (self.rho, self.temperature, self.Y_e)])

    @cached_property
    def _cores(self) -> tuple[Plasma, np.ndarray]:
        """The plasmas that differ, and which of them a point has: many points share a core."""
        states, which = np.unique(self._states, axis=1, return_inverse=True)
        return Plasma.of(*states, amu=self.amu, m_e=self.m_e), np.ravel(which)

    def _of_core(self, values: np.ndarray):
        """Numbers of the plasmas that differ, at every point."""
        return values[self._cores[1]].reshape(self._core)[()]

    @property
    def _core(self) -> tuple[int, ...]:
        return np.broadcast_shapes(*(np.shape(x) for x in (self.rho, self.temperature, self.Y_e)))

    def mass_in(self, plasma: Plasma) -> np.ndarray:
        r"""Shift of the neutrino's mass in each zone of any plasma: (..., zones) [energy].

        .. math:: \Delta m_\nu = \frac{y_\nu(y_en_s + y_N\rho/u)}{m_\phi^2}

        A product of couplings of one sign and of the other differ in the sign alone.
        """
        y_e, y_N, per = (np.expand_dims(x, -1) for x in (
            self.y_e, self.y_N, self.y_nu / np.square(self.m_phi)))
        return per * (y_e * plasma.n_s + y_N * plasma.rho / self.amu)

    def neutrino_mass(self):
        """Shift of the neutrino's mass in the core, as :meth:`mass_in` [energy]."""
        return self.y_nu * self._source / np.square(self.m_phi)

    def electron_mass_shift(self):
        r"""Shift of the electron's own mass, which must stay small [energy]."""
        return self.y_e * self._source / np.square(self.m_phi)

    @property
    def _source(self):
        """What phi sees in the core [1/volume]."""
        return self.y_e * self.scalar_density() + np.multiply(self.y_N, self.rho) / self.amu

    def scalar_density(self):
        """Of electrons in the core [1/volume]."""
        return self._of_core(self._cores[0].n_s)

    def heaviest_plasmon(self):
        """K of a transverse plasmon of large momentum in the core, the greatest there is [energy].
        """
        return self._of_core(self._cores[0].m_T)

    def closes(self):
        r"""Whether :math:`\gamma^*\to\nu\nu` is closed in the core: twice the shift above m_T.

        bool or array; the mass outside the star is left out.
        """
        return self.margin() > 1

    def least_coupling(self):
        r"""Product :math:`y_\nu y_e` that closes the decay in the core, electrons alone [1].

        .. math:: y_\nu y_e > \frac{m_Tm_\phi^2}{2n_s}
        """
        return self.heaviest_plasmon() * np.square(self.m_phi) / (2 * self.scalar_density())

    def margin(self):
        """Mass of the pair over that of the heaviest plasmon: above 1 the decay is closed [1]."""
        return 2 * np.abs(self.neutrino_mass()) / self.heaviest_plasmon()

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
