"""Decays of N from the next galactic supernova: events, islands, what no table holds."""

from functools import cache

import numpy as np
import pytest

import munu
from munu import probes
from munu.couplings import DipolePortal
from munu.detectors import supernova, telescopes
from munu.errors import DataError, DomainError, UnknownName
from munu.rates import arrivals
from munu.ray import Ray
from munu.units import MeV, cm, kpc, s

M, NAME = 30 * MeV, "galactic_supernova_decays"
ALL = ("fermi_lat", "e_astrogam", "hyper_kamiokande", "dune", "juno")


@cache
def row(nature="dirac", **options):
    setting = probes.get(NAME, **{"detectors": ALL, **options}).setting
    return setting.row(DipolePortal(1.0, M, "e").matrix, M, nature)


def events(x, nature="dirac", **options):
    return row(nature, **options).events(np.atleast_1d(x))[0]


def of(x, flavor="e", nature="dirac"):
    return DipolePortal(x, M, flavor, nature)


def test_few_events_grow_as_the_fourth_power_and_fall_as_the_square_of_the_distance():
    far, near = events(1e-17, distance="20 kpc"), events(1e-17)
    assert near == pytest.approx(4 * far, rel=1e-6)
    assert events(2e-17) == pytest.approx(16 * near, rel=1e-4)


def test_nothing_is_seen_of_what_decays_within_the_star():
    high = row().span[1]
    assert np.all(events(high) < 1e-9)
    blue = events(1e-12, radius="3e12 cm")
    assert np.all(blue > events(1e-12))


def test_a_longer_window_sees_more_and_what_comes_before_it_is_left_out():
    whole, first, rest = (events(1e-16, window=w, after=a) for w, a in (
        ("1000 s", "0 s"), ("20 s", "0 s"), ("1000 s", "20 s")))
    assert first + rest == pytest.approx(whole, rel=1e-9)
    assert np.all(first < 0.1 * rest)


def test_a_telescope_counts_its_area_times_the_fluence(tmp_path):
    """An area without structure against the fluence itself, integrated otherwise."""
    path = tmp_path / "flat.csv"
    path.write_text("E [MeV], area [cm^2]\n20, 100\n900, 100\n")
    made = row(detectors=(str(path),))
    x, (one,) = 1e-15, made.sent
    tau = munu.processes.radiative_decay.lifetime(M, one.moment * x, "dirac")
    E = np.linspace(20 * MeV, 500 * MeV, 481)
    F = arrivals.photon_fluence(E, one.E, one.total * x**2, M, tau, 10 * kpc, 5e13 * cm,
                                np.array([0, 1000]) * s, "dirac")
    assert made.events(np.array([x]))[0, 0] == pytest.approx(
        100 * cm**2 * np.trapezoid(F, E), rel=2e-3)


def test_detectors_of_neutrinos_count_as_for_the_burst():
    x, made = 1e-13, row()

    def fluence(E):
        out = np.zeros((6, E.size))
        for one, many, shares in made.decays:
            sent = one.arrive([x], E, made.setting.window)
            out += many * np.concatenate([shares[:, None] * f[0] for f in sent])
        return out

    seen = dict(zip(ALL, events(x), strict=True))
    for name, many in (("juno", 200), ("dune", 100)):
        channels = ("ibd_formula",) if name == "juno" else ("nu_e_argon", "nubar_e_argon")
        counted = sum(supernova.counts(name, c, np.array([50, many]) * MeV, fluence).sum()
                      for c in channels)
        assert seen[name] == pytest.approx(counted, rel=2e-3)


def test_the_limit_is_where_the_best_detector_sees_three():
    found = munu.limit(NAME, Ray.portal(M, "e", "dirac"))
    (island,) = found.excluded[0]
    for edge in (island.low, island.high):
        assert events(edge, detectors=("fermi_lat",)).max() == pytest.approx(3, rel=1e-3)
    assert found.status == "projection" and found.level is None
    alone = munu.limit(probes.get(NAME, detectors="juno"), Ray.portal(M, "e", "dirac"))
    assert alone.value > island.low


def test_no_bin_of_a_spectrum_is_empty_between_full_ones():
    """Photons and neutrinos of N have smooth spectra, with an end."""
    made = probes.get(NAME, detectors=("e_astrogam", "juno")).predict(of(1e-13))
    for part in made.components.values():
        n = part.values[part.values > 0]
        full = np.flatnonzero(part.values)
        assert np.array_equal(full, np.arange(full[0], full[-1] + 1))
        # one hill: it rises, then falls
        assert np.count_nonzero(np.diff(np.sign(np.diff(n)))) <= 2


def test_the_spectrum_holds_the_events():
    probe = probes.get(NAME, detectors=ALL)
    made = probe.predict(of(1e-14)).components
    assert [c.total for c in made.values()] == pytest.approx(events(1e-14).tolist(), rel=1e-6)


