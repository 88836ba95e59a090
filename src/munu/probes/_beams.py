"""What probes of beams share: a body, what N is made on in it and in front of it, what is seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from munu._arrays import Numbers
from munu.couplings import check_nature
from munu.detectors.geometry import Body, Sphere
from munu.errors import DomainError
from munu.parameters import About, Quantity
from munu.probes._beam_rows import EVENTS, Along, Row, Upstream
from munu.probes._chances import Chance
from munu.probes._collapse import portals
from munu.probes.expected import Curve
from munu.processes.upscattering import Scatterer, scatterers
from munu.rates import decay_in_flight
from munu.ray import Ray
from munu.sources.source import Source
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets.nucleus import Material
from munu.targets.nucleus import material as formula
from munu.units import MeV

__all__ = ["COSINES", "EVENTS", "NEEDED", "Along", "Beam", "Chance", "Efficiency", "FermiMomentum",
           "Kinds", "Row", "Search", "Upstream", "given", "soil", "targets"]

NEEDED = "the width of N and the angle of its photon"
# angles of N to the beam for which chords are held
_ANGLES = np.array([0, 5, 10, 20, 30, 45, 60, 75, 90]) * np.pi / 180
_STEPS, _PRECISION = 5, 1e-6
#: edges in the cosine to the beam that a prediction shows
COSINES = np.array([-1.0, -0.5, 0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0])
Kinds = Annotated[tuple[str, ...] | str, About(
    "what N is made on: coherent (the nucleus as a whole), protons, neutrons, electrons")]
FermiMomentum = Annotated[Quantity, About(
    "of bound nucleons, which blocks low momentum transfers; 0 MeV takes them as free", "MeV")]


@dataclass(frozen=True, eq=False)
class Efficiency:
    """With what probability a photon of some energy is seen: linear between nodes, 0 outside.

    Attributes
    ----------
    E : array (n,), rising [energy]
    share : array (n,), between 0 and 1 [1]
    """

    E: np.ndarray
    share: np.ndarray

    @classmethod
    def flat(cls, share: float = 1.0, low: float = 0.0, high: float = np.inf) -> Efficiency:
        """One number between two energies."""
        return cls(np.array([low, high]), np.array([share, share]))

    def within(self, low: float, high: float) -> Efficiency:
        """The same, with 0 outside of two energies."""
        if not 0 <= low < high:
            raise DomainError(f"photons from {low / MeV:g} to {high / MeV:g} MeV are none; the "
                              "lowest energy must be at least 0 and below the highest")
        ends = np.array([max(low, self.E[0]), min(high, self.E[-1])])
        if not ends[0] < ends[1]:
            raise DomainError(f"photons from {low / MeV:g} to {high / MeV:g} MeV are never seen: "
                              f"the efficiency is known from {self.E[0] / MeV:g} to "
                              f"{self.E[-1] / MeV:g} MeV")
        inner = self.E[(ends[0] < self.E) & (ends[1] > self.E)]
        E = np.concatenate([ends[:1], inner, ends[1:]])
        return Efficiency(E, self(E))

    def __call__(self, E: Numbers) -> np.ndarray:
        """At energies, which may be infinite [1]."""
        if np.isinf(self.E[-1]):
            return np.where(np.asarray(E) >= self.E[0], self.share[0], 0.0)
        return np.interp(E, self.E, self.share, left=0.0, right=0.0)

    def mean(self, E_N: np.ndarray, p: np.ndarray, tilt: np.ndarray) -> np.ndarray:
        r"""Over the photons of N, whose energies are flat but for their tilt t, (k,).

        .. math:: \frac1p\int_{(E_N - p)/2}^{(E_N + p)/2}\mathrm dE\,\epsilon(E)\,
                  \Big(1 + t\,\frac{2E - E_N}{p}\Big)
        """
        low, high = self._sums(0.5 * (E_N - p)), self._sums(0.5 * (E_N + p))
        flat, first = (b - a for a, b in zip(low, high, strict=True))
        return np.clip((flat + tilt * (2 * first - E_N * flat) / p) / p, 0.0, 1.0)

    @cached_property
    def _pieces(self) -> np.ndarray:
        """Constant and slope between nodes, and the integrals of 1 and E times it up to each."""
        E = np.where(np.isinf(self.E), 2 * self.E[:1] + 1.0, self.E)
        slope = np.diff(self.share) / np.diff(E)
        base = self.share[:-1] - slope * E[:-1]
        ends = [base * E[n] + slope * E[n]**2 / 2 for n in (slice(1, None), slice(None, -1))]
        more = [base * E[n]**2 / 2 + slope * E[n]**3 / 3 for n in
                (slice(1, None), slice(None, -1))]
        sums = [np.append(0.0, np.cumsum(a - b))[:-1] - b for a, b in (ends, more)]
        return np.stack([base, slope, *sums])

    def _sums(self, E: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Integrals of 1 and of E times the efficiency, up to energies."""
        E = np.clip(E, self.E[0], self.E[-1])
        at = np.clip(np.searchsorted(self.E, E, side="right") - 1, 0, self.E.size - 2)
        base, slope, zeroth, first = self._pieces[:, at]
        return (zeroth + E * (base + E * slope / 2), first + E * E * (base / 2 + E * slope / 3))


