"""What a plasma loses to N: plasmons that decay, photons off their mass shell, free-free."""

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.special import k0, zeta
from scipy.stats import qmc

from munu import _data, constants, weak
from munu.media import _fermi
from munu.media.plasma import Plasma
from munu.processes import _virtual, compton, free_free, off_shell, plasmon_decay
from munu.units import K, cm, erg, g, keV, s

GCC = g / cm**3
M_E, ALPHA = constants.m_e, constants.alpha
ZONES = {"HB_core": (1e4, 8.617, 0.5), "RG_mean": (2e5, 8.617, 0.5), "RG_flash": (1e6, 8.617, 0.5),
         "Sun_core": (150, 1.344, 0.68)}


def zone(name, **more):
    rho, T, Y = ZONES[name]
    return Plasma.of(rho * GCC, T * keV, Y, **more)


def vertex(p, k, p2, K, m):
    """Sum over spins of |M|^2/e^4 of photon + electron, from Dirac's matrices."""
    S, U = (x[:, None, None] for x in (dot(p + k, p + k) - m * m, dot(p - K, p - K) - m * m))
    total = 0.0
    for a in range(4):
        for b in range(4):
            A = GAMMA[b] @ (slash(p + k) + m * ONE) @ GAMMA[a] / S \
                + GAMMA[a] @ (slash(p - K) + m * ONE) @ GAMMA[b] / U
            total += METRIC[a] * METRIC[b] * trace(p2, A, p, m)
    return total, S[:, 0, 0], U[:, 0, 0]


ONE, METRIC = np.eye(4), np.array([1.0, -1, -1, -1])
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = [np.kron(np.diag([1, -1]), np.eye(2)), *(np.kron(np.array([[0, 1], [-1, 0]]), s_)
                                                 for s_ in PAULI)]


def dot(a, b):
    return (METRIC * a * b).sum(axis=-1)


def slash(p):
    return np.einsum("i,...i,iab->...ab", METRIC, p, np.array(GAMMA))


def trace(p2, A, p, m):
    bar = GAMMA[0] @ np.conj(np.swapaxes(A, -1, -2)) @ GAMMA[0]
    return np.einsum("...ab,...bc,...cd,...da->...", slash(p2) + m * ONE, A, slash(p) + m * ONE,
                     bar).real


def pairs(rng, m, root, n):
    """Photons, electrons and what they become, isotropic where they have no momentum."""
    def axis():
        u = rng.normal(size=(n, 3))
        return u / np.linalg.norm(u, axis=1, keepdims=True)

    k3, p3 = axis() * rng.uniform(2, 4, (n, 1)) * root, axis() * rng.uniform(0, 2, (n, 1)) * m
    k = np.hstack([np.linalg.norm(k3, axis=1, keepdims=True), k3])
    p = np.hstack([np.sqrt((p3**2).sum(1, keepdims=True) + m * m), p3])
    P = p + k
    E_s = np.sqrt(dot(P, P))
    keep = E_s > m + root
    k, p, P, E_s = k[keep], p[keep], P[keep], E_s[keep]
    E = (E_s**2 + root**2 - m * m) / (2 * E_s)
    K3 = axis()[keep] * np.sqrt(E**2 - root**2)[:, None]
    v, gamma = P[:, 1:] / P[:, :1], P[:, 0] / E_s
    along = (v * K3).sum(1)
    K = np.hstack([(gamma * (E + along))[:, None],
                   K3 + ((gamma - 1) * along / (v**2).sum(1) + gamma * E)[:, None] * v])
    return p, k, P - K, K


def test_the_amplitude_is_that_of_both_diagrams():
    """Dirac's matrices multiplied out, photons of any mass, electrons of any speed."""
    rng = np.random.default_rng(3)
    for root in (0.1, 0.7, 1.5):
        p, k, p2, K = pairs(rng, 1.0, root, 40)
        direct, S, U = vertex(p, k, p2, K, 1.0)
        np.testing.assert_allclose(
            compton.amplitude(S, U, dot(k - K, k - K), root**2, 1.0), direct, rtol=1e-9)


