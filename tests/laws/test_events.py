"""Events are drawn from the density that the rates integrate: laws of what comes out."""

import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import chi2

from munu import DipolePortal, events, probes, sources
from munu.constants import mu_B
from munu.detectors import geometry
from munu.errors import DomainError, MunuError
from munu.events import _kernel
from munu.events.experiment import Experiment
from munu.events.generator import BLOCK
from munu.processes.upscattering import dsigma_dQ2, polarization, scatterers, sigma
from munu.rates.decay_in_flight import decay_length, mean_inside
from munu.sources.source import Component
from munu.targets.nucleus import nucleus
from munu.units import GeV, MeV, cm, m, s

MU = 1.25e-6 / GeV / mu_B
PORTAL = DipolePortal(MU, "0.2 GeV", "mu", "dirac")
BODIES = ("sphere:5m", "box:4m,3m,5m", "cylinder:1m,8m,z", "cylinder:2m,4m,x", "cylinder:1m,6m,y")
# so unlikely that one of all tests of a year may see it
RARE = 1e-5


@cache
def drawn(n=50_000, nature="dirac", mu=MU, **more):
    return events.sample("miniboone", PORTAL.with_(nature=nature, mu=mu), n, 7, **more)


def pull(values, expected):
    return (np.mean(values) - expected) / (np.std(values) / np.sqrt(len(values)))


def rest(e):
    """The photon in the rest frame of N: along N, across it towards the beam, out of the plane."""
    p = np.stack([e[f"p{k}_N"] for k in "xyz"])
    k = np.stack([e[f"p{k}_gamma"] for k in "xyz"])
    size, M = np.sqrt((p**2).sum(axis=0)), e.header["M_N_GeV"]
    n = p / size
    beam = np.array([0.0, 0.0, 1.0])[:, None]
    side = beam - n[2] * n
    side /= np.sqrt((side**2).sum(axis=0))
    along = (n * k).sum(axis=0)
    half = M / 2
    return ((e["E_N"] * along - size * e["E_gamma"]) / M / half, (side * k).sum(axis=0) / half,
            (np.cross(n, side, axis=0) * k).sum(axis=0) / half)


def gone(counts, expected):
    """Probability of a chi-squared as large, few expected events put together."""
    counts, expected = np.ravel(counts), np.ravel(expected) * np.sum(counts)
    few = expected < 20
    parts = [np.append(x[~few], x[few].sum()) for x in (counts, expected)]
    keep = parts[1] > 5
    value = ((parts[0] - parts[1]) ** 2 / np.maximum(parts[1], 1e-300))[keep].sum()
    return chi2.sf(value, keep.sum() - 1)


def density(one, kinds, bins=24, fine=10):
    """Numbers in bins of ln E and ln Q2 by the midpoint rule, decays inside; and the edges."""
    card = events.get("miniboone")
    E_edges = np.geomspace(0.205, 9.0, bins + 1)
    Q_edges = np.geomspace(1e-7, 2.0, bins + 1)
    step = (np.arange(bins * fine) + 0.5) / fine / bins
    E = np.exp(np.log(0.205) + np.log(9 / 0.205) * step)
    Q2 = np.exp(np.log(1e-7) + np.log(2 / 1e-7) * step)[:, None]
    value = dsigma_dQ2(Q2 * GeV**2, E * GeV, PORTAL, one, kinds=kinds, flavor="mu") * Q2 * E
    value = value * card.source.flux(E * GeV)[1]
    mass = {"coherent": card.contents[0][0].mass, "protons": card.nuclei["H1 protons"].mass}[
        kinds[0]]
    E_N = np.maximum(E - Q2 * GeV / (2 * mass), 0.2 * (1 + 1e-9))
    far = decay_length(np.sqrt(E_N**2 - 0.04) * GeV, 0.2 * GeV, MU, "dirac")
    grid = np.geomspace(far.min(), far.max(), 400)
    value = value * np.interp(far, grid, mean_inside(geometry.Sphere(5 * m), grid))
    cells = value.reshape(bins, fine, bins, fine).sum(axis=(1, 3))
    return Q_edges, E_edges, cells / cells.sum()


