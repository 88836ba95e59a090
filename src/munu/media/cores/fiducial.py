r"""A core in two powers, as limits from SN 1987A often take it.

With x = r/(10 km), inside and outside of x = 1

.. math:: \rho = 3\times10^{14}\,{\rm g/cm^3}\,\{1 + 0.2(1-x),\ x^{-5}\},\qquad
          T = 30\,{\rm MeV}\,\{1 - 0.5(1-x),\ x^{-5/3}\},\qquad Y_e = 0.3
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from munu import constants
from munu.media import _core, _curves
from munu.media.profile import Profile
from munu.parameters import declared
from munu.units import MeV, cm, g, km

VARIANTS = _core.VARIANTS
_RADIUS, _END, _Y_E = 10 * km, 20 * km, 0.3


@dataclass(frozen=True)
class Bent:
    """size (1 + share (1 - x)) inside x = r/radius = 1, size x^power outside."""

    size: float
    radius: float
    share: float
    power: float

    def __call__(self, r):
        x = np.asarray(r, dtype=float) / self.radius
        return self.size * np.where(x < 1, 1 + self.share * (1 - x),
                                    np.maximum(x, 1.0) ** self.power)


@declared
def medium(*, S_pot: _core.Interaction = "18 MeV") -> Profile:
    """The inner 20 km, 1.37 solar masses; mu_nu is derived, and there is no lapse.

    Raises
    ------
    DomainError

    Source : Chang2017
    """
    return _core.core(Profile(
        name="fiducial", r_min=1e-3 * km, r_max=_END,
        density=Bent(3e14 * g / cm**3 / constants.amu, _RADIUS, 0.2, -5.0),
        asymmetry=_curves.Constant(1 - 2 * _Y_E),
        temperature=Bent(30 * MeV, _RADIUS, -0.5, -5 / 3), breaks=(_RADIUS,),
        papers=("Chang2017",)), S_pot)