def test_light_of_no_mass_is_klein_and_nishina():
    """On an electron at rest, E'/E + E/E' - sin^2."""
    E = np.array([0.01, 0.3, 2.0])[:, None]
    c = np.array([-0.9, 0.1, 0.8])
    after = E / (1 + E * (1 - c))
    M2 = compton.amplitude(2 * E, -2 * after, -2 * E * after * (1 - c), 0.0, 1.0)
    np.testing.assert_allclose(M2, 8 * (after / E + E / after - 1 + c * c), rtol=1e-10)


def test_heavy_electrons_only_scatter():
    """Slow and dilute, far above threshold: the loss to photons that electrons widen."""
    T = 8.617 * keV
    made = Plasma.of(1e3 * GCC, T, 0.5, m_e=1000 * M_E)
    M = np.array([8.0, 12.0, 25.0]) * T
    # the width there lacks what photons already there stimulate, e^(-M/T)
    np.testing.assert_allclose(compton.by_moment(made, M), off_shell.by_moment(made, M), rtol=1e-3)


@pytest.mark.parametrize("name", ["HB_core", "RG_flash"])
def test_at_no_mass_plasmons_are_nearly_all(name):
    """With the pole taken away what is left is a correction, as photons with a width say too."""
    made = zone(name)
    on, rest = (f.by_moment(made, 0.0)[0, 0] for f in (plasmon_decay, compton))
    assert (on + rest) / off_shell.by_moment(made, 0.0)[0, 0] == pytest.approx(1, abs=0.02)
    assert abs(free_free.by_moment(made, 0.0)[0, 0]) < 0.01 * on


@pytest.mark.parametrize("form", [lambda x: x**3 * np.exp(-2 * x), lambda x: x**2 / (1 + x**4)])
def test_the_finite_part(form):
    """Pf int F/(y - a)^2 is the principal value of int F'/(y - a) where F(0) is 0."""
    made = zone("HB_core")
    a, h = made.omega_p[0] ** 2, 1e-5

    def slope(x):
        return (form(x + h) - form(x - h)) / (2 * h)

    known = (quad(slope, 0.0, 2.0, weight="cauchy", wvar=1.0)[0]
             + quad(lambda x: slope(x) / (x - 1), 2.0, np.inf)[0]) / a
    y, w = _virtual._grid(made, 400 * made.omega_p)
    assert (w * form(y / a)).sum() == pytest.approx(known, rel=2e-4)


@pytest.mark.parametrize("process", [compton, free_free])
def test_a_mass_costs_its_boltzmann_factor(process):
    """Above the plasma frequency the loss is positive and falls, at the end as e^(-M/T)."""
    for name in ZONES:
        made = zone(name)
        T = made.temperature[0]
        M = np.concatenate([np.geomspace(1.02, 3, 12) * made.m_T[0], made.m_T + np.array(
            [40, 41]) * T])
        Q = process.by_moment(made, M)[:, 0]
        assert np.all(np.diff(Q[Q > 0]) < 0) and np.all(Q > 0)
        # powers of M/T beside it
        assert np.log(Q[-2] / Q[-1]) == pytest.approx(1, abs=0.2)


def test_blocking_costs():
    """An electron scatters less and brakes less the denser it is packed."""
    M = 40 * keV
    for process, targets in ((compton, lambda p: p.n_e), (free_free, lambda p: p.n_e * p.ions)):
        each = [process.by_moment(made, M)[0, 0] / targets(made)[0]
                for made in (zone(n) for n in ("HB_core", "RG_mean", "RG_flash"))]
        assert each[0] > each[1] > each[2] > 0


