"""The burst of a galactic supernova with Majorana moments: frozen numbers and laws."""

import json

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import xlogy

import munu
from munu import flavors, media, probes
from munu._arrays import gauss_panels
from munu.cli.__main__ import main
from munu.couplings import Couplings, DipolePortal
from munu.detectors import supernova
from munu.errors import DomainError, MunuError, UnknownName
from munu.inference.along import misfit
from munu.inference.likelihood import Problem, profile
from munu.inference.study import study
from munu.media import fields
from munu.processes.electron_scattering import recoil_share_six
from munu.propagation import evolve, majorana
from munu.propagation.earth import at_earth, mass_to_flavor, prem
from munu.ray import Ray
from munu.units import MeV, cm, g, km, ms

NAME = "galactic_supernova"
MIXINGS = {o: flavors.mixing("nufit-6.0", o) for o in ("NO", "IO")}
E = np.array([5.0, 15.0, 40.0]) * MeV
RAY = Ray.majorana(emu=1, etau=1)
LAYERS = (("3000km", "4.5 g/cm^3", 0.494), (2000 * km, 11.0 * g / cm**3, 0.466))

# mu_emu = mu_etau = mu, mu_mutau = 0; 5e9 G dipole at 1000 km, profile A, 10 kpc, -10 to 50 ms,
# nufit-6.0, DUNE, Hyper-Kamiokande and JUNO, 5 ms x 2 MeV
Q = {("NO", "free"): 13.4190, ("NO", 0.1): 13.5523, ("IO", "free"): 492.674, ("IO", 0.1): 497.529}
REACH = {("NO", "free"): 6.31600e-13, ("NO", 0.1): 6.29986e-13,
         ("IO", "free"): 1.91185e-13, ("IO", 0.1): 1.90955e-13}
# with the bins in which nothing is expected without a moment
DARK = {("NO", "free"): 6.30300e-13, ("NO", 0.1): 6.28695e-13,
        ("IO", "free"): 1.20349e-13, ("IO", 0.1): 1.20302e-13}
EVENTS = {  # off and on, mu = 1e-12
    "NO": {"dune nu_e_argon": (67.7128, 65.9618), "hyper_kamiokande ibd": (1336.60, 1400.15),
           "hyper_kamiokande electron": (193.590, 193.419), "juno ibd": (76.9755, 80.6351)},
    "IO": {"dune nu_e_argon": (108.789, 101.197), "hyper_kamiokande ibd": (1616.39, 2264.71),
           "hyper_kamiokande electron": (271.553, 267.121), "juno ibd": (93.0886, 130.426)}}


def common(mu):
    return Couplings.majorana(mu, mu, 0.0)


def row(counts):
    return np.concatenate([x.ravel() for x in counts.values()])


def statistic(probe, mu):
    """Twice the log likelihood ratio of data without a moment, mu_emu = mu_etau = mu."""
    s = study([probe], RAY)
    value, first = misfit(s, s.data), np.zeros(1, dtype=int)
    return float((value(np.array([mu]), first) - value(np.zeros(1), first))[0])


def asimov(N0, N1, norm):
    """The same of counts, by the likelihood of the house: a norm that is free, known or fixed."""
    pulls = {} if norm == 0 else {"pulls": (1.0 if norm is None else norm) * np.atleast_3d(
        N1).reshape(1, 1, -1), "pulls_prior": [np.inf if norm is None else 1.0]}
    problem = Problem.of(np.atleast_2d(N1), np.zeros((0, N1.size)), **pulls)
    return float(profile(problem, np.ones(1), N0)[0][0])


def reach(probe):
    return munu.limit(probe, "emu=1,etau=1", expected=False).value


def star(mixing, mu=0.0):
    medium = media.get("profile_a").with_(field=fields.dipole("5e9G", "1000km"))
    return evolve(majorana(medium, common(mu), mixing), (1e3 * km, 1e6 * km), E)


@pytest.fixture(scope="module")
def made():
    return {o: probes.get(NAME, ordering=o) for o in MIXINGS}


# ---- frozen ------------------------------------------------------------------------------

@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_events(made, ordering):
    setting = made[ordering].setting
    off, on = setting.without, setting.expected(common(1e-12))
    assert set(off) == set(on) == set(EVENTS[ordering])
    for name, numbers in EVENTS[ordering].items():
        assert off[name].shape == (12, 50)
        assert (off[name].sum(), on[name].sum()) == pytest.approx(numbers, rel=1e-3), name


