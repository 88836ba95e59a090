r"""Neutrinos that are heavy inside a star: what is left of its loss by decays of plasmons.

A field in the medium gives neutrinos a mass m(r), and where 2 m is above the mass of the heaviest
transverse plasmon, :math:`m_T`, none decays to a pair.  In a star m and :math:`m_T` change from
zone to zone, and the thin zones stay open longest, so that no one coupling closes it:

.. math:: \frac{Q}{Q_0} = \frac{\int dV\,Q(m(r))}{\int dV\,Q(0)},\qquad
          \frac{\mu}{\mu_0} = \sqrt{\frac{Q_0}{Q}}

A mass also opens: a pair by a magnetic moment is made up to 1.41 times faster near its threshold,
see :func:`munu.processes.plasmon_decay.pair_width`.  What is made in scattering (photon + electron,
free-free) ends at no mass: ``scattered`` says what a closed star still loses.  The Standard Model's
plasmon decay closes alike: a star without it is another than that of the limit.

Source : JanaTalk, BraatenSegel1993
"""

from __future__ import annotations

import numpy as np

from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.errors import DomainError
from munu.media.plasma import Plasma
from munu.processes import compton, free_free, plasmon_decay

__all__ = ["loss_left"]

# nodes in the mass of what scattering makes
_MASSES = 40
_NOTHING = "the zones lose nothing by plasmon decay; give volumes and densities above 0"


@formula
def loss_left(rho: Numbers, T: Numbers, Y_e: Numbers, volume: Numbers, mass: Numbers,
              electric: float = 0.0) -> Numbers:
    r"""Share of a star's loss that is left where neutrinos have a mass in each of its zones.

    .. math:: \frac{Q}{Q_0} = \frac{\sum_i V_iQ_i(m_i)}{\sum_i V_iQ_i(0)}

    Parameters
    ----------
    rho, T, Y_e : arrays (n,), mass density [energy^4], temperature [energy], electrons a nucleon
        [1]
    volume : array (n,), of each zone, in any unit [1]
    mass : array (n,) or (..., n), of each of the two neutrinos in each zone [energy]
    electric : float, share of the electric moment in |mu|^2 + |eps|^2, 0 to 1 [1]

    Returns
    -------
    float or array (...) [1]; a limit on the moment falls by its inverse root

    Raises
    ------
    DomainError
        No zone, a negative mass or volume, zones that do not go together.

    Holds : plasmon decay alone; both neutrinos of one mass.
    Source : JanaTalk, BraatenSegel1993

    >>> from munu.units import K, cm, g, keV
    >>> core = [1e6 * g / cm**3, 2e5 * g / cm**3], [1e8 * K] * 2, [0.5] * 2, [1.0, 3.0]
    >>> m = np.array([[0, 0], [5, 1], [10, 2]]) * keV
    >>> print([f"{x:.3f}" for x in loss_left(*core, m)])
    ['1.000', '1.266', '0.260']
    """
    return left(Plasma.of(rho, T, Y_e), volume, mass, electric)


def left(plasma: Plasma, volume: Numbers, mass: Numbers, electric: float = 0.0) -> Numbers:
    """As :func:`loss_left`, of the zones of a plasma.

    Raises
    ------
    DomainError
    """
    mass, volume = _asked(plasma, volume, mass)
    zones = plasma.temperature.shape
    if not 0 <= electric <= 1:
        raise DomainError(f"electric = {electric!r} must lie between 0 and 1")
    rows = np.concatenate([np.zeros((1, *zones)), mass.reshape(-1, *zones)])
    lost = plasmon_decay.by_pair(plasma, rows, electric) @ volume
    if not lost[0] > 0:
        raise DomainError(_NOTHING)
    return (lost[1:] / lost[0]).reshape(mass.shape[:-1])[()]


def scattered(plasma: Plasma, volume: Numbers, mass: Numbers) -> Numbers:
    """What scattered photons and braking electrons make in closed zones, over the loss by plasmons
    without a mass; arguments as of :func:`left`.

    Where plasmons decay it is a small correction and left out.  For the pair stands a light
    neutrino and an N of twice the mass, within the factor of 2 to which free-free is known.

    Raises
    ------
    DomainError
    """
    mass, volume = _asked(plasma, volume, mass)
    all_ = plasmon_decay.by_moment(plasma, 0.0)[0] @ volume
    if not all_ > 0:
        raise DomainError(_NOTHING)
    closed = 2 * mass > plasma.m_T
    if not closed.any():
        return np.zeros(mass.shape[:-1])[()]
    # a power law of the mass between nodes, and beyond 300 temperatures nothing
    ends = plasma.m_T.min(), min(2 * mass.max(), 300 * plasma.temperature.max()) * (1 + 1e-9)
    M_N = np.geomspace(*ends, _MASSES) if ends[1] > ends[0] else np.array(ends[:1])
    made = compton.by_moment(plasma, M_N) + free_free.by_moment(plasma, M_N)
    loss = np.stack([np.exp(np.interp(np.log(2 * np.maximum(mass[..., i], 0.5 * ends[0])),
                                      np.log(M_N), np.log(np.maximum(x, 1e-300)), right=-np.inf))
                     for i, x in enumerate(made.T)], axis=-1)
    return (np.where(closed, loss, 0.0) @ volume / all_)[()]


def _asked(plasma: Plasma, volume: Numbers, mass: Numbers) -> tuple[np.ndarray, np.ndarray]:
    mass, volume = finite("mass", mass, low=0.0), finite("volume", volume, low=0.0)
    zones = plasma.temperature.shape
    if mass.shape[-1:] != zones or volume.shape != zones:
        raise DomainError(f"{zones[0]} zones need as many volumes and masses, not "
                          f"{volume.size} and {mass.shape[-1] if mass.ndim else 1}")
    return mass, volume