def test_forward_and_back():
    """f(1 - f') of an exchange q_0 and of -q_0 differ by e^(-q_0/T): N is made of heat alone."""
    made = zone("RG_mean")
    T, mu = made.temperature[0], made.mu_e[0]
    E = M_E + np.linspace(0, 60, 4000) * T
    for q0 in (0.3 * T, 4 * T):
        there = _fermi.occupation((E - mu) / T) * _fermi.occupation((mu - E - q0) / T)
        back = _fermi.occupation((E + q0 - mu) / T) * _fermi.occupation((mu - E) / T)
        np.testing.assert_allclose(back, np.exp(-q0 / T) * there, rtol=1e-9)
        closed = T * (compton._soft((mu - M_E) / T) - compton._soft((mu - M_E - q0) / T)) \
            / -np.expm1(-q0 / T)
        assert np.trapezoid(there, E) == pytest.approx(closed, rel=1e-3)


def test_dilute_and_slow_electrons_brake_as_kramers_says():
    """Thermal bremsstrahlung with Born's Gaunt factor, sqrt(3)/pi e^(u/2) K_0(u/2)."""
    T = 0.05 * keV
    made = Plasma.of(1e-6 * GCC, T, 0.5)
    u = np.array([[0.3, 1.0, 3.0, 8.0]])
    power = (u * T) ** 2 * 2 / 3 * free_free.current(made, u * T) / (4 * np.pi**2)
    gaunt = np.sqrt(3) / np.pi * np.exp(u / 2) * k0(u / 2)
    known = 32 * np.pi * ALPHA**3 / (3 * M_E) * np.sqrt(2 * np.pi / (3 * M_E * T)) \
        * made.ions * made.n_e * np.exp(-u) * gaunt / (2 * np.pi)
    np.testing.assert_allclose(power, known, rtol=1.5e-3)


def test_dense_electrons_brake_as_another_quadrature_says():
    made = zone("RG_flash")
    T, mu, w = made.temperature[0], made.mu_e[0], 30 * keV
    a = 4 * np.pi * ALPHA * _fermi.slope(made.temperature, made.mu_e, M_E)[0]
    b = a + 4 * np.pi * ALPHA * made.ions[0] / T

    def inside(c, x):
        E = M_E + T * x * x
        p, q = np.sqrt(E * E - M_E**2), np.sqrt((E + w) ** 2 - M_E**2)
        s_ = p * p + q * q - 2 * p * q * c
        f = _fermi.occupation((E + w - mu) / T) * _fermi.occupation((mu - E) / T)
        spin = ((2 * E + w) ** 2 - s_) / (4 * E * (E + w))
        return 2 * T * x * f * 2 * p * q * s_ / (s_ + a) / (s_ + b) * spin

    whole = dblquad(inside, 0, 7.5, -1, 1, epsabs=0, epsrel=1e-4)[0]
    assert free_free.current(made, np.array([[w]]))[0, 0] == pytest.approx(
        16 * ALPHA**3 * made.ions[0] / w**2 * whole, rel=1e-4)


def test_powers():
    """Two powers of the moment; braking goes with Z^2 where electrons alone screen."""
    for process in (compton, free_free):
        one, three = (process.energy_loss_rate(1e4 * GCC, 8.617 * keV, 0.5, x, 20 * keV)
                      for x in (1e-12, 3e-12))
        assert three == pytest.approx(9 * one)
    thin = [Plasma.of(1e-3 * GCC, 5 * keV, 0.5, Z2_A=z) for z in (1.0, 4.0)]
    one, four = (free_free.by_moment(p, 20 * keV)[0, 0] for p in thin)
    assert four / one == pytest.approx(4, rel=0.01)


def test_nothing_brakes_without_nuclei():
    assert free_free.energy_loss_rate(1e4 * GCC, 8.617 * keV, 0.5, 1e-12, 20 * keV, Z2_A=0.0) == 0


