r"""A red supergiant of 15 solar masses before collapse.

For the neutronization burst it holds unchanged beyond about 1500 km: the shock is still inside.
:math:`1-2Y_e = 1.2\times10^{-4}` from 2200 to 700 000 km is a matter of the reaction network and
the metallicity (1e-4 to 1e-3 in the literature), and so is where neutrinos meet antineutrinos.
"""

from __future__ import annotations

from typing import Annotated

from munu.media import _tabulated
from munu.media.profile import Profile
from munu.parameters import About, declared
from munu.units import km

RANGE = (1e3, 1e6)


@declared
def medium(*, deviation: Annotated[float | None, About(
            "root mean square of the smooth refit from the rows, relative; default the noise of "
            "the rows")] = None) -> Profile:
    """The progenitor from 1000 to 1e6 km, without field.

    Source : Morozova2015
    """
    return _tabulated.load("mesa15", "mesa15_presn", r_min=RANGE[0] * km, r_max=RANGE[1] * km,
                           deviation=deviation)
