"""The page of the map in a browser: from disk, without a network, by mouse and by keys."""

import json

import numpy as np
import pytest

import munu
from munu import atlas
from munu.site._live import Asked, Live
from munu.units import MeV

pytestmark = pytest.mark.browser
SAID = "document.getElementById('recompute-said').textContent"


def templates(page):
    """What Python reads is what stands in the page."""
    return json.loads(page.run("document.getElementById('munu-templates').textContent"))


def test_from_disk_without_a_network_it_draws_every_curve(opened):
    """All bounds of the atlas are drawn or named with the reason; nothing is asked of a host."""
    page = opened()
    for flavor in ("e", "mu", "tau", "universal"):
        page.run(f"munu.set({{flavor: '{flavor}', kinds: munu.LISTS.kinds}})")
        told = page.run("""(() => { const s = munu.chart.sorted; return {
            all: munu.atlas.bounds.length, shown: s.shown.map((x) => x.bound.id),
            out: s.out.map((x) => x.why), drawn: [...document.querySelectorAll("g.bound")].filter(
              (g) => g.querySelector(".line").getAttribute("d")).map((g) => g.dataset.id)}; })()""")
        assert len(told["shown"]) > 20 and sorted(told["drawn"]) == sorted(told["shown"])
        assert len(told["shown"]) + len(told["out"]) <= told["all"] and all(told["out"])
        page.picture(f"page-{flavor}")
    assert [a for a in page.asked_for() if not a.startswith("file://")] == []
    assert page.complaints() == []


def test_filters_take_away_and_a_link_brings_back_the_view(opened):
    page = opened()
    page.click("#filters input[name=flavor][value=tau]")
    page.click("#filters input[name=families][value=supernova]")
    page.click("#filters input[name=kinds][value=projection]")
    page.run("munu.set({recompute: {probe: 'lz', level: 0.95, M: 0.1}, "
             "view: [1e-3, 1e2, 1e-12, 1e-6]})")
    link = page.run("munu.link()")
    shown = page.run("[...document.querySelectorAll('g.bound')].map((g) => g.dataset.id)")
    assert not page.run("!!document.querySelector('g.bound.fam-supernova')")
    again = opened(link.split("#")[1])
    assert again.run("munu.state.flavor") == "tau"
    assert again.run("munu.link()") == link
    assert again.run("[...document.querySelectorAll('g.bound')].map((g) => g.dataset.id)") == shown
    assert again.run(SAID) == page.run(SAID) != ""
    bad = opened("flavor=all&recompute=" + json.dumps({"probe": "nothing"}))
    said = bad.run("document.getElementById('notice').textContent")
    assert "flavor 'all'" in said or "recompute" in said


@pytest.mark.parametrize("name", ["xenonnt", "xenon1t", "lz", "pandax4t", "darwin", "conus_plus"])
def test_a_limit_of_the_page_is_that_of_python(opened, name):
    """To 1e-9 with the same templates, to 1e-3 with the full calculation between masses."""
    page = opened()
    all_ = templates(page)
    one = all_["probes"][name]
    m = np.array(one["masses"])
    M_N = np.concatenate([[0.0, 1e-4], 0.5 * (m[1:] + m[:-1])[::9], m[-1:]])
    flat = 10.0 if name == "darwin" else 0.0
    for level, more in ((0.9, {}), (0.68, {"background": 0.8, "error": 0.05}),
                        (0.99, {"exposure": 20.0})):
        asked = {"flavor": "universal", "flat": flat, "flatError": 0.1, **more}
        found = page.run(f"""{json.dumps(M_N.tolist())}.map((m) => munu.newton.limit(
            munu.templates, "{name}", m, {level}, {json.dumps(asked)}))""")
        twin = Live(all_, name).limit(M_N, level, Asked(flat=flat, **more))
        for key in ("upper", "expected", "lower"):
            assert np.array([x[key] for x in found]) == pytest.approx(twin[key], rel=1e-9), key
        if not more and name != "darwin":
            exact = munu.limit(name, M_N=M_N * MeV, level=level)
            assert np.array([x["upper"] for x in found]) == pytest.approx(exact.upper, rel=1e-3)
    p = page.run(f"""munu.newton.point(munu.templates, "{name}", 0.05, 6e-11,
        {{flavor: "e", flat: {flat}, flatError: 0.1}}).p""")
    assert p == pytest.approx(Live(all_, name).p_value(6e-11, 0.05, Asked(flavor="e", flat=flat)),
                              rel=1e-8)


