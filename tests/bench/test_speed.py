"""Speed as ratios to named baselines of the same run; the seconds go to the page.

Absolute budgets are asserted with a factor 4 in hand, for machines slower than most.
"""

import time
from itertools import pairwise

import numpy as np
import pytest

import munu
from munu import media, probes, sources
from munu.inference import toys
from munu.inference.likelihood import Problem
from munu.inference.toys import critical_value
from munu.processes import core_electrons, off_shell, radiative_decay
from munu.processes import electron_scattering as es
from munu.processes.upscattering import scatterers
from munu.rates import (
    _expansion,
    _leaving,
    _relic,
    arrivals,
    emission,
    energy_loss,
    late_decay,
)
from munu.rates.recoil import dR_dT, folded
from munu.rates.upscattered import collapsed, upscattered
from munu.ray import KINDS, Ray
from munu.sources import solar
from munu.units import MeV, keV, s

from ..laws.test_core_scattering import written_out
from . import baselines
from .page import shown

pytestmark = pytest.mark.bench
SLOW = 4


def cpu(work, times=5):
    """Least CPU time of several runs [s]."""
    best = np.inf
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def test_a_massive_spectrum(rows):
    """300 energies, M_N = 200 keV, flux moments ready: at least 1e4 times quad, to 1e-6."""
    sun, T, M = solar.source(), np.geomspace(0.2, 40, 300) * keV, 200 * keV
    C = munu.DipolePortal(1.0, M).trace_matrix
    moments = sun.moments([C, C])

    def ours():
        return folded(es.dipole_term(T, M, C), moments)

    seconds = cpu(lambda: [ours() for _ in range(20)]) / 20
    few = slice(5, 300, 60)
    start = time.process_time()
    theirs = baselines.quad_spectrum(T[few], M, sun)
    quad_seconds = (time.process_time() - start) * 300 / len(T[few])
    np.testing.assert_allclose(ours()[few], theirs, rtol=1e-6)
    rows.speed("solar dipole spectrum, 300 recoil energies, M_N = 200 keV, moments ready", seconds,
               "`scipy.integrate.quad`, one call a component and energy, to 1e-6", quad_seconds)
    assert seconds < SLOW * 0.3e-3
    assert quad_seconds / seconds > 1e4


def test_the_weak_spectrum(rows):
    """300 energies of the Standard Model, moments ready: at most three of their coefficients."""
    sun, T = solar.source(), np.geomspace(0.2, 40, 300) * keV
    dR_dT(es.weak_terms(T), sun)
    terms = es.weak_terms(T)
    seconds = cpu(lambda: [dR_dT(terms, sun) for _ in range(20)]) / 20
    alone = cpu(lambda: es.weak_terms(T), 20)
    rows.speed("solar weak spectrum, 300 recoil energies, moments ready", seconds,
               "its coefficients alone", alone)
    assert seconds < SLOW * 0.3e-3 and seconds < 3 * alone


def test_sixty_masses(rows):
    """Observed and expected profile limits of 60 masses, against a script that integrates each
    recoil energy by quad and finds each limit by brentq."""
    start = time.process_time()
    probe = probes.get("xenonnt")
    set_up = time.process_time() - start
    masses = np.append(0, np.geomspace(1 * keV, 1 * MeV, 59))
    munu.limit(probe, M_N=masses)
    seconds = cpu(lambda: munu.limit(probe, M_N=masses), 9)
    t = probe.expected(Ray.portal(masses[:3]))
    b0 = t.backgrounds["B0"].template
    one = cpu(lambda: baselines.scalar_limit(t.signal[2][0], b0,
                                             probe.measured.counts), 1)
    found = munu.limit(probe, M_N=masses[:1]).value
    assert baselines.scalar_limit(t.signal[2][0], b0, probe.measured.counts) \
        == pytest.approx(found, rel=1e-3)
    T = np.array([2.0, 8.0]) * keV
    energy = cpu(lambda: baselines.quad_spectrum(T, 100 * keV, solar.source()), 1) / T.size
    script = 60 * 300 * energy + 120 * one
    rows.speed(f"XENONnT, 60 masses, observed and expected (set-up {shown(set_up)})", seconds,
               "quad for 300 energies a mass, then `brentq`", script)
    assert seconds < SLOW * 25e-3 and set_up < SLOW * 0.5
    assert script / seconds > 1e4


