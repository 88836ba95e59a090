"""Closed forms beside the amplitudes that ufoamp makes of munu's own UFO model."""

import sys
from itertools import product

import numpy as np
import pytest

import munu
from munu import interchange
from munu.processes import (
    _dipole,
    annihilation,
    compton,
    plasmon_decay,
    radiative_decay,
    upscattering,
)
from munu.processes.upscattering import Scatterer
from munu.targets import nucleus
from munu.units import GeV

ufoamp = pytest.importorskip("ufoamp")
N, NU, E, TAU, PHOTON = 9900012, 12, 11, 15, 22
SPIN = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
MU = 1e-9


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """What makes a process of the portal with an N of some mass [GeV]."""
    from ufoamp.process import Process
    from ufoamp.ufo_model import load

    made, before = {}, set(sys.modules)

    def use(M_N, initial, final, nature="dirac", mu=MU):
        if (M_N, nature, mu) not in made:
            folder = tmp_path_factory.mktemp("ufo") / f"portal_{len(made)}"
            portal = munu.DipolePortal(mu=mu, M_N=M_N * GeV, flavor="e", nature=nature)
            interchange.write(portal, folder, "ufo")
            made[M_N, nature, mu] = load(str(folder))
        return Process(made[M_N, nature, mu], initial, final)
    yield use
    for k in set(sys.modules) - before:
        if k.startswith("portal_"):
            del sys.modules[k]


def numbers(it):
    """alpha, mass of the electron and moment [GeV] as the model has them."""
    p = it.params
    return abs(p["ee"]) ** 2 / (4 * np.pi), p["Me"].real, MU * abs(p["muB"])


def two(M2, m1, m2, axis):
    """Momenta of two particles of a square of energy at rest, the first along an axis."""
    E1 = (M2 + m1**2 - m2**2) / (2 * np.sqrt(M2))
    p = np.sqrt(max(E1**2 - m1**2, 0.0)) * np.asarray(axis)
    return np.array([E1, *p]), np.array([np.sqrt(M2) - E1, *-p])


def boosted(p, frame):
    """From the rest frame of a momentum to where it is what it is."""
    M = np.sqrt(frame[0] ** 2 - frame[1:] @ frame[1:])
    along = frame[1:] @ p[1:]
    E_ = (frame[0] * p[0] + along) / M
    return np.array([E_, *(p[1:] + frame[1:] * (p[0] + E_) / (frame[0] + M))])


def dot(a, b):
    return a[0] * b[0] - a[1:] @ b[1:]


def directions(n_c, n_phi):
    """Directions and weights whose mean is exact for polynomials of low degree."""
    c, w = np.polynomial.legendre.leggauss(n_c)
    phi = 2 * np.pi * np.arange(n_phi) / n_phi
    for x, v in zip(c, w, strict=True):
        for f in phi:
            r = np.sqrt(1 - x * x)
            yield np.array([r * np.cos(f), r * np.sin(f), x]), v / 2 / n_phi


@pytest.mark.parametrize(("nature", "channels"), [("dirac", 1), ("majorana", 2)])
def test_N_to_neutrino_and_photon(process, nature, channels):
    """mu^2 M^3/16 pi, once more to the antineutrino where N is its own antiparticle."""
    M = 5e-3
    whole = 0.0
    for light in (NU, -NU)[:channels]:
        it = process(M, [N], [light, PHOTON], nature)
        after = two(M * M, 0.0, 0.0, [0, 0, 1])
        whole += it.m2([np.array([M, 0, 0, 0]), *after]) / (16 * np.pi * M)
    assert whole == pytest.approx(radiative_decay.width(M * GeV, MU, nature) / GeV, rel=1e-8)


