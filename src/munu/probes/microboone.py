"""MicroBooNE: photons of N in liquid argon in the Booster Neutrino Beam, a projection.

Three events without background, flux of MiniBooNE scaled by the square of the distance.
"""

from __future__ import annotations

from typing import Annotated

from munu.parameters import About, Quantity, declared
from munu.probes import _argon
from munu.probes._argon import Density, Dirt, Geometry, Lowest, Mass, Protons, Share
from munu.probes._beam_detectors import facts, papers
from munu.probes._beams import FermiMomentum, Kinds
from munu.probes.probe import Probe
from munu.sources import bnb


@declared
def probe(*, pot: Protons = "13.2e20 pot", mass: Mass = "85 t",
          geometry: Geometry = "box:2.56m,2.32m,10.4m",
          distance: Annotated[Quantity, About("from the target", "m")] = "470 m",
          dirt: Dirt = "400 m", density: Density = "2.15 g/cm^3", lowest: Lowest = "30 MeV",
          efficiency: Share = 1.0,
          kinds: Kinds = ("coherent", "protons", "neutrons", "electrons"),
          k_F: FermiMomentum = "221 MeV") -> Probe:
    """The reach of MicroBooNE.

    Raises
    ------
    DomainError, UnknownName, UnitError

    Source : SBN2015, DarkNews, NuShock
    """
    made = _argon.search(
        "microboone", bnb.source(distance=distance), mass=mass, pot=pot, body=geometry,
        dirt=dirt, soil=facts("microboone")["to_dirt"], density=density, lowest=lowest,
        efficiency=efficiency, kinds=kinds, k_F=k_F)
    return _argon.projection(made, "MicroBooNE (projection)",
                             papers=(*papers("microboone"), "NuShock"),
                             variants={"without soil": {"dirt": "0 m"}, **_argon.VARIANTS})
