"""What detectors of liquid argon in a neutrino beam share: one photon, or two vertices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import numpy as np

from munu.detectors import geometry
from munu.detectors.geometry import Body
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity
from munu.probes import _beams
from munu.probes._beams import EVENTS, Beam, Efficiency, Search
from munu.probes._collapse import OTHERWISE
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.rates.upscattered import ends
from munu.sources.source import Source
from munu.targets.nucleus import material
from munu.units import MeV, cm, g, m, tonne

Mass = Annotated[Quantity, About("of argon, spread evenly over the body", "t")]
Protons = Annotated[Quantity, About("protons on target", "pot")]
Geometry = Annotated[Body | str, About("the body, its z along the beam: box:X,Y,Z, "
                                       "cylinder:RADIUS,LENGTH,AXIS or sphere:RADIUS")]
Dirt = Annotated[Quantity, About("depth of the soil in front, 0 m for none; SiO2", "m")]
Density = Annotated[Quantity, About("of the soil", "g/cm^3")]
Lowest = Annotated[Quantity, About("energy of a photon that is seen", "MeV")]
Share = Annotated[float, About("of photons that are selected")]
#: signatures: a photon and nothing else is asked for, or a vertex where N is made too
SIGNATURES = ("photon", "double_bang")
#: recoils that a vertex can be seen by; those of the nucleus as a whole are of keV
SEEN = ("protons", "electrons")
_BINS = 24
RHO = g / cm**3
_DENSEST = 25 * RHO
VARIANTS: Mapping[str, Mapping[str, object]] = {
    "no Pauli blocking": {"k_F": "0 MeV"}, "coherent alone": {"kinds": "coherent"}}


def search(name: str, source: Source, *, mass: float, pot: float, body: Body | str, dirt: float,
           soil: float, density: float, lowest: float, efficiency: float,
           kinds: tuple[str, ...] | str, k_F: float) -> Search:
    """Photons in a body of liquid argon, of N that are made in it and in the soil in front, which
    begins so far from the middle of the body, or at its front.

    Raises
    ------
    DomainError, UnknownName
    """
    if not (np.isfinite(pot) and pot > 0):
        raise DomainError(f"pot = {pot:g} of {name} must be finite and above 0")
    if not 0 < efficiency <= 1:
        raise DomainError(f"efficiency = {efficiency:g} of {name} must be above 0 and at most 1")
    top = ends(source)[1]
    if not 0 < lowest < top:
        raise DomainError(f"lowest = {lowest / MeV:g} MeV of {name} must be above 0 and below the "
                          f"highest neutrino, {top / MeV:g} MeV")
    made = geometry.read(body)
    if mass > _DENSEST * made.volume:
        dense = mass / made.volume / RHO
        raise DomainError(f"{mass / tonne:g} t of {name} in {made} are {dense:.3g} g/cm^3, denser "
                          "than any matter; give both mass and geometry")
    half = 0.5 * float(made.chords()[0].max())
    beam = Beam(source=source, targets=_beams.targets(material("Ar"), mass, kinds, k_F),
                exposure=pot, geometry=made,
                upstream=_beams.soil(dirt, max(soil - half, 0.0), density, kinds, k_F),
                efficiency=Efficiency.flat(efficiency, lowest))
    return Search(name=name, beams=(beam,), energy=np.geomspace(lowest, top, _BINS + 1))


def double_bang(made: Search, kinds: tuple[str, ...] | str, recoil: float,
                separation: float) -> Search:
    """The same, with a vertex that is seen where N is made, and its photon far enough from it.

    Raises
    ------
    DomainError
    """
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if not any(k in SEEN for k in kinds):
        raise DomainError(f"double_bang needs a recoil that is seen, of {' or '.join(SEEN)}; those "
                          f"of {', '.join(kinds)} are not")
    for word, value, unit in (("recoil", recoil / MeV, "MeV"), ("separation", separation / m, "m")):
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{word} = {value:g} {unit} must be finite and above 0")
    body, top = made.beams[0].geometry, made.energy[-1]
    if body is not None and separation >= (1 - 1e-12) * body.widest:
        raise DomainError(f"separation = {separation / m:g} m of {made.name} must be below the "
                          f"longest way through {body}, {body.widest / m:.4g} m")
    if recoil >= top:
        raise DomainError(f"recoil = {recoil / MeV:g} MeV of {made.name} must be below the highest "
                          f"neutrino, {top / MeV:g} MeV")
    seen = tuple(replace(b, T_min=recoil, upstream=(), kept={},
                         targets=tuple((s, n) for s, n in b.targets if s.kind in SEEN))
                 for b in made.beams)
    return replace(made, beams=seen, distances=(separation, None))


def projection(made: Search, title: str, *, signature: str = "photon", said: tuple[str, ...] = (),
               papers: tuple[str, ...] = (), **more: Any) -> Probe:
    """The probe: what is reached is where three events are seen, without background.

    Raises
    ------
    UnknownName
    """
    if signature not in SIGNATURES:
        raise UnknownName(f"signature of {made.name}", signature, SIGNATURES)
    beam = made.beams[0]
    what = "photons" if signature == "photon" else "double bangs"
    fronts = tuple(f"{up.depth / m:g} m of {up.name} in front, as wide as N need it"
                   for up in beam.upstream) or ("nothing in front of the detector",)
    return Probe(
        family="beams",
        name=made.name, title=title, grade="sensitivity",
        measured=Claim(high=EVENTS, unit="events", projection=True, what=what),
        signal=made.predict, expects=made.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=made, median=False, papers=tuple(dict.fromkeys((*papers, *made.papers))),
        assumptions=(f"{EVENTS:g} {what} without background, {beam.exposure:.4g} protons on target",
                     f"{beam.geometry} of argon", *fronts, *said, *made.says()), **more)
