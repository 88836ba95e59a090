"""``munu propagate``: the numbers, and one clear line for every slip."""

import json

import pytest

from munu.cli.__main__ import main

HAND = "s12=0.304,s13=0.02219,s23=0.573,dm21=7.42e-5,dm31={},delta=0"
NO = HAND.format("2.517e-3")
FIELD = ["--field", "dipole:5e9G@1000km", "--mu", "emu=1e-12,etau=7e-13,mutau=4e-13"]
ONE = ["--energies", "15MeV"]


def run(capsys, *arguments):
    code = main(["propagate", *arguments])
    out = capsys.readouterr()
    # the first run on a machine says that it compiles
    err = "".join(x for x in out.err.splitlines(True) if not x.startswith("munu: compiling"))
    return code, out.out, err


def answer(capsys, *arguments):
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_scan_in_energy(capsys):
    got = answer(capsys, "--medium", "profile_a", *FIELD, "--mixing", "nufit-6.0", "--ordering",
                 "NO", "--energies", "5MeV:40MeV:36", "--initial", "nubar_e", "--final", "mass",
                 "--tol", "1e-5")
    assert got["energies_MeV"] == pytest.approx(list(range(5, 41)))
    assert len(got["probabilities"]) == len(got["error"]) == len(got["steps"]) == 36
    assert all(len(row) == 6 and sum(row) == pytest.approx(1, abs=1e-6)
               for row in got["probabilities"])
    assert max(got["error"]) < 1e-5 and got["warnings"] == []
    assert {round(x["energy_MeV"], 9) for x in got["resonances"]} == {5, 23, 40}
    assert got["mixing"]["name"] == "nufit-6.0" and got["mixing"]["dm31_eV2"] > 0
    assert got["radii_km"] == pytest.approx([1e3, 1e6])
    assert {"Dighe2000", "LimMarciano1988", "Akhmedov1988"} <= set(got["citations"])


def test_the_value_at_one_energy(capsys):
    got = answer(capsys, *FIELD, "--mixing", NO, *ONE)
    assert got["final_states"][1] == "nu_2"
    assert got["probabilities"][0][1] == pytest.approx(0.1267, abs=1e-3)
    first = got["resonances"][0]
    assert first["name"] == "RSFP-H" and first["states"] == ["nubar_e", "nu_tau'"]
    assert 0 < first["gamma"] < 1 and 0 < first["P_LZ"] < 1
    fast = answer(capsys, *FIELD, "--mixing", NO, *ONE, "--fast")
    assert fast["probabilities"][0] == pytest.approx(got["probabilities"][0], abs=1e-2)
    assert fast["error"] is None and fast["method"] == "crossings"
    looped = answer(capsys, *FIELD, "--mixing", NO, *ONE, "--loop")
    assert sum(looped["probabilities"][0]) == pytest.approx(1, abs=1e-6)


def test_without_a_field_nothing_flips(capsys):
    got = answer(capsys, *ONE, "--final", "flavor", "--initial", "nu_e")
    row = got["probabilities"][0]
    assert got["final_states"][:3] == ["nu_e", "nu_mu", "nu_tau"]
    assert sum(row[:3]) == pytest.approx(1, abs=1e-6) and max(row[3:]) < 1e-12


def test_dirac_moments_and_a_complex_one(capsys):
    got = answer(capsys, *ONE, "--nature", "dirac", "--mu", "ee=1e-11,emu=1e-12+2e-13j",
                 "--field", "dipole:5e9G@1000km")
    assert got["initial"] == "nu_e" and got["final_states"][3:] == ["N_1", "N_2", "N_3"]
    assert got["moments"]["emu"] == {"re": 1e-12, "im": 2e-13}
    assert {"MSW-H", "MSW-L", "SFP-e3"} <= {x["name"] for x in got["resonances"]}
    assert 0 < sum(got["probabilities"][0][3:]) < 1


