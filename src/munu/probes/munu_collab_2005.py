"""MUNU (2005): a CF4 chamber 18 m from a reactor core; published limit alone, no data.

What its 11.4 kg should have seen in 66.6 days can be predicted; its background in the kinematic
cone is not published as numbers, so there is no limit and no sensitivity to compute.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes.probe import Probe
from munu.probes.recoil import Recoils, gaussian
from munu.processes import electron_scattering
from munu.sources import reactor
from munu.spectrum import Axis
from munu.targets import material
from munu.targets.atom import ELECTRON
from munu.units import day, keV, kg

MASS, DAYS = 11.4, 66.6
POWER, DISTANCE = "2.75 GW", "18 m"
ELECTRONS = 6 + 4 * 9


@declared
def probe(*, low: Annotated[Quantity, About("least electron recoil", "keV")] = "700 keV",
          high: Annotated[Quantity, About("greatest electron recoil", "keV")] = "2000 keV"
          ) -> Probe:
    """The MUNU experiment; ``munu.atlas.get("munu_2005")`` is its published limit.

    Raises
    ------
    DomainError

    Source : MUNU2005
    """
    if not 0 < low < high:
        raise DomainError(f"low = {low / keV:g} keV and high = {high / keV:g} keV must rise from "
                          "above 0")
    edges = np.linspace(low, high, 14)
    axis = Axis("recoil energy", "keV", edges)
    reaction = electron_scattering.reaction(
        ELECTRON, per_mass=ELECTRONS * material("CF4").per_mass())
    channel = gaussian(reactor.source(power=POWER, distance=DISTANCE), reaction, edges,
                       MASS * kg * DAYS * day, lambda E: 0.05 * np.asarray(E),
                       low=0.5 * edges[0])
    run = Recoils(name="munu_collab_2005", channels=(channel,), axes=(axis,), standard="added",
                  papers=("MUNU2005",))
    return run.probe("MUNU 2005", "published",
                     assumptions=("its published row is munu.atlas.get('munu_2005')",
                                  "efficiency 1, resolution 5 %"))
