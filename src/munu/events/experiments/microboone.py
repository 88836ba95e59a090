"""MicroBooNE: single photons of N made in liquid argon in the Booster beam."""

from __future__ import annotations

from munu.events import _of_probe
from munu.events.experiment import Experiment
from munu.parameters import declared


@declared
def experiment(*, flavors: _of_probe.Flavors = None, E_min: _of_probe.Energy = None,
               E_max: _of_probe.Energy = None, pot: _of_probe.Protons = None,
               mass: _of_probe.Mass = None, volume: _of_probe.Geometry = None,
               distance: _of_probe.Distance = None,
               k_F: _of_probe.FermiMomentum = None) -> Experiment:
    """The argon of the probe of this name.

    Source : SBN2015, DarkNews, NuShock
    """
    return _of_probe.argon(
        "microboone", "MicroBooNE", flavors=flavors, window=(E_min, E_max), k_F=k_F,
        pot=(pot, "pot"), mass=(mass, "t"), geometry=volume, distance=(distance, "m"),
        dirt="0 m")
