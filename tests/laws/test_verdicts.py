"""What limits say of a point: continuous, alike for one coupling, never softer than ours."""

import os
import pickle

import numpy as np
import pytest

import munu
from munu import atlas, flavors
from munu.atlas import combine, ours, signed, verdict
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.units import GeV, MeV, keV

# more draws where more examples of a law are asked
EFFORT = max(1, int(os.environ.get("MUNU_EFFORT", "60")) // 60)


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


def test_a_limit_says_nothing_of_an_N_too_heavy_for_its_bins():
    """Beyond the last recoil there are no counts: no word of it, not *allowed*."""
    found = verdict(DipolePortal(1e-8, 10 * MeV, "mu"))
    assert "leaves no recoils" in found.unsaid["xenonnt"]
    assert "xenonnt" not in [v.name for v in found] and "coherent_csi" in [v.name for v in found]
    said = repr(found)
    assert said.startswith(f"<Verdicts: {sum(v.excluded for v in found)} of {len(found)} exclude")
    assert found[0].name in said and f"{len(found.unsaid)} not compared" in said
    assert "none that speaks" in repr(verdict(DipolePortal(1e-8, 1 * MeV), []))


@pytest.mark.parametrize("seed", range(3 * EFFORT))
def test_never_allowed_where_a_computed_limit_excludes(seed):
    """Just above the limit of any probe, for any flavor and mass, the point is excluded; just
    below, that limit allows it."""
    draw = np.random.default_rng(seed)
    flavor = [*flavors.NAMES, "universal", tuple(draw.normal(size=3))][draw.integers(5)]
    M_N = [0.0, float(np.exp(draw.uniform(np.log(0.1 * keV), np.log(20 * MeV))))][
        int(draw.random() < 0.8)]
    edges = {}
    for probe in ours.recoils():
        edge = munu.limit(probe, M_N=M_N, flavor=flavor, expected=False).value
        if np.isfinite(edge) and edge < 1e-4:
            edges[probe.name] = edge
    assert edges or 1 * MeV < M_N
    for name in draw.permutation(list(edges))[:4]:
        for factor, out in ((1.001, True), (0.999, False)):
            said = verdict(DipolePortal(factor * edges[name], M_N, flavor))
            assert next(v for v in said if v.name == name).excluded == out, (name, flavor, M_N)
            assert said.excluded or not out


@pytest.mark.parametrize(("word", "kind"), [("q", "charge"), ("r2", "radius")])
def test_nor_where_one_on_a_charge_or_radius_does(word, kind):
    """Flavor nu_e: on either side of every edge, of both signs."""
    for name in ("xenonnt", "dresden2", "coherent_csi"):
        alone = munu.limit(name, word, flavor="e", expected=False, scan=False)
        edges = [e for i in alone.excluded[0] for e in (i.low, i.high) if np.isfinite(e)]
        assert min(edges) < 0 < max(edges)
        for size in (f * e for e in edges for f in (0.999, 1.001)):
            held = {x.name: out for x, out, _ in signed.computed(
                kind, np.diag([size, 0, 0]).astype(complex), {})}
            assert held[name] == alone.contains(0.0, size), (name, size)


@pytest.mark.long
def test_a_verdict_is_continuous_in_the_mass():
    """Down to M_N = 0 the strictest margin of recoils moves little from one mass to the next, of
    what speaks of a mass at all: a row on massless states alone is silent above."""
    masses = [0.0, *np.geomspace(0.01 * keV, 100 * keV, 13)]
    apart = {p.name for p in ours.skies()} | {
        x.name for x in atlas.published() if x.meta.get("effective") == "plasmon"
        or (x.axis is None and not x.reach)}
    top = np.array([next(v.margin for v in verdict(DipolePortal(1e-10, m)) if v.name not in apart)
                    for m in masses])
    assert np.all(top > 1) and np.all(np.abs(np.diff(np.log(top))) < 0.4)


@pytest.mark.parametrize("flavor", ["e", "universal", (0.3, -1.0, 0.5)])
def test_a_light_N_is_a_massless_one(flavor):
    """All that speaks of M_N = 0 and names a recoil, and all of ours, say the same at 1 eV."""
    at = [{v.name: v.margin for v in verdict(DipolePortal(1e-10, m, flavor))}
          for m in (0.0, 1e-3 * keV)]
    lost = at[0].keys() - at[1].keys()
    # what N decays to hangs on its nature, which is not said here
    decaying = {p.name for p in ours.skies() if "majorana" not in p.rays}
    assert {"n_eff", "bbn"} <= decaying & lost
    assert all("recoil" not in atlas.get(n).meta for n in lost - decaying) and len(at[1]) > 10
    for name, margin in at[1].items():
        assert margin == pytest.approx(at[0][name], rel=1e-4), name


@pytest.mark.long
def test_what_is_ours_moves_with_the_mass_as_little_as_it():
    """A per mille in the mass, at random masses below the edges of the recoils."""
    draw = np.random.default_rng(7)
    for m in np.exp(draw.uniform(np.log(1 * keV), np.log(300 * keV), 3)):
        one, two = ({v.name: v.margin for v in verdict(DipolePortal(1e-10, x))
                     if v.statistic == "profile"} for x in (m, 1.001 * m))
        assert one.keys() == two.keys() and len(one) > 8
        for name in one:
            assert two[name] == pytest.approx(one[name], rel=1e-2), (name, m)


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


@pytest.mark.parametrize("seed", range(6 * EFFORT))
def test_a_union_contains_what_its_members_contain(seed):
    """Random members and masses, on their nodes and between; no more and no less."""
    draw = np.random.default_rng(seed)
    flavor = ["e", "mu", "tau", "universal"][seed % 4]
    known = [x for x in atlas.published(status="standing") if x.flavor == flavor
             and x.meta.get("effective") is None]
    members = [known[i] for i in draw.permutation(len(known))[:draw.integers(1, 6)]]
    nodes = np.concatenate([x.axis for x in members if x.axis is not None] or [[1 * MeV]])
    masses = np.sort(np.unique([*np.exp(draw.uniform(np.log(0.1 * MeV), np.log(1 * GeV), 6)),
                                *draw.choice(nodes, 3), 0.0]))
    found = combine(members, masses, flavor=flavor, level=None)
    for j, m in enumerate(masses):
        for mu in np.exp(draw.uniform(np.log(1e-13), np.log(1e-5), 40)):
            held = any(x.contains(m, mu) for x in members)
            assert held == found.contains(m, mu) == any(
                i.low < mu < i.high for i in found.excluded[j]), (m, mu)
    # between the masses of the union the members are asked
    for m in np.exp(draw.uniform(np.log(masses[1]), np.log(masses[-1]), 6)):
        for mu in np.exp(draw.uniform(np.log(1e-13), np.log(1e-5), 40)):
            assert found.contains(m, mu) == any(x.contains(m, mu) for x in members), (m, mu)
    assert pickle.loads(pickle.dumps(found)).contains(masses[2], 1e-5) == found.contains(
        masses[2], 1e-5)


def test_a_union_says_what_its_members_are():
    """Levels, statistics and how sure each is; its own facts are the weakest of theirs."""
    both = [atlas.get(n) for n in ("bbn_he4_numu", "charm2_numu", "lampf_1993_numu",
                                   "miniboone_numu")]
    found = combine(both, [0.0, 10 * MeV], flavor="mu", level=None)
    assert found.level is None and (found.certainty, found.checked) == ("B", "no")
    assert [(m["level"], m["statistic"]) for m in found.meta["members"]] == [
        (x.level, x.statistic) for x in both]
    assert "90 %, criterion and 90 %, unknown and 95 %, unknown" in repr(found)
    assert [m["name"] for m in found.as_dict()["members"]] == [x.name for x in both]
    assert combine(both[1:3], [0.0], flavor="mu", level=None).level == 0.9


# ---- effective moments of one kind ---------------------------------------------------------

def test_all_transition_moments_of_majorana_neutrinos():
    """sqrt(sum |Lambda_i|^2) < 2e-10: whatever the basis; nothing of an N or of Dirac ones."""
    for basis in ("flavor", "mass"):
        held = {v.name: v.margin for v in verdict(
            Couplings.majorana(3e-10, 0.0, 4e-10j, basis=basis), [atlas.get("grimus_2002")])}
        assert held["grimus_2002"] == pytest.approx(2.5)
    dirac = verdict(Couplings(mu=np.eye(3) * 1e-9, nature="dirac"), [atlas.get("grimus_2002")])
    portal = verdict(DipolePortal(1e-9, 0.0), [atlas.get("grimus_2002")])
    assert not dirac and not portal
    assert "majorana" in dirac.unsaid["grimus_2002"]
    assert "among themselves" in portal.unsaid["grimus_2002"]
    with pytest.raises(DomainError, match="grimus_2002 cannot be combined"):
        combine([atlas.get("grimus_2002")], [0.0])


def test_the_moments_of_one_mass_state():
    """SNO's neutrinos of boron: sqrt(sum_j mu_2j^2), of nu_1 and nu_3 nothing but 2."""
    matrix = np.zeros((3, 3))
    matrix[1] = [3e-9, 0.0, 4e-9]
    sno = atlas.get("sno_2004")
    held = verdict(Couplings(mu=matrix, nature="dirac", basis="mass"), [sno])
    assert held[0].margin == pytest.approx(5 / 3.7)
    other = verdict(Couplings(mu=np.diag([1e-8, 0, 0]), nature="dirac", basis="mass"), [sno])
    assert not other and "says nothing" in other.unsaid["sno_2004"]


def test_solar_neutrinos_of_no_known_recoil_are_unsaid():
    said = verdict(DipolePortal(1e-9, 0.0), [atlas.get("xmass_2020")])
    assert not said and "names no recoil energy" in said.unsaid["xmass_2020"]
