"""Records drawn: what is on the paper is what the record says."""

from types import SimpleNamespace

import numpy as np
import pytest

import munu
from munu import _data, atlas, plots, probes
from munu.errors import DomainError, UnknownName
from munu.inference.record import Limit
from munu.inference.region import Interval
from munu.plots import _limit, _spectrum, _style, drawers
from munu.probes.answer import expectation
from munu.spectrum import Axis, Prediction, Spectrum
from munu.units import MeV, cm, keV

M = np.array([0.1, 1.0, 10.0, 100.0]) * MeV


def made(**changes):
    held = {"name": "test", "parameter": "mu", "axis": M, "lower": np.zeros(4), "level": 0.9,
            "upper": np.array([1e-11, 1e-11, 1e-10, np.inf]), "statistic": "profile"}
    return Limit(**held | changes)


def shaded(ax, x, y) -> bool:
    """Whether a point of the data lies in something filled."""
    at = ax.transData.transform((x, y))
    filled = [*ax.collections, *ax.patches]
    return any(p.get_transform().transform_path(path).contains_point(at)
               for p in filled for path in (p.get_paths() if hasattr(p, "get_paths")
                                            else [p.get_path()]))


def test_a_kind_is_a_file(tmp_path, monkeypatch):
    (tmp_path / "_barcode.py").write_text(
        "def axes(ax, record, *, width=1):\n"
        "    ax.vlines(record.columns()['x'][1], 0, 1, lw=width)\n")
    (tmp_path / "_helper.py").write_text("class A:\n    def axes(ax):\n        pass\n")
    monkeypatch.setattr(plots, "__path__", [*plots.__path__, str(tmp_path)])
    assert {"barcode", "limit", "spectrum"} <= set(drawers.kinds())
    assert not {"helper", "style", "labels"} & set(drawers.kinds())
    record = SimpleNamespace(columns=lambda: {"x": ("keV", [1.0, 2.0])}, papers=("XENONnT2022",))
    drawn = drawers.plot("barcode", record, path=tmp_path / "out" / "bars.svg", width=3)
    assert drawn.papers == ("XENONnT2022",) and drawn.fig.axes[0].collections
    np.testing.assert_allclose(_data.read(tmp_path / "out" / "bars.ecsv")["x"] / keV, [1, 2])
    assert b"<svg" in (tmp_path / "out" / "bars.svg").read_bytes()
    assert drawn._repr_png_().startswith(b"\x89PNG")


def test_slips_are_said_in_one_line(tmp_path):
    with pytest.raises(UnknownName, match="no drawing named 'limits'; did you mean 'limit'"):
        drawers.plot("limits", made())
    with pytest.raises(DomainError, match=r"must end in \.pdf, \.png, \.svg"):
        drawers.plot("limit", made(), path=tmp_path / "x.jpeg")


def test_drawers_are_no_figure():
    assert not {"drawers", "limit", "spectrum"} & set(plots.names())


def test_a_limit_against_the_mass():
    band = np.array([[5e-12, 5e-12, 5e-11, np.inf], [2e-11, 2e-11, 2e-10, np.inf]])
    drawn = drawers.plot("limit", made(expected=made(), bands={"1 sigma": band}))
    ax = drawn.fig.axes[0]
    line = next(x for x in ax.lines if x.get_label() == "test")
    np.testing.assert_allclose(line.get_xdata(), M / MeV)
    np.testing.assert_allclose(line.get_ydata()[:3], made().upper[:3])
    assert np.isnan(line.get_ydata()[3]), "no line where there is no limit"
    assert ax.get_ylabel().endswith(r"[$\mu_B$], 90 % CL") and ax.get_xlabel().endswith("[MeV]")
    assert shaded(ax, 1, 4e-11) and not shaded(ax, 1, 3e-12) and not shaded(ax, 50, 4e-11)
    assert shaded(ax, 1, 6e-12), "the band"
    ends = next(x for x in ax.lines if x.get_marker() == "o")
    np.testing.assert_allclose(ends.get_xydata(), [[10, 1e-10]])
    assert sorted(set(drawn.columns["edge"][1])) == ["1 sigma, high", "1 sigma, low", "expected",
                                                     "lower", "upper"]
    assert np.all(np.isfinite(drawn.columns["mu"][1]))
    assert any("munu 0" in t.get_text() for t in drawn.fig.texts), "its stamp"


def test_an_excluded_island_is_a_closed_region_up_to_its_tip():
    island = (Interval(1e-11, 1e-10),)
    x = made(upper=np.array([1e-11, 1e-11, 1e-11, np.inf]), intervals=(island, island, island, ()),
             tips=((30 * MeV, 4e-11),), along="emu=1")
    drawn = drawers.plot("limit", x)
    ax = drawn.fig.axes[0]
    for M_N, size, inside in ((3, 5e-11, True), (3, 2e-10, False), (20, 4e-11, True),
                              (20, 9e-11, False), (40, 4e-11, False)):
        assert shaded(ax, M_N, size) is inside, (M_N, size)
        assert x.contains(M_N * MeV, size) is inside or M_N > 10
    outline = max(ax.lines, key=lambda line: len(line.get_xdata()))
    np.testing.assert_allclose(outline.get_xydata()[0], outline.get_xydata()[-1])
    assert [30, 4e-11] in outline.get_xydata().tolist(), "its tip"
    assert "along emu=1" in ax.get_ylabel()
    assert drawn.columns["edge"][1].count("island 1") == 7