@pytest.mark.long
def test_every_terrestrial_probe(rows):
    """60 masses of every probe with a likelihood, observed and expected, set-up included: at most
    10 s of CPU in all, and less than a third of what each mass by itself takes."""
    masses = np.append(0, np.geomspace(1 * keV, 40 * MeV, 59))
    seconds, alone = {}, 0.0
    for name in probes.names():
        if probes.get(name).grade in ("needs_data", "published") \
                or probes.get(name).rays != KINDS:
            continue
        start = time.process_time()
        munu.limit(probes.get(name), M_N=masses)
        seconds[name] = time.process_time() - start
        alone += 60 * cpu(lambda name=name: munu.limit(probes.get(name), M_N=masses[30:31]), 1)
    total = sum(seconds.values())
    rows.speed(f"all {len(seconds)} terrestrial probes, 60 masses each, observed and expected, "
               "set-up included", total, "each mass by itself", alone)
    assert total < 10 and total < alone / 3


def test_time_bins_with_free_norms(rows):
    """183 bins in three bands, six free norms, 60 masses: at most 30 s."""
    from ..laws.test_crossings import bursts

    masses = np.geomspace(1 * keV, 100 * keV, 60)
    seconds = cpu(lambda: bursts(masses), 1)
    alone = cpu(lambda: bursts(masses[:1]), 1)
    rows.speed("183 bins of time in three bands, six free norms, 60 masses", seconds,
               "each mass alone", 60 * alone)
    assert seconds < 30 and seconds < 60 * alone


@pytest.mark.long
def test_a_reach(rows):
    """The next galactic supernova, its set-up apart: at most 2 s of CPU."""
    probe = probes.get("galactic_supernova")
    munu.limit(probe, "emu=1,etau=1", expected=False)
    once = cpu(lambda: probe.setting.flow(Ray.majorana(emu=1, etau=1).at(5e-13)), 3)
    seconds = cpu(lambda: munu.limit(probe, "emu=1,etau=1", expected=False), 3)
    rows.speed("reach of the next galactic supernova, detectors ready", seconds,
               "one evolution of its neutrinos", once)
    assert seconds < SLOW * 2 and seconds / once < 12


@pytest.mark.long
def test_charge_and_radius(rows):
    """Both signs of a radius, 1001 points and the edges, on 960 bins with pulls."""
    probe = probes.get("coherent_ar")
    seconds = cpu(lambda: munu.limit(probe, "r2", flavor="mu"), 2)
    alone = cpu(lambda: munu.limit(probe, "r2", flavor="mu", expected=False), 2)
    rows.speed("charge radius from COHERENT's argon, 960 bins with pulls, observed and expected",
               seconds, "observed alone", alone)
    assert seconds < SLOW * 2 and seconds < 5 * alone


def test_ten_thousand_toys(rows):
    """One mass, 10^4 profiled toys, against scalar minimizers toy by toy."""
    probe = probes.get("xenonnt")
    t = probe.expected(Ray.portal())
    b0 = t.backgrounds["B0"].template
    model, counts = Problem.of(t.signal[2], b0), probe.measured.counts
    y = munu.limit(probe, expected=False).value ** 2
    seconds = cpu(lambda: critical_value(model, y, counts, 0.9, 10_000,
                                         np.random.default_rng(1)), 2)
    drawn = np.random.default_rng(1).poisson(b0, (5, counts.size))
    one = cpu(lambda: [baselines.scalar_toy(y, t.signal[2][0], b0, n)
                       for n in drawn], 1) / 5
    rows.speed("10 000 Feldman-Cousins toys at one mass and one value of mu (of some eight), one "
               "background", seconds, "scalar minimizers toy by toy", 1e4 * one)
    assert seconds < SLOW * 2
    assert 1e4 * one / seconds > 20


@pytest.mark.long
def test_thirty_masses_of_feldman_cousins(rows, monkeypatch):
    """10^4 toys a point of the construction, one background, bands included: at most 0.15 s a
    point and 120 s in all, which two processes share; against scalar minimizers toy by toy."""
    points = []

    def counted(*args):
        points.append(1)
        return ratios(*args)

    ratios = toys._ratios
    monkeypatch.setattr(toys, "_ratios", counted)
    masses = np.geomspace(1 * keV, 500 * keV, 30)
    seconds = cpu(lambda: munu.limit("xenonnt", M_N=masses, method="feldman_cousins"), 1)
    probe = probes.get("xenonnt")
    t = probe.expected(Ray.portal())
    b0, y = t.backgrounds["B0"].template, munu.limit(probe, expected=False).value ** 2
    drawn = np.random.default_rng(1).poisson(b0, (5, b0.size))
    one = cpu(lambda: [baselines.scalar_toy(y, t.signal[2][0], b0, n) for n in drawn], 1) / 5
    script = 1e4 * one * len(points)
    rows.speed("30 masses of XENONnT by Feldman-Cousins, 10^4 toys a point of the construction, "
               "bands too", seconds, "scalar minimizers toy by toy", script)
    assert seconds / len(points) < 0.15 and seconds < 120
    assert script / seconds > 30


