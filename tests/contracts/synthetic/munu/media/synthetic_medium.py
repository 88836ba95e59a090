"""An invented medium: the same everywhere."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.units import N_A, g, km


@declared
def medium(*, density: Annotated[Quantity, About("everywhere", "g/cm^3")] = "5 g/cm^3") -> Profile:
    """Source : Dighe2000"""
    return Profile(name="synthetic_medium", r_min=1 * km, r_max=100 * km,
                   density=lambda r: density * N_A / g + 0 * np.asarray(r),
                   asymmetry=lambda r: 0.2 + 0 * np.asarray(r), papers=("Dighe2000",))
