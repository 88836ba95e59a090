"""Many points against bounds at once say what the verdict on each of them says."""

from functools import cache

import numpy as np
import pytest

from munu import flavors, probes, scans
from munu.atlas import _mass_tables, verdict
from munu.atlas._beyond import beyond
from munu.atlas.margins import _bounds, known, margins
from munu.atlas.published import get as reading
from munu.errors import DomainError, UnknownName
from munu.models import get
from munu.scans.rows import table
from munu.units import GeV, MeV, TeV, deg, eV, keV, parse

N = 4
AGAINST = ("xenonnt", "lsnd", "red_giants", "xenonnt_2022", "bebc_1992", "donut_nutau",
           "sn1987a_universal", "sno_2004", "arceo_diaz_2015_omega_cen")


def drawn(seed=5, n=N):
    rng = np.random.default_rng(seed)
    return rng, lambda low, high: np.exp(rng.uniform(np.log(low), np.log(high), n))


def leptoquark():
    _, log = drawn()
    return {"flavor": "tau", "nature": "dirac"}, {
        "m_LQ": log(0.3, 5) * TeV, "y1": log(0.01, 3), "y2": log(0.01, 3),
        # the massless point, and one that no recoil reaches
        "M_N": np.array([0.0, 2e-9, 1.3, 60.0]) * MeV}


def su2h():
    _, log = drawn()
    return {"m_H1": "500GeV", "sin2alpha": 0.5}, {"f": log(1e-3, 0.1), "f_prime": log(1e-3, 0.1),
                                "m_h1": log(100, 400) * GeV}


def zee():
    _, log = drawn()
    return {"m_h": "200GeV", "m_H": "500GeV", "sin2alpha": 0.5, "Y_ee": 0.1}, {
        "f_emu": log(1e-2, 1), "f_mutau": log(1e-2, 1), "Y_mutau": log(1e-2, 1)}


def seesaw():
    rng, log = drawn(n=2)
    return {"M_1": "5keV", "M_2": "1MeV", "M_3": "200GeV"}, {
        "m_lightest": log(1e-3, 0.1) * eV, "alpha21": rng.uniform(0, 360, 2) * deg}


def left_right():
    rng, _ = drawn()
    return {"M_W2": "3TeV"}, {"sin2xi": rng.uniform(0.001, 0.1, N)}


def of_a_phase():
    rng, log = drawn(n=2)
    return {}, {"m_lightest": log(1e-2, 1) * eV, "delta": rng.uniform(0, 360, 2) * deg}


def radii():
    return {}, {"scale": np.array([1.0, 3.0, -20.0])}


CASES = {"leptoquark": leptoquark, "su2h": su2h, "zee": zee, "seesaw": seesaw,
         "left_right": left_right, "sm_majorana": of_a_phase, "charge_radius": radii}


# each is made once
probe = cache(probes.get)


def alone(point, name):
    """The verdict of one name on one point: the one that speaks first of it."""
    limits = [reading(name)] if name not in probes.names() or name == "lsnd" else []
    try:
        computed = probe(name) if name in probes.names() else False
        found = verdict(point, limits, computed=computed)
    except DomainError:
        # a probe that is asked alone and sees nothing raises
        found = verdict(point, limits, computed=False)
    held = [v for v in found if v.kind == "limit" and v.name == name]
    return (held[0].excluded, held[0].margin) if held else (False, np.nan)


@pytest.mark.parametrize("model", CASES)
def test_each_point_as_its_verdict(model):
    fixed, box = CASES[model]()
    made = margins(model, fixed, box, AGAINST)
    n = len(made["excluded_by"][1])
    spoken = 0
    for i in range(n):
        point = get(model, **fixed, **{k: x[i] for k, x in box.items()})
        by = []
        for name in AGAINST:
            excluded, margin = alone(point, name)
            assert made[f"margin_{name}"][1][i] == pytest.approx(margin, rel=1e-9, abs=0,
                                                                 nan_ok=True), (i, name)
            by += [name] if excluded else []
            spoken += not np.isnan(margin)
        assert made["excluded_by"][1][i] == (";".join(by) or "-")
    assert spoken


@pytest.mark.parametrize("model", ["leptoquark", "zee", "sm_majorana"])
def test_a_point_does_not_know_its_company(model):
    """To the last bit: alone, in another order, and asked after others."""
    fixed, box = CASES[model]()
    whole = margins(model, fixed, box, AGAINST[:5])
    n = len(whole["excluded_by"][1])
    for where in (np.array([n - 1]), np.arange(n)[::-1], np.array([0, 0, n - 1])):
        part = margins(model, fixed, {k: x[where] for k, x in box.items()}, AGAINST[:5])
        for k, (_, x) in whole.items():
            assert part[k][1].tolist() == pytest.approx(x[where].tolist(), rel=0, abs=0,
                                                        nan_ok=True) \
                if x.dtype != object else part[k][1].tolist() == x[where].tolist()


def test_above_a_region_that_ends_the_margin_is_zero():
    """Low-energy supernovae exclude between two edges: N leaves below and is caught above; the
    curve of SN1987A ends, and says nothing beyond."""
    names = ["low_energy_supernovae", "sn1987a_cooling"]
    fixed = {"d_W": "0/GeV", "flavor": "mu", "nature": "dirac", "M_N": "1MeV"}
    d = np.array([1e-10, 1e-7, 1e-3]) / GeV
    found = margins("dipole_completion", fixed, {"d_B": d}, names)
    below, inside, above = found["margin_low_energy_supernovae"][1]
    assert 0 < below < 1 < inside and above == 0
    assert np.isnan(found["margin_sn1987a_cooling"][1]).tolist() == [False, False, True]
    for i in range(3):
        point = get("dipole_completion", **fixed, d_B=d[i])
        for name in names:
            assert alone(point, name)[1] == pytest.approx(found[f"margin_{name}"][1][i], rel=1e-12,
                                                          abs=0, nan_ok=True)


