"""What a straightforward script does: the baselines that every ratio names.  Frozen."""

from itertools import pairwise

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, minimize_scalar

from munu import constants
from munu.constants import alpha, m_e, mu_B
from munu.kinematics import E_nu_min, recoil_range, threshold
from munu.processes.off_shell import thomson_width
from munu.units import MeV


def quad_spectrum(T, M_N, source, epsrel=1e-8):
    """dR/dT per electron for mu = 1 mu_B: one ``scipy.integrate.quad`` per energy and component.

    Universal coupling.  Break points at the nodes of the tables, so that it is as exact as
    quadrature can be; returns an array like T.
    """
    out = np.empty(len(T))
    for i, t in enumerate(T):
        low, total = E_nu_min(t, M_N, m_e), 0.0

        def kernel(E, t=t):
            M2 = M_N**2
            return (1 / t - 1 / E + M2 * (t - 2 * E - m_e) / (4 * E**2 * t * m_e)
                    + M2**2 * (t - m_e) / (8 * E**2 * t**2 * m_e**2))

        for c in source.components.values():
            for e, phi in zip(c.lines_E, c.lines_phi.sum(axis=0), strict=True):
                if e >= low:
                    total += phi * kernel(e)
            if c.E.size and c.E[-1] > low:
                phi = c.phi.sum(axis=0)
                cuts = np.concatenate([[low], c.E[low < c.E]])
                # twenty nodes a call: quad's limit on break points
                for part in np.array_split(np.arange(len(cuts) - 1),
                                           max(1, (len(cuts) - 1) // 20)):
                    if part.size:
                        a, b = cuts[part[0]], cuts[part[-1] + 1]
                        total += quad(lambda E, c=c, phi=phi: np.interp(E, c.E, phi) * kernel(E),
                                      a, b, points=cuts[part[0] + 1:part[-1] + 1] if
                                      part.size > 1 else None, epsabs=0, epsrel=epsrel,
                                      limit=200)[0]
        out[i] = alpha * mu_B**2 * total
    return out


def quad_off_shell(plasma, M_N, epsrel=1e-5):
    """Loss to photons off their mass shell for a moment of 1/energy: ``quad`` in ``quad``."""
    T, wp = plasma.temperature[0], plasma.omega_p[0]
    free = float(thomson_width(plasma, np.array([1e6 * T]))[0])

    def inner(y):
        def density(u):
            w = np.sqrt(y) + T * u * u
            k, G = np.sqrt(w * w - y), free * -np.expm1(-w / T)
            line = w * G / ((y - wp * wp) ** 2 + (w * G) ** 2)
            return 2 * T * u * w * k * line * (1 + y / (2 * w * w)) / np.expm1(w / T)
        return quad(density, 0, 6.5, epsrel=epsrel, epsabs=0, limit=200)[0]

    def outer(root):
        y = root * root
        r = M_N**2 / y
        return 2 * root * inner(y) * y**2 * (1 - r) ** 2 * (1 + 2 * r) / (24 * np.pi**4)

    low, high = max(M_N, 1e-3 * wp), 45 * T + M_N + 2 * wp
    width = free * -np.expm1(-wp / T)
    cuts = [x for x in wp + width * np.array([-1e3, -30, -3, 0, 3, 30, 1e3]) if low < x < high]
    return sum(quad(outer, a, b, epsrel=epsrel, epsabs=0, limit=200)[0]
               for a, b in pairwise([low, *cuts, high]))


def scalar_nll(y, signal, background, counts):
    """-2 ln L at y, the norm by ``scipy.optimize.minimize_scalar``."""

    def value(norm):
        mu = y * signal + norm * background
        return 2 * np.sum(mu - counts * np.log(mu))

    return minimize_scalar(value, bounds=(0.2, 3), method="bounded",
                           options={"xatol": 1e-8}).fun


def scalar_limit(signal, background, counts, delta=2.706):
    """Upper limit of one mass by ``scipy.optimize.brentq``, best fit taken at the boundary."""
    least = scalar_nll(0.0, signal, background, counts)
    top = 200 / signal.sum()
    # in units of the bracket: brentq's absolute tolerance is 2e-12
    x = brentq(lambda x: scalar_nll(x * top, signal, background, counts) - least - delta, 1e-3,
               1, rtol=1e-6)
    return np.sqrt(x * top)


def scalar_toy(y, signal, background, counts):
    """Likelihood ratio of one toy by scalar minimizers."""
    top = 300 / signal.sum()
    best = minimize_scalar(lambda x: scalar_nll(x, signal, background, counts),
                           bounds=(0, top), method="bounded").fun
    return max(scalar_nll(y, signal, background, counts)
               - min(best, scalar_nll(0.0, signal, background, counts)), 0.0)


def slabs(hamiltonian, r, E_nu, count):
    """Probabilities by exponentials of the Hamiltonian at the middles of slabs even in ln r."""
    edges = np.geomspace(*r, count + 1)
    middles = np.sqrt(edges[1:] * edges[:-1])
    H = np.asarray(hamiltonian.constant) + np.asarray(hamiltonian.per_energy) / E_nu \
        + sum(np.asarray(f(middles), dtype=float)[:, None, None] * C
              for f, C in hamiltonian.terms)
    w, v = np.linalg.eigh(H)
    steps = (v * np.exp(-1j * w * np.diff(edges)[:, None])[:, None, :]) @ np.swapaxes(
        v.conj(), 1, 2)
    psi = np.eye(len(hamiltonian.states), dtype=complex)
    for U in steps:
        psi = U @ psi
    return np.abs(psi.T) ** 2


def dop853(hamiltonian, r, E_nu):
    """Probabilities by scipy's Runge-Kutta of order eight, all six states at once."""
    from scipy.integrate import solve_ivp

    n = len(hamiltonian.states)

    def slope(x, psi):
        return (-1j * (hamiltonian(x, E_nu) @ psi.reshape(n, n))).ravel()

    done = solve_ivp(slope, r, np.eye(n, dtype=complex).ravel(), method="DOP853", rtol=1e-9,
                     atol=1e-11)
    return np.abs(done.y[:, -1].reshape(n, n).T) ** 2


def batched_panel(hamiltonian, r, E_nu, D):
    """One panel of the evolver in NumPy, all energies and nodes at once.

    Jacobi rotations away from a middle node (``eigh`` would sort states and lose their signs),
    derivatives, two generators; no blocks, no error estimate, no phases.  Returns the size of
    what is left over.
    """
    H = (np.asarray(hamiltonian.constant).real
         + np.asarray(hamiltonian.per_energy).real / np.asarray(E_nu)[:, None, None])[:, None] \
        + sum(np.asarray(f(r), dtype=float)[:, None, None] * C.real
              for f, C in hamiltonian.terms)
    U = np.linalg.eigh(H[:, r.size // 2])[1][:, None]
    # nodes and energies innermost
    A = np.ascontiguousarray(np.moveaxis(np.swapaxes(U, -1, -2) @ H @ U, (0, 1), (2, 3)))
    n = len(A)
    Q = np.zeros_like(A)
    Q[range(n), range(n)] = 1
    worst = 1.0
    while worst > 1e-8:
        worst = 0.0
        for p in range(n - 1):
            for q in range(p + 1, n):
                b, d = A[p, q], A[p, p] - A[q, q]
                t = 2 * b / (d + np.copysign(np.sqrt(d * d + 4 * b * b), d) + 1e-300)
                c = 1 / np.sqrt(1 + t * t)
                worst = max(worst, np.abs(t).max())
                for rows in (A, A.swapaxes(0, 1), Q.swapaxes(0, 1)):
                    rows[p], rows[q] = c * (rows[p] + t * rows[q]), c * (rows[q] - t * rows[p])

    def slope(F):
        return F @ D.T

    def product(F, G):
        return np.einsum("pkem,kqem->pqem", F, G)

    w = A[range(n), range(n)]
    gap = w[None] - w[:, None]
    gap[range(n), range(n)] = 1
    W = product(Q.swapaxes(0, 1), slope(Q))
    S = W / gap
    G = (0.5 * (product(S, W) - product(W, S)) - slope(S)) / gap
    return float(np.abs(slope(G) / gap).max())


def late_decay_lsoda(M, tau, Y, p, T=20.0, free=2.0):
    """N_eff, (T a)^3 at 0.07 MeV over that at the end, and largest share of a decaying relic.

    One point by ``scipy.integrate.solve_ivp``: ln T, ln rho_nu, ln(n a^3) and t against ln a; Y its
    number over entropy and p its momentum at T.  In MeV.
    """
    x, w = np.polynomial.legendre.leggauss(200)
    u, w = 30 * (x + 1), 30 * w
    photons, neutrinos = np.pi**2 / 15, 3 * 7 * np.pi**2 / 120
    planck = constants.vintage("iau2015")["G"].internal ** -0.5 / MeV

    def electrons(T):
        E = np.hypot(u, m_e / MeV / T)
        f = np.exp(-E) / (1 + np.exp(-E))
        parts = (u**2 * E * f, u**4 / (3 * E) * f, u**2 * E**2 * f * (1 - f) / T)
        return [2 / np.pi**2 * np.sum(w * part) * T**4 for part in parts]

    def slopes(together):
        def f(x, y):
            T, nu, n = np.exp(y[0]), np.exp(y[1]), np.exp(y[2] - 3 * x)
            rho, pressure, slope = electrons(T)
            gamma = photons * T**4
            E = np.hypot(M, p * np.exp(-x))
            H = np.sqrt(8 * np.pi / 3 * (rho + gamma + nu + n * E)) / planck
            gone = M / (E * tau * H)
            heat = gone * n * E
            if together:
                dT = (heat - 3 * (rho + pressure) - 4 * (gamma + nu)) / (
                    slope * T + 4 * gamma + 4 * nu)
                return [dT, 4 * dT, -gone, 1 / H]
            dT = (0.5 * heat - 3 * (rho + pressure) - 4 * gamma) / (slope * T + 4 * gamma)
            return [dT, -4 + 0.5 * heat / nu, -gone, 1 / H]
        return f

    def parts_now(x, y):
        return y[0] - np.log(free)

    parts_now.terminal = True
    begin = [np.log(T), np.log(neutrinos * T**4),
             np.log(Y * 2 * np.pi**2 / 45 * 10.75 * T**3), 0.0]
    how = {"method": "LSODA", "rtol": 1e-8, "atol": 1e-10, "max_step": 0.05}
    one = solve_ivp(slopes(True), (0, 10), begin, events=parts_now, **how)
    two = solve_ivp(slopes(False), (one.t[-1], one.t[-1] + 16), one.y[:, -1], **how)
    x, y = np.append(one.t, two.t), np.hstack([one.y, two.y])
    T, nu = np.exp(y[0]), np.exp(y[1])
    rho = np.array([electrons(x)[0] for x in T]) + photons * T**4
    N = np.exp(y[2] - 3 * x) * np.hypot(M, p * np.exp(-x))
    Ta = np.exp(np.interp(-np.log(0.07), -y[0], y[0] + x))
    return (nu[-1] / (7 / 8 * (4 / 11) ** (4 / 3) * photons * T[-1] ** 4),
            (Ta / (T[-1] * np.exp(x[-1]))) ** 3, (N / (rho + nu)).max())


def quad_upscattered(source, M_N, scatterer, epsrel=1e-3):
    """N made per particle at 1 mu_B by a beam's muon neutrinos: ``quad`` over the energy, and
    inside of it one over the logarithm of the recoil energy."""
    (part,) = source.components.values()
    phi = source.basis[:, 0, 1, 1].real @ part.phi
    start = max(threshold(M_N, scatterer.mass), part.E[0])

    def at(E):
        low, high = recoil_range(E, M_N, scatterer.mass)
        if not high > low:
            return 0.0

        def by_log(x):
            T = np.exp(x)
            c = scatterer.coefficients(T, M_N)
            return float(T * (c[0] + c[1] / E + c[2] / E**2))
        return np.interp(E, part.E, phi) * quad(by_log, np.log(low), np.log(high), epsabs=0,
                                                epsrel=epsrel, limit=200)[0]

    return np.pi * alpha**2 / m_e**2 * quad(at, start, part.E[-1], epsabs=0, epsrel=epsrel,
                                            limit=200)[0]


def weighted_events(card, couplings, n, rng):
    """Weighted events of coherent scattering, all at once with numpy: E and ln Q^2 evenly, the
    cross section and the decay inside of the body as a weight, a photon in any direction.

    Returns energies of photons and weights (n,).
    """
    from munu.processes.upscattering import dsigma_dQ2
    from munu.rates.decay_in_flight import decay_length
    from munu.units import GeV

    (target, many), M = card.contents[0], couplings.M_N
    low, high = M * (1 + M / target.mass), card.window[1]
    E = low + (high - low) * rng.random(n)
    ends = np.log(1e-7 * GeV**2), np.log(2 * GeV**2)
    Q2 = np.exp(ends[0] + (ends[1] - ends[0]) * rng.random(n))
    T = Q2 / (2 * target.mass)
    E_N = np.maximum(E - T, M)
    p = np.sqrt(np.maximum(E_N**2 - M**2, 1e-12 * M**2))
    cosine = np.clip((E * E_N - 0.5 * M**2 - target.mass * T) / (E * p), -1, 1)
    phi = 2 * np.pi * rng.random(n)
    way = np.stack([np.sqrt(1 - cosine**2) * np.cos(phi), np.sqrt(1 - cosine**2) * np.sin(phi),
                    cosine], axis=-1)
    far = card.body.exit(card.body.sample(rng, n), way)
    inside = -np.expm1(-far / decay_length(p, M, couplings.mu, couplings.nature))
    weight = many * card.exposure * dsigma_dQ2(Q2, E, couplings, target, flavor="mu") * Q2 \
        * card.source.flux(E)[1] * (high - low) * (ends[1] - ends[0]) * inside / n
    return 0.5 * (E_N + p * (2 * rng.random(n) - 1)), weight


def marching_squares(x, y, v):
    """Pieces on which a function passes 0, from values at the nodes of a lattice (n, m) alone.

    Linear along the edges of each square, its two crossings joined (a saddle's in two pairs);
    array (pieces, 2, 2).
    """
    out = []
    for i in range(len(x) - 1):
        for j in range(len(y) - 1):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            if len({v[c] > 0 for c in corners}) == 1:
                continue
            hit = []
            for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
                if (v[a] > 0) != (v[b] > 0):
                    t = v[a] / (v[a] - v[b])
                    hit.append([x[a[0]] + t * (x[b[0]] - x[a[0]]),
                                y[a[1]] + t * (y[b[1]] - y[a[1]])])
            out += [hit[k:k + 2] for k in range(0, len(hit), 2)]
    return np.array(out).reshape(-1, 2, 2)
