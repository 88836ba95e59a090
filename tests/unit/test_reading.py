"""What stands in a card, a table or a header is looked at: each word, number, unit and key."""

import itertools
import json
import os
import pickle

import numpy as np
import pytest

import munu
from munu import _data, _files, atlas, interchange, probes, references
from munu.cli.__main__ import main
from munu.errors import DataError, MunuError, UnknownName
from munu.interchange import wcxf
from munu.probes import template
from munu.targets.form_factors import helm_radius
from munu.units import GeV, MeV, keV
from tests.unit.test_files import HEAD


@pytest.fixture
def card(tmp_path):
    """The card of the template, with its two tables."""
    for name, text in template("my_experiment").items():
        (tmp_path / name).write_text(text)
    return tmp_path / "my_experiment.yaml"


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def value(card):
    return munu.limit(probes.get(card), expected=False).value


# ---- cards and their tables

@pytest.mark.parametrize(("file", "old", "new", "said"), [
    ("counts.ecsv", "counts, unit: '1'", "counts, unit: keV", "line 7, column 'counts': the unit "
     "'keV' is not that of counts"),
    ("counts.ecsv", "flat, unit: '1'", "flat, unit: '%'", "column 'flat': the unit '%'"),
    ("counts.ecsv", "E_low, unit: keV", "E_low, unit: kg", "column 'E_low': the unit 'kg'"),
    ("counts.ecsv", "datatype: float64, description: left", "datatype: string, description: left",
     "declared as text"),
    ("counts.ecsv", "delimiter: ','", "delimiter: ',,'", "line 3: delimiter is ',,'"),
    ("counts.ecsv", "unit: keV", "units: keV", "did you mean 'unit'"),
    ("counts.ecsv", "float64", "flaot64", "did you mean 'float64'"),
    ("counts.ecsv", "\n2,3,", "\n\n\n2,x,", "line 15, column 'E_high': 'x' is not a number"),
    ("counts.ecsv", "\n2,3,12", "\n2,3,1_2", "'1_2' is not a number"),
    ("efficiency.ecsv", "efficiency, unit: '1'", "efficiency, unit: keV",
     "the unit 'keV' is not that of a share"),
    ("efficiency.ecsv", "unit: keV", "unit: kg", "the unit 'kg' is not that of an energy"),
    ("efficiency.ecsv", "unit: keV", "unit: cm", "the unit 'cm' is not that of an energy"),
    ("efficiency.ecsv", "unit: keV", "unit: '1'", "it has no unit"),
    ("efficiency.ecsv", "0.9", "1.9", "must lie in"),
    ("my_experiment.yaml", "exposure: 1 t yr", "exposure: 1 t yr\nexposure: 2 t yr",
     "line 7: 'exposure' stands twice"),
    ("my_experiment.yaml", "exposure: 1 t yr", "exposure: 1e308 t yr", "line 6: exposure"),
    ("my_experiment.yaml", "{flat: 0.05}", "{flat: yes}", "is 'yes', where a number is meant"),
    ("my_experiment.yaml", "{flat: 0.05}", "{flat: true}", "is true, where a number is meant"),
    ("my_experiment.yaml", "{flat: 0.05}", "{flat: .inf}", "line 11: '.inf' is not finite"),
    ("my_experiment.yaml", "{flat: 0.05}", "false", "background_error must name some of"),
    ("my_experiment.yaml", "exposure: 1 t yr", "exposure: 1 t yr\npot: 1e20", "per second"),
    ("my_experiment.yaml", "efficiency: efficiency.ecsv ", "# ", "efficiency_in says"),
    ("my_experiment.yaml", "name: my_experiment", "name: 2024", "is 2024, where a word is meant"),
    ("my_experiment.yaml", "target: Xe", "target: true", "line 2: target is true"),
    ("my_experiment.yaml", "target: Xe", "target: &a Xe", "line 2: holds an anchor"),
    ("my_experiment.yaml", "target: Xe", "target: !!str Xe", "line 2: holds the tag"),
    ("my_experiment.yaml", "counts: counts.ecsv", "counts: /dev/zero", "a device or a pipe"),
    ("my_experiment.yaml", "counts: counts.ecsv", "counts: .", "is a folder"),
    ("my_experiment.yaml", "counts: counts.ecsv", "counts:", "counts is empty"),
    ("my_experiment.yaml", "{name: solar}", "{name: reactor, power: 3 keV^2, distance: 20 m}",
     "power = '3 keV^2' is not of the kind of GW"),
    ("my_experiment.yaml", "{name: solar}", "{name: reactor, power: 3 GW, distance: 20 s}",
     "distance = '20 s' is not of the kind of m")])
