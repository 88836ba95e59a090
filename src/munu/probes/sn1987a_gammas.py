r"""Gamma rays of SN1987A: N that leave its core and decay on the way, against counts in orbit.

The Gamma-Ray Spectrometer of the Solar Maximum Mission looked that way when the neutrinos came and
saw its background.  A photon comes late by the path of N, so that a signal is a step at the time of
the neutrino burst that falls slowly, nearly a part of a background that is a straight line:

.. math:: n_{bi} = A_b\,F_{bi}(\mu) + \theta_{b1}(1 - u_i) + \theta_{b2}\,u_i
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated

import numpy as np

from munu import _data
from munu.couplings import LARGEST, check_nature
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.probes._collapse import CORES, OTHERWISE, Collapse, Core, Duration, Sent, portals
from munu.probes.expected import Background, Curve
from munu.probes.measured import Ceiling, Counts
from munu.probes.probe import Nuisance, Probe
from munu.processes import radiative_decay
from munu.rates import _arriving
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import cm, kpc, per_unit, s

DATA = ("oberauer93", "chupp89")
CRITERIA = ("likelihood", "window")
_BANDS = Axis("band", "1", np.arange(4.0))
# the smallest signal of a table [events, or 1/cm^2] and how often the first N that could leave has
# decayed at its largest size; nodes a decade between; what is no signal
_LEAST, _MOST, _PER_DECADE, _NOTHING = 1e-3, 200.0, 24, 1e-30
_STEPS, _CLOSE = 8, 1e-6
# of a light N, which does not decay
_ANY = (1e-15, 1e-6)


@declared
def probe(*, core: Core = "fischer18", duration: Duration = None,
          distance: Annotated[Quantity, About("of the supernova", "kpc")] = "51.4 kpc",
          radius: Annotated[Quantity, About(
              "of the star that collapsed: photons of decays inside it are not seen", "cm",
              assumes="progenitor")]
          = "3e12 cm",
          data: Annotated[str, About(
              "counts in bins of 2.048 s, or of 10.24 s; two readings of one instrument that are "
              "never joined", choices=DATA)] = "oberauer93",
          criterion: Annotated[str, About(
              "likelihood of all bins, or window: the fluence from 25 to 100 MeV in 223 s below "
              "three sigma of its background", choices=CRITERIA)] = "likelihood") -> Probe:
    """SN1987A by the gamma rays that it did not send.

    Raises
    ------
    DomainError, UnknownName

    Source : Oberauer1993, Chupp1989, HoofSchulz2023, Jaeckel2018, Payez2015
    """
    for what, word, known in (("data", data, DATA), ("criterion", criterion, CRITERIA)):
        if word not in known:
            raise UnknownName(f"{what} of sn1987a_gammas", word, known)
    one = criterion == "window"
    if one and data != DATA[0]:
        raise DomainError(f"data = {data} changes nothing of the criterion window, which has "
                          "counts of its own; leave one of them out")
    seen = _window() if one else _read(data)
    setting = Setting(Collapse.of(core, duration), float(distance), float(radius), seen)
    if not 0 < setting.radius < setting.distance:
        raise DomainError(f"radius = {setting.radius / cm:g} cm must lie between 0 and the "
                          f"distance, {setting.distance / cm:g} cm")
    measured: Ceiling | Counts = Ceiling(seen.ceiling, "1/cm2", "fluence from 25 to 100 MeV") \
        if seen.counts is None else Counts(seen.axes, seen.counts)
    return Probe(
        family="supernova",
        name="sn1987a_gammas", title=seen.title, grade="counts",
        measured=measured, expects=setting.expects, signal=setting.predict, rays=("portal",),
        otherwise=OTHERWISE, setting=setting,
        backgrounds={n: Spectrum(seen.axes, b.template.reshape(seen.weight.shape),
                                 papers=seen.papers) for n, b in seen.backgrounds.items()},
        nuisances=tuple(Nuisance(n) for n in seen.backgrounds),
        variants={**({} if one else {x: {"data": x} for x in DATA if x != data}),
                  **CORES},
        data=("Gamma-Ray Spectrometer at SN1987A",), assumptions=setting.says(),
        papers=tuple(dict.fromkeys((*seen.papers, *setting.collapse.papers))))


@dataclass(frozen=True, eq=False, kw_only=True)
class Seen:
    """What was looked at: bands of energy, windows of time, and what a fluence counts for there.

    Attributes
    ----------
    title : str
    bands : low and high energy of each [energy]
    edges : (n + 1,) of the windows, after the neutrino burst [time]
    weight : (bands, n) what a fluence of 1 gives, the effective area; 0 where nothing was read
    counts : (bands, n), or None
    ceiling : of a criterion [1/cm^2], or 0
    says, papers : in words; keys
    """

    title: str
    bands: tuple[tuple[float, float], ...]
    edges: np.ndarray
    weight: np.ndarray
    counts: np.ndarray | None = None
    ceiling: float = 0.0
    says: str = ""
    papers: tuple[str, ...] = ()

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """Bands by their number, then time."""
        time = Axis("time after the burst", "s", self.edges)
        return (time,) if self.counts is None else (_BANDS, time)

    @cached_property
    def backgrounds(self) -> Mapping[str, Background]:
        """For each band what falls and what rises along a straight line, as the counts want it."""
        out = {}
        counts = self.counts if self.counts is not None else ()
        middle = 0.5 * (self.edges[1:] + self.edges[:-1])
        u = (middle - self.edges[0]) / (self.edges[-1] - self.edges[0])
        for b, n in enumerate(counts):
            parts = np.stack([1 - u, u]) * (self.weight[b] > 0)
            for name, part, norm in zip(("falling", "rising"), parts, _line(parts, n),
                                        strict=True):
                template = np.zeros_like(self.weight)
                template[b] = norm * part
                low, high = (per_unit(E, "MeV") for E in self.bands[b])
                out[f"{low:g} to {high:g} MeV, {name}"] = Background(template.ravel())
        return out


def _line(parts: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Norms of a falling and a rising part with the greatest likelihood of counts."""
    norm = np.full(2, n.sum() / parts.sum())
    for _ in range(50):
        mean = norm @ parts
        use = mean > 0
        weighted = parts[:, use] / mean[use]
        norm = np.maximum(np.linalg.solve(weighted @ parts[:, use].T, weighted @ n[use]),
                          1e-3 * norm)
    return norm


