r"""A power reactor: antineutrinos of four fissile isotopes and of capture on 238U.

Above 2 MeV the Huber-Mueller polynomials, below 2 MeV the table of Vogel and Engel (or the
summation model of Estienne et al.); the two neutrinos of each capture on 238U on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import pi
from numbers import Real
from typing import Annotated, Any

import numpy as np

from munu import _data, flavors
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.sources.source import Component, Source
from munu.units import MeV

ISOTOPES = ("U235", "Pu239", "Pu241", "U238")
LOW = ("vogel_engel", "estienne")
JOIN, TOP = 2.0, 10.0
CAPTURES = 0.6


@cache
def _isotope(name: str) -> dict[str, Any]:
    if name not in ISOTOPES:
        raise UnknownName("fissile isotope", name, ISOTOPES)
    rows = {r["isotope"]: r for r in _data.load("fluxes/reactor_huber_mueller").rows()}
    return rows[name]


@formula
def spectrum(E_nu: Numbers, isotope: str) -> Numbers:
    r"""Antineutrinos a fission and energy by Huber and Mueller.

    .. math:: S(E) = \exp\sum_{k=0}^5 a_k E^k

    Parameters
    ----------
    E_nu : float or array, within 2 to 10 MeV [energy]
    isotope : ``U235``, ``Pu239``, ``Pu241``, ``U238``

    Returns
    -------
    float or array [1/energy], a fission

    Raises
    ------
    UnknownName
    DomainError
        Outside 2 to 10 MeV: below 2 MeV the polynomials explode.

    Holds : fitted from 2 to 8 MeV; continued to 10 MeV, where 0.3 % of the flux is.
    Source : Huber2011, Mueller2011
    Anchors : hm_U235, hm_Pu239, hm_Pu241, hm_U238

    >>> print(f"{spectrum(4 * MeV, 'U235') * MeV:.6f}")
    0.292267
    """
    row = _isotope(isotope)
    E = finite("the neutrino energy E_nu", E_nu)
    if np.any(JOIN * MeV * (1 - 1e-12) > E) or np.any(TOP * MeV * (1 + 1e-12) < E):
        raise DomainError(f"the Huber-Mueller spectra hold from {JOIN:g} to {TOP:g} MeV, "
                          f"{E.min() / MeV:g} to {E.max() / MeV:g} MeV were asked; below, "
                          "sources.get('reactor') takes a table")
    exponent = sum(float(row[f"a{k}"]) * E**k for k in range(6))
    return (np.exp(exponent) / MeV)[()]


def _low(isotope: str, low: str) -> tuple[np.ndarray, np.ndarray]:
    # no published summation spectrum of 239Pu at hand: Vogel and Engel's stays
    if low == "estienne" and isotope != "Pu239":
        table = _data.load("fluxes/reactor_estienne2019")
    else:
        table = _data.load("fluxes/reactor_vogel_engel")
    E = _data.monotone(table, "E_nu")
    inside = JOIN * MeV * (1 - 1e-9) > E
    join = np.interp(JOIN * MeV, E, table[isotope])
    return (np.concatenate([[0.0], E[inside], [JOIN * MeV]]),
            np.concatenate([[0.0], table[isotope][inside], [join]]))


@cache
def _whole(isotope: str, low: str) -> tuple[np.ndarray, np.ndarray]:
    E, S = _low(isotope, low)
    # the two meet with a step: the upper branch begins a hair above
    high = np.append(JOIN * (1 + 1e-9), np.linspace(JOIN, TOP, 801)[1:]) * MeV
    S_high = spectrum(high, isotope)
    return np.append(E, high), np.append(S, S_high)


def fuel(fractions: Mapping[str, float] | None = None) -> dict[str, float]:
    """Shares of the fissions by isotope, default a pressurized-water reactor in mid cycle.

    Raises
    ------
    UnknownName, DomainError
        Unless they are at least 0 and sum to 1.

    >>> fuel()["U235"]
    0.56
    """
    if fractions is None:
        return {i: float(_isotope(i)["fraction"]) for i in ISOTOPES}
    if not isinstance(fractions, Mapping):
        raise DomainError(f"fractions {fractions!r} must be shares by isotope, such as "
                          "{U235: 0.6, Pu239: 0.4}")
    for name, share in fractions.items():
        _isotope(name)
        if isinstance(share, bool) or not isinstance(share, Real) \
                or not (np.isfinite(share) and share >= 0):
            raise DomainError(f"the share of {name} is {share}; it must be at least 0")
    if abs(sum(fractions.values()) - 1) > 1e-3:
        raise DomainError(f"the shares {dict(fractions)} sum to {sum(fractions.values()):g}; "
                          "they must sum to 1")
    return {i: float(fractions.get(i, 0.0)) for i in ISOTOPES}


@formula
def energy_per_fission(fractions: Mapping[str, float] | None = None) -> float:
    r"""Mean thermal energy of a fission.

    .. math:: \langle E_f\rangle = \sum_i f_i E_i

    Parameters
    ----------
    fractions : shares by isotope, default as :func:`fuel`

    Returns
    -------
    float [energy]

    Raises
    ------
    UnknownName, DomainError

    Source : Ma2013

    >>> round(energy_per_fission() / MeV, 1)
    206.0
    """
    return sum(f * float(_isotope(i)["energy"]) for i, f in fuel(fractions).items())


@formula
def nu_per_fission(fractions: Mapping[str, float] | None = None, *, low: str = "vogel_engel",
                   captures: float = 0.0) -> float:
    r"""Antineutrinos a fission between 0 and 10 MeV.

    .. math:: N = \sum_i f_i\int_0^{10\,\rm MeV}S_i\,\mathrm dE + 2\,n_{\rm capture}

    Parameters
    ----------
    fractions : shares by isotope, default as :func:`fuel`
    low : below 2 MeV, ``vogel_engel`` or ``estienne``
    captures : captures on 238U a fission, about 0.6 in a power reactor [1]

    Returns
    -------
    float [1]

    Raises
    ------
    UnknownName, DomainError

    Source : VogelEngel1989, Huber2011, Mueller2011, Kopeikin1997
    Anchors : reactor_nu_per_fission

    >>> round(nu_per_fission(), 2), round(nu_per_fission(captures=0.6), 2)
    (5.63, 6.83)
    """
    parts = _a_fission(fractions, low, captures)
    return float(sum(np.trapezoid(S, E) for E, S in parts.values()))


def _a_fission(fractions: Mapping[str, float] | None, low: str, captures: float
              ) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Energies and antineutrinos a fission and energy, by what makes them."""
    if low not in LOW:
        raise UnknownName("spectrum below 2 MeV", low, LOW)
    if not 0 <= captures <= 10:
        raise DomainError(f"captures = {captures:g} a fission must be between 0 and 10")
    parts = {i: (E, S * f) for i, f in fuel(fractions).items() if f > 0
             for E, S in [_whole(i, low)]}
    if captures > 0:
        table = _data.load("fluxes/reactor_u238_capture")
        E, shape = np.append(0.0, table["E_nu"]), np.append(0.0, table["shape"])
        parts["U238 capture"] = (E, 2 * captures * shape / np.trapezoid(shape, E))
    return parts


