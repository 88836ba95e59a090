"""The command line of every day: one object, files, pictures, parameters, published values."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

import munu
from munu import _data, _rooms, atlas, media, models, probes, sources
from munu.cli.__main__ import app
from munu.units import MeV
from tests.contracts import face
from tests.unit.command import answer, run

# of an older version
RESULT = str(Path(__file__).parent / "result.json")
PLAN = str(Path(__file__).parent / "plan.yaml")
COMMANDS = {
    "limit": ["limit", "xenonnt", "--mass", "0,50keV"],
    "spectrum": ["spectrum", "xenonnt", "--mass", "50keV"],
    "model": ["model", "leptoquark", "m_LQ=2TeV", "y1=0.1", "y2=0.1"],
    "propagate": ["propagate", "--energies", "15MeV,20MeV", "--fast"],
    "moments": ["moments", "--kind", "portal", "--limits", "gemma_2012"],
    "scan": ["model", "leptoquark", "y1=0.1", "y2=0.1", "--scan", "m_LQ=2TeV:3TeV:3"],
    "contour": ["contour", "leptoquark", "y2=0.5", "--over", "m_LQ=1TeV:5TeV", "--over",
                "y1=0.01:1", "--against", "constraints"],
    "convert": ["convert", "mu = 1e-11 mu_B"], "calc": ["calc", "constants.mu_B"],
    "list": ["list"], "one": ["list", "probes", "xenonnt"], "models": ["model"],
    "sample": ["sample", "miniboone", "--mass", "0.2GeV", "--mu", "3e-9", "--n", "200"],
    "natures": ["natures", "sbnd", "--mass", "0.2GeV", "--mu", "1e-9", "--flavor", "mu"],
    "fisher": ["fisher", "xenonnt", "--mass", "50keV"],
    "export": ["export", "xenonnt", "--format", "hepdata"],
    "cite": ["cite", "xenonnt+lz"], "doctor": ["doctor"],
    "joint": ["moments", "--joint", "--kind", "portal", "--probes", "pandax4t", "--claims", "none"],
    "inject": ["inject", "mu=2e-11", "--probes", "xenonnt,lz"],
    "site": ["site"], "check": ["check", "emu=7e-12"], "reproduce": ["reproduce", RESULT],
    "parameters": ["limit", "lz", "--parameters"], "map": ["map"],
    "figure": ["figure", "solar_flux"], "data": ["data", "template", "probe"],
    "explore": ["explore"], "plan": ["scan", "plan", PLAN],
}
# what an extra answers: the same law in tests/extras
OF_AN_EXTRA = ("posterior",)
FILES = ("limit", "spectrum", "model", "contour", "propagate", "moments", "scan", "inject",
         "fisher")


def header(path):
    """The header of an ECSV file, of one with infinite values too."""
    lines = [x[2:] for x in path.read_text().splitlines() if x.startswith("# ")]
    return yaml.safe_load("\n".join(lines[2:]))


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_one_object_and_nothing_else(capsys, tmp_path, name):
    out = ["--out", tmp_path / "new"] if name in ("map", "figure", "data", "export") else \
        ["--out", tmp_path / "new.html"] if name == "site" else []
    more = ["--formats", "svg"] if name in ("map", "figure") else []
    found = answer(capsys, *COMMANDS[name], *out, *more)
    assert isinstance(found, dict)
    # a key that was there stays
    assert set(face.frozen()["json"].get(name, ())) <= face.paths(found)


@pytest.mark.parametrize("name", [*(c.name for c in app.registered_commands),
                                  *(g.name for g in app.registered_groups)])
def test_every_command_has_a_help_page(capsys, name):
    code, out, err = run(capsys, name, "--help")
    assert (code, err) == (0, "") and f"munu {name}" in out and "--help" in out
    known = {x[0] for x in COMMANDS.values()} | {*OF_AN_EXTRA}
    assert name in known, "and stands under the law of one object"


@pytest.mark.parametrize("name", FILES)
def test_a_file_holds_all_that_is_printed(capsys, tmp_path, name):
    table, whole = tmp_path / "a.ecsv", tmp_path / "new" / "a.json"
    got = answer(capsys, *COMMANDS[name], "--out", table)
    assert got["file"] == str(table)
    head = header(table)
    printed = {"limit": {"limits"}, "spectrum": {"edges", "observed", "components", "total"},
               "model": {"constraints"}, "moments": {"moments"}, "scan": {"columns"},
               "inject": {"rows", "fingerprints"}, "contour": {"curves"}, "fisher": {"parameters"},
               "propagate": {"energies_MeV", "probabilities", "error", "steps", "spread"}}[name]
    assert got.pop("wrote") == [str(table)]
    assert set(got) - set(head["meta"]) == printed, "the rest is in the columns"
    code, out, err = run(capsys, *COMMANDS[name], "--out", whole)
    assert (code, err) == (0, f"munu: wrote {whole}\n") and "wrote" not in out
    assert run(capsys, *COMMANDS[name], "--out", whole, "-q") == (0, out, "")
    same = json.loads(whole.read_text())
    assert {k: x for k, x in same.items() if k != "file"} == {
        k: x for k, x in got.items() if k != "file"}
    assert run(capsys, *COMMANDS[name], "--out", tmp_path / "a.csv")[0] == 0
    names = [x["name"] for x in head["datatype"]]
    first, *rows = csv.reader((tmp_path / "a.csv").read_text().splitlines())
    assert [x.split(" [")[0] for x in first] == names
    assert rows == list(csv.reader(x for x in table.read_text().splitlines() if x[0] != "#"))[1:]


def test_the_columns_of_a_limit_are_its_rows(capsys, tmp_path):
    got = answer(capsys, *COMMANDS["limit"], "--out", tmp_path / "a.ecsv")
    held = _data.read(tmp_path / "a.ecsv")
    for key in ("mu", "expected", "best_fit"):
        np.testing.assert_array_equal(held[key], [row[key] for row in got["limits"]])
    assert held.meta["configuration"]["mass"] == "0,50keV"
    # intervals that one column cannot say stand in the header
    answer(capsys, "limit", "xenonnt", "--along", "q", "--out", tmp_path / "q.ecsv")
    (row,) = _data.read(tmp_path / "q.ecsv").meta["excluded"]
    assert row[0][0] is None and row[1][1] is None and row[0][1] < 0 < row[1][0]


@pytest.mark.parametrize("command", [["limit", "xenonnt"], ["spectrum", "xenonnt"],
                                     ["propagate", "--fast"], ["model", *COMMANDS["model"][1:]],
                                     ["moments"], ["map"], ["figure", "map"],
                                     ["data", "template", "probe"]])
def test_an_empty_place_is_refused(capsys, command, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *command, "--out", "")
    assert (code, out) == (2, "") and "--out '' is empty" in err and err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["limit", "spectrum", "propagate"])
@pytest.mark.parametrize("ending", ["pdf", "png", "svg"])
def test_a_picture_and_its_numbers(capsys, tmp_path, name, ending):
    path = tmp_path / f"a.{ending}"
    code, _, err = run(capsys, *COMMANDS[name], "--plot", path)
    assert (code, err) == (0, f"munu: wrote {path}, {tmp_path / 'a.ecsv'}\n")
    assert path.read_bytes()[:5] in (b"%PDF-", b"\x89PNG\r", b"<?xml")
    assert _data.read(tmp_path / "a.ecsv").meta["figure"] == "a"
    assert run(capsys, *COMMANDS[name], "--plot", tmp_path / "a.gif")[0] == 2


def test_the_table_that_was_asked_wins_over_that_of_the_picture(capsys, tmp_path):
    got = answer(capsys, *COMMANDS["limit"], "--plot", tmp_path / "a.png", "--out",
                 tmp_path / "a.ecsv")
    assert got["plot"] == str(tmp_path / "a.png")
    assert _data.read(tmp_path / "a.ecsv").meta["probe"] == "xenonnt"


@pytest.mark.parametrize(("room", "name", "arguments"), [
    (probes, "xenonnt", ["limit", "xenonnt"]), (probes, "lz", ["spectrum", "lz"]),
    (media, "power_law", ["propagate", "--medium", "power_law"]),
    (models, "leptoquark", ["model", "leptoquark"])])
def test_parameters_are_those_of_the_room(capsys, room, name, arguments):
    got = answer(capsys, *arguments, "--parameters")["parameters"]
    known = room.parameters(name)
    assert [(x["name"], x["kind"], x["about"]) for x in got] == [
        (p.name, p.kind, p.about) for p in known]
    out = run(capsys, *arguments, "--parameters")[1]
    for p in known:
        line = next(x for x in out.splitlines() if x.split()[:1] == [p.name])
        assert p.about in line and p.kind in line and p.unit.removeprefix("1") in line


def test_one_of_a_list_says_what_it_can_be_told(capsys):
    got = answer(capsys, "list", "sources", "reactor")
    assert got["about"] == sources.about("reactor")
    assert [x["name"] for x in got["parameters"]] == [p.name for p in
                                                      sources.parameters("reactor")]
    # the room of figures bears another name than their kind
    assert {"order", "superseded"} == {
        x["name"] for x in answer(capsys, "list", "figures", "ladder")["parameters"]}
    assert answer(capsys, "list", "constants", "mu_B")["parameters"] == []
    assert "did you mean 'reactor'" in run(capsys, "list", "sources", "reacto")[2]


def test_what_others_published_stands_beside_ours(capsys):
    got = answer(capsys, "limit", "xenonnt", "--mass", "0,1MeV")
    held = {x["name"]: x for x in got["published"]}
    assert set(held) == {"xenonnt_2022", "demirci_xenonnt_2025"}
    x = held["xenonnt_2022"]
    theirs = atlas.get(x["name"])
    assert x["value"] == theirs.value and x["level"] == theirs.level == 0.9
    assert x["unit"] == got["unit"] and x["papers"] == list(theirs.papers)
    assert x["M_N_MeV"] == 0, "a massless moment is not compared with a heavy N"
    assert x["ratio"] == pytest.approx(got["limits"][0]["mu"] / x["value"])
    out = run(capsys, "limit", "xenonnt")[1]
    assert f"published: {x['name']} {x['value']:.4g} mu_B, 90 %" in out
    assert answer(capsys, "limit", "xenonnt", "--along", "q")["published"] == []
    assert answer(capsys, "limit", "xenonnt", "--flavor", "tau")["published"] == []


def test_a_published_curve_is_read_at_our_mass(capsys, monkeypatch):
    curve = munu.Limit(name="theirs", parameter="mu", axis=np.array([1.0, 100]) * MeV / 1e3,
                       upper=[1e-11, 1e-10], lower=[0, 0], level=0.9, papers=("GEMMA2012",))
    monkeypatch.setattr(atlas, "theirs", lambda probe, flavor=None: [curve])
    got = answer(capsys, "limit", "xenonnt", "--mass", "0,10keV,1MeV")["published"]
    assert [x["M_N_MeV"] for x in got] == [pytest.approx(0.01)]
    assert got[0]["value"] == pytest.approx(10**-10.5)


def test_the_keys_of_a_limit_stay(capsys):
    got = answer(capsys, "limit", "xenonnt")
    assert {"citations", "limits", "along", "unit", "level", "published"} <= set(got)
    assert {"mu", "lower", "expected", "best_fit", "excluded"} <= set(got["limits"][0])
    assert "q" in answer(capsys, "limit", "xenonnt", "--along", "q")["limits"][0]


def test_an_option_goes_to_the_probe_that_has_it(capsys):
    got = answer(capsys, "limit", "xenonnt+lz", "--option", "run=ws2022")["limits"][0]
    found = munu.limit([probes.get("xenonnt"), probes.get("lz", run="ws2022")])
    assert got["mu"] == found.value != munu.limit(["xenonnt", "lz"]).value
    mixed = answer(capsys, "limit", "xenonnt+dresden2", "--flavor", "e", "--mixing", "nufit-5.2")
    assert any("nufit-5.2" in x for x in mixed["assumptions"]), "a mixing is for all that have one"


def test_a_table_with_what_is_no_number_cites_its_papers(capsys, tmp_path):
    """Rows of an injection may have nothing to say; the header does."""
    made = tmp_path / "mine.ecsv"
    answer(capsys, "inject", "mu=2e-11", "--probes", "xenonnt,charm2", "--out", str(made))
    assert "nan" in made.read_text()
    assert "XENONnT2022" in answer(capsys, "cite", str(made))["keys"]


def test_a_csv_of_an_answer_says_that_it_cites_nothing(capsys, tmp_path):
    for ending in ("csv", "ecsv"):
        answer(capsys, "limit", "lz", "--out", str(tmp_path / f"l.{ending}"))
    assert "LZ2025" in answer(capsys, "cite", str(tmp_path / "l.ecsv"))["keys"]
    code, _, err = run(capsys, "cite", str(tmp_path / "l.csv"))
    assert code and err.count("\n") == 1 and "write the answer as .ecsv, or cite" in err


def test_per_cent_of_a_background(capsys):
    one, two = (answer(capsys, "limit", "xenonnt", "--background-error", x)["limits"]
                for x in ("5%", "0.05"))
    assert one == two


def test_several_are_cited_together(capsys):
    both = answer(capsys, "cite", "xenonnt+lz")["keys"]
    one, other = (answer(capsys, "cite", n)["keys"] for n in ("xenonnt", "lz"))
    assert both == list(dict.fromkeys([*one, *other]))


@pytest.mark.parametrize(("arguments", "said"), [
    (["limit", "xenonnt+lz", "--sun", "GS98"], "xenonnt and lz both have an option 'sun'"),
    (["limit", "xenonnt+lz", "--option", "rum=ws2022"], "did you mean 'run'"),
    (["limit", "xenonnt", "flavour=e"], "write --flavor"),
    (["limit", "xenonnt", "quenching=fef"], "--option key=value"),
    (["limit", "xenonnt", "--option", "flavour=e"], "write --flavor e"),
    (["limit", "dresden2", "--option", "quenchin=fef"], "did you mean 'quenching'"),
    (["limit", "xenonnt", "--method", "FC"], "did you mean 'feldman_cousins'"),
    (["limit", "mine.yaml", "--parameters"], "the card mine.yaml says all"),
    (["limit", "xenont", "--parameters"], "did you mean 'xenonnt'"),
    (["spectrum", "xenonnt+lz"], "a spectrum is of one"),
    (["limit", "xenonnt", "--out", "a.txt"], ".ecsv or .csv or .json"),
])
def test_a_slip_gets_one_clear_line(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "") and said in err
    assert err.count("\n") == 1 and err.startswith("munu: ")


def test_a_blank_before_the_unit_is_none(capsys):
    first, second = (answer(capsys, "limit", "xenonnt", "--mass", m)["limits"]
                     for m in ("50 keV", "50keV"))
    assert first == second


def test_it_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "munu", "--version"], capture_output=True,
                          text=True)
    assert (done.returncode, done.stdout) == (0, f"{munu.__version__}\n")
    assert "__main__" not in _rooms.rooms()
