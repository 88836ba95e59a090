"""No event seen and none expected but of a signal: the probability of that is exact."""

import numpy as np
import pytest

import munu
from munu.probes import Counts, Probe
from munu.probes.expected import Background, Curve
from munu.ray import Ray
from munu.spectrum import Axis


def probe(seen=0.0, background=0.0, bins=2):
    """A curve that goes with the square of the size, evenly in the bins."""
    held = {"flat": Background(np.full(bins, background), 1e-9)} if background else {}
    curve = Curve(signal=lambda x, j: np.repeat(x[:, None] ** 2, bins, axis=1) / bins,
                  where=lambda j: (0.1, 10.0), bins=bins, backgrounds=held)
    counts = np.zeros(bins)
    counts[0] = seen
    return Probe(name="p", title="p", grade="counts", signal=lambda c: None,
                 expects=lambda ray: curve,
                 measured=Counts(Axis("x", "1", np.arange(bins + 1.0)), counts))


@pytest.mark.parametrize("level", [0.5, 0.90, 0.95])
@pytest.mark.parametrize("bins", [1, 3])
def test_what_is_excluded_would_be_seen_as_often_as_the_level_says(level, bins):
    found = munu.limit(probe(bins=bins), Ray.portal(0.0), level=level)
    assert np.exp(-(found.upper[0] ** 2)) == pytest.approx(1 - level, rel=1e-6)
    assert found.expected.upper[0] == found.upper[0]
    assert found.scan["ratio"].max() > found.meta["rise"] == pytest.approx(
        -2 * np.log(1 - level))


def test_with_an_event_or_a_background_the_ratio_decides():
    for made in (probe(seen=1.0), probe(background=3.0)):
        found = munu.limit(made, Ray.portal(0.0))
        assert "rise" not in found.meta and "exact" not in found.solver
    # of a background that fades there is no jump towards more
    assert munu.limit(probe(background=1e-6), Ray.portal(0.0)).upper[0] ** 2 == pytest.approx(
        1.353, rel=1e-3)
