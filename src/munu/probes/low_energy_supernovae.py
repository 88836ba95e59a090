r"""Supernovae of low energy: what decays of N leave in the envelope must not exceed their energy.

.. math:: E_{\rm dep} = \int\mathrm dE\,\frac{\mathrm dN}{\mathrm dE}\,\langle E_\gamma\rangle\,
          \big[e^{-R_{\rm in}/L} - e^{-R_*/L}\big] < 10^{50}\ \mathrm{erg},\qquad
          L = \frac{p\,\tau}{M_N}

The photon stays, the neutrino leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from munu.couplings import LARGEST, check_nature
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.probes._collapse import CORES, OTHERWISE, Collapse, Core, Duration, Sent, portals
from munu.probes.expected import Curve
from munu.probes.measured import Ceiling
from munu.probes.probe import Probe
from munu.processes import radiative_decay
from munu.rates import _emitted, arrivals
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import cm, erg, km, per_unit

#: what may stay in the envelope
DEPOSITED = ("photon", "all")
_STEPS, _PRECISION = 6, 1e-6
# mean paths beyond which nothing is left to decay
_DEEP = 300.0
_AXIS = Axis("energy left in the envelope", "erg", np.array([0.0, 1e60]) * erg)


@declared
def probe(*, core: Core = "fischer18", duration: Duration = None,
          deposited: Annotated[str, About("what stays in the envelope: the photon alone, or all "
                                          "that N had", choices=DEPOSITED)] = "photon",
          envelope: Annotated[Quantity, About("radius of the progenitor", "cm",
                                              assumes="progenitor")] = "5e13 cm",
          inner: Annotated[Quantity, About("radius within which a decay is the core's own",
                                           "km")] = "100 km",
          ceiling: Annotated[Quantity, About("what the envelope may gain", "erg")] = "1e50 erg"
          ) -> Probe:
    """Energy that decays of N leave in the envelope of a supernova of low energy.

    Raises
    ------
    DomainError, UnknownName, DataError

    Source : Caputo2022, BrdarTalk
    """
    if deposited not in DEPOSITED:
        raise UnknownName("deposited", deposited, DEPOSITED)
    made = Setting(Collapse.of(core, duration), deposited == "all", float(envelope), float(inner),
                   float(ceiling))
    return Probe(
        family="supernova",
        name="low_energy_supernovae", title="Low-energy supernovae", grade="published",
        measured=Ceiling(made.ceiling / erg, "erg", "energy that decays leave in the envelope"),
        signal=made.predict, expects=made.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=made, median=False,
        variants={**CORES,
                  "neutrinos deposited": {"deposited": "all"},
                  "compact envelope": {"envelope": "3e12 cm"}},
        assumptions=made.says(), papers=("Caputo2022", *made.collapse.papers))


@dataclass(frozen=True, eq=False)
class Setting:
    """What the energy is made with.

    Attributes
    ----------
    collapse : Collapse
    whole : whether the neutrino's energy stays too
    outer, inner : radii between which decays count [length]
    ceiling : [energy]
    """

    collapse: Collapse
    whole: bool
    outer: float
    inner: float
    ceiling: float

    def __post_init__(self) -> None:
        if not 0 < self.inner < self.outer < np.inf:
            raise DomainError(f"inner = {per_unit(self.inner, 'km'):g} km must be above 0 and "
                              f"below the envelope, {per_unit(self.outer, 'km'):g} km")
        if not 0 < self.ceiling < np.inf:
            raise DomainError(f"ceiling = {per_unit(self.ceiling, 'erg'):g} erg must be above 0")

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        return (
            f"at most {self.ceiling / erg:g} erg: a criterion, no confidence level",
            f"decays from {self.inner / km:g} km to R* = {self.outer / cm:g} cm leave "
            + ("all that N had" if self.whole else "the photon; the neutrino leaves"),
            *self.collapse.says(),
            "N is neither taken up again nor held back in the core: what is excluded above the "
            "edge of cooling is formal")

    def expects(self, ray: Ray) -> Curve:
        """The energy in erg against the size of the moments."""
        along = Along(self, ray)
        return Curve(signal=along.signal, where=along.where, until=along.until, steps=_STEPS,
                     precision=_PRECISION)

    def states(self, matrix: np.ndarray, M_N: float, nature: str | None) -> list[State]:
        """The states of N, each by its nodes in energy; none where N has no mass."""
        if M_N == 0:
            return []
        check_nature(nature, needed_by="what N decays to")
        return [self._state(x, nature) for x in self.collapse.of_matrix(matrix, M_N)]

    def _state(self, sent: Sent, nature: str | None) -> State:
        M = sent.M_N
        eta, w = _emitted.rapidities(0.0, sent.E, M)
        E, p = M * np.cosh(eta), M * np.sinh(eta)
        left = E if self.whole else radiative_decay.mean_photon_energy(E, M, nature)
        life = float(radiative_decay.lifetime(M, sent.moment, nature))
        return State(weight=w * p * np.interp(E, sent.E, sent.total) * left, rate=M / (p * life),
                     inner=self.inner, outer=self.outer)

    def predict(self, couplings: object) -> Prediction:
        """The energy that decays leave."""
        held = portals(couplings, "low_energy_supernovae")
        left = sum(float(state.energy(np.ones(1))[0]) for p in held
                   for state in self.states(p.matrix, p.M_N, p.nature))
        return Prediction({"decays": Spectrum((_AXIS,), np.array([left / erg]), "erg",
                                              papers=("Caputo2022", *self.collapse.papers))})


@dataclass(frozen=True, eq=False, kw_only=True)
class State:
    """One state of N, for a size of 1: nodes (n,).

    ``weight`` is what would be left if all decayed in the envelope [energy], ``rate`` that of a
    decay a length.
    """

    weight: np.ndarray
    rate: np.ndarray
    inner: float
    outer: float

    def energy(self, x: np.ndarray) -> np.ndarray:
        """What is left at sizes (m,): (m,) [energy]."""
        square = x[:, None] ** 2
        begin, end = np.array(self.inner), np.array(self.outer)
        return (square * arrivals.decayed(begin, end, square * self.rate)) @ self.weight


@dataclass(frozen=True, eq=False)
class Along:
    """Energies along one ray, each mass made once."""

    setting: Setting
    ray: Ray
    kept: dict[int, list[State]] = field(default_factory=dict)

    def of(self, j: int) -> list[State]:
        """The states at mass number j."""
        if j not in self.kept:
            M_N = 0.0 if self.ray.masses is None else float(self.ray.masses[j])
            matrix = self.ray.at(1.0, j).portals[0].matrix
            self.kept[j] = self.setting.states(matrix, M_N, self.ray.nature)
        return self.kept[j]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Energy in erg at sizes x for masses number j: (m, 1)."""
        out = np.zeros(x.size)
        for row in np.unique(j):
            here = j == row
            for state in self.of(int(row)):
                out[here] += state.energy(x[here]) / erg
        return out[:, None]

    def where(self, j: int) -> tuple[float, float]:
        """From where decays are too rare to where all decay within the core."""
        states = self.of(j)
        if not states:
            return 1e-12, LARGEST
        rare = sum(float(s.weight @ s.rate) * (s.outer - s.inner) for s in states)
        deep = min(float(s.rate.min()) * s.inner for s in states)
        high = min((_DEEP / deep) ** 0.5, self.until(j))
        low = 0.5 * (self.setting.ceiling / rare) ** 0.25 if rare > 0 else high
        return min(low, 0.01 * high), high

    def until(self, j: int) -> float:
        """No moment is larger than what is looked at anywhere; without decays all is said."""
        return LARGEST / float(np.abs(self.ray.at(1.0, j).portals[0].matrix).max()) \
            if self.of(j) else np.inf
