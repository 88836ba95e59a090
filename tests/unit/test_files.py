"""Files that are not as they should be: path, column, line, and what to do."""

import os

import numpy as np
import pytest

from munu import _data, atlas
from munu.errors import DataError, UnknownName
from munu.units import MeV

HEAD = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: M_N, unit: MeV, datatype: float64}
# - {name: mu, unit: mu_B, datatype: float64}
# meta: {source: Magill2018, where: here, how: digitised, shape: function, statistic: profile,
#   flavor: mu, nature: none, convention: half_mu, status: standing, checked: no, certainty: B,
#   level: 0.9}
M_N,mu
1,1e-9
2,2e-9
3,3e-9
"""


def read(tmp_path, old="", new="", reader=atlas.read):
    path = tmp_path / "synthetic_limit.ecsv"
    assert old in HEAD
    path.write_text(HEAD.replace(old, new))
    return reader(path)


def test_a_sound_file_is_a_limit(tmp_path):
    found = read(tmp_path)
    assert found.flavor == "mu" and found.checked == "no" and found.level == 0.9
    assert found.at(2 * MeV) == pytest.approx(2e-9)
    assert found.at(9 * MeV) == np.inf


def test_the_other_convention_is_doubled(tmp_path):
    assert read(tmp_path, "half_mu", "one_mu").at(MeV) == pytest.approx(2e-9)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("M_N,mu", "M_N,nu", "column 'nu'"),
    ("2,2e-9", "2,nan", "not finite"),
    ("2,2e-9", "2,x", "line 12, column 'mu': 'x' is not a number"),
    ("2,2e-9", "2", "line 12: 1 fields"),
    ("2,2e-9", "0.5,2e-9", "strictly increasing"),
    ("2,2e-9", "1,2e-9", "line 12, column 'M_N': this mass stands twice"),
    ("2,2e-9", "2,-2e-9", "above 0"),
    ("1,1e-9", "0,1e-9", "above 0"),
    ("unit: MeV", "unit: Mev", "unknown unit 'Mev'"),
    ("source: Magill2018, ", "", "lacks 'source'"),
    ("shape: function", "shape: curve", "shape 'curve'"),
    ("shape: function", "shape: interval", "one row"),
    ("status: standing", "status: fine", "status 'fine'"),
    ("half_mu", "quarter_mu", "convention"),
    ("# datatype:", "# columns:", "datatype"),
    ("{name: M_N,", "{name: M_N,,", "YAML"),
    ("1,1e-9\n2,2e-9\n3,3e-9\n", "", "no rows"),
])
def test_a_broken_file_says_where(tmp_path, old, new, said):
    with pytest.raises(DataError, match="synthetic_limit") as caught:
        read(tmp_path, old, new)
    assert said in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        _data.read(tmp_path / "none.ecsv")


def test_a_missing_column_is_named(tmp_path):
    table = read(tmp_path, reader=_data.read)
    with pytest.raises(DataError, match="column 'd'"):
        table["d"]


def test_what_is_written_reads_back(tmp_path):
    x = np.array([1.0, 1 / 3, 1e-300])
    columns = {"x": ("keV", x), "s": ("1", ["a", "b,c", "d"])}
    path = _data.write(tmp_path / "new" / "t.ecsv", columns, {"note": "one: two", "n": (1, 2)})
    back = _data.read(path)
    np.testing.assert_array_equal(back["x"] / _data.unit("keV").factor, x)
    assert list(back["s"]) == ["a", "b,c", "d"] and back.meta["note"] == "one: two"
    assert [p.name for p in path.parent.iterdir()] == ["t.ecsv"]


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        _data.write(tmp_path / "file" / "t.ecsv", {"x": ("1", [1.0])}, {})


def test_two_may_write_one_file_at_once(tmp_path):
    path = tmp_path / "new" / "t.txt"
    with _data.whole(path) as one, _data.whole(path) as two:
        one.write_text("one"), two.write_text("two")
        assert not path.exists() and one != two
    assert path.read_text() == "one", "the last to finish"
    assert [p.name for p in path.parent.iterdir()] == ["t.txt"]


def test_what_fails_leaves_the_old_file_and_nothing_beside(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), _data.whole(path) as part:
        part.write_text("half of it")
        raise ZeroDivisionError
    with pytest.raises(DataError, match=r"cannot be written \(No space.*; empty it"), \
            _data.whole(path, "empty it"):
        raise OSError(28, "No space left on device")
    assert path.read_text() == "old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_file_has_the_permissions_of_the_umask(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        path = _data.save(tmp_path / "t.txt", "text")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


def test_an_unknown_limit_gives_the_nearest():
    with pytest.raises(UnknownName, match="gemma_2012"):
        atlas.get("gema_2012")
