r"""Mesons that decay through one photon off its mass shell to a neutrino and N.

A pseudoscalar sends a real photon besides, as in its Dalitz decay to charged leptons; a vector is
the photon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, gauss_panels
from munu._frozen import FrozenMap
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.processes._photon_pairs import to_leptons, to_N

__all__ = ["PSEUDOSCALARS", "VECTORS", "pseudoscalar", "pseudoscalar_leptons",
           "pseudoscalar_spectrum", "vector"]


@dataclass(frozen=True)
class Meson:
    """Mass [energy], and the branching ratio that the decay to N is counted in [1]."""

    mass: float
    branching: float


def _meson(name: str, mode: str) -> Meson:
    return Meson(constants.value(f"m_{name}"), constants.value(f"BR_{name}_{mode}"))


#: with the branching ratio to two photons
PSEUDOSCALARS: Mapping[str, Meson] = FrozenMap(
    {n: _meson(n, "gamma_gamma") for n in ("pi0", "eta", "eta_prime")})
#: with the branching ratio to e+ e-
VECTORS: Mapping[str, Meson] = FrozenMap(
    {n: _meson(n, "ee") for n in ("rho", "omega", "phi", "jpsi", "upsilon")})
SHAPES = ("linear", "monopole")
# panels and nodes of ln q^2, which is laid out from the threshold as the square of a distance;
# below this share of the mass squared nothing is left
_V, _W = gauss_panels(np.linspace(0, 1, 25), 12)
_LEAST = 1e-14


@formula
def pseudoscalar_spectrum(q2: Numbers, M_N: Numbers, mu: Numbers, meson: str = "pi0", *,
                          slope: float = 0.0, shape: str = "linear", mass: float | None = None,
                          branching: float | None = None, mu_B: float = constants.mu_B) -> Numbers:
    r"""Branching ratio of :math:`P\to\gamma\nu N` + c.c. by mass of the pair.

    .. math:: \frac{d{\rm BR}}{dq^2} = 2\,{\rm BR}_{\gamma\gamma}\Big(1 - \frac{q^2}{m_P^2}\Big)^3
              |F(q^2)|^2\,\frac{G(q)}{\pi q^3},\qquad F = 1 + a\frac{q^2}{m_P^2}
              \ \text{or}\ \Big(1 - a\frac{q^2}{m_P^2}\Big)^{-1}

    Parameters
    ----------
    q2 : float or array, mass squared of neutrino and N [energy^2]
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    meson : ``pi0``, ``eta`` or ``eta_prime``
    slope : a of the form factor, 0 is pointlike; the PDG's mean for pi0 is 0.0332; either sign [1]
    shape : ``linear`` or ``monopole``
    mass : of the meson, if not the PDG's [energy]
    branching : to two photons, if not the PDG's, 0 to 1 [1]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [1/energy^2]; 0 outside

    Raises
    ------
    DomainError, UnknownName
        A monopole whose pole lies below the meson's mass, an unknown word.

    Holds : both charge states of N together, Dirac or Majorana.
    Power : mu^2
    Source : KrollWada1955, Magill2018, PDG2026
    """
    given = _pseudoscalar(meson, mass, branching, slope, shape)
    return _dalitz(q2, to_N(q2, np.multiply(mu, mu_B), M_N), given, slope, shape)


@formula
def pseudoscalar(M_N: Numbers, mu: Numbers, meson: str = "pi0", *, slope: float = 0.0,
                 shape: str = "linear", mass: float | None = None, branching: float | None = None,
                 mu_B: float = constants.mu_B) -> Numbers:
    r"""Branching ratio of :math:`P\to\gamma\nu N` + c.c.

    .. math:: {\rm BR} = \int_{M_N^2}^{m_P^2}\frac{d{\rm BR}}{dq^2}\,dq^2

    Parameters
    ----------
    M_N, mu, meson, slope, shape, mass, branching, mu_B : as :func:`pseudoscalar_spectrum`

    Returns
    -------
    float or array [1]; 0 above the meson's mass

    Raises
    ------
    DomainError, UnknownName

    Holds : as :func:`pseudoscalar_spectrum`, whose integral it is.
    Power : mu^2
    Source : KrollWada1955, Magill2018, PDG2026
    Anchors : acc29_pi0

    >>> from munu.units import MeV
    >>> print(f"{pseudoscalar(50 * MeV, 1e-8):.2e}, {pseudoscalar(140 * MeV, 1e-8):g}")
    8.67e-17, 0
    """
    given = _pseudoscalar(meson, mass, branching, slope, shape)
    M_N, mu = np.broadcast_arrays(np.asarray(M_N, dtype=float), mu)
    return _whole(M_N**2, given, lambda q2: _dalitz(
        q2, to_N(q2, mu[..., None] * mu_B, M_N[..., None]), given, slope, shape))


@formula
def pseudoscalar_leptons(m: Numbers, meson: str = "pi0", *, slope: float = 0.0,
                         shape: str = "linear", mass: float | None = None,
                         branching: float | None = None, alpha: float = constants.alpha) -> Numbers:
    r"""Branching ratio of the Dalitz decay :math:`P\to\gamma\ell^+\ell^-`, by the same integral.

    .. math:: \frac{d{\rm BR}}{dq^2} = 2\,{\rm BR}_{\gamma\gamma}\Big(1 - \frac{q^2}{m_P^2}\Big)^3
              |F(q^2)|^2\,\frac{\alpha}{3\pi q^2}\sqrt{1 - \frac{4m^2}{q^2}}
              \Big(1 + \frac{2m^2}{q^2}\Big)

    Parameters
    ----------
    m : float or array, mass of the lepton, above 0 [energy]
    meson, slope, shape, mass, branching : as :func:`pseudoscalar_spectrum`
    alpha : constant [1]

    Returns
    -------
    float or array [1]; 0 where the meson is lighter than the pair

    Raises
    ------
    DomainError, UnknownName

    Holds : leading order.
    Source : KrollWada1955, PDG2026

    >>> print(f"{pseudoscalar_leptons(constants.m_e, branching=1.0):.6f}")
    0.011851
    """
    given = _pseudoscalar(meson, mass, branching, slope, shape)
    m = np.asarray(m, dtype=float)
    return _whole(4 * m**2, given, lambda q2: _dalitz(
        q2, to_leptons(q2, m[..., None], alpha), given, slope, shape))


@formula
def vector(M_N: Numbers, mu: Numbers, meson: str = "jpsi", *, mass: float | None = None,
           branching: float | None = None, alpha: float = constants.alpha,
           mu_B: float = constants.mu_B) -> Numbers:
    r"""Branching ratio of :math:`V\to\nu N` + c.c.

    .. math:: \frac{{\rm BR}(\nu N)}{{\rm BR}(ee)} = \frac{\mu^2m_V^2}{8\pi\alpha}
              (1 - r)^2(1 + 2r),\qquad r = \frac{M_N^2}{m_V^2}

    Parameters
    ----------
    M_N : float or array, mass of N [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    meson : ``rho``, ``omega``, ``phi``, ``jpsi`` or ``upsilon`` (the 1S states)
    mass : of the meson, if not the PDG's [energy]
    branching : to e+ e-, if not the PDG's, 0 to 1 [1]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [1]; 0 above the meson's mass

    Raises
    ------
    DomainError, UnknownName

    Holds : both charge states of N together, Dirac or Majorana; the meson's width and the
        electron's mass left out.
    Power : mu^2
    Source : Magill2018, PDG2026

    >>> from munu.units import GeV
    >>> print(f"{vector(1 * GeV, 1e-8):.2e}, {vector(4 * GeV, 1e-8):g}")
    2.66e-11, 0
    """
    given = _known("vector meson", VECTORS, meson, mass, branching)
    m2 = given.mass**2
    return (given.branching * to_N(m2, np.multiply(mu, mu_B), M_N) / to_leptons(m2, 0.0, alpha))[()]


def _known(kind: str, table: Mapping[str, Meson], name: str, mass: float | None,
           branching: float | None) -> Meson:
    if name not in table:
        raise UnknownName(kind, name, table)
    if mass is not None and not mass > 0:
        raise DomainError(f"mass = {mass:g} of the meson must be above 0")
    return Meson(table[name].mass if mass is None else float(mass),
                 table[name].branching if branching is None else float(branching))


def _pseudoscalar(name: str, mass: float | None, branching: float | None, slope: float, shape: str
                  ) -> Meson:
    if shape not in SHAPES:
        raise UnknownName("shape of a form factor", shape, SHAPES)
    if shape == "monopole" and slope >= 1:
        raise DomainError(f"slope = {slope:g} puts the pole of a monopole below the meson's mass; "
                          "give one below 1, or shape='linear'")
    return _known("pseudoscalar meson", PSEUDOSCALARS, name, mass, branching)


def _dalitz(q2: Numbers, pair: Numbers, meson: Meson, slope: float, shape: str) -> Numbers:
    """dBR/dq^2 for q times a width of what the photon becomes."""
    q2 = np.asarray(q2, dtype=float)
    inside = (q2 > 0) & (q2 < meson.mass**2)
    q2 = np.where(inside, q2, meson.mass**2)
    x = q2 / meson.mass**2
    form = 1 + slope * x if shape == "linear" else 1 / (1 - slope * x)
    return np.where(inside, 2 * meson.branching * (1 - x) ** 3 * form**2 * pair / (pi * q2**2),
                    0.0)[()]


def _whole(low: np.ndarray, meson: Meson, density: Callable[[np.ndarray], Numbers]) -> Numbers:
    """Integral over q^2 from a threshold, an array, to the meson's mass."""
    top = meson.mass**2
    low = np.clip(low, _LEAST * top, top)[..., None]
    span = np.log(top / low)
    q2 = low * np.exp(span * _V**2)
    return (density(q2) * q2 * 2 * span * _V * _W).sum(axis=-1)[()]
