"""Published radii and charges in one convention."""

import numpy as np
import pytest

from munu import _data, atlas, models
from munu.atlas._intervals import checked
from munu.errors import DataError, UnknownName
from munu.references import bibliography
from munu.units import cm


def test_two_normalizations_of_one_bound_meet():
    """The nu_e bound of talk B is the one of arXiv:0707.4319 doubled."""
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
        assert x.certainty in "ABC" and x.checked in ("abstract", "table", "no")


def test_an_upper_bound_alone_is_open_below():
    x = next(x for x in atlas.radii("e") if x.meta["experiment"] == "Krasnoyarsk")
    assert np.isneginf(x.lower[0]) and x.sides == 1


def test_how_sure_and_where_checked_are_two_facts():
    """The nu-e fit of 2008 is in no listing: its abstract was read."""
    fit = atlas.radii("e")[0]
    assert (fit.certainty, fit.checked) == ("A", "abstract")
    both = {(x.certainty, x.checked) for x in (*atlas.radii(), *atlas.charges())}
    assert {("A", "abstract"), ("A", "table"), ("B", "abstract"), ("C", "no")} <= both
    model = models.get("millicharge", epsilon=1e-22)
    said = {c.note.split(",")[0]: c.checked for c in model.constraints()}
    assert said["neutron star turning"] == "no" and said["CONUS"] == "abstract"


def test_the_global_fit_was_not_halved():
    """As wide as the three measurements that lead it, taken together, in one normalization."""
    rows = {x.name: x for x in atlas.radii("e")}
    z = {"TEXONO 2010": 1.6449, "LSND 2001": 1.6449, "LAMPF 1993": 1.0}
    sigma = {n: (rows[n].upper[0] - rows[n].lower[0]) / (2 * k) for n, k in z.items()}
    together = sum(s**-2 for s in sigma.values()) ** -0.5
    fit = rows["global fit 2025"]
    assert (fit.upper[0] - fit.lower[0]) / 2 == pytest.approx(together, rel=0.1)


def test_a_listing_that_names_no_flavor():
    rows = [x for x in atlas.radii() if x.papers == ("Demirci2025",)]
    assert [x.flavor for x in rows] == ["unknown", "unknown"]


@pytest.mark.parametrize(("kind", "rows"), [("radii", atlas.radii()), ("charges", atlas.charges())])
def test_a_talk_quotes_bounds_that_are_there(kind, rows):
    """Where its number is another one than the published, it says why."""
    names = {x.name: x for x in rows}
    printed = list(_data.load(f"bounds/talk_b_{kind}").rows())
    for r in printed:
        assert r["why"] and (r["bound"] in names or r["bound"] == "Standard Model")
    quoted = [x for x in rows if "talk_b" in x.meta]
    assert len(quoted) == sum(r["bound"] in names for r in printed) >= 2
    for x in quoted:
        assert x.meta["talk_b"] != (x.lower[0], x.upper[0])
    # the radius of nu_e is the published one but for rounding, once both are in one convention
    for x in quoted:
        if x.name == "solar+reactor nu-e fit 2008":
            assert x.meta["talk_b"][1] == pytest.approx(x.upper[0], rel=7e-3)


def test_a_flavor_that_has_no_row():
    with pytest.raises(UnknownName, match="tau"):
        atlas.radii("sterile")


@pytest.mark.parametrize(("kind", "old", "new", "said"), [
    ("charge_radius", ",vogel_engel,limit,nu_mu,", ",vogel-engel,limit,nu_mu,",
     "column 'convention': 'vogel-engel'; did you mean 'vogel_engel'?"),
    ("charge_radius", ",vogel_engel,limit,nu_mu,", ",,limit,nu_mu,", "column 'convention': ''"),
    ("charge_radius", ",limit,nu_mu,", ",limits,nu_mu,", "column 'kind': 'limits'"),
    ("charge_radius", "2003,mu,", "2003,nu_mu,", "column 'flavor': 'nu_mu'"),
    ("charge_radius", "CCFR+CHARM-II,2003", "CCFR+CHARM-II,3", "column 'year'"),
    ("charge_radius", "-5.3e-33,6.8e-33,0.9", "-5.3e-33,6.8e-33,90", "column 'level'"),
    ("charge_radius", "-5.3e-33,6.8e-33", "6.8e-33,-5.3e-33", "above the lower edge"),
    ("charge_radius", "nu_mu,Hirsch2003,A", "nu_mu,Hirsh2003,A", "column 'key'"),
    ("charge_radius", "nu_mu,Hirsch2003,A", "nu_mu,Hirsch2003,D", "column 'certainty': 'D'"),
    ("charge_radius", "unit: 'cm^2', datatype: float64}", "unit: 'm^2', datatype: float64}",
     "column 'upper': is in 'm^2'"),
    ("charge_radius", "CHARM,1989,mu", "CHARM-II,1995,mu", "another row has this name"),
    ("millicharge", "CONUS2022,A,table", "CONUS2022,A,listing", "column 'checked': 'listing'"),
    ("millicharge", "remark", "remarks", "column 'remark': no such column"),
    ("millicharge", "datatype: string}\n# meta", "datatype: string}\n# - {name: statistic, unit: "
     "'1', datatype: string}\n# meta", "column 'statistic'")])
def test_a_row_that_nothing_would_read_as_meant_is_refused(tmp_path, kind, old, new, said):
    """An unknown normalization counted as factor 1."""
    text = (_data.ROOT / "bounds" / f"{kind}.ecsv").read_text()
    assert old in text
    path = tmp_path / f"{kind}.ecsv"
    text = text.replace(old, new)
    if "statistic" in new:
        head, body = text.split("\nexperiment,", 1)
        first, *rows = body.rstrip("\n").split("\n")
        text = "\n".join([f"{head}\nexperiment,{first},statistic", *(f"{x},cls" for x in rows)])
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        checked(_data.read(path), "r2" if kind == "charge_radius" else "q")
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}, line ") or "no such" in said
