"""A curve of one's own: two lines above a table of two columns, and what is wrong with it said by
file and line."""

import pickle

import numpy as np
import pytest

import munu
from munu import atlas
from munu.errors import DataError
from munu.units import GeV, MeV, keV

CURVE = """# level: 0.9
# flavor: tau
M_N [keV], mu [mu_B]
10, 1e-10
50, 2e-10
900, 4e-9
"""


def curve(tmp_path, text=CURVE, name="synthetic_curve.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_two_lines_and_two_columns_are_a_limit(tmp_path):
    found = atlas.read(curve(tmp_path))
    assert (found.level, found.flavor, found.shape, found.status) == (0.9, "tau", "function",
                                                                      "standing")
    assert (found.nature, found.statistic, found.certainty) == (None, "unknown", "C")
    assert found.papers == () and not found.ours and found.meta["label"] == "synthetic curve"
    assert found.at(50 * keV) == pytest.approx(2e-10, rel=1e-12)
    assert found.at(1 * MeV) == np.inf
    same = pickle.loads(pickle.dumps(found))
    assert same.excluded_at(50 * keV) == found.excluded_at(50 * keV)


def test_the_record_names_what_the_file_does_not_say(tmp_path):
    held = atlas.read(curve(tmp_path)).meta["defaults"]
    assert {"statistic: unknown", "nature: none", "convention: half_mu", "source: unpublished",
            "status: standing", "checked: no", "shape: function"} <= {*held}
    said = atlas.read(curve(tmp_path, "# nature: dirac\n# source: Magill2018\n" + CURVE))
    assert said.nature == "dirac" and said.papers == ("Magill2018",)
    assert not any(x.startswith(("nature", "source", "level", "flavor")) for x in
                   said.meta["defaults"])


def test_half_of_the_field_reads_d(tmp_path):
    """mu = 2 d, d of 1/GeV in either spelling."""
    mu = atlas.read(curve(tmp_path))
    rows = "".join(f"{M / keV:.17g}, {munu.couplings.d_of_mu(x) * GeV:.17g}\n"
                   for M, x in zip(mu.axis, mu.upper, strict=True))
    for unit in ("1/GeV", "GeV^-1"):
        text = f"# level: 0.9\n# flavor: tau\nM_N [keV], d [{unit}]\n{rows}"
        d = atlas.read(curve(tmp_path, text, "synthetic_d.csv"))
        np.testing.assert_allclose(d.upper, mu.upper, rtol=1e-12)


def test_one_row_without_a_mass_holds_where_n_is_massless(tmp_path):
    found = atlas.read(curve(tmp_path, "# level: 0.9\n# flavor: e\nmu [mu_B]\n3e-11\n"))
    assert found.shape == "interval" and found.excluded_at(0.0)[0].low == 3e-11


def test_a_curve_that_turns_back_says_so(tmp_path):
    back = CURVE.replace("900, 4e-9", "20, 4e-9")
    with pytest.raises(DataError, match=r"line 6, column 'M_N': does not increase.*'shape: path'"):
        atlas.read(curve(tmp_path, back))
    found = atlas.read(curve(tmp_path, "# shape: path\n" + back))
    assert found.contains(30 * keV, 1e-9) and not found.contains(30 * keV, 1e-8)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("# level: 0.9\n", "", "line 2: says no level; write '# level: 0.9'"),
    ("# flavor: tau\n", "", "line 2: says no flavor; write '# flavor: tau'"),
    ("level: 0.9", "level:", "line 1: level is empty"),
    ("level: 0.9", "level: 90", "line 1: level = 90 must be"),
    ("level: 0.9", "level = 0.9", "line 1: '# level = 0.9' is not read here; write '# level: 0.9'"),
    ("flavor: tau", "flavor: nutau", "line 2: no flavor named 'nutau'"),
    ("10, 1e-10\n", "# nature: dirac\n10, 1e-10\n", "line 4: '# nature: dirac' is not read here"),
    ("# flavor: tau\n", "# flavor: tau\n# statistics: cls\n", "did you mean 'statistic'"),
    # units and columns
    ("[keV]", "[cm]", "line 3, column 'M_N': the unit 'cm' is not that of an energy"),
    ("[keV]", "", "line 3, column 'M_N': it has no unit"),
    ("[mu_B]", "[1/GeV]", "line 3, column 'mu': the unit '1/GeV' is not that of a moment"),
    ("[mu_B]", "", "line 3, column 'mu': it has no unit"),
    ("mu [mu_B]", "nu [mu_B]", "line 3, column 'nu': no column of this file; did you mean 'mu'"),
    ("M_N [keV], mu [mu_B]", "M_N [mu_B], mu [keV]", "line 3, column 'M_N': the unit 'mu_B'"),
    ("M_N [keV], mu [mu_B]", "mu [mu_B], M_N [keV]", "line 4, column 'mu': is no bound"),
    ("[keV]", "[1e-12 keV]", "column 'M_N'"),
    ("10, 1e-10\n50, 2e-10\n900, 4e-9", "1e-10, 10\n", "line 4, column 'mu': is no bound"),
    ("10, 1e-10\n50, 2e-10\n900, 4e-9", "1e-10, 1e-5\n", "line 4, column 'M_N': no mass reaches"),
    ("M_N [keV], mu [mu_B]\n", "", "line 3: '10' is a number where the names"),
    ("M_N [keV], mu [mu_B]", "M_N [keV]; mu [mu_B]", "line 3"),
    # rows
    ("50, 2e-10", "50, nan", "line 5, column 'mu': a value is not finite"),
    ("50, 2e-10", "50,", "line 5, column 'mu'"),
    ("50, 2e-10", "inf, 2e-10", "line 5, column 'M_N': a value is not finite"),
    ("50, 2e-10", "10, 2e-10", "line 5, column 'M_N': this mass stands twice"),
    ("50, 2e-10\n900, 4e-9\n", "", "line 4: one row is no curve"),
    ("50, 2e-10", "50, 0", "line 5, column 'mu': a limit must be above 0"),
    ("50, 2e-10", "50, 2e-1", "line 5, column 'mu': is no bound"),
    ("10, 1e-10", "0, 1e-10", "line 4, column 'M_N': masses must be above 0"),
    ("50, 2e-10", "50 2e-10", "line 5: 1 fields where 2 are named")])
