"""What propagation refuses: one line, with what came and what is allowed."""

import math

import numpy as np
import pytest

from munu import flavors, media
from munu.couplings import Couplings
from munu.errors import MunuError
from munu.media import fields
from munu.propagation import evolve, majorana
from munu.units import MeV, km

A = media.get("profile_a")
NO = flavors.mixing()
HEAD = {"r": "km", "density": "g/cm^3", "Y_e": ""}


def written(path, units):
    first = ",".join(f"{k} [{u}]" if u else k for k, u in units.items())
    r = np.geomspace(1e3, 1e5, 60)
    rows = [",".join(f"{x:.9g}" for x in row)
            for row in zip(r, 4e7 * (1e3 / r) ** 3, 0.49 + 0 * r, 5e9 * (1e3 / r) ** 3,
                           strict=False)]
    path.write_text("\n".join([first, *(",".join(x.split(",")[:len(units)]) for x in rows)]) + "\n")
    return str(path)


def test_a_table_with_its_units_is_a_medium(tmp_path):
    made = media.get(written(tmp_path / "star.csv", HEAD))
    assert made.density(1e4 * km) == pytest.approx(A.density(1e4 * km), rel=1e-3)


@pytest.mark.parametrize(("column", "unit"), [
    ("r", ""), ("r", "kg"), ("density", ""), ("density", "1/cm^3"), ("density", "km"),
    ("Y_e", "kg"), ("B", ""), ("B", "km")])
def test_a_column_without_its_unit_is_no_medium(tmp_path, column, unit):
    path = written(tmp_path / "star.csv", {**HEAD, "B": "G", column: unit})
    with pytest.raises(MunuError, match=f"column '{column}'"):
        media.get("from_file", path=path)


@pytest.mark.parametrize("option", [{"deviation": -1.0}, {"deviation": 0.0}, {"floor": -1e-4}])
def test_a_refit_needs_a_deviation(tmp_path, option):
    with pytest.raises(MunuError, match="must lie between 0 and"):
        media.get("from_file", path=written(tmp_path / "star.csv", HEAD), **option)


@pytest.mark.parametrize(("change", "said"), [
    ({"density": lambda r: -A.density(r)}, "at least 0"),
    ({"asymmetry": lambda r: 3 + 0 * np.asarray(r)}, r"\[-1, 1\]"),
    ({"field": 5e9}, "give a function of r"),
    ({"field": lambda r: math.exp(-r)}, "array of radii"),
    ({"field": lambda r: np.ones(3)}, "one real number"),
    ({"field": lambda r: 1j * np.asarray(r)}, "one real number"),
    ({"twist": lambda r: np.nan * np.asarray(r)}, "finite")])
def test_functions_that_no_medium_has(change, said):
    with pytest.raises(MunuError, match=said):
        A.with_(**change)


def test_gauss_where_an_energy_belongs():
    strong = A.with_(field=lambda r: 5e9 * (1e3 * km / np.asarray(r)) ** 3)
    with pytest.raises(MunuError, match="cannot be followed"):
        evolve(majorana(strong, Couplings.majorana(1e-12), NO), (1e3 * km, 1e6 * km), 15 * MeV)


@pytest.mark.parametrize(("made", "said"), [
    (lambda: majorana("profile_a", np.zeros((3, 3)), NO), "a Profile is needed"),
    (lambda: majorana(A, np.zeros((3, 3)), "nufit-6.0"), "a Mixing is needed"),
    (lambda: majorana(A, np.zeros((3, 3)), NO).plus(3.0, np.eye(6)), "a function of r"),
    (lambda: evolve(majorana(A, np.zeros((3, 3)), NO), (1e3 * km, 2e3 * km), MeV, workers=0),
     "at least 1"),
    (lambda: evolve(majorana(A, np.zeros((3, 3)), NO), (1e3 * km, 2e3 * km), np.ones((2, 2))),
     "one energy or a list")])
def test_what_is_not_of_the_kind(made, said):
    with pytest.raises(MunuError, match=said):
        made()


def test_texts_with_units_are_radii_and_energies():
    H = majorana(A.with_(field=fields.dipole("5e9G", "1000km")), Couplings.majorana(1e-12), NO)
    made = evolve(H, ("1e3km", "2e3km"), "15MeV")
    same = evolve(H, (1e3 * km, 2e3 * km), 15 * MeV)
    np.testing.assert_allclose(made.probabilities, same.probabilities, atol=1e-12)
