"""Limits from what stars lose: from one star to another mass, flavor, nature and criterion."""

import numpy as np
import pytest

import munu
from munu import DipolePortal, atlas, media, probes
from munu.atlas import verdict
from munu.couplings import Couplings
from munu.errors import DomainError, UnknownName
from munu.processes import plasmon_decay
from munu.processes._plasmons import Pairs, opening
from munu.rates import energy_loss
from munu.units import cm, erg, g, keV, s

STARS = ("red_giants", "horizontal_branch", "white_dwarfs", "sun_cooling")


@pytest.mark.parametrize(("name", "published"), [
    ("red_giants", "capozzi_raffelt_2020_ngc4258"),
    ("horizontal_branch", "raffelt_1989_helium_stars"),
    ("white_dwarfs", "miller_bertolami_2014"), ("sun_cooling", "raffelt_1999_sun")])
def test_a_light_N_is_what_was_published(name, published):
    theirs = atlas.get(published)
    for M in (0.0, 1e-4 * keV, 3e-3 * keV):
        ours = munu.limit(name, M_N=M, flavor="mu")
        assert ours.value == pytest.approx(theirs.upper[0], rel=1e-3)
        assert ours.level == theirs.level


@pytest.mark.parametrize(("name", "low", "high"), [
    ("red_giants", 2e-12, 4e-12), ("horizontal_branch", 0.7e-11, 2.5e-11),
    ("sun_cooling", 3e-10, 5e-10)])
def test_a_ceiling_on_the_loss_says_about_the_same(name, low, high):
    """10 erg/g/s in the mean of a core, 1.7 in the centre of the Sun; a criterion has no level."""
    found = munu.limit(probes.get(name, criterion="ceiling"), flavor="e")
    assert low < found.value < high and found.level is None and found.statistic == "criterion"


def test_one_zone_is_what_the_papers_have():
    """At 10 keV 1.5e-12 becomes 1.72e-12 in the zone of the flash; 3e-12 in the mean one."""
    found = munu.limit(probes.get("red_giants", star="RG_flash", reactions="plasmon_decay"),
                       M_N=np.array([5, 10, 15, 17]) * keV, flavor="tau")
    np.testing.assert_allclose(found.upper, [1.52e-12, 1.72e-12, 3.0e-12, 6.2e-12], rtol=0.03)
    mean = media.get("one_zone", zone="RG_mean")
    found = munu.limit(probes.get("red_giants", star=mean, criterion="ceiling"), flavor="e")
    assert found.value == pytest.approx(2.8e-12, rel=0.02)


def test_flavors_and_natures_are_counted_in_pairs():
    """Squares of all moments add; (a, b) and (b, a) of Majorana neutrinos are one pair."""
    one = munu.limit("red_giants", flavor="e").value
    assert munu.limit("red_giants").value == pytest.approx(one / np.sqrt(3), rel=1e-12)
    assert munu.limit("red_giants", flavor=(1, 1j, 0)).value == pytest.approx(
        one / np.sqrt(2), rel=1e-12)
    for along, nature, size in (("emu=1", None, 1.0), ("emu=1,etau=2", None, np.sqrt(5)),
                                ("12=1", None, 1.0), ("ee=1", "dirac", 1.0),
                                ("emu=1,mue=1", "dirac", np.sqrt(2))):
        found = munu.limit("red_giants", along, nature=nature)
        assert found.value == pytest.approx(one / size, rel=1e-12), along


@pytest.mark.parametrize("name", STARS)
def test_a_limit_at_one_mass_knows_no_other(name):
    masses = np.array([0.0, 0.2, 3.0, 12.0, 40.0]) * keV
    together = munu.limit(name, M_N=masses).upper
    alone = [munu.limit(name, M_N=m).value for m in masses]
    np.testing.assert_array_equal(together, alone)
    assert np.all(np.diff(together[np.isfinite(together)]) > 0)


def test_the_sums_over_pairs_are_the_openings():
    rng = np.random.default_rng(1)
    y, w = rng.uniform(0, 9, 300), rng.uniform(0, 1, 300)
    M = np.array([0.0, 0.5, 1.7, 2.9, 3.5])
    np.testing.assert_allclose(Pairs(y, w)(M), opening(y, M[:, None]) @ w, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["red_giant", "horizontal_branch"])
def test_zones_are_enough(name):
    """At every mass, thresholds of single zones included."""
    star, M = media.get(name), np.linspace(0, 30, 61) * keV
    _, volume, plasma = star.zones(400)
    fine = volume @ plasmon_decay.by_moment(plasma, M).T
    made = energy_loss.of_star(star, ("plasmon_decay",))["plasmon_decay"](M)
    np.testing.assert_allclose(made, fine, rtol=2e-3, atol=1e-4 * fine[0])


def test_a_verdict_turns_where_the_limit_is():
    for M in (0.0, 8 * keV, 30 * keV):
        edge = munu.limit("red_giants", M_N=M, flavor="tau").value
        for factor, out in ((0.999, False), (1.001, True)):
            said = verdict(DipolePortal(factor * edge, M, "tau"))
            assert next(v for v in said if v.name == "red_giants").excluded == out
    row = next(v for v in verdict(Couplings.majorana(emu=1.6e-12))
               if v.name == "capozzi_raffelt_2020_ngc4258")
    assert row.margin == pytest.approx(1.6 / 1.5, rel=1e-12)


