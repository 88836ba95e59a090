"""The command line: what it prints, and one clear line for every slip."""


import re

import numpy as np
import pytest

from tests.unit.command import answer, run


def test_limit_prints_one_json_object(capsys):
    got = answer(capsys, "limit", "xenonnt", "--mass", "0,50keV,1MeV", "--method", "profile")
    assert got["probe"] == "xenonnt" and got["level"] == 0.9 and got["statistic"] == "profile"
    assert "mu = 2 d" in got["convention"] and "XENONnT2022" in got["citations"]
    first, second, third = got["limits"]
    assert first["M_N_MeV"] == 0 and first["mu"] == pytest.approx(7.475e-12, rel=1e-2)
    assert second["mu"] == pytest.approx(7.66e-12, rel=1e-2)
    assert third["mu"] == pytest.approx(4.87e-9, rel=3e-2)
    assert first["expected"] == pytest.approx(1.054e-11, rel=2e-2) and first["best_fit"] == 0


def test_limit_names_each_systematic_edge(capsys):
    got = answer(capsys, "limit", "xenonnt", "--systematic")
    assert set(got["limits"][0]["systematic"]) == {
        "AGSS09met fluxes", "free electrons", "resolution +10 %", "resolution -10 %"}


def test_calc_kinematics(capsys):
    got = answer(capsys, "calc", "kinematics.E_nu_min", "T=3keV", "M_N=0.2MeV", "m=m_e",
                 "--unit", "MeV")
    assert got["unit"] == "MeV" and got["value"] == pytest.approx(0.410522763, rel=1e-8)


def test_calc_cross_section(capsys):
    got = answer(capsys, "calc", "processes.electron_scattering.dsigma_dT", "T=3keV",
                 "E_nu=0.42MeV", "mu=1e-11", "M_N=0", "flavor=e", "target=e", "--unit",
                 "cm^2/MeV")
    # alpha mu_B^2 (mu/mu_B)^2 (1/T - 1/E)
    assert got["value"] == pytest.approx(2.494672e-25 * 1e-22 * (1 / 0.003 - 1 / 0.42), rel=1e-6)


def test_calc_takes_a_density_of_mass(capsys):
    """The line of docs/physics/plasma.md."""
    got = answer(capsys, "calc", "media.plasma.frequency", "rho=2e5g/cm^3", "T=1e8K", "Y_e=0.5",
                 "--unit", "keV")
    assert got["value"] == pytest.approx(8.632, rel=1e-3)


def test_calc_reads_a_charge_radius_in_its_unit(capsys):
    got = answer(capsys, "calc", "weak.delta_gV_r2", "r2=1e-32cm^2")
    assert got["value"] == pytest.approx(
        np.sqrt(2) * np.pi / 137.036 / (3 * 1.1663788e-5) * 1e-32 / 0.3893794e-27, rel=1e-5)
    code, _, err = run(capsys, "calc", "weak.delta_gV_r2", "r2=1e-32")
    assert code == 2 and "has no unit" in err


def test_a_preferred_signal_shows_both_edges(capsys):
    assert "lower edge: 1.6" in run(capsys, "limit", "xenon1t")[1]


def test_calc_survival(capsys):
    got = answer(capsys, "calc", "sources.solar.P_ee", "E_nu=10MeV", "component=b8",
                 "mixing=nufit-5.2")
    assert got["value"] == pytest.approx(0.3228, rel=3e-3)


def test_calc_a_constant(capsys):
    assert answer(capsys, "calc", "constants.mu_B")["value"] == pytest.approx(296.304, rel=1e-6)


@pytest.mark.parametrize(("text", "to", "value"), [
    ("d = 1e-7 /GeV", "mu_B", 6.74982e-10), ("mu = 1e-9 mu_B", "1/GeV", 1.481520e-7),
    ("mu = 1e-9 mu_B", "d:mu_B", 5e-10), ("d = 1e-10 /MeV", "mu:1/GeV", 2e-7)])
def test_convert(capsys, text, to, value):
    assert answer(capsys, "convert", text, "--to", to)["value"] == pytest.approx(value, rel=1e-5)


def test_a_moment_may_carry_its_own_unit(capsys):
    bare, named = (answer(capsys, "spectrum", "xenonnt", "--mu", x)["mu"] for x in (
        "1e-11", "1e-11 mu_B"))
    assert bare == named == 1e-11


