"""A germanium detector with invented counts, in a folder of the room."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu.parameters import About, Quantity, declared
from munu.probes import Counts, Nuisance, Probe
from munu.probes.recoil import Recoils, gaussian
from munu.processes import electron_scattering
from munu.sources import solar
from munu.spectrum import Axis
from munu.targets import atom
from munu.units import keV


@declared
def probe(*, exposure: Annotated[Quantity, About("mass times time", "kg yr")] = "5 kg yr") -> Probe:
    """Source : Vinyoles2017"""
    axis = Axis("energy", "keV", np.arange(2.0, 6.0) * keV)
    channel = gaussian(solar.source(), electron_scattering.reaction(atom("Ge")), axis.edges,
                       exposure, lambda E: 0.1 * keV + 0 * E, low=0.5 * keV)
    return Recoils(name="synthetic_probe", channels=(channel,), axes=(axis,),
                   backgrounds={"flat": np.full(3, 20.0)}, nuisances=(Nuisance("flat", 0.1),),
                   measured=Counts(axis, np.array([22.0, 17, 21])), papers=("Vinyoles2017",)
                   ).probe("Germanium, invented", "counts")
