r"""Two-body kinematics of :math:`\nu(E) + X(m\ \mathrm{at\ rest}) \to N(M) + X(T)`.

All arguments broadcast; all are in internal units [energy].  Where nothing can happen the
answer is an empty window (0, 0), not an error and not a nan.
"""

from __future__ import annotations

from munu._arrays import Numbers, namespace
from munu._guard import formula


@formula
def E_nu_min(T: Numbers, M_N: Numbers, m: Numbers) -> Numbers:
    r"""Least neutrino energy that gives the recoil T while making an N.

    .. math:: E_\nu^{\min} = \tfrac12\left[T + \sqrt{T^2 + 2 m T}\right]
              \left(1 + \frac{M_N^2}{2 m T}\right)

    Parameters
    ----------
    T : float or array, recoil kinetic energy [energy], above 0
    M_N : float or array, mass of N [energy]
    m : float or array, target mass [energy], above 0

    Returns
    -------
    float or array, broadcast shape [energy]

    Raises
    ------
    DomainError
        For T not above 0, M_N below 0 or m not above 0.

    Holds : exact two-body kinematics, target at rest.
    Source : Shoemaker2018 (equation of the threshold), BrdarTalk

    >>> from munu.units import keV, MeV
    >>> print(round(E_nu_min(3 * keV, 0.2 * MeV, 0.51099895 * MeV) / MeV, 6))
    0.410523
    """
    xp = namespace(T, M_N, m)
    return 0.5 * (T + xp.sqrt(T * (T + 2 * m))) * (1 + M_N**2 / (2 * m * T))


@formula
def threshold(M_N: Numbers, m: Numbers) -> Numbers:
    r"""Least neutrino energy that makes an N on a target at rest.

    .. math:: E_\nu^{\rm thr} = M_N + \frac{M_N^2}{2 m}

    Parameters
    ----------
    M_N, m : float or array [energy]; m above 0

    Returns
    -------
    float or array [energy]

    Holds : exact.
    Source : Shoemaker2018

    >>> from munu.units import MeV
    >>> threshold(1 * MeV, 0.5 * MeV) / MeV
    2.0
    """
    return M_N + M_N**2 / (2 * m)


@formula
def M_N_max(E_nu: Numbers, m: Numbers) -> Numbers:
    r"""Heaviest N that a neutrino of energy E can make on a target at rest.

    .. math:: M_N^{\max} = m\left(\sqrt{1 + 2 E_\nu / m} - 1\right)

    Parameters
    ----------
    E_nu, m : float or array [energy]; m above 0

    Returns
    -------
    float or array [energy]

    Holds : exact; the inverse of :func:`threshold`.
    Source : Shoemaker2018

    >>> from munu.units import MeV
    >>> print(round(M_N_max(0.8613 * MeV, 0.51099895 * MeV) / MeV, 6))
    0.557349
    """
    xp = namespace(E_nu, m)
    # 2E/(sqrt(1 + 2E/m) + 1): no cancellation for E << m
    return 2 * E_nu / (xp.sqrt(1 + 2 * E_nu / m) + 1)


@formula
def recoil_range(E_nu: Numbers, M_N: Numbers, m: Numbers) -> tuple[Numbers, Numbers]:
    r"""Least and greatest recoil energy.

    .. math:: T_\pm = \frac{2 m E^2 - M^2 (E + m) \pm E\sqrt{(2 m E - M^2)^2 - 4 m^2 M^2}}
              {2 m (m + 2 E)}, \qquad T_- T_+ = \frac{M^4}{4 m (m + 2E)}

    The smaller one is taken from the product: the difference would cancel for small M.

    Parameters
    ----------
    E_nu : float or array, neutrino energy [energy], at least 0
    M_N, m : float or array, masses of N and of the target [energy]; m above 0

    Returns
    -------
    T_min, T_max : floats or arrays [energy]; both 0 below threshold

    Raises
    ------
    DomainError
        For negative energies or masses, m = 0, nan.

    Holds : exact two-body kinematics, target at rest.
    Source : Shoemaker2018

    >>> from munu.units import MeV
    >>> [float(round(t / MeV, 6)) for t in recoil_range(1 * MeV, 0.3 * MeV, 0.51099895 * MeV)]
    [0.002293, 0.688219]
    """
    xp = namespace(E_nu, M_N, m)
    E, M2 = E_nu, M_N**2
    lambda_ = (2 * m * E - M2) ** 2 - 4 * m**2 * M2
    inside = (E > 0) & (M_N + M2 / (2 * m) <= E) & (lambda_ >= 0)
    root = xp.sqrt(xp.where(inside, lambda_, 0.0))
    T_max = (2 * m * E**2 - M2 * (E + m) + E * root) / (2 * m * (m + 2 * E))
    T_max = xp.where(inside, T_max, 0.0)
    safe = xp.where(T_max > 0, T_max, 1.0)
    T_min = xp.where(T_max > 0, M2**2 / (4 * m * (m + 2 * E)) / safe, 0.0)
    return T_min[()] if hasattr(T_min, "shape") else T_min, \
        T_max[()] if hasattr(T_max, "shape") else T_max
