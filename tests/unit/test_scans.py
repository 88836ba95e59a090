"""Scans: points by number, plans that are judged first, rows, parts, one dataset."""

import csv
import json
import pickle

import numpy as np
import pytest
import yaml

from munu import _data, limit, models, probes, scans
from munu.atlas.answers import answers
from munu.errors import DataError, DomainError, MunuError, UnknownName
from munu.grid import values
from munu.scans import executors, rows
from munu.scans.estimate import estimate
from munu.scans.plan import of
from munu.units import GeV, MeV, keV
from tests.unit.command import answer, run

LEPTOQUARK = {"model": "leptoquark", "parameters": {"y2": 1},
              "points": {"grid": {"m_LQ": "1TeV:5TeV:6", "y1": [0.05, 0.5]}}, "chunk": 5}
XENONNT = {"limit": "xenonnt", "flavor": "e",
           "points": {"grid": {"nature": ["dirac", "majorana"], "M_N": "0,1keV:300keV:4"}},
           "chunk": 4}


def made(folder, plan, **how):
    """All columns of a scan that is run here."""
    scans.run(plan, folder, executor="serial", **how)
    return scans.open(folder).columns()


def files(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def written(folder, plan, name="plan.yaml"):
    path = folder / name
    path.write_text(yaml.safe_dump(plan, sort_keys=False))
    return path


# ---- points --------------------------------------------------------------------------------------


def test_the_last_axis_of_a_grid_changes_fastest():
    box = of(LEPTOQUARK).points.take(0, 12)
    np.testing.assert_array_equal(box["y1"], [0.05, 0.5] * 6)
    np.testing.assert_array_equal(box["m_LQ"], np.repeat(values("1TeV:5TeV:6", "GeV"), 2))


@pytest.mark.parametrize("points", [
    LEPTOQUARK["points"],
    {"sobol": {"n": 37, "seed": 3, "over": {"m_LQ": "1TeV:5TeV", "y1": "0:1:lin"}}},
    {"grid": {"nature": ["dirac", "majorana"]},
     "sobol": {"n": 9, "over": {"m_LQ": "1TeV:5TeV", "y1": "0.1:1"}}}])
def test_a_point_is_the_same_in_whatever_stretch(points):
    laid = of({**LEPTOQUARK, "points": points}).points
    whole = laid.take(0, len(laid))
    for size in (1, 4, 7):
        for name, x in whole.items():
            parts = [laid.take(i, min(i + size, len(laid)))[name]
                     for i in range(0, len(laid), size)]
            np.testing.assert_array_equal(np.concatenate(parts), x)
    assert {k: len(x) for k, x in laid.take(2, 5).items()} == dict.fromkeys(whole, 3)


def test_a_sobol_sequence_fills_its_box_evenly():
    over = {"m_LQ": "1TeV:10TeV", "y1": "0:1:lin"}
    box = of({**LEPTOQUARK, "points": {"sobol": {"n": 1024, "over": over}}}).points.take(0, 1024)
    share = np.log(box["m_LQ"] / (1000 * GeV)) / np.log(10)
    for x in (share, box["y1"]):
        # every sixteenth of each side holds as many
        assert np.bincount((x * 16).astype(int)).tolist() == [64] * 16
    other = {**LEPTOQUARK, "points": {"sobol": {"n": 1024, "seed": 2, "over": over}}}
    assert not np.any(of(other).points.take(0, 9)["y1"] == box["y1"][:9])


@pytest.mark.parametrize("start", [1, 2, 7, 4096, 12345])
def test_far_points_of_a_sequence_are_had_at_once(start):
    from scipy.stats import qmc

    from munu.scans.points import _forward

    walked, jumped = (qmc.Sobol(3, rng=np.random.default_rng(5)) for _ in range(2))
    walked.fast_forward(start)
    _forward(jumped, start)
    np.testing.assert_array_equal(walked.random(4), jumped.random(4))
    # scipy walks there for half a minute, once for each stretch
    far = {"sobol": {"n": 2**30, "over": {"m_LQ": "1TeV:5TeV", "y1": "0.1:1"}}}
    laid = of({**LEPTOQUARK, "points": far, "chunk": 10_000}).points
    for k in range(50):
        assert laid.take(2**30 - 8 - k, 2**30 - k)["y1"].size == 8


def test_ten_million_points_hold_no_memory():
    import tracemalloc

    plan = of({**LEPTOQUARK, "chunk": 10_000, "points": {
        "grid": {"y1": "0.1:1:10"}, "sobol": {"n": 10**6, "over": {"m_LQ": "1TeV:5TeV"}}}})
    tracemalloc.start()
    box = plan.points.take(10**7 - 100, 10**7)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(plan) == 10**7 and box["y1"].tolist() == [1.0] * 100
    assert most < 2**22


@pytest.mark.parametrize("name", ["points.csv", "points.ecsv", "points.parquet"])
def test_points_of_a_file_in_its_units(tmp_path, name):
    path = tmp_path / name
    columns = {"m_LQ": ("TeV", [1.0, 2.0, 3.0]), "y1": ("1", [0.1, 0.2, 0.3])}
    if name.endswith(".parquet"):
        import pyarrow.parquet as parquet

        from munu.scans import _parquet
        parquet.write_table(_parquet.table(columns), path, row_group_size=2)
    elif name.endswith(".csv"):
        path.write_text("m_LQ [TeV],y1\n1,0.1\n2,0.2\n3,0.3\n")
    else:
        _data.write(path, columns, {})
    found = made(tmp_path / "out", written(tmp_path, {
        **LEPTOQUARK, "points": {"file": name}, "chunk": 2}))
    np.testing.assert_array_equal(found["m_LQ"][1], [1000, 2000, 3000])
    same = answers("leptoquark", {"m_LQ": "2TeV"}, y1=0.2, y2=1).columns
    assert found["mu_tau"][1][1] == same["mu_tau"][1][0]
    # what was computed can be laid out again
    again = scans.open(tmp_path / "out").merge(tmp_path / "all.parquet")
    plan = of({**LEPTOQUARK, "points": {"file": {"path": str(again), "columns": ["m_LQ", "y1"]}}})
    np.testing.assert_array_equal(plan.points.take(1, 3)["m_LQ"], np.array([2000, 3000]) * GeV)


def test_a_file_of_points_that_changed_is_refused(tmp_path):
    (tmp_path / "points.csv").write_text("m_LQ [TeV],y1\n1,0.1\n2,0.2\n")
    plan = scans.read(written(tmp_path, {**LEPTOQUARK, "points": {"file": "points.csv"}}))
    (tmp_path / "points.csv").write_text("m_LQ [TeV],y1\n1,0.1\n2,0.25\n")
    assert plan.points.take(0, 1)["y1"][0] == 0.1
    from munu.scans import points

    points._loaded.cache_clear()
    with pytest.raises(DataError, match="another file than it was"):
        plan.points.take(0, 1)


# ---- plans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "said"), [
    ("model: leptoquark\nparametres: {y2: 1}\npoints: {grid: {m_LQ: 1TeV}}\n",
     r"line 2: 'parametres' is no entry .*mean 'parameters'"),
    ("model: leptoquarks\npoints: {grid: {m_LQ: 1TeV}}\n", r"line 1: no model .*'leptoquark'"),
    ("model: leptoquark\nparameters: {y1: 1, y2: 1}\npoints:\n  grid:\n    m_lq: 1TeV\n",
     r"line 5: no parameter of leptoquark named 'm_lq'; did you mean 'm_LQ'"),
    ("model: leptoquark\nparameters: {y1: 1, y2: 1}\npoints:\n  grid:\n    m_LQ: 1TeV:5TeV\n",
     "line 5: grid of m_LQ .* must read low:high:number"),
    ("model: leptoquark\nparameters: {y1: 1}\npoints: {grid: {m_LQ: 1TeV}}\n",
     "line 3: the model leptoquark needs y2"),
    ("model: leptoquark\nparameters: {y1: 1, y2: 1, m_LQ: 1TeV}\npoints: {grid: {m_LQ: 2TeV}}\n",
     "line 3: parameter m_LQ is given twice"),
    ("model: leptoquark\npoints:\n  sobol:\n    n: 1e3\n    ovr: {m_LQ: 1TeV:2TeV}\n",
     "line 5: 'ovr' is no entry of points.sobol; did you mean 'over'"),
    ("model: leptoquark\npoints:\n  sobol:\n    n: many\n    over: {m_LQ: 1TeV:2TeV}\n",
     "line 4: points.sobol.n is 'many', where a whole number"),
    ("limit: xenonnt\nchunk: 0\npoints: {grid: {M_N: 1keV}}\n", "line 2: chunk = 0"),
    ("limit: xenonnt\npoints: {grid: {M_N: 1}}\n", "line 2: M_N = 1 has no unit; write '1 MeV'"),
    ("limit: xenonnt\nM_N: 1keV\npoints: {grid: {M_N: 1keV}}\n", "M_N is given twice"),
    ("limit: xenonnt+lz\noptions: {sun: GS98}\npoints: {grid: {M_N: 1keV}}\n",
     "options go with one probe"),
    ("limit: xenonnt\npoints: {}\n", "line 2: no points"),
    ("limit: xenonnt\npoints: {file: nothing.csv}\n", "nothing.csv: no such file of points"),
    ("limit: xenonnt\nlevel: 0.9\nlimt: 3\npoints: {}\n", "line 3: 'limt' is no entry"),
    ("model: 3\npoints: {}\n", "line 1: model is 3, where a word is meant"),
    ("model: leptoquark\npoints: 3\n", r"line 2: points is 3, where entries, as \{name: value\}"),
    ("limit: xenonnt\npoints: {}\nexpected: maybe\n",
     "line 3: expected is 'maybe', where true or false is meant"),
    ("limit: xenonnt\npoints: {}\nbackground_error: true\n",
     "line 3: background_error is true, where a number"),
    ("limit: xenonnt\npoints: {}\nlevel: 2\n", "line 3: level 2.0 must lie between 0 and 1"),
    ("limit: xenonnt\npoints: {}\nM_N: 3\n", "line 3: M_N = 3 has no unit"),
    ("model: leptoquark\npoints: {}\nagainst: [xenonn]\n",
     "line 3: no bound named 'xenonn'"),
    ("model: leptoquark\npoints: {}\nagainst: [lz]\nwithin: 2\n", "line 4: within = 2.0"),
    ("model: leptoquark\npoints: {grid: {m_LQ: 1TeV:5TeV:100000, y1: 0.1:1:100000, "
     "y2: 0.1:1:100000, m_b: 4GeV:5GeV:100000}}\n", "line 2: 1e.20 points are more than 1e.12"),
    ("model: leptoquark\nparameters: {y2: 1}\nchunk: 1\n"
     "points: {grid: {m_LQ: 1TeV:5TeV:100000, y1: 0.1:1:100000}}\n",
     "line 3: 1e.10 points .* write chunk: 10000 or more"),
    ("points: {}\n", "asks for one of model: NAME and limit: PROBE"),
    ("", "holds no plan")])
