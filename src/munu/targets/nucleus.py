"""Nuclei by isotope, with bare masses, and materials as mixtures of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import changed, formula
from munu.constants import amu, m_e, m_n, m_p
from munu.errors import DomainError, UnknownName
from munu.targets import form_factors
from munu.units import N_A, MeV, eV, fm, g

FORM_FACTORS = ("helm", "klein_nystrand", "fourier_bessel", "none")
_ISOTOPE = re.compile(r"^(?:(\d+)-?)?([A-Z][a-z]?)-?(\d+)?$")
_PART = re.compile(r"([A-Z][a-z]?)(\d*)")


@dataclass(frozen=True, kw_only=True)
class Nucleus:
    """A nucleus, or a free nucleon.

    Attributes
    ----------
    name : ``Xe132``, ``p``, ``n``
    Z : number of protons
    A : mass number (not whole for a mean over isotopes)
    mass : of the bare nucleus [energy]
    spin : 0 or 1/2 choose the formula; higher ones count as 0, to which they are equal up to
        terms of order (T/E)^2 and M_N^4/(E m)^2
    form_factor : ``helm``, ``klein_nystrand``, ``fourier_bessel`` (of few) or ``none``
    skin : added to the rms radius of the neutrons [length]
    magnetic_moment : of a nucleon [mu_N]
    """

    name: str
    Z: int
    A: float
    mass: float
    spin: float = 0.0
    form_factor: str = "helm"
    skin: float = 0.0
    magnetic_moment: float | None = None
    papers: tuple[str, ...] = ("AME2020", "LewinSmith1996")

    def __post_init__(self) -> None:
        if self.form_factor not in FORM_FACTORS:
            raise UnknownName("form factor", self.form_factor, FORM_FACTORS)
        if not np.isfinite(self.skin) or abs(self.skin) > 2 * fm:
            raise DomainError(f"{self.name}: a skin of {self.skin / fm:g} fm must lie within 2 fm")
        if not (self.mass > 0 and max(self.Z, 1) <= self.A):
            raise DomainError(f"{self.name}: mass {self.mass:g} and A = {self.A:g} must be above 0 "
                              f"and A at least Z = {self.Z}")

    @property
    def N(self) -> float:
        """Number of neutrons."""
        return self.A - self.Z

    @property
    def nucleon(self) -> bool:
        """A free proton or neutron."""
        return self.name in ("p", "n")

    def q(self, T: Numbers) -> Numbers:
        """Momentum transfer at recoil T: sqrt(2 m T) [energy]."""
        return np.sqrt(2 * self.mass * np.asarray(T, dtype=float))

    def F_charge(self, T: Numbers) -> Numbers:
        """Charge form factor at recoil T [1]: what a photon sees, over Z."""
        return self._form(T, 0.0)

    def F_neutron(self, T: Numbers) -> Numbers:
        """Form factor of the neutrons at recoil T [1]."""
        return self._form(T, self.skin)

    def _form(self, T: Numbers, skin: float) -> Numbers:
        if self.form_factor == "none" or self.A < 4:
            return np.ones(np.shape(T))[()]
        if self.form_factor == "klein_nystrand":
            return form_factors.klein_nystrand(self.q(T), self.A)
        if self.form_factor == "fourier_bessel":
            return form_factors.fourier_bessel(self.q(T), self.name)
        return form_factors.helm(self.q(T), self.A, skin=skin)

    def with_(self, **changes: Any) -> Nucleus:
        """The same with some entries changed."""
        return changed(self, changes)


PROTON = Nucleus(name="p", Z=1, A=1, mass=m_p, spin=0.5, form_factor="none", papers=("CODATA2018",))
NEUTRON = Nucleus(
    name="n", Z=0, A=1, mass=m_n, spin=0.5, form_factor="none", papers=("CODATA2018",)
)


@dataclass(frozen=True)
class Material:
    """Nuclei with their numbers in a formula unit, and the mass of a mole of units.

    Attributes
    ----------
    name : ``Xe``, ``CsI``
    parts : pairs of (number in a unit, Nucleus)
    molar_mass : of N_A units [energy]
    """

    name: str
    parts: tuple[tuple[float, Nucleus], ...]
    molar_mass: float

    def per_mass(self) -> float:
        """Formula units per mass [1/energy]."""
        return N_A / self.molar_mass

    def elements(self) -> tuple[Material, ...]:
        """The same split by element, each per formula unit of the whole: their rates add.

        >>> [one.parts[0][1].name for one in material("NaI").elements()]
        ['Na23', 'I127']
        """
        by: dict[int, list[tuple[float, Nucleus]]] = {}
        for number, one in self.parts:
            by.setdefault(one.Z, []).append((number, one))
        return tuple(replace(self, parts=tuple(parts)) for parts in by.values())

    @property
    def A(self) -> float:
        """Mean mass of its atoms in atomic mass units."""
        whole = sum(x * (n.mass + n.Z * m_e) for x, n in self.parts)
        return whole / sum(x for x, _ in self.parts) / amu

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the papers."""
        return tuple(dict.fromkeys(k for _, n in self.parts for k in n.papers))

    def with_(self, **changes: Any) -> Material:
        """The same with every nucleus changed alike, e.g. ``form_factor="klein_nystrand"``."""
        return replace(self, parts=tuple((x, n.with_(**changes)) for x, n in self.parts))


