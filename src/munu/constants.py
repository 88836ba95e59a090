"""Physical constants by vintage, each with its value, error, unit and source.

``CURRENT`` names the vintages that every formula takes by default, CODATA 2018 and PDG 2022
(what these do not hold comes from PDG 2026).  Other vintages go by name, so that an old number
can be had again:

>>> vintage("codata2018")["alpha"].value
0.0072973525693

The defaults are module attributes in internal units, ``m_e``, ``alpha``, ``G_F``, ``M_W``,
``sin2_theta_W_0`` and so on; ``mu_B = e/(2 m_e)`` with ``e^2 = 4 pi alpha``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import pi, sqrt

from munu import _data
from munu._frozen import FrozenMap
from munu._guard import formula
from munu.errors import UnknownName
from munu.units import unit

CURRENT = ("codata2018", "pdg2022", "pdg2024", "pdg2026")


@dataclass(frozen=True)
class Constant:
    """A measured number: ``value`` and ``error`` in the unit written beside them."""

    name: str
    value: float
    error: float
    unit: str
    source: str
    vintage: str

    @property
    def internal(self) -> float:
        """The value in internal units."""
        return self.value * unit(self.unit).factor


@cache
def vintage(name: str) -> FrozenMap:
    """All constants of one vintage by name.  Raises :class:`UnknownName`."""
    if name not in _data.names("constants"):
        raise UnknownName("vintage of constants", name, _data.names("constants"))
    table = _data.load(f"constants/{name}")
    return FrozenMap({
        row["name"]: Constant(row["name"], float(row["value"]), float(row["error"]),
                              row["unit_name"], str(table.meta["source"]), name)
        for row in table.rows()})


def constant(name: str) -> Constant:
    """The constant of that name in the current vintages.  Raises :class:`UnknownName`."""
    for v in CURRENT:
        if name in vintage(v):
            return vintage(v)[name]
    raise UnknownName("constant", name, [n for v in CURRENT for n in vintage(v)])


def names() -> list[str]:
    """Every name that :func:`value` answers to."""
    return sorted({n for v in CURRENT for n in vintage(v)} | {"mu_B"})


def about(name: str) -> str:
    """One line on a constant: value, error, unit, vintage and source."""
    if name == "mu_B":
        return "e/(2 m_e)"
    c = constant(name)
    return f"{c.value:.12g} +- {c.error:.2g} {c.unit}  ({c.vintage}, {c.source})"


def value(name: str) -> float:
    """A constant by name in internal units; ``mu_B`` is e/(2 m_e)."""
    return mu_B if name == "mu_B" else constant(name).internal


@formula
def bohr_magneton(alpha: float, m_e: float) -> float:
    r"""Bohr magneton in Heaviside-Lorentz units.

    .. math:: \mu_B = \frac{e}{2 m_e} = \frac{\sqrt{4\pi\alpha}}{2 m_e}

    Parameters
    ----------
    alpha : float, fine-structure constant [1]
    m_e : float, electron mass [energy]

    Returns
    -------
    float [1/energy]

    Source : CODATA2018

    >>> from munu.units import MeV, GeV
    >>> round(bohr_magneton(alpha, m_e) * GeV, 3)
    296.304
    """
    return sqrt(4 * pi * alpha) / (2 * m_e)


alpha = constant("alpha").internal
m_e = constant("m_e").internal
G_F = constant("G_F").internal
M_W = constant("M_W").internal
m_mu = constant("m_mu").internal
m_tau = constant("m_tau").internal
m_pi = constant("m_pi").internal
tau_pi = constant("tau_pi").internal
tau_mu = constant("tau_mu").internal
m_p = constant("m_p").internal
m_n = constant("m_n").internal
amu = constant("amu").internal
sin2_theta_W_0 = constant("sin2_theta_W_0").internal
mu_B = bohr_magneton(alpha, m_e)