@pytest.mark.long
def test_a_star_at_sixty_masses(rows):
    """Photons off their mass shell, and the three reactions: at most 2 s, beside nested quad."""
    star, M = media.get("red_giant"), np.append(0, np.geomspace(1, 300, 59)) * keV
    off, three = (cpu(lambda r=r: [lost(M) for lost in energy_loss.of_star(star, r).values()], 2)
                  for r in (("off_shell",), energy_loss.DEFAULT))
    zone, few = media.get("one_zone", zone="HB_core"), np.array([0.0, 20.0]) * keV
    plasma = zone.plasma(np.array([zone.r_max]))
    start = time.process_time()
    theirs = [baselines.quad_off_shell(plasma, m) for m in few]
    one = (time.process_time() - start) / few.size
    np.testing.assert_allclose(off_shell.by_moment(plasma, few)[:, 0], theirs, rtol=1e-3)
    whole = one * M.size * energy_loss.ZONES["off_shell"]
    rows.speed("red giant at 60 masses, photons off their mass shell", off,
               f"`quad` in `quad`, {shown(one)} a mass and zone", whole)
    rows.speed("the same, plasmon decay, photon + electron, electron + nucleus", three)
    assert off < SLOW * 2
    assert three < SLOW * 2
    assert whole / off > 100


@pytest.mark.long
def test_a_map_of_late_decays(rows):
    """60 x 60 points of (M_N, mu), a nature: at most 15 s, beside one point by solve_ivp each."""
    M, mu = np.meshgrid(np.geomspace(1e-2, 1e3, 60) * MeV, np.geomspace(1e-14, 3e-10, 60))
    late_decay.delta_N_eff(MeV, 1e-11, "dirac")
    seconds = cpu(lambda: late_decay.delta_N_eff(M, mu, "dirac"), 2)
    T, Y = 20 * MeV, 5.5e-3
    p = 3.151 * T * (10.75 / 17.21) ** (1 / 3)
    tau = np.array([1884.0, 21.0, 0.3])
    masses = np.array([1.0, 10.0, 30.0]) * MeV
    heavy = _relic.Heavy(masses, np.zeros(3), 1 / (tau * s), 2, 1, 0.0, False)
    unit = (2 * np.pi**2 / 45 * 10.75) ** (1 / 3) * T
    end = _expansion.follow(heavy, _expansion.begin(3, T, np.full((1, 3), Y),
                                                    np.full((1, 3), Y * p / unit)))
    start = time.process_time()
    theirs = np.array([baselines.late_decay_lsoda(m / MeV, t * s * MeV, Y, p / MeV)
                       for m, t in zip(masses, tau, strict=True)])
    one = (time.process_time() - start) / 3
    np.testing.assert_allclose(end.neutrinos, theirs[:, 0], rtol=3e-4)
    np.testing.assert_allclose(end.eta, theirs[:, 1], rtol=1e-3)
    np.testing.assert_allclose(end.peak, theirs[:, 2], rtol=1e-3)
    rows.speed("60 x 60 points of late decays, N_eff", seconds,
               f"`solve_ivp`, {shown(one)} a point", 3600 * one)
    assert seconds < 15
    assert 3600 * one / seconds > 50


@pytest.mark.long
def test_what_a_core_emits(rows):
    """40 energies on 40 shells, protons and electrons with blocking: at most 2 s; 20 masses at
    0.3 s each; beside a sample of the five dimensions that gives a zone's energy alone."""
    core, zone = media.get("fischer18"), [a * MeV for a in (30, 150, 218, 39)]
    emission.of_core(core, 0.0, "e", energies=40)

    def made(M, flavor="e", **asked):
        emission._of_core.cache_clear()
        return emission.of_core(core, M, flavor, **asked)

    one = cpu(lambda: made(50 * MeV, energies=40), 2)
    curve = cpu(lambda: [made(M * MeV, f) for M in np.geomspace(1, 500, 20) for f in ("e", "mu")],
                1) / 40
    start = time.process_time()
    theirs = written_out(50 * MeV, *zone, True)[1]
    five = (time.process_time() - start) * 40
    E = 50 * MeV + 1000 * MeV * np.linspace(0.01, 1, 90) ** 2
    ours = core_electrons.by_moment(E, *(np.full_like(E, a) for a in (50 * MeV, *zone)))[0]
    np.testing.assert_allclose(np.trapezoid(E * ours, E), theirs, rtol=0.01)
    rows.speed("what a core emits, 40 energies on 40 shells, protons and electrons with blocking "
               f"(on a curve {shown(curve)} a mass and flavor)", one,
               "a sample of the five dimensions, 2^16 points a shell, its energy alone", five)
    assert one < 2
    assert curve < SLOW * 0.3
    assert five / one > 5


