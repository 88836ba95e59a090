"""A core with a hot mantle, a second after bounce, from a fit to simulations."""

from __future__ import annotations

from typing import Annotated

from munu import _data
from munu._frozen import FrozenMap
from munu.media import _core
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared

# the largest unknown of a rate of nu_e
VARIANTS = FrozenMap({"free nucleons": FrozenMap(S_pot="0 MeV"),
                      "stronger interaction": FrozenMap(S_pot="30 MeV")})


@declared
def medium(*, S_pot: Annotated[Quantity, About(
        "what interaction of nucleons adds to their symmetry energy", "MeV")] = "18 MeV"
           ) -> Profile:
    """The inner 20 km, 1.43 solar masses; mu_nu is derived, and there is no lapse.

    Raises
    ------
    DomainError

    Source : DeRocco2019
    """
    return _core.of_table("derocco", _data.load("profiles/sn_core_derocco_1s"), S_pot,
                          ("DeRocco2019",))