@pytest.mark.parametrize("cosine", [-0.5, 0.3, 0.9])
def test_neutrino_and_electron_to_N(process, cosine):
    """The recoil spectrum of an electron at rest, exact in both masses."""
    M, E_nu = 5e-3, 0.05
    it = process(M, [NU, E], [N, E])
    alpha, m, mu = numbers(it)
    frame = np.array([E_nu + m, 0, 0, E_nu])
    n, e = (boosted(x, frame) for x in two(
        m * m + 2 * m * E_nu, M, m, [np.sqrt(1 - cosine**2), 0, cosine]))
    square = 2 * it.m2([np.array([E_nu, 0, 0, E_nu]), np.array([m, 0, 0, 0]), n, e])
    c0, c1, c2 = _dipole.dipole_coefficients(e[0] - m, M, m)
    # there is no right-handed neutrino to average over
    assert square / (32 * np.pi * m * E_nu**2) == pytest.approx(
        alpha * mu**2 * (c0 + c1 / E_nu + c2 / E_nu**2), rel=1e-8)


@pytest.mark.parametrize("beam", [NU, -NU])
def test_up_scattering_by_helicity(process, beam):
    """At random energies, masses and angles: rate and the whole spin of N.  A tau as heavy as it
    stands for a nucleus of spin 1/2; at rest together, where no momentum is lost to rounding."""
    one = nucleus("C12", spin=0.5, form_factor="none").with_(Z=1)
    sign, rng = np.sign(beam), np.random.default_rng(5)
    it = process(0.1, [beam, TAU], [int(sign) * N, TAU])
    spins = list(product([1, -1], repeat=4))
    for m, x, c, E_nu in zip(one.mass / GeV * 10 ** rng.uniform(-4, 0.5, 50),
                             rng.uniform(0.05, 0.97, 50), rng.uniform(-0.98, 0.98, 50),
                             10 ** rng.uniform(-2, 1.5, 50), strict=True):
        M = x * (np.sqrt(m * m + 2 * m * E_nu) - m)
        it.set_couplings({"MTA": m, "MN1": M})
        alpha, *_ = numbers(it)
        s = m * m + 2 * m * E_nu
        before, after = two(s, 0.0, m, [0, 0, 1]), two(s, M, m, [np.sqrt(1 - c * c), 0, c])
        Q2 = -dot(before[1] - after[1], before[1] - after[1])
        A = it.amplitudes_batch(np.array([*before, *after]), spins).reshape(2, 2, 2, 2)
        rho = np.einsum("abcd,abed->ce", A, A.conj())
        # v of the second helicity is less the charge conjugate of its spin
        rho = rho * np.outer([1, sign], [1, sign])
        struck = Scatterer(name="X", kind="coherent", mass=m * GeV, number=1,
                           nucleus=one.with_(mass=m * GeV))
        portal = munu.DipolePortal(MU, M * GeV, "e")
        ours = upscattering.dsigma_dQ2(Q2 * GeV**2, E_nu * GeV, portal, struck.nucleus, alpha=alpha,
                                       antineutrino=beam < 0) * GeV**4
        assert np.trace(rho).real / (64 * np.pi * m**2 * E_nu**2) / 2 == pytest.approx(
            ours, rel=1e-6)
        along, across = upscattering.polarization(Q2 * GeV**2, E_nu * GeV, M * GeV, struck,
                                                  frame="cm")
        spin = np.einsum("ij,xji->x", rho, SPIN).real / np.trace(rho).real
        assert spin == pytest.approx(sign * np.array([-across, 0, along]), rel=1e-6, abs=1e-6)


def test_electron_and_positron_to_N(process):
    """alpha mu^2 (1 - r)^2 (1 + 2r)/12 for one charge state, far above the electron's mass."""
    M, root = 0.3, 1.0
    it = process(M, [-E, E], [N, -NU])
    alpha, m, mu = numbers(it)
    beams = two(root**2, m, m, [0, 0, 1])
    mean = sum(w * it.m2([*beams, *two(root**2, M, 0.0, u)]) for u, w in directions(3, 1))
    r = (M / root) ** 2
    flux = 4 * root * beams[0][3]
    # what the electron's mass adds: its helicities and the flux
    assert mean * (1 - r) / (8 * np.pi) / flux == pytest.approx(
        alpha * mu**2 * (1 - r) ** 2 * (1 + 2 * r) / 12 * (1 + 2 * m * m / root**2) / np.sqrt(
            1 - 4 * m * m / root**2), rel=1e-8)


