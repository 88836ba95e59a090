r"""The next galactic supernova: photons and neutrinos of N that decay on the way to us.

A projection: events without any background in telescopes for gamma rays and in detectors of
neutrinos, each alone.  What is reached is where any one of them sees three,

.. math:: N = \int\mathrm dE\,A(E)\,\frac{\mathrm dF_\gamma}{\mathrm dE},\qquad
          N = \sum_a n_{\rm target}\int_{50\,{\rm MeV}}\mathrm dE\,\sigma_a(E)\,
          \frac{\mathrm dF_a}{\mathrm dE}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from munu import _data, flavors
from munu._arrays import gauss_panels
from munu._frozen import FrozenMap
from munu.couplings import LARGEST, DipolePortal, check_nature
from munu.detectors import supernova, telescopes
from munu.detectors.telescopes import Telescope
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.probes._along import Along
from munu.probes._collapse import CORES, OTHERWISE, Collapse, Core, Duration, Sent, portals
from munu.probes._decays import Decays, at_earth
from munu.probes.expected import Curve
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.processes import radiative_decay
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV, cm, kpc, per_unit, s

#: what each detector of neutrinos counts: cross sections on free protons, oxygen and argon
CHANNELS: Mapping[str, tuple[str, ...]] = FrozenMap({
    "hyper_kamiokande": ("ibd_formula", "nu_e_oxygen", "nubar_e_oxygen"),
    "dune": ("nu_e_argon", "nubar_e_argon"), "juno": ("ibd_formula",)})
#: events that are seen, of the energies of neutrinos from which they are no burst
EVENTS, LEAST = 3.0, 50 * MeV
# where the formula of inverse beta decay ends
_IBD_END = 200 * MeV
# widest panels in the energy of photons, a logarithm, and of neutrinos; nodes a panel; bins shown
_RATIO, _WIDEST, _NODES, _BINS = 0.4, 20 * MeV, 3, 48
# rapidities of N by which panels are set: what is slow gives half its mass
_SLOW = np.array([-0.3, -0.1, -0.03, 0.0, 0.03, 0.1, 0.3])
# energies of photons below this share of the highest are left out
_LOW = 1e-4
# of the photons, at most so many beyond the end of an area of one's own
_BEYOND = 1e-3
# above the size where what leaves the star is e^-_GONE nothing is looked for
_GONE, _STEPS, _PRECISION = 150.0, 5, 1e-6
_NEEDED = "what N decays to"


@declared
def probe(*, detectors: Annotated[tuple[Any, ...] | str, About(
              "of fermi_lat, e_astrogam, hyper_kamiokande, dune, juno, or files of areas")]
          = ("fermi_lat", "hyper_kamiokande", "dune", "juno"),
          distance: Annotated[Quantity, About("of the star", "kpc")] = "10 kpc",
          radius: Annotated[Quantity, About(
              "of the star, within which decays are not seen: 5e13 cm of a red supergiant, 3e12 cm "
              "of a blue one", "cm", assumes="progenitor")] = "5e13 cm",
          window: Annotated[Quantity, About("after the light front, in which events count", "s")]
          = "1000 s",
          after: Annotated[Quantity, About(
              "before this time nothing counts: 20 s leave out the burst itself", "s")] = "0 s",
          lat: Annotated[str, About(
              "how fermi_lat looks: acceptance is the mean over the sky, on_axis at the star",
              choices=telescopes.POINTINGS)] = "acceptance",
          core: Core = "fischer18", duration: Duration = None) -> Probe:
    """The reach of the next supernova of our galaxy in decays of N.

    Raises
    ------
    DomainError, UnknownName, DataError

    Source : BrdarTalk, FermiPass8, EASTROGAM2017, StrumiaVissani2003
    """
    for name, value, unit in (("distance", distance, "kpc"), ("radius", radius, "cm")):
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{name} = {per_unit(value, unit):g} {unit} must be above 0")
    if radius >= distance:
        raise DomainError(f"radius = {radius / cm:g} cm must be below the distance, "
                          f"{distance / kpc:g} kpc")
    if not (np.isfinite(window) and 0 <= after < window):
        raise DomainError(f"after = {after / s:g} s must be at least 0 and below the window, "
                          f"{window / s:g} s")
    gammas, neutrinos = _detectors(detectors, lat)
    setting = Setting(collapse=Collapse.of(core, duration), telescopes=gammas, detectors=neutrinos,
                      distance=float(distance), radius=float(radius),
                      window=(float(after), float(window)))
    return Probe(
        family="supernova",
        name="galactic_supernova_decays", title="Galactic supernova, decays of N (projection)",
        grade="sensitivity", measured=Claim(high=EVENTS, unit="events", projection=True,
                                            what="events in the best detector"),
        signal=setting.predict, expects=setting.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=setting, median=False, papers=setting.papers, assumptions=setting.says(),
        variants={**({"on axis": {"lat": "on_axis"}} if "fermi_lat" in setting.names else {}),
                  "blue supergiant": {"radius": "3e12 cm"}, **CORES})


def _detectors(given: Sequence[Any] | str, lat: str
               ) -> tuple[tuple[Telescope, ...], tuple[str, ...]]:
    wanted = (given,) if isinstance(given, str) else tuple(given)
    if not wanted or len({*map(str, wanted)}) != len(wanted):
        raise DomainError("detectors must be one at least, none of them twice")
    gammas, neutrinos = [], []
    for name in map(str, wanted):
        if name in CHANNELS:
            neutrinos.append(name)
        elif name in telescopes.NAMES or name.endswith((".csv", ".ecsv")):
            gammas.append(telescopes.get(name, lat))
        else:
            raise UnknownName("detector of galactic_supernova_decays", name,
                              (*telescopes.NAMES, *CHANNELS))
    if lat != "acceptance" and "fermi_lat" not in wanted:
        raise DomainError(f"lat = {lat} is how fermi_lat looks, which is not among the detectors; "
                          "leave it out")
    names = [*(t.name for t in gammas), *neutrinos]
    if len(set(names)) != len(names):
        raise DomainError(f"detectors {', '.join(names)}: two have one name; rename a file")
    return tuple(gammas), tuple(neutrinos)


def end(channel: str) -> float:
    """The energy of neutrinos at which the cross section of a channel ends [energy]."""
    table = supernova.CHANNELS[channel].table
    return _IBD_END if table is None else float(_data.load(table)["E_nu"][-1])


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What the events are made with.

    Attributes
    ----------
    collapse : Collapse
    telescopes : Telescopes, for photons
    detectors : names of detectors of neutrinos
    distance, radius : of the star, above 0 [length]
    window : begin and end, after the light front [time]
    """

    collapse: Collapse
    telescopes: tuple[Telescope, ...]
    detectors: tuple[str, ...]
    distance: float
    radius: float
    window: tuple[float, float]

    @property
    def names(self) -> tuple[str, ...]:
        """All detectors."""
        return (*(t.name for t in self.telescopes), *self.detectors)

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the core, of telescopes and of cross sections."""
        return tuple(dict.fromkeys((
            *self.collapse.papers, *(k for t in self.telescopes for k in t.papers),
            *(k for d in self.detectors for c in CHANNELS[d]
              for k in supernova.CHANNELS[c].papers))))

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        begin, stop = (t / s for t in self.window)
        said = [f"{EVENTS:g} events in any one of {', '.join(self.names)}, without background, "
                f"from {begin:g} to {stop:g} s after the light front",
                f"a star at {self.distance / kpc:g} kpc, {self.radius / cm:g} cm large: decays "
                "within are not seen", *self.collapse.says(), *(t.says for t in self.telescopes)]
        if self.telescopes:
            said.append("photons outside of the tables of areas are not counted: "
                        "probe.setting.outside says which share; they come from the star to 1e-10 "
                        "or better, angles are not used")
        if self.detectors:
            least = LEAST / MeV
            said += [f"neutrinos from {least:g} MeV, of the neutrino's energy, not the positron's; "
                     "efficiency 1, no resolution; the burst's own tail above, atmospheric "
                     "neutrinos and decays of muons are taken as none",
                     f"inverse beta decay to {_IBD_END / MeV:g} MeV, oxygen and argon to "
                     f"{end('nu_e_oxygen') / MeV:g} MeV, where their tables end: what has more is "
                     "not counted, setting.outside says which share"]
        return (*said, "N is not caught or decayed in the core on its way out: upper edges above "
                       "the trapping of N are formal")

    def expects(self, ray: Ray) -> Curve:
        """Events in the best detector, against the size of the moments."""
        along = Along(self.rows, ray)
        return Curve(signal=along.signal, where=along.where, steps=_STEPS, precision=_PRECISION)

    def outside(self, couplings: object) -> dict[str, float]:
        """Share of what arrives that lies outside of what each detector, or channel, counts.

        Of a telescope: of all photons; of a channel: of its neutrinos above 50 MeV.
        """
        out = {n: np.zeros(2) for n in (*(t.name for t in self.telescopes), *(
            f"{d} {c}" for d in self.detectors for c in CHANNELS[d]))}
        for one in self._given(couplings):
            E, w = one.photons
            F = one.arriving(np.ones(1))
            for t in self.telescopes:
                out[t.name] += _shared(F[0][0] * w, (t.E[0] <= E) & (t.E[-1] >= E))
            E, w = one.neutrinos
            for d in self.detectors:
                for c in CHANNELS[d]:
                    kinds = [i for i, x in enumerate(supernova.CHANNELS[c].columns) if x]
                    out[f"{d} {c}"] += _shared(F[1][0, kinds].sum(axis=0) * w, end(c) >= E)
        return {n: float(a / (a + b)) if a + b > 0 else 0.0 for n, (a, b) in out.items()}

    def predict(self, couplings: object) -> Prediction:
        """Events by detector, in bins of the energy of the photon or the neutrino."""
        given = self._given(couplings)
        top = max((one.top for one in given), default=0.0)
        low = min((t.E[0] for t in self.telescopes), default=LEAST)
        axis = Axis("energy", "MeV", np.geomspace(low, max(top, 20 * low), _BINS + 1))
        total = {n: np.zeros(_BINS) for n in self.names}
        for row in given:
            row._whole(1.0)
            # nodes in every bin, and together the events that a limit has
            one, events = replace(row, cuts=tuple(axis.edges)), row.events(np.ones(1))[0]
            gammas, neutrinos = one.arriving(np.ones(1))
            (E, w), (E_nu, w_nu) = one.photons, one.neutrinos
            seen = [(E, gammas[0] * w * t.area(E)) for t in self.telescopes]
            seen += [(E_nu, np.einsum("ae,ae->e", neutrinos[0], targets(d, E_nu)) * w_nu)
                     for d in self.detectors]
            for name, many, (at, made) in zip(self.names, events, seen, strict=True):
                binned = np.histogram(at, axis.edges, weights=made)[0]
                total[name] += many * binned / (binned.sum() or 1.0)
        return Prediction({n: Spectrum((axis,), x, papers=self.papers) for n, x in total.items()})

    def row(self, matrix: np.ndarray, M_N: float, nature: str | None) -> Row:
        """What arrives of N of one mass, for a matrix of moments of a unit size."""
        return Row(self, self.collapse.of_matrix(matrix, M_N), nature)

    def rows(self, portal: DipolePortal) -> tuple[Row]:
        """The same of a portal."""
        return (self.row(np.asarray(portal.matrix), portal.M_N, portal.nature),)

    def _given(self, couplings: object) -> list[Row]:
        held = portals(couplings, "galactic_supernova_decays")
        # a massless N never decays
        return [self.row(p.matrix, p.M_N, p.nature) for p in held
                if p.M_N > 0 and np.any(p.matrix)]


@dataclass(frozen=True, eq=False)
class Row:
    """N of one mass: what arrives and is seen of it, for any size of its moments.

    Attributes
    ----------
    setting : Setting
    sent : what leaves, one for each state of N
    nature : ``dirac`` or ``majorana``
    cuts : energies that no panel may lie across, as the edges of bins [energy]
    """

    setting: Setting
    sent: Sequence[Sent]
    nature: str | None
    cuts: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_nature(self.nature, needed_by=_NEEDED)

    @property
    def _mass(self) -> float:
        """Mass of N [energy]."""
        return self.sent[0].M_N

    @cached_property
    def top(self) -> float:
        """The highest energy of what arrives [energy]."""
        E = max(float(x.E[-1]) for x in self.sent)
        return 0.5 * (E + np.sqrt((E - self._mass) * (E + self._mass)))

    @cached_property
    def decays(self) -> list[tuple[Decays, int, np.ndarray]]:
        """States that are sent alike together, each with its flavors at the Earth (3,)."""
        mixing = flavors.mixing()
        out: list[tuple[Sent, int, np.ndarray]] = []
        for one in self.sent:
            share = at_earth(one.moments, mixing)
            for k, (kept, many, shares) in enumerate(out):
                if kept.moment == one.moment and all(np.array_equal(getattr(kept, n), getattr(
                        one, n)) for n in ("E", "neutrinos", "antineutrinos")):
                    out[k] = kept, many + 1, shares + share
                    break
            else:
                out.append((one, 1, share))
        where = self.setting.distance, self.setting.radius
        return [(Decays(one, self.nature, *where), many, share) for one, many, share in out]

    @property
    def bends(self) -> np.ndarray:
        """Where slow N make the spectrum bend [energy]."""
        return 0.5 * self._mass * np.exp(_SLOW)

    @cached_property
    def photons(self) -> tuple[np.ndarray, np.ndarray]:
        """Energies of photons and weights [energy]."""
        low = max(0.25 * self._mass**2 / self.top, _LOW * self.top)
        ends = [e for t in self.setting.telescopes for e in t.E[[0, -1]]]
        return _panels(low, self.top, (*ends, *self.bends, *self.cuts),
                       lambda a, b: np.log(b / a) / _RATIO)

    @cached_property
    def neutrinos(self) -> tuple[np.ndarray, np.ndarray]:
        """The same of neutrinos, from :data:`LEAST` on; empty where none has as much."""
        low = max(0.25 * self._mass**2 / self.top, LEAST)
        if not self.setting.detectors or low >= self.top:
            return np.empty(0), np.empty(0)
        ends = [end(c) for d in self.setting.detectors for c in CHANNELS[d]]
        return _panels(low, self.top, (*ends, *self.bends, *self.cuts),
                       lambda a, b: (b - a) / _WIDEST)

    def arriving(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Photons (m, n_E) and neutrinos (m, 6, n_E) that arrive, at sizes [1/(area energy)]."""
        E, E_nu = self.photons[0], self.neutrinos[0]
        gammas, six = np.zeros((x.size, E.size)), np.zeros((x.size, 6, E_nu.size))
        for one, many, shares in self.decays:
            if self.setting.telescopes:
                gammas += many * one.photons(x, E, self.setting.window)
            if E_nu.size:
                made = one.arrive(x, E_nu, self.setting.window)
                six += np.concatenate([shares[:, None] * f[:, None] for f in made], axis=1)
        return gammas, six

    def events(self, x: np.ndarray) -> np.ndarray:
        """Events in each detector (m, detectors), at sizes."""
        gammas, six = self.arriving(x)
        E, w = self.photons
        seen = [gammas @ (w * t.area(E)) for t in self.setting.telescopes]
        E, w = self.neutrinos
        seen += [np.einsum("mae,ae->m", six, w * targets(d, E)) for d in self.setting.detectors]
        return np.stack(seen, axis=1)

    def seen(self, x: np.ndarray) -> np.ndarray:
        """Events in the best detector (m,), at sizes."""
        return self.events(x).max(axis=1)

    @cached_property
    def span(self) -> tuple[float, float]:
        """Sizes below which no detector sees an event, and above which nothing leaves the star."""
        s, E = self.setting, max(float(x.E[-1]) for x in self.sent)
        life = max(radiative_decay.lifetime(self._mass, x.moment, self.nature) for x in self.sent)
        flight = np.sqrt((E - self._mass) * (E + self._mass)) * life / self._mass
        high = min(float(np.sqrt(_GONE * flight / s.radius)), LARGEST)
        # where N lives for long, events are as the fourth power; they are never more
        small = 1e-6 * high * float(np.sqrt(s.radius / s.distance))
        self._whole(small)
        fourth = float(self.events(np.array([small])).max()) / small**4
        return min((1.0 / fourth) ** 0.25 if fourth > 0 else np.inf, 0.1 * high), high

    def _whole(self, small: float) -> None:
        """Refuse areas of one's own that end below the photons."""
        for t in self.setting.telescopes:
            E, w = self.photons
            if t.own and t.E[-1] < self.top:
                share = _shared(self.arriving(np.array([small]))[0][0] * w, t.E[-1] >= E)
                if share[0] > _BEYOND * share.sum():
                    raise DomainError(
                        f"the areas of {t.name} end at {t.E[-1] / MeV:g} MeV, below "
                        f"{share[0] / share.sum():.2g} of the photons of N of {self._mass / MeV:g} "
                        f"MeV; they must go to about {self.top / MeV:.0f} MeV")


def targets(detector: str, E: np.ndarray) -> np.ndarray:
    """Targets times cross sections of a detector, (6, n) [area]."""
    made, out = supernova.DETECTORS[detector], np.zeros((6, E.size))
    for c in CHANNELS[detector]:
        known = end(c) >= E
        if known.any():
            size = made.targets[supernova.CHANNELS[c].target]
            out[:, known] += size * supernova.cross_section(c, E[known])
    return out


def _panels(low: float, high: float, breaks: Sequence[float], count: Callable[..., float]
            ) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights between breaks, in as many panels as a count says."""
    edges = np.unique([low, *(b for b in breaks if low < b < high), high])
    fine = [np.linspace(np.log(a), np.log(b), int(np.ceil(count(a, b))), endpoint=False)
            for a, b in pairwise(edges)]
    x, w = gauss_panels(np.append(np.concatenate(fine), np.log(high)), _NODES)
    return np.exp(x), w * np.exp(x)


def _shared(flux: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """What is outside, and what is inside."""
    return np.array([flux[~inside].sum(), flux[inside].sum()])
