"""Figures: each draws, keeps its numbers, and no two labels touch."""

import pytest

from munu import _data, plots
from munu.errors import DataError, UnknownName


@pytest.mark.parametrize(("name", "options"), [
    # the map has tests of its own
    pytest.param("map", {}, marks=pytest.mark.long), ("solar_flux", {}),
    ("xenonnt_spectrum", {}), ("xenonnt_spectrum", {"bin_width": "0.5 keV"}),
    ("limit_anatomy", {"toys": 200}), ("effective_moments", {}), ("crossing", {}),
    ("coverage", {"experiments": 200, "toys": 200}),
    ("joint_moments", {"probes": "pandax4t", "points": 2}),
    pytest.param("injected", {"mu": 1e-11}, marks=pytest.mark.long)])
def test_a_figure_keeps_its_numbers(tmp_path, name, options):
    made = plots.draw(name, **options)
    paths = plots.save(made, tmp_path)
    assert {p.suffix for p in paths} == {".pdf", ".png", ".ecsv"}
    assert all(p.stat().st_size > 1000 for p in paths)
    table = _data.read(next(p for p in paths if p.suffix == ".ecsv"))
    assert len(table) > 10 and set(table.columns) == set(made.columns)
    assert any("munu 0" in t.get_text() for t in made.fig.texts), "its stamp"
    assert made.caption and made.papers


def test_the_anatomy_of_an_interval_is_that_of_the_command():
    """With the command's toys its number, and with others within their error."""
    from munu import limit

    command = limit("xenonnt", method="feldman_cousins", expected=False)
    made = plots.draw("limit_anatomy", toys=2000, seed=7)
    ax, = made.fig.axes
    edge, = (x.get_xdata()[0] for x in ax.lines if x.get_color() == "#009E73"
             and len(x.get_xdata()) == 1)
    said = next(x.get_label() for x in ax.lines if "Feldman" in str(x.get_label()))
    error = float(said.rpartition("pm$")[2])
    assert 0.02 < error < 0.4 and abs(edge - command.value * 1e12) < 3 * error
    assert "2000" in made.caption


def test_labels_that_touch_are_found():
    from munu.plots import _labels, _style

    fig, ax = _style.new()
    a, b = ax.text(0.5, 0.5, "first"), ax.text(0.51, 0.5, "second")
    with pytest.raises(AssertionError, match="'first' and 'second' overlap"):
        _labels.assert_no_overlap(fig, [a, b])
    b.set_position((0.99, 0.5))
    with pytest.raises(AssertionError, match="leaves its axes"):
        _labels.assert_no_overlap(fig, [a, b])


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be made"):
        plots.save(plots.draw("solar_flux"), tmp_path / "file" / "x")


def test_an_unknown_figure_gives_the_nearest():
    with pytest.raises(UnknownName, match="solar_flux"):
        plots.draw("solar_fluxes")


def test_a_label_of_an_axis_that_leaves_the_figure_is_refused():
    from munu.plots import _labels, _style

    fig, ax = _style.new(3.0, 2.0)
    _style.settle(fig)
    _labels.assert_no_overlap(fig)
    ax.set_ylabel("events")
    with pytest.raises(AssertionError, match="'events' leaves the figure"):
        _labels.assert_no_overlap(fig)
