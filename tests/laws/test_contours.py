"""Curves on which a function is 0: what is enclosed, what is closed, where they end, and how few
evaluations they take."""

import pickle

import numpy as np
import pytest

from munu.errors import DomainError, NotConverged
from munu.inference.contour import contour
from munu.inference.contours import Side
from munu.units import GeV, MeV

BOX = -1.5, 1.7
P = 1e-3


def side(name, low=BOX[0], high=BOX[1], **more):
    return Side(name, low, high, log=False, **more)


def follow(f, precision=P, x=None, y=None, **options):
    return contour(f, x or side("x"), y or side("y"), precision=precision, **options)


def area(line):
    x, y = line.T
    return 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))


def circle(x, y, a=0.0, b=0.0, r=1.0):
    return r - np.hypot(x - a, y - b)


def agree(found, f, slope=1.0, n=4000):
    """At points all over the box the outlines say what the function says, but for the precision."""
    rng = np.random.default_rng(7)
    x, y = (rng.uniform(s.low, s.high, n) for s in found.sides)
    v = f(x, y)
    wrong = found.contains(x, y) != (v > 0)
    wide = max(s.high - s.low for s in found.sides)
    assert np.all(np.abs(v[wrong]) <= 1.5 * slope * found.precision * wide)


def test_the_area_of_a_circle_to_the_stated_precision():
    for p in (1e-2, 1e-3, 1e-4):
        found = follow(circle, p)
        assert found.closed == (True,) and found.open_ends == ()
        off = p * (BOX[1] - BOX[0])
        assert abs(area(found.lines[0]) - np.pi) < 2 * np.pi * off
        np.testing.assert_allclose(np.hypot(*found.lines[0].T), 1, atol=off)
        agree(found, circle)


def test_evaluations_grow_as_the_root_of_the_precision():
    few, many = (follow(circle, p).evaluations for p in (1e-2, 1e-4))
    # a hundred times as precise: a lattice asks ten times as often along either side
    assert many < 12 * few


def test_what_is_excluded_lies_on_the_left():
    ring = follow(lambda x, y: 0.2 - np.abs(circle(x, y)))
    assert ring.closed == (True, True)
    inner, outer = sorted(map(area, ring.lines))
    assert inner == pytest.approx(-np.pi * 0.8**2, rel=0.01)
    assert outer == pytest.approx(np.pi * 1.2**2, rel=0.01)
    assert ring.contains(1.0, 0.0) and not ring.contains(0.0, 0.0)
    agree(ring, lambda x, y: 0.2 - np.abs(circle(x, y)))


def test_a_thin_ring_is_whole():
    """Thinner than a step of the lattice by forty."""
    f = lambda x, y: 0.01 - np.abs(circle(x, y))  # noqa: E731
    found = follow(f)
    assert found.closed == (True, True)
    agree(found, f)


def test_two_circles_that_touch():
    def both(x, y):
        return np.maximum(circle(x, y, 0.5, 0.03, 0.5), circle(x, y, -0.5, 0.03, 0.5))

    found = follow(both)
    assert sum(map(area, found.regions)) == pytest.approx(np.pi / 2, rel=0.02)
    agree(found, both)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_island_smaller_than_a_step_is_found(sign):
    """A step is 0.4 wide; and the same as a hole in what is excluded."""
    for a, b, r in ((0.33, 0.41, 0.02), (-1.31, 1.5, 0.01), (-1.47, -1.44, 0.02), (0.3, 0.7, 4e-3)):
        def f(x, y, a=a, b=b, r=r):
            return sign * circle(x, y, a, b, r)

        found = follow(f, 1e-4)
        assert found.closed == (True,), (a, b)
        assert sign * area(found.lines[0]) == pytest.approx(np.pi * r**2, rel=0.1)
        assert found.contains(a, b) == (sign > 0)
        assert found.evaluations < 600


def test_an_island_smaller_than_the_precision_is_said():
    found = follow(lambda x, y: circle(x, y, 0.33, 0.41, 1e-3), 0.01)
    assert not found.lines and "smaller than the precision" in found.notes[0]


def test_a_saddle():
    for centre in (0.0, 0.0437):
        f = lambda x, y, c=centre: (x - c) * (y + c / 3)  # noqa: E731
        found = follow(f)
        assert found.closed == (False, False)
        assert set(found.open_ends) == {"x low", "x high", "y low", "y high"}
        agree(found, f, slope=2)


def test_a_curve_along_the_edge_of_the_box():
    found = follow(lambda x, y: y - BOX[0])
    np.testing.assert_allclose(found.lines[0][:, 1], BOX[0], atol=P * (BOX[1] - BOX[0]))
    assert sum(map(area, found.regions)) == pytest.approx((BOX[1] - BOX[0])**2, rel=2 * P)
    # 0 itself is allowed, as an edge that is a bound is
    nothing = follow(lambda x, y: BOX[0] - y)
    assert not nothing.lines and not nothing.regions


def test_zero_at_the_nodes_of_the_lattice():
    box = side("x", -1, 1), side("y", -1, 1)
    found = contour(lambda x, y: 0.5 - np.abs(x) - np.abs(y), *box, precision=P)
    assert found.closed == (True,) and area(found.lines[0]) == pytest.approx(0.5, rel=0.01)