def test_a_dirac_neutrino_in_a_field_that_turns(capsys):
    """The twist resonance, its radius, and the probability there and of the evolution."""
    path = ["--from", "2e3km", "--to", "8e3km", "--mixing", NO, *ONE]
    got = answer(capsys, "--nature", "dirac", "--mu", "ee=3e-11", "--field",
                 "dipole:5e9G@1000km", "--twist", "-100/km", *path)
    assert {x["name"] for x in got["resonances"]} == {"twist"}
    first = next(x for x in got["resonances"] if x["states"] == ["nu_e", "N_1"])
    assert first["radius_km"] == pytest.approx(3377.6, abs=0.2)
    assert 1 - first["P_LZ"] == pytest.approx(got["probabilities"][0][3], abs=2e-3)
    code, out, _ = run(capsys, "--nature", "dirac", *path)
    assert code == 0 and "resonances, with gamma" in out and out.count("SFP-") == 0


FILE = "r [km],B [G],phi [rad]\n" + "".join(
    f"{x},{5e9 * (1e3 / x)**3!r},{-100 * x!r}\n" for x in range(1000, 10000, 150))


def test_a_field_of_one_s_own(capsys, tmp_path):
    """B and phi of a file are the dipole and the twist that they were written from."""
    path = tmp_path / "mine.csv"
    path.write_text(FILE)
    arguments = ["--nature", "dirac", "--mu", "ee=3e-11", "--mixing", NO, *ONE, "--from", "2e3km",
                 "--to", "8e3km"]
    own = answer(capsys, *arguments, "--field", f"file:{path}")
    plain = answer(capsys, *arguments, "--field", "dipole:5e9G@1000km", "--twist", "-100/km")
    assert own["probabilities"][0] == pytest.approx(plain["probabilities"][0], abs=1e-5)
    assert [x["radius_km"] for x in own["resonances"]] == pytest.approx(
        [x["radius_km"] for x in plain["resonances"]], rel=1e-6)
    assert own["twist"] == "phi(r)" and plain["twist"] == "-100/km"


@pytest.mark.parametrize(("text", "arguments", "said"), [
    (FILE, ["--twist", "-1/km"], "--twist does not go with the field"),
    (FILE, ["--to", "1e4km"], "does not cover the path from 1000 to 10000 km"),
    (FILE.replace("B [G]", "B"), [], "column 'B'"),
    (FILE.replace("phi [rad]", "phi [G]"), [], "column 'phi'"),
    (FILE.replace("B [G]", "field [G]"), [], "no such column"),
    (FILE.replace("\n1150,", "\n950,"), [], "line 3, column 'r': radii must rise"),
    (FILE.replace("\n1150,", "\nnan,"), [], "line 3, column 'r': a value is not finite"),
])
def test_a_broken_field_of_one_s_own(capsys, tmp_path, text, arguments, said):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    code, out, err = run(capsys, *FIELD[2:], *ONE, "--to", "5e3km", "--field", str(path),
                         *arguments)
    assert (code, out) == (2, "")
    assert said in err and err.count("\n") == 1 and "Traceback" not in err


def test_a_turbulent_field(capsys):
    text = "turbulent:5e9G@1000km,n=3,l_outer=1e4km,l_inner=2e3km,seed={}"
    one, two = (answer(capsys, *FIELD[2:], *ONE, "--field", text.format(s))
                for s in (1, 2))
    assert one["field"] == text.format(1)
    assert one["probabilities"][0] != pytest.approx(two["probabilities"][0], abs=1e-3)


def test_a_path_inwards_and_a_field_that_turns(capsys):
    got = answer(capsys, *FIELD, *ONE, "--from", "2e4km", "--to", "2e3km", "--twist", "-1e-4/km",
                 "--final", "flavor")
    assert got["radii_km"] == pytest.approx([2e4, 2e3]) and got["twist"] == "-1e-4/km"
    assert sum(got["probabilities"][0]) == pytest.approx(1, abs=1e-6)