def test_a_slip_in_a_plan_is_one_line_with_its_place(tmp_path, text, said):
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(MunuError, match=said) as found:
        scans.read(path)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(("plan", "said"), [
    ({**LEPTOQUARK, "parameters": {"y2": 100}}, "not perturbative"),
    ({**XENONNT, "points": {"grid": {"M_N": "1keV", "nature": ["dirac", "diracc"]}}},
     "no nature named 'diracc'"),
    ({**LEPTOQUARK, "against": ["lz", "darwin"]}, "darwin needs data, and bounds nothing"),
    ({**XENONNT, "method": "profil"}, "no method named 'profil'"),
    ({**XENONNT, "options": {"sum": "GS98"}}, "has no option 'sum'"),
    ({**XENONNT, "along": "q"}, "carry no charge"),
    ({"limit": "xenonnt", "along": "q", "points": {"grid": {"M_N": "1keV"}}}, "mass of N"),
    ({**XENONNT, "flavor": "all"}, "ambiguous")])
def test_a_mistake_of_the_plan_is_refused_before_anything_is_computed(tmp_path, plan, said):
    with pytest.raises(MunuError, match=said):
        scans.run(plan, tmp_path / "out", executor="serial")
    assert not (tmp_path / "out").exists()


def test_a_plan_travels_and_is_the_same_again():
    for plan in (of(LEPTOQUARK), of(XENONNT)):
        configuration = plan.configuration()
        for other in (pickle.loads(pickle.dumps(plan)),
                      scans.plan.again(json.loads(json.dumps(configuration)))):
            assert other.configuration() == configuration
            for name, x in plan.points.take(1, 5).items():
                np.testing.assert_array_equal(other.points.take(1, 5)[name], x)


