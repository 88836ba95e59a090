r"""Neutrinos that are lost on nucleons: the weak cross section of 10 TeV to 1e12 GeV."""

from __future__ import annotations

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.units import GeV, cm

__all__ = ["CURRENTS", "sigma"]

CURRENTS = ("charged", "neutral", "both")
#: between which the fit was made
RANGE = (1e4 * GeV, 1e12 * GeV)


@formula
def sigma(E_nu: Numbers, *, current: str = "both", antineutrino: bool = False) -> Numbers:
    r"""Cross section of a neutrino on the mean of proton and neutron.

    .. math:: \lg\frac{\sigma}{\mathrm{cm}^2} = C_1 + C_2\ln(\epsilon - C_0)
              + C_3\ln^2(\epsilon - C_0) + \frac{C_4}{\ln(\epsilon - C_0)},\qquad
              \epsilon = \lg\frac{E}{\mathrm{GeV}}

    Parameters
    ----------
    E_nu : float or array [energy]
    current : ``charged``, ``neutral`` or ``both``
    antineutrino : bool

    Returns
    -------
    float or array, a nucleon [area]

    Raises
    ------
    DomainError
        An energy outside of 1e4 to 1e12 GeV.
    UnknownName

    Holds : a fit to MSTW parton distributions.
    Source : Connolly2011

    >>> print(f"{sigma(1e9 * GeV) / cm**2:.3g}")
    1.51e-32
    """
    if current not in CURRENTS:
        raise UnknownName("current", current, CURRENTS)
    E = np.asarray(E_nu, dtype=float)
    if np.any((RANGE[0] > E) | (RANGE[1] < E)):
        raise DomainError("the weak cross section on nucleons is known from 1e4 to 1e12 GeV")
    table = _data.load("targets/neutrino_nucleon")
    names = ("charged", "neutral") if current == "both" else (current,)
    total = np.zeros(E.shape)
    for row in table.rows():
        if row["current"] in names and row["neutrino"] == ("nubar" if antineutrino else "nu"):
            L = np.log(np.log10(E / GeV) - row["C0"])
            total += 10 ** (row["C1"] + row["C2"] * L + row["C3"] * L**2 + row["C4"] / L)
    return (total * cm**2)[()]
