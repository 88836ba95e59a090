r"""e+ e- to tau+ tau- above the Z at tree level, with a neutral scalar in the t channel.

.. math:: \mathcal L = f'\,\bar e_L\tau_R\,\phi + \mathrm{h.c.},\qquad
          A_{LR} = \frac{e^2}{s} + \frac{g_Lg_R}{s - M_Z^2} - \frac{f'^2}{2(m_\phi^2 - t)}

for e_L and tau_R; the other three helicity amplitudes stay.  The minus is the Fierz turn
:math:`(\bar e_L\tau_R)(\bar\tau_Re_L) = -\frac12(\bar e_L\gamma e_L)(\bar\tau_R\gamma\tau_R)`.
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu.constants import constant
from munu.units import GeV

# a round coupling at these energies; a ratio hardly knows it
ALPHA = 1 / 128
_M_Z = constant("M_Z").internal
_sin2 = constant("sin2_theta_W_MZ").value
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)


def amplitudes(cos, f_prime, m_phi, sqrt_s, *, alpha: float = ALPHA,
               sin2_theta_W: float = _sin2, M_Z: float = _M_Z):
    """Helicity amplitudes LL, RR, LR, RL (electron first, then tau) [1/energy^2].

    Parameters
    ----------
    cos : cosine of the angle between e- and tau- [1]
    f_prime : coupling [1]
    m_phi, sqrt_s : masses of the scalar and of the pair [energy]
    alpha, sin2_theta_W, M_Z : constants [1], [1], [energy]

    Holds : massless leptons, no width of the Z, no radiation.
    Source : Babu2021
    """
    s, e2 = sqrt_s**2, 4 * pi * alpha
    g_Z = np.sqrt(e2 / (sin2_theta_W * (1 - sin2_theta_W)))
    g = {"L": g_Z * (sin2_theta_W - 0.5), "R": g_Z * sin2_theta_W}
    made = {a + b: e2 / s + g[a] * g[b] / (s - M_Z**2) for a, b in ("LL", "RR", "LR", "RL")}
    t = -s * (1 - cos) / 2
    made["LR"] = made["LR"] - np.abs(f_prime) ** 2 / (2 * (m_phi**2 - t))
    return made


def _halves(f_prime, m_phi, sqrt_s, **constants):
    """Cross section ahead and behind, in one arbitrary unit."""
    f_prime, m_phi, sqrt_s = (np.asarray(x)[..., None] for x in (f_prime, m_phi, sqrt_s))
    constants = {k: np.asarray(x)[..., None] for k, x in constants.items()}
    found = []
    for sign in (1, -1):
        cos = sign * (1 + _NODES) / 2
        A = amplitudes(cos, f_prime, m_phi, sqrt_s, **constants)
        rate = ((A["LL"] ** 2 + A["RR"] ** 2) * (1 + cos) ** 2
                + (A["LR"] ** 2 + A["RL"] ** 2) * (1 - cos) ** 2)
        found.append(np.sum(rate * _WEIGHTS, axis=-1) / 2)
    return found


def ratio(f_prime, m_phi, sqrt_s=200 * GeV, **constants):
    r"""Cross section of tau pairs over the Standard Model's.

    Parameters
    ----------
    f_prime, m_phi, sqrt_s : floats or arrays, as in :func:`amplitudes`
    constants : alpha, sin2_theta_W, M_Z

    Returns
    -------
    float or array [1]

    Source : Babu2021
    Anchors : lep_tautau_f1, lep_tautau_f0.2
    """
    with_, without = (sum(_halves(f, m_phi, sqrt_s, **constants)) for f in (f_prime, 0.0))
    return with_ / without


def asymmetry(f_prime, m_phi, sqrt_s=200 * GeV, **constants):
    """Forward-backward asymmetry of the tau-, arguments as in :func:`ratio` [1].

    Source : Babu2021
    """
    ahead, behind = _halves(f_prime, m_phi, sqrt_s, **constants)
    return (ahead - behind) / (ahead + behind)
