"""The page of the map, without a browser: one file, no network, every number of the records."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

from munu import _data, atlas, references, site
from munu.atlas import own
from munu.cli.__main__ import main
from munu.errors import DomainError, UnknownName
from munu.inference.region import INF
from munu.site import _payload, _shapes
from munu.units import MeV

HERE = Path(site.__file__).parent
# half a unit of the last digit that the page keeps
ROUNDED = 0.5 * 10.0 ** (1 - _shapes.DIGITS)


@pytest.fixture(scope="module")
def page():
    return site.page()


@pytest.fixture(scope="module")
def told(page):
    """The data of the page, read back from its text."""
    found = re.search(r'<script type="application/json" id="munu-atlas">(.*?)</script>', page, re.S)
    return json.loads(found[1])


def test_the_page_needs_nothing_else(page):
    """No address is loaded, and the browser is told to load none."""
    scripts = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.S)
    assert not re.search(r"""\b(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""", scripts)
    assert not re.search(r"@import|<(?:link|iframe|img|object)\b", scripts)
    assert "url(" not in (HERE / "page.css").read_text("utf-8")
    assert "default-src 'none'" in page and "connect-src 'none'" in page
    assert "connect-src 'self'" in site.page(live=True)
    # names of the namespaces of SVG, which are no addresses to load
    assert set(re.findall(r"https?://[\w.]+", scripts)) <= {"http://www.w3.org"}
    assert len(page.encode()) < 2_000_000


def test_no_text_of_the_data_ends_its_block(page):
    assert page.count("<script") == page.count("</script")
    block = site._block("a", {"label": "</script><b>"})
    assert block.count("<") == 2 and json.loads(block[block.index(">") + 1:block.rindex("<")])


def test_the_chart_library_is_the_one_that_is_described():
    about = (HERE / "vendor" / "d3.md").read_text("utf-8")
    data = (HERE / "vendor" / "d3.min.js").read_bytes()
    assert hashlib.sha256(data).hexdigest() in about
    licence = (HERE / "vendor" / "LICENSE-d3.txt").read_text("utf-8")
    versions = re.findall(r"[\w-]+@[\d.]+", about.split("versions:")[1].splitlines()[0])
    assert len(versions) == 18 and all(v in licence for v in versions)


def test_every_published_bound_is_there_with_its_paper(told):
    held = {b["id"]: b for b in told["bounds"]}
    assert {x.name for x in atlas.published()} <= held.keys()
    for b in told["bounds"]:
        assert b["papers"] and all(told["bibliography"][k] == references.bibtex(k)
                                   for k in b["papers"])
        assert "$" not in b["title"] and "\\" not in b["title"]


def test_a_published_file_reads_back_as_it_was(told, tmp_path):
    for b in told["bounds"]:
        if not b["ours"]:
            path = tmp_path / f"{b['id']}.ecsv"
            path.write_text(_payload.ecsv(b, "universal"), "utf-8")
            made, x = atlas.read(path), atlas.get(b["id"])
            assert np.array_equal(made.upper, x.upper) and made.level == x.level
            assert (made.axis is None) == (x.axis is None)


def edges(x):
    """Masses and edges of a record, as they stand in its file."""
    axis, heaviest = x.axis, x.meta.get("heaviest") or INF
    return sorted((M / MeV, e) for M, row in zip(axis, x.excluded, strict=True) if heaviest >= M
                  for i in row for e in (max(i.low, 0.0), i.high) if e < INF)


def test_a_computed_file_reads_back_as_the_record(told, tmp_path):
    """Every mass and every edge, to the digits of the page; nothing more and nothing less."""
    ours = [b for b in told["bounds"] if b["ours"]]
    assert len(ours) >= 5
    path = tmp_path / "mine.ecsv"
    for b in ours:
        flavor = next(f for f in _payload.FLAVORS if isinstance(b["on"].get(f), dict))
        path.write_text(_payload.ecsv(b, flavor), "utf-8")
        table = _data.read(path)
        x = own.bound(b["name"], flavor, None if b["both"] else b["nature"])
        want = np.array(edges(x))
        got = np.array(sorted(zip(table["M_N"] / MeV, table["mu"], strict=True)))
        assert got.shape == want.shape, b["id"]
        assert np.all(np.abs(got - want) <= 1.001 * ROUNDED * want), b["id"]
        assert table.meta["flavor"] == flavor and table.meta["citations"] == b["papers"]
        assert table.meta["level"] == x.level


@pytest.mark.parametrize("flavor", _payload.FLAVORS)
def test_a_shape_excludes_what_the_record_does(told, flavor):
    """Between corners too: a shape of another flavor is what the verdict would say."""
    from munu import flavors
    from munu.atlas import speaks
    from munu.couplings import DipolePortal

    C, fit = DipolePortal(1.0, 0.0, flavor).trace_matrix, flavors.mixing()
    for b in told["bounds"]:
        shape = b["on"].get(flavor)
        if b["ours"] or not isinstance(shape, dict) or "outline" in shape:
            continue
        x = atlas.get(b["id"])
        for region in shape["regions"]:
            rows = region["rows"]
            for (M, low, high, *_), (after, *_) in zip(rows[::7], rows[1::7], strict=False):
                middle = (M * after) ** 0.5 * MeV
                assert any(i.low <= low * 1.0001 and (high is None or i.high >= high * 0.9999)
                           for i in speaks.excluded(x, M * (1 + 1e-9) * MeV, C, fit)
                           + speaks.excluded(x, M * (1 - 1e-9) * MeV, C, fit)), b["id"]
                assert speaks.excluded(x, middle, C, fit), b["id"]


def test_a_bound_on_another_flavor_says_why_it_is_left_out(told):
    held = {b["id"]: b for b in told["bounds"]}
    assert held["gemma_2012"]["on"]["e"] == 1 and "e" in held["gemma_2012"]["on"]["mu"]
    # of solar neutrinos a share arrives as each flavor: a limit on one alone is weaker
    assert all(held["xenonnt_2022"]["on"][f] > 1 for f in ("e", "mu", "tau"))
    # N couples to three: what it decays by moves the upper edge down, what makes it does not move
    mu, all_ = (held["ship_main_numu"]["on"][f] for f in ("mu", "universal"))
    assert mu == 1 and isinstance(all_, dict)
    x = atlas.get("ship_main_numu")
    assert max(r[2] for s in all_["regions"] for r in s["rows"]) < x.upper.max()


def test_a_preferred_signal_excludes_nothing(told):
    said = next(b for b in told["bounds"] if b["id"] == "xenon1t_2020")["on"]["universal"]
    assert "prefer a signal" in said


def test_what_holds_for_both_natures_stands_once(told):
    names = [b["id"] for b in told["bounds"]]
    assert len(names) == len(set(names))
    for b in told["bounds"]:
        if b["ours"] and b["both"]:
            assert {f"munu.{b['name']}.{n}" for n in ("dirac", "majorana")} & set(names)


def test_no_number_is_without_an_end(page):
    assert not re.search(r"[:,\[](?:NaN|-?Infinity)\b", page.split("<script type")[1])


def test_the_command_writes_the_page(capsys, tmp_path):
    path = tmp_path / "new" / "map.html"
    assert main(["site", "--out", str(path), "--flavor", "tau", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["bytes"] == path.stat().st_size and said["wrote"] == [str(path)]
    assert '"opens":"tau"' in path.read_text("utf-8")


def test_slips_are_one_line(capsys, tmp_path):
    assert main(["site", "--out", str(tmp_path / "map.pdf")]) == 2
    assert ".html" in capsys.readouterr().err
    assert main(["site", "--out", str(tmp_path / "a.html"), "--flavor", "muon"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "universal" in err
    with pytest.raises(UnknownName):
        site.page(flavor="all")
    with pytest.raises(DomainError):
        site.write(tmp_path / "map.htm")
    assert not (tmp_path / "a.html").exists()


def test_assumptions_of_the_page_are_those_of_the_record(told):
    held = {b["id"]: b for b in told["bounds"]}
    known = {a["name"] for a in told["assumptions"]}
    assert {r["name"] for b in told["bounds"] for r in b["rests"]} <= known
    assert any(r["name"] == "d_Z" for r in held["lep_gz_universal"]["rests"])


def test_contested_inputs_are_a_band_around_the_bound(told):
    held = {b["id"]: b["on"]["tau"].get("band") for b in told["bounds"]
            if b["ours"] and isinstance(b["on"].get("tau"), dict)}
    giants, = (held[k] for k in held if k.startswith("munu.red_giants"))
    x = own.bound("red_giants", "tau")
    many = np.array([s.upper for s in (x, *x.systematic.values())])
    assert giants[0][0] == 0, "at M_N = 0 too"
    for M, least, most in giants[::10]:
        i = np.argmin(np.abs(x.axis / MeV - M))
        assert (least, most) == pytest.approx((many[:, i].min(), many[:, i].max()), rel=1e-5)
    assert all(band is None for k, band in held.items() if "xenonnt" in k)


def test_a_side_along_the_frame_of_a_figure_is_no_bound(told):
    """The region of SN1987A ends at 1 MeV where its figure does: one upright side."""
    star, = (b["shape"] for b in told["bounds"] if b["id"] == "sn1987a_universal")
    (M, low), (also, high) = star["outline"][-1], star["outline"][0]
    assert star["open"] == [len(star["outline"]) - 1] and M == also == min(star["outline"])[0]
    assert abs(np.log10(low / high)) > 2
