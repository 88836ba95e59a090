"""Telling Dirac from Majorana: what shapes, rates and lifetimes say, and that toys agree."""

import pickle
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

from munu import plots, probes
from munu.couplings import DipolePortal
from munu.errors import MunuError
from munu.inference.apart import Apart, Family
from munu.inference.binned import families
from munu.inference.natures import natures
from munu.probes._beam_shapes import COSINES, Shapes
from munu.probes._beams import given as rows_of
from munu.units import MeV
from tests.unit.command import answer, run

MU = 1e-9
# of a Dirac N all of whose spins lie along its flight, with its photon's angle at rest: -2 ln L
IDEAL = {"majorana": 2 * (1 - log(2)), "dirac": 2 * log(2) - 1}
SWAP = {"dirac": "majorana", "majorana": "dirac"}


@dataclass(frozen=True)
class Toy:
    """N of one energy: the cosine of its photon at rest, and how far it flew.

    ``slow`` is the decay length of a Dirac N at mu = 1e-9 over the size of the detector.
    """

    slow: float = 1e3
    bins: int = 12
    distances: int = 1
    A: float = 1.0
    least: float = -1.0
    size: float = 1e2
    swap: bool = False

    def __call__(self, portal):
        nature = SWAP[portal.nature] if self.swap else portal.nature
        x, twice = _mu(portal) / MU, 2 if nature == "majorana" else 1
        c = np.linspace(self.least, 1, self.bins + 1)
        A = self.A if nature == "dirac" else 0.0
        angle = np.diff(c / 2 + A * c**2 / 4)
        ends = np.linspace(0, 1, self.distances + 1) * x**2 * twice / self.slow
        fell = -np.exp(-ends[:-1]) * np.expm1(-np.diff(ends))
        return self.size * x**2 * np.multiply.outer(angle, fell)


def _mu(portal):
    return float(np.abs(portal.matrix).max())


def told(toy=Toy(), **options):
    return natures(toy, 100 * MeV, MU, "e", **options)


@pytest.mark.parametrize("true", SWAP)
def test_the_angle_says_as_much_as_its_density(true):
    """Two ways of writing it: bins, and the integral of the density over all angles."""
    found = told(Toy(bins=400), true=true)
    assert found.told["all"] == pytest.approx(IDEAL[true], rel=5e-3)
    assert 0.9 < found.events_needed["90 %"] * (IDEAL["majorana"] + IDEAL["dirac"]) ** 2 / (
        4 * 1.2816**2 * IDEAL[SWAP[true]]) < 1.1


@pytest.mark.parametrize("toy", [Toy(bins=1), Toy(bins=1, slow=1e-2), Toy(A=0.0), Toy(
    A=0.0, distances=5, slow=1e9)])
def test_a_rate_alone_tells_nothing(toy):
    """Of one bin, and of far decays, which are as many at every distance: mu makes up for it."""
    found = told(toy)
    assert found.exposure == {"90 %": np.inf, "3 sigma": np.inf} == found.events_needed
    assert found.as_dict()["exposure"] == {"90 %": None, "3 sigma": None}
    assert "look the same" in found.why and "look the same" in repr(found)


@given(slow=st.floats(-1, 1), true=st.sampled_from(sorted(SWAP)))
@settings(max_examples=5)
def test_a_lifetime_tells_together_with_the_rate(slow, true):
    """Against the likelihood written out, its moment found by another search."""
    toy = Toy(A=0.0, distances=6, slow=10**slow)
    n = toy(DipolePortal(MU, 100.0, "e", true)).ravel()

    def q(u):
        other = toy(DipolePortal(MU * np.exp(u), 100.0, "e", SWAP[true])).ravel()
        return 2 * (other - n - n * np.log(other / n)).sum()

    least = minimize_scalar(q, bounds=(-1.5, 1.5), method="bounded", options={"xatol": 1e-9})
    found = told(toy, true=true)
    assert found.told["all"] == pytest.approx(least.fun / n.sum(), rel=1e-3)
    assert found.mu_other == pytest.approx(MU * np.exp(least.x), rel=1e-3)
    assert found.told["all"] == pytest.approx(found.told["axis 2"], rel=1e-6)