# ---- rows ----------------------------------------------------------------------------------------


def test_the_columns_of_a_model_are_those_of_the_command(tmp_path, capsys):
    found = made(tmp_path / "out", LEPTOQUARK)
    same = answer(capsys, "model", "leptoquark", "y2=1", "--scan", "m_LQ=1TeV:5TeV:6", "--scan",
                  "y1=0.05,0.5")["columns"]
    assert [*same, "error"] == list(found)
    for name, x in same.items():
        assert x["unit"] == found[name][0] and x["values"] == found[name][1].tolist()


def test_the_columns_of_a_limit_are_those_of_one_call(tmp_path):
    found = made(tmp_path / "out", XENONNT)
    for i, nature in enumerate(("dirac", "majorana")):
        at = slice(5 * i, 5 * i + 5)
        assert set(found["nature"][1][at]) == {nature}
        M = np.array([0.0, *np.geomspace(1, 300, 4)]) * keV
        # at several masses, and each alone, as a worker may be asked
        same = limit("xenonnt", M_N=M, flavor="e", nature=nature, expected=False)
        np.testing.assert_allclose(found["mu"][1][at], same.upper, rtol=1e-9)
        np.testing.assert_allclose(found["M_N"][1][at], M / MeV, rtol=1e-15)
    assert found["excluded"][1][0] == f"{found['mu'][1][0]!r}..".replace("np.float64", "").replace(
        "(", "").replace(")", "")


