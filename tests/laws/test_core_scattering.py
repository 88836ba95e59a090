"""Neutrinos on a core's protons and electrons, against the integral written out, and limits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import zeta
from scipy.stats import qmc

from munu import _data, constants, media, plots
from munu.errors import DomainError, UnknownName
from munu.media import _fermi
from munu.processes import (
    _response,
    core_annihilation,
    core_electrons,
    core_primakoff,
    core_scattering,
)
from munu.rates import emission
from munu.units import GeV, MeV, erg, km, s

ALPHA, M_E = constants.alpha, constants.m_e
ZONES = {"hot, degenerate": (30, 150, 218, 39), "no degeneracy": (25, 0, 10, 30),
         "cold surface": (6, 0, 25, 8)}


def squared(S, x, M, m, k):
    """Mean square of the amplitude over mu^2, as traces give it."""
    M2 = M * M
    return 8 * np.pi * ALPHA * (2 * S * S * x - 2 * S * x * x + M2 * x * (x - 2 * S - 2 * m * m)
                                + M2 * M2 * (x - 2 * m * m)) / (x + k * k) ** 2


def written_out(M, T, mu_nu, mu_e, k, blocking, m=M_E):
    """N and their energy per volume and time, on electrons and on positrons."""
    return np.add(*(sampled(M, T, mu_nu, sign * mu_e, k, blocking, m) for sign in (1, -1)))


def sampled(M, T, mu_nu, mu_e, k, blocking, m):
    """In five dimensions, without a word of the response."""
    u = qmc.Sobol(5, seed=1).random_base2(16).T
    E_top, e_top = mu_nu + 25 * T, max(mu_e, 0) + 25 * T
    E, e = u[0] * E_top, m + u[1] * e_top
    p, c = np.sqrt(e * e - m * m), 2 * u[2] - 1
    S = 2 * E * (e - p * c)
    root, gamma = np.sqrt(S + m * m), (E + e) / np.sqrt(S + m * m)
    beta = np.sqrt(E * E + p * p + 2 * E * p * c) / (E + e)
    Ec, out = S / (2 * root), (S + m * m + M * M - m * m) / (2 * root)
    open_ = S + m * m > (M + m) ** 2
    pc = np.sqrt(np.where(open_, out * out - M * M, 1.0))
    x_mid, x_half = np.where(open_, 2 * Ec * out - M * M, 1.0), 2 * Ec * pc
    x_half = np.where(open_, x_half, 0.5)
    x_low = np.where(M == 0, 0.0, np.maximum(x_mid - x_half, 0.0))
    width = np.log((x_mid + x_half + k * k) / (x_low + k * k))
    x = (x_low + k * k) * np.exp(u[3] * width) - k * k
    along = np.clip((x_mid - x) / x_half, -1, 1)
    seen = np.clip((E / gamma - Ec) / (beta * Ec), -1, 1)
    turn = along * seen + np.sqrt((1 - along**2) * (1 - seen**2)) * np.cos(2 * np.pi * u[4])
    E_N = gamma * (out + beta * pc * turn)
    f, f1 = (_fermi.occupation((a - b) / T) for a, b in ((E, mu_nu), (e, mu_e)))
    hole = _fermi.occupation((mu_e - (E + e - E_N)) / T) if blocking else 1.0
    each = (E**2 * f / (2 * np.pi**2) * 2 * p * e * f1 / (2 * np.pi**2) / (4 * E * e)
            * squared(S, x, M, m, k) / (8 * np.pi * S) * hole * (x + k * k) * width
            * E_top * e_top)
    each = np.where(open_, each, 0.0)
    return each.mean(), (each * E_N).mean()


def reduced(M, T, mu_nu, mu_e, k, blocking, m=M_E):
    E = M + (mu_nu + 30 * T) * (np.arange(1, 61) / 60) ** 2
    made = core_electrons.by_moment(E, *(np.full_like(E, a) for a in (M, T, mu_nu, mu_e, k)),
                                    blocking=blocking, m=m)[0]
    return np.trapezoid(made, E), np.trapezoid(made * E, E)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("M", [0, 10, 100])
@pytest.mark.parametrize("blocking", [True, False])
def test_two_integrals_are_the_five(zone, M, blocking):
    """Squared amplitude, kinematics and blocking, each sampled; their number and their energy."""
    asked = (M * MeV, *(a * MeV for a in ZONES[zone]), blocking)
    assert reduced(*asked) == pytest.approx(written_out(*asked), rel=0.01)


def test_moments_of_the_response():
    """Against sums over energies, at energies taken and given, and across where a slope begins."""
    T, mu = 10 * MeV, 60 * MeV
    q0 = np.array([-80.0, -3.0, -1.001e-2, -0.999e-2, 0.0, 1e-3, 0.999e-2, 1.001e-2, 20, 150]) * MeV
    for low in (1.0 * MeV, 90 * MeV, 400 * MeV):
        e = low + 60 * T * np.linspace(0, 1, 40001)
        f, hole = (_fermi.occupation(sign * (e - mu + side * q0[:, None] / 2) / T)
                   for sign, side in ((1, -1), (-1, 1)))
        made = _response.moments(q0, np.full_like(q0, low), np.full_like(q0, T),
                                 np.full_like(q0, mu))
        for n, found in zip((0, 2), made, strict=True):
            summed = np.trapezoid(e**n * f * hole, e, axis=1)
            assert found == pytest.approx(summed, rel=2e-6)


def test_heavy_targets_are_static():
    """As a fermion's mass grows, N keeps its energy and the static charge is what is left."""
    T, mu_nu, k, M = 20 * MeV, 60 * MeV, 30 * MeV, 30 * MeV
    E = M + (mu_nu + 28 * T) * (np.arange(1, 91) / 90) ** 2
    off = []
    for m in (1e4 * MeV, 1e5 * MeV):
        mu = np.array([m - 3 * T])
        n = _fermi.density(np.array([T]), mu, m)[0]
        free = core_electrons.by_moment(E, *(np.full_like(E, a) for a in (M, T, mu_nu, mu[0], k)),
                                        m=m, blocking=False)[0]
        static = core_scattering.rate(E, M, T, mu_nu, k, n, 1.0, mu_B=1.0)
        off.append(np.array([np.trapezoid(a, E) for a in (free - static, E * (free - static))])
                   / [np.trapezoid(a, E) for a in (static, E * static)])
    assert np.all(np.abs(off[1]) < 0.005) and np.all(np.abs(off[1]) < 0.3 * np.abs(off[0]) + 1e-3)


