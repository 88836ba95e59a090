"""Detectors along the beams of the LHC: how their signals go with moment, mass and exposure."""

import numpy as np
import pytest

import munu
from munu import DipolePortal, _data, probes
from munu.errors import DomainError, UnknownName
from munu.flavors import SIX
from munu.probes._beam_detectors import facts
from munu.processes import upscattering
from munu.rates import decay_in_flight
from munu.ray import Ray
from munu.targets import material
from munu.units import GeV, MeV, m

ALL = ("electrons", "protons", "decays")


def flare(**options):
    return probes.get("flare", **options)


def events(channels, mu, nature="dirac", M_N=0.3 * GeV):
    """At sizes (n,)."""
    made = flare(channels=channels).expected(Ray.portal(M_N, "mu", nature))
    return made.values(np.asarray(mu), np.zeros(len(mu), dtype=int))[:, 0]


def reach(probe, M_N=0.3 * GeV, flavor="mu", nature="dirac"):
    return munu.limit(probe, M_N=M_N, flavor=flavor, nature=nature).value


def test_recoils_go_as_the_square_and_decays_as_the_fourth_power():
    for channels in ("electrons", "protons"):
        one, two = events(channels, [1e-9, 2e-9])
        assert two == pytest.approx(4 * one, rel=1e-12)
    # long lived, and so short lived that all decay
    late, later, soon, sooner = events("decays", [1e-11, 2e-11, 1e-5, 2e-5])
    assert later == pytest.approx(16 * late, rel=2e-3)
    assert sooner == pytest.approx(4 * soon, rel=2e-3)


def test_a_majorana_n_decays_twice_as_soon():
    """At long lifetime; recoils know nothing of its nature."""
    dirac, majorana = (events("decays", [1e-11], n) for n in ("dirac", "majorana"))
    assert majorana == pytest.approx(2 * dirac, rel=2e-3)
    assert events("electrons", [1e-9], "dirac") == events("electrons", [1e-9], "majorana")


def test_each_n_counts_once():
    """Where all decay at once, what recoils is among what decays; where few do, both add."""
    alone, whole = (events(c, [1e-11, 1e-4]) for c in ("decays", ALL))
    recoils = events("electrons", [1e-11, 1e-4]) + events("protons", [1e-11, 1e-4])
    assert whole[1] == pytest.approx(alone[1], rel=5e-4) and recoils[1] > 0.01 * alone[1]
    assert whole[0] == pytest.approx(alone[0] + recoils[0], rel=2e-3)


def test_decays_are_a_sum_over_energies():
    """By the whole cross section, as if each N had the energy of its neutrino and flew ahead."""
    s, portal = flare(channels="decays").setting, DipolePortal(1e-8, 0.5 * GeV, "mu", "dirac")
    E = s.source.components["table"].E
    phi = s.source.flux(E)[[1, 4]].sum(axis=0)
    made = upscattering.sigma(E, portal, s.target, kinds=upscattering.KINDS)
    seen = decay_in_flight.inside(s.length, decay_in_flight.decay_length(
        E, portal.M_N, portal.mu, portal.nature))
    targets = s.luminosity * s.mass * material(s.target).per_mass()
    assert events("decays", [1e-8], M_N=0.5 * GeV)[0] == pytest.approx(
        targets * np.trapezoid(phi * made * seen, E), rel=5e-3)


def test_what_is_predicted_is_what_is_expected():
    probe = flare(channels=ALL)
    total = probe.predict(DipolePortal(2e-9, 0.3 * GeV, "mu", "dirac")).total.total
    assert events(ALL, [2e-9])[0] == pytest.approx(total, rel=1e-3)


@pytest.mark.parametrize(("channels", "power", "M_N"), [("electrons", 0.5, 0.0),
                                                        ("decays", 0.25, 10 * MeV)])
def test_the_reach_goes_with_the_luminosity(channels, power, M_N):
    one, two = (reach(flare(channels=channels, luminosity=x), M_N)
                for x in ("300 fb^-1", "3 ab^-1"))
    assert one / two == pytest.approx(10**power, rel=3e-3)


