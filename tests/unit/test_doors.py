"""What a person types first: taken as it is meant, or refused in one line that says it."""

import os
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import munu
from munu import atlas, flavors, media, models, probes
from munu.errors import DomainError, MunuError, UnitError, UnknownName, meant
from munu.inference.intervals import check_level
from munu.probes import Background, Counts, Curve, Polynomial, Pull, Values
from munu.ray import Ray, check_masses
from munu.spectrum import Axis
from munu.targets import nucleus
from munu.units import GeV, MeV, TeV, cm, keV
from tests.unit.command import run

AXIS = Axis("energy", "keV", np.array([1.0, 2.0, 3.0]) * keV)


class Quantity:
    """As of astropy: numpy would take its number and lose its unit."""

    FACTORS = {"keV": 1e-3, "MeV": 1.0, "GeV": 1e3, "TeV": 1e6, "1/GeV": 1.0, "": 1.0, "mu_B": 1.0}

    def __init__(self, value, unit):
        self.value, self.unit = value, unit

    def to_value(self, unit):
        if (unit == "") != (self.unit == ""):
            raise TypeError(f"'{self.unit}' and '{unit}' are not convertible")
        return np.asarray(self.value) * self.FACTORS[self.unit] / self.FACTORS[unit]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.value)


class Series:
    """As of pandas."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values)


def nothing_seen():
    made = probes.get("xenonnt")
    return replace(made, measured=replace(made.measured, counts=0 * made.measured.counts,
                                          events=None))


def limit(*args, **more):
    return munu.limit(*args, **{"expected": False, **more})


@pytest.mark.parametrize("mass", [
    Quantity(50, "keV"), Quantity([50], "keV"), [Quantity(50, "keV")], "50keV", "50 keV",
    ["50 keV"], np.array(50 * keV), Series([50 * keV]), np.float32(50 * keV),
    np.ma.array([50 * keV]),
    50 * keV, [50 * keV]])
def test_one_door_for_masses(mass):
    assert check_masses(mass) == pytest.approx([50 * keV], rel=1e-6)


def test_a_mass_with_its_unit_is_no_mass_in_MeV():
    assert limit("xenonnt", M_N=Quantity(50, "keV")).value == pytest.approx(7.655e-12, rel=1e-3)


@pytest.mark.parametrize(("mass", "said"), [
    (Quantity(1, ""), "M_N = .* not of the kind of MeV"), (True, "must be a number"),
    (np.ma.array([0.0, 1.0], mask=[False, True]), "masked entries"), (["a"], "begin with a number"),
    (np.nan, "finite"), (None, "finite|number"), ([[1.0]], "2 axes"), ([], "empty"),
    (1j, "must be a number"), (np.array(["1"]), "must be a number")])
def test_masses_that_are_none(mass, said):
    with pytest.raises(DomainError, match=said):
        check_masses(mass)


@pytest.mark.parametrize("level", ["90%", "90 %", "0.9", 0.9, np.array(0.9), np.array([0.9]),
                                   Series([0.9]), Quantity(0.9, "")])
def test_one_door_for_levels(level):
    assert check_level(level) == 0.9


@pytest.mark.parametrize("level", [90, "90", "90keV", "0", True, None, np.nan, [0.9, 0.95], "x",
                                   1.0, "100%", Quantity(1, "keV"), 1j])
def test_levels_that_are_none(level):
    with pytest.raises(MunuError):
        check_level(level)


def test_a_level_in_per_cent_is_the_same_limit(capsys):
    assert limit("xenonnt", level="95%").value == limit("xenonnt", level=0.95).value
    assert run(capsys, "limit", "xenonnt", "--level", "95%", "--json")[1] == run(
        capsys, "limit", "xenonnt", "--level", "0.95", "--json")[1].replace('"0.95"', '"95%"')


@pytest.mark.parametrize(("call", "said"), [
    (lambda: munu.limit("xenonnt", 50 * keV), "masses go by name: M_N="),
    (lambda: munu.limit("xenonnt", "50keV"), "a mass goes by name: M_N='50keV'"),
    (lambda: munu.limit("xenonnt", flavour="mu"), "did you mean 'flavor'"),
    (lambda: munu.limit("xenonnt", mass=1.0), "did you mean 'M_N'"),
    (lambda: munu.limit(), "missing a required argument: 'probe'"),
    (lambda: munu.limit("xenonnt", method="FC"), "did you mean 'feldman_cousins'"),
    (lambda: munu.limit("xenonnt", method="feldman_cousins", toys=-3),
     "toys = -3 must be a whole number, at least 1"),
    (lambda: munu.limit("xenonnt", method="feldman_cousins", seed=-1),
     "seed = -1 must be a whole number, at least 0"),
    (lambda: munu.limit("xenonnt", method="feldman_cousins", workers=0),
     "workers = 0 must be a whole number, at least 1"),
    (lambda: munu.limit("xenonnt", toys=500), "toys = 500 is of the method feldman_cousins"),
    (lambda: munu.limit("xenonnt", seed=1, method="cls"), "leave it out, cls draws no toys"),
    (lambda: munu.limit(nothing_seen(), method="profile_unbounded"), "no events were seen"),
    (lambda: munu.limit("xenonnt", "emu=1e-200"), "1e-200 long"),
    (lambda: munu.limit("xenonnt", flavor=(1e200, 0, 0)), "long, which no size"),
    (lambda: atlas.get("xenonnt"), r"it is a probe: munu.probes.get\('xenonnt'\); did you mean "
                                   "'xenonnt_2022'"),
    (lambda: probes.get("gemma_2012"), r"it is a published limit: munu.atlas.get\('gemma_2012'\)"),
    (lambda: models.get("sun"), r"it is a medium: munu.media.get\('sun'\)"),
    (lambda: munu.cite("xenonntt"), "did you mean 'xenonnt'"),
    (lambda: munu.formulas.get("processes.radiative_decay.tau"), "radiative_decay.lifetime"),
    (lambda: munu.DipolePortal(50 * keV, 1e-11, "mu"), r"the order is DipolePortal\(mu, M_N, "),
    (lambda: munu.DipolePortal(1e-11, 0.0, flavour="e"), "did you mean 'flavor'"),
    (lambda: munu.DipolePortal(1e-11), "missing a required argument: 'M_N'"),
    (lambda: munu.Couplings(radius=1.0), "no argument 'radius'"),
    (lambda: munu.DipolePortal.from_d("mu = 1e-7 mu_B", 0.0), "is no d"),
    (lambda: munu.DipolePortal.from_d("1e-7", 0.0), "no unit"),
    (lambda: munu.DipolePortal.from_d("1e-7 keV", 0.0), "kind of 1/GeV"),
    (lambda: munu.DipolePortal.from_d(np.nan, 0.0), "finite number"),
    (lambda: munu.DipolePortal(1e-11, 0.0).with_(moment=1), "no entry 'moment'"),
    (lambda: flavors.mixing().with_(dm32=1.0), "no entry 'dm32'; did you mean"),
    (lambda: media.get("profile_a").with_(x=1), "no entry 'x'"),
    (lambda: nucleus("Xe131").with_(x=1), "no entry 'x'"),
    (lambda: limit("xenonnt").with_(x=1), "no entry 'x'"),
    (lambda: limit("xenonnt").plot(foo=1), "no option 'foo' of its drawing"),
    (lambda: limit("xenonnt").contains(0, "a"), "begin with a number"),
    (lambda: limit("xenonnt").contains(0, np.nan), "size = nan must be one finite number"),
    (lambda: models.get("leptoquark", m_LQ=1500, y1=0.05, y2=1), "m_LQ = .* must be at least 4.183 "
                                                                 "GeV; a number without its unit"),
])
def test_what_was_meant_is_said(call, said):
    with pytest.raises(MunuError, match=said) as caught:
        call()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 420


def test_a_model_takes_quantities():
    made = models.get("leptoquark", m_LQ=Quantity(1.5, "TeV"), y1=0.05, y2=1)
    assert made.m_LQ == 1.5 * TeV
    assert made.couplings().mu == models.get("leptoquark", m_LQ="1.5TeV", y1=0.05,
                                             y2=1).couplings().mu
    with pytest.raises(UnitError, match="not of the kind of GeV"):
        models.get("leptoquark", m_LQ=Quantity(1.5, ""), y1=0.05, y2=1)


@pytest.mark.parametrize("d", ["1e-7 /GeV", "d = 1e-7 /GeV", Quantity(1e-7, "1/GeV"), 1e-7 / GeV])
def test_a_coefficient_d_in_every_form(d):
    made = munu.DipolePortal.from_d(d, 0.0)
    assert made.mu == pytest.approx(6.7498e-10, rel=1e-4)
    assert "mu=6.74" in repr(made)


@pytest.mark.parametrize("mass", ["50keV", Quantity(50, "keV"), 50 * keV])
def test_a_portal_takes_the_mass_in_every_form(mass):
    assert pytest.approx(50 * keV) == munu.DipolePortal(1e-11, mass).M_N
    with pytest.raises(UnitError, match="M_N"):
        munu.DipolePortal(1e-11, "50")


def test_a_moment_of_unit_size_is_a_direction():
    assert munu.DipolePortal(1.0, 0.0).mu == 1.0
    assert munu.DipolePortal(1e-3, 0.0).mu == 1e-3


def test_a_limit_on_a_radius_carries_and_shows_its_unit():
    found = limit("xenonnt", "r2")
    assert found.unit == "cm^2" and "cm^2" in repr(found)
    assert found.upper[0] / found.factor == pytest.approx(3.776e-31, rel=1e-3)
    assert found.size("3e-31cm^2") == pytest.approx(3e-31 * cm**2)
    assert found.contains(0, "4e-31 cm^2") and not found.contains(0, "3e-31 cm^2")
    with pytest.raises(UnitError, match="kind"):
        found.contains(0, "4e-31 keV")


def test_a_limit_is_no_line_from_a_massless_point():
    found = limit("xenonnt", M_N=[0.0, 1 * MeV])
    there = limit("xenonnt", M_N=[1 * keV, 20 * keV, 700 * keV])
    assert found.at([1 * keV, 20 * keV, 700 * keV]) == pytest.approx(there.upper, rel=1e-12)
    assert found.at(20 * keV) == pytest.approx(7.4935e-12, rel=1e-4)
    assert found.at([0.0, 1 * MeV]) == pytest.approx(found.upper, rel=1e-12)
    assert found.excluded_at(20 * keV)[0].low == pytest.approx(7.4935e-12, rel=1e-4)
    assert found.at(2 * MeV) == pytest.approx(limit("xenonnt", M_N=2 * MeV).upper, rel=1e-9,
                                              abs=0)
    # across a gap as well, and after a journey
    far = pickle.loads(pickle.dumps(limit("xenonnt", M_N=[1 * keV, 1 * MeV])))
    assert far.at(700 * keV) == pytest.approx(there.upper[-1], rel=1e-12)
    # where it is not known how it was made nothing is said
    assert np.isinf(found.with_(again=None).at(20 * keV))
    assert found.with_(again=None).excluded_at(20 * keV) == ()


def test_a_limit_at_one_mass_is_computed_anew_at_any_other():
    there = munu.limit("xenonnt", M_N=[20 * keV, 50 * keV, 300 * keV])
    assert there.upper[1] == pytest.approx(7.655e-12, rel=1e-3, abs=0)
    for found in (munu.limit("xenonnt"), munu.limit("xenonnt", M_N=50 * keV), munu.limit(
            "xenonnt", M_N=[20 * keV, 50 * keV])):
        assert found.at("20keV,50keV,300keV") == pytest.approx(there.upper, rel=1e-9, abs=0)
        assert found.expected.at(300 * keV) == pytest.approx(there.expected.upper[-1], rel=1e-9,
                                                             abs=0)
        assert found.contains(300 * keV, 1e-10) and not found.contains(300 * keV, 8e-11)
        assert np.isinf(found.with_(again=None).at("1 MeV"))
        assert found.with_(again=None).excluded_at(1 * MeV) == ()
    # above a massless point, and after a journey
    median = pickle.loads(pickle.dumps(munu.limit("xenonnt", M_N=[0.0, 300 * keV]).expected))
    assert median.at(20 * keV) == pytest.approx(there.expected.upper[0], rel=1e-9, abs=0)


def test_near_masses_of_ours_and_a_papers_curve_are_interpolated():
    found = limit("xenonnt", M_N=[200 * keV, 300 * keV]).with_(again=None)
    assert found.upper[0] < found.at(250 * keV) < found.upper[1]
    curve = next(x for x in atlas.published() if x.axis is not None and x.shape == "function"
                 and x.axis[1] > 1.001 * x.axis[0])
    assert np.isfinite(curve.at(np.sqrt(curve.axis[0] * curve.axis[1])))


def test_a_published_moment_speaks_of_no_mass():
    assert np.isinf(atlas.get("xenonnt_2022").at(10 * MeV))
    assert np.isfinite(atlas.get("xenonnt_2022").at(0.0))


def test_one_look_up_cites_whatever_has_a_name():
    assert "XENONnT2022" in munu.cite("xenonnt")
    assert "BrdarTalk" in munu.cite("leptoquark") and "Shoemaker2018" in munu.cite(
        "kinematics.threshold")
    assert munu.cite(["VogelEngel1989"]) == munu.cite("VogelEngel1989")


def test_an_error_shows_few_names_and_how_to_list_all():
    said = str(UnknownName("probe", "xenont", [f"x{i}" for i in range(40)]))
    assert "40 there are: munu list probes" in said and said.count("x1") <= 1
    assert meant("flavour", ["flavor", "mass"]) == "; did you mean 'flavor'?"
    assert meant("a", ["ab", "ac", "ad", "ae"]).count("'") <= 6


@pytest.mark.parametrize(("call", "said"), [
    (lambda: munu.limit("xenonnt", "emu"), "write 'emu=1'"),
    (lambda: munu.limit("xenonnt", "emu,etau"), "write 'emu=1,etau=1'"),
    (lambda: munu.limit("xenonnt", "12"), "write '12=1'"),
    (lambda: munu.limit("xenonnt", "ee", nature="dirac"), "write 'ee=1'"),
    (lambda: munu.Couplings(q=1e-12), "did you mean 'charge'"),
    (lambda: munu.limit(50 * keV, "xenonnt"), r"the order is limit\(probe, along, M_N\)"),
    (lambda: munu.limit(np.array([1.0, 2.0]), "xenonnt"), "the order is limit"),
    (lambda: munu.limit(["xenonnt", 5]), "probe = 5 must be a Probe"),
    (lambda: probes.get("xenonnt").predict(mu=1e-11), "no argument 'mu'.*takes couplings, nuis"),
    (lambda: atlas.verdict(munu.DipolePortal(1e-11, 0), limit=[]), "did you mean 'limits'"),
    (lambda: models.get("leptoquark", "1TeV"), "too many .* takes name, further ones by name"),
    (lambda: munu.sources.get("reactor", "3 GW"), "takes name, further ones by name"),
    (lambda: media.get("mesa15", "1"), "takes name, further ones by name"),
    (lambda: probes.get("xenonnt", "2 t yr"), "takes name, further ones by name"),
    (lambda: probes.get(), "missing a required argument: 'name'"),
    (lambda: munu.Couplings.majorana(em=1e-11),
     r"did you mean 'emu'\? \(it takes emu, etau, mutau, basis\)"),
    (lambda: munu.DipolePortal.from_d(1e-7, 0, flavour="e"), "did you mean 'flavor'"),
    (lambda: Ray.portal(mass=3.0), "did you mean 'M_N'"),
    (lambda: munu.cite(5), "^5 names no paper; give a key"),
    (lambda: munu.cite([]), r"^\[\] names no paper"),
])
def test_what_was_written_first_leads_to_what_is_meant(call, said):
    with pytest.raises(DomainError, match=said) as caught:
        call()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 250


def poly(**more):
    return Polynomial(signal={2: np.ones((3, 2))}, **more)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: Counts(AXIS, "a"), "counts = 'a' must be numbers"),
    (lambda: Counts("a"), "missing a required argument: 'counts'"),
    (lambda: Counts("a", [1.0]), "must be a munu.spectrum.Axis"),
    (lambda: Counts(AXIS, []), "empty"), (lambda: Counts(AXIS, [1.0]), "shape"),
    (lambda: Counts(AXIS, [1.0, np.nan]), "not finite"), (lambda: Counts(AXIS, [1.0, -1.0]), "-1"),
    (lambda: Axis("E", "keV", []), "empty|edges"), (lambda: Axis("E", "keV", "a"), "numbers"),
    (lambda: Values(AXIS, [1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]]), "positive definite"),
    (lambda: Values(AXIS, [1.0, 2.0], [[1.0, 0.5], [0.1, 1.0]]), "symmetric"),
    (lambda: Values(AXIS, [1.0, 2.0], [1.0, 0.0]), "above 0"),
    (lambda: Values(AXIS, [1.0, 2.0], None), "numbers|not finite"),
    (lambda: poly(pulls={"p": Pull(None)}), "the pull p changes None"),
    (lambda: poly(pulls={"p": Pull({2: np.ones((2, 2))})}), "shape"),
    (lambda: poly(pulls={"p": Pull({2: np.ones(3)})}), "shape"),
    (lambda: poly(pulls={"p": Pull({2: [np.nan, 1.0]})}), "not finite"),
    (lambda: poly(pulls={"p": Pull({2: "a"})}), "numbers"),
    (lambda: poly(pulls={"p": Pull({2: np.ones(2)}, error="a")}), "error of the pull p"),
    (lambda: poly(backgrounds={"b": Background("a")}), "background b"),
    (lambda: poly(backgrounds={"b": Background(np.ones(2), error="a")}), "background b"),
    (lambda: Polynomial(signal={2: np.ones((1, 0))}), "bins"),
    (lambda: Polynomial(signal={2: "a"}), "numbers"),
    (lambda: Polynomial(signal={2: np.ones((1, 2)), 4: np.ones((1, 3))}), "bins"),
    (lambda: Curve(signal=abs, where=abs, bins=2, pulls={"p": Pull(None)}), "the pull p"),
    (lambda: Curve(signal=abs, where=abs, bins=2, pulls={"p": Pull(np.ones(3))}), "shape"),
    (lambda: Curve(signal=abs, where=abs, bins=0), "bins"),
])
def test_what_a_probe_is_made_of_is_checked_when_it_is_made(call, said):
    with pytest.raises(DomainError, match=said) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_what_fits_is_taken():
    made = poly(pulls={"a": Pull({2: np.ones(2)}), "b": Pull({0: np.ones(2), 2: np.ones((3, 2))}),
                       "c": Pull("all"), "d": Pull({2: np.ones((1, 2))})})
    assert made.bins == 2
    assert Values(AXIS, [1.0, 2.0], [[1.0, 0.5], [0.5, 1.0]]).errors.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("words", "said"), [
    (["limit", "xenonnt", "lz"], "several probes are one word: xenonnt+lz"),
    (["limit", "xenonnt", "lz", "conus"], "xenonnt+lz+conus"),
    (["limit", "xenonnt", "--mass", "50", "keV"], "50keV, or '50 keV'"),
    (["limit", "xenonnt", "--toys", "-3"], "toys = -3"),
    (["limit", "xenonnt", "--seed", "-1"], "seed = -1"),
    (["limit", "xenonnt", "--method", "FC"], "feldman_cousins"),
    (["limit", "xenonnt_2022"], "it is a published limit"),
    (["propagate", "--radii", ""], "empty"),
    (["model", "leptoquark", "y1=1", "y2=1", "--scan", "m_LQ=1TeV:5TeV:²"], "whole number"),
    (["calc", "processes.radiative_decay.tau"], "radiative_decay.lifetime"),
    (["limit", "counts.csv"], "give the card (.yaml)"),
    (["limit", "xenonnt+my.ecsv"], "give the card (.yaml)"),
    (["limit", "xenonnt", "--along", "emu"], "write 'emu=1'"),
    (["propagate", "--initial", "antinu_e"], "did you mean 'nubar_e'?"),
    (["propagate", "--initial", "nu_mubar"], "did you mean 'nubar_mu'?"),
])
def test_the_command_line_says_what_was_meant(capsys, words, said):
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def test_the_command_line_draws_without_a_window(tmp_path):
    """With a backend that there is not matplotlib would not even be imported."""
    code = ("from pathlib import Path\nfrom munu.cli import _out\nclass Record:\n"
            "    def plot(self, path):\n        import matplotlib\n"
            "        print(matplotlib.get_backend(), path)\n"
            "_out.draw(Path('a.png'), Record())")
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {
        "MPLBACKEND": "nonsense"}, capture_output=True, text=True)
    assert (done.stdout.lower(), done.stderr) == ("agg a.png\n", "")
