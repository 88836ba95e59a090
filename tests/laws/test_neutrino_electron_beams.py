"""LSND and CHARM-II: muon neutrinos on electrons, by what was published of them."""

import numpy as np
import pytest

import munu
from munu import atlas, probes
from munu.errors import DomainError
from munu.units import MeV


def value(name, flavor, **options):
    return munu.limit(probes.get(name, **options), flavor=flavor).value


def test_decays_at_rest_weigh_the_moment_of_nu_mu():
    """2.13 against the 2.4 of LSND, and the pair of limits of an earlier beam stop."""
    ours = probes.get("lsnd").setting.weight
    assert ours == pytest.approx(2.133, rel=1e-3)
    assert probes.get("lsnd", weights="published").setting.weight == 2.4
    e, mu = (atlas.get(f"lampf_1993_nu{f}").upper[0] for f in ("e", "mu"))
    assert (e / mu) ** 2 == pytest.approx(ours, rel=0.01)


def test_the_combination_is_what_is_bounded():
    for weights in ("computed", "published"):
        w = probes.get("lsnd", weights=weights).setting.weight
        e, mu, both, tau = (value("lsnd", f, weights=weights) for f in ("e", "mu", "universal",
                                                                        "tau"))
        assert (e / mu) ** 2 == pytest.approx(w, rel=1e-12)
        assert 1 / both**2 == pytest.approx(1 / e**2 + 1 / mu**2, rel=1e-12)
        assert e**2 == pytest.approx(1.1e-18, rel=1e-12) and np.isinf(tau)
    # the limit of the abstract is the bound over the published weight
    assert value("lsnd", "mu", weights="published") == pytest.approx(
        atlas.get("lsnd_2001").upper[0], rel=0.01)


def test_a_heavier_n_leaves_fewer_recoils():
    probe = probes.get("lsnd")
    M = np.array([0, 0.1, 1, 3, 5, 5.8]) * MeV
    found = munu.limit(probe, M_N=[*M, 1.01 * probe.heaviest], flavor="mu").upper
    assert np.all(np.diff(found[:-1]) > 0) and np.isinf(found[-1])
    assert munu.limit(probe, "mutau=1").value == pytest.approx(found[0], rel=1e-12)


def test_charm_is_close_to_what_others_find():
    """The published limit and a curve in M_N, which enter nowhere."""
    assert 0.7 < value("charm2", "mu") / atlas.get("charm_ii_1995").upper[0] < 1.1
    M = np.array([10, 50, 100]) * MeV
    ours = munu.limit("charm2", M_N=M, flavor="mu").upper
    theirs = atlas.get("charm2_numu").at(M)
    assert np.all((ours / theirs > 0.7) & (ours / theirs < 1.1))


def test_charm_is_a_shape():
    """With less under the peak and more events the reach is further; there is no nu_e."""
    assert np.isinf(value("charm2", "e"))
    best, usual, worse = (value("charm2", "mu", error=x) for x in (52, 82, 160))
    assert best < usual < worse
    # four times the events with twice the error: half the error of the moment's square, but for
    # the root of few events
    four = value("charm2", "mu", events=4 * 2677, error=2 * 82)
    assert usual / four == pytest.approx(2**0.5, rel=3e-3)
    total = sum(b.total for b in probes.get("charm2").backgrounds.values())
    assert total == pytest.approx(82**2, rel=1e-6)


@pytest.mark.parametrize(("name", "options", "said"), [
    ("lsnd", {"card": "x.yaml", "weights": "computed"}, "leave weights"),
    ("charm2", {"card": "x.yaml", "events": 100}, "leave events"),
    ("charm2", {"error": 10}, "at least their root"), ("charm2", {"events": 0}, "above 0"),
    ("charm2", {"threshold": "24 GeV"}, "below the end")])
def test_options_that_cannot_be(name, options, said):
    with pytest.raises(DomainError, match=said):
        probes.get(name, **options)
