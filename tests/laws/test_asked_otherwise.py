"""The same question in another order, unit or range has the same answer."""

import numpy as np
import pytest

import munu
from munu.atlas import combine, published, verdict
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.inference.tell import shown
from munu.probes import Ceiling, Claim, Counts, Curve, Polynomial, Probe
from munu.spectrum import Axis
from munu.units import MeV, keV

AXIS = Axis("n", "1", np.array([0.0, 1.0]))


def probe(expects, measured):
    return Probe(name="synthetic", title="synthetic", grade="counts", rays=("portal",),
                 measured=measured, expects=expects, signal=None, papers=("Brdar2020",))


def curve(value, measured, where=(1e-3, 1e3), background=0.0):
    return probe(lambda ray: Curve(signal=lambda x, j: value(x)[:, None] + background,
                                   where=lambda j: where), measured)


# ---- masses ----------------------------------------------------------------------------------


def test_masses_in_any_order():
    """A limit says the same of a mass wherever it stands in the list, and if it stands twice."""
    up = munu.limit("xenonnt", M_N=[0.0, 100 * keV, 300 * keV])
    down = munu.limit("xenonnt", M_N=[300 * keV, 100 * keV, 300 * keV, 0.0])
    for M in (0.0, 50 * keV, 100 * keV, 200 * keV, 300 * keV):
        assert down.at(M) == pytest.approx(up.at(M), rel=1e-12)
        assert down.contains(M, 1e-9) and not down.contains(M, 1e-13)
    point = DipolePortal(1e-9, 0.0)
    assert verdict(point, [down])[0].margin == pytest.approx(verdict(point, [up])[0].margin)
    assert combine([down], [0.0]).upper == pytest.approx(up.upper[:1])
    assert all(len(x) == 1 for x in down.excluded)


@pytest.mark.parametrize("masses", ["0,50keV", [0.0, "50 keV"], [0.0, 50 * keV]])
def test_masses_as_text_or_numbers(masses):
    found = munu.limit("xenonnt", M_N=masses, expected=False)
    assert found.upper == pytest.approx(munu.limit("xenonnt", M_N=[0, 50 * keV]).upper, rel=1e-12)
    assert found.at("50keV") == pytest.approx(found.upper[1:])
    assert found.contains("50 keV", 1e-10)


def test_masses_with_a_unit_of_their_own():
    class Quantity:
        def __init__(self, x, factor):
            self.x, self.factor = np.asarray(x), factor

        def to_value(self, unit):
            assert unit == "MeV"
            return self.x * self.factor

    found = munu.limit("xenonnt", M_N=Quantity([0.0, 50.0], 1e-3), expected=False)
    assert found.axis == pytest.approx([0.0, 50 * keV])


@pytest.mark.parametrize("masses", ["50", "50 cm", [], [[1.0]], 1j, "a", [-1.0], [np.nan]])
def test_no_masses(masses):
    with pytest.raises(DomainError):
        munu.limit("xenonnt", M_N=masses)


def test_tips_do_not_know_how_many_masses_are_solved_at_once():
    """An island that ends between the masses at which one block passes to the next."""
    def expects(ray):
        def height(x, j):
            top = np.where(ray.masses[j] < 512.5, 2.0, 0.1)
            return (top * np.exp(-np.log(np.maximum(x, 1e-300)) ** 2))[:, None]

        return Curve(signal=height, where=lambda j: (1e-2, 1e2))

    star = probe(expects, Ceiling(1.0))
    (one,), (two,) = (munu.limit(star, M_N=np.arange(first, 518)).tips for first in (1.0, 2.0))
    assert one == pytest.approx(two)
    assert one[0] == pytest.approx(512.5, rel=1e-6)


# ---- ranges ----------------------------------------------------------------------------------


@pytest.mark.parametrize("low", [1e-18, 1e-14, 1e-12])
def test_a_claim_wherever_its_curve_begins(low):
    found = munu.limit(curve(lambda x: (x / 1e-16) ** 2, Claim(low=1.0, high=2.0), (low, 1e-8)))
    assert found.lower == pytest.approx([1e-16], rel=1e-9)
    assert found.upper == pytest.approx([1e-16 * 2**0.5], rel=1e-9)
    assert found.best_fit == found.lower


@pytest.mark.parametrize("low", [1e-18, 1e-12])
def test_a_signal_wherever_its_curve_begins(low):
    found = munu.limit(curve(lambda x: 99 * (x / 1e-14) ** 2, Counts(AXIS, np.array([100.0])),
                             (low, 1e-8), background=1.0))
    assert found.best_fit == pytest.approx([1e-14], rel=1e-5)
    assert 0.9e-14 < found.lower < found.best_fit < found.upper < 1.1e-14


@pytest.mark.parametrize("claim", [Claim(high=-1.0), Claim(low=1e9)])
def test_a_claim_that_nothing_meets_says_so(claim):
    found = munu.limit(curve(lambda x: x**2, claim))
    assert "no size that was looked at is allowed" in found.solver
    assert found.excluded == ((),)


