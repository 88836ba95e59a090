"""Borexino: N that neutrinos of the Sun make all around in the Earth, and that decay in it.

Photons above 3 MeV must not be more than all events that were counted there: nothing is taken off
for neutrinos that scatter on electrons, so that the bound is a weak one, and holds.
"""

from __future__ import annotations

from typing import Annotated

from munu import _data, flavors
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _earth
from munu.probes._options import Mixed, Sun
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.sources import solar
from munu.units import MeV, day, km, m, tonne

#: of rock of 2.6 g/cm^3 that weighs as 3500 m of water
DEPTH = 3.5 / 2.6 * km
# of a normal distribution, 90 % lie below
_QUANTILE = 1.2815515655446004


@declared
def probe(*, threshold: Annotated[Quantity, About(
              "least energy of the photon; the rate that was counted is above 3 MeV", "MeV")]
          = "3 MeV",
          density: Annotated[Quantity, About("of the scintillator, pseudocumene", "g/cm^3")]
          = "0.8761 g/cm^3",
          sun: Sun = "GS98", mixing: Mixed = None) -> Probe:
    """N of solar neutrinos that decay in Borexino.

    Raises
    ------
    DomainError, UnknownName

    Source : Borexino2010, Plestid2021
    """
    table = _data.load("observations/borexino_b8")
    if threshold < float(table["threshold"][0]):
        raise DomainError(f"threshold = {threshold / MeV:g} MeV must be at least 3 MeV, above "
                          "which events were counted")
    error = float(table["stat"][0] ** 2 + table["syst"][0] ** 2) ** 0.5
    allowed = float(table["rate"][0]) + _QUANTILE * error
    mix = mixing or flavors.mixing()
    setting = _earth.Setting(
        name="borexino_upscattering", source=solar.source(model=sun, mixing=mix),
        material="C9H12", density=float(density), exposure=100 * tonne * day, radius=4.25 * m,
        depth=DEPTH, window=(float(threshold), 20 * MeV), efficiency=1.0)
    per_day = allowed * day
    return Probe(
        family="beams",
        name="borexino_upscattering", title="Borexino, N made in the Earth", grade="published",
        measured=Claim(high=per_day, level=0.9, unit="events a day in 100 t",
                       what="the rate above 3 MeV"),
        signal=setting.predict, expects=setting.expects, rays=("portal",),
        otherwise=_earth.OTHERWISE, setting=setting, data=("Borexino 8B above 3 MeV",),
        assumptions=(f"at most {per_day:.3g} events a day in 100 t above 3 MeV, 90 %: all that was "
                     "counted may be N", *setting.says(), f"solar model {sun}"),
        papers=tuple(dict.fromkeys((str(table.meta["source"]), *setting.source.papers,
                                    "Dziewonski1981", "BrdarTalk"))))
