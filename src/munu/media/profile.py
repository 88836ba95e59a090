r"""What a medium is along a path: density, electron fraction, field and its direction.

:math:`1 - 2Y_e` is kept and interpolated, never :math:`Y_e` itself: resonances of neutrinos with
antineutrinos sit where it is 1e-4 to 1e-2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from munu._arrays import finite
from munu.errors import DomainError
from munu.units import km


@dataclass(frozen=True, eq=False)
class Profile:
    """A medium with a magnetic field, against radius.

    Attributes
    ----------
    name : str
    r_min, r_max : range in which it holds [length]
    density : function of r, nucleons per volume [1/volume]
    asymmetry : function of r, 1 - 2 Y_e, in [-1, 1] [1]
    field : function of r, transverse field [energy^2 as mu_B B; see ``media.fields``], or None
    twist : function of r, rate of turning of the field d phi/dr [1/length], or None
    breaks : radii of discontinuities [length]
    sources : keys of the papers
    """

    name: str
    r_min: float
    r_max: float
    density: Callable
    asymmetry: Callable
    field: Callable | None = None
    twist: Callable | None = None
    breaks: tuple[float, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self):
        if not 0 < self.r_min < self.r_max:
            raise DomainError(f"profile {self.name}: radii {self.r_min / km:g} and "
                              f"{self.r_max / km:g} km must rise from above 0")

    def Y_e(self, r):
        """Electron fraction [1]."""
        return 0.5 * (1 - self.asymmetry(r))

    def with_(self, **changes) -> Profile:
        """The same with some entries changed, such as its field."""
        return replace(self, **changes)

    def check(self, r) -> np.ndarray:
        """Radii inside the range, or one line."""
        r = finite("the radius", r)
        if np.any(r < self.r_min * (1 - 1e-12)) or np.any(r > self.r_max * (1 + 1e-12)):
            raise DomainError(f"profile {self.name} holds from {self.r_min / km:g} to "
                              f"{self.r_max / km:g} km; a radius lies outside")
        return r
