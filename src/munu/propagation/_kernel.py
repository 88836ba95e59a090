"""Panel super-adiabatic transport, compiled: one energy from end to end.

On a panel in x = ln r the equation is i dpsi/dx = r H psi on M Chebyshev-Lobatto nodes.  A basis
Q makes the Hamiltonian block-diagonal at every node (blocks: the pairs that are not adiabatic);
with W = Q^dag dQ/dx further rotations exp(-iS), exp(G) and exp(-iF) take out the coupling between
blocks to third order.  What is left are phases and small blocks.

Arrays over nodes have the node as their last index.  Everything dimensionful comes as an
argument, in one unit of length; nothing is global.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numba import config, njit

from munu import _places


def _kept() -> bool:
    """Whether compiled code can be kept; where numba finds no folder, in the temporary one."""
    try:
        # numba would make a folder called ~
        beside = Path(__file__).with_name("__pycache__")
        if not (config.CACHE_DIR or _places.home() or _places.writable(beside)):
            raise RuntimeError
        njit(cache=True)(_kept)
    except RuntimeError:
        folder = _places.temporary()
        if folder is None:
            return False
        config.CACHE_DIR = str(folder)
    return True


JIT = {"cache": _kept(), "nogil": True, "fastmath": False, "error_model": "numpy"}
# what only compiled code calls needs no door from Python
INNER = {**JIT, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# nodes of a panel; a constant, so that loops over them are unrolled
M = 16


@njit(**INNER)
def segment(x, starts, count):
    """The last of ``count`` rising starts that is not beyond x."""
    low, high = 0, count
    while high - low > 1:
        middle = (low + high) // 2
        if starts[middle] <= x:
            low = middle
        else:
            high = middle
    return low


@njit(**INNER)
def series(x, i, edges, table, out):
    """Values of the profile functions at x on segment i, by Clenshaw's sum."""
    _, n_f, n_c = table.shape
    u = (2 * x - edges[i] - edges[i + 1]) / (edges[i + 1] - edges[i])
    for k in range(n_f):
        b1 = b2 = 0.0
        for c in range(n_c - 1, 0, -1):
            b0 = 2 * u * b1 + (table[i, k, c] - b2)
            b2, b1 = b1, b0
        out[k] = u * b1 - b2 + table[i, k, 0]


@njit(**JIT)
def functions_at(x, edges, table, out):
    """Values of the profile functions at x: Chebyshev series on the segment that holds x."""
    series(x, segment(x, edges, table.shape[0]), edges, table, out)


@njit(**INNER)
def rotate_basis(H, U, n):
    """Diagonalize U^dag H U by cyclic Jacobi; U becomes the basis of eigenvectors, to 1e-10.

    Any basis near it does: what it leaves is transported as all couplings are.
    """
    B = transform(U, H, n)
    for _ in range(60):
        worst = 0.0
        for p in range(n - 1):
            for q in range(p + 1, n):
                b = B[p, q]
                d = (B[p, p] - B[q, q]).real
                if abs(b) <= 1e-12 * abs(d):
                    continue
                # its square may be less than the least number there is
                size = np.hypot(d, 2 * abs(b))
                t = 2 * np.conj(b) / (d + (size if d >= 0 else -size))
                worst = max(worst, abs(t))
                c = 1 / np.sqrt(1 + abs(t) ** 2)
                moved = (t * b).real
                B[p, p] += moved
                B[q, q] -= moved
                B[p, q] *= 0
                B[q, p] *= 0
                for k in range(n):
                    x, y = U[k, p], U[k, q]
                    U[k, p], U[k, q] = c * (x + t * y), c * (y - np.conj(t) * x)
                    if k in (p, q):
                        continue
                    x, y = B[k, p], B[k, q]
                    x, y = c * (x + t * y), c * (y - np.conj(t) * x)
                    B[k, p], B[k, q] = x, y
                    B[p, k], B[q, k] = np.conj(x), np.conj(y)
        # the next would turn by the square of it
        if worst < 1e-5:
            break
    # round-off in a long product of rotations: one step back to unitarity
    G, V = np.zeros_like(U), np.zeros_like(U)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                G[i, j] -= 0.5 * np.conj(U[k, i]) * U[k, j]
    for i in range(n):
        G[i, i] += 1.5
    for i in range(n):
        for k in range(n):
            for j in range(n):
                V[i, j] += U[i, k] * G[k, j]
    for i in range(n):
        for j in range(n):
            U[i, j] = V[i, j]


@njit(**INNER)
def transform(U, K, n):
    """U^dag K U; K may be sparse."""
    T, out = np.zeros_like(U), np.zeros_like(U)
    for i in range(n):
        for k in range(n):
            a = K[i, k]
            if a != 0:
                for j in range(n):
                    T[i, j] += a * U[k, j]
    for k in range(n):
        for i in range(n):
            a = np.conj(U[k, i])
            for j in range(n):
                out[i, j] += a * T[k, j]
    return out