def test_a_curve_that_ends_before_the_limit_says_where():
    found = munu.limit(curve(lambda x: x**2, Counts(AXIS, np.array([1.0])), (1e-3, 0.1), 1.0))
    assert np.isinf(found.upper).all()
    assert "no size is excluded up to 0.1, where the curve ends" in found.solver


@pytest.mark.parametrize("where", [(1.0, 0.5), (0.0, 1.0), (1.0, np.inf)])
def test_a_range_that_is_none(where):
    with pytest.raises(DomainError, match="where gives"):
        munu.limit(curve(lambda x: x**2, Ceiling(1.0), where))


def test_as_many_bins_expected_as_seen():
    def expects(ray):
        return Polynomial(signal={2: np.ones((1, 3))})

    with pytest.raises(DomainError, match="saw 1 bins and expects 3"):
        munu.limit(probe(expects, Counts(AXIS, np.array([1.0]))))


@pytest.mark.parametrize("what", ["xenonnt", 1.0])
def test_no_limit_among_limits(what):
    for ask in (lambda: combine([what], [0.0]), lambda: verdict(DipolePortal(1e-9, 0.0), [what])):
        with pytest.raises(DomainError, match="is no Limit"):
            ask()


# ---- events ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n, b, low, high", [(0, 0.0, 0, 2.44), (0, 0.5, 0, 1.94),
                                             (3, 3.0, 0, 4.42), (5, 3.0, 0, 6.99)])
def test_an_experiment_among_its_own_bands(n, b, low, high):
    """Feldman and Cousins' table; with as many events as expected the limit is the median one."""
    def expects(ray):
        return Polynomial(signal={2: np.array([[1.0]])}, fixed=np.array([b]))

    found = munu.limit(probe(expects, Counts(AXIS, np.array([float(n)]))),
                       method="feldman_cousins", toys=1000)
    assert found.upper**2 == pytest.approx([high], abs=0.011)
    assert found.lower == low
    if n == round(b - 0.01):
        assert found.expected.upper == pytest.approx(found.upper, rel=1e-9)
        inside = found.bands["1 sigma"].ravel()
        assert inside[0] <= found.upper[0] <= inside[1]


# ---- sizes of both signs -----------------------------------------------------------------------


@pytest.mark.parametrize("name, parameter", [("dresden2", "r2"), ("dresden2", "q"),
                                             ("xenonnt", "q")])
def test_two_signs_everywhere(name, parameter):
    """Seen and expected: what is allowed, what is excluded and the least bound agree."""
    found = munu.limit(name, parameter)
    for x, pieces in ((found, found.meta["intervals"]),
                      (found.expected, found.meta["expected_intervals"])):
        for a, b in pieces:
            assert not x.contains(0.0, 0.5 * (a + b))
        assert not x.contains(0.0, 0.0)
        assert x.at(0.0)[0] == pytest.approx(max(b for _, b in pieces))
        assert x.contains(0.0, 1.01 * x.at(0.0)[0])
    assert all(shown(a / found.factor) in repr(found)
               for a, _ in found.meta["intervals"])


def test_charges_of_one_flavor_say_nothing_of_another():
    found = munu.limit("xenonnt", "q", flavor="e")
    with pytest.raises(DomainError, match="flavor e, not q, flavor mu"):
        combine([found], [0.0], flavor="mu")
    both = combine([found], [0.0], flavor="e")
    assert both.upper == pytest.approx(found.upper)
    assert both.lower == pytest.approx(found.lower)


# ---- what N decays into ------------------------------------------------------------------------


def test_an_upper_edge_is_where_n_is_gone_too_early():
    """With more neutrinos to go to, N is gone earlier: an edge above comes down, never up."""
    (he,) = [x for x in published() if x.name == "bbn_he4_numu"]
    M = 0.1 * MeV
    alone = combine([he], [M], flavor="mu", level=None).excluded[0][0]
    same = combine([he], [M], flavor=(0.0, 0.5, 0.0), level=None).excluded[0][0]
    more = combine([he], [M], flavor=(1.0, 0.5, 0.0), level=None).excluded[0][0]
    assert (same.low, same.high) == pytest.approx((2 * alone.low, 2 * alone.high))
    assert more.low == pytest.approx(2 * alone.low)
    assert more.high == pytest.approx(alone.high / 1.25**0.5)


def test_several_heavy_ones_are_said_to_be_judged_apart():
    found = verdict(Couplings(portals=(DipolePortal(5e-12, 0.0),) * 4),
                    [munu.limit("xenonnt", expected=False)])
    assert "their rates add" in found.unsaid["the sum of all moments"]
    light = Couplings(mu=1e-12 * np.diag([1.0, 0, 0]), nature="dirac",
                      portals=(DipolePortal(5e-12, 0.0),))
    assert "the sum of all moments" in verdict(light, computed=False).unsaid
    one = verdict(DipolePortal(5e-12, 0.0), computed=False)
    assert "the sum of all moments" not in one.unsaid


@pytest.mark.parametrize("along", ["emu=1_0", "emu=1,emu=2", "emu=", "emu=inf"])
def test_a_direction_that_is_no_number(along):
    with pytest.raises(DomainError):
        munu.limit("xenonnt", along)
