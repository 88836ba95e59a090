"""``munu model``: one point, a grid, and one clear line for every slip."""

import errno
import os

import numpy as np
import pytest

from munu import _data, atlas, models
from munu.cli import model as command
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.units import GeV, MeV, TeV
from tests.unit import command as shell

POINT = ["leptoquark", "m_LQ=1TeV", "y1=0.05", "y2=1"]
GRID = ["leptoquark", "y2=1", "--scan", "m_LQ=1TeV:5TeV:5", "--scan", "y1=0:1:3:lin"]


def run(capsys, *arguments):
    return shell.run(capsys, "model", *arguments)


def answer(capsys, *arguments):
    return shell.answer(capsys, "model", *arguments)


def test_the_leptoquark_of_the_talk(capsys):
    got = answer(capsys, *POINT)
    assert got["mu"] == pytest.approx({"tau": 1.347e-11}, rel=1e-3) and got["mu_unit"] == "mu_B"
    assert got["m_nuN"] == pytest.approx(3.97e-3, rel=1e-3) and got["m_nuN_unit"] == "GeV"
    assert got["wilson_coefficients"]["C_VL"] == pytest.approx(0.01516, rel=1e-3)
    assert got["R_D_ratio"] == pytest.approx(1.0307, abs=2e-4)
    assert got["R_D_ratio"] == pytest.approx(got["R_Dstar_ratio"], rel=1e-4)
    assert got["R_Dstar"] / got["R_Dstar_ratio"] == pytest.approx(0.254)
    assert got["delta_a_mu"] == pytest.approx(0) and got["tuning"] == pytest.approx(1.777e4, 1e-3)
    cut = next(x for x in got["constraints"] if x["status"] == "user")
    assert cut["violated"] and cut["predicted"] == pytest.approx(1000) and got["excluded"]
    assert got["parameters"]["m_LQ"]["value"] == pytest.approx(1000)
    assert got["parameters"]["m_LQ"]["unit"] == "GeV"
    # nothing on Earth, but supernovae and the early Universe, of whatever nature N is
    assert {x["name"] for x in got["verdict"]} == {
        "sn1987a_cooling", "sn1987a_gammas", "diffuse_gammas", "n_eff", "bbn",
        "low_energy_supernovae", "sn1987a_neutrinos"}
    assert "BrdarTalk" in got["citations"]


def test_a_mass_below_the_user_s_cut_is_flagged(capsys):
    code, out, _ = run(capsys, *POINT)
    assert code == 0 and "below the user's cut" in out and "mu_tau =    1.347e-11 mu_B" in out
    _, out, _ = run(capsys, *POINT, "m_LQ_min=0.9TeV")
    assert "below the user's cut" not in out


def test_the_map_excludes_a_point_and_says_by_how_much(capsys):
    got = answer(capsys, "dipole_completion", "d_B=1e-6/GeV", "d_W=0/GeV", "M_N=1MeV")
    margins = [x["margin"] for x in got["verdict"]]
    assert margins and min(margins) > 1 and margins == sorted(margins, reverse=True)
    assert got["excluded"] and got["verdict"][0]["papers"][0] in got["citations"]


def test_what_a_model_does_not_say_is_null(capsys):
    got = answer(capsys, "sm_majorana")
    assert set(got["mu"]) == {"12", "13", "23"} and got["basis"] == "mass"
    assert got["R_D"] is None and got["wilson_coefficients"] is None and got["delta_a_mu"] is None
    got = answer(capsys, "light_scalar", "m_phi=1keV", "y_nu=1e-3", "y_e=1e-3")
    assert got["mu"] is None and got["m_nuN"] > 0
    got = answer(capsys, *POINT, "M_N=0")
    assert got["tuning"] is None and "needs M_N above 0" in got["notes"][0]


def test_majorana_pairs_and_complex_entries(capsys):
    got = answer(capsys, "su2h", "f=0.1", "f_prime=0.1", "m_h1=200GeV", "m_H1=500GeV",
                 "sin2alpha=1")
    assert set(got["mu"]) == {"emu", "etau", "mutau"}
    assert got["mu"]["emu"] == pytest.approx(1.956e-11, rel=1e-3)
    assert got["verdict"][0]["name"] == "capozzi_raffelt_2020_omega_cen"
    assert "xenonnt_2022" in [v["name"] for v in got["verdict"]]
    got = answer(capsys, "seesaw", "M_1=1GeV", "M_2=2GeV", "M_3=3GeV", "z12=0.3+0.2i")
    assert set(got["m_nuN"][0][1]) == {"re", "im"} and len(got["portals"]) == 3


