"""What all limits say together, and what cannot be said."""

import numpy as np
import pytest

import munu
from munu import atlas
from munu.atlas.published import about, row
from munu.errors import DomainError
from munu.units import GeV, MeV, keV


@pytest.mark.parametrize(("name", "M", "mu", "inside"), [
    # above a curve, and below it
    ("charm2_numu", 10, 1e-8, True), ("charm2_numu", 10, 1e-9, False),
    # beyond a vertical wall
    ("charm2_numu", 300, 1e-6, False), ("donut_nutau", 299, 1e-6, True),
    # a path that turns back: between its branches, above both, and where only one is
    ("sk_atm_nue", 75, 1e-8, True), ("sk_atm_nue", 75, 1e-6, False), ("sk_atm_nue", 20, 1e-6, True),
    ("sk_atm_numu", 90, 8e-9, True),
    # the supernova: between its edges alone
    ("sn1987a_universal", 10, 1e-11, True), ("sn1987a_universal", 10, 1e-9, False),
    ("sn1987a_universal", 10, 1e-13, False),
    # BBN: N that live long, and light ones that thermalize; not the bay between
    ("bbn_he4_numu", 10, 1e-12, True), ("bbn_he4_numu", 10, 1e-11, False),
    ("bbn_he4_numu", 0.3, 1e-11, False), ("bbn_he4_numu", 0.3, 1e-10, True),
])
def test_where_a_published_bound_excludes(name, M, mu, inside):
    assert atlas.get(name).contains(M * MeV, mu) == inside


def test_vector_readings_hold_their_papers_numbers():
    """Massless edges as printed: 2007.15563 and 1803.03262."""
    assert atlas.get("borexino_numu").at(20 * keV) == pytest.approx(6.95e-11, rel=2e-3)
    assert atlas.get("xenon1t_nr_numu").at(20 * keV) == pytest.approx(1.1e-8, rel=5e-3)
    lsnd = atlas.get("lsnd")
    assert munu.couplings.d_of_mu(lsnd.upper.min()) * GeV == pytest.approx(4.1e-7, rel=5e-3)


def test_combine_takes_the_lowest():
    M = np.array([10, 100, 1000]) * MeV
    limits = [atlas.get(n) for n in ("charm2_numu", "nomad_numu")]
    found = atlas.combine(limits, M, flavor="mu")
    for i, m in enumerate(M):
        assert found.upper[i] == pytest.approx(min(x.at(m)[0] for x in limits), rel=1e-13)
    assert found.meta["strongest"] == ["charm2_numu", "charm2_numu", "nomad_numu"]


@pytest.mark.parametrize(("names", "options", "said"), [
    (["charm2_numu"], {"flavor": "e"}, "flavor mu says nothing of this coupling"),
    (["miniboone_numu"], {"flavor": "mu"}, "at 95%"),
    (["gemma_2010"], {"flavor": "e"}, "superseded"),
    ([], {}, "nothing to combine"),
    (["charm2_numu"], {"flavor": "all"}, "ambiguous"),
])
def test_combine_refuses_what_it_cannot_convert(names, options, said):
    with pytest.raises(DomainError, match=said):
        atlas.combine([atlas.get(n) for n in names], [10 * MeV], **options)


def test_a_bound_on_one_flavor_binds_the_universal_coupling():
    one = atlas.combine([atlas.get("charm2_numu")], [10 * MeV], flavor="universal")
    assert one.upper[0] == atlas.get("charm2_numu").at(10 * MeV)[0]


def test_a_verdict_names_what_excludes():
    found = atlas.verdict(munu.DipolePortal(1e-8, 10 * MeV, "mu"))
    by_name = {v.name: v for v in found}
    assert by_name["charm2_numu"].excluded and by_name["charm2_numu"].margin > 1
    assert not by_name["borexino_numu"].excluded
    assert found[0].excluded and found[0].papers


def test_a_verdict_at_rest_takes_effective_moments():
    found = {v.name: v for v in atlas.verdict(munu.DipolePortal(5e-11, 0.0, "e"))}
    assert found["gemma_2012"].excluded and not found["cowan_reines_1957"].excluded


def test_computed_is_a_limit():
    found = atlas.computed("xenonnt", M_N=[1 * keV, 1 * MeV])
    assert found.ours and found.upper[0] < found.upper[1]


# ---- the number that a limit is quoted by ----------------------------------------------------

@pytest.mark.parametrize(("name", "words"), [
    # a curve that is level at its light end is the limit of a massless N, not its lowest point
    ("borexino_numu", "6.96e-11 mu_B at M_N = 10 keV"),
    ("xenonnt_2022", "6.4e-12 mu_B at M_N = 0"),
    ("lsnd", "2.77e-09 mu_B at its lowest, M_N = 57.5 MeV"),
    # the frame of the figure is at 2e-13
    ("bbn_he4_numu", "2.19e-11 mu_B at its lowest, M_N = 49.6 keV")])
def test_a_limit_is_quoted_with_its_mass(name, words):
    assert atlas.said(atlas.get(name)) == words
    assert about(name).startswith(words)


def test_ours_is_quoted_where_it_is_massless():
    """Borexino's curve dips to 2.69e-11 near 0.4 MeV; its limit is 3.55e-11."""
    found = munu.limit("borexino", M_N=[0, 10 * keV, 398 * keV], expected=False)
    assert found.upper.min() == pytest.approx(2.686e-11, rel=3e-3)
    M, mu, strongest = atlas.quoted(found)
    assert (M, strongest) == (0.0, False) and mu == pytest.approx(3.55e-11, rel=3e-3)


def test_a_limit_that_excludes_nothing_quotes_nothing():
    none = munu.limit("xenonnt", M_N=[50 * MeV], expected=False)
    assert atlas.said(none) == "no bound"


def test_a_row_is_data():
    held = row("borexino_numu")
    assert held["M_N_MeV"] == pytest.approx(0.01) and held["mu"] == pytest.approx(6.9589e-11)
    assert held["level"] == 0.9 and held["flavor"] == "mu" and held["papers"][0] == "Brdar2020"
    assert row("lsnd")["flavor"] == ["e", "mu"]