@pytest.mark.long
def test_a_core_that_cools(rows):
    """An island of 20 masses, what is made apart: at most 0.3 s a mass and flavor with it; beside
    what is made alone."""
    masses = np.geomspace(1, 190, 20) * MeV
    probe = probes.get("sn1987a_cooling")

    def island(flavor):
        _leaving._filled.cache_clear()
        emission._of_core.cache_clear()
        return munu.limit(probe, M_N=masses, flavor=flavor, expected=False)

    def made():
        emission._of_core.cache_clear()
        return [emission.of_core(probe.setting.core, M, "e") for M in masses]

    island("e")
    whole, part = (cpu(work, 2) / masses.size for work in (lambda: island("e"), made))
    rows.speed("an island of cooling, a mass and flavor: what is made, taken up again along 8 "
               "directions and decays, at all sizes", whole,
               "what is made alone, at more energies", part)
    assert whole < SLOW * 0.3 and whole < 3 * part


@pytest.mark.long
def test_a_region_of_gamma_rays(rows):
    """60 masses by 60 sizes, 183 bins of time in three bands, without what is made: at most 30 s;
    beside the fluence of each window by itself."""
    masses, sizes = np.geomspace(0.1, 300, 60) * MeV, np.geomspace(1e-15, 1e-8, 60)
    setting = probes.get("sn1987a_gammas").setting
    ray = Ray.portal(masses, "e", "dirac")
    sent = [setting.collapse.sent(ray, j)[0] for j in range(60)]

    def region():
        curve = setting.expects(ray)
        return [curve.values(sizes, np.full(60, j)) for j in range(60)]

    def one_by_one():
        x, E = sent[30], np.geomspace(25, 100, 12) * MeV
        tau = float(radiative_decay.lifetime(x.M_N, 1e-14, "dirac"))
        return [arrivals.photon_fluence(E, x.E, x.total, x.M_N, tau, setting.distance,
                                        setting.radius, np.array(pair), "dirac")
                for pair in pairwise(setting.seen.edges[100:105])]

    ours = cpu(region, 1)
    theirs = cpu(one_by_one, 2) * 3 * 183 / 4
    rows.speed("a region of gamma rays: 60 x 60 points, 183 bins of time in three bands, without "
               "what is made", ours, f"each window by itself, {shown(theirs)} a point",
               3600 * theirs)
    assert ours < SLOW * 30
    assert 3600 * theirs / ours > 50


@pytest.mark.long
def test_N_that_a_beam_makes(rows):
    """60 masses on carbon, its protons, free protons and electrons, with all that happens to N
    later on some tens of momenta: at least 200 times quad in quad for the number alone."""
    beam, muon = sources.get("bnb"), np.zeros((2, 3, 3))
    muon[0, 1, 1] = 1.0
    struck = [*scatterers("C12", ("coherent", "protons", "electrons")),
              *scatterers("H1", "protons")]
    masses = np.geomspace(1, 2000, 60) * MeV

    def ours():
        return [collapsed([upscattered(beam, muon, x, M).scaled(x.number) for x in struck])
                for M in masses]

    seconds = cpu(ours, 3)
    few = [(0, masses[45]), (3, masses[50])]
    start = time.process_time()
    theirs = [baselines.quad_upscattered(beam, M, struck[k]) for k, M in few]
    quad_seconds = (time.process_time() - start) / len(few) * len(masses) * len(struck)
    made = [upscattered(beam, muon, struck[k], M).total for k, M in few]
    np.testing.assert_allclose(made, theirs, rtol=1e-3)
    rows.speed("N that a beam makes, 60 masses on 4 kinds of scatterers, with all that happens to "
               "them later on some tens of momenta", seconds,
               "`quad` in `quad` at 1e-3, the number alone", quad_seconds)
    assert seconds < SLOW * 0.5
    assert quad_seconds / seconds > 200


@pytest.mark.long
@pytest.mark.parametrize("name, options", [
    ("miniboone", {}), ("microboone", {}), ("sbnd", {}), ("dune_nd", {}),
    ("dune_nd", {"signature": "double_bang"})])
def test_the_reach_of_a_beam(name, options, rows):
    """60 masses, all scatterers, with what is made in front: at most 2 s, and a seventh of each
    mass by itself."""
    M = np.geomspace(1, 2000, 60) * MeV

    def reach(M):
        return munu.limit(probes.get(name, **options), M_N=M, flavor="mu", nature="dirac",
                          expected=False)

    took, alone = cpu(lambda: reach(M), 2), cpu(lambda: reach(M[30:31]), 2)
    said = " ".join(options.values()).replace("_", " ")
    rows.speed(f"reach of `{name}`{said and ', ' + said}, 60 masses", took, "each mass by itself",
               60 * alone)
    assert took < 2 * SLOW and took < 60 * alone
