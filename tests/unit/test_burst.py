"""The neutronization burst and the detectors that see it: laws, units, refusals."""

import json
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from munu import flavors, sources
from munu.detectors import Efficiency, supernova
from munu.detectors.supernova import Detector, counts, cross_section, sigma_ibd, water
from munu.errors import DomainError, UnknownName
from munu.sources import burst
from munu.units import MeV, cm, erg, kpc, ms, s, tonne

WINDOW = "-10ms:50ms"
EDGES = np.arange(0, 101) * MeV


@pytest.fixture(scope="module")
def made():
    return burst.burst()


def steady(L=(1e52, 2e52, 3e52), E_mean=(9.0, 12.0, 14.0), alpha=(4.0, 3.0, 2.5)):
    """A burst that does not change for 20 ms."""
    t = np.array([0.0, 5.0, 20.0]) * ms
    return burst.Burst("steady", t, *(np.outer(x, np.ones(3)) * u for x, u in (
        (L, erg / s), (E_mean, MeV), (alpha, 1.0))))


@given(st.floats(0.5, 40), st.floats(0, 12))
def test_a_spectrum_has_the_norm_and_the_mean_that_it_says(mean, alpha):
    def moment(k):
        top = mean * 60 / (alpha + 1) ** 0.5
        cuts = [0, mean / 4, mean, 2 * mean, 4 * mean, top]
        return sum(quad(lambda E: E**k * float(burst.alpha_spectrum(
            E * MeV, mean * MeV, alpha)) * MeV, a, b, epsabs=1e-13)[0]
            for a, b in pairwise(cuts))

    assert moment(0) == pytest.approx(1, rel=1e-7)
    assert moment(1) == pytest.approx(mean, rel=1e-7)
    # <E^2>/<E>^2 = (2 + alpha)/(1 + alpha) is what alpha means
    assert moment(2) == pytest.approx(mean**2 * (2 + alpha) / (1 + alpha), rel=1e-7)


def test_a_spectrum_begins_at_zero_energy_with_what_its_power_says():
    f = [float(burst.alpha_spectrum(0.0, 10 * MeV, a)) * MeV for a in (0.0, 1e-3, 3.0)]
    assert f == pytest.approx([0.1, 0.0, 0.0])


def test_a_steady_star_shines_by_its_luminosity():
    """The energy that leaves is L times the time, the number that over the mean energy."""
    one, E = steady(), np.linspace(0, 300, 6001) * MeV
    sphere = 4 * np.pi * (10 * kpc) ** 2
    F = one.fluence(E, (2 * ms, 12 * ms), 10 * kpc) * sphere
    L = np.array([1, 3, 3, 2, 3, 3]) * 1e52 * erg / s * 10 * ms
    assert np.trapezoid(F * E, E) == pytest.approx(L, rel=1e-6)
    mean = np.array([9, 14, 14, 12, 14, 14]) * MeV
    assert np.trapezoid(F, E) == pytest.approx(L / mean, rel=1e-6)


def test_the_table_emits_the_energy_of_its_luminosities(made):
    E = np.linspace(0, 150, 6001) * MeV
    sphere = 4 * np.pi * kpc**2
    F = made.fluence(E, WINDOW, kpc) * sphere
    inside = (made.t >= -10 * ms) & (made.t <= 50 * ms)
    L = np.trapezoid(made.L[:, inside], made.t[inside])
    assert np.trapezoid(F * E, E) == pytest.approx(L[[0, 2, 2, 1, 2, 2]], rel=1e-4)


def test_the_rate_in_time_integrates_to_the_fluence(made):
    E, t = np.array([5.0, 10.0, 20.0]) * MeV, np.linspace(4, 12, 1601) * ms
    rate = made.number_rate(E, t)
    assert rate.shape == (6, t.size, E.size)
    expected = made.fluence(E, (4 * ms, 12 * ms), kpc) * 4 * np.pi * kpc**2
    assert np.trapezoid(rate, t, axis=1) == pytest.approx(expected, rel=1e-4)


def test_windows_add_up_and_distance_dilutes(made):
    E = np.linspace(1, 40, 14) * MeV
    whole = made.fluence(E, WINDOW, "10kpc")
    parts = made.fluence(E, "-10ms:3.3ms", "10kpc") + made.fluence(E, "3.3ms:50ms", 10 * kpc)
    assert parts == pytest.approx(whole, rel=1e-4)
    assert made.fluence(E, WINDOW, "20kpc") == pytest.approx(whole / 4, rel=1e-12)


