r"""The Universe from some MeV to recombination with an N that decays, all points of a map at once.

One temperature above 2 MeV; below it photons with electrons, and neutrinos, each for themselves.
What is followed changes by decays alone and is otherwise constant to the last digit: the entropy
:math:`s a^3`, :math:`\rho_\nu a^4`, the number of N and its momentum in a comoving volume,

.. math:: T\,d(sa^3) = f\,dQ,\qquad d(\rho_\nu a^4) = (1-f)\,a\,dQ,\qquad
          dn = -\frac{\Gamma}{H}(n-n_{\rm eq})\,d\ln a

with dQ the energy that N loses, and the last step an exponential, so that a fast decay needs no
short step.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from math import pi

import numpy as np

from munu.media import early_universe
from munu.rates import _flip, _thermal
from munu.rates._relic import Heavy, step
from munu.units import MeV, eV

#: neutrinos leave the bath at once here
FREE = 2 * MeV
#: what N_eff is asked at, and where the ratio of baryons to photons begins to matter for nuclei
RECOMBINATION, NUCLEI = 0.26 * eV, 0.07 * MeV
#: energy of one neutrino over that of the photons, after the electrons left
ONE = 7 / 8 * (4 / 11) ** (4 / 3)
# steps of ln a
_STEP = 0.02
# charges of the bath are gone below
_DARK = 0.02 * MeV
# nothing happens but decays below; a share of N that is none
_QUIET, _GONE, _TINY = 5e-3 * MeV, 1e-9, 1e-300


@cache
def _charges() -> _thermal.Table:
    """ln T to the charges of the bath."""
    x = np.linspace(np.log(_DARK / MeV), np.log(30.0), 1001)
    return _thermal.Table(float(x[0]), float(x[1] - x[0]), _flip.charges(np.exp(x) * MeV)[None])


@dataclass(frozen=True, eq=False)
class State:
    """What is followed at points (n,): ln a, entropy, energy of neutrinos, N by helicity (k, n),
    their momentum, time, and whether neutrinos are still with the bath."""

    x: np.ndarray
    S: np.ndarray
    U: np.ndarray
    n: np.ndarray
    P: np.ndarray
    t: np.ndarray
    together: np.ndarray

    def only(self, live: np.ndarray) -> State:
        """Some of the points."""
        return State(*(getattr(self, f.name)[..., live] for f in fields(self)))


@dataclass(frozen=True, eq=False)
class Seen:
    """What follows from a state: temperatures, densities, rates over H, equilibrium."""

    T: np.ndarray
    bath: np.ndarray
    nu: np.ndarray
    N: np.ndarray
    H: np.ndarray
    q: np.ndarray
    met: np.ndarray
    decays: np.ndarray
    calm: np.ndarray
    moved: np.ndarray


@dataclass(frozen=True, eq=False)
class End:
    """What is left at recombination, by points (n,).

    Attributes
    ----------
    neutrinos, radiation, matter : energy of neutrinos, momentum of N and the rest of its energy,
        each over the energy of one neutrino as photons go
    eta : baryons over photons at the end, over the same at 0.07 MeV
    peak : largest share of N in the energy of all others
    """

    neutrinos: np.ndarray
    radiation: np.ndarray
    matter: np.ndarray
    eta: np.ndarray
    peak: np.ndarray


def begin(many: int, T: float, Y: np.ndarray, P: np.ndarray) -> State:
    """At T, a = 1, from number over entropy and that times p/s^(1/3), both (k, n)."""
    one, m = np.ones(many), _thermal.electron_mass()
    of_T = _thermal.electrons()[0](np.array(np.log(m / T)))
    s = (float(of_T[1]) + _thermal.NEUTRINO_ENTROPY) * T**3
    return State(0 * one, s * one, _thermal.NEUTRINOS * T**4 * one, Y * s, P * s ** (4 / 3),
                 0 * one, one > 0)


def look(heavy: Heavy, z: State) -> Seen:
    """Temperatures, densities and rates of a state."""
    m, a = _thermal.electron_mass(), np.exp(z.x)
    of_T, of_s = _thermal.electrons()
    y = np.log(z.S) / 3 - z.x - np.log(m)
    alone, joined = of_s(y)
    T = m * np.exp(np.where(z.together, joined, alone) + y)
    bath = of_T(np.log(m / T))[0] * T**4
    nu = np.where(z.together, _thermal.NEUTRINOS * T**4, z.U / a**4)
    # N makes one photon and one neutrino: what it is in equilibrium with is their mean of 1/T
    T_eq = 2 / (1 / T + (_thermal.NEUTRINOS / nu) ** 0.25)
    share, p, _, part = heavy.at(T_eq)
    calm = (heavy.species * _thermal.density(T_eq, heavy.M, share) * a**3
            * np.full((len(z.n), 1), float(heavy.back)))
    q = np.where(z.n > 0, z.P / np.where(z.n > 0, z.n, 1.0), p * T_eq * a)
    E = np.hypot(heavy.M, q / a)
    N = (z.n * E).sum(axis=0) / a**3
    H = np.sqrt(8 * pi / 3 * (bath + nu + N)) / early_universe.M_Pl()
    charges = np.where(T > _DARK, _charges()(np.log(T / MeV))[0], 0.0) if T.max() > _DARK else 0.0
    decays = heavy.width * heavy.M / E / H
    return Seen(T, bath, nu, N, H, q, heavy.flips(T_eq, charges) * part / H + decays, decays,
                calm, calm * p * T_eq * a)


def _moved(heavy: Heavy, z: State, d: Seen, e: Seen, h: np.ndarray) -> State:
    """A step of ln a, with what is seen at its begin and at its end."""
    depth = 0.5 * (d.met + e.met) * h
    n, P = step(z.n, d.calm, e.calm, depth), step(z.P, d.moved, e.moved, depth)
    a = np.exp(z.x + 0.5 * h)
    q = np.where(n > 0, P / np.where(n > 0, n, 1.0), e.q)
    E = np.hypot(heavy.M, d.q / a)
    lost = z.n * E - n * np.hypot(heavy.M, q / a)
    # of what decays: the photon of a right-handed Dirac N goes backward.  Charges take neutrinos
    lean = np.array([[1.0], [-1.0]]) if heavy.dirac else 0.0
    met = d.met + e.met
    to_bath = 0.5 * (1 - lean * d.q / (3 * a * E)) * np.where(
        met > 0, (d.decays + e.decays) / np.where(met > 0, met, 1.0), 0.0)
    all_, bath = lost.sum(axis=0), (lost * to_bath).sum(axis=0)
    T = np.sqrt(d.T * e.T)
    S = z.S + np.where(z.together, all_, bath) / T
    return replace(z, x=z.x + h, S=S, U=z.U + (all_ - bath) * a, n=n, P=P,
                   t=z.t + h / np.sqrt(d.H * e.H))


def _freed(z: State, T: np.ndarray) -> State:
    """Neutrinos part from the bath where it was FREE, not where a step ends."""
    now = z.together & (T < FREE)
    if not now.any():
        return z
    of_T = _thermal.electrons()[0](np.array(np.log(_thermal.electron_mass() / FREE)))
    s = float(of_T[1])
    volume = z.S / ((s + _thermal.NEUTRINO_ENTROPY) * FREE**3)
    return replace(z, S=np.where(now, s * FREE**3 * volume, z.S), together=z.together & ~now,
                   U=np.where(now, _thermal.NEUTRINOS * (FREE * np.cbrt(volume)) ** 4, z.U))


def follow(heavy: Heavy, z: State, seen: list[tuple[State, Seen]] | None = None) -> End:
    """To recombination; every step is put into ``seen`` where that is given."""
    size = heavy.M.size
    out = End(*(np.zeros(size) for _ in fields(End)))
    live, at = np.arange(size), np.full(size, np.nan)
    d = look(heavy, z)
    while True:
        share = d.N / (d.bath + d.nu)
        out.peak[live] = np.maximum(out.peak[live], share)
        if seen is not None:
            seen.append((z, d))
        over = (d.T <= RECOMBINATION) | ((share < _GONE) & (d.T < _QUIET) & (seen is None)
                                         & (d.met > 1).all(axis=0))
        if over.any():
            _close(out, live[over], heavy.only(over), z.only(over), at[over])
            keep = ~over
            if not keep.any():
                return out
            live, at, z, heavy = live[keep], at[keep], z.only(keep), heavy.only(keep)
            d = Seen(*(getattr(d, f.name)[..., keep] for f in fields(d)))
        h = np.where(d.T > _QUIET, _STEP, 2 * _STEP)
        trial = _moved(heavy, z, d, d, h)
        later = _moved(heavy, z, d, look(heavy, trial), h)
        e = look(heavy, later)
        freed = _freed(later, e.T)
        if freed is not later:
            later, e = freed, look(heavy, freed)
        passed = (d.T >= NUCLEI) & (e.T < NUCLEI)
        if passed.any():
            part = np.log(d.T / NUCLEI) / np.log(d.T / e.T)
            at = np.where(passed, z.S + part * (later.S - z.S), at)
        z, d = later, e


def _close(out: End, rows: np.ndarray, heavy: Heavy, z: State, at: np.ndarray) -> None:
    """What stands at the end, where the electrons are gone."""
    Ta = np.cbrt(z.S / _thermal.PHOTON_ENTROPY)
    one = ONE * _thermal.PHOTONS * Ta**4
    q = np.where(z.n > 0, z.P / np.where(z.n > 0, z.n, 1.0), 0.0)
    mass = heavy.M * np.exp(z.x)
    out.neutrinos[rows] = z.U / one
    out.radiation[rows] = z.P.sum(axis=0) / one
    out.matter[rows] = (z.n * mass**2 / (np.hypot(mass, q) + q + _TINY)).sum(axis=0) / one
    s = _thermal.electrons()[0](np.array(np.log(_thermal.electron_mass() / NUCLEI)))[1]
    out.eta[rows] = at / float(s) / (z.S / _thermal.PHOTON_ENTROPY)


def standard(T: np.ndarray) -> np.ndarray:
    """Temperature of neutrinos that never met an electron since all was hot, at T of photons."""
    s = _thermal.electrons()[0](np.log(_thermal.electron_mass() / np.asarray(T)))[1]
    return T * np.cbrt(s / (_thermal.PHOTON_ENTROPY + 7 * pi**2 / 45))