def test_tails_of_a_gaussian_are_those_of_scipy(opened):
    from scipy.special import erfc

    from munu.inference.intervals import rise

    page = opened()
    x = [0.0, 1e-3, 0.3, 1.0, 2.49, 2.51, 4.0, 8.0, 20.0]
    found = page.run(f"{json.dumps(x)}.map(munu.newton.erfc)")
    assert found == pytest.approx(erfc(x), rel=1e-11)
    levels = [0.5, 0.683, 0.9, 0.95, 0.999]
    assert page.run(f"{levels}.map(munu.newton.rise)") == pytest.approx(
        [rise(v, "profile") for v in levels], rel=1e-11)


def test_the_panel_moves_by_keys_and_says_what_it_moved(opened):
    """Choose an experiment, press an arrow at the exposure: the dashed curve comes down."""
    page = opened("flavor=e")
    assert page.run("munu.added.size") == 0
    page.run("document.getElementById('recompute-probe').focus()")
    page.press("ArrowDown")
    page.wait("munu.added.has('recompute')")
    assert page.run("munu.state.recompute.probe") == "xenonnt"
    lowest = "munu.added.get('recompute-median').points[0][1]"
    seen, before = page.run("munu.added.get('recompute').points[0][1]"), page.run(lowest)
    page.run("document.getElementById('recompute-exposure').focus()")
    page.press(*["ArrowRight"] * 5)
    page.wait("munu.state.recompute.exposure > 1.2")
    factor = page.run("munu.state.recompute.exposure")
    # a limit on mu falls as the fourth root of the exposure where the background is large
    assert page.run(lowest) / before == pytest.approx(factor**-0.25, rel=0.01)
    assert page.run("munu.added.get('recompute').points[0][1]") == seen
    for name in ("level", "background", "error", "exposure", "mu", "M"):
        assert page.run(f"document.querySelector('label[for=recompute-{name}]').textContent")
        assert page.run(f"document.getElementById('recompute-{name}').ariaValueText") != ""
    assert "The point" in page.run(SAID) and "p = " in page.run(SAID)
    assert page.run("document.querySelectorAll('#recompute-bins circle').length") == 29
    page.picture("recompute-xenonnt")
    assert page.complaints() == []


def test_darwin_has_no_curve_before_its_background_is_given(opened):
    page = opened()
    page.run("munu.set({recompute: {probe: 'darwin'}})")
    assert page.run("munu.added.size") == 0 and "No reach" in page.run(SAID)
    page.run("document.getElementById('recompute-flat-typed').focus()")
    page.write("10")
    page.press("Enter")
    page.wait("munu.added.has('recompute-median')")
    assert not page.run("munu.added.has('recompute')")
    page.picture("recompute-darwin")
    page.run("document.getElementById('recompute-flat-typed').focus()")
    page.write("x")
    page.press("Enter")
    said = page.wait("document.getElementById('notice').textContent")
    assert "must be a number from 0" in said


def test_a_download_is_a_table_that_munu_reads(opened, tmp_path):
    page = opened("flavor=universal")
    page.run("munu.choose(munu.chart.sorted.shown.find("
             "(s) => s.bound.kind === 'published').bound.id)")
    chosen = page.run("munu.state.chosen")
    page.click("#ecsv")
    place = tmp_path / f"{chosen}.ecsv"
    for _ in range(200):
        if place.exists():
            break
        page.run("new Promise((r) => setTimeout(r, 50))")
    made = atlas.read(place)
    theirs = next(x for x in atlas.published() if x.name == made.name)
    assert made.upper == pytest.approx(theirs.upper, nan_ok=True)


