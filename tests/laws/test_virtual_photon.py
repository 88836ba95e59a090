"""N from a virtual photon: one width behind plasmons, mesons, beams and the Z; its spin."""

import numpy as np
import pytest
from scipy.integrate import quad

from munu import constants
from munu.errors import DomainError, UnknownName
from munu.models.dipole_completion import production_width
from munu.processes import annihilation, meson_decay, plasmon_decay, virtual_photon
from munu.units import GeV, MeV, keV

from .dirac import GAMMA, GAMMA5, METRIC, slash

MU = 1e-9
MASSES = np.array([0.0, 1e-6, 0.3, 0.9, 1.0, 1.1])


def test_a_plasmon_and_the_Z_have_the_same_width():
    q, omega = 3 * keV, 7 * keV
    for M in MASSES * q:
        G = virtual_photon.width(q, MU, M)
        assert plasmon_decay.width(omega, q**2, MU, M) == pytest.approx(G * q / omega, rel=1e-14)
    d, M_Z = 1e-6 / GeV, constants.value("M_Z")
    wide = production_width(d, MASSES * M_Z, M_Z)
    np.testing.assert_allclose(wide, virtual_photon.width(M_Z, 2 * d, MASSES * M_Z, mu_B=1.0),
                               rtol=1e-14)
    np.testing.assert_allclose(annihilation.branching_ratio_Z(d, MASSES * M_Z),
                               wide / constants.value("Gamma_Z"), rtol=1e-14)


def test_nothing_from_the_threshold_on_and_no_jump_at_mass_0():
    q = 1 * GeV
    for rate in (lambda M: virtual_photon.width(q, MU, M),
                 lambda M: virtual_photon.over_leptons(q, MU, M),
                 lambda M: meson_decay.pseudoscalar(M, MU, mass=q),
                 lambda M: meson_decay.vector(M, MU, mass=q),
                 lambda M: annihilation.cross_section(q**2, MU, M),
                 lambda M: annihilation.cross_section_Z(1e-6 / GeV, M, M_Z=q)):
        made = rate(MASSES * q)
        assert np.all(made[MASSES >= 1] == 0) and np.all(made[MASSES < 1] > 0)
        assert np.all(np.diff(made) <= 0) and made[1] == pytest.approx(made[0], rel=1e-9)
        # linear in 1 - r would be another threshold
        near = rate(q * np.sqrt(1 - np.array([2e-5, 1e-5])))
        assert near[0] / near[1] > 3.9


def test_dalitz_decay():
    """Kroll and Wada's 0.011851 of pi0, and the same integral by other means."""
    m_e, m = constants.m_e, constants.value("m_pi0")
    ratio = meson_decay.pseudoscalar_leptons(m_e, branching=1.0)
    assert ratio == pytest.approx(0.011851, abs=5e-7)

    def by_q(q):
        width = virtual_photon.width_leptons(q, m_e)
        return 2 * q * 2 * (1 - q**2 / m**2) ** 3 * width / (np.pi * q**3)
    other = quad(lambda u: by_q(2 * m_e * np.cosh(u)) * 2 * m_e * np.sinh(u), 0,
                 np.arccosh(m / (2 * m_e)), epsabs=0, epsrel=1e-11)[0]
    assert ratio == pytest.approx(other, rel=1e-9)


@pytest.mark.parametrize("M", [0.0, 1e-3, 60.0, 130.0])
@pytest.mark.parametrize(("slope", "shape"), [(0.0, "linear"), (0.3, "linear"), (0.3, "monopole")])
def test_the_spectrum_of_a_meson_adds_up(M, slope, shape):
    M, m = M * MeV, constants.value("m_pi0")
    whole = quad(lambda q2: meson_decay.pseudoscalar_spectrum(
        q2 * m**2, M, MU, slope=slope, shape=shape) * m**2, (M / m) ** 2, 1, epsabs=0,
        epsrel=1e-11, limit=200)[0]
    assert meson_decay.pseudoscalar(M, MU, slope=slope, shape=shape) == pytest.approx(
        whole, rel=1e-8)


def test_a_form_factor_begins_with_its_slope():
    a = 1e-4
    one, line, pole = (meson_decay.pseudoscalar(10 * MeV, MU, "eta", slope=x, shape=y)
                       for x, y in ((0.0, "linear"), (a, "linear"), (a, "monopole")))
    assert line > one and pole - one == pytest.approx(line - one, rel=1e-3)