def test_what_stands_in_a_card_is_looked_at(card, file, old, new, said):
    change(card.parent / file, old, new)
    with pytest.raises(DataError) as caught:
        probes.get(card)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_efficiency_in_takes_the_word_of_its_own_template(card):
    assert "reconstructed   # or true" in card.read_text()
    before = value(card)
    change(card, "efficiency_in: reconstructed", "efficiency_in: true")
    assert value(card) == pytest.approx(before, rel=0.1) and value(card) != before


def test_tables_in_csv_and_percent_say_the_same(card):
    before = value(card)
    rows = (card.parent / "counts.ecsv").read_text().split("counts,flat\n")[1]
    (card.parent / "counts.csv").write_text(
        "\ufeff# source: unpublished\n\nE_low [eV],E_high [eV],counts,flat [events]\n" + "".join(
            f"{a}000,{b}\n" for a, _, b in (x.partition(",") for x in (
                row.replace(",", "000,", 2).replace("000,", ",", 1) for row in rows.split()))))
    (card.parent / "efficiency.csv").write_text("E [keV],efficiency [%]\n1,10\n\n2,80\n5,90\n")
    change(card, "counts.ecsv", "counts.csv")
    change(card, "efficiency.ecsv", "efficiency.csv")
    assert value(card) == pytest.approx(before, rel=1e-9)


def test_the_order_of_lines_and_blank_lines_change_nothing(card):
    before = value(card)
    lines = card.read_text().splitlines()
    card.write_text("\ufeff" + "\r\n\r\n".join(reversed(lines)))
    assert value(card) == before


def test_a_number_with_an_exponent_is_a_number(card):
    before = value(card)
    change(card, "sqrt: 0.31", "sqrt: 31e-2")
    change(card, "flat: 0.05", "flat: 5e-2")
    assert value(card) == before


def test_an_offered_choice_can_be_given(capsys):
    assert helm_radius(131, radius=1.2) == helm_radius(131, radius="1.2")
    assert main(["calc", "targets.form_factors.helm_radius", "A=131", "radius=1.2"]) == 0
    with pytest.raises(UnknownName):
        helm_radius(131, radius=1.3)


# ---- limits

@pytest.mark.parametrize(("old", "new", "said"), [
    ("level: 0.9", "level: 90", "line 9: level = 90 must be above 0.5 and below 1"),
    ("level: 0.9", "level: yes", "level is 'yes', where a number is meant"),
    ("level: 0.9", "level: true", "level is true, where a number is meant"),
    ("level: 0.9", "level: -1", "level = -1 must be above 0.5"),
    ("level: 0.9", "level: .nan", "line 9: '.nan' is not finite"),
    ("level: 0.9", "level: 90%", "level is '90%', where a number is meant"),
    ("flavor: mu", "flavor: nue", "no flavor named 'nue'"),
    ("flavor: mu", "flavor: MU", "did you mean 'mu'"),
    ("flavor: mu", "flavor: all", "no flavor named 'all'"),
    ("flavor: mu", "flavor: [mu, universal]", "no flavor named 'universal'"),
    ("flavor: mu", "flavor: [mu, mu]", "each once"),
    ("nature: none", "nature: Dirac", "did you mean 'dirac'"),
    ("nature: none", "nature: 1", "nature is 1, where a word is meant"),
    ("certainty: B", "certainty: D", "line 8: certainty 'D' is not one of A, B, C"),
    ("statistic: profile", "statistic: profiled", "did you mean 'profile'"),
    ("how: digitised", "how: guessed", "how 'guessed'"),
    ("source: Magill2018", "source: Magill2081", "no reference named 'Magill2081'; did you mean"),
    ("source: Magill2018", "source: 2018", "source is 2018, where a word is meant"),
    ("status: standing", "status: superseded_by Nobody1900", "no reference named 'Nobody1900'"),
    ("status: standing", "status: superseded_by", "superseded_by KEY"),
    ("status: standing", "status: standing still", "status 'standing still'"),
    ("checked: no", "checked: false", "checked is false, where a word is meant"),
    ("checked: no", "chekced: no", "did you mean 'checked'"),
    ("level: 0.9", "level: 0.9, recoil: 5 kg", "not of the kind of keV"),
    ("level: 0.9", "level: 0.9, level: 0.95", "'level' stands twice"),
    ("level: 0.9", "level: 0.9, year: 99999", "year = 99999"),
    ("unit: MeV", "unit: cm", "the unit 'cm' is not that of an energy"),
    ("unit: mu_B", "unit: '1'", "it has no unit"), ("unit: mu_B", "unit: GeV^-1", "moment"),
    ("name: mu,", "name: M_N,", "twice"), ("# ---", "# --- x", "is no YAML")])