@pytest.mark.parametrize(("ordering", "norm"), [
    k if k == ("NO", "free") else pytest.param(*k, marks=pytest.mark.long) for k in Q])
def test_the_statistic_and_the_reach(ordering, norm):
    probe = probes.get(NAME, ordering=ordering, norm=norm)
    assert statistic(probe, 1e-12) == pytest.approx(Q[ordering, norm], rel=1e-3)
    assert reach(probe) == pytest.approx(REACH[ordering, norm], rel=1e-3)
    dark = probes.get(NAME, ordering=ordering, norm=norm, dark=True)
    assert reach(dark) == pytest.approx(DARK[ordering, norm], rel=1e-3)
    assert statistic(probe, REACH[ordering, norm]) == pytest.approx(2.7055, rel=1e-3)


# ---- laws of the probe -------------------------------------------------------------------

def test_the_reach_to_seven_digits(made):
    assert reach(made["NO"]) == pytest.approx(6.315384e-13, rel=1e-6)


@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_powers_of_the_moment(ordering):
    """q falls as mu^4 in bins with events anyway, but as mu^2 where there are none without mu.

    Before 0 ms the star makes nu_e alone: inverse beta decays there are all of the moment.
    """
    probe = probes.get(NAME, ordering=ordering, tol=1e-7)
    N0 = row(probe.setting.without)
    lit = N0 > 0
    N = [row(probe.setting.expected(common(mu))) for mu in (1e-14, 2e-14)]
    one, two = (statistic(probe, mu) for mu in (1e-14, 2e-14))
    assert two / one == pytest.approx(16, rel=0.02)
    for norm in (0.0, 0.1, None):
        one, two = (asimov(N0[lit], x[lit], norm) for x in N)
        assert two / one == pytest.approx(16, rel=0.02)
    one, two = (asimov(N0[~lit], x[~lit], 0.0) for x in N)
    assert one > 0 and two / one == pytest.approx(4, rel=1e-3)
    dark = probe.setting.without["hyper_kamiokande ibd"].sum(axis=1) == 0
    assert dark.tolist() == [True] * 2 + [False] * 10


def test_moment_times_field_is_what_counts(made):
    strong = probes.get(NAME, B0="1e10G")
    assert statistic(strong, 5e-13) == pytest.approx(statistic(made["NO"], 1e-12), rel=1e-9)


def test_what_is_not_known_hides_it(made):
    """A fixed norm sees more than one within 10 %, and that more than a free one."""
    q = [statistic(probes.get(NAME, norm=n), 1e-12) for n in (0.0, 0.1)]
    assert q[0] > q[1] > statistic(made["NO"], 1e-12) > 0


def test_a_nearer_star_says_more_and_a_fixed_norm_makes_it_a_square():
    near, far = (statistic(probes.get(NAME, distance=d, norm=0.0), 1e-12)
                 for d in ("5kpc", "10kpc"))
    assert near == pytest.approx(4 * far, rel=1e-9)


def test_detectors_add_up():
    each = {d: statistic(probes.get(NAME, detectors=(d,), norm=0.0), 1e-12)
            for d in ("dune", "hyper_kamiokande", "juno")}
    assert statistic(probes.get(NAME, norm=0.0), 1e-12) == pytest.approx(sum(each.values()))


def test_the_counts_are_those_of_the_detectors(made):
    """Nothing converted: the weights along the diagonal, against the detectors' own counts."""
    setting = made["NO"].setting

    def fluence(E_nu):
        return setting.burst.fluence(E_nu, "-10ms:50ms", "10kpc")

    for detector, channel in setting.channels:
        weight, edges = setting.weights[f"{detector} {channel}"], setting.energy.edges
        if channel == "electron":
            ours = np.einsum("aater->r", weight)
            theirs = supernova.electron_recoils(detector, edges, fluence, recoil_share_six)
        else:
            ours = np.einsum("aate->e", weight)
            theirs = supernova.counts(detector, channel, edges, fluence)
        assert ours.sum() == pytest.approx(theirs.sum(), rel=1e-3)
        np.testing.assert_allclose(ours, theirs, rtol=5e-3, atol=1e-3 * theirs.max())


