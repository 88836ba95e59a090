"""Bounds that are computed once and kept: what is written is read, and what changes is noticed."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import munu
from munu import _data, atlas, probes
from munu._log import log
from munu.atlas import _kept, families, own, recompute
from munu.errors import DataError, DomainError, UnknownName
from munu.units import MeV, keV

SHIPPED = own.names()


def test_every_probe_with_a_bound_on_a_portal_is_shipped():
    assert recompute.asked() == SHIPPED


def test_a_kept_bound_is_the_limit():
    M = np.array([0, 10, 300]) * keV
    made = munu.limit("xenonnt", M_N=M, flavor="mu", expected=False)
    back = _kept.limit_of(json.loads(json.dumps(_kept.told(made))), "xenonnt", {}, old=False)
    assert back.upper == pytest.approx(made.upper, rel=1e-8)
    assert (back.name, back.level, back.statistic, back.flavor) == (
        made.name, made.level, made.statistic, made.flavor)
    assert back.papers == made.papers and back.assumptions == made.assumptions
    # between far masses and beyond them it is computed, as the limit is
    assert back.at(np.array([2 * MeV])) == pytest.approx(made.at(np.array([2 * MeV])), rel=1e-8)


def test_a_region_keeps_its_ends_and_its_tip():
    made = munu.limit("sbnd", M_N=np.geomspace(20, 400, 7) * MeV, flavor="mu", nature="dirac",
                      expected=False)
    back = _kept.limit_of(json.loads(json.dumps(_kept.told(made))), "sbnd", {}, old=False)
    assert [len(x) for x in back.excluded] == [len(x) for x in made.excluded]
    for one, other in zip(back.excluded, made.excluded, strict=True):
        for i, j in zip(one, other, strict=True):
            assert i[:2] == pytest.approx(j[:2], rel=1e-8) and i[2:] == j[2:]
    assert np.array(back.tips) == pytest.approx(np.array(made.tips), rel=1e-8)


@pytest.mark.parametrize("name", ["xenonnt", "lz", "lsnd", "white_dwarfs", "red_giants"])
def test_between_kept_masses_a_bound_is_the_limit(name):
    """Where a line of the Sun stops giving recoils, and where a bound ends, too: a map draws
    straight lines there."""
    kept = atlas.bound(name)
    M = kept.axis[kept.axis > 0]
    M = np.sqrt(M[1:] * M[:-1])[np.diff(M) > 2e-3 * M[:-1]]
    there = munu.limit(name, M_N=M, expected=False, scan=False)
    drawn = kept.with_(again=None).at(M)
    known = np.isfinite(there.upper)
    assert known.sum() > 50 and np.array_equal(known, np.isfinite(drawn))
    assert drawn[known] == pytest.approx(there.upper[known], rel=0.02)


@pytest.mark.parametrize("flavor", own.FLAVORS)
def test_a_universal_bound_is_at_least_that_of_each_flavor(flavor):
    """Three N are made at least as often as one."""
    whole = {x.name: x for x in atlas.bounds("universal", "dirac")}
    for x in atlas.bounds(flavor, "dirac"):
        if x.meta["family"] == "recoils" and x.name not in ("lsnd",):
            both = np.isfinite(x.upper) & np.isfinite(whole[x.name].upper)
            assert np.all(whole[x.name].upper[both] <= x.upper[both] * (1 + 1e-6)), x.name


def test_without_a_nature_a_bound_holds_for_both():
    either = {x.name: x for x in atlas.bounds("mu")}
    for nature in ("dirac", "majorana"):
        for x in atlas.bounds("mu", nature):
            if x.name in either and either[x.name].meta["both"]:
                for M in x.axis[::7]:
                    for i in either[x.name].excluded_at(M):
                        size = np.sqrt(i.low * min(i.high, 1e3 * i.low))
                        assert x.contains(M, size), (x.name, M / MeV)


def test_each_bound_says_where_it_belongs():
    for x in atlas.bounds():
        assert families.of(x) == probes.get(x.name).family
        assert x.status == ("projection" if x.meta["grade"] == "sensitivity" else "standing")
        assert x.papers and x.meta["title"] == probes.get(x.name).title


def test_a_bound_is_older_once_its_code_or_data_change(monkeypatch):
    held = _kept.read(_kept.SHIPPED / "xenonnt.json")
    now = {**held, "made_of": {**held["made_of"], "hash": _kept.made_of(
        held["made_of"]["modules"], held["made_of"]["data"])}}
    assert not _kept.older(now)
    assert "munu.probes.xenonnt" in now["made_of"]["modules"]
    assert any(n.startswith("observations/xenonnt") for n in now["made_of"]["data"])
    real = _kept._text
    for word in ("even.py", "xenonnt_"):
        monkeypatch.setattr(_kept, "_text", lambda p, w=word: real(p) + (
            b" " if w in p.name else b""))
        assert _kept.older(now)
    monkeypatch.setattr(_kept, "_text", lambda p: real(p) + (
        b" " if "miniboone" in p.name else b""))
    assert not _kept.older(now)


def test_what_is_read_is_part_of_what_a_bound_is_made_of():
    """Also of a logger that said before that nobody listens."""
    log.debug("nobody listens")
    with recompute._watched() as read:
        _data.read(_data.ROOT / "limits" / "charm2_numu.ecsv")
    assert read == {"limits/charm2_numu"}
    assert not log.isEnabledFor(10)


def test_what_a_machine_computed_is_preferred_while_it_is_fresh(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    held = _kept.read(_kept.SHIPPED / "xenonnt.json")
    now = {**held, "made_of": {**held["made_of"], "hash": _kept.made_of(
        held["made_of"]["modules"], held["made_of"]["data"])}}
    row = {**now["bounds"][0], "upper": [1e-9] * len(now["bounds"][0]["upper"])}
    _kept.write(_kept.home() / "xenonnt.json", {**now, "bounds": [row]})
    own.forget()
    try:
        assert atlas.bound("xenonnt", row["flavor"]).upper[0] == 1e-9
        (_kept.home() / "xenonnt.json").write_text("{broken")
        own.forget()
        assert atlas.bound("xenonnt", row["flavor"]).upper[0] < 1e-10
    finally:
        own.forget()


@pytest.mark.parametrize("change", [
    {"bounds": [{"flavor": "e"}]}, {"bounds": 3}, {"made_of": {"hash": "x"}}, {"probe": "lz"}])
def test_what_is_half_there_is_left_for_what_is_shipped(tmp_path, monkeypatch, change):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    held = _kept.read(_kept.SHIPPED / "xenonnt.json")
    now = {**held, "made_of": {**held["made_of"], "hash": _kept.made_of(
        held["made_of"]["modules"], held["made_of"]["data"])}}
    _kept.write(_kept.home() / "xenonnt.json", {**now, **change})
    monkeypatch.setattr(_kept, "older", lambda held: "modules" not in held["made_of"])
    own.forget()
    try:
        assert _kept.found("xenonnt", {})[0] == held
    finally:
        own.forget()


@pytest.mark.long
@pytest.mark.parametrize("words", [[], ["stale"]])
def test_a_bound_names_the_data_that_it_was_made_of(tmp_path, words):
    """What was read to find the older bounds too: it is not read again."""
    path = tmp_path / "made.json"
    subprocess.run([sys.executable, "-m", "munu.atlas.recompute", "conus", str(path), *words],
                   check=True, env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)})
    data = json.loads(path.read_text())["made_of"]["data"]
    assert {"fluxes/reactor_huber_mueller", "targets/germanium_shells"} <= {*data}


def test_slips_are_said():
    with pytest.raises(UnknownName, match="flavor of a map"):
        atlas.bounds((1, 1, 1))
    with pytest.raises(DomainError, match="no bound of galactic_supernova is kept"):
        atlas.bound("galactic_supernova")
    with pytest.raises(DataError, match="munu map --recompute"):
        _kept.read(_kept.SHIPPED.parent / "py.typed")


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_is_what_the_code_computes(name):
    held = _kept.read(_kept.SHIPPED / f"{name}.json")
    assert not _kept.older(held), "run: python3 run.py bounds"
    assert recompute.moved(held) < recompute.SAME


@pytest.mark.parametrize(("asked", "said"), [
    (("xenonnt", "nope"), "no flavor"), (("xenonnt", "e", "foo"), "no nature"),
    (("xenont", "e"), "no probe named 'xenont'")])
def test_a_bound_of_what_there_is_not_is_refused(asked, said):
    """None is the answer of a probe that excludes nothing, not of a slip."""
    with pytest.raises(UnknownName, match=said):
        own.bound(*asked)