def test_a_massless_point_and_two_islands_at_a_mass():
    two = (Interval(1e-11, 1e-10), Interval(1e-9))
    x = made(axis=np.array([0.0, 1, 10, 100]) * MeV, intervals=(two, two, two, two[1:]),
             upper=np.array([1e-11, 1e-11, 1e-11, 1e-9]))
    ax = drawers.plot("limit", x).fig.axes[0]
    assert shaded(ax, 0.6, 5e-11) and not shaded(ax, 0.6, 5e-10) and shaded(ax, 0.6, 1.5e-9)


def test_no_limit_anywhere_is_said():
    ax = drawers.plot("limit", made(upper=np.full(4, np.inf))).fig.axes[0]
    assert [t.get_text() for t in ax.texts] == ["no limit at any mass"]


def test_one_mass_shows_its_likelihood_ratio():
    found = munu.limit("xenonnt")
    drawn = drawers.plot("limit", found)
    ax = drawn.fig.axes[0]
    level = next(x for x in ax.lines if x.get_label() == "90 % CL")
    assert level.get_ydata()[0] == pytest.approx(2.706, rel=2e-3)
    np.testing.assert_allclose(drawn.columns["ratio"][1], found.scan["ratio"])
    assert shaded(ax, 1.1 * found.value, 1) and not shaded(ax, 0.9 * found.value, 1)


@pytest.mark.parametrize("parameter", ["mu", "q", "r2"])
def test_the_ratio_has_a_key_of_its_own(parameter):
    scan = munu.limit("xenonnt", parameter, expected=False).scan
    assert set(scan) == {parameter, "ratio"} and min(scan["ratio"]) == pytest.approx(0, abs=1e-3)
    assert bool(min(scan[parameter]) < 0) is (parameter != "mu")


@pytest.mark.parametrize("open_end", [False, True])
def test_an_interval_of_both_signs_is_a_bar(open_end):
    upper = np.inf if open_end else 2e-32 * cm**2
    x = Limit(name="r", parameter="r2", axis=None, lower=-1e-32 * cm**2, upper=upper,
              shape="interval", level=0.9, flavor="e")
    drawn = drawers.plot("limit", x)
    ax = drawn.fig.axes[0]
    assert shaded(ax, -1.2e-32, 0.5) and not shaded(ax, 1e-32, 0.5)
    assert shaded(ax, 2.2e-32, 0.5) is not open_end
    assert any(line.get_marker() == ">" for line in ax.lines) is open_end
    assert "cm" in ax.get_xlabel() and drawn.fig.get_figheight() < 3
    assert "Standard Model" in drawn.fig.texts[0].get_text()


def test_every_published_record_can_be_drawn():
    for x in [*atlas.published(), *atlas.radii(), *atlas.charges()]:
        if isinstance(x, Limit):
            ax = _style.new()[1]
            _limit.axes(ax, x)
            assert ax.lines, x.name


def test_a_prediction_is_stacked_beside_what_was_seen():
    probe = probes.get("xenonnt")
    expected = probe.predict(munu.DipolePortal(2e-11, 0.0))
    drawn = drawers.plot("spectrum", expected, seen=probe.measured, label="XENONnT 2022")
    steps = [p for p in drawn.fig.axes[0].patches if not p.get_fill()]
    np.testing.assert_allclose(steps[-1].get_data().values, expected.total.values)
    words = [t.get_text() for t in drawn.fig.axes[0].get_legend().get_texts()]
    assert words[-1] == f"XENONnT 2022, {probe.measured.counts.sum():.4g}"
    assert list(drawn.columns) == ["low", "high", *expected.components, "seen", "seen_below",
                                   "seen_above"]
    assert drawn.fig.axes[0].get_ylabel() == "events / 1 keV"


def two_axes(values):
    energy, time = Axis("energy", "keV", np.array([0.0, 1.0, 3.0]) * keV), \
        Axis("time", "us", np.arange(4.0))
    return Spectrum((energy, time), values)


def test_other_axes_are_summed_and_errors_add_in_squares():
    s = two_axes([[1, 2, 3], [4, 5, 6]])
    held = SimpleNamespace(values=s.values, errors=np.full((2, 3), 2.0))
    numbers = _spectrum.columns(s, seen=held)
    np.testing.assert_allclose(numbers["values"][1], [6, 15])
    np.testing.assert_allclose(numbers["seen_above"][1], np.sqrt(12))
    np.testing.assert_allclose(numbers["high"][1], [1, 3])
    assert _spectrum.said(s) == "21 events against energy, summed over time."
    with pytest.raises(DomainError, match=r"shape \(5,\).*2 bins of energy.*\(2, 3\)"):
        _spectrum.columns(s, seen=np.ones(5))


def test_a_negative_component_is_not_stacked():
    up, down = two_axes(np.ones((2, 3))), two_axes(-0.5 * np.ones((2, 3)))
    ax = drawers.plot("spectrum", Prediction({"a": up, "b": down})).fig.axes[0]
    lines = {p.get_label().split(",")[0]: p.get_data().values for p in ax.patches}
    np.testing.assert_allclose(lines["b"], -1.5)
    np.testing.assert_allclose(lines["total"], 1.5)


def test_errors_of_counts_cover_the_central_68_percent():
    from scipy.stats import poisson

    below, above = _spectrum.poisson([0, 4])
    assert below[0] == 0 and poisson.cdf(4, 4 + above[1]) == pytest.approx(0.1586553)
    assert poisson.sf(3, 4 - below[1]) == pytest.approx(0.1586553)


def test_values_keep_their_own_errors():
    probe = probes.get("dresden2")
    made = expectation(probe, munu.DipolePortal(1e-10, 0.0))
    drawn = made.plot()
    np.testing.assert_allclose(drawn.columns["seen_above"][1], probe.measured.errors)
    np.testing.assert_allclose(drawn.columns["seen"][1], made.seen)
