"""What N of all collapses send against what is allowed: photons and antineutrinos, bin by bin."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

import munu
from munu import DipolePortal, flavors, probes
from munu._arrays import gauss_panels
from munu.errors import DataError, DomainError, UnknownName
from munu.probes import diffuse_gammas
from munu.probes._diffuse import Bins, at_earth, gravity
from munu.rates import diffuse
from munu.rates._binned import Binned
from munu.ray import Ray
from munu.units import MeV, cm, erg, km, s

# a trial spectrum, fast
E_N = np.linspace(10.1, 400, 64) * MeV
DN_DE = 1e56 / MeV * (E_N / (40 * MeV)) ** 2 * np.exp(-E_N / (40 * MeV))
M, R, EDGES = 10 * MeV, 3e12 * cm, np.array([30, 60, 100, 141.4, 200]) * MeV
FORMAL = {"energy": "1e60 erg"}


def binned(M_N=M, radius=R, nature="dirac", **more):
    return Binned(edges=EDGES, E_N=E_N, dN_dE=DN_DE, M_N=M_N, radius=radius, nature=nature, **more)


def point(name, mu, M_N=1 * MeV, nature="majorana", flavor="e", **options):
    made = probes.get(name, **options).predict(DipolePortal(mu, M_N, flavor, nature))
    return made.total.values


@pytest.mark.parametrize(("nature", "neutrinos"), [("dirac", False), ("dirac", True),
                                                   pytest.param("majorana", False,
                                                                marks=pytest.mark.long)])
def test_bins_are_integrals_of_the_flux(nature, neutrinos):
    """From decays within the star, over decays at once, to a life longer than the Universe."""
    tau = np.array([10.0, 1e6, 3e15, 2e16, 1e17, 1e18, 1e21]) * s
    E, w = gauss_panels(EDGES, 6)
    f = diffuse.neutrino_flux if neutrinos else diffuse.photon_flux
    made = binned(nature=nature, neutrinos=neutrinos)(tau)
    want = np.array([np.sum((w * f(E, E_N, DN_DE, M, t, R, nature)).reshape(-1, 6), axis=1)
                     for t in tau])
    assert made == pytest.approx(want, rel=6e-3)


def test_a_long_life_divides_and_a_short_one_hides():
    made = binned()(np.array([1e24, 1e25, 1e-3]) * s)
    assert made[0] == pytest.approx(10 * made[1], rel=1e-12)
    assert np.all(made[2] < 1e-100 * made[0])
    whole = Binned(edges=np.array([0.0, 400 * MeV]), E_N=E_N, dN_dE=DN_DE, M_N=M, radius=0.0,
                   nature="dirac")(np.array([s]))
    assert 4 * np.pi * whole[0, 0] == pytest.approx(
        np.trapezoid(DN_DE, E_N) * diffuse.past_events(), rel=2e-3)


def test_the_reach_of_diffuse_photons():
    """Where the flux itself is the limit 3.1e-14 mu_B of an unpolarised N, twice that of Dirac."""
    for nature, reach in (("majorana", 3.1e-14), ("dirac", 6.2e-14)):
        found = munu.limit(probes.get("diffuse_gammas", level=0.5), M_N=1 * MeV, flavor="e",
                           nature=nature)
        assert found.value == pytest.approx(reach, rel=0.25)


def test_a_limit_is_where_the_strongest_bin_is_full():
    """Neither next to 0 nor far above it is anything excluded, and the bin has a name."""
    wide = {"radius": "3e15 cm"}
    probe, ray = probes.get("diffuse_gammas", **wide), Ray.portal(1 * MeV, "e", "dirac")
    found = munu.limit(probe, ray)
    ((low, high),) = ((i.low, i.high) for i in found.excluded_at(1 * MeV))
    for x in (low, high):
        flux = probe.predict(ray.at(x)).total.values / cm**2 / s
        assert np.max(flux / probe.setting.bins.most) == pytest.approx(1, rel=1e-5)
    assert 5e-14 < low < high < 2e-10 and found.level == 0.9
    assert probe.setting.strongest(ray, low) == "100 to 141.4 MeV"
    alone = munu.limit(probes.get("diffuse_gammas", window="141MeV:283MeV", **wide), ray)
    assert alone.value > 1.1 * low


def test_what_makes_the_flux_moves_it():
    """A larger star hides more, a longer burst sends more, and every option is heard."""
    mu, at = 4e-11, {"nature": "dirac"}
    near, far = (point("diffuse_gammas", mu, radius=r, **at)[0] for r in ("3e15 cm", "6e15 cm"))
    assert 0 < far < 0.5 * near
    weak = 1e-13
    one = point("diffuse_gammas", weak, **at)[0]
    assert point("diffuse_gammas", weak, duration="6s", **at)[0] == pytest.approx(2 * one, rel=1e-9)
    assert 0.5 * one < point("diffuse_gammas", weak, fit="madau", **at)[0] < 0.9 * one
    assert point("diffuse_gammas", weak, z_max=1.0, **at)[0] < one
    assert point("diffuse_gammas", 0.0, **at)[0] == 0 == point(
        "diffuse_gammas", weak, M_N=0.0, nature=None)[0]


def test_no_more_leaves_than_a_core_has():
    """Beyond, a moment makes no more N, though it makes them decay sooner."""
    mu = np.array([1e-12, 5e-12, 1e-11])
    free, held = (np.array([point("diffuse_gammas", x, **o)[0] for x in mu])
                  for o in (FORMAL, {}))
    assert free == pytest.approx(free[0] * (mu / mu[0]) ** 2, rel=1e-3)
    assert held[0] == free[0] and held[1] == pytest.approx(held[2], rel=1e-3) and \
        held[2] < 0.2 * free[2]
    # of a ball of one density 3/5 GM^2/R, which a core exceeds
    core = munu.media.get("fischer18")
    G = munu.constants.vintage("iau2015")["G"].internal
    uniform = 0.6 * G * core.with_(r_max=20 * km, breaks=()).mass() ** 2 / (20 * km)
    assert uniform < gravity(core) < 3 * uniform and 1e53 * erg < gravity(core) < 3e53 * erg


def test_flavors_at_the_earth():
    mixing = flavors.mixing()
    P = np.abs(mixing.U) ** 2
    one = [at_earth(np.eye(3)[a], mixing)[0] for a in range(3)]
    assert one == pytest.approx((P @ P.T)[0], rel=1e-12) and sum(one) == pytest.approx(1, rel=1e-12)
    # what couples to one mass state arrives as it
    assert at_earth(3 * mixing.U[:, 2].conj(), mixing) == pytest.approx(P[:, 2], rel=1e-12)


@pytest.mark.parametrize("name", ["diffuse_gammas", "diffuse_neutrinos"])
def test_an_n_too_heavy_to_be_made_and_a_moment_too_small_to_be_seen_send_nothing(name):
    heavy = munu.limit(name, M_N=1e5 * MeV, nature="dirac")
    # no size was left out: none of them sends anything
    assert not heavy.excluded[0] and "no size is excluded up to 0.001" in heavy.solver
    for mu, M_N in ((1e-12, 1e5 * MeV), (1e-160, 10 * MeV), (1e-170, 10 * MeV)):
        made = probes.get(name).predict(munu.DipolePortal(mu, M_N, "e", "dirac"))
        assert not made.total.values.any()


def test_antineutrinos_of_a_core_of_neutrinos():
    """A Majorana N sends half of each, a Dirac one few; the phase of a coherent N is seen."""
    dirac, majorana = (point("diffuse_neutrinos", 1e-12, nature=n).sum()
                       for n in ("dirac", "majorana"))
    assert 0 < dirac < 0.1 * majorana
    found = munu.limit(probes.get("diffuse_neutrinos", **FORMAL), M_N=1 * MeV, flavor="e",
                       nature="majorana")
    sk4 = munu.limit(probes.get("diffuse_neutrinos", limits="sk_4", **FORMAL), M_N=1 * MeV,
                     flavor="e", nature="majorana")
    # the last bin makes both
    assert (found.value / sk4.value) ** 2 == pytest.approx(0.16 / 0.04, rel=1e-3)
    # what a core has is too little to fill the bins
    assert not np.isfinite(munu.limit("diffuse_neutrinos", M_N=1 * MeV, flavor="e",
                                      nature="majorana").value)


def test_limits_of_ones_own(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("E_low [MeV],E_high [MeV],limit [cm^-2 s^-1 MeV^-1]\n25.29,31.29,0.04\n")
    own, theirs = (munu.limit(probes.get("diffuse_neutrinos", **o, **FORMAL), M_N=1 * MeV,
                              flavor="e", nature="majorana")
                   for o in ({"limits": str(path), "level": 0.9}, {"limits": "sk_4"}))
    assert own.value == pytest.approx(theirs.value, rel=1e-6) and own.level == 0.9
    path.write_text("E_low [MeV],E_high [MeV],limit [cm^-2 s^-1 MeV^-1]\n25.29,31.29,-1\n")
    with pytest.raises(DataError, match=r"line 2.*above 0"):
        probes.get("diffuse_neutrinos", limits=path)


def test_bins_of_fermi_sum_to_the_flux_above_100_MeV():
    """7.2e-6 per cm^2, s and sr by the paper."""
    bins = diffuse_gammas.bins(0.5)
    assert bins.most.sum() * cm**2 * s == pytest.approx(7.2e-6, rel=0.04)
    assert np.all(diffuse_gammas.bins(0.9).most > bins.most)
    # one bin of two, and bins that lie apart or upon one another
    held = Bins(np.array([1.0, 1, 5]), np.array([3.0, 2, 6]), np.ones(3))
    assert held.edges.tolist() == [1, 2, 3, 5, 6]
    assert held.share.tolist() == [[1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(("name", "options", "error", "said"), [
    ("diffuse_gammas", {"radius": "-1 cm"}, DomainError, "radius"),
    ("diffuse_gammas", {"fit": "madua"}, (DomainError, UnknownName), "madau"),
    ("diffuse_gammas", {"level": 0.2}, DomainError, "at least 0.5"),
    ("diffuse_gammas", {"z_max": 0.0}, DomainError, "z_max"),
    ("diffuse_gammas", {"energy": "0 erg"}, DomainError, "energy"),
    ("diffuse_gammas", {"window": "1MeV:2MeV"}, DomainError, "from 100 to"),
    ("diffuse_gammas", {"window": "100MeV"}, DomainError, "two energies"),
    ("diffuse_neutrinos", {"limits": "sk"}, UnknownName, "sk_4"),
    ("diffuse_neutrinos", {"level": 0.9}, DomainError, "leave level out")])
def test_what_cannot_be_asked(name, options, error, said):
    with pytest.raises(error, match=said):
        probes.get(name, **options)


def test_it_asks_for_a_nature_and_for_a_portal():
    with pytest.raises(DomainError, match="nature is needed"):
        munu.limit("diffuse_gammas", M_N=1 * MeV, flavor="e")
    with pytest.raises(DomainError, match="portal to N alone"):
        munu.limit("diffuse_gammas", "emu=1")
    assert not np.isfinite(munu.limit("diffuse_gammas", flavor="e").value)


def test_a_probe_travels():
    made = pickle.loads(pickle.dumps(replace(probes.get("diffuse_gammas"), remake=None)))
    assert made.setting.bins.named(0) == "100 to 141.4 MeV"
