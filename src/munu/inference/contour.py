r"""All curves on which a function of two coordinates is 0, from few evaluations.

A *value* is a function of arrays x, y (m,), above 0 where a point is excluded, such as the log of a
size over its limit; nan where it cannot be said.  A coarse lattice is a start alone:

- where a row, a column or a node of it is a minimum below which the sign may change, the extremum
  is searched, since an island or a gap may lie between nodes; of several humps within one step of
  the lattice, one is seen: the lattice is as fine as a user asks;
- triangles that a curve crosses are halved until each straight piece is tested: at ``precision``
  on either side of its middle the function has both signs;
- a curve ends at the frame of the box, or where the function is no number, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from munu.errors import DomainError, NotConverged
from munu.inference import crossings
from munu.inference._triangles import FINE, Edge, Triangles, chains, edge, loops
from munu.inference.contours import Contours, Side

Value = Callable[[np.ndarray, np.ndarray], np.ndarray]

# turns of the search for an extremum, each at half the step; it is given up where what the last two
# gained, this many times over, would not reach 0
_TURNS, _HOPE = 10, 8.0
# an extremum counts when it stands out by this much
_DEPTH = 1e-8
_FAR = 60.0
# of the precision, how near to the curve a vertex is
_VERTEX = 0.25
# steps of the frame of what is unknown, for each of the lattice
_FRAME = 8
_ROUND = np.array([(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)])


def contour(value: Value, x: Side, y: Side, *, precision: float = 0.01, lattice: int = 8,
            most: int = 50_000) -> Contours:
    """Find all curves on which a function is 0 in a box.

    Parameters
    ----------
    value : function of two arrays (m,), the coordinates [internal] -> array (m,)
    x, y : Side, name and range of each coordinate
    precision : how far a curve may lie from the straight pieces: relative, or of the whole side
        where that is not in equal ratios
    lattice : steps of the first lattice along either side.  A hump that stands alone within two
        steps is found, down to an island of a hundredth of a step; of two within one step, and of
        what leaves no trace at any node, nothing is said
    most : evaluations

    Returns
    -------
    Contours

    Raises
    ------
    DomainError
        A range that does not rise, a precision or lattice out of range, a value of another shape.
    NotConverged
        ``most`` evaluations were not enough; with what was reached.

    >>> import numpy as np
    >>> x, y = Side("x", -1.5, 2, log=False), Side("y", -2, 1.5, log=False)
    >>> found = contour(lambda x, y: 1 - np.hypot(x, y), x, y, precision=1e-3)
    >>> len(found), found.closed, bool(found.contains(0.6, 0.7))
    (1, (True,), True)
    """
    for s in (x, y):
        if not (np.isfinite([s.low, s.high]).all() and s.low < s.high):
            raise DomainError(f"{s.name} from {s.low:g} to {s.high:g} must rise and be finite")
        if s.log and s.low <= 0:
            raise DomainError(f"{s.name} in equal ratios must begin above 0, not at {s.low:g}")
    if x.name == y.name:
        raise DomainError(f"both coordinates are {x.name}; a contour needs two")
    if not 1e-6 <= precision <= 0.2:
        raise DomainError(f"precision = {precision:g} must lie between 1e-6 and 0.2")
    if not 2 <= lattice <= 512:
        raise DomainError(f"lattice = {lattice} must lie between 2 and 512 steps")
    made = _Trace(value, (x, y), precision, lattice, most)
    made.search()
    made.refine()
    return made.contours()


class _Trace:
    """Triangles with the signs of their nodes, and where the edges between are crossed."""

    def __init__(self, value: Value, sides: tuple[Side, Side], precision: float, lattice: int,
                 most: int):
        self.value, self.sides, self.precision, self.most = value, sides, precision, most
        self.size = np.array([s.length for s in sides])
        self.lattice, self.evaluations = lattice, 0
        self.mesh = Triangles(lattice)
        self.p = np.zeros((0, 2))
        self.v = np.zeros(0)
        self.roots: dict[Edge, np.ndarray] = {}
        # edges within which the function is no number
        self.broken: set[Edge] = set()
        self.tested: set[tuple[Edge, Edge]] = set()
        # places where an island or a gap was seen, and what lies there: 1 or -1
        self.seen: list[tuple[np.ndarray, int]] = []
        self.small: list[np.ndarray] = []
        self._new_nodes()

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

    # ---- islands and gaps --------------------------------------------------------------------

    def search(self) -> None:
        """What lies between the nodes of the lattice and may have another sign."""
        n, step = self.lattice + 1, self.size / self.lattice
        v, p = self.v.reshape(n, n), self.p.reshape(n, n, 2)
        with np.errstate(invalid="ignore"):
            side = np.where(v > 0, 1.0, -1.0)
        depth = np.pad(np.abs(v), 1, constant_values=np.nan)
        signs = np.pad(np.where(np.isnan(v), np.nan, side), 1, constant_values=np.nan)

        def low(ways: Iterable[tuple[int, int]]) -> np.ndarray:
            """Nodes that lie nearer to 0 than all of their neighbours these ways."""
            out, deepest = ~np.isnan(v), np.zeros((n, n))
            for i, j in ways:
                near = depth[1 + i:1 + i + n, 1 + j:1 + j + n]
                other = signs[1 + i:1 + i + n, 1 + j:1 + j + n] == -side
                # beyond the frame and where nothing is known, there is no neighbour
                out &= ~other & ~(near < np.abs(v))
                deepest = np.fmax(deepest, near)
            return out & (deepest - np.abs(v) > _DEPTH * (1 + np.abs(v)))

        for ways in (_ROUND[[0, 4]], _ROUND[[2, 6]], _ROUND):
            i, j = np.nonzero(low([(int(a), int(b)) for a, b in ways]))
            # ridges are many, and each is seen by several rows: given up one turn earlier
            before = np.full(i.size, np.inf if len(ways) > 2 else 0.0)
            self._descend(p[i, j], np.abs(v[i, j]), side[i, j], ways * step, before)

    def _descend(self, p: np.ndarray, w: np.ndarray, side: np.ndarray, ways: np.ndarray,
                 before: np.ndarray) -> None:
        """From places towards 0, each step half of the one before; what changes sign is kept."""
        for turn in range(1, _TURNS + 1):
            if not len(p):
                return
            q = np.clip(p[:, None] + ways / 2**turn, 0, self.size)
            f = side[:, None] * self.ask(q.reshape(-1, 2)).reshape(len(p), len(ways))
            f = np.where(np.isnan(f), np.inf, f)
            other = np.where(side[:, None] > 0, f <= 0, f < 0)
            best = np.argmin(np.where(other, f - 2 * _FAR, f), axis=1)
            rows = np.arange(len(p))
            there, hit = q[rows, best], other[rows, best]
            self.seen += [(x, -int(s)) for x, s in zip(there[hit], side[hit], strict=True)]
            least = np.minimum(w, f[rows, best])
            p = np.where((least < w)[:, None], there, p)
            gain, w = w - least, least
            left = ~hit & (_HOPE * (gain + before) > w)
            p, w, side, before = p[left], w[left], side[left], gain[left]

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
                frame = np.max(self.size) / (_FRAME * self.lattice)
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

    # ---- what was found ----------------------------------------------------------------------

    def contours(self) -> Contours:
        """Lines, and outlines of what is excluded and of what is unknown, as a record."""
        crossed = self.crossed()
        lines = [(line, closed) for line, closed in chains(dict(crossed.values()))]
        lines.sort(key=lambda x: self._at(x[0][0]).tolist())
        excluded, unknown = [], []
        for t, corners in self.mesh.corners.items():
            s = [self.sign(k) for k in corners]
            if 0 in s or (t not in crossed and abs(sum(s)) != 3):
                unknown.append(corners)
                continue
            piece: list = []
            for k, a in enumerate(corners):
                b = corners[(k + 1) % 3]
                piece += [a] * (s[k] > 0)
                if s[k] != s[(k + 1) % 3]:
                    piece.append(edge(a, b))
            if piece:
                excluded.append(tuple(piece))
        notes = []
        if unknown:
            notes.append("in a part of the box nothing is known: a curve ends there")
        if self.small:
            some = "; ".join(", ".join(f"{side} {float(side.value(u)) / side.factor:.4g}"
                                       for side, u in zip(self.sides, p, strict=True))
                             for p in self.small[:3])
            notes.append("an island or a gap smaller than the precision is not outlined, at "
                         + some)
        return Contours(
            sides=self.sides, lines=tuple(self._values(line) for line, _ in lines),
            closed=tuple(closed for _, closed in lines),
            ends=tuple(() if closed else (self._end(line[0]), self._end(line[-1]))
                       for line, closed in lines),
            regions=tuple(map(self._values, loops(excluded))),
            unknown=tuple(map(self._values, loops(unknown))), precision=self.precision,
            evaluations=self.evaluations, notes=tuple(notes), step=tuple(
                float(np.exp(s.length / self.lattice)) if s.log else 1 / self.lattice
                for s in self.sides))

    def _at(self, corner) -> np.ndarray:
        return self.roots[corner] if isinstance(corner, tuple) else self.p[corner]

    def _values(self, line: list) -> np.ndarray:
        p = np.array([self._at(x) for x in line])
        return np.column_stack([s.value(u) for s, u in zip(self.sides, p.T, strict=True)])

    def _end(self, where: Edge) -> str:
        """The side of the box that an edge lies on, or what is unknown."""
        for k, s in enumerate(self.sides):
            on = {self.mesh.places[node][k] for node in where}
            for at, word in ((0, "low"), (self.mesh.n * FINE, "high")):
                if on == {at}:
                    return f"{s.name} {word}"
        return "unknown"
