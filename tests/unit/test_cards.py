"""Cards as they are typed: what is meant is taken, all else is refused in one line."""

import json
import os
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

import munu
from munu import _data, probes, sources
from munu.detectors.quenching import lindhard
from munu.detectors.response import matrix
from munu.errors import DataError, DomainError, MunuError
from munu.probes import _card
from munu.probes._card import template
from munu.processes import nuclear_scattering
from munu.rates.recoil import dR_dT
from munu.targets import material
from munu.targets.form_factors import helm_radius
from munu.units import day, keV, kg
from tests.unit.command import run

REACTOR = "{name: reactor, power: 3 GW, distance: 20 m}"
BASES = {
    "electrons": template("mine"),
    "nuclei": template("mine", target="NaI", recoil="nuclei", source=REACTOR,
                       exposure="500 kg d", resolution="{constant: 0.03}", efficiency=False,
                       rows="0.2,0.3,3000,2990\n0.3,0.5,1000,990\n",
                       more="quenching: {name: lindhard}\nlowest_recoil: 0.02 keV\n"
                            "highest_recoil: 3.2 keV\n")}


@pytest.fixture
def make(tmp_path):
    """A card with some entries changed or, as None, left out, and some text of its tables."""
    def made(base="electrons", tables=(), **entries):
        for name, text in BASES[base].items():
            for old, new in tables:
                text = text.replace(old, new)
            (tmp_path / name).write_text(text)
        card = {**yaml.safe_load(BASES[base]["mine.yaml"]), **entries}
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(
            {k: x for k, x in card.items() if x is not None}))
        return str(tmp_path / "mine.yaml")
    return made


def refused(path):
    with pytest.raises(MunuError) as err:
        probes.get(path)
    assert "\n" not in str(err.value)
    return str(err.value)


def signal(path):
    return probes.get(path).predict(munu.DipolePortal(1e-11, 0.0)).components["dipole"].values


# ---- compounds -------------------------------------------------------------------------------

@pytest.mark.parametrize(("targets", "right"), [
    (("NaI", "INa"), 1.736e-10), (("CaWO4", "WCaO4", "O4WCa"), 7.500e-11)])
def test_each_element_of_a_compound_is_quenched_by_itself(make, targets, right):
    found = [munu.limit(make("nuclei", target=t, standard_model="added")).value for t in targets]
    assert found == pytest.approx([right] * len(targets), rel=1e-3)


def test_a_compound_is_the_sum_of_its_elements(make):
    """Independent: each isotope by itself, with its own Z and its element's atomic weight."""
    weight = {int(r["Z"]): 0.0 for r in _data.load("targets/isotopes").rows()}
    for r in _data.load("targets/isotopes").rows():
        weight[int(r["Z"])] += float(r["mass"]) * float(r["abundance"])
    edges = np.array([0.2, 0.3, 0.5]) * keV
    source = sources.get("reactor", power="3 GW", distance="20 m")
    x = np.linspace(np.log(0.02), np.log(3.2), 5_001)
    T = np.exp(0.5 * (x[1:] + x[:-1])) * keV
    whole, wanted = material("CaWO4"), 0.0
    for share, n in whole.parts:
        seen = matrix(T * lindhard(T, Z=n.Z, A=weight[n.Z]), edges, lambda E: 0.03 * keV + 0 * E)
        terms = nuclear_scattering.reaction(n).dipole_terms(T, munu.DipolePortal(1e-11, 0.0))
        wanted = wanted + seen @ (dR_dT(terms, source) * T * np.diff(x)) \
            * share * whole.per_mass() * 500 * kg * day
    assert signal(make("nuclei", target="CaWO4")) == pytest.approx(wanted, rel=1e-4)


def test_a_natural_element_is_no_single_isotope(make):
    """Lindhard's k of germanium is that of A = 72.63, not of its first isotope."""
    own = signal(make("nuclei", target="Ge"))
    k = 0.133 * 32 ** (2 / 3) * 72.63 ** -0.5
    assert own == pytest.approx(signal(make("nuclei", target="Ge",
                                            quenching={"name": "lindhard", "k": k})), rel=1e-4)


def test_a_factor_for_each_element(make):
    both = signal(make("nuclei", quenching={"Na": 0.3, "I": 0.09}))
    alone = [signal(make("nuclei", target="NaI", quenching={"Na": a, "I": b}))
             for a, b in ((0.3, 1e-6), (1e-6, 0.09))]
    assert both == pytest.approx(sum(alone), rel=1e-7)
    assert signal(make("nuclei", quenching=0.2)) == pytest.approx(
        signal(make("nuclei", quenching={"Na": 0.2, "I": 0.2})), rel=1e-6)


