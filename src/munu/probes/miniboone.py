r"""MiniBooNE: photons of N in a sphere of mineral oil, against the excess that was seen.

.. math:: N_\gamma < n + 1.645\,\sigma

with the excess n of electron-like events and its error: N may be all of the excess, and no more.
No background is looked at again, and nothing of the shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from munu import _data
from munu._frozen import FrozenMap
from munu.detectors.geometry import Sphere
from munu.errors import UnknownName
from munu.parameters import About, Quantity, declared
from munu.probes import _beams
from munu.probes._beam_detectors import facts, papers
from munu.probes._beams import Beam, Efficiency, FermiMomentum, Kinds, Search, Upstream
from munu.probes._collapse import OTHERWISE
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.sources import bnb
from munu.targets import Material, nucleus
from munu.targets.nucleus import material
from munu.units import cm, g, m

#: of photons in the fiducial sphere
SEEN = FrozenMap({
    "released": "the released efficiency of single photons, which was read from the code of others",
    "all": "every photon in the fiducial sphere is selected"})
_BINS = 21
# one-sided, of a Gaussian
_LEVEL, _SIGMAS = 0.95, 1.6448536269514722
#: of the beam, in which the excess is counted
MODES = FrozenMap({"fhc": ("fhc",), "both": ("fhc", "rhc")})


def oil() -> Material:
    """CH2 with the charge density of carbon; its heavy isotopes count as the light ones."""
    return Material("CH2", ((1.0, nucleus("C12", form_factor="fourier_bessel")),
                            (2.0, nucleus("H1"))), material("CH2").molar_mass)


@dataclass(frozen=True, eq=False, kw_only=True)
class Oil(Search):
    """The search, with the excess that was seen and its error."""

    excess: tuple[float, float]


@declared
def probe(*, mode: Annotated[str, About("neutrinos alone, or those of antineutrinos too",
                                        choices=tuple(MODES))] = "fhc",
          mass: Annotated[Quantity, About("of oil in the tank of 6.1 m", "t")] = "818 t",
          dirt: Annotated[Quantity, About(
              "depth of the soil in front, 0 m for none; SiO2", "m")] = "474 m",
          density: Annotated[Quantity, About("of the soil", "g/cm^3")] = "2.15 g/cm^3",
          efficiency: Annotated[str, About(
              "of photons: as released, or of all in the fiducial sphere",
              choices=tuple(SEEN))] = "released",
          lowest: Annotated[Quantity, About("energy of the photon that counts", "MeV")] = "200 MeV",
          highest: Annotated[Quantity, About("energy of the photon that counts", "MeV")]
          = "1250 MeV",
          kinds: Kinds = ("coherent", "protons", "neutrons", "electrons"),
          k_F: FermiMomentum = "221 MeV") -> Probe:
    """MiniBooNE's excess as a bound on N that up-scatter and decay to photons.

    Raises
    ------
    DomainError, UnknownName

    Source : MiniBooNE2021, MiniBooNEDarkNews, DarkNews
    """
    if mode not in MODES:
        raise UnknownName("mode of miniboone", mode, MODES)
    if efficiency not in SEEN:
        raise UnknownName("efficiency of miniboone", efficiency, SEEN)
    known = facts("miniboone")
    tank, inner = known["radius"], known["fiducial_radius"]
    ball = Sphere(inner)
    held = _beams.targets(oil(), mass * (inner / tank) ** 3, kinds, k_F)
    front = (Upstream(name="oil in front", depth=tank - inner,
                      targets=tuple((s, n / ball.volume) for s, n in held)),
             *_beams.soil(dirt, known["to_dirt"] - inner, density, kinds, k_F))
    eff = _efficiency(efficiency, ball.volume / Sphere(tank).volume).within(lowest, highest)
    words = MODES[mode]
    beams = tuple(Beam(source=bnb.source(mode=word), targets=held, exposure=known[f"pot_{word}"],
                       geometry=ball, upstream=front, efficiency=eff) for word in words)
    search = Oil(name="miniboone", beams=beams, energy=np.linspace(lowest, highest, _BINS + 1),
                 excess=(known["excess_fhc"], known["excess_fhc_error"]) if mode == "fhc" else (
                     known["excess"], float(np.hypot(known["excess_stat"], known["excess_syst"]))))
    excess, error = search.excess
    return Probe(
        family="beams",
        name="miniboone", title="MiniBooNE, all of the excess", grade="published",
        measured=Claim(high=excess + _SIGMAS * error, level=_LEVEL, unit="events",
                       what="electron-like events above the background"),
        signal=search.predict, expects=search.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=search, median=False, data=("miniboone_excess",),
        papers=tuple(dict.fromkeys((*papers("miniboone"), "MiniBooNEDarkNews", *search.papers))),
        assumptions=_says(search, mode, dirt, density, efficiency),
        variants={"without soil": {"dirt": "0 m"}, "no Pauli blocking": {"k_F": "0 MeV"},
                  "coherent alone": {"kinds": "coherent"}, "every photon": {"efficiency": "all"},
                  "both modes": {"mode": "both"}})


def _efficiency(word: str, share: float) -> Efficiency:
    """Of photons from the fiducial sphere: the released one is over the whole tank, of which the
    sphere is a share."""
    if word == "all":
        return Efficiency.flat(1.0)
    table = _data.load("observations/miniboone_photons")
    return Efficiency(_data.monotone(table, "E"),
                      np.minimum(table["efficiency"] / share, 1.0))


def _says(search: Oil, mode: str, dirt: float, density: float, efficiency: str
          ) -> tuple[str, ...]:
    excess, error = search.excess
    where = "without soil in front" if dirt == 0 else (
        f"with {dirt / m:g} m of SiO2 of {density / (g / cm**3):g} g/cm^3 in front, as wide as "
        "N need it")
    modes = "neutrino mode" if mode == "fhc" else "both modes"
    return (f"N is all of the excess at most: {excess:g} + 1.645 x {error:g} events ({modes}), "
            "backgrounds as the experiment has them, no shape", where, SEEN[efficiency],
            "the window is in the photon's energy; the experiment's is in the energy of a neutrino "
            "that would have made an electron, which is higher", *search.says())
