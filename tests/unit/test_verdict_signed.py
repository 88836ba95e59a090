"""Charges and radii of a point against bounds: by sign and flavor, and what cannot be compared."""

import numpy as np
import pytest

import munu
from munu import atlas
from munu.atlas import signed, verdict
from munu.atlas.answer import answer
from munu.couplings import Couplings
from munu.inference.record import Limit
from munu.units import cm
from munu.weak import r2_sm


def bounds(couplings, rows):
    """Of the published alone: by name, and what is unsaid."""
    found = verdict(couplings, rows)
    return {v.name: v for v in found}, found.unsaid


@pytest.mark.parametrize(("q", "out"), [(4e-13, True), (3e-13, False), (-1e-13, False),
                                        (-2e-13, True)])
def test_each_sign_has_its_own_edge(q, out):
    """XENONnT's recast allows [-1.6e-13, 3.7e-13] e for a charge common to all flavors."""
    held, _ = bounds(Couplings(charge=[q, q, q]), atlas.charges())
    v = held["XENONnT (recast) 2025"]
    assert v.excluded == out
    assert v.margin == pytest.approx(abs(q) / (3.7e-13 if q > 0 else 1.6e-13))


def test_a_bound_on_one_size_says_nothing_of_one_flavor():
    held, unsaid = bounds(Couplings(charge=[1e-12, 0, 0]), atlas.charges())
    assert held["GEMMA 2014"].margin == pytest.approx(1 / 1.5)
    assert "here they differ" in unsaid["LZ 2023"] and "nu_tau has none" in unsaid["BEBC beam dump "
                                                                                 "1994"]
    assert not set(held) & set(unsaid)
    # stars see each flavor
    assert held["red giants 1999"].excluded


def test_charges_between_flavors_are_no_charges_of_a_flavor():
    matrix = np.zeros((3, 3))
    matrix[0, 1] = matrix[1, 0] = 1e-12
    held, unsaid = bounds(Couplings(charge=matrix), atlas.charges())
    assert not held and len(unsaid) == len(atlas.charges())


@pytest.mark.parametrize(("r2", "name", "out"), [
    (-2e-32, "CHARM-II 1995", True), (3e-32, "CHARM-II 1995", True),
    (5e-33, "CHARM-II 1995", False),
    (-1e-33, "CHARM-II 1995", False)])
def test_a_radius_beyond_doubt(r2, name, out):
    """+-1.2e-32 cm^2, with the Standard Model's -4.8e-33 inside or not."""
    held, _ = bounds(Couplings(r2=[0, r2 * cm**2, 0]), atlas.radii())
    assert held[name].excluded == out


def test_a_radius_whose_answer_hangs_on_the_standard_model_is_unsaid():
    """-1e-32 is inside, -1e-32 - 4.8e-33 is not."""
    held, unsaid = bounds(Couplings(r2=[0, -1e-32 * cm**2, 0]), atlas.radii())
    assert "hangs on" in unsaid["CHARM-II 1995"] and "CHARM-II 1995" not in held
    assert held["COHERENT CsI 2018"].margin < 1


def test_a_measurement_a_wrong_handedness_and_an_unknown_flavor_are_unsaid():
    _, unsaid = bounds(Couplings(r2=[1e-32 * cm**2] * 3), atlas.radii())
    assert "no limit" in unsaid["BNL-E734 1990"]
    assert unsaid["SN1987A 1989"] == "its flavor is right-handed"
    assert unsaid["PandaX-4T 2025"] == "its flavor is unknown"


def test_ours_take_part_with_sign_and_flavor():
    """XENONnT computed, nu_e alone: [-1.62, 7.32]e-13 e."""
    edge = munu.limit("xenonnt", "q", flavor="e", expected=False)
    for q, out in ((1.01 * edge.upper[0], True), (0.99 * edge.upper[0], False),
                   (1.01 * edge.lower[0], True), (0.99 * edge.lower[0], False)):
        own = {x.name: excluded for x, excluded, _ in
               signed.computed("charge", np.diag([q, 0, 0]).astype(complex), {})}
        assert own["xenonnt"] == out


def test_a_model_of_radii_meets_limits():
    said = answer("charge_radius", scale=3)
    assert "solar+reactor nu-e fit 2008" in {v.name for v in said.verdict if v.excluded}
    assert "hangs on" in said.not_compared["CHARM-II 1995"]
    facts = {v.name: (v.certainty, v.checked) for v in said.verdict}
    assert facts["borexino"] == ("", "computed") and facts["TEXONO 2010"] == ("A", "table")
    assert "excluded by solar+reactor" in str(said) and "not compared: " in str(said)
    assert said.as_dict()["not_compared"]["BNL-E734 1990"]


def test_a_bound_of_ones_own():
    mine = Limit(name="mine", parameter="r2", axis=None, lower=np.array([-np.inf]),
                 upper=np.array([1e-32 * cm**2]), shape="interval", flavor="tau")
    over = verdict(Couplings(r2=[0, 0, 2e-32 * cm**2]), [mine])
    # the Standard Model's is negative: with it inside the size is the lesser
    assert over[0].excluded and over[0].margin == pytest.approx(2 + r2_sm("tau") / mine.upper[0])
