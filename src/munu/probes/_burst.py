"""What probes of a galactic neutronization burst share: star and field, bins, counts, their curve.

A probe says which flavor leaves and which arrives (:meth:`Setting.flow`); the rest stands here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, ClassVar, TypeVar

import numpy as np

from munu import flavors, media
from munu._arrays import gauss_panels
from munu._frozen import FrozenMap
from munu.couplings import Couplings
from munu.detectors import supernova
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.media import fields
from munu.media.profile import Profile
from munu.parameters import About, Quantity
from munu.probes.expected import Curve, Pull
from munu.processes.electron_scattering import recoil_share_six
from munu.propagation.earth import mass_to_flavor
from munu.ray import Ray
from munu.sources import burst
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV, km, kpc, ms, to_float

Distance = Annotated[Quantity, About("of the star", "kpc", bare=True)]
Ordering = Annotated[str, About("of a mixing by name", choices=("NO", "IO"),
                                assumes="ordering")]
Strength = Annotated[Quantity | None, About(
    "transverse field at 1000 km, falls as a dipole; default 5e9G, or the medium's own field",
    "G", assumes="B_perp")]
Course = Annotated[fields.Field | str | None, About(
    "transverse field by its course instead of B0, such as power2:5e9G@1000km or file:mine.ecsv, "
    "whose phi says how it turns")]
Medium = Annotated[Profile | str, About("name, or a Profile, which may bring its own field")]
Norm = Annotated[float | str, About(
    "relative error of one common normalization, or free; 0 is fixed")]
Detectors = Annotated[tuple[Any, ...] | str, About(
    "of dune, hyper_kamiokande, hyper_kamiokande_2019, super_kamiokande, juno")]
Window = Annotated[tuple[Any, ...] | str, About(
    "two times after bounce, a whole number of bins of 5 ms", "ms")]
Mixed = Annotated[Mixing | str, About("name of a fit, or a Mixing, which brings its own ordering")]
Model = Annotated[burst.Burst | str, About("name of a burst, or one with its fluence")]
Earth = Annotated[tuple[Any, ...] | str | None, About(
    "layers such as ('3000km', '4.5 g/cm^3', 0.5): length, density and Y_e, crossed before all "
    "detectors; or prem:30deg, the reference Earth along a chord of that nadir angle")]
Threshold = Annotated[Quantity, About(
    "nothing is seen below this energy of the neutrino, or of the electron that is hit; a multiple "
    "of 0.5 MeV", "MeV")]
Tol = Annotated[float, About("error of a probability, 1e-7 to 1e-2")]

CHANNELS: Mapping[str, tuple[str, ...]] = FrozenMap({
    "dune": ("nu_e_argon",), "juno": ("ibd",),
    **dict.fromkeys(("hyper_kamiokande", "hyper_kamiokande_2019", "super_kamiokande"),
                    ("ibd", "electron"))})
FIELD_AT = 1000 * km
_B0 = "5e9G"
BINS = (5 * ms, 2 * MeV)
E_MAX = 100 * MeV
TOL = 1e-6
# panels of a bin in energy and nodes of a panel
_PANELS, _NODES = 4, 4
# what is felt of a first small moment stands above the error of probabilities; where it does not,
# so many times more is tried, so often
_FELT, _LOUD, _MORE, _OFTEN = 1e-4, 100.0, 10**0.5, 16
# q about which the search is laid, how far it goes to both sides, nodes a decade, precision
_SEEN, _RANGE, _STEPS, _CLOSE = 2.7, (1.6, 6.0), 1.5, 1e-7


Kind = TypeVar("Kind", bound="Setting")


def setting(kind: type[Kind], *, distance: float, ordering: str, star: Profile, own: bool,
            norm: float | str, detectors: tuple[str, ...] | str,
            window: tuple[Any, ...] | str, mixing: Mixing | str, model: burst.Burst | str,
            earth: tuple[Any, ...] | str | None, threshold: float, tol: float,
            dark: bool = False) -> Kind:
    """The options of a probe as its setting, checked now and not when it is asked.

    Raises
    ------
    DomainError, UnknownName
    """
    made = mixing if isinstance(mixing, Mixing) else flavors.mixing(mixing, ordering)
    wanted = _detectors(detectors)
    if isinstance(norm, str) and norm != "free":
        raise DomainError(f"norm '{norm}' must be free, or a relative error such as 0.1")
    if not isinstance(norm, str) and not (np.isfinite(norm) and norm >= 0):
        raise DomainError(f"norm = {norm!r} must be at least 0, or free")
    if not (isinstance(model, str) or hasattr(model, "fluence")):
        raise DomainError(f"model is a {type(model).__name__}; give the name of a burst, a Burst, "
                          "or munu.sources.snewpy_models.burst(model)")
    steps = threshold / (BINS[1] / _PANELS)
    if not 0 <= threshold < E_MAX or abs(steps - round(steps)) > 1e-9:
        raise DomainError(f"threshold = {threshold / MeV:g} MeV must be a multiple of "
                          f"{BINS[1] / _PANELS / MeV:g} MeV, from 0 to below {E_MAX / MeV:g} MeV")
    time = Axis("time after bounce", "ms", _time_edges(window))
    energy = Axis("neutrino energy", "MeV", np.linspace(0, E_MAX, round(E_MAX / BINS[1]) + 1))
    out = kind(burst.burst(model) if isinstance(model, str) else model, distance, star, made,
               time, energy, tuple((d, c) for d in wanted for c in CHANNELS[d]),
               None if isinstance(norm, str) else float(norm), _strongest(star), own, earth,
               dark, threshold, tol)
    # a time outside the table, a distance or a layer that cannot be is refused here, not later
    out.burst.fluence([MeV], tuple(time.edges[[0, -1]]), out.distance)
    mass_to_flavor(made, earth or ())
    return out


def _detectors(given: tuple[str, ...] | str) -> tuple[str, ...]:
    wanted = (given,) if isinstance(given, str) else tuple(given)
    if not wanted or len(set(wanted)) != len(wanted):
        raise DomainError("detectors must be one at least, none of them twice")
    for name in wanted:
        if name not in CHANNELS:
            raise UnknownName("detector of a galactic burst", name, CHANNELS)
    return wanted


def star(medium: Profile | str, B0: float | None, field: fields.Field | str | None
         ) -> tuple[Profile, bool]:
    """The medium with a field, and whether that is its own.

    Raises
    ------
    DomainError
    """
    made = medium if isinstance(medium, Profile) else media.get(medium)
    if B0 is not None and field is not None:
        raise DomainError(f"B0 = {B0:g} G does not go with field, which brings its own strength; "
                          "leave one away")
    if made.field is not None:
        for name, given in (("B0", None if B0 is None else f"{B0:g} G"), ("field", field)):
            if given is not None:
                raise DomainError(f"{name} = {given} does not go with the medium {made.name}, "
                                  "which brings its own field; leave one away")
        with_field = made
    elif field is not None:
        read = fields.read(field) if isinstance(field, str) else field
        with_field = read.on(made)
    else:
        with_field = made.with_(field=fields.dipole(_B0 if B0 is None else B0, FIELD_AT))
    if not _strongest(with_field) > 0:
        raise DomainError("B0, or the medium's own field, must not be 0: without a field no moment "
                          "is seen")
    return with_field, made.field is not None


def _strongest(medium: Profile) -> float:
    """The greatest strength of the field in a medium [G]."""
    radii = np.geomspace(medium.r_min, medium.r_max, 1001)
    assert medium.field is not None
    return float(np.abs(medium.field(radii)).max()) / fields.MU_B_PER_GAUSS


def _time_edges(window: str | tuple[float | str, ...]) -> np.ndarray:
    ends = window.split(":") if isinstance(window, str) else list(np.atleast_1d(window))
    if len(ends) != 2:
        raise DomainError(f"the window '{window}' must be two times, such as -10ms:50ms")
    low, high = (to_float(str(x) if isinstance(x, str) else x, "ms") for x in ends)
    count = (high - low) / BINS[0]
    if not np.isfinite(count) or count < 0.5 or abs(count - round(count)) > 1e-9 * count:
        raise DomainError(f"the window '{window}' must rise and be a whole number of bins of "
                          f"{BINS[0] / ms:g} ms")
    return np.linspace(low, high, round(count) + 1)


@dataclass(frozen=True, eq=False)
class Setting:
    """What the counts are made with; a kind of neutrino adds its ``flow``.

    Attributes
    ----------
    burst : Burst
    distance : [length]
    medium : Profile with its field
    mixing : Mixing
    time, energy : Axis
    channels : pairs of a detector and a channel
    norm : relative error of the common normalization, None where it is free
    field : greatest strength in the medium [G]
    own : whether the medium brought its field
    earth : layers, a text, or None
    dark : whether bins count in which nothing is expected
    threshold : nothing is seen below [energy]
    tol : error of a probability
    nothing : couplings without a moment
    theory : keys of the papers on how flavors change
    start : moment times the strongest field that turns few neutrinos [mu_B G]
    """

    nothing: ClassVar[Couplings]
    theory: ClassVar[tuple[str, ...]]
    start: ClassVar[float]

    burst: burst.Burst
    distance: float
    medium: Profile
    mixing: Mixing
    time: Axis
    energy: Axis
    channels: tuple[tuple[str, str], ...]
    norm: float | None
    field: float
    own: bool
    earth: tuple[Any, ...] | str | None
    dark: bool
    threshold: float
    tol: float

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the burst, the medium, the mixing and the cross sections."""
        return tuple(dict.fromkeys((
            *self.burst.papers, *self.medium.papers, *self.mixing.papers,
            *(k for _, c in self.channels for k in supernova.CHANNELS[c].papers),
            *self.theory)))

    def says(self, *more: str) -> tuple[str, ...]:
        """What is assumed, in words; ``more`` on the field."""
        return (
            f"burst {self.burst.name} at {self.distance / kpc:g} kpc, {self.mixing.name} "
            f"{self.mixing.ordering}",
            f"medium {self.medium.name}, {self._course}, {self.field:.3g} G at the most",
            *more,
            "norm free" if self.norm is None else f"norm within {self.norm:.2g}",
            *([f"the Earth before all detectors: {self.earth}"] if isinstance(self.earth, str)
              else ["layers of the Earth before all detectors"] if self.earth else []),
            "efficiency 1, " + (f"threshold {self.threshold / MeV:g} MeV" if self.threshold else
                                "no threshold") + ", no background",
            "dark bins count" if self.dark else "bins without expectation are left out",
            "the neutrino's energy is known to the bin; of electron scattering the electron's",
            "no collective effects")

    @property
    def _course(self) -> str:
        if self.own:
            return "its own field"
        name = getattr(self.medium.field, "name", None)
        return f"field {name}" if name else "a dipole field"

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """Counts if all of one flavor came as another: channel to (6, 6, n_t, n_E), and for
        scattering on electrons (6, 6, n_t, n_E, n_T), shared out over the electron's energy."""
        edges = self.energy.edges
        fine = np.linspace(edges[0], edges[-1], _PANELS * (edges.size - 1) + 1)
        E, w = gauss_panels(fine, _NODES)
        t = self.time.edges
        left = np.stack([self.burst.fluence(E, (a, b), self.distance)
                         for a, b in pairwise(t)], axis=1)
        out = {}
        for detector, channel in self.channels:
            made = supernova.DETECTORS[detector]
            size = made.targets[supernova.CHANNELS[channel].target]
            sigma = supernova.cross_section(channel, E)
            each = size * w * left[:, None] * sigma[None, :, None]
            each = each.reshape(6, 6, t.size - 1, -1, _PANELS * _NODES)
            if channel == "electron":
                seen = np.maximum(edges, self.threshold)
                share = np.diff(recoil_share_six(seen[:, None], E), axis=1)
                out[f"{detector} {channel}"] = np.einsum(
                    "batek,arek->bater", each,
                    share.reshape(6, edges.size - 1, -1, _PANELS * _NODES))
            else:
                cut = (self.threshold <= E).reshape(-1, _PANELS * _NODES)
                out[f"{detector} {channel}"] = (each * cut).sum(axis=-1)
        return out

    @abstractmethod
    def flow(self, couplings: object) -> np.ndarray:
        """Flavor that leaves to flavor that arrives, at the middles of the bins: (n_E, 6, 6)."""

    def expected(self, couplings: object) -> dict[str, np.ndarray]:
        """Counts by channel, each (n_t, n_E)."""
        P = self.flow(couplings)
        return {n: np.einsum("eba,bate->te" if w.ndim == 4 else "eba,bater->tr", P, w)
                for n, w in self.weights.items()}

    def row(self, counts: dict[str, np.ndarray]) -> np.ndarray:
        """Counts of all channels in one row, without the bins that are left out."""
        return np.concatenate([N.ravel() for N in counts.values()])[self.used]

    @cached_property
    def used(self) -> np.ndarray:
        """Bins that count: those in which something is expected without a moment, or all."""
        off = np.concatenate([N.ravel() for N in self.without.values()])
        return (off > 0) | self.dark

    def expects(self, ray: Ray) -> Curve:
        """Counts of all channels against the size of the moments."""
        along = _Along(self, ray)
        pulls = {} if self.norm == 0 else {"norm": Pull("all", self.norm)}
        return Curve(signal=along.signal, where=along.where, bins=int(self.used.sum()),
                     pulls=pulls, steps=_STEPS, precision=_CLOSE)

    @cached_property
    def without(self) -> dict[str, np.ndarray]:
        """Counts without a moment, by channel."""
        return self.expected(self.nothing)

    def predict(self, couplings: object) -> Prediction:
        """The same as spectra."""
        # the neutrino's energy, or the electron's where one is scattered
        seen = replace(self.energy, name="reconstructed energy")
        return Prediction({
            n: Spectrum((self.time, seen), N, papers=self.papers)
            for n, N in self.expected(couplings).items()})