def test_before_it_switches_on_a_species_is_exactly_dark(made):
    rate = made.number_rate(np.array([0.0, 10.0]) * MeV, np.array([-5.0, 0.0]) * ms)
    assert np.all(rate[0, :, 1] > 0)
    assert np.all(rate[1:] == 0)


def test_neutrinos_of_one_kind_are_alike(made):
    F = made.fluence(np.array([10.0]) * MeV, WINDOW, kpc)[:, 0]
    assert F[1] == F[2] == F[4] == F[5]
    assert len({F[0], F[1], F[3]}) == 3


@given(st.floats(0, 1), st.floats(0, 1))
def test_conversion_keeps_the_number_and_mixes_as_said(p, pbar):
    F = np.array([[5.0], [2.0], [2.0], [3.0], [2.0], [2.0]])
    out = burst.arriving(F, burst.adiabatic(p, pbar))[:, 0]
    assert out[:3].sum() == pytest.approx(9) and out[3:].sum() == pytest.approx(7)
    assert out[0] == pytest.approx(5 * p + 2 * (1 - p))
    assert out[1] + out[2] == pytest.approx(5 * (1 - p) + 2 * (1 + p))
    assert out[3] == pytest.approx(3 * pbar + 2 * (1 - pbar))


def test_probabilities_may_depend_on_energy_and_run_from_initial_to_final():
    P = np.zeros((2, 6, 6))
    P[0] = np.eye(6)
    P[1, 0, 3] = 1.0
    out = burst.arriving(np.array([[4.0, 4.0]] + [[0.0, 0.0]] * 5), P)
    assert out.tolist()[0] == [4, 0] and out.tolist()[3] == [0, 4]


def test_the_source_is_the_fluence(made):
    one = sources.get("burst", distance="5kpc", window="-5ms:20ms")
    E = np.array([3.0, 10.0, 31.0]) * MeV
    assert one.per == "event" and flavors.SIX[3] == "nubar_e"
    assert one.flux(E) == pytest.approx(made.fluence(E, "-5ms:20ms", 5 * kpc), rel=1e-12)
    assert burst.source(distance=5 * kpc).flux(E) == pytest.approx(
        made.fluence(E, WINDOW, "5kpc"), rel=1e-12)
    assert one.papers[0] == "Huedepohl2010"


def test_totals_of_an_alpha_fit():
    one = burst.alpha_fit(np.arange(6) * 1e52 * erg, 12 * MeV, 2.5)
    E = np.linspace(0, 300, 6001) * MeV
    assert np.trapezoid(one.number(E) * E, E) / (1e52 * erg) == pytest.approx(
        np.arange(6), rel=1e-6)