def test_what_stands_in_the_header_of_a_limit_is_looked_at(tmp_path, old, new, said):
    path = tmp_path / "limit.ecsv"
    assert old in HEAD
    path.write_text(HEAD.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        atlas.read(path)
    assert said in str(caught.value) and str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_limit_in_csv_is_the_same(tmp_path):
    (tmp_path / "a.ecsv").write_text(HEAD)
    (tmp_path / "b.csv").write_text("""\ufeff# invented, for this page: no claim
# source: Magill2018
# where: here
# how: digitised
# shape: function
# statistic: profile
# flavor: mu
# nature: none
# convention: half_mu
# status: standing
# checked: no
# certainty: B
# level: 0.9
M_N [keV], mu [mu_B]
1e3, 1e-9

2e3, 2e-9
# a remark
3e3, 3e-9
""")
    a, b = atlas.read(tmp_path / "a.ecsv"), atlas.read(tmp_path / "b.csv")
    assert (a.flavor, a.level, a.papers) == (b.flavor, b.level, b.papers)
    np.testing.assert_allclose(a.axis, b.axis)
    np.testing.assert_array_equal(a.upper, b.upper)
    assert a.at(2 * MeV) == pytest.approx(b.at(2 * MeV))


# ---- papers of one's own

BIB = """@article{MyPaper2026,
  title = {A limit {of} mine},
  year = {2026}
}
"""


def test_a_bibtex_file_beside_a_limit_or_a_card(tmp_path, card, capsys):
    path = tmp_path / "limit.ecsv"
    path.write_text(HEAD.replace("Magill2018", "MyPaper2026"))
    change(card, "standard_model: inside", "standard_model: inside\ncite: MyPaper2026")
    for read in (lambda: atlas.read(path), lambda: probes.get(card)):
        with pytest.raises(DataError, match=r"no reference named 'MyPaper2026'.*\(.bib\)"):
            read()
    (tmp_path / "mine.bib").write_text(BIB)
    found = atlas.read(path)
    assert found.papers == ("MyPaper2026",)
    assert munu.cite(found) == BIB.strip() == munu.cite(pickle.loads(pickle.dumps(found)))
    assert references.about(found.papers[0]) == "A limit of mine"
    assert BIB.strip() in munu.cite(munu.limit(probes.get(card), expected=False))
    for name in (path, card):
        assert main(["cite", str(name)]) == 0
        assert "A limit {of} mine" in capsys.readouterr().out
    assert "MyPaper2026" not in references.bibliography()
    out, picture = tmp_path / "own.ecsv", tmp_path / "own.png"
    assert main(["limit", str(card), "--out", str(out), "--plot", str(picture)]) == 0
    assert "MyPaper2026" in out.read_text()


def test_a_limit_that_munu_wrote_cites_and_is_no_published_one(tmp_path, card, capsys):
    change(card, "standard_model: inside", "standard_model: inside\ncite: MyPaper2026")
    (tmp_path / "mine.bib").write_text(BIB)
    out = tmp_path / "own.ecsv"
    for along in ("mu", "q"):
        assert main(["limit", str(card), "--along", along, "--out", str(out)]) == 0
        capsys.readouterr()
        assert main(["cite", str(out), "--json"]) == 0
        keys = json.loads(capsys.readouterr().out)["keys"]
        assert keys == list(munu.limit(probes.get(card), along=along, expected=False).papers)
        assert "MyPaper2026" in keys and "Vinyoles2017" in keys
        with pytest.raises(DataError, match="is a result that munu computed, no published limit"):
            atlas.read(out)
    change(out, "citations: [MyPaper2026", "citations: [Nobody1900")
    assert main(["cite", str(out)]) == 2
    assert "no reference named 'Nobody1900'" in capsys.readouterr().err
    out = tmp_path / "own.csv"
    assert main(["limit", str(card), "--out", str(out)]) == 0
    assert main(["cite", str(out)]) == 2
    assert "own.csv: has no header" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["counts.ecsv", "efficiency.ecsv"])
