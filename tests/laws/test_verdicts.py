"""What limits say of a point: continuous, alike for one coupling, never softer than ours."""

import numpy as np
import pytest

import munu
from munu import atlas
from munu.atlas import combine, ours, verdict
from munu.couplings import Couplings, DipolePortal
from munu.units import GeV, MeV, keV


def margin(portal, name):
    return next(v.margin for v in verdict(portal) if v.name == name)


def test_the_published_limit_speaks_for_a_single_flavor():
    """XENONnT's 6.4e-12 on all flavors is 1.315e-11 on nu_tau alone (NuFIT 6.0, NO)."""
    assert margin(DipolePortal(1e-9, 0.0, "tau"), "xenonnt_2022") == pytest.approx(76.05, rel=1e-3)


def test_a_tuple_is_its_flavor():
    one, two = (verdict(DipolePortal(1e-6, 0.0, f)) for f in ((1, 0, 0), "e"))
    assert {v.name: v.margin for v in one} == pytest.approx({v.name: v.margin for v in two})
    assert one.excluded


def test_a_portal_without_mass_is_its_couplings():
    """One massless N of flavor e is a Dirac moment from nu_e to one right-handed state."""
    matrix = np.zeros((3, 3))
    matrix[0, 0] = 1e-10
    portal = {v.name: v.margin for v in verdict(DipolePortal(1e-10, 0.0, "e"))}
    light = {v.name: v.margin for v in verdict(Couplings(mu=matrix, nature="dirac"))}
    both = portal.keys() & light.keys()
    assert {"gemma_2012", "xenonnt_2022", "xenonnt", "borexino"} <= both
    for name in both:
        assert portal[name] == pytest.approx(light[name], rel=1e-6), name


@pytest.mark.parametrize("flavor", ["e", "mu", "tau", "universal", (1, 1, 1)])
@pytest.mark.parametrize("M_N", [0.0, 1 * keV, 100 * keV, 3 * MeV])
def test_never_allowed_where_a_computed_limit_excludes(flavor, M_N):
    """Just above each computed limit the point is excluded, just below that limit allows it."""
    for probe in ours.recoils()[:3]:
        edge = munu.limit(probe, M_N=M_N, flavor=flavor, expected=False).value
        if not np.isfinite(edge) or edge > 1e-4:
            continue
        for factor, out in ((1.001, True), (0.999, False)):
            said = verdict(DipolePortal(factor * edge, M_N, flavor))
            own = next(v for v in said if v.name == probe.name)
            assert own.excluded == out
            assert said.excluded or not out


def test_a_verdict_is_continuous_in_the_mass():
    """Down to M_N = 0 the strictest margin moves little from one mass to the next."""
    masses = [0.0, *np.geomspace(0.01 * keV, 100 * keV, 13)]
    top = np.array([verdict(DipolePortal(1e-10, m))[0].margin for m in masses])
    assert np.all(top > 1) and np.all(np.abs(np.diff(np.log(top))) < 0.4)


def test_what_could_not_be_compared_is_named():
    said = verdict(DipolePortal(1e-10, 10 * MeV, "tau"))
    assert "holds up to" in said.unsaid["xenonnt_2022"]
    assert "says nothing of this coupling" in said.unsaid["gemma_2012"] \
        or "M_N = 0" in said.unsaid["gemma_2012"]
    assert not set(said.unsaid) & {v.name for v in said}


# ---- unions --------------------------------------------------------------------------------

def test_a_tuple_is_normalized_before_it_speaks_for_another_flavor():
    found = munu.limit("xenonnt", flavor=(10, 0, 0), expected=False)
    alone = munu.limit("xenonnt", flavor="e", expected=False).value
    assert combine([found], [0.0], flavor="e").upper[0] == pytest.approx(alone, rel=1e-9)
    # of all three flavors the rate is at least that of nu_e
    assert combine([found], [0.0]).upper[0] == pytest.approx(alone, rel=1e-9)
    assert combine([munu.limit("xenonnt", expected=False)], [0.0]).upper[0] == pytest.approx(
        7.475e-12, rel=1e-3)


def test_a_reactor_makes_no_heavy_N():
    at = combine([atlas.get("gemma_2012")], [0.0, 10 * MeV, 1e3 * GeV], flavor="e").upper
    assert at[0] == 2.9e-11 and np.all(np.isinf(at[1:]))
    assert np.isinf(atlas.get("xenonnt_2022").at(10 * MeV)[0])


def test_regions_stay_regions():
    """BBN's trapped band and CHARM-II: neither excludes 1e-11 at 10 MeV."""
    both = [atlas.get(n) for n in ("bbn_he4_numu", "charm2_numu")]
    found = combine(both, [10 * MeV], flavor="mu", level=None)
    low, high = found.excluded[0]
    assert low.low_ends and not high.low_ends
    assert not found.contains(10 * MeV, 1e-11)
    assert found.contains(10 * MeV, 1e-12) and found.contains(10 * MeV, 1e-8)
    # the frame of a figure is no bound
    assert found.upper[0] == pytest.approx(2.886e-9, rel=1e-3)
    assert combine([both[0]], [10 * MeV], flavor="mu", level=None).upper[0] == np.inf


@pytest.mark.parametrize("flavor", ["e", "mu", "universal"])
def test_a_union_contains_what_its_members_contain(flavor):
    masses = np.geomspace(0.1 * MeV, 1 * GeV, 7)
    members = [x for x in atlas.published(status="standing") if x.axis is not None
               and x.flavor == flavor]
    found = combine(members, masses, flavor=flavor, level=None)
    for j, m in enumerate(masses):
        for mu in np.geomspace(1e-13, 1e-6, 29):
            assert any(x.contains(m, mu) for x in members) == any(
                i.low < mu < i.high for i in found.excluded[j])
