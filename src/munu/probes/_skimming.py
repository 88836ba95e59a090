r"""Showers of N that neutrinos of ultra-high energy make in the Earth's crust, and that leave it.

.. math:: n = t\int\mathrm d\Omega\,A\sin\theta\int\mathrm dE\,\phi(E)\,n_A
          \frac{\mathrm d\sigma}{\mathrm dE_N}\,s(c_\theta, L, \ell)\,(1 - e^{-d/\ell})\,f(E_N)

with s the length of the chord whose N leave it (:func:`munu.rates.skimming.emerging`), d the way in
the air on which a decay is seen and f the share of photons that make a shower which is seen.  The
neutrino is lost to weak scattering and, of a large moment, to N.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import pi
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, sources
from munu._arrays import gauss
from munu._frozen import FrozenMap
from munu.constants import amu
from munu.couplings import LARGEST, DipolePortal, check_nature
from munu.errors import DataError, DomainError, UnknownName
from munu.probes import _needed
from munu.probes._along import NOWHERE, Along
from munu.probes._collapse import OTHERWISE, portals
from munu.probes.expected import Curve
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.processes import deep_inelastic, radiative_decay, upscattering, weak_deep_inelastic
from munu.processes.upscattering import scatterers
from munu.rates import inelastic, skimming
from munu.rates.upscattered import on_nodes, upscattered
from munu.ray import Ray
from munu.sources.source import Source
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets.nucleus import Nucleus
from munu.units import N_A, cm, deg, g, km, per_unit

#: showers that are a reach, without background
EVENTS = 3.0
#: parts of what is made, and what each is struck on
PARTS = {"nuclei as a whole": ("coherent",), "nucleons knocked out": ("protons", "neutrons"),
         "nucleons broken up": ()}
RADIUS, DENSITY = 6371 * km, 2.65 * g / cm**3
# nodes a decade of neutrino energy, those at which losses are made, bins of shower energy
_ENERGIES, _LOST, _BINS = 12, 17, 24
# bins a decade in which the flux is whole; sizes an e-fold through which a curve is drawn
_COARSE, _CURVE, _NONE = 12, 5, 1e-300
# of N's energy, over that of the neutrino
_LOSSES = np.array([0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
# an N that decays sooner is not seen to leave the rock; a neutrino is an N sooner: nothing is left
_SHORTEST, _TURNED = 0.01 * km, 0.01 * km
_STEPS, _PRECISION = 6, 1e-6
_STEEPEST = 10 * deg * (1 + 1e-9)


def rock() -> Nucleus:
    """The crust as one nucleus, of which N is made: A = 22, Z = 11."""
    return Nucleus(name="rock", Z=11, A=22, mass=22 * amu, papers=("CODATA2018",))


@dataclass(frozen=True, eq=False, kw_only=True)
class Aperture:
    """What sees a shower, by the energy of the photon that makes it.

    Attributes
    ----------
    area : of the array, on the ground [area]
    angle : greatest above the horizon at which N may leave the ground [rad]
    E, values : energies, rising, and apertures there [energy], [area]: with the solid angle; of an
        array one energy, its threshold, and none
    """

    area: float
    angle: float
    E: np.ndarray
    values: np.ndarray | None = None

    @property
    def whole(self) -> float:
        """Area times solid angle of what leaves the ground [area]."""
        return pi * self.area * np.sin(self.angle) ** 2

    @property
    def threshold(self) -> float:
        """Below it no shower is seen [energy]."""
        return float(self.E[0])

    def seen(self, E: np.ndarray) -> np.ndarray:
        """Share of showers of an energy that are seen [1]."""
        if self.values is None:
            return np.where(self.threshold <= E, 1.0, 0.0)
        inside = (self.E[0] <= E) & (self.E[-1] >= E)
        made = np.exp(np.interp(np.log(np.where(inside, E, self.E[0])), np.log(self.E),
                                np.log(np.maximum(self.values, 1e-30 * self.values.max()))))
        return np.where(inside, made / self.whole, 0.0)

    def share(self, E_N: np.ndarray, nature: str | None) -> np.ndarray:
        """Share of decays of N whose photon is seen [1]: N of helicity 1, far faster than c/2."""
        A = radiative_decay.asymmetry(nature)
        u = np.minimum(self.threshold / E_N, 1.0)
        if self.values is None:
            return (1 - u) * (1 + A * u)
        t, w = gauss(24)
        v = 0.5 * (1 + t)
        x = u[..., None] + (1 - u[..., None]) * v
        density = 1 + A * (2 * x - 1)
        return (1 - u) * ((density * self.seen(x * E_N[..., None])) @ (0.5 * w))


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What the showers are made with.

    Attributes
    ----------
    name : of the probe
    source : of neutrinos, integrated over the sphere
    aperture : Aperture
    air : way of N in the air on which its decay is seen [length]
    time : of observation [time]
    small_x : ``continued`` or ``frozen``: the structure function below its data
    radius, density : of the Earth, and of its crust [length], [mass/volume]
    """

    name: str
    source: Source
    aperture: Aperture
    air: float
    time: float
    small_x: str = "continued"
    radius: float = RADIUS
    density: float = DENSITY

    def __post_init__(self) -> None:
        check_small_x(self.small_x)

    @cached_property
    def target(self) -> Nucleus:
        """The crust's nucleus."""
        return rock()

    @property
    def nuclei(self) -> float:
        """Of the crust, a volume [1/volume]."""
        return self.density * N_A / (self.target.A * g)

    def weak(self, E: np.ndarray) -> np.ndarray:
        """Neutrinos lost a length, by weak scattering [1/length]."""
        both = sum(weak_deep_inelastic.sigma(E, antineutrino=a) for a in (False, True))
        return 0.5 * self.density * N_A / g * both

    def lasts(self, loss: np.ndarray, ell: np.ndarray) -> np.ndarray:
        """N that leave and decay in sight, over what neutrinos an area and angle would make a
        nucleus, at losses a length and decay lengths that are as many [area]."""
        longest = skimming.chord(self.aperture.angle, self.radius)
        out = skimming.mean_emerging(longest, 1 / loss, ell)
        return out * -np.expm1(-self.air / ell) * self.nuclei * self.aperture.whole

    def row(self, portal: DipolePortal) -> Row:
        """What N of one portal of a unit size make."""
        check_nature(portal.nature, needed_by="what N decays to")
        window = (max(self.aperture.threshold, weak_deep_inelastic.RANGE[0]),
                  weak_deep_inelastic.RANGE[1])
        C, M, made = portal.trace_matrix, portal.M_N, {}
        for part, kinds in PARTS.items():
            if kinds:
                found = [upscattered(self.source, C, s, M, window=window,
                                     a_decade=_COARSE).scaled(s.number)
                         for s in scatterers(self.target, kinds, screening=True)]
                # a recoil takes nothing away at these energies
                at, w = on_nodes(np.concatenate([f.E_nu for f in found]),
                                 np.concatenate([f.weight for f in found]), _ENERGIES)
                made[part] = at, at, w
            else:
                one = inelastic.made(self.source, C, self.target, M, window=window,
                                     small_x=self.small_x)
                made[part] = _few(one.E_nu, one.E_N, one.weight)
        # what a neutrino is lost by that is turned into N, of one flavor at a moment of 1 mu_B
        E = np.geomspace(window[0], window[1], _LOST)
        unit = DipolePortal(1.0, M, "e")
        lost = deep_inelastic.sigma(E, unit, self.target, small_x=self.small_x) \
            + upscattering.sigma(E, unit, self.target, kinds=PARTS["nuclei as a whole"],
                                 screening=True)
        size = np.abs(portal.matrix) ** 2
        moment = float(np.linalg.norm(portal.matrix[:, 0]))
        life = float(radiative_decay.lifetime(M, moment, portal.nature)) if M > 0 else np.inf
        return Row(self, M, life, portal.nature, FrozenMap(made), E,
                   self.nuclei * lost * float((size.sum(axis=1) ** 2).sum() / size.sum()))

    def rows(self, portal: DipolePortal) -> tuple[Row]:
        """The same as one of a tuple."""
        return (self.row(portal),)

    def expects(self, ray: Ray) -> Curve:
        """Showers that are seen, against the size of the moments."""
        along = Along(self.rows, ray)
        return Curve(signal=along.signal, where=along.where, until=along.until, steps=_STEPS,
                     precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """Showers by what N was made on, in bins of their energy."""
        held = portals(couplings, self.name)
        top = max(float(c.E[-1]) for c in self.source.components.values() if c.E.size)
        axis = Axis("energy of the shower", "GeV", np.geomspace(self.aperture.threshold, top,
                                                                _BINS + 1))
        total = {part: np.zeros(_BINS) for part in PARTS}
        for one in held:
            if one.M_N > 0 and np.any(one.matrix):
                for part, seen in self.row(one).showers(axis.edges).items():
                    total[part] += seen
        return Prediction({n: Spectrum((axis,), x, papers=self.papers) for n, x in total.items()})

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the flux and of the cross sections."""
        return tuple(dict.fromkeys((*self.source.papers, "BrdarTalk", "AbramowiczLevy1997",
                                    "Dutta2001", "Tsai1974", "Connolly2011", "Magill2018")))

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        x = "goes on as its fit" if self.small_x == "continued" else "stays as it is"
        return (
            f"N leaves the crust, {self.density / (g / cm**3):g} g/cm^3 of A = 22 and Z = 11, up "
            f"to {per_unit(self.aperture.angle, 'deg'):g} degrees above the horizon; no mountains",
            f"its decay is seen on the first {self.air / km:g} km in the air, whole, and not what "
            "neutrinos make in the air itself",
            "made on nuclei as a whole, behind their electrons, on nucleons, and where nucleons "
            f"break up to 5000 GeV^2, by their structure function, which {x} at x below 3e-6",
            "neutrinos are lost to weak scattering and to N; what comes back of them with less "
            "energy, of tau leptons or of N that decays in the rock, does not count; the "
            "background is none", *self.source.assumed)


@dataclass(frozen=True, eq=False)
class Row:
    """N of one mass, for any size of its moments.

    Attributes
    ----------
    setting : Setting
    M_N : mass [energy]
    life : at a size of 1 [time]
    nature : ``dirac`` or ``majorana``
    made : by part, energies of neutrinos and of N [energy], N made a nucleus and time
    E : energies [energy], with
    lost : neutrinos lost a length there as they turn into N, at a size of 1 [1/length]
    """

    setting: Setting
    M_N: float
    life: float
    nature: str | None
    made: FrozenMap
    E: np.ndarray
    lost: np.ndarray

    def _nodes(self, part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Energies of neutrino and of N, and weights times time, of those that can be seen."""
        E, E_N, w = self.made[part]
        keep = (max(self.setting.aperture.threshold, self.M_N) < E_N) & (w > 0)
        return E[keep], E_N[keep], w[keep] * self.setting.time / (4 * pi)

    def _length(self, E_N: np.ndarray) -> np.ndarray:
        """Decay lengths at a size of 1 [length]."""
        return np.sqrt((E_N - self.M_N) * (E_N + self.M_N)) / self.M_N * self.life

    def _losses(self, E: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Neutrinos lost a length: by weak scattering, and to N at a size of 1 [1/length]."""
        own = np.exp(np.interp(np.log(E), np.log(self.E), np.log(np.maximum(self.lost, _NONE))))
        return (self.setting.weak(E) if E.size else np.empty(0)), own

    @cached_property
    def _all(self) -> tuple[np.ndarray, ...]:
        """Losses, decay lengths at a size of 1 and weights of showers seen, of all parts."""
        E, E_N, w = (np.concatenate(x) for x in zip(*map(self._nodes, PARTS), strict=True))
        return *self._losses(E), self._length(E_N), w * self.setting.aperture.share(E_N,
                                                                                    self.nature)

    def seen(self, x: np.ndarray) -> np.ndarray:
        """Showers seen (m,), at sizes: within the span from a curve through few of them."""
        low, high = self.span
        out = np.zeros(x.size)
        within = (low <= x) & (x <= high)
        if within.any():
            out[within] = np.exp(self._curve(np.log(x[within])))
        rest = (x > 0) & ~within
        out[rest] = self._exact(x[rest])
        return out

    def _exact(self, x: np.ndarray) -> np.ndarray:
        """The same, each by its own sum."""
        weak, own, ell, w = self._all
        if not (x.size and w.size and np.isfinite(self.life)):
            return np.zeros(x.size)
        y = x[:, None] ** 2
        return y[:, 0] * (self.setting.lasts(weak + y * own, ell / y) @ w)

    @cached_property
    def _curve(self) -> Callable[[np.ndarray], np.ndarray]:
        """Logarithm of the showers against that of the size."""
        from scipy.interpolate import CubicSpline

        low, high = np.log(self.span)
        t = np.linspace(low, high, int(np.ceil(_CURVE * (high - low))) + 2)
        return CubicSpline(t, np.log(np.maximum(self._exact(np.exp(t)), _NONE)))

    def showers(self, edges: np.ndarray) -> dict[str, np.ndarray]:
        """Showers seen in bins of energy, by part, at a size of 1."""
        out = {}
        A = radiative_decay.asymmetry(self.nature)
        t, v = gauss(4)
        low, wide = edges[:-1], np.diff(edges)
        E_g = low[:, None] + 0.5 * wide[:, None] * (1 + t)
        seen = self.setting.aperture.seen(E_g) * 0.5 * wide[:, None] * v
        for part in PARTS:
            E, E_N, w = self._nodes(part)
            if not E.size:
                out[part] = np.zeros(wide.size)
                continue
            w = w * self.setting.lasts(np.add(*self._losses(E)), self._length(E_N))
            u = E_g[..., None] / E_N
            density = np.where(u < 1, (1 + A * (2 * u - 1)) / E_N, 0.0)
            out[part] = ((density @ w) * seen).sum(axis=-1)
            # nodes in bins, together the showers that a limit has
            whole = float(w @ self.setting.aperture.share(E_N, self.nature))
            total = out[part].sum()
            out[part] = out[part] * (whole / total if total > 0 else 0.0)
        return out

    @cached_property
    def span(self) -> tuple[float, float]:
        """From a thousandth of a shower to where N decays, or is made, on the spot."""
        _, _, ell, w = self._all
        if not w.any() or not np.isfinite(self.life):
            return NOWHERE
        high = min(float(np.sqrt(ell.max() / _SHORTEST)), LARGEST,
                   float(1 / np.sqrt(_TURNED * self.lost.max())))
        small = 1e-6 * high
        fourth = float(self._exact(np.array([small]))[0]) / small**4
        return min((1e-3 / fourth) ** 0.25 if fourth > 0 else np.inf, 1e-2 * high), high


def _few(E: np.ndarray, E_N: np.ndarray, w: np.ndarray
         ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Energies of neutrinos with few of N each: the number is kept, and the mean energy of N."""
    each, row = np.unique(E, return_inverse=True)
    y, n = 1 - E_N / E, len(_LOSSES)
    k = np.clip(np.searchsorted(_LOSSES, y) - 1, 0, n - 2)
    share = (y - _LOSSES[k]) / (_LOSSES[k + 1] - _LOSSES[k])
    out = np.bincount(row * n + k, w * (1 - share), each.size * n) \
        + np.bincount(row * n + k + 1, w * share, each.size * n)
    keep = out > 0
    return np.repeat(each, n)[keep], (each[:, None] * (1 - _LOSSES)).ravel()[keep], out[keep]


def check_small_x(small_x: str) -> None:
    """Refuse another word.  Raises :class:`UnknownName`."""
    if small_x not in deep_inelastic.SMALL_X:
        raise UnknownName("small_x", small_x, deep_inelastic.SMALL_X)


def checked(**given: tuple[float, str]) -> None:
    """Quantities that must be above 0, each with its unit; an angle is at most 10 degrees.

    Raises
    ------
    DomainError
    """
    for name, (value, unit) in given.items():
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{name} = {per_unit(value, unit):g} {unit} must be above 0")
        if name == "angle" and value > _STEEPEST:
            raise DomainError(f"angle = {per_unit(value, 'deg'):g} deg must be at most 10: the "
                              "crust, of which N is made here, ends below")


def toy(name: str, title: str, setting: Setting, papers: tuple[str, ...], first: str,
        variants: Mapping[str, Mapping[str, object]]) -> Probe:
    """The probe of a setting; ``first`` is said before what the setting says."""
    return Probe(
        family="beams",
        name=name, title=title, grade="sensitivity",
        measured=Claim(high=EVENTS, unit="showers", projection=True, what="showers"),
        signal=setting.predict, expects=setting.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=setting, median=False, papers=tuple(dict.fromkeys((*papers, *setting.papers))),
        variants={"structure function frozen": {"small_x": "frozen"}, **variants},
        assumptions=(first, *setting.says()))


def waiting(name: str, title: str, papers: tuple[str, ...], aperture: str | Path | None,
            setting: Mapping[str, Any]) -> Probe:
    """One whose aperture the user must bring, as a table E, aperture.

    Raises
    ------
    DataError, DomainError
    """
    checked(**{n: (setting[n], unit) for n, unit in (("angle", "deg"), ("air", "km"),
                                                     ("time", "yr"))})
    if aperture is None:
        absent = _needed.probe(
            name, title, "its aperture for showers that come out of the ground is not published as "
            f"numbers that were read; write E, aperture into the table of: munu data template "
            f"{name}, and give its path as the option aperture", papers, None)
        return replace(absent, family="beams", rays=("portal",), otherwise=OTHERWISE)
    read = _data.read(aperture, require=("E", "aperture")).check(
        {"E": "an energy", "aperture": "an area"})
    E, values = _data.monotone(read, "E"), read["aperture"]
    read.refuse("E", E <= 0, "an energy must be above 0")
    read.refuse("aperture", values < 0, "an aperture must be at least 0")
    if E.size < 2 or not values.any():
        raise DataError(Path(aperture), "needs two rows at least, and an aperture above 0",
                        column="aperture")
    rest = {n: x for n, x in setting.items() if n != "angle"}
    made = Setting(name=name, source=sources.get("cosmogenic"), aperture=Aperture(
        area=float(values.max()), angle=float(setting["angle"]), E=E, values=values), **rest)
    return toy(name, title, made, papers, f"aperture of {Path(aperture).name}; {EVENTS:g} showers "
               f"in {per_unit(made.time, 'yr'):g} years", {})


def template(name: str) -> dict[str, str]:
    """The table to fill in."""
    return {f"{name}_aperture.csv": "E [GeV], aperture [km^2 sr]\n1e8, TO FILL\n1e9, TO FILL\n"}
