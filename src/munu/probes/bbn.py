"""Nucleosynthesis in the early Universe: helium and deuterium against what a moment makes.

Right-handed neutrinos, or N, speed up the expansion; an N that decays late dilutes baryons, and its
photons break nuclei.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Annotated, Any

import numpy as np

from munu import _data
from munu.couplings import Couplings, check_nature
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes._epoch import OTHERWISE, states
from munu.probes.expected import Curve, Pull
from munu.probes.measured import Values
from munu.probes.probe import Probe
from munu.processes import radiative_decay
from munu.rates import freeze_out, late_decay
from munu.rates import nucleosynthesis as nuclei
from munu.rates._flip import TRUE
from munu.ray import Ray
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import GeV, MeV, s

#: what is shown: helium by mass in per cent, deuterium over hydrogen in 1e-5
SCALE = np.array([1e2, 1e5])
AXIS = Axis("helium [1e-2 by mass], deuterium [1e-5 by number]", "1", np.array([0.0, 1.0, 2.0]))
# moments of which numbers are made, and how many a decade
_LEAST, _PER_DECADE = 1e-19, 40
# and of which a limit is made
_FINE = 64
# nodes a decade of a limit, how close an edge is, from where on it is looked for
_STEPS, _CLOSE, _SEEN = 8, 1e-6, 1e-18
# what decays sooner is gone before neutrons and protons part
_EARLY = 0.1 * s
# relative, of the slope against eta
_STEP = 1e-3


@declared
def probe(*, T_RH: Annotated[Quantity, About(
              "highest temperature there was, 4 MeV to 280 GeV; of an N with a mass above 20 MeV",
              "GeV", assumes="T_RH")] = "100 GeV",
          eta: Annotated[float | None, About(
              "baryons over photons; the default is what the background radiation says with helium "
              "and deuterium, and its error")] = None,
          eta_error: Annotated[float | None, About("of an eta of one's own; 0 is none")] = None,
          scale: Annotated[bool, About(
              "whether all errors grow by the root of chi^2/2 of the standard case where that is "
              "above 1, so that no moment is preferred for a tension that is there without one")]
          = True) -> Probe:
    """Helium and deuterium of the early Universe.

    Raises
    ------
    DomainError

    Source : Aver2026, Cooke2018, Yeh2026, Pitrou2018, Depta2020
    """
    rows = {x["name"]: x for x in _data.load("observations/light_elements").rows()}
    if eta is None and eta_error is not None:
        raise DomainError("eta_error goes with an eta of one's own; give eta too")
    if eta_error is not None and not (np.isfinite(eta_error) and eta_error >= 0):
        raise DomainError(f"eta_error = {eta_error!r} must be at least 0")
    at = float(rows["eta"]["value"]) if eta is None else float(eta)
    spread = (float(rows["eta"]["error"]) if eta is None else eta_error or 0.0) / at
    seen, errors = (np.array([rows[n][k] for n in ("Y_p", "D_H")], dtype=float) * SCALE
                    for k in ("value", "error"))
    setting = Setting(float(T_RH), at, float(spread))
    # an eta outside the table, a temperature that cannot be, are refused here, not later
    nuclei.helium(at)
    freeze_out.delta_N_eff(1e-12, 1, T_RH=setting.T_RH)
    if scale:
        setting = replace(setting, grown=setting.tension(seen, errors))
    return Probe(
        family="cosmology",
        name="bbn", title="Big-bang nucleosynthesis", grade="published",
        measured=Values(AXIS, seen, errors * setting.grown), signal=setting.predict,
        expects=setting.expects, rays=("portal", "dirac"), otherwise=OTHERWISE, setting=setting,
        data=("LBT helium", "deuterium"), variants={"errors as published": {"scale": False}},
        papers=("Aver2026", "Cooke2018", *(("Yeh2026",) if eta is None else ()), "Pitrou2018",
                "Depta2020", "Elmfors1997", "Borsanyi2016"),
        assumptions=setting.says())


@dataclass(frozen=True)
class Setting:
    """What abundances are computed with.

    Attributes
    ----------
    T_RH : highest temperature there was [energy]
    eta : baryons over photons today
    spread : its relative error
    grown : by how much all errors are scaled
    """

    T_RH: float
    eta: float
    spread: float
    grown: float = 1.0

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        helium, deuterium, _ = nuclei.errors()
        return (
            f"T_RH = {self.T_RH / GeV:g} GeV, nothing there above it" + (
                f"; formal above {TRUE / GeV:g} GeV, where the photon's moment is not the operator"
                if TRUE * (1 + 1e-9) < self.T_RH else ""),
            f"eta = {self.eta:.4g} within {self.spread:.2%}",
            f"errors of the theory: {helium:.2%} of helium, {deuterium:.2%} of deuterium (PRIMAT, "
            "nuclear rates and the neutron's lifetime)",
            *([f"all errors times {self.grown:.3g}, the root of chi^2/2 without a moment"]
              if self.grown > 1 else []),
            "neutrinos from decays turn no neutrons into protons; no distortions of the background "
            "radiation",
            "photons of N above 948 MeV break no nuclei; between 4.45 and 6 MeV the magnetic part "
            "of breaking deuterium is too small in the tables, and limits are up to 3 times too "
            "weak",
            "helium-3 is not compared: above 39.6 MeV, where deuterium is made of broken helium, a "
            "moment that fits better than none would make too much of it, and limits are too weak",
            f"nothing is computed above {late_decay.largest_moment():.2g} mu_B, "
            "where N keeps neutrinos themselves in the bath",
        )

    @cached_property
    def moved(self) -> dict[str, tuple[float, float]]:
        """By how much one standard deviation of each thing not known moves both, relative."""
        up, down = (np.log([nuclei.helium(x), nuclei.deuterium(x)])
                    for x in (self.eta * (1 + _STEP), self.eta * (1 - _STEP)))
        by = (up - down) / (2 * _STEP) * self.spread * self.grown
        helium, deuterium, together = nuclei.errors()
        rest = np.sqrt(1 - together**2)
        made = {"baryons over photons": (float(by[0]), float(by[1]))} if self.spread > 0 else {}
        return made | {
            "theory of deuterium": (self.grown * helium * together, self.grown * deuterium),
            "theory of helium": (float(self.grown * helium * rest), 0.0)}

    def tension(self, seen: np.ndarray, errors: np.ndarray) -> float:
        """The root of chi^2 over 2 without a moment, at least 1."""
        moved = np.array(list(self.moved.values())) * self.standard
        covariance = np.diag(errors**2) + moved.T @ moved
        off = seen - self.standard
        return max(1.0, float(np.sqrt(off @ np.linalg.solve(covariance, off) / 2)))

    @cached_property
    def standard(self) -> np.ndarray:
        """Both without a moment, as shown."""
        return SCALE * np.array([nuclei.helium(self.eta), nuclei.deuterium(self.eta)])

    def abundances(self, ray: Ray, x: np.ndarray, j: int) -> np.ndarray:
        """Both, as shown, at sizes x (n,) of mass number j: (n, 2)."""
        M_N = 0.0 if ray.masses is None else float(ray.masses[j])
        made_of = states(ray)
        light = sum(many * self._light(size * x) for size, many in made_of)
        if M_N == 0:
            made = np.stack([nuclei.helium(self.eta, light), nuclei.deuterium(self.eta, light)])
        else:
            check_nature(ray.nature, needed_by="the decay of N in the early Universe")
            if self.T_RH < late_decay.BEGIN * (1 - 1e-12):
                raise DomainError(f"T_RH = {self.T_RH / MeV:.3g} MeV must be at least "
                                  f"{late_decay.BEGIN / MeV:g} MeV where N has a mass")
            ((size, many),) = made_of
            tau = radiative_decay.lifetime(M_N, np.maximum(size * x, _LEAST * 1e-9), ray.nature)
            number = self._number(M_N, str(ray.nature), many, size * x)
            made = nuclei.with_decays(tau, number, M_N, ray.nature, eta=self.eta, light=light)
            made = np.where(x > 0, made, self.standard[:, None] / SCALE[:, None])
            early = tau < min(nuclei.shortest(M_N, str(ray.nature)), _EARLY)
            if early.any():
                # radiation is all that it leaves
                left = late_decay.delta_N_eff(np.full(int(early.sum()), M_N), (size * x)[early],
                                              str(ray.nature), many, T_RH=self.T_RH)
                left = np.maximum(left, 0.0)
                made[:, early] = nuclei.helium(self.eta, left), nuclei.deuterium(self.eta, left)
        return SCALE * made.T

    def _light(self, mu: np.ndarray) -> np.ndarray:
        """Delta N_eff of one species without a mass."""
        return _read(_light_nodes(self.T_RH), mu)

    def _number(self, M_N: float, nature: str, many: int, mu: np.ndarray) -> np.ndarray:
        return _read(_number_nodes(M_N, nature, many, self.T_RH), mu)

    def predict(self, couplings: object) -> Prediction:
        """Both without the moment, and what it changes."""
        held = Couplings.of(couplings)
        standard = Spectrum((AXIS,), self.standard, "1", papers=("Pitrou2018",))
        ray, x = _ray(held)
        change = np.zeros(2) if ray is None else \
            self.abundances(ray, np.array([x]), 0)[0] - self.standard
        return Prediction({"standard": standard, "change": Spectrum(
            (AXIS,), change, "1", papers=("Pitrou2018", "Depta2020", "Elmfors1997"))})

    def expects(self, ray: Ray) -> Curve:
        """Both against the size."""
        if ray.masses is not None and np.any(ray.masses > 0):
            check_nature(ray.nature, needed_by="the decay of N in the early Universe")
        along = _Along(self, ray)
        pulls = {name: Pull(_Moves(self, by), shared=name == "baryons over photons")
                 for name, by in self.moved.items()}
        if ray.masses is not None and np.any(ray.masses > 0):
            pulls["interpolation of late decays"] = Pull(_Between(tuple(
                float(nuclei.SPREAD * min(m / nuclei.LIGHTEST, 1.0) ** 2) for m in ray.masses)))
        return Curve(signal=along.signal, where=along.where, until=along.until, bins=2,
                     fixed=self.standard, pulls=pulls, steps=_STEPS, precision=_CLOSE)


@dataclass(frozen=True)
class _Moves:
    """A relative change of both, one standard deviation."""

    setting: Setting
    by: tuple[float, float]

    def __call__(self, x: np.ndarray, j: np.ndarray, signal: np.ndarray) -> np.ndarray:
        return np.asarray(self.by) * (signal + self.setting.standard)


@dataclass(frozen=True)
class _Between:
    """A share of what N changes, by mass."""

    shares: tuple[float, ...]

    def __call__(self, x: np.ndarray, j: np.ndarray, signal: np.ndarray) -> np.ndarray:
        return np.asarray(self.shares)[j][:, None] * signal


@dataclass(frozen=True, eq=False)
class _Along:
    """What a moment changes along one ray."""

    setting: Setting
    ray: Ray

    @property
    def longest(self) -> float:
        """The largest moment of a unit size."""
        return max(size for size, _ in states(self.ray))

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Changes (m, 2) at sizes x for masses number j."""
        out = np.zeros((x.size, 2))
        for k in np.unique(j):
            rows = j == k
            M_N = 0.0 if self.ray.masses is None else float(self.ray.masses[k])
            if M_N == 0:
                out[rows] = self.setting.abundances(self.ray, x[rows], int(k)) \
                    - self.setting.standard
                continue
            ((size, many),) = states(self.ray)
            curve = _changes(self.setting, M_N, str(self.ray.nature), many)
            at = np.log(np.maximum(x[rows] * size, 1e-300))
            made = curve(np.clip(at, curve.x[0], curve.x[-1]))
            # below the nodes what is made falls as the square
            out[rows] = made * np.exp(2 * np.minimum(at - curve.x[0], 0.0))[:, None]
        return out

    def where(self, j: int) -> tuple[float, float]:
        """From moments that make nothing that is seen to the largest that are followed."""
        return _SEEN / self.longest, self.until(j)

    def until(self, j: int) -> float:
        """The size at which the largest moment is the largest that is followed."""
        return float(late_decay.largest_moment()) / self.longest


