"""Cooling of SN 1987A: what is free, what is caught, and where the island ends."""

import numpy as np
import pytest

import munu
from munu import media, probes
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.rates import _leaving, emission, energy_loss
from munu.units import MeV, erg, km, s

CORE = media.core("fischer18")
NU_E, NU_X = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)


def leaving(M_N=50 * MeV, squares=NU_E, nature="dirac", **more):
    return _leaving.of_state(CORE, M_N, squares, nature, **more)


@pytest.mark.parametrize("M, flavor, edge", [(1, "e", 2.0e-12), (50, "e", 2.1e-12),
                                             (100, "e", 2.5e-12), (200, "e", 5.7e-12),
                                             (300, "e", 14.7e-12), (1, "mu", 5.3e-12)])
def test_free_edge_of_the_luminosity(M, flavor, edge):
    found = munu.limit(probes.get("sn1987a_cooling", edge="free"), M_N=M * MeV, flavor=flavor,
                       expected=False)
    assert found.upper[0] == pytest.approx(edge, rel=0.04)


def test_a_third_of_the_luminosity_is_the_energy_of_three_seconds():
    edges = [munu.limit(probes.get("sn1987a_cooling", edge="free", criterion=c), M_N=0.0,
                        flavor="e", expected=False).upper[0] for c in ("luminosity", "energy")]
    assert edges[0] / edges[1] == pytest.approx(3**0.5)


def test_what_a_core_emits_is_what_leaves_freely():
    for squares, flavor in ((NU_E, "e"), (NU_X, "tau")):
        made = emission.of_core(CORE, 50 * MeV, flavor, energies=24)
        assert leaving(squares=squares).free == pytest.approx(made.luminosity(), rel=5e-3)


def test_small_moments_leave_freely_and_large_ones_not_at_all():
    made = leaving()
    sizes = np.geomspace(1e-14, 1e-7, 60)
    share = made.luminosity(sizes) / (sizes**2 * made.free)
    assert share[0] == pytest.approx(1, rel=1e-5)
    assert np.all(np.diff(share) <= 0) and share[-1] == 0
    assert np.all(share <= 1 + 1e-12)


def test_a_black_body_where_nothing_leaves_directly():
    """Thick matter to the end, of one temperature: a surface that emits by the law of Stefan."""
    flat = CORE.with_(temperature=lambda r: 20 * MeV + 0 * r, mu_nu=lambda r: 0 * r,
                      density=lambda r: CORE.density(12 * km + 0 * r),
                      asymmetry=lambda r: 0.5 + 0 * r, Z2_A=0.25, breaks=())
    made = _leaving.of_state(flat, 0.0, NU_X, "dirac")
    # far from the middle of a zone, so that its width is no question
    size = 3 * made.resolved
    found = made.luminosity(size)[0]
    surface = 4 * np.pi * (20 * km) ** 2
    assert found == pytest.approx(surface * 7 / 8 * np.pi**2 / 60 * (20 * MeV) ** 4, rel=0.06)


def test_proton_targets_and_what_they_make_close_earlier():
    size = 1e-11
    both = leaving(200 * MeV).luminosity(size)[0]
    protons = leaving(200 * MeV, targets=("protons",)).luminosity(size)[0]
    assert protons < both
    # the sheet's island, of protons alone, has closed here
    sizes = np.geomspace(1e-12, 1e-9, 40)
    assert leaving(200 * MeV, targets=("protons",)).luminosity(sizes).max() < 3e52 * erg / s


@pytest.mark.parametrize("M, edge", [(50, 5.0e-10), (100, 1.4e-10), (150, 4.5e-11)])
def test_upper_edge_of_the_island(M, edge):
    (island,), = munu.limit("sn1987a_cooling", M_N=M * MeV, flavor="e", expected=False).excluded
    assert island.high == pytest.approx(edge, rel=0.12)
    assert not island.high_ends


def test_the_island_closes_near_200_MeV():
    open_, closed = (
        munu.limit("sn1987a_cooling", M_N=M * MeV, flavor="e", expected=False).excluded[0]
        for M in (200, 215))
    assert len(open_) == 1 and not closed
    # it begins higher than if all left
    assert open_[0].low > 7e-12 and open_[0].high < 2e-11


def test_a_light_n_leaves_the_profile_before_it_is_caught():
    (island,), = munu.limit("sn1987a_cooling", M_N=1 * MeV, flavor="e", expected=False).excluded
    assert island.high_ends and 2e-9 < island.high < 2e-8


def test_n_without_mass_is_the_limit_of_a_light_one():
    none, light = (leaving(M).luminosity([2e-12, 1e-9]) for M in (0.0, 1e-3 * MeV))
    assert light == pytest.approx(none, rel=1e-6)


@pytest.mark.long
def test_dirac_moments_are_a_portal_to_n_without_mass():
    edges = [munu.limit("sn1987a_cooling", *more, expected=False, **named).upper[0]
             for more, named in ((("ee=1,mumu=1,tautau=1",), {"nature": "dirac"}),
                                 ((), {"M_N": 0.0}))]
    assert edges[0] == pytest.approx(edges[1], rel=1e-9)
    assert edges[0] == pytest.approx(1.75e-12, rel=0.02)
    # to whichever flavor: one neutrino scatters, the other leaves
    one = [float(munu.limit("sn1987a_cooling", x, nature="dirac", expected=False).upper[0])
           for x in ("ee=1", "emu=1", "etau=0.6,emu=0.8")]
    assert one == pytest.approx([one[0]] * 3)


