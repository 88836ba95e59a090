"""A detector in a beam whose flux the user must bring: without it, it says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np

from munu.detectors import geometry
from munu.detectors.geometry import Body
from munu.errors import DomainError
from munu.parameters import About, Quantity
from munu.probes import _beams, _needed
from munu.probes._beams import Beam, Efficiency, Search
from munu.probes._collapse import OTHERWISE
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.rates.upscattered import ends
from munu.sources import from_file
from munu.targets.nucleus import material
from munu.units import MeV

__all__ = ["Events", "Flux", "Lowest", "Mass", "Place", "Protons", "Stuff", "probe", "template"]

Flux = Annotated[str | Path | None, About(
    "path of a table E_nu, nu_e, nu_mu ... per proton at the detector; without it there are no "
    "data")]
Protons = Annotated[Quantity | None, About("protons on target, with a flux", "pot")]
Mass = Annotated[Quantity | None, About("of the target, spread evenly over the body", "t")]
Stuff = Annotated[str | None, About("what the target is, as CH2")]
Place = Annotated[Body | str | None, About(
    "the body, its z along the beam: box:X,Y,Z, cylinder:RADIUS,LENGTH,AXIS or sphere:RADIUS")]
Lowest = Annotated[Quantity | None, About("energy of a photon that is seen", "MeV")]
Events = Annotated[float, About("photons that are reached")]
_BINS = 24


def template(name: str) -> dict[str, str]:
    """The table to fill in."""
    return {f"{name}_flux.csv": "E_nu [GeV], nu_mu [cm^-2 GeV^-1], nubar_mu [cm^-2 GeV^-1]\n"
                                "1, TO FILL, TO FILL\n2, TO FILL, TO FILL\n"}


def probe(name: str, title: str, missing: str, papers: tuple[str, ...], flux: str | Path | None,
          events: float, **needed: Any) -> Probe:
    """With a flux of one's own, or empty with the reason as its first assumption.

    Raises
    ------
    DataError, DomainError, UnknownName
    """
    given = [n for n, x in needed.items() if x is not None]
    if flux is None:
        if given:
            raise DomainError(f"{name}: {given[0]} counts with a flux alone; give flux, the path "
                              "of a table, too")
        return _needed.empty(name, title, missing, papers, family="beams",
                             rays=("portal",), otherwise=OTHERWISE)
    lacking = [n for n, x in needed.items() if x is None]
    if lacking:
        raise DomainError(f"{name} has a flux and needs {', '.join(lacking)} too")
    source = from_file.source(path=flux)
    if source.per != "pot":
        raise DomainError(f"the flux of {name} is per {source.per}; it must be per proton on "
                          "target, in cm^-2 GeV^-1")
    pot, lowest, top = float(needed["pot"]), float(needed["lowest"]), ends(source)[1]
    for word, value in (("pot", pot), ("events", events)):
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{word} = {value:g} of {name} must be finite and above 0")
    if not 0 < lowest < top:
        raise DomainError(f"lowest = {lowest / MeV:g} MeV of {name} must be above 0 and below the "
                          f"highest neutrino, {top / MeV:g} MeV")
    beam = Beam(source=source, exposure=pot, geometry=geometry.read(needed["geometry"]),
                targets=_beams.targets(material(needed["material"]), needed["mass"],
                                       ("coherent", "protons", "neutrons", "electrons"), "221 MeV"),
                efficiency=Efficiency.flat(1.0, lowest))
    search = Search(name=name, beams=(beam,), energy=np.geomspace(lowest, top, _BINS + 1))
    return Probe(
        family="beams",
        name=name, title=title, grade="sensitivity",
        measured=Claim(high=float(events), unit="events", projection=True, what="photons"),
        signal=search.predict, expects=search.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=search, median=False, papers=tuple(dict.fromkeys((*papers, *search.papers))),
        assumptions=(f"{events:g} photons without background, {pot:.4g} protons on target, a flux "
                     f"of the user's: {flux}", "nothing in front of the detector", *search.says()))
