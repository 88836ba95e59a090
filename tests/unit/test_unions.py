"""What is excluded for one flavor by all bounds together: by points, by outlines, by words."""

import numpy as np
import pytest

import munu
from munu import atlas
from munu.couplings import d_of_mu
from munu.errors import DomainError, UnknownName
from munu.inference.region import Interval
from munu.units import GeV, MeV, keV

POINTS = [(M * MeV, mu) for M, mu in ((0.0, 3e-12), (0.0, 1e-10), (0.02, 1e-13), (0.7, 2e-9),
                                       (5.0, 1e-10), (80.0, 3e-12), (260.0, 1e-7), (2e3, 3e-6))]


@pytest.fixture(scope="module", params=[
    "tau", *(pytest.param(f, marks=pytest.mark.long) for f in ("e", "mu", "universal"))])
def found(request):
    return atlas.union(request.param)


def inside(line, M, mu):
    """Whether a point lies within an outline, edges straight in logarithms; inf closes upwards."""
    x, y = np.log(line[:, 0]), np.log(np.minimum(line[:, 1], 1e3))
    px, py = np.log(M), np.log(mu)
    nx, ny = np.roll(x, -1), np.roll(y, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        hit = ((x <= px) != (nx <= px)) & (py < y + (px - x) / (nx - x) * (ny - y))
    return np.count_nonzero(hit) % 2 == 1


def test_a_point_is_excluded_if_one_member_excludes_it(found):
    """The verdict on the point, member by member, says the same."""
    flavor = found.flavor
    names = {x["name"] for x in found.meta["members"]}
    # as they are kept: nothing is computed between their masses
    members = [x.with_(again=None) for x in (*atlas.published(), *atlas.bounds(flavor))
               if x.name in names]
    for M, mu in POINTS:
        point = munu.DipolePortal(mu, M, flavor)
        alone = [v.name for v in atlas.verdict(point, members) if v.excluded]
        assert found.contains(M, mu) == bool(alone), (M / MeV, mu, alone)


def test_outlines_hold_the_points_that_are_excluded(found):
    lines = [line[line[:, 0] > 0] for line in found.region()]
    rng = np.random.default_rng(3)
    M = np.exp(rng.uniform(*np.log([2e-3, 5e4]), 300)) * MeV
    mu = 10 ** rng.uniform(-13, -3, 300)
    wrong = [(m / MeV, x) for m, x in zip(M, mu, strict=True)
             if any(inside(line, m, x) for line in lines) != found.contains(m, x)]
    # an outline that ends between two masses is followed to 1e-3 of its end
    assert len(wrong) <= 3, wrong


def test_regions_that_join_between_the_same_two_masses_are_all_outlined():
    """Two pairs of regions whose edges meet at 2.03 and at 2.08 MeV, within one step of a union."""
    bbn = atlas.get("bbn_he4_numu")
    M = np.array([1.0, 4.0, 4.0, 1.0]) * MeV
    many = []
    for meet, size in ((2.03, 1e-11), (2.08, 1e-7)):
        rise = size * (4 / meet) ** 5, size * meet**-5
        for name, corners in (("low", (size / 1e3, size / 1e3, *rise)),
                              ("high", (size, size, size * 1e3, size * 1e3))):
            many.append(bbn.with_(name=f"{name} {meet}", shape="polygon", axis=M, ends=None,
                                  upper=np.array(corners), lower=np.zeros(4)))
    found = atlas.union("mu", limits=many)
    lines = [line[line[:, 0] > 0] for line in found.region()]
    for m in np.setdiff1d(np.linspace(1.97, 2.14, 35).round(3), [2.03, 2.08]) * MeV:
        for mu in (5e-12, 9.5e-12, 1.05e-11, 2e-11, 5e-8, 9.5e-8, 1.05e-7, 2e-7):
            assert any(inside(line, m, mu) for line in lines) == found.contains(m, mu), (m, mu)


def test_the_conventions_are_one_region(found):
    half, one, d = (atlas.outlines(found, c) for c in ("half_mu", "one_mu", "d"))
    for a, b, c in zip(half, one, d, strict=True):
        np.testing.assert_allclose(b, a * [1, 0.5])
        some = np.isfinite(a[:, 1])
        np.testing.assert_allclose(c[some, 1], d_of_mu(a[some, 1]))
    with pytest.raises(UnknownName, match="convention"):
        atlas.outlines(found, "mu")


def test_levels_and_statistics_that_are_mixed_are_said(found):
    assert found.meta["levels"] == [0.9, 0.95] and found.level is None
    assert {"profile", "criterion"} <= {*found.meta["statistics"]}
    left = found.meta["left_out"]
    assert "superseded" in left["gemma_2010"] and "projection" in left["ship_main_numu"]
    assert "prefer a signal" in left["xenon1t_2020"] and "dirac N alone" in left["li_xu_2023"]


def test_where_the_data_end_nothing_is_bounded():
    """The frame of the figure of BBN: above it, below it and beside it nothing is said by it."""
    bbn = atlas.get("bbn_he4_numu")
    found = atlas.union("mu", limits=[bbn])
    for k, M in enumerate(found.axis):
        assert found.excluded[k] == bbn.excluded_at(M)
        for i in found.excluded[k]:
            assert not i.low_ends or found.upper[k] != i.low
    assert any(i.low_ends for row in found.excluded for i in row)
    assert not found.contains(300 * MeV, 1e-12) and found.contains(10 * MeV, 1e-12)


def test_a_nature_brings_what_holds_for_it_alone():
    names = {n: {x["name"] for x in atlas.union("universal", n, M_N=[1 * MeV]).meta["members"]}
             for n in (None, "dirac", "majorana")}
    assert "li_xu_2023" in names["dirac"] and "li_xu_2023" not in names[None] | names["majorana"]


def test_what_is_left_out_by_wish():
    less = atlas.union("e", M_N=[1 * MeV], without=["stars", "gemma_2012"])
    names = {x["name"] for x in less.meta["members"]}
    assert "gemma_2012" not in names and "capozzi_raffelt_2020_ngc4258" not in names
    assert less.meta["left_out"]["gemma_2012"] == "left out by 'gemma_2012'"
    with pytest.raises(UnknownName, match="did you mean 'stars'"):
        atlas.union("e", without=["star"])


def test_dirac_and_majorana_do_not_combine_unasked():
    one = atlas.get("charm2_numu")
    two = [one.with_(name=n, nature=n) for n in ("dirac", "majorana")]
    with pytest.raises(DomainError, match="dirac holds for dirac and majorana holds for majorana"):
        atlas.combine(two, [10 * MeV], flavor="mu")
    assert atlas.combine([one, two[0]], [10 * MeV], flavor="mu").nature == "dirac"


def test_an_n_that_no_bin_sees_is_not_excluded_by_it():
    """As the verdict says: above the heaviest N that recoils, the bins of XENONnT hold none."""
    ours = munu.limit("xenonnt", M_N=np.geomspace(1 * keV, 1 * GeV, 40), expected=False)
    heavy = 1.01 * ours.meta["heaviest"]
    found = atlas.combine([ours], [1 * MeV, heavy], flavor="universal")
    assert np.isfinite(found.upper[0]) and found.upper[1] == np.inf


def test_islands_that_take_turns_are_two_outlines():
    """One ends at a mass, another begins at the next: nothing between them is excluded."""
    rows = [(Interval(1e-12, 1e-11),)] * 2 + [(Interval(1e-8, 1e-7),)] * 2
    one = atlas.get("charm2_numu").with_(axis=np.arange(1.0, 5) * MeV, intervals=tuple(rows),
                                         upper=np.array([r[0].low for r in rows]),
                                         lower=np.zeros(4), shape="function")
    first, second = one.region()
    assert first[:, 1].max() == 1e-11 and second[:, 1].min() == 1e-8


def test_a_word_alone_leaves_out_as_in_a_list():
    held = atlas.published(flavor="mu")
    one, other = (atlas.union("mu", limits=held, without=w) for w in ("beams", ["beams"]))
    assert one.meta["left_out"] == other.meta["left_out"] and one.excluded == other.excluded
