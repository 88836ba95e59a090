"""SBND: photons of N in liquid argon near the target of the Booster Neutrino Beam, a projection.

Three events without background.  The flux is that of MiniBooNE scaled by the square of the
distance, which at 110 m is a rough guess.
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
def probe(*, pot: Protons = "6.6e20 pot", mass: Mass = "112 t",
          geometry: Geometry = "box:4m,4m,5m",
          distance: Annotated[Quantity, About("from the target", "m")] = "110 m",
          dirt: Dirt = "56.5 m", density: Density = "2.15 g/cm^3", lowest: Lowest = "30 MeV",
          efficiency: Share = 1.0,
          kinds: Kinds = ("coherent", "protons", "neutrons", "electrons"),
          k_F: FermiMomentum = "221 MeV") -> Probe:
    """The reach of SBND.

    Raises
    ------
    DomainError, UnknownName, UnitError

    Source : SBN2015, DarkNews, NuShock
    """
    made = _argon.search(
        "sbnd", bnb.source(distance=distance), mass=mass, pot=pot, body=geometry,
        dirt=dirt, soil=facts("sbnd")["to_dirt"], density=density, lowest=lowest,
        efficiency=efficiency, kinds=kinds, k_F=k_F)
    return _argon.projection(made, "SBND (projection)", papers=(*papers("sbnd"), "NuShock"),
                             variants={"without soil": {"dirt": "0 m"}, **_argon.VARIANTS})
