"""DUNE's near detector: single photons of N made in its liquid argon."""

from __future__ import annotations

from typing import Annotated

from munu.events import _of_probe
from munu.events.experiment import Experiment
from munu.parameters import About, declared


@declared
def experiment(*, flavors: _of_probe.Flavors = None, E_min: _of_probe.Energy = None,
               E_max: _of_probe.Energy = None, mode: Annotated[str, About(
                   "neutrinos (fhc) or antineutrinos (rhc)", choices=("fhc", "rhc"))] = "fhc",
               pot: _of_probe.Protons = None,
               mass: _of_probe.Mass = None, volume: _of_probe.Geometry = None,
               distance: _of_probe.Distance = None,
               k_F: _of_probe.FermiMomentum = None) -> Experiment:
    """The fiducial argon of the probe of this name.

    Source : NuShock, DUNEFlux2021
    """
    return _of_probe.argon(
        "dune_nd", "DUNE near detector", flavors=flavors, window=(E_min, E_max), k_F=k_F,
        pot=(pot, "pot"), mass=(mass, "t"), geometry=volume, distance=(distance, "m"), mode=mode)
