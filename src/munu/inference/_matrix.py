r"""A moment matrix as real parameters, and the trace matrix that they make.

.. math:: C_{ab} = \sum_j \lambda^*_{aj}\lambda_{bj}

has nine real elements: each expectation that is linear in C is known from nine directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from munu._arrays import Numbers
from munu.flavors import NAMES
from munu.ray import Ray

# moments that are free, by kind: name to its place in lambda (a, j), and of a Majorana matrix
# minus that in (j, a)
KINDS = {
    "majorana": {"emu": (0, 1), "etau": (0, 2), "mutau": (1, 2)},
    "dirac": {a + b: (i, j) for i, a in enumerate(NAMES) for j, b in enumerate(NAMES)},
    "portal": {f"d_{a}": (i, 0) for i, a in enumerate(NAMES)},
}


@dataclass(frozen=True)
class Matrix:
    """Coefficients that are elements of C: the diagonal, then Re and Im above it.

    Attributes
    ----------
    kind : of ``KINDS``
    """

    kind: str

    @property
    def names(self) -> tuple[str, ...]:
        """``re_emu``, ``im_emu``, ..."""
        return tuple(f"{part}_{n}" for n in KINDS[self.kind] for part in ("re", "im"))

    def _lambda(self, p: Mapping[str, Numbers]
                ) -> tuple[list[list[Numbers]], list[list[Numbers]]]:
        re: list[list[Numbers]] = [[0.0] * 3 for _ in range(3)]
        im: list[list[Numbers]] = [[0.0] * 3 for _ in range(3)]
        for name, (a, j) in KINDS[self.kind].items():
            re[a][j], im[a][j] = p[f"re_{name}"], p[f"im_{name}"]
            if self.kind == "majorana":
                re[j][a], im[j][a] = -re[a][j], -im[a][j]
        return re, im

    def coefficients(self, p: Mapping[str, Numbers]) -> list[Numbers]:
        """C_ee, C_mumu, C_tautau, then Re and Im of C_emu, C_etau, C_mutau."""
        re, im = self._lambda(p)
        out = [sum(re[a][j] ** 2 + im[a][j] ** 2 for j in range(3)) for a in range(3)]
        for a, b in _PAIRS:
            out.append(sum(re[a][j] * re[b][j] + im[a][j] * im[b][j] for j in range(3)))
            out.append(sum(re[a][j] * im[b][j] - im[a][j] * re[b][j] for j in range(3)))
        return out

    @cached_property
    def _forms(self) -> np.ndarray:
        """The symmetric forms Q with c_t = p Q_t p: (9, n_names, n_names)."""
        n = len(self.names)

        def at(v: np.ndarray) -> np.ndarray:
            return np.array(self.coefficients(dict(zip(self.names, v, strict=True))), dtype=float)

        one = np.eye(n)
        alone = [at(one[i]) for i in range(n)]
        return np.array([[0.5 * (at(one[i] + one[j]) - alone[i] - alone[j]) for j in range(n)]
                         for i in range(n)]).transpose(2, 0, 1)

    def derivative(self, p: Mapping[str, Numbers]) -> np.ndarray:
        """dc_t/dp: (n_names, 9)."""
        v = np.array([float(p[n]) for n in self.names])
        return 2 * np.einsum("tij,j->it", self._forms, v)

    def rays(self, masses: np.ndarray | None) -> list[Ray]:
        """Nine directions, one state that the neutrino turns into."""
        made = []
        for v in _DIRECTIONS:
            if self.kind == "portal":
                made.append(Ray.portal(0.0 if masses is None else masses, tuple(v)))
            else:
                matrix = np.zeros((3, 3), dtype=complex)
                matrix[:, 0] = v
                made.append(Ray.dirac(matrix))
        return made

    @property
    def turn(self) -> np.ndarray:
        """From templates of the nine directions to those of the nine elements (9, 9)."""
        rows = []
        for v in _DIRECTIONS:
            C = np.outer(np.conj(v), v)
            rows.append([C[a, a].real for a in range(3)]
                        + [x for a, b in _PAIRS for x in (C[a, b].real, C[a, b].imag)])
        return np.linalg.inv(np.array(rows))


_PAIRS = ((0, 1), (0, 2), (1, 2))
_DIRECTIONS = tuple(
    tuple(complex(x) for x in row) for row in (
        *np.eye(3), *(np.eye(3)[a] + phase * np.eye(3)[b] for a, b in _PAIRS
                      for phase in (1, 1j))))
