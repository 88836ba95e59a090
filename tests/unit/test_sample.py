"""munu sample: events into files, and what it says."""

import json
import os

import numpy as np
import pyarrow.parquet as pq
import pytest

from munu import DipolePortal, events
from munu.errors import DataError
from munu.events import output
from munu.events.record import NUMBERS, WORDS
from tests.unit.command import answer, run

CARD = ("sample", "miniboone", "--mass", "0.2GeV", "--mu", "4.2186e-9")
PORTAL = DipolePortal("4.2186e-9", "0.2GeV", "universal", "dirac")
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")


def test_the_run_card_as_a_command(capsys, tmp_path):
    """Coherently on carbon 9470 decays, 0.552 of them inside, 0.723 if N is Majorana."""
    for nature, share in (("dirac", 0.552), ("majorana", 0.723)):
        path = tmp_path / f"{nature}.parquet"
        made = answer(capsys, *CARD, "--nature", nature, "--n", "20000", "--seed", "7",
                      "--target", "C12", "--out", path)
        assert made["all_decays"] == pytest.approx(9470, rel=0.003)
        assert made["expected_events"] / made["all_decays"] == pytest.approx(share, abs=1.5e-3)
        assert (made["volume"], made["n"], made["seed"]) == ("sphere:5m", 20000, 7)
        assert made["wrote"] == [str(path)] and made["why"] is None
        table = pq.read_table(path)
        header = json.loads(pq.read_metadata(path).metadata[b"munu"])
        assert table.num_rows == made["kept"] == header["kept"] == 20000
        assert header["mean"] == made["mean"] and header["expected_events"] == pytest.approx(
            made["expected_events"])
        for key, column in (("E_gamma_GeV", "E_gamma"), ("E_nu_GeV", "E_nu")):
            assert np.mean(table[column].to_numpy(), dtype=float) == pytest.approx(
                made["mean"][key], rel=1e-6)


def test_a_parquet_file_holds_the_events_with_units(tmp_path):
    made = events.sample("miniboone", PORTAL, 3000, 7)
    path = made.to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(path)
    assert table.column_names == [*NUMBERS, *WORDS]
    for name, unit in NUMBERS.items():
        assert table.schema.field(name).metadata[b"unit"].decode() == unit
        np.testing.assert_allclose(table[name].to_numpy(), made[name], rtol=1e-6)
    names = np.array(made.header["targets"])[made["target"]]
    assert table["target"].to_pylist() == names.tolist()
    for key in ("flavor", "lepton", "inside"):
        np.testing.assert_array_equal(table[key].to_numpy(), made[key])
    # a run through the command or block by block is the same
    output.write(events.run("miniboone", PORTAL, 7), 3000, tmp_path / "b.parquet")
    assert pq.read_table(tmp_path / "b.parquet").equals(table)


