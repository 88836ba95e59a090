r"""The Booster Neutrino Beam of Fermilab at MiniBooNE, or at another distance.

Per proton on target, 25 MeV to 9.975 GeV (centres of the bins of the release); 0 outside.

>>> from munu.units import cm
>>> f"{source().components['table'].total * cm**2:.2e}"
'5.53e-10'
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
               "from the target; the table is at 541 m, others are scaled by 1/L^2", "m",
               bare=True)] = "541 m") -> Source:
    r"""The beam per proton on target.

    .. math:: \phi(E, L) = \phi(E, 541\,\mathrm m)\left(\frac{541\,\mathrm m}L\right)^2

    The scaling takes the decay pipe for a point and sees one angle: near the target, as at 110 m,
    both fail by some ten per cent and change the spectrum; the record says it in ``assumed``.

    Raises
    ------
    UnknownName, DomainError

    Source : MiniBooNEFlux2009
    """
    if mode not in MODES:
        raise UnknownName("mode of the beam", mode, MODES)
    return beam("bnb", _data.load(f"fluxes/bnb_{mode}"), distance)
