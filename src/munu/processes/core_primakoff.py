r"""Photons of a supernova's core that turn into massless axions on its protons.

Others have published what their cores emit in axions and not the cores; the same emission of a core
here can stand beside it.  A screened static charge again, with the photon on the other side:

.. math:: \sigma = \frac{g^2\alpha}8\Big[\Big(1 + \frac{k_S^2}{4E^2}\Big)
          \ln\Big(1 + \frac{4E^2}{k_S^2}\Big) - 1\Big]

Source : Raffelt1996
"""

from __future__ import annotations

from math import pi

import numpy as np

from munu import constants
from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.errors import DomainError

__all__ = ["rate"]

# below this 4 E^2/k_S^2 the bracket is its first power, half of it
_SLOW = 1e-5


@formula
def rate(E: Numbers, T: Numbers, k_S: Numbers, n_p: Numbers, g: Numbers, *,
         alpha: float = constants.alpha) -> Numbers:
    r"""Axions that photons make on protons, per volume, time and energy.

    .. math:: \frac{\mathrm d^2n}{\mathrm dE\,\mathrm dt} = \frac{E^2}{\pi^2}\,
              \frac{n_p}{e^{E/T} - 1}\,\frac{g^2\alpha}8\Big[\Big(1 + \frac{k_S^2}{4E^2}\Big)
              \ln\Big(1 + \frac{4E^2}{k_S^2}\Big) - 1\Big]

    Parameters
    ----------
    E : float or array, energy of the axion and of the photon [energy], above 0
    T : float or array, temperature [energy], above 0
    k_S : float or array, inverse length of screening, above 0 [energy]
    n_p : float or array, protons that can scatter, T dn_p/dmu_p where they are degenerate
        [1/volume]
    g : float or array, coupling to two photons [1/energy]
    alpha : constant [1]

    Returns
    -------
    float or array [energy^3]

    Raises
    ------
    DomainError
        An energy, a temperature or a screening of 0, what is not finite.

    Holds : photons without mass, which they have of some 15 MeV; two polarizations.
    Power : g^2
    Source : Raffelt1996

    >>> from munu.units import MeV, GeV, s, cm
    >>> made = rate(100 * MeV, 30 * MeV, 40 * MeV, 5e37 / cm**3, 1e-12 / GeV)
    >>> print(f"{made / (1 / (MeV * s * cm**3)):.1e}")
    6.2e+27
    """
    E, T, k_S = (finite(n, x) for n, x in (("E", E), ("T", T), ("k_S", k_S)))
    for name, value in (("E", E), ("T", T), ("k_S", k_S)):
        if np.any(value <= 0):
            raise DomainError(f"{name} must be above 0")
    z = 4 * E * E / (k_S * k_S)
    safe = np.maximum(z, _SLOW)
    shape = np.where(z < _SLOW, 0.5 * z, (1 + 1 / safe) * np.log1p(safe) - 1)
    with np.errstate(over="ignore"):
        photons = E * E / pi**2 / np.expm1(E / T)
    return (np.asarray(g) ** 2 * alpha / 8 * n_p * photons * shape)[()]
