"""A run as a record: along energy and radius, in tables, pictures and words."""

import json

import numpy as np
import pytest

from munu import _data, flavors, media
from munu.cli.__main__ import main
from munu.couplings import Couplings
from munu.errors import MunuError
from munu.media import fields
from munu.propagation import evolve, majorana
from munu.propagation.run import Setting, run
from munu.units import MeV, km

STAR = fields.read("dipole:5e9G@1000km").on(media.get("profile_a"))
MU = {"emu": 1e-12, "etau": 7e-13, "mutau": 4e-13}
RADII = np.array([2e3, 2e4, 5e4, 3e5, 1e6]) * km


def setting(**more):
    return Setting(**{"medium": STAR, "energies": ["5MeV", "15MeV"], "moments": MU} | more)


@pytest.fixture(scope="module")
def along():
    return run(setting(radii=RADII))


def test_it_is_the_evolver_s(along):
    M = Couplings.majorana(*MU.values()).mu
    made = evolve(majorana(STAR, M, flavors.mixing()), (1e3 * km, 1e6 * km),
                  np.array([5, 15]) * MeV, radii=along.setting.radii)
    np.testing.assert_array_equal(along.probabilities, made.mass_probabilities[:, 3])
    np.testing.assert_array_equal(along.error, made.error)
    assert along.probability("nu_2")[1] == along.probabilities[1, 1]


@pytest.mark.parametrize("final", ["mass", "flavor"])
def test_at_each_radius_as_if_the_path_ended_there(final):
    """One run along the path is as many runs that end on it."""
    made = run(setting(radii=RADII, final=final))
    assert made.at_radii.shape == (2, 5, 6)
    np.testing.assert_allclose(made.at_radii.sum(axis=2), 1, atol=1e-9)
    for k, r in enumerate(RADII):
        ends = run(setting(path=(STAR.r_min, r), final=final))
        apart = np.abs(made.at_radii[:, k] - ends.probabilities).max(axis=1)
        assert np.all(apart <= 3 * (made.error_at_radii[:, k] + ends.error) + 1e-12)
    assert np.abs(made.at_radii[:, 0] - made.at_radii[:, -1]).max() > 0.01


def test_a_path_inwards_meets_its_radii_from_outside():
    made = run(setting(path=("2e4km", "2e3km"), radii=["2e4km", "8e3km", "2e3km"], final="flavor"))
    start = np.eye(6)[3]
    np.testing.assert_allclose(made.at_radii[:, 0], [start, start], atol=1e-12)
    np.testing.assert_allclose(made.at_radii[:, -1], made.probabilities, atol=2e-5)


def test_names_matrices_and_couplings_say_the_same():
    named = run(setting()).as_dict()
    bare = run(setting(moments=Couplings.majorana(*MU.values()).mu)).as_dict()
    coupled = run(setting(moments=Couplings.majorana(*MU.values()))).as_dict()
    assert named == bare
    assert coupled["moments"] == named["moments"]
    np.testing.assert_allclose(coupled["probabilities"], named["probabilities"], atol=1e-9)


def test_dirac_names_are_flavor_and_mass_state():
    made = setting(nature="dirac", moments={"ee": 1e-11, "mutau": 2e-12j})
    assert made.block[0, 0] == 1e-11 and made.block[1, 2] == 2e-12j
    same = setting(nature="dirac", moments=made.block)
    assert same.named_moments == made.named_moments
    assert made.final_states[3:] == ("N_1", "N_2", "N_3") and made.initial == "nu_e"


def test_the_table_comes_back(along, tmp_path):
    for name in ("p.ecsv", "p.csv"):
        along.to_table(tmp_path / name)
    held = _data.read(tmp_path / "p.ecsv")
    np.testing.assert_allclose(held["r"][:5], RADII)
    np.testing.assert_allclose(held["nu_2"].reshape(2, 5), along.at_radii[:, :, 1])
    assert held.units["E_nu"] == "MeV" and held.meta["scope"].startswith("forward scattering")
    # what stands in columns does not stand in the header too
    assert "along_r" not in held.meta and held.meta["probabilities"]
    assert (tmp_path / "p.csv").read_text().startswith("E_nu [MeV],r [km],nu_1,")
    assert along.to_table(along="E").count("\n") == 3
    assert [x["E_nu"] for x in along.rows("E")] == pytest.approx([5, 15])


def test_a_notebook_sees_it(along):
    assert repr(along).startswith("Passage(nubar_e through profile_a, 2 energies from 5 to 15 MeV")
    assert along._repr_html_().count("<tr>") == 3
    pandas = pytest.importorskip("pandas")
    assert isinstance(along.to_pandas(), pandas.DataFrame)


