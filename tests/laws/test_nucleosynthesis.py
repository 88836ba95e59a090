"""Helium and deuterium of the early Universe, and the limit that they make."""

import pickle
from pathlib import Path

import numpy as np
import pytest

import munu
from munu import _data, probes
from munu.errors import DomainError
from munu.rates import freeze_out, late_decay
from munu.rates import nucleosynthesis as nuclei
from munu.ray import Ray
from munu.units import GeV, MeV, eV, keV, s

FROZEN = Path(__file__).parent / "frozen"
TABLES = [f"nucleosynthesis/{n}" for n in _data.names("nucleosynthesis")]


def frozen(name):
    return _data.read(FROZEN / f"{name}.ecsv")


# ---- tables ------------------------------------------------------------------------------------

def test_the_standard_case():
    """Omega_b h^2 = 0.02242: PRIMAT and LINX give Y_p = 0.2470 and D/H = 2.436e-5."""
    eta = 0.02242 / 0.02236 * 6.120e-10
    assert nuclei.helium(eta) == pytest.approx(0.2470, abs=5e-5)
    assert nuclei.deuterium(eta) == pytest.approx(2.436e-5, rel=2e-3)


def test_points_between_the_nodes_are_met():
    held = frozen("nucleosynthesis")
    for made, name, error in zip((nuclei.helium, nuclei.deuterium), ("Y_p", "D_H"),
                                 nuclei.INTERPOLATION["standard"], strict=True):
        np.testing.assert_allclose(made(held["eta"], held["delta"]), held[name], rtol=error)


def test_another_network_gives_the_same():
    """LINX, with reactions of the same year: closer than what the rates leave open."""
    other = frozen("nucleosynthesis_linx")
    for made, name, error in ((nuclei.helium, "Y_p", 1e-3), (nuclei.deuterium, "D_H", 5e-3)):
        np.testing.assert_allclose(made(other["eta"], other["delta"]), other[name], rtol=error)


def test_more_radiation_makes_more_of_both_and_more_baryons_less_deuterium():
    delta, eta = np.linspace(0, 6, 61), np.linspace(4.0e-10, 8.0e-10, 41)
    assert np.all(np.diff(nuclei.helium(6.12e-10, delta)) > 0)
    assert np.all(np.diff(nuclei.deuterium(6.12e-10, delta)) > 0)
    assert np.all(np.diff(nuclei.helium(eta, 0.5)) > 0)
    assert np.all(np.diff(nuclei.deuterium(eta, 0.5)) < 0)


def test_N_between_the_nodes():
    """The change in ln, within what is said of it or a thousandth, and closer on the whole."""
    held, off = frozen("late_decays"), []
    standard = np.array([nuclei.helium(), nuclei.deuterium()])
    assert {x["nature"] for x in held.rows()} == {"dirac", "majorana"}
    for x in held.rows():
        made = nuclei.with_decays(x["tau"], x["Y_N"], x["M_N"], x["nature"], photons=False)
        found = np.log(made / standard)
        for got, name, error in zip(found, ("Y_p", "D_H"), nuclei.INTERPOLATION["late_decays"],
                                    strict=True):
            assert abs(got - x[name]) < error * abs(x[name]) + 1e-3, x
            off.append((got - x[name]) / max(abs(x[name]), 5e-3))
    assert np.sqrt(np.mean(np.square(off))) < nuclei.SPREAD


def test_the_table_begins_where_radiation_ends():
    table = _data.load("nucleosynthesis/late_decays")
    assert table["M_N"].min() == pytest.approx(nuclei.LIGHTEST, rel=1e-12)


def test_what_photons_break_is_what_the_whole_chain_breaks():
    """Integrated over temperature, against ACROPOLIS from a decaying particle to abundances."""
    for x in frozen("photodisintegration").rows():
        helium, ratio = 4 * x["He4"], x["d"] / x["p"]
        found = nuclei.after_photons(helium, ratio, (x["He3"] + x["t"]) / x["p"], x["tau"], x["E"],
                                     x["Y_N"])
        expected = 4 * x["He4_after"], x["d_after"] / x["p_after"]
        for got, want, before, error in zip(found, expected, (helium, ratio),
                                            nuclei.INTERPOLATION["photodisintegration"],
                                            strict=True):
            assert abs(np.log(got / want)) < error * max(abs(np.log(want / before)), 0.05), x


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_the_script_that_makes_it(name):
    made = Path(__file__).parents[2] / _data.load(name).meta["made"]
    assert made.is_file() and Path(name).name in made.read_text()


