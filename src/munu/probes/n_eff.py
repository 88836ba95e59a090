r"""The number of neutrinos at recombination: N that a moment made before, light or decayed since.

A light N counts as neutrinos do; a heavy one decays to a photon and a neutrino, and what that adds
is more the later it comes.  How much was made hangs on the highest temperature that there was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any

import numpy as np

from munu import _data
from munu.couplings import Couplings, check_nature
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.probes._epoch import OTHERWISE, sizes, states
from munu.probes.expected import Curve
from munu.probes.measured import Claim, Values
from munu.probes.probe import Probe
from munu.rates import freeze_out, late_decay
from munu.rates._flip import HARD_THERMAL_LOOPS, SCREENED, TRUE
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import GeV

# above, the formula of a light N and the expansion that is followed say the same
_SAME = 0.1 * GeV
# what is made of the moments between: decades below the largest, nodes a decade, and how the
# number of neutrinos is bent for an even picture of small and large ones
_DECADES, _NODES, _BENT = 6.5, 20, 1e-4
_STEPS = 8
_AXIS = Axis("number of neutrinos", "1", np.array([0.0, 10.0]))


@declared
def probe(*, T_RH: Annotated[Quantity, About(
              "highest temperature that there was: what is made below it, 4 MeV to 280 GeV", "GeV",
              assumes="T_RH")]
          = "100 GeV",
          bound: Annotated[float | str, About(
              "excess (an upper limit on what there is beyond three neutrinos), total (a value and "
              "its error), or an upper limit on the excess of one's own")] = "excess",
          level: Annotated[float | None, About("of a bound of one's own, in (0, 1)")] = None,
          coefficient: Annotated[float, About(
              "of the rate on charges: 0.0132 with hard thermal loops, 0.0108 of a screened "
              "photon")] = HARD_THERMAL_LOOPS) -> Probe:
    """The effective number of neutrinos.

    T_RH is 100 GeV where nothing is said: the highest temperature at which the photon's moment is
    the operator, so that what is excluded rests on no more than that the Universe was as hot.

    Raises
    ------
    DomainError, UnknownName

    Source : GoldsteinHill2026, BrdarTalk, Elmfors1997, Borsanyi2016
    """
    said = _bound(bound, level)
    setting = Setting(said, float(T_RH), float(coefficient))
    # a temperature or a coefficient that cannot be is refused here, not later
    late_decay.followed(setting.T_RH, setting.coefficient)
    measured: Claim | Values = Claim(high=said.value, level=said.level,
                                     what="Delta N_eff") if said.excess else \
        Values(_AXIS, np.array([said.value]), np.array([said.error]))
    return Probe(
        family="cosmology",
        name="n_eff", title=f"N_eff, {said.title}", grade="published", measured=measured,
        signal=setting.predict, expects=setting.expects, rays=("portal", "dirac"),
        otherwise=OTHERWISE, setting=setting, median=False,
        variants={"screened": {"coefficient": SCREENED}, "reheating at 1 GeV": {"T_RH": "1 GeV"}},
        data=("Planck, ACT and SPT", "DESI BAO", "LBT helium", "deuterium"),
        assumptions=setting.says(), papers=(*said.papers, "BrdarTalk", "Elmfors1997",
                                            "Borsanyi2016"))


@dataclass(frozen=True)
class Bound:
    """What is held against: an upper limit on the excess, or a value with its error.

    Attributes
    ----------
    title : str
    excess : whether it is on what there is beyond three neutrinos
    value, error : [1]
    level : of an upper limit, or None
    standard : what three neutrinos alone count as
    papers : keys of the papers
    """

    title: str
    excess: bool
    value: float
    error: float
    level: float | None
    standard: float
    papers: tuple[str, ...] = ()


def _bound(bound: float | str, level: float | None) -> Bound:
    rows = {x["name"]: x for x in _data.load("observations/n_eff").rows()}
    if isinstance(bound, str):
        if bound in rows:
            if level is not None:
                raise DomainError(f"bound {bound} brings its level; leave level out")
            x = rows[bound]
            return Bound(x["title"], x["kind"] == "excess", float(x["value"]), float(x["error"]),
                         float(x["level"]) or None, float(x["standard"]), (x["source"],))
        try:
            bound = float(bound)
        except ValueError:
            raise UnknownName("bound of n_eff", bound, rows) from None
    if not (np.isfinite(bound) and 0 < bound < 10):
        raise DomainError(f"bound = {bound} is an upper limit on Delta N_eff and must lie between "
                          "0 and 10")
    if level is not None and not 0 < level < 1:
        raise DomainError(f"level = {level} of a bound of one's own must lie between 0 and 1")
    return Bound("a bound of one's own", True, float(bound), 0.0, level,
                 float(rows["excess"]["standard"]))


@dataclass(frozen=True)
class Setting:
    """What the number of neutrinos is made with.

    Attributes
    ----------
    bound : Bound
    T_RH : highest temperature [energy]
    coefficient : of the rate on charges
    """

    bound: Bound
    T_RH: float
    coefficient: float

    def excess(self, M_N: np.ndarray, mu: np.ndarray, nature: str | None, many: int) -> np.ndarray:
        """Delta N_eff of so many N, of masses [energy] and moments [mu_B] that go together."""
        return np.asarray(late_decay.delta_N_eff(M_N, mu, nature, many, T_RH=self.T_RH,
                                                 rate=self.coefficient))

    @property
    def largest(self) -> float:
        """The largest moment that is followed [mu_B]."""
        return float(late_decay.largest_moment(rate=self.coefficient))

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        b = self.bound
        what = f"Delta N_eff below {b.value:g}" if b.excess else \
            f"N_eff = {b.value:g} +- {b.error:g}, {b.standard:g} without N"
        at = "" if b.level is None else f" at {b.level:.0%}"
        made = [f"{what}{at}, {b.title}",
                f"T_RH = {self.T_RH / GeV:g} GeV: what is made below it; nothing is there before"]
        if self.T_RH > TRUE * (1 + 1e-9):
            made.append(f"formal above {TRUE / GeV:g} GeV, where the photon's moment is not the "
                        "operator")
        least = 3 * float(freeze_out.least(self.T_RH))
        if b.excess and b.value < least:
            made.append(f"three N that were ever in equilibrium add at least {least:.3f}, more "
                        "than the bound: a light N is excluded wherever T_RH is above its "
                        "decoupling, and below it the edge is one on mu^2 T_RH")
        made.append("rate on charges: " + "; ".join(self._edge(c) for c in dict.fromkeys(
            (self.coefficient, HARD_THERMAL_LOOPS, SCREENED))))
        return (*made, "N decays to a neutrino and a photon alone; photons that break nuclei "
                "(beyond 1e4 s) and the dilution of baryons are left out",
                "what outlives recombination counts as the radiation it once was, not as matter; "
                "cold matter is left out of the expansion: 3 % in mu of what decays that late",
                f"nothing is computed above {self.largest:.2g} mu_B, where N keeps "
                "neutrinos themselves in the bath")

    def _edge(self, coefficient: float) -> str:
        b = self.bound
        room = b.value if b.excess else b.value + 2 * b.error - b.standard
        try:
            mu = freeze_out.moment_of(room, 3, T_RH=self.T_RH, rate=coefficient)
        except DomainError:
            return f"c = {coefficient:g}"
        if self.T_RH < _SAME:
            # what is made next to where neutrinos part is another number there
            return f"c = {coefficient:g}"
        return f"c = {coefficient:g} (three light N add {room:.3g} at {mu:.3g} mu_B)"

    def expects(self, ray: Ray) -> Curve:
        """What N adds, against the size of the moments."""
        along = Along(self, ray)
        fixed = None if self.bound.excess else np.array([self.bound.standard])
        return Curve(signal=along.signal, where=along.where, until=along.until, fixed=fixed,
                     steps=_STEPS)

    def predict(self, couplings: object) -> Prediction:
        """Three neutrinos, and what N adds."""
        held = Couplings.of(couplings)
        if held.charge.any() or held.r2.any():
            raise DomainError("n_eff knows moments alone; drop charges and charge radii")
        if (held.mu.any() or held.eps.any()) and held.nature != "dirac":
            raise DomainError(f"n_eff {OTHERWISE}")
        added = 0.0
        for p in held.portals:
            for mu, many in sizes(p.matrix):
                added += float(self.excess(np.array(p.M_N), np.array(mu), p.nature, many))
        for mu, many in sizes(held.mu - 1j * held.eps):
            added += float(self.excess(np.array(0.0), np.array(mu), None, many))
        return Prediction({name: Spectrum((_AXIS,), np.array([value]), "1", papers=papers)
                           for name, value, papers in (
                               ("three neutrinos", self.bound.standard, self.bound.papers),
                               ("N", added, ("BrdarTalk", "Elmfors1997")))})


@dataclass(frozen=True, eq=False)
class Along:
    """What N adds along one ray: made once at nodes of the size, at all masses together."""

    setting: Setting
    ray: Ray

    @cached_property
    def states(self) -> list[tuple[float, int]]:
        """Moments of a unit size, and how many N have each."""
        return states(self.ray)

    @cached_property
    def masses(self) -> np.ndarray:
        """Of N, or 0 [energy]."""
        return np.zeros(1) if self.ray.masses is None else self.ray.masses

    @cached_property
    def made(self) -> tuple[np.ndarray, list[Any]]:
        """ln of the moments at the nodes, and for each state a curve through what they add."""
        nature = self.ray.nature if self.ray.kind == "portal" and self.masses.any() else None
        check_nature(nature, needed_by="the states and the width of N" if self.masses.any()
                     else None)
        made = [_through(self.setting, tuple(self.masses.tolist()), nature, many)
                for _, many in self.states]
        return made[0].x, made

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Delta N_eff at sizes x for masses number j: (m, 1)."""
        u, curves = self.made
        out = np.zeros(x.size)
        for (size, _), curve in zip(self.states, curves, strict=True):
            for row in np.unique(j):
                here = (j == row) & (x > 0)
                at = np.log(np.maximum(x[here], 1e-300) * size)
                bent = _row(curve, int(row), np.clip(at, u[0], u[-1]))
                # what is made goes with the square below the nodes
                out[here] += _BENT * np.sinh(bent) * np.exp(2 * np.minimum(at - u[0], 0.0))
        return out[:, None]

    def where(self, j: int) -> tuple[float, float]:
        """Over all that is made, to the largest moment that is followed."""
        u, _ = self.made
        return float(np.exp(u[0])) / self._largest, self.until(j)

    def until(self, j: int) -> float:
        """The size at which the largest moment is the largest that is followed."""
        return float(np.exp(self.made[0][-1])) / self._largest

    @property
    def _largest(self) -> float:
        return max(x for x, _ in self.states)


@lru_cache(maxsize=64)
def _through(setting: Setting, masses: tuple[float, ...], nature: str | None, many: int) -> Any:
    """A curve in ln of the moment through what so many N add, bent, at each mass."""
    from scipy.interpolate import PchipInterpolator

    top = float(np.log(setting.largest)) - 1e-12
    u = np.linspace(top - _DECADES * np.log(10), top, round(_DECADES * _NODES) + 1)
    M, mu = np.meshgrid(masses, np.exp(u), indexing="ij")
    return PchipInterpolator(u, np.arcsinh(setting.excess(M, mu, nature, many) / _BENT), axis=1)


def _row(curve: Any, row: int, u: np.ndarray) -> np.ndarray:
    """One mass of a curve through many."""
    k = np.clip(np.searchsorted(curve.x, u, side="right") - 1, 0, curve.x.size - 2)
    t = u - curve.x[k]
    c = curve.c[:, k, row]
    return ((c[0] * t + c[1]) * t + c[2]) * t + c[3]
