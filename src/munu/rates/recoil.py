r"""Recoil spectra from cumulative flux moments: no integral per recoil energy.

.. math:: \frac{\mathrm dR}{\mathrm dT} = \sum_{\rm terms}\sum_k c_k(T)\,
          I_k\!\left(E_\nu^{\min}(T)\right)
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from munu.processes.process import Term
from munu.sources.source import Moments, Source


def dR_dT(terms: Iterable[Term], source: Source) -> np.ndarray:
    """Recoil rate per target particle.

    Parameters
    ----------
    terms : of one process, all on the same T
    source : Source

    Returns
    -------
    array (*T.shape) [1/(time energy)], per target particle

    Source : Brdar2020
    """
    return np.asarray(sum(folded(term, source.moments(term.matrix)) for term in terms))


def folded(term: Term, moments: Moments) -> np.ndarray:
    """One term with the moments of its own trace: sum of c_k(T) I_k(E_min(T))."""
    # written out: a row of masses is then the same to the last bit whatever stands beside it
    c, held = term.coefficients, moments(term.E_min)
    made = c[0] * held[0] + c[1] * held[1] + c[2] * held[2]
    if term.log is not None:
        made = made + term.log * moments.log(term.E_min, term.E_0)
    return made