def test_options_of_a_probe_and_words_are_laid_out(tmp_path):
    found = made(tmp_path / "out", {"limit": "xenonnt", "points": {"grid": {
        "sun": ["GS98", "AGSS09met"], "exposure": ["1.16 t yr", "2.32 t yr"],
        "level": [0.9, 0.95]}}})
    for sun, exposure, level, mu, expected in zip(
            *(found[k][1] for k in ("sun", "exposure", "level", "mu", "expected")), strict=True):
        same = limit(probes.get("xenonnt", sun=sun, exposure=f"{exposure} t yr"), level=level,
                     expected=False).upper[0]
        # of another exposure than that of the data there is an expectation alone
        assert (mu if exposure == 1.16 else expected) == pytest.approx(same, rel=1e-9)
        assert np.isnan(expected if exposure == 1.16 else mu)
    assert found["exposure"][0] == "t yr" and found["error"][1].tolist() == [""] * 8


def test_a_point_that_fails_is_a_row_with_its_error(tmp_path):
    grid = {"m_LQ": "1TeV:5TeV:4", "y1": [0.1, 3.5, 3.6, 0.2, 100]}
    found = made(tmp_path / "out", {**LEPTOQUARK, "points": {"grid": grid}, "chunk": 7})
    failed = found["error"][1] != ""
    np.testing.assert_array_equal(failed, found["y1"][1] > np.sqrt(4 * np.pi))
    assert all("not perturbative" in x for x in found["error"][1][failed])
    np.testing.assert_array_equal(np.isnan(found["mu_tau"][1]), failed)
    assert set(found["violates"][1][failed]) == {""}
    # its neighbours are what they are alone
    good = made(tmp_path / "good", {**LEPTOQUARK, "points": {"grid": {
        **grid, "y1": [0.1, 3.5, 0.2]}}})
    for name, (_, x) in good.items():
        np.testing.assert_array_equal(found[name][1][~failed], x)
    assert scans.open(tmp_path / "out").status().failed == 8


def test_verdicts_stand_beside_the_answers(tmp_path):
    """Each margin is that of the verdict on the point."""
    said = {**LEPTOQUARK, "against": ["xenonnt", "donut_nutau"], "points": {"grid": {
        "m_LQ": ["1TeV", "5TeV"], "y1": [0.05, 3.6]}}}
    found = made(tmp_path / "out", said)
    assert [*found][-5:] == ["margin_xenonnt", "margin_donut_nutau", "violates", "excluded_by",
                             "error"]
    for i in (0, 2):
        point = models.get("leptoquark", m_LQ=f"{found['m_LQ'][1][i]} GeV", y1=0.05, y2=1)
        own = limit("xenonnt", M_N=point.M_N, flavor="tau", nature=point.nature, expected=False)
        assert found["margin_xenonnt"][1][i] == pytest.approx(
            found["mu_tau"][1][i] / own.upper[0], rel=1e-9)
        assert found["excluded_by"][1][i] == ("xenonnt" if own.upper[0] < found["mu_tau"][1][i]
                                              else "-")
    assert np.isnan(found["margin_xenonnt"][1][[1, 3]]).all()
    with pytest.raises(DomainError, match="there are none"):
        of({**LEPTOQUARK, "level": 0.9})
    with pytest.raises(UnknownName, match="xenonnt"):
        of({**LEPTOQUARK, "against": ["xenont"]})


