"""An invented tank of water in an invented beam."""

from __future__ import annotations

from typing import Annotated

from munu.detectors import geometry
from munu.events.experiment import Experiment
from munu.parameters import About, Quantity, declared
from munu.sources import bnb
from munu.targets.nucleus import nucleus
from munu.units import GeV


@declared
def experiment(*, distance: Annotated[Quantity, About("from the target", "m")] = "100 m"
               ) -> Experiment:
    """Source : Vinyoles2017"""
    return Experiment(
        name="synthetic_experiment", title="An invented tank", source=bnb.source(distance=distance),
        exposure=1e20, window=(0.1 * GeV, 5 * GeV), flavors=("nu_mu",),
        body=geometry.read("box:2m,2m,3m"), contents=((nucleus("O16"), 4e29),), k_F=0.0,
        chosen=("O16",), papers=("Vinyoles2017",))