@cache
def _rows() -> dict[str, dict[str, Any]]:
    return {f"{r['element']}{int(r['A'])}": r for r in _data.load("targets/isotopes").rows()}


def names() -> list[str]:
    """The isotopes that there are."""
    return isotopes()


def about(name: str) -> str:
    """One line on an isotope."""
    made = nucleus(name)
    return f"Z = {made.Z}, {made.mass / MeV:.2f} MeV, spin {made.spin:g}"


def isotopes(element: str | None = None) -> list[str]:
    """The isotopes that there are, or those of an element.

    >>> isotopes("Ar")
    ['Ar36', 'Ar38', 'Ar40']
    """
    return [n for n, r in _rows().items() if element is None or r["element"] == element]


@formula
def electron_binding(Z: Numbers) -> float:
    r"""Total binding energy of the electrons of an atom.

    .. math:: B_e(Z) = 14.4381\, Z^{2.39} + 1.55468\times10^{-6}\, Z^{5.35}\ \mathrm{eV}

    Parameters
    ----------
    Z : float, number of electrons [1]

    Returns
    -------
    float [energy]

    Source : AME2020

    >>> from munu.units import keV
    >>> round(electron_binding(54) / keV)
    202
    """
    return (14.4381 * Z**2.39 + 1.55468e-6 * Z**5.35) * eV


def nucleus(name: str, *, form_factor: str = "helm", skin: float = 0.0,
            spin: float | None = None) -> Nucleus:
    """A nucleus by isotope (``Xe132``, ``132Xe``, ``Xe-132``), or a nucleon (``p``, ``n``).

    The mass is that of the bare nucleus: of the atom, less the electrons, plus their binding.

    Parameters
    ----------
    name : str
    form_factor : ``helm``, ``klein_nystrand``, ``fourier_bessel`` (of few) or ``none``
    skin : added to the rms radius of the neutrons [length]
    spin : 0 or 1/2 to choose the formula by hand; default the ground state's

    Raises
    ------
    UnknownName
        With the isotopes that there are.

    Source : AME2020

    >>> nucleus("Xe132").Z, nucleus("40Ar").A
    (54, 40.0)
    """
    if name in ("p", "n", "proton", "neutron"):
        return PROTON if name[0] == "p" else NEUTRON
    found = _ISOTOPE.match(str(name))
    key = f"{found[2]}{found[1] or found[3] or ''}" if found else str(name)
    if key not in _rows():
        element = isotopes(found[2]) if found else []
        raise UnknownName("isotope", name, element or [*isotopes(), "p", "n"])
    row = _rows()[key]
    Z = int(row["Z"])
    if key == "H1":
        return PROTON
    mass = float(row["mass"]) * amu - Z * m_e + electron_binding(Z)
    return Nucleus(name=key, Z=Z, A=float(row["A"]), mass=mass,
                   spin=float(row["spin"]) if spin is None else spin, form_factor=form_factor,
                   skin=skin)


def material(name: str, *, form_factor: str = "helm", skin: float = 0.0) -> Material:
    """A material by formula, each element with its natural isotopes: ``Xe``, ``CsI``, ``C9H12``.

    Parameters
    ----------
    name : chemical formula, or one isotope
    form_factor, skin : as :func:`nucleus`

    Raises
    ------
    UnknownName

    >>> len(material("CsI").parts), round(sum(x for x, _ in material("Ge").parts), 6)
    (2, 1.0)
    """
    if name in _rows() or name in ("p", "n"):
        one = nucleus(name, form_factor=form_factor, skin=skin)
        return Material(name, ((1.0, one),), one.mass / amu * g)
    pieces = _PART.findall(str(name))
    elements = sorted({r["element"] for r in _rows().values()})
    if not pieces or "".join(a + b for a, b in pieces) != name:
        raise UnknownName("material", name, elements)
    parts, molar = [], 0.0
    for element, count in pieces:
        if element not in elements:
            raise UnknownName("element", element, elements)
        if count and int(count) == 0:
            raise DomainError(f"material '{name}' has 0 of {element}; leave it out")
        for key in isotopes(element):
            share = float(_rows()[key]["abundance"]) * int(count or 1)
            parts.append((share, nucleus(key, form_factor=form_factor, skin=skin)))
            molar += share * float(_rows()[key]["mass"]) * g
    return Material(name, tuple(parts), molar)
