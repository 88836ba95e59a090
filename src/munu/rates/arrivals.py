r"""What arrives of N that a star emitted and that decays on the way: when, and how much.

A decay after the path ``L1`` at an angle to it lets its photon, or its neutrino, go the path ``L2``
to the detector, later than light straight from the star by ``L1/beta + L2 - d``.  Energy and angle
are one, so that a delay and an energy say the path.  No difference of two long paths is taken:
``1/beta - 1``, ``1 - cos`` and ``1/beta - cos`` have forms of their own.

Source : BrdarTalk
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any, TypeAlias

import numpy as np

from munu._arrays import Numbers
from munu._guard import called, formula
from munu.couplings import Couplings, check_nature
from munu.errors import DomainError, UnknownName
from munu.media.profile import Profile
from munu.processes import radiative_decay
from munu.rates import _emitted
from munu.rates._collapse import Collapse
from munu.units import km, to_float

__all__ = ["decay_path", "delay", "fluence", "neutrino_fluence", "photon_fluence"]


@formula
def delay(path: Numbers, E: Numbers, E_N: Numbers, M_N: Numbers, distance: float) -> Numbers:
    r"""How much later than light what a decay sends arrives.

    .. math:: c\,\Delta t = \frac{L_1}{\beta} + L_2 - d = L_1q
              - \frac{L_1^2\sin^2\alpha}{d + \sqrt{d^2 - L_1^2\sin^2\alpha}},\qquad
              q = \frac1\beta - \cos\alpha = \frac{M_N^2}{2Ep}

    Parameters
    ----------
    path : float or array, path L_1 of N until it decays, at most the distance [length]
    E : float or array, energy of the photon or of the neutrino [energy]
    E_N, M_N : floats or arrays, energy of N and its mass [energy]
    distance : float, of the star, above 0 [length]

    Returns
    -------
    float or array [time]

    Raises
    ------
    DomainError
        N at rest or below its mass, an energy E that its decay cannot give, a path beyond the
        detector.

    Holds : decays within the distance.
    Source : BrdarTalk

    >>> from munu.units import MeV, kpc, s
    >>> late = delay(1 * s, 50 * MeV, 100 * MeV, 10 * MeV, 50 * kpc)  # a light second, c = 1
    >>> print(f"{late / s:.5f} s")
    0.01005 s
    """
    q, short, _ = _angles(E, E_N, M_N)
    if np.any(np.asarray(path) > distance):
        raise DomainError("a decay beyond the detector: path must be at most the distance")
    x2 = np.asarray(path) ** 2 * short * (2 - short)
    return (path * q - x2 / (distance + np.sqrt(distance**2 - x2)))[()]


@formula
def decay_path(late: Numbers, E: Numbers, E_N: Numbers, M_N: Numbers, distance: float) -> Numbers:
    r"""Path of N within which a decay arrives by a time: the inverse of :func:`delay`.

    .. math:: L_1 = \frac{2C}{-B + \sqrt{B^2 - 4AC}},\quad A = 1 + \frac1{\beta^2}
              - \frac{2\cos\alpha}{\beta},\quad B = 2D\Big(\cos\alpha - \frac1\beta\Big),\quad
              C = (D - d)(D + d),\quad D = d + c\,\Delta t

    Parameters
    ----------
    late : float or array, time after the light front [time]
    E : float or array, energy of the photon or of the neutrino [energy]
    E_N, M_N : floats or arrays, energy of N and its mass [energy]
    distance : float, of the star, above 0 [length]

    Returns
    -------
    float or array [length]; 0 before the light front, the distance where all have arrived

    Raises
    ------
    DomainError
        N at rest or below its mass, an energy E that its decay cannot give.

    Holds : what decays beyond the detector is not counted.
    Source : BrdarTalk

    >>> from munu.units import MeV, kpc, s
    >>> path = decay_path(0.01005 * s, 50 * MeV, 100 * MeV, 10 * MeV, 50 * kpc)
    >>> print(f"{path / s:.3f} light seconds")
    1.000 light seconds
    """
    path, again = _crossings(late, *_angles(E, E_N, M_N), distance)
    return np.where(path < again, path, distance)[()]


@formula
def photon_fluence(E_gamma: Numbers, E_N: np.ndarray, dN_dE: np.ndarray, M_N: float,
                   lifetime: float, distance: float, radius: float, window: np.ndarray,
                   nature: str | None = None, *, helicity: float = 1.0) -> Numbers:
    r"""Photons an energy and area that arrive in a window of time.

    .. math:: \frac{dF}{dE_\gamma} = \frac{1}{4\pi d^2}\int dE_N\frac{dN}{dE_N}\,
              \frac{dn}{dE_\gamma}\Big[e^{-L_1(t_1)/L} - e^{-L_1(t_2)/L}\Big]_{L_1 \ge R},\qquad
              L = \frac{p\,\tau}{M_N}

    Parameters
    ----------
    E_gamma : float or array, energy of the photon [energy]
    E_N : array (n,), energies of N that rise, at least M_N [energy]
    dN_dE : array (n,), N and anti-N emitted an energy, at least 0; a straight line between two
        energies, 0 outside [1/energy]
    M_N : float, mass of N [energy]
    lifetime : float, mean life of N at rest, above 0 [time]
    distance : float, of the star, above 0 [length]
    radius : float, within it decays are not seen [length]
    window : array (2,), begin and end of the time after the light front; a begin below 0 sees
        what one of 0 sees, a long end sees all, either sign [time]
    nature : ``dirac`` or ``majorana``, needed
    helicity : float [1], as in :func:`munu.processes.radiative_decay.photon_spectrum`, either sign

    Returns
    -------
    float or array [1/(area energy)]

    Raises
    ------
    DomainError, UnknownName
        Energies that do not rise or lie below M_N, a radius beyond the distance, no nature.

    Holds : all N leave at once, on straight lines; decays before the detector alone, and far from
        it: a photon that comes in at an angle psi counts as one from the star, though the path of
        those is longer by 1/cos psi.
    Power : dN_dE
    Source : BrdarTalk
    """
    return _fluence(E_gamma, E_N, dN_dE, M_N, lifetime, distance, radius, window, nature, helicity,
                    radiative_decay.photon_spectrum)


@formula
def neutrino_fluence(E_nu: Numbers, E_N: np.ndarray, dN_dE: np.ndarray, M_N: float,
                     lifetime: float, distance: float, radius: float, window: np.ndarray,
                     nature: str | None = None, *, helicity: float = 1.0) -> Numbers:
    r"""Neutrinos an energy and area that arrive in a window of time.

    .. math:: \frac{dn}{dE_\gamma} \to \frac{dn}{dE_\nu}\ \text{in the fluence of photons}

    Parameters
    ----------
    E_nu : float or array, energy of the neutrino [energy]
    E_N, dN_dE, M_N, lifetime, distance, radius, window : as :func:`photon_fluence`
    nature, helicity : as :func:`photon_fluence`

    Returns
    -------
    float or array [1/(area energy)]

    Raises
    ------
    DomainError, UnknownName
        As :func:`photon_fluence`.

    Holds : all kinds together: of a Dirac N neutrinos, of an anti-N antineutrinos, of a Majorana N
        half and half; mixed by no oscillation yet.
    Power : dN_dE
    Source : BrdarTalk
    """
    return _fluence(E_nu, E_N, dN_dE, M_N, lifetime, distance, radius, window, nature, helicity,
                    radiative_decay.neutrino_spectrum)


@called
def fluence(E: Numbers, core: Profile | str, couplings: object, *, distance: Any, radius: Any,
            window: Any = (0.0, np.inf), of: str = "photons", duration: Any = None,
            nature: str | None = None) -> np.ndarray:
    r"""What arrives of the N that a core makes by its couplings: the sum over states of N.

    Parameters
    ----------
    E : float or array (n,), energies of the photon or the neutrino [energy]
    core : Profile with mu_nu, the name of a core such as ``fischer18``, or a file, which may be a
        history
    couplings : a DipolePortal, Couplings with portals, or a model
    distance, radius : of the star, and within which decays are not seen [length]
    window : begin and end of the time after the light front [time]
    of : ``photons`` or ``neutrinos``, with antineutrinos, of all flavors
    duration : how long the core shines so; 3 s where it has no history [time]
    nature : ``dirac`` or ``majorana`` where the couplings say none

    Returns
    -------
    array (n,) [1/(area energy)]

    Raises
    ------
    DomainError, UnknownName, DataError
        Couplings without N or with more than that, no nature, what :func:`photon_fluence` refuses.

    Holds : all N leave at once; nothing is taken up again in the core.
    Source : BrdarTalk

    >>> from munu.couplings import DipolePortal
    >>> from munu.units import MeV, cm, s
    >>> N = DipolePortal(1e-14, 10 * MeV, "e", "dirac")
    >>> made = fluence(50 * MeV, "fischer18", N, distance="51.4kpc", radius="3e12cm",
    ...                window=("0s", "223s"))
    >>> print(f"{made[0] * cm**2 * MeV:.2f} photons per cm^2 and MeV")
    0.15 photons per cm^2 and MeV
    """
    kinds = {"photons": photon_fluence, "neutrinos": neutrino_fluence}
    if of not in kinds:
        raise UnknownName("what arrives", of, kinds)
    held = Couplings.of(couplings)
    if not held.portals or held.charge.any() or held.r2.any() or held.mu.any() or held.eps.any():
        raise DomainError("what arrives comes of N: give a portal, and no moments among light "
                          "neutrinos, charges or radii")
    begin, end = (to_float(t, "s") for t in window)
    far, star = to_float(distance, "km"), to_float(radius, "km")
    made = Collapse.of(core, None if duration is None else to_float(duration, "s"))
    E = np.atleast_1d(np.asarray(E, dtype=float))
    out = np.zeros(E.size)
    for p in held.portals:
        said = p.nature or nature
        for sent in made.of_matrix(p.matrix, p.M_N) if p.M_N > 0 else ():
            life = radiative_decay.lifetime(p.M_N, sent.moment, said)
            # an end that is finite, by which all have arrived
            late = np.array([begin, min(end, 1e60 * far)])
            out += kinds[of](E, sent.E, sent.total, p.M_N, float(life), far, star, late, said)
    return out


def _angles(E: Numbers, E_N: Numbers, M_N: Numbers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """1/beta - cos, 1 - cos and 1/beta - 1 of a decay that gives the energy E."""
    E, E_N, M = (np.asarray(x, dtype=float) for x in (E, E_N, M_N))
    if np.any(E_N <= M):
        raise DomainError("E_N must be above M_N")
    p = _emitted.momentum(E_N, M)
    edge = 0.5 * (E_N + p)
    if np.any(E <= 0) or np.any(edge * (1 + 1e-12) < E) \
            or np.any(4 * E * edge < M**2 * (1 - 1e-12)):
        raise DomainError("E must lie between (E_N - p)/2 and (E_N + p)/2, above 0")
    q = M**2 / (2 * E * p)
    return q, np.clip(q * (1 - E / edge), 0.0, 2.0), M**2 / (2 * p * edge)


def _crossings(late: Numbers, q: np.ndarray, short: np.ndarray, slow: np.ndarray,
               distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Paths up to which, and again from which on, decays arrive by a time; both at most d.

    The delay is a concave function of the path, at most d q: near the detector it may fall again.
    When all have arrived both are the path of the latest, so that windows add up.
    """
    t = np.clip(late, 0.0, 2 * distance * q)
    D, C = distance + t, t * (2 * distance + t)
    A = slow**2 + 2 * short * (1 + slow)
    bend = short * (2 - short)
    inside = (distance * q) ** 2 - bend * C
    root = np.sqrt(np.maximum(inside, 0.0))
    far = D * q + root
    # of all paths to d the latest arrives from here
    with np.errstate(divide="ignore", invalid="ignore"):
        latest = np.where(bend > 0, q * distance / np.sqrt(bend * (bend + q * q)), np.inf)
    latest = np.minimum(latest, distance)
    first = np.where(inside < 0, latest, np.where(distance * far > C,
                                                  C / np.where(far > 0, far, 1.0), distance))
    # the second root is a path where it ends before the detector and leaves L2 above 0
    second = far / np.where(A > 0, A, 1.0)
    real = (inside >= 0) & (A > 0) & (first < distance) & (second < distance) \
        & (second * (1 + slow) < D)
    return first, np.where(inside < 0, latest, np.where(real, second, distance))


