"""JUNO-TAO: a tonne of scintillator 30 m from a reactor core; a projection that needs a background.

Elastic scattering on electrons leaves single events.  Their background is on no page that was
read, so the user gives it; without it there is nothing to compare a signal with.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes._options import FluxError
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Recoils, gaussian
from munu.processes import electron_scattering
from munu.sources import reactor
from munu.spectrum import Axis
from munu.targets.atom import ELECTRON
from munu.units import MeV, per_unit, tonne

POWER, DISTANCE = "4.6 GW", "30 m"
YIELD = 4500.0
# electrons a tonne, as in the pseudocumene of Borexino: scintillators differ by a per cent or two
ELECTRONS = 3.307e29
MISSING = ("the rate of single events is not published as a number that was read; give "
           "background, such as '1 /(t d keV)', to get a projection")


@declared
def probe(*, background: Annotated[Quantity | None, About(
            "single events, flat; without it there is no limit", "1/(t d keV)")] = None,
          background_error: Annotated[float, About("relative error of the background")] = 0.01,
          exposure: Annotated[Quantity, About("mass times time", "t yr")] = "1 t yr",
          threshold: Annotated[Quantity, About("least visible energy", "keV")] = "200 keV",
          norm_error: FluxError = 0.05) -> Probe:
    """The reach of JUNO-TAO in elastic scattering on electrons.

    Raises
    ------
    DomainError

    Source : TAO2020
    """
    for name, value in (("exposure", exposure), ("threshold", threshold),
                        ("background", 1.0 if background is None else background)):
        if not value > 0:
            raise DomainError(f"{name} = {value:g} (internal units) must be above 0")
    edges = np.geomspace(threshold, 5 * MeV, 31)
    axis = Axis("visible energy", "keV", edges)
    reaction = electron_scattering.reaction(ELECTRON, per_mass=ELECTRONS / tonne)
    channel = gaussian(reactor.source(power=POWER, distance=DISTANCE), reaction, edges,
                       exposure, lambda E: np.sqrt(E * MeV / YIELD),
                       low=0.5 * edges[0])
    shapes = {} if background is None else {
        "single events": background * exposure * axis.widths}
    run = Recoils(name="juno_tao", channels=(channel,), axes=(axis,), backgrounds=shapes,
                  nuisances=tuple(Nuisance(n, background_error) for n in shapes), standard="added",
                  norm_error=norm_error, papers=("TAO2020",))
    return run.probe(
        "JUNO-TAO (projection)", "needs_data" if background is None else "sensitivity",
        assumptions=((MISSING,) if background is None else
                     (f"background {per_unit(background, '1/(t d keV)'):g} /(t d keV), flat, "
                      f"known to {background_error:.1%}",)))