def test_mass_to_zero():
    asked = [a * MeV for a in ZONES["hot, degenerate"]]
    E = np.array([20.0, 150, 300]) * MeV
    for made in (lambda M: core_electrons.rate(E, M, *asked, 1e-12),
                 lambda M: core_scattering.sigma(E, M, asked[3], 1e-12)):
        assert made(1e-3 * MeV) == pytest.approx(made(0.0), rel=1e-8)
        assert made(1e-160 * MeV) == pytest.approx(made(0.0), rel=1e-13)
        assert np.all(np.abs(made(3 * MeV) / made(0.0) - 1) < 0.03)


def test_threshold():
    """Both open where N can be made, with its momentum, and give nothing at M_N and below."""
    zone, M = [a * MeV for a in ZONES["hot, degenerate"]], 100 * MeV
    E = M * (1 + np.array([-0.5, 0.0, 1e-10, 4e-10]))
    protons = core_scattering.sigma(E, M, 40 * MeV, 1e-12)
    electrons = core_electrons.rate(E, M, *zone, 1e-12)
    for made in (protons, electrons):
        assert np.all(made[:2] == 0) and np.all(made[2:] > 0)
        assert made[3] / made[2] == pytest.approx(2.0, rel=1e-3)


def test_screening():
    """Little of it leaves a logarithm, much of it a contact: E^2 over the square of k_S^2."""
    E, tiny = 100 * MeV, 1e-4 * MeV
    step = core_scattering.sigma(E, 0.0, tiny, 1.0, mu_B=1.0) \
        - core_scattering.sigma(E, 0.0, 10 * tiny, 1.0, mu_B=1.0)
    assert step == pytest.approx(ALPHA * np.log(100), rel=1e-6)
    far = [core_scattering.sigma(E, 0.0, k * MeV, 1.0, mu_B=1.0) for k in (1e4, 2e4)]
    assert far[0] / far[1] == pytest.approx(16, rel=1e-3)
    zone = [a * MeV for a in ZONES["no degeneracy"][:3]]
    far = [core_electrons.rate(E, 0.0, *zone, k * MeV, 1e-12) for k in (1e5, 2e5)]
    assert far[0] / far[1] == pytest.approx(16, rel=1e-3)