def check_density(n):
    for target, one, kinds in (("C12", nucleus("C12", form_factor="fourier_bessel"), ("coherent",)),
                               ("H1 protons", "p", ("protons",))):
        e = drawn(n, targets=target)
        Q, E, expected = density(one, kinds)
        counts = np.histogram2d(e["Q2"], e["E_nu"], (Q, E))[0]
        assert counts.sum() > 0.999 * n
        assert gone(counts, expected) > RARE, target


def test_energy_and_momentum_transfer_follow_the_cross_section():
    check_density(50_000)


@pytest.mark.long
def test_energy_and_momentum_transfer_follow_the_cross_section_of_a_million():
    check_density(1_000_000)


def test_every_energy_and_momentum_is_conserved():
    e, M, m_C = drawn(targets="C12"), 0.2, drawn(targets="C12").header["struck"]["C12"]["mass_GeV"]
    left = e.neutrino

    def mass2(E, x, y, z):
        return E**2 - x**2 - y**2 - z**2

    N = [e[k] for k in ("E_N", "px_N", "py_N", "pz_N")]
    photon = [e[k] for k in ("E_gamma", "px_gamma", "py_gamma", "pz_gamma")]
    recoil = [e["E_nu"] + m_C - N[0], -N[1], -N[2], e["E_nu"] - N[3]]
    for got, wanted in ((mass2(*N), M**2), (mass2(*photon), 0), (mass2(*left.values()), 0),
                        (mass2(*recoil), m_C**2)):
        np.testing.assert_allclose(got, wanted, atol=1e-12 * m_C**2)
    np.testing.assert_allclose(e["Q2"], 2 * m_C * (recoil[0] - m_C), rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(e.length, e["time"] * e.momentum / e["E_N"] * 29.9792458, rtol=1e-9)


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
@pytest.mark.parametrize("spin", ["full", "helicity"])
def test_the_photon_follows_the_spin_of_a_dirac_n_and_is_isotropic_for_majorana(nature, spin):
    e = drawn(60_000, nature, targets="C12", spin=spin)
    n, side, out = rest(e)
    np.testing.assert_allclose(n**2 + side**2 + out**2, 1, rtol=1e-5)
    along, across = (1.0, 0.0) if spin == "helicity" else polarization(
        e["Q2"] * GeV**2, e["E_nu"] * GeV, 0.2 * GeV, scatterers(nucleus("C12"), "coherent")[0])
    A = -1.0 if nature == "dirac" else 0.0
    # the mean of a direction of density (1 + A.k)/4 pi is A/3
    for got, wanted in ((n, A * along / 3), (side, A * across / 3), (out, 0.0)):
        assert abs(pull(got - wanted, 0.0)) < 4.5
    if nature == "majorana" or spin == "helicity":
        edges = np.linspace(-1, 1, 21)
        flat = 0.5 * np.diff(edges) + 0.25 * A * np.diff(edges**2)
        assert gone(np.histogram(n, edges)[0], flat) > RARE
        assert gone(np.histogram(np.arctan2(out, side), np.linspace(-np.pi, np.pi, 21))[0],
                    np.full(20, 0.05)) > RARE
    share = np.mean(e["lepton"] > 0)
    assert share == 1 if nature == "dirac" else abs(share - 0.5) < 0.01


def test_the_spin_is_not_along_the_momentum():
    """At 0.4 GeV the full density matrix moves the photon by per cents; both limits agree where N
    is light."""
    heavy = [drawn(50_000, targets="C12", spin=s)["E_gamma"].mean() for s in ("full", "helicity")]
    assert 1.001 < heavy[0] / heavy[1] < 1.03
    light = [events.sample("miniboone", PORTAL.with_(M_N="5 MeV", mu=1e-6), 20_000, 3,
                           targets="C12", spin=s)["E_gamma"].mean() for s in ("full", "helicity")]
    assert light[0] == pytest.approx(light[1], rel=1e-3)


@pytest.mark.parametrize("volume", BODIES)
def test_the_way_out_is_that_of_the_body(volume):
    body, rng = geometry.read(volume), np.random.default_rng(5)
    e = drawn(4000, targets="C12", volume=volume, include_escaping=True)
    made, way = (np.stack([e[k] for k in ks], axis=-1) for ks in (
        ("x", "y", "z"), ("px_N", "py_N", "pz_N")))
    far = body.exit(made * cm, way) / cm
    np.testing.assert_array_equal(e["inside"], e.length <= far)
    # evenly made: of points as munu.detectors.geometry makes them
    other = body.sample(rng, 4000) / cm
    for got, wanted in zip((made**2).T, (other**2).T, strict=True):
        assert abs(np.mean(got) - np.mean(wanted)) < 5 * np.hypot(
            np.std(got), np.std(wanted)) / np.sqrt(4000)
    ends = np.stack([e[f"{k}_decay"] for k in "xyz"], axis=-1)
    assert np.all(body.inside(ends[e["inside"]] * cm * (1 - 1e-12)))


@pytest.mark.parametrize("volume", BODIES)
@pytest.mark.parametrize("mu", [MU, 30 * MU])
def test_as_many_are_inside_as_the_quadrature_says(volume, mu):
    e = drawn(20_000, mu=mu, volume=volume, include_escaping=True)
    share = e.expected_events / e.all_decays
    assert abs(np.mean(e["inside"]) - share) < 4.5 * np.sqrt(share * (1 - share) / len(e)) + 1e-4


def test_decays_inside_are_those_of_all_that_are_inside():
    """The forced draw against the plain one: same positions, lengths, energies."""
    forced, plain = drawn(50_000), drawn(100_000, include_escaping=True)
    at = plain["inside"]
    for key in ("E_N", "z", "z_decay", "x_decay", "pz_N", "time", "E_gamma"):
        a, b = forced[key], plain[key][at]
        edges = np.quantile(b, np.linspace(0, 1, 21))
        edges[0], edges[-1] = -np.inf, np.inf
        n, k = np.histogram(a, edges)[0], np.histogram(b, edges)[0]
        value = ((n * len(b) - k * len(a)) ** 2 / (n + k)).sum() / (len(a) * len(b))
        assert chi2.sf(value, 19) > RARE, key


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.3, 2.0])
def test_other_moments_without_drawing_again(factor):
    e = drawn(50_000)
    weights = e.reweight(factor * MU)
    other = events.run("miniboone", PORTAL.with_(mu=factor * MU)).header(1)["expected_events"]
    error = np.std(weights) * np.sqrt(len(e))
    assert abs(weights.sum() - other) < 4.5 * error
    assert error < 0.02 * other
    # not only the number: the spectrum
    again = drawn(50_000, mu=factor * MU)
    assert np.average(e["E_gamma"], weights=weights) == pytest.approx(
        again["E_gamma"].mean(), rel=0.03)


