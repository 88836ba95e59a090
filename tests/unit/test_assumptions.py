"""What bounds rest on by name, and which fall when that is given up."""

import pytest

from munu import atlas, probes
from munu.atlas import assumptions
from munu.atlas.assumptions import falls, relaxed, rests
from munu.errors import DomainError, MunuError, UnknownName
from munu.inference import limit
from munu.inference.record import Limit
from munu.probes._collapse import CORES
from munu.units import MeV


def names(x):
    return {r.name for r in rests(x)}


def asked(probe, **options):
    """A bound of ours as far as it rests on options; no number of it is asked."""
    return Limit(name=probe, parameter="mu", axis=None, upper=[1e-11], lower=[0.0],
                 shape="interval", ours=True, meta={"options": options})


def test_every_option_that_states_an_assumption_names_a_known_one():
    for name in probes.names():
        for p in probes.parameters(name):
            assert p.assumes in ("", *assumptions.KNOWN), (name, p.name)
            known = assumptions.KNOWN[p.assumes].words if p.assumes else ()
            if p.choices and known:
                assert {*p.choices} == {*known}, "and its words are all that it may be"
    assert {*assumptions.KNOWN["core"].words} == {*CORES}


def test_what_a_header_says_is_read_by_its_first_word():
    assert assumptions.said("T_RH > 10 MeV").value == 10 * MeV
    assert assumptions.said("T_RH above T_dec").value is None
    assert assumptions.said("d_Z = 0").value == "0"
    assert assumptions.said("star: mass of the core at the flash").name == "star"
    assert assumptions.said("recast of a figure") is None
    assert assumptions.said("65 events in 1 t yr") is None


def test_every_header_that_begins_like_a_name_is_one():
    """A slip such as t_rh, or a value that is not read, would let a bound stand for ever."""
    for x in atlas.published():
        for text in x.assumptions:
            first = text.split()[0].rstrip(":").casefold()
            known = {n.casefold() for n in assumptions.KNOWN}
            assert (first in known) == (assumptions.said(text) is not None), (x.name, text)


def test_a_lower_temperature_takes_away_what_needs_a_higher_one():
    x = asked("n_eff")
    assert falls(x, relaxed("T_RH=5MeV")) == ("T_RH above 100 GeV",)
    assert not falls(x, relaxed("T_RH=1TeV")) and not falls(x, relaxed("T_RH=100GeV"))
    assert falls(x, relaxed("T_RH")) and not falls(x, relaxed("core"))
    cool = asked("n_eff", T_RH="1 GeV")
    assert not falls(cool, relaxed("T_RH=2GeV")) and falls(cool, relaxed("T_RH=5MeV"))


def test_a_bound_of_another_core_falls():
    x = asked("sn1987a_cooling")
    assert falls(x, relaxed("core=derocco")) == ("core fischer18",)
    assert not falls(x, relaxed("core=Fischer18"))
    other = asked("sn1987a_cooling", core="derocco")
    assert not falls(other, relaxed("core=derocco")) and falls(other, relaxed("core=fischer18"))


def test_kept_bounds_rest_on_the_options_of_their_probes():
    held = {x.name: names(x) for x in atlas.bounds("mu")}
    assert held["borexino"] == {"sun"}
    for name, said in held.items():
        assert said == {p.assumes for p in probes.parameters(name)} - {""}, name


def test_a_recast_and_a_number_that_nobody_saw_are_given_up_by_name():
    x = atlas.get("lsnd")
    assert names(x) == {"recast", "unchecked"} and falls(x, relaxed("unchecked"))
    assert not falls(atlas.get("xenonnt_2022"), relaxed("unchecked,recast,T_RH,core,star"))


@pytest.mark.parametrize(("text", "error", "said"), [
    ("corre=derocco", UnknownName, "did you mean 'core'? (there are: B_perp, T_RH"),
    ("core=garching", DomainError, "must be one of fischer18, fiducial, derocco"),
    ("T_RH=5", MunuError, "has no unit"), ("T_RH=5km", MunuError, "GeV"),
    ("T_RH=-5MeV", DomainError, "above 0"), ("recast=2", DomainError, "takes no value"),
    ("core,core", DomainError, "given twice"), ("", UnknownName, "no assumption named ''"),
    ("core=", DomainError, "must be one of")])
def test_what_is_no_assumption_is_refused_in_one_line(text, error, said):
    with pytest.raises(error) as err:
        relaxed(text)
    assert said in str(err.value) and "\n" not in str(err.value)


def test_a_limit_rests_on_the_options_that_it_was_made_with():
    made = limit(probes.get("xenonnt", sun="AGSS09met"), expected=False)
    assert [(r.name, r.value) for r in rests(made)] == [("sun", "AGSS09met")]
    assert falls(made, relaxed("sun=GS98")) and not falls(made, relaxed("sun=agss09met"))


def test_a_temperature_of_any_kind_is_compared():
    """A text, or what has to_value, as astropy's quantities."""
    class Quantity:
        def to_value(self, unit):
            return 1.0

    assert falls(asked("n_eff", T_RH=Quantity()), relaxed("T_RH=500MeV")) == (
        "T_RH above 1 GeV",)


def test_several_go_together():
    both = relaxed(["T_RH=5MeV,core=derocco", "recast"])
    assert dict(both.values) == {"T_RH": 5 * MeV, "core": "derocco", "recast": None}
    assert both.text == "T_RH=5MeV,core=derocco,recast"
