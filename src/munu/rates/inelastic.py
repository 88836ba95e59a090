r"""N that the neutrinos of a source make where nucleons break up, as nodes of a quadrature.

.. math:: N_N = \sum_k w_k,\qquad w_k = \frac{\pi\alpha^2}{m_e^2}\,\Delta E\,\phi(E)\,
          \Delta\nu\,\frac{1}{\alpha\mu^2}\frac{\mathrm d\sigma}{\mathrm d\nu}

What the nucleon breaks into has the energy nu, N has the rest and flies along the neutrino.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np

from munu._arrays import gauss_panels
from munu.constants import alpha as _alpha
from munu.constants import m_e as _m_e
from munu.processes import deep_inelastic
from munu.sources.source import Source
from munu.targets.nucleus import Material, Nucleus

# panels a decade of the neutrino's energy, and nodes a panel
_A_DECADE, _NODES = 6, 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Made:
    """N of one mass with the neutrinos that they were made of.

    Attributes
    ----------
    M_N : mass of N [energy]
    E_nu, E_N : energies of the neutrino and of N, (k,) [energy]
    weight : N made, (k,), per target, at a moment of 1 mu_B, per unit of the source [1/unit]
    """

    M_N: float
    E_nu: np.ndarray
    E_N: np.ndarray
    weight: np.ndarray

    @property
    def p(self) -> np.ndarray:
        """Momenta of N [energy]."""
        return np.sqrt(np.maximum((self.E_N - self.M_N) * (self.E_N + self.M_N), 0.0))


def made(source: Source, matrix: np.ndarray, target: Nucleus | Material, M_N: float, *,
         nu_min: float = 0.0, window: tuple[float, float] = (0.0, np.inf),
         small_x: str = "continued") -> Made:
    """N that a source makes on the nucleons of a target, per nucleus or formula unit.

    Parameters
    ----------
    source : Source; lines do not count
    matrix : trace matrix C (3, 3) of the moments [mu_B^2]
    target : Nucleus or Material
    M_N : mass of N, at least 0 [energy]
    nu_min : least energy of what the nucleon breaks into [energy]
    window : of the neutrino's energy; others do not count [energy]
    small_x : as :func:`munu.processes.deep_inelastic.sigma` has it

    Returns
    -------
    Made; without any node where nothing is open

    Raises
    ------
    DomainError, UnknownName

    Source : BrdarTalk, AbramowiczLevy1997
    """
    ends = [c.E[[0, -1]] for c in source.components.values() if c.E.size]
    low = max(min(e[0] for e in ends), window[0])
    high = min(max(e[1] for e in ends), window[1])
    if not high > low:
        return Made(M_N=M_N, E_nu=np.empty(0), E_N=np.empty(0), weight=np.empty(0))
    panels = max(int(np.ceil(_A_DECADE * np.log10(high / low))), 2)
    t, w = gauss_panels(np.linspace(np.log(low), np.log(high), panels + 1), _NODES)
    E = np.exp(t)
    flux = np.einsum("xijn,xji->n", source.state(E), np.stack([matrix, matrix.conj()])).real
    flux = flux * E * w * (pi * _alpha**2 / _m_e**2)
    parts = ((1.0, target),) if isinstance(target, Nucleus) else target.parts
    rows = [(number, *deep_inelastic.nodes(E, M_N, one, nu_min=nu_min, small_x=small_x))
            for number, one in parts]
    nu = np.concatenate([r[1] for r in rows], axis=1)
    weight = np.concatenate([r[0] * r[2] for r in rows], axis=1) * flux[:, None]
    keep = weight > 0
    E_nu = np.broadcast_to(E[:, None], nu.shape)
    return Made(M_N=M_N, E_nu=E_nu[keep], E_N=(E_nu - nu)[keep], weight=weight[keep])
