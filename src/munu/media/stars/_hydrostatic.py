r"""A core in hydrostatic equilibrium, of given mass and density at its edge.

The density itself is what is stepped in: with :math:`s = \ln n`, :math:`u = r^2` and
:math:`v = m/r^3`,

.. math:: \frac{du}{ds} = -\frac{2}{Gv}\frac{1}{m_u}\frac{dP}{dn},\qquad
          \frac{dv}{ds} = \frac{4\pi\rho - 3v}{2u}\frac{du}{ds}

which begins at the centre and ends where it is told, without a search for a surface; stars of
many central densities are stepped at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from math import pi

import numpy as np

from munu import constants
from munu.errors import DomainError, NotConverged
from munu.media import _curves
from munu.media.profile import Profile
from munu.media.stars._matter import Barotrope, Composition, barotrope, nucleons
from munu.units import M_sun, parse, per_unit

# where the expansion about the centre ends, in s; what it leaves out is of this order
_CENTRE = 1e-6
_FINE, _ROUGH = 1e-9, 1e-5
# trial centres at a time, the densest of all, and rows near the centre and beyond
_TRIALS, _ROWS = 12, (40, 120)
_DENSEST, _STEEPEST = "1e10 g/cm^3", "1e6 g/cm^3"


def gravity() -> float:
    """Newton's constant [1/energy^2].  Source : IAU2015B3"""
    return constants.vintage("iau2015")["G"].internal


