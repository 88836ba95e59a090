r"""A supernova's core from a table: straight between its rows in :math:`\ln\rho`, T and
:math:`Y_e`, so that a steep edge with few rows cannot overshoot, and nothing beyond the last row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from munu import _data, constants
from munu._frozen import FrozenMap
from munu.errors import DataError, DomainError
from munu.media import nuclear_matter
from munu.media.profile import Profile
from munu.parameters import About, Quantity
from munu.units import M_sun, MeV, cm, g, km, per_unit

# an option of every core of munu's own, and its variants: the largest unknown of a rate of nu_e
Interaction = Annotated[Quantity, About(
    "what interaction of nucleons adds to their symmetry energy", "MeV")]
VARIANTS = FrozenMap({"free nucleons": FrozenMap(S_pot="0 MeV"),
                      "stronger interaction": FrozenMap(S_pot="30 MeV")})
# what the core of a supernova can be: outside of it a unit is wrong, or it is no core
_T = (0.1 * MeV, 200 * MeV)
_CENTRE = (1e13 * g / cm**3, 3e15 * g / cm**3)
_MASS = (0.1 * M_sun, 5 * M_sun)
# a step this much longer than both its neighbours is a gap
_GAP = 4.0
# a row where ln(rho) turns by so much over a step is a kink, at which zones begin anew
_KINK = 0.5
# a profile begins above r = 0: at this share of the first step
_FIRST = 1e-3
# rounding of a radius that was computed
_ROUNDED = 1e-12


@dataclass(frozen=True, eq=False)
class Straight:
    """Straight lines between rows; of the logarithm where ``log``.

    Raises DomainError beyond the rows, for there the table says nothing.
    """

    r: np.ndarray
    y: np.ndarray
    log: bool = False

    def __call__(self, r):
        r = np.asarray(r, dtype=float)
        low, high = self.r[0], self.r[-1]
        if np.any(~((r >= low * (1 - _ROUNDED)) & (r <= high * (1 + _ROUNDED)))):
            raise DomainError(f"the core's table holds from {low / km:g} to {high / km:g} km, and "
                              "nothing is said beyond")
        y = np.interp(r, self.r, self.y)
        return np.exp(y) if self.log else y


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """Chemical potential of electron neutrinos in beta equilibrium, as a function of r [energy]."""

    density: Callable
    Y_e: Callable
    temperature: Callable
    S_pot: float

    def __call__(self, r):
        return nuclear_matter.mu_nu(self.density(r) * constants.amu, self.temperature(r),
                                    self.Y_e(r), S_pot=self.S_pot)


@dataclass(frozen=True, eq=False)
class Electrons:
    """Y_e of an asymmetry 1 - 2 Y_e."""

    asymmetry: Callable

    def __call__(self, r):
        return 0.5 * (1 - self.asymmetry(r))


def of_table(name: str, table: _data.Table, S_pot: float | None, papers: tuple[str, ...]
             ) -> Profile:
    """The core of a table with columns r, density, temperature, Y_e and perhaps mu_nu and lapse.

    Raises
    ------
    DataError
        Radii out of order or with a gap, values that no core can have.
    DomainError
    """
    table = table.having("temperature")
    r = np.asarray(table["r"], dtype=float)
    _check(table, r)
    mu_nu, lapse = (Straight(r, table[c]) if c in table.columns else None
                    for c in ("mu_nu", "lapse"))
    ln_n, step = np.log(table["density"] / constants.amu), np.diff(r)
    turn = np.abs(np.diff(np.diff(ln_n) / step)) * np.minimum(step[1:], step[:-1])
    made = Profile(name=name, r_min=float(r[0] if r[0] > 0 else _FIRST * r[1]), r_max=float(r[-1]),
                   density=Straight(r, ln_n, log=True), asymmetry=Straight(r, 1 - 2 * table["Y_e"]),
                   breaks=tuple(float(x) for x in r[1:-1][turn > _KINK]), papers=papers,
                   temperature=Straight(r, table["temperature"]), mu_nu=mu_nu, lapse=lapse)
    return core(made, S_pot)


def history(name: str, table: _data.Table, S_pot: float | None, papers: tuple[str, ...]
            ) -> list[tuple[float, Profile]]:
    """The cores of a table with a column t, one after the other, with their times.

    Raises
    ------
    DataError
        One time alone, times that do not rise, a snapshot that is no core.
    DomainError
    """
    t = table["t"]
    table.refuse("t", np.diff(t, prepend=t[0]) < 0, "times must rise: snapshots stand one after "
                                                    "the other")
    at = np.unique(t)
    if at.size < 2:
        raise DataError(table.path, "a history needs snapshots at two times at least; of one leave "
                                    "the column out", column="t")
    out = []
    for time in at:
        rows = t == time
        part = replace(table, columns={k: x[rows] for k, x in table.columns.items() if k != "t"},
                       lines=tuple(np.array(table.lines)[rows].tolist()) if table.lines else ())
        out.append((float(time), of_table(f"{name} at {per_unit(time, 's'):g} s", part, S_pot,
                                          papers)))
    return out


def core(profile: Profile, S_pot: float | None = None) -> Profile:
    """The profile as the core of a supernova: with mu_nu, derived where it has none, and free
    protons as its ions where it says nothing of them.

    Raises
    ------
    DomainError
        What no core can be; an S_pot that would change nothing.
    """
    if S_pot is not None and profile.mu_nu is not None:
        raise DomainError(f"profile {profile.name} has mu_nu already, so S_pot would change "
                          "nothing: leave one of them out")
    S_pot = nuclear_matter.interaction(nuclear_matter.S_POT if S_pot is None else S_pot)
    temperature = profile.temperature
    if temperature is None:
        raise DomainError(f"profile {profile.name} has no temperature, which a core needs")
    r = np.geomspace(profile.r_min, profile.r_max, 48)
    T = np.broadcast_to(temperature(r), r.shape)
    rho = constants.amu * np.broadcast_to(profile.density(r), r.shape)
    for what, values, (low, high), like in (("temperature", T, _T, "MeV"),
                                            ("largest density", np.array([rho.max()]), _CENTRE,
                                             "g/cm^3"),
                                            ("mass", np.array([profile.mass()]), _MASS, "M_sun")):
        bad = ~((values >= low) & (values <= high))
        if bad.any():
            raise DomainError(
                f"the {what} of profile {profile.name} is "
                f"{per_unit(values[int(np.argmax(bad))], like):.3g} {like}, and a supernova's core "
                f"has {per_unit(low, like):.3g} to {per_unit(high, like):.3g} {like}: is its unit "
                "right, and does it end where the core does?")
    Y_e = Electrons(profile.asymmetry)
    if profile.Z2_A is None:
        profile = profile.with_(Z2_A=Y_e)
    if profile.mu_nu is not None:
        return profile
    said = (f"mu_nu: beta equilibrium of free nucleons, with S_pot = {per_unit(S_pot, 'MeV'):g} "
            "MeV for their interaction")
    return profile.with_(mu_nu=Equilibrium(profile.density, Y_e, temperature, S_pot),
                         assumed=(*profile.assumed, said))


def _check(table, r: np.ndarray) -> None:
    step = np.diff(r)
    if r.size < 2:
        raise DataError(table.path, "a core needs two rows at least")
    table.refuse("r", (r < 0) | (np.diff(r, prepend=-1.0) <= 0),
                 "radii of a core must rise, from 0 or above")
    gap = np.zeros(r.shape, dtype=bool)
    gap[2:-1] = (step[1:-1] > _GAP * step[:-2]) & (step[1:-1] > _GAP * step[2:])
    table.refuse("r", gap, "rows are missing before this radius: the step is "
                           f"more than {_GAP:g} times those beside it")
    for column, bad, said in (
            ("density", ~((table["density"] > 0) & (table["density"] <= _CENTRE[1])),
             "the density of a core must be above 0 and at most 3e15 g/cm^3; is its unit right?"),
            ("temperature", ~((table["temperature"] >= _T[0]) & (table["temperature"] <= _T[1])),
             "the temperature of a core must lie between 0.1 and 200 MeV; is its unit right?"),
            ("Y_e", ~((table["Y_e"] > 0) & (table["Y_e"] < 1)),
             "Y_e of a core must lie between 0 and 1, and be neither")):
        table.refuse(column, bad, said)
    if "lapse" in table.columns:
        table.refuse("lapse", ~((table["lapse"] > 0) & (table["lapse"] <= 1)),
                     "the lapse must lie between 0, without it, and 1")
    if "mu_nu" in table.columns:
        table.refuse("mu_nu", np.abs(table["mu_nu"]) > 1000 * MeV,
                     "mu_nu must lie within 1000 MeV; is its unit right?")