# ---- what is typed first ---------------------------------------------------------------------

def test_an_efficiency_is_a_number(make):
    full = signal(make(efficiency=None, efficiency_in=None))
    for given in (0.9, "0.9", "90%", "90 %"):
        assert signal(make(efficiency=given)) == pytest.approx(0.9 * full, rel=1e-12)


def test_a_burst_is_no_proton(make):
    once = signal(make(source={"name": "burst"}, exposure="1 t"))
    assert signal(make(source={"name": "burst"}, exposure="2 t")) == pytest.approx(2 * once)
    assert "is one event" in refused(make(source={"name": "burst"}, exposure="1 t", pot=2.0))
    assert "must be a mass" in refused(make(source={"name": "burst"}, exposure="1 t yr"))
    for unit in ("1/(kg d keV)", "1/(kg pot keV)"):
        assert "not that of counts" in refused(make(
            source={"name": "burst"}, exposure="1 t",
            tables=[("flat, unit: '1'", f"flat, unit: '{unit}'")]))


def test_a_source_per_luminosity(make):
    """A mass and a luminosity; the signal grows with both."""
    forward = {"name": "forward", "experiment": "fasernu"}
    once = signal(make(source=forward, exposure="1 t", luminosity="150 fb^-1"))
    assert signal(make(source=forward, exposure="1 t", luminosity="0.3 ab^-1")) \
        == pytest.approx(2 * once)
    assert "luminosity" in refused(make(source=forward, exposure="1 t"))
    assert "luminosity" in refused(make(source=forward, exposure="1 t", pot=1e20))
    assert "fb^-1" in refused(make(source=forward, exposure="1 t", luminosity=150.0))
    assert "fb^-1" in refused(make(source=forward, exposure="1 t", luminosity="150 fb"))
    assert "above 0" in refused(make(source=forward, exposure="1 t", luminosity="0 fb^-1"))
    assert "per luminosity" in refused(make(luminosity="150 fb^-1"))


@pytest.mark.parametrize("unit", ["MeV", "eV"])
def test_an_efficiency_of_other_energies_is_refused(make, unit):
    with pytest.raises(DataError, match="lie outside all bins"):
        probes.get(make(tables=[("{name: E, unit: keV", f"{{name: E, unit: {unit}")]))


def test_a_threshold_is_sharp_in_the_energy_of_the_efficiency(make):
    plain = make(efficiency=0.9, resolution={"constant": 1e-4})
    full = signal(plain)
    cut = signal(make(efficiency=0.9, threshold="2 keV", resolution={"constant": 1e-4}))
    assert cut[0] < 1e-4 * full[0] and cut[1:] == pytest.approx(full[1:], rel=1e-3)
    # of reconstructed energies half of what is smeared about it is lost, of true ones it is not
    for of in ("reconstructed", "true"):
        wide = signal(make(threshold="2 keV", resolution="0.5 keV", efficiency_in=of))
        assert (wide[0] > 1e-2 * wide[1]) == (of == "true")
    both = signal(make(threshold="2 keV", resolution={"constant": 1e-4}))
    table = signal(make(resolution={"constant": 1e-4}))
    assert both[1:] == pytest.approx(table[1:], rel=1e-3)


def test_the_word_true_is_a_word(make):
    assert signal(make(efficiency_in=True)) == pytest.approx(signal(make(efficiency_in="true")))
    path = Path(make())
    path.write_text(path.read_text().replace("efficiency_in: reconstructed", "efficiency_in: true"))
    assert probes.get(path).grade == "counts"


def test_a_relative_error_is_a_number_or_per_cent(make):
    found = [probes.get(make(background_error={"flat": x}, norm_error=y))
             for x, y in ((0.05, 0.1), ("5%", "10 %"))]
    assert {p.nuisances[0].relative_error for p in found} == {0.05}
    assert len({munu.limit(p, expected=False).value for p in found}) == 1


def test_one_energy_is_a_resolution(make):
    assert signal(make(resolution="0.4 keV")) == pytest.approx(
        signal(make(resolution={"constant": 0.4})))


def test_numbers_that_yaml_takes_for_texts(make):
    source = {"name": "reactor", "power": "3 GW", "distance": "20 m", "fractions": {"U235": "1e0"}}
    assert signal(make(source=source)).sum() > 0