@given(st.floats(0.1, 30), st.floats(-1, 2))
@settings(max_examples=4)
def test_twice_the_exposure_is_twice_as_much(factor, slow):
    toy = Toy(distances=3, slow=10**slow)
    one, more = told(toy), told(replace(toy, size=factor * toy.size))
    for level in ("90 %", "3 sigma"):
        assert more.events_needed[level] == pytest.approx(one.events_needed[level], rel=1e-6)
        assert more.exposure[level] * factor == pytest.approx(one.exposure[level], rel=1e-6)
    assert one.exposure["3 sigma"] / one.exposure["90 %"] == pytest.approx(
        (3 / 1.28155157) ** 2, rel=1e-6)


@given(st.floats(-1, 2), st.floats(-0.9, 0.9), st.floats(0, 100))
@settings(max_examples=4)
def test_finer_bins_are_never_worse(slow, least, background):
    found = [told(Toy(bins=k, distances=d, slow=10**slow, least=least), background=background)
             for k, d in ((2, 1), (4, 1), (4, 3), (24, 6))]
    q = [x.told["all"] for x in found]
    assert all(b >= a * (1 - 1e-6) for a, b in pairwise(q))
    # a part says at most as much as the whole
    assert all(found[-1].told["all"] >= x * (1 - 1e-6) for x in found[-1].told.values())


@given(st.floats(-1, 2), st.sampled_from(sorted(SWAP)))
@settings(max_examples=4)
def test_the_names_of_the_natures_may_be_exchanged(slow, true):
    toy = Toy(distances=3, slow=10**slow)
    one, other = told(toy, true=true), told(replace(toy, swap=True), true=SWAP[true])
    assert one.events_needed == other.events_needed and one.mu_other == other.mu_other


def test_a_background_costs_events_and_another_mass_too():
    toy = Toy(distances=3, slow=1.0)
    found = [told(toy, background=b).events_needed["3 sigma"] for b in (0, 10, 100, 1000)]
    assert found == sorted(found) and found[-1] > 2 * found[0]

    def heavier(portal):
        # of another mass N decays otherwise
        return replace(toy, slow=(100 * MeV / portal.M_N) ** 3)(portal)

    known = natures(heavier, "100MeV", MU, "e")
    free = natures(heavier, "100MeV", MU, "e", masses=["110MeV", "120MeV", "130MeV"])
    assert free.told["all"] < known.told["all"] and free.M_N_other > known.M_N_other
    assert free.told["axis 1"] == pytest.approx(known.told["axis 1"], rel=1e-4)


@pytest.mark.parametrize("toy", [Toy(size=0.0), lambda portal: np.zeros((3, 2))])
def test_where_nothing_is_seen_nothing_is_told(toy):
    found = told(toy, toys=100)
    assert "no photon" in found.why and found.expected == 0 and found.exposure["90 %"] == np.inf
    assert told(Toy()).why == "" and natures(Toy(), "1MeV", 0.0).why == found.why


def pair(toy, true="majorana"):
    _, _, both = families(toy, 100 * MeV, MU, "e", 0.0)
    return Apart((both[true],), (both[SWAP[true]],), float(np.log(MU)))


@pytest.mark.parametrize("toy", [
    pytest.param(Toy(A=0.5), marks=pytest.mark.long), Toy(A=0.4, bins=6, distances=3, slow=1.0),
    pytest.param(Toy(A=0.7, least=0.0), marks=pytest.mark.long)])
def test_toys_agree_with_what_is_asymptotic(toy):
    """Also at 3 sigma, and with toys of the nature that is rejected, counted one by one."""
    found = pair(toy)
    for z in (1.2816, 3.0):
        exposure = found.exposure(z)
        made = found.toys(exposure, 1000, 3)
        assert made["p_value"] == pytest.approx(ndtr(-z), rel=0.1, abs=4 * made["p_error"])
        assert made["q"] == pytest.approx(found.nearest[0] * exposure, abs=0.5)
        assert made["mean"] == pytest.approx(-found.back * exposure, abs=0.5)
        assert made["width"] == pytest.approx(2 * np.sqrt(found.back * exposure), rel=0.08)
    exposure = found.exposure(2.0)
    made = found.toys(exposure, 1000, 3)
    counts = np.random.default_rng(5).poisson(exposure * found.closest, (4000, found.closest.size)
                                              ).astype(float)
    q = found.other[0].fit(counts, exposure)[0] - found.true[0].fit(counts, exposure)[0]
    p = np.mean(q >= made["q"])
    error = np.hypot(made["p_error"], np.sqrt(p / q.size))
    assert p == pytest.approx(made["p_value"], abs=4 * error)