def test_a_table_of_a_card_names_its_paper(card, file):
    assert "Brdar2020" in probes.get(card).predict(munu.DipolePortal(1e-11, 0.0)).papers
    for key in ("Magill2018", "MyPaper2026"):
        assert key not in munu.references.papers(probes.get(card))
        change(card.parent / file, "source: unpublished", f"source: {key}")
        if key == "MyPaper2026":
            with pytest.raises(DataError, match=rf"{file}, line \d+: no reference named '{key}'"):
                probes.get(card)
            (card.parent / "mine.bib").write_text(BIB)
        assert key in munu.references.papers(probes.get(card))
        assert f"{{{key}," in munu.cite(munu.limit(probes.get(card), expected=False))
        change(card.parent / file, f"source: {key}", "source: unpublished")


@pytest.mark.parametrize(("text", "said"), [
    ("@article{MyPaper2026, title = {open", "line 1: the entry 'MyPaper2026' is not closed"),
    ("@article{Other,}", "no reference named 'MyPaper2026'"), ("\x00", "is no text"),
    ("@a{x," * 20_000, "is not closed")])
def test_a_bibtex_file_that_is_none(tmp_path, text, said):
    path = tmp_path / "limit.ecsv"
    path.write_text(HEAD.replace("Magill2018", "MyPaper2026"))
    (tmp_path / "mine.bib").write_text(text)
    with pytest.raises(DataError) as caught:
        atlas.read(path)
    assert said in str(caught.value)


def test_a_flux_of_an_unknown_paper(tmp_path):
    from munu import sources

    path = tmp_path / "flux.csv"
    text = "# source: {}\nE_nu [MeV],nu_e [cm^-2 s^-1 MeV^-1]\n1,2\n2,2\n"
    for key, papers in (("unpublished", ()), ("Brdar2020", ("Brdar2020",))):
        path.write_text(text.format(key))
        assert sources.get("from_file", path=path).papers == papers
    path.write_text(text.format("Nobody1900"))
    with pytest.raises(DataError, match="line 1: no reference named 'Nobody1900'"):
        sources.get("from_file", path=path)


# ---- YAML

@pytest.mark.parametrize(("text", "line", "said"), [
    ("a: 1\n\na: 2", 3, "'a' stands twice"), ("a: [1, {b: 1, b: 2}]", 1, "'b' stands twice"),
    ("a: 1\nb: &x 2", 2, "anchor"), ("a: *x", 1, "anchor"), ("a: !!int 1", 1, "tag"),
    ("a: 1\n---\nb: 2", 2, "second document"), ("a: .inf", 1, "not finite"),
    ("a: 1e999", 1, "not finite"), ("a: " + "[" * 5000, 1, "nested"),
    ("? [a, b]\n: 1", 1, "must have a name"), ("a: 1\nb: [", 3, "no YAML"),
    ("- a", None, "must hold"), ("", None, "must hold"), ("a", None, "must hold")])
def test_yaml_that_means_different_things_to_different_people(text, line, said):
    with pytest.raises(DataError) as caught:
        _files.entries("f.yaml", text, "must hold")
    assert said in str(caught.value) and caught.value.line == line


def test_laughs_by_the_billion_are_refused_at_once():
    text = "a: &a [x]\n" + "".join(
        f"b{k}: &b{k} [{', '.join(['*' + ('a' if k == 0 else f'b{k - 1}')] * 9)}]\n"
        for k in range(30))
    with pytest.raises(DataError, match="line 1: holds an anchor"):
        _files.entries("f.yaml", text, "must hold")


def test_what_is_written_reads_back_as_it_was(tmp_path):
    meta = {"tol": "1e-5", "no": "no", "yes": "yes", "date": "2024-01-01", "true": "true",
            "none": "null", "n": 3, "x": 1e-300, "on": True, "list": ["1", 1, 1.0, "~"],
            "endless": float("inf"), "text": "a: b # c\n\ud7ff é"}
    back = _data.read(_data.write(tmp_path / "t.ecsv", {"x": ("keV", [1.0])}, meta)).meta
    assert dict(back) == meta | {"endless": "inf"}
    assert [type(x) for x in back["list"]] == [str, int, float, str]


