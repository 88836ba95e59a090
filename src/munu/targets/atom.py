"""Atoms as electrons in shells: an electron counts once the deposit exceeds its binding."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu.errors import DomainError, UnknownName
from munu.units import eV, g

_FILES = {"Xe": "xenon_shells", "Ge": "germanium_shells", "Ar": "argon_shells",
          "Na": "sodium_shells", "Si": "silicon_shells", "I": "iodine_shells",
          "Cs": "caesium_shells"}
_COMPOUNDS = {"NaI": ("Na", "I"), "CsI": ("Cs", "I")}
_PHOTO = {"Xe": "xenon_photoabsorption", "Ge": "germanium_photoabsorption"}
SCHEMES = ("stepping", "free")


@dataclass(frozen=True, kw_only=True)
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
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.scheme not in SCHEMES:
            raise UnknownName("treatment of electrons", self.scheme, SCHEMES)
        if sum(self.occupancy) != self.Z:
            raise DomainError(f"the shells of {self.name} hold {sum(self.occupancy)} electrons, "
                              f"Z is {self.Z}")

    def electrons(self, T: Numbers) -> np.ndarray:
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

    def photoabsorption(self, T: Numbers) -> np.ndarray:
        """Photoabsorption cross section of the atom at photon energies T, log-log [area].

        Raises :class:`UnknownName` without a table and :class:`DomainError` outside of it.

        Source : Henke1993

        >>> from munu.units import keV, barn
        >>> round(float(atom("Xe").photoabsorption(10 * keV) / barn / 1e5), 2)
        0.37
        """
        if self.name not in _PHOTO:
            raise UnknownName("photoabsorption table", self.name, _PHOTO)
        table = _data.load(f"targets/{_PHOTO[self.name]}")
        E, sigma = table["E"], table["sigma"]
        T = np.asarray(T, dtype=float)
        if np.any(E[0] > T) or np.any(E[-1] < T):
            raise DomainError(f"the photoabsorption table of {self.name} holds from {E[0] / eV:g} "
                              f"eV to {E[-1] / eV:g} eV; {T.min() / eV:g} to {T.max() / eV:g} eV "
                              "were asked")
        return np.exp(np.interp(np.log(T), np.log(E), np.log(sigma)))

    def rrpa_ratio(self, T: Numbers) -> np.ndarray:
        """Weak rate by relativistic random-phase approximation over stepping; xenon alone.

        Held flat outside 0.25 to 28.4 keV.  Source : Chen2017
        """
        if self.name != "Xe":
            raise UnknownName("table of the weak ratio", self.name, ("Xe",))
        table = _data.load("targets/xenon_rrpa_ratio")
        return np.interp(T, table["E"], table["ratio"])

    def per_mass(self) -> float:
        """Atoms per mass [1/energy].  Raises :class:`DomainError` for a free electron."""
        from munu.units import N_A

        return N_A / self._molar()

    def _molar(self) -> float:
        if self.molar_mass is None:
            raise DomainError("one free electron has no mass of its own material; name an atom")
        return self.molar_mass


ELECTRON = Atom(name="e", Z=1, molar_mass=None, binding=(0.0,), occupancy=(1,), scheme="free")


def names() -> list[str]:
    """The atoms that there are, and ``e``."""
    return sorted([*_FILES, *_COMPOUNDS, "e"])


def about(name: str) -> str:
    """One line on an atom."""
    return f"{atom(name).Z} electrons"


def atom(name: str, electrons: str = "stepping") -> Atom:
    """An atom by symbol, or a formula unit (``NaI``, ``CsI``); ``e`` is one free electron.

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
    if name in _COMPOUNDS:
        a, b = (atom(n, electrons) for n in _COMPOUNDS[name])
        return Atom(name=name, Z=a.Z + b.Z, molar_mass=a._molar() + b._molar(),
                    binding=a.binding + b.binding, occupancy=a.occupancy + b.occupancy,
                    scheme=electrons, papers=tuple(dict.fromkeys(a.papers + b.papers)))
    if name not in _FILES:
        raise UnknownName("atom", name, names())
    table = _data.load(f"targets/{_FILES[name]}")
    column = "binding_xray" if "binding_xray" in table.columns else "binding"
    made = Atom(name=name, Z=int(table.meta["Z"]),
                molar_mass=float(table.meta["atomic_weight"]) * g,
                binding=tuple(float(b) for b in table[column]),
                occupancy=tuple(int(n) for n in table["electrons"]),
                papers=(str(table.meta["source"]),))
    return replace(made, scheme=electrons)
