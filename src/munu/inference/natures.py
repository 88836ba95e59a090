r"""Dirac or Majorana: how many photons of N, and what exposure, tell the natures apart.

A Dirac N remembers in its photon's angle which way its spin points, a Majorana N does not, and
lives half as long.  M_N is known, or one of some; the moment is fitted to either nature, so that a
rate by itself says nothing.  What speaks is the shape: energy and angle of the photon, and the
distance from where N was made where that vertex is seen.  A level is one-sided: the median
experiment rejects the nature that is not true with this p-value, see :mod:`munu.inference.apart`.

Source : Blennow2014
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from munu import grid, probes, results
from munu._arrays import counted, finite
from munu._frozen import FrozenMap
from munu._guard import called
from munu.couplings import LARGEST, NATURES, Flavor, check_flavor
from munu.errors import DomainError, UnknownName
from munu.inference.apart import Apart
from munu.inference.binned import Predictor, families, views
from munu.inference.intervals import check_level
from munu.probes.probe import Probe
from munu.results import plain, provenance, shown
from munu.units import MeV, parse

#: fewer events than these are for toys
FEW = 20.0
# toys that memory holds
_MOST = 50_000
# events that are none
_NOTHING = 1e-200
# by how much the exposure of toys may differ from the asymptotic one before it is said
_OFF = 0.15
LEVELS = (0.90, "3 sigma")
_SAME = "both natures look the same here, whatever the moment"


@dataclass(frozen=True, eq=False, kw_only=True)
class Natures:
    """What it takes to tell the natures apart.

    Attributes
    ----------
    name : of the probe
    M_N, mu, flavor : the point [energy], [mu_B]
    true, other : nature that N has, and the one to be rejected
    mu_other, M_N_other : moment and mass with which the other comes closest [mu_B], [energy]
    expected : photons of N at the probe's own exposure
    told : q an event, by what is looked at; ``all`` is everything
    needs : by what is looked at, how many times the probe's exposure each level takes, asymptotic
    toys : by level, what toys say; empty where there are none
    background : events besides, at the probe's own exposure
    why : where no exposure does
    """

    name: str
    M_N: float
    mu: float
    flavor: Any
    true: str
    other: str
    mu_other: float
    M_N_other: float
    expected: float
    told: Mapping[str, float]
    needs: Mapping[str, Mapping[str, float]]
    toys: Mapping[str, Mapping[str, float]] = field(default_factory=FrozenMap)
    n_toys: int = 0
    seed: int | None = None
    background: float = 0.0
    why: str = ""
    assumptions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    def __repr__(self) -> str:
        said = ", ".join(f"{shown(n)} events at {x}" for x, n in self.events_needed.items())
        return (f"<Natures {self.name}: {self.true}, M_N = {shown(self.M_N / MeV)} MeV, mu = "
                f"{shown(self.mu)} mu_B: {self.why or said + f' reject {self.other}'}>")

    @property
    def exposure(self) -> FrozenMap:
        """By level, how many times the probe's own exposure: by toys where there are some."""
        return FrozenMap({x: self.toys[x]["exposure"] if x in self.toys else e
                          for x, e in self.needs["all"].items()})

    @property
    def events_needed(self) -> FrozenMap:
        """By level, mean number of photons of N at that exposure."""
        return FrozenMap({x: e * self.expected if np.isfinite(e) else np.inf
                          for x, e in self.exposure.items()})

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the asymptotic number is not to be trusted."""
        out = []
        for x, n in self.events_needed.items():
            if x in self.toys:
                off = self.toys[x]["exposure"] / self.needs["all"][x]
                if abs(off - 1) > _OFF:
                    out.append(f"at {x} toys ask for {off:.2g} times what is asymptotic")
            elif n < FEW:
                out.append(f"at {x} there are too few events for an asymptotic number; ask for "
                           "toys")
        return tuple(out)

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each thing that is looked at; asymptotic."""
        return [plain({"looked_at": what, "q_per_event": q} | {
            f"events at {x}": e * self.expected if np.isfinite(e) else np.inf
            for x, e in self.needs[what].items()}) for what, q in self.told.items()]

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON knows it; null is infinite."""
        return plain(provenance(
            probe=self.name, M_N_MeV=self.M_N / MeV, mu=self.mu, flavor=self.flavor,
            true=self.true, other=self.other, mu_other=self.mu_other,
            M_N_other_MeV=self.M_N_other / MeV, expected_events=self.expected,
            background=self.background, events_needed=self.events_needed, exposure=self.exposure,
            asymptotic=self.needs["all"], q_per_event=self.told, looked_at=self.rows(),
            toys=self.toys, n_toys=self.n_toys, seed=self.seed, why=self.why, notes=self.notes,
            assumptions=self.assumptions, citations=list(self.papers)))

    def _repr_html_(self) -> str:
        return results.html(repr(self).strip("<>"), self.rows())


@called
def natures(probe: Probe | str | Path | Predictor, M_N: Any, mu: float,
            flavor: Flavor = "universal", *, true: str = "majorana",
            levels: Sequence[float | str] = LEVELS, background: float = 0.0,
            masses: Sequence[Any] = (), toys: int = 0, seed: int = 1) -> Natures:
    """How many events and what exposure reject the nature that N has not.

    Parameters
    ----------
    probe : Probe, its name, or a function of a DipolePortal that gives a Prediction, a Spectrum or
        an array of events in bins
    M_N : mass of N, above 0, a text with its unit too [energy]
    mu : its moment [mu_B]
    flavor : ``universal``, ``e``, ``mu``, ``tau``, or a coherent tuple
    true : nature that N has, ``majorana`` or ``dirac``
    levels : probabilities above 0.5, ``90 %``, or ``3 sigma``; one-sided
    background : events besides at the probe's own exposure, the same in every bin and known
    masses : others that are fitted to either nature; none where M_N is known [energy]
    toys : experiments drawn of each nature, 100 to 50000; 0 is none
    seed : of the toys

    Returns
    -------
    Natures

    Raises
    ------
    DomainError, UnknownName, NotConverged

    Source : Blennow2014
    """
    made = probes.get(str(probe)) if isinstance(probe, str | Path) else probe
    if not (isinstance(made, Probe) or callable(made)):
        raise DomainError(f"probe {probe!r} must be a Probe, its name, or a function of a "
                          "DipolePortal")
    m, x = _mass(M_N), float(finite("mu", mu, low=0.0))
    if x > LARGEST:
        raise DomainError(f"mu = {x:g} mu_B is above the largest, {LARGEST:g}")
    flavor = check_flavor(flavor)
    if true not in NATURES:
        raise UnknownName("nature", str(true), NATURES)
    other = next(n for n in NATURES if n != true)
    more = tuple(_mass(one) for one in masses)
    z, flat = _levels(levels), float(finite("background", background, low=0.0))
    _checked(toys, seed)
    out = Natures(
        name=_name(made), M_N=m, mu=x, flavor=flavor, true=true, other=other, mu_other=x,
        M_N_other=m, expected=0.0, told=FrozenMap(),
        needs=FrozenMap(all=FrozenMap(dict.fromkeys(z, np.inf))),
        background=flat, assumptions=_says(made, flat, more), why="no photon of N is seen here",
        papers=tuple(dict.fromkeys((*getattr(made, "papers", ()), "Blennow2014"))))
    if x == 0:
        return out
    every = [families(made, one, x, flavor, flat) for one in (m, *more)]
    axes, shape, first = every[0]
    mean = float(first[true].signal[np.argmin(np.abs(first[true].u - np.log(x)))].sum())
    if not mean > _NOTHING:
        return out
    told: dict[str, float] = {}
    needs: dict[str, FrozenMap] = {}
    for what, groups in views(axes, shape).items():
        binned = {n: tuple(held[n].summed(groups) for _, _, held in every)
                  for n in (true, other)}
        pair = Apart(binned[true], binned[other], float(np.log(x)))
        told[what] = pair.nearest[0] / mean
        needs[what] = FrozenMap({name: pair.exposure(s) for name, s in z.items()})
    same = np.isinf(list(needs["all"].values())).any()
    found = {name: FrozenMap(_by_toys(pair, s, int(toys), int(seed))) for name, s in z.items()} \
        if toys and not same else {}
    return replace(
        out, mu_other=float(np.exp(pair.nearest[2])), M_N_other=(m, *more)[pair.nearest[1]],
        expected=mean, told=FrozenMap(told),
        needs=FrozenMap(needs), toys=FrozenMap(found), n_toys=int(toys) if found else 0,
        seed=int(seed) if found else None, background=float(first[true].background.sum()),
        why=_SAME if same else "")


def _mass(M_N: Any) -> float:
    found = grid.masses(M_N) if isinstance(M_N, str) else \
        finite("M_N", counted("M_N", M_N, "MeV"))
    if found.size != 1:
        raise DomainError(f"M_N '{M_N}' holds {found.size} masses; natures are told apart at one")
    m = float(found.ravel()[0])
    if not m > 0:
        raise DomainError(f"M_N = {m / MeV:g} MeV must be above 0: a massless N never decays")
    return m


def _levels(levels: Sequence[float | str]) -> dict[str, float]:
    """Names of levels with their standard deviations."""
    from scipy.special import ndtri

    given = (levels,) if isinstance(levels, str | float) else tuple(levels)
    out = {}
    for level in given:
        if isinstance(level, str) and level.strip().endswith("sigma"):
            z = parse(level.strip().removesuffix("sigma").strip() or "1", "1", what="level")
            name = f"{z:g} sigma"
        else:
            p = check_level(level)
            z, name = float(ndtri(p)), f"{100 * p:.10g} %"
        if not z > 0:
            raise DomainError(f"level {level} must be above 50 %, or above 0 sigma; it is "
                              "one-sided")
        out[name] = z
    if not out:
        raise DomainError("levels are empty; give one at least, as 90 % or 3 sigma")
    return out


def _checked(toys: int, seed: int) -> None:
    if isinstance(toys, bool) or not isinstance(toys, int | np.integer) \
            or (toys != 0 and not 100 <= toys <= _MOST):
        raise DomainError(f"toys = {toys!r} must be a whole number from 100 to {_MOST}, or 0 for "
                          "none")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise DomainError(f"seed = {seed!r} must be a whole number, at least 0")


def _by_toys(pair: Apart, z: float, many: int, seed: int) -> dict[str, float]:
    """What toys say at the asymptotic exposure, and the exposure that they ask for."""
    from scipy.special import ndtr

    made = pair.toys(pair.exposure(z), many, seed)
    return {"p_value": made["p_value"], "p_error": made["p_error"],
            "asymptotic_p_value": float(ndtr(-z)), "exposure": pair.by_toys(z, many, seed)}


def _name(probe: Probe | Predictor) -> str:
    return probe.name if isinstance(probe, Probe) else getattr(probe, "__name__", "a prediction")


def _says(probe: Probe | Predictor, background: float, more: tuple[float, ...]) -> tuple[str, ...]:
    own = probe.assumptions if isinstance(probe, Probe) else ()
    flat = f"{background:g} events of background, the same in every bin and known" \
        if background else "no background besides that of the probe"
    known = f"M_N is one of {1 + len(more)}, and mu, are" if more else "M_N is known, mu is"
    return (f"{known} fitted to either nature", "energies, angles and distances as "
            "they are: no resolution but that of the bins", "levels are one-sided, of the median "
            "experiment", flat, *own)
