"""CONUS: germanium 17.1 m from a reactor core; a sensitivity, no data.

Exposures and background as published for the first runs; electron recoils of 2 to 8 keV.  The
spectra are not public and the published limits enter nowhere.  For nuclear recoils see
``conus_plus``.
"""

from __future__ import annotations

from munu.probes import _germanium
from munu.probes.probe import Probe
from munu.sources import reactor
from munu.units import day, keV, kg

ON, OFF = 248.7, 58.8
POWER, DISTANCE = "3.9 GW", "17.1 m"
RANGE = (2.0, 8.0)


def probe(*, background: float = 10.0, on: float = ON, off: float = OFF,
          electrons: str = "stepping", norm_error: float = 0.05) -> Probe:
    """The reach of CONUS' first runs in electron recoils.

    Parameters
    ----------
    background : events a kg, day and keV; about 10 were published
    on, off : exposure with the reactor on and off, kg day
    electrons : ``stepping`` or ``free``
    norm_error : relative error of the flux

    Raises
    ------
    DomainError, UnknownName

    Source : CONUS2021, CONUSBackground2021
    """
    run = _germanium.sensitivity(
        "conus", reactor.source(power=POWER, distance=DISTANCE), _germanium.whole_bins(*RANGE),
        on=on * kg * day, off=off * kg * day, background=background / (kg * day * keV),
        norm_error=norm_error, electrons=electrons, papers=("CONUS2021", "CONUSBackground2021"))
    return run.probe(
        "CONUS", "sensitivity", remake=probe,
        options={"background": background, "on": on, "off": off, "electrons": electrons,
                 "norm_error": norm_error},
        variants={"free electrons": {"electrons": "free"}},
        assumptions=("sensitivity from exposure, threshold and background; the spectra are not "
                     "public", f"background {background:g} /(kg d keV), flat",
                     f"electrons: {electrons}"))
