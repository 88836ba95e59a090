"""A point and many points as records: plain data that a worker may send home."""

import copy
import json
import pickle
import tracemalloc

import numpy as np
import pytest

from munu import _data, atlas, models
from munu.atlas.answer import Answer, answer
from munu.atlas.answers import answers
from munu.cli.__main__ import main
from munu.errors import DomainError, UnknownName
from munu.units import GeV, MeV, TeV

POINTS = {
    "leptoquark": {"m_LQ": "2TeV", "y1": "0.05", "y2": "0.1"},
    "sm_dirac": {"m_lightest": "0.1eV"}, "millicharge": {"epsilon": "1e-12"},
    "seesaw": {"M_1": "1GeV", "M_2": "200GeV", "M_3": "3GeV", "z12": "0.3+0.2i"},
    "dipole_completion": {"d_B": "1e-6/GeV", "d_W": "0/GeV", "M_N": "1MeV"},
    "light_scalar": {"m_phi": "1keV", "y_nu": "0.1", "y_e": "0.1"},
}


@pytest.mark.parametrize("name", POINTS)
def test_a_point_says_the_same_everywhere(name, capsys):
    found = answer(name, **POINTS[name])
    said = found.as_dict()
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert isinstance(other, Answer) and other.as_dict() == said
    texts = [f"{k}={x}" for k, x in POINTS[name].items()]
    assert main(["model", name, *texts, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    # and how it was asked
    assert printed.pop("command")["arguments"]["name"] == name
    assert printed == said and list(printed) == list(said)
    assert main(["model", name, *texts]) == 0
    assert capsys.readouterr().out.rstrip("\n") == str(found)


def test_a_point_counts_the_limits_that_reach_it():
    found = answer("dipole_completion", **POINTS["dipole_completion"])
    point = models.get("dipole_completion", **POINTS["dipole_completion"])
    limits = [x for x in atlas.verdict(point) if x.kind == "limit"]
    assert found.excluded and [x for x in found.verdict if x.excluded] == [
        x for x in limits if x.excluded]
    rows = found.rows()
    assert len(rows) == len(found.constraints) + len(found.asked)
    assert {tuple(x) for x in rows} == {tuple(rows[0])}
    assert found.verdict[0].name in repr(found) and "\n" not in repr(found)
    page = found._repr_html_()
    assert page.count("<tr>") == len(rows) + 1 and found.verdict[0].name in page


def test_a_free_point_names_the_closest_limit():
    free = answer("dipole_completion", d_B=1e-12 / GeV, d_W=0.0, M_N=1 * MeV, flavor="mu")
    assert not free.excluded and "not excluded" in repr(free)
    assert 0 < free.closest.margin < 1
    assert free.closest.margin == max(x.margin for x in free.asked)


def test_many_points_are_columns_that_a_single_point_repeats():
    found = answers("su2h", {"m_h1": "100GeV:400GeV:4", "f": "0.1,0.3"}, f_prime=0.2,
                    m_H1="500GeV", sin2alpha=0.3, m_H2="600GeV")
    assert len(found) == 8 and list(found.columns)[:2] == ["m_h1", "f"]
    assert found.columns["f"][1].tolist() == [0.1, 0.3] * 4
    for i, row in enumerate(found.rows()):
        one = answer("su2h", m_h1=row["m_h1"] * GeV, f=row["f"], f_prime=0.2, m_H1="500GeV",
                     sin2alpha=0.3, m_H2="600GeV")
        assert row["mu_emu"] == pytest.approx(abs(one.said["mu"]["emu"]), rel=1e-9)
        for key in ("m_nuN", "tuning", "delta_a_mu"):
            assert row[key] == pytest.approx(one.said[key], rel=1e-9)
        assert row["violates"] == (";".join(dict.fromkeys(
            x.observable.split(" [")[0] for x in one.constraints if x.excludes)) or "-")
        assert found.columns["tuning"][1][i] == row["tuning"]
    again = pickle.loads(pickle.dumps(found))
    assert again.as_dict() == found.as_dict() and str(again) == str(found)
    assert found._repr_html_().count("<tr>") == 9 and repr(found).startswith("Answers(su2h: 8")


def test_blocks_do_not_show():
    """The seams of a long scan, and a parameter that must be one number."""
    long = answers("leptoquark", {"m_LQ": np.linspace(1, 5, 2500) * TeV}, y1=0.1, y2=1.0)
    point = models.get("leptoquark", m_LQ=np.linspace(1, 5, 2500) * TeV, y1=0.1, y2=1.0)
    np.testing.assert_allclose(long.columns["tuning"][1], point.tuning(), rtol=1e-12)
    mixed = answers("seesaw", {"M_1": "1GeV:9GeV:3", "s12": "0.3,0.31"}, M_2="2GeV", M_3="3GeV",
                    z12=0.4j)
    for row in mixed.rows():
        one = models.get("seesaw", M_1=row["M_1"] * GeV, M_2="2GeV", M_3="3GeV", z12=0.4j,
                         s12=row["s12"]).answers()
        assert row["mu_12"] == pytest.approx(abs(one["mu"]["12"]), rel=1e-9)
        assert row["m_nuN_1_2"] == pytest.approx(abs(one["m_nuN"][0, 1]), rel=1e-9)
    alone = answers("sm_dirac", {"s12": "0.3:0.31:2"})
    assert len(alone) == 2 and np.ptp(alone.columns["mu_12"][1]) > 0


def test_a_charge_keeps_its_sign_and_begins_at_0():
    found = answers("millicharge", {"epsilon": np.array([0.0, 1e-12, -1e-12])})
    assert found.columns["charge_ee"][1].tolist() == [0.0, -1e-12, 1e-12]


def test_a_table_of_many_points(tmp_path):
    found = answers("leptoquark", {"m_LQ": "1TeV:5TeV:50"}, y1=0.05, y2=1)
    table = _data.read(found.to_table(tmp_path / "t.ecsv"))
    np.testing.assert_array_equal(table["tuning"], found.columns["tuning"][1])
    assert table.meta["points"] == 50 and table.meta["allowed"] == found.allowed
    assert list(table["violates"]) == list(found.columns["violates"][1])
    assert found.to_table().count("\n") == 51


@pytest.mark.long
def test_a_long_scan_and_its_file_stay_small(tmp_path):
    """10^5 points in less than 30 MB beside what a block needs; the file is ten times its rows."""
    tracemalloc.start()
    found = answers("su2h", {"f": "0.01:1:400", "m_h1": "100GeV:400GeV:250"}, f_prime=0.1,
                    m_H1="500GeV", sin2alpha=1)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    path = found.to_table(tmp_path / "t.csv")
    extra = tracemalloc.get_traced_memory()[1] - kept
    tracemalloc.stop()
    assert kept < 12e6 and extra < 20e6 and path.stat().st_size > 1e7


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: answer("leptoquark", m_LQ=np.array([1, 2]) * TeV, y1=1, y2=1), DomainError,
     "are many points"),
    (lambda: answers("leptoquark", {"m_LQQ": "1TeV:2TeV:3"}, y1=1, y2=1), UnknownName, "m_LQ"),
    (lambda: answers("leptoquark", {"flavor": "e,mu"}, m_LQ="1TeV", y1=1, y2=1), DomainError,
     "word"),
    (lambda: answers("leptoquark", {"y1": "0.1,9"}, m_LQ="1TeV", y2=1), DomainError,
     "not perturbative"),
    (lambda: answers("leptoquark", {"y1": "0.1,0.2"}, y1=0.1, m_LQ="1TeV", y2=1), DomainError,
     "given twice")])
def test_a_slip_is_one_line(call, error, said):
    with pytest.raises(error, match=said) as caught:
        call()
    assert "\n" not in str(caught.value)
