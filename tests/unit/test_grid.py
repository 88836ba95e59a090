"""One grammar for lists and grids of numbers."""

import numpy as np
import pytest

from munu import atlas, grid
from munu.errors import DomainError, UnitError
from munu.units import GeV, MeV, TeV, keV


def test_lists_and_grids_mix():
    found = grid.masses("0, 50keV,1MeV:100MeV:3")
    np.testing.assert_allclose(found, [0, 50 * keV, MeV, 10 * MeV, 100 * MeV], rtol=1e-12)


def test_the_spacing_is_that_of_what_is_asked():
    ratios, steps = np.geomspace(1, 9, 5), np.linspace(1, 9, 5)
    np.testing.assert_allclose(grid.masses("1keV:9keV:5") / keV, ratios)
    np.testing.assert_allclose(grid.energies("1MeV:9MeV:5") / MeV, steps)
    np.testing.assert_allclose(grid.values("1:9:5"), ratios)
    np.testing.assert_allclose(grid.values("-1:7:5"), steps - 2)
    for word, wanted in (("lin", steps), ("log", ratios)):
        for made in (grid.masses, grid.energies, lambda t: grid.values(t, "MeV")):
            np.testing.assert_allclose(made(f"1MeV:9MeV:5:{word}") / MeV, wanted)
    assert grid.masses("0:1keV:3:lin").tolist() == [0, keV / 2, keV]


@pytest.mark.parametrize(("text", "error", "said"), [
    ("1", UnitError, "m '1' has no unit; write e.g. 1GeV"), ("", DomainError, "empty entry"),
    ("1GeV,,2GeV", DomainError, "empty entry; write 1GeV or 1GeV:5GeV:50"),
    ("1GeV:2GeV", DomainError, "low:high:number"), ("1GeV:2GeV:", DomainError, "low:high:number"),
    ("1GeV:2GeV:3:cubic", DomainError, ":log or :lin"), ("1:2:3:lin:4", DomainError, "low:high"),
    ("1GeV:2GeV:1", DomainError, "at least 2"), ("1GeV:2GeV:x", DomainError, "whole number"),
    ("1GeV:2GeV:2.5", DomainError, "whole number"), ("1GeV:2GeV:9999999", DomainError, "at most"),
    ("1GeV:2GeV:²", DomainError, "whole number"), ("2GeV:1GeV:3", DomainError, "low < high"),
    ("1GeV:1GeV:3", DomainError, "low < high"), ("0:1GeV:3:log", DomainError, "write :lin"),
    ("nanGeV:1GeV:3", DomainError, "finite"), ("1cm:2cm:3", UnitError, "kind of GeV")])
def test_a_slip_is_one_line(text, error, said):
    with pytest.raises(error, match=said) as caught:
        grid.values(text, "GeV", "m")
    assert "\n" not in str(caught.value)


def test_a_mass_in_equal_ratios_begins_above_0():
    with pytest.raises(DomainError, match="equal ratios must begin above 0"):
        grid.masses("0:1keV:5")


def test_a_line_of_a_model_speaks_it_too():
    given = {"y1": 0.05, "y2": 1.0}
    line = atlas.model_line("leptoquark", "1keV:1MeV:5", m_LQ="1TeV:3TeV:4", **given)
    np.testing.assert_allclose(line.M_N, np.geomspace(keV, MeV, 5))
    same = atlas.model_line("leptoquark", line.M_N, m_LQ=(TeV, "3TeV"), points=4, **given)
    np.testing.assert_array_equal(line.upper, same.upper)
    np.testing.assert_array_equal(line.lower, same.lower)
    listed = atlas.model_line("leptoquark", line.M_N, m_LQ="1000GeV,3TeV", **given)
    np.testing.assert_allclose(listed.upper, same.upper, rtol=1e-12)
    assert listed.meta["parameters"]["m_LQ"] == "1000GeV,3TeV" and 3 * TeV > GeV
