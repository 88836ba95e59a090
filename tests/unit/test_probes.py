"""Probes: options, grades, cards and templates; one clear line for every slip."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import munu
from munu import flavors, probes
from munu.errors import DataError, DomainError, MunuError, NotConverged, UnknownName
from munu.probes import Counts, Nuisance, Values
from munu.probes._card import template
from munu.probes.recoil import Recoils
from munu.spectrum import Axis
from munu.units import keV
from tests.unit.command import run


def write(folder, files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def card(tmp_path):
    return write(tmp_path, template()) / "my_experiment.yaml"


@pytest.mark.parametrize("name", probes.names())
def test_a_probe_is_honest(name):
    probe = probes.get(name)
    assert probe.name == name and probe.title and probe.papers
    if probe.grade in ("events", "counts"):
        assert isinstance(probe.measured, Counts | Values)
    elif probe.grade == "sensitivity":
        assert not isinstance(probe.measured, Counts | Values)
    elif probe.grade == "published":
        # a criterion, somebody's interval, or values from the sky
        assert probe.derived or probe.measured is None or isinstance(probe.measured, Values)
    else:
        assert probe.measured is None
    assert probe.remake(**probe.options).options == probe.options


@pytest.mark.parametrize("name", [
    n for n in probes.names() if probes.get(n).grade in ("needs_data", "published")
    and probes.get(n).measured is None])
def test_a_probe_without_data_makes_no_limit(name):
    with pytest.raises(DomainError, match=f"{name} is {probes.get(name).grade}: it holds no data"):
        munu.limit(name)


@pytest.mark.parametrize("name", [n for n in probes.names()
                                  if probes.get(n).grade not in ("needs_data", "published")])
def test_every_variant_can_be_made(name):
    probe = probes.get(name)
    for variant in probe.variants:
        other = probe.varied(variant)
        assert other.name == name and dict(other.options) != {}


def test_an_option_that_is_not_there():
    with pytest.raises(DomainError, match=r"'quench'; did you mean 'quenching'\? \(it has: ele"):
        probes.get("dresden2", quench="fef")


@pytest.mark.parametrize(("name", "options", "said"), [
    ("dresden2", {"quenching": "none"}, "fef, lindhard, ybe"),
    ("dresden2", {"k": -1, "quenching": "lindhard"}, "above 0"),
    ("lz", {"run": "ws2023"}, "ws2022"),
    ("coherent_csi", {"data": "2020"}, "2017"), ("coherent_csi", {"quenching": "x"}, "qf0"),
    ("coherent_csi", {"efficiency": "x"}, "nominal"),
    ("coherent_csi", {"data": "2017", "efficiency": "+"}, "one efficiency"),
    ("coherent_csi", {"electrons": "bound"}, "stepping"),
    ("coherent_ar", {"quenching_scale": 0.0}, "between"),
    ("coherent_ar", {"form_factor": "woods_saxon"}, "helm"),
    ("conus_plus", {"norm_error": -0.1}, "at least 0"), ("gemma", {"background": 0}, "above 0"),
    ("gemma", {"threshold": "60 keV"}, "below 54.8"), ("conus", {"on": 0}, "above 0"),
    ("darwin", {"exposure": "-1 t yr"}, "above 0"),
    ("juno_tao", {"background": "-1 /(t d keV)"}, "above 0"),
    ("borexino", {"hits_range": (100, 102)}, "ten"), ("borexino", {"solar_rates": "x"}, "ssm"),
    ("xenon1t_s2only", {"region": (1.0, 2.0)}, "no S2 bin"), ("pandax4t", {"sun": "x"}, "GS98"),
    ("xenon1t", {"efficiency_in": "x"}, "reconstructed"), ("xenonnt", {"millicharge": "x"}, "epa"),
    ("xenonnt", {"exposure": float("nan")}, "finite"),
    ("xenonnt", {"exposure": 2}, "exposure = 2 has no unit; write '2 t yr'"),
    ("xenonnt", {"exposure": "1 kg"}, "not of the kind of t yr"),
    ("dresden2", {"k": "abc"}, "a number"),
    ("dresden2", {"k": 0.2, "quenching": "fef"}, "belongs to"), ("dresden2", {"norm_error": None},
                                                                 "a number"),
    ("coherent_csi", {"systematics": "maybe"}, "true or false"),
    ("borexino", {"hits_range": 5}, "several numbers"),
    ("borexino", {"hits_range": (1, 2, 3)}, "two"),
    ("borexino", {"hits_range": (50, 400)}, "whole numbers from 100"),
    ("darwin", {"flat": "-1 /(t yr keV)"}, "flat = -1"),
    ("darwin", {"threshold": "100 keV"}, "at most 29"),
    ("darwin", {"threshold": "1 eV"}, "at least 0.15, where recoils begin"),
    ("pandax4t", {"exposure": "1.6 t yr"}, "more than both runs have, 1.54 t yr"),
    ("gemma", {"threshold": "1 eV"}, "at least 0.25 keV"), ("texono", {"threshold": "0.2 keV"},
                                                            "at least 0.25 keV"),
    ("gemma", {"norm_error": 5}, "norm_error = 5 must be at least 0 and at most 2"),
    ("coherent_ar", {"norm_error": "500%"}, "norm_error = 5.0 must be"),
    ("xenon1t", {"b0_error": 5}, "b0_error = 5 must be above 0 and at most 2"),
    ("xenon1t", {"tritium": "9 /(t yr)", "tritium_error": 3}, "tritium_error = 3 must be"),
    ("xenon_b8_nuclear", {"step": "1 keV", "background": 3, "background_error": 5},
     "background_error = 5 must be above 0 and at most 2"),
    ("juno_tao", {"background": "1 /(t d keV)", "background_error": 3}, "at most 2"),
    ("darwin", {"flat": "9 /(t yr keV)", "flat_error": 3}, "relative error of flat = 3"),
    ("borexino", {"scale": "keV"}, "electron"),
    ("xenonnt", {"mixing": "nufit-5.2"}, "Mixing")])
def test_an_option_that_cannot_be(name, options, said):
    with pytest.raises(MunuError, match=said):
        probes.get(name, **options)


@pytest.mark.parametrize(("name", "option", "more"), [
    ("gemma", "norm_error", {}), ("xenon1t", "b0_error", {}),
    ("juno_tao", "background_error", {"background": "1 /(t d keV)"}),
    ("xenon_b8_nuclear", "background_error", {"step": "1 keV", "background": 3.0})])
def test_per_cent_are_a_relative_error(name, option, more):
    one, other = (munu.limit(probes.get(name, **more, **{option: x}), expected=False).value
                  for x in ("5%", 0.05))
    assert one == other


def test_counts_without_a_background_have_the_standard_model_nowhere():
    axis = Axis("n", "1", np.arange(4.0))
    with pytest.raises(DomainError, match="take standard='added', or give the background"):
        Recoils(name="p", channels=(), axes=(axis,))
    # values from which a background was subtracted, and it with the background
    Recoils(name="p", channels=(), axes=(axis,), errors=np.ones(3))
    with pytest.raises(DomainError, match="the relative error of b = 5 must be above 0"):
        Nuisance("b", 5)


@pytest.mark.parametrize(("name", "parameter", "flavor"), [("gemma", "q", "e"), pytest.param(
    "coherent_csi", "r2", "mu", marks=pytest.mark.long)])
def test_a_signal_that_may_be_absent_has_no_limit(name, parameter, flavor):
    """Without it a norm known to 0.9 costs (1/0.9)^2 = 1.2, less than the 2.7 of 90 %."""
    with pytest.raises(NotConverged, match="what errs in the signal may be all of it"):
        munu.limit(probes.get(name, norm_error=0.9), parameter, flavor=flavor, expected=False)


def test_a_threshold_below_the_data_is_said():
    for name, at in (("gemma", "1 keV"), ("texono", "10keV")):
        assert "background is taken to go on flat" in " ".join(
            probes.get(name, threshold=at).assumptions)
        assert "go on flat" not in " ".join(probes.get(name).assumptions)


# ---- cards -------------------------------------------------------------------------------

def test_a_card_makes_a_limit(card):
    probe = probes.get(str(card))
    assert probe.grade == "counts" and probe.measured.counts.sum() == 109
    found = munu.limit(probe, M_N=[0.0, 100 * keV])
    assert 5e-12 < found.upper[0] < 2e-11 and found.upper[1] > found.upper[0]


def test_a_card_and_a_file_of_python_say_the_same(tmp_path):
    """XENONnT by a card: its own tables give its own limit."""
    from munu import _data

    made = probes.get("xenonnt")
    axis = made.measured.axis
    rows = "".join(f"{a:g},{b:g},{n:g},{s:.8g}\n" for a, b, n, s in zip(
        axis.shown()[:-1], axis.shown()[1:], made.measured.counts,
        made.backgrounds["B0"].values, strict=True))
    files = template("xenonnt_card", exposure="1.16 t yr", resolution="{sqrt: 0.310, linear: "
                     "0.0037}", rows=rows)
    table = _data.load("observations/xenonnt_2022_efficiency")
    head = files["efficiency.ecsv"].split("E,efficiency\n")[0] + "E,efficiency\n"
    files["efficiency.ecsv"] = head + "".join(
        f"{e / keV:.10g},{x:.10g}\n" for e, x in zip(table["E"], table["efficiency"], strict=True))
    files["xenonnt_card.yaml"] = files["xenonnt_card.yaml"].replace(
        "background_error: {flat: 0.05}", "background_error: {}") + "lowest_recoil: 0.15 keV\n"
    mine = munu.limit(str(write(tmp_path, files) / "xenonnt_card.yaml"))
    theirs = munu.limit("xenonnt")
    assert mine.value == pytest.approx(theirs.value, rel=2e-3)
    assert mine.expected[0] == pytest.approx(theirs.expected[0], rel=2e-3)


def test_a_card_of_nuclei_at_a_stopped_pion_source(tmp_path):
    files = template("nuclei", target="CsI", recoil="nuclei", exposure="14.6 kg",
                     source="{name: stopped_pion, distance: 19.3 m, per_pot: 0.0848}",
                     resolution="{sqrt: 0.3}", rows="1,2,5,4\n2,4,3,2\n", efficiency=False,
                     more="pot: 3.198e23\nquenching: {name: lindhard, k: 0.16}\n"
                          "lowest_recoil: 2 keV\nhighest_recoil: 60 keV\n")
    files["nuclei.yaml"] = files["nuclei.yaml"].replace("standard_model: inside",
                                                        "standard_model: added")
    probe = probes.get(str(write(tmp_path, files) / "nuclei.yaml"))
    made = probe.predict(munu.DipolePortal(1e-9, 0.0))
    assert made.components["standard model"].total > 10
    assert munu.limit(probe, flavor="mu").value < 1e-8


def test_a_card_without_counts_is_a_sensitivity(card):
    table = card.parent / "counts.ecsv"
    text = table.read_text()
    rows = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    head = "\n".join(line for line in text.splitlines()
                     if line.startswith("#") and "name: counts" not in line)
    table.write_text(head + "\n" + "\n".join(",".join(r[:2] + r[3:]) for r in rows) + "\n")
    assert probes.get(str(card)).grade == "sensitivity"
    assert munu.limit(str(card)).status == "projection"


def test_a_card_with_errors_is_gaussian(card):
    table = card.parent / "counts.ecsv"
    table.write_text(table.read_text().replace(
        "# meta:", "# - {name: error, unit: '1', datatype: float64}\n# meta:").replace(
        "counts,flat\n", "counts,flat,error\n").replace("5,6\n", "5,6,2.3\n").replace(
        "12,12.5\n", "12,12.5,3.5\n").replace("26,25.7\n", "26,25.7,5\n").replace(
        "66,65\n", "66,65,8\n"))
    gaussian = munu.limit(str(card)).value
    assert 5e-12 < gaussian < 2e-11


CHANGES = [
    ("exposure: 1 t yr", "exposure: 100", "mass times a time"),
    ("exposure: 1 t yr", "exposure: 100 kg", "mass times a time"),
    ("exposure: 1 t yr", "exposure: 100 kg m", "mass times a time"),
    ("source: {name: solar}", "source: {name: reactor, power: 3, distance: 20 m}", "no unit"),
    ("source: {name: solar}", "source: {name: reactor, flux: 1e13 cm^-2 s^-1, fractions: foo}",
     "Mapping"),
    ("source: {name: solar}", "source: [solar]", "a name, or a mapping"),
    ("source: {name: solar}", "source: {name: monoenergetic}", "needs E_nu, flux"),
    ("name: my_experiment", "name: [a]", "line 1: name is .*a word"),
    ("name: my_experiment", "name: a b", "letters"),
    ("standard_model: inside", "standard_model: inside\ncite: nope", "bibliography"),
    ("name: my_experiment\n", "", "'name' is missing"),
    ("target: Xe", "target: Xx", "shells"), ("recoil: electrons", "recoil: muons", "nuclei"),
    ("recoil: electrons", "recoil: nuclei", "lowest_recoil"),
    ("source: {name: solar}", "source: {name: sun}", "solar"),
    ("source: {name: solar}", "source: {model: GS98}", "needs a name"),
    ("source: {name: solar}", "source: {name: solar, colour: red}", "colour"),
    ("source: {name: solar}", "source: {name: stopped_pion, distance: 20 m}", "pot"),
    ("exposure: 1 t yr", "exposure: 1 keV", "exposure"),
    ("exposure: 1 t yr", "exposure: -1 t yr", "exposure"),
    ("resolution: {sqrt: 0.31", "resolution: {root: 0.31", "sqrt, linear, constant"),
    ("resolution: {sqrt: 0.31, linear: 0.0037}", "resolution: {constant: -1}", "at least 0"),
    ("efficiency: efficiency.ecsv", "efficiency: missing.ecsv", "no such file"),
    ("efficiency_in: reconstructed", "efficiency_in: seen", "true"),
    ("counts: counts.ecsv", "counts: missing.ecsv", "no such file"),
    ("background_error: {flat: 0.05}", "background_error: {round: 0.05}", "flat"),
    ("background_error: {flat: 0.05}", "background_error: {flat: -1}", "above 0"),
    ("standard_model: inside", "standard_model: outside", "inside"),
    ("standard_model: inside", "standard_model: inside\nnorm_error: much", "number"),
    ("standard_model: inside", "standard_model: inside\ncolour: red", "colour"),
    ("name: my_experiment", "name: TO FILL", "still to fill: name"),
    ("name: my_experiment", "{", "YAML"), ("target: Xe", "- Xe", "YAML")]


@pytest.mark.parametrize(("old", "new", "said"), CHANGES)
def test_a_card_that_cannot_be(card, old, new, said):
    text = card.read_text()
    assert old in text
    card.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=said) as err:
        probes.get(str(card))
    assert str(card.parent) in str(err.value) and "\n" not in str(err.value)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("2,3,12,12.5\n", "2.5,3,12,12.5\n", "gaps"), ("1,2,5,6\n", "1,2,5,-6\n", "negative"),
    ("unit: keV", "unit: cm", "energy"), ("1,2,5,6\n", "1,2,5,nan\n", "finite"),
    ("1,2,5,6\n", "1,2,-5,6\n", "count is negative")])
def test_a_table_of_counts_that_cannot_be(card, old, new, said):
    table = card.parent / "counts.ecsv"
    table.write_text(table.read_text().replace(old, new))
    with pytest.raises(DataError, match=said):
        probes.get(str(card))


def test_protons_must_be_some(tmp_path):
    files = template("x", target="Ge", source="{name: stopped_pion, distance: 20 m}",
                     exposure="1 kg", more="pot: 0\n")
    path = write(tmp_path, files) / "x.yaml"
    with pytest.raises(DataError, match="pot = 0 must be above 0"):
        probes.get(path)
    path.write_text(path.read_text().replace("exposure: 1 kg", "exposure: 1 kg d").replace(
        "pot: 0", "pot: 1e20"))
    with pytest.raises(DataError, match="must be a mass"):
        probes.get(path)


def test_no_such_card():
    with pytest.raises(DataError, match="munu data template probe"):
        probes.get("./nothing.yaml")


# ---- on the command line -----------------------------------------------------------------

def test_from_template_to_limit(capsys, tmp_path):
    folder = tmp_path / "mine"
    assert run(capsys, "data", "template", "probe", "--out", str(folder))[0] == 0
    code, out, _ = run(capsys, "limit", str(folder / "my_experiment.yaml"), "--json")
    assert code == 0 and json.loads(out)["limits"][0]["mu"] > 0
    code, out, _ = run(capsys, "cite", str(folder / "my_experiment.yaml"))
    assert code == 0 and "Vinyoles" in out
    code, _, err = run(capsys, "data", "template", "probe", "--out", str(folder))
    assert code == 2 and "nothing was written" in err


@pytest.mark.parametrize("name", ["lsnd", "charm2"])
def test_what_needs_counts_says_which_card(capsys, tmp_path, name):
    """A moment is answered without them, a radius is not."""
    code, out, _ = run(capsys, "limit", name, "--flavor", "mu", "--json")
    row = json.loads(out)["limits"][0]
    assert code == 0 and 1e-10 < (row["mu"] or row["expected"]) < 1e-8
    code, _, err = run(capsys, "limit", name, "--along", "r2", "--flavor", "mu")
    assert code == 2 and f"munu data template {name}" in err
    code, _, _ = run(capsys, "data", "template", name, "--out", str(tmp_path / name))
    assert code == 0
    code, _, err = run(capsys, "limit", str(tmp_path / name / f"{name}.yaml"))
    assert code == 2 and "still to fill" in err


def test_lsnd_runs_with_numbers_filled_in(tmp_path):
    """A card with invented counts: the recast itself is there."""
    from munu.probes import lsnd

    files = lsnd.template()
    files["lsnd.yaml"] = files["lsnd.yaml"].replace(
        "distance: TO FILL, per_pot: TO FILL", "distance: 30 m, per_pot: 0.08").replace(
        "pot: TO FILL", "pot: 1e23").replace("norm_error: TO FILL", "norm_error: 0.1").replace(
        "exposure: TO FILL", "exposure: 100 t")
    files["counts.ecsv"] = files["counts.ecsv"].replace("18000,50000,0,1", "18000,50000,240,240")
    path = write(tmp_path, files) / "lsnd.yaml"
    probe = probes.get("lsnd", card=path)
    assert probe.grade == "counts" and probe.name == "lsnd" and "LSND2001" in probe.papers
    assert 1e-10 < munu.limit(probe, flavor="mu").value < 1e-8


@pytest.mark.parametrize("parameter", ["mu", "q", "r2"])
def test_the_json_key_of_a_limit_is_the_parameter(capsys, parameter):
    code, out, _ = run(capsys, "limit", "conus_plus", "--parameter", parameter, "--flavor", "e",
                       "--json")
    row = json.loads(out)["limits"][0]
    assert code == 0 and np.isfinite(row[parameter])
    if parameter != "mu":
        assert row["intervals"]


def test_degenerate_intervals_are_shown(capsys):
    _, out, _ = run(capsys, "limit", "coherent_csi", "--parameter", "r2", "--flavor", "mu")
    assert out.count("[") >= 3 and "2 separate intervals" in out


@pytest.mark.parametrize(("name", "axis"), [
    ("coherent_csi", "photoelectrons"), ("coherent_ar", "energy"), ("lz", "reconstructed energy"),
    ("borexino", "hits"), ("gemma", "energy")])
def test_spectrum_of_several_axes_shows_one(capsys, name, axis):
    code, out, _ = run(capsys, "spectrum", name, "--mu", "1e-10", "--json")
    got = json.loads(out)
    assert code == 0 and got["axis"] == axis
    assert len(got["total"]) == len(got["edges"]) - 1
    probe = probes.get(name)
    if probe.measured is not None:
        assert sum(got["observed"]) == pytest.approx(probe.measured.counts.sum())


@pytest.mark.parametrize(("arguments", "said"), [
    (["limit", "dresden2", "--option", "quenching"], "key=value"),
    (["limit", "dresden2", "--option", "colour=red"], "no option 'colour'"),
    (["limit", "lz", "--bin-width", "1keV"], "no option 'bin_width'"),
    (["limit", "coherent_csi", "--unbinned"], "single events"),
    (["limit", "coherent_csi", "--flux-nuisances"], "one error of the flux"),
    (["limit", "gemma", "--unbinned"], "single events"),
    (["limit", "munu_collab_2005"], "published"), (["limit", "juno_tao"], "background"),
    (["limit", "xenonnt", "--mass", "1e300GeV"], "beyond"),
    (["limit", "xenonnt", "--bin-width", "-1keV"], "bin"),
    (["limit", "xenonnt", "--bin-width", "0.5"], "write '0.5 keV'"),
    (["limit", "xenonnt", "--option", "exposure=2"], "write '2 t yr'"),
    (["limit", "xenonnt", "--flavor", "0,0,0"], "not all 0"),
    (["limit", "xenonnt", "--flavor", "1,x,0"], "three numbers"),
    (["calc", "detectors.quenching.lindhard", "E_nr=1keV", "Z=32", "A=72.6", "k=abc"],
     "could stand for k"),
    (["calc", "detectors.quenching.lindhard", "E_nr=1keV", "Z=0", "A=72.6"], "at least 1"),
    (["moments", "--kind", "x"], "majorana"), (["moments", "--limits", "x"], "published limit"),
    (["moments", "--limits", ","], "no limit"),
    (["data", "template", "x"], "charm2, lsnd, nomad, poemma"),
    (["limit", "conus_plus", "--parameter", "q", "--flavor", "tau"], "sees nothing")])
def test_slips(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert code == 2 and out == "" and said in err and err.count("\n") == 1


def test_words_that_look_like_numbers_and_booleans(capsys):
    _, out, _ = run(capsys, "limit", "coherent_csi", "--option", "data=2017", "--flavor", "mu")
    assert "COHERENT CsI 2017" in out
    made = {}
    for said in ("True", "false"):
        _, out, _ = run(capsys, "limit", "coherent_csi", "--flavor", "mu", "--option",
                        f"systematics={said}", "--json")
        made[said] = json.loads(out)["limits"][0]["expected"]
    assert made["True"] > made["false"]


def test_calc_takes_nuclei(capsys):
    code, out, _ = run(capsys, "calc", "processes.nuclear_scattering.dsigma_dT", "T=1keV",
                       "E_nu=10MeV", "mu=1e-10", "flavor=e", "target=Xe132", "--unit", "cm^2/MeV",
                       "--json")
    assert code == 0 and json.loads(out)["value"] == pytest.approx(6.93e-39, rel=1e-3)


def test_a_limit_that_excludes_zero_says_so(capsys):
    _, out, _ = run(capsys, "limit", "xenon1t", "--parameter", "q")
    assert "0 is excluded" in out and "expected:" in out


@pytest.mark.parametrize("parameter", ["q", "r2"])
def test_flux_errors_with_a_charge_or_a_radius(parameter):
    plain, free = (munu.limit("xenonnt", parameter, flux_nuisances=f, expected=False)
                   for f in (False, True))
    assert free.upper[0] == pytest.approx(plain.upper[0], rel=1e-2)
    assert free.upper[0] > plain.upper[0]


@pytest.mark.parametrize("background", [1.0, 10.0, 100.0])
def test_many_counts_settle(background):
    masses = np.array([0, 50, 300, 1000]) * keV
    probe = probes.get("juno_tao", background=f"{background} /(t d keV)")
    found = munu.limit(probe, M_N=masses, flavor="e")
    assert np.all(np.isfinite(found.upper))


@pytest.mark.parametrize("M_N", ["fifty", [[1, 2], [3, 4]], None])
def test_a_mass_that_is_no_mass(M_N):
    with pytest.raises(DomainError, match="M_N"):
        munu.limit("xenonnt", M_N=M_N)


def test_moments_on_the_command_line(capsys):
    code, out, _ = run(capsys, "moments", "--kind", "portal", "--limits", "gemma_2012", "--json")
    got = json.loads(out)["moments"]
    assert code == 0 and got[0]["name"] == "d_e"
    assert got[0]["alone"] == pytest.approx(2.9e-11) == got[0]["profiled"]
    assert got[1]["profiled"] is None


def test_a_probe_of_another_package_is_found(tmp_path):
    """docs/add: a probe by an entry point, and by a file, touches nothing else."""
    package = tmp_path / "elsewhere"
    info = tmp_path / "elsewhere-1.0.dist-info"
    package.mkdir()
    info.mkdir()
    (package / "__init__.py").write_text("")
    (package / "synthetic_ge.py").write_text(
        '"""Germanium, invented counts."""\nfrom munu.probes._card import read, template\n'
        "import pathlib, tempfile\n\ndef probe():\n"
        "    folder = pathlib.Path(tempfile.mkdtemp())\n"
        "    for name, text in template('synthetic_ge', target='Ge').items():\n"
        "        (folder / name).write_text(text)\n"
        "    return read(folder / 'synthetic_ge.yaml')\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[munu.probes]\nsynthetic_ge = elsewhere.synthetic_ge\n")
    code = ("import sys; sys.path.insert(0, sys.argv[1]); import munu; "
            "print(munu.limit('synthetic_ge').value)")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    assert 1e-12 < float(done.stdout) < 1e-9


def test_names_that_are_not_there():
    with pytest.raises(UnknownName, match="borexino"):
        probes.get("borexinno")


@pytest.mark.parametrize(("name", "options", "kept", "gone"), [
    ("low_energy_supernovae", {"core": "fiducial"}, "fischer18", "fiducial"),
    ("low_energy_supernovae", {"envelope": "30e11 cm"}, "neutrinos deposited", "compact envelope"),
    ("sn1987a_neutrinos", {"core": "derocco"}, "fischer18", "derocco"),
    ("sn1987a_neutrinos", {"ordering": "IO"}, "normal ordering", "inverted ordering"),
    ("diffuse_gammas", {"fit": "madau"}, "yuksel", "madau"),
    ("galactic_supernova_decays", {"radius": "3e12 cm"}, "on axis", "blue supergiant"),
    ("sn1987a_cooling", {"redshift": True}, "free nucleons", "fiducial")])
def test_a_variant_is_another_choice_than_that_of_the_probe(name, options, kept, gone):
    made = probes.get(name, **options).variants
    assert kept in made and gone not in made


def test_the_other_ordering_of_a_mixing_that_was_given():
    given = flavors.mixing("nufit-5.0")
    made = probes.get("sn1987a_neutrinos", mixing=given).varied("inverted ordering")
    assert (made.setting.mixing.name, made.setting.mixing.ordering) == ("nufit-5.0", "IO")
    own = replace(given, name="mine")
    assert "inverted ordering" not in probes.get("sn1987a_neutrinos", mixing=own).variants


@pytest.mark.parametrize("name", ["sn1987a_neutrinos", "galactic_supernova_decays",
                                  "galactic_supernova"])
def test_several_words_are_read_as_their_default_is_shown(name):
    shown = next(p.shown for p in probes.parameters(name) if p.name == "detectors")
    assert shown.count(",") and probes.get(name, detectors=shown).assumptions \
        == probes.get(name).assumptions


def test_a_core_that_is_no_name_is_refused():
    with pytest.raises(DomainError, match="must be its name or the path of a file"):
        probes.get("sn1987a_gammas", core=["fischer18"])
