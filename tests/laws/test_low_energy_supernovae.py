"""Supernovae of low energy: what decays of N leave in an envelope."""

from itertools import pairwise

import numpy as np
import pytest

import munu
from munu import probes
from munu._arrays import gauss_panels
from munu.errors import DomainError
from munu.processes import radiative_decay
from munu.ray import Ray
from munu.units import MeV

NAME, M = "low_energy_supernovae", 100 * MeV


def left(mu=1e-13, m=M, flavor="e", nature="dirac", **options):
    """In erg."""
    made = probes.get(NAME, **options).predict(munu.DipolePortal(mu, m, flavor, nature))
    return float(made.components["decays"].values[0])


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_the_mean_photon_is_that_of_the_spectrum(nature):
    for E, m, h in ((110 * MeV, M, 1.0), (1e4 * MeV, M, 0.3), (150 * MeV, 50 * MeV, -1.0)):
        p = np.sqrt(E**2 - m**2)
        x, w = gauss_panels([0.5 * (E - p), 0.5 * (E + p)], 6)
        mean = [np.sum(w * x * f(x, E, m, nature, helicity=h)) for f in (
            radiative_decay.photon_spectrum, radiative_decay.neutrino_spectrum)]
        made = radiative_decay.mean_photon_energy(E, m, nature, helicity=h)
        assert mean == pytest.approx([made, E - made], rel=1e-9)
    assert radiative_decay.mean_photon_energy(M, M, nature) == 0.5 * M
    with pytest.raises(DomainError, match="at least M_N"):
        radiative_decay.mean_photon_energy(0.5 * M, M, nature)


def test_the_neutrino_leaves_with_more_than_half():
    """A third of the energy stays of a fast Dirac N, half of a Majorana N."""
    for nature, share in (("dirac", 1 / 3), ("majorana", 1 / 2)):
        assert left(m=MeV, nature=nature) == pytest.approx(
            share * left(m=MeV, nature=nature, deposited="all"), rel=1e-3)


@pytest.mark.parametrize(("m", "theirs"), [
    (100, 1.0e-13), pytest.param(30, 1.3e-13, marks=pytest.mark.long),
    pytest.param(200, 2.4e-13, marks=pytest.mark.long)])
def test_the_photon_alone_is_weaker(m, theirs):
    photon, whole = (munu.limit(probes.get(NAME, deposited=d), M_N=m * MeV, flavor="e",
                                nature="dirac").upper[0] for d in ("photon", "all"))
    assert 1.28 < photon / whole < 1.7
    # theirs with all that N had, on a grid of a tenth of a power of ten
    assert np.log10(whole / theirs) == pytest.approx(0, abs=0.11)


def test_an_edge_is_the_ceiling():
    (island,) = munu.limit(NAME, M_N=M, flavor="e", nature="dirac").excluded[0]
    for edge in island[:2]:
        assert left(edge) == pytest.approx(1e50, rel=1e-4)
    assert left(island.low * 10) > 1e50 > left(island.high * 1.1)


def test_shells_add_and_no_more_than_all_is_left():
    cuts = ["40 km", "1e10 cm", "3e12 cm", "5e13 cm"]
    parts = [left(3e-12, inner=a, envelope=b) for a, b in pairwise(cuts)]
    assert sum(parts) == pytest.approx(left(3e-12, inner=cuts[0]), rel=1e-12)
    assert min(parts) > 0


def test_rare_decays_go_as_the_fourth_power_and_states_add():
    assert left(2e-15, m=MeV) == pytest.approx(16 * left(1e-15, m=MeV), rel=1e-3)
    assert left(flavor="universal") == pytest.approx(
        sum(left(flavor=f) for f in ("e", "mu", "tau")), rel=1e-9)
    # one N of two flavors is made as both and decays by both
    assert left(1e-15, flavor=(1, 1, 0)) == pytest.approx(
        2 * (left(1e-15) + left(1e-15, flavor="mu")), rel=1e-2)


def test_without_mass_nothing_decays():
    assert left(m=0.0, nature=None) == 0
    assert munu.limit(NAME, M_N=0.0).excluded == ((),)
    with pytest.raises(DomainError, match="nature is needed"):
        munu.limit(NAME, M_N=M, flavor="e")
    with pytest.raises(DomainError, match="portal to N alone"):
        munu.limit(NAME, Ray.majorana(emu=1))


@pytest.mark.parametrize(("options", "said"), [
    ({"inner": "6e13 cm"}, "below the envelope"), ({"ceiling": "0 erg"}, "above 0"),
    ({"deposited": "neutrino"}, "photon"), ({"envelope": "3"}, "unit")])
def test_bad_input_gets_one_line(options, said):
    with pytest.raises(munu.errors.MunuError, match=said):
        probes.get(NAME, **options)
