"""What probes of a core collapse share: their options, and what they do not answer."""

from __future__ import annotations

from typing import Annotated

from munu._frozen import FrozenMap
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.media.profile import Profile
from munu.parameters import About, Quantity
from munu.rates._collapse import Collapse, Sent

__all__ = ["CORES", "OTHERWISE", "Collapse", "Core", "Duration", "Sent", "portals"]

Core = Annotated[Profile | str, About(
    "the core: fischer18, fiducial, derocco, or a Profile or a file of one's own, which may have "
    "times", assumes="core")]
Duration = Annotated[Quantity | None, About(
    "how long the core shines as it does a second after bounce; 3 s if not given", "s")]

#: cores of munu's own, as variants of a probe
CORES = FrozenMap({x: FrozenMap(core=x) for x in ("fischer18", "fiducial", "derocco")})

OTHERWISE = ("answers to a portal to N alone: N is made by a moment and decays by it; "
             "a moment among light neutrinos of Dirac is a portal with M_N = 0")


def portals(couplings: object, name: str) -> tuple[DipolePortal, ...]:
    """The portals of couplings that hold nothing else: all that the probe of this name answers.

    Raises
    ------
    DomainError
    """
    held = Couplings.of(couplings)
    if held.charge.any() or held.r2.any() or held.mu.any() or held.eps.any():
        raise DomainError(f"{name} {OTHERWISE}")
    return held.portals