def _bands() -> dict[str, tuple[tuple[float, float], float]]:
    table = _data.load("observations/sn1987a_grs_bands")
    return {x["name"]: ((float(x["low"]), float(x["high"])), float(x["area"]))
            for x in table.rows()}


def _read(name: str) -> Seen:
    table, bands = _data.load(f"observations/sn1987a_grs_{name}"), _bands()
    raw = np.stack([table[b] for b in bands])
    edges = np.append(table["begin"], table["end"][-1])
    width = (edges[-1] - edges[0]) / (edges.size - 1) / s
    return Seen(
        title="SN1987A gamma rays" + (f", {name}" if name != DATA[0] else ""),
        bands=tuple(b for b, _ in bands.values()), edges=edges,
        weight=np.where(raw < 0, 0.0, np.array([[a] for _, a in bands.values()])),
        counts=np.maximum(raw, 0.0), papers=(table.meta["source"], table.meta["via"]),
        says=f"{name}: {edges.size - 1} bins of {width:.3f} s in three bands; in each a straight "
             "line of background is profiled")


def _window() -> Seen:
    (row,) = _data.load("observations/sn1987a_grs_window").rows()
    band, area = _bands()[row["band"]]
    seconds, per_area = row["window"] / s, cm**2
    ceiling = float(row["sigma"] * np.sqrt(row["counts"]) / area * per_area)
    return Seen(
        title="SN1987A gamma rays, one window", bands=(band,), edges=np.array([0.0, row["window"]]),
        weight=np.full((1, 1), per_area), ceiling=ceiling, papers=("Jaeckel2018", "Payez2015",
                                                                   "Chupp1989"),
        says=f"window: the fluence from 25 to 100 MeV within {seconds:g} s below {ceiling:.3g} per "
             f"cm2, {row['sigma']:g} roots of {row['counts']:g} counts of background; counts read "
             "from figures are 1349 (oberauer93, 223.2 s) and 1421 (chupp89, 225.3 s)")


