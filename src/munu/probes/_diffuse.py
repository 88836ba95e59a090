r"""Diffuse fluxes of all collapses against upper limits in bins: what photons and neutrinos share.

What N send alone may pass no limit: nothing is subtracted for what else is there,

.. math:: \max_b\frac{\Phi_b(\mu)}{\Phi_b^{\max}} \le 1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import pi
from typing import Annotated

import numpy as np

from munu import constants
from munu._arrays import gauss_panels
from munu.couplings import LARGEST, DipolePortal, check_nature
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.media.profile import Profile
from munu.parameters import About, Quantity
from munu.probes._collapse import CORES, Collapse, portals
from munu.probes._decays import at_earth
from munu.probes.expected import Curve
from munu.processes import radiative_decay
from munu.rates import diffuse, emission
from munu.rates._binned import Binned
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV, cm, per_unit, s, to_float

Radius = Annotated[Quantity, About("of the progenitors: what decays within is not seen", "cm",
                                  assumes="progenitor")]
Fit = Annotated[str, About("of the rate of core collapses", choices=diffuse.FITS,
                            assumes="collapses")]
FirstCollapse = Annotated[float, About("redshift of the first collapse that counts")]
Energy = Annotated[Quantity | None, About(
    "the most that leaves a core in N; default what its gravity holds", "erg")]
Window = Annotated[tuple[float, ...] | str | None, About(
    "two energies: bins between them alone, such as 100MeV:283MeV", "MeV")]

VARIANTS: Mapping[str, Mapping[str, object]] = {
    "lunardini": {"fit": "lunardini"}, "madau": {"fit": "madau"}, "yuksel": {"fit": "yuksel"},
    **{f"core {x}": held for x, held in CORES.items()}, "red supergiants": {"radius": "5e13 cm"}}
PAPERS = ("BrdarTalk", "Yuksel2008", "Lunardini2009", "MadauDickinson2014")
_RATE = 1 / (cm**2 * s)
# of a limit: nodes a decade, how close an edge is, lifetimes within a star that nothing survives
_STEPS, _CLOSE, _GONE = 8, 1e-7, 80.0
_SPAN = 10.0
# of a core's gravity, between breaks
_SHELLS = 64


@dataclass(frozen=True, eq=False)
class Bins:
    """Upper limits on a flux.

    Attributes
    ----------
    low, high : (n,) edges [energy]
    most : (n,) the largest flux of each [1/(area time)]
    title : whose
    level : of each limit, or None
    papers : keys
    """

    low: np.ndarray
    high: np.ndarray
    most: np.ndarray
    title: str = ""
    level: float | None = None
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        bad = ~((self.low >= 0) & (self.high > self.low) & (self.most > 0))
        if bad.any():
            i = int(np.argmax(bad))
            raise DomainError(f"bin {i + 1} of the upper limits, {self.low[i] / MeV:g} to "
                              f"{self.high[i] / MeV:g} MeV, must rise from 0 or above and have a "
                              "limit above 0")

    def within(self, window: str | Sequence[float | str] | None) -> Bins:
        """Those that lie between two energies."""
        if window is None:
            return self
        ends = window.split(":") if isinstance(window, str) else list(window)
        if len(ends) != 2:
            raise DomainError(f"the window '{window}' must be two energies, such as "
                              "100MeV:283MeV")
        low, high = (to_float(str(x) if isinstance(x, str) else x, "MeV") for x in ends)
        keep = (self.low >= low * (1 - 1e-9)) & (self.high <= high * (1 + 1e-9))
        if not keep.any():
            raise DomainError(f"no bin lies within the window '{window}'; they go from "
                              f"{self.low.min() / MeV:g} to {self.high.max() / MeV:g} MeV")
        return Bins(self.low[keep], self.high[keep], self.most[keep], self.title, self.level,
                    self.papers)

    @cached_property
    def edges(self) -> np.ndarray:
        """Of all bins, each once."""
        return np.unique(np.concatenate([self.low, self.high]))

    @cached_property
    def share(self) -> np.ndarray:
        """Which of the stretches between edges belong to which bin: (stretches, n)."""
        middle = 0.5 * (self.edges[1:] + self.edges[:-1])[:, None]
        return ((self.low < middle) & (middle < self.high)).astype(float)

    def named(self, i: int) -> str:
        """A bin in words."""
        return f"{self.low[i] / MeV:g} to {self.high[i] / MeV:g} MeV"


@dataclass(frozen=True, eq=False)
class State:
    """What one state of N sends, for a size of 1.

    Attributes
    ----------
    flux : of what is counted, as a function of the lifetime, or None where there is none
    share : of that in the flux, and over all directions where no solid angle is meant
    life : lifetime [time]
    sent : all that could be counted, as a flux [1/(area time)]
    energy : that leaves a collapse [energy]
    largest : the size at which N would fill all states on the surface
    """

    flux: Binned | None
    share: float
    life: float
    sent: float
    energy: float
    largest: float

    def __call__(self, x: np.ndarray, many: int) -> np.ndarray:
        """At sizes (m,), in so many stretches: (m, stretches) [1/(area time)], over x^2."""
        out = np.zeros((x.size, many))
        some = x**2 > 0
        if self.flux is not None and some.any():
            with np.errstate(over="ignore"):  # so small a size that none ever decays
                made = self.flux(self.life / x[some] ** 2)
            out[some, :made.shape[1]] = self.share * made
        return out


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What the fluxes are made with.

    Attributes
    ----------
    name : of the probe
    collapse : Collapse
    bins : Bins
    radius : of the progenitors [length]
    fit, z_max : of the rate of collapses
    energy : the most that leaves a core in N [energy]
    mixing : of neutrinos, where antineutrinos of the electron are counted, not photons
    """

    name: str
    collapse: Collapse
    bins: Bins
    radius: float
    fit: str
    z_max: float
    energy: float
    mixing: Mixing | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.radius) and self.radius >= 0):
            raise DomainError(f"radius = {per_unit(self.radius, 'cm'):g} cm must be at least 0")
        if self.fit not in diffuse.FITS:
            raise UnknownName("fit of the core-collapse rate", self.fit, diffuse.FITS)
        if not (np.isfinite(self.z_max) and self.z_max > 0):
            raise DomainError(f"z_max = {self.z_max:g} must be above 0")
        if not self.energy > 0:
            raise DomainError(f"energy = {per_unit(self.energy, 'erg'):g} erg must be above 0")

    def states(self, matrix: np.ndarray, M_N: float, nature: str | None) -> list[State]:
        """Each state of N of a matrix of moments [mu_B]."""
        matrix = matrix[:, np.any(matrix, axis=0)]
        if M_N == 0 or not matrix.size:
            return []
        nature = check_nature(nature, needed_by="what N decays to")
        key = np.ascontiguousarray(matrix, dtype=complex)
        return list(_states(self.collapse, self.radius, self.fit,
                            self.z_max, self.mixing, self.bins.edges.tobytes(), key.tobytes(),
                            key.shape, M_N, nature))

    def made(self, states: list[State], x: np.ndarray) -> np.ndarray:
        """Flux in the stretches between edges, at sizes (m,): (m, stretches)."""
        many = self.bins.edges.size - 1
        if not states:
            return np.zeros((x.size, many))
        # no more leaves than a core has
        whole = sum(one.energy for one in states)
        square = np.minimum(x**2, self.energy / whole) if whole > 0 else x**2
        return square[:, None] * np.sum([one(x, many) for one in states], axis=0)

    def over(self, states: list[State], x: np.ndarray) -> np.ndarray:
        """The flux in each bin over the largest that may be, at sizes (m,): (m, bins)."""
        return self.made(states, x) @ self.bins.share / self.bins.most

    def strongest(self, ray: Ray, x: float, j: int = 0) -> str:
        """The bin that decides at a size, in words."""
        matrix, M_N = _matrix(ray, j)
        return self.bins.named(int(np.argmax(self.over(self.states(matrix, M_N, ray.nature),
                                                       np.array([float(x)]))[0])))

    def expects(self, ray: Ray) -> Curve:
        """The flux over its upper limit in the strongest bin, against the size."""
        along = _Along(self, ray)
        return Curve(signal=along.signal, where=along.where, until=along.until, steps=_STEPS,
                     precision=_CLOSE)

    def predict(self, couplings: object) -> Prediction:
        """Flux in bins, at the Earth."""
        held = portals(couplings, self.name)
        size = max((float(np.abs(p.matrix).max()) for p in held), default=0.0) or 1.0
        states = [x for p in held for x in self.states(p.matrix / size, p.M_N, p.nature)]
        flux = self.made(states, np.array([size]))[0]
        photons = self.mixing is None
        axis = Axis("photon energy" if photons else "antineutrino energy", "MeV", self.bins.edges)
        return Prediction({"photons of N" if photons else "nubar_e of N": Spectrum(
            (axis,), flux / _RATE, "cm^-2 s^-1 sr^-1" if photons else "cm^-2 s^-1",
            papers=(*self.collapse.papers, *PAPERS))})

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        return (
            *self.collapse.says(),
            f"rate of collapses {self.fit}, to z = {self.z_max:g}, all of them as this one",
            f"what decays within {per_unit(self.radius, 'cm'):g} cm is not seen",
            "a Dirac N sends its photons backwards, a Majorana N evenly and lives half as long",
            "what is made leaves the core freely and as the square of mu until it is "
            f"{per_unit(self.energy, 'erg'):.2g} erg, the most that a core gives, with the same "
            "spectrum: edges above are formal",
            "nothing is computed where N would fill all states on the surface")



