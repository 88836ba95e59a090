r"""Neutrinos on nuclei and nucleons: dipole, CEvNS, charge radius, millicharge.

``dsigma_dT`` is the dipole term alone, ``dsigma_dT_sm`` coherent elastic scattering in the
Standard Model, ``dsigma_dT_total`` all couplings at once, ``dsigma_dT_incoherent`` the dipole
on the single nucleons of a nucleus.  Excitation of the nucleus is left out: below about 100 MeV
it adds at most a few per cent, at higher energies see the accelerator processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import numpy as np

from munu import flavors
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.constants import sin2_theta_W_0 as _s2w
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.kinematics import E_nu_min
from munu.processes._dipole import of_nucleus as dipole_coefficients
from munu.processes.process import (
    Reaction,
    Term,
    dipole_parts,
    hermitian_product,
    in_flavor_basis,
    pure_state,
)
from munu.targets.form_factors import pauli_blocking
from munu.targets.nucleus import NEUTRON, PROTON, Material, Nucleus
from munu.weak import couplings_nucleon, delta_gV_charge, delta_gV_r2

# ---- the dipole --------------------------------------------------------------------------

def dipole_term(T: Numbers, M_N: Numbers, C: np.ndarray, nucleus: Nucleus, *, alpha: float = _alpha,
                m_e: float = _m_e) -> Term:
    """The dipole cross section of one trace matrix C [mu_B^2]; T and M_N broadcast."""
    scale = pi * alpha**2 / m_e**2
    return Term(scale * np.stack(np.broadcast_arrays(*dipole_coefficients(T, M_N, nucleus))),
                np.asarray(E_nu_min(T, M_N, nucleus.mass)), np.stack([C, C.conj()]), "dipole")


def _nuclei(target: Nucleus | Material) -> tuple[tuple[float, Nucleus], ...]:
    if isinstance(target, Nucleus):
        return ((1.0, target),)
    if isinstance(target, Material):
        return target.parts
    raise DomainError(f"target {target!r} must be a munu.targets.Nucleus or Material, such as "
                      "munu.targets.nucleus('Xe132') or munu.targets.material('CsI')")


def _summed(T: Numbers, E_nu: Numbers, target: Nucleus | Material, flavor: str, antineutrino: bool,
            couplings: DipolePortal | Couplings | None, make: Callable[..., list[Term]]) -> Numbers:
    T = finite("the recoil energy T", T)
    if np.any(T <= 0):
        raise DomainError("the recoil energy T must be above 0")
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    T, E = np.broadcast_arrays(T, E)
    state = pure_state(flavor, antineutrino, couplings)
    total = np.zeros(T.shape)
    for number, one in _nuclei(target):
        total = total + number * sum((t.dsigma_dT(E, state) for t in make(T, one)),
                                     start=np.zeros(T.shape))
    return total[()]


@formula
def dsigma_dT(T: Numbers, E_nu: Numbers, couplings: DipolePortal | Couplings,
              target: Nucleus | Material, *, flavor: str, antineutrino: bool = False,
              U: np.ndarray | None = None, alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
    r"""Recoil spectrum of nu A -> N A by a magnetic moment: the dipole term alone.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \alpha\mu^2 Z^2 F^2(q^2)\left[
       \frac1T - \frac1E + \frac{T}{4E^2} + M^2\left(\frac{1}{8E^2m} - \frac{1}{2ETm}
       - \frac{1}{4E^2T}\right) - \frac{M^4}{8E^2T^2m}\right]

    (spin 0; see :func:`dipole_coefficients` for the others).

    Parameters
    ----------
    T : float or array (broadcasts), recoil energy [energy], above 0
    E_nu : float or array, neutrino energy [energy], at least 0
    couplings : DipolePortal, or Couplings (moments among light neutrinos have M_N = 0)
    target : Nucleus (per nucleus), or Material (per formula unit, sum over its isotopes)
    flavor : incoming ``e``, ``mu`` or ``tau``; ``universal`` for a universal portal
    antineutrino : bool
    U : complex (3, 3), mixing matrix, for couplings in the mass basis
    alpha, m_e : constants [1], [energy]

    Returns
    -------
    float or array [area/energy]; exact 0 outside the kinematic window

    Raises
    ------
    DomainError, UnknownName

    Holds : elastic and coherent, tree level.
    Power : mu^2
    Source : Brdar2020, LewinSmith1996
    Anchors : dip_A_xe0, dip_p_sachs

    >>> from munu import DipolePortal
    >>> from munu.targets import nucleus
    >>> from munu.units import MeV, keV, cm
    >>> portal = DipolePortal(mu=1e-10, M_N=0.0, flavor="e")
    >>> value = dsigma_dT(1 * keV, 10 * MeV, portal, nucleus("Xe132"), flavor="e")
    >>> print(f"{value / (cm**2 / MeV):.3e}")
    6.930e-39
    """
    parts = dipole_parts(couplings, U)
    return _summed(T, E_nu, target, flavor, antineutrino, couplings, lambda t, one: [
        dipole_term(t, M, C, one, alpha=alpha, m_e=m_e) for M, C in parts])


@formula
def dsigma_dT_incoherent(T: Numbers, E_nu: Numbers, couplings: DipolePortal | Couplings,
                         nucleus: Nucleus, *, flavor: str, antineutrino: bool = False,
                         U: np.ndarray | None = None) -> Numbers:
    r"""The dipole on the single nucleons of a nucleus, knocked out of it.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \left[Z\frac{\mathrm d\sigma_p}{\mathrm dT}
       + N\frac{\mathrm d\sigma_n}{\mathrm dT}\right](1 - F^2(q))\, S(q),\qquad q^2 = 2 m_p T

    Parameters
    ----------
    T : float or array, kinetic energy of the *nucleon* [energy], above 0
    nucleus : Nucleus
    others : as :func:`dsigma_dT`

    Returns
    -------
    float or array, per nucleus [area/energy]

    Raises
    ------
    DomainError, UnknownName

    Holds : impulse approximation with Pauli blocking; matters above q of about 100 MeV.
    Power : mu^2
    Source : Brdar2020

    >>> from munu import DipolePortal
    >>> from munu.targets import nucleus
    >>> from munu.units import MeV
    >>> d = DipolePortal(mu=1e-9, M_N=0.0, flavor="mu")
    >>> bool(dsigma_dT_incoherent(20 * MeV, 500 * MeV, d, nucleus("C12"), flavor="mu") > 0)
    True
    """
    T = finite("the recoil energy T", T)
    # the same momentum transfer on the nucleus as a whole
    F2 = nucleus.F_charge(T * PROTON.mass / nucleus.mass) ** 2
    p, n = (dsigma_dT(T, E_nu, couplings, x, flavor=flavor, antineutrino=antineutrino, U=U)
            for x in (PROTON, NEUTRON))
    single = nucleus.Z * p + nucleus.N * n
    return (single * (1 - F2) * pauli_blocking(PROTON.q(T)))[()]


# ---- CEvNS, radius and charge ------------------------------------------------------------

def weak_terms(T: Numbers, couplings: Couplings | None, nucleus: Nucleus, *,
               U: np.ndarray | None = None, sin2_theta_W: float = _s2w, radiative: bool = True,
               G_F: float = _G_F, alpha: float = _alpha, power: int | None = None) -> list[Term]:
    r"""Coherent elastic scattering with charge radii and charges, on one nucleus.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \frac{G_F^2 m}{\pi}
       \left|Z g_p F_Z + N g_n F_N\right|^2\left(1 - \frac TE - \frac{mT}{2E^2}\right),\qquad
       g_p \to g_p - \frac{\sqrt2\pi\alpha}{3G_F}\langle r^2\rangle
       + \frac{\sqrt2\pi\alpha\, q}{G_F m T}

    with 3 x 3 matrices: diagonal entries interfere, flavor-changing ones add incoherently.
    ``power`` keeps the terms of that order in the new couplings alone.

    Source : GiuntiStudenikin2014, Cadeddu2018
    """
    T = finite("the recoil energy T", T)
    if np.any(T <= 0):
        raise DomainError("the recoil energy T must be above 0")
    new = in_flavor_basis(couplings, U)
    m = nucleus.mass
    g = [couplings_nucleon(f, sin2_theta_W=sin2_theta_W, radiative=radiative, alpha=alpha)
         for f in flavors.NAMES]
    FZ, FN = np.asarray(nucleus.F_charge(T)), np.asarray(nucleus.F_neutron(T))
    # amplitude = matrix times a function of T, by order in the new couplings
    pieces = [(0, np.diag([p for p, _ in g]).astype(complex), nucleus.Z * FZ),
              (0, np.diag([n for _, n in g]).astype(complex), nucleus.N * FN),
              (1, -delta_gV_r2(new.r2, G_F=G_F, alpha=alpha), nucleus.Z * FZ),
              (1, -delta_gV_charge(new.charge, 1.0, G_F=G_F, alpha=alpha, m=m),
               nucleus.Z * FZ / T)]
    kernel = np.stack([np.ones_like(T), -T, -m * T / 2 + (T**2 / 2 if nucleus.spin == 0.5 else 0)])
    E_min, terms = np.asarray(E_nu_min(T, 0.0, m)), []
    for i, (order_i, a, f) in enumerate(pieces):
        for j, (order_j, b, h) in enumerate(pieces[i:], start=i):
            if power is not None and order_i + order_j != power:
                continue
            C = hermitian_product(a, b, i == j)
            if C.any():
                terms.append(Term(G_F**2 * m / pi * f * h * kernel, E_min,
                                  np.stack([C, C.conj()]), "weak"))
    return terms


@formula
def dsigma_dT_sm(T: Numbers, E_nu: Numbers, target: Nucleus | Material, *, flavor: str,
                 antineutrino: bool = False, sin2_theta_W: float = _s2w, radiative: bool = True,
                 G_F: float = _G_F) -> Numbers:
    r"""Coherent elastic neutrino-nucleus scattering (CEvNS) in the Standard Model.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \frac{G_F^2 m}{\pi}
       \left[Z g_p F_Z + N g_n F_N\right]^2\left(1 - \frac TE - \frac{mT}{2E^2}\right)

    (spin 0; spin 1/2 adds :math:`T^2/2E^2`).

    Parameters
    ----------
    T, E_nu : float or array (broadcast) [energy]
    target : Nucleus (per nucleus) or Material (per formula unit)
    flavor : incoming ``e``, ``mu`` or ``tau``
    antineutrino : bool; changes nothing here
    sin2_theta_W, G_F : constants [1], [1/energy^2]
    radiative : bool, radiatively corrected couplings, which depend on flavor; else tree level

    Returns
    -------
    float or array [area/energy]; exact 0 outside the window

    Raises
    ------
    DomainError, UnknownName

    Holds : elastic, vector part; the axial part of nuclei with spin is left out (below 1 % for
        heavy ones).
    Source : GiuntiStudenikin2014, Cadeddu2018

    >>> from munu.targets import nucleus
    >>> from munu.units import MeV, keV, cm
    >>> value = dsigma_dT_sm(10 * keV, 30 * MeV, nucleus("Cs133"), flavor="mu")
    >>> print(f"{value / (cm**2 / MeV):.2e}")
    5.68e-37
    """
    return _summed(T, E_nu, target, flavor, antineutrino, None, lambda t, one: weak_terms(
        t, None, one, sin2_theta_W=sin2_theta_W, radiative=radiative, G_F=G_F))


@formula
def dsigma_dT_total(T: Numbers, E_nu: Numbers, couplings: Couplings | DipolePortal,
                    target: Nucleus | Material, *,
                    flavor: str, antineutrino: bool = False, U: np.ndarray | None = None,
                    sin2_theta_W: float = _s2w, radiative: bool = True) -> Numbers:
    r"""All electromagnetic couplings and CEvNS together.

    .. math:: \sigma_{\rm total} = \sigma_{\rm CE\nu NS}(g_p + \delta g_p) + \sigma_{\rm dipole}

    Parameters
    ----------
    T, E_nu : float or array (broadcast) [energy]
    couplings : DipolePortal or Couplings
    others : as :func:`dsigma_dT` and :func:`dsigma_dT_sm`

    Returns
    -------
    float or array [area/energy]

    Raises
    ------
    DomainError, UnknownName

    Holds : as its parts.
    Source : GiuntiStudenikin2014, Brdar2020

    >>> from munu import DipolePortal
    >>> from munu.targets import nucleus
    >>> from munu.units import MeV, keV
    >>> none, xe = DipolePortal(0.0, 0.0, "e"), nucleus("Xe132")
    >>> bool(dsigma_dT_total(keV, 10 * MeV, none, xe, flavor="e")
    ...      == dsigma_dT_sm(keV, 10 * MeV, xe, flavor="e"))
    True
    """
    if flavor == "universal":
        raise DomainError("flavor 'universal' names no incoming neutrino here; give e, mu or tau")
    held = Couplings.of(couplings)
    parts = dipole_parts(couplings, U)
    return _summed(T, E_nu, target, flavor, antineutrino, couplings, lambda t, one: [
        *weak_terms(t, held, one, U=U, sin2_theta_W=sin2_theta_W, radiative=radiative),
        *(dipole_term(t, M, C, one) for M, C in parts)])


@dataclass(frozen=True, eq=False)
class _Nuclei:
    """Terms of nuclei, each with how many there are in a formula unit."""

    parts: tuple[tuple[float, Nucleus], ...]
    radiative: bool

    def dipole(self, T: Numbers, M_N: Numbers, C: np.ndarray) -> list[Term]:
        return [dipole_term(T, M_N, C, one).scaled(number) for number, one in self.parts]

    def weak(self, T: Numbers, couplings: Couplings | None = None, power: int | None = None
             ) -> list[Term]:
        return [t.scaled(number) for number, one in self.parts
                for t in weak_terms(T, couplings, one, radiative=self.radiative, power=power)]


def reaction(target: Material | Nucleus, *, radiative: bool = True) -> Reaction:
    """Recoils of the nuclei of a material, for a rate.

    Parameters
    ----------
    target : Material, or one Nucleus
    radiative : radiatively corrected couplings

    Source : Brdar2020, GiuntiStudenikin2014
    """
    made = _Nuclei(_nuclei(target), radiative)
    per_mass = target.per_mass() if isinstance(target, Material) else 1 / target.mass
    return Reaction(name=f"nuclei of {target.name}", on="nuclei", dipole=made.dipole,
                    weak=made.weak, per_mass=per_mass,
                    papers=tuple(dict.fromkeys((*target.papers, "Brdar2020"))))