def test_a_warning_is_one_line_and_in_the_json(capsys):
    code, out, err = run(capsys, *FIELD, "--mixing", NO, *ONE, "--to", "2.6e4km", "--json")
    said = json.loads(out)["warnings"]
    assert code == 0 and err == f"munu: warning: {said[0]}\n" and len(said) == 1
    assert said[0].startswith("the range ends at 26000 km, inside the resonance MSW-H")


def test_a_chain_that_stops_early_says_so(capsys):
    code, _, err = run(capsys, *FIELD, "--mixing", NO, *ONE, "--to", "2e4km", "--fast")
    assert code == 0 and err.count("\n") == 1 and "far outside" in err


def test_the_table_for_people(capsys):
    code, out, _ = run(capsys, *FIELD, "--energies", "5MeV,15MeV", "--fast")
    assert code == 0
    for word in ("nubar_3", "RSFP-H", "gamma = 4 g^2/|slope|", "exp(-pi gamma/2)",
                 "collective effects and absorption are not in scope"):
        assert word in out


def test_a_medium_of_one_s_own_without_its_columns(capsys, tmp_path):
    path = tmp_path / "mine.ecsv"
    path.write_text("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: r, unit: km, datatype: float64}\n"
                    "# - {name: Y_e, unit: '1', datatype: float64}\nr Y_e\n1000 0.5\n2000 0.5\n")
    code, out, err = run(capsys, "--medium", "from_file", "--option", f"path={path}")
    assert (code, out) == (2, "") and "density" in err and err.count("\n") == 1


