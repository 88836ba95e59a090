"""Radii of the Standard Model, and what is handed on of them."""

import numpy as np
import pytest

from munu import models, weak
from munu.errors import DomainError, UnknownName
from munu.units import cm


def test_two_normalizations_differ_by_minus_two():
    ours = models.get("charge_radius").r2
    theirs = models.get("charge_radius", convention="bernabeu").r2
    assert ours == pytest.approx(-2 * theirs)
    assert np.all(ours < 0)
    assert ours[1] == pytest.approx(weak.r2_sm("mu"))


def test_the_standard_model_is_not_counted_twice():
    assert not models.get("charge_radius").couplings().r2.any()


@pytest.mark.parametrize("convention", ["lh_vertex", "bernabeu"])
def test_a_scale_comes_on_top_in_our_normalization(convention):
    made = models.get("charge_radius", scale=3.0, convention=convention).couplings()
    expected = [2 * weak.r2_sm(x) for x in ("e", "mu", "tau")]
    assert np.diag(made.r2).real == pytest.approx(expected)


def test_many_scales():
    many = models.get("charge_radius", scale=np.array([0.0, 1.0, 2.0]))
    assert many.r2.shape == (3, 3)
    assert many.r2[2, 0] / cm**2 == pytest.approx(2 * weak.r2_sm("e") / cm**2)
    with pytest.raises(DomainError, match="of one point"):
        many.couplings()


def test_an_unknown_normalization():
    with pytest.raises(UnknownName, match="did you mean 'bernabeu'"):
        models.get("charge_radius", convention="bernabue")
