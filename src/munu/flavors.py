"""Flavors, mixing and density matrices.

Six entries name a flux, always in this order: nu_e, nu_mu, nu_tau, then the antineutrinos.
A flavor *field* is :math:`\\nu_\\alpha = \\sum_k U_{\\alpha k}\\nu_k`, so the mass state k
reads :math:`|\\nu_k\\rangle = \\sum_\\alpha U_{\\alpha k}|\\nu_\\alpha\\rangle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite
from munu._guard import changed, formula
from munu.errors import DomainError, UnknownName
from munu.units import eV

NAMES = ("e", "mu", "tau")
SIX = ("nu_e", "nu_mu", "nu_tau", "nubar_e", "nubar_mu", "nubar_tau")
DEFAULT = "nufit-6.0"


def index(flavor: str) -> int:
    """0, 1, 2 for e, mu, tau.  Raises :class:`UnknownName`.

    >>> index("mu")
    1
    """
    if flavor not in NAMES:
        raise UnknownName("flavor", flavor, NAMES)
    return NAMES.index(flavor)


@formula
def pmns(s12: float, s13: float, s23: float, delta: Numbers) -> np.ndarray:
    r"""The lepton mixing matrix in the PDG parametrization.

    .. math:: U = R_{23}\, R_{13}(\delta)\, R_{12}, \qquad s_{ij} = \sin^2\theta_{ij}

    Parameters
    ----------
    s12, s13, s23 : float, sin^2 of the angles [1]
    delta : float or array (...), CP phase [rad]

    Returns
    -------
    complex array (..., 3, 3), rows e, mu, tau, columns 1, 2, 3 [1]

    Raises
    ------
    DomainError
        A sin^2 outside [0, 1], a phase that is not finite.

    Source : PDG2022

    >>> U = pmns(0.303, 0.02225, 0.451, 0.0)
    >>> bool(abs(U @ U.conj().T - np.eye(3)).max() < 1e-14)
    True
    """
    for name, value in (("s12", s12), ("s13", s13), ("s23", s23)):
        if not 0 <= value <= 1:
            raise DomainError(f"{name} = {value} is a sin^2 and must lie in [0, 1]")
    (a, ca), (b, cb), (c, cc) = ((np.sqrt(x), np.sqrt(1 - x)) for x in (s12, s13, s23))
    p = np.exp(1j * finite("delta", delta))
    rows = ((ca * cb, a * cb, b / p),
            (-a * cc - ca * c * b * p, ca * cc - a * c * b * p, c * cb),
            (a * c - ca * cc * b * p, -ca * c - a * cc * b * p, cc * cb))
    U = np.empty((*p.shape, 3, 3), dtype=complex)
    for i, row in enumerate(rows):
        for j, element in enumerate(row):
            U[..., i, j] = element
    return U


@dataclass(frozen=True, kw_only=True)
class Mixing:
    """Angles (as sin^2), phase [rad] and splittings [energy^2] of one fit."""

    s12: float
    s13: float
    s23: float
    delta: float
    dm21: float
    dm31: float
    name: str = "user"
    ordering: str = "NO"
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.ordering not in ("NO", "IO"):
            raise UnknownName("ordering", self.ordering, ("NO", "IO"))
        for name in ("s12", "s13", "s23", "delta", "dm21", "dm31"):
            finite(name, getattr(self, name))
        if abs(self.delta) > 2 * np.pi * (1 + 1e-9):
            raise DomainError(f"delta = {self.delta:g} is counted in radians, from -2 pi to 2 pi; "
                              "of degrees write delta * deg (munu.units.deg)")
        if self.dm31 == 0 or (self.dm31 > 0) != (self.ordering == "NO"):
            raise DomainError(f"dm31 = {self.dm31 / eV**2:g} eV^2 does not go with ordering "
                              f"{self.ordering}; NO has dm31 > 0, IO has dm31 < 0")
        if not 0 < self.dm21 < abs(self.dm31):
            raise DomainError(f"dm21 = {self.dm21 / eV**2:g} eV^2 must be above 0 and below |dm31| "
                              f"= {abs(self.dm31) / eV**2:g} eV^2; are the two exchanged?")
        pmns(self.s12, self.s13, self.s23, self.delta)

    @property
    def U(self) -> np.ndarray:
        """The mixing matrix, see :func:`pmns`."""
        return pmns(self.s12, self.s13, self.s23, self.delta)

    def with_(self, **changes: Any) -> Mixing:
        """The same with some entries changed, its name marked."""
        return changed(self, {"name": f"{self.name}*", **changes})


def names() -> list[str]:
    """Every fit of the mixing by name; without a suffix it holds the Super-Kamiokande atmospheric
    data.

    >>> "nufit-5.2-nosk" in names()
    True
    """
    versions = {row["version"] for row in _data.load("mixing/nufit").rows()}
    return sorted(f"nufit-{v}{s}" for v in versions for s in ("", "-nosk"))


def about(name: str) -> str:
    """One line on a fit: its angles and splittings in normal ordering."""
    m = mixing(name)
    return (f"sin^2: {m.s12:.3f}, {m.s13:.5f}, {m.s23:.3f}; dm21 {m.dm21 / eV**2:.3g}, "
            f"dm31 {m.dm31 / eV**2:.4g} eV^2 (NO)")


def mixing(name: str = DEFAULT, ordering: str = "NO") -> Mixing:
    """A NuFIT result by name and ordering.

    Parameters
    ----------
    name : ``nufit-5.0`` to ``nufit-6.0``, with ``-nosk`` for the fit without SK-atm
    ordering : ``NO`` or ``IO``

    Raises
    ------
    UnknownName

    Source : NuFIT60

    >>> round(mixing().s12, 3)
    0.308
    """
    if name not in names():
        raise UnknownName("mixing", name, names())
    if ordering not in ("NO", "IO"):
        raise UnknownName("ordering", ordering, ("NO", "IO"))
    version = name.removeprefix("nufit-").removesuffix("-nosk")
    sk = "without" if name.endswith("-nosk") else "with"
    table = _data.load("mixing/nufit")
    row = next(r for r in table.rows()
               if (r["version"], r["ordering"], r["sk_atm"]) == (version, ordering, sk))
    papers = [str(table.meta["source"]), *table.meta.get("also", ())]
    paper = next((p for p in papers if p.endswith(version.replace(".", ""))), papers[0])
    dm31 = row["dm3l"] + (row["dm21"] if row["dm3l_is"] == "dm32" else 0.0)
    return Mixing(s12=float(row["s12"]), s13=float(row["s13"]), s23=float(row["s23"]),
                  delta=float(row["delta"]), dm21=float(row["dm21"]), dm31=float(dm31),
                  name=name, ordering=ordering, papers=(paper,))


def projector(flavor: str) -> np.ndarray:
    """Density matrix of a pure flavor state, (3, 3) complex."""
    rho = np.zeros((3, 3), dtype=complex)
    rho[index(flavor), index(flavor)] = 1
    return rho


def mass_projectors(U: np.ndarray) -> np.ndarray:
    r"""Density matrices of the mass states in the flavor basis.

    .. math:: \rho^{(k)}_{\alpha\beta} = U_{\alpha k} U^*_{\beta k}

    Returns complex (3, 3, 3), first axis k.
    """
    return np.einsum("ak,bk->kab", U, U.conj())
