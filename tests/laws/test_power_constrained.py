"""Power-constrained limits: the one-sided limit, never below what is seen without a signal often
enough.  Counts of one bin are summed exactly."""

import numpy as np
import pytest
from scipy.stats import norm, poisson

import munu
from munu.errors import DomainError
from munu.inference import toys
from munu.inference.study import study
from munu.ray import Ray
from munu.units import MeV, keV

from .test_coverage import counting, with_counts

MASSES = [0.0, 1 * keV, 50 * keV, 0.3 * MeV, 1 * MeV]
ONE_SIGMA = norm.cdf(-1)


def pcl(probe, **more):
    return munu.limit(probe, method="power_constrained", **more)


@pytest.mark.parametrize("probe", ["xenonnt", "borexino", ["xenonnt", "lz"]])
@pytest.mark.parametrize("level", [0.90, 0.95])
def test_it_is_the_one_sided_limit_or_the_edge_of_its_band(probe, level):
    made = pcl(probe, M_N=MASSES, level=level)
    plain = munu.limit(probe, M_N=MASSES, level=level, method="one_sided")
    least = plain.bands["1 sigma"][0]
    np.testing.assert_array_equal(made.unconstrained, plain.upper)
    np.testing.assert_allclose(made.upper, np.maximum(plain.upper, least), rtol=1e-13)
    np.testing.assert_array_equal(made.expected.upper, plain.expected.upper)
    np.testing.assert_allclose(made.bands["2 sigma"][0], least, rtol=1e-13)
    np.testing.assert_array_equal(made.bands["2 sigma"][1], plain.bands["2 sigma"][1])
    # what is expected need not be asked
    np.testing.assert_array_equal(pcl(probe, M_N=MASSES, level=level, expected=False).upper,
                                  made.upper)


def test_data_that_are_high_are_not_constrained():
    probe = counting(140, 100.0, 0.05)
    made = pcl(probe)
    assert made.value == made.unconstrained[0] == munu.limit(probe, method="one_sided").value
    assert "least power" not in made.solver
    low = pcl(counting(70, 100.0, 0.05))
    assert low.value > 1.2 * low.unconstrained[0] and "least power" in low.solver


def test_more_power_is_a_weaker_limit_up_to_the_median():
    probe = counting(70, 100.0, 0.05)
    limits = [pcl(probe, power=p).value for p in (0.02, 0.16, "30%", 0.5)]
    assert limits == sorted(limits) and limits[0] < limits[-1]
    assert limits[-1] == pytest.approx(munu.limit(probe, method="one_sided").expected.value,
                                       rel=1e-12)
    assert pcl(probe).value == pytest.approx(pcl(probe, power=ONE_SIGMA).value, rel=1e-12)


def limits_of_every_number(b, method, most):
    return np.array([munu.limit(counting(n, b), method=method, expected=False).value**2
                     for n in range(most)])


@pytest.mark.parametrize("b", [60.0, pytest.param(150.0, marks=pytest.mark.long)])
def test_the_power_is_what_it_says(b):
    """Without a signal 16 % of experiments exclude the least size by the one-sided limit."""
    seen = np.arange(int(b + 8 * np.sqrt(b)))
    plain = limits_of_every_number(b, "one_sided", seen.size)
    least = pcl(counting(0, b), expected=False).value ** 2
    # between two numbers of events the probability jumps
    at = poisson.pmf(seen, b) @ (plain < least)
    below = at - poisson.pmf(seen, b)[plain < least].max()
    above = at + poisson.pmf(seen, b)[plain >= least].max()
    assert below < ONE_SIGMA < above


@pytest.mark.parametrize("b", [3.0, pytest.param(40.0, marks=pytest.mark.long)])
def test_it_covers_at_least_as_often_as_the_one_sided_limit(b):
    """And always below its least size, which no experiment excludes."""
    most = int(b + 12 * np.sqrt(b) + 30)
    seen = np.arange(most)
    plain, held = (limits_of_every_number(b, m, most) for m in ("one_sided", "power_constrained"))
    assert np.all(held >= plain)
    least = held.min()
    for s in (0.3 * least, 0.999 * least, 1.01 * least, 2 * least, 4 * least):
        p = poisson.pmf(seen, s + b)
        covered, before = (p @ (s <= x) for x in (held, plain))
        assert covered >= before - 1e-12
        if s < least:
            assert covered == pytest.approx(p.sum(), rel=1e-12)


@pytest.mark.long
@pytest.mark.parametrize("mu", [0.0, 4e-12, 8e-12, 2e-11])
def test_toys_of_a_whole_experiment_are_covered(mu):
    """XENONnT through ``munu.limit``: at least 90 % of 600 experiments, and all below the least."""
    probe = munu.probes.get("xenonnt")
    problem = study([probe], Ray.portal()).even()
    drawn, _ = toys.draw(problem, mu**2, np.ones(1), 600, np.random.default_rng(5))
    covered = {m: np.mean([mu <= munu.limit(with_counts(probe, n), method=m, expected=False).value
                           for n in drawn]) for m in ("one_sided", "power_constrained")}
    assert covered["power_constrained"] >= covered["one_sided"]
    assert covered["power_constrained"] > 0.90 - 3 * np.sqrt(0.09 / 600)
    if mu < 6e-12:
        assert covered["power_constrained"] == 1.0


def test_the_record_says_what_was_constrained():
    made = pcl("xenonnt", M_N=[0.0, 1 * MeV], power="16%")
    said = made.as_dict()
    assert made.sides == 1 and made.statistic == said["statistic"] == "power_constrained"
    assert said["power"] == 0.16 and "CowanPCL2011" in said["citations"]
    low, high = said["limits"]
    assert low["unconstrained"] < low["mu"] and high["unconstrained"] == high["mu"]
    assert "unconstrained" in made.to_table()
    # at a mass that was not asked it is constrained alike
    assert made.at(50 * keV)[0] == pytest.approx(
        pcl("xenonnt", M_N=50 * keV, power=0.16).value, rel=1e-12)
    assert "unconstrained" not in munu.limit("xenonnt").as_dict()["limits"][0]


def test_a_mass_without_a_signal_has_no_limit():
    made = pcl("xenonnt", M_N=[0.0, 50 * MeV])
    assert np.isfinite(made.upper[0]) and np.isinf(made.upper[1])
    assert np.isinf(made.unconstrained[1])


@pytest.mark.parametrize(("how", "said"), [
    ({"probe": "red_giants"}, "holds no counts; leave method out"),
    ({"along": "q"}, "takes the method profile"),
    ({"unbinned": True}, "unbinned likelihood of xenonnt by power_constrained"),
    ({"probe": "xenon1t_s2only"}, "not known what xenon1t_s2only sees without a signal"),
    ({"probe": "sn1987a_gammas", "M_N": 10 * MeV, "nature": "dirac"},
     "is a curve: take profile"),
    ({"power": 0.7}, r"at most 0\.5 \(the median\)"), ({"power": 0}, "power 0 must lie above 0"),
    ({"power": "16 keV"}, "power '16 keV'"), ({"power": True}, "power True"),
    ({"level": 0.4}, r"level 0\.4 of power_constrained must be above 0\.5"),
    ({"toys": 500}, "power_constrained draws no toys"),
    ({"method": "one_sided", "power": 0.16}, "of the method power_constrained; leave it out"),
])
def test_where_it_means_nothing_it_is_refused(how, said):
    with pytest.raises(DomainError, match=said):
        munu.limit(**{"probe": "xenonnt", "method": "power_constrained"} | how)
