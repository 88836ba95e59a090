"""The spin of N beside traces of explicit Dirac matrices, and where its photon goes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu.kinematics import recoil_range
from munu.processes import radiative_decay
from munu.processes.upscattering import away, polarization, scatterers
from munu.targets import nucleus
from munu.targets.form_factors import sachs
from munu.units import GeV, MeV

I2, O2 = np.eye(2), np.zeros((2, 2))
PAULI = [np.array(x) for x in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
# chiral basis
G = [np.block([[O2, I2], [I2, O2]]), *(np.block([[O2, x], [-x, O2]]) for x in PAULI)]
G5 = 1j * G[0] @ G[1] @ G[2] @ G[3]
METRIC = np.diag([1.0, -1, -1, -1])
ONE, LEFT, RIGHT = np.eye(4), (np.eye(4) - G5) / 2, (np.eye(4) + G5) / 2
SIGMA = np.array([[0.5j * (a @ b - b @ a) for b in G] for a in G])
TARGETS = {"spin 0": scatterers(nucleus("C12"), "coherent")[0],
           "p": scatterers("C12", "protons")[0], "n": scatterers("C12", "neutrons")[0],
           "e": scatterers("C12", "electrons")[0],
           "spin 1/2": scatterers(nucleus("C12", spin=0.5), "coherent")[0]}


def slash(p):
    return sum(METRIC[a, a] * p[a] * G[a] for a in range(4))


def bar(x):
    return G[0] @ x.conj().T @ G[0]


def dipole(q):
    """sigma^{ab} q_b for each a."""
    return np.einsum("abij,bc,c->aij", SIGMA, METRIC, q)


def dot(a, b):
    return a @ METRIC @ b


def boosted(p, to):
    """From the rest frame of a momentum to where it is what it is."""
    M = np.sqrt(dot(to, to))
    energy = (to[0] * p[0] + to[1:] @ p[1:]) / M
    return np.array([energy, *(p[1:] + to[1:] * (p[0] + energy) / (to[0] + M))])


def kinematics(Q2, E, M, m):
    """k, p, p_N and p' with the target at rest, the beam along z, N in the x-z plane."""
    E_N = E - Q2 / (2 * m)
    p = np.sqrt(E_N**2 - M**2)
    c = (E * E_N - (M**2 + Q2) / 2) / (E * p)
    k, target = np.array([E, 0, 0, E]), np.array([m, 0, 0, 0])
    n = np.array([E_N, p * np.sqrt(1 - c * c), 0, p * c])
    return k, target, n, k + target - n


def hadron(target, after, one):
    """The tensor of the struck particle, lower indices."""
    m, q = one.mass, after - target
    both = METRIC @ (target + after)
    if one.kind == "coherent" and one.nucleus.spin == 0:
        return np.outer(both, both)
    F1, F2 = 1.0, 0.0
    if one.kind in ("protons", "neutrons"):
        Q2 = -dot(q, q)
        G_E, G_M = sachs(Q2, one.nucleus.name)
        tau = Q2 / (4 * m * m)
        F1, F2 = (G_E + tau * G_M) / (1 + tau), (G_M - G_E) / (1 + tau)
    vertex = [METRIC[a, a] * x for a, x in enumerate(
        F1 * np.array(G) + 1j * F2 / (2 * m) * dipole(q))]
    return np.array([[np.trace((slash(after) + m * ONE) @ a @ (slash(target) + m * ONE) @ bar(b))
                      for b in vertex] for a in vertex])


def contracted(matrix, W):
    """Re of the lepton's trace, an upper pair of indices, with the target's."""
    return np.einsum("ab,ab->", matrix, W).real


def made(moment, one, spin, antineutrino=False):
    """|A|^2 of N with a spin four-vector."""
    k, target, n, after = moment
    M = np.sqrt(dot(n, n))
    V = dipole(k - n)
    project = (ONE + G5 @ slash(spin)) / 2
    if antineutrino:
        lepton = [[np.trace(slash(k) @ a @ RIGHT @ (slash(n) - M * ONE) @ project @ bar(b @ RIGHT))
                   for b in V] for a in V]
    else:
        lepton = [[np.trace((slash(n) + M * ONE) @ project @ a @ LEFT @ slash(k) @ bar(b @ LEFT))
                   for b in V] for a in V]
    return contracted(np.array(lepton), hadron(target, after, one))


def axes(k, n):
    """Along N, towards the beam's side, out of the plane: in the rest frame of N, as boosted."""
    along = n[1:] / np.linalg.norm(n[1:])
    beam = k[1:] / np.linalg.norm(k[1:])
    across = beam - along * (beam @ along)
    across /= np.linalg.norm(across)
    return np.array([along, across, np.cross(along, across)])


def by_traces(moment, one, antineutrino=False):
    k, _, n, _ = moment
    out = []
    for direction in axes(k, n):
        s = boosted(np.array([0.0, *direction]), n)
        up, down = (made(moment, one, sign * s, antineutrino) for sign in (1, -1))
        out.append((up - down) / (up + down))
    return np.array(out)


def in_cm(moment):
    """The same momenta where the sum is at rest."""
    total = moment[0] + moment[1]
    back = np.array([total[0], *-total[1:]])
    return tuple(boosted(x, back) for x in moment)


