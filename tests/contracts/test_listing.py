"""Every published row that names a document of the PDG listing says what the listing says."""

import re
from pathlib import Path

import pytest

from munu import _data, atlas
from munu.references import bibliography
from munu.units import cm

LISTING = list(_data.read(Path(__file__).parent / "frozen" / "pdg_listing.ecsv").rows())
# what a document says in a footnote and not in its row
FOOTNOTES = {"borexino_2017_no_radiochemistry": 4.0e-11,
             "capozzi_raffelt_2020_ngc4258": 1.5e-12, "SN1987A 1989": 2e-33}
# rows of the listing that are no bound: a range that an excess prefers, or nothing but words;
# and a measurement that its own authors replaced
NO_BOUND = {("mu", "KHAN 2020"), ("q", "KHAN 2020"), ("mu", "FUKUGITA 1988"),
            ("r2", "ALLEN 1991")}
# moments from stars, supernovae and the early universe have their own conditions on the mass
ELSEWHERE = ("ASTR", "COSM")


def _ours():
    for x in atlas.published():
        document = re.search(r"PDG2026, (.*)", str(x.meta.get("checked_in", "")))
        if document:
            yield "mu", document[1], x
    for name, rows in (("r2", atlas.radii()), ("q", atlas.charges())):
        for x in rows:
            if x.meta["listed"]:
                yield name, x.meta["listed"], x


OURS = list(_ours())


def printed(quantity, x):
    """Our row as the listing would print it: edges and level."""
    if quantity == "mu":
        return (x.lower[0] if x.lower[0] else -1.0), x.upper[0]
    low, high = (v / (cm**2 if quantity == "r2" else 1.0) for v in x.meta["printed"])
    return (-1.0 if low <= -1 else low), high


@pytest.mark.parametrize(("quantity", "document", "x"), OURS,
                         ids=[f"{q} {d} {x.name}" for q, d, x in OURS])
def test_a_row_is_that_of_the_listing(quantity, document, x):
    rows = [r for r in LISTING if (r["quantity"], r["document"]) == (quantity, document)]
    assert rows, "no such document"
    low, high = printed(quantity, x)
    if x.name in FOOTNOTES:
        assert high == pytest.approx(FOOTNOTES[x.name], rel=1e-9)
        return
    found = [r for r in rows if r["upper"] == pytest.approx(high, rel=1e-9)]
    assert found, f"{high:g} is not among {[r['upper'] for r in rows]}"
    row = found[0]
    # a bound on a size is printed as one number
    edges = {-1.0, -high} if row["lower"] == -1 else {row["lower"]}
    assert any(low == pytest.approx(e, rel=1e-9) for e in edges)
    measured = quantity == "r2" and not row["level"] and row["lower"] != -1
    assert (x.level or 0.0) == pytest.approx(0.68 if measured else row["level"])
    assert x.checked != "no"


def test_a_paper_of_the_listing_has_its_doi():
    bib = bibliography()
    for quantity, document, x in OURS:
        doi = {r["doi"] for r in LISTING if r["document"] == document}
        said = re.search(r"\bdoi\s*=\s*[{\"](.*?)[}\"]", bib[x.papers[0]])
        # LAMPF is cited by its full report, the Dresden number by the paper of the listing
        if said and document != "KRAKAUER 1990":
            assert said[1] in doi, (x.name, document)
        assert re.search(r"\btitle\s*=", bib[x.papers[0]]), (quantity, x.name)


def test_no_row_of_the_laboratory_is_missing():
    named = {(q, d) for q, d, _ in OURS}
    missing = {(r["quantity"], r["document"]) for r in LISTING
               if r["quantity"] != "mu" or r["technique"] not in ELSEWHERE}
    missing -= named | NO_BOUND
    assert not missing


@pytest.mark.parametrize(("name", "upper", "flavor"), [
    ("cowan_reines_1957", 14e-10, "e"), ("coherent_dresden_ii_2022", 2.8e-10, "e"),
    ("demirci_pandax_2025", 1.37e-11, "universal"), ("demirci_xenonnt_2025", 0.72e-11, "universal"),
    ("xmass_2020", 1.8e-10, "universal"), ("charm_ii_1995", 3e-9, "mu"),
    ("borexino_2017_no_radiochemistry", 4.0e-11, "universal"), ("texono_2003", 1.3e-10, "e"),
    ("gemma_2007", 5.8e-11, "e"), ("ctf_2003", 5.5e-10, "universal"),
    ("super_kamiokande_1999", 1.5e-10, "universal"), ("sno_2004", 3.7e-9, "universal"),
    ("grimus_2002", 2e-10, "universal"), ("l3_1997", 3.3e-6, "tau"),
    ("delphi_1997", 4.4e-6, "tau"), ("tristan_2000", 8e-6, "tau"),
    ("z_width_1997", 2.7e-6, "tau")])
def test_a_row_that_was_missing_or_wrong(name, upper, flavor):
    x = atlas.get(name)
    assert x.upper[0] == pytest.approx(upper, rel=1e-12) and x.flavor == flavor
