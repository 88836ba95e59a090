"""The verdict on a point: it agrees with the limit, and says what would have to fail."""

import json
import pickle

import pytest

from munu import atlas, limit, models, probes
from munu.atlas import assumptions
from munu.atlas.cheapest import cheapest
from munu.atlas.check import Check
from munu.atlas.verdict import Verdict, Verdicts
from munu.cli.check import _read
from munu.couplings import Couplings, DipolePortal, check_nature
from munu.errors import DomainError
from munu.units import MeV, keV
from tests.unit.command import answer, run

EDGES = [("xenonnt", 0.0, "mu"), ("borexino", 50 * keV, "tau"), ("lz", 1 * MeV, "e"),
         ("red_giants", 5 * keV, "e"), ("lsnd", 0.0, "mu")]


@pytest.mark.parametrize(("probe", "M_N", "flavor"), [*EDGES, *(
    pytest.param(*x, marks=pytest.mark.long) for x in (
        ("sn1987a_cooling", 1 * MeV, "mu"), ("n_eff", 1 * MeV, "e"), ("bbn", 100 * MeV, "tau")))])
def test_just_above_a_limit_the_point_is_excluded_and_just_below_allowed(probe, M_N, flavor):
    made = limit(probe, M_N=M_N, flavor=flavor, nature="dirac", expected=False)
    edge = made.excluded[0][0].low
    for factor in (0.999, 1.001):
        point = DipolePortal(factor * edge, M_N, flavor, "dirac")
        (said,) = atlas.verdict(point, [], computed=probes.get(probe))
        assert said.excluded is (factor > 1)
        assert said.margin == pytest.approx(factor, rel=1e-6)
        assert said.rests == assumptions.rests(made)


@pytest.mark.long
@pytest.mark.parametrize(("probe", "M_N", "flavor"), EDGES)
def test_a_check_among_all_limits_says_the_same_at_the_edge(probe, M_N, flavor):
    edge = limit(probe, M_N=M_N, flavor=flavor, expected=False).value
    for factor in (0.999, 1.001):
        found = atlas.check(DipolePortal(factor * edge, M_N, flavor))
        said = next(v for v in found.verdict if v.name == probe)
        assert said.excluded is (factor > 1)
        if said.excluded:
            assert found.excluded and probe in repr(found)


POINTS = [Couplings.majorana(emu=7e-12), DipolePortal(1e-11, 50 * keV, "mu", "majorana"),
          DipolePortal(5e-12, 0.0, "e"), DipolePortal(1e-10, 30 * MeV, "tau", "dirac"),
          DipolePortal(1e-11, 0.0)]


@pytest.mark.parametrize("point", [POINTS[0], *(pytest.param(x, marks=pytest.mark.long)
                                               for x in POINTS[1:])], ids=range(len(POINTS)))
def test_without_what_rests_on_the_cheapest_assumption_nothing_excludes(point):
    found = atlas.check(point)
    assert found.excluded and bool(found.revival.ways) != bool(found.revival.standing)
    against = {v.name: {r.name for r in v.rests} for v in found.against}
    for way in found.revival.ways:
        gone = {g.assumption for g in way}
        assert all(names & gone for names in against.values())
        # each of them is needed
        for g in way:
            assert not all(names & (gone - {g.assumption}) for names in against.values())
            assert set(g.bounds) == {n for n, names in against.items() if g.assumption in names}
        left = Verdicts(v for v in found.verdict if v.name not in {b for g in way
                                                                   for b in g.bounds})
        assert not left.excluded
    if found.revival.standing:
        assert not any(against[n] for n in found.revival.standing)


@pytest.mark.long
def test_what_is_tried_in_place_is_what_the_probe_says_then():
    """With T_RH at its least the early Universe made too little N; with another core SN 1987A
    still says no."""
    point = POINTS[1]
    (way,) = atlas.check(point).revival.ways
    temperature, core = way
    assert (temperature.assumption, core.assumption) == ("T_RH", "core")
    assert dict(temperature.instead) == {"4 MeV": ()}
    probe = probes.get("n_eff", T_RH="4 MeV")
    assert not atlas.verdict(point, [], computed=probe).excluded
    assert atlas.verdict(point, [], computed=probes.get("n_eff")).excluded
    for name, still in core.instead.items():
        made = limit(probes.get("sn1987a_cooling", core=name), M_N=point.M_N, flavor="mu",
                     nature="majorana", expected=False)
        assert made.contains(point.M_N, point.mu) == ("sn1987a_cooling" in still)


def bound(name, *names):
    return Verdict(name=name, excluded=True, margin=2.0, level=None, statistic="", assumptions=(),
                   certainty="A", checked="table", papers=(),
                   rests=tuple(assumptions.Rest(n, None, n) for n in names))


def test_the_fewest_come_first_and_one_bound_on_nothing_stands():
    point = DipolePortal(1e-11, 0.0)
    held = [bound("a", "core", "T_RH"), bound("b", "T_RH", "star"), bound("c", "star", "core")]
    ways = cheapest(point, Verdicts(held)).ways
    assert [[g.assumption for g in way] for way in ways] == [
        ["T_RH", "core"], ["T_RH", "star"], ["core", "star"]]
    assert [g.assumption for g in cheapest(point, Verdicts(held[:2])).ways[0]] == ["T_RH"]
    assert len(cheapest(point, Verdicts(held[:2])).ways) == 1
    firm = cheapest(point, Verdicts([*held, bound("d")]))
    assert firm.ways == () and firm.standing == ("d",)
    assert cheapest(point, Verdicts()) == type(firm)()