@dataclass(frozen=True, eq=False)
class Setting:
    """What the fluence is made with.

    Attributes
    ----------
    collapse : Collapse
    distance, radius : of the supernova, of the star [length]
    seen : Seen
    """

    collapse: Collapse
    distance: float
    radius: float
    seen: Seen

    def arriving(self, sent: Sent, nature: str | None) -> _arriving.Arriving:
        """What one state of N sends, for any lifetime."""
        return _arriving.photons(self.seen.bands, self.seen.edges, sent.E, sent.total, sent.M_N,
                                 self.distance, self.radius, nature)

    def predict(self, couplings: object) -> Prediction:
        """Photons that are seen, by band and time."""
        held = portals(couplings, "sn1987a_gammas")
        out = np.zeros(self.seen.weight.shape)
        for p in held:
            if p.M_N > 0 and p.mu:
                check_nature(p.nature, needed_by="what N decays to")
                for sent in self.collapse.of_matrix(p.matrix, p.M_N):
                    tau = radiative_decay.lifetime(p.M_N, sent.moment, p.nature)
                    out += self.seen.weight * self.arriving(sent, p.nature).fluence(float(tau))
        one = self.seen.counts is None
        return Prediction({"photons": Spectrum(
            self.seen.axes, out[0] if one else out, "1/cm2" if one else "events",
            papers=tuple(self.collapse.papers))})

    def expects(self, ray: Ray) -> Curve:
        """Photons by band and time against the size."""
        if ray.masses is not None and ray.masses.any():
            check_nature(ray.nature, needed_by="what N decays to")
        along = _Along(self, ray)
        return Curve(signal=along.signal, where=along.where, until=along.until,
                     bins=self.seen.weight.size, backgrounds=self.seen.backgrounds, steps=_STEPS,
                     precision=_CLOSE)

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        return (*self.collapse.says(),
                f"at {self.distance / kpc:g} kpc; all N leave at once, with the neutrinos; photons "
                f"of decays within {self.radius / cm:.3g} cm are not seen",
                "N has the helicity of conserved chirality, and decays to a neutrino and a photon "
                "alone",
                self.seen.says,
                "the upper edge is where N decays inside the star: formal above what cooling "
                "excludes, since a core takes nothing up again here, and where decays next to the "
                "star make a fireball, which is not followed")


@dataclass(frozen=True, eq=False)
class _Table:
    """Logarithms of what is expected at even steps of that of the size, with their slopes."""

    begin: float
    step: float
    values: np.ndarray
    slopes: np.ndarray

    @property
    def end(self) -> float:
        return self.begin + self.step * (len(self.values) - 1)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """At sizes above 0 (m,): (m, bins); below the table as the fourth power."""
        u = np.log(x)
        at = (np.clip(u, self.begin, self.end) - self.begin) / self.step
        k = np.minimum(at.astype(int), len(self.values) - 2)
        t = (at - k)[:, None]
        a, b = self.values[k], self.values[k + 1]
        da, db = self.slopes[k] * self.step, self.slopes[k + 1] * self.step
        made = a + t * (da + t * (3 * (b - a) - 2 * da - db + t * (2 * (a - b) + da + db)))
        made += 4 * np.minimum(u - self.begin, 0.0)[:, None]
        return np.maximum(np.exp(made) - _NOTHING, 0.0)


