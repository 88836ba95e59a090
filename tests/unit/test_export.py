"""Limits as files for other programs: HEPData, a HistFactory workspace, curves that come back."""

import json

import numpy as np
import pytest
import yaml

import munu
from munu import atlas, interchange
from munu.cli.__main__ import main
from munu.errors import DataError, DomainError
from munu.inference.region import Interval
from munu.probes.expected import Background, Polynomial, Pull
from munu.probes.measured import Counts
from munu.probes.probe import Probe
from munu.spectrum import Axis
from munu.units import MeV, cm, keV


def submission(limits):
    files = interchange.hepdata(limits)
    documents = list(yaml.safe_load_all(files.pop("submission.yaml")))
    assert {d["data_file"] for d in documents[1:]} == set(files)
    return documents, {k: yaml.safe_load(x) for k, x in files.items()}


def column(table, k=0, kind="dependent_variables"):
    return [x["value"] for x in table[kind][k]["values"]]


def qualifiers(table, k=0):
    return {q["name"]: q["value"] for q in table["dependent_variables"][k]["qualifiers"]}


# ---- HEPData

def test_a_curve_is_a_table_with_its_bands():
    found = munu.limit("xenonnt", M_N=[0.0, 50 * keV, 50 * MeV])
    documents, (table,) = (lambda d, t: (d, t.values()))(*submission(found))
    assert column(table, kind="independent_variables") == pytest.approx([0, 0.05, 50])
    seen, hoped = column(table), column(table, 1)
    assert seen[:2] == pytest.approx(found.upper[:2]) and seen[2] == hoped[2] == "-"
    assert hoped[:2] == pytest.approx(found.expected.upper[:2])
    for k, value in enumerate(table["dependent_variables"][1]["values"][:2]):
        for error in value["errors"]:
            low, high = found.bands[error["label"]][:, k]
            assert hoped[k] + error["asymerror"]["minus"] == pytest.approx(low)
            assert hoped[k] + error["asymerror"]["plus"] == pytest.approx(high)
    said = qualifiers(table)
    assert said["Confidence level"] == 0.9 and said["Statistic"] == "profile"
    assert said["Neutrino flavor"] == "universal" and "(1/2) mu" in said["Convention"]
    assert table["dependent_variables"][0]["header"]["units"] == "mu_B"
    assert "XENONnT2022" in documents[0]["comment"] and munu.__version__ in documents[0]["comment"]


def test_a_power_constrained_limit_says_what_it_was_before(tmp_path):
    """In HEPData beside it, and as a curve that comes back with its statistic."""
    found = munu.limit("xenonnt", M_N=[1 * keV, 50 * keV], method="power_constrained")
    _, (table,) = (lambda d, t: (d, t.values()))(*submission(found))
    assert column(table, 0) == pytest.approx(found.upper)
    assert column(table, 1) == pytest.approx(found.unconstrained) != pytest.approx(found.upper)
    assert qualifiers(table, 1)["Statistic"] == "power_constrained"
    paths = interchange.to_csv(found, tmp_path / "held.csv")
    back = atlas.read(paths[0] if isinstance(paths, list) else paths)
    assert back.statistic == "power_constrained"
    assert back.upper == pytest.approx(found.upper)


def test_a_closed_contour_is_its_points_in_order_and_the_first_again():
    held = atlas.get("sn1987a_universal")
    _, (table,) = (lambda d, t: (d, t.values()))(*submission(held))
    M, mu = column(table, kind="independent_variables"), column(table)
    assert pytest.approx([*held.axis / MeV, held.axis[0] / MeV]) == M
    assert mu == pytest.approx([*held.upper, held.upper[0]])
    assert qualifiers(table)["Confidence level"] == "none, a criterion"


def test_where_the_data_end_is_said_point_by_point():
    """The frame of the paper's figure closes the region of BBN; its corners bound nothing."""
    _, (table,) = (lambda d, t: (d, t.values()))(*submission(atlas.get("bbn_he4_numu")))
    words = column(table, 1)
    assert words.count("end of the data, no bound") == 3 and "bound" in words


def test_islands_are_tables_of_their_own():
    rows = (Interval(1e-12, 1e-11), Interval(1e-9, 1e-8)), (Interval(2e-12, 3e-11),
                                                            Interval(3e-9, 4e-8))
    two = atlas.get("lsnd").with_(name="two", axis=np.array([1.0, 2.0]) * MeV, intervals=rows,
                                  upper=np.array([1e-12, 2e-12]), lower=np.zeros(2), shape="path")
    documents, tables = submission([two, two])
    assert [d["name"] for d in documents[1:]] == ["two 1", "two 2", "two 1 2", "two 2 2"]
    for name, k in (("two_1.yaml", 0), ("two_2.yaml", 1)):
        mu = column(tables[name])
        assert mu == pytest.approx([rows[0][k].low, rows[1][k].low, rows[1][k].high,
                                    rows[0][k].high, rows[0][k].low])


