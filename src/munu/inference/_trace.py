"""Triangles with the signs of their nodes: where a curve crosses them, and which to halve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from munu.errors import DomainError, NotConverged
from munu.inference import crossings
from munu.inference._islands import islands
from munu.inference._triangles import Edge, Triangles, edge
from munu.inference.contours import Side

Value = Callable[[np.ndarray, np.ndarray], np.ndarray]

_FAR = 60.0
# of the precision, how near to the curve a vertex is
_VERTEX = 0.25
# steps of the frame of what is unknown, for each of the lattice
_FRAME = 8


class Trace:
    """Triangles with the signs of their nodes, and where the edges between are crossed."""

    def __init__(self, value: Value, sides: tuple[Side, Side], precision: float, lattice: int,
                 most: int):
        self.value, self.sides, self.precision, self.most = value, sides, precision, most
        self.size = np.array([s.length for s in sides])
        self.evaluations = 0
        self.mesh = Triangles(lattice)
        self.p = np.zeros((0, 2))
        self.v = np.zeros(0)
        self.roots: dict[Edge, np.ndarray] = {}
        # edges within which the function is no number
        self.broken: set[Edge] = set()
        self.tested: set[tuple[Edge, Edge]] = set()
        # places where an island or a gap was seen, and what lies there: 1 or -1
        self.seen: list[tuple[np.ndarray, int]] = []
        # and where it is smaller than the precision
        self.small: list[np.ndarray] = []
        self._new_nodes()
        n = lattice + 1
        self.seen += islands(self.ask, self.p.reshape(n, n, 2), self.v.reshape(n, n), self.size)

    # ---- asking ------------------------------------------------------------------------------

    def ask(self, p: np.ndarray) -> np.ndarray:
        """The function at places (m, 2), its infinities far."""
        if not len(p):
            return np.zeros(0)
        if self.evaluations + len(p) > self.most:
            raise NotConverged(
                f"contours to {self.precision:g} need more than the {self.most} evaluations that "
                f"are allowed; {len(self.roots)} points of them were reached: ask for less "
                "precision, a smaller box, or more evaluations")
        self.evaluations += len(p)
        x, y = (s.value(u) for s, u in zip(self.sides, p.T, strict=True))
        v = np.asarray(self.value(x, y), dtype=float)
        if v.shape != x.shape:
            raise DomainError(f"the function gives {v.shape} for {x.shape} points; it must give "
                              "one number for each")
        return np.clip(v, -_FAR, _FAR)

    def _new_nodes(self) -> None:
        p = self.mesh.at() * self.size
        self.v = np.append(self.v, self.ask(p[len(self.p):]))
        self.p = p

    def sign(self, node: int) -> int:
        """1 where excluded, -1 where not, 0 where it cannot be said."""
        v = self.v[node]
        return 0 if np.isnan(v) else 1 if v > 0 else -1

    # ---- halving -----------------------------------------------------------------------------

    def refine(self) -> None:
        """Halve triangles until every piece of every curve is tested."""
        while True:
            self._find_roots()
            wanted = self._unseen() | self._ends() | self._bent()
            if not wanted:
                wanted = self._missed()
            if not wanted:
                return
            for (a, b), m in self.mesh.halve(sorted(wanted)).items():
                root = self.roots.pop((a, b), None)
                self.broken.discard((a, b))
                if root is not None:
                    # it lies in one of the halves, which is asked for no other
                    first = np.sum((root - self.p[a])**2) <= np.sum((root - self.p[b])**2)
                    self.roots[edge(a if first else b, m)] = root
            self._new_nodes()
            for one in [e for e in self.roots if self.sign(e[0]) * self.sign(e[1]) >= 0]:
                del self.roots[one]

    def crossed(self) -> dict[int, tuple[Edge, Edge]]:
        """Triangles through which a curve goes, and the edges where it does: in, and out again."""
        out = {}
        for t, (a, b, c) in self.mesh.corners.items():
            s = [self.sign(x) for x in (a, b, c)]
            if 0 in s or abs(sum(s)) == 3:
                continue
            # what is excluded lies on the left: into it by the edge on which the sign falls
            goes = {s[i]: edge(*pair) for i, pair in enumerate(((a, b), (b, c), (c, a)))
                    if s[i] != s[(i + 1) % 3]}
            if goes[1] in self.broken or goes[-1] in self.broken:
                continue
            out[t] = goes[1], goes[-1]
        return out

    def wide(self, triangle: int) -> float:
        """The longest edge."""
        p = self.p[list(self.mesh.corners[triangle])]
        return float(np.sqrt(np.max(np.sum((p - np.roll(p, 1, axis=0))**2, axis=1))))

    def _find_roots(self) -> None:
        """Where edges are crossed that were not asked yet, all together."""
        edges = [e for e, beside in self.mesh.beside.items() if beside
                 and e not in self.roots and e not in self.broken
                 and self.sign(e[0]) * self.sign(e[1]) < 0]
        if not edges:
            return
        ends = np.array(edges)
        a, b = self.p[ends[:, 0]], self.p[ends[:, 1]]
        long = np.sqrt(np.sum((b - a)**2, axis=1))
        away = (b - a) / long[:, None]
        lost = np.zeros(len(edges), dtype=bool)

        def along(u: np.ndarray, row: np.ndarray) -> np.ndarray:
            v = self.ask(a[row] + u[:, None] * away[row])
            lost[row[np.isnan(v)]] = True
            return np.where(np.isnan(v), _FAR, v)

        nodes = crossings.Points(np.repeat(np.arange(len(edges)), 2),
                                 np.column_stack([0 * long, long]).ravel(), self.v[ends].ravel())
        row, at, _ = crossings.edges(along, nodes, _VERTEX * self.precision)
        for i, u in zip(row, at, strict=True):
            if lost[i]:
                self.broken.add(edges[i])
            else:
                self.roots[edges[i]] = a[i] + u * away[i]

    def _unseen(self) -> set[int]:
        """Triangles around a place of another sign than all of their corners."""
        out: set[int] = set()
        left = []
        numbers = list(self.mesh.corners)
        a, b, c = (self.p[[self.mesh.corners[t][k] for t in numbers]] for k in range(3))
        for x, s in self.seen:
            turns = [(q - p)[:, 0] * (x - p)[:, 1] - (q - p)[:, 1] * (x - p)[:, 0]
                     for p, q in ((a, b), (b, c), (c, a))]
            t = numbers[int(np.argmax(np.min(turns, axis=0)))]
            if any(self.sign(k) in (s, 0) for k in self.mesh.corners[t]):
                continue
            if self.wide(t) <= self.precision:
                self.small.append(x)
                continue
            out.add(t)
            left.append((x, s))
        self.seen = left
        return out

    def _ends(self) -> set[int]:
        """Triangles where a curve meets what is no number, and others on the frame of that."""
        out = set()
        for t, corners in self.mesh.corners.items():
            s = [self.sign(k) for k in corners]
            torn = not self.broken.isdisjoint(self.mesh.edges(t))
            if (0 in s and any(s)) or torn:
                met = torn or {1, -1} <= {*s}
                frame = np.max(self.size) / (_FRAME * self.mesh.n)
                if self.wide(t) > (self.precision if met else frame):
                    out.add(t)
        return out

    def _bent(self) -> set[int]:
        """Triangles at a vertex where two pieces turn more than a curve of this precision may."""
        crossed = self.crossed()
        goes = {first: (t, last) for t, (first, last) in crossed.items()}
        out = set()
        for t, (first, last) in crossed.items():
            if last not in goes:
                continue
            other, end = goes[last]
            u, w = self.roots[last] - self.roots[first], self.roots[end] - self.roots[last]
            turn = abs(np.arctan2(u[0] * w[1] - u[1] * w[0], u @ w))
            # the height of an arc over its chord
            if (np.sqrt(u @ u) + np.sqrt(w @ w)) * turn / 16 > self.precision:
                out |= {k for k in (t, other) if self.wide(k) > self.precision}
        return out

    def _missed(self) -> set[int]:
        """Triangles whose piece is not crossed within the precision of its middle."""
        todo = [(t, pair) for t, pair in self.crossed().items()
                if pair not in self.tested and self.wide(t) > self.precision]
        if not todo:
            return set()
        a, b = (np.array([self.roots[pair[k]] for _, pair in todo]) for k in (0, 1))
        long = np.sqrt(np.sum((b - a)**2, axis=1))
        # a piece shorter than this cannot miss by it
        short = long <= self.precision
        left = np.column_stack([a[:, 1] - b[:, 1], b[:, 0] - a[:, 0]]) / np.where(
            short, np.inf, long)[:, None]
        q = np.concatenate([(a + b) / 2 + s * self.precision * left for s in (1, -1)])
        v = np.full(len(q), np.nan)
        asked = ~np.tile(short, 2)
        v[asked] = self.ask(np.clip(q[asked], 0, self.size))
        above, below = np.split(v, 2)
        good = short | ((above > 0) & (below <= 0))
        self.tested |= {pair for (_, pair), ok in zip(todo, good, strict=True) if ok}
        return {t for (t, _), ok in zip(todo, good, strict=True) if not ok}