def test_zones_do_not_know_each_other():
    """Many zones at once are each zone alone."""
    names = ["HB_core", "RG_flash"]
    rho, T, Y = np.array([ZONES[n] for n in names]).T
    M = np.array([0.0, 10, 50]) * keV
    both = Plasma.of(rho * GCC, T * keV, Y)
    for process in (compton, free_free):
        alone = np.concatenate([process.by_moment(zone(n), M) for n in names], axis=1)
        np.testing.assert_allclose(process.by_moment(both, M), alone, rtol=2e-3)


@pytest.mark.parametrize("rho", [1.0, 1e-8, 1e-20])
def test_far_above_the_plasma_frequency_photons_have_one_mass(rho):
    """Transverse photons of mass m_T alone, zeta(3) mu^2 m_T^4 T^3/12 pi^3, however dilute."""
    made = Plasma.of(rho * GCC, 8.617 * keV, 0.5)
    T, m = made.temperature[0], made.m_T[0]
    assert plasmon_decay.by_moment(made, 0.0)[0, 0] == pytest.approx(
        zeta(3) * m**4 * T**3 / (12 * np.pi**3), rel=0.01)


def test_a_charge_breaks_plasmons_up():
    """Apart from the weak current a Dirac neutrino's width is q^2 alpha K^2/3 omega; both signs."""
    made, q = zone("RG_mean"), 1e-14
    plus, none, minus = (plasmon_decay.by_charges(made, np.diag([x, 0, 0]), 0.0)[0]
                         for x in (q, 0.0, -q))
    K2, weight = plasmon_decay.plasmons(made)
    alone = (weight * plasmon_decay.width_charge(1.0, K2, q)).sum()
    assert (plus + minus) / 2 - none == pytest.approx(alone, rel=1e-9)
    # nu_e's weak current is of the same size, nu_mu's is not
    assert plus - none > 1.2 * alone > 1.2 * (minus - none)
    mu = [plasmon_decay.by_charges(made, np.diag([0, x, 0]), 0.0)[0] - none for x in (q, -q)]
    np.testing.assert_allclose(mu, alone, rtol=0.06)


@pytest.mark.parametrize(("j", "apart"), [(0, -0.0712), (1, 0.0213), (2, 0.0379)])
def test_the_standard_model_beside_another_code(j, apart):
    """Frozen numbers of pynucastro, a fit good to some per cent: how far we are apart."""
    row = list(_data.read(Path(__file__).parent / "frozen" / "plasmon_rates.ecsv").rows())[j]
    made = Plasma.of(row["rho"], row["T"], 0.5)
    lost = plasmon_decay.by_weak_current(made, sin2_theta_W=0.2319)[0] / made.rho[0]
    assert lost == pytest.approx(row["rate"] * (1 + apart), rel=1e-3)


def test_a_radius_is_a_shift_of_the_weak_coupling():
    """Radii that double every g_V make four times the loss; off the diagonal they add to it."""
    made = zone("RG_flash")
    g_V = np.array([weak.couplings_sm(f)[0] for f in ("e", "mu", "tau")])
    none = plasmon_decay.by_charges(made, 0.0, 0.0)[0]
    assert plasmon_decay.by_charges(made, 0.0, g_V / weak.delta_gV_r2(1.0))[0] \
        == pytest.approx(4 * none, rel=1e-12)
    off = np.zeros((3, 3), complex)
    off[0, 1], off[1, 0] = 1j, -1j
    more = plasmon_decay.by_charges(made, 0.0, off / weak.delta_gV_r2(1.0))[0] - none
    assert more / none == pytest.approx(2 / (g_V**2).sum(), rel=1e-9)


