"""What probes of a core collapse share: the N that leave along a ray, and how long each lives.

Neutrinos of a core are flavor states, so that what they make adds in squares of moments; a state of
N decays by the root of the sum of squares of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np

from munu import constants, flavors, media
from munu._frozen import FrozenMap
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.media.profile import Profile
from munu.parameters import About, Quantity
from munu.rates import emission
from munu.ray import Ray
from munu.units import per_unit, s

# options that all of them have
Core = Annotated[Profile | str, About(
    "the core: fischer18, fiducial, derocco, or a Profile or a file of one's own")]
Duration = Annotated[Quantity, About("how long the core shines as it does a second after bounce",
                                     "s")]

#: cores of munu's own, as variants of a probe
CORES = FrozenMap({x: FrozenMap(core=x) for x in ("fischer18", "fiducial", "derocco")})

OTHERWISE = ("answers to a portal to N alone: N is made by a moment and decays by it; "
             "a moment among light neutrinos of Dirac is a portal with M_N = 0")


@lru_cache(maxsize=16)
def _named(name: str) -> Profile:
    """A core of munu's own, made once: what it emits is kept beside it."""
    return media.core(name)


@dataclass(frozen=True, eq=False, kw_only=True)
class Sent:
    """What one state of N carries away, for a size of 1 mu_B; it grows as the square.

    Attributes
    ----------
    E : (n,) energies of N [energy]
    neutrinos, antineutrinos : (n,) N made by neutrinos, by antineutrinos [1/energy]
    M_N : mass of N [energy]
    moments : (3,) of the state, by flavor, for a size of 1 [mu_B]
    """

    E: np.ndarray
    neutrinos: np.ndarray
    antineutrinos: np.ndarray
    M_N: float
    moments: np.ndarray

    @property
    def moment(self) -> float:
        """That N decays by, for a size of 1 [mu_B]."""
        return float(np.sqrt(np.sum(np.abs(self.moments) ** 2)))

    @property
    def total(self) -> np.ndarray:
        """N and anti-N (n,) [1/energy]."""
        return self.neutrinos + self.antineutrinos


@dataclass(frozen=True, eq=False)
class Collapse:
    """A core that shines for a while.

    Attributes
    ----------
    core : Profile with mu_nu
    duration : [time]
    """

    core: Profile
    duration: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.duration) and self.duration > 0):
            raise DomainError(f"duration = {per_unit(self.duration, 's'):g} s must be above 0")

    @classmethod
    def of(cls, core: Profile | str, duration: float) -> Collapse:
        """By the name of a core, a file or a profile.

        Raises
        ------
        UnknownName, DataError, DomainError
        """
        # a file may have changed since
        named = isinstance(core, str) and not core.endswith((".csv", ".ecsv"))
        return cls(_named(core) if named else media.core(core), float(duration))

    def sent(self, ray: Ray, j: int = 0) -> list[Sent]:
        """What leaves along a ray at mass number j: one record for each state of N."""
        M_N = 0.0 if ray.masses is None else float(ray.masses[j])
        return self.of_matrix(DipolePortal(1.0, M_N, ray.direction).matrix, M_N)

    def of_matrix(self, matrix: np.ndarray, M_N: float) -> list[Sent]:
        """The same of a matrix of moments, lambda[flavor, N] [mu_B], which may hold zeros."""
        out = []
        for column in matrix.T:
            if not column.any():
                continue
            squares = np.abs(column) ** 2
            parts = [(w, emission.of_core(self.core, M_N, a))
                     for w, a in zip(squares.tolist(), flavors.NAMES, strict=True) if w]
            E = parts[0][1].E if len(parts) == 1 else np.unique(
                np.concatenate([x.E for _, x in parts]))
            made = np.sum([w * np.stack([np.interp(E, x.E, y, left=0.0, right=0.0)
                                         for y in (x.neutrinos, x.antineutrinos)])
                           for w, x in parts], axis=0)
            made *= self.duration * constants.mu_B**2
            out.append(Sent(E=E, neutrinos=made[0], antineutrinos=made[1], M_N=M_N,
                            moments=column))
        return out

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        return (f"core {self.core.name} as it is a second after bounce, for "
                f"{self.duration / s:g} s; its inner {per_unit(emission.RADIUS, 'km'):g} km",
                *self.core.assumed,
                "N is made on protons and electrons; nuclei and muons are left out")

    @property
    def papers(self) -> Sequence[str]:
        """Keys of the core and of what is made in it."""
        return tuple(dict.fromkeys((*self.core.papers, "BrdarTalk", "Raffelt1996")))
