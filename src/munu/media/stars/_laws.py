"""Laws of temperature inside a star, against density: small records, so that a star can travel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from munu.errors import DomainError
from munu.units import K, per_unit

# between which a star may be, so that its integrals are right
_COLDEST, _HOTTEST = 1e5 * K, 5e8 * K


@dataclass(frozen=True)
class Isothermal:
    """One temperature [energy]."""

    T: float

    def __call__(self, n):
        return np.full(np.shape(n), self.T)


@dataclass(frozen=True)
class Bent:
    """T as one power of the density above ``turn`` and as another below it, T [energy] at
    ``at``; densities in nucleons a volume.

    The powers pass into each other over an e-fold of the density, so that nothing has a kink.
    """

    T: float
    at: float
    turn: float
    inward: float
    outward: float

    def _log(self, n):
        x = np.log(np.asarray(n, dtype=float) / self.turn)
        soft = np.logaddexp(0.0, 2 * x) / 2
        return self.inward * soft + self.outward * (x - soft)

    def __call__(self, n):
        return self.T * np.exp(self._log(n) - self._log(self.at))


@dataclass(frozen=True)
class Convective:
    """Of a density at the centre: T ~ n^(2/3) there, which is the adiabat of slow particles
    however degenerate they are, down to a share of that density; n^outward beyond."""

    T: float
    share: float
    outward: float

    def __call__(self, centre: float) -> Bent:
        return Bent(T=self.T, at=centre, turn=self.share * centre, inward=2 / 3,
                    outward=self.outward)


def isothermal(who: str, T: float) -> Isothermal:
    """One temperature, after it was looked at.

    Raises
    ------
    DomainError
    """
    if not _COLDEST <= T <= _HOTTEST:
        raise DomainError(f"temperature = {per_unit(T, 'K'):g} K of a {who} must lie between "
                          f"{per_unit(_COLDEST, 'K'):g} and {per_unit(_HOTTEST, 'K'):g} K")
    return Isothermal(T)
