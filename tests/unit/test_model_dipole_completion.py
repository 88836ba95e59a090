"""The portal above the electroweak scale: widths from explicit spinors, one ratio a number."""

import numpy as np
import pytest

from munu import models
from munu.errors import DomainError
from munu.models import dipole_completion as dc
from munu.models.dipole_completion import DipoleCompletion
from munu.units import GeV, MeV, TeV

# Dirac matrices in the chiral basis
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
ZERO, ONE = np.zeros((2, 2)), np.eye(2)
GAMMA = np.array([np.block([[ZERO, ONE], [ONE, ZERO]])]
                 + [np.block([[ZERO, s], [-s, ZERO]]) for s in PAULI])
METRIC = np.diag([1.0, -1, -1, -1])
RIGHT = np.diag([0, 0, 1, 1])
SIGMA = 0.5j * np.array([[a @ b - b @ a for b in GAMMA] for a in GAMMA])


def slash(p):
    return np.einsum("m,mij->ij", METRIC @ p, GAMMA)


def squared(M_N, m_V, k, p_N, p_l):
    """Sum over spins and polarizations of |ubar sigma^ab P_R u (k_a e_b - k_b e_a)|^2."""
    lower = METRIC @ k
    vertex = 2 * np.einsum("a,abij->bij", lower, SIGMA) @ RIGHT
    bar = np.array([GAMMA[0] @ v.conj().T @ GAMMA[0] for v in vertex])
    return -sum(METRIC[b, b] * np.trace(slash(p_l) @ vertex[b] @ (slash(p_N) + M_N * np.eye(4))
                                        @ bar[b]) for b in range(4)).real


@pytest.mark.parametrize("m_V", [0.0, 0.3, 0.9])
def test_the_width_of_N_from_spinors(m_V):
    M = 1.0
    p = (M**2 - m_V**2) / (2 * M)
    k, p_l = np.array([M - p, 0, 0, p]), np.array([p, 0, 0, -p])
    total = squared(M, m_V, k, np.array([M, 0, 0, 0]), p_l)
    width = total / 2 * p / (8 * np.pi * M**2)
    assert dc.decay_width(1.0, M, m_V) == pytest.approx(width, rel=1e-12)


@pytest.mark.parametrize("M", [0.0, 0.4, 0.8])
def test_the_width_of_the_Z_from_spinors(M):
    m_V = 1.0
    p = (m_V**2 - M**2) / (2 * m_V)
    p_N, p_l = np.array([m_V - p, 0, 0, p]), np.array([p, 0, 0, -p])
    # Z to nu and anti-N: the mass of an antifermion has the other sign
    total = squared(-M, m_V, np.array([m_V, 0, 0, 0]), p_N, p_l)
    width = total / 3 * p / (8 * np.pi * m_V**2)
    assert dc.production_width(1.0, M, m_V) == pytest.approx(2 * width, rel=1e-12)


def test_the_photons_width_is_that_of_the_moment():
    """mu^2 M^3/(16 pi) for a Dirac N, twice that for a Majorana one."""
    x = {n: DipoleCompletion.from_moment(1e-9, 0.3, M_N=1 * GeV, nature=n)
         for n in ("dirac", "majorana")}
    mu = 2 * x["dirac"].d_gamma
    assert x["dirac"].widths()["gamma"] == pytest.approx(mu**2 * GeV**3 / (16 * np.pi), rel=1e-12)
    for k, width in x["dirac"].widths().items():
        assert x["majorana"].widths()[k] == pytest.approx(2 * width, rel=1e-12), k


def test_a_rotation_keeps_the_length():
    x = models.get("dipole_completion", d_B=2e-7 / GeV, d_W=-3e-7 / GeV, M_N=1 * GeV)
    assert x.d_gamma**2 + x.d_Z**2 == pytest.approx(x.d_B**2 + x.d_W**2, rel=1e-12)
    assert x.d_charged**2 == pytest.approx(2 * x.d_W**2, rel=1e-12)


def test_far_above_all_masses_the_doublet_is_whole():
    """Without masses N couples to B with d_B and to each of three W with d_W."""
    x = models.get("dipole_completion", d_B=2e-9 / GeV, d_W=3e-9 / GeV, M_N=1e4 * TeV,
                   nature="dirac")
    total = sum(x.widths().values())
    assert total == pytest.approx(dc.decay_width(1.0, x.M_N) * (x.d_B**2 + 3 * x.d_W**2), rel=1e-9)


@pytest.mark.parametrize("ratio", [0.0, 1.0, -0.5, np.inf])
def test_a_moment_and_a_ratio_are_a_point(ratio):
    x = DipoleCompletion.from_moment(3e-10, ratio, M_N=1 * GeV)
    assert x.couplings().mu == pytest.approx(3e-10, rel=1e-12)
    assert x.ratio == pytest.approx(ratio, rel=1e-12)


def test_the_same_moment_is_another_Z_width_for_another_ratio():
    """LEP bounds name their ratio: where d_W/d_B is the weak angle's tangent the Z is blind."""
    tan = np.sqrt(0.23122 / (1 - 0.23122))
    blind = DipoleCompletion.from_moment(1e-5, tan, M_N=1 * GeV, sin2_theta_W=0.23122)
    hyper = DipoleCompletion.from_moment(1e-5, 0.0, M_N=1 * GeV, sin2_theta_W=0.23122)
    assert blind.Z_width() < 1e-20 * hyper.Z_width()
    assert not blind.constraints()[0].violated and hyper.constraints()[0].violated


def test_closed_channels_are_zero():
    x = models.get("dipole_completion", d_B=1e-7 / GeV, d_W=1e-7 / GeV, M_N=50 * GeV,
                   nature="dirac")
    assert x.widths()["Z"] == 0 and x.widths()["W"] == 0 and x.Z_width() > 0
    heavy = models.get("dipole_completion", d_B=1e-7 / GeV, d_W=1e-7 / GeV, M_N=95 * GeV,
                       nature="dirac")
    assert heavy.Z_width() == 0 and heavy.widths()["Z"] > 0


def test_wilson_coefficients_and_slips():
    x = models.get("dipole_completion", d_B="1e-7/GeV", d_W="-1e-7/GeV", M_N="1GeV")
    v = 246.22 * GeV
    assert x.wilson_coefficients()["C_NB [GeV^-2]"] == pytest.approx(
        np.sqrt(2) * 1e-7 * GeV / v, rel=1e-4)
    with pytest.raises(DomainError, match="nature is needed"):
        x.widths()
    with pytest.raises(DomainError, match="no photon"):
        DipoleCompletion.from_moment(1e-9, -np.sqrt(3), M_N=1 * MeV, sin2_theta_W=0.25)
    with pytest.raises(DomainError, match="one point"):
        models.get("dipole_completion", d_B=[1e-7, 2e-7], d_W=0.0, M_N=1 * GeV).couplings()
