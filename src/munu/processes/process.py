"""What a recoil process hands to a rate: a cross section as powers of 1/E_nu."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Term:
    r"""One part of a recoil cross section.

    .. math:: \frac{\mathrm d\sigma}{\mathrm dT} = \mathrm{Re\,Tr}[\rho\, C]\;
              \sum_k c_k(T)\, E_\nu^{-k}\quad\text{for}\quad E_\nu \ge E_\nu^{\min}(T)

    Attributes
    ----------
    coefficients : array (3, *T.shape), c_0, c_1, c_2
    E_min : array (*T.shape) [energy]
    matrix : complex (2, 3, 3), C for neutrinos and for antineutrinos
    name : what it is
    """

    coefficients: np.ndarray
    E_min: np.ndarray
    matrix: np.ndarray
    name: str = ""

    def dsigma_dT(self, E_nu, state: np.ndarray) -> np.ndarray:
        """The cross section for one flavor state (2, 3, 3) [area/energy]; exact 0 outside."""
        E = np.asarray(E_nu, dtype=float)
        weight = np.einsum("xij,xji->", state, self.matrix).real
        c0, c1, c2 = self.coefficients
        safe = np.where(E > 0, E, 1.0)
        value = weight * (c0 + c1 / safe + c2 / safe**2)
        return np.where((self.E_min <= E) & (E > 0), value, 0.0)
