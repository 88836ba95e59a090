"""Atoms as electrons in shells: an electron counts once the deposit exceeds its binding."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from munu import _data
from munu.errors import DomainError, UnknownName
from munu.units import g

_FILES = {"Xe": "xenon_shells", "Ge": "germanium_shells"}
SCHEMES = ("stepping", "free")


@dataclass(frozen=True)
class Atom:
    """Electrons of an atom.

    Attributes
    ----------
    name : element symbol, or ``e`` for one free electron
    Z : number of electrons
    molar_mass : mass of a mole [energy, in units of N_A atoms]; None for a free electron
    binding, occupancy : tuples, a shell each [energy], [1]
    scheme : ``stepping`` (a shell counts above its binding energy) or ``free`` (all count)
    """

    name: str
    Z: int
    molar_mass: float | None
    binding: tuple[float, ...]
    occupancy: tuple[int, ...]
    scheme: str = "stepping"
    sources: tuple[str, ...] = ()

    def __post_init__(self):
        if self.scheme not in SCHEMES:
            raise UnknownName("treatment of electrons", self.scheme, SCHEMES)
        if sum(self.occupancy) != self.Z:
            raise DomainError(f"the shells of {self.name} hold {sum(self.occupancy)} electrons, "
                              f"Z is {self.Z}")

    def electrons(self, T) -> np.ndarray:
        r"""Number of electrons that take part at an energy deposit T.

        .. math:: Z_{\rm eff}(T) = \sum_i n_i\, \theta(T - B_i)

        Parameters
        ----------
        T : array (...), energy deposit, binding energy included [energy]

        Returns
        -------
        array (...) [1]

        Holds : T well above or below each edge (stepping approximation).
        Source : XrayDataBooklet2009, Chen2017

        >>> from munu.units import keV
        >>> atom("Xe").electrons(np.array([0.5, 5, 35]) * keV)
        array([26., 48., 54.])
        """
        T = np.asarray(T, dtype=float)
        if self.scheme == "free":
            return np.full(T.shape, float(self.Z))
        order = np.argsort(self.binding)
        edges = np.array(self.binding)[order]
        below = np.append(0.0, np.cumsum(np.array(self.occupancy, dtype=float)[order]))
        return below[np.searchsorted(edges, T, side="right")]

    def per_mass(self) -> float:
        """Atoms per mass [1/energy].  Raises :class:`DomainError` for a free electron."""
        if self.molar_mass is None:
            raise DomainError("one free electron has no mass of its own material; name an atom")
        from munu.units import N_A

        return N_A / self.molar_mass


ELECTRON = Atom("e", 1, None, (0.0,), (1,), "free")


def names() -> list[str]:
    """The atoms that there are, and ``e``."""
    return sorted([*_FILES, "e"])


def atom(name: str, electrons: str = "stepping") -> Atom:
    """An atom by symbol, ``Xe`` or ``Ge``; ``e`` is one free electron.

    Parameters
    ----------
    name : element symbol
    electrons : ``stepping`` or ``free``

    Raises
    ------
    UnknownName

    >>> atom("Xe").Z, atom("Ge").Z
    (54, 32)
    """
    if name == "e":
        return ELECTRON
    if name not in _FILES:
        raise UnknownName("atom", name, names())
    table = _data.load(f"targets/{_FILES[name]}")
    column = "binding_xray" if "binding_xray" in table.columns else "binding"
    made = Atom(name, int(table.meta["Z"]), float(table.meta["atomic_weight"]) * g,
                tuple(float(b) for b in table[column]),
                tuple(int(n) for n in table["electrons"]), sources=(str(table.meta["source"]),))
    return replace(made, scheme=electrons)
