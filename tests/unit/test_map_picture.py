"""The map beside a stored picture of it: every curve, tint, hatch and tick, and no letter.

Fonts are drawn a little otherwise on every machine, so words are left out and the axes fill the
picture.  What munu computes is played by two made-up curves: a number that moves is caught by the
tests of numbers, a curve that is gone here.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from munu.inference.record import Limit
from munu.plots import map as map_
from munu.units import MeV, keV

STORED = Path(__file__).parent / "pictures" / "map.png"
# of 255, the mean over squares of four pixels; the faintest curve is worth 0.03
TOLERANCE = 0.01


def synthetic(name, least, bands):
    M = np.geomspace(1 * keV, 50 * MeV, 60)
    mu = least * (1 + (M / (0.2 * MeV)) ** 2)
    return Limit(name=name, parameter="mu", axis=M, lower=np.zeros(60), upper=mu, level=0.9,
                 ours=True, expected=1.4 * mu, meta={"title": name}, bands={
                     "1 sigma": np.array([1.1 * mu, 1.8 * mu]),
                     "2 sigma": np.array([0.9 * mu, 2.4 * mu])} if bands else {})


def pixels(fig) -> np.ndarray:
    """The axes of a figure without words, (280, 380, 3) from 0 to 255."""
    ax = fig.axes[0]
    for words in (*ax.texts, *fig.texts, *fig.legends):
        words.set_visible(False)
    ax.set_axis_off()
    ax.set_position([0, 0, 1, 1])
    fig.set_dpi(50)
    fig.canvas.draw()
    return np.array(fig.canvas.buffer_rgba())[..., :3]


def apart(a, b) -> float:
    """Mean absolute difference of two pictures after squares of four pixels are made one."""
    def coarse(x):
        return x.astype(float).reshape(x.shape[0] // 4, 4, x.shape[1] // 4, 4, 3).mean(axis=(1, 3))

    return float(np.abs(coarse(a) - coarse(b)).mean())


@pytest.fixture(scope="module")
def fig():
    return map_.draw(computed=[synthetic("one", 1e-11, True), synthetic("two", 1e-9, False)]).fig


@pytest.fixture(scope="module")
def stored():
    return np.asarray(Image.open(STORED).convert("RGB"))


def test_the_map_looks_as_it_did(fig, stored, tmp_path):
    now = pixels(fig)
    Image.fromarray(now).save(tmp_path / "map.png", optimize=True)
    assert apart(now, stored) < TOLERANCE, \
        f"if the map is meant to look like {tmp_path / 'map.png'}, copy that to {STORED}"


def test_the_caption_quotes_the_limit_of_a_massless_N():
    """Not the least of a curve that dips where the recoils of the signal pile up."""
    made = synthetic("dips", 4.21e-11, False)
    upper = made.upper.copy()
    upper[40] = 2.72e-11
    caption = map_.draw(computed=[made.with_(upper=upper)], published=[]).caption
    assert "dips 4.21e-11 mu_B at M_N = 1 keV" in caption and "2.72" not in caption


def test_no_curve_can_go_missing(fig, stored):
    # ticks at the left have two points
    curves = [x for x in fig.axes[0].lines if len(x.get_xdata()) > 2]
    assert len(curves) > 15
    for curve in curves:
        curve.set_visible(False)
        found = apart(pixels(fig), stored)
        curve.set_visible(True)
        assert found > 2 * TOLERANCE, f"{curve.get_color()} from {curve.get_xydata()[0]}"


def test_no_tint_or_hatch_can_go_missing(fig, stored):
    for filled in (*fig.axes[0].patches, *fig.axes[0].collections):
        filled.set_visible(False)
        found = apart(pixels(fig), stored)
        filled.set_visible(True)
        assert found > 2 * TOLERANCE


def test_the_stored_picture_is_small():
    assert STORED.stat().st_size < 60_000
