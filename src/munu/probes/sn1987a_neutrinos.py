r"""SN1987A: no electron or positron above 50 MeV was seen, so few neutrinos of decays of N came.

.. math:: N = \epsilon\int\mathrm dE\,\big[N_p\,\sigma_{\rm ibd}\,F_{\bar\nu_e} + N_{\rm O}\,
          (\sigma_{\nu_e{\rm O}}F_{\nu_e} + \sigma_{\bar\nu_e{\rm O}}F_{\bar\nu_e})\big]

A Dirac N of a core full of electron neutrinos sends neutrinos and hardly an antineutrino.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from munu import _data, flavors
from munu._arrays import gauss_panels
from munu.couplings import LARGEST
from munu.detectors import supernova, visible
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.parameters import About, Quantity, declared
from munu.probes._collapse import CORES, OTHERWISE, Collapse, Core, Duration, portals
from munu.probes._decays import Decays, at_earth
from munu.probes.expected import Curve
from munu.probes.measured import Counts
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV, km, kpc, per_unit, s

#: what of each channel is known: to the end of a table, or of a formula
ENDS: Mapping[str, float] = {"ibd_formula": 200 * MeV, "nu_e_oxygen": 100 * MeV,
                             "nubar_e_oxygen": 100 * MeV}
DETECTORS = ("KII", "IMB")
# the burst's own events and their errors end below
_LEAST = 50 * MeV
_NODES, _WIDEST = 4, 10 * MeV
_STEPS, _PRECISION = 6, 1e-6
_BINS = 5 * MeV
# counts at the ends of where an edge is looked for
_FEW, _DEEP = 1e-2, 100.0


@declared
def probe(*, core: Core = "fischer18", duration: Duration = None,
          detectors: Annotated[tuple[Any, ...] | str, About("of KII, IMB")] = DETECTORS,
          threshold: Annotated[Quantity, About(
              "energy of the electron or positron above which events count, at least 50 MeV",
              "MeV")] = "50 MeV",
          window: Annotated[Quantity, About("time after the light front", "s")] = "20 s",
          mixing: Annotated[Mixing | str, About(
              "name of a fit, or a Mixing, which brings its own ordering")] = flavors.DEFAULT,
          ordering: Annotated[str, About("of a named fit", choices=("NO", "IO"),
                                         assumes="ordering")] = "NO",
          radius: Annotated[Quantity, About("within it neutrinos of decays are not free", "km")]
          = "100 km",
          distance: Annotated[Quantity, About("of the star", "kpc")] = "51.4 kpc") -> Probe:
    """Neutrinos above 50 MeV of SN1987A in Kamiokande-II and IMB.

    Raises
    ------
    DomainError, UnknownName, DataError

    Source : Hirata1988, Bratton1988, Vissani2015, StrumiaVissani2003, Kolbe2002, Nakazato2018
    """
    made = Setting(Collapse.of(core, duration), _detectors(detectors), float(threshold),
                   float(window), mixing if isinstance(mixing, Mixing) else
                   flavors.mixing(mixing, ordering), float(radius), float(distance))
    return Probe(
        family="supernova",
        name="sn1987a_neutrinos", title="SN1987A neutrinos", grade="counts",
        measured=Counts(made.axis, seen(made.detectors, made.threshold, made.window)),
        signal=made.predict, expects=made.expects,
        rays=("portal",), otherwise=OTHERWISE, setting=made,
        variants={**CORES, **_other(mixing, made.mixing)},
        data=("SN1987A in Kamiokande-II and IMB",), assumptions=made.says(), papers=made.papers)


def _other(given: Mixing | str, made: Mixing) -> dict[str, dict[str, object]]:
    """The other ordering of the same fit; a mixing of one's own has none."""
    if made.name not in flavors.names():
        return {}
    word, name = ("inverted", "IO") if made.ordering == "NO" else ("normal", "NO")
    return {f"{word} ordering": {"ordering": name} if isinstance(given, str) else
            {"mixing": flavors.mixing(made.name, name)}}


def seen(detectors: tuple[str, ...], threshold: float, window: float) -> np.ndarray:
    """Events above a threshold that began within a window after the first, by detector."""
    rows = list(_data.load("observations/sn1987a_events").rows())
    return np.array([sum(r["detector"] == d and r["E"] > threshold and r["t"] < window
                         for r in rows) for d in detectors], dtype=float)


def _detectors(given: tuple[Any, ...] | str) -> tuple[str, ...]:
    wanted = (given,) if isinstance(given, str) else tuple(given)
    if not wanted or len(set(wanted)) < len(wanted):
        raise DomainError("detectors must be one at least, none of them twice")
    for name in wanted:
        if name not in DETECTORS:
            raise UnknownName("detector of sn1987a_neutrinos", name, DETECTORS)
    return wanted


