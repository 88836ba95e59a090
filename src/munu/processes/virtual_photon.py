r"""A photon off its mass shell that becomes a neutrino and N.

The one width from which decays of mesons, annihilation and the Drell-Yan process follow, as ratios
to what the same photon makes of charged leptons; plasmons have it too
(:func:`munu.processes.plasmon_decay.width`).
"""

from __future__ import annotations

import numpy as np

from munu import constants
from munu._arrays import Numbers
from munu._guard import formula
from munu.processes._photon_pairs import to_leptons, to_N

__all__ = ["over_leptons", "width", "width_leptons"]


@formula
def width(q: Numbers, mu: Numbers, M_N: Numbers = 0.0, *, mu_B: float = constants.mu_B) -> Numbers:
    r"""Width of :math:`\gamma^*\to\nu\bar N` + c.c. at rest, mean over polarizations.

    .. math:: G = \frac{\mu^2q^3}{24\pi}(1 - r)^2(1 + 2r),\qquad r = \frac{M_N^2}{q^2}

    Parameters
    ----------
    q : float or array, mass of the photon [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    M_N : float or array, mass of N [energy]
    mu_B : constant [1/energy]

    Returns
    -------
    float or array [energy]; 0 where q is below M_N

    Holds : light neutrinos massless. Both charge states together, each has half. A Majorana N has
        the same: neutrino and N, antineutrino and N.
    Power : mu^2
    Source : BrdarTalk, Magill2018

    >>> from munu.units import GeV
    >>> print(f"{width(GeV, 1e-8) / GeV:.2e}, {width(GeV, 1e-8, 1.1 * GeV):g}")
    1.16e-13, 0
    """
    q = np.asarray(q, dtype=float)
    made = to_N(q**2, np.multiply(mu, mu_B), M_N)
    return np.where(q > 0, made / np.where(q > 0, q, 1.0), 0.0)[()]


@formula
def width_leptons(q: Numbers, m: Numbers = 0.0, *, alpha: float = constants.alpha) -> Numbers:
    r"""Width of :math:`\gamma^*\to\ell^+\ell^-` at rest, mean over polarizations.

    .. math:: \Gamma = \frac{\alpha q}{3}\sqrt{1 - 4x}\,(1 + 2x),\qquad x = \frac{m^2}{q^2}

    Parameters
    ----------
    q : float or array, mass of the photon [energy]
    m : float or array, mass of the lepton [energy]
    alpha : constant [1]

    Returns
    -------
    float or array [energy]; 0 where q is below 2 m

    Holds : charge 1; quarks of three colors have 3 e_q^2 of it.
    Source : KrollWada1955
    """
    q = np.asarray(q, dtype=float)
    return np.where(q > 0, to_leptons(q**2, m, alpha) / np.where(q > 0, q, 1.0), 0.0)[()]


@formula
def over_leptons(q: Numbers, mu: Numbers, M_N: Numbers = 0.0, *, alpha: float = constants.alpha,
                 mu_B: float = constants.mu_B) -> Numbers:
    r"""What a photon gives :math:`\nu\bar N` + c.c. over a pair of massless leptons of charge 1.

    .. math:: \frac{G}{\Gamma_{\ell\ell}} = \frac{\mu^2q^2}{8\pi\alpha}(1 - r)^2(1 + 2r)

    The ratio of :math:`V\to\nu N` to :math:`V\to ee`, of :math:`e^+e^-\to\nu N` to
    :math:`\mu^+\mu^-`, and of the Drell-Yan process at each mass q, whatever the charges of quarks
    and their densities.

    Parameters
    ----------
    q : float or array, mass of the photon [energy]
    mu : float or array, root of the sum of squares over flavors [mu_B]
    M_N : float or array, mass of N [energy]
    alpha, mu_B : constants [1], [1/energy]

    Returns
    -------
    float or array [1]; 0 where q is below M_N

    Holds : both charge states of N together, Dirac or Majorana; the photon alone, so q far below
        the Z.
    Power : mu^2
    Source : BrdarTalk, Magill2018

    >>> from munu.units import GeV
    >>> print(f"{over_leptons(3.0969 * GeV, 1e-8):.2e}")
    4.59e-10
    """
    q = np.asarray(q, dtype=float)
    made = to_N(q**2, np.multiply(mu, mu_B), M_N)
    return np.where(q > 0, made / np.where(q > 0, to_leptons(q**2, 0.0, alpha), 1.0), 0.0)[()]