@lru_cache(maxsize=512)
def _changes(setting: Setting, M_N: float, nature: str, many: int) -> Any:
    """A curve in ln of the moment through what so many N of one mass change, as shown."""
    from scipy.interpolate import PchipInterpolator

    top = late_decay.largest_moment()
    mu = np.geomspace(_SEEN, top, round(_FINE * np.log10(top / _SEEN)) + 1)
    direction = "universal" if many == 3 else "e"
    made = setting.abundances(Ray.portal(M_N, direction, nature), mu, 0)
    return PchipInterpolator(np.log(mu), made - setting.standard, axis=0)


def _ray(held: Couplings) -> tuple[Ray | None, float]:
    """The ray and the size of couplings; None where there is no moment."""
    if held.charge.any() or held.r2.any():
        raise DomainError("bbn follows moments alone; drop charges and charge radii")
    moments = held.mu.any() or held.eps.any()
    if held.portals:
        if moments:
            raise DomainError("bbn follows a portal to N or moments of light neutrinos, not both")
        if len(held.portals) > 1:
            raise DomainError("bbn follows the moment of one portal to N, not of several")
        p = held.portals[0]
        return (None if p.mu == 0 else Ray.portal(p.M_N, p.flavor, p.nature)), p.mu
    if not moments:
        return None, 0.0
    if held.nature != "dirac":
        raise DomainError(f"bbn {OTHERWISE}")
    return Ray.dirac(held.mu - 1j * held.eps, held.basis), 1.0