def test_a_file_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "MOST", 100)
    path = tmp_path / "t.csv"
    path.write_text("x [keV]\n" + "1\n" * 100)
    with pytest.raises(DataError, match="is longer than"):
        _files.text(path, most=100)
    with pytest.raises(DataError, match="YAML"):
        monkeypatch.setattr(_files, "MOST_YAML", 10)
        _files.entries(path, "a: 11111111111", "")


@pytest.mark.parametrize("held", [b"\xff\xfea\x00", b"x [keV]\n1\n\xe9", b"x [keV]\n1\x00"])
def test_what_is_no_text(tmp_path, held):
    path = tmp_path / "t.csv"
    path.write_bytes(held)
    with pytest.raises(DataError, match="no text"):
        _data.read(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the user may read all")
def test_a_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x [keV]\n1\n")
    path.chmod(0)
    with pytest.raises(DataError, match="cannot be read"):
        _data.read(path)


# ---- coefficients: the names of the basis file smeft.warsaw.basis of WCxf

COUNTED = {"phil1": 6, "phil3": 6, "phie": 6, "phiq1": 6, "phiq3": 6, "phiu": 6, "phid": 6,
           "phiud": 9, "ll": 27, "qq1": 27, "qq3": 27, "lq1": 45, "ee": 21, "uu": 27, "dd": 27,
           "eu": 45, "qd8": 45, "ledq": 81, "quqd1": 81, "qque": 54, "qqql": 57, "duue": 81,
           "llphiphi": 6, "uphi": 9, "G": 1}


def names_of(operator):
    n = wcxf._INDICES[operator]
    for indices in itertools.product("123", repeat=n):
        name = operator + ("_" + "".join(indices) if n else "")
        try:
            wcxf._check_name(name)
        except MunuError:
            continue
        yield name


def test_the_basis_names_each_coefficient_once():
    for operator, n in COUNTED.items():
        assert len(list(names_of(operator))) == n, operator
    assert sum(len(list(names_of(x))) for x in wcxf._INDICES) == 1635
    assert {x for x in names_of("phil1") if wcxf._real(x)} == {"phil1_11", "phil1_22", "phil1_33"}
    assert sum(map(wcxf._real, names_of("ee"))) == 6 and sum(map(wcxf._real, names_of("ll"))) == 9
    assert not any(map(wcxf._real, names_of("eW")))


@pytest.mark.parametrize(("name", "value", "said"), [
    ("phil1_21", 1e-8, "is the conjugate of phil1_12"), ("ll_2211", 1e-8, "the same as ll_1122"),
    ("ee_1221", 1e-8, "ee_1122"), ("llphiphi_21", 1e-8, "the same as llphiphi_12"),
    ("qqql_2111", 1e-8, "follows by symmetry"), ("phil1_11", {"Re": 1, "Im": 1}, "a real number"),
    ("phil1_12", True, "must be a number"), ("phil1_12", 10**400, "must be a number"),
    ("phil1_12", "1", "must be a number")])
def test_a_coefficient_that_the_basis_does_not_name(tmp_path, name, value, said):
    path = tmp_path / "wc.json"
    made = {"eft": "SMEFT", "basis": "Warsaw", "scale": 1000, "values": {"phil1_12": 1e-8}}
    path.write_text(json.dumps(made))
    assert interchange.read(path)["phil1_12"] == pytest.approx(1e-8 / GeV**2)
    path.write_text(json.dumps(made | {"values": {name: value}}))
    with pytest.raises(DataError, match=said):
        interchange.read(path)
    if "real" not in said and "number" not in said:
        with pytest.raises(MunuError):
            wcxf.WilsonCoefficients(1000 * GeV, {})[name]


@pytest.mark.parametrize("unit", ["cm^-1", "s^-1", "kg", "%", "J", "GeV^2"])
def test_the_parameter_of_a_model_is_of_its_kind(tmp_path, unit):
    path = tmp_path / "card.yaml"
    text = "model: leptoquark\nparameters:\n  m_LQ: 1500 {}\n  y1: 0.05\n  y2: 1e0\n"
    path.write_text(text.format("GeV"))
    assert interchange.read(path).m_LQ == 1500 * GeV
    path.write_text(text.format(unit))
    if unit == "J":
        assert interchange.read(path).m_LQ > 1e10 * keV
        return
    with pytest.raises(DataError, match="line 3: m_LQ is counted in GeV"):
        interchange.read(path)
