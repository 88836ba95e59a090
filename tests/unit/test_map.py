"""The map says of each place what the bounds say, names what it draws and what it leaves out."""

import time

import numpy as np
import pytest

from munu import atlas, plots
from munu.atlas import _added, families
from munu.cli.__main__ import main
from munu.errors import DomainError, UnknownName
from munu.inference import region
from munu.inference.record import Limit
from munu.plots import _map_bounds, _map_content, _map_look, _map_panel, _map_said
from munu.plots import map as map_
from munu.units import MeV, keV


def synthetic(name="mine", least=1e-11, flavor="tau", **more):
    M = np.geomspace(1 * keV, 50 * MeV, 60)
    meta = {"title": name, "family": "recoils", **more.pop("meta", {})}
    return Limit(name=name, parameter="mu", axis=M, lower=np.zeros(60), upper=least * (
        1 + (M / (0.2 * MeV)) ** 2), level=0.9, flavor=flavor, ours=True, meta=meta, **more)


@pytest.fixture(scope="module")
def tau():
    return map_.draw("tau", add=[synthetic("one of mine")])


def words(made, ax=0):
    return [t.get_text() for t in made.fig.axes[ax].texts]


def rows(made, **wanted):
    keep = np.ones(len(made.columns["M_N"][1]), dtype=bool)
    for k, x in wanted.items():
        keep &= np.asarray(made.columns[k][1], dtype=object) == x
    return np.asarray(made.columns["M_N"][1])[keep], np.asarray(made.columns["mu"][1])[keep]


@pytest.mark.parametrize("flavor", ["e", pytest.param("universal", marks=pytest.mark.long)])
def test_the_union_is_what_combine_says(flavor):
    content = _map_content.gather(flavor, None, computed=[synthetic("one", flavor=flavor)])
    at = [20, 120, 170]
    held = atlas.combine([x.limit for x in content.standing], _map_bounds.GRID[at] * MeV,
                         flavor=flavor, level=None).excluded
    for k, want in zip(at, held, strict=True):
        assert len(content.union[k]) == len(want) > 0
        np.testing.assert_allclose([i[:2] for i in content.union[k]], [i[:2] for i in want],
                                   rtol=1e-12)


def test_the_numbers_behind_hold_the_outline_and_every_curve(tau):
    M, low = rows(tau, kind="union", edge="low")
    assert M.min() == pytest.approx(1e-3) and M.size > 80
    # the union begins no higher than the least of the curves that stand
    for name in set(np.asarray(tau.columns["name"][1])[
            np.asarray(tau.columns["kind"][1], dtype=object) == "published"]):
        at, mu = rows(tau, name=name)
        order = np.argsort(M)
        inside = (at > 0.01) & (at < 0.1)
        assert np.all(np.interp(np.log(at[inside]), np.log(M[order]), low[order])
                      <= mu[inside] * 1.05)
    d = np.asarray(tau.columns["d"][1]) / np.asarray(tau.columns["mu"][1])
    np.testing.assert_allclose(d, 148.152, rtol=1e-5)


def test_limits_of_another_flavor_are_shared_out_by_their_state():
    """What solar neutrinos say of nu_tau is weaker than of all, by the share of nu_tau in them."""
    whole, part = (x.at_zero() for f in ("universal", "tau") for x in _map_content.gather(
        f, None, computed=[]).zero if x.limit.name == "xenonnt_2022")
    assert whole == pytest.approx(6.4e-12) and 1.9 < part / whole < 2.2


def test_a_curve_of_ones_own_that_says_nothing_of_the_flavor_is_told():
    with pytest.warns(UserWarning, match="of_muons is not drawn on the map of tau: its flavor mu"):
        made = map_.draw("tau", add=[synthetic("of_muons", flavor="mu")], computed=[],
                         published=[])
    assert "of_muons" not in {*made.columns["name"][1]}