@pytest.mark.parametrize(("name", "values", "M_N"), [
    ("threshold", ("10 MeV", "30 MeV", "300 MeV"), 0.0),
    ("proton_threshold", ("20 MeV", "50 MeV", "200 MeV"), 0.0),
    ("mass", ("20 t", "10 t", "5 t"), 0.3 * GeV)])
def test_the_reach_is_less_with_less(name, values, M_N):
    found = [reach(flare(channels=ALL, **{name: x}), M_N) for x in values]
    assert found == sorted(found) and found[0] < found[-1]


def test_a_light_n_is_a_massless_one():
    found = munu.limit("flare", M_N=np.array([0, 1e-6, 1]) * MeV, flavor="mu", nature="majorana")
    assert found.upper == pytest.approx(found.upper[0], rel=1e-5)
    # what is too heavy to be made is not limited
    assert np.isinf(reach(flare(), 1e5 * GeV))


def test_a_reach_lies_within_its_channels():
    """Together they reach further than each, and no further than the sum of three."""
    M = 0.2 * GeV
    whole = reach(flare(channels=ALL), M)
    parts = [reach(flare(channels=c), M) for c in ALL]
    assert max(parts) > min(parts) > whole > min(parts) / 3**0.5


def test_nuclei_of_one_isotope_stand_for_all():
    E, portal = 300 * GeV, DipolePortal(1e-8, 0.5 * GeV, "mu")
    whole, one = (upscattering.sigma(E, portal, x) for x in ("W", "W184"))
    assert one == pytest.approx(whole, rel=1e-3)


@pytest.mark.parametrize(("name", "experiment"), [
    ("fasernu", "fasernu"), ("fasernu2", "fasernu2"), ("flare", "flare10"), ("snd", "sndlhc")])
def test_a_detector_is_what_the_table_says(name, experiment):
    known, made = facts(experiment), probes.get(name).setting
    assert made.mass == pytest.approx(known["mass"], rel=1e-12)
    assert made.luminosity == pytest.approx(known["luminosity"], rel=1e-12)
    if "z" in known:
        assert made.length == pytest.approx(known["z"], rel=1e-12)
    (flux,) = made.source.components.values()
    number = np.trapezoid(flux.phi, flux.E).sum() * known["x"] * known["y"] * known["luminosity"]
    table = _data.load(f"fluxes/forward_{experiment}")
    assert number == pytest.approx(sum(table[n].sum() for n in SIX), rel=1e-9)


@pytest.mark.parametrize(("options", "said"), [
    ({"channels": ()}, "one at least"), ({"channels": ("decays", "decays")}, "twice"),
    ({"threshold": "2 GeV"}, "above the threshold"), ({"mass": "0 t"}, "above 0"),
    ({"channels": "protons", "proton_threshold": "9 GeV"}, "broken"),
    ({"length": "-1 m"}, "above 0"), ({"luminosity": "0 fb^-1"}, "above 0"),
    # what would change nothing
    ({"proton_threshold": "20 MeV"}, "proton_threshold of flare counts with the channel protons"),
    ({"channels": "decays", "highest": "2 GeV"}, "the channel electrons alone"),
    ({"channels": "electrons", "length": "3 m"}, "the channel decays alone")])
def test_a_detector_that_cannot_be(options, said):
    with pytest.raises(DomainError, match=said):
        flare(**options)


def test_its_variants_stand_beside_options_of_one_channel():
    probe = flare(highest="2 GeV", length="3 m")
    made = {n: probe.remake(**{**probe.options, **x}) for n, x in probe.variants.items()}
    assert made["decays alone"].setting.length == probe.setting.length == 3 * m
    assert made["electrons alone"].setting.highest == 2 * GeV


def test_questions_that_it_does_not_answer():
    with pytest.raises(UnknownName, match="did you mean 'protons'"):
        flare(channels="proton")
    with pytest.raises(DomainError, match="nature is needed"):
        munu.limit("flare", M_N=0.3 * GeV, flavor="mu")
    with pytest.raises(DomainError, match="moments alone"):
        munu.limit("flare", "r2")
    # without a mass nothing decays, and no nature is needed
    assert munu.limit("flare", flavor="mu").value == reach(flare(channels="electrons"), 0.0)
