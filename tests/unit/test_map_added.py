"""What people add to the map: curves, cards, points, lines of models; a slip is one line."""

import numpy as np
import pytest

from munu import atlas
from munu.atlas import _added, families
from munu.constants import mu_B
from munu.errors import DataError, DomainError, UnitError, UnknownName
from munu.units import GeV, MeV, keV

GOOD = """# level: 0.9
# flavor: tau
M_N [MeV], mu [mu_B]
1, 2e-9
10, 1e-9
100, 3e-9
"""


def written(tmp_path, text, name="curve.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_curve_is_read_with_its_level_and_flavor(tmp_path):
    found = _added.limit(written(tmp_path, GOOD), "tau")
    assert (found.level, found.flavor, found.name, found.ours) == (0.9, "tau", "curve", False)
    assert families.of(found) == "own" and found.meta["label"] == "curve"
    assert found.at(10 * MeV) == pytest.approx(1e-9)
    assert found.axis[0] == MeV and not np.isfinite(found.at(0.5 * MeV)[0])


@pytest.mark.parametrize(("head", "factor"), [
    ("M_N [MeV], d [1/GeV]", 2 / (mu_B * GeV)), ("M_N [GeV], mu [mu_B]", 1.0)])
def test_a_curve_may_be_in_other_units(tmp_path, head, factor):
    found = _added.limit(written(tmp_path, GOOD.replace("M_N [MeV], mu [mu_B]", head)), "tau")
    assert found.upper[0] == pytest.approx(2e-9 * factor)
    assert found.axis[0] == (GeV if "[GeV]" in head else MeV)


def test_columns_stand_in_any_order_and_may_say_more(tmp_path):
    text = "# level: 0.95\n# flavor: e\n# label: mine\n# convention: one_mu\n# family: beams\n" \
        "mu [mu_B], M_N [keV]\n1e-9, 1\n2e-9, 5\n"
    found = _added.limit(written(tmp_path, text), "e")
    assert (found.meta["label"], found.meta["family"], found.axis[1]) == ("mine", "beams", 5 * keV)
    assert found.upper[0] == pytest.approx(2e-9), "L = mu nubar sigma F N is twice L of munu"


def test_a_broken_curve_is_refused_with_file_and_line(tmp_path):
    path = written(tmp_path, GOOD.replace("10, 1e-9", "1, 1e-9"))
    with pytest.raises(DataError, match="stands twice") as err:
        _added.limit(path, "tau")
    assert str(err.value).startswith(f"{path}, line 5") and "\n" not in str(err.value)


def test_the_map_reads_a_file_as_the_atlas_does(tmp_path):
    path = written(tmp_path, GOOD)
    mine, theirs = _added.limit(path, "tau"), atlas.read(path)
    assert mine.as_dict() == theirs.as_dict() and families.of(mine) == "own"
    one = _added.limit(written(tmp_path, "# level: 0.9\n# flavor: tau\nmu [mu_B]\n3e-11\n"), "tau")
    assert one.axis is None and one.value == 3e-11, "one number is a limit at M_N = 0"


def test_what_is_no_card_and_no_curve_is_refused(tmp_path):
    with pytest.raises(DomainError, match=r"card \(.yaml\) or a curve"):
        _added.limit(tmp_path / "mine.txt", "e")
    with pytest.raises(DataError, match="no such file"):
        _added.limit(tmp_path / "mine.csv", "e")


def test_a_point_is_read_in_either_size():
    one = _added.point("mu=1e-11,M_N=50keV,label=A")
    assert one == (50 * keV, 1e-11, "A") and _added.point(one) is one
    assert _added.point("d=1e-9/GeV,M_N=1MeV", 2).mu == pytest.approx(2e-9 / (mu_B * GeV))
    assert _added.point("d=1e-9/GeV,M_N=1MeV", 2).label == "C"
    assert _added.point({"mu": 1e-11, "M_N": 0.0}).M_N == 0


@pytest.mark.parametrize(("text", "error", "said"), [
    ("mu=1e-11", DomainError, "needs M_N"), ("M_N=1MeV", DomainError, "one of mu and d"),
    ("mu=1e-11,d=1e-9/GeV,M_N=1MeV", DomainError, "one of mu and d"),
    ("mu=1e-11,M_N=1km", UnitError, "km"), ("mu=1e-11,M_N=50", UnitError, "unit"),
    ("mu=1e-11,m=1MeV", UnknownName, "point"), ("mu=0,M_N=1MeV", DomainError, "above 0"),
    ("mu=1e-11,mu=2e-11,M_N=1MeV", DomainError, "twice"), ("A", DomainError, "name=value")])
def test_a_slip_in_a_point_is_one_line(text, error, said):
    with pytest.raises(error, match=said) as err:
        _added.point(text)
    assert "\n" not in str(err.value)


def test_a_line_of_a_model_takes_what_is_said_and_the_flavor_of_the_map():
    narrow = _added.line("leptoquark:m_LQ=1TeV,y1=0.05,y2=1", "tau")
    assert narrow.upper == pytest.approx(narrow.lower) and narrow.flavor == "tau"
    wide = _added.line("leptoquark", "e")
    ranged = _added.line("leptoquark:m_LQ=1TeV:5TeV", "e")
    assert ranged.upper == pytest.approx(wide.upper) and ranged.meta["told"] == wide.meta["told"]
    narrower = _added.line("leptoquark:m_LQ=1TeV:2TeV", "e")
    assert narrower.upper == pytest.approx(wide.upper)
    assert np.all(narrower.lower > wide.lower)
    assert wide.flavor == "e" and (wide.upper > 100 * wide.lower).all()
    assert "m_LQ = 1TeV to 5TeV" in wide.meta["told"]
    assert wide.lower[0] < narrow.upper[0] < wide.upper[0]
    assert _added.line("voloshin").kind == "naturalness"
    with pytest.raises(UnknownName, match="leptoquark"):
        _added.line("leptoquart")
    with pytest.raises(UnknownName, match="y1"):
        _added.line("leptoquark:y11=1")
    with pytest.raises(DomainError, match="needs d_B"):
        _added.line("dipole_completion")