@pytest.mark.parametrize(("call", "said"), [
    (lambda b: b.fluence([MeV], WINDOW, -1 * kpc), "distance"),
    (lambda b: b.fluence([MeV], WINDOW, "0kpc"), "distance"),
    (lambda b: b.fluence([MeV], "50ms:-10ms", kpc), "end after it begins"),
    (lambda b: b.fluence([MeV], "5ms:5ms", kpc), "end after it begins"),
    (lambda b: b.fluence([MeV], "-20ms:50ms", kpc), "known from -10 to 300 ms"),
    (lambda b: b.fluence([MeV], "0ms:301ms", kpc), "known from -10 to 300 ms"),
    (lambda b: b.fluence([MeV], "50ms", kpc), "two times"),
    (lambda b: b.fluence([MeV], "1kpc:2kpc", kpc), "ms"),
    (lambda b: b.fluence([-MeV], WINDOW, kpc), "E_nu"),
    (lambda b: b.number_rate([MeV], [301 * ms]), "known from"),
    (lambda b: burst.alpha_spectrum(MeV, 0.0, 2.0), "above 0"),
    (lambda b: burst.alpha_spectrum(MeV, MeV, -1.0), "alpha"),
    (lambda b: burst.alpha_fit(1.0, [1.0, 2.0], 2.0), "one number"),
    (lambda b: burst.alpha_fit(1.0, 0.0, 2.0), "above 0"),
    (lambda b: burst.adiabatic(1.2, 0), "p = 1.2 must be at most 1"),
    (lambda b: burst.arriving(np.ones((6, 2)), np.ones((6, 6))), "sum to"),
    (lambda b: burst.arriving(np.ones((6, 2)), np.eye(3)), "P has the shape"),
    (lambda b: burst.Burst("x", [0.0], b.L, b.E_mean, b.alpha), "at least two"),
    (lambda b: burst.Burst("x", b.t, b.L[:2], b.E_mean, b.alpha), "species by times"),
    (lambda b: burst.Burst("x", b.t, -b.L, b.E_mean, b.alpha), "below"),
    (lambda b: burst.burst("garching"), "garching_8p8"),
    (lambda b: sources.get("burst", distance="-1kpc"), "distance"),
    (lambda b: sources.get("burst", mass="1 t"), "no option"),
    (lambda b: cross_section("ibd", [101 * MeV]), "up to 100 MeV"),
    (lambda b: cross_section("idb", [MeV]), "ibd"),
    (lambda b: sigma_ibd(-MeV), "E_nu"),
    (lambda b: water("x", "0 t"), "above 0"),
    (lambda b: Detector("x", {"proton": 0.0}), "above 0"),
    (lambda b: counts("icecube", "ibd", EDGES, np.ones((6, 100))), "no detector"),
    (lambda b: counts("juno", "nu_e_argon", EDGES, np.ones((6, 100))), "ibd"),
    (lambda b: counts("juno", "ibd", EDGES, np.ones((6, 99))), "must be \\(6, 100\\)"),
    (lambda b: counts("juno", "ibd", EDGES, -np.ones((6, 100))), "fluence"),
    (lambda b: counts("juno", "ibd", EDGES[::-1], np.ones((6, 100))), "increase"),
    (lambda b: counts("juno", "ibd", EDGES, np.ones((6, 100)), efficiency=2.0), "0, 1"),
    (lambda b: counts("juno", "ibd", EDGES, np.ones((6, 100)), threshold="-1MeV"), "threshold"),
])
def test_what_cannot_be_is_refused_in_one_line(made, call, said):
    with pytest.raises((DomainError, UnknownName), match=said) as caught:
        call(made)
    assert "\n" not in str(caught.value)


def test_inverse_beta_decay_opens_at_its_threshold():
    assert float(sigma_ibd(1.8 * MeV)) == 0 and float(sigma_ibd(0.0)) == 0
    assert float(sigma_ibd(1.81 * MeV)) > 0


def test_the_formula_agrees_with_the_table():
    E = np.linspace(5, 60, 12) * MeV
    assert cross_section("ibd_formula", E)[3] == pytest.approx(cross_section("ibd", E)[3],
                                                               rel=0.02)


@pytest.mark.parametrize("channel", list(supernova.CHANNELS))
def test_a_channel_reacts_with_its_own_neutrinos_alone(channel):
    sigma = cross_section(channel, np.linspace(0, 100, 201) * MeV)
    reacts = [c is not None for c in supernova.CHANNELS[channel].columns]
    assert np.all(sigma >= 0) and np.all(sigma[:, 0] == 0)
    assert (sigma.max(axis=1) > 0).tolist() == reacts


def test_electrons_scatter_nu_mu_as_nu_tau():
    sigma = cross_section("electron", [10 * MeV])[:, 0]
    assert sigma[1] == sigma[2] and sigma[4] == sigma[5]
    assert sigma[0] > sigma[3] > sigma[1] > sigma[4]


def fluence(E):
    return np.ones((6, len(E))) * 1e10 / cm**2 / MeV * np.exp(-E / (8 * MeV))


def test_a_function_and_its_values_at_the_middles_agree():
    fine = np.linspace(0, 60, 1201) * MeV
    one = counts("hyper_kamiokande", "ibd", fine, fluence)
    other = counts("hyper_kamiokande", "ibd", fine, fluence(0.5 * (fine[1:] + fine[:-1])))
    assert one.sum() == pytest.approx(other.sum(), rel=1e-4)


def test_counts_do_not_depend_on_the_bins():
    fine = counts("dune", "nu_e_argon", np.arange(0, 61) * MeV, fluence)
    coarse = counts("dune", "nu_e_argon", np.array([0, 20, 60]) * MeV, fluence)
    assert coarse == pytest.approx([fine[:20].sum(), fine[20:].sum()], rel=1e-6)


def test_threshold_and_efficiency_take_their_share():
    whole = counts("juno", "ibd", EDGES, fluence)
    assert counts("juno", "ibd", EDGES, fluence, threshold="20MeV") == pytest.approx(
        np.where(EDGES[:-1] >= 20 * MeV, whole, 0), rel=1e-6)
    assert counts("juno", "ibd", EDGES, fluence, efficiency=0.5) == pytest.approx(whole / 2)
    step = Efficiency(np.array([0, 100]) * MeV, np.array([0.25, 0.25]))
    assert counts("juno", "ibd", EDGES, fluence, efficiency=step) == pytest.approx(whole / 4)