def point(one, x, y, E=1.0 * GeV):
    """A mass of N and a Q2 inside of what is open: x and y from 0 to 1."""
    M = x * (np.sqrt(one.mass**2 + 2 * one.mass * E) - one.mass)
    low, high = recoil_range(E, M, one.mass)
    return M, 2 * one.mass * low * (high / low) ** y


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("frame", ["lab", "cm"])
def test_the_spin_is_that_of_dirac_traces(name, frame):
    one, E = TARGETS[name], 1.0 * GeV
    for x, y in ((0.2, 0.3), (0.2, 0.9), (0.7, 0.2), (0.7, 0.6), (0.98, 0.5)):
        M, Q2 = point(one, x, y, E)
        moment = kinematics(Q2, E, M, one.mass)
        moment = in_cm(moment) if frame == "cm" else moment
        ours = polarization(Q2, E, M, one, frame=frame)
        traces = by_traces(moment, one)
        assert traces == pytest.approx([*ours, 0.0], rel=1e-6, abs=1e-7)
        # an antineutrino's N has the opposite spin
        assert by_traces(moment, one, True) == pytest.approx(-traces, abs=1e-7)


@pytest.mark.parametrize("name", TARGETS)
def test_the_photon_goes_as_the_spin_says(name):
    """nu X -> N X, N -> nu gamma as one amplitude: backward of a Dirac N, since a photon along a
    spin would need helicity 0; all ways alike of a Majorana N."""
    one, E = TARGETS[name], 1.0 * GeV
    M, Q2 = point(one, 0.6, 0.5, E)
    k, target, n, after = kinematics(Q2, E, M, one.mass)
    W, frame, q = hadron(target, after, one), axes(k, n), dipole(k - n)
    along, across = polarization(Q2, E, M, one)

    def square(direction, chirality):
        photon = boosted(M / 2 * np.array([1.0, *(direction @ frame)]), n)
        out = [[chirality @ d @ (slash(n) + M * ONE) @ a @ LEFT for a in q] for d in dipole(photon)]
        lepton = -np.array([[sum(METRIC[c, c] * np.trace(slash(n - photon) @ out[c][a] @ slash(k)
                                                         @ bar(out[c][b])) for c in range(4))
                             for b in range(4)] for a in range(4)])
        return contracted(lepton, W)

    directions = [np.array([np.cos(t), np.sin(t) * np.cos(f), np.sin(t) * np.sin(f)])
                  for t, f in product((0.4, 1.3, 2.5), (0.0, 1.0, 3.0))]
    # the operator that makes nu of N has its right hand, the one that makes anti-nu its left
    dirac = np.array([square(d, RIGHT) for d in directions])
    other = np.array([square(d, LEFT) for d in directions])
    level = (dirac + other) / 2
    assert level == pytest.approx(level[0], rel=1e-6)
    A = radiative_decay.asymmetry("dirac")
    assert dirac / level == pytest.approx(
        [1 + A * (along * c + across * s) for c, s, _ in directions], rel=1e-6, abs=1e-7)


@given(st.floats(1e-3, 0.999), st.floats(0.01, 0.99), st.sampled_from(sorted(TARGETS)),
       st.floats(-2, 9), st.sampled_from(["lab", "cm"]))
def test_no_spin_is_longer_than_one_and_nuclei_without_spin_give_all_of_it(x, y, name, E, frame):
    one, E = TARGETS[name], 10**E * GeV
    M, Q2 = point(one, x, y, E)
    length = np.hypot(*polarization(Q2, E, M, one, frame=frame))
    assert length <= 1 + 1e-11
    if name == "spin 0":
        assert length == pytest.approx(1, rel=1e-11)


def test_helicity_is_flipped_where_N_is_light():
    """What is left of the other helicity, by the masses of N and of the target."""
    one, E, Q = TARGETS["spin 0"], 1 * GeV, 100 * MeV
    for M in (1 * MeV, 10 * MeV, 50 * MeV):
        along, across = polarization(Q**2, E, M, one)
        small = M**3 / (2 * Q * E**2) + M * Q / (2 * one.mass * E)
        assert abs(across) == pytest.approx(small, rel=0.02)
        assert along == pytest.approx(1 - small**2 / 2, rel=1e-7)


def test_forward_is_forbidden_to_the_flipped_helicity():
    """Along the beam a target without spin takes no spin from the neutrino."""
    one, E, M = TARGETS["spin 0"], 1 * GeV, 300 * MeV
    low, _ = recoil_range(E, M, one.mass)
    along, across = polarization(2 * one.mass * low, E, M, one)
    assert along == pytest.approx(-1, rel=1e-6)
    assert across == pytest.approx(0, abs=1e-3)


def test_N_at_rest_has_the_spin_along_the_beam():
    """Where the recoil takes all that it can, from both sides of it."""
    one = TARGETS["spin 0"]
    E, m = 30 * GeV, one.mass
    # the recoil has the whole momentum, E^2 = T(T + 2m)
    T = E**2 / (np.sqrt(m**2 + E**2) + m)
    M = E - T
    along, across = polarization(2 * m * T, E, M, one)
    assert across == 0
    nearly = E * (1 + 1e-7)
    _, short = away(nearly, T, M, m)
    near = polarization(2 * m * T, nearly, M, one)
    beam = near[0] * (1 - short) + near[1] * np.sqrt(short * (2 - short))
    assert abs(along) == pytest.approx(1, rel=1e-6)
    assert beam == pytest.approx(along, rel=1e-3)
