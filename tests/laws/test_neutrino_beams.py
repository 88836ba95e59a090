"""Laws of N in neutrino beams: how rates grow, where regions close, what spectra add up to."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

import munu
from munu import DipolePortal, probes
from munu.detectors import geometry
from munu.detectors.geometry import Box, Sphere
from munu.errors import DomainError, UnknownName
from munu.probes import _beam_detectors, _beams
from munu.probes._beams import Along, Beam, Efficiency, Upstream
from munu.ray import Ray
from munu.sources import bnb, dune_nd, monoenergetic
from munu.targets.nucleus import material
from munu.units import GeV, MeV, g, m, parse, tonne

MUON, ELECTRON = (np.array([[x], [y], [0]], dtype=complex) for x, y in ((0, 1), (1, 0)))
NAMES = ("miniboone", "microboone", "sbnd", "dune_nd")
# a body of 100 t of argon, and the energies of photons that are told apart
BODY = Box(4 * m, 3 * m, 5 * m)
ENERGY, COSINE = np.geomspace(0.03, 10, 13) * GeV, _beams.COSINES


def beam(**more):
    given = {"source": bnb.source(), "exposure": 1e21, "geometry": BODY, "targets":
             _beams.targets(material("Ar"), 100 * tonne, ("coherent", "protons"), 221 * MeV)}
    return Beam(**given | more)


def row(M=0.1 * GeV, nature="dirac", column=MUON, **more):
    (made,) = beam(**more).rows(column, M, nature)
    return made


def power(f, x):
    """The local power of a growth."""
    return float(np.log(f(1.01 * x)[0] / f(x)[0]) / np.log(1.01))


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_slow_decays_grow_as_the_fourth_power_and_fast_ones_as_the_square(nature):
    one = row(nature=nature)
    assert power(one.decays, 1e-12) == pytest.approx(4, abs=1e-4)
    assert power(one.decays, 1e-4) == pytest.approx(2, abs=1e-3)
    # all that are made, once they are seen wherever they decay
    assert one.decays(1e-4)[0] == pytest.approx(1e-8 * one.total, rel=1e-3)


def test_slow_decays_are_twice_as_many_of_a_majorana_N_and_fast_ones_as_many():
    dirac, majorana = row(), row(nature="majorana")
    assert majorana.decays(1e-12)[0] == pytest.approx(2 * dirac.decays(1e-12)[0], rel=1e-4)
    assert majorana.decays(1e-4)[0] == pytest.approx(dirac.decays(1e-4)[0], rel=1e-3)


def test_photons_of_a_dirac_N_are_softer_and_wider():
    """Backward in its rest frame: a third of its energy where it is fast, not half."""
    mean = {}
    fine = np.linspace(0, 10, 251) * GeV
    for nature in ("dirac", "majorana"):
        (values, *_) = row(nature=nature, geometry=None).photons(1e-9, fine).values()
        mean[nature] = float(values[:, 0] @ (fine[1:] + fine[:-1]) / 2 / values.sum())
    made = row(geometry=None).made[0].found
    whole = float(made.weight @ made.E_N / made.total)
    assert mean["majorana"] == pytest.approx(whole / 2, rel=2e-3)
    assert whole / 3 < mean["dirac"] < 1.03 * whole / 3


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_spectra_add_up_to_the_rate(nature):
    seen = Efficiency(np.array([0.03, 0.3, 1.0, 10.0]) * GeV, np.array([0.2, 0.9, 0.5, 0.4]))
    front = _beams.soil(50 * m, 1 * m, 2 * g / (0.01 * m)**3, ("coherent", "protons"), 0.0)
    one = row(0.2 * GeV, nature, efficiency=seen, upstream=front)
    wanted = float(one.decays(2e-9)[0])
    for edges in ((ENERGY, COSINE), (ENERGY, (-1.0, 1.0)), (ENERGY[[0, -1]], COSINE)):
        made = one.photons(2e-9, *edges)
        assert set(made) == {"Ar40", "Ar40 protons", "soil"}
        assert sum(x.sum() for x in made.values()) == pytest.approx(wanted, rel=1e-3)
    assert all((x >= -1e-12 * wanted).all() for x in made.values())


@pytest.mark.parametrize("tilt, side", [(0.0, 0.0), (-0.95, 0.3), (-0.6, -0.75)])
def test_photons_of_a_polarized_N_at_an_angle(tilt, side):
    """Bins of energy and angle to the beam beside decays that are thrown and boosted."""
    rng, n, M, E_N, cos = np.random.default_rng(3), 200_000, 0.3 * GeV, 0.7 * GeV, np.cos(0.4)
    p, sine = np.sqrt(E_N**2 - M**2), np.sin(0.4)
    c, phi = 2 * rng.random(n) - 1, 2 * np.pi * rng.random(n)
    s = np.sqrt(1 - c**2)
    keep = 2 * rng.random(n) < 1 + tilt * c + side * s * np.cos(phi)
    E, forward = 0.5 * (E_N + p * c), 0.5 * (p + E_N * c)
    # the beam lies in the plane of N and of the spin, on the side that counts as across
    to_beam = (cos * forward + sine * 0.5 * M * s * np.cos(phi)) / E
    edges, angles = np.linspace(0, 0.7, 6) * GeV, np.array([-1, -0.3, 0.4, 0.8, 0.95, 1.0])
    thrown = np.histogram2d(E[keep], to_beam[keep], [edges, angles])[0]
    # a single N has corners that the many of a beam have not: fine bins of energy, then together
    fine = np.linspace(0, 0.7, 101) * GeV
    made = row(M)._in_bins(np.array([[1.0], [E_N], [cos], [tilt], [side]]), fine, angles)
    made = made.reshape(5, 20, 5).sum(axis=1)
    assert made.sum() == pytest.approx(1, rel=1e-9)
    wanted = keep.sum() * made
    assert np.all(np.abs(thrown - wanted) < 4.5 * np.sqrt(wanted + 1) + 3e-3 * wanted)


def test_the_share_of_photons_that_are_seen():
    """An efficiency with corners against the photons of a decay, one by one."""
    seen = Efficiency(np.array([0.1, 0.2, 0.5, 1.2]) * GeV, np.array([0.0, 0.8, 0.3, 0.6]))
    c = (np.arange(200_000) + 0.5) / 100_000 - 1
    E_N, p, tilt = np.array([0.3, 0.8, 3.0]) * GeV, np.array([0.1, 0.7, 2.9]) * GeV, \
        np.array([-1.0, 0.4, 0.0])
    wanted = [np.mean((1 + t * c) * seen((e + q * c) / 2))
              for e, q, t in zip(E_N, p, tilt, strict=True)]
    assert seen.mean(E_N, p, tilt) == pytest.approx(wanted, rel=1e-5)
    assert Efficiency.flat(0.7).mean(E_N, p, tilt) == pytest.approx(0.7, rel=1e-12)
    assert Efficiency.flat(1.0, 0.1 * GeV).mean(E_N, p, tilt)[0] == pytest.approx(1, rel=1e-12)
    with pytest.raises(DomainError, match="never seen"):
        seen.within(2 * GeV, 3 * GeV)


def test_chances_against_the_way_of_single_N():
    """Tables by angle beside N that are thrown into the box, one direction and length each."""
    rng, one = np.random.default_rng(1), row(0.3 * GeV)
    found, mu = one.made[1].found, 3e-9
    k = rng.choice(found.weight.size, 40_000, p=found.weight / found.total)
    cos, phi = found.cos_theta[k], 2 * np.pi * rng.random(k.size)
    sine = np.sqrt(1 - cos**2)
    way = BODY.exit(BODY.sample(rng, k.size), np.stack(
        [sine * np.cos(phi), sine * np.sin(phi), cos], axis=1))
    chance = -np.expm1(-way / (one._length(found.p[k]) / mu**2))
    protons = replace(one.beam, targets=one.beam.targets[1:], kept={})
    (alone,) = protons.rows(MUON, 0.3 * GeV, "dirac")
    share = alone.decays(mu)[0] / (mu**2 * alone.total)
    assert share == pytest.approx(chance.mean(), abs=4 * chance.std() / 200)


def test_a_deep_front_replaces_what_leaves():
    """Of one density and deep enough, as many decay in a part of a medium as are made there."""
    here = _beams.targets(material("Ar"), 100 * tonne, "coherent", 0.0)
    ball = Sphere(3 * m)
    front = Upstream(name="argon", depth=1e9 * m,
                     targets=tuple((s, n / ball.volume) for s, n in here))
    made = row(geometry=ball, targets=here, upstream=(front,))
    assert made.decays(1e-9)[0] == pytest.approx(1e-18 * made.total, rel=2e-3)
    assert row(geometry=ball, targets=here).decays(1e-9)[0] < 0.1e-18 * made.total


def test_two_vertices_close_the_region_and_one_does_not():
    ray = Ray.portal([0.3 * GeV], "mu", "dirac")
    single, double = (Along((beam(source=dune_nd.source()),), ray, d)
                      for d in (None, (1 * m, None)))
    x, j = np.geomspace(1e-11, 1e-5, 60), np.zeros(60, dtype=int)
    many, few = single.signal(x, j)[:, 0], double.signal(x, j)[:, 0]
    assert (np.diff(many) > 0).all() and (few < many).all()
    assert few[-1] < 1e-6 * few.max() and few.argmax() not in (0, 59)
    # without a gap it is all that decays inside
    assert Along(single.beams, ray, (0.0, None)).signal(x, j)[:, 0] == pytest.approx(
        many, rel=1e-4)


def test_a_line_alone_makes_N():
    """At the energy of a line, neither the flux in bins nor its end hide it."""
    line, flat = (row(source=x, targets=beam().targets[:1]).total for x in (
        monoenergetic.source(E_nu="1 GeV", flux="1/(cm^2 s)", flavor="mu"), bnb.source()))
    assert line > 0 and flat > 0


def test_several_N_of_one_flavor_each_are_no_coherent_one():
    """Three N live as long as one of a single flavor; one of three couplings lives shorter."""
    def at(flavor, mu):
        portal = DipolePortal(mu, 0.1 * GeV, flavor, "dirac")
        return sum(r.decays(1.0)[0] for r in _beams.given((beam(),), portal, "a beam"))

    assert at("universal", 1e-9) == pytest.approx(at("e", 1e-9) + at("mu", 1e-9), rel=1e-4)
    assert at((1, 1, 1), 1e-12) == pytest.approx(3 * at("universal", 1e-12), rel=1e-4)
    # a phase says nothing where flavors arrive apart
    assert at((1, 1j, 0), 1e-9) == pytest.approx(at((1, 1, 0), 1e-9), rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_a_massless_N_is_no_limit_and_a_heavy_one_is_not_made(name):
    top = 200 * GeV
    found = munu.limit(name, M_N=[0.0, 0.05 * GeV, top], flavor="mu", nature="dirac")
    assert np.isinf(found.upper[[0, 2]]).all() and np.isfinite(found.upper[1])
    with pytest.raises(DomainError, match="nature is needed"):
        munu.limit(name, M_N=0.05 * GeV, flavor="mu")
    assert probes.get(name).predict(DipolePortal(1e-9, top, "mu", "dirac")).total.total == 0


def test_the_reach_tightens_with_the_exposure():
    """As its fourth root where decays are slow."""
    more = [munu.limit(probes.get("dune_nd", pot=f"{p}e21 pot"), M_N=0.01 * GeV, flavor="mu",
                       nature="dirac").value for p in (1, 16)]
    assert more[1] == pytest.approx(more[0] / 2, rel=1e-3)


def test_what_is_left_out_makes_fewer():
    ray = Ray.portal(0.2 * GeV, "mu", "dirac")
    whole = {n: probes.get("miniboone", **o).expected(ray).values(3e-9, 0)[0, 0] for n, o in {
        "": {}, "soil": {"dirt": "0 m"}, "nucleons": {"kinds": "coherent"},
        "blocking": {"k_F": "0 MeV"}, "photons": {"efficiency": "all"}}.items()}
    assert whole["soil"] < whole[""] > whole["nucleons"]
    assert whole["blocking"] > whole[""] < whole["photons"]


@pytest.mark.parametrize("options, error, said", [
    ({"pot": "0 pot"}, DomainError, "above 0"), ({"mass": "-1 t"}, DomainError, "above 0"),
    ({"geometry": "box:0m,1m,1m"}, DomainError, "no size of a body"),
    ({"efficiency": 1.5}, DomainError, "at most 1"), ({"kinds": "quarks"}, UnknownName, "quarks"),
    ({"kinds": ()}, DomainError, "at least"), ({"lowest": "200 GeV"}, DomainError, "below the"),
    ({"signature": "triple"}, UnknownName, "triple"), ({"mode": "nhc"}, UnknownName, "nhc"),
    ({"signature": "double_bang", "kinds": "coherent"}, DomainError, "recoil that is seen"),
    ({"signature": "double_bang", "separation": "0 m"}, DomainError, "separation"),
    ({"signature": "double_bang", "separation": "7 m"}, DomainError, "longest way"),
    ({"signature": "double_bang", "recoil": "100 GeV"}, DomainError, "highest neutrino"),
    ({"signature": "double_bang", "dirt": "3 m"}, DomainError, "dirt counts"),
    ({"recoil": "20 MeV"}, DomainError, "recoil counts"),
    ({"separation": "1 m"}, DomainError, "separation counts"),
    ({"geometry": "sphere:1mm"}, DomainError, "denser than any matter")])
def test_bad_input_is_one_line(options, error, said):
    with pytest.raises(error, match=said) as caught:
        probes.get("dune_nd", **options)
    assert "\n" not in str(caught.value)


def test_what_a_detector_is_stands_once():
    """Options say what the table of detectors says, edges across, then along the beam."""
    for name, edges in (("microboone", "xyz"), ("sbnd", "xyz"), ("dune_nd", ("fiducial_x",
                        "fiducial_y", "fiducial_z")), ("miniboone", ())):
        known = _beam_detectors.facts(name)
        given = {p.name: p.default for p in probes.parameters(name)}
        for option in ("mass", "distance", "dirt"):
            if option in given and option in known:
                unit = "t" if option == "mass" else "m"
                assert parse(given[option], unit) == pytest.approx(known[option]), (name, option)
        if edges:
            body = geometry.read(given["geometry"])
            assert [body.x, body.y, body.z] == pytest.approx([known[e] for e in edges])
            pot = known["pot_fhc"] if "pot_fhc" in known else 7 * known["pot_per_year"]
            assert parse(given["pot"], "pot") == pytest.approx(pot)


def test_a_row_travels():
    one = row()
    one.decays(1e-9)
    assert np.array_equal(pickle.loads(pickle.dumps(one)).decays(1e-9), one.decays(1e-9))


@pytest.mark.parametrize("name", ["miniboone", "microboone", "sbnd", "dune_nd"])
def test_a_paper_is_cited_once(name):
    papers = probes.get(name).papers
    assert len(set(papers)) == len(papers)