def test_a_radius_has_two_edges_and_no_mass():
    found = munu.limit("xenonnt", along="r2", flavor="e", expected=False)
    _, (table,) = (lambda d, t: (d, t.values()))(*submission(found))
    pieces = np.array(found.meta["intervals"]) / cm**2
    assert column(table) == pytest.approx(list(pieces[:, 0]))
    assert column(table, 1) == pytest.approx(list(pieces[:, 1]))
    assert table["dependent_variables"][0]["header"]["units"] == "cm^2"


def test_no_limit_is_no_submission():
    with pytest.raises(DomainError, match="no limit to write"):
        interchange.hepdata([])


# ---- curves in CSV

@pytest.mark.parametrize("name", [x.name for x in atlas.published()])
def test_a_published_limit_comes_back_from_csv(tmp_path, name):
    one = atlas.get(name)
    (path,) = interchange.to_csv(one, tmp_path / f"{name}.csv")
    back = atlas.read(path)
    assert (back.level, back.flavor, back.nature, back.reach) == (one.level, one.flavor, one.nature,
                                                                  one.reach)
    masses = [0.0] if one.axis is None else np.geomspace(one.axis.min(), one.axis.max(), 9)[1:-1]
    for M in masses:
        for a, b in zip(one.excluded_at(M), back.excluded_at(M), strict=True):
            assert a[:2] == pytest.approx(b[:2], rel=1e-9) and a[2:] == b[2:]


def test_a_computed_curve_comes_back_and_says_what_no_column_holds(tmp_path):
    found = munu.limit("xenonnt", M_N=[0.0, 1 * keV, 50 * keV, 50 * MeV], flavor="mu",
                       expected=False)
    (path,) = interchange.to_csv(found, tmp_path / "ours.csv")
    back = atlas.read(path)
    assert back.axis == pytest.approx(found.axis[1:3]) and back.upper == pytest.approx(
        found.upper[1:3])
    assert back.flavor == "mu" and f"at M_N = 0 it is {found.upper[0]:.6g}" in back.meta["note"]
    assert back.statistic == "profile" and not back.papers


def test_a_gap_makes_two_files(tmp_path):
    upper = np.array([1e-10, 1e-10, np.inf, 3e-10, 4e-10])
    one = atlas.get("charm2_numu").with_(axis=np.arange(1.0, 6) * MeV, upper=upper, name="gap",
                                         lower=np.zeros(5), ours=True, shape="function")
    first, second = (atlas.read(p) for p in interchange.to_csv(one, tmp_path / "gap.csv"))
    assert first.axis == pytest.approx([1 * MeV, 2 * MeV])
    assert second.axis == pytest.approx([4 * MeV, 5 * MeV]) and second.name == "gap_2"


def test_what_is_no_curve_of_a_moment_is_refused(tmp_path):
    with pytest.raises(DomainError, match="along r2"):
        interchange.curves(munu.limit("xenonnt", along="r2", flavor="e", expected=False))
    with pytest.raises(DomainError, match="coherent"):
        interchange.curves(munu.limit("xenonnt", flavor=(1, 1, 1), expected=False))
    island = atlas.get("charm2_numu").with_(
        axis=np.array([10 * MeV]), upper=np.array([1e-10]), lower=np.zeros(1), shape="function",
        intervals=((Interval(1e-10, 1e-8),),))
    with pytest.raises(DomainError, match="at one mass"):
        interchange.curves(island)
    with pytest.raises(DomainError, match="excludes nothing"):
        interchange.curves(munu.limit("xenonnt", M_N=50 * MeV, expected=False))


# ---- workspaces

def expectation(workspace, values):
    """HistFactory by hand: additive variations first, factors of all of it then."""
    total = 0.0
    for sample in workspace["channels"][0]["samples"]:
        made = nominal = np.array(sample["data"])
        for m in sample["modifiers"]:
            if m["type"] == "histosys":
                made = made + values[m["name"]] * (np.array(m["data"]["hi_data"]) - nominal)
        for m in sample["modifiers"]:
            if m["type"] == "normfactor":
                made = made * values[m["name"]]
        total = total + made
    return total


