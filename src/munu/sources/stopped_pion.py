r"""Pions and muons that decay at rest: a spallation source or a beam stop.

A prompt line of nu_mu from the pion, then nu_e and nubar_mu from the muon, each as often as the
pion.  The three components are ``prompt``, ``nu_e`` and ``nubar_mu``.
"""

from __future__ import annotations

from math import pi
from typing import Annotated

import numpy as np

from munu._arrays import Numbers, finite
from munu._guard import formula
from munu.constants import m_mu, m_pi
from munu.constants import tau_mu as _tau_mu
from munu.constants import tau_pi as _tau_pi
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.sources.source import Component, Source

COMPONENTS = ("prompt", "nu_e", "nubar_mu")
_NODES = 401


@formula
def E_prompt() -> float:
    r"""Energy of the prompt line.

    .. math:: E = \frac{m_\pi^2 - m_\mu^2}{2 m_\pi}

    Returns
    -------
    float [energy]

    Source : PDG2026

    >>> from munu.units import MeV
    >>> round(E_prompt() / MeV, 2)
    29.79
    """
    return (m_pi**2 - m_mu**2) / (2 * m_pi)


@formula
def spectrum(E_nu: Numbers, component: str) -> Numbers:
    r"""Neutrinos of a muon that decays at rest, normalized to 1.

    .. math:: \frac{\mathrm dN_{\bar\nu_\mu}}{\mathrm dE} = \frac{64}{m_\mu}\,x^2\left(
       \frac34 - x\right),\qquad \frac{\mathrm dN_{\nu_e}}{\mathrm dE} = \frac{192}{m_\mu}\,x^2
       \left(\frac12 - x\right),\qquad x = \frac{E}{m_\mu} \le \frac12

    Parameters
    ----------
    E_nu : float or array [energy], at least 0
    component : ``nu_e`` or ``nubar_mu``

    Returns
    -------
    float or array [1/energy]

    Raises
    ------
    UnknownName, DomainError

    Holds : massless electron, unpolarized muons.
    Source : COHERENT2017

    >>> from munu.units import MeV
    >>> round(float(spectrum(40 * MeV, "nubar_mu") * MeV), 4)
    0.0322
    """
    if component not in ("nu_e", "nubar_mu"):
        raise UnknownName("continuum of a stopped pion", component, ("nu_e", "nubar_mu"))
    x = finite("the neutrino energy E_nu", E_nu, low=0.0) / m_mu
    shape = 192 * x**2 * (0.5 - x) if component == "nu_e" else 64 * x**2 * (0.75 - x)
    return np.where(x <= 0.5, shape / m_mu, 0.0)[()]


@formula
def time_fraction(edges: Numbers, component: str, *, pulse_width: float = 0.0,
                  tau_mu: float = _tau_mu, tau_pi: float = _tau_pi) -> np.ndarray:
    r"""Fraction of the neutrinos in each interval of time after the proton pulse.

    A Gaussian pulse about 0 and the decay of the pion; for ``nu_e`` and ``nubar_mu`` also that
    of the muon.

    .. math:: P(t) = 1 - e^{-t/\tau_\pi},\qquad
       D(t) = 1 - \frac{\tau_\mu e^{-t/\tau_\mu} - \tau_\pi e^{-t/\tau_\pi}}{\tau_\mu - \tau_\pi}

    Parameters
    ----------
    edges : array (n + 1,), times [time]
    component : ``prompt``, ``nu_e`` or ``nubar_mu``
    pulse_width : standard deviation of the pulse [time], at least 0
    tau_mu, tau_pi : mean lives [time], above 0

    Returns
    -------
    array (n,) [1]

    Raises
    ------
    UnknownName, DomainError

    Source : COHERENT2017, PDG2026

    >>> from munu.units import us
    >>> print(np.round(time_fraction([0 * us, 1 * us, 10 * us], "nu_e"), 3))
    [0.358 0.631]
    """
    if component not in COMPONENTS:
        raise UnknownName("component of a stopped pion", component, COMPONENTS)
    t = finite("the times", edges)
    if t.size < 2 or np.any(np.diff(t) <= 0):
        raise DomainError("times must increase and be at least two")
    lives = [(1.0, tau_pi)] if component == "prompt" else [
        (tau_mu / (tau_mu - tau_pi), tau_mu), (-tau_pi / (tau_mu - tau_pi), tau_pi)]
    below = sum(share * _smeared(t, tau, pulse_width) for share, tau in lives)
    return np.diff(below)


def _smeared(t: Numbers, tau: Numbers, width: Numbers) -> Numbers:
    """Integral up to t of an exponential decay folded with a Gaussian."""
    if width == 0:
        return np.where(t > 0, -np.expm1(-np.maximum(t, 0) / tau), 0.0)
    from scipy.special import log_ndtr, ndtr

    shift = np.exp(width**2 / (2 * tau**2) - t / tau + log_ndtr(t / width - width / tau))
    return ndtr(t / width) - shift


@declared
def source(*, distance: Annotated[Quantity, About("from the target", "m", bare=True)],
           per_pot: Annotated[float, About("neutrinos of each flavor a proton")] = 1.0) -> Source:
    r"""Flux per proton on target (or per stopped pion, with ``per_pot`` = 1).

    .. math:: \phi = \frac{r}{4\pi L^2}\,\frac{\mathrm dN}{\mathrm dE}

    Raises
    ------
    DomainError

    Source : COHERENT2017
    """
    if not (distance > 0 and per_pot > 0):
        raise DomainError("the distance and the neutrinos a proton must be above 0")
    scale = per_pot / (4 * pi * distance**2)
    basis = np.zeros((3, 2, 3, 3), dtype=complex)
    basis[0, 0, 1, 1] = basis[1, 0, 0, 0] = basis[2, 1, 1, 1] = 1
    E = np.linspace(0, m_mu / 2, _NODES)
    parts = {"prompt": Component("prompt", np.empty(0), np.empty((3, 0)),
                                 np.array([E_prompt()]), scale * np.array([[1.0], [0], [0]]))}
    for b, name in ((1, "nu_e"), (2, "nubar_mu")):
        phi = np.zeros((3, E.size))
        phi[b] = spectrum(E, name)
        phi[b] *= scale / np.trapezoid(phi[b], E)
        parts[name] = Component(name, E, phi, np.empty(0), np.empty((3, 0)))
    return Source(name="stopped_pion", basis=basis, components=parts, per="pot",
                  papers=("COHERENT2017", "PDG2026"))
