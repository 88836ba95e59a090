"""The number of neutrinos as a probe: what it answers, refuses and says."""

from pathlib import Path

import numpy as np
import pytest
import yaml

import munu
from munu import Couplings, DipolePortal, probes
from munu.errors import DomainError, UnknownName
from munu.media import early_universe
from munu.probes.n_eff import sizes
from munu.rates import _expansion, _relic, freeze_out, late_decay
from munu.ray import Ray
from munu.units import GeV, MeV, eV

NAMED = probes.get("n_eff")


def test_light_N_are_right_handed_neutrinos():
    """Three of them, one of a flavor, and the diagonal of a Dirac matrix: one answer."""
    three, diagonal = munu.limit(NAMED), munu.limit(NAMED, Ray.dirac(np.eye(3)))
    assert three.value == diagonal.value
    assert three.value == pytest.approx(freeze_out.moment_of(0.107, 3, T_RH=100 * GeV), rel=5e-3)
    one = munu.limit(NAMED, flavor="tau")
    assert one.value == munu.limit(NAMED, "ee=1", nature="dirac").value > 3 * three.value
    assert munu.limit(NAMED, M_N=1e-3 * eV, nature="dirac").value == pytest.approx(
        three.value, rel=1e-5)


def test_a_region_has_its_far_side():
    """At 10 MeV what lives shorter than a second or so is allowed again, at 200 MeV all is."""
    (inside,), none = (munu.limit(NAMED, M_N=M, nature="majorana").excluded[0]
                       for M in (10 * MeV, 200 * MeV))
    assert none == ()
    for edge in (inside.low, inside.high):
        assert late_decay.delta_N_eff(10 * MeV, edge, "majorana", 3) == pytest.approx(
            0.107, rel=5e-3)
    assert 0.1 < munu.processes.radiative_decay.lifetime(
        10 * MeV, inside.high, "majorana") / munu.units.s < 20


def test_moments_of_one_state_add_in_squares():
    """A coherent N has the root of the sum; phases and bases change nothing."""
    one, two = munu.limit(NAMED, flavor=(1, 0, 0)), munu.limit(NAMED, flavor=(3, 4j, 0))
    assert two.value == pytest.approx(one.value / 5, rel=1e-8)
    assert sizes(np.eye(3)) == [(1.0, 3)] and sizes(np.zeros((3, 3))) == []
    assert [n for _, n in sizes(np.diag([1.0, 2.0, 2.0]))] == [2, 1]


def test_a_value_and_a_bound_ask_for_much_the_same():
    total = munu.limit(probes.get("n_eff", bound="total"), level=0.95, expected=False)
    assert total.value / munu.limit(NAMED).value == pytest.approx(1, abs=0.35)
    own = munu.limit(probes.get("n_eff", bound=0.285, T_RH="200 GeV"))
    assert own.value == pytest.approx(freeze_out.moment_of(0.285, 3, T_RH=200 * GeV), rel=5e-3)
    assert own.level is None and "formal above 100 GeV" in " ".join(own.assumptions)


def test_less_reheating_excludes_less():
    found = [munu.limit(probes.get("n_eff", T_RH=T)).value for T in ("1 GeV", "10 GeV", "100 GeV")]
    assert found[0] > found[1] > found[2]
    said = " ".join(probes.get("n_eff", T_RH="1 GeV").assumptions)
    assert "T_RH = 1 GeV" in said and "0.0132" in said and "0.0108" in said
    assert "at least 0.151, more than the bound" in " ".join(NAMED.assumptions)
    # what is said of the temperature is its inverse
    assert freeze_out.reheating_of(0.107, found[1]) / GeV == pytest.approx(10, rel=2e-2)


def test_a_prediction_says_what_N_adds():
    portal = DipolePortal(3e-12, 10 * MeV, "e", "majorana")
    parts = NAMED.predict(portal).components
    assert parts["three neutrinos"].total == 3.044
    assert parts["N"].total == pytest.approx(late_decay.delta_N_eff(10 * MeV, 3e-12, "majorana"))
    assert NAMED.predict(Couplings()).components["N"].total == 0


@pytest.mark.parametrize(("call", "said"), [
    (lambda: munu.limit(NAMED, M_N=MeV), "nature is needed here"),
    (lambda: munu.limit(NAMED, "emu=1"), "vassh_2015"),
    (lambda: munu.limit(NAMED, "q"), "moments alone"),
    (lambda: munu.limit(NAMED, level=0.9), "leave level out"),
    (lambda: probes.get("n_eff", T_RH="2 MeV"), "at least 4 MeV"),
    (lambda: probes.get("n_eff", T_RH="1 TeV"), "280 GeV|282 GeV"),
    (lambda: probes.get("n_eff", coefficient=0.0), "0.0132 with hard thermal loops"),
    (lambda: probes.get("n_eff", bound=-1.0), "between 0 and 10"),
    (lambda: probes.get("n_eff", level=0.9), "brings its level"),
    (lambda: NAMED.predict(Couplings.majorana(emu=1e-12)), "vassh_2015"),
    (lambda: munu.limit([NAMED, "xenonnt"]), "does not multiply")])
def test_what_it_refuses(call, said):
    with pytest.raises(DomainError, match=said):
        call()
    with pytest.raises(UnknownName, match="excess"):
        probes.get("n_eff", bound="exces")


def test_a_published_contour_is_as_near_as_its_assumptions_are_known():
    """Majorana, one flavor, decoupling at once: Delta N_eff = 0.3 lies within a factor 4 in mu."""
    held = yaml.safe_load((Path(__file__).parents[1] / "anchors/n_eff_contour.yaml").read_text())
    M, mu = (np.array(held[k]) for k in ("M_MeV", "mu_muB"))
    weak, strong = (_at_once(M * MeV, mu * f) for f in (0.25, 4.0))
    assert np.all(weak > held["delta_N_eff"]) and np.all(strong < held["delta_N_eff"])


def _at_once(M, mu):
    """Delta N_eff of a relic that decoupled at once and decays, and neither goes back."""
    T = np.minimum(freeze_out.T_dec(mu), early_universe.span()[1])
    Y = freeze_out.relic(T, 2)
    p = 3.151 / (2 * np.pi**2 / 45 * early_universe.g_s(T)) ** (1 / 3)
    width = munu.processes.radiative_decay.width(M, mu, "majorana")
    heavy = _relic.Heavy(M, np.zeros(M.size), width, 2, 1, 0.0, False)
    end = _expansion.follow(heavy, _expansion.begin(M.size, 20 * MeV, Y[None], (Y * p)[None]))
    return end.neutrinos + end.radiation - late_decay._without().neutrinos
