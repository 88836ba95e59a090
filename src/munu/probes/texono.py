"""TEXONO: 1.06 kg of germanium 28 m from a reactor core; a sensitivity, no data.

Exposures, threshold and background as published for the data of 2003; the spectra with the
reactor on and off are not public.  The published limits enter nowhere.
"""

from __future__ import annotations

from munu.probes import _germanium
from munu.probes.probe import Probe
from munu.sources import reactor
from munu.units import day, hour, keV, kg

MASS = 1.06
HOURS_ON, HOURS_OFF = 4712, 1250
POWER, DISTANCE = "2.9 GW", "28 m"
RANGE = (12.0, 60.0)


def probe(*, background: float = 1.0, threshold: float = RANGE[0], electrons: str = "stepping",
          norm_error: float = 0.05) -> Probe:
    """The reach of TEXONO's germanium detector with the data of 2003.

    Parameters
    ----------
    background : events a kg, day and keV
    threshold : keV, below 60
    electrons : ``stepping`` or ``free``
    norm_error : relative error of the flux

    Raises
    ------
    DomainError, UnknownName

    Source : TEXONO2003
    """
    edges = _germanium.whole_bins(threshold, RANGE[1])
    on, off = (MASS * kg * h * hour for h in (HOURS_ON, HOURS_OFF))
    run = _germanium.sensitivity(
        "texono", reactor.source(power=POWER, distance=DISTANCE), edges, on=on, off=off,
        background=background / (kg * day * keV), norm_error=norm_error, electrons=electrons,
        papers=("TEXONO2003",))
    return run.probe(
        "TEXONO", "sensitivity", remake=probe,
        options={"background": background, "threshold": threshold, "electrons": electrons,
                 "norm_error": norm_error},
        variants={"free electrons": {"electrons": "free"}},
        assumptions=("sensitivity from exposure, threshold and background; the spectra are not "
                     "public", f"background {background:g} /(kg d keV), flat",
                     f"electrons: {electrons}"))
