r"""Neutrinos of the wrong helicity, or light N, that the early Universe makes by a moment.

Charges flip them at the rate

.. math:: \Gamma = c\,\mu^2T^3\sum_f N_cQ_f^2\,w(m_f/T)

with w the number density of a charge over its massless one: quarks above 150 MeV, pions and kaons
below.  The coefficient is 0.0132 with hard thermal loops (Elmfors1997); exchange of a screened
photon alone gives 0.0108.  They decouple where this falls below the expansion.  The operator is
that of the photon: above about 100 GeV what stands here is formal.

Source : Elmfors1997, Borsanyi2016
"""

from __future__ import annotations

from functools import cache
from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.errors import DomainError
from munu.media import early_universe
from munu.rates._flip import HARD_THERMAL_LOOPS, LEAST, charges, expanded, ratio, reheating
from munu.rates._thermal import ZETA3
from munu.units import GeV

__all__ = ["T_dec", "delta_N_eff", "flip_rate", "least", "moment_of", "reheating_of", "relic"]

_STEPS = 4001
# moments below the largest that are searched: what is made falls by their square
_DECADES = 15


@formula
def flip_rate(T: Numbers, mu: Numbers, *, rate: float = HARD_THERMAL_LOOPS,
              mu_B: float = constants.mu_B) -> Numbers:
    r"""Rate at which a neutrino changes its helicity, or becomes N.

    .. math:: \Gamma = c\,\mu^2T^3\sum_f N_cQ_f^2\,w(m_f/T)

    Parameters
    ----------
    T : float or array, temperature [energy]
    mu : float or array, moment [mu_B]
    rate : float, the coefficient c [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [energy]

    Raises
    ------
    DomainError
        What is not finite, a temperature outside 1 MeV to 280 GeV.

    Holds : T far above M_N.
    Power : mu^2
    Source : Elmfors1997
    """
    early_universe.g_rho(T)
    return (rate * np.abs(mu) ** 2 * mu_B**2 * np.asarray(T) ** 3 * charges(T))[()]


@cache
def _followed() -> tuple[np.ndarray, np.ndarray]:
    """ln T, and ln of the largest ratio at or below T: what decouples last decides."""
    low, high = early_universe.span()
    T = np.geomspace(low, high, _STEPS)
    return np.log(T), np.log(np.maximum.accumulate(ratio(T)))