@dataclass(frozen=True, eq=False)
class Setting:
    """What the counts are made with.

    Attributes
    ----------
    collapse : Collapse
    detectors : names of the detectors
    threshold : [energy]
    window : [time]
    mixing : Mixing
    radius, distance : [length]
    """

    collapse: Collapse
    detectors: tuple[str, ...]
    threshold: float
    window: float
    mixing: Mixing
    radius: float
    distance: float

    def __post_init__(self) -> None:
        if not _LEAST * (1 - 1e-9) <= self.threshold < min(ENDS.values()):
            raise DomainError(
                f"threshold = {per_unit(self.threshold, 'MeV'):g} MeV must be at least 50 MeV, "
                "where the burst's own events have ended, and below 100 MeV")
        if not 0 < self.window < np.inf:
            raise DomainError(f"window = {per_unit(self.window, 's'):g} s must be above 0")
        if not 0 <= self.radius < self.distance < np.inf:
            raise DomainError(f"radius = {per_unit(self.radius, 'km'):g} km must be at least 0 and "
                              f"below the distance, {per_unit(self.distance, 'km'):g} km")

    @property
    def axis(self) -> Axis:
        """One bin a detector."""
        return Axis("detector " + ", ".join(self.detectors), "1",
                    np.arange(len(self.detectors) + 1.0))

    @cached_property
    def targets(self) -> list[dict[str, float]]:
        """Targets of each detector by channel, times its efficiency."""
        rows = {r["detector"]: r for r in _data.load("observations/sn1987a_detectors").rows()}
        return [{c: float(rows[d]["efficiency"]) * float(
            rows[d]["protons" if c == "ibd_formula" else "oxygen"]) for c in ENDS}
            for d in self.detectors]

    @cached_property
    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Energies of the neutrino at which it is summed, and weights."""
        kinks = [b for c in ENDS for b in visible.breaks(c, self.threshold)]
        top = max(ENDS.values())
        cuts = np.unique([*ENDS.values(), *(b for b in kinks if b < top),
                          *np.arange(self.threshold, top, _BINS)])
        fine = [np.linspace(a, b, int(np.ceil((b - a) / _WIDEST)), endpoint=False)
                for a, b in pairwise(cuts)]
        return gauss_panels(np.append(np.concatenate(fine), top), _NODES)

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """Area that a channel offers at each energy, times its weight: (n_E,) for one target."""
        E, w = self.nodes
        out = {}
        for channel, end in ENDS.items():
            inside = end > E
            sigma = np.zeros((6, E.size))
            sigma[:, inside] = supernova.cross_section(channel, E[inside])
            out[channel] = w * sigma.sum(axis=0) * visible.above(channel, E, self.threshold)
        return out

    @cached_property
    def area(self) -> tuple[np.ndarray, np.ndarray]:
        """Of a neutrino and of an antineutrino, each (detectors, n_E)."""
        nu, nubar = [], []
        for t in self.targets:
            nu.append(t["nu_e_oxygen"] * self.weights["nu_e_oxygen"])
            nubar.append(sum(t[c] * self.weights[c] for c in ("ibd_formula", "nubar_e_oxygen")))
        return np.array(nu), np.array(nubar)

    def states(self, matrix: np.ndarray, M_N: float, nature: str | None
               ) -> list[tuple[Decays, float]]:
        """The states of N, each with the share of electron flavor of what it decays to."""
        if M_N == 0:
            return []
        return [(Decays(x, nature, self.distance, self.radius),
                 float(at_earth(x.moments, self.mixing)[0]))
                for x in self.collapse.of_matrix(matrix, M_N)]

    def arriving(self, states: list[tuple[Decays, float]], x: np.ndarray, E: np.ndarray
                 ) -> tuple[np.ndarray, np.ndarray]:
        """Electron neutrinos and antineutrinos at sizes x: (m, n_E) [1/(area energy)]."""
        out = np.zeros((2, x.size, E.size))
        for decays, share in states:
            out += share * np.array(decays.arrive(x, E, (0.0, self.window)))
        return out[0], out[1]

    def counts(self, states: list[tuple[Decays, float]], x: np.ndarray) -> np.ndarray:
        """Expected counts at sizes x: (m, detectors)."""
        nu, nubar = self.arriving(states, x, self.nodes[0])
        return nu @ self.area[0].T + nubar @ self.area[1].T

    def beyond(self, couplings: object) -> dict[str, float]:
        """Share of the electron flavor above the threshold that lies beyond the end of a channel.

        Parameters
        ----------
        couplings : DipolePortal or Couplings with portals, with its nature
        """
        states = self._held(couplings)
        if not states:
            return dict.fromkeys(ENDS, 0.0)
        top = max(float(d.sent.E[-1]) for d, _ in states)
        cuts = np.unique([self.threshold, *ENDS.values(), top])
        cuts = cuts[cuts <= top]
        E, w = gauss_panels(np.concatenate([
            *(np.linspace(a, b, 9)[:-1] for a, b in pairwise(cuts)), cuts[-1:]]), 6)
        kinds = dict(zip(("neutrinos", "antineutrinos"),
                         self.arriving(states, np.ones(1), E), strict=True))
        out = {}
        for channel, end in ENDS.items():
            F = w * kinds["neutrinos" if channel == "nu_e_oxygen" else "antineutrinos"][0]
            out[channel] = float(F[end < E].sum() / F.sum()) if F.sum() > 0 else 0.0
        return out

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        return (
            f"events above {self.threshold / MeV:g} MeV of electron or positron within "
            f"{self.window / s:g} s: none was seen; no background, no resolution",
            "efficiency above 50 MeV of 0.9, of IMB with its live time 0.78; an approximation",
            f"d = {self.distance / kpc:g} kpc; decays beyond {self.radius / km:g} km: the envelope "
            "lets neutrinos through, and changes no flavor here",
            f"flavors mix in vacuum, {self.mixing.name} {self.mixing.ordering}",
            "cross sections on oxygen end at 100 MeV, inverse beta decay at 200 MeV: what comes "
            "above is not counted, nothing is extrapolated (setting.beyond says how much it is)",
            "scattering on electrons, below a per cent of oxygen, is left out",
            "electrons and positrons of oxygen lose the energy of four groups of excitation",
            *self.collapse.says(),
            "N is neither taken up again nor held back in the core: what is excluded above the "
            "edge of cooling is formal")

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of events, detectors, cross sections, mixing and core."""
        return tuple(dict.fromkeys((
            "Hirata1988", "Hirata1987", "Bionta1987", "Bratton1988", "Vissani2015",
            *(k for c in ENDS for k in supernova.CHANNELS[c].papers), "Nakazato2018",
            *self.mixing.papers, *self.collapse.papers)))

    def expects(self, ray: Ray) -> Curve:
        """Counts of the detectors against the size of the moments."""
        along = Along(self, ray)
        return Curve(signal=along.signal, where=along.where, until=along.until,
                     bins=len(self.detectors), steps=_STEPS, precision=_PRECISION)

    def _held(self, couplings: object) -> list[tuple[Decays, float]]:
        held = portals(couplings, "sn1987a_neutrinos")
        return [x for p in held for x in self.states(p.matrix, p.M_N, p.nature)]

    def predict(self, couplings: object) -> Prediction:
        """Counts by channel and detector."""
        states = self._held(couplings)
        nu, nubar = self.arriving(states, np.ones(1), self.nodes[0])
        return Prediction({channel: Spectrum(
            (self.axis,), np.array([t[channel] * float(
                (nu if channel == "nu_e_oxygen" else nubar)[0] @ self.weights[channel])
                for t in self.targets]), papers=supernova.CHANNELS[channel].papers)
            for channel in ENDS})