# ---- laws --------------------------------------------------------------------------------------

def test_photons_below_the_deuteron_break_nothing():
    tau = np.geomspace(1e3, 1e12, 7) * s
    assert np.all(nuclei.broken(tau, 2.2 * MeV) == 0)
    assert np.all(nuclei.broken(tau, 2.2 * MeV, "He4_pt") == 0)
    assert np.all(nuclei.broken(tau[2:], 2.4 * MeV) > 0)
    assert np.all(nuclei.broken(tau, 19 * MeV, "He4_pt") == 0)


def test_a_deuteron_alone_is_broken_as_an_exponential():
    """Below 5.5 MeV no other nucleus is: D/H falls as e^-X, its protons apart."""
    tau, E, Y = 1e6 * s, 4 * MeV, 1e-11
    _, after = nuclei.after_photons(0.247, 2.4e-5, 1e-5, tau, E, Y)
    assert after / 2.4e-5 == pytest.approx(np.exp(-Y * nuclei.broken(tau, E)), rel=1e-4)


def test_helium_that_is_broken_leaves_deuterium():
    X = nuclei.broken(1e8 * s, 60 * MeV, "He4_nHe3")
    helium, deuterium = nuclei.after_photons(0.247, 2.4e-5, 1e-5, 1e8 * s, 60 * MeV, 0.05 / X)
    assert helium < 0.247 * 0.98 and deuterium > 10 * 2.4e-5


def test_decays_too_early_to_matter_change_nothing():
    standard = nuclei.helium(), nuclei.deuterium()
    for M_N in (30 * MeV, 200 * MeV):
        made = nuclei.with_decays(1e-3 * s, 5e-3, M_N, "majorana")
        np.testing.assert_allclose(made, standard, rtol=5e-4)


def test_few_N_are_none():
    standard = nuclei.helium(), nuclei.deuterium()
    made = nuclei.with_decays(np.array([1e5, 1e8]) * s, 1e-18, 100 * MeV, "dirac")
    np.testing.assert_allclose(made, np.array(standard)[:, None] * [1, 1], rtol=2e-4)


def test_what_decays_in_the_dark_dilutes():
    """1 MeV makes photons that break nothing: at one lifetime deuterium falls with the number."""
    Y = np.geomspace(1e-7, 1e-3, 12)
    _, D_H = nuclei.with_decays(1e6 * s, Y, 1 * MeV, "majorana")
    assert np.all(np.diff(D_H) < 0) and D_H[-1] < 0.8 * D_H[0]


# ---- the probe ---------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def bbn():
    return probes.get("bbn")


def limit(probe, M_N=0.0, flavor="e", nature=None):
    return munu.limit(probe, M_N=M_N, flavor=flavor, nature=nature, expected=False)


def test_without_a_mass_it_is_delta_N_eff(bbn):
    mu = np.array([1e-12, 1e-11, 1e-10])
    made = bbn.setting.abundances(Ray.portal(0.0, "universal"), mu, 0) / [1e2, 1e5]
    delta = [freeze_out.delta_N_eff(float(x), 3, T_RH=100 * GeV) for x in mu]
    np.testing.assert_allclose(made[:, 0], nuclei.helium(6.12e-10, delta), rtol=1e-6)
    np.testing.assert_allclose(made[:, 1], nuclei.deuterium(6.12e-10, delta), rtol=1e-6)


def test_three_moments_of_dirac_neutrinos_are_three_species(bbn):
    mu = np.array([3e-12, 3e-11])
    three = bbn.setting.abundances(Ray.dirac(np.eye(3)), mu, 0)
    np.testing.assert_allclose(three, bbn.setting.abundances(Ray.portal(0.0), mu, 0), rtol=1e-12)
    one = bbn.setting.abundances(Ray.dirac(np.full((3, 3), 1 / 3)), mu, 0)
    np.testing.assert_allclose(one, bbn.setting.abundances(Ray.portal(0.0, "e"), mu, 0), rtol=1e-12)


def test_a_light_N_is_one_without_a_mass(bbn):
    at_zero = limit(bbn).value
    for M_N in (1 * eV, 100 * eV):
        assert limit(bbn, M_N, nature="dirac").value == pytest.approx(at_zero, rel=1e-3)


def test_three_N_in_equilibrium_are_followed(bbn):
    """The largest moment that is followed lets them decouple late, when they are a tenth."""
    three, one = (limit(bbn, 30 * MeV, flavor, "dirac").value for flavor in ("universal", "e"))
    assert three < one


