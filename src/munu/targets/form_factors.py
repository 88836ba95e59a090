r"""Nuclear and nucleon form factors, functions of the momentum transfer q.

The Helm form factor with the surface parameters of Lewin and Smith describes the *charge* of a
nucleus; a neutron skin turns it into the one of the neutrons, which carry the weak charge.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.constants import constant
from munu.constants import m_e as _m_e
from munu.errors import DomainError, UnknownName
from munu.units import GeV, fm, parse

HELM_RADII = ("lewin_smith", "1.2")
# radius of the atom times Z^(1/3), in Compton wavelengths of the electron
_SCREENED = 111.0


def _three_j1_over_x(x: Numbers) -> Numbers:
    x = np.asarray(x, dtype=float)
    small = np.abs(x) < 0.02
    y = np.where(small, 1.0, x)
    full = 3 * (np.sin(y) - y * np.cos(y)) / y**3
    return np.where(small, 1 - x**2 / 10 + x**4 / 280, full)


@formula
def helm_radius(A: float, *, radius: str | float = "lewin_smith", s: float = 0.9 * fm,
                a: float = 0.52 * fm) -> float:
    r"""Radius of the box in the Helm form factor.

    .. math:: r_n^2 = c^2 + \tfrac73\pi^2 a^2 - 5 s^2,\quad c = (1.23 A^{1/3} - 0.60)\,{\rm fm}
       \qquad\text{or}\qquad r_n^2 = (1.2 A^{1/3}\,{\rm fm})^2 - 5 s^2

    Parameters
    ----------
    A : float, mass number [1]
    radius : ``lewin_smith`` (first form) or ``1.2`` (second)
    s, a : float, skin thickness and diffuseness [length]

    Returns
    -------
    float [length]

    Raises
    ------
    UnknownName, DomainError

    Holds : A of about 7 and above.
    Source : LewinSmith1996

    >>> round(helm_radius(133) / fm, 3)
    5.867
    """
    radius = str(radius)
    if radius not in HELM_RADII:
        raise UnknownName("radius of the Helm form factor", radius, HELM_RADII)
    if not A > 0:
        raise DomainError(f"the mass number A = {A} must be above 0")
    if radius == "lewin_smith":
        square = ((1.23 * A ** (1 / 3) - 0.60) * fm) ** 2 + 7 / 3 * pi**2 * a**2 - 5 * s**2
    else:
        square = (1.2 * A ** (1 / 3) * fm) ** 2 - 5 * s**2
    if square <= 0:
        raise DomainError(f"the Helm form factor with radius '{radius}' has none for A = {A:g}; "
                          "take a nucleon, or lewin_smith")
    return float(np.sqrt(square))


@formula
def helm(q: Numbers, A: float, *, radius: str | float = "lewin_smith", s: float = 0.9 * fm,
         a: float = 0.52 * fm, skin: float = 0.0) -> Numbers:
    r"""Helm form factor.

    .. math:: F(q) = \frac{3 j_1(q r_n)}{q r_n}\, e^{-q^2 s^2/2}

    Parameters
    ----------
    q : float or array, momentum transfer [energy]
    A : float, mass number [1]
    radius, s, a : as :func:`helm_radius`
    skin : float, added to the rms radius, either sign: for the neutrons of a nucleus [length]

    Returns
    -------
    float or array [1]

    Raises
    ------
    UnknownName, DomainError

    Holds : elastic scattering below the second diffraction minimum.
    Source : LewinSmith1996
    Anchors : helm_cs

    >>> from munu.units import MeV
    >>> round(float(helm(50 * MeV, 133) ** 2), 6)
    0.601114
    """
    r = helm_radius(A, radius=radius, s=s, a=a)
    if skin:
        rms = np.sqrt(0.6 * r**2 + 3 * s**2) + skin
        r = np.sqrt((rms**2 - 3 * s**2) / 0.6)
    q = np.asarray(q, dtype=float)
    return (_three_j1_over_x(q * r) * np.exp(-0.5 * (q * s) ** 2))[()]


@formula
def klein_nystrand(q: Numbers, A: float, *, r0: float = 1.2 * fm, a: float = 0.7 * fm) -> Numbers:
    r"""Klein-Nystrand form factor: a hard sphere folded with a Yukawa potential.

    .. math:: F(q) = \frac{3 j_1(q R)}{q R}\,\frac{1}{1 + q^2 a^2},\qquad R = r_0 A^{1/3}

    Parameters
    ----------
    q : float or array, momentum transfer [energy]
    A : float, mass number [1]
    r0, a : float, radius a nucleon and range of the Yukawa potential [length]

    Returns
    -------
    float or array [1]

    Source : KleinNystrand1999

    >>> from munu.units import MeV
    >>> round(float(klein_nystrand(0 * MeV, 133)), 6)
    1.0
    """
    q = np.asarray(q, dtype=float)
    return (_three_j1_over_x(q * r0 * A ** (1 / 3)) / (1 + (q * a) ** 2))[()]


@formula
def atomic_screening(q: Numbers, Z: Numbers, *, m_e: float = _m_e) -> Numbers:
    r"""Share of a nucleus's charge that is not hidden by its electrons.

    .. math:: 1 - F_{\rm atom}(q) = \frac{a^2q^2}{1 + a^2q^2},\qquad
              F_{\rm atom} = \frac{1}{1 + a^2q^2},\quad a = \frac{111}{Z^{1/3}m_e}

    The whole atom has the amplitude F_nucleus - F_atom; it stands as the product of this share
    with F_nucleus, to which it is equal up to terms of order (r_nucleus/a)^2 and in which nothing
    cancels.

    Parameters
    ----------
    q : float or array (broadcasts), momentum transfer [energy], at least 0
    Z : float or array, number of electrons, above 0 [1]
    m_e : float [energy], above 0

    Returns
    -------
    float or array [1]; 0 far below 1/a, which is 4.6 keV Z^(1/3), and 1 far above

    Raises
    ------
    DomainError
        Z or m_e not above 0.

    Holds : neutral atoms of many electrons, in the Thomas-Fermi model.
    Source : Tsai1974, Gninenko2018

    >>> from munu.units import keV
    >>> [round(float(atomic_screening(q * keV, 11)), 4) for q in (1, 10, 100, 1000)]
    [0.0094, 0.4882, 0.9896, 0.9999]
    """
    if np.any(np.asarray(Z) <= 0) or not m_e > 0:
        raise DomainError("the number of electrons Z and their mass must be above 0")
    x = np.asarray(q, dtype=float) * _SCREENED / (np.cbrt(Z) * m_e)
    return (x / (1 / np.where(x > 0, x, 1.0) + x))[()]


@formula
def fourier_bessel(q: Numbers, nucleus: str) -> Numbers:
    r"""Form factor of a charge density that electron scattering measured.

    .. math:: F(q) = \frac{\sin qR}{qR}\;\frac{\sum_n (-1)^n a_n/[(n\pi)^2 - (qR)^2]}
              {\sum_n (-1)^n a_n/(n\pi)^2},\qquad
              \rho(r) = \sum_n a_n\, j_0(n\pi r/R)\ \ (r < R)

    Parameters
    ----------
    q : float or array, momentum transfer [energy]
    nucleus : isotope, as ``C12``

    Returns
    -------
    float or array [1]

    Raises
    ------
    UnknownName
        No coefficients of that nucleus, with those that there are.

    Holds : q below about 4 per fm, where electrons were scattered.
    Source : DeVries1987

    >>> from munu.units import MeV
    >>> [round(float(fourier_bessel(q * MeV, "C12")), 4) for q in (0, 200, 400)]
    [1.0, 0.3383, -0.0129]
    """
    table = _data.load("targets/fourier_bessel")
    if nucleus not in table.columns or nucleus == "n":
        raise UnknownName("nucleus with a Fourier-Bessel density", nucleus,
                          [n for n in table.columns if n != "n"])
    a, n = table[nucleus], table["n"] * pi
    a = a * np.cos(n)
    x = np.asarray(q, dtype=float)[..., None] * parse(table.meta["R"][nucleus], "fm", what="R")
    # sin(x)/(n pi - x) at a pole is -cos(n pi)
    pole = np.abs(n - x) < 1e-6
    ratio = np.where(pole, -np.cos(n), np.sin(x) / np.where(pole, 1.0, n - x))
    safe = np.where(x > 0, x, 1.0)
    shape = np.where(x > 0, ratio / (safe * (n + x)), 1 / n**2)
    return ((a * shape).sum(axis=-1) / (a / n**2).sum())[()]


@formula
def dipole(Q2: Numbers, *, Lambda2: float = 0.71 * GeV**2) -> Numbers:
    r"""Dipole form of the nucleon's electromagnetic form factors.

    .. math:: G_D(Q^2) = \left(1 + Q^2/\Lambda^2\right)^{-2}

    Parameters
    ----------
    Q2 : float or array [energy^2], at least 0
    Lambda2 : float [energy^2], above 0

    Returns
    -------
    float or array [1]

    Source : PDG2022

    >>> float(dipole(0.0))
    1.0
    """
    return (1 + Q2 / Lambda2) ** -2


@formula
def sachs(Q2: Numbers, nucleon: str, *, Lambda2: float = 0.71 * GeV**2,
          magnetic_moment: float | None = None) -> tuple[Numbers, Numbers]:
    r"""Electric and magnetic Sachs form factors of proton or neutron.

    .. math:: G_E^p = G_D,\quad G_E^n = 0,\quad G_M = \frac{\mu}{\mu_N}\, G_D

    Parameters
    ----------
    Q2 : float or array [energy^2], at least 0
    nucleon : ``p`` or ``n``
    Lambda2 : float [energy^2], above 0
    magnetic_moment : float [mu_N], default CODATA

    Returns
    -------
    G_E, G_M : floats or arrays [1]

    Raises
    ------
    UnknownName

    Holds : Q^2 below about 1 GeV^2; the small electric form factor of the neutron is left out.
    Source : PDG2022, CODATA2018
    Anchors : dip_p_sachs

    >>> G_E, G_M = sachs(0.0, "n")
    >>> float(G_E), round(float(G_M), 5)
    (0.0, -1.91304)
    """
    if nucleon not in ("p", "n"):
        raise UnknownName("nucleon", nucleon, ("p", "n"))
    G_D = dipole(Q2, Lambda2=Lambda2)
    mu = constant(f"mu_{nucleon}_over_mu_N").value if magnetic_moment is None else magnetic_moment
    return (G_D if nucleon == "p" else 0.0 * G_D), mu * G_D


@formula
def pauli_blocking(q: Numbers, *, k_F: float = (9 * pi / 8) ** (1 / 3) / (1.2 * fm)) -> Numbers:
    r"""Fraction of the nucleons of a Fermi gas that a momentum transfer can lift.

    .. math:: S(q) = \frac34\frac{q}{k_F} - \frac1{16}\frac{q^3}{k_F^3}\ \ (q < 2k_F)

    Parameters
    ----------
    q : float or array [energy]
    k_F : float, Fermi momentum, above 0; default that of 1.2 fm a nucleon, 251 MeV [energy]

    Returns
    -------
    float or array [1]

    Holds : degenerate Fermi gas of equal numbers of protons and neutrons,
        :math:`k_F = (9\pi/8)^{1/3}/r_0`.
    Source : LewinSmith1996

    >>> from munu.units import MeV
    >>> [round(float(pauli_blocking(q * MeV)), 2) for q in (0, 100, 1000)]
    [0.0, 0.3, 1.0]
    """
    x = np.minimum(np.asarray(q, dtype=float) / k_F, 2.0)
    return (0.75 * x - x**3 / 16)[()]
