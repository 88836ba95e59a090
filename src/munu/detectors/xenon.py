r"""Liquid-xenon time projection chambers."""

from __future__ import annotations

import numpy as np

from munu._arrays import Numbers
from munu._guard import formula
from munu.units import keV


@formula
def resolution(T: Numbers) -> Numbers:
    r"""Energy resolution of XENON1T and XENONnT.

    .. math:: \sigma = 0.310\sqrt{E/\mathrm{keV}} + 0.0037\, E/\mathrm{keV}\quad[\mathrm{keV}]

    Parameters
    ----------
    T : float or array [energy]

    Returns
    -------
    float or array [energy]

    Source : XENON1T2020

    >>> print(round(resolution(10 * keV) / keV, 3))
    1.017
    """
    x = T / keV
    return (0.310 * np.sqrt(x) + 0.0037 * x) * keV
