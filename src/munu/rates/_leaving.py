r"""What leaves a core of the N that are made in it: not taken up again, not decayed on the way.

N of energy E that starts at r in a direction leaves with :math:`e^{-\tau}`,

.. math:: \tau = \int\kappa\,\mathrm ds + \frac{s_R}{L},\qquad
          \kappa = \frac{E}{p}\,(\gamma_+ + \gamma_-),\qquad
          \gamma_- = \gamma_+e^{(E - \mu_\nu)/T},\qquad L = \frac{p\,\tau_N}{M_N}

where :math:`\gamma_+` is the rate at which a state of N is filled: what is made per volume, time
and energy over :math:`pE/2\pi^2`.  By detailed balance it is emptied at :math:`\gamma_-`, on
whatever it was filled; that no state is filled twice adds :math:`\gamma_+`.  Where nothing leaves
directly, N shines as a black body with the chemical potential of the neutrinos.  On protons, which
are heavy, :math:`\kappa = n_p(E/p)^2\sigma(\nu\to N)` of an N of the helicity that it is made with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi

import numpy as np

from munu import constants, flavors
from munu._arrays import Numbers, finite, gauss
from munu.couplings import Couplings, check_nature
from munu.errors import DomainError
from munu.media import _fermi
from munu.media.profile import Profile
from munu.processes import core_electrons, core_scattering, radiative_decay
from munu.rates import emission
from munu.units import km

TARGETS = emission.TARGETS
#: what decays within this gives its energy back to the star
RETURNED = 100 * km
# zones, energies, directions of N at each, steps of a path: the luminosity is good to 3e-3, an edge
# to 1e-2
_ZONES, _ENERGIES, _DIRECTIONS, _STEPS = 80, 16, 8, 96
# every so many zones the rate on electrons is summed itself
_EVERY = 4
# temperatures above the Fermi surface to which a spectrum goes
_FAR = 22.0
# sizes at a time
_BLOCK = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class Leaving:
    """N of one state that a core makes, at any size of its moments.

    Attributes
    ----------
    E, width : arrays (n,), energies of N far away and what each stands for [energy]
    made : array (2, zones, n), energy per time that neutrinos and antineutrinos make, for a size
        of 1 mu_B [energy^2]
    depth : array (2, zones, directions, n), optical depth, for the same [1]
    shares : array (directions,), whose sum is 1
    resolved : size above which N leaves from beyond the profile [mu_B]
    """

    E: np.ndarray
    width: np.ndarray
    made: np.ndarray
    depth: np.ndarray
    shares: np.ndarray
    resolved: float

    @property
    def free(self) -> float:
        """Energy per time if all leaves, for a size of 1 mu_B: it goes with the square."""
        return float(self.made.sum())

    def luminosity(self, size: Numbers) -> np.ndarray:
        """Energy per time that leaves at sizes (m,) [energy^2]."""
        square = np.atleast_1d(np.asarray(size, dtype=float)) ** 2
        weight = (self.made[:, :, None] * self.shares[:, None]).ravel()
        out, depth = np.empty(square.size), self.depth.ravel()
        for k in range(0, square.size, _BLOCK):
            here = square[k:k + _BLOCK]
            out[k:k + _BLOCK] = here * (np.exp(-here[:, None] * depth) @ weight)
        return out

    def spectrum(self, size: float) -> np.ndarray:
        """Energy per time in each of E, by neutrinos and antineutrinos: (2, n) [energy^2]."""
        left = np.exp(-size**2 * self.depth)
        return size**2 * np.einsum("szn,szdn,d->sn", self.made, left, self.shares)


def _state(core: Profile) -> emission._Zones:
    """Zones of a core: as many as a peak of its temperature asks for, or as its rows do."""
    return emission._state(core, max(_ZONES, emission._enough(core)))


def of_couplings(held: Couplings, nature: str | None = None
                 ) -> list[tuple[float, tuple[float, ...], str]]:
    """States that couplings make: mass [energy], squares of moments by flavor [mu_B^2], nature.

    Raises
    ------
    DomainError
    """
    if held.charge.any() or held.r2.any():
        raise DomainError("a core makes N by moments alone; drop charges and charge radii")
    out = []
    for p in held.portals:
        said = p.nature or nature
        if p.M_N > 0:
            check_nature(said, needed_by="what N decays by")
        out += [(float(p.M_N), squares, said or "dirac") for squares in by_state(p.matrix)]
    if held.mu.any() or held.eps.any():
        if held.nature != "dirac":
            raise DomainError("Majorana moments of light neutrinos make neutrinos, which a core "
                              "keeps: no energy is lost by them alone")
        out += [(0.0, squares, "dirac") for squares in by_state(held.amplitude())]
    return out


def by_state(matrix: np.ndarray) -> list[tuple[float, ...]]:
    """Squares of moments to each flavor, of each state that a matrix (flavor, state) makes.

    States are those that no two flavors make together with a phase between them: in any other
    basis of what goes out the same are found.
    """
    lengths = np.abs(matrix) ** 2
    overlap = matrix.conj().T @ matrix
    if np.abs(overlap - np.diag(np.diag(overlap))).max() > 1e-12 * lengths.sum():
        _, _, V = np.linalg.svd(matrix)
        lengths = np.abs(matrix @ V.conj().T) ** 2
    return [tuple(column) for column in lengths.T.tolist()
            if sum(column) > 1e-24 * lengths.sum()]


def of_state(core: Profile, M_N: float, squares: tuple[float, ...], nature: str, *,
             targets: tuple[str, ...] = TARGETS, redshift: bool = False,
             returned: float = RETURNED) -> Leaving:
    """N of one state, whose moments have these squares by flavor [mu_B^2].

    Parameters
    ----------
    core : Profile with temperature and mu_nu
    M_N : float, mass of N [energy]
    squares : of the moments to nu_e, nu_mu, nu_tau
    nature : ``dirac`` or ``majorana``: by what it decays
    targets : on which N is made and taken up, of ``emission.TARGETS``
    redshift : bool, see :func:`munu.rates.emission.of_core`; paths are flat
    returned : radius within which a decay counts as no loss [length]

    Raises
    ------
    DomainError, UnknownName
    """
    targets = emission.checked(targets)
    zones = _state(core)
    end = min(core.r_max, emission.RADIUS)
    if np.ndim(returned):
        raise DomainError(f"returned = {returned!r} must be one radius")
    returned = float(finite("returned", returned))
    if not returned >= end:
        raise DomainError(f"decays give their energy back within {returned / km:g} km, which must "
                          f"lie beyond the core's {end / km:g} km")
    W, way, shares = _paths(tuple(zones.r.tolist()), end, returned)
    made, kappa = np.zeros((2, 2, zones.r.size, _ENERGIES))
    for square, name in zip(squares, flavors.NAMES, strict=True):
        if square:
            part = _filled(core, M_N, name == "e", targets, redshift)
            made = made + square * part.made
            kappa = kappa + square * part.kappa
    E = part.E
    p = np.sqrt((E - M_N) * (E + M_N))
    # kappa (2, zones, n) along each path
    depth = np.einsum("zdy,syn->szdn", W, kappa)
    if M_N > 0:
        life = float(radiative_decay.lifetime(M_N, float(np.sqrt(sum(squares))), nature))
        depth = depth + way[:, :, None] * M_N / (p * life)
    beyond = _beyond(zones, made * E * part.width, kappa)
    return Leaving(E=E, width=part.width, made=made * constants.mu_B**2 * zones.volume[:, None]
                   * E * part.width, depth=depth, shares=shares,
                   resolved=float(1 / np.sqrt(beyond)) if beyond > 0 else np.inf)


def caught(core: Profile, M_N: float, nature: str, momentum: float, radius: float) -> float:
    """n_p sigma + 1/L of N of one momentum, the mean inside a radius, of 1 mu_B [1/length].

    sigma is that of a neutrino of the same energy, as the published edge has it.
    """
    zones = _state(core)
    inside = zones.r < radius
    if not inside.any():
        raise DomainError(f"profile {core.name} has no zone within {radius / km:g} km")
    k_S, n = zones.k_S[inside], zones.n_eff[inside]
    E = np.full(k_S.size, np.hypot(momentum, M_N))
    sigma = core_scattering.by_moment(E, np.full(k_S.size, M_N), k_S) * constants.mu_B**2
    mean = float(np.average(n * sigma, weights=zones.volume[inside]))
    return mean + float(radiative_decay.width(M_N, 1.0, nature)) * M_N / momentum


@dataclass(frozen=True, eq=False)
class _Filled:
    """Of one flavor, for a moment of 1/energy and of 1 mu_B: ``made`` per volume, time and energy,
    ``kappa`` per length, each (2, zones, n)."""

    E: np.ndarray
    width: np.ndarray
    made: np.ndarray
    kappa: np.ndarray


@lru_cache(maxsize=256)
def _filled(core: Profile, M_N: float, electronic: bool, targets: tuple[str, ...], redshift: bool
            ) -> _Filled:
    zones = _state(core)
    lapse = emission._lapse(core, zones, redshift)
    # the same energies for every flavor; even in the root of the kinetic energy
    top = float(np.max(np.abs(zones.mu_nu) + _FAR * zones.T))
    span = max(top - M_N, 0.5 * _FAR * float(zones.T.max()))
    t, v = gauss(_ENERGIES)
    root = 0.5 * (1 + t)
    E, width = M_N + span * root**2, span * root * v
    local = E / lapse[:, None]
    T, mu_e, k_S, n = (a[:, None] for a in (zones.T, zones.mu_e, zones.k_S, zones.n_eff))
    mu_nu = zones.mu_nu[:, None] if electronic else np.zeros_like(T)
    p2 = (local - M_N) * (local + M_N)
    turned = n * local**2 * core_scattering.by_moment(local, np.full_like(local, M_N), k_S)
    protons = turned / (2 * pi**2) * _fermi.occupation(np.stack([local - mu_nu, local + mu_nu]) / T)
    # made on all over made on protons; what takes N up is in the same ratio
    ratio = np.full_like(protons, float("protons" in targets))
    if "electrons" in targets:
        few = np.append(np.arange(0, len(local) - 1, _EVERY), len(local) - 1)
        points = (np.broadcast_to(a, local.shape)[few].ravel() for a in (
            local, M_N, T, mu_nu, mu_e, k_S))
        ratio += _between(zones.r, few, core_electrons.by_moment(*points).reshape(
            2, few.size, -1), protons[:, few])
    made, kappa = protons * ratio, turned / p2 * ratio * constants.mu_B**2
    # kept for others
    for a in (E, width, made, kappa):
        a.setflags(write=False)
    return _Filled(E, width, made, kappa)


def _between(r: np.ndarray, few: np.ndarray, part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The ratio of both at all zones, from a few; 0 where there is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(whole > 0, part / whole, 0.0)
    k = np.clip(np.searchsorted(few, np.arange(r.size), side="right") - 1, 0, few.size - 2)
    share = ((r - r[few[k]]) / (r[few[k + 1]] - r[few[k]]))[:, None]
    return found[:, k] * (1 - share) + found[:, k + 1] * share


@lru_cache(maxsize=16)
def _paths(radii: tuple[float, ...], end: float, returned: float
           ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From each zone in each direction: what each zone weighs in an integral along the path out of
    the core [length], the path to where decays count as loss [length], and the directions' shares.

    What is integrated is straight between zones.
    """
    r = np.array(radii)[:, None]
    cosine, share = gauss(_DIRECTIONS)
    t, v = (0.5 * a for a in gauss(_STEPS))
    length, way = (np.sqrt(far**2 - r**2 * (1 - cosine**2)) - r * cosine for far in (end, returned))
    s = length[..., None] * (0.5 + t)
    there = np.sqrt(r[..., None] ** 2 + s * (s + 2 * r[..., None] * cosine[:, None]))
    known = r[:, 0]
    k = np.clip(np.searchsorted(known, there) - 1, 0, known.size - 2)
    above = np.clip((there - known[k]) / (known[k + 1] - known[k]), 0.0, 1.0)
    W = np.zeros((known.size, cosine.size, known.size))
    at = np.indices(k.shape)[:2]
    step = length[..., None] * v
    np.add.at(W, (*at, k), step * (1 - above))
    np.add.at(W, (*at, k + 1), step * above)
    return W, way, 0.5 * share


def _beyond(zones: emission._Zones, weight: np.ndarray, kappa: np.ndarray) -> float:
    """Optical depth of what lies beyond the profile, at its last zone and for a size of 1 mu_B.

    It falls as the protons do at the end, or at least as the radius.
    """
    r, n = zones.r, zones.n_eff
    total = weight[:, -1].sum()
    mean = (weight[:, -1] * kappa[:, -1]).sum() / total if total > 0 else 0.0
    inner = int(np.searchsorted(r, 0.95 * r[-1])) - 1
    fall = np.log(n[inner] / n[-1]) / (r[-1] - r[inner]) if inner >= 0 else 0.0
    return float(mean / max(fall, 1 / r[-1]))
