r"""N of one mass in a beam, made once: what decays to be seen, for any size of its moments.

.. math:: N = x^2\sum_k w_k\,\epsilon_k\,P(\ell_k/x^2),\qquad
          \epsilon = \int\mathrm dE_\gamma\,\frac{\mathrm dn}{\mathrm dE_\gamma}\,\epsilon(E_\gamma)

with nodes k of momentum and angle of N; the size x scales what is made and shortens the decay
length.  N flies straight; the beam is parallel, along z of the body.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from munu._arrays import Numbers, gauss
from munu.couplings import LARGEST
from munu.probes._chances import Chance
from munu.processes import radiative_decay
from munu.processes.upscattering import Scatterer
from munu.rates import decay_in_flight
from munu.rates.upscattered import Upscattered, upscattered
from munu.ray import Ray

if TYPE_CHECKING:
    from munu.probes._beams import Beam

#: events that are seen, where nothing else is
EVENTS = 3.0
# nodes of the rest frame's cosine: a panel, and where panels end near -1, as 1 + cosine
_COSINES, _BACK = 3, np.array([1e-4, 1e-3, 1e-2, 0.05, 0.15, 0.4, 1.0])
# momenta a decade onto which N of all angles are shared
_MOMENTA = 48
# numbers that one block of a spectrum may hold
_BLOCK = 400_000
# of a spectrum: N together a decade of energy and of angle, and angles that are forward
_ENERGIES, _NARROW, _FORWARD = 80, 12, 2e-3


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


#: decay lengths (k,) and N (k, angles) by where they are made; None is the body
Nodes = dict[Upstream | None, tuple[np.ndarray, np.ndarray]]


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
    def nodes(self) -> Nodes:
        """Decay lengths (k,) at a unit size and N seen there (k, angles), by where they are made.
        """
        return self._shared(_MOMENTA)

    @cached_property
    def _fine(self) -> Nodes:
        # far from where they were made the fastest alone are left, by an exponential of 1/p
        return self._shared(4 * _MOMENTA)

    def _shared(self, a_decade: int) -> Nodes:
        out: Nodes = {}
        for upstream in (None, *self.beam.upstream):
            held = [m for m in self.made if m.upstream is upstream and m.share.any()]
            if held:
                p = np.concatenate([m.found.p for m in held])
                w = np.concatenate([m.found.weight * m.share for m in held])
                at, part = self._beside(np.concatenate([m.found.cos_theta for m in held]))
                p, w = _on_nodes(p, w, at, part, self.beam.angles.size, a_decade)
                out[upstream] = self._length(p), w
        return out

    def _length(self, p: np.ndarray) -> np.ndarray:
        return np.asarray(decay_in_flight.decay_length(p, self.M_N, self.moment, self.nature))

    def _beside(self, cosine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Number of the held angle (k,) below each direction, and how far it is to the next one."""
        angles = self.beam.angles
        # a body looks the same from behind
        theta = np.arccos(np.minimum(np.abs(cosine), 1.0))
        at = np.clip(np.searchsorted(angles, theta, side="right") - 1, 0, max(angles.size - 2, 0))
        if angles.size == 1:
            return at, np.zeros(theta.size)
        return at, np.clip((theta - angles[at]) / (angles[at + 1] - angles[at]), 0.0, 1.0)

    def _between(self, cosine: np.ndarray) -> np.ndarray:
        """Shares (k, angles) of directions among the angles that are held."""
        at, part = self._beside(cosine)
        out = np.zeros((cosine.size, self.beam.angles.size))
        np.put_along_axis(out, at[:, None], 1 - part[:, None], axis=1)
        if out.shape[1] > 1:
            np.put_along_axis(out, at[:, None] + 1, part[:, None], axis=1)
        return out

    def decays(self, x: Numbers) -> np.ndarray:
        """Photons seen of N that decay in the body, at sizes (m,), those from in front too."""
        out = self._sum(x, self.beam.inside(), None)
        for up in self.beam.upstream:
            out = out + self._sum(x, self.beam.from_upstream(up), up)
        return out

    def double_bang(self, x: Numbers, least: float, most: float | None = None) -> np.ndarray:
        """Photons seen between two distances from where N was made, at sizes (m,)."""
        return self._sum(x, self.beam.double_bang(least, most), None, self._fine)

    def _sum(self, x: Numbers, chance: Chance | None, upstream: Upstream | None,
             held: Nodes | None = None) -> np.ndarray:
        x, held = np.atleast_1d(np.asarray(x, dtype=float)), held or self.nodes
        if upstream not in held:
            return np.zeros(x.size)
        ell, w = held[upstream]
        if chance is None:
            return x**2 * w.sum()
        with np.errstate(divide="ignore"):
            many = chance(ell / x[:, None] ** 2)
        return x**2 * np.einsum("mka,ka->m", many, w)

    def span(self, distances: tuple[float, float | None] | None = None) -> tuple[float, float]:
        """Sizes below which nothing is seen, and up to which it is worth looking."""
        if not self.nodes.get(None, (0.0, np.zeros(1)))[1].any():
            return 1e-9 * LARGEST, LARGEST
        # where decays are slow events are as the fourth power
        small = 1e-3 * min(float(np.sqrt(EVENTS / self.total)), LARGEST)
        slow = float(counted(self, small, distances)[0]) / small**4 * 1e3
        return min((EVENTS / slow) ** 0.25 if slow > 0 else np.inf, 0.1 * LARGEST), LARGEST

    def photons(self, x: float, E: Numbers, cosine: Numbers = (-1.0, 1.0), *,
                distances: tuple[float, float | None] | None = None) -> dict[str, np.ndarray]:
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
        parts: dict[str, list[np.ndarray]] = {}
        for m in self.made:
            if m.upstream is not None and distances is not None:
                continue
            chance = inner if m.upstream is None else self.beam.from_upstream(m.upstream)
            w = x**2 * m.found.weight
            if chance is not None:
                at, part = self._beside(m.found.cos_theta)
                many = chance(self._length(m.found.p) / x**2) if x else np.zeros((w.size, 1))
                k, last = np.arange(w.size), many.shape[1] - 1
                w = w * ((1 - part) * many[k, np.minimum(at, last)]
                         + part * many[k, np.minimum(at + 1, last)])
            name = m.found.scatterer.name if m.upstream is None else m.upstream.name
            parts.setdefault(name, []).append(_nodes(m, w))
        return {name: self._in_bins(_alike(np.concatenate(held, axis=1), self.M_N), E, cosine)
                for name, held in parts.items()}

    def _binned(self, m: Made, w: np.ndarray, E: np.ndarray, cosine: np.ndarray) -> np.ndarray:
        """Photons of one kind of scatterer in bins, its N weighted by hand."""
        return self._in_bins(_alike(_nodes(m, w), self.M_N), E, cosine)

    def _in_bins(self, nodes: np.ndarray, E: np.ndarray, cosine: np.ndarray) -> np.ndarray:
        """Photons of nodes, rows as of :func:`_alike`, in bins of energy and cosine."""
        eff = self.beam.efficiency
        breaks = np.unique(np.concatenate([E, eff.E[np.isfinite(eff.E)]]))
        # the bin of energy that a piece between two breaks lies in
        middle = np.append(0.5 * (breaks[1:] + breaks[:-1]), np.inf)
        bins = np.searchsorted(E, np.append(-1.0, middle), side="right") - 1
        out = np.zeros((E.size - 1, cosine.size - 1))
        back = _BACK if cosine.size > 2 else _BACK[:0]
        many = (breaks.size + 1 + back.size) * _COSINES * cosine.size
        for k in range(0, nodes.shape[1], step := max(1, _BLOCK // many)):
            w, E_N, cos, tilt, side = (a[:, None, None] for a in nodes[:, k:k + step])
            p = np.sqrt((E_N - self.M_N) * (E_N + self.M_N))
            ends = np.clip((2 * breaks - E_N[..., 0]) / p[..., 0], -1.0, 1.0)
            ends = np.concatenate([np.full((len(w), 1), -1.0), ends, np.ones((len(w), 1)),
                                   np.broadcast_to(back - 1, (len(w), back.size))], axis=1)
            order = np.argsort(ends, axis=1, kind="stable")
            # pieces of the energy are counted, those near -1 lie within one
            owner = np.cumsum(order < breaks.size + 2, axis=1)[:, :-1] - 1
            ends = np.take_along_axis(ends, order, axis=1)
            u, v = gauss(_COSINES)
            half = 0.5 * np.diff(ends, axis=1)[..., None]
            c = ends[:, :-1, None] + half * (1 + u)
            weight = half * v * w * eff(0.5 * (E_N + p * c))
            made = weight[..., None] * self._directions(E_N, p, cos, tilt, side, c, cosine)
            at = bins[np.clip(owner, 0, bins.size - 1)]
            inside = (at >= 0) & (at < E.size - 1)
            np.add.at(out, at[inside], made.sum(axis=2)[inside])
        return out

    def _directions(self, E_N: np.ndarray, p: np.ndarray, cos: np.ndarray, tilt: np.ndarray,
                    side: np.ndarray, c: np.ndarray, cosine: np.ndarray) -> np.ndarray:
        """Density in the rest frame's cosine c of photons in bins of the cosine to the beam."""
        s = np.sqrt(np.maximum(1 - c**2, 0.0))
        flat, bent = 0.5 * (1 + tilt * c), 0.5 * side * s / np.pi
        if cosine.size == 2 and cosine[0] <= -1 and cosine[1] >= 1:
            return flat[..., None]
        far = E_N + p * c
        along = cos * (p + E_N * c) / far
        across = np.sqrt(np.maximum(1 - cos**2, 0.0)) * self.M_N * s / far
        # azimuth beyond which the angle to the beam is larger
        with np.errstate(divide="ignore", invalid="ignore"):
            turn = (cosine - along[..., None]) / across[..., None]
        turn = np.where(across[..., None] > 0, turn, np.where(
            cosine >= along[..., None], np.inf, -np.inf))
        turn = np.clip(turn, -1.0, 1.0)
        phi = np.arccos(turn)
        below = flat[..., None] * (1 - phi / np.pi) - bent[..., None] * np.sqrt(1 - turn**2)
        return np.diff(below, axis=-1)


def _nodes(m: Made, w: np.ndarray) -> np.ndarray:
    """Weight, energy, cosine, tilt and side of N, (5, k)."""
    return np.stack([w, m.found.E_N, m.found.cos_theta, m.tilt, m.side])


def _alike(nodes: np.ndarray, M_N: float) -> np.ndarray:
    """Nodes of weight, energy, cosine, tilt and side together where energy and angle are close."""
    w, E, cos = nodes[:3]
    keep = w > 1e-9 * w.max(initial=0.0)
    angle = np.arccos(np.clip(cos[keep], -1.0, 1.0))
    where = np.round(_ENERGIES * np.log10(E[keep] / M_N)) + 1j * np.round(
        _NARROW * np.log10(np.maximum(angle, _FORWARD)))
    _, at = np.unique(where, return_inverse=True)
    out = np.stack([np.bincount(at, w[keep] * a) for a in (1.0, *nodes[1:, keep])])
    return np.concatenate([out[:1], out[1:] / out[0]])


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
    distances: tuple[float, float | None] | None = None
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
        spans = [row.span(self.distances) for row in self.rows(j)] or [(1e-9 * LARGEST, LARGEST)]
        return min(a for a, _ in spans), max(b for _, b in spans)


def counted(row: Row, x: Numbers, distances: tuple[float, float | None] | None) -> np.ndarray:
    """Events of a row, within distances from where N was made or at any."""
    return row.decays(x) if distances is None else row.double_bang(x, *distances)


def _on_nodes(p: np.ndarray, w: np.ndarray, angle: np.ndarray, part: np.ndarray, angles: int,
              a_decade: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (k, angles) at momenta (k,), of nodes between two angles, the same for every angle.

    Straight between them, so that number and mean of ln p are kept.
    """
    x = np.log(p)
    n = max(int(np.ceil(a_decade * (x.max() - x.min()) / np.log(10))), 1) + 1
    nodes = np.linspace(x.min(), x.max() + 1e-12, n)
    at = np.clip(np.searchsorted(nodes, x, side="right") - 1, 0, n - 2)
    share = (x - nodes[at]) / (nodes[at + 1] - nodes[at])
    out = np.zeros(n * angles)
    for k, of_p in ((at, 1 - share), (at + 1, share)):
        for a, of_a in ((angle, 1 - part), (np.minimum(angle + 1, angles - 1), part)):
            out += np.bincount(k * angles + a, w * of_p * of_a, out.size)
    return np.exp(nodes), out.reshape(n, angles)
