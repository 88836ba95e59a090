"""CONUS: germanium 17.1 m from a reactor core; a sensitivity, no data.

Exposures and background as published for the first runs; electron recoils of 2 to 8 keV.  The
spectra are not public and the published limits enter nowhere.  For nuclear recoils see
``conus_plus``.
"""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, Quantity, declared
from munu.probes import _germanium
from munu.probes._options import Electrons, FluxError, Millicharge
from munu.probes.probe import Probe
from munu.sources import reactor
from munu.units import keV

ON, OFF = "248.7 kg d", "58.8 kg d"
POWER, DISTANCE = "3.9 GW", "17.1 m"
RANGE = (2.0 * keV, 8.0 * keV)


@declared
def probe(*, background: Annotated[Quantity, About("flat; about 10 were published",
                                                 "1/(kg d keV)")] = "10 /(kg d keV)",
          on: Annotated[Quantity, About("exposure with the reactor on", "kg d")] = ON,
          off: Annotated[Quantity, About("exposure with the reactor off", "kg d")] = OFF,
          shape: _germanium.Shape = "bins", electrons: Electrons = "stepping",
          millicharge: Millicharge = "stepping", norm_error: FluxError = 0.05) -> Probe:
    """The reach of CONUS' first runs in electron recoils.

    Raises
    ------
    DomainError, UnknownName

    Source : CONUS2021, CONUSBackground2021
    """
    run = _germanium.sensitivity(
        "conus", reactor.source(power=POWER, distance=DISTANCE), _germanium.whole_bins(*RANGE),
        on=on, off=off, background=background, norm_error=norm_error,
        electrons=electrons, millicharge=millicharge, shape=shape,
        papers=("CONUS2021", "CONUSBackground2021"))
    return run.probe(
        "CONUS", "sensitivity", variants={"background a straight line": {"shape": "line"},
                  "free electrons": {"electrons": "free"}},
        assumptions=_germanium.said(background, electrons, shape))