def test_at_few_events_toys_decide():
    """A bin that one nature alone fills: one event would do, and most see none below 0.69."""
    apart = natures(only_one, "1MeV", MU, toys=400, levels=("90 %",))
    assert apart.needs["all"]["90 %"] * apart.expected < 0.1
    assert apart.events_needed["90 %"] == pytest.approx(log(2), rel=0.15)
    assert apart.notes and "toys ask for" in apart.notes[0]
    assert "ask for toys" in natures(only_one, "1MeV", MU).notes[0]


def only_one(portal):
    x = (_mu(portal) / MU) ** 2
    return np.array([x, 0.0]) if portal.nature == "dirac" else np.array([0.0, x])


def test_what_is_told_travels_and_is_the_same_with_the_same_seed():
    found = told(Toy(distances=2, slow=1.0), toys=100, seed=4)
    again = pickle.loads(pickle.dumps(found))
    assert again.as_dict() == found.as_dict() and again.rows() == found.rows()
    assert told(Toy(distances=2, slow=1.0), toys=100, seed=4).toys == found.toys
    assert told(Toy(distances=2, slow=1.0), toys=100, seed=5).toys != found.toys
    assert [r["looked_at"] for r in found.rows()] == ["axis 1", "axis 2", "all"]
    assert "3 sigma" in repr(found) and "<table" in found._repr_html_()


@pytest.mark.parametrize(("asked", "said"), [
    ({"true": "weyl"}, "no nature named 'weyl'"), ({"levels": (0.4,)}, "above 50 %"),
    ({"levels": ()}, "empty"), ({"levels": ("x sigma",)}, "'x' does not begin with a number"),
    ({"toys": 5}, "toys = 5"),
    ({"toys": 10**9}, "to 50000"), ({"toys": True}, "toys = True"), ({"seed": -1}, "seed = -1"),
    ({"mu": 1e-2}, "largest"),
    ({"background": -1.0}, "background holds -1"), ({"M_N": 0.0}, "must be above 0"),
    ({"M_N": "1MeV,2MeV"}, "holds 2 masses"), ({"flavor": "x"}, "flavor"),
    ({"probe": 3}, "must be a Probe"), ({"probe": "nobody"}, "no probe named 'nobody'"),
    ({"probe": "sun_cooling"}, "predicts erg/s"), ({"probe": "solar_antineutrinos"}, "no portal"),
    ({"probe": lambda portal: np.array([-1.0])}, "must be at least 0"),
    ({"probe": lambda portal: np.array([np.nan])}, "not finite"),
    ({"probe": lambda portal: np.ones(1 + int(portal.nature == "dirac"))}, "must be the same"),
    ({"true_": "dirac"}, "no argument 'true_'")])
def test_what_cannot_be_asked_is_one_line(asked, said):
    given = {"probe": Toy(), "M_N": 1.0 * MeV, "mu": MU, "flavor": "e"} | asked
    with pytest.raises(MunuError) as err:
        natures(given.pop("probe"), given.pop("M_N"), given.pop("mu"), **given)
    assert said in str(err.value) and "\n" not in str(err.value)


@pytest.mark.long
def test_a_probe_in_groups_of_momentum_is_the_probe_whichever_its_helicity():
    """Of MiniBooNE, for sizes of slow and of quick decays."""
    search = probes.get("miniboone", kinds=("protons",), lowest="500 MeV", dirt="0 m").setting
    (row,) = rows_of(search.beams, DipolePortal(1.0, 200 * MeV, "mu", "dirac"), "miniboone")
    x = np.array([2e-10, 3e-9])
    for size, n in zip(x, Shapes.of(search, 200 * MeV, "mu", "dirac").counts(x), strict=True):
        right = sum(row.photons(size, search.energy, COSINES).values())
        assert n.sum() == pytest.approx(right.sum(), rel=3e-3)
        assert np.abs(n - right).sum() < 5e-3 * right.sum()
    # N of an antineutrino has the other helicity, and its photon the other asymmetry
    turned = replace(search, beams=tuple(
        replace(b, source=replace(b.source, basis=b.source.basis[:, ::-1].conj()))
        for b in search.beams))
    assert Shapes.of(turned, 200 * MeV, "mu", "dirac").counts(x)[1] == pytest.approx(n, rel=1e-9)