def test_what_is_drawn_is_named(tau):
    text, drawn = " ".join(words(tau)), np.asarray(tau.columns["kind"][1], dtype=object)
    for name in set(np.asarray(tau.columns["name"][1], dtype=object)[drawn == "published"]):
        label = atlas.get(name).meta["label"]
        assert label in text or label in tau.caption
    assert "one of mine" in text and "DONUT" in text
    for name in ("NOMAD", "MiniBooNE", "GEMMA 2012", "LEP"):
        assert name not in text and name in tau.caption.split("say nothing of nu_tau: ")[1]
    assert "JUNO" in tau.caption, "a bound on appearance is compared with nothing"


def test_a_line_ends_where_its_data_do():
    """Of a polygon along a paper's frame no side is a wall, and no upright line is drawn."""
    content = _map_content.gather("mu", None, computed=[])
    helium, = (x for x in content.drawn if x.limit.name == "bbn_he4_numu")
    corner = atlas.get("bbn_he4_numu").meta["frame"]
    for line in helium.lines():
        assert not np.any(np.isclose(line[:, 0], corner["M_N_MeV"], rtol=1e-6))
        assert line[:, 1].min() >= corner["mu"]
    universal = _map_content.gather("universal", None, computed=[])
    star, = (x for x in universal.drawn if x.limit.name == "sn1987a_universal")
    edge = np.concatenate(list(star.lines()))
    beside = edge[edge[:, 0] < 1.001]
    assert len({round(np.log10(m), 1) for m in beside[:, 1]}) <= 2, "two corners, no side"
    # and the tone runs out there
    track, = (t for t in star.region() if t.M.min() < 1.1)
    assert track.begins
    full, less = (track.shrunk(by, 1e-15, 1e-5)[:, 0].min() for by in (0, 0.2))
    assert less / full == pytest.approx(10 ** 0.2)


def test_counts_that_end_are_cut_there_and_ringed():
    held = synthetic("ends", meta={"heaviest": 1 * MeV})
    made = map_.draw("tau", computed=[held], published=[])
    M, _ = rows(made, name="ends")
    assert M.max() <= 1 < 50 and "a ring" in made.caption
    assert any(x.get_marker() == "o" for x in made.fig.axes[0].lines)


@pytest.mark.parametrize(("word", "gone", "stays"), [
    ("donut_nutau", {"donut_nutau"}, {"donut_2001", "xenonnt_2022"}),
    ("xenonnt", {"xenonnt_2022", "demirci_xenonnt_2025", "xenonnt"}, {"lz_ws2022_2022"}),
    ("beams", {"delphi_1997"}, {"donut_nutau", "xenonnt_2022"})])
def test_a_limit_a_probe_or_a_class_is_left_out(word, gone, stays):
    made = [synthetic("xenonnt", meta={"probe": "xenonnt"})]
    content = _map_content.gather("tau", None, computed=made, without=[word])
    names = {x.limit.name for x in (*content.drawn, *content.hidden, *content.zero)}
    assert not names & gone and stays <= names
    whole = _map_content.gather("tau", None, computed=made)
    assert gone <= {x.limit.name for x in (*whole.drawn, *whole.hidden, *whole.zero)}


def test_slips_are_one_line_with_near_names():
    for options, said in (({"without": ["supernov"]}, "supernova"),
                          ({"without": "xenont"}, "xenonnt"), ({"style": "slides"}, "slide"),
                          ({"nature": "dirk"}, "dirac"), ({"flavor": "taü"}, "tau"),
                          ({"relaxed": "cor=derocco"}, "core")):
        with pytest.raises(UnknownName, match=said) as err:
            plots.draw("map", **options)
        assert "\n" not in str(err.value)
    with pytest.raises(DomainError, match="page or slide"):
        plots.draw("map", flavor="all", style="column")


