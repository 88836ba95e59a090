"""Triangles that fill a box, halved where more is wanted, so that two always share a whole edge.

Of a triangle that has one corner above the level and two below, the level crosses two edges: there
is no ambiguous case, and what is drawn triangle by triangle joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

Edge = tuple[int, int]
# a corner of an outline: a node, or the edge on which it lies
C = TypeVar("C")
# steps of the whole numbers that places are counted in, for each of the lattice
FINE = 2**24


def edge(a: int, b: int) -> Edge:
    """The edge of two nodes, whichever comes first."""
    return (a, b) if a < b else (b, a)


class Triangles:
    """A lattice of n steps along either side, each of its squares two triangles.

    Attributes
    ----------
    places : of the nodes, pairs of whole numbers from 0 to ``n FINE``
    corners : number of a triangle to its three nodes, turning left; the first two are the edge that
        is halved next
    beside : edge to the numbers of the triangles on either side of it
    """

    def __init__(self, n: int):
        self.n = n
        self.places = [(i * FINE, j * FINE) for i in range(n + 1) for j in range(n + 1)]
        self.corners: dict[int, tuple[int, int, int]] = {}
        self.beside: dict[Edge, set[int]] = {}
        self._next = 0
        for i in range(n):
            for j in range(n):
                here, up = i * (n + 1) + j, i * (n + 1) + j + 1
                right, across = here + n + 1, up + n + 1
                self._add(right, up, here)
                self._add(up, right, across)

    def at(self) -> np.ndarray:
        """Places of the nodes as parts of the sides, array (nodes, 2)."""
        return np.array(self.places) / (self.n * FINE)

    def edges(self, triangle: int) -> tuple[Edge, Edge, Edge]:
        """The three edges, that which is halved next first."""
        a, b, c = self.corners[triangle]
        return edge(a, b), edge(b, c), edge(a, c)

    def halve(self, triangles: Iterable[int]) -> dict[Edge, int]:
        """Halve these, and those beside them as far as edges are to be shared.

        Returns
        -------
        each edge that was halved, with the node in its middle; new nodes are the last ones
        """
        wanted, todo = set(), [self.edges(t)[0] for t in triangles]
        while todo:
            one = todo.pop()
            if one not in wanted:
                wanted.add(one)
                todo += [self.edges(t)[0] for t in self.beside[one]]
        middles = {}
        for one in sorted(wanted):
            (i, j), (k, m) = (self.places[x] for x in one)
            middles[one] = len(self.places)
            self.places.append(((i + k) // 2, (j + m) // 2))
        left = sorted({t for one in wanted for t in self.beside[one]})
        while left:
            t = left.pop()
            a, b, c = self.corners[t]
            if edge(a, b) not in middles:
                continue
            m = middles[edge(a, b)]
            for one in self.edges(t):
                self.beside[one].discard(t)
            del self.corners[t]
            left += [self._add(c, a, m), self._add(b, c, m)]
        return middles

    def _add(self, a: int, b: int, c: int) -> int:
        t = self._next
        self._next += 1
        self.corners[t] = (a, b, c)
        for one in self.edges(t):
            self.beside.setdefault(one, set()).add(t)
        return t


def loops(pieces: Iterable[Sequence[C]]) -> list[list[C]]:
    """The outlines of pieces that share edges, each a row of corners turning left.

    An edge that two pieces have is inside and no part of an outline.
    """
    goes: dict[C, list[C]] = {}
    for piece in pieces:
        for p, q in zip(piece, (*piece[1:], piece[0]), strict=True):
            if p in goes.get(q, ()):
                goes[q].remove(p)
            else:
                goes.setdefault(p, []).append(q)
    out = []
    for first in list(goes):
        while goes[first]:
            line, here = [first], goes[first].pop()
            while here != first:
                line.append(here)
                here = goes[here].pop()
            out.append(line)
    return out


def chains(steps: dict[C, C]) -> list[tuple[list[C], bool]]:
    """Rows of corners from steps, corner to the next, and whether each row is closed."""
    left = dict(steps)
    out = []
    for first in [*(p for p in steps if p not in set(steps.values())), *steps]:
        if first not in left:
            continue
        line = [first]
        while line[-1] in left:
            line.append(left.pop(line[-1]))
        closed = line[-1] == first
        out.append((line[:-1] if closed else line, closed))
    return out
