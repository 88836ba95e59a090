r"""The wide-band neutrino beam of the SPS at CHARM-II: a shape.

Muon neutrinos and antineutrinos in neutrino mode, digitised.  The shape is reliable, the
normalization per proton is not: count relative to something that was seen.

>>> from munu.units import GeV
>>> [round(E / GeV, 2) for E in source().support]
[0.0, 200.0]
"""

from __future__ import annotations

from munu import _data
from munu.parameters import declared
from munu.sources._tables import beam
from munu.sources.source import Source


@declared
def source() -> Source:
    """The beam, per proton on target as the digitised file has it (unsafe: a shape).

    Source : CHARMII1994
    """
    return beam("charm2_wbb", _data.load("fluxes/charm2_wbb"), assumed=(
        "the shape of the flux alone: its normalization per proton was not checked",))