def test_a_threshold_inside_a_bin_cuts_it_there():
    two = counts("juno", "ibd", np.array([10, 13.3, 20]) * MeV, fluence)
    one = counts("juno", "ibd", np.array([10, 20]) * MeV, fluence, threshold=13.3 * MeV)
    assert one == pytest.approx(two[1:], rel=1e-6)


@pytest.mark.parametrize("channel", ["ibd", "ibd_formula"])
@pytest.mark.parametrize("sigma", [None, 3.0, 0.3, 0.03, 1e-3])
def test_one_bin_of_true_energy_is_as_good_as_many(channel, sigma):
    """The integral resolves the smearing and the bins, whatever range it is asked over."""
    def fluence(E):
        return np.stack([(E / MeV) ** 2.3 * np.exp(-0.275 * E / MeV) / MeV / cm**2 * 1e8] * 6)

    smearing = None if sigma is None else lambda E: sigma * MeV + 0 * E
    one, many = (counts("juno", channel, np.linspace(0, 100, n + 1) * MeV, fluence,
                        smearing=smearing, seen=np.linspace(5, 60, 56) * MeV) for n in (1, 4000))
    np.testing.assert_allclose(one, many, rtol=1e-5)


def test_smearing_moves_events_and_loses_none():
    seen = np.arange(-40, 160) + 40.0
    whole = counts("juno", "ibd", EDGES, fluence).sum()
    narrow = counts("juno", "ibd", EDGES, fluence, smearing=lambda E: 1e-3 * MeV + 0 * E)
    assert narrow == pytest.approx(counts("juno", "ibd", EDGES, fluence), rel=2e-3, abs=1e-3)
    wide = counts("juno", "ibd", EDGES, fluence, smearing=lambda E: 0.1 * E, seen=seen * MeV)
    assert wide.shape == (199,)
    assert wide.sum() == pytest.approx(whole, rel=1e-6)
    cut = counts("juno", "ibd", EDGES, fluence, smearing=lambda E: 0.1 * E, seen=seen * MeV,
                 threshold=20 * MeV, efficiency=0.5)
    assert cut == pytest.approx(np.where(seen[:-1] >= 20, wide / 2, 0), rel=1e-9)


def test_targets_grow_with_the_mass():
    one, ten = (water("x", m * tonne).targets for m in (1, 10))
    assert ten["proton"] == pytest.approx(10 * one["proton"])
    assert one["electron"] == pytest.approx(5 * one["proton"])


CODE = """
import json
import numpy as np
from munu.detectors.supernova import cross_section, counts, sigma_ibd
from munu.sources import burst
from munu.units import *
b = burst.burst()
E = np.array([5.0, 15.0]) * MeV
F = lambda x: b.fluence(x, "-5ms:20ms", "10kpc")
print(json.dumps({
    "spectrum": (burst.alpha_spectrum(E, 11 * MeV, 3.0) * MeV).tolist(),
    "rate": (b.number_rate(E, [6 * ms]) * s * MeV).ravel().tolist(),
    "fluence": (F(E) * cm**2 * MeV).ravel().tolist(),
    "flux": (burst.source().flux(E) * cm**2 * MeV).ravel().tolist(),
    "fit": (burst.alpha_fit(1e52 * erg, E[1], 2.0).fluence(E, kpc) * cm**2 * MeV).tolist(),
    "ibd": (sigma_ibd(E) / cm**2).tolist(),
    "sigma": (cross_section("electron", E) / cm**2).tolist(),
    "counts": [float(counts(d, c, np.arange(0, 61) * MeV, F, threshold=5 * MeV).sum())
               for d, c in (("dune", "nu_e_argon"), ("hyper_kamiokande", "electron"))],
    "smeared": counts("juno", "ibd", np.arange(0, 61, 5) * MeV, F,
                      smearing=lambda x: 0.1 * x).tolist(),
}))
"""


def test_units_shaken():
    one, other = (json.loads(subprocess.run(
        [sys.executable, "-c", CODE], env={**os.environ, "MUNU_MEV": mev}, check=True,
        capture_output=True, text=True).stdout) for mev in ("1", "7.3891"))
    for name in one:
        np.testing.assert_allclose(other[name], one[name], rtol=1e-9, atol=0, err_msg=name)