def test_a_prediction_holds_a_component_a_channel(made):
    found = made["NO"].predict(Couplings.majorana())
    assert list(found.components) == list(EVENTS["NO"])
    assert [a.name for a in found.total.axes] == ["time after bounce",
                                                    "reconstructed energy"]
    assert found.total.axes[0].edges[[0, -1]] / ms == pytest.approx([-10, 50])
    assert found.total.total == pytest.approx(sum(a for a, _ in EVENTS["NO"].values()), rel=1e-3)


@pytest.mark.parametrize("norm", [None, 0.03, 0.1, 2.0])
def test_the_norm_is_profiled(norm):
    rng = np.random.default_rng(1)
    N0, N1 = rng.uniform(0, 20, (2, 30))
    N0[:3] = 0

    def q(n):
        bins = n * N1 - N0 + xlogy(N0, np.where(N0 > 0, N0, 1) / (n * N1))
        return 2 * bins.sum() + (((n - 1) / norm) ** 2 if norm else 0)

    best = minimize_scalar(q, bounds=(0.2, 5), method="bounded", options={"xatol": 1e-10})
    assert asimov(N0, N1, norm) == pytest.approx(best.fun, rel=1e-9)
    assert asimov(N0, N1, 0.0) == pytest.approx(q(1.0), rel=1e-12)


def test_the_earth_moves_some(made):
    plain = made["IO"].setting.without
    behind = probes.get(NAME, ordering="IO", earth=LAYERS).setting.without
    assert 1e-4 < abs(behind["dune nu_e_argon"].sum() / plain["dune nu_e_argon"].sum() - 1) < 0.3


# ---- the Earth ---------------------------------------------------------------------------

@pytest.mark.parametrize("ordering", ["NO", "IO"])
@pytest.mark.parametrize("earth", [None, LAYERS], ids=["space", "earth"])
def test_nothing_is_lost(ordering, earth):
    mixing = MIXINGS[ordering]
    P = at_earth(star(mixing, 1e-12).mass_probabilities, mixing, earth, E)
    assert P.shape == (3, 6, 6) and P.min() >= 0
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-10)
    np.testing.assert_allclose(P.sum(axis=2), 1, atol=1e-10)


@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_survival_without_a_moment_is_adiabatic(ordering):
    m = MIXINGS[ordering]
    c12, c13 = 1 - m.s12, 1 - m.s13
    p, pbar = (m.s13, c13 * c12) if ordering == "NO" else (c13 * m.s12, m.s13)
    P = at_earth(star(m).mass_probabilities, m)[1]
    assert (P[0, 0], P[3, 3]) == pytest.approx((p, pbar), abs=2e-2)
    assert P[:3, 3:].max() == 0 and P[3:, :3].max() == 0


@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_no_matter_no_regeneration(ordering):
    m = MIXINGS[ordering]
    empty = mass_to_flavor(m, (("1e4km", 0.0, 0.5),), E)
    for at in (0, 3):
        block = empty[:, at:at + 3, at:at + 3]
        np.testing.assert_allclose(block, np.broadcast_to(np.abs(m.U.T) ** 2, block.shape),
                                   atol=1e-12)
    np.testing.assert_allclose(mass_to_flavor(m, ((0.0, "12 g/cm^3", 0.5),), E), empty, atol=1e-12)


@pytest.mark.parametrize("ordering", ["NO", "IO"])
def test_layers_are_what_the_evolver_makes_of_them(ordering):
    """Neutrinos and antineutrinos through two constant media in turn."""
    m = MIXINGS[ordering]
    V = np.zeros((6, 6), complex)
    V[:3, :3], V[3:, 3:] = m.U, m.U.conj()
    S = np.broadcast_to(V, (3, 6, 6))
    for length, density, (*_, Y_e) in zip((3000, 2000), (4.5, 11.0), LAYERS, strict=True):
        medium = media.get("power_law", density=f"{density} g/cm^3", n=0.0, Y_e=Y_e)
        S = evolve(majorana(medium, np.zeros((3, 3)), m), (1e3 * km, (1e3 + length) * km), E,
                   tol=1e-7).amplitudes @ S
    np.testing.assert_allclose(mass_to_flavor(m, LAYERS, E), np.swapaxes(np.abs(S) ** 2, 1, 2),
                               atol=1e-6)