@pytest.mark.parametrize("option", ["--relax", "--without", "--line", "--point", "--add"])
def test_an_empty_word_is_refused_not_left_out(tmp_path, capsys, option):
    assert main(["map", option, "", "--out", str(tmp_path / "map.svg")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_point_is_judged_as_the_bounds_judge():
    held = synthetic("one", 1e-11)
    made = map_.draw("tau", computed=[held], published=[], points=[
        "mu=2e-11,M_N=50keV,label=A", "mu=9e-12,M_N=50keV,label=B", "mu=1e-16,M_N=1TeV,label=far"])
    assert "A (M_N = 50 keV, mu = 2e-11 mu_B) is excluded by one." in made.caption
    assert "B (M_N = 50 keV, mu = 9e-12 mu_B) is excluded by none of these." in made.caption
    assert {"A", "B", "far"} <= set(words(made))
    assert rows(made, kind="point", name="A")[1] == [2e-11]
    assert region.contains(held.excluded_at(50 * keV), 2e-11)
    # one far outside is on the map all the same
    assert made.fig.axes[0].get_ylim()[0] < 1e-16 and made.fig.axes[0].get_xlim()[1] > 1e6


def test_a_terminal_is_told_what_was_asked_for_and_the_rest_in_counts(tau):
    held = synthetic("one", 1e-11, meta={"older": True})
    content = _map_content.gather("tau", None, computed=[], published=[],
                                  add=[held, synthetic("two", flavor="e")])
    said = _map_said.short([content], [_added.point("mu=2e-11,M_N=50keV")], [], "unchecked")
    assert "A (M_N = 50 keV, mu = 2e-11 mu_B) is excluded by one" in said
    assert "1 drawn, 0 within these; 1 limits" in said and "Nothing falls." in said
    assert "Added, but not of it: two (" in said and "1 older than" in said
    assert len(tau.short.split()) < 80 < 150 < len(tau.caption.split())


def test_what_is_added_is_on_the_map_whatever_its_class(tmp_path):
    """A weak curve of one's own that names a class, and a number at M_N = 0 of certainty C."""
    path = tmp_path / "my_number.csv"
    path.write_text("# level: 0.9\n# flavor: tau\n# family: recoils\nmu [mu_B]\n3e-9\n")
    content = _map_content.gather("tau", None, computed=[synthetic("strong", 1e-12)],
                                  published=[], add=[synthetic("weak", 1e-9), path])
    assert {"strong", "weak"} == {x.label for x in content.drawn}
    assert [x.label for x in _map_panel._few(content, _map_look.STYLES["page"])] == ["my number"]


def test_what_rests_on_what_is_given_up_fades():
    plain = _map_content.gather("mu", None, computed=[])
    assert any(x.limit.checked == "no" for x in plain.drawn)
    held = [x.limit for x in plain.drawn if x.limit.name in ("bbn_he4_numu", "nomad_numu")]
    made = map_.draw("mu", computed=[], published=held, relaxed="unchecked")
    assert "Given up: unchecked" in made.caption and "BBN" in made.caption.split("faded:")[1]
    assert set(rows(made, kind="faded")[0]) and rows(made, kind="union")[0].size == 0


def test_bounds_of_another_nature_and_of_older_code():
    old = synthetic("dirac one", nature="dirac", meta={"older": True})
    made = map_.draw("tau", nature="dirac", computed=[old], published=[])
    assert "dirac one, older" in words(made) and "last changed: dirac one" in made.caption


@pytest.mark.long
@pytest.mark.parametrize("style", _map_look.STYLES)
def test_every_style_draws_without_labels_that_touch(style):
    made = map_.draw("mu", style=style, computed=[synthetic("one", flavor="mu")])
    look = _map_look.STYLES[style]
    assert tuple(made.fig.get_size_inches()) == (look.width, look.height)
    second, = made.fig.axes[0].child_axes
    low, high = made.fig.axes[0].get_ylim()
    np.testing.assert_allclose(second.get_ylim(), (148.152 * low, 148.152 * high), rtol=1e-5)


@pytest.mark.long
def test_four_flavors_are_four_panels():
    made = plots.draw("map", flavor="all")
    assert len(made.fig.axes) == 4 and set(made.columns["flavor"][1]) == {
        "e", "mu", "tau", "universal"}
    for k, name in enumerate((r"$\nu_e$", r"$\nu_\mu$", r"$\nu_\tau$", "universal")):
        assert name in words(made, k)


@pytest.mark.long
def test_the_first_map_is_drawn_in_seconds():
    begin = time.process_time()
    made = plots.draw("map")
    assert time.process_time() - begin < 5
    assert set(made.columns["class"][1]) - {""} <= {*families.FAMILIES, "own"}
