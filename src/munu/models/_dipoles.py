r"""Decays of a charged lepton to a lighter one and a photon, from the loops of g - 2.

.. math:: \mathcal L = \bar\ell'\sigma^{\alpha\beta}(c_RP_R + c_LP_L)\,\ell\,F_{\alpha\beta}
          + \mathrm{h.c.},\qquad \Gamma = \frac{m_\ell^3}{4\pi}(|c_R|^2 + |c_L|^2),\qquad
          c = \frac{e\,\Delta a}{4m_\ell}\ \text{where}\ \ell' = \ell
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import pi, sqrt
from typing import Any

import numpy as np

from munu import _data
from munu.constants import alpha as _alpha
from munu.constants import constant, m_e, m_mu, m_tau
from munu.errors import UnknownName
from munu.models.model import Constraint

MASSES = {"e": m_e, "mu": m_mu, "tau": m_tau}
LIFETIMES = {"mu": constant("tau_mu").internal, "tau": constant("tau_tau").internal}
DECAYS = (("mu", "e"), ("tau", "e"), ("tau", "mu"))


@cache
def rare(decay: str) -> dict[str, Any]:
    """The row of a decay in the table of rare ones.  Raises UnknownName."""
    rows = {r["decay"]: r for r in _data.load("bounds/rare_decays").rows()}
    if decay not in rows:
        raise UnknownName("rare decay", decay, tuple(rows))
    return dict(rows[decay])


def coefficients(loop: Callable[..., Any], m_l: float, out: tuple, into: tuple,
                 *, alpha: float = _alpha):
    r"""c_R and c_L of one loop.

    .. math:: c_R = \frac e4\Big[\frac{\Delta a_{\rm same}}{m_\ell}y'^*_Ly_L
              + \frac{\Delta a_{\rm flip}}{m_\ell}y'^*_Ly_R\Big],\qquad L \leftrightarrow R

    Parameters
    ----------
    loop : ``loop(m_l, y_same, y_flip)``, the (g - 2)/2 of these products of couplings [1]
    m_l : mass of the lepton that decays [energy]
    out, into : pairs y_L, y_R of the lighter lepton and of the one that decays [1]
    alpha : constant [1]

    Returns
    -------
    c_R, c_L [1/energy]

    Holds : the lighter lepton massless.
    Source : Leveille1978
    """
    scale = sqrt(4 * pi * alpha) / (4 * m_l)
    same, flip = scale * loop(m_l, 1.0, 0.0), scale * loop(m_l, 0.0, 1.0)
    (L1, R1), (L, R) = (tuple(np.conj(x) for x in out), into)
    return same * L1 * L + flip * L1 * R, same * R1 * R + flip * R1 * L


def branching(lepton: str, c_R, c_L):
    r"""Branching ratio of ``mu`` or ``tau`` to a lighter lepton and a photon [1].

    .. math:: \mathrm{BR} = \frac{\tau_\ell m_\ell^3}{4\pi}(|c_R|^2 + |c_L|^2)

    Source : Leveille1978, PDG2026
    """
    size = np.square(np.abs(c_R)) + np.square(np.abs(c_L))
    return LIFETIMES[lepton] * MASSES[lepton] ** 3 * size / (4 * pi)


def constraint(lepton: str, out: str, predicted, note: str = "") -> Constraint:
    """The published limit on a decay to a photon."""
    row = rare(f"{lepton} -> {out} gamma")
    return Constraint(observable=f"BR({lepton} -> {out} gamma) [1]", predicted=predicted,
                      high=float(row["upper"]), level=float(row["level"]), source=row["key"],
                      checked=row["checked"], note=note or row["document"])