def test_the_radius_of_the_helm_form_factor_is_a_number_too():
    assert helm_radius(133, radius=1.2) == helm_radius(133, radius="1.2")


@pytest.mark.parametrize(("base", "entries", "said"), [
    ("nuclei", {"quenching": {"name": "lindhard", "K": 0.1}}, "entry of quenching lindhard.*'K'"),
    ("nuclei", {"quenching": {"name": "none", "k": 0.1}}, "entry of quenching none"),
    ("nuclei", {"target": "Xe", "quenching": "fef"}, "measured in germanium; Xe takes lindhard"),
    ("nuclei", {"target": "Xe", "quenching": {"name": "ybe"}}, "measured in germanium"),
    ("nuclei", {"quenching": {"Na": 0.3}}, "no factor for I"),
    ("nuclei", {"quenching": {"Na": 0.3, "Xe": 0.1}}, "each of Na, I"),
    ("nuclei", {"quenching": 90}, "above 0 and at most 1"),
    ("nuclei", {"quenching": True}, "a number is meant"),
    ("electrons", {"quenching": "lindhard"}, "belongs to recoils of nuclei"),
    ("nuclei", {"electrons": "bound"}, "stepping"),
    ("electrons", {"background_error": {"flat": True}}, "free norm, is true"),
    ("electrons", {"background_error": {"flat": 50}},
     r"line \d+: .* = 50 is 5000%; it must be at most 2 \(50 per cent are 0.5, or '50 %'\)"),
    ("electrons", {"norm_error": 5}, r"line \d+: norm_error = 5 is 500%; it must be at most 2 \(5 "
                                     r"per cent are 0.05, or '5 %'\)"),
    ("electrons", {"norm_error": "500 %"}, "norm_error = 5 is 500%"),
    ("electrons", {"norm_error": 1e300}, "norm_error = 1e"),
    ("electrons", {"norm_error": -0.1}, "at least 0"),
    ("electrons", {"background_error": 0}, "must name some of the backgrounds flat"),
    ("electrons", {"norm_error": True}, "a number is meant"),
    ("electrons", {"resolution": {"constant": True}}, "a number is meant"),
    ("electrons", {"resolution": {"constant": 0}}, "resolution is 0"),
    ("electrons", {"resolution": "5 kg"}, "not of the kind"),
    ("electrons", {"resolution": 5}, "energy"),
    ("electrons", {"efficiency": 90}, "at most 1"), ("electrons", {"efficiency": True}, "number"),
    ("electrons", {"threshold": 1}, "no unit"),
    ("electrons", {"threshold": "1 kg"}, "not of the kind"),
    ("electrons", {"threshold": "20 keV"}, "above all bins"),
    ("electrons", {"lowest_recoil": "1 kg"}, "not of the kind of keV"),
    ("electrons", {"pot": 1e20}, "belongs to a source per proton"),
    ("electrons", {"threshold": "1 keVnr"}, "must be in keV: a threshold, a resolution and bins"),
    ("electrons", {"norm_error": "much%"}, "a number is meant"),
    ("electrons", {"exposure": "1.5 kg * 500 d"}, "one number with its unit"),
    ("electrons", {"exposure": "1e308 t yr"}, "exposure"),
    ("electrons", {"title": [1]}, "word is meant"),
    ("electrons", {"source": {"name": "reactor", "flux": "1e13 cm^-2 s^-1",
                              "fractions": [1, 0, 0, 0]}}, "shares by isotope"),
    ("electrons", {"source": {"name": "reactor", "flux": "1e13 cm^-2 s^-1",
                              "fractions": {"U235": True}}}, "U235"),
    ("electrons", {"source": {"name": "solar", "mixing": {}}}, "a number or a text"),
    ("electrons", {"source": {"name": "solar", "sun": [1]}}, "a number or a text")])
def test_what_nobody_can_mean(make, base, entries, said):
    assert re.search(said, refused(make(base, **entries)))


@pytest.mark.parametrize(("old", "new", "said"), [
    ("{name: counts, unit: '1'", "{name: counts, unit: keV", "'keV' is not that of counts"),
    ("{name: flat, unit: '1'", "{name: flat, unit: '%'", "'%' is neither that of counts"),
    ("{name: flat, unit: '1'", "{name: flat, unit: 1/keV", "write '1' or '1/(kg d keV)'"),
    ("{name: flat, unit: '1'", "{name: flat, unit: m", "is neither that of counts"),
    ("{name: E_high, unit: keV", "{name: E_high, unit: kg", "'kg' is not that of an energy"),
    ("{name: E, unit: keV", "{name: E, unit: cm", "'cm' is not that of an energy"),
    ("{name: E, unit: keV", "{name: E, unit: '1'", "no unit; a unit must be that of an energy"),
    ("{name: efficiency, unit: '1'", "{name: efficiency, unit: keV", "not that of a share")])