@pytest.mark.parametrize("name", models.names())
def test_every_model_lists_its_parameters(capsys, name):
    rows = answer(capsys, name, "--parameters")["parameters"]
    assert rows and all(x["name"] and x["about"] for x in rows)
    code, out, _ = run(capsys, name, "--parameters")
    assert code == 0 and f"munu model {name}" in out
    assert name in answer(capsys)["models"]


def test_a_grid(capsys):
    got = answer(capsys, *GRID)
    columns = {k: np.array(x["values"]) for k, x in got["columns"].items()}
    assert got["points"] == 15 and columns["m_LQ"].size == 15
    np.testing.assert_allclose(np.unique(columns["m_LQ"]), np.geomspace(1000, 5000, 5))
    np.testing.assert_allclose(columns["y1"][:3], [0, 0.5, 1])
    for i in (1, 7, 14):
        made = models.get("leptoquark", m_LQ=columns["m_LQ"][i] * GeV, y1=columns["y1"][i], y2=1)
        assert columns["mu_tau"][i] == pytest.approx(made.couplings().mu)
        assert columns["m_nuN"][i] == pytest.approx(made.neutrino_mass() / GeV)
        assert columns["tuning"][i] == pytest.approx(made.tuning())
        assert columns["R_D"][i] == pytest.approx(made.ratios_RD()["R_D"])
        bad = {c.observable.split(" [")[0] for c in made.constraints() if c.excludes}
        assert set(columns["violates"][i].split(";")) == (bad or {"-"})
    assert got["allowed"] == np.count_nonzero(columns["violates"] == "-")


def test_a_grid_of_moments_of_light_neutrinos(capsys):
    got = answer(capsys, "sm_dirac", "--scan", "m_lightest=0eV:0.1eV:3")
    found = got["columns"]["mu_11"]["values"]
    assert found[0] == pytest.approx(0, abs=1e-30)
    # 3.2e-20 mu_B at 0.1 eV, and linear
    assert found[2] == pytest.approx(3.2e-20, rel=2e-3) and found[1] == pytest.approx(found[2] / 2)


@pytest.mark.parametrize("suffix", ["ecsv", "csv"])
def test_a_grid_goes_to_a_file(capsys, tmp_path, suffix):
    path = tmp_path / "new" / f"scan.{suffix}"
    code, out, err = run(capsys, *GRID, "--out", str(path))
    assert (code, err) == (0, f"munu: wrote {path}\n") and out
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    if suffix == "ecsv":
        table = _data.read(path)
        assert len(table) == 15 and table.meta["model"] == "leptoquark"
        np.testing.assert_allclose(table["m_LQ"].max(), 5 * TeV)
    else:
        lines = path.read_text().splitlines()
        assert lines[0].startswith("m_LQ [GeV],y1,mu_tau [mu_B],m_nuN [GeV]") and len(lines) == 16


@pytest.mark.parametrize("suffix", ["ecsv", "csv"])
def test_a_full_disk_loses_nothing(capsys, tmp_path, suffix, monkeypatch):
    """What was there stays, no half file is left, and the table goes to stdout."""
    path = tmp_path / f"scan.{suffix}"
    path.write_text("before")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    code, out, err = run(capsys, *GRID, "--out", str(path))
    assert code == 2 and err.count("\n") == 1
    assert "No space left" in err and "stdout" in err
    assert path.read_text() == "before" and len(list(tmp_path.iterdir())) == 1
    assert len(out.splitlines()) == 16 and out.startswith("m_LQ [GeV],y1,")


