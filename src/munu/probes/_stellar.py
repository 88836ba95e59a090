r"""Stars that would lose too much: what they share.

A moment, a charge or a heavy N is judged by the energy that it takes from the star.  Either that
energy is held against what a published limit on the moment of light neutrinos allows,

.. math:: \mu_{\rm eff}^2 = \mu^2\,\frac{L(M_N)}{L(0)} < \mu_0^2,

with the same stellar matter in both, or against a ceiling of the loss a mass and time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Annotated, Any

import numpy as np

from munu import _data, constants, media
from munu._arrays import Numbers, gauss_panels
from munu.couplings import LARGEST, Couplings
from munu.errors import DomainError, UnknownName
from munu.media.profile import Profile
from munu.media.stars import one_zone
from munu.parameters import About, Quantity
from munu.probes.expected import Polynomial
from munu.probes.measured import Ceiling, Claim
from munu.probes.probe import Probe
from munu.processes import plasmon_decay
from munu.rates import energy_loss
from munu.ray import KINDS, Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import erg, g, s

CEILING, VARIED = "ceiling", "varied"
_LOSS = erg / g / s
# shells of a prediction, and nodes in each
_BINS, _IN_BIN = 16, 2
# a size at which the weak current is nothing beside a charge [e] or a radius [cm^2]
_FAR = 1e-3

# options that all stars have
Star = Annotated[Profile | str, About(
    "the medium, one of its variants (munu.media.variants), one zone such as RG_flash, or a "
    "Profile with a temperature or its file", assumes="star")]
CoreMass = Annotated[Quantity | None, About(
    "that a star of one's own must hold: one that ends inside its core is refused", "M_sun",
    assumes="star")]
Reactions = Annotated[tuple[Any, ...] | str, About(
    "plasmon_decay, compton, free_free, which are summed; or off_shell alone")]


@dataclass(frozen=True)
class Criterion:
    """What must not be passed.

    Attributes
    ----------
    name : of a published limit, ``ceiling`` or ``varied``
    value : moment of light neutrinos [mu_B], or the greatest loss [energy]
    level : confidence level, or None
    says : in words
    papers : keys of the papers
    """

    name: str
    value: float
    level: float | None
    says: str
    papers: tuple[str, ...]


def criteria(kind: str) -> dict[str, Criterion]:
    """What may be asked of a kind of star, by name; the first is the default.

    ``observations/stellar_criteria`` names them; the numbers of published limits stand with these.
    """
    out = {}
    for row in _data.load("observations/stellar_criteria").rows():
        if row["star"] != kind:
            continue
        if row["name"] in (CEILING, VARIED):
            value = float(row["value"]) * (_LOSS if row["name"] == CEILING else 1.0)
            out[row["name"]] = Criterion(row["name"], value, None, row["says"], (row["source"],))
            continue
        table = _data.load(f"limits/{row['name']}")
        keys = tuple(table.meta[k] for k in ("source", "via") if k in table.meta)
        out[row["name"]] = Criterion(row["name"], float(table["mu"][0]), table.meta.get("level"),
                                     f"{table.meta['label']}: {table['mu'][0]:g} mu_B", keys)
    return out


@cache
def _medium(member: str, word: str) -> Profile:
    return media.get(member, **media.variants(member).get(word, {}))


def structure(given: Profile | str, member: str) -> tuple[Profile, str]:
    """The star that is meant, and what to say of it: a medium, a variant, one zone, one's own.

    Raises
    ------
    DomainError, UnknownName
    """
    if isinstance(given, Profile):
        return given, f"star {given.name}"
    known = media.variants(member)
    if given == member:
        return _medium(member, given), f"star {member}"
    if given in known:
        told = ", ".join(f"{k} {v}" for k, v in known[given].items())
        return _medium(member, given), f"star {member}, {given}: {told}"
    if given.endswith((".csv", ".ecsv")):
        return media.get(given), f"star of the file {given}"
    zones = sorted(one_zone.zones())
    if given in zones:
        return media.get("one_zone", zone=given), f"one zone, {given}"
    raise UnknownName("star", given, (member, *known, *zones))


@lru_cache(maxsize=16)
def _kept(member: str, word: str, reactions: tuple[str, ...]
          ) -> Mapping[str, Callable[[Numbers], np.ndarray]]:
    """What a named star loses, which takes half a second."""
    return energy_loss.of_star(structure(word, member)[0], reactions)


def probe(kind: str, title: str, star: Profile | str, member: str, criterion: str | float,
          reactions: tuple[str, ...] | str, *, core_mass: float | None = None,
          centre: bool = False, assumptions: tuple[str, ...] = ()
          ) -> Probe:
    """The probe of a star.

    Parameters
    ----------
    kind : name of the probe
    star : Profile with a temperature, or what ``member`` may be
    member : name of the medium, whose variants are those of the probe
    criterion : name, see :func:`criteria`, or a moment of light neutrinos of one's own [mu_B]
    reactions : see :mod:`munu.rates.energy_loss`
    core_mass : that the star must hold at least [energy], or None
    centre : whether the ceiling is on the loss in the centre, else on the mean
    assumptions : of the star, in words

    Raises
    ------
    DomainError, UnknownName
    """
    known = criteria(kind)
    chosen = _criterion(kind, criterion, known)
    made, which = structure(star, member)
    if core_mass is not None:
        made = made.whole(core_mass)
    named = (member, star) if isinstance(star, str) and not star.endswith((".csv", ".ecsv")) \
        else None
    setting = Setting(made, energy_loss.checked(reactions), chosen, centre, named)
    ceiling = chosen.name == CEILING
    keys = dict.fromkeys((*chosen.papers, *made.papers, "BraatenSegel1993", "Raffelt1996"))
    said = [f"{chosen.name}: {chosen.says}", which]
    if not ceiling:
        said.append("the loss of a massive N is held against that of a light one at this moment, "
                    "in the same star")
    said += [f"{x.says}: not excluded below it" for x in known.values() if x.name == VARIED]
    return Probe(
        family="stars",
        name=kind, title=title, grade="published",
        measured=Ceiling(chosen.value / _LOSS, "erg/g/s", chosen.says) if ceiling else
        Claim(high=chosen.value**2, level=chosen.level, unit="mu_B^2",
              what="effective moment squared"),
        signal=setting.predict, expects=setting.expects, rays=KINDS,
        variants={**{n: {"criterion": n} for n in known if n != chosen.name},
                  **{n: {"star": n} for n in media.variants(member)}},
        contested=tuple(n for n in known if n != chosen.name),
        setting=setting, papers=tuple(keys),
        assumptions=(*said, *assumptions,
                     "a star makes every flavor: squares of all moments add, universal is three",
                     f"reactions: {', '.join(setting.reactions)}",
                     "what N decays to or is caught by in the star is again a neutrino, which "
                     "leaves: no upper edge"))


def _criterion(kind: str, given: str | float, known: Mapping[str, Criterion]) -> Criterion:
    if isinstance(given, str) and given in known:
        return known[given]
    try:
        value = float(given)
    except ValueError:
        raise UnknownName(f"criterion of {kind}", given, tuple(known)) from None
    if not (np.isfinite(value) and 0 < value < 1):
        raise DomainError(f"criterion = {given} is a moment in mu_B and must lie between 0 and 1, "
                          f"or be one of {', '.join(known)}")
    return Criterion("own", value, None, f"a moment of light neutrinos of {value:g} mu_B", ())


@dataclass(frozen=True, eq=False)
class Setting:
    """What the loss is made with.

    Attributes
    ----------
    star : Profile with a temperature
    reactions : that are summed
    criterion : Criterion
    centre : whether the ceiling is on the loss in the centre
    named : medium and variant, where the star has a name
    """

    star: Profile
    reactions: tuple[str, ...]
    criterion: Criterion
    centre: bool
    named: tuple[str, str] | None = None

    @cached_property
    def pairs(self) -> Mapping[str, Callable[[Numbers], np.ndarray]]:
        """What the star loses by each reaction."""
        if self.named is not None:
            return _kept(*self.named, self.reactions)
        return energy_loss.of_star(self.star, self.reactions)

    def luminosity(self, M_N: np.ndarray) -> np.ndarray:
        """Energy lost for a moment of 1 mu_B: (masses,)."""
        made = np.sum([lost(M_N) for lost in self.pairs.values()], axis=0)
        return made * constants.mu_B**2

    @cached_property
    def mass(self) -> float:
        """Of the star [energy]."""
        return self.star.mass()

    def losses(self, M_N: np.ndarray) -> np.ndarray:
        """Loss a mass and time that the ceiling is on, for 1 mu_B: (masses,) [energy]."""
        if not self.centre:
            return self.luminosity(M_N) / self.mass
        middle = self.star.plasma(np.array([self.star.r_min]))
        made = energy_loss.by_moment(middle, M_N, self.reactions)
        return np.sum(list(made.values()), axis=0)[:, 0] / middle.rho[0] * constants.mu_B**2

    def size(self, M_N: np.ndarray) -> np.ndarray:
        """What one mu_B^2 is worth in the criterion's own unit: (masses,)."""
        if self.criterion.name == CEILING:
            return self.losses(M_N) / _LOSS
        if not np.any(M_N):
            # a light N against itself: whatever the star
            return np.ones(np.shape(M_N))
        return self.luminosity(M_N) / self.luminosity(np.zeros(1))

    def expects(self, ray: Ray) -> Polynomial:
        """What is held against the criterion, along a ray."""
        if ray.signed:
            return Polynomial(signal=self._charged(ray))
        masses = np.zeros(1) if ray.masses is None else ray.masses
        # the same in any basis
        weight = float(np.trace(ray.trace_matrix()).real) if ray.kind == "portal" else \
            float((np.abs(ray.direction) ** 2).sum()) * energy_loss.counted(ray.nature)
        worth = weight * self.size(masses)
        # so heavy that no moment there can be would be made
        high = self.criterion.value / _LOSS if self.criterion.name == CEILING else \
            self.criterion.value**2
        return Polynomial(signal={2: np.where(worth * LARGEST**2 < high, 0.0, worth)[:, None]})

    def _charged(self, ray: Ray) -> dict[int, np.ndarray]:
        """What a charge or a radius adds to the loss by the weak current, its powers 1 and 2."""
        if self.criterion.name == CEILING and self.centre:
            plasma = self.star.plasma(np.array([self.star.r_min]))
            volume, per = np.ones(1), plasma.rho[0] * _LOSS
        else:
            _, volume, plasma = self.star.zones(energy_loss.ZONES["plasmon_decay"])
            per = self.mass * _LOSS if self.criterion.name == CEILING else \
                self.luminosity(np.zeros(1))[0]

        def lost(x: float) -> float:
            made = ray.at(x)
            return float(plasmon_decay.by_charges(plasma, made.charge, made.r2) @ volume)

        # a size at which both powers are about as large as the weak current's own part
        none, far = lost(0.0), _FAR * ray.factor
        near = far * np.sqrt(none / (lost(far) - none))
        more, less = lost(near) - none, lost(-near) - none
        return {1: np.array([[(more - less) / (2 * near * per)]]),
                2: np.array([[(more + less) / (2 * near**2 * per)]])}

    def predict(self, couplings: object) -> Prediction:
        """Energy lost by each reaction, in shells."""
        held = Couplings.of(couplings)
        if held.charge.any() or held.r2.any():
            raise DomainError("a star's loss to a charge or a radius is summed with the weak "
                              "current's, munu.processes.plasmon_decay; drop them here")
        edges = np.linspace(self.star.r_min, self.star.r_max, _BINS + 1)
        r, width = gauss_panels(edges, _IN_BIN)
        volume, plasma = 4 * np.pi * r**2 * width, self.star.plasma(r)
        axis, total = Axis("radius", "km", edges), {n: np.zeros(_BINS) for n in self.reactions}
        lam = held.amplitude() if held.mu.any() or held.eps.any() else np.zeros((3, 3))
        parts = [(p.M_N, float(np.trace(p.trace_matrix).real)) for p in held.portals]
        parts.append((0.0, float((np.abs(lam) ** 2).sum()) * energy_loss.counted(held.nature)))
        for M_N, weight in parts:
            if not weight:
                continue
            for n, made in energy_loss.by_moment(plasma, M_N, self.reactions).items():
                loss = weight * constants.mu_B**2 * made[0] * volume
                total[n] += loss.reshape(_BINS, _IN_BIN).sum(axis=1)
        return Prediction({n: Spectrum((axis,), x / (erg / s), "erg/s", papers=self.star.papers)
                           for n, x in total.items()})
