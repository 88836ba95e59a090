"""Bodies that N flies through: what their chords, points and surfaces say of one another."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu.detectors.geometry import Box, Cylinder, Sphere, read, unit
from munu.errors import DomainError, MunuError, UnitError, UnknownName
from munu.units import cm, m

BODIES = [Box(4 * m, 3 * m, 5 * m), Cylinder(2 * m, 10 * m, "x"), Cylinder(5 * m, 1 * m),
          Cylinder(1 * m, 30 * m, "y"), Sphere(5 * m)]
AXES = np.eye(3)
SOME = np.random.default_rng(3).normal(size=(40, 3))
# along an axis but for a little, where a shadow's rim is thin
GRAZING = [(1, 1e-9, 0), (0, 1e-5, 1), (1, 1e-17, 1e-200), (1e-300, 0, 1e-300), (0, 1, -1e-12)]
WHICH = st.sampled_from(BODIES)
NUMBER = st.floats(-1, 1)


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_chords_fill_the_volume(body):
    for u in (*AXES, *SOME, *GRAZING):
        for cuts in ((), (0.3 * m, 2 * m, 1e3 * m)):
            lengths, areas = body.chords(u, cuts)
            assert (areas > 0).all() and (lengths > 0).all()
            assert lengths @ areas == pytest.approx(body.volume, rel=1e-13)


def shadows(body, u):
    """Area of the shadow of a body, from its faces."""
    u = np.abs(unit(u))
    if isinstance(body, Sphere):
        return np.pi * body.radius**2
    if isinstance(body, Box):
        return u @ [body.y * body.z, body.z * body.x, body.x * body.y]
    c = u["xyz".index(body.axis)]
    return np.pi * body.radius**2 * c + 2 * body.radius * body.length * np.sqrt(1 - c**2)


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_areas_of_chords_fill_the_shadow(body):
    for u in (*AXES, *SOME):
        assert body.chords(u)[1].sum() == pytest.approx(shadows(body, u), rel=1e-12)


def test_along_an_axis_of_a_box_and_of_a_cylinder_there_is_one_chord():
    for k, edge in enumerate((4, 3, 5)):
        assert BODIES[0].chords(AXES[k])[0] == pytest.approx([edge * m])
    lengths, areas = BODIES[1].chords((-3, 0, 0))
    assert lengths == pytest.approx([10 * m]) and areas == pytest.approx([4 * np.pi * m**2])


def test_mean_powers_of_the_chords_of_a_ball():
    """Of L^n over its shadow: 2 (2R)^n/(n + 2)."""
    lengths, areas = Sphere(5 * m).chords((1, 2, 3))
    for n in range(8):
        assert areas @ lengths**n / (25 * np.pi * m**2) == pytest.approx(
            2 * (10 * m) ** n / (n + 2), rel=1e-13)


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_chords_are_those_of_points_drawn_in_the_body(body):
    """What is left to the surface from an even point has the moments that the chords say."""
    rng = np.random.default_rng(7)
    points = body.sample(rng, 40_000)
    assert body.inside(points).all()
    for u in (AXES[0], SOME[0], SOME[1]):
        lengths, areas = body.chords(u)
        left = body.exit(points, u)
        for n in (1, 2, 3):
            mean = areas @ lengths ** (n + 1) / (n + 1) / body.volume
            assert abs((left**n).mean() - mean) < 4 * (left**n).std() / 200


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_points_are_even(body):
    """As many of them in the half and in the scaled body as these have of the volume."""
    points = body.sample(np.random.default_rng(11), 40_000)
    assert np.abs(points.mean(axis=0)).max() < 4 * points.std(axis=0).max() / 200
    assert body.inside(points / 0.8).mean() == pytest.approx(0.512, abs=0.01)


@given(WHICH, NUMBER, NUMBER, NUMBER, st.integers(0, 39), st.floats(1e-2, 1e7))
def test_a_ray_from_outside_leaves_where_one_from_inside_does(body, a, b, c, k, far):
    """And enters where the one backwards leaves."""
    p, u = 0.35 * m * np.array([a, b, c]), SOME[k] / np.linalg.norm(SOME[k])
    start = p - (far + 60) * m * u
    entry, exit_ = body.entry_exit(start, u)
    come = (far + 60) * m
    near = pytest.approx
    assert exit_ - come == near(body.exit(p, u), rel=1e-12 * (1 + far))
    assert come - entry == near(body.exit(p, -u), rel=1e-12 * (1 + far))
    assert np.isinf(body.entry_exit(start, -u)).all()
    assert body.entry_exit(p, 7 * u)[0] == 0


def test_rays_that_miss_and_rays_along_a_face():
    box, rod, ball = BODIES[0], BODIES[1], BODIES[4]
    for body, p in ((box, (2.1 * m, 0, -9 * m)), (rod, (0, 2.1 * m, -9 * m)),
                    (ball, (5.1 * m, 0, -9 * m))):
        entry, exit_ = body.entry_exit(p, AXES[2])
        assert np.isinf(entry) and np.isinf(exit_)
    entry, exit_ = box.entry_exit((2 * m, 0, -9 * m), AXES[2])
    assert (entry / m, exit_ / m) == pytest.approx((6.5, 11.5))
    entry, exit_ = rod.entry_exit(np.array([[-9, 1, 0], [-9, 3, 0]]) * m, (2, 0, 0))
    assert entry[0] / m == pytest.approx(4) and exit_[0] / m == pytest.approx(14)
    assert np.isinf(entry[1])
    assert ball.exit(np.zeros((2, 3)), AXES[:2]) == pytest.approx(5 * m)
    assert ball.entry_exit(np.zeros((4, 1, 3)), AXES)[1].shape == (4, 3)


def test_a_body_is_its_text_and_travels():
    for body in BODIES:
        assert read(str(body)) == body == read(body) == pickle.loads(pickle.dumps(body))
        assert copy.deepcopy(body) == body and hash(read(str(body))) == hash(body)
    assert read("cylinder: 200cm, 10m") == Cylinder(200 * cm, 10 * m, "z")
    assert str(read("sphere:0.3333333333333km")) == "sphere:333.3333333333m"


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: Box(1.0, 0.0, 2.0), DomainError, "y of a box = 0.0 is no size"),
    (lambda: Box(1.0, np.inf, 2.0), DomainError, "not finite"),
    (lambda: Sphere(np.nan), DomainError, "not finite"),
    (lambda: Sphere([1.0, 2.0]), DomainError, "one length above 0"),
    (lambda: Sphere("5m"), DomainError, "must be numbers"),
    (lambda: Cylinder(-1.0, 1.0), DomainError, "radius of a cylinder = -1.0"),
    (lambda: Cylinder(1.0, 1.0, "w"), UnknownName, "axis of a cylinder"),
    (lambda: Sphere(1.0).chords((0, 0, 0)), DomainError, "points nowhere"),
    (lambda: Sphere(1.0).chords((0, np.nan, 0)), DomainError, "not finite"),
    (lambda: Sphere(1.0).chords((0, 1)), DomainError, "shape"),
    (lambda: Sphere(1.0).chords(AXES), DomainError, "along one"),
    (lambda: Sphere(1.0).chords((0, 0, 1), -1.0), DomainError, "cuts"),
    (lambda: Sphere(1 * m).exit((0, 0, 1.1 * m), AXES[0]), DomainError, "(0, 0, 1.1) m is outside"),
    (lambda: Box(1.0, 1.0, 1.0).sample(np.random.default_rng(), 1.5), DomainError, "n = 1.5"),
    (lambda: Box(1.0, 1.0, 1.0).inside(3.0), DomainError, "shape"),
    (lambda: read("ball:5m"), UnknownName, "no body named 'ball'"),
    (lambda: read("sphere"), DomainError, "0 sizes; it must be sphere:RADIUS"),
    (lambda: read("box:1m,2m"), DomainError, "2 sizes; it must be box:X,Y,Z"),
    (lambda: read("box:1m,2m,3"), UnitError, "z of a box '3' has no unit"),
    (lambda: read("sphere:-5m"), DomainError, "'-5m' is no size"),
    (lambda: read("sphere:0"), DomainError, "no size"),
    (lambda: read("sphere:5s"), UnitError, "not of the kind of m"),
    (lambda: read("cylinder:1m,2m,up"), UnknownName, "axis"),
    (lambda: read(5.0), DomainError, "must be a text"),
])
def test_what_is_no_body_is_refused_in_one_line(call, error, said):
    with pytest.raises(MunuError) as caught:
        call()
    assert isinstance(caught.value, error) and said in str(caught.value)
    assert "\n" not in str(caught.value)
