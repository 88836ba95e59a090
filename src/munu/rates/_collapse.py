"""The N that a core collapse sends: of one state after the other, over the time that it shines.

Neutrinos of a core are flavor states, so that what they make adds in squares of moments; a state of
N decays by the root of the sum of squares of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from munu import constants, flavors, media
from munu.couplings import DipolePortal
from munu.errors import DomainError
from munu.media.profile import Profile
from munu.rates import emission
from munu.ray import Ray
from munu.units import per_unit, s

#: how long a core shines as it does at one time
DURATION = 3 * s


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
    """A core that shines for a while, or snapshots of one.

    Attributes
    ----------
    cores : Profiles with mu_nu
    weights : for how long each stands [time]
    """

    cores: tuple[Profile, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, core: Profile | str | Path, duration: float | None = None) -> Collapse:
        """By the name of a core, a file or a profile; a file with times is a history.

        Raises
        ------
        UnknownName, DataError, DomainError
            A duration beside a history, which has its own; one that is not above 0.
        """
        text = "" if isinstance(core, Profile) else str(core)
        given = text.endswith((".csv", ".ecsv"))
        if given and (snapshots := media.history(text)) is not None:
            if duration is not None:
                raise DomainError(f"{text} has times of its own, so duration would change "
                                  "nothing: leave it out")
            t = np.array([at for at, _ in snapshots])
            # a straight line between two snapshots
            step = np.diff(t, prepend=t[0], append=t[-1])
            weights = 0.5 * (step[1:] + step[:-1])
            return cls(tuple(x for _, x in snapshots), tuple(weights.tolist()))
        lasts = DURATION if duration is None else float(duration)
        if not (np.isfinite(lasts) and lasts > 0):
            raise DomainError(f"duration = {per_unit(lasts, 's'):g} s must be above 0")
        # a file may have changed since
        named = isinstance(core, str) and not given
        return cls((_named(text) if named else media.core(core),), (lasts,))

    @property
    def core(self) -> Profile:
        """The first of the cores."""
        return self.cores[0]

    @property
    def duration(self) -> float:
        """From begin to end [time]."""
        return float(sum(self.weights))

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
            parts = [(w * lasts, emission.of_core(core, M_N, a))
                     for core, lasts in zip(self.cores, self.weights, strict=True)
                     for w, a in zip(squares.tolist(), flavors.NAMES, strict=True) if w]
            E = parts[0][1].E if len(parts) == 1 else np.unique(
                np.concatenate([x.E for _, x in parts]))
            made = np.sum([w * np.stack([np.interp(E, x.E, y, left=0.0, right=0.0)
                                         for y in (x.neutrinos, x.antineutrinos)])
                           for w, x in parts], axis=0)
            made *= constants.mu_B**2
            out.append(Sent(E=E, neutrinos=made[0], antineutrinos=made[1], M_N=M_N,
                            moments=column))
        return out

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        many = len(self.cores)
        when = f"as it is a second after bounce, for {self.duration / s:g} s" if many == 1 else \
            f"in {many} snapshots over {self.duration / s:g} s, straight between them"
        return (f"core {self.core.name} {when}; its inner "
                f"{per_unit(emission.RADIUS, 'km'):g} km", *self.core.assumed,
                "N is made on protons and electrons; nuclei and muons are left out")

    @property
    def papers(self) -> Sequence[str]:
        """Keys of the core and of what is made in it."""
        return tuple(dict.fromkeys((*self.core.papers, "BrdarTalk", "Raffelt1996")))
