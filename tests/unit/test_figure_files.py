"""A figure as files and in a notebook: whole, alike each time, in munu's settings."""

import base64
import io
import re
from pathlib import Path

import matplotlib as mpl
import pytest

from munu import plots
from munu.errors import DataError
from munu.plots import _style
from munu.plots.figure import Figure

FORMATS = ("pdf", "png", "svg")


def drawn():
    """A small figure with what is random in a file: clips, hatches, markers, fonts."""
    fig, ax = _style.new(3, 2)
    ax.plot([1, 2, 3], [1e-12, 1e-11, 1e-10], "o-", label=r"$\mu_\nu$")
    ax.fill_between([1, 3], 1e-12, 1e-10, hatch="//", alpha=0.3)
    ax.set(yscale="log", xlabel=r"$M_N$ [MeV]")
    ax.legend()
    _style.stamp(fig)
    return Figure("small", fig, {"x": ("1", [1.0, 2.0])}, "a < b & c")


def written(figure, folder):
    return {p.suffix: p.read_bytes() for p in plots.save(figure, folder, FORMATS)}


def test_a_figure_makes_the_same_bytes_each_time(tmp_path):
    one = drawn()
    first = written(one, tmp_path / "a")
    assert set(first) == {".pdf", ".png", ".svg", ".ecsv"}
    assert written(one, tmp_path / "b") == first, "saved twice"
    assert written(drawn(), tmp_path / "c") == first, "drawn twice"


def test_no_setting_of_the_user_changes_a_file(tmp_path):
    first = written(drawn(), tmp_path / "a")
    with mpl.rc_context({"savefig.dpi": 50, "savefig.bbox": "tight", "svg.hashsalt": None,
                         "figure.constrained_layout.use": True, "savefig.transparent": True}):
        assert written(drawn(), tmp_path / "b") == first


def test_a_change_shows(tmp_path):
    one = drawn()
    first = written(one, tmp_path)
    one.fig.axes[0].lines[0].set_color("red")
    second = written(one, tmp_path)
    assert all(first[k] != second[k] for k in (".pdf", ".png", ".svg"))


def test_a_picture_that_fails_leaves_no_file(tmp_path, monkeypatch):
    one = drawn()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataError, match=r"small\.pdf.*No space.*give another folder with --out"):
        plots.save(one, tmp_path, FORMATS)
    assert not list(tmp_path.iterdir())


def test_a_figure_shows_itself_in_a_notebook():
    from PIL import Image

    one = drawn()
    shown = one._repr_html_()
    held = base64.b64decode(re.search(r"base64,([^\"]+)", shown)[1])
    assert held == one._repr_png_(), "shown twice alike"
    assert Image.open(io.BytesIO(held)).size == (360, 240)
    assert "<figcaption>a &lt; b &amp; c</figcaption>" in shown


def test_the_style_sheet_is_where_the_settings_stand(tmp_path):
    """A user's figure beside munu's has its colours and sizes; the sheet has them from nowhere."""
    import matplotlib.style
    from matplotlib.figure import Figure as Plain
    from PIL import Image

    for sheet in (plots.style(), "munu.plots.munu"):
        with matplotlib.style.context(sheet, after_reset=True):
            ax = Plain(figsize=(3, 2)).subplots()
            line, = ax.plot([0, 1])
            assert line.get_color() == _style.BLUE
            ax.figure.savefig(tmp_path / "mine.png")
    mine, = _style.new(3, 2)[0].axes
    for side in ("xaxis", "yaxis"):
        one, two = (getattr(a, side).get_major_ticks()[0] for a in (ax, mine))
        assert one.label1.get_fontsize() == two.label1.get_fontsize() == 9
        assert one.tick2line.get_visible() and two.tick2line.get_visible()
    plots.save(drawn(), tmp_path)
    for name in ("mine", "small"):
        assert Image.open(tmp_path / f"{name}.png").size == (900, 600), "300 dots an inch"


def test_no_setting_of_the_user_changes_what_is_drawn(tmp_path):
    one = plots.draw("decay_lifetime")
    before = written(one, tmp_path / "a")
    with mpl.rc_context({"font.size": 17, "lines.linewidth": 9, "legend.fontsize": 4,
                         "axes.facecolor": "red", "text.color": "blue"}):
        assert written(plots.draw("decay_lifetime"), tmp_path / "b") == before
        assert mpl.rcParams["font.size"] == 17