def test_a_folder_is_gone_on_with_and_ends_as_it_would_have(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(output, "PART", output.BLOCK)
    words = (*CARD, "--n", str(3 * output.BLOCK + 100), "--E-gamma", "140MeV:")
    whole = answer(capsys, *words, "--out", tmp_path / "whole")
    again = answer(capsys, *words, "--out", tmp_path / "part")
    reference = {p.name: p.read_bytes() for p in (tmp_path / "whole").iterdir()}
    assert sorted(reference) == ["_parts.json", *(f"part-{i:06d}.parquet" for i in range(4))]
    (tmp_path / "part" / "part-000001.parquet").unlink()
    resumed = answer(capsys, *words, "--out", tmp_path / "part")
    assert {p.name: p.read_bytes() for p in (tmp_path / "part").iterdir()} == reference
    for one in (again, resumed):
        assert {**one, "file": 0, "wrote": 0} == {**whole, "file": 0, "wrote": 0}
    assert pq.read_table(tmp_path / "whole").num_rows == whole["kept"] < whole["n"]
    # the same as one file, to the last event
    one = answer(capsys, *words, "--out", tmp_path / "one.parquet")
    assert one["kept"] == whole["kept"]
    assert pq.read_table(tmp_path / "one.parquet").equals(pq.read_table(tmp_path / "whole"))
    code, out, err = run(capsys, *words, "--seed", "2", "--out", tmp_path / "part")
    assert (code, out) == (2, "") and "seed = 1 there, 2 here" in err and err.count("\n") == 1


def test_what_was_written_is_read_and_weighed_again(tmp_path, monkeypatch):
    made = events.sample("miniboone", PORTAL, 3000, 7)
    back = events.read(made.to_parquet(tmp_path / "a.parquet"))
    assert len(back) == 3000 and back.as_dict()["by_target"] == made.as_dict()["by_target"]
    for mu in (2e-9, 4.2186e-9, 8e-9):
        np.testing.assert_allclose(back.reweight(mu), made.reweight(mu), rtol=1e-5)
    monkeypatch.setattr(output, "PART", output.BLOCK)
    output.write(events.run("miniboone", PORTAL, 7), output.BLOCK + 10, tmp_path / "made")
    assert len(events.read(tmp_path / "made")) == output.BLOCK + 10
    (tmp_path / "made" / "part-000001.parquet").unlink()
    (tmp_path / "b.parquet").write_text("no table")
    for path in ("made", "b.parquet", "none.parquet"):
        with pytest.raises(DataError, match="parquet"):
            events.read(tmp_path / path)


def test_cuts_are_counted_before_hepmc3_is_written(tmp_path):
    made = output.write(events.run("miniboone", PORTAL, 7, E_gamma=("0.5 GeV", None)), 2000,
                        tmp_path / "a.hepmc3")
    text = (tmp_path / "a.hepmc3").read_text()
    assert 0 < made.kept < 2000 and f"A NuHepMC.Exposure.NEvents {made.kept}\n" in text
    assert text.count("\nE ") == made.kept
    same = events.sample("miniboone", PORTAL, 2000, 7, E_gamma=("0.5 GeV", None))
    assert same.to_hepmc3(tmp_path / "b.hepmc3").read_text() == text


def test_a_table_for_people_and_a_picture(capsys, tmp_path):
    code, out, err = run(capsys, *CARD, "--n", "3000", "--plot", tmp_path / "a.png")
    assert code == 0 and err.count("\n") == 1 and "a.png" in err
    for word in ("C12 protons", "each event stands for", "mean: photon", "cite: "):
        assert word in out
    assert {p.name for p in tmp_path.iterdir()} == {"a.png", "a.ecsv"}
    made = events.sample("miniboone", PORTAL, 3000, 1)
    drawn = made.plot()
    columns = [x for k, (_, x) in drawn.columns.items() if k.startswith("cos_theta_C12")]
    assert len(columns) == 2
    total = sum(np.sum(x) for k, (_, x) in drawn.columns.items()
                if k.startswith("cos_theta_") and not k.endswith(("low", "high")))
    assert total == pytest.approx(made.expected_events)


def test_options_of_the_card(capsys):
    told = answer(capsys, "sample", "miniboone", "--parameters")
    assert {"volume", "exposure", "k_F", "flavors"} <= {p["name"] for p in told["parameters"]}
    twice = answer(capsys, *CARD, "--n", "100", "--option", "exposure=37.5e20")
    assert twice["all_decays"] == pytest.approx(
        2 * answer(capsys, *CARD, "--n", "100")["all_decays"])


@pytest.mark.parametrize("words", [("--target", "electrons"), ("--mass", "9GeV")])
def test_what_is_closed_gives_no_event_and_one_line(capsys, tmp_path, words):
    made = answer(capsys, *CARD, *words, "--n", "100", "--out", tmp_path / "a.parquet")
    assert made["expected_events"] == made["kept"] == 0 and "threshold" in made["why"]
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 0
    code, out, err = run(capsys, *CARD, *words, "--n", "100")
    assert (code, err, out.count("\n")) == (0, "", 1) and "threshold" in out


@pytest.mark.parametrize(("words", "said"), [
    (("--n", "0"), "at least 1"), (("--n", "many"), "no number"), (("--n", "1.5"), "whole number"),
    (("--mass", "0"), "never decays"), (("--mass", "1MeV,2MeV"), "of one"),
    (("--nature", "both"), "no nature"), (("--seed", "-1"), "seed"),
    (("--workers", "0"), "workers"),
    (("--target", "Xe"), "no target"), (("--E-gamma", "140MeV"), "low:high"),
    (("--E-gamma", "2GeV:1GeV"), "keeps no photon"), (("--cos-theta", "0:2"), "within"),
    (("--option", "E_min=0.01GeV"), "below the table"), (("--option", "volume=box:1m"), "sizes"),
    (("--option", "volume=sphere:0m"), "no size"), (("--option", "volum=1"), "no option"),
    (("--out", "a.txt"), "must end in"), (("--out", ""), "is empty"),
    (("--out", "there.parquet"), "already"), (("--plot", "a.txt"), "must end in"),
    pytest.param(("--out", "full.parquet"), "No space left", marks=FULL),
    pytest.param(("--out", "full.hepmc3"), "No space left", marks=FULL),
])
def test_bad_input_is_one_line(capsys, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.parquet").write_text("mine")
    for name in ("full.parquet", "full.hepmc3"):
        (tmp_path / name).symlink_to("/dev/full")
    code, out, err = run(capsys, *CARD, "--n", "100", *words)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1
    assert (tmp_path / "there.parquet").read_text() == "mine" and len(list(tmp_path.iterdir())) == 3


def test_without_pyarrow_it_says_what_to_install(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    code, _, err = run(capsys, *CARD, "--n", "100", "--out", tmp_path / "a.parquet")
    assert code == 2 and err == "munu: pyarrow is not installed; run: pip install 'munu[events]'\n"
    assert run(capsys, *CARD, "--n", "100", "--out", tmp_path / "a.hepmc3")[0] == 0