def test_masses_go_over_into_each_other(bbn):
    """No step at the lightest mass of the table, nor at the lifetime where decays are left."""
    ray = Ray.portal(np.array([0.0499, 0.0501]) * MeV, "e", "majorana")
    for mu in (1e-12, 1e-11, 1e-10):
        a, b = (bbn.setting.abundances(ray, np.array([mu]), j)[0] for j in (0, 1))
        np.testing.assert_allclose(a, b, rtol=1e-2)
    for M_N in (1 * MeV, 3 * MeV):
        a, b = (nuclei.with_decays(t * s, 1e-5, M_N, "majorana") for t in (9.9e3, 1.01e4))
        np.testing.assert_allclose(a, b, rtol=1e-2)


def test_less_reheating_a_weaker_limit():
    hot, cold = (limit(probes.get("bbn", T_RH=t)).value for t in ("100 GeV", "1 GeV"))
    assert hot < cold


def test_a_tension_without_a_moment_prefers_none(bbn):
    """Errors grown by the root of chi^2/2: a point that fits at will does not exclude 0."""
    plain = probes.get("bbn", scale=False)
    assert bbn.setting.grown > 1 and plain.setting.grown == 1
    assert limit(plain).value < limit(bbn).value
    off = (bbn.measured.values - bbn.setting.standard) / bbn.measured.errors
    assert np.all(np.abs(off) < 2)
    for M_N in (100 * MeV, 500 * MeV):
        found = limit(bbn, M_N, nature="dirac")
        assert not found.contains(M_N, 1e-20) and not found.contains(M_N, 2.9e-10)
        assert found.contains(M_N, 1e-16) and np.isfinite(found.excluded[0][-1].high)


def test_an_N_that_decays_early_is_allowed_again(bbn):
    """At 30 MeV from photons that break nuclei to lifetimes of about a tenth of a second."""
    found = limit(bbn, 30 * MeV, nature="majorana")
    (island, *_) = found.excluded[0]
    assert island.low < 1e-14 and np.isfinite(found.excluded[0][-1].high)
    from munu.processes.radiative_decay import lifetime
    assert 0.02 * s < lifetime(30 * MeV, found.excluded[0][-1].high, "majorana") < 2 * s


def test_what_is_asked_wrongly_is_said_in_one_line(bbn):
    for made, said in (
            (lambda: limit(bbn, 10 * MeV), "nature is needed here"),
            (lambda: probes.get("bbn", eta=1e-9), "eta must lie between"),
            (lambda: probes.get("bbn", eta_error=1e-12), "give eta too"),
            (lambda: probes.get("bbn", T_RH="3 MeV"), "at least 4 MeV"),
            (lambda: limit(probes.get("bbn", T_RH="10 MeV"), 10 * MeV, nature="dirac"),
             "at least 20 MeV"),
            (lambda: munu.limit(bbn, "emu=1"), "vassh_2015"),
            (lambda: munu.limit(bbn, "q"), "moments to N"),
            (lambda: munu.limit([bbn, probes.get("bbn")]), "same data"),
            (lambda: munu.limit([bbn, probes.get("n_eff", bound="total")]), "same data"),
            (lambda: bbn.predict(munu.DipolePortal(1e-9, 0.0)), "must be at most"),
            (lambda: nuclei.with_decays(1 * s, 1e-3, 10 * keV, "dirac"), "give light"),
            (lambda: nuclei.broken(1e6 * s, 1 * GeV), "at most 474 MeV"),
            (lambda: nuclei.helium(6e-10, -0.1), "Delta N_eff must lie")):
        with pytest.raises(DomainError, match=said):
            made()


def test_a_prediction_is_the_standard_one_and_a_change(bbn):
    made = bbn.predict(munu.DipolePortal(0.0, 0.0))
    assert made.components["change"].values.tolist() == [0.0, 0.0]
    made = pickle.loads(pickle.dumps(bbn)).predict(munu.DipolePortal(1e-11, 0.0))
    assert np.all(made.components["change"].values > 0)
    assert made.components["standard"].values == pytest.approx([24.7, 2.44], rel=1e-2)


def test_the_largest_moment_is_the_end_of_what_is_looked_at(bbn):
    found = munu.limit(bbn, "mu", flavor=(0, 2, 0), expected=False)
    assert found.value < late_decay.largest_moment() / 2
