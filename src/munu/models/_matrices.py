"""What a model's couplings are, of one point or of many at a time: matrices and portals.

Couplings and portals are of one point, checked and used by processes.  A scan needs the same
numbers of a million points: here every array has the axes of the points in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from munu import flavors
from munu.couplings import Couplings, DipolePortal, check_nature
from munu.errors import DomainError
from munu.units import GeV, cm

_MASS_STATES = ("1", "2", "3")


@dataclass(frozen=True, eq=False, kw_only=True)
class Portal:
    """Moments to one N.

    Attributes
    ----------
    mu : (...), size [mu_B]
    M_N : (...) [energy]
    flavor : a name, or (..., 3) of the moments over their size
    nature : ``dirac``, ``majorana`` or None
    mixing : (..., 3), U_aN, or None
    there : (...), whether there is such an N at all
    """

    mu: np.ndarray
    M_N: np.ndarray
    flavor: str | np.ndarray
    nature: str | None = None
    mixing: np.ndarray | None = None
    there: np.ndarray | bool = True

    def one(self) -> DipolePortal:
        """Of one point."""
        flavor = self.flavor if isinstance(self.flavor, str) else tuple(self.flavor)
        mixing = (0.0, 0.0, 0.0) if self.mixing is None else tuple(self.mixing)
        return DipolePortal(float(self.mu), float(self.M_N), flavor, self.nature, mixing=mixing)

    def named(self) -> dict[str, Any]:
        """Moments by flavor [mu_B]; nan where there is no such N."""
        mu = np.where(self.there, self.mu, np.nan)[()]
        if isinstance(self.flavor, str):
            return {self.flavor: mu}
        return {n: mu * self.flavor[..., a] for a, n in enumerate(flavors.NAMES)}


@dataclass(frozen=True, eq=False, kw_only=True)
class Matrices:
    """The entries of Couplings, or a portal alone.

    Attributes
    ----------
    mu, eps : complex (..., 3, 3) [mu_B], or None
    charge : (..., 3, 3) [e], or None
    r2 : (..., 3, 3), on top of the Standard Model's [length^2], or None
    nature, basis : as of Couplings
    portals : to N, each of the same points
    alone : whether the one portal is all there is
    """

    mu: np.ndarray | None = None
    eps: np.ndarray | None = None
    charge: np.ndarray | None = None
    r2: np.ndarray | None = None
    nature: str | None = None
    basis: str = "flavor"
    portals: tuple[Portal, ...] = ()
    alone: bool = False

    def __post_init__(self) -> None:
        for p in self.portals:
            if not isinstance(p, Portal):
                raise DomainError(f"Matrices take portals as Portal records, not {p!r}; a model "
                                  "of one N returns a DipolePortal from couplings()")

    @classmethod
    def portal(cls, mu, M_N, flavor: str, nature: str | None) -> Matrices:
        """One N that one flavor meets."""
        check_nature(nature)
        mu, M_N = np.broadcast_arrays(mu, M_N)
        return cls(portals=(Portal(mu=mu, M_N=M_N, flavor=flavor, nature=nature),), nature=nature,
                   alone=True)

    @classmethod
    def majorana(cls, **entries) -> Matrices:
        """Of ``emu``, ``etau`` and ``mutau``, arrays (...) [mu_B]."""
        shape = np.broadcast_shapes(*(np.shape(x) for x in entries.values()))
        mu = np.zeros((*shape, 3, 3), dtype=complex)
        for a, b in ((0, 1), (0, 2), (1, 2)):
            value = entries.get(flavors.NAMES[a] + flavors.NAMES[b], 0.0)
            mu[..., a, b], mu[..., b, a] = value, np.negative(value)
        return cls(mu=mu, nature="majorana")

    @classmethod
    def of(cls, made: Sequence[Couplings | DipolePortal], shape: tuple[int, ...]) -> Matrices:
        """Of many single points, as from a model whose couplings take no arrays."""
        first = made[0]

        def joined(what):
            each = np.array([what(c) for c in made])
            return each.reshape(shape + each.shape[1:])[()]

        if isinstance(first, DipolePortal):
            flavor = first.flavor if isinstance(first.flavor, str) else \
                joined(lambda c: c.flavor)
            return cls(nature=first.nature, alone=True, portals=(Portal(
                mu=joined(lambda c: c.mu), M_N=joined(lambda c: c.M_N), flavor=flavor,
                nature=first.nature, mixing=joined(lambda c: c.mixing)),))
        portals = [cls.of(each, shape).portals[0]
                   for each in zip(*(Couplings.of(c).portals for c in made), strict=False)]
        return cls(mu=joined(lambda c: c.mu), eps=joined(lambda c: c.eps),
                   charge=joined(lambda c: c.charge), r2=joined(lambda c: c.r2),
                   nature=first.nature, basis=first.basis, portals=tuple(portals))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the points."""
        ends = [*((x, 2) for x in (self.mu, self.eps, self.charge, self.r2)),
                *((x, 0) for p in self.portals for x in (p.mu, p.M_N))]
        return np.broadcast_shapes(*(np.shape(x)[:np.ndim(x) - k] for x, k in ends
                                     if x is not None))

    def one(self, model: str = "couplings") -> Couplings | DipolePortal:
        """Of one point.  Raises DomainError where there are many."""
        if self.shape:
            raise DomainError(f"{model}: couplings are of one point; of many points take "
                              ".matrices() or .answers()")
        portals = tuple(p.one() for p in self.portals if np.all(p.there))
        if self.alone:
            return portals[0]
        held = {"mu": self.mu, "eps": self.eps, "charge": self.charge, "r2": self.r2}
        return Couplings(nature=self.nature, basis=self.basis, portals=portals,
                         **{k: m for k, m in held.items() if m is not None})

    def named(self) -> dict[str, Any]:
        """Entries by name, each an array (...), with their units beside.

        ``mu`` by flavor of a portal alone, by pair of states else; ``eps``, ``charge``, ``r2``
        and ``portals``, each with the number of its N, where there are some.
        """
        if self.alone:
            only = self.portals[0]
            return {"mu": only.named(), "mu_unit": "mu_B", "M_N": only.M_N / GeV,
                    "M_N_unit": "GeV", "nature": self.nature}
        mu = np.zeros((3, 3), dtype=complex) if self.mu is None else self.mu
        out: dict[str, Any] = {"mu": self._pairs(mu), "mu_unit": "mu_B", "nature": self.nature,
               "basis": self.basis}
        if self.eps is not None and self.eps.any():
            out["eps"] = self._pairs(self.eps)
        for name, values, unit in (("charge", self.charge, 1.0), ("r2", self.r2, cm**2)):
            if values is not None and values.any():
                out[name] = {k: x / unit for k, x in self._pairs(values, whole=True).items()
                             if x.any()}
        if "r2" in out:
            out["r2_unit"] = "cm^2"
        there = [(i, p) for i, p in enumerate(self.portals, 1) if np.any(p.there)]
        if there:
            out["portals"] = [{"N": i, "mu": p.named(), "M_N": p.M_N / GeV, "M_N_unit": "GeV"}
                              for i, p in there]
        return out

    def _pairs(self, matrix: np.ndarray, whole: bool = False) -> dict[str, np.ndarray]:
        """Entries of a matrix by name: above the diagonal alone where it is antisymmetric."""
        names = flavors.NAMES if self.basis == "flavor" else _MASS_STATES
        return {names[i] + names[j]: matrix[..., i, j][()] for i in range(3) for j in range(3)
                if whole or self.nature != "majorana" or i < j}


def diagonal(values: Sequence[Any]) -> np.ndarray:
    """Three arrays (...) as the diagonal of matrices (..., 3, 3)."""
    values = np.broadcast_arrays(*values)
    out = np.zeros((*values[0].shape, 3, 3), dtype=np.result_type(*values))
    for a, x in enumerate(values):
        out[..., a, a] = x
    return out
