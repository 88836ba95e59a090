r"""What a medium is along a path: density, electron fraction, field and its direction.

:math:`1 - 2Y_e` is kept and interpolated, never :math:`Y_e` itself: resonances of neutrinos with
antineutrinos sit where it is 1e-4 to 1e-2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from munu._arrays import finite
from munu._guard import changed
from munu._plugins import Made
from munu.errors import DomainError
from munu.units import km

# radii at which the functions of a profile are looked at
_LOOKED = 48


@dataclass(frozen=True, eq=False, kw_only=True)
class Profile(Made):
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
    papers : keys of the papers
    refit : the same medium from a closer refit of its table, or None: what both differ by is not
        known of it
    """

    name: str
    r_min: float
    r_max: float
    density: Callable
    asymmetry: Callable
    field: Callable | None = None
    twist: Callable | None = None
    breaks: tuple[float, ...] = ()
    papers: tuple[str, ...] = ()
    refit: Profile | None = None

    def __post_init__(self):
        if not 0 < self.r_min < self.r_max:
            raise DomainError(f"profile {self.name}: radii {self.r_min / km:g} and "
                              f"{self.r_max / km:g} km must rise from above 0")

        self._look()

    def _look(self) -> None:
        """What the functions give at a few radii is what a medium can have."""
        r = np.geomspace(self.r_min, self.r_max, _LOOKED)
        for what, function, low, high in (
                ("density", self.density, 0.0, np.inf), ("asymmetry 1 - 2 Y_e", self.asymmetry,
                                                         -1.0, 1.0),
                ("field", self.field, -np.inf, np.inf), ("twist", self.twist, -np.inf, np.inf)):
            if function is None and what in ("field", "twist"):
                continue
            if not callable(function):
                raise DomainError(f"the {what} of profile {self.name} is a "
                                  f"{type(function).__name__}; give a function of r")
            try:
                value = np.asarray(function(r))
            except (TypeError, ValueError) as err:
                raise DomainError(f"the {what} of profile {self.name} must take an array of radii "
                                  f"({err})") from None
            if value.shape not in (r.shape, ()) or value.dtype.kind not in "fi":
                raise DomainError(f"the {what} of profile {self.name} gives {value.shape} numbers "
                                  f"of kind {value.dtype} for {r.shape} radii; give one real "
                                  "number for each")
            bad = ~((value >= low * (1 + 1e-12)) & (value <= high * (1 + 1e-12)))
            if np.any(bad | ~np.isfinite(value)):
                i = int(np.argmax(np.broadcast_to(bad | ~np.isfinite(value), r.shape)))
                raise DomainError(
                    f"the {what} of profile {self.name} is "
                    f"{np.broadcast_to(value, r.shape)[i]:.3g} (internal units) at "
                    f"{r[i] / km:.6g} km; it must be finite"
                    + (" and at least 0" if what == "density" else "")
                    + (" and lie in [-1, 1]" if low == -1 else ""))

    def Y_e(self, r):
        """Electron fraction [1]."""
        return 0.5 * (1 - self.asymmetry(r))

    def with_(self, **changes) -> Profile:
        """The same with some entries changed, such as its field; its refit with it, unless what
        was fitted is changed."""
        if self.refit is not None and "refit" not in changes:
            fitted = {"density", "asymmetry"} & changes.keys()
            changes["refit"] = None if fitted else self.refit.with_(**changes)
        return changed(self, changes)

    def check(self, r) -> np.ndarray:
        """Radii inside the range, or one line."""
        r = finite("the radius", r)
        if np.any(r < self.r_min * (1 - 1e-12)) or np.any(r > self.r_max * (1 + 1e-12)):
            out = np.ravel(r)
            out = out[(out < self.r_min) | (out > self.r_max)][0]
            raise DomainError(f"profile {self.name} holds from {self.r_min / km:g} to "
                              f"{self.r_max / km:g} km; {out / km:g} km lies outside")
        return r
