r"""What a charged scalar singlet does to charged leptons, whatever else a model has.

.. math:: \mathcal L = f_{ij}\,\overline{L^c_i}\,i\tau_2L_j\,h^+ + \mathrm{h.c.},\qquad i < j

It adds to the charged current of pairs of flavors, and its loop with a massless neutrino takes
away from g - 2 and changes flavor.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import pi
from typing import Any

import numpy as np

from munu.constants import G_F as _G_F
from munu.models import _dipoles, _universality
from munu.models.model import Constraint

_PAIRS = {"emu": {"e", "mu"}, "etau": {"e", "tau"}, "mutau": {"mu", "tau"}}


def delta_a(lepton: str, f: Mapping[str, Any], inverse_m2):
    r"""Shift of (g - 2)/2.

    .. math:: \Delta a_\ell = -\frac{m_\ell^2}{96\pi^2}\sum_j|f_{\ell j}|^2
              \Big\langle\frac1{m^2}\Big\rangle

    Parameters
    ----------
    lepton : ``e``, ``mu`` or ``tau``
    f : couplings ``emu``, ``etau``, ``mutau`` [1]
    inverse_m2 : propagator of the singlet at rest [1/energy^2]

    Returns
    -------
    float or array [1]

    Source : Leveille1978
    """
    size = sum(np.abs(f[p]) ** 2 for p, of in _PAIRS.items() if lepton in of)
    return -_dipoles.MASSES[lepton] ** 2 * inverse_m2 * size / (96 * pi**2)


def constraints(f: Mapping[str, Any], inverse_m2, *, G_F: float = _G_F, note: str = ""
                ) -> tuple[Constraint, ...]:
    """Universality of the tau's decays, and leptons that change flavor with a photon.

    Parameters
    ----------
    f : couplings ``emu``, ``etau``, ``mutau`` [1]
    inverse_m2 : propagator of the singlet at rest [1/energy^2]
    G_F : constant [1/energy^2]
    note : on the decays to photons

    Source : Babu2020, Leveille1978, HFLAVtau2022, PDG2026
    """
    say = list(_universality.of_pairs({p: _universality.shift(f[p], inverse_m2, G_F=G_F)
                                       for p in _PAIRS}))
    for heavy, light in _dipoles.DECAYS:
        # the neutrino of the third flavor is inside
        one, two = (next(p for p, of in _PAIRS.items() if x in of and of != {heavy, light})
                    for x in (heavy, light))
        c_R, c_L = _dipoles.coefficients(
            lambda m, same, flip: -m**2 * same * np.asarray(inverse_m2) / (96 * pi**2),
            _dipoles.MASSES[heavy], (f[two], 0.0), (f[one], 0.0))
        say.append(_dipoles.constraint(heavy, light, _dipoles.branching(heavy, c_R, c_L), note))
    return tuple(say)

