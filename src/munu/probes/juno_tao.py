"""JUNO-TAO: a tonne of scintillator 30 m from a reactor core; a projection that needs a background.

Elastic scattering on electrons leaves single events.  Their background is on no page that was
read, so the user gives it; without it there is nothing to compare a signal with.
"""

from __future__ import annotations

import numpy as np

from munu.errors import DomainError
from munu.probes._recoil import Recoils, gaussian
from munu.probes.probe import Nuisance, Probe
from munu.processes import electron_scattering
from munu.sources import reactor
from munu.spectrum import Axis
from munu.targets.atom import ELECTRON
from munu.units import MeV, day, keV, tonne, yr

POWER, DISTANCE = "4.6 GW", "30 m"
YIELD = 4500.0
# electrons a tonne, as in the pseudocumene of Borexino: scintillators differ by a per cent or two
ELECTRONS = 3.307e29
MISSING = ("the rate of single events is not published as a number that was read; give "
           "background (events a tonne, day and keV) to get a projection")


def probe(*, background: float | None = None, background_error: float = 0.01,
          exposure: float = 1.0, threshold: float = 200.0, norm_error: float = 0.05) -> Probe:
    """The reach of JUNO-TAO in elastic scattering on electrons.

    Parameters
    ----------
    background : single events a tonne, day and keV, flat; None leaves the probe without limit
    background_error : its relative error
    exposure : tonne year
    threshold : keV
    norm_error : relative error of the flux

    Raises
    ------
    DomainError

    Source : TAO2020
    """
    for name, value in (("exposure", exposure), ("threshold", threshold),
                        ("background", 1.0 if background is None else background)):
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{name} = {value} must be above 0")
    edges = np.geomspace(threshold, 5000.0, 31) * keV
    axis = Axis("visible energy", "keV", edges)
    reaction = electron_scattering.reaction(ELECTRON, per_mass=ELECTRONS / tonne)
    channel = gaussian(reactor.source(power=POWER, distance=DISTANCE), reaction, edges,
                       exposure * tonne * yr, lambda E: np.sqrt(E * MeV / YIELD),
                       low=0.5 * edges[0])
    shapes = {} if background is None else {
        "single events": background * exposure * (yr / day) * axis.widths / keV}
    run = Recoils(name="juno_tao", channels=(channel,), axes=(axis,), backgrounds=shapes,
                  nuisances=tuple(Nuisance(n, background_error) for n in shapes), standard="added",
                  norm_error=norm_error, papers=("TAO2020",))
    return run.probe(
        "JUNO-TAO (projection)", "needs_data" if background is None else "sensitivity",
        remake=probe, options={"background": background, "background_error": background_error,
                               "exposure": exposure, "threshold": threshold,
                               "norm_error": norm_error},
        assumptions=((MISSING,) if background is None else
                     (f"background {background:g} /(t d keV), flat, known to "
                      f"{background_error:.1%}",)))
