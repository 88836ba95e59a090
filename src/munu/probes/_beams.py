r"""What probes of beams share: N made in a body and in front of it, that decay in it to photons.

.. math:: N = x^2\sum_k w_k\,\epsilon_k\,P(\ell_k/x^2),\qquad
          \epsilon = \int\mathrm dE_\gamma\,\frac{\mathrm dn}{\mathrm dE_\gamma}\,\epsilon(E_\gamma)

with nodes k of momentum and angle of N, made once a mass; the size x of the moment scales what is
made and shortens the decay length.  N flies straight; the beam is parallel, along z of the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from munu._arrays import Numbers, gauss
from munu.couplings import LARGEST, check_nature
from munu.detectors.geometry import Body, Sphere
from munu.errors import DomainError
from munu.parameters import About, Quantity
from munu.probes._collapse import portals
from munu.probes.expected import Curve
from munu.processes import radiative_decay
from munu.processes.upscattering import Scatterer, scatterers
from munu.rates import decay_in_flight
from munu.rates.upscattered import Upscattered, on_nodes, upscattered
from munu.ray import Ray
from munu.sources.source import Source
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets.nucleus import Material
from munu.targets.nucleus import material as formula
from munu.units import MeV

#: events that are seen, where nothing else is
EVENTS = 3.0
NEEDED = "the width of N and the angle of its photon"
# angles of N to the beam for which chords are held, and azimuths over which they are averaged
_ANGLES, _AZIMUTHS = np.array([0, 5, 10, 20, 30, 45, 60, 75, 90]) * np.pi / 180, 6
# decay lengths over the size of the body: from, to, nodes a decade
_SHORT, _LONG, _A_DECADE = 1e-5, 1e5, 24
# exponents below which nothing is left
_GONE = 300.0
# nodes of the rest frame's cosine: a panel, and where panels end near -1, as 1 + cosine
_COSINES, _BACK = 3, np.array([1e-4, 1e-3, 1e-2, 0.05, 0.15, 0.4, 1.0])
# numbers that one block of a spectrum may hold
_BLOCK = 400_000
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
        inner = self.E[(self.E > ends[0]) & (self.E < ends[1])]
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
class Upstream:
    """Matter in front of a body, over its whole shadow and as deep along every flight.

    Attributes
    ----------
    name : such as ``soil``
    depth : of the matter [length]
    gap : between the matter and the body [length]
    targets : pairs of Scatterer and how many there are in a volume [1/volume]
    """

    name: str
    depth: float
    targets: tuple[tuple[Scatterer, float], ...]
    gap: float = 0.0


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

    def double_bang(self, least: float, most: float = np.inf) -> Chance | None:
        """The same, between two distances from where it was made."""
        def mean(body: Body, ell: Numbers, direction: Numbers) -> Numbers:
            return decay_in_flight.mean_double_bang(body, ell, least, direction, farthest=most)

        return self._chance(("double_bang", least, most), least, mean)

    def from_upstream(self, up: Upstream) -> Chance | None:
        """What is made in front decays in the body, over what is made in as large a volume."""
        def mean(body: Body, ell: Numbers, direction: Numbers) -> Numbers:
            return decay_in_flight.mean_upstream(body, up.depth, ell, direction, gap=up.gap)

        return self._chance(("upstream", up.depth, up.gap), up.gap, mean)

    def _chance(self, key: tuple, lag: float, mean: Any) -> Chance | None:
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
    alike: dict[tuple, list[Scatterer]] = {}
    for one in scatterers(material, kinds, k_F=k_F):
        key = one.kind, one.k_F, one.nucleus.Z if one.nucleus else None
        alike.setdefault(key, []).append(one)
    return tuple((max(held, key=lambda x: x.number), units * sum(x.number for x in held))
                 for held in alike.values())


@dataclass(frozen=True, eq=False)
class Chance:
    """A probability against the decay length, for some angles of N to the beam.

    ``low`` and ``high`` are the ends of the table, as logarithms; beyond, it goes on with the slope
    that it has there.  ``lag`` is the distance that N has to fly in any case.
    """

    low: float
    high: float
    lag: float
    empty: np.ndarray
    curve: Any

    @classmethod
    def of(cls, body: Body, angles: np.ndarray, lag: float, mean: Any) -> Chance:
        """Of a body, averaged over azimuths of N."""
        from scipy.interpolate import CubicSpline

        size = body.volume ** (1 / 3)
        low = max(_SHORT * size, lag / _GONE)
        many = int(np.ceil(_A_DECADE * np.log10(_LONG * size / low))) + 1
        ell = np.geomspace(low, _LONG * size, many)
        phi = (np.arange(_AZIMUTHS) + 0.5) * np.pi / 2 / _AZIMUTHS
        made = np.zeros((many, angles.size))
        for i, theta in enumerate(angles):
            around = phi if theta > 0 else phi[:1]
            for a in around:
                direction = (np.sin(theta) * np.cos(a), np.sin(theta) * np.sin(a), np.cos(theta))
                made[:, i] += mean(body, ell, direction) / around.size
        empty = made[-1] <= 0
        # without what it has to fly in any case it is smooth
        with np.errstate(divide="ignore"):
            smooth = np.log(np.where(empty, 1.0, made)) + (lag / ell)[:, None]
        smooth[:, empty] = 0.0
        return cls(float(np.log(low)), float(np.log(_LONG * size)), lag, empty,
                   CubicSpline(np.log(ell), smooth))

    def __call__(self, ell: np.ndarray) -> np.ndarray:
        """At decay lengths (...) above 0, infinite ones too: (..., angles)."""
        endless = np.isinf(ell)
        u = np.log(np.where(endless, 1.0, ell))
        at = np.clip(u, self.low, self.high)
        out = self.curve(at)
        beyond = u != at
        if beyond.any():
            out[beyond] += (u - at)[beyond, None] * self.curve(at[beyond], 1)
        out -= (self.lag / np.where(endless, np.inf, ell))[..., None]
        gone = self.empty | endless[..., None]
        return np.where(gone, 0.0, np.exp(np.minimum(np.where(gone, 0.0, out), 0.0)))


@dataclass(frozen=True, eq=False)
class Made:
    """N on one kind of scatterer, with how they decay to be seen.

    Attributes
    ----------
    found : Upscattered, weights times targets and exposure
    upstream : where in front of the body it was made; None is in it
    tilt, side : twice the mean spin of N along and across, times the asymmetry of its photon (k,)
    share : of photons that are seen (k,)
    """

    found: Upscattered
    upstream: Upstream | None
    tilt: np.ndarray
    side: np.ndarray
    share: np.ndarray


@dataclass(frozen=True, eq=False)
class Row:
    """N of one mass and one width, for any size of its moments.

    Attributes
    ----------
    beam : Beam
    C : trace matrix of a unit size (3, 3) [mu_B^2]
    moment : root of the sum of squares over flavors, of a unit size [mu_B]
    M_N : mass of N, above 0 [energy]
    nature : ``dirac`` or ``majorana``
    """

    beam: Beam
    C: np.ndarray
    moment: float
    M_N: float
    nature: str

    @cached_property
    def made(self) -> tuple[Made, ...]:
        """All scatterers, in the body and in front of it."""
        b = self.beam
        places: list[tuple[Upstream | None, Iterable[tuple[Scatterer, float]]]] = [
            (None, b.targets)]
        if b.geometry is not None:
            volume = b.geometry.volume
            places += [(up, [(s, n * volume) for s, n in up.targets]) for up in b.upstream]
        out, alike = [], {}
        for upstream, held in places:
            for scatterer, many in held:
                # the same nucleons in front, but for their number
                key = scatterer.kind, scatterer.mass, scatterer.nucleus, scatterer.k_F
                if key not in alike:
                    alike[key] = self._one(scatterer)
                one, weight = alike[key], alike[key].found.weight * (many * b.exposure)
                if upstream is not None:
                    # nothing comes from in front backward
                    weight = np.where(one.found.cos_theta > 0, weight, 0.0)
                if weight.any():
                    out.append(replace(one, upstream=upstream, found=replace(
                        one.found, scatterer=scatterer, weight=weight)))
        return tuple(out)

    def _one(self, scatterer: Scatterer) -> Made:
        b, A = self.beam, radiative_decay.asymmetry(self.nature)
        found = upscattered(b.source, self.C, scatterer, self.M_N, window=b.energies,
                            T_min=b.T_min)
        keep = found.p > 0
        found = Upscattered(M_N=self.M_N, scatterer=scatterer, E_nu=found.E_nu[keep],
                            T=found.T[keep], weight=found.weight[keep])
        along, across = found.polarization if A and keep.any() else (np.zeros(keep.sum()),) * 2
        share = b.efficiency.mean(found.E_N, found.p, A * along)
        return Made(found, None, A * along, A * across, share)

    @property
    def total(self) -> float:
        """N made in the body at a unit size, wherever they decay."""
        return sum(m.found.total for m in self.made if m.upstream is None)

    @cached_property
    def nodes(self) -> dict[Upstream | None, tuple[np.ndarray, np.ndarray]]:
        """Decay lengths (k,) at a unit size and N seen there (k, angles), by where they are made.
        """
        out: dict[Upstream | None, tuple[np.ndarray, np.ndarray]] = {}
        for upstream in (None, *self.beam.upstream):
            held = [m for m in self.made if m.upstream is upstream and m.share.any()]
            if held:
                p = np.concatenate([m.found.p for m in held])
                w = np.concatenate([m.found.weight * m.share for m in held])
                share = self._between(np.concatenate([m.found.cos_theta for m in held]))
                both = [on_nodes(p, w * s) for s in share.T]
                out[upstream] = (self._length(both[0][0]), np.stack([n for _, n in both], axis=1))
        return out

    def _length(self, p: np.ndarray) -> np.ndarray:
        return np.asarray(decay_in_flight.decay_length(p, self.M_N, self.moment, self.nature))

    def _between(self, cosine: np.ndarray) -> np.ndarray:
        """Shares (k, angles) by which a direction lies between two of those that are held."""
        angles = self.beam.angles
        if angles.size == 1:
            return np.ones((cosine.size, 1))
        # a body looks the same from behind
        theta = np.arccos(np.minimum(np.abs(cosine), 1.0))
        at = np.clip(np.searchsorted(angles, theta, side="right") - 1, 0, angles.size - 2)
        part = np.clip((theta - angles[at]) / (angles[at + 1] - angles[at]), 0.0, 1.0)
        out = np.zeros((cosine.size, angles.size))
        np.put_along_axis(out, at[:, None], 1 - part[:, None], axis=1)
        np.put_along_axis(out, at[:, None] + 1, part[:, None], axis=1)
        return out

    def decays(self, x: Numbers) -> np.ndarray:
        """Photons seen of N that decay in the body, at sizes (m,), those from in front too."""
        out = self._sum(x, self.beam.inside(), None)
        for up in self.beam.upstream:
            out = out + self._sum(x, self.beam.from_upstream(up), up)
        return out

    def double_bang(self, x: Numbers, least: float, most: float = np.inf) -> np.ndarray:
        """Photons seen between two distances from where N was made, at sizes (m,)."""
        return self._sum(x, self.beam.double_bang(least, most), None)

    def _sum(self, x: Numbers, chance: Chance | None, upstream: Upstream | None) -> np.ndarray:
        x = np.atleast_1d(np.asarray(x, dtype=float))
        if upstream not in self.nodes:
            return np.zeros(x.size)
        ell, w = self.nodes[upstream]
        if chance is None:
            return x**2 * w.sum()
        with np.errstate(divide="ignore"):
            many = chance(ell / x[:, None] ** 2)
        return x**2 * np.einsum("mka,ka->m", many, w)

    @property
    def span(self) -> tuple[float, float]:
        """Sizes below which nothing is seen, and above which all N decay at once."""
        if not any(self.total * m.share.max() > 0 for m in self.made):
            return 1e-9 * LARGEST, LARGEST
        high = min(1e3 * float(np.sqrt(EVENTS / self.total)), LARGEST)
        ell = min(float(n[0].min()) for n in self.nodes.values()) if self.nodes else np.inf
        size = self.beam.geometry.volume ** (1 / 3) if self.beam.geometry else np.inf
        high = max(high, min(LARGEST, float(np.sqrt(_GONE * ell / size)))) if size < np.inf else high
        small = 1e-6 * high
        slow = float(self.decays(small)[0]) / small**4 * 1e3
        return min((EVENTS / slow) ** 0.25 if slow > 0 else np.inf, 0.1 * high), high

    def photons(self, x: float, E: Numbers, cosine: Numbers = (-1.0, 1.0), *,
                distances: tuple[float, float] | None = None) -> dict[str, np.ndarray]:
        """Photons seen in bins of energy and of the cosine to the beam, by scatterer.

        Parameters
        ----------
        x : one size
        E : edges (n + 1,) [energy]
        cosine : edges (k + 1,), from -1 to 1
        distances : least and largest from where N was made; None is any, in front of the body too

        Returns
        -------
        dict of name to array (n, k): of a scatterer in the body, or of matter in front
        """
        E, cosine = np.asarray(E, dtype=float), np.asarray(cosine, dtype=float)
        inner = self.beam.inside() if distances is None else self.beam.double_bang(*distances)
        out: dict[str, np.ndarray] = {}
        for m in self.made:
            if m.upstream is not None and distances is not None:
                continue
            chance = inner if m.upstream is None else self.beam.from_upstream(m.upstream)
            w = x**2 * m.found.weight
            if chance is not None:
                many = chance(self._length(m.found.p) / x**2) if x else np.zeros((w.size, 1))
                w = w * (many * self._between(m.found.cos_theta)).sum(axis=1)
            name = m.found.scatterer.name if m.upstream is None else m.upstream.name
            made = self._binned(m, w, E, cosine)
            out[name] = out[name] + made if name in out else made
        return out

    def _binned(self, m: Made, w: np.ndarray, E: np.ndarray, cosine: np.ndarray) -> np.ndarray:
        f, eff = m.found, self.beam.efficiency
        breaks = np.unique(np.concatenate([E, eff.E[np.isfinite(eff.E)]]))
        # the bin of energy that a piece between two breaks lies in
        middle = np.append(0.5 * (breaks[1:] + breaks[:-1]), np.inf)
        bins = np.searchsorted(E, np.append(-1.0, middle), side="right") - 1
        out = np.zeros((E.size - 1, cosine.size - 1))
        back = _BACK if cosine.size > 2 else _BACK[:0]
        many = (breaks.size + 1 + back.size) * _COSINES * cosine.size
        step = max(1, _BLOCK // many)
        keep = np.flatnonzero(w > 1e-9 * w.max(initial=0.0))
        for k in range(0, keep.size, step):
            i = keep[k:k + step]
            ends = np.clip((2 * breaks - f.E_N[i, None]) / f.p[i, None], -1.0, 1.0)
            ends = np.concatenate([np.full((i.size, 1), -1.0), ends, np.ones((i.size, 1)),
                                   np.broadcast_to(back - 1, (i.size, back.size))], axis=1)
            order = np.argsort(ends, axis=1, kind="stable")
            # pieces of the energy are counted, those near -1 lie within one
            owner = np.cumsum(order < breaks.size + 2, axis=1)[:, :-1] - 1
            ends = np.take_along_axis(ends, order, axis=1)
            u, v = gauss(_COSINES)
            half = 0.5 * np.diff(ends, axis=1)[..., None]
            c = ends[:, :-1, None] + half * (1 + u)
            weight = half * v * w[i, None, None] * eff(0.5 * (f.E_N[i, None, None]
                                                             + f.p[i, None, None] * c))
            made = weight[..., None] * self._directions(m, i, c, cosine)
            at = bins[np.clip(owner, 0, bins.size - 1)]
            inside = (at >= 0) & (at < E.size - 1)
            np.add.at(out, at[inside], made.sum(axis=2)[inside])
        return out

    @staticmethod
    def _directions(m: Made, i: np.ndarray, c: np.ndarray, cosine: np.ndarray) -> np.ndarray:
        """Density in the rest frame's cosine c of photons in bins of the cosine to the beam."""
        f, three = m.found, (slice(None), None, None)
        E_N, p, cos = (a[i][three] for a in (f.E_N, f.p, f.cos_theta))
        tilt, side = m.tilt[i][three], m.side[i][three]
        s = np.sqrt(np.maximum(1 - c**2, 0.0))
        flat, bent = 0.5 * (1 + tilt * c), 0.5 * side * s / np.pi
        if cosine.size == 2 and cosine[0] <= -1 and cosine[1] >= 1:
            return flat[..., None]
        far = E_N + p * c
        along, across = cos * (p + E_N * c) / far, np.sqrt(np.maximum(1 - cos**2, 0)) * f.M_N * s / far
        # azimuth beyond which the angle to the beam is larger
        with np.errstate(divide="ignore", invalid="ignore"):
            turn = (cosine - along[..., None]) / across[..., None]
        turn = np.where(across[..., None] > 0, turn, np.where(
            cosine >= along[..., None], np.inf, -np.inf))
        turn = np.clip(turn, -1.0, 1.0)
        phi = np.arccos(turn)
        below = flat[..., None] * (1 - phi / np.pi) - bent[..., None] * np.sqrt(1 - turn**2)
        return np.diff(below, axis=-1)


