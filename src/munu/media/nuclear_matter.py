r"""Hot matter of neutrons, protons and electrons at the densities of a supernova's core.

In beta equilibrium with trapped neutrinos

.. math:: \mu_{\nu_e} = \mu_e - \hat\mu,\qquad
          \hat\mu = \eta_n - \eta_p + m_n - m_p
          + 4S\,(n_B/n_0)^{0.6}(1 - 2Y_e)

where :math:`\eta` are chemical potentials of free nucleons without their mass and the last term
is what their interaction adds, a model: S = 18 MeV by default, 0 for free nucleons.  As many
protons as electrons: muons are left out.
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from munu import constants
from munu._arrays import Numbers
from munu._guard import formula
from munu.errors import DomainError
from munu.media import _fermi
from munu.units import MeV, fm, per_unit

__all__ = ["blocked_protons", "mu_hat", "mu_nu"]

# assumptions, no measured numbers: what interaction adds at the density of nuclei, and that density
S_POT, SATURATION = 18 * MeV, 0.16 / fm**3
_POWER = 0.6
# above what any fit to nuclei gives
_MOST = 100 * MeV


def interaction(S_pot: float) -> float:
    """S_pot [energy], after it was looked at.  Raises DomainError."""
    if not (isfinite(S_pot) and 0 <= S_pot <= _MOST):
        raise DomainError(f"S_pot = {per_unit(S_pot, 'MeV'):g} MeV must lie between 0 (free "
                          f"nucleons) and {per_unit(_MOST, 'MeV'):g} MeV")
    return S_pot


def _zones(rho: Numbers, T: Numbers, Y_e: Numbers, amu: float) -> tuple[tuple, list[np.ndarray]]:
    """Shape, and n_B, T, Y_e as one zone each; both kinds of nucleons must be there."""
    n, T, Y = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (rho, T, Y_e)))
    if np.any(~((Y > 0) & (Y < 1))):
        raise DomainError("Y_e must lie between 0 and 1, and be neither: without neutrons or "
                          "protons there is no beta equilibrium")
    if np.any(n <= 0) or np.any(T <= 0):
        raise DomainError("rho and T must be above 0")
    return n.shape, [n.ravel() / amu, T.ravel(), Y.ravel()]


@formula
def mu_hat(rho: Numbers, T: Numbers, Y_e: Numbers, *, S_pot: float = S_POT,
           n_0: float = SATURATION, m_n: float = constants.m_n, m_p: float = constants.m_p,
           amu: float = constants.amu) -> Numbers:
    r"""Chemical potential of neutrons less that of protons, masses included.

    .. math:: \hat\mu = \eta_n - \eta_p + m_n - m_p + 4S\,(n_B/n_0)^{0.6}(1 - 2Y_e)

    Parameters
    ----------
    rho : float or array, mass density [energy^4]
    T : float or array, temperature [energy]
    Y_e : float or array, electrons and protons a nucleon [1]
    S_pot : float, what interaction adds to the symmetry energy at n_0 [energy]
    n_0 : float, nucleons a volume in nuclei [energy^3]
    m_n, m_p, amu : constants [energy]

    Returns
    -------
    float or array [energy]

    Raises
    ------
    DomainError
        A temperature or a density of 0, Y_e of 0 or 1, S_pot out of range.

    Holds : free nucleons of vacuum mass plus one term, no nuclei, no muons
    Source : Raffelt1996

    >>> from munu.units import MeV, cm, g
    >>> print(f"{mu_hat(3e14 * g / cm**3, 30 * MeV, 0.3) / MeV:.1f}")
    66.2
    """
    S_pot = interaction(S_pot)
    shape, (n, T, Y) = _zones(rho, T, Y_e, amu)
    # with their masses, which stand in each
    free = _fermi.chemical_potential(T, (1 - Y) * n, m_n) - _fermi.chemical_potential(T, Y * n, m_p)
    return (free + 4 * S_pot * (n / n_0) ** _POWER * (1 - 2 * Y)).reshape(shape)[()]


@formula
def mu_nu(rho: Numbers, T: Numbers, Y_e: Numbers, *, S_pot: float = S_POT,
          n_0: float = SATURATION, m_n: float = constants.m_n, m_p: float = constants.m_p,
          m_e: float = constants.m_e, amu: float = constants.amu) -> Numbers:
    r"""Chemical potential of electron neutrinos in beta equilibrium; it may be negative.

    .. math:: \mu_{\nu_e} = \mu_e - \hat\mu

    Parameters
    ----------
    rho : float or array, mass density [energy^4]
    T : float or array, temperature [energy]
    Y_e : float or array, electrons and protons a nucleon [1]
    S_pot : float, what interaction adds to the symmetry energy at n_0 [energy]
    n_0 : float, nucleons a volume in nuclei [energy^3]
    m_n, m_p, m_e, amu : constants [energy]

    Returns
    -------
    float or array [energy]

    Raises
    ------
    DomainError
        A temperature or a density of 0, Y_e of 0 or 1, S_pot out of range.

    Holds : neutrinos in equilibrium, which they are only as deep as they are trapped
    Source : Raffelt1996

    >>> from munu.units import MeV, cm, g
    >>> print(f"{mu_nu(3e14 * g / cm**3, 30 * MeV, 0.3) / MeV:.1f}")
    152.1
    """
    shape, (n, T, Y) = _zones(rho, T, Y_e, amu)
    nucleons = mu_hat(n * amu, T, Y, S_pot=S_pot, n_0=n_0, m_n=m_n, m_p=m_p, amu=amu)
    return (_fermi.chemical_potential(T, Y * n, m_e) - nucleons).reshape(shape)[()]


@formula
def blocked_protons(rho: Numbers, T: Numbers, Y_e: Numbers, *, m_p: float = constants.m_p,
                    amu: float = constants.amu) -> Numbers:
    r"""Protons a volume that can scatter where little energy is given to them: those whose final
    state is free.

    .. math:: n_{\rm eff} = \frac{2}{(2\pi)^3}\int d^3p\,f(1 - f)
              = T\,\frac{\partial n_p}{\partial\mu_p}

    Parameters
    ----------
    rho : float or array, mass density [energy^4]
    T : float or array, temperature [energy]
    Y_e : float or array, electrons and protons a nucleon [1]
    m_p, amu : constants [energy]

    Returns
    -------
    float or array [1/volume]

    Raises
    ------
    DomainError
        A temperature or a density of 0, Y_e of 0 or 1.

    Holds : free protons
    Source : Raffelt1996

    >>> from munu.units import MeV, cm, g
    >>> from munu.constants import amu
    >>> n_p = 0.3 * 3e14 * g / cm**3 / amu
    >>> print(f"{blocked_protons(3e14 * g / cm**3, 30 * MeV, 0.3) / n_p:.3f}")
    0.821
    """
    shape, (n, T, Y) = _zones(rho, T, Y_e, amu)
    mu = _fermi.chemical_potential(T, Y * n, m_p)
    return (T * _fermi.slope(T, mu, m_p)).reshape(shape)[()]
