"""Panel super-adiabatic transport, compiled: one energy from end to end.

On a panel in x = ln r the equation is i dpsi/dx = r H psi on M Chebyshev-Lobatto nodes.  A basis
Q makes the Hamiltonian block-diagonal at every node (blocks: the pairs that are not adiabatic);
with W = Q^dag dQ/dx two further rotations exp(-iS) and exp(G) take out the coupling between
blocks to second order.  What is left are phases and small blocks.

Arrays over nodes have the node as their last index.  Everything dimensionful comes as an
argument, in one unit of length; nothing is global.
"""

from __future__ import annotations

import numpy as np
from numba import njit

JIT = {"cache": True, "nogil": True, "fastmath": False}


@njit(**JIT)
def functions_at(x, edges, table, out):
    """Values of the profile functions at x: Chebyshev series on the segment that holds x."""
    n_seg, n_f, n_c = table.shape
    i = np.searchsorted(edges, x, side="right") - 1
    i = min(max(i, 0), n_seg - 1)
    u = (2 * x - edges[i] - edges[i + 1]) / (edges[i + 1] - edges[i])
    for k in range(n_f):
        b1 = b2 = 0.0
        for c in range(n_c - 1, 0, -1):
            b0 = 2 * u * b1 - b2 + table[i, k, c]
            b2, b1 = b1, b0
        out[k] = u * b1 - b2 + table[i, k, 0]


@njit(**JIT)
def rotate_basis(H, U, n):
    """Diagonalize U^dag H U by cyclic Jacobi; U becomes the basis of eigenvectors."""
    B = np.empty_like(H)
    for i in range(n):
        for j in range(n):
            s = H[0, 0] * 0
            for k in range(n):
                for m in range(n):
                    s += np.conj(U[k, i]) * H[k, m] * U[m, j]
            B[i, j] = s
    for _ in range(60):
        worst = 0.0
        for p in range(n - 1):
            for q in range(p + 1, n):
                b = B[p, q]
                if b == 0:
                    continue
                d = (B[p, p] - B[q, q]).real
                size = np.sqrt(d * d + 4 * abs(b) ** 2)
                t = 2 * np.conj(b) / (d + (size if d >= 0 else -size))
                worst = max(worst, abs(t))
                c = 1 / np.sqrt(1 + abs(t) ** 2)
                for k in range(n):
                    x, y = B[k, p], B[k, q]
                    B[k, p], B[k, q] = c * (x + t * y), c * (y - np.conj(t) * x)
                    x, y = U[k, p], U[k, q]
                    U[k, p], U[k, q] = c * (x + t * y), c * (y - np.conj(t) * x)
                for k in range(n):
                    x, y = B[p, k], B[q, k]
                    B[p, k], B[q, k] = c * (x + np.conj(t) * y), c * (y - t * x)
                B[p, q] *= 0
                B[q, p] *= 0
        if worst < 1e-15:
            break
    # round-off in a long product of rotations: one step back to unitarity
    G = np.empty_like(U)
    for i in range(n):
        for j in range(n):
            s = U[0, 0] * 0
            for k in range(n):
                s += np.conj(U[k, i]) * U[k, j]
            G[i, j] = -0.5 * s
        G[i, i] += 1.5
    V = np.empty_like(U)
    for i in range(n):
        for j in range(n):
            s = U[0, 0] * 0
            for k in range(n):
                s += U[i, k] * G[k, j]
            V[i, j] = s
    U[:, :] = V


@njit(**JIT)
def transform(U, K, n):
    """U^dag K U."""
    T = np.empty_like(U)
    for i in range(n):
        for j in range(n):
            s = U[0, 0] * 0
            for k in range(n):
                s += K[i, k] * U[k, j]
            T[i, j] = s
    out = np.empty_like(U)
    for i in range(n):
        for j in range(n):
            s = U[0, 0] * 0
            for k in range(n):
                s += np.conj(U[k, i]) * T[k, j]
            out[i, j] = s
    return out


@njit(**JIT)
def join(block, p, q, n):
    """Union of the blocks of p and q."""
    a, b = block[p], block[q]
    if a != b:
        low, high = min(a, b), max(a, b)
        for k in range(n):
            if block[k] == high:
                block[k] = low