@declared
def source(*, power: Annotated[Quantity | None, About("thermal power", "GW", bare=True)] = None,
           distance: Annotated[Quantity | None, About("from the core", "m", bare=True)] = None,
           flux: Annotated[Quantity | None, About(
               "total flux in place of power and distance", "cm^-2 s^-1", bare=True)] = None,
           fractions: Annotated[Mapping[str, float] | None, About(
               "shares of the fissions by isotope; they sum to 1")] = None,
           low: Annotated[str, About("spectrum below 2 MeV", choices=LOW)] = "vogel_engel",
           captures: Annotated[float, About("captures on 238U a fission, two antineutrinos each; 0 "
                                            "leaves them out")] = CAPTURES) -> Source:
    r"""A reactor at a distance.

    .. math:: \phi(E) = \frac{P}{4\pi L^2\langle E_f\rangle}\sum_i f_i S_i(E)

    Raises
    ------
    DomainError, UnknownName

    Source : Huber2011, Mueller2011, VogelEngel1989, Kopeikin1997, Ma2013
    """
    parts = _a_fission(fractions, low, captures)
    total = sum(np.trapezoid(S, E) for E, S in parts.values())
    scale = _scale(power, distance, flux, total, energy_per_fission(fractions))
    basis = np.zeros((1, 2, 3, 3), dtype=complex)
    basis[0, 1] = flavors.projector("e")
    components = {n: Component(n, E, scale * S[None], np.empty(0), np.empty((1, 0)))
                  for n, (E, S) in parts.items()}
    keys = ["Huber2011", "Mueller2011", "Ma2013", "VogelEngel1989"]
    keys += ["Estienne2019"] if low == "estienne" else []
    keys += ["Kopeikin1997"] if captures > 0 else []
    return Source(name="reactor", basis=basis, components=components, papers=tuple(keys))


def _scale(power: Numbers, distance: Numbers, flux: Numbers, total: Numbers, energy: Numbers
           ) -> float:
    if flux is not None:
        if power is not None or distance is not None:
            raise DomainError("give a reactor its flux, or its power and distance, not both")
        if not flux > 0:
            raise DomainError("the flux of a reactor must be above 0")
        return flux / total
    if power is None or distance is None:
        raise DomainError("a reactor needs power and distance, as in power='3.6 GW', "
                          "distance='20.7 m', or flux='1.5e13 cm^-2 s^-1'")
    for name, value in (("power", power), ("distance", distance)):
        if not value > 0:
            raise DomainError(f"the {name} of a reactor must be above 0")
    return power / energy / (4 * pi * distance**2)
