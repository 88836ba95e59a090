r"""Published limits on the mixing of one flavor with a heavy N, as the PDG lists them.

The listing quotes a characteristic value of a range of masses, or the best one near a threshold,
in one digit: no curve.  Between its rows nothing is said.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from munu import _data
from munu.errors import UnknownName
from munu.flavors import NAMES
from munu.models.model import Constraint


@cache
def rows(flavor: str) -> tuple[dict, ...]:
    r"""Rows of one flavor: ``M_low``, ``M_high`` [energy], ``U2`` and where they come from.

    Raises
    ------
    UnknownName

    Source : PDG2026

    >>> row = min(rows("tau"), key=lambda x: x["U2"])
    >>> print(row["U2"], row["document"])
    2e-06 BAROUKI 2022
    """
    if flavor not in NAMES:
        raise UnknownName("flavor", flavor, NAMES)
    return tuple(r for r in _data.load("bounds/heavy_neutrinos").rows() if r["flavor"] == flavor)


def over_limit(flavor: str, U2, M_N):
    """Greatest mixing squared over its limit, of several N and every range that holds one of them.

    Parameters
    ----------
    flavor : ``e``, ``mu`` or ``tau``
    U2 : array (..., n), of n heavy neutrinos [1]
    M_N : array (..., n), their masses [energy]

    Returns
    -------
    float or array (...), 0 where no range holds one [1]
    """
    U2, M_N = np.broadcast_arrays(U2, M_N)
    worst = np.zeros(U2.shape)
    for r in rows(flavor):
        if r["M_high"] > r["M_low"]:
            inside = np.clip(M_N, r["M_low"], r["M_high"]) == M_N
            worst = np.maximum(worst, np.where(inside, U2 / r["U2"], 0.0))
    return worst.max(axis=-1)


def constraints(U2, M_N) -> tuple[Constraint, ...]:
    """Of mixings squared (..., 3, n), rows e, mu, tau, with N of masses (..., n).

    Source : PDG2026
    """
    return tuple(Constraint(
        observable=f"|U_{f}N|^2 over its limit [1]",
        predicted=over_limit(f, np.asarray(U2)[..., a, :], M_N), high=1.0, source="PDG2026",
        checked="table", note="characteristic values of ranges, in one digit; 0 where none holds "
        "M_N") for a, f in enumerate(NAMES))
