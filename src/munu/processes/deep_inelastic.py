r"""Up-scattering that breaks nucleons up, nu A -> N X, by their measured structure functions.

The moment's vertex is that of elastic up-scattering; what the photon meets is the structure
function F_2, a fit from real photons to 5000 GeV^2, so that no parton distributions are needed:

.. math:: \frac{\mathrm d^2\sigma}{\mathrm dQ^2\,\mathrm d\nu} = \frac{\alpha\mu^2F_2}
          {4\nu E^2Q^4}\left[4E^2Q^2 - (M^2 + Q^2)(4E\nu - \nu^2 + M^2)
          - \frac{1 + \nu^2/Q^2}{1 + R}(M^2 + Q^2)(Q^2 - 2M^2)\right]

with :math:`\nu = E - E_N` and :math:`R = \sigma_L/\sigma_T`.  It counts from the first pion on.
At ultra-high energies it is several times what nuclei give as a whole.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu._arrays import Numbers, gauss
from munu._guard import formula
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.constants import m_pi as _m_pi
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, UnknownName
from munu.processes.process import flavor_weights
from munu.targets.nucleus import PROTON, Material, Nucleus, material
from munu.targets.structure_functions import Q2_DATA, X_DATA, F2_nucleus

__all__ = ["SMALL_X", "d2sigma", "nodes", "sigma"]

#: at x below the data the structure function rises on as its fit says, or stays as it is there
SMALL_X = ("continued", "frozen")
_M = PROTON.mass
# what W^2 - m^2 must be for the first pion
_PION = (_M + _m_pi) ** 2 - _M**2
# nodes in the logarithm of nu, below and above where Q2 is cut, and of Q2
_NODES = 14, 14, 20
# of a massless N there is no least Q2; F2 falls as Q2 and nothing is left so far below the greatest
_LEAST = 1e-14


def bracket(Q2: Numbers, nu: Numbers, E: Numbers, M2: Numbers, R: Numbers) -> Numbers:
    """What stands in the bracket [energy^4]: it is never below 0 inside the window."""
    along = 4 * E**2 * Q2 - (M2 + Q2) * (nu * (4 * E - nu) + M2)
    return along - (1 + nu**2 / Q2) / (1 + R) * (M2 + Q2) * (Q2 - 2 * M2)


def window(nu: Numbers, E: Numbers, M2: Numbers, Q2_max: float) -> tuple[Numbers, Numbers]:
    """Least and greatest Q2 at an energy transfer [energy^2]; nothing where the second is not
    above the first."""
    up = E - nu + np.sqrt(np.maximum((E - nu) ** 2 - M2, 0.0))
    up = np.where(up > 0, up, E)
    # 2 E (E_N - p) - M^2 without the difference of what is nearly equal
    low = M2 * (2 * nu + M2 / up) / up
    return low, np.minimum(np.minimum(2 * E * up - M2, 2 * _M * nu - _PION), Q2_max)


def _kernel(Q2: Numbers, nu: Numbers, E: Numbers, M2: float, nucleus: tuple[float, float],
            R: float, small_x: str) -> np.ndarray:
    """The cross section of one nucleus per alpha mu^2, inside the window [1/energy^3]."""
    x = np.clip(Q2 / (2 * _M * nu), X_DATA if small_x == "frozen" else 0.0, 1.0)
    size = np.maximum(bracket(Q2, nu, E, M2, R) / (E * Q2) ** 2, 0.0)
    return F2_nucleus(x, Q2, *nucleus) / (4 * nu) * size


def nodes(E_nu: Numbers, M_N: float, nucleus: Nucleus, *, R: float = 0.0,
          Q2_max: float = Q2_DATA, small_x: str = "continued", nu_min: float = 0.0
          ) -> tuple[np.ndarray, np.ndarray]:
    """Energy transfers (n, k) [energy] and weights (n, k) [1], at energies E_nu (n,) [energy].

    The weights sum to the cross section of one nucleus per alpha mu^2, of transfers above
    ``nu_min``; all else is as in :func:`sigma`.
    """
    _check(R, Q2_max, small_x)
    E, M2 = np.atleast_1d(np.asarray(E_nu, dtype=float))[:, None], float(M_N) ** 2
    # nothing is open as low, and no power of it overflows
    E = np.maximum(E, _LEAST * _M)
    # where a window opens and closes for N far faster than it is heavy, of others it does so within
    M4, slope = M2**2 / (4 * E**2), M2 / E
    low = (_PION + M4) / np.maximum(2 * _M - slope, 1e-9 * _M)
    low = np.maximum(low, max(_PION / (2 * _M), nu_min))
    high = np.minimum(E - M_N, np.maximum(Q2_max - M4, 0.0) / np.maximum(slope, _LEAST * _M))
    is_open = high > low
    high = np.where(is_open, high, np.e * low)
    # above it Q2 is cut at one value: the integral has a kink there
    kink = np.clip((Q2_max + _PION) / (2 * _M), low, high)
    parts = [(a, np.log(b / a), *gauss(n)) for a, b, n in (
        (low, kink, _NODES[0]), (kink, high, _NODES[1]))]
    nu = np.concatenate([a * np.exp(0.5 * log * (1 + t)) for a, log, t, _ in parts], axis=1)
    step = np.concatenate([0.5 * log * w for _, log, _, w in parts], axis=1)
    a, b = window(nu, E, M2, Q2_max)
    inside = is_open & (b > a)
    a = np.where(inside, np.maximum(a, _LEAST * b), 1.0)[..., None]
    wide = np.log(np.where(inside, b, np.e)[..., None] / a)
    u, v = gauss(_NODES[2])
    Q2 = a * np.exp(0.5 * wide * (1 + u))
    made = _kernel(Q2, nu[..., None], E[..., None], M2, (nucleus.Z, nucleus.A), R, small_x) * Q2
    over = 0.5 * np.where(inside, wide[..., 0], 0.0) * (made @ v)
    return nu, step * nu * over


@formula
def d2sigma(Q2: Numbers, nu: Numbers, E_nu: Numbers, couplings: DipolePortal | Couplings,
            target: Nucleus | Material | str, *, flavor: str | None = None,
            antineutrino: bool = False, R: float = 0.0, small_x: str = "continued",
            alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
    r"""Cross section by momentum and energy transfer, see the equation above.

    Parameters
    ----------
    Q2 : float or array (broadcasts), above 0 [energy^2]
    nu : float or array (broadcasts), energy transfer, above 0 [energy]
    E_nu : float or array (broadcasts), above 0 [energy]
    couplings : DipolePortal, or Couplings
    target : Nucleus, Material (per formula unit) or the name of one
    flavor : incoming ``e``, ``mu`` or ``tau``; None is the one flavor of the portal
    antineutrino : bool
    R : float, cross section of longitudinal photons over that of transverse ones, at least 0 [1]
    small_x : ``continued`` or ``frozen``: F2 where x is below its data
    alpha, m_e : constants [1], [energy]

    Returns
    -------
    float or array [area/energy^3]; exact 0 outside the kinematic window

    Raises
    ------
    DomainError, UnknownName

    Holds : one photon; above the resonances, of which F2 is the mean; parity violation, of the Z
        that a moment of N may come with, left out.
    Power : mu^2
    Source : BrdarTalk, AbramowiczLevy1997, Dutta2001
    """
    Q2, nu, E = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (Q2, nu, E_nu)))
    if np.any(Q2 <= 0) or np.any(nu <= 0):
        raise DomainError("Q2 and nu must be above 0")
    _check(R, np.inf, small_x)
    total = np.zeros(Q2.shape)
    for M_N, weight in flavor_weights(couplings, flavor, antineutrino):
        low, high = window(nu, E, M_N**2, np.inf)
        inside = (E - nu >= M_N) & (low <= Q2) & (high >= Q2)
        for number, one in _nuclei(target):
            made = _kernel(Q2, nu, np.where(E > 0, E, 1.0), M_N**2, (one.Z, one.A), R, small_x)
            total = total + weight * number * np.where(inside, made, 0.0)
    return (pi * alpha**2 / m_e**2 * total)[()]


@formula
def sigma(E_nu: Numbers, couplings: DipolePortal | Couplings, target: Nucleus | Material | str, *,
          flavor: str | None = None, antineutrino: bool = False, nu_min: float = 0.0,
          R: float = 0.0, Q2_max: float = Q2_DATA, small_x: str = "continued",
          alpha: float = _alpha, m_e: float = _m_e) -> Numbers:
    r"""Cross section of nu A -> N X with nucleons broken up.

    .. math:: \sigma = \int_{\nu_{\min}}\mathrm d\nu\int^{Q^2_{\max}}\mathrm dQ^2\,
              \frac{\mathrm d^2\sigma}{\mathrm dQ^2\,\mathrm d\nu}

    Parameters
    ----------
    E_nu : float or array [energy], at least 0
    couplings, target, flavor, antineutrino, R, small_x, alpha, m_e : as :func:`d2sigma`
    nu_min : float, least energy of what the nucleon breaks into, at least 0 [energy]
    Q2_max : float, above which nothing counts, above 0 [energy^2]: where the fit ends, 5000 GeV^2

    Returns
    -------
    float or array [area]; exact 0 below threshold

    Raises
    ------
    DomainError, UnknownName

    Holds : as :func:`d2sigma`, integrated to 3e-4; what Q2_max cuts off is a quarter at 1 EeV and
        10 GeV, and F2 at x below its data is a seventh of it.
    Power : mu^2
    Source : BrdarTalk, AbramowiczLevy1997, Dutta2001

    >>> from munu import DipolePortal
    >>> from munu.units import EeV, GeV, cm
    >>> portal = DipolePortal(1e-9, 10 * GeV, "tau")
    >>> print(f"{sigma(1 * EeV, portal, 'SiO2') / cm**2:.2e} cm^2")
    4.20e-39 cm^2
    """
    E = np.atleast_1d(np.asarray(E_nu, dtype=float))
    total = np.zeros(E.shape)
    for M_N, weight in flavor_weights(couplings, flavor, antineutrino):
        for number, one in _nuclei(target):
            w = nodes(E.ravel(), M_N, one, R=R, Q2_max=Q2_max, small_x=small_x, nu_min=nu_min)[1]
            total = total + weight * number * w.sum(axis=1).reshape(E.shape)
    return (pi * alpha**2 / m_e**2 * total).reshape(np.shape(E_nu))[()]


def _nuclei(target: Nucleus | Material | str) -> tuple[tuple[float, Nucleus], ...]:
    made = material(target) if isinstance(target, str) else target
    return ((1.0, made),) if isinstance(made, Nucleus) else made.parts


def _check(R: float, Q2_max: float, small_x: str) -> None:
    if small_x not in SMALL_X:
        raise UnknownName("small_x", small_x, SMALL_X)
    if not (np.isfinite(R) and R >= 0):
        raise DomainError(f"R = {R!r} must be at least 0")
    if not Q2_max > 0:
        raise DomainError("Q2_max must be above 0")
