r"""IceCube: two cascades, where an atmospheric neutrino makes N and where N decays.

The first is what a nucleon breaks into, the second the photon; a nucleus that recoils as a whole
has keV and a nucleon that is knocked out hardly a GeV, neither is seen.

.. math:: n = t\,N_{\rm ice}\int\mathrm dE\,\phi(E)\int_{\nu_{\min}}\mathrm d\nu\,
          \frac{\mathrm d\sigma}{\mathrm d\nu}\,P(\ell)\,f(E - \nu)

with P the probability to decay in the same ice at a distance that tells the two apart and f the
share of photons above the threshold.  Which share of such events the detector finds is on no page
that was opened as a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np

from munu import flavors, sources
from munu.couplings import LARGEST, DipolePortal, check_nature
from munu.detectors.geometry import Sphere
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes._along import NOWHERE, Along
from munu.probes._collapse import OTHERWISE, portals
from munu.probes._oscillated import oscillated as around
from munu.probes._skimming import EVENTS, checked
from munu.probes.expected import Curve
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.processes import radiative_decay
from munu.rates import decay_in_flight, inelastic
from munu.ray import Ray
from munu.sources.source import Source
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets import material
from munu.units import GeV, cm, g, km, m, per_unit

MISSING = ("which share of two cascades it finds is not published as a number that was read; give "
           "efficiency, such as 1, to get a projection")
DENSITY, HEIGHT = 0.92 * g / cm**3, 20 * km
# cosines over which directions are averaged; nodes a decade of decay length, bins of energy
_PANELS, _A_DECADE, _BINS = 100, 24, 24
_LENGTHS = (1e-3 * m, 1e12 * km)
_STEPS, _PRECISION = 6, 1e-6


@declared
def probe(*, efficiency: Annotated[float | None, About(
              "share of two such cascades that is found; without it there is no limit")] = None,
          volume: Annotated[Quantity, About("of the ice, a ball", "km^3")] = "1 km^3",
          threshold: Annotated[Quantity, About(
              "least energy of each cascade; the flux begins at 10 GeV", "GeV")] = "10 GeV",
          separation: Annotated[Quantity, About("least distance of the two", "m")] = "20 m",
          farthest: Annotated[Quantity, About("greatest distance of the two", "m")] = "1000 m",
          time: Annotated[Quantity, About("of observation", "yr")] = "6 yr",
          oscillated: Annotated[bool, About(
              "on the way through the Earth, in vacuum; else as produced")] = True) -> Probe:
    """Two cascades in IceCube, of N that atmospheric neutrinos make.

    Raises
    ------
    DomainError

    Source : Coloma2017, Honda2007
    """
    checked(volume=(volume, "km^3"), threshold=(threshold, "GeV"), farthest=(farthest, "m"),
            time=(time, "yr"))
    if not 0 <= separation < farthest:
        raise DomainError(f"separation = {separation / m:g} m must be at least 0 and below "
                          f"farthest, {farthest / m:g} m")
    across = 2 * _ball(volume).radius
    if separation >= across:
        raise DomainError(f"separation = {separation / m:g} m must be below the {across / m:.4g} m "
                          "across the ice")
    if efficiency is not None and not 0 < efficiency <= 1:
        raise DomainError(f"efficiency = {efficiency:g} must be above 0 and at most 1")
    source = arriving(oscillated)
    if 2 * threshold >= source.support[1]:
        raise DomainError(f"threshold = {threshold / GeV:g} GeV of each of two cascades must be "
                          f"below half the highest neutrino, {source.support[1] / GeV:g} GeV")
    setting = Setting(source=source, volume=float(volume),
                      threshold=float(threshold), separation=(float(separation), float(farthest)),
                      time=float(time), efficiency=1.0 if efficiency is None else efficiency)
    said = (f"two cascades above {threshold / GeV:g} GeV each, {separation / m:g} to "
            f"{farthest / m:g} m apart in {volume / km**3:g} km^3 of ice of "
            f"{DENSITY / (g / cm**3):g} g/cm^3, {per_unit(time, 'yr'):g} years; directions of the "
            "ball are averaged",
            "the first cascade is what a nucleon breaks into; recoils of nuclei and of nucleons "
            "are not seen", f"{EVENTS:g} events, without background, efficiency "
            f"{setting.efficiency:g} of such events", *setting.source.assumed)
    return Probe(
        family="beams",
        name="icecube", title="IceCube, two cascades of N (projection)",
        grade="needs_data" if efficiency is None else "sensitivity",
        measured=None if efficiency is None else Claim(
            high=EVENTS, unit="events", projection=True, what="two cascades"),
        signal=setting.predict, expects=setting.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=setting, median=False, papers=setting.papers,
        assumptions=said if efficiency is not None else (MISSING, *said),
        variants={"as produced": {"oscillated": False},
                  "100 GeV": {"threshold": "100 GeV"}})


def _ball(volume: float) -> Sphere:
    return Sphere((0.75 * volume / np.pi) ** (1 / 3))


def arriving(oscillated: bool) -> Source:
    """Atmospheric neutrinos above 10 GeV, from all directions alike.

    On the way in vacuum, from 20 km above a sphere; what matter adds above 10 GeV is left out.
    """
    made = sources.get("atmospheric", table="honda2006")
    return around(made, flavors.mixing(), height=HEIGHT, panels=_PANELS) if oscillated else made


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What the events are made with.

    Attributes
    ----------
    source : at the detector, integrated over the sphere
    volume : of the ice [volume]
    threshold : of each cascade [energy]
    separation : least and greatest [length]
    time : of observation [time]
    efficiency : share of events that is found
    """

    source: Source
    volume: float
    threshold: float
    separation: tuple[float, float]
    time: float
    efficiency: float

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the flux and of the cross section."""
        return tuple(dict.fromkeys(("Coloma2017", *self.source.papers, "BrdarTalk",
                                    "AbramowiczLevy1997", "Dutta2001", "Magill2018")))

    @cached_property
    def _grid(self) -> tuple[np.ndarray, np.ndarray]:
        """Logarithms of decay lengths and of the probability to decay at such a distance."""
        low, high = np.log(_LENGTHS)
        x = np.arange(low, high, np.log(10) / _A_DECADE)
        made = decay_in_flight.mean_double_bang(_ball(self.volume), np.exp(x), self.separation[0],
                                                farthest=self.separation[1])
        return x, np.log(np.maximum(made, 1e-300))

    def apart(self, ell: np.ndarray) -> np.ndarray:
        """Probability to decay at a distance that tells the two apart, at decay lengths [1]."""
        x, log = self._grid
        y = np.clip(np.log(ell), x[0], None)
        # beyond the table the probability falls as the decay length rises
        return np.exp(np.interp(y, x, log) - np.maximum(y - x[-1], 0.0))

    def row(self, portal: DipolePortal) -> Row:
        """What N of one portal of a unit size make."""
        check_nature(portal.nature, needed_by="what N decays to")
        ice, M = material("H2O"), portal.M_N
        made = inelastic.made(self.source, portal.trace_matrix, ice, M, nu_min=self.threshold)
        keep = (self.threshold < made.E_N) & (made.E_N > M)
        units = DENSITY * self.volume * ice.per_mass()
        u = self.threshold / made.E_N[keep]
        share = (1 - u) * (1 + radiative_decay.asymmetry(portal.nature) * u)
        moment = float(np.linalg.norm(portal.matrix[:, 0]))
        life = float(radiative_decay.lifetime(M, moment, portal.nature)) if M > 0 else np.inf
        length = made.p[keep] / M * life if np.isfinite(life) else np.full(keep.sum(), np.inf)
        return Row(self, portal.nature, made.E_N[keep], length,
                   made.weight[keep] * units * self.time * self.efficiency, share)

    def rows(self, portal: DipolePortal) -> tuple[Row]:
        """The same as one of a tuple."""
        return (self.row(portal),)

    def expects(self, ray: Ray) -> Curve:
        """Events, against the size of the moments."""
        along = Along(self.rows, ray)
        return Curve(signal=along.signal, where=along.where, steps=_STEPS, precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """Events, in bins of the energy of the photon."""
        top = max(float(c.E[-1]) for c in self.source.components.values())
        axis = Axis("energy of the second cascade", "GeV",
                    np.geomspace(self.threshold, max(top, 2 * self.threshold), _BINS + 1))
        total = np.zeros(_BINS)
        for one in portals(couplings, "icecube"):
            if one.M_N > 0 and np.any(one.matrix):
                total += self.row(one).seconds(axis.edges)
        return Prediction({"two cascades": Spectrum((axis,), total, papers=self.papers)})


@dataclass(frozen=True, eq=False)
class Row:
    """N of one mass whose making is seen, for any size of its moments.

    Attributes
    ----------
    setting : Setting
    nature : ``dirac`` or ``majorana``
    E_N, length : energies [energy] and decay lengths at a size of 1 [length]
    weight, share : N made, and share of photons above the threshold [1]
    """

    setting: Setting
    nature: str | None
    E_N: np.ndarray
    length: np.ndarray
    weight: np.ndarray
    share: np.ndarray

    def seen(self, x: np.ndarray) -> np.ndarray:
        """Events (m,) at sizes."""
        w, out = self.weight * self.share, np.zeros(x.size)
        if w.size and np.isfinite(self.length).all():
            for k in np.flatnonzero(x > 0):
                out[k] = x[k] ** 2 * (w @ self.setting.apart(self.length / x[k] ** 2))
        return out

    def seconds(self, edges: np.ndarray) -> np.ndarray:
        """Events at a size of 1 in bins of the photon's energy."""
        if not (self.weight.size and np.isfinite(self.length).all()):
            return np.zeros(len(edges) - 1)
        A = radiative_decay.asymmetry(self.nature)
        u = np.minimum(edges[:, None] / self.E_N, 1.0)
        below = u + A * u * (u - 1)
        w = self.weight * self.setting.apart(self.length)
        return np.diff(below, axis=0) @ w

    @cached_property
    def span(self) -> tuple[float, float]:
        """From a thousandth of an event to where all N decay before they are apart."""
        w = self.weight * self.share
        if not w.any() or not np.isfinite(self.length).all():
            return NOWHERE
        near = max(self.setting.separation[0], 1 * m)
        high = min(float(np.sqrt(60 * self.length.max() / near)), LARGEST)
        small = 1e-6 * high
        fourth = float(self.seen(np.array([small]))[0]) / small**4
        return min((1e-3 / fourth) ** 0.25 if fourth > 0 else np.inf, 1e-2 * high), high