def test_a_curve_that_is_dropped_appears_and_a_bad_one_says_one_line(opened):
    page = opened()
    page.drop("mine.csv", "# level: 0.9\n# flavor: universal\nM_N [keV], mu [mu_B]\n"
              "1, 3e-11\n100, 4e-11\n1000, 2e-10\n")
    page.wait("munu.state.curves.length === 1")
    assert page.run("!!document.querySelector('g.owned .line')?.getAttribute('d')")
    page.drop("bad.csv", "M_N [kg], mu [mu_B]\n1, 3e-11\n2, 3e-11\n")
    said = page.wait("document.querySelector('#own .said.bad')?.textContent")
    assert "bad.csv" in said and "kg" in said and "\n" not in said
    assert page.run("munu.state.curves.length") == 1
    page.picture("own-curve")
    page.drop("other.csv", "# level: 0.9\n# flavor: universal\n# convention: one_mu\n"
              "M_N [keV], mu [mu_B]\n1, 3e-11\n100, 4e-11\n")
    page.wait("munu.state.curves.length === 2")
    assert page.run("munu.state.curves[1].points[0][1]") == pytest.approx(6e-11), \
        "L = mu nubar sigma F N is twice L of munu"


def test_a_moment_in_the_other_convention_is_doubled_as_in_python(opened, tmp_path):
    """L = mu nubar sigma F N prints half of the mu of this page; another word is refused."""
    page = opened()
    text = ("# level: 0.9\n# flavor: tau\n# convention: one_mu   # as printed\n"
            "M_N [MeV], mu [mu_B]\n1, 3e-9\n10, 4e-9\n")
    (tmp_path / "curve.csv").write_text(text.replace("   # as printed", ""))
    page.drop("curve.csv", text)
    page.wait("munu.state.curves.length === 1")
    made = [mu for _, mu in page.run("munu.state.curves[0].points")]
    assert made == pytest.approx(list(atlas.read(tmp_path / "curve.csv").upper))
    assert made[0] == pytest.approx(6e-9)
    page.drop("bad.csv", text.replace("one_mu", "two_mu"))
    assert "half_mu, one_mu" in page.wait("document.querySelector('#own .said.bad')?.textContent")


def test_keys_alone_reach_a_curve_and_open_its_statement(opened):
    page = opened()
    for _ in range(80):
        page.press("Tab")
        if page.run("document.activeElement.matches?.('g.bound')"):
            break
    first = page.run("document.activeElement.dataset.id")
    page.press("ArrowRight")
    second = page.run("document.activeElement.dataset.id")
    assert first and second and first != second
    page.press("Enter")
    assert page.run("munu.state.chosen") == second
    title = page.run("munu.atlas.bounds.find((b) => b.id === munu.state.chosen).title")
    assert page.run("document.querySelector('#statement h3').textContent") == title


def test_a_dark_desktop_has_a_dark_page(opened):
    light, dark = (opened("recompute=" + json.dumps({"probe": "xenonnt"}), dark=d)
                   for d in (False, True))
    shade = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    assert min(light.run(shade)) > 200 and max(dark.run(shade)) < 60
    dark.picture("page-dark")
    narrow = opened(size=(420, 900))
    assert narrow.run("document.documentElement.scrollWidth") <= 420
    narrow.picture("page-narrow")


def test_what_a_screen_reader_is_told(opened):
    """Every control has a name, the chart's curves a sentence."""
    page = opened("recompute=" + json.dumps({"probe": "xenonnt"}))
    page.ask("Accessibility.enable")
    nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
    asked = {"button", "slider", "checkbox", "radio", "textbox", "combobox", "searchbox"}
    nameless = [n for n in nodes if n.get("role", {}).get("value") in asked
                and not n.get("name", {}).get("value") and not n.get("ignored")]
    assert nameless == []
    assert page.run("[...document.querySelectorAll('g.bound')].every("
                    "(g) => g.getAttribute('aria-label').length > 20)")
