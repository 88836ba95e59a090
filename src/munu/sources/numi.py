r"""The NuMI beam of Fermilab, medium energy, at MINERvA.

Per proton on target.  The table begins at 1 GeV and ends at 20 GeV, where the beam does neither;
the flux is 0 outside.

>>> from munu.units import GeV
>>> [round(E / GeV, 6) for E in source().support]
[1.0, 20.0]
"""

from __future__ import annotations

from typing import Annotated

from munu import _data
from munu.errors import UnknownName
from munu.parameters import About, declared
from munu.sources._tables import MODES, beam
from munu.sources.source import Source


@declared
def source(*, mode: Annotated[str, About("neutrinos (fhc) or antineutrinos (rhc)", choices=MODES)]
           = "fhc") -> Source:
    """The beam per proton on target.

    Raises
    ------
    UnknownName

    Source : MINERvAFlux2016
    """
    if mode not in MODES:
        raise UnknownName("mode of the beam", mode, MODES)
    return beam("numi", _data.load(f"fluxes/numi_me_{mode}"),
                assumed=("no flux below 1 GeV and above 20 GeV, where the table ends",))
