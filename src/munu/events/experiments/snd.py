"""SND@LHC: photons of N made in tungsten beside the beam of the LHC, Run 3."""

from __future__ import annotations

from munu.events import _of_probe
from munu.events.experiment import Experiment
from munu.parameters import declared


@declared
def experiment(*, flavors: _of_probe.Flavors = None, E_min: _of_probe.Energy = None,
               E_max: _of_probe.Energy = None, luminosity: _of_probe.Luminosity = None,
               mass: _of_probe.Mass = None, length: _of_probe.Length = None) -> Experiment:
    """The tungsten of the probe of this name.

    Source : KlingNevay2021, Ismail2021
    """
    return _of_probe.forward(
        "snd", "SND@LHC", flavors=flavors, window=(E_min, E_max),
        luminosity=(luminosity, "fb^-1"), mass=(mass, "t"), length=(length, "m"))