@pytest.mark.parametrize(("arguments", "said"), [
    (["leptoquak"], "did you mean 'leptoquark'"),
    (["leptoquark"], "needs m_LQ, y1, y2"),
    (["leptoquark", "m_LQ=1", "y1=1", "y2=1"], "write e.g. 1GeV"),
    (["leptoquark", "m_LQ=1TeV", "y1=1", "y2=1TeV"], "pure number"),
    (["leptoquark", "m_LQ=1cm", "y1=1", "y2=1"], "kind of GeV"),
    (["leptoquark", "m_LQ=-1TeV", "y1=1", "y2=1"], "above 0"),
    (["leptoquark", "m_LQ=nanTeV", "y1=1", "y2=1"], "finite"),
    (["leptoquark", "m_LQ=1TeV", "y1=3.6", "y2=1"], "sqrt(4 pi) = 3.545"),
    (["leptoquark", "m_LQQ=1TeV", "y1=1", "y2=1"], "did you mean 'm_LQ'"),
    (["leptoquark", "m_LQ"], "key=value"),
    (["leptoquark", "m_LQ=1TeV", "m_LQ=2TeV", "y1=1", "y2=1"], "given twice"),
    (["leptoquark", "m_LQ=1TeV", "y1=1", "y2=1", "flavor=x"], "no flavor named 'x'"),
    (["leptoquark", "m_LQ=1TeV", "y1=1", "y2=1", "nature=weyl"], "nature"),
    ([*POINT, "--out", ""], "empty"), ([*POINT, "--out", "x.txt"], ".json"),
    ([*POINT, "--scan", "m_LQ=1TeV:5TeV:5"], "m_LQ is given twice"),
    ([*GRID, "--scan", "y1=1,2"], "y1 is given twice"),
    (["leptoquark", "y2=1", "--scan", "m_LQ=1TeV:5TeV:5"], "needs y1"),
    (["leptoquark", "--scan", "m_LQ=1:5:5"], "no unit"),
    (["leptoquark", "--scan", "m_LQ=1TeV:5TeV"], "low:high:number"),
    (["leptoquark", "--scan", "m_LQ=1TeV:5TeV:1"], "at least 2"),
    (["leptoquark", "--scan", "m_LQ=1TeV:5TeV:x"], "whole number"),
    (["leptoquark", "--scan", "m_LQ=5TeV:1TeV:5"], "low < high"),
    (["leptoquark", "--scan", "y1=0:1:5:log"], "equal ratios"),
    (["leptoquark", "--scan", "yy=0:1:5"], "did you mean"),
    (["leptoquark", "--scan", "flavor=0:1:5"], "word"),
    (["leptoquark", "m_LQ=1TeV", "y2=1", "--scan", "y1=0.1:4:5"], "not perturbative"),
    (["leptoquark", "y2=1", "--scan", "m_LQ=1TeV:5TeV:2000", "--scan", "y1=0:1:2000"],
     "at most 1000000"),
    ([*GRID, "--out", "x.txt"], ".ecsv or .csv"),
    ([*GRID, "--out", "/proc/none/x.ecsv"], "cannot be written"),
])
def test_a_slip_gets_one_clear_line(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert code == 2 and out == ""
    assert said in err and err.count("\n") == 1 and err.startswith("munu: ")
    assert "Traceback" not in err


def test_progress_of_a_long_scan(capsys, monkeypatch):
    seen = []
    monkeypatch.setattr(command._progress, "tell", lambda: seen.append)
    code, _, _ = run(capsys, "leptoquark", "y2=1", "y1=1", "--scan", "m_LQ=1TeV:5TeV:5000")
    assert code == 0 and seen[-1] == pytest.approx(1) and len(seen) == 5


def test_a_verdict_takes_a_model():
    point = models.get("leptoquark", m_LQ="1TeV", y1=0.05, y2=1)
    found = atlas.verdict(point)
    own = {v.name: v for v in found if v.kind == "constraint"}
    assert own["m_LQ [GeV]"].excluded and own["m_LQ [GeV]"].margin == pytest.approx(1.5)
    assert {v.name for v in found if v.kind == "limit"} == {
        v.name for v in atlas.verdict(point.couplings())}
    assert found == sorted(found, key=lambda v: (not v.excluded, -v.margin))
    with pytest.raises(DomainError, match="one point"):
        atlas.verdict(models.get("leptoquark", m_LQ=np.array([1, 2]) * TeV, y1=0.05, y2=1))
    with pytest.raises(DomainError, match="int has no couplings"):
        atlas.verdict(1)


def test_a_verdict_on_light_neutrinos():
    """Each limit takes the effective moment of its own neutrinos; a phase of all does nothing."""
    size = 5e-11
    said = atlas.verdict(Couplings.majorana(emu=size))
    found = {v.name: v for v in said}
    assert found["gemma_2012"].margin == pytest.approx(size / 2.9e-11)
    assert found["lsnd_2001"].margin == pytest.approx(size / 6.8e-10)
    assert "says nothing of this coupling" in said.unsaid["donut_2001"]
    # the Sun's nu_tau do not feel it
    assert 0.3 < found["xenonnt_2022"].margin * 6.4e-12 / size < 1
    turned = {v.name: v for v in atlas.verdict(Couplings.majorana(emu=size * np.exp(0.7j)))}
    assert {k: v.margin for k, v in turned.items()} == pytest.approx(
        {k: v.margin for k, v in found.items()})
    # all three alike and diagonal: every limit sees the same moment
    all_ = {v.name: v for v in atlas.verdict(Couplings(mu=size * np.eye(3), nature="dirac"))}
    assert all_["xenonnt_2022"].margin == pytest.approx(size / 6.4e-12, rel=1e-6)
    assert all_["donut_2001"].margin == pytest.approx(size / 3.9e-7, rel=1e-9)


def test_a_verdict_on_charges_and_portals():
    c = Couplings(charge=[1e-12, 0, 0], portals=DipolePortal(1e-8, 10 * MeV, "mu"))
    found = {v.name: v for v in atlas.verdict(c)}
    assert found["charm2_numu"].excluded
    assert found["GEMMA 2014"].margin == pytest.approx(1 / 1.5) and not found["GEMMA 2014"].excluded
    assert found["red giants 1999"].excluded and "LZ 2023" not in found


def test_a_point_is_written_and_read_back(tmp_path, capsys):
    point = ["leptoquark", "m_LQ=1.5TeV", "y1=0.05", "y2=1", "nature=dirac"]
    paths = [str(tmp_path / x) for x in ("a.yaml", "a.slha", "a.json", "ufo")]
    code, _, err = run(capsys, *point, *(x for p in paths for x in ("--write", p)))
    assert (code, err) == (0, f"munu: wrote {', '.join(paths)}\n")
    wanted = answer(capsys, *point)["mu"]["tau"]
    for card in paths[:2]:
        assert answer(capsys, card)["mu"]["tau"] == pytest.approx(wanted, rel=1e-14)
    assert (tmp_path / "ufo" / "vertices.py").exists()


@pytest.mark.parametrize("bad", ["ufo", "not-a-name", "mine", "/dev/null/b.yaml"])
def test_files_of_a_point_are_written_all_or_none(tmp_path, capsys, bad):
    """A UFO folder asks for the nature of N: nothing else may be there by then."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    point = ["leptoquark", "m_LQ=1.5TeV", "y1=0.05", "y2=1"] + (
        [] if bad == "ufo" else ["nature=dirac"])
    paths = [str(tmp_path / "a.yaml"), str(tmp_path / "b" / "a.slha"), str(tmp_path / bad)]
    code, _, err = run(capsys, *point, *(x for p in paths for x in ("--write", p)))
    assert code == 2 and err.count("\n") == 1
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["thesis.tex"]


@pytest.mark.parametrize(("words", "said"), [
    (["a.yaml", "y1=1"], "says all of one point"), (["no.yaml"], "no.yaml"),
    (["leptoquark", "m_LQ=2TeV", "y1=1", "y2=1", "--write", "a.txt"], ".slha"),
    (["leptoquark", "m_LQ=2TeV", "y1=1", "y2=1", "--write", "/dev/null/a.yaml"], "/dev/null"),
    (["leptoquark", "m_LQ=2TeV", "y1=1", "y2=1", "--scan", "y1=0:1:3", "--write", "a.yaml"],
     "--out FILE")])
def test_a_file_that_cannot_be(capsys, words, said):
    code, _, err = run(capsys, *words)
    assert code == 2 and said in err and err.count("\n") == 1


def test_a_portal_bears_the_number_of_its_N(capsys):
    """N_1 above M_W has no portal; what is left are the second and the third."""
    words = ["seesaw", "M_1=200GeV", "M_2=2GeV", "M_3=3GeV"]
    code, out, _ = run(capsys, *words)
    assert code == 0 and "(N_2)" in out and "(N_3)" in out and "(N_1)" not in out
    assert [(p["N"], round(p["M_N"])) for p in answer(capsys, *words)["portals"]] == [(2, 2),
                                                                                     (3, 3)]


def test_one_scan_holds_moment_mass_and_g_minus_2(capsys):
    got = answer(capsys, "su2h", "f=0.05", "sin2alpha=0.2", "doublet=h", "m_h1=110GeV",
                 "m_H1=300GeV", "m_h2=110.01GeV", "--scan", "f_prime=0.1:0.4:4",
                 "--scan", "m_phi1=100GeV,200GeV")
    columns = {k: np.array(x["values"]) for k, x in got["columns"].items()}
    assert got["points"] == 8 and {"mu_emu", "m_nuN", "delta_a_mu", "tuning"} <= set(columns)
    for i in (0, 7):
        made = models.get("su2h", f=0.05, f_prime=columns["f_prime"][i], sin2alpha=0.2,
                          doublet="h", m_h1="110GeV", m_H1="300GeV", m_h2="110.01GeV",
                          m_phi1=columns["m_phi1"][i] * GeV)
        assert abs(columns["mu_emu"][i]) == pytest.approx(abs(made.moment))
        assert abs(columns["m_nuN"][i]) == pytest.approx(abs(made.neutrino_mass()) / GeV)
        assert columns["delta_a_mu"][i] == pytest.approx(made.delta_a_mu())
    # more f' is more of all three
    assert columns["mu_emu"][6] / columns["mu_emu"][0] == pytest.approx(4, rel=1e-9)
    assert any("T" in x for x in columns["violates"])