def _grid() -> np.ndarray:
    top = late_decay.largest_moment()
    n = int(np.ceil(_PER_DECADE * np.log10(top / _LEAST))) + 1
    return np.geomspace(_LEAST, top, n)


def _read(nodes: tuple[np.ndarray, np.ndarray], mu: np.ndarray) -> np.ndarray:
    """Between nodes in logarithms; as the square of the moment below them."""
    from scipy.interpolate import PchipInterpolator

    x, y = nodes
    mu = np.asarray(mu, dtype=float)
    if np.any(mu > np.exp(x[-1]) * (1 + 1e-9)):
        raise DomainError(f"mu = {mu.max():.3g} must be at most {np.exp(x[-1]):.3g}: a larger "
                          "moment keeps neutrinos themselves in the bath, which is not followed")
    at = np.log(np.maximum(mu, 1e-300))
    low = np.maximum(at, x[0])
    made = np.exp(PchipInterpolator(x, y)(np.minimum(low, x[-1])) + 2 * (at - low))
    return np.where(mu > 0, made, 0.0)


@lru_cache(maxsize=64)
def _light_nodes(T_RH: float) -> tuple[np.ndarray, np.ndarray]:
    mu = _grid()
    return np.log(mu), np.log([freeze_out.delta_N_eff(float(x), 1, T_RH=T_RH) for x in mu])


@lru_cache(maxsize=512)
def _number_nodes(M_N: float, nature: str, many: int, T_RH: float
                  ) -> tuple[np.ndarray, np.ndarray]:
    mu = _grid()
    made = np.atleast_1d(late_decay.relic(M_N, mu, nature, many, T_RH=T_RH))
    return np.log(mu), np.log(np.maximum(made, 1e-60))