@njit(**JIT)
def amplitude(d, b, h, nodes, M):
    """Upper estimate of what a weak coupling b moves between two states d apart.

    An interval between nodes gives its length, its stationary stretch or one oscillation,
    whichever is least.
    """
    s = 0.0
    for m in range(M - 1):
        length = h * (nodes[m + 1] - nodes[m])
        span = length
        change = abs(d[m + 1] - d[m])
        if d[m] * d[m + 1] <= 0:
            if change > 0:
                span = min(span, np.sqrt(2 * np.pi * length / change))
        else:
            span = min(span, 1 / min(abs(d[m]), abs(d[m + 1])))
        s += max(b[m], b[m + 1]) * span
    return s


@njit(**JIT)
def first_blocks(A, r, h, tol, block, nodes, n, M):
    """Pairs that are not adiabatic on this panel; returns the largest phase over its limit."""
    for p in range(n):
        for q in range(p + 1, n):
            strong, positive, negative = False, False, False
            for m in range(M):
                d = (A[p, p, m] - A[q, q, m]).real
                if abs(A[p, q, m]) > 0.3 * abs(d):
                    strong = True
                if d > 0:
                    positive = True
                elif d < 0:
                    negative = True
                else:
                    positive = negative = True
            if strong or (positive and negative):
                join(block, p, q, n)
    size = np.zeros(n, np.int64)
    for p in range(n):
        size[block[p]] += 1
    excess = 0.0
    gap, coupling = np.empty(M), np.empty(M)
    for p in range(n):
        for q in range(p + 1, n):
            if block[p] != block[q]:
                continue
            phase = 0.0
            for m in range(M):
                gap[m] = r[m] * (A[p, p, m] - A[q, q, m]).real
                coupling[m] = r[m] * abs(A[p, q, m])
                phase = max(phase, h * np.sqrt(gap[m] ** 2 + 4 * coupling[m] ** 2))
            # a crossing that nobody notices may have any phase
            if amplitude(gap, coupling, h, nodes, M) < 0.02 * tol:
                continue
            s = size[block[p]]
            limit = 500.0 if s == 2 else (30.0 if s == 3 else 15.0)
            excess = max(excess, phase / limit)
    return excess


@njit(**JIT)
def diagonalize(A, Q, block, n, M, blocks):
    """Batched Jacobi on all nodes, leaving pairs of one block alone."""
    for p in range(n):
        for q in range(n):
            for m in range(M):
                Q[p, q, m] = 1.0 if p == q else 0.0
    wanted, sweeps = (1e-13, 9) if blocks else (1e-8, 6)
    cosine, tangent = np.empty(M), np.empty(M, A.dtype)
    for _ in range(sweeps):
        worst = 0.0
        for p in range(n - 1):
            for q in range(p + 1, n):
                if block[p] == block[q]:
                    continue
                greatest = 0.0
                for m in range(M):
                    b = A[p, q, m]
                    d = (A[p, p, m] - A[q, q, m]).real
                    size = (b * np.conj(b)).real
                    # the smallest number keeps 0/0 away where nothing couples
                    t = 2 * np.conj(b) / (d + np.copysign(
                        np.sqrt(d * d + 4 * size), d) + np.copysign(1e-300, d))
                    square = (t * np.conj(t)).real
                    greatest = max(greatest, square)
                    tangent[m] = t
                    cosine[m] = 1 / np.sqrt(1 + square)
                if greatest == 0:
                    continue
                worst = max(worst, np.sqrt(greatest))
                # nodes innermost: one instruction for several of them
                for k in range(n):
                    for m in range(M):
                        c, t = cosine[m], tangent[m]
                        x, y = A[k, p, m], A[k, q, m]
                        A[k, p, m], A[k, q, m] = c * (x + t * y), c * (y - np.conj(t) * x)
                    for m in range(M):
                        c, t = cosine[m], tangent[m]
                        x, y = Q[k, p, m], Q[k, q, m]
                        Q[k, p, m], Q[k, q, m] = c * (x + t * y), c * (y - np.conj(t) * x)
                for k in range(n):
                    for m in range(M):
                        c, t = cosine[m], tangent[m]
                        x, y = A[p, k, m], A[q, k, m]
                        A[p, k, m], A[q, k, m] = c * (x + np.conj(t) * y), c * (y - t * x)
        if worst < wanted:
            break


