"""The burst of a galactic supernova with Dirac moments in a field that turns."""

import json

import numpy as np
import pytest

import munu
from munu import flavors, media, probes
from munu.cli.__main__ import main
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, MunuError
from munu.inference.along import misfit
from munu.inference.study import study
from munu.media import fields
from munu.propagation import dirac, evolve, resonances
from munu.ray import Ray
from munu.units import MeV, km

NAME = "galactic_supernova_twist"
RAY = Ray.dirac(np.diag([1.0, 0, 0]))
IO = flavors.mixing("nufit-6.0", "IO")
E = np.array([5.0, 15.0, 40.0]) * MeV
MATRIX = np.array([[3e-11, 1e-11j, 0], [0, 0, 2e-11], [1e-11, 0, -2e-11j]])


@pytest.fixture(scope="module")
def made():
    return probes.get(NAME, tol=1e-4)


@pytest.fixture(scope="module")
def turned(made):
    """What leaves as which active mass state, of a moment of nu_e."""
    return made.setting.leaving(RAY.at(3e-11))


def star(twist=-100.0, B0="5e9G"):
    return media.get("profile_a").with_(field=fields.dipole(B0, "1000km"),
                                        twist=lambda r: twist / km + 0 * np.asarray(r))


def through(medium, moments, **more):
    made = evolve(dirac(medium, moments, IO, **more), (medium.r_min, medium.r_max), E, tol=1e-6)
    return made.mass_probabilities


# ---- neutrinos and antineutrinos ---------------------------------------------------------

def test_nothing_is_lost():
    for other in (False, True):
        P = through(star(), MATRIX, antineutrinos=other)
        np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-9)
        np.testing.assert_allclose(P.sum(axis=2), 1, atol=1e-9)


def test_antineutrinos_are_neutrinos_where_masses_do_not_count():
    """-V, -phidot and mu* are the complex conjugate of -H: the same probabilities."""
    medium = star()
    ours, theirs = (evolve(dirac(medium, MATRIX, IO, vacuum=False, antineutrinos=x),
                           (medium.r_min, medium.r_max), E, tol=1e-6).probabilities
                    for x in (False, True))
    assert ours[:, 0, 3:].sum(axis=1).min() > 0.3
    np.testing.assert_allclose(theirs, ours, atol=2e-6)


def test_the_other_turn_meets_neither():
    """nu_e and their antineutrinos meet their sterile states at one radius, by one sign."""
    lost = {(x, a): through(star(x), np.diag([3e-11, 0, 0]), antineutrinos=a)[1, 0, 3:].sum()
            for x in (-100.0, 100.0) for a in (False, True)}
    assert lost[-100.0, False] > 0.3 and lost[-100.0, True] > 0.3
    assert max(lost[100.0, False], lost[100.0, True]) < 1e-2


# ---- the probe ---------------------------------------------------------------------------

def test_without_a_moment_it_is_the_other_probe():
    options = {"ordering": "IO", "tol": 1e-4}
    ours = probes.get(NAME, **options).setting.without
    theirs = probes.get("galactic_supernova", detectors=("dune", "hyper_kamiokande"),
                        **options).setting.without
    assert ours.keys() == theirs.keys()
    for name, counts in ours.items():
        np.testing.assert_allclose(counts, theirs[name], rtol=1e-3, atol=1e-6)


def test_what_is_sterile_is_what_the_resonance_takes(made, turned):
    """1 - exp(-pi gamma/2) of nu_e and of nubar_e at every energy, and nothing of the others."""
    (found,) = [x for x in resonances.find(
        star(), flavors.mixing(), 15 * MeV, moments=np.diag([3e-11, 0, 0]), nature="dirac")
        if x.between == ("nu_e", "N_1")]
    assert found.name == "twist"
    sterile = made.setting.sterile(RAY.at(3e-11))
    np.testing.assert_allclose(sterile, 1 - turned.sum(axis=2), atol=1e-12)
    np.testing.assert_allclose(sterile[:, [0, 3]], 1 - found.P_LZ, atol=1e-2)
    assert sterile[:, [1, 2, 4, 5]].max() < 1e-2


def test_events_are_lost_and_none_made(made):
    off, on = made.setting.without, made.setting.expected(RAY.at(3e-11))
    for name, counts in off.items():
        assert on[name].sum() < counts.sum()
        assert on[name][counts == 0].sum() == 0
    assert on["hyper_kamiokande ibd"].sum() < 0.7 * off["hyper_kamiokande ibd"].sum()


def test_moment_times_field_is_what_counts(turned):
    strong = probes.get(NAME, field="dipole:1e10G@1000km", tol=1e-4).setting
    np.testing.assert_allclose(strong.leaving(RAY.at(1.5e-11)), turned, atol=1e-9)


def test_the_reach(made):
    """A moment of 1.383e-11 mu_B in 5e9 G at 1000 km is seen at 90 %."""
    s = study([made], RAY)
    value, first = misfit(s, s.data), np.zeros(1, dtype=int)
    q = value(np.array([1.38287e-11]), first) - value(np.zeros(1), first)
    assert q == pytest.approx(2.7055, rel=2e-3)
    low, high = made.expected(RAY).where(0)
    assert low < 1.38287e-11 < high


def test_a_field_that_does_not_turn_hides_it(made):
    still = probes.get(NAME, twist="0/km", tol=1e-4)
    assert still.setting.sterile(RAY.at(1.4e-11))[:, [0, 3]].max() < 1e-3
    said = "\n".join(still.assumptions)
    assert "no twist resonance" in said and "mu B" in said
    assert "nu_e meets its right-handed states at 3373 km" in "\n".join(made.assumptions)


# ---- what is refused ---------------------------------------------------------------------

@pytest.mark.parametrize(("options", "said"), [
    ({"twist": "-100"}, "has no unit"), ({"twist": "1 km"}, "not of the kind"),
    ({"B0": "5e9G", "field": "dipole:5e9G@1000km"}, "does not go with field"),
    ({"field": "dipole:5e9G"}, "must read dipole"), ({"field": "constant:0G"}, "must not be 0"),
    ({"medium": star(), "twist": "-1/km"}, "says how it turns"),
    ({"medium": star(), "field": "constant:1G"}, "brings its own field"), ({"dark": True}, "dark")])
def test_an_option_that_cannot_be(options, said):
    with pytest.raises(MunuError, match=said):
        probes.get(NAME, **options)


def test_couplings_that_it_does_not_know(made):
    for couplings, said in ((DipolePortal(1e-11, 0.0), "a portal to N is not evolved"),
                            (Couplings.majorana(1e-12), "majorana"),
                            (Couplings(r2=1.0), "Dirac moments alone")):
        with pytest.raises(DomainError, match=said):
            made.predict(couplings)
    with pytest.raises(DomainError, match="of Majorana neutrinos"):
        munu.limit(made, "emu=1")
    with pytest.raises(DomainError, match="Dirac neutrinos alone"):
        munu.limit(made, "ee=1")


def test_the_command_line_knows_it(capsys):
    assert main(["spectrum", NAME, "--mu", "ee=3e-11", "--nature", "dirac", "--json"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert set(got["components"]) == {"dune nu_e_argon", "hyper_kamiokande ibd",
                                      "hyper_kamiokande electron"}