@pytest.mark.parametrize("M", [1e-3, 0.5, 5.0, 10.0, 19.0])
def test_directions_of_N_in_annihilation(process, M):
    """Ten random energies and angles a mass, each charge state half of the cross section."""
    rng = np.random.default_rng(7)
    states = [process(M, [E, -E], out) for out in ([N, -NU], [-N, NU])]
    alpha, m, mu = numbers(states[0])
    for root, cosine in zip(rng.uniform(max(10.0, 1.01 * M), 60, 10), rng.uniform(-1, 1, 10),
                            strict=True):
        beams = two(root**2, m, m, [0, 0, 1])
        out = two(root**2, M, 0.0, [np.sqrt(1 - cosine**2), 0, cosine])
        half = 0.5 * annihilation.cross_section(
            (root * GeV) ** 2, 1.0, M * GeV, alpha=alpha, mu_B=mu / GeV) * GeV**2
        half *= annihilation.directions(cosine, (root * GeV) ** 2, M * GeV)
        for it in states:
            made = it.m2([*beams, *out]) * (1 - M**2 / root**2) / (16 * np.pi)
            assert made / (4 * root * beams[0][3]) == pytest.approx(half, rel=1e-6)


def test_photon_of_N_in_annihilation(process):
    """Production and decay as one amplitude: the spin of N, along and across, in its photon.

    N on its mass shell, where it has a width of 1e-4 of its mass and all else is small, but for
    an anti-N that is near its own: the pair of antineutrino and photon.
    """
    M, root, rng = 0.3, 1.0, np.random.default_rng(8)
    it = process(M, [E, -E], [-NU, NU, PHOTON], mu=1e-3)
    beams = two(root**2, it.params["Me"].real, it.params["Me"].real, [0, 0, 1])
    seen, closed = [], []
    for u, v in rng.normal(size=(20, 2, 3)):
        u, v = u / np.linalg.norm(u), v / np.linalg.norm(v)
        n, other = two(root**2, M, 0.0, u)
        photon, light = (boosted(x, n) for x in two(M * M, 0.0, 0.0, v))
        if abs(2 * dot(other, photon) / M**2 - 1) < 0.5:
            continue
        along, across = annihilation.polarization(u[2], GeV**2, M * GeV)
        side = np.array([0, 0, 1]) - u[2] * u
        spin = along * u + across * side / np.linalg.norm(side)
        closed.append(annihilation.directions(u[2], GeV**2, M * GeV) * (
            1 + radiative_decay.asymmetry("dirac") * spin @ v))
        seen.append(it.m2([*beams, other, light, photon]))
    assert len(seen) > 10
    most = int(np.argmax(seen))
    np.testing.assert_allclose(np.array(seen) / seen[most], np.array(closed) / closed[most],
                               rtol=0, atol=1e-6)


@pytest.mark.parametrize(("root", "axis"), [(1.5e-4, [0.6, 0, 0.8]), (4e-4, [0, 0.28, -0.96])])
def test_photon_and_electron_to_electron_neutrino_and_N(process, root, axis):
    """Over the pair's angles: Compton's amplitude of a photon of mass K, times the width of K."""
    M, y = 0.6 * root, root**2
    both = [process(M, [PHOTON, E], [E, *pair]) for pair in ([N, -NU], [-N, NU])]
    alpha, m, mu = numbers(both[0])
    k = np.array([8e-4, 0, 0, 8e-4])
    p = np.array([np.hypot(m, 3e-4), 3e-4 * 0.6, 0, -3e-4 * 0.8])
    total = k + p
    e, K = (boosted(x, total) for x in two(dot(total, total), m, root, axis))
    whole = 0.0
    for it in both:
        for u, w in directions(3, 5):
            n, nu = (boosted(x, K) for x in two(y, M, 0.0, u))
            whole += 4 * w * it.m2([k, p, e, n, nu]) * (1 - M * M / y) / (8 * np.pi)
    direct = compton.amplitude(2 * dot(k, p), dot(p - K, p - K) - m * m, dot(k - K, k - K), y, m)
    width = plasmon_decay.width(GeV, y * GeV**2, 1.0, M * GeV, mu_B=mu / GeV) / GeV
    assert whole == pytest.approx((4 * np.pi * alpha) ** 2 * direct / y**2 * 2 * width, rel=1e-8)
