r"""Neutrinos on electrons: dipole, weak, charge radius, millicharge.

``dsigma_dT`` is the dipole term alone, ``dsigma_dT_sm`` the Standard Model,
``dsigma_dT_total`` all couplings at once with their interference.  The same formulas reach
the rates as ``dipole_terms`` and ``weak_terms``: short sums of powers of 1/E_nu.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import pi, sqrt

import numpy as np

from munu import flavors
from munu._arrays import Numbers, finite, namespace
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.constants import mu_B
from munu.constants import sin2_theta_W_0 as _s2w
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, UnknownName
from munu.kinematics import E_nu_min
from munu.processes._dipole import dipole_coefficients
from munu.processes.process import (
    Reaction,
    Term,
    dipole_parts,
    hermitian_product,
    in_flavor_basis,
    pure_state,
)
from munu.targets.atom import ELECTRON, Atom
from munu.units import eV
from munu.weak import couplings_sm, delta_gV_charge, delta_gV_r2, r2_sm  # noqa: F401

# ---- the dipole ------------------------------------------------------------------------

def _per_electron(T: Numbers, target: Atom) -> np.ndarray:
    """Fraction of the target's electrons that take part."""
    if not isinstance(target, Atom):
        raise DomainError(f"target {target!r} must be a munu.targets.Atom, such as "
                          "munu.targets.electron or munu.targets.atom('Xe')")
    return target.electrons(T) / target.Z