@dataclass(frozen=True, eq=False)
class _Along:
    """The flux along one ray."""

    setting: Setting
    ray: Ray

    def states(self, j: int) -> list[State]:
        matrix, M_N = _matrix(self.ray, j)
        return self.setting.states(matrix, M_N, self.ray.nature)

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """The strongest bin, at sizes x for masses number j: (m, 1)."""
        out = np.zeros((x.size, 1))
        for row in np.unique(j):
            here = j == row
            out[here, 0] = self.setting.over(self.states(int(row)), x[here]).max(axis=1)
        return out

    def where(self, j: int) -> tuple[float, float]:
        """From what all N could send at the most to where none leaves its star."""
        states = self.states(j)
        most = self.setting.bins.most.min()
        sent = sum(x.sent for x in states)
        if sent == 0:
            return 1e-12, LARGEST
        low = np.sqrt(most / sent)
        gone = [np.sqrt(_GONE * x.life / (x.flux.least * self.setting.radius))
                for x in states if x.flux is not None and self.setting.radius > 0]
        high = min([self.until(j), *([max(gone)] if gone else [])])
        return (low, high) if low < high else (high / _SPAN, high)

    def until(self, j: int) -> float:
        """The size at which N would fill all states."""
        return min((x.largest for x in self.states(j)), default=np.inf)