@njit(**JIT)
def derivative(F, D, scale, out, n, M):
    """d/dx of every entry by the transposed spectral matrix."""
    for p in range(n):
        for q in range(n):
            for m in range(M):
                out[p, q, m] = 0
            for k in range(M):
                s = scale * F[p, q, k]
                for m in range(M):
                    out[p, q, m] += D[k, m] * s


@njit(**JIT)
def solve_generator(R, L, block, out, n, M, wanted, blocks):
    """The off-block generator of a rotation from its source; returns the last change."""
    change = 0.0
    for p in range(n):
        for q in range(n):
            for m in range(M):
                out[p, q, m] = 0
    for it in range(60 if blocks else 1):
        change = 0.0
        for p in range(n):
            for q in range(n):
                if block[p] == block[q]:
                    continue
                for m in range(M):
                    s = R[p, q, m]
                    if blocks:
                        for k in range(n):
                            if k != p and block[k] == block[p]:
                                s += L[p, k, m] * out[k, q, m]
                            if k != q and block[k] == block[q]:
                                s -= out[p, k, m] * L[k, q, m]
                    value = s / (L[q, q, m] - L[p, p, m]).real
                    change = max(change, abs(value - out[p, q, m]))
                    out[p, q, m] = value
        if not blocks or (it > 0 and change < wanted):
            break
    return change if blocks else 0.0


@njit(**JIT)
def largest(a, n):
    """Largest entry of a small matrix."""
    worst = 0.0
    for i in range(n):
        for j in range(n):
            worst = max(worst, abs(a[i, j]))
    return worst


@njit(**JIT)
def exponential(G, n):
    """exp of a small anti-Hermitian matrix by a scaled series."""
    size = 0.0
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += abs(G[i, j])
        size = max(size, s)
    halvings = 0
    while size > 0.5:
        size *= 0.5
        halvings += 1
    X = G / 2.0**halvings
    E = np.zeros((n, n), np.complex128)
    term = np.zeros((n, n), np.complex128)
    for i in range(n):
        E[i, i] = term[i, i] = 1
    for k in range(1, 15):
        new = np.zeros((n, n), np.complex128)
        for i in range(n):
            for j in range(n):
                s = 0j
                for m in range(n):
                    s += term[i, m] * X[m, j]
                new[i, j] = s / k
        term = new
        E = E + term
        if largest(term, n) < 1e-18:
            break
    for _ in range(halvings):
        new = np.zeros((n, n), np.complex128)
        for i in range(n):
            for j in range(n):
                s = 0j
                for m in range(n):
                    s += E[i, m] * E[m, j]
                new[i, j] = s
        E = new
    return E


@njit(**JIT)
def chebyshev(T, f, M):
    """Chebyshev coefficients of values at the nodes."""
    c = np.zeros(M, np.complex128)
    for k in range(M):
        s = 0j
        for m in range(M):
            s += T[k, m] * f[m]
        c[k] = s
    return c


@njit(**JIT)
def series(c, u, M):
    """A Chebyshev series at u in [-1, 1]."""
    b1 = b2 = 0j
    for k in range(M - 1, 0, -1):
        b0 = 2 * u * b1 - b2 + c[k]
        b2, b1 = b1, b0
    return u * b1 - b2 + c[0]


@njit(**JIT)
def cross(a, b):
    """2 a x b: the bracket of su(2) in (-i a.sigma)."""
    return (2 * (a[1] * b[2] - a[2] * b[1]), 2 * (a[2] * b[0] - a[0] * b[2]),
            2 * (a[0] * b[1] - a[1] * b[0]))


