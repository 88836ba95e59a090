"""Limits that munu makes itself, for the map."""

from __future__ import annotations

import numpy as np

from munu.inference import Limit, limit
from munu.probes.probe import Probe
from munu.units import MeV, keV


def computed(probe: Probe | str = "xenonnt", M_N=None, **options) -> Limit:
    """The limit of one probe over the masses of the map.

    Parameters
    ----------
    probe : Probe or name
    M_N : array of masses [energy]; default 61 from 1 keV to 1 MeV
    options : of :func:`munu.limit`

    Returns
    -------
    Limit
    """
    masses = np.geomspace(1 * keV, 1 * MeV, 61) if M_N is None else M_N
    return limit(probe, M_N=masses, **options)
