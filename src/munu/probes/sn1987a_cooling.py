r"""SN 1987A: what N take from its core a second after bounce, which neutrinos then would not.

.. math:: L_N(\mu, M_N) < 3\times10^{52}\,{\rm erg/s}

Too small a moment makes too little N; at too large a one they are taken up again, or decay, before
they are out: what is excluded is an island.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np

from munu import _data, media
from munu._arrays import in_bins
from munu.couplings import LARGEST, Couplings, DipolePortal
from munu.errors import DomainError
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.probes._collapse import CORES, Core
from munu.probes.expected import Curve, Polynomial
from munu.probes.measured import Ceiling
from munu.probes.probe import Probe
from munu.rates import _leaving, emission
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV, erg, km, per_unit, s

EDGES = ("island", "free")
CRITERIA = ("luminosity", "energy", "mean_free_path")
# of the mean free path: radius, and momentum of N
_RADIUS, _MOMENTUM = 10 * km, 35 * MeV
_DURATION = 3 * s
_STEPS, _PRECISION = 12, 1e-6
# bins of a prediction, and up to which energy where there is no N
_BINS, _TOP = 32, 800 * MeV


@declared
def probe(*, core: Core = "fischer18",
          criterion: Annotated[str, About("what must not be passed", choices=CRITERIA,
                                          assumes="criterion")]
          = "luminosity",
          edge: Annotated[str, About(
              "island (N are taken up again and decay) or free (all that is made leaves)",
              choices=EDGES)] = "island",
          S_pot: Annotated[Quantity | None, About(
              "what interaction of nucleons adds to their symmetry energy, where the core's mu_nu "
              "is derived; 18 MeV if not given", "MeV", assumes="mu_nu")] = None,
          duration: Annotated[Quantity | None, About(
              "of the criterion energy alone: how long the core shines as it does a second after "
              "bounce; 3 s if not given", "s")] = None,
          redshift: Annotated[bool, About("energies far away, by the lapse of the core")] = False
          ) -> Probe:
    """Cooling of the core of SN 1987A.

    Raises
    ------
    DomainError, UnknownName

    Source : BrdarTalk, Chang2017, Fischer2021
    """
    for name, given, known in (("criterion", criterion, CRITERIA), ("edge", edge, EDGES)):
        if given not in known:
            raise DomainError(f"{name} = {given!r} must be one of {', '.join(known)}")
    if edge == "free" and criterion == "mean_free_path":
        raise DomainError("criterion=mean_free_path is an upper edge, which edge=free leaves out; "
                          "take criterion=luminosity, whose lower edge is the same")
    if duration is not None and criterion != "energy":
        raise DomainError(f"duration changes nothing of the criterion {criterion}; it belongs to "
                          "criterion=energy")
    if duration is not None and not duration > 0:
        raise DomainError(f"duration = {per_unit(duration, 's'):g} s must be above 0")
    row = next(x for x in _data.load("observations/cooling_criteria").rows()
               if x["name"] == criterion)
    # at its own door again
    said = {} if S_pot is None else {"S_pot": f"{float(per_unit(S_pot, 'MeV'))!r} MeV"}
    made = media.core(core, **said)
    setting = Setting(made, criterion, edge, float(row["value"]),
                      _DURATION if duration is None else float(duration), bool(redshift))
    unit = "erg" if criterion == "energy" else "erg/s"
    cores = {"free nucleons": {"S_pot": "0 MeV"}, "stronger interaction": {"S_pot": "30 MeV"}}
    # a redshift needs a lapse
    others = {x: held for x, held in CORES.items() if x != made.name
              and not (redshift and media.core(x).lapse is None)}
    choices = {x: {"criterion": x, "duration": None} for x in CRITERIA
               if x != criterion and (edge, x) != ("free", "mean_free_path")}
    free = {"edge": "free"} if criterion != "mean_free_path" else \
        {"edge": "free", "criterion": "luminosity"}
    return Probe(
        family="supernova",
        name="sn1987a_cooling", title="SN 1987A cooling", grade="published",
        measured=Ceiling(float(row["value"]), unit, row["says"]),
        signal=setting.predict, expects=setting.expects, rays=("portal", "dirac"),
        otherwise="answers to moments to N and of Dirac neutrinos, which make states that leave "
                  "the core; Majorana moments of light neutrinos make neutrinos, which it keeps",
        variants={**choices, **({"all leaves": free} if edge == "island" else {}),
                  **others, **(cores if S_pot is None and made.assumed else {})},
        contested=tuple(choices), setting=setting,
        data=("SN 1987A neutrinos",), assumptions=setting.says(row["says"]),
        papers=tuple(dict.fromkeys((row["source"], *made.papers, "BrdarTalk", "Raffelt1996"))))


@dataclass(frozen=True, eq=False)
class Setting:
    """What the loss is made with.

    Attributes
    ----------
    core : Profile with mu_nu
    criterion, edge : of ``CRITERIA`` and ``EDGES``
    ceiling : [erg/s, or erg]
    duration : that the core shines [time]
    redshift : whether energies are those far away
    """

    core: Profile
    criterion: str
    edge: str
    ceiling: float
    duration: float
    redshift: bool

    @property
    def unit(self) -> float:
        """Of what is held against the ceiling, over a luminosity."""
        return erg / self.duration if self.criterion == "energy" else erg / s

    @property
    def taken_up(self) -> bool:
        """Whether N are followed on their way out."""
        return self.edge == "island" and self.criterion != "mean_free_path"

    def of_state(self, M_N: float, squares: tuple[float, ...], nature: str) -> State:
        """One state of N: mass [energy], squares of its moments by flavor for a size of 1."""
        made = _leaving.of_state(self.core, M_N, squares, nature, redshift=self.redshift)
        caught = sum(squares) * _RADIUS * _leaving.caught(self.core, M_N, nature, _MOMENTUM,
                                                          _RADIUS)
        return State(made, self, float(caught) ** -0.5)

    def expects(self, ray: Ray) -> Curve | Polynomial:
        """The luminosity, or the energy, along a ray [the ceiling's unit]."""
        along = Along(self, ray)
        if self.edge == "free":
            return Polynomial(signal={2: np.array([[sum(x.made.free for x in states) / self.unit]
                                                   for states in along.states])})
        return Curve(signal=along.signal, where=along.where, until=along.until, steps=_STEPS,
                     precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """Energy in N that leaves, by energy of N and by what made them."""
        given = _leaving.of_couplings(Couplings.of(couplings), "dirac")
        states = [self.of_state(*x) for x in given]
        ends = [M_N + x.made.width.sum() for x, (M_N, *_) in zip(states, given, strict=True)]
        edges, total = np.linspace(0.0, max(ends, default=_TOP), _BINS + 1), np.zeros((2, _BINS))
        for state, end in zip(states, ends, strict=True):
            total += [in_bins(edges, end, state.made.E, state.made.width, x)
                      for x in state.spectrum(1.0)]
        unit = "erg" if self.criterion == "energy" else "erg/s"
        return Prediction({name: Spectrum((Axis("energy of N", "MeV", edges),), x / self.unit, unit,
                                          papers=self.core.papers)
                           for name, x in zip(("by neutrinos", "by antineutrinos"), total,
                                              strict=True)})

    def says(self, criterion: str) -> tuple[str, ...]:
        """What is assumed, in words."""
        out = [f"{self.criterion}: {criterion}", f"core {self.core.name} a second after bounce, "
               f"its inner {per_unit(emission.RADIUS, 'km'):g} km", *self.core.assumed]
        if self.criterion == "energy":
            out.append(f"it shines so for {self.duration / s:g} s")
        if self.taken_up:
            out.append("N leaves if it is not taken up again on protons and electrons and does not "
                       f"decay within {per_unit(_leaving.RETURNED, 'km'):g} km; nothing is "
                       "computed where it would leave from beyond the core's profile")
        elif self.edge == "free":
            out.append("all N leave: a lower edge alone")
        out.append("N is of Dirac where no nature is given")
        return (*out, "N is made on protons and electrons; nuclei and muons are left out",
                "what N take changes nothing in the core: far inside of the region, where it would "
                "be more than all neutrinos take, L_N is no luminosity that a core could have",
                "energies far away, by the lapse" if self.redshift else "no redshift")


@dataclass(frozen=True, eq=False)
class State:
    """One state of N as a criterion sees it."""

    made: _leaving.Leaving
    setting: Setting
    # the size at which the mean free path is the radius
    caught: float

    def luminosity(self, size: np.ndarray) -> np.ndarray:
        """What counts as lost a time, at sizes (m,) [energy^2]."""
        if self.setting.taken_up:
            return self.made.luminosity(size)
        free = size**2 * self.made.free
        return free if self.setting.edge == "free" else np.where(size < self.caught, free, 0.0)

    def spectrum(self, size: float) -> np.ndarray:
        """The same in each energy, by neutrinos and antineutrinos: (2, n) [energy^2]."""
        if self.setting.taken_up:
            return self.made.spectrum(size)
        share = self.luminosity(np.array([size])) / max(size**2 * self.made.free, 1e-300)
        return size**2 * share * self.made.made.sum(axis=1)

    @property
    def last(self) -> float:
        """The size above which nothing is computed."""
        return self.made.resolved if self.setting.taken_up else 1.1 * self.caught


@dataclass(frozen=True, eq=False)
class Along:
    """What N take, along one ray."""

    setting: Setting
    ray: Ray

    @cached_property
    def states(self) -> list[list[State]]:
        """States at each mass."""
        if self.ray.kind == "portal":
            masses = np.zeros(1) if self.ray.masses is None else self.ray.masses
            matrix = DipolePortal(1.0, 0.0, self.ray.direction).matrix
        else:
            masses, matrix = np.zeros(1), self.ray.at(1.0).amplitude()
        nature = (self.ray.nature or "dirac") if self.ray.kind == "portal" else "dirac"
        return [[self.setting.of_state(M, squares, nature)
                 for squares in _leaving.by_state(matrix)] for M in masses.tolist()]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """At sizes x for masses number j: (m, 1)."""
        out = np.zeros(x.size)
        for row in np.unique(j):
            here = j == row
            for state in self.states[row]:
                out[here] += state.luminosity(x[here])
        return out[:, None] / self.setting.unit

    def where(self, j: int) -> tuple[float, float]:
        """From below the free edge to where nothing is computed."""
        free = sum(x.made.free for x in self.states[j]) / self.setting.unit
        high = self.until(j)
        low = 0.3 * (self.setting.ceiling / free) ** 0.5 if free > 0 else high
        return min(low, 0.1 * high), high

    def until(self, j: int) -> float:
        """The size at which the first state leaves from beyond the profile, or all are caught."""
        last = [x.last for x in self.states[j]]
        return min(LARGEST, min(last) if self.setting.taken_up else max(last))