def test_another_level_is_another_margin_of_what_is_computed_alone():
    fixed, box = leptoquark()
    names = ["xenonnt", "xenonnt_2022", "red_giants"]
    box["M_N"] = np.zeros(N)
    strict, plain = (margins("leptoquark", fixed, box, names, level=x) for x in (0.5, None))
    assert np.all(strict["margin_xenonnt"][1] > plain["margin_xenonnt"][1])
    for other in names[1:]:
        assert np.array_equal(strict[f"margin_{other}"][1], plain[f"margin_{other}"][1])


@pytest.mark.parametrize("name", ["xenonnt", pytest.param("borexino", marks=pytest.mark.long),
                                  pytest.param("conus_plus", marks=pytest.mark.long)])
def test_between_masses_to_what_is_allowed(name):
    """At random masses, closed ends included, a table is as near as it says."""
    (bound,), mixing = _bounds((name,), None), flavors.mixing()
    rng = np.random.default_rng(11)
    M_N = np.exp(rng.uniform(np.log(10 * keV), np.log(1 * MeV), 60))
    table = _mass_tables.edges(bound, M_N, "e", None, mixing, 0.01)
    assert table.low.shape == (60, 1)
    for i, M in enumerate(M_N):
        found, _ = bound.at(float(M), "e", None, mixing)
        assert table.low[i, 0] == pytest.approx(found[0].low, rel=0.01, abs=0)
    # whatever else was asked
    again = _mass_tables.edges(bound, M_N[7:8], "e", None, mixing, 0.01)
    assert again.low[0, 0] == table.low[7, 0]


def test_a_table_of_masses_beyond_all_recoils_says_nothing():
    fixed, box = leptoquark()
    box["M_N"] = np.array([0.0, 1.0, 1000.0, 1e5]) * MeV
    for within in (None, 0.05):
        found = margins("leptoquark", fixed, box, ["xenonnt"], within=within)["margin_xenonnt"][1]
        assert np.isnan(found).tolist() == [False, False, True, True]


def test_where_nothing_but_words_is_laid_out():
    fixed = {"m_LQ": "1TeV", "y1": 1.0, "y2": 1.0, "M_N": "1keV"}
    plan = scans.plan.of({"model": "leptoquark", "parameters": fixed, "against": ["xenonnt"],
                          "points": {"grid": {"flavor": ["e", "tau", "e"]}}})
    one = [margins("leptoquark", fixed | {"flavor": x}, {}, ["xenonnt"])["margin_xenonnt"][1]
           for x in ("e", "tau", "e")]
    assert all(x.shape == (1,) and x[0] > 0 for x in one)
    assert table(plan, 0, 3)["margin_xenonnt"][1].tolist() == [x[0] for x in one]


def test_names_are_bounds():
    assert known(["stars"])[0] in probes.names()
    with pytest.raises(UnknownName, match="xenonnt"):
        known(["xenont"])
    with pytest.raises(DomainError, match="twice"):
        known(["recoils", "xenonnt"])
    with pytest.raises(DomainError, match="list of names"):
        known("xenonnt")


@pytest.mark.parametrize(("said", "words"), [
    ({"against": ["xenonnt"], "within": 1e-4}, "relative error from 0.01"),
    ({"against": ["xenonnt"], "level": 90.0}, "level"),
    ({"against": ["nonesuch"]}, "no bound named"), ({"against": "xenonnt"}, "list of names"),
    ({"against": 3}, "list of names"), ({"against": ["xenonnt"], "within": "x"}, "relative error"),
    ({"against": ["xenonnt"], "box": None}, "a mapping"),
    ({"against": ["xenonnt"], "box": {"y1": np.ones(1)}}, "y1 is given twice"),
    ({"against": ["xenonnt"], "box": {"y2": np.ones(2), "M_N": np.ones(3)}}, "one length"),
    ({"against": ["xenonnt"], "box": {"y2": np.array([np.nan])}}, "finite")])
def test_what_cannot_be_asked(said, words):
    given = {"box": {"y2": np.array([0.1])}} | said
    with pytest.raises((DomainError, UnknownName), match=words):
        margins("leptoquark", {"m_LQ": parse("2TeV", "GeV"), "y1": 1.0}, **given)


@pytest.mark.parametrize("y1", [0.4, 0.588, 0.75])
def test_without_a_nature_every_door_says_what_both_exclude(y1):
    """At the upper edge of SN 1987A's region a Dirac N is excluded where a Majorana one is not."""
    fixed = {"m_LQ": "1TeV", "y2": 0.5, "M_N": "100MeV"}
    names, box = ["sn1987a_cooling"], {"y1": np.array([y1])}

    def out(nature):
        more = fixed if nature is None else {**fixed, "nature": nature}
        found = margins("leptoquark", more, box, names)["excluded_by"][1][0] != "-"
        point = get("leptoquark", **more, y1=y1)
        assert found == any(v.excluded for v in verdict(point) if v.name in names)
        assert found == (beyond("leptoquark", more, box, names)(box)[names[0]][0] > 0)
        return found

    assert out(None) == (out("dirac") and out("majorana"))
    assert (out("dirac"), out("majorana")) == (y1 < 0.8, y1 < 0.53)