def test_a_broken_curve_is_refused_by_file_and_line(tmp_path, old, new, said):
    assert old in CURVE
    path = curve(tmp_path, CURVE.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        atlas.read(path)
    assert said in str(caught.value) and str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_two_columns_that_disagree_are_refused(tmp_path):
    text = "# level: 0.9\n# flavor: e\nM_N [keV], mu [mu_B], d [1/GeV]\n1, 1e-10, {0}\n" \
        "2, 1e-10, {0}\n"
    d = munu.couplings.d_of_mu(1e-10) * GeV
    assert atlas.read(curve(tmp_path, text.format(d))).upper[0] == 1e-10
    with pytest.raises(DataError, match="line 4, column 'd': does not say what the column mu"):
        atlas.read(curve(tmp_path, text.format(2 * d)))
    with pytest.raises(DataError, match="line 1: d means"):
        atlas.read(curve(tmp_path, "# convention: one_mu\n# level: 0.9\n# flavor: e\n"
                                   f"M_N [keV], d [1/GeV]\n1, {d}\n2, {d}\n"))


SQUARE = """# level: 0.9
# flavor: mu
# shape: polygon
# closed: self
# frame_sides: [left]
M_N [MeV], mu [mu_B]
1, 1e-9
10, 1e-9
20, 5e-9
10, 1e-8
1, 1e-8
"""


def test_a_side_along_the_frame_is_the_end_of_the_data(tmp_path):
    found = atlas.read(curve(tmp_path, SQUARE))
    assert found.ends.tolist() == [False, False, False, False, True]
    assert found.contains(1.001 * MeV, 3e-9) and not found.contains(0.9 * MeV, 3e-9)
    low, = found.excluded_at(5 * MeV)
    assert low[:2] == pytest.approx((1e-9, 1e-8)) and not (low.low_ends or low.high_ends)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("[left]", "[right]", "line 5: no side of the polygon is upright at its right end"),
    ("[left]", "left", "line 5: frame_sides must be a list of left, right"),
    ("[left]", "[]", "line 5: frame_sides must be a list"),
    ("[left]", "[above]", "line 5: frame_sides must be a list"),
    ("polygon\n# closed: self", "path\n# closed: up", "line 5: 'frame_sides' is of a polygon")])
def test_a_side_that_is_none_is_refused(tmp_path, old, new, said):
    path = curve(tmp_path, SQUARE.replace(old, new))
    with pytest.raises(DataError) as caught:
        atlas.read(path)
    assert said in str(caught.value) and "\n" not in str(caught.value)
