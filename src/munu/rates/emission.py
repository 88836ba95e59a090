r"""What a supernova's core emits in N: neutrinos that its protons and electrons turn over.

Zones are summed, nothing that is made is taken up again or decays, and a moment enters by its
square alone:

.. math:: \frac{\mathrm d^2N}{\mathrm dE\,\mathrm dt} = \mu^2\sum_{\rm zones}V\,
          \big(n_p\text{ part} + e^\mp\text{ part}\big),\qquad
          L = \int E\,\frac{\mathrm d^2N}{\mathrm dE\,\mathrm dt}\,\mathrm dE

Plasmon decay and :math:`e^+e^-\to N\bar\nu` are left out, and :func:`left_out` says how much
they are; nuclei and muons are left out too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi

import numpy as np

from munu import constants, flavors
from munu._arrays import finite
from munu.errors import DomainError, UnknownName
from munu.media import _fermi
from munu.media.plasma import Plasma
from munu.media.profile import Profile
from munu.processes import (
    _plasmons,
    core_annihilation,
    core_electrons,
    core_primakoff,
    core_scattering,
    plasmon_decay,
)
from munu.units import km, per_unit

#: what neutrinos of a core turn over on
TARGETS = ("protons", "electrons")
#: what is further out is left out: beyond it a core emits nothing to speak of
RADIUS = 20 * km
# energies of N, zones of a core, and zones at least between breaks
_ENERGIES, _ZONES, _PIECE = 64, 40, 8
# energies where a rule is compared
_FEW = 32
# temperatures above the Fermi surface of neutrinos to which a spectrum goes
_FAR = 22.0
# energies of a zone at which the rate on electrons is integrated itself
_NODES = 18


@dataclass(frozen=True, eq=False, kw_only=True)
class Emission:
    """What a core emits in N at one time, for a moment of 1/energy: free, without decay.

    Attributes
    ----------
    E : array (n,), energies of N, rising, from just above M_N [energy]
    neutrinos, antineutrinos : arrays (n,), N per energy and time made by neutrinos and by
        antineutrinos, over the square of the moment [energy^2]
    M_N : mass of N [energy]
    papers : keys of the papers
    """

    E: np.ndarray
    neutrinos: np.ndarray
    antineutrinos: np.ndarray
    M_N: float
    papers: tuple[str, ...] = ()

    def luminosity(self, mu: float = 1.0, *, mu_B: float = constants.mu_B) -> float:
        """Energy in N per time for a moment mu [mu_B]: [energy^2]."""
        return float((mu * mu_B) ** 2 * np.trapezoid(
            self.E * (self.neutrinos + self.antineutrinos), self.E))


def checked(targets: tuple[str, ...] | str) -> tuple[str, ...]:
    """Names of targets that may be summed.

    Raises
    ------
    UnknownName, DomainError
    """
    targets = (targets,) if isinstance(targets, str) else tuple(targets)
    for name in targets:
        if name not in TARGETS:
            raise UnknownName("target in a core", name, TARGETS)
    if not targets or len(set(targets)) < len(targets):
        raise DomainError(f"targets must be some of {', '.join(TARGETS)}, none of them twice")
    return targets


def of_core(core: Profile, M_N: float, flavor: str, *,
            targets: tuple[str, ...] | str = TARGETS, screening: float = 1.0,
            blocking: bool = True, redshift: bool = False,
            zones: int | None = None, energies: int = _ENERGIES) -> Emission:
    """What the neutrinos of one flavor make in the inner 20 km of a core.

    Parameters
    ----------
    core : Profile with temperature and mu_nu
    M_N : float, mass of N [energy]
    flavor : ``e``, ``mu`` or ``tau``; the last two have no chemical potential, and are alike
    targets : of ``TARGETS``
    screening : float, by what the square of the inverse length of screening is multiplied, above
        0 [1]
    blocking : bool, whether final electrons find states taken
    redshift : bool, whether energies are those far away, by the lapse of the core, and what is
        too slow to leave is left out; the volume of zones stays the flat one
    zones : number of zones; default 40, or as many more as hold the mass of the core
    energies : number of energies

    Raises
    ------
    DomainError, UnknownName
        No temperature, no mu_nu, no lapse where asked for, a flavor or target that is none.
    """
    if flavor not in flavors.NAMES:
        raise UnknownName("flavor", flavor, flavors.NAMES)
    targets = checked(targets)
    if not finite("screening", screening).item() > 0:
        raise DomainError(f"screening = {screening!r} must be above 0")
    for name, value, least in (("zones", 1 if zones is None else zones, 1),
                               ("energies", energies, 8)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise DomainError(f"{name} = {value!r} must be a whole number from {least}")
    for name, value in (("blocking", blocking), ("redshift", redshift)):
        if not isinstance(value, (bool, np.bool_)):
            raise DomainError(f"{name} = {value!r} must be true or false")
    mass = finite("M_N", M_N, low=0.0)
    if mass.ndim:
        raise DomainError("an emission has one M_N; ask for each")
    return _of_core(core, float(mass), flavor == "e", tuple(sorted(targets)), float(screening),
                    bool(blocking), bool(redshift), _enough(core) if zones is None else int(zones),
                    int(energies))


def by_rule(core: Profile, M_N: float, flavor: str, *, energies: int = _FEW) -> Emission:
    r"""What the rule :math:`\sigma\,n_e\,dn_\nu/dE` says of electrons, an approximation.

    N keeps the neutrino's energy, and no final state is taken; the electrons are those of the core,
    not at rest (then none would make an N above some :math:`\sqrt{2m_eE_\nu}`).

    Raises
    ------
    DomainError, UnknownName
        As :func:`of_core`.
    """
    z = _state(core, _enough(core))
    whole = of_core(core, M_N, flavor, targets="electrons", energies=energies)
    T, mu_nu, mu_e, k_S = (a[:, None] for a in (
        z.T, z.mu_nu if flavor == "e" else np.zeros_like(z.T), z.mu_e, z.k_S))
    E = np.broadcast_to(whole.E, (len(T), len(whole.E)))
    made = E**2 / (2 * pi**2) * core_electrons.turned(E, whole.M_N, T, mu_e, k_S) \
        * _occupied(E, T, mu_nu)
    each = np.einsum("z,szn->sn", z.volume, made)
    return Emission(E=whole.E, neutrinos=each[0], antineutrinos=each[1], M_N=whole.M_N,
                    papers=tuple(dict.fromkeys((*core.papers, "BrdarTalk"))))


def left_out(core: Profile, M_N: float, flavor: str) -> dict[str, float]:
    """What :func:`of_core` leaves out, over what it sums: luminosities, no neutrino blocked [1].

    Blocking of the neutrino beside N takes at most half of either.  Where nothing is made there is
    nothing to compare: both are 0.

    Raises
    ------
    DomainError, UnknownName
        As :func:`of_core`.
    """
    summed = of_core(core, M_N, flavor)
    z, M = _state(core, _enough(core)), summed.M_N
    K2, weight = plasmon_decay.spectrum(z.plasma)
    # N takes (1 + M_N^2/K^2)/2 of a plasmon's energy
    half = 0.5 * (1 + M * M / np.maximum(K2, M * M)) if M else 0.5
    made = {"plasmon_decay": _plasmons.loss(z.plasma, M, (K2, half * weight))[0],
            "annihilation": core_annihilation.loss(M, z.T, z.mu_e)}
    whole = np.trapezoid(summed.E * (summed.neutrinos + summed.antineutrinos), summed.E)
    return {name: float(z.volume @ lost / whole) if whole else 0.0 for name, lost in made.items()}


def axions(core: Profile, g: float) -> tuple[np.ndarray, np.ndarray]:
    """Energies [energy], and massless axions per energy and time [1] that the core makes on protons
    by a coupling g to two photons [1/energy]: to stand beside what others have published.

    Raises
    ------
    DomainError
    """
    z = _state(core, _enough(core))
    T, k_S, n = (a[:, None] for a in (z.T, z.k_S, z.n_eff))
    E = 2 * _FAR * float(T.max()) * (np.arange(1, 4 * _ENERGIES + 1) / (4 * _ENERGIES)) ** 2
    return E, z.volume @ core_primakoff.rate(E, T, k_S, n, g)


@lru_cache(maxsize=128)
def _of_core(core: Profile, M_N: float, electronic: bool, targets: tuple[str, ...],
             screening: float, blocking: bool, redshift: bool, zones: int, energies: int
             ) -> Emission:
    made = _state(core, zones)
    T, mu_e, volume = made.T, made.mu_e, made.volume
    mu_nu = made.mu_nu if electronic else np.zeros_like(T)
    k_S = np.sqrt(screening) * made.k_S
    lapse = _lapse(core, made, redshift)
    top = float(np.max(np.abs(mu_nu) + _FAR * T))
    # even in the root of the kinetic energy
    span = max(top - M_N, 0.5 * _FAR * float(T.max()))
    E = M_N + span * (np.arange(1, energies + 1) / energies) ** 2
    local = E / lapse[:, None]
    T, mu_nu, mu_e, k_S, n = (a[:, None] for a in (T, mu_nu, mu_e, k_S, made.n_eff))
    both = np.zeros((2, *local.shape))
    if "protons" in targets:
        sigma = core_scattering.by_moment(local, np.full_like(local, M_N), k_S)
        both += local**2 / (2 * pi**2) * n * sigma * _occupied(local, T, mu_nu)
    if "electrons" in targets:
        both += _on_electrons(local, M_N, T, mu_nu, mu_e, k_S, blocking)
    spectra = np.einsum("z,szn->sn", volume, both)
    for a in (E, spectra):
        a.setflags(write=False)
    return Emission(E=E, neutrinos=spectra[0], antineutrinos=spectra[1], M_N=M_N,
                    papers=core.papers)


def _lapse(core: Profile, zones: _Zones, redshift: bool) -> np.ndarray:
    """Of each zone, or 1.  Raises DomainError where there is none and one is asked for."""
    lapse = zones.lapse if redshift else np.ones_like(zones.T)
    if lapse is None:
        raise DomainError(f"profile {core.name} has no lapse, which a redshift needs; take "
                          "redshift=False, or a core with one")
    return lapse


def _occupied(E: np.ndarray, T: np.ndarray, mu_nu: np.ndarray) -> np.ndarray:
    """Occupation of neutrinos and of antineutrinos."""
    return _fermi.occupation(np.stack([E - mu_nu, E + mu_nu]) / T)


def _on_electrons(E: np.ndarray, M_N: float, T: np.ndarray, mu_nu: np.ndarray, mu_e: np.ndarray,
                  k_S: np.ndarray, blocking: bool) -> np.ndarray:
    """What electrons add at energies E (zones, energies), from fewer of them in each zone.

    What is left of it over p E^2 f is smooth, and a spline of its logarithm is good to 1e-2
    wherever there is a thousandth of the most, and the luminosity to 1e-3.
    """
    from scipy.interpolate import CubicSpline

    if E.shape[1] <= _NODES:
        return _by_moment(E, M_N, T, mu_nu, mu_e, k_S, blocking)
    # to where this zone has neutrinos; what others make further up is more
    top = np.abs(mu_nu) + _FAR * T
    span = np.maximum(top - M_N, 0.5 * _FAR * T)
    share = np.sqrt((E - M_N) / span)
    low = np.minimum(share[:, :1], 0.5)
    u = 0.5 - 0.5 * np.cos(pi * np.arange(_NODES) / (_NODES - 1))
    node = M_N + span * (low + (1 - low) * u) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(_by_moment(node, M_N, T, mu_nu, mu_e, k_S, blocking)
                   / _smooth(node, M_N, T, mu_nu))
    y = np.where(np.isfinite(y), y, 0.0)
    at = (share - low) / (1 - low)
    fit = np.stack([CubicSpline(u, y[:, z], axis=1)(np.minimum(at[z], 1.0))
                    for z in range(len(E))], axis=1)
    return np.where(at > 1, 0.0, np.exp(fit) * _smooth(E, M_N, T, mu_nu))


def _smooth(E: np.ndarray, M_N: float, T: np.ndarray, mu_nu: np.ndarray) -> np.ndarray:
    """How the rate on electrons goes near threshold and with the number of neutrinos."""
    return np.sqrt((E - M_N) * (E + M_N)) * E**2 * _occupied(E, T, mu_nu)


def _by_moment(E: np.ndarray, M_N: float, T: np.ndarray, mu_nu: np.ndarray, mu_e: np.ndarray,
               k_S: np.ndarray, blocking: bool) -> np.ndarray:
    """The rate on electrons of zones at E (zones, energies)."""
    points = (np.broadcast_to(a, E.shape).ravel() for a in (E, M_N, T, mu_nu, mu_e, k_S))
    return core_electrons.by_moment(*points, blocking=blocking).reshape(2, *E.shape)


@dataclass(frozen=True, eq=False)
class _Zones:
    """Arrays over zones."""

    r: np.ndarray
    plasma: Plasma
    volume: np.ndarray
    T: np.ndarray
    mu_nu: np.ndarray
    mu_e: np.ndarray
    k_S: np.ndarray
    n_eff: np.ndarray
    lapse: np.ndarray | None


@lru_cache(maxsize=16)
def _enough(core: Profile) -> int:
    """Zones that hold the mass of a core; one whose rows jump needs more than most."""
    for n in (_ZONES, 2 * _ZONES, 4 * _ZONES):
        try:
            _state(core, n)
        except DomainError:
            continue
        return n
    # what is wrong is said by who asks
    return 8 * _ZONES


@lru_cache(maxsize=16)
def _state(core: Profile, zones: int) -> _Zones:
    """Zones of what is inside of RADIUS, each with what a rate asks for."""
    neutrinos, lapse = core.mu_nu, core.lapse
    if neutrinos is None:
        raise DomainError(f"profile {core.name} has no chemical potential of neutrinos, which the "
                          "emission of a core needs; take a core, such as fischer18, or give "
                          "mu_nu")
    if core.r_min >= RADIUS:
        raise DomainError(f"profile {core.name} begins at {per_unit(core.r_min, 'km'):g} km, "
                          f"outside of the inner {per_unit(RADIUS, 'km'):g} km")
    if core.r_max > RADIUS:
        core = core.with_(r_max=RADIUS, breaks=tuple(b for b in core.breaks if b < RADIUS))
    r, volume, plasma = core.zones(max(_PIECE, -(-zones // (len(core.breaks) + 1))))
    T, n_p = plasma.temperature, plasma.n_e
    eta = _fermi.chemical_potential(T, n_p, constants.m_p)
    protons = _fermi.slope(T, eta, constants.m_p)
    electrons = _fermi.slope(T, plasma.mu_e, plasma.m_e)
    return _Zones(r, plasma, volume, T, np.broadcast_to(neutrinos(r), r.shape), plasma.mu_e,
                  np.sqrt(4 * pi * constants.alpha * (protons + electrons)), T * protons,
                  None if lapse is None else np.broadcast_to(lapse(r), r.shape))