def _matrix(ray: Ray, j: int) -> tuple[np.ndarray, float]:
    M_N = 0.0 if ray.masses is None else float(ray.masses[j])
    return DipolePortal(1.0, M_N, ray.direction).matrix, M_N


@lru_cache(maxsize=256)
def _states(collapse: Collapse, radius: float, fit: str, z_max: float,
            mixing: Mixing | None, bins: bytes, held: bytes, shape: tuple[int, int], M_N: float,
            nature: str) -> tuple[State, ...]:
    matrix = np.frombuffer(held, dtype=complex).reshape(shape)
    edges, out = np.frombuffer(bins), []
    events = diffuse.past_events(fit, z_max) / (4 * pi)
    for sent in collapse.of_matrix(matrix, M_N):
        share, spectrum = 1.0, sent.total
        if mixing is not None:
            # a Dirac N sends neutrinos, its anti-N antineutrinos
            spectrum = 0.5 * sent.total if nature == "majorana" else sent.antineutrinos
            share = 4 * pi * at_earth(sent.moments, mixing)[0]
        # nothing is above the energy of N
        below = edges[:1 + np.searchsorted(edges, sent.E[-1])]
        flux = Binned(edges=below, E_N=sent.E, dN_dE=spectrum, M_N=M_N, radius=radius,
                      nature=nature, fit=fit, z_max=z_max, neutrinos=mixing is not None
                      ) if below.size > 1 and spectrum.any() else None
        surface = pi * emission.RADIUS**2 * (sent.E - M_N) * (sent.E + M_N) / (2 * pi**2)
        rate = np.maximum(sent.neutrinos, sent.antineutrinos) / collapse.duration
        out.append(State(
            flux, share, float(radiative_decay.lifetime(M_N, sent.moment, nature)),
            share * events * float(np.trapezoid(spectrum, sent.E)),
            float(np.trapezoid(sent.E * sent.total, sent.E)),
            float(np.sqrt(1 / np.max(rate / surface))) if rate.any() else np.inf))
    return tuple(out)


@lru_cache(maxsize=16)
def gravity(core: Profile) -> float:
    r"""What holds the inner 20 km of a core together, :math:`\int Gm\,dm/r` [energy]."""
    within = min(core.r_max, emission.RADIUS)
    breaks = (core.r_min, *(b for b in core.breaks if b < within), within)
    r, w = gauss_panels(np.unique(breaks), _SHELLS)
    shell = constants.amu * np.broadcast_to(core.density(r), r.shape) * 4 * pi * r**2 * w
    G = constants.vintage("iau2015")["G"].internal
    return float(G * np.sum((np.cumsum(shell) - 0.5 * shell) * shell / r))

