"""GEMMA: 1.5 kg of germanium 13.9 m from a reactor core; a sensitivity, no data.

Exposures, flux, threshold and background as published for the first three years; the spectra
with the reactor on and off are not public.  The published limit enters nowhere.
"""

from __future__ import annotations

from munu.probes import _germanium
from munu.probes.probe import Probe
from munu.sources import reactor
from munu.units import day, hour, keV, kg

MASS = 1.5
HOURS_ON, HOURS_OFF = 5184 + 6798, 1853 + 1021
FLUX = "2.7e13 cm^-2 s^-1"
RANGE = (2.8, 54.8)


def probe(*, background: float = 2.5, threshold: float = RANGE[0], electrons: str = "stepping",
          norm_error: float = 0.05) -> Probe:
    """The reach of GEMMA's first three years.

    Parameters
    ----------
    background : events a kg, day and keV; 2 to 3 were published
    threshold : keV, below 54.8
    electrons : ``stepping`` or ``free``
    norm_error : relative error of the flux

    Raises
    ------
    DomainError, UnknownName

    Source : GEMMA2010
    """
    edges = _germanium.whole_bins(threshold, RANGE[1])
    on, off = (MASS * kg * h * hour for h in (HOURS_ON, HOURS_OFF))
    run = _germanium.sensitivity(
        "gemma", reactor.source(flux=FLUX), edges, on=on, off=off,
        background=background / (kg * day * keV), norm_error=norm_error, electrons=electrons,
        papers=("GEMMA2010",))
    return run.probe(
        "GEMMA", "sensitivity", remake=probe,
        options={"background": background, "threshold": threshold, "electrons": electrons,
                 "norm_error": norm_error},
        variants={"background 2": {"background": 2.0}, "background 3": {"background": 3.0},
                  "free electrons": {"electrons": "free"}},
        assumptions=("sensitivity from exposure, threshold and background; the spectra are not "
                     "public", f"background {background:g} /(kg d keV), flat",
                     f"electrons: {electrons}"))