def test_pandas_that_is_not_there(along, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MunuError, match="pip install pandas"):
        along.to_pandas()


@pytest.mark.parametrize(("more", "lines"), [
    ({"radii": RADII}, 2 * 6), ({}, 6), ({"energies": "15MeV"}, 0)])
def test_it_is_drawn(more, lines):
    from munu.plots import _passage, _style

    made = run(setting(**more))
    fig, ax = _style.new(5, 4)
    _passage.axes(ax, made)
    fig.canvas.draw()
    assert len(ax.lines) == lines and bool(ax.patches) == (not lines)


def test_warnings_are_kept_and_not_raised():
    made = run(setting(path=("1e3km", "2.6e4km"), energies="15MeV"))
    assert len(made.warnings) == 1 and "inside the resonance MSW-H" in made.warnings[0]
    assert "1 warning" in repr(made) and made.as_dict()["warnings"] == list(made.warnings)


@pytest.mark.parametrize(("more", "said"), [
    ({"medium": "profile_a"}, "munu.media.get"), ({"energies": [-1.0]}, "above 0"),
    ({"energies": []}, "empty"), ({"moments": {"ee": 1e-12}}, "no majorana moment named 'ee'"),
    ({"moments": np.ones((3, 3))}, "antisymmetric"), ({"initial": "nubar_x"}, "did you mean"),
    ({"final": "masses"}, "did you mean 'mass'"), ({"tol": 1.0}, "between 1e-7 and 1e-2"),
    ({"path": ("1e4km", "1e4km")}, "two different radii"),
    ({"path": ("1e2km", "1e4km")}, "outside"),
    ({"radii": ["3e3km", "2e3km"]}, "in the order"), ({"radii": ["1e7km"]}, "on the path"),
    ({"twist": "5MeV"}, "not of the kind of /km"),
    ({"fast": True, "final": "flavor"}, "does not go with final"),
    ({"fast": True, "tol": 1e-5}, "tol does not go with fast"),
    ({"fast": True, "radii": RADII}, "does not go with radii"),
    ({"medium": STAR.with_(twist=STAR.field), "twist": "-1/km"}, "does not go with the medium"),
    ({"mixing": "nufit-7"}, "nufit-6.0")])
def test_a_setting_that_is_none(more, said):
    with pytest.raises(MunuError, match=said):
        setting(**more)


def test_no_table_along_radii_that_nobody_asked():
    with pytest.raises(MunuError, match="radii="):
        run(setting(energies="15MeV")).rows("r")


FIELD = ["propagate", "--field", "dipole:5e9G@1000km", "--mu", "emu=1e-12,etau=7e-13,mutau=4e-13",
         "--energies", "5MeV,15MeV"]


def test_radii_and_a_file_from_the_command_line(capsys, tmp_path, along):
    path = tmp_path / "p.ecsv"
    assert main([*FIELD, "--radii", "2e3km,2e4km,5e4km,3e5km,1e6km", "--out", str(path),
                 "--json"]) == 0
    out = capsys.readouterr()
    got = json.loads(out.out)
    assert got["file"] == str(path)
    np.testing.assert_allclose(got["along_r"]["probabilities"], along.at_radii, atol=1e-12)
    held = _data.read(path)
    # radii may differ in the last place: they were read from texts
    assert held.meta["configuration"]["radii"].startswith("2e3km")
    # all that was printed is in the file
    assert set(got) - {"along_r", "wrote"} <= set(held.meta) and got["wrote"] == [str(path)]


@pytest.mark.parametrize(("arguments", "said"), [
    (["--out", "p.txt"], "must end in .ecsv or .csv"), (["--out", ""], "empty"),
    (["--plot", "p.gif"], ".png"),
    (["--plot", "/proc/none/p.png"], "cannot be written"), (["--radii", "2e3"], "no unit"),
    (["--radii", "2e3km", "--fast"], "--fast does not go with --radii"),
    (["--radii", "1e3MeV"], "km")])
def test_slips_of_the_command_line(capsys, arguments, said):
    assert main([*FIELD, *arguments]) == 2
    out = capsys.readouterr()
    assert out.out == "" and said in out.err and out.err.count("\n") == 1


def test_a_picture_from_the_command_line(capsys, tmp_path):
    path = tmp_path / "p.png"
    assert main([*FIELD, "--plot", str(path)]) == 0
    assert path.stat().st_size > 1e4
    assert capsys.readouterr().err.endswith(f"munu: wrote {path}, {tmp_path / 'p.ecsv'}\n")