def test_a_check_is_plain_data():
    found = atlas.check(POINTS[0])
    json.dumps(found.as_dict(), allow_nan=False)
    there = pickle.loads(pickle.dumps(found))
    assert there.as_dict() == found.as_dict() and there.rows() == found.rows()
    assert "<table>" in found._repr_html_() and found.as_dict()["citations"] == list(found.papers)


def test_the_command_says_what_the_record_says(capsys):
    words = ["check", "emu=7e-12"]
    got = answer(capsys, *words)
    held = atlas.check(POINTS[0]).as_dict()
    for key in ("excluded", "verdict", "cheapest", "not_compared", "citations", "resting_on_none"):
        assert got[key] == held[key], key
    assert got["bibtex"].keys() == {*got["citations"]}
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "") and "allowed if this fails: " in out
    code, out, err = run(capsys, *words, "--bibtex")
    assert (code, err) == (0, "") and out.count("\n@") + 1 == len(got["citations"])


def test_inside_of_a_region_the_margin_is_from_the_edge_of_that_region():
    """The helium bound: a lower region whose begin nobody knows, another from 2.35e-11 on."""
    (helium,) = [x for x in atlas.published(flavor="mu") if x.name == "bbn_he4_numu"]
    inner, outer = helium.excluded_at(50 * keV)
    assert inner.low_ends and not outer.low_ends
    for mu, excluded, margin in ((inner.high / 2, True, 0.0),
                                 (outer.low * 0.99, False, 0.99), (outer.low * 4, True, 4.0)):
        (said,) = atlas.verdict(DipolePortal(mu, 50 * keV, "mu"), [helium])
        assert said.excluded is excluded and said.margin == pytest.approx(margin)


def test_what_waits_for_the_nature_of_N_is_named():
    waits = {"n_eff": "nature is needed here (the width of N): dirac or majorana",
             "lsnd": "it is of another flavor"}
    (line,) = [x for x in str(Check(point={"mu": "1e-11"}, verdict=(), not_compared=waits))
               .splitlines() if "nature" in x]
    assert "n_eff" in line and "lsnd" not in line and "nature=dirac" in line
    with pytest.raises(DomainError, match=r"^nature is needed"):
        check_nature(None, needed_by="the width of N")


def test_a_point_with_commas_is_that_of_the_map(capsys):
    words = ["q_e=5e-12", "r2_mu=2e-32cm^2"]
    made = [_read(x)[0] for x in (words, [",".join(words)])]
    assert (made[0].charge == made[1].charge).all() and (made[0].r2 == made[1].r2).all()


def excludes(capsys, *words):
    got = answer(capsys, "check", *words)
    return {x["name"] for x in got["verdict"] if x["excluded"]}


@pytest.mark.long
def test_a_model_is_a_point(capsys):
    assert "m_LQ [GeV]" in excludes(capsys, "leptoquark", "m_LQ=1TeV", "y1=0.05", "y2=0.1")
    assert not excludes(capsys, "emu=0")


@pytest.mark.long
def test_charges_radii_and_d_are_points(capsys):
    assert "xenonnt" in excludes(capsys, "q=1e-12")
    assert "GEMMA 2014" in excludes(capsys, "q_e=5e-12")
    assert "CHARM-II 1995" in excludes(capsys, "r2_mu=2e-32cm^2")
    assert not excludes(capsys, "r2_mu=1e-33cm^2")
    # d = mu / 2
    assert excludes(capsys, "d=1.5e-9/GeV", "flavor=e") == excludes(
        capsys, "mu=1.01247e-11", "flavor=e")


@pytest.mark.parametrize(("words", "said"), [
    (["mu=1e-11", "mu=2e-11"], "mu is given twice"), (["foo=1"], "no key of a point"),
    (["mu=1e-11", "M_N=50"], "has no unit"), (["M_N=50keV"], "the coupling is missing"),
    (["mu=1e-11", "d=1e-7/GeV"], "not both"), (["q=1e-13", "q_e=1e-13"], "is of all flavors"),
    (["leptoqark", "y1=1"], "did you mean 'leptoquark'"), (["mu=1e-11", "x"], "name=value"),
    (["emu=1e-12", "nature=dirac"], "of Majorana neutrinos"), (["r2_e=1e-32"], "has no unit"),
    (["mu=nan"], "not a finite number"), (["q=1e-13", "nature=majorana"], "carry no charge")])
def test_what_is_no_point_is_refused_in_one_line(capsys, words, said):
    code, out, err = run(capsys, "check", *words)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def test_a_model_is_said_as_it_was_given():
    point = atlas.check(models.get("leptoquark", m_LQ="1.2TeV", y1=0.05, y2=0.1)).point
    assert point == {"model": "leptoquark", "m_LQ": "1200 GeV", "y1": 0.05, "y2": 0.1}
