"""Unweighted N and their photons, compiled: one event from a cell of its density to its columns.

Everything dimensionful comes as an argument, in internal units, and leaves times a unit; nothing
is global.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from munu.propagation import _kernel

# what is kept, and how
JIT: dict[str, Any] = _kernel.JIT
INNER: dict[str, Any] = _kernel.INNER
BOX, CYLINDER, SPHERE = 0, 1, 2


@njit(**INNER)
def _point(rng, body, a):
    """A uniform point of a body centred at 0."""
    if body == BOX:
        return (a[0] * (rng.random() - 0.5), a[1] * (rng.random() - 0.5),
                a[2] * (rng.random() - 0.5))
    while True:
        x, y = 2 * rng.random() - 1, 2 * rng.random() - 1
        z = 2 * rng.random() - 1
        r = x * x + y * y
        if body == CYLINDER and r < 1:
            return a[0] * x, a[0] * y, 0.5 * a[1] * z
        if body == SPHERE and r + z * z < 1:
            return a[0] * x, a[0] * y, a[0] * z


@njit(**INNER)
def _slab(p, u, half):
    """How far it is from inside a slab to its surface."""
    if u > 0:
        return (half - p) / u
    return (-half - p) / u if u < 0 else math.inf


@njit(**INNER)
def _circle(p2, pu, u2, R):
    """How far it is from inside a circle or a sphere, from the products of point and direction."""
    if u2 <= 0:
        return math.inf
    return (-pu + math.sqrt(max(pu * pu + u2 * (R * R - p2), 0.0))) / u2


@njit(**INNER)
def way_out(body, a, x, y, z, ux, uy, uz):
    """How far it is from a point inside to the surface; a cylinder lies along z."""
    if body == BOX:
        return max(min(_slab(x, ux, 0.5 * a[0]), _slab(y, uy, 0.5 * a[1]),
                       _slab(z, uz, 0.5 * a[2])), 0.0)
    if body == CYLINDER:
        return max(min(_circle(x * x + y * y, x * ux + y * uy, ux * ux + uy * uy, a[0]),
                       _slab(z, uz, 0.5 * a[1])), 0.0)
    return max(_circle(x * x + y * y + z * z, x * ux + y * uy + z * uz, 1.0, a[0]), 0.0)


@njit(**INNER)
def _spin(E, T, E_N, p, bend, m, M, A, B):
    """Polarization along N and across it in the laboratory, as
    munu.processes.upscattering.polarization has it; a test holds them together."""
    M2, Q2 = M * M, 2 * m * T
    B *= Q2
    G = E * E * p * p * bend * (2 - bend)
    half, P2 = 0.5 * (M2 + Q2), m * m + 0.25 * Q2
    N = 4 * A * (2 * m * m * G + P2 * Q2 * half) + B * half * (2 * M2 - Q2)
    V = Q2 * (4 * A * P2 * m * E + B * (m * E - 2 * half))
    k = 4 * A * (Q2 * (m * E - 0.5 * half) + P2 * M2) - B * (2 * M2 + Q2)
    return (E_N - M2 * V / (m * N)) / p, -M * k * math.sqrt(G) / (p * N)


@njit(**JIT)
def produce(rng, cells, classes, coefficients, N, body, a, turn, longest, all_of_them, full, out,
            which):
    """Draw N that decay inside of the body, or all N: production, flight, decay.

    Parameters
    ----------
    cells : cumulative shares of the cells, the first that may be meant by a number of as many even
        steps, class, E at both ends, the flux there, lower end and width in ln T, the most that
        the density can be
    classes : mass of what is struck, first ln T of its table and nodes a unit of ln T (3, n)
    coefficients : T c_k and both strengths of the spin (n, 5, nodes)
    N : mass and width of N
    turn : the axis of a cylinder, 0 to 2; 2 elsewhere
    longest : chord of the body
    full : whether N has its spin as it is made, or all along its momentum
    out : (n, 11) to be filled: E, T, direction of N, where it is made, length of flight,
        polarization of N made by a neutrino, along and across
    which : (n,) to be filled: class of the event, and 128 more where it decays outside

    Returns
    -------
    tries, and how many of them were denser than the most
    """
    shares, first, kind, E_low, E_high, low, high, v_low, v_wide, most = cells
    M, width = N
    M2, top = M * M, coefficients.shape[2] - 2
    tries = above = 0
    many = first.size
    for i in range(which.size):
        while True:
            tries += 1
            u = rng.random()
            k = first[min(int(u * many), many - 1)]
            while shares[k] <= u:
                k += 1
            c = kind[k]
            m = classes[0, c]
            at = rng.random()
            E = E_low[k] + at * (E_high[k] - E_low[k])
            v = v_low[k] + rng.random() * v_wide[k]
            T = math.exp(v)
            if 0.5 * (T + math.sqrt(T * (T + 2 * m))) * (1 + M2 / (2 * m * T)) > E:
                continue
            s = (v - classes[1, c]) * classes[2, c]
            j = min(max(int(s), 0), top)
            s -= j
            b0, b1, b2 = coefficients[c, 0], coefficients[c, 1], coefficients[c, 2]
            density = (b0[j] + s * (b0[j + 1] - b0[j])) + (
                (b1[j] + s * (b1[j + 1] - b1[j])) + (b2[j] + s * (b2[j + 1] - b2[j])) / E) / E
            density *= low[k] + at * (high[k] - low[k])
            E_N = E - T
            p = math.sqrt(max((E_N - M) * (E_N + M), 0.0))
            if p == 0.0:
                continue
            per_length = M * width / p
            decay = 1.0
            if not all_of_them:
                decay = -math.expm1(-longest * per_length)
                density *= decay
            if density > most[k]:
                above += 1
            if rng.random() * most[k] >= density:
                continue
            # 1 - cos theta, from terms that do not cancel at high energies
            both = E_N + p
            bend = (m * T - M2 * (2 * T + M2 / both) / (2 * both)) / (E * p)
            bend = min(max(bend, 0.0), 2.0)
            sine = math.sqrt(bend * (2 - bend))
            phi = 2 * math.pi * rng.random()
            ux, uy, uz = sine * math.cos(phi), sine * math.sin(phi), 1 - bend
            x, y, z = _point(rng, body, a)
            if turn == 0:
                x, y, z = z, x, y
                far = way_out(body, a, y, z, x, uy, uz, ux)
            elif turn == 1:
                x, y, z = y, z, x
                far = way_out(body, a, z, x, y, uz, ux, uy)
            else:
                far = way_out(body, a, x, y, z, ux, uy, uz)
            gone = -math.expm1(-far * per_length)
            if all_of_them:
                length = -math.log1p(-rng.random()) / per_length
            elif rng.random() * decay < gone:
                length = min(-math.log1p(-rng.random() * gone) / per_length, far)
            else:
                continue
            out[i, 9], out[i, 10] = 1.0, 0.0
            if full:
                b3, b4 = coefficients[c, 3], coefficients[c, 4]
                out[i, 9], out[i, 10] = _spin(E, T, E_N, p, bend, m, M,
                                              b3[j] + s * (b3[j + 1] - b3[j]),
                                              b4[j] + s * (b4[j + 1] - b4[j]))
            which[i] = c + (128 if length > far else 0)
            out[i, 0], out[i, 1] = E, T
            out[i, 2], out[i, 3], out[i, 4] = ux, uy, uz
            out[i, 5], out[i, 6], out[i, 7], out[i, 8] = x, y, z, length
            break
    return tries, above


@njit(**JIT)
def decay(rng, made, which, classes, M, majorana, cuts, units, out, words, total):
    """Decay N, and keep what passes the cuts on the photon.

    Parameters
    ----------
    made, which : of :func:`produce`
    classes : of each class the mass of what is struck, the number of the target, the incoming
        flavor as a number of the Particle Data Group (3, n); then cumulative shares of the flavors
        of the decay (n, 3)
    cuts : least and greatest energy of the photon, least and greatest cosine to the beam
    units : of energy, length and time
    out : (columns, n) to be filled
    words : (4, n) to be filled: flavor, target, neutrino of the decay, whether inside
    total : (6,) to which is added: E of the photon, its cosine to the beam, E of the neutrino and
        of N, Q^2, length of flight

    Returns
    -------
    how many are kept
    """
    (masses, targets, flavors), shares = classes
    GeV, cm, ns = units
    kept = 0
    for i in range(which.size):
        c = which[i] & 127
        E, T = made[i, 0], made[i, 1]
        nx, ny, nz = made[i, 2], made[i, 3], made[i, 4]
        E_N = E - T
        p = math.sqrt((E_N - M) * (E_N + M))
        sign = 1 if flavors[c] > 0 else -1
        # nubar gamma of a Majorana N has the opposite asymmetry; of an anti-N, spin and asymmetry
        # are both opposite
        turned = -1.0
        if majorana and rng.random() < 0.5:
            turned, sign = 1.0, -sign
        along, across = made[i, 9], made[i, 10]
        size = math.sqrt(along * along + across * across)
        k = turned * size
        edge = 2 - k - 4 * rng.random()
        # mu from (1 + k mu)/2, in a form that k = 0 does not spoil
        mu = -edge / (1 + math.sqrt(max(1 - k * edge, 0.0)))
        mu = min(max(mu, -1.0), 1.0)
        psi = 2 * math.pi * rng.random()
        flat = math.sqrt(1 - mu * mu)
        a, b = (along / size, across / size) if size > 0 else (1.0, 0.0)
        side, up = flat * math.cos(psi), flat * math.sin(psi)
        # photon at rest: along N, across it towards the beam, out of the plane
        c_n, c_e, c_y = mu * a - side * b, mu * b + side * a, up
        E_g = 0.5 * (E_N + p * c_n)
        g_n, g_e, g_y = 0.5 * (p + E_N * c_n), 0.5 * M * c_e, 0.5 * M * c_y
        sine = math.sqrt(nx * nx + ny * ny)
        hx, hy = (nx / sine, ny / sine) if sine > 0 else (1.0, 0.0)
        # e towards the beam, y = n x e
        gx = g_n * nx - g_e * nz * hx + g_y * hy
        gy = g_n * ny - g_e * nz * hy - g_y * hx
        gz = g_n * nz + g_e * sine
        if not (cuts[0] <= E_g <= cuts[1] and cuts[2] * E_g <= gz <= cuts[3] * E_g):
            # what is drawn per event does not depend on cuts
            rng.random()
            continue
        u, f = rng.random(), 0
        while f < 2 and u >= shares[c, f]:
            f += 1
        words[0, kept], words[1, kept] = flavors[c], targets[c]
        words[2, kept] = sign * (12 + 2 * f)
        words[3, kept] = 0 if which[i] & 128 else 1
        length = made[i, 8]
        out[0, kept], out[1, kept], out[2, kept] = E / GeV, 2 * masses[c] * T / GeV**2, E_N / GeV
        out[3, kept], out[4, kept], out[5, kept] = p * nx / GeV, p * ny / GeV, p * nz / GeV
        out[6, kept], out[7, kept] = E_g / GeV, gx / GeV
        out[8, kept], out[9, kept] = gy / GeV, gz / GeV
        for j in range(3):
            out[10 + j, kept] = made[i, 5 + j] / cm
            out[13 + j, kept] = (made[i, 5 + j] + length * made[i, 2 + j]) / cm
        out[16, kept] = length * E_N / p / ns
        total[0] += E_g / GeV
        total[1] += gz / E_g
        total[2] += E / GeV
        total[3] += E_N / GeV
        total[4] += 2 * masses[c] * T / GeV**2
        total[5] += length / cm
        kept += 1
    return kept