def test_progress_says_rate_and_time_left(tmp_path):
    heard = []
    scans.run(LEPTOQUARK, tmp_path / "out", executor="serial", tell=lambda *x: heard.append(x))
    assert [x for x, _ in heard] == pytest.approx([5 / 12, 10 / 12, 1])
    assert all("points/s, " in x and x.endswith(" left") for _, x in heard)


def test_an_error_of_somebody_elses_model_is_a_row_too(monkeypatch):
    plan = of(LEPTOQUARK)
    kept = type(plan.asked).columns

    def columns(self, box, n):
        if np.any(box["y1"] == 0.5):
            raise ZeroDivisionError("a\nb")
        return kept(self, box, n)

    monkeypatch.setattr(type(plan.asked), "columns", columns)
    found = rows.table(plan, 0, 5)
    assert found["error"][1].tolist() == ["", "ZeroDivisionError: a b"] * 2 + [""]

    def gone(self, box, n):
        raise MemoryError

    monkeypatch.setattr(type(plan.asked), "columns", gone)
    with pytest.raises(MemoryError):
        rows.table(plan, 0, 5)


def test_what_a_scan_is_held_against_is_cited(tmp_path):
    made(tmp_path, LEPTOQUARK | {"against": ["xenonnt", "donut_nutau"]})
    assert {"BrdarTalk", "XENONnT2022", "DONUT2001"} <= {*scans.open(tmp_path).about()["citations"]}


# ---- parts, and all of them ----------------------------------------------------------------------


def test_one_file_of_all_parts(tmp_path):
    found = made(tmp_path / "out", LEPTOQUARK)
    held = scans.open(tmp_path / "out")
    import pyarrow.parquet as parquet

    whole = parquet.read_table(held.merge(tmp_path / "all.parquet"))
    assert json.loads(whole.schema.metadata[b"munu"])["citations"][0] == "BrdarTalk"
    assert whole.schema.field("m_LQ").metadata == {b"unit": b"GeV"}
    text = _data.read(held.merge(tmp_path / "all.ecsv"))
    assert text.meta["scan"]["parameters"] == {"y2": 1} and text.units["m_LQ"] == "GeV"
    with open(held.merge(tmp_path / "all.csv")) as stream:
        first, *lines = csv.reader(stream)
    assert first[0] == "m_LQ [GeV]" and len(lines) == 12
    for k, (name, (_, x)) in enumerate(found.items()):
        np.testing.assert_array_equal(whole.column(name).to_numpy(), x)
        assert [str(y) for y in x.tolist()] == [r[k] for r in lines]
    np.testing.assert_array_equal(text["mu_tau"], found["mu_tau"][1])


def test_no_part_is_written_over(tmp_path):
    made(tmp_path / "out", LEPTOQUARK)
    held = scans.open(tmp_path / "out")
    before = files(held.folder)
    with pytest.raises(DomainError, match="is a part of this scan; give another file"):
        held.merge(tmp_path / "out" / ".." / "out" / held.path(1).name)
    assert files(held.folder) == before


def test_points_of_a_broken_parquet_file_are_one_line(tmp_path):
    import pyarrow
    from pyarrow import parquet

    path = tmp_path / "points.parquet"
    fields = [pyarrow.field("m_LQ", pyarrow.float64(), metadata={b"unit": b"\xff"}),
              pyarrow.field("y1", pyarrow.float64())]
    table = pyarrow.table({"m_LQ": np.linspace(1.0, 5.0, 5000), "y1": np.full(5000, 0.5)},
                          schema=pyarrow.schema(fields))
    plan = {**LEPTOQUARK, "points": {"file": str(path)}}
    parquet.write_table(table, path)
    with pytest.raises(MunuError, match="cannot read the unit"):
        of(plan)
    fields[0] = fields[0].with_metadata({b"unit": b"TeV"})
    parquet.write_table(table.cast(pyarrow.schema(fields)), path, use_dictionary=False)
    held = bytearray(path.read_bytes())
    held[4:40] = bytes(36)
    path.write_bytes(held)
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        of(plan).checked()