def test_a_meson_and_a_beam_make_N_alike():
    """Of as many muons as electrons: J/psi, e+ e- at its mass, and quarks."""
    m, M, alpha = constants.value("m_jpsi"), 1 * GeV, constants.alpha
    share = virtual_photon.over_leptons(m, MU, M)
    muons = 4 * np.pi * alpha**2 / (3 * m**2)
    assert meson_decay.vector(M, MU) / constants.value("BR_jpsi_ee") == pytest.approx(
        share, rel=1e-13)
    assert annihilation.cross_section(m**2, MU, M) / muons == pytest.approx(share, rel=1e-13)
    for e_q in (2 / 3, -1 / 3):
        assert annihilation.cross_section_quarks(m**2, MU, M, e_q) / (
            muons * e_q**2 / 3) == pytest.approx(share, rel=1e-13)
    assert share == pytest.approx(virtual_photon.width(m, MU, M)
                                  / virtual_photon.width_leptons(m), rel=1e-13)


def test_the_cross_section_is_flat():
    s = np.array([1.0, 1e2, 1e4]) * GeV**2
    made = annihilation.cross_section(s, MU)
    np.testing.assert_allclose(made, made[0], rtol=1e-14)


def density(cosine, M, root, spin):
    """N of a spin at rest, by explicit matrices, of unpolarized e- e+ along z."""
    E, p = (root**2 + M**2) / (2 * root), (root**2 - M**2) / (2 * root)
    n = np.array([np.sqrt(1 - cosine**2), 0, cosine])
    k, nu = np.array([E, *(p * n)]), np.array([p, *(-p * n)])
    a, b = root / 2 * np.array([[1, 0, 0, 1], [1, 0, 0, -1]])
    beams = METRIC @ (np.outer(a, b) + np.outer(b, a) - METRIC * root**2 / 2) @ METRIC
    s = np.array([p * (spin @ n) / M, *(spin + n * (spin @ n) * (E / M - 1))])
    q = slash(k + nu)
    left = (np.eye(4) - GAMMA5) / 2
    vertex = [0.5j * (g @ q - q @ g) @ left for g in GAMMA]
    barred = [GAMMA[0] @ v.conj().T @ GAMMA[0] for v in vertex]
    N = (slash(k) + M * np.eye(4)) @ (np.eye(4) + GAMMA5 @ slash(s)) / 2
    return sum(beams[i, j] * np.trace(N @ vertex[i] @ slash(nu) @ barred[j]).real
               for i in range(4) for j in range(4))


@pytest.mark.parametrize(("cosine", "M"), [(0.3, 0.5), (-0.6, 0.9), (0.8, 0.2), (0.0, 0.7)])
def test_direction_and_spin_of_N(cosine, M):
    """Against traces of Dirac matrices: along, across towards the electron, out of the plane."""
    n = np.array([np.sqrt(1 - cosine**2), 0, cosine])
    side = (np.array([0, 0, 1]) - cosine * n) / n[0]
    spins = []
    for axis in (n, side, np.cross(n, side)):
        up, down = (density(cosine, M, 1.0, x * axis) for x in (1, -1))
        spins.append((up - down) / (up + down))
    along, across = annihilation.polarization(cosine, GeV**2, M * GeV)
    np.testing.assert_allclose(spins, [along, across, 0.0], atol=1e-13)
    # phase space apart the traces are the angular distribution
    whole = (1 - M**2) * (1 + 2 * M**2) * annihilation.directions(cosine, GeV**2, M * GeV)
    assert up + down == pytest.approx(2 / 3 * whole, rel=1e-12)


def test_helicity_and_angles():
    c, w = np.polynomial.legendre.leggauss(8)
    for r in (0.0, 0.2, 0.99):
        M = np.sqrt(r) * GeV
        assert w @ annihilation.directions(c, GeV**2, M) == pytest.approx(1, rel=1e-13)
        along, across = annihilation.polarization(c, GeV**2, M)
        assert np.all(along**2 + across**2 <= 1 + 1e-13)
        # helicity -1 has 2 r of 1 + 2 r
        assert w @ (annihilation.directions(c, GeV**2, M) * along) == pytest.approx(
            (1 - 2 * r) / (1 + 2 * r), abs=1e-13)
    assert np.all(annihilation.directions(c, GeV**2, 1.1 * GeV) == 0)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: meson_decay.pseudoscalar(1.0, MU, "kaon"), "pseudoscalar meson named 'kaon'"),
    (lambda: meson_decay.pseudoscalar(1.0, MU, shape="dipole"), "shape of a form factor"),
    (lambda: meson_decay.pseudoscalar(1.0, MU, "eta_prime", slope=1.4, shape="monopole"), "pole"),
    (lambda: meson_decay.vector(1.0, MU, "pi0"), "vector meson named 'pi0'"),
    (lambda: annihilation.cross_section_quarks(1.0, MU, colors=0), "colors")])
def test_what_is_refused(call, said):
    with pytest.raises((DomainError, UnknownName), match=said) as err:
        call()
    assert "\n" not in str(err.value)