@njit(**JIT)
def transport_two(c00, c11, c01, h, M, steps):
    """Two states over the panel, their mean apart: Magnus of order six, a unit quaternion."""
    gauss = np.sqrt(0.6)
    w, x, y, z = 1.0, 0.0, 0.0, 0.0
    step = h / steps
    for k in range(steps):
        v = np.empty((3, 3))
        for g in range(3):
            u = (2 * (k + 0.5 + 0.5 * gauss * (g - 1)) / steps) - 1
            a, d, b = series(c00, u, M).real, series(c11, u, M).real, series(c01, u, M)
            v[g, 0], v[g, 1], v[g, 2] = b.real, -b.imag, 0.5 * (a - d)
        a1 = (step * v[1, 0], step * v[1, 1], step * v[1, 2])
        s2, s3 = step * np.sqrt(15.0) / 3, step * 10.0 / 3
        a2 = (s2 * (v[2, 0] - v[0, 0]), s2 * (v[2, 1] - v[0, 1]), s2 * (v[2, 2] - v[0, 2]))
        a3 = (s3 * (v[2, 0] - 2 * v[1, 0] + v[0, 0]), s3 * (v[2, 1] - 2 * v[1, 1] + v[0, 1]),
              s3 * (v[2, 2] - 2 * v[1, 2] + v[0, 2]))
        C1 = cross(a1, a2)
        e = cross(a1, (2 * a3[0] + C1[0], 2 * a3[1] + C1[1], 2 * a3[2] + C1[2]))
        C2 = (-e[0] / 60, -e[1] / 60, -e[2] / 60)
        f = cross((-20 * a1[0] - a3[0] + C1[0], -20 * a1[1] - a3[1] + C1[1],
                   -20 * a1[2] - a3[2] + C1[2]), (a2[0] + C2[0], a2[1] + C2[1], a2[2] + C2[2]))
        ox = a1[0] + a3[0] / 12 + f[0] / 240
        oy = a1[1] + a3[1] / 12 + f[1] / 240
        oz = a1[2] + a3[2] / 12 + f[2] / 240
        angle = np.sqrt(ox * ox + oy * oy + oz * oz)
        s = np.sin(angle) / angle if angle > 1e-30 else 1.0
        # new = step times old
        w2, x2, y2, z2 = np.cos(angle), s * ox, s * oy, s * oz
        w, x, y, z = (w2 * w - x2 * x - y2 * y - z2 * z, w2 * x + x2 * w + y2 * z - z2 * y,
                      w2 * y - x2 * z + y2 * w + z2 * x, w2 * z + x2 * y - y2 * x + z2 * w)
    norm = 1 / np.sqrt(w * w + x * x + y * y + z * z)
    w, x, y, z = w * norm, x * norm, y * norm, z * norm
    out = np.empty((2, 2), np.complex128)
    out[0, 0], out[1, 1] = w - 1j * z, w + 1j * z
    out[0, 1], out[1, 0] = -1j * x - y, -1j * x + y
    return out


@njit(**JIT)
def bracket(a, b, n):
    """Commutator of two small matrices."""
    out = np.zeros((n, n), np.complex128)
    for i in range(n):
        for j in range(n):
            s = 0j
            for k in range(n):
                s += a[i, k] * b[k, j] - b[i, k] * a[k, j]
            out[i, j] = s
    return out


@njit(**JIT)
def transport_many(c, h, M, steps, n):
    """Three states and more over the panel: Magnus of order six."""
    gauss = np.sqrt(0.6)
    U = np.eye(n).astype(np.complex128)
    step = h / steps
    for k in range(steps):
        v = np.zeros((3, n, n), np.complex128)
        for g in range(3):
            u = (2 * (k + 0.5 + 0.5 * gauss * (g - 1)) / steps) - 1
            for i in range(n):
                for j in range(n):
                    v[g, i, j] = -1j * series(c[i, j], u, M)
        a1 = step * v[1]
        a2 = step * np.sqrt(15.0) / 3 * (v[2] - v[0])
        a3 = step * 10.0 / 3 * (v[2] - 2 * v[1] + v[0])
        C1 = bracket(a1, a2, n)
        C2 = bracket(a1, 2 * a3 + C1, n) * (-1 / 60)
        O = a1 + a3 / 12 + bracket(-20 * a1 - a3 + C1, a2 + C2, n) / 240
        E = exponential(O, n)
        new = np.zeros((n, n), np.complex128)
        for i in range(n):
            for j in range(n):
                s = 0j
                for m in range(n):
                    s += E[i, m] * U[m, j]
                new[i, j] = s
        U = new
    return U


@njit(**JIT)
def difference(a, b, n):
    """Largest difference of two small matrices."""
    worst = 0.0
    for i in range(n):
        for j in range(n):
            worst = max(worst, abs(a[i, j] - b[i, j]))
    return worst


