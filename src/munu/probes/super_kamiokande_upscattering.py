"""Super-Kamiokande: N made all around in the Earth, and that decay in its water; a projection.

By neutrinos of the atmosphere, oscillated on their way, or by those of the Sun.  No table of what
was counted, by energy and kind, was read from an opened page: as many events as ``events`` says
are what is reached.
"""

from __future__ import annotations

from math import pi
from typing import Annotated

import numpy as np

from munu import flavors
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.probes import _earth
from munu.probes._options import Mixed
from munu.probes._oscillated import oscillated
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.sources import atmospheric, solar
from munu.units import MeV, cm, g, km, m

NEUTRINOS = ("atmospheric", "solar")
#: lowest energies of photons that count, by neutrinos
THRESHOLDS = {"atmospheric": 30 * MeV, "solar": 5 * MeV}
# inner detector, and the rock above
_SIDE, _HEIGHT, _DEPTH = 33.6815 * m, 36.2 * m, 1 * km
# where neutrinos of the atmosphere are made
_ABOVE = 15 * km
_HIGHEST = 1e5 * MeV


@declared
def probe(*, neutrinos: Annotated[str, About("that make N", choices=NEUTRINOS)] = "atmospheric",
          events: Annotated[float, About(
              "decays that are seen; with the background that there is more than 3")] = 3.0,
          exposure: Annotated[Quantity, About("mass of water times time", "kt yr")] = "100 kt yr",
          threshold: Annotated[Quantity | None, About(
              "least energy of the photon; 30 MeV, or 5 MeV for neutrinos of the Sun", "MeV")]
          = None,
          efficiency: Annotated[float, About("of what is above the threshold")] = 1.0,
          mixing: Mixed = None) -> Probe:
    """The reach of Super-Kamiokande in N that are made in the Earth.

    Raises
    ------
    DomainError, UnknownName

    Source : Gustafson2022, Plestid2021, Honda2015
    """
    if neutrinos not in NEUTRINOS:
        raise UnknownName("neutrinos of super_kamiokande_upscattering", neutrinos, NEUTRINOS)
    if not (np.isfinite(events) and events > 0):
        raise DomainError(f"events = {events:g} must be above 0")
    mix = mixing or flavors.mixing()
    source = solar.source(mixing=mix) if neutrinos == "solar" else \
        oscillated(atmospheric.source(site="kamioka"), mix, height=_ABOVE, depth=_DEPTH)
    low = THRESHOLDS[neutrinos] if threshold is None else float(threshold)
    volume = pi / 4 * _SIDE**2 * _HEIGHT
    setting = _earth.Setting(
        name="super_kamiokande_upscattering", source=source, material="H2O",
        density=1 * g / cm**3, exposure=float(exposure), depth=_DEPTH,
        radius=(3 * volume / (4 * pi)) ** (1 / 3), window=(low, _HIGHEST), efficiency=efficiency)
    flavor = () if neutrinos == "solar" else (
        "neutrinos of the atmosphere from 0.1 to 31.6 GeV, the mean over directions, oscillated in "
        "vacuum from 15 km above",)
    return Probe(
        family="beams",
        name="super_kamiokande_upscattering",
        title="Super-Kamiokande, N made in the Earth (projection)", grade="sensitivity",
        measured=Claim(high=float(events), unit="events", projection=True,
                       what="decays with a photon above the threshold"),
        signal=setting.predict, expects=setting.expects, rays=("portal",),
        otherwise=_earth.OTHERWISE, setting=setting, median=False,
        assumptions=(f"{events:g} decays, without a background that is taken off: what "
                     "Super-Kamiokande has counted of single showers was not read",
                     *flavor, *setting.says()),
        papers=tuple(dict.fromkeys((*source.papers, "Gustafson2022", "Dziewonski1981",
                                    "BrdarTalk"))))