@pytest.mark.long
def test_an_antineutrino_tells_as_much_as_a_neutrino():
    probe = probes.get("miniboone", kinds=("protons",), dirt="0 m")
    turned = replace(probe, setting=replace(probe.setting, beams=tuple(
        replace(b, source=replace(b.source, basis=b.source.basis[:, ::-1].conj()))
        for b in probe.setting.beams)))
    one, other = (natures(p, 200 * MeV, MU, "mu") for p in (probe, turned))
    assert other.told == pytest.approx(one.told, rel=1e-9) and one.told["all"] > 0.05


@pytest.mark.long
@pytest.mark.parametrize(("name", "options", "mus"), [
    ("miniboone", {"lowest": "140 MeV"}, (1e-10, 1e-9, 1e-8)),
    ("miniboone", {"lowest": "400 MeV"}, (1e-10, 1e-9, 1e-8)),
    ("dune_nd", {"lowest": "30 MeV"}, (1e-9, 1e-7)),
    ("dune_nd", {"lowest": "1 GeV"}, (1e-9, 1e-7)),
    ("dune_nd", {"signature": "double_bang"}, (1e-9, 3e-8, 1e-7))])
@pytest.mark.parametrize("true", SWAP)
def test_toys_agree_over_thresholds_and_lifetimes(name, options, mus, true):
    for mu in mus:
        found = natures(probes.get(name, **options), "0.2GeV", mu, "mu", true=true, toys=1200)
        # more is seen by all than an angle at rest and a lifetime can say together
        for level, made in found.toys.items():
            ratio = made["exposure"] / found.needs["all"][level]
            many = found.needs["all"][level] * found.expected
            assert ratio == pytest.approx(1, abs=0.1 + 2.5 / many), (mu, level, many)


def test_a_family_of_one_power_is_fitted_exactly():
    """Counts of one shape: the best size has as many as are seen, whatever the grid."""
    u = np.linspace(-2, 2, 9)
    shape = np.array([3.0, 5.0, 2.0])
    made = Family(u, np.exp(3.7 * u)[:, None] * shape, np.zeros(3))
    counts = np.array([[7.0, 11.0, 3.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    value, at = made.fit(counts)
    n = counts.sum(axis=1)
    assert at[[0, 2]] == pytest.approx(np.log(n[[0, 2]] / 10) / 3.7, abs=1e-12)
    assert at[1] == -np.inf and value[1] == 0
    right = 2 * (n - (counts * np.log(np.multiply.outer(np.maximum(n, 1.0), shape / 10))).sum(1))
    assert value[[0, 2]] == pytest.approx(right[[0, 2]], rel=1e-12)


@pytest.mark.long
def test_the_command_says_what_python_says(capsys):
    made = answer(capsys, "natures", "belle2", "--mass", "0.2GeV", "--mu", "1e-8", "--flavor", "e",
                  "--true", "dirac", "--level", "90%", "--level", "2 sigma", "--toys", "100")
    found = natures("belle2", "0.2GeV", 1e-8, "e", true="dirac", levels=("90%", "2 sigma"),
                    toys=100)
    assert made["events_needed"] == dict(found.events_needed) and made["seed"] == 1
    assert list(made["exposure"]) == ["90 %", "2 sigma"] and made["other"] == "majorana"
    code, out, _ = run(capsys, "natures", "belle2", "--mass", "20GeV")
    assert code == 0 and "never rejected: no photon of N" in out
    for words, said in ((("belle2+sbnd",), "one probe"), (("belle2", "--true", "x"), "nature"),
                        (("belle2", "--mu", "1 keV"), "mu"), (("belle2", "--toys", "3"), "toys")):
        code, out, err = run(capsys, "natures", *words)
        assert (code, out) == (2, "") and said in err and err.count("\n") == 1


@pytest.mark.long
def test_the_figure_shows_what_is_told():
    figure = plots.draw("natures", points=2)
    held = {k: v for k, (_, v) in figure.columns.items()}
    i = next(i for i, (n, t, m, low) in enumerate(zip(
        held["experiment"], held["true"], held["M_N"], held["lowest"], strict=True))
        if (n, t, m, low) == ("sbnd", "dirac", 200.0, 1000.0))
    found = natures(probes.get("sbnd", lowest="1 GeV"), "200MeV", 1e-9, "mu", true="dirac")
    assert held["events"][i] == pytest.approx(found.events_needed["3 sigma"], rel=1e-6)
    assert "one-sided" in figure.caption and "Blennow2014" in figure.papers
