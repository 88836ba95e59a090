"""Explicit Dirac matrices: squared amplitudes of a moment, by hand and without a closed form."""

import numpy as np

_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=complex)
_ONE, _ZERO = np.eye(2), np.zeros((2, 2))
GAMMA = np.array([np.block([[_ONE, _ZERO], [_ZERO, -_ONE]]),
                  *(np.block([[_ZERO, s], [-s, _ZERO]]) for s in _PAULI)])
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])


def slash(p):
    return np.einsum("a,aij->ij", METRIC @ p, GAMMA)


def squared(q, polarization, p_1, m_1, p_2, m_2, mu, eps):
    """Sum over spins of |u_1 sigma_ab q^b e^a (mu + i eps gamma_5) w_2|^2.

    w_2 is the spinor of an antiparticle of momentum p_2, or of a particle where m_2 is negative
    and p_2 its momentum with the sign turned.
    """
    a, b = slash(polarization), slash(q)
    vertex = 0.5j * (a @ b - b @ a) @ (mu * np.eye(4) + 1j * eps * GAMMA5)
    barred = GAMMA[0] @ vertex.conj().T @ GAMMA[0]
    return np.trace((slash(p_1) + m_1 * np.eye(4)) @ vertex
                    @ (slash(p_2) - m_2 * np.eye(4)) @ barred).real