def test_spectrum(capsys):
    got = answer(capsys, "spectrum", "xenonnt", "--mu", "1e-11")
    assert sum(got["observed"]) == 433
    assert sum(got["components"]["dipole"]) == pytest.approx(30.84, rel=5e-3)


@pytest.mark.parametrize("kind", ["probes", "sources", "processes", "models", "figures", "limits",
                                  "targets", "nuclei", "radii", "charges", "mixings", "constants",
                                  "data", "references", "formulas"])
def test_list(capsys, kind):
    assert answer(capsys, "list", kind)[kind]


def test_a_list_of_limits_is_data(capsys):
    """Fields, no sentences; a value stands with the mass that it holds for."""
    got = answer(capsys, "list", "limits")["limits"]
    one = got["borexino_numu"]
    assert (one["mu"], one["M_N_MeV"]) == (pytest.approx(6.9589e-11), pytest.approx(0.01))
    assert got["sn1987a_universal"]["level"] is None and got["gemma_2012"]["level"] == 0.9
    assert "6.96e-11 mu_B at M_N = 10 keV" in run(capsys, "list", "limits")[1]
    radii = answer(capsys, "list", "radii")["radii"]
    assert radii["TEXONO 2010"]["upper"] == pytest.approx(6.6e-32)
    assert radii["Krasnoyarsk 1992"]["lower"] is None
    assert answer(capsys, "list", "charges", "GEMMA 2014")["upper"] == 1.5e-12


@pytest.mark.parametrize("name", ["xenonnt", "solar", "gemma_2012", "VogelEngel1989",
                                  "kinematics.E_nu_min"])
def test_cite(capsys, name):
    entries = answer(capsys, "cite", name)["bibtex"].values()
    assert entries and all(e.startswith("@") for e in entries)


def test_doctor(capsys):
    found = answer(capsys, "doctor")
    assert found["healthy"]
    sizes = [int(x) for x in re.findall(r"(\d+) MB", found["checks"]["on disk"])]
    # numpy and scipy are most of what is needed, numba and matplotlib of the rest
    assert 1 < sizes[0] < 50 < sizes[1] < sizes[1] + sizes[2] < 3000


def test_alone_it_says_what_to_try(capsys):
    code, out, _ = run(capsys)
    assert code == 0 and "munu limit" in out


