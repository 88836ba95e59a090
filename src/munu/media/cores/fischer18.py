"""The core of a supernova of 18 solar masses, a second after bounce, from a simulation.

Curves of temperature, density, electrons and lapse were read from figures, to 3 to 5 %.
"""

from __future__ import annotations

from munu import _data
from munu.media import _core
from munu.media.profile import Profile
from munu.parameters import declared

VARIANTS = _core.VARIANTS


@declared
def medium(*, S_pot: _core.Interaction = "18 MeV") -> Profile:
    """The inner 20 km, 1.33 solar masses; mu_nu is derived, the lapse is from the paper.

    Raises
    ------
    DomainError

    Source : Fischer2021
    """
    return _core.of_table("fischer18", _data.load("profiles/sn_core_fischer18_1s"), S_pot,
                          ("Fischer2021",))