def test_the_end_of_the_box_is_no_answer():
    found = follow(lambda x, y: circle(x, y, 1.5, 0, 1))
    assert found.closed == (False,) and found.ends == (("x high", "x high"),)
    assert found.open_ends == ("x high",) and "no bound" in str(found)
    assert found.lines[0][:, 0].max() == pytest.approx(BOX[1])
    # the outline of what is excluded is closed along the box, the curve is not
    assert len(found.regions[0]) >= len(found.lines[0])
    with pytest.raises(DomainError, match=r"x must lie within the box, -1\.5 to 1\.7"):
        found.contains(2.0, 0.0)


@pytest.mark.parametrize("f, said", [(lambda x, y: -1 - x * x, "nothing"),
                                     (lambda x, y: 1 + x * x, "all")])
def test_no_curve(f, said):
    found = follow(f)
    assert len(found) == 0 and f"{said} is excluded" in repr(found)
    assert found.contains(0.1, 0.2) == (said == "all")
    # where nothing comes near to 0, hardly more is asked than the lattice
    assert found.evaluations < 2.5 * 81


def test_where_the_function_is_no_number_a_curve_ends():
    def half(x, y):
        return np.where(x > 0.3, np.nan, circle(x, y))

    found = follow(half)
    assert found.ends == (("unknown", "unknown"),) and found.open_ends == ()
    ends = found.lines[0][[0, -1]]
    np.testing.assert_allclose(ends[:, 0], 0.3, atol=2 * P * (BOX[1] - BOX[0]))
    assert "nothing is known" in found.notes[0]
    assert not found.known(1.0, 0.0) and not found.contains(0.6, 0.0) and found.contains(0, 0)


def test_a_jump_is_an_edge():
    found = follow(lambda x, y: np.where(circle(x, y) > 0, np.inf, -np.inf))
    assert area(found.lines[0]) == pytest.approx(np.pi, rel=0.01)


def test_corners_are_kept():
    f = lambda x, y: 1 - np.maximum(np.abs(x - 0.013), np.abs(y + 0.021))  # noqa: E731
    found = follow(f)
    assert area(found.lines[0]) == pytest.approx(4, rel=1e-3)
    agree(found, f)


def test_wavy_functions():
    rng = np.random.default_rng(5)
    x, y = side("x", 0, 1), side("y", 0, 1)
    for _ in range(6):
        k, phase, a = rng.uniform(-9, 9, (6, 2)), rng.uniform(0, 6, 6), rng.normal(size=6)

        def f(x, y, k=k, phase=phase, a=a):
            return np.cos(np.multiply.outer(x, k[:, 0]) + np.multiply.outer(y, k[:, 1])
                          + phase) @ a

        agree(follow(f, x=x, y=y), f, slope=np.abs(a) @ np.hypot(*k.T))


def test_equal_ratios_count_relative_errors():
    """y = x^2 over eight decades is a straight line, and a factor is one everywhere."""
    x, y = Side("M", 1 * MeV, 1e4 * MeV, "MeV"), Side("g", 1e-8, 1.0)
    found = contour(lambda x, y: np.log(y / 1e-8 / (x / MeV)**2), x, y, precision=0.01)
    line = found.lines[0]
    np.testing.assert_allclose(line[:, 1] / 1e-8, (line[:, 0] / MeV)**2, rtol=0.02)
    assert found.columns()["M"][1].max() == pytest.approx(1e4)
    assert found.as_dict()["box"]["M"] == {
        "low": pytest.approx(1), "high": pytest.approx(1e4), "unit": "MeV", "spacing": "log",
        "step": pytest.approx(10**0.5)}


def test_units_do_not_matter():
    def made(one, unit):
        x = Side("M", 1 * one, 100 * one, unit)
        return contour(lambda x, y: np.log(y * (x / one)), x, Side("g", 1e-3, 1.0)).lines[0] \
            / [one, 1]

    np.testing.assert_allclose(made(MeV, "MeV"), made(GeV, "GeV"), rtol=1e-9)


def test_the_same_question_has_the_same_answer():
    one, other = (follow(circle).as_dict() for _ in range(2))
    assert one == other


def test_it_travels_and_is_plain(tmp_path):
    found = follow(circle, 0.01)
    other = pickle.loads(pickle.dumps(found))
    assert other.as_dict() == found.as_dict() and other.contains(0.2, 0.3)
    assert len(found.rows()) == len(found.lines[0])
    text = found.to_table(tmp_path / "circle.ecsv").read_text()
    assert "evaluations" in text and "yes" in text and "<table>" in found._repr_html_()


@pytest.mark.parametrize("change, said", [
    ({"precision": 0.0}, "precision = 0 must lie between"), ({"lattice": 1}, "lattice = 1 must"),
    ({"x": side("x", 2, 1)}, "x from 2 to 1 must rise"), ({"x": side("y")}, "both coordinates"),
    ({"x": Side("x", 0.0, 1.0)}, "equal ratios must begin above 0"),
    ({"f": lambda x, y: x[:1]}, r"gives \(1,\) for \(81,\) points")])
def test_slips_are_refused(change, said):
    with pytest.raises(DomainError, match=said):
        follow(**{"f": circle} | change)


def test_too_few_evaluations_are_said():
    with pytest.raises(NotConverged, match="more than the 200 evaluations that are allowed"):
        follow(circle, most=200)