@pytest.mark.parametrize(("arguments", "said"), [
    (["limit", "xenont"], "did you mean 'xenonnt'"),
    (["limit", "xenonnt", "--mass", "-1keV"], "at least 0"),
    (["limit", "xenonnt", "--mass", "5"], "no unit"),
    (["limit", "xenonnt", "--mass", "1GeV:1keV:0"], "at least 2"),
    (["limit", "xenonnt", "--mass", "1GeV:1keV:5"], "low < high"),
    (["limit", "xenonnt", "--mass", "1keV:1MeV"], "low:high:number"),
    (["limit", "xenonnt", "--mass", ""], "empty entry"),
    (["limit", "xenonnt", "--mass", "nankeV"], "not a finite number"),
    (["limit", "xenonnt", "--mass", "5cm"], "kind of keV"),
    (["limit", "xenonnt", "--mass", "5kev"], "unknown unit 'kev'"),
    (["limit", "xenonnt", "--level", "90"], "between 0 and 1"),
    (["limit", "xenonnt", "--level", "x"], "x"),
    (["limit", "xenonnt", "--method", "profil"], "did you mean 'profile'"),
    (["limit", "xenonnt", "--flavor", "all"], "ambiguous"),
    (["limit", "xenonnt", "--flavor", "1,x,1"], "three numbers"),
    (["limit", "xenonnt", "--nature", "weyl"], "nature"),
    (["limit", "xenonnt", "--parameter", "d"], "parameter"),
    (["limit", "xenonnt", "--parameter", "q", "--mass", "1keV"], "knows no mass"),
    (["limit", "xenonnt", "--bin-width", "0.05keV"], "0.1 keV grid"),
    (["limit", "xenonnt", "--background-error", "50"], "at most 2"),
    (["limit", "xenonnt", "--sun", "GS99"], "GS98"),
    (["limit", "xenonnt", "--sun", "GS98", "--option", "sun=AGSS09met"], "sun is given twice"),
    (["limit", "xenonnt", "--option", "sun=GS98", "--option", "sun=GS98"], "sun is given twice"),
    (["limit", "xenonnt", "--ordering", "IO", "--option", "mixing=x"], "mixing is given twice"),
    (["limit", "xenonnt", "--mixing", "nufit-7"], "nufit-6.0"),
    (["limit", "xenonnt", "--method", "feldman_cousins", "--toys", "3"], "at least 100"),
    (["limit", "xenonnt", "--unbinned", "--method", "cls"], "unbinned"),
    (["limit", "xenonnt", "--toys", "500"], "toys = 500 is of the method feldman_cousins"),
    (["limit", "xenonnt", "--seed", "3", "--method", "one_sided"], "one_sided draws no toys"),
    (["limit", "xenonnt", "--method", "pcl"], "did you mean 'power_constrained'"),
    (["limit", "xenonnt", "--power", "16%"], "power = '16%' is of the method power_constrained"),
    (["limit", "xenonnt", "--method", "power_constrained", "--power", "60%"], "at most 0.5"),
    (["limit", "xenonnt", "--workers", "2"], "workers = 2 is of the method feldman_cousins"),
    (["limit", "xenonnt", "--out", "/proc/none/x.ecsv"], "cannot be written"),
    (["limit", "xenonnt", "--foo"], "--foo"),
    (["limit"], "Missing argument"),
    (["spectrum", "xenonnt", "--mu", "1e-11GeV"], "not of the kind of mu_B"),
    (["spectrum", "xenonnt", "--mu", "-1"], "at least 0"),
    (["spectrum", "xenonnt", "--mass", "0,1keV"], "takes one"),
    (["convert", "1e-7 /GeV"], "which convention"),
    (["convert", "d = 1e-7"], "no unit"),
    (["convert", "d = 1e-7 keV"], "no unit of a moment"),
    (["convert", "d = 1e-7 cm"], "no unit of a moment"),
    (["convert", "d = -1 /GeV"], "at least 0"),
    (["convert", "d = 1e-7 /GeV", "--to", "keV"], "no target"),
    (["calc", "kinematics.E_nu_mn"], "did you mean 'kinematics.E_nu_min'"),
    (["calc", "kinematics._masses"], "no formula"),
    (["calc", "kinematics.E_nu_min", "T=3", "M_N=0", "m=m_e"], "no unit"),
    (["calc", "kinematics.E_nu_min", "T=0keV", "M_N=0", "m=m_e"], "above 0"),
    (["calc", "kinematics.E_nu_min", "T=3keV"], "needs M_N [MeV], m [MeV]; it takes T, M_N, m"),
    (["calc", "kinematics.E_nu_min", "T=3keV", "M_N=0", "m=m_e", "--unit", "cm"], "another kind"),
    (["calc", "kinematics.E_nu_min", "T=3keV", "x=1"], "argument"),
    (["calc", "weak.delta_gV_charge"], "needs q [e], T [MeV]; it takes q, T, G_F, alpha, m"),
    (["calc", "processes.electron_scattering.dsigma_dT"],
     "needs T [MeV], E_nu [MeV], flavor, mu [mu_B] or d [1/GeV]; it takes T,"),
    (["calc", "probes.xenon1t.excess", "--unit", "keV"], "leave --unit out"),
    (["calc", "atlas.lines.naturalness_line"], "not a number"),
    (["calc", "kinematics.E_nu_min", "T"], "key=value"),
    (["calc", "processes.electron_scattering.dsigma_dT", "T=3keV", "E_nu=1MeV", "mu=1e-11e",
      "M_N=0", "flavor=e"], "not of the kind of mu_B"),
    (["list", "probs"], "did you mean 'probes'"),
    (["cite", "xenont"], "did you mean 'xenonnt'"),
    (["figure", "mapp"], "did you mean 'map'"),
    (["map", "--out", "/proc/none"], "cannot be made"),
    (["map", "--formats", "gif"], "pdf, png, svg"),
    (["nothing"], "nothing"),
])
def test_a_slip_gets_one_clear_line(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert code == 2 and out == ""
    assert said in err and err.count("\n") == 1 and err.startswith("munu: ")
    assert "Traceback" not in err


def test_a_limit_says_its_nature_and_what_was_published(capsys):
    """An excess that N is at most: the number is published, the limit is not; nothing is fitted."""
    asked = ("limit", "miniboone", "--mass", "0.2GeV", "--flavor", "mu", "--nature", "dirac")
    code, out, _ = run(capsys, *asked)
    head, _, row = out.splitlines()[:3]
    assert code == 0 and head.endswith("held to a published number, flavor mu, dirac")
    assert row.split()[-1] == "-" and answer(capsys, *asked)["limits"][0]["best_fit"] is None
