r"""A kit for the next galactic supernova: neutrinos above 50 MeV in, (M_N, mu) and a window out.

Events of neutrinos that are late, or too hard for the burst, are held against decays of N:

.. math:: \ln L = -\sum_d (N_d + B_d) + \sum_i\ln\Big[\frac{\mathrm d^2N}{\mathrm dE\,\mathrm dt}
          (E_i, t_i) + \frac{B_d}{\Delta E\,\Delta t}\Big]

on a grid that is even in the logarithms of M_N and mu, where the prior is flat.  N leaves at one
rate for the duration of the collapse.  Energies are those of the neutrinos, without resolution;
photons come from the star to 1e-10, so that an angle says nothing and is not used.

Source : BrdarTalk
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, grid, probes
from munu._arrays import Numbers, finite, gauss
from munu._frozen import FrozenMap
from munu.couplings import DipolePortal, check_flavor, check_nature
from munu.errors import DataError, DomainError, UnknownName
from munu.probes.galactic_supernova_decays import CHANNELS, LEAST, Row, Setting, end, targets
from munu.units import HUGE, MeV, per_unit, s, yr

_COLUMNS = {"time": "a time", "energy": "an energy", "angle": "an angle"}
#: moments of the grid, even in their logarithms, unless others are given [mu_B]
MOMENTS = np.geomspace(1e-16, 1e-8, 81)
# nodes in the time at which N leaves; times and energies of photons at which a window is found
_LEAVING, _TIMES, _ENERGIES = 3, 32, 20
# of the posterior, what is left out of a window; the latest photon that counts
_LEFT, _LATEST = 1e-3, 1 * yr


@dataclass(frozen=True, eq=False)
class Events:
    """What was seen: arrays (n,) that go together; none at all is an answer too.

    Attributes
    ----------
    detector : names
    time : after the light front, at least 0 [time]
    energy : of the neutrino [energy]
    """

    detector: tuple[str, ...] = ()
    time: np.ndarray = field(default_factory=lambda: np.empty(0))
    energy: np.ndarray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        object.__setattr__(self, "detector", tuple(self.detector))
        for name in ("time", "energy"):
            object.__setattr__(self, name, np.empty(0) if not len(getattr(self, name)) else
                               np.atleast_1d(finite(name, getattr(self, name))))
        n = len(self.detector)
        if self.time.shape != (n,) or self.energy.shape != (n,):
            raise DomainError(f"{n} detectors, {self.time.size} times and {self.energy.size} "
                              "energies of events; they go together")
        if np.any(self.time < 0):
            raise DomainError(f"time = {self.time.min() / s:g} s of an event must be at least 0, "
                              "when light arrives")
        if np.any(self.energy <= 0):
            raise DomainError(f"energy = {self.energy.min() / MeV:g} MeV of an event must be above "
                              "0")
        for name in self.detector:
            if name not in CHANNELS:
                raise UnknownName("detector of neutrinos", str(name), CHANNELS)


def read(path: str | Path) -> Events:
    """Events of a table ``detector, time [s], energy [MeV]``; an ``angle`` may be there.

    A table with its first line alone is one without events.

    Raises
    ------
    DataError, DomainError, UnknownName
    """
    path = Path(path)
    lines = [x for x in _files.text(path).split("\n") if x.strip() and not x.startswith("#")]
    if len(lines) == 1 and all(x in lines[0] for x in ("detector", "time", "energy")):
        return Events()
    table = _data.read(path, require=("detector", "time", "energy"), words=("detector",))
    names = table["detector"]
    replace(table, columns=FrozenMap({k: v for k, v in table.columns.items() if k != "detector"}
                                     )).check(_COLUMNS)
    table.refuse("time", table["time"] < 0, "a time must be at least 0, when light arrives")
    table.refuse("energy", table["energy"] <= 0, "an energy must be above 0")
    known = [n in CHANNELS for n in names]
    if not all(known):
        bad = known.index(False)
        raise DataError(path, str(UnknownName("detector of neutrinos", names[bad], CHANNELS)),
                        column="detector", line=table.lines[bad])
    return Events(tuple(map(str, names)), table["time"], table["energy"])


def posterior(events: Events | str | Path, distance: Any = "10 kpc", *, nature: str | None = None,
              flavor: str = "universal", M_N: Numbers | str = "1MeV:300MeV:21",
              mu: Numbers | None = None,
              detectors: tuple[str, ...] = ("hyper_kamiokande", "dune", "juno"),
              background: Mapping[str, float] | None = None, radius: Any = "5e13 cm",
              window: Any = "1000 s", after: Any = "0 s", core: Any = "fischer18",
              duration: Any = None) -> Posterior:
    """What events say of M_N and mu.

    Parameters
    ----------
    events : Events, or the path of their table; below 50 MeV they are left out, and that is said
    distance : of the star, with its unit
    nature : ``dirac`` or ``majorana``, needed
    flavor : ``universal``, ``e``, ``mu`` or ``tau``
    M_N : array (n,) or a text, even in its logarithm, above 0 [energy]
    mu : array (m,), even in its logarithm, above 0; None is :data:`MOMENTS` [mu_B]
    detectors : all that looked, whether they saw something or not
    background : events expected besides by detector, flat in the window and from 50 MeV to where
        cross sections end
    radius, window, after, core, duration : as of the probe ``galactic_supernova_decays``

    Returns
    -------
    Posterior

    Raises
    ------
    DomainError, UnknownName, DataError
    """
    seen = events if isinstance(events, Events) else read(events)
    check_nature(nature, needed_by="what N decays to")
    check_flavor(flavor)
    probe = probes.get("galactic_supernova_decays", detectors=detectors, radius=radius,
                       distance=distance, window=window, after=after, core=core, duration=duration)
    setting: Setting = probe.setting
    if setting.telescopes:
        raise UnknownName("detector of neutrinos", setting.telescopes[0].name, CHANNELS)
    masses = _even("M_N", grid.masses(M_N) if isinstance(M_N, str) else M_N)
    sizes = _even("mu", MOMENTS if mu is None else mu)
    late = _within(seen, setting)
    flat = _flat(background, setting)
    rows = tuple(setting.row(DipolePortal(1.0, m, flavor, nature).matrix, m, nature)
                 for m in masses.tolist())
    made = [_likelihood(row, sizes, late, flat) for row in rows]
    said = [f"{len(late.detector)} events in {', '.join(setting.names)}, "
            f"{len(seen.detector) - len(late.detector)} below {LEAST / MeV:g} MeV left out",
            "prior flat in ln M_N and ln mu on the grid", *probe.assumptions[1:]]
    return Posterior(M_N=masses, mu=sizes, events=late, expected=np.array([n for n, _ in made]),
                     log_likelihood=np.array([x for _, x in made]), rows=rows,
                     assumptions=tuple(said), papers=probe.papers)


def _even(name: str, given: Numbers) -> np.ndarray:
    """Values above 0, even in their logarithm."""
    x = np.atleast_1d(finite(name, given))
    steps = np.diff(np.log(x)) if x.size > 2 and np.all(x > 0) else np.zeros(1)
    if x.ndim != 1 or x.size < 3 or np.any(steps <= 0) or np.ptp(steps) > 1e-6 * steps[0]:
        raise DomainError(f"{name} must be three values or more above 0, rising and even in their "
                          "logarithm, where the prior is flat")
    return x


def _within(seen: Events, setting: Setting) -> Events:
    """Events from 50 MeV on; one that no decay could make is refused."""
    for name, t, E in zip(seen.detector, seen.time, seen.energy, strict=True):
        if name not in setting.names:
            raise DomainError(f"an event in {name}, which is not among the detectors that looked: "
                              + ", ".join(setting.names))
        if not setting.window[0] <= t <= setting.window[1]:
            raise DomainError(f"an event at {t / s:g} s lies outside of the window, "
                              f"{setting.window[0] / s:g} to {setting.window[1] / s:g} s; change "
                              "after or window, or leave it out")
        top = _top(name)
        if top < E:
            raise DomainError(f"an event of {E / MeV:g} MeV in {name} lies above {top / MeV:g} "
                              "MeV, where its cross sections end; leave it out")
    keep = seen.energy >= LEAST
    return Events(tuple(np.array(seen.detector, dtype=object)[keep]), seen.time[keep],
                  seen.energy[keep])


def _top(detector: str) -> float:
    return max(end(c) for c in CHANNELS[detector])


def _flat(background: Mapping[str, float] | None, setting: Setting) -> dict[str, float]:
    out = dict.fromkeys(setting.names, 0.0)
    if not isinstance(background, Mapping | None):
        raise DomainError(f"background = {background!r} must be counts by detector, as "
                          "{'dune': 0.1}")
    for name, count in (background or {}).items():
        if name not in out:
            raise UnknownName("detector of the background", str(name), out)
        if not 0 <= finite(f"the background of {name}", count).item() < HUGE:
            raise DomainError(f"the background of {name} = {count} events must be at least 0")
        out[name] = float(count)
    return out


def _likelihood(row: Row, mu: np.ndarray, seen: Events, flat: Mapping[str, float]
                ) -> tuple[np.ndarray, np.ndarray]:
    """Events expected of N in all detectors (m,), and ln L (m,)."""
    setting, life = row.setting, row.setting.collapse.duration
    begin, stop = setting.window
    u, v = gauss(_LEAVING)
    expected = np.zeros(mu.size)
    for left, weight in zip(0.5 * life * (1 + u), 0.5 * v, strict=True):
        moved = replace(setting, window=(begin - left, stop - left))
        expected += weight * replace(row, setting=moved).events(mu).sum(axis=1)
    total = -expected - sum(flat.values())
    for name, t, E in zip(seen.detector, seen.time, seen.energy, strict=True):
        # what leaves for so long arrives at t from a window as long
        flux = _flavors(row, mu, np.array([E]), (t - life, t))[..., 0] / life
        rate = flux @ targets(name, np.array([E]))[:, 0]
        rate += flat[name] / ((stop - begin) * (_top(name) - LEAST))
        # in events a second and MeV, whatever the internal unit
        with np.errstate(divide="ignore"):
            total += np.log(rate * (s * MeV))
    return expected, total


def _flavors(row: Row, mu: np.ndarray, E: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    """Neutrinos by flavor (m, 6, n) that arrive in a window, of N that leaves at once."""
    out = np.zeros((mu.size, 6, E.size))
    for one, many, shares in row.decays:
        made = one.arrive(mu, E, window)
        out += many * np.concatenate([shares[:, None] * f[:, None] for f in made], axis=1)
    return out


@dataclass(frozen=True, eq=False, kw_only=True)
class Posterior:
    """Probability on a grid of masses and moments.

    Attributes
    ----------
    M_N : (n,) [energy]
    mu : (m,) [mu_B]
    events : those that were used
    expected : (n, m) events that N alone would make in all detectors
    log_likelihood : (n, m), of densities in 1/(s MeV)
    rows : what arrives, one for each mass
    assumptions, papers : in words; keys
    """

    M_N: np.ndarray
    mu: np.ndarray
    events: Events
    expected: np.ndarray
    log_likelihood: np.ndarray
    rows: tuple[Row, ...]
    assumptions: tuple[str, ...]
    papers: tuple[str, ...]

    @cached_property
    def probability(self) -> np.ndarray:
        """Of each point of the grid (n, m); their sum is 1.

        Raises
        ------
        DomainError
            No point of the grid makes the events.
        """
        best = self.log_likelihood.max()
        if not np.isfinite(best):
            raise DomainError("no point of the grid makes these events, such as one that is too "
                              "hard or too late; give a background, or a wider grid")
        p = np.exp(self.log_likelihood - best)
        return p / p.sum()

    @property
    def best(self) -> tuple[float, float]:
        """Mass [energy] and moment [mu_B] of the greatest likelihood on the grid."""
        i, j = np.unravel_index(np.argmax(self.log_likelihood), self.log_likelihood.shape)
        return float(self.M_N[i]), float(self.mu[j])

    def region(self, level: float = 0.90) -> np.ndarray:
        """Whether a point lies in the smallest region of a probability, (n, m).

        With few events, or none, it reaches to the ends of the grid, and its size is theirs.
        """
        if not 0 < level < 1:
            raise DomainError(f"level = {level!r} must lie between 0 and 1")
        p = self.probability
        order = np.argsort(p, axis=None)[::-1]
        inside = np.cumsum(p.ravel()[order]) < level
        out = np.zeros(p.size, dtype=bool)
        # the point that passes the level belongs to it
        out[order[:int(inside.sum()) + 1]] = True
        return out.reshape(p.shape)

    def gammas(self, telescope: str = "fermi_lat", pointing: str = "acceptance", *,
               share: float = 0.90) -> Window:
        """When a telescope would see photons, how hard and how many, over the posterior.

        Each point that is likely weighs by its probability, whatever the number of its photons;
        what comes within a year counts.

        Parameters
        ----------
        telescope, pointing : as of :func:`munu.detectors.telescopes.get`
        share : of the photons, and of the posterior, that lies between low and high

        Raises
        ------
        DomainError, UnknownName, DataError
        """
        from munu.detectors import telescopes

        if not 0 < share < 1:
            raise DomainError(f"share = {share!r} must lie between 0 and 1")
        seen = telescopes.get(telescope, pointing)
        ends = np.array([0.5 - 0.5 * share, 0.5 + 0.5 * share])
        times = np.concatenate([[0.0], np.geomspace(1e-2 * s, _LATEST, _TIMES)])
        edges = np.geomspace(seen.E[0], min(seen.E[-1], max(r.top for r in self.rows)),
                             _ENERGIES + 1)
        middle, width = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
        by_time, by_energy = np.zeros(times.size), np.zeros(_ENERGIES)
        many: list[np.ndarray] = []
        for row, p in zip(self.rows, self.probability, strict=True):
            use = p > _LEFT * self.probability.max()
            if not use.any():
                continue
            x = self.mu[use]
            total = np.zeros((times.size, x.size, _ENERGIES))
            for k, t in enumerate(times[1:], start=1):
                for one, count, _ in row.decays:
                    total[k] += count * one.photons(x, middle, (0.0, t)) * seen.area(middle) * width
            n = total[-1].sum(axis=1)
            bright = n > 0
            norm = p[use][bright] / n[bright]
            by_time += total[:, bright].sum(axis=2) @ norm
            by_energy += norm @ total[-1][bright]
            many.append(np.stack([n, p[use]]))
        if not by_time[-1] > 0:
            raise DomainError(f"{seen.name} sees no photons of any point that is likely")
        n, p = np.concatenate(many, axis=1)
        order = np.argsort(n)
        cumulated = np.cumsum(p[order]) / p.sum()
        low, high = np.exp(np.interp(ends * by_time[-1], by_time[1:], np.log(times[1:])))
        soft, hard = np.exp(np.interp(ends * by_energy.sum(), np.concatenate(
            [[0.0], np.cumsum(by_energy)]), np.log(edges)))
        few, most = n[order][np.searchsorted(cumulated, ends).clip(0, n.size - 1)]
        return Window(telescope=seen.name, time=(float(low), float(high)),
                      energy=(float(soft), float(hard)), events=(float(few), float(most)),
                      share=share)


@dataclass(frozen=True, kw_only=True)
class Window:
    """When and how hard photons are to be expected.

    Attributes
    ----------
    telescope : name
    time : begin and end, after the light front [time]
    energy : low and high [energy]
    events : few and many
    share : that lies between
    """

    telescope: str
    time: tuple[float, float]
    energy: tuple[float, float]
    events: tuple[float, float]
    share: float

    def __str__(self) -> str:
        (a, b), (c, d), (e, f) = (tuple(t / s for t in self.time),
                                  tuple(per_unit(E, "MeV") for E in self.energy), self.events)
        return (f"{self.telescope}: {self.share:.0%} of the photons from {a:.3g} to {b:.3g} s, "
                f"{c:.3g} to {d:.3g} MeV; {e:.3g} to {f:.3g} events")
