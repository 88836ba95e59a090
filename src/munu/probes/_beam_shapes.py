r"""Photons of N in bins, for any size of the moments: made once, in groups of alike momentum.

.. math:: n_b(x) = x^2\sum_g \bar P_g(\ell_g/x^2)\,R_{gb}

with R the photons of a group in bins b, and P what its members are seen with, averaged over their
angles to the beam.  The decay length of a group is that of its harmonic mean momentum, so that
slow decays are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from munu.couplings import DipolePortal, Flavor
from munu.probes._beam_rows import Made, Row
from munu.probes._beams import Search, given
from munu.probes._chances import Chance
from munu.spectrum import Axis

#: edges in the cosine to the beam: fine where fast N send their photons
COSINES = np.append(-1.0, np.cos([2.4, 1.8, 1.3, 0.9, 0.6, 0.4, 0.27, 0.18, 0.12, 0.08, 0.05, 0.03,
                                  0.0]))
# groups of momentum, and bins of the distance between the vertices
_GROUPS, _DISTANCES = 40, 6


@dataclass(frozen=True, eq=False)
class _Part:
    """N of one scatterer in one place, in groups (g,) of momentum.

    ``made`` (g, n, k) are photons at a unit size, ``length`` (g,) decay lengths there, ``share``
    (g, angles) sums to 1 over angles; ``chances`` are those of each bin of distance.
    """

    made: np.ndarray
    length: np.ndarray
    share: np.ndarray
    chances: tuple[Chance | None, ...]

    def at(self, x: np.ndarray) -> np.ndarray:
        """At sizes (m,): (m, n, k, distances)."""
        seen = [x[:, None] ** 2 * np.ones(self.length.size) if chance is None else
                x[:, None] ** 2 * np.einsum("mga,ga->mg", chance(self.length / x[:, None] ** 2),
                                            self.share) for chance in self.chances]
        flat = self.made.reshape(self.length.size, -1)
        return np.stack([(s @ flat).reshape(x.size, *self.made.shape[1:]) for s in seen], axis=-1)


@dataclass(frozen=True, eq=False)
class Shapes:
    """Photons that a search sees of N of one mass, nature and direction of flavor.

    Attributes
    ----------
    axes : energy, cosine to the beam, and distance where the first vertex is seen too
    """

    axes: tuple[Axis, ...]
    parts: tuple[_Part, ...]

    @classmethod
    def of(cls, search: Search, M_N: float, flavor: Flavor, nature: str) -> Shapes:
        """Of a search."""
        axes = [Axis("energy", "MeV", search.energy), Axis("angle", "1", COSINES)]
        windows: list[tuple[float, float | None] | None] = [None]
        if search.distances is not None:
            edges = _distances(search)
            axes.append(Axis("distance", "m", edges))
            # the last bin ends where the body does
            windows = list(zip(edges[:-1], [*edges[1:-1], search.distances[1]], strict=True))
        rows = given(search.beams, DipolePortal(1.0, M_N, flavor, nature), search.name)
        return cls(tuple(axes), tuple(p for row in rows
                                      for p in _parts(row, search.energy, windows)))

    def counts(self, x: np.ndarray) -> np.ndarray:
        """Photons (m, ...) in bins of the axes at sizes x (m,) above 0."""
        x = np.asarray(x, dtype=float)
        shape = tuple(a.edges.size - 1 for a in self.axes)
        out = np.zeros((x.size, *shape))
        for part in self.parts:
            out += part.at(x).reshape(out.shape)
        return out


def _distances(search: Search) -> np.ndarray:
    """Edges from the least distance to the longest way along the beam, or twice the least."""
    assert search.distances is not None
    least, most = search.distances
    ways = [b.geometry.chords((0.0, 0.0, 1.0))[0].max() for b in search.beams
            if b.geometry is not None]
    return np.geomspace(least, min(max([2 * least, *ways]), np.inf if most is None else most),
                        _DISTANCES + 1)


def _parts(row: Row, E: np.ndarray, windows: list[tuple[float, float | None] | None]
           ) -> list[_Part]:
    """Those of one row; what is alike in front of the body and in it is binned once."""
    beam, out = row.beam, []
    kept: dict[tuple[int, bool], tuple[np.ndarray, ...]] = {}
    for m in row.made:
        if m.upstream is None:
            chances = tuple(beam.inside() if d is None else beam.double_bang(*d) for d in windows)
        elif windows == [None]:
            chances = (beam.from_upstream(m.upstream),)
        else:
            continue
        for forward in (True, False):
            way = (m.found.cos_theta > 0) == forward
            weight = np.where(way, m.found.weight, 0.0)
            many = weight.sum()
            if not many > 0:
                continue
            # one array of all that differ in their number alone
            key = id(m.tilt), forward
            if key not in kept:
                kept[key] = _grouped(row, m, weight / many, E)
            made, length, share = kept[key]
            out.append(_Part(many * made, length, share, chances))
    return out


def _grouped(row: Row, m: Made, weight: np.ndarray, E: np.ndarray) -> tuple[np.ndarray, ...]:
    p = m.found.p
    held = weight > 0
    edges = np.geomspace(p[held].min(), p[held].max() * (1 + 1e-12), _GROUPS + 1)
    group = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, _GROUPS - 1)
    angles = row._between(m.found.cos_theta)
    made, momenta, shares = [], [], []
    for g in np.unique(group[held]):
        w = np.where(group == g, weight, 0.0)
        total = w.sum()
        momenta.append(total / (w / p).sum())
        # as many, in a shape between those of slow and of quick decays
        made.append(row._binned(m, 0.5 * w * (1 + momenta[-1] / p), E, COSINES))
        shares.append(w @ angles / total)
    return np.array(made), row._length(np.array(momenta)), np.array(shares)