@cache
def _depth() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ln T, the integral of Gamma/H up to T over c mu^2, and the dilution between nodes."""
    low, high = np.log(early_universe.span())
    x = np.linspace(low, high, _STEPS)
    met = ratio(np.exp(x))
    passed = -0.5 * (met[1:] + met[:-1]) * np.diff(expanded(np.exp(x)))
    depth = np.concatenate([[0.0], np.cumsum(passed)])
    return x, depth, _diluted(np.exp(0.5 * (x[1:] + x[:-1])))


@formula
def T_dec(mu: Numbers, *, rate: float = HARD_THERMAL_LOOPS, mu_B: float = constants.mu_B
          ) -> Numbers:
    r"""Temperature at which what a moment makes decouples.

    .. math:: \Gamma(T_{\rm dec}) = H(T_{\rm dec})

    Parameters
    ----------
    mu : float or array, moment [mu_B]
    rate : float, the coefficient c of the rate [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [energy]; infinite where it is above 280 GeV, beyond all that is tabulated

    Raises
    ------
    DomainError
        A moment so large that it decouples below 1 MeV, where neutrinos are free.

    Holds : formal above 100 GeV, where the photon's moment is not the operator.
    Source : Elmfors1997, BrdarTalk
    Anchors : AC63, AC64

    >>> from munu.units import GeV
    >>> print(f"{T_dec(1e-11) / GeV:.2f}")
    1.67
    """
    mu = finite("mu", np.abs(mu))
    x, y = _followed()
    with np.errstate(divide="ignore"):
        wanted = -np.log(rate * (mu * mu_B) ** 2)
    if np.any(wanted < y[0]):
        raise DomainError(f"mu = {mu.max():g} decouples below 1 MeV, where neutrinos themselves "
                          "are free: this rate no longer holds")
    return np.where(wanted > y[-1], np.inf, np.exp(np.interp(wanted, y, x)))[()]


def _diluted(T: np.ndarray) -> np.ndarray:
    """(10.75/g_s)^(4/3): the energy of a two-state fermion that decoupled at T, in neutrinos."""
    return (10.75 / early_universe.g_s(T)) ** (4 / 3)


@formula
def delta_N_eff(mu: float, n_species: int = 3, *, T_RH: float | None = None,
                rate: float = HARD_THERMAL_LOOPS, mu_B: float = constants.mu_B) -> float:
    r"""Effective number of neutrinos that light right-handed ones add.

    .. math:: \Delta N_{\rm eff} = n\,D(T_{\rm dec}),\qquad
              D(T) = \Big(\frac{10.75}{g_s(T)}\Big)^{4/3}

    and where T_RH is given what is made at each temperature, less what disappears again,

    .. math:: \Delta N_{\rm eff} = n\int_0^{\tau(T_{\rm RH})} D\,e^{-\tau}d\tau,\qquad
              \tau(T) = \int_{a(T)}\frac{\Gamma}{H}\,d\ln a

    (freeze-in where tau is small).

    Parameters
    ----------
    mu : float, moment of each species [mu_B]
    n_species : int, Dirac neutrinos with a moment, two states each
    T_RH : float, highest temperature there was, or None: far above T_dec [energy]
    rate : float, the coefficient c of the rate [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float [1]

    Raises
    ------
    DomainError
        A number of species that is none, no T_RH although T_dec lies beyond 280 GeV, a T_RH
        outside 4 MeV to 280 GeV.

    Holds : massless.  Without T_RH decoupling at once, the convention of the papers; followed
        slowly, with a T_RH far above T_dec, as much or more is left, at 1e-11 mu_B 0.379 in place
        of 0.222.
    Source : Elmfors1997, Borsanyi2016
    Anchors : AC67, AC68

    >>> round(delta_N_eff(1e-11), 3)
    0.222
    """
    if isinstance(n_species, bool) or not isinstance(n_species, int) or n_species < 1:
        raise DomainError(f"n_species = {n_species!r} must be a whole number, at least 1")
    if mu == 0:
        return 0.0
    high = early_universe.span()[1]
    if T_RH is None:
        T = float(T_dec(mu, rate=rate, mu_B=mu_B))
        if not np.isfinite(T):
            raise DomainError(f"mu = {mu:g} decouples above {high / GeV:.0f} GeV: give T_RH, the "
                              "highest temperature that there was")
        return float(n_species * _diluted(np.array(T)))
    reheating(T_RH)
    grid, depth, share = _depth()
    top = np.log(T_RH)
    tau = rate * (mu * mu_B) ** 2 * np.append(depth[grid < top], np.interp(top, grid, depth))
    # what is made at T survives what it meets below T; no difference of numbers next to 1
    made = -np.exp(-tau[:-1]) * np.expm1(-np.diff(tau))
    return float(n_species * (share[:tau.size - 1] * made).sum())


@formula
def moment_of(delta: float, n_species: int = 3, *, T_RH: float | None = None,
              rate: float = HARD_THERMAL_LOOPS, mu_B: float = constants.mu_B) -> float:
    r"""Moment at which ``n_species`` Dirac neutrinos make a given :math:`\Delta N_{\rm eff}`.

    .. math:: g_s(T_{\rm dec}) = 10.75\,(n/\Delta N_{\rm eff})^{3/4}

    and where T_RH is given the inverse of the integral of :func:`delta_N_eff`.

    Parameters
    ----------
    delta : float [1]
    n_species : int
    T_RH : float, highest temperature there was, or None: far above T_dec [energy]
    rate : float, the coefficient c of the rate [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float [mu_B]

    Raises
    ------
    DomainError
        A number that they exceed however early they decouple, or never reach.

    Holds : massless.  Without T_RH reheating far above T_dec and decoupling at once, the
        convention of the papers; followed slowly the moment of 0.285 is 6.57e-12 mu_B in place of
        1.88e-11.
    Source : Elmfors1997, Borsanyi2016
    Anchors : AC67, AC68

    >>> f"{moment_of(0.285):.2g}"
    '1.9e-11'
    >>> f"{moment_of(0.285, T_RH=200 * GeV):.2e}"
    '6.57e-12'
    """
    from scipy.optimize import brentq

    if T_RH is not None:
        return _slow_moment_of(delta, n_species, T_RH, rate=rate, mu_B=mu_B)
    low, high = early_universe.span()
    least, most = (n_species * float(_diluted(np.array(T))) for T in (high, low))
    if not least < delta < most:
        raise DomainError(
            f"Delta N_eff = {delta:g} is not among {least:.3f} to {most:.2f}, what {n_species} "
            f"species that decoupled between {high / GeV:.0f} GeV and 1 MeV add: below it the "
            "answer is a bound on the temperature of reheating, not on mu")
    x = brentq(lambda x: n_species * float(_diluted(np.exp(np.array(x)))) - delta,
               np.log(low), np.log(high), xtol=1e-13)
    grid, ratio = _followed()
    return float(np.exp(-0.5 * np.interp(x, grid, ratio)) / (rate**0.5 * mu_B))


def _slow_moment_of(delta: float, n_species: int, T_RH: float, **constant: float) -> float:
    """The inverse of :func:`delta_N_eff` with a T_RH, which rises with mu."""
    from scipy.optimize import brentq

    def above(log_mu: float) -> float:
        return delta_N_eff(float(np.exp(log_mu)), n_species, T_RH=T_RH, **constant) - delta

    # up to what decouples at 1 MeV
    high = -0.5 * float(_followed()[1][0]) - np.log(constant["rate"]**0.5 * constant["mu_B"])
    low = high - _DECADES * np.log(10)
    least, most = above(low) + delta, above(high) + delta
    if not least < delta < most:
        raise DomainError(
            f"Delta N_eff = {delta:g} is not among {least:.2g} to {most:.3g}, what {n_species} "
            f"species add that begin at T_RH = {T_RH / GeV:.3g} GeV and decouple above 1 MeV")
    return float(np.exp(brentq(above, low, high, xtol=1e-13)))


@formula
def least(T: Numbers) -> Numbers:
    r"""What one Dirac neutrino adds that was in equilibrium until T.

    .. math:: D(T) = \Big(\frac{10.75}{g_s(T)}\Big)^{4/3}

    Parameters
    ----------
    T : float or array, temperature [energy]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError
        A temperature outside 1 MeV to 280 GeV.

    Source : Borsanyi2016

    >>> round(3 * float(least(100 * GeV)), 3)
    0.151
    """
    return _diluted(np.asarray(T))[()]


@formula
def reheating_of(delta: float, mu: float, n_species: int = 3, *, rate: float = HARD_THERMAL_LOOPS,
                 mu_B: float = constants.mu_B) -> float:
    r"""Highest temperature there may have been for Delta N_eff to stay below a bound.

    Parameters
    ----------
    delta : float [1]
    mu : float, moment of each species [mu_B]
    n_species : int
    rate : float, the coefficient c of the rate [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float [energy]; infinite where 280 GeV, the end of the table, is not too hot

    Raises
    ------
    DomainError
        A bound that is passed at 4 MeV already.

    Holds : massless.
    Source : Elmfors1997, Borsanyi2016

    >>> print(f"{reheating_of(0.107, 1e-11) / GeV:.2f}")
    0.12
    """
    from scipy.optimize import brentq

    def above(x: float) -> float:
        return delta_N_eff(mu, n_species, T_RH=float(np.exp(x)), rate=rate, mu_B=mu_B) - delta

    low, high = np.log(LEAST), np.log(early_universe.span()[1])
    if above(high) <= 0:
        return float(np.inf)
    if above(low) >= 0:
        raise DomainError(f"mu = {mu:g} makes {above(low) + delta:.3g} of a neutrino from 4 MeV "
                          f"on, more than delta = {delta:g}")
    return float(np.exp(brentq(above, low, high, xtol=1e-12)))


@formula
def relic(T: Numbers, states: int) -> Numbers:
    r"""Number over entropy of fermions that were relativistic when they decoupled.

    .. math:: \frac ns = \frac{45\,\zeta(3)}{2\pi^4}\,\frac34\,\frac g{g_s(T_{\rm dec})}

    Parameters
    ----------
    T : float or array, temperature of decoupling [energy]
    states : int, g: 2 for a Majorana N, 4 for a Dirac N and its antiparticle

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError
        A temperature outside 1 MeV to 280 GeV.

    Source : Borsanyi2016
    Anchors : AC69
    """
    return (45 * ZETA3 * 0.75 * states / (2 * pi**4 * early_universe.g_s(T)))[()]
