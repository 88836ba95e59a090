"""GEMMA: 1.5 kg of germanium 13.9 m from a reactor core; a sensitivity, no data.

Exposures, flux, threshold and background as published for the first three years; the spectra
with the reactor on and off are not public.  The published limit enters nowhere.
"""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, Quantity, declared
from munu.probes import _germanium
from munu.probes._options import Electrons, FluxError, Millicharge
from munu.probes.probe import Probe
from munu.sources import reactor
from munu.units import hour, keV, kg, to_float

MASS = 1.5
HOURS_ON, HOURS_OFF = 5184 + 6798, 1853 + 1021
FLUX = "2.7e13 cm^-2 s^-1"
THRESHOLD = "2.8 keV"
TOP = 54.8 * keV


@declared
def probe(*, background: Annotated[Quantity, About("flat; 2 to 3 were published",
                                                 "1/(kg d keV)")] = "2.5 /(kg d keV)",
          threshold: Annotated[Quantity, About(
              "least energy, 0.25 to 53.8 keV; below that of the data nothing "
              "is known of the background", "keV")] = THRESHOLD,
          shape: _germanium.Shape = "bins", electrons: Electrons = "stepping",
          millicharge: Millicharge = "stepping", norm_error: FluxError = 0.05) -> Probe:
    """The reach of GEMMA's first three years.

    Raises
    ------
    DomainError, UnknownName

    Source : GEMMA2010
    """
    edges = _germanium.whole_bins(threshold, TOP)
    on, off = (MASS * kg * h * hour for h in (HOURS_ON, HOURS_OFF))
    run = _germanium.sensitivity(
        "gemma", reactor.source(flux=FLUX), edges, on=on, off=off,
        background=background, norm_error=norm_error, electrons=electrons,
        millicharge=millicharge, shape=shape,
        papers=("GEMMA2010",))
    return run.probe(
        "GEMMA", "sensitivity",
        variants={"background a straight line": {"shape": "line"},
                  "background 2": {"background": "2 /(kg d keV)"},
                  "background 3": {"background": "3 /(kg d keV)"},
                  "free electrons": {"electrons": "free"}},
        assumptions=_germanium.said(background, electrons, shape, threshold=threshold,
                                    published=to_float(THRESHOLD, "keV")))
