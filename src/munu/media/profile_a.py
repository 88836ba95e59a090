r"""Profile A: a smooth supernova progenitor with an iron core and a neutral shell.

.. math:: \rho = 4\times10^7\left(\frac{1000\,{\rm km}}{r}\right)^3\frac{\rm g}{{\rm cm}^3},\qquad
          Y_e = 0.4998 - \frac{0.06}{1 + (r/1500\,{\rm km})^6}
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu.errors import DomainError
from munu.media import _curves
from munu.media.profile import Profile
from munu.parameters import About, declared
from munu.units import N_A, cm, km

RANGE = (1e3, 1e6)


def _asymmetry(r):
    return 1 - 2 * 0.4998 + 0.12 / (1 + (np.asarray(r, dtype=float) / (1500 * km)) ** 6)


@declared
def medium(*, scale: Annotated[float, About("factor on the density, above 0")] = 1.0) -> Profile:
    """Profile A, 1000 to 1e6 km, without field.

    Raises
    ------
    DomainError

    Source : Dighe2000
    """
    if not (np.isfinite(scale) and scale > 0):
        raise DomainError(f"scale = {scale} must be above 0")
    n0 = scale * 4e7 * N_A / cm**3
    return Profile(
        name="profile_a",
        r_min=RANGE[0] * km,
        r_max=RANGE[1] * km,
        density=_curves.Power(n0, 1000 * km, 3),
        asymmetry=_asymmetry,
        papers=("Dighe2000",),
    )
