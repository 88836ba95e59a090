"""How few points a curve takes: evaluations, as a ratio to lattices that are as precise."""

import numpy as np
import pytest

import munu
from munu import atlas
from munu.atlas._beyond import beyond
from munu.inference.adaptive import adaptive
from munu.inference.contour import contour
from munu.inference.contours import Side

from .baselines import marching_squares

pytestmark = pytest.mark.bench
X, Y = Side("x", -1.5, 1.7, log=False), Side("y", -1.5, 1.7, log=False)


def good(segments, value, sides, precision):
    """Of how many pieces the curve passes within the precision of the middle."""
    a, b = segments[:, 0], segments[:, 1]
    long = np.hypot(*(b - a).T)
    keep = long > precision
    if not keep.any():
        return 1.0
    away = np.column_stack([a[:, 1] - b[:, 1], b[:, 0] - a[:, 0]])[keep] / long[keep, None]
    middle = ((a + b) / 2)[keep]
    at = [[s.value(u) for s, u in zip(sides, (middle + k * precision * away).T, strict=True)]
          for k in (1, -1)]
    return np.mean((value(*at[0]) > 0) != (value(*at[1]) > 0))


def lattice(value, sides, precision):
    """Points of the coarsest square lattice whose pieces are as good: interpolated, 99 in 100."""
    for n in (9, 17, 33, 65, 129, 257, 513, 1025):
        u = [np.linspace(0, s.length, n) for s in sides]
        x, y = np.meshgrid(*(s.value(k) for s, k in zip(sides, u, strict=True)), indexing="ij")
        v = value(x.ravel(), y.ravel()).reshape(n, n)
        if good(marching_squares(*u, v), value, sides, precision) >= 0.99:
            return n * n
    raise AssertionError("no lattice is fine enough")


def yes_or_no(sides, precision):
    """Points of a lattice of verdicts, excluded or not, whose steps are twice the precision."""
    return int(np.prod([s.length / (2 * precision) for s in sides]))


@pytest.mark.parametrize("precision, least", [(1e-2, 1), (1e-3, 2), (1e-4, 7)])
def test_a_circle(rows, precision, least):
    def f(x, y):
        return 1 - np.hypot(x, y)

    found = contour(f, X, Y, precision=precision)
    even = lattice(f, (X, Y), precision)
    rows.count(f"contour: a circle to {precision:g} of the side", "evaluations",
               found.evaluations, "the coarsest lattice that is as precise, interpolated", even)
    assert even / found.evaluations > least


@pytest.mark.long
def test_a_leptoquark(rows):
    """All constraints and limits at once, with corners where one takes over from another."""
    fixed = {"m_LQ": "2TeV", "M_N": "300MeV"}
    found = atlas.contours("leptoquark", {"y1": "0.001:3", "y2": "0.001:3"}, **fixed)
    asked = beyond("leptoquark", fixed, {"y1": np.array([0.1]), "y2": np.array([0.1])})

    def f(x, y):
        return np.max(list(asked({"y1": x, "y2": y}).values()), axis=0)

    even, dense = lattice(f, found.sides, 0.01), yes_or_no(found.sides, 0.01)
    rows.count("contour: the leptoquark against all limits, y1 and y2 over three and a half "
               "decades to 1 %", "points", found.evaluations,
               "the coarsest lattice that is as precise, interpolated", even)
    assert even / found.evaluations > 3 and dense / found.evaluations > 100


def test_masses_of_a_limit(rows):
    """A limit to 1 % in size, or in the mass where it is steep, against masses in equal ratios."""
    found = adaptive("xenonnt", "1keV:10MeV", expected=False)
    n, even = found.meta["adaptive"]["masses"], int(np.log(1e4) / 0.01)
    rows.count("XENONnT, 1 keV to 10 MeV to 1 %, masses that the limit chooses", "masses", n,
               "masses in equal ratios", even)
    assert even / n > 4
    assert munu.limit("xenonnt", M_N=found.axis[3], expected=False).value == pytest.approx(
        found.upper[3], rel=1e-9)
