r"""What a medium is along a path: density, electrons, temperature, field and its direction.

:math:`1 - 2Y_e` is kept and interpolated, never :math:`Y_e` itself: resonances of neutrinos with
antineutrinos sit where it is 1e-4 to 1e-2.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import numpy as np

from munu import constants
from munu._arrays import finite, gauss_panels
from munu._guard import changed
from munu._plugins import Made
from munu.errors import DomainError
from munu.media.plasma import Plasma
from munu.units import M_sun, km

# the least temperature that is above 0
_TINY = float(np.finfo(float).tiny)
# radii at which the functions of a profile are looked at
_LOOKED = 48
# nodes a piece from which a mass is known to 1e-7, and the share of it that zones may leave out
_NODES, _LEFT_OUT = 200, 1e-3


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
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
    temperature : function of r [energy], or None
    Z2_A : sum of X_i Z_i^2/A_i over ions, a function of r or a number; None: all ions are protons
        and helium [1]
    mu_nu : function of r, chemical potential of electron neutrinos [energy], or None
    lapse : function of r, the lapse, by which an energy is redshifted on its way out [1], or None
    breaks : radii of discontinuities and sharp kinks [length]
    papers : keys of the papers
    assumed : what is assumed where its source says nothing, a line each
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
    temperature: Callable | None = None
    Z2_A: Callable | float | None = None
    mu_nu: Callable | None = None
    lapse: Callable | None = None
    breaks: tuple[float, ...] = ()
    papers: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    refit: Profile | None = None

    def __post_init__(self):
        if not 0 < self.r_min < self.r_max:
            raise DomainError(f"profile {self.name}: radii {self.r_min / km:g} and "
                              f"{self.r_max / km:g} km must rise from above 0")

        self._look()

    def __repr__(self) -> str:
        return (f"<Profile {self.name}: {self.r_min / km:.4g} to {self.r_max / km:.4g} km"
                f"{', mu_nu' * (self.mu_nu is not None)}>")

    def _look(self) -> None:
        """What the functions give at a few radii is what a medium can have."""
        r = np.geomspace(self.r_min, self.r_max, _LOOKED)
        for what, function, low, high in (
                ("density", self.density, 0.0, np.inf), ("asymmetry 1 - 2 Y_e", self.asymmetry,
                                                         -1.0, 1.0),
                ("field", self.field, -np.inf, np.inf), ("twist", self.twist, -np.inf, np.inf),
                ("temperature", self.temperature, _TINY, np.inf), ("Z2_A", self.Z2_A, 0, np.inf),
                ("mu_nu", self.mu_nu, -np.inf, np.inf), ("lapse", self.lapse, _TINY, 1.0)):
            if function is None and what not in ("density", "asymmetry 1 - 2 Y_e"):
                continue
            if what == "Z2_A" and isinstance(function, numbers.Real):
                finite(f"the Z2_A of profile {self.name}", function, low=0.0)
                continue
            if not callable(function):
                raise DomainError(f"the {what} of profile {self.name} is a "
                                  f"{type(function).__name__}; give a function of r")
            try:
                with np.errstate(over="ignore"):
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
                    + (" and at least 0" if what in ("density", "Z2_A") else "")
                    + (" and above 0" if low == _TINY else "")
                    + (" and at most 1" if what == "lapse" else "")
                    + (" and lie in [-1, 1]" if low == -1 else "")
                    + ("" if np.isfinite(value).all() else "; between rows of a table that lie far "
                       "apart a smooth curve is free: add rows"))

    def Y_e(self, r):
        """Electron fraction [1]."""
        return 0.5 * (1 - self.asymmetry(r))

    def plasma(self, r) -> Plasma:
        """The state of the medium at radii r [length], one zone each.

        Raises
        ------
        DomainError
            No temperature, a radius outside.
        """
        if self.temperature is None:
            raise DomainError(f"profile {self.name} has no temperature, which a plasma needs; take "
                              "a star, or a file with a column temperature")
        r = np.atleast_1d(self.check(r)).ravel()
        n = self._nucleons(r)
        # helium and hydrogen: a sum of 1 either way
        Z2_A = self.Z2_A(r) if callable(self.Z2_A) else 1.0 if self.Z2_A is None else self.Z2_A
        return Plasma(temperature=np.broadcast_to(self.temperature(r), r.shape),
                      n_e=self.Y_e(r) * n, rho=n * constants.amu, ions=Z2_A * n)

    def zones(self, n: int = 48) -> tuple[np.ndarray, np.ndarray, Plasma]:
        """Radii [length], volumes [length^3] and plasma of zones, n between any two breaks.

        They are Gauss nodes in r: a sum of volume times something smooth is its integral.  The
        loss to plasmon decay of the stars here is known to 2e-4 from 16 zones where N is light;
        where only what is densest makes an N, at nine tenths of the heaviest, from 48 to 1e-2 (the
        Sun), 2e-3 (the others).

        Raises
        ------
        DomainError
            No temperature; zones so few that they miss the mass by a thousandth; a profile that
            begins so far out that a thousandth of its mass would lie further in.
        """
        r, volume = self._shells(n)
        made = self.plasma(r)
        whole = self.mass() / constants.amu
        held = float(volume @ self._nucleons(r)) / whole
        if abs(held - 1) > _LEFT_OUT:
            raise DomainError(f"n = {n} zones are too few for profile {self.name}: they hold "
                              f"{held:.4g} of its mass; take more")
        ball = 4 * pi / 3 * self.r_min**3 * float(self._nucleons(np.array([self.r_min]))[0])
        share = ball / whole
        if share > _LEFT_OUT:
            raise DomainError(f"profile {self.name} begins at {self.r_min / km:g} km, and a share "
                              f"of {share:.2g} of its mass would lie further in; begin nearer to "
                              "the centre")
        return r, volume, made

    def mass(self) -> float:
        """What lies between r_min and r_max, a nucleon being an atomic mass unit [energy]."""
        r, volume = self._shells(_NODES)
        return float(constants.amu * (volume @ self._nucleons(r)))

    def whole(self, mass: float, error: float = 0.01) -> Profile:
        """The same, which must hold so much mass [energy]: what ends inside a core is refused.

        Raises
        ------
        DomainError
        """
        held = self.mass()
        if not held >= (1 - error) * finite("the mass of a core", mass, low=0.0):
            raise DomainError(f"profile {self.name} ends inside the core, at {self.r_max / km:g} "
                              f"km: it holds {held / M_sun:.3g} of {mass / M_sun:.3g} M_sun; add "
                              "the rows that are missing")
        return self

    def _nucleons(self, r: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.density(r), r.shape)

    def _shells(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Radii and volumes, n a piece."""
        if isinstance(n, bool) or not isinstance(n, numbers.Integral) or n < 1:
            raise DomainError(f"n = {n!r} zones must be a whole number above 0")
        r, w = gauss_panels((self.r_min, *self.breaks, self.r_max), int(n))
        return r, 4 * pi * r**2 * w

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