def refused(name: str, couplings: object, example: str) -> Couplings:
    """The couplings, where they are moments of the light neutrinos alone.

    Raises
    ------
    DomainError
    """
    held = Couplings.of(couplings)
    if held.portals or held.charge.any() or held.r2.any():
        raise DomainError(f"{name} knows {example}: a portal to N is not evolved in a star; drop "
                          "portals, charges and charge radii")
    return held


@dataclass(frozen=True, eq=False)
class _Along:
    """Counts along one ray; a size that was asked for is kept."""

    setting: Setting
    ray: Ray
    kept: dict[float, np.ndarray] = field(default_factory=dict)

    def counts(self, x: float) -> np.ndarray:
        if x not in self.kept:
            s = self.setting
            self.kept[x] = s.row(s.expected(self.ray.at(x)) if x else s.without)
        return self.kept[x]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        return np.stack([self.counts(float(s)) for s in x])

    def where(self, j: int) -> tuple[float, float]:
        """About where twice the log likelihood ratio is some units, from a small moment.

        It rises as the fourth power there, as the square in bins that are dark without moments.
        """
        size = self.setting.start / self.setting.field / np.abs(self.ray.direction).max()
        off = self.counts(0.0)
        # counts that the error of a probability can change
        loud = max(_FELT, _LOUD * self.setting.tol**2 * float(off.sum()))
        for _ in range(_OFTEN):
            q, dark = self._change(size, off)
            if max(q, dark) >= loud:
                break
            size *= _MORE
        guess = size * min((_SEEN / max(q, 1e-12)) ** 0.25, (_SEEN / max(dark, 1e-12)) ** 0.5)
        return guess / _RANGE[0], guess * _RANGE[1]

    def _change(self, size: float, off: np.ndarray) -> tuple[float, float]:
        """Twice the log likelihood ratio, of bins with events anyway and of those without."""
        on, lit = self.counts(size), off > 0
        change = (on - off)[lit]
        q = np.sum(change**2 / off[lit]) - (np.sum(change) ** 2 / off[lit].sum()
                                            if self.setting.norm is None else 0.0)
        return float(q), float(2 * on[~lit].sum())