Stretch: TypeAlias = tuple[np.ndarray, np.ndarray]


def flights(E: float, E_N: np.ndarray, M_N: float, distance: float, radius: float,
            window: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, Stretch, Stretch]:
    """Where N decays whose photon, or neutrino, of energy E > 0 arrives in a window.

    Returns
    -------
    E_N, p, w : arrays (n,), energies of N that can give E, their momenta, and weights of an
        integral over the energy [energy]; empty where none can
    near, far : begin and end of the two stretches of path, arrays (n,) each; the second, next to
        the detector, is mostly empty [length]
    """
    eta, w = _emitted.rapidities(abs(np.log(2 * E / M_N)), E_N, M_N)
    at, p = M_N * np.cosh(eta), M_N * np.sinh(eta)
    angles = _angles(np.clip(E, M_N**2 / (2 * (at + p)), 0.5 * (at + p)), at, M_N)
    (a1, b1), (a2, b2) = (_crossings(t, *angles, distance) for t in window)
    return at, p, w * p, (np.maximum(a1, radius), np.maximum(a2, radius)), \
        (np.maximum(b2, radius), np.maximum(b1, radius))


def decayed(begin: np.ndarray, end: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Share that decays between two paths, at a rate a length."""
    return np.exp(-begin * rate) * -np.expm1(-np.maximum(end - begin, 0.0) * rate)


def _fluence(E: Numbers, E_N: np.ndarray, dN_dE: np.ndarray, M: float, lifetime: float,
             distance: float, radius: float, window: np.ndarray, nature: str | None,
             helicity: float, spectrum: Callable[..., Numbers]) -> Numbers:
    check_nature(nature, needed_by="what N decays to")
    _emitted.check(E_N, dN_dE, M)
    if radius >= distance:
        raise DomainError(f"radius = {radius / km:g} km must be below the distance, "
                          f"{distance / km:g} km")
    start, stop = window
    if stop < start:
        raise DomainError("window must be a begin and a later end")
    shape = np.shape(E)
    E = np.ravel(E)
    out = np.zeros(E.size)
    if M == 0:  # a massless N never decays
        return out.reshape(shape)[()]
    for i in np.flatnonzero(E > 0):
        at, p, w, near, far = flights(E[i], E_N, M, distance, radius, window)
        rate = M / (p * lifetime)
        share = decayed(*near, rate) + decayed(*far, rate)
        kernel = spectrum(E[i], at, M, nature, helicity=helicity) if at.size else 0.0
        out[i] = np.sum(w * np.interp(at, E_N, dN_dE) * kernel * share)
    return (out / (4 * pi * distance**2)).reshape(shape)[()]