def integrated(matter: Barotrope, top: np.ndarray, *, rtol: float = _FINE,
               fractions: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """s, ln(r^2) and ln(m/r^3), each (rows, stars), of stars of these s at the centre.

    Rows lie where s has fallen by these fractions of the whole, default all of it.
    """
    from scipy.integrate import solve_ivp

    top = np.asarray(top, dtype=float)
    first = np.log(_CENTRE / top)
    G, amu = gravity(), constants.amu

    def change(x: float, y: np.ndarray) -> np.ndarray:
        # x runs from 0 to 1, each star by its own depth
        ln_u, ln_v = y.reshape(2, -1)
        fallen = top * np.exp(first * (1 - x))
        s = top - fallen
        du = -2 * first * fallen * matter.stiffness(s) / (amu * G) * np.exp(-ln_u - ln_v)
        rho = amu * matter.unit * np.exp(s)
        return np.concatenate([du, 0.5 * du * (4 * pi * rho * np.exp(-ln_v) - 3)])

    rho = amu * matter.unit * np.exp(top)
    u = 3 * matter.stiffness(top) / amu * _CENTRE / (2 * pi * G * rho)
    v = 4 * pi / 3 * rho * (1 - 0.6 * _CENTRE)
    x = np.array([0.0, 1.0])
    if fractions is not None:
        # of one star
        x = np.clip(1 - np.log(fractions) / first[0], 0.0, 1.0)
    # a trial step may go far astray before it is refused
    with np.errstate(all="ignore"):
        made = solve_ivp(change, (0.0, 1.0), np.log(np.concatenate([u, v])), "DOP853", rtol=rtol,
                         atol=rtol, t_eval=x)
    if made.status != 0:
        raise NotConverged("a star could not be integrated down to the density at its edge; take "
                           "a denser edge or a lower temperature")
    ln_u, ln_v = made.y.T.reshape(len(x), 2, -1).swapaxes(0, 1)
    return top - top * np.exp(first * (1 - x[:, None])), ln_u, ln_v


def masses(matter: Barotrope, top: np.ndarray, rtol: float = _FINE) -> np.ndarray:
    """Mass inside the edge [energy] for each s at the centre."""
    _, ln_u, ln_v = integrated(matter, top, rtol=rtol)
    return np.exp(ln_v[-1] + 1.5 * ln_u[-1])


def centre(matter: Barotrope, mass: float, who: str) -> float:
    """s at the centre of the core of this mass [energy]; of two the denser one, which is stable.

    Raises
    ------
    DomainError
        No such core.
    """
    from scipy.interpolate import krogh_interpolate

    s = np.linspace(0.0, matter.high, 2 * _TRIALS + 1)[1:]
    for rtol, trials in ((_ROUGH, _TRIALS), (_FINE, _TRIALS // 2)):
        i = _passed(matter, s, masses(matter, s, rtol), mass, who)
        s = np.linspace(s[i], s[i + 1], trials)
    off = np.log(masses(matter, s) / mass)
    if not np.all(np.diff(off) > 0):
        raise DomainError(f"{who} of {mass / M_sun:.4g} M_sun is at the edge of what is stable; "
                          "take a little more mass, or a lower temperature")
    # the barycentric one of scipy begins with a random order, and ends in other digits
    return float(krogh_interpolate(off, s, 0.0))


def _passed(matter: Barotrope, s: np.ndarray, made: np.ndarray, mass: float, who: str) -> int:
    """The last trial centre that is still too light while the next is not, or one line."""
    # the branch on which electrons hold the weight, where mass grows with the centre's density;
    # what is hardly denser than its edge is held by that alone
    high = len(made) - 1
    while high > 1 and made[high - 1] >= made[high]:
        high -= 1
    low = high
    while low > 0 and made[low - 1] < made[low]:
        low -= 1
    if made[low] <= mass < made[high]:
        return low + int(np.searchsorted(made[low:high], mass, side="right")) - 1
    edge, a, b = (per_unit(matter.unit * np.exp(x) * constants.amu, "g/cm^3")
                  for x in (0.0, s[low], s[high]))
    raise DomainError(f"{who} of {mass / M_sun:.4g} M_sun has no equilibrium: with {edge:.2g} "
                      f"g/cm^3 at its edge and this temperature, one of {a:.2g} to {b:.2g} g/cm^3 "
                      f"at its centre weighs {made[low] / M_sun:.3g} to {made[high] / M_sun:.3g} "
                      "M_sun")


@dataclass(frozen=True, eq=False)
class _Density:
    """Nucleons a volume of a core, as a spline in (r/R)^2."""

    s: Callable
    unit: float
    radius: float

    def __call__(self, r):
        x = (np.asarray(r, dtype=float) / self.radius) ** 2
        return self.unit * np.exp(self.s(np.clip(x, 0.0, 1.0)))


@dataclass(frozen=True, eq=False)
class _Temperature:
    """Of a law in density."""

    law: Callable
    density: Callable

    def __call__(self, r):
        return self.law(self.density(r))


def profile(name: str, law: Callable, composition: Composition, matter: Barotrope, top: float,
            papers: tuple[str, ...]) -> Profile:
    """The core with this s at its centre."""
    from scipy.interpolate import make_interp_spline

    fractions = np.append(np.geomspace(_CENTRE / top, 0.03, _ROWS[0]),
                          np.linspace(0.03, 1.0, _ROWS[1] + 1)[1:])
    s, ln_u, _ = (a[:, 0] for a in integrated(matter, np.array([top]), fractions=fractions))
    u = np.exp(ln_u - ln_u[-1])
    radius = float(np.exp(0.5 * ln_u[-1]))
    density = _Density(make_interp_spline(np.append(0.0, u), np.append(top, s), k=5), matter.unit,
                       radius)
    return Profile(name=name, r_min=radius * float(np.sqrt(u[0])), r_max=radius, density=density,
                   asymmetry=_curves.Constant(1 - 2 * composition.Y_e),
                   temperature=_Temperature(law, density), Z2_A=composition.Z2_A, papers=papers)


@lru_cache(maxsize=64)
def core(name: str, law: Callable, composition: Composition, mass: float, edge: float,
         papers: tuple[str, ...]) -> Profile:
    """The core of this mass [energy] and law of temperature, whose density falls to ``edge``
    [mass/volume].

    Raises
    ------
    DomainError
        No such core.
    """
    _looked_at(mass, edge)
    matter = barotrope(law, composition, nucleons(edge), nucleons(parse(_DENSEST, "g/cm^3")))
    top = centre(matter, mass, name.replace("_", " "))
    return profile(name, law, composition, matter, top, papers)


@lru_cache(maxsize=64)
def burning(name: str, law_of: Callable, composition: Composition, mass: float, edge: float,
            papers: tuple[str, ...]) -> Profile:
    """The same where burning holds the centre at its temperature: ``law_of`` makes the law from
    the density there, and what weighs more is less dense.

    Raises
    ------
    DomainError
        No such core.
    """
    from scipy.optimize import brentq

    _looked_at(mass, edge)
    n = nucleons(edge)

    @cache
    def weighed(s: float, rtol: float = _ROUGH) -> float:
        matter = barotrope(law_of(n * np.exp(s)), composition, n, n * np.exp(s))
        return float(np.log(masses(matter, np.array([matter.high]), rtol)[0] / mass))

    low, high = 1.0, float(np.log(parse(_STEEPEST, "g/cm^3") / edge))
    if not (low < high and weighed(low) > 0 > weighed(high)):
        raise DomainError(
            f"{name.replace('_', ' ')} of {mass / M_sun:.4g} M_sun has no equilibrium: with "
            f"{per_unit(edge, 'g/cm^3'):.2g} g/cm^3 at its edge and this temperature, one of "
            f"{per_unit(edge * np.e, 'g/cm^3'):.2g} to {_STEEPEST} at its centre weighs "
            f"{mass / M_sun * np.exp(weighed(low)):.3g} to "
            f"{mass / M_sun * np.exp(weighed(high)):.3g} M_sun, and where heat holds it, less the "
            "denser it is")
    s = brentq(weighed, low, high, xtol=1e-3)
    # the line through two fine ones, which is nearly straight
    a, b = weighed(s, _FINE), weighed(s + 1e-3, _FINE)
    s -= 1e-3 * a / (b - a)
    law = law_of(n * np.exp(s))
    matter = barotrope(law, composition, n, n * np.exp(s))
    return profile(name, law, composition, matter, matter.high, papers)


def _looked_at(mass: float, edge: float) -> None:
    """What no star can have, in one line."""
    for what, given, like, low, high in (("mass", mass, "M_sun", 1e-3, 10.0),
                                         ("edge", edge, "g/cm^3", 1.0, 1e6)):
        if not low <= per_unit(given, like) <= high:
            raise DomainError(f"{what} = {per_unit(given, like):g} {like} must lie between "
                              f"{low:g} and {high:g} {like}")
