"""Published radii and charges in one convention."""

import numpy as np
import pytest

from munu import atlas
from munu.errors import UnknownName
from munu.references import bibliography
from munu.units import cm


def test_two_normalizations_of_one_bound_meet():
    """The nu_e bound of talk B is the one of arXiv:0711.0698 doubled."""
    x = next(x for x in atlas.radii("e") if x.papers == ("Barranco2008",))
    assert x.lower[0] / cm**2 == pytest.approx(-2.6e-33)
    assert x.upper[0] / cm**2 == pytest.approx(6.64e-32)
    assert x.meta["printed_in"] == "vogel_engel" and x.convention == "lh_vertex"


def test_coherent_was_published_in_ours():
    """Halved in the listing, here as published: the interval of Cadeddu et al. is doubled back."""
    x = next(x for x in atlas.radii("mu") if x.papers == ("Cadeddu2018",))
    assert x.upper[0] / cm**2 == pytest.approx(6e-32)


@pytest.mark.parametrize("rows", [atlas.radii(), atlas.charges()])
def test_rows_are_intervals_with_papers(rows):
    known = bibliography()
    assert len(rows) > 3
    for x in rows:
        assert x.lower[0] < x.upper[0] and x.papers[0] in known
        assert x.certainty in "ABC" and (x.certainty == "A") == (x.checked == "table")


def test_an_upper_bound_alone_is_open_below():
    x = next(x for x in atlas.radii("e") if x.meta["experiment"] == "Krasnoyarsk")
    assert np.isneginf(x.lower[0]) and x.sides == 1


def test_a_flavor_that_has_no_row():
    with pytest.raises(UnknownName, match="tau"):
        atlas.radii("sterile")
