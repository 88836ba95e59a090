"""The map beside a stored picture of it: every curve, tone and tick, and no letter.

Fonts are drawn a little otherwise on every machine, so words are left out and the axes fill the
picture.  What munu computes is played by two made-up curves: a number that moves is caught by the
tests of numbers, a curve that is gone here.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from munu import atlas
from munu.inference import region
from munu.inference.record import Limit
from munu.plots import _map_content
from munu.plots import map as map_
from munu.units import MeV, keV

STORED = Path(__file__).parent / "pictures" / "map.png"
# of 255, the mean over squares of four pixels; the faintest curve is worth 0.02
TOLERANCE = 0.01


def synthetic(name, least, family="recoils", contested=False):
    M = np.geomspace(1 * keV, 50 * MeV, 60)
    mu = least * (1 + (M / (0.2 * MeV)) ** 2)
    one = Limit(name=name, parameter="mu", axis=M, lower=np.zeros(60), upper=mu, level=0.9,
                flavor="mu", ours=True, meta={"title": name, "family": family})
    return one if not contested else one.with_(systematic={"other": one.with_(upper=1.6 * mu)})


def pixels(fig) -> np.ndarray:
    """The axes of a figure without words, (280, 380, 3) from 0 to 255."""
    ax = fig.axes[0]
    for words in (*ax.texts, *fig.texts, *fig.legends, *ax.child_axes):
        words.set_visible(False)
    # ticks of names, and what leads to them, lie where the words are
    for line in ax.lines:
        line.set_visible(line.get_visible() and (len(line.get_xdata()) > 3
                                                or line.get_marker() == "*"))
    ax.set_axis_off()
    ax.set_position([0, 0, 1, 1])
    fig.set_size_inches(7.6, 5.6)
    fig.set_dpi(50)
    fig.canvas.draw()
    return np.array(fig.canvas.buffer_rgba())[..., :3]


def apart(a, b) -> float:
    """Mean absolute difference of two pictures after squares of four pixels are made one."""
    def coarse(x):
        return x.astype(float).reshape(x.shape[0] // 4, 4, x.shape[1] // 4, 4, 3).mean(axis=(1, 3))

    return float(np.abs(coarse(a) - coarse(b)).mean())


COMPUTED = [synthetic("one", 1e-11), synthetic("two", 1e-12, "stars", contested=True)]


@pytest.fixture(scope="module")
def fig():
    return map_.draw("mu", computed=COMPUTED, points=["mu=1e-11,M_N=50keV"]).fig


@pytest.fixture(scope="module")
def stored():
    return np.asarray(Image.open(STORED).convert("RGB"))


def test_the_map_looks_as_it_did(fig, stored, tmp_path):
    now = pixels(fig)
    Image.fromarray(now).save(tmp_path / "map.png", optimize=True)
    assert apart(now, stored) < TOLERANCE, \
        f"if the map is meant to look like {tmp_path / 'map.png'}, copy that to {STORED}"


def test_no_curve_can_go_missing(fig, stored):
    curves = [x for x in fig.axes[0].lines if x.get_visible() and x.get_zorder() > 2]
    assert len(curves) > 10
    for curve in curves:
        curve.set_visible(False)
        found = apart(pixels(fig), stored)
        curve.set_visible(True)
        assert found > 2 * TOLERANCE, f"{curve.get_color()} from {curve.get_xydata()[0]}"


def test_no_band_can_go_missing(fig, stored):
    bands = [x for x in fig.axes[0].collections if x.get_zorder() > 2]
    assert len(bands) == 1, "between inputs that are contested"
    for filled in bands:
        filled.set_visible(False)
        found = apart(pixels(fig), stored)
        filled.set_visible(True)
        assert found > 2 * TOLERANCE


def test_the_tone_is_what_the_union_excludes(fig):
    """Far from an end of the data a place has the tone if a bound excludes it, else none."""
    ax = fig.axes[0]
    drawn = [x for x in (*ax.lines, *ax.collections) if x.get_visible() and x.get_zorder() >= 2]
    for x in drawn:
        x.set_visible(False)
    picture = pixels(fig)
    for x in drawn:
        x.set_visible(True)
    content = _map_content.gather("mu", None, computed=COMPUTED)
    members = [x.limit for x in content.standing]
    (x0, x1), (y0, y1) = np.log10(ax.get_xlim()), np.log10(ax.get_ylim())
    x, y = np.linspace(x0, x1, 13)[1:-1], np.linspace(y0, y1, 11)[1:-1]
    union = atlas.combine(members, 10 ** x * MeV, flavor="mu", level=None).excluded
    tones = np.array([[picture[int((y1 - v) / (y1 - y0) * picture.shape[0]),
                               int((u - x0) / (x1 - x0) * picture.shape[1])].mean()
                       for v in y] for u in x])
    inside = np.array([[region.contains(row, 10 ** v) for v in y] for row in union])
    # a few lie on a rim or where the tone of an open end runs out
    assert inside.any() and not inside.all() and ((tones < 245) == inside).mean() > 0.95


def test_the_stored_picture_is_small():
    assert STORED.stat().st_size < 60_000
