"""What a result says of itself: plain values, provenance, tables."""

import enum
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import munu
from munu import _data, results
from munu.errors import DataError, DomainError
from munu.units import keV

COLUMNS = {"M_N": ("keV", np.array([1.0, 2.0])), "mu": ("mu_B", [1e-11, 1 / 3]),
           "who": ("1", ["lz", "a,b"]), "n": ("", np.array([1, 2]))}


class Word(enum.Enum):
    ONE = "one"


@pytest.mark.parametrize(("value", "said"), [
    (np.array([[1.0, 2.0]]), [[1.0, 2.0]]), (np.array([1.0, np.nan, -np.inf]), [1.0, None, None]),
    (np.float64(3), 3.0), (np.int64(3), 3), (np.bool_(True), True), (True, True),
    (1 + 2j, {"re": 1.0, "im": 2.0}), (1 + 0j, 1.0), (complex(np.inf, 0), None),
    (np.array([1, 1j]), [1.0, {"re": 0.0, "im": 1.0}]), ((1, "x", None), [1, "x", None]),
    (Word.ONE, "one"), (Path("a/b"), "a/b"), ({1: np.arange(2)}, {"1": [0, 1]}),
    (np.array(["a", "b"]), ["a", "b"]), (np.array(["a", 1.0], dtype=object), ["a", 1.0]),
])
def test_plain_values(value, said):
    found = results.plain(value)
    assert found == said and type(found) is type(said)
    assert json.loads(json.dumps(found, allow_nan=False)) == said


def test_where_a_result_comes_from():
    found = results.provenance(level=0.9)
    assert list(found) == ["version", "data", "convention", "level"]
    assert found["version"] == munu.__version__ and found["data"] == _data.fingerprint()


def test_a_table_goes_through_a_file_and_comes_back(tmp_path):
    path = results.to_table(COLUMNS, tmp_path / "new" / "t.ecsv", {"z": 1 + 2j, "x": np.inf})
    back = _data.read(path)
    np.testing.assert_array_equal(back["M_N"] / keV, [1, 2])
    np.testing.assert_array_equal(back["mu"], COLUMNS["mu"][1])
    assert list(back["who"]) == ["lz", "a,b"]
    assert back.meta["z"] == {"re": 1.0, "im": 2.0} and back.meta["x"] is None
    text = results.to_table(COLUMNS)
    assert text.splitlines() == ["M_N [keV],mu [mu_B],who,n", "1.0,1e-11,lz,1.0",
                                 f'2.0,{1 / 3!r},"a,b",2.0']
    assert results.to_table(COLUMNS, tmp_path / "t.csv").read_text() == text
    assert [x["mu"] for x in results.rows(COLUMNS)] == [1e-11, 1 / 3]


def test_a_long_table_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(_data, "_PIECE", 7)
    x = np.arange(100.0)
    path = results.to_table({"x": ("1", x)}, tmp_path / "t.ecsv")
    np.testing.assert_array_equal(_data.read(path)["x"], x)


def test_a_place_that_cannot_be(tmp_path):
    with pytest.raises(DomainError, match="must end in"):
        results.to_table(COLUMNS, tmp_path / "t.txt")
    with pytest.raises(DataError, match="folder"):
        results.target(tmp_path.with_suffix(".csv").mkdir() or tmp_path.with_suffix(".csv"))
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        results.target(tmp_path / "file" / "t.csv")


def test_columns_of_different_lengths_leave_no_file(tmp_path):
    with pytest.raises(ValueError, match="shorter"):
        results.to_table({"x": ("1", [1.0, 2.0]), "y": ("1", [1.0])}, tmp_path / "t.csv")
    assert not list(tmp_path.iterdir())


def test_pandas_or_one_clear_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(DomainError, match="pip install pandas"):
        results.to_pandas(COLUMNS)


def test_a_data_frame_knows_its_units():
    pandas = pytest.importorskip("pandas")
    frame = results.to_pandas(COLUMNS)
    assert isinstance(frame, pandas.DataFrame) and frame.attrs["units"]["M_N"] == "keV"
    assert list(frame["who"]) == ["lz", "a,b"]