def test_the_sum_of_the_weights_is_the_rate():
    e = drawn(50_000)
    assert len(e) * e.weight == pytest.approx(e.expected_events, rel=1e-12)
    np.testing.assert_allclose(e.reweight(MU), e.weight, rtol=1e-12)
    assert drawn(4000, targets="C12", include_escaping=True).weight * 4000 == pytest.approx(
        drawn(4000, targets="C12", include_escaping=True).all_decays, rel=1e-12)
    shares = [np.mean(e["target"] == i) for i in range(3)]
    wanted = [x["expected_events"] / e.expected_events for x in e.header["by_target"].values()]
    np.testing.assert_allclose(shares, wanted, atol=0.01)


def test_slow_decays_are_drawn_as_fast_as_others():
    """mu^4 where the decay is slow, and decays evenly spread along what is left of the chord."""
    few, fewer = (events.run("miniboone", PORTAL.with_(mu=mu)).header(1)["expected_events"]
                  for mu in (1e-12, 1e-13))
    assert few / fewer == pytest.approx(1e4, rel=1e-4)
    e = drawn(20_000, mu=1e-13, targets="C12")
    body = geometry.Sphere(5 * m)
    far = body.exit(np.stack([e[k] for k in "xyz"], axis=-1) * cm,
                    np.stack([e[f"p{k}_N"] for k in "xyz"], axis=-1)) / cm
    assert gone(np.histogram(e.length / far, np.linspace(0, 1, 11))[0], np.full(10, 0.1)) > RARE