def test_blocking_only_takes():
    E = np.array([30.0, 100, 200, 400]) * MeV
    for zone in ZONES.values():
        asked = [a * MeV for a in zone]
        blocked, free = (core_electrons.rate(E, 20 * MeV, *asked, 1e-12, blocking=b)
                         for b in (True, False))
        assert np.all(blocked[1:] < free[1:]) and np.all(blocked[1:] > 0)
    # electrons and positrons answer alike
    assert core_electrons.rate(E, 0.0, *asked, 1e-12) == pytest.approx(core_electrons.rate(
        E, 0.0, asked[0], asked[1], -asked[2], asked[3], 1e-12), rel=1e-12)


def test_emission_of_a_core():
    core = media.get("fischer18")
    few = {"zones": 24, "energies": 16}
    made = {f: emission.of_core(core, 50 * MeV, f, **few) for f in ("e", "mu", "tau")}
    assert made["mu"] is made["tau"] and made["e"] is emission.of_core(core, 50 * MeV, "e", **few)
    e, x = made["e"], made["mu"]
    assert x.neutrinos == pytest.approx(x.antineutrinos, rel=1e-12)
    # where beta equilibrium has more neutrinos there are more N
    assert np.all(e.neutrinos >= x.neutrinos) and np.all(e.antineutrinos <= x.antineutrinos)
    assert np.all(np.diff(e.E) > 0) and e.E[0] > e.M_N and not e.E.flags.writeable
    parts = [emission.of_core(core, 50 * MeV, "e", targets=t, **few) for t in emission.TARGETS]
    assert e.neutrinos == pytest.approx(sum(p.neutrinos for p in parts), rel=1e-12)
    assert e.luminosity(2e-12) == pytest.approx(4 * e.luminosity(1e-12), rel=1e-12)
    # the sum is good to 2e-3
    close = emission.of_core(core, 50 * MeV, "e", targets="protons", zones=90, energies=400)
    assert emission.of_core(core, 50 * MeV, "e", targets="protons").luminosity() \
        == pytest.approx(close.luminosity(), rel=2e-3)
    # halving the square of the screening adds a fifth, doubling takes a fifth
    for factor, change in ((0.5, 1.22), (2.0, 0.79)):
        other = emission.of_core(core, 50 * MeV, "e", screening=factor, **few)
        assert other.luminosity() / e.luminosity() == pytest.approx(change, abs=0.03)
    # gravity takes the square of the lapse, and of a heavy N a little more
    light, seen = (emission.of_core(core, 0.0, "e", redshift=r, **few).luminosity()
                   for r in (False, True))
    assert 0.85**2 < seen / light < 0.95**2


@pytest.mark.parametrize("M", [0, pytest.param(60, marks=pytest.mark.long), 350])
def test_energies_between_those_integrated(M):
    """On electrons a spline passes between energies; where few are asked each is integrated."""
    core = media.get("derocco")
    close, each = (emission.of_core(core, M * MeV, "e", targets="electrons", energies=n)
                   for n in (64, 16))
    assert close.E[3::4] == pytest.approx(each.E, rel=1e-14)
    a, b = (x.neutrinos + x.antineutrinos for x in (close, each))
    there = each.E * b > 1e-3 * np.max(each.E * b)
    assert there.sum() > 8 and a[3::4][there] == pytest.approx(b[there], rel=1e-2)


