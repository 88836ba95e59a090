"""Laws of temperature inside a star, against density: small records, so that a star can travel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from munu.errors import DomainError, UnknownName
from munu.units import K, per_unit

# between which a star may be, so that its integrals are right
_COLDEST, _HOTTEST = 1e5 * K, 1e9 * K


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
        soft = np.logaddexp(0.0, 4 * x) / 4
        return self.inward * soft + self.outward * (x - soft)

    def __call__(self, n):
        return self.T * np.exp(self._log(n) - self._log(self.at))


def named(who: str, law: str, laws: tuple[str, ...], T: float) -> Isothermal:
    """The simplest law of a star, after its name and its temperature were looked at.

    Raises
    ------
    UnknownName, DomainError
    """
    if law not in laws:
        raise UnknownName(f"law of temperature of the {who}", law, laws)
    if not _COLDEST <= T <= _HOTTEST:
        raise DomainError(f"temperature = {per_unit(T, 'K'):g} K of the {who} must lie between "
                          f"{per_unit(_COLDEST, 'K'):g} and {per_unit(_HOTTEST, 'K'):g} K")
    return Isothermal(T)