def test_a_seed_fixes_every_event_whatever_the_number_and_the_threads():
    long = drawn(BLOCK + 3000)
    for other in (events.sample("miniboone", PORTAL, BLOCK + 1000, 7),
                  events.sample("miniboone", PORTAL, BLOCK + 1000, 7, workers=3)):
        for key in long.columns:
            np.testing.assert_array_equal(other[key], long[key][:BLOCK + 1000], err_msg=key)
    another = events.sample("miniboone", PORTAL, 1000, 8)
    assert not np.intersect1d(another["E_nu"], long["E_nu"]).size
    # nor do two blocks share a number
    assert not np.intersect1d(long["E_nu"][:BLOCK], long["E_nu"][BLOCK:]).size


def test_cuts_keep_the_same_events_and_no_others():
    all_of_them, cut = drawn(20_000), drawn(20_000, E_gamma=("140 MeV", "1 GeV"),
                                            cos_theta=(-1.0, 0.9))
    at = (all_of_them["E_gamma"] >= 0.14) & (all_of_them["E_gamma"] <= 1) \
        & (all_of_them.cos_theta <= 0.9)
    assert 0 < at.sum() < len(at)
    for key in cut.columns:
        np.testing.assert_array_equal(cut[key], all_of_them[key][at], err_msg=key)
    assert cut.weight == all_of_them.weight and cut.header["n"] == 20_000


def test_flavors_of_beam_and_decay():
    every = {"flavors": "nu_e,nu_mu,nubar_e,nubar_mu", "targets": "C12"}
    e = events.sample("miniboone", PORTAL.with_(flavor="universal"), 20_000, 1, **every)
    assert set(e["flavor"]) == {12, 14, -12, -14}
    # three N, each with the neutrino of its own flavor, and anti-N of antineutrinos
    np.testing.assert_array_equal(e["lepton"], e["flavor"])
    np.testing.assert_array_equal(np.abs(e.pdg) - 9900000, np.abs(e["flavor"]))
    assert np.all((e.pdg > 0) == (e["flavor"] > 0))
    one = events.sample("miniboone", PORTAL.with_(flavor=(1.0, 1.0, 1.0)), 20_000, 1, **every)
    assert all(abs(np.mean(np.abs(one["lepton"]) == k) - 1 / 3) < 0.02 for k in (12, 14, 16))
    assert set(np.abs(one.pdg)) == {9900012}
    # of one moment the universal and the single flavor make the same of a beam of that flavor
    same = events.run("miniboone", PORTAL.with_(flavor="universal")).header(1)
    assert same["all_decays"] == pytest.approx(events.run("miniboone", PORTAL).header(1)[
        "all_decays"], rel=1e-12)


def test_antineutrinos_make_the_same_photons():
    """By CP: the spin and the asymmetry are both opposite."""
    a, b = (events.sample("miniboone", PORTAL, 50_000, 2, targets="C12", flavors=f,
                          E_min="0.5 GeV", E_max="0.6 GeV") for f in ("nu_mu", "nubar_mu"))
    assert abs(np.mean(rest(a)[0]) - np.mean(rest(b)[0])) < 0.012


def line(E_nu, volume="box:1m,1m,2m", n=1e30):
    """A line amid a flat spectrum of as many, on carbon and its electrons."""
    one = sources.get("monoenergetic", E_nu="1 GeV", flux="1 cm^-2 s^-1", flavor="mu")
    part = Component("beam", np.array([0.5, 1.0]) * E_nu, np.full((1, 2), 2 / E_nu / cm**2),
                     np.array([0.75 * E_nu]), np.array([[1 / cm**2]]))
    return Experiment(
        name="line", title="A line", exposure=1.0, flavors=("nu_mu",), window=(E_nu / 2, E_nu),
        source=replace(one, components={"beam": part}),
        body=geometry.read(volume), contents=((nucleus("C12"), n),), k_F=221 * MeV,
        chosen=("C12", "C12 electrons"))


