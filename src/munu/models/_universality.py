r"""Universality of the tau's charged current, and a charged singlet that spoils it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from munu.constants import G_F as _G_F
from munu.models.model import Constraint


@dataclass(frozen=True)
class Ratio:
    """A ratio of couplings from purely leptonic decays, with one standard deviation."""

    name: str
    value: float
    error: float
    source: str


TAU_MU = Ratio("g_tau/g_mu", 1.0009, 0.0014, "HFLAVtau2022")
TAU_E = Ratio("g_tau/g_e", 1.0027, 0.0014, "HFLAVtau2022")


def shift(f, inverse_m2, *, G_F: float = _G_F):
    r"""Relative shift of a leptonic tau decay's amplitude over the muon's.

    .. math:: \frac{\delta g}{g} = \frac{|f|^2v^2}{4}\Big\langle\frac1{m^2}\Big\rangle,
              \qquad v^2 = \frac1{\sqrt2G_F}

    from the exchange of a singlet with :math:`f(\nu_\ell\tau - \ell\nu_\tau)\eta^+`: the
    Standard Model's own operator after a Fierz turn, and of its sign.

    Parameters
    ----------
    f : coupling [1]
    inverse_m2 : propagator of eta at rest, of mixed states the weighted sum [1/energy^2]
    G_F : constant [1/energy^2]

    Returns
    -------
    float or array [1]

    Holds : |f|^2 v^2/4 m^2 far below 1; muon decay untouched.
    Source : Babu2020
    """
    return np.abs(f) ** 2 * inverse_m2 / (4 * sqrt(2) * G_F)


def constraint(predicted, ratio: Ratio, sigmas: float = 2.0) -> Constraint:
    """The band of so many standard deviations about a measured ratio of couplings."""
    return Constraint(observable=f"{ratio.name} [1]", predicted=predicted,
                      low=ratio.value - sigmas * ratio.error,
                      high=ratio.value + sigmas * ratio.error, level=0.954 if sigmas == 2 else None,
                      source=ratio.source, status="hard", checked="table",
                      note=f"leptonic decays, {sigmas:g} sigma")


def of_pairs(shifts: Mapping[str, Any]) -> tuple[Constraint, Constraint]:
    """Both ratios, of the shifts of mu to e (``emu``), tau to e (``etau``), tau to mu (``mutau``).

    Source : HFLAVtau2022
    """
    return (constraint(1 + shifts["etau"] - shifts["emu"], TAU_MU),
            constraint(1 + shifts["mutau"] - shifts["emu"], TAU_E))