def test_no_bin_is_empty_between_two_that_are_not():
    made = probes.get(NAME, detectors=ALL).predict(of(1e-14)).components
    for seen in made.values():
        assert np.all(np.diff(np.flatnonzero(seen.values)) == 1)
    photons = made["fermi_lat"].values
    assert np.sum(np.diff(np.sign(np.diff(photons[photons > 0]))) != 0) == 1


def test_what_lies_outside_is_said():
    share = probes.get(NAME, detectors=ALL).setting.outside(of(1e-15))
    assert 0 < share["fermi_lat"] < 0.02 and share["e_astrogam"] < 1e-3
    # oxygen and argon end at 100 MeV, and most of what decays has more
    assert 0.3 < share["dune nu_e_argon"] == share["hyper_kamiokande nu_e_oxygen"] < 1
    assert 0 < share["juno ibd_formula"] < share["dune nu_e_argon"]


def test_a_massless_n_and_one_too_heavy_to_be_made_are_not_seen():
    probe = probes.get(NAME)
    assert probe.predict(DipolePortal(1e-12, 0.0, "e")).total.total == 0
    found = munu.limit(probe, M_N=0.0, flavor="e", nature="dirac")
    assert found.excluded == ((),) and not np.isfinite(found.value)


def test_how_the_large_area_telescope_looks():
    mean, at = (telescopes.get("fermi_lat", p) for p in telescopes.POINTINGS)
    E = np.geomspace(10, 800, 30) * MeV
    assert np.all((mean.area(E) / at.area(E) > 0.1) & (mean.area(E) / at.area(E) < 0.25))
    assert mean.area(1 * MeV) == 0 == at.area(1e9 * MeV)


def test_an_area_of_ones_own_that_ends_below_the_photons_is_refused(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("E [MeV], area [cm^2]\n1, 100\n50, 200\n")
    with pytest.raises(DomainError, match="areas of mine end at 50 MeV, below"):
        munu.limit(probes.get(NAME, detectors=str(path)), Ray.portal(M, "e", "dirac"))


@pytest.mark.parametrize("text, match", [
    ("E [s], area [cm^2]\n1, 1\n2, 1\n", "an energy"),
    ("E [MeV], area [cm]\n1, 1\n2, 1\n", "an area"),
    ("E [MeV], area [cm^2]\n2, 1\n1, 1\n", "E"),
    ("E [MeV], area [cm^2]\n1, 1\n2, -1\n", "at least 0"),
    ("E [MeV], area [cm^2]\n0, 1\n2, 1\n", "above 0"),
    ("E [MeV], area [cm^2]\n1, 1\n", "two rows"),
    ("E [MeV], are [cm^2]\n1, 1\n2, 1\n", "area")])
def test_a_broken_area_is_one_line(tmp_path, text, match):
    path = tmp_path / "area.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=match) as said:
        telescopes.get(str(path))
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("options, error, match", [
    ({"detectors": "hyperk"}, UnknownName, "hyperk"),
    ({"detectors": ()}, DomainError, "at least"),
    ({"detectors": ("juno", "juno")}, DomainError, "twice"),
    ({"detectors": "juno", "lat": "on_axis"}, DomainError, "not among"),
    ({"lat": "aside"}, UnknownName, "aside"),
    ({"distance": "0 kpc"}, DomainError, "distance"),
    ({"distance": "10 MeV"}, DomainError, "distance"),
    ({"radius": "20 kpc"}, DomainError, "radius"),
    ({"window": "10 s", "after": "10 s"}, DomainError, "below the window"),
    ({"after": "-1 s"}, DomainError, "after"),
    ({"duration": "0 s"}, DomainError, "duration")])
def test_an_option_that_cannot_be_is_one_line(options, error, match):
    with pytest.raises(error, match=match) as said:
        probes.get(NAME, **options)
    assert "\n" not in str(said.value)


def test_nature_decides():
    with pytest.raises(DomainError, match="what N decays to"):
        munu.limit(NAME, M_N=M, flavor="e")
    dirac, majorana = events(1e-17), events(1e-17, "majorana")
    # half the lifetime, and photons that do not go backwards; half of all neutrinos are nubar,
    # which a core full of nu_e hardly makes
    assert np.all(majorana[:2] > 2 * dirac[:2]) and majorana[4] > 20 * dirac[4]


def test_a_spectrum_refuses_the_areas_that_a_limit_refuses(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("E [MeV], area [cm^2]\n20, 100\n60, 100\n")
    probe = probes.get(NAME, detectors=str(path))
    for ask in (lambda: probe.predict(of(1e-13)),
                lambda: munu.limit(probe, Ray.portal(M, "e", "dirac"))):
        with pytest.raises(DomainError, match="the areas of short end at 60 MeV"):
            ask()
