"""A supernova 3 s after bounce, with forward shock, contact discontinuity and reverse shock.

The discontinuities stand at 1.73e3, 1.23e4 and 3.03e4 km.  This is the cooling phase: for the
neutronization burst the matter outside the iron core is still that of the progenitor.
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
    """The supernova from 1000 to 1e6 km, without field.

    Source : Fischer2010, LundKneller2013
    """
    # Y_e has four digits, so 1 - 2 Y_e is known to 2e-4
    return _tabulated.load("fischer_3s", "fischer2010_3s", r_min=RANGE[0] * km,
                           r_max=RANGE[1] * km, deviation=deviation, floor=1e-3)