def test_slow_and_heavy():
    """Just above threshold the rate on electrons goes as the momentum, at any mass; it does not
    depend on how its integral is cut into panels."""
    zone = [a * MeV for a in ZONES["hot, degenerate"]]
    for M in (1 * MeV, 60 * MeV, 400 * MeV):
        E = M * (1 + np.array([1e-9, 4e-9, 1e-4, 1e-2]))
        made = core_electrons.rate(E, M, *zone, 1e-12)
        assert made[1] / made[0] == pytest.approx(2.0, rel=2e-3)
        # another zone a hair away has other panels
        near = core_electrons.rate(E, M, zone[0], zone[1] + 0.2 * MeV, *zone[2:], 1e-12) \
            + core_electrons.rate(E, M, zone[0], zone[1] - 0.2 * MeV, *zone[2:], 1e-12)
        assert near / 2 == pytest.approx(made, rel=1e-3)


def test_a_mass_above_what_a_core_has():
    """It falls as exp(-M_N/T) to a clean nothing, and the answer does not know of other masses."""
    core = media.get("fischer18")
    made = [emission.of_core(core, M * MeV, "e").luminosity() for M in (1000, 3000)]
    assert 0 < made[1] < 1e-19 * made[0]
    far = emission.of_core(core, 1e5 * MeV, "e")
    assert far.luminosity() == 0 and np.all(far.neutrinos == 0) and far.E[0] > far.M_N
    emission._of_core.cache_clear()
    assert emission.of_core(core, 1000 * MeV, "e").luminosity() == made[0]


@pytest.mark.parametrize("asked", [
    {"flavor": "x"}, {"targets": "neutrons"}, {"targets": ()}, {"targets": ("protons",) * 2},
    {"screening": 0.0}, {"zones": 0}, {"energies": 2.5}, {"blocking": "no"}, {"M_N": -1.0},
    {"M_N": [1.0, 2.0]}, {"M_N": np.nan}])
def test_what_no_emission_can_be(asked):
    given = {"M_N": 0.0, "flavor": "e", **asked}
    with pytest.raises((DomainError, UnknownName)) as told:
        emission.of_core(media.get("fischer18"), **given)
    assert "\n" not in str(told.value)


def test_annihilation_is_the_scattering_crossed():
    """The same traces at x = -s and S = t, summed over angles; and in a gas of pairs, by hand."""
    E = 200 * MeV
    for M in (0.0, 50 * MeV, 150 * MeV):
        t = (M * M - E * E) * np.linspace(0, 1, 20001)
        # of two spins a mean over two more; two states of charge
        each = 2 * 0.5 * squared(t, -E * E, M, 0.0, 0.0) / (16 * np.pi * E**4)
        assert core_annihilation.sigma(E * E, M, 1.0, mu_B=1.0) == pytest.approx(
            np.trapezoid(each[::-1], t[::-1]), rel=1e-6)
    T = 30 * MeV
    n, rho = 1.5 * zeta(3) / np.pi**2 * T**3, 7 * np.pi**2 / 120 * T**4
    made = core_annihilation.loss(0.0, np.array([T]), np.zeros(1))
    assert made[0] == pytest.approx(ALPHA / 6 * n * rho, rel=1e-4)


@pytest.mark.parametrize("name", ["fischer18", *(pytest.param(n, marks=pytest.mark.long)
                                                 for n in ("fiducial", "derocco"))])
def test_what_is_left_out_is_little(name):
    core = media.get(name)
    for flavor in ("e", "mu"):
        light, heavy = (emission.left_out(core, M * MeV, flavor) for M in (0, 50))
        assert 0 < light["plasmon_decay"] < 1e-3 and heavy["plasmon_decay"] == 0
        assert 0 < light["annihilation"] < heavy["annihilation"] < 2e-3
    assert emission.left_out(core, 1e6 * MeV, "e") == {"plasmon_decay": 0, "annihilation": 0}