def test_a_column_knows_what_it_counts(make, old, new, said):
    assert said in refused(make(tables=[(old, new)]))


@pytest.mark.parametrize("name", ["observed", "Counts", "count", "cuonts", "data", "events",
                                  "Observed", "n_obs", "N", "Nobs", "observed_counts", "obs"])
def test_what_was_seen_is_no_background(make, name):
    tables = [("{name: counts,", f"{{name: {name},"), ("E_high,counts", f"E_high,{name}")]
    assert re.search(rf"line 7, column '{name}': .* did you mean 'counts'\?",
                     refused(make(tables=tables)))


@pytest.mark.parametrize("name", ["constant", "accidentals", "Rn222", "neutrons", "background",
                                  "data_driven", "compton", "sum", "b0", "Pb214", "ncapture"])
def test_a_background_has_any_other_name(make, name):
    tables = [*SENSITIVITY, ("{name: flat,", f"{{name: {name},"), ("E_high,flat", f"E_high,{name}")]
    assert [*probes.get(make(tables=tables, background_error=None)).backgrounds] == [name]


ODD = [None, True, False, [], {}, [1], {"a": 1}, "", "x", -1, 0, 1.5, float("inf"), float("nan"),
       1e308, "1e0", "5 kg", "5 keV", "5%", "nan keV", {"name": None}, {1: 2}, ["a"], ".", b"x"]