@formula
def dsigma_dT(T: Numbers, E_nu: Numbers, couplings: DipolePortal | Couplings,
              target: Atom = ELECTRON, *, flavor: str, antineutrino: bool = False,
              U: np.ndarray | None = None, alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
    r"""Recoil spectrum of nu e -> N e by a magnetic moment: the dipole term alone.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \alpha\mu^2\left[\frac1T - \frac1E +
       \frac{M^2 (T - 2E - m)}{4 E^2 T m} + \frac{M^4 (T - m)}{8 E^2 T^2 m^2}\right]

    Parameters
    ----------
    T : float or array (broadcasts), recoil energy; energy deposit for shells [energy], above 0
    E_nu : float or array, neutrino energy [energy], at least 0
    couplings : DipolePortal, or Couplings (moments among light neutrinos have M_N = 0)
    target : Atom; for shells the mean over all Z electrons
    flavor : incoming ``e``, ``mu`` or ``tau``; ``universal`` for a universal portal
    antineutrino : bool
    U : complex (3, 3), mixing matrix, for couplings in the mass basis
    alpha, m_e : constants [1], [energy]

    Returns
    -------
    float or array, per electron [area/energy]; exact 0 outside the kinematic window

    Raises
    ------
    DomainError, UnknownName

    Holds : tree level; T >> binding energy, or with shells in the stepping approximation.
    Power : mu^2
    Source : BrdarTalk, VogelEngel1989, Shoemaker2018, Brdar2020
    Anchors : dip_e_M04, dip_e_M3_8B, dip_e_d_convention

    >>> from munu.units import MeV, cm
    >>> portal = DipolePortal(mu=1e-10, M_N=0.4 * MeV, flavor="e")
    >>> sigma = dsigma_dT(0.3 * MeV, 0.862 * MeV, portal, flavor="e")
    >>> print(f"{sigma / (cm**2 / MeV):.4e}")
    3.6300e-45
    """
    T = finite("the recoil energy T", T)
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    state = pure_state(flavor, antineutrino, couplings)
    T, E = np.broadcast_arrays(T, E)
    total = sum((term.dsigma_dT(E, state)
                 for term in dipole_terms(T, couplings, U=U, alpha=alpha, m_e=m_e)),
                start=np.zeros(T.shape))
    return (total * _per_electron(T, target))[()]


def dipole_terms(T: Numbers, couplings: DipolePortal | Couplings, *, U: np.ndarray | None = None,
                 alpha: float = _alpha, m_e: float = _m_e) -> list[Term]:
    """The dipole cross section on a free electron as :class:`Term`, one for each mass of N.

    Takes a DipolePortal, or Couplings with moments (M_N = 0) and portals.
    """
    T = finite("the recoil energy T", T)
    if np.any(T <= 0):
        raise DomainError("the recoil energy T must be above 0")
    return [dipole_term(T, M, C, alpha=alpha, m_e=m_e) for M, C in dipole_parts(couplings, U)]


def dipole_term(T: Numbers, M_N: Numbers, C: np.ndarray, *, alpha: float = _alpha,
                m_e: float = _m_e) -> Term:
    """The dipole cross section of one trace matrix C [mu_B^2]; T and M_N broadcast."""
    # alpha mu_B^2 = pi alpha^2/m_e^2 with the caller's constants
    scale = pi * alpha**2 / m_e**2
    return Term(scale * np.stack(np.broadcast_arrays(*dipole_coefficients(T, M_N, m_e))),
                np.asarray(E_nu_min(T, M_N, m_e)), np.stack([C, C.conj()]), "dipole")


@formula
def sigma(E_nu: Numbers, M_N: Numbers, *, m: Numbers = _m_e) -> Numbers:
    r"""Total dipole cross section over the whole recoil range, divided by :math:`\alpha\mu^2`.

    .. math:: \frac{\sigma}{\alpha\mu^2} = \left[\ln T - \frac TE
        - \frac{M^2 T}{2 m E T}\cdots\right]_{T_-}^{T_+}

    (the integral of :func:`dipole_coefficients` in closed form).

    Parameters
    ----------
    E_nu : float or array [energy]
    M_N : float or array [energy]; above 0, the massless one diverges at T = 0
    m : float, target mass [energy]

    Returns
    -------
    float or array [1]; 0 below threshold

    Raises
    ------
    DomainError
        M_N = 0.

    Holds : spin-1/2 point target, tree level.
    Source : BrdarTalk
    Anchors : sigma_e_tot, sigma_e_tot2

    >>> from munu.units import MeV
    >>> round(float(sigma(1 * MeV, 0.3 * MeV)), 6)
    3.578727
    """
    from munu.kinematics import recoil_range

    xp = namespace(E_nu, M_N, m)
    # what is traced has no values to judge
    if xp is np and np.any(np.asarray(M_N) <= 0):
        raise DomainError("the total dipole cross section diverges for M_N = 0; give M_N above 0")
    low, high = recoil_range(E_nu, M_N, m)
    open_ = high > low
    low, high = xp.where(open_, low, 1.0 * m), xp.where(open_, high, 1.0 * m)
    E, M2 = xp.where(open_, E_nu, 1.0 * m), M_N**2
    log, width, inverse = xp.log(high / low), high - low, 1 / low - 1 / high
    # integrals over T of c_0, c_1 and of c_2 = M2/4m (1 - m/T)(1 + M2/(2 T m))
    c1 = -width - M2 / (2 * m) * log
    c2 = M2 / (4 * m) * (width + (M2 / (2 * m) - m) * log - M2 / 2 * inverse)
    return xp.where(open_, log + c1 / E + c2 / E**2, 0.0)[()]


# ---- the weak current and what adds to its vector coupling -------------------------------

def weak_terms(T: Numbers, couplings: Couplings | None = None, *, U: np.ndarray | None = None,
               sin2_theta_W: float = _s2w, radiative: bool = False, G_F: float = _G_F,
               alpha: float = _alpha, m_e: float = _m_e, power: int | None = None) -> list[Term]:
    r"""The Standard Model with charge radii and charges, on a free electron.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \frac{G_F^2 m_e}{2\pi}\left[
       (g_V+g_A)^2 + (g_V-g_A)^2\left(1-\tfrac TE\right)^2
       + (g_A^2-g_V^2)\frac{m_e T}{E^2}\right]

    with 3 x 3 matrices for the couplings: diagonal entries interfere with the weak current,
    flavor-changing ones add incoherently.  ``power`` keeps the terms of that order in the new
    couplings alone: 0 the Standard Model, 1 the interference, 2 the square.

    Source : GiuntiStudenikin2014
    """
    T = finite("the recoil energy T", T)
    if np.any(T <= 0):
        raise DomainError("the recoil energy T must be above 0")
    new = in_flavor_basis(couplings, U)
    g = [couplings_sm(f, sin2_theta_W=sin2_theta_W, radiative=radiative, alpha=alpha)
         for f in flavors.NAMES]
    left, right = np.diag([a + b for a, b in g]), np.diag([a - b for a, b in g])
    # orders in the new couplings, and in 1/T: g_V -> g_V + r + q/T
    r = delta_gV_r2(new.r2, G_F=G_F, alpha=alpha)
    q = delta_gV_charge(new.charge, 1.0, G_F=G_F, alpha=alpha, m=m_e)
    pieces = [(0, 0, left, right), (1, 0, r, r), (1, 1, q, q)]
    E_min = np.asarray(E_nu_min(T, 0.0, m_e))
    unit, zero = np.ones_like(T), np.zeros_like(T)
    kernels = {"ll": np.stack([unit, zero, zero]), "rr": np.stack([unit, -2 * T, T**2]),
               "lr": np.stack([zero, zero, -m_e * T])}
    terms = []
    for i, (order_i, n_i, l_i, r_i) in enumerate(pieces):
        for order_j, n_j, l_j, r_j in pieces[i:]:
            if power is not None and order_i + order_j != power:
                continue
            same = l_i is l_j
            ll, rr = hermitian_product(l_i, l_j, same), hermitian_product(r_i, r_j, same)
            lr = (hermitian_product(l_i, r_j, True) if same
                  else hermitian_product(l_i, r_j, True) + hermitian_product(r_i, l_j, True))
            if not (ll.any() or rr.any() or lr.any()):
                continue
            factor = G_F**2 * m_e / (2 * pi) * T ** -(n_i + n_j)
            for kind, nu, nubar in (("ll", ll, rr), ("rr", rr, ll), ("lr", lr, lr)):
                terms.append(Term(factor * kernels[kind], E_min, np.stack([nu, nubar.conj()]),
                                  "weak"))
    return terms


@formula
def dsigma_dT_sm(T: Numbers, E_nu: Numbers, target: Atom = ELECTRON, *, flavor: str,
                 antineutrino: bool = False, sin2_theta_W: float = _s2w, radiative: bool = False,
                 G_F: float = _G_F, m_e: float = _m_e) -> Numbers:
    r"""Recoil spectrum of nu e -> nu e in the Standard Model.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \frac{G_F^2 m_e}{2\pi}\left[
       (g_V+g_A)^2 + (g_V-g_A)^2\left(1-\tfrac TE\right)^2
       + (g_A^2-g_V^2)\frac{m_e T}{E^2}\right];\qquad \bar\nu:\ g_A \to -g_A

    Parameters
    ----------
    T, E_nu : float or array (broadcast) [energy]
    target : Atom; for shells the mean over all Z electrons
    flavor : incoming ``e``, ``mu`` or ``tau``
    antineutrino : bool
    sin2_theta_W, G_F, m_e : constants [1], [1/energy^2], [energy]
    radiative : bool, the PDG's radiatively corrected couplings

    Returns
    -------
    float or array, per electron [area/energy]; exact 0 outside the window

    Raises
    ------
    DomainError, UnknownName

    Holds : massless neutrinos, tree level or effective couplings.
    Source : Bahcall1995, GiuntiStudenikin2014
    Anchors : sm_e_nue, sm_e_numu, sm_e_nuebar, sm_e_tot_be7

    >>> from munu.units import MeV, cm
    >>> print(f"{dsigma_dT_sm(0.2 * MeV, 0.862 * MeV, flavor='e') / (cm**2 / MeV):.4e}")
    9.5627e-45
    """
    return _summed(T, E_nu, target, flavor, antineutrino, lambda t: weak_terms(
        t, sin2_theta_W=sin2_theta_W, radiative=radiative, G_F=G_F, m_e=m_e))


def _summed(T: Numbers, E_nu: Numbers, target: Atom, flavor: str, antineutrino: bool,
            make: Callable[..., list[Term]]) -> Numbers:
    T = finite("the recoil energy T", T)
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    T, E = np.broadcast_arrays(T, E)
    state = pure_state(flavor, antineutrino)
    total = sum((t.dsigma_dT(E, state) for t in make(T)), start=np.zeros(T.shape))
    return (total * _per_electron(T, target))[()]


@formula
def sigma_sm(E_nu: Numbers, *, flavor: str, antineutrino: bool = False, sin2_theta_W: float = _s2w,
             radiative: bool = False, G_F: float = _G_F, m_e: float = _m_e) -> Numbers:
    r"""Total cross section of nu e -> nu e in the Standard Model.

    .. math:: \sigma = \frac{G_F^2 m_e}{2\pi}\left[(g_V+g_A)^2 T_+ + (g_V-g_A)^2
       \frac E3\left(1 - (1 - T_+/E)^3\right) + (g_A^2-g_V^2)\frac{m_e T_+^2}{2E^2}\right]

    Parameters
    ----------
    E_nu : float or array [energy], above 0
    others : as :func:`dsigma_dT_sm`

    Returns
    -------
    float or array [area]

    Raises
    ------
    DomainError, UnknownName

    Source : Bahcall1995
    Anchors : sm_e_tot_be7

    >>> from munu.units import MeV, cm
    >>> print(f"{sigma_sm(0.862 * MeV, flavor='e') / cm**2:.4e}")
    6.0682e-45
    """
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    g_V, g_A = couplings_sm(flavor, sin2_theta_W=sin2_theta_W, radiative=radiative)
    g_A = -g_A if antineutrino else g_A
    x = np.where(E > 0, E, 1.0)
    top = 2 * x**2 / (m_e + 2 * x)
    value = ((g_V + g_A) ** 2 * top + (g_V - g_A) ** 2 * x / 3 * (1 - (1 - top / x) ** 3)
             + (g_A**2 - g_V**2) * m_e * top**2 / (2 * x**2))
    return np.where(E > 0, G_F**2 * m_e / (2 * pi) * value, 0.0)[()]


@formula
def recoil_share(T: Numbers, E_nu: Numbers, *, flavor: str, antineutrino: bool = False,
                 sin2_theta_W: float = _s2w, radiative: bool = False, m_e: float = _m_e) -> Numbers:
    r"""Share of the electrons of nu e -> nu e that recoil with less than T.

    .. math:: \frac1\sigma\int_0^T\mathrm dT'\,\frac{\mathrm d\sigma}{\mathrm dT'}

    Parameters
    ----------
    T : float or array, kinetic energy of the electron, at least 0 [energy]
    E_nu : float or array (broadcast), above 0 [energy]
    others : as :func:`dsigma_dT_sm`

    Returns
    -------
    float or array, 1 from the hardest recoil on [1]

    Raises
    ------
    DomainError, UnknownName

    Holds : free electrons, massless neutrinos.
    Source : Bahcall1995

    >>> from munu.units import MeV
    >>> round(float(recoil_share(5 * MeV, 10 * MeV, flavor="e")), 3)
    0.527
    """
    T = finite("the recoil energy T", T, low=0.0)
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    if np.any(E <= 0):
        raise DomainError("the neutrino energy E_nu must be above 0")
    g_V, g_A = couplings_sm(flavor, sin2_theta_W=sin2_theta_W, radiative=radiative)
    g_A = -g_A if antineutrino else g_A

    def below(t: Numbers) -> Numbers:
        return ((g_V + g_A) ** 2 * t + (g_V - g_A) ** 2 * E / 3 * (1 - (1 - t / E) ** 3)
                + (g_A**2 - g_V**2) * m_e * t**2 / (2 * E**2))

    top = 2 * E**2 / (m_e + 2 * E)
    return (below(np.minimum(T, top)) / below(top))[()]


def recoil_share_six(T: Numbers, E_nu: Numbers) -> np.ndarray:
    """:func:`recoil_share` of all six neutrinos, in the order of ``flavors.SIX``: (6, ...) [1].

    Source : Bahcall1995
    """
    return np.stack([recoil_share(T, E_nu, flavor=f, antineutrino=bar)
                     for bar in (False, True) for f in flavors.NAMES])


def interference_terms(T: Numbers, portal: DipolePortal, *, sin2_theta_W: float = _s2w,
                       G_F: float = _G_F, alpha: float = _alpha, m_e: float = _m_e
                       ) -> list[Term]:
    r"""Interference of the dipole with the weak current through active-sterile mixing.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \mathrm{Re}(\lambda^* U)\,
       \frac{e\, G_F M K}{4\sqrt2\pi\, m E^2 T},\quad
       K = -4ETm\, g_A + M^2T(g_A-g_V) + M^2 m\, g_V + 2T^2m(g_A-g_V) + 2Tm^2 g_V

    It vanishes with M_N; the sign is the relative phase of moment and mixing.

    Source : Magill2018
    """
    T = finite("the recoil energy T", T)
    M, m = portal.M_N, m_e
    lam = portal.matrix
    if lam.shape[1] > 1 and any(portal.mixing):
        raise DomainError("interference needs one N: give the portal a flavor, not 'universal'")
    mix = np.array(portal.mixing, dtype=complex)
    if not mix.any() or M == 0:
        return []
    scale = sqrt(4 * pi * alpha) * mu_B * G_F * M / (4 * sqrt(2) * pi * m)
    E_min, terms = np.asarray(E_nu_min(T, M, m)), []
    for antineutrino in (0, 1):
        g = [couplings_sm(f, sin2_theta_W=sin2_theta_W) for f in flavors.NAMES]
        for which in ("V", "A"):
            amount = np.array([v if which == "V" else (-a if antineutrino else a) for v, a in g])
            C = np.outer(lam[:, 0].conj(), amount * mix)
            matrix = np.zeros((2, 3, 3), dtype=complex)
            half = (C + C.conj().T) / 2
            matrix[antineutrino] = half.conj() if antineutrino else half
            if which == "V":
                c = (np.zeros_like(T), np.zeros_like(T),
                     (-M**2 * T + M**2 * m - 2 * T**2 * m + 2 * T * m**2) / T)
            else:
                c = (np.zeros_like(T), -4 * m * np.ones_like(T), (M**2 * T + 2 * T**2 * m) / T)
            terms.append(Term(scale * np.stack(c), E_min, matrix, "interference"))
    return terms


@formula
def dsigma_dT_total(T: Numbers, E_nu: Numbers, couplings: Couplings | DipolePortal,
                    target: Atom = ELECTRON, *,
                    flavor: str, antineutrino: bool = False, U: np.ndarray | None = None,
                    sin2_theta_W: float = _s2w, radiative: bool = False) -> Numbers:
    r"""All electromagnetic couplings and the Standard Model together.

    .. math:: \sigma_{\rm total} = \sigma_{\rm SM}(g_V + \delta g_V) + \sigma_{\rm dipole}
              + \sigma_{\rm interference}

    Parameters
    ----------
    T, E_nu : float or array (broadcast) [energy]
    couplings : DipolePortal or Couplings
    others : as :func:`dsigma_dT` and :func:`dsigma_dT_sm`

    Returns
    -------
    float or array, per electron [area/energy]

    Raises
    ------
    DomainError, UnknownName

    Holds : tree level; N by the weak current alone (order U^2) is left out.
    Source : GiuntiStudenikin2014, VogelEngel1989

    >>> from munu.units import keV
    >>> none = DipolePortal(mu=0.0, M_N=0.0, flavor="e")
    >>> bool(dsigma_dT_total(3 * keV, 300 * keV, none, flavor="e")
    ...      == dsigma_dT_sm(3 * keV, 300 * keV, flavor="e"))
    True
    """
    held = Couplings.of(couplings)
    if flavor == "universal":
        raise DomainError("flavor 'universal' names no incoming neutrino here; give e, mu or tau")
    return _summed(T, E_nu, target, flavor, antineutrino, lambda t: [
        *weak_terms(t, held, U=U, sin2_theta_W=sin2_theta_W, radiative=radiative),
        *dipole_terms(t, couplings, U=U),
        *(term for p in held.portals
          for term in interference_terms(t, p, sin2_theta_W=sin2_theta_W)),
    ])


# ---- as a reaction in a material ---------------------------------------------------------

def millicharge_epa_term(T: Numbers, charge: Numbers, target: Atom, *, m_nu: float = 1 * eV,
                         alpha: float = _alpha) -> Term:
    r"""Ionization of an atom by a charged neutrino through equivalent photons.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = q^2\,\frac{2\alpha}{\pi}\,
              \frac{\sigma_\gamma(T)}{T}\,\ln\frac{E_\nu}{m_\nu}

    the flux of equivalent photons of a relativistic charge, :math:`\mathrm dN/\mathrm d\omega
    = (2\alpha q^2/\pi\omega)\ln(Q_{\max} E/\omega m)` with :math:`Q_{\max} = \omega`, on the
    measured photoabsorption.  The mass of the neutrino only sets the logarithm.

    Parameters
    ----------
    T : array, energy deposit [energy], above 0
    charge : Hermitian 3 x 3, charges in the flavor basis [e]
    target : Atom with a photoabsorption table: Xe, Ge
    m_nu : float [energy]
    alpha : float [1]

    Raises
    ------
    DomainError, UnknownName

    Power : q^2
    Source : Chen2014, Henke1993
    """
    C = hermitian_product(np.asarray(charge), np.asarray(charge), True)
    sigma = target.photoabsorption(T)
    return Term(np.zeros((3, *np.shape(T))), np.asarray(T, dtype=float), np.stack([C, C.conj()]),
                "weak", 2 * alpha / pi * sigma / T, m_nu)


@dataclass(frozen=True, eq=False)
class _Electrons:
    """Terms of the electrons of a material; the fields are the options of :func:`reaction`."""

    target: Atom
    radiative: bool
    millicharge: str
    weak_ratio: str
    m_nu: float

    def dipole(self, T: Numbers, M_N: Numbers, C: np.ndarray) -> list[Term]:
        return [dipole_term(T, M_N, C).scaled(self.target.electrons(T))]

    def weak(self, T: Numbers, couplings: Couplings | None = None, power: int | None = None
             ) -> list[Term]:
        factor = self.target.electrons(T)
        if power == 2 and self.millicharge == "epa" and couplings is not None \
                and np.any(couplings.charge):
            rest = [t.scaled(factor) for t in weak_terms(
                T, replace(couplings, charge=np.zeros((3, 3))), radiative=self.radiative, power=2)]
            return [*rest, millicharge_epa_term(T, couplings.charge, self.target, m_nu=self.m_nu)]
        if power == 0 and self.weak_ratio == "rrpa":
            factor = factor * self.target.rrpa_ratio(T)
        return [t.scaled(factor) for t in weak_terms(T, couplings, radiative=self.radiative,
                                                     power=power)]

    def interference(self, T: Numbers, portal: DipolePortal) -> list[Term]:
        return [t.scaled(self.target.electrons(T)) for t in interference_terms(T, portal)]


def reaction(target: Atom, *, per_mass: float | None = None, radiative: bool = False,
             millicharge: str = "stepping", weak_ratio: str = "none",
             m_nu: float = 1 * eV) -> Reaction:
    """Electrons of a material, for a rate.

    Parameters
    ----------
    target : Atom
    per_mass : targets per mass, default the atoms; needed for the free electron [1/energy]
    radiative : radiatively corrected weak couplings
    millicharge : ``stepping`` (electrons as in ``target``) or ``epa`` (the square of the charge
        by equivalent photons; its interference stays as in ``target``)
    weak_ratio : ``none``, or ``rrpa``: the weak rate times the ratio of the relativistic
        random-phase approximation over stepping (xenon, weak current alone)
    m_nu : mass in the logarithm of ``epa`` [energy]

    Raises
    ------
    UnknownName

    Source : GiuntiStudenikin2014, Chen2017
    """
    for name, value, known in (("treatment of the millicharge", millicharge, ("stepping", "epa")),
                               ("ratio of the weak rate", weak_ratio, ("none", "rrpa"))):
        if value not in known:
            raise UnknownName(name, value, known)

    made = _Electrons(target, radiative, millicharge, weak_ratio, m_nu)
    keys = [*target.papers, *(["Chen2014", "Henke1993"] if millicharge == "epa" else []),
            *(["Chen2017"] if weak_ratio == "rrpa" else [])]
    return Reaction(name=f"electrons of {target.name}", on="electrons", dipole=made.dipole,
                    weak=made.weak, per_mass=target.per_mass() if per_mass is None else per_mass,
                    breaks=tuple(target.binding) if target.scheme == "stepping" else (),
                    interference=made.interference, papers=tuple(dict.fromkeys(keys)))