@njit(**JIT)
def transport(hb, T, weights, nodes, h, M, n, block, tol):
    """Evolution inside the blocks over the panel: (n, n), block-diagonal.

    Steps are halved until they agree: the order is six, so the finer ones are far below tol.
    """
    out = np.zeros((n, n), np.complex128)
    part = np.arange(n)
    apart, coupling = np.empty(M), np.empty(M)
    # blocks fall apart where what couples them is too small to matter
    for p in range(n):
        for q in range(p + 1, n):
            if block[p] != block[q]:
                continue
            for m in range(M):
                apart[m] = (hb[p, p, m] - hb[q, q, m]).real
                coupling[m] = abs(hb[p, q, m])
            if amplitude(apart, coupling, h, nodes, M) >= 0.02 * tol:
                join(part, p, q, n)
    for b in range(n):
        count = 0
        member = np.empty(n, np.int64)
        for p in range(n):
            if part[p] == b:
                member[count] = p
                count += 1
        if count == 0:
            continue
        if count == 1:
            p = member[0]
            s = 0.0
            for m in range(M):
                s += weights[m] * hb[p, p, m].real
            out[p, p] = np.exp(-0.5j * h * s)
            continue
        gap = 0.0
        for i in range(count):
            for j in range(i + 1, count):
                p, q = member[i], member[j]
                for m in range(M):
                    d = (hb[p, p, m] - hb[q, q, m]).real
                    gap = max(gap, np.sqrt(d * d + 4 * abs(hb[p, q, m]) ** 2))
        steps = 1 + int(0.5 * h * gap)
        # the mean has far more phase than the gap: it goes by quadrature, as a single state does
        s = 0.0
        for m in range(M):
            mean = 0.0
            for i in range(count):
                mean += hb[member[i], member[i], m].real / count
            s += weights[m] * mean
            for i in range(count):
                hb[member[i], member[i], m] -= mean
        e = np.exp(-0.5j * h * s)
        if count == 2:
            p, q = member[0], member[1]
            c0, c1, c2 = (chebyshev(T, hb[p, p], M), chebyshev(T, hb[q, q], M),
                          chebyshev(T, hb[p, q], M))
            two = transport_two(c0, c1, c2, h, M, steps)
            for _ in range(12):
                steps *= 2
                old, two = two, transport_two(c0, c1, c2, h, M, steps)
                if difference(old, two, 2) < 0.5 * tol:
                    break
            out[p, p], out[q, q] = e * two[0, 0], e * two[1, 1]
            out[p, q], out[q, p] = e * two[0, 1], e * two[1, 0]
            continue
        c = np.zeros((count, count, M), np.complex128)
        for i in range(count):
            for j in range(count):
                c[i, j] = chebyshev(T, hb[member[i], member[j]], M)
        many = transport_many(c, h, M, steps, count)
        for _ in range(12):
            steps *= 2
            old, many = many, transport_many(c, h, M, steps, count)
            if difference(old, many, count) < 0.5 * tol:
                break
        for i in range(count):
            for j in range(count):
                out[member[i], member[j]] = e * many[i, j]
    return out


@njit(**JIT)
def frame(U, Q, S, G, m, n):
    """U Q exp(-iS) exp(G) at node m."""
    s = np.zeros((n, n), np.complex128)
    g = np.zeros((n, n), np.complex128)
    q = np.zeros((n, n), np.complex128)
    for i in range(n):
        for j in range(n):
            s[i, j] = -1j * S[i, j, m]
            g[i, j] = G[i, j, m]
            q[i, j] = Q[i, j, m]
    return U.astype(np.complex128) @ q @ exponential(s, n) @ exponential(g, n)


@njit(**JIT)
def widest(x, h, scales_x, scales_h):
    """The widest panel from x, at most h, on which the profile functions can be seen."""
    i = np.searchsorted(scales_x, x, side="right") - 1
    i = min(max(i, 0), scales_h.size - 1)
    while i < scales_h.size and scales_x[i] < x + h:
        # a finer stretch that begins inside the panel ends it, or narrows it
        h = min(h, max(scales_x[i] - x, scales_h[i]))
        i += 1
    return h