@dataclass(frozen=True, eq=False, kw_only=True)
class Beam:
    """Neutrinos of a source through a body.

    Attributes
    ----------
    source : Source
    targets : pairs of Scatterer and how many there are in the body [1]
    exposure : in what the source is per: protons, an integrated luminosity, seconds
    geometry : Body, the beam along its z; None where every decay counts
    upstream : layers of Upstream
    efficiency : Efficiency of photons
    energies : neutrinos of other energies do not count; None is all [energy]
    T_min : recoils below do not count [energy]
    """

    source: Source
    targets: tuple[tuple[Scatterer, float], ...]
    exposure: float
    geometry: Body | None = None
    upstream: tuple[Upstream, ...] = ()
    efficiency: Efficiency = field(default_factory=Efficiency.flat)
    energies: tuple[float, float] | None = None
    T_min: float = 0.0
    kept: dict[Any, Chance] = field(default_factory=dict, repr=False)

    @property
    def angles(self) -> np.ndarray:
        """Angles of N to the beam that are told apart."""
        return _ANGLES[:1] if self.geometry is None or isinstance(self.geometry, Sphere) \
            else _ANGLES

    def inside(self) -> Chance | None:
        """What is made in the body decays there."""
        return self._chance(("inside",), 0.0, decay_in_flight.mean_inside)

    def double_bang(self, least: float, most: float | None = None) -> Chance | None:
        """The same, between two distances from where it was made."""
        def mean(body: Body, ell: Numbers, direction: Numbers) -> Numbers:
            return decay_in_flight.mean_double_bang(body, ell, least, direction, farthest=most)

        return self._chance(("double_bang", least, most), least, mean)

    def from_upstream(self, up: Upstream) -> Chance | None:
        """What is made in front decays in the body, over what is made in as large a volume."""
        def mean(body: Body, ell: Numbers, direction: Numbers) -> Numbers:
            return decay_in_flight.mean_upstream(body, up.depth, ell, direction, gap=up.gap)

        return self._chance(("upstream", up.depth, up.gap), up.gap, mean)

    def _chance(self, key: tuple[Any, ...], lag: float, mean: Any) -> Chance | None:
        if self.geometry is None:
            return None
        if key not in self.kept:
            self.kept[key] = Chance.of(self.geometry, self.angles, lag, mean)
        return self.kept[key]

    def rows(self, matrix: np.ndarray, M_N: float, nature: str | None) -> tuple[Row, ...]:
        """N of one mass, for moments (3, n_N) of a unit size: those that decay alike together."""
        check_nature(nature, needed_by=NEEDED)
        sizes = np.linalg.norm(matrix, axis=0)
        groups: dict[float, np.ndarray] = {}
        for size, column in zip(sizes, np.asarray(matrix).T, strict=True):
            if size > 0:
                alike = next((x for x in groups if abs(x - size) <= 1e-12 * size), float(size))
                C = np.outer(column.conj(), column)
                groups[alike] = groups[alike] + C if alike in groups else C
        return tuple(Row(self, C, size, M_N, str(nature)) for size, C in groups.items())


