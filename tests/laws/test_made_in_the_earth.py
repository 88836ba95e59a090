"""N made all around in the Earth: matter as a detector sees it, and what decays in it."""

import numpy as np
import pytest

import munu
from munu import DipolePortal, _data, probes
from munu.errors import DomainError
from munu.flavors import mixing
from munu.media import earth_around as earth
from munu.probes import _earth
from munu.probes._oscillated import oscillated
from munu.sources import atmospheric, solar
from munu.units import GeV, MeV, cm, g, km, m

RHO = g / cm**3
COLUMN = np.array([0, 1, 0], dtype=complex)


def density(x):
    table, out = _data.load("profiles/prem"), np.zeros_like(x)
    for k in range(len(table)):
        inside = (x >= table["r_in"][k]) & (x < table["r_out"][k])
        y = x[inside] / earth.radius()
        out[inside] = sum(table[f"c{n}"][k] * y**n for n in range(4))
    return out


@pytest.mark.parametrize("r", [0.1, 1.5, 30, 700, 3500, 9000, 12700])
def test_the_mean_density_is_that_of_points_on_a_sphere(r):
    a, cosine = earth.radius() - 1 * km, (np.arange(400000) + 0.5) / 200000 - 1
    distance = np.sqrt(a**2 + (r * km) ** 2 + 2 * a * r * km * cosine)
    assert earth.mean_density(r * km, depth=1 * km) == pytest.approx(
        density(distance).mean(), rel=1e-3)


def test_all_of_the_earth_weighs_what_it_weighs():
    R = earth.radius()
    r = (np.arange(200000) + 0.5) / 100000 * R
    mass = np.sum(4 * np.pi * r**2 * earth.mean_density(r)) * (r[1] - r[0])
    assert mass / (1e3 * g) == pytest.approx(5.9756e24, rel=1e-4)


def test_a_short_decay_sees_the_rock_around_and_a_long_one_all_matter_once():
    deep = {"depth": 2 * km}
    assert earth.seen_density(1 * m, **deep) == pytest.approx(2.6 * RHO, rel=1e-5)
    long = 1e6 * earth.radius()
    r = np.geomspace(1 * m, 2 * earth.radius(), 200001)
    column = np.trapezoid(earth.mean_density(r, **deep), r)
    assert earth.seen_density(long, **deep) * long == pytest.approx(column, rel=1e-3)
    parts = [earth.seen_density(500 * km, part=p, **deep) for p in ("rock", "core")]
    assert sum(parts) == pytest.approx(earth.seen_density(500 * km, **deep), rel=1e-12)
    # the table that probes use
    length = np.geomspace(4 * m, 1e8 * km, 57)
    near = 4 * m
    held = earth.seen_density(length, near=near, part="rock", **deep)
    assert _earth._seen(length, 2 * km, near, "rock") == pytest.approx(
        held, rel=1e-3, abs=1e-9 * RHO)


def test_a_flux_from_all_sides_keeps_its_number_and_loses_its_flavor():
    given = atmospheric.source(site="kamioka")
    turned = oscillated(given, mixing(), height=15 * km, depth=1 * km)
    E = np.array([0.2, 1.0, 3.0, 30.0]) * GeV
    before, after = given.flux(E), turned.flux(E)
    assert after[:3].sum(axis=0) == pytest.approx(before[:3].sum(axis=0), rel=1e-10)
    assert after[3:].sum(axis=0) == pytest.approx(before[3:].sum(axis=0), rel=1e-10)
    # nu_tau from half of all paths, where they are long for nu_mu of a GeV
    assert after[2, 1] / before[1, 1] == pytest.approx(0.27, abs=0.05)
    assert after[2, 3] / before[1, 3] == pytest.approx(0.20, abs=0.03)


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_slow_decays_are_as_the_fourth_power_and_windows_add(nature):
    row = probes.get("borexino_upscattering").setting.row(COLUMN, 5 * MeV, nature)
    small = sum(x[0] for x in row.decays(np.array([1e-13])).values())
    twice = sum(x[0] for x in row.decays(np.array([2e-13])).values())
    assert twice / small == pytest.approx(16, rel=1e-3)
    size = np.array([1e-10])
    whole, *parts = [sum(x[0] for x in row.decays(size, w).values()) for w in (
        (3 * MeV, 20 * MeV), (3 * MeV, 7 * MeV), (7 * MeV, 20 * MeV))]
    assert sum(parts) == pytest.approx(whole, rel=2e-3)


def test_next_to_the_detector_the_earth_is_the_rock_around_it():
    """On spheres that are smaller than a rounding of the Earth's radius too; half a one above."""
    near = np.array([1e-30, 1e-12, 1e-6]) * km
    for depth, share in ((0.0, 0.5), (1 * km, 1.0)):
        rock = share * 2.6 * g / cm**3
        assert earth.mean_density(near, depth=depth) == pytest.approx(rock, rel=1e-6)
        assert earth.seen_density(near, depth=depth) == pytest.approx(rock, rel=1e-5)


def test_at_a_short_decay_all_that_is_made_in_the_detector_is_seen():
    p = probes.get("super_kamiokande_upscattering", threshold="1 MeV")
    row = p.setting.row(COLUMN, 50 * MeV, "majorana")
    made = sum(x.total for x in row.made[p.name])
    x = np.array([1e-4])
    assert row.decays(x)[p.name] == pytest.approx(x**2 * made * p.setting.exposure, rel=2e-2)


def test_a_dirac_n_of_the_sun_lives_longer_and_shines_weaker():
    dirac, majorana = (munu.limit("borexino_upscattering", M_N=np.array([2, 5, 8.0]) * MeV,
                                  flavor="e", nature=n).upper for n in ("dirac", "majorana"))
    assert np.all(dirac > majorana) and np.all(dirac < 2 * majorana)


def test_what_the_sun_cannot_make_is_no_limit_and_no_error():
    found = munu.limit("borexino_upscattering", M_N=np.array([1e-6, 30.0]) * MeV, flavor="e",
                       nature="dirac")
    assert found.upper[1] == np.inf
    assert found.upper[0] == np.inf or found.upper[0] > 1e-6
    point = DipolePortal(1e-9, 40 * MeV, "e", "dirac")
    made = probes.get("borexino_upscattering").predict(point)
    assert sum(s.total for s in made.components.values()) == 0


@pytest.mark.parametrize(("options", "said"), [
    ({"events": -1}, "events = -1 must be above 0"), ({"neutrinos": "reactor"}, "neutrinos"),
    ({"exposure": "0 t yr"}, "exposure"), ({"efficiency": 1.2}, "efficiency = 1.2"),
    ({"threshold": "-3 MeV"}, "window"),
    ({"threshold": "50 GeV"}, "more than the highest neutrino, 31623 MeV")])
def test_what_is_no_setting_is_refused(options, said):
    with pytest.raises((DomainError, LookupError), match=said):
        probes.get("super_kamiokande_upscattering", **options)


def test_half_of_the_published_curve():
    # all three flavors alike; theirs are edges of a fit to two experiments
    masses = np.array([2, 5, 8, 12.0]) * MeV
    ours = munu.limit("borexino_upscattering", M_N=masses, flavor="universal", nature="dirac")
    theirs = munu.atlas.get("borexino_sk_upscatter_universal")
    ratio = ours.upper / np.array([float(np.ravel(theirs.at(M))[0]) for M in masses])
    assert ratio == pytest.approx([0.67, 0.58, 0.44, 0.47], rel=0.05)
    assert solar.source().per == "second"
