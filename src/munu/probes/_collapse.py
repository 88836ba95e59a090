"""What probes of a core collapse share: their options, and what they do not answer."""

from __future__ import annotations

from typing import Annotated

from munu._frozen import FrozenMap
from munu.media.profile import Profile
from munu.parameters import About, Quantity
from munu.rates._collapse import Collapse, Sent

__all__ = ["CORES", "OTHERWISE", "Collapse", "Core", "Duration", "Sent"]

Core = Annotated[Profile | str, About(
    "the core: fischer18, fiducial, derocco, or a Profile or a file of one's own, which may have "
    "times")]
Duration = Annotated[Quantity | None, About(
    "how long the core shines as it does a second after bounce; 3 s if not given", "s")]

#: cores of munu's own, as variants of a probe
CORES = FrozenMap({x: FrozenMap(core=x) for x in ("fischer18", "fiducial", "derocco")})

OTHERWISE = ("answers to a portal to N alone: N is made by a moment and decays by it; "
             "a moment among light neutrinos of Dirac is a portal with M_N = 0")
