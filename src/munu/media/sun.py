r"""The Sun: electrons of the B16 models, and neutrons from the masses of their zones.

Inside half a solar radius the tables hold the electron density, which alone sets the MSW
potential, and the mass of zones of one width h; what begins at r weighs

.. math:: \Delta M = 4\pi\left[(r + \tfrac h2)^2 + \tfrac{h^2}{12}\right] h\,\rho,\qquad
          Y_e = \frac{n_e}{\rho N_A}

which gives :math:`Y_e` to 1e-3 where neutrinos are made and to 5e-3 beyond 0.25 solar radii,
smoothed.  Beyond 0.55 solar radii density, hydrogen and temperature are those of BS05(AGS,OP), with
:math:`Y_e = (1 + X)/2`, up to its last row at 0.983.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import numpy as np

from munu import _data, constants
from munu.errors import DomainError, UnknownName
from munu.media import _curves
from munu.media.profile import Profile
from munu.parameters import About, declared
from munu.units import N_A, K, cm, g

MODELS = ("gs98", "agss09met")
# the zones of the B16 tables, in solar radii
_ZONE = 5e-4
# scatter of Y_e from the zone masses, inside and outside this radius, and of BS05
_FAR, _SCATTER, _OUTSIDE = 0.25, (1.3e-3, 5e-3), 5e-4
# of temperatures of four digits, as a relative deviation
_DIGITS_OF_T = 1e-4
# three digits of a decimal logarithm, as a relative deviation
DIGITS = 7e-4


def radius() -> float:
    """The nominal radius of the Sun [length].

    Source : IAU2015B3
    """
    return constants.vintage("iau2015")["R_sun"].internal


def mass() -> float:
    """The nominal mass of the Sun, as a density times a volume is a mass [energy].

    Source : IAU2015B3
    """
    held = constants.vintage("iau2015")
    return held["GM_sun"].internal / held["G"].internal


def _name(model: str) -> str:
    if str(model).lower() not in MODELS:
        raise UnknownName("model of the Sun", model, MODELS)
    return str(model).lower()


@cache
def rows(model: str = "gs98") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radius [length], electrons [1/volume] and Y_e [1] of every row, inside and outside.

    Raises
    ------
    UnknownName

    Source : Vinyoles2017, Bahcall2005
    """
    table = _data.load(f"fluxes/solar_production_{_name(model)}")
    outer = _data.load("profiles/sun_bs05_outside")
    # the first zone is no full shell
    r, n = table["r_over_rsun"][1:], 10 ** table["log10_ne_per_NA"][1:] * N_A / cm**3
    shell = 4 * np.pi * ((r + _ZONE / 2) ** 2 + _ZONE**2 / 12) * _ZONE * radius() ** 3
    density = table["mass_fraction"][1:] * mass() / shell
    Y_out = 0.5 * (1 + outer["X"])
    return (np.append(r, outer["r_over_rsun"]) * radius(),
            np.append(n, outer["density"] * N_A / g * Y_out),
            np.append(n * g / (N_A * density), Y_out))


@cache
def temperatures(model: str = "gs98") -> np.ndarray:
    """Temperature [energy] of every row of :func:`rows`.

    Raises
    ------
    UnknownName

    Source : Vinyoles2017, Bahcall2005
    """
    table = _data.load(f"fluxes/solar_production_{_name(model)}")
    return np.append(1e6 * K * table["T_1e6K"][1:], _data.load("profiles/sun_bs05_outside")["T"])


@dataclass(frozen=True, eq=False)
class _Density:
    """Nucleons, of electrons and Y_e as functions of r over the radius."""

    log_n: Callable
    Y: Callable

    def __call__(self, r):
        x = np.asarray(r, dtype=float) / radius()
        return np.exp(self.log_n(x)) / cm**3 / self.Y(x)


@dataclass(frozen=True, eq=False)
class _Temperature:
    """T, of a curve in r over the radius."""

    log_T: Callable

    def __call__(self, r):
        return np.exp(self.log_T(np.asarray(r, dtype=float) / radius())) * K


@dataclass(frozen=True, eq=False)
class _Asymmetry:
    """1 - 2 Y_e."""

    Y: Callable

    def __call__(self, r):
        return 1 - 2 * self.Y(np.asarray(r, dtype=float) / radius())


@declared
def medium(*, model: Annotated[str, About("composition", choices=MODELS)] = "gs98",
           deviation: Annotated[float, About(
               "root mean square of the electron density from the rows, relative")] = DIGITS
           ) -> Profile:
    """The Sun from 0.0025 to 0.983 solar radii, without field.

    Raises
    ------
    UnknownName, DomainError

    Source : Vinyoles2017, Bahcall2005
    """
    from scipy.interpolate import BSpline, splrep

    if not (np.isfinite(deviation) and deviation > 0):
        raise DomainError(f"deviation = {deviation} must be above 0")
    r, n, Y_e = rows(_name(model))
    x = r / radius()
    inside = x < 0.5
    scatter = np.where(inside, np.where(x < _FAR, *_SCATTER), _OUTSIDE)
    log_n, Y = (_curves.Clamped(BSpline(*fit), x[0], x[-1]) for fit in (
        splrep(x, np.log(n * cm**3), k=5, s=x.size * deviation**2),
        splrep(x, Y_e, w=1 / scatter, k=5, s=x.size)))
    T = _curves.Clamped(BSpline(*splrep(x, np.log(temperatures(_name(model)) / K), k=3,
                                        s=x.size * _DIGITS_OF_T**2)), x[0], x[-1])
    return Profile(name="sun", r_min=float(r[0]), r_max=float(r[-1]),
                   density=_Density(log_n, Y), asymmetry=_Asymmetry(Y),
                   temperature=_Temperature(T),
                   papers=("Vinyoles2017", "Bahcall2005", "IAU2015B3"))