@pytest.mark.parametrize("base", BASES)
def test_odd_entries_are_taken_or_refused_in_one_line(make, base):
    cases = [(k, x) for k in (*_card.REQUIRED, *_card.OPTIONAL) for x in ODD]
    for key, value in cases[::max(1, 1200 // int(os.environ.get("MUNU_EFFORT", "60")) + 1)]:
        try:
            probes.get(make(base, **{key: value}))
        except MunuError as err:
            assert "\n" not in str(err), (key, value)


# ---- exposures and projections ---------------------------------------------------------------

SENSITIVITY = [("# - {name: counts, unit: '1', datatype: float64, description: left out for a "
                "sensitivity}\n", ""), ("counts,flat", "flat"), (",5,6\n", ",6\n"),
               (",12,12.5\n", ",12.5\n"), (",26,25.7\n", ",25.7\n"), (",66,65\n", ",65\n")]
RATE = [*SENSITIVITY, ("{name: flat, unit: '1'", "{name: flat, unit: 1/(t yr keV)")]


def test_a_background_per_exposure_and_energy_grows(make):
    b = {n: probes.get(make(tables=RATE, exposure=f"{n} t yr")).backgrounds["flat"].values
         for n in (1, 50)}
    assert b[1] == pytest.approx([6, 12.5, 2 * 25.7, 5 * 65]) and b[50] == pytest.approx(50 * b[1])
    # far from any systematic error a moment falls with the fourth root of the exposure
    upper = [munu.limit(make(tables=RATE, exposure=f"{n} t yr", background_error={"flat": 1e-6})
                        ).value for n in (10, 1000, 100_000)]
    assert upper[1] / upper[2] == pytest.approx(100**0.25, rel=2e-2)
    assert upper[0] / upper[1] == pytest.approx(100**0.25, rel=5e-2)
    per_day = [*SENSITIVITY, ("{name: flat, unit: '1'", "{name: flat, unit: 1/(kg d keV)")]
    assert probes.get(make(tables=per_day)).backgrounds["flat"].values == pytest.approx(
        b[1] * 365250)


def test_a_projection_that_cannot_grow_says_so(make):
    said = "flat: counts as given, whatever the exposure"
    assert said in munu.limit(make(tables=SENSITIVITY)).assumptions
    assert said not in munu.limit(make(tables=RATE)).assumptions
    assert said not in munu.limit(make()).assumptions


def test_a_source_per_proton_has_no_background_per_day(make):
    pion = {"source": {"name": "stopped_pion", "distance": "20 m"}, "exposure": "15 kg",
            "pot": 1e23, "standard_model": "added"}
    assert "'1' or '1/(kg pot keV)'" in refused(make(
        "nuclei", tables=[("{name: flat, unit: '1'", "{name: flat, unit: 1/(kg d keV)")], **pion))
    made = probes.get(make("nuclei", **pion, tables=[
        ("{name: flat, unit: '1'", "{name: flat, unit: 1/(kg pot keV)"), (",2990", ",1e-23")]))
    assert made.backgrounds["flat"].values[0] == pytest.approx(1e-23 * 15 * 1e23 * 0.1)


def test_a_projection_has_no_observed_limit(capsys, make, tmp_path):
    path = make(tables=RATE)
    row = json.loads(run(capsys, "limit", path, "--json")[1])["limits"][0]
    assert row["mu"] is None and row["best_fit"] is None and 1e-12 < row["expected"] < 1e-10
    _, out, _ = run(capsys, "limit", path)
    assert out.splitlines()[2].split()[:4:3] == ["0", "-"] and out.splitlines()[2].split()[1] == "-"
    found = munu.limit(path, M_N=[0.0, 50 * keV])
    assert "mu" not in json.loads(json.dumps(list(munu.inference.tell.columns(found))))
    assert "expected mu" in repr(found)
    drawn = found.plot().fig.axes[0].get_lines()
    assert [x.get_linestyle() for x in drawn if x.get_label().endswith("expected")] == ["--"]
    # with counts there is one
    row = json.loads(run(capsys, "limit", make(), "--json")[1])["limits"][0]
    assert row["mu"] > 0 and row["best_fit"] is not None


# ---- rows without a background, or without counts ------------------------------------------------

@pytest.mark.parametrize("rows", [
    [(",5,6\n", ",3,0\n")], [(",12,12.5\n", ",0,12.5\n")], [(",5,6\n", ",0,0\n")],
    [("1,2,5,6", "1,2,3,0"), ("3,5,26", "3,5,0")]])
def test_rows_without_background_or_counts(make, rows):
    found = munu.limit(make(tables=rows))
    assert 1e-12 < found.value < 1e-10 and np.isfinite(found.expected[0])


FLAT = ("\n# - {name: flat, unit: '1', datatype: float64, description: counts or 1/(t yr keV); one "
        "column each}")
LONE = [(FLAT, ""), ("counts,flat", "counts"), ("1,2,5,6\n", "1,2,3\n"),
        ("2,3,12,12.5\n", "2,3,4\n"), ("3,5,26,25.7\n", ""), ("5,10,66,65\n", "")]
ERRORS = [(FLAT, "\n# - {name: error, unit: '1', datatype: float64}"),
          ("counts,flat", "counts,error")]


def test_the_standard_model_is_inside_of_something(make):
    """3 and 4 events in 1 t yr of xenon, of which the Standard Model makes 3.4."""
    for base, given in ((LONE, None), (LONE, "inside"), (ERRORS, None)):
        said = refused(make(tables=base, background_error=None, standard_model=given))
        assert "counts.ecsv has none; write 'standard_model: added', or give" in said
    added = probes.get(make(tables=LONE, background_error=None, standard_model="added"))
    held = added.predict(munu.DipolePortal(1e-11, 0.0)).components
    assert held["standard model"].total == pytest.approx(3.45, rel=5e-3)
    assert munu.limit(added, expected=False).value > 0
    # what is left after a subtraction
    assert munu.limit(make(tables=ERRORS, background_error=None, standard_model="inside"),
                      expected=False).value > 0


def test_events_where_nothing_is_expected(make):
    """Rows 1,2,3,0; 2,3,12,12.5; 3,5,26,25.7 over the norm's 5 %."""
    found = munu.limit(make(tables=[(",5,6\n", ",3,0\n"), ("5,10,66,65\n", "")]))
    assert found.value == pytest.approx(1.2446e-11, rel=2e-3)
    assert found.best_fit[0] == pytest.approx(8.682e-12, rel=2e-3)


def test_a_card_is_a_record_that_travels(make):
    for path in (make("nuclei", threshold="0.2 keV"), make(tables=RATE)):
        probe = probes.get(path)
        again = pickle.loads(pickle.dumps(probe))
        assert munu.limit(again).value == munu.limit(probe).value


def test_a_table_of_no_numbers_is_named(make):
    with pytest.raises(DataError, match=r"counts\.ecsv"):
        probes.get(make(tables=[("1,2,5,6", "1,2,five,6")]))
    with pytest.raises(DomainError, match="resolution must be above 0"):
        matrix([1.0], [0.5, 1.5], lambda T: 0 * T)
