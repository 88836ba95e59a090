"""A result run again: the same numbers, or what moved; what cannot be run is one line."""

import json
import shlex

import pytest

from munu.cli import _again, _moved
from tests.unit.command import answer, run
from tests.unit.test_cli_daily import COMMANDS

RESULTS = {n: x for n, x in COMMANDS.items() if x[0] not in _again._NOT}
RESULTS |= {"negative": ["model", "leptoquark", "m_LQ=2TeV", "y1=-0.1", "y2=0.1"],
            "toys": ["limit", "xenonnt", "--mass", "50keV", "--method", "feldman_cousins",
                     "--toys", "100", "--seed", "3", "--flavor", "1,1j,0"],
            "parameter": ["limit", "xenonnt", "--parameter", "q"],
            "several": ["limit", "xenonnt+lz", "--option", "run=ws2022", "--flux-nuisances"]}
# what draws, writes or draws lots
SLOW = ("toys", "sample", "natures", "propagate", "figure", "map", "check")


def kept(path, held):
    path.write_text(json.dumps(held))
    return path


@pytest.mark.parametrize("name", [*(n for n in RESULTS if n not in SLOW), *(
    pytest.param(n, marks=pytest.mark.long) for n in SLOW)])
def test_every_result_makes_itself_again(capsys, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    words = RESULTS[name]
    more = ["--formats", "svg"] if name in ("figure", "map") else []
    held = answer(capsys, *words, *more)
    assert ("command" in held) == ("version" in held), "a result says which command made it"
    if "command" not in held:
        return
    path = kept(tmp_path / "a.json", held)
    before = {p.name for p in tmp_path.iterdir()}
    got = answer(capsys, "reproduce", path)
    assert got["same"] and got["numbers"] and got["largest_difference"] == 0
    assert not (got["differences"] or got["words"] or got["moved"])
    assert {p.name for p in tmp_path.iterdir()} == before, "nothing is written"
    # what it says it ran is the command itself
    again = answer(capsys, *got["ran"][1:], *more)
    assert _moved.compared(json.loads(path.read_text()), again)[0] == []


def test_what_makes_no_result_says_no_command(capsys):
    assert "command" not in answer(capsys, "list", "probes", "lz")
    assert {"limit", "spectrum", "propagate", "model", "moments", "map", "figure", "check",
            "sample", "natures", "calc", "convert"} <= {*_again.commands()}


@pytest.fixture
def result(capsys):
    return answer(capsys, "limit", "xenonnt", "--mass", "0,50keV", "--flavor", "mu")


def test_the_file_of_out_is_a_result_too(capsys, tmp_path, result):
    path = tmp_path / "b.json"
    assert run(capsys, "limit", "xenonnt", "--mass", "0,50keV", "--flavor", "mu", "--out", path,
               "-q")[0] == 0
    assert json.loads(path.read_text())["command"] == result["command"]
    assert run(capsys, "reproduce", path)[0] == 0


def test_a_number_that_moved_is_named_and_has_a_code_of_its_own(capsys, tmp_path, result):
    result["limits"][1]["mu"] *= 1.01
    path = kept(tmp_path / "a.json", result)
    code, out, err = run(capsys, "reproduce", path)
    assert (code, err) == (4, "") and "limits[1].mu" in out and "by 0.0099" in out
    assert run(capsys, "reproduce", path, "--tolerance", "0.02")[0] == 0
    code, out, _ = run(capsys, "reproduce", path, "--json")
    (one,) = json.loads(out)["differences"]
    assert code == 4 and one["relative"] == pytest.approx(0.01 / 1.01)


@pytest.mark.parametrize("change", [
    lambda x: x["limits"].pop(), lambda x: x["limits"][0].update(expected=None),
    lambda x: x["limits"][0].pop("lower"), lambda x: x["limits"][0].update(more=1),
    lambda x: x["limits"][0].update(excluded=[]), lambda x: x.update(level=True)])
def test_a_row_less_a_null_and_a_truth_value_count_as_moved(capsys, tmp_path, result, change):
    change(result)
    assert run(capsys, "reproduce", kept(tmp_path / "a.json", result))[0] == 4


def test_words_version_and_data_are_said_and_are_no_numbers(capsys, tmp_path, result):
    result |= {"version": "0.0.1", "data": "0" * 16, "status": "as it was"}
    code, out, err = run(capsys, "reproduce", kept(tmp_path / "a.json", result))
    assert (code, err) == (0, "") and "version: 0.0.1 then" in out and "data: 0000" in out
    assert "said otherwise: status" in out and "the same: " in out


def test_rounding_beside_a_large_number_is_no_difference():
    old, new = {"p": [1.0, 1e-17, 0.0]}, {"p": [1.0, 3e-17, 1e-18]}
    assert _moved.compared(old, new) == ([], 3)
    assert [x.where for x in _moved.compared({"p": 1e-17}, {"p": 3e-17})[0]] == ["p"]


def command(name="limit", **arguments):
    return {"version": "0.1.0", "command": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(("held", "said"), [
    ("", "is no JSON"), ("{", "line 1: is no JSON"), ("[1]", "is no result of munu"),
    ("[" * 100000, "is no JSON of munu"), ('{"a": NaN}', "NaN is no number of JSON"),
    ("{}", "names no version"), ('{"version": 1}', "names no version"),
    ('{"version": "0.1.0"}', "does not say which command"),
    ('{"version": "99.0", "command": 3}', "newer than this one"),
    ('{"version": "0.1.0", "command": 3}', "it was edited"),
    (command("rm"), "no command that makes a result named 'rm'"),
    (command("reproduce", result="a.json"), "no command that makes a result"),
    (command(probe="xenonnt", out="/tmp/x"), "no argument of munu limit named 'out'"),
    (command(probe={"a": 1}), "must be a word, a number"),
    (command(probe="xenont"), "cannot be run again: no probe named 'xenont'"),
    (command(probe="xenonnt", mass=50), "has no unit"), (command(), "Missing argument"),
    (command(probe="xenonnt", method="--out"), "no method named '--out'"),
    (command(probe="--json"), "cannot be run again")])
def test_what_cannot_be_run_again_is_one_line(capsys, tmp_path, held, said):
    path = tmp_path / "a.json"
    path.write_text(held if isinstance(held, str) else json.dumps(held))
    code, out, err = run(capsys, "reproduce", path)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_missing_file_a_folder_and_a_table_are_one_line(capsys, tmp_path):
    (tmp_path / "t.ecsv").write_text("# %ECSV 1.0\n")
    for path in (tmp_path / "no.json", tmp_path, tmp_path / "t.ecsv"):
        code, out, err = run(capsys, "reproduce", path)
        assert (code, out) == (2, "") and err.count("\n") == 1


def test_a_result_is_cited_by_its_file(capsys, tmp_path, result):
    path = kept(tmp_path / "a+b.json", result)
    assert answer(capsys, "cite", path)["keys"] == result["citations"]
    table = tmp_path / "a.ecsv"
    assert run(capsys, "limit", "xenonnt", "--out", table, "-q")[0] == 0
    assert answer(capsys, "cite", table)["keys"] == result["citations"]
    for held, said in ((result | {"citations": ["Nobody1900"]}, "no reference named"),
                       ({"version": "0.1.0"}, "cites nothing"), ({}, "names no version"),
                       (result | {"citations": [3]}, "citations")):
        code, out, err = run(capsys, "cite", kept(path, held))
        assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def test_what_ran_can_be_pasted(capsys, tmp_path, result):
    _, out, _ = run(capsys, "reproduce", kept(tmp_path / "a.json", result))
    assert shlex.split(out.splitlines()[0])[:3] == ["munu", "limit", "xenonnt"]
