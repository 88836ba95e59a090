"""MiniBooNE in neutrino mode: single photons of N made in the oil."""

from __future__ import annotations

from typing import Annotated

from munu.detectors import geometry
from munu.events.experiment import Experiment
from munu.parameters import About, Quantity, declared
from munu.sources import bnb
from munu.targets.nucleus import material, nucleus
from munu.units import N_A, GeV, g

# of carbon a mole has 12 g by what an atomic mass unit was long defined by
_MOLE_C = 12.0 * g


@declared
def experiment(*, mode: Annotated[str, About("neutrinos (fhc) or antineutrinos (rhc)",
                                             choices=("fhc", "rhc"))] = "fhc",
               flavors: Annotated[str | tuple, About("of the beam, those that count")] = "nu_mu",
               exposure: Annotated[float, About("protons on target")] = 18.75e20,
               E_min: Annotated[Quantity, About("least energy of neutrinos", "GeV")] = "0.1 GeV",
               E_max: Annotated[Quantity, About("greatest energy of neutrinos", "GeV")] = "9 GeV",
               carbon: Annotated[Quantity, About("mass in the volume", "t")] = "701.1429 t",
               hydrogen: Annotated[Quantity, About("mass in the volume", "t")] = "116.857 t",
               volume: Annotated[str, About("in which N is made and decays, as sphere:5m; holds "
                                            "all of the mass")] = "sphere:5m",
               k_F: Annotated[Quantity, About("Fermi momentum of protons in carbon, 0 MeV takes "
                                              "them as free", "MeV")] = "221 MeV",
               distance: Annotated[Quantity, About("from the target", "m")] = "541 m"
               ) -> Experiment:
    """The run card: muon neutrinos of the Booster beam on 818 t of oil in its fiducial sphere.

    N is made on carbon coherently, on its protons with Pauli blocking and on hydrogen; neutrons
    and electrons count where they are asked for.

    Source : MiniBooNE2021, MiniBooNEFlux2009, DarkNews
    """
    C12 = nucleus("C12", form_factor="fourier_bessel")
    contents = ((C12, carbon / _MOLE_C * N_A),
                (nucleus("p"), hydrogen / material("H").molar_mass * N_A))
    return Experiment(
        name="miniboone", title="MiniBooNE", source=bnb.source(mode=mode, distance=distance),
        exposure=exposure, window=(E_min, E_max),
        flavors=(flavors,) if isinstance(flavors, str) else flavors,
        body=geometry.read(volume), contents=contents, k_F=k_F,
        chosen=("C12", "C12 protons", "H1 protons"),
        assumed=("N made in the volume alone, evenly; none from the dirt or the tank around",
                 f"neutrinos of {E_min / GeV:g} to {E_max / GeV:g} GeV"),
        papers=("MiniBooNE2021", "MiniBooNEFlux2009", "DarkNews"))
