r"""GRAND: antennas that wait for showers out of the horizon; a toy of what it sees of N.

Cosmogenic neutrinos that cross a little of the Earth make N in its crust; N leaves it and decays
in the air in front of the array.  The array is an area on flat ground that sees every shower above
its threshold which leaves the ground up to an angle: its own simulation, of tau leptons, is no
acceptance for N and goes in nowhere.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import sources
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes._options import SmallX
from munu.probes._skimming import EVENTS, Aperture, Setting, checked, toy
from munu.probes.probe import Probe
from munu.units import GeV, km, per_unit


@declared
def probe(*, area: Annotated[Quantity, About("of the array, on flat ground", "km^2")]
          = "200000 km^2",
          angle: Annotated[Quantity, About(
              "greatest above the horizon at which N leaves the ground, and is seen", "deg")]
          = "3 deg",
          air: Annotated[Quantity, About("way of N in the air on which its decay is seen", "km")]
          = "50 km",
          threshold: Annotated[Quantity, About("least energy of a shower", "GeV")] = "1e8 GeV",
          time: Annotated[Quantity, About("of observation", "yr")] = "3 yr",
          small_x: SmallX = "continued") -> Probe:
    """The reach of a toy of GRAND in showers of N.

    Raises
    ------
    DomainError, UnknownName

    Source : GRAND2020, VanVliet2019
    """
    checked(area=(area, "km^2"), angle=(angle, "deg"), air=(air, "km"),
            threshold=(threshold, "GeV"), time=(time, "yr"))
    if not 1e4 <= threshold / GeV <= 1e11:
        raise DomainError(f"threshold = {threshold / GeV:g} GeV must lie between 1e4 and 1e11")
    setting = Setting(name="grand", source=sources.get("cosmogenic"), air=float(air),
                      time=float(time), small_x=small_x,
                      aperture=Aperture(area=float(area), angle=float(angle),
                                        E=np.array([float(threshold)])))
    said = (f"a toy: {area / km**2:g} km^2 of flat ground see every shower above "
            f"{threshold / GeV:g} GeV; {EVENTS:g} showers in {per_unit(time, 'yr'):g} years")
    return toy("grand", "GRAND, showers of N (toy, projection)", setting, ("GRAND2020",), said,
               {"5 degrees": {"angle": "5 deg"}, "10 km of air": {"air": "10 km"}})