@pytest.mark.parametrize(("call", "said"), [
    (lambda m: at_earth(np.eye(6), m), r"\(n_E, 6, 6\)"),
    (lambda m: at_earth(2 * np.eye(6)[None], m), "at most 1"),
    (lambda m: at_earth(np.eye(6)[None], m, LAYERS), "need E_nu"),
    (lambda m: at_earth(np.eye(6)[None], m, LAYERS, E), "need E_nu"),
    (lambda m: mass_to_flavor(m, ((km, 1.0),), E), "a length, a density"),
    (lambda m: mass_to_flavor(m, ((km, -1.0, 0.5),), E), "at least 0"),
    (lambda m: mass_to_flavor(m, ((km, 0.0, 1.5),), E), "Y_e in"),
    (lambda m: mass_to_flavor(m, (("3000km", 5.0, 0.5),), E), "a bare number is in internal"),
    (lambda m: mass_to_flavor(m, (("3000km", "5 g", 0.5),), E), "not of the kind of g/cm"),
    (lambda m: mass_to_flavor(m, (("3 s", 0.0, 0.5),), E), "not of the kind of km"),
    (lambda m: mass_to_flavor(m, LAYERS, -E), "above 0"),
])
def test_an_earth_that_cannot_be(call, said):
    with pytest.raises(DomainError, match=said):
        call(MIXINGS["NO"])


def test_the_reference_earth_weighs_what_it_does():
    """The columns of all chords are its mass, and each chord is as long as it is."""
    x, w = gauss_panels([0.0, 1.0], 40)
    eta = np.arcsin(np.sqrt(x))
    column = [sum(length * rho for length, rho, _ in prem(a)) for a in eta]
    # chords through the disc of the Earth, even in the square of the impact parameter
    mass = np.pi * (6371 * km) ** 2 * (w * column).sum()
    assert mass / (1e3 * g) == pytest.approx(5.972e24, rel=3e-3)
    for a in (0.0, 0.5, 1.2):
        assert sum(x[0] for x in prem(a)) == pytest.approx(2 * 6371 * km * np.cos(a), rel=1e-12)
        assert prem(a) == prem(a)[::-1]
    assert prem(np.pi / 2) == [] == prem(3.0)
    assert {Y for *_, Y in prem(0.0)} == {0.4656, 0.4957} and {Y for *_, Y in prem(0.6)} == {0.4957}


def test_finer_pieces_of_the_earth_change_nothing(monkeypatch):
    m = MIXINGS["NO"]
    coarse = mass_to_flavor(m, "prem:10deg", E)
    monkeypatch.setattr("munu.media.earth._PIECE", 30 * km)
    np.testing.assert_allclose(mass_to_flavor(m, "prem:10deg", E), coarse, atol=2e-4)
    plain = mass_to_flavor(m, (), E)
    assert np.abs(coarse - plain).max() > 0.01
    np.testing.assert_array_equal(mass_to_flavor(m, "prem:90deg", E), plain * np.ones((3, 1, 1)))


def test_a_threshold_takes_what_is_below_it(made):
    """The same bins above, nothing below; electrons by their own energy."""
    whole = made["NO"].setting.without
    cut = probes.get(NAME, threshold="11.5MeV", tol=1e-6).setting
    edges = cut.energy.edges / MeV
    for name, counts in cut.without.items():
        by_energy = counts if counts.ndim == 1 else counts.sum(axis=0)
        before = whole[name] if whole[name].ndim == 1 else whole[name].sum(axis=0)
        assert by_energy[edges[1:] <= 11.5].max(initial=0) == 0
        np.testing.assert_allclose(by_energy[edges[:-1] >= 11.5], before[edges[:-1] >= 11.5],
                                   rtol=1e-9)
        inside = by_energy[5] / before[5]
        assert 0 < inside < 0.5, "a quarter of the bin from 10 to 12 MeV"
    assert any("threshold 11.5 MeV" in x for x in probes.get(NAME, threshold="11.5MeV").assumptions)


def test_named_tanks_count_by_their_mass(made):
    small, large = (probes.get(NAME, detectors=(d,), tol=1e-4).setting.without[f"{d} ibd"].sum()
                    for d in ("super_kamiokande", "hyper_kamiokande_2019"))
    assert large / small == pytest.approx((64.8**2 * 65.8) / (33.6815**2 * 36.2), rel=1e-9)
    assert large / made["NO"].setting.without["hyper_kamiokande ibd"].sum() == pytest.approx(
        217.0 / 374, rel=1e-3)


