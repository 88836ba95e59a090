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

from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np

from munu._arrays import Numbers, gauss_panels
from munu._guard import formula
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, UnknownName
from munu.kinematics import E_nu_min, recoil_range
from munu.processes import _dipole
from munu.processes.process import dipole_parts, pure_state
from munu.targets.form_factors import pauli_blocking, sachs
from munu.targets.nucleus import NEUTRON, PROTON, Material, Nucleus, material
from munu.units import MeV, parse

__all__ = ["KINDS", "Scatterer", "dsigma_dQ2", "polarization", "scatterers", "sigma"]

#: what N is made on
KINDS = ("coherent", "protons", "neutrons", "electrons")
#: of carbon and what is as heavy, as electron scattering has it
K_F = 221 * MeV
FRAMES = ("lab", "cm")
# widest panel in the logarithm of the recoil energy, and nodes a panel
_WIDEST, _NODES = 0.6, 4


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
    """

    name: str
    kind: str
    mass: float
    number: float
    nucleus: Nucleus | None = None
    k_F: float = 0.0

    def coefficients(self, T: Numbers, M_N: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The cross section per alpha mu^2 as powers of 1/E, of one particle: T, M_N [energy]."""
        if self.nucleus is None:
            return _dipole.dipole_coefficients(T, M_N, self.mass)
        c = _dipole.of_nucleus(T, M_N, self.nucleus)
        if self.k_F == 0.0:
            return c
        # of the nucleon, its three-momentum
        share = pauli_blocking(np.sqrt(T * (T + 2 * self.mass)), k_F=self.k_F)
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
        return ("BrdarTalk",) if self.nucleus is None else ("BrdarTalk", *self.nucleus.papers)


def scatterers(target: Nucleus | Material | str, kinds: tuple[str, ...] = KINDS, *,
               k_F: Any = K_F) -> tuple[Scatterer, ...]:
    """What N can be made on in a material, per formula unit of it.

    Parameters
    ----------
    target : Nucleus, Material, or the name of one, such as ``C12`` and ``CH2``
    kinds : some of :data:`KINDS`
    k_F : Fermi momentum of bound nucleons, at least 0; 0 takes them as free [energy]

    Raises
    ------
    UnknownName, DomainError
    """
    if isinstance(kinds, str):
        kinds = (kinds,)
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownName("kind of up-scattering", kind, KINDS)
    k_F = parse(k_F, "MeV", what="k_F") if isinstance(k_F, str) else float(k_F)
    if not (np.isfinite(k_F) and k_F >= 0):
        raise DomainError(f"k_F = {k_F / MeV:g} MeV must be at least 0")
    if isinstance(target, str):
        target = material(target)
    parts = ((1.0, target),) if isinstance(target, Nucleus) else target.parts
    made: list[Scatterer] = []
    for number, one in parts:
        bound = not one.nucleon and one.A > 1
        for kind in kinds:
            if kind == "coherent" and bound:
                made.append(Scatterer(name=one.name, kind=kind, mass=one.mass, number=number,
                                      nucleus=one))
            elif kind == "electrons" and one.Z:
                made.append(Scatterer(name=f"{_atom(one)} electrons", kind=kind, mass=_m_e,
                                      number=number * one.Z))
            elif kind in ("protons", "neutrons"):
                struck = PROTON if kind == "protons" else NEUTRON
                many = one.Z if kind == "protons" else one.N
                if many > 0:
                    made.append(Scatterer(
                        name=f"{_atom(one)} {kind}", kind=kind, mass=struck.mass,
                        number=number * many, nucleus=struck, k_F=k_F if bound else 0.0))
    return tuple(made)


def _atom(one: Nucleus) -> str:
    return {"p": "H1"}.get(one.name, one.name)