@dataclass(frozen=True, eq=False)
class Along:
    """Events along one ray, for sizes of many masses at once; tables of a mass are made once.

    Attributes
    ----------
    beams : whose events add
    ray : Ray
    distances : least and largest distance from where N was made; None is any
    """

    beams: tuple[Beam, ...]
    ray: Ray
    distances: tuple[float, float] | None = None
    kept: dict[int, tuple[Row, ...]] = field(default_factory=dict, repr=False)

    def rows(self, j: int) -> tuple[Row, ...]:
        """Of mass number j; none where N is massless and never decays."""
        if j not in self.kept:
            M = 0.0 if self.ray.masses is None else float(self.ray.masses[j])
            matrix = self.ray.at(1.0, j).portals[0].matrix
            self.kept[j] = () if M == 0 else tuple(
                row for b in self.beams for row in b.rows(matrix, M, self.ray.nature))
        return self.kept[j]

    def signal(self, x: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Events (m, 1) at sizes x for masses number j."""
        out = np.zeros(x.size)
        for k in np.unique(j):
            for row in self.rows(int(k)):
                out[j == k] += counted(row, x[j == k], self.distances)
        return out[:, None]

    def where(self, j: int) -> tuple[float, float]:
        """From where an event may be seen to where all N decay at once."""
        spans = [row.span for row in self.rows(j)] or [(1e-9 * LARGEST, LARGEST)]
        return min(a for a, _ in spans), max(b for _, b in spans)


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
    distances: tuple[float, float] | None = None

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


def counted(row: Row, x: Numbers, distances: tuple[float, float] | None) -> np.ndarray:
    """Events of a row, within distances from where N was made or at any."""
    return row.decays(x) if distances is None else row.double_bang(x, *distances)


def given(beams: Iterable[Beam], couplings: object, name: str) -> list[Row]:
    """The rows of couplings of their own size; a massless N never decays."""
    held = [p for p in portals(couplings, name) if p.M_N > 0 and np.any(p.matrix)]
    return [row for b in beams for p in held for row in b.rows(p.matrix, p.M_N, p.nature)]
