r"""Electron antineutrinos from the Sun: Majorana moments times the Sun's field.

A published limit on the conversion of 8B neutrinos bounds the product of a transition moment and
the field where these neutrinos are made, or in the envelope; for a bound on the moment alone the
field must be assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from munu import _data, flavors, media
from munu._arrays import Numbers, gauss_panels
from munu.couplings import Couplings
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.media import fields
from munu.media.profile import Profile
from munu.parameters import About, Quantity, declared
from munu.probes.expected import Curve
from munu.probes.measured import Claim
from munu.probes.probe import Probe
from munu.propagation import solar as born
from munu.ray import Ray
from munu.sources import solar
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV, R_sun, to_float

COMPONENT = "b8"
_PANELS, _NODES = 8, 4
# of the search for the bound: precision, how small a P is measured (in units of tol), how far it
# goes to both sides of a guess, nodes a decade
_CLOSE, _SEEN, _RANGE, _STEPS = 1e-8, 20, (1.5, 6.0), 2
_OTHERWISE = (
    "answers to Majorana transition moments times the Sun's field, not to a portal to N or a "
    "charge; its bound: munu.limit('solar_antineutrinos', '12=1')")
# moment times greatest field beyond which nothing is searched [mu_B G], and where it begins
_MOST, _START = 1.0, 1e-7


@dataclass(frozen=True)
class _Core:
    """A field that fades as a Gaussian, as mu_B B."""

    size: float
    width: float

    def __call__(self, r: Numbers) -> np.ndarray:
        return self.size * np.exp(-((np.asarray(r, dtype=float) / self.width) ** 2))


def core(B0: float | str, width: float = 0.2 * R_sun
         ) -> Callable[[Numbers], np.ndarray]:
    r"""A field that fades outwards, :math:`B_0\, e^{-(r/w R_\odot)^2}`: an assumption, no model.

    Parameters
    ----------
    B0 : [G], or a text such as ``5e4G``
    width : :math:`w R_\odot` [length]

    Raises
    ------
    DomainError
    """
    size = fields.strength(B0)
    if not (np.isfinite(width) and width > 0):
        raise DomainError(f"width = {width / R_sun:g} R_sun must be above 0")
    return _Core(size, width)


@declared
def probe(*, limit: Annotated[float | str, About(
              "kamland_2011, super_kamiokande_2020, juno_2026 (a projection), or an upper limit on "
              "the probability of one's own, with window and level")] = "kamland_2011",
          window: Annotated[tuple[Any, ...] | str | None, About(
              "two energies of a limit of one's own, as 8.3MeV:31.8MeV", "MeV")] = None,
          level: Annotated[float | None, About("of a limit of one's own, in (0, 1)")] = None,
          B0: Annotated[Quantity, About("field in the centre, which fades outwards", "G",
                                        assumes="B_perp")] = "5e4G",
          width: Annotated[Quantity, About("over which it fades", "R_sun")] = "0.2 R_sun",
          medium: Annotated[Profile | str, About("sun, or a Profile, which may bring its own field"
                                                 )] = "sun",
          mixing: Annotated[Mixing | str, About("name of a fit, or a Mixing")] = flavors.DEFAULT,
          ordering: Annotated[str, About("of a mixing by name", choices=("NO", "IO"),
                                         assumes="ordering")] = "NO",
          model: Annotated[str, About("for electrons, production and flux: gs98 or agss09met",
                                      assumes="sun")]
          = "gs98",
          nodes: Annotated[int, About("places of birth; a field with structure there needs more")]
          = born.NODES,
          tol: Annotated[float, About("error of a probability, 1e-7 to 1e-2")] = 1e-7) -> Probe:
    """A limit on solar antineutrinos as one on moment times field.

    Raises
    ------
    DomainError, UnknownName

    Source : KamLAND2011antinu, SuperK2020antinu, JUNOSFP2026, LimMarciano1988, Akhmedov1988
    """
    made = mixing if isinstance(mixing, Mixing) else flavors.mixing(mixing, ordering)
    said = _limit(limit, window, level)
    if isinstance(medium, str) and medium != "sun":
        raise UnknownName("medium of solar_antineutrinos", medium, ("sun",))
    star = medium if isinstance(medium, Profile) else media.get("sun", model=model)
    own = star.field is not None
    if not own:
        star = star.with_(field=core(B0, width))
    setting = Setting(said, star, made, model, nodes, tol)
    if not setting.greatest > 0:
        raise DomainError(f"B0 = {B0:g} G must not be 0: without a field no moment is seen")
    keys = dict.fromkeys((*said.papers, *star.papers, *made.papers, "Vinyoles2017",
                          "Winter2006", "LimMarciano1988", "Akhmedov1988"))
    return Probe(
        family="stars",
        name="solar_antineutrinos", title=f"Solar antineutrinos, {said.title}",
        grade="sensitivity" if said.projection else "published",
        measured=Claim(high=said.P, level=said.level, what="P(nu_e to nubar_e)",
                       projection=said.projection),
        signal=setting.predict, expects=setting.expects, rays=("majorana",), setting=setting,
        otherwise=_OTHERWISE, papers=tuple(keys),
        assumptions=(
            f"P(nu_e to nubar_e) below {said.P:g} between {said.window[0] / MeV:g} and "
            f"{said.window[1] / MeV:g} MeV at {said.level:.0%}, undistorted spectrum",
            f"8B of {model}, {made.name} {made.ordering}",
            f"medium {star.name}, "
            + ("its own field" if own else f"B0 = {B0:g} G, fading over "
                                       f"{width / R_sun:g} solar radii"),
            "radially outward, one transverse component, by day",
        ),
    )


@dataclass(frozen=True)
class Published:
    """A limit on the conversion of 8B neutrinos.

    Attributes
    ----------
    title : str
    P : upper limit [1]
    window : two energies [energy]
    level : [1]
    projection : whether nothing was seen yet because nothing was looked at
    papers : keys of the papers
    """

    title: str
    P: float
    window: tuple[float, float]
    level: float
    projection: bool = False
    papers: tuple[str, ...] = ()


def _limit(limit: float | str, window: str | tuple[float | str, ...] | None, level: float | None
          ) -> Published:
    if isinstance(limit, str):
        table = _data.load("observations/solar_antineutrinos")
        row = next((x for x in table.rows() if x["name"] == limit), None)
        if row is None:
            raise UnknownName("limit of solar_antineutrinos", limit, table["name"])
        if window is not None or level is not None:
            raise DomainError(f"limit {limit} brings its window and level; leave them out")
        return Published(row["title"], float(row["P"]), (float(row["E_low"]), float(row["E_high"])),
                     float(row["level"]), row["kind"] == "projection", (row["source"],))
    if not 0 < limit < 1:
        raise DomainError(f"limit = {limit} is a probability and must lie between 0 and 1")
    if level is None or not 0 < level < 1:
        raise DomainError(f"level = {level} of a limit of one's own must lie between 0 and 1")
    ends = window.split(":") if isinstance(window, str) else \
        [] if window is None else list(np.atleast_1d(window))
    if len(ends) != 2:
        raise DomainError(f"the window '{window}' of a limit of one's own must be two energies, "
                          "such as 8.3MeV:31.8MeV")
    low, high = (to_float(str(x) if isinstance(x, str) else x, "MeV") for x in ends)
    if not 0 < low < high:
        raise DomainError(f"the window '{window}' must rise from above 0")
    return Published("a limit of one's own", float(limit), (low, high), float(level))


@dataclass(frozen=True, eq=False)
class Setting:
    """What the probabilities are made with.

    Attributes
    ----------
    claim : Published
    medium : Profile with its field
    mixing : Mixing
    model : of the Sun
    nodes, tol : as in :func:`probe`
    """

    claim: Published
    medium: Profile
    mixing: Mixing
    model: str
    nodes: int
    tol: float

    @cached_property
    def energies(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes [energy] and flux [1/(area time)] of 8B neutrinos in the window."""
        E, pdf = solar.spectrum(COMPONENT)
        low, high = self.claim.window
        if low >= E[-1]:
            raise DomainError(f"the window begins at {low / MeV:g} MeV, beyond the end of the 8B "
                              f"spectrum at {E[-1] / MeV:.4g} MeV")
        at, w = gauss_panels(np.linspace(low, min(high, E[-1]), _PANELS + 1), _NODES)
        total = solar.source(self.model).components[COMPONENT].total
        return at, w * total * np.interp(at, E, pdf)

    @cached_property
    def greatest(self) -> float:
        """Greatest strength of the field [G]."""
        r = np.geomspace(self.medium.r_min, self.medium.r_max, 2001)
        return float(np.abs(self._strength(r)).max()) / fields.MU_B_PER_GAUSS

    @cached_property
    def field(self) -> float:
        """Root mean square of the field where neutrinos are made, as mu_B B [energy]."""
        r, w = born.birthplaces(COMPONENT, self.model, self.nodes)
        r = np.clip(r, self.medium.r_min, None)
        return float(np.sqrt(w @ self._strength(r) ** 2))

    def _strength(self, r: np.ndarray) -> np.ndarray:
        f = self.medium.field
        return np.zeros_like(r) if f is None else np.asarray(f(r))

    def probability(self, couplings: object, E: np.ndarray | None = None) -> np.ndarray:
        """P(nu_e to nubar_e) at energies, default the nodes of the window [1]."""
        held = Couplings.of(couplings)
        if held.portals or held.charge.any() or held.r2.any():
            raise DomainError("solar_antineutrinos knows transition moments alone, such as "
                              "Couplings.majorana(emu=1e-12); drop portals, charges and charge "
                              "radii")
        return born.conversion(self.medium, held, self.mixing,
                               self.energies[0] if E is None else E, component=COMPONENT,
                               model=self.model, nodes=self.nodes, tol=self.tol)[:, 3]

    def predict(self, couplings: object) -> Prediction:
        """Flux of electron antineutrinos in the window, in panels of energy."""
        P, (_, flux) = self.probability(couplings), self.energies
        low, high = self.claim.window
        axis = Axis("antineutrino energy", "MeV", np.linspace(
            low, min(high, solar.spectrum(COMPONENT)[0][-1]), _PANELS + 1))
        values = (P * flux).reshape(_PANELS, _NODES).sum(axis=1)
        return Prediction({"nubar_e": Spectrum((axis,), values, "cm^-2 s^-1",
                                               papers=("Vinyoles2017", "Winter2006"))})

    def mean(self, couplings: Couplings) -> float:
        """P(nu_e to nubar_e), weighted with the 8B flux of the window [1]."""
        flux = self.energies[1]
        return float(self.probability(couplings) @ flux / flux.sum())

    def expects(self, ray: Ray) -> Curve:
        """The mean probability against the size of the moments."""
        along = _Along(self, ray)
        return Curve(signal=along.signal, where=along.where, steps=_STEPS, precision=_CLOSE)


@dataclass(frozen=True, eq=False)
class _Along:
    """The mean probability along one ray."""

    setting: Setting
    ray: Ray

    def P(self, x: float) -> float:
        return self.setting.mean(self.ray.at(x)) if x > 0 else 0.0

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        return np.array([[self.P(float(s))] for s in x])

    def where(self, j: int) -> tuple[float, float]:
        """About where the probability is that of the limit: it rises as the square."""
        s = self.setting
        most = _MOST / s.greatest / np.abs(self.ray.direction).max()
        x = _START * most
        while x < most:
            x = min(10 * x, most)
            if (found := self.P(x)) > _SEEN * s.tol:
                guess = x * np.sqrt(s.claim.P / found)
                return guess / _RANGE[0], max(min(guess * _RANGE[1], most), guess)
        return _START * most, most
