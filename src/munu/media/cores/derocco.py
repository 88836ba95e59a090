"""A core with a hot mantle, a second after bounce, from a fit to simulations."""

from __future__ import annotations

from munu import _data
from munu.media import _core
from munu.media.profile import Profile
from munu.parameters import declared

VARIANTS = _core.VARIANTS


@declared
def medium(*, S_pot: _core.Interaction = "18 MeV") -> Profile:
    """The inner 20 km, 1.43 solar masses; mu_nu is derived, and there is no lapse.

    Raises
    ------
    DomainError

    Source : DeRocco2019
    """
    return _core.of_table("derocco", _data.load("profiles/sn_core_derocco_1s"), S_pot,
                          ("DeRocco2019",))
