"""Matter of the Earth on the lines that leave a detector."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu.errors import DomainError
from munu.media.earth import along, line_of_sight
from munu.propagation.earth import prem
from munu.units import cm, deg, g, km

R = 6371 * km
# to a micron in depth and in length
COSINE = st.just(0.0) | st.floats(1e-9, 1) | st.floats(-1, -1e-9)
DEPTH = st.just(0.0) | st.floats(1e-9, 6000)


@given(COSINE, DEPTH)
def test_a_line_ends_at_the_surface(cosine, depth):
    edges, density = line_of_sight(cosine, depth * km)
    r0, z = R - depth * km, edges[-1]
    assert edges[0] == 0 and (np.diff(edges) >= 0).all() and np.diff(edges).max() <= 100.001 * km
    assert edges.size == density.size + 1 and (density >= 0).all()
    if z > 0:
        assert np.sqrt(r0**2 + z**2 + 2 * r0 * z * cosine) == pytest.approx(R, rel=1e-12)
        assert density.min() >= 2.6 * g / cm**3 * (1 - 1e-12)


@given(COSINE, DEPTH)
def test_forth_and_back_is_the_chord_of_the_earth(cosine, depth):
    """Matter before and behind a detector is all on the line, however deep it lies on it."""
    before, behind = (line_of_sight(c, depth * km) for c in (cosine, -cosine))
    column = sum(density @ np.diff(edges) for edges, density in (before, behind))
    # half the chord, squared
    half2 = depth * km * (2 * R - depth * km) + ((R - depth * km) * cosine) ** 2
    edges, density = line_of_sight(-min(np.sqrt(half2) / R, 1.0))
    assert column == pytest.approx(density @ np.diff(edges), rel=1e-6)


def test_the_chords_of_oscillations_are_lines_of_sight_from_the_surface():
    for eta in (0.0, 20 * deg, 33.1 * deg, 85 * deg):
        edges, density, Y_e = along(-np.cos(eta))
        assert prem(eta) == [pytest.approx(x) for x in zip(
            np.diff(edges), density, Y_e, strict=True)]


def test_all_lines_from_the_center_weigh_the_earth():
    """4 pi int rho r^2 dr is its mass."""
    edges, density = line_of_sight(1.0, R - 1e-6 * km)
    mass = 4 / 3 * np.pi * np.sum(density * np.diff((edges + 1e-6 * km)**3))
    assert mass / g == pytest.approx(5.976e27, rel=2e-3)


def test_a_shallow_detector_is_below_the_surface():
    """A metre of rock above, though the radius of the Earth has ten millions of them."""
    assert line_of_sight(1.0, 1e-3 * km)[0] == pytest.approx([0, 1e-3 * km], rel=1e-12)
    assert line_of_sight(0.5)[0].tolist() == [0, 0] and line_of_sight(0.5)[1].tolist() == [0]
    level = line_of_sight(0.0, 1e-3 * km)[0][-1]
    assert level == pytest.approx(np.sqrt(2e-3 * 6371) * km, rel=1e-6)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: line_of_sight(1.01), "cos_zenith = 1.01 must lie between -1 and 1"),
    (lambda: line_of_sight(0.0, -1.0), "depth = -1 must be at least 0"),
    (lambda: line_of_sight(0.0, 6371 * km), "less than the 6371 km to the center"),
    (lambda: line_of_sight(np.nan), "cos_zenith = nan must be finite"),
    (lambda: line_of_sight([0.0, 1.0]), "cos_zenith = [0.0, 1.0] must be one number"),
])
def test_no_such_line_is_one_line(call, said):
    with pytest.raises(DomainError) as caught:
        call()
    assert said in str(caught.value) and "\n" not in str(caught.value)