# ---- what is refused ---------------------------------------------------------------------

@pytest.mark.parametrize(("options", "said"), [
    ({"detectors": ("dune", "icecube")}, "icecube"), ({"detectors": ()}, "one at least"),
    ({"detectors": ("dune", "dune")}, "twice"), ({"norm": "fixed"}, "must be free"),
    ({"norm": -0.1}, "at least 0"), ({"B0": "0G"}, "must not be 0"), ({"B0": "5e9"}, "no unit"),
    ({"ordering": "XO"}, "ordering"), ({"window": "-10ms:51ms"}, "whole number"),
    ({"window": "50ms:-10ms"}, "must rise"), ({"window": "10ms"}, "two times"),
    ({"window": "-20ms:50ms"}, "known from"), ({"distance": "0kpc"}, "above 1 au"),
    ({"distance": 10.0}, "bare number"),
    ({"medium": "profil_a"}, "did you mean 'profile_a'"), ({"mixing": "nufit"}, "mixing"),
    ({"earth": ((1.0, 2.0),)}, "a density"), ({"earth": "prem"}, "nadir angle too"),
    ({"earth": "prem:-5deg"}, "least allowed 0"), ({"earth": "perm:5deg"}, "did you mean 'prem'"),
    ({"earth": "prem:5km"}, "nadir angle"), ({"threshold": "5.2MeV"}, "multiple of 0.5 MeV"),
    ({"threshold": "100MeV"}, "below 100 MeV"),
    ({"field": "dipole:5e9G"}, "must read dipole")])
def test_an_option_that_cannot_be(options, said):
    with pytest.raises(MunuError, match=said):
        probes.get(NAME, **options)


def test_couplings_that_it_does_not_know(made):
    for couplings, said in (
            (DipolePortal(1e-11, 0.0), "a portal to N is not evolved"),
            (Couplings(mu=np.eye(3) * 1e-12, nature="dirac"), "dirac"),
            (Couplings(r2=1.0), "transition moments alone")):
        with pytest.raises(DomainError, match=said):
            made["NO"].predict(couplings)
    with pytest.raises(DomainError, match="not to a portal to N"):
        munu.limit(made["NO"])
    with pytest.raises(DomainError, match="one that is not 0"):
        munu.limit(made["NO"], "emu=0")


def test_the_command_line_knows_it(capsys):
    assert main(["limit", NAME, "--along", "emu=1,etau=1", "--json"]) == 0
    got = json.loads(capsys.readouterr().out)
    row = got["limits"][0]
    assert row["expected"] == pytest.approx(6.315384e-13, rel=1e-6) and row["M_N_MeV"] is None
    assert row["mu"] is None, "a projection has no observed limit"
    assert row["excluded"] == [[row["expected"], None]] and got["along"] == "emu=1,etau=1"
    assert main(["spectrum", NAME, "--mu", "emu=1e-12,etau=1e-12", "--json"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert sum(got["components"]["juno ibd"]) == pytest.approx(80.6351, rel=1e-3)


@pytest.mark.parametrize("arguments", [("limit", NAME), ("spectrum", NAME),
                                       ("limit", NAME, "--ordering", "IO")])
def test_the_command_line_says_it_in_one_line(capsys, arguments):
    assert main(list(arguments)) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and "a portal to N" in err
    with pytest.raises(UnknownName):
        munu.limit(probes.get(NAME), "r3")


def test_the_list_has_it(capsys):
    assert main(["list", "probes", "--json"]) == 0
    assert "supernova" in json.loads(capsys.readouterr().out)["probes"][NAME]


def test_a_mixing_brings_its_ordering(made):
    other = probes.get(NAME, mixing=MIXINGS["IO"])
    assert other.setting.mixing.ordering == "IO"
    assert other.remake(**other.options).options == other.options
    np.testing.assert_array_equal(row(other.setting.without), row(made["IO"].setting.without))


def test_a_star_with_a_field_of_its_own_takes_no_other():
    star = media.get("profile_a").with_(field=fields.dipole("1e10G", "1000km"))
    assert probes.get(NAME, medium=star).setting.field == pytest.approx(1e10, rel=1e-9)
    with pytest.raises(DomainError, match="does not go with the medium profile_a"):
        probes.get(NAME, medium=star, B0="1e12G")
