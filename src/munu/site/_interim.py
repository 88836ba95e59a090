"""Stands in for the shipped bounds and the families until they are merged."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from munu.atlas import ours
from munu.inference import limit
from munu.units import keV, MeV


class families:
    FAMILIES = ("recoils", "stars", "supernova", "cosmology", "beams")

    @staticmethod
    def of(x):
        return "recoils"


@lru_cache(maxsize=20)
def bounds(flavor="universal", nature=None):
    made = []
    for p in ours.recoils()[:4]:
        try:
            x = limit(p, M_N=np.append(0.0, np.geomspace(1 * keV, 5 * MeV, 41)), flavor=flavor,
                      expected=False)
        except Exception:
            continue
        made.append(x.with_(meta={**x.meta, "both": False}))
    return made