@njit(**INNER)
def on_nodes(H0, K, f, V, A, n):
    """V becomes the eigenvectors at a middle node, A the Hamiltonian at all nodes in that basis."""
    H = H0.copy()
    for k in range(K.shape[0]):
        for p in range(n):
            for q in range(n):
                H[p, q] += f[k, M // 2] * K[k, p, q]
    rotate_basis(H, V, n)
    base = transform(V, H0, n)
    for p in range(n):
        for q in range(p, n):
            for m in range(M):
                A[p, q, m] = base[p, q]
    for k in range(K.shape[0]):
        base = transform(V, K[k], n)
        for p in range(n):
            for q in range(p, n):
                b = base[p, q]
                for m in range(M):
                    A[p, q, m] += f[k, m] * b
    for p in range(n):
        for q in range(p):
            for m in range(M):
                A[p, q, m] = np.conj(A[q, p, m])


@njit(**INNER)
def join(block, p, q, n):
    """Union of the blocks of p and q."""
    a, b = block[p], block[q]
    if a != b:
        low, high = min(a, b), max(a, b)
        for k in range(n):
            if block[k] == high:
                block[k] = low


@njit(**INNER)
def amplitude(d, b, h, nodes):
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


@njit(**INNER)
def first_blocks(A, r, h, tol, block, nodes, n):
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
            if amplitude(gap, coupling, h, nodes) < 0.02 * tol:
                continue
            s = size[block[p]]
            limit = 500.0 if s == 2 else (30.0 if s == 3 else 15.0)
            excess = max(excess, phase / limit)
    return excess


@njit(**INNER)
def diagonalize(A, Q, block, n, blocks, tol):
    """Batched Jacobi on all nodes, leaving pairs of one block alone.

    What the last sweep leaves is counted: the square of its largest angle, or, beside blocks, a
    part of it.  Angles far below that are not worth a rotation.
    """
    for p in range(n):
        for q in range(n):
            for m in range(M):
                Q[p, q, m] = 1.0 if p == q else 0.0
    wanted, sweeps = (1e-4 * tol, 9) if blocks else (np.sqrt(1e-4 * tol), 6)
    nothing = (1e-6 * tol) ** 2
    cosine, square, tangent = np.empty(M), np.empty(M), np.empty(M, A.dtype)
    for _ in range(sweeps):
        worst = 0.0
        for p in range(n - 1):
            for q in range(p + 1, n):
                if block[p] == block[q]:
                    continue
                for m in range(M):
                    b = A[p, q, m]
                    d = (A[p, p, m] - A[q, q, m]).real
                    size = (b * np.conj(b)).real
                    # a number far below any other keeps 0/0 away where nothing couples
                    t = 2 * np.conj(b) / (d + np.copysign(
                        np.sqrt(d * d + 4 * size), d) + np.copysign(1e-150, d))
                    tangent[m] = t
                    square[m] = (t * np.conj(t)).real
                    cosine[m] = 1 / np.sqrt(1 + square[m])
                greatest = 0.0
                for m in range(M):
                    greatest = max(greatest, square[m])
                # so little turns nothing; it stays where nobody looks
                if greatest <= nothing:
                    continue
                worst = max(worst, np.sqrt(greatest))
                # nodes innermost: one instruction for several of them
                for m in range(M):
                    s = (tangent[m] * A[p, q, m]).real
                    A[p, p, m] += s
                    A[q, q, m] -= s
                    A[p, q, m] = A[q, p, m] = 0
                for k in range(n):
                    for m in range(M):
                        c, t = cosine[m], tangent[m]
                        x, y = Q[k, p, m], Q[k, q, m]
                        Q[k, p, m], Q[k, q, m] = c * (x + t * y), c * (y - np.conj(t) * x)
                    if k in (p, q):
                        continue
                    for m in range(M):
                        c, t = cosine[m], tangent[m]
                        x, y = A[k, p, m], A[k, q, m]
                        A[k, p, m], A[k, q, m] = c * (x + t * y), c * (y - np.conj(t) * x)
                    for m in range(M):
                        A[p, k, m], A[q, k, m] = np.conj(A[k, p, m]), np.conj(A[k, q, m])
        if worst < wanted:
            break


@njit(**INNER)
def degenerate(A, block, forced, n):
    """Marks pairs of different blocks that are one to round-off; whether there are any."""
    size = 0.0
    for p in range(n):
        for m in range(M):
            size = max(size, abs(A[p, p, m]))
    some = False
    for p in range(n):
        for q in range(p + 1, n):
            if block[p] == block[q]:
                continue
            for m in range(M):
                if abs(A[p, p, m] - A[q, q, m]) <= 1e-14 * size:
                    forced[p, q] = some = True
    return some


@njit(**INNER)
def combined(a, x, out):
    """The sum over k of a[k] x[k]; innermost, so that it is unrolled and stays in registers."""
    for m in range(M):
        s = a[0, m] * x[0]
        for k in range(1, M):
            s += a[k, m] * x[k]
        out[m] = s


@njit(**INNER)
def derivative(F, D, scale, sign, out, n):
    """d/dx of every entry by the transposed spectral matrix.

    sign : 1 for Hermitian F, -1 for anti-Hermitian F, both without diagonal; 0 for any
    """
    value = np.empty(M, out.dtype)
    for p in range(n):
        for q in range(n):
            if sign != 0 and q <= p:
                if q == p:
                    for m in range(M):
                        out[p, p, m] = 0
                continue
            combined(D, F[p, q], value)
            for m in range(M):
                out[p, q, m] = scale * value[m]
            if sign != 0:
                for m in range(M):
                    out[q, p, m] = sign * np.conj(out[p, q, m])


@njit(**INNER)
def clear(F, n):
    """F becomes 0 at all nodes."""
    for p in range(n):
        for q in range(n):
            for m in range(M):
                F[p, q, m] = 0


@njit(**INNER)
def solve_generator(R, L, block, sign, out, n, wanted, blocks):
    """The off-block generator of a rotation from its source; returns the last change.

    sign : 1 for a Hermitian generator, -1 for an anti-Hermitian one
    """
    change = 0.0
    value = np.empty(M, out.dtype)
    clear(out, n)
    alone = np.ones(n, np.bool_)
    for p in range(n):
        for q in range(n):
            if q != p and block[p] == block[q]:
                alone[p] = False
    for it in range(60 if blocks else 1):
        change = 0.0
        for p in range(n):
            for q in range(p + 1, n):
                # two states without a block are done at once
                if block[p] == block[q] or (it > 0 and alone[p] and alone[q]):
                    continue
                for m in range(M):
                    value[m] = R[p, q, m]
                if blocks:
                    for k in range(n):
                        if k != p and block[k] == block[p]:
                            for m in range(M):
                                value[m] += L[p, k, m] * out[k, q, m]
                        if k != q and block[k] == block[q]:
                            for m in range(M):
                                value[m] -= out[p, k, m] * L[k, q, m]
                for m in range(M):
                    value[m] /= (L[q, q, m] - L[p, p, m]).real
                if it > 0:
                    for m in range(M):
                        change = max(change, abs(value[m] - out[p, q, m]))
                for m in range(M):
                    out[p, q, m] = value[m]
                    out[q, p, m] = sign * np.conj(value[m])
        if not blocks or (it > 0 and change < wanted):
            break
    return change


@njit(**INNER)
def turning(Q, dQ, W, n):
    """Q^dag dQ/dx, anti-Hermitian."""
    clear(W, n)
    for p in range(n):
        for q in range(n):
            for k in range(n):
                for m in range(M):
                    W[p, q, m] += np.conj(Q[k, p, m]) * dQ[k, q, m]
    for p in range(n):
        for q in range(p, n):
            for m in range(M):
                s = 0.5 * (W[p, q, m] - np.conj(W[q, p, m]))
                W[p, q, m], W[q, p, m] = s, -np.conj(s)


@njit(**INNER)
def second_order(L, W, S, dS, block, R, hb, n):
    """Source R of the second generator, and the Hamiltonian hb inside the blocks.

    dS becomes dS/dx + [W_in, S] + 2/3 [W_off, S].
    """
    out, inside = np.empty(M, W.dtype), np.empty(M, W.dtype)
    for p in range(n):
        for q in range(p, n):
            for m in range(M):
                out[m] = inside[m] = 0
            # [W_off, S] and [W_in, S]
            for k in range(n):
                # S has nothing inside the blocks
                of_p, of_q = block[k] == block[p], block[k] == block[q]
                if not of_p and not of_q:
                    for m in range(M):
                        out[m] += W[p, k, m] * S[k, q, m] - S[p, k, m] * W[k, q, m]
                elif not of_q:
                    for m in range(M):
                        inside[m] += W[p, k, m] * S[k, q, m]
                elif not of_p:
                    for m in range(M):
                        inside[m] -= S[p, k, m] * W[k, q, m]
            for m in range(M):
                s = inside[m] + dS[p, q, m]
                R[p, q, m] = -0.5 * out[m] - s
                dS[p, q, m] = s + 2 / 3 * out[m]
                dS[q, p, m] = np.conj(dS[p, q, m])
            if block[p] == block[q]:
                for m in range(M):
                    hb[p, q, m] = L[p, q, m] - 1j * W[p, q, m] - 0.5 * out[m]
                    hb[q, p, m] = np.conj(hb[p, q, m])


@njit(**INNER)
def third_order(W, S, B, G, block, R, hb, Y, n):
    """R, dG/dx as it comes, becomes the source of the third generator; hb gets its third order.

    That is dG/dx + [W_in, G] + 1/2 [S, B], with B of :func:`second_order`; Y is the size of the
    last.
    """
    value = np.empty(M, W.dtype)
    for p in range(n):
        for q in range(p, n):
            for m in range(M):
                value[m] = 0
            for k in range(n):
                if block[k] == block[p] and block[k] == block[q]:
                    continue
                for m in range(M):
                    value[m] += 0.5 * (S[p, k, m] * B[k, q, m] - B[p, k, m] * S[k, q, m])
            for m in range(M):
                Y[p, q, m] = Y[q, p, m] = abs(value[m])
            if block[p] == block[q]:
                for m in range(M):
                    hb[p, q, m] -= 1j * value[m]
                    hb[q, p, m] = np.conj(hb[p, q, m])
                continue
            for k in range(n):
                if block[k] == block[p]:
                    for m in range(M):
                        value[m] += W[p, k, m] * G[k, q, m]
                if block[k] == block[q]:
                    for m in range(M):
                        value[m] -= G[p, k, m] * W[k, q, m]
            for m in range(M):
                R[p, q, m] += value[m]


@njit(**INNER)
def fourth_order(W, L, hb, S, G, F, Y, block, size, out, n, tol):
    """Size of the couplings of fourth order between blocks, those of dF/dx apart.

    size : (3, n, n), filled with those of S, G and F
    """
    for p in range(n):
        for q in range(p, n):
            for m in range(M):
                size[0, p, q, m] = size[0, q, p, m] = abs(S[p, q, m])
                size[1, p, q, m] = size[1, q, p, m] = abs(G[p, q, m])
                size[2, p, q, m] = size[2, q, p, m] = abs(F[p, q, m])
    clear(out, n)
    greatest, row = 0.0, np.empty(M)
    for p in range(n):
        for m in range(M):
            row[m] = 0.0
        for k in range(n):
            for m in range(M):
                row[m] += size[0, p, k, m]
        for m in range(M):
            greatest = max(greatest, row[m])
    for p in range(n if greatest ** 4 > 1e-4 * tol else 0):
        for q in range(p + 1, n):
            if block[p] == block[q]:
                continue
            for k in range(n):
                for m in range(M):
                    out[p, q, m] += 0.5 * (size[0, p, k, m] * Y[k, q, m]
                                           + Y[p, k, m] * size[0, k, q, m])
    # what is inside the blocks, of second order and of first
    inside, turn = np.empty(M), np.empty(M)
    for p in range(n):
        for k in range(n):
            if block[k] != block[p]:
                continue
            for m in range(M):
                turn[m] = abs(W[p, k, m])
                inside[m] = abs(hb[p, k, m].real - L[p, k, m].real - W[p, k, m].imag) \
                    + abs(hb[p, k, m].imag - L[p, k, m].imag + W[p, k, m].real)
            for q in range(n):
                if block[q] != block[p]:
                    part = out[min(p, q), max(p, q)]
                    for m in range(M):
                        part[m] += inside[m] * size[1, k, q, m] + turn[m] * size[2, k, q, m]


@njit(**INNER)
def left_over(dF, L, sizes, fourth, block, width, weights, left, lost, gap, n):
    """What three orders leave, pair by pair, and the gaps over the panel; returns the worst.

    A coupling c between levels d apart moves an amplitude by its integral at the most; where it
    turns against their phase, by c/d at the ends and all that c/d changes by in between.  A drive
    in resonance with the levels makes the second as large as the first.  What an end leaves the
    next panel takes back, if its blocks are the same.

    left : (n, n), by pair, the least of both, ends for a third, as most of them are taken back;
    lost : (4, n, n), the integral, the change, and c/d
    at both ends, what orders leave of phases in the first two.
    """
    worst = 0.0
    d, first, second, size = np.empty(M), np.empty(M, dF.dtype), np.empty(M), np.empty(M)
    for p in range(n):
        for q in range(p + 1, n):
            left[p, q] = gap[p, q] = 0.0
            for k in range(4):
                lost[k, p, q] = lost[k, q, p] = 0.0
            if block[p] == block[q]:
                continue
            whole, top, change, phase = 0.0, 0.0, 0.0, 0.0
            for m in range(M):
                d[m] = abs(L[q, q, m] - L[p, p, m])
                size[m] = abs(dF[p, q, m]) + fourth[p, q, m]
                first[m], second[m] = dF[p, q, m] / d[m], fourth[p, q, m] / d[m]
                whole += 0.5 * width * weights[m] * size[m]
                # phase of the fourth order
                phase += 0.5 * width * weights[m] * d[m] * (sizes[1, p, q, m] ** 2
                                                            + sizes[0, p, q, m] ** 4)
            for m in range(M):
                size[m] /= d[m]
            for m in range(M):
                top = max(top, size[m])
                gap[p, q] = max(gap[p, q], d[m])
            for m in range(1, M):
                change += abs(first[m] - first[m - 1]) + abs(second[m] - second[m - 1])
            lost[2, p, q] = lost[2, q, p] = size[0]
            lost[3, p, q] = lost[3, q, p] = size[M - 1]
            lost[0, p, q] = lost[0, q, p] = whole + phase
            lost[1, p, q] = lost[1, q, p] = change + phase
            left[p, q] = min(whole, max(0.3 * top, change)) + phase
            worst = max(worst, left[p, q])
    return worst


@njit(**INNER)
def largest(a, n):
    """Largest entry of a small matrix."""
    worst = 0.0
    for i in range(n):
        for j in range(n):
            worst = max(worst, abs(a[i, j]))
    return worst


@njit(**INNER)
def times_exponential(F, X, n):
    """F becomes F exp(X) for a small anti-Hermitian X, by its series."""
    size = 0.0
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += abs(X[i, j])
        size = max(size, s)
    parts = 1 + int(2 * size) if size < 1e6 else 1
    term, new = np.empty((n, n), np.complex128), np.empty((n, n), np.complex128)
    for _ in range(parts):
        for i in range(n):
            for j in range(n):
                term[i, j] = F[i, j]
        for k in range(1, 15):
            worst = 0.0
            for i in range(n):
                for j in range(n):
                    new[i, j] = 0
                for m in range(n):
                    t = term[i, m] / (k * parts)
                    for j in range(n):
                        new[i, j] += t * X[m, j]
                for j in range(n):
                    worst = max(worst, abs(new[i, j].real) + abs(new[i, j].imag))
            term, new = new, term
            for i in range(n):
                for j in range(n):
                    F[i, j] += term[i, j]
            # the next is below round-off
            if worst * size < 1e-17 * (k + 1) * parts:
                break


@njit(**INNER)
def chebyshev(T, f, real, imaginary):
    """Chebyshev coefficients of complex values at the nodes; T is transposed."""
    x, y = np.empty(M), np.empty(M)
    for m in range(M):
        x[m], y[m] = f[m].real, f[m].imag
    combined(T, x, real)
    combined(T, y, imaginary)


@njit(**INNER)
def multiply(a, b, out, n, dagger):
    """out = a b, or a^dagger b."""
    for i in range(n):
        for j in range(n):
            s = 0j
            for k in range(n):
                s += (np.conj(a[k, i]) if dagger else a[i, k]) * b[k, j]
            out[i, j] = s


@njit(**INNER)
def pieces_values(c, at, length, nodes, P, Hr, Hi, n):
    """Hermitian Chebyshev series (2, n, n, M) at the nodes of a piece of [-1, 1]."""
    for m in range(M):
        P[0, m], P[1, m] = 1.0, at + length * nodes[m]
    for k in range(2, M):
        for m in range(M):
            P[k, m] = 2 * P[1, m] * P[k - 1, m] - P[k - 2, m]
    for i in range(n):
        for j in range(i, n):
            combined(P, c[0, i, j], Hr[i, j])
            combined(P, c[1, i, j], Hi[i, j])
            for m in range(M):
                Hr[j, i, m], Hi[j, i, m] = Hr[i, j, m], -Hi[i, j, m]


@njit(**INNER)
def turned(Hr, Hi, V, work, n):
    """V becomes the eigenvectors at a middle node, H what it is in that basis."""
    middle = np.empty((n, n), np.complex128)
    for i in range(n):
        for j in range(n):
            middle[i, j] = Hr[i, j, M // 2] + 1j * Hi[i, j, M // 2]
    rotate_basis(middle, V, n)
    for i in range(n):
        for j in range(n):
            xr, xi = work[0, i, j], work[1, i, j]
            for m in range(M):
                xr[m] = xi[m] = 0.0
            for k in range(n):
                a, b = V[k, j].real, V[k, j].imag
                for m in range(M):
                    xr[m] += Hr[i, k, m] * a - Hi[i, k, m] * b
                    xi[m] += Hr[i, k, m] * b + Hi[i, k, m] * a
    for i in range(n):
        for j in range(n):
            for m in range(M):
                Hr[i, j, m] = Hi[i, j, m] = 0.0
            for k in range(n):
                a, b = V[k, i].real, V[k, i].imag
                for m in range(M):
                    Hr[i, j, m] += work[0, k, j, m] * a + work[1, k, j, m] * b
                    Hi[i, j, m] += work[1, k, j, m] * a - work[0, k, j, m] * b


@njit(**INNER)
def interaction(Hr, Hi, step, T, weights, integral, work, out, n):
    """The part of a piece that is not phases: three orders of the couplings; returns a bound.

    Levels go by quadrature whatever their phase.  With C the couplings that turn with it,
    A = int C from the start and B the rest of it to the end, the orders are int C, int C A and
    int B C A.  The fourth is below (int |C|)^4/24, and below half of |A| |B| (int |C|)^2.
    """
    Ar, Ai, Xr, Xi, phase = work[0], work[1], work[2], work[3], work[4, 0]
    row = work[4, 1]
    cosine, sine = work[5, 0], work[5, 1]
    for p in range(n):
        combined(integral, Hr[p, p], phase[p])
        for m in range(M):
            phase[p, m] *= step
            cosine[p, m], sine[p, m] = np.cos(phase[p, m]), np.sin(phase[p, m])
    missed = 0.0
    for p in range(n):
        for m in range(M):
            Hr[p, p, m] = Hi[p, p, m] = Ar[p, p, m] = Ai[p, p, m] = 0.0
        for q in range(p + 1, n):
            a14 = b14 = a15 = b15 = 0.0
            for m in range(M):
                a = cosine[p, m] * cosine[q, m] + sine[p, m] * sine[q, m]
                b = sine[p, m] * cosine[q, m] - cosine[p, m] * sine[q, m]
                x, y = step * Hr[p, q, m], step * Hi[p, q, m]
                x, y = x * a - y * b, x * b + y * a
                Hr[p, q, m] = Hr[q, p, m] = x
                Hi[p, q, m], Hi[q, p, m] = y, -y
                a14 += T[M - 2, m] * x
                b14 += T[M - 2, m] * y
                a15 += T[M - 1, m] * x
                b15 += T[M - 1, m] * y
            missed += np.hypot(a14, b14) + np.hypot(a15, b15)
            xr, xi = Ar[p, q], Ai[p, q]
            combined(integral, Hr[p, q], xr)
            combined(integral, Hi[p, q], xi)
            for m in range(M):
                Ar[q, p, m], Ai[q, p, m] = xr[m], -xi[m]
    size, before, after = np.zeros(M), 0.0, 0.0
    for p in range(n):
        for m in range(M):
            row[0, m] = row[1, m] = 0.0
        for q in range(n):
            x, y = Ar[p, q, M - 1], Ai[p, q, M - 1]
            for m in range(M):
                row[0, m] += np.sqrt(Hr[p, q, m] ** 2 + Hi[p, q, m] ** 2)
                row[1, m] += np.sqrt(Ar[p, q, m] ** 2 + Ai[p, q, m] ** 2)
        for m in range(M):
            size[m] = max(size[m], row[0, m])
            before = max(before, row[1, m])
    after = 2 * before
    whole = 0.0
    for m in range(M):
        whole += 0.5 * weights[m] * size[m]
    lost = whole ** 2 * min(whole ** 2 / 12, before * after) + missed / (4 * M)
    for i in range(n):
        for j in range(n):
            xr, xi = Xr[i, j], Xi[i, j]
            for m in range(M):
                xr[m] = xi[m] = 0.0
            for k in range(n):
                # no diagonals here
                if k in (i, j):
                    continue
                for m in range(M):
                    xr[m] += Hr[i, k, m] * Ar[k, j, m] - Hi[i, k, m] * Ai[k, j, m]
                    xi[m] += Hr[i, k, m] * Ai[k, j, m] + Hi[i, k, m] * Ar[k, j, m]
            x = y = 0.0
            for m in range(M):
                x += 0.5 * weights[m] * xr[m]
                y += 0.5 * weights[m] * xi[m]
            out[i, j] = -1j * (Ar[i, j, M - 1] + 1j * Ai[i, j, M - 1]) - (x + 1j * y)
        out[i, i] += 1
    for i in range(n):
        for k in range(n):
            for m in range(M):
                Ar[i, k, m] = 0.5 * weights[m] * (Ar[i, k, M - 1] - Ar[i, k, m])
                Ai[i, k, m] = 0.5 * weights[m] * (Ai[i, k, M - 1] - Ai[i, k, m])
    for i in range(n):
        for j in range(n):
            xr, xi = row[0], row[1]
            for m in range(M):
                xr[m] = xi[m] = 0.0
            for k in range(n):
                if k == i:
                    continue
                for m in range(M):
                    xr[m] += Ar[i, k, m] * Xr[k, j, m] - Ai[i, k, m] * Xi[k, j, m]
                    xi[m] += Ar[i, k, m] * Xi[k, j, m] + Ai[i, k, m] * Xr[k, j, m]
            x = y = 0.0
            for m in range(M):
                x += xr[m]
                y += xi[m]
            out[i, j] += 1j * x - y
    for p in range(n):
        e = cosine[p, M - 1] - 1j * sine[p, M - 1]
        for q in range(n):
            out[p, q] *= e
    return lost


@njit(**INNER)
def unitary(U, work, n):
    """The unitary matrix next to U, by the iteration of Newton and Schulz."""
    for _ in range(20):
        multiply(U, U, work[0], n, True)
        off = 0.0
        for i in range(n):
            work[0, i, i] -= 1
            for j in range(n):
                off = max(off, abs(work[0, i, j]))
        multiply(U, work[0], work[1], n, False)
        for i in range(n):
            for j in range(n):
                U[i, j] -= 0.5 * work[1, i, j]
        if off < 1e-9:
            break


@njit(**INNER)
def transport_block(c, h, gap, T, weights, integral, nodes, allowed, n):
    """States of one block over the panel, in pieces of a few rad, and a bound of what it errs by.

    c : (2, n, n, M), Chebyshev coefficients of the Hamiltonian, real parts and imaginary ones
    Couplings are taken as they stand where they are small, else from the eigenvectors at the
    middle of the piece, where they vanish.
    """
    U, V = np.zeros((n, n), np.complex128), np.zeros((n, n), np.complex128)
    for i in range(n):
        U[i, i] = V[i, i] = 1
    P, Hr, Hi = np.empty((M, M)), np.empty((n, n, M)), np.empty((n, n, M))
    work, small = np.empty((6, n, n, M)), np.empty((3, n, n), np.complex128)
    at, length, error, turn = -1.0, 2.0 / (1 + int(h * gap / 6)), 0.0, False
    while at < 1:
        rest = 1 - at
        if length >= rest * (1 - 1e-9):
            length = rest
        elif 2 * length > rest:
            length = 0.5 * rest
        pieces_values(c, at, length, nodes, P, Hr, Hi, n)
        if turn:
            turned(Hr, Hi, V, work, n)
        lost = interaction(Hr, Hi, 0.5 * h * length, T, weights, integral, work, small[0], n)
        ratio = lost / (0.5 * allowed * length)
        if ratio > 1 and length > 1e-6:
            if turn:
                length *= max(0.25, 0.8 * ratio ** (-1 / 7))
            turn = True
            continue
        error += lost
        if turn:
            multiply(V, U, small[1], n, True)
            multiply(small[0], small[1], small[2], n, False)
            multiply(V, small[2], U, n, False)
        else:
            multiply(small[0], U, small[1], n, False)
            for i in range(n):
                for j in range(n):
                    U[i, j] = small[1, i, j]
        at = 1.0 if length == rest else at + length
        length *= min(1.5, 0.8 * max(ratio, 1e-12) ** (-1 / 12))
    unitary(U, small, n)
    return U, error


@njit(**INNER)
def transport(hb, T, series_of, weights, integral, nodes, h, n, block, tol, left):
    """Evolution inside the blocks over the panel: (n, n), block-diagonal.

    Steps are made finer until they agree; ``series_of`` is T transposed.
    What is dropped and what the steps err by is added to ``left``, pair by pair.
    """
    out = np.zeros((n, n), np.complex128)
    part = np.arange(n)
    apart, coupling = np.empty(M), np.empty(M)
    lost = np.zeros((n, n))
    # blocks fall apart where what couples them is too small to matter
    for p in range(n):
        for q in range(p + 1, n):
            if block[p] != block[q]:
                continue
            for m in range(M):
                apart[m] = (hb[p, p, m] - hb[q, q, m]).real
                coupling[m] = abs(hb[p, q, m])
            moved = amplitude(apart, coupling, h, nodes)
            if moved >= 0.02 * tol:
                join(part, p, q, n)
            else:
                lost[p, q] = moved
    for p in range(n):
        for q in range(p + 1, n):
            if part[p] != part[q]:
                left[p, q] += lost[p, q]
                left[q, p] += lost[p, q]
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
        c = np.empty((2, count, count, M))
        for i in range(count):
            for j in range(i, count):
                chebyshev(series_of, hb[member[i], member[j]], c[0, i, j], c[1, i, j])
        inner, off = transport_block(c, h, gap, T, weights, integral, nodes, 0.01 * tol, count)
        for i in range(count):
            for j in range(count):
                out[member[i], member[j]] = e * inner[i, j]
                if i != j:
                    left[member[i], member[j]] += off
    return out


@njit(**INNER)
def frame(U, Q, S, G, F, m, n):
    """U Q exp(-iS) exp(G - iF) at node m."""
    out = np.empty((n, n), np.complex128)
    g, part = np.empty((n, n), np.complex128), np.empty((n, n), np.complex128)
    term, new, s = np.zeros_like(U), np.empty_like(U), np.empty_like(U)
    size = 0.0
    for i in range(n):
        row = 0.0
        for j in range(n):
            s[i, j] = S[i, j, m]
            g[i, j] = G[i, j, m] - 1j * F[i, j, m]
            row += abs(s[i, j])
            for k in range(n):
                term[i, j] += U[i, k] * Q[k, j, m]
        size = max(size, row)
    for i in range(n):
        for j in range(n):
            out[i, j] = term[i, j]
            part[i, j] = -1j * s[i, j]
    if size > 0.5:
        times_exponential(out, part, n)
    else:
        # powers of S apart from those of i: real where the Hamiltonian is
        turn = 1 + 0j
        for k in range(1, 15):
            turn *= -1j
            worst = 0.0
            for i in range(n):
                for j in range(n):
                    new[i, j] = 0
                for p in range(n):
                    t = term[i, p] / k
                    for j in range(n):
                        new[i, j] += t * s[p, j]
                for j in range(n):
                    out[i, j] += turn * new[i, j]
                    worst = max(worst, abs(new[i, j]))
            term, new = new, term
            if worst * size < 1e-17 * (k + 1):
                break
    times_exponential(out, g, n)
    return out


@njit(**INNER)
def still_needed(hb, block, width, tol, forced, n):
    """Pairs likely to need a block on the next panel too: a guess that only saves time."""
    some = False
    for p in range(n):
        for q in range(p + 1, n):
            forced[p, q] = False
            if block[p] != block[q]:
                continue
            gap, coupling = np.inf, 0.0
            for m in range(M):
                gap = min(gap, abs(hb[p, p, m] - hb[q, q, m]))
                coupling = max(coupling, abs(hb[p, q, m]))
            # three orders leave about this
            if coupling >= 0.1 * tol * (width * gap) ** 3 * gap:
                forced[p, q] = some = True
    return some


@njit(**INNER)
def ranked(A, n):
    """The states by rising level at a middle node."""
    order = np.arange(n)
    for i in range(1, n):
        p, j = order[i], i
        while j > 0 and A[p, p, M // 2].real < A[order[j - 1], order[j - 1], M // 2].real:
            order[j] = order[j - 1]
            j -= 1
        order[j] = p
    return order


@njit(**INNER)
def as_ranks(forced, late, A, n):
    """Pairs as bits, by the ranks of their levels: labels depend on what crossed before."""
    order = ranked(A, n)
    pairs, bit = 0, 1
    for i in range(n):
        for j in range(i + 1, n):
            p, q = min(order[i], order[j]), max(order[i], order[j])
            if forced[p, q] or late[p, q]:
                pairs += bit
            bit *= 2
    return pairs


@njit(**INNER)
def from_ranks(pairs, A, forced, n):
    """The pairs of :func:`as_ranks`, by label."""
    order = ranked(A, n)
    for i in range(n):
        for j in range(i + 1, n):
            forced[min(order[i], order[j]), max(order[i], order[j])] = pairs % 2 == 1
            pairs //= 2


@njit(**INNER)
def widest(x, h, scales_x, scales_h):
    """The widest panel from x, at most h, on which the profile functions can be seen."""
    i = segment(x, scales_x, scales_h.size)
    while i < scales_h.size and scales_x[i] < x + h:
        # a finer stretch that begins inside the panel ends it, or narrows it
        h = min(h, max(scales_x[i] - x, scales_h[i]))
        i += 1
    return h


@njit(**INNER)
def rows(a, n):
    """Largest sum of a row of amplitudes without the diagonal: a bound on what they turn."""
    worst = 0.0
    for p in range(n):
        s = 0.0
        for q in range(n):
            if q != p:
                s += a[p, q]
        worst = max(worst, s)
    return worst


@njit(**INNER)
def taken(lost, end, before, block, n):
    """What pairs lose on a panel, by pair, the least of two bounds; panels err in step with each
    other where a drive is, so that all of it adds up.

    end : (n, n), what the panel before left at its end: the next one takes it back where the
    blocks of both states are the same, below 0 where there is none; becomes that of this panel
    before : the blocks of the panel before; becomes those of this one
    """
    same = np.ones(n, np.bool_)
    for p in range(n):
        for q in range(n):
            if (before[p] == before[q]) != (block[p] == block[q]):
                same[p] = False
    for p in range(n):
        before[p] = block[p]
        for q in range(n):
            left = max(end[p, q], 0.0)
            whole, change, last = lost[0, p, q] + left, lost[1, p, q], lost[3, p, q]
            if not (same[p] and same[q]) or end[p, q] < 0:
                change += left + lost[2, p, q]
            # the integral has ends in it, and leaves none that could be taken back
            if whole < change:
                change, last = whole, -1e-300
            lost[0, p, q], end[p, q] = change, last
    return lost[0]


@njit(**INNER)
def unresolved(S, hb, T, block, width, left, n):
    """The last two terms of each series, as amplitudes and phases: added to ``left``.

    Returns the largest, and half of the spread of those that are phases of the levels.
    """
    worst, spread = 0.0, 0.0
    level, c = np.zeros((n, 4)), np.zeros(4)
    for p in range(n):
        for q in range(p, n):
            inside = block[p] == block[q]
            if p == q:
                for k in range(4):
                    for m in range(M):
                        level[p, k] += T[M - 4 + k, m] * hb[p, p, m].real
                continue
            c14 = c15 = 0j
            for m in range(M):
                value = hb[p, q, m] if inside else S[p, q, m] + 0j
                c14 += T[M - 2, m] * value
                c15 += T[M - 1, m] * value
            size = abs(c14) + abs(c15)
            if inside:
                size *= width / (4 * M)
            worst = max(worst, size)
            left[p, q] += size
            left[q, p] += size
    for p in range(n):
        for q in range(p):
            for k in range(4):
                c[k] = abs(level[p, k] - level[q, k])
            # of terms that fall quadrature misses those beyond the last, and of these a small part
            part = 0.01 if 2 * (c[2] + c[3]) < c[0] + c[1] else 2 / (4 * M)
            spread = max(spread, 0.25 * width * part * (c[2] + c[3]))
    return max(worst, spread), spread


@njit(**JIT)
def evolve(H0, K, edges, table, scales_x, scales_h, x0, x1, stops, looks, tol, D, T, weights,
           integral, nodes, h_least, h_most, hint, made):
    """All states from x0 to x1.

    H0 : (n, n) constant part; K : (n_f, n, n); edges, table : the profile functions;
    scales_x, scales_h : stretches of x on which the functions are smooth, starts and widths;
    stops : x of discontinuities and of places that are looked at, each a panel edge; looks : for
    each stop whether what has evolved up to it is wanted;
    hint : (n_hint, 3), panels of a like problem (start, width, pairs in blocks), or none; made :
    the same of this one, filled.

    Returns
    -------
    psi : complex (1 + n looks, n, n), columns are initial states, the last at x1; bounds of the
    error, likewise; panels kept, tried; warned : number of panels accepted at the least width; x
    that was reached
    """
    n, n_f = H0.shape[0], K.shape[0]
    wanted = 0
    for i in range(looks.size):
        if looks[i]:
            wanted += 1
    out, errors = np.zeros((wanted + 1, n, n), np.complex128), np.zeros(wanted + 1)
    seen = 0
    psi, other = np.zeros((n, n), np.complex128), np.zeros((n, n), np.complex128)
    U = np.zeros_like(H0)
    for p in range(n):
        psi[p, p] = U[p, p] = 1
    x, h, error = x0, 0.05, 0.0
    kept, tried, warned = 0, 0, 0
    f = np.empty((n_f, M))
    r = np.empty(M)
    value = np.empty(n_f)
    norm = np.empty(n_f)
    for k in range(n_f):
        norm[k] = largest(K[k], n)
    V = np.empty_like(U)
    work = np.empty((9, n, n, M), H0.dtype)
    A, Q, W, S, G, R, dS, L, start = (work[0], work[1], work[2], work[3], work[4], work[5],
                                      work[6], work[7], work[8])
    series_of = T.T.copy()
    # of no use any more when the third generator is made
    F = A
    hb = np.empty((n, n, M), np.complex128)
    Y, fourth, size = np.zeros((n, n, M)), np.zeros((n, n, M)), np.empty((3, n, n, M))
    # pairs in blocks, and those of them that were found late, at the cost of one more try
    forced, late = np.zeros((n, n), np.bool_), np.zeros((n, n), np.bool_)
    left, gap, lost = np.zeros((n, n)), np.zeros((n, n)), np.zeros((4, n, n))
    block, before, end = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros((n, n))
    next_stop, hinted = 0, -1
    again, whole, carried, fresh = False, False, False, True
    while x < x1 and tried < 500000:
        while next_stop < stops.size and stops[next_stop] <= x:
            if looks[next_stop]:
                for p in range(n):
                    for q in range(n):
                        out[seen, p, q] = psi[p, q]
                errors[seen] = error + rows(end, n)
                seen += 1
            next_stop += 1
        if fresh and hint.shape[0] > 0:
            # begin as a like problem did here; wider ones are found at the next that has no hint
            i = segment(x + 1e-12, hint[:, 0], hint.shape[0])
            h = hint[i, 1]
            hinted = int(hint[i, 2])
        fresh = False
        stop = x1 if next_stop >= stops.size else min(x1, stops[next_stop])
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
        # with other blocks the same panel is the same problem
        if not again:
            rough = 0.0
            i = segment(x, edges, table.shape[0])
            for m in range(M):
                at = x + width * nodes[m]
                # a node on a discontinuity belongs to this panel's side
                at = min(max(at, x + 1e-13 * width), stop - 1e-13 * width)
                while i < table.shape[0] - 1 and edges[i + 1] <= at:
                    i += 1
                series(at, i, edges, table, value)
                for k in range(n_f):
                    f[k, m] = value[k]
                r[m] = np.exp(x + width * nodes[m])
            for k in range(n_f):
                c14 = c15 = 0.0
                for m in range(M):
                    c14 += T[M - 2, m] * f[k, m] * r[m]
                    c15 += T[M - 1, m] * f[k, m] * r[m]
                rough = max(rough, norm[k] * width * (abs(c14) + abs(c15)) / (4 * M) / (0.1 * tol))
            # a function that these nodes do not resolve: no need to diagonalize anything
            if rough > 2 and not at_floor:
                h = max(width * max(0.3, 0.9 * rough ** (-1 / 13)), h_least)
                continue
            for p in range(n):
                for q in range(n):
                    V[p, q] = U[p, q]
            on_nodes(H0, K, f, V, start, n)
            if hinted >= 0:
                carried = hinted > 0
                from_ranks(hinted, start, forced, n)
                hinted = -1
        for p in range(n):
            block[p] = 0 if whole else p
            for q in range(n):
                for m in range(M):
                    A[p, q, m] = start[p, q, m]
        for p in range(n):
            for q in range(p + 1, n):
                if forced[p, q] and not whole:
                    join(block, p, q, n)
        excess = 0.0 if whole else first_blocks(A, r, width, tol, block, nodes, n)
        if excess > 1 and not at_floor:
            # blocks that came from another panel go first
            again = carried
            if not carried:
                h = max(0.5 * width, h_least)
            for p in range(n):
                for q in range(n):
                    forced[p, q] = late[p, q] = False
            carried = False
            continue
        blocks = False
        for p in range(n):
            if block[p] != p:
                blocks = True
        diagonalize(A, Q, block, n, blocks, tol)
        for p in range(n):
            for q in range(n):
                for m in range(M):
                    L[p, q, m] = r[m] * A[p, q, m]
        # levels that are one to round-off: no generator between them can be told
        if degenerate(A, block, forced, n):
            again = True
            continue
        scale = 2 / width
        derivative(Q, D, scale, 0, R, n)
        turning(Q, R, W, n)
        # first generator: [L, S] = -W off the blocks
        change = solve_generator(W, L, block, 1, S, n, 1e-4 * tol, blocks)
        derivative(S, D, scale, 1, dS, n)
        second_order(L, W, S, dS, block, R, hb, n)
        change = max(change, solve_generator(R, L, block, -1, G, n, 1e-4 * tol, blocks))
        derivative(G, D, scale, -1, R, n)
        third_order(W, S, dS, G, block, R, hb, Y, n)
        change = max(change, solve_generator(R, L, block, 1, F, n, 1e-4 * tol, blocks))
        derivative(F, D, scale, 1, R, n)
        fourth_order(W, L, hb, S, G, F, Y, block, size, fourth, n, tol)
        worst = left_over(R, L, size, fourth, block, width, weights, left, lost, gap, n)
        spread = 0.0
        for p in range(n):
            for q in range(p):
                for m in range(M):
                    spread = max(spread, abs(L[p, p, m] - L[q, q, m]))
        if max(worst, change) >= 0.1 * tol and not whole:
            merged, hopeless = False, worst < 0.1 * tol
            if width * spread < 15:
                # so little phase that everything may be integrated as it stands
                again = whole = True
                continue
            # all within 1e-3 of the worst become blocks at once: each redo costs a panel
            for p in range(n):
                for q in range(p + 1, n):
                    if left[p, q] >= max(0.1 * tol, 1e-3 * worst):
                        if width * gap[p, q] < 500 and not forced[p, q]:
                            forced[p, q] = late[p, q] = merged = True
                        else:
                            hopeless = True
            if hopeless or not merged:
                if not at_floor:
                    h = max(0.5 * width, h_least)
                    for p in range(n):
                        for q in range(n):
                            forced[p, q] = late[p, q] = False
                    again = False
                    continue
            else:
                again = True
                continue
        for p in range(n):
            for q in range(n):
                left[p, q] = 0.0
        missed, phase = unresolved(S, hb, T, block, width, left, n)
        tail = missed / (0.1 * tol)
        if tail > 1 and not at_floor:
            h = max(width * max(0.3, 0.9 * tail ** (-1 / 13)), h_least)
            again = whole = False
            continue
        if at_floor and (tail > 1 or max(worst, change) >= 0.1 * tol or excess > 1):
            warned += 1
        inner = transport(hb, T, series_of, weights, integral, nodes, width, n, block, tol, left)
        F0, F1 = frame(V, Q, S, G, F, 0, n), frame(V, Q, S, G, F, M - 1, n)
        multiply(F0, psi, other, n, True)
        multiply(inner, other, psi, n, False)
        multiply(F1, psi, other, n, False)
        psi, other = other, psi
        for p in range(n):
            for q in range(n):
                U[p, q] = V[p, q]
        error += rows(taken(lost, end, before, block, n), n)
        error += rows(left, n) + phase + change + 5e-16 * width * spread
        if kept < made.shape[0]:
            # more are told to a neighbour: one that is found late costs more than one too many
            still_needed(hb, block, width, 0.1 * tol, forced, n)
            made[kept, 0], made[kept, 1], made[kept, 2] = x, width, as_ranks(forced, late, start, n)
        for p in range(n):
            for q in range(n):
                late[p, q] = False
        some = still_needed(hb, block, width, tol, forced, n)
        kept += 1
        x = stop if last else x + width
        grow = 2.0 if tail == 0 else min(max(0.9 * tail ** (-1 / 13), 0.5), 2.0)
        # a panel that an edge cut short says little about the next one
        h = min(max(h, width) * grow if width < h else width * grow, h_most)
        carried, fresh = some, True
        again = whole = False
    error += rows(end, n)
    while seen < wanted:
        # places at the very end
        for p in range(n):
            for q in range(n):
                out[seen, p, q] = psi[p, q]
        errors[seen] = error
        seen += 1
    for p in range(n):
        for q in range(n):
            out[wanted, p, q] = psi[p, q]
    errors[wanted] = error
    return out, errors, kept, tried, warned, x