@dataclass(frozen=True, eq=False)
class Along:
    """Counts along one ray, each mass made once."""

    setting: Setting
    ray: Ray
    kept: dict[int, list[tuple[Decays, float]]] = field(default_factory=dict)

    def of(self, j: int) -> list[tuple[Decays, float]]:
        """The states at mass number j."""
        if j not in self.kept:
            M_N = 0.0 if self.ray.masses is None else float(self.ray.masses[j])
            matrix = self.ray.at(1.0, j).portals[0].matrix
            self.kept[j] = self.setting.states(matrix, M_N, self.ray.nature)
        return self.kept[j]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Counts at sizes x for masses number j: (m, detectors)."""
        out = np.zeros((x.size, len(self.setting.detectors)))
        for row in np.unique(j):
            here, states = j == row, self.of(int(row))
            if states:
                out[here] = self.setting.counts(states, x[here])
        return out

    def where(self, j: int) -> tuple[float, float]:
        """From where hardly a neutrino comes to where all N decay within the radius."""
        states = self.of(j)
        if not states:
            return 1e-12, LARGEST
        high = self.until(j)
        # rare decays: counts go with the fourth power of the size
        tiny = 1e-20 * high
        rare = float(self.setting.counts(states, np.array([tiny])).sum())
        low = tiny * (_FEW / rare) ** 0.25 if rare > 0 else high
        if self.setting.radius:
            # the slowest to decay are the hardest
            rate = min(d.slowest for d, _ in states)
            high = min(high, (_DEEP / (rate * self.setting.radius)) ** 0.5)
        return min(low, 0.01 * high), high

    def until(self, j: int) -> float:
        """No moment is larger than what is looked at anywhere; without decays all is said."""
        return LARGEST / float(np.abs(self.ray.at(1.0, j).portals[0].matrix).max()) \
            if self.of(j) else np.inf