def targets(material: Material, mass: float, kinds: Sequence[str] | str, k_F: Any
            ) -> tuple[tuple[Scatterer, float], ...]:
    """What N can be made on in a mass of a material, alike nucleons and electrons together.

    The most abundant isotope of an element stands for the others, whose charge is the same.  With
    a density in place of the mass they are per volume.

    Raises
    ------
    DomainError, UnknownName
    """
    if not (np.isfinite(mass) and mass > 0):
        raise DomainError(f"the mass or density of {material.name} must be finite and above 0")
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if not kinds or len(set(kinds)) != len(kinds):
        raise DomainError("kinds must be one at least, none of them twice")
    units = mass * material.per_mass()
    alike: dict[tuple[Any, ...], list[Scatterer]] = {}
    for one in scatterers(material, kinds, k_F=k_F):
        key = one.kind, one.k_F, one.nucleus.Z if one.nucleus else None
        alike.setdefault(key, []).append(one)
    return tuple((max(held, key=lambda x: x.number), units * sum(x.number for x in held))
                 for held in alike.values())


@dataclass(frozen=True, eq=False, kw_only=True)
class Search:
    """Photons of N that a probe looks for.

    Attributes
    ----------
    name : of the probe
    beams : whose events add
    energy : edges in which photons are shown; those of other energies are not seen [energy]
    distances : least and largest distance from where N was made; None is any
    """

    name: str
    beams: tuple[Beam, ...]
    energy: np.ndarray
    distances: tuple[float, float | None] | None = None

    def expects(self, ray: Ray) -> Curve:
        """Events against the size of the moments."""
        along = Along(self.beams, ray, self.distances)
        return Curve(signal=along.signal, where=along.where, steps=_STEPS, precision=_PRECISION)

    def predict(self, couplings: object) -> Prediction:
        """Events in energy and cosine to the beam of the photon, by what N is made on."""
        axes = (Axis("photon energy", "MeV", self.energy), Axis("cosine to the beam", "1", COSINES))
        names = [s.name for b in self.beams for s, _ in b.targets]
        if self.distances is None:
            names += [up.name for b in self.beams for up in b.upstream]
        out = {n: np.zeros((self.energy.size - 1, COSINES.size - 1)) for n in names}
        for row in given(self.beams, couplings, self.name):
            for name, made in row.photons(1.0, self.energy, COSINES,
                                          distances=self.distances).items():
                out[name] += made
        return Prediction({n: Spectrum(axes, x, papers=self.papers) for n, x in out.items()})

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the papers of the flux and of the targets."""
        return tuple(dict.fromkeys(
            k for b in self.beams for keys in (b.source.papers, *(s.papers for s, _ in b.targets))
            for k in keys))

    def says(self) -> tuple[str, ...]:
        """What is assumed, in words."""
        low, high = self.energy[0] / MeV, self.energy[-1] / MeV
        fluxes = dict.fromkeys(x for b in self.beams for x in b.source.assumed)
        return (*fluxes, f"photons of {low:.4g} to {high:.4g} MeV",
                "N flies straight from where it is made; the beam is parallel",
                "elastic on protons, neutrons and electrons and on the nucleus as a whole; deep "
                "inelastic scattering and resonances are left out, which makes fewer N")


def soil(depth: float, gap: float, density: float, kinds: Sequence[str] | str, k_F: Any, *,
         name: str = "soil", material: Material | str = "SiO2") -> tuple[Upstream, ...]:
    """Matter in front of a detector; none where its depth is 0.

    Parameters
    ----------
    depth, gap : of the matter, and between it and the detector [length]
    density : [mass/volume]
    kinds, k_F : as :func:`targets`
    name, material : what it is
    """
    for word, value in (("depth", depth), ("gap", gap), ("density", density)):
        if not (np.isfinite(value) and value >= 0):
            raise DomainError(f"the {word} of the {name} must be finite and at least 0")
    if depth == 0 or density == 0:
        return ()
    made = formula(material) if isinstance(material, str) else material
    return (Upstream(name=name, depth=depth, gap=gap, targets=targets(made, density, kinds, k_F)),)


def given(beams: Iterable[Beam], couplings: object, name: str) -> list[Row]:
    """The rows of couplings of their own size; a massless N never decays."""
    held = [p for p in portals(couplings, name) if p.M_N > 0 and np.any(p.matrix)]
    return [row for b in beams for p in held for row in b.rows(p.matrix, p.M_N, p.nature)]
