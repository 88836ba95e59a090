"""DUNE's near detector: a photon of N, or a vertex where N is made and a photon where it decays.

Three events without background.  Of a *double bang* the first vertex is seen by a proton or an
electron that recoils; the nucleus as a whole recoils by keV and is not seen.
"""

from __future__ import annotations

from typing import Annotated

from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _argon
from munu.probes._argon import SIGNATURES, Density, Dirt, Geometry, Lowest, Mass, Protons, Share
from munu.probes._beam_detectors import papers
from munu.probes._beams import FermiMomentum, Kinds
from munu.probes.probe import Probe
from munu.sources import dune_nd
from munu.units import MeV, m

#: of a double bang: least recoil where N is made, and distance to its decay
RECOIL, SEPARATION = 50 * MeV, 1 * m

@declared
def probe(*, signature: Annotated[str, About(
              "a photon, or a vertex where N is made too", choices=SIGNATURES)] = "photon",
          mode: Annotated[str, About("neutrinos or antineutrinos", choices=("fhc", "rhc"))] = "fhc",
          pot: Protons = "7.7e21 pot", mass: Mass = "67.2 t",
          geometry: Geometry = "box:6m,2m,3m",
          distance: Annotated[Quantity, About("from the target", "m")] = "574 m",
          dirt: Dirt = "0 m", density: Density = "2.15 g/cm^3", lowest: Lowest = "30 MeV",
          recoil: Annotated[Quantity | None, About(
              "kinetic energy of a proton or electron that is seen, of a double bang; 50 MeV if "
              "not given", "MeV")] = None,
          separation: Annotated[Quantity | None, About(
              "least distance from where N is made to where it decays, of a double bang; 1 m if "
              "not given", "m")] = None,
          efficiency: Share = 1.0,
          kinds: Kinds = ("coherent", "protons", "neutrons", "electrons"),
          k_F: FermiMomentum = "221 MeV") -> Probe:
    """The reach of DUNE's near detector.

    Raises
    ------
    DomainError, UnknownName, UnitError

    Source : NuShock, DUNEFlux2021
    """
    made = _argon.search(
        "dune_nd", dune_nd.source(mode=mode, distance=distance), mass=mass, pot=pot,
        body=geometry, dirt=dirt, soil=0.0, density=density, lowest=lowest,
        efficiency=efficiency, kinds=kinds, k_F=k_F)
    said: tuple[str, ...] = ()
    variants = {"antineutrinos": {"mode": "rhc"}, "whole argon": {
        "geometry": "box:7m,3m,5m", "mass": "147 t"}, "no Pauli blocking": {"k_F": "0 MeV"}}
    if signature == "double_bang":
        if dirt:
            raise DomainError("dirt counts with signature=photon alone: of a double bang the first "
                              "vertex lies in the argon; leave it out")
        recoil = RECOIL if recoil is None else recoil
        separation = SEPARATION if separation is None else separation
        made = _argon.double_bang(made, kinds, recoil, separation)
        said = (f"a proton or electron of {recoil / MeV:g} MeV or more where N is made, and its "
                f"decay {separation / m:g} m or more from there: longer than a photon flies "
                "before it is seen; recoils of the nucleus as a whole are of keV and unseen",)
        variants |= {"10 cm": {"separation": "10 cm"}, "recoils of 20 MeV": {"recoil": "20 MeV"}}
    elif signature == "photon":
        for word, value in (("recoil", recoil), ("separation", separation)):
            if value is not None:
                raise DomainError(f"{word} counts with signature=double_bang alone; leave it out")
        variants |= {"coherent alone": {"kinds": "coherent"}}
    return _argon.projection(made, "DUNE near detector (projection)", signature=signature,
                             said=said, papers=papers("dune_nd"), variants=variants)