def test_axions_of_a_core():
    """The cross section summed over angles; and three cores beside three simulations of others,
    of which one at least lies on either side."""
    k, T, g, n = 30 * MeV, 20 * MeV, 1e-3 / MeV, 7.0
    c = np.linspace(-1, 1, 200001)
    for E in (1e-3 * MeV, 5 * MeV, 200 * MeV):
        q2 = 2 * E * E * (1 - c)
        # |k x p|^2 over q^2 (q^2 + k_S^2), with (1 - c)/q^2 written out
        sigma = 2 * np.pi * g**2 * ALPHA / (8 * np.pi) * np.trapezoid(
            E**4 * (1 + c) / (2 * E * E) / (q2 + k * k), c)
        made = core_primakoff.rate(E, T, k, n, g)
        assert made == pytest.approx(n * sigma * E * E / np.pi**2 / np.expm1(E / T), rel=1e-6)
    table = _data.load("profiles/garching_primakoff")
    second = np.abs(table["time"] / s - 1) < 0.01
    theirs = np.sort(table["luminosity"][second])
    assert second.sum() == 3 and theirs[2] / theirs[0] == pytest.approx(7.9, rel=0.01)
    ours = []
    for name in ("fischer18", "fiducial", "derocco"):
        E, made = emission.axions(media.get(name), 1e-12 / GeV)
        ours.append(np.trapezoid(E * made, E))
        assert 90 * MeV < ours[-1] / np.trapezoid(made, E) < 120 * MeV
    assert theirs[0] < max(ours) < theirs[2]
    assert min(ours) == pytest.approx(theirs[0], rel=0.2)


@pytest.mark.parametrize("flavor", ["e", pytest.param("mu", marks=pytest.mark.long)])
def test_the_rule_counts_what_nothing_blocks(flavor):
    """Neutrinos that turn over are as many as N made, summed over either's energy: two integrals
    that share no line.  A heavy N of slow neutrinos and fast electrons the rule cannot have."""
    core = media.get("fischer18")
    for M, low, high in ((1, 0.998, 1.002), (100, 0.5, 0.9)):
        rule, free = (np.trapezoid(x.neutrinos + x.antineutrinos, x.E) for x in (
            emission.by_rule(core, M * MeV, flavor),
            emission.of_core(core, M * MeV, flavor, targets="electrons", blocking=False)))
        assert low < rule / free < high


@pytest.mark.long
def test_the_figure_of_production():
    """Its numbers are those of the emission, and a mass that no core makes is no error."""
    figure = plots.draw("supernova_production", M_N=100 * MeV, flavor="mu")
    part, E, rate = (np.array(figure.columns[k][1]) for k in ("part", "E", "rate"))
    whole = part == "protons + electrons"
    made = emission.of_core(media.get("fischer18"), 100 * MeV, "mu")
    assert np.trapezoid(E[whole] * rate[whole], E[whole]) * MeV / s == pytest.approx(
        made.luminosity(1e-12), rel=1e-12)
    assert len(set(part)) == 5 and figure.papers
    assert not np.any(plots.draw("supernova_production", M_N=1e6 * MeV, flavor="e")
                      .columns["rate"][1])
    with pytest.raises(UnknownName):
        plots.draw("supernova_production", flavor="x")


def test_a_profile_that_is_no_core():
    with pytest.raises(DomainError, match="mu_nu"):
        emission.of_core(media.get("fischer18").with_(mu_nu=None), 0.0, "e")
    with pytest.raises(DomainError, match="lapse"):
        emission.of_core(media.get("fiducial"), 0.0, "e", redshift=True)


def test_zones_follow_the_core():
    """Where forty miss a core's mass more are taken unasked; a number that was asked is refused."""
    core = media.get("fiducial")
    edge = core.with_(density=Stepped(core.density), breaks=())
    with pytest.raises(DomainError, match="n = 8 zones are too few"):
        emission.of_core(edge, 0.0, "mu", targets="protons", zones=8)
    made = emission.of_core(edge, 0.0, "mu", targets="protons").luminosity()
    close = emission.of_core(edge, 0.0, "mu", targets="protons", zones=400).luminosity()
    assert made == pytest.approx(close, rel=0.02)


@dataclass(frozen=True)
class Stepped:
    """A density that jumps at 4.1 km without a word."""

    density: Callable

    def __call__(self, r):
        return self.density(r) * np.where(r < 4.1 * km, 1.0, 0.9)


def test_a_core_that_goes_on_is_cut():
    """What a wider profile holds beyond 20 km does not count."""
    core = media.get("fiducial")
    cut = emission.of_core(core.with_(r_max=15 * km), 0.0, "mu", targets="protons")
    whole = emission.of_core(core, 0.0, "mu", targets="protons")
    assert cut.luminosity(1e-12) < whole.luminosity(1e-12) < 1e51 * erg / s