@pytest.mark.parametrize(("arguments", "said"), [
    (["--medium", "profile_b"], "did you mean 'profile_a'"),
    (["--medium", "from_file"], "needs path"),
    (["--medium", "from_file", "--option", "path=none.ecsv"], "none.ecsv"),
    (["--option", "colour=red"], "no option 'colour'"),
    (["--option", "scale"], "key=value"),
    (["--option", "scale=1", "--option", "scale=2"], "twice"),
    (["--field", "dipol:5e9G@1000km"], "must read dipole:"),
    (["--field", "dipole:5e9@1000km"], "no unit"),
    (["--field", "dipole:5e9G@1000"], "no unit"),
    (["--field", "dipole:nanG@1000km"], "finite"),
    (["--mu", "xx=1"], "no majorana moment named 'xx'"),
    (["--mu", "emu"], "name=value"),
    (["--mu", "emu=1e-12mu"], "no pure number"),
    (["--mu", "emu=nan"], "not a finite number"),
    (["--mu", "emu=1e-12,emu=1e-12"], "twice"),
    (["--mu", "ee=1e-12"], "no majorana moment named 'ee'"),
    (["--nature", "weyl"], "nature"),
    (["--nature", "dirak"], "did you mean 'dirac'"),
    (["--field", "none.csv"], "none.csv: no such file"),
    (["--field", "file:none.ecsv"], "none.ecsv: no such file"),
    (["--field", "turbulent:1e9G,l_outer=1e4km,l_inner=1e3km"], "lacks seed"),
    (["--field", "turbulent:1e9G,l_otter=1e4km,l_inner=1e3km,seed=1"], "did you mean 'l_outer'"),
    (["--mixing", "nufit-7"], "nufit-6.0"),
    (["--mixing", "s12=0.3"], "lacks s13, s23, dm21, dm31, delta"),
    (["--mixing", NO + ",s14=0"], "no mixing parameter named 's14'"),
    (["--mixing", NO.replace("0.304", "1.304")], "[0, 1]"),
    (["--mixing", NO.replace("0.304", "nan")], "not a finite number"),
    (["--mixing", NO.replace("2.517e-3", "2.517e-3eV")], "eV^2"),
    (["--mixing", NO, "--ordering", "IO"], "does not go with ordering IO"),
    (["--mixing", HAND.format("-2.517e-3")], "does not go with ordering NO"),
    (["--ordering", "XO"], "ordering"),
    (["--energies", "15"], "no unit"),
    (["--energies", "0MeV"], "above 0"),
    (["--energies", "-5MeV"], "above 0"),
    (["--energies", "nan"], "not a finite number"),
    (["--energies", "5MeV:40MeV"], "low:high:number"),
    (["--energies", "40MeV:5MeV:3"], "low < high"),
    (["--energies", "5MeV,"], "empty entry"),
    (["--energies", "5km"], "kind of MeV"),
    (["--initial", "nubar_x"], "did you mean 'nubar_"),
    (["--initial", "nubar_e", "--nature", "dirac"], "initial state of dirac"),
    (["--final", "masses"], "did you mean 'mass'"),
    (["--from", "1e4km", "--to", "1e4km"], "same radius"),
    (["--from", "1e4"], "no unit"),
    (["--to", "1e9km"], "outside"),
    (["--twist", "-100"], "no unit"),
    (["--twist", "5MeV"], "write e.g. 5/km"),
    (["--twist", "5/s"], "not of the kind of /km"),
    (["--twist", "1e300/km"], "beyond"),
    (["--twist", "1e120/km"], "cannot be followed"),
    (["--energies", "1e-300MeV"], "cannot be followed"),
    (["--mu", "emu=1e300", "--field", "constant:1e300G"], "beyond"),
    (["--mu", "emu=1e300", "--field", "constant:1e100G"], "cannot be followed"),
    (["--tol", "1"], "between 1e-7 and 1e-2"),
    (["--tol", "nan"], "not a finite number"),
    (["--fast", "--final", "flavor"], "--fast does not go with --final flavor"),
    (["--fast", "--tol", "1e-4"], "--tol '1e-4' says nothing to --fast"),
    (["--fast", "--nature", "dirac"], "--fast does not go with --nature dirac"),
    (["--fast", "--from", "1e5km", "--to", "1e4km"], "inwards"),
])
def test_a_slip_gets_one_clear_line(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err and err.count("\n") == 1 and err.startswith("munu: ")
    assert "Traceback" not in err


def test_formulas_of_these_rooms(capsys):
    assert main(["calc", "propagation.galactic.survival", "mu=1e-13", "B=1uG", "length=10kpc",
                 "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == pytest.approx(0.38139, abs=1e-5)
    assert main(["calc", "propagation.resonances.find", "profile=profile_a"]) == 2
    err = capsys.readouterr().err
    assert "takes profile, which no text can be" in err and err.count("\n") == 1


@pytest.mark.parametrize("energies", ["15kg", "15km", "15G"])
def test_an_energy_is_counted_in_electronvolts(capsys, energies):
    code, _, err = run(capsys, "--energies", energies)
    assert code == 2 and err.count("\n") == 1


def test_an_average_over_a_bin_of_energy(capsys):
    """That of many energies; on the way too, in the same call."""
    few = answer(capsys, *FIELD, "--energies", "10MeV", "--bin", "4MeV", "--radii", "1e5km")
    many = answer(capsys, *FIELD, "--energies", "8.02MeV:11.98MeV:100")
    mean = [sum(x) / 100 for x in zip(*many["probabilities"], strict=True)]
    assert few["probabilities"][0] == pytest.approx(mean, abs=few["error"][0] + 1e-3)
    assert few["bin_MeV"] == 4 and sum(few["along_r"]["probabilities"][0][0]) == pytest.approx(1)
    code, out, err = run(capsys, *FIELD, "--energies", "10MeV", "--bin", "20MeV")
    assert (code, out) == (2, "") and "below twice the least energy" in err


def test_a_chain_that_begins_as_a_mixture_says_so(capsys):
    code, _, err = run(capsys, *FIELD, *ONE, "--fast", "--initial", "nu_mu")
    assert code == 0 and err.count("\n") == 1 and "mixture of two levels" in err