def test_a_part_that_is_missing_is_named(tmp_path):
    made(tmp_path / "out", LEPTOQUARK)
    held = scans.open(tmp_path / "out")
    held.path(1).unlink()
    with pytest.raises(DataError, match="part 1 of 3 are missing or broken; go on with"):
        held.merge(tmp_path / "all.csv")
    assert not (tmp_path / "all.csv").exists()
    with pytest.raises(DomainError, match="must end in"):
        held.merge(tmp_path / "all.txt")
    for place in (tmp_path, written(tmp_path, LEPTOQUARK)):
        with pytest.raises(DataError, match="no folder of parts"):
            scans.open(place)


def test_tasks_of_a_queue_fill_a_folder_together(tmp_path, capsys):
    made(tmp_path / "out", LEPTOQUARK)
    held = scans.prepared(LEPTOQUARK, tmp_path / "queue")
    assert held.wanted() == (0, 1, 2)
    assert scans.part(tmp_path / "queue", task=(0, 2)) == [0, 2]
    assert answer(capsys, "scan", "part", tmp_path / "queue", "2", "1")["computed"] == [1]
    assert files(tmp_path / "queue") == files(tmp_path / "out")
    with pytest.raises(DomainError, match=r"part 3 must be from 0 to 2"):
        scans.part(tmp_path / "queue", [3])
    with pytest.raises(DomainError, match="task 2 of 2"):
        scans.part(tmp_path / "queue", task=(2, 2))
    assert run(capsys, "scan", "part", tmp_path / "queue")[0] == 2


def test_executors_are_the_files_of_their_folder(tmp_path):
    assert {"local", "serial"} <= set(executors.names())
    assert executors.about("local").startswith("Processes on this machine")
    with pytest.raises(UnknownName, match="'local'"):
        scans.run(LEPTOQUARK, tmp_path / "out", executor="locl")
    with pytest.raises(DomainError, match=r"has no option 'worker'.*'workers'"):
        scans.run(LEPTOQUARK, tmp_path / "out", worker=2)
    with pytest.raises(DomainError, match="at least 1"):
        scans.run(LEPTOQUARK, tmp_path / "out", workers=0)
    assert not list(tmp_path.iterdir())


# ---- the command ---------------------------------------------------------------------------------


def test_a_scan_by_its_commands(tmp_path, capsys):
    path, out = written(tmp_path, LEPTOQUARK), tmp_path / "out"
    found = answer(capsys, "scan", "plan", path)
    assert (found["points"], found["parts"]) == (12, 3) and "mu_tau" in found["columns"]
    assert 0 < found["seconds"] < 60
    code, text, err = run(capsys, "scan", "run", path)
    assert (code, text) == (2, "") and "--out" in err
    found = answer(capsys, "scan", "run", path, "--out", out, "--executor", "serial")
    assert found["whole"] and found["done"] == 3 and not found["running"]
    before = {p: p.stat().st_mtime_ns for p in out.iterdir()}
    assert answer(capsys, "scan", "run", out, "--executor", "serial")["whole"]
    assert {p: p.stat().st_mtime_ns for p in out.iterdir()} == before
    assert answer(capsys, "scan", "status", out)["missing"] == []
    code, text, err = run(capsys, "scan", "merge", out, "--out", tmp_path / "all.csv")
    assert (code, text, err) == (0, "12 points\n", f"munu: wrote {tmp_path / 'all.csv'}\n")
    for words, said in ((("merge", out, "--out", ""), "is empty"),
                        (("status", tmp_path), "no folder of parts"),
                        (("submit", path, "--out", out, "--to", "slrum"), "no queue named"),
                        (("part", out, "--task", "1"), "--task I --of N")):
        code, text, err = run(capsys, "scan", *words)
        assert (code, text) == (2, "") and said in err and err.count("\n") == 1


def test_a_plan_says_what_is_the_same_everywhere():
    """A default that nobody wrote decides as much as what was written."""
    made = str(estimate(scans.of({"model": "leptoquark", "parameters": {"y1": 0.5}, "points": {
        "grid": {"m_LQ": "1TeV:2TeV:3", "y2": "0.1,1"}}})))
    said = next(x for x in made.splitlines() if x.startswith("everywhere: "))
    assert "y1 = 0.5" in said and "M_N = 0.001 GeV" in said and "flavor = tau" in said
    assert "m_LQ =" not in said and "y2" not in said