def test_a_charge_is_a_radius_at_one_photon_mass():
    """e q at K^2 is e K^2 r^2/6: cold and dilute, where all plasmons have one K."""
    made = Plasma.of(1e-4 * GCC, 1e6 * K, 0.5)
    q = 1e-14
    r2 = 6 * q / made.omega_p[0] ** 2
    # the right-handed neutrino knows the charge alone
    right = (plasmon_decay.by_charges(made, q, 0.0) + plasmon_decay.by_charges(made, -q, 0.0)
             - 2 * plasmon_decay.by_charges(made, 0.0, 0.0))[0] / 4
    assert plasmon_decay.by_charges(made, q, 0.0)[0] - right == pytest.approx(
        plasmon_decay.by_charges(made, 0.0, r2)[0], rel=1e-3)


def test_the_red_giants_bound_on_a_charge():
    """10 erg/g/s in the mean core beside the published 2e-14 e, which holds whatever the sign."""
    made = zone("RG_mean")
    K2, weight = plasmon_decay.plasmons(made)
    loss = (weight * plasmon_decay.width_charge(1.0, K2, 1.0)).sum() / made.rho[0]
    published = next(r["upper"] for r in _data.load("bounds/millicharge").rows()
                     if r["experiment"] == "red giants")
    assert np.sqrt(10 * erg / g / s / loss) == pytest.approx(published, rel=0.3)


def every_electron(made, root, seed, n):
    """R of photon + electron with the exact amplitude and all electrons, by random numbers."""
    T, mu, m, wp = (x if np.ndim(x) == 0 else x[0] for x in (
        made.temperature, made.mu_e, made.m_e, made.omega_p))
    u = qmc.Sobol(5, seed=seed).random(n)
    far, tail = 2 * root + 40 * T, max(mu - m, 0.0) + 30 * T
    p_far = np.sqrt(tail * (tail + 2 * m))
    k, p, c = u[:, 0] * far, u[:, 1] * p_far, 2 * u[:, 2] - 1
    e, E = np.hypot(k, wp), np.hypot(p, m)
    Px, Pz, P0 = p * np.sqrt(1 - c * c), k + p * c, e + E
    S2 = P0**2 - Px**2 - Pz**2
    open_ = (m + root) ** 2 < S2
    r = np.sqrt(np.where(open_, S2, 1.01 * (m + root) ** 2))
    Ks = np.sqrt((r - m - root) * (r + m + root) * (r - m + root) * (r + m - root)) / (2 * r)
    Es, cz, phi = (r * r + root**2 - m * m) / (2 * r), 2 * u[:, 3] - 1, 2 * np.pi * u[:, 4]
    K = Ks * np.array([np.sqrt(1 - cz**2) * np.cos(phi), np.sqrt(1 - cz**2) * np.sin(phi), cz])
    v, gamma = np.array([Px, 0 * Px, Pz]) / P0, P0 / r
    along = (v * K).sum(0)
    omega = gamma * (Es + along)
    K = K + ((gamma - 1) * along / (v**2).sum(0) + gamma * Es) * v
    S, U = 2 * (E * e - p * c * k), root**2 - 2 * (E * omega - Px * K[0] - p * c * K[2])
    t = (e - omega) ** 2 - K[0] ** 2 - K[1] ** 2 - (k - K[2]) ** 2
    M2 = compton.amplitude(S, U, t, root**2, m) * (4 * np.pi * made.alpha) ** 2
    f = _fermi.occupation((E - mu) / T) * _fermi.occupation((mu - P0 + omega) / T)
    space = far * p_far * 2 * k * k / (4 * np.pi**2 * e) * p * p / (8 * np.pi**2 * E) \
        * Ks / (4 * np.pi * r)
    return np.where(open_, space * omega * M2 * f / np.expm1(e / T), 0.0).mean()


@pytest.mark.long
@pytest.mark.parametrize(("name", "error"), [
    ("Sun_core", 0.003), ("HB_core", 0.012), ("RG_mean", 0.035), ("RG_flash", 0.06)])
