r"""Up-scattering nu X -> N X of any energy: on nuclei as a whole, their nucleons, their electrons.

.. math:: \frac{\mathrm d\sigma}{\mathrm dQ^2} = \frac{1}{2m}\,\alpha\mu^2
          \left[c_0 + \frac{c_1}{E} + \frac{c_2}{E^2}\right]_{T = Q^2/2m}

with exact kinematics.  N comes out polarized, and not along its momentum: the spin follows from
the vector V to which the squared amplitude is linear, :math:`|A|^2 \propto V\cdot(p_N + M s)`,

.. math:: V = 4\,\frac{G_E^2 + \tau G_M^2}{1 + \tau}\left[2(P\cdot X)P - P^2X\right]
          + Q^2G_M^2\left[4(k\cdot q)q + Q^2k\right],\qquad X = 2(k\cdot q)q + Q^2k

with P half the sum of the momenta of the target, q = k - p_N.  Coherently on a nucleus without
spin the first bracket is all, V has no mass and N is polarized fully.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import pi
from typing import Any

import numpy as np

from munu._arrays import Numbers, counted, gauss_panels
from munu._guard import formula
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, UnknownName
from munu.kinematics import E_nu_min, recoil_range
from munu.processes import _dipole
from munu.processes.process import flavor_weights
from munu.targets.form_factors import atomic_screening, pauli_blocking, sachs
from munu.targets.nucleus import NEUTRON, PROTON, Material, Nucleus, material
from munu.units import MeV, fm, parse

__all__ = ["KINDS", "Scatterer", "dsigma_dQ2", "polarization", "scatterers", "sigma"]

#: what N is made on
KINDS = ("coherent", "protons", "neutrons", "electrons")
#: of carbon and what is as heavy, as electron scattering has it
K_F = 221 * MeV
FRAMES = ("lab", "cm")
#: what holds bound nucleons back: Pauli's principle, what is left to nuclei as a whole, nothing
INCOHERENT = ("pauli", "one_minus_F2", "free")
# by how much a threshold may be missed that was met before rounding
_EDGE = 1e-9
# of recoils: widest panel, nodes a panel, least number of panels
_WIDEST, _NODES, _LEAST = 0.3, 6, 4
# beyond the lowest q, added in squares, no form factor of a nucleus leaves anything
_TAIL = 5 / fm


@dataclass(frozen=True, kw_only=True)
class Scatterer:
    """One kind of particle that N is made on.

    Attributes
    ----------
    name : ``C12``, ``C12 protons``, ``C12 electrons``
    kind : one of :data:`KINDS`
    mass : of what is struck [energy]
    number : how many there are in a formula unit of the material [1]
    nucleus : Nucleus that is struck or, of nucleons, PROTON or NEUTRON; None for electrons
    k_F : Fermi momentum that blocks low momentum transfers; 0 is free [energy]
    within : Nucleus whose coherent share F^2 is no longer free for its nucleons, or None
    hidden : electrons of the atom that hide its charge at momentum transfers below a few keV; 0 is
        a bare nucleus [1]
    """

    name: str
    kind: str
    mass: float
    number: float
    nucleus: Nucleus | None = None
    k_F: float = 0.0
    within: Nucleus | None = None
    hidden: int = 0

    def coefficients(self, T: Numbers, M_N: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The cross section per alpha mu^2 as powers of 1/E, of one particle: T, M_N [energy]."""
        if self.nucleus is None:
            return _dipole.dipole_coefficients(T, M_N, self.mass)
        c = _dipole.of_nucleus(T, M_N, self.nucleus)
        # the three-momentum
        q = np.sqrt(T * (T + 2 * self.mass))
        if self.within is not None:
            # at the same Q2
            form = self.within.F_charge if self.nucleus.Z else self.within.F_neutron
            share = 1 - form(T * self.mass / self.within.mass) ** 2
        elif self.k_F > 0:
            share = pauli_blocking(q, k_F=self.k_F)
        elif self.hidden:
            share = atomic_screening(q, self.hidden) ** 2
        else:
            return c
        return c[0] * share, c[1] * share, c[2] * share

    def strengths(self, Q2: Numbers) -> tuple[Numbers, Numbers]:
        r"""Of the two parts of V: :math:`(G_E^2 + \tau G_M^2)/(1 + \tau)` and :math:`G_M^2`, up to
        a common factor [1]."""
        if self.nucleus is None or (self.nucleus.spin == 0.5 and not self.nucleus.nucleon):
            return np.ones(np.shape(Q2)), np.ones(np.shape(Q2))
        if not self.nucleus.nucleon:
            return np.ones(np.shape(Q2)), np.zeros(np.shape(Q2))
        G_E, G_M = sachs(Q2, self.nucleus.name, magnetic_moment=self.nucleus.magnetic_moment)
        tau = Q2 / (4 * self.mass**2)
        return (G_E**2 + tau * G_M**2) / (1 + tau), G_M**2

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the papers."""
        more: tuple[str, ...] = () if self.nucleus is None else self.nucleus.papers
        held: tuple[str, ...] = ("LewinSmith1996",) if self.k_F else ()
        if self.within is not None:
            held = ("BednyakovNaumov2018", *self.within.papers)
        return tuple(dict.fromkeys(("BrdarTalk", *more, *held)))


def scatterers(target: Nucleus | Material | str, kinds: Sequence[str] | str = KINDS, *,
               k_F: Any = K_F, incoherent: str = "pauli", screening: bool = False
               ) -> tuple[Scatterer, ...]:
    """What N can be made on in a material, per formula unit of it.

    Parameters
    ----------
    target : Nucleus, Material, or the name of one, such as ``C12`` and ``CH2``
    kinds : some of :data:`KINDS`; what a target has none of is not there
    k_F : Fermi momentum of bound nucleons, at least 0; 0 takes them as free [energy]
    incoherent : bound nucleons, ``pauli``: those that a Fermi gas lets go; ``one_minus_F2``: each
        times :math:`1 - F^2` of its nucleus; ``free``: all
    screening : whether the electrons of the atom hide the charge of its nucleus at momentum
        transfers below 1/radius, a few keV: where M_N^2/2E is lower, no growth is left but that

    Raises
    ------
    UnknownName, DomainError
    """
    kinds = _kinds(kinds)
    k_F = _fermi(k_F, incoherent)
    if isinstance(target, str):
        target = material(target)
    if not isinstance(target, Nucleus | Material):
        raise DomainError(f"target = {target!r:.60} must be a Nucleus, a Material or the name of "
                          "one, such as C12 and CH2")
    parts = ((1.0, target),) if isinstance(target, Nucleus) else target.parts
    made: list[Scatterer] = []
    for number, one in parts:
        bound = not one.nucleon and one.A > 1
        for kind in kinds:
            if kind == "coherent" and bound:
                made.append(Scatterer(name=one.name, kind=kind, mass=one.mass, number=number,
                                      nucleus=one, hidden=one.Z if screening else 0))
            elif kind == "electrons" and one.Z:
                made.append(Scatterer(name=f"{_atom(one)} electrons", kind=kind, mass=_m_e,
                                      number=number * one.Z))
            elif kind in ("protons", "neutrons"):
                struck = PROTON if kind == "protons" else NEUTRON
                many = one.Z if kind == "protons" else one.N
                if many > 0:
                    made.append(Scatterer(
                        name=f"{_atom(one)} {kind}", kind=kind, mass=struck.mass,
                        number=number * many, nucleus=struck, k_F=k_F if bound else 0.0,
                        hidden=one.Z if screening and not bound and struck is PROTON else 0,
                        within=one if bound and incoherent == "one_minus_F2" else None))
    return tuple(made)


def _kinds(kinds: object) -> tuple[str, ...]:
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list | tuple) or not kinds:
        raise DomainError(f"kinds = {kinds!r:.60} must be some of {', '.join(KINDS)}")
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownName("kind of up-scattering", kind, KINDS)
    if len(set(kinds)) < len(kinds):
        raise DomainError(f"kinds = {kinds!r:.80} names one twice, which would count it twice")
    return tuple(kinds)


def _fermi(k_F: Any, incoherent: str) -> float:
    if incoherent not in INCOHERENT:
        raise UnknownName("treatment of bound nucleons", incoherent, INCOHERENT)
    k_F = parse(k_F, "MeV", what="k_F") if isinstance(k_F, str) else counted("k_F", k_F, "MeV")
    if not (isinstance(k_F, int | float) and np.isfinite(k_F) and k_F >= 0):
        raise DomainError(f"k_F = {k_F!r:.60} must be one finite momentum, at least 0, such as "
                          "'221 MeV'; 0 takes bound nucleons as free")
    if incoherent != "pauli" and k_F not in (0.0, K_F):
        raise DomainError(f"k_F counts with incoherent='pauli' alone, not with '{incoherent}'")
    return float(k_F) if incoherent == "pauli" else 0.0


def _struck(target: Nucleus | Material | str, kinds: Sequence[str] | str, k_F: float,
            incoherent: str, screening: bool, m_e: float) -> list[Scatterer]:
    """The scatterers of a cross section, electrons of a mass that may be another."""
    found = scatterers(target, kinds, k_F=k_F, incoherent=incoherent, screening=screening)
    if not found:
        has = {x.kind for x in scatterers(target)}
        name = target if isinstance(target, str) else target.name
        raise DomainError(f"{name} has nothing of the kinds {', '.join(_kinds(kinds))}; it has "
                          + ", ".join(k for k in KINDS if k in has))
    return [replace(x, mass=m_e) if x.kind == "electrons" else x for x in found]


def _atom(one: Nucleus) -> str:
    return {"p": "H1"}.get(one.name, one.name)


@formula
def dsigma_dQ2(Q2: Numbers, E_nu: Numbers, couplings: DipolePortal | Couplings,
               target: Nucleus | Material | str, *, flavor: str | None = None,
               antineutrino: bool = False, kinds: Sequence[str] | str = ("coherent",),
               k_F: float = K_F, incoherent: str = "pauli", screening: bool = False,
               alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
    r"""Cross section of nu X -> N X by the momentum transfer.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dQ^2} =
              \frac{1}{2m}\frac{\mathrm d\sigma}{\mathrm dT}

    Parameters
    ----------
    Q2 : float or array (broadcasts), above 0 [energy^2]
    E_nu : float or array [energy]
    couplings : DipolePortal, or Couplings
    target : Nucleus, Material (per formula unit) or the name of one
    flavor : incoming ``e``, ``mu`` or ``tau``; None is the one flavor of the portal
    antineutrino : bool
    kinds : what is struck, some of ``coherent``, ``protons``, ``neutrons``, ``electrons``
    k_F : float, Fermi momentum of bound nucleons, 0 for free ones [energy]
    incoherent : ``pauli``, ``one_minus_F2`` or ``free``, see :func:`scatterers`
    screening : bool, whether electrons hide the charge at low momentum transfer, see
        :func:`munu.targets.form_factors.atomic_screening`
    alpha, m_e : constants [1], [energy]

    Returns
    -------
    float or array [area/energy^2]; exact 0 outside the kinematic window

    Raises
    ------
    DomainError, UnknownName
        A target that has nothing of these kinds; no flavor where the couplings have several.

    Holds : tree level; elastic: nothing is broken up but bound nucleons knocked out, at rest
        before.  Above about 1 GeV^2 deep inelastic scattering takes over, which is left out.
    Power : mu^2
    Source : BrdarTalk, Brdar2020, LewinSmith1996
    """
    Q2, E = np.asarray(Q2, dtype=float), np.asarray(E_nu, dtype=float)
    struck = _struck(target, kinds, k_F, incoherent, screening, m_e)
    total = np.zeros(np.broadcast_shapes(Q2.shape, E.shape))
    safe = np.where(E > 0, E, 1.0)
    for M_N, weight in flavor_weights(couplings, flavor, antineutrino):
        for one in struck:
            T = Q2 / (2 * one.mass)
            c = one.coefficients(T, M_N)
            value = c[0] + c[1] / safe + c[2] / safe**2
            inside = (E > 0) & (E_nu_min(T, M_N, one.mass) <= E)
            # where the terms cancel, at the end of the window, rounding has no sign
            value = np.where(inside, np.maximum(value, 0.0), 0.0)
            total = total + one.number * weight / (2 * one.mass) * value
    return (pi * alpha**2 / m_e**2 * total)[()]


@formula
def sigma(E_nu: Numbers, couplings: DipolePortal | Couplings, target: Nucleus | Material | str, *,
          flavor: str | None = None, antineutrino: bool = False,
          kinds: Sequence[str] | str = ("coherent",), Q2_min: float = 0.0,
          Q2_max: float | None = None, k_F: float = K_F, incoherent: str = "pauli",
          screening: bool = False, alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
    r"""Total cross section of nu X -> N X.

    .. math:: \sigma = \int_{Q^2_{\min}}^{Q^2_{\max}}\mathrm dQ^2\,
              \frac{\mathrm d\sigma}{\mathrm dQ^2},\qquad Q^2_{\min}Q^2_{\max} =
              \frac{m^2M_N^4}{s}

    Parameters
    ----------
    E_nu : float or array [energy]
    others : as :func:`dsigma_dQ2`
    Q2_min : float, below which nothing counts [energy^2]; needed for a massless N
    Q2_max : float or None, above which nothing counts [energy^2]

    Returns
    -------
    float or array [area]; exact 0 below threshold

    Raises
    ------
    DomainError, UnknownName
        A massless N without ``Q2_min``: the cross section diverges as a logarithm.

    Holds : as :func:`dsigma_dQ2`; precise to 1e-5.
    Power : mu^2
    Source : BrdarTalk, Brdar2020

    >>> from munu import DipolePortal
    >>> from munu.units import GeV, cm
    >>> portal = DipolePortal(1e-8, 0.1 * GeV, "mu")
    >>> print(f"{sigma(3 * GeV, portal, 'Ar40') / cm**2:.2e}")
    5.31e-38
    """
    E = np.asarray(E_nu, dtype=float)
    if Q2_max is not None and not Q2_max > Q2_min:
        raise DomainError(f"Q2_max = {Q2_max / MeV**2:g} MeV^2 must be above Q2_min = "
                          f"{Q2_min / MeV**2:g} MeV^2")
    struck = _struck(target, kinds, k_F, incoherent, screening, m_e)
    total = np.zeros(E.shape)
    for M_N, weight in flavor_weights(couplings, flavor, antineutrino):
        for one in struck:
            total = total + weight * one.number * _total(E, M_N, one, Q2_min, Q2_max)
    return (pi * alpha**2 / m_e**2 * total)[()]


def _total(E: np.ndarray, M_N: float, one: Scatterer, Q2_min: float, Q2_max: float | None
           ) -> np.ndarray:
    """The integral over T of the cross section per alpha mu^2, of one particle."""
    low, high = (np.asarray(t) for t in recoil_range(E, M_N, one.mass))
    low = np.maximum(low, Q2_min / (2 * one.mass))
    if Q2_max is not None:
        high = np.minimum(high, Q2_max / (2 * one.mass))
    is_open = high > low
    if np.any(is_open & (low <= 0)):
        raise DomainError("the cross section of a massless N diverges at small Q2; give Q2_min "
                          "above 0")
    T, dT = recoils(np.where(is_open, low, 1.0), np.where(is_open, high, 2.0), one)
    c = one.coefficients(T, M_N)
    safe = np.where(E > 0, E, 1.0)[..., None]
    value = (c[0] + c[1] / safe + c[2] / safe**2) * dT
    return np.where(is_open, value.sum(axis=-1), 0.0)


def recoils(low: Numbers, high: Numbers, one: Scatterer, *, widest: float = _WIDEST,
            nodes: int = _NODES, least: int = _LEAST) -> tuple[np.ndarray, np.ndarray]:
    """Gauss over recoil energies: even in ln q, and in q where a form factor oscillates.

    Parameters
    ----------
    low, high : arrays (...,), above 0 [energy]
    one : Scatterer
    widest : panel in ln q, or half in q times the radius [1]
    nodes : a panel
    least : number of panels

    Returns
    -------
    T, dT : arrays (..., k) [energy]
    """
    from scipy.special import wrightomega

    first, last = (np.sqrt(2 * one.mass * np.asarray(t, dtype=float)) for t in (low, high))
    whole = one.nucleus if one.within is None else one.within
    half = 0.0
    if whole is not None and not whole.nucleon and whole.form_factor != "none":
        half = 0.6 * fm * whole.A ** (1 / 3)
        if one.within is None:
            last = np.minimum(last, np.hypot(first, _TAIL))
    # y = ln q + q R/2, whose inverse is the omega function of Wright
    # Pauli's principle lets go of all at twice the Fermi momentum, with a kink
    kink = 2 * one.mass * (np.hypot(one.mass, 2 * one.k_F) - one.mass)
    ends = (first, np.clip(np.sqrt(kink), first, last), last) if one.k_F else (first, last)
    both = []
    for a, b in pairwise(ends):
        width = (np.log(b / a) + half * (b - a))[..., None]
        panels = max(int(np.ceil(np.max(width, initial=0.0) / widest)), least)
        u, w = gauss_panels(np.linspace(0, 1, panels + 1), nodes)
        y = (np.log(a) + half * a)[..., None] + width * u
        q = wrightomega(y + np.log(half)) / half if half else np.exp(y)
        T = q**2 / (2 * one.mass)
        both.append((T, 2 * T / (1 + half * q) * width * w))
    T, dT = (np.concatenate(x, axis=-1) for x in zip(*both, strict=True))
    return T, dT


@formula
def polarization(Q2: Numbers, E_nu: Numbers, M_N: Numbers, scatterer: Scatterer, *,
                 frame: str = "lab") -> tuple[Numbers, Numbers]:
    r"""Polarization of N made by a neutrino, along its momentum and across it.

    .. math:: P_\parallel = \frac{1}{p_N}\left[E_N - M^2\frac{u\cdot V}{p_N\cdot V}\right],\qquad
              P_\perp = -M\,\frac{a\,k_\perp}{p_N\cdot V}

    with u the velocity of the frame in which momentum is meant and a the coefficient of the
    neutrino's momentum k in V, less that of the target's where this moves against k.  Twice the
    mean spin; an antineutrino gives the opposite.

    Parameters
    ----------
    Q2 : float or array (broadcasts), above 0 [energy^2]
    E_nu : float or array, in which the process is open at that Q2 [energy]
    M_N : float, above 0 [energy]
    scatterer : Scatterer
    frame : ``lab`` or ``cm``

    Returns
    -------
    along, across : floats or arrays [1]; across in the plane of scattering, towards the side of
        the beam; along is twice the share of positive helicity, less 1

    Raises
    ------
    DomainError, UnknownName
        N cannot be made with that Q2; an unknown frame.

    Holds : target unpolarized; exact tree level; Q^2 above 0.  Where N rests, along the beam.
    Source : BrdarTalk
    """
    if frame not in FRAMES:
        raise UnknownName("frame", frame, FRAMES)
    Q2, E = np.asarray(Q2, dtype=float), np.asarray(E_nu, dtype=float)
    m, M = scatterer.mass, np.asarray(M_N, dtype=float)
    T, M2 = Q2 / (2 * m), M**2
    least = E_nu_min(T, M, m)
    if np.any(shut := least * (1 - _EDGE) > E):
        k = np.unravel_index(np.argmax(shut), np.shape(shut))
        Q2_, E_, least_, M_ = (float(np.broadcast_to(x, np.shape(shut))[k])
                               for x in (Q2, E, least, M))
        raise DomainError(
            f"no N of {M_ / MeV:g} MeV is made on {scatterer.name} at E_nu = {E_ / MeV:g} MeV and "
            f"Q2 = {Q2_ / MeV**2:g} MeV^2; that needs E_nu of at least {least_ / MeV:g} MeV")
    A, B = scatterer.strengths(Q2)
    B = Q2 * B
    p, short = away(E, T, M, m)
    E_N = np.maximum(E - T, M)
    # squares of what N has across the beam times E
    G = (E * p) ** 2 * short * (2 - short)
    half, P2, Pk = (M2 + Q2) / 2, m**2 + Q2 / 4, m * E - (M2 + Q2) / 4
    # V . p_N has no cancellation so; V . p, V . k, and the coefficient of k
    N = 4 * A * (2 * m**2 * G + P2 * Q2 * half) + B * half * (2 * M2 - Q2)
    pV = Q2 * (4 * A * P2 * m * E + B * (m * E - 2 * half))
    kV = 8 * A * (Q2 * Pk**2 - P2 * half**2) + 4 * B * half**2
    a = 4 * A * (Q2 * Pk + P2 * M2) - B * (2 * M2 + Q2)
    if frame == "lab":
        energy, uV, beam, momentum = E_N, pV / m, E, p
    else:
        root = np.sqrt(m * (m + 2 * E))
        energy, uV, beam = (2 * m * E + M2) / (2 * root), (pV + kV) / root, m * E / root
        # the target moves against the beam
        a = a - 8 * A * Q2 * Pk
        momentum = np.sqrt(np.maximum((energy - M) * (energy + M), 0.0))
    moves = momentum > 0
    safe = np.where(moves, momentum, 1.0)
    # along the beam where N rests
    along = np.where(moves, (energy - M2 * uV / N) / safe, M * kV / (beam * N) - 1)
    # what N has across the beam is the same in both frames, and k times it over p_N is turned
    across = np.where(moves, -M * a * beam / E * np.sqrt(np.maximum(G, 0.0)) / (safe * N), 0.0)
    return along[()], across[()]


def away(E_nu: Numbers, T: Numbers, M_N: Numbers, m: float) -> tuple[Numbers, Numbers]:
    """Momentum of N, and 1 less the cosine of its angle to the beam, precise at any boost.

    Parameters
    ----------
    E_nu, T, M_N, m : energies of neutrino and recoil, masses of N and of the target [energy]

    Returns
    -------
    p, short : [energy], [1]
    """
    E_N, M2 = np.maximum(E_nu - T, M_N), np.asarray(M_N) ** 2
    p = np.sqrt((E_N - M_N) * (E_N + M_N))
    slow = M2 / (E_N + p)
    rest = 2 * m * T - M2 * (2 * T + slow) / (E_N + p)
    size = 2 * E_nu * p
    return p, np.clip(rest / np.where(size > 0, size, 1.0), 0.0, 2.0)