def test_outgoing_states_are_found_in_any_basis():
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    matrix = np.diag([3.0, 1.0, 0.0])
    found = sorted(_leaving.by_state(matrix @ turn))
    assert np.allclose(found, [(0, 1, 0), (9, 0, 0)])


def test_the_published_upper_edge_is_a_mean_free_path():
    theirs = munu.atlas.get("sn1987a_universal")
    M = np.array([1.0, 50, 200]) * MeV
    found = munu.limit(probes.get("sn1987a_cooling", criterion="mean_free_path"), M_N=M,
                       flavor="e", nature="dirac", expected=False)
    for j, m in enumerate(M):
        (island,), high = found.excluded[j], max(i.high for i in theirs.excluded_at(m))
        assert island.high == pytest.approx(high, rel=0.12)


def test_a_majorana_n_decays_in_half_the_path():
    dirac, majorana = (leaving(100 * MeV, nature=n).depth for n in ("dirac", "majorana"))
    assert np.all(majorana > dirac)
    more = majorana - dirac
    made = leaving(100 * MeV)
    p = np.sqrt((made.E - 100 * MeV) * (made.E + 100 * MeV))
    # from the centre, where all directions are alike, to 100 km
    assert np.ptp(more[0, 0] * p, axis=0).max() < 1e-3 * (more[0, 0] * p).max()


def test_redshift_takes_from_the_loss():
    assert leaving(redshift=True).free < 0.9 * leaving().free
    with pytest.raises(DomainError, match="lapse"):
        _leaving.of_state(media.core("fiducial"), 0.0, NU_E, "dirac", redshift=True)


def test_luminosity_of_couplings():
    portal = DipolePortal(3e-12, 50 * MeV, "universal", "dirac")
    all_ = energy_loss.luminosity(CORE, portal)
    free = energy_loss.luminosity("fischer18", portal, reabsorbed=False)
    assert 0.9 * free < all_ < free
    each = [energy_loss.luminosity(CORE, DipolePortal(3e-12, 50 * MeV, f, "dirac"))
            for f in ("e", "mu", "tau")]
    assert all_ == pytest.approx(sum(each))
    for wrong, said in ((DipolePortal(1e-12, 1 * MeV), "nature"),
                        (Couplings.majorana(emu=1e-12), "Majorana"),
                        (Couplings(charge=1e-20 * np.eye(3)), "charges")):
        with pytest.raises(DomainError, match=said):
            energy_loss.luminosity(CORE, wrong)


def test_prediction_is_what_the_limit_is_made_of():
    for options in ({}, {"edge": "free"}, {"criterion": "mean_free_path"}, {"criterion": "energy"}):
        probe = probes.get("sn1987a_cooling", **options)
        ray = munu.Ray.portal(50 * MeV, "e", "dirac")
        for x in (3e-12, 1e-10, 1e-8):
            total = sum(c.values.sum() for c in probe.predict(ray.at(x)).components.values())
            want = probe.expected(ray).values(np.array([x]), np.array([0]))[0, 0]
            assert total == pytest.approx(want, rel=1e-9, abs=1e-30)


def test_a_prediction_rises_and_falls_once():
    ray = munu.Ray.portal(50 * MeV, "e", "dirac")
    for part in probes.get("sn1987a_cooling").predict(ray.at(1e-12)).components.values():
        assert part.values.min() >= 0
        steps = np.sign(np.diff(part.values[part.values > 0]))
        assert np.sum(np.diff(steps) != 0) == 1 and np.all(steps != 0)


@pytest.mark.parametrize("options, said", [
    ({"edge": "closed"}, "edge"), ({"criterion": "eps"}, "criterion"),
    ({"edge": "free", "criterion": "mean_free_path"}, "upper edge"),
    ({"duration": "3 s"}, "duration"), ({"criterion": "energy", "duration": "0 s"}, "above 0"),
    ({"core": "fiducial", "redshift": True}, "lapse")])
def test_options_that_say_nothing_are_refused(options, said):
    with pytest.raises(DomainError, match=said):
        munu.limit(probes.get("sn1987a_cooling", **options), M_N=0.0)


def test_every_variant_is_another_limit():
    probe = probes.get("sn1987a_cooling")
    assert {"fiducial", "derocco", "free nucleons", "stronger interaction", "all leaves", "energy",
            "mean_free_path"} == set(probe.variants)
    for name in ("free nucleons", "derocco"):
        found = munu.limit(probe.varied(name), M_N=0.0, flavor="e", expected=False).upper[0]
        assert 1e-12 < found < 6e-12 and found != pytest.approx(2e-12, rel=0.05)


@pytest.mark.parametrize(("returned", "said"), [
    ("100 km", "must be numbers"), (np.inf, "not finite"), ([1.0, 2.0], "one radius")])
def test_the_radius_within_which_decays_are_no_loss_is_one_number(returned, said):
    portal = DipolePortal(1e-12, 10 * MeV, "e", "dirac")
    with pytest.raises(DomainError, match=said):
        energy_loss.luminosity("fischer18", portal, returned=returned)
