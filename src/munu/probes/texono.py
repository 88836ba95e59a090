"""TEXONO: 1.06 kg of germanium 28 m from a reactor core; a sensitivity, no data.

Exposures, threshold and background as published for the data of 2003; the spectra with the
reactor on and off are not public.  The published limits enter nowhere.
"""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, Quantity, declared
from munu.probes import _germanium
from munu.probes._options import Electrons, FluxError, Millicharge
from munu.probes.probe import Probe
from munu.sources import reactor
from munu.units import hour, keV, kg, to_float

MASS = 1.06
HOURS_ON, HOURS_OFF = 4712, 1250
POWER, DISTANCE = "2.9 GW", "28 m"
THRESHOLD = "12 keV"
TOP = 60 * keV


@declared
def probe(*, background: Annotated[Quantity, About("flat",
                                                 "1/(kg d keV)")] = "1 /(kg d keV)",
          threshold: Annotated[Quantity, About(
              "least energy, 0.25 to 59 keV; below that of the data nothing "
              "is known of the background", "keV")] = THRESHOLD,
          shape: _germanium.Shape = "bins", electrons: Electrons = "stepping",
          millicharge: Millicharge = "stepping", norm_error: FluxError = 0.05) -> Probe:
    """The reach of TEXONO's germanium detector with the data of 2003.

    Raises
    ------
    DomainError, UnknownName

    Source : TEXONO2003
    """
    edges = _germanium.whole_bins(threshold, TOP)
    on, off = (MASS * kg * h * hour for h in (HOURS_ON, HOURS_OFF))
    run = _germanium.sensitivity(
        "texono", reactor.source(power=POWER, distance=DISTANCE), edges, on=on, off=off,
        background=background, norm_error=norm_error, electrons=electrons,
        millicharge=millicharge, shape=shape,
        papers=("TEXONO2003",))
    return run.probe(
        "TEXONO", "sensitivity",
        variants={"background a straight line": {"shape": "line"},
                  "free electrons": {"electrons": "free"}},
        assumptions=_germanium.said(background, electrons, shape, threshold=threshold,
                                    published=to_float(THRESHOLD, "keV")))