def test_a_line_alone():
    """Every neutrino has one energy; the rate is the cross section times the flux."""
    source = sources.get("monoenergetic", E_nu="2 GeV", flux="1e5 cm^-2 s^-1", flavor="mu")
    card = Experiment(
        name="line", title="A line", exposure=1e7 * s, flavors=("nu_mu",),
        window=(2 * GeV, 2 * GeV), source=source, body=geometry.read("sphere:3m"),
        contents=((nucleus("C12"), 1e31),), k_F=0.0, chosen=("C12",))
    e = events.sample(card, PORTAL, 2000, 4)
    assert np.all(e["E_nu"] == 2) and e.header["beam"]["nu_mu"]["per_cm2"] == [
        pytest.approx(1e12)]
    rate = 1e31 * 1e12 * sigma(2 * GeV, PORTAL, nucleus("C12"), flavor="mu") / cm**2
    assert e.all_decays == pytest.approx(rate, rel=1e-5)


def test_a_line_and_electrons_and_high_energies():
    card = line(1e3 * GeV)
    e = events.sample(card, PORTAL.with_(mu=1e-7), 20_000, 4)
    assert set(e["target"]) == {0, 1} and np.all((e["E_nu"] >= 500) & (e["E_nu"] <= 1000))
    at = e["target"] == 0
    # coherently the cross section hardly knows the energy here
    assert abs(np.mean(e["E_nu"][at] == 750) - 0.5) < 0.05
    # of which the window is far from what double numbers lose by subtraction
    p2 = sum(e[f"p{k}_N"] ** 2 for k in "xyz")
    np.testing.assert_allclose(e["E_N"] ** 2 - p2, 0.04, atol=1e-8 * 1e6)
    struck = e["target"] == 1
    m_e = e.header["struck"]["C12 electrons"]["mass_GeV"]
    T = e["Q2"][struck] / (2 * m_e)
    recoil = (e["px_N"] ** 2 + e["py_N"] ** 2 + (e["E_nu"] - e["pz_N"]) ** 2)[struck]
    np.testing.assert_allclose(recoil, T * (T + 2 * m_e), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(("name", "mass", "mu", "alone"), [
    ("dune_nd", "0.1 GeV", 1e-9, {}), ("fasernu2", "1 GeV", 1e-7, {"channels": "decays"}),
    *(pytest.param(*more, marks=pytest.mark.long) for more in (
        ("sbnd", "0.1 GeV", 1e-8, {"dirt": "0 m"}),
        ("microboone", "0.1 GeV", 1e-8, {"dirt": "0 m"}),
        ("fasernu", "0.1 GeV", 1e-7, {"channels": "decays"}),
        ("flare", "0.3 GeV", 1e-7, {"channels": "decays"}),
        ("snd", "0.1 GeV", 1e-7, {"channels": "decays"})))])
def test_a_card_agrees_with_the_probe_of_its_name(name, mass, mu, alone):
    """The probe sums over angles, the events draw them: within the error of 20000."""
    portal, probe = DipolePortal(mu, mass, "mu", "dirac"), probes.get(name, **alone)
    setting = probe.setting
    least = setting.threshold if hasattr(setting, "threshold") else setting.energy[0]
    e = events.sample(name, portal, 20_000, 3, E_gamma=(least, None))
    components = probe.predict(portal).components.values()
    assert len(e) * e.weight == pytest.approx(sum(c.total for c in components), rel=0.01)


def test_records_travel_and_say_what_they_are():
    e = drawn(2000)
    again = pickle.loads(pickle.dumps(e))
    assert again.as_dict() == e.as_dict() and np.array_equal(again["x"], e["x"])
    run = pickle.loads(pickle.dumps(events.run("miniboone", PORTAL, 7)))
    np.testing.assert_array_equal(run.block(0, 10).columns["E_nu"], e["E_nu"][:10])
    assert f"2000 of {e.expected_events:.4g} expected in sphere:5m" in repr(e)
    frame = e.to_pandas() if _has("pandas") else None
    assert frame is None or (len(frame) == 2000 and frame.attrs["units"]["x"] == "cm")
    assert {"all_decays", "expected_events", "volume", "seed", "n", "mean"} <= set(e.as_dict())
    assert sum(row["inside"] for row in e.summary()) == 2000


def _has(name):
    from importlib.util import find_spec

    return find_spec(name) is not None


def test_what_is_closed_is_zero_events_and_says_why(caplog):
    for more, why in (({"targets": "electrons"}, "C12 electrons it takes neutrinos above 39.3"),
                      ({"portal": PORTAL.with_(M_N="9 GeV")}, "above threshold"),
                      ({"portal": PORTAL.with_(flavor="e")}, "couples to e"),
                      ({"portal": PORTAL.with_(mu=0.0)}, "nothing is made")):
        portal = more.pop("portal", PORTAL)
        e = events.sample("miniboone", portal, 100, **more)
        assert len(e) == 0 and e.expected_events == e.all_decays == e.weight == 0
        assert why in e.header["why"] and caplog.records[-1].getMessage() == e.header["why"]
        assert e.mean()["E_gamma_GeV"] is None and e.reweight(1e-9).size == 0


@pytest.mark.parametrize(("change", "said"), [
    ({"n": 0}, "n = 0 must be"), ({"n": 2.5}, "n = 2.5"), ({"n": np.nan}, "n = nan"),
    ({"n": 10**12}, "into memory"), ({"seed": -1}, "seed"), ({"seed": 1.5}, "seed"),
    ({"targets": "Xe"}, "no target"), ({"spin": "half"}, "no spin"),
    ({"E_gamma": ("2 GeV", "1 GeV")}, "2 to 1 GeV keeps no photon"),
    ({"cos_theta": (0.5, 2.0)}, "within -1 and 1"), ({"E_gamma": ("1 m", None)}, "kind"),
    ({"E_min": "10 MeV"}, "below the table"), ({"E_max": "12 GeV"}, "above the table"),
    ({"E_min": "9 GeV", "E_max": "1 GeV"}, "before they begin"), ({"exposure": 0.0}, "exposure"),
    ({"volume": "sphere:0m"}, "no size of a body"), ({"volume": "box:1m,1m"}, "sizes"),
    ({"volume": "ring:1m"}, "no body"), ({"flavors": "nu_x"}, "nu_x"), ({"volum": "x"}, "volume"),
    ({"couplings": PORTAL.with_(nature=None)}, "nature is needed"),
    ({"couplings": PORTAL.with_(M_N=0.0)}, "never decays"), ({"couplings": 1e-9}, "DipolePortal"),
    ({"experiment": "minibone"}, "miniboone"),
], ids=lambda x: x if isinstance(x, str) else "")
def test_bad_input_is_one_line(change, said):
    asked = {"experiment": "miniboone", "couplings": PORTAL, "n": 100, **change}
    with pytest.raises(MunuError, match=said) as found:
        events.sample(**asked)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize("mu", [-1.0, np.nan, True, 1.0, "1 GeV", [1e-9]])
def test_another_moment_must_be_one(mu):
    with pytest.raises(DomainError, match="mu"):
        drawn(2000).reweight(mu)
    with pytest.raises(DomainError, match="finite error"):
        drawn(4000, targets="C12", include_escaping=True).reweight(0.7 * MU)


def test_no_cell_is_denser_than_its_most_and_the_spin_is_that_of_the_process():
    """What would be cut off is counted by the kernel; its spin is between nodes of the form
    factors."""
    for run in (events.run("miniboone", PORTAL, targets=("coherent", "protons", "neutrons")),
                events.run("miniboone", PORTAL.with_(M_N="10 MeV")),
                events.run(line(1e3 * GeV), PORTAL)):
        cells, (body, a, turn, longest), width, _, _ = run._ready
        n = 40_000
        tries, above = _kernel.produce(
            np.random.Generator(np.random.SFC64(1)), cells.cells, cells.classes,
            cells.coefficients, (run.couplings.M_N, width), body, a, turn, longest, False, True,
            made := np.empty((n, 11)), which := np.empty(n, dtype=np.uint8))
        assert above == 0 and tries < 4 * n
        for c, kind in enumerate(run.kinds):
            at = made[which == c]
            spin = polarization(2 * kind.scatterer.mass * at[:, 1], at[:, 0], run.couplings.M_N,
                                kind.scatterer)
            np.testing.assert_allclose(at[:, 9:].T, spin, atol=3e-5)
