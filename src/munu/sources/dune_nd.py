r"""The beam of DUNE at its near detector, or at another distance on the axis.

Per proton on target, from 125 MeV (the centre of the first bin); 0 outside the table.

>>> from munu.units import GeV
>>> low, high = source().support
>>> low / GeV, high / GeV > 70
(0.125, True)
"""

from __future__ import annotations

from typing import Annotated

from munu import _data
from munu.errors import UnknownName
from munu.parameters import About, Quantity, declared
from munu.sources._tables import MODES, beam
from munu.sources.source import Source


@declared
def source(*, mode: Annotated[str, About("neutrinos (fhc) or antineutrinos (rhc)", choices=MODES)]
           = "fhc",
           distance: Annotated[Quantity, About(
               "from the target; the table is at 574 m, others are scaled by 1/L^2", "m",
               bare=True)] = "574 m") -> Source:
    r"""The beam per proton on target: optimised, 1.2 MW.

    .. math:: \phi(E, L) = \phi(E, 574\,\mathrm m)\left(\frac{574\,\mathrm m}L\right)^2

    The scaling takes the decay pipe for a point; the record says it in ``assumed``.

    Raises
    ------
    UnknownName, DomainError

    Source : DUNEFlux2021
    """
    if mode not in MODES:
        raise UnknownName("mode of the beam", mode, MODES)
    return beam("dune_nd", _data.load(f"fluxes/dune_nd_{mode}"), distance)