def test_a_published_row_holds_up_to_its_own_mass():
    names = {v.name for v in verdict(DipolePortal(1e-10, 2 * keV, "e"))}
    later = {v.name for v in verdict(DipolePortal(1e-10, 4 * keV, "e"))}
    assert "viaux_2013_m5" in names - later and "raffelt_1999_sun" not in names


@pytest.mark.parametrize("name", STARS)
def test_a_published_row_ends_where_ours_has_hardly_moved(name):
    """So that a verdict does not jump where the row leaves it."""
    theirs = atlas.get(probes.get(name).setting.criterion.name)
    ours = munu.limit(name, M_N=theirs.reach, flavor="e").value
    assert 1 < ours / theirs.upper[0] < 1.07


def test_charges_and_radii_have_both_signs():
    """The weak current helps a charge of one sign, and hinders the other."""
    q = munu.limit(probes.get("red_giants", criterion="ceiling"), "q", flavor="e")
    low, high = q.excluded[0][0].high, q.excluded[0][1].low
    assert -3e-14 < low < -1e-14 < 1e-14 < high < 2e-14 and q.statistic == "criterion"
    plasma = probes.get("red_giants").setting.star.zones(64)
    for size in (low, high):
        more, none = (plasmon_decay.by_charges(plasma[2], np.array([x, 0, 0]), 0.0) @ plasma[1]
                      for x in (size, 0.0))
        mean = (more - none) / probes.get("red_giants").setting.mass / (erg / g / s)
        assert mean == pytest.approx(10, rel=1e-6)
    r2 = munu.limit("red_giants", "r2", flavor="mu")
    assert r2.excluded[0][0].high < -1e-33 * cm**2 and r2.excluded[0][1].low > 1e-33 * cm**2


def test_reactions_are_what_is_asked():
    whole = probes.get("red_giants")
    parts = [probes.get("red_giants", reactions=r).setting.luminosity(np.array([0.0, 25 * keV]))
             for r in energy_loss.DEFAULT]
    np.testing.assert_allclose(sum(parts), whole.setting.luminosity(np.array([0.0, 25 * keV])),
                               rtol=1e-12)
    assert parts[0][1] == 0 < min(parts[1][1], parts[2][1])


def test_a_prediction_is_the_loss_of_the_star():
    probe = probes.get("horizontal_branch")
    made = probe.predict(DipolePortal(1e-11, 1 * keV, "e"))
    total = probe.setting.luminosity(np.array([1 * keV]))[0] * 1e-22 / (erg / s)
    assert made.total.total == pytest.approx(total, rel=0.02)
    assert {*made.components} == {*energy_loss.DEFAULT}


@pytest.mark.parametrize(("options", "said"), [
    ({"criterion": "ngc"}, "criterion"), ({"criterion": -1e-12}, "between 0 and 1"),
    ({"criterion": 2.0}, "between 0 and 1"), ({"reactions": "plasmon"}, "reaction"),
    ({"reactions": ()}, "one at least"), ({"star": "betelgeuse"}, "star"),
    ({"reactions": ("off_shell", "compton")}, "alone"), ({"star": "hotter core"}, "star"),
    ({"star": media.get("profile_a")}, "temperature")])
def test_what_cannot_be_is_one_line(options, said):
    with pytest.raises((DomainError, UnknownName)) as err:
        munu.limit(probes.get("red_giants", **options))
    assert said in str(err.value) and "\n" not in str(err.value)


def test_no_star_passes_the_strongest():
    """Red giants are denser than what is as hot, and hotter than what is as dense."""
    M = np.geomspace(1, 200, 24) * keV
    strongest, *others = (munu.limit(name, M_N=M, flavor="e", expected=False).upper
                          for name in STARS)
    for other in others:
        assert np.all(strongest < other)


def test_a_star_of_ones_own(tmp_path):
    """Its structure counts, and one that ends inside its core is refused."""
    path = tmp_path / "mine.csv"
    path.write_text("r [km],density [g/cm^3],Y_e,temperature [K]\n" + "".join(
        f"{r},{rho},0.5,1e8\n" for r, rho in ((50, 8e5), (1500, 7.8e5), (3000, 7e5), (4000, 6e5),
                                              (5000, 5e5))))
    found = munu.limit(probes.get("red_giants", star=str(path)), M_N=[0.0, 10 * keV], flavor="e")
    assert found.upper[0] == pytest.approx(1.5e-12) and 1.8e-12 < found.upper[1] < 2.4e-12
    with pytest.raises(DomainError, match="ends inside the core"):
        probes.get("red_giants", star=str(path), core_mass="0.48 M_sun")


def test_own_number_and_level():
    assert munu.limit(probes.get("red_giants", criterion="3e-12"), flavor="e").value == \
        pytest.approx(3e-12, rel=1e-12)
    with pytest.raises(DomainError, match="published at 95%"):
        munu.limit("red_giants", level=0.9)
    with pytest.raises(DomainError, match="no counts"):
        munu.limit("red_giants", method="feldman_cousins")