def test_one_electron_stands_for_all(name, error):
    """The amplitude of the slowest electron against the average over all that take part."""
    made = zone(name)
    for x in (0.01, 1.0, 3.0, 6.0, 12.0):
        root = x * made.temperature[0]
        exact = np.mean([every_electron(made, root, j, 2**19) for j in range(2)])
        assert compton.emission(made, np.array([[root]]))[0, 0] == pytest.approx(exact, rel=error)


def every_diagram(made, omega, root, seed, n):
    """|j|^2 (1 + y/2 omega^2) of braking with both diagrams of Dirac's electron, photon hard."""
    T, mu, m, alpha = made.temperature[0], made.mu_e[0], made.m_e, made.alpha
    a = 4 * np.pi * alpha * _fermi.slope(made.temperature, made.mu_e, m)[0]
    b = a + 4 * np.pi * alpha * made.ions[0] / T
    u = qmc.Sobol(4, seed=seed).random(n)
    far = np.sqrt(max(mu - m, 0.0) + 25 * T)
    low = m + (far * u[:, 0]) ** 2
    high, K = low + omega, np.sqrt(omega**2 - root**2)
    p, q = np.sqrt(high**2 - m * m), np.sqrt(low**2 - m * m)
    c1, c2, phi = 2 * u[:, 1] - 1, 2 * u[:, 2] - 1, np.pi * u[:, 3]
    zero, one = np.zeros(n), np.ones(n)
    P = np.stack([high, p * np.sqrt(1 - c1**2), zero, p * c1], axis=-1)
    Q = np.stack([low, q * np.sqrt(1 - c2**2) * np.cos(phi), q * np.sqrt(1 - c2**2) * np.sin(phi),
                  q * c2], axis=-1)
    G = np.stack([omega * one, zero, zero, K * one], axis=-1)
    after, before = Q + G, P - G
    M2 = 0.0
    for mu_ in range(4):
        A = GAMMA[mu_] @ (slash(after) + m * ONE) @ GAMMA[0] / (
            dot(after, after) - m * m)[:, None, None] \
            + GAMMA[0] @ (slash(before) + m * ONE) @ GAMMA[mu_] / (
            dot(before, before) - m * m)[:, None, None]
        M2 = M2 - METRIC[mu_] * trace(Q, A, P, m)
    s_ = ((P - Q - G)[:, 1:] ** 2).sum(axis=1)
    field = (4 * np.pi * alpha) ** 3 * made.ions[0] / (s_ + a) / (s_ + b)
    f = _fermi.occupation((high - mu) / T) * _fermi.occupation((mu - low) / T)
    space = 2 * far**2 * u[:, 0] * (4 * np.pi) ** 2 * p * q / (4 * (2 * np.pi) ** 5)
    return (space * f * field * M2).mean()


@pytest.mark.long
@pytest.mark.parametrize("name", ["Sun_core", "HB_core", "RG_mean", "RG_flash"])
def test_soft_photons_stand_for_hard_ones(name):
    """The soft current against both diagrams in the same field: within a factor of 2."""
    made = zone(name)
    T = made.temperature[0]
    for x, more in ((2.0, 0.5), (2.0, 2.0), (6.0, 0.5), (12.0, 1.0)):
        root, omega = x * T, (x + more) * T
        both = 2 / 3 * (1 + root**2 / (2 * omega**2)) * free_free.current(
            made, np.array([[omega]]))[0, 0]
        assert 0.5 < both / every_diagram(made, omega, root, 1, 2**15) < 2


def test_the_sizes_of_three():
    """erg/g/s at 1e-12 mu_B: braking leads in a red giant, scattering in a horizontal branch."""
    M = np.array([20.0, 50.0]) * keV
    unit = erg / g / s
    for name, leads in (("RG_flash", free_free), ("HB_core", compton)):
        rho, T, Y = ZONES[name]
        Q = {f: f.energy_loss_rate(rho * GCC, T * keV, Y, 1e-12, M) / unit
             for f in (compton, free_free)}
        other = compton if leads is free_free else free_free
        assert np.all(Q[leads] > 5 * Q[other])