@dataclass(frozen=True, eq=False)
class _Along:
    """Photons along one ray; the table of a mass is kept."""

    setting: Setting
    ray: Ray
    kept: dict[int, _Table | None] = field(default_factory=dict)

    def table(self, j: int) -> _Table | None:
        """Of mass number j; None where nothing decays."""
        if j not in self.kept:
            M_N = 0.0 if self.ray.masses is None else float(self.ray.masses[j])
            self.kept[j] = _made(self.setting, self.setting.collapse.sent(self.ray, j),
                                 self.ray.nature) if M_N > 0 else None
        return self.kept[j]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """At sizes x for masses number j: (m, bins)."""
        out = np.zeros((x.size, *self.setting.seen.weight.shape))
        late = self.setting.seen.edges[1:] > 0
        for k in np.unique(j):
            table, rows = self.table(int(k)), np.flatnonzero((j == k) & (x > 0))
            if table is not None and rows.size:
                out[np.ix_(rows, np.arange(out.shape[1]), np.flatnonzero(late))] = \
                    table(x[rows]).reshape(rows.size, out.shape[1], -1)
        return out.reshape(x.size, -1)

    def where(self, j: int) -> tuple[float, float]:
        """From a signal that nobody sees to where all N decay inside the star."""
        table = self.table(j)
        if table is None:
            return _ANY
        high = min(float(np.exp(table.end)), self.until(j))
        return min(float(np.exp(table.begin)), 0.01 * high), high

    def until(self, j: int) -> float:
        """No moment is larger than what is looked at anywhere; without decays all is said."""
        return np.inf if self.table(j) is None else \
            LARGEST / float(np.abs(self.ray.at(1.0, j).portals[0].matrix).max())


def _made(setting: Setting, sent: Sequence[Sent], nature: str | None) -> _Table | None:
    """What is expected of states of N against the size, which multiplies all their moments."""
    from scipy.interpolate import PchipInterpolator

    states = [(setting.arriving(x, nature), float(radiative_decay.lifetime(x.M_N, x.moment, nature))
               ) for x in _joined(sent)]
    states = [(a, tau) for a, tau in states if a.oldest > 0]
    if not states:
        return None
    late = setting.seen.edges[1:] > 0

    def counts(x: float) -> np.ndarray:
        return x**2 * sum(setting.seen.weight * a.fluence(tau / x**2) for a, tau in states
                          )[:, late].ravel()

    # so small that all of it goes as the fourth power
    tiny = min(1e-4 * np.sqrt(tau / a.oldest) for a, tau in states)
    slow = counts(tiny).sum() / _LEAST
    if not slow > 0:
        return None
    low = np.log(tiny) - 0.25 * np.log(slow)
    high = max(low + 1.0, *(0.5 * np.log(_MOST * tau / a.youngest) for a, tau in states))
    n = int(np.ceil((high - low) / np.log(10) * _PER_DECADE)) + 1
    u = np.linspace(low, high, n)
    made = np.log(np.stack([counts(float(x)) for x in np.exp(u)]) + _NOTHING)
    # monotone between nodes: late windows end within one step
    return _Table(float(low), float(u[1] - u[0]), made,
                  PchipInterpolator(u, made).derivative()(u))


def _joined(sent: Sequence[Sent]) -> list[Sent]:
    """States with one moment together: they live alike."""
    out: dict[float, Sent] = {}
    for x in sent:
        held = out.get(x.moment)
        if held is None:
            out[x.moment] = x
            continue
        E = np.union1d(held.E, x.E)
        nu, anti = (np.interp(E, held.E, a, left=0.0, right=0.0)
                    + np.interp(E, x.E, b, left=0.0, right=0.0)
                    for a, b in ((held.neutrinos, x.neutrinos),
                                 (held.antineutrinos, x.antineutrinos)))
        out[x.moment] = Sent(E=E, neutrinos=nu, antineutrinos=anti, M_N=x.M_N, moments=x.moments)
    return list(out.values())