def test_a_workspace_expects_what_the_probe_does():
    """Signal, fixed part, norms and pulls, free and within an error: each by hand."""
    S, F, free, known = (np.array(x) for x in ([[3.0, 1.0]], [2.0, 2.0], [5.0, 4.0], [1.0, 7.0]))
    both, side = {2: 0.1 * S, 0: 0.2 * F}, {0: np.array([0.5, -0.5])}
    expected = Polynomial(
        signal={2: S}, fixed=F, backgrounds={"free": Background(free),
                                             "known": Background(known, 0.1)},
        pulls={"scale": Pull(both, 2.0), "tilt": Pull(side, None), "whole": Pull("all", 0.3)})
    probe = Probe(name="synthetic", title="Synthetic", grade="counts", papers=(),
                  measured=Counts(Axis("n", "1", np.arange(3.0)), np.array([11.0, 14.0])),
                  expects=lambda ray: expected, signal=lambda c: None)
    made = interchange.pyhf(probe, size=2.0)
    values = {"signal": 0.7, "norm: free": 1.3, "norm: known": 0.4, "pull: scale": -0.6,
              "pull: tilt": 0.9, "pull: whole": 0.5}
    y = 0.7 * 2.0**2
    by_hand = (y * S[0] + F + 1.3 * free + (1 + 0.4 * 0.1) * known
               - 0.6 * 2 * (0.1 * y * S[0] + 0.2 * F) + 0.9 * side[0]
               + 0.5 * 0.3 * (y * S[0] + F))
    assert expectation(made, values) == pytest.approx(by_hand, rel=1e-12)
    assert made["observations"][0]["data"] == [11.0, 14.0]
    known = {p["name"] for p in made["measurements"][0]["config"]["parameters"]}
    assert known == set(values)


def test_its_signal_is_the_limit_by_cls_and_says_so():
    found = munu.limit("xenonnt", M_N=50 * keV, method="cls", expected=False)
    made = interchange.pyhf("xenonnt", 50 * keV)
    twice = interchange.pyhf("xenonnt", 50 * keV, size=2 * found.value)
    name = made["measurements"][0]["name"]
    assert f"{found.value:.6g} mu_B" in name and "M_N = 0.05 MeV" in name
    one, four = (np.array(x["channels"][0]["samples"][0]["data"]) for x in (made, twice))
    assert four == pytest.approx(4 * one, rel=1e-6)
    json.dumps(made, allow_nan=False)


@pytest.mark.parametrize(("probe", "options", "said"), [
    ("xenonnt", {"M_N": [0.0, keV]}, "2 masses"), ("gemma", {}, "Gaussian errors"),
    ("red_giants", {}, "no counts"), ("sn1987a_gammas", {"M_N": MeV, "nature": "dirac"},
                                      "not one even power"),
    ("xenonnt", {"along": "r2"}, "not one even power"), ("xenonnt", {"M_N": 50 * MeV}, "no limit"),
    ("xenonnt", {"size": 1e-11, "level": 0.9}, "leave it out"),
    ("xenonnt", {"size": 0.0}, "no limit there")])
def test_what_is_no_such_likelihood_is_refused(probe, options, said):
    with pytest.raises(DomainError, match=said):
        interchange.pyhf(probe, **options)


# ---- the command

def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="holds other things"):
        interchange.to_hepdata(atlas.get("lsnd"), tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    new = interchange.to_hepdata(atlas.get("lsnd"), tmp_path / "new")
    assert interchange.to_hepdata(atlas.get("lsnd_2001"), new) == new
    assert not (new / "lsnd.yaml").exists()


@pytest.mark.parametrize(("arguments", "said"), [
    (["lsnd_2001", "--out", "a.json"], "no likelihood"),
    (["gemma_2012", "--mass", "3keV", "--out", "a.csv"], "leave --mass out"),
    (["xenont", "--out", "a.csv"], "did you mean 'xenonnt'"),
    (["xenonnt", "--out", "a.json", "--method", "profile"], "limit by cls"),
    (["xenonnt", "--out", "a.txt", "--format", "csv"], "must end in .csv"),
    (["xenonnt", "--out", "a", "--format", "root"], "no format named 'root'"),
    (["xenonnt", "--out", " "], "is empty")])
def test_a_slip_is_one_line(capsys, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert main(["export", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1 and not list(tmp_path.iterdir())


def test_a_name_that_a_probe_and_a_published_limit_bear(capsys, tmp_path):
    for more, word in (([], "published: "), (["--mass", "1MeV,10MeV", "--flavor", "mu"],
                                                 "computed: ")):
        assert main(["export", "lsnd", "--out", str(tmp_path / "a.csv"), *more]) == 0
        assert capsys.readouterr().out.startswith(word)


def test_a_level_that_no_curve_says_is_not_written():
    """What is read back is at a level above one half."""
    half = munu.limit("xenonnt", level="50%", expected=False, scan=False)
    with pytest.raises(DomainError, match=r"above 0\.5"):
        interchange.to_csv(half, "half.csv")
