"""The W loop: against closed forms in many digits, and against integrals made another way."""

from decimal import Decimal, getcontext
from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu.models import _vector

NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)
NODES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2


def closed_f_minus_limit(a):
    """f(a) - 3/2 from the closed form, 120 digits."""
    getcontext().prec = 120
    a = Decimal(a)
    one, four = 1 - a, Decimal(4)
    return 3 / four * (1 + 1 / one - 2 * a / one**2 - 2 * a**2 * a.ln() / one**3) \
        - Decimal(3) / 2


@given(st.floats(-20, 20))
def test_df_keeps_its_digits_from_1e_20_to_1e20(power):
    a = 10.0**power
    if abs(a - 1) < 1e-9:
        return
    assert _vector.df(a) == pytest.approx(float(closed_f_minus_limit(a)), rel=1e-12, abs=0)


@pytest.mark.parametrize("a", [1 - 1e-7, 1 - 1e-12, 1.0, 1 + 1e-12, 1 + 1e-7, 0.7, 1.3])
def test_nothing_happens_at_equal_masses(a):
    expected = 1.25 if abs(a - 1) < 1e-5 else 1.5 + float(closed_f_minus_limit(a))
    assert _vector.f(a) == pytest.approx(expected, rel=1e-7 if expected == 1.25 else 1e-12)


def test_limits():
    assert [_vector.f(0.0), _vector.df(0.0), _vector.flip(0.0)] == [1.5, 0.0, 1.0]
    assert _vector.f(1e20) == pytest.approx(0.75, rel=1e-12)
    assert _vector.flip(1e20) == pytest.approx(0.25, rel=1e-12)
    assert _vector.f(np.array([0.0, 1.0])) == pytest.approx([1.5, 1.25])


@pytest.mark.parametrize("a", [1e-3, 0.3, 2.0, 5.0])
def test_both_loops_against_feynman_parameters_of_unitary_gauge(a):
    """Photon on the W less photon on the lepton, longitudinal parts with their own signs."""
    x = np.linspace(0, 1, 41)[:-1, None] + NODES / 40
    x, w = x.ravel(), np.tile(WEIGHTS / 40, 40)
    W, F = x + a * (1 - x), 1 - x + a * x
    even = (4 * x**2 * (1 + x) - a * x * (1 - x) * (2 * x - 4)) / W \
        - (4 * x * (1 - x) * (x - 2) - 2 * a * x**2 * (1 + x)) / F
    odd = (-4 * x**2 - a * x * (1 - x)) / W - (4 * x * (1 - x) + a * x**2) / F
    assert _vector.f(a) == pytest.approx(w @ even / 4, rel=1e-9)
    assert _vector.flip(a) == pytest.approx(-(w @ odd) / 4, rel=1e-9)


# ---- the same in momentum space, gauge of Feynman, with explicit Dirac matrices -----------------

ETA = np.diag([1.0, -1, -1, -1])
SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = np.zeros((4, 4, 4), dtype=complex)
GAMMA[0, :2, 2:] = GAMMA[0, 2:, :2] = np.eye(2)
for k in range(3):
    GAMMA[k + 1, :2, 2:], GAMMA[k + 1, 2:, :2] = SIGMA[k], -SIGMA[k]
LEFT = np.diag([1, 1, 0, 0]).astype(complex)
RIGHT = np.eye(4) - LEFT
LOW = np.einsum("ab,bij->aij", ETA, GAMMA)


def slash(p):
    return np.einsum("a,aij->ij", p, LOW)


def integrand(r, p, p2, m, M, g_L, g_R):
    """All diagrams with the W momentum r: e = 1, the factor i of the vertex taken out."""
    G, Gbar = g_L * LEFT + g_R * RIGHT, g_L * RIGHT + g_R * LEFT
    q = p2 - p
    r2 = r + q

    def prop(k, mass):
        return 1j / (k @ ETA @ k - mass**2)

    def lepton(k):
        return (slash(k) + m * np.eye(4)) * prop(k, m)

    out = np.zeros((4, 4, 4), dtype=complex)
    # photon on the lepton of charge -1; the boson carries r throughout
    for mu in range(4):
        inner = lepton(p2 - r) @ (1j * GAMMA[mu]) @ lepton(p - r)
        for a in range(4):
            out[mu] += (1j * GAMMA[a] @ G) @ inner @ (1j * LOW[a] @ G) * -prop(r, M)
        out[mu] += (1j * m / M * Gbar) @ inner @ (1j * m / M * G) * prop(r, M)
    # photon on the boson of charge +1
    line, both = lepton(p - r), prop(r, M) * prop(r2, M)
    for mu in range(4):
        for a in range(4):
            for b in range(4):
                V = 1j * (ETA[a, b] * (r + r2)[mu] + ETA[b, mu] * (-r2 - q)[a]
                          + ETA[mu, a] * (q - r)[b])
                if V:
                    out[mu] += (1j * LOW[b] @ G) @ line @ (1j * LOW[a] @ G) * V * both
        out[mu] += (1j * m / M * Gbar) @ line @ (1j * m / M * G) * -1j * (r + r2)[mu] * both
        out[mu] += (-m / M * Gbar) @ line @ (1j * GAMMA[mu] @ G) * -M * both
        out[mu] += (1j * GAMMA[mu] @ G) @ line @ (m / M * G) * M * both
    return out / 1j


def dipole_of(m, M, g_L, g_R):
    """Coefficient of (p + p')^mu between massless spinors."""
    p, p2 = np.array([1.0, 0, 0, 1]), np.array([1.0, 0.6, 0, 0.8])
    rng = np.random.default_rng(3)
    u = slash(p) @ RIGHT @ (rng.normal(size=4) + 1j)
    ubar = (rng.normal(size=4) + 1j) @ RIGHT @ slash(p2)
    u, ubar = LEFT @ u, ubar @ LEFT
    total = np.zeros(4, dtype=complex)
    axes = np.vstack([np.eye(4), -np.eye(4)]).astype(complex)
    axes[:, 0] *= 1j                      # Wick: r^0 = i r_4; axes average two powers of r exactly
    scale = np.sqrt(m * M)
    t = 1e-3 * min(m, M)
    for y, w in zip(*(np.polynomial.legendre.leggauss(48)), strict=True):
        z = 7.0 * y                       # ln of the radius
        radius = scale * np.exp(z)
        measure = 1j * 2 * pi**2 * radius**4 * 7.0 * w / (2 * pi) ** 4

        def at(step, radius=radius):
            return np.mean([integrand(radius * n, step * p, step * p2, m, M, g_L, g_R)
                            for n in axes], axis=0)
        slope = (8 * (at(t) - at(-t)) - (at(2 * t) - at(-2 * t))) / (12 * t)
        total += measure * np.einsum("i,mij,j->m", ubar, slope, u)
    s = ubar @ u
    # D (p + p')^mu + E q^mu: transversality leaves no E
    basis = np.stack([p + p2, p2 - p], axis=1).astype(complex)
    (D, E), *_ = np.linalg.lstsq(basis, total / s, rcond=None)
    return D, E


@pytest.mark.parametrize("a", [pytest.param(0.04, marks=pytest.mark.long), 4.0])
def test_the_flip_against_a_momentum_space_integral_in_another_gauge(a):
    M, g_L, g_R = 1.0, 0.7, 0.4
    m = np.sqrt(a) * M
    D, E = dipole_of(m, M, g_L, g_R)
    assert abs(E) < 1e-5 * abs(D)
    assert D.real == pytest.approx(-m * g_L * g_R * _vector.flip(a) / (4 * pi**2 * M**2), rel=1e-4)