@njit(**JIT)
def evolve(H0, K, edges, table, scales_x, scales_h, x0, x1, breaks, tol, D, T, weights, nodes,
           h_least, h_most):
    """All states from x0 to x1.

    H0 : (n, n) constant part; K : (n_f, n, n); edges, table : the profile functions;
    scales_x, scales_h : stretches of x on which the functions are smooth, starts and widths;
    breaks : x of discontinuities, each a panel edge.

    Returns
    -------
    psi : complex (n, n), columns are initial states; error estimate; panels kept, tried;
    warned : number of panels accepted at the least width; x that was reached
    """
    n, M, n_f = H0.shape[0], nodes.size, K.shape[0]
    psi = np.eye(n).astype(np.complex128)
    U = np.eye(n).astype(H0.dtype)
    x, h, error = x0, 0.05, 0.0
    kept, tried, warned = 0, 0, 0
    f = np.empty((n_f, M))
    r = np.empty(M)
    value = np.empty(n_f)
    norm = np.empty(n_f)
    for k in range(n_f):
        norm[k] = largest(K[k], n)
    work = np.empty((8, n, n, M), H0.dtype)
    A, Q, W, S, G, R, dS, L = (work[0], work[1], work[2], work[3], work[4], work[5], work[6],
                               work[7])
    hb = np.empty((n, n, M), np.complex128)
    forced = np.zeros((n, n), np.bool_)
    next_break = 0
    whole = False
    while x < x1 and tried < 500000:
        while next_break < breaks.size and breaks[next_break] <= x * (1 + 1e-15):
            next_break += 1
        stop = x1 if next_break >= breaks.size else min(x1, breaks[next_break])
        width = widest(x, h, scales_x, scales_h)
        rest = stop - x
        # no sliver is left before an edge
        last = width >= rest * (1 - 1e-9)
        if last:
            width = rest
        elif 2 * width > rest:
            width = 0.5 * rest
        tried += 1
        at_floor = width <= h_least
        for m in range(M):
            at = x + width * nodes[m]
            # a node on a discontinuity belongs to this panel's side
            at = min(max(at, x + 1e-13 * width), stop - 1e-13 * width)
            functions_at(at, edges, table, value)
            f[:, m] = value
            r[m] = np.exp(x + width * nodes[m])
        # a function that these nodes do not resolve: no need to diagonalize anything
        rough = 0.0
        for k in range(n_f):
            c14 = c15 = 0.0
            for m in range(M):
                c14 += T[M - 2, m] * f[k, m] * r[m]
                c15 += T[M - 1, m] * f[k, m] * r[m]
            rough = max(rough, norm[k] * width * (abs(c14) + abs(c15)) / (2 * M) / (0.1 * tol))
        if rough > 2 and not at_floor:
            h = max(width * max(0.3, 0.9 * rough ** (-1 / 13)), h_least)
            forced[:, :] = False
            whole = False
            continue
        H = H0.copy()
        for k in range(n_f):
            H = H + f[k, M // 2] * K[k]
        V = U.copy()
        rotate_basis(H, V, n)
        base = transform(V, H0, n)
        for p in range(n):
            for q in range(n):
                for m in range(M):
                    A[p, q, m] = base[p, q]
        for k in range(n_f):
            base = transform(V, K[k], n)
            for p in range(n):
                for q in range(n):
                    for m in range(M):
                        A[p, q, m] += f[k, m] * base[p, q]
        block = np.arange(n)
        for p in range(n):
            for q in range(p + 1, n):
                if forced[p, q]:
                    join(block, p, q, n)
        if whole:
            block[:] = 0
        excess = 0.0 if whole else first_blocks(A, r, width, tol, block, nodes, n, M)
        if excess > 1 and not at_floor:
            h = max(0.5 * width, h_least)
            forced[:, :] = False
            whole = False
            continue
        blocks = False
        for p in range(n):
            if block[p] != p:
                blocks = True
        diagonalize(A, Q, block, n, M, blocks)
        for p in range(n):
            for q in range(n):
                for m in range(M):
                    L[p, q, m] = r[m] * A[p, q, m]
        scale = 2 / width
        derivative(Q, D, scale, R, n, M)
        for p in range(n):
            for q in range(n):
                for m in range(M):
                    W[p, q, m] = 0
                for k in range(n):
                    for m in range(M):
                        W[p, q, m] += np.conj(Q[k, p, m]) * R[k, q, m]
        for p in range(n):
            for q in range(p, n):
                for m in range(M):
                    s = 0.5 * (W[p, q, m] - np.conj(W[q, p, m]))
                    W[p, q, m], W[q, p, m] = s, -np.conj(s)
        # first generator: [L, S] = -W off the blocks
        change = solve_generator(W, L, block, S, n, M, 1e-4 * tol, blocks)
        derivative(S, D, scale, dS, n, M)
        for p in range(n):
            for q in range(n):
                same = block[p] == block[q]
                for m in range(M):
                    out = H0[0, 0] * 0
                    inside = H0[0, 0] * 0
                    for k in range(n):
                        # [W_off, S] and [W_in, S]
                        if block[k] != block[p]:
                            out += W[p, k, m] * S[k, q, m]
                        else:
                            inside += W[p, k, m] * S[k, q, m]
                        if block[k] != block[q]:
                            out -= S[p, k, m] * W[k, q, m]
                        else:
                            inside -= S[p, k, m] * W[k, q, m]
                    if same:
                        R[p, q, m] = 0
                        hb[p, q, m] = L[p, q, m] - 1j * W[p, q, m] - 0.5 * out
                    else:
                        R[p, q, m] = -0.5 * out - inside - dS[p, q, m]
        for p in range(n):
            for m in range(M):
                s = H0[0, 0] * 0
                for k in range(n):
                    s += S[p, k, m] * dS[k, p, m] - dS[p, k, m] * S[k, p, m]
                hb[p, p, m] += (-0.5j * s).real
        change = max(change, solve_generator(R, L, block, G, n, M, 1e-4 * tol, blocks))
        derivative(G, D, scale, R, n, M)
        # what is left over, pair by pair
        worst, bad_p, bad_q, gap = 0.0, 0, 0, 0.0
        for p in range(n):
            for q in range(p + 1, n):
                if block[p] == block[q]:
                    continue
                for m in range(M):
                    d = abs(L[q, q, m] - L[p, p, m])
                    # amplitude left over, and phase of the fourth order
                    left = (abs(R[p, q, m]) + abs(L[p, q, m])) / d \
                        + width * d * (abs(G[p, q, m]) ** 2 + abs(S[p, q, m]) ** 4)
                    if left > worst:
                        worst, bad_p, bad_q = left, p, q
        if bad_p != bad_q:
            for m in range(M):
                gap = max(gap, abs(L[bad_q, bad_q, m] - L[bad_p, bad_p, m]))
        if max(worst, change) >= 0.1 * tol and not whole:
            spread, accept = 0.0, False
            for p in range(n):
                for q in range(p):
                    for m in range(M):
                        spread = max(spread, abs(L[p, p, m] - L[q, q, m]))
            if width * spread < 15:
                # so little phase that everything may be integrated as it stands
                whole = True
            elif at_floor:
                accept = True
            elif worst >= 0.1 * tol and width * gap < 500 and not forced[bad_p, bad_q]:
                forced[bad_p, bad_q] = True
            else:
                h = max(0.5 * width, h_least)
                forced[:, :] = False
            if not accept:
                continue
        tail = 0.0
        for p in range(n):
            for q in range(p, n):
                c14 = c15 = 0j
                if block[p] == block[q]:
                    for m in range(M):
                        c14 += T[M - 2, m] * hb[p, q, m]
                        c15 += T[M - 1, m] * hb[p, q, m]
                    tail = max(tail, width * (abs(c14) + abs(c15)) / (2 * M) / (0.1 * tol))
                else:
                    for m in range(M):
                        c14 += T[M - 2, m] * S[p, q, m]
                        c15 += T[M - 1, m] * S[p, q, m]
                    tail = max(tail, (abs(c14) + abs(c15)) / (0.1 * tol))
        if tail > 1 and not at_floor:
            h = max(width * max(0.3, 0.9 * tail ** (-1 / 13)), h_least)
            whole = False
            continue
        if at_floor and (tail > 1 or max(worst, change) >= 0.1 * tol or excess > 1):
            warned += 1
        inner = transport(hb, T, weights, nodes, width, M, n, block, tol)
        F0, F1 = frame(V, Q, S, G, 0, n), frame(V, Q, S, G, M - 1, n)
        psi = F1 @ (inner @ (np.conj(F0.T) @ psi))
        U = V
        kept += 1
        error += max(worst, change) + 0.1 * tol * tail
        x = stop if last else x + width
        grow = 2.0 if tail == 0 else min(max(0.9 * tail ** (-1 / 13), 0.5), 2.0)
        # a panel that an edge cut short says little about the next one
        h = min(max(h, width) * grow if width < h else width * grow, h_most)
        forced[:, :] = False
        whole = False
    return psi, error, kept, tried, warned, x
