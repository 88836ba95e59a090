r"""N made all around in the Earth, which decay in a detector.

.. math:: R = V T\sum_{\rm material}\frac{n_{\rm targets}}{\rho}\sum_k w_k\,x^2\,
          \rho_{\rm seen}\!\left(\frac{\ell_k}{x^2}\right) f_k

with the nodes :math:`w_k` of up-scattering, their decay lengths for a moment of 1 mu_B and the
share :math:`f_k` of photons in the window.  Directions of N are taken as isotropic: exact for
neutrinos from all sides, and for those of the Sun the mean over all hours and seasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np

from munu.couplings import LARGEST, DipolePortal, check_nature
from munu.errors import DomainError
from munu.media import earth_around as earth
from munu.probes._along import NOWHERE, Along
from munu.probes._collapse import OTHERWISE, portals
from munu.probes.expected import Curve
from munu.processes import radiative_decay
from munu.processes.upscattering import scatterers
from munu.rates.upscattered import Upscattered, on_nodes, upscattered
from munu.ray import Ray
from munu.sources.source import Source
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets.nucleus import material
from munu.units import MeV, km, m, per_unit

__all__ = ["KINDS", "OTHERWISE", "Setting"]

#: by coherent scattering and on single nucleons; electrons are left out: they make light N alone
KINDS = ("coherent", "protons", "neutrons")
#: what mantle and crust, and the core, are made of
MATTER = {"rock": "SiO2", "core": "Fe"}
# decay lengths at which the density is tabulated, a decade, and the first and the last of them
_A_DECADE, _FIRST, _LAST = 48, 1e-3 * m, 1e9 * km
_BINS, _STEPS, _PRECISION = 40, 6, 1e-7
# above this size N decay within a thousandth of the detector
_SHORT = 1e-3


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What the decays are made with.

    Attributes
    ----------
    name : of the probe
    source : Source, per second
    material, density : of the detector [mass/volume]
    exposure : mass times time of the detector
    radius : of the detector as a sphere: what is nearer counts as its own material [length]
    depth : of the detector [length]
    window : lowest and highest energy of the photon that counts [energy]
    efficiency : of those
    matter : materials by part of the Earth
    unit : of what is counted, over events
    """

    name: str
    source: Source
    material: str
    density: float
    exposure: float
    radius: float
    depth: float
    window: tuple[float, float]
    efficiency: float
    matter: Mapping[str, str] = field(default_factory=lambda: dict(MATTER))
    unit: float = 1.0

    def __post_init__(self) -> None:
        for name, value, unit in (("density", self.density, "g/cm^3"),
                                  ("exposure", self.exposure, "t yr"),
                                  ("radius", self.radius, "m")):
            if not (np.isfinite(value) and value > 0):
                raise DomainError(f"{name} = {per_unit(value, unit):g} {unit} must be above 0")
        low, high = self.window
        if not 0 <= low < high:
            raise DomainError(f"the window of the photon, {low / MeV:g} to {high / MeV:g} MeV, "
                              "must rise and begin at 0 or above")
        if not low < (top := self.source.support[1]):
            raise DomainError(f"photons from {low / MeV:g} MeV on have more than the highest "
                              f"neutrino, {top / MeV:g} MeV; take a lower threshold")
        if not 0 < self.efficiency <= 1:
            raise DomainError(f"efficiency = {self.efficiency} must be above 0 and at most 1")
        if not 0 <= self.depth < 20 * km:
            raise DomainError(f"depth = {self.depth / km:g} km must be at least 0 and below 20 km")

    def made(self, column: np.ndarray, M_N: float) -> dict[str, list[Upscattered]]:
        """N by where they are made, each times the targets a mass of it [1/(mass time)]."""
        C = np.outer(column.conj(), column)
        out = {}
        for part, name in ((self.name, self.material), *self.matter.items()):
            stuff = material(name)
            out[part] = [x.scaled(one.number * stuff.per_mass()) for one in scatterers(stuff, KINDS)
                         if (x := upscattered(self.source, C, one, M_N)).weight.size]
        return out

    def row(self, column: np.ndarray, M_N: float, nature: str | None) -> Row:
        """What decays of N of one mass, for the moments of one N of a unit size."""
        return Row(self, np.asarray(column), float(M_N), nature)

    def rows(self, portal: DipolePortal) -> list[Row]:
        """The same of each N of a portal."""
        return [self.row(column, portal.M_N, portal.nature)
                for column in np.asarray(portal.matrix).T if portal.M_N > 0 and column.any()]

    def expects(self, ray: Ray) -> Curve:
        """What is counted along a ray."""
        check_nature(ray.nature, needed_by="how N decays")
        along = Along(self.rows, ray)
        return Curve(signal=along.signal, where=along.where, steps=_STEPS, precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """Photons that count, by where their N were made."""
        rows = [row for p in portals(couplings, self.name) for row in self.rows(p)]
        top = max((r.top for r in rows), default=self.window[1])
        axis = Axis("energy of the photon", "MeV", np.linspace(
            self.window[0], max(min(self.window[1], top), self.window[0] + MeV), _BINS + 1))
        parts = {n: np.zeros(_BINS) for n in (self.name, *self.matter)}
        for r in rows:
            for k in range(_BINS):
                for n, x in r.decays(np.ones(1), tuple(axis.edges[k:k + 2])).items():
                    parts[n][k] += x[0] / self.unit
        named = {"detector" if n == self.name else n: x for n, x in parts.items()}
        return Prediction({n: Spectrum((axis,), x, papers=self.source.papers)
                           for n, x in named.items()})

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        low, high = self.window
        return (f"{per_unit(self.exposure, 't yr'):.4g} t yr of {self.material}, "
                f"{self.depth / km:g} km deep; photons of {low / MeV:g} to {high / MeV:g} MeV, "
                f"efficiency {self.efficiency:g}, no resolution",
                "N is made coherently on nuclei and on single nucleons, with Pauli blocking; "
                "electrons, excitation of nuclei and deep inelastic scattering are left out",
                "the Earth is round and layered, " + ", ".join(
                    f"its {part} {name}" for part, name in self.matter.items())
                + f"; within {self.radius / m:g} m all is the detector's own material",
                "N fly in all directions alike: for neutrinos of the Sun the mean over hours and "
                "seasons, as if it stood everywhere equally long")


@dataclass(frozen=True, eq=False)
class Row:
    """N of one mass and of the moments of one column."""

    setting: Setting
    column: np.ndarray
    M_N: float
    nature: str | None

    def __post_init__(self) -> None:
        check_nature(self.nature, needed_by="how N decays")

    @cached_property
    def made(self) -> dict[str, list[Upscattered]]:
        """N by where they are made."""
        return self.setting.made(self.column, self.M_N)

    @property
    def top(self) -> float:
        """The highest energy of a photon [energy]."""
        E = max((x.E_N.max() for parts in self.made.values() for x in parts), default=self.M_N)
        return 0.5 * (E + np.sqrt((E - self.M_N) * (E + self.M_N)))

    @cached_property
    def life(self) -> float:
        """Of N for a size of 1 [time]."""
        return float(radiative_decay.lifetime(self.M_N, np.linalg.norm(self.column), self.nature))

    def nodes(self, window: tuple[float, float]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Decay lengths for a size of 1, and N with their photon in a window, by part."""
        A, out = radiative_decay.asymmetry(self.nature), {}
        for part, made in self.made.items():
            p = np.concatenate([x.p for x in made]) if made else np.empty(0)
            w = [x.weight * _share(x, A, window) for x in made]
            weight = np.concatenate(w) if w else np.empty(0)
            keep = (p > 0) & (weight > 0)
            p, weight = on_nodes(p[keep], weight[keep])
            out[part] = p / self.M_N * self.life, weight
        return out

    @cached_property
    def _whole(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        return self.nodes(self.setting.window)

    def decays(self, x: np.ndarray, window: tuple[float, float] | None = None
               ) -> dict[str, np.ndarray]:
        """Photons that count by where their N were made, at sizes x (m,)."""
        s, out = self.setting, {}
        for part, (length, weight) in (self._whole if window is None else
                                       self.nodes(window)).items():
            # without a moment nothing is made, and what is would live for ever
            flown = length / np.where(x > 0, x, 1e-30)[:, None] ** 2
            if part == s.name:
                seen = s.density * -np.expm1(-s.radius / flown)
            else:
                seen = _seen(flown, s.depth, s.radius, part)
            made = (seen * weight).sum(axis=1) if length.size else np.zeros(x.size)
            out[part] = x**2 * made * s.efficiency * s.exposure / s.density
        return out

    def seen(self, x: np.ndarray) -> np.ndarray:
        """What is counted (m,), at sizes."""
        return np.add.reduce(list(self.decays(x).values())) / self.setting.unit

    @cached_property
    def span(self) -> tuple[float, float]:
        """Sizes between which it is worth looking."""
        lengths = np.concatenate([a for a, _ in self._whole.values()])
        if not lengths.size:
            return NOWHERE
        high = min(float(np.sqrt(lengths.max() / (_SHORT * self.setting.radius))), LARGEST)
        fourth = float(self.seen(np.array([1e-6 * high]))[0]) / (1e-6 * high) ** 4
        return min((1e-2 / fourth) ** 0.25 if fourth > 0 else np.inf, 0.1 * high), high


def _share(made: Upscattered, A: float, window: tuple[float, float]) -> np.ndarray:
    """Share of photons in a window, by the polarization along the momentum of N."""
    p = np.where(made.p > 0, made.p, 1.0)
    low, high = (np.clip((2 * E - made.E_N) / p, -1.0, 1.0) for E in window)
    tilt = 0.5 * A * made.polarization[0] if A else 0.0
    return 0.5 * ((high - low) + tilt * (high - low) * (high + low))


@cache
def _table(depth: float, near: float, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of decay lengths, and the density that is seen times the length."""
    n = int(np.log10(_LAST / _FIRST) * _A_DECADE) + 1
    length = np.geomspace(_FIRST, _LAST, n)
    return np.log(length), earth.seen_density(length, depth=depth, near=near, part=part) * length


def _seen(length: np.ndarray, depth: float, near: float, part: str) -> np.ndarray:
    """The density in which N of a decay length are as if made; none of below a millimeter."""
    at, held = _table(depth, near, part)
    x = np.log(np.clip(length, _FIRST, None))
    return np.interp(x, at, held) / length
