r"""What all core collapses so far have sent: their rate, and what of it arrives today.

A massless quantum loses energy as 1 + z.  N loses momentum so, ages by M/E of the time that passes,
and may decay long after it left: what its decays send is followed from emission to decay to today,
with every N counted once.

The rate of collapses is a fit by name: ``yuksel``, a smooth broken power law (of 1.25e-4, 0.5e-4
to each side, today); ``lunardini``, a power up to z = 1, constant to 4.5; ``madau``, 0.0068 per
solar mass of the stars that form.

Source : BrdarTalk, Yuksel2008, Lunardini2009, MadauDickinson2014
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import pi

import numpy as np

from munu._arrays import Numbers, gauss_panels
from munu._guard import formula
from munu.couplings import check_nature
from munu.errors import UnknownName
from munu.processes import radiative_decay
from munu.rates import _emitted
from munu.units import Mpc, km, s, yr

__all__ = ["FITS", "core_collapse_rate", "neutrino_flux", "past_events", "photon_flux",
           "redshifted_flux"]

FITS = ("yuksel", "lunardini", "madau")
# where a fit has a corner or an end
_CORNERS = {"yuksel": (), "lunardini": (1.0, 4.5), "madau": ()}
_HUBBLE, _MATTER, _FIRST = 70 * km / s / Mpc, 0.3, 5.0
# panels in ln(1 + z), and nodes in the comoving momentum of N
_STEPS, _MOMENTA = 240, 500


@formula
def core_collapse_rate(z: Numbers, fit: str = "yuksel") -> Numbers:
    r"""Core collapses a time and comoving volume.

    .. math:: R \propto \Big[x^{-34} + \Big(\frac x{5000}\Big)^3 + \Big(\frac x9\Big)^{35}
              \Big]^{-1/10}\ \text{(yuksel)},\quad x^{3.28}\ \text{(lunardini)},\quad
              \frac{x^{2.7}}{1 + (x/2.9)^{5.6}}\ \text{(madau)},\qquad x = 1 + z

    Parameters
    ----------
    z : float or array, redshift, at least 0 [1]
    fit : ``yuksel``, ``lunardini`` or ``madau``

    Returns
    -------
    float or array [1/(time volume)]

    Raises
    ------
    DomainError, UnknownName

    Holds : a Hubble rate of 70 km/s/Mpc, z up to about 5.
    Source : Yuksel2008, Lunardini2009, MadauDickinson2014

    >>> from munu.units import Mpc, yr
    >>> [f"{core_collapse_rate(1.0, fit) * yr * Mpc**3:.3e}" for fit in FITS]
    ['1.225e-03', '9.714e-04', '5.892e-04']
    """
    _known(fit)
    x = 1 + np.asarray(z, dtype=float)
    if fit == "yuksel":
        rate = 1.25e-4 * _yuksel(x) / _yuksel(1.0)
    elif fit == "lunardini":
        rate = np.where(x < 5.5, 1e-4 * np.minimum(x, 2.0) ** 3.28, 0.0)
    else:
        rate = 0.0068 * 0.015 * x**2.7 / (1 + (x / 2.9) ** 5.6)
    return (rate / yr / Mpc**3)[()]


@formula
def past_events(fit: str = "yuksel", z_max: float = _FIRST, *, H_0: float = _HUBBLE,
                Omega_m: float = _MATTER) -> float:
    r"""Core collapses so far a comoving volume.

    .. math:: \int_0^{z_{\max}}dz\,\frac{R(z)}{(1+z)H(z)},\qquad
              H = H_0\sqrt{\Omega_m(1+z)^3 + 1 - \Omega_m}

    Parameters
    ----------
    fit : ``yuksel``, ``lunardini`` or ``madau``
    z_max : float, redshift of the first, above 0 [1]
    H_0 : float, rate of the expansion today, above 0 [energy]
    Omega_m : float, share of matter, 0 to 1 [1]

    Returns
    -------
    float [1/volume]

    Raises
    ------
    DomainError, UnknownName

    Source : Yuksel2008, Lunardini2009, MadauDickinson2014
    Anchors : AC59, AC60, AC61

    >>> from munu.units import Mpc
    >>> print(f"{past_events() * Mpc**3:.2e}")
    8.70e+06
    """
    x, w = gauss_panels(_edges(fit, z_max, 60), 6)
    z = np.expm1(x)
    return float(np.sum(w / _hubble(z, H_0, Omega_m) * core_collapse_rate(z, fit)))


@formula
def redshifted_flux(E: Numbers, E_source: np.ndarray, dN_dE: np.ndarray, fit: str = "yuksel",
                    z_max: float = _FIRST, *, H_0: float = _HUBBLE, Omega_m: float = _MATTER
                    ) -> Numbers:
    r"""Flux today, a solid angle, of massless quanta that every collapse sends at once.

    .. math:: \frac{d\Phi}{dE} = \frac{c}{4\pi}\int\frac{dz}{H(z)}\,R(z)\,
              \frac{dN}{dE'}\big[(1+z)E\big]

    Parameters
    ----------
    E : float or array, energy today [energy]
    E_source : array (n,), energies at the source that rise [energy]
    dN_dE : array (n,), quanta a collapse and energy, at least 0; a straight line between two
        energies, 0 outside [1/energy]
    fit : ``yuksel``, ``lunardini`` or ``madau``
    z_max : float, redshift of the first, above 0 [1]
    H_0 : float, rate of the expansion today, above 0 [energy]
    Omega_m : float, share of matter, 0 to 1 [1]

    Returns
    -------
    float or array [1/(area time energy)], for one steradian

    Raises
    ------
    DomainError, UnknownName

    Source : BrdarTalk, Yuksel2008, Lunardini2009, MadauDickinson2014
    Anchors : AC62
    """
    _emitted.check(E_source, dN_dE, 0.0)
    E = np.asarray(E, dtype=float)
    edges, out = _edges(fit, z_max, 60), np.zeros(E.size)
    for i, e in enumerate(E.ravel()):
        # the spectrum has an end on either side
        ends = np.log(np.maximum(E_source[[0, -1]] / e, 1.0)) if e > 0 else np.zeros(2)
        x, w = gauss_panels(np.unique(np.r_[edges, ends[ends < edges[-1]]]), 6)
        z = np.expm1(x)
        sent = np.interp(e * (1 + z), E_source, dN_dE, left=0.0, right=0.0)
        out[i] = np.sum(w * (1 + z) / _hubble(z, H_0, Omega_m) * core_collapse_rate(z, fit) * sent)
    return (out / (4 * pi)).reshape(E.shape)[()]


@formula
def photon_flux(E_gamma: Numbers, E_N: np.ndarray, dN_dE: np.ndarray, M_N: float,
                lifetime: float, radius: float, nature: str | None = None, fit: str = "yuksel",
                z_max: float = _FIRST, *, helicity: float = 1.0, H_0: float = _HUBBLE,
                Omega_m: float = _MATTER) -> Numbers:
    r"""Flux today, a solid angle, of photons of N from all collapses.

    .. math:: \frac{d\Phi}{dE_\gamma} = \frac{c}{4\pi}\int\frac{dz}{H(z)}\int dp\,D(p, z)\,
              \frac{dn}{dE_\gamma}\big[(1+z)E_\gamma\big],\qquad
              D = \frac{M_N}{E\tau}\int_z\frac{dz'\,R(z')}{(1+z')H(z')}\frac{dN}{dp'}\,
              \frac{1+z'}{1+z}\,e^{-R_*/L'}\exp\Big[-\int_{z}^{z'}\frac{M_N}{E\tau}dt\Big]

    of momentum :math:`p' = p(1+z')/(1+z)` at the source, :math:`L' = p'\tau/M_N`.

    Parameters
    ----------
    E_gamma : float or array, energy of the photon today [energy]
    E_N : array (n,), energies of N at the source that rise, at least M_N [energy]
    dN_dE : array (n,), N and anti-N a collapse and energy, at least 0; a straight line between two
        energies, 0 outside [1/energy]
    M_N : float, mass of N [energy]
    lifetime : float, mean life of N at rest, above 0 [time]
    radius : float, within it decays are not seen [length]
    nature : ``dirac`` or ``majorana``, needed
    fit : ``yuksel``, ``lunardini`` or ``madau``
    z_max : float, redshift of the first collapse, above 0 [1]
    helicity : float [1], as in :func:`munu.processes.radiative_decay.photon_spectrum`, either sign
    H_0 : float, rate of the expansion today, above 0 [energy]
    Omega_m : float, share of matter, 0 to 1 [1]

    Returns
    -------
    float or array [1/(area time energy)], for one steradian

    Raises
    ------
    DomainError, UnknownName

    Holds : photons are not absorbed on the way; N keeps its helicity as it slows down.
    Power : dN_dE
    Source : BrdarTalk, Yuksel2008, Lunardini2009, MadauDickinson2014
    """
    return _flux(E_gamma, E_N, dN_dE, M_N, lifetime, radius, nature, fit, z_max, helicity, H_0,
                 Omega_m, radiative_decay.photon_spectrum)


@formula
def neutrino_flux(E_nu: Numbers, E_N: np.ndarray, dN_dE: np.ndarray, M_N: float,
                  lifetime: float, radius: float, nature: str | None = None, fit: str = "yuksel",
                  z_max: float = _FIRST, *, helicity: float = 1.0, H_0: float = _HUBBLE,
                  Omega_m: float = _MATTER) -> Numbers:
    r"""Flux today, a solid angle, of neutrinos of N from all collapses.

    .. math:: \frac{dn}{dE_\gamma} \to \frac{dn}{dE_\nu}\ \text{in the flux of photons}

    Parameters
    ----------
    E_nu : float or array, energy of the neutrino today [energy]
    E_N, dN_dE, M_N, lifetime, radius : as :func:`photon_flux`
    nature, fit, z_max, helicity, H_0, Omega_m : as :func:`photon_flux`

    Returns
    -------
    float or array [1/(area time energy)], for one steradian

    Raises
    ------
    DomainError, UnknownName

    Holds : all kinds together, as :func:`munu.rates.arrivals.neutrino_fluence`.
    Power : dN_dE
    Source : BrdarTalk, Yuksel2008, Lunardini2009, MadauDickinson2014
    """
    return _flux(E_nu, E_N, dN_dE, M_N, lifetime, radius, nature, fit, z_max, helicity, H_0,
                 Omega_m, radiative_decay.neutrino_spectrum)


def _flux(E: Numbers, E_N: np.ndarray, dN_dE: np.ndarray, M: float, lifetime: float,
          radius: float, nature: str | None, fit: str, z_max: float, helicity: float, H_0: float,
          Omega_m: float, spectrum: Callable[..., Numbers], steps: int = _STEPS,
          momenta: int = _MOMENTA) -> Numbers:
    check_nature(nature, needed_by="what N decays to")
    _emitted.check(E_N, dN_dE, M)
    E = np.asarray(E, dtype=float)
    out = np.zeros(E.size)
    if M == 0:  # a massless N never decays
        return out.reshape(E.shape)[()]
    edges = _edges(fit, z_max, steps)
    k, made, _ = _decays(edges, E_N, dN_dE, M, lifetime, radius, fit, H_0, Omega_m, momenta)
    t, w = gauss_panels(np.linspace(0.0, 1.0, 9), 8)
    for x, there in zip(0.5 * (edges[1:] + edges[:-1]), made, strict=True):
        stretch = np.exp(x)
        then = E.ravel() * stretch
        ask = np.flatnonzero(then > 0)
        top = np.arcsinh(k[-1] * stretch / M)
        low = np.maximum(np.abs(np.log(2 * then[ask] / M)), 1e-6)
        ask, low = ask[low < top], low[low < top]
        eta = low[:, None] + (top - low)[:, None] * t
        p, energy = M * np.sinh(eta), M * np.cosh(eta)
        kernel = energy * spectrum(then[ask, None], energy, M, nature, helicity=helicity)
        # dk = dp/(1 + z), and dE (1 + z) there is dE here
        out[ask] += (top - low) * np.sum(w * kernel * np.interp(p / stretch, k, there), axis=1)
    return (out / (4 * pi)).reshape(E.shape)[()]


def _decays(edges: np.ndarray, E_N: np.ndarray, dN_dE: np.ndarray, M: float, lifetime: float,
            radius: float, fit: str, H_0: float, Omega_m: float, momenta: int = _MOMENTA
            ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Momenta of N today, how many decayed by comoving volume in each panel of ln(1 + z), and left.

    From early to late: what a panel began with and what it adds either decays in it or goes on, so
    that their sum is kept, and at a short life all that it adds decays.
    """
    # even in momentum below a hundredth of the highest, in its logarithm above
    p_N = _emitted.momentum(E_N, M)
    most = p_N[-1]
    k = most / 100 * np.sinh(np.linspace(np.arcsinh(100 * p_N[0] / most * np.exp(-edges[-1])),
                                         np.arcsinh(100), momenta))
    n, made = np.zeros(k.size), np.zeros((edges.size - 1, k.size))
    for j in range(edges.size - 2, -1, -1):
        mid = 0.5 * (edges[j] + edges[j + 1])
        time = (edges[j + 1] - edges[j]) / _hubble(np.expm1(mid), H_0, Omega_m)
        p = k * np.exp(mid)
        ages = time * M / np.hypot(p, M) / lifetime
        added = time * _added(mid, k, E_N, dN_dE, M, lifetime, radius, fit)
        gone = -np.expm1(-ages)
        # of what is made evenly over the panel a share is young
        young = np.where(ages > 1e-3, 1 - gone / np.where(ages > 1e-3, ages, 1.0),
                         ages / 2 - ages**2 / 6 + ages**3 / 24)
        made[j] = n * gone + added * young
        n = n * (1 - gone) + added * (1 - young)
    return k, made, n


def _added(x: float, k: np.ndarray, E_N: np.ndarray, dN_dE: np.ndarray, M: float,
           lifetime: float, radius: float, fit: str) -> np.ndarray:
    """N that leave their stars, by comoving volume, time and momentum today."""
    p = k * np.exp(x)
    E = np.hypot(p, M)
    sent = np.interp(E, E_N, dN_dE, left=0.0, right=0.0) * p / E * np.exp(x)
    slow = np.where(p > 0, p, np.inf)
    return core_collapse_rate(np.expm1(x), fit) * sent * np.exp(-radius * M / (slow * lifetime))


def _edges(fit: str, z_max: float, steps: int) -> np.ndarray:
    """Panels in ln(1 + z) that end where the fit has a corner."""
    _known(fit)
    ends = [0.0, *(z for z in _CORNERS[fit] if z < z_max), z_max]
    whole = np.log1p(z_max)
    return np.concatenate([
        np.linspace(np.log1p(a), np.log1p(b), 1 + int(np.ceil(
            steps * np.log((1 + b) / (1 + a)) / whole)))[bool(a):] for a, b in pairwise(ends)])


def _hubble(z: Numbers, H_0: float, Omega_m: float) -> Numbers:
    return H_0 * np.sqrt(Omega_m * (1 + z) ** 3 + 1 - Omega_m)


def _yuksel(x: Numbers) -> Numbers:
    return (x**-34.0 + (x / 5000) ** 3 + (x / 9) ** 35) ** -0.1


def _known(fit: str) -> None:
    if fit not in FITS:
        raise UnknownName("fit of the core-collapse rate", fit, FITS)