@formula
def dsigma_dQ2(Q2: Numbers, E_nu: Numbers, couplings: DipolePortal | Couplings,
               target: Nucleus | Material | str, *, flavor: str | None = None,
               antineutrino: bool = False, kinds: tuple[str, ...] = ("coherent",),
               k_F: float = K_F, alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
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
    alpha, m_e : constants [1], [energy]

    Returns
    -------
    float or array [area/energy^2]; exact 0 outside the kinematic window

    Raises
    ------
    DomainError, UnknownName

    Holds : tree level; elastic: nothing is broken up but bound nucleons knocked out, at rest
        before.  Above about 1 GeV^2 deep inelastic scattering takes over, which is left out.
    Power : mu^2
    Source : BrdarTalk, Brdar2020, LewinSmith1996
    """
    Q2, E = np.asarray(Q2, dtype=float), np.asarray(E_nu, dtype=float)
    if np.any(Q2 <= 0):
        raise DomainError("the momentum transfer Q2 must be above 0")
    total = np.zeros(np.broadcast_shapes(Q2.shape, E.shape))
    safe = np.where(E > 0, E, 1.0)
    for M_N, weight in _weights(couplings, flavor, antineutrino):
        for one in scatterers(target, kinds, k_F=k_F):
            T = Q2 / (2 * one.mass)
            c = one.coefficients(T, M_N)
            value = c[0] + c[1] / safe + c[2] / safe**2
            inside = (E > 0) & (E_nu_min(T, M_N, one.mass) <= E)
            total = total + np.where(inside, one.number * weight / (2 * one.mass) * value, 0.0)
    return (pi * alpha**2 / m_e**2 * total)[()]


@formula
def sigma(E_nu: Numbers, couplings: DipolePortal | Couplings, target: Nucleus | Material | str, *,
          flavor: str | None = None, antineutrino: bool = False,
          kinds: tuple[str, ...] = ("coherent",), Q2_min: float = 0.0, Q2_max: float | None = None,
          k_F: float = K_F, alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
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
    total = np.zeros(E.shape)
    for M_N, weight in _weights(couplings, flavor, antineutrino):
        for one in scatterers(target, kinds, k_F=k_F):
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
    low, high = np.where(is_open, low, 1.0), np.where(is_open, high, np.e)
    width = np.log(high / low)
    panels = max(int(np.ceil(np.max(width, initial=1.0) / _WIDEST)), 8)
    u, w = gauss_panels(np.linspace(0, 1, panels + 1), _NODES)
    T = low[..., None] * np.exp(width[..., None] * u)
    c = one.coefficients(T, M_N)
    safe = np.where(E > 0, E, 1.0)[..., None]
    value = (c[0] + c[1] / safe + c[2] / safe**2) * T
    return np.where(is_open, width * (value @ w), 0.0)


def _weights(couplings: object, flavor: str | None, antineutrino: bool
             ) -> list[tuple[float, float]]:
    """Masses of N and their weights [mu_B^2] for one incoming flavor."""
    if flavor is None:
        found = {p.flavor for p in Couplings.of(couplings).portals}
        flavor = str(next(iter(found))) if len(found) == 1 else "None"
        if flavor not in ("e", "mu", "tau", "universal"):
            raise DomainError("the incoming flavor is needed: flavor = e, mu or tau")
    state = pure_state(flavor, antineutrino, couplings)
    return [(M, float(np.einsum("xij,xji->", state, np.stack([C, C.conj()])).real))
            for M, C in dipole_parts(couplings)]


@formula
def polarization(Q2: Numbers, E_nu: Numbers, M_N: Numbers, scatterer: Scatterer, *,
                 frame: str = "lab") -> tuple[Numbers, Numbers]:
    r"""Polarization of N made by a neutrino, along its momentum and across it.

    .. math:: P_\parallel = \frac{1}{p_N}\left[E_N - M^2\frac{u\cdot V}{p_N\cdot V}\right],\qquad
              P_\perp = -M\,\frac{a\,k_\perp}{p_N\cdot V}

    with u the velocity of the frame in which momentum is meant and a the coefficient of the
    neutrino's momentum k in V.  Twice the mean spin; an antineutrino gives the opposite.

    Parameters
    ----------
    Q2 : float or array (broadcasts) [energy^2]
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
    UnknownName

    Holds : target unpolarized; exact tree level.
    Source : BrdarTalk
    """
    if frame not in FRAMES:
        raise UnknownName("frame", frame, FRAMES)
    Q2, E = np.asarray(Q2, dtype=float), np.asarray(E_nu, dtype=float)
    m, M2 = scatterer.mass, np.asarray(M_N, dtype=float) ** 2
    A, B = scatterer.strengths(Q2)
    kq = -(M2 + Q2) / 2
    P2, Pk = m**2 + Q2 / 4, m * E - (M2 + Q2) / 4
    PX = Q2 * Pk
    magnetic = Q2 * B
    # V . p_N, V . p, V . k, and the coefficient of k
    qN = (Q2 - M2) / 2
    N = 4 * A * (2 * PX * Pk - P2 * (2 * kq * qN - Q2 * kq)) + magnetic * (4 * kq * qN - Q2 * kq)
    p_rest = 4 * A * P2 * (2 * PX - (kq * Q2 + Q2 * m * E)) + magnetic * (2 * kq + m * E) * Q2
    k_rest = 4 * A * (2 * PX * Pk - 2 * P2 * kq**2) + magnetic * 4 * kq**2
    a = 4 * A * (PX - P2 * (2 * kq + Q2)) + magnetic * (4 * kq + Q2)
    E_N = E - Q2 / (2 * m)
    lab = np.sqrt(np.maximum((E_N**2 - M2), 0.0))
    if frame == "lab":
        energy, uV, beam = E_N, p_rest / m, E
        momentum = lab
    else:
        s = m * (m + 2 * E)
        root = np.sqrt(s)
        energy, uV = (s + M2 - m**2) / (2 * root), (p_rest + k_rest) / root
        beam = m * E / root
        momentum = np.sqrt(np.maximum(energy**2 - M2, 0.0))
    safe = np.where(momentum > 0, momentum, 1.0)
    along = np.where(momentum > 0, (energy - M2 * uV / N) / safe, 0.0)
    # what N has across the beam is the same in both frames, and k times it over p_N is turned
    cosine = (E * E_N - (M2 + Q2) / 2) / (E * np.where(lab > 0, lab, 1.0))
    side = beam * lab * np.sqrt(np.maximum(1 - cosine**2, 0.0)) / safe
    across = -np.sqrt(M2) * a * side / N
    return along[()], across[()]
