"""What the early Universe makes of an N that decays to a neutrino and a photon."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu.errors import DomainError
from munu.media import early_universe
from munu.processes import radiative_decay
from munu.rates import _expansion, _relic, freeze_out, late_decay
from munu.units import GeV, MeV, eV, keV, s

MU = np.array([1e-12, 1e-11, 1e-10, 2.9e-10])


def followed(M, width, Y, p, *, dirac=False, back=False):
    """N of a number over entropy at 20 MeV, with momentum p there; no charges, and no inverse."""
    heavy = _relic.Heavy(np.array([M]), np.zeros(1), np.array([width]), 4 if dirac else 2, 1, 0.0,
                         back)
    T, unit = 20 * MeV, (2 * np.pi**2 / 45 * 10.75) ** (1 / 3) * 20 * MeV
    steps = []
    Y = np.array([[Y], [0.0]]) if dirac else np.array([[Y]])
    end = _expansion.follow(heavy, _expansion.begin(1, T, Y, Y * p / unit), steps)
    return end, steps


def column(steps, of, name):
    return np.array([getattr(x[of], name).sum() for x in steps])


def test_nothing_decays_and_everything_stays():
    """Entropy, neutrinos, the number of N and its momentum: to the last digit."""
    _, steps = followed(MeV, 0.0, 3e-3, 40 * MeV)
    free = column(steps, 0, "together") == 0
    for name in ("S", "U", "n", "P"):
        held = column(steps, 0, name)[free]
        np.testing.assert_allclose(held, held[0], rtol=1e-12, err_msg=name)
    held = column(steps, 0, "S")[~free]
    np.testing.assert_allclose(held, held[0], rtol=1e-12)


@pytest.mark.parametrize("dirac", [True, False])
@pytest.mark.parametrize(("M", "tau"), [(MeV, 1884 * s), (10 * MeV, 21 * s), (30 * keV, 1e9 * s)])
def test_photons_and_neutrinos_have_what_N_had(M, tau, dirac):
    """The first law: what a comoving volume loses is the work of its pressure, all together."""
    _, steps = followed(M, 1 / tau, 5e-3, 40 * MeV, dirac=dirac)
    a = np.exp(column(steps, 0, "x"))
    bath, nu, N, T = (column(steps, 1, k) for k in ("bath", "nu", "N", "T"))
    q = np.array([np.where(z.n > 0, d.q, 0.0).max() for z, d in steps])
    p_N = N * (q / a) ** 2 / (3 * ((q / a) ** 2 + M**2))
    m = _expansion._thermal.electron_mass()
    rho, entropy = _expansion._thermal.electrons()[0](np.log(m / T))
    pressure = entropy * T**4 - rho * T**4 + nu / 3 + p_N
    volume = a**3
    change = np.diff((bath + nu + N) * volume)
    work = -0.5 * (pressure[1:] + pressure[:-1]) * np.diff(volume)
    inside = (T[1:] < 2 * MeV) & (T[:-1] < 2 * MeV)
    # beside all that was given off
    given = (column(steps, 0, "n")[:-1] * M)
    assert np.abs((change - work)[inside]).sum() < 1e-3 * np.abs(work[inside]).sum()
    assert given[0] > 0 and column(steps, 0, "n")[-1] < 1e-3 * given[0] / M


@pytest.mark.parametrize(("dirac", "M", "width", "share"), [
    (True, 10 * MeV, 1 / (1e4 * s), 0.5), (False, eV, 3e3 / s, 0.5), (True, eV, 3e3 / s, 1 / 3)])
def test_the_photon_has_half(dirac, M, width, share):
    """Of what N had at rest; of a fast right-handed Dirac N a third, since it goes backward."""
    _, steps = followed(M, width, 1e-6, 40 * MeV, dirac=dirac)
    n = column(steps, 0, "n")
    k = int(np.argmin(np.abs(n - 0.5 * n[0])))
    (z0, d0), (z1, d1) = steps[k], steps[k + 1]
    assert 2 * MeV > d0.T
    bath = ((z1.S - z0.S) * np.sqrt(d0.T * d1.T)).sum()
    both = bath + ((z1.U - z0.U) / np.exp(0.5 * (z0.x + z1.x))).sum()
    assert bath / both == pytest.approx(share, rel=3e-3)


def test_a_massless_N_is_a_right_handed_neutrino():
    """As freeze-out counts it, where it decouples long before neutrinos do."""
    M = np.array([0.0, 1e-3 * eV])[:, None]
    for nature in ("dirac", "majorana"):
        none, light = late_decay.delta_N_eff(M, MU[:2], nature, 3)
        np.testing.assert_allclose(none, light, rtol=1e-6)
        np.testing.assert_allclose(
            none, [freeze_out.delta_N_eff(mu, 3, T_RH=100 * GeV) for mu in MU[:2]], rtol=5e-3)


def test_a_nature_has_its_states():
    """Far above M_N a Dirac N has two states, as many as a Majorana one; at rest twice as many."""
    light = [late_decay.relic(keV, 1e-11, n) for n in ("dirac", "majorana")]
    assert light[0] == pytest.approx(light[1], rel=1e-6)
    # heavier than where it would decouple, and in equilibrium by its charges alone
    heavy = [late_decay.relic(200 * MeV, 3e-10, n, rate=0.0132) for n in ("dirac", "majorana")]
    assert 1.0 < heavy[0] / heavy[1] < 2.05


def test_what_stays_in_the_bath_has_boltzmanns_factor():
    """Decays and their inverse at 3e-10 mu_B keep an N of 300 MeV in equilibrium to 20 MeV."""
    T, M = 20 * MeV, 300 * MeV
    n = 2 * (M * T / (2 * np.pi)) ** 1.5 * np.exp(-M / T) * (1 + 15 / 8 * T / M)
    entropy = 2 * np.pi**2 / 45 * early_universe.g_s(T) * T**3
    assert late_decay.relic(M, 3e-10, "majorana") == pytest.approx(n / entropy, rel=0.02)


@given(st.floats(0.7, 5))
def test_little_reheating_freezes_in(log_T):
    """Y_eq (1 - exp(-Y_FI/Y_eq)): never more than in equilibrium, proportional where little."""
    T = 10**log_T * 2 * MeV
    mu = np.geomspace(1e-15, 1e-10, 6)
    made = late_decay.relic(0.0, mu, T_RH=T)
    calm = freeze_out.relic(min(T, 20 * MeV), 2)
    assert np.all(made >= 0) and np.all(made <= calm) and np.all(np.diff(made) >= 0)
    little = made[1:] < 1e-4 * calm
    np.testing.assert_allclose(made[:-1][little], 0.01 * made[1:][little], rtol=1e-2)
    assert np.all(made[:-1] >= 0.0099 * made[1:])


def test_steps_are_short_enough():
    """A quarter of a step moves nothing by a per mille."""
    asked = ([30 * keV, MeV, 10 * MeV, 50 * MeV], [1e-10, 1e-11, 3e-12, 1e-12], "dirac")
    coarse = late_decay.delta_N_eff(*asked)
    kept = _expansion._STEP, _relic._STEP
    try:
        _expansion._STEP, _relic._STEP = (0.25 * x for x in kept)
        fine = late_decay.delta_N_eff(*asked)
    finally:
        _expansion._STEP, _relic._STEP = kept
    np.testing.assert_allclose(coarse, fine, rtol=2e-3)


def test_one_map_is_its_points():
    M, mu = np.meshgrid([0.0, MeV, 30 * MeV], MU[1:3])
    whole = late_decay.delta_N_eff(M, mu, "majorana")
    assert whole.shape == M.shape
    for i in ((0, 0), (1, 1), (0, 2)):
        assert late_decay.delta_N_eff(M[i], mu[i], "majorana") == pytest.approx(whole[i], abs=1e-12)
    assert np.all(late_decay.delta_N_eff([MeV, GeV], 0.0, "majorana") == 0)


def test_a_history_ends_where_the_map_does():
    one = late_decay.history(10 * MeV, 3e-12, "majorana")
    none = late_decay.history(10 * MeV, 0.0, "majorana")
    assert one.N_eff[-1] - none.N_eff[-1] == pytest.approx(
        late_decay.delta_N_eff(10 * MeV, 3e-12, "majorana"), abs=1e-6)
    assert np.all(np.diff(one.t) > 0) and np.all(np.diff(one.a) > 0)
    assert np.all(np.diff(one.T) < 0) and one.N[-1] < 1e-9 * one.nu[-1]
    # t = 1/(2H) of radiation, and the Universe is some 1e13 s old at recombination
    k = np.argmin(np.abs(none.T - 10 * keV))
    assert none.t[k] == pytest.approx(0.5 / none.H[k], rel=5e-3)
    share = (one.N / (one.bath + one.nu)).max()
    left = late_decay.outcome(10 * MeV, 3e-12, "majorana")
    assert left.greatest_share == pytest.approx(share, rel=1e-6)


def test_a_decay_dilutes_baryons():
    """Photons that are added, and none where N is gone before nuclei form."""
    late, early, none = late_decay.outcome(
        [MeV, 100 * MeV, MeV], [1e-11, 1e-11, 0.0], "majorana").baryons
    assert late < 0.85 * none and early == pytest.approx(none, rel=1e-6)


def test_a_Dirac_N_lives_twice_as_long():
    assert radiative_decay.lifetime(MeV, 1e-11, "dirac") == pytest.approx(
        2 * radiative_decay.lifetime(MeV, 1e-11, "majorana"))
    assert late_decay.delta_N_eff(30 * MeV, 1e-11, "dirac") > 3 * late_decay.delta_N_eff(
        30 * MeV, 1e-11, "majorana")


@pytest.mark.parametrize(("call", "said"), [
    (lambda: late_decay.delta_N_eff(MeV, 1e-11), "nature is needed here"),
    (lambda: late_decay.delta_N_eff(MeV, 1e-9, "dirac"), "must be at most 3.11e-10"),
    (lambda: late_decay.delta_N_eff(MeV, 1e-11, "dirac", 0), "1 to 10"),
    (lambda: late_decay.delta_N_eff(MeV, 1e-11, "dirac", T_RH=2 * MeV), "at least 4 MeV"),
    (lambda: late_decay.delta_N_eff(MeV, 1e-11, "dirac", T_RH=1e6 * GeV), "280 GeV|282 GeV"),
    (lambda: late_decay.history([MeV, MeV], 1e-11, "dirac"), "that of one N")])
def test_outside_what_is_followed(call, said):
    with pytest.raises(DomainError, match=said):
        call()
