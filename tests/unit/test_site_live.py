"""The templates of the page, in Python: what the page computes is what ``munu limit`` says."""

import json

import numpy as np
import pytest

import munu
from munu import probes
from munu.errors import DomainError, UnknownName
from munu.site import _templates
from munu.site._live import Asked, Live
from munu.site._spline import Spline
from munu.units import MeV, keV

FLAT = {"darwin": 10.0}


@pytest.fixture(scope="module")
def told():
    """As a browser reads it."""
    return json.loads(json.dumps(_templates.templates(), allow_nan=False))


def between(one, many, seed=1):
    """M_N = 0, just above it, midpoints of the templates up to the heaviest, and others."""
    m = np.array(one["masses"])
    middle = 0.5 * (m[1:] + m[:-1])
    others = np.random.default_rng(seed).uniform(0, m[-1], many)
    chosen = np.sort(np.concatenate([[0.0, 1e-6, 1e-3], middle[::max(1, middle.size // many)],
                                     others, m[-2:]]))
    # as close as this to the end of a line its recoils fill few cells of the full calculation
    ends = np.array(one["ends"])
    near = (ends[:, None] > chosen) & (chosen > ends[:, None] - 2e-4)
    return chosen[~near.any(axis=0)]




def full(name):
    return probes.get(name, flat="10 /(t yr keV)") if name in FLAT else probes.get(name)


@pytest.mark.parametrize("name", [
    name if name in ("xenonnt", "conus_plus") else pytest.param(name, marks=pytest.mark.long)
    for name in _templates.EXPOSURES])
def test_between_masses_a_limit_is_the_full_calculation(told, name):
    """Within 1e-3 from M_N = 0 to the heaviest, of every flavor: seen, and median."""
    one = told["probes"][name]
    M_N = between(one, 30)
    for flavor in (*one["signal"], "universal"):
        exact = munu.limit(full(name), M_N=M_N * MeV, flavor=flavor)
        made = Live(told, name).limit(M_N, asked=Asked(flavor=flavor, flat=FLAT.get(name, 0.0)))
        assert made["upper"] == pytest.approx(exact.upper, rel=1e-3)
        assert made["expected"] == pytest.approx(exact.expected.upper, rel=1e-3)


@pytest.mark.parametrize("name", ["xenonnt", "lz", "conus_plus"])
def test_at_the_masses_of_the_templates_only_their_digits_are_lost(told, name):
    """32 bits hold seven digits of the counts."""
    M_N = np.array(told["probes"][name]["masses"])[::4]
    exact = munu.limit(name, M_N=M_N * MeV, level=0.95, expected=False)
    made = Live(told, name).limit(M_N, 0.95)
    assert made["upper"] == pytest.approx(exact.upper, rel=3e-7)


def test_a_background_with_an_error_and_a_level_are_those_of_limit(told):
    M_N = np.array(told["probes"]["lz"]["masses"])[::6]
    exact = munu.limit("lz", M_N=M_N * MeV, level=0.99, background_error=0.03, flavor="tau")
    made = Live(told, "lz").limit(M_N, 0.99, Asked(flavor="tau", error=0.03))
    assert made["upper"] == pytest.approx(exact.upper, rel=3e-7)
    assert made["expected"] == pytest.approx(exact.expected.upper, rel=3e-7)


def test_an_exposure_is_the_projection_of_the_probe(told):
    M_N = np.array(told["probes"]["xenonnt"]["masses"])[::8]
    exact = munu.limit(probes.get("xenonnt", exposure="11.6 t yr"), M_N=M_N * MeV)
    made = Live(told, "xenonnt").limit(M_N, asked=Asked(exposure=10.0))
    assert made["upper"] == pytest.approx(exact.upper, rel=3e-7)
    assert made["upper"] == pytest.approx(made["expected"], rel=1e-12)


def test_universal_is_the_sum_of_the_flavors(told):
    live, M_N = Live(told, "pandax4t"), np.array([0.0, 0.2, 1.1])
    exact = full("pandax4t").expects(munu.ray.read("mu", M_N=M_N * MeV)).signal[2]
    assert live.signal(M_N, "universal") == pytest.approx(_templates.SIZE**2 * exact, rel=1e-3)
    assert live.signal(M_N, "universal") == pytest.approx(
        sum(live.signal(M_N, f) for f in ("e", "mu", "tau")), rel=1e-12)


def test_a_better_background_and_more_of_it_move_what_is_expected(told):
    """A norm that is free takes no factor from what was seen; one that is known does."""
    live, M_N = Live(told, "xenonnt"), np.zeros(1)
    free, factor, known = (live.limit(M_N, asked=a) for a in (
        Asked(), Asked(background=1.3), Asked(background=1.3, error=0.01)))
    assert factor["upper"] == pytest.approx(free["upper"], rel=1e-9)
    assert factor["expected"] > 1.02 * free["expected"]
    # 1.3 times the background is more than was seen: no room for a signal
    assert known["upper"] < 0.7 * free["upper"]


def test_the_p_value_of_a_limit_is_what_its_level_leaves(told):
    live = Live(told, "xenonnt")
    for level in (0.68, 0.9, 0.99):
        edge = live.limit(np.array([0.3]), level)["upper"][0]
        assert live.p_value(edge, 0.3) == pytest.approx(1 - level, rel=1e-6)


def test_darwin_has_no_reach_without_its_background(told):
    with pytest.raises(DomainError, match="no reach without flat"):
        Live(told, "darwin").limit(np.zeros(1))
    live = Live(told, "darwin")
    dirty, clean = (live.limit(np.zeros(1), asked=Asked(flat=r))["upper"] for r in (50.0, 5.0))
    assert clean < dirty


@pytest.mark.parametrize(("call", "said"), [
    (lambda t: Live(t, "xenonn"), "did you mean 'xenonnt'"),
    (lambda t: Asked(flavor="all"), "universal"),
    (lambda t: Asked(background=0.0), "background = 0 must be above 0"),
    (lambda t: Asked(exposure=np.inf), "exposure = inf must be above 0"),
    (lambda t: Live(t, "conus_plus").limit(np.zeros(1), asked=Asked(flavor="tau")),
     "sees nothing of flavor tau"),
    (lambda t: Live(t, "xenonnt").limit(np.array([3.0])), "go from 0 to 2.29"),
])
def test_what_cannot_be_is_one_line(told, call, said):
    with pytest.raises((DomainError, UnknownName), match=said) as refused:
        call(told)
    assert "\n" not in str(refused.value)


def test_the_templates_are_small_and_end_below_the_heaviest(told):
    """A probe and flavor take tens of kB; the last mass leaves recoils."""
    for name, one in told["probes"].items():
        assert max(len(b) for b in one["signal"].values()) < 70_000
        assert 0.97 < one["masses"][-1] / (full(name).heaviest / MeV) < 1
        assert np.all(np.diff(one["masses"]) > 0) and one["masses"][0] == 0
        bins = (len(one["axis"]["edges"]) - 1) * one["rows"]
        assert len(one["fixed"]) == bins
    assert len(json.dumps(told)) < 600_000


def test_a_spline_is_exact_at_its_masses_and_for_a_power_of_the_root():
    """ln S cubic in the root of what is left to an end is no approximation."""
    ends, masses = np.array([1.0]), np.linspace(0, 0.96, 7)

    def law(M):
        u = np.sqrt(1 - M)
        return np.exp(np.stack([1 + u - 0.2 * u**2, 2 - 0.5 * u], axis=-1))
    made, at = Spline(masses, ends, law(masses)), np.linspace(0, 0.96, 50)
    assert made(masses) == pytest.approx(law(masses), rel=1e-13)
    assert made(at) == pytest.approx(law(at), rel=1e-12)


def test_edges_of_the_axis_are_those_of_the_experiment(told):
    edges = probes.get("xenonnt").measured.axes[-1].edges / keV
    assert told["probes"]["xenonnt"]["axis"]["edges"] == pytest.approx(edges)
